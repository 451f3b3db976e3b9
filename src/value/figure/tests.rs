use super::*;
use crate::value::number::numeral;
use proptest::prelude::*;

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn today() -> Option<Date> {
    Date::new(2024, 7, 25)
}

fn bound(b: Option<Decimal>) -> String {
    b.map_or("∞".to_owned(), |d| d.normalize().to_string())
}

/// Every figure of a sentence as `words low..high unit[/per] modifier`, joined by `; `.
pub(super) fn figures(text: &str) -> String {
    let chars = chars(text);
    let shown = |f: Found| match f.what {
        What::Figure(r) => {
            let words: String = chars[f.start..f.end].iter().collect();
            let per = r.per.map_or(String::new(), |p| format!("/{p}"));
            let unit = r.unit.unwrap_or_default();
            Some(format!("{words} {}..{} {unit}{per} {:?}", bound(r.low), bound(r.high), r.modifier))
        }
        What::Other(_) => None,
    };
    read(&chars, today()).into_iter().filter_map(shown).collect::<Vec<_>>().join("; ")
}

pub(super) fn readings(text: &str) -> Vec<Reading> {
    let found = read(&chars(text), today()).into_iter();
    found.filter_map(|f| if let What::Figure(r) = f.what { Some(r) } else { None }).collect()
}

/// The keys of what is no figure, with its words.
pub(super) fn others(text: &str) -> Vec<(String, &'static str)> {
    let chars = chars(text);
    let words = |f: &Found| chars[f.start..f.end].iter().collect::<String>();
    let found = read(&chars, today()).into_iter();
    found
        .filter_map(|f| if let What::Other(o) = &f.what { Some((words(&f), o.key())) } else { None })
        .collect()
}

fn each(cases: &[(&str, &str)]) {
    for (text, want) in cases {
        assert_eq!(&figures(text), want, "{text}");
    }
}

#[test]
fn wordings_open_intervals() {
    each(&[
        ("全镇共有党员1186名,", "1186名 1186..1186 人 Exact"),
        ("投资达7000余万元。", "7000余万元 70000000..80000000 元 Over"),
        ("解决了2000多名群众的饮水问题", "2000多名 2000..3000 人 Over"),
        ("投入5万余元改造路灯", "5万余元 50000..60000 元 Over"),
        ("接待群众15余批", "15余批 15..20 批 Over"),
        ("种了3亩多地", "3亩多 3..10 亩 Over"),
        ("产值突破1000万元", "突破1000万元 10000000..∞ 元 Over"),
        ("吸引逾300名青年返乡", "逾300名 300..∞ 人 Over"),
        ("建成15个以上的示范点", "15个以上 15..∞ 个 AtLeast"),
        ("至少覆盖村民;每人至少50元", "每人至少50元 50..∞ 元/人 AtLeast"),
        ("流转土地近3000亩", "近3000亩 2700..3000 亩 Nearly"),
        ("收入接近20万元", "接近20万元 180000..200000 元 Nearly"),
        ("增产约12万斤", "约12万斤 114000..126000 斤 About"),
        ("成本为240元左右", "240元左右 228..252 元 About"),
        ("收入不足5万元的村", "不足5万元 0..50000 元/村 Under"),
        ("面积不到100亩", "不到100亩 0..100 亩 Under"),
        ("费用不超过300元", "不超过300元 0..300 元 AtMost"),
        ("35岁以下党员12名", "35岁以下 0..35 岁 AtMost; 12名 12..12 人 Exact"),
        ("在附近30多户农户中", "30多户 30..40 户 Over"),
        ("节约500元,签约20户", "500元 500..500 元 Exact; 20户 20..20 户 Exact"),
    ]);
}

