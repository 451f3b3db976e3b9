//! Rows to drafts.

use std::collections::HashSet;

use super::prepare::{CheckColumn, Col, Group, Prepared};
use super::sentences;
use super::{Desk, DraftRow, Fate, PlanError};
use crate::exchange::book::{Cell, Progress, Stage, address};
use crate::exchange::cell::{Read, decimal, read as read_cell};
use crate::exchange::layout::RowKind;
use crate::exchange::resolve::{Decision, Resolved, Town};
use crate::exchange::text::place_kind;
use crate::exchange::totals::tolerance;
use crate::register::reading::{Context, Remark};
use crate::register::{Field, FieldKind, Fields, Message, Need, NoWorld, Severity};
use crate::value::order;
use crate::value::unit::{self, Unit};
use crate::value::{Grain, ParseReason, Period, Text, Value};

/// Values of a draft, sorted by key.
pub(super) struct Draft<'a>(pub &'a [(Text, Value)]);

impl Fields for Draft<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }
}

/// What is carried from row to row.
struct Carry {
    /// Last cells of the columns that fill down, by their place among the shared ones.
    cells: Vec<Cell>,
    /// Last cells of the shared columns with the values read from them: years and products repeat.
    read: Vec<Option<(Cell, Value)>>,
    town: Town,
    town_cell: Option<Text>,
}

/// Reads every data row of the table.
pub(super) fn read(
    desk: &mut Desk<'_>,
    prepared: &mut Prepared<'_>,
    (done, total): (&mut u64, u64),
    progress: &mut dyn Progress,
) -> Result<(), PlanError> {
    let skipped: HashSet<u32> = desk
        .options
        .decisions
        .iter()
        .filter_map(|d| match d {
            Decision::SkipRow { sheet, row } if *sheet == *prepared.table.sheet => Some(*row),
            _ => None,
        })
        .collect();
    let fresh = |p: &Prepared<'_>| Carry {
        cells: vec![Cell::Empty; p.shared.len()],
        read: vec![None; p.shared.len()],
        town: p.town.clone(),
        town_cell: None,
    };
    let mut carry = fresh(prepared);
    let table = prepared.table;
    for row in &table.rows {
        *done += 1;
        if done.is_multiple_of(2048) && progress.step(*done, total, Stage::Planning).is_break() {
            return Err(PlanError::Cancelled);
        }
        match row.kind {
            RowKind::Data if skipped.contains(&(row.index + 1)) => prepared.counts.skipped += 1,
            RowKind::Data => one(desk, prepared, &mut carry, row.index),
            RowKind::GroupHeading => {
                carry = fresh(prepared);
                group_heading(desk, prepared, &mut carry, row.index);
            }
            RowKind::Subtotal | RowKind::Total => carry.cells.fill(Cell::Empty),
            _ => {}
        }
    }
    Ok(())
}

/// 一、城关镇: the rows below lie there.
fn group_heading(desk: &Desk<'_>, prepared: &Prepared<'_>, carry: &mut Carry, row: u32) {
    let Some((_, cell)) = prepared.sheet.grid.row(row).next() else { return };
    let words = cell.shown();
    let name = words.rsplit(['、', '.', ')', '）']).next().unwrap_or(&words).trim();
    if ["镇", "乡", "街道", "街道办事处"].iter().any(|e| name.ends_with(e)) {
        carry.town = desk.places.town(name);
    }
}

/// One row: the shared values once, then a draft for each group of columns with figures.
fn one(desk: &mut Desk<'_>, prepared: &mut Prepared<'_>, carry: &mut Carry, row: u32) {
    prepared.rows += 1;
    let before = desk.report.errors();
    town(desk, prepared, carry, row);
    let Some(mut shared) = shared(desk, prepared, carry, row) else {
        prepared.counts.skipped += 1;
        return;
    };
    place_and_period(desk, prepared, carry, row, &mut shared);
    let first = desk.drafts.len();
    for g in 0..prepared.groups.len() {
        let Some(group) = prepared.groups.get(g) else { continue };
        let alone = prepared.groups.len() == 1;
        let keep_words = desk.drafts.len() == first;
        if let Some(draft) = draft(desk, prepared, group, row, &shared, alone, keep_words) {
            desk.drafts.push(draft);
        }
    }
    if desk.drafts.len() == first {
        // Nothing was reported: said, so that a blank line is not lost silently.
        prepared.counts.skipped += 1;
        let place = (&prepared.table.sheet, row, prepared.table.span().0);
        desk.report.add(Severity::Info, place, None, "no_figures", || {
            Message::new("这一行没有数，未读入", "The row has no figures and is not read")
        });
    }
    verify(desk, prepared, row);
    if desk.report.errors() > before {
        for draft in desk.drafts.iter_mut().skip(first) {
            draft.fate = Fate::Skip;
        }
    }
}

