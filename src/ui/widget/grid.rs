//! A spreadsheet-like grid that draws only the rows in sight.
//!
//! One text area lies over the selected cell and always has the focus. The first key of an input method thus
//! begins its composition in the right place, and Enter that picks a candidate never leaves the cell: keys are
//! ignored while a composition runs, and the text is read when it ends.

use std::rc::Rc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::combo::Pick;
use crate::ui::lang::t;

/// Height of a row in CSS pixels at the normal text size.
const ROW: f64 = 36.0;
/// Rows drawn beyond the edges.
const SPARE: usize = 8;

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
}

/// A drawn cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::ui) struct Shown {
    pub text: String,
    pub tone: Tone,
    pub tip: Option<String>,
}

/// What a grid shows and where its changes go. Rows and columns are counted in the order shown.
pub(in crate::ui) trait Sheet {
    fn rows(&self) -> usize;
    fn columns(&self) -> &[Column];
    fn shown(&self, row: usize, column: usize) -> Shown;
    /// What the editor starts with.
    fn typed(&self, row: usize, column: usize) -> String;
    /// Words that the cell accepts, best first.
    fn picks(&self, column: usize, typed: &str) -> Vec<Pick>;
    /// Takes what was typed; the message says what is wrong with it.
    fn put(&self, row: usize, column: usize, text: &str) -> Result<(), String>;
    /// Takes a pasted block; the message says what was done or what is wrong, with its place.
    fn paste(&self, row: usize, column: usize, block: &[Vec<String>]) -> Result<(), String>;
    fn marked(&self, row: usize) -> bool;
}

/// Which column the rows are sorted by, and whether downwards.
pub(in crate::ui) type Order = Option<(usize, bool)>;

#[derive(Clone, Copy)]
struct Grid {
    sheet: Signal<Rc<dyn Sheet>, LocalStorage>,
    here: RwSignal<Option<(usize, usize)>>,
    editing: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    options: RwSignal<Vec<Pick>>,
    option: RwSignal<usize>,
    writable: Signal<bool>,
    frame: NodeRef<leptos::html::Div>,
    editor: NodeRef<leptos::html::Textarea>,
    on_open: Callback<usize>,
}

/// The grid.
#[component]
pub(in crate::ui) fn GridView(
    sheet: Signal<Rc<dyn Sheet>, LocalStorage>,
    here: RwSignal<Option<(usize, usize)>>,
    order: RwSignal<Order>,
    writable: Signal<bool>,
    label: String,
    /// Enter on a cell that cannot be typed in, or a double click on it.
    on_open: Callback<usize>,
) -> impl IntoView {
    let grid = Grid {
        sheet,
        here,
        editing: RwSignal::new(false),
        problem: RwSignal::new(None),
        options: RwSignal::new(Vec::new()),
        option: RwSignal::new(0),
        writable,
        frame: NodeRef::new(),
        editor: NodeRef::new(),
        on_open,
    };
    let top = RwSignal::new(0.0f64);
    let tall = RwSignal::new(600.0f64);
    let scrolled = move |_| {
        if let Some(frame) = grid.frame.get_untracked() {
            top.set(f64::from(frame.scroll_top()));
            tall.set(f64::from(frame.client_height()));
        }
    };
    Effect::new(move |_| {
        if let Some(frame) = grid.frame.get() {
            tall.set(f64::from(frame.client_height()).max(300.0));
        }
    });
    let window_of_rows = Memo::new(move |_| {
        let n = sheet.with(|s| s.rows());
        let first = ((top.get() / ROW) as usize).saturating_sub(SPARE);
        let last = (((top.get() + tall.get()) / ROW) as usize + SPARE).min(n);
        (first.min(n), last)
    });
    let columns = move || sheet.with(|s| s.columns().to_vec());
    view! {
        <div class="grid" role="grid" node_ref=grid.frame on:scroll=scrolled aria-label=label
            aria-rowcount=move || (sheet.with(|s| s.rows()) + 1).to_string() aria-colcount=move || columns().len().to_string()>
            <div class="head" role="row" aria-rowindex="1">
                {move || columns().into_iter().enumerate().map(|(c, column)| head_cell(c, column, order)).collect_view()}
            </div>
            <div class="canvas" style:height=move || format!("{}px", sheet.with(|s| s.rows()) as f64 * ROW) style:width=move || format!("{}px", columns().iter().map(|c| c.width).sum::<f64>())>
                <For each=move || { let (a, b) = window_of_rows.get(); a..b } key=|row| *row let:row>
                    {move || sheet.with(|s| grid.line(s, row))}
                </For>
                {grid.editor_view()}
            </div>
        </div>
    }
}

