//! What records are called where they are named by others, no two of a kind alike; and which records a name means.
//!
//! Duty: a record is called by its title; of several with one title each says where it belongs, and where that is the
//! same, the end of its number. A name means every record whose identity, title, number or other name it is, folded, or
//! that is called so among its like: all that it could mean is returned, and whoever asked refuses to guess. Inputs: the
//! state, the places. Outputs: names; records. Kept as long as the ledger is open: what was looked up once follows the
//! ledger from batch to batch. Neighbours: `frame` words references by it, pickers offer these names; files, forms, cells
//! and the command line look names up here. Places that an import may create are `exchange::resolve`'s.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::places::Places;
use crate::ledger::{Glimpse, Record, Sheet, State};
use crate::register::{Fields, Name, Pool, Register, RowKind, Sense, Target};
use crate::value::fold::fold;
use crate::value::{RowId, Text, Value};

/// Letters of a record's number that tell it apart where nothing else does.
const TAIL: usize = 6;

/// Titles of the kinds that were asked for.
#[derive(Debug, Default)]
pub struct Names {
    known: Mutex<BTreeMap<(Name, Name), Titles>>,
}

/// Where records lie in their sheet, by every name that they ever had since somebody looked.
#[derive(Debug, Default)]
struct Titles {
    version: Option<u64>,
    places: HashMap<Text, Vec<usize>>,
    /// By every name, folded; made when a name is looked up for the first time.
    names: Option<HashMap<String, Vec<usize>>>,
}

/// What names a record: its title, also where that is a day or a period.
pub(super) fn title(kind: &RowKind, record: &dyn Fields) -> Option<Text> {
    match record.value(&kind.title)? {
        Value::Text(title) | Value::Choice(title) => Some(title.clone()),
        Value::Date(day) => Some(Text::from(day.to_string())),
        Value::Period(period) => Some(Text::from(period.zh())),
        _ => None,
    }
}

/// Every name by which a record is found.
fn names(kind: &RowKind, record: &dyn Fields) -> impl Iterator<Item = Text> {
    let said = |sense| match kind.said(record, sense) {
        Some(Value::Many(all)) => all.clone(),
        Some(one) => one.as_str().map(Text::from).into_iter().collect(),
        None => Vec::new(),
    };
    title(kind, record).into_iter().chain(said(Sense::Code)).chain(said(Sense::Aliases))
}

fn is_of(kind: &RowKind, record: &Record) -> bool {
    !record.is_gone() && **record.kind() == *kind.key
}

/// Takes note that the record at `at` is called so.
fn note<K: std::hash::Hash + Eq>(all: &mut HashMap<K, Vec<usize>>, name: K, at: usize) {
    let places = all.entry(name).or_default();
    if !places.contains(&at) {
        places.push(at);
    }
}

impl Titles {
    /// Follows the sheet; with `by_name` every name is known afterwards, otherwise the titles alone may be.
    fn follow(&mut self, sheet: &Sheet, kind: &RowKind, by_name: bool) {
        let fresh = by_name && self.names.is_none();
        let before = self.version.replace(sheet.version()).filter(|_| !fresh);
        if before == Some(sheet.version()) {
            return;
        }
        let touched = before.and_then(|version| sheet.touched_since(version));
        if touched.is_none() {
            self.places.clear();
            self.names = by_name.then(HashMap::new);
        }
        let mut look = |at: usize, seen: Glimpse<'_>| {
            if !seen.is_of(&kind.key) {
                return;
            }
            title(kind, &seen).into_iter().for_each(|title| note(&mut self.places, title, at));
            if let Some(all) = &mut self.names {
                names(kind, &seen).for_each(|name| note(all, fold(&name), at));
            }
        };
        let mut pass = sheet.pass();
        match touched {
            Some(touched) => {
                touched.into_iter().for_each(|at| pass.at(at).into_iter().for_each(|g| look(at, g)))
            }
            None => pass.all(look),
        }
    }
}

