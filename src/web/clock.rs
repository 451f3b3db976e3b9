//! What time it is, and where. Handed to the core as numbers, so that everything there can be tested.

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::js;
use crate::value::Date;

/// A reading of the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime {
    /// Milliseconds since 1970-01-01 UTC.
    pub millis: u64,
    /// Minutes that local time is ahead of UTC: 480 in China.
    pub offset: i32,
}

impl WallTime {
    /// Milliseconds of local time, for [`crate::value::DateTime::from_unix_millis`].
    pub fn local_millis(self) -> i64 {
        i64::try_from(self.millis).unwrap_or(i64::MAX).saturating_add(i64::from(self.offset) * 60_000)
    }
}

/// Now.
pub fn now() -> WallTime {
    let date = js_sys::Date::new_0();
    // JavaScript counts how far UTC is ahead of here.
    WallTime { millis: date.get_time().max(0.0) as u64, offset: -(date.get_timezone_offset() as i32) }
}

/// The day on the calendar here.
pub fn today() -> Date {
    // Only a clock that shows no year that anybody could write has no day.
    Date::from_unix_millis(now().local_millis()).unwrap_or(Date::EPOCH)
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

/// Milliseconds after which a page that is not looked at, and so is never painted, goes on all the same.
const UNSEEN: i32 = 200;
/// Milliseconds after which a page that is never at rest goes on all the same.
const RESTLESS: i32 = 2_000;

/// Waits until what was drawn is on the screen.
pub async fn painted() {
    first_of(&|done| {
        let window = web_sys::window()?;
        let after = done.clone();
        // The frame's callbacks run before it is painted; a task made there runs after.
        let frame = Closure::once_into_js(move || {
            if let Some(window) = web_sys::window() {
                let _ = window.set_timeout_with_callback(&after);
            }
        });
        window.request_animation_frame(frame.unchecked_ref()).ok()?;
        window.set_timeout_with_callback_and_timeout_and_arguments_0(done, UNSEEN).ok()
    })
    .await;
}

/// Waits until the page has nothing better to do.
pub async fn idle() {
    first_of(&|done| {
        let window = web_sys::window()?;
        let asked = js::call(&window, "requestIdleCallback", &[done]);
        // Safari has no such thing; then a pause has to do.
        let patience = if asked.is_ok() { RESTLESS } else { UNSEEN };
        window.set_timeout_with_callback_and_timeout_and_arguments_0(done, patience).ok()
    })
    .await;
}

/// Waits for the first call of the function that `arrange` gets; not at all when nothing could be arranged.
async fn first_of(arrange: &dyn Fn(&Function) -> Option<i32>) {
    let promise = Promise::new(&mut |resolve: Function, _reject| {
        if arrange(&resolve).is_none() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(promise).await;
}
