//! Measure words of sentences: the units of cells and the many words that count things (domain §8.5).

use std::sync::LazyLock;

use super::words::{Words, is_han};
use crate::value::unit::{self, Class};

/// A unit as figures state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    /// 人 for 名, 次 for 场次; otherwise the word itself.
    pub name: &'static str,
    pub class: Option<Class>,
    /// Chinese numerals before it are a count, not part of a word (三级, 七里, 两头 are words).
    pub spoken: bool,
}

const fn measure(name: &'static str, class: Class, spoken: bool) -> Measure {
    Measure { name, class: Some(class), spoken }
}

const fn plain(name: &'static str) -> Measure {
    Measure { name, class: None, spoken: false }
}

/// What amounts without a unit are in, after 收入.
pub(super) const YUAN: Measure = measure("元", Class::Money, true);
/// After 人口.
pub(super) const PEOPLE: Measure = measure("人", Class::People, true);
/// After 户数.
pub(super) const HOUSEHOLDS: Measure = measure("户", Class::Households, true);

/// Words of cells that mean something else in a sentence.
const CELLS_ONLY: &[&str] =
    &["村", "个村", "角", "口", "里", "t", "ha", "日", "顷", "平方公里", "年", "人民币元"];

/// Chinese numerals before these are a count.
const SPOKEN: &[&str] = &[
    "个",
    "名",
    "位",
    "人",
    "户",
    "家",
    "所",
    "支",
    "处",
    "座",
    "件",
    "条",
    "项",
    "份",
    "部",
    "栋",
    "台",
    "辆",
    "次",
    "场",
    "场次",
    "人次",
    "期",
    "批",
    "亩",
    "元",
    "吨",
    "公里",
    "年",
    "天",
    "小时",
    "分钟",
    "%",
    "公斤",
    "斤",
    "平方米",
];

