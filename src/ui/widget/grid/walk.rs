//! Going from cell to cell, and bringing the selected one into sight.

use leptos::prelude::*;

use super::lines::cell_of;
use super::{Area, Grid, ROW};

impl Grid {
    /// The pointer selects the cell that it is pressed on.
    pub(super) fn press(self, event: &web_sys::MouseEvent) {
        if let Some((row, c)) = cell_of(event) {
            event.prevent_default();
            self.go(row, c);
        }
    }

    pub(super) fn go(self, row: usize, c: usize) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        let (rows, columns) = self.sheet.with_untracked(|s| (s.rows(), s.columns().len()));
        if rows == 0 || columns == 0 {
            return;
        }
        let at = (row.min(rows - 1), c.min(columns - 1));
        self.here.set(Some(at));
        self.area.set(Some(Area::of(at)));
        self.write_editor("");
        self.reveal(at);
        self.focus_editor();
    }

    pub(super) fn focus_editor(self) {
        if let Some(editor) = self.editor.get_untracked() {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            // The editor is in the page whenever a cell is selected.
            let _ = editor.focus_with_options(&options);
        }
    }

    pub(super) fn reveal(self, (row, c): (usize, usize)) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let top = row as f64 * ROW;
        let (shown, tall) = (f64::from(frame.scroll_top()), f64::from(frame.client_height()) - 2.0 * ROW);
        if top < shown {
            frame.set_scroll_top(top as i32);
        } else if top > shown + tall {
            frame.set_scroll_top((top - tall) as i32);
        }
        self.sheet.with_untracked(|s| {
            let first = s.columns().first().map_or(0.0, |x| x.width);
            let left: f64 = s.columns().iter().take(c).map(|x| x.width).sum();
            let width = s.columns().get(c).map_or(0.0, |x| x.width);
            let (at, wide) = (f64::from(frame.scroll_left()), f64::from(frame.client_width()));
            if c > 0 && left < at + first {
                frame.set_scroll_left((left - first) as i32);
            } else if left + width > at + wide {
                frame.set_scroll_left((left + width - wide) as i32);
            }
        });
    }

    pub(super) fn step(self, down: i64, right: i64) {
        let Some((row, c)) = self.here.get_untracked() else { return self.go(0, 0) };
        let columns = self.sheet.with_untracked(|s| s.columns().len()) as i64;
        let (mut r, mut k) = (row as i64 + down, c as i64 + right);
        if k >= columns {
            (r, k) = (r + 1, 0);
        } else if k < 0 {
            (r, k) = (r - 1, if r > 0 { columns - 1 } else { 0 });
        }
        self.go(r.max(0) as usize, k.max(0) as usize);
    }

    /// Whether the selected cell is the first (going backwards) or the last.
    pub(super) fn at_end(self, backwards: bool) -> bool {
        let Some((row, c)) = self.here.get_untracked() else { return true };
        if backwards {
            return (row, c) == (0, 0);
        }
        self.sheet.with_untracked(|s| row + 1 >= s.rows() && c + 1 >= s.columns().len())
    }
}
