//! The room's promises, with several devices at work.

use proptest::prelude::*;

use super::*;
use crate::value::{RowId, Text, Value};

/// A device in a test: its own state and author.
pub(super) struct Desk {
    pub(super) state: State,
    author: Author,
    pub(super) log: Vec<Sealed>,
    now: u64,
}

impl Desk {
    pub(super) fn new(device: u64) -> Self {
        let state = State::new();
        let author = Author::new(
            DeviceId(device),
            crate::ledger::Person::county("测试"),
            &state,
            Box::new(Seeded(device)),
        );
        Self { state, author, log: Vec::new(), now: 1_000_000 }
    }

    pub(super) fn record(&mut self, draft: Draft) -> Sealed {
        self.now += 7;
        let sealed = self.author.seal(&self.state, Admitted::elsewhere(draft), self.now);
        assert!(self.state.apply(&sealed.batch, sealed.digest));
        self.log.push(sealed.clone());
        sealed
    }

    pub(super) fn receive(&mut self, sealed: &Sealed) {
        if self.state.apply(&sealed.batch, sealed.digest) {
            self.log.push(sealed.clone());
        }
    }
}

/// What a person could see: values, states and presence, without clocks.
pub(super) fn visible(state: &State) -> Vec<String> {
    let mut lines: Vec<String> = state
        .registers()
        .flat_map(|(key, sheet)| {
            sheet.live().map(move |r| format!("{key} {} {:?} {:?}", r.id(), r.cells(), r.stage()))
        })
        .collect();
    lines.sort();
    lines
}

/// Everything, clocks included.
pub(super) fn whole(state: &State) -> Vec<String> {
    let mut lines: Vec<String> = state
        .registers()
        .flat_map(|(key, sheet)| {
            sheet.all().map(move |r| {
                format!(
                    "{key} {} {:?} {:?} {:?} {:?} {:?} {:?}",
                    r.id(),
                    r.kind(),
                    r.created(),
                    r.cells(),
                    r.stamps,
                    r.stage,
                    r.gone
                )
            })
        })
        .collect();
    lines.sort();
    lines
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    Create(u8, i64),
    Set(u8, u8, Option<i64>),
    Move(u8, bool),
    Delete(u8),
    Undo(u8),
    Exchange,
}

pub(super) fn acts() -> impl Strategy<Value = Vec<(bool, Act)>> {
    let act = prop_oneof![
        3 => (0u8..6, any::<i64>()).prop_map(|(r, v)| Act::Create(r, v)),
        5 => (0u8..6, 0u8..3, prop::option::of(any::<i64>())).prop_map(|(r, f, v)| Act::Set(r, f, v)),
        1 => (0u8..6, any::<bool>()).prop_map(|(r, b)| Act::Move(r, b)),
        1 => (0u8..6).prop_map(Act::Delete),
        2 => (0u8..8).prop_map(Act::Undo),
        2 => Just(Act::Exchange),
    ];
    prop::collection::vec((any::<bool>(), act), 1..40)
}

fn row(n: u8) -> RowId {
    RowId::from_bits(u128::from(n) + 1)
}

fn field(n: u8) -> &'static str {
    ["area", "output", "remark"].get(usize::from(n)).copied().unwrap_or("area")
}

fn draft_for(desk: &Desk, act: &Act) -> Option<Draft> {
    let live = |r: u8| desk.state.record("R06", row(r)).is_some_and(|x| !x.is_gone());
    let mut draft = Draft::new(BatchKind::Edit);
    match act {
        Act::Create(r, v) if desk.state.record("R06", row(*r)).is_none() => {
            draft.create("R06", "line", row(*r), vec![(Text::from("area"), Value::Int(*v))], None);
        }
        Act::Set(r, f, v) if live(*r) => {
            draft.set(&desk.state, "R06", row(*r), field(*f), v.map(Value::Int), None)
        }
        Act::Move(r, b) if live(*r) => {
            let now = desk.state.record("R06", row(*r)).and_then(|x| x.stage()).unwrap_or("填报中");
            draft.advance("R06", row(*r), now, if *b { "已报送" } else { "填报中" }, None);
        }
        Act::Delete(r) if live(*r) => draft.delete("R06", row(*r)),
        Act::Undo(n) => {
            let batch = desk.log.iter().rev().nth(usize::from(*n))?.batch.clone();
            draft = plan_undo(&desk.state, &batch).draft;
        }
        _ => return None,
    }
    (!draft.is_empty()).then_some(draft)
}

