//! I-41, I-47, I-90 and I-91: what sort party organisations are and how large, and how many people live where.

use rust_decimal::Decimal;

use super::standing::{as_of_now, standing};
use super::{Ask, Computed, Indicators, Share};
use crate::ledger::Record;
use crate::register::catalog::r01::org;
use crate::register::catalog::{PLACE_KIND, PLACE_REGISTER, r01};
use crate::register::{Fields as _, Message};
use crate::value::{RowId, Value, exact};

const ORGANISATIONS: (&str, &str) = (PLACE_REGISTER, PLACE_KIND);

fn number(record: &Record, key: &str) -> Option<Decimal> {
    record.value(key).and_then(Value::as_decimal)
}

fn said<'r>(record: &'r Record, key: &str) -> Option<&'r str> {
    record.value(key).and_then(Value::as_str)
}

/// The party organisations that are there.
fn branches<'a>(desk: &Indicators<'a>, ask: &Ask) -> Vec<&'a Record> {
    let mut all = standing(desk, ORGANISATIONS, ask);
    all.retain(|r| said(r, org::SORT) == Some(r01::PARTY));
    all
}

/// 实体型 ÷ (实体型 + 功能型).
pub(super) fn substance(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = branches(desk, ask);
    let of = |word: &str| -> Vec<&Record> {
        all.iter().copied().filter(|r| said(r, org::SUBSTANCE) == Some(word)).collect()
    };
    let (whole, functional) = (of(r01::SUBSTANTIAL), of(r01::FUNCTIONAL));
    if whole.is_empty() && functional.is_empty() {
        return Computed::none("没有登记实体型、功能型", "No organisation says which it is");
    }
    let (numerator, both) = (Decimal::from(whole.len()), Decimal::from(whole.len() + functional.len()));
    Computed {
        value: exact::percent(numerator, both),
        numerator: Some(numerator),
        denominator: Some(both),
        rows: whole.iter().map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        parts: vec![
            Share::new(r01::SUBSTANTIAL, Some(numerator)).in_unit("个"),
            Share::new(r01::FUNCTIONAL, Some(Decimal::from(functional.len()))).in_unit("个"),
        ],
        ..Computed::default()
    }
}

/// Organisations that have fewer or more members than their level should have.
pub(super) fn size(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let known: Vec<(&Record, Decimal, &r01::Size)> = branches(desk, ask)
        .into_iter()
        .filter_map(|r| Some((r, number(r, org::MEMBERS)?, r01::size(said(r, org::PARTY_LEVEL)?)?)))
        .collect();
    if known.is_empty() {
        return Computed::none("没有登记党员数", "No organisation says how many members it has");
    }
    let outside: Vec<&(&Record, Decimal, &r01::Size)> =
        known.iter().filter(|(_, members, size)| !size.holds(*members)).collect();
    let (numerator, denominator) = (Decimal::from(outside.len()), Decimal::from(known.len()));
    let members: Decimal = known.iter().map(|k| k.1).sum();
    Computed {
        value: Some(numerator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        rows: outside.iter().map(|k| k.0.id()).collect(),
        notes: vec![as_of_now()],
        parts: vec![
            Share::new("登记了党员数的党组织", Some(denominator)),
            Share::new("平均党员数", exact::over(members, denominator)).in_unit("人"),
        ],
        ..Computed::default()
    }
}

/// The villages in the place with a number in each of these fields.
fn villages<'a>(desk: &Indicators<'a>, ask: &Ask, keys: [&str; 2]) -> Vec<(&'a Record, Decimal, Decimal)> {
    let all = desk.places().villages(ask.place, Some(ask.period));
    let both = |id: &RowId| {
        let record = desk.state().record(PLACE_REGISTER, *id)?;
        let [a, b] = keys;
        Some((record, number(record, a)?, number(record, b)?))
    };
    all.iter().filter_map(both).collect()
}

