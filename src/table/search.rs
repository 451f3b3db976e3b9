//! Records found by what people remember of them: a part of the name, its pinyin or initials, the end of a number.
//!
//! Duty: every kind of rows that has a name of its own (people, households, businesses, facilities, places, what the
//! county adds) is looked through at every letter that somebody types. A letter of a name is kept as its number in a
//! list of the letters that there are, with their readings; what was typed becomes, for each letter, the places to
//! which it can be followed, so that all readings are tried at once and a name costs a few look-ups. Of what belongs to
//! a person (identity number, telephone, account) only the end is kept, and it finds but is not shown. Inputs: a state,
//! what was typed. Outputs: [`Found`] records in a fixed order, and how one is told from its namesakes. Neighbours:
//! `finder` finds the names that a reference can take; `spelling` knows the readings.

use std::collections::HashMap;
use std::sync::Arc;

use super::names::title;
use super::{Places, spelling};
use crate::ledger::{Glimpse, Sheet, State, Surroundings};
use crate::register::{Audience, Field, FieldKind, Fields, Name, Register, RowKind, Schema, Sense, present};
use crate::value::fold::fold;
use crate::value::{Lang, RowId, Text, Value, order};

/// Letters of what was typed that are looked for: no name is longer, and their places fit in one number.
const MOST_TYPED: usize = 30;
/// From so many figures on the end of a number is looked for: fewer are the end of half of all numbers.
const LEAST_TAIL: usize = 4;
/// Figures of a number that are kept.
const TAIL: usize = 8;
/// Letters that no name has any more; beyond as many as there are, the names are read anew.
const LEAST_STALE: usize = 4096;

/// How well a record fits what was typed; the better comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is called so, or a number of it is this one.
    Same,
    /// All of its name is spelled so: zhangwei, zw.
    Spelled,
    /// It begins so.
    Begins,
    /// It begins with what is spelled so.
    BeginsSpelled,
    /// A number of it ends so.
    Tail,
    /// It has this within.
    Within,
    /// It has within what is spelled so.
    WithinSpelled,
}

impl Fit {
    const ALL: [Self; 7] = [
        Self::Same,
        Self::Spelled,
        Self::Begins,
        Self::BeginsSpelled,
        Self::Tail,
        Self::Within,
        Self::WithinSpelled,
    ];
}

/// A record that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its register.
    pub register: Name,
    /// Its kind.
    pub kind: Name,
    /// The record.
    pub row: RowId,
    /// How well it fits.
    pub fit: Fit,
    /// The field whose number fits, where it is a number of a person.
    pub number: Option<Name>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The best, in order: how well they fit, the registers' order, names, identities.
    pub hits: Vec<Hit>,
    /// Whether more fit than are told.
    pub more: bool,
}

/// A record in the words of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is called.
    pub name: String,
    /// What tells it from others of its name: 1968年3月 · 五四村.
    pub apart: String,
    /// The number by which it was found, masked: 身份证号 110***********002X.
    pub number: Option<String>,
}

/// What is looked through, kept from one letter to the next and from one change of the ledger to the next.
#[derive(Debug, Default)]
pub struct Search {
    schema: Option<Arc<Schema>>,
    lots: Vec<Lot>,
}

/// The records of one kind.
#[derive(Debug)]
struct Lot {
    register: Arc<Register>,
    kind: Arc<RowKind>,
    /// The fields whose numbers belong to a person.
    private: Vec<Arc<Field>>,
    /// The version of the register that was read, and whether readings were known.
    known: Option<(u64, bool)>,
    /// The letters of all names, ascending, with what they are read.
    letters: Vec<(char, Vec<Box<str>>)>,
    /// All names, one after the other, as places in `letters`.
    text: Vec<u16>,
    /// Letters in `text` that no name has any more.
    stale: usize,
    /// In order of names, then of identities.
    names: Vec<Named>,
    /// In no order: they are all looked at.
    tails: Vec<Tail>,
}

/// One name of a record.
#[derive(Debug, Clone, Copy)]
struct Named {
    row: RowId,
    at: u32,
    from: u32,
    length: u16,
}

