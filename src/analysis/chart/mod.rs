//! The charts: plain data in, a scene and its table twin out.
//!
//! Duty: one file per chart, plus what they share. Input: values as `f64` for the geometry *and* as text
//! that the caller has formatted exactly (money never passes through a chart as a float to be read).
//! Output: [`Scene`] to look at and [`ChartTable`] to read, with the same numbers. Neighbours: the
//! interface and the reports call; [`super::svg`] prints. Nothing here knows registers or a browser.
//!
//! | question | chart |
//! |---|---|
//! | where does it come from, over the years? | [`StackedColumns`] |
//! | how many villages are how far? | [`Ladder`] |
//! | who is first, who is over the threshold? | [`RankingBars`] |
//! | how does it grow? | [`LineChart`] |

mod backdrop;
mod category;
mod ladder;
mod line;
mod plot;
mod ranking;
mod series;
mod share;
mod stacked;
mod ticks;
mod words;

#[cfg(test)]
mod tests;

pub use ladder::{Ladder, LadderRow};
pub use line::LineChart;
pub use ranking::{RankItem, RankingBars, Threshold};
pub use series::Series;
pub use share::shares;
pub use stacked::StackedColumns;
pub use ticks::{Ticks, grouped};
pub use words::Words;

use super::scene::{Scene, Size};

/// What stands around a drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Caption {
    /// "集体经济收入，按来源"
    pub title: String,
    /// "万元"; may be empty.
    pub unit: String,
    /// "2021–2025年"; may be empty.
    pub period: String,
    /// "集体经济收支台账 · 已报 34/36"; may be empty.
    pub source: String,
    /// "补助不计入经营性收入"
    pub note: Option<String>,
}

/// One known value: for the geometry and for the reader. A missing value is `None`, never zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    /// In the chart's unit.
    pub value: f64,
    /// Exact and formatted, without unit: "16,800".
    pub label: String,
}

impl Datum {
    /// A value with its text.
    pub fn new(value: f64, label: impl Into<String>) -> Self {
        Datum { value, label: label.into() }
    }
}

/// A value as drawable geometry; a value that is no number has no place on paper.
fn drawable(datum: Option<&Datum>) -> Option<&Datum> {
    datum.filter(|datum| datum.value.is_finite())
}

/// A place on the category axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Under the axis: "2024".
    pub label: String,
    /// In a sentence: "2024年".
    pub name: String,
}

impl Category {
    /// A category whose sentence form differs from its axis label.
    pub fn new(label: impl Into<String>, name: impl Into<String>) -> Self {
        Category { label: label.into(), name: name.into() }
    }
}

impl From<&str> for Category {
    fn from(label: &str) -> Self {
        Category::new(label, label)
    }
}

/// A border over which values may not be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Break {
    /// Index of the first category after the border.
    pub before: usize,
    /// "2024 起新会计制度 →"
    pub label: String,
}

/// The palette place of "其他": the neutral one. Other series take theirs by position unless told.
pub const OTHER: u8 = 5;

/// The palette place of a series; beyond twelve colours and textures begin again.
fn tone(told: Option<u8>, row: usize) -> u8 {
    told.unwrap_or((row % 12) as u8) % 12
}

/// What the drawing carries itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Legend and plot; the page around it shows title and source.
    Bare,
    /// Title, unit, period, legend, plot, note and source: for files and paper.
    Full,
}

/// The data-table twin of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChartTable {
    /// Title with unit and period.
    pub caption: String,
    pub header: Vec<String>,
    /// Each as long as `header`; the first cell is the row's head.
    pub rows: Vec<Vec<String>>,
    /// As long as `header`, when sums make sense.
    pub totals: Option<Vec<String>>,
}

/// What every chart can do.
pub trait Chart {
    /// Title, unit, period, source.
    fn caption(&self) -> &Caption;

    /// The height (px) at which the chart looks right at this width (px).
    fn preferred_height(&self, width: f64, frame: Frame, words: &Words) -> f64;

    /// Draw. The scene is never smaller than its content needs, so its height may exceed `size.height`.
    fn scene(&self, size: Size, frame: Frame, words: &Words) -> Scene;

    /// The same numbers as a table.
    fn table(&self, words: &Words) -> ChartTable;

    /// A drawing that explains itself, for a file: title, legend, note and source inside.
    fn poster(&self, width: f64, words: &Words) -> Scene {
        let height = self.preferred_height(width, Frame::Full, words);
        self.scene(Size { width, height }, Frame::Full, words)
    }
}
