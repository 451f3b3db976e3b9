//! Chance, and who this installation is.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::js;
use crate::ledger::{Author, Entropy, Person, Persons};
use crate::storage::{Session, Store, StoreError};

/// The name of the small text that holds who works at this device ([`crate::ledger::Persons`]).
pub const PERSONS: &str = "persons";

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

/// Who works at this device, as it is kept with the ledger.
pub async fn persons<S: Store>(session: &Session<S>) -> Result<Persons, StoreError> {
    let kept = session.store().meta(PERSONS).await?;
    // What cannot be read is asked for again.
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Who makes batches here: the identity kept with the ledger (made when there is none), and the person who acts.
pub async fn author<S: Store>(session: &Session<S>, who: Person) -> Result<Author, StoreError> {
    let device = session.device(&mut Chance).await?;
    Ok(session.with(|state| Author::new(device, who, state, Box::new(Chance))))
}
