//! Numbers that belong to a person: identity numbers, phones and accounts, their check digits and masks
//! (domain §2.20).

/// Weights of GB 11643.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Whether `id` has 18 characters and the check digit of GB 11643.
pub fn is_identity_number(id: &str) -> bool {
    let digits: Vec<u32> = id.chars().filter_map(|c| c.to_digit(10)).collect();
    let (Some(body), Some(last)) = (digits.get(..17), id.chars().nth(17)) else { return false };
    if id.chars().count() != 18 || id.chars().take(17).any(|c| !c.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
    "10X98765432".chars().nth((sum % 11) as usize) == Some(last.to_ascii_uppercase())
}

/// Whether the identity number is that of a man; none when it is no number.
pub fn is_male(id: &str) -> Option<bool> {
    let figure = id.chars().nth(16).filter(|_| is_identity_number(id))?.to_digit(10)?;
    Some(figure % 2 == 1)
}

/// The year and the month of birth in an identity number.
pub fn born(id: &str) -> Option<(i16, u8)> {
    let part = |from: usize, length: usize| -> Option<String> {
        is_identity_number(id).then(|| id.chars().skip(from).take(length).collect())
    };
    let (year, month) = (part(6, 4)?.parse().ok()?, part(10, 2)?.parse().ok()?);
    (1..=12).contains(&month).then_some((year, month))
}

/// What a 统一社会信用代码 is written with, in the order of its values: no I, O, S, V and Z, which look like figures.
const CREDIT_LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether `code` has 18 characters and the check character of GB 32100.
pub fn is_credit_code(code: &str) -> bool {
    let values: Vec<usize> =
        code.chars().filter_map(|c| CREDIT_LETTERS.find(c.to_ascii_uppercase())).collect();
    let (Some((last, body)), 18) = (values.split_last(), code.chars().count()) else { return false };
    // Each place weighs three times the one before, modulo 31.
    let weights = std::iter::successors(Some(1), |w| Some(w * 3 % CREDIT_LETTERS.len()));
    let sum: usize = body.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    values.len() == 18 && (sum + last).is_multiple_of(CREDIT_LETTERS.len())
}

/// Whether `phone` is a mobile number, which begins with 1 and has eleven digits, or a land line (with or without area
/// code), which never does.
pub fn is_phone(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let length = if digits.starts_with('1') { 11..=11 } else { 7..=12 };
    phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | ' '))
        && length.contains(&digits.len())
}

/// Keeps the first `head` and the last `tail` characters and hides the rest: 138****5678.
pub fn mask(text: &str, head: usize, tail: usize) -> String {
    let n = text.chars().count();
    if n <= head + tail {
        return "*".repeat(n);
    }
    text.chars().enumerate().map(|(i, c)| if i < head || i >= n - tail { c } else { '*' }).collect()
}

/// An address down to the group, the village or the township that it names; what follows is hidden: 清凉村2组****.
pub fn mask_home(text: &str) -> String {
    // The narrowest that is named, as long as something is left to hide.
    let place = |end: char| text.chars().position(|c| c == end);
    let until = ['组', '村', '区', '镇', '乡'].into_iter().find_map(place);
    mask(text, until.map_or(0, |at| at + 1).min(text.chars().count().saturating_sub(2)), 0)
}

/// Whether a number is written with its middle hidden.
pub fn is_masked(text: &str) -> bool {
    text.contains('*') && text.chars().all(|c| c == '*' || c.is_ascii_alphanumeric() || c.is_whitespace())
}

/// Whether `text` may be what `masked` hides: as long, and the same where something is shown.
pub fn fits_mask(text: &str, masked: &str) -> bool {
    let same = |(a, b): (char, char)| b == '*' || a == b;
    text.chars().count() == masked.chars().count() && text.chars().zip(masked.chars()).all(same)
}

/// Hides the identity numbers, phones and accounts that stand in a text, as a sheet that nobody has mapped yet
/// shows them. What they are is told by their digits alone.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if !c.is_ascii_digit() {
            out.push(*c);
            at += 1;
            continue;
        }
        let run = number_at(&chars, at);
        let number: String = chars.iter().skip(at).take(run).collect();
        match keeps(&number) {
            // Part of a number with decimals is an amount.
            Some(ends) if !amount(&chars, at, run) => out.push_str(&mask(&number, ends.0, ends.1)),
            _ => out.push_str(&number),
        }
        at += run;
    }
    out
}

