//! 总览: how are we doing, without a click. Every figure opens its rows.

use std::rc::Rc;

use leptos::prelude::*;

use crate::analysis::chart::{
    Break, Caption, Category, Chart, Datum, Ladder, LadderRow, OTHER, RankItem, RankingBars, Series,
    StackedColumns, Threshold,
};
use crate::analysis::completeness::Standing;
use crate::analysis::findings::Found;
use crate::analysis::format;
use crate::analysis::indicator::{Ask, Band, Desk as Reader};
use crate::analysis::overview::{Card, Figure, Overview as Data, Shape, Stack};
use crate::register::{Severity, register};
use crate::table::Filter;
use crate::ui::desk::{Desk, Drawer};
use crate::ui::icon::Icon;
use crate::ui::lang::{Words, lang, t};
use crate::ui::route::Route;
use crate::ui::widget::chart_card::{Beside, ChartCard, side_by_side};
use crate::ui::words;
use crate::value::order;
use crate::value::{Decimal, MoneyUnit, Period, RowId};

/// Lines in the lists of villages and of things to look at.
const LISTED: usize = 8;

/// The page: the three doors while nothing is recorded, the figures afterwards.
#[component]
pub(in crate::ui) fn Overview() -> impl IntoView {
    let desk = Desk::here();
    let blank = Memo::new(move |_| desk.is_blank());
    move || if blank.get() { view! { <Doors /> }.into_any() } else { view! { <Figures /> }.into_any() }
}

/// The first minute: three doors and nothing else.
#[component]
fn Doors() -> impl IntoView {
    let desk = Desk::here();
    let door = |icon: Icon, title: &'static str, text: &'static str| view! { {icon.view()}<b>{title}</b><span class="second">{text}</span> };
    view! {
        <div class="welcome"><h1>{t("从哪里开始？", "Where to begin?")}</h1><p class="second">{t("所有数据只存在这台电脑（手机）里，没有网络也能用。", "All data stays on this device and works without a network.")}</p></div>
        <div class="doors">
            <button class="door" on:click=move |_| desk.open_sample()>{door(Icon::Sample, t("打开示例", "Open the sample"), t("一个编造的示例县，看看能做什么，随时一键移除", "An invented county; removed in one click"))}</button>
            <a class="door" href=Route::Import.href()>{door(Icon::Import, t("导入表格", "Import a workbook"), t("把手头的Excel、WPS表原样拖进来", "Drop the Excel or WPS files you have"))}</a>
            <a class="door" href=Route::Register("R01".to_owned(), None).href()>{door(Icon::Plus, t("新建台账", "Start a ledger"), t("从登记乡镇和村开始，一行一行填", "Begin with townships and villages"))}</a>
        </div>
    }
}

#[component]
fn Figures() -> impl IntoView {
    let desk = Desk::here();
    let data = move || {
        let ask = Ask::of(desk.period.get()).at(desk.place.get());
        let cache = desk.cache();
        let found = desk.state(|s| Data::of(&Reader::new(s, &cache), &ask));
        found.map_err(|why| desk.complain(&why.0.words())).ok()
    };
    move || data().map(|data| page(desk, &data))
}

fn page(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let period = desk.period.get_untracked();
    let reported = data
        .completeness
        .iter()
        .filter_map(|c| {
            let name = register(c.register)?.label.words();
            Some(format!(
                "{name}{} {} / {} {}",
                t("已报", ": reported"),
                c.reported.len(),
                t("应报", "of"),
                c.should.len()
            ))
        })
        .collect::<Vec<_>>()
        .join("，");
    let upper = side_by_side();
    let cards = data.cards.iter().map(|card| card_view(desk, card)).collect_view();
    view! {
        <div class="page-head"><div><h1>{desk.place_title()}" · "{words::period(period)}</h1>
            <p class="sub">{data.villages}{t(" 个村（社区）· ", " villages · ")}{reported}</p></div></div>
        <div class="cards">{cards}</div>
        <div class="charts">{product_chart(desk, data, upper.0)}{income_chart(desk, data, upper.1)}</div>
        <div class="charts">{ranking_chart(desk, data, period)}<div class="stack fill">{ladder_chart(desk, data)}{thresholds(desk, data)}</div></div>
        <div class="charts">{quarters(desk, data)}{todo(desk)}</div>
    }
}

