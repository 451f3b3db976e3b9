//! 清单: lists to work through, as the county writes them.

use leptos::prelude::*;

use super::{Steps, all, line, said, select, text};
use crate::register::Schema;
use crate::register::catalog::settings::checklist;
use crate::ui::lang::{Words as _, t};
use crate::value::RowId;

/// Registers whose rows have states to go through, and none of them.
fn moving(schema: &Schema) -> Vec<(String, String)> {
    let none = (String::new(), t("（不限）", "(none)").to_owned());
    let registers = schema.all().iter().filter(|r| r.main().is_some_and(|k| k.workflow.is_some()));
    std::iter::once(none).chain(registers.map(|r| (r.key.to_string(), r.label.words()))).collect()
}

#[component]
pub(super) fn Checklists() -> impl IntoView {
    let steps = Steps::here();
    let desk = steps.desk;
    let declared = desk.declared();
    let (title, entries) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let register = RwSignal::new(String::new());
    let save = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let values = vec![
            (checklist::TITLE, text(&title.get_untracked())),
            (checklist::REGISTER, text(&register.get_untracked())),
            (checklist::LINES, text(&entries.get_untracked())),
        ];
        if [title, entries].iter().any(|words| words.with_untracked(|w| w.trim().is_empty())) {
            return steps.refused.set(Some(t("请写名称和条目", "Give a title and its lines").to_owned()));
        }
        if steps.put(checklist::KIND, None, values) {
            title.set(String::new());
            entries.set(String::new());
        }
    };
    let lines = move || {
        let found = all(desk, checklist::KIND, |schema, r| {
            let register = schema.register(&said(r, checklist::REGISTER)).map(|x| x.label.words());
            (r.id(), said(r, checklist::TITLE), register, said(r, checklist::LINES))
        });
        let line = |(row, title, register, entries): (RowId, String, Option<String>, String)| {
            let removal = steps.removal(row, &title);
            let entries = entries.lines().map(|l| view! { <li>{l.to_owned()}</li> }).collect_view();
            view! { <li><div class="row between"><b class="grow">{title}</b>{register.map(|name| view! { <span class="hint">{name}</span> })}{removal}</div><ol class="small">{entries}</ol></li> }
        };
        view! { <ul class="plain-list">{found.into_iter().map(line).collect_view()}</ul> }
    };
    view! {
        <section class="card stack" aria-label=t("清单", "Checklists")><h2>{t("清单", "Checklists")}</h2>
            {lines}{steps.why()}
            <form class="stack" on:submit=save>
                {line(t("名称", "Title"), title)}
                {move || select(t("办理这本台账时核对", "Checked when its rows move on"), declared.with(|schema| moving(schema)), register)}
                <label class="stack" style="gap:2px"><span class="small">{t("条目（一行一条）", "Lines, one each")}</span>
                    <textarea class="plain" rows="3" aria-label=t("条目（一行一条）", "Lines, one each") prop:value=move || entries.get() on:input=move |e| entries.set(event_target_value(&e))></textarea></label>
                <div class="row"><button class="btn primary" type="submit" disabled=move || !desk.can_write()>{t("添加清单", "Add the checklist")}</button></div>
            </form>
        </section>
    }
}
