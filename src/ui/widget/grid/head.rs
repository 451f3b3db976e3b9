//! The headings: what a column is called, and the rows sorted by it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::lines::held_at;
use super::{Column, Order};
use crate::ui::lang::t;

pub(super) fn head_cell(
    c: usize,
    column: Column,
    frozen: bool,
    order: RwSignal<Order>,
    on_width: Callback<(String, Option<f64>)>,
) -> impl IntoView {
    let key = StoredValue::new(column.key);
    let is = move |at: &str| key.with_value(|k| k == at);
    let sorted = move || match order.get() {
        Some((at, down)) if is(&at) => Some(if down { "descending" } else { "ascending" }),
        _ => None,
    };
    let turn = move |_| {
        order.update(|o| {
            *o = match o.take() {
                Some((at, false)) if is(&at) => Some((at, true)),
                Some((at, true)) if is(&at) => None,
                _ => Some((key.get_value(), false)),
            }
        });
    };
    let mark = move || match sorted() {
        Some("ascending") => "▲",
        Some(_) => "▼",
        None => "",
    };
    let from = StoredValue::new(None::<i32>);
    let grip = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        from.set_value(Some(event.client_x()));
        if let Some(grip) = event.current_target().and_then(|e| e.dyn_into::<web_sys::Element>().ok()) {
            // Without it, the pointer has to stay on the edge.
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
    };
    let let_go = move |event: web_sys::PointerEvent| {
        let Some(start) = from.get_value() else { return };
        from.set_value(None);
        if event.client_x() != start {
            on_width.run((key.get_value(), Some(column.width + f64::from(event.client_x() - start))));
        }
    };
    view! {
        <div class="cell" class:frozen=frozen style=held_at(c, frozen) class:num=column.numeric role="columnheader" aria-sort=move || sorted().unwrap_or("none")>
            <button type="button" on:click=turn title=t("排序", "Sort")>{column.title}<span aria-hidden="true">{mark}</span></button>
            <span class="edge" aria-hidden="true" on:pointerdown=grip on:pointerup=let_go on:pointercancel=move |_| from.set_value(None)
                on:dblclick=move |_| on_width.run((key.get_value(), None))></span>
        </div>
    }
}
