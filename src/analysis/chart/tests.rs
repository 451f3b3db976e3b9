//! Properties that hold for every chart, and golden drawings of each.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::analysis::scene::{Bounds, Ink, Mark};
use crate::analysis::svg::{SvgOptions, Theme, target_boxes, to_svg};

fn caption(title: &str, unit: &str) -> Caption {
    Caption {
        title: title.into(),
        unit: unit.into(),
        period: "2021–2025年".into(),
        source: "集体经济收支台账 · 已报 34/36 · 点任一柱看明细".into(),
        note: Some("补助不计入经营性收入".into()),
    }
}

fn years() -> Vec<Category> {
    (2021..=2025).map(|year| Category::new(year.to_string(), format!("{year}年"))).collect()
}

fn data(values: &[f64]) -> Vec<Option<Datum>> {
    values.iter().map(|v| v.is_finite().then(|| Datum::new(*v, grouped(*v, 0)))).collect()
}

fn border() -> Option<Break> {
    Some(Break { before: 3, label: "2024 起新会计制度 →".into() })
}

fn income() -> StackedColumns {
    let series = |name: &str, values: &[f64]| Series {
        name: name.into(),
        values: data(values),
        tone: (name == "其他").then_some(OTHER),
    };
    StackedColumns {
        caption: caption("集体经济收入，按来源", "万元"),
        categories: years(),
        series: vec![
            series("经营收入", &[480.0, 540.0, 570.0, 622.0, 640.0]),
            series("投资收益", &[120.0, 135.0, 146.0, 160.0, 162.0]),
            series("补助收入", &[270.0, 264.0, 280.0, 240.0, 184.0]),
            series("其他", &[13.0, 12.0, 10.0, f64::NAN, 30.0]),
        ],
        totals: vec![],
        border: border(),
    }
}

fn output() -> StackedColumns {
    let series = |name: &str, values: &[f64]| Series {
        name: name.into(),
        values: data(values),
        tone: (name == "其他").then_some(OTHER),
    };
    StackedColumns {
        caption: caption("产业产值，按品种", "万元"),
        categories: years(),
        series: vec![
            series("不知火", &[11_800.0, 12_900.0, 14_200.0, 16_800.0, 18_100.0]),
            series("血橙", &[1_400.0, 1_600.0, 1_900.0, 2_100.0, 2_300.0]),
            series("枇杷", &[500.0, 560.0, 640.0, 700.0, 880.0]),
            series("其他", &[600.0, 700.0, 760.0, 840.0, 840.0]),
        ],
        totals: vec![],
        border: None,
    }
}

fn ladder() -> Ladder {
    let row = |year: u32, counts: Option<[u64; 5]>| LadderRow {
        category: Category::new(year.to_string(), format!("{year}年")),
        counts: counts.map(|counts| counts.to_vec()),
    };
    Ladder {
        caption: caption("达标阶梯，经营性收入", "村"),
        bands: ["<5万", "5–10", "10–20", "20–50", "≥50"].map(str::to_owned).to_vec(),
        rows: vec![
            row(2021, Some([6, 9, 11, 9, 1])),
            row(2022, None),
            row(2023, Some([4, 8, 11, 11, 2])),
            row(2024, Some([3, 7, 13, 10, 3])),
            row(2025, Some([2, 7, 14, 10, 3])),
        ],
    }
}

fn ranking(n: usize) -> RankingBars {
    let names = ["沙溪村", "五星村", "团滩村", "新里社区居民委员会", "胜元村", "向坪村", "滨河社区"];
    let item = |i: usize| {
        let value = 76.38 - 96.0 * i as f64 / n as f64;
        let name = names.get(i % names.len()).copied().unwrap_or_default().to_owned();
        RankItem { name, datum: (i + 1 < n).then(|| Datum::new(value, grouped(value, 2))) }
    };
    RankingBars {
        caption: caption("村集体经营性收入", "万元"),
        items: (0..n).map(item).collect(),
        threshold: Some(Threshold { value: 20.0, label: "20万元".into() }),
        keep: 20,
        noun: "村".into(),
    }
}

fn growth() -> LineChart {
    let series = |name: &str, values: &[f64]| Series { name: name.into(), values: data(values), tone: None };
    LineChart {
        caption: caption("村均经营性收入", "万元"),
        categories: years(),
        series: vec![
            series("村均", &[133.0, 150.0, 171.0, 216.0, 222.0]),
            series("中位数", &[98.0, f64::NAN, 140.0, 171.0, 178.0]),
        ],
        border: border(),
    }
}

fn single() -> LineChart {
    let mut chart = growth();
    chart.series.truncate(1);
    chart.border = None;
    chart
}

