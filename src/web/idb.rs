//! A keeper in IndexedDB.
//!
//! One database, version 1, five object stores without indexes that are fixed for ever: the crate cannot add
//! an index to a store that exists, and pages need none. A write builds all its bytes, issues all its
//! requests and awaits nothing but the commit, because awaiting anything else would end the transaction.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use indexed_db_futures::database::Database;
use indexed_db_futures::error::{Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr as _;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use indexed_db_futures::{BuildPrimitive, KeyRange};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::{js, quota, sleep};
use crate::ledger::{BatchId, DeviceId};
use crate::storage::{
    Durability, Estimate, LogRecord, Named, PageRecord, RULE, Store, StoreError, Unpack, Write, decode_log,
};

/// The name of the ledger's database.
pub const NAME: &str = "xingcun";
/// The layout below. It never changes; what a newer program needs goes into the bytes.
const VERSION: u32 = 1;

const META: &str = "meta";
const LOG: &str = "log";
const PAGES: &str = "pages";
const BLOBS: &str = "blobs";
const DRAFTS: &str = "drafts";
const STORES: [&str; 5] = [META, LOG, PAGES, BLOBS, DRAFTS];

/// How long another tab may take to close when it is asked to, and how long opening may take at all: some
/// browsers neither open nor refuse while the disk is full or the profile is broken.
const PATIENCE_BLOCKED: u32 = 2_000;
const PATIENCE: u32 = 15_000;
const TICK: u32 = 100;

/// Milliseconds of work after which the page may draw: two steps of this length stay unnoticed.
const BREATH: f64 = 16.0;

/// Why the connection ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// A newer version of the program, or a deletion, in another tab asked for the database. Everything
    /// recorded is safe; the person must reload.
    Asked,
    /// The browser closed it: site data cleared, the disk taken away, an internal error.
    Closed,
}

/// Who wants to know that the connection has ended.
type Tell = Rc<RefCell<Option<Box<dyn Fn(Lost)>>>>;

/// How what unpacks the log is had: on a page, it is a part that may have to be fetched.
pub type Unpacking = fn() -> Pin<Box<dyn Future<Output = Result<Unpack, StoreError>>>>;

/// A connection. Clones share it.
#[derive(Clone)]
pub struct Idb(Rc<Inner>);

struct Inner {
    db: Database,
    lost: Rc<Cell<Option<Lost>>>,
    tell: Tell,
    unpacking: Unpacking,
    /// On a page's own thread, where others want to draw.
    on_page: bool,
    /// When they last could.
    breath: Cell<f64>,
    /// Kept alive as long as the connection.
    _listeners: [Closure<dyn FnMut()>; 2],
}

impl Drop for Inner {
    fn drop(&mut self) {
        let sys = self.db.as_sys();
        sys.set_onversionchange(None);
        sys.set_onclose(None);
        sys.close();
    }
}

impl Idb {
    /// Opens the database `name`, and makes it when there is none.
    pub async fn open(name: &str, unpacking: Unpacking) -> Result<Self, StoreError> {
        let blocked = Rc::new(Cell::new(false));
        let open = Database::open(name.to_owned())
            .with_version(VERSION)
            .with_on_blocked({
                let blocked = Rc::clone(&blocked);
                move |_| {
                    blocked.set(true);
                    Ok(())
                }
            })
            .with_on_upgrade_needed(|_, db| {
                for store in STORES {
                    db.create_object_store(store).build()?;
                }
                Ok(())
            })
            .build()
            .map_err(cannot_open)?;
        let mut open = Box::pin(open.into_future());
        let patience = async {
            let (mut waited, mut since_blocked) = (0, 0);
            while waited < PATIENCE && since_blocked < PATIENCE_BLOCKED {
                sleep(TICK).await;
                waited += TICK;
                since_blocked += if blocked.get() { TICK } else { 0 };
            }
        };
        match race(open.as_mut(), patience).await {
            Some(result) => Ok(Self::connected(result.map_err(cannot_open)?, unpacking)),
            None => {
                // It may still open one day; then it must not stand in anybody's way.
                wasm_bindgen_futures::spawn_local(async move {
                    if let Ok(db) = open.await {
                        db.close();
                    }
                });
                Err(if blocked.get() {
                    StoreError::Blocked
                } else {
                    StoreError::Unavailable { reason: "no answer from the browser".to_owned() }
                })
            }
        }
    }

