//! The small adapters, each doing its one thing in a real browser.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use xingcun::ledger::{Entropy as _, Person, Persons};
use xingcun::storage::{Memory, Session};
use xingcun::web::channel::{Channel, News};
use xingcun::web::locks::{Election, Seat};
use xingcun::web::worker::{Talk, WorkerError};
use xingcun::web::{clock, device, files, install, quota, service_worker, sleep};

/// Waits until `holds`, for at most five seconds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..100 {
        if holds() {
            return;
        }
        sleep(50).await;
    }
    panic!("not within five seconds: {what}");
}

fn hearing() -> (Rc<RefCell<Vec<Seat>>>, impl Fn(Seat) + 'static) {
    let heard: Rc<RefCell<Vec<Seat>>> = Rc::default();
    let inner = Rc::clone(&heard);
    (heard, move |role| inner.borrow_mut().push(role))
}

#[wasm_bindgen_test]
async fn one_writes_the_next_inherits_and_anybody_can_take_over() {
    let name = "test election";
    let (heard_a, hear_a) = hearing();
    let (heard_b, hear_b) = hearing();
    let a = Election::join(name, hear_a).await;
    let b = Election::join(name, hear_b).await;
    assert_eq!((a.seat(), b.seat()), (Seat::Writer, Seat::Reader));

    b.take_over().await;
    assert_eq!(b.seat(), Seat::Writer);
    until("a hears that it has lost", || a.seat() == Seat::Reader).await;
    assert_eq!(*heard_a.borrow(), [Seat::Reader]);
    assert_eq!(*heard_b.borrow(), [Seat::Writer]);

    // And back, several times.
    a.take_over().await;
    until("b hears that it has lost", || b.seat() == Seat::Reader).await;
    b.take_over().await;
    until("a hears that it has lost", || a.seat() == Seat::Reader).await;

    // The writer's tab is closed: the reader inherits without doing anything.
    drop(b);
    until("a inherits", || a.seat() == Seat::Writer).await;
    let c = Election::join(name, |_| ()).await;
    assert_eq!(c.seat(), Seat::Reader);
}

