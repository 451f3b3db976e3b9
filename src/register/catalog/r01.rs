//! R01 组织台账: places, party organisations, grids, teams and alliances (domain §2.1).

use rust_decimal::Decimal;

use super::{
    COMMON, FieldKind, Label, Options, PLACE_KIND, Pool, Register, Target, choice, closed, fields, label,
    names, rule, shared, threshold, under,
};
use crate::register::{
    Aggregate, Check, Compare, Condition, Expr, Field, Fields, Group, Law, Message, Move, NaturalKey, Role,
    RowKind, Rule, Sense, Severity, Stage, StageTone, Tells, Threshold, View, Workflow, World,
};
use crate::value::{Grain, Value};

const KINDS: &[(&str, &str)] = &[
    ("县", "County"),
    ("乡镇", "Township"),
    ("街道", "Subdistrict"),
    ("村", "Village"),
    ("社区", "Community"),
    (HAMLET, "Villagers' group"),
    ("小区", "Estate"),
    ("片区", "Area group"),
    ("大网格", "Large grid"),
    ("中网格（寨管委）", "Middle grid"),
    ("小网格（十联户）", "Small grid"),
    ("党组织", "Party organisation"),
    ("群团组织", "Mass organisation"),
    ("自治组织", "Self-governing body"),
    ("社会组织", "Social organisation"),
    ("服务队", "Service team"),
    ("服务团", "Service group"),
    ("服务组", "Service unit"),
    ("产业联盟", "Industry alliance"),
    ("党建联盟", "Party-building alliance"),
];

/// The register's key.
pub const KEY: &str = "R01";
/// 党组织
pub const PARTY: &str = "党组织";
/// 村民小组: some households of a village.
pub const HAMLET: &str = "村民小组";
/// 实体型
pub const SUBSTANTIAL: &str = "实体型";
/// 功能型
pub const FUNCTIONAL: &str = "功能型";

/// The state of a place that is no more.
pub(super) const MERGED: &str = "撤并";

/// How many times the registered population may live somewhere before it is asked about.
pub static RESIDENTS: Threshold = threshold(
    "R01.residents",
    label("常住人口不超过户籍人口的几倍", "Residents, at most so many times the registered"),
    "倍",
    Decimal::from_parts(15, 0, 0, false, 1),
);

names! {
    /// Places, party organisations and all others.
    org "org":
    NAME "name"
    SORT "kind"
    PARENT "parent"
    CODE "code"
    ALIASES "aliases"
    PARTY_LEVEL "party_level"
    PARTY_FORM "party_form"
    MEMBERS "members_n"
    SUBSTANCE "substance"
    MEMBER_ORGS "member_orgs"
    HOUSEHOLDS "households"
    REGISTERED "pop_reg"
    RESIDENT "pop_res"
    FARMLAND "farmland_mu"
    AREA "area_km2"
}

names! {
    /// 沿革: what became of a place on a day.
    change "change":
    DAY "day"
    WHAT "what"
    FORMER_PARENT "from"
    FORMER_NAME "former"
    INTO "into"
    DOCUMENT "document"
}

/// What may become of a place: the words of [`change::WHAT`].
pub mod became {
    /// It lies under another place from that day on.
    pub const MOVED: &str = "划转";
    /// It has another name from that day on.
    pub const RENAMED: &str = "更名";
    /// It went into others from that day on, which are named.
    pub const MERGED: &str = "并入";
    /// Others came out of it on that day, which are named; it may go on beside them.
    pub const SPLIT: &str = "分设";
    /// It is no more from that day on, and nothing follows it.
    pub const CLOSED: &str = "撤销";
}

/// The state of a place that is there.
pub const IN_USE: &str = "在用";
/// The state of a place that somebody has proposed to close.
pub const CHANGING: &str = "调整中";

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label("组织台账", "Organisations"),
        group: Group::People,
        kinds: shared(vec![organisation(), honour(), chair(), turn()]),
    }
}

