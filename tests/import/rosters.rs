//! People, talents and households: cuts of the samples, and lists as other offices head them.

use std::collections::BTreeSet;

use xingcun::exchange::question::Answer;
use xingcun::exchange::{Decision, Fate, Options, Plan, Quiet, book, export};
use xingcun::ledger::State;
use xingcun::register::{Fields, Severity};
use xingcun::value::Value;

use super::desk::{Desk, asked, creating, say, workbook};
use super::open;
use super::samples::{HOUSEHOLDS, TALENTS};

const PERSON: (&str, &str) = ("R02", "person");
const TALENT: (&str, &str) = ("R03", "talent");
const HOUSEHOLD: (&str, &str) = ("R04", "household");

fn count(state: &State, (register, kind): (&str, &str), says: impl Fn(&dyn Fields) -> bool) -> usize {
    state.sheet(register).map_or(0, |s| s.of_kind(kind).filter(|r| says(*r)).count())
}

fn word<'r>(record: &'r dyn Fields, key: &str) -> Option<&'r str> {
    record.value(key).and_then(Value::as_str)
}

/// Places and names that nobody has listed are made.
fn making() -> Options {
    Options { create_refs: true, ..creating() }
}

fn answering(options: Options, answers: &[&str]) -> Options {
    let read = |text: &&str| Decision::Answer(Answer::read(text).unwrap());
    Options { decisions: answers.iter().map(read).collect(), ..options }
}

fn plan(desk: &Desk, rows: &[&[&str]], options: &Options) -> Plan {
    let bytes = workbook(&[("名册", rows)]);
    desk.plan(&book::read(&bytes, "名册.xlsx", &mut Quiet).unwrap(), options)
}

/// Written, and nothing new in it the second time.
fn written(name: &str) -> Desk {
    let (mut desk, book) = (Desk::new(), open(name));
    let plan = desk.plan(&book, &making());
    assert!(plan.is_writable(), "{}", say(&plan));
    desk.write(plan);
    let again = desk.plan(&book, &making());
    assert_eq!((again.counts.inserted, again.counts.updated), (0, 0), "{}", say(&again));
    assert!(again.new_places.is_empty() && again.named_records.is_empty());
    assert_eq!(asked(&again), [""; 0], "a hub that the list names is not gone from it");
    desk
}

/// What of a register comes back from its export: nothing new.
fn comes_back(desk: &Desk, register: &str) {
    let declared = desk.state.schema().register(register).unwrap();
    for unmasked in [true, false] {
        let parts = export::parts(&desk.state, declared);
        let bytes = export::workbooks(&parts, export::Options { unmasked }).unwrap().remove(0);
        let book = book::read(&bytes, "x.xlsx", &mut Quiet).unwrap();
        let plan = desk.plan(&book, &making());
        assert!(plan.findings.iter().all(|f| f.severity != Severity::Error), "{register} {}", say(&plan));
        let counts = (plan.counts.inserted, plan.counts.updated);
        assert_eq!(counts, (0, 0), "{register} unmasked {unmasked}: {}", say(&plan));
        assert!(plan.counts.unchanged > 0 && plan.named_records.is_empty(), "{}", say(&plan));
    }
}

