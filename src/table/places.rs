//! The tree of places from R01, and the groups that look across it.
//!
//! Duty: who lies under whom (`parent`), which villages report, which town a village belongs to, and finding a
//! place by name, alias, code or pinyin. Input: the state. Output: [`Places`]. A place whose parent is missing,
//! unknown or its own descendant stands as a root: nothing is hidden. Groups (片区, 产业党委, 联盟) are views over
//! places and are never added to a parent's total (domain §3.0).
//!
//! The tree was another one before places were moved (沿革). What is asked for a period is answered by the tree of its
//! last day: an [`Epoch`] is a stretch of days between two moves, in which the tree stays the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::turns::{Became, Turn, Turns, moves, turns};
use crate::ledger::{Record, State};
use crate::register::catalog::{COUNTIES, GROUPS, MERGED, PLACE_KIND, PLACE_REGISTER, TOWNS, VILLAGES};
use crate::register::{Fields as _, RowKind, Sense};
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{Date, Period, RowId, Text, Value};

use super::spelling;

/// One organisation of R01.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its record.
    pub id: RowId,
    /// Its name.
    pub name: Text,
    /// 县, 乡镇, 村, 片区, 党组织, …
    pub kind: Text,
    /// Division code, where it has one.
    pub code: Option<Text>,
    /// Other names.
    pub aliases: Vec<Text>,
    /// The place above; none for roots and for places whose parent is not known.
    pub parent: Option<RowId>,
    /// A parent is named in the record but is not there, or lies below this place.
    pub parent_lost: bool,
    /// The places directly below, by name.
    pub children: Vec<RowId>,
    /// Other places that it groups (成员单位 and the places that name it in 所属片区/联盟).
    pub members: Vec<RowId>,
    /// The registers that it has to report, by name; blank for every one that villages report.
    pub reports: Vec<Text>,
    /// First day, where known.
    pub from: Option<Date>,
    /// Last day, where known.
    pub until: Option<Date>,
    /// Where it lay before: in which epoch it did so for the last time, and under what; the earliest first.
    before: Vec<(Epoch, RowId)>,
}

/// A stretch of days in which no place was moved, counted from the earliest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u32);

/// Every place, by identity.
#[derive(Debug, Clone, Default)]
pub struct Places {
    all: BTreeMap<RowId, Place>,
    roots: Vec<RowId>,
    shown: BTreeMap<RowId, Text>,
    turns: Turns,
    /// The places that came out of others, and out of which.
    origins: BTreeMap<RowId, Vec<RowId>>,
    /// The days on which places were moved.
    days: Vec<Date>,
    version: u64,
}

/// The tree of one time.
#[derive(Debug)]
pub struct Tree<'a> {
    places: &'a Places,
    epoch: Epoch,
    /// Places that lay elsewhere then than they do now, by what they lay under.
    elsewhere: BTreeMap<RowId, Vec<RowId>>,
}

impl<'a> Tree<'a> {
    /// The places of it.
    pub const fn places(&self) -> &'a Places {
        self.places
    }

    /// The places directly below, those that lie there now first.
    pub fn children(&self, id: RowId) -> Vec<RowId> {
        let now = self.places.get(id).into_iter().flat_map(|p| p.children.iter().copied());
        let here = now.filter(|c| self.places.parent_in(*c, self.epoch) == Some(id));
        here.chain(self.elsewhere.get(&id).into_iter().flatten().copied()).collect()
    }
}

/// How deep a tree may be before it is taken for a circle.
const DEEPEST: usize = 32;

impl Places {
    /// Reads R01.
    pub fn of(state: &State) -> Self {
        let sheet = state.sheet(PLACE_REGISTER);
        let kind = state.schema().of_places();
        let records = || sheet.into_iter().flat_map(|s| s.of_kind(PLACE_KIND));
        let mut all: BTreeMap<RowId, Place> =
            records().filter_map(|r| Some((r.id(), Place::of(kind?, r)))).into_map();
        let parents = sound_parents(&all);
        for place in all.values_mut() {
            place.parent_lost = place.parent.is_some() && !parents.contains_key(&place.id);
            place.parent = parents.get(&place.id).copied();
        }
        let mut places = Self { all, version: sheet.map_or(0, |s| s.version()), ..Self::default() };
        kind.into_iter().for_each(|kind| places.link(kind, records()));
        places.look_back(state);
        places.name_apart();
        places
    }

