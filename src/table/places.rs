//! The tree of places from R01, and the groups that look across it.
//!
//! Duty: who lies under whom (`parent`), which villages report, which town a village belongs to, and finding a
//! place by name, alias, code or pinyin. Input: the state. Output: [`Places`]. A place whose parent is missing,
//! unknown or its own descendant stands as a root: nothing is hidden. Groups (片区, 产业党委, 联盟) are views over
//! places and are never added to a parent's total (domain §3.0).

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::{Record, State};
use crate::register::catalog::{GROUPS, MERGED, PLACE_KIND, PLACE_REGISTER, TOWNS, VILLAGES};
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
}

/// Every place, by identity.
#[derive(Debug, Clone, Default)]
pub struct Places {
    all: BTreeMap<RowId, Place>,
    roots: Vec<RowId>,
    shown: BTreeMap<RowId, Text>,
    version: u64,
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
        places.name_apart();
        places
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

    /// Two villages of one name are shown with their towns; two in one town, or without one, are numbered in the
    /// order in which they were entered. No two places are shown alike.
    fn name_apart(&mut self) {
        let mut count: BTreeMap<Text, u32> = BTreeMap::new();
        for place in self.all.values() {
            *count.entry(place.name.clone()).or_default() += 1;
        }
        let shown = self.all.values().map(|p| {
            let town = self.town_of(p.id).filter(|t| *t != p.id).and_then(|t| self.get(t));
            match town {
                Some(town) if count.get(&p.name).is_some_and(|n| *n > 1) => {
                    (p.id, Text::from(format!("{}（{}）", p.name, town.name)))
                }
                _ => (p.id, p.name.clone()),
            }
        });
        self.shown = shown.collect();
        let mut alike: BTreeMap<Text, Vec<RowId>> = BTreeMap::new();
        for (id, name) in &self.shown {
            alike.entry(name.clone()).or_default().push(*id);
        }
        for (name, ids) in alike.into_iter().filter(|(_, ids)| ids.len() > 1) {
            for (n, id) in (1..).zip(ids) {
                let told = match name.strip_suffix('）') {
                    Some(with_town) => format!("{with_town}，{n}）"),
                    None => format!("{name}（{n}）"),
                };
                self.shown.insert(id, Text::from(told));
            }
        }
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
        std::iter::successors(self.get(id), |p| self.get(p.parent?)).take(DEEPEST)
    }

    /// The nearest place of one of these kinds, `id` itself included.
    fn nearest(&self, id: RowId, kinds: &[&str]) -> Option<RowId> {
        self.upwards(id).find(|p| kinds.contains(&&*p.kind)).map(|p| p.id)
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
        self.nearest(id, &["县"])
    }

    /// `id` and everything below it; for a group, its members and everything below them.
    pub fn under(&self, id: RowId) -> BTreeSet<RowId> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        if self.get(id).is_some_and(Place::is_group) {
            open.extend(self.get(id).into_iter().flat_map(|p| p.members.iter().copied()));
        }
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.get(next).into_iter().flat_map(|p| p.children.iter().copied()));
            }
        }
        found
    }

    /// The villages and communities under `scope` (all when none) that exist in `period`, by name. Also those
    /// without a known town, when no scope is given.
    pub fn villages(&self, scope: Option<RowId>, period: Option<Period>) -> Vec<RowId> {
        let inside = scope.map(|s| self.under(s));
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
