//! The way of a talent (W2), and each rule on both sides of its border.

use super::{KEY, talent};
use crate::register::{NoWorld, Role, Schema};
use crate::value::{Date, RowId, Text, Value};

fn record(fields: &[(&str, Value)]) -> Vec<(Text, Value)> {
    fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect()
}

fn breaks(rule: &str, fields: &[(&str, Value)]) -> bool {
    let kind = Schema::base().register(KEY).unwrap().kind(talent::KIND).unwrap();
    let record = record(fields);
    let found = kind.rules.iter().filter_map(|r| r.test(KEY, &kind.key, &record.as_slice(), &NoWorld));
    found.into_iter().any(|f| &*f.rule == rule)
}

#[test]
fn three_hands_and_each_may_send_back_with_a_reason() {
    let kind = Schema::base().register(KEY).unwrap().kind(talent::KIND).unwrap();
    let flow = kind.workflow.as_ref().unwrap();
    let way = ["村级摸排", "乡级审核", "县级备案", "在库"];
    let hands = [Role::VillageClerk, Role::TownReviewer, Role::Department];
    for (pair, by) in way.windows(2).zip(hands) {
        assert_eq!(flow.step(pair[0], pair[1]).unwrap().by, by, "{pair:?}");
    }
    for (from, to, by) in
        [("乡级审核", "村级摸排", Role::TownReviewer), ("县级备案", "乡级审核", Role::Department)]
    {
        let back = flow.step(from, to).unwrap();
        assert_eq!((back.by, back.reason), (by, true));
    }
    assert!(flow.step("村级摸排", "县级备案").is_none() && flow.step("乡级审核", "在库").is_none());
    assert!(flow.is_over("出库") && !flow.is_over("在库"));
}

#[test]
fn a_reserve_has_a_mentor_before_being_put_to_use() {
    let kind = Schema::base().register(KEY).unwrap().kind(talent::KIND).unwrap();
    let guards = kind.workflow.as_ref().unwrap().step("培养中", "使用中").unwrap().guards;
    let refused = |fields: &[(&str, Value)]| {
        let record = record(fields);
        guards.iter().any(|g| g.test(KEY, &kind.key, &record.as_slice(), &NoWorld).is_some())
    };
    let reserve = ("category", Value::choice("后备力量"));
    assert!(refused(std::slice::from_ref(&reserve)));
    assert!(!refused(&[reserve, ("mentor", Value::Ref(RowId::from_bits(7)))]));
    assert!(!refused(&[("category", Value::choice("乡贤"))]));
}

#[test]
fn nobody_is_their_own_mentor_or_leaves_before_entering() {
    let [one, two] = [7, 8].map(|n| Value::Ref(RowId::from_bits(n)));
    assert!(breaks("own_mentor", &[("person", one.clone()), ("mentor", one.clone())]));
    assert!(!breaks("own_mentor", &[("person", one), ("mentor", two)]));
    let day = |text: &str| Value::Date(text.parse::<Date>().unwrap());
    assert!(breaks("left_after_entered", &[("entered", day("2024-03-05")), ("left", day("2024-03-04"))]));
    assert!(!breaks("left_after_entered", &[("entered", day("2024-03-05")), ("left", day("2024-03-05"))]));
    assert!(breaks("no_less_than_none", &[("led_households", Value::Int(-1))]));
    assert!(!breaks("no_less_than_none", &[("led_households", Value::Int(0))]));
}
