//! What a whole table speaks of: its period, from evidence.
//!
//! Duty: title, subtitle, label, sheet name, reporting date and file name each say something, strongly or weakly; the
//! table's period is what the strong ones agree on. Only weak ones, or strong ones that contradict each other, are a
//! question. Inputs: the words over a table, its sheet's and its file's name. Outputs: a [`PeriodNote`]. Neighbours:
//! `plan` asks, `question` brings the answer.

use serde::Serialize;

use super::preamble::Preamble;
use super::words;
use crate::exchange::text::{bare, fold};
use crate::value::{Grain, Period, when};

/// The period of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodNote {
    /// The period.
    pub period: Period,
    /// Who says so.
    pub from: PeriodSource,
    /// Where it stands, when it is a cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The words that say so.
    pub said: String,
    /// A person must confirm it: nothing but a date or a file's name says so, or others say otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub weak: bool,
    /// What else is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Period>,
}

/// Where a table's period was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodSource {
    /// 标题
    Title,
    /// A line under the title that says nothing else, or 所属期：
    Line,
    /// 表名
    SheetName,
    /// 填报日期
    ReportDate,
    /// 文件名
    FileName,
    /// A person.
    Person,
}

impl PeriodSource {
    /// Whether nothing but this is no reason to take the period for granted.
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::ReportDate | Self::FileName)
    }

    /// The source in Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Title => ("标题", "the title"),
            Self::Line => ("表头上方", "a line over the table"),
            Self::SheetName => ("工作表名", "the sheet's name"),
            Self::ReportDate => ("填报日期", "the reporting date"),
            Self::FileName => ("文件名", "the file's name"),
            Self::Person => ("您", "you"),
        }
    }
}

impl PeriodNote {
    /// As a person says it.
    pub fn told(period: Period) -> Self {
        Self {
            period,
            from: PeriodSource::Person,
            cell: None,
            said: period.zh(),
            weak: false,
            others: Vec::new(),
        }
    }
}

fn said(period: Period, from: PeriodSource, cell: Option<&str>, words: &str) -> PeriodNote {
    let (cell, said) = (cell.map(str::to_owned), words.trim().to_owned());
    PeriodNote { period, from, cell, said, weak: false, others: Vec::new() }
}

/// The only period of a text; the numbers of documents, dates of validity and of printing are none.
fn only(text: &str) -> Option<Period> {
    match when::find_periods(&undocumented(text)).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// Without 〔2009〕12号, 有效期至2026年 and what follows 填报 and 印发.
fn undocumented(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['〔', '［', '[', '﹝']) {
        plain.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at..).unwrap_or_default();
        rest = after.find(['〕', '］', ']', '﹞']).and_then(|end| after.get(end..)).unwrap_or_default();
        rest = rest.trim_start_matches(['〕', '］', ']', '﹞']);
        plain.push(' ');
    }
    plain.push_str(rest);
    let cut = ["有效期", "批准文号", "批准日期", "印发", "填报日期", "制表日期", "打印"];
    let end = cut.iter().filter_map(|w| plain.find(w)).min().unwrap_or(plain.len());
    plain.truncate(end);
    plain
}

