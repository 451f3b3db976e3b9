//! The same cells whatever the format: numbers as they are shown, days of both systems, merged areas, formulas that
//! nobody computed, words in pieces.

use xingcun::exchange::book::{self, Area, Cell, Format};
use xingcun::exchange::{BookError, Quiet};
use xingcun::value::Text;

use super::binary::*;

fn text(words: &str) -> Cell {
    Cell::Text(Text::from(words))
}

fn read(bytes: &[u8]) -> book::Book {
    book::read(bytes, "表.xls", &mut Quiet).unwrap_or_else(|e| panic!("{}", e.message().zh))
}

/// The cells of the first sheet, row by row.
fn cells(book: &book::Book) -> Vec<(String, Cell)> {
    let grid = &book.sheets[0].grid;
    let rows = 0..grid.height();
    rows.flat_map(|r| grid.row(r).map(move |(c, cell)| (book::address(r, c), cell.clone()))).collect()
}

fn held(all: &[(&str, Cell)]) -> Vec<(String, Cell)> {
    all.iter().map(|(at, cell)| ((*at).to_owned(), cell.clone())).collect()
}

/// Styles of an Excel 97 stream: plain, a day, 0!.0000, 0"亩".
fn styled(first_day: u16) -> Vec<Vec<u8>> {
    let style = |format: u16| record(0x00e0, &[words(&[0, format]), vec![0; 16]].concat());
    vec![
        record(0x0022, &words(&[first_day])),
        record(0x0031, &[words(&[200, 0, 0, 400, 0]), vec![0; 6]].concat()),
        record(0x0031, &[words(&[200, 0, 0, 400, 1]), vec![0; 6]].concat()),
        record(0x041e, &[words(&[170]), unicode("0!.0000")].concat()),
        record(0x041e, &[words(&[171]), unicode("0\"亩\"")].concat()),
        style(0),
        style(14),
        style(170),
        style(171),
    ]
}

#[test]
fn cells_of_excel_97() {
    let many =
        [words(&[3, 0]), vec![0, 0, 0x01, 0, 0xf0, 0x3f], vec![0, 0, 0xfe, 0xff, 0xff, 0xff], words(&[1])];
    let sheet = vec![
        record(0x0208, &words(&[7, 0, 3, 255, 0, 0, 0x20, 0])),
        record(0x007d, &words(&[4, 5, 0, 0, 1, 0])),
        shared(0, 0, 0),
        shared(0, 1, 1),
        number(1, 0, 1, 45_356.0),
        number(1, 1, 2, 123_456.0),
        number(1, 2, 3, 12.5),
        record(0x0205, &[at(2, 0, 0), vec![1, 0]].concat()),
        record(0x0205, &[at(2, 1, 0), vec![0x17, 1]].concat()),
        record(0x00bd, &many.concat()),
        formula(4, 0, 7.5f64.to_le_bytes(), 0, &[0x1e, 1, 0]),
        formula(4, 1, [0, 0, 0, 0, 0, 0, 0xff, 0xff], 0, &[0x17, 0, 0]),
        record(0x0207, &unicode("甲村")),
        formula(4, 2, [3, 0, 0, 0, 0, 0, 0xff, 0xff], 0, &[0x44, 1, 0, 0, 0xc0]),
        record(0x0204, &[at(5, 0, 0), unicode("写在格里")].concat()),
        // A chart in the sheet has cells of its own.
        begin(0x20),
        number(9, 9, 0, 1.0),
        end(),
        record(0x00e5, &words(&[1, 0, 0, 0, 1])),
    ];
    // The second word is cut inside a letter's run, and goes on in single bytes; the third has a raised digit.
    let strings =
        [[unicode("村名"), vec![6, 0, 1], wide("产值A")].concat(), [vec![0], b"BCD".to_vec()].concat()];
    let whole = compound("Workbook", &biff8(&styled(0), &strings, &[("2024", sheet.clone())]), false);
    let book = read(&whole);
    assert_eq!((book.format, &*book.sheets[0].name), (Format::Xls, "2024"));
    let want = held(&[
        ("A1", text("村名")),
        ("B1", text("产值ABCD")),
        ("A2", Cell::Date(45_356.0)),
        ("B2", Cell::Number(12.3456)),
        ("C2", text("12.5亩")),
        ("A3", Cell::Bool(true)),
        ("B3", Cell::Error("#REF!")),
        ("A4", Cell::Number(0.01)),
        ("B4", Cell::Number(-1.0)),
        ("A5", Cell::Number(7.5)),
        ("B5", text("甲村")),
        ("A6", text("写在格里")),
    ]);
    assert_eq!(cells(&book), want);
    assert_eq!(book.sheets[0].grid.merges(), [Area { top: 0, left: 0, bottom: 0, right: 1 }]);
    assert_eq!((&*book.sheets[0].hidden_rows, &*book.sheets[0].hidden_columns), (&[7][..], &[4, 5][..]));
    for (name, small) in [("WORKBOOK", false), ("BOOK", false), ("workbook", false)] {
        let stream = biff8(&styled(0), &strings, &[("2024", sheet.clone())]);
        assert_eq!(cells(&read(&compound(name, &stream, small))), want, "{name}");
    }
    // Without a file around them, and in the sectors for little ones.
    let stream = biff8(&styled(0), &strings, &[("2024", sheet.clone())]);
    assert_eq!(cells(&read(&stream)), want);
    assert_eq!(cells(&read(&compound("Workbook", &stream, true))), want);
    // Days counted from 1904.
    let later = read(&biff8(&styled(1), &strings, &[("2024", sheet)]));
    assert_eq!(later.sheets[0].grid.get(1, 0), &Cell::Date(46_818.0));
}

