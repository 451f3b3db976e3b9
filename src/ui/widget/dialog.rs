//! A question or a form in front of the page: the browser's own modal dialog, open as long as it stands in the
//! view. Escape asks to close; whoever shows the dialog decides. Whoever had the focus gets it back.

use leptos::prelude::*;

use crate::ui::focus;

#[component]
pub(in crate::ui) fn Dialog(
    title: String,
    /// Room for a form.
    #[prop(optional)]
    wide: bool,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(d) = dialog.get()
            && !d.open()
        {
            // Showing a dialog that is in the page cannot fail.
            let _ = d.show_modal();
        }
    });
    // Outside of a modal dialog nothing takes the focus: it is given back when the dialog has gone.
    let before = StoredValue::new_local(focus::holder());
    on_cleanup(move || {
        if let Some(to) = before.try_get_value().flatten() {
            focus::give_back(to);
        }
    });
    let name = title.clone();
    view! {
        <dialog node_ref=dialog class:wide=wide aria-label=name on:cancel=move |e: web_sys::Event| { e.prevent_default(); on_close.run(()); }>
            <h1>{title}</h1>
            {children()}
        </dialog>
    }
}
