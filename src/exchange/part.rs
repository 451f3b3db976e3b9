//! What of a ledger concerns one place (本村、本镇), to be sent.
//!
//! Duty: the rows of a place and of those under it, what they refer to, and what belongs to no place; of every batch
//! the operations on those rows, sealed anew under a name of its own ([`BatchKind::Part`]) with the stamps that they
//! had. Whoever has the whole batch recognises the part, and whoever has the part takes what is missing from the whole;
//! nothing that a part lacks is taken for removed. Inputs: a state, its log, a place. Outputs: sealed batches for
//! `ledger_file`. Neighbours: `merging` and the command line call this.

use std::collections::BTreeSet;

use crate::ledger::{Record, Run, Sealed, State, named_by, part_of, place_in};
use crate::table::Places;
use crate::value::{RowId, Text};

/// The place that a record belongs to: the one it names, or that of what it stands under.
pub fn place_of(state: &State, key: &str, record: &Record) -> Option<RowId> {
    let kind = state.kind_of(key, record)?;
    if kind.is_place(key) {
        return Some(state.canonical(record.id()));
    }
    place_in(kind, record)
        .or_else(|| place_of(state, key, kind.parent_of(record).and_then(|row| state.record(key, row))?))
}

/// The rows that go along. Rows of registers that this version does not know stay: nobody can say whose they are.
pub fn rows(state: &State, place: RowId) -> BTreeSet<(Text, RowId)> {
    let inside = Places::of(state).under(place);
    let mut next = Vec::new();
    for (key, sheet) in state.registers().filter(|(key, _)| state.schema().register(key).is_some()) {
        let own = |r: &&Record| place_of(state, key, r).is_none_or(|at| inside.contains(&at));
        next.extend(sheet.all().filter(own).map(|r| (key.clone(), r.id())));
    }
    let mut going = BTreeSet::new();
    while let Some((key, row)) = next.pop() {
        if !going.insert((key.clone(), row)) {
            continue;
        }
        let named = state.record(&key, row).into_iter().flat_map(|r| named_by(state, &key, r));
        next.extend(named);
        next.extend(state.twins_of(row).into_iter().filter(|r| *r != row).map(|r| (key.clone(), r)));
    }
    going
}

/// Of every batch what concerns these rows.
pub fn cut(log: &[Sealed], rows: &BTreeSet<(Text, RowId)>) -> Vec<Sealed> {
    let wanted = |s: &Sealed| {
        let operations = s.batch.operations.iter().zip(s.batch.stamps());
        let (operations, stamps): (Vec<_>, Vec<_>) = operations
            .filter(|(o, _)| rows.contains(&(o.register.clone(), o.row)))
            .map(|(o, stamp)| (o.clone(), stamp))
            .unzip();
        (!operations.is_empty()).then(|| part_of(s, operations, Run::all(stamps)))
    };
    log.iter().filter_map(wanted).collect()
}

#[cfg(test)]
mod tests;
