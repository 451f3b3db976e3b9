//! Names as people type them: folded for comparison, and found by pinyin.
//!
//! Input: a text and what somebody typed. Output: whether they mean the same. A Chinese character with several
//! readings is matched by its usual one and, where place names need it, by another (best effort).
//!
//! The table of readings is large. In a browser it comes after the first screen: whoever fetched it hands it in
//! with [`learn`], and until then names are found by their characters only.

use std::sync::OnceLock;

use pinyin::ToPinyin as _;

use crate::value::fold::{lower, nfkc};
use crate::value::order;

/// Readings that place and family names use beside the usual one, or instead of it.
const OTHER_READINGS: &[(char, &str)] = &[
    ('长', "chang"),
    ('长', "zhang"),
    ('重', "chong"),
    ('重', "zhong"),
    ('乐', "le"),
    ('乐', "yue"),
    ('单', "shan"),
    ('单', "dan"),
    ('曾', "zeng"),
    ('曾', "ceng"),
    ('解', "xie"),
    ('解', "jie"),
    ('朝', "chao"),
    ('朝', "zhao"),
    ('行', "hang"),
    ('行', "xing"),
    ('覃', "qin"),
    ('覃', "tan"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('区', "qu"),
    ('都', "du"),
    ('都', "dou"),
    ('大', "da"),
    ('六', "lu"),
    ('六', "liu"),
    ('蔚', "yu"),
    ('尉', "yu"),
    ('涪', "fu"),
    ('堡', "bao"),
    ('堡', "pu"),
    ('堡', "bu"),
    ('埔', "pu"),
    ('铺', "pu"),
    ('石', "shi"),
    ('厦', "xia"),
    ('厦', "sha"),
    ('番', "pan"),
    ('番', "fan"),
    ('浒', "xu"),
    ('浒', "hu"),
    ('查', "zha"),
    ('盖', "ge"),
    ('任', "ren"),
    ('华', "hua"),
    ('翟', "zhai"),
    ('尉', "wei"),
    ('种', "chong"),
    ('员', "yun"),
    ('冼', "xian"),
    ('缪', "miao"),
    ('谌', "chen"),
    ('折', "she"),
    ('牟', "mu"),
    ('牟', "mou"),
    ('葛', "ge"),
    ('燕', "yan"),
    ('应', "ying"),
    ('柏', "bai"),
    ('柏', "bo"),
    ('车', "che"),
    ('万', "mo"),
    ('俟', "qi"),
    ('宿', "su"),
    ('过', "guo"),
    ('相', "xiang"),
    ('隗', "kui"),
    ('隗', "wei"),
    ('郇', "xun"),
    ('薄', "bo"),
    ('撒', "sa"),
    ('么', "yao"),
    ('茜', "qian"),
    ('茜', "xi"),
    ('莘', "shen"),
    ('莘', "xin"),
    ('卜', "bu"),
    ('藏', "zang"),
    ('句', "gou"),
    ('阚', "kan"),
    ('盛', "sheng"),
    ('宁', "ning"),
    ('秘', "bi"),
    ('繁', "po"),
    ('黑', "he"),
    ('祭', "zhai"),
    ('适', "kuo"),
    ('召', "shao"),
    ('尧', "yao"),
    ('沈', "shen"),
    ('贾', "jia"),
    ('叶', "ye"),
    ('俞', "yu"),
    ('洗', "xian"),
    ('逄', "pang"),
    ('朴', "piao"),
    ('纪', "ji"),
    ('哈', "ha"),
    ('那', "na"),
    ('曲', "qu"),
    ('谷', "gu"),
    ('谷', "yu"),
    ('台', "tai"),
    ('台', "tan"),
    ('费', "fei"),
    ('费', "bi"),
    ('参', "shen"),
    ('调', "diao"),
    ('调', "tiao"),
];

/// For comparison: compatibility forms made one, blanks removed, letters small.
pub fn fold(text: &str) -> String {
    let mut folded = lower(&nfkc(text));
    folded.retain(|c| !c.is_whitespace());
    folded
}

/// A folded place name without the suffix that lists leave out: 清凉村民委员会 and 清凉村 are 清凉.
pub fn bare(folded: &str) -> &str {
    let suffixes =
        ["村民委员会", "居民委员会", "村委会", "居委会", "社区居委会", "行政村", "社区", "村", "镇", "乡"];
    let cut = suffixes.iter().find_map(|s| folded.strip_suffix(s)).unwrap_or(folded);
    if cut.is_empty() { folded } else { cut }
}

/// Whether `text` contains `typed`: as it stands, or by pinyin where only letters were typed (qlc, qingliang,
/// qingl). `typed` must be folded.
pub fn contains(text: &str, typed: &str) -> bool {
    typed.is_empty() || fold(text).contains(typed) || contains_spelled(text, typed)
}

/// How well `text` fits what was typed, smaller is better: the same, its beginning, its pinyin from the beginning,
/// within it, within its pinyin. Nothing where it does not fit. `typed` must be folded.
pub fn fit(text: &str, typed: &str) -> Option<u8> {
    let folded = fold(text);
    let tests =
        [folded == typed, folded.starts_with(typed), begins_spelled(text, typed), folded.contains(typed)];
    let rank = tests.iter().position(|fits| *fits).or_else(|| contains_spelled(text, typed).then_some(4))?;
    u8::try_from(rank).ok()
}

/// The words that fit what was typed, the best first; those that fit equally well stay in their order.
pub fn best<W: AsRef<str>>(words: impl IntoIterator<Item = W>, typed: &str, most: usize) -> Vec<W> {
    let typed = fold(typed);
    let mut found: Vec<(u8, usize, W)> = words
        .into_iter()
        .enumerate()
        .filter_map(|(n, word)| Some((fit(word.as_ref(), &typed)?, n, word)))
        .collect();
    order::sort_by_key(&mut found, |(rank, n, _)| (*rank, *n));
    found.truncate(most);
    found.into_iter().map(|(.., word)| word).collect()
}

/// Whether the pinyin of `text` contains `typed`, letters of initials and of whole syllables mixed.
pub fn contains_spelled(text: &str, typed: &str) -> bool {
    if typed.is_empty() || !typed.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let chars: Vec<char> = text.chars().collect();
    (0..chars.len()).any(|from| spells(chars.get(from..).unwrap_or_default(), typed.as_bytes()))
}

/// Whether the pinyin of `text` begins with `typed`.
pub fn begins_spelled(text: &str, typed: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    !typed.is_empty() && typed.bytes().all(|b| b.is_ascii_alphanumeric()) && spells(&chars, typed.as_bytes())
}

fn spells(chars: &[char], typed: &[u8]) -> bool {
    if typed.is_empty() {
        return true;
    }
    let Some((first, rest)) = chars.split_first() else { return false };
    if first.is_ascii() {
        let small = first.to_ascii_lowercase();
        return typed.split_first().is_some_and(|(t, more)| char::from(*t) == small && spells(rest, more));
    }
    readings(*first).any(|reading| {
        let shared = reading.bytes().zip(typed).take_while(|(a, b)| a == *b).count();
        (1..=shared).rev().any(|n| {
            // Half a syllable may only be its initial letters: q, zh; a whole one; or where typing stopped.
            let whole = n == reading.len() || n == typed.len();
            let initial = n == 1 || (n == 2 && reading.as_bytes().get(1) == Some(&b'h'));
            (whole || initial) && spells(rest, typed.get(n..).unwrap_or_default())
        })
    })
}

/// A table of readings: the usual one of a character, without tone.
pub type Readings = fn(char) -> Option<&'static str>;

static LEARNT: OnceLock<Readings> = OnceLock::new();

/// The whole table (GB 18030 characters).
pub fn all_readings(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|p| p.plain())
}

