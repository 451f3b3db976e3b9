//! What merges have left, to be taken later.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::exchange::job::{Ask, Progress, Reply};
use crate::ledger::{BatchId, BatchKind, merge::left_of};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
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

#[component]
pub(super) fn Rest() -> impl IntoView {
    let desk = Desk::here();
    let left = RwSignal::new(Vec::<Left>::new());
    Effect::new(move |_| {
        desk.version.track();
        spawn_local(async move { drop(left.try_set(look(desk).await)) });
    });
    let take = move |batch: BatchId| {
        spawn_local(async move {
            if let Err(why) = taken(desk, batch).await {
                desk.complain(&why);
            }
        });
    };
    move || {
        let all = left.get();
        let line = move |l: Left| {
            let batch = l.batch;
            view! {
                <li class="row between"><span class="grow">{l.files}" · "{words::moment(l.when)}" · "<b>{l.rows}</b>" "{t("行", "rows")}</span>
                    <button class="btn small" disabled=move || !desk.can_write() on:click=move |_| take(batch)>{t("现在取", "Take them now")}</button></li>
            }
        };
        (!all.is_empty()).then(|| view! {
            <section class="card stack" style="margin-top:12px" aria-label=t("还没取的", "Left by merges")>
                <h2>{t("还没取的", "Left by merges")}</h2>
                <ul class="plain-list">{all.into_iter().map(line).collect_view()}</ul>
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

async fn taken(desk: Desk, batch: BatchId) -> Result<(), String> {
    let talk = Talk::start().map_err(|e| e.message().words())?;
    let answer: Result<(Reply, Vec<Vec<u8>>), _> =
        talk.ask(&Ask::TakeLeft { batch }, Vec::new(), |_: Progress| {}).await;
    // A worker that broke down may have recorded them before: then they leave the list.
    if answer.is_err() {
        desk.catch_up().await;
    }
    match answer.map_err(|e| e.message().words())? {
        (Reply::Written { operations, .. }, _) => {
            desk.take_in(talk, operations, None).await;
            desk.say(&format!("{} {operations} {}", t("已取", "Taken:"), t("处改动", "changes")), true);
            Ok(())
        }
        (Reply::Refused(why), _) => Err(why.words()),
        _ => Err(t("后台没有答复", "The worker gave no answer").to_owned()),
    }
}
