//! A register on a phone: a card a row, with what names it, its place, the figures that matter and its state; a tap
//! opens the row in a sheet from below.
//!
//! Only the cards near the screen are drawn: they stand in lots, and a lot that was drawn once is remembered by its
//! height. Inputs: the rows that fit, where the page is scrolled to. Outputs: presses. Neighbours: `many` keeps what is
//! chosen; the grid shows the same rows as a table.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::many::Choice;
use super::row::{Rows, mark, tag};
use super::sheet::{RegisterSheet, declared, heading};
use crate::ledger::Surroundings;
use crate::register::{Field, Sense};
use crate::table::dimension::STATE;
use crate::ui::lang::{Words, t};
use crate::ui::widget::grid::Order;
use crate::ui::words;
use crate::value::RowId;

/// Cards of one lot.
const LOT: usize = 20;
/// The height of a lot of which none like it was drawn, in pixels.
const GUESS: f64 = 2_000.0;
/// How far beyond the screen cards are drawn, in heights of the screen: a quick scroll meets no gap.
const AHEAD: f64 = 1.0;
/// Figures that a card always has, also where one is missing.
const ALWAYS: usize = 2;
/// Figures for which a card has room.
const ROOM: usize = 4;

/// Which lots are drawn, and how high they are.
#[derive(Clone, Copy)]
struct Lots {
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    frame: NodeRef<leptos::html::Div>,
    drawn: RwSignal<Range<usize>>,
    /// By number, as they were last drawn.
    heights: RwSignal<BTreeMap<usize, f64>>,
    waiting: StoredValue<bool>,
}

impl Lots {
    fn count(self) -> usize {
        self.sheet.with(|s| s.count()).div_ceil(LOT)
    }

    /// The rows of a lot with their places.
    fn rows(self, lot: usize) -> Vec<(usize, RowId)> {
        self.sheet.with(|s| {
            let places = lot * LOT..(lot + 1) * LOT;
            places.filter_map(|n| Some((n, s.id(n)?))).collect()
        })
    }

    /// The height of the lots that are not drawn, before those that are or after them.
    fn room(self, lots: Range<usize>) -> f64 {
        self.heights.with(|known| {
            let usual = usual(known);
            lots.map(|n| known.get(&n).copied().unwrap_or(usual)).sum()
        })
    }

    /// Looks again once the screen shows what is there now.
    fn look_soon(self) {
        if self.waiting.try_get_value() != Some(false) {
            return;
        }
        self.waiting.set_value(true);
        request_animation_frame(move || {
            if self.waiting.try_set_value(false).is_none() && self.look() {
                self.look_soon();
            }
        });
    }

    /// Draws the lots that are near the screen; whether others are drawn now than before.
    fn look(self) -> bool {
        let Some(frame) = self.frame.get_untracked() else { return false };
        self.measure(&frame);
        let tall = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or(GUESS);
        let top = -frame.get_bounding_client_rect().top();
        let near = (top - tall * AHEAD)..(top + tall * (1.0 + AHEAD));
        let wanted = untrack(|| self.near(near));
        let other = self.drawn.with_untracked(|drawn| *drawn != wanted);
        if other {
            self.drawn.set(wanted);
        }
        other
    }

    /// The lots of which some part lies between two heights of the list; at least one, while there is one.
    fn near(self, between: Range<f64>) -> Range<usize> {
        let all = self.count();
        self.heights.with(|known| {
            let usual = usual(known);
            let (mut at, mut first, mut last) = (0.0, None, 0);
            for n in 0..all {
                let end = at + known.get(&n).copied().unwrap_or(usual);
                if end > between.start && at < between.end {
                    first = first.or(Some(n));
                    last = n + 1;
                }
                at = end;
            }
            first.map_or(all.saturating_sub(1)..all, |first| first..last)
        })
    }

    fn measure(self, frame: &web_sys::HtmlDivElement) {
        let lots = frame.children();
        let measured = (0..lots.length()).filter_map(|n| {
            let lot = lots.item(n)?.dyn_into::<web_sys::HtmlElement>().ok()?;
            let number = lot.get_attribute("data-lot")?.parse::<usize>().ok()?;
            Some((number, lot.get_bounding_client_rect().height()))
        });
        let measured: Vec<(usize, f64)> = measured.collect();
        let known = |known: &BTreeMap<usize, f64>| {
            measured.iter().all(|(n, h)| known.get(n).is_some_and(|k| (k - h).abs() < 0.5))
        };
        if !self.heights.with_untracked(known) {
            self.heights.update(|all| all.extend(measured));
        }
    }
}

/// The height of a lot that was not drawn yet: that of the others.
fn usual(known: &BTreeMap<usize, f64>) -> f64 {
    if known.is_empty() { GUESS } else { known.values().sum::<f64>() / known.len() as f64 }
}

