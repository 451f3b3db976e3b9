//! Slots of a record, and which writes of a slot still stand.
//!
//! Duty: a slot is a field, the state, the life (removed or not) or the question whether a row is another one.
//! Every write names the writes that its author saw in that slot ([`Seen`]). A write that no known write of its slot
//! names is a *head*: nobody has decided against it. What is shown is the head with the latest stamp; other heads
//! are *rivals*, and rivals of another value are a conflict. Which writes are heads depends on nothing but the set
//! of known writes, so that the order and the number of arrivals do not matter.
//! Inputs: writes, one by one, in any order. Outputs: the shown value, its rivals. Neighbours: `apply` calls it;
//! `conflict` reads what is left.
//!
//! Creations are writes that every other write has seen, and need not be named. A record keeps one stamp for a
//! cell; more is kept only where there is more than one head, or where a write is named that has not arrived.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::state::Record;
use super::{DeviceId, Stamp};
use crate::value::{RowId, Text, Value, order};

/// What of a record a write is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// A value.
    Field(Text),
    /// The state it was moved to.
    State,
    /// Whether it is removed.
    Life,
    /// Whether it is the same thing as another row.
    Twin(RowId),
}

/// What the author of a write saw: stamps of heads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Those of the slot itself. Creations are left out: everybody has seen them.
    pub own: Vec<Stamp>,
    /// Those of the record's other slots, where the write puts an end to them: a removal, a move into a locked
    /// state; and, for a change of a record that is removed or locked, the write that made it so.
    pub beside: Vec<Stamp>,
    /// The write that it repeats, where it only brings one to the row that stands for several.
    pub echo: Option<Echo>,
}

/// A write of a row, repeated in another that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Echo {
    /// The row that was written first.
    pub row: RowId,
    /// Its write, or its creation.
    pub stamp: Stamp,
}

impl Seen {
    /// Nothing but the creation.
    pub const fn is_empty(&self) -> bool {
        self.own.is_empty() && self.beside.is_empty() && self.echo.is_none()
    }
}

/// A write that stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// When.
    pub stamp: Stamp,
    /// What it wrote: a value, the word of a state, whether the record is removed, a verdict.
    pub value: Option<Value>,
    /// What it saw beside its own slot.
    pub(crate) beside: Vec<Stamp>,
    /// The write that it repeats.
    pub(crate) echo: Option<Echo>,
}

impl Head {
    /// When it was said: of a write that is repeated, when that one was written.
    pub fn said(&self) -> Stamp {
        self.echo.map_or(self.stamp, |echo| echo.stamp)
    }
}

/// What is known of a slot beyond the shown value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rest {
    pub(crate) slot: Slot,
    /// The other heads, earliest first.
    pub(crate) rivals: Vec<Head>,
    /// Writes that were seen and have not arrived: they will be no heads.
    pub(crate) awaited: Vec<Stamp>,
    /// What the shown write saw beside its slot.
    pub(crate) beside: Vec<Stamp>,
    /// The write that the shown one repeats.
    pub(crate) echo: Option<Echo>,
}

/// What few records have.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct More {
    /// Sorted by slot.
    pub(crate) rests: Vec<Rest>,
    /// Verdicts about other rows, sorted by row.
    pub(crate) twins: Vec<(RowId, Verdict, Stamp)>,
    /// References as they were written, where the record shows the row that they are joined with; sorted by field.
    pub(crate) written: Vec<(Text, Value)>,
    /// Further creations of the same record.
    pub(crate) births: Vec<Stamp>,
}

/// Whether two rows are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody has said.
    #[default]
    Open,
    /// They are one thing: references to either mean the same row.
    One,
    /// They are two things, whatever their keys say.
    Two,
}

impl Verdict {
    /// As a value of its slot.
    pub(crate) fn value(self) -> Value {
        Value::Int(self as i64)
    }

    pub(crate) const fn of(value: Option<&Value>) -> Self {
        match value {
            Some(Value::Int(1)) => Self::One,
            Some(Value::Int(2)) => Self::Two,
            _ => Self::Open,
        }
    }
}

/// A write on its way into a slot.
pub(crate) struct Write<'a> {
    pub(crate) stamp: Stamp,
    pub(crate) value: Option<Value>,
    pub(crate) seen: &'a Seen,
}

/// Whether a write of one slot and those of another did not know of each other.
pub(super) fn blind(slot: &[Head], ends: &[&Head], edit: &Head) -> bool {
    !slot.iter().any(|h| h.beside.contains(&edit.stamp))
        && !ends.iter().any(|end| edit.beside.contains(&end.stamp))
}

