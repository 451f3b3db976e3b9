//! Steps that change the tree of places: opened, renamed, moved, merged, split, closed on a day.
//!
//! Duty: each step is one draft, so that one undo takes it back. A place says afterwards what it is, and a record under it
//! what it was (沿革). Records and money stay where they were entered: what is merged keeps its rows and is reached from
//! what follows it. Inputs: the state, what is wanted, the day. Outputs: a draft for the gate, or why there is none.
//! Neighbours: `turns` reads what is written here; the page of the tree asks.

use std::collections::BTreeSet;

use super::turns::{Became, Turns, turns};
use super::{BatchKind, Draft, Record, State};
use crate::register::catalog::r01::{CHANGING, IN_USE, became, change, org};
use crate::register::catalog::{MERGED, PARENT, PLACE_REGISTER, TOWNS, VILLAGES};
use crate::register::{Fields as _, Message, RowKind, Sense};
use crate::value::order::Ordered as _;
use crate::value::{Date, RowId, Text, Value, order};

/// What is to become of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reshape {
    /// 新设: a place of this name and sort under another, or at the top.
    Open { name: Text, sort: Text, under: Option<RowId> },
    /// 更名
    Rename { place: RowId, name: Text },
    /// 划转: under another place.
    Move { place: RowId, to: RowId },
    /// 合并: into a new place, or into one that goes on. What lies below goes along.
    Merge { places: Vec<RowId>, into: Into },
    /// 分设: places of these names come out of it; it goes on beside them, or ends.
    Split { place: RowId, names: Vec<Text>, goes_on: bool },
    /// 撤销
    Close { place: RowId },
}

/// Into what places are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Into {
    /// One that goes on, of the merged ones or another.
    Place(RowId),
    /// One that begins with it, of this name, beside the first of the merged ones.
    New(Text),
}

/// When and by what order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The first day on which the new holds.
    pub day: Date,
    /// 批复文号
    pub document: Option<Text>,
}

/// Why there is no such step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The place is not there, or is no more.
    #[error("the place is not there or is no more")]
    Gone,
    /// Nothing would change.
    #[error("nothing would change")]
    Same,
    /// No name was given, or the same twice.
    #[error("a name is missing or stands there twice")]
    Names,
    /// Fewer than two places to merge.
    #[error("two places are merged at least")]
    Alone,
    /// Villages are merged with villages, townships with townships.
    #[error("these are not of one level")]
    Unlike,
    /// So many places in use still lie below.
    #[error("{0} places in use lie below")]
    Below(usize),
    /// Something became of the place on that day or after it: history is not written into the past of what is known.
    #[error("something became of it on {0} already")]
    Later(Date),
}

impl Unfit {
    /// For people.
    pub fn words(&self) -> Message {
        let zh = match self {
            Self::Gone => "这个单位已不在用，请重新选择".to_owned(),
            Self::Same => "和现在一样，没有要改的".to_owned(),
            Self::Names => "请写清名称，不能空着，也不能重复".to_owned(),
            Self::Alone => "合并至少要选两个单位".to_owned(),
            Self::Unlike => "村（社区）只和村（社区）合并，乡镇（街道）只和乡镇（街道）合并".to_owned(),
            Self::Below(n) => format!("下面还有{n}个在用的单位，请先把它们划转出去"),
            Self::Later(day) => format!("{day}已有一次变更，这一步要晚于那一天；如果那次记错了，请先撤销它"),
        };
        Message::new(zh, format!("This cannot be done: {self}"))
    }
}

/// More places in one step are a mistake of whoever chose them.
pub const MOST_PLACES: usize = 500;

