//! Tables that were pasted into a text: every figure under the heading of its own column, beside the name of its row.
//!
//! Duty: a row of headings over rows of as many cells is told from prose, and each number in it is read as the sentence
//! that it stands for: 沙溪村 | 32.0 under 经营性收入（万元） is 沙溪村经营性收入32.0万元. A sum row stands for more than what
//! the ledger has by that name and says so; a number whose unit nobody says has none; a row with anything else in it stays
//! as it is. Inputs: the lines of a text. Outputs: what is read in
//! place of a line. Neighbours: `split` keeps it with the line, `clean` writes it.

use std::ops::Range;

use super::super::text::{bare, bracketed, fold};
use super::split::Line;
use crate::value::figure::is_han;
use crate::value::{unit, when};

/// A number of a pasted table, and the words around it that its place says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Row and column: 沙溪村经营性收入.
    pub before: String,
    /// The number's own characters.
    pub number: Range<usize>,
    /// Its unit, where it does not say it itself.
    pub after: String,
}

/// Fewer columns than this are no table.
const FEWEST: usize = 2;
/// A heading or a name of a row is no longer than this.
const LONGEST: usize = 20;
/// Lines over the headings in which a title and a unit may stand.
const LINES_ABOVE: usize = 2;
/// A title is no longer than this.
const LONGEST_TITLE: usize = 45;

/// Finds the tables among `lines` and notes with each line what is read in its place.
pub(super) fn find(original: &[char], lines: &mut [Line]) {
    let solid: Vec<usize> =
        (0..lines.len()).filter(|n| lines.get(*n).is_some_and(|l| !l.is_blank())).collect();
    let mut at = 0;
    while at < solid.len() {
        let used = table(original, lines, &solid, at).unwrap_or(0);
        at += used.max(1);
    }
}

/// The table whose headings stand in the line at `at`; gives how many lines it takes.
fn table(original: &[char], lines: &mut [Line], solid: &[usize], at: usize) -> Option<usize> {
    let line = |k: usize| lines.get(*solid.get(k)?);
    let heads = cells(original, line(at)?);
    let named = |range: &Range<usize>| is_name(&words(original, range));
    if heads.len() < FEWEST || !heads.iter().all(named) {
        return None;
    }
    let mut rows: Vec<(usize, Vec<Range<usize>>)> = Vec::new();
    let mut end = at + 1;
    while let Some(next) = line(end) {
        let row = cells(original, next);
        let fits = row.len() == heads.len() && row.iter().any(|c| is_number(&words(original, c)));
        if !fits && !is_rule(&next.words) {
            break;
        }
        if fits {
            rows.push((end, row));
        }
        end += 1;
    }
    let first = rows.first()?;
    let labelled = first.1.iter().any(|c| is_name(&words(original, c)));
    if !labelled {
        return None;
    }
    let above: Vec<(usize, String)> = (1..=LINES_ABOVE)
        .filter_map(|back| at.checked_sub(back))
        .filter_map(|k| Some((k, line(k)?)))
        .take_while(|(_, l)| l.length <= LONGEST_TITLE && l.cells.is_none() && !l.words.ends_with('。'))
        .map(|(k, l)| (k, l.words.clone()))
        .collect();
    let headings: Vec<String> = heads.iter().map(|c| words(original, c)).collect();
    let title = Title::of(above.iter().map(|(_, words)| words.as_str()));
    let read: Vec<(usize, Option<Vec<Cell>>)> =
        rows.iter().map(|(k, row)| (*k, sentences(original, &headings, row, &title))).collect();
    let mut put = |k: usize, cells: Option<Vec<Cell>>| {
        if let Some(line) = solid.get(k).and_then(|n| lines.get_mut(*n)) {
            line.cells = cells;
        }
    };
    (at..end).for_each(|k| put(k, Some(Vec::new())));
    // 单位：万元 on a line of its own heads nothing.
    above.iter().filter(|(_, words)| is_unit_line(words)).for_each(|(k, _)| put(*k, Some(Vec::new())));
    read.into_iter().for_each(|(k, cells)| put(k, cells));
    Some(end - at)
}

/// What the lines over the headings say of every figure.
struct Title {
    /// What is measured, where the headings only say when: 沙溪镇各村经营性收入 → 经营性收入.
    measure: String,
    unit: Option<String>,
}

impl Title {
    fn of<'w>(above: impl Iterator<Item = &'w str> + Clone) -> Self {
        let unit = above.clone().find_map(stated_unit);
        let named = above.clone().find(|words| !is_unit_line(words)).map(|words| bare(&fold(words)));
        let mut measure = named.unwrap_or_default();
        for whose in ["各村", "各乡镇", "各镇", "全镇", "全县", "全乡", "年度", "年"] {
            if let Some((_, after)) = measure.rsplit_once(whose) {
                measure = after.to_owned();
            }
        }
        for what in ["一览表", "统计表", "情况表", "汇总表", "明细表", "表", "情况", "统计"]
        {
            measure = measure.strip_suffix(what).map(str::to_owned).unwrap_or(measure);
        }
        Self { measure, unit }
    }
}

