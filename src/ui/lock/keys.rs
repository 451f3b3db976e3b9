//! From a passphrase to an open ledger, and the ways of the lock: set, changed, taken off.
//!
//! Inputs: secrets. Outputs: a keeper that is unlocked, a header that is kept. Neighbours: `screen` and `card` ask.

use std::rc::Rc;

use super::{idle, shut};
use crate::storage::lock::{
    CipherError, Code, Envelope, Header, HeaderError, ROUNDS, Stage, TRIES, Tries, Wrapped, close, open,
};
use crate::storage::{Store as _, StoreError};
use crate::ui::desk::{Desk, store_words};
use crate::ui::hands;
use crate::ui::lang::t;
use crate::web::crypto::{self, Aes, KEY, Secret};
use crate::web::idb::Idb;
use crate::web::{DATABASE, Keeper, clock, locks, worker};

/// One window at a time goes through everything that is kept.
const REWRITING: &str = "xingcun.lock";
/// Bytes of a salt.
const SALT: usize = 16;

/// A secret that somebody has given.
#[derive(Clone)]
pub(super) enum Given {
    Passphrase(String),
    Code(Code),
}

impl Given {
    fn secret(&self) -> String {
        match self {
            Self::Passphrase(words) => words.clone(),
            Self::Code(code) => code.secret(),
        }
    }

    fn kept<'a>(&self, header: &'a Header) -> &'a Wrapped {
        match self {
            Self::Passphrase(_) => &header.passphrase,
            Self::Code(_) => &header.recovery,
        }
    }

    /// What the ledger's key is bound to where it is kept under this secret.
    fn about(&self, key: &str) -> String {
        let which = match self {
            Self::Passphrase(_) => "passphrase",
            Self::Code(_) => "recovery",
        };
        format!("lock/{which}/{key}")
    }
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Failure {
    /// The secret is another one; so many milliseconds until the next attempt.
    Wrong(u64),
    /// Too early.
    Wait(u64),
    Header(HeaderError),
    Store(StoreError),
    Cipher(CipherError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CipherError> for Failure {
    fn from(error: CipherError) -> Self {
        Self::Cipher(error)
    }
}

impl From<HeaderError> for Failure {
    fn from(error: HeaderError) -> Self {
        Self::Header(error)
    }
}

impl Failure {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Wrong(_) => t(
                "口令不对，请再试一次（注意大小写和输入法）",
                "That is not it; try again (mind capitals and the input method)",
            )
            .to_owned(),
            Self::Wait(_) => t("错的次数多了，请稍等再试", "Too many attempts; please wait").to_owned(),
            Self::Header(HeaderError::Newer) => {
                t("口令由更新的版本设置，请刷新以取得新版本", "The lock was set by a newer version; reload")
                    .to_owned()
            }
            Self::Header(HeaderError::Damaged) => t(
                "锁的信息已损坏，口令和恢复码都打不开了；请读入最近一次备份的台账文件",
                "The lock's own data is damaged; read your last ledger file",
            )
            .to_owned(),
            Self::Store(error) => store_words(error),
            Self::Cipher(error) => format!(
                "{}（{error}）",
                t(
                    "浏览器的加密功能出错，什么都没有改动",
                    "The browser's encryption failed; nothing was changed"
                )
            ),
        }
    }

    /// Milliseconds until the next attempt.
    pub(super) fn wait(&self) -> u64 {
        match self {
            Self::Wrong(wait) | Self::Wait(wait) => *wait,
            _ => 0,
        }
    }
}

fn no_chance() -> CipherError {
    CipherError::Failed("no source of chance".to_owned())
}

fn drawn<const N: usize>() -> Result<[u8; N], CipherError> {
    crypto::chance().ok_or_else(no_chance)
}

/// A new recovery code.
pub(super) fn draw_code() -> Option<Code> {
    Secret::source().map(|mut chance| Code::draw(&mut chance))
}

