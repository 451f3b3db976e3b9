//! The suite on keepers that need no browser, and every failure at every write.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::suite::{self, Bench, whole};
use super::*;
use crate::exchange::ledger_file;
use crate::ledger::{Author, BatchKind, Change, DeviceId, Draft, Sealed, Seeded, State, Verdict, plan_undo};
use crate::register::Fields as _;
use crate::table::Table;
use crate::table::column::DIMENSIONS;
use crate::value::{Modifier, Quantity, RowId, Value};

/// Nothing here ever waits for anything outside.
pub(super) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it waits for ever");
}

#[derive(Default)]
struct InMemory(RefCell<HashMap<String, Memory>>);

impl Bench for InMemory {
    type Store = Memory;
    async fn open(&self, name: &str) -> Result<Memory, StoreError> {
        Ok(self.0.borrow_mut().entry(name.to_owned()).or_default().clone())
    }
}

#[test]
fn memory_passes_the_suite() {
    for case in suite::CASES {
        let outcome = now(suite::run(&InMemory::default(), case));
        assert_eq!(outcome, Ok(()), "{case}");
    }
}

/// Gives the last page of R06 another body with a checksum that fits, as a fault of the program would write it.
fn rewrite(store: &Memory, body: impl FnOnce(&mut Vec<u8>)) {
    let mut pages = now(store.pages("R06")).unwrap();
    let page = pages.last_mut().unwrap();
    let mut bytes = page.bytes.get(8..).unwrap().to_vec();
    body(&mut bytes);
    page.bytes = codec::with_body(&page.bytes, &bytes).unwrap();
    let mut manifest = codec::decode_manifest(&now(store.pages("#manifest")).unwrap()[0].bytes).unwrap();
    let key = ("R06".into(), page.page);
    let mark = manifest.pages.get_mut(&key).unwrap();
    mark.checksum = codec::checksum(&page.bytes).unwrap();
    let bytes = codec::encode_manifest(&manifest);
    pages.push(PageRecord { register: "#manifest".to_owned(), page: 0, bytes });
    now(store.write(Write { pages, ..Write::relaxed() })).unwrap();
}

/// A page says beside its records how many there are of each kind: once that is doubted, they are counted.
#[test]
fn a_page_that_says_wrong_what_is_in_it_is_made_again_once_it_is_doubted() {
    let store = Memory::new();
    let (_, before) = now(morning(store.clone()));
    let count = |session: &Session<Memory>| session.with(|s| s.sheet("R06").map(|sheet| sheet.count_live()));
    let right = count(&now(Session::open(store.clone())).unwrap());
    rewrite(&store, |body| {
        let at = body.windows(5).position(|w| w == b"\x04line").unwrap();
        body[at + 5] += 1;
    });
    assert_ne!(count(&now(Session::open(store.clone())).unwrap()), right, "what it says is believed");
    let session = now(Session::open_trusting(store, Trust::Nothing)).unwrap();
    assert!(session.opening().rebuilt.iter().any(|(r, _)| r == "R06"), "{:?}", session.opening());
    assert_eq!(count(&session), right, "made again");
    assert_eq!(session.with(whole), before);
}

/// A page whose checksum fits and which makes no sense, as a fault of the program would write it.
#[test]
fn a_page_that_makes_no_sense_is_made_again_once_it_is_doubted() {
    let store = Memory::new();
    let (acknowledged, before) = now(morning(store.clone()));
    assert!(!acknowledged.refused);
    // The identities stay, and so do the marks; what follows them is cut.
    rewrite(&store, |body| body.truncate(body.len() - 3));

    let session = now(Session::open(store.clone())).unwrap();
    assert_eq!(session.opening().rebuilt, [], "nobody has looked");
    let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| session.with(whole)));
    assert!(looked.is_err(), "records that cannot be read do not look like none");

    let session = now(Session::open_trusting(store.clone(), Trust::Nothing)).unwrap();
    assert!(session.opening().rebuilt.iter().any(|(r, _)| r == "R06"), "{:?}", session.opening());
    assert_eq!(session.opening().damage, [], "the log is fine");
    assert_eq!(session.with(whole), before, "made again");
    now(session.flush_pages()).unwrap();
    let session = now(Session::open(store)).unwrap();
    assert_eq!(session.opening().rebuilt, [], "and good from then on");
    assert_eq!(session.with(whole), before);
}

