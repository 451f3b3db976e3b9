//! 台账: the list of registers, by group.

use leptos::prelude::*;

use crate::register::{Group, catalog};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::route::Route;

const GROUPS: [Group; 5] =
    [Group::People, Group::Economy, Group::Service, Group::Training, Group::Assessment];

/// The page.
#[component]
pub(in crate::ui) fn Registers() -> impl IntoView {
    let desk = Desk::here();
    let groups = GROUPS.into_iter().filter_map(move |group| {
        let registers: Vec<_> = catalog::all().iter().filter(|r| r.group == group).collect();
        (!registers.is_empty()).then(|| {
            let cards = registers.into_iter().flat_map(|r| r.kinds.iter().map(move |k| (r, k))).map(|(r, kind)| {
                let first = r.main().is_some_and(|m| m.key == kind.key);
                let href = Route::Register(r.key.to_owned(), (!first).then(|| kind.key.to_owned())).href();
                let count = move || desk.state(|s| s.sheet(r.key).map_or(0, |sheet| sheet.of_kind(kind.key).count()));
                let name = if first { r.label.words() } else { kind.label.words() };
                let flow = kind.workflow.as_ref().map(|w| w.stages.iter().map(|s| t(s.word, s.en)).collect::<Vec<_>>().join(" → "));
                view! {
                    <a class="card register-card" href=href>
                        <b>{name}</b>
                        <span class="second small">{r.key}" · "{count}" "{t("行", "rows")}</span>
                        {flow.map(|f| view! { <span class="second small">{f}</span> })}
                    </a>
                }
            }).collect_view();
            view! { <section class="stack" style="margin-bottom:20px"><h2>{group.label().words()}</h2><div class="register-list">{cards}</div></section> }
        })
    }).collect_view();
    view! { <div class="page-head"><h1>{t("台账", "Registers")}</h1></div>{groups} }
}
