//! Every batch comes back as it was sealed, whatever its rows hold; nothing that was changed, cut or made up does.

use proptest::prelude::*;

use super::*;
use crate::ledger::{Batch, BatchId, BatchKind, DeviceId, Digest, Sealed, Stamp, decode, seal};
use crate::value::any::{decimal, row_id, text, value};
use crate::value::{FileRef, Modifier, Money, Quantity};

fn sealed(operations: Vec<Operation>) -> Sealed {
    let device = DeviceId(0x9f3a);
    seal(Batch {
        id: BatchId { device, seq: 17 },
        stamp: Stamp { millis: 1_795_000_000_123, counter: 0, device },
        actor: crate::ledger::Person::unnamed("张三"),
        kind: BatchKind::Import { file: "某镇.xlsx".into() },
        sources: Vec::new(),
        previous: Digest::default(),
        suspect_clock: false,
        operations,
    })
}

fn created(row: RowId, kind: &str, fields: Vec<(Text, Value)>, origin: Option<Origin>) -> Operation {
    let change = Change::Create(Creation { kind: kind.into(), fields, origin });
    Operation { register: "R06".into(), row, change }
}

/// The lines between the first and the last.
fn lines(sealed: &Sealed) -> Vec<&str> {
    let all: Vec<&str> = std::str::from_utf8(&sealed.bytes).unwrap().lines().collect();
    all[1..all.len() - 1].to_vec()
}

