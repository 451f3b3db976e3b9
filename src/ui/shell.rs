//! The frame around every page: rail or tabs, place, period, state light, messages.

use leptos::prelude::*;

use super::desk::{Desk, Light, Role, Start};
use super::icon::Icon;
use super::lang::{Lang, Words, choose, lang, t};
use super::parts::{fetch_rest, page_of};
use super::route::{Route, use_route};
use super::widget::combo::{ComboList, Pick, close_when_left};
use super::widget::drawer::DrawerHost;
use super::widget::toast::Toasts;
use super::words;
use crate::register::catalog::PLACES as PLACES_SHOWN;
use crate::table::Places;
use crate::value::{Grain, Period, RowId};

/// Levels that are indented.
const DEEPEST: usize = 6;

/// The whole program. Choosing another language draws it anew.
#[component]
pub(super) fn App() -> impl IntoView {
    let desk = Desk::provide();
    let route = use_route();
    provide_context(route);
    let drawn_in = RwSignal::new(lang());
    provide_context(LangSwitch(drawn_in));
    move || {
        drawn_in.track();
        match desk.start.get() {
            Start::Opening => view! { <p class="drop" style="margin:20vh auto;max-width:420px" role="status">{t("正在打开台账", "Opening the ledger")}</p> }.into_any(),
            Start::Failed(why) => view! { <OpenFailed why /> }.into_any(),
            Start::Open => view! { <Shell /> }.into_any(),
        }
    }
}

/// Lets settings switch the language.
#[derive(Clone, Copy)]
pub(super) struct LangSwitch(RwSignal<Lang>);

impl LangSwitch {
    pub(super) fn to(self, lang: Lang) {
        choose(lang);
        self.0.set(lang);
    }
}

/// The page that index.html carries has already said why this browser cannot go on, and what to do.
pub(super) fn refused() -> bool {
    let boot = document().get_element_by_id("boot");
    boot.and_then(|b| b.get_attribute("role")).as_deref() == Some("alert")
}

/// The page's first paint, made by index.html, gives way.
pub(super) fn remove_splash() {
    if let Some(splash) = document().get_element_by_id("boot") {
        splash.remove();
    }
}

#[component]
fn OpenFailed(why: String) -> impl IntoView {
    view! {
        <main class="drop" style="max-width:560px;margin:12vh auto" role="alert">
            <h1>{t("打不开本机的台账", "The ledger on this computer cannot be opened")}</h1>
            <p>{why}</p>
            <p>{t("数据没有改动。请关闭本程序的其他窗口后重试；无痕窗口请换成普通窗口。", "Nothing was changed. Close other windows of this program and try again; leave private browsing.")}</p>
            <button class="btn primary" on:click=|_| { let _ = window().location().reload(); }>{t("重试", "Try again")}</button>
        </main>
    }
}

const PLACES: [(Route, Icon, &str, &str); 5] = [
    (Route::Overview, Icon::Home, "总览", "Overview"),
    (Route::Registers, Icon::Book, "台账", "Registers"),
    (Route::Analysis, Icon::Chart, "分析", "Analysis"),
    (Route::Exchange, Icon::Exchange, "交换", "Exchange"),
    (Route::Settings, Icon::Gear, "设置", "Settings"),
];

fn belongs(route: &Route, item: &Route) -> bool {
    match item {
        Route::Registers => matches!(route, Route::Registers | Route::Register(..)),
        Route::Analysis => matches!(route, Route::Analysis | Route::Pivot),
        Route::Exchange => matches!(route, Route::Exchange | Route::Import | Route::Article(_)),
        other => route == other,
    }
}

