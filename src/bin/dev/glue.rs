//! Takes out of a module and its glue what only wasm-bindgen and people who read the glue need.
//!
//! The two call each other by names with a hash in each, noise that no compression makes smaller; libraries bring
//! classes that nothing here can make, and their exports keep code in the module; and the glue is indented and
//! explained. All of it would be fetched before the first screen. Input: trunk's `dist`. Output: the same programs
//! in fewer bytes. Neighbours: `build` calls it after trunk and before `parts` names the set; `module` has the format.

use crate::{
    module,
    project::files_below,
    trouble::{At, Outcome, Trouble},
};
use std::{fs, path::Path};

/// Shortens every module of a directory that has glue of its own.
pub fn shorten(dist: &Path) -> Outcome<()> {
    for (name, script) in files_below(dist)? {
        let Some(stem) = name.strip_suffix(".js") else { continue };
        let wasm = dist.join(format!("{stem}_bg.wasm"));
        if wasm.is_file() {
            let text = fs::read_to_string(&script).at("read", &script)?;
            let bytes = fs::read(&wasm).at("read", &wasm)?;
            let (text, bytes) = shortened(&text, &bytes)?;
            fs::write(&script, text).at("write", &script)?;
            fs::write(&wasm, bytes).at("write", &wasm)?;
        }
    }
    Ok(())
}

fn shortened(script: &str, wasm: &[u8]) -> Outcome<(String, Vec<u8>)> {
    let (script, exports) = without_unmade(script)?;
    let wasm = module::without_exports(wasm, &exports)?;
    let mut script = plain(&script)?;
    let mut given = 0;
    let wasm = module::with_imports(&wasm, |from, name| {
        // The loader of the parts has few names, and no hash in any.
        if !from.ends_with("_bg.js") {
            return Ok(name.to_owned());
        }
        let short = letters(given);
        given += 1;
        let (before, after) = once(&script, &format!("\n{name}:"))?;
        script = format!("{before}\n{short}:{after}");
        Ok(short)
    })?;
    Ok((script, wasm))
}

/// What stands before and after the only place of a mark.
fn once<'a>(text: &'a str, mark: &str) -> Outcome<(&'a str, &'a str)> {
    let other =
        || Trouble::new(format!("the glue does not say {mark:?} once; the tool's version must have changed"));
    let (before, after) = text.split_once(mark).ok_or_else(other)?;
    if after.contains(mark) { Err(other()) } else { Ok((before, after)) }
}

/// a … z, then two letters, and so on.
fn letters(number: usize) -> String {
    let mut name = String::new();
    let mut rest = number;
    loop {
        name.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or_default())); // less than 26
        match (rest / 26).checked_sub(1) {
            Some(more) => rest = more,
            None => return name,
        }
    }
}

/// Without the classes that nothing can make – neither a script, for want of a constructor, nor the module, for want
/// of the function that wraps what it hands out – and the exports that only they call.
fn without_unmade(script: &str) -> Outcome<(String, Vec<String>)> {
    let (mut kept, mut dropped, mut names) = (String::new(), String::new(), Vec::new());
    let mut lines = script.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        let head = start.strip_prefix("export ").unwrap_or(start).strip_prefix("class ");
        let Some((name, "{\n")) = head.and_then(|head| head.split_once(' ')) else {
            kept.push_str(line);
            continue;
        };
        let indent = line.strip_suffix(start).unwrap_or_default();
        let class = taken_until(line, &mut lines, |line| line.strip_prefix(indent) == Some("}\n"));
        if ["constructor(", "static __wrap("].iter().any(|way| class.contains(way)) {
            kept.push_str(&class);
        } else {
            dropped.push_str(&class);
            names.push(name.to_owned());
        }
    }
    for name in &names {
        kept = without_mentions(&kept, name, &mut dropped)?;
    }
    let exports = called(&dropped).into_iter().filter(|name| !called(&kept).contains(name));
    let exports = exports.map(str::to_owned).collect();
    Ok((kept, exports))
}

/// A line and those that follow it, up to and with the last one.
fn taken_until<'a>(
    first: &str,
    lines: &mut impl Iterator<Item = &'a str>,
    is_last: impl Fn(&str) -> bool,
) -> String {
    let mut text = first.to_owned();
    for line in lines {
        text.push_str(line);
        if is_last(line) {
            break;
        }
    }
    text
}

