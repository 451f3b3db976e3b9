//! What is kept beside the records: texts being typed, attached files, and the history that the log tells.

use std::collections::BTreeMap;

use leptos::task::spawn_local;

use super::Desk;
use super::say::store_words;
use crate::ledger::{Event, row_history};
use crate::storage::{Store as _, Write, blob_digest};
use crate::ui::lang::Words as _;
use crate::value::{RowId, order};
use crate::web::clock;

impl Desk {
    /// Keeps what is being typed.
    pub(in crate::ui) fn keep_draft(
        self,
        key: &str,
        texts: BTreeMap<String, String>,
        done: impl FnOnce(u64) + 'static,
    ) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        let now = clock::now().millis;
        spawn_local(async move {
            let json = serde_json::json!({ "at": now, "texts": texts }).to_string();
            match open.session.store().put_draft(&key, &json).await {
                Ok(()) => done(now),
                Err(error) => self.complain(&store_words(&error)),
            }
        });
    }

    pub(in crate::ui) fn load_draft(
        self,
        key: &str,
        done: impl FnOnce(Option<(u64, BTreeMap<String, String>)>) + 'static,
    ) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
        spawn_local(async move {
            // A draft that cannot be read is not offered; it stays where it is.
            let found = open.session.store().draft(&key).await.ok().flatten();
            done(found.and_then(|json| parse_draft(&json)));
        });
    }

    pub(in crate::ui) fn drop_draft(self, key: &str) {
        let (Some(open), key) = (self.opened(), key.to_owned()) else { return };
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

fn parse_draft(json: &str) -> Option<(u64, BTreeMap<String, String>)> {
    let tree: serde_json::Value = serde_json::from_str(json).ok()?;
    let texts: BTreeMap<String, String> = serde_json::from_value(tree.get("texts")?.clone()).ok()?;
    (!texts.is_empty()).then_some((tree.get("at")?.as_u64()?, texts))
}
