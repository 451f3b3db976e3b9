//! A part of a ledger goes out, comes back, and takes nothing away.

use super::*;
use crate::exchange::ledger_file::{self, Blobs};
use crate::ledger::merge::{self, Incoming, Standing};
use crate::ledger::{Author, BatchKind, DeviceId, Draft, Person, Seeded};
use crate::value::{Period, Value};

struct Desk {
    state: State,
    author: Author,
    log: Vec<Sealed>,
    now: u64,
}

impl Desk {
    fn new(device: u64, log: &[Sealed]) -> Self {
        let mut state = State::new();
        log.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
        let author = Author::new(DeviceId(device), Person::county("县"), &state, Box::new(Seeded(device)));
        Self { state, author, log: log.to_vec(), now: 1_800_000_000_000 }
    }

    fn record(&mut self, draft: Draft) -> Sealed {
        self.now += 1000;
        let sealed = self.author.write(&self.state, draft, self.now).unwrap();
        self.state.apply(&sealed.batch, sealed.digest);
        self.log.push(sealed.clone());
        sealed
    }

    fn set(&mut self, id: u128, area: i64) {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.set(&self.state, "R06", row(id), "area", Some(Value::Int(area)), None);
        self.record(draft);
    }

    fn take(&mut self, log: Vec<Sealed>) -> Standing {
        let survey = merge::survey(&self.state, &[Incoming { name: "f".into(), log }]);
        let merged = merge::merge(&self.state, &survey, &|_, _, _| true);
        self.log.extend(merged.brought);
        self.state = merged.state;
        if !merged.draft.is_empty() {
            self.record(merged.draft);
        }
        survey.files[0].standing.clone()
    }

    fn send(&self, place: u128) -> Vec<Sealed> {
        let parts = cut(&self.log, &rows(&self.state, row(place)));
        // What goes out can be read, and has no gaps.
        let only = Some(ledger_file::Only { row: row(place), name: "本镇".into() });
        let bytes = ledger_file::write_only(&parts, &Blobs::new(), only.clone()).unwrap();
        let file = ledger_file::read(&bytes).unwrap();
        assert_eq!((file.gaps, file.manifest.only), (vec![], only));
        file.log
    }
}

fn row(n: u128) -> RowId {
    RowId::from_bits(n)
}

/// Two towns with a village and a line each, made in one step.
fn county() -> Desk {
    let mut desk = Desk::new(1, &[]);
    let mut draft = Draft::new(BatchKind::Edit);
    for (town, name) in [(1, "柳河镇"), (2, "青山镇")] {
        let place = |name: &str, kind: &str| {
            vec![("kind".into(), Value::choice(kind)), ("name".into(), Value::text(name))]
        };
        draft.create("R01", "org", row(town), place(name, "乡镇"), None);
        let mut village = place(&format!("{name}一村"), "村");
        village.push(("parent".into(), Value::Ref(row(town))));
        draft.create("R01", "org", row(10 + town), village, None);
        let line = vec![
            ("area".into(), Value::Int(100)),
            ("org".into(), Value::Ref(row(10 + town))),
            ("period".into(), Value::Period(Period::year_of(2024))),
            ("product".into(), Value::choice("柑橘")),
        ];
        draft.create("R06", "line", row(20 + town), line, None);
    }
    desk.record(draft);
    desk.set(21, 110);
    desk.set(22, 220);
    desk
}

fn live(state: &State) -> Vec<u128> {
    state.registers().flat_map(|(_, s)| s.live()).map(|r| r.id().bits()).collect()
}

#[test]
fn a_part_holds_its_place_and_what_that_refers_to() {
    let county = county();
    let town = Desk::new(5, &county.send(1));
    assert_eq!(live(&town.state), [1, 11, 21]);
    let village = Desk::new(6, &county.send(11));
    assert_eq!(live(&village.state), [1, 11, 21], "with the town that lies above");
    assert_eq!(county.send(1), county.send(1), "the same part is the same file");
}

#[test]
fn a_part_that_comes_back_removes_nothing_and_brings_what_was_done() {
    let mut county = county();
    let mut town = Desk::new(5, &county.send(1));
    let before = county.state.digest();
    assert_eq!(county.take(town.log.clone()), Standing::Older);
    assert_eq!(county.state.digest(), before);
    // Meanwhile the county went on with the same cell.
    county.set(21, 130);
    assert_eq!(county.take(town.log.clone()), Standing::Older, "nothing overwritten comes back");
    town.set(21, 150);
    let whole = county.log.clone();
    assert_eq!(county.take(town.log.clone()), Standing::New);
    assert_eq!(live(&county.state).len(), 6);
    let conflicts = county.state.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].sides.len()), (1, 2));
    // Whoever has only the part takes what is missing from the whole, and sees the same.
    town.take(whole);
    assert_eq!(town.state.digest(), county.state.digest());
    let mut third = Desk::new(7, &[]);
    third.take(town.log);
    third.take(county.log.clone());
    assert_eq!(third.state.digest(), county.state.digest());
}
