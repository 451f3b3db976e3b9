//! Undo within the open editor.
//!
//! The browser keeps one history for the text area, which serves all cells in turn: its undo would bring the text
//! of the cell before into this one. So the editor has a history of its own that begins when a cell is opened.

use leptos::prelude::*;

use super::Grid;
use crate::ui::desk::Step;

/// Texts kept; nobody takes back more in one cell.
const KEPT: usize = 200;

/// The texts that the open editor has had.
#[derive(Debug, Default)]
pub(super) struct Retyped {
    past: Vec<String>,
    now: String,
    future: Vec<String>,
}

impl Retyped {
    fn typed(&mut self, text: String) {
        if text != self.now {
            self.past.push(std::mem::replace(&mut self.now, text));
            self.past.drain(..self.past.len().saturating_sub(KEPT));
            self.future.clear();
        }
    }

    fn step(&mut self, step: Step) -> Option<String> {
        let (from, to) = match step {
            Step::Undo => (&mut self.past, &mut self.future),
            Step::Redo => (&mut self.future, &mut self.past),
        };
        let text = from.pop()?;
        to.push(std::mem::replace(&mut self.now, text.clone()));
        Some(text)
    }
}

/// What the browser's own undo asks for, from its menu.
fn asked(event: &web_sys::InputEvent) -> Option<Step> {
    match event.input_type().as_str() {
        "historyUndo" => Some(Step::Undo),
        "historyRedo" => Some(Step::Redo),
        _ => None,
    }
}

impl Grid {
    /// The editor begins with `text`.
    pub(super) fn begin_typing(self, text: &str) {
        self.retyped.set_value(Retyped { now: text.to_owned(), ..Retyped::default() });
        self.editing.set(true);
    }

    /// Something was typed into the text area.
    pub(super) fn typed(self) {
        if !self.editing.get_untracked() {
            self.begin_typing("");
        }
        let text = self.editor_text();
        self.retyped.update_value(|r| r.typed(text));
        self.suggest();
    }

    /// Undo or redo: of what is being typed while a cell is open, otherwise of the ledger.
    pub(super) fn take_step(self, step: Step) {
        if !self.editing.get_untracked() {
            return self.desk.step(step);
        }
        if let Some(text) = self.retyped.try_update_value(|r| r.step(step)).flatten() {
            self.write_editor(&text);
            self.keep();
            self.suggest();
        }
    }

    /// The browser's own undo never reaches the text.
    pub(super) fn before_input(self, event: &web_sys::InputEvent) {
        if let Some(step) = asked(event) {
            event.prevent_default();
            self.take_step(step);
        }
    }
}
