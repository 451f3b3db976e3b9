//! Rows and cells as they are drawn, and the mark on those that are selected.
//!
//! Duty: the rows in sight as elements. The same elements serve row after row: what leaves at one edge is written anew
//! for the other, and of a row that stays only the cells that say something else. So scrolling makes nothing, and
//! selecting sets the marks of the cells that it concerns. Inputs: a [`GridContent`], which of its rows are in sight, what is
//! selected. Outputs: elements, in the order of rows once the table rests. Neighbours: the frame in `mod` says which
//! rows; the pointer is heard once, by the canvas.

use std::collections::VecDeque;
use std::ops::Range;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, Node};

use super::{Area, Grid, GridContent, ROW, Shown, Tone};
use crate::ui::lang::t;

/// What is selected: the cell that keys go to, and the block.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Picked {
    here: Option<(usize, usize)>,
    area: Option<Area>,
}

impl Picked {
    fn is_here(&self, at: (usize, usize)) -> bool {
        self.here == Some(at)
    }

    fn has(&self, at: (usize, usize)) -> bool {
        self.area.as_ref().is_some_and(|a| a.contains(at))
    }

    fn touches(&self, row: usize) -> bool {
        self.here.is_some_and(|(r, _)| r == row) || self.area.as_ref().is_some_and(|a| a.rows.contains(&row))
    }
}

/// How the cells of a column are made: held in sight, aligned right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Make {
    frozen: bool,
    numeric: bool,
}

/// What is left and right of a cell's words, in CSS pixels, as the style says.
const BESIDE: f64 = 24.0;

/// The lines that are drawn, in the order of their rows.
#[derive(Default)]
pub(super) struct Lines {
    makes: Vec<Make>,
    /// How wide the words of each column may be, in letters as wide as they are high.
    rooms: Vec<f64>,
    /// A line with nothing in it, of which the others are copies.
    blank: Option<HtmlElement>,
    drawn: VecDeque<Line>,
    /// The elements do not stand in the order of their rows.
    mixed: bool,
    /// How often it was drawn.
    times: u64,
    picked: Picked,
}

/// Milliseconds without scrolling after which the elements are put in the order of their rows, for those who are read
/// the page: in the midst of it, moving elements would cost more than writing them.
const REST: u32 = 120;

struct Line {
    element: HtmlElement,
    /// The number of the row, before its cells.
    number: Element,
    touched: bool,
    /// The row that it shows; none before it was first written.
    row: Option<usize>,
    marked: bool,
    cells: Vec<Cell>,
}

struct Cell {
    element: Element,
    words: Node,
    /// 未保存 or 冲突, after the words.
    tag: Option<HtmlElement>,
    shown: Shown,
    /// Its words may be wider than it is, and are cut off.
    cut: bool,
    here: bool,
    selected: bool,
}

/// The cell under the pointer.
pub(super) fn cell_of(event: &web_sys::MouseEvent) -> Option<(usize, usize)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let cell = target.closest("[role=gridcell][aria-colindex]").ok()??;
    let number = |e: &Element, name: &str| e.get_attribute(name)?.parse::<usize>().ok();
    let row = number(&cell.closest("[role=row]").ok()??, "aria-rowindex")?;
    Some((row.checked_sub(2)?, number(&cell, "aria-colindex")?.checked_sub(1)?))
}

impl Grid {
    pub(super) fn picked(self) -> Picked {
        Picked { here: self.here.get(), area: self.area.get() }
    }

    /// Draws `rows`; `anew`: what is drawn already may say something else.
    pub(super) fn draw(self, sheet: &dyn GridContent, rows: Range<usize>, anew: bool) {
        let Some(host) = self.host.get_untracked() else { return };
        let mixed = self.lines.try_update_value(|lines| {
            lines.draw(&host, sheet, rows, anew);
            lines.mixed.then_some(lines.times)
        });
        if let Some(times) = mixed.flatten() {
            spawn_local(async move {
                crate::web::sleep(REST).await;
                // The table may be gone by now.
                self.lines.try_update_value(|lines| lines.rest(&host, times));
            });
        }
    }

    pub(super) fn mark(self, now: Picked) {
        self.lines.update_value(|lines| lines.mark(now));
    }
}

