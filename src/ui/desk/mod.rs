//! The desk: the open ledger, who may write, and the few things that hold on every page.
//!
//! Every change is a draft that goes through [`Desk::commit`]: sealed, stored with a strict commit, and only
//! then applied and shown as saved. Changes are taken one after the other, because each is chained to the one
//! before.
//!
//! Here: opening the ledger and looking at its state. What else a page can ask of the desk is in the files beside
//! this one, by subject; each adds its methods to [`Desk`].

mod care;
mod chosen;
mod disputes;
mod gate;
mod held;
mod kept;
mod lock;
mod names;
mod program;
mod removal;
mod rules;
mod say;
mod trace;
mod undo;
mod unfinished;
mod windows;
mod write;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

pub(super) use self::care::Damaged;
pub(super) use self::disputes::Disputed;
use self::held::Held;
pub(super) use self::held::Typed;
pub(super) use self::program::this_build;
pub(super) use self::say::{Toast, store_words};
pub(super) use self::undo::Step;
pub(super) use self::unfinished::Unfinished;
use super::hands;
use super::lang::t;
use super::parts::{Lost, registers_declared};
use crate::analysis::findings::Sweep;
use crate::ledger::{Author, BatchId, DeviceId, Draft, Persons, State};
use crate::register::Schema;
use crate::storage::{Session, StoreError, Trace, Trust};
use crate::table::{Cache, Places, Table};
use crate::value::{Period, RowId};
use crate::web::channel::Channel;
use crate::web::idb::Idb;
use crate::web::install::Install;
use crate::web::locks::Election;
pub(super) use crate::web::locks::Seat;
use crate::web::service_worker::ServiceWorker;
use crate::web::{DATABASE, Keeper, device, doubt};

/// How the opening went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    Opening,
    Open,
    /// A passphrase locks it.
    Locked,
    Failed(String),
}

/// What the state light says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Light {
    Saved,
    Saving,
    Reading,
    Update,
    /// The log is damaged; what is shown is saved.
    Damaged,
    /// There was a ledger, and its database is empty.
    Missing,
    Full(String),
    Failed(String),
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
    session: Session<Keeper>,
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
    found: StoredValue<Rc<RefCell<rules::Found>>, LocalStorage>,
    /// The rules over all records, as far as they have come.
    sweep: StoredValue<Rc<RefCell<Sweep>>, LocalStorage>,
    sweeping: StoredValue<bool>,
    swept: RwSignal<u64>,
    known_disputes: StoredValue<Rc<RefCell<disputes::Known>>, LocalStorage>,
    looking: StoredValue<bool>,
    /// What is undecided.
    pub disputes: RwSignal<Rc<Disputed>, LocalStorage>,
    /// The draft that is being recorded, until it is durable: what could not be saved is not lost.
    failed: StoredValue<Option<Draft>, LocalStorage>,
    next_toast: StoredValue<u64>,
    flushing: StoredValue<bool>,
    /// Undo and redo that are asked for.
    steps: StoredValue<undo::Steps>,
    /// The fields that steps changed, as far as they are known: the ledger in memory only counts them.
    changed: StoredValue<BTreeMap<BatchId, String>>,
    attempts: StoredValue<u64>,
    /// The cell that is being typed in.
    typing: StoredValue<Option<Unfinished>>,
    /// Cells that were typed in and not entered, the oldest first.
    pub unfinished: RwSignal<Vec<Unfinished>>,
    /// The keeper as it was unlocked, where a lock is set: it is opened again with the same key.
    unlocked: StoredValue<Option<Keeper>, LocalStorage>,
    /// Everything was removed on the person's wish: no note of it is left.
    removed: StoredValue<bool>,
    /// What shuts the ledger.
    shutting: StoredValue<Option<lock::Shut>>,
    /// Drafts on their way to the database.
    keeping: StoredValue<usize>,
    /// Whether a lock is set.
    pub guarded: RwSignal<bool>,
    /// Typed cells that are not durable yet.
    pub held: RwSignal<Vec<Held>>,
    pub start: RwSignal<Start>,
    pub version: RwSignal<u64>,
    pub seat: RwSignal<Seat>,
    pub light: RwSignal<Light>,
    pub update: RwSignal<bool>,
    /// Whether all registers are declared by now.
    whole: RwSignal<bool>,
    /// Whether names are found by their pinyin by now; what was looked for before is looked for again.
    pub spelt: RwSignal<bool>,
    pub place: RwSignal<Option<RowId>>,
    pub period: RwSignal<Period>,
    pub drawer: RwSignal<Option<Drawer>>,
    pub toasts: RwSignal<Vec<Toast>>,
    /// Complaints that went before anybody closed them.
    pub missed: RwSignal<Vec<Toast>>,
    /// Somebody has chosen other registers to open first.
    pub mine: Trigger,
    /// Who works at this device, and who of them acts.
    pub persons: RwSignal<Persons>,
    pub installable: RwSignal<bool>,
    /// The database is gone: what is in memory is all there is.
    pub only_copy: RwSignal<bool>,
    pub damaged: RwSignal<Damaged>,
    /// A complete backup was made since.
    pub damage_told: RwSignal<bool>,
    /// The ledger that was here before the database was emptied.
    pub former: RwSignal<Option<Trace>>,
    pub trace: RwSignal<Option<Trace>>,
}

