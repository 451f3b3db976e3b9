//! The gate (闸口): the only way to a sealed batch.
//!
//! Duty: every change that a person, an import, an undo or a program wants to record is held against what the ledger
//! says: the lock of a state, the lock of a period and place, the move with its role, scope and reason, natural keys,
//! references, and the rules of severity error. Inputs: the state, who acts, a draft. Outputs: an [`Admitted`] draft,
//! which alone can be sealed, or every [`Refusal`] with its reason; one refused change refuses the whole draft.
//! Neighbours: `draft` seals; forms, tables, imports and the command line show the refusals.
//!
//! What other devices have sealed is not refused but judged: it is part of the log already.
//!
//! An import has tested the rules of its kind row by row before it drafts anything, and leaves gaps as findings; here
//! the rules are asked for what a person typed and for what is handed on.

mod refusal;
mod scope;
mod settings;
#[cfg(test)]
mod tests;
mod twins;
mod view;

pub use self::refusal::{Ground, Refusal};
use self::scope::Scope;
pub use self::scope::{Locks, place_in};
use self::view::{Seen, View};
use super::conflict::{About as Disputed, Conflict};
use super::history::place;
use super::references::dangling;
use super::{BatchHead, BatchKind, Change, Draft, Operation, Origin, Person, Record, Source, State};
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{
    Fields as _, Finding, Level, Message, Register, Role, RowKind, Rule, Sense, Severity, Workflow,
};
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value};
use std::collections::BTreeSet;

/// A draft that may be sealed. Only the gate makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Admitted(Draft);

impl Admitted {
    /// What was admitted.
    pub fn into_draft(self) -> Draft {
        self.0
    }
}

/// What another program might have sealed: tests build ledgers that nobody here could write.
#[cfg(test)]
impl Admitted {
    pub(crate) const fn elsewhere(draft: Draft) -> Self {
        Self(draft)
    }
}

/// A draft that was refused: why, change by change.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("refused: {}", .0.first().map_or("", |r| r.message.en.as_str()))]
pub struct Refused(pub Vec<Refusal>);

/// Refusals listed; more of one draft say nothing new.
const LISTED: usize = 200;

/// Holds `draft` against the ledger. All of it is admitted, or nothing.
pub fn admit(state: &State, who: &Person, draft: Draft) -> Result<Admitted, Refused> {
    let mut gate = Gate {
        state,
        who,
        kind: &draft.kind,
        sources: &draft.sources,
        decided: decided(state, &draft),
        at: None,
        scope: Scope::of(who),
        locks: Locks::of(state),
        view: View::new(state, draft.operations.len()),
        refusals: Vec::new(),
    };
    let judged = gate.judged();
    for operation in &draft.operations {
        gate.pass(operation, judged);
        if gate.refusals.len() >= LISTED {
            break;
        }
    }
    for operation in &draft.operations {
        gate.settled(operation);
    }
    gate.rules(&draft);
    gate.references(&draft);
    if !judged {
        gate.tree(&draft);
        gate.refusals.extend(twins::refused(&gate.view, &draft));
    }
    gate.refusals.truncate(LISTED);
    if gate.refusals.is_empty() { Ok(Admitted(draft)) } else { Err(Refused(gate.refusals)) }
}

/// The records whose conflicts `draft` decides, where that is what it is for: with rows that become one, those that
/// stand for them and those that become one with them. Taking a decision back concerns what it concerned.
fn decided(state: &State, draft: &Draft) -> BTreeSet<RowId> {
    if *state.done(&draft.kind) != BatchKind::Decide {
        return BTreeSet::new();
    }
    if draft.kind.undoes().is_some() {
        return draft.operations.iter().map(|o| o.row).into_set();
    }
    let rows = |c: Conflict| match c.about {
        Disputed::Identity(other) => vec![c.row, other],
        // What a row behind says is written where it is shown.
        Disputed::Joined(_) => vec![c.row, state.canonical(c.row)],
        _ => vec![c.row],
    };
    let mut rows = state.conflicts().into_iter().flat_map(rows).into_set();
    for operation in &draft.operations {
        if let Change::Join { other, .. } = operation.change {
            rows.extend([operation.row, other]);
        }
    }
    rows
}

