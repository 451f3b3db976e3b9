//! What the county has set, made part of the schema.
//!
//! Duty: reads the settings records (T04) and adds registers, fields and words to the catalogue's. Inputs: the
//! records as the ledger has them, in any order. Outputs: a [`Schema`]. What makes no sense – an unknown register, a
//! type that nobody knows, a word for a closed list – is left out and listed as a [`Fault`]: a setting never breaks
//! the ledger. Neighbours: `catalog::settings` declares the records; `schema` is looked up by everybody.
//!
//! A field's key is made of its record's identity: two counties that merge their ledgers never mean one key by two
//! fields, and a field that is called otherwise later keeps its values.

mod ignored;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::ignored::{Ignored, WordIgnored};
use super::catalog::settings::holds;
use super::catalog::{self, settings};
use super::field::Added;
use super::schema::{Deadline, Fault, Schema};
use super::{
    Aggregate, Condition, Field, FieldKind, Fields, Group, Label, Law, Name, NaturalKey, Need, Options,
    Register, RowKind, Sense, Target, Tells,
};
use crate::value::{Grain, RowId, Value, order};

/// Most own fields of one kind of rows: a form with more is filled in by nobody.
const FIELDS: usize = 80;
/// Most registers of the county's own.
const REGISTERS: usize = 60;
/// Most words in one list: a longer one is a register of its own.
const WORDS: usize = 400;
/// Most decimals: what an exact decimal keeps in a sum over a county.
pub(super) const DECIMALS: u32 = 6;
/// How the keys of own registers and fields begin; none of the catalogue's does.
pub(super) const MARK: char = 'x';
/// Letters of an own key that come from the identity: fifty bits of chance.
const LETTERS: usize = 10;
/// A year after its period nothing is a deadline any more.
const LATEST: i64 = 366;
/// The kind of rows that a register of the county's own has.
const ROWS: &str = "row";
/// Longest text of an own field.
const LINE: u16 = 200;

/// A settings record.
pub type Setting<'a> = (RowId, &'a str, &'a dyn Fields);

/// A field with its place among the others of its kind: the order that was set, then the record.
type Placed = (i64, RowId, Field);

/// The key that the field or register of a settings record has.
pub fn key_of(row: RowId) -> String {
    let id = row.to_string();
    format!("{MARK}{}", id.get(id.len().saturating_sub(LETTERS)..).unwrap_or(&id).to_ascii_lowercase())
}

