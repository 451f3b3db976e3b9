//! The import of a workbook: reading, planning, writing.
//!
//! The book is held between the questions, so that a changed answer plans anew without reading the file again. Inputs:
//! bytes, answers. Outputs: previews; a batch in the ledger. Neighbours: `xingcun::exchange` does the work, also for the
//! command line.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use xingcun::exchange::job::{Answers, Preview, Progress, Reply};
use xingcun::exchange::mapping::remembered::{self, Remembered};
use xingcun::exchange::mapping::{Lexicon, suggest};
use xingcun::exchange::marks;
use xingcun::exchange::plan::asks::{left_out, tables_unread};
use xingcun::exchange::plan::{Chosen, Options, Plan, PlanError, plan};
use xingcun::exchange::preview::preview;
use xingcun::exchange::{self, Book, FoundTable, Mapping, Phase, Report, Unlisted, tables};
use xingcun::ledger::{Author, Draft, Person, Ready, Refused};
use xingcun::storage::{CommitError, Extra, Session, Store as _};
use xingcun::web::worker::{Done, Post};
use xingcun::web::{Keeper, clock, device};

use crate::bench::Workbench;
use crate::files::XLSX;
use crate::said::{Answered, no, not_written, plain, refused};

/// What is remembered of an import between questions.
#[derive(Default)]
pub(crate) struct Import {
    book: RefCell<Option<Rc<Opened>>>,
    pub(crate) answers: RefCell<Answers>,
    /// What was shown last, or what is shown next if the likeliest answer is given.
    planned: RefCell<Option<Planned>>,
    /// What was noticed by what was shown last: more than the page shows.
    noticed: RefCell<Vec<exchange::CellFinding>>,
    /// Corrections of earlier imports, by place of the table.
    remembered: RefCell<BTreeMap<usize, Remembered>>,
}

struct Opened {
    book: Book,
    tables: Vec<FoundTable>,
    /// Findings of the layout, to be repeated with every plan.
    notes: Vec<exchange::CellFinding>,
}

/// A plan, and all that it was made from.
struct Planned {
    answers: Answers,
    who: Person,
    /// The ledger's.
    version: u64,
    tables: Vec<FoundTable>,
    mappings: Vec<Option<Mapping>>,
    /// Tables in which corrections of earlier imports made a difference.
    corrected: Vec<usize>,
    work: Work,
    /// What was noticed: more than the view shows.
    noticed: Vec<exchange::CellFinding>,
    view: Box<Preview>,
    /// A person has seen the view: nothing else is written.
    shown: bool,
}

/// How far what was shown is on its way into the ledger.
enum Work {
    Plan(Plan),
    /// What is left to do when somebody says that it is to be written is little.
    Ready(Author, Ready),
    /// The gate does not let it through.
    Refused(Refused),
}

impl Planned {
    fn is_of(&self, answers: &Answers, who: &Person, version: u64) -> bool {
        self.version == version && self.who == *who && self.answers == *answers
    }
}

/// Milliseconds between two words about how far it has come: each costs as much as a thousand cells, and nobody reads
/// faster.
const PAUSE: u64 = 100;

/// Tells the page how far a reading has come.
struct Told {
    post: Post<Progress>,
    /// What was said last, and when.
    last: Option<(Phase, u64)>,
}

impl Told {
    fn to(post: &Post<Progress>) -> Self {
        Self { post: Rc::clone(post), last: None }
    }
}

impl exchange::Progress for Told {
    fn step(&mut self, done: u64, total: u64, phase: Phase) -> ControlFlow<()> {
        let now = clock::now().millis;
        if self.last.is_some_and(|(of, at)| of == phase && now.saturating_sub(at) < PAUSE) {
            return ControlFlow::Continue(());
        }
        self.last = Some((phase, now));
        let what = match phase {
            Phase::Opening => "opening",
            Phase::Reading => "reading",
            Phase::Planning => "planning",
        };
        (self.post)(&Progress { what: what.to_owned(), done, total });
        // Cancelling ends the worker, so there is nobody to ask.
        ControlFlow::Continue(())
    }
}

