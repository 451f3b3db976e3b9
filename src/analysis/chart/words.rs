//! The words a chart says by itself, in two languages.
//!
//! Duty: hold every fixed word, so that no other file knows a language. Input: none. Output: templates
//! with `{name}` places. Neighbours: all charts.

use super::Caption;

/// Templates; `{…}` marks a place that the chart fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Nothing was reported.
    pub no_data: &'static str,
    /// Everything was reported and everything is zero: known, but nothing to draw.
    pub all_zero: &'static str,
    /// In a table, where a value is missing.
    pub missing: &'static str,
    pub total: &'static str,
    /// Head of the column of series names.
    pub series: &'static str,
    /// Head of the column of categories.
    pub category: &'static str,
    /// `{title}` `{detail}`
    pub heading: &'static str,
    /// Between unit and period.
    pub comma: &'static str,
    /// Between the parts of a description.
    pub semicolon: &'static str,
    /// `{category}` `{series}` `{value}` `{unit}` `{share}`
    pub cell: &'static str,
    /// The same for a count in a band.
    pub count: &'static str,
    /// `{category}` `{value}` `{unit}`
    pub sum: &'static str,
    /// `{share}`: two decimals, without the sign.
    pub share: &'static str,
    /// `{source}`
    pub source: &'static str,
    /// `{n}` `{noun}`
    pub omitted: &'static str,
    /// `{label}`: the threshold's name or value.
    pub reached: &'static str,
    pub below: &'static str,
    /// Legend entry: `{state}` `{n}`.
    pub counted: &'static str,
    /// `{rank}` `{name}` `{value}` `{unit}` `{state}`
    pub ranked: &'static str,
    /// Heads of a ranking's table.
    pub rank: &'static str,
    pub name: &'static str,
    pub value: &'static str,
    pub state: &'static str,
}

impl Words {
    /// Chinese.
    pub const ZH: Words = Words {
        no_data: "暂无数据",
        all_zero: "均为 0，暂无数据可画",
        missing: "—",
        total: "合计",
        series: "项目",
        category: "期间",
        heading: "{title}（{detail}）",
        comma: "，",
        semicolon: "；",
        cell: "{category} {series} {value}{unit}{share}",
        count: "{category} {series}：{value} {unit}{share}",
        sum: "{category} {value}{unit}",
        share: "，占 {share}%",
        source: "来源：{source}",
        omitted: "…省略 {n} {noun}",
        reached: "达到{label}",
        below: "未达到{label}",
        counted: "{state}（{n}）",
        ranked: "第 {rank} 位 {name} {value}{unit}{state}",
        rank: "位次",
        name: "名称",
        value: "数值",
        state: "达标",
    };

    /// English.
    pub const EN: Words = Words {
        no_data: "No data yet",
        all_zero: "All values are 0, no data to draw",
        missing: "—",
        total: "Total",
        series: "Item",
        category: "Period",
        heading: "{title} ({detail})",
        comma: ", ",
        semicolon: "; ",
        cell: "{category} {series} {value} {unit}{share}",
        count: "{category} {series}: {value} {unit}{share}",
        sum: "{category} {value} {unit}",
        share: ", {share}%",
        source: "Source: {source}",
        omitted: "… {n} {noun} left out",
        reached: "At or over {label}",
        below: "Below {label}",
        counted: "{state} ({n})",
        ranked: "No. {rank} {name} {value} {unit}{state}",
        rank: "Rank",
        name: "Name",
        value: "Value",
        state: "Threshold",
    };

    /// Title with unit and period: "集体经济收入（万元，2025年）".
    pub(super) fn headline(&self, caption: &Caption) -> String {
        let detail = self.detail(caption);
        if detail.is_empty() {
            return caption.title.clone();
        }
        fill(self.heading, &[("title", &caption.title), ("detail", &detail)])
    }

    /// Unit and period.
    pub(super) fn detail(&self, caption: &Caption) -> String {
        let parts: Vec<&str> = [caption.unit.as_str(), caption.period.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(self.comma)
    }
}

/// Fill the places of a template in one pass, so that braces in a value stay what they are.
/// Unknown places stay visible; spaces at the end (an empty unit) go.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((key, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(name, _)| *name == key) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(key),
        }
        rest = tail;
    }
    out.push_str(rest);
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_once() {
        assert_eq!(fill("{a}–{b}", &[("a", "{b}"), ("b", "2")]), "{b}–2");
        assert_eq!(fill("x{", &[]), "x{");
    }
}
