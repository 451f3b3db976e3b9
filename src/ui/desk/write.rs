//! The way of a change: a draft, sealed, stored with a strict commit, and only then shown as saved.
//!
//! Duty: recording one draft after the other, telling how it went, and writing pages while nobody types. Inputs:
//! drafts. Outputs: batches, the state light, messages. Neighbours: `held` for single cells, `undo`; the functions
//! that end in `_now` are called in the part `hands`, because the first screen only reads.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::held::Held;
use super::kept::recorded;
use super::say::store_words;
use super::{Desk, Light, Seat, this_build};
use crate::ledger::{BatchId, BatchKind, Draft, Refused, Sealed};
use crate::storage::{CommitError, Extra, Flush, StoreError};
use crate::ui::lang::t;
use crate::value::RowId;
use crate::web::clock;

impl Desk {
    pub(in crate::ui) fn can_write(self) -> bool {
        self.seat.get() == Seat::Writer && !self.only_copy.get()
    }

    pub(in crate::ui) fn new_id(self) -> RowId {
        match self.opened() {
            Some(open) => open.author.borrow_mut().row_id(clock::now().millis),
            None => RowId::from_bits(0),
        }
    }

    /// Opens the sample county.
    pub(in crate::ui) async fn open_sample_now(self) {
        let Some(open) = self.opened() else { return };
        let draft = crate::analysis::sample::draft(&mut open.author.borrow_mut(), clock::now().millis);
        if self.record(draft, Extra::default()).await.is_some() {
            self.choose_place(None);
            self.settle_period();
        }
    }

    /// Records a draft; says so, with a way to undo it.
    pub(in crate::ui) fn commit(self, draft: Draft) {
        self.commit_with(draft, Extra::default(), |_| {});
    }

    /// Records a draft that finishes what was being typed; `done` is called when it is durable.
    pub(in crate::ui) fn commit_finishing(
        self,
        draft: Draft,
        typed: String,
        done: impl FnOnce(BatchId) + 'static,
    ) {
        self.commit_with(draft, Extra { drafts_done: vec![typed], ..Extra::default() }, done);
    }

    /// Records once more what could not be saved; first the ledger itself, where its database is gone.
    pub(in crate::ui) fn retry(self) {
        if self.only_copy.get_untracked() {
            return self.put_back();
        }
        self.retry_waiting();
    }

    pub(super) fn retry_waiting(self) {
        self.save_held();
        if let Some(draft) = self.failed.get_value() {
            self.commit(draft);
        }
    }

    /// Something could not be saved and can be tried again.
    pub(in crate::ui) fn can_retry(self) -> bool {
        matches!(self.light.get(), Light::Full(_) | Light::Failed(_))
            && (self.only_copy.get() || self.unsaved() > 0 || self.failed.with_value(Option::is_some))
    }

    /// Records a draft with what belongs to it, and calls `done` when it is durable.
    pub(in crate::ui) fn commit_with(self, draft: Draft, extra: Extra, done: impl FnOnce(BatchId) + 'static) {
        if draft.is_empty() {
            return;
        }
        if self.seat.get_untracked() != Seat::Writer {
            return self.complain(t(
                "这个窗口只能查看，请先点“改在这里编辑”",
                "This window only reads; choose “Edit here instead” first",
            ));
        }
        spawn_local(async move {
            if let Some(id) = self.record(draft, extra).await {
                done(id);
            }
        });
    }

    /// Records a draft and waits until it is durable. Failures are said here, once.
    pub(in crate::ui) async fn record(self, draft: Draft, extra: Extra) -> Option<BatchId> {
        self.failed.set_value(Some(draft.clone()));
        let done = self.send(draft, extra).await;
        if done.is_some() {
            self.failed.set_value(None);
        }
        done
    }

