//! Every name in the catalogue is walked: none may be unknown. And nothing outside the catalogue names a register or
//! a field by a string.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    PLACE_REGISTER, own, r01, r02, r03, r04, r05, r06, r07, r09, r11, settings, t01, thresholds, views,
};
use crate::register::{
    Check, Condition, Expr, Field, FieldKind, Fields, Need, Pool, Register, RowKind, Schema, Sense, World,
};
use crate::value::{Date, DateTime, Grain, Money, Period, Quantity, RowId, Text, Value};

/// Registers that come later (domain §2): what points there is kept as a word until they do.
const TO_COME: [&str; 3] = ["R10", "R12", "R14"];

fn register(key: &str) -> Option<&'static Arc<Register>> {
    Schema::base().register(key)
}

fn kinds() -> impl Iterator<Item = (&'static Register, &'static RowKind)> {
    Schema::base().registers().flat_map(|r| r.kinds.iter().map(move |k| (&**r, &**k)))
}

/// Collects what is wrong in one kind.
struct Walk<'a> {
    register: &'a Register,
    kind: &'a RowKind,
    wrong: Vec<String>,
}

impl Walk<'_> {
    fn wrong(&mut self, place: &str, name: &str) {
        self.wrong.push(format!("{} {} {place}: {name}", self.register.key, self.kind.key));
    }

    fn field(&mut self, place: &str, key: &str) {
        if self.kind.field(key).is_none() {
            self.wrong(place, key);
        }
    }

    fn condition(&mut self, place: &str, condition: &Condition) {
        match condition {
            Condition::Any => {}
            Condition::Is(key, words) => {
                self.field(place, key);
                let field = self.kind.field(key);
                // A computed word (the class of a subject) is one of the words that it is computed from.
                for word in *words {
                    let known = field.is_some_and(|f| match &f.kind {
                        FieldKind::Bool => ["true", "false"].contains(word),
                        FieldKind::Text(_) => f.computed_only(),
                        _ => f.options().is_some_and(|o| o.words().any(|x| x.word == *word)),
                    });
                    if !known {
                        self.wrong(place, word);
                    }
                }
            }
            Condition::Present(key) => self.field(place, key),
            Condition::GrainIs(key, _) => {
                self.field(place, key);
                if !self.kind.field(key).is_some_and(|f| matches!(f.kind, FieldKind::Period(_))) {
                    self.wrong(place, "no period");
                }
            }
            Condition::All(all) => all.iter().for_each(|c| self.condition(place, c)),
            Condition::Not(c) => self.condition(place, c),
        }
    }

    fn expression(&mut self, place: &str, expression: &Expr) {
        match expression {
            Expr::Bound(threshold) => {
                if !thresholds().any(|t| t.key == threshold.key) {
                    self.wrong(place, threshold.key);
                }
            }
            Expr::Number(_) => {}
            Expr::Field(key) => self.field(place, key),
            Expr::Entry(naming, at, kind, key) => {
                self.field(place, naming);
                if register(at).and_then(|r| r.kind(kind)?.field(key)).is_none() {
                    self.wrong(place, &format!("{at} {kind} {key}"));
                }
            }
            Expr::Plus(a, b) | Expr::Minus(a, b) | Expr::Times(a, b) | Expr::Over(a, b) => {
                self.expression(place, a);
                self.expression(place, b);
            }
        }
    }

    fn pool(&mut self, place: &str, pool: &Pool) {
        let Some(there) = register(pool.register) else {
            if !TO_COME.contains(&pool.register) {
                self.wrong(place, pool.register);
            }
            return;
        };
        let Some(kind) = pool.kind.map_or_else(|| there.main(), |k| there.kind(k)) else {
            return self.wrong(place, pool.kind.unwrap_or_default());
        };
        let sorts = kind.of(Sense::Sort).and_then(|f| f.options());
        for word in pool.only {
            if !sorts.is_some_and(|o| o.words().any(|x| x.word == *word)) {
                self.wrong(place, word);
            }
        }
    }

    fn fields<'f>(&mut self, fields: impl IntoIterator<Item = &'f Field>) {
        for field in fields {
            for named in field.per.iter().chain(field.called_after).chain(field.within) {
                self.field(&field.key, named);
            }
            if let Need::When(condition) | Need::Asked(condition) = &field.need {
                self.condition(&field.key, condition);
            }
            let dictionary = field.options().and_then(|o| o.dictionary.as_ref());
            for pool in field.target().into_iter().flat_map(|t| t.pools()).chain(dictionary) {
                self.pool(&field.key, pool);
            }
        }
    }

    /// What a reversal writes, here and in what the entry names.
    fn reversal(&mut self) {
        let Some(reversal) = self.kind.workflow.as_ref().and_then(|f| f.reversal.as_ref()) else { return };
        let place = "reversal";
        reversal.amounts.iter().chain([&reversal.of, &reversal.why]).for_each(|key| self.field(place, key));
        let Some(brings) = &reversal.brings else { return };
        self.field(place, brings.to);
        let pools =
            self.kind.field(brings.to).and_then(|f| f.target()).map(|t| t.pools()).unwrap_or_default();
        let there: Vec<_> = pools.iter().filter_map(|pool| Schema::base().pool(pool)).collect();
        let is = |key: &str, wanted: fn(&FieldKind) -> bool| {
            !there.is_empty()
                && there.iter().all(|(_, kind)| kind.field(key).is_some_and(|f| wanted(&f.kind)))
        };
        if !is(brings.sum, |kind| matches!(kind, FieldKind::Money)) {
            self.wrong(place, brings.sum);
        }
        if !is(brings.day, |kind| matches!(kind, FieldKind::Date)) {
            self.wrong(place, brings.day);
        }
    }

    fn rules(&mut self) {
        let guards = self.kind.workflow.iter().flat_map(|f| f.moves).flat_map(|m| m.guards);
        for rule in self.kind.rules.iter().chain(guards) {
            self.field(rule.key, rule.field);
            self.condition(rule.key, &rule.when);
            match &rule.check {
                Check::Compare(a, _, b) => {
                    self.expression(rule.key, a);
                    self.expression(rule.key, b);
                }
                Check::Between(a, b, c) => [a, b, c].iter().for_each(|e| self.expression(rule.key, e)),
                Check::YearJump(key, times) => {
                    self.field(rule.key, key);
                    self.expression(rule.key, times);
                }
                Check::NoCycle(key, _) => self.field(rule.key, key),
                Check::SumUnder(below, key, expected) => {
                    self.expression(rule.key, expected);
                    let there = self.register.children(&self.kind.key).find(|k| k.key == *below);
                    if there.and_then(|k| k.field(key)).is_none() {
                        self.wrong(rule.key, key);
                    }
                }
                Check::Must(condition) => self.condition(rule.key, condition),
                Check::Code(test) => self.probe(rule.key, |record, world| drop(test(record, world))),
            }
        }
    }

    fn whole(mut self) -> Vec<String> {
        let kind = self.kind;
        self.fields(kind.fields.iter().map(AsRef::as_ref));
        self.rules();
        self.reversal();
        if let Some(under) = kind.under {
            let parent = kind.of(Sense::Parent).and_then(|f| f.target()).map(|t| t.pools());
            let names =
                matches!(parent, Some([p]) if p.register == self.register.key && p.kind == Some(under));
            if self.register.kind(under).is_none() || !names {
                self.wrong("under", under);
            }
        }
        let law = &kind.law;
        let pairs = [law.spread, law.apart].into_iter().flatten().flat_map(|(a, b)| [a, b]);
        let keyed = kind.keys.iter().flat_map(|k| k.parts.iter().chain(&k.present));
        let listed = kind.naming.iter().chain(&kind.key_figures).chain(&law.series).chain(keyed);
        for key in listed.map(|k| &**k).chain([&*kind.title]).chain(pairs) {
            self.field("listed", key);
        }
        if let Some((key, words)) = law.aside {
            self.condition("aside", &Condition::Is(key, words));
        }
        kind.keys.iter().for_each(|k| self.condition("key", &k.when));
        kind.views.iter().for_each(|v| self.condition(&v.label.zh, &v.filter));
        for field in &kind.fields {
            if let Some(derived) = field.derived {
                self.probe(&field.key, |record, world| drop((derived.compute)(record, world)));
            }
        }
        self.wrong
    }

    /// Runs what only code can say over records that have a value everywhere, and nowhere, and in turn each word of
    /// each list: what it asks for must be there.
    fn probe(&mut self, place: &str, run: impl Fn(&dyn Fields, &dyn World)) {
        let full: Vec<(Text, Value)> =
            self.kind.fields.iter().map(|f| (Text::from(&*f.key), example(&f.kind))).collect();
        let mut records = vec![Vec::new(), full.clone()];
        for (n, field) in self.kind.fields.iter().enumerate() {
            let words: Vec<Value> = match &field.kind {
                FieldKind::Choice(o) => o.words().map(|x| Value::choice(x.word)).collect(),
                FieldKind::Period(grains) => {
                    grains.iter().filter_map(|g| Some(Value::Period(Period::new(2024, *g, 1)?))).collect()
                }
                _ => Vec::new(),
            };
            for word in words {
                let mut other = full.clone();
                other[n].1 = word;
                records.push(other);
            }
            let mut without = full.clone();
            without.remove(n);
            records.push(without);
        }
        let asked = Asked::default();
        for values in records {
            run(&Probe { values, asked: &asked }, &asked);
        }
        for key in asked.own.into_inner() {
            self.field(place, &key);
        }
        for (at, kind, key) in asked.others.into_inner() {
            let there = register(&at).and_then(|r| if kind.is_empty() { r.main() } else { r.kind(&kind) });
            if !there.is_some_and(|k| key.is_empty() || k.field(&key).is_some()) {
                self.wrong(place, &format!("{at} {kind} {key}"));
            }
        }
    }
}

