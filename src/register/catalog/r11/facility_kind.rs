//! The facility: its fields, its natural key and how it is shown.

use super::super::{COMMON_ASIDE, FieldKind, ORG, Options, Pool, Target, choice, fields, label, names, r05};
use super::{
    BRANCH, CENTRE, FACILITY, HAVES, KEY, MEALS, SCHOOL, STATION, facility, flow, have, rules, visit,
};
use crate::register::{
    Aggregate, Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, Tells, View, World,
};
use crate::value::{Decimal, Period, Text, Value};

pub(super) fn facility() -> RowKind {
    RowKind {
        key: facility::KIND.into(),
        label: FACILITY,
        under: None,
        fields: fields(&[WHAT, SIZE, SERVICE, EIGHT_HAVES, KEEPING, COMMON_ASIDE]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["kind", "org", "name"]),
            present: names(&["kind", "org", "name"]),
            tells: Tells::One,
        }],
        rules: rules::OF_FACILITIES,
        workflow: Some(flow::LIFE),
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "kind"]),
        key_figures: names(&["area_m2", "service_count"]),
        views: const {
            &[
                View {
                    label: label("党群阵地", "Party-masses stations"),
                    filter: Condition::Is("kind", &[CENTRE, STATION]),
                },
                View {
                    label: label("教学阵地", "For teaching"),
                    filter: Condition::Is(
                        "kind",
                        &[SCHOOL, BRANCH, "远教站点", "实训基地", "孵化基地", "红色教育基地", "现场教学点"],
                    ),
                },
                View { label: label("助餐", "Meals"), filter: Condition::Is("kind", MEALS) },
                View {
                    label: label("示范", "Models"),
                    filter: Condition::Is("demonstration", &["县级示范", "市级", "省级"]),
                },
            ]
        },
    }
}

const WHAT: &[Field] = &[
    ORG,
    Field::new(
        "kind",
        label("阵地类型", "Sort"),
        FieldKind::Choice(Options::open(SORTS).then(MORE_SORTS).also(SORT_SPELLINGS)),
    )
    .sense(Sense::Sort)
    .required(),
    Field::new("name", label("阵地名称", "Name"), FieldKind::Text(100))
        .called_after(&["org", "kind"])
        .required(),
    Field::new("code", label("编码", "Code"), FieldKind::Text(40)).sense(Sense::Code),
    Field::new("built", label("建成时间", "Built"), FieldKind::Date).sense(Sense::Begins),
    Field::new("upgraded", label("提档时间", "Upgraded"), FieldKind::Date).sense(Sense::Agreed).aside(),
];

const SORTS: &[(&str, &str)] = &[
    (CENTRE, "Party-masses service centre"),
    (STATION, "Estate service station"),
    (SCHOOL, "Party school"),
    (BRANCH, "Teaching branch"),
    ("远教站点", "Remote teaching station"),
    ("实训基地", "Training base"),
    ("孵化基地", "Incubation base"),
    ("红色教育基地", "Red education base"),
    ("现场教学点", "On-site teaching point"),
    ("社区食堂", "Community canteen"),
    ("助餐点", "Meal point"),
    ("中央厨房", "Central kitchen"),
    ("人大联络站", "Deputies' liaison station"),
];

const MORE_SORTS: &[(&str, &str)] = &[
    ("共享法庭", "Shared court"),
    ("法治长廊", "Gallery of law"),
    ("法治广场", "Square of law"),
    ("图书角", "Book corner"),
    ("积分超市", "Points shop"),
    ("电商直播中心", "Live-selling centre"),
    ("产业园区", "Industry park"),
    ("冷库", "Cold store"),
    ("加工厂", "Processing plant"),
    ("分拣线", "Sorting line"),
    ("骑士驿站", "Couriers' rest"),
    ("时间银行站", "Time bank"),
    ("楼栋技能共享库", "Skills of a building"),
];

const SORT_SPELLINGS: &[(&str, &[&str])] = &[
    (CENTRE, &["农村党群服务中心", "村党群服务中心", "社区党群服务中心", "党群中心", "党建综合体"]),
    (STATION, &["党群服务站", "小区服务站", "小区党群服务中心"]),
    (SCHOOL, &["乡镇党校", "镇街党校", "镇党校", "片区党校", "社区党校", "基层党校"]),
    (BRANCH, &["党校分教点", "党校教学点", "村级分教点"]),
    ("远教站点", &["党员远程教育站点", "远程教育站点", "远程教育终端站点", "远教广场"]),
    ("实训基地", &["党员实训基地", "教育实训基地"]),
    ("孵化基地", &["人才孵化基地", "领军人才孵化基地"]),
    ("红色教育基地", &["红色基地", "党性教育基地"]),
    ("现场教学点", &["现场教学基地", "党性教育现场教学点"]),
    ("社区食堂", &["社区小食堂", "小食堂", "老年食堂", "幸福食堂"]),
    ("助餐点", &["老年助餐点", "助餐服务点", "助老餐厅"]),
    ("人大联络站", &["人大代表联络站", "代表联络站"]),
    ("产业园区", &["产业园", "农业园区", "经营园区"]),
    ("冷库", &["冷链库", "冷藏库", "冷库群"]),
    ("加工厂", &["加工车间"]),
    ("电商直播中心", &["直播中心", "电商中心", "直播基地"]),
];

