//! Units of the cells: which kind of thing they measure and how many base units one of them is.
//!
//! Duty: name a unit however it is written (㎡, 平方米, m2), tell its class, convert exactly. Inputs: a unit's
//! word, alone or in front of other words. Outputs: [`Unit`]. Neighbours: `number` reads units glued to
//! figures; the importer reads them from headings and unit lines.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ParseError, ParseReason, exact};

/// What a unit measures. Two units convert into each other only within one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 元
    Money,
    /// 亩
    Area,
    /// 吨
    Weight,
    /// 公里
    Length,
    /// 户
    Households,
    /// 人
    People,
    /// 人次: never the same as 人
    PersonTimes,
    /// 头, 只, 羽, 张
    Livestock,
    /// 次
    Times,
    /// 年, 天
    Time,
    /// %
    Percent,
    /// 家, 个, 件 …: counted things
    Count,
    /// A quotient such as 元/公斤: the classes above and below the stroke are kept in the unit.
    Rate,
}

/// A unit with its exact size in base units (元, 亩, 吨, 公里, 户, 人 …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The usual word: 公斤 for kg, 人 for 名.
    pub name: String,
    /// What it measures.
    pub class: Class,
    /// For a quotient: the classes above and below the stroke.
    of: Option<(Class, Class)>,
    /// One unit is `numerator / denominator` base units.
    numerator: i64,
    denominator: i64,
}

struct Word {
    word: &'static str,
    name: &'static str,
    class: Class,
    numerator: i64,
    denominator: i64,
}

const fn word(
    word: &'static str,
    name: &'static str,
    class: Class,
    numerator: i64,
    denominator: i64,
) -> Word {
    Word { word, name, class, numerator, denominator }
}

/// Every word for a unit; scales (万元, 千公斤) are taken off before the look-up.
const WORDS: &[Word] = &[
    word("元", "元", Class::Money, 1, 1),
    word("块钱", "元", Class::Money, 1, 1),
    word("人民币元", "元", Class::Money, 1, 1),
    word("角", "角", Class::Money, 1, 10),
    word("亩", "亩", Class::Area, 1, 1),
    word("公顷", "公顷", Class::Area, 15, 1),
    word("hm2", "公顷", Class::Area, 15, 1),
    word("ha", "公顷", Class::Area, 15, 1),
    word("顷", "顷", Class::Area, 100, 1),
    word("平方米", "平方米", Class::Area, 3, 2000),
    word("平米", "平方米", Class::Area, 3, 2000),
    word("m2", "平方米", Class::Area, 3, 2000),
    word("平方公里", "平方千米", Class::Area, 1500, 1),
    word("平方千米", "平方千米", Class::Area, 1500, 1),
    word("km2", "平方千米", Class::Area, 1500, 1),
    word("吨", "吨", Class::Weight, 1, 1),
    word("t", "吨", Class::Weight, 1, 1),
    word("公斤", "公斤", Class::Weight, 1, 1000),
    word("千克", "公斤", Class::Weight, 1, 1000),
    word("kg", "公斤", Class::Weight, 1, 1000),
    word("市斤", "斤", Class::Weight, 1, 2000),
    word("斤", "斤", Class::Weight, 1, 2000),
    word("克", "克", Class::Weight, 1, 1_000_000),
    word("公里", "公里", Class::Length, 1, 1),
    word("千米", "公里", Class::Length, 1, 1),
    word("km", "公里", Class::Length, 1, 1),
    word("里", "里", Class::Length, 1, 2),
    word("米", "米", Class::Length, 1, 1000),
    word("户", "户", Class::Households, 1, 1),
    word("户次", "户次", Class::Times, 1, 1),
    word("人", "人", Class::People, 1, 1),
    word("名", "人", Class::People, 1, 1),
    word("位", "人", Class::People, 1, 1),
    word("口", "人", Class::People, 1, 1),
    word("口人", "人", Class::People, 1, 1),
    word("人次", "人次", Class::PersonTimes, 1, 1),
    word("工日", "人次", Class::PersonTimes, 1, 1),
    word("头", "头", Class::Livestock, 1, 1),
    word("只", "只", Class::Livestock, 1, 1),
    word("羽", "羽", Class::Livestock, 1, 1),
    word("匹", "匹", Class::Livestock, 1, 1),
    word("尾", "尾", Class::Livestock, 1, 1),
    word("张", "张", Class::Livestock, 1, 1),
    word("次", "次", Class::Times, 1, 1),
    word("场", "次", Class::Times, 1, 1),
    word("场次", "次", Class::Times, 1, 1),
    word("台次", "台次", Class::Times, 1, 1),
    word("辆次", "辆次", Class::Times, 1, 1),
    word("门次", "门次", Class::Times, 1, 1),
    word("期", "期", Class::Times, 1, 1),
    word("年", "年", Class::Time, 1, 1),
    word("天", "天", Class::Time, 1, 1),
    word("日", "天", Class::Time, 1, 1),
    word("周", "周", Class::Time, 1, 1),
    word("小时", "小时", Class::Time, 1, 1),
    word("分钟", "分钟", Class::Time, 1, 1),
    word("%", "%", Class::Percent, 1, 1),
    word("个百分点", "百分点", Class::Percent, 1, 1),
    word("百分点", "百分点", Class::Percent, 1, 1),
    word("家", "家", Class::Count, 1, 1),
    word("个", "个", Class::Count, 1, 1),
    word("所", "所", Class::Count, 1, 1),
    word("支", "支", Class::Count, 1, 1),
    word("处", "处", Class::Count, 1, 1),
    word("座", "座", Class::Count, 1, 1),
    word("件", "件", Class::Count, 1, 1),
    word("条", "条", Class::Count, 1, 1),
    word("项", "项", Class::Count, 1, 1),
    word("份", "份", Class::Count, 1, 1),
    word("部", "部", Class::Count, 1, 1),
    word("门", "门", Class::Count, 1, 1),
    word("栋", "栋", Class::Count, 1, 1),
    word("台", "台", Class::Count, 1, 1),
    word("辆", "辆", Class::Count, 1, 1),
    word("批", "批", Class::Count, 1, 1),
    word("株", "株", Class::Count, 1, 1),
    word("棵", "株", Class::Count, 1, 1),
    word("盏", "盏", Class::Count, 1, 1),
    word("口井", "口井", Class::Count, 1, 1),
    word("村", "村", Class::Count, 1, 1),
    word("个村", "村", Class::Count, 1, 1),
];

