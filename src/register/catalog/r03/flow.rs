//! W2 人才三级审核: 村摸排 → 乡审核 → 县备案 → 在库, then 培养 and 使用, until 出库. Each step may send back with a reason; a
//! reserve has a mentor before being put to use.

use super::super::{label, rule};
use super::RESERVE;
use crate::register::{Check, Condition, Move, Role, Rule, Severity, Stage, StageTone, Workflow};

const SURVEYED: &str = "村级摸排";
const REVIEWED: &str = "乡级审核";
const FILED: &str = "县级备案";
const LISTED: &str = "在库";
const TRAINED: &str = "培养中";
const USED: &str = "使用中";
const LEFT: &str = "出库";

const fn stage(word: &'static str, en: &'static str, tone: StageTone) -> Stage {
    Stage { word, en, tone, locked: false }
}

use Role::{Department, TownReviewer, VillageClerk};

/// The way into the library.
pub(super) const LISTING: &[&str] = &[SURVEYED, REVIEWED, FILED, LISTED];

pub(super) const REVIEW: Workflow = Workflow {
    stages: &[
        stage(SURVEYED, "Found in the village", StageTone::Open),
        stage(REVIEWED, "With the township", StageTone::Waiting),
        stage(FILED, "With the county", StageTone::Waiting),
        stage(LISTED, "In the library", StageTone::Done),
        stage(TRAINED, "Being trained", StageTone::Done),
        stage(USED, "Put to use", StageTone::Done),
        stage(LEFT, "Left the library", StageTone::Ended),
    ],
    moves: &[
        Move::new(&[SURVEYED], REVIEWED, label("报乡镇审核", "Hand in"), VillageClerk).only_if(COMPLETE),
        Move::new(&[REVIEWED], SURVEYED, label("退回村里", "Send back"), TownReviewer).with_reason(),
        Move::new(&[REVIEWED], FILED, label("审核通过", "Approve"), TownReviewer),
        Move::new(&[FILED], REVIEWED, label("退回乡镇", "Send back"), Department).with_reason(),
        Move::new(&[FILED], LISTED, label("备案入库", "File"), Department),
        Move::new(&[LISTED, USED], TRAINED, label("开始培养", "Train"), TownReviewer),
        Move::new(&[LISTED, TRAINED], USED, label("开始使用", "Put to use"), TownReviewer).only_if(PAIRED),
        Move::new(&[TRAINED, USED], LISTED, label("回到在库", "Back into the library"), TownReviewer),
        Move::new(&[LISTED, TRAINED, USED], LEFT, label("出库", "Take out"), TownReviewer).with_reason(),
        Move::new(&[LEFT], LISTED, label("重新入库", "Take in again"), Department).with_reason(),
    ],
    reversal: None,
};

const COMPLETE: &[Rule] = &[
    has("level_said", "level", Condition::Any, "先填“入库级别”", "Say into which library first"),
    has("speciality_said", "speciality", Condition::Any, "先填“特长”", "Write the speciality first"),
];
const PAIRED: &[Rule] = &[has(
    "mentor_said",
    "mentor",
    Condition::Is("category", &[RESERVE]),
    "后备力量使用前先结对，填“帮带人”",
    "A reserve is paired with a mentor first",
)];

const fn has(
    key: &'static str,
    field: &'static str,
    when: Condition,
    zh: &'static str,
    en: &'static str,
) -> Rule {
    rule(key, Severity::Error, field, when, Check::Must(Condition::Present(field)), zh, en)
}
