//! Names to records: places within their township, products of the dictionary.
//!
//! Duty: a name means the record with its code, its exact name, an alias or the folded name – in this order,
//! within the township that the file speaks of. No match is an offer to create, two are a question; nothing
//! is created silently. Inputs: names, the state, decisions. Outputs: identities, unknown places, new words.
//! Neighbours: `plan` asks; places to be created have provisional identities until they are written.

use std::cell::RefCell;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::question::Answer;
use super::text::{bare, fold, near, place, place_kind, settlement, town_in};
use crate::ledger::{Record, State};
use crate::register::catalog::{self, PLACE_KIND, PLACE_REGISTER};
use crate::register::{Fields as _, Sense};
use crate::value::hash::QuickMap;
use crate::value::{RowId, Text, Value, number, unit};

/// What a person decided about names and rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// About a place's name.
    Place {
        /// As the file writes it.
        name: String,
        /// The township in which the file places it, when it says one.
        #[serde(default)]
        town: Option<String>,
        /// The answer.
        answer: PlaceAnswer,
    },
    /// About a product's name.
    Product {
        /// As the file writes it.
        name: String,
        /// The answer.
        answer: ProductAnswer,
    },
    /// A row is left out although it has an error.
    SkipRow {
        /// Sheet name.
        sheet: String,
        /// Row as the sheet numbers it.
        row: u32,
    },
    /// To a question about what the sheet does not say.
    Answer(Answer),
}

/// What a place's name means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceAnswer {
    /// A new place of this kind.
    Create {
        /// 村, 社区 …
        kind: String,
        /// Its parent; none to take the suggested one.
        #[serde(default)]
        parent: Option<RowId>,
    },
    /// This record.
    Use {
        /// The record.
        row: RowId,
    },
    /// Rows with it are left out.
    Skip,
}

/// What a product's name means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductAnswer {
    /// A new word of the dictionary.
    Create,
    /// This word of the dictionary.
    Use {
        /// The word.
        name: String,
    },
}

/// A place that is perhaps meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The record.
    pub row: RowId,
    /// Its name.
    pub name: String,
    /// Its parent's name.
    pub parent: Option<String>,
}

/// What becomes of names that fit no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlisted {
    /// Their rows are left out until somebody says what they mean.
    #[default]
    Ask,
    /// They are asked about, and planned as the new places that they will most likely be: when somebody says so, the plan
    /// stands ([`super::plan::Plan::agree`]).
    Propose,
    /// They are new places (`--create-places`).
    Create,
}

/// A name that fits no place, or more than one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownPlace {
    /// As the file writes it, blanks removed.
    pub name: String,
    /// The township in which the file places it.
    pub town: Option<String>,
    /// Where it stands, the first few: `2024!B7`.
    pub cells: Vec<String>,
    /// On how many rows.
    pub rows: usize,
    /// It fits several places: one must be chosen.
    pub ambiguous: bool,
    /// Places that are perhaps meant.
    pub candidates: Vec<Candidate>,
    /// What it would be created as.
    pub kind: String,
}

/// A place that will be created with the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPlace {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its parent's name.
    pub parent_name: Option<String>,
    /// Identity until it is written.
    #[serde(skip)]
    pub(super) provisional: RowId,
    /// Its parent: a record, or another new place.
    #[serde(skip)]
    pub(super) parent: Option<RowId>,
    /// Nobody has said yet that it is one.
    #[serde(skip)]
    pub(super) proposed: bool,
}

/// A word that will be added to the product dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewProduct {
    /// The word.
    pub name: Text,
    /// Where it first stands.
    pub cell: String,
    /// A word of the dictionary that differs by a letter.
    pub near: Option<String>,
    /// 种植, 畜牧 …: from the table's stage.
    pub sector: &'static str,
}

/// What a place's name came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    /// A record, or a place to be created.
    Row(RowId),
    /// Rows with it are left out.
    Skip,
    /// Index into the unknown places.
    Unknown(usize),
}

struct Entry {
    id: RowId,
    name: String,
    kind: Text,
    parent: Option<RowId>,
}

/// The township of the rows being read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) enum Town {
    /// Nobody says.
    #[default]
    Unsaid,
    /// A record.
    Known(RowId),
    /// A name that fits no record.
    Named(Text),
}

