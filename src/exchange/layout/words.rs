//! Words of headings, unit lines and footers.

use std::collections::HashSet;

use crate::exchange::text::{bare, bracketed, fold, place, place_kind};
use crate::register::catalog::{headings, r07::LEGACY_SUBJECTS};
use crate::register::{FieldKind, Schema, Sense};
use crate::value::{Period, unit, when};

/// Headings that no register declares, from the eighteen registers' usual tables.
const COMMON: &[&str] = &[
    "序号",
    "编号",
    "姓名",
    "性别",
    "身份证号",
    "身份证号码",
    "联系电话",
    "电话",
    "手机",
    "所在村",
    "乡镇",
    "街道",
    "镇街",
    "村民小组",
    "户主",
    "户主姓名",
    "户编号",
    "家庭人口",
    "人口",
    "户数",
    "合计",
    "小计",
    "总计",
    "备注",
    "说明",
    "年龄",
    "职务",
    "学历",
    "地址",
    "收入",
    "支出",
    "收入合计",
    "支出合计",
    "总收入",
    "总支出",
    "结余",
    "本年收益",
    "合同编号",
    "承包方",
    "标的",
    "总量",
    "数量",
    "单价",
    "排名",
    "增长率",
    "占比",
    "亩均",
    "户均",
    "村均",
    "全年",
    "上半年",
    "下半年",
    "承包人",
    "点单村",
    "办结日期",
    "评价",
];

/// Endings of headings.
const ENDINGS: &[&str] = &[
    "面积",
    "产量",
    "产值",
    "收入",
    "支出",
    "费用",
    "金额",
    "名称",
    "编号",
    "日期",
    "时间",
    "类别",
    "类型",
    "单位",
    "备注",
    "说明",
    "人数",
    "户数",
    "数量",
    "比例",
    "占比",
    "增长率",
    "完成率",
    "收益",
    "小计",
    "合计",
    "电话",
    "价格",
    "单价",
    "姓名",
    "村名",
    "情况",
    "内容",
    "方式",
    "负责人",
    "农户",
    "亩数",
    "吨数",
    "总数",
    "总额",
    "总量",
    "新增",
    "分红",
    "补助",
    "补贴",
    "投资",
    "人口",
    "号码",
    "种类",
    "品种",
    "产品",
    "数",
];

/// The words that head columns: those that the ledger's registers declare, and the usual ones.
#[derive(Debug, Clone, Default)]
pub struct Headings {
    known: HashSet<String>,
    /// Headings of the village's own column.
    places: HashSet<String>,
    /// The names of the ledger's villages, also without 村 behind them.
    villages: HashSet<String>,
}

/// A single letter may be anything.
const SHORTEST_VILLAGE: usize = 2;

impl Headings {
    /// Those of a ledger's registers.
    pub fn of(schema: &Schema) -> Self {
        let mut known: HashSet<String> = COMMON.iter().map(|w| fold(w)).collect();
        let mut places: HashSet<String> = ["所在村", "点单村"].iter().map(|w| fold(w)).collect();
        for (register, kind) in schema.kinds() {
            for field in &kind.fields {
                known.insert(bare(&fold(&field.label.zh)));
                known.extend(headings::of(register, kind, field).map(|a| bare(&fold(a))));
                if let FieldKind::Choice(options) = &field.kind
                    && field.has(Sense::Subject)
                {
                    known.extend(options.words().flat_map(|o| o.word.split('·')).map(fold));
                }
            }
            if let Some(org) = kind.of(Sense::Place) {
                places.insert(fold(&org.label.zh));
                places.extend(headings::of(register, kind, org).map(fold));
            }
        }
        known.extend(LEGACY_SUBJECTS.iter().map(|(w, _)| fold(w)));
        Self { known, places, villages: HashSet::new() }
    }

    /// With the names of villages that the ledger knows.
    pub fn knowing<'a>(mut self, villages: impl Iterator<Item = &'a str>) -> Self {
        let names = villages.flat_map(|name| [bare(&fold(name)), place(name)]);
        self.villages.extend(names.filter(|name| name.chars().count() >= SHORTEST_VILLAGE));
        self
    }

    /// What sort of place a heading names: by its form, or because the ledger has a village of that name.
    pub(super) fn place_kind(&self, heading: &str) -> Option<&'static str> {
        let known = || {
            let name = bare(&fold(heading));
            self.villages.contains(&name) && !self.known.contains(&name)
        };
        place_kind(heading).or_else(|| known().then_some("村"))
    }

    /// Whether the words could head a column.
    pub(super) fn heads(&self, text: &str) -> bool {
        // 单位：万元 in the corner of a header.
        if super::preamble::only_units(text) {
            return true;
        }
        if text.chars().nth(30).is_some()
            || names_a_table(text)
            || text.contains(['：', ':', '。']) && !text.contains("其中")
        {
            return false;
        }
        let folded = fold(text);
        let plain = bare(&folded);
        if plain.is_empty() || unit::find(&folded).is_some() {
            return unit::find(&folded).is_some();
        }
        let plain = plain.strip_prefix("其中").unwrap_or(&plain);
        let plain = glued(plain).map_or(plain, |(before, _)| before);
        self.known.contains(plain)
            || says_when(text, plain)
            || bracketed(&folded).iter().any(|b| unit::find(b).is_some())
            || (plain.chars().count() <= 14
                && ENDINGS.iter().any(|e| plain.ends_with(e) && (e.chars().count() > 1 || plain == *e)))
    }

    /// Whether a register declares the words, as they are.
    pub(super) fn names(&self, text: &str) -> bool {
        self.known.contains(&bare(&fold(text)))
    }

    /// Whether the words are the village's own column (not one village's name).
    pub(in crate::exchange) fn is_key(&self, heading: &str) -> bool {
        let folded = fold(heading);
        self.places.contains(&folded) || self.places.contains(&bare(&folded))
    }
}

