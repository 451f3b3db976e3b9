//! Settings become part of the schema, and nothing that somebody sets breaks it.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::catalog::settings;
use super::*;
use crate::value::Text;

/// A settings record with its kind and values.
type Set = (RowId, &'static str, Vec<(Text, Value)>);

fn set(n: u128, kind: &'static str, values: &[(&str, Value)]) -> Set {
    let id = RowId::new(1, n);
    (id, kind, values.iter().map(|(k, v)| (Text::from(*k), v.clone())).collect())
}

fn schema(all: &[Set]) -> Arc<Schema> {
    let slices: Vec<&[(Text, Value)]> = all.iter().map(|(.., values)| values.as_slice()).collect();
    let records = all.iter().zip(&slices).map(|((row, kind, _), s)| (*row, *kind, s as &dyn Fields));
    Schema::with(records)
}

fn words(all: &[&str]) -> Value {
    Value::Many(all.iter().map(|w| Text::from(*w)).collect())
}

fn field(n: u128, register: &str, label: &str, of: &str, more: &[(&str, Value)]) -> Set {
    let mut values = vec![
        (settings::field::REGISTER, Value::text(register)),
        (settings::field::LABEL, Value::text(label)),
        (settings::field::TYPE, Value::choice(of)),
    ];
    values.extend(more.iter().cloned());
    set(n, settings::field::KIND, &values)
}

fn said(schema: &Schema) -> Vec<String> {
    schema.faults().iter().map(|f| f.why.message().zh).collect()
}

#[test]
fn a_field_of_the_countys_own_stands_in_its_register() {
    let decimals = [(settings::field::PLACES, Value::Int(1)), (settings::field::UNIT, Value::text("亩"))];
    let all = [
        field(1, "R06", "灌溉面积", "小数", &decimals),
        field(2, "R06", "联系人电话", "电话", &[(settings::field::REQUIRED, Value::Bool(true))]),
    ];
    let schema = schema(&all);
    assert_eq!(said(&schema), Vec::<String>::new());
    let kind = schema.register("R06").and_then(|r| r.main()).unwrap();
    let area = kind.field(&key_of(all[0].0)).unwrap();
    assert!(matches!(area.kind, FieldKind::Decimal(1)) && area.base_unit() == Some("亩"));
    assert_eq!(area.aggregate, Aggregate::Flow);
    let phone = kind.field_named("联系人电话").unwrap();
    assert!(phone.is_private() && matches!(phone.need, Need::Always));
    // Nothing else was copied: what is kept of other kinds goes on.
    let base = Schema::base();
    for (register, kind) in base.kinds().filter(|(r, k)| r.key != "R06" || k.key != "line") {
        assert!(Arc::ptr_eq(kind, schema.kind(&register.key, &kind.key).unwrap()), "{}", register.key);
    }
}

#[test]
fn what_makes_no_sense_is_left_out_and_said() {
    let all = [
        field(1, "R99", "甲", "文字", &[]),
        field(2, "R06", "乙", "颜色", &[]),
        field(3, "R06", "面积", "文字", &[]),
        set(4, settings::register::KIND, &[]),
        set(5, "of a newer version", &[]),
    ];
    let schema = schema(&all);
    let told = said(&schema);
    assert!(told.iter().any(|m| m.contains("没有编号为“R99”的台账")), "{told:?}");
    assert!(told.iter().any(|m| m.contains("类型“颜色”认不出")), "{told:?}");
    assert!(told.iter().any(|m| m.contains("已有叫“面积”的字段")), "{told:?}");
    assert!(told.iter().any(|m| m.contains("没有名称")), "{told:?}");
    assert_eq!(told.len(), 4);
    // Two of one name are shown: nothing that was typed into one of them disappears.
    let kind = schema.register("R06").and_then(|r| r.main()).unwrap();
    assert_eq!(kind.fields.iter().filter(|f| f.label.zh == "面积").count(), 2);
}

#[test]
fn a_word_joins_an_open_list_before_its_last_and_no_closed_one() {
    let word = |n, register, field, word| {
        let values = [
            (settings::word::REGISTER, Value::text(register)),
            (settings::word::FIELD, Value::text(field)),
            (settings::word::WORD, Value::text(word)),
            (settings::word::ALIASES, words(&["合作社收"])),
        ];
        set(n, settings::word::KIND, &values)
    };
    let schema = schema(&[
        word(1, "R06", "channel", "合作社收购"),
        word(2, "R06", "stage", "窖藏"),
        word(3, "R06", "product", "刺梨"),
        word(4, "R06", "channel", "其他"),
    ]);
    let kind = schema.register("R06").and_then(|r| r.main()).unwrap();
    let listed: Vec<&str> =
        kind.field("channel").and_then(|f| f.options()).unwrap().words().map(|o| o.word).collect();
    assert_eq!(listed.iter().rev().take(2).collect::<Vec<_>>(), [&"其他", &"合作社收购"]);
    let found = kind.field("channel").and_then(|f| f.options()?.find("合作社收")).unwrap();
    assert_eq!(found.word, "合作社收购");
    assert_eq!(said(&schema).len(), 3, "{:?}", said(&schema));
}

#[test]
fn a_register_of_the_countys_own_knows_its_place_its_title_and_its_key() {
    let book = set(
        1,
        settings::register::KIND,
        &[
            (settings::register::LABEL, Value::text("困难群众走访台账")),
            (settings::register::GROUP, Value::choice("服务与治理")),
        ],
    );
    let key = key_of(book.0);
    let tells = (settings::field::TELLS, Value::Bool(true));
    let all = [
        field(2, &key, "走访次数", "整数", &[(settings::field::ORDER, Value::Int(4))]),
        field(3, &key, "村名", "村或单位", &[(settings::field::ORDER, Value::Int(1)), tells.clone()]),
        field(4, &key, "姓名", "文字", &[(settings::field::ORDER, Value::Int(2)), tells.clone()]),
        field(5, &key, "月份", "期间", &[(settings::field::ORDER, Value::Int(3)), tells]),
        book,
    ];
    let schema = schema(&all);
    assert_eq!(said(&schema), Vec::<String>::new());
    let register = schema.register_named("困难群众走访台账").unwrap();
    assert_eq!((&*register.key, register.group), (&*key, Group::Service));
    let kind = register.main().unwrap();
    let label = |key: &Name| kind.field(key).map(|f| f.label.zh.to_string()).unwrap();
    assert_eq!(
        kind.fields.iter().take(4).map(|f| &*f.label.zh).collect::<Vec<_>>(),
        ["村名", "姓名", "月份", "走访次数"]
    );
    assert_eq!(kind.of(Sense::Place).map(|f| &*f.label.zh), Some("村名"));
    assert_eq!(kind.naming.iter().map(label).collect::<Vec<_>>(), ["村名", "姓名", "月份"]);
    assert_eq!(label(&kind.title), "姓名");
    assert_eq!(kind.keys[0].parts.iter().map(label).collect::<Vec<_>>(), ["村名", "姓名", "月份"]);
    assert_eq!(kind.key_figures.iter().map(label).collect::<Vec<_>>(), ["走访次数"]);
    assert!(kind.periodic() && kind.of(Sense::Remark).is_some());
}

#[test]
fn a_bound_is_the_countys_where_it_set_one_and_nonsense_is_said() {
    let jump = &super::super::catalog::r06::AREA_JUMP;
    let bound = |n, key: &str, value: i64| {
        let of = [
            (settings::threshold::KEY, Value::text(key)),
            (settings::threshold::VALUE, Value::Decimal(value.into())),
        ];
        set(n, settings::threshold::KIND, &of)
    };
    assert_eq!(Schema::base().bound(jump), jump.default);
    let schema = schema(&[bound(1, jump.key, 3), bound(2, "R06.unheard_of", 3)]);
    assert_eq!(schema.bound(jump), 3.into());
    assert_eq!(said(&schema).len(), 1, "{:?}", said(&schema));
}

#[test]
fn a_register_of_the_countys_own_is_owed_once_it_has_a_deadline() {
    let due = |n, register: &str, days: i64| {
        let of = [
            (settings::deadline::REGISTER, Value::text(register)),
            (settings::deadline::GRAIN, Value::choice("季")),
            (settings::deadline::DAYS, Value::Int(days)),
        ];
        set(n, settings::deadline::KIND, &of)
    };
    let book = set(1, settings::register::KIND, &[(settings::register::LABEL, Value::text("走访台账"))]);
    let key = key_of(book.0);
    let mut all = vec![book, field(2, &key, "月份", "期间", &[]), field(3, &key, "次数", "整数", &[])];
    let owed = |schema: &Schema| schema.reported().any(|r| r.key == key);
    assert!(!owed(&schema(&all)));
    // Places are reported by no period, and nothing is due years after its period.
    all.extend([due(4, &key, 10), due(5, "R01", 10), due(6, &key, 4_000)]);
    let schema = schema(&all);
    assert!(owed(&schema));
    let found: Vec<_> = schema.deadlines().iter().map(|d| (&*d.register, d.grain, d.days)).collect();
    assert_eq!(found, [(&*key, Grain::Quarter, 10)]);
    assert_eq!(said(&schema).len(), 2, "{:?}", said(&schema));
}

proptest! {
    /// Whatever is set, in whichever order it arrives: the same schema, and never a key twice in a kind.
    #[test]
    fn settings_in_any_order_make_one_schema(
        seeds in prop::collection::vec((0u128..40, 0usize..4, 0usize..6, "[甲乙丙]{0,2}"), 0..24),
        turn in 0usize..24,
    ) {
        let registers = ["R06", "R07", "R99", ""];
        let types = ["文字", "金额", "单选", "村或单位", "期间", "?"];
        let mut all: Vec<Set> = seeds.iter().map(|(n, r, t, label)| field(*n, registers[*r], label, types[*t], &[])).collect();
        all.sort_by_key(|(row, ..)| *row);
        all.dedup_by_key(|(row, ..)| *row);
        let one = schema(&all);
        let at = turn.min(all.len());
        all.rotate_left(at);
        let two = schema(&all);
        prop_assert_eq!(format!("{:?}", one.faults()), format!("{:?}", two.faults()));
        for ((a, x), (b, y)) in one.kinds().zip(two.kinds()) {
            let keys = |k: &RowKind| k.fields.iter().map(|f| f.key.to_string()).collect::<Vec<_>>();
            prop_assert_eq!((&a.key, keys(x)), (&b.key, keys(y)));
            let mut unique = keys(x);
            unique.sort();
            unique.dedup();
            prop_assert_eq!(unique.len(), x.fields.len());
        }
    }
}

#[test]
fn a_setting_without_effect_says_in_which_register_it_would_have_acted() {
    let bound =
        |n, key: &str| set(n, settings::threshold::KIND, &[(settings::threshold::KEY, Value::text(key))]);
    let all = [
        field(1, "R06", "灌溉面积", "立方", &[]),
        field(2, "R99", "无", "文字", &[]),
        bound(3, "R09.soon"),
        bound(4, "soon"),
        set(
            5,
            settings::deadline::KIND,
            &[(settings::deadline::REGISTER, Value::text("R01")), (settings::deadline::DAYS, Value::Int(5))],
        ),
        set(
            6,
            settings::word::KIND,
            &[(settings::word::REGISTER, Value::text("R07")), (settings::word::WORD, Value::text("词"))],
        ),
        set(7, settings::register::KIND, &[]),
    ];
    let schema = schema(&all);
    let mut found: Vec<(RowId, Option<&str>)> =
        schema.faults().iter().map(|f| (f.row, f.register.as_deref())).collect();
    found.sort_unstable();
    let wanted = [Some("R06"), None, Some("R09"), None, Some("R01"), Some("R07"), None];
    assert_eq!(found, all.iter().map(|(row, ..)| *row).zip(wanted).collect::<Vec<_>>());
}