/// The end of a number of a record: its last eight letters, the last one highest.
#[derive(Debug, Clone, Copy)]
struct Tail {
    row: RowId,
    at: u32,
    end: u64,
    field: u8,
}

/// Whether records of the kind are looked for by name: they have one of their own, and stand by themselves.
pub fn is_sought(kind: &RowKind) -> bool {
    let worded = |f: &Arc<Field>| matches!(f.kind, FieldKind::Text(_));
    kind.under.is_none() && kind.field(&kind.title).is_some_and(worded)
}

impl RowKind {
    /// The fields that tell records of one name apart: what stands beside the name in the natural keys, and the number
    /// where that is part of what a row is called. What is in the record itself comes before what it refers to:
    /// 1968年3月 before 五四村.
    pub fn telling(&self) -> Vec<&Arc<Field>> {
        let named = self.keys.iter().filter(|k| k.parts.contains(&self.title));
        let mut found: Vec<&Arc<Field>> = Vec::new();
        let numbers = self.naming_fields().filter(|f| f.has(Sense::Code));
        for field in numbers.chain(named.flat_map(|k| &k.parts).filter_map(|p| self.field(p))) {
            let says = field.key != self.title && !field.is_private();
            if says && !found.iter().any(|f| f.key == field.key) {
                found.push(field);
            }
        }
        order::sort_by_key(&mut found, |f| (f.target().is_some(), f.has(Sense::Place)));
        found
    }
}

/// What tells a record from others of its name, in words.
pub fn apart(state: &State, places: &Places, kind: &RowKind, record: &dyn Fields, lang: Lang) -> String {
    let name = |field: &Field, id: RowId| {
        let home = field.target().and_then(|t| state.home(t, id));
        let called = home.and_then(|(key, r)| title(state.schema().register(key)?.kind(r.kind())?, r));
        let place = places.get(id).map(|_| places.name(id));
        place.or(called).map_or_else(|| "？".to_owned(), |name| name.to_string())
    };
    // The month of birth may stand in the identity number alone.
    let (telling, world) = (kind.telling(), Surroundings::new(state));
    let words = telling.iter().filter_map(|field| {
        let value = field.read(record, &world)?;
        Some(present(Some(field), &value, Audience::Screen(lang), &|id| name(field, id)))
    });
    words.collect::<Vec<_>>().join(" · ")
}

impl Found {
    /// A record of it in the words of a list.
    pub fn told(hit: &Hit, state: &State, places: &Places, lang: Lang) -> Option<Told> {
        let record = state.record(&hit.register, hit.row)?;
        let kind = state.schema().kind(&hit.register, &hit.kind)?;
        let number = hit.number.as_ref().and_then(|key| {
            let field = kind.field(key)?;
            let shown = present(Some(field), record.value(key)?, Audience::Screen(lang), &|_| String::new());
            Some(format!("{} {shown}", lang.of(&field.label.zh, &field.label.en)))
        });
        let name = title(kind, record)?.to_string();
        Some(Told { name, apart: apart(state, places, kind, record, lang), number })
    }
}

impl Search {
    /// Reads what has changed since it was asked last.
    fn follow(&mut self, state: &State) {
        let schema = state.schema();
        if self.schema.as_ref().is_none_or(|known| !Arc::ptr_eq(known, schema)) {
            let before = std::mem::take(&mut self.lots);
            let mut before: HashMap<(Name, Name), Lot> = before
                .into_iter()
                .map(|lot| ((lot.register.key.clone(), lot.kind.key.clone()), lot))
                .collect();
            let kinds = schema.kinds().filter(|(_, kind)| is_sought(kind));
            self.lots = kinds
                .map(|(register, kind)| {
                    let known = before.remove(&(register.key.clone(), kind.key.clone()));
                    known
                        .filter(|lot| Arc::ptr_eq(&lot.kind, kind))
                        .unwrap_or_else(|| Lot::new(register, kind))
                })
                .collect();
            self.schema = Some(Arc::clone(schema));
        }
        for lot in &mut self.lots {
            match state.sheet(&lot.register.key) {
                Some(sheet) => lot.follow(sheet),
                None => lot.clear(),
            }
        }
    }

