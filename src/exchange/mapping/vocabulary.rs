//! The words that a ledger's tables are read by: the headings that each kind of rows knows, and the products.

use std::collections::HashMap;
use std::sync::Arc;

use super::Confidence;
use crate::exchange::layout::Headings;
use crate::exchange::resolve::{dictionary, villages};
use crate::exchange::text::{bare, fold, near};
use crate::ledger::State;
use crate::register::catalog::headings;
use crate::register::{Field, Register, RowKind, Schema, Sense, Target};

/// What a ledger's words mean, made once for each workbook.
#[derive(Debug)]
pub struct Lexicon {
    /// Words that head columns.
    pub headings: Headings,
    /// The headings of each kind of rows.
    pub(super) kinds: Vec<Vocabulary>,
    /// The registers that they are of.
    pub(super) schema: Arc<Schema>,
    /// The words of the product dictionary, which tell 不知火面积 from 果园面积.
    pub(super) products: Vec<String>,
}

/// The headings of one kind of rows.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub register: Arc<Register>,
    pub kind: Arc<RowKind>,
    /// Of several fields with one heading the first declared comes first.
    words: Words,
    /// Headings that say which record a row stands under.
    above: HashMap<String, Above>,
    /// Headings that say something of a record that the row names and tells of.
    beside: HashMap<String, Above>,
}

/// Fields by the headings that name them.
type Words = HashMap<String, Vec<(Arc<Field>, Confidence)>>;

/// The path to a field of another record, and the field that it leads to.
type Above = (String, Arc<Field>, Confidence);

impl Lexicon {
    /// The words of a ledger.
    pub fn of(state: &State) -> Self {
        let schema = state.schema();
        Self {
            headings: Headings::of(schema).knowing(villages(state).iter().map(String::as_str)),
            kinds: schema.kinds().map(|(register, kind)| Vocabulary::new(schema, register, kind)).collect(),
            schema: Arc::clone(schema),
            products: dictionary(state),
        }
    }
}

impl Vocabulary {
    fn new(schema: &Schema, register: &Arc<Register>, kind: &Arc<RowKind>) -> Self {
        let mut words = Words::new();
        let mut know = |form: String, field: &Arc<Field>, confidence| {
            let all = words.entry(form).or_default();
            if !all.iter().any(|(known, _)| known.key == field.key) {
                all.push((Arc::clone(field), confidence));
            }
        };
        // Records are named by what their own sheet calls them; only places are found by any of their names.
        let found = |f: &Field| !f.has(Sense::Parent) || f.target().is_some_and(Target::is_only_places);
        let typed = || kind.fields.iter().filter(|f| !f.computed_only() && found(f));
        // Names before aliases, so that one field's alias never takes another's name.
        for field in typed() {
            for form in forms(&field.label.zh) {
                know(form, field, Confidence::Exact);
            }
        }
        for field in typed() {
            for form in headings::of(register, kind, field).flat_map(forms) {
                know(form, field, Confidence::Alias);
            }
        }
        let (above, beside) = (above(register, kind, &words), beside(schema, kind, &words));
        Self { register: Arc::clone(register), kind: Arc::clone(kind), words, above, beside }
    }

    /// Whether its rows stand under those of `other`.
    pub fn stands_under(&self, other: &Self) -> bool {
        self.register.key == other.register.key && self.kind.under == Some(&*other.kind.key)
    }

    /// The field of the record above that a bare heading names, and the path to it.
    pub fn find_above(&self, heading: &str) -> Option<(&str, &Field, Confidence)> {
        self.above.get(heading).map(|(path, field, confidence)| (path.as_str(), &**field, *confidence))
    }

    /// The path to what a bare heading says of a record that the row tells of beside its own.
    pub fn find_beside(&self, heading: &str) -> Option<(&str, Confidence)> {
        self.beside.get(heading).map(|(path, _, confidence)| (path.as_str(), *confidence))
    }

    /// The field that a bare heading names; of several the one that is kept in the unit that the heading says.
    pub fn find(&self, heading: &str, unit: Option<&str>) -> Option<(&Field, Confidence)> {
        let all = self.words.get(heading)?;
        let fits = |f: &Field| unit.is_some() && f.unit.as_deref() == unit;
        let found = all.iter().find(|(f, _)| fits(f)).or_else(|| all.first());
        found.map(|(field, confidence)| (&**field, *confidence))
    }

    /// The field whose name differs from the heading by a letter or two; short words differ by meaning.
    pub fn nearly(&self, heading: &str) -> Option<&Field> {
        let length = heading.chars().count();
        let most = match length {
            0..=3 => return None,
            4..=5 => 1,
            _ => 2,
        };
        let mut best: Option<(usize, &str, &Field)> = None;
        for (word, all) in &self.words {
            let Some((field, _)) = all.first().filter(|_| word.chars().count() >= 4) else { continue };
            let Some(distance) = near(word, heading).filter(|d| *d <= most) else { continue };
            if best.is_none_or(|(b, w, _)| (distance, word.as_str()) < (b, w)) {
                best = Some((distance, word, field));
            }
        }
        best.map(|(.., field)| field)
    }

