//! One amount: number, scale, unit, tail, range, fraction (domain §8.2).
//!
//! Duty: the longest amount that begins at one place, with its interval. Inputs: characters, a place and the
//! wording before it. Outputs: [`Amount`]. Neighbours: `number::numeral` reads the number, `measures` the unit;
//! `scan` says what the sentence makes of it.

use rust_decimal::Decimal;

use super::measures::{self, Measure};
use super::words::{any_at, is_han, starts};
use crate::value::number::numeral::{self, Numeral, Step, chinese_digit, is_step};
use crate::value::number::wording::{Interval, TAILS, Wording};
use crate::value::number::{RANGE_MARKS, inherited};
use crate::value::unit::{Class, scale_of};

/// An amount as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    pub end: usize,
    pub face: Decimal,
    pub interval: Interval,
    pub measure: Option<Measure>,
    /// 农户 in 3500余农户: how many characters at the end name what is counted.
    pub noun: usize,
    /// 元/亩: the unit below the stroke.
    pub per: Option<String>,
    /// 上万, 千亩: only a size is named.
    pub class: bool,
    /// A scale or 余 shows that it is an amount even without a unit.
    pub worded: bool,
    pub chinese: bool,
}

impl Amount {
    /// Every bound by so much more: the number stands for a size that is named elsewhere.
    pub fn scale(&mut self, by: Decimal) {
        let interval = &mut self.interval;
        let bounds = [&mut interval.low, &mut interval.high, &mut interval.strict.0, &mut interval.strict.1];
        for number in bounds.into_iter().flatten().chain([&mut self.face]) {
            *number = number.checked_mul(by).unwrap_or(*number);
        }
    }
}

pub(super) const PERCENT: Measure = Measure { name: "%", class: Some(Class::Percent), spoken: true };

/// How far after a number its noun may stand: 300余脱贫群众, 462党员.
const NOUN_REACH: (usize, usize) = (5, 2);

struct Side {
    number: Numeral,
    /// 三五户: the upper end that stands in the same word.
    top: Option<Decimal>,
    measure: Option<Measure>,
    per: Option<String>,
    end: usize,
}

/// 万元 of 单位:万元: what is counted, and how many of it.
pub(super) fn unit_of_table(chars: &[char], at: usize) -> Option<(Measure, Decimal)> {
    let mut scale = Decimal::ONE;
    let mut end = at;
    while let Some(size) = chars.get(end).copied().and_then(scale_of).filter(|_| end < at + 2) {
        scale = scale.checked_mul(Decimal::from(size))?;
        end += 1;
    }
    measures::at(chars, end).map(|(measure, _)| (measure, scale))
}

/// The amount at `at`. `apart` keeps the ends of 从A到B from being a range.
pub(super) fn read(chars: &[char], at: usize, lead: Wording, apart: bool) -> Option<Amount> {
    if let Some(part) = fraction(chars, at, lead) {
        return Some(part);
    }
    if let Some(vague) = vague(chars, at) {
        return Some(vague);
    }
    if let Some(spoken) = neighbours(chars, at) {
        return Some(spoken);
    }
    let first = side(chars, at)?;
    if !apart && let Some(range) = range(chars, &first) {
        return Some(range);
    }
    let bare = chars.get(at).is_some_and(|c| matches!(c, '百' | '千' | '万' | '亿'));
    let bare = bare && !starts(chars.get(at..)?, "百分之");
    finish(chars, first, lead, bare)
}

fn finish(chars: &[char], side: Side, lead: Wording, bare: bool) -> Option<Amount> {
    let Side { number, top, mut measure, per, mut end } = side;
    let worded = number.step.is_some() || number.scale > Decimal::ONE && !bare;
    let mut tail = Wording::Exact;
    let mut named = 0;
    loop {
        match tail_at(chars, end, measure) {
            Some((wording, used)) => {
                tail = if tail == Wording::Exact { wording } else { tail };
                end += used;
            }
            None if measure.is_none() => {
                let reach = if worded || bare { NOUN_REACH.0 } else { NOUN_REACH.1 };
                let Some((noun, after)) = measures::noun(chars, end, reach) else { break };
                measure = Some(noun);
                named = after - end;
                end = after;
            }
            None => break,
        }
    }
    let class = bare && number.step.is_none();
    let wording = match (lead, number.step) {
        (Wording::Exact | Wording::Forecast, Some(_)) => Wording::Step,
        (Wording::Exact | Wording::Forecast, None) if tail != Wording::Exact => tail,
        (Wording::Exact | Wording::Forecast, None) if class => Wording::AtLeast,
        (lead, _) => lead,
    };
    let face = number.face()?;
    let top = top.and_then(|top| top.checked_mul(number.scale));
    let interval =
        top.map_or_else(|| Interval::of(wording, face, number.step), |top| Interval::range(face, top));
    Some(Amount { end, face, interval, measure, noun: named, per, class, worded, chinese: number.chinese })
}

