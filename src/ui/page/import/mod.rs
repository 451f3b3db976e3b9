//! 交换 → 导入表格: choose, check, write.

mod check;
mod choose;
mod own;
mod period;
mod queue;

use leptos::prelude::*;

use crate::exchange::job::{Answers, Ask, Preview, Progress, Reply};
use crate::ledger::{BatchHead, BatchId, BatchKind, State};
use crate::ui::desk::Desk;
use crate::ui::drop::Dropped;
use crate::ui::lang::{Words, t};
use crate::ui::recording::{Stop, broke_down, called_off, settling_card, working_card, written_card};
use crate::ui::route::Route;
use crate::value::Period;
use crate::web::worker::{Talk, WorkerError};
use check::Check;
use choose::Choose;
use queue::{Fate, Files, Queue};

/// How far the import is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Choose,
    Working,
    Check(Box<Preview>),
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

/// The import of one file: its worker lives as long as it does.
#[derive(Clone, Copy)]
pub(super) struct Import {
    desk: Desk,
    job: StoredValue<Option<Talk>, LocalStorage>,
    /// A worker that is there before the file is: starting takes it as long as reading a small file.
    ready: StoredValue<Option<Talk>, LocalStorage>,
    /// The file that is looked at.
    source: StoredValue<Option<web_sys::File>, LocalStorage>,
    queue: Queue,
    pub step: RwSignal<Step>,
    pub progress: RwSignal<Option<Progress>>,
    pub answers: RwSignal<Answers>,
    pub refused: RwSignal<Option<String>>,
    pub file: RwSignal<String>,
    /// What is being written, and after which batch; none while nothing is.
    writing: StoredValue<Option<Writing>>,
    /// Said calmly above the page.
    said: RwSignal<&'static str>,
}

/// A write under way: imports of this file that the ledger did not know before are its own.
#[derive(Clone)]
struct Writing {
    file: String,
    known: usize,
    permit: String,
    newest: Option<Period>,
}

