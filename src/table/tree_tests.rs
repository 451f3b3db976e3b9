//! The tree of places through the years: what the steps of `ledger::reshape` leave as it was.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::fixture::{Bench, finance};
use super::*;
use crate::ledger::reshape::{Into, Order, Reshape, Unfit, draft};
use crate::ledger::{Draft, Refused, Sealed, take_back};
use crate::register::catalog::closing;
use crate::value::{Date, Period, RowId, Text, Value};

const YEARS: [i16; 4] = [2022, 2023, 2024, 2025];

fn order(year: i16, month: i8) -> Order {
    Order { day: Date::new(year, month, 1).unwrap(), document: Some("批复1号".into()) }
}

fn plan(b: &mut Bench, wanted: &Reshape, order: &Order) -> Result<Draft, Unfit> {
    let mut n = b.state.operations() as u128 * 1000 + (7 << 64);
    draft(&b.state, wanted, order, &mut || {
        n += 1;
        RowId::from_bits(n)
    })
}

/// Takes a step through the gate.
fn take(b: &mut Bench, wanted: &Reshape, order: &Order) -> Result<Sealed, String> {
    let draft = plan(b, wanted, order).map_err(|e| e.to_string())?;
    b.admitted(draft).map_err(|e: Refused| e.to_string())
}

fn period(year: i16) -> Period {
    Period::year_of(year)
}

fn sum(b: &Bench, place: Option<RowId>, year: i16) -> Decimal {
    let table = Table::open(&b.state, "R07", None).unwrap();
    let filter = Filter { place, period: Some(period(year)), ..Filter::default() };
    let rows = filter.rows(&table).unwrap();
    let amount = table.column("amount").unwrap();
    rows.into_iter().filter_map(|r| amount.number(r)).sum()
}

/// By town and year: what its rows come to, by the column of towns; what lies in none under none.
fn by_town(b: &Bench) -> BTreeMap<(Option<RowId>, i16), Decimal> {
    let table = Table::open(&b.state, "R07", None).unwrap();
    let (town, amount) = (table.column("town").unwrap(), table.column("amount").unwrap());
    let mut sums = BTreeMap::new();
    for row in table.all_rows() {
        let year = table.period(row).unwrap().year();
        *sums.entry((town.refers(row), year)).or_insert(Decimal::ZERO) += amount.number(row).unwrap();
    }
    sums
}

struct County {
    b: Bench,
    county: RowId,
    towns: Vec<RowId>,
    villages: Vec<RowId>,
}

fn county() -> County {
    let mut b = Bench::new();
    let county = b.org("某县", "县", None);
    let towns: Vec<RowId> = ["甲镇", "乙镇", "丙镇"].map(|n| b.org(n, "乡镇", Some(county))).into();
    let villages: Vec<RowId> = (0..9).map(|n| b.org(&format!("{n}号村"), "村", Some(towns[n / 3]))).collect();
    let mut rows = Vec::new();
    for (n, village) in villages.iter().enumerate() {
        for year in YEARS {
            rows.push(finance(*village, &year.to_string(), "经营收入", &format!("{}", 1 << n)));
            rows.push(finance(*village, &format!("{year}-03"), "投资收益", &format!("{}", 1000 << n)));
        }
    }
    b.many("R07", "line", rows);
    County { b, county, towns, villages }
}

#[test]
fn a_village_that_is_moved_leaves_every_earlier_total_as_it_was() {
    let County { mut b, county, towns, villages } = county();
    let before = by_town(&b);
    let (from, to, village) = (towns[0], towns[1], villages[0]);
    take(&mut b, &Reshape::Move { place: village, to }, &order(2025, 1)).unwrap();
    let after = by_town(&b);
    for year in [2022, 2023, 2024] {
        for town in &towns {
            assert_eq!(before[&(Some(*town), year)], after[&(Some(*town), year)]);
            assert_eq!(sum(&b, Some(*town), year), after[&(Some(*town), year)]);
        }
    }
    assert_eq!(before[&(Some(from), 2025)] - after[&(Some(from), 2025)], 1001.into());
    assert_eq!(after[&(Some(to), 2025)] - before[&(Some(to), 2025)], 1001.into());
    assert_eq!(sum(&b, Some(county), 2025), towns.iter().map(|t| sum(&b, Some(*t), 2025)).sum());
    let places = Places::of(&b.state);
    let lists = |year| places.villages(Some(to), Some(period(year))).contains(&village);
    assert_eq!((lists(2024), lists(2025)), (false, true));
    assert!(places.children_in(from, places.during(Some(period(2024)))).contains(&village));
    assert_eq!(places.parent_in(village, places.now()), Some(to));
    // The past of what is known is not rewritten.
    let again = plan(&mut b, &Reshape::Move { place: village, to: from }, &order(2024, 6));
    assert_eq!(again.unwrap_err(), Unfit::Later(Date::new(2025, 1, 1).unwrap()));
}