#[test]
fn scales_units_and_measure_words() {
    each(&[
        ("总产值4.56亿元", "4.56亿元 456000000..456000000 元 Exact"),
        ("工程投入1亿2000万元", "1亿2000万元 120000000..120000000 元 Exact"),
        ("培训1.2万人次、300场次", "1.2万人次 12000..12000 人次 Exact; 300场次 300..300 次 Exact"),
        ("培训3.5万人(次)", "3.5万人(次) 35000..35000 人次 Exact"),
        ("硬化道路15.6公里,安装路灯320盏", "15.6公里 15.6..15.6 公里 Exact; 320盏 320..320 盏 Exact"),
        ("装机容量300千瓦,年发电36万度", "300千瓦 300..300 千瓦 Exact; 36万度 360000..360000 度/年 Exact"),
        (
            "面积3万平方米、库容5000立方米",
            "3万平方米 30000..30000 平方米 Exact; 5000立方米 5000..5000 立方米 Exact",
        ),
        ("学习64学时,为期3个多月", "64学时 64..64 学时 Exact; 3个多月 3..10 月 Over"),
        ("收入3个亿", "3个亿 300000000..300000000 元 Exact"),
        ("藏书30余万册", "30余万册 300000..400000 册 Over"),
        ("带动1 304人就业", "1 304人 1304..1304 人 Exact"),
        ("实有12,345人", "12,345人 12345..12345 人 Exact"),
        ("有3500余农户受益", "3500余农户 3500..3600 户 Over"),
        ("120余脱贫群众就业", "120余脱贫群众 120..130 人 Over"),
        ("年产值30万至50万", "30万至50万 300000..500000 元/年 Range"),
        ("设置课程16门、挂图2000幅", "16门 16..16 门 Exact; 2000幅 2000..2000 幅 Exact"),
    ]);
}

#[test]
fn ranges_inherit_scale_and_unit() {
    each(&[
        ("每户增收3至5万元", "3至5万元 30000..50000 元/户 Range"),
        ("提高20%—30%", "20%—30% 20..30 % Range"),
        ("补助3000元至5000元不等", "3000元至5000元不等 3000..5000 元 Range"),
        ("日均工资80~120元", "80~120元 80..120 元/天 Range"),
        ("每天接待30至50人次", "30至50人次 30..50 人次/天 Range"),
        ("由12名到15名扩充", "12名 12..12 人 Exact; 15名 15..15 人 Exact"),
        ("从5家到12家", "5家 5..5 家 Exact; 12家 12..12 家 Exact"),
        ("三五户联建,七八个小组", "三五户 3..5 户 Range; 七八个 7..8 个 Range"),
    ]);
}

#[test]
fn per_what() {
    each(&[
        ("亩均增收2000元、户均增收8000元", "2000元 2000..2000 元/亩 Exact; 8000元 8000..8000 元/户 Exact"),
        ("土地流转费每亩每年600元", "每亩每年600元 600..600 元/亩·年 Exact"),
        (
            "收购价为3.5元/斤,酬劳100元/人·天",
            "3.5元/斤 3.5..3.5 元/斤 Exact; 100元/人·天 100..100 元/人·天 Exact",
        ),
        ("鲜果15元一斤", "15元一斤 15..15 元/斤 Exact"),
        ("每名党员每年学习32学时", "32学时 32..32 学时/人·年 Exact"),
        ("每季度开展1次活动", "1次 1..1 次/季度 Exact"),
        ("每周一次的例会", "一次 1..1 次/周 Exact"),
        ("村均收入31万元", "31万元 310000..310000 元/村 Exact"),
        ("每年补助各村3万元", "3万元 30000..30000 元/村·年 Exact"),
        ("8个村收入超50万元", "8个 8..8 个 Exact; 超50万元 500000..∞ 元/村 Over"),
        ("村集体经济收入全部突破10万元", "突破10万元 100000..∞ 元/村 Over"),
        ("12个村总收入超500万元", "12个 12..12 个 Exact; 超500万元 5000000..∞ 元 Over"),
        ("年销量50吨,现有社员90人", "50吨 50..50 吨/年 Exact; 90人 90..90 人 Exact"),
        ("2024年产值80万元", "80万元 800000..800000 元 Exact"),
        ("青年人才300人", "300人 300..300 人 Exact"),
        ("亩产稻谷550公斤、小龙虾150斤", "550公斤 550..550 公斤/亩 Exact; 150斤 150..150 斤 Exact"),
    ]);
}

