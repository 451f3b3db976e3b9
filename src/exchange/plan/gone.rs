//! What a list said when it was imported before, and does not say any more.
//!
//! Duty: records that an earlier import of the same list made and that stand in none of its rows now, and cells that are
//! blank now where an import had written a value. Nothing of it is removed unless a person says so: the list may be
//! another part of the whole. Inputs: drafts whose fate is decided, the ledger. Outputs: questions with what is missing,
//! and what is withdrawn once they are answered. Neighbours: `upsert` decided the fates, `write` withdraws through the
//! ledger's gate.

use std::collections::{HashMap, HashSet};

use super::upsert::is_settled;
use super::{Desk, DraftRow, Fate, Planned, asks};
use crate::exchange::preview::{record_named, words};
use crate::exchange::question::{self, Choice, KEEP, Question, REMOVED, Topic};
use crate::ledger::{BatchId, BatchKind, Record, State};
use crate::register::{Fields as _, Key, Message, Name, RowKind, Severity};
use crate::value::{Lang, RowId, Text};

/// What leaves the ledger with an import.
#[derive(Debug, Clone, Default)]
pub(super) struct Withdrawn {
    /// Records, with their register.
    pub rows: Vec<(Name, RowId)>,
    /// Cells: register, record and field.
    pub cells: Vec<(Name, RowId, Text)>,
}

/// More lines than this nobody reads before answering; how many there are is always said.
const LISTED: usize = 300;
/// So many are named in the sentence itself.
const NAMED: usize = 3;

/// A list as it was imported: the step, and the sheet.
type List = (BatchId, Text);

/// Tables of one sheet that give rows of one kind.
struct Part<'a> {
    sheet: &'a Text,
    /// `A1`
    cell: &'a str,
    register: &'a Name,
    kind: &'a RowKind,
    drafts: Vec<&'a DraftRow>,
}

/// Looks for what is missing, asks about it, and takes what was answered.
pub(super) fn look(desk: &mut Desk<'_>, tables: &[Planned]) -> Withdrawn {
    let mut withdrawn = Withdrawn::default();
    // Rows whose place is open yet stand for records that are not missing.
    if !desk.places.unknown.is_empty() {
        return withdrawn;
    }
    let drafts = std::mem::take(&mut desk.drafts);
    let state = desk.state;
    let named: HashSet<RowId> = drafts.iter().flat_map(DraftRow::refs).collect();
    for part in parts(state, tables, &drafts) {
        rows(desk, &part, &named, &mut withdrawn);
        cells(desk, &part, &mut withdrawn);
    }
    desk.drafts = drafts;
    withdrawn
}

fn parts<'a>(state: &'a State, tables: &'a [Planned], drafts: &'a [DraftRow]) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut of_table: Vec<Option<usize>> = Vec::new();
    for table in tables {
        let Some(kind) = state.schema().kind(&table.register, &table.kind) else {
            of_table.push(None);
            continue;
        };
        let same =
            |p: &Part<'_>| *p.sheet == table.sheet && *p.register == table.register && p.kind.key == kind.key;
        let at = parts.iter().position(same).unwrap_or_else(|| {
            let cell = table.range.split(':').next().unwrap_or_default();
            parts.push(Part {
                sheet: &table.sheet,
                cell,
                register: &table.register,
                kind,
                drafts: Vec::new(),
            });
            parts.len() - 1
        });
        of_table.push(Some(at));
    }
    for draft in drafts {
        let part = usize::try_from(draft.table).ok().and_then(|t| of_table.get(t).copied().flatten());
        if let Some(part) = part.and_then(|at| parts.get_mut(at)) {
            part.drafts.push(draft);
        }
    }
    parts
}

/// The record that a draft means in the ledger.
fn meant(draft: &DraftRow) -> Option<RowId> {
    match &draft.fate {
        Fate::Update { row, .. } | Fate::Unchanged { row } => Some(*row),
        Fate::Insert | Fate::Skip => None,
    }
}

/// The list by which a record came into the ledger.
fn list_of(state: &State, record: &Record) -> Option<List> {
    let (batch, origin) = record.origin()?;
    let head = state.batch(batch).filter(|head| matches!(head.kind, BatchKind::Import { .. }))?;
    let source = head.sources.get(usize::try_from(origin.table).ok()?)?;
    Some((batch, source.sheet.clone()))
}