/// 沿革: what became of an organisation on a day. The organisation itself says what it is now; these say what it was
/// before, so that earlier years are added up by the tree of their time.
fn turn() -> RowKind {
    const FIELDS: &[Field] = &[
        closed(
            change::WHAT,
            "变更",
            "Change",
            &[
                (became::MOVED, "Moved"),
                (became::RENAMED, "Renamed"),
                (became::MERGED, "Merged into"),
                (became::SPLIT, "Split"),
                (became::CLOSED, "Closed"),
            ],
        )
        .required(),
        Field::new(change::DAY, label("生效日期", "From"), FieldKind::Date).required().help(
            "从这一天起按新的算，之前各期按原来的算",
            "The new holds from this day on; earlier periods keep the old",
        ),
        Field::new(
            change::FORMER_PARENT,
            label("原上级", "Parent before"),
            FieldKind::Ref(Target::of(&[Pool::any(KEY)])),
        ),
        Field::new(change::FORMER_NAME, label("原名称", "Name before"), FieldKind::Text(60))
            .required_when(Condition::Is(change::WHAT, &[became::RENAMED])),
        Field::new(
            change::INTO,
            label("并入/分出的单位", "Successors"),
            FieldKind::Refs(Target::of(&[Pool::any(KEY)])),
        )
        .required_when(Condition::Is(change::WHAT, &[became::MERGED, became::SPLIT])),
        Field::new(change::DOCUMENT, label("批复文号", "Approved by"), FieldKind::Text(100)),
    ];
    let kind = under(
        ORGANISATIONS,
        (change::KIND, label("沿革", "History of places")),
        FIELDS,
        &[change::WHAT, change::DAY],
        &[change::INTO, change::FORMER_NAME],
    );
    RowKind { keeper: Some(Role::CountyStaff), ..kind }
}

/// 荣誉: what an organisation was awarded.
fn honour() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("name", label("荣誉名称", "Honour"), FieldKind::Text(100)).required(),
        choice(
            "level",
            "级别",
            "Level",
            &[("国家", "National"), ("省", "Province"), ("市", "City"), ("县", "County"), ("镇", "Township")],
        ),
        Field::new("issuer", label("授予单位", "Issuer"), FieldKind::Text(60)),
        Field::new("year", label("授予年度", "Year"), FieldKind::Period(&[Grain::Year])),
    ];
    under(
        ORGANISATIONS,
        ("honour", label("荣誉", "Honours")),
        FIELDS,
        &["name", "year"],
        &["level", "issuer"],
    )
}

/// 轮值主席: who chairs a joint organisation in a quarter.
fn chair() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("quarter", label("季度", "Quarter"), FieldKind::Period(&[Grain::Quarter])).required(),
        Field::new("chair", label("轮值主席", "Chair"), FieldKind::Ref(Target::of(&[Pool::any("R02")]))),
    ];
    under(ORGANISATIONS, ("chair", label("轮值主席", "Rotating chair")), FIELDS, &["quarter"], &["chair"])
}

/// What the records under an organisation stand under.
const ORGANISATIONS: (&Pool, Label) = (&Pool::rows(KEY, PLACE_KIND), label("组织", "Organisation"));

fn organisation() -> RowKind {
    RowKind {
        key: PLACE_KIND.into(),
        label: label("组织", "Organisation"),
        under: None,
        fields: fields(&[IDENTITY, PARTY_FIELDS, PEOPLE_AND_LAND, COMMON]),
        keys: vec![
            NaturalKey {
                when: Condition::Any,
                parts: names(&["code"]),
                present: names(&["code"]),
                tells: Tells::One,
            },
            NaturalKey {
                when: Condition::Any,
                parts: names(&["parent", "kind", "name"]),
                present: names(&["kind", "name"]),
                tells: Tells::One,
            },
        ],
        rules: RULES,
        workflow: Some(WORKFLOW),
        keeper: None,
        law: Law::default(),
        title: "name".into(),
        naming: names(&["name", "kind"]),
        key_figures: names(&["households", "pop_res"]),
        views: const {
            &[
                View {
                    label: label("村和社区", "Villages"), filter: Condition::Is("kind", super::VILLAGES)
                },
                View { label: label("乡镇", "Townships"), filter: Condition::Is("kind", super::TOWNS) },
                View {
                    label: label("党组织", "Party organisations"),
                    filter: Condition::Is("kind", &["党组织"]),
                },
            ]
        },
    }
}

