//! Indicators: computed, never typed (domain §3).
//!
//! Duty: each indicator is declared once with its name, unit and formula, and computed for a place and a
//! period from the contributions of rows. Ratios are Σ ÷ Σ, a missing number is none with the reason in words,
//! and every number knows its rows. Inputs: a [`Indicators`] over the state and an [`Ask`]. Outputs: [`Indicated`]s,
//! and their JSON for the command line. Neighbours: `table::law` adds up; `overview` and reports read here.
//!
//! ```
//! use xingcun::analysis::indicator::{Ask, Indicators};
//! use xingcun::{ledger::State, table::Cache, value::Period};
//! let (state, cache) = (State::new(), Cache::new());
//! let desk = Indicators::new(&state, &cache);
//! let reading = desk.read("I-16", &Ask::of(Period::year_of(2024))).ok_or("no such indicator")?;
//! assert!(reading.value.is_none() && reading.missing.is_some());
//! # Ok::<(), &str>(())
//! ```

mod businesses;
mod contracts;
mod desk;
mod facilities;
mod finance;
mod households;
mod industry;
mod organisations;
mod people;
mod standing;
mod talents;
pub mod threshold;

#[cfg(test)]
mod article_tests;

use rust_decimal::Decimal;
use serde_json::json;

use crate::analysis::statistics::{Distribution, Growth};
use crate::register::catalog::{r01, r02, r03, r04, r05, r06, r07, r09, r11};
use crate::register::{Label, Message, label};
use crate::value::{Period, RowId, Text, order};

pub use desk::{Average, Indicators, Sum};
pub use finance::{INCOME, OPERATING, PerVillage};
pub use threshold::{Band, Operator, Threshold};

/// What is asked: where and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// A place with everything below it; everything when none.
    pub place: Option<RowId>,
    /// When.
    pub period: Period,
    /// Industry indicators of one product only.
    pub product: Option<Text>,
}

/// One indicator as declared.
pub struct Definition {
    /// `I-16`.
    pub code: &'static str,
    /// Its name.
    pub name: Label,
    /// Base unit.
    pub unit: &'static str,
    /// How it is computed, in words.
    pub formula: Label,
    /// The register it is computed from.
    pub register: &'static str,
}

/// How an indicator is computed.
type Compute = fn(&Indicators<'_>, &Ask) -> Computed;

/// A part of a structure or a second reading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Share {
    /// Its name.
    pub name: Text,
    /// Its number; in `unit` when one is given, otherwise in the indicator's.
    pub value: Option<Decimal>,
    /// Its share in per cent; shares of one structure total exactly 100.00.
    pub share: Option<Decimal>,
    /// Its unit, where that differs.
    pub unit: Option<&'static str>,
    /// The villages that make it up, where it counts villages.
    pub villages: Vec<RowId>,
}

/// What the computation says; completeness is added to it.
#[derive(Debug, Default)]
struct Computed {
    value: Option<Decimal>,
    numerator: Option<Decimal>,
    denominator: Option<Decimal>,
    villages: usize,
    rows: Vec<RowId>,
    notes: Vec<Message>,
    parts: Vec<Share>,
    distribution: Option<Distribution>,
    missing: Option<Message>,
}

/// An indicator's number with everything that stands behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicated {
    /// `I-16`.
    pub code: &'static str,
    /// Base unit.
    pub unit: &'static str,
    /// The number, exact; none when it cannot be computed.
    pub value: Option<Decimal>,
    /// Above the line.
    pub numerator: Option<Decimal>,
    /// Below the line.
    pub denominator: Option<Decimal>,
    /// How many villages stand behind it.
    pub villages: usize,
    /// 已报
    pub reported: usize,
    /// 应报
    pub should: usize,
    /// The records behind it.
    pub rows: Vec<(&'static str, RowId)>,
    /// What has to be said beside it.
    pub notes: Vec<Message>,
    /// Its structure, or second readings.
    pub parts: Vec<Share>,
    /// How villages are spread, beside a mean.
    pub distribution: Option<Distribution>,
    /// Why there is no number.
    pub missing: Option<Message>,
}