/// 以上, 左右 …; the short ones only where no other word begins with them (整治, 起到, 多方).
fn tail_at(chars: &[char], at: usize, measure: Option<Measure>) -> Option<(Wording, usize)> {
    let (word, wording) = TAILS.iter().find(|(word, _)| starts(chars.get(at..).unwrap_or_default(), word))?;
    let used = word.chars().count();
    let next = chars.get(at + used).copied();
    let alone = !next.is_some_and(|c| is_han(c) && c != '的');
    let money = measure.and_then(|m| m.class) == Some(Class::Money);
    let fits = match *word {
        "余" | "多" => {
            // 比16万元多60万元: it belongs to what comes next.
            let more = measure.is_some() && next.is_some_and(|c| c.is_ascii_digit());
            !more && !next.is_some_and(|c| "方渠元样层部次种维措点彩功角边主产处头党热额下粮位名".contains(c))
        }
        "整" | "前后" | "上下" => alone,
        "起" => alone && money,
        "+" => !next.is_some_and(|c| c.is_ascii_alphanumeric()),
        _ => true,
    };
    fits.then_some((*wording, used))
}

fn side(chars: &[char], at: usize) -> Option<Side> {
    if starts(chars.get(at..)?, "百分之") {
        let (number, end) = numeral::read(chars, at + 3).ok()?;
        return Some(Side { number, top: None, measure: Some(PERCENT), per: None, end });
    }
    let (number, top, end) = match pair(chars, at) {
        Some((number, top, end)) => (number, Some(top), end),
        None => numeral::read(chars, at).ok().map(|(number, end)| (number, None, end))?,
    };
    let mut side = Side { number, top, measure: None, per: None, end };
    below_ten_thousand(chars, &mut side);
    let end = side.end;
    if let Some((tenths, used)) = tenths(chars, end, &side.number) {
        side.number.scale = tenths;
        side.measure = Some(PERCENT);
        side.end += used;
        return Some(side);
    }
    // 3个多月: the 余 stands inside the unit.
    let split = chars.get(end) == Some(&'个') && chars.get(end + 1).is_some_and(|c| matches!(c, '多' | '余'));
    let unit_at = if split { end + 2 } else { end };
    let month = split && chars.get(unit_at) == Some(&'月');
    if month {
        side.measure = Some(Measure { name: "月", class: Some(Class::Time), spoken: true });
        side.end = unit_at + 1;
    } else if let Some((measure, used)) = measures::at(chars, unit_at) {
        side.measure = Some(measure);
        side.end = unit_at + used;
    }
    if split && side.measure.is_some() {
        side.number.step = Some(Step::After(Decimal::ONE));
    }
    coins(chars, &mut side);
    if side.measure.is_some_and(|m| m.name == "亿") {
        side.number.scale = side.number.scale.checked_mul(Decimal::from(100_000_000))?;
        side.measure = Some(Measure { name: "元", class: Some(Class::Money), spoken: true });
    }
    below_the_stroke(chars, &mut side);
    Some(side)
}

/// 213万8191次: what does not fill another 万 stands behind it in digits.
fn below_ten_thousand(chars: &[char], side: &mut Side) {
    let ten_thousand = Decimal::from(10_000);
    let whole = side.number.scale == ten_thousand && side.number.step.is_none() && side.top.is_none();
    if !whole || !side.number.value.fract().is_zero() || chars.get(side.end.wrapping_sub(1)) != Some(&'万') {
        return;
    }
    let rest = chars.get(side.end..).unwrap_or_default();
    let digits: Vec<u32> = rest.iter().map_while(|c| c.to_digit(10)).take(5).collect();
    // 3万5 leaves open what the 5 counts.
    if !(2..=4).contains(&digits.len()) || rest.get(digits.len()) == Some(&'.') {
        return;
    }
    let below = Decimal::from(digits.iter().fold(0u32, |n, d| n * 10 + d));
    let Some(value) = side.number.value.checked_mul(ten_thousand).and_then(|n| n.checked_add(below)) else {
        return;
    };
    (side.number.value, side.number.scale) = (value, Decimal::ONE);
    side.end += digits.len();
}

/// 2块5, 3块钱: how people say 2.5元.
fn coins(chars: &[char], side: &mut Side) {
    if side.measure.is_none_or(|m| m.name != "块") {
        return;
    }
    let digit = |at: usize| chars.get(at).and_then(|c| c.to_digit(10));
    match (digit(side.end), chars.get(side.end)) {
        (Some(tenths), _) if digit(side.end + 1).is_none() => {
            side.number.value += Decimal::new(i64::from(tenths), 1);
            side.end += 1;
        }
        (_, Some('钱')) => side.end += 1,
        _ => return,
    }
    side.measure = Some(measures::YUAN);
}

