//! Files that a person chooses, and files that are made for them.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use super::{js, sleep};
use crate::register::Message;

/// Read at once; between two pieces the page lives.
const PIECE: u64 = 4 * 1024 * 1024;

/// Why a file was not read or saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is larger than what may be read.
    #[error("{size} bytes are more than {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// What may be read.
        limit: u64,
    },
    /// The browser could not read it: moved, on a stick that was pulled out, opened by another program.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The browser could not write it: a full disk, a write-protected folder.
    #[error("it cannot be written: {0}")]
    Unwritable(String),
}

impl FileError {
    /// For people: what happened, and what to do. What the browser said is English and said in English only.
    pub fn message(&self) -> Message {
        match self {
            Self::TooLarge { size, limit } => {
                let (size, limit) = (size.div_ceil(1_000_000), limit / 1_000_000);
                Message::new(
                    format!("文件太大：{size} MB，最多读 {limit} MB，请拆成几个文件"),
                    format!("The file is too large: {size} MB, the limit is {limit} MB; split it"),
                )
            }
            Self::Unreadable(why) => Message::new(
                "文件读不到：可能已移走、改名，U盘已拔下，或正被别的程序占用，请重新选择",
                format!("The file cannot be read ({why}); choose it again"),
            ),
            Self::Unwritable(why) => Message::new(
                "文件没有存下来：磁盘可能已满，或那个文件夹不让写，请换个地方再存",
                format!("The file was not saved ({why}); try another place"),
            ),
        }
    }
}

/// How a file was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Written where the person said.
    Written,
    /// Given to the browser's downloads.
    Downloaded,
    /// The person thought better of it.
    Cancelled,
}

/// The largest file that is read: larger workbooks do not fit into a browser's memory.
pub const LIMIT: u64 = 200_000_000;

/// Reads a file whole. `progress` hears how many bytes of how many.
pub async fn read(file: &File, limit: u64, progress: impl Fn(u64, u64)) -> Result<Vec<u8>, FileError> {
    let size = file.size() as u64;
    if size > limit {
        return Err(FileError::TooLarge { size, limit });
    }
    let unreadable = |e: JsValue| FileError::Unreadable(js::words(&e));
    let mut bytes = Vec::with_capacity(size as usize);
    progress(0, size);
    while (bytes.len() as u64) < size {
        let from = bytes.len() as u64;
        let to = size.min(from + PIECE);
        let piece = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(unreadable)?;
        let buffer = JsFuture::from(piece.array_buffer()).await.map_err(unreadable)?;
        let piece = Uint8Array::new(&buffer).to_vec();
        if piece.is_empty() {
            return Err(FileError::Unreadable("it has become shorter".to_owned()));
        }
        bytes.extend_from_slice(&piece);
        progress(bytes.len() as u64, size);
    }
    Ok(bytes)
}

/// Hands bytes to the browser as a download. Must follow a click: browsers refuse others.
pub fn download(name: &str, mime: &str, bytes: &[u8]) -> Result<(), FileError> {
    let unwritable = |e: JsValue| FileError::Unwritable(js::words(&e));
    let url =
        Url::create_object_url_with_blob(&blob(mime, bytes).map_err(unwritable)?).map_err(unwritable)?;
    let document = web_sys::window()
        .and_then(|w| w.document())
        .ok_or_else(|| FileError::Unwritable("no page".to_owned()))?;
    let anchor: HtmlAnchorElement = document.create_element("a").map_err(unwritable)?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.set_hidden(true);
    // Firefox follows only links that are in the page.
    let body = document.body().ok_or_else(|| FileError::Unwritable("no page".to_owned()))?;
    body.append_child(&anchor).map_err(unwritable)?;
    anchor.click();
    anchor.remove();
    spawn_local(async move {
        // The download begins later; a minute is enough for a person to answer "where to?".
        sleep(60_000).await;
        let _ = Url::revoke_object_url(&url);
    });
    Ok(())
}

/// Saves bytes where the person says, in browsers that let them choose; as a download in the others. Must
/// follow a click.
pub async fn save(name: &str, mime: &str, bytes: &[u8]) -> Result<Saved, FileError> {
    let global: JsValue = js_sys::global().into();
    if js::get(&global, "showSaveFilePicker").is_none() {
        return download(name, mime, bytes).map(|()| Saved::Downloaded);
    }
    let options = js::object(&[("suggestedName", JsValue::from_str(name))]);
    let handle = match js::call_and_wait(&global, "showSaveFilePicker", &[&options]).await {
        Ok(handle) => handle,
        Err(error) if js::name(&error) == "AbortError" => return Ok(Saved::Cancelled),
        // Refused by a policy, in a frame, or for a kind of file it takes for dangerous.
        Err(_) => return download(name, mime, bytes).map(|()| Saved::Downloaded),
    };
    let write = async {
        let stream = js::call_and_wait(&handle, "createWritable", &[]).await?;
        js::call_and_wait(&stream, "write", &[&Uint8Array::from(bytes)]).await?;
        // Only now does the file take the place of an older one.
        js::call_and_wait(&stream, "close", &[]).await
    };
    write.await.map_err(|e| FileError::Unwritable(js::words(&e)))?;
    Ok(Saved::Written)
}

fn blob(mime: &str, bytes: &[u8]) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_u8_slice_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options)
}
