//! What the gate lets through and what not, way by way.

use super::*;
use crate::ledger::{Author, DeviceId, Seeded, plan_move, plan_undo};
use crate::value::Period;

/// A county with two towns, a village in each, and an entry of the first village.
struct Ledger {
    state: State,
    author: Author,
    now: u64,
    log: Vec<crate::ledger::Sealed>,
}

const TOWN: u128 = 1;
const OTHER_TOWN: u128 = 2;
const VILLAGE: u128 = 3;
const OTHER: u128 = 4;
const ENTRY: u128 = 10;

fn id(n: u128) -> RowId {
    RowId::from_bits(n)
}

fn person(role: Role, place: u128) -> Person {
    Person { role: Some(role), place: Some(id(place)), ..Person::unnamed("某人") }
}

impl Ledger {
    fn new() -> Self {
        let state = State::new();
        let author = Author::new(DeviceId(1), Person::county("县"), &state, Box::new(Seeded(1)));
        let mut ledger = Self { state, author, now: 1_700_000_000_000, log: Vec::new() };
        let mut draft = Draft::new(BatchKind::Edit);
        let mut place = |n: u128, name: &str, kind: &str, above: Option<u128>| {
            let mut fields = vec![("name".into(), Value::text(name)), ("kind".into(), Value::choice(kind))];
            fields.extend(above.map(|a| ("parent".into(), Value::Ref(id(a)))));
            draft.create("R01", "org", id(n), fields, None);
        };
        place(TOWN, "柳河镇", "乡镇", None);
        place(OTHER_TOWN, "青山镇", "乡镇", None);
        place(VILLAGE, "清凉村", "村", Some(TOWN));
        place(OTHER, "五四村", "村", Some(OTHER_TOWN));
        entry(&mut draft, ENTRY, VILLAGE, "经营收入", 100);
        ledger.write(draft).unwrap();
        ledger
    }

    fn write(&mut self, draft: Draft) -> Result<crate::ledger::Sealed, Refused> {
        self.now += 1000;
        let sealed = self.author.write(&self.state, draft, self.now)?;
        self.state.apply(&sealed.batch, sealed.digest);
        self.log.push(sealed.clone());
        Ok(sealed)
    }

    fn step(&mut self, who: Person, to: &str, reason: Option<&str>) -> Result<(), Vec<Ground>> {
        self.author.actor = who;
        let mut draft = Draft::new(BatchKind::Move);
        let mut next = 100;
        let mut new_id = || {
            next += 1;
            id(next)
        };
        plan_move(&mut draft, &self.state, "R07", id(ENTRY), to, reason, &mut new_id);
        self.write(draft).map(|_| ()).map_err(grounds)
    }

    /// Sets the entry's amount.
    fn set(&mut self, who: Person, fen: i64) -> Result<(), Vec<Ground>> {
        self.author.actor = who;
        let mut draft = Draft::new(BatchKind::Edit);
        let value = Value::Money(crate::value::Money::from_fen(fen));
        draft.set(&self.state, "R07", id(ENTRY), "amount", Some(value), None);
        self.write(draft).map(|_| ()).map_err(grounds)
    }

    fn close(&mut self) {
        self.step(person(Role::VillageSecretary, VILLAGE), "待复核", None).unwrap();
        self.step(person(Role::TownReviewer, TOWN), "已复核", None).unwrap();
        self.step(person(Role::TownReviewer, TOWN), "已结账", None).unwrap();
    }
}

fn entry(draft: &mut Draft, n: u128, org: u128, subject: &str, yuan: i64) {
    let fields = vec![
        ("org".into(), Value::Ref(id(org))),
        ("period".into(), Value::Period(Period::year_of(2024))),
        ("subject".into(), Value::choice(subject)),
        ("amount".into(), Value::Money(crate::value::Money::from_fen(yuan * 100))),
    ];
    draft.create("R07", "line", id(n), fields, None);
}

fn grounds(refused: Refused) -> Vec<Ground> {
    refused.0.into_iter().map(|r| r.ground).collect()
}