#[component]
fn Shell() -> impl IntoView {
    let desk = Desk::here();
    let route = expect_route();
    follow_with_focus(route);
    guard_unsaved(desk);
    let page = move || page_of(route.get());
    leptos::task::spawn_local(fetch_rest());
    let item = move |(to, icon, zh, en): (Route, Icon, &'static str, &'static str), class: &'static str| {
        let href = to.href();
        view! {
            <a class=class href=href aria-current=move || belongs(&route.get(), &to).then_some("page")>{icon.view()}<span>{t(zh, en)}</span></a>
        }
    };
    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); focus_main(); }>{t("跳到正文", "Skip to content")}</a>
        <div class="shell">
            <nav class="rail" aria-label=t("主导航", "Main")>
                <a class="brand" href="#/"><span class="brand-mark" aria-hidden="true">"兴"</span>{t("兴村台账", "Xingcun")}</a>
                {PLACES.map(|p| item(p, "item")).collect_view()}
                <div class="group">{t("常用", "Often used")}</div>
                {["R06", "R07"].into_iter().filter_map(crate::register::register).map(|r| {
                    let to = Route::Register(r.key.to_owned(), None);
                    let href = to.href();
                    view! { <a class="item" href=href aria-current=move || (route.get() == to).then_some("page")>{Icon::Book.view()}<span>{r.label.words()}</span></a> }
                }).collect_view()}
                <div class="foot">{move || desk.device_line()}</div>
            </nav>
            <header class="bar">
                <PlacePicker />
                <PeriodPicker />
                <span class="spring"></span>
                <StateLight />
            </header>
            <main id="main" tabindex="-1"><Banners />{page}</main>
            <nav class="tabs" aria-label=t("主导航", "Main")>{PLACES.map(|p| item(p, "tab")).collect_view()}</nav>
        </div>
        <DrawerHost />
        <Toasts />
    }
}

fn focus_main() {
    focus_on(document().get_element_by_id("main"));
}

fn focus_on(element: Option<web_sys::Element>) {
    use wasm_bindgen::JsCast as _;
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.set_tab_index(-1);
        let _ = element.focus();
    }
}

/// A new page is read from its heading: the link that led here may be gone with the page before.
fn follow_with_focus(route: RwSignal<Route>) {
    Effect::new(move |seen: Option<Route>| {
        let now = route.get();
        if seen.is_some_and(|before| before != now) {
            // After the page has been drawn.
            leptos::task::spawn_local(async { focus_heading() });
        }
        now
    });
}

fn focus_heading() {
    let heading = document().query_selector("#main h1").ok().flatten();
    focus_on(heading.or_else(|| document().get_element_by_id("main")));
}

/// A page that had to be fetched first has arrived: if the focus waits for it, it moves on to the heading.
pub(super) fn focus_arrived() {
    leptos::task::spawn_local(async {
        if document().active_element().is_some_and(|e| e.id() == "main") {
            focus_heading();
        }
    });
}

/// What was typed and is not on disk yet would go with the page: the browser asks before it leaves.
fn guard_unsaved(desk: Desk) {
    let options = gloo::events::EventListenerOptions::enable_prevent_default();
    let guard =
        gloo::events::EventListener::new_with_options(&window(), "beforeunload", options, move |event| {
            if desk.held.try_with_untracked(|held| !held.is_empty()) == Some(true) {
                event.prevent_default();
            }
        });
    let guard = StoredValue::new_local(guard);
    on_cleanup(move || guard.dispose());
}

pub(super) fn expect_route() -> RwSignal<Route> {
    use_context::<RwSignal<Route>>().unwrap_or_else(|| RwSignal::new(Route::Overview))
}

/// What stands above every page when it matters: sample data, reading only, unsaved cells, an update.
#[component]
fn Banners() -> impl IntoView {
    let desk = Desk::here();
    let route = expect_route();
    let sample = Memo::new(move |_| desk.sample());
    let sample = move || {
        sample.get().map(|id| {
            let remove = move || (route.get() == Route::Overview && desk.can_write()).then(|| view! {
                <button class="btn link small no-print" on:click=move |_| desk.take_back(id)>{t("移除示例", "Remove the sample")}</button>
            });
            view! {
                <p class="sample" role="note"><span class="tag doubt">{t("示例数据", "sample data")}</span>
                    <span>{t("县、村和数字都是编造的", "An invented county; no figure is real")}</span>{remove}</p>
            }
        })
    };
    let unsaved = move || {
        let n = desk.unsaved();
        (n > 0).then(|| view! {
            <div class="banner" role="status">
                <span class="grow">{n}" "{t("格没有存下来，填的内容都留在原处。", "cells are not saved; what was typed stays where it is.")}</span>
                <button class="btn small primary" on:click=move |_| desk.retry()>{t("再试一次", "Try again")}</button>
                <button class="btn small plain" on:click=move |_| desk.discard_unsaved()>{t("放弃这些改动", "Discard these changes")}</button>
            </div>
        })
    };
    let reader = move || {
        (desk.role.get() == Role::Reader).then(|| view! {
            <div class="banner" role="status">
                <span class="grow">{t("另一个窗口正在编辑，这里只能查看。", "Another window is editing; this one only reads.")}</span>
                <button class="btn small" on:click=move |_| desk.take_over()>{t("改在这里编辑", "Edit here instead")}</button>
            </div>
        })
    };
    let update = move || {
        desk.update.get().then(|| view! {
            <div class="banner" role="status">
                <span class="grow">{t("新版本已下载好。", "A new version has been downloaded.")}</span>
                <button class="btn small" on:click=move |_| desk.apply_update()>{t("现在更新", "Update now")}</button>
                <button class="btn small plain" on:click=move |_| desk.update.set(false)>{t("稍后", "Later")}</button>
            </div>
        })
    };
    view! { {sample}<div class="no-print">{reader}{unsaved}{update}</div> }
}