struct Gate<'a> {
    state: &'a State,
    who: &'a Person,
    kind: &'a BatchKind,
    sources: &'a [Source],
    /// Records of which a conflict is being decided.
    decided: BTreeSet<RowId>,
    /// Where the change that is looked at was imported from.
    at: Option<(Origin, Option<&'a str>)>,
    scope: Scope,
    locks: Locks,
    view: View<'a>,
    refusals: Vec<Refusal>,
}

/// A record's declaration and the record as the changes before this one leave it.
struct About<'a> {
    register: &'a Register,
    kind: &'a RowKind,
    row: RowId,
    seen: Seen<'a>,
}

impl<'a> About<'a> {
    /// The record that it stands under, as it is by now.
    fn parent(&self, view: &View<'a>) -> Option<Self> {
        let (register, kind) = (self.register, self.register.above(self.kind)?);
        let row = self.kind.parent_of(&self.seen)?;
        let seen = view.of(&register.key, row);
        seen.kind().is_some_and(|k| **k == *kind.key).then_some(Self { register, kind, row, seen })
    }
}

impl<'a> Gate<'a> {
    /// Holds a change against the ledger as the changes before it leave it.
    #[inline(never)] // called for every row of an import, see `lib`
    fn pass(&mut self, operation: &'a Operation, judged: bool) {
        self.at = operation.change.origin().map(|origin| (origin, operation.change.field()));
        if !judged {
            self.look(operation);
        }
        self.view.take(operation);
        self.at = None;
    }

    /// Holds a change against the ledger as all changes leave it: a workbook may list a village before its town, and a
    /// line before what it stands under.
    #[inline(never)] // called for every row of an import, see `lib`
    fn settled(&mut self, operation: &'a Operation) {
        self.at = operation.change.origin().map(|origin| (origin, operation.change.field()));
        self.named(operation);
        self.stands_under(operation);
        self.at = None;
        self.still_used(operation);
    }

    fn look(&mut self, operation: &'a Operation) {
        let (key, row) = (&*operation.register, operation.row);
        let seen = match &operation.change {
            Change::Create(creation) => View::made(row, creation),
            _ => self.view.of(key, row),
        };
        let named = seen.kind();
        // What a newer version declares cannot be judged by this one; it is kept as it is.
        let Some(register) = self.state.schema().register(key) else { return };
        let Some(kind) = named.and_then(|k| register.kind(k)) else {
            if !matches!(operation.change, Change::Create(_) | Change::Unknown(_)) {
                self.refuse(key, row, None, Ground::Gone, gone());
            }
            return;
        };
        self.sensitive(kind, operation);
        let about = About { register, kind, row, seen };
        match &operation.change {
            // Where it stands is known once what it stands under is.
            Change::Create(_) if kind.under.is_some() => {}
            Change::Create(_) => self.within(&about),
            Change::Set { field, value, .. } => {
                if self.alive(&about) {
                    self.changeable(&about);
                }
                // A record may not be carried out of one's place, nor into somebody else's.
                let about = About { register, kind, row, seen: self.view.of(key, row) };
                let place = scope::carried_to(&self.view, &about, field, value.as_ref());
                if place.is_some_and(|place| !self.scope.holds(&self.view, Some(place))) {
                    self.refuse(key, row, Some(field), Ground::Scope, out_of_scope());
                }
            }
            Change::Delete { .. } => {
                if self.alive(&about) {
                    self.changeable(&about);
                }
            }
            Change::Restore { .. } => self.changeable(&about),
            Change::Move { to, reason, .. } => {
                if self.alive(&about) {
                    self.moves(&about, to, reason.as_deref());
                }
            }
            Change::Join { .. } => self.within(&about),
            Change::Unknown(_) => {}
        }
    }

