//! How a number format shows a number: as a day, a share, in ten thousands, with a unit behind it.
//!
//! Duty: what stands in a cell is what a person sees there. `0!.0000` shows 123456 as 12.3456, and the sheet's 万元 is
//! about that; `0"亩"` says the unit itself. Inputs: format codes and numbers. Outputs: [`Cell`]s. Neighbours: the
//! readers of workbooks, which know each cell's format.

use super::Cell;
use crate::value::{Text, number, unit};

/// How numbers of a style are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Look {
    kind: Kind,
    /// The number is shown divided by ten so many times.
    tens: u8,
    /// A unit or 年 behind the digits.
    behind: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Number,
    Percent,
    Day,
}

/// Days from the first day of the 1900 system to that of the 1904 system.
const ERA: f64 = 1462.0;
/// No format moves the point further.
const MOST_TENS: u8 = 12;

impl Look {
    /// What the number shows. `since_1904` tells which day is the first.
    pub(super) fn cell(&self, n: f64, since_1904: bool) -> Cell {
        match self.kind {
            Kind::Day => Cell::Date(if since_1904 { n + ERA } else { n }),
            Kind::Percent => Cell::Percent(n),
            Kind::Number => {
                let n = if self.tens == 0 { n } else { n / 10f64.powi(i32::from(self.tens)) };
                let worded = |behind| Some((behind, number::from_f64(n).ok()?));
                match self.behind.as_ref().and_then(worded) {
                    Some((behind, exact)) => Cell::Text(Text::from(format!("{exact}{behind}"))),
                    None => Cell::Number(n),
                }
            }
        }
    }

    /// One of the formats that every program knows by number.
    pub(super) fn built_in(id: u32) -> Self {
        let kind = match id {
            9 | 10 => Kind::Percent,
            14..=22 | 27..=36 | 45..=47 | 50..=58 => Kind::Day,
            _ => Kind::Number,
        };
        Self { kind, ..Self::default() }
    }

    /// A format by its code.
    pub(super) fn of(code: &str) -> Self {
        let mut pieces = Pieces::default();
        pieces.read(code);
        pieces.look()
    }
}

/// A number of which not the format is known but the words that are shown for it: what a person sees is taken, as far as
/// it is the number with its point moved.
pub(super) fn seen(n: f64, shown: &str) -> Cell {
    moved(n, shown).map_or(Cell::Number(n), |look| look.cell(n, false))
}

/// A number of which nobody says that it is one and no day: it is what the words show, rounded, or nothing. 4.5 is the
/// fifth of April as well as 45 387 in ten thousands.
pub(super) fn rounded(n: f64, shown: &str) -> Option<Cell> {
    let look = moved(n, shown).filter(|look| look.tens == 0 && !shown.contains('%') || shown.contains("!."));
    look.map(|look| look.cell(n, false))
}

fn moved(n: f64, shown: &str) -> Option<Look> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (first, last) = (shown.find(is_digit)?, shown.rfind(is_digit)?);
    let face: String = shown.get(first..=last)?.chars().filter(|c| *c != ',').collect();
    // A point that is only drawn, by a program to which the mark before it is a letter: 123456!.0000.
    if let Some((_, places)) = face.split_once("!.") {
        let tens = u8::try_from(places.len()).ok().filter(|n| *n <= MOST_TENS)?;
        return Some(Look { kind: Kind::Number, tens, behind: said_behind(shown.get(last + 1..)?) });
    }
    let plain = face.len() <= 20 && face.chars().all(|c| is_digit(c) || c == '.');
    let read: f64 = face.parse().ok().filter(|_| plain)?;
    // Half of the last digit that is shown.
    let places = face.split_once('.').map_or(0, |(_, places)| places.len());
    let half = 0.5000001 / 10f64.powi(i32::try_from(places).ok()?);
    let fits = |tens: &u8| (n.abs() / 10f64.powi(i32::from(*tens)) - read).abs() <= half;
    // Nothing but zeros says nothing about the point.
    let tens = if read == 0.0 { 0 } else { (0..=MOST_TENS).find(fits)? };
    Some(Look { kind: Kind::Number, tens, behind: said_behind(shown.get(last + 1..)?) })
}

/// What stands behind the digits, where it says what they count.
fn said_behind(words: &str) -> Option<Text> {
    let words = words.trim();
    let says = unit::find(words).is_some() || matches!(words, "万" | "亿" | "千" | "年" | "月" | "季度");
    says.then(|| Text::from(words))
}

/// The first section of a code, taken apart.
#[derive(Default)]
struct Pieces {
    day: bool,
    percent: bool,
    digits: usize,
    /// Digits behind a point that is only drawn.
    drawn: Option<usize>,
    commas: u8,
    behind: String,
}

/// `General` without its first letter.
const GENERAL: &str = "eneral";

fn is_general(rest: &str) -> bool {
    rest.get(..GENERAL.len()).is_some_and(|word| word.eq_ignore_ascii_case(GENERAL))
}

