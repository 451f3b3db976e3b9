//! What people type, as a value of a field; and a value as the text that a person would type.
//!
//! The same reading serves table cells and forms, so that a typo gets the same words everywhere.

use super::lang::{Words as _, lang, t};
use super::widget::ask::{Question, Refusal};
use super::widget::combo::Pick;
use crate::register::reading::{self, Context, Remark};
use crate::register::{Audience, Field, FieldKind, Pool, Target, present};
use crate::table::spelling;
use crate::value::{ParseError, ParseReason, RowId, Text, Value, unit};

/// Finds records by name, for references.
pub(super) trait Names {
    /// The records of `target` that `name` may mean.
    fn find(&self, target: &Target, name: &str) -> Vec<RowId>;
    /// The name of a record, which no other record of `target` has.
    fn name(&self, target: &Target, id: RowId) -> String;
    /// For each of these names of records, what tells its record from its namesakes; blank where there are none.
    fn hints(&self, _: &Target, called: &[String]) -> Vec<String> {
        vec![String::new(); called.len()]
    }
    /// The names of all records of a pool; they are the words of a dictionary.
    fn all(&self, pool: &Pool) -> Vec<String>;
    /// The names of records of these pools that fit what was typed, the best first.
    fn offer(&self, pools: &[Pool], typed: &str, most: usize) -> Vec<String>;
}

/// Words that a field takes from a list, listed ones before those of a dictionary; none where it has no list.
pub(super) fn words(field: &Field, names: &dyn Names) -> Vec<String> {
    match (&field.kind, field.options()) {
        (FieldKind::Bool, _) => vec!["是".to_owned(), "否".to_owned()],
        (_, Some(options)) => {
            let dictionary = options.dictionary.as_ref().map(|d| names.all(d)).unwrap_or_default();
            options.words().map(|o| o.word.to_owned()).chain(dictionary).collect()
        }
        _ => Vec::new(),
    }
}

/// What stands before the last of several names, and that name.
fn last_name<'a>(field: &Field, typed: &'a str) -> (&'a str, &'a str) {
    let several = matches!(field.kind, FieldKind::Refs(_));
    let at = typed.rfind(reading::SEPARATORS).filter(|_| several);
    at.map_or(("", typed), |at| {
        let after = at + typed.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        typed.split_at_checked(after).unwrap_or(("", typed))
    })
}

/// What fits what was typed, the best first; of several names the last is looked for, after those that stand before it.
pub(super) fn offered(field: &Field, typed: &str, names: &dyn Names, most: usize) -> Vec<String> {
    let Some(target) = field.target() else { return spelling::best(words(field, names), typed, most) };
    let (before, name) = last_name(field, typed);
    let found = names.offer(target.pools(), name.trim(), most);
    found.into_iter().map(|name| format!("{before}{name}")).collect()
}

/// What is said beside each of the words that are offered: of records of one name, what tells them apart.
pub(super) fn hints(field: &Field, offered: &[String], names: &dyn Names) -> Vec<String> {
    let Some(target) = field.target() else { return vec![String::new(); offered.len()] };
    let called: Vec<String> = offered.iter().map(|o| last_name(field, o).1.trim().to_owned()).collect();
    names.hints(target, &called)
}

/// What is meant by `typed` where words are offered: what the list has under this very name, otherwise the best of
/// those that fit, as it stands first in the list.
pub(super) fn meant(field: &Field, typed: &str, names: &dyn Names) -> String {
    let typed = typed.trim();
    if typed.is_empty() || known(field, typed, names) {
        return typed.to_owned();
    }
    offered(field, typed, names, 1).pop().unwrap_or_else(|| typed.to_owned())
}

/// Whether the list has `typed` as it stands, by any of its names.
pub(super) fn known(field: &Field, typed: &str, names: &dyn Names) -> bool {
    match (&field.kind, field.options(), field.target()) {
        (FieldKind::Bool, ..) => read(field, typed, None, names).is_ok(),
        (_, Some(options), _) => {
            let dictionary = options.dictionary.as_ref().map(|d| names.all(d)).unwrap_or_default();
            options.find(typed).is_some() || dictionary.iter().any(|word| word == typed)
        }
        (_, _, Some(target)) => {
            let (before, name) = last_name(field, typed);
            // Nothing is half written after the separator.
            !before.is_empty() && name.trim().is_empty() || !names.find(target, name).is_empty()
        }
        _ => true,
    }
}

