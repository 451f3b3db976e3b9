//! Heavy jobs in another thread.
//!
//! A worker is started for one job and ended after it, because the memory of wasm never shrinks. The page
//! posts the job, the worker posts progress as often as it likes, then the result or a failure. Cancelling is
//! ending the worker: whatever it was doing, nothing of it remains. Large bytes travel beside the message as
//! buffers that change hands without being copied again.
//!
//! Messages are arrays `[what, json, buffers]`: from the worker `ready`, `progress`, `done`, `failed`,
//! `lost` (the program did not start); to the worker `job`.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent, Url, Worker};

use super::answer::Answer;
use super::js;

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

/// How a job ended: the result as JSON and its buffers.
type End = Result<(String, Vec<Vec<u8>>), WorkerError>;

/// A job that is being done. Dropping it cancels it.
pub struct Running<R> {
    worker: Rc<Ending>,
    end: Answer<End>,
    result: PhantomData<R>,
}

/// Cancels a job from elsewhere, such as a button.
#[derive(Clone)]
pub struct Cancel {
    worker: Rc<Ending>,
    end: Answer<End>,
}

/// A worker, its listeners and its script, until it is ended.
struct Ending(RefCell<Option<Parts>>);

struct Parts {
    worker: Worker,
    script: String,
    _listeners: [EventListener; 2],
}

impl Ending {
    fn end(&self) {
        // Taken out first: dropping a listener from within itself is done by whoever comes last.
        let parts = self.0.borrow_mut().take();
        if let Some(parts) = parts {
            parts.worker.terminate();
            let _ = Url::revoke_object_url(&parts.script);
            // The listener that is running now must not be freed under its feet.
            wasm_bindgen_futures::spawn_local(async move { drop(parts) });
        }
    }
}

impl Cancel {
    /// Ends the worker; its future answers [`WorkerError::Cancelled`].
    pub fn cancel(&self) {
        self.worker.end();
        self.end.give(Err(WorkerError::Cancelled));
    }
}

impl<R: DeserializeOwned> Running<R> {
    /// For a button.
    pub fn canceller(&self) -> Cancel {
        Cancel { worker: Rc::clone(&self.worker), end: self.end.clone() }
    }

    /// Waits for the result and its buffers; the worker has ended then.
    pub async fn result(self) -> Result<(R, Vec<Vec<u8>>), WorkerError> {
        let (json, buffers) = self.end.wait().await?;
        let result = serde_json::from_str(&json).map_err(|e| WorkerError::Misunderstood(e.to_string()))?;
        Ok((result, buffers))
    }
}

impl<R> Drop for Running<R> {
    fn drop(&mut self) {
        self.worker.end();
    }
}

/// Starts the program's own worker (`worker.js` beside the page) and gives it `job` with `buffers`.
/// `progress` hears what it posts on the way.
pub fn start<J: Serialize, P: DeserializeOwned + 'static, R: DeserializeOwned>(
    job: &J,
    buffers: Vec<Vec<u8>>,
    progress: impl Fn(P) + 'static,
) -> Result<Running<R>, WorkerError> {
    start_script(&loader()?, job, buffers, progress)
}

