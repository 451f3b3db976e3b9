//! Stacked columns: where something comes from, category by category.
//!
//! Duty: series stacked per category, totals above, an optional break. Input: [`StackedColumns`]. Output:
//! scene and table. Neighbours: [`super::category`] names the columns, [`super::plot`] maps values.
//!
//! Negative values (a correction, a loss) stack below zero; the total is the sum of both sides.

use plotters::element::Rectangle;

use super::backdrop::{Backdrop, Entry, LABEL, Swatch, words_at};
use super::category::{BREAK_ROW, Names, mark_break};
use super::plot::{self, Undrawable};
use super::series::{self, HEADROOM, Series};
use super::ticks::{Ticks, grouped};
use super::words::{Words, fill};
use super::{Break, Caption, Category, Chart, ChartTable, Datum, Frame, shares};
use crate::analysis::backend::filled;
use crate::analysis::measure::{self, Weight};
use crate::analysis::scene::{Anchor, Baseline, Bounds, Ink, Pattern, Scene, Size, TextMark};

/// Series stacked over categories.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackedColumns {
    pub caption: Caption,
    pub categories: Vec<Category>,
    /// Bottom first. The caller folds the small ones; from the seventh on colours repeat with a pattern.
    pub series: Vec<Series>,
    /// Exact totals per category. Left empty, they are added up here with the decimals of the labels.
    pub totals: Vec<Option<Datum>>,
    pub border: Option<Break>,
}

/// Part of a column step that the column fills, and the widest column, px.
const FILL: f64 = 0.54;
const WIDEST: f64 = 64.0;

/// A segment in data coordinates.
struct Segment {
    row: usize,
    col: usize,
    from: f64,
    to: f64,
}

impl StackedColumns {
    fn value(&self, row: usize, col: usize) -> Option<&Datum> {
        series::value(&self.series, row, col)
    }

    fn role(&self, row: usize) -> Ink {
        series::role(&self.series, row)
    }

    fn legend(&self) -> Vec<Entry> {
        series::legend(&self.series, |role| match role {
            Ink::Series(n) if n >= 6 => Swatch::Square(role, Pattern::of_series(n)),
            role => Swatch::Square(role, None),
        })
    }

    /// Sum of the known values of a category; `None` when none is known.
    pub(super) fn sum(&self, col: usize) -> Option<f64> {
        let known: Vec<f64> =
            (0..self.series.len()).filter_map(|row| Some(self.value(row, col)?.value)).collect();
        if known.is_empty() { None } else { Some(known.iter().sum()) }
    }

    fn decimals(&self) -> usize {
        let labels = self.series.iter().flat_map(|s| s.values.iter().flatten());
        labels
            .map(|d| d.label.rsplit_once('.').map_or(0, |(_, f)| f.chars().count()))
            .max()
            .unwrap_or(0)
            .min(6)
    }

    pub(super) fn total_label(&self, col: usize) -> Option<String> {
        if let Some(total) = self.totals.get(col) {
            return total.as_ref().map(|total| total.label.clone());
        }
        self.sum(col).map(|sum| grouped(sum, self.decimals()))
    }

    fn segments(&self) -> Vec<Segment> {
        let mut out = Vec::new();
        for col in 0..self.categories.len() {
            let (mut up, mut down) = (0.0, 0.0);
            for row in 0..self.series.len() {
                let Some(datum) = self.value(row, col) else { continue };
                let base = if datum.value < 0.0 { &mut down } else { &mut up };
                out.push(Segment { row, col, from: *base, to: *base + datum.value });
                *base += datum.value;
            }
        }
        out
    }

    fn label(&self, row: usize, col: usize, words: &Words) -> String {
        let (Some(datum), Some(category), Some(series)) =
            (self.value(row, col), self.categories.get(col), self.series.get(row))
        else {
            return String::new();
        };
        let parts: Vec<f64> =
            (0..self.series.len()).map(|row| self.value(row, col).map_or(0.0, |datum| datum.value)).collect();
        let share = shares(&parts).and_then(|shares| shares.get(row).cloned());
        let share = share.map(|share| fill(words.share, &[("share", &share)])).unwrap_or_default();
        let values = [
            ("category", category.name.as_str()),
            ("series", series.name.as_str()),
            ("value", datum.label.as_str()),
            ("unit", self.caption.unit.as_str()),
            ("share", share.as_str()),
        ];
        fill(words.cell, &values)
    }

    fn description(&self, words: &Words) -> String {
        let one = |(col, category): (usize, &Category)| {
            let value = self.total_label(col).unwrap_or_else(|| words.no_data.to_owned());
            let unit = if self.total_label(col).is_some() { self.caption.unit.as_str() } else { "" };
            fill(words.sum, &[("category", &category.name), ("value", &value), ("unit", unit)])
        };
        self.categories.iter().enumerate().map(one).collect::<Vec<_>>().join(words.semicolon)
    }

