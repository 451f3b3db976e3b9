use super::*;
use crate::ledger::{About, Says as Told, Verdict, naming, plan_undo};
use crate::register::Fields as _;
use crate::register::catalog::{r02, r03, r04};
use crate::table::fixture::Bench;
use crate::value::Value;

const PEOPLE: &str = r02::KEY;
const PERSON: &str = r02::person::KIND;

/// An identity number of that birth day with this order number.
fn idno(day: &str, n: u32) -> Value {
    let body = format!("511325{day}{n:03}");
    let number = |last: char| format!("{body}{last}");
    let id = "0123456789X".chars().map(number).find(|id| crate::value::person::is_identity_number(id));
    Value::text(&id.unwrap())
}

struct Two {
    bench: Bench,
    here: RowId,
    there: RowId,
}

impl Two {
    fn villages() -> Self {
        let mut bench = Bench::new();
        let (here, there) = (bench.org("五四村", "村", None), bench.org("清凉村", "村", None));
        Self { bench, here, there }
    }

    fn person(&mut self, name: &str, org: RowId, more: Vec<(&str, Value)>) -> RowId {
        let mut fields = vec![("name", Value::text(name)), ("org", Value::Ref(org))];
        fields.extend(more);
        self.bench.one(PEOPLE, PERSON, fields)
    }

    fn found(&self) -> Vec<(Strength, RowId, RowId)> {
        let all = self.all(PEOPLE, PERSON);
        all.pairs.iter().map(|p| (p.strength, p.other, p.row)).collect()
    }

    fn all(&self, register: &str, kind: &str) -> Duplicates {
        let schema = self.bench.state.schema();
        let register = schema.register(register).unwrap();
        duplicates(&self.bench.state, register, register.kind(kind).unwrap())
    }
}

fn phone(last: u32) -> Value {
    Value::text(&format!("1381234{last:04}"))
}

fn month(of: &str) -> Value {
    Value::Period(of.parse().unwrap())
}

#[test]
fn people_households_and_businesses_are_compared_and_places_and_accounts_are_not() {
    let schema = Schema::base();
    let all: Vec<String> = schema
        .kinds()
        .filter(|(register, kind)| is_compared(schema, register, kind))
        .map(|(register, kind)| format!("{} {}", register.key, kind.key))
        .collect();
    for kind in ["R02 person", "R04 household", "R05 entity"] {
        assert!(all.iter().any(|k| k == kind), "{kind}: {all:?}");
    }
    assert!(!all.iter().any(|k| k == "R01 org" || k == "R07 line" || k == "R02 stage"), "{all:?}");
}

#[test]
fn one_number_is_exact_and_one_name_is_near_with_birth_phone_or_village() {
    let mut two = Two::villages();
    let (here, there) = (two.here, two.there);
    let a = two.person("张伟", here, vec![("idno", idno("19680321", 12))]);
    let b = two.person("张 伟", there, vec![("idno", idno("19680321", 12))]);
    // Her number says the month that another row has written.
    let c = two.person("刘芳", here, vec![("idno", idno("19851103", 24))]);
    let d = two.person("刘芳", there, vec![("birth", month("1985-11"))]);
    let e = two.person("王强", here, vec![("phone", phone(1))]);
    let f = two.person("王强", there, vec![("phone", phone(1))]);
    let g = two.person("赵四", here, vec![]);
    let h = two.person("赵四", here, vec![("phone", phone(2))]);
    let found = two.found();
    use Strength::{Born, Contact, Number, Place};
    assert_eq!(found, [(Number, a, b), (Born, c, d), (Contact, e, f), (Place, g, h)]);
    let schema = two.bench.state.schema();
    let kind = schema.kind(PEOPLE, PERSON).unwrap();
    let pairs = two.all(PEOPLE, PERSON).pairs;
    let words: Vec<String> = pairs.iter().map(|p| p.words(kind).zh).collect();
    assert!(words[0].contains("身份证号相同") && words[0].contains("；村（社区）不同"), "{}", words[0]);
    assert!(words[1].contains("姓名相同，出生年月相同"), "{}", words[1]);
}

