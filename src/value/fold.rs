//! Compatibility forms made one (NFKC): full width and half width, ㎡ and m2, ① and 1.
//!
//! Most texts have nothing to change and are handed back as they are. The tables for the rest weigh a tenth
//! of the whole page, and every browser has them already: in wasm the browser's are used.

use std::borrow::Cow;

/// `text` in the form NFKC.
pub fn nfkc(text: &str) -> Cow<'_, str> {
    if text.chars().all(stays) { Cow::Borrowed(text) } else { Cow::Owned(normalised(text)) }
}

/// Characters that NFKC leaves alone and that combine with nothing: ASCII, the common Han characters and
/// punctuation.
fn stays(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '·' | '—' | '、' | '。' | '“' | '”' | '〇')
}

#[cfg(target_arch = "wasm32")]
fn normalised(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKC").into()
}

#[cfg(not(target_arch = "wasm32"))]
fn normalised(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfkc(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization as _;

    #[test]
    fn what_stays_really_stays() {
        for c in ('\0'..='\u{ffff}').filter(|c| stays(*c)) {
            assert_eq!(c.nfkc().collect::<String>(), c.to_string(), "{c:?}");
        }
    }

    #[test]
    fn both_widths_are_one() {
        assert_eq!(nfkc("１２３．４㎡（村）"), "123.4m2(村)");
        assert!(matches!(nfkc("清凉村 A1"), Cow::Borrowed(_)));
    }
}