impl Names {
    /// The live records of a kind that have this very title.
    pub fn titled(&self, state: &State, register: &Register, kind: &RowKind, name: &str) -> Vec<RowId> {
        let Some(sheet) = state.sheet(&register.key) else { return Vec::new() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let titles = known.entry((register.key.clone(), kind.key.clone())).or_default();
        titles.follow(sheet, kind, false);
        let places = titles.places.get(name).into_iter().flatten();
        let records = places.filter_map(|at| sheet.nth(*at));
        let called = |r: &&Record| is_of(kind, r) && title(kind, *r).is_some_and(|t| *t == *name);
        records.filter(called).map(Record::id).collect()
    }

    /// The records of `target` that `name` means.
    pub fn meant(&self, state: &State, places: &Places, target: &Target, name: &str) -> Vec<RowId> {
        let name = name.trim();
        if let Ok(id) = name.parse::<RowId>()
            && state.home(target, id).is_some_and(|(_, r)| !r.is_gone())
        {
            return vec![id];
        }
        let of = |pool: &Pool| -> Vec<RowId> {
            let Some((register, kind)) = state.schema().pool(pool) else { return Vec::new() };
            let found = match pool.is_place() {
                true => places.resolve(name),
                false => self.called(state, places, (register, kind), name),
            };
            let takes = |id: &RowId| state.record(&register.key, *id).is_some_and(|r| pool.takes(kind, r));
            found.into_iter().filter(takes).collect()
        };
        target.pools().iter().flat_map(of).collect()
    }

    /// The live records of a kind that have this name, or are called so among their like (张伟（五四村）).
    fn called(&self, state: &State, places: &Places, of: (&Register, &RowKind), name: &str) -> Vec<RowId> {
        let (register, kind) = of;
        let Some(sheet) = state.sheet(&register.key) else { return Vec::new() };
        let wanted = fold(name);
        let named = |folded: &str| -> Vec<&Record> {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let titles = known.entry((register.key.clone(), kind.key.clone())).or_default();
            titles.follow(sheet, kind, true);
            let places = titles.names.as_ref().and_then(|all| all.get(folded)).into_iter().flatten();
            let still = |r: &&Record| is_of(kind, r) && names(kind, *r).any(|name| fold(&name) == folded);
            places.filter_map(|at| sheet.nth(*at)).filter(still).collect()
        };
        let mut found: Vec<RowId> = named(&wanted).into_iter().map(Record::id).collect();
        if let Some((title, _)) = wanted.rsplit_once('(') {
            let told = named(title).into_iter().filter(|r| fold(&self.of(state, places, of, r)) == wanted);
            found.extend(told.map(Record::id).filter(|id| !found.contains(id)).collect::<Vec<_>>());
        }
        found
    }

    /// What the record is called that names another one: a talent is called as the person is.
    fn behind(&self, state: &State, places: &Places, kind: &RowKind, record: &Record) -> Option<Text> {
        let target = kind.field(&kind.title)?.target()?;
        let (key, named) = state.home(target, record.value(&kind.title)?.as_ref_id()?)?;
        let there = state.schema().register(key)?;
        let its = there.kind(named.kind())?;
        // One step: what names itself by another that does so too has no name.
        title(its, named).map(|_| self.of(state, places, (there, its), named))
    }

    /// What a record is called.
    pub fn of(
        &self,
        state: &State,
        places: &Places,
        (register, kind): (&Register, &RowKind),
        record: &Record,
    ) -> Text {
        if kind.is_place(&register.key) && places.get(record.id()).is_some() {
            return places.name(record.id());
        }
        let Some(name) = title(kind, record) else {
            let behind = self.behind(state, places, kind, record);
            return behind.unwrap_or_else(|| Text::from(record.id().to_string()));
        };
        let alike = self.titled(state, register, kind, &name);
        if alike.iter().all(|id| *id == record.id()) {
            return name;
        }
        let place = |r: &Record| state.place_of(register, r);
        let own = place(record);
        let others = alike.iter().filter(|id| **id != record.id());
        let same = others.filter_map(|id| state.record(&register.key, *id)).any(|r| place(r) == own);
        let number = record.id().to_string();
        let tail: String = number.chars().skip(number.chars().count().saturating_sub(TAIL)).collect();
        let told = match (own, same) {
            (Some(place), false) => places.name(place).to_string(),
            (Some(place), true) => format!("{}·{tail}", places.name(place)),
            (None, _) => tail,
        };
        Text::from(format!("{name}（{told}）"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Author, BatchKind, DeviceId, Draft, Person, Seeded};
    use crate::value::Text;

    fn id(n: u128) -> RowId {
        RowId::from_bits(n)
    }

    fn state() -> State {
        let mut state = State::new();
        let mut author = Author::new(DeviceId(1), Person::county("县"), &state, Box::new(Seeded(1)));
        let mut draft = Draft::new(BatchKind::Sample);
        let named = |name: &str| (Text::from("name"), Value::text(name));
        let village = |name: &str| vec![named(name), (Text::from("kind"), Value::choice("村"))];
        draft.create("R01", "org", id(1), village("五四村"), None);
        draft.create("R01", "org", id(2), village("清凉村"), None);
        for (n, parent, name) in [(10, 1, "文明村"), (11, 2, "文明村"), (12, 2, "文明村"), (13, 1, "卫生村")]
        {
            draft.create(
                "R01",
                "honour",
                id(n),
                vec![named(name), (Text::from("parent"), Value::Ref(id(parent)))],
                None,
            );
        }
        let aliases = Value::Many(vec!["橘子".into(), "五四村".into()]);
        draft.create("R06", "product", id(20), vec![named("柑橘"), (Text::from("aliases"), aliases)], None);
        let sealed = author.write(&state, draft, 1).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        state
    }

    #[test]
    fn a_name_means_all_that_it_could_mean_and_what_tells_it_apart_means_one() {
        let state = state();
        let (named, places) = (Names::default(), Places::of(&state));
        const HONOURS: Target = Target::of(&[Pool::rows("R01", "honour")]);
        let honours = HONOURS;
        let find = |name: &str| named.meant(&state, &places, &honours, name);
        assert_eq!(find("卫生村"), [id(13)]);
        assert_eq!(find("文明村"), [id(10), id(11), id(12)]);
        assert_eq!(find("文明村（五四村）"), [id(10)]);
        assert_eq!(find("文明村(五四村)"), [id(10)]);
        assert_eq!(find("无名村"), []);
        assert_eq!(find(&id(12).to_string()), [id(12)]);
        // Two in one village differ by the ends of their numbers.
        let register = state.schema().register("R01").unwrap();
        let of = (&**register, &**register.kind("honour").unwrap());
        let called = |n: u128| named.of(&state, &places, of, state.record("R01", id(n)).unwrap()).to_string();
        assert_eq!((called(13), called(10)), ("卫生村".to_owned(), "文明村（五四村）".to_owned()));
        assert!(called(11) != called(12) && called(11).starts_with("文明村（清凉村·"));
        assert_eq!(find(&called(12)), [id(12)]);
    }

    #[test]
    fn several_registers_are_asked_together() {
        let state = state();
        let (named, places) = (Names::default(), Places::of(&state));
        const BOTH: Target = Target::of(&[Pool::any("R01"), Pool::rows("R06", "product")]);
        const PLACES: Target = Target::of(&[Pool::any("R01")]);
        let both = BOTH;
        assert_eq!(named.meant(&state, &places, &both, "清凉村"), [id(2)]);
        assert_eq!(named.meant(&state, &places, &both, "橘子"), [id(20)]);
        assert_eq!(
            named.meant(&state, &places, &both, "五四村"),
            [id(1), id(20)],
            "both are called so: nobody guesses"
        );
        assert_eq!(state.home(&both, id(20)).map(|(key, _)| key), Some("R06"));
        assert!(!both.is_only_places() && PLACES.is_only_places());
    }
}
