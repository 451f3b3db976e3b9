//! One field of a register.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::sense::Senses;
use super::{Fields, Label, Sense, World};
use crate::value::{Grain, Value, person};

/// One field (字段): what it is called, what it holds, whether it must be there.
#[derive(Debug, Clone)]
pub struct Field {
    /// Stable key of files and of the command line.
    pub key: Cow<'static, str>,
    /// Its name on forms and in headings.
    pub label: Label,
    /// Other headings that the county has set for it; the catalogue's own stand in [`super::catalog::headings`].
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
    /// The word that a new record starts with.
    pub start: Option<&'static str>,
    /// How it adds up.
    pub aggregate: Aggregate,
    /// A sentence for the form.
    pub help: Option<Label>,
    /// What the engine asks it for.
    pub senses: Senses,
    /// A form opens without it: it stands under 更多.
    pub aside: bool,
    /// It is written only where what is kept is locked (domain §2.0).
    pub sensitive: bool,
    /// The field that says per what the amount is (元/亩·年); a heading may say it too.
    pub per: Option<&'static str>,
    /// The fields whose words make its own where a list does not have it: 通爱村 + 党群服务中心.
    pub called_after: &'static [&'static str],
    /// A place that is, where a list says none, the place whose list it is: a township's list of its businesses.
    pub whose_list: bool,
    /// What a list means that leaves it blank.
    pub blank: Blank,
    /// The fields in which what it names agrees with the record: a group of the village, a household of the group.
    pub within: &'static [&'static str],
    /// The rows of a list tell of the record that it names beside their own: name and number of the person in a list of
    /// talents.
    pub told_beside: bool,
}

/// What a blank cell means under cells that say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Blank {
    /// The same as above, where the field is part of a natural key.
    #[default]
    OfKey,
    /// Nothing: no two records have it in common.
    Nothing,
    /// The same as above, in a row that goes on with what stands above: it leaves blank all that stands before the column
    /// and is the same as above too.
    OfBlock,
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
    /// Declared words, each with its English reading.
    declared: [&'static [(&'static str, &'static str)]; 2],
    /// Other ways in which offices write some of them.
    spellings: &'static [(&'static str, &'static [&'static str])],
    /// Words that came after: the county's own, or those that another declaration makes.
    pub(super) added: Vec<Added>,
    /// 其他 stands at the end.
    other: bool,
    /// Words that come from records of a dictionary which the county keeps, such as the products of R06.
    pub dictionary: Option<Pool>,
    /// No word outside the list is accepted (closed).
    pub closed: bool,
}

/// One word of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opt<'a> {
    /// The word, which is also what is stored.
    pub word: &'a str,
    /// Its English reading.
    pub en: &'a str,
}

/// A word that is not declared in the list itself.
#[derive(Debug, Clone)]
pub(super) struct Added {
    pub word: Cow<'static, str>,
    pub en: Cow<'static, str>,
    /// Other ways to write it.
    pub aliases: Vec<String>,
}

