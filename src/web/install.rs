//! Putting the program on the home screen.
//!
//! The browser offers it once, early, with an event that must be kept to be used later from a button.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsValue;

use super::js;

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installable {
    /// The browser offers it: show the button.
    Offered,
    /// It is done: hide the button.
    Done,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is being installed.
    Accepted,
    /// Not now.
    Dismissed,
    /// The browser had not offered it.
    NotOffered,
}

/// Listens as long as it lives. To be made at the very start, or the event is missed.
pub struct Install {
    offer: Rc<RefCell<Option<JsValue>>>,
    _listeners: Vec<EventListener>,
}

impl Install {
    /// `told` hears when it becomes possible, and when it is done.
    pub fn listen(told: impl Fn(Installable) + 'static) -> Self {
        let offer: Rc<RefCell<Option<JsValue>>> = Rc::default();
        let told = Rc::new(told);
        let Some(window) = web_sys::window() else { return Self { offer, _listeners: Vec::new() } };
        let offered = {
            let (offer, told) = (Rc::clone(&offer), Rc::clone(&told));
            let options = gloo::events::EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "beforeinstallprompt", options, move |event| {
                // Otherwise the browser shows its own bar at a moment of its choice.
                event.prevent_default();
                offer.replace(Some(JsValue::from(event)));
                told(Installable::Offered);
            })
        };
        let done = {
            let offer = Rc::clone(&offer);
            EventListener::new(&window, "appinstalled", move |_| {
                offer.replace(None);
                told(Installable::Done);
            })
        };
        Self { offer, _listeners: vec![offered, done] }
    }

    /// Asks the person. Must follow a click; an offer can be used once.
    pub async fn prompt(&self) -> Choice {
        let Some(offer) = self.offer.borrow_mut().take() else { return Choice::NotOffered };
        if js::call_and_wait(&offer, "prompt", &[]).await.is_err() {
            return Choice::NotOffered;
        }
        let Some(choice) = js::get(&offer, "userChoice") else { return Choice::Dismissed };
        let promise = js_sys::Promise::resolve(&choice);
        let told = wasm_bindgen_futures::JsFuture::from(promise).await.unwrap_or(JsValue::UNDEFINED);
        match js::get(&told, "outcome").and_then(|o| o.as_string()).as_deref() {
            Some("accepted") => Choice::Accepted,
            _ => Choice::Dismissed,
        }
    }
}

/// Whether it runs as an installed program, in its own window.
pub fn is_installed() -> bool {
    let window: JsValue = js_sys::global().into();
    let media = js::call(&window, "matchMedia", &[&JsValue::from_str("(display-mode: standalone)")]);
    let standalone = media.ok().and_then(|m| js::get(&m, "matches")).and_then(|m| m.as_bool());
    // Safari on phones tells it another way.
    let safari = js::get(&js::navigator(), "standalone").and_then(|s| s.as_bool());
    standalone.unwrap_or(false) || safari.unwrap_or(false)
}