fn town(desk: &Desk<'_>, prepared: &Prepared<'_>, carry: &mut Carry, row: u32) {
    let Some(column) = prepared.town_column else { return };
    if let Cell::Text(words) = prepared.sheet.grid.seen(row, column)
        && carry.town_cell.as_ref() != Some(words)
    {
        carry.town = desk.places.town(words);
        carry.town_cell = Some(words.clone());
    }
}

/// Values of the shared columns; none when the person leaves the row's place out.
fn shared(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    carry: &mut Carry,
    row: u32,
) -> Option<Vec<(Text, Value)>> {
    let mut out: Vec<(Text, Value)> = Vec::with_capacity(prepared.shared.len() + 12);
    let grid = &prepared.sheet.grid;
    for (n, col) in prepared.shared.iter().enumerate() {
        let seen = grid.seen(row, col.index);
        let cell = if !col.fills {
            seen
        } else if seen.is_blank() {
            carry.cells.get(n).unwrap_or(seen)
        } else {
            // A new village begins its own list of products.
            if carry.cells.get(n).is_some_and(|c| c != seen) {
                carry.cells.iter_mut().skip(n).for_each(|c| *c = Cell::Empty);
                if let Some(slot) = carry.cells.get_mut(n) {
                    *slot = seen.clone();
                }
            }
            seen
        };
        let read = match carry.read.get(n) {
            Some(Some((before, value))) if before == cell => Read::Value(value.clone()),
            _ => read_cell(cell, col.field, around(prepared, col)),
        };
        let value = match read {
            Read::Blank | Read::None => continue,
            Read::Value(value) => {
                let fresh = (cell.clone(), value.clone());
                if let Some(slot) = carry.read.get_mut(n) {
                    *slot = Some(fresh);
                }
                value
            }
            Read::Noted(value, remark) => {
                note(desk, prepared, col, row, &value, remark);
                value
            }
            Read::Refused(reason) => {
                refuse(desk, prepared, col, row, reason);
                continue;
            }
        };
        if let Some(value) = resolve(desk, prepared, col, &carry.town, row, value)? {
            out.push((col.key.clone(), value));
        }
    }
    Some(out)
}

fn around<'a>(prepared: &Prepared<'_>, col: &'a Col) -> Context<'a> {
    Context { unit: col.unit.as_ref(), base: col.base.as_ref(), year: prepared.period.map(Period::year) }
}

/// References and dictionary words: `None` outside when the row is to be left out, inside when there is no
/// such record.
#[allow(clippy::option_option)] // the two absences mean different things
fn resolve(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    col: &Col,
    town: &Town,
    row: u32,
    value: Value,
) -> Option<Option<Value>> {
    let cell = || format!("{}!{}", prepared.table.sheet, address(row, col.index));
    match (&col.field.kind, &value) {
        (FieldKind::Ref(target) | FieldKind::Refs(target), Value::Text(name)) => {
            if target.register == "R01" {
                return match desk.places.find(name, town, cell) {
                    Resolved::Row(id) => Some(Some(Value::Ref(id))),
                    Resolved::Skip => None,
                    // Said once for each name, when the plan is finished.
                    Resolved::Unknown(_) => {
                        desk.blocked |= !desk.options.skip_bad_rows;
                        None
                    }
                };
            }
            let found = find_record(desk, target.register, name);
            if found.is_none() {
                let place = (&prepared.table.sheet, row, col.index);
                let shown = name.to_string();
                desk.report.add(Severity::Warning, place, Some(&col.key), "unknown_reference", || {
                    sentences::refused(ParseReason::Unknown, &shown, col.field, None)
                });
            }
            Some(found.map(Value::Ref))
        }
        (FieldKind::Choice(options), Value::Choice(word)) if options.dictionary.is_some() => {
            let stage = prepared.fixed.iter().find(|(k, _)| &**k == "stage").and_then(|(_, v)| v.as_str());
            let (word, fresh) = desk.products.find(word, stage, cell);
            if fresh {
                let place = (&prepared.table.sheet, row, col.index);
                desk.report.add(Severity::Info, place, Some(&col.key), "new_product", || new_word(&word));
            }
            Some(Some(Value::Choice(word)))
        }
        _ => Some(Some(value)),
    }
}

fn new_word(word: &str) -> Message {
    Message::new(format!("“{word}”是新产品，将加入产品字典"), format!("{word} is a new product"))
}

