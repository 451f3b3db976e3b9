//! R07 集体经济收支台账: income and expense of collective economies, line by line or as a yearly statement
//! (domain §2.7).

use super::{
    COMMON, FieldKind, LUMP_YEARS_RANGE, Label, ORG, Options, PERIOD, Pool, Register, Target, choice, closed,
    fields, label, names, r09, rule, shared, threshold,
};
use crate::register::{
    Aggregate, Brings, Check, Compare, Condition, Expr, Field, Fields, Fill, Group, Law, Message, Move,
    NaturalKey, Reversal, Role, RowKind, Rule, Sense, Severity, Stage, StageTone, Tells, Threshold, View,
    Workflow, World,
};
use crate::value::{Decimal, Grain, Value};

/// Subjects of the 2024 accounting system, by direction; details stand after `·`.
pub const INCOME_SUBJECTS: &[(&str, &str)] = &[
    ("经营收入", "Operating income"),
    ("经营收入·产品销售", "Operating income · Product sales"),
    ("经营收入·物资销售", "Operating income · Material sales"),
    ("经营收入·出租", "Operating income · Rent"),
    ("经营收入·发包", "Operating income · Contracting out"),
    ("经营收入·服务", "Operating income · Services"),
    ("经营收入·劳务", "Operating income · Labour"),
    ("经营收入·其他经营", "Operating income · Other operations"),
    ("投资收益", "Investment income"),
    ("投资收益·入股分红", "Investment income · Dividends"),
    ("投资收益·联营", "Investment income · Joint operation"),
    ("投资收益·债权利息", "Investment income · Interest"),
    ("投资收益·处置", "Investment income · Disposal"),
    ("补助收入", "Subsidies"),
    ("补助收入·财政奖补", "Subsidies · Fiscal award"),
    ("补助收入·项目补助", "Subsidies · Project grant"),
    ("补助收入·社会帮扶", "Subsidies · Social aid"),
    ("其他收入", "Other income"),
    ("其他收入·捐赠", "Other income · Donations"),
    ("其他收入·罚没", "Other income · Fines"),
    ("其他收入·盘盈", "Other income · Inventory gains"),
    ("其他收入·征占补偿", "Other income · Land compensation"),
];

/// Expense subjects.
pub const EXPENSE_SUBJECTS: &[(&str, &str)] = &[
    ("经营支出", "Operating expense"),
    ("税金及附加", "Taxes and surcharges"),
    ("管理费用", "Administrative expense"),
    ("管理费用·运转支出", "Administrative expense · Running costs"),
    ("管理费用·干部报酬", "Administrative expense · Cadre pay"),
    ("公益支出", "Public welfare"),
    ("其他支出", "Other expense"),
    ("所得税费用", "Income tax"),
];

/// What the old subject 发包及上交收入 became: 发包 is operating income; profits handed in are investment
/// income (domain §0.3). A line that does not say which of the two is taken as 发包, and said so.
pub const LEGACY_SUBJECTS: &[(&str, &str)] = &[
    ("发包及上交收入", "经营收入·发包"),
    ("发包收入", "经营收入·发包"),
    ("承包金收入", "经营收入·发包"),
    ("村办企业上交利润", "投资收益"),
    ("上交利润", "投资收益"),
];

/// The classes of both: the subjects without details.
const CLASSES: &[(&str, &str)] = &[
    ("经营收入", "Operating income"),
    ("投资收益", "Investment income"),
    ("补助收入", "Subsidies"),
    ("其他收入", "Other income"),
    ("经营支出", "Operating expense"),
    ("税金及附加", "Taxes and surcharges"),
    ("管理费用", "Administrative expense"),
    ("公益支出", "Public welfare"),
    ("其他支出", "Other expense"),
    ("所得税费用", "Income tax"),
];

/// The classes that count as operating income (I-16).
pub const OPERATIONAL: &[&str] = &["经营收入", "投资收益"];

/// What it is called.
pub(super) const NAME: (&str, &str) = ("集体经济收支台账", "Collective finance");

