//! What each row under a header is.

use super::header::{Block, is_price_row};
use super::preamble::Preamble;
use super::words::{self, Headings};
use super::{Column, Note, Row, RowPart};
use crate::exchange::book::{BookSheet, Cell, address};
use crate::exchange::text::{Known, bare, fold, is_none_mark};

pub(super) struct Body {
    pub rows: Vec<Row>,
    pub notes: Vec<Note>,
}

/// The kind of check row that the words announce: 小计, 合计, 其中：, 村均.
pub(super) fn total_word(text: &str) -> Option<RowPart> {
    // Most words are settled by their letters, without making another text.
    if text.len() > 60 || !text.contains(['计', '計', '均', '其', '总', '總']) {
        return None;
    }
    let folded = fold(text);
    let plain = bare(&folded);
    if plain.starts_with("其中") {
        return Some(RowPart::OfWhich);
    }
    let ends = |words: &[&str]| words.iter().any(|w| plain.ends_with(w));
    if plain.chars().count() > 12 {
        None
    } else if ends(&["小计", "分计"]) {
        Some(RowPart::Subtotal)
    } else if ends(&["合计", "总计", "共计", "累计", "合计数"]) || matches!(&*plain, "总数" | "计" | "汇总")
    {
        Some(RowPart::Total)
    } else if matches!(&*plain, "平均" | "平均数" | "平均值" | "村均" | "户均" | "均值" | "亩均" | "人均")
    {
        Some(RowPart::Average)
    } else {
        None
    }
}

/// The kind of a row that the words of a label announce: sums, and what stands beside other rows.
pub(super) fn row_word(text: &str) -> Option<RowPart> {
    if let Some(kind) = total_word(text) {
        return Some(kind);
    }
    if text.len() > 60 {
        return None;
    }
    let plain = bare(&fold(text));
    let begins = |words: &[&str]| words.iter().any(|w| plain.starts_with(w));
    let ends = |words: &[&str]| words.iter().any(|w| plain.ends_with(w));
    let is = |words: &[&str]| words.contains(&&*plain);
    if plain.is_empty() || plain.chars().count() > 14 {
        None
    } else if is(COMPARED) || begins(COMPARED_BEGIN) || ends(COMPARED_END) {
        Some(RowPart::Comparison)
    } else if begins(&["平均每", "每村平均", "村平均", "户平均", "各村平均", "全镇平均", "平均"])
        || ends(&["平均", "平均数", "平均值", "均值"])
    {
        Some(RowPart::Average)
    } else if is(WHOLE) || begins(&["合计", "总计", "共计"]) || ends(&["总额", "汇总", "总和"]) {
        Some(RowPart::Total)
    } else if begins(&["小计"]) {
        Some(RowPart::Subtotal)
    } else {
        None
    }
}

/// Names of the whole, which is no place of its own.
const WHOLE: &[&str] = &[
    "全镇",
    "全乡",
    "全县",
    "全区",
    "全市",
    "全街道",
    "全村",
    "本镇",
    "本乡",
    "本县",
    "各村",
    "总",
    "共",
    "总额",
    "total",
    "totals",
    "sum",
    "grandtotal",
    "subtotal",
    "总体",
    "全部",
    "本页计",
];
/// Rows that say something about other rows.
const COMPARED: &[&str] = &[
    "上年",
    "去年",
    "上年数",
    "去年数",
    "上年度",
    "同比",
    "环比",
    "增减",
    "增幅",
    "差额",
    "占比",
    "比重",
    "比例",
    "排名",
    "完成率",
    "最高",
    "最低",
    "最大",
    "最小",
    "最多",
    "最少",
    "最高值",
    "最低值",
    "最大值",
    "最小值",
    "最高村",
    "最低村",
    "中位数",
    "极差",
    "标准差",
];
const COMPARED_BEGIN: &[&str] = &[
    "上年同期",
    "去年同期",
    "上年合计",
    "去年合计",
    "上年实际",
    "比上年",
    "比去年",
    "较上年",
    "较去年",
    "同比增",
    "同比减",
    "同比下",
    "与上年",
    "与去年",
    "环比增",
    "环比减",
    "增长率",
    "增长%",
    "增减率",
    "占总",
    "占全",
    "上月",
    "上季",
    "上期",
];
const COMPARED_END: &[&str] =
    &["增减", "增减额", "增减率", "增减%", "增长率", "增长额", "增幅", "上年同期", "去年同期"];