fn find_record(desk: &Desk<'_>, register: &str, name: &str) -> Option<crate::value::RowId> {
    let kind = crate::register::register(register)?.main()?;
    let folded = crate::exchange::text::fold(name);
    let mut rows = desk.state.sheet(register)?.of_kind(kind.key);
    rows.find(|r| {
        r.value(kind.title).and_then(Value::as_str).is_some_and(|t| crate::exchange::text::fold(t) == folded)
    })
    .map(crate::ledger::Record::id)
}

/// What the table says for every row, where the row does not say it itself.
fn place_and_period(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    carry: &Carry,
    row: u32,
    shared: &mut Vec<(Text, Value)>,
) {
    let has = |shared: &[(Text, Value)], key: &str| shared.iter().any(|(k, _)| &**k == key);
    if let Some(name) = &prepared.org
        && !has(shared, "org")
    {
        let cell = || format!("{}!{}", prepared.table.sheet, address(row, prepared.table.span().0));
        if let Resolved::Row(id) = desk.places.find(name, &carry.town, cell) {
            shared.push((Text::from("org"), Value::Ref(id)));
        } else {
            desk.blocked |= !desk.options.skip_bad_rows;
        }
    }
    if let Some(period) = parts(desk, prepared, row)
        && !has(shared, "period")
    {
        shared.push((Text::from("period"), Value::Period(period)));
    }
}

/// 年份 and 季度 or 月份 in columns of their own.
fn parts(desk: &mut Desk<'_>, prepared: &Prepared<'_>, row: u32) -> Option<Period> {
    let mut period = prepared.period;
    for (grain, column) in &prepared.period_parts {
        let cell = prepared.sheet.grid.seen(row, *column);
        if cell.is_blank() {
            continue;
        }
        match part(cell, *grain, period) {
            Ok(read) => period = Some(read),
            Err(reason) => {
                let place = (&prepared.table.sheet, row, *column);
                let field = prepared.kind.field("period")?;
                desk.report.add(Severity::Error, place, Some("period"), rule_of(reason), || {
                    sentences::refused(reason, &cell.shown(), field, None)
                });
                return None;
            }
        }
    }
    period
}

fn part(cell: &Cell, grain: Grain, year: Option<Period>) -> Result<Period, ParseReason> {
    use crate::value::when;
    let words = cell.shown();
    let year = year.map(Period::year);
    if let (Ok(n), true) = (words.trim().parse::<u8>(), grain != Grain::Year) {
        return year.and_then(|y| Period::new(y, grain, n)).ok_or(ParseReason::NotADate);
    }
    match cell {
        Cell::Number(f) | Cell::Date(f) => when::period_of_number(*f),
        _ => when::period(&words, year).map_err(|e| e.reason),
    }
}

/// One record of a row; none when its columns have nothing to say.
fn draft(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    group: &Group,
    row: u32,
    shared: &[(Text, Value)],
    alone: bool,
    keep_words: bool,
) -> Option<DraftRow> {
    let mut values: Vec<(Text, Value)> = Vec::with_capacity(group.columns.len());
    let mut refused = false;
    for col in &group.columns {
        let cell = prepared.sheet.grid.get(row, col.index);
        match read_cell(cell, col.field, around(prepared, col)) {
            Read::Blank => merged_over(desk, prepared, col, row),
            Read::None => {}
            Read::Value(value) => values.push((col.key.clone(), value)),
            Read::Noted(value, remark) => {
                note(desk, prepared, col, row, &value, remark);
                values.push((col.key.clone(), value));
            }
            Read::Refused(reason) => {
                refuse(desk, prepared, col, row, reason);
                refused = true;
            }
        }
    }
    let figures = prepared.kind.fields.iter().any(Field::is_number) && prepared.kind.periodic();
    if values.is_empty() && (figures || !alone) {
        return None;
    }
    let mut fields = Vec::with_capacity(shared.len() + values.len() + group.fixed.len() + 4);
    fields.extend(values);
    put(&mut fields, group.fixed.iter().cloned());
    // A row's remark stands once, with its first record.
    let said = shared.iter().filter(|(k, _)| keep_words || !matches!(&**k, "remark" | "tags"));
    put(&mut fields, said.cloned());
    put(&mut fields, prepared.fixed.iter().cloned());
    dictionary_words(desk, prepared, group, row, &mut fields);
    kind_by_name(prepared, &mut fields);
    let period = prepared.period.map(|p| (Text::from("period"), Value::Period(p)));
    put(&mut fields, period.into_iter().filter(|_| prepared.kind.periodic()));
    let defaulted = defaults(prepared, &mut fields);
    order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
    if !refused {
        demand(desk, prepared, group, row, &fields);
    }
    Some(DraftRow {
        table: prepared.number,
        row: row + 1,
        source: group.source,
        fields,
        fate: Fate::Insert,
        defaulted,
    })
}

