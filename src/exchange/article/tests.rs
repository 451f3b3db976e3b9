use super::*;
use crate::value::Decimal;
use proptest::prelude::*;

fn read_plain(text: &str) -> Document {
    read(text, &Options::default())
}

/// Figures as `words low..high unit`.
fn shown(document: &Document) -> Vec<String> {
    let bound = |b: Option<Decimal>| b.map_or("∞".to_owned(), |d| d.to_string());
    let one = |f: &Figure| {
        let r = &f.reading;
        format!("{}..{} {}", bound(r.low), bound(r.high), r.unit.as_deref().unwrap_or("-"))
    };
    document.figures.iter().map(one).collect()
}

fn words(document: &Document) -> Vec<&str> {
    document.figures.iter().map(|f| f.figure.as_str()).collect()
}

fn slices(text: &str, document: &Document) -> bool {
    let chars: Vec<char> = text.chars().collect();
    document.figures.iter().all(|f| {
        let places = std::iter::once(&f.range).chain(&f.again);
        f.figure == chars[f.range.clone()].iter().collect::<String>()
            && places.into_iter().all(|r| r.end <= chars.len())
    })
}

#[test]
fn dirty_figures_keep_their_words_and_places() {
    for (text, figure, says) in [
        ("帶動農戶３５００餘戶增收", "３５００餘戶", "3500..3600 户"),
        ("全鄉(xiāng)建成大棚120個(gè)以上", "120個(gè)以上", "120..∞ 个"),
        ("仅 13 个村", "13 个", "13..13 个"),
        ("投资 1 200 万元", "1 200 万元", "12000000..12000000 元"),
        ("种植黄精500\n余亩，带动农户85户增收", "500\n余亩", "500..600 亩"),
        ("全县累计发放产业补助资金1.2\n万元", "1.2\n万元", "12000..12000 元"),
        ("挖圍溝 １ ８ ． ５ 公里，", "１ ８ ． ５ 公里", "18.5..18.5 公里"),
        ("鋪設產業路多條合計 ２３\n公里，新建泵站", "２３\n公里", "23..23 公里"),
        ("面积１．８６万㎡", "１．８６万㎡", "18600..18600 平方米"),
        ("增長５％左右", "５％左右", "4.75..5.25 %"),
        ("芙?zhèn)鎮黨校培訓300人", "300人", "300..300 人"),
        ("培訓黨員二〇〇人", "二〇〇人", "200..200 人"),
    ] {
        let document = read_plain(text);
        assert!(slices(text, &document), "{text}");
        assert_eq!(words(&document).first(), Some(&figure), "{text}");
        assert_eq!(shown(&document).first().map(String::as_str), Some(says), "{text}");
    }
}

/// 386,214.50 and 1,437,200.00 side by side were read as 386214.501.
#[test]
fn cells_of_a_printed_table_stay_apart() {
    for (text, figures) in [
        ("货币资金　386,214.50　1,437,200.00", vec!["386,214.50", "1,437,200.00"]),
        ("光伏电站　9.80　10.95　-1.15　-10.5%", vec!["9.80", "10.95", "-1.15", "-10.5%"]),
        ("水面\t8 250 3", vec!["8", "250", "3"]),
    ] {
        assert_eq!(words(&read_plain(text)), figures, "{text}");
    }
}

/// An area in 亩 was proposed as the area of the village in square kilometres first.
#[test]
fn numbers_of_a_pasted_table_stand_under_their_headings() {
    let read = |text: &str| -> Vec<(String, Option<String>, Option<String>)> {
        let document = read_plain(text);
        assert!(slices(text, &document), "{text}");
        let unit = |f: &Figure| f.reading.unit.as_ref().map(ToString::to_string);
        document.figures.iter().map(|f| (f.figure.clone(), f.subject.clone(), unit(f))).collect()
    };
    let is = |figure: &str, subject: &str, unit: &str| {
        (figure.to_owned(), Some(subject.to_owned()), Some(unit.to_owned()))
    };
    let text = "各村情况\n村名\t经营性收入（万元）\t茶叶面积（亩）\n清凉村\t32.0\t260\n五四村\t3.5\t310\n合计\t35.5\t570\n";
    assert_eq!(
        read(text),
        [
            is("32.0", "经营性收入", "元"),
            is("260", "茶叶面积", "亩"),
            is("3.5", "经营性收入", "元"),
            is("310", "茶叶面积", "亩"),
            is("35.5", "所列合计经营性收入", "元"),
            is("570", "所列合计茶叶面积", "亩")
        ]
    );
    // What is no table keeps its figures as they stand, and so does a row with anything else in it.
    for (text, figures) in [
        ("王芳  李明\n张伟  刘洋\n", vec![]),
        ("会议室  一楼\n参会人员  30余人\n", vec!["30余人"]),
        ("全镇有农户  85户。其中  60户已脱贫。\n", vec!["85户", "60户"]),
        ("村名\t户数（户）\n清凉村\t85\n五四村\t约60户\n", vec!["85", "约60户"]),
    ] {
        assert_eq!(words(&read_plain(text)), figures, "{text}");
    }
}