/// The period of a table, from everything around it.
pub(super) fn decide(above: &Preamble, sheet: &str, file: &str) -> Option<PeriodNote> {
    let mut strong: Vec<PeriodNote> = Vec::new();
    if let Some((note, period)) = above.title.as_ref().and_then(|t| Some((t, only(&t.text)?))) {
        strong.push(said(period, PeriodSource::Title, Some(&note.cell), &note.text));
    }
    for line in &above.periods {
        let text = bare(&fold(&line.text));
        let inside = fold(&line.text).replace(['(', ')'], "");
        let found = [inside, text].iter().find_map(|t| when::period(t, None).ok());
        strong.extend(found.map(|p| said(p, PeriodSource::Line, Some(&line.cell), &line.text)));
    }
    let named = only(sheet);
    let date = above.reported_on.as_ref().and_then(|d| Some((d, only(&d.text)?)));
    let in_file = only(file);
    let strong_year = strong.first().map(|s| s.period.year());
    let weak_year = in_file.or(date.map(|(_, p)| p)).map(Period::year);
    // A sheet called 3月 or 一季度 completes the title's year.
    let part = |year| when::period(sheet, year).ok().filter(|p| p.grain() != Grain::Year);
    if let Some(p) = named.or_else(|| part(strong_year)) {
        strong.push(said(p, PeriodSource::SheetName, None, sheet));
    }
    if let Some(agreed) = agreed(&strong) {
        return Some(agreed);
    }
    let weak = part(weak_year)
        .map(|p| said(p, PeriodSource::SheetName, None, sheet))
        .or_else(|| in_file.map(|p| said(p, PeriodSource::FileName, None, file)))
        .or_else(|| {
            let (note, p) = date?;
            Some(said(Period::year_of(p.year()), PeriodSource::ReportDate, Some(&note.cell), &note.text))
        })?;
    let others = date.map(|(_, p)| Period::year_of(p.year())).filter(|p| *p != weak.period);
    Some(PeriodNote { weak: true, others: others.into_iter().collect(), ..weak })
}

/// The narrowest of what contains each other; what contradicts it is kept beside it.
fn agreed(strong: &[PeriodNote]) -> Option<PeriodNote> {
    let mut found = strong.first()?.clone();
    let mut others = Vec::new();
    for other in strong.iter().skip(1) {
        if found.period.contains(other.period) {
            if found.period != other.period {
                found = other.clone();
            }
        } else if !other.period.contains(found.period) {
            others.push(other.period);
        }
    }
    Some(PeriodNote { weak: !others.is_empty(), others, ..found })
}

/// The period of a column whose heading says when: 一季度·面积, 3月, 经营收入（上年）.
pub(super) fn of_heading(heading: &str, table: Option<Period>) -> Option<Period> {
    let relative = words::relative(heading);
    if let Some(years) = relative {
        let of = table?;
        return if years == 0 {
            None
        } else {
            Period::new(of.year().checked_sub(years)?, of.grain(), of.index())
        };
    }
    words::part_in(heading, table.map(Period::year))
}

#[cfg(test)]
mod tests {
    use super::super::Note;
    use super::*;

    fn note(text: &str) -> Option<Note> {
        Some(Note { text: text.to_owned(), cell: "A1".to_owned() })
    }

    #[test]
    fn numbers_of_documents_are_no_years() {
        for (text, wanted) in [
            ("农经字〔2009〕12号 2024年收支情况表", Some("2024")),
            ("关于印发统计制度的通知〔2009〕", None),
            ("2024年收支情况表（有效期至2026年1月）", Some("2024")),
            ("2023年至2024年对比表", None),
        ] {
            assert_eq!(only(text).map(|p| p.to_string()).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn strong_evidence_outranks_weak_and_contradictions_are_kept() {
        let decided = |title: Option<Note>, date: Option<Note>, sheet: &str, file: &str| {
            let above = Preamble { title, reported_on: date, ..Preamble::default() };
            decide(&above, sheet, file).map(|p| (p.period.to_string(), p.from, p.weak))
        };
        let title = || note("2024年收支表");
        use PeriodSource::*;
        assert_eq!(
            decided(title(), note("2025年1月5日"), "Sheet1", "a"),
            Some(("2024".into(), Title, false))
        );
        assert_eq!(decided(title(), None, "一季度", "a"), Some(("2024-Q1".into(), SheetName, false)));
        assert_eq!(decided(title(), None, "2023", "a"), Some(("2024".into(), Title, true)));
        assert_eq!(
            decided(None, note("2025年1月5日"), "Sheet1", "a"),
            Some(("2025".into(), ReportDate, true))
        );
        assert_eq!(decided(None, None, "Sheet1", "2024年收支.xlsx"), Some(("2024".into(), FileName, true)));
        assert_eq!(decided(None, None, "3月", "2024年收支.xlsx"), Some(("2024-03".into(), SheetName, true)));
        assert_eq!(decided(None, None, "Sheet1", "收支.xlsx"), None);
    }
}