impl Ask {
    /// Everywhere, every product.
    pub const fn of(period: Period) -> Self {
        Self { place: None, period, product: None }
    }

    /// Only under a place.
    #[must_use]
    pub fn at(self, place: Option<RowId>) -> Self {
        Self { place, ..self }
    }

    /// The same question about the year before.
    #[must_use]
    pub fn last_year(&self) -> Self {
        Self { period: self.period.last_year(), ..self.clone() }
    }
}

impl Computed {
    fn none(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { missing: Some(Message::new(zh, en)), ..Self::default() }
    }
}

impl Share {
    fn new(name: &str, value: Option<Decimal>) -> Self {
        Self { name: Text::from(name), value, ..Self::default() }
    }

    fn in_unit(self, unit: &'static str) -> Self {
        Self { unit: Some(unit), ..self }
    }
}

/// Every indicator, in order of its number.
pub fn all() -> Vec<&'static Definition> {
    let mut all: Vec<&Definition> = LEADING.iter().chain(&FURTHER).collect();
    order::sort_by_key(&mut all, |d| d.code);
    all
}

/// What reports call an indicator beside its name.
const ALSO: &[(&str, &[&str])] = &[
    ("I-04", &["单产", "平均亩产"]),
    ("I-05", &["每亩产值", "平均亩产值"]),
    ("I-06", &["平均价格", "销售均价"]),
    ("I-07", &["每户产值"]),
    ("I-15", &["集体经济收入", "集体总收入", "集体收入", "总收入", "收入总额", "经济总收入"]),
    ("I-16", &["经营性总收入", "经营性收益"]),
    ("I-22", &["纯收益", "收支结余", "净收入"]),
];

/// Other names of the indicator called `code`.
pub fn also_called(code: &str) -> &'static [&'static str] {
    ALSO.iter().find(|(known, _)| *known == code).map_or(&[], |(_, names)| names)
}

/// The indicator called `code`.
pub fn definition(code: &str) -> Option<&'static Definition> {
    leading(code).or_else(|| FURTHER.iter().find(|d| d.code == code))
}

/// The same among those that lead, without the words of the others.
pub fn leading(code: &str) -> Option<&'static Definition> {
    LEADING.iter().find(|d| d.code == code)
}

macro_rules! declared {
    ($told:ident $computed:ident $n:literal:
        $($code:literal $register:ident $zh:literal $en:literal $unit:literal $formula:literal $english:literal $compute:path;)*) => {
        static $told: [Definition; $n] = [$(Definition {
            code: $code, name: label($zh, $en), unit: $unit, formula: label($formula, $english),
            register: $register::KEY,
        }),*];

        /// Apart from what is said of them: who tells of one does not always compute it.
        static $computed: [Compute; $n] = [$($compute),*];
    };
}

// Those that the first screen computes and tells of; it has to be fetched with these alone.
declared![LEADING LEADING_COMPUTED 9:
    "I-01" r06 "种植面积" "Area" "亩" "Σ 面积（每个品种取期末值）" "Σ area, latest value of each series" industry::area;
    "I-02" r06 "产量" "Output" "吨" "Σ 产量" "Σ output" industry::output;
    "I-03" r06 "产值" "Output value" "元" "Σ 产值" "Σ output value" industry::value;
    "I-04" r06 "亩产" "Yield" "公斤/亩" "Σ 产量×1000 ÷ Σ 面积" "Σ output × 1000 ÷ Σ area" industry::per_mu_output;
    "I-05" r06 "亩均产值" "Value per mu" "元/亩" "Σ 产值 ÷ Σ 面积" "Σ value ÷ Σ area" industry::per_mu_value;
    "I-07" r06 "户均产值" "Value per household" "元/户" "Σ 产值 ÷ Σ 参与农户" "Σ value ÷ Σ households" industry::per_household;
    "I-15" r07 "集体经济总收入" "Collective income" "元" "Σ 收入（全部科目）" "Σ income, all subjects" finance::income;
    "I-16" r07 "经营性收入" "Operating income" "元" "Σ 经营收入、投资收益（一次收取多年的只计当年一份）" "Σ operating and investment income; of lump sums one slice" finance::operating;
    "I-20" r07 "达标村占比" "Villages over the threshold" "%" "经营性收入达标的村数 ÷ 村数" "villages that fulfil the threshold ÷ villages" finance::thresholds;
];