/// How many characters from `at` belong to one number: digits in groups parted by single blanks or hyphens, and
/// the X that an identity number may end with.
fn number_at(chars: &[char], at: usize) -> usize {
    let digit = |n: usize| chars.get(n).is_some_and(char::is_ascii_digit);
    let mut end = at;
    while digit(end) || (matches!(chars.get(end), Some(' ' | '-')) && digit(end + 1)) {
        end += 1;
    }
    if end - at == 17 && matches!(chars.get(end), Some('X' | 'x')) {
        end += 1;
    }
    end - at
}

fn amount(chars: &[char], at: usize, run: usize) -> bool {
    let before = at.checked_sub(1).and_then(|n| chars.get(n));
    let after = (chars.get(at + run), chars.get(at + run + 1));
    matches!(before, Some('.' | ',')) || matches!(after, (Some('.' | ','), Some(d)) if d.is_ascii_digit())
}

/// How much of a personal number stays to be seen at both ends; none when it is none.
fn keeps(number: &str) -> Option<(usize, usize)> {
    let groups: Vec<usize> = number.split([' ', '-']).map(str::len).collect();
    let mobile = number.starts_with('1') && !number.starts_with("10") && !number.starts_with("11");
    match groups.as_slice() {
        [18] => Some((3, 4)),
        [15..=19] => Some((0, 4)),
        [11] | [3, 4, 4] if mobile => Some((3, 4)),
        // Years stand in groups of four as well.
        [4, 4, 4, 4] | [4, 4, 4, 4, 1..=4] if !number.starts_with("19") && !number.starts_with("20") => {
            Some((0, 4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        assert!(is_identity_number("11010519491231002X"));
        assert!(is_identity_number("11010519491231002x"));
        assert!(!is_identity_number("110105194912310021"));
        assert!(!is_identity_number("1101051949123100"));
    }

    #[test]
    fn an_identity_number_says_when_somebody_was_born_and_whether_he_is_a_man() {
        assert_eq!(
            (born("11010519491231002X"), is_male("11010519491231002X")),
            (Some((1949, 12)), Some(false))
        );
        assert_eq!(is_male("511025195503258697"), Some(true));
        assert_eq!((born("110105194912310021"), is_male("1101051949123100")), (None, None));
    }

    #[test]
    fn an_address_is_shown_down_to_the_group() {
        let cases = [
            ("沙溪镇清凉村2组15号", "沙溪镇清凉村2组***"),
            ("清凉村东头老槐树下", "清凉村******"),
            ("幸福小区3栋", "幸福小区**"),
            ("清凉村2组", "清凉村**"),
            ("15号", "***"),
            ("家", "*"),
        ];
        for (address, shown) in cases {
            assert_eq!(mask_home(address), shown);
            assert!(fits_mask(address, shown));
        }
    }

    #[test]
    fn masks() {
        assert_eq!(mask("13812345678", 3, 4), "138****5678");
        assert_eq!(mask("王芳", 1, 0), "王*");
        assert_eq!(mask("123", 3, 4), "***");
    }

    #[test]
    fn personal_numbers_within_a_text_are_hidden_and_others_stay() {
        let hidden = [
            ("11010519491231002X", "110***********002X"),
            ("身份证110105194912310021，电话13812345678", "身份证110***********0021，电话138****5678"),
            ("138-1234-5678", "138******5678"),
            ("6222020200112233445", "***************3445"),
            ("6222 0202 0011 2233 445", "******************* 445"),
        ];
        for (text, wanted) in hidden {
            assert_eq!(masked(text), wanted);
        }
        for plain in [
            "2021 2022 2023 2024",
            "2024-01-05",
            "10257210.00",
            "12345678901.5",
            "清凉村 1,025,721",
            "0832-5521234",
        ] {
            assert_eq!(masked(plain), plain);
        }
    }

    #[test]
    fn phones() {
        assert!(is_phone("13812345678"));
        assert!(is_phone("0832-5521234"));
        assert!(!is_phone("1.38E+10"));
        assert!(!is_phone("12345"));
        assert!(!is_phone("1381234567") && !is_phone("138123456789"), "a figure is missing, or one too many");
        assert!(is_phone("138 1234 5678") && is_phone("8221234") && is_phone("400-812-3456"));
    }
}
