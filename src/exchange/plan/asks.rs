//! What a table does not say, or says weakly: asked before anything is written.
//!
//! Duty: the unit of money that nobody states, a period that only a date or a file's name gives, rows that may be sums,
//! columns and tables that nobody reads, plans that look like what was done, columns that may be villages. Inputs: a table made ready, and the
//! answers so far. Outputs: questions in the report; the desk is blocked until they are answered. Neighbours:
//! `question` has the answers, `layout` and `mapping` the evidence.

use super::Desk;
use super::prepare::Prepared;
use super::sentences;
use crate::exchange::book::{Book, BookSheet, Cell, address};
use crate::exchange::finding::Report;
use crate::exchange::layout::{Column, FoundTable, Suspect, Turn, Why, is_code, is_serial};
use crate::exchange::mapping::{ColumnMapping, Mapping, Meaning, UnitSource, planned};
use crate::exchange::question::{self, ACTUAL, Choice, DATA, LEAVE, PLACES, Question, TOTAL, Topic};
use crate::exchange::resolve::Decision;
use crate::exchange::text::is_none_mark;
use crate::ledger::State;
use crate::register::{FieldKind, Fields as _, Message, Severity};
use crate::value::{Value, number, order, unit};

/// Units of money that are offered.
const MONEY: &[&str] = &["元", "千元", "万元", "亿元"];
/// Figures of the ledger that a magnitude is compared with.
const COMPARED: usize = 5_000;

/// Asks what is open about a table.
pub(super) fn about(desk: &mut Desk<'_>, prepared: &Prepared<'_>, mapping: &Mapping) {
    // What its rows say beside lines was asked when they were read for their records.
    if prepared.joined.upon.is_some() {
        return period(desk, prepared, mapping);
    }
    if prepared.joined.named {
        return;
    }
    unit_of_money(desk, prepared, mapping);
    period(desk, prepared, mapping);
    nature(desk, prepared);
    across(desk, prepared.table);
    for suspect in &prepared.table.suspects {
        let question =
            Question::at(Topic::Row, &prepared.table.sheet, &suspect.cell, choices_of_row(suspect));
        ask(desk, "suspect_row", None, question, why(suspect));
    }
}

pub(super) fn ask(
    desk: &mut Desk<'_>,
    rule: &str,
    field: Option<&str>,
    question: Question,
    message: Message,
) {
    desk.blocked = true;
    desk.report.ask(rule, field, question, message);
}

/// Whether a person leaves a table out.
pub fn left_out(decisions: &[Decision], table: &FoundTable) -> bool {
    [Topic::Table, Topic::Nature, Topic::Across]
        .into_iter()
        .any(|t| question::of_table(decisions, t, table) == Some(LEAVE))
}

/// Money without a stated unit, unless every figure has its own.
fn unit_of_money(desk: &mut Desk<'_>, prepared: &Prepared<'_>, mapping: &Mapping) {
    let table = prepared.table;
    let money = |c: &ColumnMapping| match &c.meaning {
        Meaning::Value { field, .. } => {
            let field = prepared.register.reach(desk.state.schema(), &prepared.kind, field);
            field.filter(|f| matches!(f.kind, FieldKind::Money)).map(|f| f.key.to_string())
        }
        _ => None,
    };
    let open: Vec<(&Column, String)> = table
        .header
        .iter()
        .zip(&mapping.columns)
        .filter(|(_, m)| m.unit_from == Some(UnitSource::Assumed))
        .filter_map(|(c, m)| Some((c, money(m)?)))
        .filter(|(c, _)| table.data().any(|r| is_bare(prepared.sheet.grid.get(r.index, c.index))))
        .collect();
    let Some((first, key)) = open.first() else { return };
    let stated = table.units.iter().chain(&table.hints).find(|u| u.class == unit::Class::Money);
    let usual = usual(desk, prepared, key);
    let median = median(open.iter().flat_map(|(c, _)| figures(prepared.sheet, table, c)).collect());
    let likely = usual.zip(median).and_then(|(u, m)| likeliest(u, m));
    let mut choices: Vec<&str> = stated.map(|u| u.unit.as_str()).into_iter().chain(likely).collect();
    choices.extend(MONEY.iter().filter(|m| !choices.contains(m)).copied().collect::<Vec<_>>());
    choices.dedup();
    let columns: Vec<&str> = open.iter().map(|(c, _)| c.letters.as_str()).collect();
    let (mut zh, mut en) = (
        format!("金额没有写明单位（列{}，从“{}”起），是元还是万元？", columns.join("、"), first.heading),
        format!("Columns {} do not say in which unit the money is", columns.join(", ")),
    );
    if let Some(stated) = stated {
        let at = if stated.cell.is_empty() { String::new() } else { stated.cell.clone() };
        zh += &format!("{at}写着“{}”", stated.said);
        en += &format!("; {at} says {}", stated.said);
    }
    if let (Some(usual), Some(median), Some(likely)) = (usual, median, likely) {
        let joint = if stated.is_some() { "。" } else { "" };
        zh += &format!("{joint}台账里这一项一般在{}上下，表里的数一般是{median}，像是{likely}", wan(usual));
        en += &format!("; the ledger usually has {usual} yuan, the table {median}: probably {likely}");
    }
    let choices = choices.into_iter().map(Choice::plain).collect();
    ask(desk, "ask_unit", Some(key), Question::of(Topic::Unit, table, choices), Message::new(zh, en));
}

