//! The program offline, and its updates.
//!
//! The service worker (`public/`, with its messages described there) keeps whole builds. A new build waits
//! until a person agrees; then this tab asks it to take over and reloads once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{EventTarget, MessageEvent};

use super::answer::Answer;
use super::{js, sleep};

/// What happens to the installed program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Kept for the first time: from now on it opens without a network.
    OfflineReady,
    /// A newer build is here and waits for consent ([`ServiceWorker::apply`]).
    Waiting,
    /// Another tab has switched to a newer build: this one goes on, but should be reloaded when convenient.
    Switched,
    /// A newer build did not arrive whole; the browser tries again later.
    Failed {
        /// Which file.
        file: String,
        /// Why.
        reason: String,
    },
}

/// The builds that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Builds {
    /// The one that opens next time.
    pub in_use: Option<String>,
    /// All, newest first: name and since when (milliseconds since 1970-01-01 UTC).
    pub kept: Vec<(String, u64)>,
}

/// The registration; it listens as long as it lives.
pub struct ServiceWorker {
    registration: JsValue,
    /// This tab has asked for the switch.
    asked: Rc<Cell<bool>>,
    _listeners: Rc<RefCell<Vec<EventListener>>>,
}

impl ServiceWorker {
    /// Registers `./sw.js`. None in a browser or at an address (plain http) without service workers: the
    /// program then works as long as the network does.
    pub async fn register(told: impl Fn(Update) + 'static) -> Option<Self> {
        let container = container()?;
        let told: Rc<dyn Fn(Update)> = Rc::new(told);
        let asked = Rc::new(Cell::new(false));
        let listeners: Rc<RefCell<Vec<EventListener>>> = Rc::default();
        let had_controller = js::get(&container, "controller").is_some();
        let options = js::object(&[("updateViaCache", JsValue::from_str("none"))]);
        let script = JsValue::from_str("./sw.js");
        let registration = js::call_and_wait(&container, "register", &[&script, &options]).await.ok()?;

        let target: EventTarget = container.clone().unchecked_into();
        let switched = {
            let (asked, told, first) = (Rc::clone(&asked), Rc::clone(&told), Cell::new(!had_controller));
            EventListener::new(&target, "controllerchange", move |_| {
                if asked.replace(false) {
                    reload();
                } else if first.replace(false) {
                    // The first installation takes charge of the page that made it; nothing has changed.
                    told(Update::OfflineReady);
                } else {
                    told(Update::Switched);
                }
            })
        };
        let messages = {
            let told = Rc::clone(&told);
            EventListener::new(&target, "message", move |event| {
                let Some(data) = event.dyn_ref::<MessageEvent>().map(|e| e.data()) else { return };
                let text = |name| js::get(&data, name).and_then(|v| v.as_string()).unwrap_or_default();
                if text("type") == "install-failed" {
                    told(Update::Failed { file: text("file"), reason: text("reason") });
                }
            })
        };
        let found = {
            let (registration, told, listeners) =
                (registration.clone(), Rc::clone(&told), Rc::downgrade(&listeners));
            EventListener::new(registration.clone().unchecked_ref(), "updatefound", move |_| {
                let Some(installing) = js::get(&registration, "installing") else { return };
                let target: EventTarget = installing.clone().unchecked_into();
                let (told, registration) = (Rc::clone(&told), registration.clone());
                let listener = EventListener::new(&target, "statechange", move |_| {
                    let state = js::get(&installing, "state").and_then(|s| s.as_string());
                    // Without an active one before it, it goes on by itself.
                    if state.as_deref() == Some("installed") && js::get(&registration, "active").is_some() {
                        told(Update::Waiting);
                    }
                });
                if let Some(listeners) = listeners.upgrade() {
                    listeners.borrow_mut().push(listener);
                }
            })
        };
        listeners.borrow_mut().extend([switched, messages, found]);
        // Messages of workers are held back until somebody says that the page listens.
        let _ = js::call(&container, "startMessages", &[]);
        // Found in an earlier visit, and not yet agreed to.
        if had_controller && js::get(&registration, "waiting").is_some() {
            told(Update::Waiting);
        }
        Some(Self { registration, asked, _listeners: listeners })
    }

