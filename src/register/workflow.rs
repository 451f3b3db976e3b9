//! States of a record and who moves them (domain §2.18b, §5).

use super::{Label, Rule, label};

/// The states of a kind of rows and the moves between them.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// States in order; the first is where a new record begins.
    pub stages: &'static [Stage],
    /// What may happen in which state.
    pub moves: &'static [Move],
    /// How a closed entry is corrected, where rows hold amounts.
    pub reversal: Option<Reversal>,
}

/// One state.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The word, which is also what is stored.
    pub word: &'static str,
    /// Its English reading.
    pub en: &'static str,
    /// How it is coloured.
    pub tone: StageTone,
    /// Values may no longer be changed, only corrected by a new entry (更正, 红冲).
    pub locked: bool,
}

/// How a state is coloured; always together with its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageTone {
    /// Being written.
    Open,
    /// Waits for somebody.
    Waiting,
    /// Finished.
    Done,
    /// Sent back or ended.
    Ended,
}

/// One move.
#[derive(Debug, Clone)]
pub struct Move {
    /// States it leaves.
    pub from: &'static [&'static str],
    /// State it reaches.
    pub to: &'static str,
    /// What the button says.
    pub verb: Label,
    /// Who does it.
    pub by: Role,
    /// A reason must be given (退回).
    pub reason: bool,
    /// What must hold before.
    pub guards: &'static [Rule],
}

impl Move {
    /// A move without conditions.
    pub const fn new(from: &'static [&'static str], to: &'static str, verb: Label, by: Role) -> Self {
        Self { from, to, verb, by, reason: false, guards: &[] }
    }

    /// Only with a reason.
    #[must_use]
    pub const fn with_reason(mut self) -> Self {
        self.reason = true;
        self
    }

    /// Only when the rules hold.
    #[must_use]
    pub const fn only_if(mut self, guards: &'static [Rule]) -> Self {
        self.guards = guards;
        self
    }
}

/// Who acts (domain §2.0). The word is what batches and files say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 村级填报员
    VillageClerk,
    /// 村书记
    VillageSecretary,
    /// 乡镇审核员
    TownReviewer,
    /// 乡镇书记
    TownSecretary,
    /// 部门
    Department,
    /// 县级管理员
    CountyStaff,
    /// 党员
    Member,
    /// 群众
    Resident,
    /// 代表
    Deputy,
    /// 操作员
    Operator,
}

/// The level of a place at which somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 村
    Village,
    /// 乡镇
    Town,
    /// 县
    County,
}

impl Role {
    /// Every role, from the village upwards.
    pub const ALL: [Self; 10] = [
        Self::VillageClerk,
        Self::VillageSecretary,
        Self::TownReviewer,
        Self::TownSecretary,
        Self::Department,
        Self::CountyStaff,
        Self::Member,
        Self::Resident,
        Self::Deputy,
        Self::Operator,
    ];

    /// What it is called.
    pub const fn label(self) -> Label {
        match self {
            Self::VillageClerk => label("村级填报员", "Village clerk"),
            Self::VillageSecretary => label("村书记", "Village secretary"),
            Self::TownReviewer => label("乡镇审核员", "Township reviewer"),
            Self::TownSecretary => label("乡镇书记", "Township secretary"),
            Self::Department => label("部门", "Department"),
            Self::CountyStaff => label("县级管理员", "County administrator"),
            Self::Member => label("党员", "Party member"),
            Self::Resident => label("群众", "Resident"),
            Self::Deputy => label("代表", "Deputy"),
            Self::Operator => label("操作员", "Operator"),
        }
    }

    /// The role that is called so.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.label().zh == word)
    }

    /// Where it works.
    pub const fn level(self) -> Level {
        match self {
            Self::TownReviewer | Self::TownSecretary => Level::Town,
            Self::Department | Self::CountyStaff => Level::County,
            _ => Level::Village,
        }
    }

    /// Whether what `other` does may also be done by this role: a secretary does the clerk's work, and the county
    /// keeps the ledger as a whole. Nobody else stands in for another.
    pub fn stands_for(self, other: Self) -> bool {
        self == other
            || self == Self::CountyStaff
            || matches!(
                (self, other),
                (Self::VillageSecretary, Self::VillageClerk) | (Self::TownSecretary, Self::TownReviewer)
            )
    }
}

/// How a closed entry is corrected (红冲): it stays as it is, a mirror of it takes its amounts out again, and both are
/// shown. What is right is then entered anew.
#[derive(Debug, Clone)]
pub struct Reversal {
    /// State of an entry that was reversed.
    pub to: &'static str,
    /// State of its mirror, from the beginning.
    pub mirror: &'static str,
    /// Fields of which the mirror has the negative.
    pub amounts: &'static [&'static str],
    /// The mirror's field that names the entry.
    pub of: &'static str,
    /// The mirror's field that says why.
    pub why: &'static str,
    /// What the entry brought to another record, where it brings anything.
    pub brings: Option<Brings>,
}

/// What an entry brings to the record that it names, and what a reversal therefore takes off there again: a rent was
/// received of a due.
#[derive(Debug, Clone, Copy)]
pub struct Brings {
    /// The entry's field that names the record.
    pub to: &'static str,
    /// The record's field that adds up what came.
    pub sum: &'static str,
    /// The record's field that has the day on which it came; blank again where nothing is left.
    pub day: &'static str,
}

impl Workflow {
    /// Where a new record begins.
    pub fn initial(&self) -> &'static str {
        self.stages.first().map_or("", |s| s.word)
    }

    /// The state called `word`.
    pub fn stage(&self, word: &str) -> Option<&Stage> {
        self.stages.iter().find(|s| s.word == word)
    }

    /// The moves that leave `state`.
    pub fn moves_from<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Move> + 'a {
        self.moves.iter().filter(move |m| m.from.contains(&state))
    }

    /// The move from one state to another.
    pub fn step(&self, from: &str, to: &str) -> Option<&Move> {
        self.moves.iter().find(|m| m.to == to && m.from.contains(&from))
    }

    /// Who may change a record that stands in `stage`: whoever may move it on or send it back, and at the beginning
    /// everybody whose place it is.
    pub fn may_change(&self, stage: &str, role: Option<Role>) -> bool {
        if stage == self.initial() {
            return true;
        }
        role.is_some_and(|role| {
            self.moves_from(stage).any(|m| role.stands_for(m.by) || role.level() > m.by.level())
        })
    }

    /// Whether what stands in `stage` has ended and no longer counts. A reversed entry does: its mirror takes it out.
    pub fn is_over(&self, stage: &str) -> bool {
        !self.is_reversed(stage) && self.stage(stage).is_some_and(|s| s.tone == StageTone::Ended)
    }

    /// Whether an entry in `stage` was reversed: it stands for itself and is no longer the one that its key means.
    pub fn is_reversed(&self, stage: &str) -> bool {
        self.reversal.as_ref().is_some_and(|r| r.to == stage)
    }
}
