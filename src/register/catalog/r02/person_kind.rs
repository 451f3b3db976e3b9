//! The person: fields, natural keys and how somebody is shown.

use super::super::{
    COMMON_ASIDE, FieldKind, ORG, Options, PLACE_REGISTER, Pool, Target, choice, closed, fields, label,
    names, r01, r04,
};
use super::{FULL, KEY, MEMBERS, NOBODY, PERSON, PROBATIONARY, STOPPED, WAY, flow, person, rules, stage};
use crate::register::{Condition, Field, Fields, Fill, Law, NaturalKey, RowKind, Sense, Tells, View, World};
use crate::value::{Date, Grain, Period, Text, Value, person as numbers};

pub(super) fn person() -> RowKind {
    let key = |parts: &[&'static str], tells| NaturalKey {
        when: Condition::Any,
        parts: names(parts),
        present: names(parts),
        tells,
    };
    RowKind {
        key: person::KIND.into(),
        label: PERSON,
        under: None,
        fields: fields(&[WHO, PARTY, WORK, MORE, COMMON_ASIDE]),
        keys: vec![
            key(&["idno"], Tells::One),
            key(&["person_no"], Tells::One),
            key(&["name", "org_party", "birth"], Tells::Mostly),
            // Two of one name in one village are no rarity.
            key(&["name", "org"], Tells::Perhaps),
        ],
        rules: rules::OF_PEOPLE,
        workflow: Some(flow::LIFE),
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["org", "name", "gender"]),
        key_figures: names(&["phone", "member_stage"]),
        views: const {
            &[
                View {
                    label: label("党员", "Party members"),
                    filter: Condition::Is("member_stage", MEMBERS),
                },
                View {
                    label: label("发展中的", "On the way into the party"),
                    filter: Condition::Is("member_stage", &["申请人", "积极分子", "发展对象"]),
                },
                View {
                    label: label("流动党员", "Members away"),
                    filter: Condition::Is("flow", &["流出", "流入"]),
                },
                View { label: label("代表", "Deputies"), filter: Condition::Present("deputy_level") },
            ]
        },
    }
}

/// A party organisation.
const BRANCHES: &[Pool] = &[Pool::only(PLACE_REGISTER, &[r01::PARTY])];

/// 学历, from the lowest.
pub(super) const EDUCATION: Options = Options::open(&[
    ("小学", "Primary school"),
    ("初中", "Middle school"),
    ("高中中专", "High or vocational school"),
    ("大专", "College"),
    ("本科", "Bachelor"),
    ("研究生", "Graduate"),
])
.also(&[
    ("小学", &["小学及以下", "文盲"]),
    ("初中", &["初中及以下"]),
    ("高中中专", &["高中", "中专", "高中/中专", "高中或中专", "职高", "技校", "高中（中专）"]),
    ("大专", &["专科", "大学专科", "大专及以上"]),
    ("本科", &["大学", "大学本科", "学士"]),
    ("研究生", &["硕士", "博士", "硕士研究生", "博士研究生"]),
]);

const WHO: &[Field] = &[
    ORG.or_whose_list(),
    Field::new("name", label("姓名", "Name"), FieldKind::Text(20)).required().never_as_above(),
    Field::new("idno", label("身份证号", "Identity number"), FieldKind::IdentityNumber),
    closed("gender", "性别", "Gender", &[("男", "Male"), ("女", "Female")])
        .derive(Fill::WhenBlank, gender)
        .asked(),
    Field::new("birth", label("出生年月", "Born"), FieldKind::Period(&[Grain::Month]))
        .derive(Fill::WhenBlank, birth)
        .never_as_above(),
    Field::new("phone", label("联系电话", "Phone"), FieldKind::Phone),
    Field::new("edu", label("学历", "Education"), FieldKind::Choice(EDUCATION)),
    Field::new("org_party", label("所在党组织", "Party organisation"), FieldKind::Ref(Target::of(BRANCHES)))
        .asked_when(Condition::Is("member_stage", MEMBERS))
        .help("只填一个实体型党组织", "One branch that holds the membership"),
    Field::new("person_no", label("人员编号", "Number"), FieldKind::Text(30)).sense(Sense::Code).aside(),
    choice(
        "ethnicity",
        "民族",
        "Ethnicity",
        &[
            ("汉族", "Han"),
            ("苗族", "Miao"),
            ("彝族", "Yi"),
            ("藏族", "Tibetan"),
            ("回族", "Hui"),
            ("土家族", "Tujia"),
            ("布依族", "Buyei"),
            ("侗族", "Dong"),
            ("壮族", "Zhuang"),
            ("傣族", "Dai"),
            ("维吾尔族", "Uyghur"),
            ("哈萨克族", "Kazakh"),
        ],
    )
    .aside(),
];

