//! I-15 … I-23: collective finance, from R07.

use std::collections::BTreeMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::desk::{Average, Sum};
use super::threshold::HEADLINE;
use super::{Ask, Computed, Indicators, Share};
use crate::analysis::{format, statistics};
use crate::register::catalog::r07::{self, OPERATIONAL, line};
use crate::register::{Condition, Message};
use crate::table::law;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, exact};

/// Income classes in the order of the accounting system.
const CLASSES: &[&str] = &["经营收入", "投资收益", "补助收入", "其他收入"];

/// Rows of I-15: income of every class.
pub const INCOME: Condition = Condition::Is(line::DIRECTION, &[r07::INCOME]);
/// Rows of I-16: 经营收入 and 投资收益; 补助 and 捐赠 never count.
pub const OPERATING: Condition = Condition::Is(line::CLASS, OPERATIONAL);

fn sum(desk: &Indicators<'_>, ask: &Ask, which: Condition) -> Rc<Sum> {
    desk.sum(r07::KEY, line::AMOUNT, ask, which)
}

pub(super) fn income(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = sum(desk, ask, INCOME);
    let distribution = statistics::distribution(of_villages(desk, ask, &sum).into_values().collect());
    Computed { distribution, ..sum.computed() }
}

pub(super) fn operating(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = sum(desk, ask, OPERATING);
    let distribution = statistics::distribution(of_villages(desk, ask, &sum).into_values().collect());
    Computed { distribution, ..sum.computed() }
}

/// Each village that has reported, with its sum: one that has reported and has no such income has 0; one that
/// has not reported is not there.
fn of_villages(desk: &Indicators<'_>, ask: &Ask, sum: &Sum) -> BTreeMap<RowId, Decimal> {
    let mut all: BTreeMap<RowId, Decimal> =
        desk.completeness(r07::KEY, ask).reported.iter().map(|v| (*v, Decimal::ZERO)).into_map();
    all.extend(sum.by_village());
    all
}

impl Indicators<'_> {
    /// I-16 of each village that has reported.
    pub fn operating_by_village(&self, ask: &Ask) -> BTreeMap<RowId, Decimal> {
        of_villages(self, ask, &sum(self, ask, OPERATING))
    }

    /// An indicator that is a plain sum, of each village that has reported.
    pub fn of_each_village(&self, code: &str, ask: &Ask) -> Option<BTreeMap<RowId, Decimal>> {
        let which = match code {
            "I-15" => INCOME,
            "I-16" => OPERATING,
            _ => return None,
        };
        Some(of_villages(self, ask, &sum(self, ask, which)))
    }

    /// Operating income per village, as the card shows it.
    pub fn operating_per_village(&self, ask: &Ask) -> PerVillage {
        PerVillage::of(self, ask, &sum(self, ask, OPERATING))
    }

    /// How many villages a mean is taken over.
    fn divisor(&self, ask: &Ask) -> usize {
        let have = self.completeness(r07::KEY, ask);
        match self.average {
            Average::All => have.should.len(),
            Average::Reporting => have.reported.len(),
        }
    }
}

/// A sum per village, with what it was divided by. The mean is over the villages that must report (domain
/// §3.0), or over those that have, as the county decides. A missing village has no number and is in no median:
/// where some are missing, a second mean over those that have reported stands beside the median of the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PerVillage {
    /// Σ over villages: what a township itself earned is no village's income.
    pub sum: Option<Decimal>,
    /// Sum ÷ villages.
    pub mean: Option<Decimal>,
    /// How many villages the sum is divided by.
    pub over: usize,
    /// How many have reported: so many stand behind the median.
    pub reported: usize,
    /// The sum over those that have reported.
    pub reported_mean: Option<Decimal>,
    /// The middle of those that have reported.
    pub median: Option<Decimal>,
    /// The records behind the sum.
    pub rows: Vec<RowId>,
}

impl PerVillage {
    fn of(desk: &Indicators<'_>, ask: &Ask, all: &Sum) -> Self {
        let (over, villages) = (desk.divisor(ask), of_villages(desk, ask, all));
        let sum = law::total(all.by_village().into_values());
        let by = |count: usize| sum?.checked_div(Decimal::from(count));
        let reported = villages.len();
        Self {
            sum,
            mean: by(over),
            over,
            reported,
            reported_mean: by(reported),
            median: statistics::median(villages.into_values().collect()),
            rows: all.ids.iter().zip(&all.villages).filter(|(_, v)| v.is_some()).map(|(id, _)| *id).collect(),
        }
    }
}