/// 2023年, 一季度, 2024年产值 – but no day of a row of data.
fn says_when(text: &str, plain: &str) -> bool {
    let worded = plain.contains(['年', '季', '月', '半']) && !plain.contains(['日', '号']);
    worded && (when::period(plain, Some(2000)).is_ok() || period_in(text).is_some())
}

/// 2024年产业情况表, 人才库: the name of a table and no heading.
pub(super) fn names_a_table(text: &str) -> bool {
    let text = text.trim_end_matches([')', '）', ' ']);
    let text = text.rsplit_once(['(', '（']).map_or(text, |(before, _)| before.trim_end());
    ["表", "台账", "清单", "名册", "名单", "一览", "汇总"].iter().any(|e| text.ends_with(e))
        && text.chars().count() >= 4
}

/// 序号: counts rows and is never data.
pub(in crate::exchange) fn is_serial(heading: &str) -> bool {
    matches!(&*bare(&fold(heading)), "序号" | "序" | "编次" | "no" | "顺序" | "顺序号" | "项次" | "行号")
}

/// 代码, 行次: numbers the rows of a form and is never data.
pub(in crate::exchange) fn is_code(heading: &str) -> bool {
    matches!(&*bare(&fold(heading)), "代码" | "指标代码" | "行次" | "栏次") || is_serial(heading)
}

/// The unit in the brackets of a heading, or behind its stroke: 产量(吨), 产值/万元.
pub(in crate::exchange) fn unit_in(heading: &str) -> Option<String> {
    let folded = fold(heading);
    let inside = bracketed(&folded);
    let bracket = inside.iter().rev().find_map(|b| {
        let word = b.strip_prefix("单位:").unwrap_or(b);
        unit::find(word).map(|u| u.name)
    });
    let last = folded.rsplit('·').next().unwrap_or(&folded);
    bracket
        .or_else(|| {
            let (before, after) = folded.split_once(['/', ',', ':', '_', '-'])?;
            (!before.is_empty()).then(|| unit::find(after).map(|u| u.name)).flatten()
        })
        .or_else(|| glued(last).map(|(_, unit)| unit))
}

/// A folded part of a heading without the unit behind it: 产值/万元, 经营收入_万元, 经营收入万元.
pub(in crate::exchange) fn without_unit(part: &str) -> String {
    if let Some((before, after)) = part.split_once(['/', ',', ':', '_', '-'])
        && unit::find(after).is_some()
    {
        return before.to_owned();
    }
    match glued(part) {
        Some((before, _)) => before.to_owned(),
        None => part.to_owned(),
    }
}

/// 经营收入万元, 面积亩: a unit behind a word that it measures, and that word.
fn glued(word: &str) -> Option<(&str, String)> {
    const GLUED: &[(&str, &[&str])] = &[
        ("百万元", &[]),
        ("万元", &[]),
        ("千元", &[]),
        ("亿元", &[]),
        ("元", &["额", "入", "出", "费", "金", "值", "款", "本", "益", "红", "资"]),
        ("亩", &["面积"]),
        ("吨", &["产量", "总量", "销量"]),
    ];
    let (unit, behind) = GLUED.iter().find(|(u, _)| word.ends_with(u))?;
    let before = word.strip_suffix(unit)?.trim_end_matches(['_', '-', ':']);
    let fits =
        before.chars().count() >= 2 && (behind.is_empty() || behind.iter().any(|b| before.ends_with(b)));
    fits.then(|| unit::find(unit).map(|u| (before, u.name))).flatten()
}

