//! What is undecided (冲突), as it is now: for the list, and for the marks on cells.
//!
//! Duty: keeps the conflicts of the ledger while it changes. Only registers that have changed are looked through, and
//! only in a ledger to which several computers have contributed or in which rows were joined: otherwise nobody
//! contradicts themselves. Inputs: the
//! state. Outputs: the list, and whether a cell is in it. Neighbours: the merge desk decides, tables and cards mark; what
//! finds them is a part (`hands`).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Desk;
use crate::ledger::{About, Conflict};
use crate::value::{RowId, Text};

/// Milliseconds without a change after which the ledger is looked through: nobody waits for it.
const PAUSE: u32 = 250;

/// The conflicts that stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::ui) struct Disputed {
    /// By register, row and field.
    pub all: Vec<Conflict>,
    cells: BTreeSet<(RowId, Option<Text>)>,
}

impl Disputed {
    /// Whether the cell is in dispute.
    pub fn has_cell(&self, row: RowId, field: &str) -> bool {
        !self.all.is_empty() && self.cells.contains(&(row, Some(Text::from(field))))
    }

    /// Whether the row is in any.
    pub fn has_row(&self, row: RowId) -> bool {
        !self.all.is_empty() && self.cells.range((row, None)..).next().is_some_and(|(id, _)| *id == row)
    }
}

/// What was found in registers, for the version of theirs that was looked through, and how many steps there were then.
#[derive(Default)]
pub(super) struct Known {
    steps: usize,
    registers: BTreeMap<Text, (u64, Vec<Conflict>)>,
}

impl Desk {
    /// Begins to look, and looks again whenever the ledger changes.
    pub(super) fn attend_disputes(self) {
        Effect::new(move |_| {
            self.version.track();
            let several = self.state_once(|s| s.devices().len() > 1 || s.has_joined());
            if (several || !self.disputes.with_untracked(|d| d.all.is_empty())) && !self.looking.get_value() {
                self.looking.set_value(true);
                spawn_local(async move {
                    let mut seen = 0;
                    while seen != self.session_version() {
                        seen = self.session_version();
                        crate::web::sleep(PAUSE).await;
                        self.look_for_disputes().await;
                    }
                    self.looking.set_value(false);
                });
            }
        });
    }

    /// Looks through what has changed; done in the part.
    pub(in crate::ui) fn find_disputes(self) {
        let known = self.known_disputes.get_value();
        let mut known = known.borrow_mut();
        let Some(device) = self.device() else { return };
        let all: Vec<Conflict> = self.state_once(|s| {
            let own = s.is_own_since(device, known.steps);
            for (key, sheet) in s.registers() {
                let before = known.registers.get(key).filter(|_| own);
                let touched = before.and_then(|(version, _)| sheet.touched_since(*version));
                let found = match before.zip(touched) {
                    Some((_, rows)) if rows.is_empty() => continue,
                    Some(((_, before), rows)) => s.conflicts_again(key, before, &rows),
                    None => s.conflicts_of(key),
                };
                known.registers.insert(key.clone(), (sheet.version(), found));
            }
            known.steps = s.steps();
            known.registers.values().flat_map(|(_, found)| found).cloned().collect()
        });
        let mut cells = BTreeSet::new();
        for conflict in &all {
            cells.insert((conflict.row, conflict.about.field().cloned()));
            if let About::Identity(other) = conflict.about {
                cells.insert((other, None));
            }
        }
        let found = Rc::new(Disputed { all, cells });
        if self.disputes.with_untracked(|now| *now != found) {
            self.disputes.set(found);
        }
    }
}
