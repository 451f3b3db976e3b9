//! What people type, as a value of a field; and a value as the text that a person would type.
//!
//! The same reading serves table cells and forms, so that a typo gets the same words everywhere.

use super::lang::t;
use crate::ledger::State;
use crate::register::{Field, FieldKind, Options, Target};
use crate::table::spelling;
use crate::value::{
    Decimal, Modifier, Money, ParseError, ParseReason, Quantity, RowId, Text, Value, number, person, unit,
    when,
};

/// Finds records by name, for references.
pub(super) trait Names {
    /// The records of `target` that `name` may mean.
    fn find(&self, target: &Target, name: &str) -> Vec<RowId>;
    /// The words of a dictionary.
    fn dictionary(&self, target: &Target) -> Vec<String>;
}

/// Reads `text`; blank text is a missing value. The error is a sentence for the person.
pub(super) fn read(
    field: &Field,
    text: &str,
    year: Option<i16>,
    names: &dyn Names,
) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = match &field.kind {
        FieldKind::Text(most) => short(text, usize::from(*most)),
        FieldKind::LongText => Ok(Value::text(text)),
        FieldKind::TextList => Ok(Value::Many(list(text))),
        FieldKind::Int
        | FieldKind::Decimal(_)
        | FieldKind::Money
        | FieldKind::Percent
        | FieldKind::Quantity => figure(field, text),
        FieldKind::Date => when::date(text, year).map(|d| Value::Date(d.date)),
        FieldKind::DateTime => text.parse().map(Value::DateTime),
        FieldKind::Period(grains) => when::period(text, year).and_then(|p| {
            if grains.contains(&p.grain()) {
                Ok(Value::Period(p))
            } else {
                Err(ParseError::new(text, ParseReason::NotADate))
            }
        }),
        FieldKind::Bool => yes_or_no(text),
        FieldKind::Choice(options) => word(options, text, names).map(Value::Choice),
        FieldKind::Choices(options) => {
            list(text).iter().map(|w| word(options, w, names)).collect::<Result<Vec<_>, _>>().map(Value::Many)
        }
        FieldKind::Ref(target) => one(target, text, names).map(Value::Ref),
        FieldKind::Refs(target) => {
            list(text).iter().map(|n| one(target, n, names)).collect::<Result<Vec<_>, _>>().map(Value::Refs)
        }
        FieldKind::Phone if person::is_phone(text) => Ok(Value::text(text)),
        FieldKind::Phone => Err(ParseError::new(text, ParseReason::NotAPhone)),
        FieldKind::IdentityNumber if person::is_identity_number(text) => {
            Ok(Value::text(&text.to_uppercase()))
        }
        FieldKind::IdentityNumber => Err(ParseError::new(text, ParseReason::BadCheckDigit)),
        FieldKind::Account => Ok(Value::text(text)),
        // Files and child lines have inputs of their own.
        FieldKind::Files | FieldKind::Rows(_) => return Ok(None),
    };
    value.map(Some).map_err(|e| explain(&e, field))
}

fn short(text: &str, most: usize) -> Result<Value, ParseError> {
    if text.chars().count() > most {
        Err(ParseError::new(text, ParseReason::TooLong))
    } else {
        Ok(Value::text(text))
    }
}

/// Texts that stand in one line, as people separate them.
fn list(text: &str) -> Vec<Text> {
    text.split(['、', '，', ',', ';', '；'])
        .map(str::trim)
        .filter(|s| !s.is_empty())
        .map(Text::from)
        .collect()
}

fn yes_or_no(text: &str) -> Result<Value, ParseError> {
    match text.to_lowercase().as_str() {
        "是" | "有" | "√" | "y" | "yes" | "true" | "1" => Ok(Value::Bool(true)),
        "否" | "无" | "×" | "n" | "no" | "false" | "0" => Ok(Value::Bool(false)),
        _ => Err(ParseError::new(text, ParseReason::NotABool)),
    }
}

fn word(options: &Options, text: &str, names: &dyn Names) -> Result<Text, ParseError> {
    if let Some(option) =
        options.find(text).or_else(|| options.listed.iter().find(|o| o.en.eq_ignore_ascii_case(text)))
    {
        return Ok(Text::from(&*option.word));
    }
    if let Some(known) =
        options.dictionary.as_ref().and_then(|d| names.dictionary(d).into_iter().find(|w| w == text))
    {
        return Ok(Text::from(known));
    }
    if options.closed { Err(ParseError::new(text, ParseReason::NotAnOption)) } else { Ok(Text::from(text)) }
}

fn one(target: &Target, name: &str, names: &dyn Names) -> Result<RowId, ParseError> {
    match names.find(target, name).as_slice() {
        [id] => Ok(*id),
        [] => Err(ParseError::new(name, ParseReason::Unknown)),
        _ => Err(ParseError::new(name, ParseReason::Ambiguous)),
    }
}

