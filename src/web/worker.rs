//! Heavy jobs in another thread.
//!
//! A worker is started for one task and ended after it, because the memory of wasm never shrinks; a task may
//! be a few jobs, such as reading a file, planning its import anew and writing it. The page posts a job, the worker posts progress as often as it likes, then the result or a failure. Cancelling is
//! ending the worker: whatever it was doing, nothing of it remains. Large bytes travel beside the message as
//! buffers that change hands without being copied again.
//!
//! Messages are arrays `[what, json, buffers]`: from the worker `ready`, `progress`, `done`, `failed`,
//! `lost` (the program did not start); to the worker `job`.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent, Url, Worker};

use super::answer::Answer;
use super::crypto::Aes;
use super::js;
use crate::register::Message;

/// Why a job has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerError {
    /// The worker did not start: its file was not found, or the browser has no workers.
    #[error("the worker did not start: {0}")]
    Unavailable(String),
    /// The job itself failed; the words are those of the handler.
    #[error("{0}")]
    Failed(String),
    /// The worker broke down: out of memory, or a fault of the program.
    #[error("the worker broke down: {0}")]
    Crashed(String),
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The two programs do not understand each other: they are of different builds.
    #[error("the worker speaks another language: {0}")]
    Misunderstood(String),
}

impl WorkerError {
    /// For people: what happened, and what to do. Technical words are English and said in English only.
    pub fn message(&self) -> Message {
        match self {
            Self::Unavailable(why) => Message::new(
                "后台程序打不开，请刷新后重试",
                format!("The worker does not start ({why}); reload and try again"),
            ),
            Self::Failed(why) => {
                Message::new("后台没有做完，请再试一次", format!("Not done ({why}); try again"))
            }
            Self::Crashed(why) => Message::new(
                "后台程序中断了（可能内存不够），请关掉别的页面再试",
                format!("The worker broke down ({why}); close other pages and try again"),
            ),
            Self::Cancelled => Message::new("已取消", "Called off"),
            Self::Misunderstood(why) => Message::new(
                "页面和后台不是同一版，请刷新后重试",
                format!("Page and worker are of different builds ({why}); reload"),
            ),
        }
    }
}

impl WorkerError {
    /// The same about files that it was to read. Where it broke down over them, they are named: they may be the cause.
    pub fn over(&self, files: &str) -> Message {
        let Self::Crashed(why) = self else { return self.message() };
        Message::new(
            format!(
                "{files}：没有读完，什么也没写入。文件可能已损坏或不完整，请重新取一份，或用表格软件打开后另存；文件很大时请关掉别的页面再试"
            ),
            format!(
                "{files}: not finished; nothing was written ({why}). The file may be damaged or cut off: fetch it again, or open and save it anew; with a very large file, close other pages and try again"
            ),
        )
    }
}

thread_local! {
    /// The ledger's key and its rule: on the page for the workers that it starts, in a worker what it was given.
    static KEY: RefCell<Option<(Aes, String)>> = const { RefCell::new(None) };
}

/// Gives every worker that is started from here on the key of the ledger; none takes it back.
pub fn lend(key: Option<(Aes, String)>) {
    KEY.set(key);
}

/// The key that this worker was given with its rule.
pub fn lent() -> Option<(Aes, String)> {
    KEY.with_borrow(Clone::clone)
}

/// How a job ended: the result as JSON and its buffers.
type End = Result<(String, Vec<Vec<u8>>), WorkerError>;

/// A worker that is kept for several questions: it remembers what it was told before. Copies speak to the
/// same worker; it ends when the last is dropped, or when [`Talk::end`] is called.
#[derive(Clone)]
pub struct Talk(Rc<Inner>);

struct Inner {
    parts: RefCell<Option<Parts>>,
    /// The question that is being answered.
    asked: RefCell<Option<Asked>>,
    /// A question that was put before the worker was ready.
    waiting: RefCell<Option<(String, Vec<Vec<u8>>)>>,
    started: Cell<bool>,
}

