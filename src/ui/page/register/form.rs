//! The form of a record, made from its declaration. What is typed is kept as a draft until it is saved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;

use super::Editing;
use super::input::FieldInput;
use super::lines::{self, Lines, LinesInput, Said, slot};
use super::row::Rows;
use crate::ledger::{BatchKind, Draft};
use crate::register::{Blank, Field, FieldKind, Fields as _, RowKind, Sense, Severity};
use crate::ui::desk::Desk;
use crate::ui::entry;
use crate::ui::lang::{Words, t};
use crate::ui::widget::ask::{Question, Refusal};
use crate::ui::widget::combo::Pick;
use crate::ui::widget::dialog::Dialog;
use crate::ui::words;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, Value};

/// The texts of a form, by field key, and the lines that stand under its record, by kind.
#[derive(Clone, Copy)]
pub(super) struct FormState {
    pub texts: StoredValue<BTreeMap<String, RwSignal<String>>>,
    pub lines: StoredValue<BTreeMap<String, RwSignal<Lines>>>,
    pub files: StoredValue<BTreeMap<String, RwSignal<Vec<crate::value::FileRef>>>>,
    pub problems: RwSignal<BTreeMap<String, String>>,
    pub doubts: RwSignal<BTreeMap<String, String>>,
    /// What only the person can say, by field key.
    pub asks: RwSignal<BTreeMap<String, Question>>,
    /// What the person has said yes to: field key and word.
    pub granted: StoredValue<BTreeSet<(String, String)>>,
    /// Counts answers after which the form is saved once more.
    pub again: RwSignal<u64>,
    pub touched: RwSignal<u64>,
}

impl FormState {
    /// Whether the form began with something in the field that a new record does not begin with.
    fn holds(self, field: &Field) -> bool {
        let written = self.texts.with_value(|t| t.get(&*field.key).map(|s| s.get_untracked()));
        let usual = field.start;
        written.is_some_and(|w| !w.is_empty() && Some(&*w) != usual)
    }
}

/// Fields that the form asks for: not those that are computed, nor references into registers that do not
/// exist.
pub(super) fn asked(desk: Desk, kind: &RowKind) -> Vec<Arc<Field>> {
    desk.state_once(|s| {
        let asks = |f: &&Arc<Field>| !f.computed_only() && s.schema().reaches(f);
        kind.fields.iter().filter(asks).cloned().collect()
    })
}

/// The dialog.
#[component]
pub(super) fn FormDialog(rows: Rows, what: Editing, on_close: Callback<()>) -> impl IntoView {
    let desk = rows.desk;
    let key = draft_key(rows, what);
    let form = start_form(rows, what);
    let stored = StoredValue::new(key.clone());
    let kept = RwSignal::new(None::<(u64, BTreeMap<String, String>)>);
    desk.load_draft(&key, move |found| kept.set(found));
    let saved_at = RwSignal::new(None::<u64>);
    Effect::new(move |seen: Option<u64>| {
        let now = form.touched.get();
        if seen.is_some_and(|s| s != now) {
            check(rows, what, form);
            desk.keep_draft(&stored.get_value(), texts(form), move |at| saved_at.set(Some(at)));
        }
        now
    });
    let save = move || {
        if let Some(draft) = build(rows, what, form) {
            // The form may have been left while the disk was slow.
            desk.commit_finishing(draft, stored.get_value(), move |_| {
                let _ = on_close.try_run(());
            });
        }
    };
    // One after another: what neighbours have in common stays, and the first of the rest waits to be typed.
    let written = RwSignal::new(0usize);
    let next = move |_| {
        if let Some(draft) = build(rows, what, form) {
            desk.commit_finishing(draft, stored.get_value(), move |_| {
                if written.try_update(|n| *n += 1).is_some() {
                    begin_anew(rows, form);
                    saved_at.set(None);
                }
            });
        }
    };
    Effect::new(move |seen: Option<u64>| {
        let now = form.again.get();
        if seen.is_some_and(|s| s != now) {
            save();
        }
        now
    });
    let (more, core): (Vec<_>, Vec<_>) = asked(desk, &rows.kind()).into_iter().partition(|f| f.aside);
    // What is filled in already is in sight.
    let open = more.iter().any(|f| form.holds(f));
    let name = rows.kind().label.words();
    let title = if what == Editing::New {
        format!("{}{name}", t("新增：", "New: "))
    } else {
        format!("{}{name}", t("修改：", "Edit: "))
    };
    view! {
        <Dialog title wide=true on_close>
            <div on:keydown=move |e| if e.ctrl_key() && e.key() == "Enter" && !e.is_composing() { save(); }>
            <p class="hint" role="status">{move || saved_at.get().map_or_else(|| waiting_words(written.get()), |at| format!("{} {}", t("草稿已存", "Draft kept"), words::moment(at)))}</p>
            {move || kept.get().map(|(at, found)| view! {
                <div class="banner" role="status">
                    <span class="grow">{t("有一份没保存的草稿，", "An unsaved draft, ")}{words::moment(at)}</span>
                    <button class="btn small" on:click=move |_| { take_up(form, &found); kept.set(None); }>{t("接着填", "Continue it")}</button>
                    <button class="btn small plain" on:click=move |_| { desk.drop_draft(&stored.get_value()); kept.set(None); }>{t("放弃草稿", "Discard it")}</button>
                </div>
            })}
            <div class="form" style="margin-top:12px">
                {core.into_iter().map(|field| view! { <FieldInput field form row=row_of(what) rows /> }).collect_view()}
                {rows.register().children(&rows.kind().key).map(|kind| view! { <LinesInput kind=Arc::clone(kind) form /> }).collect_view()}
            </div>
            {(!more.is_empty()).then(|| view! {
                <details class="more" open=open>
                    <summary>{t("更多", "More")}</summary>
                    <div class="form">{more.into_iter().map(|field| view! { <FieldInput field form row=row_of(what) rows /> }).collect_view()}</div>
                </details>
            })}
            <div class="form-foot">
                <button class="btn" on:click=move |_| on_close.run(())>{t("取消", "Cancel")}</button>
                {(what == Editing::New).then(|| view! { <button class="btn" disabled=move || !desk.can_write() on:click=next>{t("保存并再填一条", "Save, next")}</button> })}
                <button class="btn primary" disabled=move || !desk.can_write() on:click=move |_| save()>{t("保存", "Save")}</button>
            </div>
            </div>
        </Dialog>
    }
}