/// A morning's work, with flushes in between: every write is a chance to fail.
struct Morning {
    /// The state after each step that was acknowledged.
    acknowledged: Vec<String>,
    /// Whether a step was refused.
    refused: bool,
}

fn rows(state: &crate::ledger::State) -> Vec<String> {
    whole(state).into_iter().filter(|l| l.starts_with("R0")).collect()
}

async fn morning<S: Store>(store: S) -> (Morning, Vec<String>) {
    let mut result = Morning { acknowledged: Vec::new(), refused: false };
    let session = Session::open(store).await.unwrap();
    let author =
        RefCell::new(session.with(|s| {
            Author::new(DeviceId(1), crate::ledger::Person::county("测试"), s, Box::new(Seeded(1)))
        }));
    for step in 0..8u64 {
        let before = session.with(whole);
        let mut draft = Draft::new(BatchKind::Edit);
        match step {
            0 | 3 => {
                for n in 0..3 {
                    let id = RowId::from_bits(u128::from(step * 10 + n));
                    draft.create("R06", "line", id, vec![("area".into(), Value::Int(1))], None);
                }
            }
            5 => {
                let last = session.log().await.unwrap().pop();
                if let Some(last) = last {
                    draft = session.with(|s| plan_undo(s, &last.batch)).draft;
                }
            }
            _ => session.with(|s| {
                draft.set(s, "R06", RowId::from_bits(1), "area", Some(Value::Int(step as i64)), None);
            }),
        }
        if draft.is_empty() {
            continue;
        }
        let extra = Extra { drafts_done: vec![format!("draft {step}")], ..Extra::default() };
        let written = session.store().put_draft(&format!("draft {step}"), "{}").await;
        match session.record(&author, draft.clone(), 1000 + step, extra).await {
            Ok(_) => result.acknowledged = session.with(rows),
            Err(_) => {
                result.refused = true;
                // Refused means: the state is untouched and the draft is still there.
                assert_eq!(session.with(whole), before);
                assert!(written.is_err() || session.store().draft(&format!("draft {step}")).await.is_ok());
                // The person tries again, and this time it works.
                session.record(&author, draft, 1001 + step, Extra::default()).await.unwrap();
                result.acknowledged = session.with(rows);
            }
        }
        if step % 2 == 1 && session.flush_pages().await.is_err() {
            result.refused = true;
        }
    }
    let end = session.with(whole);
    (result, end)
}

#[test]
fn whatever_write_fails_in_whatever_way_nothing_confirmed_is_lost() {
    let plain = Faulty::new(Memory::new(), Fault::Before, None);
    now(morning(plain.clone()));
    let writes = plain.writes();
    assert!(writes > 15, "{writes}");
    for fault in Fault::ALL {
        let (mut refused, mut rebuilt) = (0, 0);
        for n in 0..writes {
            let memory = Memory::new();
            let faulty = Faulty::new(memory.clone(), fault, Some(n));
            let (result, end) = now(morning(faulty.clone()));
            assert!(faulty.has_failed(), "{fault:?} {n}");
            // The tab is closed and opened again on the bare keeper.
            let session = now(Session::open(memory.clone())).unwrap();
            assert_eq!(session.with(rows), result.acknowledged, "{fault:?} at write {n}");
            assert_eq!(session.with(whole), end, "{fault:?} at write {n}");
            assert_eq!(session.opening().damage, [], "{fault:?} at write {n}");
            refused += usize::from(result.refused);
            rebuilt += usize::from(!session.opening().rebuilt.is_empty());
            // What was torn is whole again after the next flush.
            now(session.flush_pages()).unwrap();
            let session = now(Session::open(memory)).unwrap();
            assert_eq!(session.opening().rebuilt, [], "{fault:?} at write {n}");
            assert_eq!(session.opening().tail, 0, "{fault:?} at write {n}");
            assert_eq!(session.with(whole), end, "{fault:?} at write {n}");
        }
        // The faults did bite: refusals were told, and torn or lost pages were noticed.
        match fault {
            Fault::Before | Fault::After | Fault::Full => assert!(refused > 5, "{fault:?} {refused}"),
            Fault::TornPages | Fault::LostPage => assert!(rebuilt > 0, "{fault:?} {rebuilt}"),
            Fault::PowerCut => assert_eq!((refused, rebuilt), (0, 0)),
        }
    }
}

