//! Five files at once: a damaged one, a copy, one of another kind; the others go on.

use super::*;
use crate::ledger::{BatchKind, DeviceId, Draft, Person, Seeded};
use crate::value::Value;

fn author(device: u64, state: &State) -> Author {
    Author::new(DeviceId(device), Person::county("镇"), state, Box::new(Seeded(device)))
}

fn recorded(state: &mut State, log: &mut Vec<Sealed>, device: u64, draft: Draft) {
    let sealed = author(device, state).write(state, draft, 1_800_000_000_000 + log.len() as u64).unwrap();
    state.apply(&sealed.batch, sealed.digest);
    log.push(sealed);
}

fn place(draft: &mut Draft, id: u128, name: &str, kind: &str, parent: Option<u128>) {
    let mut fields = vec![("kind".into(), Value::choice(kind)), ("name".into(), Value::text(name))];
    fields.extend(parent.map(|p| ("parent".into(), Value::Ref(RowId::from_bits(p)))));
    draft.create("R01", "org", RowId::from_bits(id), fields, None);
}

#[test]
fn every_file_says_what_it_is_and_the_good_ones_go_on() {
    let (mut state, mut log) = (State::new(), Vec::new());
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 1, "柳河镇", "乡镇", None);
    place(&mut draft, 2, "五四村", "村", Some(1));
    recorded(&mut state, &mut log, 1, draft);
    let copy = ledger_file::write(&log, &Blobs::new()).unwrap();
    // A village's own ledger, which made its places itself and adds one.
    let (mut theirs, mut other) = (State::new(), Vec::new());
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 51, "柳河镇", "乡镇", None);
    place(&mut draft, 52, "五四村", "村", Some(51));
    place(&mut draft, 53, "清凉村", "村", Some(51));
    recorded(&mut theirs, &mut other, 2, draft);
    let village = ledger_file::write(&other, &Blobs::new()).unwrap();
    let mut broken = village.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;

    let mut opened = Opened::default();
    for (name, bytes) in [
        ("副本.xcz", &copy[..]),
        ("清凉村.xcz", &village[..]),
        ("坏.xcz", &broken[..]),
        ("再发一次.xcz", &village[..]),
        ("表.xcz", b"PK"),
    ] {
        opened.read(name, bytes);
    }
    let planned = opened.plan(&state, &Leave::default(), &mut author(9, &state), 1_900_000_000_000).unwrap();
    let preview = planned.preview;
    let fates: Vec<&FileFate> = preview.files.iter().map(|f| &f.fate).collect();
    assert!(matches!(fates[0], FileFate::Equal));
    assert!(matches!(fates[1], FileFate::New));
    assert!(matches!(fates[2], FileFate::Failed(why) if why.zh.contains("损坏")));
    assert!(matches!(fates[3], FileFate::Repeats(name) if name == "清凉村.xcz"));
    assert!(matches!(fates[4], FileFate::Failed(why) if why.zh.contains("不是兴村的台账文件")));
    assert_eq!(
        preview.files[1].brings,
        [Brings { register: "R01".into(), made: 3, joined: 2, ..Brings::default() }]
    );
    assert_eq!((preview.joined, preview.conflicts, preview.left), (2, 0, 0));
    assert_eq!(
        preview.places,
        [("柳河镇".to_owned(), 1), ("柳河镇/五四村".to_owned(), 1), ("柳河镇/清凉村".to_owned(), 1)]
    );
    for sealed in &planned.batches {
        state.apply(&sealed.batch, sealed.digest);
    }
    assert_eq!(state.sheet("R01").unwrap().live().count(), 3);

    // All but one place: that is left, and the step says how many rows it has left.
    let mut fresh = State::new();
    log.iter().for_each(|s| _ = fresh.apply(&s.batch, s.digest));
    let leave = Leave { places: BTreeSet::from(["柳河镇/清凉村".to_owned()]), ..Leave::default() };
    let planned = opened.plan(&fresh, &leave, &mut author(9, &fresh), 1_900_000_000_000).unwrap();
    assert_eq!(planned.preview.left, 1);
    for sealed in &planned.batches {
        fresh.apply(&sealed.batch, sealed.digest);
    }
    assert_eq!(fresh.sheet("R01").unwrap().live().count(), 2);
}

#[test]
fn a_ledger_read_into_an_empty_one_is_that_ledger_and_no_step_more() {
    let (mut state, mut log) = (State::new(), Vec::new());
    let mut draft = Draft::new(BatchKind::Edit);
    place(&mut draft, 1, "柳河镇", "乡镇", None);
    recorded(&mut state, &mut log, 1, draft);
    let mut opened = Opened::default();
    opened.read("备份.xcz", &ledger_file::write(&log, &Blobs::new()).unwrap());
    let empty = State::new();
    let planned = opened.plan(&empty, &Leave::default(), &mut author(9, &empty), 1).unwrap();
    assert_eq!((planned.batches, planned.step), (log, None));
}