#[test]
fn raised_digits_of_excel_97_are_marks() {
    // 12 and a raised 1: the run begins at the third letter and has the second font.
    let rich = [words(&[3]), vec![8 | 1], words(&[1]), wide("121"), words(&[2, 1])].concat();
    let book = read(&biff8(&styled(0), &[rich], &[("2024", vec![shared(0, 0, 0)])]));
    assert_eq!(book.sheets[0].grid.get(0, 0), &text("12¹"));
}

const NOTHING: [u8; 8] = [3, 0, 0, 0, 0, 0, 0xff, 0xff];
/// B1*2 and C1*2
const TWICE: &[u8] = &[0x44, 0, 0, 1, 0xc0, 0x1e, 2, 0, 0x05];

#[test]
fn formulas_of_excel_97_that_nobody_computed() {
    let sheet = |cells: Vec<Vec<u8>>| {
        read(&biff8(&styled(0), &[unicode("村名")], &[("2024", [vec![shared(0, 0, 0)], cells].concat())]))
    };
    // Neither has any formula of the book a value: whoever wrote it did not compute.
    let never = sheet(vec![formula(1, 0, NOTHING, 0, TWICE), formula(1, 1, [0; 8], 2, TWICE)]);
    assert_eq!(cells(&never)[1..], held(&[("A2", Cell::NoValue), ("B2", Cell::NoValue)]));
    // One has: then nothing is an answer, and zero as well.
    let one = formula(1, 2, 5f64.to_le_bytes(), 0, TWICE);
    let computed = sheet(vec![formula(1, 0, NOTHING, 0, TWICE), formula(1, 1, [0; 8], 2, TWICE), one]);
    assert_eq!(cells(&computed)[1..], held(&[("B2", Cell::Number(0.0)), ("C2", Cell::Number(5.0))]));
    // A formula with words in it may well give none.
    let worded = sheet(vec![formula(1, 0, NOTHING, 0, &[0x17, 0, 0])]);
    assert_eq!(cells(&worded).len(), 1);
}

/// The generations before Excel 5 have one sheet in one stream, and say less about each cell.
#[test]
fn cells_of_excel_2_3_and_4() {
    let village = encoding_rs::GBK.encode("清凉村").0.into_owned();
    let page = record(0x0042, &words(&[936]));
    for (first, short) in [(0x0009u16, true), (0x0209, false), (0x0409, false)] {
        let place = |row, column| {
            if short { [words(&[row, column]), vec![0; 3]].concat() } else { at(row, column, 0) }
        };
        let (label, real) = if short { (0x0004, 0x0003) } else { (0x0204, 0x0203) };
        let length = if short { vec![6] } else { vec![6, 0] };
        let stream = [
            record(first, &words(&[0, 0x10])),
            page.clone(),
            record(label, &[place(0, 0), length, village.clone()].concat()),
            record(real, &[place(0, 1), 12.5f64.to_le_bytes().to_vec()].concat()),
            end(),
        ];
        let book = read(&stream.concat());
        assert_eq!(cells(&book), held(&[("A1", text("清凉村")), ("B1", Cell::Number(12.5))]), "{first:x}");
    }
    let whole = [record(0x0002, &[words(&[1, 0]), vec![0; 3], words(&[7])].concat())];
    let two = [vec![record(0x0009, &words(&[2, 0x10]))], whole.to_vec(), vec![end()]].concat().concat();
    assert_eq!(cells(&read(&two)), held(&[("A2", Cell::Number(7.0))]));
    // Without its last record something is missing.
    let cut = &two[..two.len() - 4];
    assert!(matches!(book::read(cut, "a", &mut Quiet), Err(BookError::Damaged { .. })));
}