#[test]
fn a_step_is_taken_by_its_role_in_its_place_and_by_nobody_else() {
    let mut ledger = Ledger::new();
    let refused = [
        (Person::unnamed("某人"), "待复核", Ground::Nobody),
        (person(Role::VillageClerk, VILLAGE), "待复核", Ground::Role),
        (person(Role::VillageSecretary, OTHER), "待复核", Ground::Scope),
        (person(Role::TownReviewer, TOWN), "待复核", Ground::Role),
        (person(Role::TownReviewer, TOWN), "已复核", Ground::NoSuchMove),
        (Person::county("县"), "已结账", Ground::NoSuchMove),
    ];
    for (who, to, ground) in refused {
        assert_eq!(ledger.step(who, to, None), Err(vec![ground]), "{to}");
    }
    ledger.step(person(Role::VillageSecretary, VILLAGE), "待复核", None).unwrap();
    assert_eq!(ledger.step(person(Role::TownReviewer, OTHER_TOWN), "已复核", None), Err(vec![Ground::Scope]));
    assert_eq!(ledger.step(person(Role::TownReviewer, TOWN), "录入", None), Err(vec![Ground::NoReason]));
    ledger.step(person(Role::TownReviewer, TOWN), "录入", Some("金额不对")).unwrap();
}

#[test]
fn what_was_handed_in_is_in_the_hands_of_whoever_reviews_it() {
    let mut ledger = Ledger::new();
    ledger.set(Person::unnamed("某人"), 1).unwrap();
    ledger.step(person(Role::VillageSecretary, VILLAGE), "待复核", None).unwrap();
    assert_eq!(ledger.set(person(Role::VillageClerk, VILLAGE), 2), Err(vec![Ground::InOtherHands]));
    assert_eq!(ledger.set(Person::unnamed("某人"), 2), Err(vec![Ground::InOtherHands]));
    ledger.set(person(Role::TownReviewer, TOWN), 2).unwrap();
    assert_eq!(ledger.set(person(Role::TownReviewer, OTHER_TOWN), 3), Err(vec![Ground::Scope]));
}

#[test]
fn a_closed_entry_refuses_every_way_in() {
    let mut ledger = Ledger::new();
    let made = ledger.state.batches().next().map(|b| b.id);
    ledger.close();
    let before = ledger.state.digest();
    let county = || Person::county("县");
    assert_eq!(ledger.set(county(), 1), Err(vec![Ground::Locked]));
    assert_eq!(
        ledger.step(person(Role::VillageClerk, VILLAGE), "录入", Some("改")),
        Err(vec![Ground::Locked])
    );
    ledger.author.actor = county();
    let mut draft = Draft::new(BatchKind::Edit);
    draft.delete("R07", id(ENTRY));
    assert_eq!(ledger.write(draft).map_err(grounds).map(|_| ()), Err(vec![Ground::Locked]));
    let mut draft = Draft::new(BatchKind::Import { file: "某表.xlsx".into() });
    draft.set(&ledger.state, "R07", id(ENTRY), "remark", Some(Value::text("改")), None);
    assert_eq!(ledger.write(draft).map_err(grounds).map(|_| ()), Err(vec![Ground::Locked]));
    // Going back to before it was entered.
    let draft = ledger.state.draft_restoring(&State::new(), 1);
    assert!(ledger.write(draft).map_err(grounds).unwrap_err().contains(&Ground::Locked));
    assert_eq!(ledger.state.digest(), before);
    assert!(made.is_some());
}

#[test]
fn undoing_the_step_that_made_a_closed_entry_is_refused_as_a_whole() {
    let mut ledger = Ledger::new();
    let mut draft = Draft::new(BatchKind::Edit);
    entry(&mut draft, 11, VILLAGE, "补助收入", 5);
    entry(&mut draft, 12, OTHER, "补助收入", 5);
    let made = ledger.write(draft).unwrap();
    for to in ["待复核", "已复核", "已结账"] {
        let mut draft = Draft::new(BatchKind::Move);
        plan_move(&mut draft, &ledger.state, "R07", id(11), to, None, &mut || id(0));
        ledger.write(draft).unwrap();
    }
    let undo = plan_undo(&ledger.state, &made.batch);
    assert_eq!(ledger.write(undo.draft).map_err(grounds).map(|_| ()), Err(vec![Ground::Locked]));
    assert!(!ledger.state.record("R07", id(12)).unwrap().is_gone());
}

