//! 交换 → 合账台: other people's ledgers opened, looked at, and taken in as one step; below it what is left to decide.
//!
//! Duty: files to a preview, what is wanted of it, the step, its undo. Nothing is written before a person has seen what
//! would change. Inputs: ledger files, chosen or dropped. Outputs: one step of the ledger. Neighbours: the worker reads
//! and adds up; `brings` shows the files, `disputes` the conflicts, `rest` what merges have left.

mod brings;
mod difference;
mod disputes;
mod rest;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;

use self::brings::Check;
use self::disputes::Disputes;
use self::rest::Rest;
use crate::exchange::job::{Ask, Progress, Reply};
use crate::exchange::merging::{Leave, MergePreview};
use crate::ledger::BatchId;
use crate::ui::desk::Desk;
use crate::ui::drop::Dropped;
use crate::ui::lang::{Words, t};
use crate::ui::recording::{
    Stop, broke_down, called_off, merge_after, merge_permit, merges, settling_card, unchanged, working_card,
    written_card,
};
use crate::web::files;
use crate::web::worker::{Talk, WorkerError};

/// How far a merge is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Choose,
    Working,
    Check(Box<MergePreview>),
    /// It was called off while it was being written: whether that came too late is being found out.
    Settling,
    /// It is durable, and the page does not show it yet.
    Written {
        batch: Option<BatchId>,
        operations: usize,
    },
    /// It is durable, and every page shows it.
    Done {
        batch: Option<BatchId>,
        operations: usize,
        late: Option<Stop>,
    },
}

/// A merge of some files: its worker lives as long as it does.
#[derive(Clone, Copy)]
struct Merging {
    desk: Desk,
    job: StoredValue<Option<Talk>, LocalStorage>,
    step: RwSignal<Step>,
    progress: RwSignal<Option<Progress>>,
    leave: RwSignal<Leave>,
    refused: RwSignal<Option<String>>,
    /// Said calmly above the page.
    said: RwSignal<&'static str>,
    /// What is being written.
    writing: StoredValue<Option<Writing>>,
}

/// A merge under way: one that the ledger did not know before is its own.
#[derive(Clone)]
struct Writing {
    files: String,
    known: usize,
    permit: String,
}

