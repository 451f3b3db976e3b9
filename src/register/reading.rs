//! Written words as the value of a field: one reading for workbook cells and for what people type.
//!
//! Duty: the field's kind decides how words are read; a written unit is turned into the field's base unit exactly.
//! Inputs: a field, the words, what surrounds them. Outputs: a value, with a remark where it is worth saying how it
//! was read, or the refused words and why. Neighbours: `exchange::cell` reads the kinds of cells and hands words on;
//! `ui::entry` looks up names and refuses what a person can still write better.

use rust_decimal::Decimal;

use super::{Field, FieldKind, Options, Sense};
use crate::value::fold::lower;
use crate::value::unit::{self, Class, Unit};
use crate::value::when::{self, Day};
use crate::value::{Grain, Money, ParseError, ParseReason, Period, Quantity, Text, Value, number, person};

/// How words were read, where that is worth saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// 约12: kept with its interval
    Worded,
    /// 预计: a forecast
    Forecast,
    /// Rounded to the 分
    Rounded,
    /// 2024.3 in a field of days: the first of March, or the last where something ends
    NoDay,
    /// A word that is not on the open list
    NewWord,
}

/// What surrounds the words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The unit that a number without one is in; the base unit when none.
    pub unit: Option<&'a Unit>,
    /// The field's base unit.
    pub base: Option<&'a Unit>,
    /// The year that completes 3月 and 一季度.
    pub year: Option<i16>,
}

/// A value and how it was read.
pub type Reading = Result<(Value, Option<Remark>), ParseError>;

/// Longest name of a record.
const NAME: usize = 200;

/// Reads words that are not blank. A reference is returned by its name, several as they stand; files are never words.
pub fn words(field: &Field, text: &Text, around: &Context<'_>) -> Reading {
    let plain = |value: Value| Ok((value, None));
    if field.hides(text) {
        return refuse(text, ParseReason::Masked);
    }
    match &field.kind {
        FieldKind::Int
        | FieldKind::Decimal(_)
        | FieldKind::Money
        | FieldKind::Percent
        | FieldKind::Quantity => figure(field, text, around),
        FieldKind::Text(most) => short(text, usize::from(*most)).and_then(plain),
        FieldKind::LongText => short(text, usize::MAX).and_then(plain),
        FieldKind::Ref(_) => short(text, NAME).and_then(plain),
        FieldKind::Refs(_) => short(text, usize::MAX).and_then(plain),
        FieldKind::TextList => plain(Value::Many(list(text))),
        FieldKind::Date if is_rough(field) => {
            when::rough_date(text, around.year).map(|(found, _)| day(field, found))
        }
        FieldKind::Date => when::date(text, around.year).map(|found| day(field, found)),
        FieldKind::DateTime => text.trim().parse().map(|moment| (Value::DateTime(moment), None)),
        FieldKind::Period(grains) => when::period(text, around.year).and_then(|p| period(p, grains, text)),
        FieldKind::Bool => yes_or_no(text).and_then(plain),
        FieldKind::Choice(options) => word(options, text.trim())
            .map(|(word, new)| (Value::Choice(word), new.then_some(Remark::NewWord))),
        FieldKind::Choices(options) => several(options, text),
        FieldKind::Phone | FieldKind::IdentityNumber | FieldKind::Account => {
            digits(&field.kind, text).and_then(plain)
        }
        FieldKind::Files => refuse(text, ParseReason::NotAnOption),
    }
}

/// A number in the surrounding unit.
pub fn plain_number(
    field: &Field,
    n: Decimal,
    around: &Context<'_>,
) -> Result<(Value, Option<Remark>), ParseReason> {
    exact(field, to_base(n, around.unit, around)?)
}

/// Whether people often know no more than the year of what the field says.
pub fn is_rough(field: &Field) -> bool {
    [Sense::Begins, Sense::Ends, Sense::Agreed].into_iter().any(|sense| field.has(sense))
}

/// A day, with a word about one that only names its month or its year: what ends then ends with it.
pub fn day(field: &Field, day: Day) -> (Value, Option<Remark>) {
    let date = if field.has(Sense::Ends) { day.last } else { day.date };
    (Value::Date(date), (!day.exact).then_some(Remark::NoDay))
}

/// A period of one of the grains that the field takes.
pub fn period(period: Period, grains: &[Grain], text: &str) -> Reading {
    if grains.contains(&period.grain()) {
        Ok((Value::Period(period), None))
    } else {
        refuse(text, ParseReason::NotADate)
    }
}

