//! What time it is, and where. Handed to the core as numbers, so that everything there can be tested.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::js;

/// A reading of the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Milliseconds since 1970-01-01 UTC.
    pub millis: u64,
    /// Minutes that local time is ahead of UTC: 480 in China.
    pub offset: i32,
}

impl Reading {
    /// Milliseconds of local time, for [`crate::value::DateTime::from_unix_millis`].
    pub fn local_millis(self) -> i64 {
        i64::try_from(self.millis).unwrap_or(i64::MAX).saturating_add(i64::from(self.offset) * 60_000)
    }
}

/// Now.
pub fn now() -> Reading {
    let date = js_sys::Date::new_0();
    // JavaScript counts how far UTC is ahead of here.
    Reading { millis: date.get_time().max(0.0) as u64, offset: -(date.get_timezone_offset() as i32) }
}

/// Waits. Works in the page and in the worker alike.
pub async fn sleep(millis: u32) {
    let promise = Promise::new(&mut |resolve: Function, _reject| {
        let timer = js::get(&js_sys::global(), "setTimeout").and_then(|t| t.dyn_into::<Function>().ok());
        let set = timer.map(|t| t.call2(&JsValue::UNDEFINED, &resolve, &JsValue::from(millis)));
        if !matches!(set, Some(Ok(_))) {
            // Without timers there is nothing to wait for.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(promise).await;
}
