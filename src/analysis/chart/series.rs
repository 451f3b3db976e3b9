//! Series over categories: what lines and stacked columns have in common.
//!
//! Duty: values by row (series) and column (category), their colours, the same numbers as a table, the frame
//! that the plot is drawn in. Input: [`Series`]. Output: marks of the legend, rows of the table. Neighbours:
//! [`super::line`] and [`super::stacked`] draw them.

use super::backdrop::{Backdrop, Entry, Swatch};
use super::category::BREAK_ROW;
use super::words::Words;
use super::{Break, Caption, Category, ChartTable, Datum, Frame, drawable, tone};
use crate::analysis::scene::{Ink, Size};

/// One series: a name and a value per category; a missing value is `None` and leaves a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub name: String,
    pub values: Vec<Option<Datum>>,
    /// Place in the palette, so that a product keeps its colour whatever else is shown. `None`: by position.
    pub tone: Option<u8>,
}

/// Room above the highest value for its label, px.
pub(super) const HEADROOM: f64 = 18.0;
/// Least height of the plot itself, px.
const LEAST: f64 = 110.0;
/// Least room for the names of the categories and the space around the plot, px.
const AROUND: f64 = 52.0;

/// The value of a series in a category, where it can be drawn.
pub(super) fn value(series: &[Series], row: usize, col: usize) -> Option<&Datum> {
    drawable(series.get(row)?.values.get(col)?.as_ref())
}

/// The colour of a series.
pub(super) fn role(series: &[Series], row: usize) -> Ink {
    Ink::Series(tone(series.get(row).and_then(|s| s.tone), row))
}

/// The legend; a single series needs none, the title has said it.
pub(super) fn legend(series: &[Series], swatch: impl Fn(Ink) -> Swatch) -> Vec<Entry> {
    if series.len() < 2 {
        return Vec::new();
    }
    let entry =
        |(row, s): (usize, &Series)| Entry { name: s.name.clone(), swatch: swatch(role(series, row)) };
    series.iter().enumerate().map(entry).collect()
}

/// The height (px) at which the plot looks right at this width (px).
pub(super) fn plot_height(width: f64) -> f64 {
    (width * 0.42).clamp(190.0, 280.0)
}

/// Opens the backdrop for a plot that is never lower than it can be read.
pub(super) fn open(
    caption: &Caption,
    legend: &[Entry],
    (size, frame): (Size, Frame),
    border: Option<&Break>,
    words: &Words,
) -> Backdrop {
    let least = LEAST + HEADROOM + border.map_or(0.0, |_| BREAK_ROW) + AROUND;
    Backdrop::open(caption, legend, size, frame, words, least)
}

/// The same numbers as a table: a row for each series, a column for each category.
pub(super) fn table(
    caption: &Caption,
    categories: &[Category],
    series: &[Series],
    words: &Words,
) -> ChartTable {
    let header = std::iter::once(words.series.to_owned()).chain(categories.iter().map(|c| c.label.clone()));
    let cell = |s: &Series, col: usize| {
        let datum = s.values.get(col).and_then(Option::as_ref);
        datum.map_or_else(|| words.missing.to_owned(), |d| d.label.clone())
    };
    let row = |s: &Series| {
        std::iter::once(s.name.clone()).chain((0..categories.len()).map(|col| cell(s, col))).collect()
    };
    ChartTable {
        caption: words.headline(caption),
        header: header.collect(),
        rows: series.iter().map(row).collect(),
        totals: None,
    }
}
