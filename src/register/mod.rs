//! What a record is.
//!
//! Duty: a [`Register`] (台账) is declared once, as data; the form, the table, the filters, the importer's
//! mapping, the export sheet, validation, search keys and pivot dimensions are all derived from it. A field
//! that a village adds itself is the same [`Field`], read from the ledger. Neighbours: `value` below, the
//! declarations in [`catalog`]; `ledger` and everything after it read from here.

pub mod catalog;
mod field;
pub mod key;
pub mod mine;
mod own;
pub mod path;
mod present;
pub mod reading;
mod rule;
mod schema;
mod sense;
mod threshold;
mod workflow;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use field::{
    Aggregate, Blank, Condition, Derivation, Field, FieldKind, Fill, Need, Opt, Options, Pool, Target,
};
pub use key::Key;
pub use own::{Setting, common_headings, key_of};
pub use present::{Audience, present};
pub use rule::{Check, Compare, Expr, Fields, Finding, Message, NoWorld, Rule, Severity, World};
pub use schema::{Deadline, Fault, Schema};
pub use sense::Sense;
pub use threshold::Threshold;
pub use workflow::{Brings, Level, Move, Reversal, Role, Stage, StageTone, Workflow};

use crate::value::{Period, RowId, Text, Value, order};

/// A key or a word: from the catalogue, or of the county's own.
pub type Name = Cow<'static, str>;

/// Words for people, in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Chinese.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

/// Shorthand for declarations.
pub const fn label(zh: &'static str, en: &'static str) -> Label {
    Label { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
}

/// The group of registers in which people look for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 组织与人
    People,
    /// 产业与经济
    Economy,
    /// 服务与治理
    Service,
    /// 教育培训
    Training,
    /// 考核评定
    Assessment,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Self; 5] = [Self::People, Self::Economy, Self::Service, Self::Training, Self::Assessment];

    /// Their headings, in both languages.
    const NAMES: [(&'static str, &'static str); 5] = [
        ("组织与人", "Organisations and people"),
        ("产业与经济", "Industry and economy"),
        ("服务与治理", "Service and governance"),
        ("教育培训", "Training"),
        ("考核评定", "Assessment"),
    ];

    /// Its heading.
    pub const fn label(self) -> Label {
        let [people, economy, service, training, assessment] = Self::NAMES;
        let (zh, en) = match self {
            Self::People => people,
            Self::Economy => economy,
            Self::Service => service,
            Self::Training => training,
            Self::Assessment => assessment,
        };
        label(zh, en)
    }
}

/// One of the eighteen registers (台账, domain §2), or one that the program keeps beside them.
#[derive(Debug, Clone)]
pub struct Register {
    /// `R06`.
    pub key: Name,
    /// Name of the register.
    pub label: Label,
    /// Where it is listed.
    pub group: Group,
    /// The kinds of rows it holds; the first is the one that the table opens with.
    pub kinds: Vec<Arc<RowKind>>,
}

/// One kind of row in a register: R08 has scheme, batch and line; R06 its lines and its product dictionary.
#[derive(Debug, Clone)]
pub struct RowKind {
    /// Stable key, unique in the register.
    pub key: Name,
    /// Its name.
    pub label: Label,
    /// The kind of the same register under whose records its own stand (contract › due); each names its parent in the
    /// field of [`Sense::Parent`].
    pub under: Option<&'static str>,
    /// Fields in the order of forms and tables, the common ones included.
    pub fields: Vec<Arc<Field>>,
    /// Import keys in order of preference: the first whose condition holds and whose parts are present is
    /// used.
    pub keys: Vec<NaturalKey>,
    /// Rules beyond what the fields' types demand.
    pub rules: &'static [Rule],
    /// States and who moves them; none when the kind has no states.
    pub workflow: Option<Workflow>,
    /// Who keeps rows of this kind, with everybody above; everybody whose place it is when none.
    pub keeper: Option<Role>,
    /// How rows add up over time.
    pub law: Law,
    /// The field that names a record in pickers and search.
    pub title: Name,
    /// Fields that together name a row for a reader, in reading order: 沙溪村 · 柑橘 · 2024年. Tables begin with
    /// them and keep them in sight; cards and panels are headed by them.
    pub naming: Vec<Name>,
    /// The one or two fields that matter most in a row once it is named: what a card shows, and what a table
    /// shows next.
    pub key_figures: Vec<Name>,
    /// Views offered before a person saves one.
    pub views: &'static [View],
}

