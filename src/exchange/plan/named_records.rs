//! Records that a file names and nobody has listed: made where whoever imports says so (`--create-refs`, or the answer to a
//! question).
//!
//! Duty: a name in a column of references that no record has becomes a record of which the name is known, with what it
//! agrees in with the rows that name it, in the place of the first of them. Where the column may point into several
//! registers nobody guesses into which. Inputs: a target, a name. Outputs: provisional identities; `write` makes the
//! records. Neighbours: `rows` asks for what it did not
//! find; places have their own way (`resolve`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::{Desk, DraftRow, Fate, Plan, asks, sentences};
use crate::exchange::question::{self, CREATE, Choice, LEAVE, Question, Topic};
use crate::exchange::text::fold;
use crate::ledger::{Draft, Origin, State};
use crate::register::{
    Field, Key, Label, Message, Name, Register, RowKind, Schema, Sense, Severity, Target, key,
};
use crate::value::hash::QuickMap;
use crate::value::{ParseReason, RowId, Text, Value, order};

/// A record that will be created because a row names it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedRecord {
    /// Its register.
    pub register: Name,
    /// Its kind of rows.
    pub kind: Name,
    /// Its name.
    pub name: Text,
    #[serde(skip)]
    provisional: RowId,
    /// What it has in common with the rows that name it.
    #[serde(skip)]
    scope: Vec<(Text, Value)>,
}

/// The records that a file names, each once.
#[derive(Default)]
pub(in crate::exchange) struct NamedRecords {
    pub all: Vec<NamedRecord>,
    known: HashMap<Told, RowId>,
    /// How many there are of one name with one scope.
    alike: HashMap<(Name, Name, String, Key), usize>,
    /// Names that nobody has said anything of, by the cell of their column's heading.
    asked: BTreeMap<(Text, Text), Asked>,
}

/// What tells a named record from others: its register and kind, its name, its scope, and the block that begins with it.
type Told = (Name, Name, String, Key, Option<Block>);

/// Names of one column that no record has.
struct Asked {
    field: Text,
    label: Label,
    names: BTreeSet<Text>,
    /// The records that would be made of them: of one name in two places there are two.
    records: HashSet<(String, Key, Option<Block>)>,
}

/// Rows of one column that have a name in common: table, column, and which of its blocks.
type Block = (u32, u32, u32);

/// A name of which a record could be made.
pub(super) struct Wish<'w> {
    pub name: &'w Text,
    /// What it has in common with the row.
    pub scope: &'w [(Text, Value)],
    /// The block of rows that begins with it.
    pub block: Option<Block>,
    /// The sheet and the cell of its column's heading.
    pub heading: (&'w Text, &'w Text),
}

impl Wish<'_> {
    /// What it has in common with the row, to be compared.
    fn agreeing(&self) -> Key {
        key::of(self.scope.iter().map(|(_, value)| Some(value)))
    }
}

/// Names that are named in a question themselves.
const NAMED: usize = 3;
/// More lines than this nobody reads before answering.
const LISTED: usize = 300;

/// The record of a name that no record has: made, left out, or asked about. What happens is said at `place`.
pub(super) fn wanted(
    desk: &mut Desk<'_>,
    (field, target): (&Field, &Target),
    place: (&Text, u32, u32),
    wish: Wish<'_>,
) -> Option<RowId> {
    let schema = desk.state.schema();
    let can = may_be_made(schema, target, wish.name);
    let (sheet, heading) = wish.heading;
    let answer = question::answered(&desk.options.decisions, Topic::Named, sheet, heading);
    if can.is_some() && (desk.options.create_refs || answer == Some(CREATE)) {
        let made = desk.named.make(schema, target, &wish);
        desk.report.add(Severity::Info, place, Some(&field.key), "new_reference", || {
            sentences::named(wish.name, field)
        });
        return made;
    }
    desk.report.add(Severity::Warning, place, Some(&field.key), "unknown_reference", || {
        sentences::refused(ParseReason::Unknown, wish.name, field, None)
    });
    if can.is_some() && answer.is_none() {
        let open = || Asked {
            field: Text::from(&*field.key),
            label: field.label.clone(),
            names: BTreeSet::new(),
            records: HashSet::new(),
        };
        let asked = desk.named.asked.entry((sheet.clone(), heading.clone())).or_insert_with(open);
        asked.names.insert(wish.name.clone());
        asked.records.insert((fold(wish.name.trim()), wish.agreeing(), wish.block));
    }
    None
}

