//! The bridge to plotters: a value axis with its grid, and from data to px.
//!
//! Duty: open a plotters chart on part of a scene, draw mesh and value labels. Input: bounds, ticks.
//! Output: a [`Plot`] to draw series on. Neighbours: stacked columns and lines (vertical), ladder and
//! ranking (horizontal), [`crate::analysis::backend`].

use std::convert::Infallible;
use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext, LabelAreaPosition};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::prelude::Cartesian2d;
use plotters::style::{FontFamily, IntoFont, TRANSPARENT};

use super::backdrop::LABEL;
use super::ticks::Ticks;
use crate::analysis::backend::{Recorder, paint, px, stroked, virtual_px};
use crate::analysis::measure::{self, Weight};
use crate::analysis::scene::{Bounds, Ink, Scene};

/// What can go wrong in drawing: nothing in our backend, only a layout plotters refuses.
pub(super) type Undrawable = DrawingAreaErrorKind<Infallible>;

/// A chart whose vertical axis has our ticks.
pub(super) type Plot<'a> = ChartContext<'a, Recorder<'a>, Cartesian2d<RangedCoordf64, ValueAxis>>;

/// A chart without visible axes.
pub(super) type Plain<'a> = ChartContext<'a, Recorder<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// An axis that has our ticks and their texts instead of plotters' own.
#[derive(Debug, Clone)]
pub(super) struct ValueAxis(Ticks);

impl Ranged for ValueAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let part = (value - self.0.low()) / (self.0.high() - self.0.low());
        let (from, to) = (f64::from(limit.0), f64::from(limit.1));
        (from + (to - from) * part).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.0.values.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.0.low()..self.0.high()
    }
}

impl ValueFormatter<f64> for ValueAxis {
    fn format(value: &f64) -> String {
        super::grouped(*value, 2)
    }

    fn format_ext(&self, value: &f64) -> String {
        let found = self.0.values.iter().position(|tick| tick == value);
        found.and_then(|i| self.0.labels.get(i)).cloned().unwrap_or_else(|| Self::format(value))
    }
}

/// px between a value label and the plot.
const GAP: f64 = 8.0;

/// Room the value labels need left of the plot, px.
pub(super) fn axis_width(ticks: &Ticks) -> f64 {
    let widest =
        ticks.labels.iter().map(|label| measure::width(label, LABEL, Weight::Regular)).fold(0.0, f64::max);
    (widest + GAP).ceil()
}

fn part<'a>(scene: &'a mut Scene, bounds: Bounds) -> DrawingArea<Recorder<'a>, Shift> {
    let at = (virtual_px(bounds.x), virtual_px(bounds.y));
    Recorder::new(scene).into_drawing_area().shrink(at, (virtual_px(bounds.width), virtual_px(bounds.height)))
}

/// Open a plot with `columns` places of width one and a value axis on its left; `bounds` is the plot
/// itself, the labels stand left of it. Mesh and labels are drawn.
pub(super) fn vertical<'a>(
    scene: &'a mut Scene,
    bounds: Bounds,
    columns: usize,
    ticks: &Ticks,
) -> Result<Plot<'a>, Undrawable> {
    let labels = axis_width(ticks);
    let area = part(scene, Bounds { x: bounds.x - labels, width: bounds.width + labels, ..bounds });
    let mut plot = ChartBuilder::on(&area)
        .set_label_area_size(LabelAreaPosition::Left, virtual_px(labels))
        .build_cartesian_2d(0.0..columns.max(1) as f64, ValueAxis(ticks.clone()))?;
    let style =
        (FontFamily::SansSerif, f64::from(virtual_px(LABEL))).into_font().color(&paint(Ink::InkSecond));
    plot.configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .axis_style(TRANSPARENT)
        .light_line_style(TRANSPARENT)
        .bold_line_style(stroked(Ink::Line, 1.0))
        .set_all_tick_mark_size(virtual_px(GAP / 2.0))
        .y_label_style(style)
        .draw()?;
    Ok(plot)
}

/// Open a plot with `rows` places of height one, the first on top, and values from left to right.
pub(super) fn horizontal<'a>(
    scene: &'a mut Scene,
    bounds: Bounds,
    values: Range<f64>,
    rows: usize,
) -> Result<Plain<'a>, Undrawable> {
    let area = part(scene, bounds);
    ChartBuilder::on(&area).build_cartesian_2d(values, rows.max(1) as f64..0.0)
}

/// Virtual to real px.
pub(super) fn point((x, y): (i32, i32)) -> (f64, f64) {
    (px(x), px(y))
}