const PARTY: &[Field] = &[
    closed(
        "member_stage",
        "党员阶段",
        "Membership",
        &[
            (NOBODY, "None"),
            ("申请人", "Applicant"),
            ("积极分子", "Activist"),
            ("发展对象", "Candidate"),
            (PROBATIONARY, "Probationary member"),
            (FULL, "Full member"),
            (STOPPED, "Stopped"),
        ],
    )
    .derive(Fill::WhenBlank, member_stage)
    .aside(),
    choice(
        "political",
        "政治面貌",
        "Political affiliation",
        &[
            ("中共党员", "Party member"),
            ("中共预备党员", "Probationary party member"),
            ("共青团员", "League member"),
            ("民主党派", "Another party"),
            (NOBODY, "None"),
        ],
    )
    .aside(),
    Field::new("joined", label("入党时间", "Joined"), FieldKind::Date)
        .sense(Sense::Agreed)
        .derive(Fill::WhenBlank, joined)
        .aside(),
    choice(
        "flow",
        "流动党员",
        "Away",
        &[("否", "No"), ("流出", "Went away"), ("流入", "Came from elsewhere")],
    )
    .aside(),
    Field::new("flow_place", label("流动去向", "Where to or from"), FieldKind::Text(100)).aside(),
    Field::new("plaque", label("党员户挂牌", "Plaque"), FieldKind::Bool).aside(),
    Field::new(
        "duties",
        label("设岗定责", "Duties"),
        FieldKind::Choices(Options::open(&[
            ("社会治安", "Public order"),
            ("纠纷调解", "Mediation"),
            ("环境保洁", "Cleanliness"),
            ("政策宣传", "Policies"),
            ("产业带富", "Business"),
            ("民主监督", "Supervision"),
            ("文明新风", "Customs"),
            ("应急救援", "Rescue"),
        ])),
    )
    .aside(),
    Field::new(
        "linked_households",
        label("联系户", "Linked households"),
        FieldKind::Refs(Target::of(&[Pool::any(r04::KEY)])),
    )
    .aside(),
];

const WORK: &[Field] = &[
    choice("deputy_level", "人大代表级别", "Deputy", &[("县（区）", "County"), ("镇", "Township")]).aside(),
    Field::new("deputy_term", label("代表届次", "Term"), FieldKind::Text(30)).aside(),
    Field::new(
        "roles",
        label("其他身份", "Other roles"),
        FieldKind::Choices(Options::open(&[
            ("志愿者", "Volunteer"),
            ("调解员", "Mediator"),
            ("法律明白人", "Knows the law"),
            ("导师", "Mentor"),
            ("讲师", "Lecturer"),
            ("新农人", "New farmer"),
            ("带头人", "Leader"),
            ("双联户长", "Head of linked households"),
        ])),
    )
    .aside(),
    Field::new("speciality", label("专业特长", "Speciality"), FieldKind::Text(100)).aside(),
    Field::new("post_needs", label("岗位需求", "Needs of the post"), FieldKind::Text(200)).aside(),
    Field::new("career_plan", label("职业规划", "Career plan"), FieldKind::LongText).aside(),
];

const MORE: &[Field] = &[
    Field::new(
        "special",
        label("特殊群体", "Special groups"),
        FieldKind::Choices(Options::open(&[
            ("留守妇女", "Woman left behind"),
            ("脱贫户成员", "Of a household out of poverty"),
            ("残疾", "Disabled"),
            ("低保", "On minimum allowance"),
            ("独居老人", "Old and alone"),
            ("外卖骑手", "Delivery rider"),
        ])),
    )
    .aside(),
    Field::new("address", label("住址", "Address"), FieldKind::Text(100)).sense(Sense::Home).aside(),
];

/// What the identity number says: the last but one figure is odd for men.
pub(super) fn gender(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    numbers::is_male(record.value("idno")?.as_str()?)
        .map(|male| Value::choice(if male { "男" } else { "女" }))
}

/// What the identity number says.
pub(super) fn birth(record: &dyn Fields, _: &dyn World) -> Option<Value> {
    let (year, month) = numbers::born(record.value("idno")?.as_str()?)?;
    Period::month_of(year, month).map(Value::Period)
}

/// The last step that stands under the person, else what the political affiliation says.
fn member_stage(record: &dyn Fields, world: &dyn World) -> Option<Value> {
    let last = steps(record, world).into_iter().next_back().map(|(_, word)| word);
    let said = || match record.value("political")?.as_str()? {
        "中共党员" => Some(Text::from(FULL)),
        "中共预备党员" => Some(Text::from(PROBATIONARY)),
        _ => None,
    };
    last.or_else(said).map(Value::Choice)
}

/// Membership counts from the day on which somebody became a probationary member.
fn joined(record: &dyn Fields, world: &dyn World) -> Option<Value> {
    let mut steps = steps(record, world).into_iter();
    steps.find(|(_, word)| **word == *PROBATIONARY).and_then(|(day, _)| day).map(Value::Date)
}

/// The steps under a person, in the order of the way.
pub(super) fn steps(record: &dyn Fields, world: &dyn World) -> Vec<(Option<Date>, Text)> {
    let mut found: Vec<(usize, Option<Date>, Text)> = Vec::new();
    let Some(row) = record.row() else { return Vec::new() };
    world.under(KEY, stage::KIND, row, &mut |line| {
        let Some(word) = line.value(stage::STAGE).and_then(Value::as_str) else { return };
        let day = line.value(stage::DAY).and_then(Value::as_date);
        found.push((place(word), day, Text::from(word)));
    });
    crate::value::order::sort_by_key(&mut found, |(at, ..)| *at);
    found.into_iter().map(|(_, day, word)| (day, word)).collect()
}

/// How far along the way a step is; 停止党籍 comes last.
pub(super) fn place(word: &str) -> usize {
    WAY.iter().position(|step| *step == word).unwrap_or(if word == STOPPED { WAY.len() } else { 0 })
}