#[test]
fn a_list_of_talents_tells_of_the_people_beside() {
    let desk = written(TALENTS);
    let state = &desk.state;
    assert_eq!((count(state, TALENT, |_| true), count(state, PERSON, |_| true)), (30, 30));
    let of = |category: &'static str| count(state, TALENT, move |r| word(r, "category") == Some(category));
    assert_eq!(["经营管理型", "专业生产型", "乡贤", "电商达人"].map(of), [8, 12, 7, 3]);
    // Each talent is the person of its own row.
    let sheet = state.sheet("R03").unwrap();
    for talent in sheet.of_kind("talent") {
        let person = talent.value("person").and_then(Value::as_ref_id).unwrap();
        let person = state.record("R02", person).unwrap();
        assert_eq!(person.value("org"), talent.value("org"));
        assert!(word(person, "idno").is_some() && word(person, "phone").is_some());
    }
    // Two of one name in one village are two, because their numbers say so.
    let twins: BTreeSet<&str> = state
        .sheet("R02")
        .unwrap()
        .of_kind("person")
        .filter(|r| word(*r, "name") == Some("许涛"))
        .filter_map(|r| word(r, "idno"))
        .collect();
    assert_eq!(twins, BTreeSet::from(["511025195605258663", "511025198012108751"]));
    // A day in six writings; one that names its month is its first.
    let days: BTreeSet<String> = sheet
        .of_kind("talent")
        .filter_map(|r| r.value("entered")?.as_date())
        .map(|d| d.to_string())
        .collect();
    assert!(
        days.iter().all(|d| ["2023-11-01", "2024-03-01", "2024-03-05"].contains(&d.as_str())),
        "{days:?}"
    );
}

#[test]
fn talents_and_people_come_back_from_their_exports_masked_or_not() {
    let desk = written(TALENTS);
    comes_back(&desk, "R03");
    comes_back(&desk, "R02");
}

const HEAD: &[&str] = &["姓名", "性别", "身份证号", "联系电话", "所在村", "人才类别", "特长"];

#[test]
fn a_number_that_a_spreadsheet_has_rounded_is_refused_with_its_whole_row() {
    let desk = Desk::new();
    let rows: &[&[&str]] = &[
        HEAD,
        &["彭伟秀", "女", "'511025195503258697", "15843829986", "鹤林村", "乡贤", "直播带货"],
        &["韩丽磊", "女", "511025199307259000", "15096045891", "鹤林村", "乡贤", "直播带货"],
        &["周文晓", "女", "'5.11025E+17", "13804938136", "鹤林村", "乡贤", "直播带货"],
        &["覃雨", "女", "'511025195901184073", "13836047477", "鹤林村", "乡贤", "直播带货"],
    ];
    let all = plan(&desk, rows, &creating());
    assert!(!all.is_writable(), "{}", say(&all));
    let lost = all.findings.iter().filter(|f| &*f.rule == "precision_lost").map(|f| f.cell.as_str());
    assert_eq!(lost.collect::<Vec<_>>(), ["C3", "C4"], "{}", say(&all));
    assert!(say(&all).contains("丢失精度") && say(&all).contains("校验位"), "{}", say(&all));
    // The good row alone: one person and one talent, and nobody of the others.
    let rest = plan(&desk, rows, &Options { skip_bad_rows: true, ..creating() });
    assert_eq!((rest.counts.inserted, rest.is_writable()), (2, true), "{}", say(&rest));
}

#[test]
fn what_is_refused_of_a_row_refuses_the_person_too() {
    let desk = Desk::new();
    let rows: &[&[&str]] = &[
        &["姓名", "身份证号", "所在村", "人才类别", "带动户数"],
        &["彭伟秀", "'511025195503258697", "鹤林村", "乡贤", "12"],
        &["韩丽磊", "'511025199307259439", "鹤林村", "乡贤", "-3"],
    ];
    let all = plan(&desk, rows, &Options { skip_bad_rows: true, ..creating() });
    let kinds: Vec<&str> = all
        .drafts
        .iter()
        .filter(|d| d.fate == Fate::Insert)
        .map(|d| &*all.tables[d.table as usize].kind)
        .collect();
    assert_eq!(kinds, ["person", "talent"], "{}", say(&all));
}