/// The ledger's key under a secret.
async fn wrapped(given: &Given, id: &str, key: &[u8; KEY]) -> Result<Wrapped, CipherError> {
    let salt = drawn::<SALT>()?;
    let under = Aes::derived(&given.secret(), &salt, ROUNDS).await?;
    Ok(Wrapped::new(ROUNDS, &salt, &close(&under, &given.about(id), key).await?))
}

/// The ledger's key, for whoever has the secret.
async fn key_of(header: &Header, given: &Given) -> Result<[u8; KEY], Failure> {
    let kept = given.kept(header);
    let (Some(salt), Some(closed)) = (kept.salt(), kept.wrapped()) else {
        return Err(HeaderError::Damaged.into());
    };
    let under = Aes::derived(&given.secret(), &salt, kept.rounds).await?;
    let opened = open(&under, &given.about(&header.key), &closed).ok_or(HeaderError::Damaged)?;
    let key = opened.await?;
    key.try_into().map_err(|_| HeaderError::Damaged.into())
}

/// The header of the lock that is set.
pub(super) async fn header_of(keeper: &Keeper) -> Result<Option<Header>, Failure> {
    Ok(match keeper.header().await? {
        Some(text) => Some(Header::read(&text)?),
        None => None,
    })
}

/// Milliseconds until the next attempt may be made.
pub(super) async fn waiting() -> u64 {
    let Ok(idb) = Idb::open(DATABASE, hands::unpacking).await else { return 0 };
    tries(&Keeper::new(idb)).await.map_or(0, |tries| tries.left(clock::now().millis))
}

async fn tries(keeper: &Keeper) -> Result<Tries, StoreError> {
    Ok(Tries::read(&keeper.inner().meta(TRIES).await?.unwrap_or_default()))
}

/// The ledger's key, with attempts counted before they are made: a page that is closed over one has had it.
async fn attempted(keeper: &Keeper, header: &Header, given: &Given) -> Result<[u8; KEY], Failure> {
    let now = clock::now().millis;
    let before = tries(keeper).await?;
    match before.left(now) {
        0 => {}
        wait => return Err(Failure::Wait(wait)),
    }
    let counted = before.and_one(now);
    keeper.inner().put_meta(TRIES, &counted.text()).await?;
    match key_of(header, given).await {
        Ok(key) => {
            keeper.inner().put_meta(TRIES, "").await?;
            Ok(key)
        }
        Err(Failure::Cipher(CipherError::Unfit)) => Err(Failure::Wrong(counted.left(clock::now().millis))),
        Err(other) => Err(other),
    }
}

fn envelope(key: &Aes, header: &Header) -> Rc<Envelope<Aes>> {
    Rc::new(Envelope::new(Rc::new(key.clone()), header.rule(), header.wraps()))
}

/// Opens the ledger for whoever knows the passphrase or has the code. `told` hears how far what was begun before has
/// come.
pub(super) async fn unlock(
    desk: Desk,
    given: Given,
    told: impl Fn(usize, usize) + 'static,
) -> Result<(), Failure> {
    let keeper = Keeper::new(Idb::open(DATABASE, hands::unpacking).await?);
    let Some(header) = header_of(&keeper).await? else {
        // Another window has taken the lock off.
        desk.open_unlocked().await;
        return Ok(());
    };
    let key = Aes::of(&attempted(&keeper, &header, &given).await?).await?;
    let finished = {
        let (keeper, key) = (keeper.clone(), key.clone());
        locks::alone(REWRITING, async move { finish(&keeper, &key, told).await })
    };
    match finished.await? {
        Some(header) => held(desk, keeper, &key, &header),
        None => released(desk),
    }
    desk.open_unlocked().await;
    Ok(())
}

