//! Targets of indicators (指标目标): what an article says is to be reached, kept with the article and its words.
//!
//! Duty: a figure linked to an indicator as a target of a place and a period, and how far it is reached. Inputs: a
//! figure and its link. Outputs: [`Goal`]s, and operations in a draft. Neighbours: `register::catalog::t01` declares
//! the fields; 分析 shows them beside the indicator; `take` makes records of the figures that are no indicators.

use rust_decimal::Decimal;

use super::Figure;
use super::aim::{converted, indicator};
use super::kept::Link;
use super::kept::{decide, records, words};
use crate::ledger::{BatchKind, Draft, State};
use crate::register::Fields as _;
use crate::register::catalog::t01::target as field;
use crate::value::figure::Kind;
use crate::value::{Period, RowId, Text, Value};

/// A kept target, in the indicator's unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its record.
    pub id: RowId,
    /// Code of the indicator.
    pub indicator: Text,
    /// Where; the whole ledger when none.
    pub place: Option<RowId>,
    /// When.
    pub period: Period,
    /// At least so much.
    pub low: Option<Decimal>,
    /// At most so much; open when missing.
    pub high: Option<Decimal>,
    /// The figure as it was written.
    pub words: Text,
    /// Title of the article.
    pub title: Text,
}

/// The kept targets, in the order of their making.
pub fn goals(state: &State) -> Vec<Goal> {
    records(state, field::KIND)
        .filter_map(|r| {
            Some(Goal {
                id: r.id(),
                indicator: words(r, field::INDICATOR)?,
                place: r.value(field::PLACE).and_then(Value::as_ref_id),
                period: r.value(field::PERIOD).and_then(Value::as_period)?,
                low: r.value(field::LOW).and_then(Value::as_decimal),
                high: r.value(field::HIGH).and_then(Value::as_decimal),
                words: words(r, field::FIGURE)?,
                title: words(r, field::TITLE).unwrap_or_default(),
            })
        })
        .collect()
}

/// The bounds that a figure would set for the indicator it is linked to; none where it is no level of an indicator,
/// names no period, or counts in a unit that does not convert.
pub fn bounds(figure: &Figure, link: &Link) -> Option<(Option<Decimal>, Option<Decimal>)> {
    let aim = indicator(&link.target)?;
    let reading = &figure.reading;
    if reading.kind != Kind::Level || link.period.is_none() {
        return None;
    }
    let own = reading.unit.as_deref().unwrap_or_default();
    let top = aim.counted_in();
    let turn = |n: Decimal| if top.is_empty() { Some(n) } else { converted(n, own, top) };
    turn(reading.face)?;
    Some((reading.low.and_then(turn), reading.high.and_then(turn)))
}

/// One step that keeps the figure as a target; an earlier one for the same indicator, place and period gives way.
pub fn keep(
    state: &State,
    figure: &Figure,
    link: &Link,
    (article, title): (Option<RowId>, &str),
    new: RowId,
) -> Option<Draft> {
    let (low, high) = bounds(figure, link)?;
    let decided = [
        (field::LOW, low.map(|n| Value::Decimal(n.round_dp(6)))),
        (field::HIGH, high.map(|n| Value::Decimal(n.round_dp(6)))),
        (field::FIGURE, Some(Value::text(&figure.figure))),
        (field::QUOTE, Some(Value::text(&figure.quote))),
        (field::TITLE, Some(Value::text(title))),
        (field::ARTICLE, article.map(Value::Ref)),
    ];
    let mut draft = Draft::new(BatchKind::Edit);
    let known = goals(state).into_iter().find(|g| g.is_for(link)).map(|g| g.id);
    let lasting = [
        (field::INDICATOR, Some(Value::text(&link.target))),
        (field::PLACE, link.place.map(Value::Ref)),
        (field::PERIOD, link.period.map(Value::Period)),
    ];
    decide(&mut draft, state, field::KIND, (new, known), lasting, decided);
    Some(draft)
}

impl Goal {
    /// Whether it is a target of what the link names: the indicator, there and then.
    pub fn is_for(&self, link: &Link) -> bool {
        *self.indicator == *link.target && self.place == link.place && Some(self.period) == link.period
    }

    /// How much of it is reached, in percent: of the lower bound, or of the upper one where there is no other.
    pub fn reached(&self, value: Decimal) -> Option<Decimal> {
        let bound = self.low.filter(|n| !n.is_zero()).or(self.high).filter(|n| n.is_sign_positive())?;
        value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(bound)
    }
}
