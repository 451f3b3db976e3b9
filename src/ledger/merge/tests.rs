//! Merging never loses and never hides: whoever merges, in whatever order, sees the same.

use proptest::prelude::*;

use super::*;
use crate::ledger::tests::Desk;
use crate::ledger::{About, Author, Entropy as _, Says, Seeded, take_back};
use crate::value::Value;

fn replay(log: &[Sealed]) -> State {
    let mut state = State::new();
    for sealed in log {
        state.apply(&sealed.batch, sealed.digest);
    }
    state
}

/// Merges logs into the first of them, as a person with the device `who`; gives the whole log.
fn merged(who: u64, logs: &[Vec<Sealed>]) -> (Vec<Sealed>, State) {
    let (ours, others) = logs.split_first().unwrap();
    let files: Vec<Incoming> =
        others.iter().map(|log| Incoming { name: Text::from("f"), log: log.clone() }).collect();
    let ours_now = replay(ours);
    let survey = survey(&ours_now, &files);
    let Merged { brought, mut state, draft, .. } = merge(&ours_now, &survey, &|_, _, _| true);
    let mut log = [ours.clone(), brought].concat();
    if !draft.is_empty() {
        let mut author = Author::new(
            DeviceId(who),
            crate::ledger::Person::county("合账人"),
            &state,
            Box::new(Seeded(who)),
        );
        let sealed = author.seal(&state, crate::ledger::Admitted::elsewhere(draft), 9_000_000);
        state.apply(&sealed.batch, sealed.digest);
        log.push(sealed);
    }
    (log, state)
}

fn row(n: u128) -> RowId {
    RowId::from_bits(n)
}

fn place(draft: &mut Draft, id: u128, name: &str, parent: Option<u128>) {
    let kind = if parent.is_some() { "村" } else { "乡镇" };
    let mut fields = vec![(Text::from("kind"), Value::choice(kind)), (Text::from("name"), Value::text(name))];
    fields.extend(parent.map(|p| (Text::from("parent"), Value::Ref(row(p)))));
    draft.create("R01", "org", row(id), fields, None);
}

fn line(draft: &mut Draft, id: u128, org: u128, area: i64) {
    let fields = vec![
        (Text::from("area"), Value::Int(area)),
        (Text::from("org"), Value::Ref(row(org))),
        (Text::from("period"), Value::Period(crate::value::Period::year_of(2024))),
        (Text::from("product"), Value::choice("柑橘")),
    ];
    draft.create("R06", "line", row(id), fields, None);
}

/// A town with two villages, and a line of each.
fn base() -> Desk {
    let mut desk = Desk::new(1);
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 1, "柳河镇", None);
    place(&mut draft, 2, "五四村", Some(1));
    place(&mut draft, 3, "清凉村", Some(1));
    line(&mut draft, 10, 2, 100);
    line(&mut draft, 11, 3, 200);
    desk.record(draft);
    desk
}

/// A copy of a ledger in other hands.
fn copy(device: u64, log: &[Sealed]) -> Desk {
    let mut desk = Desk::new(device);
    log.iter().for_each(|s| desk.receive(s));
    desk
}

fn set(desk: &mut Desk, id: u128, field: &str, value: Option<Value>) {
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&desk.state, "R06", row(id), field, value, None);
    if !draft.is_empty() {
        desk.record(draft);
    }
}

fn advance(desk: &mut Desk, id: u128, to: &str) {
    let mut draft = Draft::new(BatchKind::Move);
    let now = desk.state.record("R06", row(id)).and_then(|r| r.stage()).unwrap_or("填报中").to_owned();
    draft.advance("R06", row(id), &now, to, None);
    desk.record(draft);
}

fn delete(desk: &mut Desk, id: u128) {
    let mut draft = Draft::new(BatchKind::Edit);
    draft.delete("R06", row(id));
    desk.record(draft);
}

fn said(state: &State) -> Vec<(&'static str, u128, usize)> {
    state.conflicts().iter().map(|c| (c.about.word(), c.row.bits(), c.sides.len())).collect()
}

fn shuffled<T>(mut items: Vec<T>, chance: &mut Seeded) -> Vec<T> {
    for i in (1..items.len()).rev() {
        items.swap(i, (chance.bits() % (i as u64 + 1)) as usize);
    }
    items
}