struct Asked {
    end: Answer<End>,
    progress: Rc<dyn Fn(&str)>,
}

/// A worker with its listeners and its script.
struct Parts {
    worker: Worker,
    script: String,
    _listeners: [EventListener; 2],
}

impl Inner {
    fn finish(&self, end: End) {
        let asked = self.asked.borrow_mut().take();
        if let Some(asked) = asked {
            asked.end.give(end);
        }
    }

    fn end(&self) {
        // Taken out first: dropping a listener from within itself is done by whoever comes last.
        let parts = self.parts.borrow_mut().take();
        if let Some(parts) = parts {
            parts.worker.terminate();
            let _ = Url::revoke_object_url(&parts.script);
            // The listener that is running now must not be freed under its feet.
            wasm_bindgen_futures::spawn_local(async move { drop(parts) });
        }
    }

    fn post(&self, job: &str, buffers: &[Vec<u8>]) {
        let (message, transfer) = pack("job", job, buffers);
        let sent =
            self.parts.borrow().as_ref().map(|p| p.worker.post_message_with_transfer(&message, &transfer));
        if let Some(Err(error)) = sent {
            self.finish(Err(WorkerError::Unavailable(js::words(&error))));
        }
    }

    /// The key goes before the first job; the browser hands it over without anybody reading it.
    fn hand_key(&self) {
        if let Some((Aes(key), rule)) = lent()
            && let Some(parts) = &*self.parts.borrow()
        {
            let message = Array::of3(&JsValue::from_str("key"), &JsValue::from_str(&rule), &Array::of1(&key));
            // A worker without it says that the ledger is locked.
            let _ = parts.worker.post_message(&message);
        }
    }

    fn hear(&self, event: &MessageEvent) {
        let (what, json, buffers) = unpack(&event.data());
        match what.as_str() {
            "ready" => {
                self.started.set(true);
                self.hand_key();
                let waiting = self.waiting.borrow_mut().take();
                if let Some((job, buffers)) = waiting {
                    self.post(&job, &buffers);
                }
            }
            "progress" => {
                let progress = self.asked.borrow().as_ref().map(|a| Rc::clone(&a.progress));
                if let Some(progress) = progress {
                    progress(&json);
                }
            }
            "done" => self.finish(Ok((json, buffers))),
            "failed" => self.finish(Err(WorkerError::Failed(json))),
            "lost" => {
                self.finish(Err(WorkerError::Unavailable(json)));
                self.end();
            }
            _ => {}
        }
    }

    fn broke(&self, event: &web_sys::Event) {
        let why = event.dyn_ref::<ErrorEvent>().map(|e| e.message()).unwrap_or_default();
        let error = if self.started.get() {
            super::doubt::note();
            WorkerError::Crashed(why)
        } else {
            WorkerError::Unavailable(why)
        };
        self.finish(Err(error));
        self.end();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

impl Talk {
    /// Starts the program's own worker (`worker.js` beside the page).
    pub fn start() -> Result<Self, WorkerError> {
        Self::start_script(&loader()?)
    }

    /// Starts another script; for tests.
    pub fn start_script(script: &str) -> Result<Self, WorkerError> {
        let unavailable = |e: JsValue| WorkerError::Unavailable(js::words(&e));
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let script =
            Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(script)), &options)
                .and_then(|blob| Url::create_object_url_with_blob(&blob))
                .map_err(unavailable)?;
        let worker = Worker::new(&script).map_err(unavailable)?;
        let inner = Rc::new(Inner {
            parts: RefCell::new(None),
            asked: RefCell::new(None),
            waiting: RefCell::new(None),
            started: Cell::new(false),
        });
        let messages = {
            let inner = Rc::downgrade(&inner);
            EventListener::new(&worker, "message", move |event| {
                if let (Some(inner), Some(event)) = (inner.upgrade(), event.dyn_ref::<MessageEvent>()) {
                    inner.hear(event);
                }
            })
        };
        let errors = {
            let inner = Rc::downgrade(&inner);
            EventListener::new(&worker, "error", move |event| {
                if let Some(inner) = inner.upgrade() {
                    inner.broke(event);
                }
            })
        };
        inner.parts.replace(Some(Parts { worker, script, _listeners: [messages, errors] }));
        Ok(Self(inner))
    }

