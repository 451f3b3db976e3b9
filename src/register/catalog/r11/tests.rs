//! Each rule and derivation on both sides of its border.

use super::{HAVES, KEY, STATION, facility};
use crate::register::{NoWorld, Schema};
use crate::value::{Date, Decimal, Text, Value};

fn record(fields: &[(&str, Value)]) -> Vec<(Text, Value)> {
    fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect()
}

fn breaks(rule: &str, fields: &[(&str, Value)]) -> bool {
    let kind = Schema::base().register(KEY).unwrap().kind(facility::KIND).unwrap();
    let record = record(fields);
    let found = kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, &record.as_slice(), &NoWorld));
    found.into_iter().any(|f| &*f.rule == rule)
}

fn day(text: &str) -> Value {
    Value::Date(text.parse::<Date>().unwrap())
}

/// A station with so many of its eight haves.
fn station(haves: usize, model: &str) -> Vec<(&'static str, Value)> {
    let said = HAVES.iter().enumerate().map(|(n, (key, _))| (*key, Value::Bool(n < haves)));
    let mut fields: Vec<(&str, Value)> = said.collect();
    fields.extend([("kind", Value::choice(STATION)), ("code", Value::text("WR001"))]);
    fields.push(("demonstration", Value::choice(model)));
    fields
}

#[test]
fn a_model_station_has_all_eight() {
    assert!(breaks("model_lacks_haves", &station(7, "县级示范")));
    assert!(!breaks("model_lacks_haves", &station(8, "县级示范")));
    assert!(
        !breaks("model_lacks_haves", &station(7, "普通")) && breaks("haves_lacking", &station(7, "普通"))
    );
    // Nothing is lacking of what nobody has spoken of.
    let silent = [("kind", Value::choice(STATION)), ("demonstration", Value::choice("县级示范"))];
    assert!(!breaks("model_lacks_haves", &silent));
}

#[test]
fn the_haves_are_counted_where_any_is_spoken_of() {
    let kind = Schema::base().register(KEY).unwrap().kind(facility::KIND).unwrap();
    let read = |fields: &[(&str, Value)]| {
        let record = record(fields);
        kind.field("haves").unwrap().read(&record.as_slice(), &NoWorld).map(|v| v.into_owned())
    };
    assert_eq!(read(&station(5, "普通")), Some(Value::Int(5)));
    assert_eq!(read(&station(0, "普通")), Some(Value::Int(0)));
    assert_eq!(read(&[("kind", Value::choice(STATION))]), None);
}

#[test]
fn it_is_built_before_it_is_upgraded() {
    let both = |upgraded: &str| [("built", day("2008-01-01")), ("upgraded", day(upgraded))];
    assert!(breaks("upgraded_after_built", &both("2007-12-31")));
    assert!(!breaks("upgraded_after_built", &both("2008-01-01")));
}

#[test]
fn a_number_says_what_it_counts_and_a_have_what_it_has() {
    let capacity = ("capacity", Value::Decimal(Decimal::TEN));
    assert!(breaks("capacity_in_what", std::slice::from_ref(&capacity)));
    assert!(!breaks("capacity_in_what", &[capacity, ("capacity_unit", Value::choice("吨/年"))]));
    let coded = ("has_code", Value::Bool(true));
    assert!(breaks("code_missing", std::slice::from_ref(&coded)));
    assert!(!breaks("code_missing", &[coded, ("code", Value::text("WR001"))]));
    assert!(!breaks("code_missing", &[("has_code", Value::Bool(false))]));
    let area = |n: i64| [("area_m2", Value::Decimal(n.into()))];
    assert!(breaks("no_less_than_none", &area(-1)) && !breaks("no_less_than_none", &area(0)));
}

/// A village's list says 党群服务中心 in its title and no column; two words in one title say nothing.
#[test]
fn a_title_speaks_of_one_sort_or_of_none() {
    let kind = Schema::base().register(KEY).unwrap().kind(facility::KIND).unwrap();
    let options = kind.field(facility::SORT).unwrap().options().unwrap();
    for (title, wanted) in [
        ("农村党群服务中心", Some("党群服务中心")),
        ("小区党群服务站台账", Some("小区党群服务站")),
        ("老年助餐点汇总", Some("助餐点")),
        ("冷库和加工厂", None),
        ("阵地台账", None),
    ] {
        assert_eq!(options.spoken_of(title), wanted, "{title}");
    }
}
