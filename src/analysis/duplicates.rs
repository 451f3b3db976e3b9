//! Records that may be one: somebody who was entered in two villages, a household that two lists call differently.
//!
//! Duty: within each kind that others name, finds pairs of live records of which nobody has said what they are. Two that
//! have one number which is given once (身份证号) are exact; two of one name are near where the month of birth, a telephone
//! or the village agrees too and nothing contradicts it. Which fields say what follows from the declaration: keys of one
//! part are numbers, what tells namesakes apart is compared. Only records that share a number or a name are compared, so
//! that it costs what is alike and not what there is. Inputs: a state and a kind. Outputs: [`Pair`]s with their evidence,
//! the strongest first. Neighbours: `ledger` joins two where a person says so ([`State::judge`]) and finds those of one
//! natural key that were made apart; `table::search` says what tells namesakes apart.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::Arc;

use crate::ledger::{State, Surroundings};
use crate::register::{Field, FieldKind, Message, Name, Register, RowKind, Schema, Sense, Tells, key};
use crate::table::search::is_sought;
use crate::value::{RowId, order};

/// Pairs that are listed: nobody decides more at one sitting, and those decided make room.
const MOST_LISTED: usize = 300;
/// Records of one name or number that are compared with each other: more of them are a column that was filled with one
/// word, and not people.
const MOST_ALIKE: usize = 600;

/// How strongly two records look like one, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// They have one number that is given once.
    Number,
    /// They have one name and were born in one month.
    Born,
    /// They have one name and one telephone.
    Contact,
    /// They have one name in one village, and nothing tells them apart.
    Place,
}

impl Strength {
    /// In words.
    pub fn label(self) -> Message {
        match self {
            Self::Number => Message::new("号码相同", "Same number"),
            Self::Born => Message::new("很像", "Much alike"),
            Self::Contact => Message::new("电话相同", "Same phone"),
            Self::Place => Message::new("同村同名", "Namesakes in one village"),
        }
    }
}

/// Two records that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// How strongly it looks so.
    pub strength: Strength,
    /// The one that was entered later.
    pub row: RowId,
    /// The one that was entered earlier: it would stand for both.
    pub other: RowId,
    /// The fields in which they agree, and which speak for it.
    pub agree: Vec<Name>,
    /// The fields of those that are compared in which they differ.
    pub differ: Vec<Name>,
}

/// What was found in one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// The pairs, strongest first, then by identity.
    pub pairs: Vec<Pair>,
    /// Pairs beyond those that are listed.
    pub more: usize,
    /// Records that share a name or number with so many others that they were not compared.
    pub left_out: usize,
}

/// What agreement in a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A number that is given once.
    Number,
    Name,
    /// A day or month that people have for life.
    Born,
    Contact,
    Place,
    /// What people have for life, or the number within a village: where it differs, they are two.
    Told,
    /// Another record: it may have changed.
    Named,
}

/// Whether records of the kind are looked through for duplicates: others name them, and they belong to a place. Places
/// themselves are compared where ledgers are merged.
pub fn is_compared(schema: &Schema, register: &Register, kind: &RowKind) -> bool {
    let placed = kind.of(Sense::Place).is_some() && !kind.is_place(&register.key);
    placed && is_sought(kind) && schema.is_named(&register.key, kind)
}

/// The fields that are compared.
fn compared(kind: &RowKind) -> Vec<(Arc<Field>, Says)> {
    let alone = |f: &Field| {
        kind.keys
            .iter()
            .any(|k| k.tells == Tells::One && matches!(k.parts.as_slice(), [one] if *one == f.key))
    };
    let telling: Vec<&Arc<Field>> = kind.telling().into_iter().chain(kind.naming_fields()).collect();
    let says = |f: &Arc<Field>| {
        let told = telling.iter().any(|t| t.key == f.key);
        Some(match &f.kind {
            _ if f.key == kind.title => Says::Name,
            FieldKind::IdentityNumber => Says::Number,
            _ if alone(f) => Says::Number,
            _ if f.is_private() => Says::Contact,
            _ if !told => return None,
            _ if f.has(Sense::Place) => Says::Place,
            FieldKind::Period(_) | FieldKind::Date => Says::Born,
            _ if f.target().is_some() => Says::Named,
            _ => Says::Told,
        })
    };
    kind.fields.iter().filter_map(|f| Some((Arc::clone(f), says(f)?))).collect()
}

/// What the live records of a kind say in the fields that are compared, as hashes; nothing said is nought.
struct Facts {
    fields: Vec<(Arc<Field>, Says)>,
    rows: Vec<RowId>,
    /// By record, then by field.
    said: Vec<u64>,
}

