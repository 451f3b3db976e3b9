//! The life of a household's record: 在册 → 迁出 or 销户, kept by the village (domain §2.18b). What it has stays as it was on
//! the day it left.

use super::super::{label, rule};
use super::LEFT;
use crate::register::{Check, Condition, Move, Role, Rule, Severity, Stage, StageTone, Workflow};

const HERE: &str = "在册";
const CLOSED: &str = "销户";

use Role::VillageClerk;

pub(super) const LIFE: Workflow = Workflow {
    stages: &[
        Stage { word: HERE, en: "Here", tone: StageTone::Done, locked: false },
        Stage { word: LEFT, en: "Moved away", tone: StageTone::Ended, locked: true },
        Stage { word: CLOSED, en: "Closed", tone: StageTone::Ended, locked: true },
    ],
    moves: &[
        Move::new(&[HERE], LEFT, label("迁出", "Move away"), VillageClerk).only_if(DAY_SAID),
        Move::new(&[HERE, LEFT], CLOSED, label("销户", "Close"), VillageClerk).with_reason(),
        Move::new(&[LEFT, CLOSED], HERE, label("恢复在册", "Put back"), VillageClerk).with_reason(),
    ],
    reversal: None,
};

const DAY_SAID: &[Rule] = &[rule(
    "day_said",
    Severity::Error,
    "moved_out",
    Condition::Any,
    Check::Must(Condition::Present("moved_out")),
    "先填“迁出日期”",
    "Say first when it moved out",
)];
