//! Ranking bars: who stands where, and who is over the threshold.
//!
//! Duty: one horizontal bar each, in the caller's order; of very many only the first and the last.
//! Input: [`RankingBars`]. Output: scene and table (the table holds everybody). Neighbours:
//! [`super::plot`] maps. Reaching the threshold shows in colour, in texture and in words.

use plotters::element::Rectangle;

use super::backdrop::{Backdrop, Entry, LABEL, Swatch, words_at};
use super::plot::{self, Undrawable};
use super::words::{Words, fill};
use super::{Caption, Chart, ChartTable, Datum, Frame, drawable};
use crate::analysis::backend::filled;
use crate::analysis::measure::{self, Weight};
use crate::analysis::scene::{Anchor, Bounds, Ink, Mark, Pattern, Scene, Size, TextMark};

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct RankItem {
    pub name: String,
    /// `None`: not reported; listed with "—" and without a bar.
    pub datum: Option<Datum>,
}

/// A line to be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// In the chart's unit; a value equal to it has reached it.
    pub value: f64,
    /// "20万元"
    pub label: String,
}

/// Bars in the caller's order (highest first).
#[derive(Debug, Clone, PartialEq)]
pub struct RankingBars {
    pub caption: Caption,
    pub items: Vec<RankItem>,
    pub threshold: Option<Threshold>,
    /// So many from the top and so many from the bottom are drawn; in between one row says how many
    /// are left out. 20 is right for a screen.
    pub keep: usize,
    /// What an item is, for that row: "村".
    pub noun: String,
}

/// Height of a row and of the bar in it, px.
const STEP: f64 = 22.0;
const BAR: f64 = 14.0;
/// Room for the threshold's label, px.
const HEAD: f64 = 18.0;
const GAP: f64 = 6.0;

/// A row of the drawing.
#[derive(Clone, Copy)]
enum Row {
    Item(usize),
    LeftOut(usize),
}

/// How the width is shared out, px.
struct Columns {
    names: f64,
    plot: Bounds,
    low: f64,
    high: f64,
}

impl Columns {
    /// Where a value lies, px.
    fn place(&self, value: f64) -> f64 {
        self.plot.x + self.plot.width * (value - self.low) / (self.high - self.low)
    }

    fn zero(&self) -> f64 {
        self.place(0.0)
    }
}

impl RankingBars {
    fn rows(&self) -> Vec<Row> {
        let (n, keep) = (self.items.len(), self.keep.max(1));
        // Leaving out a single one would save nothing.
        if n <= keep.saturating_mul(2).saturating_add(1) {
            return (0..n).map(Row::Item).collect();
        }
        let top = (0..keep).map(Row::Item);
        let bottom = (n - keep..n).map(Row::Item);
        top.chain([Row::LeftOut(n - 2 * keep)]).chain(bottom).collect()
    }

    fn value(&self, i: usize) -> Option<&Datum> {
        drawable(self.items.get(i)?.datum.as_ref())
    }

    /// Whether an item has reached the threshold; `None` without threshold or value.
    fn reached(&self, i: usize) -> Option<bool> {
        let threshold = self.threshold.as_ref()?;
        Some(self.value(i)?.value >= threshold.value)
    }

    fn look(&self, i: usize) -> (Ink, Option<Pattern>) {
        match self.reached(i) {
            Some(false) => (Ink::Band { step: 1, of: 5 }, Some(Pattern::Rising)),
            _ => (Ink::Series(0), None),
        }
    }

    fn state(&self, i: usize, words: &Words) -> Option<String> {
        let label = &self.threshold.as_ref()?.label;
        let template = if self.reached(i)? { words.reached } else { words.below };
        Some(fill(template, &[("label", label)]))
    }

    fn legend(&self, words: &Words) -> Vec<Entry> {
        let Some(threshold) = &self.threshold else { return Vec::new() };
        let entry = |template: &str, reached: bool, swatch: Swatch| {
            let state = fill(template, &[("label", &threshold.label)]);
            let n = (0..self.items.len()).filter(|i| self.reached(*i) == Some(reached)).count().to_string();
            Entry { name: fill(words.counted, &[("state", &state), ("n", &n)]), swatch }
        };
        let weak = Swatch::Square(Ink::Band { step: 1, of: 5 }, Some(Pattern::Rising));
        vec![
            entry(words.reached, true, Swatch::Square(Ink::Series(0), None)),
            entry(words.below, false, weak),
        ]
    }

    fn label(&self, i: usize, words: &Words) -> String {
        let (Some(item), Some(datum)) = (self.items.get(i), self.value(i)) else { return String::new() };
        let state = self.state(i, words).map(|state| format!("{}{state}", words.comma)).unwrap_or_default();
        let rank = (i + 1).to_string();
        let values = [
            ("rank", rank.as_str()),
            ("name", item.name.as_str()),
            ("value", datum.label.as_str()),
            ("unit", self.caption.unit.as_str()),
            ("state", state.as_str()),
        ];
        fill(words.ranked, &values)
    }