pub(super) struct Places<'a> {
    entries: Vec<Entry>,
    by_name: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    by_code: HashMap<Text, usize>,
    by_id: HashMap<RowId, usize>,
    by_parent: HashMap<RowId, Vec<usize>>,
    decisions: &'a [Decision],
    unlisted: Unlisted,
    pub new: Vec<NewPlace>,
    pub unknown: Vec<UnknownPlace>,
    /// Names that are planned as new places until somebody says what they mean.
    pub proposed: Vec<UnknownPlace>,
    /// Their places, to what is said of them.
    asked: QuickMap<RowId, usize>,
    seen: HashMap<(Text, Town), Resolved>,
    /// The same of names that mean places of some kinds alone, by the first of these.
    seen_only: HashMap<(Text, Town, Text), Resolved>,
    /// The same of places inside others.
    seen_inside: HashMap<(RowId, Text), Resolved>,
    /// Whether rows count that ask for a place: those that are read more than once do so once.
    pub count: bool,
    /// Names of townships asked for, until another place is added.
    towns: RefCell<HashMap<Text, Town>>,
}

/// Provisional identities have no time; real ones always do.
fn provisional(n: usize) -> RowId {
    RowId::new(0, n as u128 + 1)
}

pub(super) fn is_provisional(id: RowId) -> bool {
    id.bits() >> 80 == 0
}

/// A small grid lies under a middle one under a large one under its village.
const DEEPEST_INSIDE: usize = 4;
const MOST_CELLS: usize = 20;
const MOST_CANDIDATES: usize = 6;

