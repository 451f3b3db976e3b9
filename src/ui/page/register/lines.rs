//! What stands under a record, as a small table in its form: lines are added, changed and taken away there, and become
//! records of their own in the same step.
//!
//! Inputs: the kinds under the form's kind, their records. Outputs: texts of a draft, changes of the step. Neighbours:
//! `form` saves; a kind of lines has a page of its own as well.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::form::{FormState, asked};
use super::row::Rows;
use crate::ledger::Draft;
use crate::register::{Field, FieldKind, Need, Register, RowKind, Sense};
use crate::ui::desk::Desk;
use crate::ui::entry;
use crate::ui::lang::{Words, t};
use crate::ui::route::Route;
use crate::ui::widget::ask::Refusal;
use crate::ui::widget::grid::composing;
use crate::ui::words;
use crate::value::{RowId, Text, Value, order};

/// Lines shown beside the table; the rest is counted and found on the kind's own page.
const TOLD: usize = 20;
/// What stands for a line's record among its texts.
const ROW: &str = "#row";

/// One line: its record, where there is one already, and its texts by field.
#[derive(Debug, Clone, Default, PartialEq)]
struct Line {
    row: Option<RowId>,
    texts: BTreeMap<String, String>,
}

/// The lines of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::ui) struct Lines(Vec<Line>);

/// What a line says.
pub(super) struct Said {
    row: Option<RowId>,
    values: Vec<(Text, Value)>,
}

/// The name of a kind's lines among the fields of a form.
pub(super) fn slot(kind: &RowKind) -> String {
    format!("{}/", kind.key)
}

/// The columns: what is typed, but for the parent, which is the form's record, and for files.
fn columns(desk: Desk, kind: &RowKind) -> Vec<Arc<Field>> {
    let shown = |f: &Arc<Field>| !f.has(Sense::Parent) && !matches!(f.kind, FieldKind::Files);
    asked(desk, kind).into_iter().filter(shown).collect()
}

impl Lines {
    /// Those under a record.
    pub(super) fn under(desk: Desk, register: &Register, kind: &RowKind, parent: RowId) -> Self {
        desk.state_once(|s| {
            let line = |record: &crate::ledger::Record| {
                let text = |f: &Arc<Field>| {
                    let value = crate::register::Fields::value(record, &f.key)?;
                    Some((f.key.to_string(), entry::text_of(f, value, &|t, id| desk.target_name(s, t, id))))
                };
                Line { row: Some(record.id()), texts: columns(desk, kind).iter().filter_map(text).collect() }
            };
            Self(s.under(&register.key, parent, &kind.key).map(line).collect())
        })
    }

    /// What every line says; a problem names its line. A line in which nothing is written is none.
    pub(super) fn read(&self, desk: Desk, kind: &RowKind, year: i16) -> Result<Vec<Said>, String> {
        let mut all = Vec::new();
        for (n, line) in self.0.iter().enumerate() {
            if line.row.is_none() && line.texts.values().all(|text| text.trim().is_empty()) {
                continue;
            }
            let mut values = Vec::new();
            for field in columns(desk, kind) {
                let place = |why: &str| {
                    format!("{}{}{} {}：{why}", t("第", "Line "), n + 1, t("行", ""), field.label.words())
                };
                let text = line.texts.get(&*field.key).map_or("", String::as_str);
                let value = entry::read(&field, text, Some(year), &desk)
                    .map_err(|why: Refusal| place(why.words()))?;
                match value {
                    Some(v) => values.push((Text::from(&*field.key), v)),
                    None if matches!(field.need, Need::Always) && field.derived.is_none() => {
                        return Err(place(t("必须填写", "is required")));
                    }
                    None => {}
                }
            }
            order::sort_by(&mut values, |a, b| a.0.cmp(&b.0));
            all.push(Said { row: line.row, values });
        }
        Ok(all)
    }

    /// Into the texts of a draft, under `kind/n/column`.
    pub(super) fn write_texts(&self, slot: &str, all: &mut BTreeMap<String, String>) {
        for (n, line) in self.0.iter().enumerate() {
            let row = line.row.map(|row| (ROW.to_owned(), row.to_string()));
            let texts = line.texts.iter().map(|(k, v)| (k.clone(), v.clone()));
            all.extend(
                row.into_iter().chain(texts).map(|(column, text)| (format!("{slot}{n:04}/{column}"), text)),
            );
        }
    }

    /// Back from the texts of a draft.
    pub(super) fn read_texts(&mut self, slot: &str, all: &BTreeMap<String, String>) {
        let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
        for (name, text) in all {
            let Some((n, column)) = name.strip_prefix(slot).and_then(|rest| rest.split_once('/')) else {
                continue;
            };
            let line = lines.entry(n).or_default();
            if column == ROW {
                line.row = text.parse().ok();
            } else {
                line.texts.insert(column.to_owned(), text.clone());
            }
        }
        self.0 = lines.into_values().collect();
    }
}

