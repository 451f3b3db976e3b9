//! One step that the browser's Back takes before it leaves the page: it closes what lies in front of the page.
//!
//! The step is an entry of the browser's history at the same address, marked as ours. It goes when Back is used,
//! or when the thing is closed otherwise.

use wasm_bindgen::prelude::*;

const MARK: &str = "in front";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = history, js_name = pushState)]
    fn push_state(state: &str, title: &str);
    #[wasm_bindgen(js_namespace = history, js_name = back)]
    fn go_back();
}

/// The step, as long as it is kept.
pub struct Step {
    #[expect(dead_code, reason = "it listens until it is dropped")]
    listener: gloo::events::EventListener,
}

impl Step {
    /// Adds the step; `close` is called when Back takes it.
    pub fn add(close: impl Fn() + 'static) -> Option<Self> {
        let window = web_sys::window()?;
        push_state(MARK, "");
        let listener = gloo::events::EventListener::new(&window, "popstate", move |_| {
            if !stands() {
                close();
            }
        });
        Some(Self { listener })
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        // Not after Back, nor when a link has led elsewhere: then the step is not the newest any more.
        if stands() {
            go_back();
        }
    }
}

/// Whether the browser stands on the step.
fn stands() -> bool {
    let state = web_sys::window()
        .and_then(|w| js_sys::Reflect::get(&w, &"history".into()).ok())
        .and_then(|h| js_sys::Reflect::get(&h, &"state".into()).ok());
    state.and_then(|s| s.as_string()).as_deref() == Some(MARK)
}
