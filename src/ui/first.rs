//! The first screen of a visit, in the order in which it is drawn.
//!
//! Duty: figures before charts, charts before lists, everything before what other pages need, each in a turn of its
//! own so that the browser can paint and hear in between; and the places that stand meanwhile. Inputs: the frame
//! that index.html carries. Outputs: when it is whose turn; how high the parts of 总览 are, kept for the next visit
//! (`public/boot.js` reads it). Neighbours: `shell` begins, `page::overview` asks, `parts` waits for the end.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;

use super::lang::local_storage;
use super::route::Route;
use crate::web;

/// Whose turn it is, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    Nobody,
    Figures,
    /// The rows below the figures, counted from 0.
    Row(usize),
    Rest,
}

/// Rows below the figures of 总览.
pub(super) const ROWS: usize = 3;
/// What is kept for boot.js: the width of the window, then `class:height` for each part of the page.
const SHAPE: &str = "xingcun.first";
/// Milliseconds after which charts and messages have settled.
const SETTLED: u32 = 600;

thread_local! {
    /// The first screen was drawn once; from then on everything is drawn at once.
    static STANDS: Cell<bool> = const { Cell::new(false) };
}

/// How far the first screen has come.
#[derive(Clone, Copy)]
pub(super) struct First(RwSignal<Turn>);

impl First {
    /// Begins the first screen at this page. `beforehand` does one piece of the work of the figures after the other,
    /// until it says that none is left; `rest` comes last.
    pub(super) fn begin(
        route: &Route,
        beforehand: impl Fn(usize) -> bool + 'static,
        rest: impl Future<Output = ()> + 'static,
    ) {
        let in_turns = !STANDS.get() && *route == Route::Overview;
        let first = Self(RwSignal::new(if in_turns { Turn::Nobody } else { Turn::Rest }));
        provide_context(first);
        spawn_local(async move {
            if in_turns {
                first.take_turns(beforehand).await;
            }
            // Whatever was drawn is in the page by now.
            remove_frame();
            STANDS.set(true);
            rest.await;
        });
    }

    pub(super) fn here() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self(RwSignal::new(Turn::Rest)))
    }

    async fn take_turns(self, beforehand: impl Fn(usize) -> bool) {
        let mut piece = 0;
        web::sleep(0).await;
        while beforehand(piece) {
            piece += 1;
            web::sleep(0).await;
        }
        self.0.try_set(Turn::Figures);
        web::sleep(0).await;
        remove_frame();
        for turn in (0..ROWS).map(Turn::Row).chain([Turn::Rest]) {
            web::painted().await;
            self.0.try_set(turn);
        }
    }

    /// Whether it is the turn of this part, or was. Tracked.
    pub(super) fn reached(self, turn: Turn) -> bool {
        self.0.get() >= turn
    }

    /// A row of the page that waits for its turn; until then its place stands, as high as it was in the frame.
    pub(super) fn row(self, n: usize, draw: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
        let reached = Memo::new(move |_| self.reached(Turn::Row(n)));
        let height = if reached.get_untracked() { 0 } else { place_of(n) };
        move || {
            if reached.get() {
                untrack(&draw)
            } else {
                view! { <div class="charts" style=format!("height:{height}px")></div> }.into_any()
            }
        }
    }
}

/// The frame that index.html carries gives way.
pub(super) fn remove_frame() {
    if let Some(frame) = document().get_element_by_id("boot") {
        frame.remove();
    }
}

/// Height in CSS pixels of a row's place in the frame; 0 once that has gone.
fn place_of(row: usize) -> i32 {
    let places = document().query_selector_all("#boot .charts").ok();
    let place = places.and_then(|all| all.get(u32::try_from(row).ok()?));
    place.and_then(|p| p.dyn_into::<web_sys::HtmlElement>().ok()).map_or(0, |p| p.offset_height())
}

/// Keeps how high the parts of 总览 are, for the frame of the next visit, as soon as they have settled.
pub(super) fn remember() {
    spawn_local(async {
        web::sleep(SETTLED).await;
        let Some(main) = document().get_element_by_id("main") else { return };
        let children = main.children();
        let parts =
            (0..children.length()).filter_map(|n| children.item(n)?.dyn_into::<web_sys::HtmlElement>().ok());
        let parts: Vec<String> = parts
            .filter_map(|part| {
                let class = part.class_name();
                let known = ["sample", "page-head", "cards", "charts"].contains(&class.as_str());
                known.then(|| format!("{class}:{}", part.offset_height()))
            })
            .collect();
        let width = window().inner_width().ok().and_then(|w| w.as_f64()).unwrap_or_default();
        // Meanwhile the person may be elsewhere.
        if parts.iter().any(|part| part.starts_with("cards:"))
            && let Some(storage) = local_storage()
        {
            // Without it the next visit begins with the usual heights.
            let _ = storage.set_item(SHAPE, &format!("{width} {}", parts.join(" ")));
        }
    });
}

/// Nothing is recorded: the next visit begins with the doors.
pub(super) fn forget() {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(SHAPE);
    }
}
