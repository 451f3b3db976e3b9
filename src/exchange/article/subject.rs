//! What a figure measures and where, as it stands in the sentence.
//!
//! Duty: the words around a figure that name the measured thing, and the nearest place named before it.
//! Inputs: cleaned characters and the figure's place in them. Outputs: words of the text. Neighbours: `link`
//! proposes an indicator or a field from them; a person confirms.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::value::figure::{Words, is_han};
use crate::value::unit::Class;

/// A subject longer than this is a sentence.
const LONGEST: usize = 18;

/// Words with which something else begins than the counted thing.
const VERBS: &str = "\
    参与 发展 开展 成立 增收 按股 联系 服务 带动 实现 统一 进行 组成 提供 加入 \
    落户 为成员 达到 达 为 是 共 在 和 与 及 以及 等 从事 通过 受益 均 都 \
    已 先后 分别 同步 设立 融资 占 的 入选 参加 就业 种植 养殖 围绕 将 被 \
    户均 人均 亩均 村均 年均 月均 日均 场均 \
    用于 负责 每 到 由 以 超过 超额 突破 助力 仅 需 使 让 获";

type Set = LazyLock<Words<()>>;

static STOPS: Set = LazyLock::new(|| set(VERBS));
static OPENINGS: Set = LazyLock::new(|| set(OPENING));
static BEFORE: Set = LazyLock::new(|| set(BEFORE_NAMES));
static ENDINGS: LazyLock<Vec<Vec<char>>> =
    LazyLock::new(|| AROUND.split(' ').map(|w| w.chars().collect()).collect());

fn set(words: &'static str) -> Words<()> {
    Words::new(words.split(' ').map(|w| (w, ())))
}

/// Words at the beginning that belong to the statement, not to the thing.
const OPENING: &str = "\
    已 共有 共 有 累计 预计 其中 分别 目前 当前 先后 现有 现已 同时 今年 去年 \
    来累计 年来 还 并 再 也 实现 完成 推动 确保 计划 以来 成功 逐步 使 让 将";

/// Words before a number that belong to the statement, not to the thing.
const AROUND: &str = "\
    由 从 高达 多达 已达到了 已达到 达到了 达到 已达 达 突破 超过 为 共有 共 有 实现 累计 约 \
    近 超 已 了 的 仅 是 率达 总计 合计 预计 完成 至 到 计 其中 分别 目前 \
    当前 先后 现有 全部 年均 同时 今年 去年 还 并 再 也";

/// Where a figure stands, for naming what it measures.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub figure: Range<usize>,
    /// So many characters at its end name what is counted.
    pub noun: usize,
    pub sentence: Range<usize>,
    /// Where the figure before it in the sentence ends.
    pub earlier: usize,
    pub class: Option<Class>,
}

/// Alone, these name nothing: the thing was named before them.
const BARE: &str = "\
    提高 提升 增加 增长 增 升 降 减少 下降 降低 压缩 发展 扩大 同比增长 \
    同比下降 环比增长 环比下降 较 和 与 高 日 而";

/// The measured thing of one figure.
pub(super) fn subject(chars: &[char], at: &Place) -> Option<String> {
    let counted = !matches!(
        at.class,
        Some(
            Class::Money
                | Class::Area
                | Class::Weight
                | Class::Length
                | Class::Percent
                | Class::Rate
                | Class::Time
        )
    );
    let noun = chars.get(at.figure.end - at.noun..at.figure.end).filter(|n| !n.is_empty());
    let noun: Option<String> = noun.map(|n| n.iter().collect());
    let after = || following(chars, at.figure.end, at.sentence.end);
    if counted
        && noun.is_none()
        && let Some(after) = after()
    {
        return Some(after);
    }
    let share = matches!(at.class, Some(Class::Percent)) && chars.get(at.figure.end) == Some(&'的');
    let of_what = || share.then(|| following(chars, at.figure.end + 1, at.sentence.end)).flatten();
    let before = preceding(chars, at.figure.start, at.sentence.start.max(at.earlier));
    match (before, noun) {
        (Some(before), Some(noun)) => Some(format!("{before}{noun}")),
        (before, noun) => before.or(noun).or_else(of_what),
    }
}

/// 清凉村种植面积 at 清凉村 is 种植面积.
pub(super) fn without(subject: String, place: Option<&str>) -> String {
    let rest = place.and_then(|p| subject.strip_prefix(p)).filter(|rest| rest.chars().count() >= 2);
    rest.map_or_else(|| subject.clone(), str::to_owned)
}