/// Words that count; those in brackets are how forms write two units at once.
const MORE: &[(&str, Measure)] = &[
    ("年", measure("年", Class::Time, true)),
    ("个月", measure("月", Class::Time, true)),
    ("个小时", measure("小时", Class::Time, true)),
    ("个工作日", measure("工作日", Class::Time, true)),
    ("工作日", measure("工作日", Class::Time, false)),
    ("个星期", measure("周", Class::Time, true)),
    ("学时", measure("学时", Class::Time, false)),
    ("个学时", measure("学时", Class::Time, true)),
    ("课时", measure("课时", Class::Time, false)),
    ("个课时", measure("课时", Class::Time, true)),
    ("秒", measure("秒", Class::Time, false)),
    ("周年", measure("周年", Class::Time, false)),
    ("个人", measure("人", Class::People, true)),
    ("人(次)", measure("人次", Class::PersonTimes, false)),
    ("户(次)", measure("户次", Class::Times, false)),
    ("场(次)", measure("次", Class::Times, false)),
    ("个(家)", measure("个", Class::Count, false)),
    ("家(个)", measure("家", Class::Count, false)),
    ("件(次)", measure("件", Class::Count, false)),
    ("回", measure("回", Class::Times, false)),
    ("趟", measure("趟", Class::Times, false)),
    ("遍", measure("遍", Class::Times, false)),
    ("轮", measure("轮", Class::Times, false)),
    ("届", measure("届", Class::Times, false)),
    ("节", measure("节", Class::Times, false)),
    ("堂", measure("堂", Class::Times, false)),
    ("班次", measure("班次", Class::Times, false)),
    ("批次", measure("批次", Class::Times, false)),
    ("件次", measure("件次", Class::Times, false)),
    ("车次", measure("车次", Class::Times, false)),
    ("架次", measure("架次", Class::Times, false)),
    ("条次", measure("条次", Class::Times, false)),
    ("平方公里", measure("平方公里", Class::Area, false)),
    ("平方", measure("平方米", Class::Area, false)),
    ("立方米", plain("立方米")),
    ("立方", plain("立方米")),
    ("m3", plain("立方米")),
    ("方", plain("方")),
    ("升", plain("升")),
    ("毫升", plain("毫升")),
    ("毫米", measure("毫米", Class::Length, false)),
    ("mm", measure("毫米", Class::Length, false)),
    ("厘米", measure("厘米", Class::Length, false)),
    ("cm", measure("厘米", Class::Length, false)),
    ("m", measure("米", Class::Length, false)),
    ("千瓦时", plain("千瓦时")),
    ("千瓦", plain("千瓦")),
    ("兆瓦", plain("兆瓦")),
    ("度", plain("度")),
    ("°C", plain("°C")),
    ("摄氏度", plain("°C")),
    ("美元", measure("美元", Class::Money, false)),
    ("块", measure("块", Class::Count, false)),
    ("倍", measure("倍", Class::Rate, true)),
    ("番", measure("番", Class::Rate, false)),
    ("‰", measure("‰", Class::Rate, false)),
    ("岁", plain("岁")),
    ("周岁", plain("岁")),
    ("微克", plain("微克")),
    ("毫克", plain("毫克")),
    ("学分", plain("学分")),
    ("分", plain("分")),
    ("颗星", plain("星")),
    ("个亿", measure("亿", Class::Money, false)),
    ("大", measure("个", Class::Count, true)),
    ("起", measure("起", Class::Count, false)),
    ("类", measure("类", Class::Count, true)),
    ("种", measure("种", Class::Count, true)),
    ("对", measure("对", Class::Count, true)),
    ("套", measure("套", Class::Count, true)),
    ("幢", measure("幢", Class::Count, true)),
    ("间", measure("间", Class::Count, true)),
    ("例", measure("例", Class::Count, true)),
    ("笔", measure("笔", Class::Count, true)),
    ("篇", measure("篇", Class::Count, true)),
    ("册", measure("册", Class::Count, true)),
    ("首", measure("首", Class::Count, false)),
    ("款", measure("款", Class::Count, true)),
    ("级", measure("级", Class::Count, false)),
    ("口", measure("口", Class::Count, false)),
    ("口人", measure("人", Class::People, false)),
    ("本", measure("本", Class::Count, false)),
    ("幅", measure("幅", Class::Count, false)),
    ("片", measure("片", Class::Count, false)),
    ("根", measure("根", Class::Count, false)),
    ("眼", measure("眼", Class::Count, false)),
    ("艘", measure("艘", Class::Count, false)),
    ("架", measure("架", Class::Count, false)),
    ("列", measure("列", Class::Count, false)),
    ("班", measure("班", Class::Count, false)),
    ("组", measure("组", Class::Count, false)),
    ("队", measure("队", Class::Count, false)),
    ("团", measure("团", Class::Count, false)),
    ("层", measure("层", Class::Count, false)),
    ("步", measure("步", Class::Count, false)),
    ("双", measure("双", Class::Count, false)),
    ("副", measure("副", Class::Count, false)),
    ("枚", measure("枚", Class::Count, false)),
    ("粒", measure("粒", Class::Count, false)),
    ("颗", measure("颗", Class::Count, false)),
    ("朵", measure("朵", Class::Count, false)),
    ("串", measure("串", Class::Count, false)),
    ("包", measure("包", Class::Count, false)),
    ("袋", measure("袋", Class::Count, false)),
    ("箱", measure("箱", Class::Count, false)),
    ("盒", measure("盒", Class::Count, false)),
    ("瓶", measure("瓶", Class::Count, false)),
    ("桶", measure("桶", Class::Count, false)),
    ("罐", measure("罐", Class::Count, false)),
    ("筐", measure("筐", Class::Count, false)),
    ("棒", measure("棒", Class::Count, false)),
    ("盘", measure("盘", Class::Count, false)),
    ("卷", measure("卷", Class::Count, false)),
    ("桌", measure("桌", Class::Count, false)),
    ("餐", measure("餐", Class::Count, false)),
    ("捆", measure("捆", Class::Count, false)),
    ("窝", measure("窝", Class::Count, false)),
    ("碗", measure("碗", Class::Count, false)),
    ("床", measure("床", Class::Count, false)),
    ("张", measure("张", Class::Count, false)),
    ("股", measure("股", Class::Count, false)),
    ("宗", measure("宗", Class::Count, false)),
    ("桩", measure("桩", Class::Count, false)),
    ("单", measure("单", Class::Count, false)),
    ("稿", measure("稿", Class::Count, false)),
    ("票", measure("票", Class::Count, false)),
    ("席", measure("席", Class::Count, false)),
    ("顶", measure("顶", Class::Count, false)),
    ("台套", measure("台套", Class::Count, false)),
    ("间夜", measure("间夜", Class::Count, false)),
    ("亩次", measure("亩次", Class::Times, false)),
    ("晚", measure("晚", Class::Time, false)),
    ("道", measure("道", Class::Count, false)),
    ("孔", measure("孔", Class::Count, false)),
    ("段", measure("段", Class::Count, false)),
    ("面", measure("面", Class::Count, false)),
    ("封", measure("封", Class::Count, false)),
    ("页", measure("页", Class::Count, false)),
    ("字", measure("字", Class::Count, false)),
    ("集", measure("集", Class::Count, false)),
    ("讲", measure("讲", Class::Count, false)),
    ("路", measure("路", Class::Count, false)),
    ("员", measure("人", Class::People, false)),
    ("代", measure("代", Class::Count, false)),
    ("群", measure("群", Class::Count, false)),
    ("箩", measure("箩", Class::Count, false)),
    ("棚", measure("棚", Class::Count, false)),
    ("峰", measure("峰", Class::Count, false)),
    ("点位", measure("个", Class::Count, false)),
    ("村", measure("个", Class::Count, false)),
    ("镇", measure("个", Class::Count, false)),
    ("乡镇", measure("个", Class::Count, false)),
    ("社区", measure("个", Class::Count, false)),
];

