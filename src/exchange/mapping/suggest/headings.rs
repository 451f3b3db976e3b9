//! What a heading names: a field of the register, a check, nothing; and in which unit its column counts.

use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::mapping::{
    ColumnMapping, Confidence, Meaning, UnitSource, class_of_heading, without_year,
};
use crate::exchange::text::{bare, bracketed, fold};
use crate::register::{Field, FieldKind, RowKind, Sense};
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
pub(super) const FORECASTS: &[&str] = &["预计", "预期", "计划", "预估"];

/// The writings of a heading that are looked up, the fullest first.
fn writings(column: &Column) -> Vec<String> {
    let plain = without_year(&column.heading);
    let parts: Vec<String> = plain
        .split('·')
        .filter(|p| column.period.is_none() || !words::is_when(p))
        .map(fold)
        .filter(|p| unit::find(p).is_none())
        .map(|p| bare(p.split(['/', ',']).next().filter(|_| words::unit_in(&p).is_some()).unwrap_or(&p)))
        .filter(|p| !p.is_empty())
        .collect();
    // As it stands, for names that speak of years themselves (授予年度).
    let mut out = vec![bare(&fold(&column.heading)), parts.join("·")];
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

pub(super) fn match_column(vocabulary: &Vocabulary, column: &Column) -> (Meaning, Confidence) {
    let whole = bare(&fold(&column.heading));
    if words::is_serial(&column.heading) || whole.is_empty() {
        return (Meaning::Ignore, Confidence::Exact);
    }
    let fixed = |nature: bool| -> Vec<(String, String)> {
        let period = fixed_period(&vocabulary.kind, column).filter(|_| column.numeric);
        let nature =
            vocabulary.kind.aside().filter(|_| nature).map(|(f, w)| (f.key.to_string(), w.to_owned()));
        period.into_iter().chain(nature).collect()
    };
    for writing in writings(column) {
        if let Some((field, confidence)) = vocabulary.find(&writing, column.unit.as_deref()) {
            return (value(field, fixed(false), &writing), confidence);
        }
        if let Some((path, _, confidence)) = vocabulary.find_above(&writing) {
            return (Meaning::field(path), confidence);
        }
        // 预计产量 makes a row of forecasts.
        let forecast = FORECASTS.iter().find_map(|f| writing.strip_prefix(f).or(writing.strip_suffix(f)));
        let forecast = forecast.map(|w| w.trim_matches('·').to_owned());
        if vocabulary.kind.aside().is_some()
            && let Some((field, _)) = forecast.and_then(|w| vocabulary.find(&w, None))
        {
            return (value(field, fixed(true), &writing), Confidence::Derived);
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
            vocabulary.kind.field(field).and_then(|f| f.unit.as_deref()).and_then(unit::find)
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
    let (chosen, from) = if let Some(own) = own {
        (own, UnitSource::Heading)
    } else if let Some(line) = table.units.iter().find(|u| u.class == base.class && base.class != Class::Rate)
    {
        match unit::find(&line.unit) {
            Some(unit) => (unit, UnitSource::UnitLine),
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
