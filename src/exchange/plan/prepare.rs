//! A table made ready for its rows: fields, units and groups of columns looked up once.

use std::cell::RefCell;
use std::sync::Arc;

use super::rows::Arrangement;
use super::{Chosen, Counts, Desk, Joined, Planned, asks, column_name};
use crate::exchange::book::{BookSheet, Cell, address};
use crate::exchange::cell::{Read, read};
use crate::exchange::finding::CellFinding;
use crate::exchange::layout::{Column, FoundTable};
use crate::exchange::mapping::{Confidence, Mapping, Meaning, UnitSource};
use crate::exchange::resolve::Town;
use crate::ledger::Source;
use crate::register::reading::Context;
use crate::register::{
    Blank, Field, FieldKind, Label, Message, Need, Register, RowKind, Sense, Severity, path,
};
use crate::value::order;
use crate::value::unit::{self, Unit};
use crate::value::{Grain, Period, Text, Value};

/// The rule by which a table must say where and when.
pub(super) const LACKS: &str = "table_lacks";

/// A column that gives a field.
pub(super) struct Col {
    pub index: u32,
    /// The cell of its heading.
    pub heading: Text,
    pub key: Text,
    pub field: Arc<Field>,
    pub unit: Option<Unit>,
    pub base: Option<Unit>,
    /// Whether blank means "same as above".
    pub fills: Blank,
}

/// Columns that make one record of a row together.
pub(super) struct Group {
    pub fixed: Vec<(Text, Value)>,
    pub columns: Vec<Col>,
    pub source: u32,
}

/// A column that is a sum of others.
pub(super) struct CheckColumn {
    pub index: u32,
    pub heading: String,
    pub plus: Vec<(u32, Option<Unit>)>,
    pub minus: Vec<(u32, Option<Unit>)>,
    pub unit: Option<Unit>,
}

pub(super) struct Prepared<'a> {
    pub sheet: &'a BookSheet,
    pub table: &'a FoundTable,
    pub number: u32,
    /// Other readings of the same rows.
    pub joined: Joined,
    pub register: Arc<Register>,
    pub kind: Arc<RowKind>,
    /// Columns that every record of the row has.
    pub shared: Vec<Col>,
    pub groups: Vec<Group>,
    pub checks: Vec<CheckColumn>,
    pub town_column: Option<u32>,
    /// Columns that give what another one gives already, and that one.
    pub twins: Vec<(u32, u32)>,
    pub period_parts: Vec<(Grain, u32)>,
    /// Fields that the table gives as a whole.
    pub fixed: Vec<(Text, Value)>,
    /// What new records begin with: place among the kind's fields, key, value.
    pub defaults: Vec<(usize, Text, Value)>,
    /// The keys of the fields for place and period.
    pub place_key: Option<Text>,
    pub period_key: Option<Text>,
    /// The fields that a record must have or is asked for.
    pub needed: Vec<Arc<Field>>,
    /// The fields that are made of others where a list does not have them.
    pub called_after: Vec<Arc<Field>>,
    /// Whether a row without a figure gives no record.
    pub figures: bool,
    /// Whether some field belongs to a person.
    pub private: bool,
    /// How the fields of a record are put in order.
    pub order: RefCell<Arrangement>,
    pub period: Option<Period>,
    pub org: Option<Text>,
    pub town: Town,
    pub rows: usize,
    pub counts: Counts,
    pub compared: usize,
    pub agreed: usize,
}

impl Prepared<'_> {
    pub fn planned(&self) -> Planned {
        Planned {
            sheet: self.table.sheet.clone(),
            range: self.table.range.to_string(),
            register: self.register.key.clone(),
            kind: self.kind.key.clone(),
            rows: self.rows,
            counts: self.counts,
            compared: self.compared,
            agreed: self.agreed,
            left: self.table.range.left,
            joined: self.joined.clone(),
        }
    }

    /// Whether rows take their period from the table.
    pub fn needs_period(&self) -> bool {
        let Some(when) = self.kind.key_of(Sense::Period) else { return false };
        let said = self.shared.iter().any(|c| &*c.key == when)
            || self.groups.iter().all(|g| g.fixed.iter().any(|(k, _)| &**k == when));
        !said && !self.period_parts.iter().any(|(g, _)| *g == Grain::Year)
    }

    /// The field that says of when a row is: its period, or the day that tells it from its like.
    pub fn when(&self) -> Option<&Arc<Field>> {
        self.kind.of(Sense::Period).or_else(|| self.kind.dated().filter(|_| self.joined.upon.is_some()))
    }

    /// The headings over its figures.
    pub fn headings_of_figures(&self) -> impl Iterator<Item = &str> {
        let read = |c: &&Column| self.groups.iter().flat_map(|g| &g.columns).any(|col| col.index == c.index);
        self.table.header.iter().filter(read).map(|c| c.heading.as_str())
    }

    /// The column of a field for a group's record.
    pub fn column_of(&self, group: &Group, key: &str) -> Option<u32> {
        let own = group.columns.iter().chain(&self.shared).find(|c| &*c.key == key).map(|c| c.index);
        own.or_else(|| {
            group.fixed.iter().any(|(k, _)| &**k == key).then(|| group.columns.first())?.map(|c| c.index)
        })
    }
}

