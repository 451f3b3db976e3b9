use proptest::prelude::*;

use super::*;
use crate::ledger::{BatchKind, Draft};
use crate::register::catalog::{r02, r04};
use crate::table::fixture::Bench;

const PEOPLE: &str = r02::KEY;
const PERSON: &str = r02::person::KIND;

/// An identity number of that birth day with this order number.
fn idno(day: &str, n: u32) -> String {
    let body = format!("511325{day}{n:03}");
    let number = |last: char| format!("{body}{last}");
    "0123456789X".chars().map(number).find(|id| crate::value::person::is_identity_number(id)).unwrap()
}

fn person(bench: &mut Bench, name: &str, org: RowId, more: Vec<(&str, Value)>) -> RowId {
    let mut fields = vec![("name", Value::text(name)), ("org", Value::Ref(org))];
    fields.extend(more);
    bench.one(PEOPLE, PERSON, fields)
}

fn names(state: &State, found: &Found) -> Vec<String> {
    let places = Places::of(state);
    let told = found.hits.iter().filter_map(|hit| Found::told(hit, state, &places, Lang::Zh));
    told.map(|t| t.name).collect()
}

fn rows(found: &Found) -> Vec<RowId> {
    found.hits.iter().map(|hit| hit.row).collect()
}

#[test]
fn people_households_businesses_facilities_and_places_are_looked_for_and_what_stands_under_them_is_not() {
    let schema = Schema::base();
    let sought: Vec<String> = schema
        .kinds()
        .filter(|(_, kind)| is_sought(kind))
        .map(|(register, kind)| format!("{} {}", register.key, kind.key))
        .collect();
    for kind in ["R01 org", "R02 person", "R04 household", "R05 entity", "R09 contract", "R11 facility"] {
        assert!(sought.iter().any(|s| s == kind), "{kind}: {sought:?}");
    }
    for kind in ["R02 stage", "R05 share", "R07 line", "R06 line"] {
        assert!(!sought.iter().any(|s| s == kind), "{kind}");
    }
}

#[test]
fn a_name_is_found_by_its_parts_its_pinyin_its_initials_and_its_other_readings() {
    let mut bench = Bench::new();
    let village = bench.org("五四村", "村", None);
    for name in ["单雪梅", "曾乐", "吕小丽", "张伟", "张伟东", "欧阳长青", "Ａ区张三", "查良镛"]
    {
        person(&mut bench, name, village, vec![]);
    }
    let mut search = Search::default();
    let state = &bench.state;
    let mut first =
        |typed: &str| names(state, &search.find(state, typed, 9)).into_iter().next().unwrap_or_default();
    for (typed, name) in [
        ("单雪梅", "单雪梅"),
        ("雪梅", "单雪梅"),
        ("shanxuemei", "单雪梅"),
        ("danxm", "单雪梅"),
        ("sxm", "单雪梅"),
        ("zengyue", "曾乐"),
        ("cl", "曾乐"),
        ("lvxiaoli", "吕小丽"),
        ("luxl", "吕小丽"),
        ("ouyangcq", "欧阳长青"),
        ("oyzq", "欧阳长青"),
        ("ZW", "张伟"),
        ("ｚｗ", "张伟"),
        ("zhang伟d", "张伟东"),
        ("a区", "Ａ区张三"),
        ("zhaly", "查良镛"),
        ("五四", "五四村"),
        ("wsc", "五四村"),
    ] {
        assert_eq!(first(typed), name, "{typed}");
    }
    assert_eq!(first("王五"), "");
    assert_eq!(first(" "), "");
}

#[test]
fn the_whole_name_comes_first_then_its_beginning_then_what_is_within_and_identities_last() {
    let mut bench = Bench::new();
    let (one, other) = (bench.org("五四村", "村", None), bench.org("清凉村", "村", None));
    let within = person(&mut bench, "小张伟", one, vec![]);
    let begins = person(&mut bench, "张伟东", one, vec![]);
    let here = person(&mut bench, "张伟", one, vec![]);
    let there = person(&mut bench, "张伟", other, vec![]);
    let spelled = person(&mut bench, "章威", other, vec![]);
    let mut search = Search::default();
    assert_eq!(rows(&search.find(&bench.state, "张伟", 9)), [here, there, begins, within]);
    // In order of names where they fit equally well.
    let found = search.find(&bench.state, "zhangwei", 9);
    assert_eq!(rows(&found), [here, there, spelled, begins, within]);
    assert!(!found.more);
    let few = search.find(&bench.state, "zhangwei", 2);
    assert_eq!((rows(&few), few.more), (vec![here, there], true));
}