/// The records that a reference may point to: those of one pool, or of several (a beneficiary is a person, a household
/// or an entity).
#[derive(Debug, Clone, Copy)]
pub struct Target(&'static [Pool]);

/// Records of one kind, out of which others are named.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// Register key.
    pub register: &'static str,
    /// Kind of rows in it; the register's first kind when none is named.
    pub kind: Option<&'static str>,
    /// Words in the target's field of [`Sense::Sort`] that are accepted; all when empty.
    pub only: &'static [&'static str],
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy)]
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
#[derive(Debug, Clone, Copy)]
pub enum Condition {
    /// Holds for every record.
    Any,
    /// The field has one of these words.
    Is(&'static str, &'static [&'static str]),
    /// The field is there.
    Present(&'static str),
    /// The period field has this grain.
    GrainIs(&'static str, Grain),
    /// All of them hold.
    All(&'static [Condition]),
    /// It does not hold.
    Not(&'static Condition),
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

/// Declarations are constants: a field is written as a chain of these, and the compiler carries the chain out. What the
/// page fetches is the finished data instead of the code that would put it together.
impl Field {
    /// A field that may stay blank.
    pub const fn new(key: &'static str, label: Label, kind: FieldKind) -> Self {
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
            start: None,
            aggregate,
            help: None,
            senses: Senses::NONE,
            aside: false,
            sensitive: false,
            per: None,
            called_after: &[],
            whose_list: false,
            blank: Blank::OfKey,
            within: &[],
            told_beside: false,
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn sense(mut self, sense: Sense) -> Self {
        self.senses = self.senses.and(sense);
        self
    }

    /// Whether it is there for this.
    pub fn has(&self, sense: Sense) -> bool {
        self.senses.has(sense)
    }

    /// It must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.need = Need::Always;
        self
    }

    /// It must be there when `condition` holds.
    #[must_use]
    pub const fn required_when(mut self, condition: Condition) -> Self {
        self.need = Need::When(condition);
        self
    }

    /// It is asked for; what lacks it is written all the same.
    #[must_use]
    pub const fn asked(self) -> Self {
        self.asked_when(Condition::Any)
    }

    /// It is asked for when `condition` holds; what lacks it is written all the same.
    #[must_use]
    pub const fn asked_when(mut self, condition: Condition) -> Self {
        self.need = Need::Asked(condition);
        self
    }

    /// A form opens without it.
    #[must_use]
    pub const fn aside(mut self) -> Self {
        self.aside = true;
        self
    }

    /// Written only where what is kept is locked.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The field that says per what the amount is.
    #[must_use]
    pub const fn per(mut self, key: &'static str) -> Self {
        self.per = Some(key);
        self
    }

    /// The fields whose words make its own where a list does not have it.
    #[must_use]
    pub const fn called_after(mut self, keys: &'static [&'static str]) -> Self {
        self.called_after = keys;
        self
    }

    /// A place that is, where a list says none, the place whose list it is.
    #[must_use]
    pub const fn or_whose_list(mut self) -> Self {
        self.whose_list = true;
        self
    }

    /// A blank cell of a list is blank, whatever stands above it.
    #[must_use]
    pub const fn never_as_above(mut self) -> Self {
        self.blank = Blank::Nothing;
        self
    }

    /// A list writes it once, in the first row of all that have it in common.
    #[must_use]
    pub const fn once_a_block(mut self) -> Self {
        self.blank = Blank::OfBlock;
        self
    }

    /// What it names agrees with the record in these fields.
    #[must_use]
    pub const fn within(mut self, keys: &'static [&'static str]) -> Self {
        self.within = keys;
        self
    }

    /// The rows of a list tell of the record that it names beside their own.
    #[must_use]
    pub const fn told_beside(mut self) -> Self {
        self.told_beside = true;
        self
    }

    /// Its base unit.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        put(&mut self.unit, Some(Cow::Borrowed(unit)));
        self
    }

    /// How it adds up, when that is not what its kind suggests.
    #[must_use]
    pub const fn adds(mut self, aggregate: Aggregate) -> Self {
        self.aggregate = aggregate;
        self
    }

    /// Computed.
    #[must_use]
    pub const fn derive(mut self, fill: Fill, compute: fn(&dyn Fields, &dyn World) -> Option<Value>) -> Self {
        self.derived = Some(Derivation { fill, compute });
        self
    }

    /// Written by the program alone.
    #[must_use]
    pub const fn kept(mut self) -> Self {
        self.kept = true;
        self
    }

    /// The word that a new record starts with.
    #[must_use]
    pub const fn starts(mut self, word: &'static str) -> Self {
        self.start = Some(word);
        self
    }

    /// A sentence for the form.
    #[must_use]
    pub const fn help(mut self, zh: &'static str, en: &'static str) -> Self {
        put(&mut self.help, Some(super::label(zh, en)));
        self
    }

    /// What a new record starts with.
    pub fn default(&self) -> Option<Value> {
        self.start.map(Value::choice)
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
            || self.has(Sense::Home)
    }

    /// Whether `text` is how a value of the field is shown to whoever should not see it.
    pub fn hides(&self, text: &str) -> bool {
        // An address may say anything before what is hidden of it; a number is written with figures and letters.
        let hidden = if self.has(Sense::Home) {
            text.trim_end().ends_with("**") || text == "*"
        } else {
            person::is_masked(text)
        };
        hidden && self.is_private()
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
    pub const fn open(words: &'static [(&'static str, &'static str)]) -> Self {
        let mut list = Self::closed(words);
        list.other = true;
        list.closed = false;
        list
    }

    /// The list that nobody may extend.
    pub const fn closed(words: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            declared: [words, &[]],
            spellings: &[],
            added: Vec::new(),
            other: false,
            dictionary: None,
            closed: true,
        }
    }

    /// Other ways in which offices write the words of the list.
    #[must_use]
    pub const fn also(mut self, spellings: &'static [(&'static str, &'static [&'static str])]) -> Self {
        self.spellings = spellings;
        self
    }

    /// These after the others.
    #[must_use]
    pub const fn then(mut self, words: &'static [(&'static str, &'static str)]) -> Self {
        let [first, _] = self.declared;
        self.declared = [first, words];
        self
    }

    /// Words that come from the records of a dictionary.
    pub const fn dictionary(pool: Pool) -> Self {
        let mut list = Self::closed(&[]);
        list.dictionary = Some(pool);
        list.closed = false;
        list
    }

    /// The words listed, in order.
    pub fn words(&self) -> impl Iterator<Item = Opt<'_>> {
        let declared = self.declared.iter().copied().flatten().map(|(word, en)| Opt { word, en });
        let other = self.other.then_some(Opt { word: "其他", en: "Other" });
        declared.chain(self.added.iter().map(Added::told)).chain(other)
    }

