//! The life of a person's record: 在册 → 转出, 去世 or 注销. The village proposes, the township confirms (domain §2.18b).

use super::super::label;
use crate::register::{Move, Role, Stage, StageTone, Workflow};

const HERE: &str = "在册";
const PROPOSED: &str = "待镇核";
const LEFT: &str = "转出";
const DEAD: &str = "去世";
const STRUCK_OFF: &str = "注销";

const fn stage(word: &'static str, en: &'static str, tone: StageTone) -> Stage {
    Stage { word, en, tone, locked: false }
}

use Role::{TownReviewer, VillageClerk};

pub(super) const LIFE: Workflow = Workflow {
    stages: &[
        stage(HERE, "On the register", StageTone::Done),
        stage(PROPOSED, "Change proposed", StageTone::Waiting),
        stage(LEFT, "Moved away", StageTone::Ended),
        stage(DEAD, "Dead", StageTone::Ended),
        stage(STRUCK_OFF, "Struck off", StageTone::Ended),
    ],
    moves: &[
        Move::new(&[HERE], PROPOSED, label("报变动", "Propose a change"), VillageClerk).with_reason(),
        Move::new(&[PROPOSED], HERE, label("退回", "Send back"), TownReviewer).with_reason(),
        Move::new(&[PROPOSED], LEFT, label("确认转出", "Confirm: moved away"), TownReviewer),
        Move::new(&[PROPOSED], DEAD, label("确认去世", "Confirm: dead"), TownReviewer),
        Move::new(&[PROPOSED], STRUCK_OFF, label("确认注销", "Confirm: strike off"), TownReviewer),
        Move::new(&[LEFT, DEAD, STRUCK_OFF], HERE, label("恢复在册", "Put back"), TownReviewer).with_reason(),
    ],
    reversal: None,
};