/// The same with another script; for tests.
pub fn start_script<J: Serialize, P: DeserializeOwned + 'static, R: DeserializeOwned>(
    script: &str,
    job: &J,
    buffers: Vec<Vec<u8>>,
    progress: impl Fn(P) + 'static,
) -> Result<Running<R>, WorkerError> {
    let unavailable = |e: JsValue| WorkerError::Unavailable(js::words(&e));
    let job = serde_json::to_string(job).map_err(|e| WorkerError::Misunderstood(e.to_string()))?;
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let script = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(script)), &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map_err(unavailable)?;
    let worker = Worker::new(&script).map_err(unavailable)?;
    let end = Answer::default();
    let ending = Rc::new(Ending(RefCell::new(None)));
    let started = Rc::new(std::cell::Cell::new(false));

    let messages = {
        let (end, ending, started) = (end.clone(), Rc::downgrade(&ending), Rc::clone(&started));
        let to = worker.clone();
        let waiting = RefCell::new(Some((job, buffers)));
        EventListener::new(&worker, "message", move |event| {
            let Some(data) = event.dyn_ref::<MessageEvent>().map(|e| e.data()) else { return };
            let (what, json, buffers) = unpack(&data);
            let finished = match what.as_str() {
                "ready" => {
                    started.set(true);
                    let Some((job, buffers)) = waiting.borrow_mut().take() else { return };
                    let (message, transfer) = pack("job", &job, &buffers);
                    let sent = to.post_message_with_transfer(&message, &transfer);
                    sent.err().map(|e| Err(WorkerError::Unavailable(js::words(&e))))
                }
                "progress" => {
                    // Progress that is not understood is not worth failing for.
                    if let Ok(step) = serde_json::from_str(&json) {
                        progress(step);
                    }
                    None
                }
                "done" => Some(Ok((json, buffers))),
                "failed" => Some(Err(WorkerError::Failed(json))),
                "lost" => Some(Err(WorkerError::Unavailable(json))),
                _ => None,
            };
            if let Some(finished) = finished {
                end.give(finished);
                if let Some(ending) = ending.upgrade() {
                    ending.end();
                }
            }
        })
    };
    let errors = {
        let (end, ending) = (end.clone(), Rc::downgrade(&ending));
        EventListener::new(&worker, "error", move |event| {
            let why = event.dyn_ref::<ErrorEvent>().map(|e| e.message()).unwrap_or_default();
            end.give(Err(if started.get() {
                WorkerError::Crashed(why)
            } else {
                WorkerError::Unavailable(why)
            }));
            if let Some(ending) = ending.upgrade() {
                ending.end();
            }
        })
    };
    ending.0.replace(Some(Parts { worker, script, _listeners: [messages, errors] }));
    Ok(Running { worker: ending, end, result: PhantomData })
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

/// On the worker's side: does one job after the other with `handle`, which gets the job, its buffers and a
/// way to post progress, and gives the result and its buffers, or words about what went wrong.
pub fn serve<J, P, R>(
    mut handle: impl FnMut(J, Vec<Vec<u8>>, &dyn Fn(&P)) -> Result<(R, Vec<Vec<u8>>), String> + 'static,
) where
    J: DeserializeOwned + 'static,
    P: Serialize + 'static,
    R: Serialize + 'static,
{
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let post = {
        let scope = scope.clone();
        move |what: &str, json: &str, buffers: &[Vec<u8>]| {
            let (message, transfer) = pack(what, json, buffers);
            // Fails only for what cannot be copied; bytes and text always can.
            let _ = scope.post_message_with_transfer(&message, &transfer);
        }
    };
    let ready = post.clone();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let (what, json, buffers) = unpack(&event.data());
        if what != "job" {
            return;
        }
        let progress = |step: &P| {
            if let Ok(json) = serde_json::to_string(step) {
                post("progress", &json, &[]);
            }
        };
        let done = serde_json::from_str(&json)
            .map_err(|e| e.to_string())
            .and_then(|job| handle(job, buffers, &progress))
            .and_then(|(r, buffers)| Ok((serde_json::to_string(&r).map_err(|e| e.to_string())?, buffers)));
        match done {
            Ok((json, buffers)) => post("done", &json, &buffers),
            Err(why) => post("failed", &why, &[]),
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

fn unpack(message: &JsValue) -> (String, String, Vec<Vec<u8>>) {
    let parts = Array::from(message);
    let text = |at| parts.get(at).as_string().unwrap_or_default();
    let buffers = Array::from(&parts.get(2)).iter().map(|b| Uint8Array::new(&b).to_vec()).collect();
    (text(0), text(1), buffers)
}