    /// Listens to the two events that end a connection. The crate can wait for them only with a further
    /// feature and crate, and a future that has to be polled comes too late: `versionchange` must be answered
    /// by closing at once, or the other tab counts as blocked.
    fn connected(db: Database, unpacking: Unpacking) -> Self {
        let lost = Rc::new(Cell::new(None));
        let tell = Tell::default();
        let ended = |why: Lost| {
            let (lost, tell, sys) = (Rc::clone(&lost), Rc::clone(&tell), db.as_sys().clone());
            Closure::<dyn FnMut()>::new(move || {
                sys.close();
                if lost.replace(Some(why)).is_none()
                    && let Some(tell) = &*tell.borrow()
                {
                    tell(why);
                }
            })
        };
        let listeners = [ended(Lost::Asked), ended(Lost::Closed)];
        let [asked, closed] = &listeners;
        let sys = db.as_sys();
        sys.set_onversionchange(Some(asked.as_ref().unchecked_ref()));
        sys.set_onclose(Some(closed.as_ref().unchecked_ref()));
        let on_page = web_sys::window().is_some();
        Self(Rc::new(Inner {
            db,
            lost,
            tell,
            unpacking,
            on_page,
            breath: Cell::new(0.0),
            _listeners: listeners,
        }))
    }

    /// Calls `tell` when the connection ends by itself.
    pub fn on_lost(&self, tell: impl Fn(Lost) + 'static) {
        *self.0.tell.borrow_mut() = Some(Box::new(tell));
    }

    /// Whether both are the same connection.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Whether the connection has ended by itself.
    pub fn lost(&self) -> Option<Lost> {
        self.0.lost.get()
    }

    /// Removes the database as a whole. For tests and for starting anew after [`Store::wipe`]; every
    /// connection is asked to close.
    pub async fn delete(name: &str) -> Result<(), StoreError> {
        Database::delete_by_name(name).map_err(cannot_open)?.await.map_err(|e| read_failed(&e))
    }

    fn begin(
        &self,
        stores: &[&str],
        mode: TransactionMode,
        durability: Durability,
    ) -> Result<Transaction<'_>, StoreError> {
        let durability = match durability {
            Durability::Strict => TransactionDurability::Strict,
            Durability::Relaxed => TransactionDurability::Relaxed,
        };
        self.0
            .db
            .transaction(stores)
            .with_mode(mode)
            .with_options(TransactionOptions::new().with_durability(durability))
            .build()
            // A connection that was closed from outside refuses to begin anything.
            .map_err(|e| if self.lost().is_some() { StoreError::Gone } else { read_failed(&e) })
    }

    fn reading(&self, store: &str) -> Result<Transaction<'_>, StoreError> {
        self.begin(&[store], TransactionMode::Readonly, Durability::Relaxed)
    }

    async fn get(&self, store: &str, key: &str) -> Result<Option<JsValue>, StoreError> {
        let transaction = self.reading(store)?;
        let get = async {
            let found = transaction.object_store(store)?.get::<JsValue, _, _>(key).primitive()?;
            found.await
        };
        get.await.map_err(|e| self.failed(&e))
    }

    /// Keys and values between two keys, in the order of the keys.
    async fn range(
        &self,
        store: &str,
        range: Option<(JsValue, JsValue)>,
    ) -> Result<Vec<(JsValue, JsValue)>, StoreError> {
        let transaction = self.reading(store)?;
        let get = async {
            let store = transaction.object_store(store)?;
            let (keys, values) = match range {
                Some((from, to)) => {
                    let range = KeyRange::Bound(from, false, to, false);
                    (
                        store
                            .get_all_keys::<JsValue>()
                            .with_query::<JsValue, _>(range.clone())
                            .primitive()?,
                        store.get_all::<JsValue>().with_query::<JsValue, _>(range).primitive()?,
                    )
                }
                None => {
                    (store.get_all_keys::<JsValue>().primitive()?, store.get_all::<JsValue>().primitive()?)
                }
            };
            let keys = keys.await?.collect::<Result<Vec<_>, _>>()?;
            let values = values.await?.collect::<Result<Vec<_>, _>>()?;
            Ok(keys.into_iter().zip(values).collect())
        };
        get.await.map_err(|e: Error| self.failed(&e))
    }

    /// The keys of a register's pages, ascending.
    async fn page_keys(&self, register: &str) -> Result<Vec<JsValue>, StoreError> {
        let transaction = self.reading(PAGES)?;
        let get = async {
            let range = KeyRange::Bound(page_key(register, 0), false, page_key(register, u32::MAX), false);
            let store = transaction.object_store(PAGES)?;
            let keys = store.get_all_keys::<JsValue>().with_query::<JsValue, _>(range).primitive()?;
            keys.await?.collect::<Result<Vec<_>, _>>()
        };
        get.await.map_err(|e: Error| self.failed(&e))
    }

    fn failed(&self, error: &Error) -> StoreError {
        if self.lost().is_some() { StoreError::Gone } else { read_failed(error) }
    }

    /// What it means that a transaction was given up. `reason` is the transaction's own error: the crate
    /// drops it on the way, and it alone tells want of space from everything else.
    async fn given_up(
        &self,
        write: &Sizes,
        error: &Error,
        reason: Option<web_sys::DomException>,
    ) -> StoreError {
        if self.lost().is_some() {
            return StoreError::Gone;
        }
        let name = match (&reason, error) {
            (Some(reason), _) => reason.name(),
            (None, Error::DomException(e)) => js::name(e.as_ref()),
            (None, _) => String::new(),
        };
        match name.as_str() {
            "QuotaExceededError" => {
                StoreError::Full { needed: write.bytes, free: quota::estimate().await.free() }
            }
            "ConstraintError" => {
                let there = self.log_ids().await.unwrap_or_default();
                match write.new.iter().find(|id| there.binary_search(id).is_ok()) {
                    Some(id) => StoreError::Taken { id: *id },
                    None => StoreError::Aborted { reason: error.to_string() },
                }
            }
            _ => {
                // Some browsers abort without a reason when the disk is full.
                let free = quota::estimate().await.free();
                match free {
                    Some(free) if free < write.bytes => {
                        StoreError::Full { needed: write.bytes, free: Some(free) }
                    }
                    _ => StoreError::Aborted {
                        reason: reason.map_or_else(|| error.to_string(), |r| r.message()),
                    },
                }
            }
        }
    }
}

