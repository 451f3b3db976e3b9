//! 合同到期与拖欠: what is late and what ends soon, and booking a rent that comes in.
//!
//! Duty: three figures, each leading to its rows in the register; the lists behind them; the form that books a rent. As
//! [`Card`] the same figures stand on 总览. Inputs: the ledger as of today and the place of the bar. Outputs: steps of
//! the ledger. Neighbours: `analysis::contracts` adds up and makes the step, the gate judges it.

use leptos::prelude::*;
use rust_decimal::prelude::ToPrimitive as _;

use crate::analysis::contracts::booking::{self, Rent};
use crate::analysis::contracts::{AGES, Clearing, Ending, Late, Rents};
use crate::analysis::format;
use crate::register::catalog::r07;
use crate::register::catalog::r09::{self, contract, due};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::entry;
use crate::ui::lang::{Words as _, lang, t};
use crate::ui::route::{self, Route};
use crate::ui::widget::ask::Refusal;
use crate::ui::widget::dialog::Dialog;
use crate::ui::words;
use crate::value::{Decimal, RowId, Text, Value};
use crate::web::clock::today;

/// Lines of a list; the register has the rest.
const LISTED: usize = 200;

/// The figures of the place that is chosen, and within how many days a contract ends soon.
fn figures(desk: Desk) -> (Rents, Clearing, Decimal) {
    let bound = desk.schema().bound(&r09::SOON).normalize();
    let (place, cache) = (desk.place.get(), desk.cache());
    let found = desk.state(|s| Ok((Rents::of(&cache, s, place, today())?, Clearing::of(&cache, s, place)?)));
    let (rents, clearing) = found.unwrap_or_else(|why: crate::table::QueryError| {
        desk.complain(&why.0.words());
        Default::default()
    });
    (rents, clearing, bound)
}

/// A figure with what it is of, leading to its rows.
struct Told {
    name: &'static str,
    value: String,
    about: String,
    href: String,
}

fn told((rents, clearing, bound): &(Rents, Clearing, Decimal)) -> [Told; 3] {
    // What nobody has written down is not nothing: it is shown as missing.
    let money = |n: Option<Decimal>| format::money(n, lang());
    let pieces = |n: usize, zh: &str, en: &str| format!("{n}{}", t(zh, en));
    let day = today();
    let ends = |from, until| [format!("{}>={from}", contract::ENDS), format!("{}<={until}", contract::ENDS)];
    let last = bound.floor().to_i32().and_then(|days| day.days_later(days)).unwrap_or(day);
    let rows = |kind: &str, all: &[String]| route::rows_where(r09::KEY, kind, all);
    [
        Told {
            name: t("拖欠", "In arrears"),
            value: money(rents.owed()),
            about: match rents.dues {
                0 => t("还没有登记应收明细", "no dues are recorded").to_owned(),
                _ => pieces(rents.late.len(), "笔到期没收齐", " dues past their day"),
            },
            href: rows(due::KIND, &[format!("{}<{day}", due::DAY), format!("{}>0", due::OWED)]),
        },
        Told {
            name: t("即将到期", "Ends soon"),
            value: pieces(rents.soon.len(), "份合同", " contracts"),
            about: format!("{}{}{}", t("", "within "), words::plain(*bound), t("天内到期", " days")),
            href: rows(contract::KIND, &ends(day, last)),
        },
        Told {
            name: t("清化收增收", "Recovered"),
            value: money(clearing.recovered),
            about: format!(
                "{} {} / {}",
                t("已清理", "cleared"),
                clearing.cleared,
                pieces(clearing.contracts, "份", " contracts")
            ),
            href: rows(contract::KIND, &[format!("{}>0", contract::RECOVERED)]),
        },
    ]
}

/// The figures on 总览; nothing where there are no contracts.
#[component]
pub(in crate::ui) fn Card() -> impl IntoView {
    let desk = Desk::here();
    move || {
        let found = figures(desk);
        (found.0.contracts > 0).then(|| {
            let lines = told(&found).map(|f| view! {
                <a href=f.href><span class="grow">{f.name}</span><b>{f.value}</b><span class="when">{f.about}</span></a>
            });
            view! {
                <section class="card" aria-label=t("合同", "Contracts")><header><h2>{t("合同", "Contracts")}</h2><a class="btn small" href=Route::Contracts.href()>{t("催收与到期", "Arrears and expiry")}</a></header>
                    <div class="todo tight">{lines.into_iter().collect_view()}</div></section>
            }
        })
    }
}

