//! A register on a phone: a card a row, with what names it, the two figures that matter and its state. More come
//! when they are asked for; a tap opens the row in a sheet from below.

use std::rc::Rc;

use leptos::prelude::*;

use super::many::Choice;
use super::row::{Rows, mark, tag};
use super::sheet::RegisterSheet;
use crate::ledger::Surroundings;
use crate::register::Field;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::RowId;

/// Cards drawn at first, and with every further step: a hundred thousand would be no page any more.
const STEP: usize = 50;

/// The cards.
#[component]
pub(super) fn Cards(
    rows: Rows,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    choice: Choice,
    label: String,
    on_open: Callback<RowId>,
) -> impl IntoView {
    let shown = RwSignal::new(STEP);
    let ids =
        move || sheet.with(|s| (0..s.count().min(shown.get())).filter_map(|n| s.id(n)).collect::<Vec<_>>());
    let press = move |id: RowId, range: bool| {
        if choice.on.get_untracked() {
            sheet.with_untracked(|s| choice.press(s, id, range));
        } else {
            on_open.run(id);
        }
    };
    let more = move || {
        let left = sheet.with(|s| s.count()).saturating_sub(shown.get());
        let say = if left > STEP {
            format!("{} {STEP} {}", t("再显示", "Show"), t("条", "more"))
        } else {
            format!("{} {left} {}", t("显示剩下的", "Show the last"), t("条", ""))
        };
        (left > 0).then(|| view! {
            <div class="row between"><span class="hint">{t("还有", "")}" "{words::plain(left.into())}" "{t("条没有显示", "are not shown yet")}</span>
                <button class="btn" on:click=move |_| shown.update(|n| *n += STEP)>{say}</button></div>
        })
    };
    view! {
        <ol class="records" aria-label=label>
            <For each=ids key=|id| *id let:id>
                <li>
                    <button class="record" id=format!("row-{id}") role=move || choice.on.get().then_some("checkbox")
                        aria-checked=move || choice.on.get().then(|| choice.has(id).to_string()) aria-haspopup=move || (!choice.on.get()).then_some("dialog")
                        on:click=move |e| press(id, e.shift_key())>
                        // What the ledger says now, whenever it changes.
                        {move || sheet.with(|_| card(rows, id))}
                    </button>
                </li>
            </For>
        </ol>
        {more}
    }
}

fn card(rows: Rows, id: RowId) -> impl IntoView + use<> {
    let figures = rows.desk.state_once(|s| {
        let world = Surroundings::new(s);
        rows.kind().key_fields().map(|f| figure(f, rows.text(s, &world, id, f))).collect_view()
    });
    let found = rows.worst(id).map(|f| mark(f.severity));
    let tags = rows
        .aside(id)
        .map(|word| ("tag", word))
        .into_iter()
        .chain(
            rows.desk
                .disputes
                .with(|d| d.has_row(id))
                .then(|| ("tag wrong", t("冲突", "conflict").to_owned())),
        )
        .chain(found.map(|(class, word)| (class, word.to_owned())))
        .chain(rows.stage(id).map(|s| (tag(s.tone), t(s.word, s.en).to_owned())))
        .map(|(class, word)| view! { <span class=class>{word}</span> })
        .collect_view();
    view! {
        <span class="record-head"><b class="grow">{rows.name(id)}</b><span class="record-tags">{tags}</span></span>
        <span class="record-figures">{figures}</span>
    }
}

fn figure(field: &Field, text: String) -> impl IntoView + use<> {
    let unit = field.base_unit().filter(|_| text != words::NONE).map(|u| words::unit(u).to_owned());
    view! { <span class="record-figure"><span class="hint">{field.label.words()}</span><span class="value">{text}{unit.map(|u| view! { " " <small>{u}</small> })}</span></span> }
}
