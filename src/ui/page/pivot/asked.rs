//! What the cross table is asked: a register, what goes down and across, and how the cells are reduced.

use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::pivot::Measure;
use crate::register::{Aggregate, Field, FieldKind, Register, RowKind, Sense};
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
        let Some((_, kind)) = found(desk, key) else { return };
        self.register.set(key.to_owned());
        // What is paid in and what is paid out do not add up to anything.
        let narrow = kind.law.apart.is_some();
        self.view.set(if narrow { "0".to_owned() } else { String::new() });
        self.down.set(dimensions(desk, &kind).first().map(|(k, _)| k.clone()).unwrap_or_default());
        self.across.set(if kind.periodic() { dimension::YEAR.to_owned() } else { String::new() });
        let adds = measurable(&kind, "sum").next().is_some();
        self.way.set(if adds { "sum" } else { "count" }.to_owned());
        self.field.set(String::new());
    }
}

pub(super) fn found(desk: Desk, key: &str) -> Option<(Arc<Register>, Arc<RowKind>)> {
    let schema = desk.schema_once();
    let register = schema.register(key)?;
    Some((Arc::clone(register), Arc::clone(register.main()?)))
}

/// What may go down or across: key and words.
pub(super) fn dimensions(desk: Desk, kind: &RowKind) -> Vec<(String, String)> {
    let schema = desk.schema_once();
    let known = |f: &Field| schema.reaches(f);
    let mut all: Vec<(String, String)> = kind
        .fields
        .iter()
        .filter(|f| {
            matches!(f.kind, FieldKind::Choice(_) | FieldKind::Ref(_) | FieldKind::Bool) && known(f)
                || f.key == kind.title
                || f.has(Sense::Class)
        })
        .map(|f| (f.key.to_string(), f.label.words()))
        .collect();
    let place = kind.key_of(Sense::Place);
    order::sort_by_key(&mut all, |(key, _)| Some(key.as_str()) != place);
    if place.is_some() {
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
