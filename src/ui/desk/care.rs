//! Looking after the ledger: what is damaged in its log, and what is left when its database goes away.
//!
//! Duty: the log is checked while nobody waits, and damage is said at once. When the database is closed or
//! deleted under the page, the copy in memory may be the only one: that is said, nothing is thrown away, and it
//! is put into a new database when the person says so. Inputs: the connection's end, the person's wish. Outputs:
//! what banners and light say; a new session. Neighbours: `ledger::rescue` makes batches of what is in memory,
//! `trace` remembers that there was a ledger, `jobs` writes it into a file.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::say::store_words;
use super::{Desk, Light, Open};
use crate::ledger::{BatchId, DeviceId, Entropy as _, Sealed, State, rescue};
use crate::storage::{CommitError, Extra, Session, StoreError};
use crate::table::Cache;
use crate::ui::lang::t;
use crate::web::Keeper;
use crate::web::device::{self, Chance};

/// Milliseconds after opening until the log is checked: the page is drawn first.
const CHECK_AFTER: u32 = 1500;

/// What is wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ui) struct Damaged {
    /// Places.
    pub places: usize,
    /// Those of which the pages do not have the content either.
    pub lost: usize,
}

impl Desk {
    /// Checks the log while nobody waits.
    pub(super) fn look_after(self) {
        self.count_damage();
        spawn_local(async move {
            crate::web::sleep(CHECK_AFTER).await;
            let Some(open) = self.opened() else { return };
            // A database that cannot be read says so at every other occasion.
            if open.session.check_log().await.is_ok() {
                self.count_damage();
            }
        });
    }

    /// Takes note of what is known to be damaged.
    pub(in crate::ui) fn count_damage(self) {
        let Some(open) = self.opened() else { return };
        let damage = open.session.damage();
        let known = |id: BatchId| open.session.with(|s| s.batch(id).is_some());
        let lost = damage.iter().filter(|d| !d.batch().is_some_and(known)).count();
        let now = Damaged { places: damage.len(), lost };
        if self.damaged.get_untracked() != now {
            self.damaged.set(now);
        }
    }

    /// The database was closed or deleted from outside. Perhaps it is still there, or another window has put it
    /// back already; if not, what is in memory is the only copy.
    pub(super) fn left_alone(self) {
        if self.opened().is_none() || self.removed.get_value() {
            return;
        }
        self.only_copy.set(true);
        self.light.set(Light::Failed(store_words(&StoreError::Gone)));
        spawn_local(async move { drop(self.reopen().await) });
    }

    /// Opens the database anew, and goes on with it when it has everything that is in memory.
    pub(super) async fn reopen(self) -> Result<bool, StoreError> {
        let Some(open) = self.opened() else { return Ok(false) };
        let (session, cache) = self.open_session().await?;
        let whole = open.session.with(|old| session.with(|new| rescue::covers(new, old)));
        if whole {
            self.adopt(session, cache).await?;
        }
        Ok(whole)
    }

    /// Puts what is in memory into the database, which is made when there is none. Nothing is said to be saved
    /// before it is.
    pub(in crate::ui) async fn store_memory(self) {
        self.light.set(Light::Saving);
        match self.put_back_now().await {
            Ok(()) => {
                self.tell_others();
                self.say(t("已存回本机，核对无误", "Put back on this computer and checked"), false);
                self.retry_waiting();
            }
            Err(error) => self.not_put_back(&error),
        }
    }

    async fn put_back_now(self) -> Result<(), CommitError> {
        let Some(open) = self.opened() else { return Ok(()) };
        let (session, cache) = self.open_session().await?;
        let made = lacking(&open.session, &session);
        let persons = (device::PERSONS.to_owned(), self.persons_text());
        session.commit(&made, Extra { meta: vec![persons], ..Extra::default() }).await?;
        Ok(self.adopt(session, cache).await?)
    }

    /// Goes on with another session on the same ledger.
    async fn adopt(self, session: Session<Keeper>, cache: Rc<Cache>) -> Result<(), StoreError> {
        let author = device::author(&session, self.who()).await?;
        self.open.set_value(Some(Open { session, author: Rc::new(RefCell::new(author)) }));
        self.only_copy.set(false);
        self.light.set(Light::Saved);
        self.look_anew(cache);
        self.flush_when_idle();
        Ok(())
    }

    /// Everything that was worked out belongs to the session before.
    pub(super) fn look_anew(self, cache: Rc<Cache>) {
        self.cache.set_value(cache);
        self.found.set_value(Rc::default());
        self.sweep.set_value(Rc::default());
        self.version.set(self.session_version());
        self.leave_trace();
        self.look_after();
    }

    fn not_put_back(self, error: &CommitError) {
        let why = match error {
            CommitError::Store(error) => store_words(error),
            CommitError::Refused(_) | CommitError::Empty | CommitError::Forked { .. } => error.to_string(),
        };
        let words = format!(
            "{}{why}",
            t(
                "没有存回，台账仍只在这个窗口的内存里：请先点“导出台账文件”，不要刷新或关闭本页。",
                "Not put back; the ledger is still only in this window's memory. Save the ledger file first, and do not reload or close this page. "
            )
        );
        let full = matches!(error, CommitError::Store(StoreError::Full { .. }));
        self.light.set(if full { Light::Full(words.clone()) } else { Light::Failed(words.clone()) });
        self.complain(&words);
    }
}

/// Batches of what `memory` knows and `disk` does not.
fn lacking(memory: &Session<Keeper>, disk: &Session<Keeper>) -> Vec<Sealed> {
    let mut told = disk.with(State::clone);
    memory.with(|shown| rescue::complete(shown, &mut told, DeviceId(Chance.bits())))
}
