//! The records that a name means, for references into any register.
//!
//! Duty: a name is a record's identity, its title (alone or with what tells it apart), another name or its number, folded; all that it could mean is
//! returned, and whoever asked refuses to guess. Inputs: the state, a target, a name. Outputs: identities. Neighbours:
//! `resolve` for the places of an import, which may be created; `plan` and `typed` ask here for everything else.

use std::collections::HashMap;

use super::text::fold;
use crate::ledger::State;
use crate::register::{Fields as _, Name, Pool, Register, RowKind, Sense, Target};
use crate::table::{Names, Places};
use crate::value::{RowId, Value};

/// Names that were looked up, by kind of rows: read once for a whole file.
#[derive(Default)]
pub(super) struct Named {
    known: HashMap<(Name, Name), HashMap<String, Vec<RowId>>>,
    places: Option<Places>,
    names: Names,
}

impl Named {
    /// The records of `target` that `name` means.
    pub fn find(&mut self, state: &State, target: &Target, name: &str) -> Vec<RowId> {
        let name = name.trim();
        if let Ok(id) = name.parse::<RowId>()
            && state.home(target, id).is_some_and(|(_, r)| !r.is_gone())
        {
            return vec![id];
        }
        let mut found = Vec::new();
        for pool in target.pools() {
            let Some((register, kind)) = state.schema().pool(pool) else { continue };
            let meant = if pool.is_place() {
                self.places.get_or_insert_with(|| Places::of(state)).resolve(name)
            } else {
                self.of_kind(state, register, kind).get(&fold(name)).cloned().unwrap_or_default()
            };
            let takes = |id: &RowId| state.record(&register.key, *id).is_some_and(|r| pool.takes(kind, r));
            found.extend(meant.into_iter().filter(takes));
        }
        found
    }

    fn of_kind(
        &mut self,
        state: &State,
        register: &Register,
        kind: &RowKind,
    ) -> &HashMap<String, Vec<RowId>> {
        let (places, titles) = (self.places.get_or_insert_with(|| Places::of(state)), &self.names);
        self.known.entry((register.key.clone(), kind.key.clone())).or_insert_with(|| {
            let mut names: HashMap<String, Vec<RowId>> = HashMap::new();
            for record in state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key)) {
                let title = record.value(&kind.title).and_then(Value::as_str);
                let code = kind.said(record, Sense::Code).and_then(Value::as_str);
                let aliases = match kind.said(record, Sense::Aliases) {
                    Some(Value::Many(all)) => all.as_slice(),
                    _ => &[],
                };
                // 张伟（五四村）: what tells it from others of its title.
                let told = titles.of(state, places, (register, kind), record);
                for name in title.into_iter().chain(code).chain(aliases.iter().map(|a| &**a)).chain([&*told])
                {
                    let rows = names.entry(fold(name)).or_default();
                    if rows.last() != Some(&record.id()) {
                        rows.push(record.id());
                    }
                }
            }
            names
        })
    }
}

/// Whether names of `target` are those of places and of nothing else.
pub(super) fn only_places(target: &Target) -> bool {
    target.pools().iter().all(Pool::is_place)
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
        let mut named = Named::default();
        const HONOURS: Target = Target::of(&[Pool::rows("R01", "honour")]);
        let honours = HONOURS;
        let mut find = |name: &str| named.find(&state, &honours, name);
        assert_eq!(find("卫生村"), [id(13)]);
        assert_eq!(find("文明村"), [id(10), id(11), id(12)]);
        assert_eq!(find("文明村（五四村）"), [id(10)]);
        assert_eq!(find("文明村(五四村)"), [id(10)]);
        assert_eq!(find("无名村"), []);
        assert_eq!(find(&id(12).to_string()), [id(12)]);
        // Two in one village differ by the ends of their numbers.
        let places = Places::of(&state);
        let names = Names::default();
        let register = state.schema().register("R01").unwrap();
        let of = (&**register, &**register.kind("honour").unwrap());
        let called = |n: u128| names.of(&state, &places, of, state.record("R01", id(n)).unwrap()).to_string();
        assert_eq!((called(13), called(10)), ("卫生村".to_owned(), "文明村（五四村）".to_owned()));
        assert!(called(11) != called(12) && called(11).starts_with("文明村（清凉村·"));
        assert_eq!(find(&called(12)), [id(12)]);
    }

    #[test]
    fn several_registers_are_asked_together() {
        let state = state();
        let mut named = Named::default();
        const BOTH: Target = Target::of(&[Pool::any("R01"), Pool::rows("R06", "product")]);
        const PLACES: Target = Target::of(&[Pool::any("R01")]);
        let both = BOTH;
        assert_eq!(named.find(&state, &both, "清凉村"), [id(2)]);
        assert_eq!(named.find(&state, &both, "橘子"), [id(20)]);
        assert_eq!(
            named.find(&state, &both, "五四村"),
            [id(1), id(20)],
            "both are called so: nobody guesses"
        );
        assert_eq!(state.home(&both, id(20)).map(|(key, _)| key), Some("R06"));
        assert!(!only_places(&both) && only_places(&PLACES));
    }
}