/// One thing that somebody does to their copy.
#[derive(Debug, Clone)]
enum Act {
    Set(bool, bool, u8),
    Move(bool, u8),
    Delete(bool),
    Restore(bool),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (any::<bool>(), any::<bool>(), 0u8..4).prop_map(|(r, f, v)| Act::Set(r, f, v)),
        2 => (any::<bool>(), 0u8..4).prop_map(|(r, s)| Act::Move(r, s)),
        1 => any::<bool>().prop_map(Act::Delete),
        1 => any::<bool>().prop_map(Act::Restore),
    ]
}

fn play(desk: &mut Desk, act: &Act) {
    let id = |first: bool| if first { 10 } else { 11 };
    let gone = |desk: &Desk, r: bool| desk.state.record("R06", row(id(r))).is_none_or(|r| r.is_gone());
    match act {
        Act::Set(r, f, v) if !gone(desk, *r) => {
            let value = (*v > 0).then(|| Value::Int(i64::from(*v)));
            set(desk, id(*r), if *f { "area" } else { "output" }, value);
        }
        Act::Move(r, s) if !gone(desk, *r) => {
            let states = ["填报中", "已报送", "乡镇已审", "已锁定"];
            advance(desk, id(*r), states[usize::from(*s)]);
        }
        Act::Delete(r) if !gone(desk, *r) => delete(desk, id(*r)),
        Act::Restore(r) if gone(desk, *r) => {
            let mut draft = Draft::new(BatchKind::Edit);
            draft.restore("R06", row(id(*r)));
            desk.record(draft);
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Up to twenty copies edited apart, some going on from others.
    #[test]
    fn whoever_merges_in_whatever_order_and_pieces_sees_the_same(
        work in prop::collection::vec((prop::collection::vec(act(), 0..5), any::<prop::sample::Index>(), any::<bool>()), 2..20),
        seed in any::<u64>(),
    ) {
        let base = base();
        let mut logs: Vec<Vec<Sealed>> = vec![base.log.clone()];
        for (n, (acts, from, fresh)) in work.iter().enumerate() {
            let start = if *fresh { base.log.clone() } else { logs[from.index(logs.len())].clone() };
            let mut desk = copy(100 + n as u64, &start);
            acts.iter().for_each(|a| play(&mut desk, a));
            logs.push(desk.log);
        }
        let mut chance = Seeded(seed);
        let (_, once) = merged(1000, &logs);
        let expected = once.digest();
        // In another order, every one twice.
        let twice = shuffled([logs.clone(), logs.clone()].concat(), &mut chance);
        prop_assert_eq!(merged(1001, &twice).1.digest(), expected);
        // In pieces, the pieces by different people.
        let cut = 1 + (chance.bits() as usize) % (logs.len() - 1);
        let order = shuffled(logs.clone(), &mut chance);
        let (left, _) = merged(1002, &order[..cut]);
        let (right, _) = merged(1003, &order[cut..]);
        prop_assert_eq!(merged(1004, &[left.clone(), right.clone()]).1.digest(), expected);
        prop_assert_eq!(merged(1005, &[right, left.clone(), left]).1.digest(), expected);
        // Whatever order the very batches arrive in.
        let all: BTreeMap<BatchId, Sealed> = logs.iter().flatten().map(|s| (s.batch.id, s.clone())).collect();
        let state = replay(&shuffled(all.into_values().collect(), &mut chance));
        prop_assert_eq!(state.digest(), expected);
    }

    /// Every value that somebody wrote over the base and that nobody has overwritten with it in view is shown or
    /// listed.
    #[test]
    fn every_overwritten_value_is_listed(values in prop::collection::vec(1i64..9, 2..20)) {
        let base = base();
        let mut logs = vec![base.log.clone()];
        for (n, v) in values.iter().enumerate() {
            let mut desk = copy(100 + n as u64, &base.log);
            set(&mut desk, 10, "area", Some(Value::Int(*v)));
            logs.push(desk.log);
        }
        let (_, state) = merged(1000, &logs);
        let distinct: BTreeSet<i64> = values.iter().copied().collect();
        let listed: BTreeSet<i64> = state.conflicts().iter().flat_map(|c| &c.sides).filter_map(|s| match &s.says {
            Says::Value(Some(Value::Int(n))) => Some(*n),
            _ => None,
        }).collect();
        if distinct.len() > 1 {
            prop_assert_eq!(listed, distinct);
            prop_assert_eq!(state.conflicts().len(), 1);
        } else {
            prop_assert!(listed.is_empty());
        }
    }

    #[test]
    fn the_undo_of_a_merge_leads_back(
        ours in prop::collection::vec(act(), 0..5),
        theirs in prop::collection::vec(prop::collection::vec(act(), 0..5), 1..5),
    ) {
        let base = base();
        let mut mine = copy(50, &base.log);
        ours.iter().for_each(|a| play(&mut mine, a));
        let mut logs = vec![mine.log.clone()];
        for (n, acts) in theirs.iter().enumerate() {
            let mut desk = copy(100 + n as u64, &base.log);
            acts.iter().for_each(|a| play(&mut desk, a));
            logs.push(desk.log);
        }
        let (log, mut state) = merged(1000, &logs);
        let Some(step) = log.iter().find(|s| matches!(s.batch.kind, BatchKind::Merge { .. })) else { return Ok(()) };
        let undo = take_back(&state, &step.batch, &log);
        prop_assert!(undo.overtaken.is_empty());
        let mut author = Author::new(DeviceId(1000), crate::ledger::Person::county("合账人"), &state, Box::new(Seeded(5)));
        let sealed = author.seal(&state, crate::ledger::Admitted::elsewhere(undo.draft), 9_500_000);
        state.apply(&sealed.batch, sealed.digest);
        prop_assert_eq!(said(&state), said(&mine.state));
        prop_assert_eq!(state.digest(), mine.state.digest());
        prop_assert!(state.is_undone(step.batch.id));
    }
}

#[test]
fn one_cell_changed_twice_is_one_conflict_until_somebody_decides() {
    let base = base();
    let (mut a, mut b) = (copy(2, &base.log), copy(3, &base.log));
    set(&mut a, 10, "area", Some(Value::Int(1)));
    set(&mut b, 10, "area", Some(Value::Int(2)));
    set(&mut b, 10, "area", Some(Value::Int(3)));
    let (log, state) = merged(9, &[a.log, b.log]);
    assert_eq!(said(&state), [("field", 10, 2)]);
    let found = state.conflicts();
    let says: Vec<&Says> = found[0].sides.iter().map(|s| &s.says).collect();
    assert_eq!(says, [&Says::Value(Some(Value::Int(1))), &Says::Value(Some(Value::Int(3)))]);
    for (side, value) in [(0, 1), (1, 3)] {
        let mut desk = copy(9, &log);
        let draft = desk.state.decide(&found[0], side, None).unwrap();
        desk.record(draft);
        assert_eq!(said(&desk.state), []);
        let record = desk.state.record("R06", row(10)).unwrap();
        assert_eq!(crate::register::Fields::value(record, "area"), Some(&Value::Int(value)));
        // Merging the old copies again does not bring it back.
        let again = merged(8, &[desk.log.clone(), log.clone()]);
        assert_eq!(said(&again.1), []);
    }
}

#[test]
fn equal_values_and_changes_that_saw_each_other_are_no_conflict() {
    let base = base();
    let (mut a, mut b) = (copy(2, &base.log), copy(3, &base.log));
    set(&mut a, 10, "area", Some(Value::Int(1)));
    set(&mut b, 10, "area", Some(Value::Int(1)));
    let mut c = copy(4, &a.log);
    set(&mut c, 11, "area", Some(Value::Int(7)));
    let (_, state) = merged(9, &[c.log, b.log, a.log]);
    assert_eq!(said(&state), []);
}

#[test]
fn a_removal_against_a_change_is_a_conflict_either_way_round() {
    let base = base();
    for first in [true, false] {
        let (mut a, mut b) = (copy(2, &base.log), copy(3, &base.log));
        // The later of the two is the one that is done second.
        if first {
            set(&mut b, 11, "remark", Some(Value::text("x")));
        }
        delete(&mut a, 10);
        set(&mut b, 10, "area", Some(Value::Int(2)));
        let (log, state) = merged(9, &[a.log, b.log]);
        assert_eq!(said(&state), [("life", 10, 2)]);
        let mut desk = copy(9, &log);
        let conflict = desk.state.conflicts().remove(0);
        let stays = conflict.sides.iter().position(|s| s.says == Says::Stays).unwrap();
        let draft = desk.state.decide(&conflict, stays, None).unwrap();
        desk.record(draft);
        assert_eq!(said(&desk.state), []);
        assert!(!desk.state.record("R06", row(10)).unwrap().is_gone());
        let mut desk = copy(9, &log);
        let draft = desk.state.decide(&conflict, 1 - stays, None).unwrap();
        desk.record(draft);
        assert_eq!(said(&desk.state), []);
        assert!(desk.state.record("R06", row(10)).unwrap().is_gone());
    }
}

#[test]
fn a_removal_that_saw_the_change_is_none() {
    let base = base();
    let mut a = copy(2, &base.log);
    set(&mut a, 10, "area", Some(Value::Int(2)));
    let mut b = copy(3, &a.log);
    delete(&mut b, 10);
    assert_eq!(said(&merged(9, &[a.log, b.log]).1), []);
}

#[test]
fn two_moves_apart_and_a_change_after_closing() {
    let base = base();
    let (mut a, mut b) = (copy(2, &base.log), copy(3, &base.log));
    advance(&mut a, 10, "已报送");
    advance(&mut b, 10, "已锁定");
    set(&mut a, 11, "area", Some(Value::Int(5)));
    advance(&mut b, 11, "已锁定");
    let (log, state) = merged(9, &[a.log, b.log]);
    assert_eq!(said(&state), [("state", 10, 2), ("closed", 11, 2)]);
    let mut desk = copy(9, &log);
    for side in [1, 0] {
        let conflict = desk.state.conflicts().remove(0);
        let base = Some(Value::Int(200));
        let draft = desk.state.decide(&conflict, side, base).unwrap();
        desk.record(draft);
    }
    assert_eq!(said(&desk.state), []);
    let record = desk.state.record("R06", row(11)).unwrap();
    assert_eq!(crate::register::Fields::value(record, "area"), Some(&Value::Int(200)));
}

/// Two people who each created their places.
fn apart() -> (Desk, Desk) {
    let make = |device: u64, from: u128, code: Option<&str>| {
        let mut desk = Desk::new(device);
        let mut draft = Draft::new(BatchKind::Edit);
        place(&mut draft, from + 1, "柳河镇", None);
        place(&mut draft, from + 2, "五四村", Some(from + 1));
        line(&mut draft, from + 10, from + 2, 100);
        desk.record(draft);
        if let Some(code) = code {
            let mut draft = Draft::new(BatchKind::Edit);
            draft.set(&desk.state, "R01", row(from + 2), "remark", Some(Value::text(code)), None);
            desk.record(draft);
        }
        desk
    };
    (make(2, 100, None), make(3, 500, Some("张三")))
}

#[test]
fn twins_that_agree_are_one_and_references_follow() {
    let (a, b) = apart();
    let (log, state) = merged(9, &[a.log.clone(), b.log.clone()]);
    assert_eq!(said(&state), []);
    let live = |key: &str| state.sheet(key).unwrap().live().map(|r| r.id().bits()).collect::<Vec<_>>();
    assert_eq!((live("R01"), live("R06")), (vec![101, 102], vec![110]));
    // What only one of them says is kept.
    let village = state.record("R01", row(102)).unwrap();
    assert_eq!(crate::register::Fields::value(village, "remark"), Some(&Value::text("张三")));
    // The other's row points at the one that stands for both, and later ones do so as well.
    let mut desk = copy(4, &log);
    let mut draft = Draft::new(BatchKind::Edit);
    line(&mut draft, 900, 502, 5);
    desk.record(draft);
    for id in [510, 900] {
        let org = crate::register::Fields::value(desk.state.record("R06", row(id)).unwrap(), "org");
        assert_eq!(org, Some(&Value::Ref(row(102))), "{id}");
    }
    // Merged by somebody else the other way round, it is the same; and merging both merges changes nothing.
    let (other, reversed) = merged(8, &[b.log, a.log.clone()]);
    assert_eq!(reversed.digest(), state.digest());
    assert_eq!(merged(7, &[log.clone(), other]).1.digest(), state.digest());
    // Everything is read back as it was sealed: verdicts too.
    let bytes: Vec<u8> = log.iter().flat_map(|s| s.bytes.clone()).collect();
    assert_eq!(crate::ledger::decode(&bytes).unwrap(), log);
    // The undo sets them apart again.
    let step = log.iter().find(|s| matches!(s.batch.kind, BatchKind::Merge { .. })).unwrap();
    let undo = take_back(&state, &step.batch, &log);
    assert_eq!((undo.overtaken.len(), undo.needed.len()), (0, 0));
    let mut desk = copy(9, &log);
    let undone = desk.record(undo.draft);
    assert_eq!(desk.state.digest(), a.state.digest());
    // And the undo of the undo joins them again.
    let again = take_back(&desk.state, &undone.batch, &desk.log);
    desk.record(again.draft);
    assert_eq!(desk.state.digest(), state.digest());
}

#[test]
fn rows_of_one_key_that_differ_are_listed_and_decided() {
    let make = |device: u64, from: u128, area: i64, leader: &str| {
        let mut desk = Desk::new(device);
        let mut draft = Draft::new(BatchKind::Edit);
        place(&mut draft, from + 1, "柳河镇", None);
        let fields = vec![
            (Text::from("kind"), Value::choice("村")),
            (Text::from("name"), Value::text("五四村")),
            (Text::from("parent"), Value::Ref(row(from + 1))),
            (Text::from("remark"), Value::text(leader)),
        ];
        draft.create("R01", "org", row(from + 2), fields, None);
        line(&mut draft, from + 10, from + 2, area);
        desk.record(draft);
        desk
    };
    let (a, b) = (make(2, 100, 100, "李四"), make(3, 500, 77, "张三"));
    let (log, state) = merged(9, &[a.log.clone(), b.log.clone()]);
    assert_eq!(said(&state), [("identity", 502, 2)], "towns are joined, the villages are not");
    let conflict = state.conflicts().remove(0);
    assert_eq!(conflict.about, About::Identity(row(102)));
    // Two things: nothing more to ask.
    let mut desk = copy(9, &log);
    let draft = desk.state.decide(&conflict, 1, None).unwrap();
    desk.record(draft);
    assert_eq!(said(&desk.state), []);
    // One thing: what they say differently is asked, and the lines have one key now.
    let mut desk = copy(9, &log);
    let draft = desk.state.decide(&conflict, 0, None).unwrap();
    let decided = desk.record(draft);
    assert_eq!(said(&desk.state), [("field", 102, 2), ("identity", 510, 2)]);
    // Whoever takes the decision back is asked again.
    let undo = take_back(&desk.state, &decided.batch, &desk.log);
    desk.record(undo.draft);
    assert_eq!((said(&desk.state), desk.state.digest()), (said(&state), state.digest()));
    // With lines that were made alike, these are one as well.
    let b = make(3, 500, 100, "张三");
    let mut desk = copy(9, &merged(9, &[a.log, b.log]).0);
    let conflict = desk.state.conflicts().remove(0);
    let draft = desk.state.decide(&conflict, 0, None).unwrap();
    desk.record(draft);
    assert_eq!(said(&desk.state), [("field", 102, 2)]);
    assert_eq!(desk.state.sheet("R06").unwrap().live().count(), 1);
}

#[test]
fn what_alike_rows_have_become_since_is_asked_where_they_are_one() {
    let (a, mut b) = apart();
    let mut a = copy(2, &a.log);
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&a.state, "R01", row(102), "remark", Some(Value::text("李四")), None);
    a.record(draft);
    set(&mut b, 510, "area", Some(Value::Int(77)));
    advance(&mut b, 510, "已报送");
    let (log, state) = merged(9, &[a.log.clone(), b.log.clone()]);
    assert_eq!(said(&state), [("field", 102, 2), ("field", 110, 2), ("state", 110, 2)]);
    let (_, reversed) = merged(8, &[b.log.clone(), a.log]);
    assert_eq!(reversed.digest(), state.digest());
    // The village's clerk, who has not heard of the merge, goes on; the old value is hers, and is heard no more.
    set(&mut b, 510, "area", Some(Value::Int(78)));
    let (_, state) = merged(9, &[log, b.log]);
    let area = state.conflicts().into_iter().find(|c| c.about == About::Field(Text::from("area"))).unwrap();
    let says: Vec<&Says> = area.sides.iter().map(|s| &s.says).collect();
    assert_eq!(says, [&Says::Value(Some(Value::Int(100))), &Says::Value(Some(Value::Int(78)))]);
}

/// Who knows of which rows in which order must not matter where rows agree only because one says nothing.
#[test]
fn rows_that_agree_through_a_blank_are_joined_the_same_in_whatever_pieces() {
    let make = |device: u64, id: u128, remark: Option<&str>| {
        let mut desk = Desk::new(device);
        let mut draft = Draft::new(BatchKind::Edit);
        let mut fields =
            vec![(Text::from("kind"), Value::choice("乡镇")), (Text::from("name"), Value::text("柳河镇"))];
        fields.extend(remark.map(|r| (Text::from("remark"), Value::text(r))));
        draft.create("R01", "org", row(id), fields, None);
        desk.record(draft);
        desk.log
    };
    for ids in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
        let logs = [make(2, ids[0], Some("东")), make(3, ids[1], None), make(4, ids[2], Some("西"))];
        let expected = merged(90, &logs).1;
        assert_eq!(expected.sheet("R01").unwrap().live().count(), 1);
        assert_eq!(said(&expected), [("field", 1, 2)], "{ids:?}");
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let [a, b, c] = order.map(|n: usize| logs[n].clone());
            let (left, _) = merged(91, &[a.clone(), b.clone()]);
            let (right, _) = merged(92, &[b, c.clone()]);
            assert_eq!(merged(93, &[left.clone(), c]).1.digest(), expected.digest(), "{ids:?} {order:?}");
            assert_eq!(merged(94, &[right.clone(), a]).1.digest(), expected.digest(), "{ids:?} {order:?}");
            assert_eq!(merged(95, &[left, right]).1.digest(), expected.digest(), "{ids:?} {order:?}");
        }
    }
}

