//! Records in envelopes: which bytes go into one, and what comes out of it.
//!
//! Inputs: a cipher, records. Outputs: the bytes that are described in [`super`]. Neighbours: `web::crypto` is the
//! cipher of a browser.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Soon, Texts, Wrap, base64};
use crate::storage::port::{LogRecord, PageRecord, StoreError, Write};
use crate::storage::session::blob_digest;
use crate::value::order::Ordered as _;

/// What begins an envelope, with its version.
const MARK: &[u8; 4] = b"XCW\x01";
/// What begins a small text in an envelope.
const TEXT: &str = "xcw1.";
/// Bytes of a nonce.
pub const NONCE: usize = 12;

/// Why a cipher gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// The bytes were not made with this key, for this place, or have changed since.
    #[error("the bytes do not belong to this key and place")]
    Unfit,
    /// The browser refused.
    #[error("the cipher failed: {0}")]
    Failed(String),
}

/// A key in use: authenticated encryption with 96-bit nonces (AES-256-GCM in a browser). A call begins at once; many
/// may be begun before the first is waited for.
pub trait Cipher {
    /// A nonce by chance; none where there is no chance to be had.
    fn nonce(&self) -> Option<[u8; NONCE]>;
    /// `plain`, encrypted and bound to `about`.
    fn encrypt(&self, nonce: [u8; NONCE], about: &[u8], plain: &[u8]) -> Soon<Result<Vec<u8>, CipherError>>;
    /// What was encrypted.
    fn decrypt(&self, nonce: [u8; NONCE], about: &[u8], bytes: &[u8]) -> Soon<Result<Vec<u8>, CipherError>>;
}

/// Records in envelopes by a cipher.
pub struct Envelope<C> {
    cipher: Rc<C>,
    rule: String,
    wraps: bool,
    /// What was asked for last of each draft.
    asked: Rc<RefCell<BTreeMap<String, u64>>>,
}

impl<C: Cipher + 'static> Envelope<C> {
    /// With this key, under this rule.
    pub fn new(cipher: Rc<C>, rule: String, wraps: bool) -> Self {
        Self { cipher, rule, wraps, asked: Rc::default() }
    }
}

/// The envelope of `plain`, bound to `about`.
pub fn close<C: Cipher>(cipher: &C, about: &str, plain: &[u8]) -> Soon<Result<Vec<u8>, CipherError>> {
    let Some(nonce) = cipher.nonce() else {
        return Box::pin(async { Err(CipherError::Failed("no source of chance".to_owned())) });
    };
    let begun = cipher.encrypt(nonce, about.as_bytes(), plain);
    Box::pin(async move { Ok([&MARK[..], &nonce, &begun.await?].concat()) })
}

/// What is in an envelope; none where there is no envelope around it.
pub fn open<C: Cipher>(cipher: &C, about: &str, bytes: &[u8]) -> Option<Soon<Result<Vec<u8>, CipherError>>> {
    let (nonce, rest) = bytes.strip_prefix(MARK)?.split_first_chunk::<NONCE>()?;
    Some(cipher.decrypt(*nonce, about.as_bytes(), rest))
}

/// Whether bytes are in an envelope.
pub(super) fn is_closed(bytes: &[u8]) -> bool {
    bytes.starts_with(MARK)
}

/// Whether a text is in an envelope.
pub(super) fn is_closed_text(text: &str) -> bool {
    text.starts_with(TEXT)
}

/// Whether a file is in an envelope. Any bytes may be somebody's file: one that is what its name says is not.
pub(super) fn is_closed_file(digest: &str, bytes: &[u8]) -> bool {
    is_closed(bytes) && blob_digest(bytes) != digest
}

/// Takes note of what is asked for of drafts.
fn ask(asked: &RefCell<BTreeMap<String, u64>>, write: &Write) -> BTreeMap<String, u64> {
    let mut asked = asked.borrow_mut();
    let next = |key: &String| {
        let count = asked.entry(key.clone()).or_default();
        *count += 1;
        (key.clone(), *count)
    };
    write.drafts.iter().map(|(key, _)| key).chain(&write.drafts_done).map(next).into_map()
}

fn about_log(record: &LogRecord) -> String {
    format!("log/{}/{}", record.id.device, record.id.seq)
}

fn about_page(page: &PageRecord) -> String {
    format!("pages/{}/{}", page.register, page.page)
}

fn about_text(place: Texts, key: &str) -> String {
    match place {
        Texts::Meta => format!("meta/{key}"),
        Texts::Drafts => format!("drafts/{key}"),
    }
}

fn about_file(digest: &str) -> String {
    format!("blobs/{digest}")
}

fn failed(error: CipherError) -> StoreError {
    StoreError::Aborted { reason: error.to_string() }
}

type Begun = Soon<Result<Vec<u8>, CipherError>>;

