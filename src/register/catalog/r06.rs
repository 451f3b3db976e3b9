//! R06 产业生产台账: area, output and value by village, product and period, and the product dictionary
//! (domain §2.6).

use rust_decimal::Decimal;

use super::{
    COMMON, FieldKind, ORG, Options, PERIOD, Pool, Register, Target, choice, closed, fields, label, names,
    rule, shared, threshold,
};
use crate::register::{
    Aggregate, Check, Compare, Condition, Expr, Field, Fields, Fill, Group, Law, Move, NaturalKey, Role,
    RowKind, Rule, Sense, Severity, Stage, StageTone, Tells, Threshold, View, Workflow, World,
};
use crate::value::{Grain, Money, Value, exact};

/// What it is called.
pub(super) const NAME: (&str, &str) = ("产业生产台账", "Industry production");

/// The register's key.
pub const KEY: &str = "R06";
/// The word of a forecast.
pub const FORECAST: &str = "预计";
/// By how much of last year's an area may change before it is asked about.
pub static AREA_JUMP: Threshold = threshold(
    "R06.area_jump",
    label("面积比上年变动不超过几倍", "Change of an area, at most so many times last year's"),
    "倍",
    Decimal::ONE,
);
/// What grows.
pub const PLANTING: &str = "种植";
/// What somebody else tends.
pub const CUSTODY: &str = "托管";

names! {
    /// Area, output and value of a product.
    line "line":
    ORG "org"
    PRODUCT "product"
    STEP "stage"
    PERIOD "period"
    AREA "area"
    AREA_NEW "area_new"
    LIVESTOCK "livestock"
    OUTPUT "output"
    OUTPUT_VALUE "output_value"
    COST "cost"
    GAIN "gain"
    HOUSEHOLDS "households"
    ENTITY "entity"
    NATURE "nature"
}

names! {
    /// The dictionary of products.
    dictionary "product":
    NAME "name"
    SECTOR "sector"
    AREA_UNIT "area_unit"
    OUTPUT_UNIT "output_unit"
    YIELD_MIN "yield_min"
    YIELD_MAX "yield_max"
    PRICE_MIN "price_min"
    PRICE_MAX "price_max"
    REMARK "remark"
}

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label(NAME.0, NAME.1),
        group: Group::Economy,
        kinds: shared(vec![line(), product()]),
    }
}

fn line() -> RowKind {
    RowKind {
        key: line::KIND.into(),
        label: label("产业生产", "Production"),
        under: None,
        fields: fields(&[KEYS, AMOUNTS, SALES, CIRCUMSTANCES, COMMON]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            // A forecast and the actual figure of one period stand side by side.
            parts: names(&["org", "product", "stage", "period", "entity", "nature"]),
            present: names(&["org", "product", "period"]),
            tells: Tells::One,
        }],
        rules: RULES,
        workflow: Some(REPORTING),
        keeper: None,
        law: Law {
            series: names(&["org", "product", "stage", "entity", "nature"]),
            spread: None,
            aside: Some(("nature", &[FORECAST])),
            apart: None,
        },
        title: "product".into(),
        naming: names(&["org", "product", "period"]),
        key_figures: names(&["area", "output"]),
        views: const {
            &[
                View { label: label("实际", "Actual"), filter: Condition::Is("nature", &["实际"]) },
                View { label: label(FORECAST, "Forecast"), filter: Condition::Is("nature", &[FORECAST]) },
            ]
        },
    }
}

const KEYS: &[Field] = &[
    ORG,
    Field::new(
        "product",
        label("产品", "Product"),
        FieldKind::Choice(Options::dictionary(Pool::rows(KEY, dictionary::KIND))),
    )
    .required(),
    closed(
        "stage",
        "环节",
        "Stage",
        &[
            (PLANTING, "Planting"),
            ("养殖", "Breeding"),
            ("加工", "Processing"),
            ("销售", "Sales"),
            (CUSTODY, "Custody"),
        ],
    )
    .sense(Sense::Step)
    .required()
    .starts(PLANTING),
    PERIOD,
];

const AMOUNTS: &[Field] = &[
    Field::new("area", label("面积", "Area"), FieldKind::Decimal(2))
        .sense(Sense::Weight)
        .unit("亩")
        .adds(Aggregate::Stock),
    Field::new("area_new", label("其中新增", "Newly added"), FieldKind::Decimal(2))
        .unit("亩")
        .adds(Aggregate::Flow),
    Field::new("livestock", label("存栏/发种", "Livestock"), FieldKind::Int)
        .unit("头")
        .adds(Aggregate::Stock),
    Field::new("output", label("产量", "Output"), FieldKind::Decimal(3)).sense(Sense::Weight).unit("吨"),
    Field::new("output_value", label("产值", "Output value"), FieldKind::Money)
        .sense(Sense::Weight)
        .unit("元"),
];

