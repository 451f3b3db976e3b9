//! The lines of a file, what is page furniture, and where one article ends and the next begins.
//!
//! Duty: titles, dates, furniture (domain §8.7, S1–S4). Inputs: the original's characters. Outputs: [`Line`]s
//! and [`Part`]s of the original. Neighbours: `clean` leaves the furniture out; the article reader reads each
//! part with its own date.

use std::ops::Range;

use super::table::{self, Cell};
use crate::value::figure::is_han;
use crate::value::{Date, when};

/// One line of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its characters, without the line break.
    pub range: Range<usize>,
    /// Without blanks at both ends.
    pub words: String,
    /// Number of characters of `words`.
    pub length: usize,
    /// 责任编辑, 00:00/00:00: of the page, not of the text.
    pub furniture: bool,
    /// Begins with a mark of a list or chapter.
    pub item: bool,
    /// It belongs to a pasted table: what is read in its place, nothing for its headings.
    pub cells: Option<Vec<Cell>>,
}

impl Line {
    /// Nothing stands there.
    pub const fn is_blank(&self) -> bool {
        self.length == 0
    }

    fn ends_sentence(&self) -> bool {
        self.words.ends_with(['。', '！', '!', '？', '?', '；', ';', '：', ':', '，', ',', '、'])
    }
}

/// One article of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its title.
    pub title: Option<String>,
    /// Its characters in the original, with its title and furniture.
    pub range: Range<usize>,
    /// The day it was published.
    pub date: Option<Date>,
}

/// Words with which a line of the page begins.
const FURNITURE: &[&str] = &[
    "时间",
    "来源",
    "信息来源",
    "稿源",
    "作者",
    "编辑",
    "责编",
    "责任编辑",
    "监审",
    "总监审",
    "审核",
    "校对",
    "初审",
    "复审",
    "终审",
    "阅读",
    "阅读量",
    "浏览",
    "浏览量",
    "浏览次数",
    "访问量",
    "点击",
    "点击数",
    "点击量",
    "字号",
    "字体",
    "分享",
    "打印",
    "关闭",
    "上一篇",
    "下一篇",
    "版权",
    "主办",
    "主办单位",
    "承办",
    "承办单位",
    "技术支持",
    "联系电话",
    "电话",
    "邮编",
    "地址",
    "发布日期",
    "发布时间",
    "更新时间",
    "日期",
    "供稿",
    "通讯员",
    "记者",
    "扫码",
    "首页",
    "当前位置",
    "您的位置",
    "相关链接",
    "责任校对",
    "网站标识码",
    "時間",
    "來源",
    "責任編輯",
    "編輯",
    "瀏覽",
    "閱讀",
];
const LONGEST_FURNITURE: usize = 80;

/// The lines of `original`.
pub fn lines(original: &[char]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start <= original.len() {
        let rest = original.get(start..).unwrap_or_default();
        let length =
            rest.iter().position(|c| matches!(c, '\n' | '\u{2028}' | '\u{2029}')).unwrap_or(rest.len());
        lines.push(line(original, start..start + length));
        start += length + 1;
    }
    table::find(original, &mut lines);
    lines
}

fn line(original: &[char], range: Range<usize>) -> Line {
    let blank = |c: &char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
    let mut chars = original.get(range.clone()).unwrap_or_default();
    while let [first, rest @ ..] = chars
        && blank(first)
    {
        chars = rest;
    }
    while let [rest @ .., last] = chars
        && blank(last)
    {
        chars = rest;
    }
    let words: String = if chars.len() <= LONGEST_FURNITURE * 2 {
        chars.iter().collect()
    } else {
        // Only short lines are ever looked at as words; of the others the beginning and the end.
        chars.iter().take(LONGEST_FURNITURE * 2).chain(chars.last()).collect()
    };
    let furniture = (1..=LONGEST_FURNITURE).contains(&chars.len()) && is_furniture(&words);
    let item = is_item(chars);
    Line { range, length: chars.len(), furniture, item, words, cells: None }
}

fn is_furniture(words: &str) -> bool {
    let tight: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    let marked = |word: &str| {
        tight.strip_prefix(word).is_some_and(|after| {
            after.starts_with([':', '：', '】', ']', '|', '｜'])
                || after.is_empty()
                || after.starts_with("次数")
        })
    };
    let bracketed = tight.strip_prefix(['【', '[', '（', '(']).map(str::to_owned);
    let in_brackets = bracketed.is_some_and(|inside| {
        inside.chars().count() <= 30
            && FURNITURE.iter().any(|w| inside.starts_with(w))
            && inside.contains([':', '：'])
    });
    let page = tight.starts_with('第') && tight.ends_with('页')
        || tight.contains("ICP备")
        || tight.contains("公网安备");
    FURNITURE.iter().any(|w| marked(w)) || in_brackets || page
}

/// 一、 (二) 3. ① – and 一是, 二是.
fn is_item(chars: &[char]) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    match chars {
        ['(' | '（', c, ..] => numeral(*c),
        ['第', c, ..] => numeral(*c),
        [c, '、' | '.' | '．' | ')' | '）' | '是', ..] => numeral(*c),
        [a, b, '、' | '.' | '．' | ')' | '）', ..] => numeral(*a) && numeral(*b),
        [c, ..] => matches!(c, '①'..='⑳' | '■' | '●' | '◆' | '▲' | '★' | '—'),
        [] => false,
    }
}

