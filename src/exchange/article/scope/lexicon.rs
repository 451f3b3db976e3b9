//! The words by which a text says what, where and in which relation: those of the ledger and those of the language.
//!
//! Duty: one table, in which the longest word at a place wins. Inputs: the targets that the catalogue declares, the
//! places and the products of a ledger. Outputs: [`Meaning`]s. Neighbours: `tokens` cuts a text by it; `value::figure`
//! has the words that belong to the grammar of figures.

use std::collections::HashMap;

use super::super::link::Target;
use crate::exchange::text::fold;
use crate::table::Places;
use crate::value::{RowId, Text};

/// What a word says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The measured thing: targets, by their place in the list.
    Aims(Vec<usize>),
    /// A product of the ledger.
    Product(Text),
    /// A place of the ledger, or several of one name.
    Places(Vec<RowId>),
    /// A word of the language.
    Sign(Sign),
}

/// Words of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// 全县
    County,
    /// 全镇
    Town,
    /// 全村
    Village,
    /// 邻镇, 全国: no place of this ledger
    Elsewhere,
    /// 村民小组: less than a village
    Group,
    /// 除, 其余: all but some
    Except,
    /// 公司, 合作社: somebody else's figures
    Actor,
    /// 村集体: the place itself again
    Own,
    /// 共, 合计
    Total,
    /// 村均
    Mean,
    /// 比, 较: what follows is compared with
    Compare,
    /// 同比, 比上年
    SameTime,
    /// 环比
    Previous,
    /// 占: what follows is the whole
    Share,
    /// 分别
    Each,
    /// 、 and 和
    And,
    /// 其中
    Part,
    /// 的村: villages are counted or described
    Villages,
    /// 村数
    VillageCount,
    /// 增长, 多
    More,
    /// 下降, 少
    Less,
    /// 由, 从
    From,
    /// 打算, 计划
    Plan,
    /// 各村, 全部: each of them
    Every,
    /// 最高的: one of them
    Top,
    /// It changes nothing.
    Idle,
}

/// Words in order: a word that stands in two rows has the meaning of the first.
const SIGNS: &[(Sign, &str)] = &[
    (Sign::County, "全县 我县 本县 全区 我区 本区 全市 我市 本市 全旗 县域"),
    (Sign::Town, "全镇 我镇 本镇 该镇 全乡 我乡 本乡 该乡 全街道 我街道 本街道 镇域"),
    (Sign::Village, "全村 我村 本村 该村 全社区 本社区 该社区"),
    (
        Sign::Elsewhere,
        "邻镇 邻乡 邻县 邻村 周边乡镇 周边村 周边 周边县 外县 外镇 外乡 外村 兄弟乡镇 全国 全省 全州 省内 市内 市里 \
         县外 镇外 村外",
    ),
    (Sign::Group, "村民小组 小组 片区 自然村 网格 一组 二组 三组 四组 五组 六组 示范点 示范户 贫困户 脱贫户"),
    (Sign::Except, "除 除了 除去 不含 不包括 扣除 剔除 其余 其他 其它 剩余 另外 另有"),
    (
        Sign::Actor,
        "公司 企业 专业合作社 合作社 联合社 家庭农场 农场 种植大户 养殖大户 大户 业主 银行 信用社 党委 党总支 党支部 \
         协会 联盟 工会 商会 农民 村民 群众 居民 社员 股东 职工 工人 学校 政府 财政 县级 市级 省级 中央 上级",
    ),
    (
        Sign::Own,
        "村集体经济组织 农村集体经济组织 村级集体经济 农村集体经济 村集体经济 村级集体 村集体 集体经济 集体",
    ),
    (Sign::Total, "总共 一共 共计 合计 总计 累计 共 三村 两村 四村 五村"),
    (Sign::Mean, "村均 平均每村 平均每个村 各村平均 平均"),
    (Sign::SameTime, "同比 比上年同期 比去年同期 较上年同期 较去年同期"),
    (Sign::Previous, "环比 比上月 较上月 比上季度 较上季度"),
    (Sign::Compare, "比 较 相比 较之 相较 高于 低于 多于 少于"),
    (Sign::Share, "占比 比重 占 占到"),
    (Sign::Each, "分别 依次"),
    (Sign::And, "、 和 与 及 以及"),
    (Sign::Part, "其中 当中"),
    (Sign::VillageCount, "村总数 行政村总数 总村数 村数 行政村数"),
    (Sign::Villages, "的行政村 的村 行政村 村"),
    (Sign::More, "增长率 同比增长 增长 增加 增收 提高 提升 上升 上涨 增幅 净增 高出 增 多 高 涨"),
    (Sign::Less, "下降 减少 降低 降幅 下滑 回落 减 少 低 降"),
    (Sign::From, "由 从"),
    (Sign::Plan, "打算 计划 目标 安排 展望 思路 谋划 规划"),
    (Sign::Top, "最高的 最低的 最多的 最少的 最大的 最小的 最高 最低 最多 最少 最大 最小 领先 垫底"),
    (Sign::Every, "各村 各镇 均 都 普遍 全部"),
    (
        Sign::Idle,
        "增加到 增加至 增长到 增长至 提高到 提高至 提升到 提升至 上升到 上升至 扩大到 扩大至 发展到 发展至 增至 增到 升至 \
         升到 降至 降到 下降到 下降至 减少到 减少至 下滑到 下滑至 下跌到 下跌至 上涨到 上涨至 攀升到 攀升至 跃升到 跃升至 降低到 降低至 回落到 扩大 达到了 达到 实现了 实现 完成 取得 获得 \
         收到 收入达 拥有 现有 共有 有 达 获 得 是 为 约 近 超过 超 突破 仅 只有 已经 已 的 了 着 在 至 到 于 也 又 还 \
         再 并 则 而 其 以 全年 当年 年度 年底 年末 年初 年 底 末 月底 月 截至 截止 目前 当前 此时 这一年 期间 中 内 \
         里 上 就 将 可 预计 力争 种植 栽种 栽植 种 种有 养殖 发展 收获 采收 生产 产出 出产 规模 总量 总 全 特色产业 \
         主导产业 产业 方面 情况 来看 看 来 稳定在 保持在 保持 稳定 居 排 位居 位列 排名 排在 列 名列 跃居 位于 辖 下辖 \
         数 人 户 名 家 个 元 亩 吨 支出 以上 以下 以内 余 多元 左右 据统计 统计 显示 初步 核算 经 全口径 自 以来 这 \
         三个村 两个村 四个村 五个村 六个村 三个 两个 等 年产 年产值 总体 水平 数额 金额 总额 也是 均为 则为 各 分 较好 \
         但 但是 同时 此外 不过 高达 多达 低至 前三名 前五名 前十名 前三位 前五位 前列 继续 依然 仍 仍然 稳步 持续 不断 进一步 明显 大幅 首次 成功 顺利 今年 本年",
    ),
];