impl<'a> Places<'a> {
    pub fn new(state: &State, decisions: &'a [Decision], unlisted: Unlisted) -> Self {
        let mut places = Self {
            entries: Vec::new(),
            by_name: HashMap::new(),
            by_stem: HashMap::new(),
            by_code: HashMap::new(),
            by_id: HashMap::new(),
            by_parent: HashMap::new(),
            decisions,
            unlisted,
            new: Vec::new(),
            unknown: Vec::new(),
            proposed: Vec::new(),
            asked: QuickMap::default(),
            seen: HashMap::new(),
            seen_only: HashMap::new(),
            seen_inside: HashMap::new(),
            count: true,
            towns: RefCell::default(),
        };
        let declared = state.schema().of_places();
        fn said<'r>(state: &State, record: &'r Record, sense: Sense) -> Option<&'r Value> {
            state.schema().of_places()?.said(record, sense)
        }
        for record in state.sheet(PLACE_REGISTER).into_iter().flat_map(|s| s.of_kind(PLACE_KIND)) {
            let name = declared.and_then(|k| record.value(&k.title)?.as_str());
            let Some(name) = name else { continue };
            let kind = said(state, record, Sense::Sort).and_then(Value::as_str).unwrap_or("村");
            let parent = said(state, record, Sense::Above).and_then(Value::as_ref_id);
            let at = places.add(record.id(), name, Text::from(kind), parent);
            if let Some(Value::Many(aliases)) = said(state, record, Sense::Aliases) {
                for alias in aliases {
                    places.name(alias, at);
                }
            }
            if let Some(code) = said(state, record, Sense::Code).and_then(Value::as_str) {
                places.by_code.insert(Text::from(code), at);
            }
        }
        places
    }

    fn add(&mut self, id: RowId, name: &str, kind: Text, parent: Option<RowId>) -> usize {
        let at = self.entries.len();
        self.towns.get_mut().clear();
        self.entries.push(Entry { id, name: name.to_owned(), kind, parent });
        self.by_id.insert(id, at);
        parent.into_iter().for_each(|parent| self.by_parent.entry(parent).or_default().push(at));
        self.name(name, at);
        at
    }

    fn name(&mut self, name: &str, at: usize) {
        let push = |map: &mut HashMap<String, Vec<usize>>, key: String| {
            let all = map.entry(key).or_default();
            if !all.contains(&at) {
                all.push(at);
            }
        };
        push(&mut self.by_name, bare(&fold(name)));
        push(&mut self.by_stem, place(name));
    }

    /// The name of a place, of the ledger or of the file.
    pub fn called(&self, id: RowId) -> Option<&str> {
        Some(self.entries.get(*self.by_id.get(&id)?)?.name.as_str())
    }

    /// The township that a name means.
    pub fn town(&self, name: &str) -> Town {
        if let Some(known) = self.towns.borrow().get(name) {
            return known.clone();
        }
        let town = self.town_meant(name);
        self.towns.borrow_mut().insert(Text::from(name), town.clone());
        town
    }

    fn town_meant(&self, name: &str) -> Town {
        let folded = bare(&fold(name));
        if folded.is_empty() {
            return Town::Unsaid;
        }
        let is_town =
            |at: &&usize| self.entries.get(**at).is_some_and(|e| catalog::TOWNS.contains(&&*e.kind));
        let by = |key: &str| self.by_name.get(key).and_then(|all| all.iter().find(is_town));
        let stem = folded.trim_end_matches("人民政府").trim_end_matches("办事处");
        match by(&folded).or_else(|| by(stem)).and_then(|at| self.entries.get(*at)) {
            Some(entry) => Town::Known(entry.id),
            None => Town::Named(Text::from(stem)),
        }
    }

    /// The only township there is, when nobody says one.
    pub fn only_town(&self) -> Town {
        let mut towns = self.entries.iter().filter(|e| catalog::TOWNS.contains(&&*e.kind));
        match (towns.next(), towns.next()) {
            (Some(one), None) => Town::Known(one.id),
            _ => Town::Unsaid,
        }
    }

    /// What a place's name means in `town`. `cell` is where it stands.
    pub fn find(&mut self, name: &Text, town: &Town, cell: impl Fn() -> String) -> Resolved {
        let key = (name.clone(), town.clone());
        let resolved = match self.seen.get(&key) {
            Some(known) => *known,
            None => {
                let resolved = self.search(name, town);
                self.seen.insert(key, resolved);
                resolved
            }
        };
        self.counted(resolved, cell);
        resolved
    }

    /// One more row waits for an answer.
    fn counted(&mut self, resolved: Resolved, cell: impl Fn() -> String) {
        let open = match resolved {
            Resolved::Unknown(n) => self.unknown.get_mut(n),
            Resolved::Row(id) if is_provisional(id) => {
                self.asked.get(&id).and_then(|n| self.proposed.get_mut(*n))
            }
            _ => None,
        };
        if let Some(open) = open.filter(|_| self.count) {
            open.rows += 1;
            if open.cells.len() < MOST_CELLS {
                open.cells.push(cell());
            }
        }
    }

    /// What a name means among the places of the kinds `only`: 清凉村党支部 is no village.
    pub fn find_only(
        &mut self,
        only: &[&str],
        name: &Text,
        town: &Town,
        cell: impl Fn() -> String,
    ) -> Resolved {
        let key = (name.clone(), town.clone(), Text::from(only.first().copied().unwrap_or_default()));
        let resolved = match self.seen_only.get(&key) {
            Some(known) => *known,
            None => {
                let resolved = self.search_only(only, name, town);
                self.seen_only.insert(key, resolved);
                resolved
            }
        };
        self.counted(resolved, cell);
        resolved
    }

    fn search_only(&mut self, only: &[&str], name: &Text, town: &Town) -> Resolved {
        let folded = bare(&fold(name));
        let is = |at: &usize| self.entries.get(*at).is_some_and(|e| only.contains(&&*e.kind));
        let coded = self.by_code.get(name.trim()).filter(|at| is(at)).copied();
        let named = || self.by_name.get(&folded).into_iter().flatten().copied().filter(is).collect();
        let mut found: Vec<usize> = coded.map_or_else(named, |one| vec![one]);
        if let (Town::Known(town), true) = (town, found.len() > 1) {
            found.retain(|at| self.entries.get(*at).is_some_and(|e| self.lies_in(e, *town)));
        }
        if let Some(decided) = self.decided(&folded, town) {
            return decided;
        }
        let kind = match only {
            [one] => Some(*one),
            several => several.iter().find(|kind| folded.contains(**kind)).copied(),
        };
        match (found.as_slice(), kind) {
            ([one], _) => self.entries.get(*one).map_or(Resolved::Skip, |e| Resolved::Row(e.id)),
            ([], Some(kind)) if self.unlisted != Unlisted::Ask && may_name_a_place(&folded) => {
                Resolved::Row(self.unlisted(&folded, town, Some(kind)))
            }
            (several, _) => {
                let candidates = several.iter().filter_map(|at| self.candidate(*at)).collect();
                let kind = kind.or(only.first().copied()).unwrap_or_default().to_owned();
                let open = UnknownPlace { kind, candidates, ..self.open(&folded, town, several) };
                self.unknown.push(open);
                Resolved::Unknown(self.unknown.len() - 1)
            }
        }
    }

    /// What a name means among the places of the kinds `only` inside another: 1组 of a village. `cell` is where it stands.
    pub fn find_inside(
        &mut self,
        around: RowId,
        only: &[&str],
        name: &Text,
        cell: impl Fn() -> String,
    ) -> Resolved {
        let key = (around, name.clone());
        let resolved = match self.seen_inside.get(&key) {
            Some(known) => *known,
            None => {
                let resolved = self.search_inside(around, only, name);
                self.seen_inside.insert(key, resolved);
                resolved
            }
        };
        self.counted(resolved, cell);
        resolved
    }

    /// The places below one, a few steps down.
    fn inside(&self, around: RowId) -> Vec<usize> {
        let below = |id: RowId| self.by_parent.get(&id).into_iter().flatten().copied();
        let mut found: Vec<usize> = below(around).collect();
        let mut level = found.clone();
        for _ in 1..DEEPEST_INSIDE {
            let ids = level.iter().filter_map(|at| self.entries.get(*at)).map(|e| e.id);
            level = ids.flat_map(below).collect();
            found.extend(&level);
        }
        found
    }

    fn search_inside(&mut self, around: RowId, only: &[&str], name: &Text) -> Resolved {
        if let Some(at) = self.by_code.get(name.trim()).and_then(|at| self.entries.get(*at)) {
            return Resolved::Row(at.id);
        }
        let folded = bare(&fold(name));
        // 清凉村一组: the village stands in front of its group.
        let outer = self.called(around).map(|outer| bare(&fold(outer))).unwrap_or_default();
        let rest = folded.strip_prefix(&outer).filter(|rest| !rest.is_empty()).map(str::to_owned);
        let own = rest.unwrap_or(folded);
        let town = Town::Known(around);
        if let Some(decided) = self.decided(&own, &town) {
            return decided;
        }
        let wanted = group(&own);
        let is = |e: &Entry| only.contains(&&*e.kind) && group(&bare(&fold(&e.name))) == wanted;
        let found: Vec<usize> =
            self.inside(around).into_iter().filter(|n| self.entries.get(*n).is_some_and(is)).collect();
        match (found.as_slice(), only.first()) {
            ([one], _) => self.entries.get(*one).map_or(Resolved::Skip, |e| Resolved::Row(e.id)),
            ([], Some(kind)) if self.unlisted != Unlisted::Ask && !own.is_empty() => {
                // A bare number is the group of that number.
                let called = if own.chars().all(|c| c.is_ascii_digit()) { format!("{own}组") } else { own };
                Resolved::Row(self.unlisted(&called, &town, Some(*kind)))
            }
            (several, _) => {
                let candidates = several.iter().filter_map(|at| self.candidate(*at)).collect();
                let kind = only.first().copied().unwrap_or_default().to_owned();
                let open = UnknownPlace { kind, candidates, ..self.open(&own, &town, several) };
                self.unknown.push(open);
                Resolved::Unknown(self.unknown.len() - 1)
            }
        }
    }

    fn search(&mut self, name: &Text, town: &Town) -> Resolved {
        if let Some(at) = self.by_code.get(name.trim()).and_then(|at| self.entries.get(*at)) {
            return Resolved::Row(at.id);
        }
        let folded = bare(&fold(name));
        let exact = self.in_town(self.by_name.get(&folded), town);
        let found = if exact.is_empty() { self.by_stem(&folded, town) } else { exact };
        if let Some(decided) = self.decided(&folded, town) {
            return decided;
        }
        // 沙溪镇清凉村: the township stands in front of the village.
        if found.is_empty()
            && let Some((front, rest)) = split_town(&folded)
        {
            let inside = self.town(&front);
            return self.search(&Text::from(rest.as_str()), &inside);
        }
        match found.as_slice() {
            [one] => self.entries.get(*one).map_or(Resolved::Skip, |e| Resolved::Row(e.id)),
            [] if self.unlisted != Unlisted::Ask && may_name_a_place(&folded) => {
                Resolved::Row(self.unlisted(&folded, town, None))
            }
            several => {
                let open = self.open(&folded, town, several);
                self.unknown.push(open);
                Resolved::Unknown(self.unknown.len() - 1)
            }
        }
    }

    /// Same stem, and not of another kind: 滨河村 is not 滨河社区.
    fn by_stem(&self, folded: &str, town: &Town) -> Vec<usize> {
        let mut found = self.in_town(self.by_stem.get(&place(folded)), town);
        if let Some(kind) = place_kind(folded) {
            found.retain(|at| self.entries.get(*at).is_some_and(|e| &*e.kind == kind));
        }
        found
    }

    /// Of several the places that report; in the township that is spoken of, where there is one.
    fn in_town(&self, found: Option<&Vec<usize>>, town: &Town) -> Vec<usize> {
        let mut found: Vec<usize> = found.cloned().unwrap_or_default();
        let entry = |at: &usize| self.entries.get(*at);
        match town {
            Town::Known(id) => {
                found.retain(|at| entry(at).is_some_and(|e| self.lies_in(e, *id) || e.parent.is_none()));
            }
            // A township that is not in the ledger has none of the ledger's villages, except the homeless.
            Town::Named(_) => found.retain(|at| {
                entry(at).is_some_and(|e| e.parent.is_none() || !catalog::VILLAGES.contains(&&*e.kind))
            }),
            Town::Unsaid => {}
        }
        if found.len() > 1 {
            let reports = |at: &usize| entry(at).is_some_and(|e| catalog::VILLAGES.contains(&&*e.kind));
            if found.iter().any(reports) {
                found.retain(reports);
            }
        }
        found
    }

    fn lies_in(&self, entry: &Entry, ancestor: RowId) -> bool {
        let mut at = Some(entry);
        for _ in 0..10 {
            let Some(now) = at else { return false };
            if now.id == ancestor || now.parent == Some(ancestor) {
                return true;
            }
            at = now.parent.and_then(|p| self.by_id.get(&p)).and_then(|n| self.entries.get(*n));
        }
        false
    }

    fn decided(&mut self, folded: &str, town: &Town) -> Option<Resolved> {
        let said = self.town_name(town);
        let decisions = self.decisions;
        let answer = decisions.iter().rev().find_map(|d| match d {
            Decision::Place { name, town, answer }
                if bare(&fold(name)) == folded
                    && (town.is_none() || town.as_deref().map(fold) == said.as_deref().map(fold)) =>
            {
                Some(answer)
            }
            _ => None,
        })?;
        Some(match answer {
            PlaceAnswer::Use { row } => Resolved::Row(*row),
            PlaceAnswer::Skip => Resolved::Skip,
            PlaceAnswer::Create { kind, parent } => {
                Resolved::Row(self.create(folded, Some(kind), town, *parent))
            }
        })
    }

    fn town_name(&self, town: &Town) -> Option<String> {
        match town {
            Town::Unsaid => None,
            Town::Named(name) => Some(name.to_string()),
            Town::Known(id) => self.by_id.get(id).and_then(|n| self.entries.get(*n)).map(|e| e.name.clone()),
        }
    }

    /// A place for a name that fits none; proposed, where somebody is to be asked.
    fn unlisted(&mut self, folded: &str, town: &Town, kind: Option<&str>) -> RowId {
        if self.unlisted == Unlisted::Create {
            return self.create(folded, kind, town, None);
        }
        let (mut open, known) = (self.open(folded, town, &[]), self.new.len());
        if let Some(kind) = kind {
            open.kind = kind.to_owned();
        }
        let id = self.create(folded, kind, town, None);
        self.new.iter_mut().skip(known).for_each(|new| new.proposed = true);
        self.asked.insert(id, self.proposed.len());
        self.proposed.push(open);
        id
    }

    /// A place to be created; its township too, when that is unknown.
    fn create(&mut self, name: &str, kind: Option<&str>, town: &Town, parent: Option<RowId>) -> RowId {
        let kind = kind.unwrap_or_else(|| sort_of(name)).to_owned();
        let parent = parent.or_else(|| match town {
            Town::Known(id) => Some(*id),
            Town::Named(name) if !catalog::TOWNS.contains(&&*kind) => Some(self.town_to_create(name)),
            _ => None,
        });
        let parent_name = parent.and_then(|p| self.by_id.get(&p)).and_then(|n| self.entries.get(*n));
        let parent_name = parent_name.map(|e| e.name.clone());
        let id = provisional(self.new.len());
        // A branch of a village is not the village.
        let settled = catalog::PLACES.contains(&&*kind);
        let own = if settled { settlement(name) } else { bare(&fold(name)) };
        let at = self.add(id, &own, Text::from(&*kind), parent);
        self.name(name, at);
        self.new.push(NewPlace { name: own, kind, parent_name, provisional: id, parent, proposed: false });
        id
    }

    fn town_to_create(&mut self, name: &str) -> RowId {
        match self.town(name) {
            Town::Known(id) => id,
            _ => {
                let kind = place_kind(name).filter(|k| catalog::TOWNS.contains(k)).unwrap_or("乡镇");
                self.create(name, Some(kind), &Town::Unsaid, None)
            }
        }
    }

    /// What is to be decided about a name that fits none or `several`.
    fn open(&self, folded: &str, town: &Town, several: &[usize]) -> UnknownPlace {
        let stem = place(folded);
        let mut candidates: Vec<usize> = several.to_vec();
        if candidates.is_empty() {
            let close = |e: &Entry| {
                let other = place(&e.name);
                other == stem || stem.chars().count() >= 2 && near(&other, &stem).is_some_and(|d| d <= 1)
            };
            candidates.extend(
                self.entries
                    .iter()
                    .enumerate()
                    .filter(|(_, e)| !is_provisional(e.id))
                    .filter(|(_, e)| catalog::VILLAGES.contains(&&*e.kind) && close(e))
                    .map(|(n, _)| n)
                    .take(MOST_CANDIDATES),
            );
        }
        let candidates = candidates.iter().filter_map(|at| self.candidate(*at)).collect();
        UnknownPlace {
            name: folded.to_owned(),
            town: self.town_name(town),
            cells: Vec::new(),
            rows: 0,
            ambiguous: several.len() > 1,
            candidates,
            kind: sort_of(folded).to_owned(),
        }
    }

    fn candidate(&self, at: usize) -> Option<Candidate> {
        let entry = self.entries.get(at)?;
        let parent = entry.parent.and_then(|p| self.by_id.get(&p)).and_then(|n| self.entries.get(*n));
        Some(Candidate { row: entry.id, name: entry.name.clone(), parent: parent.map(|p| p.name.clone()) })
    }
}