#[test]
fn somebody_in_two_categories_is_one_person() {
    let rows: &[&[&str]] = &[
        HEAD,
        &["彭伟秀", "女", "'511025195503258697", "15843829986", "鹤林村", "乡贤", "直播带货"],
        &["彭伟秀", "女", "'511025195503258697", "15843829986", "鹤林村", "电商达人", "直播带货"],
        &["韩丽磊", "", "", "", "鹤林村", "乡贤", "包装设计"],
        &["韩丽磊", "", "", "", "鹤林村", "电商达人", "包装设计"],
    ];
    let mut desk = Desk::new();
    let all = plan(&desk, rows, &creating());
    assert!(all.is_writable(), "{}", say(&all));
    desk.write(all);
    let state = &desk.state;
    assert_eq!((count(state, PERSON, |_| true), count(state, TALENT, |_| true)), (2, 4));
    let again = plan(&desk, rows, &creating());
    assert_eq!((again.counts.inserted, again.counts.updated), (0, 0), "{}", say(&again));
}

#[test]
fn one_of_the_same_name_in_the_village_is_asked_and_both_answers_hold() {
    let mut desk = Desk::new();
    let first: &[&[&str]] = &[
        &["姓名", "性别", "身份证号", "联系电话", "所在村"],
        &["许涛", "男", "'511025198012108751", "15887356621", "藿麻村"],
    ];
    let made = plan(&desk, first, &creating());
    desk.write(made);
    // The same words say nothing new; another phone may be his, or another's.
    let same: &[&[&str]] =
        &[&["姓名", "性别", "联系电话", "所在村"], &["许涛", "男", "15887356621", "藿麻村"]];
    let nothing = plan(&desk, same, &creating());
    assert_eq!((nothing.counts.unchanged, asked(&nothing)), (1, vec![]), "{}", say(&nothing));
    let other: &[&[&str]] =
        &[&["姓名", "性别", "联系电话", "所在村"], &["许涛", "男", "18601682604", "藿麻村"]];
    let open = plan(&desk, other, &creating());
    assert_eq!(asked(&open), ["alike:名册!A1"], "{}", say(&open));
    let question = open.findings.iter().find_map(|f| f.ask.as_ref()).unwrap();
    assert!(question.lines[0].zh.contains("藿麻村 许涛"), "{:?}", question.lines);
    let is = plan(&desk, other, &answering(creating(), &["alike:名册!A1=same"]));
    assert_eq!((is.counts.inserted, is.counts.updated), (0, 1), "{}", say(&is));
    let two = plan(&desk, other, &answering(creating(), &["alike:名册!A1=other"]));
    assert_eq!((two.counts.inserted, two.counts.updated), (1, 0), "{}", say(&two));
    desk.write(two);
    // From now on there are two, and a row that fits neither is a question of its own.
    let third: &[&[&str]] =
        &[&["姓名", "性别", "联系电话", "所在村"], &["许涛", "男", "13800000000", "藿麻村"]];
    let which = plan(&desk, third, &answering(creating(), &["alike:=same"]));
    assert!(!which.is_writable() && say(&which).contains("several_alike"), "{}", say(&which));
}

#[test]
fn households_and_the_hubs_that_nobody_has_listed() {
    let desk = written(HOUSEHOLDS);
    let state = &desk.state;
    let linked = |r: &dyn Fields| r.value("link_member_household").is_some();
    assert_eq!(count(state, HOUSEHOLD, linked), 129);
    assert_eq!(count(state, HOUSEHOLD, |r| !linked(r)), 10);
    let sheet = state.sheet("R04").unwrap();
    let hubs: BTreeSet<_> = sheet
        .of_kind("household")
        .filter_map(|r| r.value("link_member_household").and_then(Value::as_ref_id))
        .collect();
    assert_eq!(hubs.len(), 10, "two of one name in one group are two");
    for hub in &hubs {
        let hub = state.record("R04", *hub).unwrap();
        assert!(!linked(hub) && hub.value("org").is_some() && hub.value("group").is_some());
    }
    // A hub is of the village and the group of those whom it links.
    for household in sheet.of_kind("household").filter(|r| linked(*r)) {
        let hub = household.value("link_member_household").and_then(Value::as_ref_id).unwrap();
        let hub = state.record("R04", hub).unwrap();
        assert_eq!(
            (hub.value("org"), hub.value("group")),
            (household.value("org"), household.value("group"))
        );
    }
    // Groups lie in their villages: 4组 of one is not 4组 of another.
    let places = state.sheet("R01").unwrap();
    let groups: Vec<_> = places.live().filter(|r| word(*r, "kind") == Some("村民小组")).collect();
    assert_eq!(groups.len(), 8);
    assert!(groups.iter().all(|g| g.value("parent").is_some()));
    comes_back(&desk, "R04");
}

