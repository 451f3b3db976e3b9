//! What looks like a figure and is none: slogans, structures, codes, names (domain §8.7).
//!
//! Duty: recognise them by shape, each with where it ends. Neighbours: `scan` asks here before it reads a
//! number as a figure; `calendar` knows the dates.

use super::words::{any_at, any_before, is_han};
use super::{Member, Other};
use crate::value::number::numeral::chinese_digit;
use crate::value::unit::scale_of;

/// A recognised non-figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub end: usize,
    pub what: Other,
}

/// Longer quotations are speech.
const LONGEST_NAME: usize = 16;

/// Words after a bare number that make it the number of something.
const NUMBERED: &[&str] = &[
    "国道",
    "省道",
    "县道",
    "乡道",
    "高速",
    "热线",
    "电话",
    "联动",
    "号",
    "版",
    "型",
    "式火",
    "工作法",
    "工程",
    "模式",
    "机制",
    "路公交",
    "医院",
    "中学",
    "团",
    "国防",
    "线旅游",
    "线公路",
];

/// Words before the number of something.
const CODED: &[&str] = &[
    "邮编",
    "邮政编码",
    "账号",
    "帐号",
    "编号",
    "证号",
    "工号",
    "车牌",
    "电话",
    "手机",
    "手机号",
    "传真",
    "微信",
    "QQ",
    "代码",
];

pub(super) fn is_numeral(c: char) -> bool {
    c == '两' || c == '半' || chinese_digit(c).is_some() || scale_of(c).is_some()
}

/// 1+23+291, 1+6+N: two or more members joined by plus signs.
pub(super) fn structure(chars: &[char], at: usize) -> Option<Seen> {
    let mut members = Vec::new();
    let mut end = at;
    loop {
        let rest = chars.get(end..)?;
        let digits = rest.iter().take(9).take_while(|c| c.is_ascii_digit()).count();
        if digits > 0 {
            let value = rest.iter().take(digits).filter_map(|c| c.to_digit(10)).fold(0, |n, d| n * 10 + d);
            members.push(Member::Count(value));
            end += digits;
        } else if let Some(c) = rest.first().filter(|c| matches!(c, 'N' | 'n' | 'X' | 'x' | 'M')) {
            members.push(Member::Open(*c));
            end += 1;
        } else {
            break;
        }
        if chars.get(end) != Some(&'+') || members.len() > 20 {
            break;
        }
        end += 1;
    }
    if chars.get(end.wrapping_sub(1)) == Some(&'+') {
        end -= 1;
    }
    let closed = !chars.get(end).is_some_and(|c| c.is_ascii_digit());
    (members.len() >= 2 && closed).then_some(Seen { end, what: Other::Structure(members) })
}

/// Letters and digits glued together, numbers of roads, telephones, documents, and everything that only a
/// machine reads. `digits_end` is where the run of digits ends.
pub(super) fn code(chars: &[char], at: usize, digits_end: usize) -> Option<Seen> {
    let code = |end: usize| Some(Seen { end, what: Other::Code });
    let before = at.checked_sub(1).and_then(|i| chars.get(i)).copied();
    let next = chars.get(digits_end).copied();
    let digits = digits_end - at;
    if before.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') {
        return code(glued(chars, digits_end));
    }
    let masked = |c: char| matches!(c, '*' | '_' | '@' | '&' | '=' | '#');
    if next.is_some_and(masked) || digits > 18 {
        return code(glued(chars, digits_end));
    }
    if next.is_some_and(|c| c.is_ascii_alphabetic()) && super::measures::at(chars, digits_end).is_none() {
        return code(glued(chars, digits_end));
    }
    // 邮编650000, 账号:6222021234
    let named = at - usize::from(before == Some(':'));
    // 发放手机120台 counts them.
    let devices = matches!(next, Some('台' | '部'));
    if any_before(chars, named, CODED) && !devices {
        return code(glued(chars, digits_end));
    }
    let leading_zero = chars.get(at) == Some(&'0') && digits > 1;
    let scaled = next.is_some_and(|c| scale_of(c).is_some() || matches!(c, '余' | '多'));
    let counted = scaled || super::measures::at(chars, digits_end).is_some();
    if leading_zero || digits >= 11 && !counted {
        return code(glued(chars, digits_end));
    }
    if !counted && any_at(chars, digits_end, NUMBERED).is_some() || next == Some('号') {
        return code(digits_end + usize::from(next == Some('号')));
    }
    None
}

