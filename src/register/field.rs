//! One field of a register.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{Fields, Label, Sense, World};
use crate::value::{Grain, Value};

/// One field (字段): what it is called, what it holds, whether it must be there.
#[derive(Debug, Clone)]
pub struct Field {
    /// Stable key of files and of the command line.
    pub key: Cow<'static, str>,
    /// Its name on forms and in headings.
    pub label: Label,
    /// Other headings that people write for it (domain §7.1-11).
    pub aliases: Vec<Cow<'static, str>>,
    /// What it holds.
    pub kind: FieldKind,
    /// Base unit, in which values are kept: 亩, 吨, 户, 元/公斤. Money is always 元.
    pub unit: Option<Cow<'static, str>>,
    /// Whether it must be there.
    pub need: Need,
    /// Computed instead of typed.
    pub derived: Option<Derivation>,
    /// The program writes it, in its own steps; nobody types it.
    pub kept: bool,
    /// What a new record starts with.
    pub default: Option<Value>,
    /// How it adds up.
    pub aggregate: Aggregate,
    /// A sentence for the form.
    pub help: Option<Label>,
    /// What the engine asks it for.
    pub senses: Vec<Sense>,
    /// A form opens without it: it stands under 更多.
    pub aside: bool,
    /// The field that says per what the amount is (元/亩·年); a heading may say it too.
    pub per: Option<&'static str>,
}

/// What a field holds (domain §2.0).
#[derive(Debug, Clone)]
pub enum FieldKind {
    /// A line of text of at most so many characters.
    Text(u16),
    /// A paragraph.
    LongText,
    /// Several short texts (text[]).
    TextList,
    /// A whole number.
    Int,
    /// An exact decimal with so many places.
    Decimal(u32),
    /// Money in 分.
    Money,
    /// A percentage 0–100; ratios may exceed 100.
    Percent,
    /// A day.
    Date,
    /// A day and a time.
    DateTime,
    /// A period of one of these grains; `month` and `year` fields name one grain.
    Period(&'static [Grain]),
    /// Yes or no.
    Bool,
    /// One word of a list.
    Choice(Options),
    /// Several words of a list.
    Choices(Options),
    /// Another record.
    Ref(Target),
    /// Other records.
    Refs(Target),
    /// A quantity with its interval (`q`).
    Quantity,
    /// A phone number, masked in lists.
    Phone,
    /// An identity number, masked in lists.
    IdentityNumber,
    /// A bank account, masked in lists.
    Account,
    /// Attached files.
    Files,
}

/// The words that a choice accepts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Declared words.
    pub listed: Vec<Opt>,
    /// Words that come from records of a dictionary which the county keeps, such as the products of R06.
    pub dictionary: Option<Pool>,
    /// No word outside the list is accepted (closed).
    pub closed: bool,
}

/// One word of a list.
#[derive(Debug, Clone)]
pub struct Opt {
    /// The word, which is also what is stored.
    pub word: Cow<'static, str>,
    /// Its English reading.
    pub en: Cow<'static, str>,
    /// Other ways to write it.
    pub aliases: Vec<Cow<'static, str>>,
}

/// The records that a reference may point to: those of one pool, or of several (a beneficiary is a person, a household
/// or an entity).
#[derive(Debug, Clone)]
pub struct Target(Vec<Pool>);

/// Records of one kind, out of which others are named.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Register key.
    pub register: &'static str,
    /// Kind of rows in it; the register's first kind when none is named.
    pub kind: Option<&'static str>,
    /// Words in the target's field of [`Sense::Sort`] that are accepted; all when empty.
    pub only: &'static [&'static str],
}

/// Whether a field must be there.
#[derive(Debug, Clone)]
pub enum Need {
    /// It may stay blank.
    Optional,
    /// It must be there.
    Always,
    /// It must be there when the condition holds.
    When(Condition),
    /// It is asked for when the condition holds, and what lacks it is written all the same: the gap is a finding.
    Asked(Condition),
}

