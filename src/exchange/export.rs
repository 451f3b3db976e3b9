//! Records as a workbook that people can read, forward, and hand back.
//!
//! One sheet for each kind of rows: a title, a heading for each field that has a value or must have one (its
//! unit in brackets), one row a record. Numbers are numbers in the field's base unit, identity numbers and
//! phones are texts, days are days. What the importer computes by itself (computed fields) stays out, so that
//! importing the file again changes nothing: a worded number is written as it was worded. Attached files are told by their
//! names. A kind that stands under another says in its first columns under which record each row stands.
//!
//! Values that belong to a person are masked unless [`Options::unmasked`]. A text that begins like a formula
//! is a text with Excel's quote prefix, the apostrophe that shows in the formula bar: it is never computed,
//! and reads back as it is. More than [`CELLS_PER_FILE`] cells go into several workbooks, because all of one is held in
//! memory while it is written.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::job::Listing;
use super::record_json;
use crate::ledger::{Record, State};
use crate::register::{Audience, Field, Fields as _, Need, RowKind, Sense, present};
use crate::table::Table;
use crate::value::{Decimal, Value};

/// A workbook holds at most so many cells.
pub const CELLS_PER_FILE: usize = 300_000;
/// Rows above the first record: title and heading.
const HEAD: u32 = 2;

/// How records are written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Identity numbers, phones and accounts in full.
    pub unmasked: bool,
}

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("workbook: {0}")]
pub struct ExportError(#[from] XlsxError);

/// Some rows of a table, for one or more sheets.
#[derive(Debug)]
pub struct Part<'a> {
    /// The table.
    pub table: Table<'a>,
    /// Which rows, in which order.
    pub rows: Vec<u32>,
}

impl<'a> Part<'a> {
    /// Every row of a table, in the order in which records are printed.
    pub fn whole(table: Table<'a>) -> Self {
        let mut rows = table.all_rows();
        record_json::sort(&table, &mut rows);
        Self { table, rows }
    }
}

/// The kinds of `register` that have rows, each with all of them; its first kind when none has.
pub fn parts<'a>(state: &'a State, register: &crate::register::Register) -> Vec<Part<'a>> {
    let open = |kind: &str| Table::open(state, &register.key, Some(kind)).map(Part::whole);
    let mut all: Vec<Part<'a>> = register.kinds.iter().filter_map(|k| open(&k.key)).collect();
    let first = all.iter().position(|p| !p.rows.is_empty()).unwrap_or(0);
    let mut at = 0;
    all.retain(|p| {
        at += 1;
        !p.rows.is_empty() || at == first + 1
    });
    all
}

