//! T04 设置: what the county has set for its own ledger – registers and fields that it adds, words of a list,
//! thresholds, days when something is due, checklists.
//!
//! It is a register like the others, so that undo, history, merging and files carry it; the county's administrator
//! keeps it. Neighbours: `register::own` makes the schema of its records; 设置 shows them.

use super::{FieldKind, Label, Options, Register, closed, fields, label, names, rule, shared};
use crate::register::{
    Aggregate, Check, Condition, Expr, Field, Group, Law, Name, NaturalKey, Role, RowKind, Rule, Severity,
    Tells,
};

/// `T04`
pub const KEY: &str = "T04";

names! {
    /// Registers of the county's own.
    register "register":
    LABEL "label"
    GROUP "group"
    REMARK "remark"
}

names! {
    /// Fields of the county's own, in any register.
    field "field":
    REGISTER "book"
    KIND_OF_ROWS "kind"
    LABEL "label"
    TYPE "type"
    PLACES "places"
    WORDS "words"
    CLOSED "closed"
    UNIT "unit"
    REQUIRED "must"
    ADDS "adds"
    NAMING "names"
    TELLS "tells"
    ALIASES "aliases"
    HELP "help"
    ORDER "order"
}

names! {
    /// Words that the county adds to an open list.
    word "word":
    REGISTER "book"
    KIND_OF_ROWS "kind"
    FIELD "field"
    WORD "word"
    EN "en"
    ALIASES "aliases"
}

names! {
    /// Bounds of rules and indicators that the county draws elsewhere.
    threshold "threshold":
    KEY "key"
    VALUE "value"
}

names! {
    /// When a register is due.
    deadline "deadline":
    REGISTER "book"
    GRAIN "grain"
    DAYS "days"
}

names! {
    /// Lists to work through.
    checklist "checklist":
    TITLE "title"
    REGISTER "book"
    LINES "lines"
}

/// The types of own fields, as people say them.
pub mod holds {
    /// 文字
    pub const TEXT: &str = "文字";
    /// 长文字
    pub const LONG: &str = "长文字";
    /// 整数
    pub const INT: &str = "整数";
    /// 小数
    pub const DECIMAL: &str = "小数";
    /// 金额
    pub const MONEY: &str = "金额";
    /// 百分比
    pub const PERCENT: &str = "百分比";
    /// 日期
    pub const DATE: &str = "日期";
    /// 期间
    pub const PERIOD: &str = "期间";
    /// 是否
    pub const BOOL: &str = "是否";
    /// 单选
    pub const CHOICE: &str = "单选";
    /// 多选
    pub const CHOICES: &str = "多选";
    /// 村或单位
    pub const PLACE: &str = "村或单位";
    /// 电话
    pub const PHONE: &str = "电话";
    /// 身份证号
    pub const IDENTITY: &str = "身份证号";
    /// 银行账号
    pub const ACCOUNT: &str = "银行账号";
    /// 附件
    pub const FILES: &str = "附件";
}

/// What a field of the county's own may hold, in both languages.
pub const TYPES: &[(&str, &str)] = &[
    (holds::TEXT, "Text"),
    (holds::LONG, "Long text"),
    (holds::INT, "Whole number"),
    (holds::DECIMAL, "Decimal"),
    (holds::MONEY, "Money"),
    (holds::PERCENT, "Percentage"),
    (holds::DATE, "Day"),
    (holds::PERIOD, "Period"),
    (holds::BOOL, "Yes or no"),
    (holds::CHOICE, "One of a list"),
    (holds::CHOICES, "Several of a list"),
    (holds::PLACE, "Place"),
    (holds::PHONE, "Phone"),
    (holds::IDENTITY, "Identity number"),
    (holds::ACCOUNT, "Bank account"),
    (holds::FILES, "Files"),
];

/// How a number adds up, as people say it.
pub const ADDS: &[(&str, &str)] =
    &[("各期相加", "Sums over time"), ("取最近一期", "The latest counts"), ("不相加", "Never summed")];

/// How often something is due.
pub const GRAINS: &[(&str, &str)] =
    &[("月", "Month"), ("季", "Quarter"), ("半年", "Half-year"), ("年", "Year")];

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label("设置", "Settings"),
        group: Group::Assessment,
        kinds: shared(vec![registers(), own_fields(), words(), thresholds(), deadlines(), checklists()]),
    }
}

