//! What is done to the ledger, and only when somebody asks: recording a step, undoing one, writing the ledger into a
//! file, reading one in, putting what is in memory back into the database.
//!
//! Duty: these need the gate, the log, the making of batches and pages, and the talk with the worker, which the
//! first screen does without; they are a part of their own (`parts`), the first one fetched while nobody waits, so
//! that they are here when the database – and with it perhaps the stored program – is gone. Inputs: a person's wish.
//! Outputs: the same, done in the part. Neighbours: `jobs`, `desk::write`, `desk::care` and `desk::undo` do it;
//! banners, light, shell and pages ask.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::Set as _;
use leptos::task::spawn_local;

use super::desk::{Desk, Light};
use super::lang::t;
use super::parts::{self, Lost};
use crate::ledger::{BatchId, Draft};
use crate::storage::{Extra, StoreError, Unpack, decode_log};

type Done<R = ()> = Pin<Box<dyn Future<Output = R>>>;

/// The part's functions. Whoever holds them has fetched the part.
#[derive(Clone, Copy)]
pub struct Hands {
    unpack: Unpack,
    record: fn(Desk, Draft, Extra) -> Done<Option<BatchId>>,
    flush: fn(Desk) -> Done,
    open_sample: fn(Desk) -> Done,
    make_backup: fn(Desk) -> Done,
    read_in: fn(Desk, web_sys::File) -> Done,
    store_memory: fn(Desk) -> Done,
    take_back: fn(Desk, BatchId) -> Done,
    find_disputes: fn(Desk),
}

/// The functions; called in the part.
pub fn hands() -> Hands {
    Hands {
        unpack: decode_log,
        record: |desk, draft, extra| Box::pin(desk.send_now(draft, extra)),
        flush: |desk| Box::pin(desk.flush_now()),
        open_sample: |desk| Box::pin(desk.open_sample_now()),
        make_backup: |desk| Box::pin(desk.make_backup()),
        read_in: |desk, file| Box::pin(desk.read_in(file)),
        store_memory: |desk| Box::pin(desk.store_memory()),
        take_back: |desk, id| Box::pin(desk.take_back_now(id)),
        find_disputes: Desk::find_disputes,
    }
}

/// What unpacks the log, fetched first where it has to be: a ledger opens from its pages without it.
pub(super) fn unpacking() -> Done<Result<Unpack, StoreError>> {
    Box::pin(async {
        let hands = parts::hands_fetched().await;
        hands.map(|hands| hands.unpack).map_err(|_| StoreError::NotFetched)
    })
}

impl Desk {
    /// Records a draft that is kept elsewhere until it is durable; failures are said.
    pub(super) async fn send(self, draft: Draft, extra: Extra) -> Option<BatchId> {
        match self.hands().await {
            Ok(hands) => (hands.record)(self, draft, extra).await,
            Err(_) => {
                self.light.set(Light::Failed(
                    t("保存用的程序没有取到", "What saves could not be fetched").to_owned(),
                ));
                self.not_fetched();
                None
            }
        }
    }

    /// Writes pages while nobody types; once the part is here, for which nothing is fetched before its turn.
    pub(super) fn flush_when_idle(self) {
        if let Some(hands) = parts::hands_held() {
            spawn_local((hands.flush)(self));
        }
    }

    /// Opens the sample county.
    pub(super) fn open_sample(self) {
        spawn_local(self.by_hand(move |hands| (hands.open_sample)(self)));
    }

    /// Looks for what is undecided. Without the part nothing is marked yet; it comes with the next change.
    pub(super) async fn look_for_disputes(self) {
        if let Ok(hands) = self.hands().await {
            (hands.find_disputes)(self);
        }
    }

    /// Saves everything that is shown as a ledger file.
    pub(super) fn save_ledger_file(self) {
        spawn_local(self.by_hand(move |hands| (hands.make_backup)(self)));
    }

    /// Reads a ledger file into the ledger.
    pub(super) fn restore_file(self, file: web_sys::File) {
        spawn_local(self.by_hand(move |hands| (hands.read_in)(self, file)));
    }

    /// Puts what is in memory into the database.
    pub(super) fn put_back(self) {
        spawn_local(self.by_hand(move |hands| (hands.store_memory)(self)));
    }

    /// Undoes any batch; what was changed since stays, and is said.
    pub(super) fn take_back(self, id: BatchId) {
        spawn_local(self.undo_batch(id));
    }

    /// The same, waited for.
    pub(super) async fn undo_batch(self, id: BatchId) {
        self.by_hand(move |hands| (hands.take_back)(self, id)).await;
    }

    /// What is done to the ledger, with every register declared to which it may be done.
    pub(super) async fn hands(self) -> Result<Hands, Lost> {
        self.declare_others().await?;
        parts::hands_fetched().await
    }

    async fn by_hand(self, act: impl FnOnce(Hands) -> Done) {
        match self.hands().await {
            Ok(hands) => act(hands).await,
            Err(_) => self.not_fetched(),
        }
    }

    fn not_fetched(self) {
        self.complain(t(
            "这一步要用的程序没有取到，什么都没有改动；连上网后再试一次",
            "What this step needs could not be fetched; nothing was changed. Try again with a network",
        ));
    }
}