fn head_cell(c: usize, column: Column, order: RwSignal<Order>) -> impl IntoView {
    let sorted = move || match order.get() {
        Some((at, down)) if at == c => Some(if down { "descending" } else { "ascending" }),
        _ => None,
    };
    let turn = move |_| {
        order.update(|o| {
            *o = match *o {
                Some((at, false)) if at == c => Some((c, true)),
                Some((at, true)) if at == c => None,
                _ => Some((c, false)),
            }
        });
    };
    let mark = move || match sorted() {
        Some("ascending") => "▲",
        Some(_) => "▼",
        None => "",
    };
    view! {
        <div class="cell" class:first=c == 0 class:num=column.numeric role="columnheader" aria-sort=move || sorted().unwrap_or("none") style:width=format!("{}px", column.width)>
            <button type="button" on:click=turn title=t("排序", "Sort")>{column.title}<span aria-hidden="true">{mark}</span></button>
        </div>
    }
}

impl Grid {
    fn line(self, sheet: &Rc<dyn Sheet>, row: usize) -> impl IntoView + use<> {
        if row >= sheet.rows() {
            return ().into_any();
        }
        let cells: Vec<(Shown, Column)> = sheet
            .columns()
            .iter()
            .enumerate()
            .map(|(c, column)| (sheet.shown(row, c), column.clone()))
            .collect();
        let marked = sheet.marked(row);
        view! {
            <div class="line" class:marked=marked role="row" aria-rowindex=(row + 2).to_string() style=format!("top:{}px;height:{ROW}px", row as f64 * ROW)>
                {cells.into_iter().enumerate().map(|(c, (shown, column))| self.cell(row, c, shown, &column)).collect_view()}
            </div>
        }
        .into_any()
    }

    fn cell(self, row: usize, c: usize, shown: Shown, column: &Column) -> impl IntoView + use<> {
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
        let class = format!(
            "cell{}{}{tone}",
            if c == 0 { " first" } else { "" },
            if column.numeric { " num" } else { "" }
        );
        let here = self.here;
        view! {
            <div class=class class:here=move || here.get() == Some((row, c)) role="gridcell" aria-colindex=(c + 1).to_string()
                aria-selected=move || (here.get() == Some((row, c))).to_string() title=shown.tip.unwrap_or_default() style:width=format!("{}px", column.width)
                on:mousedown=move |event| { event.prevent_default(); self.go(row, c); }
                on:dblclick=move |_| self.open()>{shown.text}{unsaved}</div>
        }
    }

    fn editor_view(self) -> impl IntoView {
        let place = move || {
            let (row, c) = self.here.get()?;
            self.sheet.with(|s| {
                let column = s.columns().get(c)?;
                let left: f64 = s.columns().iter().take(c).map(|x| x.width).sum();
                Some(format!(
                    "left:{left}px;top:{}px;width:{}px;height:{ROW}px",
                    row as f64 * ROW,
                    column.width
                ))
            })
        };
        // In a row and a cell of its own, because a grid may hold nothing else.
        view! {
            <div role="row"><div role="gridcell"><textarea class="editor" class:idle=move || !self.editing.get() node_ref=self.editor rows="1" style=move || place().unwrap_or_else(|| UNPLACED.to_owned())
                aria-label=move || self.cell_name() aria-invalid=move || self.problem.with(Option::is_some).to_string()
                autocomplete="off" spellcheck="false"
                readonly=move || !self.can_type()
                on:keydown=move |event| self.key(&event)
                on:compositionstart=move |_| self.editing.set(true)
                on:input=move |_| { self.editing.set(true); self.suggest(); }
                on:copy=move |event| self.copy(&event)
                on:paste=move |event| self.paste(&event)
                on:focus=move |_| if self.here.try_get_untracked() == Some(None) { self.go(0, 0); }
                on:blur=move |_| if self.editing.try_get_untracked() == Some(true) { self.finish(0, 0); } />
            {move || self.note_view(place())}</div></div>
        }
    }

