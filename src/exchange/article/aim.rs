//! What a figure may be held against, and what the ledger holds there.
//!
//! Duty: fields summed by the law of adding up and indicators under one name, an [`Aim`], and its [`Holding`] for a
//! place and a period. Inputs: a key such as `R06.line.area` or `I-16` and an [`Ask`]. Outputs: the value in the
//! aim's unit with the rows behind it, or why there is none. Neighbours: `link` proposes aims by words, `judge`
//! compares; the sums themselves are `analysis::indicator`'s.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::super::mapping::subjects;
use super::link::{self, Target};
use crate::analysis::indicator::{self, Ask, Definition, Indicators};
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{
    Aggregate, Condition, Field, FieldKind, Fields as _, Label, Message, Register, RowKind, Schema, Sense,
};
use crate::value::{RowId, Text, Value, unit};

/// Indicators that are fields under a second name: one thing under two names would make a choice of nothing.
const SAME_AS_FIELDS: [&str; 3] = ["I-01", "I-02", "I-03"];

/// Something that a figure may be held against.
#[derive(Clone)]
pub enum Aim {
    /// A field of a register's main kind.
    Field(Arc<Register>, Arc<RowKind>, Arc<Field>),
    /// The amount of one word of a list: a subject, its class, or the direction.
    Word(Arc<Register>, Arc<RowKind>, Arc<Naming>),
    /// An indicator.
    Indicator(&'static Definition),
}

/// One word of a list whose amounts are added up by themselves.
pub struct Naming {
    /// The field that holds the amount.
    pub amount: Arc<Field>,
    /// The field whose word it is.
    pub by: Arc<Field>,
    /// The word, as it is stored.
    pub word: Text,
    /// The word for people.
    pub label: Label,
}

/// What the ledger holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Holding {
    /// The value, in the aim's unit.
    pub value: Option<Decimal>,
    /// The records behind it.
    pub rows: Vec<RowId>,
    /// Why there is no value, or what has to be said beside it.
    pub notes: Vec<Message>,
}

/// Every aim: fields in the order of the registers, then indicators.
pub fn all(schema: &Schema) -> Vec<Aim> {
    let kinds = schema.all().iter().filter_map(|r| Some((r, r.main()?)));
    // What is paid in and what is paid out do not add up to anything; the indicators tell them apart.
    let plain = kinds.filter(|(_, k)| k.of(Sense::Direction).is_none());
    let fields =
        plain.flat_map(|(r, k)| k.fields.iter().map(move |f| Aim::Field(r.clone(), k.clone(), f.clone())));
    let adding = fields.filter(|a| match a {
        Aim::Field(_, _, f) => f.is_number() && matches!(f.aggregate, Aggregate::Flow | Aggregate::Stock),
        Aim::Word(..) | Aim::Indicator(_) => false,
    });
    let kinds = schema.all().iter().filter_map(|r| Some((r, r.main()?)));
    let named = kinds.flat_map(|(r, k)| words(k).map(move |n| Aim::Word(r.clone(), k.clone(), n)));
    let indicators = indicator::all().into_iter().filter(|d| !SAME_AS_FIELDS.contains(&d.code));
    adding.chain(named).chain(indicators.map(Aim::Indicator)).collect()
}

/// The words of a kind whose amounts are added up by themselves, the widest first: directions, classes, subjects. A
/// subject that is a whole class is the class: it holds what its details hold.
fn words(kind: &RowKind) -> impl Iterator<Item = Arc<Naming>> {
    let amount = kind.of(Sense::Amount).filter(|_| kind.of(Sense::Direction).is_some());
    let mut found: Vec<Arc<Naming>> = Vec::new();
    for sense in [Sense::Direction, Sense::Class, Sense::Subject] {
        let Some((amount, by)) = amount.zip(kind.of(sense)) else { continue };
        for option in by.options().into_iter().flat_map(crate::register::Options::words) {
            if found.iter().any(|n| *n.word == *option.word) {
                continue;
            }
            let label = Label { zh: option.word.to_owned().into(), en: option.en.to_owned().into() };
            let word = Text::from(option.word);
            found.push(Arc::new(Naming { amount: amount.clone(), by: by.clone(), word, label }));
        }
    }
    found.into_iter()
}

