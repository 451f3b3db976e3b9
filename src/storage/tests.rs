//! The suite on keepers that need no browser, and every failure at every write.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::suite::{self, Bench, whole};
use super::*;
use crate::ledger::{Author, BatchKind, DeviceId, Draft, Seeded, plan_undo};
use crate::value::{RowId, Value};

/// Nothing here ever waits for anything outside.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it waits for ever");
}

#[derive(Default)]
struct InMemory(RefCell<HashMap<String, Memory>>);

impl Bench for InMemory {
    type Store = Memory;
    async fn open(&self, name: &str) -> Result<Memory, StoreError> {
        Ok(self.0.borrow_mut().entry(name.to_owned()).or_default().clone())
    }
}

#[test]
fn memory_passes_the_suite() {
    for case in suite::CASES {
        let outcome = now(suite::run(&InMemory::default(), case));
        assert_eq!(outcome, Ok(()), "{case}");
    }
}

/// A morning's work, with flushes in between: every write is a chance to fail.
struct Morning {
    /// The state after each step that was acknowledged.
    acknowledged: Vec<String>,
    /// Whether a step was refused.
    refused: bool,
}

fn rows(state: &crate::ledger::State) -> Vec<String> {
    whole(state).into_iter().filter(|l| l.starts_with("R0")).collect()
}

async fn morning<S: Store>(store: S) -> (Morning, Vec<String>) {
    let mut result = Morning { acknowledged: Vec::new(), refused: false };
    let session = Session::open(store).await.unwrap();
    let author = RefCell::new(session.with(|s| Author::new(DeviceId(1), "测试", s, Box::new(Seeded(1)))));
    for step in 0..8u64 {
        let before = session.with(whole);
        let mut draft = Draft::new(BatchKind::Edit);
        match step {
            0 | 3 => {
                for n in 0..3 {
                    let id = RowId::from_bits(u128::from(step * 10 + n));
                    draft.create("R06", "line", id, vec![("area".into(), Value::Int(1))], None);
                }
            }
            5 => {
                let last = session.log().await.unwrap().pop();
                if let Some(last) = last {
                    draft = session.with(|s| plan_undo(s, &last.batch)).draft;
                }
            }
            _ => session.with(|s| {
                draft.set(s, "R06", RowId::from_bits(1), "area", Some(Value::Int(step as i64)), None);
            }),
        }
        if draft.is_empty() {
            continue;
        }
        let extra = Extra { drafts_done: vec![format!("draft {step}")], ..Extra::default() };
        let written = session.store().put_draft(&format!("draft {step}"), "{}").await;
        match session.record(&author, draft.clone(), 1000 + step, extra).await {
            Ok(_) => result.acknowledged = session.with(rows),
            Err(_) => {
                result.refused = true;
                // Refused means: the state is untouched and the draft is still there.
                assert_eq!(session.with(whole), before);
                assert!(written.is_err() || session.store().draft(&format!("draft {step}")).await.is_ok());
                // The person tries again, and this time it works.
                session.record(&author, draft, 1001 + step, Extra::default()).await.unwrap();
                result.acknowledged = session.with(rows);
            }
        }
        if step % 2 == 1 && session.flush_pages().await.is_err() {
            result.refused = true;
        }
    }
    let end = session.with(whole);
    (result, end)
}

#[test]
fn whatever_write_fails_in_whatever_way_nothing_confirmed_is_lost() {
    let plain = Faulty::new(Memory::new(), Fault::Before, None);
    now(morning(plain.clone()));
    let writes = plain.writes();
    assert!(writes > 15, "{writes}");
    for fault in Fault::ALL {
        let (mut refused, mut rebuilt) = (0, 0);
        for n in 0..writes {
            let memory = Memory::new();
            let faulty = Faulty::new(memory.clone(), fault, Some(n));
            let (result, end) = now(morning(faulty.clone()));
            assert!(faulty.has_failed(), "{fault:?} {n}");
            // The tab is closed and opened again on the bare keeper.
            let session = now(Session::open(memory.clone())).unwrap();
            assert_eq!(session.with(rows), result.acknowledged, "{fault:?} at write {n}");
            assert_eq!(session.with(whole), end, "{fault:?} at write {n}");
            assert_eq!(session.opening().damage, [], "{fault:?} at write {n}");
            refused += usize::from(result.refused);
            rebuilt += usize::from(!session.opening().rebuilt.is_empty());
            // What was torn is whole again after the next flush.
            now(session.flush_pages()).unwrap();
            let session = now(Session::open(memory)).unwrap();
            assert_eq!(session.opening().rebuilt, [], "{fault:?} at write {n}");
            assert_eq!(session.opening().tail, 0, "{fault:?} at write {n}");
            assert_eq!(session.with(whole), end, "{fault:?} at write {n}");
        }
        // The faults did bite: refusals were told, and torn or lost pages were noticed.
        match fault {
            Fault::Before | Fault::After | Fault::Full => assert!(refused > 5, "{fault:?} {refused}"),
            Fault::TornPages | Fault::LostPage => assert!(rebuilt > 0, "{fault:?} {rebuilt}"),
            Fault::PowerCut => assert_eq!((refused, rebuilt), (0, 0)),
        }
    }
}

/// As above, but the tab ends at the failing write: what comes back is what was confirmed, or that and the
/// one step that was on its way.
#[test]
fn a_tab_that_ends_at_any_write_comes_back_before_or_after_its_last_step() {
    for fault in [Fault::Before, Fault::After] {
        for n in 0..40 {
            let memory = Memory::new();
            let faulty = Faulty::new(memory.clone(), fault, Some(n));
            let session = now(Session::open(faulty.clone())).unwrap();
            let author =
                RefCell::new(session.with(|s| Author::new(DeviceId(1), "测试", s, Box::new(Seeded(1)))));
            let mut states = vec![Vec::new()];
            for step in 0..20u64 {
                let mut draft = Draft::new(BatchKind::Edit);
                let id = RowId::from_bits(u128::from(step));
                draft.create("R06", "line", id, vec![("area".into(), Value::Int(1))], None);
                let result = now(session.record(&author, draft, step, Extra::default()));
                if result.is_err() || now(session.flush_pages()).is_err() {
                    break;
                }
                states.push(session.with(rows));
            }
            let confirmed = states.len() - 1;
            let back = now(Session::open(memory)).unwrap();
            let found = back.with(|s| s.sheet("R06").map_or(0, |s| s.live().count()));
            assert!(found == confirmed || found == confirmed + 1, "{fault:?} {n}: {found} of {confirmed}");
        }
    }
}

#[test]
fn turns_are_taken_one_by_one_and_given_up_ones_do_not_block() {
    let turn = super::turn::Turn::default();
    let mut context = Context::from_waker(Waker::noop());
    let first = now(turn.take());
    let mut second = Box::pin(turn.take());
    let mut third = Box::pin(turn.take());
    assert!(second.as_mut().poll(&mut context).is_pending());
    assert!(third.as_mut().poll(&mut context).is_pending());
    drop(second);
    drop(first);
    assert!(third.as_mut().poll(&mut context).is_ready());
}