impl Schema {
    /// The catalogue with what the county has set.
    pub fn with<'a>(records: impl IntoIterator<Item = Setting<'a>>) -> Arc<Self> {
        let mut all: Vec<Setting<'a>> = records.into_iter().collect();
        if all.is_empty() {
            return Arc::clone(Self::base());
        }
        order::sort_by_key(&mut all, |(row, ..)| *row);
        let of =
            |kind: &str| all.iter().filter(|(_, k, _)| *k == kind).map(|(row, _, r)| (*row, *r)).collect();
        let mut schema = Self::clone(Self::base());
        schema.add_registers(of(settings::register::KIND));
        schema.add_fields(of(settings::field::KIND));
        schema.finish_registers();
        schema.add_words(of(settings::word::KIND));
        schema.add_bounds(of(settings::threshold::KIND));
        schema.add_deadlines(of(settings::deadline::KIND));
        schema.list_own();
        Arc::new(schema)
    }

    /// `named` is the register that the setting is about, as it was written.
    fn fault(&mut self, row: RowId, named: Option<&str>, why: Ignored) {
        let register = named.and_then(|key| self.register(key)).map(|r| r.key.clone());
        self.faults.push(Fault { row, register, why });
    }

    fn add_registers(&mut self, records: Vec<(RowId, &dyn Fields)>) {
        for (n, (row, record)) in records.into_iter().enumerate() {
            let Some(name) = text(record, settings::register::LABEL) else {
                self.fault(row, None, Ignored::NamelessRegister);
                continue;
            };
            if n >= REGISTERS {
                self.fault(row, None, Ignored::RegisterTooMany(owned(name)));
                continue;
            }
            let key = key_of(row);
            if self.register(&key).is_some() {
                self.fault(row, None, Ignored::KeyTaken(owned(name)));
                continue;
            }
            let group = text(record, settings::register::GROUP);
            let group = Group::ALL.into_iter().find(|g| Some(&*g.label().zh) == group);
            self.filled.push(Arc::new(Register {
                key: key.into(),
                label: both(name),
                group: group.unwrap_or(Group::Service),
                kinds: vec![Arc::new(rows_of(name))],
            }));
        }
    }

    fn add_fields(&mut self, records: Vec<(RowId, &dyn Fields)>) {
        let mut wanted: BTreeMap<(String, String), Vec<Placed>> = BTreeMap::new();
        for (row, record) in records {
            match self.field_of(row, record) {
                Ok((register, kind, field)) => {
                    let place = match record.value(settings::field::ORDER) {
                        Some(Value::Int(n)) => *n,
                        _ => i64::MAX,
                    };
                    wanted.entry((register, kind)).or_default().push((place, row, field));
                }
                Err(why) => self.fault(row, text(record, settings::field::REGISTER), why),
            }
        }
        for ((register, kind), mut fields) in wanted {
            order::sort_by_key(&mut fields, |(place, row, _)| (*place, *row));
            for (_, row, field) in fields.split_off(fields.len().min(FIELDS)) {
                self.fault(row, Some(&register), Ignored::FieldTooMany(field.label.zh));
            }
            let mut twins = Vec::new();
            self.change(&register, &kind, |kind| {
                for (_, row, field) in fields {
                    if kind.fields.iter().any(|f| f.label.zh == field.label.zh) {
                        twins.push((row, field.label.zh.clone()));
                    }
                    kind.fields.push(Arc::new(field));
                }
            });
            for (row, name) in twins {
                self.fault(row, Some(&register), Ignored::NameOfTwoFields(name));
            }
        }
    }

    /// Where the field of a settings record belongs, and the field.
    fn field_of(&self, row: RowId, record: &dyn Fields) -> Result<(String, String, Field), Ignored> {
        let name = text(record, settings::field::LABEL).ok_or(Ignored::NamelessField)?;
        let (register, kind) =
            self.place(record, settings::field::REGISTER, settings::field::KIND_OF_ROWS)?;
        let key = key_of(row);
        if kind.field(&key).is_some() {
            return Err(Ignored::KeyTaken(owned(name)));
        }
        let word = text(record, settings::field::TYPE).unwrap_or_default();
        let unknown = || Ignored::TypeUnknown { field: owned(name), word: owned(word) };
        let kind_held = kind_of(word, record).ok_or_else(unknown)?;
        let mut field = Field { label: both(name), ..Field::new("", super::label("", ""), kind_held) };
        field.key = Name::Owned(key);
        field.aliases = list(record, settings::field::ALIASES).map(Name::Owned).collect();
        field.unit = text(record, settings::field::UNIT).filter(|_| field.is_number()).map(owned);
        if matches!(field.kind, FieldKind::Money) {
            field.unit = Some(Name::Borrowed("元"));
        }
        if yes(record, settings::field::REQUIRED) {
            field.need = Need::Always;
        }
        field.aggregate = match text(record, settings::field::ADDS) {
            Some("取最近一期") if field.is_number() => Aggregate::Stock,
            Some("不相加") if field.is_number() => Aggregate::Rate,
            _ => field.aggregate,
        };
        field.help = text(record, settings::field::HELP).map(both);
        if yes(record, settings::field::NAMING) {
            field.senses = field.senses.and(Sense::Title);
        }
        if yes(record, settings::field::TELLS) {
            field.senses = field.senses.and(Sense::Key);
        }
        Ok((register.key.to_string(), kind.key.to_string(), field))
    }

    /// The kind of rows that a settings record is about.
    fn place(
        &self,
        record: &dyn Fields,
        register: &str,
        kind: &str,
    ) -> Result<(&Arc<Register>, &Arc<RowKind>), Ignored> {
        let key = text(record, register).unwrap_or_default();
        let found = self.filled.iter().find(|r| r.key == key);
        let found = found.ok_or_else(|| Ignored::NoRegister(owned(key)))?;
        let named = text(record, kind);
        let none =
            || Ignored::NoKind { register: found.label.clone(), kind: owned(named.unwrap_or_default()) };
        let kind = named.map_or_else(|| found.main(), |k| found.kind(k)).ok_or_else(none)?;
        Ok((found, kind))
    }

    /// Changes a copy of one kind; all others stay the shared ones.
    fn change(&mut self, register: &str, kind: &str, change: impl FnOnce(&mut RowKind)) {
        let found = self.filled.iter_mut().find(|r| r.key == register);
        let kind = found.and_then(|r| Arc::make_mut(r).kinds.iter_mut().find(|k| k.key == kind));
        if let Some(kind) = kind {
            change(Arc::make_mut(kind));
        }
    }

    /// What the fields of an own register are for follows from what they hold.
    fn finish_registers(&mut self) {
        for register in self.filled.iter_mut().filter(|r| r.is_own()) {
            if let Some(kind) = Arc::make_mut(register).kinds.first_mut() {
                complete(Arc::make_mut(kind));
            }
        }
    }

    fn add_bounds(&mut self, records: Vec<(RowId, &dyn Fields)>) {
        for (row, record) in records {
            let key = text(record, settings::threshold::KEY).unwrap_or_default();
            let value = record.value(settings::threshold::VALUE).and_then(Value::as_decimal);
            let known = catalog::thresholds().find(|t| t.key == key);
            match (known, value) {
                (Some(threshold), Some(value)) => {
                    self.bounds.insert(threshold.key.to_owned(), value);
                }
                // R09.soon: a threshold is called after its register.
                _ => self.fault(row, key.split('.').next(), Ignored::NoThreshold(owned(key))),
            }
        }
    }

    fn add_deadlines(&mut self, records: Vec<(RowId, &dyn Fields)>) {
        for (row, record) in records {
            let key = text(record, settings::deadline::REGISTER).unwrap_or_default();
            let grain = match text(record, settings::deadline::GRAIN) {
                Some("月") => Some(Grain::Month),
                Some("季") => Some(Grain::Quarter),
                Some("半年") => Some(Grain::Half),
                Some("年") => Some(Grain::Year),
                _ => None,
            };
            let days = match record.value(settings::deadline::DAYS) {
                Some(Value::Int(n)) if (0..=LATEST).contains(n) => Some(*n),
                _ => None,
            };
            let found =
                self.filled.iter().find(|r| r.key == key).filter(|r| r.main().is_some_and(|k| k.periodic()));
            match (found, grain, days) {
                (Some(register), Some(grain), Some(days)) => {
                    let register = register.key.clone();
                    self.deadlines.push(Deadline { register, grain, days });
                }
                _ => self.fault(row, Some(key), Ignored::NoDeadline(owned(key))),
            }
        }
    }

    /// What lists registers lists the county's own as well: what a village owes, what a closed period is about.
    fn list_own(&mut self) {
        let own = self.filled.iter().filter(|r| r.is_own() && r.main().is_some_and(|k| k.periodic()));
        let labels: Vec<Label> = own.map(|r| r.label.clone()).collect();
        if labels.is_empty() {
            return;
        }
        let places = (catalog::PLACE_REGISTER.to_owned(), catalog::PLACE_KIND.to_owned());
        self.change(&places.0, &places.1, |kind| {
            let owes = kind.key_of(Sense::Owes).map(str::to_owned);
            extend(kind, owes.as_deref(), &labels);
        });
        let closing = self.kept.iter_mut().find(|r| r.key == catalog::closing::KEY).map(Arc::make_mut);
        if let Some(kind) = closing.and_then(|r| r.kinds.first_mut()) {
            extend(Arc::make_mut(kind), Some(catalog::closing::REGISTERS), &labels);
        }
    }

    fn add_words(&mut self, records: Vec<(RowId, &dyn Fields)>) {
        for (row, record) in records {
            if let Err(why) = self.add_word(record) {
                self.fault(row, text(record, settings::word::REGISTER), why);
            }
        }
    }

    fn add_word(&mut self, record: &dyn Fields) -> Result<(), Ignored> {
        let word = text(record, settings::word::WORD).ok_or(Ignored::BlankWord)?;
        let (register, kind) = self.place(record, settings::word::REGISTER, settings::word::KIND_OF_ROWS)?;
        let key = text(record, settings::word::FIELD).unwrap_or_default();
        let left_out = |at: &Label, why| Ignored::Word { word: owned(word), at: at.clone(), why };
        let field = kind.field(key);
        let field = field.ok_or_else(|| left_out(&register.label, WordIgnored::NoField(owned(key))))?;
        let open = field.options().filter(|o| !o.closed && o.dictionary.is_none());
        let why = match open {
            None => Some(WordIgnored::Closed),
            Some(list) if list.words().count() >= WORDS => Some(WordIgnored::TooMany),
            Some(list) => list.find(word).map(|_| WordIgnored::There),
        };
        if let Some(why) = why {
            return Err(left_out(&field.label, why));
        }
        let en = text(record, settings::word::EN).unwrap_or(word).to_owned();
        let aliases = list(record, settings::word::ALIASES).collect();
        let new = Added { word: owned(word), en: Name::Owned(en), aliases };
        let (register, kind) = (register.key.to_string(), kind.key.to_string());
        self.change(&register, &kind, |kind| {
            let field = kind.fields.iter_mut().find(|f| f.key == key).map(Arc::make_mut);
            if let Some(FieldKind::Choice(options) | FieldKind::Choices(options)) = field.map(|f| &mut f.kind)
            {
                // 其他 stays the last, also where the county has written it itself.
                let last = options.added.last().is_some_and(|o| o.word == OTHER);
                options.added.insert(options.added.len() - usize::from(last), new);
            }
        });
        Ok(())
    }
}

