//! The room's promises.

use super::fixture::{Bench, dec, finance};
use super::query::{Query, SortKey, footer, run};
use super::*;
use crate::ledger::State;
use crate::value::{Grain, Modifier, Money, Period, Quantity, RowId, Text, Value};

fn names(places: &Places, ids: &[crate::value::RowId]) -> Vec<String> {
    ids.iter().map(|id| places.name(*id).to_string()).collect()
}

#[test]
fn no_village_is_hidden_whatever_its_parent_is() {
    let mut b = Bench::new();
    let county = b.org("某县", "县", None);
    let town = b.org("沙溪镇", "乡镇", Some(county));
    b.org("清凉村", "村", Some(town));
    b.org("无上级村", "村", None);
    b.org("上级不明村", "村", Some(crate::value::RowId::from_bits(5)));
    let x = b.org("绕圈甲村", "村", None);
    let y = b.org("绕圈乙村", "村", Some(x));
    b.set("R01", x, "parent", Value::Ref(y));
    let places = Places::of(&b.state);
    assert_eq!(places.villages(None, None).len(), 5);
    assert_eq!(names(&places, &places.villages(Some(county), None)), ["清凉村"]);
    assert!(places.roots().contains(&x) && places.roots().contains(&y));
    assert_eq!(places.town_of(x), None);
    assert!(places.get(x).unwrap().parent_lost);
}

#[test]
fn groups_are_views_across_the_tree() {
    let mut b = Bench::new();
    let county = b.org("某县", "县", None);
    let (t1, t2) = (b.org("甲镇", "乡镇", Some(county)), b.org("乙镇", "乡镇", Some(county)));
    let (v1, v2) = (b.org("一村", "村", Some(t1)), b.org("二村", "村", Some(t2)));
    let v3 = b.org("三村", "村", Some(t2));
    let party = b.org("产业党委", "党组织", Some(t1));
    b.set("R01", party, "member_orgs", Value::Refs(vec![v1, v2]));
    b.set("R01", v3, "groups", Value::Refs(vec![party]));
    let places = Places::of(&b.state);
    assert_eq!(places.villages(Some(party), None).len(), 3);
    assert_eq!(names(&places, &places.villages(Some(t1), None)), ["一村"]);
}

#[test]
fn places_are_found_by_name_alias_code_and_pinyin() {
    let mut b = Bench::new();
    let (t1, t2) = (b.org("甲镇", "乡镇", None), b.org("乙镇", "乡镇", None));
    let v = b.org("清凉村", "村", Some(t1));
    b.set("R01", v, "aliases", Value::Many(vec!["凉水井".into()]));
    b.set("R01", v, "code", Value::text("511025101201"));
    let (d1, d2) = (b.org("和平村", "村", Some(t1)), b.org("和平村", "村", Some(t2)));
    let places = Places::of(&b.state);
    for typed in ["清凉村", "qlc", "qingliang", "凉水井", "5110251", "lsj", "清 凉"] {
        assert_eq!(places.search(typed, 5).first(), Some(&v), "{typed}");
    }
    for name in ["清凉村", "清凉村民委员会", "清凉", "凉水井", "511025101201"] {
        assert_eq!(places.resolve(name), [v], "{name}");
    }
    assert_eq!(&*places.name(d1), "和平村（甲镇）");
    assert_eq!(places.resolve("和平村（乙镇）"), [d2]);
    // Groups are told apart by their villages, and by the towns of these where the villages are alike too.
    let other = b.org("五四村", "村", None);
    let groups = [d1, d2, other].map(|village| b.org("1组", "村民小组", Some(village)));
    let twice = b.org("1组", "村民小组", Some(other));
    let places = Places::of(&b.state);
    let told = groups.map(|id| places.name(id).to_string());
    assert_eq!(told, ["1组（甲镇和平村）", "1组（乙镇和平村）", "1组（五四村，1）"]);
    assert_eq!(&*places.name(twice), "1组（五四村，2）");
    assert_eq!(places.resolve("和平村").len(), 2);
}

