//! The oldest browsers the page promises to run in, and that nothing in a build is younger than they are.
//!
//! Duty: a small table of what browsers learnt when, held against styles, scripts and modules. Input: a finished
//! `dist`. Output: a sentence for each thing that the oldest browser would not understand. Neighbours: `build` asks
//! after every build, `verify` runs scenes on the oldest Chromium itself, `public/boot.js` says the versions to
//! people. The table names what is tempting; what it forgets, those scenes are for.

use crate::{
    project::files_below,
    trouble::{At, Outcome, Trouble},
};
use std::{fs, path::Path};

/// Versions of Chrome (and Edge), Firefox and Safari.
struct Versions {
    chrome: u16,
    firefox: u16,
    safari: u16,
}

/// What `public/boot.js` tells people. Chrome's is the oldest on which the scenes run.
const PROMISED: Versions = Versions { chrome: 102, firefox: 102, safari: 16 };
/// Not in any version yet, or not in one that matters here.
const NEVER: u16 = u16::MAX;

/// Where a feature shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a selector: the whole rule is dropped by who does not know it.
    Selector,
    /// In what follows an `@`.
    AtRule,
    /// A property by name.
    Property,
    /// In a value: dropped too, and then the same property said before it in the same rule holds.
    Value,
    Script,
}

struct Feature {
    mark: &'static str,
    place: Place,
    since: Versions,
}

const fn feature(place: Place, mark: &'static str, chrome: u16, firefox: u16, safari: u16) -> Feature {
    Feature { mark, place, since: Versions { chrome, firefox, safari } }
}

/// A rule inside of a rule.
const NESTING: Feature = feature(Place::Selector, "a rule inside of a rule", 120, 117, 17);

const FEATURES: [Feature; 44] = [
    feature(Place::Selector, ":has(", 105, 121, 15),
    feature(Place::Selector, ":user-invalid", 119, 88, 16),
    feature(Place::Selector, ":user-valid", 119, 88, 16),
    feature(Place::Selector, ":popover-open", 114, 125, 17),
    feature(Place::Selector, "::details-content", 131, 143, 18),
    feature(Place::AtRule, "@container", 105, 110, 16),
    feature(Place::AtRule, "@scope", 118, 146, 17),
    feature(Place::AtRule, "@starting-style", 117, 129, 17),
    feature(Place::AtRule, "@property", 85, 128, 16),
    feature(Place::AtRule, "@view-transition", 126, NEVER, 18),
    feature(Place::AtRule, "<", 104, 63, 16),
    feature(Place::AtRule, ">", 104, 63, 16),
    feature(Place::Property, "container-type", 105, 110, 16),
    feature(Place::Property, "translate", 104, 72, 14),
    feature(Place::Property, "scale", 104, 72, 14),
    feature(Place::Property, "rotate", 104, 72, 14),
    feature(Place::Property, "field-sizing", 123, NEVER, 26),
    feature(Place::Property, "anchor-name", 125, NEVER, 26),
    feature(Place::Property, "animation-timeline", 115, NEVER, 26),
    feature(Place::Property, "overlay", 117, NEVER, NEVER),
    feature(Place::Value, "color-mix(", 111, 113, 16),
    feature(Place::Value, "light-dark(", 123, 120, 17),
    feature(Place::Value, "oklch(", 111, 113, 15),
    feature(Place::Value, "oklab(", 111, 113, 15),
    feature(Place::Value, "(from ", 119, 128, 16),
    feature(Place::Value, "linear(", 113, 112, 17),
    feature(Place::Value, "round(", 125, 118, 15),
    feature(Place::Value, "anchor(", 125, NEVER, 26),
    feature(Place::Value, "subgrid", 117, 71, 16),
    feature(Place::Value, "dvh", 108, 101, 15),
    feature(Place::Value, "svh", 108, 101, 15),
    feature(Place::Value, "lvh", 108, 101, 15),
    feature(Place::Value, "dvw", 108, 101, 15),
    feature(Place::Value, "cqw", 105, 110, 16),
    feature(Place::Value, "\" / \"", 77, 128, 17),
    feature(Place::Script, ".toSorted(", 110, 115, 16),
    feature(Place::Script, ".toReversed(", 110, 115, 16),
    feature(Place::Script, ".toSpliced(", 110, 115, 16),
    feature(Place::Script, "Promise.withResolvers", 119, 121, 17),
    feature(Place::Script, "Array.fromAsync", 121, 115, 16),
    feature(Place::Script, "Object.groupBy", 117, 119, 17),
    feature(Place::Script, "AbortSignal.any", 116, 124, 17),
    feature(Place::Script, ".showPopover(", 114, 125, 17),
    feature(Place::Script, ".checkVisibility(", 105, 106, 17),
];

