//! What must hold in R09, and what the clean-up looks for.

use super::super::{LUMP_YEARS_RANGE, label, r07, rule, threshold};
use super::contract_kind::{day, last_day, years};
use super::{KEY, ONCE, PER_FLOOR, PER_MU, PER_YEAR, contract, due};
use crate::register::{Check, Compare, Condition, Expr, Fields, Message, Rule, Severity, Threshold, World};
use crate::value::exact::times;
use crate::value::{Date, Decimal, Money, Value};

/// Before its last day a contract is called to mind (I-25).
pub static SOON: Threshold = threshold(
    "R09.soon",
    label("合同到期前多少天提醒", "Days before its end that a contract is called to mind"),
    "天",
    Decimal::from_parts(90, 0, 0, false, 0),
);
/// Arrears of more than so many days are an issue of their own (I-25).
pub const LONG: i64 = 365;
/// 总价款 may differ from price × quantity × years by a hundredth.
const TOLERANCE: Decimal = Decimal::ONE_HUNDRED;

pub(super) const OF_CONTRACTS: &[Rule] = &[
    rule(
        "start_before_end",
        Severity::Error,
        "end",
        Condition::Present("end"),
        Check::Compare(Expr::Field("start"), Compare::Below, Expr::Field("end")),
        "终止日期应在起始日期之后",
        "The last day must come after the first",
    ),
    rule(
        "one_tenant",
        Severity::Error,
        "asset",
        Condition::All(&[
            Condition::Present("asset"),
            Condition::Not(&Condition::Is("issue_kinds", &["一地多包"])),
        ]),
        Check::Code(one_tenant),
        "同一标的的租期重叠",
        "Two contracts on one asset overlap",
    ),
    rule(
        "total_agrees",
        Severity::Warning,
        "amount_total",
        Condition::Present("amount_total"),
        Check::Code(total_agrees),
        "总价款与单价×数量×年数不符",
        "The total is not price × quantity × years",
    ),
    LUMP_YEARS_RANGE,
    rule(
        "dues_add_up",
        Severity::Warning,
        "amount_total",
        Condition::Present("amount_total"),
        Check::SumUnder(due::KIND, due::AMOUNT, Expr::Field("amount_total")),
        "应收明细合计 {left} 元，总价款是 {right} 元",
        "The dues add up to {left}, the total is {right}",
    ),
    rule(
        "booked_beyond_received",
        Severity::Warning,
        "amount_total",
        Condition::Any,
        Check::Code(booked_beyond_received),
        "账上记的多于应收明细的已收",
        "More is booked than the dues say was received",
    ),
    rule(
        "reversed_rent",
        Severity::Info,
        "amount_total",
        Condition::Any,
        Check::Code(reversed_rent),
        "有一笔租金红冲了，应收明细的已收可能没有改回",
        "A rent was reversed; the dues may still say that it was received",
    ),
    rule(
        "ends_soon",
        Severity::Warning,
        "end",
        Condition::Any,
        Check::Code(ends_soon),
        "合同快到期了",
        "The contract ends soon",
    ),
    // What the clean-up would write among the issues, as long as nobody has.
    rule(
        "no_meeting",
        Severity::Info,
        "issue_kinds",
        Condition::All(&[
            Condition::Not(&Condition::Is("issue_kinds", &["未经民主程序"])),
            Condition::Not(&Condition::Present("meeting")),
        ]),
        Check::Must(Condition::Present("meeting")),
        "没有民主程序记录，“问题类型”应加“未经民主程序”，或补写会议",
        "No meeting is recorded: name the issue, or the meeting",
    ),
    rule(
        "no_procedure",
        Severity::Warning,
        "issue_kinds",
        Condition::Is("bidding", &["无程序"]),
        Check::Must(Condition::Is("issue_kinds", &["未经民主程序"])),
        "发包方式是“无程序”，“问题类型”应有“未经民主程序”",
        "Let without any procedure: name the issue",
    ),
    rule(
        "only_oral",
        Severity::Warning,
        "issue_kinds",
        Condition::Is("form", &["口头协议"]),
        Check::Must(Condition::Is("issue_kinds", &["口头合同"])),
        "合同形式是“口头协议”，“问题类型”应有“口头合同”",
        "An oral agreement: name the issue",
    ),
    rule(
        "long_in_arrears",
        Severity::Warning,
        "issue_kinds",
        Condition::Not(&Condition::Is("issue_kinds", &["长期拖欠"])),
        Check::Code(long_in_arrears),
        "拖欠一年以上，“问题类型”应有“长期拖欠”",
        "More than a year in arrears: name the issue",
    ),
    rule(
        "new_price_missing",
        Severity::Warning,
        "price_after",
        Condition::Is("disposition", &["调整价款"]),
        Check::Must(Condition::Present("price_after")),
        "处置是“调整价款”，还缺“处置后单价”",
        "The price is to change: say the new one",
    ),
    rule(
        "none_and_others",
        Severity::Warning,
        "issue_kinds",
        Condition::Is("issue_kinds", &["无"]),
        Check::Code(none_and_others),
        "“无”和别的问题不能同时填",
        "None and other issues exclude each other",
    ),
];