/// As above, but the tab ends at the failing write: what comes back is what was confirmed, or that and the
/// one step that was on its way.
#[test]
fn a_tab_that_ends_at_any_write_comes_back_before_or_after_its_last_step() {
    for fault in [Fault::Before, Fault::After] {
        for n in 0..40 {
            let memory = Memory::new();
            let faulty = Faulty::new(memory.clone(), fault, Some(n));
            let session = now(Session::open(faulty.clone())).unwrap();
            let author = RefCell::new(session.with(|s| {
                Author::new(DeviceId(1), crate::ledger::Person::county("测试"), s, Box::new(Seeded(1)))
            }));
            let mut states = vec![Vec::new()];
            for step in 0..20u64 {
                let mut draft = Draft::new(BatchKind::Edit);
                let id = RowId::from_bits(u128::from(step));
                draft.create("R06", "line", id, vec![("area".into(), Value::Int(1))], None);
                let result = now(session.record(&author, draft, step, Extra::default()));
                if result.is_err() || now(session.flush_pages()).is_err() {
                    break;
                }
                states.push(session.with(rows));
            }
            let confirmed = states.len() - 1;
            let back = now(Session::open(memory)).unwrap();
            let found = back.with(|s| s.sheet("R06").map_or(0, |s| s.live().count()));
            assert!(found == confirmed || found == confirmed + 1, "{fault:?} {n}: {found} of {confirmed}");
        }
    }
}

#[test]
fn turns_are_taken_one_by_one_and_given_up_ones_do_not_block() {
    let turn = super::turn::Turn::default();
    let mut context = Context::from_waker(Waker::noop());
    let first = now(turn.take());
    let mut second = Box::pin(turn.take());
    let mut third = Box::pin(turn.take());
    assert!(second.as_mut().poll(&mut context).is_pending());
    assert!(third.as_mut().poll(&mut context).is_pending());
    drop(second);
    drop(first);
    assert!(third.as_mut().poll(&mut context).is_ready());
}

/// Two people change one cell, one moves what the other removes, and both created the same village.
fn at_odds() -> Vec<Sealed> {
    let seal = |device: u64, state: &mut State, draft: Draft, now: u64| {
        let mut author = Author::new(
            DeviceId(device),
            crate::ledger::Person::county("测试"),
            state,
            Box::new(Seeded(device)),
        );
        let sealed = author.seal(state, crate::ledger::Admitted::elsewhere(draft), now);
        state.apply(&sealed.batch, sealed.digest);
        sealed
    };
    let place = |draft: &mut Draft, id: u128| {
        let fields = vec![("kind".into(), Value::choice("村")), ("name".into(), Value::text("清凉村"))];
        draft.create("R01", "org", RowId::from_bits(id), fields, None);
    };
    let line = |draft: &mut Draft, id: u128, org: u128| {
        let org = Value::Ref(RowId::from_bits(org));
        let fields = vec![("area".into(), Value::Int(1)), ("org".into(), org)];
        draft.create("R06", "line", RowId::from_bits(id), fields, None);
    };
    let mut state = State::new();
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 1);
    line(&mut draft, 10, 1);
    line(&mut draft, 11, 1);
    let mut log = vec![seal(1, &mut state, draft, 1000)];
    let (mut a, mut b) = (state.clone(), state.clone());
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&a, "R06", RowId::from_bits(10), "area", Some(Value::Int(2)), None);
    draft.delete("R06", RowId::from_bits(11));
    log.push(seal(2, &mut a, draft, 2000));
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&b, "R06", RowId::from_bits(10), "area", Some(Value::Int(3)), None);
    draft.advance("R06", RowId::from_bits(11), "填报中", "已报送", None);
    place(&mut draft, 2);
    line(&mut draft, 12, 2);
    log.push(seal(3, &mut b, draft, 3000));
    log.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
    let mut draft = Draft::new(BatchKind::Edit);
    draft.join(&state, "R01", (RowId::from_bits(1), RowId::from_bits(2)), Verdict::One);
    log.push(seal(1, &mut state, draft, 4000));
    log
}

