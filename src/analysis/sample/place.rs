//! The places of the sample county.

use rust_decimal::Decimal;

use super::{Scribe, Village};
use crate::register::catalog::r01::{self, org as place};
use crate::value::{RowId, Text, Value};

const TOWNS: [&str; 3] = ["示例镇一", "示例镇二", "示例镇三"];

const VILLAGES: [&str; 36] = [
    "清溪村",
    "五星村",
    "团山村",
    "新民村",
    "石桥村",
    "向阳村",
    "滨河社区",
    "和平村",
    "千丘村",
    "江口村",
    "柏林村",
    "龙洞村",
    "双河村",
    "白鹤村",
    "大坪村",
    "枫香村",
    "青竹村",
    "金盆村",
    "月亮村",
    "红岩村",
    "永兴村",
    "福寿村",
    "长乐村",
    "东升村",
    "西苑社区",
    "南坡村",
    "北山村",
    "中和村",
    "兴隆村",
    "旺山村",
    "太安村",
    "平顶村",
    "茶园村",
    "仁义村",
    "松林村",
    "云雾村",
];

/// Writes county, towns, villages and one industry committee that groups seven villages across two towns.
pub(super) fn write(scribe: &mut Scribe<'_>) -> Vec<Village> {
    let county = org(scribe, "示例县", "县", "990001000000", None, Vec::new());
    let towns: Vec<RowId> = TOWNS
        .iter()
        .zip(1..)
        .map(|(name, n)| org(scribe, name, "乡镇", &format!("99000110{n}000"), Some(county), Vec::new()))
        .collect();
    let mut villages = Vec::new();
    for (number, name) in VILLAGES.iter().enumerate() {
        let town = number / 12;
        let (code, parent) =
            (format!("99000110{}2{:02}", town + 1, number % 12 + 1), towns.get(town).copied());
        villages.push(village(scribe, name, &code, parent, number));
    }
    let members = villages.iter().skip(8).take(7).map(|v| v.id).collect();
    org(
        scribe,
        "示例不知火产业党委",
        "党组织",
        "",
        Some(county),
        vec![
            (place::PARTY_LEVEL, Value::choice("党委")),
            (place::PARTY_FORM, Value::choice("产业党委")),
            (place::MEMBERS, Value::Int(126)),
            (place::MEMBER_ORGS, Value::Refs(members)),
        ],
    );
    villages
}

fn org(
    scribe: &mut Scribe<'_>,
    name: &str,
    kind: &str,
    code: &str,
    parent: Option<RowId>,
    more: Vec<(&str, Value)>,
) -> RowId {
    let mut fields = vec![(place::NAME, Value::text(name)), (place::SORT, Value::choice(kind))];
    fields.extend((!code.is_empty()).then(|| (place::CODE, Value::text(code))));
    fields.extend(parent.map(|p| (place::PARENT, Value::Ref(p))));
    fields.extend(more);
    scribe.write(r01::KEY, place::KIND, fields)
}

fn village(scribe: &mut Scribe<'_>, name: &str, code: &str, parent: Option<RowId>, number: usize) -> Village {
    let households = scribe.dice.between(260, 940);
    let registered = households * scribe.dice.between(31, 36) / 10;
    let resident = registered * scribe.dice.between(55, 92) / 100;
    let kind = if name.ends_with("社区") { "社区" } else { "村" };
    let whole = |n: i64| Value::Decimal(Decimal::from(n));
    let more = vec![
        (place::ALIASES, Value::Many(vec![Text::from(format!("{name}委会"))])),
        (place::HOUSEHOLDS, Value::Int(households)),
        (place::REGISTERED, Value::Int(registered)),
        (place::RESIDENT, Value::Int(resident)),
        (place::FARMLAND, whole(households * scribe.dice.between(30, 62) / 10)),
        (place::AREA, Value::Decimal(Decimal::new(scribe.dice.between(320, 1450), 2))),
        (place::MEMBERS, Value::Int(scribe.dice.between(28, 96))),
    ];
    let id = org(scribe, name, kind, code, parent, more);
    Village { id, town: number / 12, number, households }
}
