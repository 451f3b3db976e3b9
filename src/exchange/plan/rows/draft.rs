//! One record of a row: its values, what stands for all rows, and what the register demands.

use std::sync::Arc;

use super::around;
use super::said::{merged_over, note, refuse};
use super::shared::new_word;
use crate::exchange::book::Cell;
use crate::exchange::cell::{Read, read as read_cell};
use crate::exchange::plan::prepare::{Group, Prepared};
use crate::exchange::plan::sentences;
use crate::exchange::plan::{Desk, DraftRow, Fate, Open};
use crate::exchange::text::place_kind;
use crate::register::{Field, NoWorld, RowKind, Sense, Severity, reading};
use crate::value::order;
use crate::value::span::span;
use crate::value::when::Day;
use crate::value::{Text, Value};

/// One record of a row; none when its columns have nothing to say.
#[inline(never)] // called for every row, see `lib`
pub(super) fn draft(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    group: &Group,
    row: u32,
    (shared, open, unread): (&[(Text, Value)], &[Open], bool),
    (alone, keep_words): (bool, bool),
) -> Option<DraftRow> {
    let room = group.columns.len() + group.fixed.len() + shared.len() + prepared.fixed.len() + 4;
    let mut fields: Vec<(Text, Value)> = Vec::with_capacity(room);
    let mut refused = unread;
    for col in &group.columns {
        let cell = prepared.sheet.grid.get(row, col.index);
        if let Some(days) = both_days(cell, &col.field, &prepared.kind) {
            for (key, field, day) in days {
                let (value, remark) = reading::day(field, day);
                if let Some(remark) = remark {
                    note(desk, prepared, col, row, &value, remark);
                }
                fields.push((key, value));
            }
            continue;
        }
        match read_cell(cell, &col.field, around(prepared, col)) {
            Read::Blank => merged_over(desk, prepared, col, row),
            Read::None => {}
            Read::Value(value) => fields.push((col.key.clone(), value)),
            Read::Noted(value, remark) => {
                note(desk, prepared, col, row, &value, remark);
                fields.push((col.key.clone(), value));
            }
            Read::Refused(reason) => {
                refuse(desk, prepared, col, row, reason);
                refused = true;
            }
        }
    }
    let silent = || prepared.joined.upon.is_some() && shared.is_empty();
    if fields.is_empty() && (prepared.figures || !alone || silent()) {
        return None;
    }
    put(&mut fields, group.fixed.iter().cloned());
    // A row's remark stands once, with its first record.
    let said = shared.iter().filter(|(k, _)| {
        let words = |f: &Field| f.has(Sense::Remark) || f.has(Sense::Tags);
        keep_words || !prepared.kind.field(k).is_some_and(|f| words(f))
    });
    put(&mut fields, said.cloned());
    put(&mut fields, prepared.fixed.iter().cloned());
    dictionary_words(desk, prepared, group, row, &mut fields);
    kind_by_name(prepared, &mut fields);
    called_after(desk, prepared, &mut fields);
    let when = prepared.period_key.as_ref().zip(prepared.period);
    put(&mut fields, when.map(|(key, p)| (key.clone(), Value::Period(p))).into_iter());
    let defaulted = defaults(prepared, &mut fields);
    let above = above(prepared, &mut fields);
    let masked = masked(prepared, &mut fields);
    let fields = prepared.order.borrow_mut().arranged(fields);
    if !refused {
        demand(desk, prepared, group, row, &fields, &masked);
    }
    let first = prepared.table.cell(row, group.columns.first().map_or(0, |c| c.index));
    Some(DraftRow {
        table: prepared.number,
        row: first.0 + 1,
        line: row,
        source: source(desk, prepared, group, row),
        fields,
        fate: Fate::Insert,
        defaulted,
        masked,
        above,
        open: open.to_vec(),
    })
}