#[test]
fn a_village_without_its_township_is_asked_about_and_then_one() {
    let mut a = Desk::new(2);
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 1, "柳河镇", None);
    place(&mut draft, 2, "五四村", Some(1));
    line(&mut draft, 10, 2, 100);
    a.record(draft);
    let mut b = Desk::new(3);
    let mut draft = Draft::new(BatchKind::Edit);
    draft.create(
        "R01",
        "org",
        row(52),
        vec![(Text::from("kind"), Value::choice("村")), (Text::from("name"), Value::text("五四村"))],
        None,
    );
    line(&mut draft, 60, 52, 100);
    b.record(draft);
    let (log, state) = merged(9, &[a.log, b.log]);
    assert_eq!(said(&state), [("identity", 52, 2)]);
    for (side, villages, lines) in [(0, 1, 1), (1, 2, 2)] {
        let mut desk = copy(9, &log);
        let draft = desk.state.decide(&desk.state.conflicts()[0], side, None).unwrap();
        desk.record(draft);
        assert_eq!(said(&desk.state), []);
        let live = |key: &str| desk.state.sheet(key).unwrap().live().count();
        assert_eq!((live("R01"), live("R06")), (1 + villages, lines));
        let village = desk.state.record("R01", row(2)).unwrap();
        assert_eq!(crate::register::Fields::value(village, "parent"), Some(&Value::Ref(row(1))));
    }
}

