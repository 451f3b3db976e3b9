//! I-63, I-70 and I-76: which places have a party school, where meals are served, and how many come.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::standing::{as_of_now, place_of, standing};
use super::{Ask, Computed, Indicators, Share};
use crate::analysis::pivot;
use crate::ledger::Record;
use crate::register::catalog::r11::{self, facility, visit};
use crate::register::catalog::{PLACE_REGISTER, TOWNS, VILLAGES, r01};
use crate::register::{Fields as _, Message};
use crate::table::{Filter, QueryError, law};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Value, exact};

const FACILITIES: (&str, &str) = (r11::KEY, facility::KIND);

/// The facilities of these sorts.
fn of_sorts<'a>(desk: &Indicators<'a>, ask: &Ask, sorts: &[&str]) -> Vec<&'a Record> {
    let mut all = standing(desk, FACILITIES, ask);
    all.retain(|r| r.value(facility::SORT).and_then(Value::as_str).is_some_and(|word| sorts.contains(&word)));
    all
}

/// The places under the one that is asked about whose kind is one of these.
fn places(desk: &Indicators<'_>, ask: &Ask, kinds: &[&str]) -> BTreeSet<RowId> {
    let inside = ask.place.map(|p| desk.places().under(p));
    let all = desk.places().all().filter(|p| kinds.contains(&&*p.kind) && p.exists_in(ask.period));
    all.map(|p| p.id).filter(|id| inside.as_ref().is_none_or(|i| i.contains(id))).into_set()
}

/// Of `units` those that have one of `facilities`.
fn covered(desk: &Indicators<'_>, facilities: &[&Record], units: &BTreeSet<RowId>) -> usize {
    let places = facilities.iter().filter_map(|r| place_of(desk, FACILITIES, r));
    places.filter(|id| units.contains(id)).into_set().len()
}

/// Covered places ÷ places.
fn coverage(have: usize, units: usize) -> (Decimal, Decimal, Option<Decimal>) {
    let (have, units) = (Decimal::from(have), Decimal::from(units));
    (have, units, exact::percent(have, units))
}

pub(super) fn schools(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let (schools, branches) = (of_sorts(desk, ask, &[r11::SCHOOL]), of_sorts(desk, ask, &[r11::BRANCH]));
    if schools.is_empty() && branches.is_empty() {
        return Computed::none("没有党校和分教点", "There are no party schools");
    }
    let (towns, villages) = (places(desk, ask, TOWNS), places(desk, ask, VILLAGES));
    let (in_towns, in_villages) = (covered(desk, &schools, &towns), covered(desk, &branches, &villages));
    let (numerator, denominator, value) = coverage(in_towns + in_villages, towns.len() + villages.len());
    let share = |name: &str, (.., value): (Decimal, Decimal, Option<Decimal>)| Share::new(name, value);
    Computed {
        value,
        numerator: Some(numerator),
        denominator: Some(denominator),
        villages: in_villages,
        rows: schools.iter().chain(&branches).map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        parts: vec![
            share("乡镇党校", coverage(in_towns, towns.len())),
            share("村（社区）分教点", coverage(in_villages, villages.len())),
        ],
        ..Computed::default()
    }
}

/// 社区: where meals are to be within reach.
const COMMUNITIES: &[&str] = &["社区"];

pub(super) fn meals(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = of_sorts(desk, ask, r11::MEALS);
    if all.is_empty() {
        return Computed::none("没有社区食堂和助餐点", "There are no canteens or meal points");
    }
    let communities = places(desk, ask, COMMUNITIES);
    let have = covered(desk, &all, &communities);
    let (numerator, denominator, value) = coverage(have, communities.len());
    Computed {
        value,
        numerator: Some(numerator),
        denominator: Some(denominator),
        villages: have,
        rows: all.iter().map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        missing: communities.is_empty().then(|| Message::new("没有社区", "There are no communities")),
        ..Computed::default()
    }
}

pub(super) fn visits(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let Ok(mut done) = came(desk, ask) else { return Computed::default() };
    let residents = residents(desk, ask);
    let thousands = residents.and_then(|n| exact::over(n, Decimal::ONE_THOUSAND));
    let per = done.value.zip(thousands).and_then(|(came, n)| exact::over(came, n));
    done.parts = vec![Share::new("每千常住人口", per).in_unit("人次")];
    if residents.is_none() {
        done.notes.push(Message::new(
            "有的村没有常住人口，每千人的数算不出来",
            "Some villages have no residents on record; there is no number per thousand",
        ));
    }
    done
}

/// Σ of those who came, under the law of adding up.
fn came(desk: &Indicators<'_>, ask: &Ask) -> Result<Computed, QueryError> {
    let Some(table) = desk.cache().table(desk.state(), r11::KEY, Some(visit::KIND)) else {
        return Ok(Computed::default());
    };
    let filter = Filter { place: ask.place, period: Some(ask.period), ..Filter::default() };
    let (rows, _) = law::counting(&table, filter.select_of(&table, table.all_rows())?, &filter, false)?;
    let (parts, left) = law::parts(&table, &rows, visit::COUNT, &filter.time(table.kind())?)?;
    let village = table.column(crate::table::dimension::VILLAGE)?;
    Ok(Computed {
        value: law::total(parts.iter().map(|p| p.value)),
        numerator: law::total(parts.iter().map(|p| p.value)),
        villages: parts.iter().filter_map(|p| village.refers(p.row)).into_set().len(),
        rows: parts.iter().filter_map(|p| table.id(p.row)).collect(),
        notes: pivot::notes(&left),
        ..Computed::default()
    })
}

