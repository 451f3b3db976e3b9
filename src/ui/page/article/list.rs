//! The figures one below the other: what was understood, how each stands; filtered by state, walked by arrow keys.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::detail::Detail;
use super::reader::{Read, Reader};
use super::shown::{item_id, mark_id, show};
use crate::exchange::article::judge::{Judged, Standing};
use crate::exchange::article::{Figure, tell};
use crate::ui::lang::{Words, t};

/// Figures drawn at once; more when the end is reached.
const STEP: usize = 120;

/// The list.
#[component]
pub(super) fn List(reader: Reader, read: Arc<Read>) -> impl IntoView {
    let drawn = RwSignal::new(STEP);
    let kept = Memo::new(move |_| {
        let only = reader.only.get();
        reader.judged.with(|all| {
            let numbered = all.iter().enumerate().filter(|(_, j)| only.is_none_or(|o| o == j.standing));
            numbered.map(|(n, _)| n).collect::<Vec<usize>>()
        })
    });
    // A figure that is gone to is drawn, wherever it stands.
    Effect::new(move |_| {
        let place = reader.now.get().and_then(|n| kept.with(|all| all.iter().position(|k| *k == n)));
        if let Some(place) = place
            && place >= drawn.get_untracked()
        {
            drawn.set(place + STEP);
        }
    });
    let shown = move || kept.with(|all| all.iter().take(drawn.get()).copied().collect::<Vec<_>>());
    let rest = move || kept.with(|all| all.len().saturating_sub(drawn.get()));
    let step = move |by: isize| {
        let all = kept.get_untracked();
        let here = reader.now.get_untracked().and_then(|n| all.iter().position(|k| *k == n));
        let next = here.map_or(0, |h| h.saturating_add_signed(by)).min(all.len().saturating_sub(1));
        if let Some(n) = all.get(next).copied() {
            go(reader, n);
        }
    };
    let item = move |n: usize| {
        read.document
            .figures
            .get(n)
            .cloned()
            .map(|figure| view! { <Item reader n figure kept step=Callback::new(step) /> })
    };
    view! {
        <section class="card figure-list" aria-label=t("数字清单", "Figures")>
            <Filter reader />
            <p class="hint keys">{t("↑ ↓ 逐个看，回车到正文里的位置，再回车回来", "↑ ↓ walk, Enter goes to the place in the text and back")}</p>
            <div class="figures"><For each=shown key=|n| *n children=item /></div>
            {move || (rest() > 0).then(|| view! { <button class="btn" on:click=move |_| drawn.update(|d| *d += STEP)>{t("再显示一些，还有 ", "Show more, left: ")}{rest()}</button> })}
        </section>
    }
}

/// The next figure: opened in the list, its mark brought into view.
fn go(reader: Reader, n: usize) {
    reader.now.set(Some(n));
    // At once, so that the next key is already this figure's.
    let there = show(&item_id(n), true);
    leptos::task::spawn_local(async move {
        // The figure may have to be drawn first, and opening it has moved things.
        crate::web::sleep(0).await;
        show(&item_id(n), !there);
        show(&mark_id(n), false);
    });
}

/// How many there are of each state; one shows only those.
#[component]
fn Filter(reader: Reader) -> impl IntoView {
    let count = move |s: Standing| reader.judged.with(|all| all.iter().filter(|j| j.standing == s).count());
    let chip = move |s: Standing| {
        let words = s.words().words();
        view! {
            <button class="chip" aria-pressed=move || (reader.only.get() == Some(s)).to_string() disabled=move || count(s) == 0
                on:click=move |_| reader.only.update(|o| *o = if *o == Some(s) { None } else { Some(s) })>
                <span class=format!("sign {}", s.key()) aria-hidden="true"></span>{words}" "{move || count(s)}</button>
        }
    };
    view! {
        <div class="row tight" role="group" aria-label=t("按状态筛选", "By state")>
            <button class="chip" aria-pressed=move || reader.only.get().is_none().to_string() on:click=move |_| reader.only.set(None)>{t("全部 ", "All ")}{move || reader.judged.with(|all| all.len())}</button>
            {Standing::ALL.map(chip)}
        </div>
    }
}

#[component]
fn Item(
    reader: Reader,
    n: usize,
    figure: Figure,
    kept: Memo<Vec<usize>>,
    step: Callback<isize>,
) -> impl IntoView {
    let judged = Memo::new(move |_| reader.judged_at(n));
    let open = Memo::new(move |_| reader.now.get() == Some(n));
    let first = move || kept.with(|all| all.first() == Some(&n));
    let stop = move || {
        let reached = open.get() || (reader.now.with(Option::is_none) && first());
        if reached { "0" } else { "-1" }
    };
    let keys = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => step.run(1),
            "ArrowUp" => step.run(-1),
            "Home" => step.run(isize::MIN / 2),
            "End" => step.run(isize::MAX / 2),
            "Enter" => {
                reader.now.set(Some(n));
                reader.text_first.set(true);
                show(&mark_id(n), true);
            }
            _ => return,
        }
        event.prevent_default();
    };
    let (words, understood) = (figure.figure.clone(), tell::understood(&figure.reading).words());
    let about: Vec<String> = [figure.place.clone(), figure.subject.clone()].into_iter().flatten().collect();
    let about = about.join(" · ");
    let compared = figure.clone();
    let detail = figure;
    view! {
        <div class="figure-item" class:open=move || open.get()>
            <button class="figure-line" id=item_id(n) tabindex=stop aria-expanded=move || open.get().to_string()
                on:keydown=keys on:click=move |_| { reader.now.set(if open.get_untracked() { None } else { Some(n) }); show(&mark_id(n), false); }>
                <span class="row between"><b>{words}</b>{move || judged.get().map(|j| tag(&j))}</span>
                <span class="small second">{about}</span>
                <span class="small second">{understood}</span>
                {move || judged.get().map(|j| said(reader.desk, &compared, &j))}
            </button>
            {move || open.get().then(|| view! { <Detail reader n figure=detail.clone() judged /> })}
        </div>
    }
}

fn tag(judged: &Judged) -> AnyView {
    let class = match judged.standing {
        Standing::Agrees => "tag done",
        Standing::Differs => "tag wrong",
        Standing::NoData | Standing::Proposed | Standing::Unsure => "tag doubt",
        Standing::Ahead | Standing::NotLinked => "tag",
    };
    view! { <span class=class><span class=format!("sign {}", judged.standing.key()) aria-hidden="true"></span>{judged.standing.words().words()}</span> }.into_any()
}

/// What the ledger says to it, in one or two lines.
fn said(desk: crate::ui::desk::Desk, figure: &Figure, judged: &Judged) -> AnyView {
    let target = tell::target(&desk.schema_once(), judged).map(|m| m.words());
    let compared = tell::beside(figure, judged).map(|m| m.words());
    let line: Vec<String> = [target, compared].into_iter().flatten().collect();
    let moved = tell::moved(figure, judged).map(|m| view! { <span class="hint doubt">{m.words()}</span> });
    view! { <span class="small">{line.join(t("：", ": "))}</span>{moved} }.into_any()
}
