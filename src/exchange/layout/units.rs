//! Units that words around a table state: 单位：万元, （万元）, 金额：万元, 人民币万元, 以万元为单位.
//!
//! Duty: the units of a title, a cell over the table, a note under it or a sheet's name; nothing where the words say
//! something else as well. Inputs: words. Outputs: units, in order. Neighbours: `preamble` and the table's notes ask.

use crate::exchange::text::fold;
use crate::value::unit::{self, Class, Unit};

/// What may stand before a unit where a line states it, the longer words first.
const BEFORE: &[&str] = &[
    "计量单位",
    "货币单位",
    "金额单位",
    "面积单位",
    "产量单位",
    "计价单位",
    "均以",
    "均按",
    "均为",
    "单位",
    "人民币",
    "金额",
    "货币",
    "币种",
    "面积",
    "产量",
    "产值",
    "价值",
    "重量",
    "数量",
    "资金",
    "收入",
    "支出",
    "收支",
    "数据",
    "本表",
    "表中",
    "表内",
    "以上",
    "全部",
    "所有",
    "统一",
    "一律",
    "其中",
    "计量",
    "的",
    "为",
    "是",
    "以",
    "按",
    "均",
    "用",
    "指",
    "rmb",
    ":",
    "(",
    ")",
    "=",
    "-",
];

/// What may stand behind it.
const AFTER: &[&str] = &[
    "为计量单位",
    "为单位",
    "为准",
    "计量",
    "计算",
    "填列",
    "填报",
    "填写",
    "表示",
    "列示",
    "人民币",
    "计",
    "记",
    "整",
];

/// The units that a line over a table states.
pub(super) fn stated(text: &str) -> Vec<Unit> {
    let mut found = Vec::new();
    for chunk in text.split(['(', ')', '（', '）', '[', ']', '【', '】', '；', ';', '。', '\n', '\r']) {
        found.extend(chunk_of(chunk).unwrap_or_default());
    }
    found
}

/// The units that a note under a table states: its sentences say more than a line over it.
pub(super) fn noted(text: &str) -> Vec<Unit> {
    const SPEAKS: &[&str] = &["单位", "單位", "金额", "金額", "货币", "貨幣", "以", "均", "按", "计", "計"];
    let sentences = text.split([';', '；', '。', '，', ',', '(', ')', '（', '）', '\n', '\r']);
    let speaking = sentences.filter(|s| SPEAKS.iter().any(|w| s.contains(w)));
    speaking.flat_map(|s| chunk_of(numberless(s)).unwrap_or_default()).collect()
}

/// Without 注：, 说明： and 1. in front.
fn numberless(sentence: &str) -> &str {
    let mut rest = sentence.trim();
    for word in ["备注", "備註", "附注", "说明", "說明", "注释", "注", "註"] {
        if let Some(after) = rest.strip_prefix(word) {
            rest = after;
            break;
        }
    }
    rest.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || ":：.、．".contains(c))
}

/// Letters of a title at least, behind which a unit may stand after a blank.
const TITLE: usize = 4;

/// The units of a piece that says nothing else. 单 位 ： 万 元 is spread with blanks, 单位：亩 万元 parted by one.
fn chunk_of(chunk: &str) -> Option<Vec<Unit>> {
    let marks = |c: char| "、,，/／和及|｜".contains(c);
    let spread: Vec<&str> = chunk.split(marks).filter(|p| !p.trim().is_empty()).collect();
    let parted: Vec<&str> =
        chunk.split(|c: char| c.is_whitespace() || marks(c)).filter(|p| !p.trim().is_empty()).collect();
    if let Some(found) = all_units(&spread).or_else(|| all_units(&parted)) {
        return Some(found);
    }
    // 某某村收支表 万元: behind a title and a blank, and money.
    let (before, last) = chunk.trim().rsplit_once(char::is_whitespace)?;
    let money = part(last).filter(|u| u.class == Class::Money);
    money
        .filter(|_| {
            before.chars().filter(|c| !c.is_whitespace()).count() >= TITLE
                && !before.ends_with(char::is_whitespace)
        })
        .map(|u| vec![u])
}

fn all_units(parts: &[&str]) -> Option<Vec<Unit>> {
    let units: Vec<Option<Unit>> = parts.iter().map(|p| part(p)).collect();
    let all = parts.iter().zip(&units).all(|(p, u)| u.is_some() || says_nothing(p));
    let found: Vec<Unit> = units.into_iter().flatten().collect();
    (all && !found.is_empty()).then_some(found)
}

/// 币种：人民币: labels and nothing else.
fn says_nothing(words: &str) -> bool {
    let folded = fold(words);
    let mut rest = folded.as_str();
    while let Some(shorter) = BEFORE.iter().find_map(|w| rest.strip_prefix(w)) {
        rest = shorter;
    }
    rest.is_empty()
}

fn part(words: &str) -> Option<Unit> {
    let folded = fold(words);
    let mut rest = folded.as_str();
    loop {
        if let Some(unit) = unit::find(rest) {
            return Some(unit);
        }
        let shorter = BEFORE.iter().find_map(|w| rest.strip_prefix(w)).filter(|r| !r.is_empty());
        let shorter =
            shorter.or_else(|| AFTER.iter().find_map(|w| rest.strip_suffix(w)).filter(|r| !r.is_empty()));
        rest = shorter?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(units: Vec<Unit>) -> Vec<String> {
        units.into_iter().map(|u| u.name).collect()
    }

    #[test]
    fn units_that_lines_state() {
        for (text, wanted) in [
            ("（万元）", &["万元"][..]),
            ("单位（万元）", &["万元"]),
            ("金额：万元", &["万元"]),
            ("人民币万元", &["万元"]),
            ("万元", &["万元"]),
            ("單位：萬元", &["万元"]),
            ("单 位 ： 万 元", &["万元"]),
            ("单位：人民币 万元", &["万元"]),
            ("单位：亩、吨、万元", &["亩", "吨", "万元"]),
            ("单位：万元/亩", &["万元", "亩"]),
            ("金额单位：人民币千元", &["千元"]),
            ("2024年收支表（万元）", &["万元"]),
            ("2024年收支表 万元", &["万元"]),
            ("单位：元 币种：人民币", &["元"]),
            ("2024年村级集体经济收支情况表", &[]),
            ("单元", &[]),
            ("共计120万元", &[]),
            ("填报单位：沙溪镇", &[]),
            ("年 月 日", &[]),
        ] {
            assert_eq!(names(stated(text)), wanted, "{text}");
        }
    }

    #[test]
    fn units_that_notes_state() {
        for (text, wanted) in [
            ("注：金额单位为万元", &["万元"][..]),
            ("备注：1.表中金额均以万元为单位；2.数据来自农经站", &["万元"]),
            ("说明：以上金额以千元计", &["千元"]),
            ("说明：本年收入比上年多3万元", &[]),
            ("注：单位负责人签字", &[]),
        ] {
            assert_eq!(names(noted(text)), wanted, "{text}");
        }
    }
}
