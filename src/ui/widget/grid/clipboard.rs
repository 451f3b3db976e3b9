//! Copying out of the table, pasting into it, filling and clearing what is selected.

use leptos::prelude::*;

use super::{Area, Asked, Grid};
use crate::exchange::block;
use crate::ui::lang::t;

/// Cells copied at once: more than a clipboard and a spreadsheet take gladly; whole registers are exported.
const COPIED: usize = 500_000;
/// Cells changed at once: every one is tested by the rules before any is taken; more come in as a workbook.
const CHANGED: usize = 10_000;

impl Grid {
    pub(super) fn copy(self, event: &web_sys::ClipboardEvent) {
        if self.editing.get_untracked() {
            return;
        }
        let Some(area) = self.area.get_untracked() else { return };
        event.prevent_default();
        if area.cells() > COPIED {
            return self.problem.set(Some(
                t("选得太多，不能复制；整本请用“导出”", "Too much to copy; export the register instead")
                    .to_owned(),
            ));
        }
        let text = self.sheet.with_untracked(|s| {
            let line = |row| area.columns.clone().map(|c| s.copied(row, c)).collect::<Vec<_>>();
            block::write(&area.rows.clone().map(line).collect::<Vec<_>>())
        });
        if let Some(board) = event.clipboard_data() {
            // A browser that refuses the copy says so itself.
            let _ = board.set_data("text/plain", &text);
        }
    }

    pub(super) fn paste(self, event: &web_sys::ClipboardEvent) {
        if self.editing.get_untracked() {
            return;
        }
        let text = event.clipboard_data().and_then(|b| b.get_data("text/plain").ok()).unwrap_or_default();
        let block = block::read(&text);
        let Some(area) = self.area.get_untracked().filter(|_| !block.is_empty()) else { return };
        if area.is_one_cell() && !self.can_type() {
            return;
        }
        event.prevent_default();
        self.give(&area, block);
    }

    /// Ctrl+D: the first selected row into the others; a single cell takes what is above it.
    pub(super) fn fill_down(self) {
        let Some(mut area) = self.area.get_untracked() else { return };
        if area.rows.start() == area.rows.end() {
            let Some(above) = area.rows.start().checked_sub(1) else { return };
            area.rows = above..=*area.rows.end();
        }
        let (from, below) = (*area.rows.start(), area.rows.start() + 1..=*area.rows.end());
        let line: Vec<String> =
            self.sheet.with_untracked(|s| area.columns.clone().map(|c| s.typed(from, c)).collect());
        self.give(&Area { rows: below, columns: area.columns }, vec![line]);
        self.focus_editor();
    }

    /// Empties the selected cells.
    pub(super) fn clear(self, area: &Area) {
        self.give(area, vec![vec![String::new()]]);
    }

    /// Puts a block at the upper left corner of `area`; where it fits a whole number of times, everywhere.
    fn give(self, area: &Area, block: Vec<Vec<String>>) {
        let (rows, columns) = (area.rows.clone().count(), area.columns.clone().count());
        let (tall, wide) = (block.len(), block.iter().map(Vec::len).max().unwrap_or_default());
        let fits = tall > 0 && wide > 0 && rows % tall == 0 && columns % wide == 0;
        let cells = if fits { rows * columns } else { tall * wide };
        if cells > CHANGED {
            return self.problem.set(Some(format!(
                "{} {CHANGED} {}",
                t("一次最多改", "At most"),
                t("格；更多请用“导入”", "cells at once; import a workbook for more")
            )));
        }
        let block = if fits { repeated(&block, rows, columns) } else { block };
        let (row, c) = (*area.rows.start(), *area.columns.start());
        match self.sheet.with_untracked(|s| s.paste(row, c, &block, false)) {
            Ok(()) => self.abandon(),
            Err(refusal) => self.refuse(Asked::Block(row, c, block), refusal),
        }
    }
}

fn repeated(block: &[Vec<String>], rows: usize, columns: usize) -> Vec<Vec<String>> {
    let line = |line: &Vec<String>| line.iter().cycle().take(columns).cloned().collect();
    block.iter().cycle().take(rows).map(line).collect()
}