#[test]
fn a_reversed_entry_and_its_mirror_stay_and_the_right_one_is_entered_anew() {
    let mut ledger = Ledger::new();
    ledger.close();
    let reviewer = || person(Role::TownReviewer, TOWN);
    assert_eq!(ledger.step(reviewer(), "已红冲", None), Err(vec![Ground::NoReason]));
    ledger.step(reviewer(), "已红冲", Some("记错了")).unwrap();
    let mirror = ledger.state.record("R07", id(101)).unwrap();
    assert_eq!(
        (mirror.stage(), mirror.value("amount")),
        (Some("已结账"), Some(&Value::Money(crate::value::Money::from_fen(-10_000))))
    );
    assert_eq!(mirror.value("reverses"), Some(&Value::Ref(id(ENTRY))));
    // Neither is changed any more, and the key is free.
    assert_eq!(ledger.set(Person::county("县"), 1), Err(vec![Ground::Locked]));
    let mut draft = Draft::new(BatchKind::Edit);
    entry(&mut draft, 20, VILLAGE, "经营收入", 120);
    ledger.write(draft).unwrap();
    let mut draft = Draft::new(BatchKind::Edit);
    entry(&mut draft, 21, VILLAGE, "经营收入", 130);
    assert_eq!(ledger.write(draft).map_err(grounds).map(|_| ()), Err(vec![Ground::Twin]));
}

#[test]
fn a_closed_period_holds_its_place_and_nothing_else() {
    use crate::register::catalog::closing;
    let mut ledger = Ledger::new();
    let close = |place: u128| {
        let mut draft = Draft::new(BatchKind::Edit);
        let fields = vec![
            (closing::PERIOD.into(), Value::Period(Period::year_of(2024))),
            (closing::PLACE.into(), Value::Ref(id(place))),
        ];
        draft.create(closing::KEY, closing::LOCK, id(30), fields, None);
        draft
    };
    ledger.author.actor = person(Role::VillageClerk, VILLAGE);
    assert_eq!(ledger.write(close(TOWN)).map_err(grounds).map(|_| ()), Err(vec![Ground::Role]));
    ledger.author.actor = person(Role::TownReviewer, TOWN);
    ledger.write(close(TOWN)).unwrap();
    assert_eq!(ledger.set(Person::county("县"), 1), Err(vec![Ground::Closed]));
    assert_eq!(
        ledger.step(person(Role::VillageSecretary, VILLAGE), "待复核", None),
        Err(vec![Ground::Closed])
    );
    ledger.author.actor = Person::county("县");
    let mut draft = Draft::new(BatchKind::Edit);
    entry(&mut draft, 40, OTHER, "补助收入", 1);
    ledger.write(draft).unwrap();
    let mut draft = Draft::new(BatchKind::Edit);
    draft.delete(closing::KEY, id(30));
    ledger.write(draft).unwrap();
    ledger.set(Person::county("县"), 1).unwrap();
}

#[test]
fn what_rows_name_stays_and_what_is_named_must_be_there() {
    let mut ledger = Ledger::new();
    let mut draft = Draft::new(BatchKind::Edit);
    draft.delete("R01", id(VILLAGE));
    let Err(Refused(why)) = ledger.write(draft) else { panic!("admitted") };
    assert_eq!((&why[0].ground, why[0].others.len()), (&Ground::Needed, 1));
    let mut draft = Draft::new(BatchKind::Edit);
    entry(&mut draft, 50, 99, "补助收入", 1);
    assert_eq!(ledger.write(draft).map_err(grounds).map(|_| ()), Err(vec![Ground::Lost]));
    let mut draft = Draft::new(BatchKind::Edit);
    entry(&mut draft, 51, VILLAGE, "补助收入", -1);
    assert_eq!(
        ledger.write(draft).map_err(grounds).map(|_| ()),
        Err(vec![Ground::Rule("amount_sign".into())])
    );
}

