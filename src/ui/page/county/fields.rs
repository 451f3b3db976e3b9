//! 本县的字段: added, changed and taken away.

use leptos::prelude::*;

use super::{Steps, all, kind_words, kinds, line, list, said, select, text};
use crate::ledger::Record;
use crate::register::Fields as _;
use crate::register::catalog::settings::{self, field, holds};
use crate::ui::lang::t;
use crate::value::{RowId, Value};

/// What is typed of a field.
#[derive(Clone, Copy)]
struct Typed {
    /// The setting that is changed; none for a new one.
    row: RwSignal<Option<RowId>>,
    /// `register/kind`
    place: RwSignal<String>,
    label: RwSignal<String>,
    holds: RwSignal<String>,
    words: RwSignal<String>,
    unit: RwSignal<String>,
    places: RwSignal<String>,
    aliases: RwSignal<String>,
    must: RwSignal<bool>,
}

impl Typed {
    fn new() -> Self {
        let blank = || RwSignal::new(String::new());
        Self {
            row: RwSignal::new(None),
            place: blank(),
            label: blank(),
            holds: RwSignal::new(holds::TEXT.to_owned()),
            words: blank(),
            unit: blank(),
            places: blank(),
            aliases: blank(),
            must: RwSignal::new(false),
        }
    }

    fn clear(self) {
        self.row.set(None);
        [self.label, self.words, self.unit, self.places, self.aliases]
            .iter()
            .for_each(|s| s.set(String::new()));
        self.must.set(false);
    }

    fn show(self, record: &Record) {
        let kind = said(record, field::KIND_OF_ROWS);
        self.row.set(Some(record.id()));
        self.place.set(format!("{}/{kind}", said(record, field::REGISTER)));
        self.label.set(said(record, field::LABEL));
        self.holds.set(said(record, field::TYPE));
        self.words.set(said(record, field::WORDS));
        self.unit.set(said(record, field::UNIT));
        self.places.set(said(record, field::PLACES));
        self.aliases.set(said(record, field::ALIASES));
        self.must.set(matches!(record.value(field::REQUIRED), Some(Value::Bool(true))));
    }

    fn values(self) -> Vec<(&'static str, Option<Value>)> {
        let place = self.place.get_untracked();
        let (register, kind) = place.split_once('/').unwrap_or((&place, ""));
        vec![
            (field::REGISTER, text(register)),
            (field::KIND_OF_ROWS, text(kind)),
            (field::LABEL, text(&self.label.get_untracked())),
            (field::TYPE, Some(Value::choice(&self.holds.get_untracked()))),
            (field::WORDS, list(&self.words.get_untracked())),
            (field::UNIT, text(&self.unit.get_untracked())),
            (field::PLACES, self.places.get_untracked().trim().parse().ok().map(Value::Int)),
            (field::ALIASES, list(&self.aliases.get_untracked())),
            (field::REQUIRED, self.must.get_untracked().then_some(Value::Bool(true))),
        ]
    }
}

#[component]
pub(super) fn OwnFields() -> impl IntoView {
    let steps = Steps::here();
    let desk = steps.desk;
    let typed = Typed::new();
    let declared = desk.declared();
    let unsaid = RwSignal::new(false);
    Effect::new(move |_| {
        let first = declared.with(|schema| kinds(schema).into_iter().next());
        if let Some((key, _)) = first.filter(|_| typed.place.with_untracked(String::is_empty)) {
            typed.place.set(key);
        }
    });
    let save = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let blank = typed.label.with_untracked(|l| l.trim().is_empty());
        unsaid.set(blank);
        if !blank && steps.put(field::KIND, typed.row.get_untracked(), typed.values()) {
            typed.clear();
        }
    };
    let change = move |row: RowId| {
        desk.state_once(|s| s.record(settings::KEY, row).into_iter().for_each(|r| typed.show(r)));
    };
    let lines = move || {
        let found = all(desk, field::KIND, |schema, r| {
            let place = kind_words(schema, &said(r, field::REGISTER), &said(r, field::KIND_OF_ROWS));
            (r.id(), format!("{place} · {}", said(r, field::LABEL)), said(r, field::TYPE))
        });
        if found.is_empty() {
            return view! { <p class="hint">{t("还没有加字段。", "No field has been added.")}</p> }
                .into_any();
        }
        let line = |(row, what, holds): (RowId, String, String)| {
            let label = format!("{} {what}", t("修改", "Change"));
            let removal = steps.removal(row, &what);
            view! {
                <li class="row between"><span class="grow">{what}" "<span class="second small">{holds}</span></span>
                    <button class="btn small" aria-label=label disabled=move || !desk.can_write() on:click=move |_| change(row)>{t("修改", "Change")}</button>{removal}</li>
            }
        };
        view! { <ul class="plain-list">{found.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    let types = settings::TYPES.iter().map(|(zh, en)| ((*zh).to_owned(), t(zh, en).to_owned())).collect();
    let choice = move || typed.holds.with(|h| [holds::CHOICE, holds::CHOICES].contains(&&**h));
    let number = move || typed.holds.with(|h| [holds::INT, holds::DECIMAL].contains(&&**h));
    let decimal = move || typed.holds.with(|h| *h == holds::DECIMAL);
    let verb = move || {
        if typed.row.get().is_some() {
            t("保存字段", "Save the field")
        } else {
            t("添加字段", "Add the field")
        }
    };
    view! {
        <section class="card stack" aria-label=t("本县的字段", "Own fields")><h2>{t("本县的字段", "Own fields")}</h2>
            {lines}
            {steps.why()}
            <form class="stack" on:submit=save>
                {move || select(t("台账", "Register"), declared.with(|schema| kinds(schema)), typed.place)}
                {line(t("字段名称", "Name of the field"), typed.label)}
                {move || unsaid.get().then(|| view! { <p class="hint wrong" role="alert">{t("请写字段名称", "Give the field a name")}</p> })}
                {select(t("填什么", "Holds"), types, typed.holds)}
                {move || choice().then(|| line(t("可选的词（用顿号隔开）", "Words, separated by commas"), typed.words))}
                {move || number().then(|| line(t("单位", "Unit"), typed.unit))}
                {move || decimal().then(|| line(t("小数位数", "Decimals"), typed.places))}
                {line(t("表头的其他叫法（用顿号隔开）", "Other headings, separated by commas"), typed.aliases)}
                <label class="row"><input type="checkbox" prop:checked=move || typed.must.get() on:change=move |e| typed.must.set(event_target_checked(&e)) />{t("必填", "Required")}</label>
                <div class="row"><button class="btn primary" type="submit" disabled=move || !desk.can_write()>{verb}</button>
                    {move || typed.row.get().map(|_| view! { <button class="btn plain" type="button" on:click=move |_| typed.clear()>{t("取消", "Cancel")}</button> })}</div>
            </form>
        </section>
    }
}