#[test]
fn conflicts_and_joined_rows_come_back_from_the_pages_alone() {
    // In every order of arrival, and cut in two by a flush wherever one likes.
    for (order, cut) in (0..24usize).flat_map(|order| (0..4usize).map(move |cut| (order, cut))) {
        let mut log = at_odds();
        let (mut left, mut digits) = (Vec::new(), order);
        for n in (1..=log.len()).rev() {
            left.push(log.remove(digits % n));
            digits /= n;
        }
        let expected = {
            let mut state = State::new();
            left.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
            state
        };
        assert_eq!(expected.conflicts().len(), 2, "one cell, one removal");
        let memory = Memory::new();
        let session = now(Session::open(memory.clone())).unwrap();
        for (n, sealed) in left.iter().enumerate() {
            now(session.commit(std::slice::from_ref(sealed), Extra::default())).unwrap();
            if n == cut {
                now(session.flush_pages()).unwrap();
            }
        }
        now(session.flush_pages()).unwrap();
        let back = now(Session::open(memory)).unwrap();
        assert_eq!(back.opening().tail, 0);
        assert_eq!(back.opening().rebuilt, []);
        back.with(|s| {
            assert_eq!(s.conflicts(), expected.conflicts());
            assert_eq!(s.digest(), expected.digest());
            let org = s.record("R06", RowId::from_bits(12)).and_then(|r| r.value("org")).cloned();
            assert_eq!(org, Some(Value::Ref(RowId::from_bits(1))));
            // Taken back, the reference is what was written.
            let mut apart = s.clone();
            let mut draft = Draft::new(BatchKind::Edit);
            let rows = (RowId::from_bits(1), RowId::from_bits(2));
            draft.join(s, "R01", rows, Verdict::Open);
            let sealed =
                Author::new(DeviceId(9), crate::ledger::Person::county("测试"), s, Box::new(Seeded(9))).seal(
                    s,
                    crate::ledger::Admitted::elsewhere(draft),
                    9000,
                );
            apart.apply(&sealed.batch, sealed.digest);
            let org = apart.record("R06", RowId::from_bits(12)).and_then(|r| r.value("org")).cloned();
            assert_eq!(org, Some(Value::Ref(RowId::from_bits(2))));
        });
    }
}

/// A ledger of a later version: a kind of step and a change that this one does not know.
#[test]
fn steps_of_a_later_version_are_kept_passed_on_and_readable() {
    let file = ledger_file::read(include_bytes!("../../tests/golden/ledger/later.xcz")).unwrap();
    let unknown = file.log.iter().find(|s| matches!(s.batch.kind, BatchKind::Unknown(_))).unwrap();
    assert!(unknown.batch.operations.iter().any(|o| matches!(o.change, Change::Unknown(_))));
    let memory = Memory::new();
    let session = now(Session::open(memory.clone())).unwrap();
    now(session.commit(&file.log, Extra::default())).unwrap();
    now(session.flush_pages()).unwrap();
    let back = now(Session::open(memory)).unwrap();
    // What it changed in ways that are known is shown; everything goes on as it came.
    let area = back.with(|s| s.record("R06", RowId::from_bits(1)).and_then(|r| r.value("area")).cloned());
    assert_eq!(area, Some(Value::Int(7)));
    let log = now(back.log()).unwrap();
    let bytes = ledger_file::write(&log, &Default::default()).unwrap();
    assert_eq!(ledger_file::read(&bytes).unwrap().log, file.log);
    back.with(|s| {
        let head = s.batches().find(|b| matches!(b.kind, BatchKind::Unknown(_))).unwrap();
        assert_eq!(head.kind, unknown.batch.kind);
    });
}

fn author<S: Store>(session: &Session<S>, device: u64) -> RefCell<Author> {
    let person = crate::ledger::Person::county("测试");
    RefCell::new(session.with(|s| Author::new(DeviceId(device), person, s, Box::new(Seeded(device)))))
}

fn open_leaves(session: &Session<Memory>, register: &str) -> usize {
    session.with(|s| s.sheet(register).map_or(0, |sheet| sheet.open_leaves()))
}