    /// The one word of the list that stands in a title, as it is or spelt otherwise; none where several do.
    pub fn spoken_of(&self, title: &str) -> Option<&str> {
        let mut forms: Vec<(&str, &str)> = self.words().map(|o| (o.word, o.word)).collect();
        forms.extend(self.spellings.iter().flat_map(|(word, all)| all.iter().map(|form| (*form, *word))));
        // A single letter stands in many words.
        forms.retain(|(form, _)| form.chars().count() > 1 && title.contains(form));
        let longest =
            |form: &str| !forms.iter().any(|(other, _)| other.len() > form.len() && other.contains(form));
        let mut words = forms.iter().filter(|(form, _)| longest(form)).map(|(_, word)| *word);
        let first = words.next()?;
        words.all(|word| word == first).then_some(first)
    }

    /// The listed word that `text` means, by the word, another way to write it or its English reading.
    pub fn find(&self, text: &str) -> Option<Opt<'_>> {
        let named = || self.words().find(|o| o.word == text);
        let spelt = || {
            let declared = self.spellings.iter().find(|(_, all)| all.contains(&text)).map(|(word, _)| *word);
            let word = declared.or_else(|| {
                self.added.iter().find(|a| a.aliases.iter().any(|x| x == text)).map(|a| &*a.word)
            });
            word.and_then(|word| self.words().find(|o| o.word == word))
        };
        named().or_else(spelt).or_else(|| self.words().find(|o| o.en.eq_ignore_ascii_case(text)))
    }
}

impl Added {
    fn told(&self) -> Opt<'_> {
        Opt { word: &self.word, en: &self.en }
    }
}

impl From<Label> for Added {
    fn from(label: Label) -> Self {
        Self { word: label.zh, en: label.en, aliases: Vec::new() }
    }
}

impl Target {
    /// The records of these pools.
    pub const fn of(pools: &'static [Pool]) -> Self {
        Self(pools)
    }

    /// The pools, in the order of preference for whoever lists them.
    pub const fn pools(&self) -> &'static [Pool] {
        self.0
    }

    /// The registers pointed into.
    pub fn registers(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|p| p.register)
    }
}

impl Pool {
    /// Any record of the register's first kind.
    pub const fn any(register: &'static str) -> Self {
        Self { register, kind: None, only: &[] }
    }

    /// Records of the first kind whose sort is one of these words.
    pub const fn only(register: &'static str, only: &'static [&'static str]) -> Self {
        Self { register, kind: None, only }
    }

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

/// Puts a constant into a place that holds a constant: nothing there needs to be given back.
const fn put<T>(place: &mut T, value: T) {
    std::mem::forget(std::mem::replace(place, value));
}