impl Workbench {
    /// Reads a file and plans its import.
    pub(crate) async fn read(self: &Rc<Self>, name: &str, bytes: &[u8], post: Post<Progress>) -> Answered {
        self.import.answers.replace(Answers::default());
        self.import.planned.take();
        self.import.noticed.take();
        let book = match exchange::book::read(bytes, name, &mut Told::to(&post)) {
            Ok(book) => book,
            Err(error) => {
                let message = error.message();
                return refused(format!("{name}：{}", message.zh), format!("{name}: {}", message.en));
            }
        };
        let mut report = Report::default();
        // What is worked out ahead is right only for who acts.
        let session = self.acted().await?;
        let words = session.with(Lexicon::of);
        let tables = tables(&book, &words.headings, &mut report);
        let mut kept = BTreeMap::new();
        for (n, table) in tables.iter().enumerate() {
            let key = remembered::key(&exchange::layout_fingerprint(table));
            let text = session.store().meta(&key).await.map_err(|e| e.to_string())?;
            kept.extend(text.and_then(|t| Remembered::read(&t)).map(|r| (n, r)));
        }
        self.import.remembered.replace(kept);
        self.import.book.replace(Some(Rc::new(Opened { book, tables, notes: report.finish() })));
        self.show(&session, post)
    }

    fn opened(&self) -> Option<Rc<Opened>> {
        self.import.book.borrow().clone()
    }

    /// The tables with what the person has answered about them.
    fn told(&self, opened: &Opened) -> Vec<FoundTable> {
        let answers = self.import.answers.borrow();
        let mut tables = opened.tables.clone();
        tables.iter_mut().for_each(|t| t.told(&answers.decisions));
        tables
    }

    /// The mappings: as the person changed them now, else as suggested and corrected the last time; and the
    /// tables where that made a difference.
    fn mappings(
        &self,
        session: &Session<Keeper>,
        book: &Book,
        tables: &[FoundTable],
    ) -> (Vec<Option<Mapping>>, Vec<usize>) {
        let words = session.with(Lexicon::of);
        let (answers, kept) = (self.import.answers.borrow(), self.import.remembered.borrow());
        let mut corrected = Vec::new();
        let mut of = |(n, table): (usize, &FoundTable)| {
            let chosen = answers.registers.get(&n).map(String::as_str);
            if left_out(&answers.decisions, table) {
                return None;
            }
            let sheet = table.sheet_in(book)?;
            let mut found = suggest(sheet, table, chosen, &words)?;
            let kept = kept.get(&n).filter(|_| !answers.forgotten.contains(&n));
            if kept.is_some_and(|kept| kept.correct(&mut found)) {
                corrected.push(n);
            }
            let mut taken = answers.mappings.get(&n).cloned().unwrap_or(found);
            taken.told(table);
            Some(taken)
        };
        let all = tables.iter().enumerate().map(&mut of).collect();
        (all, corrected)
    }

    /// What a person corrected goes with the batch, to be there the next time; what was dropped is blanked.
    fn to_remember(&self, tables: &[FoundTable], mappings: &[Option<Mapping>]) -> Vec<(String, String)> {
        let (answers, kept) = (self.import.answers.borrow(), self.import.remembered.borrow());
        let tables = tables.iter().zip(mappings).enumerate();
        tables
            .filter_map(|(n, (table, mapping))| {
                let kept = kept.get(&n);
                let text = match Remembered::of(mapping.as_ref()?, kept, clock::today()) {
                    Some(said) => said.text(),
                    None if answers.forgotten.contains(&n) => String::new(),
                    None => return None,
                };
                Some((remembered::key(&exchange::layout_fingerprint(table)), text))
            })
            .collect()
    }

