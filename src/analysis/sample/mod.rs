//! The sample county (示例): what a newcomer opens first.
//!
//! Duty: one county, three towns, 36 villages and the people and five years of the registers that there are, with plausible numbers, the
//! same every time, every record marked 示例; among them quarterly reports, reports that are missing, rent
//! received for ten years, forecasts and one outlier that a rule flags. Input: an [`Author`] for row
//! identities. Output: one [`Draft`] of kind `Sample`, which a single undo removes. No name or number is real.

mod contracts;
mod economy;
mod people;
mod place;

use crate::ledger::{Author, BatchKind, Draft, Entropy as _, Seeded};
use crate::register::{Schema, Sense};
use crate::value::{RowId, Text, Value};

/// Changing it changes every number of the sample.
const SEED: u64 = 0x5869_6e67_6375_6e31;
/// The years that are reported.
pub const YEARS: std::ops::RangeInclusive<i16> = 2021..=2025;

/// Writes the sample county as one draft. `now` is the wall time in milliseconds since 1970-01-01 UTC.
pub fn draft(author: &mut Author, now: u64) -> Draft {
    let mut scribe =
        Scribe { draft: Draft::new(BatchKind::Sample), dice: Dice(Seeded(SEED)), author, now, written: 0 };
    let villages = place::write(&mut scribe);
    economy::write(&mut scribe, &villages);
    contracts::write(&mut scribe, &villages);
    people::write(&mut scribe, &villages);
    scribe.draft
}

/// A village as the sample makes it.
#[derive(Debug, Clone, Copy)]
struct Village {
    id: RowId,
    /// 0–2.
    town: usize,
    /// 0–35.
    number: usize,
    /// Households.
    households: i64,
}

/// Collects records.
struct Scribe<'a> {
    draft: Draft,
    dice: Dice,
    author: &'a mut Author,
    now: u64,
    written: u64,
}

/// Plausible numbers, the same every time.
struct Dice(Seeded);

impl Dice {
    /// From `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).unwrap_or_default() + 1;
        low + i64::try_from(self.0.bits() % span).unwrap_or_default()
    }
}

impl Scribe<'_> {
    /// A new record, marked as sample.
    fn write(&mut self, register: &str, kind: &str, fields: Vec<(&str, Value)>) -> RowId {
        // One millisecond apart, so that records stand in the order in which they were written.
        let id = self.author.row_id(self.now + self.written);
        self.written += 1;
        let mut fields: Vec<(Text, Value)> = fields.into_iter().map(|(k, v)| (Text::from(k), v)).collect();
        let declared = Schema::base().kind(register, kind);
        if let Some(tags) = declared.and_then(|k| k.key_of(Sense::Tags)) {
            fields.push((Text::from(tags), Value::Many(vec![Text::from("示例")])));
        }
        self.draft.create(register, kind, id, fields, None);
        id
    }

    /// Moves a record through states, from the one where it begins.
    fn advance(&mut self, register: &str, row: RowId, states: &[&str]) {
        for pair in states.windows(2) {
            if let [from, to] = pair {
                self.draft.advance(register, row, from, to, None);
            }
        }
    }
}
