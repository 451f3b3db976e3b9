//! The desk: the open ledger, who may write, and the few things that hold on every page.
//!
//! Every change is a draft that goes through [`Desk::commit`]: sealed, stored with a strict commit, and only
//! then applied and shown as saved. Changes are taken one after the other, because each is chained to the one
//! before.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::entry::Names;
use super::held::Held;
use super::lang::{Words, local_storage, t};
use super::words;
use crate::analysis::findings::{self, Sweep, of_record};
use crate::ledger::{
    Author, BatchHead, BatchId, BatchKind, Draft, Event, Indexes, Sealed, State, Surroundings, plan_undo,
    row_history,
};
use crate::register::{Field, Fields, Finding, Register, RowKind, Severity, Target, register};
use crate::storage::{
    CommitError, Extra, Flush, Opening, Session, Store as _, StoreError, Write, blob_digest,
};
use crate::table::{Cache, Places, Table};
use crate::value::order;
use crate::value::{Period, RowId, Text, Value};
use crate::web::channel::{Channel, News};
use crate::web::idb::Idb;
use crate::web::install::{Install, Installable};
use crate::web::locks::{self, Election};
use crate::web::service_worker::{Builds, ServiceWorker, Update as Program};
use crate::web::{DATABASE, clock, device};

/// Whether this window may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Reader,
}

/// How the opening went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    Opening,
    Open,
    Failed(String),
}

/// What the state light says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Light {
    Saved,
    Saving,
    Reading,
    Update,
    Full(String),
    Failed(String),
}

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toast {
    pub id: u64,
    pub text: String,
    pub wrong: bool,
    pub undo: bool,
}

/// What the drawer shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Drawer {
    /// The rows behind a figure.
    Rows { title: String, formula: String, register: String, rows: Vec<RowId> },
    /// Where a row came from.
    Trace { register: String, row: RowId },
}

/// What is open: the session and who writes in it.
#[derive(Clone)]
struct Open {
    session: Session<Idb>,
    author: Rc<RefCell<Author>>,
}

/// Handed to every page through the context; copies are cheap.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    open: StoredValue<Option<Open>, LocalStorage>,
    cache: StoredValue<Rc<Cache>, LocalStorage>,
    empty: StoredValue<Rc<State>, LocalStorage>,
    channel: StoredValue<Option<Rc<Channel>>, LocalStorage>,
    election: StoredValue<Option<Rc<Election>>, LocalStorage>,
    program: StoredValue<Option<Rc<ServiceWorker>>, LocalStorage>,
    installer: StoredValue<Option<Rc<Install>>, LocalStorage>,
    found: StoredValue<Rc<RefCell<Found>>, LocalStorage>,
    /// The rules over all records, as far as they have come.
    sweep: StoredValue<Rc<RefCell<Sweep>>, LocalStorage>,
    sweeping: StoredValue<bool>,
    swept: RwSignal<u64>,
    /// The draft that is being recorded, until it is durable: what could not be saved is not lost.
    failed: StoredValue<Option<Draft>, LocalStorage>,
    next_toast: StoredValue<u64>,
    flushing: StoredValue<bool>,
    pub(super) attempts: StoredValue<u64>,
    /// Typed cells that are not durable yet.
    pub held: RwSignal<Vec<Held>>,
    pub start: RwSignal<Start>,
    pub version: RwSignal<u64>,
    pub role: RwSignal<Role>,
    pub light: RwSignal<Light>,
    pub update: RwSignal<bool>,
    pub place: RwSignal<Option<RowId>>,
    pub period: RwSignal<Period>,
    pub drawer: RwSignal<Option<Drawer>>,
    pub toasts: RwSignal<Vec<Toast>>,
    pub actor: RwSignal<String>,
    pub installable: RwSignal<bool>,
}

/// Findings of rows already looked at, for one version of the state.
#[derive(Default)]
struct Found {
    version: u64,
    rows: BTreeMap<RowId, Vec<Finding>>,
    indexes: Rc<Indexes>,
}

/// Typed values as a record, for rules and conditions.
pub(super) struct Typed<'a>(pub &'a [(Text, Value)]);

impl Fields for Typed<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| &**k == key).map(|(_, v)| v)
    }
}

/// The first year offered when nothing is recorded.
fn this_year() -> i16 {
    crate::value::Date::from_unix_millis(clock::now().millis as i64).map_or(2025, |d| d.year())
}

/// Operations beyond which the pages are read instead of the log.
const MANY: usize = 3000;
/// Records that rules look at before the page may draw.
const SWEPT: usize = 400;
const PLACE: &str = "xingcun.place";
const PERIOD: &str = "xingcun.period";