    /// Whether it was not ended and has not broken down; perhaps it is still starting.
    pub fn lives(&self) -> bool {
        self.0.parts.borrow().is_some()
    }

    /// Puts a question and waits for its answer and buffers. One question at a time: a second one makes the
    /// first answer [`WorkerError::Cancelled`].
    pub async fn ask<J: Serialize, P: DeserializeOwned + 'static, R: DeserializeOwned>(
        &self,
        job: &J,
        buffers: Vec<Vec<u8>>,
        progress: impl Fn(P) + 'static,
    ) -> Result<(R, Vec<Vec<u8>>), WorkerError> {
        let misunderstood = |e: serde_json::Error| WorkerError::Misunderstood(e.to_string());
        let job = serde_json::to_string(job).map_err(misunderstood)?;
        let end = Answer::default();
        let progress: Rc<dyn Fn(&str)> = Rc::new(move |json| {
            // Progress that is not understood is not worth failing for.
            if let Ok(step) = serde_json::from_slice(json.as_bytes()) {
                progress(step);
            }
        });
        self.0.finish(Err(WorkerError::Cancelled));
        if self.0.parts.borrow().is_none() {
            return Err(WorkerError::Cancelled);
        }
        self.0.asked.replace(Some(Asked { end: end.clone(), progress }));
        if self.0.started.get() {
            self.0.post(&job, &buffers);
        } else {
            self.0.waiting.replace(Some((job, buffers)));
        }
        let (json, buffers) = end.wait().await?;
        Ok((serde_json::from_slice(json.as_bytes()).map_err(misunderstood)?, buffers))
    }

    /// Ends the worker; a question that is open answers [`WorkerError::Cancelled`].
    pub fn end(&self) {
        self.0.end();
        self.0.finish(Err(WorkerError::Cancelled));
    }
}

