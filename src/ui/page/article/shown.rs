//! The text with its figures marked, beside their list.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::list::List;
use super::reader::{Read, Reader};
use crate::exchange::article::check::Finding;
use crate::exchange::article::compare::Verdict;
use crate::exchange::article::judge::Standing;
use crate::exchange::article::marks::segments;
use crate::exchange::article::tell;
use crate::exchange::job::Listing;
use crate::register::Severity;
use crate::ui::lang::{Words, lang, t};

/// Marks that stay on the line of what they close.
const CLOSING: &str = "，。、；：！？）》〉”’」』】,.;:!?)%％";
/// Findings of the text listed at once.
const LISTED: usize = 40;

/// The article.
#[component]
pub(super) fn Shown(reader: Reader, read: Arc<Read>) -> impl IntoView {
    let findings = findings(reader, &read);
    let texts = text(reader, &read);
    let tab = move |words: &'static str, is_text: bool| {
        view! { <button class="chip" role="tab" aria-selected=move || (reader.text_first.get() == is_text).to_string() on:click=move |_| reader.text_first.set(is_text)>{words}</button> }
    };
    view! {
        <Above reader read=Arc::clone(&read) />
        {findings}
        <div class="row article-tabs" role="tablist" aria-label=t("正文或清单", "Text or list")>{tab(t("数字清单", "Figures"), false)}{tab(t("正文", "Text"), true)}</div>
        <div class="article-layout" class:text-first=move || reader.text_first.get()>
            <section class="card article-text" aria-label=t("正文", "Text")><div class="article-body" tabindex="0" role="region" aria-label=t("正文内容", "Contents of the text")>{texts}</div></section>
            <List reader read />
        </div>
    }
}

/// Counts, and what can be done with the whole article.
#[component]
fn Above(reader: Reader, read: Arc<Read>) -> impl IntoView {
    let sure = move || {
        let all = reader.judged.get();
        let agreeing = all
            .iter()
            .enumerate()
            .filter(|(_, j)| j.standing == Standing::Proposed && matches!(j.verdict, Verdict::Agrees { .. }));
        agreeing.map(|(n, j)| (n, j.clone(), false)).collect::<Vec<_>>()
    };
    let confirm = move || {
        let n = sure().len();
        (n > 0).then(|| view! { <button class="btn" disabled=move || !reader.desk.can_write() on:click=move |_| reader.confirm(sure())>{t("确认相符的建议", "Confirm what agrees")}"（"{n}"）"</button> })
    };
    let store = move || {
        match reader.stored.get() {
        None => view! { <button class="btn" disabled=move || !reader.desk.can_write() on:click=move |_| reader.store()>{t("存入台账", "Store")}</button> }.into_any(),
        Some(_) => view! { <span class="tag done">{t("已存入台账", "Stored")}</span> }.into_any(),
    }
    };
    let (for_sheet, for_text) = (Arc::clone(&read), read);
    let sheet = move |_| {
        let places = reader.desk.places();
        let judged = reader.judged.get_untracked();
        reader.desk.export_lines(Listing {
            title: format!("{}{}", file_name(&for_sheet.title), t("-数字", "-figures")),
            headings: tell::HEADINGS.iter().map(|(zh, en)| t(zh, en).to_owned()).collect(),
            rows: tell::rows(&for_sheet.document, &judged, (&reader.desk.schema_once(), &places), lang()),
        });
    };
    let marked = move |_| {
        let words = tell::marked(&for_text.text, &for_text.document, &reader.judged.get_untracked(), lang());
        let name = format!("{}{}.txt", file_name(&for_text.title), t("-已标注", "-marked"));
        reader.desk.save_file(&name, "text/plain;charset=utf-8", words.as_bytes());
    };
    view! {
        <div class="row article-tools">
            {confirm}{store}
            <button class="btn" on:click=sheet>{t("导出表格", "Export as a workbook")}</button>
            <button class="btn" on:click=marked>{t("导出标注文本", "Export the marked text")}</button>
        </div>
    }
}

/// A title as a file may be called.
fn file_name(title: &str) -> String {
    let plain =
        |c: &char| !matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') && !c.is_control();
    title.chars().filter(plain).take(40).collect()
}