#[test]
fn abolished_villages_stay_for_old_periods() {
    let mut b = Bench::new();
    let v = b.org("旧村", "村", None);
    b.set("R01", v, "abolished", Value::Date(crate::value::Date::new(2023, 6, 30).unwrap()));
    let places = Places::of(&b.state);
    let at = |p: &str| places.villages(None, Some(p.parse().unwrap())).len();
    assert_eq!((at("2022"), at("2023"), at("2023-Q3"), at("2024")), (1, 1, 0, 0));
}

fn small() -> (Bench, Vec<crate::value::RowId>) {
    let mut b = Bench::new();
    let town = b.org("沙溪镇", "乡镇", None);
    let orgs: Vec<_> = ["清凉村", "五星村", "团滩村"].iter().map(|n| b.org(n, "村", Some(town))).collect();
    b.money(orgs[0], "2024", "经营收入·出租", "200000.00");
    b.money(orgs[1], "2024-07", "投资收益", "200000.01");
    b.money(orgs[2], "2025-07", "补助收入·财政奖补", "50.00");
    b.money(orgs[0], "2024", "经营支出", "3.00");
    (b, orgs)
}

#[test]
fn conditions_say_what_would_have_been_right() {
    let (b, _) = small();
    let table = Table::open(&b.state, "R07", None).unwrap();
    let count = |text: &str| {
        let filter = Filter::parse(table.state().schema(), table.kind(), &[text.to_owned()]).unwrap();
        filter.rows(&table).unwrap().len()
    };
    let expected = [
        ("is_operational=true", 2),
        ("is_operational=否", 2),
        ("amount>=20万", 2),
        ("amount>200,000.00", 1),
        ("金额>20万元", 1),
        ("amount!=50", 3),
        ("subject~出租", 1),
        ("subject=投资收益", 1),
        ("subject_class=经营收入", 1),
        ("org=清凉村委会", 2),
        ("org!=清凉村", 2),
        ("town=沙溪镇", 4),
        ("period=2024", 3),
        ("period=2024-Q3", 1),
        ("period>=2025", 1),
        ("year=2024", 3),
        ("month=7", 2),
        ("quarter=2024-Q3", 1),
        ("counter_party=", 4),
        ("counter_party!=", 0),
        ("state=录入", 4),
        ("direction=收入", 3),
    ];
    for (text, n) in expected {
        assert_eq!(count(text), n, "{text}");
    }
    let fails =
        |text: &str| Clause::parse(table.state().schema(), table.kind(), text).unwrap_err().to_string();
    assert!(fails("amout>1").contains("amount"));
    assert!(fails("amount>很多").contains("不是数字"));
    assert!(fails("direction=进").contains("收入、支出"));
    assert!(fails("amount").contains("看不懂"));
    assert!(fails("period=去年").contains("2024-Q3"));
    let nowhere = Filter::parse(table.state().schema(), table.kind(), &["org=没有村".to_owned()]).unwrap();
    assert!(nowhere.rows(&table).unwrap_err().to_string().contains("没有村"));
}

#[test]
fn text_is_searched_in_everything_shown() {
    let (b, _) = small();
    let table = Table::open(&b.state, "R07", None).unwrap();
    let count =
        |text: &str| Filter { text: text.to_owned(), ..Filter::default() }.rows(&table).unwrap().len();
    let expected = [
        ("qlc", 2),
        ("清凉", 2),
        ("清凉 出租", 1),
        ("czjb", 1),
        ("沙溪", 4),
        ("50", 1),
        ("2024-07", 1),
        ("没有", 0),
    ];
    for (text, n) in expected {
        assert_eq!(count(text), n, "{text}");
    }
}