/// The sentences of one row; none when something stands in it that is neither a name nor a number.
fn sentences(
    original: &[char],
    headings: &[String],
    row: &[Range<usize>],
    title: &Title,
) -> Option<Vec<Cell>> {
    let texts: Vec<String> = row.iter().map(|c| words(original, c)).collect();
    let plain = |t: &String| is_name(t) && !t.contains(|c: char| c.is_numeric());
    if !texts.iter().all(|t| plain(t) || is_number(t)) || !texts.iter().any(plain) {
        return None;
    }
    let mut label: String = texts.iter().filter(|t| plain(t)).map(String::as_str).collect();
    if ["合计", "总计", "小计", "共计", "平均"].iter().any(|w| label.contains(w)) {
        label = format!("{LISTED}{label}");
    }
    let columns = headings.iter().zip(row).zip(&texts);
    let numbers = columns.filter(|((heading, _), text)| is_number(text) && !is_serial(heading));
    let sentence = |((heading, range), text): ((&String, &Range<usize>), &String)| {
        let own = text.ends_with(|c: char| !c.is_ascii_digit());
        let unit = heading_unit(heading).or_else(|| title.unit.clone()).filter(|_| !own);
        let plain = without_unit(heading);
        let before = match when::period(&bare(&fold(&plain)), None) {
            Ok(_) => format!("{plain}{label}{}", title.measure),
            // 收入 under 各村经营性收入 is what the title says.
            Err(_) if title.measure.ends_with(&plain) => format!("{label}{}", title.measure),
            Err(_) => format!("{label}{plain}"),
        };
        Cell { before, number: range.clone(), after: unit.unwrap_or_default() }
    };
    Some(numbers.map(sentence).collect())
}

/// What a sum row sums: nothing that the ledger has a name for.
const LISTED: &str = "所列";

/// The cells of a line: parted by tabs, strokes, wide blanks or several blanks.
fn cells(original: &[char], line: &Line) -> Vec<Range<usize>> {
    let chars = original.get(line.range.clone()).unwrap_or_default();
    let parts = |c: &char| matches!(c, '\t' | '|' | '｜' | '\u{3000}');
    let spaced = chars.windows(2).any(|pair| matches!(pair, [' ', ' ']));
    if !spaced && !chars.iter().any(parts) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (n, c) in chars.iter().enumerate() {
        let gap = parts(c)
            || *c == ' ' && chars.get(n + 1) == Some(&' ')
            || *c == ' ' && n.checked_sub(1).and_then(|b| chars.get(b)) == Some(&' ');
        match (&mut open, gap, c.is_whitespace()) {
            (Some(_), true, _) => found.extend(open.take()),
            (Some((_, end)), false, false) => *end = n + 1,
            (None, false, false) => open = Some((n, n + 1)),
            _ => {}
        }
    }
    found.extend(open);
    found.into_iter().map(|(a, b)| line.range.start + a..line.range.start + b).collect()
}

fn words(original: &[char], range: &Range<usize>) -> String {
    original.get(range.clone()).unwrap_or_default().iter().collect()
}

/// A heading or the name of a row: a few words, and no sentence.
fn is_name(text: &str) -> bool {
    text.chars().count() <= LONGEST
        && text.chars().any(is_han)
        && !text.contains(['，', ',', '。', '；', ';', '：', ':', '、'])
        && !is_number(text)
}

/// 32.0, 1,200, -1.15, 18.5%, 260亩
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.'))).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.ends_with(|c: char| c.is_ascii_digit())
        // 2022年 says when.
        && (rest.is_empty() || rest != "年" && unit::find(&fold(rest)).is_some())
}

/// | --- | --- |
fn is_rule(words: &str) -> bool {
    words.contains("--") && words.chars().all(|c| matches!(c, '-' | '|' | ':' | ' ' | '\t'))
}

fn is_serial(heading: &str) -> bool {
    matches!(&*bare(&fold(heading)), "序号" | "编号" | "行次")
}

/// 经营性收入（万元） → 万元
fn heading_unit(heading: &str) -> Option<String> {
    let folded = fold(heading);
    let inside = bracketed(&folded).into_iter().rev();
    inside.map(|b| b.strip_prefix("单位:").unwrap_or(b)).find_map(|b| unit::find(b).map(|u| u.name))
}

fn without_unit(heading: &str) -> String {
    match heading.split_once(['（', '(']).filter(|_| heading_unit(heading).is_some()) {
        Some((name, _)) => name.trim().to_owned(),
        None => heading.to_owned(),
    }
}

/// 单位：万元, （万元）
fn stated_unit(words: &str) -> Option<String> {
    let folded = fold(words);
    let said = folded.split_once("单位:").map(|(_, unit)| unit.trim_matches(['(', ')']).to_owned());
    said.as_deref().and_then(unit::find).map(|u| u.name).or_else(|| heading_unit(words))
}

fn is_unit_line(words: &str) -> bool {
    let folded = fold(words);
    let plain = folded.trim_matches(['(', ')']);
    let unit = plain
        .rsplit_once("单位:")
        .map_or(plain, |(before, unit)| if before.is_empty() { unit } else { plain });
    unit::find(unit).is_some()
}