impl Desk {
    /// Makes the desk and begins to open the ledger.
    pub(super) fn provide() -> Self {
        let kept = |key: &str| local_storage().and_then(|s| s.get_item(key).ok().flatten());
        let period =
            kept(PERIOD).and_then(|p| p.parse().ok()).unwrap_or_else(|| Period::year_of(this_year() - 1));
        let desk = Self {
            open: StoredValue::new_local(None),
            cache: StoredValue::new_local(Rc::new(Cache::new())),
            empty: StoredValue::new_local(Rc::new(State::new())),
            channel: StoredValue::new_local(None),
            election: StoredValue::new_local(None),
            program: StoredValue::new_local(None),
            installer: StoredValue::new_local(None),
            found: StoredValue::new_local(Rc::default()),
            sweep: StoredValue::new_local(Rc::default()),
            sweeping: StoredValue::new(false),
            swept: RwSignal::new(0),
            failed: StoredValue::new_local(None),
            next_toast: StoredValue::new(0),
            flushing: StoredValue::new(false),
            attempts: StoredValue::new(0),
            held: RwSignal::new(Vec::new()),
            start: RwSignal::new(Start::Opening),
            version: RwSignal::new(0),
            role: RwSignal::new(Role::Reader),
            light: RwSignal::new(Light::Saved),
            update: RwSignal::new(false),
            place: RwSignal::new(kept(PLACE).and_then(|p| p.parse().ok())),
            period: RwSignal::new(period),
            drawer: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            actor: RwSignal::new(String::new()),
            installable: RwSignal::new(false),
        };
        desk.installer.set_value(Some(Rc::new(Install::listen(move |now| {
            desk.installable.set(now == Installable::Offered)
        }))));
        provide_context(desk);
        spawn_local(desk.open_ledger());
        desk
    }

    /// The desk of this page.
    pub(super) fn here() -> Self {
        match use_context::<Self>() {
            Some(desk) => desk,
            // Only a widget outside of the shell could get here; it gets a desk that holds nothing.
            None => Self::provide(),
        }
    }

    async fn open_session(self) -> Result<Session<Idb>, StoreError> {
        let store = Idb::open(DATABASE).await?;
        store.on_lost(move |_| {
            let words = store_words(&StoreError::Gone);
            self.light.set(Light::Failed(words.clone()));
            self.complain(&words);
        });
        Session::open(store).await
    }

    async fn open_ledger(self) {
        let opened = async {
            let session = self.open_session().await?;
            let author = device::author(&session, t("未命名", "unnamed")).await?;
            Ok::<_, StoreError>((session, author))
        };
        match opened.await {
            Ok((session, author)) => {
                self.report_opening(session.opening());
                self.actor.set(author.actor.to_string());
                self.open.set_value(Some(Open { session, author: Rc::new(RefCell::new(author)) }));
                self.listen();
                self.elect().await;
                self.version.set(self.session_version());
                self.settle_period();
                self.start.set(Start::Open);
            }
            Err(error) => self.start.set(Start::Failed(store_words(&error))),
        }
    }

    /// Says what opening had to mend, and what it could not.
    fn report_opening(self, opening: &Opening) {
        if !opening.damage.is_empty() {
            self.complain(&format!(
                "{} {} {}",
                t("日志里有", "The log has"),
                opening.damage.len(),
                t(
                    "处损坏，原样保留未丢弃；请到“设置 → 存储”查看并导出备份",
                    "damaged places, kept as they are; see Settings → Storage"
                )
            ));
        }
    }

    fn session_version(self) -> u64 {
        self.open.with_value(|o| o.as_ref().map_or(0, |o| o.session.version()))
    }

    fn opened(self) -> Option<Open> {
        self.open.get_value()
    }

    pub(super) fn session(self) -> Option<Session<Idb>> {
        self.opened().map(|o| o.session)
    }

    // ---- reading -------------------------------------------------------------------------------------------

    /// Looks at the state and looks again whenever it changes.
    pub(super) fn state<R>(self, look: impl FnOnce(&State) -> R) -> R {
        self.version.track();
        self.state_once(look)
    }

    /// Looks at the state once.
    pub(super) fn state_once<R>(self, look: impl FnOnce(&State) -> R) -> R {
        match self.opened() {
            Some(open) => open.session.with(look),
            None => look(&self.empty.get_value()),
        }
    }

