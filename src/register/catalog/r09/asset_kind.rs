//! What a village owns: assets (资产) that were bought or built, and resources (资源) that are simply there.

use super::super::{COMMON_ASIDE, FieldKind, ORG, choice, closed, fields, label, names};
use super::{FLOOR, MU, asset, rules};
use crate::register::{Aggregate, Condition, Field, Law, NaturalKey, RowKind, Sense, Tells, View};

pub(super) fn asset() -> RowKind {
    let key = |parts: &[&'static str], present: &[&'static str]| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: names(present),
        tells: Tells::One,
    };
    RowKind {
        key: asset::KIND.into(),
        label: label("资产资源", "Asset"),
        under: None,
        fields: fields(&[WHAT, WORTH, COMMON_ASIDE]),
        keys: vec![
            key(&["org", "asset_no"], &["org", "asset_no"]),
            key(&["org", "name", "location"], &["org", "name"]),
        ],
        rules: rules::OF_ASSETS,
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "asset_no"]),
        key_figures: names(&["net_value", "use_status"]),
        views: const {
            &[
                View { label: label("资产", "Assets"), filter: Condition::Is("rec_kind", &["资产"]) },
                View { label: label("资源", "Resources"), filter: Condition::Is("rec_kind", &["资源"]) },
                View {
                    label: label("闲置、被占", "Idle or occupied"),
                    filter: Condition::Is("use_status", &["闲置", "被占用", "无偿使用"]),
                },
            ]
        },
    }
}

const WHAT: &[Field] = &[
    ORG,
    Field::new("name", label("资产名称", "Name"), FieldKind::Text(200)).required(),
    Field::new("asset_no", label("资产编号", "Asset no."), FieldKind::Text(60)).asked(),
    closed("rec_kind", "记录类别", "Sort", &[("资产", "Asset"), ("资源", "Resource")])
        .sense(Sense::Sort)
        .starts("资产")
        .aside(),
    choice(
        "asset_kind",
        "资产类别",
        "Class",
        &[
            ("建筑物", "Building"),
            ("设施", "Facility"),
            ("设备", "Equipment"),
            ("农用地", "Farmland"),
            ("林地", "Forest"),
            ("四荒", "Waste land"),
            ("水面", "Water"),
            ("滩涂", "Shoal"),
            ("建设用地", "Building land"),
            ("大棚", "Greenhouse"),
            ("冷库", "Cold store"),
            ("无形", "Intangible"),
        ],
    )
    .asked(),
    MU,
    FLOOR.aside(),
    Field::new("qty", label("数量", "Quantity"), FieldKind::Int).aside(),
    choice(
        "use_status",
        "使用状态",
        "Use",
        &[
            ("自营", "Own use"),
            ("出租", "Rented"),
            ("发包", "Contracted"),
            ("闲置", "Idle"),
            ("被占用", "Occupied"),
            ("无偿使用", "Used for nothing"),
        ],
    )
    .asked(),
    Field::new("location", label("坐落", "Location"), FieldKind::Text(200)).aside(),
];

const WORTH: &[Field] = &[
    Field::new("original_value", label("原值", "Original value"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("net_value", label("净值", "Net value"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock),
    Field::new("sign_date", label("取得日期", "Since"), FieldKind::Date).sense(Sense::Agreed).aside(),
];
