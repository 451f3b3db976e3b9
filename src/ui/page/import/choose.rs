//! Where a file comes from: dropped, chosen, or pasted.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::Import;
use crate::ui::drop::Dropped;
use crate::ui::lang::t;

/// The place to drop.
#[component]
pub(super) fn Choose(import: Import) -> impl IntoView {
    let over = Dropped::here().over;
    let pasted = RwSignal::new(String::new());
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        if let Some(files) = input.files() {
            import.take(list(&files));
        }
        input.set_value("");
    };
    let paste = move |_| {
        let text = pasted.get_untracked();
        if !text.trim().is_empty() {
            leptos::task::spawn_local(async move {
                import.start(t("粘贴的表格", "Pasted table").to_owned(), text.into_bytes()).await
            });
        }
    };
    // An HTML table on the clipboard keeps merged cells; plain text does not.
    let keep_rich = move |event: web_sys::ClipboardEvent| {
        let Some(board) = event.clipboard_data() else { return };
        if board.files().is_some_and(|f| f.length() > 0) {
            event.prevent_default();
            if let Some(files) = board.files() {
                import.take(list(&files));
            }
            return;
        }
        let html = board.get_data("text/html").unwrap_or_default();
        if html.contains("<table") {
            event.prevent_default();
            leptos::task::spawn_local(async move {
                import.start(t("粘贴的表格", "Pasted table").to_owned(), html.into_bytes()).await
            });
        }
    };
    view! {
        <div class="drop" class:over=move || over.get()>
            <h2>{t("把表格拖到这里", "Drop workbooks here")}</h2>
            <p class="second">{t("Excel（xlsx、xls）、WPS、ods、CSV，原样就行，不用改格式", "Excel (xlsx, xls), WPS, ods or CSV, just as they are")}</p>
            <label class="btn primary">{t("选择文件…", "Choose files…")}<input type="file" multiple class="sr" accept=".xlsx,.xls,.xlsm,.xlsb,.et,.ods,.fods,.xml,.htm,.html,.csv,.tsv,.txt" on:change=chosen /></label>
            <details style="width:100%;max-width:640px">
                <summary>{t("或者从Excel、WPS里复制后粘贴", "Or paste cells from a spreadsheet")}</summary>
                <div class="stack" style="margin-top:10px">
                    <div class="control"><textarea rows="5" aria-label=t("粘贴表格", "Paste a table") prop:value=move || pasted.get() on:paste=keep_rich on:input=move |e| pasted.set(event_target_value(&e))></textarea></div>
                    <button class="btn" on:click=paste>{t("读取粘贴的内容", "Read what was pasted")}</button>
                </div>
            </details>
            <p class="hint">{t("先给您看，点“写入”之前什么也不会改。", "You see everything first; nothing changes before you choose Write.")}</p>
        </div>
    }
}

fn list(files: &web_sys::FileList) -> Vec<web_sys::File> {
    (0..files.length()).filter_map(|n| files.get(n)).collect()
}
