//! What was worked out once, and stays until one of the records changes that it was worked out from.
//!
//! Duty: sums over a year that is over are worked out once and not at every opening: a [`Cache`] keeps them beside the
//! editions of the records behind them, and hands them out to be kept on the medium beside their checksums. What does not
//! fit the records any more is worked out anew. Inputs: a question, the records it is about, and the work. Outputs: its
//! outcome; everything that is known, as text. Neighbours: `ledger::edition` says whether records are the same; `analysis`
//! asks; the session keeps the text.

use std::collections::BTreeMap;

use super::error::QueryError;
use super::frame::{Cache, locked};
use super::kept::{Kept, from_text, to_text};
use crate::ledger::{State, Stretch};
use crate::register::catalog::{PLACE_REGISTER, settings};
use crate::value::Text;

/// Outcomes that are kept: a page of a place and a year has some twenty. Beyond, all are worked out anew.
const MOST: usize = 1000;

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Gists {
    /// By question.
    found: BTreeMap<String, Found>,
    /// From the medium, by question: the checksums of the records behind it, and the outcome. Believed when asked for.
    recalled: BTreeMap<String, (Vec<u32>, String)>,
    /// There is something that was never handed out.
    fresh: bool,
}

/// A question, and the records that its outcome rests on as they are.
struct Asked {
    question: String,
    of: Vec<Stretch>,
    editions: Vec<u64>,
}

#[derive(Debug)]
struct Found {
    of: Vec<Stretch>,
    editions: Vec<u64>,
    outcome: String,
}

impl Cache {
    /// The outcome of `work`, which must read nothing but the main rows of `register` – of `year` only, where one is given
    /// – and what every table needs: places and settings. `question` names it among all that is asked of them.
    pub fn gist<T: Kept>(
        &self,
        state: &State,
        (register, year): (&str, Option<i16>),
        question: &str,
        work: impl FnOnce() -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        let asked = self.asked(state, register, year, question);
        if let Some(known) = self.known_gist(state, &asked).and_then(|text| from_text(&text)) {
            return Ok(known);
        }
        let outcome = work()?;
        self.keep_gist(register, asked, to_text(&outcome));
        Ok(outcome)
    }

    fn asked(&self, state: &State, register: &str, year: Option<i16>, question: &str) -> Asked {
        let of = stretches(state, register, year);
        Asked { question: format!("{register}|{year:?}|{question}"), editions: state.editions(&of), of }
    }

    fn known_gist(&self, state: &State, asked: &Asked) -> Option<String> {
        let mut gists = locked(&self.gists);
        if let Some((sums, outcome)) = gists.recalled.remove(&asked.question)
            && state.checksums(&asked.of).is_some_and(|now| now == sums)
        {
            let found = Found { of: asked.of.clone(), editions: asked.editions.clone(), outcome };
            gists.found.insert(asked.question.clone(), found);
        }
        let found = gists.found.get(&asked.question).filter(|found| found.editions == asked.editions)?;
        Some(found.outcome.clone())
    }

    fn keep_gist(&self, register: &str, asked: Asked, outcome: String) {
        // What other records have a hand in is not known to stand.
        if self.leans(register) {
            return;
        }
        let mut gists = locked(&self.gists);
        if gists.found.len() >= MOST {
            gists.found.clear();
        }
        gists.found.insert(asked.question, Found { of: asked.of, editions: asked.editions, outcome });
        gists.fresh = true;
    }

    /// Everything that is known and stands as the records lie on the medium, to be kept there; none where all of it was
    /// handed out before, or some of it cannot be told yet because records wait to be written.
    pub fn gists(&self, state: &State) -> Option<String> {
        let mut gists = locked(&self.gists);
        gists.found.retain(|_, found| state.editions(&found.of) == found.editions);
        // Of a ledger in which nothing is recorded nothing is kept either.
        if !gists.fresh || state.steps() == 0 {
            return None;
        }
        let mut all = gists.recalled.clone();
        for (question, found) in &gists.found {
            all.insert(question.clone(), (state.checksums(&found.of)?, found.outcome.clone()));
        }
        while all.len() > MOST {
            all.pop_first();
        }
        gists.fresh = false;
        Some(to_text(&all))
    }

    /// Takes what [`Self::gists`] gave on an earlier visit.
    pub fn recall(&self, text: &str) {
        // What cannot be read is worked out anew.
        if let Some(recalled) = from_text(text) {
            locked(&self.gists).recalled = recalled;
        }
    }
}

/// The records that an outcome rests on.
fn stretches(state: &State, register: &str, year: Option<i16>) -> Vec<Stretch> {
    let kind = state.schema().register(register).and_then(|r| r.main());
    let apart = kind.and_then(|kind| Some((kind.key.to_string(), kind.by_year()?, year?)));
    let year = apart.map(|(kind, field, year)| (Text::from(kind), Text::from(field), year));
    let whole = |key: &str| Stretch { register: Text::from(key), year: None };
    vec![Stretch { year, ..whole(register) }, whole(PLACE_REGISTER), whole(settings::KEY)]
}
