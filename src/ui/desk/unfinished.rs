//! Cells that were typed in and not entered.
//!
//! Duty: what is being typed in a table is kept as a draft with every letter, under a name that says register, row
//! and field; whoever comes back – after F5, Back, a power cut – finds it in its cell and in a list, with when it was
//! typed and why it was not taken. It goes when it is entered or when the person gives it up. Inputs: texts from the
//! table. Outputs: drafts, the list. Neighbours: `kept` writes drafts; `held` takes entered cells on to the disk.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::kept::parse_draft;
use super::{Desk, Seat};
use crate::storage::Store as _;
use crate::value::{RowId, order};

/// What begins the names of such drafts.
const CELL: &str = "cell/";
/// Texts of a draft: what was typed, what stood there, why it was not taken.
const TEXT: &str = "text";
const BEFORE: &str = "before";
const WHY: &str = "why";

/// A cell that waits to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) struct Unfinished {
    pub register: String,
    pub row: RowId,
    pub field: String,
    /// What was typed.
    pub text: String,
    /// What stood there when it was begun, as one would type it.
    pub before: String,
    /// Why it was not taken, when it was tried.
    pub why: Option<String>,
    /// When it was typed, in milliseconds since 1970-01-01 UTC.
    pub at: u64,
}

impl Unfinished {
    fn key(&self) -> String {
        cell_key(&self.register, self.row, &self.field)
    }

    fn is(&self, register: &str, row: RowId, field: &str) -> bool {
        self.row == row && self.field == field && self.register == register
    }

    fn texts(&self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        texts.insert(TEXT.to_owned(), self.text.clone());
        texts.insert(BEFORE.to_owned(), self.before.clone());
        if let Some(why) = &self.why {
            texts.insert(WHY.to_owned(), why.clone());
        }
        texts
    }

    fn read(key: &str, json: &str) -> Option<Self> {
        let mut parts = key.strip_prefix(CELL)?.splitn(3, '/');
        let (register, row, field) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        let (at, mut texts) = parse_draft(json)?;
        Some(Self {
            register: register.to_owned(),
            row,
            field: field.to_owned(),
            text: texts.remove(TEXT)?,
            before: texts.remove(BEFORE).unwrap_or_default(),
            why: texts.remove(WHY),
            at,
        })
    }
}

/// The name of a cell's draft.
pub(super) fn cell_key(register: &str, row: RowId, field: &str) -> String {
    format!("{CELL}{register}/{row}/{field}")
}

impl Desk {
    /// Keeps what is being typed in a cell; blank text is kept too, for it may be about to clear the cell.
    pub(in crate::ui) fn type_cell(self, register: &str, row: RowId, field: &str, text: &str, before: &str) {
        let cell = Unfinished {
            register: register.to_owned(),
            row,
            field: field.to_owned(),
            text: text.to_owned(),
            before: before.to_owned(),
            why: None,
            at: 0,
        };
        self.keep_cell(cell);
    }

    /// What is being typed was tried and not taken.
    pub(in crate::ui) fn refuse_cell(self, register: &str, row: RowId, field: &str, text: &str, why: &str) {
        let typing = self.typing.get_value().filter(|c| c.is(register, row, field));
        if let Some(cell) = typing {
            self.keep_cell(Unfinished { text: text.to_owned(), why: Some(why.to_owned()), ..cell });
        }
    }

    fn keep_cell(self, mut cell: Unfinished) {
        cell.at = self.keep_draft(&cell.key(), cell.texts(), |_| {}).unwrap_or_default();
        self.typing.set_value(Some(cell));
    }

    /// The cell was entered: what is recorded takes the place of what was typed, and its draft goes with the record.
    /// Returns whether something was typed.
    pub(super) fn enter_cell(self, register: &str, row: RowId, field: &str) -> bool {
        let is = |c: &Unfinished| c.is(register, row, field);
        let typing = self.typing.try_update_value(|t| t.take_if(|c| is(c)).is_some()) == Some(true);
        let listed = self.unfinished.with_untracked(|all| all.iter().any(is));
        if listed {
            self.unfinished.update(|all| all.retain(|c| !is(c)));
        }
        typing || listed
    }

    /// The person gives up what was typed in a cell.
    pub(in crate::ui) fn give_up_cell(self, register: &str, row: RowId, field: &str) {
        if self.enter_cell(register, row, field) {
            self.drop_draft(&cell_key(register, row, field));
        }
    }

    /// The table is left, or was: what was being typed there waits in the list.
    pub(in crate::ui) fn leave_cells(self) {
        let left = self.typing.try_update_value(Option::take).flatten();
        if let Some(cell) = left {
            self.unfinished.update(|all| {
                all.retain(|c| !c.is(&cell.register, cell.row, &cell.field));
                all.push(cell);
            });
        }
    }

    /// What was typed in a cell and not entered, and why it was not taken.
    pub(in crate::ui) fn unfinished_cell(
        self,
        register: &str,
        row: RowId,
        field: &str,
    ) -> Option<Unfinished> {
        self.unfinished.with(|all| all.iter().find(|c| c.is(register, row, field)).cloned())
    }

    /// Reads which cells wait, from the drafts on this device; only the window that writes offers them.
    pub(in crate::ui) fn load_cells(self) {
        let Some(open) = self.opened().filter(|_| self.seat.get_untracked() == Seat::Writer) else { return };
        spawn_local(async move {
            self.recover_draft().await;
            // Drafts that cannot be read are not offered; they stay where they are.
            let Ok(drafts) = open.session.store().drafts().await else { return };
            let mut all: Vec<Unfinished> =
                drafts.iter().filter_map(|(key, json)| Unfinished::read(key, json)).collect();
            let typing = self.typing.get_value();
            all.retain(|c| typing.as_ref().is_none_or(|t| !t.is(&c.register, c.row, &c.field)));
            order::sort_by_key(&mut all, |c| (c.at, c.row));
            let _ = self.unfinished.try_set(all);
        });
    }
}