    /// The message or the options under the cell that is being typed in.
    fn note_view(self, place: Option<String>) -> Option<AnyView> {
        let place = place?;
        let below = move |extra: &str| {
            format!("{place};margin-top:{ROW}px;height:auto;width:auto;min-width:220px;{extra}")
        };
        if let Some(problem) = self.problem.get() {
            let style = below("position:absolute;z-index:5;padding:6px 10px");
            return Some(
                view! { <div class="card hint wrong" role="alert" style=style>{problem}</div> }.into_any(),
            );
        }
        let options = self.options.get();
        if !self.editing.get() || options.is_empty() {
            return None;
        }
        let style = below("top:auto;max-height:240px");
        let top = self.here.get().map_or(0.0, |(row, _)| (row as f64 + 1.0) * ROW);
        Some(
            view! {
                <div class="popover" role="listbox" style=format!("{style};top:{top}px;margin-top:0")>
                    {options.into_iter().enumerate().map(|(n, pick)| {
                        let title = pick.title.clone();
                        view! {
                            <div class="option" role="option" class:active=move || self.option.get() == n + 1 aria-selected=move || (self.option.get() == n + 1).to_string()
                                on:mousedown=move |event| { event.prevent_default(); self.write_editor(&title); self.options.set(Vec::new()); self.finish(1, 0); }>{pick.title.clone()}</div>
                        }
                    }).collect_view()}
                </div>
            }
            .into_any(),
        )
    }

    fn can_type(self) -> bool {
        self.writable.get()
            && self
                .here
                .get()
                .is_some_and(|(_, c)| self.sheet.with(|s| s.columns().get(c).is_some_and(|x| x.editable)))
    }

    fn cell_name(self) -> String {
        let Some((row, c)) = self.here.get() else { return t("表格单元格", "Table cell").to_owned() };
        self.sheet.with(|s| {
            let title = s.columns().get(c).map(|x| x.title.clone()).unwrap_or_default();
            let shown = s.shown(row, c).text;
            match crate::ui::lang::lang() {
                crate::ui::lang::Lang::Zh => format!("{title}，第{}行，{shown}", row + 1),
                crate::ui::lang::Lang::En => format!("{title}, row {}, {shown}", row + 1),
            }
        })
    }