pub(super) fn per_village(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let (all, operating) = (sum(desk, ask, INCOME), sum(desk, ask, OPERATING));
    let income = PerVillage::of(desk, ask, &all);
    let count = income.over;
    let over = match desk.average {
        Average::All => "应报",
        Average::Reporting => "已报",
    };
    let mut done = all.computed();
    done.notes.push(Message::new(
        format!("分子为集体经济总收入（I-15），分母为{over}的{count}个村"),
        format!("All income (I-15) over {count} villages"),
    ));
    done.distribution = statistics::distribution(of_villages(desk, ask, &all).into_values().collect());
    done.parts = vec![
        Share::new("村均经营性收入（I-16）", PerVillage::of(desk, ask, &operating).mean),
        Share::new("中位数", income.median),
    ];
    Computed {
        value: income.mean,
        numerator: income.sum,
        denominator: Some(Decimal::from(count)),
        rows: income.rows,
        ..done
    }
}

pub(super) fn growth(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let (now, then) = (sum(desk, ask, OPERATING), sum(desk, &ask.last_year(), OPERATING));
    let growth = statistics::growth(now.value, then.value);
    let mut done = now.computed();
    done.rows.extend(&then.ids);
    if let Some(words) = &growth.words {
        done.notes.push(Message::new(words.zh.clone(), words.en.clone()));
    }
    if growth.percent.is_none() {
        done.missing = Some(match (now.value, then.value) {
            (None, _) => Message::new("本期没有经营性收入数据", "No operating income in this period"),
            (_, None) => Message::new("上年同期没有数据", "No data a year before"),
            _ => Message::new("上年同期为0或负数，不计算增长率", "The base is zero or negative"),
        });
    }
    if ask.period.year() == 2024 && growth.percent.is_some() {
        done.notes.push(Message::new(
            "2024年起执行新会计制度，发包及上交收入并入经营收入、投资收益；经营性收入口径一致，可比",
            "The accounting system changed in 2024; operating income as defined here stays comparable",
        ));
    }
    done.parts = vec![Share::new("增减额", growth.change).in_unit("元")];
    Computed { value: growth.percent, numerator: growth.change, denominator: then.value, ..done }
}

pub(super) fn structure(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let (all, operating) = (sum(desk, ask, INCOME), sum(desk, ask, OPERATING));
    let mut parts: Vec<Share> = CLASSES
        .iter()
        .map(|c| (*c, Condition::Is(line::CLASS, std::slice::from_ref(c))))
        .filter_map(|(name, which)| Some(Share::new(name, Some(sum(desk, ask, which).value?))))
        .collect();
    with_shares(&mut parts);
    parts.extend(by_mode(desk, ask, &all));
    let percent = operating.value.zip(all.value).and_then(|(a, b)| exact::percent(a, b));
    let parts = parts.into_iter().map(|p| p.in_unit("元")).collect();
    Computed { value: percent, numerator: operating.value, denominator: all.value, parts, ..all.computed() }
}

/// The same income by way of earning, where any row says it.
fn by_mode(desk: &Indicators<'_>, ask: &Ask, all: &Sum) -> Vec<Share> {
    let Some(column) = desk.table(r07::KEY, ask).and_then(|t| t.column(line::EARNING_MODE).ok()) else {
        return Vec::new();
    };
    let mut sums: BTreeMap<Text, Vec<Decimal>> = BTreeMap::new();
    for part in &all.parts {
        let name = column.text(part.row).unwrap_or_else(|| Text::from("未注明"));
        sums.entry(Text::from(format!("增收方式·{name}"))).or_default().push(part.value);
    }
    if sums.len() < 2 {
        return Vec::new();
    }
    let mut parts: Vec<Share> = sums
        .into_iter()
        .map(|(name, values)| Share { name, value: law::total(values), ..Share::default() })
        .collect();
    with_shares(&mut parts);
    parts
}

pub(super) fn with_shares(parts: &mut [Share]) {
    let values: Vec<Decimal> = parts.iter().filter_map(|p| p.value).collect();
    let shares = statistics::shares(&values, 2).unwrap_or_default();
    parts.iter_mut().zip(shares).for_each(|(part, share)| part.share = Some(share));
}