impl Feature {
    fn is_too_young(&self) -> bool {
        let since = &self.since;
        since.chrome > PROMISED.chrome || since.firefox > PROMISED.firefox || since.safari > PROMISED.safari
    }

    fn shown(&self) -> String {
        let version = |version: u16| {
            if version == NEVER { "no version".to_owned() } else { format!("{version}") }
        };
        let Versions { chrome, firefox, safari } = &self.since;
        let known = [("Chrome", *chrome), ("Firefox", *firefox), ("Safari", *safari)];
        let known: Vec<String> =
            known.into_iter().map(|(name, since)| format!("{name} {}", version(since))).collect();
        format!("{} ({})", self.mark, known.join(", "))
    }
}

/// The first feature of a place that the text has and an old browser has not.
fn young(place: Place, text: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|one| one.place == place && one.is_too_young() && text.contains(one.mark))
}

/// Refuses a build in which something is younger than the browsers that are promised.
pub fn check(dist: &Path) -> Outcome<()> {
    let mut found = Vec::new();
    for (name, path) in files_below(dist)? {
        let content = fs::read(&path).at("read", &path)?;
        let seen = match name.rsplit('.').next() {
            Some("css") => in_style(&String::from_utf8_lossy(&content)),
            Some("js") => in_script(&String::from_utf8_lossy(&content)),
            Some("wasm") => in_module(&content),
            _ => Vec::new(),
        };
        found.extend(seen.into_iter().map(|what| format!("{name}: {what}")));
    }
    if found.is_empty() {
        return Ok(());
    }
    let Versions { chrome, firefox, safari } = PROMISED;
    Err(Trouble::new(format!(
        "younger than Chrome {chrome}, Firefox {firefox} or Safari {safari}, which public/boot.js promises:\n  {}",
        found.join("\n  ")
    )))
}

fn in_script(text: &str) -> Vec<String> {
    let found = FEATURES.iter().filter(|one| one.place == Place::Script && one.is_too_young());
    found.filter(|one| text.contains(one.mark)).map(Feature::shown).collect()
}

/// Values that the program writes itself. Short marks would be found in any module by chance.
fn in_module(bytes: &[u8]) -> Vec<String> {
    let told_apart =
        |one: &&Feature| one.place == Place::Value && one.mark.ends_with('(') && one.mark.len() > 6;
    let found = FEATURES.iter().filter(told_apart).filter(|one| one.is_too_young());
    let has = |mark: &str| bytes.windows(mark.len()).any(|piece| piece == mark.as_bytes());
    found.filter(|one| has(one.mark)).map(Feature::shown).collect()
}

/// A block that is open while a style is read.
struct Block {
    is_rule: bool,
    /// Below `@supports` nothing has to be known.
    guarded: bool,
    /// Properties with a value that every browser knows.
    settled: Vec<String>,
}

