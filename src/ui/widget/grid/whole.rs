//! Whole rows, by their numbers, and whole columns, by their headings.
//!
//! Duty: the numbers that stand before the rows, and what a press on one or on a heading selects. Neighbours: `walk`
//! hears the pointer on the rows, `head` on the headings.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::{Area, Grid};

/// The room that a digit of a row's number takes, also in large type.
const DIGIT: f64 = 10.0;
/// The room on both sides of a row's number.
const BESIDE: f64 = 14.0;

/// How wide the numbers of this many rows are, in CSS pixels.
pub(super) fn gutter(rows: usize) -> f64 {
    f64::from(rows.max(1).ilog10() + 1) * DIGIT + BESIDE
}

/// The row under the pointer, wherever in it; `number`: only on its number.
pub(super) fn row_of(event: &web_sys::MouseEvent, number: bool) -> Option<usize> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    if number && !target.matches(".number").unwrap_or_default() {
        return None;
    }
    let row = target.closest("[role=row][aria-rowindex]").ok()??;
    row.get_attribute("aria-rowindex")?.parse::<usize>().ok()?.checked_sub(2)
}

impl Grid {
    /// A whole row; `further`: all from the row that keys go to.
    pub(super) fn pick_rows(self, row: usize, further: bool) {
        let from = self.here.get_untracked().filter(|_| further).map_or(row, |(from, _)| from);
        self.pick((from, 0), (row, usize::MAX));
    }

    /// A whole column; `further`: all from the column that keys go to.
    pub(super) fn pick_columns(self, c: usize, further: bool) {
        let from = self.here.get_untracked().filter(|_| further).map_or(c, |(_, from)| from);
        self.pick((0, from), (usize::MAX, c));
    }

    /// What is in sight stays where it is: a row or a column is seen before it is pressed.
    fn pick(self, here: (usize, usize), far: (usize, usize)) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        let (Some(here), Some(far)) = (self.within(here), self.within(far)) else { return };
        self.problem.set(None);
        self.write_editor("");
        self.far.set_value(far);
        self.here.set(Some(here));
        self.area.set(Some(Area::between(here, far)));
        self.focus_editor();
    }

    /// Whether all columns are selected, and whether all rows are.
    pub(super) fn picked_whole(self) -> (bool, bool) {
        let Some(last) = self.within((usize::MAX, usize::MAX)) else { return (false, false) };
        self.area.with_untracked(|area| {
            area.as_ref().map_or((false, false), |a| (a.columns == (0..=last.1), a.rows == (0..=last.0)))
        })
    }
}
