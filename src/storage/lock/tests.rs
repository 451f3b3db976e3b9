//! The lock on keepers that need no browser: the storage suite behind it, losing power at every write, records that are
//! exchanged, windows that know of another lock than there is.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::envelope::{close, is_closed, open};
use super::*;
use crate::ledger::{Author, BatchKind, DeviceId, Digest, Draft, Entropy as _, Person, Seeded, State};
use crate::storage::suite::{self, Bench, whole};
use crate::storage::tests::now;
use crate::storage::{Extra, Fault, Faulty, Memory, Session, blob_digest};
use crate::value::{RowId, Text, Value};

/// A cipher that needs no browser: a stream and a tag of SHA-256. For tests only.
struct Plain(u64, RefCell<Seeded>);

impl Plain {
    fn new(key: u64) -> Rc<Self> {
        Rc::new(Self(key, RefCell::new(Seeded(key))))
    }

    fn sum(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut all = self.0.to_le_bytes().to_vec();
        for part in parts {
            all.extend_from_slice(&(part.len() as u64).to_le_bytes());
            all.extend_from_slice(part);
        }
        let hex = Digest::of(&all).to_string();
        hex.as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    }

    fn stream(&self, nonce: &[u8], bytes: &[u8]) -> Vec<u8> {
        let block = |n: usize| self.sum(&[b"stream", nonce, &(n as u64).to_le_bytes()]);
        bytes
            .chunks(32)
            .enumerate()
            .flat_map(|(n, part)| block(n).into_iter().zip(part).map(|(a, b)| a ^ b).collect::<Vec<_>>())
            .collect()
    }
}

impl Cipher for Plain {
    fn nonce(&self) -> Option<[u8; NONCE]> {
        let mut chance = self.1.borrow_mut();
        let bytes = [chance.bits().to_le_bytes(), chance.bits().to_le_bytes()].concat();
        bytes.first_chunk().copied()
    }

    fn encrypt(&self, nonce: [u8; NONCE], about: &[u8], plain: &[u8]) -> Soon<Result<Vec<u8>, CipherError>> {
        let mut bytes = self.stream(&nonce, plain);
        bytes.extend_from_slice(&self.sum(&[b"tag", &nonce, about, plain])[..16]);
        Box::pin(async { Ok(bytes) })
    }

    fn decrypt(&self, nonce: [u8; NONCE], about: &[u8], bytes: &[u8]) -> Soon<Result<Vec<u8>, CipherError>> {
        let (text, tag) = bytes.split_at(bytes.len().saturating_sub(16));
        let plain = self.stream(&nonce, text);
        let fits = self.sum(&[b"tag", &nonce, about, &plain])[..16] == *tag;
        Box::pin(async move { if fits { Ok(plain) } else { Err(CipherError::Unfit) } })
    }
}

fn header() -> Header {
    let one = Wrapped::new(ROUNDS, &[1; 16], &[2; 60]);
    Header::new("key 1".to_owned(), one.clone(), one)
}

fn wrap(header: &Header) -> Rc<dyn Wrap> {
    Rc::new(Envelope::new(Plain::new(5), header.rule(), header.wraps()))
}

/// Opens what is kept, with the key where there is a lock, and finishes what was begun with it.
async fn opened<S: Store>(store: S) -> Result<Vault<S>, StoreError> {
    let vault = Vault::new(store);
    if let Some(text) = vault.header().await? {
        let header = Header::read(&text).unwrap();
        vault.unlock(wrap(&header), text);
        if header.stage != Stage::Set {
            vault.rewrite(&header, |_, _| {}).await?;
        }
    }
    Ok(vault)
}

async fn set<S: Store>(vault: &Vault<S>) -> Result<(), StoreError> {
    let header = header();
    vault.begin(wrap(&header), &header).await?;
    vault.rewrite(&header, |_, _| {}).await
}

async fn take_off<S: Store>(vault: &Vault<S>) -> Result<(), StoreError> {
    let header = Header::read(&vault.header().await?.unwrap()).unwrap().at(Stage::TakingOff);
    vault.begin(wrap(&header), &header).await?;
    vault.rewrite(&header, |_, _| {}).await
}

/// Memories with a lock before each from the beginning.
#[derive(Default)]
struct Behind(RefCell<HashMap<String, Memory>>);

impl Bench for Behind {
    type Store = Vault<Memory>;
    async fn open(&self, name: &str) -> Result<Vault<Memory>, StoreError> {
        let memory = self.0.borrow_mut().entry(name.to_owned()).or_default().clone();
        let vault = opened(memory).await?;
        if !vault.is_locked() {
            set(&vault).await?;
        }
        Ok(vault)
    }
}

