//! Whose a record is, and which periods are closed.
//!
//! Inputs: a person's place, the places of the ledger, the closed periods (锁定期间). Outputs: whether a record lies
//! within the person's place, and the sentence that says which lock holds it.

use super::view::View;
use super::{About, Person};
use crate::ledger::State;
use crate::register::catalog::{self, closing};
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
        let (Some(mine), Some(place)) = (self.0, place) else { return true };
        let above = view.state().schema().of_places().and_then(|k| k.key_of(Sense::Above));
        let up = |id: &RowId| {
            let seen = view.of(catalog::PLACE_REGISTER, *id);
            above.and_then(|f| seen.value(f)).and_then(Value::as_ref_id)
        };
        std::iter::successors(Some(place), up).take(DEPTH).any(|id| id == mine)
    }
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
pub struct Locks(Vec<Lock>);

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
        Self(rows.filter_map(lock).collect())
    }

    /// Whether no period is closed.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What holds the record, in words.
    pub(super) fn over<'a>(
        &self,
        view: &View<'a>,
        about: &About<'a>,
        place: Option<RowId>,
    ) -> Option<Message> {
        if self.0.is_empty() {
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
            named && lock.period.contains(period) && Scope(lock.place).holds(view, place)
        };
        self.0.iter().find(holds).map(|lock| {
            Message::new(
                format!("{}已锁定，不能再改；要改请先由上级解除锁定", lock.period.zh()),
                format!("{} is closed; it has to be opened by the level above first", lock.period),
            )
        })
    }
}
