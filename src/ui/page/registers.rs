//! 台账: the list of registers, by group.

use leptos::prelude::*;

use crate::register::{Group, Schema};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::route::Route;

/// The page.
#[component]
pub(in crate::ui) fn Registers() -> impl IntoView {
    let desk = Desk::here();
    let declared = desk.declared();
    let groups = move || declared.with(|schema| groups(desk, schema));
    view! { <div class="page-head"><h1>{t("台账", "Registers")}</h1></div>{groups} }
}

fn groups(desk: Desk, schema: &Schema) -> impl IntoView + use<> {
    let group = |group: Group| {
        let registers: Vec<_> = schema.all().iter().filter(|r| r.group == group).collect();
        (!registers.is_empty()).then(|| {
            let cards = registers.into_iter().flat_map(|r| r.kinds.iter().map(move |k| (r, k))).map(|(r, kind)| {
                let first = r.main().is_some_and(|m| m.key == kind.key);
                let href = Route::Register(r.key.to_string(), (!first).then(|| kind.key.to_string())).href();
                let (key, of) = (r.key.clone(), kind.key.clone());
                let count = move || desk.state(|s| s.sheet(&key).map_or(0, |sheet| sheet.count_of(&of)));
                let name = if first { r.label.words() } else { kind.label.words() };
                let flow = kind.workflow.as_ref().map(|w| w.stages.iter().map(|s| t(s.word, s.en)).collect::<Vec<_>>().join(" → "));
                view! {
                    <a class="card register-card" href=href>
                        <b>{name}</b>
                        <span class="second small">{r.key.to_string()}" · "{count}" "{t("行", "rows")}</span>
                        {flow.map(|f| view! { <span class="second small">{f}</span> })}
                    </a>
                }
            }).collect_view();
            view! { <section class="stack" style="margin-bottom:20px"><h2>{group.label().words()}</h2><div class="register-list">{cards}</div></section> }
        })
    };
    Group::ALL.into_iter().filter_map(group).collect_view()
}