fn wan(yuan: f64) -> String {
    if yuan.abs() >= 10_000.0 { format!("{:.1}万元", yuan / 10_000.0) } else { format!("{yuan:.0}元") }
}

/// A figure that needs the column's unit; zero is zero in every unit.
pub(super) fn is_bare(cell: &Cell) -> bool {
    match cell {
        Cell::Number(n) => *n != 0.0,
        Cell::Text(t) if !is_none_mark(t) => {
            number::parse(t).is_ok_and(|p| p.unit.is_none() && !p.scaled && !p.face.is_zero())
        }
        _ => false,
    }
}

fn figures<'a>(
    sheet: &'a BookSheet,
    table: &'a FoundTable,
    column: &'a Column,
) -> impl Iterator<Item = f64> + 'a {
    table.data().take(COMPARED).filter_map(|r| match sheet.grid.get(r.index, column.index) {
        Cell::Number(n) if *n != 0.0 => Some(n.abs()),
        _ => None,
    })
}

fn median(mut all: Vec<f64>) -> Option<f64> {
    order::sort_by(&mut all, f64::total_cmp);
    all.get(all.len() / 2).copied()
}

/// What the ledger usually has in this field, in 元.
fn usual(desk: &Desk<'_>, prepared: &Prepared<'_>, key: &str) -> Option<f64> {
    let rows = desk.state.sheet(&prepared.register.key)?.of_kind(&prepared.kind.key);
    let amounts = rows.filter_map(|r| r.value(key).and_then(Value::as_money)).map(|m| m.fen());
    median(amounts.filter(|fen| *fen != 0).take(COMPARED).map(|fen| fen.abs() as f64 / 100.0).collect())
}

/// The unit in which figures of this size come nearest to what is usual.
fn likeliest(usual: f64, median: f64) -> Option<&'static str> {
    const SIZES: &[(&str, f64)] = &[("元", 1.0), ("千元", 1e3), ("万元", 1e4)];
    let far = |size: f64| (median * size / usual).ln().abs();
    SIZES.iter().min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map(|(unit, _)| *unit)
}

/// A period that only a date or a file's name gives, or that others contradict.
fn period(desk: &mut Desk<'_>, prepared: &Prepared<'_>, mapping: &Mapping) {
    let table = prepared.table;
    let Some(note) = table.period.as_ref().filter(|p| p.weak && Some(p.period) == mapping.period) else {
        return;
    };
    let own = prepared.kind.periodic() && (prepared.needs_period() || table.lends_period());
    let day = prepared.when().filter(|_| prepared.joined.upon.is_some());
    let lent = day.is_some_and(|f| prepared.fixed.iter().any(|(key, _)| **key == *f.key));
    if !own && !lent {
        return;
    }
    let (zh, en) = note.from.words();
    let all: Vec<_> = std::iter::once(note.period).chain(note.others.iter().copied()).collect();
    let choices = all.iter().map(|p| Choice::new(&p.to_string(), p.zh(), p.to_string())).collect();
    let others: Vec<String> = note.others.iter().map(|p| p.zh()).collect();
    let message = if note.others.is_empty() || note.from.is_weak() {
        Message::new(
            format!("这张表没有写明期间，只有{zh}“{}”提到{}，是这一期吗？", note.said, note.period.zh()),
            format!("The table does not say its period; only {en} ({}) has {}", note.said, note.period),
        )
    } else {
        Message::new(
            format!("期间说法不一：{zh}写的是{}，另有{}，是哪一期？", note.period.zh(), others.join("、")),
            format!("{en} says {}, something else says {}", note.period, others.join(", ")),
        )
    };
    ask(desk, "ask_period", None, Question::of(Topic::Period, table, choices), message);
}