/// Looks everything up once; nothing when the table cannot be planned, with the reason in the report.
pub(super) fn prepare<'a>(
    desk: &mut Desk<'_>,
    sheet: &'a BookSheet,
    chosen: Chosen<'a>,
    (number, joined): (u32, Joined),
) -> Option<Prepared<'a>> {
    let (table, mapping) = (chosen.table, chosen.mapping);
    let Some((register, kind)) = mapping.target(desk.state.schema()) else {
        desk.blocked = true;
        desk.report.about_table(
            Severity::Error,
            &table.sheet,
            "unknown_table",
            super::sentences::unknown_table(desk.state, &table.sheet),
        );
        return None;
    };
    let mut prepared = Prepared {
        sheet,
        table,
        number,
        register: Arc::clone(register),
        kind: Arc::clone(kind),
        shared: Vec::new(),
        groups: Vec::new(),
        checks: Vec::new(),
        town_column: None,
        twins: Vec::new(),
        period_parts: Vec::new(),
        fixed: fixed_values(kind, &mapping.fixed, mapping.period),
        defaults: defaults(kind),
        place_key: kind.key_of(Sense::Place).map(Text::from),
        period_key: kind.key_of(Sense::Period).map(Text::from),
        needed: kind.fields.iter().filter(|f| !matches!(f.need, Need::Optional)).cloned().collect(),
        called_after: kind.fields.iter().filter(|f| !f.called_after.is_empty()).cloned().collect(),
        figures: kind.periodic() && kind.fields.iter().any(|f| f.is_number()),
        private: kind.fields.iter().any(|f| f.is_private()),
        order: RefCell::default(),
        period: mapping.period.filter(|_| kind.periodic() || joined.upon.is_some()),
        org: mapping.org.as_deref().map(Text::from),
        joined,
        town: mapping.town.as_deref().map_or_else(|| desk.places.only_town(), |t| desk.places.town(t)),
        rows: 0,
        counts: Counts::default(),
        compared: 0,
        agreed: 0,
    };
    columns(desk, &mut prepared, mapping);
    checks(&mut prepared, mapping);
    sources(desk, &mut prepared);
    remarks(desk, &prepared, mapping);
    lent_day(desk, &prepared);
    asks::about(desk, &prepared, mapping);
    complete(desk, &prepared, mapping).then_some(prepared)
}

fn fixed_values(kind: &RowKind, words: &[(String, String)], period: Option<Period>) -> Vec<(Text, Value)> {
    let value = |(key, word): &(String, String)| {
        let field = kind.field(key)?;
        let cell = Cell::Text(Text::from(word.as_str()));
        match read(&cell, field, Context { year: period.map(Period::year), ..Context::default() }) {
            Read::Value(v) | Read::Noted(v, _) => Some((Text::from(key.as_str()), v)),
            _ => None,
        }
    };
    words.iter().filter_map(value).collect()
}

fn defaults(kind: &RowKind) -> Vec<(usize, Text, Value)> {
    let fields = kind.fields.iter().enumerate();
    fields.filter_map(|(n, f)| Some((n, Text::from(&*f.key), f.default()?))).collect()
}

/// A number that belongs to one record: blank, it is not known, and never the same as above.
fn is_number_of_one(field: &Field) -> bool {
    field.has(Sense::Code) || field.is_private()
}

/// What a blank cell under others means. A line stands beside its own record: what is blank there is not said.
fn fills(field: &Field, of_key: bool, joined: &Joined) -> Blank {
    match field.blank {
        _ if joined.upon.is_some() || is_number_of_one(field) => Blank::Nothing,
        Blank::OfKey if !of_key => Blank::Nothing,
        blank => blank,
    }
}