    /// The columns of a register, kept between looks.
    pub(super) fn table<R>(self, register: &str, kind: &str, look: impl FnOnce(Option<Table<'_>>) -> R) -> R {
        let cache = self.cache.get_value();
        self.state_once(|state| look(cache.table(state, register, Some(kind))))
    }

    pub(super) fn cache(self) -> Rc<Cache> {
        self.cache.get_value()
    }

    /// The tree of places.
    pub(super) fn places(self) -> std::sync::Arc<Places> {
        let cache = self.cache.get_value();
        self.state(|state| cache.places(state))
    }

    /// The name of a record in pickers, cells and headings.
    pub(super) fn record_name(self, state: &State, key: &str, id: RowId) -> String {
        let Some(record) = state.record(key, id) else { return "？".to_owned() };
        let title = register(key).and_then(|r| r.kind(record.kind())).map_or("name", |k| k.title);
        record.value(title).and_then(Value::as_str).map_or_else(|| id.to_string(), str::to_owned)
    }

    /// Names of the records that a reference may point to.
    pub(super) fn target_names(self, target: &Target) -> Vec<String> {
        self.state_once(|s| {
            let mut names: Vec<String> =
                targets(s, target).map(|r| self.record_name(s, target.register, r.id())).collect();
            order::sort(&mut names);
            names.dedup();
            names
        })
    }

    /// The years that can be chosen: those with records, and around now.
    pub(super) fn years(self) -> Vec<i16> {
        let mut years = self.recorded_years();
        years.extend([this_year(), this_year() - 1, self.period.get_untracked().year()]);
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        years
    }

    /// The years with records, ascending.
    pub(super) fn recorded_years(self) -> Vec<i16> {
        let cache = self.cache.get_value();
        let mut years: Vec<i16> = self.state(|s| {
            let reported = ["R06", "R07"].iter().filter_map(|key| register(key));
            let kinds = reported.flat_map(|r| r.kinds.iter().map(move |k| (r.key, k.key)));
            kinds.filter_map(|(key, kind)| cache.table(s, key, Some(kind))).flat_map(|t| t.years()).collect()
        });
        order::sort(&mut years);
        years.dedup();
        years
    }

    /// Nothing is recorded in any register.
    pub(super) fn is_blank(self) -> bool {
        self.state(|s| s.registers().all(|(_, sheet)| sheet.live().next().is_none()))
    }

    /// The batch of sample data that stands, if any.
    pub(super) fn sample(self) -> Option<BatchId> {
        self.state(|s| s.batches().find(|b| b.kind == BatchKind::Sample && !s.is_undone(b.id)).map(|b| b.id))
    }

    // ---- place and period ----------------------------------------------------------------------------------

    pub(super) fn choose_place(self, place: Option<RowId>) {
        self.place.set(place);
        remember(PLACE, place.map(|p| p.to_string()));
    }

    pub(super) fn choose_period(self, period: Period) {
        self.period.set(period);
        remember(PERIOD, Some(period.to_string()));
    }

    pub(super) fn place_title(self) -> String {
        let places = self.places();
        match self.place.get().and_then(|id| places.get(id)) {
            Some(place) => {
                let path = places.path(place.id);
                path.iter().rev().take(2).rev().map(|p| p.name.to_string()).collect::<Vec<_>>().join(" · ")
            }
            None => match places.roots() {
                [only] => places.name(*only).to_string(),
                _ => t("全部", "All places").to_owned(),
            },
        }
    }

    /// When the chosen year holds nothing but another does, begins with the latest that does.
    pub(super) fn settle_period(self) {
        let years = self.recorded_years();
        if let Some(last) = years.last()
            && !years.contains(&self.period.get_untracked().year())
        {
            self.choose_period(Period::year_of(*last));
        }
        let place = self.place.get_untracked();
        if place.is_some_and(|p| self.places().get(p).is_none()) {
            self.choose_place(None);
        }
    }

    // ---- writing -------------------------------------------------------------------------------------------

    pub(super) fn can_write(self) -> bool {
        self.role.get() == Role::Writer
    }

    pub(super) fn new_id(self) -> RowId {
        match self.opened() {
            Some(open) => open.author.borrow_mut().row_id(clock::now().millis),
            None => RowId::from_bits(0),
        }
    }

    /// Opens the sample county.
    pub(super) fn open_sample(self) {
        let Some(open) = self.opened() else { return };
        let draft = crate::analysis::sample::draft(&mut open.author.borrow_mut(), clock::now().millis);
        self.commit_with(draft, Extra::default(), move |_| {
            self.choose_place(None);
            self.settle_period();
        });
    }

    /// Records a draft; says so, with a way to undo it.
    pub(super) fn commit(self, draft: Draft) {
        self.commit_with(draft, Extra::default(), |_| {});
    }

    /// Records a draft that finishes what was being typed; `done` is called when it is durable.
    pub(super) fn commit_finishing(self, draft: Draft, typed: String, done: impl FnOnce(BatchId) + 'static) {
        self.commit_with(draft, Extra { drafts_done: vec![typed], ..Extra::default() }, done);
    }

    /// Records once more what could not be saved.
    pub(super) fn retry(self) {
        self.save_held();
        if let Some(draft) = self.failed.get_value() {
            self.commit(draft);
        }
    }

    /// Something could not be saved and can be tried again.
    pub(super) fn can_retry(self) -> bool {
        matches!(self.light.get(), Light::Full(_) | Light::Failed(_))
            && (self.unsaved() > 0 || self.failed.with_value(Option::is_some))
    }

    /// Records a draft with what belongs to it, and calls `done` when it is durable.
    pub(super) fn commit_with(self, draft: Draft, extra: Extra, done: impl FnOnce(BatchId) + 'static) {
        if draft.is_empty() {
            return;
        }
        if self.role.get_untracked() != Role::Writer {
            return self.complain(t(
                "这个窗口只能查看，请先点“改在这里编辑”",
                "This window only reads; choose “Edit here instead” first",
            ));
        }
        spawn_local(async move {
            if let Some(id) = self.record(draft, extra).await {
                done(id);
            }
        });
    }

    /// Records a draft and waits until it is durable. Failures are said here, once.
    pub(super) async fn record(self, draft: Draft, extra: Extra) -> Option<BatchId> {
        self.failed.set_value(Some(draft.clone()));
        let done = self.send(draft, extra).await;
        if done.is_some() {
            self.failed.set_value(None);
        }
        done
    }

    /// The same for what is kept elsewhere until it is durable.
    pub(super) async fn send(self, draft: Draft, extra: Extra) -> Option<BatchId> {
        let open = self.opened()?;
        let before = self.light.get_untracked();
        self.light.set(Light::Saving);
        match open.session.record(&open.author, draft, clock::now().millis, extra).await {
            Ok(sealed) => {
                self.after_record(&sealed, before);
                Some(sealed.batch.id)
            }
            Err(error) => {
                self.not_saved(&error);
                None
            }
        }
    }

    fn after_record(self, sealed: &Sealed, before: Light) {
        // Not everything is saved while cells wait; there is room again, so they are tried once more.
        let waiting = self.held.with_untracked(|held| held.iter().any(Held::waits));
        self.light.set(if waiting { before } else { Light::Saved });
        if waiting {
            self.save_held();
        }
        self.version.set(self.session_version());
        self.flush_when_idle();
        self.tell_others();
        let words = self.state_once(|s| s.batch(sealed.batch.id).map(batch_words)).unwrap_or_default();
        self.say(
            &format!("{}{words}", t("已保存：", "Saved: ")),
            !matches!(sealed.batch.kind, BatchKind::Undo { .. }),
        );
    }

    fn not_saved(self, error: &CommitError) {
        let words = match error {
            CommitError::Store(e) => store_words(e),
            CommitError::Empty => return,
            CommitError::Forked { .. } => t(
                "另一台设备用了同一个设备号（复制过浏览器资料）。请到“设置”换一个设备号后再保存。",
                "Another device uses the same identity (a copied profile).",
            )
            .to_owned(),
        };
        let full = matches!(error, CommitError::Store(StoreError::Full { .. }));
        self.light.set(if full { Light::Full(words.clone()) } else { Light::Failed(words.clone()) });
        self.complain(&words);
    }

    /// Pages are a cache: they are written in small steps while nobody types.
    fn flush_when_idle(self) {
        if self.flushing.get_value() {
            return;
        }
        self.flushing.set_value(true);
        spawn_local(async move {
            loop {
                crate::web::sleep(120).await;
                let Some(open) = self.opened() else { break };
                match open.session.flush_step(1).await {
                    Ok(Flush::More(_)) => {}
                    // A cache that could not be written is made again from the log at the next start.
                    Ok(Flush::Done) | Err(_) => break,
                }
            }
            self.flushing.set_value(false);
        });
    }

    /// The last step of this device that stands, for the undo button.
    pub(super) fn undo_label(self) -> Option<String> {
        self.state_once(|s| self.last_step(s).map(batch_words))
    }

    /// The last undo that can be taken back.
    pub(super) fn redo_label(self) -> Option<String> {
        self.state_once(|s| {
            let undo = self.last_undo(s)?;
            match undo.kind {
                BatchKind::Undo { of } => s.batch(of).map(batch_words),
                _ => None,
            }
        })
    }

    fn mine(self, head: &BatchHead) -> bool {
        self.opened().is_some_and(|o| o.author.borrow().device == head.id.device)
    }

    fn last_step(self, s: &State) -> Option<&BatchHead> {
        s.batches()
            .rev()
            .find(|b| self.mine(b) && !matches!(b.kind, BatchKind::Undo { .. }) && !s.is_undone(b.id))
    }

    /// Only while nothing new was done since: redo after new work would mix the two.
    fn last_undo(self, s: &State) -> Option<&BatchHead> {
        let mut recent = s.batches().rev().filter(|b| self.mine(b));
        let undo = recent.find(|b| !matches!(b.kind, BatchKind::Undo { .. }) || !s.is_undone(b.id))?;
        (matches!(undo.kind, BatchKind::Undo { of } if s.batch(of).is_some_and(|b| !matches!(b.kind, BatchKind::Undo { .. })))).then_some(undo)
    }

    pub(super) fn undo(self) {
        if let Some(id) = self.state_once(|s| self.last_step(s).map(|b| b.id)) {
            self.take_back(id);
        }
    }

    pub(super) fn redo(self) {
        if let Some(id) = self.state_once(|s| self.last_undo(s).map(|b| b.id)) {
            self.take_back(id);
        }
    }

    /// Undoes any batch; what was changed since stays, and is said.
    pub(super) fn take_back(self, id: BatchId) {
        let Some(open) = self.opened() else { return };
        spawn_local(async move {
            match open.session.batch(id).await {
                Ok(Some(sealed)) => {
                    let undo = open.session.with(|s| plan_undo(s, &sealed.batch));
                    let kept = undo.overtaken.len();
                    if undo.draft.is_empty() {
                        return self.complain(t(
                            "没有可撤销的内容：之后都改过了",
                            "Nothing to undo: everything was changed since",
                        ));
                    }
                    if self.record(undo.draft, Extra::default()).await.is_some() && kept > 0 {
                        self.say(
                            &format!(
                                "{kept} {}",
                                t("处之后又改过，没有动", "places were changed since and stay")
                            ),
                            false,
                        );
                    }
                }
                Ok(None) => self.complain(t("日志里没有这一步", "The log has no such step")),
                Err(error) => self.complain(&store_words(&error)),
            }
        });
    }

    // ---- rules ---------------------------------------------------------------------------------------------

    /// What the rules say about a row as it stands.
    pub(super) fn findings_of(self, register: &Register, kind: &RowKind, row: RowId) -> Vec<Finding> {
        let found = self.found.get_value();
        let version = self.session_version();
        if found.borrow().version != version {
            *found.borrow_mut() = Found { version, ..Found::default() };
        }
        if let Some(known) = found.borrow().rows.get(&row) {
            return known.clone();
        }
        let findings = self.state_once(|s| match s.record(register.key, row) {
            Some(record) => self.with_world(s, |world| of_record(register.key, kind, record, world)),
            None => Vec::new(),
        });
        found.borrow_mut().rows.insert(row, findings.clone());
        findings
    }

    /// What the rules say about all records, the grave ones first; none until they have looked at everything.
    /// They begin when first asked, and let the page draw every few hundred records.
    pub(super) fn findings<R>(self, look: impl FnOnce(&[findings::Found]) -> R) -> Option<R> {
        self.swept.track();
        let sweep = self.sweep.get_value();
        if self.state(|s| sweep.borrow_mut().step(s, 0)) {
            return Some(look(sweep.borrow().found()));
        }
        if !self.sweeping.get_value() {
            self.sweeping.set_value(true);
            spawn_local(async move {
                loop {
                    crate::web::sleep(0).await;
                    let sweep = self.sweep.get_value();
                    if self.state_once(|s| sweep.borrow_mut().step(s, SWEPT)) {
                        break;
                    }
                }
                self.sweeping.set_value(false);
                self.swept.update(|n| *n += 1);
            });
        }
        None
    }

    fn with_world<R>(self, state: &State, look: impl FnOnce(&Surroundings<'_>) -> R) -> R {
        let found = self.found.get_value();
        let known = (found.borrow().version == state.version()).then(|| Rc::clone(&found.borrow().indexes));
        look(&Surroundings::reusing(state, known.unwrap_or_default()))
    }

    /// What the rules say about typed values, for a form.
    pub(super) fn findings_on(
        self,
        register: &Register,
        kind: &RowKind,
        _row: Option<RowId>,
        values: &[(Text, Value)],
    ) -> Vec<Finding> {
        self.state_once(|s| self.with_world(s, |world| test_all(register, kind, &Typed(values), world)))
    }

    /// Refuses a change of one cell that a rule calls an error.
    pub(super) fn check_change(
        self,
        register: &Register,
        kind: &RowKind,
        row: RowId,
        field: &Field,
        value: Option<&Value>,
    ) -> Result<(), String> {
        let mut values: Vec<(Text, Value)> =
            self.state_once(|s| s.record(register.key, row).map(|r| r.cells().to_vec())).unwrap_or_default();
        let before = self.findings_on(register, kind, Some(row), &values);
        values.retain(|(k, _)| **k != *field.key);
        values.extend(value.map(|v| (Text::from(&*field.key), v.clone())));
        let after = self.findings_on(register, kind, Some(row), &values);
        let new = after.into_iter().find(|f| f.severity == Severity::Error && !before.contains(f));
        new.map_or(Ok(()), |f| Err(f.message.words()))
    }

    /// A sentence when a record with the same natural key is there already.
    pub(super) fn twin(
        self,
        register: &Register,
        kind: &RowKind,
        values: &[(Text, Value)],
    ) -> Option<String> {
        let typed = Typed(values);
        let key = kind.key_for(&typed)?;
        let same = |a: Option<&Value>, b: Option<&Value>| match (a, b) {
            (Some(x), Some(y)) => {
                x == y || x.as_str().zip(y.as_str()).is_some_and(|(x, y)| x.trim() == y.trim())
            }
            (x, y) => x.is_none() && y.is_none(),
        };
        self.state_once(|s| {
            let found = s
                .sheet(register.key)?
                .of_kind(kind.key)
                .find(|r| key.parts.iter().all(|p| same(r.value(p), typed.value(p))))?;
            let name = self.record_name(s, register.key, found.id());
            let parts: Vec<String> =
                key.parts.iter().filter_map(|p| kind.field(p)).map(|f| f.label.words()).collect();
            Some(format!(
                "{}“{name}”（{}）",
                t("已有相同的一行：", "The same row exists: "),
                parts.join("、")
            ))
        })
    }

    /// What a field of a new record begins with: its declared start, the chosen place and period.
    pub(super) fn starting_value(self, field: &Field) -> Option<Value> {
        match &*field.key {
            "org" => {
                let place = self.place.get_untracked()?;
                self.places().get(place).filter(|p| p.is_village()).map(|p| Value::Ref(p.id))
            }
            "period" => Some(Value::Period(self.period.get_untracked())),
            _ => field.default.clone(),
        }
    }

    // ---- drafts --------------------------------------------------------------------------------------------

    /// Keeps what is being typed.
    pub(super) fn keep_draft(
        self,
        key: &str,
        texts: BTreeMap<String, String>,
        done: impl FnOnce(u64) + 'static,
    ) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        let now = clock::now().millis;
        spawn_local(async move {
            let json = serde_json::json!({ "at": now, "texts": texts }).to_string();
            match open.session.store().put_draft(&key, &json).await {
                Ok(()) => done(now),
                Err(error) => self.complain(&store_words(&error)),
            }
        });
    }

    pub(super) fn load_draft(
        self,
        key: &str,
        done: impl FnOnce(Option<(u64, BTreeMap<String, String>)>) + 'static,
    ) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        spawn_local(async move {
            // A draft that cannot be read is not offered; it stays where it is.
            let found = open.session.store().draft(&key).await.ok().flatten();
            done(found.and_then(|json| parse_draft(&json)));
        });
    }

