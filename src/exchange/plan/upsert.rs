//! Drafts against what the ledger already says: natural keys, compared after folding.

use std::collections::HashMap;
use std::sync::Arc;

use super::alike::{self, Alike};
use super::another_key::{Found, Others};
use super::open_names::{Ambiguous, OpenNames};
use super::parents::{self, Parents};
use super::{Desk, DraftRow, Fate, FieldChange, Planned, named_records, sentences};
use crate::exchange::book::address;
use crate::ledger::{Locks, Record, State, held_by, place_in};
use crate::register::{Field, Fields, Key, Message, Register, RowKind, Schema, Sense, Severity, Tells};
use crate::value::{Period, RowId, Text, Value, order, person};

/// What stands under a key of one kind of rows: in the ledger, and the first draft of the file.
struct Under {
    rows: HashMap<Key, Vec<RowId>>,
    first: HashMap<Key, usize>,
    /// What the ledger's records are told by beside that, once a draft is not found.
    others: Option<Others>,
}

/// What the rows of each table are, looked up once a table.
pub(super) struct Kinds<'s>(Vec<Option<Declared<'s>>>);

/// What the rows of a table are.
#[derive(Clone, Copy)]
pub(super) struct Declared<'s> {
    pub register: &'s Arc<Register>,
    pub kind: &'s Arc<RowKind>,
    /// The first table of such rows: what is known of their keys is known for all of them.
    first: usize,
}

impl<'s> Kinds<'s> {
    fn of(schema: &'s Schema, tables: &[Planned]) -> Self {
        let declared = |table: &Planned| {
            let alike = |t: &Planned| t.register == table.register && t.kind == table.kind;
            let register = schema.register(&table.register)?;
            let first = tables.iter().position(alike)?;
            Some(Declared { register, kind: register.kind(&table.kind)?, first })
        };
        Self(tables.iter().map(declared).collect())
    }

    /// The table of a draft, and what its rows are.
    pub(super) fn at<'t>(
        &self,
        tables: &'t [Planned],
        draft: &DraftRow,
    ) -> Option<(&'t Planned, Declared<'s>)> {
        let table = usize::try_from(draft.table).ok()?;
        Some((tables.get(table)?, (*self.0.get(table)?)?))
    }

    /// Drafts of the same kind of rows.
    fn alike(&self, drafts: &[DraftRow], first: usize) -> usize {
        let same = |d: &&DraftRow| {
            let table = usize::try_from(d.table).ok();
            table.and_then(|t| self.0.get(t)?.as_ref()).is_some_and(|k| k.first == first)
        };
        drafts.iter().filter(same).count()
    }
}

/// Decides the fate of every draft and counts.
pub(super) fn settle(desk: &mut Desk<'_>, tables: &mut [Planned]) {
    let schema = Arc::clone(desk.state.schema());
    let mut drafts = std::mem::take(&mut desk.drafts);
    let kinds = Kinds::of(&schema, tables);
    let mut fates = Fates {
        kinds: &kinds,
        tables,
        known: HashMap::new(),
        parents: Parents::default(),
        open: OpenNames::default(),
        alike: Vec::new(),
    };
    for n in parents_first(&kinds, &drafts, tables) {
        fates.decide(desk, &mut drafts, n);
    }
    alike::ask(desk, tables, &fates.alike);
    named_records::ask(desk);
    closed(desk, &kinds, tables, &mut drafts);
    super::judge::judge(desk, &kinds, tables, &mut drafts);
    parents::orphans(&mut drafts);
    parents::unnamed(tables, &mut drafts);
    for draft in &drafts {
        let Some(planned) = tables.get_mut(usize::try_from(draft.table).unwrap_or(usize::MAX)) else {
            continue;
        };
        match draft.fate {
            Fate::Insert => planned.counts.inserted += 1,
            Fate::Update { .. } => planned.counts.updated += 1,
            Fate::Unchanged { .. } => planned.counts.unchanged += 1,
            Fate::Skip => planned.counts.skipped += 1,
        }
    }
    desk.drafts = drafts;
}