/// An honour of a village, and what stands under what.
const HONOUR: u128 = 20;

fn honour(draft: &mut Draft, n: u128, village: u128, name: &str) {
    let fields = vec![("name".into(), Value::text(name)), ("parent".into(), Value::Ref(id(village)))];
    draft.create("R01", "honour", id(n), fields, None);
}

#[test]
fn what_stands_under_a_record_lies_where_that_does() {
    let mut ledger = Ledger::new();
    ledger.author.actor = person(Role::VillageClerk, VILLAGE);
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR, VILLAGE, "文明村");
    ledger.write(draft).unwrap();
    // Another village's honour, and carrying one over there.
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR + 1, OTHER, "文明村");
    assert_eq!(grounds(ledger.write(draft).unwrap_err()), [Ground::Scope]);
    let mut draft = Draft::new(BatchKind::Edit);
    draft.set(&ledger.state, "R01", id(HONOUR), "parent", Some(Value::Ref(id(OTHER))), None);
    assert_eq!(grounds(ledger.write(draft).unwrap_err()), [Ground::Scope]);
    // Under nothing, or under what is no place, nothing stands.
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR + 1, 99, "文明村");
    assert!(grounds(ledger.write(draft).unwrap_err()).contains(&Ground::Lost));
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR + 1, HONOUR, "文明村");
    assert_eq!(grounds(ledger.write(draft).unwrap_err()), [Ground::Lost]);
    // One key within one parent: the same name under another is another honour.
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR + 1, VILLAGE, "文明村");
    assert_eq!(grounds(ledger.write(draft).unwrap_err()), [Ground::Twin]);
    ledger.author.actor = Person::county("县");
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR + 1, OTHER, "文明村");
    ledger.write(draft).unwrap();
}

#[test]
fn what_stands_under_a_closed_record_is_closed_with_it() {
    let mut ledger = Ledger::new();
    let mut draft = Draft::new(BatchKind::Edit);
    honour(&mut draft, HONOUR, OTHER, "文明村");
    ledger.write(draft).unwrap();
    let mut draft = Draft::new(BatchKind::Move);
    draft.advance("R01", id(OTHER), "在用", "调整中", Some("合并"));
    draft.advance("R01", id(OTHER), "调整中", "撤并", None);
    ledger.author.actor = Person::county("县");
    ledger.write(draft).unwrap();
    let mut change = Draft::new(BatchKind::Edit);
    change.set(&ledger.state, "R01", id(HONOUR), "name", Some(Value::text("示范村")), None);
    let mut removal = Draft::new(BatchKind::Edit);
    removal.delete("R01", id(HONOUR));
    let mut another = Draft::new(BatchKind::Edit);
    honour(&mut another, HONOUR + 1, OTHER, "卫生村");
    for draft in [change, removal, another] {
        assert_eq!(grounds(ledger.write(draft).unwrap_err()), [Ground::Locked]);
    }
}

#[test]
fn a_record_goes_and_comes_back_with_what_stands_under_it() {
    let mut ledger = Ledger::new();
    let mut draft = Draft::new(BatchKind::Edit);
    draft.create(
        "R01",
        "org",
        id(5),
        vec![("name".into(), Value::text("小河村")), ("kind".into(), Value::choice("村"))],
        None,
    );
    honour(&mut draft, HONOUR, 5, "文明村");
    honour(&mut draft, HONOUR + 1, 5, "卫生村");
    ledger.write(draft).unwrap();
    let mut alone = Draft::new(BatchKind::Edit);
    alone.delete("R01", id(5));
    assert_eq!(grounds(ledger.write(alone).unwrap_err()), [Ground::Needed]);
    let mut whole = Draft::new(BatchKind::Edit);
    whole.remove(&ledger.state, "R01", id(5));
    assert_eq!(whole.operations.len(), 3);
    let sealed = ledger.write(whole).unwrap();
    let live = |ledger: &Ledger| ledger.state.under("R01", id(5), "honour").count();
    assert_eq!(live(&ledger), 0);
    // Alone, an honour cannot come back to a village that is gone.
    let mut back = Draft::new(BatchKind::Edit);
    back.restore("R01", id(HONOUR));
    assert_eq!(grounds(ledger.write(back).unwrap_err()), [Ground::Lost]);
    let undo = plan_undo(&ledger.state, &sealed.batch);
    assert_eq!(undo.draft.operations.first().map(|o| o.row), Some(id(5)), "the village first");
    ledger.write(undo.draft).unwrap();
    assert_eq!(live(&ledger), 2);
    // What others need holds it together with everything under it.
    let mut held = Draft::new(BatchKind::Edit);
    honour(&mut held, HONOUR + 2, VILLAGE, "文明村");
    ledger.write(held).unwrap();
    let mut whole = Draft::new(BatchKind::Edit);
    whole.remove(&ledger.state, "R01", id(VILLAGE));
    assert_eq!(grounds(ledger.write(whole).unwrap_err()), [Ground::Needed]);
}