/// Where the values of a record come from: of a table laid out anew each has its own cells.
fn source(desk: &mut Desk<'_>, prepared: &Prepared<'_>, group: &Group, row: u32) -> u32 {
    if prepared.table.turn().is_none() {
        return group.source;
    }
    let of_group = usize::try_from(group.source).ok().and_then(|n| desk.sources.get(n)).cloned();
    let Some(mut own) = of_group else { return group.source };
    for (key, cell) in &mut own.columns {
        let column = prepared.shared.iter().chain(&group.columns).find(|c| c.key == *key);
        *cell = column.map_or_else(|| cell.clone(), |c| Text::from(prepared.table.at(row, c.index)));
    }
    desk.sources.push(own);
    u32::try_from(desk.sources.len() - 1).unwrap_or(u32::MAX)
}

/// How the fields of the record before were put in order: the next one nearly always has the same.
#[derive(Default)]
pub(in crate::exchange::plan) struct Arrangement {
    /// As they came.
    keys: Vec<Text>,
    /// The places that change with each other, one pair after the other.
    swaps: Vec<(usize, usize)>,
}

impl Arrangement {
    /// The fields sorted by key; of equal keys the first stays first.
    fn arranged(&mut self, mut fields: Vec<(Text, Value)>) -> Vec<(Text, Value)> {
        // The keys of a table's columns are the same texts in every row: mostly not a letter is compared.
        let same = |(a, b): (&Text, &Text)| Arc::ptr_eq(a, b) || a == b;
        let keys = fields.iter().map(|(key, _)| key);
        if self.keys.len() != fields.len() || !self.keys.iter().zip(keys.clone()).all(same) {
            self.keys = keys.cloned().collect();
            self.swaps = swaps(&self.keys);
        }
        self.swaps.iter().for_each(|(a, b)| fields.swap(*a, *b));
        fields
    }
}

/// What sorts the keys.
fn swaps(keys: &[Text]) -> Vec<(usize, usize)> {
    let mut sorted: Vec<usize> = (0..keys.len()).collect();
    order::sort_by_key(&mut sorted, |at| keys.get(*at));
    let mut standing: Vec<usize> = (0..keys.len()).collect();
    let mut swaps = Vec::new();
    for (place, wanted) in sorted.iter().enumerate() {
        let from = standing.iter().position(|at| at == wanted).filter(|from| *from != place);
        if let Some(from) = from {
            standing.swap(place, from);
            swaps.push((place, from));
        }
    }
    swaps
}

/// Masked numbers, taken out of what the row says.
fn masked(prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) -> Vec<(Text, Text)> {
    if !prepared.private {
        return Vec::new();
    }
    let hidden = |key: &str, value: &Value| {
        let field = prepared.kind.field(key)?;
        value.as_str().filter(|text| field.hides(text)).map(Text::from)
    };
    let masked: Vec<(Text, Text)> =
        fields.iter().filter_map(|(key, value)| Some((key.clone(), hidden(key, value)?))).collect();
    if masked.is_empty() {
        return masked;
    }
    fields.retain(|(key, _)| !masked.iter().any(|(m, _)| m == key));
    masked
}

/// What the row says of the record above, taken out of what it says itself: by key of that record's field, blanks included.
fn above(prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) -> Vec<(Text, Option<Value>)> {
    let kind = &prepared.kind;
    let mut above: Vec<(Text, Option<Value>)> = Vec::new();
    if kind.under.is_none() {
        return above;
    }
    for col in &prepared.shared {
        let Some(key) = kind.above_key(&col.key) else { continue };
        let value = fields.iter().find(|(k, _)| *k == col.key).map(|(_, v)| v.clone());
        above.push((Text::from(key), value));
    }
    fields.retain(|(k, _)| kind.above_key(k).is_none());
    above
}

/// The first and the last day, where a length of time is written by them.
fn both_days<'k>(cell: &Cell, field: &Field, kind: &'k RowKind) -> Option<[(Text, &'k Field, Day); 2]> {
    if !field.has(Sense::Term) {
        return None;
    }
    let (from, until) = span(cell.text()?)?;
    let at = |sense, day| kind.of(sense).map(|f| (Text::from(&*f.key), &**f, day));
    Some([at(Sense::Begins, from)?, at(Sense::Ends, until)?])
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
            prepared.kind.field(key).and_then(|f| f.options()).is_some_and(|o| o.dictionary.is_some());
        if !dictionary || prepared.shared.iter().any(|c| c.key == *key) {
            continue;
        }
        let column = group.columns.first().map_or(prepared.table.span().0, |c| c.index);
        let cell = || format!("{}!{}", prepared.table.sheet, prepared.table.at(row, column));
        let (word, fresh) = desk.products.find(word, None, cell);
        if fresh {
            let place = prepared.table.heading_place(column);
            desk.report.add(Severity::Info, place, Some(key), "new_product", || new_word(&word));
        }
        *value = Value::Choice(word);
    }
}