#[test]
fn a_copied_profile_under_two_names_brings_nothing_overwritten_back() {
    let base = base();
    let (mut a, mut b) = (copy(1, &base.log), copy(1, &base.log));
    set(&mut a, 10, "area", Some(Value::Int(1)));
    set(&mut b, 11, "area", Some(Value::Int(3)));
    // Each takes in the other: what one has under its own name, the other has under another.
    let (left, _) = merged(9, &[a.log.clone(), b.log.clone()]);
    let (right, _) = merged(8, &[b.log, a.log]);
    let mut desk = copy(7, &left);
    set(&mut desk, 10, "area", Some(Value::Int(5)));
    for logs in [[desk.log.clone(), right.clone()], [right, desk.log.clone()]] {
        let (log, state) = merged(6, &logs);
        assert_eq!((said(&state), state.digest()), (vec![], desk.state.digest()));
        let mut reversed = log;
        reversed.reverse();
        assert_eq!(replay(&reversed).digest(), state.digest());
    }
}

#[test]
fn removing_the_row_that_stands_for_others_without_knowing_of_them_is_asked_about() {
    let (a, b) = apart();
    let (log, _) = merged(9, &[a.log.clone(), b.log.clone()]);
    let line_of = |log: &[Sealed]| {
        let mut desk = copy(20, log);
        delete(&mut desk, 110);
        desk.log
    };
    // Who removed it had never heard of the other row; who joined them, never of the removal.
    let (mine, state) = merged(8, &[log.clone(), line_of(&a.log)]);
    assert_eq!(said(&state), [("life", 110, 2)]);
    for (says, live) in [(Says::Stays, 1), (Says::Removed, 0)] {
        let mut desk = copy(7, &mine);
        let conflict = desk.state.conflicts().remove(0);
        let side = conflict.sides.iter().position(|s| s.says == says).unwrap();
        let draft = desk.state.decide(&conflict, side, None).unwrap();
        let decided = desk.record(draft);
        assert_eq!(said(&desk.state), []);
        assert_eq!(desk.state.sheet("R06").unwrap().live().count(), live);
        let undo = take_back(&desk.state, &decided.batch, &desk.log);
        desk.record(undo.draft);
        assert_eq!((said(&desk.state), desk.state.digest()), (said(&state), state.digest()));
    }
    // Who knew is not asked; who goes on with the row behind without knowing is.
    let removed = line_of(&log);
    assert_eq!(said(&replay(&removed)), []);
    let mut clerk = copy(3, &b.log);
    set(&mut clerk, 510, "area", Some(Value::Int(8)));
    assert_eq!(said(&merged(8, &[removed, clerk.log]).1), [("life", 110, 2)]);
}

