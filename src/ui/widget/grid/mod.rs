//! A spreadsheet-like grid that draws only the rows in sight.
//!
//! One text area lies over the selected cell and always has the focus. The first key of an input method thus
//! begins its composition in the right place, and Enter that picks a candidate never leaves the cell: keys are
//! ignored while a composition runs, and the text is read when it ends.
//!
//! Here: what a grid shows ([`GridContent`]) and its frame. Beside: `head` and `lines` draw, `editor` is the text area,
//! `keys` and `walk` move the selection ([`Area`]), `whole` takes whole rows and columns, `typing` and `clipboard` change
//! cells, `retyped` takes typing back.

mod area;
mod clipboard;
mod editor;
mod head;
mod keys;
mod lines;
mod retyped;
mod typing;
mod walk;
mod whole;

use std::rc::Rc;

use leptos::prelude::*;

pub(in crate::ui) use self::area::Area;
pub(in crate::ui) use self::editor::composing;
use super::ask::{Question, Refusal};
use super::combo::Pick;
use crate::ui::desk::Desk;
use crate::ui::lang::t;
use crate::ui::words;
use crate::web::size::watch_width;
use lines::{Lines, cell_of};
use retyped::Retyped;
use whole::gutter;

/// Height of a row in CSS pixels at the normal text size.
const ROW: f64 = 36.0;
/// The tallest element that every browser draws whole: Firefox cuts at 17.9 million pixels, the others at 33.5 million.
const TALLEST: f64 = 17_500_000.0;
/// Rows that can be scrolled to; that there are more is said under the table.
const REACHED: usize = (TALLEST / ROW) as usize;
/// Rows drawn beyond the edges: what a turn of the wheel brings in before the next frame.
const SPARE: usize = 6;

/// Where the editor waits while no cell is selected: out of sight, but the keyboard reaches it, and so the table.
const UNPLACED: &str = "left:0;top:0;width:1px;height:1px";

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct Column {
    /// Field key.
    pub key: String,
    /// Heading with its unit.
    pub title: String,
    /// Width in CSS pixels.
    pub width: f64,
    /// Aligned right.
    pub numeric: bool,
    /// Whether a person may type here.
    pub editable: bool,
}

/// How a cell stands out; always together with words in its tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ui) enum Tone {
    #[default]
    Plain,
    Blank,
    Locked,
    Doubt,
    Wrong,
    /// Typed, and not saved yet.
    Unsaved,
    /// Others have said something else, and nobody has decided.
    Disputed,
}

/// A drawn cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::ui) struct Shown {
    pub text: String,
    pub tone: Tone,
    pub tip: Option<String>,
}

/// Words offered while one types.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::ui) struct Offer {
    /// The best first.
    pub picks: Vec<Pick>,
    /// Enter takes the first of them.
    pub first: bool,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    /// The cell that is being typed in.
    Cell,
    /// A block that was pasted at this row and column.
    Block(usize, usize, Vec<Vec<String>>),
}

/// What a grid shows and where its changes go. Rows and columns are counted in the order shown.
pub(in crate::ui) trait GridContent {
    fn rows(&self) -> usize;
    fn columns(&self) -> &[Column];
    fn shown(&self, row: usize, column: usize) -> Shown;
    /// What the editor starts with.
    fn typed(&self, row: usize, column: usize) -> String;
    /// Words that the cell accepts.
    fn offer(&self, column: usize, typed: &str) -> Offer;
    /// What is being typed, letter by letter; none when it is given up.
    fn typing(&self, row: usize, column: usize, text: Option<&str>);
    /// Takes what was typed, or says what is wrong with it or has to be asked. `sure`: it was asked.
    fn put(&self, row: usize, column: usize, text: &str, sure: bool) -> Result<(), Refusal>;
    /// Takes a pasted block, or says what is wrong with it, with its place, or has to be asked.
    fn paste(&self, row: usize, column: usize, block: &[Vec<String>], sure: bool) -> Result<(), Refusal>;
    fn marked(&self, row: usize) -> bool;
    /// Touches whatever a drawn cell depends on beside the sheet itself.
    fn track(&self);
    /// What is put on the clipboard.
    fn copied(&self, row: usize, column: usize) -> String;
    fn blank(&self, row: usize, column: usize) -> bool;
    /// How many of the first columns name the row and stay in sight.
    fn frozen(&self) -> usize;
}

