//! Names of records: shown in pickers, cells and headings, and understood where they are typed.

use super::Desk;
use crate::ledger::{Draft, Record, State};
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{Field, Fields as _, Pool, Register, RowKind, Target};
use crate::table::spelling;
use crate::ui::entry::Names;
use crate::ui::lang::t;
use crate::ui::words;
use crate::value::order;
use crate::value::{RowId, Value};

impl Desk {
    /// The name of a record in pickers, cells and headings. Places of one name are told apart.
    pub(in crate::ui) fn record_name(self, state: &State, key: &str, id: RowId) -> String {
        let Some(record) = state.record(key, id) else { return "？".to_owned() };
        let places = (key == PLACE_REGISTER).then(|| self.cache().places(state));
        if let Some(place) = places.as_ref().filter(|p| p.get(id).is_some()) {
            return place.name(id).to_string();
        }
        let name = state.kind_of(key, record).and_then(|kind| record.value(&kind.title)?.as_str());
        let name = name.map_or_else(|| id.to_string(), str::to_owned);
        if record.is_gone() { format!("{name}{}", t("（已删除）", " (deleted)")) } else { name }
    }

    /// The name of a record that a reference names.
    pub(in crate::ui) fn target_name(self, state: &State, target: &Target, id: RowId) -> String {
        let home = state.home(target, id).map(|(key, _)| key);
        home.map_or_else(|| "？".to_owned(), |key| self.record_name(state, key, id))
    }

    /// A record in a few words: where, when, and what it is called: 五四村 2024年 不知火.
    pub(in crate::ui) fn row_words(self, state: &State, key: &str, id: RowId) -> String {
        let found = state.record(key, id).and_then(|r| Some((r, state.kind_of(key, r)?)));
        let Some((record, kind)) = found else {
            return "？".to_owned();
        };
        let name = |t: &Target, id: RowId| self.target_name(state, t, id);
        let named =
            kind.naming_fields().filter_map(|f| Some(words::cell(f, Some(record.value(&f.key)?), &name)));
        let words = named.collect::<Vec<_>>().join(" ");
        if words.is_empty() { id.to_string() } else { words }
    }

    /// Names of the records of these pools; no two are alike.
    pub(in crate::ui) fn pool_names(self, pools: &[Pool]) -> Vec<String> {
        self.state_once(|s| {
            let named = |p| records(s, p).map(|r| self.record_name(s, p.register, r.id()));
            let mut names: Vec<String> = pools.iter().flat_map(named).collect();
            order::sort(&mut names);
            names.dedup();
            names
        })
    }

    /// Records of `kind` that are called like `name` already, by their names in lists; `except` is the record that
    /// is being named. Only where records are found by their names are two of one name any trouble.
    pub(in crate::ui) fn namesakes(
        self,
        register: &Register,
        kind: &RowKind,
        name: &str,
        except: Option<RowId>,
    ) -> Vec<String> {
        if !self.schema_once().is_named(&register.key, kind) {
            return Vec::new();
        }
        let wanted = spelling::fold(name);
        let called = |r: &&Record| {
            r.value(&kind.title).and_then(Value::as_str).is_some_and(|n| spelling::fold(n) == wanted)
        };
        self.state_once(|s| {
            let same = s.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key));
            let same = same.filter(called).map(Record::id).filter(|id| Some(*id) != except);
            same.map(|id| self.record_name(s, &register.key, id)).collect()
        })
    }

    /// Puts the record that makes `word` known to the dictionary of `field` into `draft`.
    pub(in crate::ui) fn add_word(self, draft: &mut Draft, field: &Field, word: &str) {
        let Some(pool) = field.options().and_then(|o| o.dictionary.as_ref()) else { return };
        if let Some((register, kind)) = self.schema_once().pool(pool) {
            draft.create(&register.key, &kind.key, self.new_id(), kind.named(word), None);
        }
    }
}

impl Names for Desk {
    fn find(&self, target: &Target, name: &str) -> Vec<RowId> {
        let wanted = name.trim();
        let places = if target.is_place() { self.places_once().resolve(wanted) } else { Vec::new() };
        self.state_once(|s| {
            let meant = |pool: &Pool, record: &Record| {
                if pool.is_place() {
                    places.contains(&record.id())
                } else {
                    self.record_name(s, pool.register, record.id()) == wanted
                }
            };
            let of = |pool| records(s, pool).filter(move |r| meant(pool, r)).map(Record::id);
            target.pools().iter().flat_map(of).collect()
        })
    }

    fn name(&self, target: &Target, id: RowId) -> String {
        self.state_once(|s| self.target_name(s, target, id))
    }

    fn all(&self, pools: &[Pool]) -> Vec<String> {
        self.pool_names(pools)
    }
}

/// The live records of a pool.
fn records<'a>(state: &'a State, pool: &'a Pool) -> impl Iterator<Item = &'a Record> + 'a {
    let declared = state.schema().pool(pool);
    let declared = declared.and_then(|(register, kind)| Some((kind, state.sheet(&register.key)?)));
    let rows = declared.into_iter().flat_map(|(kind, s)| s.of_kind(&kind.key).map(move |r| (kind, r)));
    rows.filter_map(move |(kind, r)| pool.takes(kind, r).then_some(r))
}