/// What is known of the drafts whose fate is decided, and of what they are held against.
struct Fates<'f> {
    kinds: &'f Kinds<'f>,
    tables: &'f [Planned],
    known: HashMap<usize, Under>,
    parents: Parents,
    open: OpenNames,
    /// Rows that are perhaps records of the ledger, and nobody has said whether they are.
    alike: Vec<Alike>,
}

impl Fates<'_> {
    /// Decides the fate of the n-th draft.
    #[inline(never)] // called for every row, see `lib`
    fn decide(&mut self, desk: &mut Desk<'_>, drafts: &mut [DraftRow], n: usize) {
        stand_under(desk, &mut self.parents, self.kinds, (drafts, self.tables), n);
        stand_beside(&mut self.parents, self.tables, drafts, n);
        self.names(desk, drafts, n);
        let Some(draft) = drafts.get(n) else { return };
        if draft.fate == Fate::Skip {
            return;
        }
        if let Some(fate) = self.fate(desk, drafts, (n, draft))
            && let Some(draft) = drafts.get_mut(n)
        {
            draft.fate = fate;
        }
    }

    /// What becomes of a draft, where it is not what it was taken for.
    fn fate(
        &mut self,
        desk: &mut Desk<'_>,
        drafts: &[DraftRow],
        (n, draft): (usize, &DraftRow),
    ) -> Option<Fate> {
        let (planned, Declared { kind, first: of, .. }) = self.kinds.at(self.tables, draft)?;
        let Some((key, tells)) = kind.told(&draft.fields.as_slice()) else {
            // Without a key it is a new record.
            unmasked(desk, planned, kind, draft, Fate::Insert);
            return None;
        };
        if matches!(tells, Tells::Mostly | Tells::Perhaps) {
            return self.likely(desk, drafts, (n, draft), key);
        }
        let weak = tells == Tells::Like;
        let Under { rows: index, first, others } =
            under(&mut self.known, (self.kinds, self.tables), desk, (drafts, draft))?;
        let earlier = first.get(&key).map(|at| (*at, drafts.get(*at)));
        if let Some((at, Some(other))) = earlier.filter(|_| !weak) {
            // A reversed entry and the right one after it have one key, and both come back from an export.
            if let Some(row) = both(desk, (planned, kind), index.get(&key), (draft, other)) {
                return Some(Fate::Unchanged { row });
            }
            let same = repeats(draft, other);
            if same {
                self.parents.same(n, at);
            }
            twice(desk, (planned, kind), draft, Some(other), same);
            return Some(Fate::Skip);
        }
        if let Some((_, other)) = earlier {
            twice(desk, (planned, kind), draft, other, true);
        }
        // A village that an import created without its township is found when the township is known.
        let homeless = || {
            let above = kind.key_of(Sense::Above);
            let without: Vec<_> = draft.fields.iter().filter(|(k, _)| Some(&**k) != above).cloned().collect();
            kind.same(&without.as_slice()).map(|(k, _)| k)
        };
        let found =
            if kind.is_place(&planned.register) && !index.contains_key(&key) { homeless() } else { None };
        let known = found.as_ref().unwrap_or(&key);
        let fate = if let Some(rows) = index.get_mut(known) {
            against(desk, planned, kind, draft, rows, weak)
        } else if kind.keys.len() < 2 || index.is_empty() {
            Fate::Insert
        } else {
            let kinds = (self.kinds, self.tables, of);
            let others =
                others.get_or_insert_with(|| among(desk.state, kinds, (planned, kind), index, drafts));
            let found = others.find(desk.state, (planned, kind), draft);
            // A number that is shown with its middle hidden is there, and nobody misses it.
            if found.rows.len() == 1 && found.tells != Tells::Perhaps && draft.masked.is_empty() {
                let place = at_row(planned, draft);
                desk.report
                    .add(Severity::Info, place, None, "known_otherwise", || sentences::known_otherwise(kind));
            }
            meant(desk, (planned, kind), draft, (found, others), &mut self.alike)
        };
        first.entry(key).or_insert(n);
        Some(unmasked(desk, planned, kind, draft, fate))
    }

    /// What becomes of a draft whose key others may have as well: two of one name.
    fn likely(
        &mut self,
        desk: &mut Desk<'_>,
        drafts: &[DraftRow],
        (n, draft): (usize, &DraftRow),
        key: Key,
    ) -> Option<Fate> {
        let (kinds, tables) = (self.kinds, self.tables);
        let (planned, Declared { kind, first: of, .. }) = kinds.at(tables, draft)?;
        let Under { rows: index, first, others } =
            under(&mut self.known, (self.kinds, self.tables), desk, (drafts, draft))?;
        let others = others
            .get_or_insert_with(|| among(desk.state, (kinds, tables, of), (planned, kind), index, drafts));
        let found = others.find(desk.state, (planned, kind), draft);
        let known = found.rows.iter().copied().find(|id| says_it(desk.state, (planned, kind), draft, *id));
        if known.is_none()
            && let Some(at) = first.get(&key).copied()
        {
            let earlier = drafts.get(at);
            let same = earlier.is_some_and(|e| repeats(draft, e) && draft.masked == e.masked);
            if same {
                self.parents.same(n, at);
                twice(desk, (planned, kind), draft, earlier, true);
                return Some(Fate::Skip);
            }
            desk.report
                .add(Severity::Warning, at_row(planned, draft), None, "homonym", || sentences::homonym(kind));
        }
        first.entry(key).or_insert(n);
        let fate = match known {
            Some(row) => {
                others.take(row);
                Fate::Unchanged { row }
            }
            None => meant(desk, (planned, kind), draft, (found, others), &mut self.alike),
        };
        Some(unmasked(desk, planned, kind, draft, fate))
    }

    /// The records that a draft could be in the ledger.
    fn own(&mut self, desk: &Desk<'_>, drafts: &[DraftRow], draft: &DraftRow) -> Vec<RowId> {
        let (kinds, tables) = (self.kinds, self.tables);
        let Some((planned, Declared { kind, first: of, .. })) = kinds.at(tables, draft) else {
            return Vec::new();
        };
        let Some((key, _)) = kind.told(&draft.fields.as_slice()) else { return Vec::new() };
        let Some(Under { rows: index, others, .. }) =
            under(&mut self.known, (kinds, tables), desk, (drafts, draft))
        else {
            return Vec::new();
        };
        if let Some(rows) = index.get(&key) {
            return rows.clone();
        }
        if index.is_empty() {
            return Vec::new();
        }
        let others = others
            .get_or_insert_with(|| among(desk.state, (kinds, tables, of), (planned, kind), index, drafts));
        others.find(desk.state, (planned, kind), draft).rows
    }

    /// Looks up the names that a draft leaves open, now that its own record can be known.
    fn names(&mut self, desk: &mut Desk<'_>, drafts: &mut [DraftRow], n: usize) {
        let Some(draft) = drafts.get(n).filter(|d| !d.open.is_empty() && d.fate != Fate::Skip) else {
            return;
        };
        let own = self.own(desk, drafts, draft);
        let Some((planned, Declared { kind, .. })) = self.kinds.at(self.tables, draft) else { return };
        let mut found = Vec::new();
        let mut refused = false;
        for open in &draft.open {
            match self.open.find(desk, (planned, kind), (drafts, draft), (open, &own)) {
                Ok(row) => found.extend(row.map(|row| (open.key.clone(), Value::Ref(row)))),
                Err(Ambiguous) => refused = true,
            }
        }
        let Some(draft) = drafts.get_mut(n) else { return };
        draft.open = Vec::new();
        if refused {
            draft.fate = Fate::Skip;
        }
        for (key, value) in found {
            let at = draft.fields.partition_point(|(k, _)| **k < *key);
            draft.fields.insert(at, (key, value));
        }
    }
}