#[test]
fn pages_are_opened_when_they_are_looked_at_and_none_is_missed() {
    let store = Memory::new();
    let session = now(Session::open(store.clone())).unwrap();
    let author = author(&session, 1);
    let rows = codec::ROWS as u128 * 2 + 5;
    let mut draft = Draft::new(BatchKind::Edit);
    for n in 0..rows {
        let fields =
            vec![("area".into(), Value::Int(n as i64)), ("name".into(), Value::text(&format!("{n}")))];
        draft.create("R06", "line", RowId::from_bits(n * 2), fields, None);
    }
    now(session.record(&author, draft, 1000, Extra::default())).unwrap();
    now(session.flush_pages()).unwrap();
    let before = session.with(whole);

    let session = now(Session::open(store.clone())).unwrap();
    assert_eq!(session.opening().tail, 0);
    assert_eq!(open_leaves(&session, "R06"), 0, "nobody has looked");
    let row = |n: u128| RowId::from_bits(n * 2);
    let area = |n: u128| {
        session.with(|s| s.record("R06", row(n)).and_then(|r| r.value("area").and_then(Value::as_decimal)))
    };
    assert_eq!(area(3000), Some(3000.into()));
    assert_eq!(open_leaves(&session, "R06"), 1, "one was looked at");
    assert!(session.with(|s| s.record("R06", RowId::from_bits(6001)).is_none()));
    assert_eq!(session.with(|s| s.sheet("R06").map(|s| s.count())), Some(rows as usize));
    assert_eq!(open_leaves(&session, "R06"), 1, "counting opens none");
    // What is written opens its page, and is there after the next opening.
    let author = self::author(&session, 2);
    let mut draft = Draft::new(BatchKind::Edit);
    session.with(|s| draft.set(s, "R06", row(1), "area", Some(Value::Int(99_999)), None));
    now(session.record(&author, draft, 2000, Extra::default())).unwrap();
    assert_eq!(open_leaves(&session, "R06"), 2);
    assert_ne!(session.with(whole), before);
    let edited = session.with(whole);
    now(session.flush_pages()).unwrap();
    assert_eq!(session.with(whole), edited);
    assert_eq!(now(Session::open(store)).unwrap().with(whole), edited);
}

/// Everything that tables say, and how many records there are.
fn tables(state: &State) -> Vec<String> {
    let mut said = Vec::new();
    for register in state.schema().all() {
        let Some(sheet) = state.sheet(&register.key) else { continue };
        said.push(format!("{} {} {}", register.key, sheet.count(), sheet.count_live()));
        for kind in &register.kinds {
            said.push(format!("{} {}", kind.key, sheet.count_of(&kind.key)));
            let Some(table) = Table::open(state, &register.key, Some(&kind.key)) else { continue };
            let fields = kind.fields.iter().map(|f| f.key.to_string());
            let keys = fields.chain(DIMENSIONS.iter().map(|d| (*d).to_owned()));
            let above = register.above(kind).map(|k| format!("parent.{}", k.title));
            said.push(format!("{:?}", table.ids()));
            for key in keys.chain(above) {
                let Ok(column) = table.column(&key) else { continue };
                said.push(format!("{key} {:?} {:?} {:?}", column.data, column.worded, column.forecast));
            }
        }
    }
    said
}

/// The sample county, some of it changed, removed and moved, and rows whose identities do not ascend.
fn worked_county(session: &Session<Memory>) {
    let author = author(session, 1);
    let mut draft = crate::analysis::sample::draft(&mut author.borrow_mut(), 1_700_000_000_000);
    for n in 0..40u128 {
        let area = Value::Quantity(Box::new(Quantity {
            face: (n as i64).into(),
            low: None,
            high: None,
            modifier: Modifier::About,
            forecast: n % 2 == 0,
            text: format!("约{n}").into(),
        }));
        let fields = vec![("area".into(), area), ("name".into(), Value::text(&format!("末{n}")))];
        draft.create("R06", "line", RowId::from_bits(1000 - n), fields, None);
    }
    let rows: Vec<(crate::value::Text, RowId)> =
        draft.operations.iter().map(|o| (o.register.clone(), o.row)).collect();
    now(session.record(&author, draft, 1_700_000_000_000, Extra::default())).unwrap();
    let mut draft = Draft::new(BatchKind::Edit);
    for (n, (register, row)) in rows.iter().enumerate().filter(|(_, (register, _))| &**register == "R06") {
        match n % 50 {
            0 => draft.delete(register, *row),
            1 => session.with(|s| draft.set(s, register, *row, "name", Some(Value::text("改名")), None)),
            2 => session.with(|s| draft.set(s, register, *row, "area", None, None)),
            3 => draft.advance(register, *row, "填报中", "已报送", None),
            _ => {}
        }
    }
    let sealed = session
        .with(|s| author.borrow_mut().seal(s, crate::ledger::Admitted::elsewhere(draft), 1_700_000_001_000));
    now(session.commit(&[sealed], Extra::default())).unwrap();
}

