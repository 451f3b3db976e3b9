//! One figure: why it is taken for what, another choice, and what can be done with it.

use leptos::prelude::*;

use super::reader::{Reader, place_name};
use crate::exchange::article::aim::{self, Aim};
use crate::exchange::article::claim::How;
use crate::exchange::article::judge::Judged;
use crate::exchange::article::kept::Link;
use crate::exchange::article::take::{self, Taking, Untakable};
use crate::exchange::article::{Figure, goal, tell};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, t};
use crate::ui::scope::{period_options, place_options};
use crate::ui::widget::combo::{ComboList, Pick};
use crate::ui::words;
use crate::value::figure::Time;
use crate::value::{Text, Value};

/// What opens below a figure of the list.
#[component]
pub(super) fn Detail(
    reader: Reader,
    n: usize,
    figure: Figure,
    judged: Memo<Option<Judged>>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Link>);
    let figure = StoredValue::new(figure);
    // What the person is choosing, otherwise what stands.
    let shown = Memo::new(move |_| match chosen.get() {
        Some(link) => {
            let stands = judged.get();
            let tried = figure.with_value(|f| reader.against(f, &link));
            let kept = stands.as_ref().and_then(|j| j.kept);
            Some(Judged { kept, ..tried })
        }
        None => judged.get(),
    });
    let (quote, time) = figure.with_value(|f| (f.quote.clone(), f.reading.time));
    view! {
        <div class="figure-detail stack">
            <blockquote class="small">{quote}</blockquote>
            <Choice reader shown chosen judged time />
            {move || shown.get().map(|now| reasons(figure, &now, chosen.get().is_some()))}
            {move || shown.get().map(|now| actions(reader, n, figure, now, judged, chosen))}
        </div>
    }
}

fn reasons(figure: StoredValue<Figure>, now: &Judged, trying: bool) -> AnyView {
    let tried = trying.then(|| figure.with_value(|f| tell::compared(f, now))).flatten();
    let tried = tried.map(|m| view! { <li>{t("这样关联：", "Linked like this: ")}{m.words()}</li> });
    let none = (now.link.is_some() && now.value.is_none()).then(|| view! { <li>{t("台账在这个单位和期间没有这个数", "The ledger has no such number for this place and period")}</li> });
    let scope = now.scope.as_ref().filter(|_| !trying).map(|m| view! { <li class="scope">{m.words()}</li> });
    let doubts =
        now.doubts.iter().map(|m| view! { <li class="doubt">{t("拿不准：", "Unsure: ")}{m.words()}</li> });
    let doubts = doubts.collect_view();
    let lines = now.reasons.iter().map(|m| view! { <li>{m.words()}</li> }).collect_view();
    view! { <ul class="hint reasons">{tried}{doubts}{scope}{none}{lines}</ul> }.into_any()
}

/// What it is linked to, where, when, of which product.
#[component]
fn Choice(
    reader: Reader,
    shown: Memo<Option<Judged>>,
    chosen: RwSignal<Option<Link>>,
    judged: Memo<Option<Judged>>,
    time: Time,
) -> impl IntoView {
    let desk = reader.desk;
    let link = move || shown.get().and_then(|j| j.link).unwrap_or_else(|| begin(reader, time));
    let change = move |change: &dyn Fn(&mut Link)| {
        let mut next = link();
        change(&mut next);
        chosen.set(Some(next));
    };
    let target_now = move || {
        aim::find(&desk.schema(), &link().target)
            .map_or_else(|| t("选择…", "Choose…").to_owned(), |a| title(&a))
    };
    let others = move || {
        let fitting = judged.get().map(|j| j.others).unwrap_or_default();
        let now = link().target;
        let chips = fitting.into_iter().filter(|p| p.target != now).take(3).map(|p| {
            let (key, name) = (
                p.target.clone(),
                aim::find(&desk.schema_once(), &p.target).map(|a| title(&a)).unwrap_or(p.name),
            );
            view! { <button class="chip" on:click=move |_| change(&|l| retarget(l, &key))>{name}</button> }
        });
        let chips: Vec<_> = chips.collect();
        (!chips.is_empty()).then(|| view! { <div class="row tight small"><span class="second">{t("也可能是", "Or")}</span>{chips}</div> })
    };
    let product = move || {
        let schema = desk.schema();
        let by_product = aim::find(&schema, &link().target).is_some_and(|a| a.by_product(&schema));
        by_product.then(|| view! {
            <Picker what=t("产品", "Product") label=t("选择产品", "Choose a product") now=Signal::derive(move || link().product.map_or_else(|| t("全部产品", "All products").to_owned(), |p| p.to_string()))
                options=Callback::new(move |()| products(reader))
                on_pick=Callback::new(move |id: String| change(&|l| l.product = (!id.is_empty()).then(|| Text::from(&*id)))) />
        })
    };
    view! {
        <div class="figure-choice">
            <Picker what=t("关联到", "Linked to") label=t("选择字段或指标", "Choose a field or an indicator") now=Signal::derive(target_now)
                options=Callback::new(move |()| targets(desk))
                on_pick=Callback::new(move |id: String| change(&|l| retarget(l, &id))) />
            <Picker what=t("单位", "Place") label=t("选择单位", "Choose a place") now=Signal::derive(move || place_name(desk, link().place).to_string())
                options=Callback::new(move |()| place_options(desk))
                on_pick=Callback::new(move |id: String| change(&|l| l.place = id.parse().ok())) />
            <Picker what=t("时间", "Period") label=t("选择时间", "Choose a period") now=Signal::derive(move || link().period.map(words::period).unwrap_or_default())
                options=Callback::new(move |()| period_options(desk, link().period.unwrap_or_else(|| desk.period.get_untracked())))
                on_pick=Callback::new(move |id: String| change(&|l| l.period = id.parse().ok())) />
            {product}
        </div>
        {others}
    }
}

