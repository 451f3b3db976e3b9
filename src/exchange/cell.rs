//! One cell as the value of one field.
//!
//! Duty: the field's kind decides how the words are read; the column's unit is turned into the field's base
//! unit exactly. Inputs: cell, field, unit. Outputs: [`Read`]. Neighbours: `plan` makes findings of refusals.

use rust_decimal::Decimal;

use super::book::Cell;
use super::text::{fold, is_none_mark};
use crate::register::{Field, FieldKind};
use crate::value::unit::{self, Class, Unit};
use crate::value::{Money, ParseReason, Period, Quantity, Text, Value, number, person, when};

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

/// How a cell was read, where that is worth saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remark {
    /// 约12: kept with its interval
    Worded,
    /// 预计: a forecast
    Forecast,
    /// Rounded to the 分
    Rounded,
    /// 2024.3 in a field of days: the first of March
    MonthOnly,
    /// A word that is not on the open list
    NewWord,
}

/// What surrounds the cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context<'a> {
    /// The column's unit.
    pub unit: Option<&'a Unit>,
    /// The field's base unit.
    pub base: Option<&'a Unit>,
    /// The table's period, which completes 3月 and 一季度.
    pub period: Option<Period>,
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
        Cell::Text(t) => {
            if t.chars().all(char::is_whitespace) {
                return Read::Blank;
            }
            if is_none_mark(t) {
                return Read::None;
            }
        }
        _ => {}
    }
    match &field.kind {
        FieldKind::Int
        | FieldKind::Decimal(_)
        | FieldKind::Money
        | FieldKind::Percent
        | FieldKind::Quantity => figure(cell, field, around),
        FieldKind::Text(most) => text(cell, usize::from(*most)),
        FieldKind::LongText => text(cell, usize::MAX),
        FieldKind::TextList => Read::Value(Value::Many(list(cell))),
        FieldKind::Date => date(cell, around),
        FieldKind::DateTime => moment(cell),
        FieldKind::Period(grains) => period(cell, grains, around),
        FieldKind::Bool => yes_or_no(cell),
        FieldKind::Choice(_) => choice(cell, field),
        FieldKind::Choices(_) => Read::Value(Value::Many(list(cell))),
        FieldKind::Phone | FieldKind::IdentityNumber | FieldKind::Account => digits(cell, &field.kind),
        FieldKind::Ref(_) | FieldKind::Refs(_) => text(cell, 200),
        FieldKind::Files | FieldKind::Rows(_) => Read::Blank,
    }
}

fn words(cell: &Cell) -> String {
    cell.shown().trim().to_owned()
}

fn text(cell: &Cell, most: usize) -> Read {
    match cell {
        Cell::Text(t) if t.trim().len() == t.len() && t.len() <= most => Read::Value(Value::Text(t.clone())),
        _ => {
            let words = words(cell);
            if words.chars().count() > most {
                return Read::Refused(ParseReason::TooLong);
            }
            Read::Value(Value::text(&words))
        }
    }
}

fn list(cell: &Cell) -> Vec<Text> {
    words(cell)
        .split(['、', ',', '，', ';', '；', '\n'])
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .map(Text::from)
        .collect()
}

/// The number of a cell in the field's base unit, worded ones with their interval.
fn figure(cell: &Cell, field: &Field, around: Context<'_>) -> Read {
    let percent = matches!(field.kind, FieldKind::Percent);
    let plain = |n: Decimal| match to_base(n, around.unit, around) {
        Ok(n) => exact(n, field),
        Err(reason) => Read::Refused(reason),
    };
    match cell {
        Cell::Number(f) => number::from_f64(*f).map_or_else(Read::Refused, plain),
        Cell::Percent(f) => {
            let shown = if percent { *f * 100.0 } else { *f };
            number::from_f64(shown).map_or_else(Read::Refused, plain)
        }
        Cell::Text(t) => match number::parse(t) {
            Ok(parsed) => worded(t, &parsed, field, around),
            Err(e) => Read::Refused(e.reason),
        },
        _ => Read::Refused(ParseReason::NotANumber),
    }
}

fn worded(words: &Text, parsed: &number::Parsed, field: &Field, around: Context<'_>) -> Read {
    let percent = matches!(field.kind, FieldKind::Percent);
    if parsed.percent != percent && parsed.percent {
        return Read::Refused(ParseReason::WrongUnit);
    }
    let own = parsed.unit.as_deref().and_then(unit::find);
    let own = match own {
        // 个 and its like count whatever the column counts.
        Some(u) if u.class == Class::Count => None,
        other => other,
    };
    let scaled = || parsed.scaled.then(|| around.unit.map(Unit::unscaled)).flatten();
    let unit = own.or_else(scaled).or_else(|| around.unit.cloned());
    let turn = |n: Decimal| to_base(n, unit.as_ref(), around);
    let face = match turn(parsed.face) {
        Ok(face) => face,
        Err(reason) => return Read::Refused(reason),
    };
    if parsed.is_exact() {
        return exact(face, field);
    }
    let bound = |b: Option<Decimal>| b.and_then(|b| turn(b).ok());
    let quantity = Quantity {
        face,
        low: bound(parsed.low),
        high: bound(parsed.high),
        modifier: parsed.modifier,
        forecast: parsed.forecast,
        text: words.clone(),
    };
    let remark = if parsed.forecast { Remark::Forecast } else { Remark::Worded };
    Read::Noted(Value::Quantity(Box::new(quantity)), remark)
}