/// What the overview shows and what stands under a table are found in the packed pages: a page that is opened takes
/// twenty times its bytes and longer than its sums.
#[test]
fn sums_open_no_page() {
    use crate::analysis::indicator::{Ask, Indicators};
    use crate::analysis::overview::Overview;
    use crate::table::{Cache, Filter, query};
    let store = Memory::new();
    let session = now(Session::open(store.clone())).unwrap();
    worked_county(&session);
    now(session.flush_pages()).unwrap();
    let session = now(Session::open(store)).unwrap();
    let cache = Cache::new();
    let open = || ["R06", "R07"].map(|register| open_leaves(&session, register));
    session.with(|state| {
        let table = Table::open(state, "R06", None).unwrap();
        let feet = query::footer(&table, &Filter::default(), &["area".to_owned()]).unwrap();
        assert!(feet.iter().any(|f| f.value.is_some() && f.rows > 100));
    });
    assert_eq!(open(), [0, 0], "under the table");
    session.with(|state| {
        let desk = Indicators::new(state, &cache);
        let ask = Ask::of(crate::value::Period::year_of(2024));
        assert!(!Overview::of(&desk, &ask).unwrap().cards.is_empty());
    });
    assert_eq!(open(), [0, 0], "on the overview");
}

/// A ledger that has grown year by year, each of more rows than fit in a page.
fn grown_ledger(session: &Session<Memory>) {
    use crate::table::fixture::{finance, industry};
    let author = author(session, 1);
    let mut draft = Draft::new(BatchKind::Edit);
    let row = |n: usize| RowId::from_bits(1000 + n as u128);
    let mut create = |register: &str, kind: &str, id: RowId, fields: Vec<(&str, Value)>| {
        let mut fields: Vec<_> = fields.into_iter().map(|(k, v)| (crate::value::Text::from(k), v)).collect();
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        draft.create(register, kind, id, fields, None);
    };
    let villages: Vec<RowId> = (0..20).map(|n| RowId::from_bits(n + 1)).collect();
    for (n, id) in villages.iter().enumerate() {
        let name = Value::text(&format!("村{n}"));
        create("R01", "org", *id, vec![("name", name), ("kind", Value::choice("村"))]);
    }
    for n in 0..5 * codec::ROWS + 700 {
        let (year, village) = (2021 + n / (codec::ROWS + 140), villages[n % 20]);
        let nature = if n % 11 == 0 { "预计" } else { "实际" };
        let numbers = [format!("{}.5", n % 90), format!("{}", n % 7), format!("{}.00", n % 1000)];
        let [area, output, value] = &numbers;
        let (product, period) = (format!("品种{}", n % 9), year.to_string());
        create("R06", "line", row(n), industry(village, &product, &period, [area, output, value], nature));
        if n % 50 == 0 {
            create("R07", "line", row(n), finance(village, &period, "经营收入", &format!("{n}.00")));
        }
    }
    let sealed = session
        .with(|s| author.borrow_mut().seal(s, crate::ledger::Admitted::elsewhere(draft), 1_700_000_001_000));
    now(session.commit(&[sealed], Extra::default())).unwrap();
}

