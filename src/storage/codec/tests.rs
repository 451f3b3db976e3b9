use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::ledger::{
    Author, BatchHead, BatchId, BatchKind, Brief, DeviceHead, DeviceId, Digest, Draft, Head, More, Origin,
    Packed as _, Record, Rest, Sealed, Seeded, Slot, Source, Stamp, State, Tally, Verdict, Words,
};
use crate::value::any::{row_id, text, value};
use crate::value::{Decimal, Money, Period, RowId, Text, Value};

fn stamp() -> impl Strategy<Value = Stamp> {
    let millis = prop_oneof![3 => 1_700_000_000_000u64..1_700_000_100_000, 1 => any::<u64>()];
    (millis, any::<u32>(), 0u64..4).prop_map(|(millis, counter, device)| Stamp {
        millis,
        counter,
        device: DeviceId(device),
    })
}

fn batch_id() -> impl Strategy<Value = BatchId> {
    (0u64..4, 0u64..9).prop_map(|(device, seq)| BatchId { device: DeviceId(device), seq })
}

fn sorted<T: std::fmt::Debug + Clone>(
    item: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<(Text, T)>> {
    prop::collection::btree_map(text(), item, 0..6).prop_map(|m: BTreeMap<Text, T>| m.into_iter().collect())
}

prop_compose! {
    fn record()(
        id in row_id(),
        kind in text(),
        created in prop::option::of(stamp()),
        cells in sorted(value()),
        stamps in sorted(stamp()),
        stage in prop::option::of((text(), stamp())),
        gone in prop::option::of((any::<bool>(), stamp())),
        origin in prop::option::of((batch_id(), (any::<u32>(), any::<u32>()).prop_map(|(table, row)| Origin { table, row }))),
        more in prop::option::of(more()),
    ) -> Record {
        Record { id, kind, created, cells, stamps, stage, gone, origin, more, away: false }
    }
}

fn slot() -> impl Strategy<Value = Slot> {
    prop_oneof![
        text().prop_map(Slot::Field),
        Just(Slot::State),
        Just(Slot::Life),
        row_id().prop_map(Slot::Twin)
    ]
}

prop_compose! {
    fn rest()(
        slot in slot(),
        rivals in prop::collection::vec((stamp(), prop::option::of(value()), prop::collection::vec(stamp(), 0..3)), 0..3),
        awaited in prop::collection::vec(stamp(), 0..3),
        beside in prop::collection::vec(stamp(), 0..3),
    ) -> Rest {
        let rivals = rivals.into_iter().map(|(stamp, value, beside)| Head { echo: beside.first().map(|s| crate::ledger::Echo { row: RowId::from_bits(7), stamp: *s }), stamp, value, beside }).collect();
        Rest { echo: awaited.first().map(|s| crate::ledger::Echo { row: RowId::from_bits(9), stamp: *s }), slot, rivals, awaited, beside }
    }
}

prop_compose! {
    fn more()(
        rests in prop::collection::vec(rest(), 0..3),
        twins in prop::collection::vec((row_id(), prop_oneof![Just(Verdict::Open), Just(Verdict::One), Just(Verdict::Two)], stamp()), 0..3),
        written in sorted(value()),
        births in prop::collection::vec(stamp(), 0..3),
    ) -> Box<More> {
        Box::new(More { rests, twins, written, births })
    }
}

/// Decimals compare as numbers; here `1.0` and `1.00` must differ, and so must the bounds of quantities.
fn exact(records: &[Record]) -> String {
    format!("{records:?}")
}

fn shares() -> impl FnMut(&Text) -> Text {
    let mut words: HashSet<Text> = HashSet::new();
    move |w| {
        if let Some(known) = words.get(w) {
            return known.clone();
        }
        words.insert(w.clone());
        w.clone()
    }
}

fn decode_page(bytes: &[u8]) -> Result<Vec<Record>, Unreadable> {
    Page::new(bytes.to_vec(), &Words::default())?.records()
}

fn sealed(rows: u128) -> Sealed {
    let state = State::new();
    let mut author =
        Author::new(DeviceId(7), crate::ledger::Person::county("测试"), &state, Box::new(Seeded(7)));
    let mut draft = Draft::new(BatchKind::Edit);
    for n in 0..rows {
        draft.create("R06", "line", RowId::from_bits(n), vec![("area".into(), Value::Int(n as i64))], None);
    }
    author.write(&state, draft, 1_700_000_000_000).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_record_comes_back_as_it_was(records in prop::collection::vec(record(), 0..20)) {
        let bytes = encode_page(&records);
        let back = decode_page(&bytes).unwrap();
        prop_assert_eq!(exact(&back), exact(&records));
        let page = Page::new(bytes, &Words::default()).unwrap();
        prop_assert_eq!(page.brief(), &Brief::of(&records));
    }

    /// Whatever stands in the bytes, reading them ends with an answer: no panic, no endless memory.
    #[test]
    fn nonsense_behind_a_good_checksum_is_refused_calmly(
        records in prop::collection::vec(record(), 0..6), at in any::<prop::sample::Index>(), to in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = encode_page(&records);
        let mut body = bytes[8..].to_vec();
        let i = at.index(body.len());
        body[i] = to;
        let _ = decode_page(&frame(page::MARK, page::VERSION, &body));
        body.truncate(cut.index(body.len()));
        let _ = decode_page(&frame(page::MARK, page::VERSION, &body));
        let _ = decode_heads(&frame(*b"XCH", 3, &body), shares());
        let _ = decode_manifest(&frame(*b"XCM", 3, &body));
    }

    #[test]
    fn the_list_of_batches_comes_back(
        heads in prop::collection::vec((batch_id(), stamp(), text(), any::<bool>(), prop::collection::btree_map(text(), any::<[u32; 7]>(), 0..3), 0u8..6), 0..20)
    ) {
        let heads: Vec<BatchHead> = heads.into_iter().map(|(id, stamp, actor, suspect_clock, tally, kind)| BatchHead {
            id, digest: Digest([kind; 32]), stamp, actor: crate::ledger::Person::county(&actor), suspect_clock,
            kind: match kind {
                0 => BatchKind::Import { file: actor },
                1 => BatchKind::Undo { of: id },
                2 => BatchKind::Restore { moment: stamp.millis },
                3 => BatchKind::Move,
                4 => BatchKind::Sample,
                _ => BatchKind::Edit,
            },
            sources: if kind == 0 { vec![Source { file: "甲.xlsx".into(), sheet: "表1".into(), columns: vec![("area".into(), "D".into())] }] } else { vec![] },
            tally: tally.into_iter().map(|(k, [created, set, moved, deleted, restored, joined, unknown])| (k, Tally { created, set, moved, deleted, restored, joined, unknown })).collect(),
        }).collect();
        prop_assert_eq!(decode_heads(&encode_heads(&heads), shares()).unwrap().0, heads);
    }

    #[test]
    fn the_manifest_comes_back(
        devices in prop::collection::btree_map(any::<u64>().prop_map(DeviceId), (any::<u64>(), any::<[u8; 32]>(), stamp()), 0..5),
        pages in prop::collection::btree_map((text(), any::<u32>()), (any::<u32>(), any::<u32>()), 0..20),
    ) {
        let manifest = Manifest {
            devices: devices.into_iter().map(|(d, (next_seq, digest, last))| (d, DeviceHead { next_seq, digest: Digest(digest), last })).collect(),
            pages: pages.into_iter().map(|(at, (checksum, rows))| (at, PageMark { checksum, rows })).collect(),
        };
        prop_assert_eq!(decode_manifest(&encode_manifest(&manifest)).unwrap(), manifest);
    }
}

#[test]
fn a_batch_comes_back_small_or_large() {
    for rows in [1, 5, 5000] {
        let batch = sealed(rows);
        let bytes = encode_log(&batch);
        assert_eq!(decode_log(&bytes).unwrap(), batch);
        if rows == 5000 {
            let small = bytes.len() < batch.bytes.len() && bytes.len() < 4 * 5000;
            assert!(small, "{} of {}", bytes.len(), batch.bytes.len());
        }
    }
}

#[test]
fn every_changed_byte_and_every_cut_of_a_log_record_is_found() {
    let good = encode_log(&sealed(2));
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(decode_log(&bad).is_err(), "byte {at}");
        assert!(decode_log(&good[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn every_changed_byte_and_every_cut_of_a_page_is_found() {
    let mut state = State::new();
    let batch = sealed(20);
    state.apply(&batch.batch, batch.digest);
    let good = encode_page(state.sheet("R06").unwrap().all());
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(decode_page(&bad).is_err(), "byte {at}");
        assert!(decode_page(&good[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn another_program_and_a_newer_version_are_told_apart() {
    let good = encode_log(&sealed(1));
    let mut newer = good.clone();
    newer[3] = 9;
    assert_eq!(decode_log(&newer), Err(Unreadable::Newer(9)));
    assert_eq!(decode_log(b"PK\x03\x04"), Err(Unreadable::NotOurs));
    assert_eq!(decode_log(&[]), Err(Unreadable::NotOurs));
}

#[test]
fn a_record_that_claims_a_gigabyte_is_refused() {
    let mut body = vec![1];
    body.extend_from_slice(&u32::MAX.to_le_bytes());
    body.extend_from_slice(&[0; 40]);
    assert!(decode_log(&frame(*b"XCL", 1, &body)).is_err());
}

/// How long it takes; printed for people, not asserted, because machines differ.
#[test]
#[ignore = "a measurement: cargo test --profile native --lib storage::codec -- --ignored --nocapture"]
fn measure() {
    let state = State::new();
    let mut author =
        Author::new(DeviceId(7), crate::ledger::Person::county("测试"), &state, Box::new(Seeded(7)));
    let mut draft = Draft::new(BatchKind::Import { file: "大.xlsx".into() });
    for n in 0..100_000u128 {
        let fields: Vec<(Text, Value)> = vec![
            ("area".into(), Value::Decimal(Decimal::new((n % 1000) as i64, 1))),
            ("category".into(), Value::choice(["种植业", "养殖业", "林业"][(n % 3) as usize])),
            ("income".into(), Value::Money(Money::from_fen((n * 1234) as i64))),
            ("name".into(), Value::text(&format!("产业{n}"))),
            ("org".into(), Value::Ref(RowId::from_bits(n % 50))),
            ("output".into(), Value::Decimal(Decimal::new(n as i64, 2))),
            ("period".into(), Value::Period(Period::year_of(2020 + (n % 5) as i16))),
            ("product".into(), Value::choice(["血橙", "稻米", "生猪", "茶叶"][(n % 4) as usize])),
        ];
        draft.create(
            "R06",
            "line",
            RowId::new(1_700_000_000_000, n),
            fields,
            Some(Origin { table: 0, row: n as u32 }),
        );
    }
    let time = |what: &str, from: std::time::Instant| println!("{what}: {:?}", from.elapsed());
    let now = std::time::Instant::now();
    let batch = author.write(&state, draft, 1_700_000_000_000).unwrap();
    time("seal", now);
    let now = std::time::Instant::now();
    let log = encode_log(&batch);
    time("encode log", now);
    println!("log: {} lines, {} bytes", batch.bytes.len(), log.len());
    let now = std::time::Instant::now();
    let back = decode_log(&log).unwrap();
    time("decode log", now);
    let now = std::time::Instant::now();
    let mut state = State::new();
    state.apply(&back.batch, back.digest);
    time("apply", now);
    let records: Vec<&Record> = state.sheet("R06").unwrap().all().collect();
    let now = std::time::Instant::now();
    let pages: Vec<Vec<u8>> = records.chunks(ROWS).map(|c| encode_page(c.iter().copied())).collect();
    time("encode pages", now);
    println!("pages: {} with {} bytes", pages.len(), pages.iter().map(Vec::len).sum::<usize>());
    let now = std::time::Instant::now();
    let state = State::new();
    let mut sheet = crate::ledger::Sheet::default();
    for page in &pages {
        assert!(sheet.add_leaf(std::rc::Rc::new(Page::new(page.clone(), &state.words).unwrap())));
    }
    time("take pages in", now);
    assert_eq!(sheet.all().count(), 100_000);
    time("and make records of them", now);
}
