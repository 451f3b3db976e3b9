//! 查重: pairs of records that may be one, side by side; whoever knows decides, nothing is joined by itself.
//!
//! Duty: lists what `analysis::duplicates` finds in a register, with what the two say, what names them, and three answers:
//! the same, not the same, later. Inputs: a register. Outputs: decisions in the ledger, each one step that can be undone.
//! Neighbours: what the joined records say differently is decided at the merge desk (`page::merge`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::duplicates::{Duplicates, Pair, Strength, duplicates, is_compared};
use crate::ledger::{Record, State, Surroundings, Verdict, naming};
use crate::register::{Field, Register, RowKind, Target};
use crate::table::search;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, lang, t};
use crate::ui::route::{self, Route};
use crate::ui::words;
use crate::value::RowId;

/// Pairs drawn at first, and with every further step.
const STEP: usize = 20;

/// A register with the kind that is compared.
type Of = (Arc<Register>, Arc<RowKind>);

/// The page.
#[component]
pub(in crate::ui) fn DuplicatesPage(key: String) -> impl IntoView {
    let desk = Desk::here();
    let schema = desk.schema_once();
    let of = schema.register(&key).and_then(|register| {
        let kind = register.kinds.iter().find(|kind| is_compared(&schema, register, kind))?;
        Some((Arc::clone(register), Arc::clone(kind)))
    });
    match of {
        Some(of) => view! { <Pairs of /> }.into_any(),
        None => view! { <p class="card">{t("这本台账不用查重", "There is nothing to compare in this register")}</p> }.into_any(),
    }
}

#[component]
fn Pairs(of: Of) -> impl IntoView {
    let desk = Desk::here();
    let title = format!("{} · {}", t("查重", "Duplicates"), of.0.label.words());
    let back = Route::Register(of.0.key.to_string(), None).href();
    let of = StoredValue::new(of);
    let found =
        Memo::new(move |_| of.with_value(|(register, kind)| desk.state(|s| duplicates(s, register, kind))));
    let later = RwSignal::new(BTreeSet::<(RowId, RowId)>::new());
    let most = RwSignal::new(STEP);
    let now = Memo::new(move |_| {
        let waits = |p: &&Pair| later.with(|later| !later.contains(&(p.row, p.other)));
        found.with(|f| f.pairs.iter().filter(waits).cloned().collect::<Vec<_>>())
    });
    let none = move || {
        now.with(Vec::is_empty).then(|| {
        view! { <p class="card">{t("没有要看的：没有号码相同的，也没有同名又同生日月、同电话或同村的。", "Nothing to look at: no two have one number, nor one name with the same month of birth, telephone or village.")}</p> }
    })
    };
    let cards = move || {
        now.get().into_iter().take(most.get()).map(|pair| view! { <PairCard of pair later /> }).collect_view()
    };
    let more = move || {
        let left = now.with(Vec::len).saturating_sub(most.get());
        (left > 0).then(|| view! { <button class="btn" on:click=move |_| most.update(|n| *n += STEP)>{format!("{} {left} {}", t("还有", "Show"), t("对，再显示", "more pairs"))}</button> })
    };
    let put_off = move || {
        let n = later.with(BTreeSet::len);
        (n > 0).then(|| view! { <button class="btn" on:click=move |_| later.set(BTreeSet::new())>{format!("{} {n} {}", t("再看放下的", "Show"), t("对", "put off"))}</button> })
    };
    view! {
        <div class="page-head">
            <div><h1>{title}</h1><p class="sub">{move || found.with(counted)}</p></div>
            <div class="row">{move || undo_button(desk)}<a class="btn" href=back>{t("回台账", "Back to the register")}</a></div>
        </div>
        <div class="stack">
            <p class="hint">{t("是同一个就并成一行：引用都跟过来，两边不同的值都留着等人裁定，一步可以撤销。不是同一个，以后不再问。", "Two that are one become one row: what names either follows, values that differ are both kept until somebody decides, and one undo takes it back. Two that are not one are not asked about again.")}</p>
            {move || left_to_decide(desk, of)}
            {none}
            {cards}
            <div class="row">{more}{put_off}</div>
        </div>
    }
}

/// How many there are, and what was not looked at.
fn counted(found: &Duplicates) -> String {
    let mut words = format!("{} {}", found.pairs.len(), t("对可能是同一个", "pairs may be one"));
    if found.more > 0 {
        words.push_str(&format!("{} {}", t("；另有对数：", "; beyond these: "), found.more));
    }
    if found.left_out > 0 {
        words.push_str(&format!(
            "{} {}",
            t("；重名太多、没有比的行：", "; of too common a name to be compared: "),
            found.left_out
        ));
    }
    words
}

/// Values of joined records that contradict each other and wait for a decision.
fn left_to_decide(desk: Desk, of: StoredValue<Of>) -> Option<impl IntoView> {
    let key = of.with_value(|(register, _)| register.key.clone());
    let rows: Vec<RowId> =
        desk.disputes.with(|d| d.all.iter().filter(|c| *c.register == *key).map(|c| c.row).collect());
    let (n, first) = (rows.len(), *rows.first()?);
    let href = if rows.iter().all(|row| *row == first) {
        route::undecided(&key, first)
    } else {
        Route::Merge.href()
    };
    Some(
        view! { <p class="hint wrong">{format!("{n} {}", t("处两边的值不同，都留着：", "values differ, and both are kept: "))}<a href=href>{t("去合账台裁定", "decide at the merge desk")}</a></p> },
    )
}

