//! Short messages at the foot of the page, each with at most one way to act. They go by themselves: a complaint stands
//! longer, and is then kept under the state light until somebody has read it.

use leptos::prelude::*;

use crate::ui::desk::{Desk, Toast};
use crate::ui::lang::t;

/// The messages that are up.
#[component]
pub(in crate::ui) fn Toasts() -> impl IntoView {
    let desk = Desk::here();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || desk.toasts.get() key=|toast| toast.id let:toast>
                <ToastLine toast />
            </For>
        </div>
    }
}

#[component]
fn ToastLine(toast: Toast) -> impl IntoView {
    let desk = Desk::here();
    let id = toast.id;
    let action = toast.undo.then(|| {
        view! {
            <button on:click=move |_| {
                desk.dismiss(id);
                desk.undo();
            }>{t("撤销", "Undo")}</button>
        }
    });
    view! {
        <div class="toast" class:wrong=toast.wrong>
            <span>{toast.text.clone()}</span>
            {action}
            <button aria-label=t("关闭这条消息", "Close this message") on:click=move |_| desk.dismiss(id)>"✕"</button>
        </div>
    }
}
