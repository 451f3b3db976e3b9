//! Headings of wide income tables that are subjects (R07), and those that are sums of subjects.

use crate::exchange::text::{bare, fold};
use crate::register::catalog::r07::{EXPENSE_SUBJECTS, INCOME_SUBJECTS, LEGACY_SUBJECTS};

/// Other names of subjects.
const SYNONYMS: &[(&str, &str)] = &[
    ("集体经营收入", "经营收入"),
    ("村集体经营收入", "经营收入"),
    ("生产经营收入", "经营收入"),
    ("经营收入小计", "经营收入"),
    ("投资收入", "投资收益"),
    ("对外投资收益", "投资收益"),
    ("投资收益收入", "投资收益"),
    ("入股分红", "投资收益·入股分红"),
    ("入股分红收入", "投资收益·入股分红"),
    ("分红收入", "投资收益·入股分红"),
    ("利息收入", "投资收益·债权利息"),
    ("补助", "补助收入"),
    ("政府补助", "补助收入"),
    ("政府补助收入", "补助收入"),
    ("上级补助", "补助收入"),
    ("上级补助收入", "补助收入"),
    ("财政补助", "补助收入"),
    ("财政补助收入", "补助收入"),
    ("补贴收入", "补助收入"),
    ("转移支付", "补助收入"),
    ("转移支付收入", "补助收入"),
    ("其它收入", "其他收入"),
    ("捐赠收入", "其他收入·捐赠"),
    ("租金收入", "经营收入·出租"),
    ("出租收入", "经营收入·出租"),
    ("租赁收入", "经营收入·出租"),
    ("资产租赁收入", "经营收入·出租"),
    ("服务收入", "经营收入·服务"),
    ("劳务收入", "经营收入·劳务"),
    ("产品销售收入", "经营收入·产品销售"),
    ("销售收入", "经营收入·产品销售"),
    ("征地补偿收入", "其他收入·征占补偿"),
    ("经营成本", "经营支出"),
    ("生产经营支出", "经营支出"),
    ("管理费", "管理费用"),
    ("管理支出", "管理费用"),
    ("管理费用支出", "管理费用"),
    ("干部报酬", "管理费用·干部报酬"),
    ("运转支出", "管理费用·运转支出"),
    ("公益事业支出", "公益支出"),
    ("公益性支出", "公益支出"),
    ("公益费用", "公益支出"),
    ("税金", "税金及附加"),
    ("营业税金及附加", "税金及附加"),
    ("税费", "税金及附加"),
    ("其它支出", "其他支出"),
    ("所得税", "所得税费用"),
];

/// A subject with the old word, where there was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub word: &'static str,
    pub legacy: Option<&'static str>,
}

/// Which subjects a heading sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    /// 合计: whatever fits
    Any,
    Income,
    Expense,
    /// 经营性收入
    Operational,
    /// 本年收益: income less expense
    Balance,
}

/// What offices call subjects beside their own words: the words, and the subject.
pub(in crate::exchange) fn spoken() -> impl Iterator<Item = (&'static str, &'static str)> {
    LEGACY_SUBJECTS.iter().chain(SYNONYMS).copied()
}

fn listed(word: &str) -> Option<&'static str> {
    INCOME_SUBJECTS.iter().chain(EXPENSE_SUBJECTS).map(|(s, _)| *s).find(|s| *s == word)
}

/// The subject that a title speaks of; of several the longest name.
pub(super) fn named_in(title: &str) -> Option<String> {
    let all = INCOME_SUBJECTS.iter().chain(EXPENSE_SUBJECTS).map(|(s, _)| *s);
    let all = all.chain(SYNONYMS.iter().chain(LEGACY_SUBJECTS).map(|(s, _)| *s));
    all.filter(|s| title.contains(s)).max_by_key(|s| s.len()).map(str::to_owned)
}

/// Whether a subject is income.
pub(super) fn is_income(subject: &str) -> bool {
    INCOME_SUBJECTS.iter().any(|(s, _)| *s == subject)
}

