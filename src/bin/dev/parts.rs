//! Cuts the page's module into the first load and the parts that follow (`src/ui/parts.rs` says where).
//!
//! The cut lies between linking and wasm-bindgen, both of which trunk starts by itself; so for trunk this very
//! program stands in for wasm-bindgen: it cuts, then calls the real one. When trunk is done, [`settle`] gives
//! the whole set – glue, module, parts – one new name made from all their contents, because a part fits only
//! the module it was cut from. Input: a linked module; later trunk's `dist`. Output: modules that go to
//! wasm-bindgen; later a `dist` with the parts in it. Neighbours: `build` calls both; `tools` has the programs.

use crate::{
    hash,
    process::{command, run},
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
    fs::create_dir_all(&programs).at("create", &programs)?;
    let this = env::current_exe().map_err(|error| Trouble::new(format!("cannot find myself: {error}")))?;
    let stand_in = programs.join(STAND_IN);
    fs::copy(&this, &stand_in).at("copy", &this)?;
    trunk.env(BINDGEN, tools.bindgen.join(STAND_IN)).env(SPLITTER, &tools.splitter).env(PLACE, place);
    Ok(programs)
}

/// Called as wasm-bindgen: cuts the module where it has places to cut, and lets the real one do the rest.
pub fn stand_in(arguments: Vec<String>) -> Outcome<()> {
    let given = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| Trouble::new(format!("{name} is not set")))
    };
    let mut bindgen = command(given(BINDGEN)?);
    let linked = arguments.iter().find(|word| word.ends_with(".wasm"));
    let cut = match linked {
        Some(linked) if has_parts(Path::new(linked))? => {
            Some((linked, cut(Path::new(linked), &given(SPLITTER)?, &given(PLACE)?)?))
        }
        _ => None,
    };
    for word in &arguments {
        match &cut {
            Some((linked, module)) if word == *linked => bindgen.arg(module),
            _ => bindgen.arg(word),
        };
    }
    if cut.is_some() {
        // The parts use what the linker exports: memory, table and stack pointer.
        bindgen.arg("--keep-lld-exports");
    }
    // Trunk asks for the version on standard output.
    let status = bindgen.status().map_err(|error| Trouble::new(format!("wasm-bindgen: {error}")))?;
    if status.success() { Ok(()) } else { Err(Trouble::new(format!("wasm-bindgen ended with {status}"))) }
}

fn has_parts(linked: &Path) -> Outcome<bool> {
    const MARK: &[u8] = b"__wasm_split_00";
    let module = fs::read(linked).at("read", linked)?;
    Ok(module.windows(MARK.len()).any(|window| window == MARK))
}

fn cut(linked: &Path, splitter: &Path, place: &Path) -> Outcome<PathBuf> {
    let mut split = command(splitter);
    split.arg(linked).arg(place);
    run(split)?;
    Ok(place.join(MODULE))
}

/// Brings the parts into `dist` and names the set anew. A page without parts stays as it is.
pub fn settle(place: &Path, dist: &Path) -> Outcome<()> {
    let loader = place.join(LOADER);
    if !loader.is_file() {
        return Ok(());
    }
    let (glue, module) = trunks_names(dist)?;
    let mut parts = files_below(place)?;
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
    for (name, path) in &parts {
        let new = format!("app-{set}{PART}{}", name.trim_start_matches("split_"));
        fs::copy(path, dist.join(&new)).at("copy", path)?;
        script = renamed(&script, name, &new)?;
    }
    write(&dist.join(&new_loader), &script)?;
    alter(&dist.join(&glue), &dist.join(&new_glue), &[(LOADER, &new_loader), (&module, &new_module)])?;
    fs::rename(dist.join(&module), dist.join(&new_module)).at("rename", &dist.join(&module))?;
    let page = dist.join("index.html");
    alter(&page, &page, &[(&glue, &new_glue), (&module, &new_module)])
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
fn alter(from: &Path, to: &Path, names: &[(&str, &str)]) -> Outcome<()> {
    let mut text = fs::read_to_string(from).at("read", from)?;
    for (old, new) in names {
        text = text.replace(old, new);
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

fn replaced(script: &str, old: &str, new: &str) -> Outcome<String> {
    if script.contains(old) {
        Ok(script.replace(old, new))
    } else {
        Err(Trouble::new(format!("the splitter's script has no {old}; its version must have changed")))
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
    }
}
