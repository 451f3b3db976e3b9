//! Lines: how something grows.
//!
//! Duty: series over categories, gaps where values are missing, lines cut at a break. Input:
//! [`LineChart`]. Output: scene and table. Neighbours: [`super::category`] names the places,
//! [`super::plot`] maps values.

use plotters::element::Circle;
use plotters::series::LineSeries as Polyline;

use super::backdrop::{Backdrop, Entry, LABEL, Swatch, words_at};
use super::category::{BREAK_ROW, Names, mark_break};
use super::plot::{self, Undrawable};
use super::series::{self, HEADROOM, Series};
use super::ticks::Ticks;
use super::words::{Words, fill};
use super::{Break, Caption, Category, Chart, ChartTable, Datum, Frame};
use crate::analysis::backend::{filled, stroked, virtual_px};
use crate::analysis::measure::{self, Weight};
use crate::analysis::scene::{Anchor, Baseline, Bounds, Ink, Scene, Size, TextMark};

/// Lines over categories.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineChart {
    pub caption: Caption,
    pub categories: Vec<Category>,
    pub series: Vec<Series>,
    /// No line crosses it.
    pub border: Option<Break>,
}

/// Radius of a point and of what answers around it, px.
const POINT: f64 = 3.5;
const REACH: f64 = 12.0;

/// A point: series, category, value, and place in px.
#[derive(Clone, Copy)]
struct Point {
    row: usize,
    col: usize,
    value: f64,
    at: (f64, f64),
}

impl LineChart {
    fn value(&self, row: usize, col: usize) -> Option<&Datum> {
        series::value(&self.series, row, col)
    }

    fn role(&self, row: usize) -> Ink {
        series::role(&self.series, row)
    }

    fn legend(&self) -> Vec<Entry> {
        series::legend(&self.series, Swatch::Line)
    }

    fn points(&self) -> Vec<Point> {
        let all =
            (0..self.series.len()).flat_map(|row| (0..self.categories.len()).map(move |col| (row, col)));
        all.filter_map(|(row, col)| {
            Some(Point { row, col, value: self.value(row, col)?.value, at: (0.0, 0.0) })
        })
        .collect()
    }

    /// Runs of points that a line may join: same series, neighbouring categories, no break between.
    fn runs(&self, points: &[Point]) -> Vec<Vec<Point>> {
        let cut = self.border.as_ref().map(|border| border.before);
        let mut runs: Vec<Vec<Point>> = Vec::new();
        for point in points {
            let joins =
                |last: &Point| last.row == point.row && last.col + 1 == point.col && cut != Some(point.col);
            match runs.last_mut() {
                Some(run) if run.last().is_some_and(joins) => run.push(*point),
                _ => runs.push(vec![*point]),
            }
        }
        runs
    }

    fn label(&self, point: &Point, words: &Words) -> String {
        let text = |datum: Option<&Datum>| datum.map_or(String::new(), |datum| datum.label.clone());
        let values = [
            ("category", self.categories.get(point.col).map_or("", |c| c.name.as_str())),
            ("series", self.series.get(point.row).map_or("", |s| s.name.as_str())),
            ("value", &text(self.value(point.row, point.col))),
            ("unit", self.caption.unit.as_str()),
            ("share", ""),
        ];
        fill(words.cell, &values)
    }

    fn description(&self, words: &Words) -> String {
        let points = self.points();
        let ends = |row: usize| {
            let own: Vec<&Point> = points.iter().filter(|point| point.row == row).collect();
            let mut ends: Vec<String> =
                own.first().map(|point| self.label(point, words)).into_iter().collect();
            ends.extend(own.iter().skip(1).next_back().map(|point| self.label(point, words)));
            ends
        };
        (0..self.series.len()).flat_map(ends).collect::<Vec<_>>().join(words.semicolon)
    }