impl Merging {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            job: StoredValue::new_local(None),
            step: RwSignal::new(Step::Choose),
            progress: RwSignal::new(None),
            leave: RwSignal::default(),
            refused: RwSignal::new(None),
            said: RwSignal::new(""),
            writing: StoredValue::new(None),
        }
    }

    /// Opens files; those that were being looked at are left as they are.
    fn take(self, chosen: Vec<web_sys::File>) {
        if chosen.is_empty() || matches!(self.step.get_untracked(), Step::Settling | Step::Written { .. }) {
            return;
        }
        self.end();
        self.refused.set(None);
        self.said.set("");
        self.leave.set(Leave::default());
        self.step.set(Step::Working);
        spawn_local(async move {
            let (mut names, mut buffers, mut lost) = (Vec::new(), Vec::new(), Vec::new());
            for file in chosen {
                match files::read(&file, files::LIMIT, |_, _| {}).await {
                    Ok(bytes) => {
                        names.push(file.name());
                        buffers.push(bytes);
                    }
                    Err(error) => lost.push(format!("{}：{}", file.name(), error.message().words())),
                }
            }
            if !lost.is_empty() {
                let _ = self.refused.try_set(Some(lost.join(t("；", "; "))));
            }
            if names.is_empty() {
                return drop(self.step.try_set(Step::Choose));
            }
            match Talk::start() {
                Ok(job) => {
                    let _ = self.job.try_update_value(|slot| *slot = Some(job));
                    let mend = self.desk.damaged.get_untracked().places > 0;
                    self.ask(Ask::Survey { names, mend }, buffers).await;
                    self.mend();
                }
                Err(error) => self.give_up(&error, ""),
            }
        });
    }

    /// Files that bring nothing but what the log here has lost mend it at once: nothing that is shown changes.
    fn mend(self) {
        let only = self.step.try_with_untracked(|step| match step {
            Step::Check(preview) => preview.operations == 0 && preview.mended > 0,
            _ => false,
        });
        if only == Some(true) {
            self.write();
        }
    }

    /// Looks once more at what is left when something is not taken.
    fn change(self, change: impl FnOnce(&mut Leave)) {
        self.leave.update(change);
        let leave = self.leave.get_untracked();
        spawn_local(async move { self.ask(Ask::Leave(leave), Vec::new()).await });
    }

    fn write(self) {
        let permit = merge_permit();
        let files = match self.step.get_untracked() {
            Step::Check(preview) => preview.files.iter().map(|f| f.name.clone()).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        self.writing.set_value(Some(Writing {
            files: files.join(t("、", ", ")),
            known: merges(self.desk),
            permit: permit.clone(),
        }));
        spawn_local(async move {
            self.ask(Ask::Merge { permit }, Vec::new()).await;
            let _ = self.writing.try_update_value(|w| *w = None);
            if let Some(Step::Written { batch, operations }) = self.step.try_get_untracked() {
                if let Some(job) = self.job.try_get_value().flatten() {
                    self.desk.take_in(job, operations, None).await;
                }
                let _ = self.step.try_set(Step::Done { batch, operations, late: None });
            }
        });
    }

    async fn ask(self, ask: Ask, buffers: Vec<Vec<u8>>) {
        let Some(job) = self.job.try_get_value().flatten() else { return };
        let before = self.step.try_get_untracked().unwrap_or(Step::Choose);
        let _ = self.step.try_set(Step::Working);
        let _ = self.progress.try_set(None);
        let told = move |p: Progress| drop(self.progress.try_set(Some(p)));
        let answer: Result<(Reply, Vec<Vec<u8>>), _> = job.ask(&ask, buffers, told).await;
        let next = match answer {
            Ok((Reply::Merge(preview), _)) => Step::Check(preview),
            Ok((Reply::Written { batch, operations }, _)) => Step::Written { batch, operations },
            Ok((Reply::Refused(message), _)) => {
                let _ = self.refused.try_set(Some(message.words()));
                before
            }
            Ok(_) => before,
            // Cancelled by the person: the page already shows what it should.
            Err(WorkerError::Cancelled) => return,
            // What was being written may be there all the same: that is found out.
            Err(WorkerError::Crashed(_)) if self.writing.try_with_value(Option::is_some) == Some(true) => {
                return self.stop(Stop::Broke);
            }
            Err(error) => return self.give_up(&error, &self.in_hand(&ask)),
        };
        let _ = self.step.try_set(next);
    }

    /// The files that were being opened: the one that the worker was at, else all of them.
    fn in_hand(self, ask: &Ask) -> String {
        let Ask::Survey { names, .. } = ask else { return String::new() };
        let at = self.progress.try_with_untracked(|p| p.as_ref().and_then(|p| usize::try_from(p.done).ok()));
        let one = at.flatten().and_then(|n| names.get(n)).cloned();
        one.unwrap_or_else(|| names.join(t("、", ", ")))
    }

    fn give_up(self, error: &WorkerError, files: &str) {
        self.end();
        let why = unchanged(&if files.is_empty() { error.message() } else { error.over(files) });
        let _ = self.refused.try_set(Some(why));
        let _ = self.step.try_set(Step::Choose);
    }

    fn end(self) {
        if let Some(job) = self.job.try_get_value().flatten() {
            job.end();
        }
        let _ = self.job.try_update_value(|job| *job = None);
    }

    /// Stops. What was being written may have become durable in the very same moment: then it is said.
    fn cancel(self) {
        self.stop(Stop::Called);
    }

    fn stop(self, why: Stop) {
        let writing = self.writing.try_update_value(Option::take).flatten();
        self.end();
        let Some(writing) = writing else { return self.step.set(Step::Choose) };
        let _ = self.step.try_set(Step::Settling);
        spawn_local(async move {
            let found = self.desk.settle(&writing.permit, None, |s| merge_after(s, writing.known)).await;
            let _ = self.step.try_set(match found {
                Some((id, operations)) => Step::Done { batch: Some(id), operations, late: Some(why) },
                None => Step::Choose,
            });
            match why {
                _ if found.is_some() => {}
                Stop::Called => drop(self.said.try_set(called_off())),
                Stop::Broke => {
                    drop(self.refused.try_set(Some(format!("{}：{}", writing.files, broke_down()))))
                }
            }
        });
    }

    /// The page is left: what is being looked at is left with it, what is being written is called off. What is durable
    /// already is not: its pages are written to the end.
    fn leave(self) {
        if !matches!(self.step.try_get_untracked(), Some(Step::Written { .. } | Step::Done { .. })) {
            self.cancel();
        }
    }
}