const IS_PARTY: Condition = Condition::Is("kind", &[PARTY]);
const IS_VILLAGE: Condition = Condition::Is("kind", super::VILLAGES);

const IDENTITY: &[Field] = &[
    Field::new("name", label("名称", "Name"), FieldKind::Text(60)).required(),
    choice("kind", "类别", "Kind", KINDS).sense(Sense::Sort).sense(Sense::Weight).required(),
    Field::new("parent", label("上级", "Parent"), FieldKind::Ref(Target::of(&[Pool::any(KEY)])))
        .sense(Sense::Above)
        .required_when(Condition::Not(&Condition::Is("kind", &["县", "乡镇", "街道"]))),
    Field::new("code", label("编码", "Code"), FieldKind::Text(16))
        .sense(Sense::Code)
        .help("12位统计用区划代码，网格再加4位", "12-digit statistical division code, plus 4 for grids"),
    Field::new("aliases", label("别名/曾用名", "Aliases"), FieldKind::TextList)
        .sense(Sense::Aliases)
        .help("导入时按这些名字认", "Names by which imports find it"),
    Field::new(
        "groups",
        label("所属片区/联盟", "Groups"),
        FieldKind::Refs(Target::of(&[Pool::only(KEY, super::GROUPS)])),
    )
    .sense(Sense::Groups)
    .help("另一种归组，不改变隶属汇总", "A second grouping; it does not change the roll-up"),
];

const PARTY_FIELDS: &[Field] = &[
    closed(
        "party_level",
        "党组织层级",
        "Party level",
        &[
            ("党工委", "Working committee"),
            ("党委", "Committee"),
            ("党总支", "General branch"),
            ("党支部", "Branch"),
            ("党小组", "Group"),
        ],
    )
    .required_when(IS_PARTY),
    choice(
        "party_form",
        "党组织形式",
        "Party form",
        &[
            ("村", "Village"),
            ("社区", "Community"),
            ("机关", "Office"),
            ("产业党委", "Industry committee"),
            ("联村", "Joint village"),
            ("功能型", "Functional"),
            ("青年人才", "Young talent"),
            ("小区", "Estate"),
            ("行业", "Trade"),
            ("国企", "State enterprise"),
            ("两新", "New organisations"),
        ],
    ),
    closed(
        "substance",
        "实体型/功能型",
        "Entity or functional",
        &[(SUBSTANTIAL, "Entity"), (FUNCTIONAL, "Functional")],
    )
    .required_when(Condition::Is("party_form", &["小区", "功能型"])),
    Field::new(
        "attached_entity",
        label("依托经营主体", "Attached business"),
        FieldKind::Ref(Target::of(&[Pool::any("R05")])),
    ),
    Field::new("leader", label("负责人", "Leader"), FieldKind::Ref(Target::of(&[Pool::any("R02")]))),
    Field::new("deputy", label("副职", "Deputy"), FieldKind::Ref(Target::of(&[Pool::any("R02")]))),
    Field::new("members_n", label("党员数", "Members"), FieldKind::Int).unit("人").adds(Aggregate::Stock),
    Field::new(
        "member_orgs",
        label("成员单位", "Member organisations"),
        FieldKind::Refs(Target::of(&[Pool::any(KEY)])),
    )
    .sense(Sense::Members),
];

