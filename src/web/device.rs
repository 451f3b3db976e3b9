//! Chance, and who this installation is.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::js;
use crate::ledger::{Author, Entropy};
use crate::storage::{Session, Store, StoreError};

/// The name of the small text that holds the actor's name.
pub const ACTOR: &str = "actor";

/// The browser's own source of chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chance;

impl Entropy for Chance {
    fn bits(&mut self) -> u64 {
        let bytes = Uint8Array::new_with_length(8);
        let crypto = js::get(&js_sys::global(), "crypto").unwrap_or(JsValue::UNDEFINED);
        let mut buffer = [0u8; 8];
        match js::call(&crypto, "getRandomValues", &[&bytes]) {
            Ok(_) => bytes.copy_to(&mut buffer),
            // Every browser that runs wasm has it. If one has not, identities are still unlikely to meet.
            Err(_) => {
                for byte in &mut buffer {
                    *byte = (js_sys::Math::random() * 256.0) as u8;
                }
            }
        }
        u64::from_le_bytes(buffer)
    }
}

/// Who makes batches here: the identity kept with the ledger (made when there is none), and the name that
/// the person gave, or `unnamed`.
pub async fn author<S: Store>(session: &Session<S>, unnamed: &str) -> Result<Author, StoreError> {
    let device = session.device(&mut Chance).await?;
    let actor = session.store().meta(ACTOR).await?;
    let actor = actor.as_deref().unwrap_or(unnamed);
    Ok(session.with(|state| Author::new(device, actor, state, Box::new(Chance))))
}