/// Words of `value` that an open list does not have: they are new, or mistyped, and only the person knows which.
pub(super) fn new_words(field: &Field, value: &Value, names: &dyn Names) -> Vec<String> {
    if field.options().is_none_or(|o| o.closed) {
        return Vec::new();
    }
    let used = match value {
        Value::Choice(word) => std::slice::from_ref(word),
        Value::Many(all) => all,
        _ => &[],
    };
    used.iter().filter(|w| !known(field, w, names)).map(ToString::to_string).collect()
}

/// Asks whether a word is to be new.
pub(super) fn ask_new(field: &Field, word: &str) -> Question {
    let label = field.label.words();
    let (zh, en) = (
        format!("没有“{word}”这个{label}：新建它？"),
        format!("There is no “{word}” in {label} yet: add it?"),
    );
    Question { words: t(&zh, &en).to_owned(), answers: vec![Pick::new(word, t("新建", "Add it"))] }
}

/// Asks which of the records of one name is meant; each is told apart by where it belongs.
fn ask_which(name: &str, target: &Target, found: &[RowId], names: &dyn Names) -> Question {
    let n = found.len();
    let (zh, en) =
        (format!("“{name}”有{n}个，是哪一个？"), format!("{n} are called “{name}”: which one is meant?"));
    let called: Vec<String> = found.iter().map(|id| names.name(target, *id)).collect();
    let hints = names.hints(target, &called);
    let answers = called.iter().zip(hints).map(|(one, hint)| Pick { hint, ..Pick::new(one, one) }).collect();
    Question { words: t(&zh, &en).to_owned(), answers }
}

/// Reads `text`; blank text is a missing value.
pub(super) fn read(
    field: &Field,
    text: &str,
    year: Option<i16>,
    names: &dyn Names,
) -> Result<Option<Value>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = match &field.kind {
        FieldKind::Ref(target) => one(field, target, text, names).map(Value::Ref),
        FieldKind::Refs(target) => {
            let each = reading::list(text);
            let found = each.iter().map(|name| {
                // The answer takes the place of the name among the others.
                one(field, target, name, names)
                    .map_err(|why| why.answered(|one| text.replacen(&**name, one, 1)))
            });
            found.collect::<Result<Vec<_>, _>>().map(Value::Refs)
        }
        // Files have an input of their own.
        FieldKind::Files => return Ok(None),
        _ => {
            let base = field.base_unit().and_then(unit::find);
            let around = Context { unit: None, base: base.as_ref(), year };
            reading::words(field, &Text::from(text), &around)
                .and_then(|found| as_meant(field, text, found))
                .map_err(|e| Refusal::Wrong(explain(&e, field)))
        }
    };
    value.map(Some)
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

fn one(field: &Field, target: &Target, name: &str, names: &dyn Names) -> Result<RowId, Refusal> {
    match names.find(target, name).as_slice() {
        [id] => Ok(*id),
        [] => Err(Refusal::Wrong(explain(&ParseError::new(name, ParseReason::Unknown), field))),
        many => Err(Refusal::Ask(ask_which(name, target, many, names))),
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
        ParseReason::Inexact => (
            format!("金额要一个确数，“{text}”不是：请填确切的数，约数、区间可以写在备注里"),
            format!("An amount of money is one exact number; “{text}” is not, write it in the remark"),
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
        ParseReason::Masked => (
            format!("“{text}”是打码显示的，请填完整的号码"),
            format!("“{text}” is masked, write the whole number"),
        ),
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

/// Reads `text` that stands over `before`: what belongs to a person is shown with its middle hidden, and left like that it
/// stays what it is.
pub(super) fn read_over(
    field: &Field,
    text: &str,
    before: Option<&Value>,
    year: Option<i16>,
    names: &dyn Names,
) -> Result<Option<Value>, Refusal> {
    let shown = |value: &Value| text_of(field, value, &|_, _| String::new());
    match before.filter(|value| field.is_private() && shown(value) == text.trim()) {
        Some(value) => Ok(Some(value.clone())),
        None => read(field, text, year, names),
    }
}

/// The text that a person would type for `value`; of what belongs to a person only the ends.
pub(super) fn text_of(field: &Field, value: &Value, name: &dyn Fn(&Target, RowId) -> String) -> String {
    // Files have an input of their own.
    if matches!(value, Value::Files(_)) {
        return String::new();
    }
    let named = |id| field.target().map(|target| name(target, id)).unwrap_or_default();
    let audience = if field.is_private() { Audience::Screen(lang()) } else { Audience::Typist };
    present(Some(field), value, audience, &named)
}