/// What stands under the keys of a draft's kind of rows.
fn under<'k>(
    known: &'k mut HashMap<usize, Under>,
    (kinds, tables): (&Kinds<'_>, &[Planned]),
    desk: &Desk<'_>,
    (drafts, draft): (&[DraftRow], &DraftRow),
) -> Option<&'k mut Under> {
    let (planned, Declared { kind, first: of, .. }) = kinds.at(tables, draft)?;
    Some(known.entry(of).or_insert_with(|| Under {
        rows: existing(desk, &planned.register, kind),
        first: HashMap::with_capacity(kinds.alike(drafts, of)),
        others: None,
    }))
}

/// The records of a kind by all keys that they have.
fn among(
    state: &State,
    (kinds, tables, of): (&Kinds<'_>, &[Planned], usize),
    (planned, kind): (&Planned, &RowKind),
    index: &HashMap<Key, Vec<RowId>>,
    drafts: &[DraftRow],
) -> Others {
    let alike = |d: &&DraftRow| kinds.at(tables, d).is_some_and(|(_, k)| k.first == of);
    Others::of(state, (planned, kind), index, drafts.iter().filter(alike))
}

/// Whether a record says already all that a draft says.
fn says_it(state: &State, (planned, kind): (&Planned, &RowKind), draft: &DraftRow, id: RowId) -> bool {
    state.record(&planned.register, id).is_some_and(|r| changes(kind, draft, r).is_empty())
}

/// What becomes of a draft that could mean the records that were found.
fn meant(
    desk: &mut Desk<'_>,
    (planned, kind): (&Planned, &RowKind),
    draft: &DraftRow,
    (found, others): (Found, &mut Others),
    asked: &mut Vec<Alike>,
) -> Fate {
    let state = desk.state;
    let told = found.rows.iter().copied().find(|id| says_it(state, (planned, kind), draft, *id));
    if let Some(row) = told {
        others.take(row);
        return Fate::Unchanged { row };
    }
    if !found.rows.is_empty() && found.tells == Tells::Perhaps {
        match alike::answer(desk, planned, draft) {
            Some(alike::OTHER) => return Fate::Insert,
            Some(_) => {}
            None => {
                asked.push(Alike::of(state, (planned, kind), draft, &found.rows));
                return Fate::Skip;
            }
        }
    }
    match found.rows.as_slice() {
        [] => Fate::Insert,
        [one] => {
            others.take(*one);
            against(desk, planned, kind, draft, &mut vec![*one], false)
        }
        several => {
            let place = at_row(planned, draft);
            desk.report.add(Severity::Error, place, None, "several_alike", || {
                sentences::several_alike(kind, several.len())
            });
            Fate::Skip
        }
    }
}

/// Puts the records of the row's other readings into the n-th draft; it is left out where one of them is.
fn stand_beside(parents: &mut Parents, tables: &[Planned], drafts: &mut [DraftRow], n: usize) {
    let Some(draft) = drafts.get(n).filter(|d| d.fate != Fate::Skip) else { return };
    let joined = usize::try_from(draft.table).ok().and_then(|t| tables.get(t)).map(|t| &t.joined.beside);
    let Some(beside) = joined.filter(|all| !all.is_empty()) else { return };
    let line = draft.line;
    let found: Vec<(Text, Option<RowId>)> =
        beside.iter().map(|(key, table)| (key.clone(), parents.beside(drafts, (*table, line)))).collect();
    let Some(draft) = drafts.get_mut(n) else { return };
    for (key, row) in found {
        match row {
            Some(row) => {
                let at = draft.fields.partition_point(|(k, _)| **k < *key);
                draft.fields.insert(at, (key, Value::Ref(row)));
            }
            None => draft.fate = Fate::Skip,
        }
    }
}

/// The record that a draft is in full, where another draft with its key is another record in full.
fn both(
    desk: &Desk<'_>,
    (planned, kind): (&Planned, &RowKind),
    rows: Option<&Vec<RowId>>,
    (draft, other): (&DraftRow, &DraftRow),
) -> Option<RowId> {
    let stands = |draft: &DraftRow| {
        let mut records =
            rows.into_iter().flatten().filter_map(|id| desk.state.record(&planned.register, *id));
        records.find(|r| changes(kind, draft, r).is_empty()).map(Record::id)
    };
    let (mine, its) = (stands(draft)?, stands(other)?);
    (mine != its).then_some(mine)
}

/// The drafts in order, those that others may stand under before them.
fn parents_first(kinds: &Kinds<'_>, drafts: &[DraftRow], tables: &[Planned]) -> Vec<usize> {
    let depth = |draft: &DraftRow| {
        let Some((_, Declared { register, kind, .. })) = kinds.at(tables, draft) else { return 0 };
        std::iter::successors(register.above(kind), |k| register.above(k)).count()
    };
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    if drafts.iter().any(|d| !d.above.is_empty()) || tables.iter().any(|t| t.joined.upon.is_some()) {
        order::sort_by_key(&mut order, |n| drafts.get(*n).map(depth));
    }
    order
}

/// Puts the record above into the n-th draft, or says why there is none.
fn stand_under(
    desk: &mut Desk<'_>,
    parents: &mut Parents,
    kinds: &Kinds<'_>,
    (drafts, tables): (&mut [DraftRow], &[Planned]),
    n: usize,
) {
    let Some((field, found)) = looked_up(kinds, desk, parents, (drafts, tables), n) else { return };
    let Some(draft) = drafts.get_mut(n) else { return };
    match found {
        Some(row) => {
            let at = draft.fields.partition_point(|(key, _)| **key < *field.key);
            draft.fields.insert(at, (Text::from(&*field.key), Value::Ref(row)));
        }
        None => draft.fate = Fate::Skip,
    }
}

/// The field for the record above and that record, where the n-th draft does not have it yet.
fn looked_up<'s>(
    kinds: &Kinds<'s>,
    desk: &mut Desk<'_>,
    parents: &mut Parents,
    (drafts, tables): (&[DraftRow], &[Planned]),
    n: usize,
) -> Option<(&'s Field, Option<RowId>)> {
    let draft = drafts.get(n).filter(|d| d.fate != Fate::Skip)?;
    let (planned, Declared { register, kind, .. }) = kinds.at(tables, draft)?;
    let (above, field) = (register.above(kind)?, kind.of(Sense::Parent)?);
    if kind.parent_of(&draft.fields.as_slice()).is_some() {
        return None;
    }
    if let Some(upon) = planned.joined.upon {
        // Where the row gives no record, that is said of the row.
        return Some((field, parents.beside(drafts, (upon, draft.line))));
    }
    let found = parents.find((desk.state, drafts, tables), (register, above), draft);
    if let [one] = found.as_slice() {
        return Some((field, Some(*one)));
    }
    let shown = |(key, value): &(Text, Option<Value>)| {
        value.as_ref().map(|v| shown(desk, above.field(key).map(|f| &**f), v))
    };
    let said = draft.above.iter().filter_map(shown).collect::<Vec<_>>();
    let rule = if found.is_empty() { "unknown_parent" } else { "ambiguous_parent" };
    desk.report.add(Severity::Error, at_row(planned, draft), Some(&field.key), rule, || {
        sentences::parent(above, &said, found.len())
    });
    Some((field, None))
}