/// A condition on one record.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Holds for every record.
    Any,
    /// The field has one of these words.
    Is(&'static str, Vec<&'static str>),
    /// The field is there.
    Present(&'static str),
    /// The period field has this grain.
    GrainIs(&'static str, Grain),
    /// All of them hold.
    All(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// How a field adds up (domain §3.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aggregate {
    /// It does not: words, dates, references.
    #[default]
    None,
    /// Summed over places and over time.
    Flow,
    /// Summed over places; over time the latest value counts.
    Stock,
    /// Never summed: recomputed from its parts, or weighted.
    Rate,
}

/// A value that is computed.
#[derive(Debug, Clone, Copy)]
pub struct Derivation {
    /// When the computed value is taken.
    pub fill: Fill,
    /// The computation.
    pub compute: fn(&dyn Fields, &dyn World) -> Option<Value>,
}

/// When a computed value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Always; nobody types it.
    Always,
    /// When nobody typed one.
    WhenBlank,
}

impl Field {
    /// A field that may stay blank, without aliases.
    pub fn new(key: &'static str, label: Label, kind: FieldKind) -> Self {
        let aggregate = match kind {
            FieldKind::Int | FieldKind::Decimal(_) | FieldKind::Money => Aggregate::Flow,
            FieldKind::Percent => Aggregate::Rate,
            _ => Aggregate::None,
        };
        Self {
            key: Cow::Borrowed(key),
            label,
            aliases: Vec::new(),
            kind,
            unit: None,
            need: Need::Optional,
            derived: None,
            kept: false,
            default: None,
            aggregate,
            help: None,
            senses: Vec::new(),
            aside: false,
            per: None,
        }
    }

    /// What it is for.
    #[must_use]
    pub fn sense(mut self, sense: Sense) -> Self {
        self.senses.push(sense);
        self
    }

    /// Whether it is there for this.
    pub fn has(&self, sense: Sense) -> bool {
        self.senses.contains(&sense)
    }

    /// It must be there.
    #[must_use]
    pub fn required(self) -> Self {
        Self { need: Need::Always, ..self }
    }

    /// It must be there when `condition` holds.
    #[must_use]
    pub fn required_when(self, condition: Condition) -> Self {
        Self { need: Need::When(condition), ..self }
    }

    /// It is asked for; what lacks it is written all the same.
    #[must_use]
    pub fn asked(self) -> Self {
        self.asked_when(Condition::Any)
    }

    /// It is asked for when `condition` holds; what lacks it is written all the same.
    #[must_use]
    pub fn asked_when(self, condition: Condition) -> Self {
        Self { need: Need::Asked(condition), ..self }
    }

    /// A form opens without it.
    #[must_use]
    pub fn aside(self) -> Self {
        Self { aside: true, ..self }
    }

    /// The field that says per what the amount is.
    #[must_use]
    pub fn per(self, key: &'static str) -> Self {
        Self { per: Some(key), ..self }
    }

    /// Other headings for it.
    #[must_use]
    pub fn also(self, aliases: &[&'static str]) -> Self {
        Self { aliases: aliases.iter().map(|a| Cow::Borrowed(*a)).collect(), ..self }
    }

    /// Its base unit.
    #[must_use]
    pub fn unit(self, unit: &'static str) -> Self {
        Self { unit: Some(Cow::Borrowed(unit)), ..self }
    }

    /// How it adds up, when that is not what its kind suggests.
    #[must_use]
    pub fn adds(self, aggregate: Aggregate) -> Self {
        Self { aggregate, ..self }
    }

    /// Computed.
    #[must_use]
    pub fn derive(self, fill: Fill, compute: fn(&dyn Fields, &dyn World) -> Option<Value>) -> Self {
        Self { derived: Some(Derivation { fill, compute }), ..self }
    }

    /// Written by the program alone.
    #[must_use]
    pub fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    /// What a new record starts with.
    #[must_use]
    pub fn starts(self, value: Value) -> Self {
        Self { default: Some(value), ..self }
    }

    /// A sentence for the form.
    #[must_use]
    pub fn help(self, zh: &'static str, en: &'static str) -> Self {
        Self { help: Some(super::label(zh, en)), ..self }
    }

    /// Whether nobody types it.
    pub fn computed_only(&self) -> bool {
        self.kept || self.derived.is_some_and(|d| d.fill == Fill::Always)
    }

    /// The word of the unit that its values are kept in; money is always in 元.
    pub fn base_unit(&self) -> Option<&str> {
        if matches!(self.kind, FieldKind::Money) { Some("元") } else { self.unit.as_deref() }
    }

    /// Whether it is a number that can be summed or averaged.
    pub fn is_number(&self) -> bool {
        matches!(
            self.kind,
            FieldKind::Int
                | FieldKind::Decimal(_)
                | FieldKind::Money
                | FieldKind::Percent
                | FieldKind::Quantity
        )
    }

    /// Whether its values belong to a person and are masked in lists, prints and exports.
    pub fn is_private(&self) -> bool {
        matches!(self.kind, FieldKind::Phone | FieldKind::IdentityNumber | FieldKind::Account)
    }

    /// The words it accepts, when it is a choice.
    pub fn options(&self) -> Option<&Options> {
        match &self.kind {
            FieldKind::Choice(o) | FieldKind::Choices(o) => Some(o),
            _ => None,
        }
    }

    /// Where it points, when it is a reference.
    pub fn target(&self) -> Option<&Target> {
        match &self.kind {
            FieldKind::Ref(t) | FieldKind::Refs(t) => Some(t),
            _ => None,
        }
    }

    /// The value of this field in `record`, computed where the declaration says so.
    pub fn read<'a>(&self, record: &'a dyn Fields, world: &dyn World) -> Option<Cow<'a, Value>> {
        let typed = record.value(&self.key);
        match self.derived {
            Some(d) if d.fill == Fill::Always => (d.compute)(record, world).map(Cow::Owned),
            Some(d) if typed.is_none() => (d.compute)(record, world).map(Cow::Owned),
            _ => typed.map(Cow::Borrowed),
        }
    }
}