/// A figure as number and unit.
fn shown(figure: &Figure, out_of: Option<Decimal>) -> (String, String) {
    let Some(value) = figure.value else { return (words::NONE.to_owned(), String::new()) };
    match figure.shape {
        Shape::Money => {
            let (number, unit) = format::money_parts(Some(value), None);
            (number, format::money_unit(unit, lang()).to_owned())
        }
        Shape::Percent => (format::percent(Some(value)), String::new()),
        Shape::OutOf => {
            (words::plain(value), out_of.map(|n| format!("/ {}", words::plain(n))).unwrap_or_default())
        }
        Shape::Plain => (format::grouped(value, 2), unit_word(figure.unit).to_owned()),
    }
}

/// Base units in the language of the page.
pub(super) fn unit_word(unit: &str) -> &str {
    match unit {
        "村" | "个" => t("个村", "villages"),
        other => words::unit(other),
    }
}

fn card_view(desk: Desk, card: &Card) -> impl IntoView + use<> {
    let (value, unit) = shown(&card.figure, card.out_of);
    let then = card.last_year.map(|v| {
        let (number, unit) = shown(&Figure { value: Some(v), ..card.figure.clone() }, None);
        format!("{}{number}{unit}", t("上年 ", "last year "))
    });
    let change = match (card.figure.shape, card.growth.change) {
        (Shape::OutOf, Some(n)) if n.is_zero() => "±0".to_owned(),
        (Shape::OutOf, Some(n)) if n > Decimal::ZERO => format!("+{}", words::plain(n)),
        (Shape::OutOf, Some(n)) => words::plain(n),
        _ => format::change_percent(card.growth.percent),
    };
    let (second, second_unit) = shown(&card.second, None);
    let second = card.second.value.map(|_| format!("{} {second}{second_unit}", card.second.name.words()));
    let name = card.figure.name.words();
    let (reading, title) = (card.reading.clone(), name.clone());
    let open = move |_| {
        let key = reading.rows.first().map_or("R07", |(r, _)| r).to_owned();
        let rows: Vec<RowId> = reading.rows.iter().filter(|(r, _)| *r == key).map(|(_, id)| *id).collect();
        let formula = crate::analysis::indicator::definition(reading.code)
            .map(|d| d.formula.words())
            .unwrap_or_default();
        desk.drawer.set(Some(Drawer::Rows {
            title: title.clone(),
            formula: format!("{} {formula}", reading.code),
            register: key,
            rows,
        }));
    };
    view! {
        <button class="figure" on:click=open>
            <span class="name">{name}</span>
            <span class="value">{value}<small>{unit}</small></span>
            <span class="then"><b>{change}</b>{then.map(|x| view! { <span>{x}</span> })}</span>
            <span class="then">{second}</span>
        </button>
    }
}

/// The title of a chart; it says by itself when it shows the sample, because it is saved and printed alone.
fn titled(desk: Desk, title: &str) -> String {
    let mark = if desk.sample().is_some() { t("（示例）", " (sample)") } else { "" };
    format!("{title}{mark}")
}

fn local(chart: impl Chart + 'static) -> Signal<Rc<dyn Chart>, LocalStorage> {
    let chart: Rc<dyn Chart> = Rc::new(chart);
    Signal::derive_local(move || Rc::clone(&chart))
}