/// Everybody who lives in the villages; none where one of them does not say.
fn residents(desk: &Indicators<'_>, ask: &Ask) -> Option<Decimal> {
    let villages = desk.places().villages(ask.place, Some(ask.period));
    let said = |id: &RowId| desk.state().record(PLACE_REGISTER, *id)?.value(r01::org::RESIDENT)?.as_decimal();
    let all: Option<Vec<Decimal>> = villages.iter().map(said).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.into_iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cache;
    use crate::table::fixture::Bench;
    use crate::value::Period;

    fn n(n: i64) -> Option<Decimal> {
        Some(n.into())
    }

    fn read(b: &Bench, code: &str, place: Option<RowId>) -> super::super::Indicated {
        let cache = Cache::new();
        Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024)).at(place)).unwrap()
    }

    fn facility(b: &mut Bench, org: RowId, kind: &str) -> RowId {
        let fields =
            vec![("org", Value::Ref(org)), ("kind", Value::choice(kind)), ("name", Value::text(kind))];
        b.one("R11", "facility", fields)
    }

    #[test]
    fn a_place_with_two_schools_is_covered_once() {
        let mut b = Bench::new();
        let towns = ["柳河镇", "清水镇"].map(|name| b.org(name, "乡镇", None));
        let villages = ["清凉村", "五四村", "新民村"].map(|name| b.org(name, "村", Some(towns[0])));
        assert!(read(&b, "I-63", None).missing.is_some());
        facility(&mut b, towns[0], "党校");
        facility(&mut b, villages[0], "分教点");
        let closed = facility(&mut b, villages[1], "分教点");
        // A school of a village is no town's, and a second branch covers nobody new.
        facility(&mut b, villages[0], "党校");
        let twice = vec![
            ("org", Value::Ref(villages[0])),
            ("kind", Value::choice("分教点")),
            ("name", Value::text("东头")),
        ];
        b.one("R11", "facility", twice);
        let all = read(&b, "I-63", None);
        assert_eq!((all.value, all.numerator, all.denominator), (n(60), n(3), n(5)));
        let share = |all: &super::super::Indicated, at: usize| all.parts[at].value.map(|v| v.round_dp(2));
        assert_eq!((share(&all, 0), share(&all, 1)), (n(50), Some(Decimal::new(6667, 2))));
        assert_eq!(read(&b, "I-63", Some(towns[1])).value, None);
        b.advance("R11", closed, "建设中", "停用");
        assert_eq!(read(&b, "I-63", None).numerator, n(2), "one that is closed covers nobody");
    }

    #[test]
    fn communities_with_a_canteen_or_a_meal_point_are_served() {
        let mut b = Bench::new();
        let [east, west] = ["东关社区", "西关社区"].map(|name| b.org(name, "社区", None));
        let village = b.org("清凉村", "村", None);
        facility(&mut b, east, "社区食堂");
        facility(&mut b, east, "助餐点");
        facility(&mut b, village, "助餐点");
        let all = read(&b, "I-70", None);
        assert_eq!((all.value, all.numerator, all.denominator), (n(50), n(1), n(2)));
        facility(&mut b, west, "助餐点");
        assert_eq!(read(&b, "I-70", None).value, n(100));
        assert!(read(&b, "I-70", Some(village)).missing.is_some(), "a village is no community");
    }

    #[test]
    fn a_year_of_visits_contains_its_months() {
        let mut b = Bench::new();
        let villages = ["清凉村", "五四村"].map(|name| b.org(name, "村", None));
        let centres = villages.map(|v| facility(&mut b, v, "党群服务中心"));
        let mut came = |centre: RowId, period: &str, count: i64| {
            let fields = vec![
                ("parent", Value::Ref(centre)),
                ("period", Value::Period(period.parse().unwrap())),
                ("count", Value::Int(count)),
            ];
            b.one("R11", "visit", fields);
        };
        came(centres[0], "2024", 1200);
        came(centres[0], "2024-03", 100);
        came(centres[1], "2024-03", 300);
        came(centres[1], "2023-03", 900);
        let all = read(&b, "I-76", None);
        assert_eq!((all.value, all.rows.len(), all.villages), (n(1500), 2, 2));
        assert!(all.parts[0].value.is_none() && all.notes.iter().any(|m| m.zh.contains("常住人口")));
        for village in villages {
            b.set("R01", village, "pop_res", Value::Int(1500));
        }
        assert_eq!(read(&b, "I-76", None).parts[0].value, n(500));
        assert_eq!(read(&b, "I-76", Some(villages[1])).parts[0].value, n(200));
        // Who came to a place is on its card as well.
        let (state, kind) = (&b.state, b.state.schema().kind("R11", "facility").unwrap());
        let record = state.record("R11", centres[0]).unwrap();
        let world = crate::ledger::Surroundings::new(state);
        let shown = kind.field("visits").unwrap().read(record, &world).map(|v| v.into_owned());
        assert_eq!(shown, Some(Value::Int(1200)));
    }
}
