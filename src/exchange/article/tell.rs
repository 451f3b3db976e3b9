//! What was understood of a figure, in words; and the text with its figures marked.
//!
//! Duty: the one wording that the page, the workbook and the marked text share. Inputs: figures as read and judged.
//! Outputs: [`Message`]s, lines of a table, a text. Neighbours: `judge`, `compare`.

use rust_decimal::Decimal;

use super::aim;
use super::claim::Claim;
use super::compare::Verdict;
use super::judge::{Judged, Standing};
use super::scope::Said;
use super::{Document, Figure};
use crate::analysis::format::{Lang, grouped};
use crate::register::{Message, Schema};
use crate::table::Places;
use crate::value::figure::{Direction, Kind, Reading, Time};
use crate::value::{Modifier, Text};

/// Decimals shown of a value that the ledger computed.
const PLACES: u32 = 2;

/// A number with the unit of the figure; money from 一万元 on in 万元 or 亿元, as people say it.
pub fn amount(n: Decimal, unit: Option<&str>) -> String {
    let unit = unit.unwrap_or_default();
    let sizes = [(Decimal::from(100_000_000), "亿"), (Decimal::from(10_000), "万")];
    let fits = sizes.iter().find(|(size, _)| unit == "元" && n.abs() >= *size);
    match fits.and_then(|(size, word)| Some((n.checked_div(*size)?, word))) {
        Some((part, word)) => format!("{}{word}{unit}", grouped(part, PLACES + 2)),
        None => format!("{}{unit}", grouped(n, PLACES)),
    }
}

/// 500–599亩, 2,000元以上; each part only where it says something.
pub fn understood(reading: &Reading) -> Message {
    let unit = reading.unit.as_deref();
    let mut zh = vec![interval(reading, unit, Lang::Zh)];
    let mut en = vec![interval(reading, unit, Lang::En)];
    let mut both = |z: String, e: String| {
        zh.push(z);
        en.push(e);
    };
    if let Some(per) = reading.per.as_deref() {
        both(format!("每{per}"), format!("per {per}"));
    }
    match reading.time {
        Time::In(period) if reading.time_before => {
            both(format!("{}（前文）", period.zh()), format!("{period} (said before)"));
        }
        Time::In(period) => both(period.zh(), period.to_string()),
        Time::Years(from, to) => both(format!("{from}—{to}年"), format!("{from}–{to}")),
        Time::Since(year) => both(format!("{year}年以来"), format!("since {year}")),
        Time::AsOf(Some(day)) => both(format!("截至{day}"), format!("as of {day}")),
        Time::AsOf(None) => both("截至目前".to_owned(), "so far".to_owned()),
        Time::Unknown => {}
    }
    let kind = match (reading.kind, reading.direction) {
        (Kind::Level, _) => None,
        (Kind::Change, Some(Direction::Up)) => Some(("增加了这么多", "an increase")),
        (Kind::Change, Some(Direction::Down)) => Some(("减少了这么多", "a decrease")),
        (Kind::Change, None) => Some(("变化量", "a change")),
        (Kind::Part, _) => Some(("其中的一部分", "a part")),
        (Kind::Class, _) => Some(("规模说法，不相加", "a class of size")),
        (Kind::Rank, _) => Some(("名次或其中之一", "a rank")),
    };
    if let Some((z, e)) = kind {
        both(z.to_owned(), e.to_owned());
    }
    if reading.forecast {
        both("预计，不与实际数核对".to_owned(), "a forecast, not held against actual numbers".to_owned());
    }
    Message::new(zh.join(" · "), en.join(" · "))
}

fn interval(reading: &Reading, unit: Option<&str>, lang: Lang) -> String {
    let show = |n: Decimal| amount(n, unit);
    match (reading.low, reading.high) {
        _ if reading.modifier == Modifier::Exact => show(reading.face),
        (Some(low), Some(high)) => format!("{}–{}", show(low), show(high)),
        (Some(low), None) => format!("{}{}", lang.of("不少于", "at least "), show(low)),
        (None, Some(high)) => format!("{}{}", lang.of("不多于", "at most "), show(high)),
        (None, None) => show(reading.face),
    }
}

/// What the comparison says: 台账 8,850亩，相差 3亩；宜写 …
pub fn compared(figure: &Figure, judged: &Judged) -> Option<Message> {
    let unit = figure.reading.unit.as_deref();
    let value = judged.value.map(|v| amount(v, unit))?;
    let write = |better: &Option<Text>| match better {
        Some(better) => (format!("，宜写“{better}”"), format!(", better “{better}”")),
        None => (String::new(), String::new()),
    };
    Some(match &judged.verdict {
        Verdict::Agrees { better } => {
            let (zh, en) = write(better);
            Message::new(format!("台账 {value}{zh}"), format!("the ledger has {value}{en}"))
        }
        Verdict::Differs { by, percent, better } => {
            let (zh, en) = write(better);
            let off = amount(by.abs(), unit);
            let share = percent.map(|p| format!("（{p}%）")).unwrap_or_default();
            let more = by.is_sign_positive() && !by.is_zero();
            let (z, e) = match (by.is_zero(), more) {
                (true, _) => ("，正好在边上".to_owned(), ", exactly the bound".to_owned()),
                (_, true) => (format!("，比文中多 {off}{share}"), format!(", {off}{share} more")),
                (_, false) => (format!("，比文中少 {off}{share}"), format!(", {off}{share} less")),
            };
            Message::new(format!("台账 {value}{z}{zh}"), format!("the ledger has {value}{e}{en}"))
        }
        Verdict::Ahead | Verdict::NoData | Verdict::NotLinked => return None,
    })
}