pub(super) const OF_DUES: &[Rule] = &[
    rule(
        "in_arrears",
        Severity::Warning,
        "due",
        Condition::Any,
        Check::Code(in_arrears),
        "到期没有收齐",
        "Not received in full by its day",
    ),
    rule(
        "more_than_due",
        Severity::Warning,
        "received",
        Condition::Present("received"),
        Check::Compare(Expr::Field("received"), Compare::AtMost, Expr::Field("amount")),
        "已收（{left}）多于应收（{right}），多收的是哪一期的？",
        "More was received ({left}) than was due ({right})",
    ),
];

pub(super) const OF_ASSETS: &[Rule] = &[
    rule(
        "net_within_original",
        Severity::Error,
        "net_value",
        Condition::Any,
        Check::Compare(Expr::Field("net_value"), Compare::AtMost, Expr::Field("original_value")),
        "净值（{left}）不能大于原值（{right}）",
        "The net value ({left}) exceeds the original one ({right})",
    ),
    rule(
        "some_measure",
        Severity::Info,
        "area_mu",
        Condition::All(&[
            Condition::Not(&Condition::Present("area_m2")),
            Condition::Not(&Condition::Present("qty")),
        ]),
        Check::Must(Condition::Present("area_mu")),
        "面积、建筑面积、数量要填一项",
        "Give an area, a floor area or a quantity",
    ),
];

pub(super) const OF_DEBTS: &[Rule] = &[rule(
    "resolved_within_debt",
    Severity::Error,
    "debt_resolved",
    Condition::Any,
    Check::Compare(Expr::Field("debt_resolved"), Compare::AtMost, Expr::Field("debt_amount")),
    "已化解（{left}）不能大于债务金额（{right}）",
    "More was resolved ({left}) than is owed ({right})",
)];

/// No two contracts let one asset at one time.
fn one_tenant(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (from, until) = (day(record, "start")?, last_day(record, world)?);
    let mut other = None;
    world.alike(KEY, contract::KIND, &["asset"], record, &mut |rival| {
        let twice = rival.value("asset") == record.value("asset");
        let (Some(begins), Some(ends)) = (day(rival, "start"), last_day(rival, world)) else { return };
        if twice && begins <= until && from <= ends && other.is_none() {
            let party = rival.value("party_b").and_then(Value::as_str).unwrap_or_default().to_owned();
            other = Some((party, begins, ends));
        }
    });
    let (party, begins, ends) = other?;
    Some(Message::new(
        format!("同一标的已包给{party}（{begins}至{ends}），租期重叠；确有其事的，“问题类型”填“一地多包”"),
        format!("The asset is let to {party} from {begins} to {ends}: the two overlap"),
    ))
}

/// Price × quantity × years, where the price says per what it is.
fn total_agrees(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let number = |key| record.value(key).and_then(Value::as_decimal);
    let (total, price) = (number("amount_total")?, number("price")?);
    let length = || {
        let (from, until) = (day(record, "start")?, last_day(record, world)?);
        number("term").or_else(|| years(from, until))
    };
    let expected = match record.value("price_unit")?.as_str()? {
        PER_MU => times(times(price, number("area_mu")?)?, length()?)?,
        PER_FLOOR => times(times(price, number("area_m2")?)?, length()?)?,
        PER_YEAR => times(price, length()?)?,
        ONCE => price,
        _ => return None,
    };
    let far = times((total - expected).abs(), TOLERANCE)? > expected.abs();
    far.then(|| {
        let expected = expected.round_dp(2).normalize();
        Message::new(
            format!("总价款 {} 元，按单价×数量×年数是 {expected} 元，请核对", total.normalize()),
            format!("The total is {}, price × quantity × years {expected}", total.normalize()),
        )
    })
}

