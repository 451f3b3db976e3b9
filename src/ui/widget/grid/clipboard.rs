//! Copying out of the table, and pasting into it.

use leptos::prelude::*;

use super::{Asked, Grid};

impl Grid {
    pub(super) fn copy(self, event: &web_sys::ClipboardEvent) {
        if self.editing.get_untracked() {
            return;
        }
        let Some((row, c)) = self.here.get_untracked() else { return };
        let text = self.sheet.with_untracked(|s| s.shown(row, c).text);
        if let Some(board) = event.clipboard_data() {
            // A browser that refuses the copy says so itself.
            let _ = board.set_data("text/plain", &text);
            event.prevent_default();
        }
    }

    pub(super) fn paste(self, event: &web_sys::ClipboardEvent) {
        if self.editing.get_untracked() || !self.can_type() {
            return;
        }
        let Some((row, c)) = self.here.get_untracked() else { return };
        let text = event.clipboard_data().and_then(|b| b.get_data("text/plain").ok()).unwrap_or_default();
        let block = block_of(&text);
        if block.is_empty() {
            return;
        }
        event.prevent_default();
        match self.sheet.with_untracked(|s| s.paste(row, c, &block, false)) {
            Ok(()) => self.abandon(),
            Err(refusal) => self.refuse(Asked::Block(row, c, block), refusal),
        }
    }
}

/// Rows and cells of pasted text, as spreadsheets put it on the clipboard.
fn block_of(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n')
        .map(|line| line.trim_end_matches('\r').split('\t').map(str::to_owned).collect())
        .collect()
}