    /// The name of a figure that a title speaks of; of several the longest.
    pub fn number_in(&self, title: &str) -> Option<String> {
        let numbers = self.words.iter().filter(|(_, all)| all.first().is_some_and(|(f, _)| f.is_number()));
        let named = numbers.map(|(w, _)| w).filter(|w| w.chars().count() >= 2 && title.contains(w.as_str()));
        named.max_by_key(|w| (w.len(), std::cmp::Reverse(w.as_str()))).cloned()
    }

    /// The field whose name ends the heading, and what stands before it: 不知火面积 → (不知火, area).
    pub fn suffix(&self, heading: &str) -> Option<(String, &Field)> {
        let named = self.words.iter().filter_map(|(w, all)| Some((w, &*all.first()?.0)));
        let words = named.filter(|(w, f)| f.is_number() && !w.contains('·'));
        let longest = words.filter(|(w, _)| heading.ends_with(w.as_str())).max_by_key(|(w, _)| w.len())?;
        let before = heading.strip_suffix(longest.0.as_str())?.trim_end_matches('·');
        (!before.is_empty()).then(|| (before.to_owned(), longest.1))
    }
}

/// 合同·编号, 合同编号: what the record above is named by; and what it is called as a whole, where that means nothing
/// else in this kind.
fn above(register: &Register, kind: &RowKind, own: &Words) -> HashMap<String, Above> {
    let mut words = HashMap::new();
    let Some(parent) = register.above(kind) else { return words };
    let mut put = |word: String, path: String, field: &Arc<Field>, confidence| {
        words.entry(word).or_insert_with(|| (path, Arc::clone(field), confidence));
    };
    for field in register.naming_parent(kind) {
        let Some(path) = kind.path_above(field) else { continue };
        for form in forms(&field.label.zh) {
            let name = bare(&fold(&parent.label.zh));
            put(format!("{name}·{form}"), path.clone(), field, Confidence::Exact);
            put(format!("{name}{form}"), path.clone(), field, Confidence::Alias);
        }
        // What it is named by in its own sheet names it here too, where that means nothing else.
        let plain =
            forms(&field.label.zh).into_iter().chain(headings::of(register, parent, field).flat_map(forms));
        for form in plain.filter(|form| !own.contains_key(form)) {
            put(form, path.clone(), field, Confidence::Alias);
        }
    }
    let (Some(title), Some(named)) = (parent.field(&parent.title), kind.of(Sense::Parent)) else {
        return words;
    };
    let whole =
        forms(&parent.label.zh).into_iter().chain(headings::of(register, parent, title).flat_map(forms));
    for form in whole.filter(|form| !own.contains_key(form)) {
        match named.target().is_some_and(Target::is_only_places) {
            true => put(form, named.key.to_string(), named, Confidence::Alias),
            false => put(form, kind.path_above(title).unwrap_or_default(), title, Confidence::Alias),
        }
    }
    words
}

/// 姓名, 身份证号: what the sheet of a named record calls its own, where rows tell of that record and it means nothing else
/// here.
fn beside(schema: &Schema, kind: &RowKind, own: &Words) -> HashMap<String, Above> {
    let mut words = HashMap::new();
    for named in kind.fields.iter().filter(|f| f.told_beside) {
        let Some([pool]) = named.target().map(Target::pools) else { continue };
        let Some((register, there)) = schema.pool(pool) else { continue };
        let shared =
            |f: &Field| [Sense::Place, Sense::Remark, Sense::Tags].into_iter().any(|sense| f.has(sense));
        let typed = || there.fields.iter().filter(|f| !f.computed_only() && !shared(f));
        let mut put = |word: String, field: &Arc<Field>, confidence| {
            if !own.contains_key(&word) {
                let path = format!("{}.{}", named.key, field.key);
                words.entry(word).or_insert_with(|| (path, Arc::clone(field), confidence));
            }
        };
        for field in typed() {
            forms(&field.label.zh).into_iter().for_each(|form| put(form, field, Confidence::Exact));
        }
        for field in typed() {
            let all = headings::of(register, there, field).flat_map(forms);
            all.for_each(|form| put(form, field, Confidence::Alias));
        }
    }
    words
}

/// A word as it is compared: with its bracketed part, without it, and with a stroke read as two words.
fn forms(word: &str) -> Vec<String> {
    let folded = fold(word);
    let mut out = vec![bare(&folded)];
    if folded.contains('/') {
        out.extend(folded.split('/').map(bare));
    }
    if folded.contains('(') {
        out.push(folded.replace(['(', ')'], ""));
    }
    out.retain(|w| !w.is_empty());
    out.dedup();
    out
}