/// The register's key.
pub const KEY: &str = "R07";
/// By how many times last year's amount a year's may differ before it is asked about.
pub static AMOUNT_JUMP: Threshold = threshold(
    "R07.amount_jump",
    label("金额比上年相差不超过几倍", "Change of an amount, at most so many times last year's"),
    "倍",
    Decimal::from_parts(9, 0, 0, false, 0),
);
/// The lines that villages are sorted by (domain §3.2), in 元.
pub static INCOME_BOUNDS: [Threshold; 7] = [
    income("I-16<5", label("村收入：薄弱（以下）", "Income: Weak (below)"), 5),
    income("I-16≥5", label("村收入：达标线一（以上）", "Income: First line (and more)"), 5),
    income("I-16≥10", label("村收入：达标线二（以上）", "Income: Second line (and more)"), 10),
    income("I-16>15", label("村收入：第三线（超）", "Income: Third line (above)"), 15),
    income("I-16>20", label("村收入：强村线（超）", "Income: Leading line (above)"), 20),
    income("I-16≥50", label("村收入：第五线（以上）", "Income: Fifth line (and more)"), 50),
    income("I-16≥100", label("村收入：百万村（以上）", "Income: Sixth line (and more)"), 100),
];

const fn income(key: &'static str, label: Label, wan: u32) -> Threshold {
    threshold(key, label, "元", Decimal::from_parts(wan * 10_000, 0, 0, false, 0))
}

/// Rooms that are rented.
pub const RENT: &str = "经营收入·出租";
/// Land that is contracted out.
pub const LEASE: &str = "经营收入·发包";
/// What came in.
pub const INCOME: &str = "收入";
/// What went out.
pub const EXPENSE: &str = "支出";

names! {
    /// Income and expense.
    line "line":
    ORG "org"
    PERIOD "period"
    DIRECTION "direction"
    SUBJECT "subject"
    CLASS "subject_class"
    FORMER "legacy_subject"
    AMOUNT "amount"
    OPERATIONAL "is_operational"
    EARNING_MODE "earning_mode"
    COUNTERPARTY "counter_party"
    LUMP_YEARS "lump_years"
    CONTRACT "contract"
    DUE "due"
    PAID_ON "cash_flow"
    REVERSES "reverses"
    REMARK "remark"
}

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label(NAME.0, NAME.1),
        group: Group::Economy,
        kinds: shared(vec![line()]),
    }
}

/// The class of a subject: the word before `·`.
pub fn subject_class(subject: &str) -> &str {
    subject.split('·').next().unwrap_or(subject)
}

fn line() -> RowKind {
    let key = |when, parts: &[&'static str], present: &[&'static str], tells| NaturalKey {
        when,
        parts: names(parts),
        present: names(present),
        tells,
    };
    RowKind {
        key: line::KIND.into(),
        label: label("收支", "Entry"),
        under: None,
        fields: fields(&[ACCOUNT, CIRCUMSTANCES, COMMON]),
        keys: vec![
            key(
                Condition::Any,
                &["org", "period", "subject", "book_no", "reverses"],
                &["org", "period", "subject", "book_no"],
                Tells::One,
            ),
            // A yearly statement has one line a subject: a corrected amount replaces the old one.
            key(
                Condition::GrainIs("period", Grain::Year),
                &["org", "period", "subject", "counter_party", "reverses"],
                &["org", "period", "subject"],
                Tells::One,
            ),
            key(
                Condition::Any,
                &["org", "period", "subject", "counter_party", "amount", "reverses"],
                &["org", "period", "subject"],
                Tells::Like,
            ),
        ],
        rules: RULES,
        workflow: Some(WORKFLOW),
        keeper: None,
        law: Law {
            series: names(&["org", "direction", "subject_class"]),
            spread: Some(("amount", "lump_years")),
            aside: None,
            apart: Some(("amount", "direction")),
        },
        title: "subject".into(),
        naming: names(&["org", "subject", "period"]),
        key_figures: names(&["amount", "direction"]),
        views: const {
            &[
                View { label: label("收入", "Income"), filter: Condition::Is("direction", &[INCOME]) },
                View { label: label("支出", "Expense"), filter: Condition::Is("direction", &[EXPENSE]) },
                View {
                    label: label("经营性收入", "Operating income"),
                    filter: Condition::Is("subject_class", OPERATIONAL),
                },
            ]
        },
    }
}

