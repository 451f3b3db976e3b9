//! Businesses and facilities: the samples with the totals that their articles print, and lists as other towns head them.

use xingcun::exchange::{Fate, Options, Quiet, book, export};
use xingcun::ledger::State;
use xingcun::register::{Fields, Severity};
use xingcun::value::Value;

use super::desk::{Desk, creating, imported, say, workbook};
use super::open;
use super::samples::{BUSINESSES, FACILITIES};

/// How many records of a kind say so.
fn count(state: &State, (register, kind): (&str, &str), says: impl Fn(&dyn Fields) -> bool) -> usize {
    state.sheet(register).map_or(0, |s| s.of_kind(kind).filter(|r| says(*r)).count())
}

fn word<'r>(record: &'r dyn Fields, key: &str) -> Option<&'r str> {
    record.value(key).and_then(Value::as_str)
}

fn sum(state: &State, (register, kind): (&str, &str), key: &str) -> rust_decimal::Decimal {
    let sheet = state.sheet(register).unwrap();
    sheet.of_kind(kind).filter_map(|r| r.value(key).and_then(Value::as_decimal)).sum()
}

/// A sample, written, and nothing new in it the second time.
fn written(name: &str) -> Desk {
    let (mut desk, book) = (Desk::new(), open(name));
    let plan = desk.plan(&book, &creating());
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    let again = desk.plan(&book, &creating());
    assert_eq!((again.counts.inserted, again.counts.updated), (0, 0), "{}", say(&again));
    assert!(again.new_places.is_empty());
    desk
}

/// The register as a workbook, masked or not.
fn exported(state: &State, register: &str, unmasked: bool) -> Vec<u8> {
    let register = state.schema().register(register).unwrap();
    let parts = export::parts(state, register);
    export::workbooks(&parts, export::Options { unmasked }).unwrap().remove(0)
}

#[test]
fn the_businesses_of_a_township() {
    let desk = written(BUSINESSES);
    let state = &desk.state;
    const ENTITY: (&str, &str) = ("R05", "entity");
    assert_eq!(count(state, ENTITY, |_| true), 29);
    let cooperative = |r: &dyn Fields| {
        ["农民专业合作社", "党组织领办合作社"].contains(&word(r, "kind").unwrap_or_default())
    };
    let led = |r: &dyn Fields| matches!(r.value("led_by_party"), Some(Value::Bool(true)));
    assert_eq!(count(state, ENTITY, cooperative), 21);
    assert_eq!(count(state, ENTITY, |r| cooperative(r) && led(r)), 4);
    assert_eq!(count(state, ENTITY, led), 4);
    // The total that the list prints, and what the co-operatives of the article lead.
    assert_eq!(sum(state, ENTITY, "led_households"), 2280.into());
    let sheet = state.sheet("R05").unwrap();
    let of_cooperatives = sheet.of_kind("entity").filter(|r| cooperative(*r));
    let led: rust_decimal::Decimal =
        of_cooperatives.filter_map(|r| r.value("led_households").and_then(Value::as_decimal)).sum();
    assert_eq!(led, 1900.into());
    // Days in four ways; a blank code stays blank and is not that of the row above.
    let one = |name: &str, kind: &str| {
        sheet
            .of_kind("entity")
            .find(|r| word(*r, "name") == Some(name) && word(*r, "kind") == Some(kind))
            .unwrap()
    };
    let day = |r: &dyn Fields| r.value("reg_date").and_then(Value::as_date).unwrap().to_string();
    for (name, kind, when) in [
        ("傣园专业合作社", "农民专业合作社", "2021-08-01"),
        ("滇果专业合作社", "农民专业合作社", "2022-09-01"),
        ("桥源专业合作社", "农民专业合作社", "2010-01-15"),
        ("建生专业合作社", "农民专业合作社", "2012-03-01"),
    ] {
        assert_eq!(day(one(name, kind)), when, "{name}");
    }
    // Two of one name: one is told by its code, the other is not.
    let (other, led) = (one("金顺专业合作社", "农民专业合作社"), one("金顺专业合作社", "党组织领办合作社"));
    assert_eq!((word(other, "usci"), word(led, "usci")), (Some("935323017HTP3B77KH"), None));
    // 2024年营收 in 万元 is a year under its business.
    assert_eq!(count(state, ("R05", "year"), |_| true), 29);
    let year = sheet.of_kind("year").find(|y| y.value("parent") == Some(&Value::Ref(led.id()))).unwrap();
    assert_eq!(year.value("year").and_then(Value::as_period).unwrap().to_string(), "2024");
    assert_eq!(year.value("revenue").and_then(Value::as_decimal), Some(83_100.into()));
    // The list is the township's, and nobody knows their villages.
    let place = led.value("org").and_then(Value::as_ref_id).and_then(|id| state.record("R01", id)).unwrap();
    assert_eq!((word(place, "name"), word(place, "kind")), (Some("××乡"), Some("乡镇")));
}