    /// What is sensitive is written only where what is kept is locked; the sample is about nobody.
    fn sensitive(&mut self, kind: &RowKind, operation: &Operation) {
        if !self.state.exposed || *self.kind.plain() == BatchKind::Sample {
            return;
        }
        let held = |key: &Text| kind.field(key).filter(|field| field.sensitive);
        let field = match &operation.change {
            Change::Create(creation) => creation.fields.iter().find_map(|(key, _)| held(key)),
            Change::Set { field, value: Some(_), .. } => held(field),
            _ => None,
        };
        if let Some(field) = field {
            let (key, row) = (&operation.register, operation.row);
            self.refuse(key, row, Some(&field.key), Ground::Exposed, exposed(&field.label));
        }
    }

    /// Whether it is a merge, or takes one back: what comes from others is not refused but judged, and goes again as a
    /// whole. Whoever has less to say than the person who merged does not take it back.
    fn judged(&mut self) -> bool {
        let (kind, mut merge) = (self.kind, None);
        let mut of = kind.undoes();
        while let Some(head) = of.and_then(|id| self.state.batch(id)) {
            (merge, of) = (Some(head), head.kind.undoes());
        }
        if !self.state.done(kind).is_merge() {
            return false;
        }
        let level = |who: &Person| who.role.map(|r| r.level());
        if let Some(head) = merge.filter(|head| level(&head.actor) > level(self.who)) {
            let by = head.actor.role.map(|r| r.label());
            let own = self.who.role.map(|r| r.label());
            let (zh, en) = (by.as_ref().map_or("", |l| &l.zh), by.as_ref().map_or("", |l| &l.en));
            let message = Message::new(
                format!(
                    "这次合账是{zh}做的，{}不能撤销",
                    own.as_ref().map_or("还没有写明岗位的人", |l| &l.zh)
                ),
                format!("This merge was done by the {en} and is theirs to take back"),
            );
            self.refuse("", RowId::from_bits(0), None, Ground::Role, message);
        }
        true
    }

    fn refuse(&mut self, register: &str, row: RowId, field: Option<&str>, ground: Ground, message: Message) {
        self.refusals.push(Refusal {
            register: Text::from(register),
            row,
            field: field.map(Text::from),
            ground,
            message,
            others: Vec::new(),
            place: self.at.and_then(|(origin, field)| place(self.sources, origin, field)),
        });
    }

    fn say(&mut self, about: &About<'_>, ground: Ground, message: Message) {
        self.refuse(&about.register.key, about.row, None, ground, message);
    }

    fn alive(&mut self, about: &About<'_>) -> bool {
        // That it is removed is what is being decided.
        let gone = about.seen.is_gone() && !self.decided.contains(&about.row);
        if gone {
            self.say(about, Ground::Gone, gone_words());
        }
        !gone
    }

    /// Whether the sample (示例) is being taken away: no lock holds what nobody has entered.
    fn clears_sample(&self, about: &About<'_>) -> bool {
        let undoes = self.kind.undoes();
        undoes.is_some_and(|id| self.made_by(about).is_some_and(|b| b.id == id)) && self.is_sample(about)
    }

    /// Whether the record came with the sample (示例).
    fn is_sample(&self, about: &About<'_>) -> bool {
        self.made_by(about).is_some_and(|b| *b.kind.plain() == BatchKind::Sample)
    }

    fn made_by(&self, about: &About<'_>) -> Option<&BatchHead> {
        self.state.batch_of(about.seen.created()?)
    }

    /// The locks of state and period, whose hands the record is in, and whose place it is.
    fn changeable(&mut self, about: &About<'_>) {
        if self.clears_sample(about) {
            return;
        }
        if self.decides(about) {
            return self.within(about);
        }
        if let Some(flow) = &about.kind.workflow
            && !self.born_here(about)
        {
            let word = about.seen.stage().unwrap_or_else(|| flow.initial());
            let held = held(flow, word, self.who);
            // The sample is there to be tried out: it is in nobody's hands.
            let held = held.filter(|(ground, _)| *ground != Ground::InOtherHands || !self.is_sample(about));
            if let Some((ground, why)) = held {
                return self.say(about, ground, why);
            }
        }
        if let Some((ground, why)) = self.held_above(about) {
            return self.say(about, ground, why);
        }
        self.within(about);
    }

