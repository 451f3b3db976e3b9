//! What waits for somebody: rows in a waiting state, register by register.
//!
//! Inputs: the state and a place. Outputs: [`Waiting`], in the order of the registers and of their states. Rows of all
//! periods count: what was not checked last year still waits.

use std::sync::Arc;

use crate::ledger::{Glimpse, State};
use crate::register::{Move, Register, RowKind, Stage, StageTone};
use crate::table::Places;
use crate::value::RowId;

/// Rows that wait in one state.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The register.
    pub register: Arc<Register>,
    /// The kind of rows.
    pub kind: Arc<RowKind>,
    /// The state they wait in.
    pub stage: Stage,
    /// What is to be done with them: the move that leads on.
    pub step: Move,
    /// How many there are.
    pub rows: usize,
}

/// Everything that waits under `place` (everywhere when none).
pub fn waiting(state: &State, places: &Places, place: Option<RowId>) -> Vec<Waiting> {
    let inside = place.map(|place| places.under(place));
    let mut all = Vec::new();
    for register in state.schema().all() {
        for kind in &register.kinds {
            let (Some(flow), Some(sheet)) = (&kind.workflow, state.sheet(&register.key)) else { continue };
            for stage in flow.stages.iter().filter(|s| s.tone == StageTone::Waiting) {
                let here = |seen: &Glimpse<'_>| {
                    let lies = || state.place_seen(register, kind, seen);
                    inside.as_ref().is_none_or(|inside| lies().is_some_and(|at| inside.contains(&at)))
                };
                // What was never moved is where records begin.
                let begins = flow.initial() == stage.word;
                let waits = |seen: &Glimpse<'_>| {
                    seen.is_of(&kind.key) && seen.stage().map_or(begins, |at| **at == *stage.word)
                };
                let moved = (!begins).then(|| sheet.places_in_stage(&kind.key, stage.word));
                let any = begins.then(|| 0..sheet.count());
                let (mut pass, mut rows) = (sheet.pass(), 0);
                for at in moved.into_iter().flatten().chain(any.into_iter().flatten()) {
                    rows += usize::from(pass.at(at).is_some_and(|seen| waits(&seen) && here(&seen)));
                }
                let step = flow.moves_from(stage.word).find(|m| !m.reason);
                all.extend(step.filter(|_| rows > 0).map(|step| Waiting {
                    register: Arc::clone(register),
                    kind: Arc::clone(kind),
                    stage: stage.clone(),
                    step: step.clone(),
                    rows,
                }));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::fixture::Bench;

    #[test]
    fn what_was_handed_in_waits_in_its_place_until_it_is_checked() {
        let mut bench = Bench::new();
        let town = bench.org("某镇", "乡镇", None);
        let near = bench.org("甲村", "村", Some(town));
        let far = bench.org("乙村", "村", None);
        let rows: Vec<RowId> =
            [near, near, far].map(|v| bench.money(v, "2024", "经营收入", "10")).into_iter().collect();
        let found = |bench: &Bench, place| {
            let all = waiting(&bench.state, &Places::of(&bench.state), place);
            all.iter()
                .map(|w| (w.register.key.to_string(), w.stage.word, w.step.to, w.rows))
                .collect::<Vec<_>>()
        };
        assert!(found(&bench, None).is_empty());
        for row in &rows {
            bench.advance("R07", *row, "录入", "待复核");
        }
        assert_eq!(found(&bench, None), [("R07".to_owned(), "待复核", "已复核", 3)]);
        assert_eq!(found(&bench, Some(town)), [("R07".to_owned(), "待复核", "已复核", 2)]);
        bench.advance("R07", rows[0], "待复核", "已复核");
        assert_eq!(found(&bench, Some(town)), [("R07".to_owned(), "待复核", "已复核", 1)]);
    }
}
