//! The category axis and the border drawn into it.
//!
//! Duty: names under columns that never overlap, never turn and are never cut without "…"; the vertical
//! marker of a break. Input: categories, plot bounds. Output: texts and lines in the scene. Neighbours:
//! stacked columns and lines.

use super::backdrop::{LABEL, words_at};
use super::{Break, Category};
use crate::analysis::measure::{self, LINE, Weight};
use crate::analysis::scene::{Anchor, Bounds, Ink, Scene, TextMark};

/// px between plot and names.
const GAP: f64 = 6.0;

/// Room for the marker's label above the plot, px.
pub(super) const BREAK_ROW: f64 = 18.0;

/// The names, broken into lines for the width of one column.
#[derive(Debug)]
pub(super) struct Names {
    lines: Vec<Vec<String>>,
    /// Every how many-th name is written, counted from the last: the newest year is always named.
    every: usize,
}

impl Names {
    /// Fit names under columns `step` px apart, the whole axis being `room` px wide. Names with Chinese
    /// characters wrap to three lines; if that is not enough, or for years, every second, third … stays.
    pub fn fit(categories: &[Category], step: f64, room: f64) -> Names {
        let fits = |every: usize| {
            let wide = (step * every as f64 - 4.0).min(room);
            categories.iter().all(|c| lines(&c.label, wide).concat().chars().count() >= shown(&c.label))
        };
        let most = categories.len().max(1);
        let every = (1..=most).find(|every| fits(*every)).unwrap_or(most);
        let wide = (step * every as f64 - 4.0).min(room);
        Names { lines: categories.iter().map(|c| lines(&c.label, wide)).collect(), every }
    }

    /// Height of the axis, px.
    pub fn height(&self) -> f64 {
        let most = self.lines.iter().map(Vec::len).max().unwrap_or(0).max(1);
        GAP + most as f64 * LABEL * LINE
    }

    /// Write the names under `plot`, kept inside `left..right`.
    pub fn draw(&self, scene: &mut Scene, plot: Bounds, left: f64, right: f64) {
        let step = plot.width / self.lines.len().max(1) as f64;
        let from_last = |i: usize| self.lines.len() - 1 - i;
        for (i, lines) in self.lines.iter().enumerate() {
            if !from_last(i).is_multiple_of(self.every) {
                continue;
            }
            for (n, line) in lines.iter().enumerate() {
                let half = measure::width(line, LABEL, Weight::Regular) / 2.0;
                let x = (plot.x + (i as f64 + 0.5) * step).min(right - half).max(left + half);
                let y = plot.bottom() + GAP + (n as f64 + 0.5) * LABEL * LINE;
                let mark = words_at((x, y), line, LABEL, Weight::Regular, Ink::InkSecond);
                scene.text(TextMark { anchor: Anchor::Middle, ..mark });
            }
        }
    }
}

fn lines(label: &str, room: f64) -> Vec<String> {
    measure::wrap(label, LABEL, Weight::Regular, room, 3)
}

/// How many characters must stay readable: a year entirely, of a long name the first eight.
fn shown(label: &str) -> usize {
    let all = label.chars().filter(|c| *c != ' ').count();
    if label.chars().any(measure::is_wide) { all.min(8) } else { all }
}

/// Draw the border before a category: a dashed line, and its label above the plot on the side with room.
pub(super) fn mark_break(scene: &mut Scene, plot: Bounds, columns: usize, border: &Break) {
    if border.before == 0 || border.before >= columns {
        return;
    }
    let x = plot.x + plot.width / columns as f64 * border.before as f64;
    let top = plot.y - BREAK_ROW;
    scene.line((x, top + 2.0), (x, plot.bottom()), Ink::Doubt, 1.2, Some((3.0, 3.0)));
    let text = measure::shorten(&border.label, LABEL, Weight::Regular, scene.width - 8.0);
    let wide = measure::width(&text, LABEL, Weight::Regular);
    let middle = top + LABEL * LINE / 2.0;
    // An arrow points to the right, over the border: so the text stands left of it when it can.
    let start = if x - 5.0 - wide >= 0.0 { x - 5.0 - wide } else { x + 5.0 };
    let start = start.min(scene.width - wide).max(0.0);
    if start < x && x < start + wide {
        // No side is wide enough: the line gives way to the words.
        let cut = Some((3.0, 3.0));
        scene.marks.pop();
        scene.line((x, top + LABEL * LINE), (x, plot.bottom()), Ink::Doubt, 1.2, cut);
    }
    scene.text(words_at((start, middle), &text, LABEL, Weight::Regular, Ink::Doubt));
}