/// A table of plans in a register that keeps what was done.
fn nature(desk: &mut Desk<'_>, prepared: &Prepared<'_>) {
    let table = prepared.table;
    if !prepared.figures || prepared.kind.aside().is_some() {
        return;
    }
    let Some(word) = planned(table) else { return };
    if question::of_table(&desk.options.decisions, Topic::Nature, table) == Some(ACTUAL) {
        return;
    }
    let choices = vec![Choice::leave(), Choice::new(ACTUAL, "按实际数读", "read it as actual figures")];
    let message = Message::new(
        format!("表名里有“{word}”：这是计划数，还是实际数？计划数不记入这本台账"),
        format!("The table speaks of plans ({word}): are its figures actual ones?"),
    );
    ask(desk, "ask_nature", None, Question::of(Topic::Nature, table, choices), message);
}

/// Columns that are called after nothing that is known, over rows that are figures: villages, most of the time.
fn across(desk: &mut Desk<'_>, table: &FoundTable) {
    let told = question::of_table(&desk.options.decisions, Topic::Across, table) == Some(PLACES);
    if table.guessed.is_empty() || told {
        return;
    }
    let names = table.guessed.join("、");
    let choices = vec![Choice::new(PLACES, "是村，每列一个村", "villages, one a column"), Choice::leave()];
    let message = Message::new(
        format!("列“{names}”是村名吗？台账里没有这些村，名字里也没有“村”“社区”"),
        format!("Are the columns {names} villages? The ledger has none of these names"),
    );
    ask(desk, "ask_across", None, Question::of(Topic::Across, table, choices), message);
}

fn choices_of_row(suspect: &Suspect) -> Vec<Choice> {
    let total = Choice::new(TOTAL, "不是数据，只作核对", "a sum: check only");
    let data = Choice::new(DATA, "是数据，照读", "data");
    if suspect.why == Why::Town { vec![data, total] } else { vec![total, data] }
}

fn why(suspect: &Suspect) -> Message {
    let name = &suspect.name;
    let (zh, en) = match suspect.why {
        Why::SumAbove => ("各栏正好是上面各行之和", "is the sum of the rows above"),
        Why::SumBelow => ("各栏正好是下面各行之和", "is the sum of the rows below"),
        Why::SumNext => ("各栏正好是紧接着几行之和", "is the sum of the rows that come next"),
        Why::Mean => ("各栏正好是上面各行的平均", "is the mean of the rows above"),
        Why::Difference => ("各栏正好是上面两行之差", "is the difference of the two rows above"),
        Why::Town => {
            ("是乡镇（县）的名字，别的行是村", "is called after a township, the others after villages")
        }
    };
    Message::new(
        format!("“{name}”这一行{zh}：是合计一类的行，还是数据？"),
        format!("The row {name} {en}: a sum, or data?"),
    )
}

/// Headings of figures that are worked out from others, or that are no figures: not to read them loses nothing.
const WORKED_OUT: &[&str] = &[
    "率",
    "占比",
    "比重",
    "比例",
    "排名",
    "名次",
    "位次",
    "亩均",
    "户均",
    "人均",
    "村均",
    "平均",
    "增减",
    "增长",
    "增幅",
    "同比",
    "环比",
    "电话",
    "手机",
    "联系方式",
    "号码",
    "邮编",
];

/// 1, 2, 3: a column without a heading that numbers the rows.
fn counts_rows(sheet: &BookSheet, table: &FoundTable, column: &Column) -> bool {
    let said = table.data().filter_map(|r| match sheet.grid.get(r.index, column.index) {
        Cell::Number(n) => Some(*n),
        _ => None,
    });
    let all: Vec<f64> = said.collect();
    column.heading.is_empty() && all.windows(2).all(|w| matches!(w, [a, b] if b - a == 1.0))
}

