//! Whose a record is, and which periods are closed.
//!
//! Inputs: a person's place, the places of the ledger, the closed periods (锁定期间). Outputs: whether a record lies
//! within the person's place, and the sentence that says which lock holds it.

use std::collections::BTreeSet;

use super::view::View;
use super::{About, Person};
use crate::ledger::State;
use crate::ledger::turns::{Moves, Turn, in_order, moves, parent_on, turns};
use crate::register::catalog::{self, closing, r01};
use crate::register::{Field, FieldKind, Fields, Message, Pool, Register, RowKind, Sense};
use crate::value::{Period, RowId, Value};

/// Places above each other; more would be a circle.
const DEPTH: usize = 16;

/// Where a person may write.
pub(super) struct Scope(Option<RowId>);

impl Scope {
    pub(super) const fn of(who: &Person) -> Self {
        Self(who.place)
    }

    /// Whether `place` is the person's or lies under it. What belongs to no place is everybody's.
    pub(super) fn holds(&self, view: &View<'_>, place: Option<RowId>) -> bool {
        self.holds_in(place, |id| parent_now(view, id))
    }

    /// The same in another tree.
    fn holds_in(&self, place: Option<RowId>, up: impl Fn(RowId) -> Option<RowId>) -> bool {
        let (Some(mine), Some(place)) = (self.0, place) else { return true };
        std::iter::successors(Some(place), |id| up(*id)).take(DEPTH).any(|id| id == mine)
    }
}

/// The place above, as the draft leaves it.
fn parent_now(view: &View<'_>, id: RowId) -> Option<RowId> {
    let above = view.state().schema().of_places()?.key_of(Sense::Above)?;
    view.of(catalog::PLACE_REGISTER, id).value(above)?.as_ref_id()
}

/// The place into which `field` carries a record when it becomes `value`; none where it is about no place.
pub(super) fn carried_to<'a>(
    view: &View<'a>,
    about: &About<'a>,
    field: &str,
    value: Option<&Value>,
) -> Option<RowId> {
    let to = value?.as_ref_id()?;
    let (register, kind) = (about.register, about.kind);
    if kind.is_place(&register.key) {
        return (kind.key_of(Sense::Above) == Some(field)).then_some(to);
    }
    if kind.key_of(Sense::Parent) == Some(field) {
        let seen = view.of(&register.key, to);
        return place_of(view, &About { register, kind: register.above(kind)?, row: to, seen });
    }
    (place_field(kind)?.key == field).then_some(to)
}

/// The place that a record itself says it belongs to.
pub fn place_in(kind: &RowKind, record: &dyn Fields) -> Option<RowId> {
    record.value(&place_field(kind)?.key)?.as_ref_id()
}

/// The first reference to a place; of what stands under a record, only a declared one.
fn place_field(kind: &RowKind) -> Option<&Field> {
    if kind.under.is_some() {
        return kind.of(Sense::Place).map(AsRef::as_ref);
    }
    let places = |f: &&Field| matches!(&f.kind, FieldKind::Ref(to) if to.pools().iter().all(Pool::is_place));
    kind.fields.iter().map(AsRef::as_ref).find(places)
}

/// The place that a record belongs to, its parent's where it says none; a place belongs to itself.
pub(super) fn place_of<'a>(view: &View<'a>, about: &About<'a>) -> Option<RowId> {
    if about.kind.is_place(&about.register.key) {
        return Some(about.row);
    }
    let own = place_in(about.kind, &about.seen);
    own.or_else(|| place_of(view, &about.parent(view)?))
}

/// The period that a record is about, its parent's where it says none.
fn period_of<'a>(view: &View<'a>, about: &About<'a>) -> Option<Period> {
    let field = about.kind.fields.iter().find(|f| matches!(f.kind, FieldKind::Period(_)));
    let own = field.and_then(|f| about.seen.value(&f.key)).and_then(Value::as_period);
    own.or_else(|| period_of(view, &about.parent(view)?))
}

/// The periods that are closed (锁定期间).
#[derive(Debug)]
pub struct Locks {
    all: Vec<Lock>,
    /// Where places lay before they were moved: what is closed is closed where it lay then.
    before: Moves,
}

#[derive(Debug)]
struct Lock {
    place: Option<RowId>,
    period: Period,
    registers: Vec<String>,
}

impl Locks {
    /// Those that the ledger keeps.
    pub fn of(state: &State) -> Self {
        let rows = state.sheet(closing::KEY).into_iter().flat_map(|s| s.of_kind(closing::LOCK));
        let lock = |record: &crate::ledger::Record| {
            let registers = match record.value(closing::REGISTERS) {
                Some(Value::Many(words)) => words.iter().map(|w| w.to_string()).collect(),
                _ => Vec::new(),
            };
            Some(Lock {
                place: record.value(closing::PLACE).and_then(Value::as_ref_id),
                period: record.value(closing::PERIOD)?.as_period()?,
                registers,
            })
        };
        let all: Vec<Lock> = rows.filter_map(lock).collect();
        let before = if all.is_empty() { Moves::new() } else { moves(state, &turns(state)) };
        Self { all, before }
    }

