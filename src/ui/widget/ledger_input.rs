//! The button that reads a ledger file.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::ui::desk::Desk;
use crate::ui::lang::t;

#[component]
pub(in crate::ui) fn LedgerInput(
    /// It is what the page is there for.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let desk = Desk::here();
    let open = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        if let Some(file) = input.files().and_then(|f| f.get(0)) {
            desk.restore_file(file);
        }
        input.set_value("");
    };
    view! { <label class="btn" class:primary=primary>{t("读入台账文件…", "Read a ledger file…")}<input type="file" accept=".xcz" class="sr" on:change=open /></label> }
}