impl Pieces {
    fn read(&mut self, code: &str) {
        if code.trim() == "@" {
            return;
        }
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                // As many digits as the number has.
                'G' | 'g' if is_general(chars.as_str()) => {
                    chars.by_ref().take(GENERAL.len()).for_each(drop);
                    self.digits += 1;
                }
                ';' => break,
                '"' => {
                    let words: String = chars.by_ref().take_while(|c| *c != '"').collect();
                    self.literal(&words);
                }
                '\\' | '!' => {
                    let next: String = chars.next().into_iter().collect();
                    self.literal(&next);
                }
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    let elapsed = !inside.is_empty() && inside.chars().all(|c| "hmsHMS".contains(c));
                    self.day |= elapsed;
                }
                '0' | '#' | '?' => {
                    self.digits += 1;
                    self.commas = 0;
                    self.behind.clear();
                    self.drawn = self.drawn.map(|n| n + 1);
                }
                // Between digits it parts thousands; behind the last it divides.
                ',' if self.digits > 0 => self.commas += 1,
                '%' => self.percent = true,
                'E' | 'e' if self.digits > 0 => drop(chars.next()),
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'E' => self.day = true,
                // `0!.0000` as programs write it to which the mark is a letter: `0\\!.0000`.
                '.' if self.behind.ends_with('!') => self.literal("."),
                '.' | ' ' | '-' | '+' | '/' | '(' | ')' | ':' | ',' | '$' => {}
                other => self.literal(&other.to_string()),
            }
        }
    }

    fn literal(&mut self, words: &str) {
        if words == "." && self.digits > 0 && self.drawn.is_none() {
            self.drawn = Some(0);
        } else if self.digits > 0 {
            self.behind.push_str(words);
        }
    }

    fn look(self) -> Look {
        let kind = match (self.day && self.digits == 0, self.percent) {
            (true, _) => Kind::Day,
            (_, true) => Kind::Percent,
            _ => Kind::Number,
        };
        let drawn = self.drawn.and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
        let tens = self.commas.saturating_mul(3).saturating_add(drawn);
        Look {
            kind,
            tens: if kind == Kind::Number && tens <= MOST_TENS { tens } else { 0 },
            behind: said_behind(&self.behind).filter(|_| kind == Kind::Number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_formats_show() {
        let text = |s: &str| Cell::Text(Text::from(s));
        for (code, n, wanted) in [
            ("General", 1.5, Cell::Number(1.5)),
            ("General_)", 2400.0, Cell::Number(2400.0)),
            ("\"¥\"GENERAL;-general", 2400.0, Cell::Number(2400.0)),
            ("General\"万元\"", 3.5, text("3.5万元")),
            ("#,##0.00_);[Red](#,##0.00)", 1234.5, Cell::Number(1234.5)),
            ("0!.0000", 123_456.0, Cell::Number(12.3456)),
            ("0\\.0000", 123_456.0, Cell::Number(12.3456)),
            ("0\\!.0000", 123_456.0, Cell::Number(12.3456)),
            ("0\"!\".0000", 123_456.0, Cell::Number(12.3456)),
            ("0\".\"0000\"万元\"", 123_456.0, text("12.3456万元")),
            ("0!.0,", 123_456.0, Cell::Number(12.3456)),
            ("#,##0,", 5000.0, Cell::Number(5.0)),
            ("0.00,,", 5_000_000.0, Cell::Number(5.0)),
            ("0.00\"亩\"", 12.5, text("12.5亩")),
            ("0万元", 3.0, text("3万元")),
            ("0\"年\"", 2024.0, text("2024年")),
            ("0.0%", 0.36, Cell::Percent(0.36)),
            ("0.00E+00", 12.0, Cell::Number(12.0)),
            ("yyyy/m/d", 45_000.0, Cell::Date(45_000.0)),
            ("yyyy\"年\"m\"月\"", 45_000.0, Cell::Date(45_000.0)),
            ("[$-804]yyyy\"年\"m\"月\"d\"日\";@", 45_000.0, Cell::Date(45_000.0)),
            ("[h]:mm", 1.5, Cell::Date(1.5)),
            ("\"¥\"#,##0.00", 3.0, Cell::Number(3.0)),
            ("@", 7.0, Cell::Number(7.0)),
        ] {
            assert_eq!(Look::of(code).cell(n, false), wanted, "{code}");
        }
        assert_eq!(Look::built_in(14).cell(10.0, true), Cell::Date(1472.0));
    }
    #[test]
    fn what_is_shown_moves_the_point_and_nothing_else() {
        let text = |s: &str| Cell::Text(Text::from(s));
        for (n, shown, wanted) in [
            (123_456.0, "12.3456", Cell::Number(12.3456)),
            (123_456.0, "12.35", Cell::Number(12.3456)),
            (123_456.0, "123,456.00", Cell::Number(123_456.0)),
            (-1234.5, "-1,234.5", Cell::Number(-1234.5)),
            (12.5, "12.50亩", text("12.5亩")),
            (123_456.0, "12.3456万元", text("12.3456万元")),
            (0.4, "0", Cell::Number(0.4)),
            (3.0, "0", Cell::Number(3.0)),
            (12.0, "1.2E+01", Cell::Number(12.0)),
            (123_456.0, "123456!.0000", Cell::Number(12.3456)),
            (123_456.0, "123,456!.00亩", text("1234.56亩")),
            (12.0, "", Cell::Number(12.0)),
            (7.0, "8", Cell::Number(7.0)),
        ] {
            assert_eq!(seen(n, shown), wanted, "{n} {shown}");
        }
        for (n, shown, wanted) in [
            (12.3456, "12.35", Some(Cell::Number(12.3456))),
            (1234.5, "1,235亩", Some(text("1234.5亩"))),
            (123_456.0, "123456!.0000", Some(Cell::Number(12.3456))),
            (45_387.0, "4.5", None),
            (45_417.0, "5月", None),
            (0.36, "36%", None),
            (0.004, "0%", None),
        ] {
            assert_eq!(rounded(n, shown), wanted, "{n} {shown}");
        }
    }
}
