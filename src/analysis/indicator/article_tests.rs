//! What the articles say of people and places (domain §1), as the registers count it once the records are there.

use rust_decimal::Decimal;

use super::{Ask, Indicated, Indicators};
use crate::analysis::pivot::{Spec, pivot};
use crate::table::fixture::Bench;
use crate::table::{Cache, Table};
use crate::value::{Period, RowId, Value};

fn n(n: i64) -> Option<Decimal> {
    Some(n.into())
}

fn read(b: &Bench, code: &str) -> Indicated {
    let cache = Cache::new();
    Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024))).unwrap()
}

fn part(all: &Indicated, name: &str) -> Option<Decimal> {
    all.parts.iter().find(|p| &*p.name == name).and_then(|p| p.value)
}

/// 党组织 with a value in one field, by how many there are of each.
fn branches(b: &mut Bench, key: &str, sizes: &[(&str, usize)]) -> Vec<RowId> {
    let words = sizes.iter().flat_map(|(word, size)| std::iter::repeat_n(*word, *size));
    let rows = words.enumerate().map(|(at, word)| {
        vec![
            ("name", Value::text(&format!("第{at}小区党支部"))),
            ("kind", Value::choice("党组织")),
            (key, Value::choice(word)),
        ]
    });
    let rows = rows.collect();
    b.many("R01", "org", rows)
}

/// S2 闻喜: 151 小区党组织 = 10 实体型 + 141 功能型; their secretaries = 104 + 27 + 20 by where they came from.
#[test]
fn branches_of_estates_and_their_secretaries() {
    let mut b = Bench::new();
    let all = branches(&mut b, "substance", &[("实体型", 10), ("功能型", 141)]);
    let share = read(&b, "I-41");
    assert_eq!((share.numerator, share.denominator), (n(10), n(151)));
    assert_eq!(share.value.map(|v| v.round_dp(2)), Some(Decimal::new(662, 2)));
    let village = b.org("清凉村", "村", None);
    let sources = [("推选", 104), ("兼任", 27), ("下派", 20)];
    let mut came = sources.iter().flat_map(|(word, size)| std::iter::repeat_n(*word, *size));
    for (at, branch) in all.iter().enumerate() {
        let name = Value::text(&format!("张{}", char::from_u32(0x4e00 + at as u32).unwrap()));
        let who = b.one("R02", "person", vec![("org", Value::Ref(village)), ("name", name)]);
        let fields = vec![
            ("parent", Value::Ref(who)),
            ("post", Value::choice("书记")),
            ("org", Value::Ref(*branch)),
            ("source", Value::choice(came.next().unwrap())),
        ];
        b.one("R02", "post", fields);
    }
    let table = Table::open(&b.state, "R02", Some("post")).unwrap();
    let spec = Spec::read(&table, &["source"], &[], &["count"], &["post=书记"]).unwrap();
    let told = pivot(&table, &spec).unwrap();
    let count = |word: &str| {
        let at = told.rows.iter().position(|m| m.labels.first().is_some_and(|l| **l == *word))?;
        told.cell(at, 0, 0)?.value
    };
    assert_eq!(sources.map(|(word, _)| count(word)), [n(104), n(27), n(20)]);
}

/// S0 三链融合: 185 talents in the libraries of townships and villages.
#[test]
fn talents_of_two_levels() {
    let mut b = Bench::new();
    let village = b.org("清凉村", "村", None);
    for at in 0..185u32 {
        let name = Value::text(&format!("李{}", char::from_u32(0x4e00 + at).unwrap()));
        let who = b.one("R02", "person", vec![("org", Value::Ref(village)), ("name", name)]);
        let level = if at < 62 { "乡级人才库" } else { "村级能人库" };
        let fields = vec![
            ("org", Value::Ref(village)),
            ("person", Value::Ref(who)),
            ("category", Value::choice("乡贤")),
            ("level", Value::choice(level)),
        ];
        b.one("R03", "talent", fields);
    }
    let all = read(&b, "I-48");
    assert_eq!(all.value, n(185));
    assert_eq!((part(&all, "级别·乡级人才库"), part(&all, "级别·村级能人库")), (n(62), n(123)));
    let shares = all.parts.iter().filter(|p| p.name.starts_with("级别")).filter_map(|p| p.share);
    assert_eq!(shares.sum::<Decimal>(), Decimal::ONE_HUNDRED);
}

/// S3: one school of the city, 23 of townships, 291 branches in villages; all are covered.
#[test]
fn schools_of_a_city_its_townships_and_villages() {
    let mut b = Bench::new();
    let city = b.org("示例市", "县", None);
    let school = |b: &mut Bench, org: RowId, kind: &str| {
        let fields =
            vec![("org", Value::Ref(org)), ("kind", Value::choice(kind)), ("name", Value::text(kind))];
        b.one("R11", "facility", fields);
    };
    school(&mut b, city, "党校");
    let towns: Vec<RowId> = (0..23).map(|at| b.org(&format!("第{at}镇"), "乡镇", Some(city))).collect();
    for town in &towns {
        school(&mut b, *town, "党校");
    }
    for at in 0..291 {
        let village = b.org(&format!("第{at}村"), "村", towns.get(at % 23).copied());
        school(&mut b, village, "分教点");
    }
    let all = read(&b, "I-63");
    assert_eq!((all.value, all.numerator, all.denominator), (n(100), n(314), n(314)));
    let table = Table::open(&b.state, "R11", None).unwrap();
    let spec = Spec::read(&table, &["kind"], &[], &["count"], &[]).unwrap();
    let told = pivot(&table, &spec).unwrap();
    let mut counts: Vec<Option<Decimal>> =
        (0..told.rows.len()).map(|at| told.cell(at, 0, 0).and_then(|c| c.value)).collect();
    counts.sort();
    assert_eq!(counts, [n(24), n(291)]);
}
