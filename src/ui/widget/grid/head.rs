//! The headings: what a column is called, and the rows sorted by it.

use leptos::prelude::*;

use super::lines::held_at;
use super::{Column, Order};
use crate::ui::lang::t;

pub(super) fn head_cell(c: usize, column: Column, frozen: bool, order: RwSignal<Order>) -> impl IntoView {
    let sorted = move || match order.get() {
        Some((at, down)) if at == c => Some(if down { "descending" } else { "ascending" }),
        _ => None,
    };
    let turn = move |_| {
        order.update(|o| {
            *o = match *o {
                Some((at, false)) if at == c => Some((c, true)),
                Some((at, true)) if at == c => None,
                _ => Some((c, false)),
            }
        });
    };
    let mark = move || match sorted() {
        Some("ascending") => "▲",
        Some(_) => "▼",
        None => "",
    };
    view! {
        <div class="cell" class:frozen=frozen style=held_at(c, frozen) class:num=column.numeric role="columnheader" aria-sort=move || sorted().unwrap_or("none")>
            <button type="button" on:click=turn title=t("排序", "Sort")>{column.title}<span aria-hidden="true">{mark}</span></button>
        </div>
    }
}
