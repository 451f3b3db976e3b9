//! The button that reads a ledger file.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::ui::desk::Desk;
use crate::ui::drop::Dropped;
use crate::ui::lang::t;

#[component]
pub(in crate::ui) fn LedgerInput(
    /// It is what the page is there for.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let (desk, dropped) = (Desk::here(), Dropped::here());
    let open = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        let files = input.files().into_iter();
        let files = files.flat_map(|l| (0..l.length()).filter_map(move |n| l.get(n))).collect();
        dropped.take_ledgers(desk, files);
        input.set_value("");
    };
    view! { <label class="btn" class:primary=primary>{t("读入台账文件…", "Read a ledger file…")}<input type="file" accept=".xcz" multiple class="sr" on:change=open /></label> }
}
