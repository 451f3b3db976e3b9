//! 交换 → 导入表格: choose, check, write.

mod check;
mod choose;

use leptos::prelude::*;

use crate::exchange::job::{Answers, Ask, Preview, Progress, Reply};
use crate::ledger::BatchId;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::route::Route;
use crate::web::worker::{Talk, WorkerError};
use check::Check;
use choose::Choose;

/// How far the import is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Choose,
    Working,
    Check(Box<Preview>),
    Done { batch: Option<BatchId>, operations: usize },
}

/// The import of one file: its worker lives as long as it does.
#[derive(Clone, Copy)]
pub(super) struct Import {
    desk: Desk,
    job: StoredValue<Option<Talk>, LocalStorage>,
    waiting: StoredValue<Vec<web_sys::File>, LocalStorage>,
    pub step: RwSignal<Step>,
    pub progress: RwSignal<Option<Progress>>,
    pub answers: RwSignal<Answers>,
    pub refused: RwSignal<Option<String>>,
    pub file: RwSignal<String>,
}

impl Import {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            job: StoredValue::new_local(None),
            waiting: StoredValue::new_local(Vec::new()),
            step: RwSignal::new(Step::Choose),
            progress: RwSignal::new(None),
            answers: RwSignal::default(),
            refused: RwSignal::new(None),
            file: RwSignal::new(String::new()),
        }
    }

    /// Takes files; they are read one after the other.
    pub(super) fn take(self, mut files: Vec<web_sys::File>) {
        if files.is_empty() {
            return;
        }
        let first = files.remove(0);
        self.waiting.set_value(files);
        leptos::task::spawn_local(async move {
            match crate::web::files::read(&first, crate::web::files::LIMIT, |_, _| {}).await {
                Ok(bytes) => self.start(first.name(), bytes).await,
                Err(error) => self.refused.set(Some(format!(
                    "{}{}（{error}）",
                    first.name(),
                    t("读不到", " cannot be read")
                ))),
            }
        });
    }

    /// Reads bytes: of a file, or of pasted text.
    pub(super) async fn start(self, name: String, bytes: Vec<u8>) {
        self.cancel();
        self.file.set(name.clone());
        self.answers.set(Answers::default());
        self.refused.set(None);
        match Talk::start() {
            Ok(job) => {
                self.job.set_value(Some(job));
                self.ask(Ask::Read { name }, Some(bytes)).await;
            }
            Err(error) => self.refused.set(Some(format!(
                "{}（{error}）",
                t("后台程序打不开，请刷新后重试", "The worker does not start; reload and try again")
            ))),
        }
    }

    /// Plans anew with changed answers.
    pub(super) fn replan(self, change: impl FnOnce(&mut Answers)) {
        self.answers.update(change);
        let answers = self.answers.get_untracked();
        leptos::task::spawn_local(async move { self.ask(Ask::Plan(answers), None).await });
    }

    /// Writes what is planned.
    pub(super) fn write(self) {
        let actor = self.desk.actor.get_untracked();
        leptos::task::spawn_local(async move {
            self.ask(Ask::Write { actor }, None).await;
            if let Step::Done { operations, .. } = self.step.get_untracked() {
                self.desk.catch_up_with(operations).await;
                self.desk.settle_period();
                self.desk.tell_others();
            }
        });
    }

    async fn ask(self, ask: Ask, bytes: Option<Vec<u8>>) {
        let Some(job) = self.job.get_value() else { return };
        let before = self.step.get_untracked();
        self.step.set(Step::Working);
        self.progress.set(None);
        let answer: Result<(Reply, Vec<Vec<u8>>), _> =
            job.ask(&ask, bytes.into_iter().collect(), move |p: Progress| self.progress.set(Some(p))).await;
        match answer {
            Ok((Reply::Preview(preview), _)) => self.step.set(Step::Check(preview)),
            Ok((Reply::Written { batch, operations }, _)) => {
                self.step.set(Step::Done { batch, operations });
                self.end();
            }
            Ok((Reply::Refused(message), _)) => {
                self.refused.set(Some(message.words()));
                self.step.set(if matches!(before, Step::Check(_)) { before } else { Step::Choose });
            }
            Ok((Reply::File { .. }, _)) => self.step.set(before),
            // Cancelled by the person: the page already shows what it should.
            Err(WorkerError::Cancelled) => {}
            Err(error) => {
                self.end();
                self.refused.set(Some(format!(
                    "{}（{error}）",
                    t("没有读完，什么也没写入", "Not finished; nothing was written")
                )));
                self.step.set(Step::Choose);
            }
        }
    }

    /// Ends the worker: its memory goes with it.
    fn end(self) {
        if let Some(job) = self.job.get_value() {
            job.end();
        }
        self.job.set_value(None);
    }

    /// Stops and goes back to the beginning. Nothing has been written.
    pub(super) fn cancel(self) {
        self.end();
        self.step.set(Step::Choose);
    }

    /// The next of several files, if there is one.
    fn next(self) -> bool {
        let files = self.waiting.get_value();
        let more = !files.is_empty();
        self.take(files);
        more
    }
}

