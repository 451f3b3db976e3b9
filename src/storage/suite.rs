//! What every keeper must pass.
//!
//! One suite for all: natively on [`Memory`](super::Memory) and [`Faulty`](super::Faulty), in a browser on
//! IndexedDB (`tests/browser.rs`), and as a check of a person's own device on a scratch database. Hence it is
//! ordinary code that answers, not test code that stops: it knows no test framework and never panics.

use std::cell::RefCell;
use std::fmt;

use super::codec::{ROWS, encode_log};
use super::port::{LogRecord, PageRecord, Store, StoreError, Write};
use super::session::{CommitError, Damage, Extra, Flush, Session, blob_digest};
use crate::ledger::{
    Author, BatchKind, DeviceId, Draft, Entropy, Sealed, Seeded, State, decode, plan_undo, rescue,
};
use crate::value::{Money, RowId, Text, Value};

/// Where keepers come from: the same name opens the same data again.
#[allow(async_fn_in_trait, reason = "used with concrete types on one thread")]
pub trait Bench {
    /// The keeper under test.
    type Store: Store;
    /// Opens what is kept under `name`; empty the first time.
    async fn open(&self, name: &str) -> Result<Self::Store, StoreError>;
}

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

impl<T: fmt::Display> From<T> for Broken {
    fn from(what: T) -> Self {
        Self(what.to_string())
    }
}

/// How a case ended.
pub type Outcome = Result<(), Broken>;

macro_rules! check {
    ($holds:expr, $($what:tt)+) => {
        if !$holds { return Err(Broken(format!($($what)+))); }
    };
}

macro_rules! same {
    ($a:expr, $b:expr, $what:expr) => {
        match (&$a, &$b) {
            (a, b) if a != b => return Err(Broken(format!("{}: {:?} is not {:?}", $what, a, b))),
            _ => {}
        }
    };
}

macro_rules! suite {
    ($($case:ident),+ $(,)?) => {
        /// The cases, by name.
        pub const CASES: &[&str] = &[$(stringify!($case)),+];

        /// Runs one case.
        pub async fn run<B: Bench>(bench: &B, case: &str) -> Outcome {
            match case {
                $(stringify!($case) => $case(bench).await,)+
                other => Err(Broken(format!("there is no case {other}"))),
            }
        }
    };
}

suite![
    appends_are_read_back_in_order,
    a_recorded_name_is_never_overwritten,
    all_or_nothing,
    ten_thousand_creations_in_one_batch,
    reopening_gives_the_same,
    two_registers_over_several_pages,
    torn_pages_are_made_again,
    missing_pages_are_made_again,
    stale_pages_are_made_again,
    a_damaged_batch_is_reported_and_the_rest_loaded,
    a_damaged_batch_is_repaired_by_a_good_one,
    damage_behind_whole_pages_is_found_and_made_good,
    a_batch_that_is_gone_is_found_and_made_good,
    a_deleted_ledger_comes_back_from_memory,
    a_break_in_the_chain_is_reported,
    drafts_survive_until_their_batch_is_recorded,
    undo_survives,
    operations_of_a_newer_version_survive,
    a_second_tab_is_followed,
    a_lost_race_is_sealed_again,
    a_copied_profile_is_noticed,
    files_are_kept_under_their_digest,
    small_texts_and_the_device_survive,
    what_was_worked_out_is_kept_for_the_same_program,
    wiping_leaves_nothing,
];

/// Somebody at work on a keeper.
struct Desk<S> {
    session: Session<S>,
    author: RefCell<Author>,
    now: u64,
}

impl<S: Store> Desk<S> {
    async fn open(store: S, device: u64) -> Result<Self, Broken> {
        let session = Session::open(store).await?;
        let author = session.with(|s| {
            Author::new(DeviceId(device), crate::ledger::Person::county("测试"), s, Box::new(Seeded(device)))
        });
        Ok(Self { session, author: RefCell::new(author), now: 1_700_000_000_000 })
    }

    async fn record(&mut self, draft: Draft) -> Result<Sealed, Broken> {
        self.now += 7;
        Ok(self.session.record(&self.author, draft, self.now, Extra::default()).await?)
    }

    async fn create(&mut self, register: &str, rows: std::ops::Range<u128>) -> Result<Sealed, Broken> {
        self.record(creations(register, rows)).await
    }

