//! What stands around the plot: title, legend, note, source.
//!
//! Duty: lay out the furniture at any width and say what room is left. Input: caption, legend, size,
//! frame. Output: a [`Backdrop`]: a scene with the furniture in it and the area for the plot. Neighbours:
//! every chart opens one.

use super::words::{Words, fill};
use super::{Caption, Frame};
use crate::analysis::measure::{self, LINE, Weight};
use crate::analysis::scene::{
    Anchor, Baseline, Bounds, CircleMark, Ink, Mark, Pattern, Scene, Size, TextMark,
};

/// Font sizes, px.
pub(super) const LABEL: f64 = 11.0;
pub(super) const LEGEND: f64 = 12.0;
const TITLE: f64 = 16.0;
const DETAIL: f64 = 12.0;

const LEGEND_ROW: f64 = 20.0;
const SWATCH: f64 = 10.0;
const SWATCH_GAP: f64 = 6.0;
const ITEM_GAP: f64 = 14.0;
const PAD: f64 = 16.0;

/// How a legend entry is marked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Swatch {
    Square(Ink, Option<Pattern>),
    Line(Ink),
}

/// One legend entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub name: String,
    pub swatch: Swatch,
}

/// A scene with its furniture, and the room that is left.
#[derive(Debug)]
pub(super) struct Backdrop {
    pub scene: Scene,
    pub area: Bounds,
}

/// The furniture, laid out for one width.
struct Furniture {
    left: f64,
    title: Vec<String>,
    detail: Vec<String>,
    legend: Vec<Vec<(f64, Entry)>>,
    foot: Vec<String>,
}

impl Furniture {
    fn lay(caption: &Caption, legend: &[Entry], width: f64, frame: Frame, words: &Words) -> Self {
        let left = match frame {
            Frame::Bare => 0.0,
            Frame::Full => PAD,
        };
        let room = (width - 2.0 * left).max(0.0);
        let legend = rows(legend, room);
        let (mut title, mut detail, mut foot) = (Vec::new(), Vec::new(), Vec::new());
        if frame == Frame::Full {
            title = measure::wrap(&caption.title, TITLE, Weight::Bold, room, 3);
            detail = measure::wrap(&words.detail(caption), DETAIL, Weight::Regular, room, 2);
            if let Some(note) = &caption.note {
                foot = measure::wrap(note, LABEL, Weight::Regular, room, 3);
            }
            if !caption.source.is_empty() {
                let source = fill(words.source, &[("source", &caption.source)]);
                foot.extend(measure::wrap(&source, LABEL, Weight::Regular, room, 3));
            }
        }
        Furniture { left, title, detail, legend, foot }
    }

    /// Room above the plot.
    fn top(&self) -> f64 {
        let lines = self.title.len() as f64 * TITLE * LINE + self.detail.len() as f64 * DETAIL * LINE;
        let gap = if self.left > 0.0 { PAD + 6.0 } else { 0.0 };
        lines + gap + self.legend_height()
    }

    fn legend_height(&self) -> f64 {
        if self.legend.is_empty() { 4.0 } else { self.legend.len() as f64 * LEGEND_ROW + 8.0 }
    }

    /// Room below the plot.
    fn bottom(&self) -> f64 {
        if self.left == 0.0 {
            return 2.0;
        }
        let gap = if self.foot.is_empty() { 0.0 } else { 10.0 };
        gap + self.foot.len() as f64 * LABEL * LINE + PAD
    }

    fn draw(&self, scene: &mut Scene) {
        let mut y = if self.left > 0.0 { PAD } else { 0.0 };
        for line in &self.title {
            scene.text(words_at((self.left, y + TITLE * LINE / 2.0), line, TITLE, Weight::Bold, Ink::Ink));
            y += TITLE * LINE;
        }
        for line in &self.detail {
            scene.text(words_at(
                (self.left, y + DETAIL * LINE / 2.0),
                line,
                DETAIL,
                Weight::Regular,
                Ink::InkSecond,
            ));
            y += DETAIL * LINE;
        }
        if self.left > 0.0 {
            y += 6.0;
        }
        for row in &self.legend {
            for (x, entry) in row {
                draw_entry(scene, self.left + x, y + LEGEND_ROW / 2.0, entry);
            }
            y += LEGEND_ROW;
        }
        let mut y = scene.height - self.bottom() + 10.0;
        for line in &self.foot {
            scene.text(words_at(
                (self.left, y + LABEL * LINE / 2.0),
                line,
                LABEL,
                Weight::Regular,
                Ink::InkSecond,
            ));
            y += LABEL * LINE;
        }
    }
}

