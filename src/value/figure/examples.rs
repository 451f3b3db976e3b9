//! Every rule of the grammar with examples of its own: at least two, none taken from an annotated article. `want`
//! is written as [`said`] writes what was read.

use super::tests::{figures, others, readings};
use super::{Kind, Time};

/// A rule and its examples.
type Rule = (&'static str, &'static [(&'static str, &'static str)]);

/// What is read of a text: figures, then what is none, as `words=key`.
fn said(text: &str) -> String {
    let figures = figures(text);
    let others = others(text).into_iter().map(|(words, key)| format!("{words}={key}"));
    let all: Vec<String> = Some(figures).filter(|f| !f.is_empty()).into_iter().chain(others).collect();
    all.join(" | ")
}

/// Kind, forecast and time of every figure.
fn meant(text: &str) -> String {
    let one = |r: super::Reading| {
        let kind = match r.kind {
            Kind::Level => "level",
            Kind::Change => "change",
            Kind::Part => "part",
            Kind::Class => "class",
            Kind::Rank => "rank",
        };
        let time = match r.time {
            Time::Unknown => String::new(),
            Time::In(p) => format!(" {p}"),
            Time::Years(a, b) => format!(" {a}/{b}"),
            Time::Since(y) => format!(" {y}/"),
            Time::AsOf(_) => " now".to_owned(),
        };
        format!("{kind}{}{time}", if r.forecast { "?" } else { "" })
    };
    readings(text).into_iter().map(one).collect::<Vec<_>>().join("; ")
}