/// A contract as the entries of the books name it.
struct Booked(Value);

impl Fields for Booked {
    fn value(&self, key: &str) -> Option<&Value> {
        (key == r07::line::CONTRACT).then_some(&self.0)
    }
}

/// What the books say came in for a contract, what its dues say, and whether an entry of it was reversed; none where the
/// books do not name it.
fn booked(record: &dyn Fields, world: &dyn World) -> Option<(Money, Money, bool)> {
    let row = record.row()?;
    let (mut booked, mut reversed): (Vec<Money>, bool) = (Vec::new(), false);
    let asked = Booked(Value::Ref(row));
    world.alike(r07::KEY, r07::line::KIND, &[r07::line::CONTRACT], &asked, &mut |entry| {
        let income = entry.value(r07::line::DIRECTION).and_then(Value::as_str) != Some(r07::EXPENSE);
        booked.extend(entry.value(r07::line::AMOUNT).and_then(Value::as_money).filter(|_| income));
        reversed |= entry.value(r07::line::REVERSES).is_some();
    });
    let mut received: Vec<Money> = Vec::new();
    world.under(KEY, due::KIND, row, &mut |due| {
        received.extend(due.value(due::RECEIVED).and_then(Value::as_money));
    });
    let any = !booked.is_empty();
    any.then(|| (booked.into_iter().sum(), received.into_iter().sum(), reversed))
}

fn booked_beyond_received(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (booked, received, _) = booked(record, world)?;
    (booked > received).then(|| {
        Message::new(
            format!("账上记了{booked}元，应收明细只收了{received}元，请核对"),
            format!("{booked} are booked, only {received} received according to the dues"),
        )
    })
}

fn reversed_rent(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (booked, received, reversed) = booked(record, world)?;
    (reversed && booked < received).then(|| {
        Message::new(
            format!("有一笔租金红冲了：账上记了{booked}元，应收明细已收{received}元，已收要不要改回？"),
            format!("A rent was reversed: {booked} are booked, {received} received according to the dues"),
        )
    })
}

/// What of a due has not come in, and for how many days it should have.
pub fn arrears(record: &dyn Fields, today: Date) -> Option<(Money, i64)> {
    let late = day(record, "due")?.days_until(today);
    let came = record.value("received").and_then(Value::as_money).unwrap_or(Money::ZERO);
    let owed = record.value("amount")?.as_money()?.checked_sub(came)?;
    (late > 0 && owed > Money::ZERO).then_some((owed, late))
}

fn in_arrears(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (owed, late) = arrears(record, world.today()?)?;
    Some(Message::new(format!("逾期{late}天，还欠{owed}元"), format!("{owed} yuan are {late} days late")))
}

/// Whether something is in arrears for more than [`LONG`] days.
fn long_in_arrears(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let today = world.today()?;
    let mut longest = 0;
    world.under(KEY, due::KIND, record.row()?, &mut |due| {
        longest = longest.max(arrears(due, today).map_or(0, |(_, late)| late));
    });
    (longest > LONG).then(|| {
        Message::new(
            format!("有一笔拖欠了{longest}天，“问题类型”应有“长期拖欠”"),
            format!("{longest} days in arrears: name the issue"),
        )
    })
}

/// Its last day is today or within [`SOON`] days.
fn ends_soon(record: &dyn Fields, world: &dyn World) -> Option<Message> {
    let (today, until) = (world.today()?, last_day(record, world)?);
    let left = today.days_until(until);
    (left >= 0 && Decimal::from(left) <= world.schema().bound(&SOON)).then(|| soon(left, until))
}

fn soon(left: i64, until: Date) -> Message {
    Message::new(
        format!("还有{left}天到期（{until}），要续签还是收回？"),
        format!("Ends in {left} days ({until})"),
    )
}

fn none_and_others(record: &dyn Fields, _: &dyn World) -> Option<Message> {
    let Value::Many(words) = record.value("issue_kinds")? else { return None };
    (words.len() > 1)
        .then(|| Message::new("“无”和别的问题不能同时填", "None and other issues exclude each other"))
}