/// Every declared word with the unit's usual word and what it measures.
pub(super) fn words() -> impl Iterator<Item = (&'static str, &'static str, Class)> {
    WORDS.iter().map(|w| (w.word, w.name, w.class))
}

/// The size of a scale character.
pub(super) fn scale_of(c: char) -> Option<i64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// The unit that the whole of `text` names: 万元, 元/公斤, ㎡. Brackets and blanks around it do not matter.
pub fn find(text: &str) -> Option<Unit> {
    let folded: Vec<char> = super::number::normalise(text)
        .into_iter()
        .filter(|c| !matches!(c, '(' | ')' | '[' | ']' | '【' | '】'))
        .collect();
    let (unit, used) = prefix(&folded)?;
    (used == folded.len()).then_some(unit)
}

/// The unit at the beginning of normalised characters, and how many of them it takes.
pub(super) fn prefix(chars: &[char]) -> Option<(Unit, usize)> {
    let (top, used) = simple(chars)?;
    let rest = chars.get(used..).unwrap_or_default();
    let stroke = match rest.first() {
        Some('/' | '每') => 1,
        _ => return Some((top, used)),
    };
    let Some((below, more)) = simple(rest.get(stroke..).unwrap_or_default()) else {
        return Some((top, used));
    };
    let unit = Unit {
        name: format!("{}/{}", top.name, below.name),
        class: Class::Rate,
        of: Some((top.class, below.class)),
        numerator: top.numerator.checked_mul(below.denominator)?,
        denominator: top.denominator.checked_mul(below.numerator)?,
    };
    Some((unit, used + stroke + more))
}

/// Whether a scale's character begins a unit of its own here: 千克, 千米, 千瓦.
pub(super) fn is_own_unit(chars: &[char]) -> bool {
    matches!(chars, ['千', '克' | '米' | '瓦', ..])
}

fn simple(chars: &[char]) -> Option<(Unit, usize)> {
    if let Some(found) = plain(chars, "", 1, 0) {
        return Some(found);
    }
    let scales = chars.iter().take(3).take_while(|c| scale_of(**c).is_some()).count();
    // 万亿亿 is no size that anybody counts in.
    let size = chars.iter().take(scales).filter_map(|c| scale_of(*c)).try_fold(1i64, i64::checked_mul)?;
    let name: String = chars.iter().take(scales).collect();
    plain(chars.get(scales..).unwrap_or_default(), &name, size, scales)
}

fn plain(chars: &[char], scale: &str, size: i64, used: usize) -> Option<(Unit, usize)> {
    let fits = |w: &Word| {
        let mut rest = chars.iter();
        w.word.chars().all(|c| rest.next().is_some_and(|r| *r == c))
    };
    let best = WORDS.iter().filter(|w| fits(w)).max_by_key(|w| w.word.len())?;
    let unit = Unit {
        name: format!("{scale}{}", best.name),
        class: best.class,
        of: None,
        numerator: best.numerator.checked_mul(size)?,
        denominator: best.denominator,
    };
    Some((unit, used + best.word.chars().count()))
}