impl Facts {
    fn read(state: &State, register: &Register, kind: &RowKind) -> Self {
        let mut facts = Self { fields: compared(kind), rows: Vec::new(), said: Vec::new() };
        let Some(sheet) = state.sheet(&register.key) else { return facts };
        let world = Surroundings::new(state);
        sheet.pass().all(|_, seen| {
            if seen.is_of(&kind.key) {
                facts.rows.push(seen.id());
                let said = facts.fields.iter().map(|(field, _)| {
                    let value = field.read(&seen, &world);
                    value.map_or(0, |value| hash(&key::of(std::iter::once(Some(&*value)))))
                });
                facts.said.extend(said);
            }
        });
        facts
    }

    fn of(&self, at: u32) -> &[u64] {
        let from = at as usize * self.fields.len();
        self.said.get(from..from + self.fields.len()).unwrap_or_default()
    }

    /// The records that say one thing in a field of this sort, where there are several.
    fn alike(&self, sort: Says) -> Vec<Vec<u32>> {
        let mut groups = Vec::new();
        for (column, _) in self.fields.iter().enumerate().filter(|(_, (_, says))| *says == sort) {
            let count = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            let said = |at: u32| self.of(at).get(column).copied().filter(|said| *said != 0);
            let mut all: Vec<(u64, u32)> = (0..count).filter_map(|at| Some((said(at)?, at))).collect();
            all.sort_unstable();
            let several = all.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1);
            groups.extend(several.map(|run| run.iter().map(|(_, at)| *at).collect()));
        }
        groups
    }

    fn pair(&self, a: u32, b: u32) -> Option<Pair> {
        let both = || self.fields.iter().zip(self.of(a).iter().zip(self.of(b)));
        let known = || both().filter(|(_, (a, b))| **a != 0 && **b != 0);
        let agree = |sort: Says| known().any(|((_, says), (a, b))| *says == sort && a == b);
        let differ = |sort: Says| known().any(|((_, says), (a, b))| *says == sort && a != b);
        let strength = if agree(Says::Number) {
            Strength::Number
        } else if !agree(Says::Name) || differ(Says::Number) || differ(Says::Born) || differ(Says::Told) {
            return None;
        } else if agree(Says::Born) {
            Strength::Born
        } else if agree(Says::Contact) {
            Strength::Contact
        } else if agree(Says::Place) && !differ(Says::Contact) && !differ(Says::Named) {
            Strength::Place
        } else {
            return None;
        };
        let fields = |same: bool| {
            let those = known().filter(|(_, (a, b))| (a == b) == same);
            those.map(|((field, _), _)| field.key.clone()).collect()
        };
        let row = |at: u32| self.rows.get(at as usize).copied();
        let (a, b) = (row(a)?, row(b)?);
        Some(Pair { strength, row: a.max(b), other: a.min(b), agree: fields(true), differ: fields(false) })
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish().max(1)
}

/// Pairs of records of a kind that may be one, of which nobody has said anything.
pub fn duplicates(state: &State, register: &Register, kind: &RowKind) -> Duplicates {
    let facts = Facts::read(state, register, kind);
    let mut found = Duplicates::default();
    let (mut seen, mut pairs) = (BTreeSet::new(), Vec::new());
    for group in [Says::Number, Says::Name].into_iter().flat_map(|sort| facts.alike(sort)) {
        found.left_out += group.len().saturating_sub(MOST_ALIKE);
        let group = group.get(..MOST_ALIKE.min(group.len())).unwrap_or_default();
        for (n, a) in group.iter().enumerate() {
            for b in group.get(n + 1..).unwrap_or_default() {
                pairs.extend(facts.pair(*a, *b).filter(|p| seen.insert((p.row, p.other))));
            }
        }
    }
    order::sort_by_key(&mut pairs, |p| (p.strength, p.other, p.row));
    for pair in pairs {
        if state.is_judged(&register.key, pair.row, pair.other) {
            continue;
        }
        if found.pairs.len() < MOST_LISTED { found.pairs.push(pair) } else { found.more += 1 }
    }
    found
}

impl Pair {
    /// What speaks for it, and what they differ in: 身份证号相同，姓名相同；村（社区）不同.
    pub fn words(&self, kind: &RowKind) -> Message {
        let part = |keys: &[Name], zh: &str, en: &str| {
            let labels = || keys.iter().filter_map(|k| kind.field(k)).map(|f| &f.label);
            let zh: Vec<String> = labels().map(|l| format!("{}{zh}", l.zh)).collect();
            let en: Vec<String> = labels().map(|l| format!("{en} {}", l.en.to_lowercase())).collect();
            (zh.join("，"), en.join(", "))
        };
        let (same, other) = (part(&self.agree, "相同", "same"), part(&self.differ, "不同", "other"));
        let joint = |a: &str, b: &str, mark: &str| match b.is_empty() {
            true => a.to_owned(),
            false => format!("{a}{mark}{b}"),
        };
        Message::new(joint(&same.0, &other.0, "；"), joint(&same.1, &other.1, "; "))
    }
}

#[cfg(test)]
mod tests;