const SALES: &[Field] = &[
    Field::new("sales_volume", label("销量", "Sales volume"), FieldKind::Decimal(3)).unit("吨"),
    Field::new("sales_amount", label("销售额", "Sales"), FieldKind::Money).unit("元"),
    Field::new(
        "channel",
        label("渠道", "Channels"),
        FieldKind::Choices(Options::open(&[
            ("收购企业", "Purchasing company"),
            ("电商", "Online shop"),
            ("直播", "Live stream"),
            ("展销", "Fair"),
            ("集市", "Market"),
            ("出口", "Export"),
        ])),
    ),
    Field::new("avg_price", label("均价", "Average price"), FieldKind::Decimal(2))
        .unit("元/公斤")
        .adds(Aggregate::Rate)
        .derive(Fill::WhenBlank, average_price),
    Field::new("cost", label("成本", "Cost"), FieldKind::Money).unit("元"),
    Field::new("gain", label("增效", "Gain"), FieldKind::Money).unit("元"),
];

const CIRCUMSTANCES: &[Field] = &[
    Field::new("households", label("参与农户", "Households"), FieldKind::Int)
        .unit("户")
        .adds(Aggregate::Stock),
    Field::new("labour_days", label("用工", "Labour"), FieldKind::Int).unit("人次"),
    Field::new("facility", label("基地/加工厂", "Facility"), FieldKind::Ref(Target::of(&[Pool::any("R11")]))),
    Field::new("entity", label("主体", "Business"), FieldKind::Ref(Target::of(&[Pool::any("R05")]))),
    Field::new("floor_price", label("保底价", "Floor price"), FieldKind::Decimal(2))
        .unit("元/公斤")
        .adds(Aggregate::Rate),
    Field::new("q_text", label("原文", "Original wording"), FieldKind::LongText).sense(Sense::Wording),
    closed(
        "nature",
        "数据性质",
        "Nature",
        &[("实际", "Actual"), (FORECAST, "Forecast"), ("估算", "Estimate")],
    )
    .required()
    .starts("实际"),
];

/// 均价 = 产值 ÷ 产量, in 元/公斤 (I-06).
fn average_price(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let value = record.value("output_value").and_then(Value::as_money).map(Money::yuan)?;
    let kilograms = exact::times(record.value("output")?.as_decimal()?, Decimal::ONE_THOUSAND)?;
    let price = exact::over(value, kilograms)?;
    Some(Value::Decimal(
        price.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero),
    ))
}

/// The output in kilograms.
const KILOGRAMS: Expr = Expr::Times(&Expr::Field("output"), &Expr::Number(Decimal::ONE_THOUSAND));
const YIELD: Expr = Expr::Over(&KILOGRAMS, &Expr::Field("area"));
const PRICE: Expr = Expr::Over(&Expr::Field("output_value"), &KILOGRAMS);

/// What the dictionary says of the product.
const fn entry(field: &'static str) -> Expr {
    Expr::Entry(line::PRODUCT, KEY, dictionary::KIND, field)
}

const fn not_negative(key: &'static str, field: &'static str, zh: &'static str) -> Rule {
    rule(
        key,
        Severity::Error,
        field,
        Condition::Any,
        Check::Compare(Expr::Field(field), Compare::AtLeast, Expr::int(0)),
        zh,
        "It cannot be below zero ({left})",
    )
}

const RULES: &[Rule] = &[
    not_negative("area_sign", "area", "面积不能为负（{left}）"),
    not_negative("output_sign", "output", "产量不能为负（{left}）"),
    not_negative("value_sign", "output_value", "产值不能为负（{left}）"),
    not_negative("households_sign", "households", "农户数不能为负（{left}）"),
    rule(
        "new_within_area",
        Severity::Error,
        "area_new",
        Condition::Any,
        Check::Compare(Expr::Field("area_new"), Compare::AtMost, Expr::Field("area")),
        "其中新增 {left} 亩，大于面积 {right} 亩",
        "{left} mu added is more than the area of {right} mu",
    ),
    rule(
        "yield_range",
        Severity::Warning,
        "output",
        Condition::GrainIs("period", Grain::Year),
        Check::Between(YIELD, entry("yield_min"), entry("yield_max")),
        "亩产 {value} 公斤，超出该品种范围 {left}–{right}，多写或少写了一位？",
        "A yield of {value} kg a mu is outside {left}–{right} for this product",
    ),
    rule(
        "price_range",
        Severity::Warning,
        "output_value",
        Condition::Any,
        Check::Between(PRICE, entry("price_min"), entry("price_max")),
        "折合 {value} 元/公斤，超出该品种范围 {left}–{right}，单位是元还是万元？",
        "{value} yuan a kg is outside {left}–{right} for this product",
    ),
    rule(
        "area_jump",
        Severity::Warning,
        "area",
        Condition::Any,
        Check::YearJump("area", Expr::Bound(&AREA_JUMP)),
        "面积 {value} 亩，上年 {left} 亩，变动超过{bound}倍",
        "{value} mu after {left} mu: changed by more than {bound} times",
    ),
    rule(
        "sold_within_output",
        Severity::Warning,
        "sales_volume",
        Condition::Any,
        Check::Compare(Expr::Field("sales_volume"), Compare::AtMost, Expr::Field("output")),
        "销量 {left} 吨，大于产量 {right} 吨",
        "{left} t sold is more than the output of {right} t",
    ),
];