fn to_base(n: Decimal, unit: Option<&Unit>, around: Context<'_>) -> Result<Decimal, ParseReason> {
    match (unit, around.base) {
        (Some(from), Some(to)) if from != to => unit::convert(n, from, to).map_err(|e| e.reason),
        _ => Ok(n),
    }
}

fn exact(n: Decimal, field: &Field) -> Read {
    if let Some(value) = field.kind.number(n) {
        return Read::Value(value);
    }
    match field.kind {
        // A formula's result in 万元 may have parts of a 分.
        FieldKind::Money => match Money::from_yuan_rounded(n) {
            Some(money) => Read::Noted(Value::Money(money), Remark::Rounded),
            None => Read::Refused(ParseReason::OutOfRange),
        },
        FieldKind::Int if !n.fract().is_zero() => Read::Refused(ParseReason::TooPrecise),
        _ => Read::Refused(ParseReason::OutOfRange),
    }
}

fn date(cell: &Cell, around: Context<'_>) -> Read {
    let year = around.period.map(Period::year);
    let day = match cell {
        Cell::Date(f) | Cell::Number(f) => when::date_of_number(*f),
        Cell::Text(t) => when::date(t, year).map_err(|e| e.reason),
        _ => Err(ParseReason::NotADate),
    };
    match day {
        Ok(day) if day.exact => Read::Value(Value::Date(day.date)),
        Ok(day) => Read::Noted(Value::Date(day.date), Remark::MonthOnly),
        Err(reason) => Read::Refused(reason),
    }
}

fn moment(cell: &Cell) -> Read {
    match cell {
        Cell::Text(t) => match t.trim().parse() {
            Ok(moment) => Read::Value(Value::DateTime(moment)),
            Err(_) => Read::Refused(ParseReason::NotADate),
        },
        Cell::Date(f) => {
            let millis = (*f - 25_569.0) * 86_400_000.0;
            crate::value::DateTime::from_unix_millis(millis.round() as i64)
                .map_or(Read::Refused(ParseReason::NotADate), |m| Read::Value(Value::DateTime(m)))
        }
        _ => Read::Refused(ParseReason::NotADate),
    }
}

fn period(cell: &Cell, grains: &[crate::value::Grain], around: Context<'_>) -> Read {
    let year = around.period.map(Period::year);
    let period = match cell {
        Cell::Date(f) | Cell::Number(f) => when::period_of_number(*f),
        Cell::Text(t) => when::period(t, year).map_err(|e| e.reason),
        _ => Err(ParseReason::NotADate),
    };
    match period {
        Ok(p) if grains.contains(&p.grain()) => Read::Value(Value::Period(p)),
        Ok(_) => Read::Refused(ParseReason::NotADate),
        Err(reason) => Read::Refused(reason),
    }
}

fn yes_or_no(cell: &Cell) -> Read {
    let yes = match cell {
        Cell::Bool(b) => Some(*b),
        Cell::Number(n) if *n == 1.0 => Some(true),
        Cell::Number(n) if *n == 0.0 => Some(false),
        Cell::Text(t) => match &*fold(t) {
            "是" | "有" | "√" | "✓" | "y" | "yes" | "true" | "1" => Some(true),
            "否" | "没有" | "×" | "✗" | "n" | "no" | "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    yes.map_or(Read::Refused(ParseReason::NotABool), |b| Read::Value(Value::Bool(b)))
}

fn choice(cell: &Cell, field: &Field) -> Read {
    let words = words(cell);
    let Some(options) = field.options() else { return Read::Refused(ParseReason::NotAnOption) };
    if options.dictionary.is_some() {
        return Read::Value(Value::choice(&words));
    }
    if let Some(opt) = options.find(&words) {
        return Read::Value(Value::choice(&opt.word));
    }
    let folded = fold(&words);
    let near = options.listed.iter().find(|o| fold(&o.word) == folded);
    match near {
        Some(opt) => Read::Value(Value::choice(&opt.word)),
        None if options.closed => Read::Refused(ParseReason::NotAnOption),
        None => Read::Noted(Value::choice(&words), Remark::NewWord),
    }
}

/// Phones, identity and account numbers: digits that Excel damages when they are kept as numbers.
fn digits(cell: &Cell, kind: &FieldKind) -> Read {
    let words = match cell {
        Cell::Number(f) if f.abs() >= 1e15 || f.fract() != 0.0 => {
            return Read::Refused(ParseReason::PrecisionLost);
        }
        Cell::Number(f) => format!("{f:.0}"),
        other => number::normalise_words(&other.shown()).to_uppercase(),
    };
    if words.contains("E+") {
        return Read::Refused(ParseReason::PrecisionLost);
    }
    match kind {
        FieldKind::Phone if !person::is_phone(&words) => Read::Refused(ParseReason::NotAPhone),
        FieldKind::IdentityNumber if !person::is_identity_number(&words) => {
            Read::Refused(ParseReason::BadCheckDigit)
        }
        _ => Read::Value(Value::text(&words)),
    }
}