/// The indicator with this key, as an aim.
pub fn indicator(key: &str) -> Option<Aim> {
    let mut indicators = indicator::all().into_iter().filter(|d| !SAME_AS_FIELDS.contains(&d.code));
    indicators.find(|d| d.code == key).map(Aim::Indicator)
}

/// The aim with this key.
pub fn find(schema: &Schema, key: &str) -> Option<Aim> {
    all(schema).into_iter().find(|a| a.key() == key)
}

/// The aims, as `link` proposes them.
pub fn targets(schema: &Schema) -> Vec<Target> {
    let aims = all(schema);
    let known = |t: &Target| aims.iter().any(|a| a.key() == t.key);
    let fields = link::targets(schema).into_iter().filter(known);
    let others = aims.iter().filter_map(|a| match a {
        Aim::Indicator(d) => Some(Target::new(d.code, &d.name.zh, d.unit, indicator::also_called(d.code))),
        Aim::Word(_, _, n) => {
            let spoken = spoken(n);
            let also: Vec<&str> = spoken.iter().map(String::as_str).collect();
            Some(Target::new(a.key(), &n.label.zh, a.unit(), &also))
        }
        Aim::Field(..) => None,
    });
    let mut all: Vec<Target> = fields.chain(others).collect();
    for target in &mut all {
        let Some(aim) = aims.iter().find(|a| a.key() == target.key) else { continue };
        target.home = aim.register().to_owned();
        target.by_product = aim.by_product(schema);
        target.of_place = matches!(aim, Aim::Field(r, k, _) if k.is_place(&r.key));
        target.computed = matches!(aim, Aim::Indicator(_));
        target.adds = aim.adds_over_time(schema);
    }
    all
}

/// How a word of a list is said in a text: 出租收入 for 经营收入·出租, 总支出 for 支出.
fn spoken(naming: &Naming) -> Vec<String> {
    let word = &*naming.word;
    let mut said: Vec<String> =
        subjects::spoken().filter(|(_, subject)| *subject == word).map(|(said, _)| said.to_owned()).collect();
    match word.split_once('·') {
        Some((class, detail)) => {
            let what = ["收入", "支出"].into_iter().find(|w| class.ends_with(w));
            said.push(format!("{detail}{}", what.unwrap_or("收入")));
            if detail.chars().count() >= LONG_ENOUGH {
                said.push(detail.to_owned());
            }
        }
        None if naming.by.has(Sense::Direction) => {
            said.extend([format!("总{word}"), format!("{word}总额"), format!("{word}合计")]);
        }
        None => {}
    }
    said
}

/// A shorter detail of a subject (服务, 出租) is too common a word to stand for it.
const LONG_ENOUGH: usize = 4;