/// Fills in what was begun; nothing is written of what cannot be closed.
async fn filled<'a>(
    places: impl Iterator<Item = &'a mut Vec<u8>>,
    begun: Vec<Begun>,
) -> Result<(), StoreError> {
    for (place, begun) in places.zip(begun) {
        *place = begun.await.map_err(failed)?;
    }
    Ok(())
}

async fn texts_filled(texts: &mut [(String, String)], begun: Vec<Begun>) -> Result<(), StoreError> {
    for ((_, text), begun) in texts.iter_mut().zip(begun) {
        let bytes = begun.await.map_err(failed)?;
        *text = format!("{TEXT}{}", base64::encode(bytes.strip_prefix(MARK).unwrap_or_default()));
    }
    Ok(())
}

/// Puts what was opened in its place; what could not be opened stays as it is.
async fn opened<'a>(places: impl Iterator<Item = &'a mut Vec<u8>>, begun: Vec<Option<Begun>>) {
    for (place, begun) in places.zip(begun) {
        if let Some(begun) = begun
            && let Ok(plain) = begun.await
        {
            *place = plain;
        }
    }
}

impl<C: Cipher + 'static> Wrap for Envelope<C> {
    fn rule(&self) -> String {
        self.rule.clone()
    }

    fn wraps(&self) -> bool {
        self.wraps
    }

    fn wrap(&self, mut write: Write) -> Soon<Result<Write, StoreError>> {
        write.rule = Some(self.rule.clone());
        if !self.wraps {
            return Box::pin(async { Ok(write) });
        }
        let (asked, then) = (Rc::clone(&self.asked), ask(&self.asked, &write));
        let close = |about: String, plain: &[u8]| close(&*self.cipher, &about, plain);
        let log: Vec<Begun> = write.log.iter().map(|r| close(about_log(r), &r.bytes)).collect();
        let pages: Vec<Begun> = write.pages.iter().map(|p| close(about_page(p), &p.bytes)).collect();
        let text =
            |place: Texts, (key, text): &(String, String)| close(about_text(place, key), text.as_bytes());
        let meta: Vec<Begun> = write.meta.iter().map(|pair| text(Texts::Meta, pair)).collect();
        let drafts: Vec<Begun> = write.drafts.iter().map(|pair| text(Texts::Drafts, pair)).collect();
        let files: Vec<Begun> = write.blobs.iter().map(|(d, bytes)| close(about_file(d), bytes)).collect();
        Box::pin(async move {
            filled(write.log.iter_mut().map(|r| &mut r.bytes), log).await?;
            filled(write.pages.iter_mut().map(|p| &mut p.bytes), pages).await?;
            texts_filled(&mut write.meta, meta).await?;
            texts_filled(&mut write.drafts, drafts).await?;
            filled(write.blobs.iter_mut().map(|(_, bytes)| bytes), files).await?;
            let is_last = |key: &String| asked.borrow().get(key) == then.get(key);
            write.drafts.retain(|(key, _)| is_last(key));
            write.drafts_done.retain(is_last);
            Ok(write)
        })
    }

    fn log(&self, mut records: Vec<LogRecord>) -> Soon<Vec<LogRecord>> {
        let begun = records.iter().map(|r| open(&*self.cipher, &about_log(r), &r.bytes)).collect();
        Box::pin(async move {
            opened(records.iter_mut().map(|r| &mut r.bytes), begun).await;
            records
        })
    }

    fn pages(&self, mut pages: Vec<PageRecord>) -> Soon<Vec<PageRecord>> {
        let begun = pages.iter().map(|p| open(&*self.cipher, &about_page(p), &p.bytes)).collect();
        Box::pin(async move {
            opened(pages.iter_mut().map(|p| &mut p.bytes), begun).await;
            pages
        })
    }

    fn texts(&self, place: Texts, mut texts: Vec<(String, String)>) -> Soon<Vec<(String, String)>> {
        let begin = |(key, text): &(String, String)| {
            let bytes = base64::decode(text.strip_prefix(TEXT)?)?;
            open(&*self.cipher, &about_text(place, key), &[&MARK[..], &bytes].concat())
        };
        let begun: Vec<Option<Begun>> = texts.iter().map(begin).collect();
        Box::pin(async move {
            for ((_, text), begun) in texts.iter_mut().zip(begun) {
                if let Some(begun) = begun
                    && let Ok(plain) = begun.await
                    && let Ok(plain) = String::from_utf8(plain)
                {
                    *text = plain;
                }
            }
            texts
        })
    }

    fn file(&self, digest: String, mut bytes: Vec<u8>) -> Soon<Vec<u8>> {
        let begun = open(&*self.cipher, &about_file(&digest), &bytes);
        Box::pin(async move {
            opened(std::iter::once(&mut bytes), vec![begun]).await;
            bytes
        })
    }
}
