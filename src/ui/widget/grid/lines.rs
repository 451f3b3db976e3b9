//! Rows and cells as they are drawn, and the mark on those that are selected.
//!
//! A line is drawn when it comes into sight and when its own words change, never because something is selected:
//! selecting sets the marks of the cells that it concerns. The pointer is heard once, by the canvas.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::{Area, Grid, ROW, Sheet, Shown, Tone};
use crate::ui::lang::t;

/// The words of a line.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    cells: Vec<(Shown, bool)>,
    frozen: usize,
    marked: bool,
}

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

fn read(sheet: &Rc<dyn Sheet>, row: usize) -> Option<Line> {
    let columns = sheet.columns().iter().enumerate();
    (row < sheet.rows()).then(|| Line {
        frozen: sheet.frozen(),
        cells: columns.map(|(c, column)| (sheet.shown(row, c), column.numeric)).collect(),
        marked: sheet.marked(row),
    })
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

    pub(super) fn line(self, row: usize) -> impl IntoView + use<> {
        let line = Memo::new(move |_| self.sheet.with(|s| read(s, row)));
        move || line.get().map(|line| self.line_view(row, line))
    }

    fn line_view(self, row: usize, line: Line) -> impl IntoView + use<> {
        let picked = untrack(|| self.picked());
        let cells = line.cells.into_iter().enumerate().map(|(c, (shown, numeric))| {
            let at = (row, c);
            cell(c, shown, numeric, c < line.frozen, (picked.is_here(at), picked.has(at)))
        });
        view! {
            <div class="line" class:marked=line.marked role="row" aria-rowindex=(row + 2).to_string() style=format!("top:{}px", row as f64 * ROW)>
                <span class="number" aria-hidden="true" data-n=(row + 1).to_string() data-in=picked.touches(row).then_some("true")></span>
                {cells.collect_view()}
            </div>
        }
    }

    /// Moves the marks from what was selected to what is.
    pub(super) fn mark(self, before: &Picked, now: &Picked) {
        let Some(canvas) = self.canvas.get_untracked() else { return };
        let lines = canvas.children();
        for line in (0..lines.length()).filter_map(|n| lines.item(n)) {
            let Some(row) = line.get_attribute("aria-rowindex").and_then(|n| n.parse::<usize>().ok()) else {
                continue;
            };
            let row = row.saturating_sub(2);
            if !before.touches(row) && !now.touches(row) {
                continue;
            }
            let cells = line.children();
            if let Some(number) = cells.item(0) {
                set(&number, "data-in", now.touches(row));
            }
            // The number of the row stands before its cells.
            for (c, cell) in (1..cells.length()).filter_map(|n| Some((n as usize - 1, cells.item(n)?))) {
                let at = (row, c);
                if before.is_here(at) != now.is_here(at) {
                    set(&cell, "data-here", now.is_here(at));
                }
                if before.has(at) != now.has(at) {
                    set(&cell, "aria-selected", now.has(at));
                }
            }
        }
    }
}

fn set(cell: &Element, name: &str, on: bool) {
    // The names are plain words, which no browser refuses.
    let _ = cell.set_attribute(name, if on { "true" } else { "false" });
}

/// Where a column that stays in sight is held; one for which there is no room is not held.
pub(super) fn held_at(c: usize, frozen: bool) -> Option<String> {
    frozen.then(|| format!("left:var(--left-{c},auto)"))
}

fn cell(
    c: usize,
    shown: Shown,
    numeric: bool,
    frozen: bool,
    (here, selected): (bool, bool),
) -> impl IntoView + use<> {
    let tone = match shown.tone {
        Tone::Plain => "",
        Tone::Blank => " blank",
        Tone::Locked => " locked",
        Tone::Doubt => " doubt",
        Tone::Wrong => " wrong",
        Tone::Unsaved => " unsaved",
    };
    let unsaved = (shown.tone == Tone::Unsaved)
        .then(|| view! { <span class="tag doubt">{t("未保存", "not saved")}</span> });
    let (held, num) = (if frozen { " frozen" } else { "" }, if numeric { " num" } else { "" });
    view! {
        <div class=format!("cell{held}{num}{tone}") style=held_at(c, frozen) data-here=here.then_some("true") role="gridcell" aria-colindex=(c + 1).to_string()
            aria-selected=if selected { "true" } else { "false" } title=shown.tip>{shown.text}{unsaved}</div>
    }
}
