//! What a heading names: a field of the register, a check, nothing; and in which unit its column counts.

use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::mapping::{
    ColumnMapping, Confidence, Meaning, UnitSource, class_of_heading, without_year,
};
use crate::exchange::text::{bare, bracketed, fold};
use crate::register::{Field, FieldKind, RowKind, Sense, path};
use crate::value::Grain;
use crate::value::unit::{self, Class, Unit};

/// Words that say nothing about what is counted: the group's name does.
pub(super) const NEUTRAL: &[&str] = &[
    "总量", "合计", "小计", "总计", "总数", "数量", "本年", "本期", "实际", "全年", "当年", "本季", "累计",
    "总",
];
const TOWNS: &[&str] = &[
    "乡镇",
    "镇街",
    "街道",
    "乡镇街道",
    "所属乡镇",
    "所在乡镇",
    "乡镇名称",
    "镇",
    "镇名",
    "镇乡",
    "乡",
    "镇办",
];

/// Words of figures that are not actual ones.
pub(super) const PLANNED: &[&str] =
    &["预计", "预期", "计划", "预估", "预算", "预测", "目标", "任务", "规划", "拟"];

/// The writings of a heading that are looked up, the fullest first.
pub(super) fn writings(column: &Column) -> Vec<String> {
    let plain = without_year(&column.heading);
    let parts: Vec<String> = plain
        .split('·')
        .filter(|p| column.period.is_none() || !words::is_when(p))
        .map(fold)
        .filter(|p| unit::find(p).is_none())
        .map(|p| bare(&words::without_unit(&p)))
        .filter(|p| !p.is_empty())
        .collect();
    // As it stands, for names that speak of years themselves (授予年度).
    let mut out = vec![bare(&fold(&column.heading)), parts.join("·")];
    // 上年经营收入, whose year the column says.
    out.extend(parts.last().map(|p| words::without_relative(p).to_owned()));
    // With its brackets, for 村（社区）.
    out.push(fold(&plain).replace(['(', ')'], ""));
    let neutral = |p: &String| NEUTRAL.contains(&p.as_str());
    if let Some(last) = parts.last()
        && !neutral(last)
    {
        out.push(last.clone());
        out.extend(last.strip_prefix("其中").map(str::to_owned));
    }
    if parts.last().is_some_and(neutral) {
        let named: Vec<String> = parts.iter().filter(|p| !neutral(p)).cloned().collect();
        out.push(named.join("·"));
        out.extend(named.last().cloned());
    }
    // 面积合计, 总产值, where the register has no such name.
    if let Some(last) = parts.last() {
        out.extend(
            NEUTRAL
                .iter()
                .filter_map(|n| last.strip_suffix(n).or_else(|| last.strip_prefix(n)))
                .map(str::to_owned),
        );
    }
    out.retain(|w| !w.is_empty());
    out
}

/// The period of a heading, as what stands for the whole column.
pub(super) fn fixed_period(kind: &RowKind, column: &Column) -> Option<(String, String)> {
    Some((kind.key_of(Sense::Period)?.to_owned(), column.period?.to_string()))
}

/// Words of figures that say something about others, and are none of their own.
const COMPARED: &[&str] = &[
    "同比",
    "环比",
    "增减",
    "增长",
    "增幅",
    "占比",
    "比上年",
    "比去年",
    "较上年",
    "较去年",
    "完成率",
    "排名",
];

/// The word for which a heading is no actual figure of what it names: 经营收入（预算）, 计划·产值.
pub(super) fn aside_word(heading: &str) -> Option<&'static str> {
    let folded = fold(heading);
    let brackets = bracketed(&folded);
    let parts: Vec<String> = folded.split('·').map(bare).collect();
    let planned = parts.iter().map(String::as_str).chain(brackets.iter().copied()).find_map(|word| {
        PLANNED
            .iter()
            .find(|p| word.starts_with(**p) || word.ends_with(**p) || word.ends_with(&format!("{p}数")))
    });
    let compared = || COMPARED.iter().find(|c| brackets.iter().any(|b| b.contains(**c)));
    planned.or_else(compared).copied()
}

