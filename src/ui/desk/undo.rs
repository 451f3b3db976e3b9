//! Taking steps of this device back, and doing them again.

use leptos::task::spawn_local;

use super::Desk;
use super::say::{batch_words, store_words};
use crate::ledger::{BatchHead, BatchId, BatchKind, State, plan_undo};
use crate::storage::Extra;
use crate::ui::lang::t;

impl Desk {
    /// The last step of this device that stands, for the undo button.
    pub(in crate::ui) fn undo_label(self) -> Option<String> {
        self.state_once(|s| self.last_step(s).map(batch_words))
    }

    /// The last undo that can be taken back.
    pub(in crate::ui) fn redo_label(self) -> Option<String> {
        self.state_once(|s| {
            let undo = self.last_undo(s)?;
            match undo.kind {
                BatchKind::Undo { of } => s.batch(of).map(batch_words),
                _ => None,
            }
        })
    }

    pub(in crate::ui) fn undo(self) {
        if let Some(id) = self.state_once(|s| self.last_step(s).map(|b| b.id)) {
            self.take_back(id);
        }
    }

    pub(in crate::ui) fn redo(self) {
        if let Some(id) = self.state_once(|s| self.last_undo(s).map(|b| b.id)) {
            self.take_back(id);
        }
    }

    /// Undoes any batch; what was changed since stays, and is said.
    pub(in crate::ui) fn take_back(self, id: BatchId) {
        let Some(open) = self.opened() else { return };
        spawn_local(async move {
            match open.session.batch(id).await {
                Ok(Some(sealed)) => {
                    let undo = open.session.with(|s| plan_undo(s, &sealed.batch));
                    let kept = undo.overtaken.len();
                    if undo.draft.is_empty() {
                        return self.complain(t(
                            "没有可撤销的内容：之后都改过了",
                            "Nothing to undo: everything was changed since",
                        ));
                    }
                    if self.record(undo.draft, Extra::default()).await.is_some() && kept > 0 {
                        self.say(
                            &format!(
                                "{kept} {}",
                                t("处之后又改过，没有动", "places were changed since and stay")
                            ),
                            false,
                        );
                    }
                }
                Ok(None) => self.complain(t("日志里没有这一步", "The log has no such step")),
                Err(error) => self.complain(&store_words(&error)),
            }
        });
    }

    fn mine(self, head: &BatchHead) -> bool {
        self.opened().is_some_and(|o| o.author.borrow().device == head.id.device)
    }

    fn last_step(self, s: &State) -> Option<&BatchHead> {
        s.batches()
            .rev()
            .find(|b| self.mine(b) && !matches!(b.kind, BatchKind::Undo { .. }) && !s.is_undone(b.id))
    }

    /// Only while nothing new was done since: redo after new work would mix the two.
    fn last_undo(self, s: &State) -> Option<&BatchHead> {
        let mut recent = s.batches().rev().filter(|b| self.mine(b));
        let undo = recent.find(|b| !matches!(b.kind, BatchKind::Undo { .. }) || !s.is_undone(b.id))?;
        (matches!(undo.kind, BatchKind::Undo { of } if s.batch(of).is_some_and(|b| !matches!(b.kind, BatchKind::Undo { .. })))).then_some(undo)
    }
}