/// The page.
#[component]
pub(in crate::ui) fn Contracts() -> impl IntoView {
    let desk = Desk::here();
    let booked = RwSignal::new(None::<Late>);
    let body = move || {
        let found = figures(desk);
        let rents = &found.0;
        if rents.contracts == 0 {
            let words = t(
                "这里还没有合同。导入合同台账，或到资产资源与合同台账里新增。",
                "There are no contracts here yet.",
            );
            return view! { <p class="drop">{words}</p> }.into_any();
        }
        let cards = told(&found).map(|f| view! {
            <a class="card figure" href=f.href><span class="second">{f.name}</span><span class="value">{f.value}</span><span class="hint">{f.about}</span></a>
        });
        view! {
            <div class="cards">{cards.into_iter().collect_view()}</div>
            <div class="charts">{late_list(desk, rents, booked)}{ending_list(desk, rents.soon.clone())}</div>
        }
        .into_any()
    };
    view! {
        <div class="page-head"><div><h1>{t("合同到期与拖欠", "Arrears and expiry")}</h1>
            <p class="sub">{move || desk.place_title()}" · "{t("截至", "as of ")}{today().to_string()}</p></div></div>
        {body}
        {move || booked.get().map(|late| view! { <Booking late on_close=Callback::new(move |()| booked.set(None)) /> })}
    }
}

fn late_list(desk: Desk, rents: &Rents, booked: RwSignal<Option<Late>>) -> impl IntoView + use<> {
    let places = desk.places();
    let ages = AGES.iter().zip(rents.by_age()).filter_map(|((_, name), (sum, rows))| {
        let sum = format::money(Some(sum?), lang());
        Some(view! { <span class="tag">{name.words()}" "{rows.len()}{t("笔 ", " · ")}{sum}</span> })
    });
    let line = |late: &Late| {
        let place = late.place.map(|p| places.name(p).to_string()).unwrap_or_default();
        let (row, again) = (late.due, late.clone());
        let label = format!("{} {} {}", t("记一笔收入", "Book an income"), late.party, late.day);
        view! {
            <div class="line">
                <button class="grow plain" on:click=move |_| trace(desk, row)><b>{late.party.to_string()}</b>" "{late.subject.to_string()}<br/><span class="hint">{place}" · "{late.day.to_string()}{t(" 应收", "")}" · "{late.days}{t("天", " days")}</span></button>
                <b class="num">{format::money(Some(late.owed), lang())}</b>
                <button class="btn small" aria-label=label disabled=move || !desk.can_write() on:click=move |_| booked.set(Some(again.clone()))>{t("记一笔收入", "Book")}</button>
            </div>
        }
    };
    let lines = rents.late.iter().take(LISTED).map(line).collect_view();
    let none =
        rents.late.is_empty().then(|| view! { <p class="hint">{t("没有拖欠。", "Nothing is late.")}</p> });
    view! {
        <section class="card" aria-label=t("拖欠", "In arrears")><header><h2>{t("拖欠", "In arrears")}</h2><span class="unit">{rents.late.len()}</span></header>
            <div class="row">{ages.collect_view()}</div><div class="rents">{lines}</div>{none}</section>
    }
}

fn ending_list(desk: Desk, soon: Vec<Ending>) -> impl IntoView + use<> {
    let (places, count) = (desk.places(), soon.len());
    let line = |ending: Ending| {
        let place = ending.place.map(|p| places.name(p).to_string()).unwrap_or_default();
        let row = ending.contract;
        view! {
            <div class="line"><button class="grow plain" on:click=move |_| trace(desk, row)><b>{ending.party.to_string()}</b>" "{ending.subject.to_string()}<br/><span class="hint">{place}" · "{ending.day.to_string()}</span></button>
                <b class="num">{ending.days}{t("天", " days")}</b></div>
        }
    };
    let lines = soon.into_iter().take(LISTED).map(line).collect_view();
    let none = (count == 0)
        .then(|| view! { <p class="hint">{t("近期没有到期的合同。", "No contract ends soon.")}</p> });
    view! {
        <section class="card" aria-label=t("即将到期", "Ends soon")><header><h2>{t("即将到期", "Ends soon")}</h2><span class="unit">{count}</span></header>
            <div class="rents">{lines}</div>{none}</section>
    }
}