    /// What holds the record that this one stands under: it is locked with it, and in the same hands unless its kind has
    /// a keeper of its own. What the draft itself makes holds nothing.
    fn held_above(&self, about: &About<'_>) -> Option<(Ground, Message)> {
        let (mut at, mut kept) = (about.parent(&self.view)?, about.kind.keeper.is_some());
        loop {
            let flow = at.kind.workflow.as_ref().filter(|_| !self.born_here(&at));
            let held = flow.and_then(|f| held(f, at.seen.stage().unwrap_or_else(|| f.initial()), self.who));
            let holds = |ground: &Ground| *ground == Ground::Locked || !(kept || self.is_sample(&at));
            if let Some((ground, why)) = held.filter(|(ground, _)| holds(ground)) {
                return Some((ground, above(&at.kind.label, &why)));
            }
            kept |= at.kind.keeper.is_some();
            at = at.parent(&self.view)?;
        }
    }

    /// Whether a new record may stand where it does, once all of the draft is known.
    fn stands_under(&mut self, operation: &'a Operation) {
        let Change::Create(creation) = &operation.change else { return };
        let Some(register) = self.state.schema().register(&operation.register) else { return };
        let Some(kind) = register.kind(&creation.kind).filter(|k| k.under.is_some()) else { return };
        let seen = self.view.of(&register.key, operation.row);
        let about = About { register, kind, row: operation.row, seen };
        if about.parent(&self.view).is_none() {
            let what = register.above(kind).map_or(&register.label, |k| &k.label);
            return self.say(&about, Ground::Lost, orphan(what));
        }
        // What this very draft closes was open when the line was made: a place is closed together with the line that
        // says why.
        let closed_here = about.parent(&self.view).is_some_and(|parent| {
            let from = self.view.moved(&register.key, parent.row);
            let flow = parent.kind.workflow.as_ref();
            let was = from
                .zip(flow)
                .and_then(|((from, _), flow)| flow.stage(from.unwrap_or_else(|| flow.initial())));
            was.is_some_and(|stage| !stage.locked)
        });
        match self.held_above(&about).filter(|(ground, _)| *ground != Ground::Locked || !closed_here) {
            Some((ground, why)) => self.say(&about, ground, why),
            None => self.within(&about),
        }
    }

    /// A decision about a conflict stands above the locks, and is the township's wherever records are handed on.
    fn decides(&mut self, about: &About<'_>) -> bool {
        if !self.decided.contains(&about.row) {
            return false;
        }
        let role = self.who.role;
        if about.kind.workflow.is_some() && role.is_none_or(|r| r.level() < Level::Town) {
            match role {
                None => self.say(about, Ground::Nobody, nobody()),
                Some(role) => {
                    let by = Role::TownReviewer.label();
                    self.say(about, Ground::Role, not_yours(&role.label(), &by, "裁定"));
                }
            }
        }
        true
    }

    /// Whether the draft itself made the record: it is not yet in anybody's hands.
    fn born_here(&self, about: &About<'_>) -> bool {
        about.seen.record().is_none_or(|r| r.created().is_none())
    }

    /// The lock of the period, the keeper of the kind and the person's scope.
    fn within(&mut self, about: &About<'_>) {
        let place = scope::place_of(&self.view, about);
        if let Some(lock) = self.locks.over(&self.view, about, place) {
            return self.say(about, Ground::Closed, lock);
        }
        if let Some(keeper) = about.kind.keeper
            && !self.who.role.is_some_and(|r| r.stands_for(keeper) || r.level() > keeper.level())
        {
            return self.say(about, Ground::Role, kept_by(&keeper.label()));
        }
        if !self.scope.holds(&self.view, place) {
            self.say(about, Ground::Scope, out_of_scope());
        }
    }

    /// What the county has set stays while records use it, once all of the draft is done.
    fn still_used(&mut self, operation: &'a Operation) {
        let users = settings::users(&self.view, operation);
        if users > 0 {
            let message = Message::new(
                format!("还有 {users} 行用着它，请先清空或改填，再改这一项设置"),
                format!("{users} records still use it; clear them before you change this setting"),
            );
            let field = operation.change.field();
            self.refuse(&operation.register, operation.row, field, Ground::Needed, message);
        }
    }

