//! The business: its fields, its natural keys and how it is shown.

use super::super::{
    COMMON_ASIDE, FieldKind, ORG, Options, PLACE_REGISTER, Pool, Target, choice, fields, label, names,
};
use super::{
    COOPERATIVE, COOPERATIVES, ENTITY, GROWER, KEY, PARTY_COOPERATIVE, STRUCK_OFF, entity, flow, rules, year,
};
use crate::register::{
    Aggregate, Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, Tells, View, World,
};
use crate::value::{Money, Period, Value};

pub(super) fn entity() -> RowKind {
    let key = |parts: &[&'static str]| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: names(parts),
        tells: Tells::One,
    };
    RowKind {
        key: entity::KIND.into(),
        label: ENTITY,
        under: None,
        fields: fields(&[WHO, SIZE, LINKS, COMMON_ASIDE]),
        keys: vec![key(&["usci"]), key(&["org", "name"])],
        rules: rules::OF_ENTITIES,
        workflow: Some(flow::LIFE),
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "kind"]),
        key_figures: names(&["led_households", "revenue"]),
        views: const {
            &[
                View {
                    label: label("合作社", "Co-operatives"), filter: Condition::Is("kind", COOPERATIVES)
                },
                View {
                    label: label("党组织领办", "Led by the party"),
                    filter: Condition::Is("led_by_party", &["true"]),
                },
                View {
                    label: label("家庭农场和大户", "Farms and growers"),
                    filter: Condition::Is("kind", &["家庭农场", GROWER]),
                },
                View {
                    label: label("企业", "Companies"),
                    filter: Condition::Is("kind", &["强村公司", "龙头企业", "加工企业", "食堂运营企业"]),
                },
            ]
        },
    }
}

const WHO: &[Field] = &[
    ORG.or_whose_list(),
    Field::new("name", label("主体名称", "Name"), FieldKind::Text(100)).required(),
    Field::new(
        "kind",
        label("主体类型", "Sort"),
        FieldKind::Choice(Options::open(SORTS).also(SORT_SPELLINGS)),
    )
    .sense(Sense::Sort)
    .required(),
    Field::new("usci", label("统一社会信用代码", "Credit code"), FieldKind::Text(18))
        .sense(Sense::Code)
        .help("18位；专业大户可以不填", "18 characters; a grower may have none"),
    Field::new("led_by_party", label("党组织领办", "Led by a party organisation"), FieldKind::Bool)
        .derive(Fill::WhenBlank, led_by_party),
    Field::new("led_by_member", label("党员领办", "Led by a party member"), FieldKind::Bool).asked().aside(),
    choice(
        "status",
        "运行状态",
        "Status",
        &[
            ("正常", "Running"),
            ("季节性停业", "Closed for the season"),
            ("停业", "Closed"),
            (STRUCK_OFF, "Struck off"),
        ],
    )
    .starts("正常")
    .aside(),
    Field::new("head", label("负责人", "Head"), FieldKind::Text(60)).aside(),
    Field::new("phone", label("联系电话", "Phone"), FieldKind::Phone).aside(),
    Field::new("founder", label("发起人", "Founder"), FieldKind::Ref(Target::of(&[Pool::any("R02")])))
        .aside(),
    Field::new("reg_date", label("成立日期", "Founded"), FieldKind::Date).sense(Sense::Begins).aside(),
];

const SORTS: &[(&str, &str)] = &[
    (COOPERATIVE, "Farmers' co-operative"),
    (PARTY_COOPERATIVE, "Party-led co-operative"),
    ("股份经济合作社（集体经济组织）", "Collective economic organisation"),
    ("强村公司", "Strong-village company"),
    ("家庭农场", "Family farm"),
    (GROWER, "Large grower"),
    ("龙头企业", "Leading enterprise"),
    ("加工企业", "Processor"),
    ("产业联盟", "Industry alliance"),
    ("直播团队", "Live-selling team"),
    ("社工机构", "Social-work agency"),
    ("食堂运营企业", "Canteen operator"),
];