fn in_style(css: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    let css = without_comments(css);
    let mut rest = css.as_str();
    while let Some((piece, end, after)) = piece_of(rest) {
        rest = after;
        let piece = piece.trim();
        let guarded = open.last().is_some_and(|block| block.guarded);
        let inside = open.last().is_some_and(|block| block.is_rule);
        if end == '{' {
            let at_rule = piece.starts_with('@');
            let place = if at_rule { Place::AtRule } else { Place::Selector };
            let seen = young(place, piece).or((inside && !guarded).then_some(&NESTING)).filter(|_| !guarded);
            found.extend(seen.map(|one| format!("{} in {piece}", one.shown())));
            let guarded = guarded || piece.starts_with("@supports");
            open.push(Block { is_rule: !at_rule, guarded, settled: Vec::new() });
            continue;
        }
        if let (Some((property, value)), Some(block)) = (piece.split_once(':'), open.last_mut()) {
            let property = property.trim();
            // A custom property takes anything, so a value said before it does not come back.
            let settled = !property.starts_with("--") && block.settled.iter().any(|one| one == property);
            let by_name = FEATURES
                .iter()
                .find(|one| one.place == Place::Property && one.is_too_young() && one.mark == property);
            let by_value = young(Place::Value, value);
            if by_value.is_none() {
                block.settled.push(property.to_owned());
            }
            let seen = by_name.or(by_value.filter(|_| !settled)).filter(|_| !guarded);
            found.extend(seen.map(|one| format!("{} in {piece}", one.shown())));
        }
        if end == '}' {
            open.pop();
        }
    }
    found
}

/// Up to the next `{`, `}` or `;` outside of quotes: the text, the sign, what follows.
fn piece_of(css: &str) -> Option<(&str, char, &str)> {
    let mut quote = None;
    for (at, letter) in css.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '{' | '}' | ';') => {
                return Some((css.get(..at)?, letter, css.get(at + 1..)?));
            }
            _ => {}
        }
    }
    None
}

fn without_comments(css: &str) -> String {
    let mut kept = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::OLD_CHROMIUMS;

    fn ours(name: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
    }

    #[test]
    fn the_page_promises_what_is_held_and_what_is_tried() {
        let Versions { chrome, firefox, safari } = PROMISED;
        let said = format!(
            "Chrome 或 Edge（{chrome} 版以上）、Firefox（{firefox} 版以上）、Safari（{safari} 版以上）"
        );
        assert!(ours("public/boot.js").contains(&said), "{said}");
        assert_eq!(OLD_CHROMIUMS.iter().map(|old| old.version).min(), Some(chrome));
    }

    #[test]
    fn no_source_is_younger_than_the_promise() {
        for (name, path) in files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("style")).unwrap() {
            assert_eq!(in_style(&fs::read_to_string(path).unwrap()), Vec::<String>::new(), "{name}");
        }
        assert_eq!(in_style(&ours("public/boot.css")), Vec::<String>::new());
        for name in ["public/boot.js", "public/sw.template.js"] {
            assert_eq!(in_script(&ours(name)), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn what_is_too_young_is_found_unless_something_stands_in_for_it() {
        let count = |css: &str| in_style(css).len();
        assert_eq!(count("a { height: 100dvh; }"), 1);
        assert_eq!(count("a { height: 100vh; height: 100dvh }"), 0);
        assert_eq!(count("a { height: 100vh } b { height: 100dvh }"), 1, "another rule does not stand in");
        assert_eq!(count("a { --tall: 1px; --tall: 100dvh }"), 1, "a custom property does not fall back");
        assert_eq!(count("@media (min-width: 1px) { label:has(> input) { color: red } }"), 1);
        assert_eq!(count("@supports (height: 1dvh) { a { height: 1dvh } }"), 0);
        assert_eq!(count("@media (width > 800px) { a { color: red } }"), 1);
        assert_eq!(count("a { color: red; b { color: blue } }"), 1);
        assert_eq!(
            count("/* :has( */ a::after { content: \"; color-mix(\"; }"),
            1,
            "a string is looked at too"
        );
        assert_eq!(count("a { fill: color-mix(in srgb, red, blue) }"), 1);
        assert_eq!(count("a { rotate: 3deg }"), 1);
        assert_eq!(in_script("list.toSorted()").len(), 1);
        assert_eq!(in_module(b"\0color-mix(in srgb,\0").len(), 1);
        assert!(in_module(b"\0 100dvh\0").is_empty());
    }
}