    /// The records that fit what was typed, of each kind at most so many.
    pub fn find(&mut self, state: &State, typed: &str, most: usize) -> Found {
        self.follow(state);
        let typed: Vec<char> = fold(typed).chars().take(MOST_TYPED).collect();
        let mut found = Found::default();
        if typed.is_empty() {
            return found;
        }
        for lot in &self.lots {
            let of = lot.find(&typed, most, state);
            found.more |= of.more;
            found.hits.extend(of.hits);
        }
        order::sort_by_key(&mut found.hits, |hit| hit.fit);
        found
    }
}

impl Lot {
    fn new(register: &Arc<Register>, kind: &Arc<RowKind>) -> Self {
        Self {
            register: Arc::clone(register),
            private: kind.fields.iter().filter(|f| f.is_private()).cloned().collect(),
            kind: Arc::clone(kind),
            known: None,
            letters: Vec::new(),
            text: Vec::new(),
            stale: 0,
            names: Vec::new(),
            tails: Vec::new(),
        }
    }

    fn clear(&mut self) {
        *self = Self::new(&self.register, &self.kind);
    }

    fn follow(&mut self, sheet: &Sheet) {
        let now = (sheet.version(), spelling::is_learnt());
        let before = self.known.replace(now).filter(|known| known.1 == now.1);
        if before == Some(now) {
            return;
        }
        let touched = before.and_then(|(version, _)| sheet.touched_since(version));
        if !touched.is_some_and(|touched| self.patch(sheet, &touched)) {
            self.read(sheet);
        }
    }

    /// Every name of a record, folded: what it is called, its number where that is no person's, its other names.
    fn names_of(&self, seen: &dyn Fields) -> Vec<String> {
        let kind = &self.kind;
        let code = kind.of(Sense::Code).filter(|f| !f.is_private()).and_then(|f| seen.value(&f.key));
        let aliases = match kind.said(seen, Sense::Aliases) {
            Some(Value::Many(all)) => all.clone(),
            Some(one) => one.as_str().map(Text::from).into_iter().collect(),
            None => Vec::new(),
        };
        let all =
            title(kind, seen).into_iter().chain(code.and_then(Value::as_str).map(Text::from)).chain(aliases);
        all.map(|name| fold(&name)).filter(|name| !name.is_empty()).collect()
    }

    fn tails_of(&self, seen: &dyn Fields, row: RowId, at: u32) -> Vec<Tail> {
        let number = |(n, field): (usize, &Arc<Field>)| {
            let end = end_of(&figures(seen.value(&field.key)?.as_str()?));
            Some(Tail { row, at, end, field: u8::try_from(n).ok()? })
        };
        self.private.iter().enumerate().filter_map(number).collect()
    }

