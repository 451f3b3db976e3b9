//! Each rule on both sides of its border.

use super::contract_kind::years;
use super::{KEY, asset, contract, debt, due};
use crate::register::{
    Check, Compare, Condition, Expr, Fields, Finding, NoWorld, Rule, Schema, Severity, World, label,
};
use crate::value::{Date, Decimal, Money, RowId, Text, Value};

/// A world of some contracts, on one day.
struct Village {
    today: Date,
    contracts: Vec<Vec<(Text, Value)>>,
    /// What falls due under the one contract.
    dues: Vec<Vec<(Text, Value)>>,
}

/// A contract of the village.
struct Written(Vec<(Text, Value)>);

impl Fields for Written {
    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }
    fn row(&self) -> Option<RowId> {
        Some(RowId::from_bits(1))
    }
}

impl World for Village {
    fn schema(&self) -> &Schema {
        Schema::base()
    }
    fn record(&self, _: &str, _: RowId) -> Option<&dyn Fields> {
        None
    }
    fn stands(&self, _: &str, _: RowId) -> bool {
        true
    }
    fn entry(&self, _: &str, _: &str, _: &str) -> Option<&dyn Fields> {
        None
    }
    fn year_before(&self, _: &str, _: &str, _: &dyn Fields, _: &str) -> Option<Decimal> {
        None
    }
    fn today(&self) -> Option<Date> {
        Some(self.today)
    }
    fn alike(
        &self,
        _: &str,
        _: &str,
        by: &[&'static str],
        record: &dyn Fields,
        show: &mut dyn FnMut(&dyn Fields),
    ) {
        for other in &self.contracts {
            let other = other.as_slice();
            if by.iter().all(|key| record.value(key).is_some() && other.value(key) == record.value(key)) {
                show(&other);
            }
        }
    }
    fn under(&self, _: &str, _: &str, _: RowId, show: &mut dyn FnMut(&dyn Fields)) {
        self.dues.iter().for_each(|due| show(&due.as_slice()));
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn record(fields: &[(&str, Value)]) -> Vec<(Text, Value)> {
    fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect()
}

fn yuan(n: i64) -> Value {
    Value::Money(Money::from_fen(n * 100))
}

fn on(text: &str) -> Value {
    Value::Date(day(text))
}

fn found(kind: &str, fields: &[(&str, Value)], world: &dyn World) -> Vec<Finding> {
    let kind = Schema::base().register(KEY).unwrap().kind(kind).unwrap();
    let record = Written(record(fields));
    kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, &record, world)).collect()
}

fn breaks(rule: &str, kind: &str, fields: &[(&str, Value)], world: &dyn World) -> bool {
    found(kind, fields, world).iter().any(|f| &*f.rule == rule)
}

#[test]
fn years_between_two_days() {
    for (from, until, wanted) in [
        ("2019-01-01", "2028-12-31", "10"),
        ("2019-01-01", "2029-01-01", "10"),
        ("2020-03-15", "2021-03-14", "1"),
        ("2020-01-01", "2020-06-30", "0.5"),
        ("2020-01-01", "2020-01-31", "0.08"),
    ] {
        assert_eq!(years(day(from), day(until)).unwrap().to_string(), wanted, "{from} {until}");
    }
    assert_eq!(years(day("2020-01-02"), day("2020-01-01")), None);
}

#[test]
fn a_term_says_the_last_day_and_two_days_say_the_term() {
    let kind = Schema::base().register(KEY).unwrap().kind(contract::KIND).unwrap();
    let read = |fields: &[(&str, Value)], key: &str| {
        let record = record(fields);
        kind.field(key).unwrap().read(&record.as_slice(), &NoWorld).map(|v| v.into_owned())
    };
    let ten = Value::Decimal(Decimal::TEN);
    assert_eq!(read(&[("start", on("2019-03-01")), ("term", ten)], "end"), Some(on("2029-02-28")));
    let half = Value::Decimal(Decimal::new(5, 1));
    assert_eq!(read(&[("start", on("2019-03-01")), ("term", half)], "end"), Some(on("2019-08-31")));
    let fields = [("start", on("2019-01-01")), ("end", on("2028-12-31"))];
    assert_eq!(read(&fields, "term"), Some(Value::Decimal(Decimal::TEN)));
    // What somebody wrote stands as it is written.
    let fields = [("start", on("2019-01-01")), ("term", Value::Decimal(2.into())), ("end", on("2028-12-31"))];
    assert_eq!(read(&fields, "end"), Some(on("2028-12-31")));
}

#[test]
fn a_contract_begins_before_it_ends() {
    let dates = |from: &str, until: &str| [("start", on(from)), ("end", on(until))];
    let wrong = |from, until| breaks("start_before_end", contract::KIND, &dates(from, until), &NoWorld);
    assert!(wrong("2024-01-01", "2024-01-01") && wrong("2024-01-02", "2024-01-01"));
    assert!(!wrong("2024-01-01", "2024-01-02"));
}

#[test]
fn one_asset_has_one_tenant_at_a_time() {
    let asset = |n| Value::Ref(RowId::from_bits(n));
    let terms = |n, from: &str, until: &str| {
        vec![("asset", asset(n)), ("party_b", Value::text("甲")), ("start", on(from)), ("end", on(until))]
    };
    let village = Village {
        today: day("2024-06-01"),
        contracts: vec![record(&terms(1, "2020-01-01", "2024-12-31"))],
        dues: Vec::new(),
    };
    let wrong = |fields: &[(&str, Value)]| breaks("one_tenant", contract::KIND, fields, &village);
    assert!(wrong(&terms(1, "2024-12-31", "2030-12-31")), "on the very last day");
    assert!(wrong(&terms(1, "2010-01-01", "2020-01-01")), "on the very first day");
    assert!(!wrong(&terms(1, "2025-01-01", "2030-12-31")), "the day after");
    assert!(!wrong(&terms(1, "2010-01-01", "2019-12-31")), "the day before");
    assert!(!wrong(&terms(2, "2020-01-01", "2024-12-31")), "another asset");
    let mut known = terms(1, "2024-01-01", "2030-12-31");
    known.push(("issue_kinds", Value::Many(vec!["一地多包".into()])));
    assert!(!wrong(&known), "it is what the clean-up has found");
    let mut by_length = terms(1, "2024-12-01", "2030-12-31");
    by_length[3] = ("term", Value::Decimal(Decimal::TEN));
    assert!(wrong(&by_length), "the last day follows from the term");
}

#[test]
fn the_total_is_price_times_quantity_times_years() {
    let terms = |per: &str, total: i64| {
        vec![
            ("price", yuan(300)),
            ("price_unit", Value::choice(per)),
            ("area_mu", Value::Decimal(20.into())),
            ("area_m2", Value::Decimal(50.into())),
            ("start", on("2019-01-01")),
            ("end", on("2028-12-31")),
            ("amount_total", yuan(total)),
        ]
    };
    let wrong = |per: &str, total| breaks("total_agrees", contract::KIND, &terms(per, total), &NoWorld);
    for (per, right) in [("元/亩·年", 60_000), ("元/㎡·年", 150_000), ("元/年", 3_000), ("一次性", 300)]
    {
        let hundredth = right / 100;
        assert!(
            !wrong(per, right) && !wrong(per, right + hundredth) && !wrong(per, right - hundredth),
            "{per}"
        );
        assert!(wrong(per, right + hundredth + 1) && wrong(per, right - hundredth - 1), "{per}");
    }
    assert!(!wrong("分成%", 1), "a share has no total of its own");
}

#[test]
fn a_contract_that_ends_soon_is_called_to_mind() {
    let wrong = |until: &str| {
        let village = Village { today: day("2024-06-01"), contracts: Vec::new(), dues: Vec::new() };
        breaks("ends_soon", contract::KIND, &[("end", on(until))], &village)
    };
    assert!(wrong("2024-06-01") && wrong("2024-08-30"));
    assert!(!wrong("2024-05-31") && !wrong("2024-08-31"));
    assert!(
        !breaks("ends_soon", contract::KIND, &[("end", on("2024-06-01"))], &NoWorld),
        "no day, no answer"
    );
}

#[test]
fn what_the_clean_up_would_name() {
    let issue = |words: &[&str]| ("issue_kinds", Value::Many(words.iter().map(|w| Text::from(*w)).collect()));
    let wrong = |rule, fields: &[(&str, Value)]| breaks(rule, contract::KIND, fields, &NoWorld);
    let oral = ("form", Value::choice("口头协议"));
    assert!(
        wrong("only_oral", std::slice::from_ref(&oral))
            && wrong("only_oral", &[oral.clone(), issue(&["面积不实"])])
    );
    assert!(!wrong("only_oral", &[oral, issue(&["面积不实", "口头合同"])]));
    let unheard = ("bidding", Value::choice("无程序"));
    assert!(wrong("no_procedure", std::slice::from_ref(&unheard)));
    assert!(!wrong("no_procedure", &[unheard, issue(&["未经民主程序"])]));
    assert!(wrong("no_meeting", &[]));
    assert!(!wrong("no_meeting", &[("meeting", Value::text("2022年3月5日村民代表会议"))]));
    assert!(!wrong("no_meeting", &[issue(&["未经民主程序"])]));
    let changed = ("disposition", Value::choice("调整价款"));
    assert!(wrong("new_price_missing", std::slice::from_ref(&changed)));
    assert!(!wrong("new_price_missing", &[changed, ("price_after", yuan(1))]));
    assert!(wrong("none_and_others", &[issue(&["无", "口头合同"])]));
    assert!(!wrong("none_and_others", &[issue(&["无"])]));
}

#[test]
fn an_asset_is_not_worth_more_than_at_first_and_a_debt_not_overpaid() {
    let asset = |net, original| {
        let fields = [("net_value", yuan(net)), ("original_value", yuan(original))];
        breaks("net_within_original", asset::KIND, &fields, &NoWorld)
    };
    assert!(!asset(100, 100) && asset(101, 100));
    let debt = |resolved, amount| {
        let fields = [("debt_resolved", yuan(resolved)), ("debt_amount", yuan(amount))];
        breaks("resolved_within_debt", debt::KIND, &fields, &NoWorld)
    };
    assert!(!debt(100, 100) && debt(101, 100));
}

#[test]
fn a_form_opens_with_at_most_eight_fields() {
    for kind in &Schema::base().register(KEY).unwrap().kinds {
        let core = kind.fields.iter().filter(|f| !f.aside && !f.computed_only()).count();
        assert!(core <= 8, "{}: {core}", kind.key);
    }
}

#[test]
fn dues_add_up_to_the_total() {
    let wrong = |dues: &[i64]| {
        let dues = dues.iter().map(|n| record(&[("amount", yuan(*n))])).collect();
        let village = Village { today: day("2024-06-01"), contracts: Vec::new(), dues };
        breaks("dues_add_up", contract::KIND, &[("amount_total", yuan(300))], &village)
    };
    assert!(!wrong(&[100, 200]) && !wrong(&[]), "a contract without dues says so elsewhere");
    assert!(wrong(&[100, 199]) && wrong(&[100, 201]) && wrong(&[300, 0, 1]));
}

#[test]
fn what_is_late_is_in_arrears_from_the_day_after() {
    let late = |until: &str, received: i64| {
        let village = Village { today: day("2024-06-01"), contracts: Vec::new(), dues: Vec::new() };
        let fields = [("due", on(until)), ("amount", yuan(100)), ("received", yuan(received))];
        breaks("in_arrears", due::KIND, &fields, &village)
    };
    assert!(late("2024-05-31", 0) && late("2024-05-31", 99));
    assert!(!late("2024-06-01", 0) && !late("2024-05-31", 100));
    let over = |received| {
        breaks("more_than_due", due::KIND, &[("amount", yuan(100)), ("received", yuan(received))], &NoWorld)
    };
    assert!(!over(100) && over(101));
}

#[test]
fn a_year_in_arrears_is_an_issue() {
    let wrong = |until: &str, issues: &[&str]| {
        let dues = vec![record(&[("due", on(until)), ("amount", yuan(100))])];
        let village = Village { today: day("2024-06-01"), contracts: Vec::new(), dues };
        let issues = Value::Many(issues.iter().map(|w| Text::from(*w)).collect());
        breaks("long_in_arrears", contract::KIND, &[("issue_kinds", issues)], &village)
    };
    // 2024 is a leap year: the first of June is 366 days after the first of June before.
    assert!(wrong("2023-06-01", &["口头合同"]) && !wrong("2023-06-02", &["口头合同"]));
    assert!(!wrong("2023-06-01", &["长期拖欠"]));
}

/// What nobody types counts like what somebody does: a batch adds up what its lines come to.
#[test]
fn rules_see_what_is_computed_in_a_record_and_in_what_stands_under_it() {
    const fn check(check: Check) -> Rule {
        let message = label("{left}，应为{right}", "{left}, not {right}");
        Rule { key: "sum", severity: Severity::Warning, field: "name", when: Condition::Any, check, message }
    }
    let money = |n: i64| Value::Money(Money::from_fen(n * 100));
    let line = |all: i64, came: i64| {
        vec![(Text::from(due::AMOUNT), money(all)), (Text::from(due::RECEIVED), money(came))]
    };
    let dues = vec![line(3000, 1000), line(4000, 500)];
    let world = Village { today: day("2024-06-01"), contracts: Vec::new(), dues };
    let said = |rule: &Rule, kind: &str, record: &dyn Fields| {
        rule.test(KEY, kind, record, &world).map(|f| f.message.zh)
    };
    let owed = |n| check(Check::SumUnder(due::KIND, due::OWED, Expr::int(n)));
    let contract = Written(Vec::new());
    assert_eq!(said(&owed(5500), contract::KIND, &contract), None);
    assert_eq!(said(&owed(7000), contract::KIND, &contract).as_deref(), Some("5500，应为7000"));
    let less = check(Check::Compare(Expr::Field(due::OWED), Compare::Below, Expr::int(2000)));
    assert_eq!(said(&less, due::KIND, &Written(line(3000, 1000))).as_deref(), Some("2000，应为2000"));
    assert_eq!(said(&less, due::KIND, &Written(line(3000, 1001))), None);
}