/// What is still needed of a write when it has failed.
struct Sizes {
    bytes: u64,
    new: Vec<BatchId>,
}

impl Store for Idb {
    async fn write(&self, write: Write) -> Result<(), StoreError> {
        let sizes = Sizes {
            bytes: write.size(),
            new: write.log.iter().filter(|r| !r.replaces).map(|r| r.id).collect(),
        };
        let stores = stores_of(&write);
        if stores.is_empty() {
            return Ok(());
        }
        let transaction = self.begin(&stores, TransactionMode::Readwrite, write.durability)?;
        if let Some(wanted) = &write.rule {
            // Waiting for the transaction's own answer keeps it open; dropping it gives it up.
            let found = async {
                let found = transaction.object_store(META)?.get::<JsValue, _, _>(RULE).primitive()?;
                found.await
            };
            let found = found.await.map_err(|e: Error| self.failed(&e))?;
            if found.and_then(|text| text.as_string()).unwrap_or_default() != *wanted {
                return Err(StoreError::Relocked);
            }
        }
        // Kept apart, because committing uses the transaction up and with it the reason of a failure.
        let sys = transaction.as_sys().clone();
        let result = match request_all(&transaction, write) {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(error),
        };
        match result {
            Ok(()) => Ok(()),
            Err(error) => Err(self.given_up(&sizes, &error, sys.error()).await),
        }
    }

    async fn log_ids(&self) -> Result<Vec<BatchId>, StoreError> {
        let transaction = self.reading(LOG)?;
        let get = async {
            let keys = transaction.object_store(LOG)?.get_all_keys::<JsValue>().primitive()?;
            keys.await?.collect::<Result<Vec<_>, _>>()
        };
        let keys = get.await.map_err(|e: Error| self.failed(&e))?;
        keys.iter().map(|key| id_of(key).ok_or_else(|| strange(LOG))).collect()
    }

    async fn log(&self, from: BatchId, to: BatchId) -> Result<Vec<LogRecord>, StoreError> {
        if from > to {
            return Ok(Vec::new());
        }
        let found = self.range(LOG, Some((log_key(from), log_key(to)))).await?;
        let record = |(key, value): (JsValue, JsValue)| {
            let (id, bytes) = (id_of(&key), bytes_of(value));
            id.zip(bytes).map(|(id, bytes)| LogRecord { id, bytes, replaces: false })
        };
        found.into_iter().map(|pair| record(pair).ok_or_else(|| strange(LOG))).collect()
    }