/// With the chosen place and the figure's own period, otherwise the chosen one; the aim is still to be chosen.
fn begin(reader: Reader, time: Time) -> Link {
    let period = match time {
        Time::In(period) => period,
        _ => reader.desk.period.get(),
    };
    Link { place: reader.desk.place.get(), period: Some(period), ..Link::default() }
}

/// Another thing is meant: as an amount, until the person says otherwise.
fn retarget(link: &mut Link, target: &str) {
    target.clone_into(&mut link.target);
    link.how = How::Level;
}

fn title(aim: &Aim) -> String {
    let unit = aim.unit();
    let unit = if unit.is_empty() || unit == "1" { None } else { Some(unit) };
    words::with_unit(&aim.name().words(), unit)
}

fn targets(desk: Desk) -> Vec<Pick> {
    let pick = |a: &Aim| Pick { hint: a.home().words(), ..Pick::new(&a.key(), &title(a)) };
    aim::all(&desk.schema_once()).iter().map(pick).collect()
}

fn products(reader: Reader) -> Vec<Pick> {
    let mut all = vec![Pick::new("", t("全部产品", "All products"))];
    let cache = reader.desk.cache();
    let chosen = (None, None);
    reader.desk.state_once(|s| {
        let judge = crate::exchange::article::judge::Judge::new(s, &cache, chosen);
        all.extend(judge.products().iter().map(|p| Pick::new(p, p)));
    });
    all
}

/// A button that opens a list.
#[component]
fn Picker(
    what: &'static str,
    label: &'static str,
    now: Signal<String>,
    options: Callback<(), Vec<Pick>>,
    on_pick: Callback<String>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<leptos::html::Button>::new();
    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            // The list gave the keyboard back; where it cannot be taken the page keeps it.
            let _ = button.focus();
        }
    };
    view! {
        <div class="anchor">
            <button class="pick" node_ref=button aria-haspopup="listbox" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                <span class="what">{what}</span><span class="now">{now}</span><span aria-hidden="true">"▾"</span>
            </button>
            {move || open.get().then(|| view! {
                <ComboList options=options.run(()) current="" label=label
                    on_pick=Callback::new(move |id: String| { on_pick.run(id); close(); })
                    on_close=Callback::new(move |()| { open.try_set(false); }) />
            })}
        </div>
    }
}

fn actions(
    reader: Reader,
    n: usize,
    figure: StoredValue<Figure>,
    now: Judged,
    judged: Memo<Option<Judged>>,
    chosen: RwSignal<Option<Link>>,
) -> AnyView {
    let reading_only = move || !reader.desk.can_write();
    let aim = now.link.as_ref().and_then(|l| aim::find(&reader.desk.schema_once(), &l.target));
    let moved = now.moved.as_ref().and_then(|m| m.by);
    let (kept, fresh) = (now.kept, now.kept.is_none() || chosen.with(Option::is_some) || now.moved.is_some());
    let word = if now.moved.is_some() && chosen.with(Option::is_none) {
        t("按现在的台账数确认", "Confirm with the present value")
    } else {
        t("确认关联", "Confirm the link")
    };
    let confirmed = now.clone();
    let confirm = move |_| {
        let before = judged.get_untracked();
        let asked = confirmed.link.as_ref().map(|l| (&l.target, &l.product));
        let corrected = before.is_none_or(|b| b.link.as_ref().map(|l| (&l.target, &l.product)) != asked);
        reader.confirm(vec![(n, confirmed.clone(), corrected)]);
        chosen.set(None);
    };
    let confirm = (fresh && aim.is_some()).then(
        || view! { <button class="btn primary small" disabled=reading_only on:click=confirm>{word}</button> },
    );
    let unlink = kept.map(|id| view! { <button class="btn small" disabled=reading_only on:click=move |_| { chosen.set(None); reader.unlink(id); }>{t("取消关联", "Unlink")}</button> });
    let rows = aim.filter(|_| !now.rows.is_empty()).map(|aim| {
        let rows = now.rows.clone();
        let count = rows.len();
        let open = move |_| {
            reader.desk.drawer.set(Some(Drawer::Rows { title: title(&aim), formula: aim.formula().words(), register: aim.register().to_owned(), rows: rows.clone() }));
        };
        view! { <button class="btn small" on:click=open>{t("看台账里的行", "Rows of the ledger")}"（"{count}"）"</button> }
    });
    let by =
        moved.and_then(|id| reader.desk.state(|s| s.batch(id).map(|head| step_words(reader.desk, head))));
    let by = by.map(|words| view! { <p class="hint doubt">{t("最后改动：", "Last change: ")}{words}</p> });
    let taken = kept.is_some().then(|| taking(reader, figure, &now));
    view! { {by}<div class="row tight">{confirm}{rows}{unlink}</div>{taken} }.into_any()
}

