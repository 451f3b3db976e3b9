//! Cells that say something else than the bytes in them at first sight: written by hand, as programs write them.

use std::io::{Cursor, Write as _};

use xingcun::exchange::{Plan, Quiet, book};
use xingcun::register::Severity;

use super::desk::{lines, planned, say, written};

/// Names of parts with what stands in them.
type Parts = Vec<(&'static str, String)>;

/// The parts of a workbook of one sheet called 2024.
fn parts(rows: &str, strings: &str, styles: &str, workbook: &str) -> Parts {
    vec![
        ("xl/workbook.xml", format!("<workbook xmlns:r=\"r\">{workbook}<sheets><sheet name=\"2024\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>".to_owned()),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ]
}

fn packed(parts: &Parts) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn xlsx(rows: &str, strings: &str, styles: &str, workbook: &str) -> Vec<u8> {
    packed(&parts(rows, strings, styles, workbook))
}

/// The header 村名, 经营收入（元）, 管理费用（元） and the rows after it.
fn table(rows: &str, strings: &str, styles: &str, workbook: &str) -> Vec<u8> {
    let head = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>村名</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>经营收入（元）</t></is></c>\
                <c r=\"C1\" t=\"inlineStr\"><is><t>管理费用（元）</t></is></c></row>";
    xlsx(&format!("{head}{rows}"), strings, styles, workbook)
}

fn text(at: &str, words: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{words}</t></is></c>")
}

fn errors(plan: &Plan) -> Vec<(String, String)> {
    let wrong = plan.findings.iter().filter(|f| f.severity == Severity::Error);
    wrong.map(|f| (f.cell.clone(), f.rule.to_string())).collect()
}

#[test]
fn a_formula_that_was_never_computed_is_no_blank() {
    for value in ["<v></v>", "<v/>", "", "<v> </v>", "<v xml:space=\"preserve\"></v>"] {
        let rows = format!(
            "<row r=\"2\">{}<c r=\"B2\"><f>1+1</f>{value}</c><c r=\"C2\"><v>5</v></c></row>",
            text("A2", "清凉村")
        );
        let (_, plan) = planned(&table(&rows, "", "", ""), "a.xlsx", &[]);
        assert_eq!(errors(&plan), [("B2".to_owned(), "formula_error".to_owned())], "{value} {}", say(&plan));
        // The village of the row above does not get this row.
        let rows = format!(
            "<row r=\"2\">{}<c r=\"B2\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\"><f>Sheet2!A1</f>{value}</c><c r=\"B3\"><v>2</v></c></row>",
            text("A2", "清凉村")
        );
        let (_, plan) = planned(&table(&rows, "", "", ""), "a.xlsx", &[]);
        assert!(
            !plan.is_writable() && errors(&plan).contains(&("A3".to_owned(), "formula_error".to_owned())),
            "{value} {}",
            say(&plan)
        );
    }
    // A formula that gives nothing has been computed.
    let rows = format!(
        "<row r=\"2\">{}<c r=\"B2\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"C2\"><v>5</v></c></row>",
        text("A2", "清凉村")
    );
    assert_eq!(
        written(&table(&rows, "", "", ""), "a.xlsx", &[], "R07", &["amount"]),
        ["清凉村 2024 管理费用 5"]
    );
}

#[test]
fn marks_of_footnotes_are_no_digits() {
    for mark in ["12①", "12²", "12 ①", "12*", "12※", "１２③", "12⁽¹⁾"] {
        let rows = format!("<row r=\"2\">{}{}</row>", text("A2", "清凉村"), text("B2", mark));
        let (_, plan) = planned(&table(&rows, "", "", ""), "a.xlsx", &[]);
        let read = plan
            .drafts
            .first()
            .filter(|_| plan.is_writable())
            .and_then(|d| d.fields.iter().find(|(k, _)| &**k == "amount").cloned());
        match read {
            Some((_, amount)) => {
                assert_eq!(amount.as_decimal().unwrap().normalize().to_string(), "12", "{mark}")
            }
            None => assert_eq!(errors(&plan), [("B2".to_owned(), "not_a_number".to_owned())], "{mark}"),
        }
    }
    let raised = "<si><r><t>12</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>1</t></r></si>";
    let rows = format!("<row r=\"2\">{}<c r=\"B2\" t=\"s\"><v>0</v></c></row>", text("A2", "清凉村"));
    assert_eq!(
        written(&table(&rows, raised, "", ""), "a.xlsx", &[], "R07", &["amount"]),
        ["清凉村 2024 经营收入 12"]
    );
    let inside = format!(
        "<row r=\"2\">{}<c r=\"B2\" t=\"inlineStr\"><is><r><t>12</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>1</t></r></is></c></row>",
        text("A2", "清凉村")
    );
    assert_eq!(
        written(&table(&inside, "", "", ""), "a.xlsx", &[], "R07", &["amount"]),
        ["清凉村 2024 经营收入 12"]
    );
}

#[test]
fn numbers_are_what_their_format_shows() {
    let styled = |code: &str, n: &str| {
        let styles = format!(
            "<numFmts><numFmt numFmtId=\"170\" formatCode=\"{code}\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs>"
        );
        let rows = format!("<row r=\"2\">{}<c r=\"B2\" s=\"1\"><v>{n}</v></c></row>", text("A2", "清凉村"));
        written(&table(&rows, "", &styles, "").clone(), "a.xlsx", &[], "R07", &["amount"])
    };
    // The heading says 元, and what is shown is so many of them.
    assert_eq!(styled("#,##0.00", "1234.5"), ["清凉村 2024 经营收入 1234.5"]);
    assert_eq!(styled("0!.0000&quot;万元&quot;", "123456"), ["清凉村 2024 经营收入 123456"]);
    assert_eq!(styled("0.00&quot;万元&quot;", "12.5"), ["清凉村 2024 经营收入 125000"]);
    assert_eq!(styled("0&quot;元&quot;", "12"), ["清凉村 2024 经营收入 12"]);
    let head = format!("<row r=\"1\">{}{}</row>", text("A1", "村名"), text("B1", "经营收入（万元）"));
    let styles = "<numFmts><numFmt numFmtId=\"170\" formatCode=\"0!.0000\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs>";
    let rows =
        format!("{head}<row r=\"2\">{}<c r=\"B2\" s=\"1\"><v>123456</v></c></row>", text("A2", "清凉村"));
    assert_eq!(
        written(&xlsx(&rows, "", styles, ""), "a.xlsx", &[], "R07", &["amount"]),
        ["清凉村 2024 经营收入 123456"]
    );
}

/// Cells as nearly every program writes them, with blanks and odd numbers among them; `tag` writes the tag of a cell.
fn many_rows(tag: impl Fn(&str, &str, &str) -> String) -> String {
    let words = |n: u32| [("0", " t=\"s\""), ("1", " t=\"s\""), ("2", " t=\"s\"")][n as usize % 3];
    let number = |n: u32| match n % 7 {
        0 => "0.30000000000000004".to_owned(),
        1 => "1E-3".to_owned(),
        2 => format!("-{n}.5"),
        3 => "45292".to_owned(),
        _ => format!("{}.{:02}", n * 37, n % 100),
    };
    let row = |r: u32| {
        let cell = |c: u32| {
            let (at, style) = (format!("{}{r}", ["A", "B", "Z", "AA", "AB"][c as usize]), r * c % 4);
            let (value, sort) = if c == 0 { words(r) } else { ("", "") };
            let value = if c == 0 { value.to_owned() } else { number(r * 5 + c) };
            let style = if style == 0 { String::new() } else { format!(" s=\"{}\"", style - 1) };
            format!("{}<v>{value}</v></c>", tag(&at, &style, sort))
        };
        format!("<row r=\"{r}\">{}</row>", (0..5).map(cell).collect::<String>())
    };
    (1..3000).map(row).collect()
}

#[test]
fn plain_cells_are_what_they_are_when_they_are_read_tag_by_tag() {
    let strings = "<si><t>清凉村</t></si><si><t> </t></si><si><t>五四村</t></si>";
    let styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"10\"/></cellXfs>";
    let sheet = |rows: &str| {
        let book = book::read(&xlsx(rows, strings, styles, ""), "a.xlsx", &mut Quiet);
        book.unwrap_or_else(|e| panic!("{}", e.message().zh)).sheets.remove(0)
    };
    let plain = sheet(&many_rows(|at, style, sort| format!("<c r=\"{at}\"{style}{sort}>")));
    let other = sheet(&many_rows(|at, style, sort| format!("<c{sort}{style} r='{at}'>")));
    assert_eq!((plain.grid.height(), plain.grid.width()), (2999, 28));
    assert_eq!(plain.blank_cells, 1000, "a shared word may be a blank");
    assert_eq!(plain.blank_cells, other.blank_cells);
    for row in 0..plain.grid.height() {
        let (a, b): (Vec<_>, Vec<_>) = (plain.grid.row(row).collect(), other.grid.row(row).collect());
        assert_eq!(a, b, "row {}", row + 1);
        assert!(a.len() >= 4, "row {}", row + 1);
    }
}

#[test]
fn days_counted_from_1904() {
    let styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>";
    let head = format!(
        "<row r=\"1\">{}{}{}{}</row>",
        text("A1", "村名"),
        text("B1", "期间"),
        text("C1", "科目"),
        text("D1", "金额（元）")
    );
    // 2024-03-05 in both systems.
    for (workbook, serial) in [
        ("", "45356"),
        ("<workbookPr date1904=\"1\"/>", "43894"),
        ("<workbookPr date1904=\"true\"/>", "43894"),
    ] {
        let rows = format!(
            "{head}<row r=\"2\">{}<c r=\"B2\" s=\"1\"><v>{serial}</v></c>{}<c r=\"D2\"><v>7</v></c></row>",
            text("A2", "清凉村"),
            text("C2", "经营收入")
        );
        assert_eq!(
            written(&xlsx(&rows, "", styles, workbook), "a.xlsx", &[], "R07", &["amount"]),
            ["清凉村 2024-03 经营收入 7"],
            "{workbook}"
        );
    }
    // The thirtieth of February is no day and in no month.
    for day in ["2024-02-30", "2024年2月30日", "20240230"] {
        let rows = format!(
            "{head}<row r=\"2\">{}{}{}<c r=\"D2\"><v>7</v></c></row>",
            text("A2", "清凉村"),
            text("B2", day),
            text("C2", "经营收入")
        );
        let (_, plan) = planned(&xlsx(&rows, "", "", ""), "a.xlsx", &[]);
        assert_eq!(errors(&plan)[0], ("B2".to_owned(), "not_a_date".to_owned()), "{day} {}", say(&plan));
    }
}

#[test]
fn numerals_with_a_scale_count_yuan() {
    let head = format!("<row r=\"1\">{}{}</row>", text("A1", "村名"), text("B1", "经营收入（万元）"));
    for (words, yuan) in
        [("一万二", "12000"), ("1.2万", "12000"), ("十二万", "120000"), ("3万5千", "35000"), ("12", "120000")]
    {
        let rows = format!("{head}<row r=\"2\">{}{}</row>", text("A2", "清凉村"), text("B2", words));
        let (mut desk, plan) = planned(&xlsx(&rows, "", "", ""), "a.xlsx", &[]);
        assert!(plan.is_writable(), "{words} {}", say(&plan));
        desk.write(plan);
        assert_eq!(
            lines(&desk.state, "R07", &["amount"]),
            [format!("清凉村 2024 经营收入 {yuan}")],
            "{words}"
        );
    }
}

#[test]
fn cells_and_rows_without_an_address() {
    let rows = "<row><c t=\"inlineStr\"><is><t>村名</t></is></c><c t=\"inlineStr\"><is><t>经营收入（元）</t></is></c></row>\
                <row><c t=\"inlineStr\"><is><t>清凉村</t></is></c><c><v>3</v></c></row><row><c t=\"str\"><v>五四村</v></c><c t=\"n\"><v>4</v></c></row>";
    assert_eq!(
        written(&xlsx(rows, "", "", ""), "a.xlsx", &[], "R07", &["amount"]),
        ["五四村 2024 经营收入 4", "清凉村 2024 经营收入 3"]
    );
}

/// Words shared, in the cell and as a formula's result; a number, one with a format, and a formula without a value.
fn of_all_sorts() -> Parts {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
                <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>清凉村</t></is></c><c r=\"B2\" s=\"1\"><v>35000</v></c></row>\
                <row r=\"3\"><c r=\"A3\" t=\"str\"><f>A2</f><v>五四村</v></c><c r=\"B3\"><v>4</v></c></row>";
    let strings = "<si><t>村名</t></si><si><r><t>经营收入</t></r><r><t>（元）</t></r></si>";
    let styles = "<numFmts><numFmt numFmtId=\"170\" formatCode=\"0!.0000\"/></numFmts><cellXfs><xf/><xf numFmtId=\"170\"/></cellXfs>";
    parts(rows, strings, styles, "")
}

#[test]
fn every_tag_may_have_a_prefix() {
    let want = ["五四村 2024 经营收入 4", "清凉村 2024 经营收入 3.5"];
    assert_eq!(written(&packed(&of_all_sorts()), "a.xlsx", &[], "R07", &["amount"]), want);
    let mut prefixed = of_all_sorts();
    for (_, text) in prefixed.iter_mut().filter(|(name, _)| !name.contains("_rels")) {
        *text = text.replace('<', "<x:").replace("<x:/", "</x:");
    }
    assert_eq!(written(&packed(&prefixed), "a.xlsx", &[], "R07", &["amount"]), want);
}

#[test]
fn a_sheet_that_the_file_names_and_lacks_is_no_empty_sheet() {
    let refused = |parts: &Parts| match book::read(&packed(parts), "a.xlsx", &mut Quiet) {
        Err(error) => error.message().zh,
        Ok(_) => panic!("it was read"),
    };
    let mut lacking = of_all_sorts();
    lacking.retain(|(name, _)| !name.contains("worksheets/"));
    assert!(refused(&lacking).contains("2024"), "{}", refused(&lacking));
    let second = |book: &mut Parts, kind: Option<&str>| {
        for (name, text) in book {
            if *name == "xl/workbook.xml" {
                *text =
                    text.replace("</sheets>", "<sheet name=\"2023\" sheetId=\"2\" r:id=\"rId2\"/></sheets>");
            }
            if let Some(kind) = kind.filter(|_| name.contains("_rels")) {
                let part = format!(
                    "<Relationship Id=\"rId2\" Type=\"r/{kind}\" Target=\"chartsheets/sheet1.xml\"/></Relationships>"
                );
                *text = text.replace("</Relationships>", &part);
            }
        }
    };
    let mut dangling = of_all_sorts();
    second(&mut dangling, None);
    assert!(refused(&dangling).contains("2023"), "{}", refused(&dangling));
    let mut chart = of_all_sorts();
    second(&mut chart, Some("chartsheet"));
    assert_eq!(
        written(&packed(&chart), "a.xlsx", &[], "R07", &["amount"]).len(),
        2,
        "a sheet that is a chart has no cells"
    );
}

#[test]
fn words_in_pieces_are_whole() {
    for words in ["清凉<!-- a > b -->村", "清<![CDATA[凉]]>村", "清凉<![CDATA[村<b>]]>", "<![CDATA[清凉村]]>"]
    {
        let bold = words.contains("<b>");
        let row = format!("<row r=\"2\">{}<c r=\"B2\"><v>3</v></c></row>", text("A2", words));
        let book = book::read(&table(&row, "", "", ""), "a.xlsx", &mut Quiet).unwrap();
        let found = book.sheets.first().and_then(|sheet| sheet.grid.get(1, 0).text().map(|t| t.to_string()));
        assert_eq!(found.as_deref(), Some(if bold { "清凉村<b>" } else { "清凉村" }), "{words}");
    }
}

#[test]
fn spans_of_a_page_without_quotes() {
    for (down, across) in [
        ("rowspan=2", "colspan=2"),
        ("rowspan = '2'", "COLSPAN=\"2\""),
        ("class=a rowspan=2 style='mso-x:1'", "width=90 colspan=2 height=9"),
    ] {
        let page = format!(
            "<html><body><table><tr><td colspan=5>2024年收支表（单位：元）</td></tr>\
             <tr><td {down}>村名</td><td {across}>收入</td><td {across}>支出</td></tr>\
             <tr><td>经营收入</td><td>补助收入</td><td>经营支出</td><td>管理费用</td></tr>\
             <tr><td>清凉村</td><td>1</td><td>2<sup>1</sup></td><td>3</td><td>4</td></tr></table></body></html>"
        );
        let want = [
            "清凉村 2024 管理费用 4",
            "清凉村 2024 经营支出 3",
            "清凉村 2024 经营收入 1",
            "清凉村 2024 补助收入 2",
        ];
        assert_eq!(written(page.as_bytes(), "a.xlsx", &[], "R07", &["amount"]), want, "{down}");
    }
}
