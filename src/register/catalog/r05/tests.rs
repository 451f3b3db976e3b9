//! Each rule and derivation on both sides of its border.

use super::{KEY, entity, year};
use crate::ledger::Surroundings;
use crate::register::{Fields as _, NoWorld, Schema};
use crate::table::fixture::Bench;
use crate::value::{Decimal, Money, Period, RowId, Text, Value};

fn record(fields: &[(&str, Value)]) -> Vec<(Text, Value)> {
    fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect()
}

fn breaks(rule: &str, kind: &str, fields: &[(&str, Value)]) -> bool {
    let kind = Schema::base().register(KEY).unwrap().kind(kind).unwrap();
    let record = record(fields);
    let found = kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, &record.as_slice(), &NoWorld));
    found.into_iter().any(|f| &*f.rule == rule)
}

fn cooperative(members: i64, farmers: i64) -> [(&'static str, Value); 3] {
    [
        ("kind", Value::choice("农民专业合作社")),
        ("members_total", Value::Int(members)),
        ("farmers_n", Value::Int(farmers)),
    ]
}

#[test]
fn a_credit_code_checks_itself() {
    let code = |code: &str| [("usci", Value::text(code))];
    assert!(!breaks("code_digit", entity::KIND, &code("93532301TRPD9JE5EL")));
    for wrong in ["93532301TRPD9JE5EK", "9353230", "93532301TRPD9JE5EO", "93532301TRPD9JE5ELL"] {
        assert!(breaks("code_digit", entity::KIND, &code(wrong)), "{wrong}");
    }
}

#[test]
fn a_co_operative_is_made_of_farmers() {
    assert!(breaks("enough_members", entity::KIND, &cooperative(4, 4)));
    assert!(!breaks("enough_members", entity::KIND, &cooperative(5, 4)));
    assert!(breaks("farmers_of_members", entity::KIND, &cooperative(10, 7)));
    assert!(!breaks("farmers_of_members", entity::KIND, &cooperative(10, 8)));
    assert!(breaks("farmers_within_members", entity::KIND, &cooperative(10, 11)));
    assert!(!breaks("farmers_within_members", entity::KIND, &cooperative(10, 10)));
    let farm = [("kind", Value::choice("家庭农场")), ("members_total", Value::Int(2))];
    assert!(!breaks("enough_members", entity::KIND, &farm));
}

#[test]
fn what_it_is_says_who_leads_it() {
    let kind = Schema::base().register(KEY).unwrap().kind(entity::KIND).unwrap();
    let leads = |fields: &[(&str, Value)]| {
        let record = record(fields);
        kind.field("led_by_party").unwrap().read(&record.as_slice(), &NoWorld).map(|v| v.into_owned())
    };
    let sort = ("kind", Value::choice("党组织领办合作社"));
    assert_eq!(leads(std::slice::from_ref(&sort)), Some(Value::Bool(true)));
    assert_eq!(leads(&[("kind", Value::choice("农民专业合作社"))]), None);
    assert!(breaks("party_leads", entity::KIND, &[sort.clone(), ("led_by_party", Value::Bool(false))]));
    assert!(!breaks("party_leads", entity::KIND, &[sort, ("led_by_party", Value::Bool(true))]));
}

#[test]
fn nobody_pays_out_more_than_was_earned() {
    let yuan = |n: i64| Value::Money(Money::from_fen(n * 100));
    let paid = |n: i64| [("profit", yuan(100)), ("dividend_paid", yuan(n))];
    assert!(breaks("paid_within_profit", year::KIND, &paid(101)));
    assert!(!breaks("paid_within_profit", year::KIND, &paid(100)));
}

/// A village with a business, and what the rules say of it among the others.
struct Village {
    bench: Bench,
    org: RowId,
    one: RowId,
}

impl Village {
    fn new() -> Self {
        let mut bench = Bench::new();
        let org = bench.org("清凉村", "村", None);
        let one = bench.one(
            KEY,
            entity::KIND,
            vec![
                ("org", Value::Ref(org)),
                ("name", Value::text("金顺专业合作社")),
                ("usci", Value::text("93532301TRPD9JE5EL")),
            ],
        );
        Self { bench, org, one }
    }

    fn breaks(&self, rule: &str, row: RowId) -> bool {
        let world = Surroundings::new(&self.bench.state);
        let kind = Schema::base().register(KEY).unwrap().kind(entity::KIND).unwrap();
        let record = self.bench.state.record(KEY, row).unwrap();
        kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, record, &world)).any(|f| &*f.rule == rule)
    }
}

#[test]
fn a_code_is_that_of_one_business_and_a_name_alone_is_asked_about() {
    let mut village = Village::new();
    let named = |org, more: Vec<(&'static str, Value)>| {
        let mut fields = vec![("org", Value::Ref(org)), ("name", Value::text("金顺专业合作社"))];
        fields.extend(more);
        fields
    };
    assert!(!village.breaks("name_of_another", village.one));
    let org = village.org;
    let other =
        village.bench.one(KEY, entity::KIND, named(org, vec![("usci", Value::text("93532301MRJNMCQ6RH"))]));
    assert!(!village.breaks("name_of_another", other), "their codes tell them apart");
    let third = village.bench.one(KEY, entity::KIND, named(org, Vec::new()));
    assert!(village.breaks("name_of_another", third) && !village.breaks("code_of_another", third));
    village.bench.set(KEY, third, "usci", Value::text("93532301TRPD9JE5EL"));
    assert!(village.breaks("code_of_another", third));
}

#[test]
fn shares_are_a_whole_and_the_last_year_is_on_the_card() {
    let mut village = Village::new();
    let one = village.one;
    let mut share = |party: &str, part: i64| {
        let fields = vec![
            ("parent", Value::Ref(one)),
            ("party", Value::text(party)),
            ("share_pct", Value::Decimal(Decimal::from(part))),
        ];
        village.bench.one(KEY, "share", fields)
    };
    share("村集体", 60);
    let last = share("张三", 39);
    assert!(village.breaks("shares_add_up", one));
    village.bench.set(KEY, last, "share_pct", Value::Decimal(Decimal::from(40)));
    assert!(!village.breaks("shares_add_up", one));
    for (year, yuan) in [(2023, 100), (2024, 300), (2022, 200)] {
        let fields = vec![
            ("parent", Value::Ref(one)),
            ("year", Value::Period(Period::year_of(year))),
            ("revenue", Value::Money(Money::from_fen(yuan * 100))),
        ];
        village.bench.one(KEY, year::KIND, fields);
    }
    let state = &village.bench.state;
    let kind = state.schema().kind(KEY, entity::KIND).unwrap();
    let record = state.record(KEY, one).unwrap();
    let last = kind.field("revenue").unwrap().read(record, &Surroundings::new(state)).map(|v| v.into_owned());
    assert_eq!(last, Some(Value::Money(Money::from_fen(30_000))));
    assert!(record.value("revenue").is_none(), "nobody types it");
}
