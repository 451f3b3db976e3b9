//! Words that say how the figures after them are meant: 预计, 其中, 每亩, 同比增长, 截至目前.
//!
//! Duty: declare them once. A word that only looks like one (附近, 节约, 青年) is declared too, as
//! [`Sign::Plain`], because the longest word wins.

use std::sync::LazyLock;

use super::measures::{self, Measure};
use super::words::Words;
use super::{Direction, Wording};
use crate::value::number::wording::LEADS;

/// What a word says about figures near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Opens the interval of the number right after it.
    Lead(Wording),
    /// 预计
    Forecast,
    /// 力争: everything after it in the sentence is still to come.
    Aim,
    /// 增长, 下降
    Change(Direction),
    /// 增至: the figure after it is a level again.
    Level,
    /// 其中
    Part,
    /// 每亩, 户均: the figures after it in the clause are per …
    Per(&'static str),
    /// 年产值: per year; only its 年 is taken away.
    Yearly,
    /// 各村: only for a number right after it.
    Each(&'static str),
    /// 去年: so many years from the document's year.
    Year(i16),
    /// 上半年: the first or second half of the year that is spoken of.
    Half(u8),
    /// 截至目前
    Now,
    /// 近年来: a period that cannot be resolved.
    Recent,
    /// 产值, 人口: what a number without unit is counted in.
    Counted(Measure),
    /// 从, 自: what follows is where something begins.
    From,
    /// 排名, 位居: the ordinal after it is a rank.
    Standing,
    /// 已: what was forecast before it in the sentence does not reach further.
    Done,
    /// Nothing; hides a shorter word inside it.
    Plain,
}

/// Every sign, by its first character.
pub(super) static SIGNS: LazyLock<Words<Sign>> = LazyLock::new(|| {
    let leads = LEADS.iter().filter(|(word, _)| !CELLS_ONLY.contains(word)).map(|(word, w)| {
        let sign = match *w {
            Wording::Forecast => Sign::Forecast,
            lead => Sign::Lead(lead),
        };
        (*word, sign)
    });
    let named = |words: &'static str, sign: Sign| words.split(' ').map(move |w| (w, sign));
    Words::new(
        leads
            .chain(MORE_LEADS.iter().map(|(word, w)| (*word, Sign::Lead(*w))))
            .chain(named(FORECAST, Sign::Forecast))
            .chain(named(AIM, Sign::Aim))
            .chain(named(UP, Sign::Change(Direction::Up)))
            .chain(named(DOWN, Sign::Change(Direction::Down)))
            .chain(named(REACHED, Sign::Level))
            .chain(named("其中", Sign::Part))
            .chain(PER.iter().map(|(word, per)| (*word, Sign::Per(per))))
            .chain(named(YEARLY, Sign::Yearly))
            .chain(EACH.iter().map(|(word, per)| (*word, Sign::Each(per))))
            .chain(YEARS.iter().map(|(word, n)| (*word, Sign::Year(*n))))
            .chain([("上半年", Sign::Half(1)), ("下半年", Sign::Half(2))])
            .chain(named(NOW, Sign::Now))
            .chain(named(RECENT, Sign::Recent))
            .chain(named(MONEY, Sign::Counted(measures::YUAN)))
            .chain(named(PEOPLE, Sign::Counted(measures::PEOPLE)))
            .chain(named(HOUSEHOLDS, Sign::Counted(measures::HOUSEHOLDS)))
            .chain(named(DONE, Sign::Done))
            .chain(named("从 自 由", Sign::From))
            .chain(named(STANDING, Sign::Standing))
            .chain(named(PLAIN, Sign::Plain)),
    )
});

/// In a sentence 计划 is mostly a noun, and 为 and 人民币 say nothing.
const CELLS_ONLY: &[&str] = &["计划", "为", "人民币", "¥", "预期", "力争"];

const MORE_LEADS: &[(&str, Wording)] = &[
    ("超出", Wording::Above),
    ("远超", Wording::Above),
    ("均超", Wording::Above),
    ("破", Wording::Above),
    ("过", Wording::Above),
    ("最低", Wording::AtLeast),
    ("最少", Wording::AtLeast),
    ("最高", Wording::AtMost),
    ("至多", Wording::AtMost),
    ("约合", Wording::About),
    ("约有", Wording::About),
    ("约占", Wording::About),
    ("近乎", Wording::Nearly),
    ("高达", Wording::Exact),
    ("多达", Wording::Exact),
];

const FORECAST: &str = "\
    预测 预期可 拟投 拟建 将达 将达到 将实现 将突破 将超 将建成 将带动 将新增 \
    计划投 计划总投 计划建 计划新 计划发展 计划种植 计划培 计划到 计划在 计划用 \
    计划实施 计划完成 计划流转 计划引 计划年 计划带动 计划今 计划每 规划面积 规划总 \
    规划用 规划投 目标产 设计年 达产后 投产后可 建成后可 建成后预";

const AIM: &str = "确保 力争 力求 争取达到 争取实现 目标是 目标为 奋斗目标";

const UP: &str = "\
    增长 增加 提高 提升 上升 上涨 增幅 涨幅 递增 增速 高出 净增 同比增 环比增 \
    上浮 扩大 攀升 增长率 涨 微增 略增 回升 回暖 走高";

const DOWN: &str = "\
    下降 减少 降低 降幅 缩减 压减 压缩 下滑 减幅 缩短 下跌 下浮 减轻 同比降 \
    环比降 节省 降本 微降 略降 回落 走低";

const REACHED: &str = "\
    增至 降至 升至 涨至 减至 增到 降到 升到 涨到 减到 增长至 增长到 增长为 \
    增加至 增加到 增加为 提高至 提高到 提高为 提升至 提升到 提升为 上升至 上升到 \
    上升为 上涨至 上涨到 下降至 下降到 下降为 减少至 减少到 减少为 降低至 降低到 \
    降低为 扩大至 扩大到 缩短至 缩短到 缩减至 缩减到 压减至 压减到 压缩至 压缩到 \
    攀升至 攀升到 发展到 发展至 回升至 回升到 回落至 回落到 占比 占到";

/// Besides these, 每 before any measure word: 每亩, 每公斤, 每个.
const PER: &[(&str, &str)] = &[
    ("亩均", "亩"),
    ("亩产", "亩"),
    ("亩收", "亩"),
    ("亩增", "亩"),
    ("亩效益", "亩"),
    ("亩利润", "亩"),
    ("亩成本", "亩"),
    ("户均", "户"),
    ("人均", "人"),
    ("村均", "村"),
    ("每村", "村"),
    ("每个村", "村"),
    ("每个行政村", "村"),
    ("每社区", "社区"),
    ("每个社区", "社区"),
    ("每支部", "支部"),
    ("每个支部", "支部"),
    ("每个乡镇", "乡镇"),
    ("年均", "年"),
    ("每半年", "半年"),
    ("每季度", "季度"),
    ("每季", "季度"),
    ("季均", "季度"),
    ("每月", "月"),
    ("月均", "月"),
    ("月收入", "月"),
    ("月工资", "月"),
    ("月薪", "月"),
    ("月增收", "月"),
    ("月销", "月"),
    ("每星期", "周"),
    ("周均", "周"),
    ("每日", "天"),
    ("日均", "天"),
    ("日产", "天"),
    ("日处理", "天"),
    ("日加工", "天"),
    ("场均", "场"),
    ("期均", "期"),
    ("次均", "次"),
    ("头均", "头"),
    ("组均", "组"),
    ("社均", "社"),
    ("每餐", "餐"),
    ("每桌", "桌"),
    ("每立方米", "立方米"),
    ("每立方厘米", "立方厘米"),
];

/// 年 before these is "a year", not the year before them: the date takes its own 年 away first.
const YEARLY: &str = "\
    年产 年销 年收 年营 年处 年加工 年接 年出 年增 年节 年可 年综 年总 年租 \
    年供 年培 年发电 年吞 年旅 年经 年利 年纯 年净 年集 年分红 年务 年薪 年创 \
    年实现 年吸 年交 年生产 年人均 年户均 年亩 年贸 年运 年游 年进 年屠 年养 \
    年饲 年繁 年孵 年育 年采 年制 年提供 年就业 年带动 年消化 年消耗 年用 年需 \
    年存 年开展 年举办 年组织 年服务";

const EACH: &[(&str, &str)] = &[
    ("各村", "村"),
    ("各社区", "社区"),
    ("各户", "户"),
    ("各镇", "镇"),
    ("各乡镇", "乡镇"),
    ("各支部", "支部"),
];

const YEARS: &[(&str, i16)] = &[
    ("今年", 0),
    ("今年以来", 0),
    ("本年度", 0),
    ("本年", 0),
    ("年内", 0),
    ("去年", -1),
    ("去年以来", -1),
    ("上年", -1),
    ("上年度", -1),
    ("前年", -2),
    ("明年", 1),
];

const NOW: &str = "\
    截至目前 截止目前 截至当前 截至现在 到目前 目前 当前 现已 如今 现在 现有 迄今 \
    至今 现辖 现存";

const RECENT: &str = "近年来 近年 近几年来 近几年 近日 近期 近些年 多年来 历年来 近来";

const MONEY: &str = "\
    产值 收入 投资 资金 增收 营收 利润 效益 分红 销售额 成本 租金 贷款 补贴 \
    补助 工资 营业额 收益 纯收 存款 捐款 经费 奖金 薪";

const PEOPLE: &str = "人口 人数 户籍人口 常住人口 总人口 劳动力 从业人员";

const HOUSEHOLDS: &str = "户数 总户数 农户数";

/// 早已, 现已 and the like say it as well; 已知 and 已有 tell no progress.
const DONE: &str = "已 已经 早已 业已";

const STANDING: &str = "排名 位居 位列 名列 列全 居全 排在 排全 跃居";

/// Words in which 近, 约, 超, 过, 年, 从, 自 and numerals mean nothing, and the formulas of party documents,
/// whatever they count.
const PLAIN: &str = "\
    附近 最近 邻近 靠近 临近 就近 远近 亲近 新近 相近 贴近 走近 习近平 节约 \
    签约 履约 公约 预约 合约 制约 集约 违约 契约 简约 相约 邀约 租约 赶超 高超 \
    反超 逾期 通过 经过 度过 不过 见过 超市 超额完成 打破 攻破 侦破 爆破 以上 \
    线上 网上 村上 加上 马上 之上 会上 晚上 早上 实际上 基本上 总体上 不足之处 \
    补齐不足 查找不足 找不足 青年 少年 中年 老年 成年 童年 全年 当年 往年 常年 \
    同年 历年 逐年 多年 周年 新年 丰年 连年 数年 半年 学年 整年 跨年 百年 千年 \
    早年 晚年 丰收年 民约 自主 自己 自身 自治 自愿 自然 自我 来自 各自 自来水 自动 \
    自营 自觉 自信 从事 从而 从业 从严 服从 由于 理由 自由 缘由 从中 从来 自筹 \
    自发 亲自 两个维护 两个确立 四个意识 四个自信 四个全面 三个代表 两个一百年 \
    两个先锋队 三个务必 四个伟大 一个中心 三会一课 四议两公开 五位一体 三位一体 \
    六位一体 两不愁 三保障 百分百 五保户 三轮车 三句半 万一 统一 唯一 单一 专一 \
    同一 逐一 之一 第一书记 千万工程 百千万工程 四大皆 不三不四 数一数二 一一 \
    一二三产 一带一路 一老一小 年均气温 年均降 年平均 三次产业 二次元 一次性 增长点 \
    提升工程 提升行动 提升班 能力提升 改造提升 提升改造 巩固提升 提前 确保了 增加值 万人成讼率 万人拥有 万元户";