/// 元/亩, 元每公斤, 元一斤, 元/人·年.
fn below_the_stroke(chars: &[char], side: &mut Side) {
    let Some(above) = side.measure else { return };
    let mut names: Vec<String> = Vec::new();
    while names.len() < 3 {
        let stroke = match chars.get(side.end) {
            Some('/') => 1,
            Some('·') if !names.is_empty() => 1,
            Some('每') if above.class == Some(Class::Money) => 1,
            Some('一') if above.class == Some(Class::Money) && names.is_empty() => 1,
            _ => break,
        };
        let begin = side.end + stroke;
        // 件/万人
        let sizes =
            chars.get(begin..).unwrap_or_default().iter().take(2).take_while(|c| scale_of(**c).is_some());
        let size: String = sizes.collect();
        let at = begin + size.chars().count();
        let (name, used) = match measures::at(chars, at) {
            Some((below, used)) => (below.name, used),
            None if chars.get(at) == Some(&'月') => ("月", 1),
            None if chars.get(at) == Some(&'日') => ("天", 1),
            None => break,
        };
        names.push(format!("{size}{name}"));
        side.end = at + used;
    }
    if !names.is_empty() {
        side.per = Some(names.join("·"));
    }
}

/// 六成, 八折, 8.5折: how many hundredths one of them is, and its length.
fn tenths(chars: &[char], at: usize, number: &Numeral) -> Option<(Decimal, usize)> {
    let next = chars.get(at + 1).copied();
    let small = number.scale == Decimal::ONE && number.value <= Decimal::TEN && number.step.is_none();
    match chars.get(at)? {
        '成' if small && !next.is_some_and(|c| "立员功为果本年绩品长熟人都效了".contains(c)) => {
            Some((Decimal::TEN, 1))
        }
        '折' if number.scale == Decimal::ONE && !next.is_some_and(|c| "叠射腾扣算合线".contains(c)) => {
            Some((if small { Decimal::TEN } else { Decimal::ONE }, 1))
        }
        _ => None,
    }
}

/// 三五户, 七八个, 两三百: two neighbouring numerals are a range.
fn pair(chars: &[char], at: usize) -> Option<(Numeral, Decimal, usize)> {
    let digit = |i: usize| chars.get(i).copied().and_then(chinese_digit);
    let (a, b) = (digit(at)?, digit(at + 1)?);
    let apart = b == a + 1 || (a, b) == (3, 5);
    if !apart || a == 0 || digit(at + 2).is_some() {
        return None;
    }
    let mut numeral = Numeral { chinese: true, ..Numeral::exact(Decimal::from(a)) };
    let mut end = at + 2;
    while let Some(size) = chars.get(end).copied().and_then(scale_of).filter(|_| end < at + 5) {
        numeral.scale = numeral.scale.checked_mul(Decimal::from(size))?;
        end += 1;
    }
    Some((numeral, Decimal::from(b), end))
}

/// 数十, 几百, 数以万计: between one and ten of the size.
fn vague(chars: &[char], at: usize) -> Option<Amount> {
    if !matches!(chars.get(at), Some('数' | '几')) {
        return None;
    }
    let mut size = Decimal::ONE;
    let mut end = at + 1;
    while let Some(scale) = chars.get(end).copied().and_then(scale_of).filter(|_| end < at + 4) {
        size = size.checked_mul(Decimal::from(scale))?;
        end += 1;
    }
    if end == at + 1 {
        return None;
    }
    end += usize::from(chars.get(end).is_some_and(|c| is_step(*c)));
    let found = measures::at(chars, end).map(|(m, used)| (m, end + used));
    let (measure, end) = found.or_else(|| measures::noun(chars, end, NOUN_REACH.0))?;
    let interval = Interval::range(size, size.checked_mul(Decimal::TEN)?);
    Some(Amount {
        end,
        face: size,
        interval,
        measure: Some(measure),
        noun: 0,
        per: None,
        class: true,
        worded: true,
        chinese: true,
    })
}

/// 三分之一, 1/3, 一半, 过半.
fn fraction(chars: &[char], at: usize, lead: Wording) -> Option<Amount> {
    let (share, end) = if let Some(used) = any_at(chars, at, &["一半", "半数"]) {
        (Decimal::from(50), at + used)
    } else {
        let (below, after) = small_number(chars, at)?;
        if let Some(used) = any_at(chars, after, &["分之"]) {
            let (above, end) = small_number(chars, after + used)?;
            (share_of(above, below)?, end)
        } else {
            let stroke = chars.get(after) == Some(&'/') && chars.get(at).is_some_and(char::is_ascii_digit);
            let (under, end) = small_number(chars, after + 1).filter(|_| stroke)?;
            let closed = below < under && !chars.get(end).is_some_and(|c| matches!(c, '/' | '0'..='9' | '.'));
            (share_of(below, under).filter(|_| closed)?, end)
        }
    };
    let (tail, used) = tail_at(chars, end, None).unwrap_or((Wording::Exact, 0));
    let wording = if lead == Wording::Exact { tail } else { lead };
    let interval = Interval::of(wording, share, None);
    let measure = Some(PERCENT);
    Some(Amount {
        end: end + used,
        face: share,
        interval,
        measure,
        noun: 0,
        per: None,
        class: false,
        worded: true,
        chinese: true,
    })
}