/// The script that loads the worker's program. Its files have no hash in their names, so they are asked for
/// by the page's own build (see the service worker); addresses are made absolute, because a script of its
/// own has no place to be relative to.
fn loader() -> Result<String, WorkerError> {
    let lost = |e: JsValue| WorkerError::Unavailable(js::words(&e));
    let document = web_sys::window()
        .and_then(|w| w.document())
        .ok_or_else(|| WorkerError::Unavailable("no page".to_owned()))?;
    let base = document.base_uri().map_err(lost)?.unwrap_or_default();
    let build = document
        .query_selector("meta[name=xingcun-build]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .filter(|build| !build.is_empty());
    let address = |file: &str| -> Result<String, WorkerError> {
        let url = Url::new_with_base(file, &base).map_err(lost)?;
        if let Some(build) = &build {
            url.set_search(&format!("?build={build}"));
        }
        serde_json::to_string(&url.href()).map_err(|e| WorkerError::Unavailable(e.to_string()))
    };
    let (script, program) = (address("./worker.js")?, address("./worker_bg.wasm")?);
    Ok(format!(
        "importScripts({script});\n\
         wasm_bindgen({{module_or_path: {program}}}).catch(function (e) {{\n\
           postMessage(['lost', String(e && e.message || e), []]);\n\
         }});\n"
    ))
}

/// A way to post progress from within a job.
pub type Post<P> = Rc<dyn Fn(&P)>;

/// A job that is done.
pub struct Done<R> {
    result: R,
    buffers: Vec<Vec<u8>>,
    then: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl<R> Done<R> {
    /// With nothing beside the result.
    pub const fn new(result: R) -> Self {
        Self { result, buffers: Vec::new(), then: None }
    }

    /// With buffers beside it.
    pub const fn with(result: R, buffers: Vec<Vec<u8>>) -> Self {
        Self { result, buffers, then: None }
    }

    /// What is left to do once the result was posted, for which nobody has to wait.
    #[must_use]
    pub fn then(self, left: impl Future<Output = ()> + 'static) -> Self {
        Self { then: Some(Box::pin(left)), ..self }
    }
}

/// On the worker's side: does one job after the other with `handle`, which gets the job, its buffers and a
/// way to post progress, and gives the result, or words about what went wrong.
pub fn serve<J, P, R, F>(handle: impl Fn(J, Vec<Vec<u8>>, Post<P>) -> F + 'static)
where
    J: DeserializeOwned + 'static,
    P: Serialize + 'static,
    R: Serialize + 'static,
    F: Future<Output = Result<Done<R>, String>> + 'static,
{
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let post = {
        let scope = scope.clone();
        Rc::new(move |what: &str, json: &str, buffers: &[Vec<u8>]| {
            let (message, transfer) = pack(what, json, buffers);
            // Fails only for what cannot be copied; bytes and text always can.
            let _ = scope.post_message_with_transfer(&message, &transfer);
        })
    };
    let ready = Rc::clone(&post);
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(key) = key_of(&event.data()) {
            return lend(Some(key));
        }
        let (what, json, buffers) = unpack(&event.data());
        if what != "job" {
            return;
        }
        let progress: Post<P> = {
            let post = Rc::clone(&post);
            Rc::new(move |step: &P| {
                if let Ok(json) = serde_json::to_string(step) {
                    post("progress", &json, &[]);
                }
            })
        };
        let post = Rc::clone(&post);
        match serde_json::from_slice(json.as_bytes()) {
            Ok(job) => {
                let work = handle(job, buffers, progress);
                wasm_bindgen_futures::spawn_local(async move {
                    let done = work.await;
                    let done = done.and_then(|Done { result, buffers, then }| {
                        Ok((serde_json::to_string(&result).map_err(|e| e.to_string())?, buffers, then))
                    });
                    match done {
                        Ok((json, buffers, then)) => {
                            post("done", &json, &buffers);
                            if let Some(left) = then {
                                left.await;
                            }
                        }
                        Err(why) => post("failed", &why, &[]),
                    }
                });
            }
            Err(error) => post("failed", &error.to_string(), &[]),
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // As long as the worker lives.
    listener.forget();
    ready("ready", "", &[]);
}

/// A message, and what changes hands with it.
fn pack(what: &str, json: &str, buffers: &[Vec<u8>]) -> (JsValue, JsValue) {
    let transfer = Array::new();
    for buffer in buffers {
        transfer.push(&Uint8Array::from(buffer.as_slice()).buffer());
    }
    let message = Array::of3(&JsValue::from_str(what), &JsValue::from_str(json), &transfer);
    // The list of what changes hands must be another one than the list in the message.
    (message.into(), transfer.slice(0, transfer.length()).into())
}

/// The key of a message that hands one over.
fn key_of(message: &JsValue) -> Option<(Aes, String)> {
    let parts = Array::from(message);
    if parts.get(0).as_string()? != "key" {
        return None;
    }
    Some((Aes(Array::from(&parts.get(2)).get(0)), parts.get(1).as_string()?))
}

fn unpack(message: &JsValue) -> (String, String, Vec<Vec<u8>>) {
    let parts = Array::from(message);
    let text = |at| parts.get(at).as_string().unwrap_or_default();
    let buffers = Array::from(&parts.get(2)).iter().map(|b| Uint8Array::new(&b).to_vec()).collect();
    (text(0), text(1), buffers)
}