/// Words of one ledger.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// By first character, the longer ones first.
    words: HashMap<char, Vec<(Vec<char>, Meaning)>>,
}

impl Lexicon {
    /// The words of the places, the products (each with the word it is stored under) and the targets.
    pub fn new(targets: &[Target], places: &Places, products: &[(Text, Text)]) -> Self {
        let mut lexicon = Self::default();
        for place in places.all() {
            for name in place.names() {
                lexicon.add(&fold(name), Meaning::Places(vec![place.id]));
            }
        }
        for (said, stored) in products {
            lexicon.add(&fold(said), Meaning::Product(stored.clone()));
        }
        for (n, target) in targets.iter().enumerate() {
            for word in &target.words {
                lexicon.add(word, Meaning::Aims(vec![n]));
                // 党员86名 as well as 党员数86名
                let stem = word.strip_suffix('数').filter(|s| s.chars().count() >= 2);
                stem.into_iter().for_each(|stem| lexicon.add(stem, Meaning::Aims(vec![n])));
            }
        }
        for (sign, words) in SIGNS {
            words.split_whitespace().for_each(|word| lexicon.add(word, Meaning::Sign(*sign)));
        }
        for bucket in lexicon.words.values_mut() {
            crate::value::order::sort_by_key(bucket, |(word, _)| std::cmp::Reverse(word.len()));
        }
        lexicon
    }

    fn add(&mut self, word: &str, meaning: Meaning) {
        let chars: Vec<char> = word.chars().collect();
        let Some(first) = chars.first() else { return };
        // 亩 or 年 as a heading is a unit, not a thing that is measured.
        if chars.len() < 2 && !matches!(meaning, Meaning::Sign(_)) {
            return;
        }
        let bucket = self.words.entry(*first).or_default();
        match bucket.iter_mut().find(|(known, _)| *known == chars) {
            Some((_, Meaning::Aims(all))) => {
                if let Meaning::Aims(more) = meaning {
                    all.extend(more.into_iter().filter(|n| !all.contains(n)).collect::<Vec<_>>());
                }
            }
            Some((_, Meaning::Places(all))) => {
                if let Meaning::Places(more) = meaning {
                    all.extend(more);
                }
            }
            Some(_) => {}
            None => bucket.push((chars, meaning)),
        }
    }

    /// The targets that the whole of `words` means.
    pub fn aims(&self, words: &[char]) -> Option<&[usize]> {
        match self.at(words, 0)? {
            (Meaning::Aims(aims), used) if used == words.len() => Some(aims),
            _ => None,
        }
    }

    /// The longest word that stands at `at`, and how many characters it takes.
    pub fn at(&self, chars: &[char], at: usize) -> Option<(&Meaning, usize)> {
        let rest = chars.get(at..)?;
        let bucket = self.words.get(rest.first()?)?;
        let (word, meaning) = bucket.iter().find(|(word, _)| rest.starts_with(word))?;
        Some((meaning, word.len()))
    }
}