const WORDS: &[Rule] = &[
    (
        "two scales in one number",
        &[
            ("总投资2亿5000万元", "2亿5000万元 250000000..250000000 元 Exact"),
            ("产值1万3千元", "1万3千元 13000..13000 元 Exact"),
        ],
    ),
    (
        "个亿",
        &[
            ("营收过2个亿", "2个亿 200000000..200000000 元 Exact"),
            ("建成5个亿级园区", "5个亿 500000000..500000000 元 Exact"),
        ],
    ),
    (
        "blanks inside a number",
        &[
            ("安置2 450人", "2 450人 2450..2450 人 Exact"),
            ("库容12 000立方米", "12 000立方米 12000..12000 立方米 Exact"),
        ],
    ),
    (
        "余 inside the unit",
        &[("历时5个多月", "5个多月 5..10 月 Over"), ("需要2个多小时", "2个多小时 2..10 小时 Over")],
    ),
    (
        "the noun is what is counted",
        &[
            ("带动260余脱贫户", "260余脱贫户 260..270 户 Over"),
            ("吸纳80多劳动力", "80多劳动力 80..90 人 Over"),
        ],
    ),
    (
        "money below the stroke",
        &[
            ("收购价12元每公斤", "12元每公斤 12..12 元/公斤 Exact"),
            ("门票60元/人", "60元/人 60..60 元/人 Exact"),
            ("鲜菇6元一斤", "6元一斤 6..6 元/斤 Exact"),
        ],
    ),
    (
        "百分之",
        &[
            ("利润的百分之六十用于分红", "百分之六十 60..60 % Exact"),
            ("降低百分之十五", "百分之十五 15..15 % Exact"),
        ],
    ),
    (
        "fractions",
        &[
            ("五分之四的村达标", "五分之四 80..80 % Exact"),
            ("约3/4的家庭参加", "约3/4 71.25..78.75 % About"),
            ("半数以上的社员", "半数以上 50..∞ % AtLeast"),
        ],
    ),
    (
        "成 and 折",
        &[("七成以上农户入社", "七成以上 70..∞ % AtLeast"), ("农资打9折供应", "9折 90..90 % Exact")],
    ),
    (
        "neighbouring numerals",
        &[
            ("每天卖出五六百斤", "五六百斤 500..600 斤/天 Range"),
            ("七八千元的收入", "七八千元 7000..8000 元 Range"),
        ],
    ),
    (
        "数十 and 几百",
        &[("数百名游客", "数百名 100..1000 人 Range"), ("几千亩荒坡", "几千亩 1000..10000 亩 Range")],
    ),
    ("翻番", &[("产值翻了一番", "翻了一番 1..1 番 Exact"), ("产量翻两番", "翻两番 2..2 番 Exact")]),
    (
        "what is counted stands before the number",
        &[
            ("全县户籍人口42.8万,", "42.8万 428000..428000 人 Exact"),
            ("总户数1.2万,", "1.2万 12000..12000 户 Exact"),
            ("全年收入36万,", "36万 360000..360000 元 Exact"),
        ],
    ),
    (
        "thresholds of villages",
        &[
            ("其中超30万元的村18个", "超30万元 300000..∞ 元/村 Over; 18个 18..18 个 Exact"),
            ("30—50万元的村5个", "30—50万元 300000..500000 元/村 Range; 5个 5..5 个 Exact"),
            ("5万元以下的村还有3个", "5万元以下 0..50000 元/村 AtMost; 3个 3..3 个 Exact"),
        ],
    ),
    (
        "what describes the next thing is not its per",
        &[
            ("年产值500万元以上的企业3家", "500万元以上 5000000..∞ 元/年 AtLeast; 3家 3..3 家 Exact"),
            ("亩产600公斤的稻田20块", "600公斤 600..600 公斤/亩 Exact; 20块 20..20 块 Exact"),
        ],
    ),
    (
        "no percent is per head",
        &[
            ("人均纯收入增长9%", "9% 9..9 % Exact"),
            ("亩均效益提高15%以上", "15%以上 15..∞ % AtLeast"),
            ("产值年均增长8.5%", "8.5% 8.5..8.5 %/年 Exact"),
        ],
    ),
    (
        "the parts are per what the whole is per",
        &[
            (
                "人均收入2.1万元,其中工资8000元",
                "2.1万元 21000..21000 元/人 Exact; 8000元 8000..8000 元/人 Exact",
            ),
            (
                "户均增收3000元。其中务工增收1800元",
                "3000元 3000..3000 元/户 Exact; 1800元 1800..1800 元/户 Exact",
            ),
        ],
    ),
    (
        "每棚一年",
        &[
            ("每棚一年产鲜菇4000斤", "4000斤 4000..4000 斤/棚·年 Exact"),
            ("每户一年增收5000元", "5000元 5000..5000 元/户·年 Exact"),
        ],
    ),
    (
        "年 before a verb",
        &[
            ("年屠宰肉羊2万只", "2万只 20000..20000 只/年 Exact"),
            ("可年养殖肉鸡30万羽", "30万羽 300000..300000 羽/年 Exact"),
        ],
    ),
    (
        "周岁",
        &[
            ("60周岁以上老人180名", "60周岁以上 60..∞ 岁 AtLeast; 180名 180..180 人 Exact"),
            ("未满18周岁", "未满18周岁 0..18 岁 Under"),
        ],
    ),
    (
        "units of science",
        &[
            ("浓度为35微克/立方米", "35微克/立方米 35..35 微克/立方米 Exact"),
            ("每升仅3毫克", "3毫克 3..3 毫克/升 Exact"),
        ],
    ),
    (
        "cells of a table, in the unit of its head",
        &[
            ("单位:万元\n鱼塘12.60\t11.40\n", "12.60 126000..126000 元 Exact; 11.40 114000..114000 元 Exact"),
            (
                "单位:元\n存款386,214.50\t672,614.50",
                "386,214.50 386214.5..386214.5 元 Exact; 672,614.50 672614.5..672614.5 元 Exact",
            ),
            ("茶园|320|415", "320 320..320  Exact; 415 415..415  Exact"),
        ],
    ),
    (
        "signs",
        &[
            ("净收益:-4.8万元", "-4.8万元 -48000..-48000 元 Exact"),
            ("信访量(-3.2%),", "-3.2% -3.2..-3.2 % Exact"),
            ("增速为+6.5%", "+6.5% 6.5..6.5 % Exact"),
        ],
    ),
    (
        "money as people say it",
        &[("每斤2块5", "每斤2块5 2.5..2.5 元/斤 Exact"), ("一碗8块钱", "8块钱 8..8 元 Exact")],
    ),
    (
        "times more is percent more",
        &[
            ("订单增长1.4倍", "1.4倍 140..140 % Exact"),
            ("效益提高3倍以上", "3倍以上 300..∞ % AtLeast"),
            ("是全市平均的1.6倍", "1.6倍 1.6..1.6 倍 Exact"),
        ],
    ),
    (
        "from where a change begins",
        &[
            ("复种指数由1.2提高到2.4", "1.2 1.2..1.2  Exact; 2.4 2.4..2.4  Exact"),
            ("系数从0.8提高到1.5,", "0.8 0.8..0.8  Exact; 1.5 1.5..1.5  Exact"),
        ],
    ),
    (
        "a change is per what its level is per",
        &[
            (
                "人均收入2.3万元,同比增加1800元",
                "2.3万元 23000..23000 元/人 Exact; 1800元 1800..1800 元/人 Exact",
            ),
            (
                "户均增收4000元,比去年提高500元",
                "4000元 4000..4000 元/户 Exact; 500元 500..500 元/户 Exact | 去年=period",
            ),
        ],
    ),
    (
        "what is done in a year",
        &[
            ("预计年烘干鲜椒300吨", "300吨 300..300 吨/年 Exact"),
            ("可年屠牛900头", "900头 900..900 头/年 Exact"),
        ],
    ),
    (
        "thresholds of yearly income",
        &[
            ("年收入20万元以上的村达60%", "20万元以上 200000..∞ 元/村·年 AtLeast; 60% 60..60 % Exact"),
            ("年经营性收入不足5万元的村", "不足5万元 0..50000 元/村·年 Under"),
        ],
    ),
    (
        "so many in ten thousand",
        &[
            ("28.5件/万人,", "28.5件/万人 28.5..28.5 件/万人 Exact"),
            ("配医生3.2名/千人", "3.2名/千人 3.2..3.2 人/千人 Exact"),
        ],
    ),
    (
        "a day is no length of time",
        &[
            ("最高一天卖出900单", "900单 900..900 单 Exact"),
            ("最多一天接待2000人", "2000人 2000..2000 人 Exact"),
        ],
    ),
    (
        "times in words",
        &[("比上月增长近两倍", "近两倍 180..200 % Nearly"), ("收益是水稻的三倍", "三倍 3..3 倍 Exact")],
    ),
    (
        "a bracket is per itself alone",
        &[
            ("入股(每股1000元)216股", "每股1000元 1000..1000 元/股 Exact; 216股 216..216 股 Exact"),
            ("亩均收益(含补贴)3000元", "3000元 3000..3000 元/亩 Exact"),
        ],
    ),
    (
        "the plus behind",
        &[("播放量20万+", "20万+ 200000..∞  AtLeast"), ("订单超过5000+", "超过5000+ 5000..∞  Over")],
    ),
    (
        "提前 and hours are no period",
        &[
            ("比往年提前10天上市", "10天 10..10 天 Exact"),
            ("3小时内送到", "3小时 3..3 小时 Exact"),
            ("20分钟内响应", "20分钟 20..20 分钟 Exact"),
        ],
    ),
];

