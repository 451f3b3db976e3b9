//! The life of a business: 筹备 → 登记 → 正常 → 停业 → 注销. The village writes, the township confirms (domain §2.18b).

use super::super::{label, must_have};
use super::{COOPERATIVES, GROWER, STRUCK_OFF};
use crate::register::{Condition, Move, Role, Rule, Stage, StageTone, Workflow};

const PREPARED: &str = "筹备";
const REGISTERED: &str = "登记";
const RUNNING: &str = "正常";
const CLOSED: &str = "停业";

const fn stage(word: &'static str, en: &'static str, tone: StageTone, locked: bool) -> Stage {
    Stage { word, en, tone, locked }
}

use Role::{TownReviewer, VillageClerk};

pub(super) const LIFE: Workflow = Workflow {
    stages: &[
        stage(PREPARED, "Being set up", StageTone::Open, false),
        stage(REGISTERED, "Registered", StageTone::Waiting, false),
        stage(RUNNING, "Running", StageTone::Done, false),
        stage(CLOSED, "Closed", StageTone::Waiting, false),
        stage(STRUCK_OFF, "Struck off", StageTone::Ended, true),
    ],
    moves: &[
        Move::new(&[PREPARED], REGISTERED, label("登记", "Register"), VillageClerk).only_if(KNOWN),
        Move::new(&[REGISTERED], PREPARED, label("退回", "Send back"), TownReviewer).with_reason(),
        // A list of those that have long been running needs no second hand.
        Move::new(&[PREPARED, REGISTERED], RUNNING, label("确认正常", "Confirm"), TownReviewer)
            .only_if(IN_ORDER),
        Move::new(&[RUNNING], CLOSED, label("停业", "Close"), VillageClerk).with_reason(),
        Move::new(&[CLOSED], RUNNING, label("恢复", "Open again"), TownReviewer).with_reason(),
        Move::new(&[REGISTERED, RUNNING, CLOSED], STRUCK_OFF, label("注销", "Strike off"), TownReviewer)
            .with_reason(),
    ],
    reversal: None,
};

const KNOWN: &[Rule] = &[
    must_have("day_said", "reg_date", Condition::Any, "先填“成立日期”", "Say when it was founded"),
    must_have(
        "code_said",
        "usci",
        Condition::Not(&Condition::Is("kind", &[GROWER, "直播团队"])),
        "先填“统一社会信用代码”",
        "Write its credit code first",
    ),
];
const IN_ORDER: &[Rule] = &[must_have(
    "members_said",
    "members_total",
    Condition::Is("kind", COOPERATIVES),
    "合作社先填“成员数”",
    "Say how many members the co-operative has",
)];
