//! The lock as a person meets it: its screen, its settings, shutting by itself.
//!
//! Duty: everything that nobody needs who has no lock, in a part of its own (`ui::parts`). Inputs: a passphrase or the
//! recovery code, wishes. Outputs: an open ledger, through `desk`; a lock that is set, changed, taken off. Neighbours:
//! `storage::lock` says what is kept how; `web::crypto` encrypts; `desk::lock` is what the first screen knows of it.

mod card;
mod idle;
mod keys;
mod screen;
mod sheet;
mod wipe;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::lang::t;
use crate::web::service_worker::reload;

/// What the part draws. Whoever holds it has fetched the part.
#[derive(Clone, Copy)]
pub struct Lock {
    /// Instead of every page, while the ledger is locked.
    pub(super) screen: fn() -> AnyView,
    /// In the settings.
    pub(super) card: fn() -> AnyView,
}

/// The part; called in it.
pub fn lock() -> Lock {
    Lock { screen: || screen::Screen().into_any(), card: || card::Card().into_any() }
}

/// Locks the ledger: with the page everything goes that it knows. Nothing is lost by it: what is being typed is in the
/// database first, and what the disk refuses to take keeps the page open.
fn shut(desk: Desk, tell: bool) {
    spawn_local(async move {
        desk.drafts_kept().await;
        let unsaved = desk.held.with_untracked(|held| !held.is_empty());
        if unsaved || desk.only_copy.get_untracked() {
            return desk.complain(t(
                "没有上锁：还有内容没能写入本机，上锁会丢掉它。请先处理没有保存的内容",
                "Not locked: something could not be written to this computer and would be lost. Look after it first",
            ));
        }
        if tell {
            desk.tell_lock();
        }
        reload();
    });
}