#[test]
fn shares_and_fractions() {
    each(&[
        ("覆盖率达100%", "100% 100..100 % Exact"),
        ("占比超六成,成本降低三成", "超六成 60..∞ % Over; 三成 30..30 % Exact"),
        ("百分之四十的农户", "百分之四十 40..40 % Exact"),
        ("三分之二以上代表同意", "三分之二以上 66.6667..∞ % AtLeast"),
        ("有1/3的村民", "1/3 33.3333..33.3333 % Exact"),
        ("一半以上村民受益", "一半以上 50..∞ % AtLeast"),
        ("优惠打8折,会员9.5折", "8折 80..80 % Exact; 9.5折 95..95 % Exact"),
        ("提高12个百分点", "12个百分点 12..12 百分点 Exact"),
        ("效率提高2倍以上", "2倍以上 200..∞ % AtLeast"),
        ("收入翻了两番", "翻了两番 2..2 番 Exact"),
    ]);
}

#[test]
fn chinese_numerals_and_sizes() {
    each(&[
        ("成立三个专班", "三个 3..3 个 Exact"),
        ("两万名群众参与", "两万名 20000..20000 人 Exact"),
        ("投资一百二十万元", "一百二十万元 1200000..1200000 元 Exact"),
        ("吸引上万网友", "上万网友 10000..∞ 人 AtLeast"),
        ("上百名群众参加", "上百名 100..∞ 人 AtLeast"),
        ("打造万亩茶园和千亩果园", "万亩 10000..∞ 亩 AtLeast; 千亩 1000..∞ 亩 AtLeast"),
        ("产值超千万元", "超千万元 10000000..∞ 元 Over"),
        ("近百亩荒地复垦", "近百亩 90..100 亩 Nearly"),
        ("数十家媒体、几百户村民", "数十家 10..100 家 Range; 几百户 100..1000 户 Range"),
        ("百余户搬迁,十余家落户", "百余户 100..200 户 Over; 十余家 10..20 家 Over"),
        ("明确四大任务、“五大行动”", "四大 4..4 个 Exact; 五大 5..5 个 Exact"),
    ]);
}

fn kinds(text: &str) -> Vec<Kind> {
    readings(text).into_iter().map(|r| r.kind).collect()
}

#[test]
fn level_change_part_class_rank() {
    use Kind::{Change, Class, Level, Part, Rank};
    for (text, want) in [
        ("覆盖率提升至90%", vec![Level]),
        ("办结率由80%提高到95%", vec![Level, Level]),
        ("合作社增至12家", vec![Level]),
        ("附加值提升40%", vec![Change]),
        ("同比增加了5%", vec![Change]),
        ("较上年增加1520元", vec![Change]),
        ("接待12万人次、收入3800万元,分别增长18.7%和22.4%", vec![Level, Level, Change, Change]),
        ("党员68名,其中女党员15名,预备党员2名,党小组4个", vec![Level, Part, Part, Level]),
        ("其中财政资金80万元、自筹20万元", vec![Part, Part]),
        ("上千名群众", vec![Class]),
        ("是全县仅有的3个示范乡镇之一", vec![Rank]),
        ("位居全市第2位", vec![Rank]),
    ] {
        assert_eq!(kinds(text), want, "{text}");
    }
    let down = readings("信访量下降62%,产量增长8%");
    assert_eq!(
        down.iter().map(|r| r.direction).collect::<Vec<_>>(),
        [Some(Direction::Down), Some(Direction::Up)]
    );
}

#[test]
fn forecasts_are_marked() {
    for (text, want) in [
        ("预计产量500吨,已售200吨", vec![true, false]),
        ("计划总投资2亿元,已完成1亿元", vec![true, false]),
        ("力争到2026年收入达5亿元,接待游客10万人次", vec![true, true]),
        ("按照培训计划,培养30名骨干", vec![false]),
    ] {
        assert_eq!(readings(text).iter().map(|r| r.forecast).collect::<Vec<_>>(), want, "{text}");
    }
}

