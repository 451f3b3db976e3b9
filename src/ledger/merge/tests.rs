//! Merging never loses and never hides: whoever merges, in whatever order, sees the same.

use proptest::prelude::*;

use super::*;
use crate::ledger::tests::Desk;
use crate::ledger::{About, Author, Entropy as _, Says, Seeded, plan_undo as plan_plain_undo};

fn digests(log: &[Sealed]) -> BTreeMap<BatchId, Digest> {
    log.iter().map(|s| (s.batch.id, s.digest)).into_map()
}

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
    let survey = survey(&digests(ours), &files);
    let Merged { brought, mut state, draft, .. } = merge(&replay(ours), &survey, &|_, _| true);
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
        let undo = plan_undo(&state, &step.batch, &log);
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
    let undo = plan_undo(&state, &step.batch, &log);
    assert_eq!((undo.overtaken.len(), undo.needed.len()), (0, 0));
    let mut desk = copy(9, &log);
    let undone = desk.record(undo.draft);
    assert_eq!(desk.state.digest(), a.state.digest());
    // And the undo of the undo joins them again.
    let again = plan_plain_undo(&desk.state, &undone.batch);
    desk.record(again.draft);
    assert_eq!(desk.state.digest(), state.digest());
}

#[test]
fn rows_of_one_key_that_differ_are_listed_and_decided() {
    let (a, mut b) = apart();
    let mut a = copy(2, &a.log);
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&a.state, "R01", row(102), "remark", Some(Value::text("李四")), None);
    a.record(draft);
    set(&mut b, 510, "area", Some(Value::Int(77)));
    let (log, state) = merged(9, &[a.log, b.log]);
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
    desk.record(draft);
    assert_eq!(said(&desk.state), [("field", 102, 2), ("identity", 510, 2)]);
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
    assert_eq!(survey(&digests(&a.log), &files).files[0].forked, [DeviceId(1)]);
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
    let survey = survey(&digests(&a.log), &files);
    assert!(survey.files.iter().all(News::is_empty));
    let merged = merge(&a.state, &survey, &|_, _| true);
    assert!(merged.draft.is_empty());
}

#[test]
fn what_is_not_wanted_is_taken_back_in_the_same_step() {
    let base = base();
    let mut b = copy(3, &base.log);
    set(&mut b, 10, "area", Some(Value::Int(4)));
    set(&mut b, 11, "area", Some(Value::Int(5)));
    let files = [Incoming { name: Text::from("b"), log: b.log }];
    let survey = survey(&digests(&base.log), &files);
    let Merged { mut state, draft, .. } = merge(&base.state, &survey, &|_, id| id == row(11));
    let mut author =
        Author::new(DeviceId(9), crate::ledger::Person::county("合账人"), &state, Box::new(Seeded(9)));
    let sealed = author.seal(&state, crate::ledger::Admitted::elsewhere(draft), 9_000_000);
    state.apply(&sealed.batch, sealed.digest);
    let area =
        |id: u128| crate::register::Fields::value(state.record("R06", row(id)).unwrap(), "area").cloned();
    assert_eq!((area(10), area(11)), (Some(Value::Int(100)), Some(Value::Int(5))));
    assert_eq!(said(&state), []);
}