/// Rows of a period that is closed are left out, and each says why.
fn closed(desk: &mut Desk<'_>, kinds: &Kinds<'_>, tables: &[Planned], drafts: &mut [DraftRow]) {
    let locks = Locks::of(desk.state);
    if locks.is_empty() {
        return;
    }
    for draft in drafts.iter_mut().filter(|d| matches!(d.fate, Fate::Insert | Fate::Update { .. })) {
        let Some((planned, Declared { register, kind, .. })) = kinds.at(tables, draft) else { continue };
        let (period, place) = about(desk, register, kind, &draft.fields.as_slice());
        // A place that will be created lies where the file puts it.
        let above = |place: &RowId| {
            let new = desk.places.new.iter().find(|n| n.provisional == *place);
            new.and_then(|n| n.parent)
        };
        let place = std::iter::successors(place, above).last();
        if let Some(why) = period.and_then(|p| locks.closed(desk.state, register, p, place)) {
            desk.report.add(Severity::Error, at_row(planned, draft), None, "closed", || why);
            draft.fate = Fate::Skip;
        }
    }
}

/// The period and the place that a row is about; where it says none, those of what it stands under.
fn about(
    desk: &Desk<'_>,
    register: &Register,
    kind: &RowKind,
    fields: &dyn Fields,
) -> (Option<Period>, Option<RowId>) {
    let own = (kind.said(fields, Sense::Period).and_then(Value::as_period), place_in(kind, fields));
    let above = kind.parent_of(fields).and_then(|row| desk.state.record(&register.key, row));
    let above = above.zip(register.above(kind)).map(|(parent, kind)| about(desk, register, kind, parent));
    let (period, place) = above.unwrap_or_default();
    (own.0.or(period), own.1.or(place))
}

