//! How much room a text takes, without a browser.
//!
//! Duty: estimate widths, shorten and wrap, so that every chart can be laid out in the page, in a worker
//! and natively with the same result. Input: a string, a font size in px, a weight. Output: px and lines.
//! Neighbours: [`super::backend`] answers plotters with it, [`super::chart`] lays out with it.
//!
//! Asking the DOM would force one layout per label and panics in a worker; plotters' own fall-back counts
//! bytes and takes a Han character for more than two ems. The system fonts differ by a few per cent, so
//! the estimates lean to the wide side.

/// Weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// Height of one line of text, in ems: room for accents and for the air between two lines.
pub const LINE: f64 = 1.4;

/// From the vertical middle of a line down to its alphabetic baseline, in ems.
pub const MIDDLE_TO_BASELINE: f64 = 0.36;

/// From the top of the tallest glyph to the baseline, in ems.
pub const ASCENT: f64 = 0.88;

/// From the baseline to the bottom of the deepest glyph, in ems.
pub const DESCENT: f64 = 0.16;

/// Advance of one character in ems.
fn advance(c: char) -> f64 {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0.0,
        ' ' | ',' | '.' | ':' | ';' | '\'' | '|' | '!' | 'i' | 'j' | 'l' => 0.32,
        '(' | ')' | '[' | ']' | '/' | 'f' | 't' | 'r' | '-' => 0.4,
        'm' | 'M' | 'w' | 'W' | '%' | '@' => 0.92,
        'A'..='Z' | '<' | '>' | '=' | '+' | '±' => 0.68,
        _ if is_wide(c) => 1.0,
        _ => 0.57,
    }
}

/// Does this character fill a whole em in a Chinese font?
///
/// Besides Han and full-width forms this holds for the punctuation and symbols that Chinese fonts draw
/// square although Unicode calls their width ambiguous (— … → ≥ ①).
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2014}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2025}'..='\u{2026}'
        | '\u{2030}' | '\u{203b}' | '\u{2100}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Estimated width of `text` at `size` px, in px.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let ems: f64 = text.chars().map(advance).sum();
    let wider = match weight {
        Weight::Regular => 1.0,
        Weight::Bold => 1.05, // Latin and digits grow; Han does not, but a little air does no harm
    };
    ems * size * wider
}

/// `text` when it fits into `room` px, else as much of it as fits with "…" at the end.
/// Empty when not even one character and the ellipsis fit.
pub fn shorten(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        let mut longer = kept.clone();
        longer.push(c);
        if width(&longer, size, weight) + width("…", size, weight) > room {
            break;
        }
        kept = longer;
    }
    if kept.is_empty() {
        return kept;
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// May not begin a line (closing punctuation).
fn closes(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '」'
            | '”'
            | '’'
            | ','
            | '.'
            | ')'
            | '%'
            | '％'
    )
}

/// The characters that stay together when a line is broken: a Han character with the punctuation that
/// closes it, or a run of digits and Latin letters.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for c in text.chars() {
        let run = |c: char| !is_wide(c) && c != ' ' && c != '·';
        let joins = closes(c) || previous.is_some_and(|p| run(p) && run(c));
        match out.last_mut() {
            Some(last) if joins => last.push(c),
            _ => out.push(c.to_string()),
        }
        previous = Some(c);
    }
    out
}

/// Break `text` into at most `limit` lines of at most `room` px; what is left over is shortened with "…".
/// Lines are never empty; a text without room gives no lines.
pub fn wrap(text: &str, size: f64, weight: Weight, room: f64, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let longer = format!("{line}{piece}");
        if !line.is_empty() && width(longer.trim_end(), size, weight) > room && lines.len() + 1 < limit {
            lines.push(std::mem::take(&mut line));
            line.push_str(piece.trim_start());
        } else {
            line = longer;
        }
    }
    lines.push(line);
    lines
        .into_iter()
        .map(|line| shorten(line.trim(), size, weight, room))
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_han_character_is_one_em() {
        assert_eq!(width("集体经济", 10.0, Weight::Regular), 40.0);
        assert!((width("2024", 100.0, Weight::Regular) - 228.0).abs() < 1e-9);
    }

    #[test]
    fn wraps_between_characters_and_keeps_numbers_and_punctuation() {
        assert_eq!(wrap("来源：台账，2024年", 10.0, Weight::Regular, 60.0, 3), ["来源：台账，", "2024年"]);
        assert_eq!(wrap("沙溪村民委员会", 10.0, Weight::Regular, 40.0, 1), ["沙溪村…"]);
        assert!(wrap("村", 10.0, Weight::Regular, 4.0, 2).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_its_room(text in "[一-龥a-z0-9，。 ]{0,40}", room in 0.0..300.0f64, limit in 1usize..4) {
            prop_assert!(width(&shorten(&text, 12.0, Weight::Bold, room), 12.0, Weight::Bold) <= room);
            let lines = wrap(&text, 12.0, Weight::Regular, room, limit);
            prop_assert!(lines.len() <= limit);
            for line in lines {
                prop_assert!(width(&line, 12.0, Weight::Regular) <= room);
            }
        }
    }
}