/// Whatever is decided can be asked again.
#[test]
fn the_undo_of_a_decision_leads_back_to_the_conflict() {
    let base = base();
    let (mut a, mut b) = (copy(2, &base.log), copy(3, &base.log));
    set(&mut a, 10, "area", Some(Value::Int(1)));
    set(&mut b, 10, "area", Some(Value::Int(2)));
    advance(&mut a, 10, "已报送");
    advance(&mut b, 10, "乡镇已审");
    set(&mut a, 11, "area", Some(Value::Int(5)));
    advance(&mut b, 11, "已锁定");
    let mut c = copy(4, &base.log);
    delete(&mut c, 11);
    for logs in [vec![a.log.clone(), b.log.clone()], vec![a.log, b.log, c.log]] {
        let (log, state) = merged(9, &logs);
        for (n, conflict) in state.conflicts().iter().enumerate() {
            for side in 0..conflict.sides.len() {
                let mut desk = copy(9, &log);
                let base = Some(Value::Int(200));
                let decided = desk.state.decide(conflict, side, base).unwrap();
                let decided = desk.record(decided);
                assert_ne!(said(&desk.state), said(&state));
                let undo = take_back(&desk.state, &decided.batch, &desk.log);
                assert!(undo.overtaken.is_empty());
                let undone = desk.record(undo.draft);
                assert_eq!(said(&desk.state), said(&state), "{n} {side}");
                assert_eq!(desk.state.digest(), state.digest(), "{n} {side}");
                // And done again it is decided again.
                let again = take_back(&desk.state, &undone.batch, &desk.log);
                desk.record(again.draft);
                assert_ne!(said(&desk.state), said(&state), "{n} {side}");
            }
        }
    }
}

