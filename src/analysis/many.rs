//! What may be done with many rows in one step.
//!
//! Duty: chosen rows are parted by what the workflow of their kind and the rules allow for one move: those that
//! may go on at once, those that a person should look at first, and those that stay, each with why. Inputs: the
//! state, the declaration, the chosen rows. Outputs: [`offers`] and [`Parted`], and one draft for the whole step.
//! Neighbours: [`super::findings`] says what the rules find.

use std::collections::BTreeMap;

use super::findings::of_record;
use crate::ledger::{BatchKind, Draft, Record, State, Surroundings, plan_move};
use crate::register::{Message, Move, Register, RowKind, Severity, Workflow};
use crate::value::RowId;

/// The chosen rows, parted for one move.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parted {
    /// No rule has anything to say.
    pub ready: Vec<RowId>,
    /// A rule says that a second look is needed.
    pub doubtful: Vec<(RowId, Message)>,
    /// A rule calls it an error: it stays.
    pub wrong: Vec<(RowId, Message)>,
    /// In a state that the move does not leave, by the place of the state in the workflow: they stay.
    pub elsewhere: BTreeMap<usize, Vec<RowId>>,
}

impl Parted {
    /// Whether every chosen row may go on at once.
    pub fn is_plain(&self) -> bool {
        self.doubtful.is_empty() && self.stay() == 0
    }

    /// How many stay whatever a person says.
    pub fn stay(&self) -> usize {
        self.wrong.len() + self.elsewhere.values().map(Vec::len).sum::<usize>()
    }
}

/// The state a record is in, as a place in the workflow; a record without one is where new ones begin.
fn stage_at(flow: &Workflow, record: &Record) -> usize {
    let word = record.stage().unwrap_or_else(|| flow.initial());
    flow.stages.iter().position(|s| s.word == word).unwrap_or_default()
}

fn leaves(flow: &Workflow, step: &Move, stage: usize) -> bool {
    flow.stages.get(stage).is_some_and(|s| step.from.contains(&s.word))
}

/// How many of `rows` are in each state, by its place in the workflow.
pub fn by_stage(
    state: &State,
    register: &Register,
    flow: &Workflow,
    rows: impl IntoIterator<Item = RowId>,
) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for record in rows.into_iter().filter_map(|id| state.record(&register.key, id)) {
        *counts.entry(stage_at(flow, record)).or_default() += 1;
    }
    counts
}

/// The moves that at least one of the rows counted in `stages` may make, each with how many may.
pub fn offers<'a>(flow: &'a Workflow, stages: &BTreeMap<usize, usize>) -> Vec<(&'a Move, usize)> {
    let offer = |step: &'a Move| {
        let rows = stages.iter().filter(|(s, _)| leaves(flow, step, **s)).map(|(_, n)| n).sum();
        (rows > 0).then_some((step, rows))
    };
    flow.moves.iter().filter_map(offer).collect()
}

/// Parts `rows` for `step`. What a rule finds keeps a row from going on, not from being sent back: that is what
/// a step with a reason is for.
pub fn part(
    register: &Register,
    kind: &RowKind,
    flow: &Workflow,
    step: &Move,
    rows: impl IntoIterator<Item = RowId>,
    world: &Surroundings<'_>,
) -> Parted {
    let mut parted = Parted::default();
    for id in rows {
        let Some(record) = world.state().record(&register.key, id) else { continue };
        let stage = stage_at(flow, record);
        if !leaves(flow, step, stage) {
            parted.elsewhere.entry(stage).or_default().push(id);
            continue;
        }
        let worst = if step.reason { None } else { worst(register, kind, record, world) };
        match worst {
            Some((Severity::Error, why)) => parted.wrong.push((id, why)),
            Some((Severity::Warning, why)) => parted.doubtful.push((id, why)),
            _ => parted.ready.push(id),
        }
    }
    parted
}

fn worst(
    register: &Register,
    kind: &RowKind,
    record: &Record,
    world: &Surroundings<'_>,
) -> Option<(Severity, Message)> {
    let found = of_record(&register.key, kind, record, world);
    found.into_iter().min_by_key(|f| f.severity).map(|f| (f.severity, f.message))
}