#[test]
fn sorting_puts_missing_last_and_equal_ones_by_identity() {
    let (mut b, orgs) = small();
    let more = b.money(orgs[1], "2024-07", "投资收益", "200000.01");
    b.set("R07", more, "counter_party", Value::text("公司"));
    let table = Table::open(&b.state, "R07", None).unwrap();
    let sorted = |keys: &[(&str, bool)]| {
        let sort = keys.iter().map(|(k, d)| SortKey { key: (*k).to_owned(), descending: *d }).collect();
        run(&table, &Query { filter: Filter::default(), sort }).unwrap()
    };
    assert_eq!(sorted(&[("amount", true)]), [1, 4, 0, 2, 3]);
    assert_eq!(sorted(&[("amount", false)]), [3, 2, 0, 1, 4]);
    assert_eq!(sorted(&[("counter_party", true)]), [4, 0, 1, 2, 3]);
    assert_eq!(sorted(&[("org", false), ("amount", true)])[0], 1, "五星村 comes first by its code points");
}

#[test]
fn the_foot_follows_the_filter_and_the_law() {
    let (mut b, orgs) = small();
    b.money(orgs[0], "2024-03", "经营收入·出租", "9.00");
    let table = Table::open(&b.state, "R07", None).unwrap();
    let filter = Filter::parse(
        table.state().schema(),
        table.kind(),
        &["direction=收入".to_owned(), "year=2024".to_owned()],
    )
    .unwrap();
    let foot = &footer(&table, &filter, &["amount".to_owned()]).unwrap()[0];
    assert_eq!(foot.value, Some(dec("400000.01")));
    assert_eq!((foot.rows, foot.left.covered.len()), (2, 1));
}

#[test]
fn income_and_expense_have_a_sum_each() {
    let (mut b, orgs) = small();
    b.money(orgs[0], "2030", "经营支出", "30.00");
    b.money(orgs[0], "2030", "经营收入", "100.00");
    b.money(orgs[1], "2030", "税金及附加", "2.50");
    let table = Table::open(&b.state, "R07", None).unwrap();
    let filter = Filter { period: Some(Period::year_of(2030)), ..Filter::default() };
    let feet = footer(&table, &filter, &["amount".to_owned()]).unwrap();
    let sums: Vec<_> = feet.iter().map(|f| (f.word.as_deref(), f.value, f.rows)).collect();
    assert_eq!(sums, [(Some("收入"), Some(dec("100")), 1), (Some("支出"), Some(dec("32.5")), 2)]);
}

#[test]
fn worded_numbers_count_with_their_face_value_and_this_is_said() {
    let (mut b, orgs) = small();
    let about = |face: &str, forecast| {
        Value::Quantity(Box::new(Quantity {
            face: dec(face),
            low: None,
            high: None,
            modifier: Modifier::About,
            forecast,
            text: "约".into(),
        }))
    };
    let mut row = finance(orgs[2], "2025", "经营收入", "1.00");
    row[3].1 = about("30000", false);
    b.one("R07", "line", row.clone());
    row[1].1 = Value::Period(Period::year_of(2025));
    row[2].1 = Value::choice("投资收益");
    row[3].1 = about("80000", true);
    b.one("R07", "line", row);
    let table = Table::open(&b.state, "R07", None).unwrap();
    let filter = Filter { period: Some(Period::year_of(2025)), ..Filter::default() };
    let foot = &footer(&table, &filter, &["amount".to_owned()]).unwrap()[0];
    assert_eq!(foot.value, Some(dec("30050")));
    assert_eq!((foot.left.worded.len(), foot.left.forecast.len()), (1, 1));
}