    /// Reads what became of places.
    fn look_back(&mut self, state: &State) {
        self.turns = turns(state);
        let moves = moves(state, &self.turns);
        self.days = moves.values().flatten().map(|(day, _)| *day).into_set().into_iter().collect();
        for (place, moves) in moves {
            let before = moves.into_iter().map(|(day, from)| {
                let at = self.days.binary_search(&day).unwrap_or_else(|at| at);
                (Epoch(u32::try_from(at).unwrap_or(u32::MAX)), from)
            });
            let before = before.collect();
            if let Some(place) = self.all.get_mut(&place) {
                place.before = before;
            }
        }
        for (place, turns) in &self.turns {
            for into in turns.iter().flat_map(Turn::into_places) {
                self.origins.entry(*into).or_default().push(*place);
            }
        }
    }

    /// Now.
    pub fn now(&self) -> Epoch {
        Epoch(u32::try_from(self.days.len()).unwrap_or(u32::MAX))
    }

    /// The epoch of a day.
    pub fn on(&self, day: Date) -> Epoch {
        Epoch(u32::try_from(self.days.partition_point(|d| *d <= day)).unwrap_or(u32::MAX))
    }

    /// The epoch of a period's last day; of no period, now.
    pub fn during(&self, period: Option<Period>) -> Epoch {
        period.and_then(Period::last_day).map_or_else(|| self.now(), |day| self.on(day))
    }

    /// Whether the tree was always the same.
    pub const fn never_changed(&self) -> bool {
        self.days.is_empty()
    }

    /// What became of a place, the earliest first.
    pub fn turns(&self, id: RowId) -> &[Turn] {
        self.turns.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The places out of which this one came.
    pub fn origins(&self, id: RowId) -> &[RowId] {
        self.origins.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// A place with all that it came out of, itself first: what its rows are called before it was. Two places that came
    /// out of one share it; these are ways to read, and are never added to each other.
    pub fn lineage(&self, id: RowId) -> Vec<RowId> {
        let mut found = vec![id];
        let mut at = 0;
        while let Some(next) = found.get(at).copied() {
            at += 1;
            for origin in self.origins(next) {
                if !found.contains(origin) {
                    found.push(*origin);
                }
            }
        }
        found
    }

    /// The place above, at that time.
    pub fn parent_in(&self, id: RowId, epoch: Epoch) -> Option<RowId> {
        let place = self.get(id)?;
        place.before.iter().find(|(last, _)| epoch <= *last).map_or(place.parent, |(_, from)| Some(*from))
    }

    /// The places directly below at that time, those that lie there now first.
    pub fn children_in(&self, id: RowId, epoch: Epoch) -> Vec<RowId> {
        self.tree(epoch).children(id)
    }

    /// The tree of that time, for whoever asks for many places of it.
    pub fn tree(&self, epoch: Epoch) -> Tree<'_> {
        let mut elsewhere: BTreeMap<RowId, Vec<RowId>> = BTreeMap::new();
        let moved = self.turns.keys().filter(|_| epoch < self.now());
        for place in moved.filter(|id| self.get(**id).is_some_and(|p| !p.before.is_empty())) {
            let then = self.parent_in(*place, epoch);
            let now = self.get(*place).and_then(|p| p.parent);
            if let Some(parent) = then.filter(|then| Some(*then) != now) {
                elsewhere.entry(parent).or_default().push(*place);
            }
        }
        Tree { places: self, epoch, elsewhere }
    }

    /// The version of R01 that was read.
    pub const fn version(&self) -> u64 {
        self.version
    }

    fn link<'a>(&mut self, kind: &RowKind, records: impl Iterator<Item = &'a Record>) {
        let mut order: Vec<(Text, RowId)> = self.all.values().map(|p| (p.name.clone(), p.id)).collect();
        order::sort(&mut order);
        for (_, id) in order {
            match self.all.get(&id).and_then(|p| p.parent) {
                Some(parent) => {
                    if let Some(above) = self.all.get_mut(&parent) {
                        above.children.push(id);
                    }
                }
                None => self.roots.push(id),
            }
        }
        let mut members: BTreeMap<RowId, BTreeSet<RowId>> = BTreeMap::new();
        for record in records {
            for group in kind.said(record, Sense::Groups).map(Value::refs).unwrap_or_default() {
                members.entry(*group).or_default().insert(record.id());
            }
            for member in kind.said(record, Sense::Members).map(Value::refs).unwrap_or_default() {
                members.entry(record.id()).or_default().insert(*member);
            }
        }
        for (group, inside) in members {
            if let Some(place) = self.all.get_mut(&group) {
                place.members = inside.into_iter().collect();
            }
        }
    }

