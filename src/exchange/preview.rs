//! A plan as the page shows it: the person's own sheet with what was made of it.
//!
//! Duty: cut a plan down to what a page can show. Inputs: the book, its tables and mappings, the plan.
//! Outputs: [`Preview`]. Neighbours: the worker asks for it; `super::job` carries it.

use std::collections::HashMap;

use super::book::address;
use super::job::{CellView, ChangeView, CheckView, FindingView, PlaceView, Preview, RowView, TablePreview};
use super::layout::{FoundTable, Headings, PeriodSource, Row, RowPart, UnitNote};
use super::marks;
use super::question::{self, Topic};
use super::{Book, CellFinding, DraftRow, Fate, Mapping, Plan, layout_fingerprint, own};
use crate::ledger::{Record, State};
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{Audience, Field, Fields as _, Message, RowKind, Sense, Severity, present};
use crate::value::{Lang, Period, RowId, Value, person};

/// Rows of a table that are shown.
const ROWS: usize = 120;
/// Changed values that are shown.
const CHANGES: usize = 200;

/// The preview of `plan`, which was made of `tables` with `mappings`.
pub fn preview(
    book: &Book,
    tables: &[FoundTable],
    mappings: &[Option<Mapping>],
    plan: &Plan,
    state: &State,
) -> Preview {
    let remarks = plan.remarks();
    let (marked, counts) = (marked(&remarks), plan.settled_counts());
    let mut shown: Vec<TablePreview> = tables
        .iter()
        .zip(mappings)
        .map(|(t, m)| table_view(book, t, m.as_ref(), plan, (state, &marked)))
        .collect();
    offer_own(book, tables, state, &mut shown);
    let mut view = Preview {
        file: plan.file.to_string(),
        tables: shown,
        // Names that need a decision are listed by themselves.
        findings: remarks.iter().filter(|f| !f.listed).map(finding_view).collect(),
        new_places: plan.decided_places().map(|p| (p.name.clone(), p.parent_name.clone())).collect(),
        words: plan.products.iter().map(|p| p.name.to_string()).collect(),
        inserted: counts.inserted,
        updated: counts.updated,
        unchanged: counts.unchanged,
        skipped: counts.skipped,
        removed: counts.removed,
        cleared: counts.cleared,
        changes: changes(plan, state),
        newest: newest(plan, state),
        marks: marks::notes(&remarks).len(),
        can_mark: marks::can_mark(book.format),
        ..Preview::default()
    };
    view.places = plan.proposed.iter().chain(&plan.places).map(place_view).collect();
    view.checks = plan.checks.iter().map(check_view).collect();
    let recognised = mappings.iter().any(Option::is_some);
    let why = (!plan.is_writable()).then(|| blocked(&view, &remarks, state, recognised));
    view.blocked = why;
    view
}

/// What tables that no register fits could become.
fn offer_own(book: &Book, tables: &[FoundTable], state: &State, shown: &mut [TablePreview]) {
    let unknown =
        || tables.iter().zip(0..).filter(|(_, n)| shown.get(*n).is_some_and(|t| t.mapping.is_none()));
    let unknown: Vec<(&FoundTable, usize)> = unknown().collect();
    if unknown.is_empty() {
        return;
    }
    let known = Headings::of(state.schema());
    for (table, n) in unknown {
        let offered = table.sheet_in(book).map(|sheet| own::offer(sheet, table, &known));
        if let Some(view) = shown.get_mut(n) {
            view.own = offered;
        }
    }
}

/// The period that a person wants to see afterwards.
fn newest(plan: &Plan, state: &State) -> Option<Period> {
    let written = plan.drafts.iter().filter(|d| matches!(d.fate, Fate::Insert | Fate::Update { .. }));
    let period = |d: &DraftRow| {
        let planned = plan.tables.get(usize::try_from(d.table).ok()?)?;
        let key = state.schema().kind(&planned.register, &planned.kind)?.key_of(Sense::Period)?;
        d.value(key)?.as_period()
    };
    written.filter_map(period).max()
}

/// The worst finding of each cell.
fn marked(remarks: &[CellFinding]) -> HashMap<(&str, &str), Severity> {
    let mut marks: HashMap<(&str, &str), Severity> = HashMap::new();
    for f in remarks.iter().filter(|f| !f.cell.is_empty()) {
        let slot = marks.entry((&f.sheet, &f.cell)).or_insert(f.severity);
        *slot = (*slot).min(f.severity);
    }
    marks
}