/// Whether a column's words say of which other year it is, and nobody knows which that is.
pub(super) fn of_unknown_year(column: &Column) -> bool {
    column.period.is_none() && words::relative(&column.heading).is_some_and(|years| years > 0)
}

pub(super) fn match_column(vocabulary: &Vocabulary, column: &Column) -> (Meaning, Confidence) {
    let (meaning, confidence) = named_by(vocabulary, column);
    let Meaning::Value { field, fixed, .. } = &meaning else { return (meaning, confidence) };
    let own = bare(&fold(&column.heading));
    let exact = vocabulary.find(&own, column.unit.as_deref()).is_some_and(|(f, _)| *f.key == **field);
    let named = exact && !column.heading.contains(['(', '（', '·']);
    let number = vocabulary.kind.field(field).is_some_and(|f| f.is_number());
    let told = vocabulary.kind.aside().is_some_and(|(f, _)| fixed.iter().any(|(k, _)| **k == *f.key));
    let not_actual = aside_word(&column.heading).is_some() && !told || of_unknown_year(column);
    if number && !named && not_actual { (Meaning::Unknown, Confidence::None) } else { (meaning, confidence) }
}

fn named_by(vocabulary: &Vocabulary, column: &Column) -> (Meaning, Confidence) {
    let whole = bare(&fold(&column.heading));
    if words::is_serial(&column.heading) || whole.is_empty() && !column.numeric {
        return (Meaning::Ignore, Confidence::Exact);
    }
    let fixed = |nature: bool| -> Vec<(String, String)> {
        let period = fixed_period(&vocabulary.kind, column).filter(|_| column.numeric);
        let nature =
            vocabulary.kind.aside().filter(|_| nature).map(|(f, w)| (f.key.to_string(), w.to_owned()));
        period.into_iter().chain(nature).collect()
    };
    if let Some(field) = planned_field(vocabulary, column) {
        return (value(field, fixed(true), ""), Confidence::Derived);
    }
    for writing in writings(column) {
        if let Some((field, confidence)) = vocabulary.find(&writing, column.unit.as_deref()) {
            return (value(field, fixed(false), &writing), confidence);
        }
        if let Some((path, _, confidence)) = vocabulary.find_above(&writing) {
            return (Meaning::field(path), confidence);
        }
        if let Some((path, confidence)) = vocabulary.find_beside(&writing) {
            return (Meaning::field(path), confidence);
        }
    }
    if vocabulary.kind.of(Sense::Above).is_none() && TOWNS.contains(&&*whole) {
        return (Meaning::Town, Confidence::Exact);
    }
    let doubtful = writings(column).iter().find_map(|w| vocabulary.nearly(w));
    match doubtful {
        Some(field) if field.is_number() == column.numeric => {
            (value(field, fixed(false), ""), Confidence::Doubtful)
        }
        _ => (Meaning::Unknown, Confidence::None),
    }
}

/// 预计产量, 产值（计划）, 目标·面积 make rows of forecasts, where the kind has such.
fn planned_field<'v>(vocabulary: &'v Vocabulary, column: &Column) -> Option<&'v Field> {
    let word = aside_word(&column.heading).filter(|w| PLANNED.contains(w))?;
    vocabulary.kind.aside()?;
    let whole = writings(column);
    if whole
        .first()
        .is_some_and(|w| !column.heading.contains(['(', '（']) && vocabulary.find(w, None).is_some())
    {
        return None;
    }
    let stripped = whole.iter().flat_map(|w| {
        let rest = w.strip_prefix(word).or_else(|| w.strip_suffix(word)).or_else(|| w.strip_suffix("数"));
        [rest.map(|r| r.trim_matches('·').to_owned()), Some(w.clone())].into_iter().flatten()
    });
    let found: Vec<String> = stripped.collect();
    found.iter().find_map(|w| vocabulary.find(w, None)).map(|(f, _)| f).filter(|f| f.is_number())
}