/// Rows that follow each other and such that do not, of two kinds and two registers, from a workbook and not.
fn creation() -> impl Strategy<Value = Operation> {
    let row = prop_oneof![2 => (1u128..9).prop_map(RowId::from_bits), 1 => row_id()];
    let origin = prop_oneof![
        1 => Just(None),
        4 => (0u32..2, 5u32..9).prop_map(|(table, row)| Some(Origin { table, row })),
        1 => Just(Some(Origin { table: 0, row: u32::MAX })),
    ];
    let words = prop::sample::select(vec!["R06", "R07"]);
    let kinds = prop::sample::select(vec!["line", "product"]);
    let field = prop_oneof![
        4 => prop::sample::select(vec!["area", "org", "备注", "period"]).prop_map(Text::from),
        1 => text(),
    ];
    let fields = prop::collection::btree_map(field, value(), 0..5);
    (words, kinds, row, fields, origin).prop_map(|(register, kind, row, fields, origin)| Operation {
        register: register.into(),
        row,
        change: Change::Create(Creation { kind: kind.into(), fields: fields.into_iter().collect(), origin }),
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let newer = r#"{"register":"R06","row":"00000000000000000000000001","stitch":{"with":"R19"}}"#;
    let newer =
        Operation { register: "R06".into(), row: RowId::from_bits(1), change: Change::Unknown(newer.into()) };
    let gone = (1u128..9).prop_map(|n| Operation {
        register: "R06".into(),
        row: RowId::from_bits(n),
        change: Change::Delete { seen: Default::default() },
    });
    prop_oneof![12 => creation(), 1 => Just(newer), 1 => gone]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_batch_comes_back_as_it_was_sealed(operations in prop::collection::vec(operation(), 0..30)) {
        let sealed = sealed(operations.clone());
        prop_assert_eq!(format!("{:?}", sealed.batch.operations), format!("{operations:?}"));
        let back = decode(&sealed.bytes).unwrap();
        // Decimals compare as numbers; here `1.0` and `1.00` must differ.
        prop_assert_eq!(format!("{back:?}"), format!("{:?}", [&sealed]));
        prop_assert_eq!(&seal(sealed.batch.clone()).bytes, &sealed.bytes);
    }

    #[test]
    fn a_decimal_is_written_as_it_is_printed(n in decimal(), small in any::<i64>(), scale in 0u32..=28) {
        for decimal in [n, Decimal::new(small, scale), Decimal::new(small % 1000, scale % 4)] {
            let mut bytes = Vec::new();
            put_decimal(&mut bytes, decimal);
            prop_assert_eq!(String::from_utf8(bytes).unwrap(), format!("\"{decimal}\""));
        }
    }

    #[test]
    fn a_line_that_was_made_up_is_refused_calmly(at in 0usize..2000, byte in any::<u8>(), much in any::<u32>()) {
        let good = lines(&sealed(vector()))[0].to_owned();
        let mut bad = good.clone().into_bytes();
        let at = at % bad.len();
        bad[at] = byte;
        get(&bad, MOST, &mut Vec::new());
        get(&bad[..at], MOST, &mut Vec::new());
        let mut operations = Vec::new();
        let many = good.replace("\"count\":3", &format!("\"count\":{much}"));
        prop_assert!(!get(many.as_bytes(), usize::MAX, &mut operations) || much == 3);
        let many = many.replace(",2]", &format!(",{}]", much.wrapping_sub(1)));
        get(many.as_bytes(), usize::MAX, &mut operations);
        prop_assert!(operations.len() <= 6);
    }
}

/// The creations of the form's documentation.
fn vector() -> Vec<Operation> {
    let first = RowId::new(1_795_000_000_123, 7);
    let fields = |area: Option<&str>| {
        let area = area.map(|a| ("area".into(), Value::Decimal(a.parse().unwrap())));
        area.into_iter().chain([("product".into(), Value::choice("生猪"))]).collect::<Vec<_>>()
    };
    let origin = |row| Some(Origin { table: 0, row });
    vec![
        created(first, "line", fields(Some("120")), origin(5)),
        created(first.next(), "line", fields(Some("80.5")), origin(6)),
        created(RowId::from_bits(1), "line", fields(None), origin(7)),
    ]
}

/// The very bytes: what is sealed today must be read for ever.
#[test]
fn the_test_vector() {
    let sealed = sealed(vector());
    let text = r#"{"batch":{"device":"0000000000009f3a","seq":17,"millis":1795000000123,"counter":0,"clock":"2026-11-18T11:06:40.123Z","actor":"张三","kind":{"import":{"file":"某镇.xlsx"}},"count":3,"previous":"0000000000000000000000000000000000000000000000000000000000000000"}}
{"register":"R06","count":3,"rows":[["01M7Q5CQKV0000000000000007",2],"00000000000000000000000001"],"create":{"kind":"line","origins":[[0,5,3]],"fields":{"area":{"decimal":["120","80.5",null]},"product":{"choice":{"words":["生猪"],"at":[0,0,0]}}}}}
{"end":{"digest":"220a8eb0e08b34268b55583d7ad8cc6095bccd726893f5e9bd5046a75d694175"}}
"#;
    assert_eq!(String::from_utf8(sealed.bytes.clone()).unwrap(), text);
    assert_eq!(decode(text.as_bytes()).unwrap(), [sealed]);
}

#[test]
fn two_thousand_share_a_line_and_other_changes_come_in_between() {
    let row =
        |n: u32| created(RowId::from_bits(u128::from(n)), "line", vec![], Some(Origin { table: 0, row: n }));
    let mut operations: Vec<Operation> = (1..4500).map(row).collect();
    operations.insert(
        100,
        Operation {
            register: "R06".into(),
            row: RowId::from_bits(1),
            change: Change::Delete { seen: Default::default() },
        },
    );
    let sealed = sealed(operations);
    let counts: Vec<&str> = lines(&sealed).iter().map(|l| l.split(",\"rows\"").next().unwrap()).collect();
    let line = |n| format!("{{\"register\":\"R06\",\"count\":{n}");
    assert_eq!(counts, [&*line(100), lines(&sealed)[1], &*line(2000), &*line(2000), &*line(399)]);
    assert_eq!(decode(&sealed.bytes).unwrap(), [sealed]);
}

#[test]
fn values_of_two_kinds_share_a_column_and_a_field_without_order_finds_its_place() {
    let id = RowId::from_bits(1);
    let sealed = sealed(vec![
        created(id, "line", vec![("b".into(), Value::Int(1)), ("a".into(), Value::Bool(true))], None),
        created(id.next(), "line", vec![("b".into(), Value::text("约5")), ("b".into(), Value::Int(9))], None),
    ]);
    let fields = r#""fields":{"a":{"bool":[true,null]},"b":[{"int":1},{"text":"约5"}]}}}"#;
    assert!(lines(&sealed)[0].ends_with(fields), "{}", lines(&sealed)[0]);
    assert_eq!(decode(&sealed.bytes).unwrap(), [sealed]);
}

/// The names of the kinds are those of a single value.
#[test]
fn a_value_alone_and_in_a_column_names_its_kind_alike() {
    let day = "2024-02-29".parse::<Date>().unwrap();
    let all = [
        Value::text("a"),
        Value::Int(1),
        Value::Decimal(Decimal::ONE),
        Value::Money(Money::from_fen(1)),
        Value::Bool(true),
        Value::Date(day),
        Value::DateTime("2024-02-29T08:30".parse().unwrap()),
        Value::Period(Period::year_of(2024)),
        Value::choice("a"),
        Value::Many(vec![]),
        Value::Ref(RowId::from_bits(1)),
        Value::Refs(vec![]),
        Value::Quantity(Box::new(Quantity {
            face: Decimal::ONE,
            low: None,
            high: None,
            modifier: Modifier::About,
            forecast: false,
            text: "约1".into(),
        })),
        Value::Files(vec![FileRef { name: "a".into(), digest: "b".into(), size: 1 }]),
    ];
    for value in all {
        let alone = serde_json::to_value(&value).unwrap();
        let name = Kind::of(&value).name();
        assert_eq!(alone.as_object().unwrap().keys().collect::<Vec<_>>(), [name]);
        assert_eq!(Kind::named(name), Some(Kind::of(&value)));
    }
}

/// A line of columns that this version does not know: kept, counted, and sealed again as it is.
#[test]
fn a_newer_line_of_many_rows_is_kept_with_their_number() {
    let sealed = sealed(vector());
    let newer = lines(&sealed)[0].replace("\"decimal\"", "\"hologram\"");
    let change = |text: &str| Operation {
        register: "R06".into(),
        row: RowId::new(1_795_000_000_123, 7),
        change: Change::Unknown(text.into()),
    };
    let mut operations = Vec::new();
    let batch = Batch { operations: vec![change(&newer), change(""), change("")], ..sealed.batch.clone() };
    let again = seal(batch);
    assert_eq!(lines(&again), [newer]);
    let back = decode(&again.bytes).unwrap();
    assert_eq!(back, [again]);
    // More than the batch has left, or than any line may hold, is no line of ours.
    assert!(!get(lines(&sealed)[0].as_bytes(), 2, &mut operations) && operations.is_empty());
    for count in ["0", "4", "2001", "4000000000"] {
        let text = String::from_utf8(back[0].bytes.clone()).unwrap();
        let text = text.replacen("\"R06\",\"count\":3", &format!("\"R06\",\"count\":{count}"), 1);
        assert!(decode(text.as_bytes()).is_err(), "{count}");
    }
}
