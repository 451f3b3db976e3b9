//! The schema: every register that this ledger has, from the catalogue and from what the county has set.
//!
//! Duty: registers, kinds and fields are found here by their keys, and nowhere else. Inputs: the catalogue; the
//! settings records of the ledger (`own`). Outputs: a [`Schema`], a value that the ledger's state holds and makes
//! anew when a settings record changes: what nothing was set about is shared with the schema before. Neighbours:
//! `own` reads the settings; the state asks for the schema of its records.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use rust_decimal::Decimal;

use super::own::Ignored;
use super::{Field, Message, Name, Pool, Register, RowKind, Sense, Threshold, catalog};
use crate::value::{Grain, RowId, order};

/// Every register of a ledger.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Those that people fill in: the catalogue's in order of their numbers, then the county's own.
    pub(super) filled: Vec<Arc<Register>>,
    /// Those that the program keeps.
    pub(super) kept: Vec<Arc<Register>>,
    /// Bounds that the county has drawn elsewhere, by key.
    pub(super) bounds: BTreeMap<String, Decimal>,
    /// When registers are due.
    pub(super) deadlines: Vec<Deadline>,
    /// Settings that make no sense, and why.
    pub(super) faults: Vec<Fault>,
}

/// A settings record that could not be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The record.
    pub row: RowId,
    /// The key of the register in which it would have acted, where it names one that there is.
    pub register: Option<Name>,
    /// Why it has no effect, or only some.
    pub why: Ignored,
}

/// When a register is due: so many days after the end of each period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The register's key.
    pub register: Name,
    /// For which periods.
    pub grain: Grain,
    /// Days after the period's last day.
    pub days: i64,
}

impl Schema {
    /// The catalogue alone: what a ledger has in which nothing was set. In a browser's page it is what the first screen
    /// needs until the declarations of the other registers are here (`ui::parts`).
    pub fn base() -> &'static Arc<Self> {
        static WHOLE: OnceLock<Arc<Schema>> = OnceLock::new();
        match catalog::learnt() {
            Some(others) => WHOLE.get_or_init(|| Arc::new(Self::leading().among(others()))),
            None => Self::leading(),
        }
    }

    /// The catalogue as the page is fetched with it.
    pub(crate) fn leading() -> &'static Arc<Self> {
        static LEADING: LazyLock<Arc<Schema>> = LazyLock::new(|| {
            let shared = |all: Vec<Register>| all.into_iter().map(Arc::new).collect();
            let (filled, kept) = (shared(catalog::leading()), shared(catalog::own()));
            Arc::new(Schema {
                filled,
                kept,
                bounds: BTreeMap::new(),
                deadlines: Vec::new(),
                faults: Vec::new(),
            })
        });
        &LEADING
    }

    /// With more registers. Those that were here stay the same ones: what was worked out of their records still holds.
    fn among(&self, others: Vec<Register>) -> Self {
        let mut whole = self.clone();
        whole.filled.extend(others.into_iter().map(Arc::new));
        order::sort_by(&mut whole.filled, |a, b| a.key.cmp(&b.key));
        whole
    }

    /// Whether the declarations of all the catalogue's registers are here.
    pub fn is_whole() -> bool {
        catalog::learnt().is_some()
    }

    /// Every register that people fill in, in order.
    pub fn all(&self) -> &[Arc<Register>] {
        &self.filled
    }

    /// Every register, also those that the program keeps for itself.
    pub fn registers(&self) -> impl Iterator<Item = &Arc<Register>> {
        self.filled.iter().chain(&self.kept)
    }

    /// Every kind of rows that people fill in, with its register.
    pub fn kinds(&self) -> impl Iterator<Item = (&Arc<Register>, &Arc<RowKind>)> {
        self.filled.iter().flat_map(|r| r.kinds.iter().map(move |k| (r, k)))
    }

    /// The register called `key`; also one that the program keeps for itself.
    pub fn register(&self, key: &str) -> Option<&Arc<Register>> {
        self.registers().find(|r| r.key == key)
    }

    /// The register that people call `named`: by its key or its name.
    pub fn register_named(&self, named: &str) -> Option<&Arc<Register>> {
        self.register(named).or_else(|| self.filled.iter().find(|r| r.label.zh == named))
    }

    /// A kind of rows by the keys of its register and its own.
    pub fn kind(&self, register: &str, kind: &str) -> Option<&Arc<RowKind>> {
        self.register(register)?.kind(kind)
    }

    /// The register and the kind of rows that a reference points into; none when it is one that comes later.
    pub fn pool(&self, pool: &Pool) -> Option<(&Arc<Register>, &Arc<RowKind>)> {
        let register = self.register(pool.register)?;
        Some((register, pool.kind.map_or_else(|| register.main(), |k| register.kind(k))?))
    }

    /// Whether what a field points to is declared: a register that comes later cannot be looked into.
    pub fn reaches(&self, field: &Field) -> bool {
        field.target().is_none_or(|t| t.pools().iter().any(|p| self.pool(p).is_some()))
    }

    /// The names of the registers that people fill in, in a row.
    pub fn names(&self) -> Message {
        let row = |words: fn(&Register) -> &str, comma| {
            self.filled.iter().map(|r| words(r)).collect::<Vec<_>>().join(comma)
        };
        Message::new(row(|r| &r.label.zh, "、"), row(|r| &r.label.en, ", "))
    }

    /// The kind whose records are the places that other records belong to.
    pub fn of_places(&self) -> Option<&Arc<RowKind>> {
        self.kind(catalog::PLACE_REGISTER, catalog::PLACE_KIND)
    }

    /// The dictionary of products: what the words of a kind come from.
    pub fn products(&self) -> Option<(&Arc<Register>, &Arc<RowKind>)> {
        self.pool(self.kinds().find_map(|(_, kind)| kind.dictionary())?.1)
    }

    /// The registers that villages report by period.
    pub fn reported(&self) -> impl Iterator<Item = &Arc<Register>> {
        // One of the county's own is owed once the county says when.
        let owed = |r: &Register| !r.is_own() || self.deadlines.iter().any(|d| d.register == r.key);
        self.filled.iter().filter(move |r| r.main().is_some_and(|kind| kind.periodic()) && owed(r))
    }

    /// Whether other records name records of this kind, in the register `key`. What stands under a record knows it by
    /// its key, not by its name.
    pub fn is_named(&self, key: &str, kind: &RowKind) -> bool {
        let here = |p: &Pool| p.register == key && p.kind.is_none_or(|k| k == kind.key);
        let points = |f: &Field| {
            !f.kept && !f.has(Sense::Parent) && f.target().is_some_and(|t| t.pools().iter().any(here))
        };
        self.kinds().any(|(_, k)| k.fields.iter().any(|f| points(f)))
    }

    /// The present value of a bound.
    pub fn bound(&self, threshold: &Threshold) -> Decimal {
        self.bounds.get(threshold.key).copied().unwrap_or(threshold.default)
    }

    /// The days by which registers are due, where the county has set any.
    pub fn deadlines(&self) -> &[Deadline] {
        &self.deadlines
    }

    /// Settings that have no effect, or only some, and why.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}