/// What stands after a number without a measure word, and what it is counted in.
const NOUNS: &[(&str, Measure)] = &[
    ("户", measure("户", Class::Households, false)),
    ("群众", measure("人", Class::People, false)),
    ("村民", measure("人", Class::People, false)),
    ("农民", measure("人", Class::People, false)),
    ("居民", measure("人", Class::People, false)),
    ("牧民", measure("人", Class::People, false)),
    ("党员", measure("人", Class::People, false)),
    ("干部", measure("人", Class::People, false)),
    ("学生", measure("人", Class::People, false)),
    ("学员", measure("人", Class::People, false)),
    ("师生", measure("人", Class::People, false)),
    ("教师", measure("人", Class::People, false)),
    ("游客", measure("人", Class::People, false)),
    ("旅客", measure("人", Class::People, false)),
    ("妇女", measure("人", Class::People, false)),
    ("老人", measure("人", Class::People, false)),
    ("儿童", measure("人", Class::People, false)),
    ("青年", measure("人", Class::People, false)),
    ("人员", measure("人", Class::People, false)),
    ("人口", measure("人", Class::People, false)),
    ("人才", measure("人", Class::People, false)),
    ("职工", measure("人", Class::People, false)),
    ("工人", measure("人", Class::People, false)),
    ("民工", measure("人", Class::People, false)),
    ("网友", measure("人", Class::People, false)),
    ("网民", measure("人", Class::People, false)),
    ("粉丝", measure("人", Class::People, false)),
    ("观众", measure("人", Class::People, false)),
    ("代表", measure("人", Class::People, false)),
    ("志愿者", measure("人", Class::People, false)),
    ("劳动力", measure("人", Class::People, false)),
    ("劳力", measure("人", Class::People, false)),
    ("嘉宾", measure("人", Class::People, false)),
    ("客商", measure("人", Class::People, false)),
    ("选手", measure("人", Class::People, false)),
    ("网格员", measure("人", Class::People, false)),
    ("老百姓", measure("人", Class::People, false)),
    ("百姓", measure("人", Class::People, false)),
    ("乡亲", measure("人", Class::People, false)),
    ("留守", measure("人", Class::People, false)),
];

static MEASURES: LazyLock<Words<Measure>> = LazyLock::new(|| {
    let cells = unit::words().filter(|(word, ..)| !CELLS_ONLY.contains(word)).map(|(word, name, class)| {
        (word, Measure { name, class: Some(class), spoken: SPOKEN.contains(&word) })
    });
    Words::new(cells.chain(MORE.iter().copied()))
});

static NOUN: LazyLock<Words<Measure>> = LazyLock::new(|| Words::new(NOUNS.iter().copied()));

/// Letters after a Latin unit make it a code (5G, 3km2b).
pub(super) fn at(chars: &[char], at: usize) -> Option<(Measure, usize)> {
    let (measure, used) = MEASURES.at(chars, at)?;
    let end = at + used;
    let latin = chars.get(end.wrapping_sub(1)).is_some_and(char::is_ascii_alphabetic);
    let goes_on = chars.get(end).is_some_and(char::is_ascii_alphabetic);
    if latin && goes_on || is_word(chars, at, end) {
        return None;
    }
    Some((measure, used))
}

/// Characters that are measure words alone and something else in these words.
const WORDS: &[(&str, &str)] = &[
    ("分", "之别布成为批析散类配红享工级队"),
    ("方", "面式案位向便法"),
    ("度", "假过"),
    ("级", "别党书"),
    ("字", "号"),
    ("面", "积向对临"),
    ("团", "队结组"),
    ("组", "织成建"),
    ("队", "伍"),
    ("片", "区"),
    ("对", "接口外于标"),
    ("单", "位元"),
    ("村", "民庄干集党级支两内里组"),
    ("镇", "长党政级村"),
    ("乡", "村镇亲"),
    ("社区", "书工"),
    ("本", "地土村"),
    ("首", "先次批"),
    ("代", "表理"),
    ("口", "碑"),
    ("路", "线径"),
    ("起", "到来"),
    ("单", "身"),
    ("群", "众"),
    ("道", "路德"),
    ("包", "括装"),
    ("员", "工"),
    ("餐", "饮厅馆"),
    ("盘", "活"),
    ("晚", "上会饭餐报间年宴霞稻熟"),
    ("票", "价据数决"),
    ("席", "卷位"),
    ("稿", "件费"),
    ("顶", "层级替"),
    ("卷", "烟"),
];

fn is_word(chars: &[char], at: usize, end: usize) -> bool {
    let Some(next) = chars.get(end).copied().filter(|c| is_han(*c)) else { return false };
    let said = chars.get(at..end).unwrap_or_default();
    WORDS.iter().any(|(word, after)| {
        after.contains(next) && word.chars().count() == said.len() && super::words::starts(said, word)
    })
}

/// What a number without a measure word counts: the noun within the next few characters, and where it ends.
pub(super) fn noun(chars: &[char], at: usize, reach: usize) -> Option<(Measure, usize)> {
    for i in at..=at + reach {
        if !chars.get(i).copied().is_some_and(is_han) {
            return None;
        }
        if let Some((measure, used)) = NOUN.at(chars, i) {
            return Some((measure, i + used));
        }
    }
    None
}