declared![FURTHER FURTHER_COMPUTED 34:
    "I-06" r06 "均价" "Average price" "元/公斤" "Σ 产值 ÷ (Σ 产量×1000)" "Σ value ÷ (Σ output × 1000)" industry::price;
    "I-08" r06 "预计完成率" "Forecast reached" "%" "Σ 实际产值 ÷ Σ 预计产值" "Σ actual ÷ Σ forecast value" industry::forecast_reached;
    "I-09" r06 "特色产业占比" "Share of the main product" "%" "该产品产值 ÷ 全部产值" "value of the product ÷ all value" industry::structure;
    "I-10" r06 "亩均增效" "Gain per mu" "元/亩" "Σ 增效 ÷ Σ 面积" "Σ gain ÷ Σ area" industry::per_mu_gain;
    "I-11" r06 "亩均成本" "Cost per mu" "元/亩" "Σ 成本 ÷ Σ 面积；降幅 = (上年−本年) ÷ 上年" "Σ cost ÷ Σ area; fall = (before − now) ÷ before" industry::per_mu_cost;
    "I-12" r06 "托管覆盖率" "Custody coverage" "%" "Σ 托管面积 ÷ Σ 同品种种植面积" "Σ area in custody ÷ Σ planted area of the same products" industry::custody;
    "I-13" r06 "优质果率" "Share of good grade" "%" "Σ 优质产量 ÷ Σ 产量" "Σ graded output ÷ Σ output" industry::grade;
    "I-14" r06 "附加值提升" "Value added by processing" "%" "(加工后产值−原料价值) ÷ 原料价值" "(processed − raw value) ÷ raw value" industry::added_value;
    "I-17" r07 "村均集体经济收入" "Income per village" "元/村" "Σ 集体经济总收入 ÷ 村数" "Σ income ÷ villages" finance::per_village;
    "I-18" r07 "同比增长率" "Growth on the year" "%" "(本期经营性收入−上年同期) ÷ |上年同期|" "(now − a year ago) ÷ |a year ago| of operating income" finance::growth;
    "I-19" r07 "收入结构" "Structure of income" "%" "各科目收入 ÷ 总收入；首个数为经营性收入占比" "each class ÷ all income; the number is the operating share" finance::structure;
    "I-21" r07 "村际差距" "Gap between villages" "1" "基尼系数；另列最大÷最小、P90÷P10" "Gini; also max ÷ min and P90 ÷ P10" finance::gap;
    "I-22" r07 "净收益" "Net income" "元" "总收入 − 总支出（含所得税费用）" "income − expense, income tax included" finance::net;
    "I-23" r07 "可分配收益" "Distributable income" "元" "净收益＋年初未分配＋其他转入−弥补亏损−公积公益金" "net + carried forward + transfers − losses − reserves" finance::distributable;
    "I-24" r09 "清化收成效" "Recovered by the clean-up" "元" "Σ 增收金额；另列清理率、每份合同增收" "Σ recovered; also the share cleared and the amount per contract" contracts::recovered;
    "I-25" r09 "合同到期与欠缴" "Arrears and expiry" "元" "Σ (应收−已收)，应收日期早于今天；另列账龄和90天内到期的合同" "Σ due − received where the day has passed; also by age, and contracts that end within 90 days" contracts::arrears;
    "I-30" r04 "农户人均可支配收入" "Income per head" "元/人" "Σ 家庭可支配收入 ÷ Σ 家庭人口（当年有收入的农户）" "Σ income ÷ Σ people of the households with an income of the year" households::income_per_head;
    "I-31" r04 "户均增收" "Gain per household" "元/户" "Σ (本年收入−上年收入) ÷ 两年都有收入的农户数" "Σ (income − that of the year before) ÷ households with both" households::income_gain;
    "I-33" r04 "户联系比" "Households linked by one" "户/户" "联系的农户 ÷ 党员中心户" "linked households ÷ those that link them" households::linked;
    "I-41" r01 "实体型占比" "Share of whole branches" "%" "实体型 ÷ (实体型＋功能型)" "whole branches ÷ (whole + functional)" organisations::substance;
    "I-42" r02 "党员结构" "Structure of members" "%" "各年龄段、性别、学历的党员数；首个数为35岁及以下占比" "members by age, gender and education; the number is the share up to 35" people::structure;
    "I-43" r02 "发展党员进度" "On the way into the party" "人" "申请人、积极分子、发展对象、预备党员人数；另列各阶段" "applicants, activists, candidates and probationary members; also by step" people::on_the_way;
    "I-44" r02 "交叉任职率" "Posts in both" "%" "两委成员中同时在经营主体任职的人 ÷ 两委成员" "people of village committees with a post in a business ÷ all of them" people::in_both;
    "I-45" r05 "党组织、党员领办率" "Led by the party" "%" "党组织或党员领办的合作社 ÷ 合作社" "co-operatives that a party organisation or a member leads ÷ co-operatives" businesses::led;
    "I-46" r05 "村均合作社" "Co-operatives per village" "家/村" "合作社 ÷ 村数" "co-operatives ÷ villages" businesses::per_village;
    "I-47" r01 "党组织规模不合规" "Sizes out of bounds" "个" "党员数不在层级范围内的党组织：党委100人以上、党总支50—100人、党支部3—50人" "party organisations with fewer or more members than their level has" organisations::size;
    "I-48" r03 "人才结构" "Talents by category" "人" "在库人才（同一人只算一次）；另列各类别、各级别人数和占比" "people in the libraries, each once; also by category and library" talents::composition;
    "I-49" r03 "人才流量" "Talents coming and going" "人" "本期入库人数 − 本期出库人数；另列每万户籍人口" "people who entered − people who left; also per ten thousand registered" talents::flow;
    "I-63" r11 "党校、分教点覆盖率" "Party-school coverage" "%" "有党校的乡镇、有分教点的村（社区） ÷ 全部乡镇和村（社区）" "towns with a school and villages with a branch ÷ all of them" facilities::schools;
    "I-70" r11 "助餐覆盖率" "Meal coverage" "%" "有食堂或助餐点的社区 ÷ 社区" "communities with a canteen or a meal point ÷ communities" facilities::meals;
    "I-76" r11 "阵地使用" "Visits" "人次" "Σ 使用人次；另列每千常住人口" "Σ visits; also per thousand residents" facilities::visits;
    "I-90" r01 "常住率" "Residents of the registered" "%" "Σ 常住人口 ÷ Σ 户籍人口" "Σ residents ÷ Σ registered" organisations::residents;
    "I-91" r01 "人口密度" "Density" "人/平方千米" "Σ 户籍人口 ÷ Σ 面积" "Σ registered ÷ Σ area" organisations::density;
    "I-92" r04 "劳动力外出率" "Working elsewhere" "%" "Σ 外出务工 ÷ Σ 劳动力" "Σ working elsewhere ÷ Σ able to work" households::away;
];