const ACCOUNT: &[Field] = &[
    ORG,
    PERIOD,
    Field::new("book_no", label("凭证号", "Voucher no."), FieldKind::Text(40)),
    closed("direction", "收/支", "Direction", &[(INCOME, "Income"), (EXPENSE, "Expense")])
        .sense(Sense::Direction)
        .required()
        .derive(Fill::WhenBlank, direction),
    Field::new(
        "subject",
        label("科目", "Subject"),
        FieldKind::Choice(Options::closed(INCOME_SUBJECTS).then(EXPENSE_SUBJECTS)),
    )
    .sense(Sense::Subject)
    .required(),
    closed("subject_class", "科目大类", "Subject class", CLASSES)
        .sense(Sense::Class)
        .derive(Fill::Always, class),
    Field::new("legacy_subject", label("旧制度科目", "Old subject"), FieldKind::Text(40))
        .sense(Sense::FormerSubject),
    Field::new("amount", label("金额", "Amount"), FieldKind::Money)
        .sense(Sense::Amount)
        .sense(Sense::Weight)
        .unit("元")
        .required(),
    Field::new("is_operational", label("是否经营性收入", "Operating income"), FieldKind::Bool)
        .derive(Fill::Always, operational),
];

const CIRCUMSTANCES: &[Field] = &[
    choice(
        "earning_mode",
        "增收方式",
        "Way of earning",
        &[
            ("盘活资产", "Reviving assets"),
            ("入股分红", "Shares"),
            ("产业经营", "Own industry"),
            ("村企合作", "With companies"),
            ("服务创收", "Services"),
            ("托管", "Custody"),
            ("物业出租", "Renting property"),
            ("资源发包", "Contracting resources"),
            ("项目带动", "Projects"),
            ("清化收", "Contract clean-up"),
        ],
    ),
    Field::new("project", label("关联项目", "Project"), FieldKind::Ref(Target::of(&[Pool::any("R10")]))),
    Field::new("contract", label("关联合同", "Contract"), FieldKind::Ref(Target::of(&[Pool::any("R09")]))),
    Field::new(
        "due",
        label("对应应收", "Due"),
        FieldKind::Ref(Target::of(&[Pool::rows(r09::KEY, r09::due::KIND)])),
    )
    .kept()
    .help(
        "记租金时由程序填写；这一笔红冲，应收明细的“已收”一起减回",
        "Filled in by the program when a rent is booked; reversing the entry takes it off the due again",
    ),
    Field::new("entity", label("关联主体", "Business"), FieldKind::Ref(Target::of(&[Pool::any("R05")]))),
    Field::new("counter_party", label("对方", "Counterparty"), FieldKind::Text(100)),
    Field::new("lump_years", label("分摊年数", "Years spread"), FieldKind::Int)
        .unit("年")
        .adds(Aggregate::None)
        .help(
            "一次收取多年的租金，按年分摊，当期只计一份",
            "Rent received for several years counts one slice a year",
        ),
    Field::new("cash_flow", label("收付时间", "Date paid"), FieldKind::Date).sense(Sense::Happened),
    Field::new("reverses", label("红冲的一笔", "Reverses"), FieldKind::Ref(Target::of(&[Pool::any("R07")])))
        .kept()
        .help("红冲时由程序填写", "Filled in by the program when an entry is reversed"),
    Field::new("evidence", label("凭证附件", "Evidence"), FieldKind::Files),
];

fn direction(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let class = subject_class(record.value("subject")?.as_str()?);
    let income = INCOME_SUBJECTS.iter().any(|(s, _)| *s == class);
    Some(Value::choice(if income { INCOME } else { EXPENSE }))
}

fn class(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    Some(Value::choice(subject_class(record.value("subject")?.as_str()?)))
}

/// 补助 and 捐赠 never count as operating income.
fn operational(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    Some(Value::Bool(OPERATIONAL.contains(&subject_class(record.value("subject")?.as_str()?))))
}