fn put(fields: &mut Vec<(Text, Value)>, more: impl Iterator<Item = (Text, Value)>) {
    for (key, value) in more {
        if !fields.iter().any(|(k, _)| *k == key) {
            fields.push((key, value));
        }
    }
}

/// Products that a heading or a title names are words of the dictionary too.
fn dictionary_words(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    group: &Group,
    row: u32,
    fields: &mut [(Text, Value)],
) {
    for (key, value) in fields.iter_mut() {
        let Value::Choice(word) = &*value else { continue };
        let dictionary =
            prepared.kind.field(key).and_then(Field::options).is_some_and(|o| o.dictionary.is_some());
        if !dictionary || prepared.shared.iter().any(|c| c.key == *key) {
            continue;
        }
        let column = group.columns.first().map_or(prepared.table.span().0, |c| c.index);
        let cell = || format!("{}!{}", prepared.table.sheet, address(row, column));
        let (word, fresh) = desk.products.find(word, None, cell);
        if fresh {
            let place = (&prepared.table.sheet, prepared.table.header_rows.1.saturating_sub(1), column);
            desk.report.add(Severity::Info, place, Some(key), "new_product", || new_word(&word));
        }
        *value = Value::Choice(word);
    }
}

/// A place's name says what it is, where no column does.
fn kind_by_name(prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) {
    if prepared.register.key != "R01" || fields.iter().any(|(k, _)| &**k == "kind") {
        return;
    }
    let name = fields.iter().find(|(k, _)| &**k == "name").and_then(|(_, v)| v.as_str());
    if let Some(kind) = name.and_then(place_kind) {
        fields.push((Text::from("kind"), Value::choice(kind)));
    }
}

fn defaults(prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) -> u64 {
    let mut defaulted = 0u64;
    for (n, field) in prepared.kind.fields.iter().enumerate() {
        let Some(default) = &field.default else { continue };
        if fields.iter().any(|(k, _)| **k == *field.key) {
            continue;
        }
        fields.push((Text::from(&*field.key), default.clone()));
        defaulted |= 1u64.checked_shl(u32::try_from(n).unwrap_or(64)).unwrap_or(0);
    }
    defaulted
}

/// Fields that must be there, and the register's rules.
fn demand(desk: &mut Desk<'_>, prepared: &Prepared<'_>, group: &Group, row: u32, fields: &[(Text, Value)]) {
    let draft = Draft(fields);
    let place = |key: &str| {
        let column = prepared.column_of(group, key).unwrap_or_else(|| prepared.table.span().0);
        (&prepared.table.sheet, row, column)
    };
    for field in &prepared.kind.fields {
        let needed = match &field.need {
            Need::Optional => false,
            Need::Always => true,
            // A place without its parent is said when the plan is finished.
            Need::When(condition) => condition.holds(&draft) && &*field.key != "parent",
        };
        if needed && field.read(&draft, &NoWorld).is_none() {
            desk.report.add(Severity::Error, place(&field.key), Some(&field.key), "missing", || {
                sentences::missing(field)
            });
        }
    }
    for rule in &prepared.kind.rules {
        if let Some(found) = rule.test(prepared.register.key, prepared.kind.key, &draft, &desk.world) {
            let key = found.field.as_deref().unwrap_or(rule.field).to_owned();
            desk.report.add(found.severity, place(&key), Some(&key), &found.rule, || found.message.clone());
        }
    }
}

/// A figure over several merged rows counts once, and that is said.
fn merged_over(desk: &mut Desk<'_>, prepared: &Prepared<'_>, col: &Col, row: u32) {
    let grid = &prepared.sheet.grid;
    let Some(area) = grid.merge_at(row, col.index) else { return };
    if area.top < row && grid.get(area.top, area.left).is_number() {
        let place = (&prepared.table.sheet, row, col.index);
        let first = address(area.top, area.left);
        desk.report.add(Severity::Warning, place, Some(&col.key), "merged_figure", || {
            Message::new(
                format!("“{}”是合并格，数只记在第一行（{first}）", col.field.label.zh),
                format!("{} is merged; the figure counts once, at {first}", col.field.label.en),
            )
        });
    }
}

