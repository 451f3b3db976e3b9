//! What a row says once for all its figures: place, period, product and other words, filled down where the
//! sheet leaves them out.

use super::said::{note, refuse};
use super::{Carry, around};
use crate::exchange::book::Cell;
use crate::exchange::cell::{Read, read as read_cell};
use crate::exchange::plan::prepare::{Col, Prepared};
use crate::exchange::plan::{Desk, Open};
use crate::exchange::plan::{named_records, sentences};
use crate::exchange::resolve::{Resolved, Town};
use crate::register::{Blank, FieldKind, Message, Sense, Severity, Target, reading};
use crate::table::Places;
use crate::value::{RowId, Text, Value};

/// What a row says once.
pub(super) struct Shared {
    pub values: Vec<(Text, Value)>,
    /// Names of places inside another that the row says, by their place among the shared columns.
    pub inside: Vec<(usize, Text)>,
    /// Names of records that are looked for among those that agree with the row.
    pub open: Vec<Open>,
    /// A cell could not be read: what is lacking because of it is no error of its own.
    pub refused: bool,
}

/// Values of the shared columns; none when the person leaves the row's place out.
pub(super) fn shared(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    carry: &mut Carry,
    row: u32,
) -> Option<Shared> {
    let mut refused = false;
    let mut out: Vec<(Text, Value)> = Vec::with_capacity(prepared.shared.len() + 12);
    let (mut inside, mut open) = (Vec::new(), Vec::new());
    let grid = &prepared.sheet.grid;
    // Whether something before the column says that the row does not go on with what stands above.
    let mut begins = false;
    for (n, col) in prepared.shared.iter().enumerate() {
        let seen = grid.seen(row, col.index);
        let cell = match col.fills {
            Blank::Nothing => seen,
            fills if seen.is_blank() => {
                if fills == Blank::OfBlock {
                    block(desk, prepared, carry, (n, begins));
                }
                carry.cells.get(n).unwrap_or(seen)
            }
            fills => {
                begins = true;
                // A new village begins its own list of products.
                if carry.cells.get(n).is_some_and(|c| c != seen) {
                    carry.cells.iter_mut().skip(n).for_each(|c| *c = Cell::Empty);
                    if let Some(slot) = carry.cells.get_mut(n) {
                        *slot = seen.clone();
                    }
                    carry.blocks.get_mut(n).into_iter().for_each(|block| *block += 1);
                }
                if fills == Blank::OfBlock && grid.merge_at(row, col.index).is_some_and(|m| m.top < row) {
                    desk.in_blocks.insert((prepared.number, col.index));
                }
                seen
            }
        };
        let known = carry.read.get(n).and_then(Option::as_ref).filter(|(before, _)| before == cell);
        let value = match known {
            Some((_, value)) => value.clone(),
            None => match read_cell(cell, &col.field, around(prepared, col)) {
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
                    refused = true;
                    continue;
                }
            },
        };
        match (&col.field.kind, &value) {
            (FieldKind::Ref(target), Value::Text(name)) if !col.field.within.is_empty() => {
                if target.is_only_places() {
                    inside.push((n, name.clone()));
                } else {
                    let block = carry.blocks.get(n).copied().unwrap_or_default();
                    open.push(Open {
                        key: col.key.clone(),
                        name: name.clone(),
                        column: col.index,
                        heading: col.heading.clone(),
                        block,
                    });
                }
                continue;
            }
            _ => {}
        }
        if let Some(value) = resolve(desk, prepared, col, &carry.town, row, value)? {
            out.push((col.key.clone(), value));
        }
    }
    if prepared.kind.under.is_some() {
        above(prepared, carry, &mut out);
    }
    Some(Shared { values: out, inside, open, refused })
}

/// A blank cell of a column that says once what a block of rows has in common: a row that begins something else is not of
/// that block.
fn block(desk: &mut Desk<'_>, prepared: &Prepared<'_>, carry: &mut Carry, (n, begins): (usize, bool)) {
    let Some((slot, col)) = carry.cells.get_mut(n).zip(prepared.shared.get(n)) else { return };
    if begins {
        *slot = Cell::Empty;
    } else if !slot.is_blank() {
        desk.in_blocks.insert((prepared.number, col.index));
    }
}