#[wasm_bindgen_test]
async fn others_hear_what_is_told_and_the_teller_does_not() {
    let heard: Rc<RefCell<Vec<News>>> = Rc::default();
    let echo: Rc<Cell<bool>> = Rc::default();
    let hear = Rc::clone(&heard);
    let _listener = Channel::join("test channel", move |news| hear.borrow_mut().push(news));
    let own = Rc::clone(&echo);
    let teller = Channel::join("test channel", move |_| own.set(true));
    teller.tell(&News::TakeOver);
    teller.tell(&News::Settings { key: "language".into() });
    until("two messages", || heard.borrow().len() == 2).await;
    assert_eq!(*heard.borrow(), [News::TakeOver, News::Settings { key: "language".into() }]);
    assert!(!echo.get());
    // Words of a newer version are passed over.
    let newer = web_sys::BroadcastChannel::new("test channel").unwrap();
    newer.post_message(&JsValue::from_str(r#"{"stitch":{"with":"R19"}}"#)).unwrap();
    teller.tell(&News::Wiped);
    until("the next one", || heard.borrow().len() == 3).await;
    assert_eq!(heard.borrow().last(), Some(&News::Wiped));
    newer.close();
}

/// A worker that speaks the protocol: doubles every byte, tells its progress, fails or breaks on demand.
const WORKER: &str = "
onmessage = function (e) {
  var job = JSON.parse(e.data[1]);
  if (e.data[0] !== 'job') return;
  if (job === 'fail') { postMessage(['failed', 'no such sheet', []]); return; }
  if (job === 'crash') { throw new Error('out of memory'); }
  if (job === 'hang') { return; }
  var bytes = new Uint8Array(e.data[2][0]);
  postMessage(['progress', '50', []]);
  var out = bytes.map(function (b) { return b * 2; });
  postMessage(['progress', '100', []]);
  postMessage(['done', JSON.stringify({ count: out.length }), [out.buffer]], [out.buffer]);
};
postMessage(['ready', '', []]);
";

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Count {
    count: usize,
}

/// What a question to the test's worker is answered with, and the progress that was heard.
async fn ask(
    talk: &Talk,
    job: &str,
    bytes: Vec<u8>,
) -> (Result<(Count, Vec<Vec<u8>>), WorkerError>, Vec<u32>) {
    let steps: Rc<RefCell<Vec<u32>>> = Rc::default();
    let hear = Rc::clone(&steps);
    let answer = talk.ask(&job, vec![bytes], move |step: u32| hear.borrow_mut().push(step)).await;
    let steps = steps.borrow().clone();
    (answer, steps)
}

#[wasm_bindgen_test]
async fn jobs_report_and_come_back_with_their_bytes_one_after_the_other() {
    let talk = Talk::start_script(WORKER).unwrap();
    for bytes in [vec![1, 2, 3], vec![4]] {
        let (answer, steps) = ask(&talk, "double", bytes.clone()).await;
        let (count, buffers) = answer.unwrap();
        assert_eq!(count, Count { count: bytes.len() });
        assert_eq!(buffers, [bytes.iter().map(|b| b * 2).collect::<Vec<u8>>()]);
        assert_eq!(steps, [50, 100]);
    }
}

#[wasm_bindgen_test]
async fn a_failing_a_crashing_and_a_missing_worker_are_told_apart() {
    let talk = Talk::start_script(WORKER).unwrap();
    assert_eq!(ask(&talk, "fail", vec![]).await.0, Err(WorkerError::Failed("no such sheet".into())));
    let crashed = ask(&talk, "crash", vec![]).await.0;
    assert!(matches!(crashed, Err(WorkerError::Crashed(why)) if why.contains("out of memory")));
    let missing = Talk::start_script("importScripts('/no/such/worker.js')").unwrap();
    assert!(matches!(ask(&missing, "double", vec![]).await.0, Err(WorkerError::Unavailable(_))));
}

#[wasm_bindgen_test]
async fn a_job_can_be_cancelled() {
    let talk = Talk::start_script(WORKER).unwrap();
    let other = talk.clone();
    wasm_bindgen_futures::spawn_local(async move {
        sleep(100).await;
        other.end();
    });
    assert_eq!(ask(&talk, "hang", vec![]).await.0, Err(WorkerError::Cancelled));
    assert_eq!(ask(&talk, "double", vec![]).await.0, Err(WorkerError::Cancelled));
}

#[wasm_bindgen_test]
async fn a_chosen_file_is_read_in_pieces() {
    let bytes: Vec<u8> = (0..5_000_000u32).map(|n| (n % 253) as u8).collect();
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let file = web_sys::File::new_with_u8_array_sequence(&parts, "某镇.xlsx").unwrap();
    let steps: RefCell<Vec<(u64, u64)>> = RefCell::default();
    let read =
        files::read(&file, 10_000_000, |done, all| steps.borrow_mut().push((done, all))).await.unwrap();
    assert!(read == bytes);
    assert_eq!(steps.borrow().first(), Some(&(0, 5_000_000)));
    assert_eq!(steps.borrow().last(), Some(&(5_000_000, 5_000_000)));
    assert!(steps.borrow().len() > 2);
    let refused = files::read(&file, 1_000_000, |_, _| ()).await;
    assert_eq!(refused, Err(files::FileError::TooLarge { size: 5_000_000, limit: 1_000_000 }));
    assert_eq!(files::download("表.csv", "text/csv", b"a,b\n"), Ok(()));
}

#[wasm_bindgen_test]
async fn the_author_keeps_the_device_and_takes_the_given_name() {
    let (a, b) = (device::Chance.bits(), device::Chance.bits());
    assert_ne!(a, b);
    let memory = Memory::new();
    let session = Session::open(memory.clone()).await.unwrap();
    let nobody = device::persons(&session).await.unwrap();
    let first = device::author(&session, nobody.who("本机")).await.unwrap();
    assert_eq!(first.actor, Person::unnamed("本机"));
    let mut persons = Persons::default();
    persons.take(Person::county("县农经站"));
    let text = serde_json::to_string(&persons).unwrap();
    xingcun::storage::Store::put_meta(session.store(), device::PERSONS, &text).await.unwrap();
    let session = Session::open(memory).await.unwrap();
    let kept = device::persons(&session).await.unwrap();
    let second = device::author(&session, kept.who("本机")).await.unwrap();
    assert_eq!((second.device, second.actor), (first.device, Person::county("县农经站")));
}

#[wasm_bindgen_test]
async fn the_clock_goes_and_the_zone_is_sane() {
    let before = clock::now();
    sleep(30).await;
    let after = clock::now();
    assert!(after.millis >= before.millis + 20, "{before:?} {after:?}");
    assert!(before.millis > 1_700_000_000_000);
    assert!((-14 * 60..=14 * 60).contains(&before.offset));
    let china = clock::WallTime { millis: 1_709_600_000_000, offset: 480 };
    assert_eq!(china.local_millis(), 1_709_628_800_000);
}

#[wasm_bindgen_test]
async fn the_room_is_told() {
    let room = quota::estimate().await;
    assert!(room.free().is_some_and(|free| free > quota::SMALL), "{room:?}");
    let _ = quota::is_persisted().await;
}

#[wasm_bindgen_test]
async fn the_offer_to_install_is_kept_for_a_button() {
    let told: Rc<RefCell<Vec<install::Installable>>> = Rc::default();
    let hear = Rc::clone(&told);
    let install = install::Install::listen(move |i| hear.borrow_mut().push(i));
    assert_eq!(install.prompt().await, install::Choice::NotOffered);
    let window = web_sys::window().unwrap();
    // As Chromium would send it.
    let event = js_sys::Function::new_no_args(
        "var e = new Event('beforeinstallprompt', { cancelable: true });
         e.prompt = function () { return Promise.resolve(); };
         e.userChoice = Promise.resolve({ outcome: 'accepted' });
         return e;",
    )
    .call0(&JsValue::UNDEFINED)
    .unwrap();
    let event: web_sys::Event = event.unchecked_into();
    assert!(!window.dispatch_event(&event).unwrap(), "the browser's own bar must be held back");
    assert_eq!(*told.borrow(), [install::Installable::Offered]);
    assert_eq!(install.prompt().await, install::Choice::Accepted);
    assert_eq!(install.prompt().await, install::Choice::NotOffered);
    assert!(!install::is_installed());
}

#[wasm_bindgen_test]
async fn without_a_service_worker_script_there_is_simply_none() {
    // The test server has no sw.js; what a real one does is seen end to end.
    assert!(service_worker::ServiceWorker::register(|_| ()).await.is_none());
    assert!(!service_worker::is_offline_ready());
}
