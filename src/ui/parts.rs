//! Parts of the program that are fetched when they are first wanted.
//!
//! The first screen needs a ledger, an overview and the frame around them. Everything else would only delay it,
//! so the other pages are parts. This file says what they are; `src/bin/app.rs` says that the module is cut there
//! (said here, the cuts would also be in the worker's module), and `dev` cuts it after linking. The parts are on
//! this device all the same – the service worker has stored them – and [`fetch_rest`] brings them in as soon as
//! the first screen stands (`first`). Inputs: a route. Outputs: its page, or words for why not. Neighbours: `shell` shows
//! pages; what they draw is in `page`.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use super::desk::Desk;
use super::focus;
use super::hands::Hands;
use super::lang::t;
use super::lock::Lock;
use super::page;
use super::route::Route;
use crate::register::Schema;
use crate::register::catalog::{self, Registers};
use crate::table::spelling::{self, Readings};
use crate::web;

/// Draws the page a route names. It lives in the part, so whoever holds it has fetched the part.
pub type Draw = fn(Route) -> AnyView;

/// A part that could not be fetched. The browser's console says why.
#[derive(Debug)]
pub struct Lost;

impl From<SplitLoaderError> for Lost {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// A part on its way.
pub type Fetching<T> = Pin<Box<dyn Future<Output = Result<T, Lost>>>>;

/// How each part is fetched.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    /// 台账: tables and forms, [`draw_register`].
    pub register: fn() -> Fetching<Draw>,
    /// 导入, [`draw_import`].
    pub import: fn() -> Fetching<Draw>,
    /// 合账台, [`draw_merge`].
    pub merge: fn() -> Fetching<Draw>,
    /// 读文章, [`draw_article`].
    pub article: fn() -> Fetching<Draw>,
    /// The smaller pages, [`draw_page`].
    pub pages: fn() -> Fetching<Draw>,
    /// The table of pinyin readings, [`spelling::all_readings`].
    pub readings: fn() -> Fetching<Readings>,
    /// The declarations of the registers that the first screen tells nothing of, [`catalog::others`].
    pub registers: fn() -> Fetching<Registers>,
    /// The lock: its screen, its settings, and all that encrypts, [`lock`](super::lock::lock).
    pub lock: fn() -> Fetching<Lock>,
    /// What is done to the ledger, [`hands`](super::hands::hands).
    pub hands: fn() -> Fetching<Hands>,
}

/// The page of one register.
pub fn draw_register(route: Route) -> AnyView {
    match route {
        Route::Register(key, kind) => view! { <page::register::RegisterPage key kind /> }.into_any(),
        _ => ().into_any(),
    }
}

/// 导入
pub fn draw_import(_: Route) -> AnyView {
    page::import::ImportPage().into_any()
}

/// 合账台
pub fn draw_merge(_: Route) -> AnyView {
    page::merge::MergePage().into_any()
}

/// 读文章
pub fn draw_article(route: Route) -> AnyView {
    match route {
        Route::Article(id) => view! { <page::article::ArticlePage id /> }.into_any(),
        _ => ().into_any(),
    }
}

/// Any of the smaller pages.
pub fn draw_page(route: Route) -> AnyView {
    match route {
        // What it adds to the first page.
        Route::Overview => page::contracts::Card().into_any(),
        Route::Contracts => page::contracts::Contracts().into_any(),
        Route::Dossier(register, row) => view! { <page::dossier::DossierPage register row /> }.into_any(),
        Route::Registers => page::registers::Registers().into_any(),
        Route::Analysis => page::analysis::Analysis().into_any(),
        Route::Pivot => page::pivot::PivotPage().into_any(),
        Route::Exchange => page::exchange::Exchange().into_any(),
        Route::Settings => page::settings::Settings().into_any(),
        Route::County => page::county::County().into_any(),
        Route::Find => page::find::Find().into_any(),
        Route::Duplicates(key) => view! { <page::duplicates::DuplicatesPage key /> }.into_any(),
        _ => ().into_any(),
    }
}

/// A part that draws pages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Register,
    Import,
    Merge,
    Article,
    Pages,
}

impl Part {
    const ALL: [Self; 5] = [Self::Pages, Self::Register, Self::Import, Self::Merge, Self::Article];

    /// The part a page is in; the first page is in none.
    fn of(route: &Route) -> Option<Self> {
        match route {
            Route::Overview => None,
            Route::Register(..) => Some(Self::Register),
            Route::Import => Some(Self::Import),
            Route::Merge => Some(Self::Merge),
            Route::Article(_) => Some(Self::Article),
            Route::Registers
            | Route::Contracts
            | Route::Dossier(..)
            | Route::Analysis
            | Route::Pivot
            | Route::Exchange
            | Route::Settings
            | Route::County
            | Route::Find
            | Route::Duplicates(_) => Some(Self::Pages),
        }
    }
}

/// The page of a route, fetched first where it has to be.
pub(super) fn page_of(route: Route) -> AnyView {
    let Some(part) = Part::of(&route) else { return page::overview::Overview().into_any() };
    match held(part) {
        Some(draw) => draw(route),
        None => view! { <Awaited part route /> }.into_any(),
    }
}