/// Whether most of the column's first cells are numbers.
pub(super) fn mostly_numbers(sheet: &BookSheet, block: &Block, column: u32) -> bool {
    mostly((block.bottom + 1..block.end.min(block.bottom + 120)).map(|row| sheet.grid.get(row, column)))
}

/// Whether most of the cells are numbers.
pub(super) fn mostly<'a>(cells: impl Iterator<Item = &'a Cell>) -> bool {
    let (mut numbers, mut words) = (0u32, 0u32);
    for cell in cells {
        match cell {
            Cell::Number(_) | Cell::Percent(_) | Cell::Error(_) | Cell::NoValue => numbers += 1,
            Cell::Text(t) if is_none_mark(t) => {}
            Cell::Text(_) if cell.is_number() => numbers += 1,
            Cell::Text(_) | Cell::Date(_) | Cell::Bool(_) => words += 1,
            Cell::Empty => {}
        }
    }
    numbers > words
}

pub(super) fn classify(
    known: &Headings,
    sheet: &BookSheet,
    block: &Block,
    columns: &[Column],
    above: &Preamble,
) -> Body {
    let mut rows: Vec<Row> = Vec::new();
    let mut notes = Vec::new();
    let mut put = |index: u32, kind| rows.push(Row { index, kind, hidden: sheet.row_hidden(index) });
    for (row, kind) in &above.rows {
        put(*row, *kind);
    }
    for row in block.top..=block.bottom {
        put(row, if is_price_row(sheet, row) { RowPart::Price } else { RowPart::Header });
    }
    let view = View::new(known, sheet, block, columns);
    let last = view.last_row();
    for row in block.bottom + 1..=last {
        let kind = view.kind(row);
        if kind == RowPart::Note {
            let words = view.cells(row).find_map(|(c, cell)| Some((c, cell.text()?)));
            notes.extend(words.map(|(c, t)| Note { text: t.trim().to_owned(), cell: address(row, c) }));
        }
        put(row, kind);
    }
    Body { rows, notes }
}

struct View<'a> {
    known: &'a Headings,
    sheet: &'a BookSheet,
    block: &'a Block,
    columns: &'a [Column],
    /// The first column that holds numbers; labels stand before it.
    first_number: u32,
    /// The last row with a number: what stands below are notes.
    last_number: u32,
    serial: Option<u32>,
    /// What labels say of their rows.
    labels: Known<Option<RowPart>>,
}

impl<'a> View<'a> {
    fn new(known: &'a Headings, sheet: &'a BookSheet, block: &'a Block, columns: &'a [Column]) -> Self {
        let serial = columns.iter().find(|c| words::is_serial(&c.heading)).map(|c| c.index);
        let first_number = columns
            .iter()
            .find(|c| c.numeric && Some(c.index) != serial)
            .map_or(block.right() + 1, |c| c.index);
        let labels = Known::default();
        let mut view = Self { known, sheet, block, columns, first_number, last_number: 0, serial, labels };
        let numbered = |row: &u32| view.numbers(*row) > 0 || view.cells(*row).count() > 2;
        view.last_number = (block.bottom + 1..block.end).rev().find(numbered).unwrap_or(block.bottom);
        view
    }

    fn cells(&self, row: u32) -> impl Iterator<Item = (u32, &'a Cell)> + Clone {
        let block = self.block;
        self.sheet.grid.row(row).filter(move |(c, _)| block.covers(*c))
    }