/// The headings of what every record has beside its own fields.
pub fn common_headings() -> Vec<String> {
    let of = |f: &'static Field| {
        std::iter::once(&*f.label.zh).chain(catalog::headings::everywhere(f).iter().copied())
    };
    catalog::COMMON.iter().flat_map(of).map(str::to_owned).collect()
}

/// The last word of an open list.
const OTHER: &str = "其他";

/// The rows of an own register, with what every record has; its fields follow.
fn rows_of(name: &str) -> RowKind {
    RowKind {
        key: ROWS.into(),
        label: both(name),
        under: None,
        fields: Vec::new(),
        keys: Vec::new(),
        rules: &[],
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: Name::Borrowed(""),
        naming: Vec::new(),
        key_figures: Vec::new(),
        views: &[],
    }
}

/// Says of an own register's fields what they are for: the first place is the record's, the first period its own;
/// what tells rows apart makes the natural key.
fn complete(kind: &mut RowKind) {
    let first = |kind: &mut RowKind, sense: Sense, fits: fn(&FieldKind) -> bool| {
        let found = kind.fields.iter_mut().find(|f| fits(&f.kind) && !f.has(sense));
        let field = found.map(Arc::make_mut)?;
        field.senses = field.senses.and(sense);
        Some(field.key.clone())
    };
    let place = first(kind, Sense::Place, |k| matches!(k, FieldKind::Ref(t) if t.is_place()));
    let period = first(kind, Sense::Period, |k| matches!(k, FieldKind::Period(_)));
    let key = |found: Option<&Arc<Field>>| found.map(|f| f.key.clone());
    let title = key(kind.of(Sense::Title))
        .or_else(|| key(kind.fields.iter().find(|f| matches!(f.kind, FieldKind::Text(_)))))
        .or_else(|| key(kind.fields.iter().find(|f| matches!(f.kind, FieldKind::Choice(_)))))
        .or_else(|| key(kind.fields.first()));
    kind.title = title.unwrap_or_default();
    let named = place.iter().chain([&kind.title]).chain(&period);
    let mut naming: Vec<Name> = named.filter(|k| !k.is_empty()).cloned().collect();
    naming.dedup();
    kind.naming = naming;
    let figures = kind.fields.iter().filter(|f| f.is_number() && !kind.naming.contains(&f.key));
    kind.key_figures = figures.map(|f| f.key.clone()).take(2).collect();
    let parts: Vec<Name> = kind.fields.iter().filter(|f| f.has(Sense::Key)).map(|f| f.key.clone()).collect();
    kind.law.series = parts.iter().filter(|k| Some(*k) != period.as_ref()).cloned().collect();
    if !parts.is_empty() {
        // Whichever of them a row leaves blank, the others tell it apart.
        kind.keys = vec![NaturalKey { when: Condition::Any, parts, present: Vec::new(), tells: Tells::One }];
    }
    kind.fields.extend(catalog::fields(&[catalog::COMMON]));
}