#[test]
fn what_is_kept_in_the_unit_of_the_text_is_proposed_first() {
    for text in ["茶园面积稳定在2.5万亩", "全村柑橘面积1200亩"] {
        let document = read_plain(text);
        let all = link::propose(&document.figures[0], &aim::targets(crate::register::Schema::base()));
        assert_eq!(all.first().map(|p| p.target.as_str()), Some("R06.line.area"), "{text}: {all:?}");
    }
}

const BODY: &str = "柳河县清水镇立足山区实际，全镇建成茶园3200亩，带动农户860户增收。\n近三年来，累计培训茶农1500余人次，新建加工厂4座。\n";

#[test]
fn a_body_printed_twice_is_read_once() {
    let text = format!(
        "茶山变金山\n{BODY}茶山变金山\n时间：2024-03-12 10:20\n来源：本县网站\n{BODY}责任编辑：李四 12\n"
    );
    let document = read_plain(&text);
    assert!(slices(&text, &document));
    assert_eq!(words(&document), ["3200亩", "860户", "1500余人次", "4座"]);
    assert!(document.figures.iter().all(|f| f.again.len() == 1), "{:?}", document.figures);
    assert_eq!(document.articles.len(), 1);
    assert_eq!(document.articles[0].date, Date::new(2024, 3, 12));
    let noise: Vec<&Aside> = document.asides.iter().filter(|a| a.what == Other::Noise).collect();
    assert_eq!(noise.len(), 2, "{noise:?}");
}

#[test]
fn several_articles_in_one_file() {
    let filler =
        "坚持党建引领，健全工作机制，推动各项任务落地见效，不断增强群众的获得感幸福感安全感。".repeat(4);
    let text = format!(
        "“茶旅融合”富了一方百姓\n近年来，柳河县清水镇建成茶园3200亩。{filler}\n抓实培训，建强队伍\n围绕产业发展需求，培训骨干120名。{filler}\n\
         小网格托起大治理\n青山市东城区南湖街道深入推进网格化管理，划分网格58个。{filler}\n"
    );
    let document = read_plain(&text);
    let titles: Vec<_> = document.articles.iter().map(|a| a.title.as_deref().unwrap_or_default()).collect();
    assert_eq!(titles, ["“茶旅融合”富了一方百姓", "小网格托起大治理"]);
    assert_eq!(document.figures.iter().map(|f| f.article).collect::<Vec<_>>(), [0, 0, 1]);
}

#[test]
fn subjects_and_places() {
    let text = "柳河县清水镇大坪村种植黄精500余亩，吸引12家农产品加工企业落户，产业党委党员人数已达到462人，户均增收2250元。";
    let document = read_plain(text);
    let subjects: Vec<_> =
        document.figures.iter().map(|f| f.subject.as_deref().unwrap_or_default()).collect();
    assert_eq!(subjects, ["种植黄精", "农产品加工企业", "产业党委党员人数", "户均增收"]);
    assert!(
        document.figures.iter().all(|f| f.place.as_deref() == Some("柳河县清水镇大坪村")),
        "{:?}",
        document.figures[0]
    );
    let known = read(
        "走进风景秀丽的大坪村，建成大棚12座。",
        &Options { places: vec!["大坪村".to_owned()], ..Options::default() },
    );
    assert_eq!(known.figures[0].place.as_deref(), Some("大坪村"));
}

fn rules(text: &str) -> Vec<&'static str> {
    read_plain(text).findings.into_iter().map(|f| f.rule).collect()
}