/// Phones, identity and account numbers, which spreadsheets like to damage.
pub fn digits(kind: &FieldKind, text: &str) -> Result<Value, ParseError> {
    let words = number::normalise_words(text).to_uppercase();
    match kind {
        _ if words.contains("E+") => refuse(text, ParseReason::PrecisionLost),
        _ if person::is_masked(&words) => refuse(text, ParseReason::Masked),
        FieldKind::Phone if !person::is_phone(&words) => refuse(text, ParseReason::NotAPhone),
        FieldKind::IdentityNumber if !person::is_identity_number(&words) => {
            refuse(text, ParseReason::BadCheckDigit)
        }
        _ => Ok(Value::text(&words)),
    }
}

/// What people write between the texts of one cell.
pub const SEPARATORS: [char; 6] = ['、', ',', '，', ';', '；', '\n'];

/// Texts that stand in one line, as people separate them.
pub fn list(text: &str) -> Vec<Text> {
    let all = text.split(SEPARATORS).map(str::trim);
    all.filter(|w| !w.is_empty()).map(Text::from).collect()
}

fn refuse<T>(text: &str, reason: ParseReason) -> Result<T, ParseError> {
    Err(ParseError::new(text, reason))
}

fn short(text: &Text, most: usize) -> Result<Value, ParseError> {
    let words = text.trim();
    if words.len() > most && words.chars().count() > most {
        return refuse(text, ParseReason::TooLong);
    }
    Ok(if words.len() == text.len() { Value::Text(text.clone()) } else { Value::text(words) })
}

fn yes_or_no(text: &str) -> Result<Value, ParseError> {
    match lower(&number::normalise_words(text)).as_str() {
        "是" | "有" | "√" | "✓" | "y" | "yes" | "true" | "1" => Ok(Value::Bool(true)),
        "否" | "无" | "没有" | "×" | "✗" | "n" | "no" | "false" | "0" => Ok(Value::Bool(false)),
        _ => refuse(text, ParseReason::NotABool),
    }
}

/// The stored form of a word, and whether it is new to an open list. What a dictionary says is looked up elsewhere.
fn word(options: &Options, text: &str) -> Result<(Text, bool), ParseError> {
    match options.find(text) {
        Some(known) => Ok((Text::from(known.word), false)),
        None if options.closed => refuse(text, ParseReason::NotAnOption),
        None => Ok((Text::from(text), options.dictionary.is_none())),
    }
}

fn several(options: &Options, text: &str) -> Reading {
    let mut new = false;
    let mut words = Vec::new();
    for one in list(text) {
        let (word, is_new) = word(options, &one)?;
        new |= is_new;
        words.push(word);
    }
    Ok((Value::Many(words), new.then_some(Remark::NewWord)))
}

/// A number in the field's base unit; a worded one keeps its interval.
fn figure(field: &Field, text: &Text, around: &Context<'_>) -> Reading {
    let parsed = number::parse(text)?;
    read_figure(field, text, &parsed, around).map_err(|reason| ParseError::new(&**text, reason))
}

fn read_figure(
    field: &Field,
    text: &Text,
    parsed: &number::Parsed,
    around: &Context<'_>,
) -> Result<(Value, Option<Remark>), ParseReason> {
    if parsed.percent && !matches!(field.kind, FieldKind::Percent) {
        return Err(ParseReason::WrongUnit);
    }
    let own = parsed.unit.as_deref().and_then(unit::find);
    // 个 and its like count whatever the field counts; they measure nothing.
    let own = own.filter(|u| u.class != Class::Count || around.base.is_some_and(measures));
    let without = around.unit.or(around.base);
    let scaled = || parsed.scaled.then(|| without.map(Unit::unscaled)).flatten();
    let unit = own.or_else(scaled).or_else(|| without.cloned());
    let turn = |n: Decimal| to_base(n, unit.as_ref(), around);
    let face = turn(parsed.face)?;
    if parsed.is_exact() {
        return exact(field, face);
    }
    // What somebody pays or owns is an amount: 约500 and 8万至10万 are none, whichever face they show.
    if matches!(field.kind, FieldKind::Money) {
        return Err(ParseReason::Inexact);
    }
    let quantity = Quantity {
        face,
        low: parsed.low.map(turn).transpose()?,
        high: parsed.high.map(turn).transpose()?,
        modifier: parsed.modifier,
        forecast: parsed.forecast,
        text: Text::from(text.trim()),
    };
    let remark = if parsed.forecast { Remark::Forecast } else { Remark::Worded };
    Ok((Value::Quantity(Box::new(quantity)), Some(remark)))
}