/// Puts the names of registers into the list of a field.
fn extend(kind: &mut RowKind, key: Option<&str>, labels: &[Label]) {
    let field = kind.fields.iter_mut().find(|f| Some(&*f.key) == key).map(Arc::make_mut);
    if let Some(FieldKind::Choices(options)) = field.map(|f| &mut f.kind) {
        let added = |l: &Label| Added { word: l.zh.clone(), en: l.en.clone(), aliases: Vec::new() };
        options.added.extend(labels.iter().map(added));
    }
}

/// What a field of this type holds.
fn kind_of(word: &str, record: &dyn Fields) -> Option<FieldKind> {
    Some(match word {
        holds::TEXT => FieldKind::Text(LINE),
        holds::LONG => FieldKind::LongText,
        holds::INT => FieldKind::Int,
        holds::DECIMAL => FieldKind::Decimal(decimals(record)),
        holds::MONEY => FieldKind::Money,
        holds::PERCENT => FieldKind::Percent,
        holds::DATE => FieldKind::Date,
        holds::PERIOD => FieldKind::Period(ALL_GRAINS),
        holds::BOOL => FieldKind::Bool,
        holds::CHOICE => FieldKind::Choice(options(record)),
        holds::CHOICES => FieldKind::Choices(options(record)),
        holds::PLACE => FieldKind::Ref(Target::of(catalog::PLACES_POOL)),
        holds::PHONE => FieldKind::Phone,
        holds::IDENTITY => FieldKind::IdentityNumber,
        holds::ACCOUNT => FieldKind::Account,
        holds::FILES => FieldKind::Files,
        _ => return None,
    })
}

