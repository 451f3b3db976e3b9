//! 设置 → 操作历史: every step with who, when and from which file; each can be taken back, and the ledger can be
//! made what it was after any of them.
//!
//! Duty: lists batches, plans the way back to a moment and asks before it is gone. Inputs: the ledger's batches;
//! the log, for a past moment. Outputs: undo, or one batch of restoring, which can itself be taken back.
//! Neighbours: `settings` shows the list; the ledger plans ([`State::draft_restoring`]).

use leptos::prelude::*;

use crate::ledger::{BatchHead, BatchId, BatchKind, Change, Draft, Stamp, State, Timing};
use crate::ui::desk::{Desk, store_words};
use crate::ui::lang::t;
use crate::ui::widget::dialog::Dialog;
use crate::ui::words;
use crate::web::clock;

/// Steps listed at first, and added with each wish for more.
const STEPS: usize = 30;

/// A way back, looked at before it is gone.
#[derive(Clone)]
struct Way {
    stamp: Stamp,
    /// Planned on this version of the ledger; none while the log is being read.
    draft: Option<(u64, Draft)>,
}

/// The steps, newest first.
#[component]
pub(super) fn Steps() -> impl IntoView {
    let desk = Desk::here();
    let many = RwSignal::new(STEPS);
    let way = RwSignal::new_local(None::<Way>);
    let back = Callback::new(move |stamp| plan(desk, way, stamp));
    let lines = move || {
        let (steps, all): (Vec<(BatchHead, bool)>, usize) = desk.state(|s| {
            // What was put together again stands in the place of what was lost.
            let told = || s.batches().rev().filter(|b| s.stand_in(b.id).is_none());
            let listed = told().take(many.get()).map(|b| (b.clone(), s.is_undone(b.id))).collect();
            (listed, told().count())
        });
        if steps.is_empty() {
            return view! { <p class="hint">{t("还没有操作", "Nothing has been done yet")}</p> }.into_any();
        }
        let newest = steps.first().map(|(b, _)| b.id);
        let more = all.saturating_sub(steps.len());
        let more = (more > 0).then(|| view! { <button class="btn small" on:click=move |_| many.update(|n| *n += STEPS)>{t("更早的", "Earlier ones")}"（"{more}"）"</button> });
        let lines =
            steps.into_iter().map(|(head, undone)| step(desk, &head, undone, newest, back)).collect_view();
        view! { <ul class="trace">{lines}</ul>{more} }.into_any()
    };
    view! {
        <section class="card stack"><h2>{t("操作历史", "History")}</h2>
            <p class="hint">{t("每一步都能单独撤销；“回到此刻”把整本台账改回那一步做完时的样子，之后的步骤仍留在历史里。", "Each step can be undone by itself; “Back to here” makes the ledger what it was after that step, and what came later stays in the history.")}</p>
            <div style="max-height:480px" class="scroll" tabindex="0" role="region" aria-label=t("操作历史", "History")>{lines}</div>
            {move || way.get().map(|w| view! { <Confirm way=w on_close=Callback::new(move |()| way.set(None)) on_again=back /> })}
        </section>
    }
}

fn step(
    desk: Desk,
    head: &BatchHead,
    undone: bool,
    newest: Option<BatchId>,
    back: Callback<Stamp>,
) -> impl IntoView + use<> {
    let (id, stamp, moment) = (head.id, head.stamp, head.stamp.millis);
    let timing = match head.stamp.timing(head.suspect_clock, clock::now().millis) {
        Timing::Right => None,
        Timing::Wrong => {
            Some(view! { <span class="tag doubt">{t("当时时钟不准", "clock was wrong")}</span> })
        }
        Timing::Follows => Some(
            view! { <span class="tag">{t("时间随前面时钟不准的一步", "time follows a step whose clock was wrong")}</span> },
        ),
    };
    let undo = if matches!(head.kind.plain(), BatchKind::Shown { .. }) {
        // What somebody saw is not unseen.
        ().into_any()
    } else if undone {
        view! { <span class="tag">{t("已撤销", "taken back")}</span> }.into_any()
    } else {
        view! { <button class="btn small" disabled=move || !desk.can_write() on:click=move |_| desk.take_back(id)>{t("撤销这一步", "Undo this step")}</button> }.into_any()
    };
    let there = (newest != Some(id)).then(|| view! { <button class="btn small" disabled=move || !desk.can_write() on:click=move |_| back.run(stamp)>{t("回到此刻…", "Back to here…")}</button> });
    view! {
        <li><div class="row between"><b class="grow">{desk.step_words(head)}</b>{undo}{there}</div>
            <span class="second small">{head.actor.to_string()}" · "{words::moment(moment)}" "{timing}</span></li>
    }
}

