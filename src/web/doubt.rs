//! That the program has stopped, remembered until it opens again.
//!
//! Duty: a page of the ledger that cannot be read stops the program, because records must not look like none; the next
//! time it opens, pages are read whole before they are believed. The note is kept beside the database, where it can be
//! written while the program falls. Neighbours: whoever notices that it stopped; `ui` opens the ledger.

const KEY: &str = "xingcun.doubt";

fn place() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// It has stopped. Where nothing can be kept, the next opening doubts nothing.
pub fn note() {
    place().into_iter().for_each(|place| _ = place.set_item(KEY, "1"));
}

/// Whether it has.
pub fn noted() -> bool {
    place().and_then(|place| place.get_item(KEY).ok().flatten()).is_some()
}

/// Everything could be read.
pub fn settle() {
    place().into_iter().for_each(|place| _ = place.remove_item(KEY));
}