fn trace(desk: Desk, row: RowId) {
    desk.drawer.set(Some(Drawer::Trace { register: r09::KEY.to_owned(), row }));
}

/// The form that books a rent.
#[component]
fn Booking(late: Late, on_close: Callback<()>) -> impl IntoView {
    let desk = Desk::here();
    let amount = RwSignal::new(late.owed.normalize().to_string());
    let on = RwSignal::new(today().to_string());
    let due = late.due;
    let subject = RwSignal::new(desk.state_once(|s| booking::subject(s, due)).to_owned());
    let refused = RwSignal::new(None::<String>);
    let save =
        move || match rent(desk, due, &amount.get_untracked(), &on.get_untracked(), &subject.get_untracked())
        {
            Err(why) => refused.set(Some(why)),
            Ok(rent) => {
                let draft = desk.state_once(|s| booking::draft(s, &rent, &mut || desk.new_id()));
                let Some(draft) = draft else {
                    return refused
                        .set(Some(t("这笔应收已不在台账里", "The due is no longer there").to_owned()));
                };
                let why = desk.refusal_words(&desk.refused(&draft));
                if why.is_none() {
                    desk.commit(draft);
                    on_close.run(());
                }
                refused.set(why);
            }
        };
    let words = [r07::LEASE, r07::RENT]
        .map(|word| view! { <option value=word selected=move || subject.get() == word>{word}</option> });
    view! {
        <Dialog title=t("记一笔收入", "Book an income").to_owned() on_close>
            <p class="hint">{late.party.to_string()}" · "{late.subject.to_string()}" · "{late.day.to_string()}{t(" 应收，还欠 ", ", outstanding ")}{format::money(Some(late.owed), lang())}</p>
            <div class="form">
                <div class="field"><label for="rent-amount">{t("收到金额（元）", "Received (yuan)")}</label><input id="rent-amount" inputmode="decimal" prop:value=amount on:input=move |e| amount.set(event_target_value(&e)) /></div>
                <div class="field"><label for="rent-day">{t("收款日期", "Received on")}</label><input id="rent-day" prop:value=on on:input=move |e| on.set(event_target_value(&e)) /></div>
                <div class="field"><label for="rent-subject">{t("科目", "Subject")}</label><select id="rent-subject" on:change=move |e| subject.set(event_target_value(&e))>{words.into_iter().collect_view()}</select></div>
            </div>
            <p class="hint">{t("应收明细的“已收”和集体经济收支的一笔收入一起记，撤销时一起撤。", "The due and the income are one step; undo takes both back.")}</p>
            {move || refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            <div class="form-foot">
                <button class="btn" on:click=move |_| on_close.run(())>{t("取消", "Cancel")}</button>
                <button class="btn primary" disabled=move || !desk.can_write() on:click=move |_| save()>{t("记账", "Book")}</button>
            </div>
        </Dialog>
    }
}

/// What was typed, read as the fields of the entry read it.
fn rent(desk: Desk, due: RowId, amount: &str, on: &str, subject: &str) -> Result<Rent, String> {
    let schema = desk.schema_once();
    let kind = schema.register(r07::KEY).and_then(|r| r.kind(r07::line::KIND));
    let read = |key: &str, typed: &str| {
        let field = kind.and_then(|k| k.field(key)).ok_or_else(String::new)?;
        match entry::read(field, typed, Some(today().year()), &desk) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(format!("{}{}", field.label.words(), t("要填写", " is required"))),
            Err(Refusal::Wrong(why)) => Err(why),
            Err(Refusal::Ask(question)) => Err(question.words),
        }
    };
    let amount = read(r07::line::AMOUNT, amount)?.as_money().filter(|m| m.fen() > 0);
    let amount = amount.ok_or_else(|| t("收到金额应大于0", "The amount must be more than 0").to_owned())?;
    let Value::Date(on) = read(r07::line::PAID_ON, on)? else { return Err(String::new()) };
    Ok(Rent { due, amount, on, subject: Text::from(subject) })
}