    /// Reads all records of the kind.
    fn read(&mut self, sheet: &Sheet) {
        let known = self.known;
        self.clear();
        self.known = known;
        let mut all: Vec<(RowId, u32, String)> = Vec::new();
        let mut tails = Vec::new();
        sheet.pass().all(|at, seen: Glimpse<'_>| {
            let Some(at) = u32::try_from(at).ok().filter(|_| seen.is_of(&self.kind.key)) else { return };
            all.extend(self.names_of(&seen).into_iter().map(|name| (seen.id(), at, name)));
            tails.extend(self.tails_of(&seen, seen.id(), at));
        });
        let mut letters: Vec<char> = all.iter().flat_map(|(.., name)| name.chars()).collect();
        letters.sort_unstable();
        letters.dedup();
        // No script has more letters than have a place.
        letters.truncate(usize::from(u16::MAX));
        self.letters = letters.into_iter().map(|c| (c, spellings(c))).collect();
        for (row, at, name) in all {
            self.put(row, at, &name);
        }
        self.tails = tails;
        self.arrange();
    }

    /// Reads the records at these places anew; false where that cannot be done.
    fn patch(&mut self, sheet: &Sheet, touched: &[usize]) -> bool {
        let mut places: Vec<u32> = touched.iter().filter_map(|at| u32::try_from(*at).ok()).collect();
        places.sort_unstable();
        places.dedup();
        let stays = |at: u32| places.binary_search(&at).is_err();
        let gone = self.names.iter().filter(|n| !stays(n.at));
        self.stale += gone.map(|n| usize::from(n.length)).sum::<usize>();
        if self.stale > LEAST_STALE.max(self.text.len() / 2) {
            return false;
        }
        self.names.retain(|n| stays(n.at));
        self.tails.retain(|t| stays(t.at));
        for at in places {
            let live = sheet.nth(at as usize).filter(|r| !r.is_gone() && **r.kind() == *self.kind.key);
            let Some(record) = live else { continue };
            for name in self.names_of(record) {
                if !self.put(record.id(), at, &name) {
                    return false;
                }
            }
            let tails = self.tails_of(record, record.id(), at);
            self.tails.extend(tails);
        }
        self.arrange();
        true
    }

    fn code(&self, letter: char) -> Option<u16> {
        let at = self.letters.binary_search_by(|(c, _)| c.cmp(&letter)).ok()?;
        u16::try_from(at).ok()
    }

    /// Takes note of a name; false where it has a letter that no name had.
    fn put(&mut self, row: RowId, at: u32, name: &str) -> bool {
        let from = self.text.len();
        for letter in name.chars() {
            match self.code(letter) {
                Some(code) => self.text.push(code),
                None => return false,
            }
        }
        let length = u16::try_from(self.text.len() - from).unwrap_or(u16::MAX);
        let Ok(from) = u32::try_from(from) else { return false };
        self.names.push(Named { row, at, from, length });
        true
    }

    fn letters_of(&self, name: &Named) -> &[u16] {
        let from = name.from as usize;
        self.text.get(from..from + usize::from(name.length)).unwrap_or_default()
    }

    fn arrange(&mut self) {
        let mut names = std::mem::take(&mut self.names);
        order::sort_by(&mut names, |a, b| {
            self.letters_of(a).cmp(self.letters_of(b)).then_with(|| a.row.cmp(&b.row))
        });
        self.names = names;
    }

    fn find(&self, typed: &[char], most: usize, state: &State) -> Found {
        let mut ranks: [Vec<(RowId, Option<u8>)>; 7] = Default::default();
        let mut more = false;
        let mut take = |fit: Fit, row: RowId, number: Option<u8>| {
            let Some(rank) = ranks.get_mut(fit as usize) else { return };
            // One record may have several names that fit.
            if rank.len() < most * 2 { rank.push((row, number)) } else { more = true }
        };
        let steps = Steps::of(&self.letters, typed);
        let written: Option<Vec<u16>> = typed.iter().map(|c| self.code(*c)).collect();
        for name in &self.names {
            let letters = self.letters_of(name);
            if let Some(spelled) = steps.walk(letters) {
                take(
                    written
                        .as_deref()
                        .and_then(|w| as_written(letters, w))
                        .map_or(spelled, |w| w.min(spelled)),
                    name.row,
                    None,
                );
            }
        }
        self.find_tails(typed, state, &mut take);
        let mut hits: Vec<Hit> = Vec::new();
        for (fit, rank) in Fit::ALL.into_iter().zip(ranks) {
            for (row, number) in rank {
                if hits.iter().any(|hit| hit.row == row) {
                    continue;
                }
                let number = number.and_then(|n| self.private.get(usize::from(n))).map(|f| f.key.clone());
                hits.push(Hit {
                    register: self.register.key.clone(),
                    kind: self.kind.key.clone(),
                    row,
                    fit,
                    number,
                });
            }
        }
        more |= hits.len() > most;
        hits.truncate(most);
        Found { hits, more }
    }

    fn find_tails(&self, typed: &[char], state: &State, take: &mut impl FnMut(Fit, RowId, Option<u8>)) {
        let wanted = figures(&typed.iter().collect::<String>());
        let numeric = wanted.chars().rev().skip(1).all(|c| c.is_ascii_digit());
        let length = wanted.chars().count();
        if length < LEAST_TAIL || !numeric || length < typed.len().saturating_sub(4) {
            return;
        }
        let end = end_of(&wanted);
        let unsaid = u32::try_from(8 * (TAIL - length.min(TAIL))).unwrap_or_default();
        let mask = u64::MAX.checked_shl(unsaid).unwrap_or_default();
        for tail in self.tails.iter().filter(|t| (t.end ^ end) & mask == 0) {
            let number = || {
                let field = self.private.get(usize::from(tail.field))?;
                let record = state.record(&self.register.key, tail.row)?;
                Some(figures(record.value(&field.key)?.as_str()?))
            };
            // What is longer than what is kept is compared with the number itself.
            let Some(number) = number().filter(|n| n.ends_with(&wanted)) else { continue };
            let fit = if number == wanted { Fit::Same } else { Fit::Tail };
            take(fit, tail.row, Some(tail.field));
        }
    }
}

