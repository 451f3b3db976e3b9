//! What people type, as a value of a field; and a value as the text that a person would type.
//!
//! The same reading serves table cells and forms, so that a typo gets the same words everywhere.

use super::lang::t;
use crate::ledger::State;
use crate::register::reading::{self, Context, Remark};
use crate::register::{Field, FieldKind, Target};
use crate::table::spelling;
use crate::value::{Money, ParseError, ParseReason, RowId, Text, Value, unit};

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
        FieldKind::Ref(target) => one(target, text, names).map(Value::Ref),
        FieldKind::Refs(target) => {
            let each = reading::list(text);
            each.iter().map(|n| one(target, n, names)).collect::<Result<Vec<_>, _>>().map(Value::Refs)
        }
        // Files and child lines have inputs of their own.
        FieldKind::Files | FieldKind::Rows(_) => return Ok(None),
        _ => {
            let base = field.base_unit().and_then(unit::find);
            let around = Context { unit: None, base: base.as_ref(), year };
            reading::words(field, &Text::from(text), &around).and_then(|found| as_meant(field, text, found))
        }
    };
    value.map(Some).map_err(|e| explain(&e, field))
}

/// A workbook's formula may have more decimals than can be kept; a person is asked to write fewer.
fn as_meant(
    field: &Field,
    text: &str,
    (value, remark): (Value, Option<Remark>),
) -> Result<Value, ParseError> {
    let face = match &value {
        Value::Decimal(n) => Some(*n),
        Value::Quantity(q) => Some(q.face),
        _ => None,
    };
    let places = field.kind.places().unwrap_or(6);
    if remark == Some(Remark::Rounded) || face.is_some_and(|n| n.round_dp(places) != n) {
        return Err(ParseError::new(text, ParseReason::TooPrecise));
    }
    Ok(value)
}

fn one(target: &Target, name: &str, names: &dyn Names) -> Result<RowId, ParseError> {
    match names.find(target, name).as_slice() {
        [id] => Ok(*id),
        [] => Err(ParseError::new(name, ParseReason::Unknown)),
        _ => Err(ParseError::new(name, ParseReason::Ambiguous)),
    }
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