    /// What the values name must be there, once all of the draft is done.
    fn named(&mut self, operation: &'a Operation) {
        let (key, row) = (&*operation.register, operation.row);
        let values: &mut dyn Iterator<Item = (&Text, &Value)> = match &operation.change {
            Change::Create(creation) => &mut creation.fields.iter().map(|(k, v)| (k, v)),
            Change::Set { field, value, .. } => &mut value.iter().map(move |v| (field, v)),
            // What comes back names what it named.
            Change::Restore { .. } => {
                let record = self.view.of(key, row).record();
                &mut record.map(Record::cells).unwrap_or_default().iter().map(|(k, v)| (k, v))
            }
            _ => return,
        };
        let schema = self.state.schema();
        let mut values = values.filter(|(_, value)| !value.refs().is_empty()).peekable();
        if values.peek().is_none() {
            return;
        }
        let kind = match &operation.change {
            Change::Create(creation) => Some(&creation.kind),
            _ => self.view.of(key, row).kind(),
        };
        let declared = kind.and_then(|kind| schema.kind(key, kind));
        for (name, value) in values {
            let Some(field) = declared.and_then(|kind| kind.field(name)) else { continue };
            let Some(target) = field.target() else { continue };
            // Registers that this version does not have cannot be looked into.
            if target.registers().any(|key| schema.register(key).is_none()) {
                continue;
            }
            let stands = |id: &RowId| target.registers().any(|key| self.view.stands(key, *id));
            let lost = value.refs().iter().any(|id| !stands(id));
            if lost {
                let (zh, en) = (
                    format!("“{}”指向的记录已不在", field.label.zh),
                    format!("{} names a record that is not there", field.label.en),
                );
                self.refuse(key, row, Some(name), Ground::Lost, Message::new(zh, en));
            }
        }
    }

    fn moves(&mut self, about: &About<'a>, to: &str, reason: Option<&str>) {
        let Some(flow) = &about.kind.workflow else {
            return self.say(about, Ground::NoSuchMove, no_states());
        };
        if *self.kind.plain() == BatchKind::Sample || self.clears_sample(about) || self.decides(about) {
            return;
        }
        let from = about.seen.stage().unwrap_or_else(|| flow.initial());
        let place = scope::place_of(&self.view, about);
        if let Some(lock) = self.locks.over(&self.view, about, place) {
            return self.say(about, Ground::Closed, lock);
        }
        match self.way(about, flow, from, to) {
            Way::Step { by, reason: asked, guards } => {
                let Some(role) = self.who.role else { return self.say(about, Ground::Nobody, nobody()) };
                if !role.stands_for(by) {
                    return self.say(about, Ground::Role, not_yours(&role.label(), &by.label(), to));
                }
                if !self.scope.holds(&self.view, place) {
                    return self.say(about, Ground::Scope, out_of_scope());
                }
                if asked && reason.is_none_or(|r| r.trim().is_empty()) {
                    self.say(about, Ground::NoReason, no_reason(to));
                }
                self.guarded(about, guards);
            }
            Way::Free => {}
            Way::Locked => {
                let en = flow.stage(from).map_or("", |s| s.en);
                self.say(about, Ground::Locked, locked(flow, from, en));
            }
            Way::None => self.say(about, Ground::NoSuchMove, no_such_move(from, to)),
        }
    }

    /// What must hold before the move.
    fn guarded(&mut self, about: &About<'a>, guards: &[Rule]) {
        let found: Vec<Finding> = {
            let world = self.view.world();
            guards
                .iter()
                .filter_map(|g| g.test(&about.register.key, &about.kind.key, &about.seen, &world))
                .collect()
        };
        for found in found {
            let (field, ground) = (found.field.as_deref(), Ground::Rule(found.rule.clone()));
            self.refuse(&about.register.key, about.row, field, ground, found.message);
        }
    }