/// The cards.
#[component]
pub(super) fn Cards(
    rows: Rows,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    choice: Choice,
    label: String,
    on_open: Callback<RowId>,
) -> impl IntoView {
    let lots = Lots {
        sheet,
        frame: NodeRef::new(),
        drawn: RwSignal::new(0..1),
        heights: RwSignal::default(),
        waiting: StoredValue::new(false),
    };
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| lots.look_soon());
    let turned = window_event_listener(leptos::ev::resize, move |_| lots.look_soon());
    on_cleanup(move || {
        scrolled.remove();
        turned.remove();
    });
    Effect::new(move |_| {
        sheet.with(|_| ());
        lots.frame.track();
        lots.look_soon();
    });
    let press = move |id: RowId, range: bool| {
        if choice.on.get_untracked() {
            sheet.with_untracked(|s| choice.press(s, id, range));
        } else {
            on_open.run(id);
        }
    };
    let one = move |(place, id): (usize, RowId)| {
        view! {
            <div role="listitem" aria-posinset=place + 1 aria-setsize=move || sheet.with(|s| s.count())>
                <button class="record" id=format!("row-{id}") role=move || choice.on.get().then_some("checkbox")
                    aria-checked=move || choice.on.get().then(|| choice.has(id).to_string()) aria-haspopup=move || (!choice.on.get()).then_some("dialog")
                    on:click=move |e| press(id, e.shift_key())>
                    // What the ledger says now, whenever it changes.
                    {move || sheet.with(|_| card(rows, id))}
                </button>
            </div>
        }
    };
    let lot = move |n: usize| {
        view! { <div class="records" role="presentation" data-lot=n><For each=move || lots.rows(n) key=|row| *row let:row>{one(row)}</For></div> }
    };
    let before = move || format!("{}px", lots.room(0..lots.drawn.with(|d| d.start)));
    let after = move || format!("{}px", lots.room(lots.drawn.with(|d| d.end)..lots.count()));
    view! {
        <div class="record-list" role="list" aria-label=label node_ref=lots.frame>
            <div aria-hidden="true" style:height=before></div>
            <For each=move || lots.drawn.get() key=|n| *n let:n>{lot(n)}</For>
            <div aria-hidden="true" style:height=after></div>
        </div>
    }
}

/// What rows are sorted by, where no heading can be pressed.
#[component]
pub(super) fn SortPick(rows: Rows, order: RwSignal<Order>) -> impl IntoView {
    let kind = rows.kind();
    let (named, others) = declared(rows.desk, &kind);
    let state = kind.workflow.is_some().then(|| (STATE.to_owned(), t("状态", "State").to_owned()));
    let fields = named.iter().chain(&others).map(|f| (f.key.to_string(), heading(f)));
    let options = state.into_iter().chain(fields).map(|(key, words)| {
        let mine = key.clone();
        view! { <option value=key selected=move || order.with_untracked(|o| o.as_ref().is_some_and(|(k, _)| *k == mine))>{words}</option> }
    });
    let pick = move |event| {
        let key = event_target_value(&event);
        order.update(|o| *o = (!key.is_empty()).then(|| (key, o.as_ref().is_some_and(|(_, down)| *down))));
    };
    let turn = move || {
        order.with(|o| o.as_ref().map(|(_, down)| *down)).map(|down| {
            let words = if down { t("从大到小", "Largest first") } else { t("从小到大", "Smallest first") };
            view! { <button type="button" class="chip" on:click=move |_| order.update(|o| if let Some((_, down)) = o { *down = !*down; })>{words}</button> }
        })
    };
    view! {
        <select class="plain" aria-label=t("排序", "Sort") prop:value=move || order.with(|o| o.as_ref().map(|(key, _)| key.clone()).unwrap_or_default()) on:change=pick>
            <option value="">{t("默认排序", "Usual order")}</option>
            {options.collect_view()}
        </select>
        {turn}
    }
}

fn card(rows: Rows, id: RowId) -> impl IntoView + use<> {
    let figures = rows.desk.state_once(|s| {
        let (world, kind) = (Surroundings::new(s), rows.kind());
        let told = kind.card_fields().into_iter().map(|f| (f, rows.text(s, &world, id, f))).enumerate();
        let told = told.filter(|(n, (_, text))| *n < ALWAYS || text != words::NONE).take(ROOM);
        told.map(|(_, (f, text))| figure(f, text)).collect_view()
    });
    let found = rows.worst(id).map(|f| mark(f.severity));
    let tags = rows
        .aside(id)
        .map(|word| ("tag", word))
        .into_iter()
        .chain(
            rows.desk
                .disputes
                .with(|d| d.has_row(id))
                .then(|| ("tag wrong", t("冲突", "conflict").to_owned())),
        )
        .chain(found.map(|(class, word)| (class, word.to_owned())))
        .chain(rows.stage(id).map(|s| (tag(s.tone), t(s.word, s.en).to_owned())))
        .map(|(class, word)| view! { <span class=class>{word}</span> })
        .collect_view();
    view! {
        <span class="record-head"><b class="grow">{rows.name(id)}</b><span class="record-tags">{tags}</span></span>
        {place(rows, id).map(|place| view! { <span class="second small">{place}</span> })}
        <span class="record-figures">{figures}</span>
    }
}

/// The place of a record that its name does not tell.
fn place(rows: Rows, id: RowId) -> Option<String> {
    let kind = rows.kind();
    let field = [Sense::Place, Sense::Above].into_iter().find_map(|sense| kind.of(sense))?;
    if kind.naming.contains(&field.key) {
        return None;
    }
    let text = rows.desk.state_once(|s| rows.text(s, &Surroundings::new(s), id, field));
    Some(text).filter(|text| text != words::NONE)
}

fn figure(field: &Field, text: String) -> impl IntoView + use<> {
    let unit = field.base_unit().filter(|_| text != words::NONE).map(|u| words::unit(u).to_owned());
    view! { <span class="record-figure"><span class="hint">{field.label.words()}</span><span class="value">{text}{unit.map(|u| view! { " " <small>{u}</small> })}</span></span> }
}