/// A column of figures that nobody reads is a question; false when it is none.
pub(super) fn unread(desk: &mut Desk<'_>, prepared: &Prepared<'_>, column: &Column) -> bool {
    let table = prepared.table;
    let figures = column.numeric && !is_code(&column.heading) && !counts_rows(prepared.sheet, table, column);
    if !figures || WORKED_OUT.iter().any(|w| column.heading.contains(w)) {
        return false;
    }
    let cell = table.at(table.header_rows.1.saturating_sub(1), column.index);
    if question::answered(&desk.options.decisions, Topic::Column, &table.sheet, &cell) == Some(LEAVE) {
        return false;
    }
    let n = table.data().filter(|r| prepared.sheet.grid.get(r.index, column.index).is_number()).count();
    let heading = &column.heading;
    let message = Message::new(
        format!("列“{heading}”有{n}个数，没有对应的字段：不读，还是指定读成什么？"),
        format!("Column {heading} has {n} figures and no field: leave it out, or say what it is"),
    );
    let question = Question::at(Topic::Column, &table.sheet, &cell, vec![Choice::leave()]);
    ask(desk, "unread_column", None, question, message);
    true
}

/// Two columns that give one figure of one record: only one of them can be read, and nobody says which.
pub(super) fn twin(desk: &mut Desk<'_>, prepared: &Prepared<'_>, column: &Column, first: u32) {
    let table = prepared.table;
    let cell = table.at(table.header_rows.1.saturating_sub(1), column.index);
    let left = question::answered(&desk.options.decisions, Topic::Column, &table.sheet, &cell) == Some(LEAVE);
    let filled = table.data().any(|r| !prepared.sheet.grid.get(r.index, column.index).is_blank());
    if left || !filled {
        return;
    }
    let of = |index: u32| table.header.iter().find(|c| c.index == index);
    let (heading, other) = (&column.heading, of(first).map_or("", |c| c.letters.as_str()));
    let word = if table.turn() == Some(Turn::Across) { "行" } else { "列" };
    let message = Message::new(
        format!(
            "{word}{}“{heading}”和{word}{other}是同一项，只能读一个：不读这一{word}，还是指定读成什么？",
            column.letters
        ),
        format!(
            "Columns {} and {other} give the same figure ({heading}): leave this one out, or say what it is",
            column.letters
        ),
    );
    let question = Question::at(Topic::Column, &table.sheet, &cell, vec![Choice::leave()]);
    ask(desk, "same_column", None, question, message);
}

/// Two rows with figures are a table, whether it has a header or not.
fn has_rows(sheet: &BookSheet) -> bool {
    let figures = |r: &u32| sheet.grid.row(*r).filter(|(_, c)| c.is_number()).count() >= 2;
    (0..sheet.grid.height()).filter(figures).nth(1).is_some()
}

/// Tables that no register fits, and sheets with figures in which no table was found. Where other tables are read,
/// figures are not left behind silently.
pub fn tables_unread(
    (book, tables): (&Book, &[FoundTable]),
    mappings: &[Option<Mapping>],
    state: &State,
    decisions: &[Decision],
    report: &mut Report,
) {
    let others = mappings.iter().any(Option::is_some);
    let unread = tables.iter().zip(mappings).filter(|(_, m)| m.is_none()).map(|(t, _)| t);
    for table in unread.filter(|t| !left_out(decisions, t)) {
        let message = sentences::unknown_table(state, &table.sheet);
        let figures =
            table.header.iter().any(|c| c.numeric && !is_serial(&c.heading)) && table.data().next().is_some();
        match (others, figures) {
            (true, true) => {
                report.ask(
                    "unread_table",
                    None,
                    Question::of(Topic::Table, table, vec![Choice::leave()]),
                    message,
                );
            }
            (true, false) => report.about_table(Severity::Warning, &table.sheet, "unknown_table", message),
            (false, _) => report.about_table(Severity::Error, &table.sheet, "unknown_table", message),
        }
    }
    let found = |sheet: &BookSheet| tables.iter().any(|t| t.sheet == sheet.name);
    for sheet in book.sheets.iter().filter(|s| others && !found(s) && has_rows(s)) {
        let first = (0..sheet.grid.height()).find_map(|r| Some((r, sheet.grid.row(r).next()?.0)));
        let cell = first.map_or_else(|| "A1".to_owned(), |(r, c)| address(r, c));
        if question::answered(decisions, Topic::Table, &sheet.name, &cell) != Some(LEAVE) {
            let question = Question::at(Topic::Table, &sheet.name, &cell, vec![Choice::leave()]);
            let message = Message::new(
                format!("表“{}”里有数，但没有找到表头，没有读入", sheet.name),
                format!("Sheet {} has figures and no header; it was not read", sheet.name),
            );
            report.ask("unread_table", None, question, message);
        }
    }
}