    async fn set(&mut self, row: u128, value: i64) -> Result<Sealed, Broken> {
        let mut draft = Draft::new(BatchKind::Edit);
        self.session
            .with(|s| draft.set(s, "R06", RowId::from_bits(row), "area", Some(Value::Int(value)), None));
        self.record(draft).await
    }
}

fn creations(register: &str, rows: std::ops::Range<u128>) -> Draft {
    let mut draft = Draft::new(BatchKind::Edit);
    for n in rows {
        let fields: Vec<(Text, Value)> = vec![
            (Text::from("area"), Value::Int(n as i64)),
            (Text::from("category"), Value::choice("养殖业")),
            (Text::from("income"), Value::Money(Money::from_fen(n as i64 * 100))),
            (Text::from("name"), Value::text(&format!("产业{n}"))),
        ];
        draft.create(register, "line", RowId::from_bits(n), fields, None);
    }
    draft
}

/// Everything that a state holds, in words: equal texts are equal states.
pub fn whole(state: &State) -> Vec<String> {
    let mut lines: Vec<String> =
        state.registers().flat_map(|(key, sheet)| sheet.all().map(move |r| format!("{key} {r:?}"))).collect();
    lines.extend(state.batches().map(|b| format!("{b:?}")));
    lines.extend(state.devices().iter().map(|(d, h)| format!("{d} {h:?}")));
    lines.sort();
    lines
}

/// The rows of every register in their order.
fn order(state: &State) -> Vec<String> {
    state.registers().flat_map(|(key, s)| s.all().map(move |r| format!("{key} {}", r.id()))).collect()
}

async fn reopened<B: Bench>(bench: &B, name: &str) -> Result<Session<B::Store>, Broken> {
    Ok(Session::open(bench.open(name).await?).await?)
}

async fn appends_are_read_back_in_order<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("order").await?, 1).await?;
    let mut all = Vec::new();
    for n in 0..12 {
        all.push(desk.create("R06", n..n + 1).await?);
    }
    let store = bench.open("order").await?;
    let ids = store.log_ids().await?;
    same!(ids, all.iter().map(|s| s.batch.id).collect::<Vec<_>>(), "names");
    let (Some(third), Some(fifth)) = (all.get(2), all.get(4)) else { return Err("no batches".into()) };
    let some = store.log(third.batch.id, fifth.batch.id).await?;
    same!(some.iter().map(|r| r.id.seq).collect::<Vec<_>>(), [3, 4, 5], "a range");
    let session = Session::open(store).await?;
    same!(session.log().await?, all, "the log");
    same!(session.batch(third.batch.id).await?.as_ref(), Some(third), "one batch");
    // A device whose name does not fit a JavaScript number, and numbers with more digits than the others.
    let far = DeviceId(u64::MAX - 1);
    let records = [9u64, 10, 100, (1 << 53) - 1].map(|seq| LogRecord {
        id: crate::ledger::BatchId { device: far, seq },
        bytes: vec![seq as u8; 3],
        replaces: false,
    });
    let store = bench.open("order").await?;
    store.write(Write { log: records.to_vec(), ..Write::strict() }).await?;
    let ids = store.log_ids().await?;
    let numbers: Vec<u64> = ids.iter().filter(|id| id.device == far).map(|id| id.seq).collect();
    same!(numbers, [9, 10, 100, (1 << 53) - 1], "numbers in order");
    let (Some(from), Some(to)) = (records.first(), records.last()) else { return Err("none".into()) };
    same!(store.log(from.id, to.id).await?, records, "bytes");
    Ok(())
}

async fn a_recorded_name_is_never_overwritten<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("never").await?, 1).await?;
    let done = desk.create("R06", 0..3).await?;
    let store = bench.open("never").await?;
    let again = LogRecord { id: done.batch.id, bytes: vec![1, 2, 3], replaces: false };
    let write = Write { log: vec![again], meta: vec![("a".into(), "b".into())], ..Write::strict() };
    same!(store.write(write).await, Err(StoreError::Taken { id: done.batch.id }), "a second write");
    same!(store.meta("a").await?, None, "the rest of that write");
    same!(reopened(bench, "never").await?.log().await?, [done], "the log");
    Ok(())
}