    async fn pages(&self, register: &str) -> Result<Vec<PageRecord>, StoreError> {
        let keys = self.page_keys(register).await?;
        // Asked for one by one, all at once: a browser hands over large values twice as fast as in one answer. One that
        // was removed in between is as good as missing.
        let transaction = self.reading(PAGES)?;
        let get = async {
            let store = transaction.object_store(PAGES)?;
            let ask = |key: JsValue| store.get::<JsValue, _, _>(key).primitive();
            let asked = keys.iter().cloned().map(ask).collect::<Result<Vec<_>, _>>()?;
            let mut values = Vec::with_capacity(asked.len());
            for answer in asked {
                values.push(answer.await?);
            }
            Ok(values)
        };
        let values = get.await.map_err(|e: Error| self.failed(&e))?;
        let record = |(key, value): (JsValue, Option<JsValue>)| {
            let page = key.dyn_into::<Array>().ok()?.get(1).as_f64()? as u32;
            Some(PageRecord { register: register.to_owned(), page, bytes: bytes_of(value?)? })
        };
        // A page that is not bytes is as good as missing, and is made again.
        Ok(keys.into_iter().zip(values).filter_map(record).collect())
    }

    async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.get(META, key).await?.and_then(|v| v.as_string()))
    }

    async fn draft(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.get(DRAFTS, key).await?.and_then(|v| v.as_string()))
    }

    async fn drafts(&self) -> Result<Vec<(String, String)>, StoreError> {
        let found = self.range(DRAFTS, None).await?;
        Ok(found.into_iter().filter_map(|(k, v)| k.as_string().zip(v.as_string())).collect())
    }

    async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(BLOBS, digest).await?.and_then(bytes_of))
    }

    async fn names(&self, of: Named) -> Result<Vec<String>, StoreError> {
        let name = match of {
            Named::Texts => META,
            Named::Registers => PAGES,
            Named::Files => BLOBS,
        };
        let transaction = self.reading(name)?;
        let get = async {
            let keys = transaction.object_store(name)?.get_all_keys::<JsValue>().primitive()?;
            keys.await?.collect::<Result<Vec<_>, _>>()
        };
        let keys = get.await.map_err(|e: Error| self.failed(&e))?;
        let text = |key: JsValue| match key.dyn_into::<Array>() {
            Ok(page) => page.get(0).as_string(),
            Err(name) => name.as_string(),
        };
        let mut names: Vec<String> = keys.into_iter().filter_map(text).collect();
        names.dedup(); // pages of one register follow each other
        Ok(names)
    }

    async fn wipe(&self) -> Result<(), StoreError> {
        let transaction = self.begin(&STORES, TransactionMode::Readwrite, Durability::Strict)?;
        let clear = |name: &str| -> Result<(), Error> {
            transaction.object_store(name)?.clear()?;
            Ok(())
        };
        let result = STORES.iter().try_for_each(|name| clear(name));
        result.map_err(|e| self.failed(&e))?;
        transaction.commit().await.map_err(|e| self.failed(&e))
    }

    async fn estimate(&self) -> Estimate {
        quota::estimate().await
    }

    async fn pause(&self) {
        let now = js_sys::Date::now();
        if self.0.on_page && now - self.0.breath.get() > BREATH {
            sleep(0).await;
            self.0.breath.set(js_sys::Date::now());
        }
    }

    async fn unpack(&self) -> Result<Unpack, StoreError> {
        (self.0.unpacking)().await
    }
}

/// For programs that have it at hand.
pub fn at_hand() -> Pin<Box<dyn Future<Output = Result<Unpack, StoreError>>>> {
    Box::pin(async { Ok(decode_log as Unpack) })
}

/// The object stores that a write needs; a transaction over fewer waits for fewer others.
fn stores_of(write: &Write) -> Vec<&'static str> {
    let writes = !(write.log.is_empty() && write.meta.is_empty() && write.pages.is_empty())
        || write.drop_pages
        || !(write.drafts.is_empty() && write.drafts_done.is_empty() && write.blobs.is_empty());
    let ruled = writes && write.rule.is_some();
    let needs = [
        (META, !write.meta.is_empty() || ruled),
        (LOG, !write.log.is_empty()),
        (PAGES, write.drop_pages || !write.pages.is_empty()),
        (BLOBS, !write.blobs.is_empty()),
        (DRAFTS, !write.drafts.is_empty() || !write.drafts_done.is_empty()),
    ];
    needs.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect()
}