    /// How a record may get from one state to another in this draft.
    fn way<'w>(&self, about: &About<'_>, flow: &'w Workflow, from: &str, to: &str) -> Way<'w> {
        if let Some(step) = flow.step(from, to) {
            // Taking a step back, and going back to a moment, say why by what they are.
            let again = matches!(self.kind.plain(), BatchKind::Undo { .. } | BatchKind::Restore { .. });
            let guards = if again { &[] } else { step.guards };
            return Way::Step { by: step.by, reason: step.reason && !again, guards };
        }
        // The mirror of a reversed entry is closed from the beginning.
        let mirror = |r: &crate::register::Reversal| r.mirror == to && about.seen.value(r.of).is_some();
        if self.born_here(about) && flow.reversal.as_ref().is_some_and(mirror) {
            return Way::Free;
        }
        if flow.stage(from).is_some_and(|s| s.locked) {
            return Way::Locked;
        }
        // Whoever may take a step may take it back.
        let back = flow.step(to, from).map(|step| Way::Step { by: step.by, reason: false, guards: &[] });
        match self.kind.plain() {
            BatchKind::Undo { .. } => back.unwrap_or(Way::None),
            // As of a past moment, whatever lies between.
            BatchKind::Restore { .. } => Way::Step { by: Role::CountyStaff, reason: false, guards: &[] },
            _ => Way::None,
        }
    }

    /// What the rules call an error, where it was none before.
    fn rules(&mut self, draft: &Draft) {
        if !matches!(draft.kind, BatchKind::Edit | BatchKind::Move) {
            return;
        }
        let world = self.view.world();
        let mut found = Vec::new();
        for (key, row) in self.view.touched() {
            let seen = self.view.of(key, row);
            let kind = seen.kind().and_then(|kind| self.state.schema().kind(key, kind));
            let Some(kind) = kind.filter(|_| !seen.is_gone()) else { continue };
            // What is sent back is sent back because something is wrong with it.
            let handed_on = self.view.moved(key, row).is_some_and(|(from, to)| {
                let step =
                    kind.workflow.as_ref().and_then(|f| f.step(from.unwrap_or_else(|| f.initial()), to));
                step.is_some_and(|s| !s.reason)
            });
            let before = seen.record().filter(|r| r.created().is_some() && !handed_on);
            for rule in kind.rules.iter().filter(|r| r.severity == Severity::Error) {
                let Some(breach) = rule.test(key, &kind.key, &seen, &world) else { continue };
                let old = before.is_some_and(|r| rule.test(key, &kind.key, r, &world).is_some());
                if !old {
                    found.push((Text::from(key), row, rule.field, Text::from(rule.key), breach.message));
                }
            }
        }
        for (key, row, field, rule, message) in found {
            self.refuse(&key, row, Some(field), Ground::Rule(rule), message);
        }
    }

    /// No place is moved within a closed period; the sample (示例) goes as a whole.
    fn tree(&mut self, draft: &Draft) {
        let sample = |id| self.state.batch(id).is_some_and(|b| *b.kind.plain() == BatchKind::Sample);
        if draft.kind.undoes().is_some_and(sample) {
            return;
        }
        for (row, lock) in self.locks.unsettled(&self.view) {
            let above = self.state.schema().of_places().and_then(|k| k.key_of(Sense::Above));
            self.refuse(PLACE_REGISTER, row, above, Ground::Closed, lock);
        }
    }

    /// What rows that stay need is not removed.
    fn references(&mut self, draft: &Draft) {
        let held = dangling(self.state, draft);
        let mut by_target: std::collections::BTreeMap<(Text, RowId), Vec<_>> =
            std::collections::BTreeMap::new();
        for pointer in held {
            by_target.entry((pointer.at.clone(), pointer.target)).or_default().push(pointer);
        }
        for ((register, row), others) in by_target {
            let n = others.len();
            let message = Message::new(
                format!("还有 {n} 行用着这条记录，请先把那些行改到别处或删去"),
                format!("{n} rows still point at this record; change or remove those first"),
            );
            self.refusals.push(Refusal {
                register,
                row,
                field: None,
                ground: Ground::Needed,
                message,
                others,
                place: None,
            });
        }
    }
}