impl Indicators<'_> {
    /// One indicator; none when there is no such code.
    pub fn read(&self, code: &str, ask: &Ask) -> Option<Indicated> {
        let further = || FURTHER.iter().zip(&FURTHER_COMPUTED).find(|(d, _)| d.code == code);
        self.read_leading(code, ask).or_else(|| further().map(|found| self.read_of(found, ask)))
    }

    /// The same for those that lead, without the code of the others.
    pub fn read_leading(&self, code: &str, ask: &Ask) -> Option<Indicated> {
        let found = LEADING.iter().zip(&LEADING_COMPUTED).find(|(d, _)| d.code == code);
        found.map(|found| self.read_of(found, ask))
    }

    fn read_of(&self, (definition, compute): (&'static Definition, &Compute), ask: &Ask) -> Indicated {
        let done = compute(self, ask);
        let have = self.completeness(definition.register, ask);
        let mut notes = done.notes;
        if done.value.is_some() && !have.missing.is_empty() {
            let n = have.missing.len();
            notes.push(Message::new(
                format!("{n}个村未报，未计入"),
                format!("{n} villages have not reported"),
            ));
        }
        if done.value.is_some() && !have.longer.is_empty() {
            let n = have.longer.len();
            notes.push(Message::new(
                format!("{n}个村按更长期间报送，不在本期之内"),
                format!("{n} villages report for longer periods and are not in this one"),
            ));
        }
        let unsaid = || Message::new("本期没有可用的数据", "There are no data for this period");
        let missing = if done.value.is_none() { done.missing.or_else(|| Some(unsaid())) } else { None };
        Indicated {
            code: definition.code,
            unit: definition.unit,
            value: done.value,
            numerator: done.numerator,
            denominator: done.denominator,
            villages: done.villages,
            reported: have.reported.len(),
            should: have.should.len(),
            rows: done.rows.into_iter().map(|id| (definition.register, id)).collect(),
            notes,
            parts: done.parts,
            distribution: done.distribution,
            missing,
        }
    }

    /// Every indicator, in order.
    pub fn read_all(&self, ask: &Ask) -> Vec<Indicated> {
        all().iter().filter_map(|d| self.read(d.code, ask)).collect()
    }

    /// The change of an indicator's value against the same period of the year before.
    pub fn growth_of(&self, code: &str, ask: &Ask) -> Growth {
        let value = |ask: &Ask| self.read(code, ask).and_then(|r| r.value);
        super::statistics::growth(value(ask), value(&ask.last_year()))
    }
}