    fn plan(
        &self,
        session: &Session<Keeper>,
        (opened, tables): (&Opened, &[FoundTable]),
        mappings: &[Option<Mapping>],
        progress: &mut dyn exchange::Progress,
    ) -> Result<Plan, String> {
        let chosen: Vec<Chosen<'_>> = tables
            .iter()
            .zip(mappings)
            .filter_map(|(table, mapping)| Some(Chosen { table, mapping: mapping.as_ref()? }))
            .collect();
        let options = {
            let answers = self.import.answers.borrow();
            let unlisted = match (answers.create_places, answers.skip_bad_rows) {
                (true, _) => Unlisted::Create,
                (false, true) => Unlisted::Ask,
                (false, false) => Unlisted::Propose,
            };
            Options {
                who: self.who.borrow().clone(),
                decisions: answers.decisions.clone(),
                unlisted,
                skip_bad_rows: answers.skip_bad_rows,
                ..Options::default()
            }
        };
        let planned = session.with(|state| plan(&opened.book, &chosen, state, &options, progress));
        let mut planned = planned.map_err(|e| e.message().zh)?;
        let mut unread = Report::default();
        let all = (&opened.book, tables);
        session.with(|state| tables_unread(all, mappings, state, &options.decisions, &mut unread));
        let notes = opened.notes.iter().cloned().chain(unread.finish());
        planned.also(notes.collect());
        Ok(planned)
    }

    /// A plan with the answers that there are, and what it looks like.
    fn planned(
        &self,
        session: &Session<Keeper>,
        opened: &Opened,
        progress: &mut dyn exchange::Progress,
    ) -> Result<Planned, String> {
        let tables = self.told(opened);
        let (mappings, corrected) = self.mappings(session, &opened.book, &tables);
        let plan = self.plan(session, (opened, &tables), &mappings, progress)?;
        let view = self.view(session, opened, (&tables, &mappings, &corrected), &plan);
        Ok(Planned {
            answers: self.import.answers.borrow().clone(),
            who: self.who.borrow().clone(),
            version: session.version(),
            tables,
            mappings,
            corrected,
            noticed: plan.remarks(),
            work: Work::Plan(plan),
            view,
            shown: false,
        })
    }

    /// What a plan looks like.
    fn view(
        &self,
        session: &Session<Keeper>,
        opened: &Opened,
        (tables, mappings, corrected): (&[FoundTable], &[Option<Mapping>], &[usize]),
        plan: &Plan,
    ) -> Box<Preview> {
        let mut view = session.with(|state| preview(&opened.book, tables, mappings, plan, state));
        let kept = self.import.remembered.borrow();
        for n in corrected {
            let why = kept.get(n).zip(mappings.get(*n)).and_then(|(kept, m)| kept.because(m.as_ref()?));
            let Some(table) = view.tables.get_mut(*n) else { continue };
            table.remembered = true;
            table.because.extend(why);
        }
        Box::new(view)
    }

    /// Plans with the answers that there are, and shows what it would do. While a person looks at that, what they will
    /// most likely answer is worked out.
    pub(crate) fn show(self: &Rc<Self>, session: &Session<Keeper>, post: Post<Progress>) -> Answered {
        let Some(opened) = self.opened() else {
            return refused("请先选择文件", "Choose a file first");
        };
        if opened.tables.is_empty() {
            return refused(
                format!("{}里没有找到表格：要有一行表头，下面是数据", opened.book.name),
                format!("No table was found in {}", opened.book.name),
            );
        }
        let fits =
            |p: &Planned| p.is_of(&self.import.answers.borrow(), &self.who.borrow(), session.version());
        // Two plans of a large file need not be in memory together.
        let mut planned = match self.import.planned.take().filter(fits) {
            Some(planned) => planned,
            None => self.planned(session, &opened, &mut Told::to(&post))?,
        };
        planned.shown = true;
        let reply = Reply::Preview(planned.view.clone());
        self.import.noticed.replace(planned.noticed.clone());
        self.import.planned.replace(Some(planned));
        let (desk, session) = (Rc::clone(self), session.clone());
        Ok(Done::new(reply).then(async move { desk.work_ahead(&session, &opened).await }))
    }