/// Records of the lists that come again, which do not come again themselves and are not `named` either: a hub stands in
/// the rows of the households that it links.
fn rows(desk: &mut Desk<'_>, part: &Part<'_>, named: &HashSet<RowId>, withdrawn: &mut Withdrawn) {
    // A row that cannot be read may be any of them.
    let Some(refused) = keys_of_refused(part) else { return };
    let state = desk.state;
    let Some(sheet) = state.sheet(part.register) else { return };
    let again: HashSet<RowId> = part.drafts.iter().filter_map(|d| meant(d)).collect();
    let mut lists: HashMap<List, (usize, Vec<&Record>)> = HashMap::new();
    let known = again.iter().filter_map(|row| list_of(state, sheet.get(*row)?));
    known.for_each(|list| lists.entry(list).or_default().0 += 1);
    if lists.is_empty() {
        return;
    }
    let comes = |row: RowId| again.contains(&row) || named.contains(&row);
    let missing = |r: &&Record| !comes(r.id()) && !is_settled(part.kind, Some(*r));
    for record in sheet.of_kind(&part.kind.key).filter(missing) {
        let standing = part.kind.same(record).is_none_or(|(key, _)| !refused.contains(&key));
        if let Some((_, gone)) = list_of(state, record).filter(|_| standing).and_then(|l| lists.get_mut(&l)) {
            gone.push(record);
        }
    }
    // Fewer than half of a list come again: it is a part of it, which is said and not asked.
    let mut gone: Vec<(&Record, bool)> = Vec::new();
    for (come, all) in lists.values() {
        gone.extend(all.iter().map(|r| (*r, *come >= all.len())));
    }
    crate::value::order::sort_by_key(&mut gone, |(r, _)| r.id());
    let asked: Vec<RowId> = gone.iter().filter(|(_, whole)| *whole).map(|(r, _)| r.id()).collect();
    kept(desk, part, gone.len() - asked.len());
    let answer = question::answered(&desk.options.decisions, Topic::Gone, part.sheet, part.cell);
    match answer {
        _ if asked.is_empty() => {}
        Some(REMOVED) => withdrawn.rows.extend(asked.into_iter().map(|row| (part.register.clone(), row))),
        Some(_) => {}
        None => ask_rows(desk, part, &asked),
    }
}

/// The keys of rows that are left out; none when one of them says too little to know which record it means.
fn keys_of_refused(part: &Part<'_>) -> Option<HashSet<Key>> {
    let refused = part.drafts.iter().filter(|d| d.fate == Fate::Skip);
    refused.map(|d| part.kind.same(&d.fields.as_slice()).map(|(key, _)| key)).collect()
}

fn kept(desk: &mut Desk<'_>, part: &Part<'_>, n: usize) {
    if n == 0 {
        return;
    }
    let message = Message::new(
        format!("上次导入的名单里还有{n}条，这次没有：按名单的另一部分，保持不变"),
        format!(
            "{n} records of the list imported before are not in this one; they stay as another part of it"
        ),
    );
    desk.report.about_table(Severity::Info, part.sheet, "rows_kept", message);
}

/// The first names and, when there are more, how many.
fn some(names: &[Message]) -> Message {
    let named = |word: fn(&Message) -> &str| names.iter().take(NAMED).map(word).collect::<Vec<_>>();
    let more = names.len() > NAMED;
    Message::new(
        format!("{}{}", named(|m| &m.zh).join("、"), if more { "……" } else { "" }),
        format!("{}{}", named(|m| &m.en).join(", "), if more { " …" } else { "" }),
    )
}

