//! The storage suite on real IndexedDB, and what a database does that memory does not: other connections,
//! other versions, deletion while it is open.

use std::cell::Cell;
use std::rc::Rc;

use indexed_db_futures::database::Database;
use wasm_bindgen_test::wasm_bindgen_test;
use xingcun::storage::suite::{self, Bench};
use xingcun::storage::{Session, Store, StoreError, Write};
use xingcun::web::idb::{Idb, Lost, at_hand};

/// Every case has its databases, new for every run.
struct Scratch(&'static str);

impl Bench for Scratch {
    type Store = Idb;
    async fn open(&self, name: &str) -> Result<Idb, StoreError> {
        Idb::open(&format!("test {} {name}", self.0), at_hand).await
    }
}

macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        $(#[wasm_bindgen_test]
        async fn $case() {
            let outcome = suite::run(&Scratch(stringify!($case)), stringify!($case)).await;
            assert_eq!(outcome, Ok(()));
        })+

        #[wasm_bindgen_test]
        fn every_case_of_the_suite_is_run_here() {
            assert_eq!(suite::CASES, &[$(stringify!($case)),+]);
        }
    };
}

cases![
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

/// A plain connection as a newer version of the program would make one.
async fn newer(name: &str) -> Database {
    Database::open(name.to_owned()).with_version(2u32).with_on_upgrade_needed(|_, _| Ok(())).await.unwrap()
}

#[wasm_bindgen_test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let name = "test newer version";
    newer(name).await.close();
    assert!(matches!(Idb::open(name, at_hand).await, Err(StoreError::Newer)));
}

#[wasm_bindgen_test]
async fn we_make_way_for_a_newer_version_and_say_so() {
    let name = "test make way";
    let ours = Idb::open(name, at_hand).await.unwrap();
    ours.put_meta("a", "1").await.unwrap();
    let told = Rc::new(Cell::new(None));
    ours.on_lost({
        let told = Rc::clone(&told);
        move |why| told.set(Some(why))
    });
    newer(name).await.close();
    assert_eq!(told.get(), Some(Lost::Asked));
    assert_eq!(ours.put_meta("a", "2").await, Err(StoreError::Gone));
    assert_eq!(ours.meta("a").await, Err(StoreError::Gone));
}

