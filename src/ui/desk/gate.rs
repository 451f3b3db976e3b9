//! Who acts here, and what the gate has to say before anything is recorded.
//!
//! Duty: the persons at this device; a draft held against the ledger while it can still be mended. Inputs: drafts,
//! persons. Outputs: sentences; the author's person. Neighbours: `write` records, and is refused in the same words.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Desk, store_words};
use crate::ledger::{Draft, Person, Persons, Refusal, Refused, admit};
use crate::storage::Store as _;
use crate::ui::lang::{Words as _, t};
use crate::web::device;

/// Refusals that are said; the rest is counted.
const SAID: usize = 3;

impl Desk {
    /// The person who acts.
    pub(in crate::ui) fn who(self) -> Person {
        self.persons.with_untracked(|p| p.who(t("未命名", "unnamed")))
    }

    /// Name, role and place in a line.
    pub(in crate::ui) fn person_words(self, person: &Person) -> String {
        let role = person.role.map(|r| r.label().words());
        let place = person.place.and_then(|id| self.places().get(id).map(|p| p.name.to_string()));
        let all = [Some(person.name.to_string()), role, place];
        all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Changes who works here; whoever acts now stands on every step from here on.
    pub(in crate::ui) fn change_persons(self, change: impl FnOnce(&mut Persons)) {
        let Some(open) = self.opened() else { return };
        self.persons.update(change);
        open.author.borrow_mut().actor = self.who();
        let text = self.persons_text();
        spawn_local(async move {
            if let Err(error) = open.session.store().put_meta(device::PERSONS, &text).await {
                self.complain(&store_words(&error));
            }
        });
    }

    /// The persons as they are kept.
    pub(super) fn persons_text(self) -> String {
        // Plain data has no way to fail; what could not be read again would be asked for again.
        self.persons.with_untracked(|p| serde_json::to_string(p).unwrap_or_default())
    }

    /// What the gate refuses in `draft`, if anything.
    pub(in crate::ui) fn refused(self, draft: &Draft) -> Vec<Refusal> {
        let found = self.state_once(|s| admit(s, &self.who(), draft.clone()));
        found.err().map(|Refused(why)| why).unwrap_or_default()
    }

    /// Refusals in a sentence; none where there are none.
    pub(in crate::ui) fn refusal_words(self, refusals: &[Refusal]) -> Option<String> {
        let mut said: Vec<String> = Vec::new();
        for refusal in refusals {
            let words = refusal.message.words();
            if !said.contains(&words) {
                said.push(words);
            }
        }
        let more = said.len().saturating_sub(SAID);
        said.truncate(SAID);
        let rest = (more > 0).then(|| format!("{} {more} {}", t("另有", "and"), t("项", "more")));
        let all: Vec<String> = said.into_iter().chain(rest).collect();
        (!all.is_empty()).then(|| all.join(t("；", "; ")))
    }
}
