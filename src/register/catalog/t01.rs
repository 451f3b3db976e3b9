//! T01 文章与数字: articles that were read, the figures in them that somebody linked, what was learnt, and targets.
//!
//! It is none of the eighteen: nobody fills it in, and no importer looks for it. It is a register all the same, so
//! that undo, history, merging and export hold for what people decide about a text. Neighbours:
//! `exchange::article::kept` and `goal` write and read it.

use super::{
    ALL_GRAINS, FieldKind, Label, PLACES_POOL, Pool, Register, Target, closed, fields, label, names, shared,
};
use crate::register::{Aggregate, Condition, Field, Group, Law, NaturalKey, RowKind, Tells};

/// How a figure stood when it was linked.
pub const STATES: &[(&str, &str)] =
    &[("相符", "Agrees"), ("不符", "Differs"), ("台账无数", "No data"), (AHEAD, "Forecast or target")];
/// What is to come, not held against what there is.
pub const AHEAD: &str = "预计或目标";

/// The register's key.
pub const KEY: &str = "T01";

names! {
    /// Articles that were read.
    article "article":
    TITLE "title"
    DATE "date"
    FILE "file"
    TEXT "text"
}

names! {
    /// Figures of an article that somebody linked.
    figure "figure":
    ARTICLE "article"
    START "start"
    LENGTH "length"
    FIGURE "figure"
    QUOTE "quote"
    TARGET "target"
    PLACE "place"
    PERIOD "period"
    PRODUCT "product"
    HOW "how"
    STATE "state"
    VALUE "value"
    UNIT "unit"
}

names! {
    /// What was learnt about words.
    rule "rule":
    SUBJECT "subject"
    UNIT "unit"
    TARGET "target"
    PRODUCT "product"
}

names! {
    /// What an indicator is to reach.
    target "target":
    INDICATOR "indicator"
    PLACE "place"
    PERIOD "period"
    LOW "low"
    HIGH "high"
    FIGURE "figure"
    QUOTE "quote"
    TITLE "title"
    ARTICLE "article"
}

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label("文章与数字", "Articles and figures"),
        group: Group::Assessment,
        kinds: shared(vec![articles(), figures(), rules(), targets()]),
    }
}

fn kind(key: &'static str, name: Label, title: &[&'static str; 1], own_fields: &[Field]) -> RowKind {
    let [first] = *title;
    RowKind {
        key: key.into(),
        label: name,
        under: None,
        fields: fields(&[own_fields]),
        keys: Vec::new(),
        rules: &[],
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: first.into(),
        naming: names(title),
        key_figures: Vec::new(),
        views: &[],
    }
}

fn articles() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("title", label("标题", "Title"), FieldKind::Text(200)).required(),
        Field::new("date", label("日期", "Date"), FieldKind::Date),
        Field::new("file", label("来源文件", "Source file"), FieldKind::Text(200)),
        Field::new("text", label("正文", "Text"), FieldKind::LongText).required(),
    ];
    kind(article::KIND, label("文章", "Articles"), &["title"], FIELDS)
}

/// A place in the text.
const fn place_in_text(key: &'static str, zh: &'static str, en: &'static str) -> Field {
    Field::new(key, label(zh, en), FieldKind::Int).adds(Aggregate::None)
}

const fn bound(key: &'static str, zh: &'static str, en: &'static str) -> Field {
    Field::new(key, label(zh, en), FieldKind::Decimal(6)).adds(Aggregate::None)
}

fn figures() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new(
            "article",
            label("文章", "Article"),
            FieldKind::Ref(Target::of(&[Pool::rows(KEY, article::KIND)])),
        )
        .required(),
        place_in_text("start", "起始字", "First character").required(),
        place_in_text("length", "字数", "Characters").required(),
        Field::new("figure", label("数字原文", "Figure as written"), FieldKind::Text(100)).required(),
        Field::new("quote", label("原句", "Quotation"), FieldKind::LongText),
        Field::new("target", label("关联到", "Linked to"), FieldKind::Text(60)).required(),
        Field::new("place", label("单位", "Place"), FieldKind::Ref(Target::of(PLACES_POOL))),
        Field::new("period", label("期间", "Period"), FieldKind::Period(ALL_GRAINS)),
        Field::new("product", label("产品", "Product"), FieldKind::Text(60)),
        Field::new("how", label("关系", "Relation"), FieldKind::LongText),
        closed("state", "关联时状态", "State when linked", STATES),
        Field::new("value", label("关联时台账数", "Ledger value when linked"), FieldKind::Decimal(6))
            .adds(Aggregate::None),
        Field::new("unit", label("数字单位", "Unit of the figure"), FieldKind::Text(20)),
    ];
    let place = NaturalKey {
        when: Condition::Any,
        parts: names(&["article", "start"]),
        present: names(&["article", "start"]),
        tells: Tells::One,
    };
    RowKind { keys: vec![place], ..kind(figure::KIND, label("数字", "Figures"), &["figure"], FIELDS) }
}

fn rules() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("subject", label("文中说法", "Words of the text"), FieldKind::Text(100)).required(),
        Field::new("unit", label("单位词", "Unit"), FieldKind::Text(20)).required(),
        Field::new("target", label("关联到", "Linked to"), FieldKind::Text(60)).required(),
        Field::new("product", label("产品", "Product"), FieldKind::Text(60)),
    ];
    let words = NaturalKey {
        when: Condition::Any,
        parts: names(&["subject", "unit"]),
        present: names(&["subject", "unit"]),
        tells: Tells::One,
    };
    RowKind {
        keys: vec![words],
        ..kind(rule::KIND, label("关联规则", "Rules for linking"), &["subject"], FIELDS)
    }
}

fn targets() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("indicator", label("指标", "Indicator"), FieldKind::Text(60)).required(),
        Field::new("place", label("单位", "Place"), FieldKind::Ref(Target::of(PLACES_POOL))),
        Field::new("period", label("期间", "Period"), FieldKind::Period(ALL_GRAINS)).required(),
        bound("low", "不少于", "At least"),
        bound("high", "不多于", "At most"),
        Field::new("figure", label("数字原文", "Figure as written"), FieldKind::Text(100)).required(),
        Field::new("quote", label("原句", "Quotation"), FieldKind::LongText),
        Field::new("title", label("文章标题", "Title of the article"), FieldKind::Text(200)),
        Field::new(
            "article",
            label("文章", "Article"),
            FieldKind::Ref(Target::of(&[Pool::rows(KEY, article::KIND)])),
        ),
    ];
    let one = NaturalKey {
        when: Condition::Any,
        parts: names(&["indicator", "place", "period"]),
        present: names(&["indicator", "period"]),
        tells: Tells::One,
    };
    RowKind {
        keys: vec![one],
        ..kind(target::KIND, label("指标目标", "Targets of indicators"), &["figure"], FIELDS)
    }
}