/// Writes the parts as workbooks, each with at most [`CELLS_PER_FILE`] cells; nearly always there is one.
pub fn workbooks(parts: &[Part<'_>], options: Options) -> Result<Vec<Vec<u8>>, ExportError> {
    workbooks_of(parts, options, CELLS_PER_FILE)
}

fn workbooks_of(parts: &[Part<'_>], options: Options, most: usize) -> Result<Vec<Vec<u8>>, ExportError> {
    let mut files = Vec::new();
    let mut book = new_book()?;
    let mut free = most;
    for part in parts {
        let columns = columns(part);
        let mut rest = part.rows.as_slice();
        loop {
            let room = (free / columns.len().max(1)).max(usize::from(free == most));
            if room == 0 || (room < rest.len() && free < most) {
                files.push(book.save_to_buffer()?);
                (book, free) = (new_book()?, most);
                continue;
            }
            let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            sheet(book.add_worksheet(), part, &columns, now, options)?;
            free = free.saturating_sub(now.len() * columns.len());
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
    }
    files.push(book.save_to_buffer()?);
    Ok(files)
}

/// Writes lines of text as a workbook, as long as it fits one sheet.
pub fn lines(lines: &Listing) -> Result<Vec<u8>, ExportError> {
    let mut book = new_book()?;
    let sheet = book.add_worksheet();
    let styles = Styles::new();
    sheet.write_string_with_format(0, 0, &lines.title, &styles.title.clone().set_align(FormatAlign::Left))?;
    for (c, heading) in (0u16..).zip(&lines.headings) {
        sheet.write_string_with_format(HEAD - 1, c, heading, &styles.heading)?;
        let mut width = wide(heading);
        for (r, row) in (HEAD..).zip(&lines.rows) {
            let words = row.get(usize::from(c)).cloned().unwrap_or_default();
            width = width.max(put(sheet, (r, c), &Content::Words(words), &styles)?);
        }
        sheet.set_column_width(c, width.clamp(8, 40) as f64 + 2.0)?;
    }
    sheet.set_freeze_panes(HEAD, 0)?;
    sheet.set_landscape().set_repeat_rows(0, HEAD - 1)?.set_print_fit_to_pages(1, 0);
    Ok(book.save_to_buffer()?)
}

/// The same records give the same bytes, whenever they are written.
fn new_book() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_author("兴村").set_creation_datetime(&made));
    Ok(book)
}

/// One column of a sheet.
enum Source<'a> {
    /// The township, which tells villages of one name apart.
    Town,
    /// A field of the record above, which tells which one it is.
    Above(&'a RowKind, &'a Field),
    Field(&'a Field),
}

impl Source<'_> {
    fn heading(&self) -> String {
        match self {
            Self::Town => "乡镇".to_owned(),
            Self::Above(kind, f) => format!("{}·{}", kind.label.zh, f.label.zh),
            Self::Field(f) => match &f.unit {
                Some(unit) => format!("{}（{unit}）", f.label.zh),
                None => f.label.zh.to_string(),
            },
        }
    }
}

fn columns<'p>(part: &'p Part<'_>) -> Vec<Source<'p>> {
    let kind = part.table.kind();
    let records: Vec<&Record> = part.rows.iter().filter_map(|r| part.table.record(*r)).collect();
    let used = |f: &&'p Field| {
        !f.computed_only()
            && !f.has(Sense::Parent)
            && ((matches!(f.need, Need::Always) && f.derived.is_none())
                || records.iter().any(|r| r.value(&f.key).is_some()))
    };
    let (state, register) = (part.table.state(), part.table.register());
    let above = |f: &&Arc<Field>| {
        records.iter().any(|r| state.parent_of(register, r).is_some_and(|p| p.value(&f.key).is_some()))
    };
    let above = register.above(kind).into_iter().flat_map(|k| {
        register.naming_parent(kind).into_iter().filter(above).map(move |f| Source::Above(k, f))
    });
    let has_org =
        kind.of(Sense::Place).is_some() || register.above(kind).is_some_and(|k| k.of(Sense::Place).is_some());
    let in_town = |r: &Record| part.table.town_of(r).is_some();
    let town = (has_org && records.iter().any(|r| in_town(r))).then_some(Source::Town);
    let own = kind.fields.iter().map(AsRef::as_ref).filter(used).map(Source::Field);
    town.into_iter().chain(above).chain(own).collect()
}

struct Styles {
    title: Format,
    heading: Format,
    plain: Format,
    text: Format,
    guarded: Format,
    money: Format,
    day: Format,
}

impl Styles {
    fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        Self {
            title: Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center),
            heading: cell().set_bold().set_align(FormatAlign::Center).set_text_wrap(),
            plain: cell(),
            text: cell().set_num_format("@"),
            guarded: cell().set_num_format("@").set_quote_prefix(),
            money: cell().set_num_format("0.00"),
            day: cell().set_num_format("yyyy-mm-dd"),
        }
    }
}