/// One batch that makes `step` with `rows`, with the reason where one is asked for.
pub fn draft(
    state: &State,
    register: &Register,
    flow: &Workflow,
    step: &Move,
    rows: &[RowId],
    reason: Option<&str>,
    new_id: &mut dyn FnMut() -> RowId,
) -> Draft {
    let mut draft = Draft::new(BatchKind::Move);
    for id in rows {
        let Some(record) = state.record(&register.key, *id) else { continue };
        // What has moved on since it was looked at is left where it is.
        let stage = stage_at(flow, record);
        if leaves(flow, step, stage) {
            plan_move(&mut draft, state, &register.key, *id, step.to, reason, new_id);
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Schema;
    use crate::table::fixture::Bench;

    /// Four villages: one still writing, one handed in as usual, one whose area has more than doubled, one whose
    /// area is negative.
    fn bench() -> (Bench, Vec<RowId>) {
        let mut bench = Bench::new();
        let places: Vec<RowId> =
            ["甲村", "乙村", "丙村", "丁村"].iter().map(|n| bench.org(n, "村", None)).collect();
        let mut rows = Vec::new();
        for (place, [before, now]) in
            places.iter().zip([["10", "11"], ["10", "11"], ["10", "90"], ["10", "-4"]])
        {
            bench.crop(*place, "不知火", "2023", [before, "", ""], "实际");
            rows.push(bench.crop(*place, "不知火", "2024", [now, "", ""], "实际"));
        }
        for row in rows.iter().skip(1) {
            bench.advance("R06", *row, "填报中", "已报送");
        }
        (bench, rows)
    }

    fn step<'a>(flow: &'a Workflow, to: &str) -> &'a Move {
        flow.moves.iter().find(|m| m.to == to).unwrap()
    }

    #[test]
    fn rows_without_a_remark_go_on_and_the_others_say_why_not() {
        let (bench, rows) = bench();
        let declared = Schema::base().register("R06").unwrap();
        let kind = declared.main().unwrap();
        let flow = kind.workflow.as_ref().unwrap();
        let stages = by_stage(&bench.state, declared, flow, rows.iter().copied());
        assert_eq!(stages, BTreeMap::from([(0, 1), (1, 3)]));
        let offered: Vec<(&str, usize)> = offers(flow, &stages).into_iter().map(|(m, n)| (m.to, n)).collect();
        assert_eq!(offered, [("已报送", 1), ("乡镇已审", 3), ("填报中", 3)]);

        let world = Surroundings::new(&bench.state);
        let approve = step(flow, "乡镇已审");
        let parted = part(declared, kind, flow, approve, rows.iter().copied(), &world);
        assert_eq!(parted.ready, [rows[1]]);
        assert_eq!(parted.doubtful.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [rows[2]]);
        assert_eq!(parted.wrong.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [rows[3]]);
        assert_eq!(parted.elsewhere, BTreeMap::from([(0, vec![rows[0]])]));
        assert_eq!((parted.stay(), parted.is_plain()), (2, false));

        // Sending back takes what a rule objects to: that is what it is for.
        let back = part(declared, kind, flow, step(flow, "填报中"), rows.iter().copied(), &world);
        assert_eq!(back.ready, rows[1..]);
    }

    #[test]
    fn one_step_is_one_batch_and_leaves_what_has_moved_on() {
        let (mut bench, rows) = bench();
        let declared = Schema::base().register("R06").unwrap();
        let flow = declared.main().and_then(|k| k.workflow.as_ref()).unwrap();
        let approve = step(flow, "乡镇已审");
        let new_id = &mut || RowId::from_bits(0);
        let draft = draft(&bench.state, declared, flow, approve, &rows, None, new_id);
        assert_eq!(draft.operations.len(), 3, "the row that was not handed in stays");
        bench.record(draft);
        let at = |n: usize| bench.state.record("R06", rows[n]).and_then(|r| r.stage()).map(str::to_owned);
        assert_eq!((0..4).map(at).collect::<Vec<_>>()[1..], vec![Some("乡镇已审".to_owned()); 3]);
        assert_eq!(at(0).unwrap_or_else(|| flow.initial().to_owned()), "填报中");
    }
}
