//! Cells that were typed and are not durable yet.
//!
//! Duty: what is typed in a table is shown in its cell from the moment it is taken. It is kept here until it is
//! recorded; when the disk refuses, it stays where it was typed, marked, until it is saved after all or until
//! the person discards it. Inputs: drafts of single cells with the words that were typed. Outputs: batches,
//! through the desk. Neighbours: the register's sheet puts and shows; the shell offers to try again.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::unfinished::cell_key;
use super::{Desk, Light};
use crate::ledger::{BatchKind, Change, Draft, Operation};
use crate::storage::Extra;
use crate::value::{RowId, Value};

/// What was typed in a cell, as it is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct Typed {
    /// The words.
    pub text: String,
    /// The change of the cell.
    pub change: Operation,
    /// What has to be recorded with it: a word that is new to its dictionary.
    pub along: Vec<Operation>,
}

/// A typed cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct Held {
    typed: Typed,
    /// Which attempt to save it is under way; none while it waits.
    sent: Option<u64>,
}

impl Held {
    /// It could not be saved yet and is not being saved now.
    pub(in crate::ui) fn waits(&self) -> bool {
        self.sent.is_none()
    }
}

fn field_of(change: &Operation) -> Option<&str> {
    match &change.change {
        Change::Set { field, .. } => Some(field),
        _ => None,
    }
}

fn same_cell(a: &Operation, b: &Operation) -> bool {
    a.row == b.row && a.register == b.register && field_of(a) == field_of(b)
}

impl Desk {
    /// Takes typed cells.
    pub(in crate::ui) fn put_cells(self, cells: Vec<Typed>) {
        self.held.update(|held| {
            for typed in cells {
                if let Some(field) = field_of(&typed.change) {
                    self.enter_cell(&typed.change.register, typed.change.row, field);
                }
                held.retain(|h| h.sent.is_some() || !same_cell(&h.typed.change, &typed.change));
                held.push(Held { typed, sent: None });
            }
        });
        self.save_held();
    }

    /// What was typed in a cell and is not recorded yet, and whether it waits for another attempt.
    pub(in crate::ui) fn held_cell(self, register: &str, row: RowId, field: &str) -> Option<(String, bool)> {
        self.held.with(|held| {
            let found = held.iter().rev().find(|h| {
                let change = &h.typed.change;
                change.row == row && &*change.register == register && field_of(change) == Some(field)
            })?;
            Some((found.typed.text.clone(), found.sent.is_none()))
        })
    }

    /// The value that is being recorded in a cell and that the ledger does not show yet; none within where it is being
    /// cleared.
    pub(in crate::ui) fn on_its_way(self, register: &str, row: RowId, field: &str) -> Option<Option<Value>> {
        self.held.with_untracked(|held| {
            let sent = held.iter().rev().filter(|h| h.sent.is_some()).map(|h| &h.typed.change);
            sent.filter(|c| c.row == row && *c.register == *register).find_map(|c| match &c.change {
                Change::Set { field: f, value, .. } if **f == *field => Some(value.clone()),
                _ => None,
            })
        })
    }

    /// A cell was put back to what is recorded: nothing of it is left to save.
    pub(in crate::ui) fn release(self, register: &str, row: RowId, field: &str) {
        self.give_up_cell(register, row, field);
        let (before, after) = self
            .held
            .try_update(|held| {
                let before = held.len();
                held.retain(|h| {
                    h.sent.is_some()
                        || h.typed.change.row != row
                        || &*h.typed.change.register != register
                        || field_of(&h.typed.change) != Some(field)
                });
                (before, held.len())
            })
            .unwrap_or_default();
        if after == 0 && before > 0 {
            self.light.set(Light::Saved);
        }
    }

    /// Cells that could not be saved and wait.
    pub(in crate::ui) fn unsaved(self) -> usize {
        self.held.with(|held| held.iter().filter(|h| h.waits()).count())
    }

    /// Gives up what could not be saved, on the person's wish.
    pub(in crate::ui) fn discard_unsaved(self) {
        self.held.update(|held| held.retain(|h| h.sent.is_some()));
        if !self.can_retry() {
            self.light.set(Light::Saved);
        }
    }

    /// Records the cells that wait, as one step.
    pub(in crate::ui) fn save_held(self) {
        let attempt = self.attempts.get_value() + 1;
        let mut draft = Draft::new(BatchKind::Edit);
        let mut extra = Extra::default();
        self.held.update(|held| {
            for waiting in held.iter_mut().filter(|h| h.sent.is_none()) {
                waiting.sent = Some(attempt);
                draft.operations.extend(waiting.typed.along.iter().cloned());
                let change = waiting.typed.change.clone();
                let key = field_of(&change).map(|field| cell_key(&change.register, change.row, field));
                extra.drafts_done.extend(key);
                draft.operations.push(change);
            }
        });
        if draft.is_empty() {
            return;
        }
        self.attempts.set_value(attempt);
        spawn_local(async move {
            let saved = self.send(draft, extra).await.is_some();
            self.held.update(|held| {
                if saved {
                    held.retain(|h| h.sent != Some(attempt));
                } else {
                    held.iter_mut().filter(|h| h.sent == Some(attempt)).for_each(|h| h.sent = None);
                }
            });
        });
    }
}
