//! 交换 → 读文章: a text, every figure in it, and how each stands to the ledger.

mod choose;
mod detail;
mod list;
mod reader;
mod shown;

use leptos::prelude::*;

use crate::ui::desk::Desk;
use crate::ui::drop::Dropped;
use crate::ui::lang::t;
use crate::ui::route::Route;
use choose::Choose;
use reader::Reader;
use shown::Shown;

/// The page: choosing a text, or the text that is being looked at. `id` names a stored article.
#[component]
pub(in crate::ui) fn ArticlePage(id: Option<String>) -> impl IntoView {
    let reader = Reader::new(Desk::here());
    if let Some(id) = id.and_then(|id| id.parse().ok()) {
        reader.reopen(id);
    }
    Dropped::here().on_article(move |file| {
        reader.close();
        reader.take_file(file);
    });
    let title = move || match reader.read.get() {
        Some(read) => read.title.clone(),
        None => t("读文章", "Read an article").to_owned(),
    };
    let back = Route::Article(None).href();
    let another = move || {
        reader.read.with(Option::is_some).then(|| {
            let href = back.clone();
            view! { <a class="btn" href=href on:click=move |_| reader.close()>{t("读另一篇", "Another article")}</a> }
        })
    };
    view! {
        <div class="page-head"><h1 class="article-title">{title}</h1>{another}</div>
        {move || reader.refused.get().map(|why| view! { <div class="card" role="alert" style="margin-bottom:12px"><p class="hint wrong" style="font-size:1rem">{why}</p></div> })}
        {move || match reader.read.get() {
            Some(read) => view! { <Shown reader read /> }.into_any(),
            None => view! { <Choose reader /> }.into_any(),
        }}
    }
}
