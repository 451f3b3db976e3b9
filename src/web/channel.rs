//! Telling the other tabs.
//!
//! Messages are JSON, so that a tab with another version of the program can ignore what it does not know.

use gloo::events::EventListener;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::ledger::BatchId;

/// What tabs tell each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Batches were recorded: read them ([`crate::storage::Session::follow`]).
    Committed {
        /// Their names.
        batches: Vec<BatchId>,
    },
    /// Another tab has become the writer.
    TakeOver,
    /// Everything was removed on a person's wish: open again.
    Wiped,
    /// The ledger was locked, or is locked otherwise than before: open again.
    Lock,
    /// A small text was changed: language, actor, settings.
    Settings {
        /// Its name.
        key: String,
    },
    /// A draft was put or removed.
    Draft {
        /// Its name.
        key: String,
    },
}

/// A connection to the other tabs; it ends when this is dropped.
pub struct Channel {
    inner: Option<BroadcastChannel>,
    _listener: Option<EventListener>,
}

impl Channel {
    /// Joins the channel `name`; `hear` is called with what others tell, never with what this tab tells. In
    /// a browser without such channels nobody hears anything: tabs then learn of each other's batches when
    /// they record themselves.
    pub fn join(name: &str, hear: impl Fn(News) + 'static) -> Self {
        let Ok(inner) = BroadcastChannel::new(name) else { return Self { inner: None, _listener: None } };
        let listener = EventListener::new(&inner, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().and_then(|e| e.data().as_string());
            if let Some(news) = data.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()) {
                hear(news);
            }
        });
        Self { inner: Some(inner), _listener: Some(listener) }
    }

    /// Tells all others.
    pub fn tell(&self, news: &News) {
        if let (Some(channel), Ok(text)) = (&self.inner, serde_json::to_string(news)) {
            // Fails only when the channel is closed, and it is closed when this is dropped.
            let _ = channel.post_message(&JsValue::from_str(&text));
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channel) = &self.inner {
            channel.close();
        }
    }
}