async fn all_or_nothing<B: Bench>(bench: &B) -> Outcome {
    let store = bench.open("all").await?;
    let mut write = Write::strict();
    let batches = many(5)?;
    write.log =
        batches.iter().map(|s| LogRecord { id: s.batch.id, bytes: encode_log(s), replaces: false }).collect();
    write.pages.push(PageRecord { register: "R06".into(), page: 0, bytes: vec![1] });
    write.drafts.push(("d".into(), "{}".into()));
    write.meta.push(("m".into(), "1".into()));
    write.blobs.push(("b".into(), vec![7; 100_000]));
    // The last record of the second write is there already, so nothing of it may remain.
    let mut second = write.clone();
    store.write(write).await?;
    for record in second.log.iter_mut().rev().skip(1) {
        record.id.seq += 1000;
    }
    second.drafts = vec![("e".into(), "{}".into())];
    second.drafts_done = vec!["d".into()];
    second.meta = vec![("m".into(), "2".into())];
    second.drop_pages = true;
    check!(matches!(store.write(second).await, Err(StoreError::Taken { .. })), "it was not refused");
    same!(store.log_ids().await?.len(), 5, "batches");
    same!(store.drafts().await?, [("d".to_owned(), "{}".to_owned())], "drafts");
    same!(store.meta("m").await?.as_deref(), Some("1"), "texts");
    same!(store.pages("R06").await?.len(), 1, "pages");
    same!(store.blob("b").await?.map(|b| b.len()), Some(100_000), "files");
    Ok(())
}

/// Batches that follow each other, sealed without a keeper.
fn many(n: u128) -> Result<Vec<Sealed>, Broken> {
    let mut state = State::new();
    let mut author =
        Author::new(DeviceId(1), crate::ledger::Person::county("测试"), &state, Box::new(Seeded(1)));
    (0..n)
        .map(|n| {
            let sealed = author.write(&state, creations("R06", n..n + 1), 1_700_000_000_000 + n as u64)?;
            state.apply(&sealed.batch, sealed.digest);
            Ok(sealed)
        })
        .collect()
}

async fn ten_thousand_creations_in_one_batch<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("ten").await?, 1).await?;
    let done = desk.create("R06", 0..10_000).await?;
    let before = desk.session.with(whole);
    desk.session.flush_pages().await?;
    let session = reopened(bench, "ten").await?;
    same!(session.opening().tail, 0, "the tail");
    check!(session.with(whole) == before, "the state differs after reopening");
    check!(session.with(order) == desk.session.with(order), "the rows are in another order");
    let undo = session.with(|s| plan_undo(s, &done.batch));
    session.record(&desk.author, undo.draft, desk.now + 9, Extra::default()).await?;
    same!(session.with(|s| s.sheet("R06").map(|s| s.live().count())), Some(0), "rows after undo");
    Ok(())
}

async fn reopening_gives_the_same<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("same").await?, 1).await?;
    // With no pages, with pages and nothing new, with pages and a tail.
    desk.create("R06", 0..40).await?;
    check!(reopened(bench, "same").await?.with(whole) == desk.session.with(whole), "from the log alone");
    desk.session.flush_pages().await?;
    let session = reopened(bench, "same").await?;
    same!(session.opening().tail, 0, "the tail after a flush");
    check!(session.opening().rebuilt.is_empty(), "pages were made again: {:?}", session.opening().rebuilt);
    check!(session.with(whole) == desk.session.with(whole), "from pages alone");
    desk.set(3, 33).await?;
    let mut draft = Draft::new(BatchKind::Edit);
    draft.delete("R06", RowId::from_bits(4));
    draft.advance("R06", RowId::from_bits(5), "填报中", "已报送", None);
    desk.record(draft).await?;
    let session = reopened(bench, "same").await?;
    same!(session.opening().tail, 2, "the tail");
    check!(session.with(whole) == desk.session.with(whole), "from pages and tail");
    check!(session.with(order) == desk.session.with(order), "the rows are in another order");
    session.flush_pages().await?;
    check!(reopened(bench, "same").await?.with(whole) == desk.session.with(whole), "from pages of a reader");
    Ok(())
}

async fn two_registers_over_several_pages<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("two").await?, 1).await?;
    let rows = ROWS as u128;
    desk.create("R06", 0..rows * 2 + 5).await?;
    desk.create("R07", 0..rows + 1).await?;
    desk.session.flush_pages().await?;
    same!(bench.open("two").await?.pages("R06").await?.len(), 3, "pages of R06");
    same!(bench.open("two").await?.pages("R07").await?.len(), 2, "pages of R07");
    // One edit changes one page of its register and the list of batches.
    desk.set(rows + 1, 1).await?;
    same!(desk.session.unflushed(), 2, "pages to write after one edit");
    // Recording goes on while pages are encoded step by step.
    same!(desk.session.flush_step(1).await?, Flush::More(1), "the first step");
    desk.set(0, 2).await?;
    desk.session.flush_pages().await?;
    let session = reopened(bench, "two").await?;
    same!(session.opening().tail, 0, "the tail");
    check!(session.with(whole) == desk.session.with(whole), "the state differs");
    Ok(())
}