#[test]
fn cells_of_excel_95_in_their_code_page() {
    let words_of = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let village = words_of("清凉村");
    let bound = [vec![0u8; 6], vec![6], village.clone()].concat();
    let mut stream = [
        record(0x0809, &words(&[0x0500, 5, 0, 0])),
        record(0x0042, &words(&[936])),
        record(0x0085, &bound),
        end(),
    ]
    .concat();
    let here = u32::try_from(stream.len()).unwrap().to_le_bytes();
    let place = stream.len() - 4 - bound.len();
    stream[place..place + 4].copy_from_slice(&here);
    stream.extend(record(0x0809, &words(&[0x0500, 0x10, 0, 0])));
    stream.extend(record(0x0204, &[at(0, 0, 0), vec![6, 0], village].concat()));
    stream.extend(end());
    let book = read(&compound("Book", &stream, false));
    assert_eq!((&*book.sheets[0].name, cells(&book)), ("清凉村", held(&[("A1", text("清凉村"))])));
}

#[test]
fn cells_of_xlsb() {
    let style = |format: u16| packed(47, &[words(&[0, format]), vec![0; 12]].concat());
    let styles = vec![
        packed(43, &words(&[200, 0, 400, 0])),
        packed(43, &words(&[200, 0, 400, 1])),
        packed(44, &[words(&[170]), said("0!.0000")].concat()),
        packed(617, &longs(&[3])),
        style(0),
        style(14),
        style(170),
        packed(618, &[]),
    ];
    let row = |n: u32, hidden: u8| packed(0, &[longs(&[n, 0]), words(&[255]), vec![0, hidden]].concat());
    let cell = |kind, column, style, value: Vec<u8>| packed(kind, &[longs(&[column, style]), value].concat());
    let raised = [vec![1], said("121"), longs(&[1]), words(&[2, 1])].concat();
    let sheet = vec![
        packed(60, &[longs(&[4, 5, 0, 0]), words(&[1])].concat()),
        packed(145, &[]),
        row(0, 0),
        cell(7, 0, 0, longs(&[0])),
        cell(6, 1, 0, said("写在格里")),
        cell(62, 2, 0, raised),
        row(1, 0x10),
        cell(5, 0, 1, 45_356f64.to_le_bytes().to_vec()),
        cell(2, 1, 2, longs(&[(123_456 << 2) | 2])),
        packed(16, &[longs(&[0]), 1.5f64.to_le_bytes().to_vec()].concat()),
        cell(4, 3, 0, vec![1]),
        cell(11, 4, 0, [vec![0x2a], words(&[0])].concat()),
        cell(8, 5, 0, [said("甲村"), words(&[0])].concat()),
        cell(1, 6, 0, vec![]),
        packed(146, &[]),
        packed(176, &longs(&[0, 0, 0, 1])),
    ];
    let book = read(&zip(&xlsb(0, &["村名"], &styles, &sheet)));
    let want = [
        ("A1", text("村名")),
        ("B1", text("写在格里")),
        ("C1", text("12¹")),
        ("A2", Cell::Date(45_356.0)),
        ("B2", Cell::Number(12.3456)),
        ("C2", Cell::Number(1.5)),
        ("D2", Cell::Bool(true)),
        ("E2", Cell::Error("#N/A")),
        ("F2", text("甲村")),
    ];
    assert_eq!((book.format, cells(&book)), (Format::Xlsb, held(&want)));
    let found = &book.sheets[0];
    assert_eq!(found.grid.merges(), [Area { top: 0, left: 0, bottom: 0, right: 1 }]);
    assert_eq!((&*found.hidden_rows, &*found.hidden_columns, found.blank_cells), (&[1][..], &[4, 5][..], 1));
    let later = read(&zip(&xlsb(1, &["村名"], &styles, &sheet)));
    assert_eq!(later.sheets[0].grid.get(1, 0), &Cell::Date(46_818.0));
    // Names of parts are told apart by no letter's size.
    let mut parts = xlsb(0, &["村名"], &styles, &sheet);
    parts[3].0 = "xl/SharedStrings.bin";
    assert_eq!(cells(&read(&zip(&parts))), held(&want));
}

