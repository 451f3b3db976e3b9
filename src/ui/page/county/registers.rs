//! 本县的台账: those that were made from workbooks; renamed, or taken away while nothing stands in them.

use leptos::prelude::*;

use super::{Steps, all, said, text};
use crate::register::catalog::settings::register;
use crate::register::key_of;
use crate::ui::lang::t;
use crate::ui::route::Route;
use crate::value::RowId;

#[component]
pub(super) fn OwnRegisters() -> impl IntoView {
    let steps = Steps::here();
    let desk = steps.desk;
    let lines = move || {
        let found = all(desk, register::KIND, |_, r| (r.id(), said(r, register::LABEL)));
        if found.is_empty() {
            return view! { <p class="hint">{t("还没有。导入一份没有台账对得上的表，就可以建成本县自己的台账。", "None yet: import a workbook that no register fits.")}</p> }.into_any();
        }
        let line = |(row, name): (RowId, String)| {
            let removal = steps.removal(row, &name);
            let label = format!("{} {name}", t("名称", "Name of"));
            let rename = move |e: web_sys::Event| {
                if let Some(name) = text(&event_target_value(&e)) {
                    steps.put(register::KIND, Some(row), vec![(register::LABEL, Some(name))]);
                }
            };
            view! {
                <li class="row between"><input class="plain grow" aria-label=label prop:value=name disabled=move || !desk.can_write() on:change=rename />
                    <a class="btn small" href=Route::Register(key_of(row), None).href()>{t("打开", "Open")}</a>{removal}</li>
            }
        };
        view! { <ul class="plain-list">{found.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card stack" aria-label=t("本县的台账", "Own registers")><h2>{t("本县的台账", "Own registers")}</h2>{lines}{steps.why()}</section>
    }
}