/// 填报中 → 已报送 → 乡镇已审 → 县级已审 → 已锁定.
const REPORTING: Workflow = Workflow {
    stages: &[
        Stage { word: "填报中", en: "Being filled in", tone: StageTone::Open, locked: false },
        Stage { word: "已报送", en: "Handed in", tone: StageTone::Waiting, locked: false },
        Stage { word: "乡镇已审", en: "Township checked", tone: StageTone::Done, locked: false },
        Stage { word: "县级已审", en: "County checked", tone: StageTone::Done, locked: false },
        Stage { word: "已锁定", en: "Locked", tone: StageTone::Done, locked: true },
    ],
    moves: &[
        Move {
            from: &["填报中"],
            to: "已报送",
            verb: label("提交审核", "Hand in"),
            by: Role::VillageClerk,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["已报送"],
            to: "乡镇已审",
            verb: label("审核通过", "Approve"),
            by: Role::TownReviewer,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["乡镇已审"],
            to: "县级已审",
            verb: label("县级审核通过", "County approves"),
            by: Role::CountyStaff,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["县级已审"],
            to: "已锁定",
            verb: label("锁定", "Lock"),
            by: Role::CountyStaff,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["已报送", "乡镇已审", "县级已审"],
            to: "填报中",
            verb: label("退回", "Send back"),
            by: Role::TownReviewer,
            reason: true,
            guards: &[],
        },
    ],
    reversal: None,
};

const PRODUCT: &[Field] = &[
    Field::new("name", label("产品", "Product"), FieldKind::Text(40)).required(),
    choice(
        "sector",
        "门类",
        "Sector",
        &[
            ("种植", "Crops"),
            ("林业", "Forestry"),
            ("畜牧", "Livestock"),
            ("渔业", "Fishery"),
            ("加工", "Processing"),
            ("文旅", "Tourism"),
            ("手工", "Crafts"),
            ("服务", "Services"),
        ],
    )
    .sense(Sense::Sort),
    closed(
        "area_unit",
        "规模单位",
        "Scale unit",
        &[("亩", "mu"), ("平方米", "m²"), ("张", "sheet"), ("头", "head"), ("羽", "bird")],
    )
    .starts("亩"),
    closed(
        "output_unit",
        "产量单位",
        "Output unit",
        &[("吨", "tonne"), ("公斤", "kg"), ("张", "sheet"), ("头", "head"), ("万元", "10,000 yuan")],
    )
    .starts("吨"),
    Field::new("aliases", label("别名", "Aliases"), FieldKind::TextList).sense(Sense::Aliases),
    bound("yield_min", "亩产下限", "Lowest yield", "公斤/亩"),
    bound("yield_max", "亩产上限", "Highest yield", "公斤/亩"),
    bound("price_min", "单价下限", "Lowest price", "元/公斤"),
    bound("price_max", "单价上限", "Highest price", "元/公斤"),
    Field::new("remark", label("备注", "Remark"), FieldKind::LongText).sense(Sense::Remark),
];

const fn bound(key: &'static str, zh: &'static str, en: &'static str, unit: &'static str) -> Field {
    Field::new(key, label(zh, en), FieldKind::Decimal(2)).unit(unit).adds(Aggregate::Rate)
}

/// The product dictionary (产品字典), which the county keeps.
fn product() -> RowKind {
    RowKind {
        key: dictionary::KIND.into(),
        label: label("产品字典", "Product dictionary"),
        under: None,
        fields: fields(&[PRODUCT]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["name"]),
            present: names(&["name"]),
            tells: Tells::One,
        }],
        rules: const {
            &[
                Rule {
                    key: "yield_bounds",
                    severity: Severity::Error,
                    field: "yield_max",
                    when: Condition::Any,
                    check: Check::Compare(
                        Expr::Field("yield_min"),
                        Compare::AtMost,
                        Expr::Field("yield_max"),
                    ),
                    message: label(
                        "亩产下限 {left} 大于上限 {right}",
                        "The lowest yield {left} is above the highest {right}",
                    ),
                },
                Rule {
                    key: "price_bounds",
                    severity: Severity::Error,
                    field: "price_max",
                    when: Condition::Any,
                    check: Check::Compare(
                        Expr::Field("price_min"),
                        Compare::AtMost,
                        Expr::Field("price_max"),
                    ),
                    message: label(
                        "单价下限 {left} 大于上限 {right}",
                        "The lowest price {left} is above the highest {right}",
                    ),
                },
            ]
        },
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["name"]),
        key_figures: names(&["yield_max", "price_max"]),
        views: &[],
    }
}
