//! Taking steps of this device back, and doing them again.
//!
//! Duty: one step after the other, however quickly they are asked for; each is said. Inputs: Ctrl+Z, Ctrl+Y and
//! the buttons. Outputs: batches that undo. Neighbours: `say` names the steps; `ledger` plans what is undone.

use std::collections::VecDeque;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::held::Held;
use super::say::store_words;
use super::{Desk, Seat};
use crate::ledger::{BatchHead, BatchId, BatchKind, State, Undo, needs_log, take_back};
use crate::storage::Extra;
use crate::ui::lang::t;
use crate::value::order::Ordered as _;

/// Backwards or forwards in what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Step {
    Undo,
    Redo,
}

impl Step {
    /// What the keys ask for: Ctrl+Z, Ctrl+Y, Ctrl+Shift+Z; on a Mac with the command key.
    pub(in crate::ui) fn asked(event: &KeyboardEvent) -> Option<Self> {
        if event.alt_key() || !(event.ctrl_key() || event.meta_key()) {
            return None;
        }
        match (event.key().as_str(), event.shift_key()) {
            ("z" | "Z", false) => Some(Self::Undo),
            ("z" | "Z", true) | ("y" | "Y", false) => Some(Self::Redo),
            _ => None,
        }
    }
}

/// Steps that are asked for and not done yet.
#[derive(Debug, Default)]
pub(super) struct Steps {
    waiting: VecDeque<Step>,
    at_work: bool,
}

impl Desk {
    /// The last step of this device that stands, for the undo button.
    pub(in crate::ui) fn undo_label(self) -> Option<String> {
        self.state_once(|s| self.last_step(s).map(|b| self.step_words(b)))
    }

    /// The last undo that can be taken back.
    pub(in crate::ui) fn redo_label(self) -> Option<String> {
        self.state_once(|s| match self.last_undo(s)?.kind {
            BatchKind::Undo { of } => s.batch(of).map(|b| self.step_words(b)),
            _ => None,
        })
    }

    pub(in crate::ui) fn undo(self) {
        self.step(Step::Undo);
    }

    pub(in crate::ui) fn redo(self) {
        self.step(Step::Redo);
    }

    /// Takes the last step back or does it again, after those that were asked for before.
    pub(in crate::ui) fn step(self, step: Step) {
        let begin = self.steps.try_update_value(|s| {
            s.waiting.push_back(step);
            !std::mem::replace(&mut s.at_work, true)
        });
        if begin != Some(true) {
            return;
        }
        spawn_local(async move {
            while let Some(step) = self.steps.try_update_value(|s| s.waiting.pop_front()).flatten() {
                self.take_step(step).await;
            }
            self.steps.update_value(|s| s.at_work = false);
        });
    }

    async fn take_step(self, step: Step) {
        if self.seat.get_untracked() != Seat::Writer {
            return self.complain(t(
                "这个窗口只能查看，请先点“改在这里编辑”",
                "This window only reads; choose “Edit here instead” first",
            ));
        }
        // What was typed just now is the last step once it is recorded.
        while self.held.with_untracked(|held| held.iter().any(|h| !h.waits())) {
            crate::web::sleep(10).await;
        }
        if self.held.with_untracked(|held| held.iter().any(Held::waits)) {
            return self.complain(t(
                "有填好的格子还没存下来，请先再试一次或放弃，再撤销",
                "Some typed cells are not saved; try again or discard them first",
            ));
        }
        let found = self.state_once(|s| match step {
            Step::Undo => self.last_step(s).map(|b| b.id),
            Step::Redo => self.last_undo(s).map(|b| b.id),
        });
        match (found, step) {
            (Some(id), _) => self.undo_batch(id).await,
            (None, Step::Undo) => self.say(t("没有可撤销的步骤", "Nothing to undo"), false),
            (None, Step::Redo) => self.say(t("没有可重做的步骤", "Nothing to redo"), false),
        }
    }

    /// Undoes any batch; what was changed since stays, and is said.
    pub(in crate::ui) async fn take_back_now(self, id: BatchId) {
        let Some(open) = self.opened() else { return };
        // What the log has lost is taken back by what stands for it.
        let id = self.state_once(|s| s.stand_in(id)).unwrap_or(id);
        match open.session.batch(id).await {
            Ok(Some(sealed)) => {
                self.learn_fields(&sealed.batch);
                // A merge is taken back with everything that it brought, a decision with what was undecided.
                let needed = open.session.with(|s| needs_log(s, &sealed.batch));
                let log = match if needed { open.session.log().await } else { Ok(Vec::new()) } {
                    Ok(log) => log,
                    Err(error) => return self.complain(&store_words(&error)),
                };
                let undo = open.session.with(|s| take_back(s, &sealed.batch, &log));
                let left = open.session.with(|s| self.left_words(s, &undo));
                if undo.draft.is_empty() {
                    let none = t("没有可撤销的内容", "Nothing to undo");
                    return self.complain(&format!("{none}{}{left}", t("：", ": ")));
                }
                if self.record(undo.draft, Extra::default()).await.is_some() && !left.is_empty() {
                    self.complain(&left);
                }
            }
            Ok(None) => self.complain(t("日志里没有这一步", "The log has no such step")),
            Err(error) => self.complain(&store_words(&error)),
        }
    }

    /// What an undo leaves as it is, and why.
    fn left_words(self, s: &State, undo: &Undo) -> String {
        let changed = undo.overtaken.len();
        let changed = (changed > 0).then(|| {
            format!("{changed} {}", t("处之后又改过，没有动", "places were changed since and stay"))
        });
        let needed = undo.needed.iter().map(|p| (&p.at, p.target)).into_set().len();
        let needed = (needed > 0).then(|| {
            let (zh, en) = (
                format!("{needed} 行还有别的行用着，没有删除：{}", self.pointing(s, &undo.needed)),
                format!("{needed} rows stay, others point at them: {}", self.pointing(s, &undo.needed)),
            );
            t(&zh, &en).to_owned()
        });
        changed.into_iter().chain(needed).collect::<Vec<_>>().join(t("；", "; "))
    }

    fn mine(self, head: &BatchHead) -> bool {
        self.opened().is_some_and(|o| o.author.borrow().device == head.id.device)
    }

    fn last_step(self, s: &State) -> Option<&BatchHead> {
        // What the log has lost cannot be taken back cell by cell: nobody knows what stood there before.
        s.batches().rev().find(|b| {
            self.mine(b)
                && !matches!(b.kind, BatchKind::Undo { .. } | BatchKind::Shown { .. })
                && s.stand_in(b.id).is_none()
                && !s.is_undone(b.id)
        })
    }

    /// The last undo that was not done again, while nothing new was done since: redo after new work would mix
    /// the two.
    fn last_undo(self, s: &State) -> Option<&BatchHead> {
        let mut undone: Vec<&BatchHead> = Vec::new();
        // That a number was shown is no new work.
        let work = |b: &&BatchHead| !matches!(b.kind, BatchKind::Shown { .. });
        for head in s.batches().filter(|b| self.mine(b)).filter(work) {
            match head.kind {
                BatchKind::Undo { of } => match undone.iter().position(|u| u.id == of) {
                    Some(at) => drop(undone.remove(at)),
                    None => undone.push(head),
                },
                _ => undone.clear(),
            }
        }
        undone.pop()
    }
}