impl Need {
    /// Whether `record` cannot be without the field.
    pub fn must(&self, record: &dyn Fields) -> bool {
        match self {
            Self::Optional | Self::Asked(_) => false,
            Self::Always => true,
            Self::When(condition) => condition.holds(record),
        }
    }

    /// Whether the field is asked for in `record`, but may stay blank.
    pub fn asks(&self, record: &dyn Fields) -> bool {
        matches!(self, Self::Asked(condition) if condition.holds(record))
    }
}

impl Options {
    /// The list that a county may extend; the last word is 其他.
    pub fn open(words: &[(&'static str, &'static str)]) -> Self {
        let mut listed: Vec<Opt> = words.iter().map(|(w, e)| Opt::new(w, e)).collect();
        listed.push(Opt::new("其他", "Other"));
        Self { listed, dictionary: None, closed: false }
    }

    /// The list that nobody may extend.
    pub fn closed(words: &[(&'static str, &'static str)]) -> Self {
        Self { listed: words.iter().map(|(w, e)| Opt::new(w, e)).collect(), dictionary: None, closed: true }
    }

    /// Other ways in which offices write a listed word.
    #[must_use]
    pub fn also(mut self, word: &str, others: &[&'static str]) -> Self {
        for listed in self.listed.iter_mut().filter(|o| o.word == word) {
            listed.aliases.extend(others.iter().map(|o| Cow::Borrowed(*o)));
        }
        self
    }

    /// These words and no others, each in both languages.
    pub fn labels(labels: impl IntoIterator<Item = Label>) -> Self {
        let opt = |label: Label| Opt { word: label.zh, en: label.en, aliases: Vec::new() };
        Self { listed: labels.into_iter().map(opt).collect(), dictionary: None, closed: true }
    }

    /// Words that come from the records of a dictionary.
    pub fn dictionary(pool: Pool) -> Self {
        Self { listed: Vec::new(), dictionary: Some(pool), closed: false }
    }

    /// The listed word that `text` means, by the word, an alias or its English reading.
    pub fn find(&self, text: &str) -> Option<&Opt> {
        let named = self.listed.iter().find(|o| o.word == text || o.aliases.iter().any(|a| a == text));
        named.or_else(|| self.listed.iter().find(|o| o.en.eq_ignore_ascii_case(text)))
    }
}

impl Opt {
    fn new(word: &'static str, en: &'static str) -> Self {
        Self { word: Cow::Borrowed(word), en: Cow::Borrowed(en), aliases: Vec::new() }
    }
}

impl Target {
    /// Any record of the register's first kind.
    pub fn any(register: &'static str) -> Self {
        Self::any_of(&[register])
    }