const OTHERS: &[Rule] = &[
    ("roads", &[("沿S203省道", "S203=code"), ("在G25高速旁", "G25=code")]),
    ("grades and codes", &[("4A级景区", "4A=code"), ("拍摄4K视频", "4K=code")]),
    ("hotlines", &[("拨打12316热线", "12316=code"), ("“12345”热线", "12345=code")]),
    ("numbers of things", &[("邮编:650000", "650000=code"), ("账号6222021234", "6222021234=code")]),
    ("telephones", &[("电话0578-6123456", "0578-6123456=code"), ("联系13912345678。", "13912345678=code")]),
    ("versions", &[("系统3.0版上线", "3.0=code"), ("进入2.0时代", "2.0=code")]),
    ("numbers of documents", &[("文件第15号", "第15=ordinal"), ("见15号文件", "15号=code")]),
    ("ordinals", &[("第3批试点", "第3=ordinal"), ("第12届茶会", "第12=ordinal")]),
    ("sessions and second times", &[("县委十四届五次全会", ""), ("用于社员二次分红", "")]),
    ("names of people", &[("社长陈三元说", ""), ("村医李四元", "")]),
    ("numerals of names after 大", &[("九大簋少不了", ""), ("六大员上门", "")]),
    ("what only sounds like 约", &[("修订村规民约,", ""), ("签订预约单", "")]),
    ("places with numerals", &[("千岩坪村民宿", ""), ("万安村群众", "")]),
    ("ratios", &[("按7:3分成", "7:3=structure"), ("比例为5:3:2", "5:3:2=structure")]),
    ("formulas", &[("“1+5+N”体系", "1+5+N=structure"), ("构建1+3网络", "1+3=structure")]),
    ("quoted digits", &[("“1234”工作法", "1234=structure"), ("“365”服务", "365=structure")]),
    ("slogans by beats", &[("推行四看五问", "四看五问=slogan"), ("打造一带三园", "一带三园=slogan")]),
    ("quoted slogans", &[("“双十”工程", "双十=slogan"), ("“三变”改革", "三变=slogan")]),
    ("dates", &[("2022年启动", "2022年=date"), ("5月12日召开", "5月12日=date")]),
    ("running periods", &[("近5年,", "近5年=period"), ("未来3年,", "3年=period")]),
    ("stories", &[("坚守了15年", "15年=narrative"), ("入党30年", "30年=narrative")]),
    (
        "titles",
        &[
            ("《关于2024年工作的意见》", "《关于2024年工作的意见》=name"),
            ("《十条措施》", "《十条措施》=name"),
        ],
    ),
    (
        "neighbouring digits before one size",
        &[
            ("月均5、60万元", "5、60万元 500000..600000 元/月 Range"),
            ("来了6、70人", "6、70人 60..70 人 Range"),
            ("花了七、八千元", "七、八千元 7000..8000 元 Range"),
        ],
    ),
    (
        "what stands behind 万 in digits",
        &[
            ("服务213万8191次", "213万8191次 2138191..2138191 次 Exact"),
            ("投入3万2500元", "3万2500元 32500..32500 元 Exact"),
        ],
    ),
    (
        "places of a ranking",
        &[("排名上升3位", "3位 3..3 位 Exact"), ("位次下降12位", "12位 12..12 位 Exact")],
    ),
    (
        "devices that are counted",
        &[("发放手机120台", "120台 120..120 台 Exact"), ("安装电话45部", "45部 45..45 部 Exact")],
    ),
    (
        "degrees below zero",
        &[
            ("最低气温-5摄氏度", "-5摄氏度 -5..-5 °C Exact"),
            ("气温为-12摄氏度", "-12摄氏度 -12..-12 °C Exact"),
        ],
    ),
    ("items of a list", &[("2.抓落实", "2.=noise"), ("3、强保障", "3、=noise")]),
    ("pages", &[("第2页 共8页", "第2页 共8页=noise"), ("第10页/共12页", "第10页/共12页=noise")]),
    ("unquantified", &[("若干意见", "若干=unquantified"), ("若干问题", "若干=unquantified")]),
];

