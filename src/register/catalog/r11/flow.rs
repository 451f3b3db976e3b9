//! The life of a facility: 建设中 → 启用 → 运行 → 停用, 改建 in between. The village proposes, the township confirms
//! (domain §2.18b).

use super::super::{label, must_have};
use super::STATION;
use crate::register::{Condition, Move, Role, Rule, Stage, StageTone, Workflow};

const BUILDING: &str = "建设中";
const OPENED: &str = "启用";
const RUNNING: &str = "运行";
const CLOSED: &str = "停用";
const REBUILDING: &str = "改建";

const fn stage(word: &'static str, en: &'static str, tone: StageTone) -> Stage {
    Stage { word, en, tone, locked: false }
}

use Role::{TownReviewer, VillageClerk};

pub(super) const LIFE: Workflow = Workflow {
    stages: &[
        stage(BUILDING, "Being built", StageTone::Open),
        stage(OPENED, "Opened", StageTone::Waiting),
        stage(RUNNING, "Running", StageTone::Done),
        stage(REBUILDING, "Being rebuilt", StageTone::Waiting),
        stage(CLOSED, "Closed", StageTone::Ended),
    ],
    moves: &[
        Move::new(&[BUILDING, REBUILDING], OPENED, label("启用", "Open"), VillageClerk).only_if(BUILT),
        Move::new(&[OPENED], RUNNING, label("确认运行", "Confirm"), TownReviewer).only_if(READY),
        Move::new(&[OPENED], BUILDING, label("退回", "Send back"), TownReviewer).with_reason(),
        Move::new(&[OPENED, RUNNING], REBUILDING, label("改建", "Rebuild"), TownReviewer).with_reason(),
        Move::new(&[BUILDING, OPENED, RUNNING, REBUILDING], CLOSED, label("停用", "Close"), TownReviewer)
            .with_reason(),
        Move::new(&[CLOSED], OPENED, label("恢复启用", "Open again"), TownReviewer).with_reason(),
    ],
    reversal: None,
};

const BUILT: &[Rule] = &[
    must_have("built_said", "built", Condition::Any, "先填“建成时间”", "Say when it was built"),
    must_have(
        "code_said",
        "code",
        Condition::Is("kind", &[STATION]),
        "小区党群服务站要先有“编码”（八有之一）",
        "A station needs its code first",
    ),
];
const READY: &[Rule] =
    &[must_have("hours_said", "open_hours", Condition::Any, "先填“开放时间”", "Say when it is open")];
