//! States of a record and who moves them (domain §2.18b, §5).

use super::Label;

/// The states of a kind of rows and the moves between them.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// States in order; the first is where a new record begins.
    pub stages: Vec<Stage>,
    /// What may happen in which state.
    pub moves: Vec<Move>,
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
}

/// Who acts (domain §2.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// 村级填报员
    VillageClerk,
    /// 村书记
    VillageSecretary,
    /// 乡镇审核员
    TownReviewer,
    /// 县级管理员
    CountyStaff,
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
}