/// A place's name says what it is, where no column does.
fn kind_by_name(prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) {
    if !prepared.kind.is_place(&prepared.register.key) {
        return;
    }
    let sort = prepared.kind.key_of(Sense::Sort);
    let Some(sort) = sort.filter(|sort| !fields.iter().any(|(k, _)| **k == **sort)) else { return };
    let name = fields.iter().find(|(k, _)| **k == *prepared.kind.title).and_then(|(_, v)| v.as_str());
    if let Some(kind) = name.and_then(place_kind) {
        fields.push((Text::from(sort), Value::choice(kind)));
    }
}

/// A name that the list does not have, made of what it has: 通爱村 + 党群服务中心.
fn called_after(desk: &Desk<'_>, prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) {
    let nameless = |f: &&Arc<Field>| !fields.iter().any(|(key, _)| **key == *f.key);
    let Some(field) = prepared.called_after.iter().find(nameless) else { return };
    let part = |key: &&str| {
        let (_, value) = fields.iter().find(|(k, _)| **k == **key)?;
        value.as_ref_id().map_or_else(|| value.as_str(), |id| desk.places.called(id))
    };
    let parts: Option<Vec<&str>> = field.called_after.iter().map(part).collect();
    if let Some(parts) = parts {
        fields.push((Text::from(&*field.key), Value::text(&parts.concat())));
    }
}

fn defaults(prepared: &Prepared<'_>, fields: &mut Vec<(Text, Value)>) -> u64 {
    let mut defaulted = 0u64;
    for (n, key, default) in &prepared.defaults {
        if fields.iter().any(|(k, _)| k == key) {
            continue;
        }
        fields.push((key.clone(), default.clone()));
        defaulted |= 1u64.checked_shl(u32::try_from(*n).unwrap_or(64)).unwrap_or(0);
    }
    defaulted
}

/// Fields that must be there, and those that a complete record has.
fn demand(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    group: &Group,
    row: u32,
    fields: &[(Text, Value)],
    masked: &[(Text, Text)],
) {
    let place = |key: &str| {
        let column = prepared.column_of(group, key).unwrap_or_else(|| prepared.table.span().0);
        prepared.table.place(row, column)
    };
    let mut gaps: Vec<&Field> = Vec::new();
    for field in &prepared.needed {
        // A place without its parent is said when the plan is finished; what a row stands under is looked for once
        // every row is read.
        let beside = || prepared.joined.beside.iter().any(|(key, _)| **key == *field.key);
        let later = || field.has(Sense::Above) || field.has(Sense::Parent) || beside();
        let must = field.need.must(&fields) && !later();
        // A column that the table does not have at all is said once, for the table.
        let asked = field.need.asks(&fields)
            && (field.derived.is_some() || prepared.column_of(group, &field.key).is_some());
        let hidden = || masked.iter().any(|(key, _)| **key == *field.key);
        if !(must || asked) || hidden() || field.read(&fields, &NoWorld).is_some() {
            continue;
        }
        if asked {
            gaps.push(field);
            continue;
        }
        desk.report.add(Severity::Error, place(&field.key), Some(&field.key), "missing", || {
            sentences::missing(field)
        });
    }
    if let Some(first) = gaps.first() {
        desk.report.add(Severity::Warning, place(&first.key), Some(&first.key), "incomplete", || {
            sentences::incomplete(&gaps)
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fields_come_out_in_order_of_their_keys(rows in prop::collection::vec(prop::collection::vec(0u8..6, 0..8), 1..6)) {
            let mut arrangement = Arrangement::default();
            for row in rows {
                let fields: Vec<(Text, Value)> =
                    (0..).zip(&row).map(|(n, key)| (Text::from(key.to_string()), Value::Int(n))).collect();
                let mut sorted = fields.clone();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                prop_assert_eq!(arrangement.arranged(fields), sorted);
            }
        }
    }
}