#[test]
fn arithmetic_inside_the_text() {
    assert_eq!(rules("人才队伍1304人，其中农民300人、骨干550人、乡贤294人、电商160人。"), ["adds_up"]);
    assert_eq!(rules("建立小区党组织151个，其中实体型10个、功能型141个。"), ["adds_up"]);
    assert_eq!(rules("投资600万元，其中财政资金400万元、自筹300万元。"), ["parts_exceed_total"]);
    assert_eq!(rules("党员68名，其中女党员15名、预备党员2名。"), [] as [&str; 0]);
    assert_eq!(rules("排查矛盾纠纷327起，化解319起，化解率97.6%。"), ["share_agrees"]);
    assert_eq!(rules("排查矛盾纠纷327起，化解300起，化解率97.6%。"), ["share_differs"]);
    assert_eq!(rules("人均收入从9800元提高到1.52万元，增长55.1%。"), ["growth_agrees"]);
    assert_eq!(rules("村集体收入由20万元增加到30万元，增长45%。"), ["growth_differs"]);
    assert_eq!(rules("全镇茶园面积3200亩。今后将继续扩大。全镇茶园面积3500亩。"), ["two_values"]);
    assert_eq!(rules("茶园面积3200\u{fffd}亩。"), ["damaged_text"]);
}

#[test]
fn proposals_say_why() {
    let targets = link::targets(crate::register::Schema::base());
    let document = read_plain("全镇黄精种植面积3200亩，年产量4.8万吨，总产值2.1亿元，化解纠纷30件。");
    let best: Vec<_> =
        document.figures.iter().map(|f| link::propose(f, &targets).into_iter().next()).collect();
    let keys: Vec<_> = best.iter().map(|p| p.as_ref().map_or("", |p| p.target.as_str())).collect();
    assert_eq!(keys, ["R06.line.area", "R06.line.output", "R06.line.output_value", ""]);
    assert!(best[0].as_ref().is_some_and(|p| p.reason.zh.contains("种植面积")));
}

fn traditional(text: &str) -> String {
    const PAIRS: &str = "万萬余餘个個亩畝户戶约約达達处處头頭张張吨噸两兩场場间間项項门門条條来來将將过過预預计計产產业業农農党黨员員镇鎮乡鄉县縣区區资資亿億积積时時带帶动動";
    let pairs: Vec<char> = PAIRS.chars().collect();
    text.chars().map(|c| pairs.chunks(2).find(|p| p[0] == c).map_or(c, |p| p[1])).collect()
}

fn full_width(text: &str) -> String {
    let wide = |c: char| matches!(c, '0'..='9' | '.' | '%' | ',' | '(' | ')');
    text.chars().map(|c| if wide(c) { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c }).collect()
}

fn with_pinyin(text: &str) -> String {
    text.chars()
        .map(|c| if matches!(c, '亩' | '户' | '个' | '镇') { format!("{c}(mǔ)") } else { c.to_string() })
        .collect()
}

fn sentences() -> impl Strategy<Value = String> {
    let number = prop_oneof!["[1-9][0-9]{0,4}", "[1-9]\\.[1-9]万", "[1-9]万", "[1-9][0-9]{0,2}余", "[1-9]千"];
    let unit =
        prop::sample::select(vec!["亩", "户", "个村", "万元", "人次", "%", "公里", "名党员", "吨以上", "处"]);
    let lead = prop::sample::select(vec![
        "种植面积",
        "累计投入约",
        "带动农户超",
        "预计",
        "其中党员",
        "增长",
        "每亩",
        "近",
    ]);
    let clause = (lead, number, unit).prop_map(|(l, n, u)| format!("{l}{n}{u}"));
    prop::collection::vec(clause, 1..6).prop_map(|c| format!("清水镇{}。", c.join(",")))
}

proptest! {
    #[test]
    fn script_width_and_pinyin_change_nothing(text in sentences()) {
        let plain = read_plain(&text);
        for other in [traditional(&text), full_width(&text), with_pinyin(&text)] {
            let document = read_plain(&other);
            prop_assert!(slices(&other, &document));
            let readings = |d: &Document| d.figures.iter().map(|f| f.reading.clone()).collect::<Vec<_>>();
            prop_assert_eq!(readings(&plain), readings(&document), "{} | {}", text, other);
        }
    }

    #[test]
    fn any_text_is_survived_and_sliced(text in "[0-9一二万亿余多近约超个亩元人%+.,，。“”（）()第每均至 \n\r\t\u{3000}省村户a-zǔ?①Ⅱ㎡]{0,120}") {
        prop_assert!(slices(&text, &read_plain(&text)));
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = source::text(&bytes) {
            prop_assert!(slices(&text, &read_plain(&text)));
        }
    }
}

#[test]
fn long_runs_take_linear_time() {
    for unit in ["1", "万", "1 ", "\n", "a(", "（mǔ）", "村", "3户,", "“", "?a"] {
        let text = unit.repeat(100_000);
        let begun = std::time::Instant::now();
        let _ = read_plain(&text);
        // A pass takes a second without optimisation; a square of passes would take hours, on any machine.
        assert!(begun.elapsed() < std::time::Duration::from_secs(120), "{unit}");
    }
}
