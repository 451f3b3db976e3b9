//! Suggesting a mapping.

use rust_decimal::Decimal;

use super::subjects::{self, Subject, Sum};
use super::vocabulary::{Vocabulary, all};
use super::{ColumnMapping, Confidence, Mapping, Meaning, UnitSource, class_of_heading, without_year};
use crate::exchange::book::Sheet;
use crate::exchange::cell::decimal;
use crate::exchange::layout::{Column, Table, words};
use crate::exchange::text::{bare, fold, place_kind, town_in};
use crate::exchange::totals::tolerance;
use crate::register::catalog::r07::{OPERATIONAL, subject_class};
use crate::register::{Field, FieldKind, Need};
use crate::value::order;
use crate::value::unit::{self, Class};
use crate::value::{Grain, when};

/// Words that say nothing about what is counted: the group's name does.
const NEUTRAL: &[&str] = &[
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
const FORECASTS: &[&str] = &["预计", "预期", "计划", "预估"];

/// What a kind of rows makes of a table.
struct Offer {
    mapping: Mapping,
    score: i64,
}

/// The likeliest mapping; none when no register fits. `forced` names a register that is taken even so.
/// `products` are the words of the dictionary, which tell 不知火面积 from 果园面积.
pub fn suggest(sheet: &Sheet, table: &Table, forced: Option<&str>, products: &[String]) -> Option<Mapping> {
    let kinds = all().iter().filter(|v| forced.is_none_or(|f| v.register.key == f));
    let mut offers: Vec<Offer> = kinds.map(|v| offer(sheet, table, v, products)).collect();
    if forced.is_none() {
        offers.retain(|o| o.score > 0);
    }
    // Of equal ones the first declared: the register's main kind.
    order::sort_by_key(&mut offers, |o| -o.score);
    offers.into_iter().next().map(|o| o.mapping)
}

fn offer(sheet: &Sheet, table: &Table, vocabulary: &Vocabulary, products: &[String]) -> Offer {
    let mut columns: Vec<ColumnMapping> = table
        .header
        .iter()
        .map(|c| {
            let (meaning, confidence) = match_column(vocabulary, c);
            ColumnMapping {
                column: c.letters.clone(),
                heading: c.heading.clone(),
                meaning,
                unit: None,
                unit_from: None,
                confidence,
            }
        })
        .collect();
    unique(table, &mut columns);
    let wide = vocabulary.kind.field("subject").is_some() && !has(&columns, "subject");
    if wide {
        subject_columns(table, &mut columns);
        details(sheet, table, &mut columns);
        sums(sheet, table, &mut columns);
    } else if vocabulary.kind.field("product").is_some() {
        product_columns(vocabulary, table, &mut columns, products);
        product_sums(vocabulary, table, &mut columns);
    }
    for (column, mapped) in table.header.iter().zip(&mut columns) {
        units(table, vocabulary, column, mapped);
    }
    let mut mapping = Mapping {
        register: vocabulary.register.key.to_owned(),
        kind: vocabulary.kind.key.to_owned(),
        columns,
        fixed: Vec::new(),
        period: table.period.as_ref().map(|p| p.period),
        org: None,
        town: table.reporter.as_ref().and_then(|r| town_in(&r.text)),
    };
    from_surroundings(table, vocabulary, &mut mapping, products);
    let score = score(vocabulary, &mapping);
    Offer { mapping, score }
}

fn has(columns: &[ColumnMapping], key: &str) -> bool {
    columns.iter().any(|c| match &c.meaning {
        Meaning::Value { field, fixed, .. } => field == key || fixed.iter().any(|(f, _)| f == key),
        _ => false,
    })
}

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
    let mut out = vec![parts.join("·")];
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

fn match_column(vocabulary: &Vocabulary, column: &Column) -> (Meaning, Confidence) {
    let whole = bare(&fold(&column.heading));
    if words::is_serial(&column.heading) || whole.is_empty() {
        return (Meaning::Ignore, Confidence::Exact);
    }
    let fixed = |nature: bool| -> Vec<(String, String)> {
        let period = column.period.filter(|_| vocabulary.kind.periodic() && column.numeric);
        let period = period.map(|p| ("period".to_owned(), p.to_string()));
        let nature = nature.then(|| ("nature".to_owned(), "预计".to_owned()));
        period.into_iter().chain(nature).collect()
    };
    for writing in writings(column) {
        if let Some((field, confidence)) = vocabulary.find(&writing) {
            return (value(field, fixed(false), &writing), confidence);
        }
        // 预计产量 makes a row of forecasts.
        let forecast = FORECASTS.iter().find_map(|f| writing.strip_prefix(f).or(writing.strip_suffix(f)));
        let forecast = forecast.map(|w| w.trim_matches('·').to_owned());
        if vocabulary.kind.field("nature").is_some()
            && let Some((field, _)) = forecast.and_then(|w| vocabulary.find(&w))
        {
            return (value(field, fixed(true), &writing), Confidence::Derived);
        }
    }
    if vocabulary.kind.field("parent").is_none() && TOWNS.contains(&&*whole) {
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
    let part = matches!(field.kind, FieldKind::Period(_))
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

/// One column for each field: of several the surest stays, a column of words loses against its like.
fn unique(table: &Table, columns: &mut [ColumnMapping]) {
    let target = |c: &ColumnMapping| match &c.meaning {
        // 年份 and 季度 together make a period.
        Meaning::Value { part: Some(_), .. } => None,
        Meaning::Value { field, fixed, .. } => Some((field.clone(), fixed.clone())),
        _ => None,
    };
    let mut kept: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order::sort_by_key(&mut order, |n| (columns.get(*n).map(|c| c.confidence), *n));
    for n in order {
        let Some(target) = columns.get(n).and_then(target) else { continue };
        if kept.contains(&target) {
            let heading = table.header.get(n).map_or("", |c| c.heading.as_str());
            if let Some(column) = columns.get_mut(n) {
                // Two headings for one field may be its product groups, which are looked at next.
                column.meaning = if heading.contains('·') || column.confidence <= Confidence::Alias {
                    Meaning::Unknown
                } else {
                    Meaning::Ignore
                };
                column.confidence = Confidence::None;
            }
        } else {
            kept.push(target);
        }
    }
}

/// Wide tables of R07: every heading that is a subject gives lines of that subject.
fn subject_columns(table: &Table, columns: &mut [ColumnMapping]) {
    for (column, mapped) in table.header.iter().zip(columns.iter_mut()) {
        if !column.numeric && !blank_column(column) {
            continue;
        }
        let heading = without_year(&column.heading);
        let Some(Subject { word, legacy }) = subjects::subject(&heading) else { continue };
        let direction = if subjects::is_income(word) { "收入" } else { "支出" };
        let mut fixed =
            vec![("subject".to_owned(), word.to_owned()), ("direction".to_owned(), direction.to_owned())];
        fixed.extend(legacy.map(|l| ("legacy_subject".to_owned(), l.to_owned())));
        fixed.extend(column.period.map(|p| ("period".to_owned(), p.to_string())));
        mapped.confidence = match (legacy, bare(&fold(&heading)) == word) {
            (None, true) => Confidence::Exact,
            _ => Confidence::Derived,
        };
        mapped.meaning = Meaning::Value { field: "amount".to_owned(), fixed, part: None };
    }
}

/// A column of a subject that nobody has any of looks like no numbers; it may still be named.
fn blank_column(column: &Column) -> bool {
    !column.numeric && subjects::subject(&column.heading).is_some()
}

fn subject_of(mapped: &ColumnMapping) -> Option<&str> {
    match &mapped.meaning {
        Meaning::Value { fixed, .. } => fixed.iter().find(|(f, _)| f == "subject").map(|(_, s)| s.as_str()),
        _ => None,
    }
}

fn is_legacy(mapped: &ColumnMapping) -> bool {
    matches!(&mapped.meaning, Meaning::Value { fixed, .. } if fixed.iter().any(|(f, _)| f == "legacy_subject"))
}

/// A class beside its own details: when the details make up the class, the class is their sum; when they
/// are only 其中, the class is written and they are not.
fn details(sheet: &Sheet, table: &Table, columns: &mut [ColumnMapping]) {
    for n in 0..columns.len() {
        let Some(class) = columns.get(n).and_then(subject_of).map(str::to_owned) else { continue };
        if class.contains('·') {
            continue;
        }
        let parts: Vec<usize> = (0..columns.len())
            .filter(|m| {
                columns.get(*m).is_some_and(|c| {
                    !is_legacy(c)
                        && subject_of(c).is_some_and(|s| s.contains('·') && subject_class(s) == class)
                })
            })
            .collect();
        if parts.is_empty() {
            continue;
        }
        let whole = fits(sheet, table, n, &parts, &[]) >= Fit::Mostly;
        let letters: Vec<String> =
            parts.iter().filter_map(|p| columns.get(*p).map(|c| c.column.clone())).collect();
        if whole {
            if let Some(c) = columns.get_mut(n) {
                c.meaning = Meaning::Check { plus: letters, minus: Vec::new() };
            }
        } else {
            for p in parts {
                if let Some(c) = columns.get_mut(p) {
                    c.meaning = Meaning::Ignore;
                }
            }
        }
    }
}

/// Columns that are added, and columns that are taken off, by their place in the header.
type Parts = (Vec<usize>, Vec<usize>);

/// How well a column is the sum of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Rarely,
    Mostly,
    Always,
}

fn fits(sheet: &Sheet, table: &Table, column: usize, plus: &[usize], minus: &[usize]) -> Fit {
    let at = |n: usize| table.header.get(n).map(|c| c.index);
    let (mut good, mut rows) = (0u32, 0u32);
    for row in table.data().take(300) {
        let cell = |n: usize| at(n).and_then(|c| decimal(sheet.grid.get(row.index, c), None));
        let Some(printed) = cell(column) else { continue };
        let sum: Decimal = plus.iter().filter_map(|n| cell(*n)).sum();
        let less: Decimal = minus.iter().filter_map(|n| cell(*n)).sum();
        rows += 1;
        good += u32::from((printed - (sum - less)).abs() <= tolerance(printed));
    }
    match (rows, good) {
        (0, _) => Fit::Rarely,
        (r, g) if g == r => Fit::Always,
        (r, g) if g * 2 > r => Fit::Mostly,
        _ => Fit::Rarely,
    }
}

/// 合计, 总收入, 经营性收入: sums of the subject columns, told apart by what the rows add up to.
fn sums(sheet: &Sheet, table: &Table, columns: &mut [ColumnMapping]) {
    let mut since = 0usize;
    for n in 0..columns.len() {
        let Some(heading) = columns.get(n).map(|c| c.heading.clone()) else { continue };
        let open = columns.get(n).is_some_and(|c| matches!(c.meaning, Meaning::Unknown) || doubtful(c));
        let numeric = table.header.get(n).is_some_and(|c| c.numeric);
        let Some(sum) = subjects::sum(&heading).filter(|_| open && numeric) else { continue };
        let of = |wanted: &dyn Fn(usize, &str) -> bool| -> Vec<usize> {
            (0..columns.len())
                .filter(|m| columns.get(*m).and_then(subject_of).is_some_and(|s| wanted(*m, s)))
                .collect()
        };
        let income = of(&|_, s| subjects::is_income(s));
        let expense = of(&|_, s| !subjects::is_income(s));
        let operational = of(&|_, s| OPERATIONAL.contains(&subject_class(s)));
        let left = of(&|m, _| m >= since && m < n);
        let candidates: Vec<Parts> = match sum {
            Sum::Income => vec![(income, Vec::new()), (left, Vec::new())],
            Sum::Expense => vec![(expense, Vec::new()), (left, Vec::new())],
            Sum::Operational => vec![(operational, Vec::new()), (left, Vec::new())],
            Sum::Balance => vec![(income, expense)],
            Sum::Any => {
                let all = of(&|_, _| true);
                vec![(left, Vec::new()), (income, Vec::new()), (expense, Vec::new()), (all, Vec::new())]
            }
        };
        let meaning = decide(sheet, table, columns, n, sum, candidates);
        if let Some(c) = columns.get_mut(n) {
            c.meaning = meaning;
            c.confidence = Confidence::Derived;
        }
        since = n + 1;
    }
}

fn doubtful(column: &ColumnMapping) -> bool {
    column.confidence == Confidence::Doubtful
}

fn decide(
    sheet: &Sheet,
    table: &Table,
    columns: &[ColumnMapping],
    n: usize,
    sum: Sum,
    candidates: Vec<Parts>,
) -> Meaning {
    let letters = |parts: &[usize]| -> Vec<String> {
        parts.iter().filter_map(|p| columns.get(*p).map(|c| c.column.clone())).collect()
    };
    let mut best: Option<(Fit, &Parts)> = None;
    for candidate in candidates.iter().filter(|(plus, _)| !plus.is_empty()) {
        let fit = fits(sheet, table, n, &candidate.0, &candidate.1);
        if best.is_none_or(|(b, _)| fit > b) {
            best = Some((fit, candidate));
        }
    }
    match best {
        Some((_, (plus, minus))) => Meaning::Check { plus: letters(plus), minus: letters(minus) },
        None => Meaning::Ask {
            candidates: match sum {
                Sum::Expense => vec!["经营支出".to_owned(), "管理费用".to_owned()],
                _ => vec!["经营收入".to_owned(), "其他收入".to_owned()],
            },
        },
    }
}

/// Product groups of R06: 不知火·面积, 不知火面积.
fn product_columns(
    vocabulary: &Vocabulary,
    table: &Table,
    columns: &mut [ColumnMapping],
    products: &[String],
) {
    if has(columns, "product") {
        return;
    }
    let found: Vec<Option<(String, &'static Field)>> =
        table.header.iter().map(|c| product_and_field(vocabulary, c, products)).collect();
    // One heading alone (果园面积) is no group of products, unless the dictionary knows the word.
    let known = |name: &str| products.iter().any(|p| fold(p) == name);
    let groups = found.iter().flatten().count();
    for ((mapped, found), column) in columns.iter_mut().zip(found).zip(&table.header) {
        let Some((product, field)) = found.filter(|(p, _)| groups >= 2 || known(p)) else { continue };
        let mut fixed = vec![("product".to_owned(), product)];
        fixed.extend(column.period.map(|p| ("period".to_owned(), p.to_string())));
        mapped.meaning = Meaning::Value { field: field.key.to_string(), fixed, part: None };
        mapped.confidence = Confidence::Derived;
    }
}

fn product_and_field(
    vocabulary: &Vocabulary,
    column: &Column,
    products: &[String],
) -> Option<(String, &'static Field)> {
    if !column.numeric {
        return None;
    }
    let heading = without_year(&column.heading);
    let parts: Vec<String> = heading.split('·').map(|p| bare(&fold(p))).filter(|p| !p.is_empty()).collect();
    let product = |word: &str| {
        let plain = !NEUTRAL.contains(&word) && vocabulary.find(word).is_none() && !word.starts_with("其中");
        let generic = ["种植", "养殖", "播种", "年", "新增", "总", "预计", "产业", "果园", "主要", "计划"];
        (plain && !generic.contains(&word) && (2..=8).contains(&word.chars().count()))
            .then(|| word.to_owned())
    };
    if let [first, second] = parts.as_slice() {
        let named = |name: &String, field: &String| Some((product(name)?, vocabulary.find(field)?.0));
        if let Some(found) = named(first, second).or_else(|| named(second, first)) {
            return found.1.is_number().then_some(found);
        }
    }
    let [only] = parts.as_slice() else { return None };
    // 种植面积 is a field of its own; 不知火面积 ends in one.
    if vocabulary.find(only).is_some() && !products.iter().any(|p| fold(p) == *only) {
        return None;
    }
    let (before, field) = vocabulary.suffix(only)?;
    Some((product(&before)?, field))
}

/// 面积合计 beside product groups is a check, and not an area of its own.
fn product_sums(vocabulary: &Vocabulary, table: &Table, columns: &mut [ColumnMapping]) {
    let product = |c: &ColumnMapping| match &c.meaning {
        Meaning::Value { field, fixed, .. } if fixed.iter().any(|(f, _)| f == "product") => {
            Some(field.clone())
        }
        _ => None,
    };
    if !columns.iter().any(|c| product(c).is_some()) {
        return;
    }
    for n in 0..columns.len() {
        let Some((column, mapped)) = table.header.get(n).zip(columns.get(n)) else { continue };
        let heading = bare(&fold(&column.heading));
        let total =
            ["合计", "小计", "总计", "总量"].iter().any(|t| heading.contains(t)) || heading.starts_with('总');
        if !column.numeric || !total || product(mapped).is_some() {
            continue;
        }
        let rest = ["合计", "小计", "总计", "总量", "总", "·"].iter().fold(heading, |h, t| h.replace(t, ""));
        let field = match &mapped.meaning {
            Meaning::Value { field, .. } => Some(field.clone()),
            _ => vocabulary.find(&rest).map(|(f, _)| f.key.to_string()),
        };
        let parts: Vec<String> = columns
            .iter()
            .filter(|c| product(c).is_some_and(|f| field.as_ref().is_none_or(|w| *w == f)))
            .map(|c| c.column.clone())
            .collect();
        if let Some(c) = columns.get_mut(n)
            && !parts.is_empty()
        {
            c.meaning = Meaning::Check { plus: parts, minus: Vec::new() };
            c.confidence = Confidence::Derived;
        }
    }
}

/// The unit of a column: its heading, else the unit line by class, else the field's own – said aloud where
/// several units are in use.
fn units(table: &Table, vocabulary: &Vocabulary, column: &Column, mapped: &mut ColumnMapping) {
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
    let own = column.unit.as_deref().and_then(unit::find);
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

/// What title, sheet name and reporter say in place of a column.
fn from_surroundings(table: &Table, vocabulary: &Vocabulary, mapping: &mut Mapping, products: &[String]) {
    let title = table.title.as_ref().map_or("", |t| t.text.as_str());
    let kind = vocabulary.kind;
    if kind.field("org").is_some() && !has(&mapping.columns, "org") {
        let reporter = table.reporter.as_ref().map(|r| r.text.as_str());
        mapping.org =
            village_in(title).or_else(|| reporter.and_then(village_in)).or_else(|| village_in(&table.sheet));
    }
    if kind.field("product").is_some() && !has(&mapping.columns, "product") {
        let folded = fold(&format!("{title}|{}", table.sheet));
        let known = products.iter().filter(|p| folded.contains(&fold(p))).max_by_key(|p| p.len());
        if let Some(product) = known.cloned().or_else(|| product_in(title)) {
            mapping.fixed.push(("product".to_owned(), product));
        }
    }
    if kind.field("nature").is_some()
        && !has(&mapping.columns, "nature")
        && FORECASTS.iter().any(|f| title.contains(f))
    {
        mapping.fixed.push(("nature".to_owned(), "预计".to_owned()));
    }
    if kind.field("stage").is_some() && !has(&mapping.columns, "stage") {
        let stage = ["养殖", "加工", "销售", "托管"].iter().find(|s| title.contains(**s));
        let stage = stage.filter(|_| !title.contains("种植")).unwrap_or(&"种植");
        mapping.fixed.push(("stage".to_owned(), (*stage).to_owned()));
    }
    mapping.period = mapping.period.filter(|_| kind.periodic());
}

/// The village whose name a title or a sheet name begins with: 沙溪镇清凉村2024年… → 清凉村.
fn village_in(text: &str) -> Option<String> {
    let plain: String =
        fold(text).chars().take_while(|c| !c.is_ascii_digit() && !matches!(c, '(' | '《')).collect();
    let plain = plain.trim_start_matches(['《', '“', '"']);
    let after_town = ["街道办事处", "街道", "镇", "乡"]
        .iter()
        .find_map(|t| {
            plain.split_once(t).filter(|(b, a)| !b.is_empty() && !a.starts_with(['村', '镇'])).map(|(_, a)| a)
        })
        .unwrap_or(plain);
    ["社区", "村"].iter().find_map(|mark| {
        let (before, after) = after_town.split_once(mark)?;
        let real =
            (1..=8).contains(&before.chars().count()) && !after.starts_with(['级', '集', '民', '务', '财']);
        let named = !["各", "全", "行政", "每", "农", "乡"].iter().any(|w| before.ends_with(w));
        (real && named && place_kind(&format!("{before}{mark}")).is_some()).then(|| format!("{before}{mark}"))
    })
}

/// The product of a title like 2024年不知火种植情况统计表.
fn product_in(title: &str) -> Option<String> {
    let plain = fold(title);
    let at =
        ["种植", "养殖", "生产情况", "产业情况", "产业生产", "产销"].iter().find_map(|w| plain.find(w))?;
    let before = plain.get(..at)?;
    let cut = ["年度", "年", "季度", "半年", "镇", "村", "社区", "乡", "县"]
        .iter()
        .filter_map(|w| before.rfind(w).map(|i| i + w.len()))
        .max()
        .unwrap_or(0);
    let word = before.get(cut..)?.trim_end_matches("产业");
    let fine = (2..=6).contains(&word.chars().count()) && when::find_periods(word).is_empty();
    (fine && !["主要", "特色", "农业", "党委"].iter().any(|w| word.contains(w))).then(|| word.to_owned())
}

/// Matches count; without what the kind demands there is no offer.
fn score(vocabulary: &Vocabulary, mapping: &Mapping) -> i64 {
    let kind = vocabulary.kind;
    let mut score = 0i64;
    let mut values = 0;
    for column in &mapping.columns {
        let field = match &column.meaning {
            Meaning::Value { field, .. } => field,
            // What a register does not know speaks against it.
            Meaning::Unknown => {
                score -= 3;
                continue;
            }
            Meaning::Town | Meaning::Check { .. } => {
                score += 4;
                continue;
            }
            Meaning::Ask { .. } | Meaning::Ignore => continue,
        };
        let weight = match column.confidence {
            Confidence::Exact | Confidence::Derived => 6,
            Confidence::Alias | Confidence::Person => 5,
            Confidence::Doubtful => 1,
            Confidence::None => 0,
        };
        let common = matches!(&**field, "remark" | "tags" | "attachments");
        let number = kind.field(field).is_some_and(Field::is_number);
        values += i32::from(number && weight > 1);
        score += if common { 1 } else { weight };
    }
    let supplied = |field: &Field| {
        has(&mapping.columns, &field.key)
            || mapping.fixed.iter().any(|(f, _)| *f == field.key)
            || field.default.is_some()
            || field.derived.is_some()
            || match &*field.key {
                "org" => mapping.org.is_some(),
                // A table without a period can still be planned: the person is asked for it.
                "period" => true,
                "amount" => mapping.columns.iter().any(|c| matches!(c.meaning, Meaning::Ask { .. })),
                "subject" => mapping.columns.iter().any(|c| matches!(c.meaning, Meaning::Ask { .. })),
                // 村名 alone is in every table; the register of places needs a figure of places too.
                "kind" => vocabulary.register.key == "R01" && values > 0,
                _ => false,
            }
    };
    let lacking = kind.fields.iter().filter(|f| matches!(f.need, Need::Always) && !supplied(f)).count();
    let asks = mapping.columns.iter().any(|c| matches!(c.meaning, Meaning::Ask { .. }));
    let numbers = kind.fields.iter().any(Field::is_number) && kind.periodic();
    if lacking > 0 || (numbers && values == 0 && !asks) || mapping.columns.len() < 2 {
        return -(1000 * i64::try_from(lacking).unwrap_or(1)) + score - 500;
    }
    // A place register is only meant when figures of places stand there, not a mere village column.
    let own: i64 =
        mapping.columns.iter().filter(|c| matches!(c.meaning, Meaning::Value { .. })).count() as i64;
    if own < 2 && !asks { score - 500 } else { score }
}