#[test]
fn cells_of_ods() {
    let rows = "<table:table-column/><table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"2\"/>\
        <table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"2\"><text:p>村<text:span>名</text:span></text:p>\
        <office:annotation><text:p>批注</text:p></office:annotation></table:table-cell><table:covered-table-cell/>\
        <table:table-cell office:value-type=\"string\"><text:p>一<text:s text:c=\"2\"/>二</text:p><text:p>三</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"2\" table:visibility=\"collapse\"><table:table-cell office:value-type=\"float\" office:value=\"123456\"><text:p>12.3456</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"percentage\" office:value=\"0.36\"/><table:table-cell office:value-type=\"date\" office:date-value=\"2024-03-05\"/>\
        <table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"2\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
        <table:table-row><table:table-cell table:formula=\"of:=[.B1]*2\"/><table:table-cell office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#REF!</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/></table:table-row>";
    let book = read(&zip(&ods("", rows)));
    let (shown, share, day, one) =
        (Cell::Number(12.3456), Cell::Percent(0.36), text("2024-03-05"), Cell::Number(1.0));
    let want = [
        ("A1", text("村名")),
        ("C1", text("一  二\n三")),
        ("A2", shown.clone()),
        ("B2", share.clone()),
        ("C2", day.clone()),
        ("D2", one.clone()),
        ("E2", one.clone()),
        ("A3", shown),
        ("B3", share),
        ("C3", day),
        ("D3", one.clone()),
        ("E3", one),
        ("A1048004", Cell::NoValue),
        ("B1048004", Cell::Error("#REF!")),
        ("C1048004", Cell::Bool(true)),
    ];
    assert_eq!((book.format, cells(&book)), (Format::Ods, held(&want)));
    let sheet = &book.sheets[0];
    assert_eq!(sheet.grid.merges(), [Area { top: 0, left: 0, bottom: 0, right: 1 }]);
    assert_eq!(
        (&*sheet.hidden_rows, &*sheet.hidden_columns, sheet.hidden),
        (&[1, 2][..], &[1, 2][..], false)
    );
    let unseen =
        "<style:style style:name=\"ta1\"><style:table-properties table:display=\"false\"/></style:style>";
    assert!(read(&zip(&ods(unseen, rows))).sheets[0].hidden);
    let mut locked = ods("", rows);
    locked[2].1 = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>".to_vec();
    assert!(matches!(book::read(&zip(&locked), "a.ods", &mut Quiet), Err(BookError::Protected)));
}

#[test]
fn cells_of_ods_in_one_text() {
    let rows = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>村名</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"float\" office:value=\"3.5\"><text:p>3.5</text:p></table:table-cell></table:table-row>";
    let flat = |kind: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
             office:mimetype=\"application/vnd.oasis.opendocument.{kind}\"><office:body><office:spreadsheet>\
             <table:table table:name=\"2024\">{rows}</table:table></office:spreadsheet></office:body></office:document>"
        )
    };
    let whole = flat("spreadsheet");
    let book = read(whole.as_bytes());
    let want = held(&[("A1", text("村名")), ("B1", Cell::Number(3.5))]);
    assert_eq!((book.format, &*book.sheets[0].name, cells(&book)), (Format::Ods, "2024", want));
    let cut = whole.split_once("</office:body>").unwrap().0;
    assert!(matches!(book::read(cut.as_bytes(), "a.fods", &mut Quiet), Err(BookError::Damaged { .. })));
    // A text document may have tables, and is no page.
    let words = book::read(flat("text").as_bytes(), "a.fodt", &mut Quiet);
    assert!(matches!(words, Err(BookError::NotAWorkbook { .. })));
}

#[test]
fn raised_digits_of_ods_are_marks() {
    for (place, wanted) in [
        ("super 58%", "12¹"),
        ("33% 58%", "12¹"),
        ("sub 58%", "121"),
        ("-33% 58%", "121"),
        ("0% 100%", "121"),
    ] {
        let styles = format!(
            "<style:style style:name=\"T1\"><style:text-properties style:text-position=\"{place}\"/></style:style>"
        );
        let rows = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>12<text:span text:style-name=\"T1\">\
            <text:span text:style-name=\"T2\">1</text:span></text:span></text:p></table:table-cell>\
            <table:table-cell office:value-type=\"string\"><text:p>34</text:p></table:table-cell></table:table-row>";
        let want = held(&[("A1", text(wanted)), ("B1", text("34"))]);
        assert_eq!(cells(&read(&zip(&ods(&styles, rows)))), want, "{place}");
    }
}