fn note(desk: &mut Desk<'_>, prepared: &Prepared<'_>, col: &Col, row: u32, value: &Value, remark: Remark) {
    let place = (&prepared.table.sheet, row, col.index);
    let unit = col.base.as_ref().map_or("", |u| u.name.as_str());
    let (severity, rule) = match remark {
        Remark::Worded => (Severity::Warning, "worded"),
        Remark::Forecast => (Severity::Warning, "forecast"),
        Remark::Rounded => (Severity::Info, "rounded"),
        Remark::MonthOnly => (Severity::Info, "month_only"),
        Remark::NewWord => (Severity::Info, "new_word"),
    };
    desk.report.add(severity, place, Some(&col.key), rule, || match (remark, value) {
        (Remark::Worded | Remark::Forecast, Value::Quantity(q)) => in_column(q, col, unit),
        (Remark::Rounded, _) => Message::new(
            format!("“{}”多于两位小数，已四舍五入到分", col.field.label.zh),
            "More than two decimals; rounded",
        ),
        (Remark::MonthOnly, v) => Message::new(
            format!("只写到月，按{}记", sentences::shown(v)),
            "Only the month is written; its first day is kept",
        ),
        (_, v) => Message::new(
            format!("“{}”不在列出的选项里，照原样保存", sentences::shown(v)),
            "Not one of the listed words; kept as written",
        ),
    });
}

/// The interval in the unit that the person sees in the column.
fn in_column(q: &crate::value::Quantity, col: &Col, base: &str) -> Message {
    let (Some(unit), Some(from)) = (&col.unit, &col.base) else { return sentences::worded(q, base) };
    let turn = |n| unit::convert(n, from, unit).ok();
    let Some(face) = turn(q.face) else { return sentences::worded(q, base) };
    let shown =
        crate::value::Quantity { face, low: q.low.and_then(turn), high: q.high.and_then(turn), ..q.clone() };
    sentences::worded(&shown, &unit.name)
}

fn refuse(desk: &mut Desk<'_>, prepared: &Prepared<'_>, col: &Col, row: u32, reason: ParseReason) {
    let cell = prepared.sheet.grid.seen(row, col.index);
    let place = (&prepared.table.sheet, row, col.index);
    let unit = col.base.as_ref().map(|u| u.name.as_str());
    desk.report.add(Severity::Error, place, Some(&col.key), rule_of(reason), || {
        sentences::refused(reason, &cell.shown(), col.field, unit)
    });
}

const fn rule_of(reason: ParseReason) -> &'static str {
    match reason {
        ParseReason::FormulaError => "formula_error",
        ParseReason::NotANumber => "not_a_number",
        ParseReason::OutOfRange => "out_of_range",
        ParseReason::PrecisionLost => "precision_lost",
        ParseReason::TooPrecise => "too_precise",
        ParseReason::WrongUnit => "wrong_unit",
        ParseReason::NotADate => "not_a_date",
        ParseReason::AmbiguousMonth => "ambiguous_month",
        ParseReason::NotAnOption => "not_an_option",
        _ => "refused",
    }
}

/// Check columns of the row.
fn verify(desk: &mut Desk<'_>, prepared: &mut Prepared<'_>, row: u32) {
    let grid = &prepared.sheet.grid;
    let (mut compared, mut agreed) = (0, 0);
    for check in &prepared.checks {
        let Some(printed) = decimal(grid.get(row, check.index), check.unit.as_ref()) else { continue };
        let add = |parts: &[(u32, Option<Unit>)]| {
            parts
                .iter()
                .filter_map(|(c, u)| in_unit(decimal(grid.get(row, *c), u.as_ref())?, u.as_ref(), check))
                .sum()
        };
        let plus: rust_decimal::Decimal = add(&check.plus);
        let minus: rust_decimal::Decimal = add(&check.minus);
        let computed = plus - minus;
        compared += 1;
        if (printed - computed).abs() <= tolerance(printed) {
            agreed += 1;
            continue;
        }
        let place = (&prepared.table.sheet, row, check.index);
        desk.report.add(Severity::Warning, place, None, "row_sum_differs", || {
            sentences::sum_differs(&check.heading, &printed.to_string(), &computed.normalize().to_string())
        });
    }
    prepared.compared += compared;
    prepared.agreed += agreed;
}

fn in_unit(
    n: rust_decimal::Decimal,
    from: Option<&Unit>,
    check: &CheckColumn,
) -> Option<rust_decimal::Decimal> {
    match (from, check.unit.as_ref()) {
        (Some(from), Some(to)) if from != to => unit::convert(n, from, to).ok(),
        _ => Some(n),
    }
}