/// A stack of values over years as columns in `unit` (10 000 元 for money).
fn columns(stack: &Stack, title: String, unit: &str, scale: Decimal, source: String) -> StackedColumns {
    use rust_decimal::prelude::ToPrimitive as _;
    let datum = |v: Option<Decimal>| {
        let v = v?.checked_div(scale)?;
        Some(Datum::new(v.to_f64()?, format::grouped(v, 2)))
    };
    let span = match (stack.years.first(), stack.years.last()) {
        (Some(a), Some(b)) if a != b => format!("{a}–{b}"),
        (Some(a), _) => a.to_string(),
        _ => String::new(),
    };
    let missing: Vec<String> = stack
        .years
        .iter()
        .zip(&stack.reported)
        .filter(|(_, (have, should))| have < should)
        .map(|(y, (have, should))| format!("{y}{}{have}/{should}", t("年已报", ": reported ")))
        .collect();
    let note = stack
        .notes
        .first()
        .map(Words::words)
        .into_iter()
        .chain((!missing.is_empty()).then(|| missing.join(t("，", ", "))))
        .collect::<Vec<_>>()
        .join(" · ");
    StackedColumns {
        caption: Caption {
            title,
            unit: unit.to_owned(),
            period: span,
            source,
            note: (!note.is_empty()).then_some(note),
        },
        categories: stack
            .years
            .iter()
            .map(|y| Category::new(y.to_string(), words::period(Period::year_of(*y))))
            .collect(),
        series: stack
            .parts
            .iter()
            .map(|part| Series {
                name: source_word(&part.name),
                values: part.values.iter().map(|v| datum(*v)).collect(),
                tone: (&*part.name == "其他").then_some(OTHER),
            })
            .collect(),
        totals: stack.totals.iter().map(|v| datum(*v)).collect(),
        border: stack.break_before.and_then(|year| {
            let before = stack.years.iter().position(|y| *y == year).filter(|n| *n > 0)?;
            Some(Break {
                before, label: t("2024 起新会计制度 →", "new accounts from 2024 →").to_owned()
            })
        }),
    }
}

fn source_word(name: &str) -> String {
    let english = crate::register::catalog::r07::INCOME_SUBJECTS
        .iter()
        .find(|(zh, _)| *zh == name)
        .map_or(name, |(_, en)| en);
    match name {
        "其他" => t("其他", "Other").to_owned(),
        _ => t(name, english).to_owned(),
    }
}

/// Opens the rows of one segment of a stack.
fn open_segment(
    desk: Desk,
    register: &'static str,
    stack: &Stack,
    title: &'static str,
) -> Callback<(usize, usize)> {
    let parts: Vec<(String, Vec<Vec<RowId>>)> =
        stack.parts.iter().map(|p| (source_word(&p.name), p.rows.clone())).collect();
    let years = stack.years.clone();
    Callback::new(move |(series, category): (usize, usize)| {
        let Some((name, rows)) = parts.get(series).and_then(|(name, rows)| Some((name, rows.get(category)?)))
        else {
            return;
        };
        let year = years.get(category).map(|y| words::period(Period::year_of(*y))).unwrap_or_default();
        desk.drawer.set(Some(Drawer::Rows {
            title: format!("{title} · {name} · {year}"),
            formula: t("逐行相加", "sum of the rows").to_owned(),
            register: register.to_owned(),
            rows: rows.clone(),
        }));
    })
}