    /// Two villages of one name are shown with their towns, two groups with their villages, and with the towns of these
    /// where that does not tell them apart; what is alike still is numbered in the order in which it was entered. No two
    /// places are shown alike.
    fn name_apart(&mut self) {
        self.shown = self.all.values().map(|p| (p.id, p.name.clone())).collect();
        for around in [Self::village_around, Self::town_around, Self::town_and_village] {
            for (name, ids) in self.shown_alike() {
                for id in ids {
                    if let Some(around) = around(self, id) {
                        let own = self.all.get(&id).map_or(&name, |p| &p.name);
                        let told = Text::from(format!("{own}（{around}）"));
                        self.shown.insert(id, told);
                    }
                }
            }
        }
        for (name, ids) in self.shown_alike() {
            for (n, id) in (1..).zip(ids) {
                let told = match name.strip_suffix('）') {
                    Some(with_town) => format!("{with_town}，{n}）"),
                    None => format!("{name}（{n}）"),
                };
                self.shown.insert(id, Text::from(told));
            }
        }
    }

    /// Places that are shown alike, by what they are shown as.
    fn shown_alike(&self) -> BTreeMap<Text, Vec<RowId>> {
        let mut alike: BTreeMap<Text, Vec<RowId>> = BTreeMap::new();
        for (id, name) in &self.shown {
            alike.entry(name.clone()).or_default().push(*id);
        }
        alike.retain(|_, ids| ids.len() > 1);
        alike
    }

    fn village_around(&self, id: RowId) -> Option<String> {
        let village = self.village_of(id).filter(|v| *v != id)?;
        Some(self.get(village)?.name.to_string())
    }

    fn town_around(&self, id: RowId) -> Option<String> {
        let town = self.town_of(id).filter(|t| *t != id && self.village_around(id).is_none())?;
        Some(self.get(town)?.name.to_string())
    }

    fn town_and_village(&self, id: RowId) -> Option<String> {
        let town = self.town_of(id).and_then(|t| self.get(t))?;
        Some(format!("{}{}", town.name, self.village_around(id)?))
    }

    /// One place.
    pub fn get(&self, id: RowId) -> Option<&Place> {
        self.all.get(&id)
    }