#[test]
fn the_suite_passes_behind_the_lock() {
    for case in suite::CASES {
        let outcome = now(suite::run(&Behind::default(), case));
        assert_eq!(outcome, Ok(()), "{case}");
    }
}

const NAME: &str = "欧阳青禾";
const PHONE: &str = "13987654321";

/// A ledger with a name in its log, pages, drafts, texts and files.
async fn ledger<S: Store>(store: S) -> Session<S> {
    let session = Session::open(store).await.unwrap();
    let author = session.with(|s| Author::new(DeviceId(3), Person::county(NAME), s, Box::new(Seeded(3))));
    let author = RefCell::new(author);
    for n in 0..3u128 {
        let mut draft = Draft::new(BatchKind::Edit);
        let fields = vec![
            (Text::from("name"), Value::text(&format!("{NAME}{n}"))),
            (Text::from("tel"), Value::text(PHONE)),
        ];
        draft.create("R06", "line", RowId::from_bits(n), fields, None);
        let file = format!("{NAME}的合同{n}").into_bytes();
        let extra = Extra { blobs: vec![(blob_digest(&file), file)], ..Extra::default() };
        session.record(&author, draft, 1_700_000_000_000 + n as u64, extra).await.unwrap();
    }
    session.flush_pages().await.unwrap();
    session.store().put_draft("cell/R06/1/name", NAME).await.unwrap();
    session.store().put_meta("persons", NAME).await.unwrap();
    session
}

/// Everything that lies in a keeper, as bytes.
async fn all_bytes<S: Store>(store: &S) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for id in store.log_ids().await.unwrap() {
        all.extend(store.log(id, id).await.unwrap().into_iter().map(|r| r.bytes));
    }
    for register in store.names(Named::Registers).await.unwrap() {
        all.extend(store.pages(&register).await.unwrap().into_iter().map(|p| p.bytes));
    }
    for key in store.names(Named::Texts).await.unwrap() {
        all.push(store.meta(&key).await.unwrap().unwrap().into_bytes());
    }
    for digest in store.names(Named::Files).await.unwrap() {
        all.push(store.blob(&digest).await.unwrap().unwrap());
    }
    all.extend(store.drafts().await.unwrap().into_iter().map(|(_, text)| text.into_bytes()));
    all
}

fn tell<'a>(all: &'a [Vec<u8>], word: &'a str) -> usize {
    all.iter().filter(|bytes| bytes.windows(word.len()).any(|part| part == word.as_bytes())).count()
}

/// What a person sees of a ledger.
async fn seen<S: Store>(store: S) -> (Vec<String>, Option<String>, Option<String>, Vec<Option<Vec<u8>>>) {
    let session = Session::open(store).await.unwrap();
    assert_eq!(session.opening().damage, []);
    let store = session.store();
    let mut files = Vec::new();
    for digest in store.names(Named::Files).await.unwrap() {
        files.push(session.blob(&digest).await.unwrap());
    }
    (
        session.with(whole),
        store.draft("cell/R06/1/name").await.unwrap(),
        store.meta("persons").await.unwrap(),
        files,
    )
}

#[test]
fn a_locked_keeper_tells_no_name_and_unlocks_to_what_it_was() {
    let memory = Memory::new();
    now(ledger(memory.clone()));
    let before = now(seen(memory.clone()));
    let bytes = now(all_bytes(&memory));
    assert!(tell(&bytes, NAME) >= 5, "log, pages, draft, text, file: {}", tell(&bytes, NAME));
    let vault = Vault::new(memory.clone());
    now(set(&vault)).unwrap();
    let locked = now(all_bytes(&memory));
    assert_eq!((tell(&locked, NAME), tell(&locked, PHONE), tell(&locked, "R06")), (0, 0, 0));
    // Whatever is written from now on tells nothing either, and lies in a new envelope each time.
    now(vault.put_draft("d", NAME)).unwrap();
    let first = now(memory.draft("d")).unwrap();
    now(vault.put_draft("d", NAME)).unwrap();
    assert_ne!(first, now(memory.draft("d")).unwrap(), "a nonce is used once");
    assert_eq!(tell(&now(all_bytes(&memory)), NAME), 0);
    now(vault.remove_draft("d")).unwrap();
    assert_eq!(now(seen(now(opened(memory.clone())).unwrap())), before);
    now(take_off(&now(opened(memory.clone())).unwrap())).unwrap();
    assert_eq!(now(Vault::new(memory.clone()).header()), Ok(None));
    assert_eq!(now(seen(memory.clone())), before, "without any lock");
    assert_eq!(now(all_bytes(&memory)).iter().filter(|bytes| is_closed(bytes)).count(), 0);
}