/// What was worked out of the years that are over is not worked out again after reopening, and stands only as long as
/// nothing has changed in them.
#[test]
fn the_overview_of_a_reopened_ledger_reads_no_year_that_it_knows() {
    use crate::analysis::indicator::{Ask, Indicators};
    use crate::analysis::overview::Overview;
    use crate::table::Cache;
    let page = |state: &State, cache: &Cache| {
        let ask = Ask::of(crate::value::Period::year_of(2025));
        format!("{:?}", Overview::of(&Indicators::new(state, cache), &ask).unwrap())
    };
    for years in [Some(2025), None] {
        let store = Memory::new();
        let session = now(Session::open(store.clone())).unwrap();
        if years.is_some() {
            grown_ledger(&session)
        } else {
            worked_county(&session)
        }
        let cache = Cache::new();
        let first = session.with(|state| page(state, &cache));
        assert_eq!(
            session.with(|state| cache.gists(state)),
            None,
            "what is not on the medium has no checksum yet"
        );
        now(session.flush_pages()).unwrap();
        let gists = session.with(|state| cache.gists(state)).unwrap();
        assert_eq!(session.with(|state| cache.gists(state)), None, "nothing new");

        let session = now(Session::open(store.clone())).unwrap();
        let cache = Cache::new();
        cache.recall(&gists);
        assert_eq!(session.with(|state| page(state, &cache)), first);
        assert_eq!(session.with(|state| cache.gists(state)), None, "all of it was known");
        // Of a ledger that grew year by year only the year that is shown was read.
        assert_eq!(cache.known_years("R06"), [years]);
        assert_eq!(open_leaves(&session, "R06"), 0);

        // One row of a year that is over says something else.
        let author = self::author(&session, 2);
        let mut draft = Draft::new(BatchKind::Edit);
        let changed = session.with(|state| {
            let sheet = state.sheet("R06").unwrap();
            let year = |r: &crate::ledger::Record| Some(r.value("period")?.as_period()?.year());
            let counts = |r: &crate::ledger::Record| r.value("nature") == Some(&Value::choice("实际"));
            let row = sheet
                .live()
                .find(|r| year(r) == Some(2023) && counts(r) && r.value("output_value").is_some());
            row.unwrap().id()
        });
        let much = Value::Money(crate::value::Money::from_yuan(77_000_000.into()).unwrap());
        session.with(|s| draft.set(s, "R06", changed, "output_value", Some(much), None));
        let sealed = session.with(|s| {
            author.borrow_mut().seal(s, crate::ledger::Admitted::elsewhere(draft), 1_700_000_009_000)
        });
        now(session.commit(&[sealed], Extra::default())).unwrap();
        let after = session.with(|state| page(state, &cache));
        assert_ne!(after, first);
        assert_eq!(after, session.with(|state| page(state, &Cache::new())), "in the same visit");
        now(session.flush_pages()).unwrap();
        let session = now(Session::open(store)).unwrap();
        let cache = Cache::new();
        cache.recall(&gists);
        assert_eq!(
            session.with(|state| page(state, &cache)),
            after,
            "with what was worked out before the change"
        );
    }
}

#[test]
fn packed_records_say_in_tables_what_open_ones_say() {
    let store = Memory::new();
    let session = now(Session::open(store.clone())).unwrap();
    worked_county(&session);
    let mut replayed = State::new();
    for sealed in now(session.log()).unwrap() {
        replayed.apply(&sealed.batch, sealed.digest);
    }
    let expected = tables(&replayed);
    assert!(expected.len() > 100);
    now(session.flush_pages()).unwrap();
    let session = now(Session::open(store.clone())).unwrap();
    assert_eq!(session.with(tables), expected);
    // Nothing of it needed the records of the industry register; what is removed is looked at for conflicts.
    assert_eq!(open_leaves(&session, "R06"), 0);
    assert_eq!(session.with(State::conflicts), replayed.conflicts());
    assert_eq!(session.with(State::digest), replayed.digest());
    assert_eq!(session.with(tables), expected, "the same once they are open");
}

#[test]
fn what_nobody_looks_at_is_packed_again_and_says_the_same() {
    let store = Memory::new();
    let session = now(Session::open(store.clone())).unwrap();
    worked_county(&session);
    let dirty = open_leaves(&session, "R06");
    assert!(dirty > 0);
    let tidy = |budget: usize| session.0.state.borrow_mut().tidy(budget);
    tidy(0);
    assert_eq!(open_leaves(&session, "R06"), dirty, "what is not on the medium stays");
    now(session.flush_pages()).unwrap();
    let (before, digest) = (session.with(whole), session.with(State::digest));
    assert_eq!(open_leaves(&session, "R06"), dirty, "there is room");
    tidy(0);
    assert_eq!(session.with(|s| s.registers().map(|(_, sheet)| sheet.open_leaves()).sum::<usize>()), 0);
    let reopened = now(Session::open(store)).unwrap();
    assert_eq!(session.with(tables), reopened.with(tables));
    assert_eq!(session.with(whole), before);
    assert_eq!(session.with(State::digest), digest);
    // Of two that were opened, the one that was looked at since stays.
    let first = |register: &str| session.with(|s| s.sheet(register).and_then(|s| s.nth(0)).is_some());
    tidy(usize::MAX);
    assert!(first("R06"));
    let least = session.with(|s| s.sheet("R06").map_or(0, |s| s.all().map(|r| r.size()).sum()));
    tidy(least);
    assert_eq!((open_leaves(&session, "R06"), open_leaves(&session, "R01")), (1, 0));
}