#[test]
fn a_copied_profile_that_went_on_twice_loses_nothing() {
    let base = base();
    let (mut a, mut b) = (copy(1, &base.log), copy(1, &base.log));
    set(&mut a, 10, "area", Some(Value::Int(1)));
    set(&mut a, 10, "output", Some(Value::Int(2)));
    set(&mut b, 11, "area", Some(Value::Int(3)));
    set(&mut b, 10, "area", Some(Value::Int(4)));
    let files = [Incoming { name: Text::from("b"), log: b.log.clone() }];
    assert_eq!(survey(&a.state, &files).files[0].forked, BTreeSet::from([DeviceId(1)]));
    let (log, state) = merged(9, &[a.log.clone(), b.log.clone()]);
    assert_eq!(said(&state), [("field", 10, 2)]);
    let (other, reversed) = merged(8, &[b.log, a.log]);
    assert_eq!(reversed.digest(), state.digest());
    let (_, both) = merged(7, &[log.clone(), other]);
    assert_eq!(both.digest(), state.digest());
    // The whole log is a file that can be read.
    let ids: BTreeSet<BatchId> = log.iter().map(|s| s.batch.id).collect();
    assert_eq!(ids.len(), log.len());
}

#[test]
fn a_renamed_or_older_copy_brings_nothing() {
    let base = base();
    let mut a = copy(2, &base.log);
    set(&mut a, 10, "area", Some(Value::Int(1)));
    let files = [base.log.clone(), a.log.clone()].map(|log| Incoming { name: Text::from("副本"), log });
    let survey = survey(&a.state, &files);
    assert!(survey.files.iter().all(News::is_empty));
    let standing = survey.files.iter().map(|f| f.standing.clone()).collect::<Vec<_>>();
    assert_eq!(standing, [Standing::Older, Standing::Equal]);
    let merged = merge(&a.state, &survey, &|_, _, _| true);
    assert!(merged.draft.is_empty());
    // Of two copies of a file, the second brings what the first does.
    let twice = [a.log.clone(), a.log].map(|log| Incoming { name: Text::from("甲"), log });
    let again = super::survey(&base.state, &twice).files.remove(1);
    assert_eq!((again.operations, again.standing), (0, Standing::Repeats(Text::from("甲"))));
}