/// A natural key (导入键): which fields tell that two rows mean the same thing.
#[derive(Debug, Clone)]
pub struct NaturalKey {
    /// When this key applies.
    pub when: Condition,
    /// Fields compared after folding; a missing part counts as blank unless the part is listed in
    /// `present`.
    pub parts: Vec<Name>,
    /// Parts that must not be blank for the key to apply.
    pub present: Vec<Name>,
    /// What a match means.
    pub tells: Tells,
}

/// What it means that two rows agree in a natural key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// They are one record: nobody writes a second one beside it.
    One,
    /// They are one record where only one has the key; two of one name in one group may stand beside each other.
    Mostly,
    /// They are perhaps one record: a person is asked (two of one name in one village).
    Perhaps,
    /// They are alike, and two of them are two: equal payments of one month.
    Like,
}

/// How rows of a kind add up over time (domain §3.0).
#[derive(Debug, Clone, Default)]
pub struct Law {
    /// Rows that agree in these fields belong to one series. Within a series and a year, a row for a longer
    /// period already contains the shorter ones: they are never added to it.
    pub series: Vec<Name>,
    /// Amount and number of years of a lump sum that counts in slices (R07 `lump_years`).
    pub spread: Option<(&'static str, &'static str)>,
    /// Rows with this field at one of these values stay out of totals unless asked for (预计).
    pub aside: Option<(&'static str, &'static [&'static str])>,
    /// Sums over the first field are never taken across different words of the second: what came in and what
    /// went out stand beside each other (R07).
    pub apart: Option<(&'static str, &'static str)>,
}

/// A saved way to look at a register.
#[derive(Debug, Clone)]
pub struct View {
    /// Its name.
    pub label: Label,
    /// Which rows it shows.
    pub filter: Condition,
}

impl Register {
    /// Whether the county has made it.
    pub fn is_own(&self) -> bool {
        self.key.starts_with(own::MARK)
    }

    /// The kind of rows called `key`.
    pub fn kind(&self, key: &str) -> Option<&Arc<RowKind>> {
        self.kinds.iter().find(|k| k.key == key)
    }

    /// The kind that the table opens with.
    pub fn main(&self) -> Option<&Arc<RowKind>> {
        self.kinds.first()
    }

    /// The kinds whose records stand under those of the kind `key`.
    pub fn children<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Arc<RowKind>> + 'a {
        self.kinds.iter().filter(move |k| k.under == Some(key))
    }

    /// The kind under whose records those of `kind` stand.
    pub fn above(&self, kind: &RowKind) -> Option<&Arc<RowKind>> {
        self.kind(kind.under?)
    }
}

impl RowKind {
    /// The field called `key`.
    pub fn field(&self, key: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The field with this sense, the first of several.
    pub fn of(&self, sense: Sense) -> Option<&Arc<Field>> {
        self.fields.iter().find(|f| f.has(sense))
    }

    /// The key of the field with this sense.
    pub fn key_of(&self, sense: Sense) -> Option<&str> {
        self.of(sense).map(|f| &*f.key)
    }

    /// What `record` has in the field with this sense.
    pub fn said<'a>(&self, record: &'a (impl Fields + ?Sized), sense: Sense) -> Option<&'a Value> {
        record.value(self.key_of(sense)?)
    }

    /// The field whose words come from the records of a dictionary, and that dictionary.
    pub fn dictionary(&self) -> Option<(&Arc<Field>, &Pool)> {
        self.fields.iter().find_map(|f| Some((f, f.options()?.dictionary.as_ref()?)))
    }

    /// The word that keeps a record out of totals (预计), and the field that has it.
    pub fn aside(&self) -> Option<(&Arc<Field>, &'static str)> {
        let (key, words) = self.law.aside?;
        Some((self.field(key)?, words.first()?))
    }

    /// The field that people call `named`: by its key or its name.
    pub fn field_named(&self, named: &str) -> Option<&Arc<Field>> {
        self.field(named).or_else(|| self.fields.iter().find(|f| f.label.zh == named))
    }

    /// The fields that name a row, in reading order.
    pub fn naming_fields(&self) -> impl Iterator<Item = &Arc<Field>> {
        self.naming.iter().filter_map(|k| self.field(k))
    }

    /// The fields that matter most in a row, the first before the second.
    pub fn key_fields(&self) -> impl Iterator<Item = &Arc<Field>> {
        self.key_figures.iter().filter_map(|k| self.field(k))
    }

