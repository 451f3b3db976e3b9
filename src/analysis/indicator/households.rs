//! I-30, I-31, I-33 and I-92: what households earn, who links them, and who of them works elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::standing::{as_of_now, place_of, read, standing};
use super::{Ask, Computed, Indicators, Share};
use crate::ledger::Record;
use crate::register::catalog::r04::{self, household, income};
use crate::register::{Fields as _, Message};
use crate::value::order::Ordered as _;
use crate::value::{Grain, Period, RowId, Value, exact};

const HOUSEHOLDS: (&str, &str) = (r04::KEY, household::KIND);
const INCOMES: (&str, &str) = (r04::KEY, income::KIND);

fn number(record: &Record, key: &str) -> Option<Decimal> {
    record.value(key).and_then(Value::as_decimal)
}

fn villages<'r>(desk: &Indicators<'_>, all: impl Iterator<Item = &'r Record>) -> usize {
    let village = |r: &Record| desk.places().village_of(place_of(desk, HOUSEHOLDS, r)?);
    all.filter_map(village).into_set().len()
}

/// The year of a period; incomes are yearly.
fn year(period: Period) -> Option<Period> {
    period.widen(Grain::Year)
}

/// What the households earned in a year, by household.
fn earned(desk: &Indicators<'_>, ask: &Ask, year: Period) -> BTreeMap<RowId, Decimal> {
    let of_year = |r: &&Record| r.value(income::YEAR).and_then(Value::as_period) == Some(year);
    let sum = |r: &Record| {
        let parent = r.value(income::PARENT).and_then(Value::as_ref_id)?;
        Some((parent, read(desk, INCOMES, r, income::TOTAL)?.as_decimal()?))
    };
    standing(desk, INCOMES, ask).into_iter().filter(of_year).filter_map(sum).collect()
}

fn no_income() -> Computed {
    Computed::none("没有这一年的家庭收入", "No incomes of this year are on record")
}

/// Σ income ÷ Σ people of the households whose income is known.
pub(super) fn income_per_head(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let Some(year) = year(ask.period) else { return no_income() };
    let earned = earned(desk, ask, year);
    let all = standing(desk, HOUSEHOLDS, ask);
    let known: Vec<(&Record, Decimal, Decimal)> = all
        .iter()
        .filter_map(|r| Some((*r, *earned.get(&r.id())?, number(r, household::MEMBERS)?)))
        .filter(|(_, _, people)| *people > Decimal::ZERO)
        .collect();
    if known.is_empty() {
        return no_income();
    }
    let (income, people): (Decimal, Decimal) =
        (known.iter().map(|k| k.1).sum(), known.iter().map(|k| k.2).sum());
    let mut notes = vec![of_so_many(known.len(), all.len())];
    if year != ask.period {
        notes.push(Message::new(
            "家庭收入按年登记，按全年算",
            "Incomes are yearly; this is of the whole year",
        ));
    }
    Computed {
        value: exact::over(income, people),
        numerator: Some(income),
        denominator: Some(people),
        villages: villages(desk, known.iter().map(|k| k.0)),
        rows: known.iter().map(|k| k.0.id()).collect(),
        notes,
        ..Computed::default()
    }
}

fn of_so_many(known: usize, all: usize) -> Message {
    Message::new(
        format!("有收入的{known}户，台账里共{all}户"),
        format!("Of {all} households {known} have an income on record"),
    )
}

/// Σ (income − that of the year before) ÷ the households whose income of both years is known.
pub(super) fn income_gain(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let Some(year) = year(ask.period) else { return no_income() };
    let (now, before) = (earned(desk, ask, year), earned(desk, ask, year.last_year()));
    let all = standing(desk, HOUSEHOLDS, ask);
    let known: Vec<(&Record, Decimal)> =
        all.iter().filter_map(|r| Some((*r, *now.get(&r.id())? - *before.get(&r.id())?))).collect();
    if known.is_empty() {
        return Computed::none("没有两年都有收入的农户", "No household has an income of both years");
    }
    let (gain, over): (Decimal, Decimal) = (known.iter().map(|k| k.1).sum(), Decimal::from(known.len()));
    Computed {
        value: exact::over(gain, over),
        numerator: Some(gain),
        denominator: Some(over),
        villages: villages(desk, known.iter().map(|k| k.0)),
        rows: known.iter().map(|k| k.0.id()).collect(),
        notes: vec![Message::new(
            format!("只算上年、本年都有收入的{over}户"),
            format!("Of the {over} households with an income of both years"),
        )],
        ..Computed::default()
    }
}