#[test]
fn what_is_not_wanted_is_taken_back_in_the_same_step() {
    let base = base();
    let mut b = copy(3, &base.log);
    set(&mut b, 10, "area", Some(Value::Int(4)));
    set(&mut b, 11, "area", Some(Value::Int(5)));
    let files = [Incoming { name: Text::from("b"), log: b.log }];
    let survey = survey(&base.state, &files);
    let Merged { mut state, draft, .. } = merge(&base.state, &survey, &|_, _, id| id == row(11));
    let mut author =
        Author::new(DeviceId(9), crate::ledger::Person::county("合账人"), &state, Box::new(Seeded(9)));
    let sealed = author.seal(&state, crate::ledger::Admitted::elsewhere(draft), 9_000_000);
    state.apply(&sealed.batch, sealed.digest);
    let area =
        |id: u128| crate::register::Fields::value(state.record("R06", row(id)).unwrap(), "area").cloned();
    assert_eq!((area(10), area(11)), (Some(Value::Int(100)), Some(Value::Int(5))));
    assert_eq!(said(&state), []);
    // What was left is known, and can be taken later.
    assert_eq!(left_of(&state, &sealed.batch), BTreeSet::from([(Text::from("R06"), row(10))]));
    let log = [base.log.clone(), survey.brought, vec![sealed.clone()]].concat();
    let mut desk = copy(9, &log);
    desk.record(take_left(&desk.state, &sealed.batch, &log));
    let all = merged(8, &[base.log.clone(), files[0].log.clone()]).1;
    assert_eq!(desk.state.digest(), all.digest());
    assert_eq!(left_of(&desk.state, &sealed.batch), BTreeSet::new());
    // All of it is one step: taken back, nothing has been merged.
    let mut desk = copy(9, &log);
    let undo = take_back(&desk.state, &sealed.batch, &log);
    desk.record(undo.draft);
    assert_eq!(desk.state.digest(), base.state.digest());
}