/// Power is lost at every single write of setting the lock and of taking it off.
#[test]
fn losing_power_at_any_write_loses_nothing_and_what_was_begun_is_finished() {
    let memory = Memory::new();
    now(ledger(memory.clone()));
    let before = now(seen(memory));
    for fault in [Fault::Before, Fault::After, Fault::Full] {
        for on in [true, false] {
            for n in 0.. {
                let memory = Memory::new();
                now(ledger(memory.clone()));
                if !on {
                    now(set(&Vault::new(memory.clone()))).unwrap();
                }
                let faulty = Faulty::new(memory.clone(), fault, Some(n));
                let step = async {
                    let vault = opened(faulty.clone()).await?;
                    if on { set(&vault).await } else { take_off(&vault).await }
                };
                let ended = now(step);
                if !faulty.has_failed() {
                    assert_eq!(ended, Ok(()));
                    assert!(n >= 4, "{n} writes are all there are");
                    break;
                }
                assert!(ended.is_err(), "{fault:?} at {n}");
                let again = now(opened(memory.clone())).unwrap();
                let begun = again.is_locked();
                assert_eq!(now(seen(again)), before, "{fault:?} at {n}, setting: {on}");
                let bytes = now(all_bytes(&memory));
                assert_eq!(tell(&bytes, NAME) == 0, begun, "{fault:?} at {n}, setting: {on}: all or nothing");
                assert_eq!(begun, !bytes.iter().all(|bytes| !is_closed(bytes)));
            }
        }
    }
}

#[test]
fn a_record_cannot_stand_in_for_another_and_damage_is_found() {
    let memory = Memory::new();
    now(ledger(memory.clone()));
    now(set(&Vault::new(memory.clone()))).unwrap();
    let ids = now(memory.log_ids()).unwrap();
    let record = |n: usize| now(memory.log(ids[n], ids[n])).unwrap().remove(0);
    let (first, mut second) = (record(0), record(1));
    let put = |record: &LogRecord| {
        let record = LogRecord { replaces: true, ..record.clone() };
        now(memory.write(Write { log: vec![record], ..Write::strict() })).unwrap();
    };
    put(&LogRecord { id: second.id, ..first });
    let session = now(Session::open(now(opened(memory.clone())).unwrap())).unwrap();
    now(session.check_log()).unwrap();
    let damaged: Vec<_> = session.damage().iter().filter_map(|d| d.batch()).collect();
    assert_eq!(damaged, [second.id], "another batch in its place");
    *second.bytes.last_mut().unwrap() ^= 1;
    put(&second);
    let session = now(Session::open(now(opened(memory.clone())).unwrap())).unwrap();
    now(session.check_log()).unwrap();
    assert_eq!(session.damage().len(), 1, "one bit of it");
    assert_eq!(session.with(State::operations), 3, "the pages still have its content");
    // Taking the lock off keeps the bytes that nobody can open.
    now(take_off(&now(opened(memory.clone())).unwrap())).unwrap();
    assert_eq!(now(memory.log(second.id, second.id)).unwrap()[0].bytes, second.bytes);
}

#[test]
fn a_window_that_knows_of_another_lock_writes_nothing() {
    let memory = Memory::new();
    now(ledger(memory.clone()));
    let (here, there) = (Vault::new(memory.clone()), Vault::new(memory.clone()));
    now(set(&here)).unwrap();
    assert_eq!(now(there.put_meta("persons", NAME)), Err(StoreError::Relocked), "it knows of no lock");
    assert_eq!(now(there.put_draft("d", NAME)), Err(StoreError::Relocked));
    let there = now(opened(memory.clone())).unwrap();
    now(there.put_draft("d", NAME)).unwrap();
    now(take_off(&here)).unwrap();
    assert_eq!(now(there.put_draft("d", "x")), Err(StoreError::Relocked), "it thinks the lock is set");
    assert_eq!(now(here.draft("d")).unwrap().as_deref(), Some(NAME));
    assert_eq!(now(set(&there)), Err(StoreError::Relocked));
}

#[test]
fn a_file_that_looks_like_an_envelope_is_a_file() {
    let memory = Memory::new();
    let file = b"XCW\x01 and whatever somebody else writes behind it".to_vec();
    let digest = blob_digest(&file);
    let write = Write { blobs: vec![(digest.clone(), file.clone())], ..Write::strict() };
    now(memory.write(write)).unwrap();
    let vault = Vault::new(memory.clone());
    now(set(&vault)).unwrap();
    assert_ne!(now(memory.blob(&digest)).unwrap().as_deref(), Some(&*file), "it is wrapped");
    assert_eq!(now(vault.blob(&digest)).unwrap().as_deref(), Some(&*file));
    now(take_off(&vault)).unwrap();
    assert_eq!(now(memory.blob(&digest)).unwrap().as_deref(), Some(&*file));
}