/// Households that are linked ÷ households that link them.
pub(super) fn linked(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = standing(desk, HOUSEHOLDS, ask);
    let hub = |r: &Record| {
        let id = r.value(household::HUB).and_then(Value::as_ref_id)?;
        desk.state().record(r04::KEY, id).filter(|hub| !hub.is_gone()).map(|_| id)
    };
    let linked: Vec<&Record> = all.iter().copied().filter(|r| hub(r).is_some()).collect();
    if linked.is_empty() {
        return Computed::none("没有党员联户", "No households are linked");
    }
    let hubs: BTreeSet<RowId> = linked.iter().filter_map(|r| hub(r)).into_set();
    let (numerator, denominator) = (Decimal::from(linked.len()), Decimal::from(hubs.len()));
    Computed {
        value: exact::over(numerator, denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        villages: villages(desk, linked.iter().copied()),
        rows: linked.iter().map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        parts: vec![
            Share::new("联系的农户", Some(numerator)).in_unit("户"),
            Share::new("党员中心户", Some(denominator)).in_unit("户"),
        ],
        ..Computed::default()
    }
}

/// Σ who work elsewhere ÷ Σ who are able to work, where both are known.
pub(super) fn away(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = standing(desk, HOUSEHOLDS, ask);
    let known: Vec<(&Record, Decimal, Decimal)> = all
        .iter()
        .filter_map(|r| Some((*r, number(r, household::MIGRANTS)?, number(r, household::LABOUR)?)))
        .collect();
    let (away, able): (Decimal, Decimal) = (known.iter().map(|k| k.1).sum(), known.iter().map(|k| k.2).sum());
    if known.is_empty() || able.is_zero() {
        return Computed::none("没有登记劳动力和外出务工", "Nobody who is able to work is on record");
    }
    Computed {
        value: exact::percent(away, able),
        numerator: Some(away),
        denominator: Some(able),
        villages: villages(desk, known.iter().map(|k| k.0)),
        rows: known.iter().map(|k| k.0.id()).collect(),
        notes: vec![as_of_now()],
        ..Computed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cache;
    use crate::table::fixture::Bench;
    use crate::value::Money;

    fn n(n: i64) -> Option<Decimal> {
        Some(n.into())
    }

    fn read(b: &Bench, code: &str, place: Option<RowId>) -> super::super::Indicated {
        let cache = Cache::new();
        Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024)).at(place)).unwrap()
    }

    fn house(b: &mut Bench, org: RowId, head: &str, more: Vec<(&'static str, Value)>) -> RowId {
        let mut fields = vec![("org", Value::Ref(org)), ("head", Value::text(head))];
        fields.extend(more);
        b.one("R04", "household", fields)
    }

    fn earn(b: &mut Bench, house: RowId, year: i16, wage: i64, total: Option<i64>) {
        let yuan = |n: i64| Value::Money(Money::from_fen(n * 100));
        let mut fields = vec![
            ("parent", Value::Ref(house)),
            ("year", Value::Period(Period::year_of(year))),
            ("wage", yuan(wage)),
        ];
        fields.extend(total.map(|n| ("total", yuan(n))));
        b.one("R04", "income", fields);
    }

    #[test]
    fn income_by_head_is_of_those_whose_income_is_known() {
        let mut b = Bench::new();
        let villages = ["清凉村", "五四村"].map(|name| b.org(name, "村", None));
        assert!(read(&b, "I-30", None).missing.is_some() && read(&b, "I-31", None).missing.is_some());
        let people = |n: i64| vec![("members_n", Value::Int(n))];
        let first = house(&mut b, villages[0], "甲甲", people(3));
        let second = house(&mut b, villages[1], "乙乙", people(2));
        house(&mut b, villages[1], "丙丙", people(9));
        earn(&mut b, first, 2024, 30_000, None);
        earn(&mut b, first, 2023, 27_000, None);
        // As it is written, where somebody wrote the whole.
        earn(&mut b, second, 2024, 10_000, Some(40_000));
        let all = read(&b, "I-30", None);
        assert_eq!((all.value, all.numerator, all.denominator), (n(14_000), n(70_000), n(5)));
        assert!(all.notes.iter().any(|m| m.zh.contains("有收入的2户，台账里共3户")));
        assert_eq!(read(&b, "I-30", Some(villages[0])).value, n(10_000));
        let gain = read(&b, "I-31", None);
        assert_eq!((gain.value, gain.denominator, gain.villages), (n(3000), n(1), 1));
    }

    #[test]
    fn hubs_are_counted_once_however_many_they_link() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        assert!(read(&b, "I-33", None).missing.is_some());
        let hubs = ["甲甲", "乙乙"].map(|head| house(&mut b, village, head, Vec::new()));
        for (at, hub) in [hubs[0], hubs[0], hubs[0], hubs[1]].into_iter().enumerate() {
            let linked = vec![("link_member_household", Value::Ref(hub))];
            house(&mut b, village, ["丙丙", "丁丁", "戊戊", "己己"][at], linked);
        }
        let all = read(&b, "I-33", None);
        assert_eq!((all.value, all.numerator, all.denominator), (n(2), n(4), n(2)));
        // How many a hub links is on its own card.
        let (state, kind) = (&b.state, b.state.schema().kind("R04", "household").unwrap());
        let world = crate::ledger::Surroundings::new(state);
        let shown = |id: RowId| {
            kind.field("linked_n")
                .unwrap()
                .read(state.record("R04", id).unwrap(), &world)
                .map(|v| v.into_owned())
        };
        assert_eq!((shown(hubs[0]), shown(hubs[1])), (Some(Value::Int(3)), Some(Value::Int(1))));
    }

    #[test]
    fn one_who_moved_away_works_nowhere_here() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        let people =
            |labour: i64, away: i64| vec![("labour_n", Value::Int(labour)), ("migrant_n", Value::Int(away))];
        house(&mut b, village, "甲甲", people(3, 1));
        let left = house(&mut b, village, "乙乙", people(1, 1));
        house(&mut b, village, "丙丙", vec![("labour_n", Value::Int(5))]);
        assert_eq!(read(&b, "I-92", None).value, n(50));
        b.advance("R04", left, "在册", "迁出");
        let all = read(&b, "I-92", None);
        assert_eq!((all.numerator, all.denominator), (n(1), n(3)));
    }
}
