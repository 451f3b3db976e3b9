//! The lock as the desk knows it: opened with which key, and shut by whom.
//!
//! Duty: what has to be known before the part that does it is fetched. Inputs: an unlocked keeper; a person's wish, or
//! another window's word. Outputs: an open ledger, or none. Neighbours: `ui::lock` asks for the passphrase, sets the
//! lock and shuts it by itself.

use leptos::prelude::*;

use super::{Desk, Start};
use crate::web::Keeper;
use crate::web::service_worker::reload;

/// Shuts the ledger; whether other windows are told.
pub(in crate::ui) type Shut = fn(Desk, bool);

impl Desk {
    /// A lock is set and open: the ledger is opened with it from here on.
    pub(in crate::ui) fn hold_key(self, keeper: Keeper, shut: Shut) {
        self.unlocked.set_value(Some(keeper));
        self.shutting.set_value(Some(shut));
        self.guarded.set(true);
        self.mind_lock();
    }

    /// There is no lock any more.
    pub(in crate::ui) fn drop_key(self) {
        self.unlocked.set_value(None);
        self.shutting.set_value(None);
        self.guarded.set(false);
        self.mind_lock();
    }

    /// What may be written hangs on whether a lock is set.
    fn mind_lock(self) {
        if let Some(session) = self.session() {
            session.attend_lock();
        }
    }

    /// The passphrase was right: opens the ledger.
    pub(in crate::ui) async fn open_unlocked(self) {
        self.start.set(Start::Opening);
        self.open_ledger().await;
    }

    /// Locks the ledger now, where a lock is set.
    pub(in crate::ui) fn lock_now(self) {
        if let Some(shut) = self.shutting.get_value() {
            shut(self, true);
        }
    }

    /// Another window has locked the ledger, or it is locked otherwise.
    pub(super) fn lock_changed(self) {
        match self.shutting.get_value() {
            Some(shut) => shut(self, false),
            // What is in memory only is thrown away by nobody else.
            None if self.only_copy.get_untracked() => {}
            None => reload(),
        }
    }
}