impl More {
    fn is_empty(&self) -> bool {
        self.rests.is_empty() && self.twins.is_empty() && self.written.is_empty() && self.births.is_empty()
    }
}

impl Rest {
    const fn is_empty(&self) -> bool {
        self.rivals.is_empty() && self.awaited.is_empty() && self.beside.is_empty() && self.echo.is_none()
    }
}

impl Record {
    /// Takes in a write. `arrived` says which writes are known already, this one included.
    pub(crate) fn write(&mut self, slot: Slot, write: Write<'_>, arrived: &dyn Fn(Stamp) -> bool) {
        let Write { stamp, value, seen } = write;
        let shown = self.shown(&slot);
        let mut rest = self.take_rest(&slot);
        let again =
            shown.as_ref().is_some_and(|h| h.stamp == stamp) || rest.rivals.iter().any(|h| h.stamp == stamp);
        let overwritten = rest.awaited.iter().position(|s| *s == stamp).map(|at| rest.awaited.remove(at));
        if again {
            return self.put_rest(rest);
        }
        let own = || seen.own.iter().copied().filter(|s| *s < stamp);
        rest.rivals.retain(|h| !seen.own.contains(&h.stamp) || h.stamp >= stamp);
        let shown_stamp = shown.as_ref().map(|h| h.stamp);
        let unknown = |s: &Stamp| Some(*s) != shown_stamp && !rest.awaited.contains(s) && !arrived(*s);
        let new: Vec<Stamp> = own().filter(unknown).collect();
        rest.awaited.extend(new);
        order::sort(&mut rest.awaited);
        if overwritten.is_none() {
            let head = Head { stamp, value, beside: seen.beside.clone(), echo: seen.echo };
            match shown {
                Some(shown) if shown.stamp > stamp && !self.is_birth(shown.stamp) => rest.rivals.push(head),
                Some(shown) => {
                    let beside = std::mem::replace(&mut rest.beside, head.beside);
                    let echo = std::mem::replace(&mut rest.echo, head.echo);
                    if !own().any(|s| s == shown.stamp) && !self.is_birth(shown.stamp) {
                        rest.rivals.push(Head { beside, echo, ..shown });
                    }
                    self.show(&slot, head.value, stamp);
                }
                None => {
                    (rest.beside, rest.echo) = (head.beside, head.echo);
                    self.show(&slot, head.value, stamp);
                }
            }
            order::sort_by_key(&mut rest.rivals, |h| h.stamp);
        }
        self.put_rest(rest);
    }

    /// The shown write of a slot, as it was written; none while it is as it was created.
    pub(crate) fn shown(&self, slot: &Slot) -> Option<Head> {
        let (stamp, value) = match slot {
            Slot::Field(field) => {
                let at = self.stamps.binary_search_by(|(k, _)| k.cmp(field)).ok()?;
                (self.stamps.get(at)?.1, self.as_written(field).cloned())
            }
            Slot::State => self.stage.as_ref().map(|(word, s)| (*s, Some(Value::Choice(word.clone()))))?,
            Slot::Life => self.gone.map(|(gone, s)| (s, Some(Value::Bool(gone))))?,
            Slot::Twin(other) => {
                let twins = &self.more.as_ref()?.twins;
                let (_, verdict, stamp) = twins.iter().find(|(row, ..)| row == other)?;
                (*stamp, Some(verdict.value()))
            }
        };
        Some(Head { stamp, value, beside: Vec::new(), echo: None })
    }

    /// All heads of a slot, the shown one last; empty while it is as it was created.
    pub fn heads(&self, slot: &Slot) -> Vec<Head> {
        let rest = self.rest(slot);
        let rivals = rest.into_iter().flat_map(|r| r.rivals.iter().cloned());
        let (beside, echo) = rest.map(|r| (r.beside.clone(), r.echo)).unwrap_or_default();
        rivals.chain(self.shown(slot).map(|h| Head { beside, echo, ..h })).collect()
    }

    /// The slots that were written since the record was created.
    pub(crate) fn written_slots(&self) -> Vec<Slot> {
        let fields = self.stamps.iter().map(|(field, _)| Slot::Field(field.clone()));
        let state = self.stage.as_ref().map(|_| Slot::State);
        let life = self.gone.map(|_| Slot::Life);
        let twins = self.more.iter().flat_map(|m| m.twins.iter().map(|(other, ..)| Slot::Twin(*other)));
        fields.chain(state).chain(life).chain(twins).collect()
    }