/// The changes that make the records under `parent` say what the lines say; returns the records that they are about.
pub(super) fn record(
    desk: Desk,
    draft: &mut Draft,
    (register, kind): (&Register, &RowKind),
    parent: RowId,
    lines: Vec<Said>,
) -> Vec<RowId> {
    let mut about = Vec::new();
    desk.state_once(|s| {
        let gone = s.under(&register.key, parent, &kind.key).map(|r| r.id());
        for row in gone.filter(|id| !lines.iter().any(|l| l.row == Some(*id))) {
            about.push(row);
            draft.remove(s, &register.key, row);
        }
        for Said { row, mut values } in lines {
            // Somebody else may have removed the record meanwhile: then the line is a new one.
            let known = row.filter(|id| s.record(&register.key, *id).is_some_and(|r| !r.is_gone()));
            let Some(id) = known else {
                let id = desk.new_id();
                values.extend(kind.key_of(Sense::Parent).map(|key| (Text::from(key), Value::Ref(parent))));
                order::sort_by(&mut values, |a, b| a.0.cmp(&b.0));
                draft.create(&register.key, &kind.key, id, values, None);
                about.push(id);
                continue;
            };
            about.push(id);
            for field in columns(desk, kind) {
                let value = values.iter().find(|(k, _)| **k == *field.key).map(|(_, v)| v.clone());
                draft.set(s, &register.key, id, &field.key, value, None);
            }
        }
    });
    about
}

/// What stands under a row, beside the table: the lines of each kind, and the way to all of them.
#[component]
pub(super) fn LinesTold(rows: Rows, row: RowId) -> impl IntoView {
    let desk = rows.desk;
    move || {
        let (register, kind) = (rows.register(), rows.kind());
        register.children(&kind.key).map(|under| lines_told(desk, &register, under, row)).collect_view()
    }
}

fn lines_told(desk: Desk, register: &Register, under: &RowKind, row: RowId) -> impl IntoView + use<> {
    let columns = columns(desk, under);
    let (count, lines) = desk.state(|s| {
        let all: Vec<&crate::ledger::Record> = s.under(&register.key, row, &under.key).collect();
        let line = |record: &&crate::ledger::Record| {
            let cell = |f: &Arc<Field>| {
                let value = crate::register::Fields::value(*record, &f.key);
                let text = words::cell(f, value, &|t, id| desk.target_name(s, t, id));
                view! { <td class:num=f.is_number() data-label=f.label.words()>{text}</td> }
            };
            view! { <tr>{columns.iter().map(cell).collect_view()}</tr> }
        };
        (all.len(), all.iter().take(TOLD).map(line).collect_view())
    });
    let head = columns.iter().map(|f| view! { <th>{f.label.words()}</th> }).collect_view();
    let href = Route::Register(register.key.to_string(), Some(under.key.to_string())).href();
    let name = under.label.words();
    (count > 0).then(|| view! {
        <div class="row between"><h3>{name.clone()}" "<span class="second small">{count}</span></h3><a class="small" href=href>{t("全部", "All of them")}</a></div>
        <div class="scroll" tabindex="0" role="region" aria-label=name><table class="plain lines"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>
    })
}

#[component]
pub(super) fn LinesInput(kind: Arc<RowKind>, form: FormState) -> impl IntoView {
    let slot = slot(&kind);
    let lines = form.lines.with_value(|l| l.get(&slot).copied()).unwrap_or_default();
    let columns = columns(Desk::here(), &kind);
    let touch = move || form.touched.update(|n| *n += 1);
    let count = Memo::new(move |_| lines.with(|l| l.0.len()));
    let cell = move |n: usize, f: &Field| {
        let key = f.key.to_string();
        let now = lines.with_untracked(|l| {
            l.0.get(n).and_then(|line| line.texts.get(&*f.key)).cloned().unwrap_or_default()
        });
        let write = move |text: String| {
            lines.update(|l| {
                if let Some(line) = l.0.get_mut(n) {
                    line.texts.insert(key.clone(), text);
                }
            });
            touch();
        };
        let composed = write.clone();
        view! { <td data-label=f.label.words()><input class="plain" aria-label=format!("{} {}", f.label.words(), n + 1) value=now
        on:input=move |e| if !composing(&e) { write(event_target_value(&e)) } on:compositionend=move |e| composed(event_target_value(&e)) /></td> }
    };
    let remove = move |n: usize| {
        lines.update(|l| {
            if n < l.0.len() {
                l.0.remove(n);
            }
        });
        touch();
    };
    let head = columns.iter().map(|f| view! { <th>{f.label.words()}</th> }).collect_view();
    let problem = move || form.problems.with(|p| p.get(&slot).cloned());
    view! {
        <div class="field wide" role="group" aria-label=kind.label.words()>
            <b>{kind.label.words()}</b>
            <div class="scroll"><table class="plain lines">
                <thead><tr>{head}<th></th></tr></thead>
                <tbody>{move || (0..count.get()).map(|n| view! {
                    <tr>{columns.iter().map(|f| cell(n, f)).collect_view()}
                        <td><button type="button" class="tool" aria-label=format!("{} {}", t("删除第几行", "Remove line"), n + 1) on:click=move |_| remove(n)>"✕"</button></td></tr>
                }).collect_view()}</tbody>
            </table></div>
            <button type="button" class="btn small" on:click=move |_| { lines.update(|l| l.0.push(Line::default())); touch(); }>{t("加一行", "Add a line")}</button>
            {move || problem().filter(|p| !p.is_empty()).map(|p| view! { <p class="hint wrong" role="alert">{p}</p> })}
        </div>
    }
}