#[test]
fn a_lump_sum_counts_slice_by_slice_to_the_fen() {
    let (mut b, orgs) = small();
    let row = b.money(orgs[2], "2023-09", "经营收入·发包", "100.00");
    b.set("R07", row, "lump_years", Value::Int(3));
    let table = Table::open(&b.state, "R07", None).unwrap();
    let in_year = |text: &str| {
        let filter = Filter::parse(
            table.state().schema(),
            table.kind(),
            &["org=团滩村".to_owned(), "subject_class=经营收入".to_owned(), text.to_owned()],
        )
        .unwrap();
        footer(&table, &filter, &["amount".to_owned()]).unwrap()[0].value
    };
    let slices = ["year=2023", "year=2024", "period=2025-Q3"].map(in_year);
    assert_eq!(slices, [Some(dec("33.33")), Some(dec("33.33")), Some(dec("33.34"))]);
    assert_eq!(in_year("year=2026"), None);
    assert_eq!(in_year("period=2024-Q2"), None);
    assert_eq!(in_year("year<=2024"), Some(dec("66.66")));
}

#[test]
fn a_reversed_row_and_its_mirror_add_up_to_nothing() {
    let (mut b, orgs) = small();
    let row = b.money(orgs[2], "2025", "经营收入", "70.00");
    b.advance("R07", row, "录入", "待复核");
    b.advance("R07", row, "待复核", "已复核");
    b.advance("R07", row, "已复核", "已结账");
    b.reverse("R07", row, "已红冲", "记错了村");
    let table = Table::open(&b.state, "R07", None).unwrap();
    let filter = Filter { period: Some(Period::year_of(2025)), ..Filter::default() };
    let foot = &footer(&table, &filter, &["amount".to_owned()]).unwrap()[0];
    assert_eq!((foot.value, foot.left.ended.len()), (Some(dec("50")), 0));
    assert_eq!(table.len(), 6, "both stay and are shown");
}

#[test]
fn a_cached_table_is_read_anew_when_it_changed() {
    let (mut b, orgs) = small();
    let cache = Cache::new();
    let count = |b: &Bench| cache.table(&b.state, "R07", None).unwrap().len();
    assert_eq!(count(&b), 4);
    b.money(orgs[0], "2025", "经营收入", "1.00");
    assert_eq!(count(&b), 5);
    let name =
        |b: &Bench| cache.table(&b.state, "R07", None).unwrap().column("org").unwrap().text(0).unwrap();
    assert_eq!(&*name(&b), "清凉村");
    b.set("R01", orgs[0], "name", Value::text("清泉村"));
    assert_eq!(&*name(&b), "清泉村");
}

/// Run with `cargo test --profile native --lib hundred_thousand -- --ignored --nocapture`.
#[test]
#[ignore = "a timing, not a test"]
fn a_hundred_thousand_rows_are_filtered_and_sorted_quickly() {
    let mut b = Bench::new();
    let orgs: Vec<_> = (0..200).map(|n| b.org(&format!("第{n}村"), "村", None)).collect();
    let rows = (0..100_000usize)
        .map(|n| {
            let period = format!("{}-{:02}", 2015 + n % 10, n % 12 + 1);
            let mut row = finance(orgs[n % 200], &period, "经营收入·出租", "1");
            row[3].1 = Value::Money(Money::from_fen((n as i64 * 7_919) % 1_000_003));
            row
        })
        .collect();
    b.many("R07", "line", rows);
    let clock = std::time::Instant::now();
    let lap = |what: &str, from: std::time::Instant| println!("{what}: {:?}", from.elapsed());
    let table = Table::open(&b.state, "R07", None).unwrap();
    lap("read", clock);
    for round in ["cold", "warm"] {
        let clock = std::time::Instant::now();
        let filter = Filter::parse(
            table.state().schema(),
            table.kind(),
            &["amount>5000".to_owned(), "year>=2018".to_owned()],
        )
        .unwrap();
        let key = |k: &str, descending| SortKey { key: k.to_owned(), descending };
        let query = Query { filter, sort: vec![key("amount", true), key("org", false)] };
        let n = run(&table, &query).unwrap().len();
        lap(&format!("{round} filter and sort, {n} rows"), clock);
        let clock = std::time::Instant::now();
        let text = Filter { text: "d11c".to_owned(), ..Filter::default() }.rows(&table).unwrap().len();
        lap(&format!("{round} text, {text} rows"), clock);
        let clock = std::time::Instant::now();
        let spec =
            crate::analysis::pivot::Spec::read(&table, &["org"], &["year"], &["sum:amount"], &[]).unwrap();
        let pivot = crate::analysis::pivot::pivot(&table, &spec).unwrap();
        lap(&format!("{round} pivot, {} members", pivot.rows.len()), clock);
    }
}