/// The noun after a measure word: 12家[农产品加工企业]落户.
fn following(chars: &[char], from: usize, end: usize) -> Option<String> {
    if STOPS.at(chars, from).is_some() {
        return None;
    }
    let mut words = String::new();
    let mut at = from;
    while at < end && at - from < LONGEST {
        let c = *chars.get(at)?;
        let quoted = matches!(c, '“' | '”' | '"' | '(' | ')' | '·');
        if !is_han(c) && !quoted || c == ')' {
            break;
        }
        if c == '(' {
            // 村(社区): a short bracket belongs to the word.
            let inside = chars.get(at..)?.iter().take(6).position(|c| *c == ')');
            let Some(close) = inside.filter(|n| *n > 1) else { break };
            words.extend(chars.get(at..=at + close)?);
            at += close + 1;
            continue;
        }
        if at > from && STOPS.at(chars, at).is_some() {
            break;
        }
        words.push(c);
        at += 1;
    }
    let trimmed = words.trim_matches(['“', '”', '"']).to_owned();
    (!trimmed.is_empty()).then_some(trimmed)
}

/// The words before a number, back to the clause's beginning, without 达到, 共, 约.
fn preceding(chars: &[char], at: usize, from: usize) -> Option<String> {
    let mut start = at;
    while start > from && at - start < 2 * LONGEST {
        let c = *chars.get(start - 1)?;
        let inside =
            is_han(c) || matches!(c, '“' | '”' | '"' | '(' | ')' | '+' | '·') || c.is_ascii_alphabetic();
        if !inside {
            break;
        }
        start -= 1;
    }
    let mut words: Vec<char> = chars.get(start..at)?.to_vec();
    // The last characters first: mostly none is equal, and nothing else need be compared.
    while let Some(ending) = ENDINGS.iter().find(|e| e.last() == words.last() && words.ends_with(e)) {
        words.truncate(words.len() - ending.len());
    }
    let mut words: &[char] = &words;
    while let Some(((), used)) = OPENINGS.at(words, 0) {
        words = words.get(used..).unwrap_or_default();
    }
    let words = words.get(words.len().saturating_sub(LONGEST)..)?;
    // 中心(库容: the bracket is where the figure's own words begin.
    let open =
        words.iter().rposition(|c| *c == '(').filter(|open| !words.iter().skip(*open).any(|c| *c == ')'));
    let words: String = words.iter().skip(open.map_or(0, |open| open + 1)).collect();
    let words = words.trim_matches([')', '”', '·', '+']).to_owned();
    (!words.is_empty() && !BARE.split(' ').any(|w| w == words)).then_some(words)
}

fn starts_any(chars: &[char], at: usize, words: &[&str]) -> bool {
    let rest = chars.get(at..).unwrap_or_default();
    words.iter().any(|w| {
        let mut rest = rest.iter();
        w.chars().all(|c| rest.next() == Some(&c))
    })
}

fn ends_with(chars: &[char], word: &str) -> bool {
    let n = word.chars().count();
    chars.len() >= n && starts_any(chars, chars.len() - n, &[word])
}

/// A place named in the text, and where its name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub start: usize,
    pub end: usize,
    pub name: String,
}

/// Last characters of place names, and the words in which they are none.
const SUFFIXES: &[(char, &[&str], &str)] = &[
    (
        '村',
        &[
            "农村",
            "乡村",
            "全村",
            "各村",
            "个村",
            "该村",
            "行政村",
            "驻村",
            "本村",
            "我村",
            "强村",
            "镇村",
            "中村",
            "万村",
            "新村",
            "空壳村",
            "小山村",
            "贫困村",
            "薄弱村",
            "脱贫村",
            "示范村",
            "先进村",
            "重点村",
            "后进村",
        ],
        "民级干集两庄居委支党务企",
    ),
    (
        '镇',
        &["全镇", "乡镇", "城镇", "集镇", "场镇", "强镇", "该镇", "各镇", "重镇", "名镇", "小镇", "村镇"],
        "村级域党",
    ),
    (
        '乡',
        &["家乡", "全乡", "城乡", "返乡", "故乡", "回乡", "该乡", "离乡", "下乡", "他乡"],
        "村镇亲土级党贤风情",
    ),
    ('县', &["全县", "该县", "各县", "本县"], "级委域"),
    ('市', &["全市", "城市", "超市", "该市", "都市", "上市", "夜市", "集市", "股市"], "场级委民值"),
    (
        '区',
        &[
            "园区",
            "地区",
            "辖区",
            "山区",
            "小区",
            "灾区",
            "景区",
            "库区",
            "城区",
            "校区",
            "全区",
            "该区",
            "新区",
            "厂区",
            "片区",
            "示范区",
            "牧区",
        ],
        "域级委块",
    ),
    (
        '道',
        &[
            "渠道", "通道", "国道", "省道", "跑道", "管道", "步道", "隧道", "县道", "轨道", "味道", "报道",
            "知道",
        ],
        "",
    ),
];