#[wasm_bindgen_test]
async fn deletion_while_open_is_noticed_and_opening_again_works() {
    let name = "test deletion";
    let session = Session::open(Idb::open(name, at_hand).await.unwrap()).await.unwrap();
    session.store().put_meta("a", "1").await.unwrap();
    Idb::delete(name).await.unwrap();
    assert_eq!(session.store().lost(), Some(Lost::Asked));
    assert_eq!(session.store().write(Write::strict()).await, Ok(()), "nothing to write, nothing to fail");
    assert_eq!(session.store().put_meta("a", "2").await, Err(StoreError::Gone));
    let again = Idb::open(name, at_hand).await.unwrap();
    assert_eq!(again.meta("a").await, Ok(None));
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_make_way_blocks_and_opening_gives_up() {
    let name = "test blocked";
    // A connection that ignores the request to close, as programs of old versions did.
    let stubborn = newer(name).await;
    // Deleting waits for it, and whoever opens after that waits, too.
    let deleting = Database::delete_by_name(name).unwrap();
    wasm_bindgen_futures::spawn_local(async move {
        let _ = deleting.await;
    });
    let result = Idb::open(name, at_hand).await.map(|_| ());
    assert!(matches!(result, Err(StoreError::Blocked | StoreError::Unavailable { .. })), "{result:?}");
    stubborn.close();
}

#[wasm_bindgen_test]
async fn a_dropped_session_leaves_nothing_open() {
    let name = "test dropped";
    drop(Session::open(Idb::open(name, at_hand).await.unwrap()).await.unwrap());
    // Would be blocked by a connection that was left open.
    newer(name).await.close();
}

/// How long it takes, for people: `-- --ignored measure` with an optimised profile; machines differ, so
/// nothing is asserted.
#[wasm_bindgen_test]
#[ignore = "a measurement"]
async fn measure_a_hundred_thousand_rows() {
    use std::cell::RefCell;
    use wasm_bindgen_test::console_log;
    use xingcun::ledger::{Author, BatchKind, DeviceId, Draft, Origin, Seeded};
    use xingcun::storage::{Extra, Flush};
    use xingcun::value::{Decimal, Money, Period, RowId, Text, Value};

    let now = || js_sys::Date::now();
    let name = "test measure";
    let session = Session::open(Idb::open(name, at_hand).await.unwrap()).await.unwrap();
    let author =
        RefCell::new(session.with(|s| {
            Author::new(DeviceId(1), xingcun::ledger::Person::county("测试"), s, Box::new(Seeded(1)))
        }));
    let mut draft = Draft::new(BatchKind::Import { file: "大.xlsx".into() });
    for n in 0..100_000u128 {
        let fields: Vec<(Text, Value)> = vec![
            ("area".into(), Value::Decimal(Decimal::new((n % 1000) as i64, 1))),
            ("category".into(), Value::choice(["种植业", "养殖业", "林业"][(n % 3) as usize])),
            ("income".into(), Value::Money(Money::from_fen((n * 1234) as i64))),
            ("name".into(), Value::text(&format!("产业{n}"))),
            ("org".into(), Value::Ref(RowId::from_bits(n % 50))),
            ("output".into(), Value::Decimal(Decimal::new(n as i64, 2))),
            ("period".into(), Value::Period(Period::year_of(2020 + (n % 5) as i16))),
            ("product".into(), Value::choice(["血橙", "稻米", "生猪", "茶叶"][(n % 4) as usize])),
        ];
        let origin = Some(Origin { table: 0, row: n as u32 });
        draft.create("R06", "line", RowId::new(1_700_000_000_000, n), fields, origin);
    }
    let t = now();
    session.record(&author, draft, 1_700_000_000_000, Extra::default()).await.unwrap();
    console_log!("record 100 000 rows, strict: {} ms", now() - t);
    let t = now();
    drop(Session::open(Idb::open(name, at_hand).await.unwrap()).await.unwrap());
    console_log!("open from the log alone: {} ms", now() - t);
    let (t, mut longest, mut steps) = (now(), 0.0f64, 0);
    loop {
        let step = now();
        let left = session.flush_step(2).await.unwrap();
        steps += 1;
        if left == Flush::Done {
            console_log!("last step with the write: {} ms", now() - step);
            break;
        }
        longest = longest.max(now() - step);
    }
    console_log!("flush in {steps} steps: {} ms, longest step {longest} ms", now() - t);
    let t = now();
    let again = Session::open(Idb::open(name, at_hand).await.unwrap()).await.unwrap();
    console_log!("open from pages: {} ms, tail {}", now() - t, again.opening().tail);
    let mut edits = Vec::new();
    for n in 0..30i64 {
        let mut draft = Draft::new(BatchKind::Edit);
        let row = RowId::new(1_700_000_000_000, n as u128 * 3000);
        again.with(|s| draft.set(s, "R06", row, "area", Some(Value::Int(n)), None));
        let t = now();
        again.record(&author, draft, 1_700_000_100_000, Extra::default()).await.unwrap();
        edits.push(now() - t);
    }
    edits.sort_by(f64::total_cmp);
    console_log!("one edit, strict: median {} ms, slowest {} ms", edits[15], edits[29]);
    let t = now();
    again.flush_pages().await.unwrap();
    console_log!("flush after 30 edits: {} ms", now() - t);
    let room = again.estimate().await;
    console_log!("room: {room:?}");
    drop((session, again));
    Idb::delete(name).await.unwrap();
}