#[test]
fn two_villages_that_are_merged_keep_their_rows_and_are_read_on_from_what_follows() {
    let County { mut b, towns, villages, .. } = county();
    let (before, digest) = (by_town(&b), b.state.digest());
    let pair = vec![villages[0], villages[1]];
    let into = Into::New("新村".into());
    let sealed = take(&mut b, &Reshape::Merge { places: pair.clone(), into }, &order(2025, 1)).unwrap();
    assert_eq!(before, by_town(&b), "rows stay where they are");
    let places = Places::of(&b.state);
    let new = places.resolve("新村")[0];
    assert_eq!(places.town_of(new), Some(towns[0]));
    assert_eq!(places.lineage(new), [new, villages[0], villages[1]]);
    let count = |year| places.villages(Some(towns[0]), Some(period(year))).len();
    assert_eq!((count(2024), count(2025)), (3, 2));
    // Merged once and taken back: as before.
    let undo = take_back(&b.state, &sealed.batch, &[]);
    assert!(undo.overtaken.is_empty() && undo.needed.is_empty());
    b.admitted(undo.draft).unwrap();
    assert_eq!(b.state.digest(), digest);
}

#[test]
fn a_town_that_is_merged_hands_its_villages_on() {
    let County { mut b, towns, villages, .. } = county();
    let before = by_town(&b);
    let into = Into::Place(towns[1]);
    take(&mut b, &Reshape::Merge { places: vec![towns[0]], into }, &order(2024, 7)).unwrap();
    let (places, after) = (Places::of(&b.state), by_town(&b));
    assert!(villages[..6].iter().all(|v| places.town_of(*v) == Some(towns[1])));
    for year in [2022, 2023] {
        assert_eq!(before[&(Some(towns[0]), year)], after[&(Some(towns[0]), year)]);
    }
    // What is about a month before stays, what is about the year is added up by the tree at its end.
    assert_eq!(after[&(Some(towns[0]), 2024)], 7000.into());
    assert!(!after.contains_key(&(Some(towns[0]), 2025)));
}

#[test]
fn what_does_not_fit_is_said_and_a_closed_period_keeps_its_tree() {
    let County { mut b, towns, villages, .. } = county();
    let close = Reshape::Close { place: towns[0] };
    assert_eq!(plan(&mut b, &close, &order(2025, 1)).unwrap_err(), Unfit::Below(3));
    let unlike = Reshape::Merge { places: vec![villages[0]], into: Into::Place(towns[0]) };
    assert_eq!(plan(&mut b, &unlike, &order(2025, 1)).unwrap_err(), Unfit::Unlike);
    b.one(
        closing::KEY,
        closing::LOCK,
        vec![(closing::PERIOD, Value::Period(period(2024))), (closing::PLACE, Value::Ref(towns[0]))],
    );
    let away = Reshape::Move { place: villages[0], to: towns[1] };
    assert!(take(&mut b, &away, &order(2024, 12)).is_err());
    let inside = Reshape::Move { place: villages[8], to: towns[0] };
    assert!(take(&mut b, &inside, &order(2024, 12)).is_err());
    // To write the parent over would move earlier years as well.
    let mut over = Draft::new(crate::ledger::BatchKind::Edit);
    over.set(&b.state, "R01", villages[0], "parent", Some(Value::Ref(towns[1])), None);
    assert!(b.admitted(over).is_err());
    take(&mut b, &away, &order(2025, 1)).unwrap();
    // And what was closed with the town stays closed, wherever the village is now.
    let row = {
        let table = Table::open(&b.state, "R07", None).unwrap();
        let org = table.column("org").unwrap();
        let ours = |r: &u32| org.refers(*r) == Some(villages[0]) && table.period(*r) == Some(period(2024));
        table.id(table.all_rows().into_iter().find(ours).unwrap()).unwrap()
    };
    let mut late = Draft::new(crate::ledger::BatchKind::Edit);
    late.set(&b.state, "R07", row, "remark", Some(Value::text("x")), None);
    assert!(b.admitted(late).is_err());
}

#[test]
fn a_name_and_what_came_out_of_a_place_are_read_before_and_after() {
    let County { mut b, villages, .. } = county();
    let rename = Reshape::Rename { place: villages[0], name: "幸福村".into() };
    take(&mut b, &rename, &order(2023, 5)).unwrap();
    let names = vec![Text::from("东村"), "西村".into()];
    let split = Reshape::Split { place: villages[0], names, goes_on: false };
    take(&mut b, &split, &order(2024, 1)).unwrap();
    let places = Places::of(&b.state);
    assert_eq!(places.resolve("0号村"), [villages[0]], "old lists are understood");
    let east = places.resolve("东村")[0];
    assert_eq!(places.lineage(east), [east, villages[0]]);
    let words: Vec<&str> = places.turns(villages[0]).iter().map(|t| t.became.word()).collect();
    assert_eq!(words, ["更名", "分设"]);
    assert!(!places.get(villages[0]).unwrap().exists_in(period(2024)));
}