/// A ledger with pages of two registers, and what it holds.
async fn with_pages<B: Bench>(bench: &B, name: &str) -> Result<(Desk<B::Store>, Vec<String>), Broken> {
    let mut desk = Desk::open(bench.open(name).await?, 1).await?;
    desk.create("R06", 0..ROWS as u128 + 9).await?;
    desk.create("R07", 0..9).await?;
    desk.session.flush_pages().await?;
    desk.set(1, 11).await?;
    let whole = desk.session.with(whole);
    Ok((desk, whole))
}

async fn torn_pages_are_made_again<B: Bench>(bench: &B) -> Outcome {
    let (_, before) = with_pages(bench, "torn").await?;
    for register in ["R06", "R07", "#batches", "#manifest"] {
        let store = bench.open("torn").await?;
        let mut pages = store.pages(register).await?;
        let Some(last) = pages.last_mut() else { return Err("no page".into()) };
        if let Some(byte) = last.bytes.last_mut() {
            *byte ^= 0x55;
        }
        store.write(Write { pages, ..Write::relaxed() }).await?;
        made_again(bench, "torn", register, &before).await?;
    }
    Ok(())
}

async fn missing_pages_are_made_again<B: Bench>(bench: &B) -> Outcome {
    let (_, before) = with_pages(bench, "missing").await?;
    for register in ["R06", "R07", "#batches", "#manifest"] {
        let store = bench.open("missing").await?;
        let mut pages = Vec::new();
        for other in ["R06", "R07", "#batches", "#manifest"].iter().filter(|r| **r != register) {
            pages.extend(store.pages(other).await?);
        }
        store.write(Write { drop_pages: true, pages, ..Write::relaxed() }).await?;
        made_again(bench, "missing", register, &before).await?;
    }
    Ok(())
}

/// Opens, expects that `register` was made again and nothing is missing, writes the pages, opens once more.
async fn made_again<B: Bench>(bench: &B, name: &str, register: &str, before: &[String]) -> Outcome {
    let session = reopened(bench, name).await?;
    check!(
        session.opening().rebuilt.iter().any(|(r, _)| r == register),
        "{register} was not made again: {:?}",
        session.opening()
    );
    check!(session.opening().damage.is_empty(), "the log is fine: {:?}", session.opening().damage);
    check!(session.with(whole) == before, "{register}: the state differs");
    session.flush_pages().await?;
    let session = reopened(bench, name).await?;
    check!(session.opening().rebuilt.is_empty(), "{register}: made again twice: {:?}", session.opening());
    same!(session.opening().tail, 0, "the tail");
    check!(session.with(whole) == before, "{register}: the state differs from new pages");
    Ok(())
}

async fn stale_pages_are_made_again<B: Bench>(bench: &B) -> Outcome {
    let (desk, before) = with_pages(bench, "stale").await?;
    // A page of the snapshot before, whole in itself, next to the newer ones.
    let old = bench.open("stale").await?.pages("R06").await?;
    desk.session.flush_pages().await?;
    let new = bench.open("stale").await?.pages("R06").await?;
    check!(old != new, "the edit did not change a page");
    bench.open("stale").await?.write(Write { pages: old, ..Write::relaxed() }).await?;
    made_again(bench, "stale", "R06", &before).await
}