const ALL_GRAINS: &[Grain] = &[Grain::Year, Grain::Half, Grain::Quarter, Grain::Month];

fn decimals(record: &dyn Fields) -> u32 {
    let said = record.value(settings::field::PLACES).and_then(|v| match v {
        Value::Int(n) => u32::try_from(*n).ok().filter(|n| *n <= DECIMALS),
        _ => None,
    });
    said.unwrap_or(2)
}

fn options(record: &dyn Fields) -> Options {
    let added =
        |word: String| Added { en: Name::Owned(word.clone()), word: Name::Owned(word), aliases: Vec::new() };
    let added = list(record, settings::field::WORDS).take(WORDS).map(added).collect();
    let mut options = Options::closed(&[]);
    options.added = added;
    options.closed = yes(record, settings::field::CLOSED);
    options
}

fn both(words: &str) -> Label {
    Label { zh: owned(words), en: owned(words) }
}

fn owned(words: &str) -> Name {
    Name::Owned(words.to_owned())
}

/// The words of a text or a choice, unless they are blank.
fn text<'a>(record: &'a dyn Fields, key: &str) -> Option<&'a str> {
    record.value(key)?.as_str().map(str::trim).filter(|words| !words.is_empty())
}

fn list<'a>(record: &'a dyn Fields, key: &str) -> impl Iterator<Item = String> + use<'a> {
    let all = match record.value(key) {
        Some(Value::Many(all)) => all.as_slice(),
        _ => &[],
    };
    all.iter().map(|w| w.trim().to_owned()).filter(|w| !w.is_empty())
}

fn yes(record: &dyn Fields, key: &str) -> bool {
    matches!(record.value(key), Some(Value::Bool(true)))
}

#[cfg(test)]
mod tests;
