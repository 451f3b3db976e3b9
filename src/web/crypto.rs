//! Encryption by the browser itself (WebCrypto): AES-256-GCM, and keys of passphrases by PBKDF2-SHA-256.
//!
//! Keys stay in the browser's hands: once made, no program can read them, this one included. Inputs: secrets, bytes.
//! Outputs: a [`Cipher`] for `storage::lock`. Without https, or localhost, a browser has none of this: see [`offered`].

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::js;
use crate::ledger::Entropy;
use crate::storage::lock::{Cipher, CipherError, NONCE, Soon};

const AES: &str = "AES-GCM";
/// Bytes of a key.
pub const KEY: usize = 32;

/// A key that encrypts. Clones are the same key.
#[derive(Clone)]
pub struct Aes(pub(super) JsValue);

fn subtle() -> Option<JsValue> {
    js::get(&js::get(&js_sys::global(), "crypto")?, "subtle")
}

/// Whether this browser, at this address, encrypts at all.
pub fn offered() -> bool {
    subtle().is_some()
}

fn failed(error: &JsValue) -> CipherError {
    match js::name(error).as_str() {
        "OperationError" => CipherError::Unfit,
        _ => CipherError::Failed(js::words(error)),
    }
}

fn none() -> CipherError {
    CipherError::Failed("this address is not a secure context".to_owned())
}

/// Begins at once what `method` does; the answer is waited for.
fn begin(method: &str, arguments: &[&JsValue]) -> Soon<Result<JsValue, CipherError>> {
    let begun = match subtle() {
        Some(subtle) => js::call(&subtle, method, arguments).map_err(|e| failed(&e)),
        None => Err(none()),
    };
    Box::pin(async move { JsFuture::from(Promise::resolve(&begun?)).await.map_err(|e| failed(&e)) })
}

fn bytes(content: &[u8]) -> JsValue {
    Uint8Array::from(content).into()
}

fn bytes_of(buffer: &JsValue) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

fn usages(names: &[&str]) -> JsValue {
    names.iter().map(|name| JsValue::from_str(name)).collect::<Array>().into()
}

/// Bytes by chance; none where the browser gives none.
pub fn chance<const N: usize>() -> Option<[u8; N]> {
    let array = Uint8Array::new_with_length(u32::try_from(N).ok()?);
    let crypto = js::get(&js_sys::global(), "crypto")?;
    js::call(&crypto, "getRandomValues", &[&array]).ok()?;
    let mut bytes = [0; N];
    array.copy_to(&mut bytes);
    Some(bytes)
}

/// Chance for secrets: what [`super::device::Chance`] does, never without the browser's own source.
#[derive(Debug, Clone, Copy)]
pub struct Secret(u64);

impl Secret {
    /// None where the browser has no source of chance.
    pub fn source() -> Option<Self> {
        chance().map(|bytes| Self(u64::from_le_bytes(bytes)))
    }
}

impl Entropy for Secret {
    fn bits(&mut self) -> u64 {
        // It was there when this was made, and does not go away.
        chance().map_or(self.0, u64::from_le_bytes)
    }
}

impl Aes {
    /// The key of these bytes.
    pub async fn of(key: &[u8; KEY]) -> Result<Self, CipherError> {
        let usages = usages(&["encrypt", "decrypt"]);
        let raw = [&JsValue::from_str("raw"), &bytes(key), &JsValue::from_str(AES), &JsValue::FALSE, &usages];
        begin("importKey", &raw).await.map(Self)
    }

    /// The key of a passphrase. Takes as long as its rounds are meant to.
    pub async fn derived(secret: &str, salt: &[u8], rounds: u32) -> Result<Self, CipherError> {
        const PBKDF2: &str = "PBKDF2";
        // The same passphrase may be typed in wide letters or put together otherwise.
        let secret = String::from(js_sys::JsString::from(secret).normalize("NFKC"));
        let raw = JsValue::from_str("raw");
        let derive = usages(&["deriveKey"]);
        let base = [&raw, &bytes(secret.as_bytes()), &JsValue::from_str(PBKDF2), &JsValue::FALSE, &derive];
        let base = begin("importKey", &base).await?;
        let how = js::object(&[
            ("name", PBKDF2.into()),
            ("hash", "SHA-256".into()),
            ("salt", bytes(salt)),
            ("iterations", rounds.into()),
        ]);
        let wanted = js::object(&[("name", AES.into()), ("length", 256.into())]);
        let usages = usages(&["encrypt", "decrypt"]);
        begin("deriveKey", &[&how, &base, &wanted, &JsValue::FALSE, &usages]).await.map(Self)
    }

    fn run(
        &self,
        method: &str,
        nonce: [u8; NONCE],
        about: &[u8],
        content: &[u8],
    ) -> Soon<Result<Vec<u8>, CipherError>> {
        let how =
            js::object(&[("name", AES.into()), ("iv", bytes(&nonce)), ("additionalData", bytes(about))]);
        let begun = begin(method, &[&how, &self.0, &bytes(content)]);
        Box::pin(async move { begun.await.map(|buffer| bytes_of(&buffer)) })
    }
}

impl Cipher for Aes {
    fn nonce(&self) -> Option<[u8; NONCE]> {
        chance()
    }

    fn encrypt(&self, nonce: [u8; NONCE], about: &[u8], plain: &[u8]) -> Soon<Result<Vec<u8>, CipherError>> {
        self.run("encrypt", nonce, about, plain)
    }

    fn decrypt(
        &self,
        nonce: [u8; NONCE],
        about: &[u8],
        content: &[u8],
    ) -> Soon<Result<Vec<u8>, CipherError>> {
        self.run("decrypt", nonce, about, content)
    }
}
