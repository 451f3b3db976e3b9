//! The talent: fields, natural key and how it is shown.

use super::super::{
    COMMON_ASIDE, FieldKind, ORG, Options, Pool, Target, choice, closed, fields, label, names, r02, r06, rule,
};
use super::{RESERVE, TALENT, flow, talent};
use crate::register::{
    Aggregate, Check, Compare, Condition, Expr, Field, Law, NaturalKey, RowKind, Rule, Sense, Severity,
    Tells, View,
};

pub(super) fn talent() -> RowKind {
    RowKind {
        key: talent::KIND.into(),
        label: TALENT,
        under: None,
        fields: fields(&[WHO, MORE, COMMON_ASIDE]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(&["person", "category"]),
            present: names(&["person", "category"]),
            tells: Tells::One,
        }],
        rules: RULES,
        workflow: Some(flow::REVIEW),
        keeper: None,
        law: Law::default(),
        title: "person".into(),
        naming: names(&["org", "person", "category"]),
        key_figures: names(&["level", "speciality"]),
        views: const {
            &[
                View {
                    label: label("村级能人库", "Village library"),
                    filter: Condition::Is("level", &["村级能人库"]),
                },
                View {
                    label: label("乡级人才库", "Township library"),
                    filter: Condition::Is("level", &["乡级人才库"]),
                },
                View {
                    label: label("后备力量", "Reserve"), filter: Condition::Is("category", &[RESERVE])
                },
                View {
                    label: label("返乡的", "Came home"),
                    filter: Condition::All(&[
                        Condition::Present("returnee"),
                        Condition::Not(&Condition::Is("returnee", &["非返乡"])),
                    ]),
                },
            ]
        },
    }
}

const WHO: &[Field] = &[
    ORG.or_whose_list(),
    Field::new("person", label("人员", "Person"), FieldKind::Ref(Target::of(r02::ANYBODY)))
        .required()
        .told_beside(),
    Field::new(
        "category",
        label("人才类别", "Category"),
        FieldKind::Choice(Options::open(CATEGORIES).also(SPELLINGS)),
    )
    .sense(Sense::Sort)
    .required(),
    closed(
        "level",
        "入库级别",
        "Library",
        &[("村级能人库", "Village"), ("乡级人才库", "Township"), ("县级人才库", "County")],
    )
    .asked(),
    Field::new("speciality", label("特长", "Speciality"), FieldKind::Text(100)).asked(),
    Field::new("entered", label("入库时间", "Entered"), FieldKind::Date).sense(Sense::Begins),
    Field::new("led_households", label("带动户数", "Households led"), FieldKind::Int)
        .unit("户")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock),
    Field::new("left", label("出库时间", "Left"), FieldKind::Date).sense(Sense::Ends).aside(),
];

const CATEGORIES: &[(&str, &str)] = &[
    ("经营管理型", "Management"),
    ("专业生产型", "Production"),
    ("乡贤", "Person of standing"),
    ("电商达人", "Online seller"),
    ("养殖能手", "Breeder"),
    ("种植能手", "Grower"),
    ("加工能手", "Processor"),
    ("非遗传承人", "Keeper of a craft"),
    ("旅游达人", "Tourism"),
    ("短视频博主", "Video maker"),
    ("管理人才", "Manager"),
    ("营销人才", "Marketing"),
    ("法律明白人", "Knows the law"),
    ("师资", "Teacher"),
    (RESERVE, "Reserve of leaders"),
    ("青年人才", "Young talent"),
    ("引进人才", "Brought in"),
];

const SPELLINGS: &[(&str, &[&str])] = &[
    ("经营管理型", &["经营管理", "经营管理人才", "经营管理类"]),
    ("专业生产型", &["专业生产", "生产型", "专业生产人才"]),
    ("乡贤", &["新乡贤", "乡贤人才"]),
    ("电商达人", &["电商人才", "电商", "电商带头人"]),
    ("养殖能手", &["养殖大户", "养殖"]),
    ("种植能手", &["种植大户", "种植"]),
    ("加工能手", &["加工"]),
    ("非遗传承人", &["非遗", "非物质文化遗产传承人"]),
    ("旅游达人", &["乡村旅游人才"]),
    ("短视频博主", &["网络主播", "主播"]),
    ("师资", &["讲师", "教师", "师资人才"]),
    (RESERVE, &["村级后备力量", "后备干部", "后备人才"]),
];

const MORE: &[Field] = &[
    choice(
        "ladder",
        "梯队",
        "Ladder",
        &[("头雁", "Leading goose"), ("鸿雁", "Wild goose"), ("雏雁", "Young goose")],
    )
    .aside(),
    Field::new(
        "product",
        label("关联产业", "Industry"),
        FieldKind::Ref(Target::of(&[Pool::rows(r06::KEY, r06::dictionary::KIND)])),
    )
    .aside(),
    Field::new(
        "cultivation",
        label("培养方式", "Training"),
        FieldKind::Choices(Options::open(&[
            ("委托培养", "Sent to be trained"),
            ("技能培训", "Skills"),
            ("师带徒", "Apprenticeship"),
            ("组团帮扶", "Group help"),
            ("现场教学", "On the spot"),
            ("基地观摩", "Visits"),
            ("实践锻炼", "Practice"),
            ("研学", "Study tours"),
        ])),
    )
    .aside(),
    Field::new("mentor", label("帮带人", "Mentor"), FieldKind::Ref(Target::of(r02::ANYBODY))).aside(),
    choice(
        "returnee",
        "返乡类型",
        "Came home",
        &[
            ("返乡大学生", "Graduate"),
            ("退役军人", "Veteran"),
            ("务工返乡", "Worker"),
            ("企业家", "Entrepreneur"),
            ("非返乡", "Never away"),
        ],
    )
    .aside(),
];

const RULES: &[Rule] = &[
    rule(
        "no_less_than_none",
        Severity::Error,
        "led_households",
        Condition::Any,
        Check::Compare(Expr::Field("led_households"), Compare::AtLeast, Expr::int(0)),
        "带动户数不能小于0",
        "Households led cannot be fewer than none",
    ),
    rule(
        "left_after_entered",
        Severity::Error,
        "left",
        Condition::Any,
        Check::Compare(Expr::Field("left"), Compare::AtLeast, Expr::Field("entered")),
        "出库时间早于入库时间",
        "It left before it entered",
    ),
    rule(
        "own_mentor",
        Severity::Error,
        "mentor",
        Condition::Present("mentor"),
        Check::Code(own_mentor),
        "帮带人不能是自己",
        "Nobody is their own mentor",
    ),
];

fn own_mentor(
    record: &dyn crate::register::Fields,
    _: &dyn crate::register::World,
) -> Option<crate::register::Message> {
    (record.value("mentor")? == record.value("person")?).then(|| {
        crate::register::Message::new(
            "帮带人不能是自己，请另选一人",
            "Nobody is their own mentor; choose another",
        )
    })
}
