//! What has changed in the ledger since a figure was linked.
//!
//! Duty: the value then and now, and the step that changed it. Inputs: a stored link and the present value with its
//! rows. Outputs: [`Moved`], or none when nothing moved. Neighbours: `judge` asks, the page says.

use rust_decimal::Decimal;

use super::kept::Kept;
use crate::ledger::{BatchId, State};
use crate::value::RowId;

/// A value that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// When it was linked.
    pub was: Option<Decimal>,
    /// Now.
    pub now: Option<Decimal>,
    /// The last step that touched the rows behind it, where that is known.
    pub by: Option<BatchId>,
}

/// What moved, if anything did.
pub(super) fn of(state: &State, kept: &Kept, now: Option<Decimal>, rows: &[RowId]) -> Option<Moved> {
    let same = |a: Decimal, b: Decimal| a.normalize().round_dp(6) == b.normalize().round_dp(6);
    let still = match (kept.value, now) {
        (Some(was), Some(now)) => same(was, now),
        (was, now) => was.is_none() && now.is_none(),
    };
    (!still && !kept.ahead).then(|| Moved { was: kept.value, now, by: step(state, kept, rows) })
}

/// The batch of the latest change of the rows that came after the link.
fn step(state: &State, kept: &Kept, rows: &[RowId]) -> Option<BatchId> {
    let aim = super::aim::find(state.schema(), &kept.link.target)?;
    let register = aim.register();
    let linked = state.record(super::kept::REGISTER, kept.id)?.updated()?;
    let last = rows.iter().filter_map(|id| state.record(register, *id)?.updated()).max()?;
    let own = state.batches().filter(|b| b.id.device == last.device && b.stamp <= last);
    own.max_by_key(|b| b.stamp).map(|b| b.id).filter(|_| last > linked)
}