    /// Any record of the first kind of one of these registers.
    pub fn any_of(registers: &[&'static str]) -> Self {
        Self(registers.iter().map(|register| Pool { register, kind: None, only: &[] }).collect())
    }

    /// Any record of `kind`.
    pub fn rows(register: &'static str, kind: &'static str) -> Self {
        Self(vec![Pool::rows(register, kind)])
    }

    /// Records whose sort is one of these words.
    pub fn only(register: &'static str, only: &'static [&'static str]) -> Self {
        Self(vec![Pool { register, kind: None, only }])
    }

    /// These, or those of `other`.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The pools, in the order of preference for whoever lists them.
    pub fn pools(&self) -> &[Pool] {
        &self.0
    }

    /// The registers pointed into.
    pub fn registers(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|p| p.register)
    }
}

impl Pool {
    /// Any record of `kind`.
    pub const fn rows(register: &'static str, kind: &'static str) -> Self {
        Self { register, kind: Some(kind), only: &[] }
    }

    /// Whether `record`, of the pool's kind, is one of those that may be named.
    pub fn takes(&self, kind: &super::RowKind, record: &dyn Fields) -> bool {
        let sort = || record.value(kind.key_of(Sense::Sort)?)?.as_str();
        self.only.is_empty() || sort().is_some_and(|s| self.only.contains(&s))
    }
}

impl Condition {
    /// Whether it holds for `record`.
    pub fn holds(&self, record: &dyn Fields) -> bool {
        match self {
            Self::Any => true,
            Self::Is(field, words) => match record.value(field) {
                Some(Value::Many(many)) => many.iter().any(|m| words.contains(&&**m)),
                Some(Value::Bool(b)) => words.contains(&if *b { "true" } else { "false" }),
                other => other.and_then(Value::as_str).is_some_and(|w| words.contains(&w)),
            },
            Self::Present(field) => record.value(field).is_some(),
            Self::GrainIs(field, grain) => {
                record.value(field).and_then(Value::as_period).is_some_and(|p| p.grain() == *grain)
            }
            Self::All(all) => all.iter().all(|c| c.holds(record)),
            Self::Not(c) => !c.holds(record),
        }
    }
}

impl FieldKind {
    /// The number of decimals that the field keeps, where it holds decimals.
    pub fn places(&self) -> Option<u32> {
        match self {
            Self::Int => Some(0),
            Self::Decimal(n) => Some(*n),
            Self::Money => Some(2),
            Self::Percent => Some(4),
            _ => None,
        }
    }

    /// The value that a plain number becomes in this field; `None` when it does not fit exactly.
    pub fn number(&self, n: Decimal) -> Option<Value> {
        use rust_decimal::prelude::ToPrimitive as _;
        match self {
            Self::Int if n.fract().is_zero() => n.to_i64().map(Value::Int),
            Self::Money => crate::value::Money::from_yuan(n).map(Value::Money),
            Self::Decimal(_) | Self::Percent | Self::Quantity => Some(Value::Decimal(n.normalize())),
            _ => None,
        }
    }
}
