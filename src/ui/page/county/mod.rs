//! 设置 → 本县字段与词语: what the county sets for its own ledger.
//!
//! Duty: fields and words that it adds, its own registers, bounds, days when registers are due, checklists; what of it
//! has no effect and why. Inputs: the settings among the records, what is typed. Outputs: steps of the ledger, which
//! the gate lets the county's administrator take. Neighbours: the schema is made of the settings; `settings` leads here.

mod bounds;
mod fields;
mod lists;
mod registers;
mod words;

use leptos::prelude::*;

use self::bounds::{Bounds, Deadlines};
use self::fields::OwnFields;
use self::lists::Checklists;
use self::registers::OwnRegisters;
use self::words::OwnWords;
use crate::ledger::{BatchKind, Draft, Record, State};
use crate::register::catalog::settings;
use crate::register::{Audience, Fields as _, Schema, present};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words as _, t};
use crate::ui::route::Route;
use crate::value::{RowId, Text, Value, order};

/// The page.
#[component]
pub(in crate::ui) fn County() -> impl IntoView {
    let desk = Desk::here();
    let faults = move || {
        let all = desk.schema().faults().iter().map(|f| f.why.message().words()).collect::<Vec<_>>();
        (!all.is_empty()).then(|| view! {
            <section class="card stack" aria-label=t("没有生效的设置", "Settings without effect")><h2>{t("没有生效的设置", "Settings without effect")}</h2>
                <ul class="hint wrong">{all.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul></section>
        })
    };
    view! {
        <div class="page-head"><div><h1>{t("本县字段与词语", "Own fields and words")}</h1>
            <p class="sub">{t("由县级管理员设置，存在台账里，随合并和台账文件一起走；改动可以撤销。", "Set by the county administrator, kept in the ledger, carried by merge and file; every change can be undone.")}</p></div>
            <a class="btn" href=Route::Settings.href()>{t("返回设置", "Back to settings")}</a></div>
        <div class="settings">{faults}<OwnFields /><OwnWords /><OwnRegisters /><Bounds /><Deadlines /><Checklists /></div>
    }
}

/// Taking a step, or saying why not.
#[derive(Clone, Copy)]
struct Steps {
    desk: Desk,
    refused: RwSignal<Option<String>>,
}

impl Steps {
    fn here() -> Self {
        Self { desk: Desk::here(), refused: RwSignal::new(None) }
    }

    /// Records `draft`, unless the gate refuses it.
    fn take(self, draft: Draft) -> bool {
        let why = self.desk.refusal_words(&self.desk.refused(&draft));
        let taken = why.is_none();
        if taken {
            self.desk.commit(draft);
        }
        self.refused.set(why);
        taken
    }

    /// Makes a setting, or changes the one that is there; none clears.
    fn put(self, kind: &str, row: Option<RowId>, values: Vec<(&'static str, Option<Value>)>) -> bool {
        let mut draft = Draft::new(BatchKind::Edit);
        match row {
            Some(row) => self.desk.state_once(|s| {
                values
                    .into_iter()
                    .for_each(|(key, value)| draft.set(s, settings::KEY, row, key, value, None));
            }),
            None => {
                let given = values.into_iter().filter_map(|(key, value)| Some((Text::from(key), value?)));
                let mut given: Vec<(Text, Value)> = given.collect();
                order::sort_by(&mut given, |a, b| a.0.cmp(&b.0));
                draft.create(settings::KEY, kind, self.desk.new_id(), given, None);
            }
        }
        draft.operations.is_empty() || self.take(draft)
    }

    fn remove(self, row: RowId) {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.delete(settings::KEY, row);
        self.take(draft);
    }

    /// Says why the last step was refused.
    fn why(self) -> impl IntoView {
        move || self.refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })
    }

    /// The button that takes a setting away; `what` names it.
    fn removal(self, row: RowId, what: &str) -> impl IntoView + use<> {
        let label = format!("{} {what}", t("删除", "Remove"));
        view! { <button class="btn small" aria-label=label disabled=move || !self.desk.can_write() on:click=move |_| self.remove(row)>{t("删除", "Remove")}</button> }
    }
}

/// The settings of one kind as `read` sees them, in order of their making.
fn all<T>(desk: Desk, kind: &str, read: impl Fn(&Schema, &Record) -> T) -> Vec<T> {
    desk.state(|s: &State| {
        let rows = s.sheet(settings::KEY).into_iter().flat_map(|sheet| sheet.of_kind(kind));
        let mut rows: Vec<&Record> = rows.collect();
        order::sort_by_key(&mut rows, |r| r.id());
        rows.into_iter().map(|r| read(s.schema(), r)).collect()
    })
}

/// The words of a setting's field; nothing where it is blank.
fn said(record: &Record, key: &str) -> String {
    let words = |value: &Value| present(None, value, Audience::Typist, &|id| id.to_string());
    record.value(key).map(words).unwrap_or_default()
}

/// A text as a value; none when it is blank.
fn text(words: &str) -> Option<Value> {
    Some(words.trim()).filter(|w| !w.is_empty()).map(Value::text)
}

/// Words that stand in one line, as a value; none when there are none.
fn list(words: &str) -> Option<Value> {
    let all = crate::register::reading::list(&Text::from(words));
    (!all.is_empty()).then_some(Value::Many(all))
}

/// The kinds of rows that fields may be added to: a key `register/kind` and words.
fn kinds(schema: &Schema) -> Vec<(String, String)> {
    let words = |(register, kind): (
        &std::sync::Arc<crate::register::Register>,
        &std::sync::Arc<crate::register::RowKind>,
    )| {
        let first = register.main().is_some_and(|m| m.key == kind.key);
        let name = if first {
            register.label.words()
        } else {
            format!("{} · {}", register.label.words(), kind.label.words())
        };
        (format!("{}/{}", register.key, kind.key), name)
    };
    schema.kinds().map(words).collect()
}

/// The name of the kind that a setting is about.
fn kind_words(schema: &Schema, register: &str, kind: &str) -> String {
    let Some(found) = schema.register(register) else { return register.to_owned() };
    let key = if kind.is_empty() { found.main().map_or("", |k| &k.key) } else { kind };
    let wanted = format!("{register}/{key}");
    kinds(schema)
        .into_iter()
        .find(|(k, _)| *k == wanted)
        .map_or_else(|| found.label.words(), |(_, words)| words)
}

/// A choice with its label; drawn anew when what can be chosen changes.
fn select(label: &'static str, options: Vec<(String, String)>, to: RwSignal<String>) -> impl IntoView {
    let options = options.into_iter().map(|(key, words)| {
        let mine = key.clone();
        view! { <option value=key selected=move || to.with(|now| *now == mine)>{words}</option> }
    });
    view! { <label class="stack" style="gap:2px"><span class="small">{label}</span><select class="plain" aria-label=label on:change=move |e| to.set(event_target_value(&e))>{options.collect_view()}</select></label> }
}

/// A line of text with its label.
fn line(label: &'static str, to: RwSignal<String>) -> impl IntoView {
    view! { <label class="stack" style="gap:2px"><span class="small">{label}</span><input class="plain" aria-label=label prop:value=move || to.get() on:input=move |e| to.set(event_target_value(&e)) /></label> }
}