    fn go(self, row: usize, c: usize) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        let (rows, columns) = self.sheet.with_untracked(|s| (s.rows(), s.columns().len()));
        if rows == 0 || columns == 0 {
            return;
        }
        let at = (row.min(rows - 1), c.min(columns - 1));
        self.here.set(Some(at));
        self.write_editor("");
        self.reveal(at);
        if let Some(editor) = self.editor.get_untracked() {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            // The editor is in the page whenever a cell is selected.
            let _ = editor.focus_with_options(&options);
        }
    }

    fn reveal(self, (row, c): (usize, usize)) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let top = row as f64 * ROW;
        let (shown, tall) = (f64::from(frame.scroll_top()), f64::from(frame.client_height()) - 2.0 * ROW);
        if top < shown {
            frame.set_scroll_top(top as i32);
        } else if top > shown + tall {
            frame.set_scroll_top((top - tall) as i32);
        }
        self.sheet.with_untracked(|s| {
            let first = s.columns().first().map_or(0.0, |x| x.width);
            let left: f64 = s.columns().iter().take(c).map(|x| x.width).sum();
            let width = s.columns().get(c).map_or(0.0, |x| x.width);
            let (at, wide) = (f64::from(frame.scroll_left()), f64::from(frame.client_width()));
            if c > 0 && left < at + first {
                frame.set_scroll_left((left - first) as i32);
            } else if left + width > at + wide {
                frame.set_scroll_left((left + width - wide) as i32);
            }
        });
    }

    fn step(self, down: i64, right: i64) {
        let Some((row, c)) = self.here.get_untracked() else { return self.go(0, 0) };
        let columns = self.sheet.with_untracked(|s| s.columns().len()) as i64;
        let (mut r, mut k) = (row as i64 + down, c as i64 + right);
        if k >= columns {
            (r, k) = (r + 1, 0);
        } else if k < 0 {
            (r, k) = (r - 1, if r > 0 { columns - 1 } else { 0 });
        }
        self.go(r.max(0) as usize, k.max(0) as usize);
    }

    fn key(self, event: &KeyboardEvent) {
        // 229 is what browsers report for keys that an input method has taken.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let editing = self.editing.get_untracked();
        let page = self.frame.get_untracked().map_or(10, |f| (f64::from(f.client_height()) / ROW) as i64 - 2);
        let picking = editing && !self.options.with_untracked(Vec::is_empty);
        match event.key().as_str() {
            "Enter" if editing => self.finish(if event.shift_key() { -1 } else { 1 }, 0),
            "Enter" | "F2" => self.open(),
            // At the table's ends Tab goes on to the next control, so that nobody is caught in here.
            "Tab" if self.at_end(event.shift_key()) => {
                self.finish(0, 0);
                return;
            }
            "Tab" => self.finish(0, if event.shift_key() { -1 } else { 1 }),
            "Escape" if editing => self.abandon(),
            "ArrowDown" if picking => {
                self.option.update(|o| *o = (*o + 1).min(self.options.with_untracked(Vec::len)))
            }
            "ArrowUp" if picking => self.option.update(|o| *o = o.saturating_sub(1)),
            "ArrowDown" => self.finish(1, 0),
            "ArrowUp" => self.finish(-1, 0),
            "ArrowLeft" if !editing => self.step(0, -1),
            "ArrowRight" if !editing => self.step(0, 1),
            "PageDown" => self.finish(page, 0),
            "PageUp" => self.finish(-page, 0),
            "Home" if !editing && event.ctrl_key() => self.go(0, 0),
            "End" if !editing && event.ctrl_key() => self.go(usize::MAX, usize::MAX),
            "Home" if !editing => self.go(self.here.get_untracked().map_or(0, |h| h.0), 0),
            "End" if !editing => self.go(self.here.get_untracked().map_or(0, |h| h.0), usize::MAX),
            "Delete" | "Backspace" if !editing && self.can_type() => {
                self.write_editor("");
                self.editing.set(true);
                self.finish(0, 0);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Whether the selected cell is the first (going backwards) or the last.
    fn at_end(self, backwards: bool) -> bool {
        let Some((row, c)) = self.here.get_untracked() else { return true };
        if backwards {
            return (row, c) == (0, 0);
        }
        self.sheet.with_untracked(|s| row + 1 >= s.rows() && c + 1 >= s.columns().len())
    }

    fn open(self) {
        let Some((row, c)) = self.here.get_untracked() else { return };
        if !self.can_type() {
            return self.on_open.run(row);
        }
        let text = self.sheet.with_untracked(|s| s.typed(row, c));
        self.write_editor(&text);
        self.editing.set(true);
        self.suggest();
        if let Some(editor) = self.editor.get_untracked() {
            editor.select();
        }
    }

    fn suggest(self) {
        let Some((_, c)) = self.here.get_untracked() else { return };
        self.problem.set(None);
        let typed = self.editor_text();
        self.option.set(0);
        self.options.set(self.sheet.with_untracked(|s| s.picks(c, &typed)));
    }

    fn finish(self, down: i64, right: i64) {
        if self.editing.get_untracked() && !self.commit() {
            return;
        }
        if (down, right) != (0, 0) {
            self.step(down, right);
        }
    }

    /// Hands the text over; what cannot be taken stays in the cell, with the reason under it.
    fn commit(self) -> bool {
        let Some((row, c)) = self.here.get_untracked() else { return true };
        let chosen = self
            .option
            .get_untracked()
            .checked_sub(1)
            .and_then(|n| self.options.with_untracked(|o| o.get(n).map(|p| p.title.clone())));
        let text = chosen.unwrap_or_else(|| self.editor_text());
        match self.sheet.with_untracked(|s| s.put(row, c, &text)) {
            Ok(()) => {
                self.abandon();
                true
            }
            Err(why) => {
                self.options.set(Vec::new());
                self.problem.set(Some(why));
                false
            }
        }
    }

    fn abandon(self) {
        self.editing.set(false);
        self.problem.set(None);
        self.options.set(Vec::new());
        self.option.set(0);
        self.write_editor("");
    }

    fn editor_text(self) -> String {
        self.editor.get_untracked().map(|e| e.value()).unwrap_or_default()
    }

    fn write_editor(self, text: &str) {
        if let Some(editor) = self.editor.get_untracked() {
            editor.set_value(text);
        }
    }

    fn copy(self, event: &web_sys::ClipboardEvent) {
        if self.editing.get_untracked() {
            return;
        }
        let Some((row, c)) = self.here.get_untracked() else { return };
        let text = self.sheet.with_untracked(|s| s.shown(row, c).text);
        if let Some(board) = event.clipboard_data() {
            // A browser that refuses the copy says so itself.
            let _ = board.set_data("text/plain", &text);
            event.prevent_default();
        }
    }

    fn paste(self, event: &web_sys::ClipboardEvent) {
        if self.editing.get_untracked() || !self.can_type() {
            return;
        }
        let Some((row, c)) = self.here.get_untracked() else { return };
        let text = event.clipboard_data().and_then(|b| b.get_data("text/plain").ok()).unwrap_or_default();
        let block = block_of(&text);
        if block.is_empty() {
            return;
        }
        event.prevent_default();
        self.problem.set(self.sheet.with_untracked(|s| s.paste(row, c, &block)).err());
    }
}

/// Rows and cells of pasted text, as spreadsheets put it on the clipboard.
fn block_of(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n')
        .map(|line| line.trim_end_matches('\r').split('\t').map(str::to_owned).collect())
        .collect()
}