impl Desk {
    /// Makes the desk and begins to open the ledger.
    pub(super) fn provide() -> Self {
        let (place, period) = chosen::recalled();
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
            known_disputes: StoredValue::new_local(Rc::default()),
            looking: StoredValue::new(false),
            disputes: RwSignal::new_local(Rc::default()),
            failed: StoredValue::new_local(None),
            next_toast: StoredValue::new(0),
            flushing: StoredValue::new(false),
            steps: StoredValue::default(),
            changed: StoredValue::default(),
            attempts: StoredValue::new(0),
            typing: StoredValue::new(None),
            unfinished: RwSignal::new(Vec::new()),
            unlocked: StoredValue::new_local(None),
            removed: StoredValue::new(false),
            shutting: StoredValue::new(None),
            keeping: StoredValue::new(0),
            guarded: RwSignal::new(false),
            held: RwSignal::new(Vec::new()),
            start: RwSignal::new(Start::Opening),
            version: RwSignal::new(0),
            seat: RwSignal::new(Seat::Reader),
            light: RwSignal::new(Light::Saved),
            update: RwSignal::new(false),
            whole: RwSignal::new(false),
            spelt: RwSignal::new(false),
            place: RwSignal::new(place),
            period: RwSignal::new(period),
            drawer: RwSignal::new(None),
            toasts: RwSignal::new(Vec::new()),
            missed: RwSignal::new(Vec::new()),
            mine: Trigger::new(),
            persons: RwSignal::new(Persons::default()),
            installable: RwSignal::new(false),
            only_copy: RwSignal::new(false),
            damaged: RwSignal::new(Damaged::default()),
            damage_told: RwSignal::new(false),
            former: RwSignal::new(None),
            trace: RwSignal::new(trace::kept()),
        };
        desk.attend_install();
        desk.attend_leaving();
        desk.attend_disputes();
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