const SORT_SPELLINGS: &[(&str, &[&str])] = &[
    (COOPERATIVE, &["专业合作社", "合作社", "农民合作社", "农业专业合作社", "农村专业合作社"]),
    (PARTY_COOPERATIVE, &["党支部领办合作社", "党总支领办合作社", "党委领办合作社"]),
    (
        "股份经济合作社（集体经济组织）",
        &["股份经济合作社", "集体经济组织", "经济合作社", "村集体经济组织", "股份合作社"],
    ),
    ("强村公司", &["强村富民公司", "村集体公司", "强村发展公司"]),
    ("家庭农场", &["农场"]),
    (GROWER, &["种植大户", "养殖大户", "种养大户", "大户", "种粮大户"]),
    ("龙头企业", &["农业龙头企业", "农业产业化龙头企业"]),
    ("加工企业", &["农产品加工企业", "农业加工企业"]),
    ("直播团队", &["电商团队", "直播电商团队"]),
    ("社工机构", &["社会工作服务机构", "社工中心", "社会工作服务中心"]),
    ("食堂运营企业", &["餐饮企业", "助餐企业"]),
];

const SIZE: &[Field] = &[
    Field::new("members_total", label("成员数", "Members"), FieldKind::Int).unit("人").adds(Aggregate::Stock),
    Field::new("land_mu", label("经营面积", "Land"), FieldKind::Decimal(4)).unit("亩").adds(Aggregate::Stock),
    Field::new("farmers_n", label("农民成员数", "Farmers among them"), FieldKind::Int)
        .unit("人")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("capital", label("注册资本", "Capital"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("greenhouses", label("大棚", "Greenhouses"), FieldKind::Int)
        .unit("个")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new("workers", label("用工", "Workers"), FieldKind::Int).unit("人").adds(Aggregate::Stock).aside(),
    Field::new("products", label("产品", "Products"), FieldKind::TextList).aside(),
    Field::new("revenue", label("最近一年营收", "Revenue of the last year"), FieldKind::Money)
        .unit("元")
        .adds(Aggregate::None)
        .derive(Fill::Always, last_revenue)
        .aside(),
];

const LINKS: &[Field] = &[
    Field::new("led_households", label("带动农户", "Households led"), FieldKind::Int)
        .unit("户")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock),
    Field::new("led_villages", label("带动村数", "Villages led"), FieldKind::Int)
        .unit("个")
        .adds(Aggregate::Stock)
        .aside(),
    Field::new(
        "linkage",
        label("利益联结方式", "Linkage"),
        FieldKind::Choices(
            Options::open(&[
                ("返租倒包", "Leased back and sub-let"),
                ("订单保底收购", "Orders at a floor price"),
                ("土地入股", "Land for shares"),
                ("资金入股", "Money for shares"),
                ("务工", "Wages"),
                ("托管", "Custody"),
                ("代销", "Sale on commission"),
            ])
            .also(&[
                ("订单保底收购", &["保底收购", "订单收购", "订单农业"]),
                ("土地入股", &["土地流转入股"]),
                ("务工", &["务工就业", "用工", "劳务"]),
            ]),
        ),
    )
    .aside(),
    choice(
        "sponsor_mode",
        "领办方式",
        "How it was set up",
        &[
            ("企业领办", "By a company"),
            ("技术部门协办", "With a technical office"),
            ("能人牵头兴办", "By a capable person"),
            ("农户自愿联办", "By farmers together"),
        ],
    )
    .aside(),
    Field::new(
        "rules_in_place",
        label("内部制度", "Rules in place"),
        FieldKind::Choices(Options::open(&[
            ("章程", "Charter"),
            ("成员账户", "Members' accounts"),
            ("盈余分配", "Distribution"),
            ("财务管理", "Finance"),
            ("民主管理", "Meetings"),
            ("监督", "Supervision"),
        ])),
    )
    .aside(),
    Field::new(
        "alliance",
        label("所属联盟", "Alliances"),
        FieldKind::Refs(Target::of(&[Pool::only(PLACE_REGISTER, super::super::GROUPS)])),
    )
    .aside(),
];

/// What it is says that a party organisation leads it.
fn led_by_party(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    (record.value("kind")?.as_str()? == PARTY_COOPERATIVE).then_some(Value::Bool(true))
}

/// What the last year brought of which that is known.
fn last_revenue(record: &dyn Fields, world: &dyn World) -> Option<Value> {
    let mut last: Option<(Period, Money)> = None;
    world.under(KEY, year::KIND, record.row()?, &mut |line| {
        let said = line.value(year::YEAR).and_then(Value::as_period);
        let came = line.value(year::REVENUE).and_then(Value::as_money);
        if let Some((when, came)) = said.zip(came)
            && last.is_none_or(|(before, _)| before.year() < when.year())
        {
            last = Some((when, came));
        }
    });
    last.map(|(_, money)| Value::Money(money))
}