/// What stands above the form while nothing was typed into it yet.
fn waiting_words(written: usize) -> String {
    match written {
        0 => {
            t("边填边存草稿；Ctrl+Enter 保存", "Drafts are kept while you type; Ctrl+Enter saves").to_owned()
        }
        n => format!("{}{n}{}", t("已存", ""), t("条，接着填下一条", " saved; the next one")),
    }
}

/// Whether a record has it in common with the one that is typed after it: place, period, group, hub.
fn carried(field: &Field) -> bool {
    field.has(Sense::Place) || field.has(Sense::Period) || field.blank == Blank::OfBlock
}

/// Makes the form ready for the next record, and leads to the first input that waits for it.
fn begin_anew(rows: Rows, form: FormState) {
    let (desk, register, kind) = (rows.desk, rows.register(), rows.kind());
    let mut first = None;
    for field in asked(desk, &kind).into_iter().filter(|f| !carried(f)) {
        first = first.or_else(|| (!field.aside).then(|| field.key.to_string()));
        let start = desk
            .starting_value(&field)
            .map(|v| desk.state_once(|s| entry::text_of(&field, &v, &|t, id| desk.target_name(s, t, id))));
        form.texts.with_value(|all| {
            all.get(&*field.key).into_iter().for_each(|text| text.set(start.clone().unwrap_or_default()));
        });
        form.files.with_value(|all| all.get(&*field.key).into_iter().for_each(|files| files.set(Vec::new())));
    }
    for kind in register.children(&kind.key) {
        form.lines.with_value(|all| {
            all.get(&slot(kind)).into_iter().for_each(|lines| lines.set(Lines::default()));
        });
    }
    form.problems.set(BTreeMap::new());
    form.doubts.set(BTreeMap::new());
    form.asks.set(BTreeMap::new());
    form.granted.set_value(BTreeSet::new());
    if let Some(key) = first {
        request_animation_frame(move || super::input::focus_input(&format!("f-{key}")));
    }
}

fn row_of(what: Editing) -> Option<RowId> {
    match what {
        Editing::New => None,
        Editing::Row(id) => Some(id),
    }
}

fn draft_key(rows: Rows, what: Editing) -> String {
    let row = row_of(what).map_or_else(|| "new".to_owned(), |id| id.to_string());
    format!("form/{}/{}/{row}", rows.register().key, rows.kind().key)
}