const fn measures(unit: &Unit) -> bool {
    use Class::{Area, Length, Money, Percent, Rate, Time, Weight};
    matches!(unit.class, Money | Area | Weight | Length | Percent | Rate | Time)
}

fn to_base(n: Decimal, unit: Option<&Unit>, around: &Context<'_>) -> Result<Decimal, ParseReason> {
    match (unit, around.base) {
        (Some(from), Some(to)) if from != to => unit::convert(n, from, to).map_err(|e| e.reason),
        _ => Ok(n),
    }
}

fn exact(field: &Field, n: Decimal) -> Result<(Value, Option<Remark>), ParseReason> {
    if let Some(value) = field.kind.number(n) {
        return Ok((value, None));
    }
    match field.kind {
        // A formula's result in 万元 may have parts of a 分.
        FieldKind::Money => Money::from_yuan_rounded(n)
            .map(|money| (Value::Money(money), Some(Remark::Rounded)))
            .ok_or(ParseReason::OutOfRange),
        FieldKind::Int if !n.fract().is_zero() => Err(ParseReason::TooPrecise),
        _ => Err(ParseReason::OutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Schema;
    use super::*;

    fn read(register_key: &str, key: &str, text: &str) -> Result<(Value, Option<Remark>), ParseReason> {
        let field =
            Schema::base().register(register_key).and_then(|r| r.kinds.iter().find_map(|k| k.field(key)));
        let field = field.ok_or(ParseReason::Unknown)?;
        let base = field.base_unit().and_then(unit::find);
        let around = Context { unit: None, base: base.as_ref(), year: Some(2024) };
        words(field, &Text::from(text), &around).map_err(|e| e.reason)
    }

    fn number_of(value: Value) -> Option<String> {
        match value {
            Value::Money(m) => Some(m.yuan().normalize().to_string()),
            Value::Quantity(q) => Some(q.face.normalize().to_string()),
            other => other.as_decimal().map(|n| n.normalize().to_string()),
        }
    }

    #[test]
    fn numbers_are_read_with_their_units_wherever_they_are_written() {
        for (key, text, number, remark) in [
            ("area", "12公顷", "180", None),
            ("area", "1.2万", "12000", None),
            ("area", "５００余亩", "500", Some(Remark::Worded)),
            ("output", "3000公斤", "3", None),
            ("households", "30余户", "30", Some(Remark::Worded)),
            ("households", "12个", "12", None),
            ("output_value", "12万元", "120000", None),
            ("output", "预计30吨", "30", Some(Remark::Forecast)),
            ("output_value", "0.123456万元", "1234.56", None),
            ("output_value", "0.1234567万元", "1234.57", Some(Remark::Rounded)),
        ] {
            let (value, said) = read("R06", key, text).unwrap_or_else(|e| panic!("{key} {text}: {e:?}"));
            assert_eq!((number_of(value).as_deref(), said), (Some(number), remark), "{key} {text}");
        }
    }

    #[test]
    fn what_is_no_value_says_why() {
        for (key, text, reason) in [
            ("area", "很多", ParseReason::NotANumber),
            ("area", "12公斤", ParseReason::WrongUnit),
            ("area", "12个", ParseReason::WrongUnit),
            ("households", "12人", ParseReason::WrongUnit),
            ("area", "36%", ParseReason::WrongUnit),
            ("output_value", "#REF!", ParseReason::FormulaError),
            ("output_value", "约500", ParseReason::Inexact),
            ("output_value", "8万至10万", ParseReason::Inexact),
            ("output_value", "12万余元", ParseReason::Inexact),
            ("output_value", "预计30万元", ParseReason::Inexact),
            ("period", "某年", ParseReason::NotADate),
        ] {
            assert_eq!(read("R06", key, text).map(|_| ()), Err(reason), "{key} {text}");
        }
    }

    #[test]
    fn yes_and_no_are_written_in_many_ways() {
        for (text, wanted) in
            [("是", true), (" ✓", true), ("Ｙ", true), ("没 有", false), ("×", false), ("0", false)]
        {
            assert_eq!(yes_or_no(text).ok(), Some(Value::Bool(wanted)), "{text}");
        }
        assert!(yes_or_no("也许").is_err());
    }
}