fn step_words(desk: Desk, head: &crate::ledger::BatchHead) -> String {
    format!("{} · {} · {}", words::moment(head.stamp.millis), head.actor, desk.step_words(head))
}

/// Writing the figure as a record of its register, or what is missing for it.
fn taking(reader: Reader, figure: StoredValue<Figure>, now: &Judged) -> AnyView {
    let Some(link) = now.link.as_ref().filter(|_| take::worth(&now.verdict)) else { return ().into_any() };
    let places = reader.desk.places();
    let taking = reader.desk.state(|s| figure.with_value(|f| take::taking(s, &places, f, link)));
    let said = |words: String| view! { <p class="hint">{words}</p> }.into_any();
    let taking = match taking {
        Ok(taking) => taking,
        Err(Untakable::Computed) => return target(reader, figure, link.clone()),
        Err(Untakable::NoLevel) => {
            return said(
                t("变化、其中项和名次不能写成台账的值", "A change, a part or a rank is no value of a record")
                    .to_owned(),
            );
        }
        Err(Untakable::Unit) => {
            return said(
                t("单位换算不到台账的字段", "The unit does not convert into the field's").to_owned(),
            );
        }
    };
    if taking.is_there() {
        return said(t("台账里已是这个数", "The ledger says so already").to_owned());
    }
    let names = |all: &[crate::register::Label]| all.iter().map(Words::words).collect::<Vec<_>>().join("、");
    if !taking.missing.is_empty() {
        return said(format!(
            "{}{}",
            t("要接收进台账还缺：", "To take it over, these are missing: "),
            names(&taking.missing)
        ));
    }
    let what = what_words(reader, &taking);
    let take = move |_| figure.with_value(|f| reader.take_over(f, &taking));
    view! {
        <div class="row tight"><button class="btn small" disabled=move || !reader.desk.can_write() on:click=take>{t("接收进台账", "Take over")}</button><span class="hint grow">{what}</span></div>
    }
    .into_any()
}

/// Keeping the figure as a target of the indicator, or that it is kept.
fn target(reader: Reader, figure: StoredValue<Figure>, link: Link) -> AnyView {
    let Some(bounds) = figure.with_value(|f| goal::bounds(f, &link)) else { return ().into_any() };
    let known = reader.desk.state(|s| goal::goals(s).into_iter().find(|g| g.is_for(&link)));
    let period = link.period.map(words::period).unwrap_or_default();
    if known.as_ref().is_some_and(|g| (g.low, g.high) == bounds) {
        let kept = t(
            "已记为指标目标，在“分析”里看完成多少",
            "Kept as a target; Analysis shows how much of it is reached",
        );
        return view! { <p class="hint">{kept}</p> }.into_any();
    }
    let instead =
        known.map(|g| format!("{}{}", t("，替换原来的", ", instead of "), g.words)).unwrap_or_default();
    let what = format!("{period} {}{instead}", figure.with_value(|f| f.figure.clone()));
    let keep = move |_| figure.with_value(|f| reader.keep_target(f, &link));
    view! {
        <div class="row tight"><button class="btn small" disabled=move || !reader.desk.can_write() on:click=keep>{t("记为指标目标", "Keep as a target")}</button><span class="hint grow">{what}</span></div>
    }
    .into_any()
}

fn what_words(reader: Reader, taking: &Taking) -> String {
    let field = taking.field();
    let name =
        |t: &crate::register::Target, id| reader.desk.state_once(|s| reader.desk.target_name(s, t, id));
    let show = |v: Option<&Value>| words::cell(field, v, &name);
    let value = show(Some(taking.value()));
    let (register, label) =
        (taking.register().label.words(), words::with_unit(&field.label.words(), field.unit.as_deref()));
    match &taking.existing {
        Some((_, before)) => {
            format!("{register}{}{label} {} → {value}", t("：", ": "), show(before.as_ref()))
        }
        None => format!("{register}{}{label} {value}", t("新增一行：", ", a new row: ")),
    }
}