    pub(super) fn drop_draft(self, key: &str) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        spawn_local(async move {
            if let Err(error) = open.session.store().remove_draft(&key).await {
                self.complain(&store_words(&error));
            }
        });
    }

    /// Keeps an attached file and returns its digest and size.
    pub(super) async fn keep_file(self, file: &web_sys::File) -> Option<(String, u64)> {
        let open = self.opened()?;
        let bytes = match crate::web::files::read(file, crate::web::files::LIMIT, |_, _| {}).await {
            Ok(bytes) => bytes,
            Err(error) => {
                self.complain(&format!("{}（{error}）", t("读不到这个文件", "The file cannot be read")));
                return None;
            }
        };
        let (digest, size) = (blob_digest(&bytes), bytes.len() as u64);
        let write = Write { blobs: vec![(digest.clone(), bytes)], ..Write::strict() };
        match open.session.store().write(write).await {
            Ok(()) => Some((digest, size)),
            Err(error) => {
                self.complain(&store_words(&error));
                None
            }
        }
    }

    /// The history of a row, read from the log.
    pub(super) fn history(self, key: &str, row: RowId, done: impl FnOnce(Vec<Event>) + 'static) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        spawn_local(async move {
            let mut events = Vec::new();
            let read = open
                .session
                .each_batch(|sealed| events.extend(row_history([&sealed.batch], &key, row)))
                .await;
            order::sort_by_key(&mut events, |e| e.stamp);
            if let Err(error) = read {
                self.complain(&store_words(&error));
            }
            done(events);
        });
    }

    // ---- windows -------------------------------------------------------------------------------------------

    fn listen(self) {
        let channel = Channel::join(DATABASE, move |news| match news {
            News::Committed { .. } => self.follow(),
            News::Wiped => crate::web::service_worker::reload(),
            News::TakeOver | News::Settings { .. } | News::Draft { .. } => {}
        });
        self.channel.set_value(Some(Rc::new(channel)));
        spawn_local(async move {
            let program = ServiceWorker::register(move |update| match update {
                Program::Waiting => self.update.set(true),
                Program::Switched => self.say(
                    t(
                        "另一个窗口已更新，方便时请刷新本页",
                        "Another window has updated; reload when convenient",
                    ),
                    false,
                ),
                Program::OfflineReady => {
                    self.say(t("已可离线使用", "Ready to work without a network"), false)
                }
                Program::Failed { file, reason } => self.complain(&format!(
                    "{}（{file}：{reason}）",
                    t("新版本没有下载完整，稍后会再试", "The new version did not arrive whole")
                )),
            })
            .await;
            if let Some(program) = program {
                self.update.set(program.is_waiting());
                self.program.set_value(Some(Rc::new(program)));
            }
        });
    }

    /// Reads what another window or the worker has recorded.
    pub(super) fn follow(self) {
        spawn_local(async move { self.catch_up().await });
    }

    /// Reads what another window or the worker has recorded, and waits for it.
    pub(super) async fn catch_up(self) {
        let Some(open) = self.opened() else { return };
        match open.session.follow().await {
            // Nothing new: the page is not drawn again under somebody's hands.
            Ok(news) if news.is_empty() => {}
            Ok(_) => self.version.set(self.session_version()),
            Err(error) => self.complain(&store_words(&error)),
        }
    }

    /// Reads what the worker has recorded. A few operations are read from the log; many are quicker to read
    /// from the pages that the worker has written, by opening the ledger once more.
    pub(super) async fn catch_up_with(self, operations: usize) {
        let Some(open) = self.opened().filter(|_| operations > MANY) else { return self.catch_up().await };
        match self.open_session().await {
            Ok(session) => {
                self.cache.set_value(Rc::new(Cache::new()));
                self.found.set_value(Rc::default());
                self.sweep.set_value(Rc::default());
                self.open.set_value(Some(Open { session, ..open }));
                self.version.set(self.session_version());
            }
            Err(error) => self.complain(&store_words(&error)),
        }
    }

    /// Tells other windows that something was recorded.
    pub(super) fn tell_others(self) {
        if let Some(channel) = self.channel.get_value() {
            channel.tell(&News::Committed { batches: Vec::new() });
        }
    }

    async fn elect(self) {
        let election = Election::join(DATABASE, move |role| self.take_role(role)).await;
        self.take_role(election.role());
        self.election.set_value(Some(Rc::new(election)));
    }

    fn take_role(self, role: locks::Role) {
        self.role.set(if role == locks::Role::Writer { Role::Writer } else { Role::Reader });
        if role == locks::Role::Writer {
            self.follow();
            self.flush_when_idle();
        }
    }

    /// Makes this window the one that writes.
    pub(super) fn take_over(self) {
        let Some(election) = self.election.get_value() else { return };
        spawn_local(async move {
            election.take_over().await;
            self.take_role(election.role());
        });
    }

    /// Lets the browser ask whether to install the program.
    pub(super) fn install(self) {
        let Some(installer) = self.installer.get_value() else { return };
        self.installable.set(false);
        spawn_local(async move {
            installer.prompt().await;
        });
    }

    /// Takes up the new version that waits.
    pub(super) fn apply_update(self) {
        if let Some(program) = self.program.get_value() {
            program.apply();
        }
    }

    /// The builds of the program that are kept on this device.
    pub(super) async fn builds(self) -> Option<Builds> {
        // The page may be faster than the registration of the service worker.
        for _ in 0..20 {
            match self.program.get_value() {
                Some(program) => return program.builds().await,
                None => crate::web::sleep(250).await,
            }
        }
        None
    }

    /// Opens another kept build from the next loading on; false when it is no longer whole.
    pub(super) async fn use_build(self, build: &str) -> bool {
        match self.program.get_value() {
            Some(program) => program.use_build(build).await,
            None => false,
        }
    }

    pub(super) fn shown_light(self) -> Light {
        let light = self.light.get();
        match light {
            Light::Saved if self.role.get() == Role::Reader => Light::Reading,
            Light::Saved if self.update.get() => Light::Update,
            other => other,
        }
    }

    pub(super) fn device_line(self) -> String {
        format!("{}{}", t("本机：", "This device: "), self.actor.get())
    }

    /// Takes another name for this device's user.
    pub(super) fn rename(self, name: String) {
        let Some(open) = self.opened() else { return };
        open.author.borrow_mut().actor = Text::from(&*name);
        self.actor.set(name.clone());
        spawn_local(async move {
            if let Err(error) = open.session.store().put_meta(device::ACTOR, &name).await {
                self.complain(&store_words(&error));
            }
        });
    }

    // ---- messages ------------------------------------------------------------------------------------------

    pub(super) fn say(self, text: &str, undo: bool) {
        self.toast(text, false, undo);
    }

    pub(super) fn complain(self, text: &str) {
        self.toast(text, true, false);
    }

    fn toast(self, text: &str, wrong: bool, undo: bool) {
        let id = self.next_toast.get_value() + 1;
        self.next_toast.set_value(id);
        self.toasts.update(|all| {
            // One message of success at a time; complaints stay until they are closed, and a step that can
            // be taken back gives way only to the next one.
            all.retain(|x| (x.wrong || (x.undo && !undo)) && x.text != text);
            all.push(Toast { id, text: text.to_owned(), wrong, undo });
        });
        if !wrong {
            set_timeout(move || self.dismiss(id), std::time::Duration::from_secs(8));
        }
    }

    pub(super) fn dismiss(self, id: u64) {
        self.toasts.update(|all| all.retain(|x| x.id != id));
    }
}

