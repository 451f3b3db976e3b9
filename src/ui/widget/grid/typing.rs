//! A cell that is typed in: opened, offered words, handed over or given up.

use leptos::prelude::*;

use super::{Asked, Grid};
use crate::ui::widget::ask::Refusal;

impl Grid {
    pub(super) fn open(self) {
        let Some((row, c)) = self.here.get_untracked() else { return };
        if !self.can_type() {
            return self.on_open.run(row);
        }
        let text = self.sheet.with_untracked(|s| s.typed(row, c));
        self.write_editor(&text);
        self.begin_typing(&text);
        self.suggest();
        if let Some(editor) = self.editor.get_untracked() {
            editor.select();
        }
    }

    /// Opens a cell with what was once typed there.
    pub(super) fn resume(self, row: usize, c: usize, text: &str) {
        self.go(row, c);
        if self.here.get_untracked() == Some((row, c)) {
            self.write_editor(text);
            self.begin_typing(text);
            self.keep();
            self.suggest();
        }
    }

    /// Keeps what is being typed.
    pub(super) fn keep(self) {
        let Some((row, c)) = self.here.get_untracked() else { return };
        let text = self.editor_text();
        self.sheet.with_untracked(|s| s.typing(row, c, Some(&text)));
    }

    /// Gives up what was typed, on the person's wish.
    pub(super) fn give_up(self) {
        if let Some((row, c)) = self.here.get_untracked() {
            self.sheet.with_untracked(|s| s.typing(row, c, None));
        }
        self.abandon();
    }

    pub(super) fn suggest(self) {
        let Some((_, c)) = self.here.get_untracked() else { return };
        self.problem.set(None);
        self.asked.set(None);
        let typed = self.editor_text();
        let offer = self.sheet.with_untracked(|s| s.offer(c, &typed));
        self.option.set(usize::from(offer.first));
        self.options.set(offer.picks);
    }

    pub(super) fn finish(self, down: i64, right: i64) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        if (down, right) != (0, 0) {
            self.step(down, right);
        }
    }

    /// Hands the text over; what cannot be taken stays in the cell, with the reason or the question under it.
    pub(super) fn commit(self) -> bool {
        let Some((row, c)) = self.here.get_untracked() else { return true };
        let chosen = self
            .option
            .get_untracked()
            .checked_sub(1)
            .and_then(|n| self.options.with_untracked(|o| o.get(n).map(|p| p.id.clone())));
        let text = chosen.unwrap_or_else(|| self.editor_text());
        let refusal = match self.sheet.with_untracked(|s| s.put(row, c, &text, false)) {
            Ok(()) => {
                self.abandon();
                return true;
            }
            Err(refusal) => refusal,
        };
        self.write_editor(&text);
        self.refuse(Asked::Cell, refusal);
        false
    }

    /// Says why something was not taken, or asks.
    pub(super) fn refuse(self, what: Asked, refusal: Refusal) {
        self.options.set(Vec::new());
        self.option.set(0);
        match refusal {
            Refusal::Wrong(why) => {
                self.asked.set(None);
                self.problem.set(Some(why));
            }
            Refusal::Ask(question) => self.asked.set(Some((what, question))),
        }
    }

    /// Takes what was asked about as it was answered.
    pub(super) fn answer(self, text: &str) {
        let (Some((what, _)), Some((row, c))) = (self.asked.get_untracked(), self.here.get_untracked())
        else {
            return;
        };
        let done = self.sheet.with_untracked(|s| match &what {
            Asked::Cell => s.put(row, c, text, true),
            Asked::Block(row, c, block) => s.paste(*row, *c, block, true),
        });
        match done {
            Ok(()) => {
                self.abandon();
                self.go(if what == Asked::Cell { row + 1 } else { row }, c);
            }
            Err(refusal) => {
                self.refuse(what, refusal);
                self.focus_editor();
            }
        }
    }

    /// Back to the cell, to change what was typed.
    pub(super) fn back(self) {
        self.asked.set(None);
        self.focus_editor();
    }

    pub(super) fn abandon(self) {
        self.editing.set(false);
        self.problem.set(None);
        self.asked.set(None);
        self.options.set(Vec::new());
        self.option.set(0);
        self.write_editor("");
    }
}