const SIZE: &[Field] = &[
    Field::new("area_m2", label("建筑面积", "Floor area"), FieldKind::Decimal(2))
        .unit("平方米")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock),
    Field::new("invest", label("投资", "Invested"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Stock)
        .aside(),
    // 吨 of a plant and 份 of a canteen make no sum.
    Field::new("capacity", label("能力", "Capacity"), FieldKind::Decimal(2))
        .per("capacity_unit")
        .adds(Aggregate::None)
        .aside(),
    Field::new(
        "capacity_unit",
        label("能力单位", "Capacity in"),
        FieldKind::Choice(
            Options::open(&[
                ("吨/年", "tonnes a year"),
                ("吨", "tonnes"),
                ("人", "people"),
                ("床", "beds"),
                ("份/日", "meals a day"),
                ("条", "lines"),
            ])
            .also(&[("份/日", &["份/天", "份每日", "餐/日"]), ("吨/年", &["年吨", "吨每年"])]),
        ),
    )
    .aside(),
];

const SERVICE: &[Field] = &[
    Field::new("service_count", label("服务事项数", "Matters served"), FieldKind::Int)
        .unit("项")
        .adds(Aggregate::Stock)
        .derive(Fill::WhenBlank, listed),
    Field::new("open_hours", label("开放时间", "Open"), FieldKind::Text(100)),
    Field::new("consult_desks", label("便民咨询台", "Enquiry desks"), FieldKind::Int)
        .unit("个")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("windows", label("办事服务窗口", "Windows"), FieldKind::Int)
        .unit("个")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new(
        "service_items",
        label("服务事项清单", "Matters, listed"),
        FieldKind::Refs(Target::of(&[Pool::rows("R12", "item")])),
    )
    .aside(),
    Field::new("visits", label("使用人次", "Visits"), FieldKind::Int)
        .unit("人次")
        .derive(Fill::Always, visits)
        .aside(),
];

const EIGHT_HAVES: &[Field] = &[
    have("has_code", "有编码", "Has a code"),
    have("has_sign", "有标识", "Has its sign"),
    have("has_rooms", "有设施", "Has rooms"),
    have("has_rules", "有机制", "Has rules"),
    have("has_team", "有队伍", "Has a team"),
    have("has_activities", "有活动", "Has activities"),
    have("has_services", "有服务", "Has services"),
    have("has_means", "有保障", "Has means"),
    Field::new("haves", label("八有达标", "Haves met"), FieldKind::Int)
        .unit("项")
        .adds(Aggregate::None)
        .derive(Fill::Always, haves)
        .aside(),
    Field::new("haves_proof", label("八有佐证", "Proof of the haves"), FieldKind::LongText).aside(),
];

const KEEPING: &[Field] = &[
    choice(
        "demonstration",
        "示范等级",
        "Model",
        &[("普通", "None"), ("县级示范", "County"), ("市级", "City"), ("省级", "Province")],
    )
    .aside(),
    Field::new("operated_by", label("运营方", "Operated by"), FieldKind::Text(100)).aside(),
    Field::new("operator", label("运营主体", "Operator"), FieldKind::Ref(Target::of(&[Pool::any(r05::KEY)])))
        .aside()
        .help("经营主体台账里的那一家", "The entry in the register of businesses"),
    Field::new("rent_free", label("免租", "Free of rent"), FieldKind::Bool).aside(),
    Field::new("subsidy", label("补贴", "Subsidy"), FieldKind::Money).unit("元").aside(),
    Field::new("route", label("研学路线", "Study route"), FieldKind::Text(100)).aside(),
    Field::new("route_order", label("路线顺序", "Stop"), FieldKind::Int).adds(Aggregate::None).aside(),
    Field::new("brand", label("品牌", "Brand"), FieldKind::Text(60)).aside(),
];

/// How many matters are listed, where nobody wrote a number.
fn listed(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let Value::Refs(items) = record.value("service_items")? else { return None };
    i64::try_from(items.len()).ok().map(Value::Int)
}

/// How many of the eight haves are met; nothing is known where none is spoken of.
fn haves(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let said: Vec<&Value> = HAVES.iter().filter_map(|(key, _)| record.value(key)).collect();
    let met = said.iter().filter(|v| matches!(v, Value::Bool(true))).count();
    (!said.is_empty()).then(|| i64::try_from(met).ok().map(Value::Int)).flatten()
}

/// Everybody who came, whenever: a longer period of one sort of use already contains the shorter ones.
fn visits(record: &dyn Fields, world: &dyn World) -> Option<Value> {
    let mut counted: Vec<(Period, Option<Text>, Decimal)> = Vec::new();
    world.under(KEY, visit::KIND, record.row()?, &mut |line| {
        let count = line.value(visit::COUNT).and_then(Value::as_decimal);
        let why = line.value(visit::WHY).and_then(Value::as_str).map(Text::from);
        let said = line.value(visit::PERIOD).and_then(Value::as_period).zip(count);
        counted.extend(said.map(|(period, count)| (period, why, count)));
    });
    let within = |period: &Period, why: &Option<Text>| {
        counted.iter().any(|(other, its, _)| its == why && other != period && other.contains(*period))
    };
    let whole = counted.iter().filter(|(period, why, _)| !within(period, why)).map(|(.., count)| *count);
    use rust_decimal::prelude::ToPrimitive as _;
    (!counted.is_empty()).then(|| whole.sum::<Decimal>().to_i64().map(Value::Int)).flatten()
}