/// The period in a heading: 2023年产值, 产值·2024年上半年.
pub(super) fn period_in(heading: &str) -> Option<Period> {
    match when::find_periods(heading).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The month, quarter or half-year that a part of a heading names, in `year`.
fn part_of(word: &str, year: Option<i16>) -> Option<Period> {
    let period = when::period(&bare(&fold(word)), Some(year?)).ok()?;
    (period.grain() != crate::value::Grain::Year).then_some(period)
}

pub(super) fn part_in(heading: &str, year: Option<i16>) -> Option<Period> {
    heading.split('·').find_map(|part| part_of(part, year))
}

/// Words of a column that is of another year than the table, and by how many years.
const RELATIVE: &[(&str, i16)] = &[
    ("上年同期", 1),
    ("去年同期", 1),
    ("上年度", 1),
    ("上年", 1),
    ("去年", 1),
    ("前年", 2),
    ("本年度", 0),
    ("本年", 0),
    ("今年", 0),
    ("当年", 0),
    ("本期", 0),
];

/// What may follow such a word without saying anything else.
const RELATIVE_TAILS: &[&str] = &["", "数", "实际", "完成", "实绩", "实际数", "完成数", "累计"];

/// How many years back a heading looks: 经营收入（上年）, 上年·产值, 上年经营收入. 本年收益 is a name of its own.
pub(in crate::exchange) fn relative(heading: &str) -> Option<i16> {
    let folded = fold(heading);
    let brackets = bracketed(&folded);
    let parts: Vec<String> = folded.split('·').map(bare).collect();
    let words = brackets.iter().copied().chain(parts.iter().map(String::as_str));
    let whole = words.clone().find_map(relative_word);
    whole.or_else(|| {
        let back = |word: &str| RELATIVE.iter().find(|(w, n)| *n > 0 && word.starts_with(w)).map(|(_, n)| *n);
        parts.iter().find_map(|p| back(p))
    })
}

fn relative_word(word: &str) -> Option<i16> {
    let fits = |w: &&(&str, i16)| word.strip_prefix(w.0).is_some_and(|rest| RELATIVE_TAILS.contains(&rest));
    RELATIVE.iter().find(fits).map(|(_, n)| *n)
}

/// A heading without the word that says of which year it is, where that is not the table's.
pub(in crate::exchange) fn without_relative(part: &str) -> &str {
    let found = RELATIVE.iter().find_map(|(w, _)| part.strip_prefix(w));
    found.map(|rest| rest.trim_start_matches('的')).filter(|rest| !rest.is_empty()).unwrap_or(part)
}

/// Whether a part of a heading says nothing but when.
pub(in crate::exchange) fn is_when(word: &str) -> bool {
    part_of(word, Some(2000)).is_some()
        || relative_word(&bare(&fold(word))).is_some()
        || matches!(&*bare(&fold(word)), "全年" | "年度")
}

/// 小计, 一季度小计, 全年合计: a part of a heading that sums what stands before.
pub(in crate::exchange) fn is_sum(part: &str) -> bool {
    matches!(super::rows::row_word(part), Some(super::RowPart::Subtotal | super::RowPart::Total))
}

/// 单价, 不变价格, 收购价: what things are reckoned at.
pub(super) fn is_price(text: &str) -> bool {
    let plain = bare(&fold(text));
    plain.chars().count() <= 8
        && ["单价", "价格", "不变价", "现行价", "均价", "收购价", "出售价"].iter().any(|w| plain.ends_with(w))
}

/// 续表, 接上页: the table goes on, on another page.
pub(super) fn goes_on(text: &str) -> bool {
    let folded = fold(text);
    matches!(
        folded.trim_matches(['(', ')', ':']),
        "续表" | "续上表" | "接上表" | "接上页" | "续上页" | "转下页" | "接下页"
    )
}

/// 填表人：张三, 联系电话：13800000000: who signs, whatever stands beside it.
pub(super) fn is_signature(text: &str) -> bool {
    const WHO: &[&str] = &[
        "填表人",
        "填报人",
        "制表人",
        "制表",
        "审核人",
        "审核",
        "复核人",
        "复核",
        "经办人",
        "负责人",
        "单位负责人",
        "统计负责人",
        "财务负责人",
        "分管领导",
        "主要领导",
        "村书记",
        "村主任",
        "会计",
        "出纳",
        "联系人",
        "联系电话",
        "电话",
        "报出日期",
        "填表日期",
        "填报日期",
    ];
    let folded = fold(text);
    let said = folded.split_once([':', '(']).map(|(who, _)| who);
    said.is_some_and(|who| WHO.contains(&who))
}

/// Beginnings of lines under a table.
pub(super) fn is_footer(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "说明",
        "备注",
        "注:",
        "注1",
        "附注",
        "单位负责人",
        "负责人",
        "填表人",
        "填报人",
        "制表",
        "审核人",
        "审核:",
        "联系电话",
        "报出日期",
        "统计负责人",
        "分管领导",
        "主要领导",
        "经办人",
        "复核",
        "数据来源",
        "填表说明",
        "村书记",
        "签字",
        "盖章",
        "单位(盖章)",
        "1.",
        "2.",
        "3.",
        "4.",
    ];
    let folded = fold(text);
    STARTS.iter().any(|s| folded.starts_with(s))
}
