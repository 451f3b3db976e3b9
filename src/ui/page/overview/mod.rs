//! 总览: how are we doing, without a click. Every figure opens its rows.

pub(super) mod cards;
pub(super) mod lists;
pub(super) mod stacks;
mod villages;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::chart::Chart;
use crate::analysis::indicator::{Ask, Indicators};
use crate::analysis::overview::{BEFOREHAND, Overview as Data};
use crate::register::catalog::PLACE_REGISTER;
use crate::ui::desk::Desk;
use crate::ui::first::{self, First, Turn};
use crate::ui::icon::Icon;
use crate::ui::lang::{Words, t};
use crate::ui::parts::Added;
use crate::ui::route::Route;
use crate::ui::widget::chart_card::side_by_side;
use crate::ui::words;

pub(super) use self::cards::unit_word;

/// The page: the three doors while nothing is recorded, the figures afterwards.
#[component]
pub(in crate::ui) fn Overview() -> impl IntoView {
    let desk = Desk::here();
    let blank = Memo::new(move |_| desk.is_blank());
    move || if blank.get() { view! { <Doors /> }.into_any() } else { view! { <Figures /> }.into_any() }
}

/// The first minute: three doors and nothing else.
#[component]
fn Doors() -> impl IntoView {
    let desk = Desk::here();
    first::forget();
    let door = |icon: Icon, title: &'static str, text: &'static str| view! { {icon.view()}<b>{title}</b><span class="second">{text}</span> };
    view! {
        <div class="welcome"><h1>{t("从哪里开始？", "Where to begin?")}</h1><p class="second">{t("所有数据只存在这台电脑（手机）里，没有网络也能用。", "All data stays on this device and works without a network.")}</p></div>
        <div class="doors">
            <button class="door" on:click=move |_| desk.open_sample()>{door(Icon::Sample, t("打开示例", "Open the sample"), t("一个编造的示例县，看看能做什么，随时一键移除", "An invented county; removed in one click"))}</button>
            <a class="door" href=Route::Import.href()>{door(Icon::Import, t("导入表格", "Import a workbook"), t("把手头的Excel、WPS表原样拖进来", "Drop the Excel or WPS files you have"))}</a>
            <a class="door" href=Route::Register(PLACE_REGISTER.to_owned(), None).href()>{door(Icon::Plus, t("新建台账", "Start a ledger"), t("从登记乡镇和村开始，一行一行填", "Begin with townships and villages"))}</a>
        </div>
    }
}

#[component]
fn Figures() -> impl IntoView {
    let desk = Desk::here();
    let first = First::here();
    let begun = Memo::new(move |_| first.reached(Turn::Figures));
    let data = move || {
        let ask = Ask::of(desk.period.get()).at(desk.place.get());
        let cache = desk.cache();
        let found = desk.state(|s| Data::of(&Indicators::new(s, &cache), &ask));
        found.map_err(|why| desk.complain(&why.0.words())).ok()
    };
    move || begun.get().then(data).flatten().map(|data| page(desk, first, Arc::new(data)))
}

/// Does a piece of the work of the figures beforehand; false when nothing is left.
pub(in crate::ui) fn beforehand(desk: Desk, piece: usize) -> bool {
    let ask = Ask::of(desk.period.get_untracked()).at(desk.place.get_untracked());
    let cache = desk.cache();
    let Some(work) = BEFOREHAND.get(piece) else { return false };
    desk.state_once(|s| work(&Indicators::new(s, &cache), &ask));
    true
}

fn page(desk: Desk, first: First, data: Arc<Data>) -> impl IntoView + use<> {
    first::remember();
    // What was worked out is kept for the next opening.
    desk.flush_when_idle();
    let period = desk.period.get_untracked();
    let reported = data
        .completeness
        .iter()
        .filter_map(|c| {
            let name = desk.schema_once().register(&c.register)?.label.words();
            Some(format!("{name}{}{}", t("", ": "), c.words().words()))
        })
        .collect::<Vec<_>>()
        .join(t("，", "; "));
    // The file of the place that is chosen.
    let file = desk.place.get_untracked().map(|place| {
        let href = Route::Dossier(PLACE_REGISTER.to_owned(), place).href();
        view! { <a class="btn" href=href>{t("档案", "File")}</a> }
    });
    let upper = side_by_side();
    let cards = data.cards.iter().map(|card| cards::card(desk, card)).collect_view();
    let villages = data.villages;
    let (sources, places) = (Arc::clone(&data), Arc::clone(&data));
    let rows = [
        first.row(0, move || view! { <div class="charts">{stacks::products(desk, &sources, upper.0)}{stacks::income(desk, &sources, upper.1)}</div> }.into_any()).into_any(),
        first.row(1, move || view! { <div class="charts">{villages::ranking(desk, &places, period)}<div class="stack fill">{villages::ladder(desk, &places)}{lists::thresholds(desk, &places)}</div></div> }.into_any()).into_any(),
        first.row(2, move || view! { <div class="charts">{lists::quarters(desk, &data)}{lists::todo(desk, desk.place.get_untracked(), true)}</div> }.into_any()).into_any(),
    ];
    view! {
        <div class="page-head"><div><h1>{desk.place_title()}" · "{words::period(period)}</h1>
            <p class="sub">{villages}{t(" 个村（社区）· ", " villages · ")}{reported}</p></div>{file}</div>
        <div class="cards">{cards}</div>
        {rows.into_iter().collect_view()}
        {move || first.reached(Turn::Rest).then(|| view! { <Added /> })}
    }
}

/// The title of a chart; it says by itself when it shows the sample, because it is saved and printed alone.
fn titled(desk: Desk, title: &str) -> String {
    let mark = if desk.sample().is_some() { t("（示例）", " (sample)") } else { "" };
    format!("{title}{mark}")
}

fn local(chart: impl Chart + 'static) -> Signal<Rc<dyn Chart>, LocalStorage> {
    let chart: Rc<dyn Chart> = Rc::new(chart);
    Signal::derive_local(move || Rc::clone(&chart))
}