fn existing(desk: &Desk<'_>, key: &str, kind: &RowKind) -> HashMap<Key, Vec<RowId>> {
    let mut index: HashMap<Key, Vec<RowId>> = HashMap::new();
    let Some(sheet) = desk.state.sheet(key) else { return index };
    sheet.pass().all(|_, seen| {
        // A file does not say which entry a mirror reverses: there it has the key of that entry.
        let unreversed = Unreversed { record: &seen, of: mirrors(kind) };
        if let Some((key, _)) = kind.same(&unreversed).filter(|_| seen.is_of(&kind.key)) {
            index.entry(key).or_default().push(seen.id());
        }
    });
    // The last is taken first: keep the order of arrival.
    index.values_mut().for_each(|rows| rows.reverse());
    index
}

/// Holds masked numbers against what the ledger has: the same says nothing, another one is an error, and of a new record
/// nobody knows it.
fn unmasked(desk: &mut Desk<'_>, planned: &Planned, kind: &RowKind, draft: &DraftRow, fate: Fate) -> Fate {
    let row = match &fate {
        Fate::Update { row, .. } | Fate::Unchanged { row } => Some(*row),
        Fate::Insert | Fate::Skip => None,
    };
    for (key, shown) in &draft.masked {
        let Some(field) = kind.field(key) else { continue };
        let place = at_row(planned, draft);
        let Some(record) = row.and_then(|id| desk.state.record(&planned.register, id)) else {
            desk.report
                .add(Severity::Warning, place, Some(key), "masked_value", || sentences::masked(field, shown));
            continue;
        };
        let known = record.value(key).and_then(Value::as_str).unwrap_or_default();
        if !person::fits_mask(known, shown) {
            desk.report.add(Severity::Error, place, Some(key), "masked_differs", || {
                sentences::another_mask(field, shown)
            });
            return Fate::Skip;
        }
    }
    fate
}