    /// Opens the ledger, with what was worked out of it on earlier visits.
    async fn open_session(self) -> Result<(Session<Keeper>, Rc<Cache>), StoreError> {
        let idb = Idb::open(DATABASE, hands::unpacking).await?;
        let opened = idb.clone();
        let store = Keeper::new(idb);
        match self.unlocked.get_value() {
            Some(unlocked) => store.unlock_as(&unlocked).await?,
            None if store.header().await?.is_some() => return Err(StoreError::Locked),
            None => {}
        }
        store.inner().on_lost(move |_| {
            // A connection that was only tried, or was given up for another, is nobody's loss.
            let ours = self.session().is_some_and(|s| s.store().inner().is(&opened));
            if ours {
                self.left_alone();
            }
        });
        let trust = if doubt::noted() { Trust::Nothing } else { Trust::Checksums };
        let session = Session::open_trusting(store, trust).await?;
        if session.with(State::outgrows) {
            registers_declared().await.map_err(|_| StoreError::NotFetched)?;
            session.declare_anew();
        }
        // What was made again is doubted until it has been written.
        if session.opening().rebuilt.is_empty() {
            doubt::settle();
        }
        let cache = Cache::new();
        if let Some(build) = this_build()
            && let Some(gists) = session.gists(&build).await?
        {
            cache.recall(&gists);
        }
        Ok((session, Rc::new(cache)))
    }

    /// Declares the registers of which the first screen tells nothing.
    pub(super) async fn declare_others(self) -> Result<(), Lost> {
        registers_declared().await?;
        if !self.whole.get_untracked() {
            if let Some(session) = self.session() {
                let outgrown = session.with(State::outgrows);
                session.declare_anew();
                if outgrown {
                    self.version.set(self.session_version());
                }
            }
            self.whole.set(true);
        }
        Ok(())
    }

    async fn open_ledger(self) {
        if self.trace.with_untracked(Option::is_some) {
            // It is most likely needed: it comes while the ledger is read.
            spawn_local(async { drop(registers_declared().await) });
        }
        let opened = async {
            let (session, cache) = self.open_session().await?;
            self.cache.set_value(cache);
            let persons = device::persons(&session).await?;
            let author = device::author(&session, persons.who(t("未命名", "unnamed"))).await?;
            Ok::<_, StoreError>((session, author, persons))
        };
        match opened.await {
            Ok((session, author, persons)) => {
                self.persons.set(persons);
                self.open.set_value(Some(Open { session, author: Rc::new(RefCell::new(author)) }));
                self.listen();
                self.attend_builds();
                self.elect().await;
                self.version.set(self.session_version());
                self.settle_period();
                self.miss_former();
                self.look_after();
                self.start.set(Start::Open);
            }
            Err(StoreError::Locked) => {
                self.listen();
                self.start.set(Start::Locked);
            }
            Err(error) => self.start.set(Start::Failed(store_words(&error))),
        }
    }

    fn session_version(self) -> u64 {
        self.open.with_value(|o| o.as_ref().map_or(0, |o| o.session.version()))
    }

    fn opened(self) -> Option<Open> {
        self.open.get_value()
    }

    pub(super) fn session(self) -> Option<Session<Keeper>> {
        self.opened().map(|o| o.session)
    }

    /// This installation.
    fn device(self) -> Option<DeviceId> {
        self.opened().map(|o| o.author.borrow().device)
    }

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

    /// Every register, kind and field that there is; looked at again whenever the ledger changes.
    pub(super) fn schema(self) -> Arc<Schema> {
        self.whole.track();
        self.state(|s| Arc::clone(s.schema()))
    }

    /// The same, looked at once.
    pub(super) fn schema_once(self) -> Arc<Schema> {
        self.state_once(|s| Arc::clone(s.schema()))
    }

    /// The same for a page that is drawn anew only when something is declared otherwise.
    pub(super) fn declared(self) -> Memo<Arc<Schema>> {
        let other = |a: Option<&Arc<Schema>>, b: Option<&Arc<Schema>>| {
            !a.zip(b).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
        };
        Memo::new_with_compare(move |_| self.schema(), other)
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

    /// Nothing is recorded in any register.
    pub(super) fn is_blank(self) -> bool {
        self.state(|s| s.registers().all(|(_, sheet)| sheet.count_live() == 0))
    }

    /// The batch of sample data that stands, if any.
    pub(super) fn sample(self) -> Option<BatchId> {
        self.state(|s| s.sample().map(|b| b.id))
    }
}