const MEANINGS: &[Rule] = &[
    ("one of several", &[("全市5个示范县之一", "rank"), ("是省内3家试点之一", "rank")]),
    ("standing", &[("增速居全市第3位", "rank"), ("排名第5位", "rank")]),
    (
        "change with its words",
        &[("产量微增0.8%", "change"), ("价格回落6.5%", "change"), ("成本降低300元", "change")],
    ),
    ("change reached", &[("面积扩大到500亩", "level"), ("收入回升至90万元", "level")]),
    ("变 is no change: 改造提升", &[("改造提升公路12公里", "level"), ("提升改造厕所300座", "level")]),
    ("分别 goes on", &[("分别增长5%和8%", "change; change"), ("分别下降3%和4%", "change; change")]),
    (
        "parts end at a semicolon",
        &[
            ("产值60亿元,其中种植业41亿元,增长4%;畜牧业19亿元", "level; part; change; level"),
            ("党员90名,其中女党员20名;预备党员3名", "level; part; level"),
        ],
    ),
    (
        "forecasts reach to the end of the sentence",
        &[
            ("预计产量350吨,产值1亿元以上", "level?; level?"),
            ("计划新建冷库3座,总投资500万元;已建2座", "level?; level?; level"),
            ("预计产值9000万元,目前完成6000万元", "level?; level now"),
        ],
    ),
    ("增加值 is an amount", &[("第一产业增加值45亿元", "level"), ("实现增加值12.6亿元", "level")]),
    ("aims", &[("力争接待游客8万人次,收入900万元", "level?; level?"), ("目标是覆盖12个村", "level?")]),
    ("halves of the year", &[("上半年采茶90吨", "level 2024-H1"), ("去年下半年修路6公里", "level 2023-H2")]),
    (
        "目前 where a change begins",
        &[
            ("到2026年亩产值由目前的6600元提高至9000元", "level? 2026; level? 2026"),
            ("力争从目前的3家增至8家", "level?; level?"),
        ],
    ),
    ("so far", &[("截至目前,流转600亩", "level now"), ("目前有社员80户", "level now")]),
    ("since", &[("自2020年以来培训900人", "level 2020/"), ("2019年以来修路8公里", "level 2019/")]),
    (
        "years together",
        &[("2021—2023年投入90万元", "level 2021/2023"), ("2020-2022年建房30栋", "level 2020/2022")],
    ),
    ("what is only compared with", &[("较2021年增长6%", "change"), ("比2020年多30户", "level")]),
    ("years by the date of the text", &[("今年新增5家", "level 2024"), ("去年分红80万元", "level 2023")]),
];

#[test]
fn every_rule_has_two_examples_of_its_own_and_they_hold() {
    let mut wrong = Vec::new();
    let read: fn(&str) -> String = said;
    let figures = WORDS.iter().chain(OTHERS).map(|rule| (rule, read));
    for ((rule, examples), read) in figures.chain(MEANINGS.iter().map(|rule| (rule, meant as _))) {
        assert!(examples.len() >= 2, "{rule}");
        for (text, want) in *examples {
            let got = read(text);
            if got != *want {
                wrong.push(format!("{rule}: {text}\n  want {want}\n  got  {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