fn value(field: &Field, fixed: Vec<(String, String)>, heading: &str) -> Meaning {
    // A field of quarters and nothing else says its year itself.
    let part = matches!(&field.kind, FieldKind::Period(grains) if grains.len() > 1)
        .then(|| match heading {
            "年度" | "年份" | "年" => Some(Grain::Year),
            "季度" => Some(Grain::Quarter),
            "月份" | "月" => Some(Grain::Month),
            _ => None,
        })
        .flatten();
    let fixed = if matches!(field.kind, FieldKind::Period(_)) { Vec::new() } else { fixed };
    Meaning::Value { field: field.key.to_string(), fixed, part }
}

/// The unit of a column: its heading, else the unit line by class, else the field's own – said aloud where
/// several units are in use.
pub(super) fn units(
    table: &FoundTable,
    vocabulary: &Vocabulary,
    column: &Column,
    mapped: &mut ColumnMapping,
) {
    let per = match &mapped.meaning {
        Meaning::Value { field, .. } => {
            vocabulary.kind.field(field).and_then(|f| said_per(&vocabulary.kind, f, &column.heading))
        }
        _ => None,
    };
    let base = match &mapped.meaning {
        Meaning::Value { field, .. } => {
            let field = match path::below(field) {
                Some(below) => vocabulary.register.kind(below.kind).and_then(|k| k.field(below.field)),
                None => vocabulary.kind.field(field),
            };
            field.and_then(|f| f.base_unit()).and_then(unit::find)
        }
        Meaning::Check { .. } => class_of_heading(&column.heading).and_then(|class| {
            table.units.iter().find(|u| u.class == class).and_then(|u| unit::find(&u.unit))
        }),
        _ => return,
    };
    let Some(base) = base else { return };
    // 元/亩·年: the amount is in 元, what follows is another field's.
    let own = match per {
        Some((_, _, Some(amount))) => Some(amount),
        _ => column.unit.as_deref().and_then(unit::find),
    };
    let own = own.or_else(|| scale_in(&column.heading).filter(|_| base.class == Class::Money));
    let (chosen, from) = if let Some(own) = own {
        (own, UnitSource::Heading)
    } else if let Some(line) = table.units.iter().find(|u| u.class == base.class && base.class != Class::Rate)
    {
        let from = match (line.told, line.doubtful) {
            (true, _) => UnitSource::Person,
            (false, true) => UnitSource::Assumed,
            _ => UnitSource::UnitLine,
        };
        match unit::find(&line.unit) {
            Some(unit) => (unit, from),
            None => return,
        }
    } else if matches!(base.class, Class::Money | Class::Area | Class::Weight | Class::Rate) {
        (base, UnitSource::Assumed)
    } else {
        (base, UnitSource::Field)
    };
    mapped.unit = Some(chosen.name);
    mapped.unit_from = Some(from);
}

/// 经营收入（万）: the scale alone, of money.
fn scale_in(heading: &str) -> Option<Unit> {
    let folded = fold(heading);
    let scale = bracketed(&folded).into_iter().rev().find(|b| matches!(*b, "万" | "千" | "百万" | "亿"))?;
    unit::find(&format!("{scale}元"))
}

/// What a heading says an amount is per, in the field that keeps it, and the unit of the amount: 万元/年.
pub(super) fn said_per(
    kind: &RowKind,
    field: &Field,
    heading: &str,
) -> Option<(String, String, Option<Unit>)> {
    let per = kind.field(field.per?)?;
    let options = per.options()?;
    let folded = fold(heading);
    let last = folded.rsplit('·').next().unwrap_or(&folded);
    let named = options.find(&bare(last)).map(|o| (o, None));
    let (word, amount) = bracketed(&folded)
        .into_iter()
        .rev()
        .find_map(|inside| {
            let inside = inside.strip_prefix("单位:").unwrap_or(inside);
            let scales =
                inside.chars().take_while(|c| "十百千万".contains(*c)).map(char::len_utf8).sum::<usize>();
            let (scale, plain) = inside.split_at_checked(scales)?;
            let money = plain.split(['/', '每', '·']).next().unwrap_or(plain);
            Some((options.find(plain)?, unit::find(&format!("{scale}{money}"))))
        })
        .or(named)?;
    Some((per.key.to_string(), word.word.to_string(), amount))
}
