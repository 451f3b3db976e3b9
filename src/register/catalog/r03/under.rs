//! What stands under a talent: reviews, what was taught, what came of it.

use super::super::{FieldKind, choice, closed, label, under};
use super::{TALENT, TALENTS};
use crate::register::{Aggregate, Field, RowKind, Sense};

/// 三级审核: what was said at a step, as papers of earlier years and other hands have it. Moves of this ledger are in its
/// history.
pub(super) fn review() -> RowKind {
    const FIELDS: &[Field] = &[
        closed(
            "step",
            "审核环节",
            "Step",
            &[("村级摸排", "Village"), ("乡级审核", "Township"), ("县级备案", "County")],
        )
        .required(),
        Field::new("by", label("审核人", "By"), FieldKind::Text(60)),
        closed("result", "审核结果", "Result", &[("通过", "Passed"), ("退回", "Sent back")]),
        Field::new("opinion", label("审核意见", "Opinion"), FieldKind::LongText),
        Field::new("at", label("审核日期", "Day"), FieldKind::Date).sense(Sense::Agreed),
    ];
    under(
        (&TALENTS, TALENT),
        ("review", label("三级审核", "Reviews")),
        FIELDS,
        &["step", "at"],
        &["result", "opinion"],
    )
}

/// 授课: what somebody teaches, to whom, and how it went (M087).
pub(super) fn teaching() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("course", label("课程", "Course"), FieldKind::Text(100)).required(),
        Field::new("audience", label("授课对象", "Audience"), FieldKind::Text(100)),
        Field::new("date", label("授课日期", "Day"), FieldKind::Date).sense(Sense::Happened),
        Field::new("approved", label("是否审批", "Approved"), FieldKind::Bool),
        Field::new("score", label("评价得分", "Score"), FieldKind::Decimal(2))
            .unit("分")
            .adds(Aggregate::Rate),
    ];
    under(
        (&TALENTS, TALENT),
        ("teaching", label("授课", "Teaching")),
        FIELDS,
        &["course", "date"],
        &["audience", "score"],
    )
}

/// 使用情况: what somebody was put to, and what came of it.
pub(super) fn usage() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("what", label("使用事项", "Put to"), FieldKind::Text(200)).required(),
        Field::new("date", label("使用日期", "Day"), FieldKind::Date).sense(Sense::Happened),
        Field::new("result", label("成效", "What came of it"), FieldKind::LongText),
        choice(
            "way",
            "使用方式",
            "How",
            &[("项目", "Project"), ("培训", "Training"), ("服务", "Service"), ("任职", "Post")],
        ),
    ];
    under((&TALENTS, TALENT), ("use", label("使用情况", "Use")), FIELDS, &["what", "date"], &["result"])
}