fn glued(chars: &[char], from: usize) -> usize {
    let rest = chars.get(from..).unwrap_or_default();
    from + rest
        .iter()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '_' | '-' | '.' | '@'))
        .count()
}

/// What 五大 counts: 五大任务. With anything else it is a name (九大簋) or a congress (十九大报告).
pub(super) fn counted_by_great(chars: &[char], at: usize) -> bool {
    const THINGS: &[&str] = &[
        "任务", "行动", "工程", "产业", "板块", "版块", "体系", "重点", "方面", "类", "片区", "项目", "举措",
        "机制", "基地", "园区", "中心", "模块", "平台", "品牌", "职责", "环节", "领域", "专项", "特色",
        "优势", "问题", "突破", "提升", "战役", "攻坚", "民生", "支柱", "功能", "措施", "抓手", "目标",
        "改革", "景区", "主导", "特点", "亮点", "业态", "主体", "系统", "组团", "难题", "短板", "要素",
        "系列",
    ];
    any_at(chars, at, THINGS).is_some()
}

/// Whether a line is a row of a table: a name without digits, then at least two numbers with blanks or strokes
/// between them and nothing else.
pub(super) fn is_row(line: &[char]) -> bool {
    let name =
        line.iter().take_while(|c| is_han(**c) || matches!(c, '(' | ')' | ' ' | '\t' | '|' | '、')).count();
    let cells = line.get(name..).unwrap_or_default();
    let mut numbers = 0;
    for cell in cells.split(|c| matches!(c, ' ' | '\t' | '|')).filter(|cell| !cell.is_empty()) {
        let digits = cell.iter().filter(|c| c.is_ascii_digit()).count();
        let plain =
            cell.iter().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '%' | '—' | '/'));
        if !plain {
            return false;
        }
        numbers += usize::from(digits > 0);
    }
    name > 0 && numbers >= 2
}

/// 第4页 共6页, 第4页/共6页: `at` is after the first number.
pub(super) fn page(chars: &[char], at: usize) -> Option<Seen> {
    let mut end = at + any_at(chars, at, &["页"])?;
    while chars.get(end).is_some_and(|c| matches!(c, ' ' | '\t' | ',' | '/' | '|' | '(')) {
        end += 1;
    }
    end += any_at(chars, end, &["共"])?;
    let digits = chars.get(end..)?.iter().take(5).take_while(|c| c.is_ascii_digit()).count();
    end += digits;
    let closed = digits > 0 && chars.get(end) == Some(&'页');
    closed.then_some(Seen { end: end + 1, what: Other::Noise })
}

/// 2.0版, 3.0模式.
pub(super) fn version(chars: &[char], end: usize) -> bool {
    any_at(chars, end, &["版", "模式", "时代", "升级", "工程", "阶段"]).is_some()
}

/// A ratio such as 6:4 or 1:1.5, and where it ends. Its members are kept when they are whole.
pub(super) fn ratio(chars: &[char], at: usize) -> Option<Seen> {
    let number = |at: usize| {
        let rest = chars.get(at..)?;
        let n = rest.iter().take(7).take_while(|c| c.is_ascii_digit() || **c == '.').count();
        (n > 0 && n < 7).then_some(at + n)
    };
    let whole = |from: usize, to: usize| chars.get(from..to)?.iter().collect::<String>().parse::<u32>().ok();
    let mut end = number(at)?;
    let mut members = vec![whole(at, end)];
    while matches!(chars.get(end), Some(':' | '比')) && members.len() < 8 {
        let Some(next) = number(end + 1) else { break };
        members.push(whole(end + 1, next));
        end = next;
    }
    let counted = members.len() == 2 && super::measures::at(chars, end).is_some();
    if members.len() < 2 || counted {
        return None;
    }
    let whole: Option<Vec<u32>> = members.into_iter().collect();
    let members = whole.unwrap_or_default().into_iter().map(Member::Count).collect();
    Some(Seen { end, what: Other::Structure(members) })
}