fn table_view(
    book: &Book,
    table: &FoundTable,
    mapping: Option<&Mapping>,
    plan: &Plan,
    (state, marks): (&State, &HashMap<(&str, &str), Severity>),
) -> TablePreview {
    let rows: Vec<RowView> =
        table.rows_of_sheet().iter().take(ROWS).map(|row| row_view(book, table, row, marks)).collect();
    TablePreview {
        sheet: table.sheet.to_string(),
        title: table.title.as_ref().map(|t| t.text.clone()).unwrap_or_default(),
        register: mapping.map(|m| m.register.clone()).unwrap_or_default(),
        unit: table.unit.clone().unwrap_or_default(),
        period: table.period.as_ref().map(|p| p.period.zh()).unwrap_or_default(),
        // What a person has chosen can be chosen anew.
        asks_period: plan.lacks_period(state, table)
            || asks_period(plan, table)
            || chosen_period(table, mapping),
        at: question::table_at(table),
        because: because(table),
        reporter: table.reporter.as_ref().map(|r| r.text.clone()).unwrap_or_default(),
        mapping: mapping.cloned(),
        fingerprint: layout_fingerprint(table),
        remembered: false,
        own: None,
        more: table.rows_of_sheet().len().saturating_sub(rows.len()),
        rows,
    }
}

fn chosen_period(table: &FoundTable, mapping: Option<&Mapping>) -> bool {
    let told = table.period.as_ref().is_none_or(|p| p.from == PeriodSource::Person);
    told && mapping.is_some_and(|m| m.period.is_some())
}

fn asks_period(plan: &Plan, table: &FoundTable) -> bool {
    let at = question::table_at(table);
    let asks = |q: &question::Question| q.topic == Topic::Period && q.about == at;
    plan.findings.iter().filter_map(|f| f.ask.as_ref()).any(asks)
}

/// 万元，因为A2写着“单位：万元”.
fn because(table: &FoundTable) -> Vec<Message> {
    let unit = |u: &UnitNote| {
        if u.told {
            return Message::new(format!("{}：您说的", u.unit), format!("{}: you said so", u.unit));
        }
        Message::new(
            format!("{}：因为{}写着“{}”", u.unit, u.cell, u.said),
            format!("{}: because {} says {}", u.unit, u.cell, u.said),
        )
    };
    let period = table.period.as_ref().map(|p| {
        let (zh, en) = p.from.words();
        let cell = p.cell.clone().unwrap_or_default();
        if p.from == PeriodSource::Person {
            return Message::new(format!("{}：您说的", p.period.zh()), format!("{}: you said so", p.period));
        }
        Message::new(
            format!("{}：因为{zh}{cell}写着“{}”", p.period.zh(), p.said),
            format!("{}: because {en} {cell} says {}", p.period, p.said),
        )
    });
    period.into_iter().chain(table.units.iter().map(unit)).collect()
}

fn row_view(book: &Book, table: &FoundTable, row: &Row, marks: &HashMap<(&str, &str), Severity>) -> RowView {
    let cell = |column: u32| {
        let Some(sheet) = book.sheets.get(table.sheet_index) else { return CellView::default() };
        let cell = sheet.grid.get(row.index, column);
        let at = address(row.index, column);
        CellView {
            // Before a column is mapped nobody knows which one holds what belongs to a person.
            text: person::masked(&cell.shown()),
            number: cell.is_number(),
            severity: marks.get(&(&*table.sheet, &*at)).copied(),
        }
    };
    RowView {
        number: row.index + 1,
        kind: kind_word(row.kind),
        cells: (table.range.left..=table.range.right).map(cell).collect(),
    }
}

/// As [`RowPart`] is written in JSON.
fn kind_word(kind: RowPart) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn finding_view(f: &CellFinding) -> FindingView {
    FindingView {
        severity: f.severity,
        sheet: f.sheet.to_string(),
        cell: f.cell.clone(),
        message: Message::new(person::masked(&f.message.zh), person::masked(&f.message.en)),
        ask: f.ask.clone(),
    }
}

fn place_view(p: &super::UnknownPlace) -> PlaceView {
    PlaceView {
        name: p.name.clone(),
        town: p.town.clone(),
        cell: p.cells.first().cloned().unwrap_or_default(),
        candidates: p.candidates.iter().map(|c| (c.row.to_string(), candidate_name(c))).collect(),
        ambiguous: p.ambiguous,
        kind: p.kind.clone(),
    }
}

fn candidate_name(c: &super::Candidate) -> String {
    c.parent.as_ref().map_or_else(|| c.name.clone(), |p| format!("{p} · {}", c.name))
}