#[test]
fn centres_and_stations() {
    let desk = written(FACILITIES);
    let state = &desk.state;
    const FACILITY: (&str, &str) = ("R11", "facility");
    let of = |kind: &'static str| move |r: &dyn Fields| word(r, "kind") == Some(kind);
    assert_eq!(count(state, FACILITY, of("党群服务中心")), 24);
    assert_eq!(count(state, FACILITY, of("小区党群服务站")), 66);
    let sheet = state.sheet("R11").unwrap();
    let number = |r: &dyn Fields, key: &str| r.value(key).and_then(Value::as_decimal);
    let one = sheet.of_kind("facility").find(|r| word(*r, "name") == Some("通爱村党群服务中心")).unwrap();
    let said = ["service_count", "consult_desks", "windows", "area_m2", "invest"].map(|key| number(one, key));
    assert_eq!(said, [36, 1, 2, 2000, 2_000_000].map(|n: i64| Some(n.into())));
    let built = |key: &str| one.value(key).and_then(Value::as_date).unwrap().to_string();
    assert_eq!((built("built"), built("upgraded")), ("2008-01-01".to_owned(), "2024-04-01".to_owned()));
    // The township stands in its first row only.
    let town = |village: &str| {
        let places = state.sheet("R01").unwrap();
        let village = places.live().find(|p| word(*p, "name") == Some(village)).unwrap();
        let town = village.value("parent").and_then(Value::as_ref_id).unwrap();
        word(state.record("R01", town).unwrap(), "name").unwrap().to_owned()
    };
    assert_eq!(
        (town("第5村"), town("第8村"), town("第23村")),
        ("西村乡".into(), "里望乡".into(), "里望乡".into())
    );
    // √ is yes, and a blank is not no.
    let station = sheet.of_kind("facility").find(|r| word(*r, "code") == Some("WR001")).unwrap();
    assert_eq!((station.value("has_sign"), station.value("has_rooms")), (Some(&Value::Bool(true)), None));
    assert_eq!(word(station, "demonstration"), Some("县级示范"));
}

#[test]
fn what_is_exported_comes_back_as_nothing_new_and_an_edited_cell_as_itself() {
    for (sample, register, rows) in [(BUSINESSES, "R05", 58), (FACILITIES, "R11", 90)] {
        let desk = written(sample);
        for unmasked in [true, false] {
            let bytes = exported(&desk.state, register, unmasked);
            let book = book::read(&bytes, "x.xlsx", &mut Quiet).unwrap();
            let plan = desk.plan(&book, &Options::default());
            assert!(plan.findings.iter().all(|f| f.severity != Severity::Error), "{}", say(&plan));
            let counts = (plan.counts.inserted, plan.counts.updated, plan.counts.unchanged);
            assert_eq!(counts, (0, 0, rows), "{register} {}", say(&plan));
        }
    }
}

/// A list with a phone, as a township keeps it; the number in the last row is of somebody who changed it.
fn listed(phone: &str, households: &str) -> Vec<u8> {
    workbook(&[(
        "名录",
        &[
            &["沙溪镇新型农业经营主体名录"][..],
            &["村名", "合作社名称", "类别", "信用代码", "理事长", "电话", "带动户数", "是否党支部领办"],
            &["清凉村", "傣园", "专业合作社", "93532301TRPD9JE5EL", "汤芳", phone, households, "是"],
            &["五四村", "滇果", "家庭农场", "", "叶永", "13900000002", "30余户", "否"],
        ],
    )])
}