fn all() -> Vec<(&'static str, Box<dyn Chart>)> {
    vec![
        ("income", Box::new(income())),
        ("output", Box::new(output())),
        ("ladder", Box::new(ladder())),
        ("ranking", Box::new(ranking(12))),
        ("ranking_200", Box::new(ranking(200))),
        ("growth", Box::new(growth())),
        ("single", Box::new(single())),
    ]
}

fn shown(chart: &dyn Chart, width: f64, frame: Frame) -> Scene {
    let height = chart.preferred_height(width, frame, &Words::ZH);
    chart.scene(Size { width, height }, frame, &Words::ZH)
}

fn inside(inner: &Bounds, scene: &Scene) -> bool {
    inner.x >= -0.5
        && inner.y >= -1.0
        && inner.right() <= scene.width + 0.5
        && inner.bottom() <= scene.height + 0.5
}

fn overlap(a: &Bounds, b: &Bounds) -> bool {
    let (w, h) = (a.right().min(b.right()) - a.x.max(b.x), a.bottom().min(b.bottom()) - a.y.max(b.y));
    w > 0.5 && h > 2.5
}

/// Every text lies inside, and no two texts touch.
fn check_texts(scene: &Scene) -> Result<(), String> {
    let texts: Vec<_> = scene.texts().collect();
    for text in &texts {
        if !inside(&text.bounds(), scene) {
            return Err(format!(
                "{:?} at {:?} leaves {}×{}",
                text.text,
                text.bounds(),
                scene.width,
                scene.height
            ));
        }
    }
    for (i, a) in texts.iter().enumerate() {
        for b in texts.iter().skip(i + 1) {
            if overlap(&a.bounds(), &b.bounds()) {
                return Err(format!("{:?} lies on {:?} in {} px", a.text, b.text, scene.width));
            }
        }
    }
    Ok(())
}

#[test]
fn golden_drawings() {
    for (name, chart) in all() {
        for (device, width) in [("phone", 320.0), ("laptop", 640.0)] {
            let scene = shown(chart.as_ref(), width, Frame::Bare);
            insta::assert_snapshot!(format!("{name}_{device}"), to_svg(&scene, &SvgOptions::file()));
        }
    }
    insta::assert_snapshot!("poster", to_svg(&income().poster(720.0, &Words::ZH), &SvgOptions::file()));
    let paper = SvgOptions { standalone: true, ..SvgOptions::print("p") };
    insta::assert_snapshot!("paper_income", to_svg(&income().poster(640.0, &Words::ZH), &paper));
    insta::assert_snapshot!("paper_ladder", to_svg(&ladder().poster(400.0, &Words::EN), &paper));
    let screen = to_svg(&shown(&ladder(), 360.0, Frame::Bare), &SvgOptions::screen("a"));
    insta::assert_snapshot!("screen_ladder", screen);
}

#[test]
fn golden_tables() {
    let tables: Vec<ChartTable> = all().iter().map(|(_, chart)| chart.table(&Words::ZH)).collect();
    insta::assert_debug_snapshot!(tables.iter().filter(|table| table.rows.len() < 20).collect::<Vec<_>>());
}

#[test]
fn drawing_twice_gives_the_same() {
    for (name, chart) in all() {
        assert_eq!(
            shown(chart.as_ref(), 333.0, Frame::Full),
            shown(chart.as_ref(), 333.0, Frame::Full),
            "{name}"
        );
    }
}

#[test]
fn texts_stay_inside_and_apart_at_every_width() {
    for (name, chart) in all() {
        for width in (240..=900).step_by(10) {
            for frame in [Frame::Bare, Frame::Full] {
                let checked = check_texts(&shown(chart.as_ref(), f64::from(width), frame));
                assert_eq!(checked, Ok(()), "{name}");
            }
        }
    }
}

#[test]
fn segment_heights_add_up_to_the_column() {
    let chart = output();
    let scene = shown(&chart, 500.0, Frame::Bare);
    let height = |col: usize, row: Option<usize>| -> f64 {
        let of = scene.targets.iter().filter(|t| t.col == col && row.is_none_or(|row| t.row == row));
        of.map(|t| t.bounds.height).sum()
    };
    let per_unit = height(4, Some(0)) / 18_100.0;
    for col in 0..5 {
        let sum = chart.sum(col).unwrap_or(0.0);
        assert!((height(col, None) - sum * per_unit).abs() < 0.06, "column {col}");
    }
}