fn is_figure(field: &Field) -> bool {
    field.is_number()
}

fn columns(desk: &mut Desk<'_>, prepared: &mut Prepared<'_>, mapping: &Mapping) {
    let kind = Arc::clone(&prepared.kind);
    let parts: Vec<&str> = kind.keys.iter().flat_map(|k| k.parts.iter().map(|p| &**p)).collect();
    for (column, mapped) in prepared.table.header.iter().zip(&mapping.columns) {
        let place = prepared.table.heading_place(column.index);
        match &mapped.meaning {
            Meaning::Town => prepared.town_column = Some(column.index),
            Meaning::Value { field, fixed, part } => {
                let schema = desk.state.schema();
                let Some((key, field)) = kind.reach(schema, field).map(|f| (field, f)) else { continue };
                if let Some(part) = part
                    && matches!(field.kind, FieldKind::Period(_))
                {
                    prepared.period_parts.push((*part, column.index));
                    continue;
                }
                let base = field.base_unit().and_then(unit::find);
                let unit = mapped.unit.as_deref().and_then(unit::find).or_else(|| base.clone());
                if let (Some(u), Some(b)) = (&unit, &base)
                    && !u.same_kind(b)
                {
                    desk.blocked = true;
                    desk.report.add(Severity::Error, place, Some(&field.key), "wrong_unit", || {
                        Message::new(
                            format!("列“{}”的单位{}不能换算成{}", column.heading, u.name, b.name),
                            format!("{} cannot be converted into {}", u.name, b.name),
                        )
                    });
                }
                let figure = is_figure(field);
                let (_, row, at) = place;
                let col = Col {
                    index: column.index,
                    heading: Text::from(address(row, at)),
                    key: Text::from(key.as_str()),
                    field: Arc::clone(field),
                    unit,
                    base,
                    fills: fills(field, !figure && parts.contains(&key.as_str()), &prepared.joined),
                };
                let figure = figure && prepared.kind.above_key(key).is_none();
                if !figure && fixed.is_empty() {
                    prepared.shared.push(col);
                } else {
                    let fixed = fixed_values(&kind, fixed, prepared.period);
                    match prepared.groups.iter_mut().find(|g| g.fixed == fixed) {
                        Some(group) => match group.columns.iter().find(|c| c.key == col.key) {
                            Some(first) => prepared.twins.push((column.index, first.index)),
                            None => group.columns.push(col),
                        },
                        None => prepared.groups.push(Group { fixed, columns: vec![col], source: 0 }),
                    }
                }
            }
            _ => {}
        }
    }
    if prepared.groups.is_empty() {
        prepared.groups.push(Group { fixed: Vec::new(), columns: Vec::new(), source: 0 });
    }
    // 年份 alone is a whole period of its own.
    order::sort_by_key(&mut prepared.period_parts, |(g, _)| *g);
}

fn checks(prepared: &mut Prepared<'_>, mapping: &Mapping) {
    let find = |letters: &String| {
        let at = mapping.columns.iter().position(|c| c.column == *letters)?;
        let unit = mapping.columns.get(at)?.unit.as_deref().and_then(unit::find);
        Some((prepared.table.header.get(at)?.index, unit))
    };
    let mut out = Vec::new();
    for (column, mapped) in prepared.table.header.iter().zip(&mapping.columns) {
        let Meaning::Check { plus, minus } = &mapped.meaning else { continue };
        let plus: Vec<_> = plus.iter().filter_map(find).collect();
        if plus.is_empty() {
            continue;
        }
        let unit =
            mapped.unit.as_deref().and_then(unit::find).or_else(|| plus.first().and_then(|p| p.1.clone()));
        out.push(CheckColumn {
            index: column.index,
            heading: column.heading.clone(),
            plus,
            minus: minus.iter().filter_map(find).collect(),
            unit,
        });
    }
    prepared.checks = out;
}

/// One source a group: which column gave which field.
fn sources(desk: &mut Desk<'_>, prepared: &mut Prepared<'_>) {
    for group in &mut prepared.groups {
        let columns = prepared.shared.iter().chain(&group.columns);
        let mut columns: Vec<(Text, Text)> = columns.map(|c| (c.key.clone(), column_name(c.index))).collect();
        order::sort(&mut columns);
        group.source = u32::try_from(desk.sources.len()).unwrap_or(u32::MAX);
        desk.sources.push(Source {
            file: desk.book.name.clone(),
            sheet: prepared.table.sheet.clone(),
            columns,
        });
    }
}