#[component]
fn PlacePicker() -> impl IntoView {
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
fn PeriodPicker() -> impl IntoView {
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

/// The state light: one word, explained by a click.
#[component]
fn StateLight() -> impl IntoView {
    let desk = Desk::here();
    let open = RwSignal::new(false);
    let class = move || match desk.shown_light() {
        Light::Saved => "light",
        Light::Saving => "light busy",
        Light::Reading => "light reader",
        Light::Update => "light update",
        Light::Full(_) | Light::Failed(_) => "light wrong",
    };
    let word = move || match desk.shown_light() {
        Light::Saved => t("已保存", "Saved").to_owned(),
        Light::Saving => t("保存中", "Saving").to_owned(),
        Light::Reading => t("只读", "Reading only").to_owned(),
        Light::Update => t("有更新", "Update ready").to_owned(),
        Light::Full(_) => t("存储不足", "Storage full").to_owned(),
        Light::Failed(_) => t("没有保存", "Not saved").to_owned(),
    };
    let explain = move || match desk.shown_light() {
        Light::Saved => t(
            "所有内容都已写入本机磁盘。没有网络也能用，关掉再开也在。",
            "Everything is on this computer's disk. It works without a network and survives a restart.",
        )
        .to_owned(),
        Light::Saving => {
            t("正在写入本机磁盘，请稍等再关闭。", "Being written to disk; please wait before closing.")
                .to_owned()
        }
        Light::Reading => t(
            "另一个窗口正在编辑。为了不互相覆盖，这里只能查看。",
            "Another window is editing. To keep work from being overwritten, this one only reads.",
        )
        .to_owned(),
        Light::Update => t(
            "新版本已下载好，您同意后才会换上。",
            "A new version waits; it is taken up only when you agree.",
        )
        .to_owned(),
        Light::Full(why) | Light::Failed(why) => why,
    };
    let close = Callback::new(move |()| open.set(false));
    view! {
        <div class="anchor" on:focusout=move |event| close_when_left(&event, close) on:keydown=move |event| if event.key() == "Escape" { open.set(false) }>
            <button class=class aria-expanded=move || open.get().to_string() aria-label=word on:click=move |_| open.update(|o| *o = !*o)><span class="word">{word}</span></button>
            {move || open.get().then(|| view! {
                <div class="popover" style="left:auto;right:0" role="status" tabindex="-1">
                    <p style="padding:6px 8px">{explain}</p>
                    <p class="hint" style="padding:0 8px">{move || desk.device_line()}</p>
                    <div class="row" style="padding:6px 8px">
                        {move || desk.can_retry().then(|| view! { <button class="btn small primary" on:click=move |_| desk.retry()>{t("再试一次", "Try again")}</button> })}
                        <a class="btn small" href=Route::Settings.href() on:click=move |_| open.set(false)>{t("打开设置", "Settings")}</a>
                        <a class="btn small" href=Route::Exchange.href() on:click=move |_| open.set(false)>{t("备份台账", "Back up")}</a>
                        <button class="btn small plain" on:click=move |_| open.set(false)>{t("关闭", "Close")}</button>
                    </div>
                </div>
            })}
        </div>
    }
}
