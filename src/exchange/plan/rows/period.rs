//! Where and when a row belongs, from the row itself or from what stands around its table.

use super::Carry;
use super::said::rule_of;
use crate::exchange::book::Cell;
use crate::exchange::plan::Desk;
use crate::exchange::plan::prepare::Prepared;
use crate::exchange::plan::sentences;
use crate::exchange::resolve::{Resolved, Town};
use crate::register::{Sense, Severity};
use crate::value::{Grain, ParseReason, Period, Text, Value};

/// What the table says for every row, where the row does not say it itself.
pub(super) fn place_and_period(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    carry: &mut Carry,
    row: u32,
    shared: &mut Vec<(Text, Value)>,
) {
    let has = |shared: &[(Text, Value)], key: &Text| shared.iter().any(|(k, _)| k == key);
    if let (Some(name), Some(key)) = (&prepared.org, &prepared.place_key)
        && !has(shared, key)
    {
        let cell = || format!("{}!{}", prepared.table.sheet, prepared.table.at(row, prepared.table.span().0));
        if let Resolved::Row(id) = desk.places.find(name, &carry.town, cell) {
            shared.push((key.clone(), Value::Ref(id)));
        } else {
            desk.blocked |= !desk.options.skip_bad_rows;
        }
    }
    township(desk, prepared, carry, row, shared);
    let Some(key) = prepared.period_key.as_ref().filter(|key| !has(shared, key)) else { return };
    let period = parts(desk, prepared, carry, row);
    let month = month(prepared, shared).filter(|m| period.is_none_or(|p| p.contains(*m)));
    shared.extend(month.or(period).map(|p| (key.clone(), Value::Period(p))));
}

/// A row that names no village belongs to the township that it names, where its kind lets it.
fn township(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    carry: &Carry,
    row: u32,
    shared: &mut Vec<(Text, Value)>,
) {
    let Some((field, column)) =
        prepared.kind.of(Sense::Place).filter(|f| f.whose_list).zip(prepared.town_column)
    else {
        return;
    };
    if shared.iter().any(|(key, _)| **key == *field.key) {
        return;
    }
    let place = match &carry.town {
        Town::Unsaid => None,
        Town::Known(id) => Some(*id),
        Town::Named(name) => {
            let cell = || format!("{}!{}", prepared.table.sheet, prepared.table.at(row, column));
            match desk.places.find(name, &Town::Unsaid, cell) {
                Resolved::Row(id) => Some(id),
                Resolved::Skip | Resolved::Unknown(_) => None,
            }
        }
    };
    match place {
        Some(id) => shared.push((Text::from(&*field.key), Value::Ref(id))),
        None => desk.blocked |= !desk.options.skip_bad_rows,
    }
}

/// The month of the day on which what the row says happened: a list of payments has no other period.
fn month(prepared: &Prepared<'_>, shared: &[(Text, Value)]) -> Option<Period> {
    let field = prepared.kind.of(Sense::Happened).filter(|_| prepared.period_parts.is_empty())?;
    let (_, day) = shared.iter().find(|(key, _)| **key == *field.key)?;
    let day = day.as_date()?;
    Period::new(day.year(), Grain::Month, u8::try_from(day.month()).ok()?)
}

/// 年份 and 季度 or 月份 in columns of their own.
fn parts(desk: &mut Desk<'_>, prepared: &Prepared<'_>, carry: &mut Carry, row: u32) -> Option<Period> {
    let mut period = prepared.period;
    for (n, (grain, column)) in prepared.period_parts.iter().enumerate() {
        let cell = prepared.sheet.grid.seen(row, *column);
        if cell.is_blank() {
            continue;
        }
        let before = carry.parts.get(n).and_then(Option::as_ref);
        if let Some((.., read)) = before.filter(|(known, within, _)| known == cell && *within == period) {
            period = Some(*read);
            continue;
        }
        match part(cell, *grain, period) {
            Ok(read) => {
                if let Some(slot) = carry.parts.get_mut(n) {
                    *slot = Some((cell.clone(), period, read));
                }
                period = Some(read);
            }
            Err(reason) => {
                let place = prepared.table.place(row, *column);
                let field = prepared.kind.of(Sense::Period)?;
                desk.report.add(Severity::Error, place, Some(&field.key), rule_of(reason), || {
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
