//! The language of the page: Chinese first, English by a switch.
//!
//! Switching draws the page anew, so that words need no signals of their own.

use std::cell::Cell;

use leptos::prelude::*;

use crate::register::{Label, Message, Opt};

pub(super) use crate::analysis::format::Lang;

thread_local! {
    static LANG: Cell<Lang> = const { Cell::new(Lang::Zh) };
}

const KEY: &str = "xingcun.lang";

/// The language now.
pub(super) fn lang() -> Lang {
    LANG.get()
}

/// Takes up the language that was last chosen.
pub(super) fn restore() {
    if local_storage().and_then(|s| s.get_item(KEY).ok().flatten()).as_deref() == Some("en") {
        LANG.set(Lang::En);
    }
    mark_document();
}

/// Switches; the caller draws the page anew.
pub(super) fn choose(lang: Lang) {
    LANG.set(lang);
    if let Some(storage) = local_storage() {
        // Without storage (private mode) the choice lasts as long as the page.
        let _ = storage.set_item(KEY, if lang == Lang::En { "en" } else { "zh" });
    }
    mark_document();
}

fn mark_document() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", if lang() == Lang::En { "en" } else { "zh-CN" });
    }
}

/// The browser's small key-value store, where there is one; for preferences only, never for records.
pub(super) fn local_storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// The words in the language of the page.
pub(super) fn t<'a>(zh: &'a str, en: &'a str) -> &'a str {
    lang().of(zh, en)
}

/// Something declared in both languages.
pub(super) trait Words {
    /// In the language of the page.
    fn words(&self) -> String;
}

impl Words for Label {
    fn words(&self) -> String {
        t(&self.zh, &self.en).to_owned()
    }
}

impl Words for Message {
    fn words(&self) -> String {
        t(&self.zh, &self.en).to_owned()
    }
}

impl Words for Opt<'_> {
    fn words(&self) -> String {
        t(self.word, self.en).to_owned()
    }
}

/// Lets settings switch the language.
#[derive(Clone, Copy)]
pub(super) struct LangSwitch(pub(super) RwSignal<Lang>);

impl LangSwitch {
    pub(super) fn to(self, lang: Lang) {
        choose(lang);
        self.0.set(lang);
    }
}
