//! Rules: what must hold within a record and between records, and what is said when it does not.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Condition, Label, RowKind, Schema, Threshold};
use crate::value::{Date, RowId, Text, Value, exact};

/// Read access to the fields of one record; a draft and a record both have it.
pub trait Fields {
    /// The value under `key`, if it is there.
    fn value(&self, key: &str) -> Option<&Value>;

    /// Which record it is, where it is one: what looks for others leaves it out.
    fn row(&self) -> Option<RowId> {
        None
    }
}

/// Values of a record that is not one yet.
impl Fields for &[(Text, Value)] {
    fn value(&self, key: &str) -> Option<&Value> {
        self.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }
}

/// Read access to other records, for rules and computed values.
pub trait World {
    /// Every register, kind and field that there is.
    fn schema(&self) -> &Schema;
    /// The record `id` of `register`.
    fn record(&self, register: &str, id: RowId) -> Option<&dyn Fields>;
    /// Whether the record `id` of `register` is there and not removed.
    fn stands(&self, register: &str, id: RowId) -> bool;
    /// The record of a dictionary kind whose title is `name`.
    fn entry(&self, register: &str, kind: &str, name: &str) -> Option<&dyn Fields>;
    /// The number in `field` of the same series one year before, for jumps; `register` and `kind` name the
    /// record's own.
    fn year_before(&self, register: &str, kind: &str, record: &dyn Fields, field: &str) -> Option<Decimal>;
    /// The day on which the question is asked; none where answers must not depend on it.
    fn today(&self) -> Option<Date>;
    /// Shows every other record of `kind` that agrees with `record` in all of the fields `by`; none when `record`
    /// lacks one of them.
    fn alike(
        &self,
        register: &str,
        kind: &str,
        by: &[&'static str],
        record: &dyn Fields,
        show: &mut dyn FnMut(&dyn Fields),
    );
    /// Shows every record of `kind` that stands under the record `parent` of `register`.
    fn under(&self, register: &str, kind: &str, parent: RowId, show: &mut dyn FnMut(&dyn Fields));
}

/// A world without other records.
#[derive(Debug, Clone, Copy)]
pub struct NoWorld;

impl World for NoWorld {
    fn schema(&self) -> &Schema {
        Schema::base()
    }
    fn record(&self, _: &str, _: RowId) -> Option<&dyn Fields> {
        None
    }
    fn stands(&self, _: &str, _: RowId) -> bool {
        true
    }
    fn entry(&self, _: &str, _: &str, _: &str) -> Option<&dyn Fields> {
        None
    }
    fn year_before(&self, _: &str, _: &str, _: &dyn Fields, _: &str) -> Option<Decimal> {
        None
    }
    fn today(&self) -> Option<Date> {
        None
    }
    fn alike(&self, _: &str, _: &str, _: &[&'static str], _: &dyn Fields, _: &mut dyn FnMut(&dyn Fields)) {}
    fn under(&self, _: &str, _: &str, _: RowId, _: &mut dyn FnMut(&dyn Fields)) {}
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cannot be written as it is.
    Error,
    /// Needs a second look.
    Warning,
    /// Said so that nothing happens silently.
    Info,
}

/// A sentence for people, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Message {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Message {
    /// Both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What a rule found in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The rule's key, such as `yield_range`.
    pub rule: Text,
    /// The field it is about.
    pub field: Option<Text>,
    /// What is wrong and what to do.
    pub message: Message,
}

/// A rule of one kind of rows.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable key, unique in the kind.
    pub key: &'static str,
    /// How much a breach matters.
    pub severity: Severity,
    /// The field at which the breach is shown.
    pub field: &'static str,
    /// When the rule applies.
    pub when: Condition,
    /// What is tested.
    pub check: Check,
    /// What is said; `{left}`, `{right}`, `{value}` and `{bound}` are filled in.
    pub message: Label,
}

/// What a rule tests. A missing operand means there is nothing to test.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// `left` compares to `right`.
    Compare(Expr, Compare, Expr),
    /// The expression lies within the bounds, both included.
    Between(Expr, Expr, Expr),
    /// |now − year before| ≤ times × |year before|.
    YearJump(&'static str, Expr),
    /// Following the reference upwards never comes back, and ends within so many steps.
    NoCycle(&'static str, usize),
    /// What the records of a kind under this one have in a field adds up to the expression, where there are any.
    SumUnder(&'static str, &'static str, Expr),
    /// The condition holds.
    Must(Condition),
    /// A test that no data can say: returns the message when it fails.
    Code(fn(&dyn Fields, &dyn World) -> Option<Message>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// ≤
    AtMost,
    /// ≥
    AtLeast,
    /// <
    Below,
    /// =
    Equals,
}

/// A small expression over the numbers of a record.
#[derive(Debug, Clone, Copy)]
pub enum Expr {
    /// A field's number.
    Field(&'static str),
    /// A field of the dictionary entry that another field names: (naming field, register, kind, field).
    Entry(&'static str, &'static str, &'static str, &'static str),
    /// A constant.
    Number(Decimal),
    /// A bound that the county may draw elsewhere.
    Bound(&'static Threshold),
    /// Sum.
    Plus(&'static Expr, &'static Expr),
    /// Difference.
    Minus(&'static Expr, &'static Expr),
    /// Product.
    Times(&'static Expr, &'static Expr),
    /// Quotient; nothing when the divisor is zero.
    Over(&'static Expr, &'static Expr),
}

impl Expr {
    /// A constant.
    pub const fn int(n: u32) -> Self {
        Self::Number(Decimal::from_parts(n, 0, 0, false, 0))
    }

    /// The bound in it, where there is one.
    fn bound(&self) -> Option<&'static Threshold> {
        match self {
            Self::Bound(threshold) => Some(threshold),
            Self::Plus(a, b) | Self::Minus(a, b) | Self::Times(a, b) | Self::Over(a, b) => {
                a.bound().or_else(|| b.bound())
            }
            Self::Field(_) | Self::Entry(..) | Self::Number(_) => None,
        }
    }

    /// Its number in `record`, whose declaration says how fields that nobody types are computed.
    pub fn eval(&self, kind: Option<&RowKind>, record: &dyn Fields, world: &dyn World) -> Option<Decimal> {
        let eval = |part: &Self| part.eval(kind, record, world);
        match self {
            Self::Field(key) => match &*said(kind, key, record, world)? {
                Value::Date(d) => Some(Decimal::from(crate::value::Date::new(1970, 1, 1)?.days_until(*d))),
                other => other.as_decimal(),
            },
            Self::Entry(naming, register, kind, field) => {
                let name = record.value(naming)?.as_str()?;
                world.entry(register, kind, name)?.value(field)?.as_decimal()
            }
            Self::Number(n) => Some(*n),
            Self::Bound(threshold) => Some(world.schema().bound(threshold)),
            Self::Plus(a, b) => eval(a)?.checked_add(eval(b)?),
            Self::Minus(a, b) => eval(a)?.checked_sub(eval(b)?),
            Self::Times(a, b) => exact::times(eval(a)?, eval(b)?),
            Self::Over(a, b) => exact::over(eval(a)?, eval(b)?),
        }
    }
}

/// What a record says in a field, computed where its declaration says so.
fn said<'a>(
    kind: Option<&RowKind>,
    key: &str,
    record: &'a dyn Fields,
    world: &dyn World,
) -> Option<Cow<'a, Value>> {
    match kind.and_then(|k| k.field(key)) {
        Some(field) => field.read(record, world),
        None => record.value(key).map(Cow::Borrowed),
    }
}

impl Rule {
    /// The finding when `record` breaks the rule. `register` and `kind` name the record's own.
    pub fn test(
        &self,
        register: &str,
        kind: &str,
        record: &dyn Fields,
        world: &dyn World,
    ) -> Option<Finding> {
        if !self.when.holds(record) {
            return None;
        }
        let mut message = self.breach(register, kind, record, world)?;
        if let Some(threshold) = self.bound() {
            let bound = shown(world.schema().bound(threshold));
            message.zh = message.zh.replace("{bound}", &bound);
            message.en = message.en.replace("{bound}", &bound);
        }
        Some(Finding {
            severity: self.severity,
            rule: Text::from(self.key),
            field: Some(Text::from(self.field)),
            message,
        })
    }

    fn bound(&self) -> Option<&'static Threshold> {
        match &self.check {
            Check::Compare(a, _, b) => a.bound().or_else(|| b.bound()),
            Check::Between(a, b, c) => a.bound().or_else(|| b.bound()).or_else(|| c.bound()),
            Check::YearJump(_, times) => times.bound(),
            _ => None,
        }
    }

    fn breach(&self, register: &str, kind: &str, record: &dyn Fields, world: &dyn World) -> Option<Message> {
        let declared = |kind: &str| world.schema().kind(register, kind).map(|k| &**k);
        let own = declared(kind);
        let eval = |expr: &Expr| expr.eval(own, record, world);
        match &self.check {
            Check::Compare(left, how, right) => {
                let (l, r) = (eval(left)?, eval(right)?);
                let fine = match how {
                    Compare::AtMost => l <= r,
                    Compare::AtLeast => l >= r,
                    Compare::Below => l < r,
                    Compare::Equals => l == r,
                };
                (!fine).then(|| self.say(l, l, r))
            }
            Check::Between(value, low, high) => {
                // Nobody has drawn most bounds, and the value is a quotient: that is worked out last.
                let (l, h) = (eval(low)?, eval(high)?);
                let v = eval(value)?;
                (v < l || v > h).then(|| self.say(v, l, h))
            }
            Check::YearJump(field, times) => {
                let now = record.value(field)?.as_decimal()?;
                let then = world.year_before(register, kind, record, field)?;
                let far = exact::times(then.abs(), eval(times)?)?;
                (!then.is_zero() && (now - then).abs() > far).then(|| self.say(now, then, now))
            }
            Check::NoCycle(field, depth) => {
                climbs_too_far(record, world, field, register, *depth).then(|| self.say_plain())
            }
            Check::SumUnder(below, field, expected) => {
                let mut lines: Vec<Decimal> = Vec::new();
                world.under(register, below, record.row()?, &mut |line| {
                    let number = said(declared(below), field, line, world).and_then(|v| v.as_decimal());
                    lines.push(number.unwrap_or_default());
                });
                let want = eval(expected).filter(|_| !lines.is_empty())?;
                let sum: Decimal = lines.into_iter().sum();
                (sum != want).then(|| self.say(sum, sum, want))
            }
            Check::Must(condition) => (!condition.holds(record)).then(|| self.say_plain()),
            Check::Code(test) => test(record, world),
        }
    }

    fn say_plain(&self) -> Message {
        Message::new(self.message.zh.clone(), self.message.en.clone())
    }

    fn say(&self, value: Decimal, left: Decimal, right: Decimal) -> Message {
        let fill = |s: &str| {
            s.replace("{value}", &shown(value))
                .replace("{left}", &shown(left))
                .replace("{right}", &shown(right))
        };
        Message::new(fill(&self.message.zh), fill(&self.message.en))
    }
}

/// At most two decimals, for sentences.
fn shown(n: Decimal) -> String {
    n.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero).normalize().to_string()
}

fn climbs_too_far(record: &dyn Fields, world: &dyn World, field: &str, register: &str, depth: usize) -> bool {
    let mut next = record.value(field).and_then(Value::as_ref_id);
    for _ in 0..depth {
        let Some(id) = next else { return false };
        next = world.record(register, id).and_then(|r| r.value(field)).and_then(Value::as_ref_id);
    }
    next.is_some()
}
