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

/// Whether `phone` is a mobile number of eleven digits or a land line (with or without area code).
pub fn is_phone(phone: &str) -> bool {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | ' '))
        && ((digits == 11 && phone.starts_with('1')) || (7..=12).contains(&digits))
}

/// Keeps the first `head` and the last `tail` characters and hides the rest: 138****5678.
pub fn mask(text: &str, head: usize, tail: usize) -> String {
    let n = text.chars().count();
    if n <= head + tail {
        return "*".repeat(n);
    }
    text.chars().enumerate().map(|(i, c)| if i < head || i >= n - tail { c } else { '*' }).collect()
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
    fn masks() {
        assert_eq!(mask("13812345678", 3, 4), "138****5678");
        assert_eq!(mask("王芳", 1, 0), "王*");
        assert_eq!(mask("123", 3, 4), "***");
    }

    #[test]
    fn phones() {
        assert!(is_phone("13812345678"));
        assert!(is_phone("0832-5521234"));
        assert!(!is_phone("1.38E+10"));
        assert!(!is_phone("12345"));
    }
}
