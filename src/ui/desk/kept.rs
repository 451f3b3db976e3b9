//! What is kept beside the records: texts being typed, attached files, and the history that the log tells.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::say::store_words;
use super::{Desk, Seat};
use crate::ledger::{Event, row_history};
use crate::storage::{Store as _, StoreError, Write, blob_digest};
use crate::ui::lang::{Words as _, local_storage, t};
use crate::value::{FileRef, RowId, order};
use crate::web::{Keeper, clock, files};

/// Where the last draft stands until the database has it. A page that is left in the middle of a letter takes its
/// open transactions with it; this is written before the next letter can come.
const TYPING: &str = "xingcun.typing";

/// Milliseconds between looks whether drafts are kept, and how many looks.
const DRAFTS_LOOKED: u32 = 20;
const DRAFTS_WAITED: u32 = 150;

/// Notes a draft that is on its way to the database, as it will be kept there.
fn note(key: &str, kept: &str) {
    if let Some(storage) = local_storage() {
        // Without it, the database alone keeps the draft.
        let _ = storage.set_item(TYPING, &serde_json::json!([key, kept]).to_string());
    }
}

/// The draft that was on its way, as it is kept.
fn noted() -> Option<(String, String)> {
    let text = local_storage()?.get_item(TYPING).ok()??;
    serde_json::from_slice(text.as_bytes()).ok()
}

/// Forgets the noted draft if `done` says that it is kept or no longer wanted.
fn forget(done: impl Fn(&str, &str) -> bool) {
    if noted().is_some_and(|(key, json)| done(&key, &json))
        && let Some(storage) = local_storage()
    {
        // What stays is read at the next start and found to be kept already.
        let _ = storage.remove_item(TYPING);
    }
}

/// The drafts are superfluous: what they held is recorded.
pub(super) fn recorded(drafts: &[String]) {
    forget(|key, _| drafts.iter().any(|d| d == key));
}

async fn keep_text(store: &Keeper, key: &str, json: &str) -> Result<(), StoreError> {
    let locked = store.is_locked();
    let noted = |kept: &str| {
        if locked {
            note(key, kept);
        }
    };
    let kept = store.keep_draft(key, json, noted).await?;
    forget(|k, n| k == key && n == kept);
    Ok(())
}

impl Desk {
    /// Puts the draft that was on its way when the page was left into the database.
    pub(super) async fn recover_draft(self) {
        let (Some(open), Some((key, noted))) = (self.opened(), noted()) else { return };
        if self.seat.get_untracked() != Seat::Writer {
            return;
        }
        let json = open.session.store().draft_of_kept(&key, noted.clone()).await;
        let at = |json: &str| parse_draft(json).map_or(0, |(at, _)| at);
        let kept = open.session.store().draft(&key).await.ok().flatten();
        // One that was kept under another lock is of no use to anybody.
        if at(&json) > 0
            && kept.is_none_or(|kept| at(&kept) < at(&json))
            && open.session.store().put_draft(&key, &json).await.is_err()
        {
            // It stays noted until there is room.
            return;
        }
        forget(|k, n| k == key && n == noted);
    }

    /// Keeps what is being typed; returns when that was.
    pub(in crate::ui) fn keep_draft(
        self,
        key: &str,
        texts: BTreeMap<String, String>,
        done: impl FnOnce(u64) + 'static,
    ) -> Option<u64> {
        let (open, key) = (self.opened()?, key.to_owned());
        let now = clock::now().millis;
        let json = serde_json::json!({ "at": now, "texts": texts }).to_string();
        // Where a lock is set, it can only be noted once it is wrapped.
        if !open.session.store().is_locked() {
            note(&key, &json);
        }
        self.keeping.update_value(|n| *n += 1);
        spawn_local(async move {
            match keep_text(open.session.store(), &key, &json).await {
                Ok(()) => done(now),
                Err(error) => self.complain(&store_words(&error)),
            }
            self.keeping.update_value(|n| *n -= 1);
        });
        Some(now)
    }