fn product_chart(desk: Desk, data: &Data, beside: Beside) -> impl IntoView + use<> {
    let by_area = RwSignal::new(false);
    let source = t(
        "来源：产业生产台账（实际数，不含预计）· 点任一柱看明细",
        "Source: industry register (actual figures) · choose a column for its rows",
    )
    .to_owned();
    let value: Rc<dyn Chart> = Rc::new(columns(
        &data.value_by_product,
        titled(desk, t("产业产值，按品种", "Output value by product")),
        t("万元", "10k yuan"),
        MoneyUnit::TenThousand.in_yuan(),
        source.clone(),
    ));
    let area: Rc<dyn Chart> = Rc::new(columns(
        &data.area_by_product,
        titled(desk, t("种植面积，按品种", "Area by product")),
        t("亩", "mu"),
        Decimal::ONE,
        source,
    ));
    let chart =
        Signal::derive_local(move || if by_area.get() { Rc::clone(&area) } else { Rc::clone(&value) });
    let open_value = open_segment(desk, "R06", &data.value_by_product, t("产值", "Output value"));
    let open_area = open_segment(desk, "R06", &data.area_by_product, t("面积", "Area"));
    let on_target =
        Callback::new(move |at| if by_area.get_untracked() { open_area.run(at) } else { open_value.run(at) });
    view! {
        <ChartCard chart id="products" on_target beside>
            <span class="row tight">
                <button class="tool" aria-pressed=move || (!by_area.get()).to_string() on:click=move |_| by_area.set(false)>{t("产值", "Value")}</button>
                <button class="tool" aria-pressed=move || by_area.get().to_string() on:click=move |_| by_area.set(true)>{t("面积", "Area")}</button>
            </span>
        </ChartCard>
    }
}

fn income_chart(desk: Desk, data: &Data, beside: Beside) -> impl IntoView + use<> {
    let source = t(
        "来源：集体经济收支台账 · 补助不计入经营性收入",
        "Source: finance register · subsidies are no operating income",
    )
    .to_owned();
    let chart = columns(
        &data.income_by_source,
        titled(desk, t("集体经济收入，按来源", "Collective income by source")),
        t("万元", "10k yuan"),
        MoneyUnit::TenThousand.in_yuan(),
        source,
    );
    let on_target = open_segment(desk, "R07", &data.income_by_source, t("集体经济收入", "Collective income"));
    view! { <ChartCard chart=local(chart) id="income" on_target beside /> }
}

/// A band in 万元: <5, 5–10, ≥100.
fn band_word(band: &Band) -> String {
    let wan = |n: Decimal| words::plain(n / MoneyUnit::TenThousand.in_yuan());
    match (band.from.is_zero() || band.from.is_sign_negative(), band.to) {
        (true, Some(to)) => format!("<{}", wan(to)),
        (_, Some(to)) => format!("{}–{}", wan(band.from), wan(to)),
        (_, None) => format!("≥{}", wan(band.from)),
    }
}

fn ladder_chart(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let bands: Vec<String> =
        data.ladder.first().map(|y| y.steps.iter().map(|s| band_word(&s.band)).collect()).unwrap_or_default();
    let chart = Ladder {
        caption: Caption {
            title: titled(desk, t("达标阶梯", "Ladder of villages")),
            unit: t("村数，按经营性收入（万元）", "villages by operating income (10k yuan)").to_owned(),
            period: String::new(),
            source: t("点一段看是哪些村", "choose a segment for its villages").to_owned(),
            note: None,
        },
        bands: bands.clone(),
        rows: data
            .ladder
            .iter()
            .map(|y| LadderRow {
                category: Category::new(y.year.to_string(), words::period(Period::year_of(y.year))),
                counts: y
                    .steps
                    .iter()
                    .any(|s| !s.villages.is_empty())
                    .then(|| y.steps.iter().map(|s| s.villages.len() as u64).collect()),
            })
            .collect(),
    };
    let rows: Vec<(i16, Vec<Vec<RowId>>)> =
        data.ladder.iter().map(|y| (y.year, y.steps.iter().map(|s| s.villages.clone()).collect())).collect();
    let on_target = Callback::new(move |(row, band): (usize, usize)| {
        let Some((year, villages)) = rows.get(row).and_then(|(y, b)| Some((y, b.get(band)?))) else { return };
        let title = format!(
            "{year} · {}{}",
            bands.get(band).cloned().unwrap_or_default(),
            t("万元的村", " (10k yuan)")
        );
        desk.drawer.set(Some(Drawer::Rows {
            title,
            formula: "I-20".to_owned(),
            register: "R01".to_owned(),
            rows: villages.clone(),
        }));
    });
    view! { <ChartCard chart=local(chart) id="ladder" on_target /> }
}