/// The draft against the records with its key.
fn against(
    desk: &mut Desk<'_>,
    planned: &Planned,
    kind: &RowKind,
    draft: &DraftRow,
    rows: &mut Vec<RowId>,
    weak: bool,
) -> Fate {
    let state = desk.state;
    let differs = |id: &RowId| {
        state.record(&planned.register, *id).map(|r| changes(kind, draft, r)).unwrap_or_default()
    };
    // Two equal entries of one month are two records: each takes one of them.
    if weak {
        if let Some(at) = rows.iter().rposition(|id| differs(id).is_empty()) {
            return Fate::Unchanged { row: rows.remove(at) };
        }
        if rows.pop().is_some() {
            let place = at_row(planned, draft);
            desk.report.add(Severity::Warning, place, None, "perhaps_same", || {
                Message::new(
                    "台账里已有一笔同村、同期、同科目、同金额的记录，其他栏不同，按新的一笔写入，请核对",
                    "An entry with the same place, period, subject and amount exists; this is written too",
                )
            });
        }
        return Fate::Insert;
    }
    if let Some(row) = rows.iter().rev().copied().find(|id| differs(id).is_empty()) {
        return Fate::Unchanged { row };
    }
    let standing = |id: &&RowId| !is_settled(kind, state.record(&planned.register, **id));
    let Some(row) = rows.iter().rev().find(standing).copied() else { return Fate::Insert };
    let changes = differs(&row);
    let held = state.record(&planned.register, row).and_then(|r| held_by(kind, r, &desk.options.who));
    if let Some(why) = held {
        let place = at_row(planned, draft);
        desk.report.add(Severity::Error, place, None, "locked", || why);
        return Fate::Skip;
    }
    Fate::Update { row, changes }
}

/// A record's own keys as a file would show them.
pub(super) fn keys_shown(kind: &RowKind, record: &dyn Fields) -> Vec<(usize, Key)> {
    kind.keys_of(&Unreversed { record, of: mirrors(kind) })
}

/// The field by which a mirror names the entry that it reverses.
fn mirrors(kind: &RowKind) -> Option<&'static str> {
    kind.workflow.as_ref()?.reversal.as_ref().map(|r| r.of)
}