#[test]
fn groups_count_a_village_once_however_many_ways_lead_to_it() {
    let County { mut b, county, towns, villages } = county();
    let group = b.org("沿江片区", "片区", Some(county));
    b.set("R01", group, "member_orgs", Value::Refs(vec![towns[0], villages[0], villages[4]]));
    b.set("R01", villages[1], "groups", Value::Refs(vec![group]));
    let total = sum(&b, Some(county), 2024);
    assert_eq!(sum(&b, Some(group), 2024), sum(&b, Some(towns[0]), 2024) + sum(&b, Some(villages[4]), 2024));
    assert_eq!(total, towns.iter().map(|t| sum(&b, Some(*t), 2024)).sum(), "a group adds nothing");
    // What follows a member is one.
    let into = Into::New("新村".into());
    take(&mut b, &Reshape::Merge { places: vec![villages[3], villages[4]], into }, &order(2025, 1)).unwrap();
    let places = Places::of(&b.state);
    assert!(places.under(group).contains(&places.resolve("新村")[0]));
}

#[derive(Debug, Clone)]
enum Wish {
    Move(usize, usize),
    Merge(usize, usize, bool),
    Split(usize, bool),
    Towns(usize, usize),
}

fn wishes() -> impl Strategy<Value = Vec<(Wish, i16, i8)>> {
    let wish = prop_oneof![
        (0..20usize, 0..5usize).prop_map(|(v, t)| Wish::Move(v, t)),
        (0..20usize, 0..20usize, any::<bool>()).prop_map(|(a, b, new)| Wish::Merge(a, b, new)),
        (0..20usize, any::<bool>()).prop_map(|(v, on)| Wish::Split(v, on)),
        (0..5usize, 0..5usize).prop_map(|(a, b)| Wish::Towns(a, b)),
    ];
    proptest::collection::vec((wish, 2022..2027i16, 1..13i8), 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever becomes of the tree: each year's total of the county stays, every row lies in exactly one town in each
    /// year, and what is about the time before a step stays where it was.
    #[test]
    fn nothing_is_lost_or_counted_twice(wishes in wishes()) {
        let County { mut b, county, .. } = county();
        let totals = YEARS.map(|year| sum(&b, Some(county), year));
        for (n, (wish, year, month)) in wishes.into_iter().enumerate() {
            let before = by_town(&b);
            let places = Places::of(&b.state);
            let of = |kind: &str| -> Vec<RowId> {
                places.all().filter(|p| &*p.kind == kind).map(|p| p.id).collect()
            };
            let (villages, towns) = (of("村"), of("乡镇"));
            let village = |n: usize| villages[n % villages.len()];
            let town = |n: usize| towns[n % towns.len()];
            let wanted = match wish {
                Wish::Move(v, t) => Reshape::Move { place: village(v), to: town(t) },
                Wish::Merge(a, c, true) => {
                    let into = Into::New(format!("合{n}村").into());
                    Reshape::Merge { places: vec![village(a), village(c)], into }
                }
                Wish::Merge(a, c, false) => {
                    Reshape::Merge { places: vec![village(a)], into: Into::Place(village(c)) }
                }
                Wish::Split(v, goes_on) => {
                    let names = vec![format!("东{n}村").into(), format!("西{n}村").into()];
                    Reshape::Split { place: village(v), names, goes_on }
                }
                Wish::Towns(a, c) => Reshape::Merge { places: vec![town(a)], into: Into::Place(town(c)) },
            };
            let order = order(year, month);
            let digest = b.state.digest();
            let Ok(sealed) = take(&mut b, &wanted, &order) else {
                prop_assert_eq!(b.state.digest(), digest);
                continue;
            };
            let after = by_town(&b);
            for (y, total) in YEARS.into_iter().zip(totals) {
                prop_assert_eq!(sum(&b, Some(county), y), total);
                let places = Places::of(&b.state);
                let mut parts = Decimal::ZERO;
                for town in places.all().filter(|p| &*p.kind == "乡镇") {
                    let own = sum(&b, Some(town.id), y);
                    prop_assert_eq!(after.get(&(Some(town.id), y)).copied().unwrap_or_default(), own);
                    parts += own;
                }
                prop_assert_eq!(parts, total);
                if y < year {
                    let then = |sums: &BTreeMap<(Option<RowId>, i16), Decimal>| {
                        sums.iter().filter(|((_, at), _)| *at == y).map(|(k, v)| (*k, *v)).collect::<Vec<_>>()
                    };
                    prop_assert_eq!(then(&before), then(&after));
                }
            }
            if n % 3 == 2 {
                let undo = take_back(&b.state, &sealed.batch, &[]);
                b.admitted(undo.draft).unwrap();
                prop_assert_eq!(b.state.digest(), digest);
            }
        }
    }
}
