//! What the ledger has for a claim: the amount, or how two amounts stand to each other.
//!
//! Duty: one computation for each form of a claim, exact; nothing is rounded here. Inputs: a link. Outputs:
//! [`Reckoned`]. Neighbours: `aim` reads single amounts, `claim` declares the forms, `compare` rounds as the text does.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::aim::{Aim, Holding};
use super::claim::{How, Test, Thing};
use super::judge::Judge;
use super::kept::Link;
use crate::analysis::indicator::Ask;
use crate::register::Message;
use crate::table::law;
use crate::value::order::{self, Ordered as _};
use crate::value::{Period, RowId};

/// A place's own numbers have no period: they are asked for as of a day that every place still there reaches.
const AS_IT_IS: Period = Period::year_of(2199);

/// What the ledger has.
#[derive(Debug, Clone, Default)]
pub(super) struct Reckoned {
    pub holding: Holding,
    /// The unit of the value, where it is not that of the aim.
    pub unit: Option<&'static str>,
}

impl Judge<'_> {
    /// The value behind a link.
    pub(super) fn reckon(&self, aim: &Aim, link: &Link) -> Reckoned {
        let thing = link.thing();
        let holding = match &link.how {
            How::Level => self.held(&thing),
            How::Growth(base) => self.of_two(&thing, base, growth),
            How::Yearly(base) => {
                let years = thing.period.zip(base.period).map(|(now, then)| now.year() - then.year());
                let years = years.and_then(|n| u32::try_from(n).ok());
                self.of_two(&thing, base, |a, b| yearly(a, b, years?))
            }
            How::OverMean { of, own, share } => {
                let mine = if *own { self.mean(&thing) } else { self.held(&thing) };
                let mean = self.mean(of);
                let value = mine.value.zip(mean.value);
                let value = value.and_then(|(a, b)| if *share { growth(a, b) } else { a.checked_sub(b) });
                both(mine, mean, value)
            }
            How::Difference(base) => self.of_two(&thing, base, Decimal::checked_sub),
            How::Times(base) => {
                self.of_two(&thing, base, |a, b| a.checked_div(b).filter(|_| b > Decimal::ZERO))
            }
            How::Share(whole) => self.of_two(&thing, whole, |a, b| {
                a.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(b).filter(|_| b > Decimal::ZERO)
            }),
            How::Mean => self.mean(&thing),
            How::Sum(things) => self.sum(things),
            How::MeanOf(things) => {
                let sum = self.sum(things);
                let mean = sum.value.and_then(|v| v.checked_div(Decimal::from(things.len())));
                Holding { value: mean, ..sum }
            }
            How::Rank(among) => self.rank(aim, &thing, *among),
            How::Count(tests) => self.count(aim, &thing, tests),
            How::CountShare(tests) => {
                let counted = self.count(aim, &thing, tests);
                let all = Decimal::from(self.villages(&thing).len());
                let share = counted.value.and_then(|n| n.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(all));
                Holding { value: share, ..counted }
            }
            How::Villages => {
                let villages = self.villages(&thing);
                Holding { value: Some(Decimal::from(villages.len())), rows: villages, notes: Vec::new() }
            }
        };
        Reckoned { holding, unit: link.how.unit() }
    }

    fn held(&self, thing: &Thing) -> Holding {
        let Some(aim) = self.aims.get(&thing.target) else { return Holding::default() };
        let timeless = aim.is_of_places().then_some(AS_IT_IS);
        let Some(period) = thing.period.or(self.chosen.1).or(timeless) else { return Holding::default() };
        let product = thing.product.clone().filter(|_| aim.by_product(self.schema()));
        aim.held(&self.desk, &Ask { place: thing.place, period, product })
    }

    fn of_two(
        &self,
        thing: &Thing,
        other: &Thing,
        reckon: impl Fn(Decimal, Decimal) -> Option<Decimal>,
    ) -> Holding {
        let unit = |t: &Thing| self.aims.get(&t.target).map(Aim::counted_in);
        let (mine, theirs) = (self.held(thing), self.held(other));
        let alike = unit(thing) == unit(other);
        let value = mine.value.zip(theirs.value).filter(|_| alike).and_then(|(a, b)| reckon(a, b));
        both(mine, theirs, value)
    }

    fn sum(&self, things: &[Thing]) -> Holding {
        let mut all = Holding { value: Some(Decimal::ZERO), ..Holding::default() };
        for thing in things {
            let one = self.held(thing);
            let value = all.value.zip(one.value).and_then(|(a, b)| a.checked_add(b));
            all = both(all, one, value);
        }
        all
    }

    fn villages(&self, thing: &Thing) -> Vec<RowId> {
        self.desk.places().villages(thing.place, thing.period.or(self.chosen.1))
    }

    fn mean(&self, thing: &Thing) -> Holding {
        let mut held = self.held(thing);
        let villages = self.villages(thing).len();
        held.notes
            .push(Message::new(format!("除以{villages}个村"), format!("divided by {villages} villages")));
        held.value = held.value.and_then(|v| v.checked_div(Decimal::from(villages)));
        held
    }

    /// The value of each village that has reported; one that has and holds nothing has 0.
    fn by_village(&self, aim: &Aim, thing: &Thing) -> BTreeMap<RowId, Decimal> {
        let Some(period) = thing.period.or(self.chosen.1) else { return BTreeMap::new() };
        let product = thing.product.clone().filter(|_| aim.by_product(self.schema()));
        let ask = Ask { place: thing.place, period, product };
        if let Some(known) = aim.by_village(&self.desk, &ask) {
            return known;
        }
        let reported = self.desk.completeness(aim.register(), &ask);
        let of = |id: &RowId| {
            let one = aim.held(&self.desk, &Ask { place: Some(*id), ..ask.clone() });
            (*id, one.value.unwrap_or_default())
        };
        reported.reported.iter().map(of).into_map()
    }

    fn count(&self, aim: &Aim, thing: &Thing, tests: &[Test]) -> Holding {
        let villages = self.by_village(aim, thing);
        let meet = |value: Decimal| tests.iter().all(|t| t.operator.holds(value, t.bound));
        let found: Vec<RowId> = villages.iter().filter(|(_, v)| meet(**v)).map(|(id, _)| *id).collect();
        let names: Vec<String> =
            found.iter().take(MOST_NAMES).map(|id| self.desk.places().name(*id).to_string()).collect();
        let silent = self.villages(thing).len().saturating_sub(villages.len());
        let mut notes = vec![Message::new(format!("是{}", names.join("、")), names.join(", "))];
        notes.retain(|_| !names.is_empty());
        if silent > 0 {
            notes.push(Message::new(
                format!("{silent}个村未报，未计入"),
                format!("{silent} villages have not reported"),
            ));
        }
        let value = (!villages.is_empty()).then(|| Decimal::from(found.len()));
        Holding { value, rows: Vec::new(), notes }
    }

    /// First of the highest; equal values share a rank.
    fn rank(&self, aim: &Aim, thing: &Thing, among: Option<RowId>) -> Holding {
        let Some(own) = thing.place else { return Holding::default() };
        let places = self.desk.places();
        let value = |id: RowId| self.held(&Thing { place: Some(id), ..thing.clone() }).value;
        // Where nothing is kept there is no rank either.
        if value(own).is_none() {
            return Holding::default();
        }
        let values: BTreeMap<RowId, Decimal> = if places.village_of(own) == Some(own) {
            self.by_village(aim, &Thing { place: among, ..thing.clone() })
        } else {
            let kind = places.get(own).map(|p| p.kind.clone());
            let inside = |id: RowId| among.is_none_or(|a| places.path(id).iter().any(|p| p.id == a));
            let alike = places.all().filter(|p| Some(&p.kind) == kind.as_ref() && inside(p.id));
            alike.filter_map(|p| Some((p.id, value(p.id)?))).into_map()
        };
        let Some(mine) = values.get(&own).copied() else { return Holding::default() };
        let above = values.values().filter(|v| **v > mine).count();
        let n = values.len();
        let notes = vec![Message::new(format!("在{n}个中比较"), format!("among {n}"))];
        Holding { value: Some(Decimal::from(above + 1)), rows: Vec::new(), notes }
    }
}