fn undo_button(desk: Desk) -> Option<impl IntoView> {
    desk.version.track();
    let label = desk.undo_label().filter(|_| desk.can_write())?;
    let name = format!("{}{label}", t("撤销：", "Undo: "));
    Some(
        view! { <button class="btn step" title=name.clone() aria-label=name.clone() on:click=move |_| desk.undo()><span class="cut">{name.clone()}</span></button> },
    )
}

/// Two records side by side.
#[component]
fn PairCard(of: StoredValue<Of>, pair: Pair, later: RwSignal<BTreeSet<(RowId, RowId)>>) -> impl IntoView {
    let desk = Desk::here();
    let (register, kind) = of.get_value();
    let refused = RwSignal::new(None::<String>);
    let (row, other) = (pair.row, pair.other);
    let decide = move |verdict: Verdict| {
        let draft =
            desk.state_once(|s| of.with_value(|(register, _)| s.judge(&register.key, (row, other), verdict)));
        let why = desk.refusal_words(&desk.refused(&draft));
        if why.is_none() {
            desk.commit(draft);
        }
        refused.set(why);
    };
    let table = desk.state_once(|s| {
        let (a, b) = (s.record(&register.key, other)?, s.record(&register.key, row)?);
        Some(side_by_side(desk, s, (&register, &kind), &pair, (a, b)))
    });
    let name = desk.state_once(|s| desk.row_words(s, &register.key, other));
    let title = name.clone();
    let tag = if pair.strength == Strength::Number { "tag wrong" } else { "tag doubt" };
    view! {
        <article class="card dispute" aria-label=name>
            <p><b>{title}</b>" "<span class=tag>{pair.strength.label().words()}</span></p>
            <p class="hint">{pair.words(&kind).words()}</p>
            {table}
            {move || refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            <div class="row">
                <button class="btn primary" disabled=move || !desk.can_write() on:click=move |_| decide(Verdict::One)>{t("是同一个", "The same")}</button>
                <button class="btn" disabled=move || !desk.can_write() on:click=move |_| decide(Verdict::Two)>{t("不是同一个", "Not the same")}</button>
                <button class="btn" on:click=move |_| later.update(|l| { l.insert((row, other)); })>{t("以后再说", "Later")}</button>
            </div>
        </article>
    }
}

/// Everything that either says; what they say differently is marked and comes first.
fn side_by_side(
    desk: Desk,
    s: &State,
    (register, kind): (&Register, &RowKind),
    pair: &Pair,
    (a, b): (&Record, &Record),
) -> impl IntoView + use<> {
    let world = Surroundings::new(s);
    let name = |target: &Target, id| desk.target_name(s, target, id);
    let cell =
        |record: &Record, field: &Field| words::cell(field, field.read(record, &world).as_deref(), &name);
    let mut lines: Vec<(bool, String, String, String)> = Vec::new();
    for field in &kind.fields {
        let (first, second) = (cell(a, field), cell(b, field));
        if first == words::NONE && second == words::NONE {
            continue;
        }
        let differs = first != second || pair.differ.contains(&field.key);
        lines.push((differs, field.label.words(), first, second));
    }
    crate::value::order::sort_by_key(&mut lines, |(differs, ..)| !differs);
    let lines = lines.into_iter().map(|(differs, label, first, second)| {
        let mark = differs.then(|| view! { <span class="tag doubt">{t("不同", "differs")}</span>" " });
        view! { <tr class:differs=differs><th scope="row">{mark}{label}</th><td>{first}</td><td>{second}</td></tr> }
    });
    let lines = lines.collect_view();
    let named = |row: RowId| {
        let mut rows: BTreeMap<_, BTreeSet<RowId>> = BTreeMap::new();
        for pointer in naming(s, &register.key, row) {
            rows.entry(pointer.register).or_default().insert(pointer.row);
        }
        let all = rows.into_iter().map(|(key, rows)| {
            let register = s.schema().register(&key).map_or_else(|| key.to_string(), |r| r.label.words());
            format!("{register} {}", rows.len())
        });
        let all = all.collect::<Vec<_>>().join("、");
        if all.is_empty() { words::NONE.to_owned() } else { all }
    };
    let apart = |record: &Record| search::apart(s, &desk.cache().places(s), kind, record, lang());
    let (first, second) = (apart(a), apart(b));
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=t("两行的不同", "How the rows differ")>
            <table class="plain pairs"><thead><tr><th></th><th>{t("先录的", "Entered first")}" "<span class="second small">{first}</span></th><th>{t("后录的", "Entered later")}" "<span class="second small">{second}</span></th></tr></thead>
                <tbody>{lines}<tr><th scope="row">{t("引用它的行", "Rows that name it")}</th><td>{named(pair.other)}</td><td>{named(pair.row)}</td></tr></tbody></table>
        </div>
    }
}