impl Names for Desk {
    fn find(&self, target: &Target, name: &str) -> Vec<RowId> {
        if target.register == "R01" && target.kind.is_none() {
            return self.places().resolve(name);
        }
        let wanted = name.trim();
        self.state_once(|s| {
            targets(s, target)
                .filter(|r| self.record_name(s, target.register, r.id()) == wanted)
                .map(|r| r.id())
                .collect()
        })
    }

    fn dictionary(&self, target: &Target) -> Vec<String> {
        self.target_names(target)
    }
}

fn targets<'a>(state: &'a State, target: &'a Target) -> impl Iterator<Item = &'a crate::ledger::Record> + 'a {
    let kind = target
        .kind
        .or_else(|| register(target.register).and_then(Register::main).map(|k| k.key))
        .unwrap_or_default();
    state.sheet(target.register).into_iter().flat_map(move |s| s.of_kind(kind)).filter(move |r| {
        target.only.is_empty()
            || r.value("kind").and_then(Value::as_str).is_some_and(|k| target.only.contains(&k))
    })
}

fn test_all(
    register: &Register,
    kind: &RowKind,
    record: &dyn Fields,
    world: &Surroundings<'_>,
) -> Vec<Finding> {
    kind.rules.iter().filter_map(|r| r.test(register.key, kind.key, record, world)).collect()
}

