//! What a village owns: assets (资产) that were bought or built, and resources (资源) that are simply there.

use super::super::{FieldKind, choice, closed, common, label, names, org, shared};
use super::{areas, asset, rules};
use crate::register::{Aggregate, Condition, Field, Law, NaturalKey, RowKind, Sense, View};
use crate::value::Value;

pub(super) fn asset() -> RowKind {
    let mut fields = what();
    fields.extend(worth());
    fields.extend(common().into_iter().map(Field::aside));
    let key = |parts: &[&'static str], present: &[&'static str]| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: names(present),
        weak: false,
    };
    RowKind {
        key: asset::KIND.into(),
        label: label("资产资源", "Asset"),
        under: None,
        fields: shared(fields),
        keys: vec![
            key(&["org", "asset_no"], &["org", "asset_no"]),
            key(&["org", "name", "location"], &["org", "name"]),
        ],
        rules: rules::of_assets(),
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "asset_no"]),
        key_figures: names(&["net_value", "use_status"]),
        views: vec![
            View { label: label("资产", "Assets"), filter: Condition::Is("rec_kind", vec!["资产"]) },
            View { label: label("资源", "Resources"), filter: Condition::Is("rec_kind", vec!["资源"]) },
            View {
                label: label("闲置、被占", "Idle or occupied"),
                filter: Condition::Is("use_status", vec!["闲置", "被占用", "无偿使用"]),
            },
        ],
    }
}

fn what() -> Vec<Field> {
    let [mu, floor] = areas();
    vec![
        org(),
        Field::new("name", label("资产名称", "Name"), FieldKind::Text(200)).required().also(&[
            "资源名称",
            "资产资源名称",
            "资产（资源）名称",
            "固定资产名称",
        ]),
        Field::new("asset_no", label("资产编号", "Asset no."), FieldKind::Text(60)).asked().also(&[
            "资源编号",
            "资产编码",
            "资产代码",
            "固定资产编号",
        ]),
        closed("rec_kind", "记录类别", "Sort", &[("资产", "Asset"), ("资源", "Resource")])
            .sense(Sense::Sort)
            .starts(Value::choice("资产"))
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
        .asked()
        .also(&["资产类型", "资源类别", "资源类型", "资产分类"]),
        mu,
        floor.aside(),
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
        .asked()
        .also(&["使用情况", "使用现状", "经营方式", "利用状况", "资产状态"]),
        Field::new("location", label("坐落", "Location"), FieldKind::Text(200)).aside().also(&[
            "位置",
            "坐落位置",
            "地点",
            "具体位置",
            "四至",
        ]),
    ]
}

fn worth() -> Vec<Field> {
    vec![
        Field::new("original_value", label("原值", "Original value"), FieldKind::Money)
            .unit("元")
            .adds(Aggregate::Stock)
            .aside()
            .also(&["资产原值", "账面原值", "固定资产原值"]),
        Field::new("net_value", label("净值", "Net value"), FieldKind::Money)
            .unit("元")
            .sense(Sense::Weight)
            .adds(Aggregate::Stock)
            .also(&["资产净值", "账面净值", "固定资产净值"]),
        Field::new("sign_date", label("取得日期", "Since"), FieldKind::Date)
            .sense(Sense::Agreed)
            .aside()
            .also(&["取得时间", "购建日期", "购置日期", "建成时间", "建造时间", "入账日期"]),
    ]
}
