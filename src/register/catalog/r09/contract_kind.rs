//! The contract: its fields, its natural keys and how it is shown.

use super::super::{
    COMMON_ASIDE, FieldKind, ORG, Options, Pool, Target, choice, closed, fields, label, names,
};
use super::{FLOOR, KEY, MU, ONCE, PER_FLOOR, PER_MU, PER_YEAR, SHARE, asset, contract, flow, rules};
use crate::register::{
    Aggregate, Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, Tells, View, World,
};
use crate::value::{Date, Decimal, Value, exact};

pub(super) fn contract() -> RowKind {
    let key = |when, parts: &[&'static str], present: &[&'static str]| NaturalKey {
        when,
        parts: names(parts),
        present: names(present),
        tells: Tells::One,
    };
    let without_day = Condition::Not(&Condition::Present("start"));
    RowKind {
        key: contract::KIND.into(),
        label: super::CONTRACT,
        under: None,
        fields: fields(&[PARTIES, TIME_AND_PRICE, SUBJECT, CLEAN_UP, COMMON_ASIDE]),
        keys: vec![
            key(Condition::Any, &["org", "contract_no"], &["org", "contract_no"]),
            key(
                Condition::Present("start"),
                &["org", "asset", "name", "party_b", "start"],
                &["org", "party_b"],
            ),
            // An oral contract has no number, and nobody remembers the first day.
            key(without_day, &["org", "asset", "name", "party_b", "sign_date"], &["org", "party_b"]),
        ],
        rules: rules::OF_CONTRACTS,
        workflow: Some(flow::CLEAN_UP),
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "party_b", "contract_no"]),
        key_figures: names(&["amount_total", "end"]),
        views: const {
            &[
                View {
                    label: label("有问题的", "With issues"),
                    filter: Condition::All(&[
                        Condition::Present("issue_kinds"),
                        Condition::Not(&Condition::Is("issue_kinds", &["无"])),
                    ]),
                },
                View {
                    label: label("有增收的", "Recovered"),
                    filter: Condition::Present("recovered_amount"),
                },
                View {
                    label: label("托管", "Custody"), filter: Condition::Is("rec_kind", &["托管合同"])
                },
            ]
        },
    }
}

const PARTIES: &[Field] = &[
    ORG,
    Field::new("contract_no", label("合同编号", "Contract no."), FieldKind::Text(60)).aside(),
    Field::new("name", label("标的名称", "Subject"), FieldKind::Text(200)).asked(),
    Field::new("party_b", label("承包（租）方", "Tenant"), FieldKind::Text(100)).required(),
];