/// Reads the log up to the moment and plans what has to change.
fn plan(desk: Desk, way: RwSignal<Option<Way>, LocalStorage>, stamp: Stamp) {
    let Some(session) = desk.session() else { return };
    let moment = stamp.millis;
    way.set(Some(Way { stamp, draft: None }));
    leptos::task::spawn_local(async move {
        let mut past = State::new();
        let read = session
            .each_batch(|sealed| {
                if sealed.batch.stamp <= stamp {
                    past.apply(&sealed.batch, sealed.digest);
                }
            })
            .await;
        // A past with holes would take away what the missing steps had brought.
        let whole = session.with(|now| {
            now.batches()
                .filter(|b| b.stamp <= stamp)
                .all(|b| past.batch(b.id).is_some() || past.stand_in(b.id).is_some())
        });
        let refused = match read {
            Err(error) => Some(store_words(&error)),
            Ok(()) if !whole => Some(
                t(
                    "日志有损坏，那一刻的样子说不全，没有动台账。请先导出一份完整的备份，缺的步骤会从页面恢复。",
                    "The log is damaged and cannot tell that moment; nothing was changed. Save a complete backup first, which restores the missing steps.",
                )
                .to_owned(),
            ),
            Ok(()) => None,
        };
        if let Some(words) = refused {
            desk.count_damage();
            desk.complain(&words);
            let _ = way.try_set(None);
            return;
        }
        let draft = session.with(|now| now.draft_restoring(&past, moment));
        // Called off, or the page left, while the log was read.
        let _ = way.try_update(|w| {
            if let Some(w) = w.as_mut().filter(|w| w.stamp == stamp) {
                w.draft = Some((session.version(), draft));
            }
        });
    });
}

/// What will change, in counted words.
fn counted(draft: &Draft) -> String {
    let count = |fits: fn(&Change) -> bool| draft.operations.iter().filter(|o| fits(&o.change)).count();
    let all = [
        (count(|c| matches!(c, Change::Delete { .. })), t("删除", "remove "), t("行", " rows")),
        (count(|c| matches!(c, Change::Restore { .. })), t("恢复", "put back "), t("行", " rows")),
        (count(|c| matches!(c, Change::Set { .. })), t("改回", "change back "), t("格", " cells")),
        (count(|c| matches!(c, Change::Move { .. })), t("退回状态", "move back "), t("行", " rows")),
    ];
    let said: Vec<String> =
        all.iter().filter(|(n, ..)| *n > 0).map(|(n, before, after)| format!("{before}{n}{after}")).collect();
    said.join(t("，", ", "))
}

/// Asks before the ledger is changed.
#[component]
fn Confirm(way: Way, on_close: Callback<()>, on_again: Callback<Stamp>) -> impl IntoView {
    let desk = Desk::here();
    let (stamp, moment) = (way.stamp, way.stamp.millis);
    let title = format!("{}{}", t("回到 ", "Back to "), words::moment(moment));
    let said = match &way.draft {
        None => t("正在读历史，算一算要改哪些", "Reading the history to see what changes").to_owned(),
        Some((_, draft)) if draft.is_empty() => {
            t("现在和那一刻完全一样，没有要改的", "Nothing differs from that moment").to_owned()
        }
        Some((_, draft)) => format!("{}{}", t("将要", "This will "), counted(draft)),
    };
    let ready = way.draft.as_ref().is_some_and(|(_, draft)| !draft.is_empty());
    let draft = StoredValue::new_local(way.draft);
    let go = move |_| {
        let Some((version, draft)) = draft.get_value() else { return };
        // Something was recorded while the question stood: it is put anew.
        if desk.session().is_none_or(|s| s.version() != version) {
            return on_again.run(stamp);
        }
        desk.commit(draft);
        on_close.run(());
    };
    view! {
        <Dialog title on_close>
            <div class="stack">
                <p role="status">{said}</p>
                <p class="hint">{t("这是一步，做完还可以整体撤销；后来的步骤一条不丢，都在历史里。", "It is one step that can be undone as a whole; nothing that came later is lost from the history.")}</p>
                <div class="row" style="justify-content:flex-end">
                    <button class="btn" on:click=move |_| on_close.run(())>{t("取消", "Cancel")}</button>
                    <button class="btn primary" disabled=!ready on:click=go>{t("回到此刻", "Back to here")}</button>
                </div></div>
        </Dialog>
    }
}