const PEOPLE_AND_LAND: &[Field] = &[
    Field::new("households", label("户数", "Households"), FieldKind::Int).unit("户").adds(Aggregate::Stock),
    Field::new("pop_reg", label("户籍人口", "Registered population"), FieldKind::Int)
        .unit("人")
        .adds(Aggregate::Stock),
    Field::new("pop_res", label("常住人口", "Resident population"), FieldKind::Int)
        .unit("人")
        .adds(Aggregate::Stock),
    Field::new("minority_pct", label("少数民族占比", "Minority share"), FieldKind::Percent).unit("%"),
    Field::new("women_left_behind", label("留守妇女", "Women left behind"), FieldKind::Int)
        .unit("人")
        .adds(Aggregate::Stock),
    Field::new("area_km2", label("面积", "Area"), FieldKind::Decimal(2))
        .unit("平方千米")
        .adds(Aggregate::Stock),
    Field::new("farmland_mu", label("耕地面积", "Farmland"), FieldKind::Decimal(2))
        .unit("亩")
        .adds(Aggregate::Stock),
    Field::new("forest_mu", label("林地面积", "Forest"), FieldKind::Decimal(2))
        .unit("亩")
        .adds(Aggregate::Stock),
    Field::new("main_industry", label("主导产业", "Main industry"), FieldKind::TextList),
    Field::new("brand", label("品牌", "Brand"), FieldKind::Text(60))
        .help("一村一品", "One village, one product"),
    closed(
        "urban_rural",
        "城乡分类",
        "Urban or rural",
        &[
            ("111", "Main urban area"),
            ("112", "Urban fringe"),
            ("121", "Town centre"),
            ("122", "Town fringe"),
            ("123", "Special area"),
            ("210", "Township centre"),
            ("220", "Village"),
        ],
    ),
    Field::new("established", label("成立日期", "Established"), FieldKind::Date).sense(Sense::Begins),
    Field::new("abolished", label("撤销日期", "Abolished"), FieldKind::Date).sense(Sense::Ends),
    Field::new(
        "reports",
        label("应报台账", "Registers to report"),
        FieldKind::Choices(Options::closed(super::REPORTED)),
    )
    .sense(Sense::Owes)
    .help(
        "空着就是都要报；导入时新建的村，先只报它出现的那一本",
        "Blank means all of them; a village made by an import reports the register that spoke of it",
    ),
    Field::new(
        "profile_tags",
        label("村类型", "Village types"),
        FieldKind::Choices(Options::open(&[
            ("强村", "Strong village"),
            ("薄弱村", "Weak village"),
            ("脱贫村", "Out of poverty"),
            ("软弱涣散", "Weak branch"),
            ("示范村", "Model village"),
            ("搬迁村", "Relocated village"),
        ])),
    ),
];

const MOST_RESIDENTS: Expr = Expr::Bound(&RESIDENTS);

const RULES: &[Rule] = &[
    rule(
        "parent_cycle",
        Severity::Error,
        "parent",
        Condition::Any,
        Check::NoCycle("parent", 8),
        "上级关系绕成了圈，或超过8层",
        "The line of parents is a circle or deeper than 8",
    ),
    rule(
        "code_shape",
        Severity::Error,
        "code",
        Condition::Present("code"),
        Check::Code(code_shape),
        "编码不对",
        "Bad code",
    ),
    rule(
        "village_figures",
        Severity::Warning,
        "households",
        IS_VILLAGE,
        Check::Code(village_figures),
        "缺户数或人口",
        "Households or population missing",
    ),
    rule(
        "resident_population",
        Severity::Warning,
        "pop_res",
        Condition::Any,
        Check::Compare(
            Expr::Field("pop_res"),
            Compare::AtMost,
            Expr::Times(&Expr::Field("pop_reg"), &MOST_RESIDENTS),
        ),
        "常住人口 {left} 超过户籍人口的{bound}倍（{right}），请核对",
        "{left} residents are more than {bound} times the registered ({right})",
    ),
    rule(
        "party_size",
        Severity::Warning,
        "members_n",
        IS_PARTY,
        Check::Code(party_size),
        "党员数与层级不符",
        "Size does not fit the level",
    ),
    rule(
        "leader_missing",
        Severity::Info,
        "leader",
        IS_PARTY,
        Check::Code(leader_missing),
        "还没有负责人",
        "No leader yet",
    ),
    rule(
        "abolished_after",
        Severity::Error,
        "abolished",
        Condition::Any,
        Check::Compare(Expr::Field("established"), Compare::AtMost, Expr::Field("abolished")),
        "撤销日期早于成立日期",
        "Abolished before it was established",
    ),
];