/// What was asked for, by key.
#[derive(Default)]
struct Asked {
    own: RefCell<BTreeSet<String>>,
    others: RefCell<BTreeSet<(String, String, String)>>,
}

struct Probe<'a> {
    values: Vec<(Text, Value)>,
    asked: &'a Asked,
}

impl Fields for Probe<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.asked.own.borrow_mut().insert(key.to_owned());
        self.values.iter().find(|(k, _)| **k == *key).map(|(_, v)| v)
    }
}

impl World for Asked {
    fn schema(&self) -> &Schema {
        Schema::base()
    }
    fn record(&self, register: &str, _: RowId) -> Option<&dyn Fields> {
        self.others.borrow_mut().insert((register.to_owned(), String::new(), String::new()));
        None
    }
    fn stands(&self, _: &str, _: RowId) -> bool {
        true
    }
    fn entry(&self, register: &str, kind: &str, _: &str) -> Option<&dyn Fields> {
        self.others.borrow_mut().insert((register.to_owned(), kind.to_owned(), String::new()));
        None
    }
    fn year_before(&self, at: &str, kind: &str, _: &dyn Fields, key: &str) -> Option<crate::value::Decimal> {
        self.others.borrow_mut().insert((at.to_owned(), kind.to_owned(), key.to_owned()));
        None
    }
    fn today(&self) -> Option<Date> {
        Date::new(2024, 2, 3)
    }
    fn alike(
        &self,
        at: &str,
        kind: &str,
        by: &[&'static str],
        _: &dyn Fields,
        _: &mut dyn FnMut(&dyn Fields),
    ) {
        let named = by.iter().map(|key| (at.to_owned(), kind.to_owned(), (*key).to_owned()));
        self.others.borrow_mut().extend(named);
    }
    fn under(&self, at: &str, kind: &str, _: RowId, _: &mut dyn FnMut(&dyn Fields)) {
        self.others.borrow_mut().insert((at.to_owned(), kind.to_owned(), String::new()));
    }
}

fn example(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Int => Value::Int(7),
        FieldKind::Decimal(_) | FieldKind::Percent => Value::Decimal(7.into()),
        FieldKind::Money => Value::Money(Money::from_fen(700)),
        FieldKind::Date => Value::Date(Date::new(2024, 2, 3).unwrap()),
        FieldKind::DateTime => Value::DateTime("2024-02-03T04:05".parse::<DateTime>().unwrap()),
        FieldKind::Period(_) => Value::Period(Period::new(2024, Grain::Year, 1).unwrap()),
        FieldKind::Bool => Value::Bool(true),
        FieldKind::Choice(o) => Value::choice(o.words().next().map_or("柑橘", |x| x.word)),
        FieldKind::Choices(_) | FieldKind::TextList => Value::Many(vec!["一".into()]),
        FieldKind::Ref(_) => Value::Ref(RowId::from_bits(7)),
        FieldKind::Refs(_) => Value::Refs(vec![RowId::from_bits(7)]),
        FieldKind::Quantity => Value::Quantity(Box::new(Quantity {
            face: 7.into(),
            low: None,
            high: None,
            modifier: crate::value::Modifier::Exact,
            forecast: false,
            text: "7".into(),
        })),
        FieldKind::Files => Value::Files(Vec::new()),
        FieldKind::Text(_)
        | FieldKind::LongText
        | FieldKind::Phone
        | FieldKind::IdentityNumber
        | FieldKind::Account => Value::text("七"),
    }
}