/// By how many per cent `a` is more than `b`.
fn growth(a: Decimal, b: Decimal) -> Option<Decimal> {
    let more = a.checked_sub(b)?.checked_mul(Decimal::ONE_HUNDRED)?;
    more.checked_div(b).filter(|_| b > Decimal::ZERO)
}

/// By how many per cent a year, over so many years.
fn yearly(a: Decimal, b: Decimal, years: u32) -> Option<Decimal> {
    let times = a.checked_div(b).filter(|_| a > Decimal::ZERO && b > Decimal::ZERO)?;
    growth(root(times, years)?, Decimal::ONE)
}

/// Halvings after which nothing is left that a printed per cent could show.
const HALVINGS: u32 = 64;
/// A longer stretch of years has no place in a report.
const MOST_YEARS: u32 = 30;

/// The n-th root, by halving: the same digits on every machine.
fn root(value: Decimal, n: u32) -> Option<Decimal> {
    let (mut low, mut high) = (Decimal::ZERO, value.max(Decimal::ONE));
    if !(1..=MOST_YEARS).contains(&n) {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = low.checked_add(high)?.checked_div(Decimal::TWO)?;
        // What cannot be held is larger than any value.
        let power = (0..n).try_fold(Decimal::ONE, |power, _| power.checked_mul(middle));
        if power.is_none_or(|power| power > value) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(low)
}

/// More names than this are no help.
const MOST_NAMES: usize = 12;

fn both(mut a: Holding, b: Holding, value: Option<Decimal>) -> Holding {
    a.rows.extend(b.rows);
    order::sort(&mut a.rows);
    a.rows.dedup();
    let new: Vec<Message> = b.notes.into_iter().filter(|n| !a.notes.contains(n)).collect();
    a.notes.extend(new);
    Holding { value, ..a }
}

impl Aim {
    /// Whether it is a place's own number, which has no period.
    pub(super) fn is_of_places(&self) -> bool {
        matches!(self, Self::Field(r, k, _) if k.is_place(&r.key))
    }

    /// The value of each village in one go, where that can be had.
    fn by_village(
        &self,
        desk: &crate::analysis::indicator::Indicators<'_>,
        ask: &Ask,
    ) -> Option<BTreeMap<RowId, Decimal>> {
        let sum = match self {
            Self::Indicator(d) => return desk.of_each_village(d.code, ask),
            Self::Field(r, k, _) if k.is_place(&r.key) => return None,
            Self::Field(r, _, f) => desk.sum(&r.key, &f.key, ask, crate::register::Condition::Any),
            Self::Word(r, _, n) => desk.sum_of_word(&r.key, &n.amount.key, ask, (&n.by.key, &n.word)),
        };
        let reported = desk.completeness(self.register(), ask);
        let mut all: BTreeMap<RowId, Vec<Decimal>> =
            reported.reported.iter().map(|v| (*v, vec![Decimal::ZERO])).into_map();
        sum.by_village().into_iter().for_each(|(id, v)| all.entry(id).or_default().push(v));
        Some(all.into_iter().filter_map(|(id, v)| Some((id, law::total(v)?))).into_map())
    }
}