    /// Every place, by identity.
    pub fn all(&self) -> impl Iterator<Item = &Place> {
        self.all.values()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The places without a known place above them, by name.
    pub fn roots(&self) -> &[RowId] {
        &self.roots
    }

    /// The name to show; with its town where two places share it. Unknown places show their identity.
    pub fn name(&self, id: RowId) -> Text {
        self.shown.get(&id).cloned().unwrap_or_else(|| Text::from(id.to_string()))
    }

    /// The places from the top down to `id`, itself included.
    pub fn path(&self, id: RowId) -> Vec<&Place> {
        let mut path: Vec<&Place> = self.upwards(id).collect();
        path.reverse();
        path
    }

    fn upwards(&self, id: RowId) -> impl Iterator<Item = &Place> {
        self.upwards_in(id, self.now())
    }

    fn upwards_in(&self, id: RowId, epoch: Epoch) -> impl Iterator<Item = &Place> {
        std::iter::successors(self.get(id), move |p| self.get(self.parent_in(p.id, epoch)?)).take(DEEPEST)
    }

    /// The nearest place of one of these kinds at that time, `id` itself included.
    pub fn nearest_in(&self, id: RowId, kinds: &[&str], epoch: Epoch) -> Option<RowId> {
        self.upwards_in(id, epoch).find(|p| kinds.contains(&&*p.kind)).map(|p| p.id)
    }

    fn nearest(&self, id: RowId, kinds: &[&str]) -> Option<RowId> {
        self.nearest_in(id, kinds, self.now())
    }

    /// The township or subdistrict that `id` lies in, or is.
    pub fn town_of(&self, id: RowId) -> Option<RowId> {
        self.nearest(id, TOWNS)
    }

    /// The village or community that `id` lies in, or is.
    pub fn village_of(&self, id: RowId) -> Option<RowId> {
        self.nearest(id, VILLAGES)
    }

    /// The county that `id` lies in, or is.
    pub fn county_of(&self, id: RowId) -> Option<RowId> {
        self.nearest(id, COUNTIES)
    }

    /// `id` and everything below it; for a group, its members and everything below them.
    pub fn under(&self, id: RowId) -> BTreeSet<RowId> {
        self.under_in(id, self.now())
    }

    /// The same at that time. A place is in it once, however many ways lead there.
    pub fn under_in(&self, id: RowId, epoch: Epoch) -> BTreeSet<RowId> {
        let tree = self.tree(epoch);
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        if self.get(id).is_some_and(Place::is_group) {
            open.extend(self.get(id).into_iter().flat_map(|p| p.members.iter().copied()));
        }
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(tree.children(next));
            }
        }
        found
    }

    /// The villages and communities under `scope` (all when none) that exist in `period`, by name. Also those
    /// without a known town, when no scope is given.
    pub fn villages(&self, scope: Option<RowId>, period: Option<Period>) -> Vec<RowId> {
        let inside = scope.map(|s| self.under_in(s, self.during(period)));
        let mut found: Vec<(&Text, RowId)> = self
            .all
            .values()
            .filter(|p| VILLAGES.contains(&&*p.kind))
            .filter(|p| inside.as_ref().is_none_or(|i| i.contains(&p.id)))
            .filter(|p| period.is_none_or(|at| p.exists_in(at)))
            .map(|p| (&p.name, p.id))
            .collect();
        order::sort(&mut found);
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// The places that `name` means: by name or alias, then without the suffix 村, 村委会, …, then by code.
    pub fn resolve(&self, name: &str) -> Vec<RowId> {
        let asked = spelling::fold(name);
        let by = |test: &dyn Fn(&Place) -> bool| -> Vec<RowId> {
            self.all.values().filter(|p| test(p)).map(|p| p.id).collect()
        };
        let exact = by(&|p| p.names().any(|n| spelling::fold(n) == asked) || *self.name(p.id) == *name);
        if !exact.is_empty() {
            return exact;
        }
        let bare = spelling::bare(&asked);
        let bared = by(&|p| p.names().any(|n| spelling::bare(&spelling::fold(n)) == bare));
        if bared.is_empty() { by(&|p| p.code.as_deref() == Some(&*asked)) } else { bared }
    }

    /// Places for what somebody typed, the best first: names, aliases, codes, pinyin.
    pub fn search(&self, typed: &str, most: usize) -> Vec<RowId> {
        let typed = spelling::fold(typed);
        let mut found: Vec<(u8, &Text, RowId)> =
            self.all.values().filter_map(|p| Some((p.fit(&typed)?, &p.name, p.id))).collect();
        order::sort(&mut found);
        found.truncate(most);
        found.into_iter().map(|(_, _, id)| id).collect()
    }
}