#[test]
fn words_that_name_an_error_are_one() {
    let list = "村名,面积\n#NAME?,1\n清凉村,#ref!\n\" #DIV/0! \",#1\n";
    let page = "<html><table><tr><td>#N/A</td><td>#VALUE!</td></tr></table></html>";
    let wrong = |b: &[u8]| -> Vec<(String, Cell)> {
        cells(&read(b)).into_iter().filter(|(_, c)| matches!(c, Cell::Error(_))).collect()
    };
    let error = Cell::Error;
    let want = held(&[("A2", error("#NAME?")), ("B3", error("#REF!")), ("A4", error("#DIV/0!"))]);
    assert_eq!(wrong(list.as_bytes()), want);
    assert_eq!(wrong(page.as_bytes()), held(&[("A1", error("#N/A")), ("B1", error("#VALUE!"))]));
}

#[test]
fn pages_that_show_numbers_rounded_have_them_whole() {
    let page = "<html><table><tr><td x:num=\"12.3456\">12.35</td><td sdval=\"7\" sdnum=\"1033;\">7</td>\
        <td sdval=\"45356\" sdnum=\"1033;0;YYYY-MM-DD\">2024-03-05</td><td x:num=\"0.36\">36%</td><td x:num>8</td></tr></table></html>";
    let want = held(&[
        ("A1", Cell::Number(12.3456)),
        ("B1", Cell::Number(7.0)),
        ("C1", text("2024-03-05")),
        ("D1", text("36%")),
        ("E1", text("8")),
    ]);
    assert_eq!(cells(&read(page.as_bytes())), want);
}

#[test]
fn cells_of_spreadsheetml() {
    let styles = "<Style ss:ID=\"d\"><NumberFormat ss:Format=\"Short Date\"/></Style><Style ss:ID=\"w\"><NumberFormat ss:Format=\"0!.0000\"/></Style>\
        <Style ss:ID=\"p\"><NumberFormat ss:Format=\"Percent\"/></Style><Style ss:ID=\"f\"><NumberFormat ss:Format=\"Fixed\"/></Style>";
    let cell = |rest: &str, kind: &str, data: &str| {
        format!("<Cell{rest}><Data ss:Type=\"{kind}\">{data}</Data></Cell>")
    };
    let table = [
        "<Column/><Column ss:Index=\"3\" ss:Hidden=\"1\" ss:Span=\"1\" ss:StyleID=\"w\"/>".to_owned(),
        "<Row>".to_owned(),
        "<Cell ss:MergeAcross=\"1\"><Data ss:Type=\"String\">村&amp;名</Data><Comment><ss:Data>批注</ss:Data></Comment></Cell>".to_owned(),
        cell("", "String", "12<Sup>1</Sup>"),
        "</Row><Row ss:Index=\"4\" ss:Hidden=\"1\">".to_owned(),
        cell(" ss:StyleID=\"d\"", "Number", "45356"),
        cell("", "DateTime", "2024-03-05T00:00:00.000"),
        cell("", "Number", "123456"),
        cell(" ss:StyleID=\"p\"", "Number", "0.36"),
        cell(" ss:Index=\"6\"", "Boolean", "1"),
        cell("", "Error", "#DIV/0!"),
        cell(" ss:StyleID=\"f\" ss:Formula=\"=RC[-1]\"", "Number", "2"),
        cell(" ss:Formula=\"=RC[-1]\"", "Number", ""),
        "<Cell ss:Formula=\"=RC[-1]\"/>".to_owned(),
        cell(" ss:Formula=\"=T(RC)\"", "String", ""),
        "</Row>".to_owned(),
    ];
    let page = spreadsheetml(styles, &table.concat());
    let book = read(page.as_bytes());
    let want = [
        ("A1", text("村&名")),
        ("C1", text("12¹")),
        ("A4", Cell::Date(45_356.0)),
        ("B4", text("2024-03-05")),
        ("C4", Cell::Number(12.3456)),
        ("D4", Cell::Percent(0.36)),
        ("F4", Cell::Bool(true)),
        ("G4", Cell::Error("#DIV/0!")),
        ("H4", Cell::Number(2.0)),
        ("I4", Cell::NoValue),
        ("J4", Cell::NoValue),
    ];
    assert_eq!((book.format, cells(&book)), (Format::SpreadsheetMl, held(&want)));
    let sheet = &book.sheets[0];
    assert_eq!(sheet.grid.merges(), [Area { top: 0, left: 0, bottom: 0, right: 1 }]);
    assert_eq!((&*sheet.hidden_rows, &*sheet.hidden_columns), (&[3][..], &[2, 3][..]));
    // Cut off anywhere, it is no smaller workbook.
    for part in 1..10 {
        let cut: String = page.chars().take(page.chars().count() * part / 10).collect();
        let refused = book::read(cut.as_bytes(), "a.xls", &mut Quiet).map(|_| ()).unwrap_err();
        assert!(
            matches!(refused, BookError::Damaged { .. } | BookError::NotAWorkbook { .. }),
            "{part}: {refused:?}"
        );
    }
}

