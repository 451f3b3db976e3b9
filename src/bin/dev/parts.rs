//! Cuts the page's module into the first load and the parts that follow (`src/ui/parts.rs` says where).
//!
//! The cut lies between linking and wasm-bindgen, both of which trunk starts by itself; so for trunk this very
//! program stands in for wasm-bindgen: it cuts, then calls the real one. When trunk is done, [`settle`] gives
//! the whole set – glue, module, parts – one new name made from all their contents, because a part fits only
//! the module it was cut from. Input: a linked module; later trunk's `dist`. Output: modules that go to
//! wasm-bindgen; later a `dist` with the parts in it. Neighbours: `build` calls both; `tools` has the programs.

use crate::{
    hash,
    process::{command, copy_of_myself, run},
    project::files_below,
    tools::BuildTools,
    trouble::{At, Outcome, Trouble},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The name under which trunk looks for us.
pub const STAND_IN: &str = "wasm-bindgen";
/// Every part has this in its file's name, and nothing else does.
pub const PART: &str = "_part_";
const BINDGEN: &str = "XINGCUN_BINDGEN";
const SPLITTER: &str = "XINGCUN_SPLITTER";
const PLACE: &str = "XINGCUN_PARTS";
/// What the splitter calls the script that fetches parts, and what that script calls the page's glue.
const LOADER: &str = "__wasm_split.js";
const GLUE: &str = "main.js";
const MODULE: &str = "main.wasm";

/// Lets `trunk` find the stand-in; returns the directory to put first in PATH.
pub fn prepare(trunk: &mut Command, tools: &BuildTools, place: &Path) -> Outcome<PathBuf> {
    let programs = place.join("bin");
    if place.is_dir() {
        fs::remove_dir_all(place).at("remove", place)?; // parts of an earlier build
    }
    copy_of_myself(&programs.join(STAND_IN))?;
    trunk.env(BINDGEN, tools.bindgen.join(STAND_IN)).env(SPLITTER, &tools.splitter).env(PLACE, place);
    Ok(programs)
}

/// Called as wasm-bindgen: cuts the module first and lets the real one have the rest. A module without places to
/// cut goes the same way, because cutting also takes out what the linker wrote for us to cut along.
pub fn stand_in(arguments: Vec<String>) -> Outcome<()> {
    let given = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| Trouble::new(format!("{name} is not set")))
    };
    let mut bindgen = command(given(BINDGEN)?);
    for word in &arguments {
        if word.ends_with(".wasm") {
            bindgen.arg(cut(Path::new(word), &given(SPLITTER)?, &given(PLACE)?)?);
            // The parts use what the linker exports: memory, table and stack pointer.
            bindgen.arg("--keep-lld-exports");
        } else {
            bindgen.arg(word);
        }
    }
    // Not `run`: trunk asks for the version on standard output.
    let status = bindgen.status().map_err(|error| Trouble::new(format!("wasm-bindgen: {error}")))?;
    if status.success() { Ok(()) } else { Err(Trouble::new(format!("wasm-bindgen ended with {status}"))) }
}

fn cut(linked: &Path, splitter: &Path, place: &Path) -> Outcome<PathBuf> {
    let place = place.join(linked.file_stem().unwrap_or_default());
    let mut split = command(splitter);
    split.arg(linked).arg(&place);
    run(split)?;
    Ok(place.join(MODULE))
}

/// Brings the parts into `dist` and names the set anew.
pub fn settle(place: &Path, dist: &Path) -> Outcome<()> {
    let place = place.join("app");
    let loader = place.join(LOADER);
    let (glue, module) = trunks_names(dist)?;
    let mut parts = files_below(&place)?;
    parts.retain(|(name, _)| {
        let cut_off = ["split_", "chunk_"].iter().any(|kind| name.starts_with(kind));
        cut_off && name.ends_with(".wasm")
    });

    let mut everything = Vec::new();
    for path in [dist.join(&glue), dist.join(&module), loader.clone()] {
        everything.extend(fs::read(&path).at("read", &path)?);
    }
    for (name, path) in &parts {
        everything.extend(name.as_bytes());
        everything.extend(fs::read(path).at("read", path)?);
    }
    let set: String = hash::hex(&hash::sha256(&everything)).chars().take(16).collect();

    let new_glue = format!("app-{set}.js");
    let new_module = format!("app-{set}_bg.wasm");
    let new_loader = format!("app-{set}_parts.js");
    let mut script = fs::read_to_string(&loader).at("read", &loader)?;
    script = renamed(&script, GLUE, &new_glue)?;
    script = any_content_type(&script)?;
    script = silent_when_left(&script)?;
    for (name, path) in &parts {
        let new = format!("app-{set}{PART}{}", name.trim_start_matches("split_"));
        fs::copy(path, dist.join(&new)).at("copy", path)?;
        script = renamed(&script, name, &new)?;
    }
    write(&dist.join(&new_loader), &script)?;
    // Only where it is fetched from: the module goes on calling the loader by its first name.
    let import = |name: &str| format!("from \"./{name}\"");
    let names = [(import(LOADER), import(&new_loader)), (module.clone(), new_module.clone())];
    alter(&dist.join(&glue), &dist.join(&new_glue), &names)?;
    fs::rename(dist.join(&module), dist.join(&new_module)).at("rename", &dist.join(&module))?;
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).at("read", &page)?;
    let html = after_first_paint(&html, &glue, &new_loader)?;
    write(&page, &html.replace(&glue, &new_glue).replace(&module, &new_module))
}