/// A number in the field's base unit; a worded one keeps its interval.
fn figure(field: &Field, text: &str) -> Result<Value, ParseError> {
    let parsed = number::parse(text)?;
    let refuse = |reason| ParseError::new(text, reason);
    let base = match &field.kind {
        FieldKind::Money => unit::find("元"),
        _ => field.unit.as_deref().and_then(unit::find),
    };
    let written =
        parsed.unit.as_deref().and_then(unit::find).map(|u| if parsed.scaled { u.unscaled() } else { u });
    let turn = |n: Decimal| match (&written, &base) {
        (Some(from), Some(to)) if from != to => unit::convert(n, from, to),
        _ => Ok(n),
    };
    let face = turn(parsed.face)?;
    let places = field.kind.places().unwrap_or(6);
    if face.round_dp(places) != face {
        return Err(refuse(ParseReason::TooPrecise));
    }
    if parsed.modifier == Modifier::Exact && !parsed.forecast {
        return field.kind.number(face).ok_or_else(|| refuse(ParseReason::OutOfRange));
    }
    Ok(Value::Quantity(Box::new(Quantity {
        face,
        low: parsed.low.map(turn).transpose()?,
        high: parsed.high.map(turn).transpose()?,
        modifier: parsed.modifier,
        forecast: parsed.forecast,
        text: Text::from(text),
    })))
}

/// A refusal in plain words: what is wrong and what to do.
fn explain(error: &ParseError, field: &Field) -> String {
    let text = &error.text;
    let unit = super::words::unit(field.unit.as_deref().unwrap_or_default());
    let (zh, en) = match error.reason {
        ParseReason::NotANumber => {
            (format!("“{text}”不是数字，请只写数（可带单位，如12万）"), format!("“{text}” is not a number"))
        }
        ParseReason::OutOfRange => {
            (format!("“{text}”位数太多，存不下，请核对"), format!("“{text}” has too many digits"))
        }
        ParseReason::TooPrecise => (
            format!("“{text}”小数位太多，最多{}位", field.kind.places().unwrap_or(2)),
            format!("“{text}” has too many decimals"),
        ),
        ParseReason::FormulaError => {
            (format!("“{text}”是表格里的公式错误，请填数字"), format!("“{text}” is a formula error"))
        }
        ParseReason::PrecisionLost => (
            format!("“{text}”已被表格软件截断，请从原始材料重填"),
            format!("“{text}” was truncated by the spreadsheet"),
        ),
        ParseReason::WrongUnit => (
            format!("“{text}”的单位不对，这里按{unit}填"),
            format!("“{text}” has another unit; {unit} is expected"),
        ),
        ParseReason::NotADate => (
            format!("“{text}”认不出是哪个日期或期间，可写2024、2024年3月、2024年三季度"),
            format!("“{text}” is no date or period, write 2024 or 2024-03"),
        ),
        ParseReason::AmbiguousMonth => (
            format!("“{text}”可能是1月也可能是10月，请写成2024-01"),
            format!("“{text}” may be January or October, write 2024-01"),
        ),
        ParseReason::NotAnOption => {
            (format!("没有“{text}”这一项，请从列表中选"), format!("“{text}” is not in the list"))
        }
        ParseReason::NotABool => (format!("“{text}”请写是或否"), format!("“{text}”: write yes or no")),
        ParseReason::BadCheckDigit => {
            (format!("“{text}”校验位不对，请核对"), format!("“{text}” fails its check digit"))
        }
        ParseReason::NotAPhone => {
            (format!("“{text}”不是电话号码"), format!("“{text}” is not a phone number"))
        }
        ParseReason::TooLong => ("文字太长".to_owned(), "The text is too long".to_owned()),
        ParseReason::Unknown => (format!("名册里没有“{text}”"), format!("“{text}” is not in the register")),
        ParseReason::Ambiguous => {
            (format!("“{text}”对应多个，请写全称"), format!("“{text}” means more than one"))
        }
    };
    t(&zh, &en).to_owned()
}

/// The text that a person would type for `value`.
pub(super) fn text_of(
    field: &Field,
    value: &Value,
    state: &State,
    name: &dyn Fn(&State, &str, RowId) -> String,
) -> String {
    match value {
        Value::Text(w) | Value::Choice(w) => w.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Decimal(d) => d.normalize().to_string(),
        Value::Money(m) => money_text(*m),
        Value::Bool(b) => (if *b { "是" } else { "否" }).to_owned(),
        Value::Date(d) => d.to_string(),
        Value::DateTime(d) => d.to_string().replace('T', " "),
        Value::Period(p) => p.to_string(),
        Value::Many(words) => words.join("、"),
        Value::Ref(_) | Value::Refs(_) => {
            let register = field.target().map_or("R01", |target| target.register);
            value.refs().iter().map(|id| name(state, register, *id)).collect::<Vec<_>>().join("、")
        }
        Value::Quantity(q) => q.text.to_string(),
        Value::Files(_) | Value::Rows(_) => String::new(),
    }
}

fn money_text(m: Money) -> String {
    m.yuan().normalize().to_string()
}

/// Whether `typed` finds `word`, by its characters or its pinyin.
pub(super) fn finds(word: &str, typed: &str) -> bool {
    spelling::contains(word, &spelling::fold(typed))
}