    /// What a card may tell of a row once it is named, the most important first: the declared figures, then the other
    /// numbers with which the form begins, then its days and chosen words.
    pub fn card_fields(&self) -> Vec<&Arc<Field>> {
        let mut all: Vec<&Arc<Field>> = self.key_fields().collect();
        let told = |f: &&Arc<Field>| {
            !f.aside && !f.kept && !self.naming.contains(&f.key) && !self.key_figures.contains(&f.key)
        };
        let words =
            |f: &&Arc<Field>| matches!(f.kind, FieldKind::Date | FieldKind::Period(_) | FieldKind::Choice(_));
        all.extend(self.fields.iter().filter(|f| told(f) && f.is_number()));
        all.extend(self.fields.iter().filter(|f| told(f) && words(f)));
        all
    }

    /// The first natural key that applies to `record`.
    pub fn key_for(&self, record: &dyn Fields) -> Option<&NaturalKey> {
        self.keys.iter().find(|k| k.applies(record))
    }

    /// The values of a new record of which only the name is known, in order of keys.
    pub fn named(&self, name: &str) -> Vec<(Text, Value)> {
        let starts = self.fields.iter().filter_map(|f| Some((Text::from(&*f.key), f.default()?)));
        let mut values: Vec<_> =
            std::iter::once((Text::from(&*self.title), Value::text(name))).chain(starts).collect();
        order::sort_by(&mut values, |a, b| a.0.cmp(&b.0));
        values
    }

    /// The record that `record` stands under.
    pub fn parent_of(&self, record: &(impl Fields + ?Sized)) -> Option<RowId> {
        self.under?;
        self.said(record, Sense::Parent)?.as_ref_id()
    }

    /// Whether its records are the places that other records belong to; `register` is its own.
    pub fn is_place(&self, register: &str) -> bool {
        register == catalog::PLACE_REGISTER && self.key == catalog::PLACE_KIND
    }

    /// The day or the period that alone tells the lines of one record apart (应收日期, 年度): where nobody writes it, the
    /// period of what is said gives it.
    pub fn dated(&self) -> Option<&Arc<Field>> {
        self.under?;
        let [key] = self.keys.as_slice() else { return None };
        let mut own = key.parts.iter().filter_map(|p| self.field(p)).filter(|f| !f.has(Sense::Parent));
        let day = own.next().filter(|f| matches!(f.kind, FieldKind::Date | FieldKind::Period(_)))?;
        own.next().is_none().then_some(day)
    }

    /// What `period` says in that field: the last day of it, or the period itself where the field takes such ones.
    pub fn dated_by(&self, period: Period) -> Option<(&Arc<Field>, String)> {
        let field = self.dated()?;
        let said = match &field.kind {
            FieldKind::Period(grains) => grains.contains(&period.grain()).then(|| period.to_string()),
            _ => period.last_day().map(|day| day.to_string()),
        };
        Some((field, said?))
    }

    /// Whether records belong to a period.
    pub fn periodic(&self) -> bool {
        self.of(Sense::Period).is_some()
    }

    /// The field by whose years the rows lie apart: no sum over those of one year needs a row of another.
    pub fn by_year(&self) -> Option<&str> {
        let period = self.of(Sense::Period).filter(|field| field.derived.is_none())?;
        (self.law.spread.is_none() && self.under.is_none()).then_some(&*period.key)
    }
}

impl NaturalKey {
    /// Whether `record` can be told by it.
    pub fn applies(&self, record: &dyn Fields) -> bool {
        self.when.holds(record) && self.present.iter().all(|p| record.value(p).is_some())
    }

    /// Whether a match may also be a mere likeness.
    pub fn is_weak(&self) -> bool {
        self.tells != Tells::One
    }
}

impl Target {
    /// Whether it points to places, perhaps among others.
    pub fn is_place(&self) -> bool {
        self.pools().iter().any(Pool::is_place)
    }
}

impl Target {
    /// Whether names of it are those of places and of nothing else.
    pub fn is_only_places(&self) -> bool {
        self.pools().iter().all(Pool::is_place)
    }
}

impl Pool {
    /// Whether its records are the places that other records belong to.
    pub fn is_place(&self) -> bool {
        self.register == catalog::PLACE_REGISTER && self.kind.is_none_or(|kind| kind == catalog::PLACE_KIND)
    }
}
