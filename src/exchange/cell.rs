//! One cell as the value of one field.
//!
//! Duty: what a cell holds beside words (numbers, dates, yes and no, errors) for the field's kind; words are read
//! as everywhere ([`reading`]). Inputs: cell, field, unit. Outputs: [`Read`]. Neighbours: `plan` makes findings of
//! refusals.

use rust_decimal::Decimal;

use super::book::Cell;
use super::text::{fold, is_none_mark};
use crate::register::reading::{self, Context, Remark};
use crate::register::{Field, FieldKind};
use crate::value::unit::{self, Unit};
use crate::value::{DateTime, ParseReason, Text, Value, number, when};

/// What a cell gives to a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Read {
    /// Nothing was written: missing.
    Blank,
    /// `—`, `/`, `无`: none, or does not apply.
    None,
    /// A value.
    Value(Value),
    /// A value that needs a word about how it was read.
    Noted(Value, Remark),
    /// Not a value of this field.
    Refused(ParseReason),
}

/// The number in a cell, in the column's unit; for verifying sums.
pub(super) fn decimal(cell: &Cell, unit: Option<&Unit>) -> Option<Decimal> {
    match cell {
        Cell::Number(f) => number::from_f64(*f).ok(),
        Cell::Percent(f) => number::from_f64(*f * 100.0).ok(),
        Cell::Text(t) if !is_none_mark(t) => {
            let parsed = number::parse(t).ok()?;
            let own = parsed.unit.as_deref().and_then(unit::find);
            let own = own.or_else(|| parsed.scaled.then(|| unit.map(Unit::unscaled)).flatten());
            match (own, unit) {
                (Some(own), Some(column)) => unit::convert(parsed.face, &own, column).ok(),
                _ => Some(parsed.face),
            }
        }
        _ => None,
    }
}

pub(super) fn read(cell: &Cell, field: &Field, around: Context<'_>) -> Read {
    match cell {
        Cell::Empty => return Read::Blank,
        Cell::Error(_) | Cell::NoValue => return Read::Refused(ParseReason::FormulaError),
        Cell::Text(t) if t.chars().all(char::is_whitespace) => return Read::Blank,
        Cell::Text(t) if is_none_mark(t) && !lists(field, t) => return Read::None,
        _ if matches!(field.kind, FieldKind::Files) => return Read::Blank,
        // As an export shows it; whether it says something else than the ledger is known once its record is.
        Cell::Text(t) if field.hides(t) => {
            return Read::Value(Value::text(t.trim()));
        }
        _ => {}
    }
    let read = match cell {
        Cell::Text(t) => words(t, field, &around),
        _ => typed(cell, field, &around).unwrap_or_else(|| words(&Text::from(cell.shown()), field, &around)),
    };
    match read {
        Ok((value, None)) => Read::Value(value),
        Ok((value, Some(remark))) => Read::Noted(value, remark),
        Err(reason) => Read::Refused(reason),
    }
}

/// Whether the mark is one of the field's own words: 问题类型 “无” says that there is none, which is not silence.
fn lists(field: &Field, mark: &str) -> bool {
    field.options().is_some_and(|o| o.find(mark.trim()).is_some())
}

type Found = Result<(Value, Option<Remark>), ParseReason>;

/// Words, in whichever script and width the workbook writes those of a list.
fn words(text: &Text, field: &Field, around: &Context<'_>) -> Found {
    let options = field.options().filter(|o| o.find(text.trim()).is_none());
    let listed = options.and_then(|options| {
        let folded = fold(text);
        options.words().find(|o| fold(o.word) == folded).map(|o| Text::from(o.word))
    });
    reading::words(field, listed.as_ref().unwrap_or(text), around).map_err(|e| e.reason)
}

/// What a cell says by its own type; none where its words say as much.
fn typed(cell: &Cell, field: &Field, around: &Context<'_>) -> Option<Found> {
    Some(match (&field.kind, cell) {
        _ if field.is_number() => {
            number_of(cell, &field.kind).and_then(|n| reading::plain_number(field, n, around))
        }
        (FieldKind::Date, Cell::Date(f) | Cell::Number(f)) if reading::is_rough(field) => {
            when::rough_date_of_number(*f).map(|(found, _)| reading::day(field, found))
        }
        (FieldKind::Date, Cell::Date(f) | Cell::Number(f)) => {
            when::date_of_number(*f).map(|found| reading::day(field, found))
        }
        (FieldKind::DateTime, Cell::Date(f)) => moment(*f).map(|m| (Value::DateTime(m), None)),
        (FieldKind::Period(grains), Cell::Date(f) | Cell::Number(f)) => {
            when::period_of_number(*f).and_then(|p| reading::period(p, grains, "").map_err(|e| e.reason))
        }
        (FieldKind::Date | FieldKind::DateTime | FieldKind::Period(_), _) => Err(ParseReason::NotADate),
        (FieldKind::Bool, Cell::Bool(b)) => Ok((Value::Bool(*b), None)),
        (FieldKind::Phone | FieldKind::IdentityNumber | FieldKind::Account, Cell::Number(f)) => {
            digits_of(*f, &field.kind).map(|v| (v, None))
        }
        _ => return None,
    })
}

fn number_of(cell: &Cell, kind: &FieldKind) -> Result<Decimal, ParseReason> {
    match cell {
        Cell::Number(f) => number::from_f64(*f),
        Cell::Percent(f) if matches!(kind, FieldKind::Percent) => number::from_f64(*f * 100.0),
        Cell::Percent(f) => number::from_f64(*f),
        _ => Err(ParseReason::NotANumber),
    }
}

/// Sixteen digits and more are no longer what somebody typed.
fn digits_of(f: f64, kind: &FieldKind) -> Result<Value, ParseReason> {
    if f.abs() >= 1e15 || f.fract() != 0.0 {
        return Err(ParseReason::PrecisionLost);
    }
    reading::digits(kind, &format!("{f:.0}")).map_err(|e| e.reason)
}

fn moment(serial: f64) -> Result<DateTime, ParseReason> {
    let millis = (serial - 25_569.0) * 86_400_000.0;
    DateTime::from_unix_millis(millis.round() as i64).ok_or(ParseReason::NotADate)
}