/// Finishes what was begun and not ended, and says what is set then.
async fn finish(keeper: &Keeper, key: &Aes, told: impl Fn(usize, usize)) -> Result<Option<Header>, Failure> {
    // Another window may have done it meanwhile.
    let Some(header) = header_of(keeper).await? else { return Ok(None) };
    keeper.unlock(envelope(key, &header), header.text());
    if header.stage != Stage::Set {
        keeper.rewrite(&header, told).await?;
    }
    header_of(keeper).await
}

/// From here on the page and its workers have the key.
fn held(desk: Desk, keeper: Keeper, key: &Aes, header: &Header) {
    worker::lend(Some((key.clone(), header.rule())));
    desk.hold_key(keeper, shut);
    idle::attend(desk, header.minutes);
}

fn released(desk: Desk) {
    worker::lend(None);
    desk.drop_key();
    idle::attend(desk, 0);
}

/// Sets the lock before everything that is kept.
pub(super) async fn set(
    desk: Desk,
    passphrase: String,
    code: Code,
    told: impl Fn(usize, usize) + 'static,
) -> Result<(), Failure> {
    let Some(session) = desk.session() else { return Err(StoreError::Gone.into()) };
    let raw = drawn::<KEY>()?;
    let id: String = drawn::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let passphrase = wrapped(&Given::Passphrase(passphrase), &id, &raw).await?;
    let recovery = wrapped(&Given::Code(code), &id, &raw).await?;
    let header = Header::new(id, passphrase, recovery);
    let key = Aes::of(&raw).await?;
    let keeper = session.store().clone();
    desk.forget_noted().await;
    let wrap = envelope(&key, &header);
    let work = {
        let (keeper, header, key) = (keeper.clone(), header.clone(), key.clone());
        async move {
            keeper.begin(wrap, &header).await?;
            held(desk, keeper.clone(), &key, &header);
            // Windows that know of no lock yet can write no more.
            desk.tell_lock();
            keeper.rewrite(&header, told).await
        }
    };
    Ok(locks::alone(REWRITING, work).await?)
}

/// Takes the lock off.
pub(super) async fn take_off(
    desk: Desk,
    given: Given,
    told: impl Fn(usize, usize) + 'static,
) -> Result<(), Failure> {
    let (keeper, header) = current(desk).await?;
    let key = Aes::of(&attempted(&keeper, &header, &given).await?).await?;
    desk.forget_noted().await;
    let header = header.at(Stage::TakingOff);
    let wrap = envelope(&key, &header);
    let work = {
        let keeper = keeper.clone();
        async move {
            keeper.begin(wrap, &header).await?;
            desk.tell_lock();
            keeper.rewrite(&header, told).await
        }
    };
    locks::alone(REWRITING, work).await?;
    released(desk);
    desk.tell_lock();
    Ok(())
}

/// The keeper of the open ledger and the header of its lock.
pub(super) async fn current(desk: Desk) -> Result<(Keeper, Header), Failure> {
    let Some(session) = desk.session() else { return Err(StoreError::Gone.into()) };
    let keeper = session.store().clone();
    match header_of(&keeper).await? {
        Some(header) => Ok((keeper, header)),
        None => Err(StoreError::Relocked.into()),
    }
}

/// Puts another secret in the place of the one of its sort. No record is touched.
pub(super) async fn change(desk: Desk, given: Given, to: Given) -> Result<(), Failure> {
    let (keeper, mut header) = current(desk).await?;
    let key = attempted(&keeper, &header, &given).await?;
    let new = wrapped(&to, &header.key, &key).await?;
    match to {
        Given::Passphrase(_) => header.passphrase = new,
        Given::Code(_) => header.recovery = new,
    }
    Ok(keeper.rehead(&header).await?)
}

/// Minutes without input after which the lock falls shut; 0 never.
pub(super) async fn set_minutes(desk: Desk, minutes: u32) -> Result<(), Failure> {
    let (keeper, mut header) = current(desk).await?;
    header.minutes = minutes;
    keeper.rehead(&header).await?;
    idle::attend(desk, minutes);
    Ok(())
}