/// Issues every request of a write. Their answers are not waited for: if one fails, so does the commit.
fn request_all(transaction: &Transaction<'_>, write: Write) -> Result<(), Error> {
    fn put(store: &ObjectStore<'_>, key: JsValue, value: JsValue) -> Result<(), Error> {
        store.put(value).with_key(key).primitive().map(drop)
    }
    fn texts(transaction: &Transaction<'_>, name: &str, pairs: &[(String, String)]) -> Result<(), Error> {
        if pairs.is_empty() {
            return Ok(());
        }
        let store = transaction.object_store(name)?;
        pairs.iter().try_for_each(|(k, v)| put(&store, JsValue::from_str(k), JsValue::from_str(v)))
    }
    if !write.log.is_empty() {
        let store = transaction.object_store(LOG)?;
        for record in &write.log {
            let (key, value) = (log_key(record.id), bytes(&record.bytes));
            if record.replaces {
                put(&store, key, value)?;
            } else {
                // `add` refuses a name that is there: two tabs can never overwrite each other's batches.
                store.add(value).with_key(key).primitive().map(drop)?;
            }
        }
    }
    if write.drop_pages || !write.pages.is_empty() {
        let store = transaction.object_store(PAGES)?;
        if write.drop_pages {
            store.clear().map(drop)?;
        }
        for page in &write.pages {
            put(&store, page_key(&page.register, page.page), bytes(&page.bytes))?;
        }
    }
    texts(transaction, META, &write.meta)?;
    texts(transaction, DRAFTS, &write.drafts)?;
    if !write.drafts_done.is_empty() {
        let store = transaction.object_store(DRAFTS)?;
        for key in &write.drafts_done {
            store.delete::<&str, _>(key.as_str()).primitive().map(drop)?;
        }
    }
    if !write.blobs.is_empty() {
        let store = transaction.object_store(BLOBS)?;
        for (digest, content) in &write.blobs {
            put(&store, JsValue::from_str(digest), bytes(content))?;
        }
    }
    Ok(())
}

fn bytes(content: &[u8]) -> JsValue {
    Uint8Array::from(content).into()
}

fn bytes_of(value: JsValue) -> Option<Vec<u8>> {
    value.dyn_into::<Uint8Array>().ok().map(|a| a.to_vec())
}

/// Devices have 64 bits and JavaScript's numbers 53, so the device is a text; its letters sort as it does.
fn log_key(id: BatchId) -> JsValue {
    Array::of2(&JsValue::from_str(&id.device.to_string()), &JsValue::from_f64(id.seq as f64)).into()
}

fn id_of(key: &JsValue) -> Option<BatchId> {
    let key = key.dyn_ref::<Array>()?;
    let device: DeviceId = key.get(0).as_string()?.parse().ok()?;
    Some(BatchId { device, seq: key.get(1).as_f64()? as u64 })
}

fn page_key(register: &str, page: u32) -> JsValue {
    Array::of2(&JsValue::from_str(register), &JsValue::from(page)).into()
}

fn strange(what: &str) -> StoreError {
    StoreError::Torn { what: format!("a key or value in {what}") }
}

fn cannot_open(error: OpenDbError) -> StoreError {
    let name = match &error {
        OpenDbError::Base(Error::DomException(e)) => js::name(e.as_ref()),
        _ => String::new(),
    };
    match name.as_str() {
        "VersionError" => StoreError::Newer,
        "QuotaExceededError" => StoreError::Full { needed: 0, free: None },
        _ => StoreError::Unavailable { reason: error.to_string() },
    }
}

fn read_failed(error: &Error) -> StoreError {
    match error {
        Error::DomException(e) if js::name(e.as_ref()) == "InvalidStateError" => StoreError::Gone,
        error => StoreError::Aborted { reason: error.to_string() },
    }
}

/// The result of `first`, unless `second` is done before.
async fn race<F: Future + Unpin>(mut first: F, second: impl Future<Output = ()>) -> Option<F::Output> {
    let mut second = pin!(second);
    poll_fn(|context| {
        if let Poll::Ready(result) = std::pin::Pin::new(&mut first).poll(context) {
            return Poll::Ready(Some(result));
        }
        second.as_mut().poll(context).map(|()| None)
    })
    .await
}
