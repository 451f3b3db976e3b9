//! What only a browser can show, each test in a real one.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

#[path = "browser/adapters.rs"]
mod adapters;
#[path = "browser/lock.rs"]
mod lock;
#[path = "browser/storage.rs"]
mod storage;

use wasm_bindgen_test::wasm_bindgen_test_configure;
wasm_bindgen_test_configure!(run_in_browser);
