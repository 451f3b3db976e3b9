//! The recovery code: what opens the ledger when the passphrase is forgotten, written on paper.
//!
//! Twenty-eight digits of 31 letters and numerals, drawn by chance: more than 138 bits. 0, 1, I, L and O are not among
//! them, because on paper each of them looks like another. They stand in seven groups of four, each with a check digit
//! of its own, so that whoever copies one wrongly is told which: the check finds every single wrong digit, every two
//! that changed places, and groups that did.

use std::fmt;

use crate::ledger::Entropy;

const DIGITS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Groups of a code.
const GROUPS: usize = 7;
/// Digits of a group that are drawn; its check digit follows them.
const DRAWN: usize = 4;

/// A code.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([[u8; DRAWN]; GROUPS]);

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// It has another number of digits.
    #[error("{0} digits instead of {all}", all = GROUPS * (DRAWN + 1))]
    Length(usize),
    /// A group does not fit its check digit, or has a letter that no code has.
    #[error("group {0} is wrong")]
    Group(usize),
}

impl Code {
    /// A new one.
    pub fn draw(chance: &mut dyn Entropy) -> Self {
        let mut left = 0u64;
        let mut count = 0;
        let mut digit = || {
            loop {
                if count == 0 {
                    (left, count) = (chance.bits(), 64 / 5);
                }
                let five = (left & 31) as u8;
                left >>= 5;
                count -= 1;
                // The thirty-second value is no digit: all others stay equally likely.
                if five < DIGITS.len() as u8 {
                    return five;
                }
            }
        };
        Self(std::array::from_fn(|_| std::array::from_fn(|_| digit())))
    }

    /// Reads what somebody copied: small letters, wide ones, blanks and dashes are as good.
    pub fn read(text: &str) -> Result<Self, Misread> {
        let narrow = |c: char| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            _ => c,
        };
        let letters: Vec<char> = text
            .chars()
            .map(narrow)
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '_' | '·' | '.'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if letters.len() != GROUPS * (DRAWN + 1) {
            return Err(Misread::Length(letters.len()));
        }
        let mut code = [[0; DRAWN]; GROUPS];
        for (n, (group, written)) in code.iter_mut().zip(letters.chunks(DRAWN + 1)).enumerate() {
            let wrong = Misread::Group(n + 1);
            let value = |c: &char| DIGITS.iter().position(|d| char::from(*d) == *c).map(|v| v as u8);
            let (check, drawn) = written.split_last().ok_or(wrong)?;
            for (digit, c) in group.iter_mut().zip(drawn) {
                *digit = value(c).ok_or(wrong)?;
            }
            if value(check) != Some(sum(n, group)) {
                return Err(wrong);
            }
        }
        Ok(Self(code))
    }

    /// What a key is made of: the digits that were drawn, without what is only there for people.
    pub fn secret(&self) -> String {
        self.0.iter().flatten().map(letter).collect()
    }
}

/// The check digit of the `n`-th group. 31 is a prime, so every weight that is not a multiple of it tells.
fn sum(n: usize, group: &[u8; DRAWN]) -> u8 {
    let weighted: usize = group.iter().enumerate().map(|(at, digit)| (at + 2) * usize::from(*digit)).sum();
    ((weighted + 7 * n) % DIGITS.len()) as u8
}

fn letter(digit: &u8) -> char {
    char::from(DIGITS.get(usize::from(*digit)).copied().unwrap_or(b'?')) // all are below 31
}

/// As it stands on the sheet.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, group) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("-")?;
            }
            let digits: String = group.iter().chain([&sum(n, group)]).map(letter).collect();
            f.write_str(&digits)?;
        }
        Ok(())
    }
}

/// Never in a message or a log.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Seeded;

    #[test]
    fn a_code_is_read_as_it_was_written() {
        let mut chance = Seeded(7);
        for _ in 0..200 {
            let code = Code::draw(&mut chance);
            let text = code.to_string();
            assert_eq!(text.len(), 41, "{text}");
            assert_eq!(Code::read(&text), Ok(code.clone()));
            assert_eq!(Code::read(&text.to_lowercase().replace('-', "  ")), Ok(code.clone()));
            let wide: String =
                text.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect();
            assert_eq!(Code::read(&wide), Ok(code.clone()));
            assert_eq!(code.secret().len(), 28);
        }
        assert_eq!(Code::draw(&mut Seeded(1)).to_string(), Code::draw(&mut Seeded(1)).to_string());
        assert_ne!(Code::draw(&mut Seeded(1)), Code::draw(&mut Seeded(2)));
        assert_eq!(format!("{:?}", Code::draw(&mut Seeded(1))), "Code", "no message tells it");
    }

    #[test]
    fn every_slip_of_the_pen_is_found_in_its_group() {
        let text = Code::draw(&mut Seeded(11)).to_string();
        let letters: Vec<char> = text.chars().collect();
        for at in (0..letters.len()).filter(|at| letters[*at] != '-') {
            let group = at / 6 + 1;
            for other in DIGITS.iter().map(|d| char::from(*d)).chain(['0', '1', 'I', 'O', 'L', '!']) {
                if other != letters[at] {
                    let mut slip = letters.clone();
                    slip[at] = other;
                    let slip: String = slip.into_iter().collect();
                    assert_eq!(Code::read(&slip), Err(Misread::Group(group)), "{slip}");
                }
            }
            if let Some(next) = letters.get(at + 1).filter(|next| **next != '-' && **next != letters[at]) {
                let mut slip = letters.clone();
                (slip[at], slip[at + 1]) = (*next, letters[at]);
                let slip: String = slip.into_iter().collect();
                assert_eq!(Code::read(&slip), Err(Misread::Group(group)), "{slip}");
            }
        }
        let mut groups: Vec<&str> = text.split('-').collect();
        groups.swap(0, 3);
        assert_eq!(Code::read(&groups.join("-")), Err(Misread::Group(1)));
        assert_eq!(Code::read(""), Err(Misread::Length(0)));
        let short: String = text.chars().take(40).collect();
        assert_eq!(Code::read(&short), Err(Misread::Length(34)));
    }
}