fn check_view(c: &super::TotalCheck) -> CheckView {
    let unit = c.unit.clone().unwrap_or_default();
    CheckView {
        sheet: c.sheet.to_string(),
        cell: c.cell.clone(),
        label: c.label.clone(),
        printed: format!("{}{unit}", c.printed.normalize()),
        computed: format!("{}{unit}", c.computed.normalize()),
        agrees: c.agrees,
    }
}

fn changes(plan: &Plan, state: &State) -> Vec<ChangeView> {
    let mut all = Vec::new();
    for draft in &plan.drafts {
        let Fate::Update { row, changes } = &draft.fate else { continue };
        let Some(planned) = plan.tables.get(usize::try_from(draft.table).unwrap_or(usize::MAX)) else {
            continue;
        };
        for change in changes {
            if all.len() == CHANGES {
                return all;
            }
            let kind = state.schema().kind(&planned.register, &planned.kind);
            let label = kind.and_then(|k| k.field(&change.field));
            let said = |value: &Value| words(state, label.map(|f| &**f), value, Lang::Zh);
            all.push(ChangeView {
                cell: plan.cell_of(draft, &change.field).unwrap_or_default(),
                record: record_words(state, &planned.register, *row),
                field: label.map_or_else(|| change.field.to_string(), |f| f.label.zh.to_string()),
                before: change.before.as_ref().map_or_else(|| "—".to_owned(), said),
                after: said(&change.after),
            });
        }
    }
    all
}

/// A record by its place, its period and its title; what a mask hides of them is hidden.
pub fn record_words(state: &State, key: &str, row: RowId) -> String {
    record_named(state, key, row).zh
}

/// The same in both languages.
pub fn record_named(state: &State, key: &str, row: RowId) -> Message {
    let parts = record_parts(state, key, row).unwrap_or_default();
    let joined = |lang| {
        let all: Vec<String> = parts.iter().map(|(field, v)| words(state, Some(field), v, lang)).collect();
        person::masked(&all.join(" "))
    };
    Message::new(joined(Lang::Zh), joined(Lang::En))
}

fn record_parts<'a>(state: &'a State, key: &str, row: RowId) -> Option<Vec<(&'a Field, &'a Value)>> {
    let record = state.record(key, row)?;
    let declared = state.schema().register(key)?;
    let kind = declared.kind(record.kind())?;
    let place = state.place_of(declared, record).filter(|id| *id != record.id());
    let place = place.and_then(|id| state.record(PLACE_REGISTER, id));
    let of_places = state.schema().of_places()?;
    let said = |kind: &'a RowKind, record: &'a Record, key: &str| -> Option<(&'a Field, &'a Value)> {
        Some((&**kind.field(key)?, record.value(key)?))
    };
    let place = place.and_then(|r| said(of_places, r, &of_places.title));
    let period = kind.key_of(Sense::Period).and_then(|key| said(kind, record, key));
    Some(place.into_iter().chain(period).chain(said(kind, record, &kind.title)).collect())
}

/// A value of a field as it stands in a sentence; records that it names by their titles.
pub(super) fn words(state: &State, field: Option<&Field>, value: &Value, lang: Lang) -> String {
    let title = |id: RowId| -> Option<String> {
        let (key, record) = state.home(field?.target()?, id)?;
        let kind = state.kind_of(key, record)?;
        Some(record.value(&kind.title)?.as_str()?.to_owned())
    };
    present(field, value, Audience::Sentence(lang), &|id| title(id).unwrap_or_else(|| id.to_string()))
}

/// Why it cannot be written, and what to do.
fn blocked(view: &Preview, remarks: &[CellFinding], state: &State, recognised: bool) -> Message {
    let errors = remarks.iter().filter(|f| f.severity == Severity::Error).count();
    if !view.places.is_empty() {
        let n = view.places.len();
        return Message::new(
            format!("有{n}个村名要先决定"),
            format!("{n} place names need a decision first"),
        );
    }
    if !recognised {
        let there = state.schema().names();
        return Message::new(
            format!("认不出是哪本台账。现有：{}。请在“列的对应”里选一本，或换一份表", there.zh),
            format!("No register fits. There are: {}. Choose one under Columns", there.en),
        );
    }
    if errors == 0 {
        return Message::new("没有可以写入的行", "There is no row that could be written");
    }
    Message::new(
        format!("有{errors}处错误，改好原表再导入，或选择跳过有错误的行"),
        format!("{errors} errors: mend the file, or leave out those rows"),
    )
}