#[test]
fn what_is_taken_brings_what_it_names() {
    let base = base();
    let mut b = copy(3, &base.log);
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 4, "新民村", Some(1));
    place(&mut draft, 5, "红旗村", Some(1));
    line(&mut draft, 12, 4, 7);
    line(&mut draft, 13, 5, 8);
    b.record(draft);
    let files = [Incoming { name: Text::from("b"), log: b.log }];
    let survey = survey(&base.state, &files);
    let one = merge(&base.state, &survey, &|_, key, id| key == "R06" && id == row(12));
    assert_eq!(one.carried, BTreeSet::from([(Text::from("R01"), row(4))]), "the line brings its village");
    let mut author =
        Author::new(DeviceId(9), crate::ledger::Person::county("合账人"), &one.state, Box::new(Seeded(9)));
    let mut state = one.state;
    let sealed = author.write(&state, one.draft, 9_000_000).unwrap();
    state.apply(&sealed.batch, sealed.digest);
    let live = |key: &str| state.sheet(key).unwrap().live().map(|r| r.id().bits()).collect::<Vec<_>>();
    assert_eq!((live("R01"), live("R06")), (vec![1, 2, 3, 4], vec![10, 11, 12]));
    assert_eq!(left_of(&state, &sealed.batch).len(), 2);
}

#[test]
fn a_decision_that_was_taken_back_does_not_stand_in_the_way_of_the_undo_of_the_merge() {
    let base = base();
    let (mut a, mut b) = (copy(2, &base.log), copy(3, &base.log));
    set(&mut a, 10, "area", Some(Value::Int(1)));
    set(&mut b, 10, "area", Some(Value::Int(2)));
    let (log, _) = merged(9, &[a.log.clone(), b.log]);
    let step = log.iter().find(|s| s.batch.kind.is_merge()).unwrap();
    let mut desk = copy(9, &log);
    for side in [0, 1] {
        let draft = desk.state.decide(&desk.state.conflicts()[0], side, None).unwrap();
        let decided = desk.record(draft);
        let undo = take_back(&desk.state, &decided.batch, &desk.log);
        desk.record(undo.draft);
    }
    let undo = take_back(&desk.state, &step.batch, &desk.log);
    assert_eq!(undo.overtaken, []);
    desk.record(undo.draft);
    assert_eq!((said(&desk.state), desk.state.digest()), (vec![], a.state.digest()));
}