async fn a_damaged_batch_is_reported_and_the_rest_loaded<B: Bench>(bench: &B) -> Outcome {
    let (bad, all) = with_a_damaged_batch(bench, "damaged", 2).await?;
    let session = reopened(bench, "damaged").await?;
    check!(
        matches!(session.opening().damage.as_slice(), [Damage::Unreadable { id, .. }] if *id == bad.id),
        "reported: {:?}",
        session.opening().damage
    );
    let count = session.with(|s| s.sheet("R06").map(|s| s.live().count()));
    same!(count, Some(all.len() - 1), "rows");
    same!(session.damaged().await?, std::slice::from_ref(&bad), "its bytes");
    check!(matches!(session.batch(bad.id).await, Err(StoreError::Damaged { .. })), "reading it");
    same!(session.log().await?.len(), all.len() - 1, "the others");
    // The device goes on; the damaged one lies in the middle, so the chain's end is known.
    let mut desk = Desk::open(bench.open("damaged").await?, 1).await?;
    desk.create("R06", 100..101).await?;
    desk.session.flush_pages().await?;
    let session = reopened(bench, "damaged").await?;
    same!(session.opening().damage.len(), 1, "it is reported every time");
    // Damaged at the end of the chain: the next name is not known, so the device gets a new identity.
    let (bad, _) = with_a_damaged_batch(bench, "damaged end", 4).await?;
    let store = bench.open("damaged end").await?;
    store.put_meta("device", &bad.id.device.to_string()).await?;
    let device = Session::open(store).await?.device(&mut Seeded(5)).await?;
    check!(device != bad.id.device, "the old identity would reuse the name of a lost batch");
    same!(reopened(bench, "damaged end").await?.device(&mut Seeded(6)).await?, device, "the new identity");
    Ok(())
}

/// Five batches without pages, the n-th of them damaged; gives the damaged record and all the good ones.
async fn with_a_damaged_batch<B: Bench>(
    bench: &B,
    name: &str,
    n: usize,
) -> Result<(LogRecord, Vec<Sealed>), Broken> {
    let mut desk = Desk::open(bench.open(name).await?, 1).await?;
    let mut all = Vec::new();
    for n in 0..5 {
        all.push(desk.create("R06", n..n + 1).await?);
    }
    let store = bench.open(name).await?;
    let Some(chosen) = all.get(n) else { return Err("no such batch".into()) };
    let mut bytes = encode_log(chosen);
    bytes.truncate(bytes.len() / 2);
    let bad = LogRecord { id: chosen.batch.id, bytes, replaces: true };
    store.write(Write { log: vec![bad.clone()], ..Write::strict() }).await?;
    Ok((LogRecord { replaces: false, ..bad }, all))
}

async fn a_damaged_batch_is_repaired_by_a_good_one<B: Bench>(bench: &B) -> Outcome {
    let (_, all) = with_a_damaged_batch(bench, "repair", 2).await?;
    let session = reopened(bench, "repair").await?;
    same!(session.commit(&all, Extra::default()).await?, 1, "new batches");
    same!(session.log().await?, all, "the log");
    let session = reopened(bench, "repair").await?;
    check!(session.opening().damage.is_empty(), "still damaged: {:?}", session.opening().damage);
    same!(session.commit(&all, Extra::default()).await?, 0, "new batches the second time");
    Ok(())
}

/// Whole pages over a log of which the first record is damaged: in its mark, its version, its checksum, its
/// flags, its length, its lines, and cut short.
async fn damage_behind_whole_pages_is_found_and_made_good<B: Bench>(bench: &B) -> Outcome {
    for (n, at) in [0usize, 3, 4, 8, 9, 40, usize::MAX].into_iter().enumerate() {
        let name = format!("behind {n}");
        let (desk, _) = with_pages(bench, &name).await?;
        desk.session.flush_pages().await?;
        let shown = desk.session.with(State::clone);
        let store = bench.open(&name).await?;
        let ids = store.log_ids().await?;
        let Some(first) = ids.first().copied() else { return Err("no batches".into()) };
        let Some(mut record) = store.batch(first).await? else { return Err("no record".into()) };
        match record.bytes.get_mut(at) {
            Some(byte) => *byte ^= 0x40,
            None => record.bytes.truncate(7),
        }
        record.replaces = true;
        store.write(Write { log: vec![record.clone()], ..Write::strict() }).await?;

        let session = reopened(bench, &name).await?;
        check!(session.damage().is_empty(), "opening reads no batch that the pages contain");
        session.check_log().await?;
        check!(
            matches!(session.damage().as_slice(), [Damage::Unreadable { id, .. }] if *id == first),
            "byte {at}: {:?}",
            session.damage()
        );
        made_good(&session, &shown).await?;
        same!(session.damaged().await?.first().map(|r| &r.bytes), Some(&record.bytes), "its bytes");
        stays_good(bench, &name, &shown).await?;
    }
    Ok(())
}

