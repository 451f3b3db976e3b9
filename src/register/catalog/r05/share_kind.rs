//! 出资入股: who put what into a business, and what part of it is theirs.

use super::super::{FieldKind, PLACE_REGISTER, Pool, Target, choice, label, under};
use super::{ENTITIES, ENTITY, KEY, entity, share};
use crate::register::{Aggregate, Field, RowKind, Sense};

pub(super) fn share() -> RowKind {
    let name = (share::KIND, label("出资入股", "Shares"));
    under((&ENTITIES, ENTITY), name, FIELDS, &["party", "factor"], &["amount", "share_pct"])
}

const FIELDS: &[Field] = &[
    Field::new("party", label("出资方", "Party"), FieldKind::Text(100)).required(),
    choice(
        "kind",
        "出资方类别",
        "Sort of party",
        &[("农户", "Household"), ("村集体", "Village"), ("企业", "Company"), ("个人", "Person")],
    ),
    choice(
        "factor",
        "出资方式",
        "Put in",
        &[
            ("现金", "Money"),
            ("农用地", "Farmland"),
            ("宅基地", "Homestead"),
            ("建筑物", "Buildings"),
            ("劳动力", "Labour"),
            ("资本", "Capital"),
            ("技术", "Technique"),
            ("集体资产", "Collective assets"),
        ],
    ),
    Field::new("amount", label("出资额", "Worth"), FieldKind::Money)
        .unit("元")
        .sense(Sense::Weight)
        .adds(Aggregate::Stock),
    Field::new("land_mu", label("入股面积", "Land"), FieldKind::Decimal(4)).unit("亩").adds(Aggregate::Stock),
    Field::new("share_pct", label("持股比例", "Share"), FieldKind::Percent).unit("%"),
    Field::new(
        "holder",
        label("出资方档案", "The party's own record"),
        FieldKind::Ref(Target::of(&[
            Pool::any("R02"),
            Pool::any("R04"),
            Pool::rows(KEY, entity::KIND),
            Pool::any(PLACE_REGISTER),
        ])),
    )
    .aside(),
];