/// What the county has set stays while records use it, and only the county sets it.
#[test]
fn a_field_of_the_countys_own_goes_only_when_nothing_stands_in_it() {
    use crate::register::catalog::settings;
    use crate::register::key_of;
    use crate::table::fixture::Bench;
    let mut bench = Bench::new();
    let village = bench.org("沙溪村", "村", None);
    let line = bench.crop(village, "柑橘", "2024", ["10", "5", "100"], "实际");
    let field = RowId::from_bits(77);
    let mut set = Draft::new(BatchKind::Edit);
    let said = |key: &str, value| (Text::from(key), value);
    let mut values = vec![
        said(settings::field::REGISTER, Value::text("R06")),
        said(settings::field::LABEL, Value::text("灌溉方式")),
        said(settings::field::TYPE, Value::choice(settings::holds::TEXT)),
    ];
    values.sort_by(|a, b| a.0.cmp(&b.0));
    set.create(settings::KEY, settings::field::KIND, field, values, None);
    let clerk = Person { role: Some(Role::VillageClerk), ..Person::county("小李") };
    assert!(admit(&bench.state, &clerk, set.clone()).is_err(), "only the county sets");
    bench.record(set);
    let key = key_of(field);
    assert!(bench.state.schema().kind("R06", "line").unwrap().field(&key).is_some());

    let mut fill = Draft::new(BatchKind::Edit);
    fill.set(&bench.state, "R06", line, &key, Some(Value::text("滴灌")), None);
    bench.record(fill);
    let county = Person::county("县");
    let mut take = Draft::new(BatchKind::Edit);
    take.delete(settings::KEY, field);
    let mut anew = Draft::new(BatchKind::Edit);
    let number = Some(Value::choice(settings::holds::INT));
    anew.set(&bench.state, settings::KEY, field, settings::field::TYPE, number, None);
    for draft in [take.clone(), anew] {
        let refused = admit(&bench.state, &county, draft).unwrap_err();
        assert_eq!(refused.0[0].ground, Ground::Needed, "{:?}", refused.0);
    }
    // Emptied in the same step it may go, and with it what it was.
    take.set(&bench.state, "R06", line, &key, None, None);
    bench.record(take);
    assert!(bench.state.schema().kind("R06", "line").unwrap().field(&key).is_none());
}