/// A record as a file shows it: without what the program alone writes.
struct Unreversed<'a> {
    record: &'a dyn Fields,
    of: Option<&'static str>,
}

impl Fields for Unreversed<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        if self.of == Some(key) { None } else { self.record.value(key) }
    }
}

/// A reversed entry and its mirror stay as they are; what is right is entered anew.
pub(super) fn is_settled(kind: &RowKind, record: Option<&Record>) -> bool {
    let Some((flow, record)) = kind.workflow.as_ref().zip(record) else { return false };
    record.stage().is_some_and(|s| flow.is_reversed(s))
        || mirrors(kind).is_some_and(|of| record.value(of).is_some())
}

pub(super) fn at_row<'a>(planned: &'a Planned, draft: &DraftRow) -> (&'a Text, u32, u32) {
    (&planned.sheet, draft.row.saturating_sub(1), 0)
}

/// Fields in which the file says something else. What the file does not say stays as it is.
fn changes(kind: &RowKind, draft: &DraftRow, record: &Record) -> Vec<FieldChange> {
    let defaulted = |key: &str| {
        let at = kind.fields.iter().position(|f| f.key == key).and_then(|n| u32::try_from(n).ok());
        at.and_then(|n| draft.defaulted.checked_shr(n)).is_some_and(|bit| bit & 1 == 1)
    };
    draft
        .fields
        .iter()
        .filter(|(key, value)| record.value(key) != Some(value) && !defaulted(key))
        .filter(|(key, value)| !same_words(record.value(key), value))
        .map(|(key, value)| FieldChange {
            field: key.clone(),
            before: record.value(key).cloned(),
            after: value.clone(),
        })
        .collect()
}

fn same_words(before: Option<&Value>, after: &Value) -> bool {
    match (before.and_then(Value::as_str), after.as_str()) {
        (Some(a), Some(b)) => a.trim() == b.trim(),
        _ => false,
    }
}

/// A row that says of a record nothing but what another row of the file says of it: 合同 whose payments fill several rows
/// name it in each and describe it once.
fn repeats(draft: &DraftRow, earlier: &DraftRow) -> bool {
    draft.fields.iter().all(|(key, value)| earlier.fields.as_slice().value(key) == Some(value))
}

/// A value in words; a place by its name.
fn shown(desk: &Desk<'_>, field: Option<&Field>, value: &Value) -> String {
    let place = value.as_ref_id().and_then(|id| desk.places.called(id));
    place.map_or_else(|| sentences::shown(field, value), str::to_owned)
}

/// Two rows of one file that mean the same record.
fn twice(
    desk: &mut Desk<'_>,
    (planned, kind): (&Planned, &RowKind),
    draft: &DraftRow,
    earlier: Option<&DraftRow>,
    same: bool,
) {
    let before = earlier.map_or_else(String::new, |e| {
        desk.sources
            .get(usize::try_from(e.source).unwrap_or(usize::MAX))
            .map_or_else(String::new, |s| format!("{}!{}", s.sheet, address(e.row.saturating_sub(1), 0)))
    });
    let place = at_row(planned, draft);
    if same {
        desk.report.add(Severity::Info, place, None, "repeated_row", || {
            Message::new(format!("与 {before} 这一行内容相同"), format!("The same as the row at {before}"))
        });
        return;
    }
    let differing: Vec<String> = earlier
        .map(|e| {
            let other = e.fields.as_slice();
            draft
                .fields
                .iter()
                .filter(|(k, v)| other.value(k) != Some(v))
                .take(3)
                .map(|(k, v)| {
                    let field = kind.field(k).map(|f| &**f);
                    let was = other.value(k).map_or("空".to_owned(), |v| shown(desk, field, v));
                    let name = field.map_or(&**k, |f| &*f.label.zh);
                    format!("{name}：{was} / {}", shown(desk, field, v))
                })
                .collect()
        })
        .unwrap_or_default();
    desk.report.add(Severity::Error, place, None, "contradicting_rows", || {
        Message::new(
            format!("与 {before} 是同一条记录，但内容不同（{}），请保留一行", differing.join("；")),
            format!("The same record as at {before} with other values; keep one"),
        )
    });
}
