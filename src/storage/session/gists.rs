//! What the tables have worked out, kept beside the pages from one opening to the next.
//!
//! It is a cache of a cache: it says itself of which pages it was made, by their checksums, and whoever asks for it
//! believes only what fits. What is damaged, or was worked out by another build of the program, is as good as missing.

use super::Session;
use crate::storage::codec::{decode_gists, encode_gists};
use crate::storage::port::{PageRecord, Store, StoreError, Write};

/// Where it lies among the pages.
const GISTS: &str = "#gists";

impl<S: Store> Session<S> {
    /// What `program` has worked out before; none where there is nothing that can be believed.
    pub async fn gists(&self, program: &str) -> Result<Option<String>, StoreError> {
        let pages = self.0.store.pages(GISTS).await?;
        let known = pages.first().and_then(|page| decode_gists(&page.bytes).ok());
        Ok(known.filter(|(by, _)| by == program).map(|(_, gists)| gists))
    }

    /// Keeps what `program` has worked out. To be called when the page is idle, by the writing tab only.
    pub async fn keep_gists(&self, program: &str, gists: &str) -> Result<(), StoreError> {
        let bytes = encode_gists(program, gists);
        let page = PageRecord { register: GISTS.to_owned(), page: 0, bytes };
        self.0.store.write(Write { pages: vec![page], ..Write::relaxed() }).await
    }
}
