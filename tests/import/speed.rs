//! How long a county takes. Run with `cargo test --profile quick --test import -- --ignored --nocapture speed`.

use std::time::Instant;

use rust_xlsxwriter::Workbook;
use xingcun::exchange::{Quiet, book};

use super::desk::{Desk, creating, say};

/// `rows` rows of 12 columns: 15 townships, 200 villages, 12 products, quarters.
fn county(rows: u32) -> Vec<u8> {
    let products =
        ["不知火", "血橙", "柑橘", "油茶", "玉米", "水稻", "葡萄", "苹果", "蚕桑", "红薯", "药材", "枇杷"];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = [
        "乡镇",
        "村名",
        "品种",
        "年份",
        "季度",
        "面积(亩)",
        "其中新增(亩)",
        "产量(吨)",
        "产值(元)",
        "参与农户(户)",
        "数据性质",
        "备注",
    ];
    for (c, head) in heads.iter().enumerate() {
        sheet.write(0, c as u16, *head).unwrap();
    }
    for n in 0..rows {
        let r = n + 1;
        let (quarter, product) = (n % 4, n / 4 % 12);
        let (village, year) = (n / 48 % 200, n / 9600);
        sheet.write(r, 0, format!("第{}镇", village % 15 + 1)).unwrap();
        sheet.write(r, 1, format!("第{}村", village + 1)).unwrap();
        sheet.write(r, 2, products[product as usize]).unwrap();
        sheet.write(r, 3, 2015 + year).unwrap();
        sheet.write(r, 4, quarter + 1).unwrap();
        let area = f64::from(n * 7919 % 8000) / 10.0 + 5.0;
        sheet.write(r, 5, area).unwrap();
        sheet.write(r, 6, 1.5).unwrap();
        sheet.write(r, 7, (area * 13.0).round() / 10.0).unwrap();
        sheet.write(r, 8, (area * 543_210.0).round() / 100.0).unwrap();
        sheet.write(r, 9, (area / 6.0).floor() + 1.0).unwrap();
        sheet.write(r, 10, "实际").unwrap();
        sheet.write(r, 11, if n % 10 == 0 { "含园区" } else { "无变化" }).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
#[ignore = "takes a minute without optimisation"]
fn speed_of_a_county() {
    let bytes = county(100_000);
    let mut desk = Desk::new();
    let begun = Instant::now();
    let book = book::read(&bytes, "county.xlsx", &mut Quiet).unwrap();
    let read = begun.elapsed();
    let plan = desk.plan(&book, &creating());
    let planned = begun.elapsed() - read;
    assert!(plan.is_writable() && plan.counts.inserted == 100_000, "{}", say(&plan));
    let begun = Instant::now();
    desk.write(plan);
    let written = begun.elapsed();
    let begun = Instant::now();
    let again = desk.plan(&book, &creating());
    assert_eq!(again.counts.unchanged, 100_000);
    println!(
        "{} bytes: read {read:?}, planned {planned:?}, sealed {written:?}, planned again {:?}",
        bytes.len(),
        begun.elapsed()
    );
}