/// What a number is told by: its letters and figures, small.
fn figures(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The last letters of a number, the last one highest.
fn end_of(number: &str) -> u64 {
    let mut bytes = [0; TAIL];
    bytes.iter_mut().zip(number.bytes().rev()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(bytes)
}

/// What a letter is read, as it is typed: ü has no key, v and u stand for it.
fn spellings(c: char) -> Vec<Box<str>> {
    let mut all: Vec<Box<str>> = Vec::new();
    for reading in spelling::readings(c) {
        for typed in [reading.replace('ü', "v"), reading.replace('ü', "u")] {
            if !all.iter().any(|known| **known == *typed) {
                all.push(typed.into());
            }
        }
    }
    all
}

/// How well a name fits as it is written.
fn as_written(name: &[u16], wanted: &[u16]) -> Option<Fit> {
    if name == wanted {
        Some(Fit::Same)
    } else if name.starts_with(wanted) {
        Some(Fit::Begins)
    } else {
        name.windows(wanted.len()).any(|w| w == wanted).then_some(Fit::Within)
    }
}

/// What was typed, as the ways through it: for each letter and each place in what was typed, the places after it. A
/// place is a bit.
struct Steps {
    /// By letter, then by place.
    after: Vec<u32>,
    places: usize,
}

impl Steps {
    fn of(letters: &[(char, Vec<Box<str>>)], typed: &[char]) -> Self {
        let mut after = Vec::with_capacity(letters.len() * typed.len());
        for (letter, readings) in letters {
            for place in 0..typed.len() {
                let rest = typed.get(place..).unwrap_or_default();
                let mut to = u32::from(rest.first() == Some(letter)) << (place + 1);
                for reading in readings {
                    let shared = reading.chars().zip(rest).take_while(|(a, b)| a == *b).count();
                    for n in 1..=shared {
                        // Half a syllable may only be its first letters: q, zh; a whole one; or where typing stopped.
                        let whole = n == reading.len() || n == rest.len();
                        let initial = n == 1 || n == 2 && reading.as_bytes().get(1) == Some(&b'h');
                        to |= u32::from(whole || initial) << (place + n);
                    }
                }
                after.push(to);
            }
        }
        Self { after, places: typed.len() }
    }

    /// How well a name fits by its readings.
    fn walk(&self, name: &[u16]) -> Option<Fit> {
        let done = 1u32 << self.places;
        let (mut begun, mut inside) = (1u32, 0u32);
        let (mut begins, mut within) = (false, false);
        for letter in name {
            let from = usize::from(*letter) * self.places;
            let after = self.after.get(from..from + self.places).unwrap_or_default();
            let follow = |mut open: u32| {
                let mut next = 0;
                while open != 0 {
                    next |= after.get(open.trailing_zeros() as usize).copied().unwrap_or_default();
                    open &= open - 1;
                }
                next
            };
            begun = follow(begun);
            inside = follow(inside | 1);
            begins |= begun & done != 0;
            within |= inside & done != 0;
        }
        if begun & done != 0 {
            Some(Fit::Spelled)
        } else if begins {
            Some(Fit::BeginsSpelled)
        } else {
            within.then_some(Fit::WithinSpelled)
        }
    }
}

#[cfg(test)]
mod tests;