fn start_form(rows: Rows, what: Editing) -> FormState {
    let (desk, register, kind) = (rows.desk, rows.register(), rows.kind());
    let (mut texts, mut lines, mut files) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for field in asked(desk, &rows.kind()) {
        let value = match what {
            Editing::Row(id) => {
                desk.state_once(|s| s.record(&register.key, id).and_then(|r| r.value(&field.key)).cloned())
            }
            Editing::New => desk.starting_value(&field),
        };
        let key = field.key.to_string();
        match (&field.kind, &value) {
            (FieldKind::Files, value) => {
                let now = match value {
                    Some(Value::Files(f)) => f.clone(),
                    _ => Vec::new(),
                };
                files.insert(key, RwSignal::new(now));
            }
            _ => {
                let text = value
                    .map(|v| {
                        desk.state_once(|s| entry::text_of(&field, &v, &|t, id| desk.target_name(s, t, id)))
                    })
                    .unwrap_or_default();
                texts.insert(key, RwSignal::new(text));
            }
        }
    }
    for kind in register.children(&kind.key) {
        let now = row_of(what).map(|row| Lines::under(desk, &register, kind, row)).unwrap_or_default();
        lines.insert(slot(kind), RwSignal::new(now));
    }
    FormState {
        texts: StoredValue::new(texts),
        lines: StoredValue::new(lines),
        files: StoredValue::new(files),
        problems: RwSignal::default(),
        doubts: RwSignal::default(),
        asks: RwSignal::default(),
        granted: StoredValue::default(),
        again: RwSignal::new(0),
        touched: RwSignal::new(0),
    }
}

/// The texts as they stand; lines follow under `kind/n/column`.
fn texts(form: FormState) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        form.texts.with_value(|t| t.iter().map(|(k, s)| (k.clone(), s.get_untracked())).into_map());
    form.lines
        .with_value(|l| l.iter().for_each(|(k, s)| s.with_untracked(|lines| lines.write_texts(k, &mut all))));
    all.retain(|_, v| !v.is_empty());
    all
}

fn take_up(form: FormState, found: &BTreeMap<String, String>) {
    form.texts.with_value(|t| t.iter().for_each(|(k, s)| s.set(found.get(k).cloned().unwrap_or_default())));
    form.lines.with_value(|l| l.iter().for_each(|(k, s)| s.update(|lines| lines.read_texts(k, found))));
    form.touched.update(|n| *n += 1);
}

/// Reads every input: values, and a problem for each that cannot be read or is missing. What can be read only once
/// the person has said what is meant is asked.
fn read_all(rows: Rows, form: FormState, what: Editing) -> (Vec<(Text, Value)>, BTreeMap<String, String>) {
    let desk = rows.desk;
    let (mut values, mut problems, mut asks) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let year = desk.period.get_untracked().year();
    for field in asked(desk, &rows.kind()) {
        let key = field.key.to_string();
        let value = match &field.kind {
            FieldKind::Files => Ok(form
                .files
                .with_value(|f| f.get(&key).map(|s| s.get_untracked()))
                .filter(|f| !f.is_empty())
                .map(Value::Files)),
            _ => {
                let text =
                    form.texts.with_value(|t| t.get(&key).map(|s| s.get_untracked())).unwrap_or_default();
                let before = row_of(what).and_then(|row| {
                    desk.state_once(|s| s.record(&rows.register().key, row)?.value(&field.key).cloned())
                });
                entry::read_over(&field, &text, before.as_ref(), Some(year), &desk)
            }
        };
        match value {
            Ok(Some(v)) => values.push((Text::from(&*field.key), v)),
            Ok(None) => {}
            Err(Refusal::Wrong(why)) => {
                problems.insert(key, why);
            }
            Err(Refusal::Ask(question)) => {
                problems.insert(key.clone(), String::new());
                asks.insert(key, question);
            }
        }
    }
    form.asks.set(asks);
    (values, problems)
}

/// What lines say, by kind.
type SaidLines = Vec<(Arc<RowKind>, Vec<Said>)>;

/// What stands in the lines, by kind, and a problem for each kind that cannot be read.
fn read_lines(rows: Rows, form: FormState) -> (SaidLines, BTreeMap<String, String>) {
    let desk = rows.desk;
    let year = desk.period.get_untracked().year();
    let (mut all, mut problems) = (Vec::new(), BTreeMap::new());
    for kind in rows.register().children(&rows.kind().key) {
        let lines = form.lines.with_value(|l| l.get(&slot(kind)).copied());
        match lines.map(|l| l.with_untracked(|lines| lines.read(desk, kind, year))) {
            Some(Ok(said)) => all.push((Arc::clone(kind), said)),
            Some(Err(why)) => drop(problems.insert(slot(kind), why)),
            None => {}
        }
    }
    (all, problems)
}

/// What is asked before the record is written: words that their lists do not have, and a name that another record
/// has already.
fn questions(
    rows: Rows,
    what: Editing,
    form: FormState,
    values: &[(Text, Value)],
) -> BTreeMap<String, Question> {
    let (desk, register, kind) = (rows.desk, rows.register(), rows.kind());
    let granted = form.granted.get_value();
    let mut asks = BTreeMap::new();
    for (key, value) in values {
        let Some(field) = kind.field(key) else { continue };
        let new = entry::new_words(field, value, &desk);
        let new = new.into_iter().find(|w| !granted.contains(&(key.to_string(), w.clone())));
        if let Some(word) = new.filter(|_| differs(rows, what, key, value)) {
            asks.insert(key.to_string(), entry::ask_new(field, &word));
        }
    }
    let name = values.iter().find(|(k, v)| **k == *kind.title && differs(rows, what, k, v));
    if let Some(name) = name.and_then(|(_, v)| v.as_str())
        && !granted.contains(&(kind.title.to_string(), name.to_owned()))
    {
        let same = desk.namesakes(&register, &kind, name, row_of(what));
        if !same.is_empty() {
            asks.insert(kind.title.to_string(), ask_same_name(name, &same));
        }
    }
    asks
}