/// How a record gets from one state to another.
enum Way<'w> {
    /// By a declared step.
    Step { by: Role, reason: bool, guards: &'w [Rule] },
    /// Of itself.
    Free,
    /// Not out of this state.
    Locked,
    /// Not at all.
    None,
}

/// Why `who` may not change a record where it stands now, for whoever wants to say so before anything is typed.
pub fn held_by(kind: &RowKind, record: &Record, who: &Person) -> Option<Message> {
    let flow = kind.workflow.as_ref()?;
    held(flow, record.stage().unwrap_or_else(|| flow.initial()), who).map(|(_, why)| why)
}

fn held(flow: &Workflow, word: &str, who: &Person) -> Option<(Ground, Message)> {
    let stage = flow.stage(word);
    let en = stage.map_or("", |s| s.en);
    if stage.is_some_and(|s| s.locked) {
        return Some((Ground::Locked, locked(flow, word, en)));
    }
    let mine = flow.may_change(word, who.role);
    (!mine).then(|| (Ground::InOtherHands, in_other_hands(flow, word, en)))
}

fn exposed(field: &crate::register::Label) -> Message {
    Message::new(
        format!("“{}”属于敏感内容，设了口令的电脑上才能填：请到“设置 → 隐私与锁定”设置口令", field.zh),
        format!(
            "{} is sensitive and written only where a passphrase is set: see Settings, Privacy and lock",
            field.en
        ),
    )
}

fn gone() -> Message {
    Message::new("没有这条记录", "There is no such record")
}

fn gone_words() -> Message {
    Message::new("这条记录已删除，请先恢复", "The record was removed; put it back first")
}

fn locked(flow: &Workflow, word: &str, en: &str) -> Message {
    if flow.reversal.is_some() {
        return Message::new(
            format!("这条记录{word}，不能再改；要更正请用红冲，再重新填一笔"),
            format!("The record is closed ({en}); reverse it and enter it anew"),
        );
    }
    Message::new(
        format!("这条记录{word}，不能再改；要改请先退回"),
        format!("The record is closed ({en}) and cannot be changed; have it sent back first"),
    )
}

fn in_other_hands(flow: &Workflow, word: &str, en: &str) -> Message {
    let who: Vec<_> = flow.moves_from(word).map(|m| m.by.label()).collect();
    let zh = who.first().map_or("", |l| &l.zh);
    let name = who.first().map_or("", |l| &l.en);
    Message::new(
        format!("这条记录{word}，现在由{zh}处理；要改请先退回"),
        format!("The record is {en} and in the hands of the {name}; have it sent back first"),
    )
}

fn kept_by(role: &crate::register::Label) -> Message {
    Message::new(format!("这一项由{}管理", role.zh), format!("Kept by the {}", role.en))
}

/// What holds the record above, as the reason that holds the one under it.
fn above(kind: &crate::register::Label, why: &Message) -> Message {
    Message::new(format!("所属{}：{}", kind.zh, why.zh), format!("Its {}: {}", kind.en, why.en))
}

fn orphan(kind: &crate::register::Label) -> Message {
    Message::new(format!("要先选定所属{}", kind.zh), format!("It stands under no {}", kind.en))
}

fn out_of_scope() -> Message {
    Message::new("不是您单位的记录，不能改", "The record belongs to another place")
}

fn no_states() -> Message {
    Message::new("这种记录没有状态", "Records of this kind have no states")
}

fn no_such_move(from: &str, to: &str) -> Message {
    Message::new(format!("“{from}”不能直接变成“{to}”"), format!("There is no move from {from} to {to}"))
}

fn nobody() -> Message {
    Message::new(
        "还没有写明谁在操作：请在“设置 → 谁在用”里写上姓名和岗位",
        "Nobody has said who acts: give a name and a role under Settings",
    )
}

fn not_yours(role: &crate::register::Label, by: &crate::register::Label, to: &str) -> Message {
    Message::new(
        format!("“{to}”由{}办理，{}不能办", by.zh, role.zh),
        format!("This is done by the {}, not by the {}", by.en, role.en),
    )
}

fn no_reason(to: &str) -> Message {
    Message::new(format!("改为“{to}”要写原因"), "A reason must be given".to_owned())
}