/// The page.
#[component]
pub(in crate::ui) fn MergePage() -> impl IntoView {
    let desk = Desk::here();
    let merging = Merging::new(desk);
    on_cleanup(move || merging.leave());
    Dropped::here().on_ledgers(move |files| merging.take(files));
    view! {
        <div class="page-head"><h1>{t("合账台", "Merge desk")}</h1></div>
        {move || merging.refused.get().map(|why| view! { <div class="card" role="alert" style="margin-bottom:12px"><p class="hint wrong" style="font-size:1rem">{why}</p></div> })}
        {move || Some(merging.said.get()).filter(|said| !said.is_empty()).map(|said| view! { <p class="card" role="status" style="margin-bottom:12px">{said}</p> })}
        {move || match merging.step.get() {
            Step::Choose => view! { <Choose merging /> }.into_any(),
            Step::Working => view! { <Working merging /> }.into_any(),
            Step::Settling => settling_card().into_any(),
            Step::Written { .. } => written_card().into_any(),
            Step::Check(preview) => view! { <Check merging preview=*preview /> }.into_any(),
            Step::Done { batch, operations, late } => view! { <Done merging batch operations late /> }.into_any(),
        }}
        <Rest />
        <Disputes />
    }
}

/// The button that opens files.
#[component]
fn Pick(merging: Merging, primary: bool) -> impl IntoView {
    let open = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        let list = input.files();
        merging.take(list.into_iter().flat_map(|l| (0..l.length()).filter_map(move |n| l.get(n))).collect());
        input.set_value("");
    };
    view! { <label class="btn" class:primary=primary>{t("打开台账文件…", "Open ledger files…")}<input type="file" accept=".xcz" multiple class="sr" on:change=open /></label> }
}

#[component]
fn Choose(merging: Merging) -> impl IntoView {
    view! {
        <section class="card stack" style="max-width:640px">
            <p>{t("把各村、各镇发来的台账文件（.xcz）一起打开，最多 50 份；也可以直接拖到页面上。先看每一份带来什么，再决定合不合；合账是一步，可以整体撤销。", "Open the ledger files that others have sent, up to 50 at once, or drop them on the page. You see what each would bring before anything is written; a merge is one step and is undone as a whole.")}</p>
            <div class="row"><Pick merging primary=true /></div>
        </section>
    }
}

#[component]
fn Working(merging: Merging) -> impl IntoView {
    let what = move || match merging.progress.get().as_ref().map(|p| p.what.as_str()) {
        Some("merging") => t("正在核对每一处改动", "Comparing every change").to_owned(),
        Some("writing") => t("正在写入", "Writing").to_owned(),
        Some(_) => {
            let (done, total) = merging.progress.get().map_or((0, 0), |p| (p.done + 1, p.total));
            format!("{} {done}/{total}", t("正在打开第", "Opening file"))
        }
        None if merging.writing.with_value(Option::is_some) => t("正在写入", "Writing").to_owned(),
        None => t("正在打开文件", "Opening the files").to_owned(),
    };
    working_card(what, merging.progress, move || merging.cancel())
}

#[component]
fn Done(merging: Merging, batch: Option<BatchId>, operations: usize, late: Option<Stop>) -> impl IntoView {
    let desk = Desk::here();
    let late = late.map(|why| view! { <p class="hint doubt">{why.came_late()}</p> });
    let undone = move || batch.is_some_and(|id| desk.state(|s| s.is_undone(id)));
    let said = move || match undone() {
        true => t("这次合账已撤销，台账和合账前一样。", "The merge was undone; the ledger is as before.")
            .to_owned(),
        false => format!(
            "{} {operations} {}",
            t("已合入", "Merged:"),
            t("处改动，可以整体撤销。", "changes, undone as a whole.")
        ),
    };
    let undo = batch.map(|id| view! { <button class="btn" disabled=move || undone() || !desk.can_write() on:click=move |_| desk.take_back(id)>{t("撤销这次合账", "Undo this merge")}</button> });
    view! {
        <section class="card stack" style="max-width:640px">
            <h2>{t("合账完成", "Merged")}</h2>
            <p role="status">{said}</p>
            {late}
            <div class="row">{undo}<Pick merging primary=false /></div>
        </section>
    }
}