/// Asks whether a second record is to have this name.
pub(super) fn ask_same_name(name: &str, same: &[String]) -> Question {
    let all = same.join("、");
    let (zh, en) = (
        format!("已经有叫“{name}”的：{all}。确实是另一个吗？"),
        format!("“{name}” exists already: {all}. Is this another one?"),
    );
    Question {
        words: t(&zh, &en).to_owned(),
        answers: vec![Pick::new(name, t("是另一个，仍用这个名称", "Another one, keep the name"))],
    }
}

/// Whether the form would change the value.
fn differs(rows: Rows, what: Editing, key: &str, value: &Value) -> bool {
    row_of(what).is_none_or(|id| {
        let register = rows.register();
        rows.desk.state_once(|s| s.record(&register.key, id).and_then(|r| r.value(key)) != Some(value))
    })
}

/// Says what is odd while the person types: doubts only, missing fields are not yet a mistake.
fn check(rows: Rows, what: Editing, form: FormState) {
    let (values, mut problems) = read_all(rows, form, what);
    problems.extend(read_lines(rows, form).1);
    let found = rows.desk.findings_on(&rows.register(), &rows.kind(), row_of(what), &values);
    form.problems.set(problems);
    form.doubts.set(
        found
            .into_iter()
            .filter(|f| f.severity != Severity::Info)
            .filter_map(|f| Some((f.field?.to_string(), f.message.words())))
            .collect(),
    );
}

/// The draft that saves the form; none when something must be mended first.
fn build(rows: Rows, what: Editing, form: FormState) -> Option<Draft> {
    let (desk, register, kind) = (rows.desk, rows.register(), rows.kind());
    let (values, mut problems) = read_all(rows, form, what);
    let (lines, unread) = read_lines(rows, form);
    problems.extend(unread);
    let draft_record = values.as_slice();
    for field in asked(desk, &rows.kind()) {
        let needed = field.need.must(&draft_record);
        let computed = field.read(&draft_record, &crate::register::NoWorld).is_some();
        if needed && !computed && !problems.contains_key(&*field.key) {
            problems.insert(field.key.to_string(), t("这一项必须填写", "This is required").to_owned());
        }
    }
    if !problems.is_empty() {
        form.problems.set(problems);
        focus_first_problem();
        return None;
    }
    let asks = questions(rows, what, form, &values);
    let mut draft = Draft::new(BatchKind::Edit);
    for (key, value) in &values {
        let Some(field) = kind.field(key) else { continue };
        entry::new_words(field, value, &desk).iter().for_each(|w| desk.add_word(&mut draft, field, w));
    }
    let row = row_of(what).unwrap_or_else(|| desk.new_id());
    match what {
        Editing::New => draft.create(&register.key, &kind.key, row, values, None),
        Editing::Row(id) => desk.state_once(|s| {
            for field in asked(desk, &rows.kind()) {
                let value = values.iter().find(|(k, _)| **k == *field.key).map(|(_, v)| v.clone());
                draft.set(s, &register.key, id, &field.key, value, None);
            }
        }),
    }
    let mut slots: BTreeMap<RowId, String> = BTreeMap::new();
    for (under, said) in lines {
        let about = lines::record(desk, &mut draft, (&register, &under), row, said);
        slots.extend(about.into_iter().map(|id| (id, slot(&under))));
    }
    for refusal in desk.refused(&draft) {
        let own = refusal.field.as_deref().unwrap_or(&kind.title).to_owned();
        let at = slots.get(&refusal.row).cloned().unwrap_or(own);
        problems.entry(at).or_insert_with(|| refusal.message.words());
    }
    if !problems.is_empty() {
        form.problems.set(problems);
        focus_first_problem();
        return None;
    }
    if !asks.is_empty() {
        form.asks.set(asks);
        focus_first_problem();
        return None;
    }
    Some(draft)
}

fn focus_first_problem() {
    use wasm_bindgen::JsCast as _;
    request_animation_frame(|| {
        let found = document()
            .query_selector("dialog [aria-invalid=true], dialog .ask button:last-child")
            .ok()
            .flatten();
        if let Some(input) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = input.focus();
        }
    });
}