/// Whether a name may end here: asked for every character of a text.
const fn ends_names(c: char) -> bool {
    matches!(c, '村' | '镇' | '乡' | '县' | '市' | '区' | '道')
}

/// Characters that end a name to the left of them.
const NOT_IN_NAMES: &str = "不在和与由对从以到是为向及的了等将把被让使各全该上下弱个名位户家其中带动联结合位于来走进依托整组织推积极坚持通过乡亲共有每由我们等";

/// Words that stand before a name and are no part of it.
const BEFORE_NAMES: &str = "\
    发挥 引入 引进 建设 覆盖 开展 鼓励 立足 围绕 聚焦 贯彻 落实 深入 完成 实现 \
    打造 成立 创建 推进 培育 选派 指导 带领 流转 辐射 惠及 涉及 支持 近年 今年 \
    去年 目前 同时 其余 周边 附近 包括 如 例 前往 赴 于 任";

/// Every place that is named in `chars`, in order. `known` names are taken as they are.
pub(super) fn places(chars: &[char], known: &HashSet<String>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        let suffix = ends_names(*c).then(|| SUFFIXES.iter().find(|(s, ..)| s == c)).flatten();
        let social = *c == '区' && chars.get(i.wrapping_sub(1)) == Some(&'社');
        if !known.is_empty()
            && (suffix.is_some() || social)
            && let Some(name) = known_name(chars, i, known)
        {
            let start = i + 1 - name.chars().count();
            found.push(Named { start, end: i + 1, name });
            continue;
        }
        let Some((_, not, after)) = suffix else { continue };
        let street = *c != '道' || chars.get(i.wrapping_sub(1)) == Some(&'街');
        let word = not.iter().any(|w| {
            ends_with(chars.get(..=i).unwrap_or_default().get(i.saturating_sub(3)..).unwrap_or_default(), w)
        });
        // “大事不出村”: what is quoted to its end is a saying.
        let goes_on = chars.get(i + 1).is_some_and(|n| after.contains(*n) || *n == '”');
        if !street || word || goes_on {
            continue;
        }
        let stem = if social || *c == '道' { i.saturating_sub(1) } else { i };
        let mut length = name_length(chars, stem);
        while let Some(((), used)) = BEFORE.at(chars, stem - length) {
            length = length.saturating_sub(used);
        }
        if length < 2 {
            continue;
        }
        let name: String = chars.get(stem - length..=i).unwrap_or_default().iter().collect();
        match found.last_mut().filter(|last| last.end == stem - length) {
            // 云阳县 + 盘龙街道: one name with its levels.
            Some(last) => {
                last.name.push_str(&name);
                last.end = i + 1;
            }
            None => found.push(Named { start: stem - length, end: i + 1, name }),
        }
    }
    found
}

fn name_length(chars: &[char], stem: usize) -> usize {
    let before = chars.get(..stem).unwrap_or_default();
    let named = |c: &&char| {
        (is_han(**c) && !NOT_IN_NAMES.contains(**c) && !SUFFIXES.iter().any(|(s, ..)| s == *c))
            || **c == 'x'
            || **c == 'X'
    };
    let length = before.iter().rev().take(5).take_while(named).count();
    // 2024年岭西县, 2024年度岭西县: the time ends where the name begins.
    let after_time = |n: &usize| {
        let told = before.get(..before.len() - n).unwrap_or_default();
        let told = told.strip_suffix(&['度']).unwrap_or(told);
        matches!(told, [.., digit, '年' | '月' | '日'] if digit.is_ascii_digit())
    };
    match (1..=length).find(after_time) {
        Some(length) => length,
        None if length >= 5 => 0,
        None => length,
    }
}

fn known_name(chars: &[char], at: usize, known: &HashSet<String>) -> Option<String> {
    (2..=8usize).rev().find_map(|n| {
        let name: String = chars.get((at + 1).checked_sub(n)?..=at)?.iter().collect();
        known.contains(&name).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_where_a_time_ends() {
        let named = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            places(&chars, &HashSet::new()).into_iter().map(|n| n.name).collect::<Vec<_>>()
        };
        assert_eq!(named("2024年岭西县各村"), ["岭西县"]);
        assert_eq!(named("2024年度大岭西山镇各村"), ["大岭西山镇"]);
        assert_eq!(named("江西万年县各村"), ["江西万年县"]);
    }

    #[test]
    fn every_suffix_may_end_a_name() {
        assert!(SUFFIXES.iter().all(|(c, ..)| ends_names(*c)));
    }
}