    /// What is typed is in the database, or nothing more can be done about it.
    pub(in crate::ui) async fn drafts_kept(self) {
        for _ in 0..DRAFTS_WAITED {
            if self.keeping.get_value() == 0 {
                break;
            }
            crate::web::sleep(DRAFTS_LOOKED).await;
        }
    }

    /// Nothing is noted outside of the database from here on: what was, is plain.
    pub(in crate::ui) async fn forget_noted(self) {
        self.drafts_kept().await;
        self.recover_draft().await;
        forget(|_, _| true);
    }

    pub(in crate::ui) fn load_draft(
        self,
        key: &str,
        done: impl FnOnce(Option<(u64, BTreeMap<String, String>)>) + 'static,
    ) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        spawn_local(async move {
            self.recover_draft().await;
            // A draft that cannot be read is not offered; it stays where it is.
            let found = open.session.store().draft(&key).await.ok().flatten();
            done(found.and_then(|json| parse_draft(&json)));
        });
    }

    pub(in crate::ui) fn drop_draft(self, key: &str) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        forget(|k, _| k == key);
        spawn_local(async move {
            if let Err(error) = open.session.store().remove_draft(&key).await {
                self.complain(&store_words(&error));
            }
        });
    }

    /// Keeps an attached file and returns its digest and size.
    pub(in crate::ui) async fn keep_file(self, file: &web_sys::File) -> Option<(String, u64)> {
        let open = self.opened()?;
        let bytes = match crate::web::files::read(file, crate::web::files::LIMIT, |_, _| {}).await {
            Ok(bytes) => bytes,
            Err(error) => {
                self.complain(&error.message().words());
                return None;
            }
        };
        let (digest, size) = (blob_digest(&bytes), bytes.len() as u64);
        let write = Write { blobs: vec![(digest.clone(), bytes)], ..Write::strict() };
        match open.session.store().write(write).await {
            Ok(()) => Some((digest, size)),
            Err(error) => {
                self.complain(&store_words(&error));
                None
            }
        }
    }

    /// Hands an attached file to the browser, as it was when it was attached.
    pub(in crate::ui) fn open_file(self, file: FileRef) {
        let Some(open) = self.opened() else { return };
        spawn_local(async move {
            let name = &file.name;
            let (zh, en) = (
                format!("附件“{name}”不在这台设备上：读入带附件的台账文件后就能打开"),
                format!("The file {name} is not on this device; read a ledger file that carries it"),
            );
            match open.session.blob(&file.digest).await {
                Ok(Some(bytes)) => {
                    if let Err(error) = files::download(name, mime(name), &bytes) {
                        self.complain(&error.message().words());
                    }
                }
                Ok(None) => self.complain(t(&zh, &en)),
                Err(error) => self.complain(&store_words(&error)),
            }
        });
    }

    /// The history of a row, read from the log.
    pub(in crate::ui) fn history(self, key: &str, row: RowId, done: impl FnOnce(Vec<Event>) + 'static) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        spawn_local(async move {
            let mut events = Vec::new();
            let read = open
                .session
                .each_batch(|sealed| events.extend(row_history([&sealed.batch], &key, row)))
                .await;
            order::sort_by_key(&mut events, |e| e.stamp);
            if let Err(error) = read {
                self.complain(&store_words(&error));
            }
            done(events);
        });
    }
}

/// What a file is, by the end of its name: for the browser, which decides what opens it.
fn mime(name: &str) -> &'static str {
    let kinds = [
        ("pdf", "application/pdf"),
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("png", "image/png"),
        ("txt", "text/plain"),
    ];
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    let known = kinds.iter().find(|(kind, _)| end.as_deref() == Some(*kind));
    known.map_or("application/octet-stream", |(_, mime)| mime)
}

/// When a draft was kept, and its texts.
pub(super) fn parse_draft(json: &str) -> Option<(u64, BTreeMap<String, String>)> {
    let tree: serde_json::Value = serde_json::from_slice(json.as_bytes()).ok()?;
    let texts: BTreeMap<String, String> = serde_json::from_value(tree.get("texts")?.clone()).ok()?;
    (!texts.is_empty()).then_some((tree.get("at")?.as_u64()?, texts))
}
