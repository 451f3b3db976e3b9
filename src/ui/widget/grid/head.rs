//! The headings: what a column is called, and the rows sorted by it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::lines::held_at;
use super::{Column, Grid, Order};
use crate::table::arrangement::{NARROWEST, WIDEST};
use crate::ui::lang::t;

impl Grid {
    pub(super) fn head_cell(
        self,
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
        let press = move |event: web_sys::MouseEvent| {
            let (all, further) = (event.ctrl_key() || event.meta_key(), event.shift_key());
            if all || further {
                return self.pick_columns(c, further);
            }
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
        let drawn_to = move |event: &web_sys::PointerEvent| {
            let start = from.get_value().filter(|start| event.client_x() != *start)?;
            let wide = column.width + f64::from(event.client_x() - start);
            Some(wide.clamp(f64::from(NARROWEST), f64::from(WIDEST)))
        };
        let draw = move |event: web_sys::PointerEvent| {
            if let Some(wide) = drawn_to(&event) {
                self.drawn.set(Some((c, wide)));
            }
        };
        let let_go = move |event: web_sys::PointerEvent| {
            let wide = drawn_to(&event);
            from.set_value(None);
            if wide.is_some() {
                on_width.run((key.get_value(), wide));
            }
            self.drawn.set(None);
        };
        let give_up = move |_| {
            from.set_value(None);
            self.drawn.set(None);
        };
        view! {
            <div class="cell" class:frozen=frozen style=frozen.then(|| format!("left:{}", held_at(c))) class:num=column.numeric role="columnheader" aria-colindex=(c + 1).to_string() aria-sort=move || sorted().unwrap_or("none")>
                <button type="button" on:click=press title=t("点一下排序；按住Ctrl点选整列，按住Shift选到这一列", "Click to sort; with Ctrl the whole column, with Shift the columns up to it")>{column.title}<span aria-hidden="true">{mark}</span></button>
                <span class="edge" aria-hidden="true" on:pointerdown=grip on:pointermove=draw on:pointerup=let_go on:pointercancel=give_up
                    on:dblclick=move |_| on_width.run((key.get_value(), None))></span>
            </div>
        }
    }
}