/// Without the statements that speak of a class which is gone.
fn without_mentions(script: &str, name: &str, dropped: &mut String) -> Outcome<String> {
    let mut kept = String::new();
    let mut lines = script.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        let about = [
            format!("if (Symbol.dispose) {name}."),
            format!("exports.{name} = {name};"),
            format!("const {name}Finalization = "),
        ];
        if !about.iter().any(|about| start.starts_with(about.as_str())) {
            kept.push_str(line);
        } else if line.ends_with(";\n") {
            dropped.push_str(line);
        } else {
            dropped.push_str(&taken_until(line, &mut lines, |line| line.ends_with(";\n")));
        }
    }
    if kept.contains(name) {
        return Err(Trouble::new(format!(
            "nothing can make the glue's {name}, yet something speaks of it; the tool's version must have changed"
        )));
    }
    Ok(kept)
}

/// The exports of the module that a script calls.
fn called(script: &str) -> Vec<&str> {
    let in_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let mut names: Vec<&str> = script
        .split("wasm.")
        .skip(1)
        .map(|after| after.split(|letter| !in_name(letter)).next().unwrap_or_default())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Without indentation, empty lines and explanations. Every line stays a line, because a line's end may end a statement.
fn plain(script: &str) -> Outcome<String> {
    let mut kept = String::from("\n");
    let mut explaining = false;
    for line in script.lines() {
        // What begins here and ends in another line would lose its spaces.
        if line.matches('`').count() % 2 == 1 {
            return Err(Trouble::new(format!("a text of several lines in the glue: {line}")));
        }
        let line = line.trim();
        explaining |= line.starts_with("/*");
        if explaining {
            let (_, after) = line.split_once("*/").unwrap_or_default();
            if !after.is_empty() {
                return Err(Trouble::new(format!("an explanation before a statement in the glue: {line}")));
            }
            explaining = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::tests::module;

    const GLUE: &str = "\
export class Never {
    free() {
        wasm.never_free(this.ptr);
        wasm.shared(0);
    }
}
if (Symbol.dispose) Never.prototype[Symbol.dispose] = Never.prototype.free;

export class Handed {
    static __wrap(ptr) {
        return wasm.handed(ptr);
    }
}
/**
 * What a person would like to know.
 */
function imports() {
    const import0 = {
        __proto__: null,
        __wbg_one_63f67ad37e3739d2: function(arg0) {
            // Why.
            return wasm.shared(`${arg0}`);
        },
    };
    return { \"./app_bg.js\": import0 };
}
const NeverFinalization = (typeof FinalizationRegistry === 'undefined')
    ? {}
    : new FinalizationRegistry(ptr => wasm.never_free(ptr, 1));
";

    #[test]
    fn what_nothing_needs_is_gone_from_both() {
        let imports = [("./app_bg.js", "__wbg_one_63f67ad37e3739d2"), ("./__wasm_split.js", "load_part")];
        let wasm = module(&imports, &["never_free", "shared", "handed", "memory"]);
        let (script, wasm) = shortened(GLUE, &wasm).unwrap();
        let left = "
export class Handed {
static __wrap(ptr) {
return wasm.handed(ptr);
}
}
function imports() {
const import0 = {
__proto__: null,
a: function(arg0) {
return wasm.shared(`${arg0}`);
},
};
return { \"./app_bg.js\": import0 };
}
";
        assert_eq!(script, left);
        let imports = [("./app_bg.js", "a"), ("./__wasm_split.js", "load_part")];
        assert_eq!(wasm, module(&imports, &["shared", "handed", "memory"]));
    }

    #[test]
    fn glue_of_another_shape_is_noticed() {
        let wasm = module(&[("./app_bg.js", "__wbg_two")], &[]);
        assert!(shortened(GLUE, &wasm).is_err(), "an import the glue does not have");
        assert!(plain("const text = `first\n  second`;").is_err());
        assert!(plain("/* why */ go();").is_err());
        assert!(without_unmade(&format!("{GLUE}new Never();\n")).is_err());
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: std::collections::BTreeSet<String> = (0..20_000).map(letters).collect();
        assert_eq!(names.len(), 20_000);
        assert_eq!(
            [letters(0), letters(25), letters(26), letters(701), letters(702)],
            ["a", "z", "aa", "zz", "aaa"]
        );
    }
}