#[test]
fn another_header_of_the_same_key_leaves_the_records_alone_and_attempts_are_forgotten() {
    let memory = Memory::new();
    now(ledger(memory.clone()));
    let vault = Vault::new(memory.clone());
    now(set(&vault)).unwrap();
    now(memory.put_meta(TRIES, "4 1")).unwrap();
    let before = now(all_bytes(&memory));
    let mut changed = Header::read(&now(vault.header()).unwrap().unwrap()).unwrap();
    changed.passphrase = Wrapped::new(ROUNDS, &[9; 16], &[8; 60]);
    now(vault.rehead(&changed)).unwrap();
    assert_eq!(now(vault.header()).unwrap(), Some(changed.text()));
    assert_eq!(now(vault.meta(TRIES)).unwrap().as_deref(), Some(""));
    let kept = |all: Vec<Vec<u8>>| all.into_iter().filter(|b| is_closed(b)).collect::<Vec<_>>();
    assert_eq!(kept(now(all_bytes(&memory))), kept(before));
}

#[test]
fn an_envelope_opens_only_in_its_place() {
    let cipher = Plain::new(5);
    let closed = now(close(&*cipher, "pages/R06/3", NAME.as_bytes())).unwrap();
    assert_eq!(closed.len(), 4 + NONCE + NAME.len() + 16);
    assert_eq!(now(open(&*cipher, "pages/R06/3", &closed).unwrap()), Ok(NAME.as_bytes().to_vec()));
    for (key, about) in [(5, "pages/R06/2"), (5, "log/R06/3"), (6, "pages/R06/3")] {
        assert_eq!(now(open(&*Plain::new(key), about, &closed).unwrap()), Err(CipherError::Unfit));
    }
    assert!(open(&*cipher, "pages/R06/3", &closed[1..]).is_none());
    assert!(open(&*cipher, "pages/R06/3", &closed[..9]).is_none(), "cut short");
}

/// While records are being wrapped, somebody goes on writing through the same vault.
#[test]
fn what_is_written_meanwhile_is_neither_lost_nor_plain() {
    let memory = Memory::new();
    now(ledger(memory.clone()));
    let vault = Vault::new(memory.clone());
    let header = header();
    now(vault.begin(wrap(&header), &header)).unwrap();
    now(vault.put_draft("cell/R06/1/name", "更新的名字")).unwrap();
    let told = Cell::new(0);
    now(vault.rewrite(&header, |done, all| told.set(told.get().max(done * 100 / all)))).unwrap();
    assert_eq!(told.get(), 100);
    assert_eq!(now(vault.draft("cell/R06/1/name")).unwrap().as_deref(), Some("更新的名字"));
    assert_eq!(tell(&now(all_bytes(&memory)), "更新的名字"), 0);
}

/// Letters may be wrapped in another order than they were typed in; a draft that is done does not come back.
#[test]
fn of_a_draft_the_last_letter_is_kept_whichever_was_wrapped_first() {
    let memory = Memory::new();
    let vault = Vault::new(memory.clone());
    now(set(&vault)).unwrap();
    let envelope = wrap(&header());
    let draft = |text: &str| Write { drafts: vec![("d".to_owned(), text.to_owned())], ..Write::relaxed() };
    let done = || Write { drafts_done: vec!["d".to_owned()], ..Write::relaxed() };
    let (first, second) = (envelope.wrap(draft("青")), envelope.wrap(draft("青禾")));
    now(memory.write(now(second).unwrap())).unwrap();
    now(memory.write(now(first).unwrap())).unwrap();
    assert_eq!(now(vault.draft("d")).unwrap().as_deref(), Some("青禾"));
    let (late, gone) = (envelope.wrap(draft("青禾县")), envelope.wrap(done()));
    now(memory.write(now(gone).unwrap())).unwrap();
    now(memory.write(now(late).unwrap())).unwrap();
    assert_eq!(now(vault.draft("d")), Ok(None));
    let noted = RefCell::new(String::new());
    let kept = now(vault.keep_draft("d", NAME, |kept| _ = noted.replace(kept.to_owned()))).unwrap();
    assert_eq!(*noted.borrow(), kept);
    assert_eq!(now(memory.draft("d")).unwrap(), Some(kept));
    assert_eq!(now(vault.draft_of_kept("d", noted.take())), NAME);
}