#[test]
fn columns_above_and_beside_a_field_say_what_each_record_says() {
    let (mut b, orgs) = small();
    b.money(crate::value::RowId::from_bits(5), "2023-H1", "经营收入", "1.00");
    b.one("R07", "line", vec![("subject", Value::choice("经营收入")), ("period", Value::text("2024"))]);
    b.advance("R07", b.state.sheet("R07").unwrap().nth(1).unwrap().id(), "录入", "待复核");
    let table = Table::open(&b.state, "R07", None).unwrap();
    let places = Places::of(&b.state);
    let column = |key: &str| table.column(key).unwrap();
    for row in table.all_rows() {
        let record = table.record(row).unwrap();
        let org = table.org_of(record);
        let above = |of: &dyn Fn(crate::value::RowId) -> Option<crate::value::RowId>| org.and_then(of);
        assert_eq!(column("village").refers(row), above(&|o| places.village_of(o)));
        assert_eq!(column("town").refers(row), above(&|o| places.town_of(o)));
        assert_eq!(column("county").refers(row), above(&|o| places.county_of(o)));
        for (key, grain) in [("year", Grain::Year), ("quarter", Grain::Quarter), ("month", Grain::Month)] {
            let said = table.period(row).and_then(|p| p.widen(grain)).map(|p| p.to_string());
            assert_eq!(column(key).text(row).map(|t| t.to_string()), said, "{key}");
        }
        let state = column("state").text(row).unwrap();
        assert_eq!(&*state, record.stage().unwrap_or("录入"));
    }
    assert_eq!(column("village").refers(0), Some(orgs[0]));
}

#[test]
fn rows_of_years_are_the_rows_with_such_a_period() {
    let (b, _) = small();
    let table = Table::open(&b.state, "R07", None).unwrap();
    for (first, last) in [(2024, 2024), (2020, 2025), (2025, 2030), (2030, 2020)] {
        let inside =
            |r: &u32| table.period(*r).is_some_and(|p| (first..=last.max(first)).contains(&p.year()));
        let expected: Vec<u32> = table.all_rows().into_iter().filter(inside).collect();
        assert_eq!(table.rows_of_years(first, last), expected);
    }
    assert_eq!(table.years(), [2024, 2025]);
    let places = Table::open(&b.state, "R01", None).unwrap();
    assert_eq!(places.rows_of_years(2024, 2024), places.all_rows());
}

/// Villages of two towns with honours.
fn honours() -> State {
    use crate::ledger::{Author, BatchKind, DeviceId, Draft, Person, Seeded};
    let mut state = State::new();
    let mut author = Author::new(DeviceId(1), Person::county("县"), &state, Box::new(Seeded(1)));
    let mut draft = Draft::new(BatchKind::Sample);
    let id = RowId::from_bits;
    let org = |name: &str, kind: &str, above: Option<u128>| {
        let mut all =
            vec![(Text::from("name"), Value::text(name)), (Text::from("kind"), Value::choice(kind))];
        all.extend(above.map(|a| (Text::from("parent"), Value::Ref(id(a)))));
        all
    };
    draft.create("R01", "org", id(1), org("柳河镇", "乡镇", None), None);
    draft.create("R01", "org", id(2), org("青山镇", "乡镇", None), None);
    draft.create("R01", "org", id(3), org("五四村", "村", Some(1)), None);
    draft.create("R01", "org", id(4), org("清凉社区", "社区", Some(2)), None);
    for (n, above, name, year) in [(10, 3, "文明村", 2021), (11, 3, "卫生村", 2024), (12, 4, "文明村", 2024)]
    {
        let fields = vec![
            (Text::from("name"), Value::text(name)),
            (Text::from("parent"), Value::Ref(id(above))),
            (Text::from("year"), Value::Period(Period::year_of(year))),
        ];
        draft.create("R01", "honour", id(n), fields, None);
    }
    let sealed = author.write(&state, draft, 1).unwrap();
    state.apply(&sealed.batch, sealed.digest);
    state
}