const TITLE: std::ops::RangeInclusive<usize> = 5..=45;
/// A paragraph that opens an article.
const OPENING: usize = 40;
/// An article has at least so many characters before the next one may begin.
const ARTICLE: usize = 150;

/// The articles of a file. A title that was already there (a body printed twice) begins no new one.
pub fn parts(original: &[char], lines: &[Line]) -> Vec<Part> {
    let solid: Vec<&Line> = lines.iter().filter(|l| !l.is_blank()).collect();
    let mut begins: Vec<(usize, Option<String>)> = Vec::new();
    let mut body = 0usize;
    for (n, line) in solid.iter().enumerate() {
        let may_open = begins.is_empty() || body >= ARTICLE;
        let title = may_open && opens(original, line, solid.get(n + 1..).unwrap_or_default());
        let known = title && begins.iter().any(|(_, t)| t.as_deref() == Some(line.words.as_str()));
        if begins.is_empty() {
            // The first line is a title even when what follows is short.
            let title = title
                || TITLE.contains(&line.length)
                    && !line.ends_sentence()
                    && !line.furniture
                    && line.cells.is_none()
                    && solid.len() > 1;
            begins.push((0, title.then(|| line.words.clone())));
        } else if title && !known {
            begins.push((line.range.start, Some(line.words.clone())));
            body = 0;
        }
        body += line.length;
    }
    let ends = begins.iter().skip(1).map(|(at, _)| *at).chain([original.len()]);
    let parts = begins.iter().zip(ends).map(|((start, title), end)| Part {
        title: title.clone(),
        range: *start..end,
        date: published(&solid, *start..end),
    });
    parts.collect()
}

/// Whether `line` is a title: short, open, and followed by a paragraph that introduces a place.
fn opens(original: &[char], line: &Line, after: &[&Line]) -> bool {
    let fits = TITLE.contains(&line.length) && !line.ends_sentence() && !line.furniture && !line.item;
    let fits = fits && line.cells.is_none();
    if !fits {
        return false;
    }
    let Some(next) = after.iter().take(5).find(|l| !l.furniture && !l.item) else { return false };
    let text = original.get(next.range.clone()).unwrap_or_default();
    next.length >= OPENING && introduces(text)
}

const OPENERS: &[&str] = &["近年来", "近日", "今年以来", "去年以来", "近期", "近來", "近年來", "日前"];

/// 近年来, …; or a place with at least two levels (xx省xx市, 石泉县池河镇) near the beginning.
fn introduces(text: &[char]) -> bool {
    let text: Vec<char> = text.iter().copied().filter(|c| !c.is_whitespace()).take(140).collect();
    let head: String = text.iter().take(6).collect();
    if OPENERS.iter().any(|w| head.starts_with(w)) {
        return true;
    }
    let level = |c: char| {
        Some(match c {
            '省' => 0,
            '市' => 1,
            '州' => 2,
            '县' | '縣' => 3,
            '区' | '區' => 4,
            '旗' => 5,
            '镇' | '鎮' | '乡' | '鄉' => 6usize,
            _ => return None,
        })
    };
    // 社区, 园区, 全县 are words, not names.
    let named = |i: usize| {
        let before = i.checked_sub(1).and_then(|p| text.get(p));
        before.is_some_and(|c| {
            (is_han(*c) || c.is_ascii_lowercase()) && !"社小园辖山景片灾库厂牧校地全该各乡".contains(*c)
        })
    };
    let levels: Vec<(usize, usize)> =
        text.iter().enumerate().filter_map(|(i, c)| level(*c).filter(|_| named(i)).map(|l| (i, l))).collect();
    let chained = levels
        .iter()
        .zip(levels.iter().skip(1))
        .any(|((i, a), (j, b))| (2..=6).contains(&(j - i)) && a < b && *a < 6);
    let county = levels.first().is_some_and(|(i, l)| *i <= 6 && (1..6).contains(l));
    chained || county && text.iter().take(8).any(|c| matches!(c, '县' | '縣' | '市' | '区' | '區'))
}

/// The day in a line of the page, or in one of the short lines at both ends.
fn published(solid: &[&Line], range: Range<usize>) -> Option<Date> {
    let from = solid.partition_point(|l| l.range.start < range.start);
    let to = solid.partition_point(|l| l.range.start < range.end);
    let own = solid.get(from..to).unwrap_or_default();
    let short = |l: &&&Line| l.length <= LONGEST_FURNITURE && !l.ends_sentence();
    let ends = own.iter().take(6).chain(own.iter().rev().take(6)).filter(short);
    own.iter().filter(|l| l.furniture).chain(ends).find_map(|l| day_in(&l.words))
}

/// The first full date in a line: 2024-07-25 09:43, 2024年7月25日.
fn day_in(words: &str) -> Option<Date> {
    let chars: Vec<char> = words.chars().collect();
    (0..chars.len()).find_map(|at| {
        let digits = chars.get(at..at + 4)?.iter().all(char::is_ascii_digit);
        let begins = at.checked_sub(1).and_then(|i| chars.get(i)).is_none_or(|c| !c.is_ascii_digit());
        if !digits || !begins {
            return None;
        }
        let longest = chars.len().min(at + 11);
        (at + 8..=longest).rev().find_map(|end| {
            let said: String = chars.get(at..end)?.iter().collect();
            when::date(&said, None).ok().filter(|d| d.exact).map(|d| d.date)
        })
    })
}
