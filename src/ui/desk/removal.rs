//! Taking records away, on a person's wish.
//!
//! Duty: nothing is removed while rows that stay point at it: their figures would count for nobody. Inputs: the rows.
//! Outputs: one step, or a sentence with the list of what points at them. Neighbours: the side panel and whoever
//! removes many; `undo`, which leaves such records and says so in the same words.

use std::collections::{BTreeMap, BTreeSet};

use super::Desk;
use crate::ledger::{BatchKind, Draft, Pointer, State};
use crate::register::StageTone;
use crate::storage::Extra;
use crate::ui::lang::{Words as _, t};
use crate::value::RowId;
use crate::value::order::Ordered as _;

/// Rows of each register that are named; the rest is counted.
const NAMED: usize = 3;

impl Desk {
    /// Removes rows of a register as one step, with all that stands under them; refused, with what points at them, while
    /// rows that stay need them.
    pub(in crate::ui) fn remove_rows(self, key: &str, rows: &[RowId]) -> Result<(), String> {
        let mut draft = Draft::new(BatchKind::Edit);
        self.state_once(|s| rows.iter().for_each(|row| draft.remove(s, key, *row)));
        let n = rows.len();
        let refused = self.refused(&draft);
        let found: Vec<Pointer> = refused.iter().flat_map(|r| r.others.iter().cloned()).collect();
        if !found.is_empty() {
            return Err(self.state_once(|s| self.refusal(s, key, &found)));
        }
        match self.refusal_words(&refused) {
            Some(words) => Err(words),
            None => {
                let under = draft.operations.len().saturating_sub(rows.len());
                self.commit_with(draft, Extra::default(), move |_| {
                    if under > 0 {
                        let (zh, en) = (
                            format!("已删除 {n} 行，连同它们下面的 {under} 行明细"),
                            format!("{n} rows removed, with {under} lines under them"),
                        );
                        self.say(t(&zh, &en), true);
                    }
                });
                Ok(())
            }
        }
    }

    fn refusal(self, s: &State, key: &str, found: &[Pointer]) -> String {
        let needed = found.iter().map(|p| p.target).into_set();
        let names: Vec<String> = needed.iter().take(NAMED).map(|id| self.record_name(s, key, *id)).collect();
        let more = if needed.len() > NAMED { t("等", " and others") } else { "" };
        let ended = s
            .schema()
            .register(key)
            .and_then(|r| r.main()?.workflow.as_ref())
            .and_then(|w| w.stages.iter().find(|stage| stage.tone == StageTone::Ended));
        let instead = ended.map_or_else(String::new, |stage| {
            let (zh, en) = (
                format!("不再用的，可以把状态改为“{}”，历年的数照旧。", stage.word),
                format!(" What is no longer used can be moved to “{}”; its figures stay.", stage.en),
            );
            t(&zh, &en).to_owned()
        });
        format!(
            "{}“{}”{more}{}{}{}{instead}",
            t("没有删除：还有行用着", "Not removed: rows still point at "),
            names.join("、"),
            t("。", ". "),
            self.pointing(s, found),
            t("。请先把那些行改到别处或删去。", ". Change or remove those rows first."),
        )
    }

    /// What points at records, counted by register, the first rows by name.
    pub(super) fn pointing(self, s: &State, found: &[Pointer]) -> String {
        let mut by_register: BTreeMap<&str, BTreeSet<RowId>> = BTreeMap::new();
        for pointer in found {
            by_register.entry(&pointer.register).or_default().insert(pointer.row);
        }
        let each = by_register.into_iter().map(|(key, rows)| {
            let label = s.schema().register(key).map_or_else(|| key.to_owned(), |r| r.label.words());
            let named: Vec<String> =
                rows.iter().take(NAMED).map(|row| self.row_words(s, key, *row)).collect();
            let more = if rows.len() > NAMED { "…" } else { "" };
            let (n, named) = (rows.len(), named.join("、"));
            let (zh, en) =
                (format!("{label} {n} 行（{named}{more}）"), format!("{label}: {n} rows ({named}{more})"));
            t(&zh, &en).to_owned()
        });
        each.collect::<Vec<_>>().join(t("；", "; "))
    }
}
