//! Going from cell to cell, and bringing the selected one into sight.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::lines::cell_of;
use super::whole::{gutter, row_of};
use super::{Area, Column, Drag, Grid, REACHED, ROW};

/// The share of the table's width that columns which stay in sight may take.
const FROZEN: f64 = 0.6;

impl Grid {
    /// The pointer selects the cell that it is pressed on; with Shift, the block up to it.
    pub(super) fn press(self, event: &web_sys::MouseEvent) {
        if let Some(row) = row_of(event, true).filter(|_| event.button() == 0) {
            event.prevent_default();
            self.dragging.set_value(Drag::Rows);
            return self.pick_rows(row, event.shift_key());
        }
        let Some((row, c)) = cell_of(event).filter(|_| event.button() == 0) else { return };
        event.prevent_default();
        self.dragging.set_value(Drag::Cells);
        if event.shift_key() {
            self.extend((row, c));
        } else {
            self.go(row, c);
        }
    }

    /// The pressed pointer is drawn over the cells of a block.
    pub(super) fn drag(self, event: &web_sys::MouseEvent) {
        if event.buttons() & 1 == 0 {
            self.dragging.set_value(Drag::Nothing);
        }
        let far = self.far.get_value();
        match self.dragging.get_value() {
            Drag::Nothing => {}
            Drag::Cells => {
                if let Some(at) = cell_of(event).filter(|at| *at != far) {
                    self.extend(at);
                }
            }
            Drag::Rows => {
                if let Some(row) = row_of(event, false).filter(|row| *row != far.0) {
                    self.pick_rows(row, true);
                }
            }
        }
    }

    /// The block from the cell that keys go to as far as `at`.
    pub(super) fn extend(self, at: (usize, usize)) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        let Some(here) = self.here.get_untracked() else { return self.go(at.0, at.1) };
        let Some(at) = self.within(at) else { return };
        self.far.set_value(at);
        self.area.set(Some(Area::between(here, at)));
        self.reveal(at);
        self.focus_editor();
    }

    /// Every row that is shown.
    pub(super) fn select_all(self) {
        let Some(last) = self.within((usize::MAX, usize::MAX)) else { return };
        if self.here.get_untracked().is_none() {
            self.here.set(Some((0, 0)));
        }
        self.far.set_value(last);
        self.area.set(Some(Area::between((0, 0), last)));
    }

    /// The nearest cell that there is.
    pub(super) fn within(self, (row, c): (usize, usize)) -> Option<(usize, usize)> {
        let (rows, columns) = self.sheet.with_untracked(|s| (s.rows().min(REACHED), s.columns().len()));
        Some((row.min(rows.checked_sub(1)?), c.min(columns.checked_sub(1)?)))
    }

    /// Where keys lead that go further than one cell, or further with Shift.
    pub(super) fn destination(self, event: &KeyboardEvent, page: usize) -> Option<(usize, usize)> {
        let (far, jump) = (event.shift_key(), event.ctrl_key() || event.meta_key());
        let at =
            self.here.get_untracked().map_or((0, 0), |here| if far { self.far.get_value() } else { here });
        let (row, c) = at;
        Some(match event.key().as_str() {
            "ArrowDown" if jump => self.edge(at, 1, 0),
            "ArrowUp" if jump => self.edge(at, -1, 0),
            "ArrowRight" if jump => self.edge(at, 0, 1),
            "ArrowLeft" if jump => self.edge(at, 0, -1),
            "ArrowDown" if far => (row + 1, c),
            "ArrowUp" if far => (row.saturating_sub(1), c),
            "ArrowRight" if far => (row, c + 1),
            "ArrowLeft" if far => (row, c.saturating_sub(1)),
            "PageDown" => (row.saturating_add(page), c),
            "PageUp" => (row.saturating_sub(page), c),
            "Home" if jump => (0, 0),
            "End" if jump => (usize::MAX, usize::MAX),
            "Home" => (row, 0),
            "End" => (row, usize::MAX),
            _ => return None,
        })
    }

    /// To the last cell before a blank one; from there, to the next that is filled, or to the end.
    fn edge(self, (row, c): (usize, usize), down: isize, right: isize) -> (usize, usize) {
        self.sheet.with_untracked(|s| {
            let next = |(r, k): (usize, usize)| {
                let to = (r.checked_add_signed(down)?, k.checked_add_signed(right)?);
                (to.0 < s.rows() && to.1 < s.columns().len()).then_some(to)
            };
            let blank = |(r, k): (usize, usize)| s.blank(r, k);
            let mut at = (row, c);
            let Some(first) = next(at) else { return at };
            let filled = !blank(at) && !blank(first);
            while let Some(to) = next(at) {
                if filled && blank(to) {
                    break;
                }
                at = to;
                if !filled && !blank(at) {
                    break;
                }
            }
            at
        })
    }

    pub(super) fn go(self, row: usize, c: usize) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        let Some(at) = self.within((row, c)) else { return };
        self.problem.set(None);
        self.far.set_value(at);
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
        self.reveal_row(row);
        self.reveal_column(c);
    }

    fn reveal_row(self, row: usize) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let top = row as f64 * ROW;
        let (shown, tall) = (f64::from(frame.scroll_top()), f64::from(frame.client_height()) - 2.0 * ROW);
        if top < shown {
            frame.set_scroll_top(top as i32);
        } else if top > shown + tall {
            frame.set_scroll_top((top - tall) as i32);
        }
    }

    fn reveal_column(self, c: usize) {
        let Some(frame) = self.frame.get_untracked() else { return };
        self.sheet.with_untracked(|s| {
            let frozen = self.frozen_width(s.columns(), s.frozen(), f64::from(frame.client_width()));
            let left = gutter(s.rows()) + s.columns().iter().take(c).map(|x| x.width).sum::<f64>();
            let width = s.columns().get(c).map_or(0.0, |x| x.width);
            let (at, wide) = (f64::from(frame.scroll_left()), f64::from(frame.client_width()));
            if left < at + frozen.1 && c >= frozen.0 {
                frame.set_scroll_left((left - frozen.1) as i32);
            } else if left + width > at + wide {
                frame.set_scroll_left((left + width - wide) as i32);
            }
        });
    }

    /// How many columns stay in sight, and their width with the numbers before them: those that name the row, as far as there is room.
    pub(super) fn frozen_width(self, columns: &[Column], wanted: usize, wide: f64) -> (usize, f64) {
        let mut width = gutter(self.sheet.with_untracked(|s| s.rows()));
        let mut count = 0;
        for column in columns.iter().take(wanted) {
            if count > 0 && width + column.width > wide * FROZEN {
                break;
            }
            (count, width) = (count + 1, width + column.width);
        }
        (count, width)
    }

    /// Brings the selected cell back into sight, or the corner of the block that moves.
    pub(super) fn reveal_picked(self) {
        if let Some(here) = self.here.get_untracked() {
            match self.picked_whole() {
                // Of a whole row any part will do.
                (true, _) => return,
                (false, true) => return self.reveal_column(here.1),
                (false, false) => {}
            }
            let far = self.far.get_value();
            let moved = self.area.with_untracked(|a| a.as_ref().is_some_and(|a| a.contains(far)));
            self.reveal(if moved { far } else { here });
        }
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