fn share_of(part: u32, whole: u32) -> Option<Decimal> {
    let share = Decimal::from(part).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(Decimal::from(whole))?;
    Some(share.round_dp(4).normalize())
}

fn small_number(chars: &[char], at: usize) -> Option<(u32, usize)> {
    let rest = chars.get(at..)?;
    let digits = rest.iter().take(4).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let value = rest.iter().take(digits).filter_map(|c| c.to_digit(10)).fold(0, |n, d| n * 10 + d);
        return (digits <= 3).then_some((value, at + digits));
    }
    match rest.first()? {
        '十' => Some((10, at + 1)),
        c => chinese_digit(*c).and_then(|d| u32::try_from(d).ok()).filter(|d| *d > 0).map(|d| (d, at + 1)),
    }
}

/// 5、60万元, 6、70人, 七、八千元: two neighbouring digits before one size are a range.
fn neighbours(chars: &[char], at: usize) -> Option<Amount> {
    let digit = |i: usize| {
        let c = chars.get(i).copied()?;
        c.to_digit(10).map(i64::from).or_else(|| chinese_digit(c))
    };
    let first = digit(at).filter(|d| (1..=8).contains(d))?;
    let begins = at.checked_sub(1).is_none_or(|i| digit(i).is_none() && chars.get(i) != Some(&'第'));
    if !begins || chars.get(at + 1) != Some(&'、') || digit(at + 2) != Some(first + 1) {
        return None;
    }
    let second = side(chars, at + 2)?;
    // 60 is six tens, 八千 eight thousands: the first digit counts the same.
    let mut ten = Decimal::ONE;
    while second.number.value != Decimal::from(first + 1).checked_mul(ten)? {
        ten = ten.checked_mul(Decimal::TEN).filter(|ten| *ten <= second.number.value)?;
    }
    let sized = ten > Decimal::ONE || second.number.scale > Decimal::ONE;
    let plain = second.number.step.is_none() && second.top.is_none();
    let size = ten.checked_mul(second.number.scale)?;
    let (low, high) = (Decimal::from(first).checked_mul(size)?, Decimal::from(first + 1).checked_mul(size)?);
    let measure = second.measure.filter(|_| sized && plain)?;
    let mut end = second.end;
    while let Some((_, used)) = tail_at(chars, end, Some(measure)) {
        end += used;
    }
    Some(Amount {
        end,
        face: low,
        interval: Interval::range(low, high),
        measure: Some(measure),
        noun: 0,
        per: second.per,
        class: false,
        worded: true,
        chinese: second.number.chinese,
    })
}

/// 60万至80万, 20%—30%, 3至5万元.
fn range(chars: &[char], first: &Side) -> Option<Amount> {
    let mut at = first.end + any_at(chars, first.end, RANGE_MARKS)?;
    at += usize::from(chars.get(at).is_some_and(|c| matches!(c, '—' | '-')));
    let starts_number =
        chars.get(at).is_some_and(|c| c.is_ascii_digit() || chinese_digit(*c).is_some() || *c == '百');
    let second = side(chars, at).filter(|_| starts_number)?;
    let stepped = first.number.step.is_some() || second.number.step.is_some();
    let units_differ = first.measure.zip(second.measure).is_some_and(|(a, b)| a.name != b.name);
    let (low, high) = inherited((&first.number, first.measure.is_some()), &second.number)?;
    let mut measure = second.measure.or(first.measure);
    let scaled = first.number.scale > Decimal::ONE && second.number.scale > Decimal::ONE;
    let mut end = second.end;
    if measure.is_none()
        && let Some((noun, after)) = measures::noun(chars, end, NOUN_REACH.1)
    {
        measure = Some(noun);
        end = after;
    }
    if stepped || units_differ || low >= high || measure.is_none() && !scaled {
        return None;
    }
    while let Some((_, used)) = tail_at(chars, end, measure) {
        end += used;
    }
    Some(Amount {
        end,
        face: low,
        interval: Interval::range(low, high),
        measure,
        noun: 0,
        per: second.per.or_else(|| first.per.clone()),
        class: false,
        worded: true,
        chinese: first.number.chinese,
    })
}