/// `{"I-16": {"value", "unit", "numerator", "denominator", "villages", …}}`, numbers in base units.
pub fn to_json(readings: &[Indicated]) -> serde_json::Value {
    readings.iter().map(|r| (r.code.to_owned(), entry(r))).collect::<serde_json::Map<_, _>>().into()
}

fn entry(reading: &Indicated) -> serde_json::Value {
    let parts: Vec<_> = reading
        .parts
        .iter()
        .map(|p| {
            json!({
                "name": &*p.name, "value": number(p.value), "share": number(p.share),
                "unit": p.unit.unwrap_or(reading.unit),
            })
        })
        .collect();
    let spread = reading.distribution.as_ref().map(|d| {
        json!({
            "n": d.n, "mean": number(Some(d.mean)), "median": number(Some(d.median)),
            "q1": number(Some(d.q1)), "q3": number(Some(d.q3)),
            "min": number(Some(d.min)), "max": number(Some(d.max)),
        })
    });
    json!({
        "name": definition(reading.code).map(|d| &*d.name.zh),
        "value": number(reading.value),
        "unit": reading.unit,
        "numerator": number(reading.numerator),
        "denominator": number(reading.denominator),
        "villages": reading.villages,
        "reported": reading.reported,
        "should": reading.should,
        "rows": reading.rows.len(),
        "parts": parts,
        "distribution": spread,
        "notes": reading.notes.iter().map(|m| &m.zh).collect::<Vec<_>>(),
        "missing": reading.missing.as_ref().map(|m| &m.zh),
    })
}

/// A JSON number with at most six decimals; whole numbers without a point.
pub fn number(value: Option<Decimal>) -> serde_json::Value {
    use rust_decimal::prelude::ToPrimitive as _;
    let Some(value) = value.map(|v| super::format::rounded(v, 6).normalize()) else {
        return serde_json::Value::Null;
    };
    match value.to_i64() {
        Some(whole) if value.fract().is_zero() => whole.into(),
        _ => value.to_string().parse::<f64>().map_or(serde_json::Value::Null, Into::into),
    }
}