#[test]
fn namesakes_whom_a_number_a_birth_month_or_a_phone_tells_apart_are_not_asked_about() {
    let mut two = Two::villages();
    let (here, there) = (two.here, two.there);
    two.person("张伟", here, vec![("idno", idno("19680321", 12))]);
    two.person("张伟", here, vec![("idno", idno("19680322", 12))]);
    two.person("刘芳", here, vec![("birth", month("1985-11")), ("phone", phone(1))]);
    two.person("刘芳", here, vec![("birth", month("1986-11")), ("phone", phone(1))]);
    two.person("王强", here, vec![("phone", phone(2))]);
    two.person("王强", here, vec![("phone", phone(3))]);
    two.person("赵四", here, vec![]);
    two.person("赵四", there, vec![]);
    two.person("孙梅", here, vec![("gender", Value::choice("女"))]);
    two.person("孙梅", here, vec![("gender", Value::choice("男"))]);
    assert_eq!(two.found(), []);
    // Two households of one head with two numbers.
    let house = |no: &str| {
        vec![("org", Value::Ref(here)), ("head", Value::text("张伟")), ("house_no", Value::text(no))]
    };
    two.bench.one(r04::KEY, r04::household::KIND, house("1"));
    two.bench.one(r04::KEY, r04::household::KIND, house("2"));
    assert_eq!(two.all(r04::KEY, r04::household::KIND).pairs, []);
    two.bench.one(
        r04::KEY,
        r04::household::KIND,
        vec![("org", Value::Ref(here)), ("head", Value::text("张伟"))],
    );
    assert_eq!(two.all(r04::KEY, r04::household::KIND).pairs.len(), 2, "one without a number may be either");
}

#[test]
fn a_join_keeps_both_values_leads_references_on_and_one_undo_takes_it_back_exactly() {
    let mut two = Two::villages();
    let (here, there) = (two.here, two.there);
    let a = two.person("张伟", here, vec![("idno", idno("19680321", 12)), ("phone", phone(1))]);
    let more =
        vec![("idno", idno("19680321", 12)), ("phone", phone(2)), ("address", Value::text("清凉村三组"))];
    let b = two.person("张伟", there, more);
    let talent = vec![("person", Value::Ref(b)), ("level", Value::choice("村级能人库"))];
    let talent = two.bench.one(r03::KEY, r03::talent::KIND, talent);
    let names =
        |state: &State, row| naming(state, PEOPLE, row).into_iter().map(|p| p.row).collect::<Vec<_>>();
    assert_eq!(names(&two.bench.state, b), [talent]);
    let before = two.bench.state.digest();

    let draft = two.bench.state.judge(PEOPLE, (b, a), Verdict::One);
    let sealed = two.bench.admitted(draft).unwrap();
    let state = &two.bench.state;
    assert_eq!(two.found(), [], "it is decided");
    assert!(state.record(PEOPLE, b).unwrap().is_gone());
    let stands = state.record(PEOPLE, a).unwrap();
    assert_eq!(stands.value("address"), Some(&Value::text("清凉村三组")));
    assert_eq!(state.record(r03::KEY, talent).unwrap().value("person"), Some(&Value::Ref(a)));
    assert_eq!(names(state, a), [talent]);
    // What differs stands there twice until somebody decides.
    let conflicts = state.conflicts();
    let both = conflicts.iter().find(|c| c.about == About::Field("phone".into())).unwrap();
    let sides: Vec<&Told> = both.sides.iter().map(|s| &s.says).collect();
    for value in [phone(1), phone(2)] {
        assert!(sides.contains(&&Told::Value(Some(value))), "{sides:?}");
    }
    assert_ne!(state.digest(), before);

    let undo = plan_undo(state, &sealed.batch);
    assert_eq!(undo.overtaken, []);
    two.bench.admitted(undo.draft).unwrap();
    assert_eq!(two.bench.state.digest(), before);
    assert_eq!(two.found(), [(Strength::Number, a, b)]);
}

#[test]
fn two_that_are_said_to_be_two_are_not_asked_about_again() {
    let mut two = Two::villages();
    let here = two.here;
    let a = two.person("赵四", here, vec![]);
    let b = two.person("赵四", here, vec![]);
    let c = two.person("赵四", here, vec![]);
    let draft = two.bench.state.judge(PEOPLE, (b, a), Verdict::Two);
    two.bench.admitted(draft).unwrap();
    assert_eq!(two.found(), [(Strength::Place, a, c), (Strength::Place, b, c)]);
    let draft = two.bench.state.judge(PEOPLE, (c, a), Verdict::One);
    two.bench.admitted(draft).unwrap();
    assert_eq!(two.found(), [], "who is one with the other is not asked about either");
}

#[test]
fn of_a_name_that_a_whole_column_has_not_all_are_compared_and_it_says_so() {
    let mut two = Two::villages();
    let rows = (0..MOST_ALIKE + 5).map(|_| vec![("name", Value::text("无")), ("org", Value::Ref(two.here))]);
    two.bench.many(PEOPLE, PERSON, rows.collect());
    let found = two.all(PEOPLE, PERSON);
    assert_eq!((found.pairs.len(), found.left_out), (MOST_LISTED, 5));
    assert_eq!(found.more, MOST_ALIKE * (MOST_ALIKE - 1) / 2 - MOST_LISTED);
}
