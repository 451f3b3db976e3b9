//! The words of a workbook: shared strings and words inside cells.
//!
//! Duty: the runs of a rich text as one; phonetic hints left out; raised digits kept apart from the number before them
//! (12¹ is twelve with a mark, not 121). Inputs: tags of `sst` and `is`. Outputs: texts. Neighbours: the readers of all formats.

use super::budget::Budget;
use super::{BookError, xml};
use crate::value::Text;

/// Takes the tags inside `si` or `is`.
#[derive(Debug, Default)]
pub(super) struct Runs {
    text: String,
    raised: bool,
    hint: bool,
    inside: bool,
}

impl Runs {
    pub(super) fn tag(&mut self, before: &[u8], tag: &[u8]) {
        if self.inside && !self.hint {
            self.add(&text_of(before));
            self.add(&String::from_utf8_lossy(xml::marked_words(tag).unwrap_or_default()));
        }
        match xml::name(tag) {
            b"t" => self.inside = !xml::is_empty(tag),
            b"rPh" => self.hint = !xml::is_empty(tag),
            b"vertAlign" => self.raised = xml::attribute(tag, "val") == Some("superscript"),
            _ if xml::ends(tag, b"t") => self.inside = false,
            _ if xml::ends(tag, b"r") => self.raised = false,
            _ if xml::ends(tag, b"rPh") => self.hint = false,
            _ => {}
        }
    }

    fn add(&mut self, words: &str) {
        if self.raised { self.text.extend(words.chars().map(raised)) } else { self.text.push_str(words) }
    }

    /// The words so far; begins anew.
    pub(super) fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        *self = Self::default();
        text
    }
}

/// A digit that is printed above the line.
pub(super) fn raised(c: char) -> char {
    let digit = c.to_digit(10).and_then(|d| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(d as usize));
    digit.unwrap_or(c)
}

/// Text of which some runs are printed above the line. A run begins at a place counted in UTF-16 and lasts to the next.
pub(super) fn raise(text: String, runs: &[(usize, bool)]) -> String {
    if !runs.iter().any(|(_, up)| *up) {
        return text;
    }
    let (mut runs, mut at, mut up) = (runs.iter().peekable(), 0, false);
    let one = |c: char| {
        while let Some((_, of_run)) = runs.next_if(|(from, _)| *from <= at) {
            up = *of_run;
        }
        at += c.len_utf16();
        if up { raised(c) } else { c }
    };
    text.chars().map(one).collect()
}

/// Text with what stands for other characters: `&lt;`, `_x000D_`.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = xml::unescape(&text);
    if plain.contains("_x") { without_escapes(&plain) } else { plain }
}

fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let code = after.get(..4).filter(|_| after.get(4..5) == Some("_"));
        match code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out + rest
}

/// Takes `xl/sharedStrings.xml` tag by tag.
#[derive(Debug, Default)]
pub(super) struct Strings {
    pub(super) found: Vec<Text>,
    now: Runs,
}

impl Strings {
    pub(super) fn tag(&mut self, before: &[u8], tag: &[u8], budget: &mut Budget) -> Result<(), BookError> {
        if xml::ends(tag, b"si") {
            self.found.push(self.now.take().into());
        } else if xml::name(tag) == b"si" {
            self.now = Runs::default();
            if xml::is_empty(tag) {
                self.found.push(Text::from(""));
            }
        } else {
            self.now.tag(before, tag);
            return Ok(());
        }
        budget.text(self.found.last().map_or(0, |text| text.len()), "文字")
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    #[test]
    fn runs_hints_escapes_and_raised_digits() {
        let page = "<sst><si><t>清凉村</t></si><si/><si><r><t>12</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr>\
                    <t>1</t></r><rPh sb=\"0\"><t>hint</t></rPh></si><si><t xml:space=\"preserve\"> a&amp;b_x000D_c </t></si></sst>";
        let mut strings = Strings::default();
        xml::tags(page.as_bytes(), &mut |before, tag| {
            strings.tag(before, tag, &mut Budget::default()).unwrap();
            ControlFlow::Continue(())
        })
        .unwrap();
        let found: Vec<&str> = strings.found.iter().map(|t| &**t).collect();
        assert_eq!(found, ["清凉村", "", "12¹", " a&b\rc "]);
    }
}
