//! Numbers that belong to a person, in full: shown when somebody asks for one, and on record from then on.
//!
//! Duty: beside the table and in a form, each such number of the row stands with its middle hidden and a button; pressing
//! it records who saw which, and only then shows it. Inputs: a row. Outputs: a step of the ledger in which nothing
//! changes. Neighbours: `present` masks; 操作历史 tells of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;

use super::row::Rows;
use crate::ledger::{BatchKind, Draft};
use crate::register::{Field, Fields as _};
use crate::storage::Extra;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::{RowId, Text};

/// The row's numbers.
#[component]
pub(super) fn Numbers(rows: Rows, row: RowId) -> impl IntoView {
    let kind = rows.kind();
    let private: Vec<Arc<Field>> = kind.fields.iter().filter(|f| f.is_private()).cloned().collect();
    // Kept beside the lines, which are drawn anew with every step of the ledger, that of showing too.
    let shown = RwSignal::new(BTreeSet::<String>::new());
    let lines = move || {
        let there = |f: &&Arc<Field>| said(rows, row, f).is_some();
        private.iter().filter(there).map(|field| number(rows, row, Arc::clone(field), shown)).collect_view()
    };
    view! { {lines} }
}

/// What the row says in the field, as it is written.
fn said(rows: Rows, row: RowId, field: &Field) -> Option<String> {
    let register = rows.register();
    rows.desk.state(|s| Some(s.record(&register.key, row)?.value(&field.key)?.as_str()?.to_owned()))
}

fn number(rows: Rows, row: RowId, field: Arc<Field>, shown: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let key = field.key.to_string();
    let is_shown = Memo::new(move |_| shown.with(|all| all.contains(&key)));
    let label = field.label.words();
    let name = format!("{}{label}", t("显示完整的", "Show in full: "));
    let told = Arc::clone(&field);
    let text = move || {
        let whole = said(rows, row, &told).unwrap_or_default();
        if is_shown.get() { whole } else { told.mask(&whole) }
    };
    let ask = move |_| {
        let key = field.key.to_string();
        show(
            rows,
            row,
            &field,
            Callback::new(move |_: String| {
                shown.try_update(|all| all.insert(key.clone()));
            }),
        );
    };
    view! {
        <p class="row"><span class="grow"><span class="hint">{label}</span>" "<span class="nowrap">{text}</span></span>
            {move || (!is_shown.get()).then(|| view! { <button type="button" class="btn small" aria-label=name.clone() on:click=ask.clone()>{t("显示", "Show")}</button> })}</p>
    }
}

/// Records that the number is shown; what it is comes when that is durable.
pub(super) fn show(rows: Rows, row: RowId, field: &Field, done: Callback<String>) {
    let Some(whole) = said(rows, row, field) else { return };
    let (register, field) = (Text::from(&*rows.register().key), Text::from(&*field.key));
    let draft = Draft::new(BatchKind::Shown { register, row, field });
    rows.desk.commit_with(draft, Extra::default(), move |_| done.run(whole));
}

/// The button beside an input of a form that shows what it hides.
#[component]
pub(super) fn ShowInput(rows: Rows, row: RowId, field: Arc<Field>, text: RwSignal<String>) -> impl IntoView {
    let whole = said(rows, row, &field);
    let masked = whole.map(|whole| field.mask(&whole));
    let name = format!("{}{}", t("显示完整的", "Show in full: "), field.label.words());
    let ask = move |_| show(rows, row, &field, Callback::new(move |whole: String| text.set(whole)));
    let hidden = move || {
        masked.as_deref().is_some_and(|masked| text.with(|now| now == masked && masked != words::NONE))
    };
    move || {
        hidden().then(|| view! { <button type="button" class="tool" aria-label=name.clone() on:click=ask.clone()>{t("显示", "Show")}</button> })
    }
}