    /// Whether no period is closed.
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What holds the record, in words.
    pub(super) fn over<'a>(
        &self,
        view: &View<'a>,
        about: &About<'a>,
        place: Option<RowId>,
    ) -> Option<Message> {
        if self.all.is_empty() {
            return None;
        }
        self.during(view, about.register, period_of(view, about)?, place)
    }

    /// What holds a record of this register that is about this period and place, in words.
    pub fn closed(
        &self,
        state: &State,
        register: &Register,
        period: Period,
        place: Option<RowId>,
    ) -> Option<Message> {
        self.during(&View::new(state, 0), register, period, place)
    }

    fn during(
        &self,
        view: &View<'_>,
        register: &Register,
        period: Period,
        place: Option<RowId>,
    ) -> Option<Message> {
        if register.key == closing::KEY {
            return None;
        }
        let holds = |lock: &&Lock| {
            let named =
                lock.registers.is_empty() || lock.registers.iter().any(|word| *word == register.label.zh);
            named
                && lock.period.contains(period)
                && Scope(lock.place).holds_in(place, |id| self.parent_during(view, id, period))
        };
        self.all.iter().find(holds).map(Lock::words)
    }

    /// The place above in the tree of a period's last day. No draft that moves a place within a closed period is let
    /// through: the moves of the ledger are those that hold.
    fn parent_during(&self, view: &View<'_>, id: RowId, period: Period) -> Option<RowId> {
        let moves = self.before.get(&id).map(Vec::as_slice).unwrap_or_default();
        let known = view.state().record(catalog::PLACE_REGISTER, id).filter(|r| r.created().is_some());
        let above = view.state().schema().of_places()?.key_of(Sense::Above)?;
        let now = match known {
            Some(record) => record.value(above).and_then(Value::as_ref_id),
            None => parent_now(view, id),
        };
        period.last_day().map_or(now, |day| parent_on(now, moves, day))
    }

    /// The places that the draft moves within a closed period, each with the words of its lock: what was added up there
    /// would be added up elsewhere.
    pub(super) fn unsettled(&self, view: &View<'_>) -> Vec<(RowId, Message)> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let (moved, after) = self.moved(view);
        let none = Vec::new();
        let differs = |place: RowId, lock: &Lock| {
            let months = (1..=12).filter_map(|n| Period::month_of(lock.period.year(), n));
            months.filter(|month| lock.period.contains(*month)).any(|month| {
                let Some(day) = month.last_day() else { return false };
                let then = |id: RowId| parent_on(parent_now(view, id), after.get(&id).unwrap_or(&none), day);
                let (was, is) = (self.parent_during(view, place, month), then(place));
                let inside = |id| Scope(lock.place).holds_in(id, |id| self.parent_during(view, id, month));
                was != is && (inside(Some(place)) || is.is_some() && inside(is))
            })
        };
        let held =
            |place: RowId| self.all.iter().find(|lock| differs(place, lock)).map(|l| (place, l.words()));
        moved.into_iter().filter_map(held).collect()
    }

    /// The places of the ledger of which the draft says that they lie or lay elsewhere, and all moves as it leaves them.
    fn moved(&self, view: &View<'_>) -> (BTreeSet<RowId>, Moves) {
        let mut moved = BTreeSet::new();
        let mut after = turns(view.state());
        let above = view.state().schema().of_places().and_then(|k| k.key_of(Sense::Above));
        for (register, seen) in view.each().filter(|(register, _)| *register == catalog::PLACE_REGISTER) {
            let standing = view.state().record(register, seen.id()).filter(|r| r.created().is_some());
            match seen.kind().map(|kind| &**kind) {
                Some(r01::org::KIND) if standing.is_some() && !seen.is_gone() => {
                    moved.extend(above.filter(|f| seen.changes(f)).map(|_| seen.id()));
                }
                Some(r01::change::KIND) => {
                    if let Some((place, _)) = standing.and_then(|r| Turn::of(r.id(), r)) {
                        moved.insert(place);
                        after.entry(place).or_default().retain(|turn| turn.row != seen.id());
                    }
                    if let Some((place, turn)) = Turn::of(seen.id(), &seen).filter(|_| !seen.is_gone()) {
                        moved.insert(place);
                        after.entry(place).or_default().push(turn);
                    }
                }
                _ => {}
            }
        }
        moved.retain(|id| {
            let known = view.state().record(catalog::PLACE_REGISTER, *id);
            known.is_some_and(|r| r.created().is_some()) && view.stands(catalog::PLACE_REGISTER, *id)
        });
        (moved, moves(view.state(), &in_order(after)))
    }
}

impl Lock {
    /// What holds a record.
    fn words(&self) -> Message {
        Message::new(
            format!("{}已锁定，不能再改；要改请先由上级解除锁定", self.period.zh()),
            format!("{} is closed; it has to be opened by the level above first", self.period),
        )
    }
}
