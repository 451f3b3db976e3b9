//! The promise of a backup: whatever single record of the log is damaged, behind whole pages, the file that is
//! made opens elsewhere and shows what was shown.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;
use xingcun::exchange::backup;
use xingcun::exchange::ledger_file::{self, Blobs};
use xingcun::ledger::{Author, BatchKind, DeviceId, Draft, Seeded, State, plan_undo, rescue};
use xingcun::storage::{Extra, Memory, Session, Store as _, Write};
use xingcun::value::{RowId, Value};

/// Memory never waits for anything outside.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// A day's work: rows, values, states, removals and an undo, with pages at the end.
async fn day(memory: &Memory) -> Session<Memory> {
    let session = Session::open(memory.clone()).await.unwrap();
    let author =
        RefCell::new(session.with(|s| {
            Author::new(DeviceId(1), xingcun::ledger::Person::county("测试"), s, Box::new(Seeded(1)))
        }));
    for step in 0..9u64 {
        let mut draft = Draft::new(BatchKind::Edit);
        let row = |n: u64| RowId::from_bits(u128::from(n) + 1);
        match step {
            0..=2 => (0..4).for_each(|n| {
                let fields = vec![("area".into(), Value::Int((step * 4 + n) as i64))];
                draft.create("R06", "line", row(step * 4 + n), fields, None);
            }),
            4 => draft.delete("R06", row(2)),
            5 => [0, 1, 3].into_iter().for_each(|n| draft.advance("R06", row(n), "填报中", "已报送", None)),
            7 => {
                let last = session.log().await.unwrap().into_iter().nth(3).unwrap();
                draft = session.with(|s| plan_undo(s, &last.batch)).draft;
            }
            _ => session.with(|s| {
                draft.set(s, "R06", row(step), "area", Some(Value::Int(900 + step as i64)), None);
                draft.set(s, "R06", row(0), "output", Some(Value::Int(step as i64)), None);
            }),
        }
        session.record(&author, draft, 1_700_000_000_000 + step * 60_000, Extra::default()).await.unwrap();
    }
    session.flush_pages().await.unwrap();
    session
}

fn opened(bytes: &[u8]) -> State {
    let session = now(Session::open(Memory::new())).unwrap();
    let file = ledger_file::read(bytes).unwrap();
    now(session.commit(&file.log, Extra::default())).unwrap();
    session.with(State::clone)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_damaged_record_behind_whole_pages_still_gives_a_complete_file(which in 0usize..9, at in any::<prop::sample::Index>(), flip in 1u8..=255) {
        let memory = Memory::new();
        let shown = now(day(&memory)).with(State::clone);
        let ids = now(memory.log_ids()).unwrap();
        let mut record = now(memory.batch(ids[which])).unwrap().unwrap();
        let at = at.index(record.bytes.len());
        record.bytes[at] ^= flip;
        record.replaces = true;
        now(memory.write(Write { log: vec![record.clone()], ..Write::strict() })).unwrap();

        let session = now(Session::open(memory.clone())).unwrap();
        now(session.check_log()).unwrap();
        prop_assert_eq!(session.damage().len(), 1, "byte {}", at);
        let log = now(session.log()).unwrap();
        prop_assert_eq!(log.len(), ids.len() - 1);
        let made = session.with(|s| backup::make(s, log, &Blobs::new(), DeviceId(99))).unwrap();
        let back = opened(&made.bytes);
        prop_assert_eq!(rescue::difference(&shown, &back), None);
        prop_assert_eq!(backup::shown_counts(&back), backup::shown_counts(&shown));

        // Recorded here as well, nothing is open any more, and the damaged bytes are still kept.
        if !made.rescued.is_empty() {
            now(session.commit(&made.rescued, Extra::default())).unwrap();
            prop_assert_eq!(session.damage(), []);
            prop_assert_eq!(&now(session.damaged()).unwrap()[0].bytes, &record.bytes);
            let again = now(Session::open(memory)).unwrap();
            now(again.check_log()).unwrap();
            prop_assert_eq!(again.damage(), []);
            prop_assert_eq!(again.with(|s| rescue::difference(&shown, s)), None);
        }
    }
}