    /// The same for what is kept elsewhere until it is durable.
    pub(in crate::ui) async fn send_now(self, draft: Draft, extra: Extra) -> Option<BatchId> {
        let open = self.opened()?;
        let before = self.light.get_untracked();
        self.light.set(Light::Saving);
        let drafts = extra.drafts_done.clone();
        match open.session.record(&open.author, draft, clock::now().millis, extra).await {
            Ok(sealed) => {
                recorded(&drafts);
                self.after_record(&sealed, before);
                Some(sealed.batch.id)
            }
            Err(error) => {
                self.not_saved(&error, before);
                None
            }
        }
    }

    fn after_record(self, sealed: &Sealed, before: Light) {
        // Not everything is saved while cells wait; there is room again, so they are tried once more.
        let waiting = self.held.with_untracked(|held| held.iter().any(Held::waits));
        self.light.set(if waiting { before } else { Light::Saved });
        if waiting {
            self.save_held();
        }
        self.version.set(self.session_version());
        // The first step at once, the others with the pages: a row more or less is no matter for the note.
        if self.trace.with_untracked(Option::is_none) {
            self.leave_trace();
        }
        self.flush_when_idle();
        self.tell_others();
        self.learn_fields(&sealed.batch);
        let words = self.state_once(|s| s.batch(sealed.batch.id).map(|head| self.done_words(s, head)));
        let back = matches!(sealed.batch.kind, BatchKind::Undo { .. });
        if back {
            // The step that a message offers to take back is no longer the last one.
            self.toasts.update(|all| all.retain(|toast| !toast.undo));
        }
        let changes = !matches!(sealed.batch.kind, BatchKind::Shown { .. });
        self.say(&words.unwrap_or_default(), !back && changes);
    }

    fn not_saved(self, error: &CommitError, before: Light) {
        if let CommitError::Refused(Refused(why)) = error {
            // Nothing waits to be tried again: it would be refused again.
            self.failed.set_value(None);
            let words = self.refusal_words(why).unwrap_or_default();
            let held = self.held.with_untracked(|held| !held.is_empty());
            self.light.set(if held { Light::Failed(words.clone()) } else { before });
            return self.complain(&format!("{}{words}", t("没有保存：", "Not saved: ")));
        }
        let words = match error {
            CommitError::Store(e) => store_words(e),
            CommitError::Empty | CommitError::Refused(_) => return,
            CommitError::Forked { .. } => t(
                "没有保存：另一台电脑用了同一个设备号（整个复制过浏览器资料）。请到“交换”导出台账文件，在另一个浏览器里读入后接着填。",
                "Not saved: another device uses the same identity (a copied profile). Save the ledger file under Exchange and go on in another browser.",
            )
            .to_owned(),
        };
        let full = matches!(error, CommitError::Store(StoreError::Full { .. }));
        self.light.set(if full { Light::Full(words.clone()) } else { Light::Failed(words.clone()) });
        self.complain(&words);
    }

    /// Pages are a cache: they are written in small steps while nobody types.
    pub(in crate::ui) async fn flush_now(self) {
        if self.flushing.get_value() {
            return;
        }
        self.flushing.set_value(true);
        // What was just entered is shown and durable first.
        crate::web::sleep(120).await;
        loop {
            crate::web::idle().await;
            let Some(open) = self.opened() else { break };
            match open.session.flush_step(1).await {
                Ok(Flush::More(_)) => {}
                // A cache that could not be written is made again from the log at the next start.
                Ok(Flush::Done) | Err(_) => break,
            }
        }
        self.flushing.set_value(false);
        self.leave_trace();
        self.keep_gists().await;
    }

    /// Keeps what was worked out of the pages that are written now, for the next opening.
    async fn keep_gists(self) {
        let (Some(open), Some(program)) = (self.opened(), this_build()) else { return };
        if self.seat.get_untracked() != Seat::Writer {
            return;
        }
        let cache = self.cache();
        if let Some(gists) = self.state_once(|state| cache.gists(state)) {
            // What could not be kept is worked out again.
            let _ = open.session.keep_gists(&program, &gists).await;
        }
    }
}
