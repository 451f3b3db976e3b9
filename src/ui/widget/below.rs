//! A sheet that comes up from below, on phones: what belongs to the thing that was tapped. It is the browser's own
//! modal dialog; Escape, Back and a tap beside it ask to close, and the focus goes back to where it was.

use leptos::prelude::*;

use crate::ui::focus::{give_back, holder};
use crate::web::back::Step;

#[component]
pub(in crate::ui) fn Below(title: String, on_close: Callback<()>, children: Children) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let before = StoredValue::new_local(holder());
    let close = move || {
        on_close.try_run(());
    };
    let step = StoredValue::new_local(Step::add(close));
    Effect::new(move |_| {
        if let Some(d) = dialog.get()
            && !d.open()
        {
            // Showing a dialog that is in the page cannot fail.
            let _ = d.show_modal();
        }
    });
    on_cleanup(move || {
        step.dispose();
        if let Some(Some(before)) = before.try_get_value() {
            give_back(before);
        }
    });
    let beside = move |event: web_sys::MouseEvent| {
        use wasm_bindgen::JsCast as _;
        // The dialog fills its sheet with one child: what hits the dialog itself hits the page behind it.
        let hit = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlDialogElement>().ok());
        if hit.is_some() {
            close();
        }
    };
    view! {
        <dialog class="below" node_ref=dialog aria-label=title
            on:cancel=move |e: web_sys::Event| { e.prevent_default(); close(); } on:click=beside>
            <div class="below-sheet"><span class="grip" aria-hidden="true"></span>{children()}</div>
        </dialog>
    }
}