    /// Whether a newer build waits.
    pub fn is_waiting(&self) -> bool {
        js::get(&self.registration, "waiting").is_some()
    }

    /// The person agrees: the waiting build takes over, then this page is loaded again. Only when no form is
    /// dirty. Returns whether there was one.
    pub fn apply(&self) -> bool {
        let Some(waiting) = js::get(&self.registration, "waiting") else { return false };
        self.asked.set(true);
        let sent = js::call(&waiting, "postMessage", &[&js::object(&[("type", JsValue::from_str("apply"))])]);
        if sent.is_err() {
            self.asked.set(false);
        }
        sent.is_ok()
    }

    /// Looks for a newer build now; what is found is told as usual.
    pub fn check(&self) {
        let registration = self.registration.clone();
        spawn_local(async move {
            // Without a network it simply finds nothing.
            let _ = js::call_and_wait(&registration, "update", &[]).await;
        });
    }

    /// The builds that are kept: for the way back.
    pub async fn builds(&self) -> Option<Builds> {
        let answer = self.ask(&[("type", JsValue::from_str("builds"))]).await?;
        let kept = js_sys::Array::from(&js::get(&answer, "kept")?);
        let one = |item: JsValue| {
            let since = js::get(&item, "since").and_then(|s| s.as_f64()).unwrap_or_default();
            Some((js::get(&item, "build")?.as_string()?, since as u64))
        };
        Some(Builds {
            in_use: js::get(&answer, "inUse").and_then(|b| b.as_string()),
            kept: kept.iter().filter_map(one).collect(),
        })
    }

    /// Goes back to a kept build, or forward again; from the next loading on. Returns whether it is whole.
    pub async fn use_build(&self, build: &str) -> bool {
        let message = [("type", JsValue::from_str("use")), ("build", JsValue::from_str(build))];
        let answer = self.ask(&message).await;
        answer.and_then(|a| js::get(&a, "ok")).and_then(|ok| ok.as_bool()).unwrap_or(false)
    }

    /// Sends a message to the worker in charge and waits for its answer, but not for ever.
    async fn ask(&self, message: &[(&str, JsValue)]) -> Option<JsValue> {
        let active = js::get(&self.registration, "active")?;
        let channel = web_sys::MessageChannel::new().ok()?;
        let answer: Answer<Option<JsValue>> = Answer::default();
        let listener = {
            let answer = answer.clone();
            EventListener::new(&channel.port1(), "message", move |event| {
                answer.give(event.dyn_ref::<MessageEvent>().map(|e| e.data()));
            })
        };
        channel.port1().start();
        let ports = js_sys::Array::of1(&channel.port2());
        js::call(&active, "postMessage", &[&js::object(message), &ports]).ok()?;
        let timeout = answer.clone();
        spawn_local(async move {
            sleep(5_000).await;
            timeout.give(None);
        });
        let told = answer.wait().await;
        drop(listener);
        channel.port1().close();
        told
    }
}

/// Whether this page is served by the service worker, that is, opens without a network.
pub fn is_offline_ready() -> bool {
    container().is_some_and(|c| js::get(&c, "controller").is_some())
}

/// Waits until a worker is in charge of the registration.
pub async fn ready() {
    let Some(ready) = container().and_then(|c| js::get(&c, "ready")) else { return };
    let _ = JsFuture::from(js_sys::Promise::resolve(&ready)).await;
}

/// Loads the page again.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Refused only while the page is being left anyway.
        let _ = window.location().reload();
    }
}

fn container() -> Option<JsValue> {
    js::get(&js::navigator(), "serviceWorker")
}
