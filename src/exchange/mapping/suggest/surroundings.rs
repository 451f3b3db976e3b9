//! What stands around a table and speaks for all its rows: title, sheet name, reporter.

use super::has;
use super::headings::PLANNED;
use crate::exchange::layout::FoundTable;
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::mapping::{ColumnMapping, Mapping, Meaning};
use crate::exchange::text::{fold, place_kind, town_in};
use crate::register::{Need, Sense};
use crate::value::when;

/// What title, sheet name and reporter say in place of a column.
pub(super) fn from_surroundings(
    table: &FoundTable,
    vocabulary: &Vocabulary,
    mapping: &mut Mapping,
    products: &[String],
) {
    let title = table.title.as_ref().map_or("", |t| t.text.as_str());
    let kind = &vocabulary.kind;
    if let Some(place) = kind.of(Sense::Place).filter(|place| !has(&mapping.columns, &place.key)) {
        let reporter = table.reporter.as_ref().map(|r| r.text.as_str());
        mapping.org =
            village_in(title).or_else(|| reporter.and_then(village_in)).or_else(|| village_in(&table.sheet));
        let towns = mapping.columns.iter().any(|c| c.meaning == Meaning::Town);
        if place.whose_list && mapping.org.is_none() && !towns {
            mapping.org = town_in(title).or_else(|| reporter.and_then(town_in));
        }
    }
    if let Some((field, _)) = kind.dictionary().filter(|(f, _)| !has(&mapping.columns, &f.key)) {
        let folded = fold(&format!("{title}|{}", table.sheet));
        let known = products.iter().filter(|p| folded.contains(&fold(p))).max_by_key(|p| p.len());
        if let Some(product) = known.cloned().or_else(|| product_in(title)) {
            mapping.fixed.push((field.key.to_string(), product));
        }
    }
    mapping.fixed.extend(sort_in(table, vocabulary, &mapping.columns));
    if let Some((field, word)) = kind.aside().filter(|(f, _)| !has(&mapping.columns, &f.key))
        && planned(table).is_some()
    {
        mapping.fixed.push((field.key.to_string(), word.to_owned()));
    }
    if let Some(step) = kind.key_of(Sense::Step).filter(|step| !has(&mapping.columns, step)) {
        let stage = ["养殖", "加工", "销售", "托管"].iter().find(|s| title.contains(**s));
        let stage = stage.filter(|_| !title.contains("种植")).unwrap_or(&"种植");
        mapping.fixed.push((step.to_owned(), (*stage).to_owned()));
    }
    mapping.period = mapping.period.filter(|_| kind.periodic());
}

/// What sort of thing the rows are, where the sheet's name or its title says it and no column does: 小区党群服务站. Places
/// say it by their names.
fn sort_in(
    table: &FoundTable,
    vocabulary: &Vocabulary,
    columns: &[ColumnMapping],
) -> Option<(String, String)> {
    let kind = &vocabulary.kind;
    let field = kind.of(Sense::Sort).filter(|f| matches!(f.need, Need::Always) && f.start.is_none())?;
    if kind.is_place(&vocabulary.register.key) || has(columns, &field.key) {
        return None;
    }
    let title = table.title.as_ref().map_or("", |t| t.text.as_str());
    let spoken = |words: &str| field.options()?.spoken_of(&fold(words)).map(str::to_owned);
    Some((field.key.to_string(), spoken(&table.sheet).or_else(|| spoken(title))?))
}

/// The word for which a whole table is one of plans: 2024年产业发展目标任务表; but not 计划完成情况表.
pub(in crate::exchange) fn planned(table: &FoundTable) -> Option<&'static str> {
    let title = table.title.as_ref().map_or("", |t| t.text.as_str());
    let done = ["完成", "执行", "实际", "决算", "落实", "兑现"].iter().any(|w| title.contains(w));
    let plan = |words: &str| PLANNED.iter().find(|w| w.chars().count() > 1 && words.contains(**w)).copied();
    plan(title).filter(|_| !done).or_else(|| plan(&table.sheet))
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
        // 强村集体经济 speaks of villages in general.
        let general = *mark == "村" && after.starts_with('集');
        let real = (1..=8).contains(&before.chars().count())
            && !general
            && !after.starts_with(['级', '民', '务', '财']);
        let named = !["各", "全", "行政", "每", "农", "乡"].iter().any(|w| before.ends_with(w));
        (real && named && place_kind(&format!("{before}{mark}")).is_some()).then(|| format!("{before}{mark}"))
    })
}

/// The product of a title like 2024年不知火种植情况统计表.
fn product_in(title: &str) -> Option<String> {
    let plain = fold(title);
    let at = ["种植", "养殖", "生产情况", "产业情况", "产业生产", "产销", "产量", "产值", "面积"]
        .iter()
        .find_map(|w| plain.find(w))?;
    let before = plain.get(..at)?;
    let cut = ["年度", "年", "季度", "半年", "镇", "村", "社区", "乡", "县"]
        .iter()
        .filter_map(|w| before.rfind(w).map(|i| i + w.len()))
        .max()
        .unwrap_or(0);
    let word = before.get(cut..)?.trim_end_matches("产业");
    let fine = (2..=6).contains(&word.chars().count()) && when::find_periods(word).is_empty();
    (fine
        && !["主要", "特色", "农业", "党委", "作物", "播种", "各", "全", "总"]
            .iter()
            .any(|w| word.contains(w)))
    .then(|| word.to_owned())
}
