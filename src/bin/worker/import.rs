//! The import of a workbook: reading, planning, writing.
//!
//! The book is held between the questions, so that a changed answer plans anew without reading the file again. Inputs:
//! bytes, answers. Outputs: previews; a batch in the ledger. Neighbours: `xingcun::exchange` does the work, also for the
//! command line.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use xingcun::exchange::job::{Answers, Progress, Reply};
use xingcun::exchange::mapping::remembered::{self, Remembered};
use xingcun::exchange::mapping::{Lexicon, suggest};
use xingcun::exchange::marks;
use xingcun::exchange::plan::asks::{left_out, tables_unread};
use xingcun::exchange::plan::{Chosen, Options, Plan, plan};
use xingcun::exchange::preview::preview;
use xingcun::exchange::{self, Book, FoundTable, Mapping, Phase, Report, tables};
use xingcun::storage::{Extra, Session, Store as _};
use xingcun::web::idb::Idb;
use xingcun::web::worker::{Done, Post};
use xingcun::web::{clock, device};

use crate::bench::Workbench;
use crate::files::XLSX;
use crate::said::{Answered, no, not_written, plain, refused};

/// What is remembered of an import between questions.
#[derive(Default)]
pub(crate) struct Import {
    book: RefCell<Option<Rc<Opened>>>,
    pub(crate) answers: RefCell<Answers>,
    /// What was shown last, and the ledger's version that it was planned against.
    plan: RefCell<Option<(u64, Plan)>>,
    /// Corrections of earlier imports, by place of the table.
    remembered: RefCell<BTreeMap<usize, Remembered>>,
}

struct Opened {
    book: Book,
    tables: Vec<FoundTable>,
    /// Findings of the layout, to be repeated with every plan.
    notes: Vec<exchange::CellFinding>,
}

/// Tells the page how far a reading has come.
struct Told(Post<Progress>);

impl exchange::Progress for Told {
    fn step(&mut self, done: u64, total: u64, what: Phase) -> ControlFlow<()> {
        let what = match what {
            Phase::Opening => "opening",
            Phase::Reading => "reading",
            Phase::Planning => "planning",
        };
        (self.0)(&Progress { what: what.to_owned(), done, total });
        // Cancelling ends the worker, so there is nobody to ask.
        ControlFlow::Continue(())
    }
}

impl Workbench {
    /// Reads a file and plans its import.
    pub(crate) async fn read(&self, name: &str, bytes: &[u8], post: Post<Progress>) -> Answered {
        self.import.answers.replace(Answers::default());
        self.import.plan.take();
        let book = match exchange::book::read(bytes, name, &mut Told(Rc::clone(&post))) {
            Ok(book) => book,
            Err(error) => {
                let message = error.message();
                return refused(format!("{name}：{}", message.zh), format!("{name}: {}", message.en));
            }
        };
        let mut report = Report::default();
        let session = self.session().await?;
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
        session: &Session<Idb>,
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
        session: &Session<Idb>,
        (opened, tables): (&Opened, &[FoundTable]),
        mappings: &[Option<Mapping>],
        post: Post<Progress>,
    ) -> Result<Plan, String> {
        let chosen: Vec<Chosen<'_>> = tables
            .iter()
            .zip(mappings)
            .filter_map(|(table, mapping)| Some(Chosen { table, mapping: mapping.as_ref()? }))
            .collect();
        let options = {
            let answers = self.import.answers.borrow();
            Options {
                who: self.who.borrow().clone(),
                decisions: answers.decisions.clone(),
                create_places: answers.create_places,
                skip_bad_rows: answers.skip_bad_rows,
                ..Options::default()
            }
        };
        let planned = session.with(|state| plan(&opened.book, &chosen, state, &options, &mut Told(post)));
        let mut planned = planned.map_err(|e| e.message().zh)?;
        let mut unread = Report::default();
        let all = (&opened.book, tables);
        session.with(|state| tables_unread(all, mappings, state, &options.decisions, &mut unread));
        let notes = opened.notes.iter().cloned().chain(unread.finish());
        planned.also(notes.collect());
        Ok(planned)
    }

    /// Plans with the answers that there are, and shows what it would do.
    pub(crate) fn show(&self, session: &Session<Idb>, post: Post<Progress>) -> Answered {
        let Some(opened) = self.opened() else {
            return refused("请先选择文件", "Choose a file first");
        };
        if opened.tables.is_empty() {
            return refused(
                format!("{}里没有找到表格：要有一行表头，下面是数据", opened.book.name),
                format!("No table was found in {}", opened.book.name),
            );
        }
        // Two plans of a large file need not be in memory together.
        self.import.plan.take();
        let tables = self.told(&opened);
        let (mappings, corrected) = self.mappings(session, &opened.book, &tables);
        let plan = self.plan(session, (&opened, &tables), &mappings, post)?;
        let mut view = session.with(|state| preview(&opened.book, &tables, &mappings, &plan, state));
        let kept = self.import.remembered.borrow();
        for n in corrected {
            let why = kept.get(&n).zip(mappings.get(n)).and_then(|(kept, m)| kept.because(m.as_ref()?));
            let Some(table) = view.tables.get_mut(n) else { continue };
            table.remembered = true;
            table.because.extend(why);
        }
        self.import.plan.replace(Some((session.version(), plan)));
        plain(Reply::Preview(Box::new(view)))
    }

    /// The file that was read, with comments on the cells that need a person.
    pub(crate) fn mark(&self, bytes: &[u8]) -> Answered {
        let plan = self.import.plan.borrow();
        let (Some(opened), Some((_, plan))) = (self.opened(), plan.as_ref()) else {
            return refused("请先选择文件", "Choose a file first");
        };
        match exchange::book::marked(bytes, &marks::notes(&plan.findings)) {
            Ok(copy) => {
                let file = Reply::File { name: marks::name(&opened.book.name), mime: XLSX.to_owned() };
                Ok(Done::with(file, vec![copy]))
            }
            Err(error) => no(error.message()),
        }
    }

    /// Records what was shown: all of it, or nothing. When something else was recorded since, it is planned
    /// once more against the newest state.
    pub(crate) async fn write(&self, session: &Session<Idb>, post: Post<Progress>) -> Answered {
        let Some(opened) = self.opened() else {
            return refused("请先选择文件", "Choose a file first");
        };
        let shown = self.import.plan.take().filter(|(version, _)| *version == session.version());
        let tables = self.told(&opened);
        let (mappings, _) = self.mappings(session, &opened.book, &tables);
        let plan = match shown {
            Some((_, plan)) => plan,
            None => self.plan(session, (&opened, &tables), &mappings, Rc::clone(&post))?,
        };
        let who = self.who.borrow().clone();
        let mut author = device::author(session, who).await.map_err(|e| e.to_string())?;
        let now = clock::now().millis;
        let draft = session.with(|state| plan.into_draft(state, &mut || author.row_id(now)));
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return no(error.message()),
        };
        let operations = draft.operations.len();
        if operations == 0 {
            return plain(Reply::Written { batch: None, operations });
        }
        post(&Progress { what: "writing".to_owned(), done: 0, total: 1 });
        let extra = Extra { meta: self.to_remember(&tables, &mappings), ..Extra::default() };
        match session.record_only(&RefCell::new(author), draft, now, extra).await {
            Ok(sealed) => {
                let (batch, session) = (Some(sealed.batch.id), session.clone());
                // It is durable, and nobody has to wait until it is in memory here as well.
                Ok(Done::new(Reply::Written { batch, operations }).then(move || session.show(&[sealed])))
            }
            Err(error) => not_written(error),
        }
    }
}
