//! Whatever is lost from the log, the state that was shown comes back, and nobody else's work suffers.

use proptest::prelude::*;

use super::*;
use crate::ledger::tests::{Desk, acts, one_row, play, visible, whole};
use crate::ledger::{Draft, Entropy as _, Seeded, origin_of, plan_undo};
use crate::value::Value;

const FRESH: DeviceId = DeviceId(77);

fn replay<'a>(log: impl IntoIterator<Item = &'a Sealed>) -> State {
    let mut state = State::new();
    for sealed in log {
        state.apply(&sealed.batch, sealed.digest);
    }
    state
}

fn shuffled(mut log: Vec<Sealed>, seed: u64) -> Vec<Sealed> {
    let mut chance = Seeded(seed);
    for i in (1..log.len()).rev() {
        log.swap(i, (chance.bits() % (i as u64 + 1)) as usize);
    }
    log
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_batches_are_lost_the_shown_state_comes_back(acts in acts(), lost in any::<u64>(), seed in any::<u64>()) {
        let (desk, _) = play(&acts);
        let kept: Vec<Sealed> =
            desk.log.iter().enumerate().filter(|(n, _)| lost >> (n % 64) & 1 == 0).map(|(_, s)| s.clone()).collect();
        let mut told = replay(&kept);
        let made = complete(&desk.state, &mut told, FRESH);
        prop_assert_eq!(difference(&desk.state, &told), None);
        // Read back in whatever order, it is the same; and nothing is missing any more.
        let log = shuffled(kept.into_iter().chain(made.clone()).collect(), seed);
        let mut back = replay(&log);
        prop_assert_eq!(visible(&back), visible(&desk.state));
        prop_assert_eq!(complete(&desk.state, &mut back, DeviceId(78)), []);
        let bytes: Vec<u8> = made.iter().flat_map(|s| s.bytes.clone()).collect();
        prop_assert_eq!(crate::ledger::decode(&bytes).unwrap(), made.clone());
        // Where the lost batches are known, the rescue changes nothing at all.
        let mut whole_ledger = desk.state.clone();
        made.iter().for_each(|s| { whole_ledger.apply(&s.batch, s.digest); });
        prop_assert_eq!(whole(&whole_ledger), whole(&desk.state));
    }

    /// Another computer has everything, and has gone on: a rescue from before must not take that back.
    #[test]
    fn a_rescue_overwrites_nobody(acts in acts(), lost in any::<u64>(), seed in any::<u64>()) {
        let (mut desk, _) = play(&acts);
        let kept: Vec<Sealed> =
            desk.log.iter().enumerate().filter(|(n, _)| lost >> (n % 64) & 1 == 0).map(|(_, s)| s.clone()).collect();
        let made = complete(&desk.state.clone(), &mut replay(&kept), FRESH);
        let mut draft = Draft::new(BatchKind::Edit);
        let live: Vec<RowId> = desk.state.sheet("R06").into_iter().flat_map(|s| s.live().map(Record::id)).collect();
        for id in live {
            draft.set(&desk.state, "R06", id, "area", Some(Value::Int(-77)), None);
        }
        if !draft.is_empty() { desk.record(draft); }
        let log = shuffled(desk.log.iter().cloned().chain(made).collect(), seed);
        prop_assert_eq!(visible(&replay(&log)), visible(&desk.state));
    }
}

#[test]
fn origins_actors_and_kinds_survive_and_the_sample_stays_marked() {
    let (mut desk, id) = one_row();
    let mut draft = Draft::new(BatchKind::Sample);
    draft.create("R06", "line", RowId::from_bits(9), vec![("area".into(), Value::Int(7))], None);
    let sample = desk.record(draft);
    let made = complete(&desk.state, &mut State::new(), FRESH);
    let mut back = replay(&made);
    let place = origin_of(&back, "R06", id, "area").unwrap();
    assert_eq!((&*place.sheet, &*place.cell), ("2024年", "D14"));
    let kinds: Vec<_> =
        back.batches().map(|b| (b.kind.plain().clone(), b.actor.clone(), b.stamp.millis)).collect();
    let before: Vec<_> =
        desk.state.batches().map(|b| (b.kind.clone(), b.actor.clone(), b.stamp.millis)).collect();
    assert_eq!(kinds, before);
    // The sample is known as such and goes in one step, here and where the lost batch is still listed.
    let again = back.sample().unwrap().id;
    assert_eq!(back.stand_in(sample.batch.id), Some(again));
    made.iter().for_each(|s| assert!(desk.state.apply(&s.batch, s.digest)));
    assert_eq!(desk.state.sample().unwrap().id, again);
    let undo = plan_undo(&back, &made.iter().find(|s| s.batch.id == again).unwrap().batch);
    let mut author = crate::ledger::Author::new(
        DeviceId(5),
        crate::ledger::Person::county("测试"),
        &back,
        Box::new(Seeded(5)),
    );
    let undone = author.write(&back, undo.draft, 2_000_000).unwrap();
    for state in [&mut back, &mut desk.state] {
        state.apply(&undone.batch, undone.digest);
        assert!(state.sample().is_none() && state.is_undone(sample.batch.id));
        assert_eq!(state.sheet("R06").unwrap().live().count(), 1);
    }
}

#[test]
fn undoing_a_rescued_edit_leaves_the_cell_alone() {
    let (mut desk, id) = one_row();
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&desk.state, "R06", id, "area", Some(Value::Int(121)), None);
    desk.record(draft);
    let mut told = replay(desk.log.first());
    let made = complete(&desk.state, &mut told, FRESH);
    let undo = plan_undo(&told, &made.first().unwrap().batch);
    assert!(undo.draft.is_empty());
    assert_eq!(undo.overtaken.len(), 1);
}

#[test]
fn an_undone_step_is_known_as_undone_under_its_new_name() {
    let mut desk = Desk::new(1);
    let mut draft = Draft::new(BatchKind::Import { file: "某镇.xlsx".into() });
    draft.create("R06", "line", RowId::from_bits(1), vec![], None);
    let done = desk.record(draft);
    let undo = plan_undo(&desk.state, &done.batch).draft;
    desk.record(undo);
    let mut back = State::new();
    let made = complete(&desk.state, &mut back, FRESH);
    assert_eq!(made.len(), 2);
    assert!(back.is_undone(back.stand_in(done.batch.id).unwrap()));
    assert_eq!(back.sheet("R06").unwrap().live().count(), 0);
}