/// Looks up the places inside that of the row; false when the row waits until somebody says what a name means.
pub(super) fn places_inside(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    row: u32,
    inside: &[(usize, Text)],
    values: &mut Vec<(Text, Value)>,
) -> bool {
    for (n, name) in inside {
        let Some(col) = prepared.shared.get(*n) else { continue };
        let around = |key: &&str| values.iter().find(|(k, _)| **k == **key)?.1.as_ref_id();
        let only = col.field.target().map(Target::pools).into_iter().flatten().flat_map(|pool| pool.only);
        let (Some(around), only) =
            (col.field.within.iter().find_map(around), only.copied().collect::<Vec<_>>())
        else {
            continue;
        };
        let cell = || format!("{}!{}", prepared.table.sheet, prepared.table.at(row, col.index));
        match desk.places.find_inside(around, &only, name, cell) {
            Resolved::Row(id) => values.push((col.key.clone(), Value::Ref(id))),
            Resolved::Skip => return false,
            Resolved::Unknown(_) => {
                desk.blocked |= !desk.options.skip_bad_rows;
                return false;
            }
        }
    }
    true
}

/// A row that says nothing of the record above stands under that of the row before; one that says anything says it all.
fn above(prepared: &Prepared<'_>, carry: &mut Carry, out: &mut Vec<(Text, Value)>) {
    let names = |(key, _): &&(Text, Value)| prepared.kind.above_key(key).is_some();
    let said: Vec<(Text, Value)> = out.iter().filter(names).cloned().collect();
    if said.is_empty() {
        out.extend(carry.above.iter().cloned());
    } else {
        carry.above = said;
    }
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
    let cell = || format!("{}!{}", prepared.table.sheet, prepared.table.at(row, col.index));
    match (&col.field.kind, &value) {
        (FieldKind::Ref(target), Value::Text(name)) => {
            Some(named(desk, prepared, col, (town, row), target, name)?.map(Value::Ref))
        }
        (FieldKind::Refs(target), Value::Text(names)) => {
            let mut all = Vec::new();
            for name in reading::list(names) {
                all.extend(named(desk, prepared, col, (town, row), target, &name)?);
            }
            all.dedup();
            Some((!all.is_empty()).then_some(Value::Refs(all)))
        }
        (FieldKind::Choice(options), Value::Choice(word)) if options.dictionary.is_some() => {
            let step = prepared.kind.key_of(Sense::Step);
            let stage = prepared.fixed.iter().find(|(k, _)| Some(&**k) == step).and_then(|(_, v)| v.as_str());
            let (word, fresh) = desk.products.find(word, stage, cell);
            if fresh {
                let place = prepared.table.place(row, col.index);
                desk.report.add(Severity::Info, place, Some(&col.key), "new_product", || new_word(&word));
            }
            Some(Some(Value::Choice(word)))
        }
        _ => Some(Some(value)),
    }
}

pub(super) fn new_word(word: &str) -> Message {
    Message::new(format!("“{word}”是新产品，将加入产品字典"), format!("{word} is a new product"))
}

/// The record that a name means. None outside when the row is to be left out, inside when there is no such record or
/// more than one, which is said.
#[allow(clippy::option_option)] // the two absences mean different things
fn named(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    col: &Col,
    (town, row): (&Town, u32),
    target: &Target,
    name: &Text,
) -> Option<Option<RowId>> {
    if target.is_only_places() {
        let cell = || format!("{}!{}", prepared.table.sheet, prepared.table.at(row, col.index));
        let only: Vec<&str> = target.pools().iter().flat_map(|pool| pool.only).copied().collect();
        let found = match only.as_slice() {
            [] => desk.places.find(name, town, cell),
            only => desk.places.find_only(only, name, town, cell),
        };
        return match found {
            Resolved::Row(id) => Some(Some(id)),
            Resolved::Skip => None,
            // Said once for each name, when the plan is finished.
            Resolved::Unknown(_) => {
                desk.blocked |= !desk.options.skip_bad_rows;
                None
            }
        };
    }
    let places = desk.known_places.get_or_init(|| Places::of(desk.state));
    let found = desk.names.meant(desk.state, places, target, name);
    let place = prepared.table.place(row, col.index);
    match found.as_slice() {
        [one] => Some(Some(*one)),
        [] => {
            let heading = (&prepared.table.sheet, &col.heading);
            let wish = named_records::Wish { name, scope: &[], block: None, heading };
            Some(named_records::wanted(desk, (&col.field, target), place, wish))
        }
        several => {
            desk.report.add(Severity::Error, place, Some(&col.key), "ambiguous_reference", || {
                sentences::several(name, several.len(), &col.field)
            });
            Some(None)
        }
    }
}