#[test]
fn lines_are_asked_by_what_they_stand_under() {
    use crate::analysis::pivot::{Spec, pivot, to_csv};
    let state = honours();
    let table = Table::open(&state, "R01", Some("honour")).unwrap();
    let ask = |rows: &[&str], cols: &[&str], wheres: &[&str]| {
        let spec = Spec::read(&table, rows, cols, &["count"], wheres)?;
        pivot(&table, &spec).map(|p| to_csv(&p))
    };
    assert_eq!(ask(&["town"], &[], &[]).unwrap(), "town,count\n柳河镇,2\n青山镇,1\n");
    assert_eq!(ask(&["org"], &["year"], &[]).unwrap(), "org,2021,2024\n五四村,1,1\n清凉社区,,1\n");
    assert_eq!(ask(&["parent.kind"], &[], &[]).unwrap(), "parent.kind,count\n村,2\n社区,1\n");
    assert_eq!(
        ask(&["parent.parent"], &[], &["parent.kind=社区"]).unwrap(),
        "parent.parent,count\n青山镇,1\n"
    );
    assert_eq!(ask(&["name"], &[], &["org=五四村"]).unwrap(), "name,count\n卫生村,1\n文明村,1\n");
    assert!(ask(&["parent.nothing"], &[], &[]).is_err());
    let sum = Spec::read(&table, &["town"], &[], &["sum:parent.households"], &[]).unwrap();
    assert!(pivot(&table, &sum).unwrap_err().0.zh.contains("重复计"));
    // Under a removed place nothing counts; text finds lines by what they stand under.
    let found = Filter { text: "qlsq".to_owned(), ..Filter::default() }.rows(&table).unwrap();
    assert_eq!(found.len(), 1);
    let inside = Filter { place: Some(RowId::from_bits(1)), ..Filter::default() }.rows(&table).unwrap();
    assert_eq!(inside.len(), 2);
}

#[test]
fn what_lines_say_of_their_parent_follows_it() {
    use crate::ledger::{Author, BatchKind, DeviceId, Draft, Person, Seeded};
    let mut state = honours();
    let cache = Cache::new();
    let kinds = |state: &State| {
        let table = cache.table(state, "R01", Some("honour")).unwrap();
        let column = table.column("parent.kind").unwrap();
        let town = table.column("town").unwrap();
        (0..3).map(|r| format!("{:?} {:?}", column.text(r), town.text(r))).collect::<Vec<_>>()
    };
    let before = kinds(&state);
    let mut author = Author::new(DeviceId(2), Person::county("县"), &state, Box::new(Seeded(2)));
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&state, "R01", RowId::from_bits(4), "kind", Some(Value::choice("村")), None);
    draft.set(&state, "R01", RowId::from_bits(4), "parent", Some(Value::Ref(RowId::from_bits(1))), None);
    let sealed = author.write(&state, draft, 9).unwrap();
    state.apply(&sealed.batch, sealed.digest);
    let after = kinds(&state);
    assert_eq!(before[..2], after[..2]);
    assert_eq!(after[2], format!("{:?} {:?}", Some("村"), Some("柳河镇")));
}
