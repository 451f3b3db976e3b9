//! Contract registers as the offices of different towns head them.

use xingcun::exchange::{Quiet, book};
use xingcun::ledger::State;
use xingcun::register::{Fields, Schema};
use xingcun::value::Value;

use super::desk::{Desk, creating, merged, say, workbook};

/// The contracts in words: place, then the named fields, computed ones included.
fn contracts(state: &State, fields: &[&str]) -> Vec<String> {
    let kind = Schema::base().register("R09").unwrap().kind("contract").unwrap();
    let Some(sheet) = state.sheet("R09") else { return Vec::new() };
    let world = xingcun::ledger::Surroundings::new(state);
    let mut out: Vec<String> = sheet
        .of_kind("contract")
        .map(|r| {
            let org = r.value("org").and_then(Value::as_ref_id).and_then(|id| state.record("R01", id));
            let mut line = org.and_then(|o| o.value("name")?.as_str()).unwrap_or("?").to_owned();
            for key in fields {
                let shown = match kind.field(key).unwrap().read(r, &world).as_deref() {
                    Some(Value::Date(d)) => d.to_string(),
                    Some(Value::Many(words)) => words.join("+"),
                    Some(v) => v
                        .as_decimal()
                        .map_or_else(|| v.as_str().unwrap_or("…").to_owned(), |d| d.normalize().to_string()),
                    None => "-".to_owned(),
                };
                line.push_str(&format!(" {shown}"));
            }
            line
        })
        .collect();
    out.sort();
    out
}

/// Reads a workbook, writes it, and finds nothing new in it the second time.
fn read(bytes: &[u8], fields: &[&str]) -> (Vec<String>, String) {
    let mut desk = Desk::new();
    let book = book::read(bytes, "合同.xlsx", &mut Quiet).unwrap();
    let plan = desk.plan(&book, &creating());
    let said = say(&plan);
    assert!(plan.is_writable(), "{said}");
    assert!(plan.tables.iter().all(|t| (&*t.register, &*t.kind) == ("R09", "contract")), "{said}");
    desk.write(plan);
    let again = desk.plan(&book, &creating());
    assert_eq!((again.counts.inserted, again.counts.updated), (0, 0), "{}", say(&again));
    (contracts(&desk.state, fields), said)
}

#[test]
fn first_and_second_party_with_merged_heads_and_no_numbers() {
    let (rows, said) = read(
        &merged(
            &[(
                "Sheet1",
                &[
                    &["王家镇农村集体资源发包合同清查表"][..],
                    &["填报单位：王家镇农经站", "", "", "", "", "单位：万元"],
                    &[
                        "序号",
                        "甲方",
                        "乙方",
                        "标的物",
                        "面积（亩）",
                        "合同期限",
                        "",
                        "单价（元/亩·年）",
                        "合同总金额",
                        "发包方式",
                    ],
                    &["", "", "", "", "", "起", "止", "", "", ""],
                    &[
                        "1",
                        "清凉村村民委员会",
                        "张三",
                        "东坡果园",
                        "20",
                        "2019.1.1",
                        "2028.12.31",
                        "300",
                        "6",
                        "公开竞价",
                    ],
                    &[
                        "2",
                        "清凉村村民委员会",
                        "李四",
                        "西塘",
                        "12.5",
                        "2020年3月",
                        "2030年2月",
                        "200元",
                        "2.5",
                        "无程序",
                    ],
                ],
            )],
            &[(2, 5, 2, 6)],
        ),
        &[
            "name",
            "party_b",
            "area_mu",
            "start",
            "end",
            "term",
            "price",
            "price_unit",
            "amount_total",
            "bidding",
        ],
    );
    assert_eq!(
        rows,
        [
            "清凉村 东坡果园 张三 20 2019-01-01 2028-12-31 10 300 元/亩·年 60000 公开竞价",
            "清凉村 西塘 李四 12.5 2020-03-01 2030-02-28 10 200 元/亩·年 25000 无程序",
        ],
        "{said}"
    );
    // 无程序 is what the clean-up looks for.
    assert!(said.contains("no_procedure"), "{said}");
}

#[test]
fn the_term_in_one_cell() {
    let (rows, said) = read(
        &workbook(&[(
            "合同",
            &[
                &["沙溪镇集体土地承包合同台账"][..],
                &[
                    "村名",
                    "合同号",
                    "承包人",
                    "地块名称",
                    "承包面积",
                    "起止年限",
                    "承包费标准（元/亩）",
                    "总承包费（元）",
                    "联系电话",
                    "存在的问题",
                ],
                &[
                    "清凉村",
                    "A-01",
                    "张三",
                    "河滩地",
                    "33.5亩",
                    "2019.1.1-2028.12.31",
                    "150",
                    "50250",
                    "13812345678",
                    "合同期过长、价格明显偏低",
                ],
                &["清凉村", "A-02", "李四", "机动地", "12", "2015年至2025年", "80", "10560", "", "无"],
                &[
                    "滨河社区",
                    "A-03",
                    "王五",
                    "荒山",
                    "100亩",
                    "30年（2001.1.1—2030.12.31）",
                    "",
                    "9万",
                    "",
                    "未公开发包；口头合同",
                ],
            ],
        )]),
        &[
            "contract_no",
            "party_b",
            "area_mu",
            "start",
            "end",
            "term",
            "price_unit",
            "amount_total",
            "issue_kinds",
        ],
    );
    assert_eq!(
        rows,
        [
            "清凉村 A-01 张三 33.5 2019-01-01 2028-12-31 10 元/亩·年 50250 期限过长+价格过低",
            "清凉村 A-02 李四 12 2015-01-01 2025-12-31 11 元/亩·年 10560 无",
            "滨河社区 A-03 王五 100 2001-01-01 2030-12-31 30 元/亩·年 90000 未经民主程序+口头合同",
        ],
        "{said}"
    );
    assert!(said.contains("没写到日"), "{said}");
}