#[test]
fn targets_are_the_bars_that_were_drawn() {
    let scene = shown(&output(), 500.0, Frame::Bare);
    let bars: Vec<Bounds> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Rect(rect) if rect.radius == 0.0 => Some(rect.bounds),
            _ => None,
        })
        .collect();
    let targets: Vec<Bounds> = scene.targets.iter().map(|t| t.bounds).collect();
    assert_eq!(bars, targets);
    assert_eq!(target_boxes(&scene).len(), targets.len());
}

#[test]
fn targets_cover_every_known_cell_and_speak() {
    let cells = |scene: &Scene| scene.targets.iter().map(|t| (t.row, t.col)).collect::<BTreeSet<_>>();
    let scene = shown(&income(), 320.0, Frame::Bare);
    assert_eq!(cells(&scene).len(), 19, "4 × 5 less the missing one");
    assert!(!cells(&scene).contains(&(3, 3)));
    let scene = shown(&output(), 320.0, Frame::Bare);
    let label = scene.targets.iter().find(|t| (t.row, t.col) == (0, 3)).map(|t| t.label.as_str());
    assert_eq!(label, Some("2024年 不知火 16,800万元，占 82.19%"));
    let scene = shown(&ladder(), 320.0, Frame::Bare);
    assert_eq!(cells(&scene).len(), 20, "a year without data has none");
    assert_eq!(cells(&shown(&growth(), 320.0, Frame::Bare)).len(), 9);
    assert_eq!(cells(&shown(&ranking(200), 320.0, Frame::Bare)).len(), 39, "the last is not reported");
    for (i, target) in scene.targets.iter().enumerate() {
        assert_eq!(target.id, i);
    }
}

#[test]
fn tables_hold_the_input() {
    let table = income().table(&Words::ZH);
    assert_eq!(table.header, ["项目", "2021", "2022", "2023", "2024", "2025"]);
    assert_eq!(table.rows.last().map(|row| row.join(" ")).as_deref(), Some("其他 13 12 10 — 30"));
    let totals = table.totals.map(|row| row.join(" "));
    assert_eq!(totals.as_deref(), Some("合计 883 951 1,006 1,022 1,016"));
    assert_eq!(ranking(200).table(&Words::ZH).rows.len(), 200);
}

#[test]
fn totals_of_the_caller_win() {
    let mut chart = income();
    chart.totals = vec![Some(Datum::new(883.0, "883.00")), None];
    assert_eq!(chart.total_label(0).as_deref(), Some("883.00"));
    assert_eq!(chart.total_label(1), None);
    assert_eq!(chart.total_label(2).as_deref(), Some("1,006"));
}

#[test]
fn no_line_crosses_a_gap_or_a_break() {
    let scene = shown(&growth(), 640.0, Frame::Bare);
    let line = |mark: &Mark| match mark {
        Mark::Path(path) if matches!(path.stroke, Ink::Series(_)) => Some(path.points.len()),
        _ => None,
    };
    let lengths: Vec<usize> = scene.marks.iter().filter_map(line).collect();
    assert_eq!(lengths, [3, 2, 2], "mean 2021–2023 | 2024–2025; median 2024–2025, its other points alone");
}

#[test]
fn bars_left_of_zero_for_losses() {
    let scene = shown(&ranking(12), 400.0, Frame::Bare);
    let bars: Vec<_> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Rect(rect) if rect.radius == 0.0 => Some(rect),
            _ => None,
        })
        .collect();
    let zero = bars.first().map_or(0.0, |rect| rect.bounds.x);
    assert!(
        bars.last().is_some_and(|rect| (rect.bounds.right() - zero).abs() < 0.02 && rect.pattern.is_some())
    );
}

#[test]
fn nothing_and_zero_are_calm_and_different() {
    let empty: Vec<Box<dyn Chart>> = vec![
        Box::new(StackedColumns::default()),
        Box::new(Ladder::default()),
        Box::new(RankingBars { items: vec![], ..ranking(0) }),
        Box::new(LineChart::default()),
        Box::new(StackedColumns { series: vec![], ..income() }),
    ];
    for chart in empty {
        let scene = shown(chart.as_ref(), 300.0, Frame::Bare);
        assert!(scene.texts().any(|text| text.text == "暂无数据"));
        assert!(scene.targets.is_empty());
    }
    let mut chart = income();
    for series in &mut chart.series {
        series.values = data(&[0.0; 5]);
    }
    let scene = shown(&chart, 300.0, Frame::Bare);
    assert!(scene.texts().any(|text| text.text == Words::ZH.all_zero));
    assert_eq!(scene.targets.len(), 20, "a reported zero can still be opened");
}

