//! Several windows on one ledger: one writes, the others follow.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::say::store_words;
use super::{Desk, Open, Seat};
use crate::storage::StoreError;
use crate::web::DATABASE;
use crate::web::channel::{Channel, News};
use crate::web::locks::Election;

/// Operations beyond which the pages are read instead of the log.
const MANY: usize = 3000;

impl Desk {
    /// Hears what other windows say.
    pub(super) fn listen(self) {
        let channel = Channel::join(DATABASE, move |news| match news {
            News::Committed { .. } => self.follow(),
            // What is in memory only is thrown away by nobody else.
            News::Wiped if self.only_copy.get_untracked() => {}
            News::Wiped => {
                self.leave_nothing();
                crate::web::service_worker::reload();
            }
            News::Lock => self.lock_changed(),
            News::TakeOver | News::Settings { .. } | News::Draft { .. } => {}
        });
        self.channel.set_value(Some(Rc::new(channel)));
    }

    /// Reads what another window or the worker has recorded.
    pub(in crate::ui) fn follow(self) {
        spawn_local(async move { self.catch_up().await });
    }

    /// Reads what another window or the worker has recorded, and waits for it.
    pub(in crate::ui) async fn catch_up(self) {
        let Some(open) = self.opened() else { return };
        if self.only_copy.get_untracked() {
            // Another window may have put the ledger back; if not, the banner has said how things stand.
            return drop(self.reopen().await);
        }
        match open.session.follow().await {
            // Nothing new: the page is not drawn again under somebody's hands.
            Ok(news) if news.is_empty() => {}
            Ok(_) => {
                self.version.set(self.session_version());
                self.leave_trace();
            }
            Err(StoreError::Gone) => self.left_alone(),
            Err(error) => self.complain(&store_words(&error)),
        }
    }

    /// Reads everything anew: a damaged record was perhaps replaced by a good one.
    pub(in crate::ui) async fn read_anew(self) {
        self.catch_up_with(usize::MAX).await;
    }

    /// Reads what the worker has recorded. A few operations are read from the log; many are quicker to read
    /// from the pages that the worker has written, by opening the ledger once more.
    pub(in crate::ui) async fn catch_up_with(self, operations: usize) {
        let Some(open) = self.opened().filter(|_| operations > MANY) else { return self.catch_up().await };
        match self.open_session().await {
            Ok((session, cache)) => {
                self.open.set_value(Some(Open { session, ..open }));
                self.look_anew(cache);
            }
            Err(error) => self.complain(&store_words(&error)),
        }
    }

    /// Tells other windows that the ledger was locked, or that it is locked otherwise.
    pub(in crate::ui) fn tell_lock(self) {
        if let Some(channel) = self.channel.get_value() {
            channel.tell(&News::Lock);
        }
    }

    /// Tells other windows that everything is about to be removed.
    pub(in crate::ui) fn tell_wiped(self) {
        if let Some(channel) = self.channel.get_value() {
            channel.tell(&News::Wiped);
        }
    }

    /// Tells other windows that something was recorded.
    pub(in crate::ui) fn tell_others(self) {
        if let Some(channel) = self.channel.get_value() {
            channel.tell(&News::Committed { batches: Vec::new() });
        }
    }

    pub(super) async fn elect(self) {
        let election = Election::join(DATABASE, move |seat| self.take_seat(seat)).await;
        self.take_seat(election.seat());
        self.election.set_value(Some(Rc::new(election)));
    }

    fn take_seat(self, seat: Seat) {
        self.seat.set(seat);
        if seat == Seat::Writer {
            self.follow();
            self.flush_when_idle();
        }
    }

    /// Makes this window the one that writes.
    pub(in crate::ui) fn take_over(self) {
        let Some(election) = self.election.get_value() else { return };
        spawn_local(async move {
            election.take_over().await;
            self.take_seat(election.seat());
        });
    }
}