    fn numbers(&self, row: u32) -> usize {
        let numeric = |column: u32| {
            self.columns.iter().any(|c| c.index == column && c.numeric) && Some(column) != self.serial
        };
        self.cells(row).filter(|(c, cell)| numeric(*c) && cell.text().is_none()).count()
            + self
                .cells(row)
                .filter(|(c, cell)| numeric(*c) && cell.text().is_some() && cell.is_number())
                .count()
    }

    fn last_row(&self) -> u32 {
        let filled = |row: &u32| self.cells(*row).next().is_some();
        (self.block.bottom + 1..self.block.end).rev().find(filled).unwrap_or(self.block.bottom)
    }

    #[inline(never)] // called for every row, see `lib`
    fn kind(&self, row: u32) -> RowPart {
        let mut cells = self.cells(row);
        let Some((first, cell)) = cells.next() else { return RowPart::Blank };
        let more = cells.next().is_some();
        if let Some(kind) = self.label(row) {
            return kind;
        }
        // Where villages stand, a price is none.
        let villages = |c: &Column| c.index == first && self.known.is_key(&c.heading);
        if is_price_row(self.sheet, row) && self.columns.iter().any(villages) {
            return RowPart::Price;
        }
        if let Some(text) = cell.text() {
            let footer = words::is_footer(text) && (row > self.last_number || self.numbers(row) == 0);
            if footer || words::is_signature(text) || words::goes_on(text) {
                return RowPart::Note;
            }
            if more && (self.is_header_again(row) || self.numbers_columns(row)) {
                return RowPart::Header;
            }
            if !more {
                return self.lonely(row, first, text);
            }
        }
        RowPart::Data
    }

    /// 小计 and its kin, in a column of labels or as the first words of the row.
    fn label(&self, row: u32) -> Option<RowPart> {
        let mut first_words = true;
        for (column, cell) in self.cells(row) {
            if column >= self.first_number && !first_words {
                return None;
            }
            let Some(text) = cell.text() else { continue };
            if let Some(kind) = self.labels.of(text, row_word) {
                return Some(kind);
            }
            first_words = false;
        }
        None
    }

    /// 甲 乙 1 2 3: the numbers of a form's columns, wherever they stand.
    fn numbers_columns(&self, row: u32) -> bool {
        super::header::numbering(self.cells(row).map(|(_, cell)| cell))
    }

    fn is_header_again(&self, row: u32) -> bool {
        let grid = &self.sheet.grid;
        let same = |c: &Column| grid.get(self.block.bottom, c.index) == grid.get(row, c.index);
        self.cells(row).count() >= 2 && self.columns.iter().all(same)
    }

    /// One word in a row: the heading of a group, a note, or a village that reported nothing.
    fn lonely(&self, row: u32, column: u32, text: &str) -> RowPart {
        let folded = fold(text);
        let wide = self.sheet.grid.merge_at(row, column).is_some_and(|m| m.right > m.left);
        let ordinal = folded
            .split_once(['、', '.'])
            .is_some_and(|(n, rest)| n.chars().count() <= 3 && !rest.is_empty() && is_ordinal(n))
            || folded.starts_with('(')
                && folded.split_once(')').is_some_and(|(n, _)| is_ordinal(n.trim_start_matches('(')));
        let grouped = ["镇", "乡", "街道", "片区", "片", "办事处"].iter().any(|e| folded.ends_with(e));
        if row > self.last_number || folded.chars().count() > 24 {
            RowPart::Note
        } else if wide || ordinal || grouped {
            RowPart::GroupHeading
        } else if self.columns.iter().any(|c| c.index == column && self.known.is_key(&c.heading)) {
            RowPart::Data
        } else if column < self.first_number {
            RowPart::GroupHeading
        } else {
            RowPart::Note
        }
    }
}

fn is_ordinal(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}