/// The key of the column that the rows are sorted by, and whether downwards.
pub(in crate::ui) type Order = Option<(String, bool)>;

/// What the pressed pointer is drawn over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drag {
    Nothing,
    Cells,
    /// Numbers of rows: whole rows are selected, wherever in them the pointer is.
    Rows,
}

#[derive(Clone, Copy)]
struct Grid {
    desk: Desk,
    sheet: Signal<Rc<dyn GridContent>, LocalStorage>,
    here: RwSignal<Option<(usize, usize)>>,
    area: RwSignal<Option<Area>>,
    editing: RwSignal<bool>,
    retyped: StoredValue<Retyped>,
    /// The corner of the selected block that moves.
    far: StoredValue<(usize, usize)>,
    dragging: StoredValue<Drag>,
    /// A column whose edge is being drawn, and how wide it is meanwhile.
    drawn: RwSignal<Option<(usize, f64)>>,
    problem: RwSignal<Option<String>>,
    /// What has to be said before the text is taken.
    asked: RwSignal<Option<(Asked, Question)>>,
    options: RwSignal<Vec<Pick>>,
    option: RwSignal<usize>,
    writable: Signal<bool>,
    frame: NodeRef<leptos::html::Div>,
    /// Where the lines stand.
    host: NodeRef<leptos::html::Div>,
    lines: StoredValue<Lines, LocalStorage>,
    editor: NodeRef<leptos::html::Textarea>,
    on_open: Callback<usize>,
}

/// The grid.
#[component]
pub(in crate::ui) fn GridView(
    sheet: Signal<Rc<dyn GridContent>, LocalStorage>,
    /// The cell that keys go to.
    here: RwSignal<Option<(usize, usize)>>,
    /// The cells that are selected; the one that keys go to is among them.
    area: RwSignal<Option<Area>>,
    order: RwSignal<Order>,
    /// The width drawn for the column of a key; none for the usual one.
    on_width: Callback<(String, Option<f64>)>,
    writable: Signal<bool>,
    /// A cell to be opened at this row and column with this text.
    resume: RwSignal<Option<(usize, usize, String)>>,
    /// Told when the first selected row is to be put into the others.
    fill: Trigger,
    label: String,
    /// Enter on a cell that cannot be typed in, or a double click on it.
    on_open: Callback<usize>,
) -> impl IntoView {
    let grid = Grid {
        desk: Desk::here(),
        sheet,
        here,
        area,
        editing: RwSignal::new(false),
        retyped: StoredValue::default(),
        far: StoredValue::new((0, 0)),
        dragging: StoredValue::new(Drag::Nothing),
        drawn: RwSignal::new(None),
        problem: RwSignal::new(None),
        asked: RwSignal::new(None),
        options: RwSignal::new(Vec::new()),
        option: RwSignal::new(0),
        writable,
        frame: NodeRef::new(),
        host: NodeRef::new(),
        lines: StoredValue::new_local(Lines::default()),
        editor: NodeRef::new(),
        on_open,
    };
    Effect::new(move |_| {
        if let Some((row, c, text)) = resume.get() {
            grid.resume(row, c, &text);
            resume.set(None);
        }
    });
    Effect::new(move |before: Option<()>| {
        fill.track();
        if before.is_some() {
            untrack(|| grid.fill_down());
        }
    });
    let top = RwSignal::new(0.0f64);
    let tall = RwSignal::new(600.0f64);
    let wide = RwSignal::new(0.0f64);
    let aside = RwSignal::new(false);
    let scrolled = move |_| {
        if let Some(frame) = grid.frame.get_untracked() {
            top.set(f64::from(frame.scroll_top()));
            tall.set(f64::from(frame.client_height()));
            let now = frame.scroll_left() > 0;
            if aside.get_untracked() != now {
                aside.set(now);
            }
        }
    };
    // The panel beside the table takes of its width once a cell is selected: the cell is brought back into sight.
    Effect::new(move |_| {
        let Some(frame) = grid.frame.get() else { return };
        let watched = frame.clone();
        watch_width(&frame, move |_| {
            // The watcher may outlive the page by a moment.
            if wide.try_set(f64::from(watched.client_width())).is_none() {
                tall.set(f64::from(watched.client_height()).max(300.0));
                grid.reveal_picked();
            }
        });
    });
    let rows_in_sight = Memo::new(move |_| {
        let drawn = (tall.get() / ROW).ceil() as usize + 1 + 2 * SPARE;
        let n = reached(sheet);
        let first = ((top.get() / ROW) as usize).saturating_sub(SPARE).min(n.saturating_sub(drawn));
        (first, drawn.min(n))
    });
    Effect::new(move |_| grid.mark(grid.picked()));
    let said = Memo::new(move |n: Option<&u64>| {
        grid.host.track();
        sheet.with(|s| s.track());
        n.map_or(0, |n| n + 1)
    });
    Effect::new(move |before: Option<u64>| {
        let (said, (first, many)) = (said.get(), rows_in_sight.get());
        let sheet = sheet.get_untracked();
        untrack(|| grid.draw(&*sheet, first..first + many, before != Some(said)));
        said
    });
    let frozen = move || sheet.with(|s| s.frozen());
    let columns = move || sheet.with(|s| s.columns().to_vec());
    view! {
        <div class="grid" class:aside=aside class:drawing=move || grid.drawn.with(Option::is_some) role="grid" aria-multiselectable="true" node_ref=grid.frame style=move || grid.template(wide.get()) on:scroll=scrolled aria-label=label
            aria-rowcount=move || (sheet.with(|s| s.rows()) + 1).to_string() aria-colcount=move || columns().len().to_string()>
            <div class="head" role="row" aria-rowindex="1">
                <span class="number" aria-hidden="true" title=t("全选", "Select all") on:click=move |_| { grid.select_all(); grid.focus_editor(); }></span>
                {move || columns().into_iter().enumerate().map(|(c, column)| grid.head_cell(c, column, c < frozen(), order, on_width)).collect_view()}
            </div>
            <div class="canvas" on:mousedown=move |event| grid.press(&event) on:mousemove=move |event| grid.drag(&event) on:dblclick=move |event| if cell_of(&event).is_some() { grid.open() }
                style:height=move || format!("{}px", reached(sheet) as f64 * ROW)>
                <div class="lines" node_ref=grid.host></div>
                {grid.editor_view()}
            </div>
        </div>
        {move || cut_words(sheet.with(|s| s.rows())).map(|words| view! { <p class="grid-foot" role="note">{words}</p> })}
    }
}