    fn draw(&self, backdrop: &mut Backdrop, words: &Words) -> Result<(), Undrawable> {
        let segments = self.segments();
        let ends = || segments.iter().map(|s| s.to);
        let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
        if self.categories.is_empty() || segments.is_empty() {
            backdrop.say(words.no_data);
            return Ok(());
        }
        let zero = low == 0.0 && high == 0.0;
        let ticks = Ticks::cover(low, high);
        let bounds = self.plot_bounds(backdrop, &ticks, high);
        let scene = &mut backdrop.scene;
        let placed = self.bars(scene, bounds, &ticks, &segments)?;
        self.seams(scene, &placed);
        let origin = bounds.y + bounds.height * ticks.high() / (ticks.high() - ticks.low());
        scene.line((bounds.x, origin), (bounds.right(), origin), Ink::InkThird, 1.0, None);
        self.print_totals(scene, bounds, &placed, origin);
        let names = Names::fit(&self.categories, bounds.width / self.categories.len() as f64, scene.width);
        names.draw(scene, bounds, backdrop.area.x, backdrop.area.right());
        if let Some(border) = &self.border {
            mark_break(scene, bounds, self.categories.len(), border);
        }
        for (segment, bounds) in segments.iter().zip(&placed) {
            let hit = Bounds { height: bounds.1.height.max(2.0), ..bounds.1 };
            scene.target(segment.row, segment.col, hit, self.label(segment.row, segment.col, words));
        }
        if zero {
            backdrop.say(words.all_zero);
        }
        Ok(())
    }

    fn plot_bounds(&self, backdrop: &Backdrop, ticks: &Ticks, high: f64) -> Bounds {
        let area = backdrop.area;
        let left = plot::axis_width(ticks);
        let width = (area.width - left - 2.0).max(20.0);
        let names = Names::fit(&self.categories, width / self.categories.len().max(1) as f64, area.width);
        let free = (ticks.high() - high) / (ticks.high() - ticks.low()) * (area.height - 60.0).max(0.0);
        let above = (HEADROOM - free).max(8.0) + if self.border.is_some() { BREAK_ROW } else { 0.0 };
        let height = (area.height - above - names.height()).max(20.0);
        Bounds { x: area.x + left, y: area.y + above, width, height }
    }

    /// Draw the segments; answers where each lies.
    fn bars(
        &self,
        scene: &mut Scene,
        bounds: Bounds,
        ticks: &Ticks,
        segments: &[Segment],
    ) -> Result<Vec<(usize, Bounds)>, Undrawable> {
        let step = bounds.width / self.categories.len().max(1) as f64;
        let half = (FILL * step).min(WIDEST) / step / 2.0;
        let mut plot = plot::vertical(scene, bounds, self.categories.len(), ticks)?;
        let corners = |s: &Segment| {
            let middle = s.col as f64 + 0.5;
            [(middle - half, s.from), (middle + half, s.to)]
        };
        plot.draw_series(segments.iter().map(|s| Rectangle::new(corners(s), filled(self.role(s.row)))))?;
        let place = |s: &Segment| {
            let [a, b] = corners(s);
            (s.col, Bounds::between(plot::point(plot.backend_coord(&a)), plot::point(plot.backend_coord(&b))))
        };
        Ok(segments.iter().map(place).collect())
    }

    /// A thin line of paper between two segments: neighbours stay apart without colour.
    fn seams(&self, scene: &mut Scene, placed: &[(usize, Bounds)]) {
        for (a, b) in placed.iter().zip(placed.iter().skip(1)) {
            if a.0 == b.0 && a.1.height > 2.0 && b.1.height > 0.0 {
                let y = if b.1.y < a.1.y { a.1.y } else { b.1.y };
                scene.line((a.1.x, y), (a.1.right(), y), Ink::Paper, 1.0, None);
            }
        }
    }

    /// Totals in bold above the columns; when they are too wide, every second or third, the newest always.
    fn print_totals(&self, scene: &mut Scene, bounds: Bounds, placed: &[(usize, Bounds)], origin: f64) {
        let n = self.categories.len();
        let step = bounds.width / n.max(1) as f64;
        let labels: Vec<Option<String>> = (0..n).map(|col| self.total_label(col)).collect();
        let widest = labels
            .iter()
            .flatten()
            .map(|label| measure::width(label, LABEL, Weight::Bold))
            .fold(0.0, f64::max);
        let every = (1..=n.max(1)).find(|k| widest + 4.0 <= step * *k as f64).unwrap_or(n.max(1));
        for (col, label) in labels.into_iter().enumerate() {
            let Some(label) = label.filter(|_| (n - 1 - col).is_multiple_of(every)) else { continue };
            let top = placed.iter().filter(|(c, _)| *c == col).map(|(_, b)| b.y).fold(origin, f64::min);
            let half = measure::width(&label, LABEL, Weight::Bold) / 2.0;
            let x = (bounds.x + (col as f64 + 0.5) * step).min(scene.width - half).max(half);
            let mark = words_at((x, top - 4.0), &label, LABEL, Weight::Bold, Ink::Ink);
            let (anchor, baseline, halo) = (Anchor::Middle, Baseline::Bottom, Some(Ink::Paper));
            scene.text(TextMark { anchor, baseline, halo, ..mark });
        }
    }
}

impl Chart for StackedColumns {
    fn caption(&self) -> &Caption {
        &self.caption
    }

    fn preferred_height(&self, width: f64, frame: Frame, words: &Words) -> f64 {
        Backdrop::furniture(&self.caption, &self.legend(), width, frame, words) + series::plot_height(width)
    }

    fn scene(&self, size: Size, frame: Frame, words: &Words) -> Scene {
        let mut backdrop =
            series::open(&self.caption, &self.legend(), (size, frame), self.border.as_ref(), words);
        if self.draw(&mut backdrop, words).is_err() {
            backdrop.say(words.no_data);
        }
        backdrop.close(self.description(words), &self.caption, words)
    }

    fn table(&self, words: &Words) -> ChartTable {
        let total = |col| self.total_label(col).unwrap_or_else(|| words.missing.to_owned());
        let totals = std::iter::once(words.total.to_owned()).chain((0..self.categories.len()).map(total));
        let table = series::table(&self.caption, &self.categories, &self.series, words);
        ChartTable { totals: Some(totals.collect()), ..table }
    }
}
