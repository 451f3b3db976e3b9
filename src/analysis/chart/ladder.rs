//! The ladder: how many villages stand on which step, year by year.
//!
//! Duty: horizontal bars of full width, divided by counts. Input: [`Ladder`]. Output: scene and table.
//! Neighbours: [`super::plot`] maps, [`super::share`] makes shares add up to 100.00 %.

use plotters::element::Rectangle;

use super::backdrop::{Backdrop, Entry, LABEL, Swatch, words_at};
use super::plot::{self, Undrawable};
use super::words::{Words, fill};
use super::{Caption, Category, Chart, ChartTable, Frame, grouped, shares};
use crate::analysis::backend::filled;
use crate::analysis::measure::{self, Weight};
use crate::analysis::scene::{Anchor, Bounds, Ink, Scene, Size, TextMark};

/// One bar: a year and its counts.
#[derive(Debug, Clone, PartialEq)]
pub struct LadderRow {
    pub category: Category,
    /// One count per band; `None` when nothing is known of the year.
    pub counts: Option<Vec<u64>>,
}

/// Years by bands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ladder {
    /// The unit is what is counted: "村".
    pub caption: Caption,
    /// Lowest band first: "<5万", "5–10" …
    pub bands: Vec<String>,
    pub rows: Vec<LadderRow>,
}

/// Height of a row and of the bar in it, px.
const STEP: f64 = 28.0;
const BAR: f64 = 19.0;

/// A piece of a bar in data coordinates: percent of the row.
struct Piece {
    row: usize,
    band: usize,
    from: f64,
    to: f64,
    count: u64,
}

impl Ladder {
    fn role(&self, band: usize) -> Ink {
        let limit = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
        Ink::Band { step: limit(band), of: limit(self.bands.len()) }
    }

    fn legend(&self) -> Vec<Entry> {
        let entry = |(band, name): (usize, &String)| Entry {
            name: name.clone(),
            swatch: Swatch::Square(self.role(band), None),
        };
        self.bands.iter().enumerate().map(entry).collect()
    }

    /// Counts of a row, cut to the bands there are.
    fn counts(&self, row: usize) -> &[u64] {
        let counts = self.rows.get(row).and_then(|row| row.counts.as_deref()).unwrap_or(&[]);
        counts.get(..self.bands.len().min(counts.len())).unwrap_or(&[])
    }

