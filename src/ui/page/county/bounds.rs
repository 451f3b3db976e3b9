//! 阈值 and 报送期限: numbers that rules and indicators go by, days by which registers are due.

use leptos::prelude::*;

use super::{Steps, all, line, said, select, text};
use crate::register::Schema;
use crate::register::catalog::settings::{GRAINS, deadline, threshold};
use crate::register::catalog::{self};
use crate::ui::lang::{Words as _, t};
use crate::ui::words;
use crate::value::{Decimal, RowId, Value};

#[component]
pub(super) fn Bounds() -> impl IntoView {
    let steps = Steps::here();
    let desk = steps.desk;
    let lines = move || {
        let set = all(desk, threshold::KIND, |_, r| (said(r, threshold::KEY), r.id()));
        let schema = desk.schema();
        let line = |bound: &'static crate::register::Threshold| {
            let row = set.iter().find(|(key, _)| key == bound.key).map(|(_, row)| *row);
            let now = schema.bound(bound).normalize().to_string();
            let change = move |e: web_sys::Event| {
                let typed = event_target_value(&e);
                match (typed.trim(), row) {
                    ("", Some(row)) => steps.remove(row),
                    (words, _) => match words.parse::<Decimal>() {
                        Ok(value) => {
                            let values = vec![
                                (threshold::KEY, Some(Value::text(bound.key))),
                                (threshold::VALUE, Some(Value::Decimal(value))),
                            ];
                            steps.put(threshold::KIND, row, values);
                        }
                        Err(_) => {
                            steps.refused.set(Some(format!("“{words}”{}", t("不是数字", " is no number"))))
                        }
                    },
                }
            };
            let usual = format!("{} {}", t("通常", "usually"), bound.default.normalize());
            view! {
                <label class="row between"><span class="grow small">{bound.label.words()}" "<span class="second">{row.map(|_| usual)}</span></span>
                    <input class="plain num" style="width:110px" inputmode="decimal" aria-label=bound.label.words() prop:value=now disabled=move || !desk.can_write() on:change=change />
                    <span class="unit">{words::unit(bound.unit).to_owned()}</span></label>
            }
        };
        catalog::thresholds().map(line).collect_view()
    };
    view! {
        <section class="card stack" aria-label=t("阈值", "Thresholds")><h2>{t("阈值", "Thresholds")}</h2>
            <p class="hint">{t("检查规则和指标按这些数；清空就回到通常的数。", "Rules and indicators go by these; empty one to return to the usual.")}</p>
            {lines}{steps.why()}</section>
    }
}

/// The registers that are reported by period: key and words.
fn periodic(schema: &Schema) -> Vec<(String, String)> {
    let registers = schema.all().iter().filter(|r| r.main().is_some_and(|k| k.periodic()));
    registers.map(|r| (r.key.to_string(), r.label.words())).collect()
}

#[component]
pub(super) fn Deadlines() -> impl IntoView {
    let steps = Steps::here();
    let desk = steps.desk;
    let declared = desk.declared();
    let (register, days) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let grain = RwSignal::new(GRAINS.first().map(|(zh, _)| (*zh).to_owned()).unwrap_or_default());
    Effect::new(move |_| {
        let first = declared.with(|schema| periodic(schema).into_iter().next());
        if let Some((key, _)) = first.filter(|_| register.with_untracked(String::is_empty)) {
            register.set(key);
        }
    });
    let save = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let Ok(n) = days.get_untracked().trim().parse::<i64>() else {
            return steps.refused.set(Some(t("请写天数", "Say how many days").to_owned()));
        };
        let values = vec![
            (deadline::REGISTER, text(&register.get_untracked())),
            (deadline::GRAIN, Some(Value::choice(&grain.get_untracked()))),
            (deadline::DAYS, Some(Value::Int(n))),
        ];
        if steps.put(deadline::KIND, None, values) {
            days.set(String::new());
        }
    };
    let lines = move || {
        let found = all(desk, deadline::KIND, |schema, r| {
            let name =
                schema.register(&said(r, deadline::REGISTER)).map_or_else(String::new, |x| x.label.words());
            let (grain, days) = (said(r, deadline::GRAIN), said(r, deadline::DAYS));
            let (zh, en) = (
                format!("{name}：每{grain}结束后{days}天内"),
                format!("{name}: {days} days after each {grain}"),
            );
            (r.id(), t(&zh, &en).to_owned())
        });
        let line = |(row, what): (RowId, String)| {
            let removal = steps.removal(row, &what);
            view! { <li class="row between"><span class="grow">{what}</span>{removal}</li> }
        };
        view! { <ul class="plain-list">{found.into_iter().map(line).collect_view()}</ul> }
    };
    let grains = GRAINS.iter().map(|(zh, en)| ((*zh).to_owned(), t(zh, en).to_owned())).collect();
    view! {
        <section class="card stack" aria-label=t("报送期限", "Deadlines")><h2>{t("报送期限", "Deadlines")}</h2>
            <p class="hint">{t("本县自己的台账，定了期限才算应报。", "A register of the county's own is owed once it has a deadline.")}</p>
            {lines}{steps.why()}
            <form class="stack" on:submit=save>
                {move || select(t("台账", "Register"), declared.with(|schema| periodic(schema)), register)}
                {select(t("报送周期", "Every"), grains, grain)}
                {line(t("期后几天内", "Days after the period"), days)}
                <div class="row"><button class="btn primary" type="submit" disabled=move || !desk.can_write()>{t("添加期限", "Add the deadline")}</button></div>
            </form>
        </section>
    }
}