impl Import {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            job: StoredValue::new_local(None),
            // Where it does not start, that is said when there is a file.
            ready: StoredValue::new_local(Talk::start().ok()),
            source: StoredValue::new_local(None),
            queue: Queue::new(),
            step: RwSignal::new(Step::Choose),
            progress: RwSignal::new(None),
            answers: RwSignal::default(),
            refused: RwSignal::new(None),
            file: RwSignal::new(String::new()),
            writing: StoredValue::new(None),
            said: RwSignal::new(""),
        }
    }

    /// Takes files; they are read one after the other. What is being looked at is finished first.
    pub(super) fn take(self, files: Vec<web_sys::File>) {
        if files.is_empty() {
            return;
        }
        self.queue.put(files);
        if matches!(self.step.get_untracked(), Step::Choose | Step::Done { .. }) {
            self.next();
        }
    }

    /// Reads the next file, if there is one.
    pub(super) fn next(self) {
        let Some(file) = self.queue.next() else { return self.step.set(Step::Choose) };
        self.step.set(Step::Working);
        self.progress.set(None);
        self.source.set_value(Some(file.clone()));
        leptos::task::spawn_local(async move {
            match crate::web::files::read(&file, crate::web::files::LIMIT, |_, _| {}).await {
                Ok(bytes) => self.start(file.name(), bytes).await,
                Err(error) => self.not_read(format!("{}：{}", file.name(), error.message().words())),
            }
        });
    }

    /// A file could not be read: its line says why, and the next one has its turn.
    fn not_read(self, why: String) {
        self.end();
        self.queue.ended(Fate::Failed(why.clone()));
        let _ = self.refused.try_set(Some(why));
        match self.queue.upcoming() {
            Some(_) => self.next(),
            None => drop(self.step.try_set(Step::Choose)),
        }
    }

    /// Reads bytes: of a file, or of pasted text.
    pub(super) async fn start(self, name: String, bytes: Vec<u8>) {
        self.end();
        self.file.set(name.clone());
        self.answers.set(Answers::default());
        self.refused.set(None);
        self.said.set("");
        let ready = self.ready.try_update_value(Option::take).flatten().filter(Talk::lives);
        match ready.map_or_else(Talk::start, Ok) {
            Ok(job) => {
                self.job.set_value(Some(job));
                self.ask(Ask::Read { name }, Some(bytes)).await;
            }
            Err(error) => self.not_read(error.message().words()),
        }
    }

    /// Plans anew with changed answers.
    pub(super) fn replan(self, change: impl FnOnce(&mut Answers)) {
        self.answers.update(change);
        let answers = self.answers.get_untracked();
        leptos::task::spawn_local(async move { self.ask(Ask::Plan(answers), None).await });
    }

    /// Saves a copy of the file that is looked at, with comments on the cells that need a person.
    pub(super) fn mark(self) {
        let (Some(file), Some(job)) = (self.source.get_value(), self.job.get_value()) else { return };
        let desk = self.desk;
        desk.say(t("正在准备文件", "Working on the file"), false);
        leptos::task::spawn_local(async move {
            let bytes = match crate::web::files::read(&file, crate::web::files::LIMIT, |_, _| {}).await {
                Ok(bytes) => bytes,
                Err(error) => {
                    return desk.complain(&format!("{}：{}", file.name(), error.message().words()));
                }
            };
            let answer: Result<(Reply, Vec<Vec<u8>>), _> =
                job.ask(&Ask::Marked, vec![bytes], |_: Progress| {}).await;
            match answer {
                Ok((Reply::File { name, mime }, made)) => {
                    made.iter().for_each(|bytes| desk.save_file(&name, &mime, bytes));
                }
                Ok((Reply::Refused(message), _)) => desk.complain(&message.words()),
                Ok(_) => desk.complain(t("后台没有给出文件", "The worker made no file")),
                Err(WorkerError::Cancelled) => {}
                Err(error) => self.not_read(error.over(&file.name()).words()),
            }
        });
    }

    /// Writes what is planned.
    pub(super) fn write(self) {
        let file = self.file.get_untracked();
        let known = self.desk.state_once(|s| imports_of(s, &file).count());
        let permit = format!("xingcun.write.{}", crate::web::clock::now().millis);
        let newest = self.step.with_untracked(|step| match step {
            Step::Check(preview) => preview.newest,
            _ => None,
        });
        self.writing.set_value(Some(Writing { file, known, permit: permit.clone(), newest }));
        leptos::task::spawn_local(async move {
            self.ask(Ask::Write { permit }, None).await;
            let _ = self.writing.try_update_value(|w| *w = None);
            if let Some(Step::Written { batch, operations }) = self.step.try_get_untracked() {
                if let Some(job) = self.job.try_get_value().flatten() {
                    self.desk.take_in(job, operations, newest).await;
                }
                if self.step.try_set(Step::Done { batch, operations, late: None }).is_some() {
                    // The page was left in the meantime; a message says it then.
                    self.desk.say(&written_words(operations), true);
                }
            }
        });
    }

    async fn ask(self, ask: Ask, bytes: Option<Vec<u8>>) {
        let Some(job) = self.job.get_value() else { return };
        let before = self.step.get_untracked();
        self.step.set(Step::Working);
        self.progress.set(None);
        let reading = matches!(ask, Ask::Read { .. });
        let answer: Result<(Reply, Vec<Vec<u8>>), _> =
            job.ask(&ask, bytes.into_iter().collect(), move |p: Progress| self.progress.set(Some(p))).await;
        match answer {
            Ok((Reply::Preview(preview), _)) => self.step.set(Step::Check(preview)),
            Ok((Reply::Written { batch, operations }, _)) => {
                self.queue.ended(Fate::Written(operations));
                self.step.set(Step::Written { batch, operations });
            }
            Ok((Reply::Refused(message), _)) if matches!(before, Step::Check(_)) => {
                self.refused.set(Some(message.words()));
                self.step.set(before);
            }
            Ok((Reply::Refused(message), _)) => self.not_read(message.words()),
            Ok((
                Reply::File { .. } | Reply::Backup(_) | Reply::Text(_) | Reply::Merge(_) | Reply::Pages,
                _,
            )) => self.step.set(before),
            // Cancelled by the person: the page already shows what it should.
            Err(WorkerError::Cancelled) => {}
            Err(error @ WorkerError::Crashed(_)) if reading => {
                self.not_read(error.over(&self.file.get_untracked()).words());
            }
            // What was being written may be there all the same: that is found out.
            Err(WorkerError::Crashed(_)) if self.writing.with_value(Option::is_some) => {
                self.stop(Stop::Broke)
            }
            Err(error) => {
                let nothing = t("没有读完，什么也没写入", "Not finished; nothing was written");
                self.not_read(format!("{nothing}。{}", error.message().words()));
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

    /// Stops and goes back to the beginning. What was being written may have become durable in the very same
    /// moment: then the page finds out and says which it was.
    pub(super) fn cancel(self) {
        self.stop(Stop::Called);
    }

    fn stop(self, why: Stop) {
        let writing = self.writing.try_update_value(Option::take).flatten();
        self.end();
        let Some(writing) = writing else {
            self.queue.ended(Fate::Left);
            return self.step.set(Step::Choose);
        };
        self.step.set(Step::Settling);
        leptos::task::spawn_local(async move {
            let found = settle(self.desk, &writing).await;
            let broken = || format!("{}：{}", writing.file, broke_down());
            self.queue.ended(match (found, why) {
                (Some((_, n)), _) => Fate::Written(n),
                (None, Stop::Called) => Fate::Left,
                (None, Stop::Broke) => Fate::Failed(broken()),
            });
            // The page may have been left in the meantime; the messages say it then.
            let _ = self.step.try_update(|step| {
                *step = match found {
                    Some((id, operations)) => Step::Done { batch: Some(id), operations, late: Some(why) },
                    None => Step::Choose,
                }
            });
            match why {
                _ if found.is_some() => {}
                Stop::Called => drop(self.said.try_set(called_off())),
                Stop::Broke => drop(self.refused.try_set(Some(broken()))),
            }
        });
    }

    /// The page is left: a write that is under way is called off with it, and the messages say how it ended.
    fn leave(self) {
        let writing = self.writing.try_update_value(Option::take).flatten();
        // What is durable already is not called off: its pages are written to the end.
        if !matches!(self.step.try_get_untracked(), Some(Step::Written { .. })) {
            self.end();
        }
        let (Some(writing), desk) = (writing, self.desk) else { return };
        leptos::task::spawn_local(async move {
            match settle(desk, &writing).await {
                Some((_, n)) => desk.say(&written_words(n), true),
                None => desk.complain(&format!(
                    "{}：{}",
                    writing.file,
                    t(
                        "离开页面时导入已停下，什么也没有写入",
                        "the import stopped when the page was left; nothing was written"
                    )
                )),
            }
        });
    }
}

fn imports_of<'a>(state: &'a State, file: &'a str) -> impl Iterator<Item = &'a BatchHead> + 'a {
    state.batches().filter(move |b| matches!(&b.kind, BatchKind::Import { file: f } if **f == *file))
}

/// Reads what is on disk after a write was broken off: the batch and its size if it is there.
async fn settle(desk: Desk, writing: &Writing) -> Option<(BatchId, usize)> {
    let find = |s: &State| {
        let head = imports_of(s, &writing.file).nth(writing.known)?;
        Some((head.id, head.tally.values().map(|x| x.total() as usize).sum()))
    };
    desk.settle(&writing.permit, writing.newest, find).await
}

fn written_words(operations: usize) -> String {
    format!(
        "{} {operations} {}",
        t("已写入本机，共", "Written:"),
        t("处改动，可以整体撤销。", "changes, undone as a whole.")
    )
}

/// The page.
#[component]
pub(in crate::ui) fn ImportPage() -> impl IntoView {
    let desk = Desk::here();
    let import = Import::new(desk);
    on_cleanup(move || import.leave());
    Dropped::here().on_tables(move |files| import.take(files));
    let title = move || match import.step.get() {
        Step::Choose => t("导入表格", "Import a workbook").to_owned(),
        _ => format!("{}{}", t("导入：", "Import: "), import.file.get()),
    };
    let number = move || match import.step.get() {
        Step::Choose | Step::Working => 0,
        Step::Check(_) => 1,
        Step::Settling | Step::Written { .. } | Step::Done { .. } => 2,
    };
    let steps = [t("① 读取", "1 Read"), t("② 核对", "2 Check"), t("③ 写入", "3 Write")];
    view! {
        <div class="page-head"><h1>{title}</h1></div>
        <ol class="steps">{steps.into_iter().enumerate().map(|(n, word)| view! { <li class:past=move || n < number() aria-current=move || (n == number()).then_some("step")>{word}</li> }).collect_view()}</ol>
        <Files import />
        {move || import.refused.get().map(|why| view! { <div class="card" role="alert" style="margin-bottom:12px"><p class="hint wrong" style="font-size:1rem">{why}</p></div> })}
        {move || Some(import.said.get()).filter(|said| !said.is_empty()).map(|said| view! { <p class="card" role="status" style="margin-bottom:12px">{said}</p> })}
        {move || match import.step.get() {
            Step::Settling => settling_card().into_any(),
            Step::Written { .. } => written_card().into_any(),
            Step::Choose => view! { <Choose import /> }.into_any(),
            Step::Working => view! { <Working import /> }.into_any(),
            Step::Check(preview) => view! { <Check import preview=*preview /> }.into_any(),
            Step::Done { batch, operations, late } => view! { <Done import batch operations late /> }.into_any(),
        }}
    }
}

#[component]
fn Working(import: Import) -> impl IntoView {
    let what = move || {
        // Before the worker says what it is at, it is at what was asked for.
        let first = if import.writing.with_value(Option::is_some) { "writing" } else { "opening" };
        stage_words(import.progress.get().as_ref().map_or(first, |p| &p.what)).to_owned()
    };
    working_card(what, import.progress, move || import.cancel())
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
fn Done(import: Import, batch: Option<BatchId>, operations: usize, late: Option<Stop>) -> impl IntoView {
    let desk = Desk::here();
    let said = if operations == 0 {
        t("和台账里完全一样，没有可写的。", "Exactly as in the ledger; nothing was written.").to_owned()
    } else {
        written_words(operations)
    };
    let late = late.map(Stop::came_late);
    let late = late.map(|words| view! { <p class="hint doubt">{words}</p> });
    view! {
        <section class="card stack" style="max-width:640px">
            <h2>{t("导入完成", "Import finished")}</h2>
            <p role="status">{said}</p>
            {late}
            <div class="row">
                <a class="btn primary" href=Route::Overview.href()>{t("看总览", "See the overview")}</a>
                {batch.map(|id| view! { <button class="btn" disabled=move || desk.state(|s| s.batch(id).is_none() || s.is_undone(id)) || !desk.can_write() on:click=move |_| desk.take_back(id)>{t("撤销这次导入", "Undo this import")}</button> })}
                <button class="btn" on:click=move |_| import.next()>{move || match import.queue.upcoming() {
                    Some(name) => format!("{}{name}", t("接着读：", "Go on with ")),
                    None => t("继续导入", "Import another").to_owned(),
                }}</button>
            </div>
        </section>
    }
}
