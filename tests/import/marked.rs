//! Copies with comments: what was noticed stands on the cells, and nothing else is another.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DataValidation, Format, Note as Comment, Workbook};
use xingcun::exchange::book::{self, Note};
use xingcun::exchange::{BookError, Quiet, marks};

use super::desk::{Desk, creating};

/// Parts as they are packed, byte for byte, and as they are.
fn parts(bytes: &[u8]) -> BTreeMap<String, (Vec<u8>, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let all = 0..archive.len();
    all.map(|n| {
        let (mut raw, mut plain) = (Vec::new(), Vec::new());
        let mut file = archive.by_index_raw(n).unwrap();
        let name = file.name().unwrap().into_owned();
        std::io::Read::read_to_end(&mut file, &mut raw).unwrap();
        drop(file);
        std::io::Read::read_to_end(&mut archive.by_index(n).unwrap(), &mut plain).unwrap();
        (name, (raw, plain))
    })
    .collect()
}

fn text(parts: &BTreeMap<String, (Vec<u8>, Vec<u8>)>, name: &str) -> String {
    String::from_utf8(parts.get(name).unwrap_or_else(|| panic!("{name} in {:?}", parts.keys())).1.clone())
        .unwrap()
}

/// Two sheets: the first with a choice, a link and widths; the second with a comment of somebody's on B2.
fn whole() -> Vec<u8> {
    let mut book = Workbook::new();
    for name in ["2024", "2023"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (column, word) in ["村名", "经营收入（元）", "管理费用（元）"].into_iter().enumerate()
        {
            sheet.write_with_format(0, column as u16, word, &Format::new().set_bold()).unwrap();
        }
        sheet.write(1, 0, "清凉村").unwrap();
        sheet.write(1, 1, "暂无<数据>").unwrap();
        sheet.write(1, 2, 6).unwrap();
        sheet.set_column_width(0, 30).unwrap();
        let choice = DataValidation::new().allow_list_strings(&["甲", "乙"]).unwrap();
        sheet.add_data_validation(4, 0, 9, 0, &choice).unwrap();
        sheet.write_url(6, 4, "https://example.org/").unwrap();
        if name == "2023" {
            sheet.insert_note(1, 1, &Comment::new("老王：问过了")).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn note(sheet: &str, cell: &str, words: &str) -> Note {
    Note { sheet: sheet.to_owned(), cell: cell.to_owned(), words: words.to_owned() }
}

#[test]
fn comments_are_added_and_the_rest_stays_byte_for_byte() {
    let before = whole();
    let notes = [
        note("2024", "B2", "不是<数>&字"),
        note("2024", "B2", "再看"),
        note("2024", "", "整张表"),
        note("没有", "A1", "x"),
    ];
    let after = book::marked(&before, &notes).unwrap();
    let (old, new) = (parts(&before), parts(&after));
    let changed: Vec<&str> = old
        .iter()
        .filter(|(name, both)| new.get(*name) != Some(both))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        changed,
        ["[Content_Types].xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/worksheets/sheet1.xml"]
    );
    let added: Vec<&str> = new.keys().filter(|name| !old.contains_key(*name)).map(String::as_str).collect();
    assert_eq!(
        added,
        ["xl/comments2.xml", "xl/drawings/vmlDrawing2.vml"],
        "the second sheet has the first of each"
    );

    // One tag more, where the format wants it.
    let sheet = text(&new, "xl/worksheets/sheet1.xml");
    let tag = sheet.split_inclusive('>').find(|tag| tag.contains("<legacyDrawing")).unwrap();
    assert_eq!(sheet.replace(tag, ""), text(&old, "xl/worksheets/sheet1.xml"));
    assert!(sheet.ends_with(&format!("{tag}</worksheet>")));
    let comments = text(&new, "xl/comments2.xml");
    assert!(comments.contains("<author>兴村</author>") && comments.contains("ref=\"A1\""), "{comments}");
    assert!(comments.contains("不是&lt;数&gt;&amp;字\n再看"), "{comments}");
    let types = text(&new, "[Content_Types].xml");
    assert!(types.contains("PartName=\"/xl/comments2.xml\""), "{types}");
    assert_eq!(types.matches("Extension=\"vml\"").count(), 1);
    // The same cells, and what is a comment may be commented upon once more.
    assert_eq!(cells(&after), cells(&before));
    let again = book::marked(&after, &[note("2024", "B2", "第三次"), note("2024", "C2", "新的")]).unwrap();
    let comments = text(&parts(&again), "xl/comments2.xml");
    assert_eq!(
        (comments.matches("<comment ").count(), comments.matches("ref=\"B2\"").count()),
        (3, 1),
        "{comments}"
    );
    assert!(comments.contains("再看") && comments.contains("第三次"));
    assert_eq!(text(&parts(&again), "xl/drawings/vmlDrawing2.vml").matches("<v:shape ").count(), 3);
}

#[test]
fn somebodys_comments_stay() {
    let before = whole();
    let after = book::marked(&before, &[note("2023", "B2", "不是数"), note("2023", "C2", "偏大")]).unwrap();
    let (old, new) = (parts(&before), parts(&after));
    let changed: Vec<&str> = old
        .iter()
        .filter(|(name, both)| new.get(*name) != Some(both))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(changed, ["xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"]);
    assert_eq!(new.len(), old.len());
    let comments = text(&new, "xl/comments1.xml");
    let (first, rest) = comments.split_once("不是数").unwrap();
    assert!(
        first.contains("老王：问过了") && rest.contains("ref=\"C2\"") && rest.contains("authorId=\"1\""),
        "{comments}"
    );
    assert_eq!(text(&new, "xl/drawings/vmlDrawing1.vml").matches("<v:shape ").count(), 2);
}

fn cells(bytes: &[u8]) -> Vec<String> {
    let book = book::read(bytes, "收支.xlsx", &mut Quiet).unwrap();
    let rows = |sheet: &book::BookSheet| -> Vec<String> {
        (0..sheet.grid.height())
            .flat_map(|r| {
                sheet.grid.row(r).map(move |(c, cell)| format!("{r} {c} {cell:?}")).collect::<Vec<_>>()
            })
            .collect()
    };
    book.sheets.iter().flat_map(rows).collect()
}

#[test]
fn what_an_import_notices_stands_on_its_cells() {
    let bytes = whole();
    let book = book::read(&bytes, "2024年收支.xlsx", &mut Quiet).unwrap();
    let plan = Desk::new().plan(&book, &creating());
    let notes = marks::notes(&plan.findings);
    assert!(
        notes.iter().any(|n| n.sheet == "2024" && n.cell == "B2" && n.words.starts_with("错误：")),
        "{notes:?}"
    );
    let copy = book::marked(&bytes, &notes).unwrap();
    assert!(text(&parts(&copy), "xl/comments2.xml").contains("暂无&lt;数据&gt;"));
    assert_eq!(marks::name("2024年收支.xlsx"), "2024年收支-标注.xlsx");
}

#[test]
fn only_an_xlsx_can_have_a_marked_copy() {
    for bytes in [super::sample(super::CONTRACTS), "村名,面积\n甲村,1\n".into()] {
        assert_eq!(book::marked(&bytes, &[note("x", "A1", "y")]).unwrap_err(), BookError::OnlyXlsx);
    }
}
