//! Where a text comes from: pasted, dropped, chosen, or stored before.

use std::collections::BTreeMap;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::reader::{DRAFT, Reader};
use crate::exchange::article::judge::Judge;
use crate::exchange::article::{self, Options, kept};
use crate::ui::drop::Dropped;
use crate::ui::lang::t;
use crate::ui::route::Route;
use crate::ui::words;

/// The place to paste and drop.
#[component]
pub(super) fn Choose(reader: Reader) -> impl IntoView {
    warm_up();
    let over = Dropped::here().over;
    let pasted = RwSignal::new(String::new());
    let earlier: RwSignal<Option<(u64, String)>> = RwSignal::new(None);
    reader.desk.load_draft(DRAFT, move |found| {
        let text = found.and_then(|(at, mut texts)| Some((at, texts.remove("text")?)));
        earlier.try_set(text); // the page may have been left
    });
    let keep = move || {
        let text = pasted.get_untracked();
        if !text.trim().is_empty() {
            reader.desk.keep_draft(DRAFT, BTreeMap::from([("text".to_owned(), text)]), |_| {});
        }
    };
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        if let Some(file) = input.files().and_then(|f| f.get(0)) {
            reader.take_file(file);
        }
        input.set_value("");
    };
    let read = move |_| {
        let text = pasted.get_untracked();
        if text.trim().is_empty() {
            let nothing = t("还没有粘贴文字", "There is no text yet");
            return reader.refused.set(Some(nothing.to_owned()));
        }
        keep();
        reader.take(text, String::new());
    };
    let offered = move || {
        earlier.get().map(|(at, text)| {
            let again = text.clone();
            view! {
                <p class="row small" role="status"><span>{t("上次没有存的文章：", "An article that was not stored: ")}{words::moment(at)}</span>
                    <button class="btn small" on:click=move |_| reader.take(again.clone(), String::new())>{t("接着看", "Go on with it")}</button>
                    <button class="btn small plain" on:click=move |_| { reader.desk.drop_draft(DRAFT); earlier.set(None); }>{t("不要了", "Discard")}</button></p>
            }
        })
    };
    view! {
        <div class="article-choose">
            <section class="card stack" class:over=move || over.get()>
                <label class="second" for="article-text">{t("把文章粘贴在这里，或者把文件拖进来", "Paste an article here, or drop a file")}</label>
                <div class="control"><textarea id="article-text" rows="10" prop:value=move || pasted.get() on:input=move |e| pasted.set(event_target_value(&e)) on:change=move |_| keep()></textarea></div>
                <div class="row">
                    <button class="btn primary" on:click=read>{t("读这篇文章", "Read it")}</button>
                    <label class="btn">{t("选择文件…", "Choose a file…")}<input type="file" class="sr" accept=".txt,.docx,text/plain" on:change=chosen /></label>
                    <span class="hint">{t("文本（UTF-8、GB18030）或 Word（.docx）；只在本机读，不上传。", "Text (UTF-8, GB18030) or Word (.docx); read on this device only.")}</span>
                </div>
                {offered}
            </section>
            <Stored reader />
        </div>
    }
}

/// Sentences of every kind, read while the person looks for a text.
const SENTENCES: &str = "2024年，全镇种植柑橘3200余亩，同比增长5%，带动860户户均增收约2000元。\
    其中清凉村三千五百亩，亩均产值1.2万元至1.5万元，占四成；预计明年突破500万元。\
    推行“三亮三比”，按照“1+23+291”网格，近3年累计办理（含咨询）1200件次，党员156名。\n";

/// Reads a little, often, so that no key waits for it: the tables of words are built, and the browser finds the code
/// worth compiling well. Otherwise the first long text takes twice the time of the next.
fn warm_up() {
    const ROUNDS: u32 = 16;
    leptos::task::spawn_local(async {
        let text = SENTENCES.repeat(20);
        for _ in 0..ROUNDS {
            crate::web::sleep(40).await;
            let _ = article::read(&text, &Options::default());
        }
    });
}

/// The articles that were read before, and how many of their figures have moved.
#[component]
fn Stored(reader: Reader) -> impl IntoView {
    let desk = reader.desk;
    let all = move || {
        let chosen = (desk.place.get(), Some(desk.period.get()));
        let cache = desk.cache();
        desk.state(|s| {
            let judge = Judge::new(s, &cache, chosen);
            let one = |a: kept::Saved| {
                let moved = judge.moved(&kept::links(s, a.id));
                (a, moved)
            };
            kept::articles(s).into_iter().map(one).collect::<Vec<_>>()
        })
    };
    let line = |(a, moved): (kept::Saved, usize)| {
        let href = Route::Article(Some(a.id.to_string())).href();
        let flag = (moved > 0).then(
            || view! { <span class="tag doubt">{t("台账已变：", "Moved: ")}{moved}{t("处", "")}</span> },
        );
        let date = a.date.map(|d| d.to_string()).unwrap_or_default();
        view! {
            <a href=href><span class="grow">{a.title.to_string()}<span class="hint">" "{date}</span></span>{flag}
                <span class="when">{t("已关联 ", "linked: ")}{a.linked}" · "{words::moment(a.at)}</span></a>
        }
    };
    move || {
        let all = all();
        let none = all.is_empty().then(|| view! { <p class="hint">{t("确认过数字或存过的文章会列在这里；台账变了会提醒。", "Articles that were stored are listed here, and say when the ledger has moved.")}</p> });
        view! {
            <section class="card" aria-label=t("已读文章", "Articles read before")><header><h2>{t("已读文章", "Articles read before")}</h2><span class="unit">{all.len()}</span></header>
                {none}<div class="todo">{all.into_iter().map(line).collect_view()}</div></section>
        }
    }
}
