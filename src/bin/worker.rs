//! The worker: reads and writes workbooks and ledger files away from the page.
//!
//! It holds the book between the questions of an import, so that a changed answer plans anew without reading
//! the file again. It opens the ledger itself, for the questions that need it: the page only follows what it has
//! recorded.

#[cfg(target_arch = "wasm32")]
fn main() {
    worker::serve();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod worker {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::ops::ControlFlow;
    use std::rc::Rc;

    use xingcun::exchange::article::source;
    use xingcun::exchange::backup;
    use xingcun::exchange::job::{Answers, Ask, BackedUp, Listing, Progress, Reply};
    use xingcun::exchange::ledger_file::Blobs;
    use xingcun::exchange::mapping::remembered::{self, Remembered};
    use xingcun::exchange::mapping::{Lexicon, suggest};
    use xingcun::exchange::merging::{self, Leave};
    use xingcun::exchange::part;
    use xingcun::exchange::plan::asks::{left_out, tables_unread};
    use xingcun::exchange::plan::{Chosen, Options, Plan, plan};
    use xingcun::exchange::preview::preview;
    use xingcun::exchange::{self, Book, FoundTable, Mapping, Phase, Report, export, ledger_file, tables};
    use xingcun::ledger::{BatchId, DeviceId, Entropy as _, Person, Refused, State, decode, merge};
    use xingcun::register::Message;
    use xingcun::storage::{CommitError, Damage, Extra, Session, Store as _, StoreError};
    use xingcun::value::RowId;
    use xingcun::value::order::Ordered as _;
    use xingcun::web::device::Chance;
    use xingcun::web::idb::{Idb, at_hand};
    use xingcun::web::worker::{Post, serve as listen};
    use xingcun::web::{clock, device, locks};

    /// Times that a merge is planned anew because somebody else was first.
    const TRIES: usize = 3;

    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    type Answered = Result<(Reply, Vec<Vec<u8>>), String>;

    /// What the worker remembers between questions.
    #[derive(Default)]
    struct Workbench {
        session: RefCell<Option<Session<Idb>>>,
        book: RefCell<Option<Rc<Opened>>>,
        answers: RefCell<Answers>,
        /// Who acts, as the ledger's keeper says when something is asked.
        who: RefCell<Person>,
        /// What was shown last, and the ledger's version that it was planned against.
        plan: RefCell<Option<(u64, Plan)>>,
        /// Corrections of earlier imports, by place of the table.
        remembered: RefCell<BTreeMap<usize, Remembered>>,
        /// The ledger files that are open.
        ledgers: RefCell<merging::Opened>,
        leave: RefCell<Leave>,
        /// The merge that was shown last, and the ledger's version that it was planned against.
        merge: RefCell<Option<(u64, merging::Planned)>>,
    }

    struct Opened {
        book: Book,
        tables: Vec<FoundTable>,
        notes: Report0,
    }

    /// Findings of the layout, to be repeated with every plan.
    type Report0 = Vec<exchange::CellFinding>;

    /// Begins to answer.
    pub(super) fn serve() {
        let desk = Rc::new(Workbench::default());
        listen(move |ask: Ask, mut buffers: Vec<Vec<u8>>, post: Post<Progress>| {
            let desk = Rc::clone(&desk);
            async move {
                // What the page hands over is all there is to it: the database may be the very thing that is gone.
                if let Ask::Pack { files } = &ask {
                    return pack(files, buffers);
                }
                if let Ask::Survey { names, mend } = &ask {
                    return desk.survey(names, *mend, buffers, &post).await;
                }
                desk.answer(ask, buffers.pop().unwrap_or_default(), post).await
            }
        });
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

    fn refused(zh: impl Into<String>, en: impl Into<String>) -> Answered {
        Ok((Reply::Refused(Message::new(zh, en)), Vec::new()))
    }

    fn plain(reply: Reply) -> Answered {
        Ok((reply, Vec::new()))
    }

    impl Workbench {
        /// The ledger, and who acts in it at this moment.
        async fn acted(&self) -> Result<Session<Idb>, String> {
            let session = self.session().await?;
            let persons = device::persons(&session).await.map_err(|e| e.to_string())?;
            self.who.replace(persons.who("未命名"));
            Ok(session)
        }

        /// The ledger is opened by those questions that are about it, and only when their turn has come.
        async fn answer(&self, ask: Ask, bytes: Vec<u8>, post: Post<Progress>) -> Answered {
            match ask {
                Ask::Read { name } => self.read(&name, &bytes, post).await,
                Ask::Plan(answers) => {
                    self.answers.replace(answers);
                    self.show(&self.acted().await?, post)
                }
                Ask::Write { permit } => {
                    let session = self.acted().await?;
                    // An ended worker may run on for a moment; what was called off is not begun any more.
                    if !locks::claim(&permit, false).await {
                        return refused("已取消", "Called off");
                    }
                    self.write(&session, post).await
                }
                Ask::Pages => {
                    // They are a cache: a failure costs time at the next start, nothing else.
                    let _ = self.session().await?.flush_pages().await;
                    plain(Reply::Pages)
                }
                Ask::Export { register } => write_workbook(&self.session().await?, &register),
                Ask::Text { name } => read_text(&name, &bytes),
                Ask::Listing(lines) => write_lines(&lines),
                Ask::Backup { record } => backup(&self.session().await?, record).await,
                Ask::Pack { files } => pack(&files, vec![bytes]),
                Ask::Survey { names, mend } => self.survey(&names, mend, vec![bytes], &post).await,
                Ask::Leave(leave) => {
                    self.leave.replace(leave);
                    self.show_merge(&post).await
                }
                Ask::Merge { permit } => {
                    if !locks::claim(&permit, false).await {
                        return refused("已取消", "Called off");
                    }
                    self.merge(&post).await
                }
                Ask::TakeLeft { batch } => self.take_left(batch).await,
                Ask::Send { place } => send(&self.session().await?, place).await,
            }
        }

        /// The ledger, with what the page has recorded since.
        async fn session(&self) -> Result<Session<Idb>, String> {
            let known = self.session.borrow().clone();
            let words = |error: StoreError| error.to_string();
            if let Some(session) = known {
                session.follow().await.map_err(words)?;
                return Ok(session);
            }
            let store = Idb::open(xingcun::web::DATABASE, at_hand).await.map_err(words)?;
            let session = Session::open(store).await.map_err(words)?;
            self.session.replace(Some(session.clone()));
            Ok(session)
        }

        async fn read(&self, name: &str, bytes: &[u8], post: Post<Progress>) -> Answered {
            self.answers.replace(Answers::default());
            self.plan.take();
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
            self.remembered.replace(kept);
            self.book.replace(Some(Rc::new(Opened { book, tables, notes: report.finish() })));
            self.show(&session, post)
        }

        fn opened(&self) -> Option<Rc<Opened>> {
            self.book.borrow().clone()
        }

        /// The tables with what the person has answered about them.
        fn told(&self, opened: &Opened) -> Vec<FoundTable> {
            let answers = self.answers.borrow();
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
            let (answers, kept) = (self.answers.borrow(), self.remembered.borrow());
            let mut corrected = Vec::new();
            let mut of = |(n, table): (usize, &FoundTable)| {
                let chosen = answers.registers.get(&n).map(String::as_str);
                if left_out(&answers.decisions, table) {
                    return None;
                }
                let sheet = book.sheets.get(table.sheet_index)?;
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
            let answers = self.answers.borrow();
            let tables = tables.iter().zip(mappings).enumerate();
            tables
                .filter_map(|(n, (table, mapping))| {
                    let text = match Remembered::of(mapping.as_ref()?) {
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
                let answers = self.answers.borrow();
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

        fn show(&self, session: &Session<Idb>, post: Post<Progress>) -> Answered {
            let Some(opened) = self.opened() else {
                return refused("请先选择文件", "Choose a file first");
            };
            if opened.tables.is_empty() {
                return refused(
                    format!("{}里没有找到表格：要有一行表头，下面是数据", opened.book.name),
                    format!("No table was found in {}", opened.book.name),
                );
            }
            let tables = self.told(&opened);
            let (mappings, corrected) = self.mappings(session, &opened.book, &tables);
            let plan = self.plan(session, (&opened, &tables), &mappings, post)?;
            let mut view = session.with(|state| preview(&opened.book, &tables, &mappings, &plan, state));
            for n in corrected {
                view.tables.get_mut(n).into_iter().for_each(|t| t.remembered = true);
            }
            self.plan.replace(Some((session.version(), plan)));
            plain(Reply::Preview(Box::new(view)))
        }

        /// Records what was shown: all of it, or nothing. When something else was recorded since, it is planned
        /// once more against the newest state.
        async fn write(&self, session: &Session<Idb>, post: Post<Progress>) -> Answered {
            let Some(opened) = self.opened() else {
                return refused("请先选择文件", "Choose a file first");
            };
            let shown = self.plan.take().filter(|(version, _)| *version == session.version());
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
                Err(error) => {
                    let message = error.message();
                    return refused(message.zh, message.en);
                }
            };
            let operations = draft.operations.len();
            if operations == 0 {
                return plain(Reply::Written { batch: None, operations });
            }
            post(&Progress { what: "writing".to_owned(), done: 0, total: 1 });
            let extra = Extra { meta: self.to_remember(&tables, &mappings), ..Extra::default() };
            match session.record(&RefCell::new(author), draft, now, extra).await {
                Ok(sealed) => plain(Reply::Written { batch: Some(sealed.batch.id), operations }),
                Err(CommitError::Refused(Refused(why))) => {
                    let first = why.first().map(|r| {
                        let at = r.place.as_ref().map(|p| format!("{}!{}：", p.sheet, p.cell));
                        (at.unwrap_or_default(), r.message.clone())
                    });
                    let (at, message) = first.unwrap_or_else(|| (String::new(), Message::new("", "")));
                    let n = why.len();
                    refused(
                        format!("有{n}处不能改，没有写入。{at}{}", message.zh),
                        format!("{n} changes are refused; nothing was written. {at}{}", message.en),
                    )
                }
                Err(error) => not_written(error),
            }
        }
    }

    fn write_workbook(session: &Session<Idb>, key: &str) -> Answered {
        let Some(declared) = session.with(|state| state.schema().register(key).cloned()) else {
            return refused("没有这本台账", "There is no such register");
        };
        let made = session
            .with(|state| export::workbooks(&export::parts(state, &declared), export::Options::default()));
        match made {
            Ok(books) => {
                let name = format!("{}-{}.xlsx", declared.label.zh, today());
                Ok((Reply::File { name, mime: XLSX.to_owned() }, books))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn read_text(name: &str, bytes: &[u8]) -> Answered {
        match source::text(bytes) {
            Ok(text) => plain(Reply::Text(text)),
            Err(error) => {
                let why = error.message();
                refused(format!("{name}：{}", why.zh), format!("{name}: {}", why.en))
            }
        }
    }

    fn write_lines(lines: &Listing) -> Answered {
        let book = export::lines(lines).map_err(|e| e.to_string())?;
        Ok((Reply::File { name: format!("{}.xlsx", lines.title), mime: XLSX.to_owned() }, vec![book]))
    }

    /// The attached files that can be read, and how many cannot: what is left is worth a backup all the same.
    async fn attached(session: &Session<Idb>) -> (Blobs, u64) {
        let (mut blobs, mut lost) = (Blobs::new(), 0);
        for digest in session.with(exchange::attachments) {
            match session.blob(&digest.to_string()).await {
                Ok(Some(bytes)) => drop(blobs.insert(digest, bytes)),
                Ok(None) | Err(_) => lost += 1,
            }
        }
        (blobs, lost)
    }

    async fn backup(session: &Session<Idb>, record: bool) -> Answered {
        let log = session.log().await.map_err(|e| e.to_string())?;
        let (blobs, files_lost) = attached(session).await;
        let fresh = DeviceId(Chance.bits());
        let made = match session.with(|state| backup::make(state, log, &blobs, fresh)) {
            Ok(made) => made,
            Err(error) => return Ok((Reply::Refused(error.message()), Vec::new())),
        };
        if record && !made.rescued.is_empty() {
            // The file is complete either way; with no room here, the next one is completed anew.
            let _ = session.commit(&made.rescued, Extra::default()).await;
        }
        let rescued = made.rescued.len() as u64;
        Ok((Reply::Backup(told(&made, rescued, files_lost)), vec![made.bytes]))
    }

    fn pack(files: &[String], buffers: Vec<Vec<u8>>) -> Answered {
        let mut buffers = buffers.into_iter();
        let log = decode(&buffers.next().unwrap_or_default()).map_err(|e| e.to_string())?;
        let digest = |text: &String| serde_json::from_value(serde_json::Value::String(text.clone())).ok();
        let blobs: Blobs =
            files.iter().zip(buffers).filter_map(|(name, bytes)| Some((digest(name)?, bytes))).into_map();
        let mut shown = State::new();
        log.iter().for_each(|s| _ = shown.apply(&s.batch, s.digest));
        match backup::make(&shown, log, &blobs, DeviceId(Chance.bits())) {
            Ok(made) => Ok((Reply::Backup(told(&made, 0, 0)), vec![made.bytes])),
            Err(error) => Ok((Reply::Refused(error.message()), Vec::new())),
        }
    }

    fn told(made: &backup::Backup, rescued: u64, files_lost: u64) -> BackedUp {
        let counts = &made.counts;
        BackedUp {
            name: format!("兴村台账-{}.xcz", today()),
            records: counts.records.iter().filter(|(_, n)| **n > 0).map(|(k, n)| (k.clone(), *n)).into_map(),
            batches: counts.batches,
            rescued,
            files_lost,
        }
    }

    impl Workbench {
        /// Opens ledger files; one that cannot be read says why, and the others go on.
        async fn survey(
            &self,
            names: &[String],
            mend: bool,
            buffers: Vec<Vec<u8>>,
            post: &Post<Progress>,
        ) -> Answered {
            let total = names.len() as u64;
            let mut opened = merging::Opened::default();
            for (n, (name, bytes)) in names.iter().zip(buffers).enumerate() {
                post(&Progress { what: "opening".to_owned(), done: n as u64, total });
                opened.read(name, &bytes);
            }
            if mend {
                let session = self.session().await?;
                session.check_log().await.map_err(|e| e.to_string())?;
                opened.damaged = session.damage().iter().filter_map(Damage::batch).into_set();
            }
            self.ledgers.replace(opened);
            self.leave.take();
            self.show_merge(post).await
        }

        async fn show_merge(&self, post: &Post<Progress>) -> Answered {
            match self.plan_merge(post).await? {
                Ok((version, planned)) => {
                    let preview = planned.preview.clone();
                    self.merge.replace(Some((version, planned)));
                    plain(Reply::Merge(Box::new(preview)))
                }
                Err(message) => Ok((Reply::Refused(message), Vec::new())),
            }
        }

        async fn plan_merge(
            &self,
            post: &Post<Progress>,
        ) -> Result<Result<(u64, merging::Planned), Message>, String> {
            self.merge.take();
            let session = self.acted().await?;
            post(&Progress { what: "merging".to_owned(), done: 0, total: 1 });
            let who = self.who.borrow().clone();
            let mut author = device::author(&session, who).await.map_err(|e| e.to_string())?;
            let now = clock::now().millis;
            let leave = self.leave.borrow().clone();
            let planned = session.with(|state| self.ledgers.borrow().plan(state, &leave, &mut author, now));
            Ok(planned.map(|p| (session.version(), p)).map_err(first_reason))
        }

        /// Records what was shown, all of it or nothing; anew when something else was recorded since.
        async fn merge(&self, post: &Post<Progress>) -> Answered {
            for _ in 0..TRIES {
                let session = self.session().await?;
                let shown = self.merge.take().filter(|(version, _)| *version == session.version());
                let planned = match shown {
                    Some((_, planned)) => planned,
                    None => match self.plan_merge(post).await? {
                        Ok((_, planned)) => planned,
                        Err(message) => return Ok((Reply::Refused(message), Vec::new())),
                    },
                };
                post(&Progress { what: "writing".to_owned(), done: 0, total: 1 });
                let operations = planned.preview.operations;
                let blobs: Vec<(String, Vec<u8>)> =
                    self.ledgers.borrow().blobs.iter().map(|(d, b)| (d.to_string(), b.clone())).collect();
                let extra = Extra { blobs, ..Extra::default() };
                match session.commit(&planned.batches, extra).await {
                    Ok(_) => return plain(Reply::Written { batch: planned.step, operations }),
                    // The page has recorded something under the name of the step: once more, after that.
                    Err(CommitError::Forked { id }) if planned.step == Some(id) => {}
                    Err(error) => return not_written(error),
                }
            }
            refused("台账一直在改动，没有写入，请稍后再试", "The ledger keeps changing; nothing was written")
        }

        async fn take_left(&self, batch: BatchId) -> Answered {
            let session = self.acted().await?;
            let Some(sealed) = session.batch(batch).await.map_err(|e| e.to_string())? else {
                return refused("日志里没有这一步", "The log has no such step");
            };
            let log = session.log().await.map_err(|e| e.to_string())?;
            let draft = session.with(|state| merge::take_left(state, &sealed.batch, &log));
            let operations = draft.operations.len();
            if operations == 0 {
                return plain(Reply::Written { batch: None, operations });
            }
            let who = self.who.borrow().clone();
            let author = device::author(&session, who).await.map_err(|e| e.to_string())?;
            let now = clock::now().millis;
            match session.record(&RefCell::new(author), draft, now, Extra::default()).await {
                Ok(sealed) => plain(Reply::Written { batch: Some(sealed.batch.id), operations }),
                Err(error) => not_written(error),
            }
        }
    }

    /// What concerns one place, read back before it is offered.
    async fn send(session: &Session<Idb>, place: RowId) -> Answered {
        let log = session.log().await.map_err(|e| e.to_string())?;
        let only = session.with(|state| merging::only(state, place));
        let cut = session.with(|state| part::cut(&log, &part::rows(state, place)));
        let mut state = State::new();
        cut.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
        let mut blobs = Blobs::new();
        for digest in exchange::attachments(&state) {
            if let Ok(Some(bytes)) = session.blob(&digest.to_string()).await {
                blobs.insert(digest, bytes);
            }
        }
        let name = format!("{}-{}.xcz", only.name, today());
        let made = ledger_file::write_only(&cut, &blobs, Some(only)).and_then(|bytes| {
            ledger_file::read(&bytes)?;
            Ok(bytes)
        });
        match made {
            Ok(bytes) => Ok((Reply::File { name, mime: "application/zip".to_owned() }, vec![bytes])),
            Err(error) => Ok((Reply::Refused(error.message()), Vec::new())),
        }
    }

    fn today() -> String {
        let day = xingcun::value::Date::from_unix_millis(clock::now().local_millis());
        day.map(|d| d.to_string()).unwrap_or_default()
    }

    /// What the gate says first.
    fn first_reason(Refused(why): Refused) -> Message {
        let n = why.len();
        let first = why.into_iter().next().map_or_else(|| Message::new("", ""), |r| r.message);
        Message::new(
            format!("有{n}处不能改，没有写入。{}", first.zh),
            format!("{n} changes are refused; nothing was written. {}", first.en),
        )
    }

    /// Why nothing was recorded.
    fn not_written(error: CommitError) -> Answered {
        match error {
            CommitError::Refused(why) => Ok((Reply::Refused(first_reason(why)), Vec::new())),
            CommitError::Store(StoreError::Full { needed, free }) => refused(
                format!(
                    "磁盘空间不足，没有写入。这次需要 {:.1} MB，还剩 {}。请清理后重试。",
                    needed as f64 / 1e6,
                    free.map_or_else(|| "未知".to_owned(), |f| format!("{:.1} MB", f as f64 / 1e6))
                ),
                "No space; nothing was written.",
            ),
            error => Err(error.to_string()),
        }
    }
}