fn ranking_chart(desk: Desk, data: &Data, period: Period) -> impl IntoView + use<> {
    use rust_decimal::prelude::ToPrimitive as _;
    let wan = MoneyUnit::TenThousand.in_yuan();
    let chart = RankingBars {
        caption: Caption {
            title: titled(desk, t("各村经营性收入", "Operating income of villages")),
            unit: t("万元", "10k yuan").to_owned(),
            period: words::period(period),
            source: t(
                "来源：集体经济收支台账 · 点一村看明细",
                "Source: finance register · choose a village for its rows",
            )
            .to_owned(),
            note: None,
        },
        items: data
            .ranking
            .villages
            .iter()
            .map(|v| RankItem {
                name: v.name.to_string(),
                datum: (v.value / wan)
                    .to_f64()
                    .map(|n| Datum::new(n, format::grouped_fixed(v.value / wan, 2))),
            })
            .collect(),
        threshold: data.ranking.line.and_then(|line| {
            Some(Threshold {
                value: (line / wan).to_f64()?,
                label: format!("{}{}", words::plain(line / wan), t("万元", " (10k)")),
            })
        }),
        keep: 10,
        noun: t("村", "villages").to_owned(),
    };
    let villages: Vec<(RowId, String)> =
        data.ranking.villages.iter().map(|v| (v.village, v.name.to_string())).collect();
    let on_target = Callback::new(move |(_, at): (usize, usize)| {
        if let Some((village, name)) = villages.get(at) {
            open_operating(desk, *village, name, period);
        }
    });
    view! { <ChartCard chart=local(chart) id="ranking" on_target /> }
}

/// The rows of a village's operating income.
fn open_operating(desk: Desk, village: RowId, name: &str, period: Period) {
    let rows = desk.table("R07", "line", |table| {
        let table = table?;
        let mut filter = Filter::parse(table.kind(), &["is_operational=true".to_owned()]).ok()?;
        (filter.place, filter.period) = (Some(village), Some(period));
        let rows = filter.rows(&table).ok()?;
        Some(rows.into_iter().filter_map(|r| table.id(r)).collect::<Vec<_>>())
    });
    let title = format!("{name} · {} · {}", t("经营性收入", "Operating income"), words::period(period));
    desk.drawer.set(Some(Drawer::Rows {
        title,
        formula: "I-16".to_owned(),
        register: "R07".to_owned(),
        rows: rows.unwrap_or_default(),
    }));
}

fn thresholds(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let lines = data.thresholds.iter().map(|c| {
        let (label, villages) = (t(&c.threshold.label, &c.threshold.label_en).to_owned(), c.villages.clone());
        let (count, title) = (villages.len(), label.clone());
        let then = c.last_year.map(|n| format!("{}{n}", t("上年 ", "last year ")));
        view! {
            <button on:click=move |_| desk.drawer.set(Some(Drawer::Rows { title: title.clone(), formula: "I-20".to_owned(), register: "R01".to_owned(), rows: villages.clone() }))>
                <span class="grow">{label}</span><b>{count}</b><span class="when">{then}</span></button>
        }
    }).collect_view();
    view! { <section class="card"><header><h2>{t("过线的村", "Villages over the lines")}</h2><span class="unit">{t("经营性收入", "operating income")}</span></header><div class="todo tight">{lines}</div></section> }
}