#[test]
fn a_masked_copy_changes_nothing_and_an_edited_cell_exactly_itself() {
    let (desk, said) = imported(&listed("13812345678", "12"), "名录.xlsx");
    let masked = exported(&desk.state, "R05", false);
    assert!(!String::from_utf8_lossy(&masked).contains("13812345678"), "{said}");
    let plan = desk.plan(&book::read(&masked, "x.xlsx", &mut Quiet).unwrap(), &Options::default());
    assert_eq!(
        (plan.counts.inserted, plan.counts.updated, plan.counts.unchanged),
        (0, 0, 2),
        "{}",
        say(&plan)
    );
    let plan = desk.plan(
        &book::read(&listed("13812345678", "13"), "名录.xlsx", &mut Quiet).unwrap(),
        &Options::default(),
    );
    let changed: Vec<_> = plan
        .drafts
        .iter()
        .filter_map(|d| match &d.fate {
            Fate::Update { changes, .. } => Some(changes),
            _ => None,
        })
        .flatten()
        .map(|c| (&*c.field, c.after.as_decimal()))
        .collect();
    assert_eq!(changed, [("led_households", Some(13.into()))], "{}", say(&plan));
}

#[test]
fn a_business_is_known_by_its_code_else_by_its_place_and_name() {
    let list = |rows: &[&[&str]]| {
        let head: &[&str] = &["村名", "主体名称", "主体类型", "统一社会信用代码", "成员数"];
        let all: Vec<&[&str]> = std::iter::once(head).chain(rows.iter().copied()).collect();
        workbook(&[("名录", &all)])
    };
    let first = list(&[
        &["清凉村", "傣园", "农民专业合作社", "93532301TRPD9JE5EL", "50"],
        &["清凉村", "滇果", "农民专业合作社", "", "60"],
    ]);
    let (mut desk, _) = imported(&first, "一.xlsx");
    let plan = |rows: &[&[&str]]| {
        let book = book::read(&list(rows), "二.xlsx", &mut Quiet).unwrap();
        desk.plan(&book, &creating())
    };
    // Without its code it is the one of its name; a name alone gets its code when somebody knows it.
    let known = plan(&[
        &["清凉村", "傣园", "农民专业合作社", "", "51"],
        &["清凉村", "滇果", "农民专业合作社", "93532301MRJNMCQ6RH", "60"],
    ]);
    assert_eq!((known.counts.inserted, known.counts.updated), (0, 2), "{}", say(&known));
    assert_eq!(say(&known).matches("known_otherwise").count(), 2, "{}", say(&known));
    // Another code is another business, and by its own code it is known under another name.
    let other = plan(&[
        &["清凉村", "傣园", "农民专业合作社", "93532301Q3A84LMB86", "51"],
        &["清凉村", "傣园生态", "农民专业合作社", "93532301TRPD9JE5EL", "50"],
    ]);
    assert_eq!((other.counts.inserted, other.counts.updated), (1, 1), "{}", say(&other));
    // Of two rows of one name, the one with the code is the business, and the other is none that is known.
    let pair = plan(&[
        &["清凉村", "傣园", "农民专业合作社", "", "7"],
        &["清凉村", "傣园", "农民专业合作社", "93532301TRPD9JE5EL", "50"],
        &["清凉村", "滇果", "农民专业合作社", "", "60"],
    ]);
    assert_eq!((pair.counts.inserted, pair.counts.unchanged), (1, 2), "{}", say(&pair));
    assert!(pair.is_writable(), "{}", say(&pair));
    desk.write(pair);
    // A code that cannot be one is no code.
    let book = list(&[&["清凉村", "傣园", "农民专业合作社", "93532301TRPD9JE5EK", "50"]]);
    let wrong = Desk::new().plan(&book::read(&book, "三.xlsx", &mut Quiet).unwrap(), &creating());
    assert!(!wrong.is_writable() && say(&wrong).contains("code_digit"), "{}", say(&wrong));
}

