//! Attached files: kept when they are chosen, opened again in the form and beside the table.
//!
//! Inputs: files that a person chooses, the record's list of them. Outputs: the list; the file itself, handed to the
//! browser. Neighbours: `form` saves the list, the desk keeps the bytes.

use std::sync::Arc;

use leptos::prelude::*;

use super::form::FormState;
use super::row::Rows;
use crate::register::{Field, Fields as _};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::{FileRef, RowId, Text, Value};

/// A file larger than this is refused: a photograph fits, a film does not.
const LARGEST: u64 = 20_000_000;

/// The files of a form's field.
#[component]
pub(super) fn FilesInput(field: Arc<Field>, form: FormState) -> impl IntoView {
    let desk = Desk::here();
    let files = form.files.with_value(|f| f.get(&*field.key).copied()).unwrap_or_default();
    let choose = move |event: web_sys::Event| {
        use wasm_bindgen::JsCast as _;
        let Some(input) = event.target().and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        let Some(list) = input.files() else { return };
        for file in (0..list.length()).filter_map(|n| list.get(n)) {
            if file.size() as u64 > LARGEST {
                desk.complain(&too_large(&file.name(), file.size() as u64));
                continue;
            }
            leptos::task::spawn_local(async move {
                let Some((digest, size)) = desk.keep_file(&file).await else { return };
                files.update(|f| {
                    f.push(FileRef { name: Text::from(file.name()), digest: Text::from(digest), size })
                });
                form.touched.update(|n| *n += 1);
            });
        }
        input.set_value("");
    };
    let remove = move |n: usize| {
        files.update(|all| {
            if n < all.len() {
                all.remove(n);
            }
        });
        form.touched.update(|n| *n += 1);
    };
    view! {
        <div class="row">
            {move || files.get().into_iter().enumerate().map(|(n, f)| {
                let label = format!("{} {}", t("去掉", "Remove"), f.name);
                view! { <span class="row tight">{open_button(desk, f)}<button type="button" class="tool" aria-label=label on:click=move |_| remove(n)>"✕"</button></span> }
            }).collect_view()}
            <label class="btn small">{t("拍照或选文件…", "Choose files…")}<input type="file" multiple class="sr" on:change=choose /></label>
        </div>
    }
}

fn too_large(name: &str, size: u64) -> String {
    let (size, most) = (words::bytes(size), words::bytes(LARGEST));
    let (zh, en) = (
        format!("“{name}”有{size}，一个附件最多{most}，请压缩后再加"),
        format!("“{name}” has {size}, the limit is {most}"),
    );
    t(&zh, &en).to_owned()
}

/// The files of a row, beside the table.
#[component]
pub(super) fn Attached(rows: Rows, row: RowId) -> impl IntoView {
    let desk = rows.desk;
    move || {
        let (register, kind) = (rows.register(), rows.kind());
        let lists = desk.state(|s| {
            let record = s.record(&register.key, row)?;
            let files = |f: &Field| match record.value(&f.key) {
                Some(Value::Files(all)) if !all.is_empty() => Some((f.label.words(), all.clone())),
                _ => None,
            };
            Some(kind.fields.iter().filter_map(|f| files(f)).collect::<Vec<_>>())
        });
        let lists = lists.unwrap_or_default().into_iter().map(|(label, files)| {
            let files = files.into_iter().map(|f| open_button(desk, f)).collect_view();
            view! { <h3>{label}</h3><div class="row">{files}</div> }
        });
        lists.collect_view()
    }
}

/// A file by its name and size; pressed, it is handed to the browser.
fn open_button(desk: Desk, file: FileRef) -> impl IntoView {
    let shown = format!("{}（{}）", file.name, words::bytes(file.size));
    let label = format!("{} {}", t("打开", "Open"), file.name);
    view! { <button type="button" class="btn small" aria-label=label on:click=move |_| desk.open_file(file.clone())>{shown}</button> }
}
