//! What the cross table is asked: a register, what goes down and across, and how the cells are reduced.

use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::pivot::Measure;
use crate::register::{Aggregate, Field, FieldKind, Register, RowKind, Schema, Sense};
use crate::table::dimension;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::value::order;

/// Ways to reduce the contributions of a cell to one number.
pub(super) const WAYS: [(&str, &str, &str); 6] = [
    ("count", "行数", "Rows"),
    ("sum", "合计", "Sum"),
    ("avg", "平均", "Average"),
    ("median", "中位数", "Median"),
    ("min", "最小", "Least"),
    ("max", "最大", "Most"),
];

/// Dimensions that are no fields: key, words, what they need.
const TIMES: [(&str, &str, &str); 3] = [
    (dimension::YEAR, "年", "Year"),
    (dimension::QUARTER, "季度", "Quarter"),
    (dimension::MONTH, "月", "Month"),
];

#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub register: RwSignal<String>,
    pub view: RwSignal<String>,
    pub down: RwSignal<String>,
    pub across: RwSignal<String>,
    pub way: RwSignal<String>,
    pub field: RwSignal<String>,
    pub all_periods: RwSignal<bool>,
}

impl Asked {
    pub(super) fn new(desk: Desk) -> Self {
        let text = || RwSignal::new(String::new());
        let asked = Self {
            register: text(),
            view: text(),
            down: text(),
            across: text(),
            way: text(),
            field: text(),
            all_periods: RwSignal::new(true),
        };
        if let Some(first) = desk.schema_once().reported().next() {
            asked.begin(desk, &first.key);
        }
        asked
    }

    /// A question that makes sense for this register.
    pub(super) fn begin(self, desk: Desk, key: &str) {
        let Some((register, kind)) = found(desk, key) else { return };
        self.register.set(key.to_owned());
        // What is paid in and what is paid out do not add up to anything.
        let narrow = kind.law.apart.is_some();
        self.view.set(if narrow { "0".to_owned() } else { String::new() });
        let dimensions = dimensions(desk, &register, &kind);
        self.down.set(dimensions.first().map(|(k, _)| k.clone()).unwrap_or_default());
        self.across.set(if kind.periodic() { dimension::YEAR.to_owned() } else { String::new() });
        let adds = measurable(&kind, "sum").next().is_some();
        self.way.set(if adds { "sum" } else { "count" }.to_owned());
        self.field.set(String::new());
    }
}

/// The register and kind of rows that `key` names: R09, or R09/due.
pub(super) fn found(desk: Desk, key: &str) -> Option<(Arc<Register>, Arc<RowKind>)> {
    let (key, kind) = key.split_once('/').map_or((key, None), |(key, kind)| (key, Some(kind)));
    let schema = desk.schema_once();
    let register = schema.register(key)?;
    let kind = kind.map_or_else(|| register.main(), |k| register.kind(k))?;
    Some((Arc::clone(register), Arc::clone(kind)))
}

/// Every kind of rows that may be asked about: key and words, those of one register behind each other.
pub(super) fn kinds(desk: Desk) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for register in desk.schema_once().all() {
        let name = register.label.words();
        all.extend(register.kinds.iter().enumerate().map(|(n, kind)| match n {
            0 => (register.key.to_string(), name.clone()),
            _ => (format!("{}/{}", register.key, kind.key), format!("{name} · {}", kind.label.words())),
        }));
    }
    all
}

/// What may go down or across: key and words.
pub(super) fn dimensions(desk: Desk, register: &Register, kind: &RowKind) -> Vec<(String, String)> {
    let schema = desk.schema_once();
    let mut all: Vec<(String, String)> =
        told(&schema, kind).map(|f| (f.key.to_string(), f.label.words())).collect();
    let place = kind.key_of(Sense::Place);
    order::sort_by_key(&mut all, |(key, _)| Some(key.as_str()) != place);
    if let Some(above) = register.above(kind) {
        all.push((dimension::PLACE.to_owned(), t("村（社区）", "Village").to_owned()));
        // What its parent says of a line.
        let fields = told(&schema, above).filter(|f| !f.has(Sense::Place));
        let path =
            |f: &Field| Some((kind.path_above(f)?, format!("{} · {}", above.label.words(), f.label.words())));
        all.extend(fields.filter_map(|f| path(f)));
    }
    if place.is_some() || kind.under.is_some() {
        all.push((dimension::TOWN.to_owned(), t("乡镇", "Township").to_owned()));
    }
    if kind.periodic() {
        all.extend(TIMES.iter().map(|(key, zh, en)| ((*key).to_owned(), t(zh, en).to_owned())));
    }
    if kind.workflow.is_some() {
        all.push((dimension::STATE.to_owned(), t("状态", "State").to_owned()));
    }
    all
}

/// The fields of a kind by which rows are told apart in groups.
fn told<'k>(schema: &'k Schema, kind: &'k RowKind) -> impl Iterator<Item = &'k Arc<Field>> {
    kind.fields.iter().filter(|f| {
        matches!(f.kind, FieldKind::Choice(_) | FieldKind::Ref(_) | FieldKind::Bool) && schema.reaches(f)
            || f.key == kind.title
            || f.has(Sense::Class)
    })
}

/// The fields that may be reduced this way.
pub(super) fn measurable<'k>(kind: &'k RowKind, way: &str) -> impl Iterator<Item = &'k Arc<Field>> + use<'k> {
    let adds = way == "sum";
    kind.fields.iter().filter(move |f| {
        f.is_number() && (!adds || matches!(f.aggregate, Aggregate::Flow | Aggregate::Stock))
    })
}

/// The chosen field, or the first that can be reduced this way.
pub(super) fn measured<'k>(kind: &'k RowKind, way: &str, wanted: &str) -> Option<&'k Arc<Field>> {
    if way == "count" {
        return None;
    }
    measurable(kind, way).find(|f| f.key == wanted).or_else(|| measurable(kind, way).next())
}

pub(super) fn measure(way: &str, field: Option<&Field>) -> Measure {
    let Some(key) = field.map(|f| f.key.to_string()) else { return Measure::Count };
    match way {
        "avg" => Measure::Avg(key),
        "median" => Measure::Median(key),
        "min" => Measure::Min(key),
        "max" => Measure::Max(key),
        _ => Measure::Sum(key),
    }
}