/// What stands beside a figure: why it cannot be told, otherwise the comparison.
pub fn beside(figure: &Figure, judged: &Judged) -> Option<Message> {
    if judged.standing != Standing::Unsure {
        return compared(figure, judged);
    }
    let doubts = |of: fn(&Message) -> &str| judged.doubts.iter().map(of).collect::<Vec<_>>();
    Some(Message::new(doubts(|m| &m.zh).join("；"), doubts(|m| &m.en).join("; ")))
}

/// 2024年 · 沙溪村 · 经营性收入，因为标题说“沙溪镇2024年”、本句说“经营性收入”
pub fn scope(claim: &Claim) -> Message {
    let mut zh: Vec<String> = claim.said.iter().map(|s| s.what.zh.clone()).collect();
    let mut en: Vec<String> = claim.said.iter().map(|s| s.what.en.clone()).collect();
    if let Some(how) = claim.thing.as_ref().and_then(|t| claim.how.words(t)) {
        zh.push(how.zh);
        en.push(how.en);
    }
    let why: Vec<Message> = claim.said.iter().map(Said::told).collect();
    if why.is_empty() {
        return Message::new(zh.join(" · "), en.join(" · "));
    }
    let because: Vec<&str> = why.iter().map(|m| m.zh.as_str()).collect();
    let english: Vec<&str> = why.iter().map(|m| m.en.as_str()).collect();
    Message::new(
        format!("{}，因为{}", zh.join(" · "), because.join("，")),
        format!("{}, because {}", en.join(" · "), english.join(", ")),
    )
}

/// 台账已变：原 8,850亩，现 8,900亩
pub fn moved(figure: &Figure, judged: &Judged) -> Option<Message> {
    let moved = judged.moved.as_ref()?;
    let unit = figure.reading.unit.as_deref();
    let show = |n: Option<Decimal>| n.map_or_else(|| "—".to_owned(), |n| amount(n, unit));
    let (was, now) = (show(moved.was), show(moved.now));
    Some(Message::new(
        format!("台账已变：原 {was}，现 {now}"),
        format!("The ledger has moved: {was} then, {now} now"),
    ))
}

/// Name of what a figure is linked to, with the product.
pub fn target(schema: &Schema, judged: &Judged) -> Option<Message> {
    let link = judged.link.as_ref()?;
    let aim = aim::find(schema, &link.target)?;
    let name = aim.name();
    let product = link.product.as_deref().map(|p| format!("{p} ")).unwrap_or_default();
    let how = link.how.words(&link.thing()).map(|h| (format!("·{}", h.zh), format!(" · {}", h.en)));
    let (zh, en) = how.unwrap_or_default();
    Some(Message::new(format!("{product}{}{zh}", name.zh), format!("{product}{}{en}", name.en)))
}

/// The headings of [`rows`].
pub const HEADINGS: [(&str, &str); 10] = [
    ("数字", "Figure"),
    ("理解为", "Understood as"),
    ("所指", "Subject"),
    ("状态", "State"),
    ("关联到", "Linked to"),
    ("单位", "Place"),
    ("期间", "Period"),
    ("台账数", "Ledger"),
    ("说明", "Note"),
    ("原句", "Quotation"),
];

/// One line a figure, for a workbook.
pub fn rows(
    document: &Document,
    judged: &[Judged],
    (schema, places): (&Schema, &Places),
    lang: Lang,
) -> Vec<Vec<String>> {
    let say = |m: Message| if lang == Lang::Zh { m.zh } else { m.en };
    let said = |m: Option<Message>| m.map(say).unwrap_or_default();
    let line = |(figure, judged): (&Figure, &Judged)| {
        let link = judged.link.as_ref();
        let place = link.and_then(|l| l.place).map(|p| places.name(p).to_string());
        let period = link.and_then(|l| l.period);
        let notes: Vec<String> = [moved(figure, judged), beside(figure, judged), judged.scope.clone()]
            .into_iter()
            .flatten()
            .map(say)
            .collect();
        vec![
            figure.figure.clone(),
            say(understood(&figure.reading)),
            figure.subject.clone().unwrap_or_default(),
            say(judged.standing.words()),
            said(target(schema, judged)),
            place.or_else(|| figure.place.clone()).unwrap_or_default(),
            period.map(|p| if lang == Lang::Zh { p.zh() } else { p.to_string() }).unwrap_or_default(),
            judged.value.map(|v| amount(v, figure.reading.unit.as_deref())).unwrap_or_default(),
            notes.join(lang.of("；", "; ")),
            figure.quote.clone(),
        ]
    };
    document.figures.iter().zip(judged).map(line).collect()
}

/// The text with what is known written after each figure: 8850亩【相符】. Figures that nobody linked stay as
/// they are.
pub fn marked(text: &str, document: &Document, judged: &[Judged], lang: Lang) -> String {
    let mut notes = document
        .figures
        .iter()
        .zip(judged)
        .filter(|(_, j)| j.standing != Standing::NotLinked)
        .map(|(f, j)| {
            let words = [Some(j.standing.words()), beside(f, j), moved(f, j)];
            let words: Vec<String> =
                words.into_iter().flatten().map(|m| if lang == Lang::Zh { m.zh } else { m.en }).collect();
            (f.range.end, words.join(lang.of("：", ": ")))
        })
        .peekable();
    let mut out = String::with_capacity(text.len() + 1024);
    for (n, c) in text.chars().enumerate() {
        while let Some((_, note)) = notes.next_if(|(at, _)| *at == n) {
            out.push_str(&format!("【{note}】"));
        }
        out.push(c);
    }
    for (_, note) in notes {
        out.push_str(&format!("【{note}】"));
    }
    out
}