pub(super) fn play(acts: &[(bool, Act)]) -> (Desk, Desk) {
    let (mut a, mut b) = (Desk::new(1), Desk::new(2));
    for (first, act) in acts {
        if matches!(act, Act::Exchange) {
            let (from_a, from_b) = (a.log.clone(), b.log.clone());
            from_b.iter().for_each(|s| a.receive(s));
            from_a.iter().for_each(|s| b.receive(s));
            continue;
        }
        let desk = if *first { &mut a } else { &mut b };
        if let Some(draft) = draft_for(desk, act) {
            desk.record(draft);
        }
    }
    (a, b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_order_and_any_repetition_gives_the_same_state(acts in acts(), seed in any::<u64>()) {
        let (a, b) = play(&acts);
        let mut union: Vec<Sealed> = a.log.iter().chain(&b.log).cloned().collect();
        let mut chance = Seeded(seed);
        let mut straight = State::new();
        for s in &union { straight.apply(&s.batch, s.digest); }
        for i in (1..union.len()).rev() {
            union.swap(i, (chance.bits() % (i as u64 + 1)) as usize);
        }
        let mut shuffled = State::new();
        for s in &union { shuffled.apply(&s.batch, s.digest); }
        prop_assert_eq!(whole(&straight), whole(&shuffled));
    }

    #[test]
    fn undo_of_the_last_batch_is_exact_and_redo_too(acts in acts()) {
        let (mut desk, _) = play(&acts);
        let before = visible(&desk.state);
        let mut draft = Draft::new(BatchKind::Edit);
        draft.create("R06", "line", RowId::from_bits(99), vec![(Text::from("area"), Value::Int(5))], None);
        let live: Vec<RowId> = desk.state.sheet("R06").into_iter().flat_map(|s| s.live().map(Record::id)).collect();
        for id in &live {
            draft.set(&desk.state, "R06", *id, "output", Some(Value::Int(-1)), None);
            draft.set(&desk.state, "R06", *id, "area", None, None);
        }
        if let Some(id) = live.first() { draft.delete("R06", *id); }
        let done = desk.record(draft);
        let after = visible(&desk.state);
        let undo = plan_undo(&desk.state, &done.batch);
        prop_assert!(undo.overtaken.is_empty());
        let undone = desk.record(undo.draft);
        prop_assert_eq!(&visible(&desk.state), &before);
        prop_assert!(desk.state.is_undone(done.batch.id));
        let redo = plan_undo(&desk.state, &undone.batch);
        desk.record(redo.draft);
        prop_assert_eq!(&visible(&desk.state), &after);
        prop_assert!(!desk.state.is_undone(done.batch.id));
        let again = plan_undo(&desk.state, &done.batch);
        prop_assert!(again.overtaken.is_empty());
        desk.record(again.draft);
        prop_assert_eq!(&visible(&desk.state), &before);
    }

    #[test]
    fn the_log_is_read_back_as_it_was_sealed(acts in acts()) {
        let (a, _) = play(&acts);
        let bytes: Vec<u8> = a.log.iter().flat_map(|s| s.bytes.clone()).collect();
        prop_assert_eq!(decode(&bytes).unwrap(), a.log);
    }

    #[test]
    fn a_past_moment_comes_back(acts in acts(), cut in 0usize..40) {
        let (mut a, _) = play(&acts);
        let Some(at) = a.log.get(cut.min(a.log.len().saturating_sub(1))) else { return Ok(()) };
        let moment = at.batch.stamp.millis;
        let past = replay_until(&a.log, moment);
        let draft = a.state.draft_restoring(&past, moment);
        if !draft.is_empty() { a.record(draft); }
        // A record that was never moved is where its kind begins.
        let shown = |s: &State| s.sheet("R06").into_iter().flat_map(|s| s.live().map(|r| format!("{} {:?} {}", r.id(), r.cells(), r.stage().unwrap_or("填报中"))).collect::<Vec<_>>()).collect::<std::collections::BTreeSet<_>>();
        prop_assert_eq!(shown(&a.state), shown(&past));
        // Whatever order the batches arrive in elsewhere, the moment is restored there as well.
        let mut other = State::new();
        for s in a.log.iter().rev() { other.apply(&s.batch, s.digest); }
        prop_assert_eq!(shown(&other), shown(&past));
    }
}

pub(super) fn one_row() -> (Desk, RowId) {
    let mut desk = Desk::new(1);
    let id = RowId::from_bits(1);
    let mut draft = Draft::new(BatchKind::Import { file: "某镇.xlsx".into() });
    draft.sources.push(Source {
        file: "某镇.xlsx".into(),
        sheet: "2024年".into(),
        columns: vec![("area".into(), "D".into())],
    });
    draft.create(
        "R06",
        "line",
        id,
        vec![("area".into(), Value::Int(120))],
        Some(Origin { table: 0, row: 14 }),
    );
    desk.record(draft);
    (desk, id)
}

#[test]
fn one_changed_byte_is_found() {
    let (desk, _) = one_row();
    let good = desk.log.first().unwrap().bytes.clone();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(decode(&bad).is_err(), "byte {at}");
    }
    for cut in 1..good.len() {
        assert!(decode(&good[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn lines_of_a_newer_version_are_kept() {
    let newer = r#"{"register":"R06","row":"00000000000000000000000001","stitch":{"with":"R19"}}"#;
    let mut desk = Desk::new(1);
    let mut draft = Draft::new(BatchKind::Edit);
    draft.push("R06", row(0), Change::Unknown(newer.into()));
    let sealed = desk.record(draft);
    let back = decode(&sealed.bytes).unwrap();
    assert_eq!(back.first().unwrap().batch.operations.first().unwrap().change, Change::Unknown(newer.into()));
    assert_eq!(back, desk.log);
}

#[test]
fn an_imported_value_knows_its_cell_until_somebody_types_over_it() {
    let (mut desk, id) = one_row();
    let place = origin_of(&desk.state, "R06", id, "area").unwrap();
    assert_eq!((&*place.sheet, &*place.cell), ("2024年", "D14"));
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&desk.state, "R06", id, "area", Some(Value::Int(121)), None);
    desk.record(draft);
    assert_eq!(origin_of(&desk.state, "R06", id, "area"), None);
    let history = cell_history(desk.log.iter().map(|s| &s.batch), "R06", id, "area");
    let values: Vec<_> = history.iter().map(|(_, v)| v.clone()).collect();
    assert_eq!(values, [Some(Value::Int(120)), Some(Value::Int(121))]);
}

#[test]
fn undoing_an_import_leaves_rows_that_were_edited_since_and_says_so() {
    let (mut desk, id) = one_row();
    let import = desk.log.first().unwrap().batch.clone();
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&desk.state, "R06", id, "area", Some(Value::Int(121)), None);
    desk.record(draft);
    let undo = plan_undo(&desk.state, &import);
    assert!(undo.draft.is_empty());
    assert_eq!(undo.overtaken.len(), 1);
}

#[test]
fn an_import_of_ten_thousand_rows_is_one_step() {
    let mut desk = Desk::new(1);
    let mut draft = Draft::new(BatchKind::Import { file: "大.xlsx".into() });
    for n in 0..10_000u128 {
        draft.create("R06", "line", RowId::from_bits(n), vec![("area".into(), Value::Int(1))], None);
    }
    let done = desk.record(draft);
    assert_eq!(desk.state.sheet("R06").unwrap().live().count(), 10_000);
    let undo = plan_undo(&desk.state, &done.batch);
    desk.record(undo.draft);
    assert_eq!(desk.state.sheet("R06").unwrap().live().count(), 0);
}

#[test]
fn each_devices_batches_are_chained() {
    let mut desk = Desk::new(1);
    for n in 0..3 {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.create("R06", "line", row(n), vec![], None);
        desk.record(draft);
    }
    let digests: Vec<_> = desk.log.iter().map(|s| s.digest).collect();
    let previous: Vec<_> = desk.log.iter().map(|s| s.batch.previous).collect();
    assert_eq!(previous, [Digest::default(), digests[0], digests[1]]);
    assert_eq!(desk.log.iter().map(|s| s.batch.id.seq).collect::<Vec<_>>(), [1, 2, 3]);
}

/// A page opens what is recorded with the declarations that the first screen needs; the others follow.
#[test]
fn registers_declared_later_are_read_as_if_they_had_been_declared_before() {
    use crate::register::Schema;
    use crate::register::catalog::r09::{self, contract, due};

    let mut desk = Desk::new(1);
    let (first, second, rent) = (RowId::from_bits(1), RowId::from_bits(2), RowId::from_bits(3));
    let mut draft = Draft::new(BatchKind::Edit);
    for row in [first, second] {
        draft.create(r09::KEY, contract::KIND, row, Vec::new(), None);
    }
    draft.create(r09::KEY, due::KIND, rent, vec![(due::PARENT.into(), Value::Ref(first))], None);
    desk.record(draft);

    let early = || State { declared: state::Declared(Schema::leading().clone()), ..State::new() };
    let of = |state: &State, parent| -> Vec<RowId> {
        state.under(r09::KEY, parent, due::KIND).map(Record::id).collect()
    };
    let mut late = early();
    assert!(!late.outgrows(), "nothing is recorded");
    for sealed in &desk.log {
        late.apply(&sealed.batch, sealed.digest);
    }
    assert!(late.outgrows() && of(&late, first).is_empty(), "nobody knows what a rent stands under");
    late.declare_anew();
    assert!(!late.outgrows());
    assert_eq!(of(&late, first), [rent]);

    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&late, r09::KEY, rent, due::PARENT, Some(Value::Ref(second)), None);
    let moved = desk.record(draft);
    late.apply(&moved.batch, moved.digest);
    assert_eq!((of(&late, first), of(&late, second)), (vec![], vec![rent]));
    assert_eq!(whole(&late), whole(&desk.state));
    assert_eq!(of(&desk.state, second), [rent]);
}

#[test]
fn that_a_number_was_shown_is_on_record_everywhere_and_changes_nothing() {
    let (mut here, mut there) = (Desk::new(1), Desk::new(2));
    let mut draft = Draft::new(BatchKind::Edit);
    let row = RowId::from_bits(9);
    draft.create("R02", "person", row, vec![(Text::from("name"), Value::text("许涛"))], None);
    let made = here.record(draft);
    there.receive(&made);
    let before = whole(&here.state);
    let (register, field) = (Text::from("R02"), Text::from("idno"));
    let shown = Draft::new(BatchKind::Shown { register, row, field });
    assert!(!shown.is_empty() && Draft::new(BatchKind::Edit).is_empty());
    let shown = here.record(shown);
    let json = serde_json::to_string(&shown.batch.kind).unwrap();
    assert_eq!(serde_json::from_str::<BatchKind>(&json).unwrap(), shown.batch.kind);
    there.receive(&shown);
    for state in [&here.state, &there.state] {
        assert_eq!(whole(state), before);
        assert!(
            matches!(state.batch(shown.batch.id).unwrap().kind, BatchKind::Shown { row: who, .. } if who == row)
        );
    }
    assert!(plan_undo(&here.state, &shown.batch).draft.is_empty(), "there is nothing to take back");
}
