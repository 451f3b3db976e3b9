//! Which place and which period: the pickers of the bar, and the choices for any other.

use leptos::prelude::*;

use super::desk::Desk;
use super::lang::t;
use super::widget::combo::{ComboList, Pick};
use super::words;
use crate::register::catalog::PLACES as PLACES_SHOWN;
use crate::table::Places;
use crate::value::{Grain, Period, RowId};

/// Levels that are indented.
const DEEPEST: usize = 6;

#[component]
pub(super) fn PlacePicker() -> impl IntoView {
    let desk = Desk::here();
    let open = RwSignal::new(false);
    let options = move || place_options(desk);
    view! {
        <div class="anchor">
            <button class="pick" aria-haspopup="listbox" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                <span class="what">{t("范围", "Place")}</span><span class="now">{move || desk.place_title()}</span><span aria-hidden="true">"▾"</span>
            </button>
            {move || open.get().then(|| view! {
                <ComboList options=options() current=desk.place.get_untracked().map(|p| p.to_string()).unwrap_or_default() label=t("选择范围", "Choose a place")
                    on_pick=Callback::new(move |id: String| { desk.choose_place(id.parse().ok()); open.set(false); })
                    on_close=Callback::new(move |()| open.set(false)) />
            })}
        </div>
    }
}

/// Every place to choose from, the whole ledger first.
pub(super) fn place_options(desk: Desk) -> Vec<Pick> {
    let mut all = vec![Pick::new("", t("全部", "All places"))];
    let places = desk.places();
    for root in places.roots() {
        branch(&places, *root, 0, &mut all);
    }
    all
}

/// A place and what lies below it, down to villages, in the order of the tree.
fn branch(places: &Places, id: RowId, depth: usize, all: &mut Vec<Pick>) {
    let Some(place) = places.get(id) else { return };
    if PLACES_SHOWN.contains(&&*place.kind) || place.is_group() {
        all.push(Pick { depth, hint: place.kind.to_string(), ..Pick::new(&id.to_string(), &place.name) });
    }
    for child in &place.children {
        branch(places, *child, (depth + 1).min(DEEPEST), all);
    }
}

#[component]
pub(super) fn PeriodPicker() -> impl IntoView {
    let desk = Desk::here();
    let open = RwSignal::new(false);
    let options = move || period_options(desk, desk.period.get_untracked());
    view! {
        <div class="anchor">
            <button class="pick" aria-haspopup="listbox" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                <span class="what">{t("期间", "Period")}</span><span class="now">{move || words::period(desk.period.get())}</span><span aria-hidden="true">"▾"</span>
            </button>
            {move || open.get().then(|| view! {
                <ComboList options=options() current=desk.period.get_untracked().to_string() label=t("选择期间", "Choose a period")
                    on_pick=Callback::new(move |id: String| { if let Ok(p) = id.parse() { desk.choose_period(p); } open.set(false); })
                    on_close=Callback::new(move |()| open.set(false)) />
            })}
        </div>
    }
}

/// The years to choose from, and the parts of the chosen one.
pub(super) fn period_options(desk: Desk, chosen: Period) -> Vec<Pick> {
    let parts_of = |year: i16| {
        let mut picks = vec![period_pick(Period::year_of(year), 0)];
        if year == chosen.year() {
            for (grain, n) in [(Grain::Half, 2), (Grain::Quarter, 4), (Grain::Month, 12)] {
                picks.extend((1..=n).filter_map(|i| Period::new(year, grain, i)).map(|p| period_pick(p, 1)));
            }
        }
        picks
    };
    desk.years().into_iter().flat_map(parts_of).collect()
}

fn period_pick(p: Period, depth: usize) -> Pick {
    Pick { depth, ..Pick::new(&p.to_string(), &words::period(p)) }
}
