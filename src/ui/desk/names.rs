//! Names of records: shown in pickers, cells and headings, and understood where they are typed.

use std::collections::BTreeMap;

use super::Desk;
use crate::ledger::{Draft, Record, State};
use crate::register::{Field, Fields as _, Pool, Register, RowKind, Target};
use crate::table::{Cache, search, spelling};
use crate::ui::entry::Names;
use crate::ui::lang::{lang, t};
use crate::ui::words;
use crate::value::{RowId, Value};

impl Desk {
    /// The name of a record in pickers, cells and headings. Records of one name are told apart.
    pub(in crate::ui) fn record_name(self, state: &State, key: &str, id: RowId) -> String {
        let Some(record) = state.record(key, id) else { return "？".to_owned() };
        let cache = self.cache();
        let register = state.schema().register(key);
        let declared = register.and_then(|r| Some((&**r, &**r.kind(record.kind())?)));
        let name = declared.map(|of| cache.names().of(state, &cache.places(state), of, record));
        let name = name.map_or_else(|| id.to_string(), |n| n.to_string());
        let is_place = declared.is_some_and(|(r, kind)| kind.is_place(&r.key));
        let gone = record.is_gone() && !(is_place && cache.places(state).get(id).is_some());
        if gone { format!("{name}{}", t("（已删除）", " (deleted)")) } else { name }
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

/// Names of which each record is told apart in one list: it costs as much as there are namesakes, squared.
const TOLD_APART: usize = 12;

/// What tells the records of one title apart, by what they are called.
fn namesakes_told(s: &State, cache: &Cache, target: &Target, title: &str) -> BTreeMap<String, String> {
    let places = cache.places(s);
    let mut told = BTreeMap::new();
    // What places are called says already where they lie.
    let pools =
        target.pools().iter().filter(|pool| !pool.is_place()).filter_map(|pool| s.schema().pool(pool));
    for (register, kind) in pools {
        for row in cache.names().titled(s, register, kind, title) {
            let Some(record) = s.record(&register.key, row) else { continue };
            let name = cache.names().of(s, &places, (register, kind), record);
            told.insert(name.to_string(), search::apart(s, &places, kind, record, lang()));
        }
    }
    told
}

impl Names for Desk {
    fn find(&self, target: &Target, name: &str) -> Vec<RowId> {
        self.state_once(|s| {
            let cache = self.cache();
            cache.names().meant(s, &cache.places(s), target, name)
        })
    }

    fn name(&self, target: &Target, id: RowId) -> String {
        self.state_once(|s| self.target_name(s, target, id))
    }

    fn hints(&self, target: &Target, called: &[String]) -> Vec<String> {
        self.state_once(|s| {
            let cache = self.cache();
            let mut told: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
            // Only those that have namesakes are called so.
            let titled = |name: &String| name.rsplit_once('（').map(|(title, _)| title.to_owned());
            for title in called.iter().filter_map(titled) {
                if !told.contains_key(&title) && told.len() < TOLD_APART {
                    let namesakes = namesakes_told(s, &cache, target, &title);
                    told.insert(title, namesakes);
                }
            }
            let hint = |name: &String| told.get(&titled(name)?)?.get(name).cloned();
            called.iter().map(hint).map(Option::unwrap_or_default).collect()
        })
    }

    fn all(&self, pool: &Pool) -> Vec<String> {
        self.state_once(|s| self.cache().finder(s, pool).all().map(ToString::to_string).collect())
    }

    fn offer(&self, pools: &[Pool], typed: &str, most: usize) -> Vec<String> {
        let found: Vec<String> = self.state_once(|s| {
            let best = |pool| self.cache().finder(s, pool).best(typed, most);
            pools.iter().flat_map(best).map(|name| name.to_string()).collect()
        });
        if pools.len() > 1 { spelling::best(found, typed, most) } else { found }
    }
}
