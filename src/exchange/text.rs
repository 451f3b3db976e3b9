//! Words made comparable: headings, place names, product names (domain §2.0 import key, §7.1-13).

use std::cell::RefCell;
use std::sync::Arc;

use crate::value::Text;
pub use crate::value::fold::fold;
pub(super) use crate::value::fold::simplified;
use crate::value::hash::QuickMap;

/// What was found about words. The cells of a workbook share the texts that repeat: one that was looked at is known
/// again by where it lies, without reading it. Each is kept, so that no other can come to lie there.
pub(super) struct Known<T> {
    texts: RefCell<QuickMap<usize, (Text, T)>>,
}

/// Texts that are kept; a file in which no two are shared gains nothing from more.
const KEPT: usize = 50_000;

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { texts: RefCell::default() }
    }
}

impl<T: Copy> Known<T> {
    /// What `find` says of the text, asked once.
    pub(super) fn of(&self, text: &Text, find: impl FnOnce(&str) -> T) -> T {
        let place = Arc::as_ptr(text).addr();
        if let Some((_, known)) = self.texts.borrow().get(&place) {
            return *known;
        }
        let found = find(text);
        let mut texts = self.texts.borrow_mut();
        if texts.len() < KEPT {
            texts.insert(place, (text.clone(), found));
        }
        found
    }
}

/// A folded heading without brackets and what stands in them, and without marks.
pub fn bare(folded: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            ':' | '、' | ',' | '.' | '*' | '"' | '“' | '”' | '_' | '-' | '—' => {}
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The words inside the brackets of a folded heading.
pub fn bracketed(folded: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = folded;
    while let Some((_, after)) = rest.split_once(['(', '[', '【']) {
        let Some((inside, next)) = after.split_once([')', ']', '】']) else { break };
        found.push(inside);
        rest = next;
    }
    found
}

/// Suffixes of places, the longer ones first; 村 and 社区 are taken off only for comparing.
const SUFFIXES: &[&str] = &[
    "村股份经济合作联合社",
    "村股份经济合作社",
    "股份经济合作社",
    "村经济合作社",
    "经济合作社",
    "村村民委员会",
    "村民委员会",
    "社区居民委员会",
    "居民委员会",
    "社区居委会",
    "村委会",
    "居委会",
    "村党支部",
    "村党总支",
    "村两委",
    "行政村",
    "社区",
    "村",
];

/// A place's name for comparing: folded, bracket content and suffix removed. 清 凉村村民委员会 → 清凉.
pub fn place(name: &str) -> String {
    let folded = bare(&fold(name));
    for suffix in SUFFIXES {
        if let Some(stem) = folded.strip_suffix(suffix)
            && !stem.is_empty()
        {
            return stem.to_owned();
        }
    }
    folded
}

/// The place itself, where a name is that of its committee or co-operative: 清凉村村民委员会 → 清凉村.
pub fn settlement(name: &str) -> String {
    let folded = bare(&fold(name));
    let stem = place(&folded);
    let body = folded.strip_prefix(&*stem).unwrap_or_default();
    match place_kind(&folded) {
        Some(kind @ ("村" | "社区")) if !["", "村", "社区"].contains(&body) => format!("{stem}{kind}"),
        _ => folded,
    }
}

/// What sort of place a name says it is.
pub fn place_kind(name: &str) -> Option<&'static str> {
    let folded = bare(&fold(name));
    let ends = |words: &[&str]| words.iter().any(|w| folded.ends_with(w));
    if ends(&["社区", "居委会", "居民委员会"]) {
        Some("社区")
    } else if ends(&["村民小组", "小组", "组"]) {
        Some("村民小组")
    } else if ends(&["村", "村委会", "村民委员会", "合作社", "村党支部", "村党总支"]) {
        Some("村")
    } else if ends(&["街道", "街道办事处", "街道办"]) {
        Some("街道")
    } else if ends(&["镇", "乡", "镇人民政府", "乡人民政府"]) {
        Some("乡镇")
    } else {
        None
    }
}

/// The township that a reporter's name carries: 某镇农经站 → 某镇.
pub fn town_in(name: &str) -> Option<String> {
    let folded = bare(&fold(name));
    ["街道", "镇", "乡"].iter().find_map(|mark| {
        let (before, after) = folded.split_once(mark)?;
        let before = before.rsplit(['县', '市', '区']).next().unwrap_or(before);
        // 乡镇 as a word, 乡村振兴局 and 镇江 are no townships.
        let real = !before.is_empty()
            && before.chars().count() <= 8
            && !after.starts_with(['村', '镇', '江'])
            && !before.ends_with('各');
        real.then(|| format!("{before}{mark}"))
    })
}

/// Edit distance, given up beyond 2.
pub fn near(a: &str, b: &str) -> Option<usize> {
    const FAR: usize = 3;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) >= FAR {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(b.len() + 1);
        next.push(i + 1);
        for (j, cb) in b.iter().enumerate() {
            let keep = row.get(j).copied().unwrap_or(FAR) + usize::from(ca != cb);
            let drop = row.get(j + 1).copied().unwrap_or(FAR) + 1;
            let add = next.get(j).copied().unwrap_or(FAR) + 1;
            next.push(keep.min(drop).min(add));
        }
        if next.iter().all(|d| *d >= FAR) {
            return None;
        }
        row = next;
    }
    row.last().copied().filter(|d| *d < FAR)
}

/// Words that stand for "none" or "does not apply".
pub fn is_none_mark(text: &str) -> bool {
    matches!(
        text.trim(),
        "—" | "——" | "-" | "--" | "–" | "－" | "/" | "\\" | "／" | "＼" | "无" | "無" | "N/A" | "n/a" | "…"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_committee_is_its_village() {
        for (name, wanted) in [
            ("清凉村村民委员会", "清凉村"),
            ("清凉村委会", "清凉村"),
            ("清凉村股份经济合作社", "清凉村"),
            ("滨河社区居委会", "滨河社区"),
            ("清凉村", "清凉村"),
            ("清凉", "清凉"),
            ("沙溪镇", "沙溪镇"),
            ("清凉村三组", "清凉村三组"),
        ] {
            assert_eq!(settlement(name), wanted, "{name}");
        }
    }

    #[test]
    fn places_are_compared_without_suffix_and_blanks() {
        for name in ["清 凉村", "清凉村村民委员会", "清凉村委会", "清凉", "清凉（村）", "清涼村"]
        {
            assert_eq!(place(name), "清凉", "{name}");
        }
        assert_eq!(place("滨河社区居委会"), "滨河");
        assert_eq!(place("鶴林村"), "鹤林");
        assert_eq!(place("村"), "村");
    }

    #[test]
    fn towns_inside_reporters() {
        assert_eq!(town_in("某镇农经站").as_deref(), Some("某镇"));
        assert_eq!(town_in("云阳县沙溪镇人民政府").as_deref(), Some("沙溪镇"));
        assert_eq!(town_in("城东街道办事处").as_deref(), Some("城东街道"));
        assert_eq!(town_in("不知火产业党委"), None);
        assert_eq!(town_in("县乡村振兴局"), None);
    }

    #[test]
    fn distance() {
        assert_eq!(near("经营收入", "经营收人"), Some(1));
        assert_eq!(near("经营收入", "补助"), None);
        assert_eq!(near("面积", "面积"), Some(0));
    }
}