#[test]
fn names_that_nobody_has_listed_are_asked_about() {
    let (desk, book) = (Desk::new(), open(HOUSEHOLDS));
    let open = desk.plan(&book, &creating());
    assert_eq!(asked(&open), ["named:党员联户!F1"], "{}", say(&open));
    let question = open.findings.iter().find_map(|f| f.ask.as_ref()).unwrap();
    assert!(question.choices[0].words.zh.starts_with("新建10条"), "two of one name are two: {question:?}");
    let made = desk.plan(&book, &answering(creating(), &["named:党员联户!F1=create"]));
    assert_eq!((made.counts.inserted, made.named_records.len()), (129, 10), "{}", say(&made));
    assert!(made.is_writable());
    let alike = made.findings.iter().filter(|f| &*f.rule == "named_alike").count();
    assert_eq!(
        alike,
        3,
        "two rows are called like a hub of their group, and one hub like another: {}",
        say(&made)
    );
    let left = desk.plan(&book, &answering(creating(), &["named:=leave"]));
    assert_eq!((left.counts.inserted, left.named_records.len(), left.is_writable()), (129, 0, true));
}

#[test]
fn a_blank_below_a_hub_is_the_same_and_beside_a_village_is_none() {
    let rows: &[&[&str]] = &[
        &["村名", "村民小组", "户编号", "户主", "人口", "党员中心户"],
        &["清凉村", "一组", "001", "张三", "3", "李四"],
        &["", "", "002", "王五", "4", ""],
        &["清凉村", "1组", "003", "赵六", "2", ""],
        &["", "", "004", "孙七", "5", ""],
        &["清凉村", "", "005", "周八", "1", "李四"],
    ];
    let mut desk = Desk::new();
    let all = plan(&desk, rows, &making());
    assert!(all.is_writable(), "{}", say(&all));
    desk.write(all);
    let state = &desk.state;
    let mut told: Vec<String> = state
        .sheet("R04")
        .unwrap()
        .of_kind("household")
        .map(|r| {
            let name = |key: &str, register: &str, title: &str| {
                let id = r.value(key).and_then(Value::as_ref_id);
                id.and_then(|id| state.record(register, id))
                    .and_then(|r| word(r, title))
                    .unwrap_or("-")
                    .to_owned()
            };
            let hub = name("link_member_household", "R04", "head");
            format!("{} {} {hub}", word(r, "head").unwrap(), name("group", "R01", "name"))
        })
        .collect();
    told.sort();
    // 一组 and 1组 are one group; nobody says in which group 周八 lives, so that his hub may be another 李四.
    assert_eq!(
        told,
        [
            "周八 - 李四",
            "孙七 一组 -",
            "张三 一组 李四",
            "李四 - -",
            "李四 一组 -",
            "王五 一组 李四",
            "赵六 一组 -"
        ]
    );
}

#[test]
fn a_household_is_known_by_its_number_else_by_group_and_head() {
    let head: &[&str] = &["村名", "村民小组", "户编号", "户主姓名", "家庭人口"];
    let mut desk = Desk::new();
    let first = plan(
        &desk,
        &[head, &["清凉村", "1组", "001", "张三", "3"], &["清凉村", "1组", "002", "张三", "4"]],
        &creating(),
    );
    desk.write(first);
    let changed = plan(&desk, &[head, &["清凉村", "1组", "001", "张三", "5"]], &creating());
    assert_eq!((changed.counts.inserted, changed.counts.updated), (0, 1), "{}", say(&changed));
    // Without its number it may be either.
    let either = plan(&desk, &[head, &["清凉村", "1组", "", "张三", "6"]], &creating());
    assert!(!either.is_writable() && say(&either).contains("several_alike"), "{}", say(&either));
    let one = plan(&desk, &[head, &["清凉村", "1组", "", "张三", "4"]], &creating());
    assert_eq!((one.counts.unchanged, one.counts.inserted), (1, 0), "{}", say(&one));
    // A new number is another household, whoever is its head.
    let third = plan(&desk, &[head, &["清凉村", "1组", "003", "张三", "4"]], &creating());
    assert_eq!(third.counts.inserted, 1, "{}", say(&third));
}