async fn a_batch_that_is_gone_is_found_and_made_good<B: Bench>(bench: &B) -> Outcome {
    let (desk, _) = with_pages(bench, "hole").await?;
    desk.session.flush_pages().await?;
    let shown = desk.session.with(State::clone);
    // The same pages over a log without its second batch.
    let (from, to) = (bench.open("hole").await?, bench.open("hole copy").await?);
    let ids = from.log_ids().await?;
    let mut write = Write::strict();
    for (n, id) in ids.iter().enumerate().filter(|(n, _)| *n != 1) {
        write.log.extend(from.batch(*id).await?);
        check!(write.log.len() == if n == 0 { 1 } else { n }, "batch {n} is not there");
    }
    for register in ["R06", "R07", "#batches", "#manifest"] {
        write.pages.extend(from.pages(register).await?);
    }
    to.write(write).await?;
    let session = reopened(bench, "hole copy").await?;
    session.check_log().await?;
    let gone = ids.get(1).copied();
    same!(session.damage().iter().map(Damage::batch).collect::<Vec<_>>(), [gone], "what is gone");
    made_good(&session, &shown).await?;
    stays_good(bench, "hole copy", &shown).await
}

/// Records what the log cannot tell; nothing is open afterwards, and the state is as it was.
async fn made_good<S: Store>(session: &Session<S>, shown: &State) -> Outcome {
    let mut told = State::new();
    session.each_batch(|s| _ = told.apply(&s.batch, s.digest)).await?;
    check!(rescue::difference(shown, &told).is_some(), "nothing is missing");
    let made = session.with(|s| rescue::complete(s, &mut told, DeviceId(99)));
    session.commit(&made, Extra::default()).await?;
    same!(session.damage(), [], "damage");
    same!(session.with(|s| rescue::difference(shown, s)), None, "the first record that differs");
    let mut told = State::new();
    session.each_batch(|s| _ = told.apply(&s.batch, s.digest)).await?;
    same!(rescue::difference(shown, &told), None, "the first record that the log does not tell");
    Ok(())
}

/// Opened again with its pages and without: nothing differs and nothing is reported.
async fn stays_good<B: Bench>(bench: &B, name: &str, shown: &State) -> Outcome {
    for pages in [true, false] {
        if !pages {
            bench.open(name).await?.write(Write { drop_pages: true, ..Write::strict() }).await?;
        }
        let session = reopened(bench, name).await?;
        session.check_log().await?;
        same!(session.damage(), [], "damage after opening again");
        same!(session.with(|s| rescue::difference(shown, s)), None, "the first record that differs");
    }
    Ok(())
}

/// The database is emptied under an open page: what is in memory goes into a new one.
async fn a_deleted_ledger_comes_back_from_memory<B: Bench>(bench: &B) -> Outcome {
    let (mut desk, _) = with_pages(bench, "deleted").await?;
    let mut draft = Draft::new(BatchKind::Edit);
    draft.delete("R06", RowId::from_bits(4));
    draft.advance("R06", RowId::from_bits(5), "填报中", "已报送", None);
    desk.record(draft).await?;
    desk.session.store().wipe().await?;
    let memory = desk.session.with(State::clone);
    let session = reopened(bench, "deleted").await?;
    let mut told = session.with(State::clone);
    let made = rescue::complete(&memory, &mut told, DeviceId(99));
    session.commit(&made, Extra::default()).await?;
    same!(session.with(|s| rescue::difference(&memory, s)), None, "the first record that differs");
    session.flush_pages().await?;
    let session = reopened(bench, "deleted").await?;
    same!(session.damage(), [], "damage");
    same!(session.opening().damage.len(), 0, "damage when opened");
    same!(session.with(|s| rescue::difference(&memory, s)), None, "the first record that differs");
    Ok(())
}

async fn a_break_in_the_chain_is_reported<B: Bench>(bench: &B) -> Outcome {
    let batches = many(4)?;
    // The second one from a history in which the first was another.
    let mut state = State::new();
    let mut author =
        Author::new(DeviceId(1), crate::ledger::Person::county("测试"), &state, Box::new(Seeded(2)));
    let other = author.write(&state, creations("R06", 50..51), 1_700_000_000_000)?;
    state.apply(&other.batch, other.digest);
    let second = author.write(&state, creations("R06", 51..52), 1_700_000_000_001)?;
    let (Some(first), Some(fourth)) = (batches.first(), batches.get(3)) else { return Err("few".into()) };
    let session = reopened(bench, "chain").await?;
    session.commit(&[first.clone(), second.clone(), fourth.clone()], Extra::default()).await?;
    let session = reopened(bench, "chain").await?;
    let damage = &session.opening().damage;
    check!(damage.contains(&Damage::Chain { id: second.batch.id }), "{damage:?}");
    check!(damage.contains(&Damage::Gap { device: DeviceId(1), from: 3, to: 4 }), "{damage:?}");
    same!(session.with(|s| s.sheet("R06").map(|s| s.live().count())), Some(3), "rows");
    Ok(())
}