#[test]
fn a_seventh_series_differs_by_texture_on_every_surface() {
    let mut chart = income();
    chart.series = (0..9)
        .map(|i| Series {
            name: format!("项目{i}"),
            values: data(&[10.0, 20.0, 30.0, 40.0, 50.0]),
            tone: None,
        })
        .collect();
    let svg = to_svg(&shown(&chart, 500.0, Frame::Bare), &SvgOptions::file());
    assert_eq!(svg.matches("<pattern ").count(), 3);
}

#[test]
fn english_has_no_chinese_of_its_own() {
    let chart = LineChart {
        caption: Caption { title: "Income".into(), unit: "CNY".into(), ..Caption::default() },
        categories: vec!["2024".into()],
        series: vec![Series { name: "Mean".into(), values: vec![Some(Datum::new(1.0, "1"))], tone: None }],
        border: None,
    };
    let options = SvgOptions { theme: Theme::Screen, standalone: false, ..SvgOptions::screen("e") };
    let svg = to_svg(&chart.poster(400.0, &Words::EN), &options);
    assert!(svg.is_ascii());
    assert!(svg.contains("2024 Mean 1 CNY"));
}

/// A cell: missing, or any amount a ledger can hold.
fn cell() -> impl Strategy<Value = Option<Datum>> {
    proptest::option::weighted(0.85, prop_oneof![Just(0.0), 0.0..1e9f64, -1e6..1e6f64])
        .prop_map(|v| v.map(|v| Datum::new(v, grouped(v, 2))))
}

fn name() -> impl Strategy<Value = String> {
    "[一-龥]{1,14}|[a-zA-Z0-9 ]{1,20}|20[0-9]{2}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_columns_stay_inside(
        names in proptest::collection::vec(name(), 1..13),
        rows in proptest::collection::vec((name(), proptest::collection::vec(cell(), 0..14)), 0..9),
        width in 240.0..900.0f64,
        height in 100.0..500.0f64,
        before in 0usize..14,
    ) {
        let categories: Vec<Category> = names.iter().map(|n| n.as_str().into()).collect();
        let border = Some(Break { before, label: "2024 起新会计制度 →".into() });
        let columns = StackedColumns {
            caption: caption("题目", "万元"),
            categories: categories.clone(),
            series: rows.iter().map(|(n, v)| Series { name: n.clone(), values: v.clone(), tone: None }).collect(),
            totals: vec![],
            border: border.clone(),
        };
        let lines = LineChart {
            caption: caption("题目", "万元"),
            categories,
            series: rows.iter().map(|(n, v)| Series { name: n.clone(), values: v.clone(), tone: None }).collect(),
            border,
        };
        for chart in [&columns as &dyn Chart, &lines] {
            for frame in [Frame::Bare, Frame::Full] {
                let scene = chart.scene(Size { width, height }, frame, &Words::ZH);
                for text in scene.texts() {
                    prop_assert!(inside(&text.bounds(), &scene), "{:?} {:?}", text, (scene.width, scene.height));
                }
                for target in &scene.targets {
                    prop_assert!(inside(&target.bounds, &scene), "{:?}", target);
                    prop_assert!(!target.label.is_empty());
                }
            }
        }
    }

    #[test]
    fn any_ranking_stays_inside(
        rows in proptest::collection::vec((name(), cell()), 0..60),
        threshold in proptest::option::of(-1e6..1e9f64),
        width in 240.0..900.0f64,
    ) {
        let chart = RankingBars {
            caption: caption("题目", "万元"),
            items: rows.into_iter().map(|(name, datum)| RankItem { name, datum }).collect(),
            threshold: threshold.map(|value| Threshold { value, label: format!("{value:.0}元") }),
            keep: 20,
            noun: "村".into(),
        };
        let scene = shown(&chart, width, Frame::Bare);
        for text in scene.texts() {
            prop_assert!(inside(&text.bounds(), &scene), "{:?} {:?}", text, (scene.width, scene.height));
        }
    }

    #[test]
    fn any_ladder_stays_inside(
        rows in proptest::collection::vec((name(), proptest::option::of(proptest::collection::vec(0u64..300, 0..9))), 0..9),
        bands in proptest::collection::vec(name(), 0..9),
        width in 240.0..900.0f64,
    ) {
        let chart = Ladder {
            caption: caption("题目", "村"),
            bands,
            rows: rows.into_iter().map(|(n, counts)| LadderRow { category: n.as_str().into(), counts }).collect(),
        };
        let scene = shown(&chart, width, Frame::Full);
        for text in scene.texts() {
            prop_assert!(inside(&text.bounds(), &scene), "{:?} {:?}", text, (scene.width, scene.height));
        }
        for target in &scene.targets {
            prop_assert!(inside(&target.bounds, &scene), "{:?}", target);
        }
    }
}
