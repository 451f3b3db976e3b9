use super::*;
use crate::ledger::{BatchKind, Draft};
use crate::register::Schema;
use crate::table::fixture::Bench;

const OUTPUT: &str = "R06";
const LINES: &str = "line";

fn kind() -> std::sync::Arc<RowKind> {
    std::sync::Arc::clone(Schema::base().kind(OUTPUT, LINES).unwrap())
}

fn columns() -> Vec<(String, String)> {
    [("area", "面积（亩）"), ("output", "产量（吨）"), ("value", "产值（元）")]
        .map(|(key, words)| (key.to_owned(), words.to_owned()))
        .to_vec()
}

fn keys() -> Vec<String> {
    columns().into_iter().map(|(key, _)| key).collect()
}

fn look() -> Look {
    let mut wishes = Wishes::default();
    wishes.shift(&keys(), "output", false);
    wishes.hide("value", true);
    wishes.widen("area", Some(222.0));
    Look {
        columns: wishes,
        sort: Some(("output".into(), true)),
        rows: Shown {
            declared: None,
            state: Some("已报送".into()),
            words: "沙溪 村".into(),
            conditions: vec!["area>=10".into(), "product=柑橘".into()],
            all_periods: true,
        },
    }
}

fn save(bench: &mut Bench, name: &str, look: &Look, columns: &[(String, String)]) -> RowId {
    let mut fields = vec![
        (view::REGISTER, Value::text(OUTPUT)),
        (view::KIND_OF_ROWS, Value::text(LINES)),
        (view::LABEL, Value::text(name)),
    ];
    fields.extend(look.values(columns).into_iter().filter_map(|(key, value)| Some((key, value?))));
    fields.sort_by_key(|(key, _)| *key);
    let id = bench.author().row_id(1_700_000_000_000);
    let mut draft = Draft::new(BatchKind::Edit);
    let fields = fields.into_iter().map(|(key, value)| (Text::from(key), value)).collect();
    draft.create(views::KEY, view::KIND, id, fields, None);
    bench.admitted(draft).unwrap();
    id
}

#[test]
fn a_view_is_read_as_it_was_saved() {
    let mut bench = Bench::new();
    save(&mut bench, "报送的", &look(), &columns());
    let all = views_of(&bench.state, OUTPUT, LINES);
    let [one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((one.name.as_str(), one.first), ("报送的", false));
    let (schema, kind) = (Schema::base(), kind());
    assert_eq!(one.look.settled(schema, &kind, &keys()), look().settled(schema, &kind, &keys()));
    assert_eq!(one.look.columns.ordered(&keys()), ["output", "area", "value"]);
    assert!(one.look.columns.hides("value"));
    assert_eq!(one.gone(schema, &kind), Vec::<String>::new());
    assert!(views_of(&bench.state, OUTPUT, "product").is_empty());
    assert!(views_of(&bench.state, "R07", LINES).is_empty());
}

#[test]
fn nothing_said_is_the_table_as_it_is_declared() {
    let mut bench = Bench::new();
    save(&mut bench, "全部", &Look::default(), &columns());
    let all = views_of(&bench.state, OUTPUT, LINES);
    let (schema, kind) = (Schema::base(), kind());
    assert_eq!(all[0].look.settled(schema, &kind, &keys()), Look::default().settled(schema, &kind, &keys()));
}

#[test]
fn two_views_of_one_name_are_told_apart_and_both_stay() {
    let mut bench = Bench::new();
    let first = save(&mut bench, "月报", &look(), &columns());
    let second = save(&mut bench, "月报", &Look::default(), &columns());
    let all = views_of(&bench.state, OUTPUT, LINES);
    assert_eq!(all.iter().map(|v| &*v.name).collect::<Vec<_>>(), ["月报", "月报（2）"]);
    assert_eq!(all.iter().map(|v| v.row).collect::<Vec<_>>(), [first.min(second), first.max(second)]);
}

#[test]
fn what_a_view_names_and_the_table_no_longer_has_is_said_and_the_rest_is_shown() {
    let mut bench = Bench::new();
    let mut look = look();
    look.rows.conditions.push("x0gone>=1".into());
    look.sort = Some(("x0gone".into(), false));
    let columns = [columns(), vec![("x0gone".into(), "合作社数（个）".into())]].concat();
    save(&mut bench, "报送的", &look, &columns);
    let (schema, kind) = (Schema::base(), kind());
    let all = views_of(&bench.state, OUTPUT, LINES);
    assert_eq!(all[0].gone(schema, &kind), ["合作社数（个）", "x0gone>=1"]);
    let shown = all[0].look.settled(schema, &kind, &keys());
    assert_eq!(shown.columns.ordered(&keys()), ["output", "area", "value"]);
    assert_eq!(shown.sort, None);
    assert_eq!(shown.rows.conditions, ["area>=10", "product=柑橘"]);
    // What is hidden is missed by nobody.
    look.columns.hide("x0gone", true);
    look.sort = None;
    look.rows.conditions.pop();
    save(&mut bench, "另一个", &look, &columns);
    let all = views_of(&bench.state, OUTPUT, LINES);
    assert_eq!(all.iter().find(|v| v.name == "另一个").unwrap().gone(schema, &kind), Vec::<String>::new());
}

#[test]
fn a_record_that_says_nonsense_is_a_view_of_everything() {
    let mut bench = Bench::new();
    let nonsense = |words: &[&str]| Value::Many(words.iter().map(|w| Text::from(*w)).collect());
    bench.one(
        views::KEY,
        view::KIND,
        vec![
            (view::REGISTER, Value::text(OUTPUT)),
            (view::FILTER, nonsense(&["later 7", "", "all"])),
            (view::KIND_OF_ROWS, Value::text(LINES)),
            (view::LABEL, Value::text("怪")),
            (view::WIDTHS, nonsense(&["area wide", "output 99999", "value 7"])),
        ],
    );
    let all = views_of(&bench.state, OUTPUT, LINES);
    let look = all[0].look.settled(Schema::base(), &kind(), &keys());
    assert_eq!(look.rows, Shown { all_periods: true, ..Shown::default() });
    assert_eq!(look.columns.width("area"), None);
    assert_eq!(look.columns.width("value"), Some(f64::from(super::super::arrangement::NARROWEST)));
}
