//! What merges have left, to be taken later.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::exchange::job::Ask;
use crate::ledger::{BatchId, BatchKind, merge::left_of};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words as _, t};
use crate::ui::recording::settling;
use crate::ui::words;
use crate::web::worker::Talk;

/// A merge that has left something: when, which files, how many rows.
#[derive(Clone, PartialEq)]
struct Left {
    batch: BatchId,
    when: u64,
    files: String,
    rows: usize,
}

/// How far the taking of one of them is.
#[derive(Clone)]
enum Step {
    Look,
    Taking,
    /// Its worker broke down: whether it was written is being found out.
    Settling,
    Refused(String),
}

#[component]
pub(super) fn Rest() -> impl IntoView {
    let desk = Desk::here();
    let left = RwSignal::new(Vec::<Left>::new());
    Effect::new(move |_| {
        desk.version.track();
        spawn_local(async move { drop(left.try_set(look(desk).await)) });
    });
    let step = RwSignal::new(Step::Look);
    let take = move |l: &Left| {
        let (batch, files) = (l.batch, l.files.clone());
        step.set(Step::Taking);
        spawn_local(async move {
            let next = match taken(desk, batch, step).await {
                Ok(operations) => {
                    let words = format!("{} {operations} {}", t("已取", "Taken:"), t("处改动", "changes"));
                    desk.say(&words, true);
                    Step::Look
                }
                Err(why) => Step::Refused(format!("{files}：{why}")),
            };
            // The page may have been left in the meantime; a message says it then.
            if let Some(Step::Refused(why)) = step.try_set(next) {
                desk.complain(&why);
            }
        });
    };
    let busy = move || step.with(|s| matches!(s, Step::Taking | Step::Settling));
    let told = move || match step.get() {
        Step::Look => ().into_any(),
        Step::Taking => view! { <p role="status">{t("正在写入", "Writing")}</p> }.into_any(),
        Step::Settling => view! { <p role="status">{settling()}</p> }.into_any(),
        Step::Refused(why) => view! { <p class="hint wrong" role="alert">{why}</p> }.into_any(),
    };
    move || {
        let all = left.get();
        let line = move |l: Left| {
            view! {
                <li class="row between"><span class="grow">{l.files.clone()}" · "{words::moment(l.when)}" · "<b>{l.rows}</b>" "{t("行", "rows")}</span>
                    <button class="btn small" disabled=move || busy() || !desk.can_write() on:click=move |_| take(&l)>{t("现在取", "Take them now")}</button></li>
            }
        };
        (!all.is_empty()).then(|| view! {
            <section class="card stack" style="margin-top:12px" aria-label=t("还没取的", "Left by merges")>
                <h2>{t("还没取的", "Left by merges")}</h2>
                <ul class="plain-list">{all.into_iter().map(line).collect_view()}</ul>
                {told}
            </section>
        })
    }
}

/// The merges that stand and have left rows that nobody has touched since.
async fn look(desk: Desk) -> Vec<Left> {
    let heads: Vec<(BatchId, u64, String)> = desk.state_once(|s| {
        let merges = s.batches().filter_map(|b| match b.kind.plain() {
            BatchKind::Merge { files, left, .. } if *left > 0 && !s.is_undone(b.id) => {
                let names = files.iter().map(|f| &*f.name).collect::<Vec<_>>().join("、");
                Some((b.id, b.stamp.millis, names))
            }
            _ => None,
        });
        merges.collect()
    });
    let mut found = Vec::new();
    let Some(session) = desk.session() else { return found };
    for (batch, when, files) in heads {
        if let Ok(Some(sealed)) = session.batch(batch).await {
            let rows = session.with(|s| left_of(s, &sealed.batch).len());
            found.extend((rows > 0).then_some(Left { batch, when, files, rows }));
        }
    }
    found
}

/// Has a worker take what a merge has left; it is known in the end whether that was written.
async fn taken(desk: Desk, batch: BatchId, step: RwSignal<Step>) -> Result<usize, String> {
    let talk = Talk::start().map_err(|e| e.message().words())?;
    let broke = || drop(step.try_set(Step::Settling));
    desk.record_merge(talk, |permit| Ask::TakeLeft { batch, permit }, broke).await
}
