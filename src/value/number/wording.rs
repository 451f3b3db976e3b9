//! Words around a number, and the interval that they leave open (domain §8.3).
//!
//! Duty: declare every wording once. Inputs: a face value and its wording. Outputs: [`Interval`]. Neighbours:
//! cells (`number`) and articles (`figure`) read the same words from here.

use rust_decimal::Decimal;

use super::numeral::Step;
use crate::value::Modifier;

/// How a wording opens an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wording {
    Exact,
    Forecast,
    /// 余, 多: up to the next step
    Step,
    /// 超, 逾: open
    Above,
    AtLeast,
    Nearly,
    About,
    Under,
    AtMost,
}

/// Words before a number, the longer ones first.
pub(crate) const LEADS: &[(&str, Wording)] = &[
    ("不超过", Wording::AtMost),
    ("不高于", Wording::AtMost),
    ("不低于", Wording::AtLeast),
    ("不少于", Wording::AtLeast),
    ("不多于", Wording::AtMost),
    ("达到了", Wording::Exact),
    ("人民币", Wording::Exact),
    ("最多", Wording::AtMost),
    ("至少", Wording::AtLeast),
    ("超过", Wording::Above),
    ("突破", Wording::Above),
    ("高于", Wording::Above),
    ("多于", Wording::Above),
    ("将近", Wording::Nearly),
    ("接近", Wording::Nearly),
    ("逼近", Wording::Nearly),
    ("大约", Wording::About),
    ("大概", Wording::About),
    ("约为", Wording::About),
    ("不足", Wording::Under),
    ("不到", Wording::Under),
    ("少于", Wording::Under),
    ("低于", Wording::Under),
    ("未满", Wording::Under),
    ("达到", Wording::Exact),
    ("共计", Wording::Exact),
    ("合计", Wording::Exact),
    ("总计", Wording::Exact),
    ("累计", Wording::Exact),
    ("只有", Wording::Exact),
    ("预计", Wording::Forecast),
    ("预期", Wording::Forecast),
    ("预估", Wording::Forecast),
    ("有望", Wording::Forecast),
    ("计划", Wording::Forecast),
    ("力争", Wording::Forecast),
    ("超", Wording::Above),
    ("逾", Wording::Above),
    ("近", Wording::Nearly),
    ("约", Wording::About),
    ("达", Wording::Exact),
    ("共", Wording::Exact),
    ("仅", Wording::Exact),
    ("为", Wording::Exact),
    ("上", Wording::AtLeast),
    ("¥", Wording::Exact),
];

/// Words after a number.
pub(crate) const TAILS: &[(&str, Wording)] = &[
    ("(含)以上", Wording::AtLeast),
    ("及以上", Wording::AtLeast),
    ("及以下", Wording::AtMost),
    ("以上", Wording::AtLeast),
    ("以下", Wording::AtMost),
    ("以内", Wording::AtMost),
    ("左右", Wording::About),
    ("上下", Wording::About),
    ("前后", Wording::About),
    ("之多", Wording::Exact),
    ("不等", Wording::Exact),
    ("整", Wording::Exact),
    ("+", Wording::AtLeast),
    ("起", Wording::AtLeast),
    ("余", Wording::Step),
    ("多", Wording::Step),
];

/// What a worded number may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    /// As such words are meant; open where missing.
    pub low: Option<Decimal>,
    pub high: Option<Decimal>,
    /// As they would have to be read strictly: 200万余 promises less than 201万 (domain §8.2).
    pub strict: (Option<Decimal>, Option<Decimal>),
    pub modifier: Modifier,
}

/// The place of the last digit that is not zero: 3500 → 100, 12.5 → 0.1.
pub(crate) fn step_of(n: Decimal) -> Decimal {
    let n = n.normalize();
    if n.scale() > 0 {
        return Decimal::new(1, n.scale());
    }
    let mut step = Decimal::ONE;
    let mut rest = n.mantissa();
    while rest != 0 && rest % 10 == 0 {
        rest /= 10;
        step *= Decimal::TEN;
    }
    step
}

/// (N, N+p); where N+p is no rounder number (15余), up to the next multiple of ten (domain §8.3).
fn stepped(n: Decimal) -> Option<Decimal> {
    let step = step_of(n);
    if step == Decimal::ONE {
        let tens = n.checked_div(Decimal::TEN)?.floor().checked_add(Decimal::ONE)?;
        return tens.checked_mul(Decimal::TEN);
    }
    n.checked_add(step)
}

/// 约 before three or more significant digits says that the last one was rounded.
fn rounded(n: Decimal) -> Option<(Decimal, Decimal)> {
    let step = step_of(n);
    let digits = n.checked_div(step)?.abs();
    let half = step.checked_div(Decimal::TWO)?;
    if digits < Decimal::ONE_HUNDRED {
        return None;
    }
    Some((n.checked_sub(half)?.normalize(), n.checked_add(half)?.normalize()))
}

impl Interval {
    /// The interval of face value `n`; `step` says where its 余 stands.
    pub fn of(wording: Wording, n: Decimal, step: Option<Step>) -> Self {
        let share = |hundredths: i64| n.checked_mul(Decimal::new(hundredths, 2)).map(|d| d.normalize());
        let zero = Some(Decimal::ZERO);
        let (low, high, modifier) = match wording {
            Wording::Exact | Wording::Forecast => (Some(n), Some(n), Modifier::Exact),
            Wording::Step => (Some(n), stepped(n), Modifier::Over),
            Wording::Above => (Some(n), None, Modifier::Over),
            Wording::AtLeast => (Some(n), None, Modifier::AtLeast),
            Wording::Nearly => (share(90), Some(n), Modifier::Nearly),
            Wording::About => (share(95), share(105), Modifier::About),
            Wording::Under => (zero, Some(n), Modifier::Under),
            Wording::AtMost => (zero, Some(n), Modifier::AtMost),
        };
        let strict = match (wording, step) {
            (Wording::Step, Some(Step::After(scale))) => {
                (low, n.checked_add(scale).into_iter().chain(high).min())
            }
            (Wording::About, _) => rounded(n).map_or((low, high), |(a, b)| (Some(a), Some(b))),
            _ => (low, high),
        };
        // A negative figure has its interval the other way round (约-500).
        let upright = |(a, b): (Option<Decimal>, Option<Decimal>)| match (a, b) {
            (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
            other => other,
        };
        let (low, high) = upright((low, high));
        Self { low, high, strict: upright(strict), modifier }
    }

    /// From `low` to `high`.
    pub const fn range(low: Decimal, high: Decimal) -> Self {
        let ends = (Some(low), Some(high));
        Self { low: ends.0, high: ends.1, strict: ends, modifier: Modifier::Range }
    }
}
