//! The household: fields, natural keys and how it is shown.

use super::super::{
    COMMON_ASIDE, FieldKind, ORG, Options, PLACE_REGISTER, Pool, Target, fields, label, names, r01,
};
use super::{HOUSEHOLD, HOUSEHOLDS, KEY, flow, household, income, rules};
use crate::register::{
    Aggregate, Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, Tells, View, World,
};
use crate::value::{Money, Period, RowId, Value};

pub(super) fn household() -> RowKind {
    let key = |parts: &[&'static str], present: &[&'static str], tells| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: names(present),
        tells,
    };
    RowKind {
        key: household::KIND.into(),
        label: HOUSEHOLD,
        under: None,
        fields: fields(&[WHO, PEOPLE, MORE, COMMON_ASIDE]),
        keys: vec![
            key(&["org", "house_no"], &["org", "house_no"], Tells::One),
            // Two heads of one name in one group are two households, where their numbers say so.
            key(&["org", "group", "head"], &["org", "head"], Tells::Mostly),
        ],
        rules: rules::OF_HOUSEHOLDS,
        workflow: Some(flow::LIFE),
        keeper: None,
        law: Law::default(),
        title: "head".into(),
        naming: names(&["org", "group", "head", "house_no"]),
        key_figures: names(&["members_n", "link_member_household"]),
        views: const {
            &[
                View {
                    label: label("联户的", "Linked"),
                    filter: Condition::Present("link_member_household"),
                },
                View {
                    label: label("党员户", "Of members"),
                    filter: Condition::Is("house_type", &["党员户"]),
                },
                View {
                    label: label("帮扶对象", "In need of help"),
                    filter: Condition::Is("house_type", &["脱贫户", "监测户", "低保", "五保", "残疾"]),
                },
                View {
                    label: label("没有分组的", "Without a group"),
                    filter: Condition::Not(&Condition::Present("group")),
                },
            ]
        },
    }
}

const WHO: &[Field] = &[
    ORG,
    Field::new("head", label("户主姓名", "Head"), FieldKind::Text(20)).required().never_as_above(),
    Field::new("house_no", label("户编号", "Number"), FieldKind::Text(30))
        .sense(Sense::Code)
        .asked()
        .help("村内不重；门牌号也可以", "Unique in the village; the number on the door will do"),
    Field::new(
        "group",
        label("村民小组", "Group"),
        FieldKind::Ref(Target::of(&[Pool::only(PLACE_REGISTER, &[r01::HAMLET])])),
    )
    .within(&["org"])
    .once_a_block()
    .asked(),
    Field::new(
        "link_member_household",
        label("党员中心户", "Linked by"),
        FieldKind::Ref(Target::of(&[HOUSEHOLDS])),
    )
    .within(&["org", "group"])
    .once_a_block(),
    Field::new("members_n", label("家庭人口", "People"), FieldKind::Int)
        .unit("人")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock)
        .asked(),
    Field::new("phone", label("联系电话", "Phone"), FieldKind::Phone),
    Field::new(
        "house_type",
        label("户类型", "Sort"),
        FieldKind::Choices(
            Options::open(&[
                ("一般户", "Ordinary"),
                ("脱贫户", "Out of poverty"),
                ("监测户", "Watched"),
                ("低保", "On minimum allowance"),
                ("五保", "Supported"),
                ("残疾", "Disabled"),
                ("留守妇女户", "Woman left behind"),
                ("党员户", "Of a party member"),
            ])
            .also(&[
                ("一般户", &["一般", "一般农户", "普通户"]),
                ("脱贫户", &["建档立卡户", "贫困户"]),
                ("监测户", &["监测对象", "三类户"]),
                ("低保", &["低保户"]),
                ("五保", &["五保户", "特困户", "特困"]),
                ("残疾", &["残疾户", "残疾人户"]),
                ("留守妇女户", &["留守妇女"]),
            ]),
        ),
    ),
];

const PEOPLE: &[Field] = &[
    Field::new(
        "grid",
        label("网格", "Grid"),
        FieldKind::Ref(Target::of(&[Pool::only(
            PLACE_REGISTER,
            &["小网格（十联户）", "中网格（寨管委）", "大网格"],
        )])),
    )
    .within(&["org"])
    .once_a_block()
    .aside(),
    Field::new("labour_n", label("劳动力", "Able to work"), FieldKind::Int)
        .unit("人")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("migrant_n", label("外出务工", "Working elsewhere"), FieldKind::Int)
        .unit("人")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("linked_n", label("联系户数", "Households linked"), FieldKind::Int)
        .unit("户")
        .adds(Aggregate::Stock)
        .derive(Fill::Always, linked)
        .aside(),
    Field::new("land_mu", label("承包地", "Land"), FieldKind::Decimal(2))
        .unit("亩")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("shares", label("集体成员份额", "Shares in the village"), FieldKind::Decimal(4))
        .unit("份")
        .adds(Aggregate::Stock)
        .aside(),
];

const MORE: &[Field] = &[
    Field::new(
        "insurance",
        label("保险", "Insurance"),
        FieldKind::Choices(Options::open(&[
            ("医疗保险", "Health"),
            ("养老保险", "Pension"),
            ("农业保险", "Crops"),
            ("意外险", "Accidents"),
        ])),
    )
    .aside(),
    Field::new("loan", label("贷款余额", "Loans"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("address", label("住址", "Address"), FieldKind::Text(100)).sense(Sense::Home).aside(),
    Field::new("moved_in", label("迁入日期", "Moved in"), FieldKind::Date).sense(Sense::Begins).aside(),
    Field::new("moved_from", label("迁自", "From"), FieldKind::Text(100)).aside(),
    Field::new("moved_out", label("迁出日期", "Moved out"), FieldKind::Date).sense(Sense::Ends).aside(),
    Field::new("moved_to", label("迁往", "To"), FieldKind::Text(100)).aside(),
    Field::new("last_income", label("最近一年家庭收入", "Income of the last year"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::None)
        .derive(Fill::Always, last_income)
        .aside(),
];

/// One that others link to.
struct LinkedBy(Value);

impl Fields for LinkedBy {
    fn value(&self, key: &str) -> Option<&Value> {
        (key == household::HUB).then_some(&self.0)
    }
}

/// How many households link to this one.
fn links_to(row: RowId, world: &dyn World) -> usize {
    let mut n = 0;
    world.alike(KEY, household::KIND, &[household::HUB], &LinkedBy(Value::Ref(row)), &mut |_| n += 1);
    n
}

fn linked(record: &dyn Fields, world: &dyn World) -> Option<Value> {
    let n = links_to(record.row()?, world);
    i64::try_from(n).ok().filter(|n| *n > 0).map(Value::Int)
}

/// What the last year brought of which that is known.
fn last_income(record: &dyn Fields, world: &dyn World) -> Option<Value> {
    let mut last: Option<(Period, Money)> = None;
    world.under(KEY, income::KIND, record.row()?, &mut |line| {
        let said = line.value(income::YEAR).and_then(Value::as_period);
        let came = super::income_kind::sum(line);
        if let Some((when, came)) = said.zip(came)
            && last.is_none_or(|(before, _)| before.year() < when.year())
        {
            last = Some((when, came));
        }
    });
    last.map(|(_, money)| Value::Money(money))
}
