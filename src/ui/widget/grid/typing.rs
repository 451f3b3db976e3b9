//! A cell that is typed in: opened, offered words, handed over or given up.

use leptos::prelude::*;

use super::Grid;

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

    pub(super) fn suggest(self) {
        let Some((_, c)) = self.here.get_untracked() else { return };
        self.problem.set(None);
        let typed = self.editor_text();
        self.option.set(0);
        self.options.set(self.sheet.with_untracked(|s| s.picks(c, &typed)));
    }

    pub(super) fn finish(self, down: i64, right: i64) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        if (down, right) != (0, 0) {
            self.step(down, right);
        }
    }

    /// Hands the text over; what cannot be taken stays in the cell, with the reason under it.
    pub(super) fn commit(self) -> bool {
        let Some((row, c)) = self.here.get_untracked() else { return true };
        let chosen = self
            .option
            .get_untracked()
            .checked_sub(1)
            .and_then(|n| self.options.with_untracked(|o| o.get(n).map(|p| p.title.clone())));
        let text = chosen.unwrap_or_else(|| self.editor_text());
        match self.sheet.with_untracked(|s| s.put(row, c, &text)) {
            Ok(()) => {
                self.abandon();
                true
            }
            Err(why) => {
                self.options.set(Vec::new());
                self.problem.set(Some(why));
                false
            }
        }
    }

    pub(super) fn abandon(self) {
        self.editing.set(false);
        self.problem.set(None);
        self.options.set(Vec::new());
        self.option.set(0);
        self.write_editor("");
    }
}