    fn description(&self, words: &Words) -> String {
        let legend = self.legend(words).into_iter().map(|entry| entry.name);
        let known: Vec<usize> = (0..self.items.len()).filter(|i| self.value(*i).is_some()).collect();
        let ends = [known.first(), known.last()].into_iter().flatten().map(|i| self.label(*i, words));
        ends.chain(legend).collect::<Vec<_>>().join(words.semicolon)
    }

    fn columns(&self, area: Bounds, rows: &[Row]) -> Columns {
        let shown = || rows.iter().filter_map(|row| if let Row::Item(i) = row { Some(*i) } else { None });
        let wide = |text: &str| measure::width(text, LABEL, Weight::Regular);
        let names = shown().filter_map(|i| Some(wide(&self.items.get(i)?.name))).fold(0.0, f64::max);
        let names = (names + 8.0).min(area.width * 0.36).ceil();
        let values = || shown().filter_map(|i| self.value(i));
        let threshold = self.threshold.as_ref().map(|t| t.value).filter(|v| v.is_finite());
        let low = values().map(|d| d.value).chain(threshold).fold(0.0, f64::min);
        let high = values().map(|d| d.value).chain(threshold).fold(0.0, f64::max);
        let room = |below: bool| {
            let side = values().filter(|d| (d.value < 0.0) == below);
            side.map(|d| wide(&d.label) + GAP).fold(0.0, f64::max).min(area.width * 0.25).ceil()
        };
        let (left, right) = (names + room(true), room(false));
        let width = (area.width - left - right - 1.0).max(20.0);
        let height = rows.len() as f64 * STEP;
        let high = if high > low { high } else { low + 1.0 };
        Columns {
            names,
            plot: Bounds { x: area.x + left, y: area.y + self.head(), width, height },
            low,
            high,
        }
    }

    fn head(&self) -> f64 {
        if self.threshold.is_some() { HEAD } else { 0.0 }
    }

    fn draw(&self, backdrop: &mut Backdrop, words: &Words) -> Result<(), Undrawable> {
        let (area, rows) = (backdrop.area, self.rows());
        let values: Vec<f64> = (0..self.items.len()).filter_map(|i| Some(self.value(i)?.value)).collect();
        if values.is_empty() {
            backdrop.say(words.no_data);
            return Ok(());
        }
        let zero = values.iter().all(|value| *value == 0.0);
        let columns = self.columns(area, &rows);
        let scene = &mut backdrop.scene;
        let placed = self.bars(scene, &columns, &rows)?;
        // Before the values, whose halo keeps the line from striking out a number.
        self.mark_threshold(scene, area, &columns, words);
        for (n, row) in rows.iter().enumerate() {
            let middle = columns.plot.y + (n as f64 + 0.5) * STEP;
            self.print_row(scene, area, &columns, *row, middle, words);
        }
        for (i, at) in placed {
            self.print_value(scene, &columns, i, &at);
            // The whole row answers: a short bar is a small target.
            let hit = Bounds { x: area.x, y: at.y - (STEP - BAR) / 2.0, width: area.width, height: STEP };
            scene.target(0, i, hit, self.label(i, words));
        }
        if zero {
            backdrop.say(words.all_zero);
        }
        Ok(())
    }

    fn bars(
        &self,
        scene: &mut Scene,
        columns: &Columns,
        rows: &[Row],
    ) -> Result<Vec<(usize, Bounds)>, Undrawable> {
        let start = scene.marks.len();
        let known: Vec<(usize, usize, f64)> = rows
            .iter()
            .enumerate()
            .filter_map(|(n, row)| match row {
                Row::Item(i) => Some((n, *i, self.value(*i)?.value)),
                Row::LeftOut(_) => None,
            })
            .collect();
        let placed: Vec<(usize, Bounds)> = {
            let mut plot = plot::horizontal(scene, columns.plot, columns.low..columns.high, rows.len())?;
            let corners = |(n, _, value): &(usize, usize, f64)| {
                let (middle, half) = (*n as f64 + 0.5, BAR / STEP / 2.0);
                [(0.0, middle - half), (*value, middle + half)]
            };
            plot.draw_series(known.iter().map(|k| Rectangle::new(corners(k), filled(self.look(k.1).0))))?;
            let place = |k: &(usize, usize, f64)| {
                let [a, b] = corners(k);
                (
                    k.1,
                    Bounds::between(plot::point(plot.backend_coord(&a)), plot::point(plot.backend_coord(&b))),
                )
            };
            known.iter().map(place).collect()
        };
        // plotters knows colours only; the texture is added to the marks it just made.
        let drawn = scene.marks.iter_mut().skip(start).filter_map(|mark| match mark {
            Mark::Rect(rect) => Some(rect),
            _ => None,
        });
        for (rect, known) in drawn.zip(&known) {
            rect.pattern = self.look(known.1).1;
        }
        let zero = columns.zero();
        scene.line((zero, columns.plot.y), (zero, columns.plot.bottom()), Ink::InkThird, 1.0, None);
        Ok(placed)
    }

