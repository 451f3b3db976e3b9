//! What stands under a facility: who came, what a month was about, who was on duty, what it was awarded.

use super::super::{ALL_GRAINS, FieldKind, Pool, Target, choice, label, names, under};
use super::{FACILITIES, FACILITY, visit};
use crate::register::{Field, Law, RowKind, Sense};
use crate::value::Grain;

/// 使用人次: a monthly count will do; nobody is asked for one a day.
pub(super) fn visit() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("period", label("期间", "Period"), FieldKind::Period(ALL_GRAINS))
            .sense(Sense::Period)
            .required(),
        Field::new("count", label("人次", "Visits"), FieldKind::Int)
            .unit("人次")
            .sense(Sense::Weight)
            .required(),
        choice(
            "kind",
            "用途",
            "For what",
            &[
                ("办事", "Business"),
                ("活动", "Activities"),
                ("参观学习", "Visits and study"),
                ("托管照料", "Care"),
                ("就餐", "Meals"),
            ],
        ),
    ];
    let kind = under(
        (&FACILITIES, FACILITY),
        (visit::KIND, label("使用人次", "Visits")),
        FIELDS,
        &["period", "kind"],
        &["count"],
    );
    RowKind { law: Law { series: names(&["parent", "kind"]), ..Law::default() }, ..kind }
}

/// 月主题: what a month is about (一月一主题).
pub(super) fn theme() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("month", label("月份", "Month"), FieldKind::Period(&[Grain::Month])).required(),
        Field::new("theme", label("主题", "Theme"), FieldKind::Text(100)).required(),
        Field::new(
            "session",
            label("活动", "Session"),
            FieldKind::Ref(Target::of(&[Pool::rows("R14", "session")])),
        ),
    ];
    under(
        (&FACILITIES, FACILITY),
        ("theme", label("月主题", "Monthly theme")),
        FIELDS,
        &["month"],
        &["theme"],
    )
}

/// 值班表: who is there on a day.
pub(super) fn duty() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("date", label("值班日期", "Day"), FieldKind::Date).sense(Sense::Happened).required(),
        Field::new("name", label("值班人员", "On duty"), FieldKind::Text(60)),
        Field::new(
            "person",
            label("人员档案", "In the register of people"),
            FieldKind::Ref(Target::of(&[Pool::any("R02")])),
        )
        .aside(),
    ];
    under((&FACILITIES, FACILITY), ("duty", label("值班", "Duty")), FIELDS, &["date", "name"], &[])
}

/// 荣誉: what it was awarded.
pub(super) fn honour() -> RowKind {
    const FIELDS: &[Field] = &[
        Field::new("name", label("荣誉名称", "Honour"), FieldKind::Text(100)).required(),
        choice(
            "level",
            "级别",
            "Level",
            &[("国家", "National"), ("省", "Province"), ("市", "City"), ("县", "County"), ("镇", "Township")],
        ),
        Field::new("year", label("授予年度", "Year"), FieldKind::Period(&[Grain::Year])),
    ];
    under(
        (&FACILITIES, FACILITY),
        ("honour", label("荣誉", "Honours")),
        FIELDS,
        &["name", "year"],
        &["level"],
    )
}