/// What is said once about a column.
fn remarks(desk: &mut Desk<'_>, prepared: &Prepared<'_>, mapping: &Mapping) {
    let table = prepared.table;
    for (column, mapped) in table.header.iter().zip(&mapping.columns) {
        let place = table.heading_place(column.index);
        let heading = &column.heading;
        if let Some((_, first)) = prepared.twins.iter().find(|(second, _)| *second == column.index) {
            asks::twin(desk, prepared, column, *first);
            continue;
        }
        match &mapped.meaning {
            Meaning::Unknown => {
                let filled = table.data().any(|r| !prepared.sheet.grid.get(r.index, column.index).is_blank());
                if filled && !asks::unread(desk, prepared, column) {
                    desk.report.add(Severity::Warning, place, None, "unmapped_column", || {
                        Message::new(
                            format!("列“{heading}”没有对应的字段，未读入"),
                            format!("Column {heading} has no field and is not read"),
                        )
                    });
                }
            }
            Meaning::Ask { candidates } => {
                desk.blocked = true;
                desk.report.add(Severity::Error, place, None, "ask_column", || {
                    Message::new(
                        format!("列“{heading}”可能是{}，请指明", candidates.join("或")),
                        format!("Column {heading} may be one of {}; say which", candidates.join(", ")),
                    )
                });
            }
            // A line of the row is spoken of when the table is read for it.
            Meaning::Value { field, .. } if path::below(field).is_some() => {}
            Meaning::Value { field, fixed, .. } => {
                let cell = |row| prepared.sheet.grid.get(row, column.index);
                let bare = || table.data().any(|r| asks::is_bare(cell(r.index)));
                value_remarks(desk, &prepared.kind, (place, &bare), mapped, field, fixed)
            }
            _ => {}
        }
    }
}

/// A line that nobody dates falls on the last day of its period, which is said.
fn lent_day(desk: &mut Desk<'_>, prepared: &Prepared<'_>) {
    let is_day = |f: &&Arc<Field>| matches!(f.kind, FieldKind::Date);
    let Some(field) = prepared.kind.dated().filter(|_| prepared.joined.upon.is_some()).filter(is_day) else {
        return;
    };
    for group in &prepared.groups {
        let mut lent = group.fixed.iter().chain(&prepared.fixed).filter(|(key, _)| **key == *field.key);
        let (Some((_, day)), Some(first)) = (lent.next(), group.columns.first()) else { continue };
        let place = prepared.table.heading_place(first.index);
        desk.report.add(Severity::Warning, place, Some(&field.key), "day_of_period", || {
            let (day, heading) = (super::sentences::shown(Some(field), day), first.field.label.zh.as_ref());
            Message::new(
                format!("没有写“{}”，“{heading}”按这一期的最后一天{day}记", field.label.zh),
                format!(
                    "No {} is written; {} is kept on the last day of the period, {day}",
                    field.label.en, first.field.label.en
                ),
            )
        });
    }
}

fn value_remarks(
    desk: &mut Desk<'_>,
    kind: &RowKind,
    (place, bare): ((&Text, u32, u32), &dyn Fn() -> bool),
    mapped: &crate::exchange::mapping::ColumnMapping,
    field: &str,
    fixed: &[(String, String)],
) {
    let heading = &mapped.heading;
    if mapped.confidence == Confidence::Doubtful {
        desk.report.add(Severity::Warning, place, Some(field), "doubtful_column", || {
            Message::new(
                format!("列“{heading}”与字段名差一两个字，按“{field}”读，请核对"),
                format!("Column {heading} is nearly the name of {field}; check it"),
            )
        });
    }
    // Money is asked for; figures that each say their unit need none of the column.
    let money = kind.field(field).is_some_and(|f| matches!(f.kind, FieldKind::Money));
    if mapped.unit_from == Some(UnitSource::Assumed) && !money && bare() {
        let unit = mapped.unit.as_deref().unwrap_or("");
        desk.report.add(Severity::Warning, place, Some(field), "unit_assumed", || {
            Message::new(
                format!("列“{heading}”未写单位，按{unit}计"),
                format!("Column {heading} has no unit; {unit} is assumed"),
            )
        });
    }
    let said = |sense| {
        let key = kind.key_of(sense)?;
        fixed.iter().find(|(f, _)| f == key)
    };
    if let Some((key, old)) = said(Sense::FormerSubject) {
        let new = said(Sense::Subject).map_or("", |(_, s)| s.as_str());
        desk.report.add(Severity::Info, place, Some(key), "legacy_subject", || {
            Message::new(
                format!("旧制度科目“{old}”按新制度记入“{new}”"),
                format!("The old subject {old} is kept under {new}"),
            )
        });
    }
}

