//! The villages beside each other: in bands of income over the years, and by the bar this year.

use leptos::prelude::*;

use super::{local, titled};
use crate::analysis::chart::{Caption, Category, Datum, Ladder, LadderRow, RankItem, RankingBars, Threshold};
use crate::analysis::format::{self, Counted};
use crate::analysis::indicator::Band;
use crate::analysis::overview::Overview as Data;
use crate::register::catalog::{PLACE_REGISTER, r07};
use crate::table::Filter;
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{lang, t};
use crate::ui::widget::chart_card::ChartCard;
use crate::ui::words;
use crate::value::{Decimal, Period, RowId};

/// A band in what villages' money is counted in: <5, 5–10, ≥100.
fn band_word(band: &Band) -> String {
    let wan = |n: Decimal| words::plain(Counted::of_villages(lang()).count(n));
    match (band.from.is_zero() || band.from.is_sign_negative(), band.to) {
        (true, Some(to)) => format!("<{}", wan(to)),
        (_, Some(to)) => format!("{}–{}", wan(band.from), wan(to)),
        (_, None) => format!("≥{}", wan(band.from)),
    }
}

pub(super) fn ladder(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let bands: Vec<String> =
        data.ladder.first().map(|y| y.steps.iter().map(|s| band_word(&s.band)).collect()).unwrap_or_default();
    let chart = Ladder {
        caption: Caption {
            title: titled(desk, t("达标阶梯", "Ladder of villages")),
            unit: t("村数，按经营性收入（万元）", "villages by operating income (thousand yuan)").to_owned(),
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
            t("万元的村", " thousand yuan")
        );
        desk.drawer.set(Some(Drawer::Rows {
            title,
            formula: "I-20".to_owned(),
            register: PLACE_REGISTER.to_owned(),
            rows: villages.clone(),
        }));
    });
    view! { <ChartCard chart=local(chart) id="ladder" on_target /> }
}

pub(super) fn ranking(desk: Desk, data: &Data, period: Period) -> impl IntoView + use<> {
    use rust_decimal::prelude::ToPrimitive as _;
    let unit = Counted::of_villages(lang());
    let chart = RankingBars {
        caption: Caption {
            title: titled(desk, t("各村经营性收入", "Operating income of villages")),
            unit: unit.word.to_owned(),
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
                datum: unit
                    .count(v.value)
                    .to_f64()
                    .map(|n| Datum::new(n, format::grouped_fixed(unit.count(v.value), 2))),
            })
            .collect(),
        threshold: data.ranking.line.and_then(|line| {
            Some(Threshold {
                value: unit.count(line).to_f64()?,
                label: format::with_unit(&words::plain(unit.count(line)), unit.word, lang()),
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
    let rows = desk.table(r07::KEY, r07::line::KIND, |table| {
        let table = table?;
        let mut filter = Filter::parse(
            table.state().schema(),
            table.kind(),
            &[format!("{}=true", r07::line::OPERATIONAL)],
        )
        .ok()?;
        (filter.place, filter.period) = (Some(village), Some(period));
        let rows = filter.rows(&table).ok()?;
        Some(rows.into_iter().filter_map(|r| table.id(r)).collect::<Vec<_>>())
    });
    let title = format!("{name} · {} · {}", t("经营性收入", "Operating income"), words::period(period));
    desk.drawer.set(Some(Drawer::Rows {
        title,
        formula: "I-16".to_owned(),
        register: r07::KEY.to_owned(),
        rows: rows.unwrap_or_default(),
    }));
}