#[test]
fn namesakes_are_told_apart_by_birth_month_and_village_and_a_number_that_finds_stays_masked() {
    let mut bench = Bench::new();
    let (one, other) = (bench.org("五四村", "村", None), bench.org("清凉村", "村", None));
    let number = idno("19680321", 12);
    let known = person(
        &mut bench,
        "张伟",
        one,
        vec![("idno", Value::text(&number)), ("phone", Value::text("13812345678"))],
    );
    let born = Value::Period("1985-11".parse().unwrap());
    person(&mut bench, "张伟", other, vec![("birth", born)]);
    let mut search = Search::default();
    let places = Places::of(&bench.state);
    let mut told = |typed: &str| -> Vec<Told> {
        let found = search.find(&bench.state, typed, 9);
        found.hits.iter().filter_map(|hit| Found::told(hit, &bench.state, &places, Lang::Zh)).collect()
    };
    let apart: Vec<String> = told("zw").into_iter().map(|t| t.apart).collect();
    assert_eq!(apart, ["1968年3月 · 五四村", "1985年11月 · 清凉村"]);
    let tail = number.get(14..).unwrap();
    let masked = format!("身份证号 511***********{tail}");
    for typed in [tail.to_owned(), number.to_lowercase(), number.get(6..).unwrap().to_owned()] {
        let found = told(&typed);
        assert_eq!(found.len(), 1, "{typed}");
        assert_eq!(found.first().and_then(|t| t.number.clone()).as_deref(), Some(&*masked), "{typed}");
    }
    assert_eq!(told("5678").first().and_then(|t| t.number.clone()).as_deref(), Some("联系电话 138****5678"));
    // Too few figures, what is no end, and a number with one figure wrong find nobody.
    for typed in ["678", "1381", "23812345678", "1968"] {
        assert_eq!(told(typed), [], "{typed}");
    }
    assert_eq!(rows(&search.find(&bench.state, "13812345678", 9)), [known]);
}

#[test]
fn a_household_is_found_by_its_number_and_told_by_what_its_declaration_says() {
    let mut bench = Bench::new();
    let village = bench.org("五四村", "村", None);
    let house = bench.one(
        r04::KEY,
        r04::household::KIND,
        vec![
            ("org", Value::Ref(village)),
            ("head", Value::text("李四")),
            ("house_no", Value::text("WS-017")),
        ],
    );
    let mut search = Search::default();
    let found = search.find(&bench.state, "ws-017", 9);
    assert_eq!(rows(&found), [house]);
    let told = Found::told(found.hits.first().unwrap(), &bench.state, &Places::of(&bench.state), Lang::Zh);
    assert_eq!(told.map(|t| (t.name, t.apart)), Some(("李四".into(), "WS-017 · 五四村".into())));
}

/// What looking at every name by itself finds, in the order that is promised.
fn slowly(state: &State, typed: &str) -> Vec<RowId> {
    let typed = fold(typed);
    let sheet = state.sheet(PEOPLE).unwrap();
    let mut found: Vec<(Fit, String, RowId)> = Vec::new();
    for record in sheet.of_kind(PERSON) {
        let name = fold(record.value("name").and_then(Value::as_str).unwrap_or_default());
        let fit = match spelling::fit(&name, &typed) {
            Some(0) => Fit::Same,
            Some(1) => Fit::Begins,
            Some(2) => Fit::BeginsSpelled,
            Some(3) => Fit::Within,
            Some(_) => Fit::WithinSpelled,
            None => continue,
        };
        let whole = |n: usize| !spelling::begins_spelled(&name.chars().take(n).collect::<String>(), &typed);
        let letters = name.chars().count();
        // Nothing shorter than the whole name is spelled so.
        let fit = if fit == Fit::BeginsSpelled && whole(letters - 1) { Fit::Spelled } else { fit };
        found.push((fit, name, record.id()));
    }
    order::sort(&mut found);
    found.into_iter().map(|(.., row)| row).collect()
}

fn name() -> impl Strategy<Value = String> {
    let letters =
        prop::sample::select(vec!["张", "章", "伟", "威", "王", "单", "长", "小", "李", "丽", "a", "五"]);
    prop::collection::vec(letters, 1..4).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn finds_what_looking_at_every_name_finds_also_after_changes(
        made in prop::collection::vec(name(), 1..40),
        changed in prop::collection::vec((any::<prop::sample::Index>(), name()), 0..6),
        removed in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        added in prop::collection::vec(name(), 0..4),
        typed in prop_oneof!["[acdhilswzg]{1,4}", name(), Just("zhangw".to_owned()), Just("shan".to_owned())],
    ) {
        let mut bench = Bench::new();
        let mut search = Search::default();
        let many = |names: &[String]| names.iter().map(|n| vec![("name", Value::text(n))]).collect();
        let ids = bench.many(PEOPLE, PERSON, many(&made));
        prop_assert_eq!(rows(&search.find(&bench.state, &typed, 100)), slowly(&bench.state, &typed));
        let gone: Vec<RowId> = removed.iter().map(|at| *at.get(&ids)).collect();
        for (at, name) in &changed {
            bench.set(PEOPLE, *at.get(&ids), "name", Value::text(name));
        }
        let mut draft = Draft::new(BatchKind::Edit);
        gone.iter().for_each(|row| draft.delete(PEOPLE, *row));
        bench.record(draft);
        bench.many(PEOPLE, PERSON, many(&added));
        let found = search.find(&bench.state, &typed, 100);
        prop_assert_eq!(&found, &Search::default().find(&bench.state, &typed, 100));
        prop_assert_eq!(rows(&found), slowly(&bench.state, &typed));
    }
}