/// 12 digits (16 for grids); a town's code ends in 000.
fn code_shape(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let code = record.value("code")?.as_str()?;
    let kind = record.value("kind").and_then(Value::as_str).unwrap_or_default();
    let grid = kind.contains("网格");
    let digits = code.chars().all(|c| c.is_ascii_digit());
    let want = if grid { 14..=16 } else { 12..=12 };
    if !digits || !want.contains(&code.len()) {
        return Some(Message::new(
            format!("编码“{code}”应为{}位数字", if grid { "14或16" } else { "12" }),
            format!("The code {code} must have {} digits", if grid { "14 or 16" } else { "12" }),
        ));
    }
    (super::TOWNS.contains(&kind) && !code.ends_with("000")).then(|| {
        Message::new(
            format!("乡镇（街道）编码“{code}”末三位应为000"),
            format!("The township code {code} must end in 000"),
        )
    })
}

fn village_figures(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let missing: Vec<&str> = [("households", "户数"), ("pop_reg", "户籍人口"), ("pop_res", "常住人口")]
        .into_iter()
        .filter(|(key, _)| record.value(key).is_none())
        .map(|(_, zh)| zh)
        .collect();
    (!missing.is_empty()).then(|| {
        Message::new(
            format!("还缺{}，户均、人均指标算不出来", missing.join("、")),
            "Households or population are missing; per-head figures need them",
        )
    })
}

/// How many members a party organisation of a level has.
#[derive(Debug)]
pub struct Size {
    level: &'static str,
    low: i64,
    high: i64,
}

impl Size {
    /// Whether so many members fit the level.
    pub fn holds(&self, members: Decimal) -> bool {
        members >= Decimal::from(self.low) && members <= Decimal::from(self.high)
    }
}

/// 党委 more than 100, 总支 50–100, 支部 3–50 (domain §0.3).
const SIZES: &[Size] = &[
    Size { level: "党委", low: 101, high: i64::MAX },
    Size { level: "党总支", low: 50, high: 100 },
    Size { level: "党支部", low: 3, high: 50 },
];

/// How many members an organisation of this level has; none where nothing is said of it.
pub fn size(level: &str) -> Option<&'static Size> {
    SIZES.iter().find(|size| size.level == level)
}

/// A warning, never an error.
fn party_size(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let n = record.value("members_n")?.as_decimal()?;
    let level = record.value("party_level")?.as_str()?;
    let size = size(level)?;
    let range = if size.high == i64::MAX {
        "100人以上".to_owned()
    } else {
        format!("{}–{}人", size.low, size.high)
    };
    (!size.holds(n)).then(|| {
        Message::new(
            format!("{level}一般{range}，这里是{n}人"),
            format!("{n} members is unusual for this level"),
        )
    })
}

fn leader_missing(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    record.value("leader").is_none().then(|| Message::new("还没有填负责人", "No leader has been named"))
}

const WORKFLOW: Workflow = Workflow {
    stages: &[
        Stage { word: IN_USE, en: "In use", tone: StageTone::Done, locked: false },
        Stage { word: CHANGING, en: "Being changed", tone: StageTone::Waiting, locked: false },
        Stage { word: MERGED, en: "Abolished", tone: StageTone::Ended, locked: true },
    ],
    moves: &[
        Move {
            from: &["在用"],
            to: "调整中",
            verb: label("提出调整", "Propose a change"),
            by: Role::TownReviewer,
            reason: true,
            guards: &[],
        },
        Move {
            from: &["调整中"],
            to: MERGED,
            verb: label("确认撤并", "Confirm abolition"),
            by: Role::CountyStaff,
            reason: false,
            guards: &[],
        },
        Move {
            from: &["调整中", MERGED],
            to: "在用",
            verb: label("恢复在用", "Put back into use"),
            by: Role::CountyStaff,
            reason: true,
            guards: &[],
        },
    ],
    reversal: None,
};