/// The page.
#[component]
pub(in crate::ui) fn ImportPage() -> impl IntoView {
    let desk = Desk::here();
    let import = Import::new(desk);
    on_cleanup(move || import.end());
    let title = move || match import.step.get() {
        Step::Choose => t("导入表格", "Import a workbook").to_owned(),
        _ => format!("{}{}", t("导入：", "Import: "), import.file.get()),
    };
    let number = move || match import.step.get() {
        Step::Choose | Step::Working => 0,
        Step::Check(_) => 1,
        Step::Done { .. } => 2,
    };
    let steps = [t("① 读取", "1 Read"), t("② 核对", "2 Check"), t("③ 写入", "3 Write")];
    view! {
        <div class="page-head"><h1>{title}</h1></div>
        <ol class="steps">{steps.into_iter().enumerate().map(|(n, word)| view! { <li class:past=move || n < number() aria-current=move || (n == number()).then_some("step")>{word}</li> }).collect_view()}</ol>
        {move || import.refused.get().map(|why| view! { <div class="card" role="alert" style="margin-bottom:12px"><p class="hint wrong" style="font-size:1rem">{why}</p></div> })}
        {move || match import.step.get() {
            Step::Choose => view! { <Choose import /> }.into_any(),
            Step::Working => view! { <Working import /> }.into_any(),
            Step::Check(preview) => view! { <Check import preview=*preview /> }.into_any(),
            Step::Done { batch, operations } => view! { <Done import batch operations /> }.into_any(),
        }}
    }
}

#[component]
fn Working(import: Import) -> impl IntoView {
    let share = move || {
        import
            .progress
            .get()
            .map_or(0.0, |p| if p.total == 0 { 0.0 } else { p.done as f64 / p.total as f64 * 100.0 })
    };
    let what = move || {
        import.progress.get().map_or_else(
            || t("正在打开文件", "Opening the file").to_owned(),
            |p| stage_words(&p.what).to_owned(),
        )
    };
    view! {
        <section class="card stack" style="max-width:560px">
            <p role="status">{what}" "{move || format!("{:.0}%", share())}</p>
            <div class="progress" role="progressbar" aria-label=t("进度", "Progress") aria-valuemin="0" aria-valuemax="100" aria-valuenow=move || format!("{:.0}", share())><div style:width=move || format!("{}%", share())></div></div>
            <div class="row"><button class="btn" on:click=move |_| import.cancel()>{t("取消", "Cancel")}</button></div>
        </section>
    }
}

fn stage_words(stage: &str) -> &'static str {
    match stage {
        "reading" => t("正在读单元格", "Reading cells"),
        "planning" => t("正在核对每一行", "Checking every row"),
        "writing" => t("正在写入", "Writing"),
        _ => t("正在打开文件", "Opening the file"),
    }
}

#[component]
fn Done(import: Import, batch: Option<BatchId>, operations: usize) -> impl IntoView {
    let desk = Desk::here();
    let said = if operations == 0 {
        t("和台账里完全一样，没有可写的。", "Exactly as in the ledger; nothing was written.").to_owned()
    } else {
        format!(
            "{} {operations} {}",
            t("已写入本机，共", "Written:"),
            t("处改动，可以整体撤销。", "changes, undone as a whole.")
        )
    };
    view! {
        <section class="card stack" style="max-width:640px">
            <h2>{t("导入完成", "Import finished")}</h2>
            <p role="status">{said}</p>
            <div class="row">
                <a class="btn primary" href=Route::Overview.href()>{t("看总览", "See the overview")}</a>
                {batch.map(|id| view! { <button class="btn" disabled=move || desk.state(|s| s.is_undone(id)) || !desk.can_write() on:click=move |_| desk.take_back(id)>{t("撤销这次导入", "Undo this import")}</button> })}
                <button class="btn" on:click=move |_| if !import.next() { import.step.set(Step::Choose) }>{t("继续导入", "Import another")}</button>
            </div>
        </section>
    }
}