/// The step as a draft.
pub fn draft(
    state: &State,
    wanted: &Reshape,
    order: &Order,
    new_id: &mut dyn FnMut() -> RowId,
) -> Result<Draft, Unfit> {
    let kind = state.schema().of_places().ok_or(Unfit::Gone)?;
    let (known, draft) = (turns(state), Draft::new(BatchKind::Edit));
    let mut step = Step { state, kind, order, known, new_id, draft };
    match wanted {
        Reshape::Open { name, sort, under } => {
            step.open(named(name)?, sort, *under, &[])?;
        }
        Reshape::Rename { place, name } => step.rename(*place, named(name)?)?,
        Reshape::Move { place, to } => step.carry(*place, *to)?,
        Reshape::Merge { places, into } => step.merge(places, into)?,
        Reshape::Split { place, names, goes_on } => step.split(*place, names, *goes_on)?,
        Reshape::Close { place } => {
            step.nothing_below(*place)?;
            step.close(*place, became::CLOSED, &[])?;
        }
    }
    Ok(step.draft)
}

fn named(name: &str) -> Result<&str, Unfit> {
    Some(name.trim()).filter(|n| !n.is_empty()).ok_or(Unfit::Names)
}

/// Whether a place is in use: not removed, and no more closed than proposed.
pub fn in_use(record: &Record) -> bool {
    !record.is_gone() && record.stage() != Some(MERGED)
}

struct Step<'a> {
    state: &'a State,
    kind: &'a RowKind,
    order: &'a Order,
    known: Turns,
    new_id: &'a mut dyn FnMut() -> RowId,
    draft: Draft,
}

