//! I-45 and I-46: who leads the co-operatives, and how many there are to a village.

use rust_decimal::Decimal;

use super::standing::{as_of_now, place_of, standing};
use super::{Ask, Computed, Indicators, Share};
use crate::ledger::{Record, Surroundings};
use crate::register::Fields as _;
use crate::register::catalog::r05::{self, entity};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Value, exact};

const ENTITIES: (&str, &str) = (r05::KEY, entity::KIND);

/// The co-operatives that are not struck off.
fn cooperatives<'a>(desk: &Indicators<'a>, ask: &Ask) -> Vec<&'a Record> {
    let says = |record: &Record, key: &str, words: &[&str]| {
        record.value(key).and_then(Value::as_str).is_some_and(|word| words.contains(&word))
    };
    let mut all = standing(desk, ENTITIES, ask);
    all.retain(|record| says(record, entity::SORT, r05::COOPERATIVES));
    all.retain(|record| !says(record, entity::STATUS, &[r05::STRUCK_OFF]));
    all
}

fn none() -> Computed {
    Computed::none("没有合作社", "There are no co-operatives")
}

pub(super) fn led(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = cooperatives(desk, ask);
    if all.is_empty() {
        return none();
    }
    let world = Surroundings::new(desk.state());
    let kind = desk.state().schema().kind(r05::KEY, entity::KIND);
    let by = |record: &Record, key: &str| {
        let said = kind.and_then(|k| k.field(key)).and_then(|f| f.read(record, &world));
        matches!(said.as_deref(), Some(Value::Bool(true)))
    };
    let count = |key: &str| Decimal::from(all.iter().filter(|r| by(r, key)).count());
    let led: Vec<&&Record> =
        all.iter().filter(|r| by(r, entity::BY_PARTY) || by(r, entity::BY_MEMBER)).collect();
    let (numerator, denominator) = (Decimal::from(led.len()), Decimal::from(all.len()));
    Computed {
        value: exact::percent(numerator, denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        villages: villages(desk, &all).len(),
        rows: led.iter().map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        parts: vec![
            Share::new("党组织领办", Some(count(entity::BY_PARTY))).in_unit("家"),
            Share::new("党员领办", Some(count(entity::BY_MEMBER))).in_unit("家"),
        ],
        ..Computed::default()
    }
}

pub(super) fn per_village(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = cooperatives(desk, ask);
    if all.is_empty() {
        return none();
    }
    let (count, over) = (Decimal::from(all.len()), desk.places().villages(ask.place, Some(ask.period)).len());
    if over == 0 {
        return Computed::none("还没有村（社区）", "There are no villages");
    }
    let over = Decimal::from(over);
    let with = villages(desk, &all).len();
    Computed {
        value: exact::over(count, over),
        numerator: Some(count),
        denominator: Some(over),
        villages: with,
        rows: all.iter().map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        parts: vec![Share::new("有合作社的村", Some(Decimal::from(with))).in_unit("个")],
        ..Computed::default()
    }
}

/// The villages that the records belong to.
fn villages(desk: &Indicators<'_>, all: &[&Record]) -> std::collections::BTreeSet<RowId> {
    let village = |r: &&Record| desk.places().village_of(place_of(desk, ENTITIES, r)?);
    all.iter().filter_map(village).into_set()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cache;
    use crate::table::fixture::Bench;
    use crate::value::Period;

    /// Two villages: four co-operatives of which one is led by a party organisation and one by a member, and a farm.
    fn bench() -> (Bench, [RowId; 2], RowId) {
        let mut b = Bench::new();
        let town = b.org("柳河镇", "乡镇", None);
        let villages = ["清凉村", "五四村"].map(|name| b.org(name, "村", Some(town)));
        let mut business = |village: RowId, name: &str, kind: &str, member: bool| {
            let fields = vec![
                ("org", Value::Ref(village)),
                ("name", Value::text(name)),
                ("kind", Value::choice(kind)),
                ("led_by_member", Value::Bool(member)),
            ];
            b.one("R05", "entity", fields)
        };
        business(villages[0], "傣园", "农民专业合作社", false);
        let struck = business(villages[0], "滇果", "农民专业合作社", true);
        business(villages[0], "桥源", "党组织领办合作社", false);
        business(villages[1], "建生", "农民专业合作社", false);
        business(villages[1], "金盛", "家庭农场", true);
        (b, villages, struck)
    }

    #[test]
    fn co_operatives_that_somebody_leads_are_a_share_of_all_of_them() {
        let (mut b, villages, struck) = bench();
        let read = |b: &Bench, code: &str, place| {
            let cache = Cache::new();
            let found =
                Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024)).at(place));
            let found = found.unwrap();
            (found.value, found.numerator, found.denominator, found.villages)
        };
        let n = |n: i64| Some(Decimal::from(n));
        assert_eq!(read(&b, "I-45", None), (n(50), n(2), n(4), 2));
        assert_eq!(read(&b, "I-45", Some(villages[1])), (n(0), n(0), n(1), 1));
        assert_eq!(read(&b, "I-46", None), (n(2), n(4), n(2), 2));
        // One that is no more does not count, whether its state or its status says so.
        b.set("R05", struck, "status", Value::choice("注销"));
        assert_eq!(
            read(&b, "I-45", None),
            (Some(Decimal::new(3333, 2)).map(|_| exact::percent(1.into(), 3.into()).unwrap()), n(1), n(3), 2)
        );
        assert_eq!(read(&b, "I-46", Some(villages[0])), (n(2), n(2), n(1), 1));
    }

    #[test]
    fn without_co_operatives_there_is_no_share_of_them() {
        let mut b = Bench::new();
        b.org("清凉村", "村", None);
        let cache = Cache::new();
        for code in ["I-45", "I-46"] {
            let found =
                Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024))).unwrap();
            assert!(found.value.is_none() && found.missing.is_some(), "{code}");
        }
    }
}