/// The subject that a heading names, with its group's name in front where it has one.
pub(super) fn subject(heading: &str) -> Option<Subject> {
    let parts: Vec<String> = heading
        .split('·')
        .map(|p| bare(&fold(p)))
        .map(|p| p.strip_prefix("其中").map_or(p.clone(), str::to_owned))
        .filter(|p| !p.is_empty())
        .collect();
    let last = parts.last()?;
    let parent = parts.len().checked_sub(2).and_then(|i| parts.get(i)).map_or("", String::as_str);
    if let Some(word) = listed(&format!("{parent}·{last}")).or_else(|| listed(last)) {
        return Some(Subject { word, legacy: None });
    }
    if let Some((old, new)) = LEGACY_SUBJECTS.iter().find(|(old, _)| old == last) {
        return listed(new).map(|word| Subject { word, legacy: Some(old) });
    }
    if let Some((_, word)) = SYNONYMS.iter().find(|(s, _)| s == last) {
        return listed(word).map(|word| Subject { word, legacy: None });
    }
    let joined = match (&**last, parent) {
        ("其他" | "其它", p) if p.contains("收入") => "其他收入",
        ("其他" | "其它", p) if p.contains("支出") => "其他支出",
        ("小计" | "合计" | "总额" | "金额", p) => {
            return listed(p).map(|word| Subject { word, legacy: None });
        }
        _ => return None,
    };
    Some(Subject { word: joined, legacy: None })
}

/// The sum that a heading names.
pub(super) fn sum(heading: &str) -> Option<Sum> {
    let whole = bare(&fold(heading));
    let last = whole.rsplit('·').next().unwrap_or(&whole).to_owned();
    let totals = ["合计", "总计", "小计", "共计", "总额", "合 计"];
    let total = totals.iter().any(|t| last.contains(t)) || last.starts_with('总') || last.contains('总');
    if last.contains("经营性收入") || last.contains("经营性总收入") {
        return Some(Sum::Operational);
    }
    if matches!(
        &*last,
        "本年收益" | "净收益" | "结余" | "收支结余" | "本年结余" | "纯收入" | "盈余" | "经营收益"
    ) {
        return Some(Sum::Balance);
    }
    let income = whole.contains("收入");
    let expense = whole.contains("支出") || whole.contains("费用");
    let collective = matches!(
        &*last,
        "集体经济收入"
            | "村集体经济收入"
            | "村级集体经济收入"
            | "集体收入"
            | "村集体收入"
            | "收入"
            | "年收入"
            | "全年收入"
    );
    match (total, income, expense) {
        (true, true, false) => Some(Sum::Income),
        (true, false, true) => Some(Sum::Expense),
        (true, ..) => Some(Sum::Any),
        (false, ..) if collective => Some(Sum::Income),
        (false, ..) if matches!(&*last, "支出" | "全年支出") => Some(Sum::Expense),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_are_subjects() {
        for (heading, word) in [
            ("经营收入", "经营收入"),
            ("收入·经营收入（万元）", "经营收入"),
            ("经营收入·出租", "经营收入·出租"),
            ("發包及上交收入", "经营收入·发包"),
            ("上级补助", "补助收入"),
            ("收入·其他", "其他收入"),
            ("支出·其他", "其他支出"),
            ("管理费", "管理费用"),
        ] {
            assert_eq!(subject(heading).map(|s| s.word), Some(word), "{heading}");
        }
        assert_eq!(subject("发包及上交收入").and_then(|s| s.legacy), Some("发包及上交收入"));
        assert_eq!(subject("合计"), None);
        assert_eq!(subject("备注"), None);
    }

    #[test]
    fn headings_that_are_sums() {
        for (heading, want) in [
            ("合计", Some(Sum::Any)),
            ("收入·合计", Some(Sum::Income)),
            ("集体经济总收入", Some(Sum::Income)),
            ("支出合计", Some(Sum::Expense)),
            ("经营性收入", Some(Sum::Operational)),
            ("本年收益", Some(Sum::Balance)),
            ("备注", None),
        ] {
            assert_eq!(sum(heading), want, "{heading}");
        }
    }
}