    /// The stamps of a slot's heads.
    pub(crate) fn head_stamps(&self, slot: &Slot) -> Vec<Stamp> {
        self.heads(slot).into_iter().map(|h| h.stamp).filter(|s| !self.is_birth(*s)).collect()
    }

    /// Whether the stamp is that of a creation.
    pub(crate) fn is_birth(&self, stamp: Stamp) -> bool {
        self.created == Some(stamp) || self.more.as_ref().is_some_and(|m| m.births.contains(&stamp))
    }

    /// A value as it was written, before references to joined rows were followed.
    pub(crate) fn as_written(&self, field: &str) -> Option<&Value> {
        use crate::register::Fields as _;
        let written = self.more.iter().flat_map(|m| &m.written).find(|(k, _)| **k == *field);
        written.map(|(_, v)| v).or_else(|| self.value(field))
    }

    pub(crate) fn rest(&self, slot: &Slot) -> Option<&Rest> {
        self.more.as_ref()?.rests.iter().find(|r| r.slot == *slot)
    }

    fn take_rest(&mut self, slot: &Slot) -> Rest {
        let known = self.more.as_mut().and_then(|more| {
            let at = more.rests.iter().position(|r| r.slot == *slot)?;
            Some(more.rests.remove(at))
        });
        known.unwrap_or_else(|| Rest {
            slot: slot.clone(),
            rivals: Vec::new(),
            awaited: Vec::new(),
            beside: Vec::new(),
            echo: None,
        })
    }

    fn put_rest(&mut self, rest: Rest) {
        if !rest.is_empty() {
            let rests = &mut self.more_mut().rests;
            let at = rests.binary_search_by(|r| r.slot.cmp(&rest.slot)).unwrap_or_else(|at| at);
            rests.insert(at, rest);
        }
        self.tidy();
    }

    pub(crate) fn more_mut(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// A record that has no more has none.
    pub(crate) fn tidy(&mut self) {
        if self.more.as_ref().is_some_and(|m| m.is_empty()) {
            self.more = None;
        }
    }

    fn show(&mut self, slot: &Slot, value: Option<Value>, stamp: Stamp) {
        match (slot, &value) {
            (Slot::Field(field), _) => {
                self.stamp(field, stamp);
                self.put(field.clone(), value);
            }
            (Slot::State, Some(Value::Choice(word))) => self.stage = Some((word.clone(), stamp)),
            (Slot::State, _) => {}
            (Slot::Life, _) => self.gone = Some((value == Some(Value::Bool(true)), stamp)),
            (Slot::Twin(other), _) => {
                let verdict = Verdict::of(value.as_ref());
                let twins = &mut self.more_mut().twins;
                match twins.binary_search_by_key(other, |(row, ..)| *row) {
                    Ok(at) => twins.get_mut(at).into_iter().for_each(|t| *t = (*other, verdict, stamp)),
                    Err(at) => twins.insert(at, (*other, verdict, stamp)),
                }
            }
        }
    }
}

/// As text: each stamp as `milliseconds.counter.device`, those beside behind a bar, and behind another one the row and
/// the stamp of the write that is repeated.
impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let word = |s: &Stamp| format!("{}.{}.{}", s.millis, s.counter, s.device);
        let words = |stamps: &[Stamp]| stamps.iter().map(word).collect::<Vec<_>>().join(" ");
        let echo = self.echo.map(|e| format!("|{} {}", e.row, word(&e.stamp)));
        let beside = (!self.beside.is_empty() || echo.is_some()).then(|| format!("|{}", words(&self.beside)));
        s.serialize_str(&[Some(words(&self.own)), beside, echo].into_iter().flatten().collect::<String>())
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        seen(&text).ok_or_else(|| de::Error::custom("not a list of stamps"))
    }
}

fn seen(text: &str) -> Option<Seen> {
    let mut parts = text.splitn(3, '|');
    let mut stamps = || parts.next().unwrap_or_default().split_whitespace().map(stamp).collect();
    let (own, beside): (Option<Vec<Stamp>>, Option<Vec<Stamp>>) = (stamps(), stamps());
    let echo = match parts.next() {
        None => None,
        Some(echo) => {
            let (row, at) = echo.split_once(' ')?;
            Some(Echo { row: row.parse().ok()?, stamp: stamp(at)? })
        }
    };
    Some(Seen { own: own?, beside: beside?, echo })
}

fn stamp(text: &str) -> Option<Stamp> {
    let mut parts = text.splitn(3, '.');
    let (millis, counter) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let device: DeviceId = parts.next()?.parse().ok()?;
    Some(Stamp { millis, counter, device })
}