#[test]
fn rented_rooms_with_a_length_and_a_price_a_year() {
    let (rows, said) = read(
        &workbook(&[(
            "出租",
            &[
                &["城关镇滨河社区集体房屋出租情况表"][..],
                &[
                    "序号",
                    "承租方",
                    "租赁物",
                    "面积（㎡）",
                    "租赁起始日期",
                    "租期",
                    "年租金（万元）",
                    "一次性收取分摊年数",
                ],
                &["1", "便民超市", "临街门面1号", "86.5", "2023-07-01", "5年", "1.2", ""],
                &["2", "王五", "旧小学", "640", "2020.9", "十年", "0.8", "10"],
            ],
        )]),
        &["name", "party_b", "area_mu", "area_m2", "start", "end", "price", "price_unit", "lump_years"],
    );
    assert_eq!(
        rows,
        [
            "滨河社区 临街门面1号 便民超市 - 86.5 2023-07-01 2028-06-30 12000 元/年 -",
            "滨河社区 旧小学 王五 - 640 2020-09-01 2030-08-31 8000 元/年 10",
        ],
        "{said}"
    );
}

#[test]
fn years_alone_and_what_cannot_be_a_day() {
    let sheet = |until: &str| {
        workbook(&[(
            "合同",
            &[
                &["村名", "乙方", "标的", "起始年份", "终止年份", "总价款(元)"][..],
                &["清凉村", "张三", "鱼塘", "2019", until, "5000"],
            ],
        )])
    };
    let (rows, _) = read(&sheet("2028"), &["start", "end", "term"]);
    assert_eq!(rows, ["清凉村 2019-01-01 2028-12-31 10"]);
    for (until, rule) in [("长期", "not_a_date"), ("2018", "start_before_end")] {
        let book = book::read(&sheet(until), "合同.xlsx", &mut Quiet).unwrap();
        let plan = Desk::new().plan(&book, &creating());
        assert!(!plan.is_writable() && say(&plan).contains(rule), "{until}: {}", say(&plan));
    }
}

#[test]
fn what_is_incomplete_is_written_and_said_row_by_row() {
    let (rows, said) = read(
        &workbook(&[(
            "合同",
            &[
                &[
                    "村名",
                    "合同编号",
                    "承包方",
                    "标的",
                    "起始日期",
                    "到期日期",
                    "单价（元/亩）",
                    "总价款（元）",
                ][..],
                &["清凉村", "1", "张三", "鱼塘", "2019.1.1", "2023.12.31", "100", "5000"],
                &["清凉村", "2", "李四", "果园", "", "2023.12.31", "", ""],
            ],
        )]),
        &["contract_no", "start", "amount_total"],
    );
    assert_eq!(rows, ["清凉村 1 2019-01-01 5000", "清凉村 2 - -"]);
    assert!(said.contains("缺“起始日期、单价、总价款”"), "{said}");
    assert!(!said.contains("Error"), "{said}");
}

#[test]
fn a_corrected_contract_is_judged_and_an_unchanged_one_is_not() {
    let sheet = |until: &str| {
        workbook(&[(
            "合同",
            &[
                &["村名", "合同编号", "承包方", "标的", "起始日期", "终止日期"][..],
                &["清凉村", "1", "张三", "鱼塘", "2019.1.1", until],
                &["清凉村", "2", "李四", "果园", "2019.1.1", "2023.12.31"],
            ],
        )])
    };
    let open = |bytes: &[u8]| book::read(bytes, "合同.xlsx", &mut Quiet).unwrap();
    let mut desk = Desk::new();
    let plan = desk.plan(&open(&sheet("2028.12.31")), &creating());
    desk.write(plan);
    let plan = desk.plan(&open(&sheet("2018.12.31")), &creating());
    assert!(!plan.is_writable(), "{}", say(&plan));
    let wrong: Vec<_> =
        plan.findings.iter().filter(|f| &*f.rule == "start_before_end").map(|f| &*f.cell).collect();
    assert_eq!(wrong, ["F2"]);
    let plan = desk.plan(&open(&sheet("2029.12.31")), &creating());
    assert_eq!((plan.counts.updated, plan.counts.unchanged), (1, 1), "{}", say(&plan));
}

/// A village is called by its name, not by what stands for it in the ledger.
#[test]
fn a_contract_that_is_not_there_is_named_by_its_village() {
    let bytes = workbook(&[(
        "应收",
        &[
            &["合同应收款台账"][..],
            &["村名", "承包方", "应收日期", "应收金额（元）", "实收金额（元）"],
            &["清凉村", "张三", "2024-06-30", "1000", "0"],
        ],
    )]);
    let book = book::read(&bytes, "应收.xlsx", &mut Quiet).unwrap();
    let plan = Desk::new().plan(&book, &creating());
    assert!(!plan.is_writable(), "{}", say(&plan));
    assert!(say(&plan).contains("清凉村") && !say(&plan).contains('…'), "{}", say(&plan));
}