#[test]
fn a_merge_brings_what_is_not_ones_own_and_goes_again_only_by_its_level() {
    use crate::ledger::merge::{self, Incoming};
    use crate::ledger::take_back;
    let mut theirs = Ledger::new();
    let log = theirs.log.clone();
    theirs.step(person(Role::VillageSecretary, VILLAGE), "待复核", None).unwrap();
    let files = [Incoming { name: "镇.xcz".into(), log: theirs.log }];
    let merged_by = |who: Person| {
        let mut state = State::new();
        log.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
        let survey = merge::survey(&state, &files);
        // What is left is taken back in the same step, whoever's hands it is in by now.
        let merged = merge::merge(&state, &survey, &|_, _, _| false);
        let mut author = Author::new(DeviceId(9), who, &state, Box::new(Seeded(9)));
        let mut state = merged.state;
        let sealed = author.write(&state, merged.draft, 9_000_000).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        (state, [log.clone(), merged.brought, vec![sealed.clone()]].concat(), sealed)
    };
    let clerk = person(Role::VillageClerk, OTHER);
    let (state, log, step) = merged_by(person(Role::TownReviewer, TOWN));
    let undo = take_back(&state, &step.batch, &log).draft;
    assert_eq!(admit(&state, &clerk, undo.clone()).map_err(grounds).map(|_| ()), Err(vec![Ground::Role]));
    admit(&state, &person(Role::TownReviewer, TOWN), undo).unwrap();
    let (state, log, step) = merged_by(clerk.clone());
    admit(&state, &clerk, take_back(&state, &step.batch, &log).draft).unwrap();
}

#[test]
fn what_was_typed_while_the_step_before_was_on_its_way_stands_on_that_step() {
    let mut ledger = Ledger::new();
    let amount = |fen: i64| Some(Value::Money(crate::value::Money::from_fen(fen)));
    let mut drafted: Vec<Draft> = [500, 700]
        .map(|fen| {
            let mut draft = Draft::new(BatchKind::Edit);
            draft.set(&ledger.state, "R07", id(ENTRY), "amount", amount(fen), None);
            draft
        })
        .into();
    // What the ledger still shows is no change, unless another value is on its way.
    let mut back = Draft::new(BatchKind::Edit);
    back.set(&ledger.state, "R07", id(ENTRY), "amount", amount(10_000), None);
    assert!(back.is_empty());
    back.set_over(&ledger.state, ("R07", id(ENTRY), "amount"), amount(700), amount(10_000), None);
    drafted.push(back);
    let sealed: Vec<_> = drafted.into_iter().map(|draft| ledger.write(draft).unwrap()).collect();
    let before: Vec<_> = sealed
        .iter()
        .flat_map(|s| &s.batch.operations)
        .map(|operation| match &operation.change {
            Change::Set { before, .. } => before.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(before, [amount(10_000), amount(500), amount(700)]);
    let shown = ledger.state.record("R07", id(ENTRY)).and_then(|r| r.value("amount")).cloned();
    assert_eq!(shown, amount(10_000));
    assert!(ledger.state.conflicts().is_empty());
}

/// Domain §2.0: the steps and gates on the way into the party are written only on a locked device.
#[test]
fn what_is_sensitive_is_written_only_where_what_is_kept_is_locked() {
    use crate::register::catalog::r02;
    let mut ledger = Ledger::new();
    ledger.author.actor = Person::county("县");
    let member = id(700);
    let mut draft = Draft::new(BatchKind::Edit);
    let named = vec![("name".into(), Value::text("某某")), ("org".into(), Value::Ref(id(VILLAGE)))];
    draft.create(r02::KEY, r02::person::KIND, member, named, None);
    ledger.write(draft).unwrap();
    let step = |n: u128| {
        let fields = vec![
            (r02::stage::PARENT.into(), Value::Ref(member)),
            ("stage".into(), Value::choice("积极分子")),
        ];
        let mut draft = Draft::new(BatchKind::Edit);
        draft.create(r02::KEY, r02::stage::KIND, id(n), fields, None);
        draft
    };
    ledger.state.exposed = true;
    assert_eq!(ledger.write(step(701)).map(|_| ()).map_err(grounds), Err(vec![Ground::Exposed]));
    ledger.state.exposed = false;
    ledger.write(step(701)).unwrap();
    ledger.state.exposed = true;
    let set = |ledger: &Ledger, field: &str, value: Option<Value>| {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.set(&ledger.state, r02::KEY, id(701), field, value, None);
        draft
    };
    let other = set(&ledger, "stage", Some(Value::choice("发展对象")));
    assert_eq!(ledger.write(other).map(|_| ()).map_err(grounds), Err(vec![Ground::Exposed]));
    let remark = set(&ledger, "by", Some(Value::text("镇党委")));
    ledger.write(remark).unwrap();
}