/// What the smaller pages add to the first one: it comes when they are here, and nobody waits for it.
#[component]
pub(super) fn Added() -> impl IntoView {
    let desk = Desk::here();
    let here = RwSignal::new(held(Part::Pages));
    if here.get_untracked().is_none() {
        spawn_local(async move {
            web::idle().await;
            // One that cannot be had now is missed by nobody; its page says so when it is asked for.
            if let Ok(draw) = fetched(Part::Pages, desk).await {
                here.try_set(Some(draw));
            }
        });
    }
    move || here.get().map(|draw| draw(Route::Overview))
}

thread_local! {
    static PARTS: Cell<Option<Parts>> = const { Cell::new(None) };
    /// The parts that are here.
    static HELD: RefCell<Vec<(Part, Draw)>> = const { RefCell::new(Vec::new()) };
    static HANDS: Cell<Option<Hands>> = const { Cell::new(None) };
}

/// Says how parts are fetched.
pub(super) fn provide(parts: Parts) {
    PARTS.set(Some(parts));
}

fn held(part: Part) -> Option<Draw> {
    HELD.with_borrow(|held| held.iter().find(|(name, _)| *name == part).map(|(_, draw)| *draw))
}

async fn fetched(part: Part, desk: Desk) -> Result<Draw, Lost> {
    desk.declare_others().await?;
    let parts = PARTS.get().ok_or(Lost)?;
    let fetching = match part {
        Part::Register => (parts.register)(),
        Part::Import => (parts.import)(),
        Part::Merge => (parts.merge)(),
        Part::Article => (parts.article)(),
        Part::Pages => (parts.pages)(),
    };
    let draw = fetching.await?;
    if held(part).is_none() {
        HELD.with_borrow_mut(|held| held.push((part, draw)));
    }
    Ok(draw)
}

/// Declares all registers, after fetching what says how where it has to be fetched.
pub(super) async fn registers_declared() -> Result<(), Lost> {
    if !Schema::is_whole() {
        let parts = PARTS.get().ok_or(Lost)?;
        catalog::learn((parts.registers)().await?);
    }
    Ok(())
}

/// What is done to the ledger, where it is here.
pub(super) fn hands_held() -> Option<Hands> {
    HANDS.get()
}

/// What is done to the ledger, fetched first where it has to be.
pub(super) async fn hands_fetched() -> Result<Hands, Lost> {
    if let Some(hands) = hands_held() {
        return Ok(hands);
    }
    let parts = PARTS.get().ok_or(Lost)?;
    let hands = (parts.hands)().await?;
    HANDS.set(Some(hands));
    Ok(hands)
}

/// The screen of a locked ledger.
pub(super) fn lock_screen() -> impl IntoView {
    view! { <AwaitedLock draw=|lock| (lock.screen)() /> }
}

/// What settings say of the lock.
pub(super) fn lock_card() -> impl IntoView {
    view! { <AwaitedLock draw=|lock| (lock.card)() /> }
}

/// Something that the lock draws, which is fetched only for it.
#[component]
fn AwaitedLock(draw: fn(Lock) -> AnyView) -> impl IntoView {
    let arrived: RwSignal<Option<Option<Lock>>> = RwSignal::new(None);
    let ask = move || {
        arrived.set(None);
        spawn_local(async move {
            let lock = match PARTS.get() {
                Some(parts) => (parts.lock)().await.ok(),
                None => None,
            };
            arrived.try_set(Some(lock)); // meanwhile the person may be elsewhere
        });
    };
    ask();
    move || match arrived.get() {
        None => ().into_any(),
        Some(Some(lock)) => draw(lock),
        Some(None) => view! { <NotFetched again=ask /> }.into_any(),
    }
}

/// Brings in the parts that nobody has asked for yet, one after another, while the browser has nothing else to do:
/// the first screen has stood before this is called. One that cannot be had now is asked for again when it is wanted.
pub(super) async fn fetch_rest(desk: Desk) {
    web::idle().await;
    // First of all: whoever loses the database needs it at once, and perhaps without a network.
    let _ = desk.hands().await;
    desk.flush_when_idle();
    web::idle().await;
    if let Some(parts) = PARTS.get()
        && let Ok(readings) = (parts.readings)().await
    {
        spelling::learn(readings);
        desk.spelt.set(true);
    }
    for part in Part::ALL {
        web::idle().await;
        if held(part).is_none() {
            let _ = fetched(part, desk).await;
        }
    }
}

/// A page that is on its way.
#[component]
fn Awaited(part: Part, route: Route) -> impl IntoView {
    let desk = Desk::here();
    let arrived: RwSignal<Option<Option<Draw>>> = RwSignal::new(None);
    let ask = move || {
        arrived.set(None);
        spawn_local(async move {
            let draw = fetched(part, desk).await.ok();
            arrived.try_set(Some(draw)); // meanwhile the person may be elsewhere
            focus::focus_arrived();
        });
    };
    ask();
    move || match arrived.get() {
        None => {
            let words = t("正在打开这一页…", "Opening this page…");
            view! { <p class="drop" role="status">{words}</p> }.into_any()
        }
        Some(Some(draw)) => draw(route.clone()),
        Some(None) => view! { <NotFetched again=ask /> }.into_any(),
    }
}

#[component]
fn NotFetched(again: impl Fn() + 'static) -> impl IntoView {
    let words = t(
        "这一页没有取到。台账没有改动；连上网后再试一次。",
        "This page could not be fetched. The ledger is unchanged; try again with a network.",
    );
    view! {
        <div class="drop" role="alert">
            <p>{words}</p>
            <button class="btn primary" on:click=move |_| again()>{t("重试", "Try again")}</button>
        </div>
    }
}