/// Lets the page fetch the program when its first words are on the screen, and not before: on a slow line the two
/// would hold each other up. Then everything is asked for at once, also the loader, which only the glue names.
fn after_first_paint(html: &str, glue: &str, loader: &str) -> Outcome<String> {
    // A page that is not looked at is never painted, and begins all the same.
    const PAINTED: &str =
        "await new Promise((go) => { requestAnimationFrame(() => setTimeout(go)); setTimeout(go, 200); });
for (const link of document.querySelectorAll('link[data-then]')) link.rel = link.dataset.then;";
    let now = format!("import init, * as bindings from './{glue}';");
    let then = format!("{PAINTED}\nconst bindings = await import('./{glue}'), init = bindings.default;");
    let html = replaced(html, &now, &then)?;
    let preload = |name: &str| format!("<link rel=\"modulepreload\" href=\"./{name}\"");
    let later = |name: &str| format!("<link data-then=\"modulepreload\" href=\"./{name}\"");
    let both = format!("{} crossorigin=\"anonymous\">{}", later(loader), later(glue));
    let html = replaced(&html, &preload(glue), &both)?;
    replaced(&html, "<link rel=\"preload\" href=\"./app-", "<link data-then=\"preload\" href=\"./app-")
}

/// The glue and the module of the page as trunk named them.
fn trunks_names(dist: &Path) -> Outcome<(String, String)> {
    let files = files_below(dist)?;
    let find = |end: &str| {
        let mut fitting = files.iter().filter(|(name, _)| name.starts_with("app-") && name.ends_with(end));
        match (fitting.next(), fitting.next()) {
            (Some((name, _)), None) => Ok(name.clone()),
            _ => Err(Trouble::new(format!("{} should have one app-…{end}", dist.display()))),
        }
    };
    Ok((find(".js")?, find("_bg.wasm")?))
}

/// Moves a text file, with other names in it. Names that do not occur are no mistake: trunk may leave them out.
fn alter(from: &Path, to: &Path, names: &[(String, String)]) -> Outcome<()> {
    let mut text = fs::read_to_string(from).at("read", from)?;
    for (old, new) in names {
        text = text.replace(old.as_str(), new);
    }
    if from != to {
        fs::remove_file(from).at("remove", from)?;
    }
    write(to, &text)
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    fs::write(path, text).at("write", path)
}

fn renamed(script: &str, old: &str, new: &str) -> Outcome<String> {
    replaced(script, &format!("\"./{old}\""), &format!("\"./{new}\""))
}

/// A plain host may serve modules with any content type, which streaming compilation would refuse.
fn any_content_type(script: &str) -> Outcome<String> {
    let plain = "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)";
    replaced(script, "WebAssembly.instantiateStreaming(src, imports)", plain)
}

/// Leaving the page breaks off what it was fetching ahead, which is no error: by the time it would be logged, the page
/// is gone.
fn silent_when_left(script: &str) -> Outcome<String> {
    replaced(script, "console.error(e);", "setTimeout(() => console.error(e), 1000);")
}

fn replaced(script: &str, old: &str, new: &str) -> Outcome<String> {
    if script.contains(old) {
        Ok(script.replace(old, new))
    } else {
        Err(Trouble::new(format!("a tool's script has no {old}; the tool's version must have changed")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_of_another_shape_is_noticed() {
        assert!(renamed("import x from \"./main.js\"", GLUE, "app-1.js").unwrap().contains("\"./app-1.js\""));
        assert!(renamed("import x from \"./other.js\"", GLUE, "app-1.js").is_err());
        assert!(any_content_type("fetch(src)").is_err());
        assert!(silent_when_left("console.log(e);").is_err());
        assert!(
            after_first_paint("<script>import init from './app-1.js';</script>", "app-1.js", "x.js").is_err()
        );
    }

    #[test]
    fn the_program_is_asked_for_after_the_first_paint() {
        let html = "<script type=\"module\">\nimport init, * as bindings from './app-1.js';\nawait init();</script>\
            <link rel=\"modulepreload\" href=\"./app-1.js\" crossorigin><link rel=\"preload\" href=\"./app-1_bg.wasm\">";
        let html = after_first_paint(html, "app-1.js", "app-2_parts.js").unwrap();
        assert!(!html.contains("rel=") && !html.contains("import init"), "{html}");
        for name in ["app-1.js", "app-2_parts.js", "app-1_bg.wasm"] {
            assert!(html.contains(&format!("href=\"./{name}\"")), "{name}");
        }
    }
}