mod reopened {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Point(u128, u128),
        Join(u128, u128, Verdict),
        Remove(u128),
        Restore(u128),
        Flush,
        Tidy,
        Reopen,
    }

    fn step() -> impl Strategy<Value = Step> {
        let (place, row) = (0u128..6, 100u128..110);
        let verdict = prop_oneof![3 => Just(Verdict::One), 2 => Just(Verdict::Two), 1 => Just(Verdict::Open)];
        prop_oneof![
            3 => (row.clone(), place.clone()).prop_map(|(r, p)| Step::Point(r, p)),
            3 => (place.clone(), place, verdict).prop_map(|(a, b, v)| Step::Join(a, b, v)),
            1 => row.clone().prop_map(Step::Remove),
            1 => row.prop_map(Step::Restore),
            2 => Just(Step::Flush),
            2 => Just(Step::Tidy),
            2 => Just(Step::Reopen),
        ]
    }

    fn begin(draft: &mut Draft) {
        for n in 0..6u128 {
            let fields = vec![("name".into(), Value::text(&format!("村{n}")))];
            draft.create("R01", "org", RowId::from_bits(n), fields, None);
        }
        for n in 100..110u128 {
            let fields = vec![("org".into(), Value::Ref(RowId::from_bits(n % 6)))];
            draft.create("R06", "line", RowId::from_bits(n), fields, None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        /// However rows are joined, taken apart, pointed elsewhere and removed, with pages written and opened again at
        /// any time: what is shown is what the log alone adds up to.
        #[test]
        fn a_ledger_shows_what_its_log_says(steps in prop::collection::vec(step(), 1..24)) {
            let store = Memory::new();
            let mut session = now(Session::open(store.clone())).unwrap();
            let mut draft = Draft::new(BatchKind::Edit);
            begin(&mut draft);
            now(session.record(&author(&session, 1), draft, 1000, Extra::default())).unwrap();
            for (n, step) in steps.into_iter().enumerate() {
                let mut draft = Draft::new(BatchKind::Edit);
                let id = RowId::from_bits;
                session.with(|s| match step {
                    Step::Point(row, place) => draft.set(s, "R06", id(row), "org", Some(Value::Ref(id(place))), None),
                    Step::Join(a, b, verdict) if a != b => draft.join(s, "R01", (id(a), id(b)), verdict),
                    Step::Remove(row) => draft.remove(s, "R06", id(row)),
                    Step::Restore(row) => draft.put_back(s, "R06", id(row)),
                    _ => {}
                });
                match step {
                    Step::Flush => now(session.flush_pages()).unwrap(),
                    Step::Tidy => session.0.state.borrow_mut().tidy(0),
                    Step::Reopen => session = now(Session::open(store.clone())).unwrap(),
                    _ if draft.is_empty() => {}
                    _ => {
                        let sealed = session.with(|s| {
                            let person = crate::ledger::Person::county("测试");
                            let mut author = Author::new(DeviceId(1), person, s, Box::new(Seeded(n as u64)));
                            author.seal(s, crate::ledger::Admitted::elsewhere(draft), 2000 + n as u64)
                        });
                        now(session.commit(&[sealed], Extra::default())).unwrap();
                    }
                }
            }
            let mut replayed = State::new();
            for sealed in now(session.log()).unwrap() {
                replayed.apply(&sealed.batch, sealed.digest);
            }
            prop_assert_eq!(session.with(rows), rows(&replayed));
            prop_assert_eq!(session.with(State::digest), replayed.digest());
            now(session.flush_pages()).unwrap();
            let session = now(Session::open(store)).unwrap();
            prop_assert_eq!(session.with(State::digest), replayed.digest());
            prop_assert_eq!(session.with(State::conflicts), replayed.conflicts());
            prop_assert_eq!(session.with(rows), rows(&replayed));
        }
    }
}
