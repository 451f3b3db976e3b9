//! I-24 and I-25: what the clean-up of contracts has brought in, what is late, and what ends soon. Contracts belong to
//! no period: the numbers are as of the day on which they are asked for.

use rust_decimal::Decimal;

use super::{Ask, Computed, Indicators, Share};
use crate::analysis::contracts::{AGES, Clearing, Rents};
use crate::register::Message;
use crate::register::catalog::r09;
use crate::value::order::Ordered as _;
use crate::value::{Text, exact};

pub(super) fn recovered(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let done = Clearing::of(desk.cache(), desk.state(), ask.place).unwrap_or_default();
    if done.contracts == 0 {
        return Computed::none("没有合同", "There are no contracts");
    }
    let all = Decimal::from(done.contracts);
    let per_contract = done.recovered.and_then(|n| exact::over(n, all));
    let cleared = Decimal::from(done.cleared);
    let parts = vec![
        Share::new("每份合同增收", per_contract).in_unit("元/份"),
        Share::new("已清理", Some(cleared)).in_unit("份"),
        Share::new("清理率", exact::percent(cleared, all)).in_unit("%"),
        Share::new("新增资源面积", done.new_area).in_unit("亩"),
    ];
    Computed {
        value: done.recovered,
        numerator: done.recovered,
        denominator: Some(all),
        villages: done.villages,
        rows: done.rows,
        notes: vec![Message::new(
            "合同不分期间，按现在的台账算",
            "Contracts belong to no period; this is as of now",
        )],
        parts,
        ..Computed::default()
    }
}

pub(super) fn arrears(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let Some(today) = desk.today else {
        return Computed::none("要知道今天是哪一天才能算", "The day of the question is not known");
    };
    let rents = Rents::of(desk.cache(), desk.state(), ask.place, today).unwrap_or_default();
    if rents.contracts == 0 {
        return Computed::none("没有合同", "There are no contracts");
    }
    let ages = AGES.iter().zip(rents.by_age());
    let mut parts: Vec<Share> =
        ages.map(|((_, name), (sum, _))| Share::new(&name.zh, sum)).map(|s| s.in_unit("元")).collect();
    let bound = desk.state().schema().bound(&r09::SOON).normalize();
    parts.push(Share {
        name: Text::from(format!("{bound}天内到期的合同")),
        value: Some(Decimal::from(rents.soon.len())),
        unit: Some("份"),
        ..Share::default()
    });
    let missing = || Message::new("还没有登记应收明细，不知道欠多少", "No dues are recorded");
    Computed {
        value: rents.owed(),
        numerator: rents.owed(),
        missing: rents.owed().is_none().then(missing),
        villages: rents.late.iter().filter_map(|l| l.place).into_set().len(),
        rows: rents.late.iter().map(|l| l.due).collect(),
        notes: vec![Message::new(
            format!("截至{today}，到期没有收齐的应收明细"),
            format!("Dues not received in full as of {today}"),
        )],
        parts,
        ..Computed::default()
    }
}
