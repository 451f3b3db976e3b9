//! Above the table: cells that were typed in and not entered, each to be taken up or given up.
//!
//! Duty: says of each where it is, what was typed and when, why it was not taken, and what has changed since.
//! Inputs: the desk's list. Outputs: the cell opened with its text, or nothing of it left. Neighbours: the table.

use std::rc::Rc;

use leptos::prelude::*;

use super::columns::Columns;
use super::filter::Filter;
use super::row::Rows;
use super::sheet::RegisterSheet;
use crate::ledger::Record;
use crate::register::Fields as _;
use crate::ui::desk::Unfinished;
use crate::ui::entry;
use crate::ui::lang::{Words as _, t};
use crate::ui::words;

#[component]
pub(super) fn UnfinishedCells(
    rows: Rows,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    filter: RwSignal<Filter>,
    resume: RwSignal<Option<(usize, usize, String)>>,
    columns: Columns,
) -> impl IntoView {
    let desk = rows.desk;
    let here = move || -> Vec<Unfinished> {
        let (register, kind) = (rows.register(), rows.kind());
        let of_kind = |s: &crate::ledger::State, c: &Unfinished| {
            c.register == register.key
                && s.record(&register.key, c.row).is_none_or(|r| **r.kind() == *kind.key)
        };
        let all = desk.unfinished.get();
        desk.state(|s| all.into_iter().filter(|c| of_kind(s, c)).collect())
    };
    let take_up = move |cell: &Unfinished| {
        if columns.wishes.with_untracked(|w| w.hides(&cell.field)) {
            columns.change(|w| w.hide(&cell.field, false));
        }
        let found = |s: &RegisterSheet| Some((s.row_of(cell.row)?, s.column_of(&cell.field)?));
        let place = sheet.with_untracked(|s| found(s)).or_else(|| {
            // Its row is not among those shown: every filter gives way.
            filter.set(Filter { all_periods: true, ..Filter::default() });
            desk.choose_place(None);
            sheet.with_untracked(|s| found(s))
        });
        if let Some((row, column)) = place {
            resume.set(Some((row, column, cell.text.clone())));
        }
    };
    let line = move |cell: Unfinished| {
        let said = said(rows, &cell);
        let (again, gone) = (cell.clone(), cell.clone());
        let give_up = move |_| desk.give_up_cell(&gone.register, gone.row, &gone.field);
        view! {
            <li class="row" role="group" aria-label=said.what.clone()>
                <span class="grow">{said.what.clone()}{said.more.map(|more| view! { <span class="hint doubt">" "{more}</span> })}</span>
                {said.there.then(|| view! { <button class="btn small" on:click=move |_| take_up(&again)>{t("接着填", "Continue")}</button> })}
                <button class="btn small plain" on:click=give_up>{t("放弃", "Discard")}</button>
            </li>
        }
    };
    move || {
        let cells = if desk.can_write() { here() } else { Vec::new() };
        (!cells.is_empty()).then(|| {
            let n = cells.len();
            let (zh, en) = (format!("有{n}格没有录完"), format!("{n} cells were typed and not entered"));
            let title = t(&zh, &en).to_owned();
            view! {
                <section class="banner no-print" style="display:block;margin-bottom:10px" aria-label=title.clone()>
                    <b role="status">{title.clone()}</b>
                    <ul class="stack" style="gap:4px;list-style:none;margin:6px 0 0;padding:0">{cells.into_iter().map(line).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// What is said of a cell.
struct Said {
    what: String,
    more: Option<String>,
    /// Its row is there and can be typed in.
    there: bool,
}

fn said(rows: Rows, cell: &Unfinished) -> Said {
    let (desk, register, kind) = (rows.desk, rows.register(), rows.kind());
    let field = kind.field(&cell.field);
    desk.state_once(|s| {
        let record = s.record(&register.key, cell.row).filter(|r| !r.is_gone());
        let label = field.map_or_else(|| cell.field.clone(), |f| f.label.words());
        let name = desk.row_words(s, &register.key, cell.row);
        let what = format!("{name} {label}“{}”，{}", cell.text, words::moment(cell.at));
        let now = |r: &Record| {
            let value = r.value(&cell.field)?;
            Some(entry::text_of(field?, value, &|t, id| desk.target_name(s, t, id)))
        };
        let changed = record.map(|r| now(r).unwrap_or_default()).filter(|now| *now != cell.before);
        let more = match (record, changed) {
            (None, _) => Some(t("这一行后来删除了", "The row was removed since").to_owned()),
            (_, Some(now)) => {
                let now = if now.is_empty() { words::NONE.to_owned() } else { now };
                let before = if cell.before.is_empty() { words::NONE } else { &cell.before };
                let (zh, en) = (
                    format!("这一格后来由“{before}”改成了“{now}”"),
                    format!("The cell has changed since from “{before}” to “{now}”"),
                );
                Some(t(&zh, &en).to_owned())
            }
            _ => cell.why.clone(),
        };
        Said { what, more, there: record.is_some() }
    })
}
