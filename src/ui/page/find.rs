//! 查找: people, villages, records, registers and pages, found while somebody types.
//!
//! Duty: the box and its list, over whatever page is shown (Ctrl K) or as a page of its own. What was read of the ledger
//! is kept from one opening to the next. Inputs: what is typed. Outputs: an address to go to. Neighbours: `table::search`
//! finds records; the shell opens the dialog and closes it when the address changes.

use std::cell::RefCell;

use leptos::prelude::*;

use crate::table::search::{Found, Search};
use crate::table::spelling;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, lang, t};
use crate::ui::route::{self, Route, expect_route};
use crate::ui::shell::{Finding, PLACES};
use crate::ui::widget::grid::composing;

/// Records of one kind that are listed: with those of the other kinds they fill a screen, and one more letter tells more
/// than a longer list.
const OF_A_KIND: usize = 12;
/// Registers and pages that are listed behind records.
const PAGES: usize = 6;

thread_local! {
    static SEARCH: RefCell<Search> = RefCell::new(Search::default());
}

/// One line of the list.
#[derive(Clone, PartialEq)]
struct Line {
    name: String,
    /// What tells it from its like.
    apart: String,
    /// The number by which it was found, masked.
    number: Option<String>,
    /// What sort of thing it is.
    sort: String,
    href: String,
}

/// Everything that fits what was typed.
#[derive(Clone, PartialEq, Default)]
struct Listed {
    lines: Vec<Line>,
    more: bool,
}

/// The page; in the dialog, which has a heading, without one.
#[component]
pub(in crate::ui) fn Find() -> impl IntoView {
    let inside = Finding::is_open();
    if inside {
        return view! { <FindBox /> }.into_any();
    }
    view! { <div class="page-head"><h1>{t("查找", "Find")}</h1></div><section class="card"><FindBox /></section> }
        .into_any()
}

/// The box with its list.
#[component]
fn FindBox() -> impl IntoView {
    let desk = Desk::here();
    let typed = RwSignal::new(String::new());
    let active = RwSignal::new(0usize);
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // An input that stands in the page can have the focus.
            let _ = input.focus();
        }
    });
    let found = Memo::new(move |_| {
        desk.spelt.track();
        typed.with(|typed| listed(desk, typed))
    });
    let went = expect_route();
    let finding = use_context::<Finding>();
    let go = move |href: String| {
        if let Some(finding) = finding {
            finding.close();
        }
        let location = window().location();
        if location.hash().is_ok_and(|now| now == href) {
            // The address stays; what it asks for is shown once more.
            went.set(Route::parse(&href));
        } else {
            // An address of this program can always be gone to.
            let _ = location.set_hash(&href);
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let last = found.with(|f| f.lines.len()).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => active.update(|a| *a = (*a + 1).min(last)),
            "ArrowUp" => active.update(|a| *a = a.saturating_sub(1)),
            "Enter" => {
                if let Some(line) = found.with(|f| f.lines.get(active.get_untracked()).cloned()) {
                    go(line.href);
                }
            }
            _ => return,
        }
        event.prevent_default();
        into_sight(active.get_untracked());
    };
    let write = move |text: String| {
        typed.set(text);
        active.set(0);
    };
    let label = t("查人、村、记录", "Find people, villages, records");
    let lines = move || {
        let line = |(n, line): (usize, Line)| {
            let href = line.href.clone();
            view! {
                <div class="option found" role="option" id=option_id(n) class:active=move || active.get() == n aria-selected=move || (active.get() == n).to_string()
                    on:mousedown=|event| event.prevent_default() on:click=move |_| go(href.clone())>
                    <span class="grow"><b>{line.name}</b>" "<span class="second small">{line.apart}</span>{line.number.map(|n| view! { " "<span class="second small">{n}</span> })}</span><span class="tag">{line.sort}</span>
                </div>
            }
        };
        found.get().lines.into_iter().enumerate().map(line).collect_view()
    };
    let said = move || {
        let blank = typed.with(|t| t.trim().is_empty());
        found.with(|f| match (blank, f.lines.len(), f.more) {
            (true, ..) => t(
                "姓名、村名可用拼音或首字母；身份证号、电话可只输末四位",
                "Names, pinyin or initials; the last four figures of a number",
            )
            .to_owned(),
            (_, 0, _) => t("没有找到", "Nothing found").to_owned(),
            (_, n, false) => format!("{n} {}", t("条", "found")),
            (_, n, true) => format!("{n} {}", t("条；还有更多，再打几个字", "shown of more: type on")),
        })
    };
    view! {
        <div class="stack find-box">
            <input class="plain" node_ref=input type="text" role="combobox" autocomplete="off" aria-expanded="true" aria-controls="found" aria-autocomplete="list" aria-label=label placeholder=t("查人、村、记录（拼音可）", "People, villages, records")
                aria-activedescendant=move || found.with(|f| !f.lines.is_empty()).then(|| option_id(active.get()))
                on:input=move |e| if !composing(&e) { write(event_target_value(&e)) } on:compositionend=move |e| write(event_target_value(&e)) on:keydown=keys />
            <p class="hint" role="status">{said}</p>
            <div id="found" role="listbox" aria-label=t("找到的", "What was found")>{lines}</div>
        </div>
    }
}