    fn print_row(&self, scene: &mut Scene, area: Bounds, columns: &Columns, row: Row, y: f64, words: &Words) {
        match row {
            Row::Item(i) => {
                let name = self.items.get(i).map_or("", |item| item.name.as_str());
                let name = measure::shorten(name, LABEL, Weight::Regular, columns.names - 8.0);
                let mark =
                    words_at((area.x + columns.names - 8.0, y), &name, LABEL, Weight::Regular, Ink::Ink);
                scene.text(TextMark { anchor: Anchor::End, ..mark });
                if self.value(i).is_none() {
                    let mark = words_at(
                        ((columns.zero() + GAP).min(area.right() - LABEL), y),
                        words.missing,
                        LABEL,
                        Weight::Regular,
                        Ink::InkSecond,
                    );
                    scene.text(TextMark { halo: Some(Ink::Paper), ..mark });
                }
            }
            Row::LeftOut(n) => {
                let text = fill(words.omitted, &[("n", &n.to_string()), ("noun", &self.noun)]);
                let text = measure::shorten(&text, LABEL, Weight::Regular, area.width);
                // Written at the left edge, over the zero line: paper first.
                let wide = measure::width(&text, LABEL, Weight::Regular);
                let at = Bounds { x: area.x, y: y - STEP / 2.0 + 1.0, width: area.width, height: STEP - 2.0 };
                scene.rect(at, Ink::Paper, None, 0.0);
                let middle = area.x + area.width / 2.0;
                scene.line((area.x, y), (middle - wide / 2.0 - 8.0, y), Ink::Line, 1.0, Some((2.0, 3.0)));
                scene.line(
                    (middle + wide / 2.0 + 8.0, y),
                    (area.right(), y),
                    Ink::Line,
                    1.0,
                    Some((2.0, 3.0)),
                );
                let mark = words_at((middle, y), &text, LABEL, Weight::Regular, Ink::InkSecond);
                scene.text(TextMark { anchor: Anchor::Middle, ..mark });
            }
        }
    }

    fn print_value(&self, scene: &mut Scene, columns: &Columns, i: usize, at: &Bounds) {
        let Some(datum) = self.value(i) else { return };
        let y = at.centre().1;
        let negative = datum.value < 0.0;
        let room = if negative { at.x - columns.names } else { scene.width - at.right() } - GAP + 2.0;
        let text = measure::shorten(&datum.label, LABEL, Weight::Regular, room);
        let mark = words_at((at.right() + GAP - 2.0, y), &text, LABEL, Weight::Regular, Ink::Ink);
        let mark = TextMark { halo: Some(Ink::Paper), ..mark };
        scene.text(if negative {
            TextMark { at: (at.x - GAP + 2.0, y), anchor: Anchor::End, ..mark }
        } else {
            mark
        });
    }

    fn mark_threshold(&self, scene: &mut Scene, area: Bounds, columns: &Columns, words: &Words) {
        let Some(threshold) = self.threshold.as_ref().filter(|t| t.value.is_finite()) else { return };
        let x = columns.place(threshold.value);
        let text = fill(words.reached, &[("label", &threshold.label)]);
        let text = measure::shorten(&text, LABEL, Weight::Regular, area.width);
        let wide = measure::width(&text, LABEL, Weight::Regular);
        let start = (x - wide / 2.0).min(area.right() - wide).max(area.x);
        scene.text(words_at(
            (start, columns.plot.y - HEAD / 2.0 - 1.0),
            &text,
            LABEL,
            Weight::Regular,
            Ink::Doubt,
        ));
        scene.line((x, columns.plot.y - 2.0), (x, columns.plot.bottom()), Ink::Doubt, 1.2, Some((3.0, 3.0)));
    }
}

impl Chart for RankingBars {
    fn caption(&self) -> &Caption {
        &self.caption
    }

    fn preferred_height(&self, width: f64, frame: Frame, words: &Words) -> f64 {
        let rows = self.rows().len().max(3) as f64 * STEP + self.head();
        Backdrop::furniture(&self.caption, &self.legend(words), width, frame, words) + rows
    }

    fn scene(&self, size: Size, frame: Frame, words: &Words) -> Scene {
        let least = self.rows().len().max(3) as f64 * STEP + self.head();
        let mut backdrop = Backdrop::open(&self.caption, &self.legend(words), size, frame, words, least);
        if self.draw(&mut backdrop, words).is_err() {
            backdrop.say(words.no_data);
        }
        backdrop.close(self.description(words), &self.caption, words)
    }

    fn table(&self, words: &Words) -> ChartTable {
        let heads = [
            Some(words.rank),
            Some(words.name),
            Some(words.value),
            self.threshold.as_ref().map(|_| words.state),
        ];
        let row = |(i, item): (usize, &RankItem)| {
            let missing = || words.missing.to_owned();
            let value = item.datum.as_ref().map_or_else(missing, |datum| datum.label.clone());
            let mut row = vec![(i + 1).to_string(), item.name.clone(), value];
            if self.threshold.is_some() {
                row.push(self.state(i, words).unwrap_or_else(missing));
            }
            row
        };
        ChartTable {
            caption: words.headline(&self.caption),
            header: heads.into_iter().flatten().map(str::to_owned).collect(),
            rows: self.items.iter().enumerate().map(row).collect(),
            totals: None,
        }
    }
}