#[test]
fn every_name_in_the_catalogue_is_known() {
    let wrong: Vec<String> =
        kinds().flat_map(|(register, kind)| Walk { register, kind, wrong: Vec::new() }.whole()).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_wrong_name_is_found_wherever_it_stands() {
    let register = r07::register();
    let whole = |kind: &RowKind| Walk { register: &register, kind, wrong: Vec::new() }.whole();
    let kind = || RowKind::clone(&register.kinds[0]);
    assert_eq!(whole(&kind()), Vec::<String>::new());
    let renamed = |key: &str| {
        let mut kind = kind();
        let field = kind.fields.iter_mut().find(|f| f.key == key).unwrap();
        Arc::make_mut(field).key = "renamed".into();
        whole(&kind)
    };
    // Each of these is read by something else: rules, keys, the law, computed fields, conditions of views.
    for key in
        ["subject", "amount", "period", "direction", "org", "lump_years", "subject_class", "counter_party"]
    {
        assert!(renamed(key).iter().any(|w| w.ends_with(key)), "{key} is missed by nobody");
    }
}

#[test]
fn fields_that_are_named_outside_the_catalogue_are_there() {
    for (at, kind, names) in [
        (r09::KEY, r09::contract::KIND, r09::contract::NAMES),
        (r09::KEY, r09::due::KIND, r09::due::NAMES),
        (r09::KEY, r09::item::KIND, r09::item::NAMES),
        (r09::KEY, r09::asset::KIND, r09::asset::NAMES),
        (r09::KEY, r09::debt::KIND, r09::debt::NAMES),
        (r02::KEY, r02::person::KIND, r02::person::NAMES),
        (r02::KEY, r02::post::KIND, r02::post::NAMES),
        (r02::KEY, r02::stage::KIND, r02::stage::NAMES),
        (r02::KEY, r02::gate::KIND, r02::gate::NAMES),
        (r03::KEY, r03::talent::KIND, r03::talent::NAMES),
        (r04::KEY, r04::household::KIND, r04::household::NAMES),
        (r04::KEY, r04::income::KIND, r04::income::NAMES),
        (r05::KEY, r05::entity::KIND, r05::entity::NAMES),
        (r05::KEY, r05::share::KIND, r05::share::NAMES),
        (r05::KEY, r05::year::KIND, r05::year::NAMES),
        (r11::KEY, r11::facility::KIND, r11::facility::NAMES),
        (r11::KEY, r11::visit::KIND, r11::visit::NAMES),
        (r01::KEY, r01::org::KIND, r01::org::NAMES),
        (r01::KEY, r01::change::KIND, r01::change::NAMES),
        (r06::KEY, r06::line::KIND, r06::line::NAMES),
        (r06::KEY, r06::dictionary::KIND, r06::dictionary::NAMES),
        (r07::KEY, r07::line::KIND, r07::line::NAMES),
        (t01::KEY, t01::article::KIND, t01::article::NAMES),
        (t01::KEY, t01::figure::KIND, t01::figure::NAMES),
        (t01::KEY, t01::rule::KIND, t01::rule::NAMES),
        (t01::KEY, t01::target::KIND, t01::target::NAMES),
        (settings::KEY, settings::register::KIND, settings::register::NAMES),
        (settings::KEY, settings::field::KIND, settings::field::NAMES),
        (settings::KEY, settings::word::KIND, settings::word::NAMES),
        (settings::KEY, settings::threshold::KIND, settings::threshold::NAMES),
        (settings::KEY, settings::deadline::KIND, settings::deadline::NAMES),
        (settings::KEY, settings::checklist::KIND, settings::checklist::NAMES),
        (views::KEY, views::view::KIND, views::view::NAMES),
    ] {
        let declared = register(at).and_then(|r| r.kind(kind)).unwrap();
        for name in names {
            assert!(declared.field(name).is_some(), "{at} {kind} {name}");
        }
    }
}

/// Two fields of one kind that are for the same thing could only be told apart by their names.
#[test]
fn a_sense_belongs_to_one_field_of_a_kind() {
    for (register, kind) in kinds() {
        for sense in kind.fields.iter().flat_map(|f| f.senses.iter()).filter(|s| *s != Sense::Weight) {
            let bearers = kind.fields.iter().filter(|f| f.has(sense)).count();
            assert_eq!(bearers, 1, "{} {} {sense:?}", register.key, kind.key);
        }
    }
    let places = register(PLACE_REGISTER).and_then(|r| r.main()).unwrap();
    assert!(places.is_place(PLACE_REGISTER));
}

/// Where a word that is also a field's key stands for something else: the file and the word.
const OTHER_MEANINGS: [(&str, &str); 1] = [
    // The rule that speaks when an old subject is read.
    ("exchange/plan/prepare.rs", "legacy_subject"),
];

/// What stands before a key when a field is asked for by it.
const ASKING: [&str; 14] = [
    "value(",
    "field(",
    "column(",
    "kind(",
    "sheet(",
    "register(",
    "of_kind(",
    "names(",
    "key == ",
    "key != ",
    "k == ",
    "k != ",
    "Is(",
    "Text::from(",
];

#[test]
fn nothing_outside_the_catalogue_names_a_register_or_a_field() {
    let registers: BTreeSet<String> =
        (1..=18).map(|n| format!("R{n:02}")).chain(own().iter().map(|r| r.key.to_string())).collect();
    let keys: BTreeSet<&str> = kinds().flat_map(|(_, k)| k.fields.iter().map(|f| &*f.key)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in sources(&root) {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (n, line) in code.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            for (before, word, after) in literals(line) {
                let asks = ASKING.iter().any(|a| before.ends_with(a)) || after.starts_with(", Value::");
                let names = registers.contains(word) || keys.contains(word) && (asks || word.contains('_'));
                if names && !OTHER_MEANINGS.contains(&(&*name, word)) {
                    found.push(format!("{name}:{}: \"{word}\"", n + 1));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// The strings of a line, each with what stands before and after it.
fn literals(line: &str) -> Vec<(&str, &str, &str)> {
    let pieces: Vec<&str> = line.split('"').collect();
    let within = pieces.windows(3).step_by(2);
    within.map(|p| (p[0], p[1], p[2])).collect()
}

/// The files of the engine: neither the catalogue nor tests, which say in full what they mean.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "catalog" {
                all.extend(sources(&path));
            }
        } else if name.ends_with(".rs")
            && !name.ends_with("tests.rs")
            && !["suite.rs", "fixture.rs"].contains(&&*name)
        {
            all.push(path);
        }
    }
    all
}