    /// While a person looks at what is shown, what they will most likely say is worked out: that names that fit no place
    /// are new ones, and that it is to be written. Nothing is recorded before they say so.
    async fn work_ahead(&self, session: &Session<Keeper>, opened: &Opened) {
        let who = self.who.borrow().clone();
        let Ok(mut author) = device::author(session, who).await else { return };
        // It may have been answered by now, or be on its way.
        let fits = |p: &mut Planned| {
            p.is_of(&self.import.answers.borrow(), &author.actor, session.version())
                && matches!(p.work, Work::Plan(_))
        };
        let Some(mut planned) = self.import.planned.borrow_mut().take_if(fits) else { return };
        let Work::Plan(mut plan) = planned.work else { return };
        if !plan.proposed.is_empty() {
            plan.agree();
            planned.answers.create_places = true;
            let made_of = (&*planned.tables, &*planned.mappings, &*planned.corrected);
            planned.view = self.view(session, opened, made_of, &plan);
            planned.noticed = plan.remarks();
            planned.shown = false;
        }
        planned.work = if plan.is_writable() {
            match drafted(session, plan, &mut author) {
                Ok(draft) => prepared(session, author, draft),
                // What cannot be worked out ahead says so when it is asked for.
                Err(_) => return,
            }
        } else {
            Work::Plan(plan)
        };
        self.import.planned.replace(Some(planned));
    }

    /// The file that was read, with comments on the cells that need a person.
    pub(crate) fn mark(&self, bytes: &[u8]) -> Answered {
        let Some(opened) = self.opened() else {
            return refused("请先选择文件", "Choose a file first");
        };
        match exchange::book::marked(bytes, &marks::notes(&self.import.noticed.borrow())) {
            Ok(copy) => {
                let file = Reply::File { name: marks::name(&opened.book.name), mime: XLSX.to_owned() };
                Ok(Done::with(file, vec![copy]))
            }
            Err(error) => no(error.message()),
        }
    }

    /// Records what was shown: all of it, or nothing. When something else was recorded since, it is planned
    /// once more against the newest state.
    pub(crate) async fn write(&self, session: &Session<Keeper>, post: Post<Progress>) -> Answered {
        let Some(opened) = self.opened() else {
            return refused("请先选择文件", "Choose a file first");
        };
        let stands = |p: &Planned| p.shown && p.version == session.version() && p.who == *self.who.borrow();
        let planned = match self.import.planned.take().filter(stands) {
            Some(planned) => planned,
            None => self.planned(session, &opened, &mut Told::to(&post))?,
        };
        let remember = self.to_remember(&planned.tables, &planned.mappings);
        let work = match planned.work {
            Work::Plan(plan) => {
                let who = self.who.borrow().clone();
                let mut author = device::author(session, who).await.map_err(|e| e.to_string())?;
                match drafted(session, plan, &mut author) {
                    Ok(draft) => prepared(session, author, draft),
                    Err(error) => return no(error.message()),
                }
            }
            ahead => ahead,
        };
        match work {
            Work::Ready(author, ready) => record(session, (author, ready), remember, post).await,
            Work::Refused(why) => not_written(CommitError::Refused(why)),
            Work::Plan(_) => refused("请先选择文件", "Choose a file first"),
        }
    }
}

/// Records what was prepared.
async fn record(
    session: &Session<Keeper>,
    (author, ready): (Author, Ready),
    remember: Vec<(String, String)>,
    post: Post<Progress>,
) -> Answered {
    let operations = ready.operations();
    if operations == 0 {
        return plain(Reply::Written { batch: None, operations });
    }
    post(&Progress { what: "writing".to_owned(), done: 0, total: 1 });
    let extra = Extra { meta: remember, ..Extra::default() };
    match session.record_ready(&RefCell::new(author), ready, clock::now().millis, extra).await {
        Ok(sealed) => {
            let (batch, session) = (Some(sealed.batch.id), session.clone());
            // It is durable, and nobody has to wait until it is in memory here as well.
            let done = Done::new(Reply::Written { batch, operations });
            Ok(done.then(async move { session.show(&[sealed]) }))
        }
        Err(error) => not_written(error),
    }
}

/// The plan as changes, with identities for what is new.
fn drafted(session: &Session<Keeper>, plan: Plan, author: &mut Author) -> Result<Draft, PlanError> {
    let now = clock::now().millis;
    session.with(|state| plan.into_draft(state, &mut || author.row_id(now)))
}

fn prepared(session: &Session<Keeper>, author: Author, draft: Draft) -> Work {
    match session.with(|state| author.prepare(state, draft)) {
        Ok(ready) => Work::Ready(author, ready),
        Err(why) => Work::Refused(why),
    }
}