fn ask_rows(desk: &mut Desk<'_>, part: &Part<'_>, gone: &[RowId]) {
    let names: Vec<Message> = gone.iter().map(|row| record_named(desk.state, part.register, *row)).collect();
    let few = some(&names);
    let n = names.len();
    let choices = vec![
        Choice::new(KEEP, "这是名单的另一部分，保留", "another part of the list: keep"),
        Choice::new(REMOVED, format!("已经没有了，删除这{n}条"), format!("they are gone: remove the {n}")),
    ];
    let message = Message::new(
        format!("上次导入的{n}条，这次没有了（{}）：是已经没有了，还是这次只是名单的另一部分？", few.zh),
        format!(
            "{n} records imported before are missing now ({}): are they gone, or is this another part of the list?",
            few.en
        ),
    );
    asking(desk, part, ("gone_rows", Topic::Gone), (choices, names), message);
}

/// Values of earlier imports whose cells are blank now.
fn cells(desk: &mut Desk<'_>, part: &Part<'_>, withdrawn: &mut Withdrawn) {
    let state = desk.state;
    let mut cleared: Vec<(RowId, Text)> = Vec::new();
    for draft in &part.drafts {
        let record = meant(draft).and_then(|row| state.record(part.register, row));
        let source = usize::try_from(draft.source).ok().and_then(|s| desk.sources.get(s));
        let Some((record, source)) = record.zip(source) else { continue };
        let blank = |key: &Text| {
            let said =
                draft.fields.iter().any(|(k, _)| k == key) || draft.masked.iter().any(|(k, _)| k == key);
            let own = part.kind.field(key).is_some_and(|f| f.derived.is_none());
            !said && own && record.value(key).is_some() && by_import(state, record, key)
        };
        cleared.extend(
            source.columns.iter().map(|(key, _)| key).filter(|k| blank(k)).map(|k| (record.id(), k.clone())),
        );
    }
    let answer = question::answered(&desk.options.decisions, Topic::Cleared, part.sheet, part.cell);
    match answer {
        _ if cleared.is_empty() => {}
        Some(REMOVED) => {
            let cells = cleared.into_iter().map(|(row, key)| (part.register.clone(), row, key));
            withdrawn.cells.extend(cells);
        }
        Some(_) => {}
        None => ask_cells(desk, part, &cleared),
    }
}

/// Whether the value came with a workbook, and nobody typed it since.
fn by_import(state: &State, record: &Record, key: &str) -> bool {
    let head = record.stamp_of(key).and_then(|stamp| state.batch_of(stamp));
    head.is_some_and(|head| matches!(head.kind, BatchKind::Import { .. }))
}

fn ask_cells(desk: &mut Desk<'_>, part: &Part<'_>, cleared: &[(RowId, Text)]) {
    let name = |(row, key): &(RowId, Text)| {
        let Message { zh, en } = record_named(desk.state, part.register, *row);
        let field = part.kind.field(key).map(|f| &**f);
        let label = field.map_or(("", ""), |f| (&f.label.zh, &f.label.en));
        let value = desk.state.record(part.register, *row).and_then(|r| r.value(key));
        let shown = |lang| value.map(|v| words(desk.state, field, v, lang)).unwrap_or_default();
        Message::new(
            format!("{zh} {} {}", label.0, shown(Lang::Zh)),
            format!("{en} {} {}", label.1, shown(Lang::En)),
        )
    };
    let names: Vec<Message> = cleared.iter().map(name).collect();
    let few = some(&names);
    let n = names.len();
    let choices = vec![
        Choice::new(KEEP, "这次没有填，保留原来的", "not filled in this time: keep"),
        Choice::new(REMOVED, format!("确实没有了，清空这{n}处"), format!("they are gone: clear the {n}")),
    ];
    let message = Message::new(
        format!("上次导入有数、这次空着的有{n}处（{}）：是清空，还是这次没有填？", few.zh),
        format!("{n} values imported before are blank now ({}): clear them, or keep them?", few.en),
    );
    asking(desk, part, ("cleared_cells", Topic::Cleared), (choices, names), message);
}

fn asking(
    desk: &mut Desk<'_>,
    part: &Part<'_>,
    (rule, topic): (&str, Topic),
    (choices, mut lines): (Vec<Choice>, Vec<Message>),
    message: Message,
) {
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    if more > 0 {
        lines.push(Message::new(format!("……还有{more}条"), format!("… and {more} more")));
    }
    let question = Question { lines, ..Question::at(topic, part.sheet, part.cell, choices) };
    asks::ask(desk, rule, None, question, message);
}
