//! The storage suite on real IndexedDB, and what a database does that memory does not: other connections,
//! other versions, deletion while it is open.

use std::cell::Cell;
use std::rc::Rc;

use indexed_db_futures::database::Database;
use wasm_bindgen_test::wasm_bindgen_test;
use xingcun::storage::suite::{self, Bench};
use xingcun::storage::{Session, Store, StoreError, Write};
use xingcun::web::idb::{Idb, Lost};

/// Every case has its databases, new for every run.
struct Scratch(&'static str);

impl Bench for Scratch {
    type Store = Idb;
    async fn open(&self, name: &str) -> Result<Idb, StoreError> {
        Idb::open(&format!("test {} {name}", self.0)).await
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
    a_break_in_the_chain_is_reported,
    drafts_survive_until_their_batch_is_recorded,
    undo_survives,
    operations_of_a_newer_version_survive,
    a_second_tab_is_followed,
    a_lost_race_is_sealed_again,
    a_copied_profile_is_noticed,
    files_are_kept_under_their_digest,
    small_texts_and_the_device_survive,
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
    assert!(matches!(Idb::open(name).await, Err(StoreError::Newer)));
}

#[wasm_bindgen_test]
async fn we_make_way_for_a_newer_version_and_say_so() {
    let name = "test make way";
    let ours = Idb::open(name).await.unwrap();
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
    let session = Session::open(Idb::open(name).await.unwrap()).await.unwrap();
    session.store().put_meta("a", "1").await.unwrap();
    Idb::delete(name).await.unwrap();
    assert_eq!(session.store().lost(), Some(Lost::Asked));
    assert_eq!(session.store().write(Write::strict()).await, Ok(()), "nothing to write, nothing to fail");
    assert_eq!(session.store().put_meta("a", "2").await, Err(StoreError::Gone));
    let again = Idb::open(name).await.unwrap();
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
    let result = Idb::open(name).await.map(|_| ());
    assert!(matches!(result, Err(StoreError::Blocked | StoreError::Unavailable { .. })), "{result:?}");
    stubborn.close();
}

#[wasm_bindgen_test]
async fn a_dropped_session_leaves_nothing_open() {
    let name = "test dropped";
    drop(Session::open(Idb::open(name).await.unwrap()).await.unwrap());
    // Would be blocked by a connection that was left open.
    newer(name).await.close();
}
