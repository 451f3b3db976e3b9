//! Each rule and derivation on both sides of its border.

use super::{KEY, household, income};
use crate::register::{Fields, NoWorld, Schema};
use crate::value::{Date, Decimal, Money, RowId, Text, Value};

/// A household that is one of the ledger.
struct Written(Vec<(Text, Value)>);

impl Fields for Written {
    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }
    fn row(&self) -> Option<RowId> {
        Some(RowId::from_bits(1))
    }
}

fn record(fields: &[(&str, Value)]) -> Written {
    Written(fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect())
}

fn breaks(rule: &str, fields: &[(&str, Value)]) -> bool {
    let kind = Schema::base().register(KEY).unwrap().kind(household::KIND).unwrap();
    let record = record(fields);
    kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, &record, &NoWorld)).any(|f| &*f.rule == rule)
}

#[test]
fn people_labour_and_land() {
    let of = |members: i64, labour: i64, away: i64| {
        [
            ("members_n", Value::Int(members)),
            ("labour_n", Value::Int(labour)),
            ("migrant_n", Value::Int(away)),
        ]
    };
    assert!(breaks("labour_within_people", &of(3, 4, 0)) && !breaks("labour_within_people", &of(3, 3, 0)));
    assert!(
        breaks("migrants_within_labour", &of(3, 2, 3)) && !breaks("migrants_within_labour", &of(3, 2, 2))
    );
    assert!(breaks("people_at_least_none", &of(-1, -1, -1)) && !breaks("people_at_least_none", &of(0, 0, 0)));
    let land = |mu: i64| [("land_mu", Value::Decimal(Decimal::new(mu, 2)))];
    assert!(!breaks("land_range", &land(0)) && !breaks("land_range", &land(50_000)));
    assert!(breaks("land_range", &land(-1)) && breaks("land_range", &land(50_001)));
}

#[test]
fn a_household_links_others_and_not_itself() {
    let hub = |n: u128| [("link_member_household", Value::Ref(RowId::from_bits(n)))];
    assert!(breaks("links_itself", &hub(1)) && !breaks("links_itself", &hub(2)));
}

#[test]
fn it_moves_out_after_it_moved_in_and_says_when() {
    let day = |text: &str| Value::Date(text.parse::<Date>().unwrap());
    let both = |out: &str| [("moved_in", day("2020-05-01")), ("moved_out", day(out))];
    assert!(breaks("moved_out_after_in", &both("2020-04-30")));
    assert!(!breaks("moved_out_after_in", &both("2020-05-01")));
    let kind = Schema::base().register(KEY).unwrap().kind(household::KIND).unwrap();
    let flow = kind.workflow.as_ref().unwrap();
    let guards = flow.step("在册", "迁出").unwrap().guards;
    let refused = |fields: &[(&str, Value)]| {
        guards.iter().any(|g| g.test(KEY, &kind.key, &record(fields), &NoWorld).is_some())
    };
    assert!(refused(&[]) && !refused(&[("moved_out", day("2024-01-01"))]));
    // What it has stays as it was.
    assert!(flow.stage("迁出").unwrap().locked && flow.is_over("销户"));
}

#[test]
fn an_income_is_the_sum_of_its_parts_where_nobody_wrote_the_whole() {
    let kind = Schema::base().register(KEY).unwrap().kind(income::KIND).unwrap();
    let yuan = |n: i64| Value::Money(Money::from_fen(n * 100));
    let total = |fields: &[(&str, Value)]| {
        kind.field("total").unwrap().read(&record(fields), &NoWorld).map(|v| v.into_owned())
    };
    assert_eq!(total(&[("wage", yuan(30_000)), ("transfer", yuan(500))]), Some(yuan(30_500)));
    assert_eq!(total(&[("wage", yuan(30_000)), ("total", yuan(42_000))]), Some(yuan(42_000)));
    assert_eq!(total(&[]), None);
}