#[test]
fn a_roster_of_members_names_their_branch_and_not_the_village() {
    let rows: &[&[&str]] = &[
        &["党员花名册"],
        &[
            "序号",
            "姓名",
            "性别",
            "民族",
            "出生年月",
            "文化程度",
            "所在党支部",
            "入党时间",
            "党员类别",
            "所在村",
            "手机号码",
        ],
        &[
            "1",
            "张三",
            "男",
            "汉族",
            "1967.5",
            "高中",
            "清凉村党支部",
            "1990年7月",
            "正式党员",
            "清凉村",
            "13812345678",
        ],
        &[
            "2",
            "李四·买买提",
            "女",
            "维吾尔族",
            "1990-11-03",
            "大学",
            "清凉村党支部",
            "2023.12.1",
            "预备党员",
            "清凉村",
            "13912345678",
        ],
    ];
    let mut desk = Desk::new();
    let all = plan(&desk, rows, &creating());
    assert!(all.is_writable(), "{}", say(&all));
    assert_eq!((&*all.tables[0].register, all.counts.inserted), ("R02", 2), "{}", say(&all));
    desk.write(all);
    let state = &desk.state;
    let branches: Vec<_> =
        state.sheet("R01").unwrap().live().filter(|r| word(*r, "kind") == Some("党组织")).collect();
    assert_eq!((branches.len(), word(branches[0], "name")), (1, Some("清凉村党支部")));
    let sheet = state.sheet("R02").unwrap();
    let said: Vec<String> = sheet
        .of_kind("person")
        .map(|r| {
            let born = r.value("birth").and_then(Value::as_period).unwrap();
            let words = ["name", "edu", "member_stage"].map(|key| word(r, key).unwrap());
            let joined = r.value("joined").and_then(Value::as_date).unwrap();
            assert_eq!(r.value("org_party").and_then(Value::as_ref_id), Some(branches[0].id()));
            format!("{} {born} {joined}", words.join(" "))
        })
        .collect();
    assert_eq!(
        said,
        ["张三 高中中专 正式党员 1967-05 1990-07-01", "李四·买买提 本科 预备党员 1990-11 2023-12-01"]
    );
    comes_back(&desk, "R02");
}

#[test]
fn where_somebody_lives_is_hidden_below_the_group_and_comes_back() {
    let head: &[&str] = &["村名", "村民小组", "户编号", "户主姓名", "家庭人口", "家庭住址"];
    let mut desk = Desk::new();
    let made = plan(
        &desk,
        &[
            head,
            &["清凉村", "1组", "001", "张三", "3", "清凉村1组15号"],
            &["清凉村", "1组", "002", "李四", "4", ""],
        ],
        &creating(),
    );
    desk.write(made);
    comes_back(&desk, "R04");
    // A masked address of nobody knows whom is no address.
    let masked = plan(&desk, &[head, &["清凉村", "1组", "003", "王五", "3", "清凉村1组***"]], &creating());
    let home = |p: &Plan| p.drafts.iter().find_map(|d| d.value("address").cloned());
    assert_eq!((masked.counts.inserted, home(&masked)), (1, None), "{}", say(&masked));
    let another = plan(&desk, &[head, &["清凉村", "1组", "001", "张三", "3", "清凉村2组***"]], &creating());
    assert_eq!(another.counts.updated, 0, "{}", say(&another));
    assert!(!another.findings.is_empty(), "what does not fit is said: {}", say(&another));
}