/// Asks of every column whether its unknown names become records.
pub(super) fn ask(desk: &mut Desk<'_>) {
    for ((sheet, heading), Asked { field, label, names, records }) in std::mem::take(&mut desk.named.asked) {
        let (n, made) = (names.len(), records.len());
        let few = names.iter().take(NAMED).map(|name| &**name).collect::<Vec<_>>();
        let more = if n > NAMED { ("……", " …") } else { ("", "") };
        let message = Message::new(
            format!(
                "“{}”里有{n}个名字台账里没有（{}{}）：按名字新建，还是先空着？",
                label.zh,
                few.join("、"),
                more.0
            ),
            format!(
                "{n} names in {} are not in the ledger ({}{}): make them, or leave them out?",
                label.en,
                few.join(", "),
                more.1
            ),
        );
        let choices = vec![
            Choice::new(CREATE, format!("新建{made}条，其余各栏以后补上"), format!("make {made} records")),
            Choice::new(LEAVE, "先空着", "leave them out"),
        ];
        let lines = names.iter().take(LISTED).map(|name| Message::new(&**name, &**name)).collect();
        let question = Question { lines, ..Question::at(Topic::Named, &sheet, &heading, choices) };
        asks::ask(desk, "unknown_names", Some(&field), question, message);
    }
}

/// Where a record of this name would be made; none where the column may mean records of several kinds, or lines of others.
fn may_be_made<'s>(
    schema: &'s Schema,
    target: &Target,
    name: &str,
) -> Option<(&'s Arc<Register>, &'s Arc<RowKind>)> {
    let mut reached = target.pools().iter().filter_map(|pool| Some((pool, schema.pool(pool)?)));
    let (pool, found) = reached.next()?;
    let only = reached.next().is_none() && !pool.is_place() && found.1.under.is_none();
    (only && !name.trim().is_empty()).then_some(found)
}

/// The identity until it is written: apart from those of places and of drafts.
fn provisional(n: usize) -> RowId {
    RowId::new(0, (1 << 65) + n as u128)
}

impl NamedRecords {
    /// The record that a name will be.
    fn make(&mut self, schema: &Schema, target: &Target, wish: &Wish<'_>) -> Option<RowId> {
        let (register, kind) = may_be_made(schema, target, wish.name)?;
        let (name, next) = (wish.name.trim(), provisional(self.all.len()));
        let (register, kind) = (register.key.clone(), kind.key.clone());
        let (scope, folded, block) = (wish.agreeing(), fold(name), wish.block);
        let id = *self
            .known
            .entry((register.clone(), kind.clone(), folded.clone(), scope.clone(), block))
            .or_insert(next);
        if id == next {
            *self.alike.entry((register.clone(), kind.clone(), folded, scope)).or_default() += 1;
            let (name, scope) = (Text::from(name), wish.scope.to_vec());
            self.all.push(NamedRecord { register, kind, name, provisional: id, scope });
        }
        Some(id)
    }

    /// Whether another one has the name and the scope of the n-th.
    pub(super) fn has_twin(&self, n: usize) -> bool {
        let Some(record) = self.all.get(n) else { return false };
        let scope = key::of(record.scope.iter().map(|(_, value)| Some(value)));
        let of = (record.register.clone(), record.kind.clone(), fold(&record.name), scope);
        self.alike.get(&of).is_some_and(|n| *n > 1)
    }
}

impl Plan {
    /// Makes the records that rows to be written name, each in the place of the first that does.
    pub(super) fn named(
        &self,
        (state, draft): (&State, &mut Draft),
        real: &mut QuickMap<RowId, RowId>,
        new_id: &mut dyn FnMut() -> RowId,
    ) {
        let first = self.first_naming();
        for record in &self.named_records {
            let Some(row) = first.get(&record.provisional) else { continue };
            let Some(kind) = state.schema().kind(&record.register, &record.kind) else { continue };
            let mut fields = kind.named(&record.name);
            let settled = |id: RowId| Value::Ref(real.get(&id).copied().unwrap_or(id));
            for (key, value) in &record.scope {
                let value = value.as_ref_id().map_or_else(|| value.clone(), settled);
                fields.push((key.clone(), value));
            }
            let place = self.place_of(state, row).map(settled);
            let place = kind.key_of(Sense::Place).map(Text::from).zip(place);
            fields.extend(place.filter(|(key, _)| !fields.iter().any(|(k, _)| k == key)));
            let first = Origin { table: row.source, row: row.row };
            order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
            let id = new_id();
            real.insert(record.provisional, id);
            draft.create(&record.register, &record.kind, id, fields, Some(first));
        }
    }

    /// By what is named, the first row to be written that names it.
    fn first_naming(&self) -> HashMap<RowId, &DraftRow> {
        let mut first = HashMap::new();
        let mut open: HashSet<RowId> = self.named_records.iter().map(|r| r.provisional).collect();
        let written = |row: &&DraftRow| matches!(row.fate, Fate::Insert | Fate::Update { .. });
        for row in self.drafts.iter().filter(written) {
            if open.is_empty() {
                break;
            }
            first.extend(row.refs().filter(|id| open.remove(id)).map(|id| (id, row)));
        }
        first
    }

    /// The place that a row says.
    fn place_of(&self, state: &State, row: &DraftRow) -> Option<RowId> {
        let planned = self.tables.get(usize::try_from(row.table).ok()?)?;
        let kind = state.schema().kind(&planned.register, &planned.kind)?;
        row.value(kind.key_of(Sense::Place)?)?.as_ref_id()
    }
}