async fn drafts_survive_until_their_batch_is_recorded<B: Bench>(bench: &B) -> Outcome {
    let store = bench.open("drafts").await?;
    store.put_draft("R06/new", r#"{"name":"清凉"}"#).await?;
    store.put_draft("R06/new", r#"{"name":"清凉村"}"#).await?;
    store.put_draft("R07/1", "{}").await?;
    store.put_draft("gone", "{}").await?;
    store.remove_draft("gone").await?;
    let session = reopened(bench, "drafts").await?;
    same!(
        session.store().draft("R06/new").await?.as_deref(),
        Some(r#"{"name":"清凉村"}"#),
        "after reopening"
    );
    same!(session.store().drafts().await?.len(), 2, "drafts");
    let author =
        RefCell::new(session.with(|s| {
            Author::new(DeviceId(1), crate::ledger::Person::county("测试"), s, Box::new(Seeded(1)))
        }));
    let extra = Extra { drafts_done: vec!["R06/new".into()], ..Extra::default() };
    session.record(&author, creations("R06", 0..1), 1, extra).await?;
    let store = bench.open("drafts").await?;
    same!(store.draft("R06/new").await?, None, "the recorded one");
    same!(store.drafts().await?, [("R07/1".to_owned(), "{}".to_owned())], "the other");
    Ok(())
}

async fn undo_survives<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("undo").await?, 1).await?;
    desk.create("R06", 0..5).await?;
    desk.session.flush_pages().await?;
    let done = desk.set(2, 99).await?;
    let undo = desk.session.with(|s| plan_undo(s, &done.batch));
    let undone = desk.record(undo.draft).await?;
    for flush in [false, true] {
        let session = reopened(bench, "undo").await?;
        check!(session.with(|s| s.is_undone(done.batch.id)), "the undo is forgotten");
        check!(session.with(whole) == desk.session.with(whole), "the state differs");
        let Some(batch) = session.batch(undone.batch.id).await? else { return Err("no batch".into()) };
        let redo = session.with(|s| plan_undo(s, &batch.batch));
        same!(redo.draft.operations.len(), 1, "operations of the redo");
        if !flush {
            session.flush_pages().await?;
        }
    }
    Ok(())
}

async fn operations_of_a_newer_version_survive<B: Bench>(bench: &B) -> Outcome {
    // A line that this version does not know, sealed by one that does.
    let line = r#"{"register":"R06","row":"00000000000000000000000001","stitch":{"with":"R19"}}"#;
    let sealed = many(1)?;
    let Some(first) = sealed.first() else { return Err("none".into()) };
    let text = String::from_utf8(first.bytes.clone())?;
    let mut lines: Vec<&str> = text.lines().collect();
    if let Some(middle) = lines.get_mut(1) {
        *middle = line;
    }
    lines.pop();
    let mut body = lines.join("\n");
    body.push('\n');
    let digest = blob_digest(body.as_bytes());
    body.push_str(&format!("{{\"end\":{{\"digest\":\"{digest}\"}}}}\n"));
    let newer = decode(body.as_bytes())?;
    let session = reopened(bench, "newer").await?;
    same!(session.commit(&newer, Extra::default()).await?, 1, "new batches");
    session.flush_pages().await?;
    let session = reopened(bench, "newer").await?;
    same!(session.log().await?, newer, "the log");
    check!(session.with(whole).iter().any(|l| l.contains("unknown: 1")), "it is not counted");
    Ok(())
}

async fn a_second_tab_is_followed<B: Bench>(bench: &B) -> Outcome {
    let mut writer = Desk::open(bench.open("tabs").await?, 1).await?;
    let reader = reopened(bench, "tabs").await?;
    let done = writer.create("R06", 0..5).await?;
    same!(reader.follow().await?, [done.batch.id], "news");
    same!(reader.follow().await?, [], "news the second time");
    check!(reader.with(whole) == writer.session.with(whole), "the state differs");
    Ok(())
}

async fn a_lost_race_is_sealed_again<B: Bench>(bench: &B) -> Outcome {
    // Two tabs of one device that do not know of each other.
    let mut a = Desk::open(bench.open("race").await?, 1).await?;
    let mut b = Desk::open(bench.open("race").await?, 1).await?;
    a.create("R06", 0..2).await?;
    b.create("R06", 10..12).await?;
    a.create("R06", 2..4).await?;
    let session = reopened(bench, "race").await?;
    check!(session.opening().damage.is_empty(), "{:?}", session.opening().damage);
    same!(session.with(|s| s.sheet("R06").map(|s| s.live().count())), Some(6), "rows");
    Ok(())
}

async fn a_copied_profile_is_noticed<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("fork").await?, 1).await?;
    let ours = desk.create("R06", 0..1).await?;
    let mut copy = Desk::open(bench.open("fork copy").await?, 1).await?;
    copy.create("R06", 1..2).await?;
    let theirs = copy.session.log().await?;
    let result = desk.session.commit(&theirs, Extra::default()).await;
    same!(result, Err(CommitError::Forked { id: ours.batch.id }), "joining");
    same!(reopened(bench, "fork").await?.log().await?, [ours], "the log");
    Ok(())
}