#[test]
fn strict_readings() {
    let strict = |text: &str| {
        let r = readings(text).into_iter().next().unwrap();
        (bound(r.strict.0), bound(r.strict.1))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(strict("投资200万余元"), pair("2000000", "2010000"));
    assert_eq!(strict("资金500万余元"), pair("5000000", "5010000"));
    assert_eq!(strict("投资80余万元"), pair("800000", "900000"));
    assert_eq!(strict("农户3500余户"), pair("3500", "3600"));
    assert_eq!(strict("约1.51万个"), pair("15050", "15150"));
}

#[test]
fn periods_come_from_the_text_and_its_date() {
    let times = |text: &str| readings(text).into_iter().map(|r| r.time).collect::<Vec<_>>();
    let year = |y| Time::In(Period::year_of(y));
    assert_eq!(times("2023年收入80万元,支出20万元。新建2座大棚。"), [year(2023), year(2023), year(2023)]);
    assert_eq!(times("今年建成3座。去年建成2座。"), [year(2024), year(2023)]);
    assert_eq!(
        times("今年上半年完成30件"),
        [Time::In(Period::new(2024, crate::value::Grain::Half, 1).unwrap())]
    );
    assert_eq!(times("截至目前,已办30件"), [Time::AsOf(today())]);
    assert_eq!(times("2021—2023年投入50万元"), [Time::Years(2021, 2023)]);
    assert_eq!(times("2018年成立的合作社有社员60户"), [Time::Unknown]);
    assert_eq!(times("自2019年以来培训500人"), [Time::Since(2019)]);
    assert_eq!(times("较2020年增长15%"), [Time::Unknown]);
    assert_eq!(times("2023年收入5万元\n办理30件"), [year(2023), Time::Unknown]);
    assert_eq!(
        times("3月5日清理垃圾2吨,二〇二三年清理4吨".replace('〇', "零").as_str()),
        [Time::In(Period::month_of(2024, 3).unwrap()), year(2023)]
    );
}

/// 新建2座 in a sentence of its own belongs to the year of the paragraph, and says that it does not name it.
#[test]
fn a_period_of_an_earlier_sentence_is_told_apart() {
    let before = |text: &str| readings(text).into_iter().map(|r| r.time_before).collect::<Vec<_>>();
    assert_eq!(
        before("2023年收入80万元,支出20万元。新建2座大棚。今年建成3座。"),
        [false, false, true, false]
    );
    assert_eq!(before("新建2座大棚。支出20万元。"), [false, false]);
    assert_eq!(before("2023年收入5万元。\n办理30件。办结20件。"), [false, false, false]);
}

#[test]
fn what_is_no_figure() {
    for (text, words, key) in [
        ("构建“四提四促”模式", "四提四促", "slogan"),
        ("推行三亮三比,", "三亮三比", "slogan"),
        ("实施一户一策", "一户一策", "slogan"),
        ("形成两园一带布局", "两园一带", "slogan"),
        ("百村千户联创", "百村千户", "slogan"),
        ("推行“136”工作法", "136", "structure"),
        ("构建1+6+N体系", "1+6+N", "structure"),
        ("按6:4比例分配", "6:4", "structure"),
        ("途经G318国道", "G318", "code"),
        ("创建5A级景区", "5A", "code"),
        ("拨打12345热线", "12345", "code"),
        ("电话0838-1234567", "0838-1234567", "code"),
        ("手机13800138000。", "13800138000", "code"),
        ("智慧平台2.0版", "2.0", "code"),
        ("见第11期", "第11", "ordinal"),
        ("在第三季度", "第三季度", "date"),
        ("于2018年3月启动", "2018年3月", "date"),
        ("2024-07-25 09:43:41", "2024-07-25 09:43:41", "noise"),
        ("发布于2024-07-25 09:43", "2024-07-25 09:43", "date"),
        ("每月的11号", "11号", "code"),
        ("近3年,", "近3年", "period"),
        ("过去5年", "5年", "period"),
        ("近年来,", "近年来", "period"),
        ("废弃了20年", "20年", "narrative"),
        ("历经4年探索", "4年", "narrative"),
        ("学习《五年规划(2024—2028年)》", "《五年规划(2024—2028年)》", "name"),
        ("1 1 1", "1 1 1", "noise"),
        ("00:00/00:00", "00:00/00:00", "noise"),
        ("3.加强管理", "3.", "noise"),
        ("若干措施", "若干", "unquantified"),
    ] {
        let got = others(text);
        assert!(got.iter().any(|(w, k)| w == words && *k == key), "{text}: {got:?}");
        assert_eq!(figures(text), "", "{text}");
    }
    let members = |text: &str| match read(&chars(text), None).into_iter().next().map(|f| f.what) {
        Some(What::Other(Other::Structure(m))) => m,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(members("1+23+291"), [Member::Count(1), Member::Count(23), Member::Count(291)]);
    assert_eq!(members("“164”分配"), [Member::Count(1), Member::Count(6), Member::Count(4)]);
}

#[test]
fn words_with_numerals_are_no_figures() {
    for text in [
        "统一管理,进一步落实,第一书记带头,一系列举措,一些问题,一方面",
        "党的二十大报告、十九大精神、二十届三中全会",
        "“两个维护”“四个意识”,落实三会一课,四议两公开",
        "七里村、三家店村、五台山镇、十里铺乡",
        "千方百计、四面八方、五湖四海、千家万户、百花齐放",
        "一村一品,一年四季,三级联动,两委班子,三农工作",
        "打造一支队伍,是一个高山村,一批先进典型",
        "万州区、千丘片区、百姓、万荣县",
        "一是抓队伍。二是抓阵地。三是抓产业。",
    ] {
        assert_eq!(figures(text), "", "{text}");
    }
}

/// N with few significant digits, as figures in prose have, and how it may be written.
fn written() -> impl Strategy<Value = (i64, String)> {
    let rounded = (1i64..1000, 0u32..6).prop_map(|(n, zeros)| n * 10i64.pow(zeros));
    (rounded, any::<bool>()).prop_map(|(n, scaled)| {
        let whole = n % 10_000 == 0 && scaled;
        (n, if whole { format!("{}万", n / 10_000) } else { n.to_string() })
    })
}

proptest! {
    #[test]
    fn any_wording_reads_back_with_its_interval((n, text) in written(), which in 0usize..9, frame in 0usize..3) {
        // 1900–2199 before 年 alone is a year; no unit here is one.
        let d = Decimal::from(n);
        let last = { let mut p = 1i64; while n % (p * 10) == 0 { p *= 10; } p };
        let step = if last == 1 { (n / 10 + 1) * 10 } else { n + last };
        let pct = |h: i64| Some((d * Decimal::new(h, 2)).normalize());
        let (words, low, high) = match which {
            0 => (format!("{text}亩"), Some(d), Some(d)),
            1 => (format!("{text}余户"), Some(d), Some(Decimal::from(step))),
            2 => (format!("超{text}元"), Some(d), None),
            3 => (format!("{text}人以上"), Some(d), None),
            4 => (format!("近{text}吨"), pct(90), Some(d)),
            5 => (format!("约{text}元"), pct(95), pct(105)),
            6 => (format!("不足{text}人"), Some(Decimal::ZERO), Some(d)),
            7 => (format!("不超过{text}亩"), Some(Decimal::ZERO), Some(d)),
            _ => (format!("{n}至{}户", n + 1), Some(d), Some(Decimal::from(n + 1))),
        };
        let sentence = [format!("全镇共{words},"), format!("据统计{words}。"), format!("实现{words}")][frame].clone();
        let got = readings(&sentence);
        prop_assert_eq!(got.len(), 1, "{}: {:?}", sentence, got);
        prop_assert_eq!((got[0].low, got[0].high), (low.map(|d| d.normalize()), high.map(|d| d.normalize())), "{}", sentence);
    }

    #[test]
    fn places_are_in_order_and_inside(text in "[0-9一二十百千万亿年月日余多近约超个亩元人%+\\-:.,。“”第每均至 \n省村户a-c]{0,80}") {
        let chars = chars(&text);
        let mut last = 0;
        for f in read(&chars, today()) {
            prop_assert!(f.start >= last && f.start < f.end && f.end <= chars.len(), "{:?} in {}", f, text);
            last = f.end;
        }
    }

    #[test]
    fn anything_is_survived(text in ".{0,120}") {
        let _ = read(&chars(&text), None);
        let _ = numeral::read(&chars(&text), 0);
    }
}

#[test]
fn long_runs_take_linear_time() {
    for unit in
        ["1", "万", "一", "1+", "1:", "每", "近", "“1", "三学", "2024年", "1,", "数十", "第1", "1/", "百分之"]
    {
        let text = chars(&unit.repeat(100_000));
        let begun = std::time::Instant::now();
        let _ = read(&text, None);
        // A pass takes a fraction of a second; a square of passes would take hours, on any machine.
        assert!(begun.elapsed() < std::time::Duration::from_secs(120), "{unit}");
    }
}