/// The number of a group, however it is written: 1组, 第一村民小组 and 一组 are one. Other names stay what they are.
fn group(folded: &str) -> String {
    let stem = ["村民小组", "小组", "组"].iter().find_map(|end| folded.strip_suffix(end)).unwrap_or(folded);
    let plain = stem.strip_prefix('第').unwrap_or(stem);
    let number = number::parse(plain).ok().filter(|n| n.is_exact() && n.unit.is_none() && !n.scaled);
    number.map_or_else(|| stem.to_owned(), |n| n.face.normalize().to_string())
}

/// 沙溪镇清凉村 → (沙溪镇, 清凉村).
fn split_town(folded: &str) -> Option<(String, String)> {
    let town = town_in(folded)?;
    let (_, rest) = folded.split_once(town.as_str())?;
    let village = matches!(place_kind(rest), Some("村" | "社区"));
    (village && rest.chars().count() >= 2).then(|| (town, rest.to_owned()))
}

/// What a place of this name is made as: most of those that a list names and nobody knows are villages.
fn sort_of(name: &str) -> &'static str {
    const PARTS: &[&str] = &["园区", "片区", "小区", "景区", "库区", "矿区", "林区", "灌区", "校区"];
    let folded = bare(&fold(name));
    let county = folded.ends_with(['县', '区', '市', '旗']) && !PARTS.iter().any(|p| folded.ends_with(p));
    place_kind(name).unwrap_or(if county { "县" } else { "村" })
}