/// How many rows can be scrolled to.
fn reached(sheet: Signal<Rc<dyn GridContent>, LocalStorage>) -> usize {
    sheet.with(|s| s.rows()).min(REACHED)
}

/// Says that there are more rows than a browser can scroll to.
fn cut_words(rows: usize) -> Option<String> {
    let reached = words::plain(REACHED.into());
    (rows > REACHED).then(|| {
        format!(
            "{} {reached} {}",
            t("表太长，这里只翻得到前", "Too long a table: only the first"),
            t(
                "行；其余请用筛选、范围或期间",
                "rows can be scrolled to; filter, or choose a place or a period"
            )
        )
    })
}

impl Grid {
    /// One declaration of widths serves the head and every line, and one of how far the columns are pushed that stay
    /// in sight; the others are not pushed. The edge that is being drawn is followed.
    fn template(self, wide: f64) -> String {
        use std::fmt::Write as _;
        let (mut columns, frozen, rows) = self.sheet.with(|s| (s.columns().to_vec(), s.frozen(), s.rows()));
        if let Some((c, width)) = self.drawn.get()
            && let Some(column) = columns.get_mut(c)
        {
            column.width = width;
        }
        let (gutter, whole) = (gutter(rows), columns.iter().map(|c| c.width).sum::<f64>());
        let widths: Vec<String> = columns.iter().map(|c| format!("{}px", c.width)).collect();
        let mut style =
            format!("--gutter:{gutter}px;--columns:{};--whole:{}px", widths.join(" "), gutter + whole);
        let mut left = gutter;
        let (count, _) = self.frozen_width(&columns, frozen, wide);
        for (n, column) in columns.iter().take(count).enumerate() {
            // Writing into a text does not fail.
            let _ = write!(style, ";--left-{n}:{left}px");
            left += column.width;
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::{REACHED, cut_words};

    #[test]
    fn a_table_longer_than_a_browser_draws_says_where_it_ends() {
        assert_eq!(cut_words(REACHED), None);
        assert!(cut_words(REACHED + 1).is_some_and(|words| words.contains("486,111")));
    }
}
