//! Two days in one cell, as contracts write their term: `2019.1.1-2028.12.31`, `2019年3月至2029年2月`, `2019—2028年`.
//!
//! Inputs: the words of one cell. Outputs: the first and the last day, each with what of it was written; none where the
//! words are no such pair. Neighbours: [`super::when`] reads each of the two.

use super::when::{Day, rough_date};

/// A cell longer than this holds prose.
const LONGEST: usize = 60;

/// The two days of `text`; the words around them, and a length in brackets, do not matter.
pub fn span(text: &str) -> Option<(Day, Day)> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let plain: String = super::number::normalise(text).into_iter().filter(|c| !c.is_whitespace()).collect();
    let (outside, inside) = brackets(&plain);
    pair(&outside).or_else(|| pair(&inside))
}

/// What stands outside of brackets, and what stands in the first ones.
fn brackets(text: &str) -> (String, String) {
    let Some((before, rest)) = text.split_once('(') else { return (text.to_owned(), String::new()) };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{before}{after}"), inside.to_owned())
}

fn pair(text: &str) -> Option<(Day, Day)> {
    let text = text.trim_start_matches(['自', '从', '由']).trim_end_matches(['止', '。']);
    let mut found = None;
    for (at, mark) in text.char_indices().filter(|(_, c)| "至到~—–-".contains(*c)) {
        let (before, rest) = text.split_at_checked(at)?;
        let after = rest.strip_prefix(mark)?.trim_start_matches(['—', '-', '至', '到']);
        let Some(both) = days(before.trim_end_matches(['起', '开', '始', '—', '-']), after) else {
            continue;
        };
        // 2019-1-2020-12 may be cut in one place only.
        if found.is_some_and(|other| other != both) {
            return None;
        }
        found = Some(both);
    }
    found
}

fn days(from: &str, until: &str) -> Option<(Day, Day)> {
    let (first, _) = rough_date(from, None).ok()?;
    let (last, _) = rough_date(until, Some(first.date.year())).ok()?;
    (first.date <= last.last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        span(text).map(|(a, b)| format!("{} {}", a.date, b.last))
    }

    #[test]
    fn the_two_days_of_a_term() {
        for text in [
            "2019.1.1-2028.12.31",
            "2019-01-01至2028-12-31",
            "2019-1-1-2028-12-31",
            "2019.1.1—2028.12.31",
            "2019年1月1日至2028年12月31日",
            "自2019年1月1日起至2028年12月31日止",
            "2019.01.01-2028.12.31（10年）",
            "10年（2019.1.1-2028.12.31）",
            "2019年1月-2028年12月",
            "2019.1—2028.12",
            "2019/1/1~2028/12/31",
            "2019-2028",
            "2019年至2028年",
            "2019—2028年",
            "２０１９．１．１－２０２８．１２．３１",
            "20190101-20281231",
        ] {
            assert_eq!(read(text).as_deref(), Some("2019-01-01 2028-12-31"), "{text}");
        }
        assert_eq!(read("2024年3月1日至10月31日").as_deref(), Some("2024-03-01 2024-10-31"));
    }

    #[test]
    fn what_is_no_pair_of_days() {
        for text in ["10年", "长期", "2019.1.1", "2028.12.31-2019.1.1", "", "-", "至", "2019年1月1日起"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