fn parse_draft(json: &str) -> Option<(u64, BTreeMap<String, String>)> {
    let tree: serde_json::Value = serde_json::from_str(json).ok()?;
    let texts: BTreeMap<String, String> = serde_json::from_value(tree.get("texts")?.clone()).ok()?;
    (!texts.is_empty()).then_some((tree.get("at")?.as_u64()?, texts))
}

fn remember(key: &str, value: Option<String>) {
    let Some(storage) = local_storage() else { return };
    // A browser that keeps no preferences begins with the usual ones.
    let _ = match value {
        Some(v) => storage.set_item(key, &v),
        None => storage.remove_item(key),
    };
}

/// A step in a few words: 导入356行（某镇.xlsx）.
pub(super) fn batch_words(head: &BatchHead) -> String {
    let sum = |f: fn(&crate::ledger::Tally) -> u32| head.tally.values().map(f).sum::<u32>();
    let (created, set, moved, deleted, restored) =
        (sum(|x| x.created), sum(|x| x.set), sum(|x| x.moved), sum(|x| x.deleted), sum(|x| x.restored));
    let counts = [
        (created, t("新增", "added "), t("行", " rows")),
        (set, t("修改", "changed "), t("格", " cells")),
        (moved, t("流转", "moved "), t("行", " rows")),
        (deleted, t("删除", "removed "), t("行", " rows")),
        (restored, t("恢复", "put back "), t("行", " rows")),
    ];
    let counted: Vec<String> = counts
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, before, after)| format!("{before}{n}{after}"))
        .collect();
    match &head.kind {
        BatchKind::Import { file } => {
            format!("{}{}{}（{file}）", t("导入", "import of "), created + set, t("行", " rows"))
        }
        BatchKind::Sample => t("示例县", "sample county").to_owned(),
        BatchKind::Undo { .. } => format!("{}（{}）", t("撤销", "undo"), counted.join("、")),
        BatchKind::Restore { moment } => format!("{} {}", t("还原到", "restored to"), words::moment(*moment)),
        BatchKind::Edit | BatchKind::Move => counted.join("、"),
    }
}

