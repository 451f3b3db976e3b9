//! What a worker records, followed until every page shows it – or, when that was broken off, until it is known whether
//! it was written.
//!
//! Inputs: the worker that records, its permit. Outputs: pages that show what was recorded, and what became of a write
//! that was broken off. Neighbours: the pages of import and merge, and [`super::jobs`], each for its own batches.

use leptos::prelude::*;

use super::desk::Desk;
use super::lang::{Words as _, t};
use crate::exchange::job::{Ask, Progress, Reply};
use crate::ledger::{BatchId, BatchKind, State};
use crate::register::Message;
use crate::value::Period;
use crate::web::worker::{Talk, WorkerError};
use crate::web::{clock, locks, sleep};

/// Why a write was broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The person called it off.
    Called,
    /// The worker broke down.
    Broke,
}

impl Stop {
    /// It had been written all the same.
    pub(super) fn came_late(self) -> &'static str {
        match self {
            Self::Called => t(
                "取消晚了一步，写入已经完成。不要的话请撤销。",
                "Too late to call it off: it had been written. Undo it if it is not wanted.",
            ),
            Self::Broke => t(
                "后台程序中断了，已核实写入在那之前就完成了。",
                "The worker broke down, and it had been written before that.",
            ),
        }
    }
}

/// What a person is told of a write that broke down and left nothing.
pub(super) fn broke_down() -> &'static str {
    t(
        "写入的时候后台程序中断了（可能内存不够），已核实什么也没有写入。请关掉别的页面再试",
        "the worker broke down while it wrote, and nothing was written; close other pages and try again",
    )
}

/// What a person is told of a write that was called off in time.
pub(super) fn called_off() -> &'static str {
    t("已取消，什么也没有写入", "Called off; nothing was written")
}

/// The card of a worker at work: what it is at, how far it is, and the way out.
pub(super) fn working_card(
    what: impl Fn() -> String + Send + 'static,
    progress: RwSignal<Option<Progress>>,
    cancel: impl Fn() + 'static,
) -> impl IntoView {
    let share = move || {
        let share = |p: Progress| if p.total == 0 { 0.0 } else { p.done as f64 / p.total as f64 * 100.0 };
        format!("{:.0}", progress.get().map_or(0.0, share))
    };
    view! {
        <section class="card stack" style="max-width:640px">
            <p role="status">{what}" "{share}"%"</p>
            <div class="progress" role="progressbar" aria-label=t("进度", "Progress") aria-valuemin="0" aria-valuemax="100" aria-valuenow=share><div style:width=move || format!("{}%", share())></div></div>
            <div class="row"><button class="btn" on:click=move |_| cancel()>{t("取消", "Cancel")}</button></div>
        </section>
    }
}

/// What a person is told of a write that was broken off, while it is being found out whether it was written.
pub(super) fn settling() -> &'static str {
    t("已停下，正在核实写没写进去", "Stopped; finding out whether it was written")
}

/// The card of a write that was broken off.
pub(super) fn settling_card() -> impl IntoView {
    card(settling())
}

/// The card of what is durable and not yet shown by every page.
pub(super) fn written_card() -> impl IntoView {
    card(t("已写入本机磁盘，正在装入台账", "Written to this device; taking it into the ledger"))
}

fn card(words: &'static str) -> impl IntoView {
    view! { <section class="card" style="max-width:640px"><p role="status">{words}</p></section> }
}

/// What a person is told of work that ended before anything was to be written.
pub(super) fn unchanged(why: &Message) -> String {
    let unchanged = t("没有完成，台账没有改动", "Not done; the ledger is unchanged");
    format!("{unchanged}{}{}", t("。", ". "), why.words())
}

/// The lock without which a merge is not written.
pub(super) fn merge_permit() -> String {
    format!("xingcun.merge.{}", clock::now().millis)
}

/// How many merges there are.
pub(super) fn merges(desk: Desk) -> usize {
    desk.state_once(|s| s.batches().filter(|b| b.kind.is_merge()).count())
}

/// The merge that came after so many others, and how much it brought.
pub(super) fn merge_after(state: &State, known: usize) -> Option<(BatchId, usize)> {
    let head = state.batches().filter(|b| b.kind.is_merge()).nth(known)?;
    let BatchKind::Merge { files, .. } = head.kind.plain() else { return None };
    let operations = |id: &BatchId| state.batch(*id).map_or(0, |b| b.operations());
    let brought = files.iter().flat_map(|f| &f.brought).map(operations).sum();
    // A step that takes what was left brings no steps of others: its own changes are what it brought.
    Some((head.id, if brought == 0 { operations(&head.id) } else { brought }))
}

/// The browser may still be finishing what the ended worker had begun.
const PAUSES: [u32; 3] = [0, 600, 1800];

impl Desk {
    /// Shows what a worker has recorded, at its newest period, and tells other windows. It is durable already; before
    /// the worker ends it makes pages of it, which are quicker to read than the log.
    pub(super) async fn take_in(self, worker: Talk, operations: usize, newest: Option<Period>) {
        let _: Result<(Reply, Vec<Vec<u8>>), _> = worker.ask(&Ask::Pages, Vec::new(), |_: Progress| {}).await;
        worker.end();
        if !self.read_damaged_anew().await {
            self.catch_up_with(operations).await;
        }
        self.show_newest(newest);
        self.tell_others();
    }

    /// Has a worker record a merge and follows it until every page shows it: how much it brought, or why nothing was
    /// written. Calls `broke` when the worker breaks down and it is being found out.
    pub(super) async fn record_merge(
        self,
        worker: Talk,
        ask: impl FnOnce(String) -> Ask,
        broke: impl FnOnce(),
    ) -> Result<usize, String> {
        let permit = merge_permit();
        let known = merges(self);
        let answer: Result<(Reply, Vec<Vec<u8>>), _> =
            worker.ask(&ask(permit.clone()), Vec::new(), |_: Progress| {}).await;
        match answer {
            Ok((Reply::Written { operations, .. }, _)) => {
                self.take_in(worker, operations, None).await;
                Ok(operations)
            }
            // What was being written may be there all the same: that is found out.
            Err(WorkerError::Crashed(_)) => {
                broke();
                let found = self.settle(&permit, None, |s| merge_after(s, known)).await;
                found.map(|(_, operations)| operations).ok_or_else(|| broke_down().to_owned())
            }
            Err(why) => Err(unchanged(&why.message())),
            Ok((Reply::Refused(why), _)) => Err(why.words()),
            Ok(_) => Err(t("后台没有答复", "the worker gave no answer").to_owned()),
        }
    }

    /// Finds what is on disk after a write was broken off, and shows it: its batch and its size, if it was written.
    pub(super) async fn settle(
        self,
        permit: &str,
        newest: Option<Period>,
        find: impl Fn(&State) -> Option<(BatchId, usize)>,
    ) -> Option<(BatchId, usize)> {
        // Either the worker has the permit, and it is free when the worker has really gone; or it finds it taken.
        locks::claim(permit, true).await;
        for pause in PAUSES {
            sleep(pause).await;
            self.catch_up().await;
            let found = self.state_once(&find);
            if found.is_some() {
                self.read_damaged_anew().await;
                self.show_newest(newest);
                self.tell_others();
                return found;
            }
        }
        None
    }

    /// What was recorded may replace damaged records by good ones; false where none is known.
    async fn read_damaged_anew(self) -> bool {
        let damaged = self.damaged.get_untracked().places > 0;
        if damaged {
            self.read_anew().await;
        }
        damaged
    }
}