async fn files_are_kept_under_their_digest<B: Bench>(bench: &B) -> Outcome {
    let mut desk = Desk::open(bench.open("files").await?, 1).await?;
    let bytes: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
    let digest = blob_digest(&bytes);
    let extra = Extra { blobs: vec![(digest.clone(), bytes.clone())], ..Extra::default() };
    desk.session.record(&desk.author, creations("R06", 0..1), desk.now, extra).await?;
    desk.now += 1;
    let session = reopened(bench, "files").await?;
    check!(session.blob(&digest).await?.as_deref() == Some(bytes.as_slice()), "the bytes differ");
    same!(session.blob("none").await?, None, "a file that is not there");
    let torn = Write { blobs: vec![(digest.clone(), vec![1, 2, 3])], ..Write::strict() };
    session.store().write(torn).await?;
    check!(matches!(session.blob(&digest).await, Err(StoreError::Torn { .. })), "a torn file");
    Ok(())
}

async fn small_texts_and_the_device_survive<B: Bench>(bench: &B) -> Outcome {
    let session = reopened(bench, "meta").await?;
    same!(session.store().meta("actor").await?, None, "before");
    session.store().put_meta("actor", "柳河镇审核员").await?;
    let device = session.device(&mut Seeded(3)).await?;
    let session = reopened(bench, "meta").await?;
    same!(session.store().meta("actor").await?.as_deref(), Some("柳河镇审核员"), "after");
    same!(session.device(&mut Seeded(4)).await?, device, "the device");
    check!(device.0 == Seeded(3).bits(), "the device is not from chance");
    Ok(())
}

async fn what_was_worked_out_is_kept_for_the_same_program<B: Bench>(bench: &B) -> Outcome {
    let (desk, _) = with_pages(bench, "gists").await?;
    same!(desk.session.gists("a").await?, None, "before");
    desk.session.keep_gists("a", "{\"问\":1}").await?;
    desk.session.flush_pages().await?;
    let session = reopened(bench, "gists").await?;
    same!(session.opening().rebuilt, [], "what was made again");
    same!(session.gists("a").await?.as_deref(), Some("{\"问\":1}"), "after");
    same!(session.gists("b").await?, None, "for another program");
    let mut pages = session.store().pages("#gists").await?;
    let Some(byte) = pages.first_mut().and_then(|page| page.bytes.last_mut()) else {
        return Err("no page".into());
    };
    *byte ^= 0x55;
    session.store().write(Write { pages, ..Write::relaxed() }).await?;
    let session = reopened(bench, "gists").await?;
    same!(session.gists("a").await?, None, "when it is damaged");
    check!(session.with(whole) == desk.session.with(whole), "the state differs");
    Ok(())
}

async fn wiping_leaves_nothing<B: Bench>(bench: &B) -> Outcome {
    let (desk, _) = with_pages(bench, "wipe").await?;
    desk.session.store().put_draft("d", "{}").await?;
    desk.session.store().put_meta("m", "1").await?;
    desk.session.store().wipe().await?;
    let session = reopened(bench, "wipe").await?;
    check!(session.with(|s| s.batches().count()) == 0, "batches are left");
    check!(session.store().drafts().await?.is_empty(), "drafts are left");
    same!(session.store().meta("m").await?, None, "texts");
    check!(session.store().pages("R06").await?.is_empty(), "pages are left");
    same!(session.opening(), &super::session::Opening::default(), "opening");
    Ok(())
}
