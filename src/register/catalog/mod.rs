//! The registers, one file each.

/// The names of a kind of rows and of its fields, for the declarations outside the catalogue that must name one:
/// indicators, the samples, and the code of a register that the program keeps. A test holds them to the declaration.
macro_rules! names {
    ($(#[$about:meta])* $module:ident $kind:literal: $($name:ident $key:literal)*) => {
        $(#[$about])*
        pub mod $module {
            /// The kind of rows.
            pub const KIND: &str = $kind;
            $(#[doc = concat!("The field `", $key, "`.")] pub const $name: &str = $key;)*
            #[cfg(test)]
            pub(in crate::register) const NAMES: &[&str] = &[$($key),*];
        }
    };
}

pub mod closing;
pub mod desks;
pub mod headings;
pub mod r01;
pub mod r02;
pub mod r03;
pub mod r04;
pub mod r05;
pub mod r06;
pub mod r07;
pub mod r09;
pub mod r11;
pub mod settings;
pub mod t01;
pub mod views;

use std::sync::{Arc, OnceLock};

use super::{
    Check, Condition, Expr, Field, FieldKind, Fields, Label, Law, Name, NaturalKey, Options, Pool, Register,
    RowKind, Rule, Sense, Severity, Target, Tells, Threshold, label,
};
use crate::value::{Decimal, Grain, Value};

/// Registers that people fill in.
pub type Registers = fn() -> Vec<Register>;

/// What the first screen tells figures of. The page is fetched with these alone; [`others`] follow.
pub fn leading() -> Vec<Register> {
    vec![r01::register(), r06::register(), r07::register()]
}

/// All others: in a browser's page a part of its own, which hands them in with [`learn`].
pub fn others() -> Vec<Register> {
    vec![r02::register(), r03::register(), r04::register(), r05::register(), r09::register(), r11::register()]
}

static LEARNT: OnceLock<Registers> = OnceLock::new();

/// From now on these registers are declared as well; the first that are handed in stay.
pub fn learn(others: Registers) {
    LEARNT.get_or_init(|| others);
}

/// The registers that follow [`leading`], where they are here. Whatever is no page of a browser has them from the start.
pub(super) fn learnt() -> Option<Registers> {
    #[cfg(not(target_arch = "wasm32"))]
    learn(others);
    LEARNT.get().copied()
}

/// What the program keeps in the ledger beside them: found by key, exported and merged like any register, but
/// not offered for filling in, importing or reporting.
pub fn own() -> Vec<Register> {
    vec![t01::register(), settings::register(), closing::register(), views::register()]
}

/// Every bound that a county may draw elsewhere, in order of the registers.
pub fn thresholds() -> impl Iterator<Item = &'static Threshold> {
    [&r01::RESIDENTS, &r06::AREA_JUMP]
        .into_iter()
        .chain(&r07::INCOME_BOUNDS)
        .chain([&r07::AMOUNT_JUMP, &r09::SOON])
}

/// A bound that a county may draw elsewhere.
const fn threshold(key: &'static str, label: Label, unit: &'static str, default: Decimal) -> Threshold {
    Threshold { key, label, unit, default }
}

/// Keys in a list.
fn names(keys: &[&'static str]) -> Vec<Name> {
    keys.iter().map(|key| Name::Borrowed(key)).collect()
}

/// The fields of several lists, one after another.
pub(super) fn fields(lists: &[&[Field]]) -> Vec<Arc<Field>> {
    lists.iter().copied().flatten().cloned().map(Arc::new).collect()
}

/// What several schemas and tables share.
fn shared<T>(all: Vec<T>) -> Vec<Arc<T>> {
    all.into_iter().map(Arc::new).collect()
}

/// The register of places.
pub const PLACE_REGISTER: &str = r01::KEY;
/// Its kind of rows.
pub const PLACE_KIND: &str = r01::org::KIND;
/// Kinds of R01 that are places with an administrative rank, from the widest.
pub const PLACES: &[&str] = &["县", "乡镇", "街道", "村", "社区"];
/// Kinds of R01 that hold towns.
pub const COUNTIES: &[&str] = &["县"];
/// Kinds of R01 that report: villages and communities.
pub const VILLAGES: &[&str] = &["村", "社区"];
/// Kinds of R01 between village and county.
pub const TOWNS: &[&str] = &["乡镇", "街道"];
/// Kinds of R01 that group places instead of containing them.
pub const GROUPS: &[&str] = &["片区", "产业联盟", "党建联盟", "党组织"];
/// The state of a place that is no more.
pub const MERGED: &str = r01::MERGED;

/// What the file of a record is called that tells all that is known of it (domain §6.1).
pub fn file_of(register: &str, record: &(impl Fields + ?Sized)) -> Label {
    let kind = record.value(r01::org::SORT).and_then(Value::as_str);
    match register {
        r01::KEY if kind.is_some_and(|k| VILLAGES.contains(&k)) => label("一村一档", "Village file"),
        r02::KEY => label("一人一档", "Personal file"),
        r04::KEY => label("一户一档", "Household file"),
        _ => label("档案", "File"),
    }
}

/// What the registers are called that villages report by period.
const REPORTED: &[(&str, &str)] = &[r06::NAME, r07::NAME];

const ALL_GRAINS: &[Grain] = &[Grain::Year, Grain::Half, Grain::Quarter, Grain::Month];

/// One rule, as the registers list them: what it is called, how grave a breach is, where it shows, when it holds,
/// what it asks, and its words.
const fn rule(
    key: &'static str,
    severity: Severity,
    field: &'static str,
    when: Condition,
    check: Check,
    zh: &'static str,
    en: &'static str,
) -> Rule {
    Rule { key, severity, field, when, check, message: label(zh, en) }
}

/// What a step asks for: this field is there, when the condition holds.
const fn must_have(
    key: &'static str,
    field: &'static str,
    when: Condition,
    zh: &'static str,
    en: &'static str,
) -> Rule {
    rule(key, Severity::Error, field, when, Check::Must(Condition::Present(field)), zh, en)
}

/// The field by which a record names the one that it stands under.
pub const PARENT: &str = "parent";

/// What `kind` declares, standing under the records of `parent` (they and their name) in the same register: each of its
/// records names its parent, and its natural keys hold within one parent.
fn child(parent: (&'static Pool, Label), mut kind: RowKind) -> RowKind {
    let (pool, label) = parent;
    let target = FieldKind::Ref(Target::of(std::slice::from_ref(pool)));
    kind.fields.insert(0, Arc::new(Field::new(PARENT, label, target).sense(Sense::Parent).required()));
    for key in &mut kind.keys {
        key.parts.insert(0, PARENT.into());
        key.present.insert(0, PARENT.into());
    }
    RowKind { under: pool.kind, ..kind }
}

/// A kind under the records of `parent`, of which nothing else is said: what names a record after its parent is its natural
/// key, of which the first part must be there.
fn under(
    parent: (&'static Pool, Label),
    (key, name): (&'static str, Label),
    own: &[Field],
    natural: &[&'static str],
    key_figures: &[&'static str],
) -> RowKind {
    let title = natural.first().copied().unwrap_or(PARENT);
    let naming = std::iter::once(PARENT).chain(natural.iter().copied());
    let kind = RowKind {
        key: key.into(),
        label: name,
        under: None,
        fields: fields(&[own]),
        keys: vec![NaturalKey {
            when: Condition::Any,
            parts: names(natural),
            present: names(&[title]),
            tells: Tells::One,
        }],
        rules: &[],
        workflow: None,
        keeper: None,
        law: Law::default(),
        title: title.into(),
        naming: naming.map(Into::into).collect(),
        key_figures: names(key_figures),
        views: &[],
    };
    child(parent, kind)
}

/// A payment for several years is spread over no more than a lease may last.
const LUMP_YEARS_RANGE: Rule = rule(
    "lump_years_range",
    Severity::Error,
    "lump_years",
    Condition::Present("lump_years"),
    Check::Between(Expr::Field("lump_years"), Expr::int(1), Expr::int(70)),
    "分摊年数应在 {left} 到 {right} 之间",
    "Years must be between {left} and {right}",
);

/// Every place.
pub(super) const PLACES_POOL: &[Pool] = &[Pool::any(PLACE_REGISTER)];

/// 所属单位: on every record that is not itself a place.
const ORG: Field = Field::new("org", label("村（社区）", "Village"), FieldKind::Ref(Target::of(PLACES_POOL)))
    .sense(Sense::Place)
    .required();

/// 期间: on every periodic record.
const PERIOD: Field = Field::new("period", label("期间", "Period"), FieldKind::Period(ALL_GRAINS))
    .sense(Sense::Period)
    .required();

/// The columns that close every record (domain §2.0).
pub(super) const COMMON: &[Field] = &[TAGS, REMARK, ATTACHMENTS];

/// The same, where the form of a record begins without them.
const COMMON_ASIDE: &[Field] = &[TAGS.aside(), REMARK.aside(), ATTACHMENTS.aside()];
const TAGS: Field = Field::new("tags", label("标签", "Tags"), FieldKind::TextList).sense(Sense::Tags);
const REMARK: Field = Field::new("remark", label("备注", "Remark"), FieldKind::LongText).sense(Sense::Remark);
const ATTACHMENTS: Field = Field::new("attachments", label("附件", "Attachments"), FieldKind::Files);

/// An open choice.
const fn choice(
    key: &'static str,
    zh: &'static str,
    en: &'static str,
    words: &'static [(&'static str, &'static str)],
) -> Field {
    Field::new(key, label(zh, en), FieldKind::Choice(Options::open(words)))
}

/// A closed choice.
const fn closed(
    key: &'static str,
    zh: &'static str,
    en: &'static str,
    words: &'static [(&'static str, &'static str)],
) -> Field {
    Field::new(key, label(zh, en), FieldKind::Choice(Options::closed(words)))
}

#[cfg(test)]
mod walk;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every register that people fill in.
    fn all() -> Vec<Register> {
        leading().into_iter().chain(others()).collect()
    }

    #[test]
    fn every_declaration_refers_only_to_fields_that_exist() {
        for register in all().iter().chain(&own()) {
            for kind in &register.kinds {
                let keys: BTreeSet<&str> = kind.fields.iter().map(|f| &*f.key).collect();
                assert_eq!(keys.len(), kind.fields.len(), "{} {}: a key twice", register.key, kind.key);
                assert!(keys.contains(&*kind.title), "{} title", register.key);
                assert!(kind.naming.contains(&kind.title), "{} naming", register.key);
                assert!(kind.key_figures.len() <= 2, "{}: a card has room for two", register.key);
                for part in kind.naming.iter().chain(&kind.key_figures) {
                    assert!(keys.contains(&**part), "{} {part}", register.key);
                }
                assert!(kind.key_figures.iter().all(|k| !kind.naming.contains(k)), "{}", register.key);
                for part in kind.keys.iter().flat_map(|k| k.parts.iter().chain(&k.present)) {
                    assert!(keys.contains(&**part), "{} key {part}", register.key);
                }
                for rule in kind.rules {
                    assert!(keys.contains(rule.field), "{} rule {}", register.key, rule.key);
                }
                for part in &kind.law.series {
                    assert!(keys.contains(&**part), "{} series {part}", register.key);
                }
                for part in kind.law.apart.iter().flat_map(|(sum, word)| [sum, word]) {
                    assert!(keys.contains(part), "{} apart {part}", register.key);
                }
            }
        }
    }

    #[test]
    fn villages_can_be_declared_to_report_every_register_that_is_reported() {
        let registers = all();
        let periodic = registers.iter().filter(|r| r.main().is_some_and(|k| k.periodic()));
        assert_eq!(
            periodic.map(|r| r.label.clone()).collect::<Vec<_>>(),
            REPORTED.iter().map(|(zh, en)| label(zh, en)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn workflows_have_no_dead_ends_and_no_unknown_states() {
        for kind in all().iter().flat_map(|r| &r.kinds) {
            let Some(flow) = &kind.workflow else { continue };
            for m in flow.moves {
                assert!(flow.stage(m.to).is_some());
                assert!(m.from.iter().all(|s| flow.stage(s).is_some()));
            }
            for s in flow.stages.iter().skip(1) {
                assert!(flow.moves.iter().any(|m| m.to == s.word), "{} cannot be reached", s.word);
            }
        }
    }
}
