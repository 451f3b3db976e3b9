//! The width of an element, as it changes.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// Calls `tell` with the content width in CSS pixels of an element without padding, now and whenever it changes:
/// now, because the observer tells only after the next frame, and what is drawn then would push the rest about. The
/// observer lives as long as the element: the browser drops both together.
pub fn watch_width(element: &web_sys::Element, tell: impl Fn(f64) + 'static) {
    let now = element.get_bounding_client_rect().width();
    if now > 0.0 {
        tell(now);
    }
    let callback = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Ok(entry) = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>() {
            let width = entry.content_rect().width();
            // A hidden element has no width; the drawing waits until it is shown.
            if width > 0.0 {
                tell(width);
            }
        }
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    callback.forget();
}