/// Numbers, 甲 and 乙 and a unit are no names that a place is created by; a person may still say so.
fn may_name_a_place(folded: &str) -> bool {
    // ××乡 stands for a name that is not to be read by everybody.
    let letters = folded.chars().filter(|c| c.is_alphabetic() || *c == '×').count();
    letters >= 2 && unit::find(folded).is_none()
}

/// The names of the villages in `state`, with their other names.
pub(super) fn villages(state: &State) -> Vec<String> {
    let Some(kind) = state.schema().of_places() else { return Vec::new() };
    let records = state.sheet(PLACE_REGISTER).into_iter().flat_map(|s| s.of_kind(PLACE_KIND));
    let is_village = |r: &&Record| {
        let sort = kind.said(*r, Sense::Sort).and_then(Value::as_str).unwrap_or("村");
        catalog::VILLAGES.contains(&sort)
    };
    let names = records.filter(is_village).flat_map(|record| {
        let own = record.value(&kind.title).and_then(Value::as_str).map(str::to_owned);
        let others = match kind.said(record, Sense::Aliases) {
            Some(Value::Many(all)) => all.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        own.into_iter().chain(others)
    });
    names.collect()
}

/// The words of the product dictionary in `state`.
pub(super) fn dictionary(state: &State) -> Vec<String> {
    let Some((register, kind)) = state.schema().products() else { return Vec::new() };
    let rows = state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key));
    rows.filter_map(|r| r.value(&kind.title).and_then(Value::as_str).map(str::to_owned)).collect()
}