fn option_id(n: usize) -> String {
    format!("found-{n}")
}

/// The chosen line stays in sight.
fn into_sight(n: usize) {
    request_animation_frame(move || {
        if let Some(line) = document().get_element_by_id(&option_id(n)) {
            let to = web_sys::ScrollIntoViewOptions::new();
            // A browser that knows no such option scrolls further than it must.
            let _ = js_sys::Reflect::set(&to, &"block".into(), &"nearest".into());
            line.scroll_into_view_with_scroll_into_view_options(&to);
        }
    });
}

/// What fits: records first, then registers and pages.
fn listed(desk: Desk, typed: &str) -> Listed {
    let pages = pages(desk);
    if typed.trim().is_empty() {
        return Listed { lines: pages.into_iter().take(PAGES).collect(), more: false };
    }
    let (mut lines, more) = desk.state(|state| {
        let places = desk.cache().places(state);
        let found = SEARCH.with_borrow_mut(|search| search.find(state, typed, OF_A_KIND));
        let line = |hit: &crate::table::search::Hit| {
            let told = Found::told(hit, state, &places, lang())?;
            let kind = state.schema().kind(&hit.register, &hit.kind)?;
            let href = route::one_row(&hit.register, &hit.kind, hit.row);
            let sort = kind.label.words();
            Some(Line { name: told.name, apart: told.apart, number: told.number, sort, href })
        };
        (found.hits.iter().filter_map(line).collect::<Vec<_>>(), found.more)
    });
    let folded = spelling::fold(typed);
    let fits = |line: &Line| spelling::fit(&line.name, &folded);
    let mut fitting: Vec<(u8, usize, Line)> =
        pages.into_iter().enumerate().filter_map(|(n, line)| Some((fits(&line)?, n, line))).collect();
    crate::value::order::sort_by_key(&mut fitting, |(fit, n, _)| (*fit, *n));
    lines.extend(fitting.into_iter().take(PAGES).map(|(.., line)| line));
    Listed { lines, more }
}

/// The pages and the registers with their kinds.
fn pages(desk: Desk) -> Vec<Line> {
    let line = |name: String, sort: &str, route: &Route| Line {
        name,
        apart: String::new(),
        number: None,
        sort: sort.to_owned(),
        href: route.href(),
    };
    let more = [
        (Route::Import, "导入", "Import"),
        (Route::Merge, "合账台", "Merge desk"),
        (Route::Article(None), "读文章", "Read an article"),
        (Route::Pivot, "交叉表", "Pivot"),
        (Route::Contracts, "合同到期与拖欠", "Contracts due"),
        (Route::County, "本县字段与词语", "Fields and words of the county"),
    ];
    let page = t("页面", "Page");
    let places = PLACES.iter().map(|(route, _, zh, en)| line(t(zh, en).to_owned(), page, route));
    let more = more.iter().map(|(route, zh, en)| line(t(zh, en).to_owned(), page, route));
    let schema = desk.schema();
    let kinds = schema.kinds().filter(|(_, kind)| kind.under.is_none()).map(|(register, kind)| {
        let main = register.main().is_some_and(|m| m.key == kind.key);
        let name = if main { register.label.words() } else { kind.label.words() };
        let route = Route::Register(register.key.to_string(), (!main).then(|| kind.key.to_string()));
        line(name, t("台账", "Register"), &route)
    });
    places.chain(more).chain(kinds).collect()
}