impl Lines {
    fn draw(&mut self, host: &Element, sheet: &dyn GridContent, rows: Range<usize>, anew: bool) {
        let frozen = sheet.frozen();
        let columns = sheet.columns().iter().enumerate();
        let makes: Vec<Make> =
            columns.map(|(c, column)| Make { frozen: c < frozen, numeric: column.numeric }).collect();
        if makes != self.makes {
            host.set_text_content(None);
            self.drawn.clear();
            self.mixed = false;
            self.blank = blank(&makes);
            self.makes = makes;
        }
        if anew {
            let letter = letter_of(host);
            self.rooms = sheet.columns().iter().map(|c| (c.width - BESIDE) / letter).collect();
        }
        self.times += 1;
        self.provide(host, rows.len());
        self.turn(rows.start);
        for (row, line) in rows.zip(&mut self.drawn) {
            if anew || line.row != Some(row) {
                line.write(sheet, row, (&self.makes, &self.rooms), &self.picked);
            }
        }
    }

    /// As many lines as are needed.
    fn provide(&mut self, host: &Element, wanted: usize) {
        for line in self.drawn.drain(self.drawn.len().min(wanted)..) {
            line.element.remove();
        }
        while self.drawn.len() < wanted {
            let copy = self.blank.as_ref().and_then(|b| b.clone_node_with_deep(true).ok());
            let Some(line) = copy.and_then(|c| Line::of(c.dyn_into().ok()?)) else { return };
            put_last(host, &line.element);
            self.drawn.push_back(line);
        }
    }

    /// Takes the lines whose rows are out of sight from one edge to the other.
    fn turn(&mut self, start: usize) {
        let Some(first) = self.drawn.front().and_then(|l| l.row) else { return };
        let by = start.abs_diff(first);
        // Where no row stays in sight, every line is written where it is.
        if by == 0 || by >= self.drawn.len() {
            return;
        }
        if start > first {
            self.drawn.rotate_left(by);
        } else {
            self.drawn.rotate_right(by);
        }
        self.mixed = true;
    }

    /// Puts the elements in the order of their rows, unless it was drawn again since.
    fn rest(&mut self, host: &Element, times: u64) {
        if self.times != times || !std::mem::take(&mut self.mixed) {
            return;
        }
        for line in &self.drawn {
            put_last(host, &line.element);
        }
    }

    /// Moves the marks from what was selected to what is.
    fn mark(&mut self, now: Picked) {
        let before = std::mem::replace(&mut self.picked, now);
        for line in &mut self.drawn {
            if line.row.is_some_and(|row| before.touches(row) || self.picked.touches(row)) {
                line.mark(&self.picked);
            }
        }
    }
}

impl Line {
    /// The parts of a line's element.
    fn of(element: HtmlElement) -> Option<Self> {
        let children = element.children();
        let number = children.item(0)?;
        let cells = (1..children.length()).filter_map(|n| Cell::of(children.item(n)?)).collect();
        Some(Self { element, number, touched: false, row: None, marked: false, cells })
    }

    fn write(
        &mut self,
        sheet: &dyn GridContent,
        row: usize,
        (makes, rooms): (&[Make], &[f64]),
        picked: &Picked,
    ) {
        if self.row.replace(row) != Some(row) {
            style(&self.element, "top", &format!("{}px", row as f64 * ROW));
            set(&self.element, "aria-rowindex", &(row + 2).to_string());
            set(&self.number, "data-n", &(row + 1).to_string());
        }
        let marked = sheet.marked(row);
        if std::mem::replace(&mut self.marked, marked) != marked {
            self.element.set_class_name(if marked { "line marked" } else { "line" });
        }
        for (c, (cell, (make, room))) in self.cells.iter_mut().zip(makes.iter().zip(rooms)).enumerate() {
            cell.write(sheet.shown(row, c), *make, *room);
        }
        self.mark(picked);
    }

    fn mark(&mut self, picked: &Picked) {
        let Some(row) = self.row else { return };
        if std::mem::replace(&mut self.touched, picked.touches(row)) != self.touched {
            set(&self.number, "data-in", if self.touched { "true" } else { "false" });
        }
        for (c, cell) in self.cells.iter_mut().enumerate() {
            let at = (row, c);
            if std::mem::replace(&mut cell.here, picked.is_here(at)) != cell.here {
                set(&cell.element, "data-here", if cell.here { "true" } else { "false" });
            }
            if std::mem::replace(&mut cell.selected, picked.has(at)) != cell.selected {
                set(&cell.element, "aria-selected", if cell.selected { "true" } else { "false" });
            }
        }
    }
}

impl Cell {
    fn of(element: Element) -> Option<Self> {
        let words = element.first_child()?;
        Some(Self {
            element,
            words,
            tag: None,
            shown: Shown::default(),
            cut: false,
            here: false,
            selected: false,
        })
    }