impl<'a> Step<'a> {
    fn place(&self, id: RowId) -> Result<&'a Record, Unfit> {
        let record = self.state.record(PLACE_REGISTER, id).filter(|r| **r.kind() == *org::KIND);
        record.filter(|r| in_use(r)).ok_or(Unfit::Gone)
    }

    fn said<'r>(&self, record: &'r Record, sense: Sense) -> Option<&'r Value> {
        self.kind.said(record, sense)
    }

    fn refs<'r>(&self, record: &'r Record, sense: Sense) -> &'r [RowId] {
        self.said(record, sense).map(Value::refs).unwrap_or_default()
    }

    fn set(&mut self, row: RowId, sense: Sense, value: Value) {
        if let Some(field) = self.kind.key_of(sense) {
            self.draft.set(self.state, PLACE_REGISTER, row, field, Some(value), None);
        }
    }

    /// Notes what became of a place.
    fn note(&mut self, place: RowId, word: &str, more: Vec<(&str, Value)>) -> Result<(), Unfit> {
        let last =
            self.known.get(&place).and_then(|all| all.last()).filter(|turn| turn.day >= self.order.day);
        if let Some(turn) = last {
            return Err(Unfit::Later(turn.day));
        }
        let mut fields = vec![
            (Text::from(PARENT), Value::Ref(place)),
            (Text::from(change::WHAT), Value::choice(word)),
            (Text::from(change::DAY), Value::Date(self.order.day)),
        ];
        let document = self.order.document.clone().map(|d| (Text::from(change::DOCUMENT), Value::Text(d)));
        fields.extend(document);
        fields.extend(more.into_iter().map(|(key, value)| (Text::from(key), value)));
        order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
        self.draft.create(PLACE_REGISTER, change::KIND, (self.new_id)(), fields, None);
        Ok(())
    }

    /// A new place, in the groups of those that it comes from.
    fn open(&mut self, name: &str, sort: &str, under: Option<RowId>, from: &[RowId]) -> Result<RowId, Unfit> {
        let (row, state) = ((self.new_id)(), self.state);
        let mut fields = self.kind.named(name);
        let mut put = |sense: Sense, value: Value| {
            fields.extend(self.kind.key_of(sense).map(|key| (Text::from(key), value)));
        };
        put(Sense::Sort, Value::choice(sort));
        under.into_iter().for_each(|under| put(Sense::Above, Value::Ref(under)));
        put(Sense::Begins, Value::Date(self.order.day));
        let before: Vec<&Record> = from.iter().map(|id| self.place(*id)).collect::<Result<_, _>>()?;
        let groups = before.iter().flat_map(|r| self.refs(r, Sense::Groups)).copied().into_set();
        if !groups.is_empty() {
            put(Sense::Groups, Value::Refs(groups.into_iter().collect()));
        }
        // What it has to report is what they had to, unless one of them had to report everything.
        let owes: Option<Vec<Vec<Text>>> = before.iter().map(|r| words(self.said(r, Sense::Owes))).collect();
        let owes = owes.unwrap_or_default().into_iter().flatten().into_set();
        if !owes.is_empty() {
            put(Sense::Owes, Value::Many(owes.into_iter().collect()));
        }
        order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
        self.draft.create(PLACE_REGISTER, org::KIND, row, fields, None);
        self.joins_groups(state, row, from);
        Ok(row)
    }

    /// Where groups list their members, what follows a member is one as well; the member stays for earlier years.
    fn joins_groups(&mut self, state: &'a State, row: RowId, from: &[RowId]) {
        let Some(field) = self.kind.key_of(Sense::Members) else { return };
        let groups = state.sheet(PLACE_REGISTER).into_iter().flat_map(|s| s.of_kind(org::KIND));
        for group in groups.filter(|g| in_use(g)) {
            let members = self.refs(group, Sense::Members);
            if !members.contains(&row) && members.iter().any(|m| from.contains(m)) {
                let all = members.iter().copied().chain([row]).collect();
                self.draft.set(state, PLACE_REGISTER, group.id(), field, Some(Value::Refs(all)), None);
            }
        }
    }

    fn rename(&mut self, place: RowId, name: &str) -> Result<(), Unfit> {
        let record = self.place(place)?;
        let title = &*self.kind.title;
        let former = record.value(title).and_then(Value::as_str).unwrap_or_default();
        if former == name {
            return Err(Unfit::Same);
        }
        self.note(place, became::RENAMED, vec![(change::FORMER_NAME, Value::text(former))])?;
        // Old lists are still understood.
        let mut aliases = words(self.said(record, Sense::Aliases)).unwrap_or_default();
        if !aliases.iter().any(|a| **a == *former) {
            aliases.push(Text::from(former));
            self.set(place, Sense::Aliases, Value::Many(aliases));
        }
        self.draft.set(self.state, PLACE_REGISTER, place, title, Some(Value::text(name)), None);
        Ok(())
    }

    fn carry(&mut self, place: RowId, to: RowId) -> Result<(), Unfit> {
        let record = self.place(place)?;
        self.place(to)?;
        let from = self.said(record, Sense::Above).and_then(Value::as_ref_id);
        if from == Some(to) || place == to {
            return Err(Unfit::Same);
        }
        self.moved(place, from, to)
    }

    fn moved(&mut self, place: RowId, from: Option<RowId>, to: RowId) -> Result<(), Unfit> {
        let before = from.map(|from| (change::FORMER_PARENT, Value::Ref(from)));
        self.note(place, became::MOVED, before.into_iter().collect())?;
        self.set(place, Sense::Above, Value::Ref(to));
        Ok(())
    }

    /// The places in use directly below.
    fn below(&self, place: RowId) -> Vec<RowId> {
        let all = self.state.sheet(PLACE_REGISTER).into_iter().flat_map(|s| s.of_kind(org::KIND));
        let here = |r: &&Record| self.said(r, Sense::Above).and_then(Value::as_ref_id) == Some(place);
        let mut found: Vec<RowId> = all.filter(|r| in_use(r)).filter(here).map(Record::id).collect();
        order::sort(&mut found);
        found
    }

    fn nothing_below(&self, place: RowId) -> Result<(), Unfit> {
        match self.below(place).len() {
            0 => Ok(()),
            n => Err(Unfit::Below(n)),
        }
    }

    fn merge(&mut self, places: &[RowId], into: &Into) -> Result<(), Unfit> {
        let mut all: BTreeSet<RowId> = places.iter().copied().into_set();
        let onward = match into {
            Into::Place(id) => Some(*id),
            Into::New(_) => None,
        };
        all.extend(onward);
        if all.len() < 2 || all.len() > MOST_PLACES {
            return Err(Unfit::Alone);
        }
        let first = self.place(*places.first().ok_or(Unfit::Alone)?)?;
        for id in &all {
            if self.level(self.place(*id)?) != self.level(first) {
                return Err(Unfit::Unlike);
            }
        }
        let ending: Vec<RowId> = all.into_iter().filter(|id| Some(*id) != onward).collect();
        let target = match into {
            Into::Place(id) => {
                self.joins_groups(self.state, *id, &ending);
                *id
            }
            Into::New(name) => {
                let sort = self.said(first, Sense::Sort).and_then(Value::as_str).unwrap_or_default();
                let under = self.said(first, Sense::Above).and_then(Value::as_ref_id);
                self.open(named(name)?, sort, under, &ending)?
            }
        };
        for place in ending {
            for child in self.below(place).into_iter().filter(|c| *c != target) {
                self.moved(child, Some(place), target)?;
            }
            self.close(place, became::MERGED, &[target])?;
        }
        Ok(())
    }

    fn level<'r>(&self, record: &'r Record) -> Option<&'r str> {
        self.said(record, Sense::Sort).and_then(Value::as_str).map(level)
    }

    fn split(&mut self, place: RowId, names: &[Text], goes_on: bool) -> Result<(), Unfit> {
        let record = self.place(place)?;
        let names: Vec<&str> = names.iter().map(|n| named(n)).collect::<Result<_, _>>()?;
        let least = if goes_on { 1 } else { 2 };
        let apart = names.iter().copied().into_set().len() == names.len();
        if names.len() < least || names.len() > MOST_PLACES || !apart {
            return Err(Unfit::Names);
        }
        let sort = self.said(record, Sense::Sort).and_then(Value::as_str).unwrap_or_default();
        let under = self.said(record, Sense::Above).and_then(Value::as_ref_id);
        let new = names.into_iter().map(|name| self.open(name, sort, under, &[place]));
        let new: Vec<RowId> = new.collect::<Result<_, _>>()?;
        if goes_on {
            return self.note(place, became::SPLIT, vec![(change::INTO, Value::Refs(new))]);
        }
        self.nothing_below(place)?;
        self.close(place, became::SPLIT, &new)
    }

    /// A place ends on the day before; its rows stay its own.
    fn close(&mut self, place: RowId, word: &str, into: &[RowId]) -> Result<(), Unfit> {
        let record = self.place(place)?;
        let last = self.order.day.days_later(-1).ok_or(Unfit::Gone)?;
        self.set(place, Sense::Ends, Value::Date(last));
        let follow = (!into.is_empty()).then(|| (change::INTO, Value::Refs(into.to_vec())));
        self.note(place, word, follow.into_iter().collect())?;
        let why = format!("{}{word}", self.order.day);
        let why = self.order.document.as_ref().map_or(why.clone(), |document| format!("{why}，{document}"));
        if record.stage().is_none_or(|s| s == IN_USE) {
            self.draft.advance(PLACE_REGISTER, place, IN_USE, CHANGING, Some(&why));
        }
        self.draft.advance(PLACE_REGISTER, place, CHANGING, MERGED, Some(&why));
        Ok(())
    }
}

/// What may be merged with each other.
fn level(sort: &str) -> &str {
    let first = |all: &[&'static str]| all.first().copied().unwrap_or_default();
    match sort {
        village if VILLAGES.contains(&village) => first(VILLAGES),
        town if TOWNS.contains(&town) => first(TOWNS),
        other => other,
    }
}

/// The words of a list; none where it is blank.
fn words(value: Option<&Value>) -> Option<Vec<Text>> {
    match value? {
        Value::Many(many) => Some(many.clone()),
        other => other.as_str().map(|word| vec![Text::from(word)]),
    }
}

impl Became {
    /// The word of it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Moved(_) => became::MOVED,
            Self::Renamed(_) => became::RENAMED,
            Self::Merged(_) => became::MERGED,
            Self::Split(_) => became::SPLIT,
            Self::Closed => became::CLOSED,
        }
    }
}
