//! Takes out of style sheets what only people need: explanations, indentation, the last semicolon of a rule.
//!
//! Input: trunk's `dist`. Output: sheets that mean the same in fewer bytes; the first screen waits for them.
//! Neighbours: `build` calls it after trunk; `glue` does the same for scripts.

use crate::{
    project::files_below,
    trouble::{At, Outcome},
};
use std::{fs, path::Path};

/// Beside these signs a blank means nothing.
const SIGNS: [char; 4] = ['{', '}', ';', ','];

/// Shortens every sheet of a directory.
pub fn shorten(dist: &Path) -> Outcome<()> {
    for (name, path) in files_below(dist)? {
        if name.ends_with(".css") {
            let sheet = fs::read_to_string(&path).at("read", &path)?;
            fs::write(&path, shortened(&sheet)).at("write", &path)?;
        }
    }
    Ok(())
}

fn shortened(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut blank = false;
    let mut rest = css;
    while let Some(letter) = rest.chars().next() {
        let piece = piece(rest, letter);
        rest = rest.strip_prefix(piece).unwrap_or_default();
        // One that touches a word on both sides may be all that parts them.
        let explains = piece.starts_with("/*") && (blank || out.is_empty() || out.ends_with(SIGNS));
        if letter.is_ascii_whitespace() || explains {
            blank = true;
            continue;
        }
        let bare = out.is_empty() || out.ends_with(SIGNS) || out.ends_with(':') || SIGNS.contains(&letter);
        if blank && !bare {
            out.push(' ');
        }
        blank = false;
        if letter == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(piece);
    }
    out
}

/// A text in quotes, an explanation, or one letter.
fn piece(rest: &str, letter: char) -> &str {
    let end = match letter {
        '"' | '\'' => {
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, next)| {
                let closes = *next == letter && !escaped;
                escaped = *next == '\\' && !escaped;
                closes
            });
            close.map(|(at, _)| at + 1)
        }
        '/' if rest.starts_with("/*") => rest.find("*/").map(|at| at + 2),
        _ => Some(letter.len_utf8()),
    };
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_stays() {
        let sheet = "/* Why. */\n:root {\n  --gap: 4px;\n}\n\n@media (min-width: 1px) and (max-width: 9px) {\n  \
            a > b :hover, i::after { content: \"a  /* b */ \\\" ; }\"; width: calc(1px + 2px); /* so */ }\n}\n";
        let short = ":root{--gap:4px}@media (min-width:1px) and (max-width:9px){\
            a > b :hover,i::after{content:\"a  /* b */ \\\" ; }\";width:calc(1px + 2px)}}";
        assert_eq!(shortened(sheet), short);
        assert_eq!(shortened(short), short, "a second time changes nothing");
        assert_eq!(shortened("a/* b */c d { }"), "a/* b */c d{}");
        assert_eq!(shortened("a { b: \"open"), "a{b:\"open");
    }
}