fn ratio(
    desk: &Indicators<'_>,
    ask: &Ask,
    keys: [&str; 2],
    divide: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Option<Computed> {
    let known = villages(desk, ask, keys);
    let (a, b): (Decimal, Decimal) = (known.iter().map(|k| k.1).sum(), known.iter().map(|k| k.2).sum());
    let over = desk.places().villages(ask.place, Some(ask.period)).len();
    let mut notes = vec![as_of_now()];
    if known.len() < over {
        let n = over - known.len();
        notes.push(Message::new(
            format!("{n}个村（社区）没有填，不计入"),
            format!("{n} villages do not say it and are left out"),
        ));
    }
    (!known.is_empty() && !b.is_zero()).then(|| Computed {
        value: divide(a, b),
        numerator: Some(a),
        denominator: Some(b),
        villages: known.len(),
        rows: known.iter().map(|k| k.0.id()).collect(),
        notes,
        ..Computed::default()
    })
}

/// Residents ÷ registered people.
pub(super) fn residents(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let none = || Computed::none("没有登记户籍人口和常住人口", "No population is on record");
    ratio(desk, ask, [org::RESIDENT, org::REGISTERED], exact::percent).unwrap_or_else(none)
}

/// Registered people ÷ area.
pub(super) fn density(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let none = || Computed::none("没有登记户籍人口和面积", "No population and area are on record");
    ratio(desk, ask, [org::REGISTERED, org::AREA], exact::over).unwrap_or_else(none)
}

/// Everybody registered in the villages; none where one of them does not say.
pub(super) fn population(desk: &Indicators<'_>, ask: &Ask) -> Option<Decimal> {
    let all = desk.places().villages(ask.place, Some(ask.period));
    let said = |id: &RowId| number(desk.state().record(PLACE_REGISTER, *id)?, org::REGISTERED);
    let known: Option<Vec<Decimal>> = all.iter().map(said).collect();
    known.filter(|all| !all.is_empty()).map(|all| all.into_iter().sum())
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

    fn read(b: &Bench, code: &str) -> super::super::Indicated {
        let cache = Cache::new();
        Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024))).unwrap()
    }

    fn branch(b: &mut Bench, name: &str, more: Vec<(&str, Value)>) {
        let id = b.org(name, "党组织", None);
        more.into_iter().for_each(|(key, value)| b.set("R01", id, key, value));
    }

    /// 10 of 151 (S2 闻喜), a tenth of each.
    #[test]
    fn whole_branches_are_a_share_of_those_that_say_which_they_are() {
        let mut b = Bench::new();
        assert!(read(&b, "I-41").missing.is_some());
        let sorts = ["实体型", "功能型", "功能型", "功能型"];
        for (at, sort) in sorts.into_iter().enumerate() {
            branch(&mut b, &format!("第{at}小区党支部"), vec![("substance", Value::choice(sort))]);
        }
        branch(&mut b, "清凉村党支部", Vec::new());
        let all = read(&b, "I-41");
        assert_eq!((all.value, all.numerator, all.denominator), (n(25), n(1), n(4)));
    }

    #[test]
    fn organisations_that_are_too_small_or_too_large() {
        let mut b = Bench::new();
        let of = |level: &str, members: i64| {
            vec![("party_level", Value::choice(level)), ("members_n", Value::Int(members))]
        };
        for (at, (level, members)) in [
            ("党支部", 2),
            ("党支部", 3),
            ("党支部", 50),
            ("党支部", 51),
            ("党委", 462),
            ("党委", 100),
            ("党小组", 1),
        ]
        .into_iter()
        .enumerate()
        {
            branch(&mut b, &format!("第{at}党组织"), of(level, members));
        }
        let all = read(&b, "I-47");
        assert_eq!((all.value, all.denominator, all.rows.len()), (n(3), n(6), 3));
    }

    /// 屏边彝族乡: 6240 of 9803 people on 93.88 square kilometres.
    #[test]
    fn residents_and_density_of_a_township() {
        let mut b = Bench::new();
        let town = b.org("屏边彝族乡", "乡镇", None);
        let villages = ["甲村", "乙村", "丙村"].map(|name| b.org(name, "村", Some(town)));
        assert!(read(&b, "I-90").missing.is_some() && read(&b, "I-91").missing.is_some());
        for (village, reg, res, area) in [(villages[0], 9000, 6000, 9000), (villages[1], 803, 240, 388)] {
            b.set("R01", village, "pop_reg", Value::Int(reg));
            b.set("R01", village, "pop_res", Value::Int(res));
            b.set("R01", village, "area_km2", Value::Decimal(Decimal::new(area, 2)));
        }
        let rounded = |code: &str| read(&b, code).value.map(|v| v.round_dp(2).to_string());
        assert_eq!((rounded("I-90").as_deref(), rounded("I-91").as_deref()), (Some("63.65"), Some("104.42")));
        assert!(read(&b, "I-90").notes.iter().any(|m| m.zh.contains("1个村")));
    }
}