/// What the text says about itself; a figure that is named can be gone to.
fn findings(reader: Reader, read: &Read) -> Option<AnyView> {
    let all = &read.document.findings;
    if all.is_empty() {
        return None;
    }
    let doubtful = all.iter().filter(|f| f.severity != Severity::Info).count();
    let line = |f: &Finding| {
        let (class, word) = match f.severity {
            Severity::Info => ("tag done", t("相合", "Fits")),
            _ => ("tag doubt", t("请核对", "Check")),
        };
        let at = f.figures.first().copied();
        let words = f.message.words();
        view! { <button on:click=move |_| if let Some(n) = at { look_at(reader, n, true) }><span class=class>{word}</span><span class="grow small">{words}</span></button> }
    };
    let more = all.len().saturating_sub(LISTED);
    let lines = all.iter().take(LISTED).map(line).collect_view();
    let rest =
        (more > 0).then(|| view! { <p class="hint">{t("还有 ", "and ")}{more}{t(" 条", " more")}</p> });
    let to_check = doubtful > 0;
    Some(view! {
        <details class="card article-findings" open=to_check>
            <summary><b>{t("文内核对", "Checked within the text")}</b><span class="hint">" "{all.len()}{t("条，请核对 ", ", to check: ")}{doubtful}</span></summary>
            <div class="todo tight">{lines}</div>{rest}
        </details>
    }
    .into_any())
}

fn text(reader: Reader, read: &Read) -> AnyView {
    let mut pieces = segments(&read.text, &read.document).into_iter().peekable();
    let mut shown = Vec::new();
    while let Some(piece) = pieces.next() {
        let Some(n) = piece.figure else {
            shown.push(piece.words.into_any());
            continue;
        };
        let mark = mark(reader, n, piece.words, piece.first);
        let closing = pieces.peek_mut().filter(|next| next.figure.is_none()).map(|next| {
            let rest = next.words.trim_start_matches(|c| CLOSING.contains(c));
            let closing = next.words.strip_suffix(rest).unwrap_or_default().to_owned();
            next.words = rest.to_owned();
            closing
        });
        // No line begins with a comma, not even behind a mark.
        shown.push(match closing.filter(|c| !c.is_empty()) {
            Some(closing) => view! { <span class="held">{mark}{closing}</span> }.into_any(),
            None => mark,
        });
    }
    shown.collect_view().into_any()
}

/// A figure where it stands. Its state is a word for those who do not see, a sign and a colour for others.
fn mark(reader: Reader, n: usize, words: String, first: bool) -> AnyView {
    let standing =
        Memo::new(move |_| reader.judged.with(|all| all.get(n).map_or(Standing::NotLinked, |j| j.standing)));
    let moved = Memo::new(move |_| reader.judged.with(|all| all.get(n).is_some_and(|j| j.moved.is_some())));
    let class = move || {
        let moved = if moved.get() { " moved" } else { "" };
        format!("figure-mark {}{moved}", standing.get().key())
    };
    let state = move || {
        let moved = if moved.get() { t("，台账已变", ", the ledger has moved") } else { "" };
        format!("{}{}{moved}{}", t("（", " ("), standing.get().words().words(), t("）", ")"))
    };
    view! {
        <button class=class id=first.then(|| mark_id(n)) aria-current=move || (reader.now.get() == Some(n)).then_some("true")
            on:click=move |_| look_at(reader, n, true)>{words}<span class="sr">{state}</span></button>
    }
    .into_any()
}

pub(super) fn mark_id(n: usize) -> String {
    format!("figure-{n}")
}

pub(super) fn item_id(n: usize) -> String {
    format!("listed-{n}")
}

/// Goes to a figure in the list, which opens it there; `focus` takes the keyboard along.
pub(super) fn look_at(reader: Reader, n: usize, focus: bool) {
    let standing = reader.judged.with_untracked(|all| all.get(n).map(|j| j.standing));
    if reader.only.get_untracked().is_some_and(|only| Some(only) != standing) {
        reader.only.set(None);
    }
    reader.now.set(Some(n));
    reader.text_first.set(false);
    leptos::task::spawn_local(async move {
        // The list may have to be drawn first.
        crate::web::sleep(0).await;
        show(&item_id(n), focus);
        show(&mark_id(n), false);
    });
}

/// Brings an element into view, with the keyboard when asked; whether there is one.
pub(super) fn show(id: &str, focus: bool) -> bool {
    let found = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(element) = found else { return false };
    if focus {
        // What has just left the page cannot take the focus; nothing is lost.
        let _ = element.focus();
    }
    let options = web_sys::ScrollIntoViewOptions::new();
    // A browser that knows no such option scrolls further than it must.
    let _ = js_sys::Reflect::set(&options, &"block".into(), &"nearest".into());
    element.scroll_into_view_with_scroll_into_view_options(&options);
    true
}
