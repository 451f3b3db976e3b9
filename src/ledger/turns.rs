//! What became of places (沿革).
//!
//! Duty: a place says what it is now, and the records under it what it was before; which parent it had on a day follows
//! from both. Nothing is overwritten: who takes a record back has the place as it was. Inputs: the state. Outputs:
//! [`Turn`]s by place, and [`parent_on`]. Neighbours: `table::Places` makes the trees of earlier days of them, the gate
//! keeps those of closed periods as they are, `reshape` writes them.

use std::collections::BTreeMap;

use super::State;
use crate::register::Fields;
use crate::register::catalog::PLACE_REGISTER;
use crate::register::catalog::r01::{became, change, org};
use crate::value::{Date, RowId, Text, Value, order};

/// One thing that became of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The record that says so.
    pub row: RowId,
    /// The first day on which the new holds.
    pub day: Date,
    /// What it is.
    pub became: Became,
    /// The document that ordered it.
    pub document: Option<Text>,
}

/// What became of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// 划转: it lay under this place before; none where nobody has said.
    Moved(Option<RowId>),
    /// 更名: it was called so before.
    Renamed(Text),
    /// 并入: it went into these.
    Merged(Vec<RowId>),
    /// 分设: these came out of it.
    Split(Vec<RowId>),
    /// 撤销: nothing follows it.
    Closed,
}

/// What became of each place, the earliest first.
pub type Turns = BTreeMap<RowId, Vec<Turn>>;

/// Where places lay before: by place, the day from which it no longer was so, the earliest first.
pub type Moves = BTreeMap<RowId, Vec<(Date, RowId)>>;

impl Turn {
    /// What a record under a place says; none of one that says no day or nothing that is known.
    pub(crate) fn of(row: RowId, record: &dyn Fields) -> Option<(RowId, Self)> {
        let refs = || record.value(change::INTO).map(Value::refs).unwrap_or_default().to_vec();
        let text = |key: &str| record.value(key).and_then(Value::as_str).map(Text::from);
        let became = match record.value(change::WHAT)?.as_str()? {
            became::MOVED => Became::Moved(record.value(change::FORMER_PARENT).and_then(Value::as_ref_id)),
            became::RENAMED => Became::Renamed(text(change::FORMER_NAME)?),
            became::MERGED => Became::Merged(refs()),
            became::SPLIT => Became::Split(refs()),
            became::CLOSED => Became::Closed,
            _ => return None,
        };
        let place = record.value(crate::register::catalog::PARENT)?.as_ref_id()?;
        let day = record.value(change::DAY)?.as_date()?;
        Some((place, Self { row, day, became, document: text(change::DOCUMENT) }))
    }
}

/// What became of the places of a ledger.
pub fn turns(state: &State) -> Turns {
    let mut turns = Turns::new();
    let records = state.sheet(PLACE_REGISTER).into_iter().flat_map(|s| s.of_kind(change::KIND));
    for (place, turn) in records.filter_map(|r| Turn::of(r.id(), r)) {
        turns.entry(place).or_default().push(turn);
    }
    in_order(turns)
}

/// The earliest first; what happened on one day in the order in which it was written.
pub(super) fn in_order(mut turns: Turns) -> Turns {
    for all in turns.values_mut() {
        order::sort_by_key(all, |t| (t.day, t.row));
    }
    turns
}

/// Where places lay before. That nobody knows where one lay says nothing, and neither does a place that is not there.
pub fn moves(state: &State, turns: &Turns) -> Moves {
    let is_place = |id: &RowId| {
        state.record(PLACE_REGISTER, *id).is_some_and(|r| !r.is_gone() && **r.kind() == *org::KIND)
    };
    let mut moves = Moves::new();
    for (place, all) in turns {
        let from = all.iter().filter_map(|turn| match turn.became {
            Became::Moved(Some(from)) => Some((turn.day, from)),
            _ => None,
        });
        let from: Vec<(Date, RowId)> = from.filter(|(_, from)| from != place && is_place(from)).collect();
        if !from.is_empty() {
            moves.insert(*place, from);
        }
    }
    moves
}

/// The parent on a day, of a place that lies under `now` and was moved so (the earliest first): the one that the first
/// later move took it away from.
pub fn parent_on(now: Option<RowId>, moves: &[(Date, RowId)], day: Date) -> Option<RowId> {
    moves.iter().find(|(moved, _)| *moved > day).map_or(now, |(_, from)| Some(*from))
}
