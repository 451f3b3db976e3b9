//! The frame around every page: rail or tabs, place, period, state light, messages.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::banners::Banners;
use super::desk::{Desk, Start, Step};
use super::drop::{self, DropHint};
use super::first::{First, remove_frame};
use super::focus::{focus_main, follow_with_focus};
use super::former::Former;
use super::icon::Icon;
use super::lang::{LangSwitch, Words, lang, t};
use super::light::StateLight;
use super::mine;
use super::page::overview::beforehand;
use super::parts::{self, fetch_rest, page_of};
use super::route::{Route, expect_route, use_route};
use super::scope::{PeriodPicker, PlacePicker};
use super::widget::dialog::Dialog;
use super::widget::drawer::DrawerHost;
use super::widget::toast::Toasts;

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
            // The frame that index.html carries says so.
            Start::Opening => ().into_any(),
            Start::Failed(why) => {
                remove_frame();
                view! { <OpenFailed why /> }.into_any()
            }
            Start::Locked => {
                remove_frame();
                parts::lock_screen().into_any()
            }
            Start::Open => view! { <Shell /> }.into_any(),
        }
    }
}

/// The page that index.html carries has already said why this browser cannot go on, and what to do.
pub(super) fn refused() -> bool {
    let boot = document().get_element_by_id("boot");
    boot.and_then(|b| b.get_attribute("role")).as_deref() == Some("alert")
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

pub(super) const PLACES: [(Route, Icon, &str, &str); 5] = [
    (Route::Overview, Icon::Home, "总览", "Overview"),
    (Route::Registers, Icon::Book, "台账", "Registers"),
    (Route::Analysis, Icon::Chart, "分析", "Analysis"),
    (Route::Exchange, Icon::Exchange, "交换", "Exchange"),
    (Route::Settings, Icon::Gear, "设置", "Settings"),
];

fn belongs(route: &Route, item: &Route) -> bool {
    match item {
        Route::Registers => {
            matches!(
                route,
                Route::Registers
                    | Route::Register(..)
                    | Route::Dossier(..)
                    | Route::Contracts
                    | Route::Duplicates(_)
            )
        }
        Route::Analysis => matches!(route, Route::Analysis | Route::Pivot),
        Route::Settings => matches!(route, Route::Settings | Route::County),
        Route::Exchange => {
            matches!(route, Route::Exchange | Route::Import | Route::Merge | Route::Article(_))
        }
        other => route == other,
    }
}

#[component]
fn Shell() -> impl IntoView {
    let desk = Desk::here();
    let route = expect_route();
    First::begin(&route.get_untracked(), move |piece| beforehand(desk, piece), fetch_rest(desk));
    follow_with_focus(route);
    guard_unsaved(desk);
    take_steps(desk);
    let dropped = drop::listen();
    provide_context(dropped);
    let finding = Finding::provide(route);
    let former = Memo::new(move |_| desk.former.get());
    let page = move || match former.get() {
        Some(trace) => view! { <Former trace /> }.into_any(),
        None => page_of(route.get()).into_any(),
    };
    let own = mine::own(desk);
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
                <div class="group">{t("我的台账", "My registers")}</div>
                {move || own.get().into_iter().map(|r| {
                    let to = Route::Register(r.key.to_string(), None);
                    let href = to.href();
                    view! { <a class="item" href=href aria-current=move || (route.get() == to).then_some("page")>{Icon::Book.view()}<span>{r.label.words()}</span></a> }
                }).collect_view()}
                <div class="foot">{move || desk.device_line()}</div>
            </nav>
            <header class="bar">
                <PlacePicker />
                <PeriodPicker />
                <span class="spring"></span>
                <button class="find" aria-keyshortcuts="Control+K" on:click=move |_| finding.0.set(true)>{Icon::Find.view()}<span>{t("查人、村、记录（拼音可）", "People, villages, records")}</span><kbd aria-hidden="true">"Ctrl K"</kbd></button>
                <StateLight />
            </header>
            <main id="main" tabindex="-1"><Banners />{page}</main>
            <nav class="tabs" aria-label=t("主导航", "Main")>{PLACES.map(|p| item(p, "tab")).collect_view()}</nav>
        </div>
        <DropHint dropped />
        {move || finding.0.get().then(|| view! { <Dialog title=t("查找", "Find").to_owned() on_close=Callback::new(move |()| finding.close())>{page_of(Route::Find)}</Dialog> })}
        <DrawerHost />
        <Toasts />
    }
}

/// Whether 查找 is open over the page.
#[derive(Clone, Copy)]
pub(super) struct Finding(RwSignal<bool>);

impl Finding {
    /// Ctrl K opens it over every page and closes it; so does an address that is gone to.
    fn provide(route: RwSignal<Route>) -> Self {
        let finding = Self(RwSignal::new(false));
        provide_context(finding);
        Effect::new(move |_| {
            route.track();
            finding.close();
        });
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            let asked = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
            if !asked || event.key() != "k" || event.is_composing() || event.default_prevented() {
                return;
            }
            event.prevent_default();
            // Over a question that waits for its answer nothing else is asked.
            let waits = document().query_selector("dialog[open]").ok().flatten().is_some();
            if finding.0.get_untracked() || !waits && route.get_untracked() != Route::Find {
                finding.0.update(|open| *open = !*open);
            }
        });
        on_cleanup(move || keys.remove());
        finding
    }

    pub(super) fn is_open() -> bool {
        use_context::<Self>().is_some_and(|finding| finding.0.get_untracked())
    }

    pub(super) fn close(self) {
        self.0.set(false);
    }
}

/// Where Ctrl+Z belongs to what is being typed; a dialogue has not done anything yet that could be undone.
const EDITORS: &str = "textarea, input:not([type=checkbox]):not([type=radio]):not([type=file]), [contenteditable], dialog, [role=dialog]";

/// Ctrl+Z and Ctrl+Y outside of editors: the ledger's own undo and redo.
fn take_steps(desk: Desk) {
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let Some(step) = Step::asked(&event).filter(|_| !event.default_prevented()) else { return };
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|t| t.closest(EDITORS).ok().flatten().is_some()) {
            return;
        }
        event.prevent_default();
        desk.step(step);
    });
    on_cleanup(move || keys.remove());
}

/// What was typed and is not on disk yet would go with the page: the browser asks before it leaves.
fn guard_unsaved(desk: Desk) {
    let options = gloo::events::EventListenerOptions::enable_prevent_default();
    let guard =
        gloo::events::EventListener::new_with_options(&window(), "beforeunload", options, move |event| {
            let typed = desk.held.try_with_untracked(|held| !held.is_empty()) == Some(true);
            if typed || desk.only_copy.try_get_untracked() == Some(true) {
                event.prevent_default();
            }
        });
    let guard = StoredValue::new_local(guard);
    on_cleanup(move || guard.dispose());
}
