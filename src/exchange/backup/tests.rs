//! Files that are short of what is shown are not offered; they are completed.

use super::*;
use crate::ledger::{Author, BatchKind, Digest, Draft, Seeded, seal};
use crate::value::{RowId, Text, Value};

const FRESH: DeviceId = DeviceId(99);

/// Four batches of one device, and what they add up to.
fn work() -> (State, Vec<Sealed>) {
    let mut state = State::new();
    let mut author =
        Author::new(DeviceId(1), crate::ledger::Person::county("清凉村填报员"), &state, Box::new(Seeded(1)));
    let mut log = Vec::new();
    for n in 0..4u64 {
        let mut draft = Draft::new(BatchKind::Edit);
        let id = RowId::from_bits(u128::from(n) + 1);
        draft.create("R06", "line", id, vec![(Text::from("area"), Value::Int(n as i64))], None);
        if n == 2 {
            draft.set(&state, "R06", RowId::from_bits(1), "area", Some(Value::Int(120)), None);
            draft.advance("R06", RowId::from_bits(2), "填报中", "已报送", None);
            draft.delete("R06", RowId::from_bits(2));
        }
        let sealed = author.write(&state, draft, 1_700_000_000_000 + n * 1000).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        log.push(sealed);
    }
    (state, log)
}

fn opened(bytes: &[u8]) -> State {
    replay(&ledger_file::read(bytes).unwrap().log)
}

#[test]
fn a_whole_log_goes_out_as_it_is() {
    let (shown, log) = work();
    let made = make(&shown, log.clone(), &Blobs::new(), FRESH).unwrap();
    assert_eq!(made.rescued, []);
    assert_eq!(made.bytes, ledger_file::write(&log, &Blobs::new()).unwrap());
    assert_eq!(made.counts.records, shown_counts(&shown));
}

#[test]
fn whatever_the_log_has_lost_the_file_shows_what_is_shown() {
    let (shown, log) = work();
    for lost in 0u32..16 {
        let kept: Vec<Sealed> =
            log.iter().enumerate().filter(|(n, _)| lost >> n & 1 == 0).map(|(_, s)| s.clone()).collect();
        let made = make(&shown, kept.clone(), &Blobs::new(), FRESH).unwrap();
        assert_eq!(rescue::difference(&shown, &opened(&made.bytes)), None, "{lost:b}");
        assert_eq!(made.counts.records, shown_counts(&shown));
        assert_eq!(made.counts.batches as usize, kept.len() + made.rescued.len());
        assert_eq!(made.rescued.is_empty(), lost == 0, "{lost:b}");
    }
}

#[test]
fn a_batch_that_breaks_its_chain_is_rescued_instead_of_spoiling_the_file() {
    let (_, mut log) = work();
    let mut batch = log[1].batch.clone();
    batch.previous = Digest([7; 32]);
    log[1] = seal(batch);
    let shown = replay(&log);
    assert!(ledger_file::read(&ledger_file::write(&log, &Blobs::new()).unwrap()).is_err());
    let made = make(&shown, log, &Blobs::new(), FRESH).unwrap();
    assert_eq!(rescue::difference(&shown, &opened(&made.bytes)), None);
}

#[test]
fn what_another_window_has_just_recorded_is_in_the_file_too() {
    let (whole, log) = work();
    let shown = replay(&log[..3]);
    let made = make(&shown, log, &Blobs::new(), FRESH).unwrap();
    assert_eq!(made.rescued, []);
    assert_eq!(rescue::difference(&whole, &opened(&made.bytes)), None);
}