/// The product dictionary, with the words that this import adds.
pub(super) struct Products<'a> {
    known: HashMap<String, Text>,
    decisions: &'a [Decision],
    seen: HashMap<Text, Text>,
    pub new: Vec<NewProduct>,
}

impl<'a> Products<'a> {
    pub fn new(state: &State, decisions: &'a [Decision]) -> Self {
        let mut known = HashMap::new();
        let declared = state.schema().products();
        let sheet = declared.and_then(|(register, _)| state.sheet(&register.key));
        let rows =
            declared.zip(sheet).into_iter().flat_map(|((_, k), s)| s.of_kind(&k.key).map(move |r| (k, r)));
        for (kind, row) in rows {
            let Some(name) = row.value(&kind.title).and_then(Value::as_str).map(Text::from) else { continue };
            if let Some(Value::Many(aliases)) = kind.said(row, Sense::Aliases) {
                for alias in aliases {
                    known.entry(fold(alias)).or_insert_with(|| name.clone());
                }
            }
            known.insert(fold(&name), name);
        }
        Self { known, decisions, seen: HashMap::new(), new: Vec::new() }
    }

    /// The dictionary's word for `name`; `true` when it was new just now.
    pub fn find(&mut self, name: &Text, stage: Option<&str>, cell: impl Fn() -> String) -> (Text, bool) {
        if let Some(known) = self.seen.get(name) {
            return (known.clone(), false);
        }
        let folded = fold(name);
        let decided = self.decisions.iter().rev().find_map(|d| match d {
            Decision::Product { name, answer: ProductAnswer::Use { name: word } } if fold(name) == folded => {
                Some(Text::from(word.as_str()))
            }
            _ => None,
        });
        let known = decided.or_else(|| self.known.get(&folded).cloned());
        let (word, fresh) = match known {
            Some(word) => (word, false),
            None => {
                let word: Text = Text::from(name.split_whitespace().collect::<String>());
                let close = |w: &&Text| w.chars().count() >= 3 && near(&fold(w), &folded) == Some(1);
                let near = self.known.values().filter(close).min().map(ToString::to_string);
                let sector = match stage {
                    Some("养殖") => "畜牧",
                    Some("加工") => "加工",
                    _ => "种植",
                };
                self.new.push(NewProduct { name: word.clone(), cell: cell(), near, sector });
                self.known.insert(folded, word.clone());
                (word, true)
            }
        };
        self.seen.insert(name.clone(), word.clone());
        (word, fresh)
    }
}