const TIME_AND_PRICE: &[Field] = &[
    Field::new("start", label("起始日期", "From"), FieldKind::Date).sense(Sense::Begins).asked(),
    Field::new("end", label("终止日期", "Until"), FieldKind::Date)
        .sense(Sense::Ends)
        .asked()
        .derive(Fill::WhenBlank, end),
    Field::new("price", label("单价", "Price"), FieldKind::Money)
        .unit("元")
        .per("price_unit")
        .adds(Aggregate::Rate)
        .asked_when(Condition::Not(&Condition::Is("price_unit", &[SHARE]))),
    PER,
    Field::new("amount_total", label("总价款", "Total"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .asked_when(Condition::Not(&Condition::Is("price_unit", &[SHARE]))),
    Field::new("sign_date", label("签订日期", "Signed on"), FieldKind::Date).sense(Sense::Agreed).aside(),
    Field::new("term", label("期限", "Term"), FieldKind::Decimal(2))
        .unit("年")
        .sense(Sense::Term)
        .adds(Aggregate::None)
        .derive(Fill::WhenBlank, term)
        .aside(),
];

const PER: Field = Field::new(
    "price_unit",
    label("计价单位", "Per"),
    FieldKind::Choice(
        Options::closed(&[
            (PER_MU, "yuan a mu and year"),
            (PER_YEAR, "yuan a year"),
            (PER_FLOOR, "yuan a m² and year"),
            (ONCE, "once"),
            (SHARE, "share in %"),
        ])
        .also(PER_SPELLINGS),
    ),
)
.asked_when(Condition::Present("price"));

const PER_SPELLINGS: &[(&str, &[&str])] = &[
    (
        PER_MU,
        &[
            "元/亩",
            "元/亩/年",
            "元/年/亩",
            "元/年·亩",
            "元/亩年",
            "元/亩.年",
            "元每亩",
            "元/每亩",
            "亩均价格",
        ],
    ),
    (PER_YEAR, &["每年", "按年", "年租金", "元/每年", "元每年"]),
    (
        PER_FLOOR,
        &["元/平方米", "元/㎡", "元/平方米/年", "元/平方米·年", "元/m2", "元/m2/年", "元/㎡/年", "元/平米"],
    ),
    (ONCE, &["一次性收取", "一次性付清", "一次性缴纳", "总价"]),
    (SHARE, &["分成", "按比例分成", "比例分成"]),
];

const SUBJECT: &[Field] = &[
    MU.aside(),
    closed("rec_kind", "记录类别", "Sort", &[("合同", "Contract"), ("托管合同", "Custody contract")])
        .sense(Sense::Sort)
        .starts("合同")
        .aside(),
    Field::new(
        "asset",
        label("标的资产", "Asset"),
        FieldKind::Ref(Target::of(&[Pool::rows(KEY, asset::KIND)])),
    )
    .aside()
    .help("本村资产名录里的那一项；一物多租靠它查出", "The entry in the village's list of assets"),
    FLOOR.aside(),
    Field::new("qty", label("数量", "Quantity"), FieldKind::Int).aside(),
    Field::new("location", label("坐落", "Location"), FieldKind::Text(200)).aside(),
    Field::new("purpose", label("用途", "Purpose"), FieldKind::Text(200)).aside(),
    Field::new("party_b_id", label("证件号码", "Identity no."), FieldKind::IdentityNumber).aside(),
    Field::new("phone", label("电话", "Phone"), FieldKind::Phone).aside(),
    choice(
        "service_mode",
        "托管方式",
        "Custody",
        &[("全产业链", "Whole chain"), ("菜单式", "Chosen services")],
    )
    .aside(),
    Field::new("lump_years", label("一次性收取分摊年数", "Years of a lump sum"), FieldKind::Int)
        .unit("年")
        .adds(Aggregate::None)
        .aside()
        .help("一次收取多年租金时，记账按年分摊", "Rent received for several years counts one slice a year"),
];

/// What the clean-up (清化收) finds and does.
const CLEAN_UP: &[Field] = &[
    choice("form", "合同形式", "Form", &[("书面合同", "Written"), ("口头协议", "Oral")]).aside(),
    choice(
        "bidding",
        "发包方式",
        "How it was let",
        &[("公开竞价", "Open bidding"), ("协议", "Agreement"), ("无程序", "No procedure")],
    )
    .aside(),
    Field::new("meeting", label("民主程序", "Meeting"), FieldKind::Text(200))
        .aside()
        .help("哪次会议、哪一天、文号", "Which meeting, when, its number"),
    ISSUES,
    choice(
        "disposition",
        "处置",
        "Disposition",
        &[
            ("继续履行", "Carry on"),
            ("补签规范", "Sign properly"),
            ("调整价款", "Change the price"),
            ("解除收回", "Take back"),
            ("诉讼", "Lawsuit"),
            ("重新发包", "Let anew"),
        ],
    )
    .aside(),
    Field::new("price_before", label("处置前单价", "Price before"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Rate)
        .aside(),
    Field::new("price_after", label("处置后单价", "Price after"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Rate)
        .aside(),
    Field::new("recovered_amount", label("增收金额", "Recovered"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .aside(),
    Field::new("new_resource_mu", label("新增资源面积", "Newly found area"), FieldKind::Decimal(4))
        .unit("亩")
        .aside(),
];

const ISSUES: Field = Field::new(
    "issue_kinds",
    label("问题类型", "Issues"),
    FieldKind::Choices(
        Options::open(&[
            ("期限过长", "Term too long"),
            ("价格过低", "Price too low"),
            ("未经民主程序", "No meeting"),
            ("口头合同", "Oral contract"),
            ("面积不实", "Wrong area"),
            ("长期拖欠", "In arrears for long"),
            ("改变用途", "Changed purpose"),
            ("一地多包", "Let twice"),
            ("被侵占", "Occupied"),
            ("合同要素不全", "Incomplete contract"),
            ("无", "None"),
        ])
        .also(ISSUE_SPELLINGS),
    ),
)
.aside();

const ISSUE_SPELLINGS: &[(&str, &[&str])] = &[
    ("期限过长", &["合同期过长", "期限超长", "承包期过长", "合同期限过长", "超期限", "租期过长"]),
    ("价格过低", &["价格明显偏低", "价格偏低", "租金过低", "承包费过低", "低价发包", "价款过低"]),
    (
        "未经民主程序",
        &["未公开发包", "未履行民主程序", "未经民主议定程序", "程序不规范", "未公开竞价", "未招投标"],
    ),
    ("口头合同", &["口头协议", "无书面合同", "未签合同"]),
    ("面积不实", &["面积不符", "面积不准", "少报面积"]),
    ("长期拖欠", &["拖欠承包费", "拖欠租金", "拖欠", "欠缴", "欠租"]),
    ("改变用途", &["擅自改变用途", "变更用途"]),
    ("一地多包", &["一地多租", "重复发包"]),
    ("被侵占", &["侵占", "非法占用", "被占用", "强占"]),
    ("合同要素不全", &["要素不全", "合同不规范", "条款不全", "合同不完整", "内容不全"]),
    ("无", &["无问题", "没有问题", "正常", "规范"]),
];

/// How many years lie between the two days, the last included.
fn term(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let (from, until) = (day(record, "start")?, day(record, "end")?);
    years(from, until).map(Value::Decimal)
}

/// Written by its length, it ends on the eve of its first day.
fn end(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let from = day(record, "start")?;
    until(from, record.value("term")?.as_decimal()?).map(Value::Date)
}

/// The last day of so many years that begin on `from`; only whole months have one.
fn until(from: Date, years: Decimal) -> Option<Date> {
    use rust_decimal::prelude::ToPrimitive as _;
    let months = exact::times(years, Decimal::from(12))?.normalize();
    months.fract().is_zero().then_some(())?;
    from.months_later(months.to_i32()?)?.days_later(-1)
}

/// From the first day to the last, in years; whole months are counted exactly.
pub(super) fn years(from: Date, until: Date) -> Option<Decimal> {
    (from <= until).then_some(())?;
    let months = i64::from(until.year() - from.year()) * 12 + i64::from(until.month() - from.month());
    for whole in [months, months + 1] {
        let there = from.months_later(i32::try_from(whole).ok()?)?.days_later(-1)?;
        if there == until {
            return exact::over(Decimal::from(whole), Decimal::from(12)).map(|n| n.round_dp(2).normalize());
        }
    }
    let days = Decimal::from(from.days_until(until) + 1);
    exact::over(days, DAYS).map(|n| n.round_dp(2).normalize())
}

/// A year's days on average.
const DAYS: Decimal = Decimal::from_parts(36_525, 0, 0, false, 2);

/// The day in a field, as typed or as it follows.
pub(super) fn day(record: &dyn Fields, key: &str) -> Option<Date> {
    match record.value(key) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    }
}

/// The last day, as typed or as it follows from the term.
pub(super) fn last_day(record: &dyn Fields, world: &dyn World) -> Option<Date> {
    day(record, "end").or_else(|| match end(record, world) {
        Some(Value::Date(day)) => Some(day),
        _ => None,
    })
}