    /// From zero while that costs less than half of the height; growth looks as large as it is.
    fn ticks(points: &[Point]) -> Ticks {
        let low = points.iter().map(|p| p.value).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|p| p.value).fold(f64::NEG_INFINITY, f64::max);
        let from_zero = low >= 0.0 && (low <= 0.5 * high || low == high);
        Ticks::cover(if from_zero { 0.0 } else { low }, high)
    }

    fn draw(&self, backdrop: &mut Backdrop, words: &Words) -> Result<(), Undrawable> {
        let mut points = self.points();
        if points.is_empty() {
            backdrop.say(words.no_data);
            return Ok(());
        }
        let zero = points.iter().all(|point| point.value == 0.0);
        let ticks = Self::ticks(&points);
        let high = points.iter().map(|point| point.value).fold(ticks.low(), f64::max);
        let bounds = self.plot_bounds(backdrop, &ticks, high);
        let scene = &mut backdrop.scene;
        self.lines(scene, bounds, &ticks, &mut points)?;
        let bottom = bounds.bottom();
        if ticks.low() == 0.0 {
            scene.line((bounds.x, bottom), (bounds.right(), bottom), Ink::InkThird, 1.0, None);
        }
        self.print_values(scene, bounds, &points);
        let names = Names::fit(&self.categories, bounds.width / self.categories.len() as f64, scene.width);
        names.draw(scene, bounds, backdrop.area.x, backdrop.area.right());
        if let Some(border) = &self.border {
            mark_break(scene, bounds, self.categories.len(), border);
        }
        let half = (bounds.width / self.categories.len() as f64 / 2.0).min(REACH);
        for point in &points {
            let (x, y) = point.at;
            let low = (x - half, (y - REACH).max(0.0));
            let hit = Bounds::between(low, (x + half, y + REACH));
            scene.target(point.row, point.col, hit, self.label(point, words));
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

    /// Draw lines, then points with a rim of paper; tells each point where it lies.
    fn lines(
        &self,
        scene: &mut Scene,
        bounds: Bounds,
        ticks: &Ticks,
        points: &mut [Point],
    ) -> Result<(), Undrawable> {
        let mut plot = plot::vertical(scene, bounds, self.categories.len(), ticks)?;
        let data = |p: &Point| (p.col as f64 + 0.5, p.value);
        for run in self.runs(points) {
            let style = stroked(self.role(run.first().map_or(0, |point| point.row)), 2.0);
            plot.draw_series(Polyline::new(run.iter().map(data), style))?;
        }
        let disc = |p: &Point, radius: f64, role: Ink| Circle::new(data(p), virtual_px(radius), filled(role));
        plot.draw_series(points.iter().map(|p| disc(p, POINT + 1.5, Ink::Paper)))?;
        plot.draw_series(points.iter().map(|p| disc(p, POINT, self.role(p.row))))?;
        for p in points.iter_mut() {
            p.at = plot::point(plot.backend_coord(&data(p)));
        }
        Ok(())
    }

    /// Values over the points: of a single line all, of several the newest of each – wherever there is room.
    fn print_values(&self, scene: &mut Scene, bounds: Bounds, points: &[Point]) {
        let newest = |row: usize| points.iter().rev().find(|point| point.row == row).map(|point| point.col);
        let single = self.series.len() == 1;
        let mut taken: Vec<Bounds> = Vec::new();
        for point in points.iter().rev() {
            if !single && newest(point.row) != Some(point.col) {
                continue;
            }
            let Some(datum) = self.value(point.row, point.col) else { continue };
            let half = measure::width(&datum.label, LABEL, Weight::Bold) / 2.0;
            let x = point.at.0.min(scene.width - half).max(bounds.x + half);
            let mark = words_at((x, point.at.1 - POINT - 4.0), &datum.label, LABEL, Weight::Bold, Ink::Ink);
            let (anchor, baseline, halo) = (Anchor::Middle, Baseline::Bottom, Some(Ink::Paper));
            let mark = TextMark { anchor, baseline, halo, ..mark };
            let own = mark.bounds();
            let free = |other: &Bounds| apart(&own, other);
            let near = |p: &&Point| p.at != point.at && !apart(&own, &around(p.at));
            if taken.iter().all(free) && !points.iter().any(|p| near(&p)) {
                taken.push(own);
                scene.text(mark);
            }
        }
    }
}

fn around((x, y): (f64, f64)) -> Bounds {
    Bounds { x: x - POINT, y: y - POINT, width: 2.0 * POINT, height: 2.0 * POINT }
}

fn apart(a: &Bounds, b: &Bounds) -> bool {
    a.right() + 2.0 < b.x || b.right() + 2.0 < a.x || a.bottom() <= b.y || b.bottom() <= a.y
}

impl Chart for LineChart {
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
        series::table(&self.caption, &self.categories, &self.series, words)
    }
}