#[test]
fn a_list_by_township_belongs_to_the_townships() {
    let rows = workbook(&[(
        "名录",
        &[
            &["某县家庭农场名录"][..],
            &["序号", "乡镇", "农场名称", "农场主", "经营规模（亩）", "带动户数"],
            &["1", "沙溪镇", "金盛农场", "邹涛", "141", "14"],
            &["2", "", "绿和农场", "薛德", "760", "9"],
            &["3", "柳河乡", "源和农场", "陈艳", "47", "6"],
        ],
    )]);
    let (desk, said) = imported(&rows, "名录.xlsx");
    let sheet = desk.state.sheet("R05").unwrap();
    let mut places: Vec<String> = sheet
        .of_kind("entity")
        .map(|r| {
            let place = r.value("org").and_then(Value::as_ref_id).and_then(|id| desk.state.record("R01", id));
            format!("{} {}", word(place.unwrap(), "name").unwrap(), word(r, "name").unwrap())
        })
        .collect();
    places.sort();
    assert_eq!(places, ["柳河乡 源和农场", "沙溪镇 绿和农场", "沙溪镇 金盛农场"], "{said}");
    assert!(sheet.of_kind("entity").all(|r| word(r, "kind") == Some("家庭农场")), "{said}");
}

#[test]
fn who_runs_a_canteen_is_made_of_a_name_where_that_is_wanted() {
    let rows = workbook(&[(
        "社区食堂",
        &[
            &["社区名称", "食堂名称", "运营主体", "供餐能力（份/日）"][..],
            &["东关社区", "东关小食堂", "暖阳餐饮", "300"],
            &["西关社区", "西关小食堂", "暖阳餐饮", "200"],
        ],
    )]);
    let book = book::read(&rows, "食堂.xlsx", &mut Quiet).unwrap();
    let mut desk = Desk::new();
    let without = desk.plan(&book, &creating());
    assert!(
        without.named_records.is_empty() && say(&without).contains("unknown_reference"),
        "{}",
        say(&without)
    );
    let wanted = Options { create_refs: true, ..creating() };
    let plan = desk.plan(&book, &wanted);
    assert_eq!((plan.counts.inserted, plan.named_records.len()), (2, 1), "{}", say(&plan));
    desk.write(plan);
    let state = &desk.state;
    let made: Vec<_> = state.sheet("R05").unwrap().of_kind("entity").collect();
    assert_eq!((made.len(), word(made[0], "name")), (1, Some("暖阳餐饮")));
    // It stands in the place of the first row that names it.
    let place =
        made[0].value("org").and_then(Value::as_ref_id).and_then(|id| state.record("R01", id)).unwrap();
    assert_eq!(word(place, "name"), Some("东关社区"));
    let operator = Value::Ref(made[0].id());
    assert_eq!(count(state, ("R11", "facility"), |r| r.value("operator") == Some(&operator)), 2);
    let again = desk.plan(&book, &wanted);
    assert_eq!((again.counts.inserted, again.counts.updated, again.named_records.len()), (0, 0, 0));
}

#[test]
fn what_is_asked_of_a_list_that_says_no_place_or_no_sort() {
    let plan = |rows: &[&[&str]]| {
        let book = book::read(&workbook(&[("Sheet1", rows)]), "名录.xlsx", &mut Quiet).unwrap();
        Desk::new().plan(&book, &creating())
    };
    let placeless = plan(&[
        &["主体名称", "主体类型", "成员数", "带动农户"],
        &["傣园", "农民专业合作社", "50", "12"],
        &["滇果", "农民专业合作社", "60", "13"],
    ]);
    assert!(!placeless.is_writable(), "{}", say(&placeless));
    let sortless = plan(&[
        &["村名", "站名", "面积（平方米）", "窗口"],
        &["清凉村", "幸福里", "120", "2"],
        &["五四村", "桐香苑", "90", "1"],
    ]);
    assert!(!sortless.is_writable(), "{}", say(&sortless));
}