fn sheet(
    sheet: &mut Worksheet,
    part: &Part<'_>,
    columns: &[Source<'_>],
    rows: &[u32],
    options: Options,
) -> Result<(), XlsxError> {
    let styles = Styles::new();
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.set_name(&*part.table.kind().label.zh)?;
    let title = &part.table.register().label.zh;
    if last > 0 {
        sheet.merge_range(0, 0, 0, last, title, &styles.title)?;
    } else {
        sheet.write_string_with_format(0, 0, &**title, &styles.title)?;
    }
    for (c, column) in (0u16..).zip(columns) {
        let heading = column.heading();
        sheet.write_string_with_format(HEAD - 1, c, &heading, &styles.heading)?;
        let mut width = wide(&heading);
        for (r, row) in (HEAD..).zip(rows) {
            let shown = match content(part, column, *row, options) {
                Some(content) => put(sheet, (r, c), &content, &styles)?,
                None => sheet.write_blank(r, c, &styles.plain).map(|_| 0)?,
            };
            width = width.max(shown);
        }
        sheet.set_column_width(c, width.clamp(8, 40) as f64 + 2.0)?;
    }
    let end = HEAD - 1 + u32::try_from(rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(HEAD - 1, 0, end, last)?;
    sheet.set_freeze_panes(HEAD, 0)?;
    sheet.set_landscape().set_repeat_rows(0, HEAD - 1)?.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// What a cell shows.
enum Content {
    Words(String),
    Number(f64),
    Money(f64),
    Day(ExcelDateTime),
}

fn content(part: &Part<'_>, column: &Source<'_>, row: u32, options: Options) -> Option<Content> {
    let record = part.table.record(row)?;
    let places = part.table.places();
    let (record, field) = match column {
        Source::Town => {
            let town = part.table.town_of(record)?;
            return Some(Content::Words(places.name(town).to_string()));
        }
        Source::Above(_, field) => (part.table.state().parent_of(part.table.register(), record)?, *field),
        Source::Field(field) => (record, *field),
    };
    let value = record.value(&field.key)?;
    // The township stands in a column of its own; what lies near the record is told by what the record says beside it.
    let near = !field.within.is_empty();
    let title = |id| {
        let (key, named) = part.table.state().home(field.target().filter(|_| near)?, id)?;
        let kind = part.table.state().kind_of(key, named)?;
        named.value(&kind.title)?.as_str().map(str::to_owned)
    };
    let name = |id| match places.get(id).filter(|_| near || field.has(Sense::Place)) {
        Some(place) => place.name.to_string(),
        None => title(id).unwrap_or_else(|| part.table.name_of(field.target(), id).to_string()),
    };
    Some(match value {
        Value::Int(n) => number(Decimal::from(*n)),
        Value::Decimal(d) => number(*d),
        Value::Money(m) => money(m.yuan()),
        Value::Date(d) => day(*d).unwrap_or_else(|| Content::Words(d.to_string())),
        other => {
            let audience = Audience::Book { unmasked: options.unmasked };
            Content::Words(present(Some(field), other, audience, &name))
        }
    })
}

/// A number that a cell can hold exactly is a number; one with more than fifteen digits is a text.
fn number(value: Decimal) -> Content {
    match value.to_f64().filter(|_| value.normalize().mantissa().unsigned_abs() < 1_000_000_000_000_000) {
        Some(number) => Content::Number(number),
        None => Content::Words(value.normalize().to_string()),
    }
}

fn money(yuan: Decimal) -> Content {
    match number(yuan) {
        Content::Number(n) => Content::Money(n),
        other => other,
    }
}

fn day(date: crate::value::Date) -> Option<Content> {
    let (year, month, day) =
        (u16::try_from(date.year()).ok()?, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok().map(Content::Day)
}

/// Writes one cell; returns how wide it is.
fn put(
    sheet: &mut Worksheet,
    (r, c): (u32, u16),
    content: &Content,
    styles: &Styles,
) -> Result<usize, XlsxError> {
    match content {
        Content::Words(words) => {
            let format = if like_a_formula(words) { &styles.guarded } else { &styles.text };
            sheet.write_string_with_format(r, c, &*fitting(words), format)?;
            Ok(wide(words))
        }
        Content::Number(n) => {
            sheet.write_number_with_format(r, c, *n, &styles.plain)?;
            Ok(n.to_string().len())
        }
        Content::Money(n) => {
            sheet.write_number_with_format(r, c, *n, &styles.money)?;
            Ok(format!("{n:.2}").len())
        }
        Content::Day(day) => {
            sheet.write_datetime_with_format(r, c, day, &styles.day)?;
            Ok(10)
        }
    }
}

/// A cell holds no more (Excel's limit); a longer text, such as a whole article, ends by saying so.
const MOST_LETTERS: usize = 32_767;
const CUT: &str = "……（一个单元格最多 32767 字，后面的没有导出，全文在台账里）";

fn fitting(words: &str) -> Cow<'_, str> {
    // UTF-16, as spreadsheets count.
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    if words.len() <= MOST_LETTERS || units(words) <= MOST_LETTERS {
        return Cow::Borrowed(words);
    }
    let mut room = MOST_LETTERS - units(CUT);
    let kept = words.chars().take_while(|c| {
        let fits = room >= c.len_utf16();
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    Cow::Owned(kept.chain(CUT.chars()).collect())
}

/// Texts that a spreadsheet would compute if somebody typed them.
fn like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A Chinese character is two letters wide.
fn wide(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Author, BatchKind, DeviceId, Draft, Seeded};
    use crate::value::{Money, Period, Text};
    use calamine::{Data, Reader as _};
    use proptest::prelude::*;

    fn state(rows: usize) -> State {
        let mut state = State::new();
        let mut author =
            Author::new(DeviceId(1), crate::ledger::Person::county("t"), &state, Box::new(Seeded(1)));
        let mut draft = Draft::new(BatchKind::Edit);
        let mut place = |name: &str, kind: &str, parent: Option<crate::value::RowId>| {
            let id = author.row_id(0);
            let mut fields =
                vec![(Text::from("name"), Value::text(name)), (Text::from("kind"), Value::choice(kind))];
            fields.extend(parent.map(|p| (Text::from("parent"), Value::Ref(p))));
            draft.create("R01", "org", id, fields, None);
            id
        };
        let town = place("柳河镇", "乡镇", None);
        let village = place("清凉村", "村", Some(town));
        for n in 0..rows {
            let fields = vec![
                (Text::from("org"), Value::Ref(village)),
                (Text::from("period"), Value::Period(Period::year_of(2024))),
                (Text::from("subject"), Value::choice("经营收入")),
                (Text::from("book_no"), Value::text(&format!("{n:03}"))),
                (Text::from("amount"), Value::Money(Money::from_fen(123_456))),
                (Text::from("counter_party"), Value::text("=HYPERLINK(\"x\")")),
            ];
            draft.create("R07", "line", author.row_id(1), fields, None);
        }
        let sealed = author.write(&state, draft, 1).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        state
    }

    fn cells(file: &[u8]) -> Vec<Vec<Data>> {
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(file)).unwrap();
        assert!(book.worksheet_formula("收支").unwrap().used_cells().next().is_none());
        book.worksheet_range("收支").unwrap().rows().map(<[Data]>::to_vec).collect()
    }

    #[test]
    fn headings_units_numbers_and_texts_that_are_no_formulas() {
        let state = state(1);
        let parts = parts(&state, crate::register::Schema::base().register("R07").unwrap());
        let files = workbooks(&parts, Options::default()).unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(files, workbooks(&parts, Options::default()).unwrap());
        let rows = cells(&files[0]);
        let shown: Vec<String> = rows[1].iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["乡镇", "村（社区）", "期间", "凭证号", "科目", "金额（元）", "对方"]);
        assert_eq!(rows[2][3], Data::String("000".into()));
        assert_eq!(rows[2][5], Data::Float(1234.56));
        assert_eq!(rows[2][6], Data::String("=HYPERLINK(\"x\")".into()));
    }

    /// An article of more than 32 767 letters made the whole workbook fail.
    #[test]
    fn a_text_that_no_cell_can_hold_ends_by_saying_so() {
        for long in ["村".repeat(40_000), "𠀀".repeat(20_000)] {
            let rows = vec![vec![long.clone(), "短".to_owned()]];
            let sheet = Listing {
                title: "文章".to_owned(),
                headings: vec!["正文".to_owned(), "注".to_owned()],
                rows,
            };
            let mut book: calamine::Xlsx<_> =
                calamine::open_workbook_from_rs(std::io::Cursor::new(lines(&sheet).unwrap())).unwrap();
            let range = book.worksheet_range_at(0).unwrap().unwrap();
            let cell = range.rows().nth(2).unwrap()[0].to_string();
            let kept = cell.strip_suffix(CUT).unwrap();
            assert!(long.starts_with(kept) && cell.encode_utf16().count() > MOST_LETTERS - 2);
        }
        assert_eq!(fitting("短"), "短");
    }

    /// Whether it is production, whose village, when, and its values.
    type Line = (bool, usize, Period, Vec<(&'static str, Value)>);

    /// A line of R06 or R07 with values of every sort that a cell can hold.
    fn any_line() -> impl Strategy<Value = Line> {
        let word = "[=+@#a-z0-9 清凉约余亩,，.（)\"'-]{1,12}".prop_filter("not blank", |w: &String| {
            // The importer trims, and folds what only differs by blanks.
            w.trim() == w && !w.contains("  ")
        });
        let decimal = (0i64..10_000_000, 0u32..3).prop_map(|(n, places)| Decimal::new(n, places));
        let period = (2000i16..2030, 1u8..=12, any::<bool>()).prop_map(|(y, m, yearly)| {
            if yearly { Period::year_of(y) } else { Period::month_of(y, m).unwrap() }
        });
        let day = (2000i16..2030, 1i8..=12, 1i8..=28)
            .prop_map(|(y, m, d)| crate::value::Date::new(y, m, d).unwrap());
        (any::<bool>(), 0usize..3, period, decimal, 0i64..10_000_000_000, word, day, any::<bool>()).prop_map(
            |(production, village, period, decimal, fen, word, day, rich)| {
                let mut fields = if production {
                    vec![
                        ("product", Value::choice("不知火")),
                        ("stage", Value::choice("种植")),
                        ("nature", Value::choice("实际")),
                        ("area", Value::Decimal(decimal.normalize())),
                        ("output_value", Value::Money(Money::from_fen(fen))),
                    ]
                } else {
                    vec![
                        ("subject", Value::choice("经营收入·出租")),
                        ("direction", Value::choice("收入")),
                        ("amount", Value::Money(Money::from_fen(fen))),
                        ("cash_flow", Value::Date(day)),
                    ]
                };
                if rich {
                    fields.push(("remark", Value::text(&word)));
                    let tags = [Text::from("三破三带"), Text::from("六共")].to_vec();
                    fields.push(("tags", Value::Many(tags)));
                }
                (production, village, period, fields)
            },
        )
    }

    fn ledger_of(lines: &[Line]) -> State {
        let mut state = state(0);
        let mut author =
            Author::new(DeviceId(1), crate::ledger::Person::county("t"), &state, Box::new(Seeded(9)));
        let mut draft = Draft::new(BatchKind::Edit);
        let villages: Vec<_> = ["五四村", "龙台村", "雨台村"]
            .map(|name| {
                let id = author.row_id(0);
                let fields =
                    vec![(Text::from("name"), Value::text(name)), (Text::from("kind"), Value::choice("村"))];
                draft.create("R01", "org", id, fields, None);
                id
            })
            .to_vec();
        let mut seen = std::collections::HashSet::new();
        for (n, (production, village, period, fields)) in lines.iter().enumerate() {
            // One line for each key: R06 by product, R07 by voucher number.
            if *production && !seen.insert((village, period)) {
                continue;
            }
            let mut all = vec![
                (Text::from("org"), Value::Ref(villages[*village])),
                (Text::from("period"), Value::Period(*period)),
            ];
            all.extend(fields.iter().map(|(k, v)| (Text::from(*k), v.clone())));
            if !production {
                all.push((Text::from("book_no"), Value::text(&format!("{n:04}"))));
            }
            draft.create(if *production { "R06" } else { "R07" }, "line", author.row_id(1), all, None);
        }
        let sealed = author.write(&state, draft, 2).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        state
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn importing_an_export_changes_nothing(lines in prop::collection::vec(any_line(), 1..12)) {
            use crate::exchange::{Options as Wish, Quiet, book, import};
            let state = ledger_of(&lines);
            for key in ["R06", "R07"] {
                let parts = parts(&state, crate::register::Schema::base().register(key).unwrap());
                if parts.iter().all(|p| p.rows.is_empty()) {
                    continue;
                }
                for file in workbooks(&parts, Options::default()).unwrap() {
                    let book = book::read(&file, "导出.xlsx", &mut Quiet).unwrap();
                    let plan = import(&book, &state, &Wish::default(), &mut Quiet).unwrap();
                    let told: Vec<_> = plan.findings.iter().map(|f| (&f.cell, &f.message.zh)).collect();
                    let fates: Vec<_> = plan.drafts.iter().map(|d| &d.fate).collect();
                    let rows: usize = parts.iter().map(|p| p.rows.len()).sum();
                    prop_assert!(plan.counts.unchanged == rows, "{key} {:?} {told:?} {fates:?}", plan.counts);
                }
            }
        }
    }

    /// Villages with honours; two villages of one name in two towns.
    fn honoured() -> State {
        let mut state = State::new();
        let mut author =
            Author::new(DeviceId(1), crate::ledger::Person::county("t"), &state, Box::new(Seeded(3)));
        let mut draft = Draft::new(BatchKind::Edit);
        for (town, villages) in [("柳河镇", ["五四村", "清凉村"]), ("青山镇", ["五四村", "龙台村"])]
        {
            let mut make = |kind: &str, fields: &[(&str, Value)]| {
                let id = author.row_id(0);
                let fields = fields.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect();
                draft.create("R01", kind, id, fields, None);
                id
            };
            let above = make("org", &[("kind", Value::choice("乡镇")), ("name", Value::text(town))]);
            for (n, village) in villages.into_iter().enumerate() {
                let org = [
                    ("kind", Value::choice("村")),
                    ("name", Value::text(village)),
                    ("parent", Value::Ref(above)),
                ];
                let org = make("org", &org);
                for year in [2021, 2024] {
                    let honour = [
                        ("parent", Value::Ref(org)),
                        ("name", Value::text("文明村")),
                        ("level", Value::choice(if n == 0 { "县" } else { "市" })),
                        ("year", Value::Period(Period::year_of(year))),
                    ];
                    make("honour", &honour);
                }
            }
        }
        let sealed = author.write(&state, draft, 1).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        state
    }

    fn planned(file: &[u8], state: &State) -> crate::exchange::Plan {
        use crate::exchange::{Options as Wish, Quiet, Unlisted, book, import};
        let book = book::read(file, "导出.xlsx", &mut Quiet).unwrap();
        import(&book, state, &Wish { unlisted: Unlisted::Create, ..Wish::default() }, &mut Quiet).unwrap()
    }

    #[test]
    fn what_stands_under_a_record_is_a_sheet_that_names_it_and_comes_back() {
        let state = honoured();
        let parts = parts(&state, crate::register::Schema::base().register("R01").unwrap());
        let file = workbooks(&parts, Options::default()).unwrap().remove(0);
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(&file)).unwrap();
        let rows: Vec<Vec<Data>> =
            book.worksheet_range("荣誉").unwrap().rows().map(<[Data]>::to_vec).collect();
        let heads: Vec<String> = rows[1].iter().map(ToString::to_string).collect();
        assert_eq!(heads, ["组织·上级", "组织·类别", "组织·名称", "荣誉名称", "级别", "授予年度"]);
        assert_eq!(rows.len(), 2 + 8);
        let plan = planned(&file, &state);
        let told: Vec<_> = plan.findings.iter().map(|f| (&f.sheet, &f.cell, &f.message.zh)).collect();
        assert_eq!(
            (plan.counts.unchanged, plan.counts.inserted + plan.counts.updated),
            (6 + 8, 0),
            "{told:?}"
        );
        // Into a ledger that has none of it, parents and lines come together.
        let mut fresh = State::new();
        let plan = planned(&file, &fresh);
        let told: Vec<_> = plan.findings.iter().map(|f| (&f.sheet, &f.cell, &f.message.zh)).collect();
        assert_eq!((plan.counts.inserted, plan.is_writable()), (6 + 8, true), "{told:?}");
        let mut author =
            Author::new(DeviceId(2), crate::ledger::Person::county("t"), &fresh, Box::new(Seeded(5)));
        let draft = plan.into_draft(&fresh, &mut || author.row_id(7)).unwrap();
        let sealed = author.write(&fresh, draft, 7).unwrap();
        fresh.apply(&sealed.batch, sealed.digest);
        let honours = |r: &crate::ledger::Record| fresh.under("R01", r.id(), "honour").count();
        let villages = fresh.sheet("R01").unwrap().of_kind("org");
        let mut counts: Vec<usize> = villages.map(honours).collect();
        counts.sort_unstable();
        assert_eq!(counts, [0, 0, 2, 2, 2, 2]);
        assert_eq!(planned(&file, &fresh).counts.unchanged, 6 + 8);
    }

    #[test]
    fn a_line_names_its_parent_or_is_refused() {
        let state = honoured();
        let sheet = |headings: &[&str], rows: &[&[&str]]| {
            let words = |all: &[&str]| all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
            let rows = rows.iter().map(|r| words(r)).collect();
            lines(&Listing { title: "荣誉".to_owned(), headings: words(headings), rows }).unwrap()
        };
        // Named once for the lines below; the township tells the two 五四村 apart.
        let file = sheet(
            &["乡镇", "村名", "荣誉名称", "级别", "授予单位"],
            &[
                &["青山镇", "龙台村", "卫生村", "省", "省爱卫会"],
                &["", "", "美丽乡村", "县", "县委"],
                &["柳河镇", "五四村", "卫生村", "省", "省爱卫会"],
            ],
        );
        let plan = planned(&file, &state);
        let told: Vec<_> = plan.findings.iter().map(|f| (&f.sheet, &f.cell, &f.message.zh)).collect();
        assert_eq!((plan.counts.inserted, plan.is_writable()), (3, true), "{told:?}");
        let parents: Vec<_> =
            plan.drafts.iter().map(|d| d.fields.as_slice().value("parent").cloned()).collect();
        assert_eq!(parents[0], parents[1]);
        assert_ne!(parents[0], parents[2]);
        for (names, rule) in
            [(["组织·名称", "五四村"], "ambiguous_parent"), (["组织·名称", "无名村"], "unknown_parent")]
        {
            let file = sheet(&[names[0], "荣誉名称", "级别"], &[&[names[1], "卫生村", "省"]]);
            let plan = planned(&file, &state);
            let rules: Vec<&str> = plan.findings.iter().map(|f| &*f.rule).collect();
            assert!(rules.contains(&rule) && !plan.is_writable(), "{rules:?}");
        }
    }

    #[test]
    fn many_cells_become_several_files_without_losing_a_row() {
        let state = state(25);
        let parts = parts(&state, crate::register::Schema::base().register("R07").unwrap());
        let files = workbooks_of(&parts, Options::default(), 80).unwrap();
        assert_eq!(files.len(), 3);
        let total: usize = files.iter().map(|f| cells(f).len() - 2).sum();
        assert_eq!(total, 25);
    }
}