const RULES: &[Rule] = &[
    rule(
        "amount_sign",
        Severity::Error,
        "amount",
        Condition::Not(&Condition::Present("reverses")),
        Check::Compare(Expr::Field("amount"), Compare::AtLeast, Expr::int(0)),
        "金额不能为负（{left}），冲减请用红冲",
        "The amount cannot be negative ({left}); reverse the entry instead",
    ),
    rule(
        "direction_fits",
        Severity::Error,
        "direction",
        Condition::Present("direction"),
        Check::Code(direction_fits),
        "收支与科目不符",
        "Direction and subject disagree",
    ),
    LUMP_YEARS_RANGE,
    rule(
        "period_grain",
        Severity::Error,
        "period",
        Condition::Any,
        Check::Code(period_grain),
        "期间应为月或年",
        "The period must be a month or a year",
    ),
    rule(
        "amount_jump",
        Severity::Warning,
        "amount",
        Condition::GrainIs("period", Grain::Year),
        Check::YearJump("amount", Expr::Bound(&AMOUNT_JUMP)),
        "金额 {value} 元，上年 {left} 元，相差{bound}倍以上，多写了一个0，或一次收了多年租金？",
        "{value} yuan after {left}: a digit too many, or several years' rent at once?",
    ),
];

fn direction_fits(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let typed = record.value("direction")?.as_str()?;
    let right = direction(record, world)?;
    let right = right.as_str()?;
    let subject = record.value("subject")?.as_str()?;
    (typed != right).then(|| {
        Message::new(
            format!("“{subject}”是{right}科目，这里填的是{typed}"),
            format!("{subject} does not belong to {typed}"),
        )
    })
}

fn period_grain(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let period = record.value("period")?.as_period()?;
    (!matches!(period.grain(), Grain::Month | Grain::Year | Grain::Quarter)).then(|| {
        Message::new(
            format!("期间“{}”应为月、季或年", period.zh()),
            "The period must be a month, a quarter or a year",
        )
    })
}

/// 录入 → 村书记确认 → 乡镇农经站复核 → 已结账; after that only 红冲.
const WORKFLOW: Workflow = Workflow {
    stages: &[
        Stage { word: "录入", en: "Entered", tone: StageTone::Open, locked: false },
        Stage { word: "待复核", en: "Waits for review", tone: StageTone::Waiting, locked: false },
        Stage { word: "已复核", en: "Reviewed", tone: StageTone::Done, locked: false },
        Stage { word: "已结账", en: "Closed", tone: StageTone::Done, locked: true },
        Stage { word: "已红冲", en: "Reversed", tone: StageTone::Ended, locked: true },
    ],
    moves: &[
        Move {
            from: &["录入"],
            to: "待复核",
            verb: label("书记确认", "Confirm"),
            by: Role::VillageSecretary,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["待复核"],
            to: "已复核",
            verb: label("复核通过", "Approve"),
            by: Role::TownReviewer,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["已复核"],
            to: "已结账",
            verb: label("结账", "Close"),
            by: Role::TownReviewer,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["待复核", "已复核"],
            to: "录入",
            verb: label("退回", "Send back"),
            by: Role::TownReviewer,
            reason: true,
            guards: &[],
        },
        Move {
            from: &["已结账"],
            to: "已红冲",
            verb: label("红冲", "Reverse"),
            by: Role::TownReviewer,
            reason: true,
            guards: &[],
        },
    ],
    reversal: Some(Reversal {
        to: "已红冲",
        mirror: "已结账",
        amounts: &["amount"],
        of: "reverses",
        why: "remark",
        brings: Some(Brings { to: line::DUE, sum: r09::due::RECEIVED, day: r09::due::RECEIVED_ON }),
    }),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_the_subjects_without_details() {
        let subjects = INCOME_SUBJECTS.iter().chain(EXPENSE_SUBJECTS);
        let classes: Vec<_> = subjects.filter(|(zh, _)| subject_class(zh) == *zh).copied().collect();
        assert_eq!(classes, CLASSES);
    }
}