/// A kind that the county's administrator keeps. Rows that agree in `same` are one setting.
fn kind(
    key: &'static str,
    label: Label,
    naming: &[&'static str],
    same: &[&'static str],
    own_fields: &[Field],
) -> RowKind {
    let one = |parts: &[&'static str]| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: parts.last().map(|p| Name::Borrowed(*p)).into_iter().collect(),
        tells: Tells::One,
    };
    RowKind {
        key: key.into(),
        label,
        under: None,
        fields: fields(&[own_fields]),
        keys: if same.is_empty() { Vec::new() } else { vec![one(same)] },
        rules: &[],
        workflow: None,
        keeper: Some(Role::CountyStaff),
        law: Law::default(),
        title: naming.last().copied().unwrap_or_default().into(),
        naming: names(naming),
        key_figures: Vec::new(),
        views: &[],
    }
}

/// A register by its key.
const REGISTER_KEY: Field = Field::new("book", label("台账", "Register"), FieldKind::Text(20));

/// A kind of rows by its key; the register's first when blank.
const KIND_KEY: Field = Field::new("kind", label("哪一种记录", "Kind of rows"), FieldKind::Text(20));

fn registers() -> RowKind {
    kind(
        register::KIND,
        label("本县的台账", "Own registers"),
        &["label"],
        &[],
        const {
            &[
                Field::new("label", label("名称", "Name"), FieldKind::Text(60)).required(),
                Field::new(
                    "group",
                    label("分组", "Group"),
                    FieldKind::Choice(Options::closed(&Group::NAMES)),
                ),
                Field::new("remark", label("说明", "Remark"), FieldKind::LongText),
            ]
        },
    )
}

const fn yes(key: &'static str, zh: &'static str, en: &'static str) -> Field {
    Field::new(key, label(zh, en), FieldKind::Bool)
}

fn own_fields() -> RowKind {
    const FIELDS: &[Field] = &[
        REGISTER_KEY.required(),
        KIND_KEY,
        Field::new("label", label("字段名称", "Name of the field"), FieldKind::Text(60)).required(),
        closed("type", "填什么", "Holds", TYPES).required().starts(holds::TEXT),
        Field::new("places", label("小数位数", "Decimals"), FieldKind::Int).adds(Aggregate::None),
        Field::new("words", label("可选的词", "Words"), FieldKind::TextList),
        yes("closed", "只能从中选", "No other words"),
        Field::new("unit", label("单位", "Unit"), FieldKind::Text(20)),
        yes("must", "必填", "Required"),
        closed("adds", "怎么合计", "Adds up", ADDS),
        yes("names", "是记录的名称", "Names the record"),
        yes("tells", "用来认出同一条", "Tells rows apart"),
        Field::new("aliases", label("其他叫法", "Other headings"), FieldKind::TextList),
        Field::new("help", label("填写说明", "Help"), FieldKind::Text(200)),
        Field::new("order", label("次序", "Order"), FieldKind::Int).adds(Aggregate::None),
    ];
    const RULES: &[Rule] = &[rule(
        "decimals",
        Severity::Error,
        "places",
        Condition::Any,
        Check::Between(Expr::Field("places"), Expr::int(0), Expr::int(crate::register::own::DECIMALS)),
        "小数位数应在 {left} 到 {right} 之间",
        "Between {left} and {right} decimals",
    )];
    RowKind {
        rules: RULES,
        ..kind(
            field::KIND,
            label("本县的字段", "Own fields"),
            &["book", "label"],
            &["book", "kind", "label"],
            FIELDS,
        )
    }
}

fn words() -> RowKind {
    kind(
        word::KIND,
        label("本县的词语", "Own words"),
        &["book", "field", "word"],
        &["book", "kind", "field", "word"],
        const {
            &[
                REGISTER_KEY.required(),
                KIND_KEY,
                Field::new("field", label("字段", "Field"), FieldKind::Text(30)).required(),
                Field::new("word", label("词语", "Word"), FieldKind::Text(60)).required(),
                Field::new("en", label("英文", "English"), FieldKind::Text(60)),
                Field::new("aliases", label("其他写法", "Other writings"), FieldKind::TextList),
            ]
        },
    )
}

fn thresholds() -> RowKind {
    kind(
        threshold::KIND,
        label("阈值", "Thresholds"),
        &["key"],
        &["key"],
        const {
            &[
                Field::new("key", label("阈值", "Threshold"), FieldKind::Text(60)).required(),
                Field::new("value", label("数值", "Value"), FieldKind::Decimal(6))
                    .adds(Aggregate::None)
                    .required(),
            ]
        },
    )
}

fn deadlines() -> RowKind {
    kind(
        deadline::KIND,
        label("报送期限", "Deadlines"),
        &["grain", "book"],
        &["grain", "book"],
        const {
            &[
                REGISTER_KEY.required(),
                closed("grain", "报送周期", "Every", GRAINS).required(),
                Field::new("days", label("期后几天内", "Days after the period"), FieldKind::Int)
                    .unit("天")
                    .adds(Aggregate::None)
                    .required(),
            ]
        },
    )
}

fn checklists() -> RowKind {
    kind(
        checklist::KIND,
        label("清单", "Checklists"),
        &["title"],
        &["title"],
        const {
            &[
                Field::new("title", label("名称", "Title"), FieldKind::Text(60)).required(),
                REGISTER_KEY,
                Field::new("lines", label("条目", "Lines"), FieldKind::LongText).required(),
            ]
        },
    )
}