/// Whether the table says where and when; asked once, not on every row. One that does not is left out with all its rows
/// when rows with errors are.
fn complete(desk: &mut Desk<'_>, prepared: &Prepared<'_>, mapping: &Mapping) -> bool {
    let given = |key: &str| {
        prepared.shared.iter().any(|c| &*c.key == key)
            || prepared.fixed.iter().any(|(k, _)| &**k == key)
            || !prepared.groups.is_empty()
                && prepared.groups.iter().all(|g| g.fixed.iter().any(|(k, _)| &**k == key))
    };
    let happened = prepared.kind.key_of(Sense::Happened).is_some_and(given);
    let period = prepared.period.is_some() || !prepared.period_parts.is_empty() || happened;
    let when = prepared.when().filter(|_| !period);
    let town = |f: &Field| f.whose_list && prepared.town_column.is_some();
    let place = prepared.kind.of(Sense::Place).filter(|f| mapping.org.is_none() && !town(f));
    let product = prepared.kind.dictionary().map(|(field, _)| field);
    let asked = [when, place, product].into_iter().flatten();
    let lacking: Vec<&Arc<Field>> = asked.filter(|f| !given(&f.key)).collect();
    for field in &lacking {
        let (table, skip) = (prepared.table, desk.options.skip_bad_rows);
        desk.blocked |= !skip;
        let (rows, zh, en) = (table.data().count(), &field.label.zh, &field.label.en);
        desk.report.push(CellFinding {
            severity: Severity::Error,
            sheet: table.sheet.clone(),
            cell: address(table.range.top, table.range.left),
            field: Some(Text::from(&*field.key)),
            rule: Text::from(LACKS),
            ask: None,
            listed: false,
            message: if skip {
                Message::new(
                    format!("这张表没有写明“{zh}”，它的{rows}行不写入"),
                    format!("The table does not say its {en}; its {rows} rows are left out"),
                )
            } else {
                Message::new(
                    format!("这张表没有写明“{zh}”，请补充后再导入"),
                    format!("The table does not say its {en}"),
                )
            },
        });
    }
    if lacking.is_empty() {
        made_up(desk, prepared, &given);
        incomplete(desk, prepared, given);
    }
    lacking.is_empty()
}

/// What a column would say, made of others because the table has none.
fn made_up(desk: &mut Desk<'_>, prepared: &Prepared<'_>, given: &impl Fn(&str) -> bool) {
    for field in prepared.called_after.iter().filter(|f| !given(&f.key)) {
        let named = |key: &&str| prepared.kind.field(key).map(|f| &f.label);
        let parts: Vec<_> = field.called_after.iter().filter_map(named).collect();
        let row = |word: fn(&Label) -> &str| parts.iter().map(|l| word(l)).collect::<Vec<_>>().join("＋");
        let message = Message::new(
            format!("表里没有“{}”，按“{}”起名，可以在台账里改", field.label.zh, row(|l| &l.zh)),
            format!("The table has no {}; it is made of {}", field.label.en, row(|l| &l.en)),
        );
        desk.report.about_table(Severity::Info, &prepared.table.sheet, "made_up", message);
    }
}

/// What the table cannot say of any of its rows, although a complete record says it.
fn incomplete(desk: &mut Desk<'_>, prepared: &Prepared<'_>, given: impl Fn(&str) -> bool) {
    let columns = prepared.groups.iter().flat_map(|g| &g.columns).chain(&prepared.shared);
    let filled: Vec<(Text, Value)> = columns.map(|c| (c.key.clone(), Value::text("…"))).collect();
    let asked = |f: &&Field| f.need.asks(&filled.as_slice()) && f.derived.is_none();
    let written = |f: &Field| given(&f.key) || filled.iter().any(|(k, _)| **k == *f.key);
    let gaps: Vec<&Field> =
        prepared.kind.fields.iter().map(AsRef::as_ref).filter(asked).filter(|f| !written(f)).collect();
    if !gaps.is_empty() {
        let message = super::sentences::columns_lacking(&gaps);
        desk.report.about_table(Severity::Warning, &prepared.table.sheet, "incomplete", message);
    }
}