impl Unit {
    /// The same unit without its scale: 元 for 万元. What a figure with a scale of its own (12万) counts.
    #[must_use]
    pub fn unscaled(&self) -> Self {
        let chars: Vec<char> = self.name.chars().collect();
        let scales = chars.iter().take_while(|c| scale_of(**c).is_some()).count();
        match plain(chars.get(scales..).unwrap_or_default(), "", 1, 0) {
            Some((unit, used)) if self.class != Class::Rate && used + scales == chars.len() => unit,
            _ => self.clone(),
        }
    }

    /// Whether values can be converted from one into the other.
    pub fn same_kind(&self, other: &Self) -> bool {
        self.class == other.class && self.of == other.of
    }

    /// What one of this unit is in `other`, as an exact fraction.
    fn ratio(&self, other: &Self) -> Option<(Decimal, Decimal)> {
        // 万元 and 元: nothing is divided, and nothing to be shortened.
        if self.denominator == 1
            && other.numerator == 1
            && let Some(up) = self.numerator.checked_mul(other.denominator)
        {
            return self.same_kind(other).then(|| (Decimal::from(up), Decimal::ONE));
        }
        let up = i128::from(self.numerator) * i128::from(other.denominator);
        let down = i128::from(self.denominator) * i128::from(other.numerator);
        let shared = gcd(up, down);
        let part = |n: i128| Decimal::try_from_i128_with_scale(n / shared, 0).ok();
        self.same_kind(other).then_some(())?;
        Some((part(up)?, part(down)?))
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// `value` of `from`, in `to`: exact wherever the quotient is a finite decimal.
pub fn convert(value: Decimal, from: &Unit, to: &Unit) -> Result<Decimal, ParseError> {
    let refuse = |reason| ParseError::new(format!("{value}{}", from.name), reason);
    if from == to {
        return Ok(value);
    }
    let (up, down) = from.ratio(to).ok_or_else(|| refuse(ParseReason::WrongUnit))?;
    let raised = exact::times(value, up).ok_or_else(|| refuse(ParseReason::OutOfRange))?;
    // Dividing is what costs most here.
    let divided = if down == Decimal::ONE { Some(raised) } else { exact::over(raised, down) };
    Ok(divided.ok_or_else(|| refuse(ParseReason::OutOfRange))?.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unit(s: &str) -> Unit {
        find(s).unwrap_or_else(|| panic!("no unit {s}"))
    }

    fn turn(n: &str, from: &str, to: &str) -> String {
        convert(n.parse().unwrap(), &unit(from), &unit(to)).unwrap().to_string()
    }

    #[test]
    fn scales_beyond_counting_are_no_unit_and_no_overflow() {
        assert!(find("亿万亿元").is_none());
        assert!(crate::value::number::parse("二亿万亿").is_err());
    }

    #[test]
    fn exact_factors() {
        assert_eq!(turn("1", "公顷", "亩"), "15");
        assert_eq!(turn("2000", "平方米", "亩"), "3");
        assert_eq!(turn("1", "㎡", "亩"), "0.0015");
        assert_eq!(turn("2", "平方千米", "亩"), "3000");
        assert_eq!(turn("1235", "斤", "吨"), "0.6175");
        assert_eq!(turn("1500", "千克", "吨"), "1.5");
        assert_eq!(turn("12.5", "万元", "元"), "125000");
        assert_eq!(turn("1", "亿元", "万元"), "10000");
        assert_eq!(turn("3", "元/斤", "元/公斤"), "6");
        assert_eq!(turn("2", "百万元", "元"), "2000000");
    }

    #[test]
    fn other_classes_are_refused() {
        for (from, to) in [("吨", "亩"), ("人", "人次"), ("元/亩", "元/公斤"), ("户", "人")] {
            let refused = convert(Decimal::ONE, &unit(from), &unit(to)).unwrap_err();
            assert_eq!(refused.reason, ParseReason::WrongUnit, "{from} {to}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(unit("（万元）").name, "万元");
        assert_eq!(unit("萬元").name, "万元");
        assert_eq!(unit("万元").unscaled(), unit("元"));
        assert_eq!(unit("千公斤").unscaled(), unit("公斤"));
        assert_eq!(unit("千克").unscaled().name, "公斤");
        assert_eq!(find("备注"), None);
        assert_eq!(find("社区"), None);
        assert_eq!(find(""), None);
    }

    proptest! {
        #[test]
        fn there_and_back(n in -1_000_000_000i64..1_000_000_000, pair in prop::sample::select(vec![("公顷", "亩"), ("斤", "公斤"), ("万元", "元"), ("平方米", "平方米")])) {
            let value = Decimal::new(n, 2);
            let there = convert(value, &unit(pair.0), &unit(pair.1)).unwrap();
            prop_assert_eq!(convert(there, &unit(pair.1), &unit(pair.0)).unwrap(), value.normalize());
        }

        #[test]
        fn any_text_is_survived(s in ".{0,40}") {
            let _ = find(&s);
        }
    }
}