    fn total(&self, row: usize) -> u64 {
        self.counts(row).iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn pieces(&self) -> Vec<Piece> {
        let mut out = Vec::new();
        for row in 0..self.rows.len() {
            let total = self.total(row).max(1) as f64;
            let mut below = 0u64;
            for (band, count) in self.counts(row).iter().copied().enumerate() {
                let above = below.saturating_add(count);
                out.push(Piece { row, band, from: below as f64 / total, to: above as f64 / total, count });
                below = above;
            }
        }
        out
    }

    fn label(&self, piece: &Piece, words: &Words) -> String {
        let counts: Vec<f64> = self.counts(piece.row).iter().map(|count| *count as f64).collect();
        let share = shares(&counts).and_then(|shares| shares.get(piece.band).cloned());
        let share = share.map(|share| fill(words.share, &[("share", &share)])).unwrap_or_default();
        let category = self.rows.get(piece.row).map_or("", |row| row.category.name.as_str());
        let band = self.bands.get(piece.band).map_or("", String::as_str);
        let values = [
            ("category", category),
            ("series", band),
            ("value", &piece.count.to_string()),
            ("unit", self.caption.unit.as_str()),
            ("share", &share),
        ];
        fill(words.count, &values)
    }

    fn description(&self, words: &Words) -> String {
        let one = |(row, item): (usize, &LadderRow)| {
            if item.counts.is_none() {
                return format!("{} {}", item.category.name, words.no_data);
            }
            let parts: Vec<String> =
                self.bands.iter().zip(self.counts(row)).map(|(b, n)| format!("{b} {n}")).collect();
            format!("{} {}", item.category.name, parts.join(words.comma))
        };
        self.rows.iter().enumerate().map(one).collect::<Vec<_>>().join(words.semicolon)
    }

    fn draw(&self, backdrop: &mut Backdrop, words: &Words) -> Result<(), Undrawable> {
        let area = backdrop.area;
        if self.bands.is_empty() || self.rows.iter().all(|row| row.counts.is_none()) {
            backdrop.say(words.no_data);
            return Ok(());
        }
        if (0..self.rows.len()).all(|row| self.total(row) == 0) {
            backdrop.say(words.all_zero);
            return Ok(());
        }
        let widest = self.rows.iter().map(|r| measure::width(&r.category.label, LABEL, Weight::Regular));
        let names = (widest.fold(0.0, f64::max) + 10.0).min(area.width * 0.4).ceil();
        let height = self.rows.len() as f64 * STEP;
        let bounds = Bounds { x: area.x + names, y: area.y, width: area.width - names, height };
        let pieces: Vec<Piece> = self.pieces().into_iter().filter(|p| self.total(p.row) > 0).collect();
        let placed = self.bars(&mut backdrop.scene, bounds, &pieces)?;
        self.seams(&mut backdrop.scene, &placed, bounds);
        for (piece, at) in pieces.iter().zip(&placed) {
            self.print_count(&mut backdrop.scene, piece, at);
        }
        self.print_names(&mut backdrop.scene, area.x, names, bounds, words);
        for (piece, at) in pieces.iter().zip(&placed) {
            let hit = Bounds { width: at.width.max(2.0).min(bounds.right() - at.x + 2.0), ..*at };
            let hit = Bounds { x: hit.x.min(bounds.right() - hit.width), ..hit };
            backdrop.scene.target(piece.row, piece.band, hit, self.label(piece, words));
        }
        Ok(())
    }

    fn bars(&self, scene: &mut Scene, bounds: Bounds, pieces: &[Piece]) -> Result<Vec<Bounds>, Undrawable> {
        let mut plot = plot::horizontal(scene, bounds, 0.0..1.0, self.rows.len())?;
        let corners = |p: &Piece| {
            let (top, half) = (p.row as f64 + 0.5, BAR / STEP / 2.0);
            [(p.from, top - half), (p.to, top + half)]
        };
        let seen = pieces.iter().filter(|p| p.count > 0);
        plot.draw_series(seen.map(|p| Rectangle::new(corners(p), filled(self.role(p.band)))))?;
        let place = |p: &Piece| {
            let [a, b] = corners(p);
            Bounds::between(plot::point(plot.backend_coord(&a)), plot::point(plot.backend_coord(&b)))
        };
        Ok(pieces.iter().map(place).collect())
    }

    fn seams(&self, scene: &mut Scene, placed: &[Bounds], bounds: Bounds) {
        for at in placed.iter().filter(|at| at.width > 0.0 && at.right() < bounds.right() - 0.5) {
            scene.line((at.right(), at.y), (at.right(), at.bottom()), Ink::Paper, 1.5, None);
        }
    }

    /// A count that does not fit into its piece is left to the target's label and the table.
    fn print_count(&self, scene: &mut Scene, piece: &Piece, at: &Bounds) {
        let text = piece.count.to_string();
        if piece.count == 0 || measure::width(&text, LABEL, Weight::Regular) + 4.0 > at.width {
            return;
        }
        let mark = words_at(at.centre(), &text, LABEL, Weight::Regular, self.role(piece.band).on());
        scene.text(TextMark { anchor: Anchor::Middle, ..mark });
    }

    fn print_names(&self, scene: &mut Scene, left: f64, room: f64, bounds: Bounds, words: &Words) {
        for (row, item) in self.rows.iter().enumerate() {
            let y = bounds.y + (row as f64 + 0.5) * STEP;
            let name = measure::shorten(&item.category.label, LABEL, Weight::Regular, room - 8.0);
            let mark = words_at((left + room - 8.0, y), &name, LABEL, Weight::Regular, Ink::InkSecond);
            scene.text(TextMark { anchor: Anchor::End, ..mark });
            if self.total(row) == 0 {
                let text = if item.counts.is_none() { words.no_data } else { "0" };
                scene.text(words_at((bounds.x, y), text, LABEL, Weight::Regular, Ink::InkSecond));
            }
        }
    }
}

impl Chart for Ladder {
    fn caption(&self) -> &Caption {
        &self.caption
    }

    fn preferred_height(&self, width: f64, frame: Frame, words: &Words) -> f64 {
        let rows = self.rows.len().max(2) as f64 * STEP;
        Backdrop::furniture(&self.caption, &self.legend(), width, frame, words) + rows
    }

    fn scene(&self, size: Size, frame: Frame, words: &Words) -> Scene {
        let least = self.rows.len().max(2) as f64 * STEP;
        let mut backdrop = Backdrop::open(&self.caption, &self.legend(), size, frame, words, least);
        if self.draw(&mut backdrop, words).is_err() {
            backdrop.say(words.no_data);
        }
        backdrop.close(self.description(words), &self.caption, words)
    }

    fn table(&self, words: &Words) -> ChartTable {
        let mut header = vec![words.category.to_owned()];
        header.extend(self.bands.iter().cloned());
        header.push(words.total.to_owned());
        let row = |(i, item): (usize, &LadderRow)| {
            let mut row = vec![item.category.label.clone()];
            let counts = self.counts(i);
            let cell =
                |band: usize| counts.get(band).map_or_else(|| words.missing.to_owned(), u64::to_string);
            row.extend((0..self.bands.len()).map(cell));
            let total = || grouped(self.total(i) as f64, 0);
            row.push(if item.counts.is_some() { total() } else { words.missing.to_owned() });
            row
        };
        ChartTable {
            caption: words.headline(&self.caption),
            header,
            rows: self.rows.iter().enumerate().map(row).collect(),
            totals: None,
        }
    }
}
