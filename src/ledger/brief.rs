//! What is in a leaf, without looking at any of its records.
//!
//! Duty: how many live records of each kind there are, to which states they were moved, and of which years their periods
//! are, so that whoever wants the rows of one year or one state leaves all other leaves shut. Inputs: records; or what was written beside them when they were packed.
//! Outputs: counts and years. Neighbours: `leaf` has one for each leaf, `storage` packs it with the records.

use std::collections::{BTreeMap, BTreeSet};

use super::state::Record;
use crate::value::{Text, Value};

/// What is in a leaf. Rows that others stand for are counted like all others: whoever knows of such looks at the records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Brief {
    /// By kind.
    pub(crate) kinds: BTreeMap<Text, Kind>,
}

/// The live records of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// How many.
    pub(crate) live: usize,
    /// The states that some of them were moved to.
    pub(crate) stages: BTreeSet<Text>,
    /// By field, the years of its periods.
    pub(crate) years: BTreeMap<Text, BTreeSet<i16>>,
}

impl Brief {
    /// What is in these records.
    pub(crate) fn of<'r>(records: impl IntoIterator<Item = &'r Record>) -> Self {
        let mut brief = Self::default();
        for record in records.into_iter().filter(|r| r.is_live_itself()) {
            if !brief.kinds.contains_key(&record.kind) {
                brief.kinds.insert(record.kind.clone(), Kind::default());
            }
            let Some(kind) = brief.kinds.get_mut(&record.kind) else { continue };
            kind.live += 1;
            if let Some((stage, _)) = record.stage.as_ref().filter(|(stage, _)| !kind.stages.contains(stage))
            {
                kind.stages.insert(stage.clone());
            }
            for (field, value) in &record.cells {
                let Value::Period(period) = value else { continue };
                if !kind.years.contains_key(field) {
                    kind.years.insert(field.clone(), BTreeSet::new());
                }
                kind.years.get_mut(field).into_iter().for_each(|years| _ = years.insert(period.year()));
            }
        }
        brief
    }

    /// How many live records of a kind there are; of all kinds where none is named.
    pub(super) fn count(&self, kind: Option<&str>) -> usize {
        match kind {
            Some(kind) => self.kinds.get(kind).map_or(0, |k| k.live),
            None => self.kinds.values().map(|k| k.live).sum(),
        }
    }

    /// The years of what the records of a kind have in a field.
    pub(super) fn years(&self, kind: &str, field: &str) -> impl Iterator<Item = i16> {
        self.kinds.get(kind).and_then(|k| k.years.get(field)).into_iter().flatten().copied()
    }

    /// Whether a record of a kind was moved to a state.
    pub(super) fn has_stage(&self, kind: &str, stage: &str) -> bool {
        self.kinds.get(kind).is_some_and(|k| k.stages.contains(stage))
    }

    /// Whether a record of a kind has a period of this year in a field.
    pub(super) fn has(&self, kind: &str, field: &str, year: i16) -> bool {
        self.kinds.get(kind).and_then(|k| k.years.get(field)).is_some_and(|years| years.contains(&year))
    }
}