/// From now on names are found by these readings; the first table stays.
pub fn learn(readings: Readings) {
    LEARNT.get_or_init(|| readings);
}

/// Whether names are found by their readings by now.
pub fn is_learnt() -> bool {
    LEARNT.get().is_some()
}

pub(super) fn readings(c: char) -> impl Iterator<Item = &'static str> {
    #[cfg(not(target_arch = "wasm32"))]
    learn(all_readings);
    let usual = LEARNT.get().and_then(|usual| usual(c));
    OTHER_READINGS.iter().filter(move |(k, _)| *k == c).map(|(_, r)| *r).chain(usual)
}

/// Every letter that a character may be spelled with.
pub(super) fn letters(c: char) -> impl Iterator<Item = char> {
    readings(c).flat_map(str::chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_by_initials_syllables_and_a_mix() {
        for typed in ["qlc", "qingliang", "qingliangcun", "qlcun", "liang", "qingl", "ql", "lc"] {
            assert!(contains("清凉村", typed), "{typed}");
        }
        for typed in ["qx", "qlx", "iang", "qingcun"] {
            assert!(!contains("清凉村", typed), "{typed}");
        }
        assert!(contains("长坪村", "cp") && contains("长坪村", "zhangping"));
        assert!(contains("清 凉 村", "清凉"));
        assert!(contains("第3村", "d3c"));
    }

    #[test]
    fn the_best_comes_first_the_word_itself_its_beginning_its_letters() {
        let words = ["大油茶", "油茶籽", "柚茶", "油茶", "有茶", "血橙"];
        assert_eq!(best(words, "油茶", 9), ["油茶", "油茶籽", "大油茶"]);
        assert_eq!(best(words, "yc", 9), ["油茶籽", "柚茶", "油茶", "有茶", "大油茶"]);
        assert_eq!(best(words, "yc", 2).len(), 2);
        assert_eq!(best(["五四村", "不知火", "新五四村"], "wsc", 9), ["五四村", "新五四村"]);
        assert_eq!(best(words, "", 9), words);
        assert!(best(words, "柑", 9).is_empty());
    }

    #[test]
    fn suffixes_do_not_tell_places_apart() {
        assert_eq!(bare("清凉村民委员会"), "清凉");
        assert_eq!(bare("清凉村委会"), "清凉");
        assert_eq!(bare("村"), "村");
    }
}