/// A short quotation: the name of a thing, a slogan, a formula. `at` is just after the opening mark.
pub(super) fn quoted(chars: &[char], at: usize, close: char) -> Option<Seen> {
    let inside: &[char] = chars.get(at..)?;
    let length = inside.iter().take(LONGEST_NAME + 1).position(|c| *c == close)?;
    let inside = inside.get(..length)?;
    let seen = |what| Some(Seen { end: at + length, what });
    if length == 0 || inside.iter().any(|c| matches!(c, ',' | '。' | ';' | '!' | '?' | '\n' | '“' | '"')) {
        return None;
    }
    if inside.iter().all(char::is_ascii_digit) {
        let after = at + length + 1;
        let numbered = any_at(chars, after, &["热线", "电话", "平台", "联动", "报警", "客服"]).is_some();
        if numbered || length > 4 || length == 1 {
            return seen(Other::Code);
        }
        return seen(Other::Structure(
            inside.iter().filter_map(|c| c.to_digit(10)).map(Member::Count).collect(),
        ));
    }
    let arabic = inside.iter().any(char::is_ascii_digit);
    let counted = inside.get(1) == Some(&'大');
    let numerals = inside.iter().filter(|c| is_numeral(**c)).count();
    if arabic || counted || numerals == 0 {
        return None;
    }
    let ordinal = inside.first() == Some(&'第') || any_before(chars, at + 1, &["十"]);
    seen(if ordinal { Other::Name } else { Other::Slogan })
}

/// 三学三强, 一村一品, 千村万户, 一团八组, 两轴一河: numerals with one or two characters between them.
pub(super) fn slogan(chars: &[char], at: usize) -> Option<Seen> {
    const COUNTED: &[char] = &[
        '个', '名', '位', '户', '家', '次', '场', '人', '亩', '元', '吨', '年', '天', '月', '日', '期', '是',
        '点', '分',
    ];
    let numeral = |i: usize| chars.get(i).copied().is_some_and(|c| is_numeral(c) && c != '零' && c != '半');
    let word = |i: usize| chars.get(i).copied().is_some_and(|c| is_han(c) && !is_numeral(c));
    let mut end = at;
    let mut beats = 0;
    while numeral(end) && !numeral(end + 1) && beats < 8 {
        let step = if word(end + 1) && (numeral(end + 2) || !word(end + 2)) { 2 } else { 3 };
        let full = (1..step).all(|n| word(end + n));
        let joined = numeral(end + step) && !numeral(end + step + 1);
        if !full || beats == 0 && !joined {
            break;
        }
        end += if joined || beats == 0 { step } else { 2 };
        beats += 1;
    }
    let counted = chars.get(at + 1).is_some_and(|c| COUNTED.contains(c));
    let same = chars.get(at) == chars.get(at + 2) || chars.get(at) == chars.get(at + 3);
    (beats >= 2 && (!counted || same)).then_some(Seen { end, what: Other::Slogan })
}

/// 七里村, 三家店, 八里镇: the numeral belongs to the name of a place.
pub(super) fn place_name(chars: &[char], end: usize) -> bool {
    let next = chars.get(end).copied();
    let place = next.is_some_and(|c| "村镇乡沟坪坝湾寨岭桥店铺屯庄河塘山堡".contains(c));
    place
        && any_at(
            chars,
            end,
            &["村民", "村干", "村级", "村集", "村庄", "村(", "镇村", "乡镇", "村党", "村两"],
        )
        .is_none()
}