fn quarters(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let matrix = &data.quarters;
    let reported = data
        .completeness
        .iter()
        .find(|c| c.register == "R06")
        .map(|c| c.reported.clone())
        .unwrap_or_default();
    // A yearly return stands for its quarters.
    let by_year = |village: &RowId, cells: &[Standing]| {
        cells.iter().all(|s| *s == Standing::Missing) && reported.contains(village)
    };
    let head = matrix.periods.iter().map(|p| view! { <th>{match p.index() { 1 => t("一季", "Q1"), 2 => t("二季", "Q2"), 3 => t("三季", "Q3"), _ => t("四季", "Q4") }}</th> }).collect_view();
    let places = desk.places();
    // Villages with gaps first: they are what the reader looks for.
    let mut rows: Vec<_> = matrix.rows.iter().collect();
    order::sort_by_key(&mut rows, |(village, cells)| {
        by_year(village, cells) || !cells.contains(&Standing::Missing)
    });
    let more = rows.len().saturating_sub(LISTED);
    let lines = rows
        .into_iter()
        .take(LISTED)
        .map(|(village, cells)| {
            if by_year(village, cells) {
                let wide = cells.len().to_string();
                return view! { <tr><td>{places.name(*village).to_string()}</td><td colspan=wide><span class="tag done">{t("已按年报送", "reported for the year")}</span></td></tr> }.into_any();
            }
            let cells = cells
                .iter()
                .map(|s| {
                    let class = match s {
                        Standing::Missing => "tag wrong",
                        Standing::Open => "tag doubt",
                        Standing::Waiting => "tag",
                        Standing::Done => "tag done",
                    };
                    view! { <td><span class=class>{s.words().words()}</span></td> }
                })
                .collect_view();
            view! { <tr><td>{places.name(*village).to_string()}</td>{cells}</tr> }.into_any()
        })
        .collect_view();
    view! {
        <section class="card"><header><h2>{t("填报情况", "Reporting")}</h2><span class="unit">{t("产业季报", "quarterly industry")}</span></header>
            <div class="scroll" tabindex="0" role="region" aria-label=t("填报情况", "Reporting")><table class="plain"><thead><tr><th>{t("村", "Village")}</th>{head}</tr></thead><tbody>{lines}</tbody></table></div>
            {(more > 0).then(|| view! { <footer>{t("另有", "and ")}{more}{t("个村", " more villages")}</footer> })}
        </section>
    }
}

/// What waits: findings of the rules, the worst first, once they have looked at everything.
fn todo(desk: Desk) -> impl IntoView + use<> {
    let places = desk.places();
    let inside = desk.place.get_untracked().map(|p| places.under(p));
    let line = move |f: Found| {
        let (class, word) = if f.finding.severity == Severity::Error {
            ("tag wrong", t("错误", "Error"))
        } else {
            ("tag doubt", t("提示", "Note"))
        };
        let name = f.org.map(|o| places.name(o).to_string()).unwrap_or_default();
        let (key, row) = (f.register.to_owned(), f.row);
        view! {
            <button on:click=move |_| desk.drawer.set(Some(Drawer::Trace { register: key.clone(), row }))>
                <span class=class>{word}</span><span class="grow small">{f.finding.message.words()}</span><span class="when">{name}</span></button>
        }
    };
    let list = move || {
        let found = desk.findings(|all| {
            let here = |f: &&Found| inside.as_ref().is_none_or(|i| f.org.is_some_and(|o| i.contains(&o)));
            let serious = all.iter().filter(|f| f.finding.severity != Severity::Info).filter(here);
            (serious.clone().count(), serious.take(LISTED).cloned().collect::<Vec<_>>())
        });
        let (count, hint) = match &found {
            None => (String::new(), Some(t("正在检查…", "Looking…"))),
            Some((0, _)) => ("0".to_owned(), Some(t("没有要处理的", "Nothing waits"))),
            Some((count, _)) => (count.to_string(), None),
        };
        let lines = found.map(|(_, first)| first.into_iter().map(&line).collect_view());
        view! { <header><h2>{t("待办", "To look at")}</h2><span class="unit">{count}</span></header><div class="todo">{lines}</div>{hint.map(|h| view! { <p class="hint">{h}</p> })} }
    };
    view! { <section class="card">{list}</section> }
}