pub(super) fn thresholds(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = sum(desk, ask, OPERATING);
    let villages = of_villages(desk, ask, &sum);
    let count = Decimal::from(desk.divisor(ask));
    let share = |n: usize| Decimal::from(n * 100).checked_div(count);
    let parts: Vec<Share> = desk
        .thresholds
        .iter()
        .filter(|t| t.indicator == "I-16")
        .map(|t| {
            let meet: Vec<RowId> = villages.iter().filter(|(_, v)| t.holds(**v)).map(|(id, _)| *id).collect();
            Share {
                name: Text::from(t.label.as_str()),
                value: Some(Decimal::from(meet.len())),
                share: share(meet.len()),
                unit: Some("个"),
                villages: meet,
            }
        })
        .collect();
    let lead = desk.thresholds.iter().position(|t| t.code == HEADLINE).unwrap_or_default();
    let lead = parts.get(lead).filter(|_| !villages.is_empty()).cloned();
    let mut done = sum.computed();
    done.villages = villages.len();
    if let Some(lead) = &lead {
        done.notes.push(Message::new(
            format!("所列为经营性收入{}的村；各档见明细", lead.name),
            "Villages above the leading threshold; see the parts for the others",
        ));
    }
    Computed {
        value: lead.as_ref().and_then(|l| l.share),
        numerator: lead.and_then(|l| l.value),
        denominator: (!villages.is_empty()).then_some(count),
        parts,
        ..done
    }
}

pub(super) fn gap(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = sum(desk, ask, OPERATING);
    let values: Vec<Decimal> = of_villages(desk, ask, &sum).into_values().collect();
    let spread = statistics::distribution(values.clone());
    let over = |f: fn(&statistics::Distribution) -> (Decimal, Decimal)| {
        spread.as_ref().map(f).and_then(|(a, b)| exact::over(a, b))
    };
    let parts = vec![
        Share::new("最大÷最小", over(|d| (d.max, d.min))).in_unit("倍"),
        Share::new("P90÷P10", over(|d| (d.p90, d.p10))).in_unit("倍"),
    ];
    let villages = values.len();
    let value = statistics::gini(values).map(|g| format::rounded(g, 6));
    Computed { value, numerator: None, villages, parts, distribution: spread, ..sum.computed() }
}

pub(super) fn net(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let earned = sum(desk, ask, INCOME);
    let spent = sum(desk, ask, Condition::Is(line::DIRECTION, &[r07::EXPENSE]));
    let mut done = earned.computed();
    done.rows.extend(&spent.ids);
    let Some((a, b)) = earned.value.zip(spent.value) else {
        return Computed {
            value: None,
            numerator: None,
            missing: Some(net_missing(&earned, &spent)),
            ..done
        };
    };
    let with = |s: &Sum| s.villages.iter().flatten().copied().into_set();
    let one_sided = with(&earned).symmetric_difference(&with(&spent)).count();
    if one_sided > 0 {
        done.notes.push(Message::new(
            format!("{one_sided}个村只报了收入或只报了支出"),
            format!("{one_sided} villages have reported only one side"),
        ));
    }
    done.parts = vec![Share::new("总收入", Some(a)), Share::new("总支出（含所得税费用）", Some(b))];
    let value = a.checked_sub(b);
    Computed { value, numerator: value, ..done }
}

fn net_missing(earned: &Sum, spent: &Sum) -> Message {
    match (earned.value, spent.value) {
        (Some(_), None) => Message::new("没有支出记录，净收益算不出来", "No expense is recorded"),
        (None, Some(_)) => Message::new("没有收入记录，净收益算不出来", "No income is recorded"),
        _ => Message::new("本期没有收支数据", "There are no data for this period"),
    }
}

pub(super) fn distributable(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let net = net(desk, ask);
    let parts = vec![
        Share::new("净收益", net.value),
        Share::new("年初未分配收益", None),
        Share::new("其他转入", None),
        Share::new("弥补亏损", None),
        Share::new("公积公益金", None),
    ];
    Computed {
        parts,
        rows: net.rows,
        villages: net.villages,
        ..Computed::none(
            "年初未分配收益、其他转入、弥补亏损和公积公益金不在收支台账里，登记利益分配台账后才能算",
            "What is carried forward, transferred and reserved is not in this register",
        )
    }
}
