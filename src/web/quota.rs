//! How much room there is, and asking the browser to keep what is there.

use super::js;
use crate::storage::Estimate;

/// Below this the browser is most likely in a private window, where everything goes when it is closed.
pub const SMALL: u64 = 200 * 1024 * 1024;

/// Space in use and in all; empty where the browser does not tell (an old one, or plain http).
pub async fn estimate() -> Estimate {
    let Some(storage) = js::get(&js::navigator(), "storage") else { return Estimate::default() };
    let Ok(told) = js::call_and_wait(&storage, "estimate", &[]).await else { return Estimate::default() };
    let bytes = |name| js::get(&told, name).and_then(|n| n.as_f64()).map(|n| n as u64);
    Estimate { used: bytes("usage"), quota: bytes("quota") }
}

/// Whether the browser has promised not to remove the data when space runs short.
pub async fn is_persisted() -> bool {
    ask("persisted").await
}

/// Asks for that promise. Chromium decides by itself (an installed program gets it), Firefox asks the
/// person; hence only call this from a button.
pub async fn persist() -> bool {
    ask("persist").await
}

async fn ask(method: &str) -> bool {
    let Some(storage) = js::get(&js::navigator(), "storage") else { return false };
    js::call_and_wait(&storage, method, &[]).await.ok().and_then(|v| v.as_bool()).unwrap_or(false)
}