/// Parents that exist and do not lie below their own child.
fn sound_parents(all: &BTreeMap<RowId, Place>) -> BTreeMap<RowId, RowId> {
    let above = |id: RowId| all.get(&id).and_then(|p| p.parent).filter(|p| all.contains_key(p));
    let circular = |id: RowId| {
        std::iter::successors(above(id), |p| above(*p)).take(all.len().min(DEEPEST)).any(|p| p == id)
    };
    all.keys().filter(|id| !circular(**id)).filter_map(|id| Some((*id, above(*id)?))).into_map()
}

impl Turn {
    /// The places that follow the one of which it says something.
    pub fn into_places(&self) -> &[RowId] {
        match &self.became {
            Became::Merged(into) | Became::Split(into) => into,
            _ => &[],
        }
    }
}

impl Place {
    fn of(kind: &RowKind, record: &Record) -> Self {
        let said = |sense: Sense| kind.said(record, sense);
        let word = |value: Option<&Value>| value.and_then(Value::as_str).map(Text::from);
        let many = |sense: Sense| match said(sense) {
            Some(Value::Many(many)) => many.clone(),
            Some(other) => other.as_str().map(Text::from).into_iter().collect(),
            None => Vec::new(),
        };
        // A place that was merged without a date ends on the day on which somebody said so.
        let merged = record.stage.as_ref().filter(|(s, _)| &**s == MERGED).map(|(_, at)| at.millis);
        let merged = merged.and_then(|m| Date::from_unix_millis(i64::try_from(m).ok()?));
        Self {
            id: record.id(),
            name: word(record.value(&kind.title)).unwrap_or_else(|| Text::from("（未命名）")),
            kind: word(said(Sense::Sort)).unwrap_or_else(|| Text::from("其他")),
            code: word(said(Sense::Code)),
            aliases: many(Sense::Aliases),
            parent: said(Sense::Above).and_then(Value::as_ref_id),
            parent_lost: false,
            reports: many(Sense::Owes),
            children: Vec::new(),
            members: Vec::new(),
            from: said(Sense::Begins).and_then(Value::as_date),
            until: said(Sense::Ends).and_then(Value::as_date).or(merged),
            before: Vec::new(),
        }
    }

    /// Name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        std::iter::once(&self.name).chain(&self.aliases)
    }

    /// Whether it groups other places instead of containing them.
    pub fn is_group(&self) -> bool {
        GROUPS.contains(&&*self.kind) || !self.members.is_empty()
    }

    /// Whether it is a village or community.
    pub fn is_village(&self) -> bool {
        VILLAGES.contains(&&*self.kind)
    }

    /// Whether it was declared to report the register of this name.
    pub fn owes(&self, register: &str) -> bool {
        self.reports.is_empty() || self.reports.iter().any(|r| **r == *register)
    }

    /// Whether it exists on some day of `period`: abolished places stay for old periods.
    pub fn exists_in(&self, period: Period) -> bool {
        let month = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
        let year = i32::from(period.year()) * 12;
        let (first, last) = (year + i32::from(period.first_month()), year + i32::from(period.last_month()));
        self.until.is_none_or(|d| month(d) >= first) && self.from.is_none_or(|d| month(d) <= last)
    }

    /// How well the folded `typed` fits; smaller is better.
    fn fit(&self, typed: &str) -> Option<u8> {
        let name = spelling::fold(&self.name);
        let tests: [(u8, bool); 6] = [
            (0, name == typed),
            (1, name.starts_with(typed)),
            (2, self.names().any(|n| spelling::fold(n).contains(typed))),
            (3, self.code.as_deref().is_some_and(|c| !typed.is_empty() && c.starts_with(typed))),
            (4, self.names().any(|n| spelling::begins_spelled(n, typed))),
            (5, self.names().any(|n| spelling::contains_spelled(n, typed))),
        ];
        tests.into_iter().find(|(_, fits)| *fits).map(|(rank, _)| rank)
    }
}