/// Flow legend entries into rows; a name longer than a row is shortened. Offsets are px from the left.
fn rows(legend: &[Entry], room: f64) -> Vec<Vec<(f64, Entry)>> {
    let mut rows: Vec<Vec<(f64, Entry)>> = Vec::new();
    let mut x = 0.0;
    for entry in legend {
        let name = measure::shorten(&entry.name, LEGEND, Weight::Regular, room - SWATCH - SWATCH_GAP);
        let wide = SWATCH + SWATCH_GAP + measure::width(&name, LEGEND, Weight::Regular);
        let entry = Entry { name, swatch: entry.swatch };
        match rows.last_mut() {
            Some(row) if x + wide <= room => row.push((x, entry)),
            _ => {
                x = 0.0;
                rows.push(vec![(x, entry)]);
            }
        }
        x += wide + ITEM_GAP;
    }
    rows
}

fn draw_entry(scene: &mut Scene, x: f64, middle: f64, entry: &Entry) {
    match entry.swatch {
        Swatch::Square(role, pattern) => {
            let bounds = Bounds { x, y: middle - SWATCH / 2.0, width: SWATCH, height: SWATCH };
            scene.rect(bounds, role, pattern, 2.0);
        }
        Swatch::Line(role) => {
            scene.line((x, middle), (x + SWATCH, middle), role, 2.0, None);
            scene.marks.push(Mark::Circle(CircleMark {
                centre: (x + SWATCH / 2.0, middle),
                radius: 3.0,
                fill: role,
                rim: None,
            }));
        }
    }
    let at = (x + SWATCH + SWATCH_GAP, middle);
    scene.text(words_at(at, &entry.name, LEGEND, Weight::Regular, Ink::InkSecond));
}

/// A text that begins at a point and is centred on it vertically.
pub(super) fn words_at(at: (f64, f64), text: &str, size: f64, weight: Weight, role: Ink) -> TextMark {
    let text = text.to_owned();
    TextMark { at, text, size, weight, anchor: Anchor::Start, baseline: Baseline::Middle, role, halo: None }
}

impl Backdrop {
    /// Lay out the furniture; the plot gets what is left, but never less than `least` px of height:
    /// then the scene grows.
    pub fn open(
        caption: &Caption,
        legend: &[Entry],
        size: Size,
        frame: Frame,
        words: &Words,
        least: f64,
    ) -> Backdrop {
        let width = if size.width.is_finite() { size.width.clamp(120.0, 4000.0) } else { 320.0 };
        let asked = if size.height.is_finite() { size.height.clamp(0.0, 20_000.0) } else { 0.0 };
        let furniture = Furniture::lay(caption, legend, width, frame, words);
        let (top, bottom) = (furniture.top(), furniture.bottom());
        let height = asked.max(top + least + bottom).ceil();
        let mut scene = Scene {
            width,
            height,
            marks: Vec::new(),
            targets: Vec::new(),
            title: words.headline(caption),
            description: String::new(),
            source: caption.source.clone(),
        };
        furniture.draw(&mut scene);
        let left = furniture.left;
        let area = Bounds { x: left, y: top, width: width - 2.0 * left, height: height - top - bottom };
        Backdrop { scene, area }
    }

    /// Height the furniture takes by itself, px.
    pub fn furniture(caption: &Caption, legend: &[Entry], width: f64, frame: Frame, words: &Words) -> f64 {
        let furniture = Furniture::lay(caption, legend, width.clamp(120.0, 4000.0), frame, words);
        furniture.top() + furniture.bottom()
    }

    /// Say in the middle of the plot why there is none.
    pub fn say(&mut self, text: &str) {
        let (x, y) = self.area.centre();
        let text = measure::shorten(text, 13.0, Weight::Regular, self.area.width);
        let mark = words_at((x, y), &text, 13.0, Weight::Regular, Ink::InkSecond);
        self.scene.text(TextMark { anchor: Anchor::Middle, ..mark });
    }

    /// Finish, with a description for those who cannot see the drawing.
    pub fn close(mut self, description: String, caption: &Caption, words: &Words) -> Scene {
        let source = match caption.source.as_str() {
            "" => String::new(),
            source => fill(words.source, &[("source", source)]),
        };
        let note = caption.note.clone().unwrap_or_default();
        let parts: Vec<String> =
            [description, note, source].into_iter().filter(|part| !part.is_empty()).collect();
        self.scene.description = parts.join(words.semicolon);
        self.scene
    }
}
