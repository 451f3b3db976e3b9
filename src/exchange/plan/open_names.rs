//! Names that mean a record near the row: the household of that name in the group.
//!
//! Duty: a name is first what the row's own record already has under it, then the record that the rows of its block mean,
//! then the only one of that name that agrees with the row in what the field asks for. Several are an error: nobody
//! guesses. None becomes a record where that is wanted; two blocks that begin with one name are two. Inputs: a draft, its
//! own record where the ledger has it. Outputs: identities, those of records to be made provisional. Neighbours: `upsert`
//! asks once the draft's own record can be known; `named_records` makes.

use std::collections::{HashMap, HashSet};

use super::upsert::at_row;
use super::{Desk, DraftRow, Open, Planned, named_records, sentences};
use crate::exchange::text::fold;
use crate::ledger::Record;
use crate::register::{Field, Fields as _, Key, RowKind, Severity, Target, key};
use crate::table::Places;
use crate::value::{RowId, Text, Value};

/// The name means several records.
pub(super) struct Ambiguous;

/// What names meant so far.
#[derive(Default)]
pub(super) struct OpenNames {
    /// By table, column, block and name.
    blocks: HashMap<(u32, u32, u32, Text), RowId>,
    /// The names of the file's own rows, with what they agree in; made when a name is new for the first time.
    listed: Option<HashSet<(Text, Key)>>,
}

impl OpenNames {
    /// The record that an open name of `draft` means; `own` is what the draft could be itself.
    pub fn find(
        &mut self,
        desk: &mut Desk<'_>,
        (planned, kind): (&Planned, &RowKind),
        (drafts, draft): (&[DraftRow], &DraftRow),
        (open, own): (&Open, &[RowId]),
    ) -> Result<Option<RowId>, Ambiguous> {
        let Some((field, target)) = kind.field(&open.key).and_then(|f| Some((f, f.target()?))) else {
            return Ok(None);
        };
        if let Some(known) = already(desk, planned, (field, target), (open, own)) {
            self.note(desk, draft, open, known);
            return Ok(Some(known));
        }
        if let Some(known) = self.blocks.get(&place(draft, open)) {
            return Ok(Some(*known));
        }
        let found = near(desk, (field, target), (draft, open));
        match found.as_slice() {
            [one] => {
                self.note(desk, draft, open, *one);
                Ok(Some(*one))
            }
            [] => Ok(self.make(desk, (planned, kind), (field, target), (drafts, draft), open)),
            several => {
                let at = cell(planned, draft, open);
                desk.report.add(Severity::Error, at, Some(&open.key), "ambiguous_reference", || {
                    sentences::several(&open.name, several.len(), field)
                });
                Err(Ambiguous)
            }
        }
    }

    /// The other rows of the block mean it too.
    fn note(&mut self, desk: &Desk<'_>, draft: &DraftRow, open: &Open, row: RowId) {
        if desk.in_blocks.contains(&(draft.table, open.column)) {
            self.blocks.insert(place(draft, open), row);
        }
    }

    /// A record that will be made of the name, where that is wanted.
    fn make(
        &mut self,
        desk: &mut Desk<'_>,
        (planned, kind): (&Planned, &RowKind),
        (field, target): (&Field, &Target),
        (drafts, draft): (&[DraftRow], &DraftRow),
        open: &Open,
    ) -> Option<RowId> {
        let scope: Vec<(Text, Value)> = field
            .within
            .iter()
            .filter_map(|key| Some((Text::from(*key), draft.value(key)?.clone())))
            .collect();
        let in_blocks = desk.in_blocks.contains(&(draft.table, open.column));
        let block = in_blocks.then_some((draft.table, open.column, open.block));
        let at = cell(planned, draft, open);
        let before = desk.named.all.len();
        let wish = named_records::Wish {
            name: &open.name,
            scope: &scope,
            block,
            heading: (&planned.sheet, &open.heading),
        };
        let made = named_records::wanted(desk, (field, target), at, wish)?;
        if desk.named.all.len() > before {
            let agreeing = key::of(scope.iter().map(|(_, value)| Some(value)));
            let listed = self.listed.get_or_insert_with(|| listed(drafts, kind, field.within));
            let (alike, twice) =
                (listed.contains(&(folded(&open.name), agreeing)), desk.named.has_twin(before));
            if alike || twice {
                desk.report.add(Severity::Warning, at, Some(&open.key), "named_alike", || {
                    sentences::named_alike(&open.name, field, twice)
                });
            }
        }
        Some(made)
    }
}

fn folded(name: &str) -> Text {
    Text::from(fold(name))
}

/// Where a name stands.
fn place(draft: &DraftRow, open: &Open) -> (u32, u32, u32, Text) {
    (draft.table, open.column, open.block, open.name.clone())
}

fn cell<'a>(planned: &'a Planned, draft: &DraftRow, open: &Open) -> (&'a Text, u32, u32) {
    let (sheet, row, _) = at_row(planned, draft);
    (sheet, row, open.column)
}

/// What the draft's own record already has there, where it is called so.
fn already(
    desk: &Desk<'_>,
    planned: &Planned,
    (field, target): (&Field, &Target),
    (open, own): (&Open, &[RowId]),
) -> Option<RowId> {
    let wanted = fold(&open.name);
    let has = |own: &RowId| desk.state.record(&planned.register, *own)?.value(&field.key)?.as_ref_id();
    own.iter().filter_map(has).find(|named| {
        let home = desk.state.home(target, *named);
        home.is_some_and(|(key, record)| {
            let kind = desk.state.kind_of(key, record);
            let title = kind.and_then(|k| record.value(&k.title)?.as_str());
            title.is_some_and(|title| fold(title) == wanted)
        })
    })
}

/// The records of that name that agree with the draft: of several those that agree in all of it.
fn near(
    desk: &Desk<'_>,
    (field, target): (&Field, &Target),
    (draft, open): (&DraftRow, &Open),
) -> Vec<RowId> {
    let places = desk.known_places.get_or_init(|| Places::of(desk.state));
    let all = desk.names.meant(desk.state, places, target, &open.name);
    let record = |id: &RowId| desk.state.home(target, *id).map(|(_, record)| record);
    // What one of them does not say speaks against nothing.
    let may = |r: &Record| {
        field.within.iter().all(|key| match (r.value(key), draft.value(key)) {
            (Some(its), Some(own)) => its == own,
            _ => true,
        })
    };
    let wholly = |r: &Record| field.within.iter().all(|key| r.value(key) == draft.value(key));
    let near: Vec<RowId> = all.into_iter().filter(|id| record(id).is_some_and(may)).collect();
    let exactly: Vec<RowId> = near.iter().copied().filter(|id| record(id).is_some_and(wholly)).collect();
    if exactly.is_empty() { near } else { exactly }
}

/// The names of the file's rows of a kind, with what they say in `within`.
fn listed(drafts: &[DraftRow], kind: &RowKind, within: &[&str]) -> HashSet<(Text, Key)> {
    let named = drafts.iter().filter_map(|d| {
        let agreeing = key::of(within.iter().map(|key| d.value(key)));
        Some((folded(d.value(&kind.title)?.as_str()?), agreeing))
    });
    named.collect()
}
