//! What stands under a person: posts, the steps and gates on the way into the party, promises, studies and honours.

use super::super::{FieldKind, PLACES_POOL, Pool, Target, choice, closed, label, r05, under};
use super::person_kind::EDUCATION;
use super::{FULL, PEOPLE, PERSON, PROBATIONARY, STOPPED, gate, post, rules, stage};
use crate::register::{Field, RowKind, Sense};
use crate::value::Grain;

/// 职务: what somebody is somewhere, and since when.
pub(super) fn post() -> RowKind {
    const FIELDS: &[Field] = &[
        choice(
            "post",
            "职务",
            "Post",
            &[
                ("书记", "Secretary"),
                ("副书记", "Deputy secretary"),
                ("委员", "Committee member"),
                ("主任", "Head"),
                ("副主任", "Deputy head"),
                ("监委会主任", "Head of supervision"),
                ("网格员", "Grid worker"),
                ("第一书记", "First secretary"),
                ("工作队员", "Team member"),
                ("村医", "Village doctor"),
                ("理事长", "Chair of the co-operative"),
                ("理事", "Director of the co-operative"),
                ("监事", "Supervisor of the co-operative"),
            ],
        )
        .required(),
        Field::new("org", label("任职单位", "Where"), FieldKind::Ref(Target::of(PLACES_POOL))),
        Field::new(
            "entity",
            label("任职经营主体", "In which business"),
            FieldKind::Ref(Target::of(&[Pool::any(r05::KEY)])),
        ),
        Field::new("from", label("任职时间", "Since"), FieldKind::Date).sense(Sense::Begins),
        Field::new("to", label("离任时间", "Until"), FieldKind::Date).sense(Sense::Ends),
        choice(
            "source",
            "来源",
            "Came from",
            &[
                ("推选", "Elected"),
                ("兼任", "Holds it beside another"),
                ("下派", "Sent"),
                ("乡镇事业编制人员", "Township staff"),
                ("优秀村干部", "Village cadre"),
                ("到村任职过的选调生", "Selected graduate"),
                ("第一书记", "First secretary"),
                ("驻村工作队员", "Village team"),
            ],
        ),
    ];
    under(
        (&PEOPLE, PERSON),
        (post::KIND, label("职务", "Posts")),
        FIELDS,
        &["post", "org", "entity", "from"],
        &["to", "source"],
    )
}

/// 入党阶段: a step on the way into the party.
pub(super) fn stage() -> RowKind {
    const FIELDS: &[Field] = &[
        closed(
            "stage",
            "阶段",
            "Step",
            &[
                ("申请人", "Applicant"),
                ("积极分子", "Activist"),
                ("发展对象", "Candidate"),
                (PROBATIONARY, "Probationary member"),
                (FULL, "Full member"),
                (STOPPED, "Stopped"),
            ],
        )
        .sensitive()
        .required(),
        Field::new("date", label("阶段日期", "Day"), FieldKind::Date).sense(Sense::Agreed),
        Field::new("by", label("批准组织", "Decided by"), FieldKind::Text(60)),
    ];
    RowKind {
        rules: rules::OF_STAGES,
        ..under(
            (&PEOPLE, PERSON),
            (stage::KIND, label("入党阶段", "Steps")),
            FIELDS,
            &["stage"],
            &["date", "by"],
        )
    }
}

/// 三级推荐、四维培养、五重考察: a gate on that way.
pub(super) fn gate() -> RowKind {
    const FIELDS: &[Field] = &[
        choice(
            "gate",
            "把关环节",
            "Gate",
            &[("三级推荐", "Recommended"), ("四维培养", "Trained"), ("五重考察", "Examined")],
        )
        .sensitive()
        .required(),
        closed("result", "把关结果", "Result", &[("通过", "Passed"), ("未通过", "Not passed")]),
        Field::new("date", label("把关日期", "Day"), FieldKind::Date).sense(Sense::Agreed),
        Field::new("by", label("把关组织", "Decided by"), FieldKind::Text(60)),
    ];
    under(
        (&PEOPLE, PERSON),
        (gate::KIND, label("把关", "Gates")),
        FIELDS,
        &["gate", "date"],
        &["result", "by"],
    )
}

/// 承诺事项: what a member has promised.
pub(super) fn promise() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("text", label("承诺事项", "Promise"), FieldKind::Text(200)).required(),
        Field::new("due", label("承诺期限", "Due"), FieldKind::Date).sense(Sense::Ends),
        Field::new("done", label("是否兑现", "Kept"), FieldKind::Bool),
    ];
    under((&PEOPLE, PERSON), ("promise", label("承诺", "Promises")), FIELDS, &["text"], &["due", "done"])
}

/// 学历经历: what somebody has studied, and when.
pub(super) fn study() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("edu", label("取得学历", "Degree"), FieldKind::Choice(EDUCATION)).required(),
        Field::new("school", label("毕业院校", "School"), FieldKind::Text(100)),
        Field::new("major", label("专业", "Subject"), FieldKind::Text(60)),
        Field::new("date", label("毕业时间", "Finished"), FieldKind::Date).sense(Sense::Ends),
    ];
    under(
        (&PEOPLE, PERSON),
        ("study", label("学历经历", "Studies")),
        FIELDS,
        &["edu", "school"],
        &["major", "date"],
    )
}

/// 荣誉: what somebody was awarded.
pub(super) fn honour() -> RowKind {
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
        (&PEOPLE, PERSON),
        ("honour", label("个人荣誉", "Honours")),
        FIELDS,
        &["name", "year"],
        &["level", "issuer"],
    )
}