    fn write(&mut self, shown: Shown, make: Make, room: f64) {
        let cut = tag_of(shown.tone).is_some() || breadth(&shown.text) > room;
        if shown.text != self.shown.text {
            self.words.set_node_value(Some(&shown.text));
        }
        if (shown.tone, cut) != (self.shown.tone, self.cut) {
            self.element.set_class_name(&class_of(make, shown.tone, cut));
        }
        if shown.tone != self.shown.tone {
            self.tell(shown.tone);
        }
        if shown.tip != self.shown.tip {
            match &shown.tip {
                Some(tip) => set(&self.element, "title", tip),
                // A tip that is not there cannot be refused either.
                None => drop(self.element.remove_attribute("title")),
            }
        }
        (self.shown, self.cut) = (shown, cut);
    }

    /// Says beside the words what the colour alone would not tell.
    fn tell(&mut self, tone: Tone) {
        if let Some(tag) = self.tag.take() {
            tag.remove();
        }
        let Some((class, word)) = tag_of(tone) else { return };
        self.tag = made("span", class);
        if let Some(tag) = &self.tag {
            tag.set_text_content(Some(word));
            put_last(&self.element, tag);
        }
    }
}

/// What is said beside the words.
fn tag_of(tone: Tone) -> Option<(&'static str, &'static str)> {
    match tone {
        Tone::Unsaved => Some(("tag doubt", t("未保存", "not saved"))),
        Tone::Disputed => Some(("tag wrong", t("冲突", "conflict"))),
        Tone::Plain | Tone::Blank | Tone::Locked | Tone::Doubt | Tone::Wrong => None,
    }
}

/// At most how wide words are, in letters as wide as they are high. Cutting off costs a frame something in every cell
/// that is cut off, so it is left to those that need it; a cell that might need it is taken for one that does.
fn breadth(text: &str) -> f64 {
    let widest = |c: char| match c {
        '0'..='9' | ' ' | ',' | '.' | ':' | '/' | '-' => 0.7,
        '\u{10000}'.. => 2.0,
        _ => 1.0,
    };
    text.chars().map(widest).sum()
}

/// The height of letters in the table, in CSS pixels. Where it is not told, every cell is taken for too narrow.
fn letter_of(host: &Element) -> f64 {
    let style = window().get_computed_style(host).ok().flatten();
    let size = style.and_then(|s| s.get_property_value("font-size").ok());
    size.and_then(|s| s.trim_end_matches("px").parse().ok()).unwrap_or(f64::INFINITY)
}

/// A line with nothing in it.
fn blank(makes: &[Make]) -> Option<HtmlElement> {
    let line = made("div", "line")?;
    set(&line, "role", "row");
    let number = made("span", "number")?;
    set(&number, "aria-hidden", "true");
    put_last(&line, &number);
    for (c, make) in makes.iter().enumerate() {
        let cell = made("div", &class_of(*make, Tone::Plain, false))?;
        set(&cell, "role", "gridcell");
        set(&cell, "aria-colindex", &(c + 1).to_string());
        set(&cell, "aria-selected", "false");
        if make.frozen {
            style(&cell, "left", &held_at(c));
        }
        put_last(&cell, &document().create_text_node(""));
        put_last(&line, &cell);
    }
    Some(line)
}

fn class_of(make: Make, tone: Tone, cut: bool) -> String {
    let tone = match tone {
        Tone::Plain => "",
        Tone::Blank => " blank",
        Tone::Locked => " locked",
        Tone::Doubt => " doubt",
        Tone::Wrong => " wrong",
        Tone::Unsaved => " unsaved",
        Tone::Disputed => " disputed",
    };
    let (held, num) = (if make.frozen { " frozen" } else { "" }, if make.numeric { " num" } else { "" });
    let cut = if cut { " cut" } else { "" };
    format!("cell{held}{num}{tone}{cut}")
}

/// Where a column that stays in sight is held; one for which there is no room is not held.
pub(super) fn held_at(c: usize) -> String {
    format!("var(--left-{c},auto)")
}

fn made(name: &str, class: &str) -> Option<HtmlElement> {
    let element = document().create_element(name).ok()?.dyn_into::<HtmlElement>().ok()?;
    element.set_class_name(class);
    Some(element)
}

fn put_last(parent: &Node, child: &Node) {
    // An element takes any other that does not hold it.
    let _ = parent.append_child(child);
}

fn set(element: &Element, name: &str, value: &str) {
    // The names are plain words, which no browser refuses.
    let _ = element.set_attribute(name, value);
}

fn style(element: &HtmlElement, name: &str, value: &str) {
    // Where a browser does not know a property, it leaves it out.
    let _ = element.style().set_property(name, value);
}
