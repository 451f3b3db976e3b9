//! W4 合同清理: from 待摸排 to 归档. 村两委 write and hold the meeting, the township's task force decides, the county files.

use super::super::{label, must_have, rule};
use crate::register::{Check, Condition, Move, Role, Rule, Severity, Stage, StageTone, Workflow};

const UNSEEN: &str = "待摸排";
pub(super) const WAY: &[&str] =
    &[UNSEEN, "已登记", "问题分类", "处置中", "民主程序", "公示", "新合同生效", "收益入账", "归档"];
pub(super) const CLEARED: &[&str] = &["新合同生效", "收益入账", "归档"];

const fn stage(word: &'static str, en: &'static str, tone: StageTone, locked: bool) -> Stage {
    Stage { word, en, tone, locked }
}

pub(super) const CLEAN_UP: Workflow = Workflow {
    stages: &[
        stage(UNSEEN, "To be looked into", Open, false),
        stage("已登记", "Registered", Open, false),
        stage("问题分类", "Issues named", Waiting, false),
        stage("处置中", "Being settled", Waiting, false),
        // While a court has it, nobody changes what it is about.
        stage("诉讼中", "In court", Waiting, true),
        stage("民主程序", "Before the meeting", Waiting, false),
        stage("公示", "Made public", Waiting, false),
        stage("新合同生效", "New contract in force", Done, false),
        stage("收益入账", "Income booked", Done, false),
        stage("归档", "Filed", Done, true),
    ],
    moves: MOVES,
    reversal: None,
};

use Role::{Department, TownReviewer, VillageClerk, VillageSecretary};
use StageTone::{Done, Open, Waiting};

const MOVES: &[Move] = &[
    Move::new(&[UNSEEN], "已登记", label("登记", "Register"), VillageClerk),
    Move::new(&["已登记"], "问题分类", label("报问题分类", "Name the issues"), VillageClerk)
        .only_if(ISSUES_NAMED),
    Move::new(&["问题分类"], "处置中", label("定处置", "Settle"), TownReviewer).only_if(DISPOSITION_CHOSEN),
    Move::new(&["问题分类"], "归档", label("无问题归档", "File"), TownReviewer).only_if(NOTHING_FOUND),
    Move::new(&["问题分类", "处置中", "民主程序"], "已登记", label("退回", "Send back"), TownReviewer)
        .with_reason(),
    Move::new(&["处置中"], "诉讼中", label("提起诉讼", "Go to court"), TownReviewer).only_if(SUED),
    Move::new(&["诉讼中"], "处置中", label("诉讼了结", "Out of court"), TownReviewer).with_reason(),
    Move::new(&["处置中"], "民主程序", label("提交民主程序", "Before the meeting"), VillageSecretary),
    Move::new(&["民主程序"], "公示", label("公示", "Make public"), VillageSecretary).only_if(MEETING_HELD),
    Move::new(&["公示"], "处置中", label("有异议退回", "Objected to"), TownReviewer).with_reason(),
    Move::new(&["公示"], "新合同生效", label("新合同生效", "In force"), TownReviewer)
        .only_if(NEW_PRICE_AGREED),
    Move::new(&["新合同生效"], "收益入账", label("收益入账", "Book the income"), VillageClerk)
        .only_if(RECOVERY_SAID),
    Move::new(&["收益入账"], "归档", label("归档", "File"), Department),
    Move::new(&["归档"], "处置中", label("重新处置", "Reopen"), Department).with_reason(),
];

// What must hold before a move.
const ISSUES_NAMED: &[Rule] = &[must_have(
    "issues_named",
    "issue_kinds",
    Condition::Any,
    "先填“问题类型”；没有问题的填“无”",
    "Name the issues first",
)];
const DISPOSITION_CHOSEN: &[Rule] = &[must_have(
    "disposition_chosen",
    "disposition",
    Condition::Any,
    "先填“处置”",
    "Choose what is to be done first",
)];
const NOTHING_FOUND: &[Rule] = &[rule(
    "nothing_found",
    Severity::Error,
    "issue_kinds",
    Condition::Any,
    Check::Must(Condition::Is("issue_kinds", &["无"])),
    "有问题的合同要处置完才能归档",
    "A contract with issues is settled before it is filed",
)];
const SUED: &[Rule] = &[rule(
    "sued",
    Severity::Error,
    "disposition",
    Condition::Any,
    Check::Must(Condition::Is("disposition", &["诉讼"])),
    "“处置”不是“诉讼”",
    "The disposition is not a lawsuit",
)];
const MEETING_HELD: &[Rule] = &[
    meeting_for_price(Condition::Present("price_after")),
    meeting_for_price(Condition::Is("disposition", &["调整价款"])),
];
const NEW_PRICE_AGREED: &[Rule] = &[meeting_for_price(Condition::Present("price_after"))];
const RECOVERY_SAID: &[Rule] = &[must_have(
    "recovered_said",
    "recovered_amount",
    Condition::Any,
    "先填“增收金额”，没有增收的填0",
    "Say what was recovered",
)];

/// A changed price needs the record of a meeting (domain W4).
const fn meeting_for_price(when: Condition) -> Rule {
    rule(
        "meeting_for_price",
        Severity::Error,
        "meeting",
        when,
        Check::Must(Condition::Present("meeting")),
        "改了价款，要先写明“民主程序”（哪次会议、哪一天）",
        "A changed price needs the record of a meeting",
    )
}