/// Where a cell stands outside of every sheet, and columns beyond the last, it is not left out: the file is refused.
#[test]
fn cells_outside_of_every_sheet() {
    for at in ["A1048577", "A4294967295", "XFE1", "ZZZZZ1"] {
        let rows = format!("<row><c r=\"A1\"><v>1</v></c><c r=\"{at}\"><v>2</v></c></row>");
        let refused = book::read(&super::cells::xlsx(&rows, "", "", ""), "a.xlsx", &mut Quiet).map(|_| ());
        assert!(matches!(refused, Err(BookError::Damaged { .. })), "{at}: {refused:?}");
    }
}

/// A few bytes more would be held many times over.
#[test]
fn cells_and_records_that_hold_too_much_are_refused() {
    let too_large = |bytes: &[u8]| match book::read(bytes, "大表.csv", &mut Quiet) {
        Err(BookError::TooLarge { size, .. }) => size,
        other => panic!("{:?}", other.map(|book| book.sheets.len())),
    };
    let long = "村".repeat(book::MOST_IN_CELL / 3 + 1);
    let spaces = "<text:s text:c=\"2147483647\"/>".repeat(1000);
    let row = format!(
        "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>甲{spaces}乙</text:p></table:table-cell></table:table-row>"
    );
    for bytes in [
        format!("村名,面积\n{long},1\n").into_bytes(),
        format!("<html><table><tr><td>{}</td></tr></table></html>", "&#x6751;".repeat(long.len()))
            .into_bytes(),
        zip(&ods("", &row)),
    ] {
        assert_eq!(too_large(&bytes), "一格里的文字超过256KB");
    }
    assert_eq!(too_large(format!("村名,面积\n{}\n", ",".repeat(20_000)).as_bytes()), "一行超过16384格");
    // Quotes make one record of many lines, with what stands between them.
    let lines = format!("村名,面积\n{}\n", "\"\n\",".repeat(20_000));
    assert_eq!(too_large(lines.as_bytes()), "一行超过16384格");
    let lines = format!("村名,\"\n{}", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\"\"\n".repeat(600_000));
    assert_eq!(too_large(lines.as_bytes()), "一格里的文字超过256KB");
    let lines = format!("村名,面积\n{}", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n".repeat(600_000));
    assert_eq!(too_large(lines.as_bytes()), "超过16777216格（连同空格）");
    assert_eq!(too_large(&vec![b'1'; (book::MOST_WORDS + 1) as usize]), "96MB");
}

/// What stands in quotes is one cell, whatever it is made of; a quote within a word opens nothing.
#[test]
fn separators_in_quotes_are_words_of_their_cell() {
    let commas = ",".repeat(20_000);
    let text = format!("村名,备注\n沙溪村,\"{commas}\"\n五四村,\"说\"\"{commas}\"\n清凉村,3\"管\n");
    let read = book::read(text.as_bytes(), "引号.csv", &mut Quiet).unwrap();
    let grid = &read.sheets[0].grid;
    assert_eq!(grid.get(1, 1).shown(), commas);
    assert_eq!(grid.get(2, 1).shown(), format!("说\"{commas}"));
    assert_eq!((&*grid.get(3, 0).shown(), &*grid.get(3, 1).shown()), ("清凉村", "3\"管"));
}

/// Old programs for tables end a line with a single return: many short lines are no long one.
#[test]
fn lines_that_end_in_a_return_are_lines() {
    let rows: String = (0..20_000).map(|n| format!("沙溪村,{n}\r")).collect();
    let read = book::read(format!("村名,面积\r{rows}").as_bytes(), "老表.csv", &mut Quiet).unwrap();
    assert_eq!(read.sheets[0].grid.get(20_000, 1).shown(), "19999");
}