impl Aim {
    /// `R06.line.area` or `I-16`.
    pub fn key(&self) -> String {
        match self {
            Self::Field(r, k, f) => format!("{}.{}.{}", r.key, k.key, f.key),
            Self::Word(r, k, n) => format!("{}.{}.{}:{}={}", r.key, k.key, n.amount.key, n.by.key, n.word),
            Self::Indicator(d) => d.code.to_owned(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Label {
        match self {
            Self::Field(_, _, f) => &f.label,
            Self::Word(_, _, n) => &n.label,
            Self::Indicator(d) => &d.name,
        }
    }

    /// Where it is kept: the register, or that it is computed.
    pub fn home(&self) -> Label {
        match self {
            Self::Field(r, ..) | Self::Word(r, ..) => r.label.clone(),
            Self::Indicator(_) => crate::register::label("指标", "Indicator"),
        }
    }

    /// The unit of its values; a quotient has a stroke.
    pub fn unit(&self) -> &str {
        match self {
            Self::Field(_, _, f) if matches!(f.kind, FieldKind::Money) => "元",
            Self::Field(_, _, f) => f.unit.as_deref().unwrap_or_default(),
            Self::Word(_, _, n) => n.amount.base_unit().unwrap_or_default(),
            Self::Indicator(d) => d.unit,
        }
    }

    /// What its values count: 元 of 元/亩.
    pub fn counted_in(&self) -> &str {
        self.unit().split_once('/').map_or(self.unit(), |(top, _)| top)
    }

    /// The register whose rows stand behind it.
    pub fn register(&self) -> &str {
        match self {
            Self::Field(r, ..) | Self::Word(r, ..) => &r.key,
            Self::Indicator(d) => d.register,
        }
    }

    /// How it is computed, in words.
    pub fn formula(&self) -> Label {
        match self {
            Self::Field(_, _, f) => Label {
                zh: format!("Σ {}（按台账的加总规则）", f.label.zh).into(),
                en: format!("Σ {} under the law of adding up", f.label.en).into(),
            },
            Self::Word(_, _, n) => Label {
                zh: format!("Σ {}（{}）", n.amount.label.zh, n.label.zh).into(),
                en: format!("Σ {} of {}", n.amount.label.en, n.label.en).into(),
            },
            Self::Indicator(d) => d.formula.clone(),
        }
    }

    /// Whether rows are told apart by product.
    pub fn by_product(&self, schema: &Schema) -> bool {
        let kind = schema.register(self.register()).and_then(|r| r.main());
        kind.is_some_and(|k| k.dictionary().is_some())
    }

    /// Whether what several years have adds up: what is paid, harvested, earned – not what there is.
    fn adds_over_time(&self, schema: &Schema) -> bool {
        match self {
            Self::Field(_, _, f) => f.aggregate == Aggregate::Flow,
            Self::Word(_, _, n) => n.amount.aggregate == Aggregate::Flow,
            // Of the indicators the sums of money that were paid in and out.
            Self::Indicator(d) => {
                let main = schema.register(d.register).and_then(|r| r.main());
                d.unit == "元" && main.is_some_and(|k| k.of(Sense::Direction).is_some())
            }
        }
    }

    /// What the ledger holds.
    pub fn held(&self, desk: &Indicators<'_>, ask: &Ask) -> Holding {
        match self {
            Self::Indicator(d) => desk.read(d.code, ask).map_or_else(Holding::default, |r| Holding {
                value: r.value,
                rows: r.rows.iter().map(|(_, id)| *id).collect(),
                notes: r.missing.into_iter().chain(r.notes).collect(),
            }),
            Self::Word(r, _, n) => {
                let sum = desk.sum_of_word(&r.key, &n.amount.key, ask, (&n.by.key, &n.word));
                Holding { value: sum.value, rows: sum.ids.clone(), notes: Vec::new() }
            }
            Self::Field(r, k, f) if k.is_place(&r.key) => of_place(desk, f, ask),
            Self::Field(r, _, f) => {
                let sum = desk.sum(&r.key, &f.key, ask, Condition::Any);
                Holding { value: sum.value, rows: sum.ids.clone(), notes: Vec::new() }
            }
        }
    }
}

/// A place's own record says how many people it has; only where it is silent its villages are added up.
fn of_place(desk: &Indicators<'_>, field: &Field, ask: &Ask) -> Holding {
    let read = |id: RowId| {
        let value = desk.state().record(PLACE_REGISTER, id)?.value(&field.key)?;
        Some((id, value.as_decimal()?))
    };
    let whole = || match desk.places().roots() {
        [only] => Some(*only),
        _ => None,
    };
    if let Some((id, value)) = ask.place.or_else(whole).and_then(read) {
        return Holding { value: Some(value), rows: vec![id], notes: Vec::new() };
    }
    let villages = desk.places().villages(ask.place, Some(ask.period));
    let known: Vec<(RowId, Decimal)> = villages.iter().filter_map(|v| read(*v)).collect();
    let mut notes = Vec::new();
    if !known.is_empty() && known.len() < villages.len() {
        let (n, all) = (known.len(), villages.len());
        notes.push(Message::new(
            format!("{all}个村中只有{n}个村填了这一项"),
            format!("only {n} of {all} villages have filled this in"),
        ));
    }
    Holding {
        value: crate::table::law::total(known.iter().map(|(_, v)| *v)),
        rows: known.iter().map(|(id, _)| *id).collect(),
        notes,
    }
}

/// A number in another unit, by their names; none where they do not convert.
pub(super) fn converted(n: Decimal, from: &str, to: &str) -> Option<Decimal> {
    if from == to {
        return Some(n);
    }
    unit::convert(n, &unit::find(from)?, &unit::find(to)?).ok()
}

/// A value as a field of this kind takes it.
pub(super) fn fitting(field: &Field, n: Decimal) -> Option<Value> {
    field.kind.number(n)
}
