//! What was worked out once, and stays until one of the records changes that it was worked out from.
//!
//! Duty: sums over a year that is over are worked out once and not at every opening: a [`Cache`] keeps them beside the
//! editions of the records behind them, and hands them out to be kept on the medium beside their checksums. What does not
//! fit the records any more is worked out anew. Inputs: a question, the records it is about, and the work. Outputs: its
//! outcome; everything that is known, as text. Neighbours: `ledger::edition` says whether records are the same; `analysis`
//! asks; the session keeps the text.

use super::error::QueryError;
use super::frame::{Cache, locked};
use super::kept::{Kept, from_text, to_text};
use crate::ledger::{State, Stretch};
use crate::register::catalog::{PLACE_REGISTER, settings};
use crate::value::{Text, order};

/// Outcomes that are kept: a page of a place and a year has some twenty. Beyond, all are worked out anew.
const MOST: usize = 1000;

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Gists {
    all: Vec<Gist>,
    /// There is something that was never handed out.
    fresh: bool,
}

#[derive(Debug)]
struct Gist {
    question: String,
    stands: Stands,
    outcome: String,
}

/// How long an outcome stands.
#[derive(Debug)]
enum Stands {
    /// As long as the records behind it have these editions.
    While(Vec<Stretch>, Vec<u64>),
    /// It is from the medium, where the records behind it had these checksums. It is held against them when asked for.
    If(Vec<u32>),
}

/// A question, and the records that its outcome rests on as they are.
struct Asked {
    question: String,
    of: Vec<Stretch>,
    editions: Vec<u64>,
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
        let known = gists.all.iter_mut().find(|gist| gist.question == asked.question)?;
        match &known.stands {
            Stands::While(_, editions) if *editions == asked.editions => {}
            Stands::If(sums) if state.checksums(&asked.of).is_some_and(|now| now == *sums) => {
                known.stands = Stands::While(asked.of.clone(), asked.editions.clone());
            }
            _ => return None,
        }
        Some(known.outcome.clone())
    }

    fn keep_gist(&self, register: &str, asked: Asked, outcome: String) {
        // What other records have a hand in is not known to stand.
        if self.leans(register) {
            return;
        }
        let mut gists = locked(&self.gists);
        gists.all.retain(|gist| gist.question != asked.question);
        if gists.all.len() >= MOST {
            gists.all.clear();
        }
        let stands = Stands::While(asked.of, asked.editions);
        gists.all.push(Gist { question: asked.question, stands, outcome });
        gists.fresh = true;
    }

    /// Everything that is known and stands as the records lie on the medium, to be kept there; none where all of it was
    /// handed out before, or some of it cannot be told yet because records wait to be written.
    pub fn gists(&self, state: &State) -> Option<String> {
        let mut gists = locked(&self.gists);
        gists.all.retain(|gist| match &gist.stands {
            Stands::While(of, editions) => state.editions(of) == *editions,
            Stands::If(_) => true,
        });
        // Of a ledger in which nothing is recorded nothing is kept either.
        if !gists.fresh || state.steps() == 0 {
            return None;
        }
        let mut lines: Vec<Line> = Vec::new();
        for Gist { question, stands, outcome } in &gists.all {
            let sums = match stands {
                Stands::While(of, _) => state.checksums(of)?,
                Stands::If(sums) => sums.clone(),
            };
            lines.push((question.clone(), sums, outcome.clone()));
        }
        order::sort(&mut lines);
        gists.fresh = false;
        Some(to_text(&lines))
    }

    /// Takes what [`Self::gists`] gave on an earlier visit.
    pub fn recall(&self, text: &str) {
        // What cannot be read is worked out anew.
        let lines: Vec<Line> = from_text(text).unwrap_or_default();
        let recalled = lines.into_iter().map(|(question, sums, outcome)| Gist {
            question,
            stands: Stands::If(sums),
            outcome,
        });
        locked(&self.gists).all = recalled.collect();
    }
}

/// A question, the checksums of the records behind it, and the outcome.
type Line = (String, Vec<u32>, String);

/// The records that an outcome rests on.
fn stretches(state: &State, register: &str, year: Option<i16>) -> Vec<Stretch> {
    let kind = state.schema().register(register).and_then(|r| r.main());
    let apart = kind.and_then(|kind| Some((kind.key.to_string(), kind.by_year()?, year?)));
    let year = apart.map(|(kind, field, year)| (Text::from(kind), Text::from(field), year));
    let whole = |key: &str| Stretch { register: Text::from(key), year: None };
    vec![Stretch { year, ..whole(register) }, whole(PLACE_REGISTER), whole(settings::KEY)]
}