/// Why storage refused, in plain words with what to do.
pub(super) fn store_words(error: &StoreError) -> String {
    let mb = |n: u64| {
        if n < 1_000_000 {
            format!("{} KB", n.div_ceil(1000))
        } else {
            format!("{:.1} MB", n as f64 / 1_000_000.0)
        }
    };
    match error {
        StoreError::Full { needed, free } => format!(
            "{}{}{}{}",
            t("磁盘空间不足，没有保存。这次需要 ", "No space; nothing was saved. Needed: "),
            mb(*needed),
            // Some browsers estimate a free gigabyte on a full disk: what cannot be true is not said.
            free.filter(|f| f < needed)
                .map(|f| format!("{}{}", t("，还剩 ", ", left: "), mb(f)))
                .unwrap_or_default(),
            t(
                "。草稿还在；请清理磁盘，或到“交换”导出备份。",
                ". The draft is kept; free some space or export a backup."
            )
        ),
        StoreError::Unavailable { reason } => format!(
            "{}（{reason}）",
            t(
                "浏览器不让本页存数据：请退出无痕模式，或在网站设置里允许存储",
                "The browser does not let this page keep data: leave private browsing or allow storage"
            )
        ),
        StoreError::Blocked => t(
            "另一个窗口还在用旧版本，请关掉它再打开本页",
            "Another window still runs an older version; close it",
        )
        .to_owned(),
        StoreError::Newer => t(
            "本机数据由更新的版本写成，请刷新以取得新版本",
            "The data was written by a newer version; reload",
        )
        .to_owned(),
        StoreError::Taken { .. } => {
            t("另一个窗口刚保存过，请再试一次", "Another window has just saved; try again").to_owned()
        }
        StoreError::Torn { what } | StoreError::Damaged { why: what, .. } => format!(
            "{}（{what}）",
            t("读到的内容不完整，原样保留", "What was read is damaged and kept as it is")
        ),
        StoreError::Aborted { reason } => {
            format!("{}（{reason}）", t("没有保存，请再试一次", "Not saved; try again"))
        }
        StoreError::Gone => t(
            "本机存储被清除或关闭了（清理软件？）。请刷新页面；如有备份请到“交换”恢复。",
            "The storage was cleared or closed from outside; reload.",
        )
        .to_owned(),
    }
}
