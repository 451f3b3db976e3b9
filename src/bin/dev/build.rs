//! Makes `dist`: trunk compiles and names the files, `bundle` turns them into something that can be
//! installed. Skipped altogether when nothing that goes in has changed since the last time.
//!
//! Input: the project and a profile. Output: a directory that a plain static host can serve.
//! Neighbours: `tools` (finds trunk and its helpers), `bundle` (everything after trunk), `serve`, `verify`.

use crate::{
    bundle, glue, hash, oldest, parts,
    process::{self, capture, cargo, command, run},
    project::{Project, files_below},
    style,
    tools::{self, BuildTools},
    trouble::{At, Outcome, Trouble},
    weigh::Weight,
};
use std::{env, fs, path::Path, thread};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// What people get.
    Release,
    /// Seconds instead of minutes, several times the size; only to look at.
    Quick,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Quick => "quick",
        }
    }
}

/// Brings `dist` up to date. The weight is known for release builds only.
pub fn build(project: &Project, dist: &Path, profile: Profile) -> Outcome<Option<Weight>> {
    let tools = tools::for_build(project)?;
    let inputs = inputs(project, profile, tools.wasm_opt.is_some())?;
    let stamp = dist.join(".stamp");
    let fresh = fs::read_to_string(&stamp)
        .is_ok_and(|seal| outputs(dist).is_ok_and(|out| seal == format!("{inputs} {out}")));
    if fresh {
        eprintln!("{} is up to date", shown(project, dist));
    } else {
        let _ = fs::remove_file(&stamp); // absent is as good; a half-made build must not carry the old seal
        let cut = project.work().join("parts");
        trunk(project, dist, profile, &tools, &cut)?;
        style::shorten(dist)?;
        glue::shorten(dist)?;
        parts::settle(&cut, dist)?;
        if let (Profile::Release, Some(wasm_opt)) = (profile, &tools.wasm_opt) {
            shrink(dist, wasm_opt)?;
        }
        oldest::check(dist)?;
        bundle::seal(project, dist)?;
        fs::write(&stamp, format!("{inputs} {}", outputs(dist)?)).at("write", &stamp)?;
    }
    (profile == Profile::Release).then(|| Weight::of(dist)).transpose()
}

fn shown(project: &Project, dist: &Path) -> String {
    dist.strip_prefix(&project.root).unwrap_or(dist).display().to_string()
}

/// One hash over everything that decides what comes out. Contents, not dates: a checkout changes every
/// date, and a date from a wrong clock would leave an old build in place.
fn inputs(project: &Project, profile: Profile, optimised: bool) -> Outcome<String> {
    let mut list =
        format!("{} optimised {optimised} rustflags {:?}\n", profile.name(), env::var_os("RUSTFLAGS"));
    let mut rustc = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.arg("--version");
    list.push_str(&capture(rustc)?);
    for name in ["src", "style", "public"] {
        let place = project.root.join(name);
        if place.is_dir() {
            push_hashes(&mut list, name, &place)?;
        }
    }
    for name in ["Cargo.toml", "Cargo.lock", "Trunk.toml", ".cargo/config.toml"] {
        let path = project.root.join(name);
        if path.is_file() {
            let content = fs::read(&path).at("read", &path)?;
            list.push_str(&format!("{name} {}\n", hash::hex(&hash::sha256(&content))));
        }
    }
    Ok(hash::hex(&hash::sha256(list.as_bytes())))
}

/// One hash over what came out, so that a file lost or altered afterwards is noticed too.
fn outputs(dist: &Path) -> Outcome<String> {
    let mut list = String::new();
    push_hashes(&mut list, "dist", dist)?;
    Ok(hash::hex(&hash::sha256(list.as_bytes())))
}

fn push_hashes(list: &mut String, name: &str, place: &Path) -> Outcome<()> {
    for (relative, path) in files_below(place)? {
        let content = fs::read(&path).at("read", &path)?;
        list.push_str(&format!("{name}/{relative} {}\n", hash::hex(&hash::sha256(&content))));
    }
    Ok(())
}

fn trunk(project: &Project, dist: &Path, profile: Profile, tools: &BuildTools, cut: &Path) -> Outcome<()> {
    every_style_is_linked(project)?;
    // Trunk runs offline so that it never fetches a tool by itself; the crates are therefore fetched
    // before, for the browser and for this machine (build scripts run here).
    let mut version = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    version.arg("-vV");
    let version = capture(version)?;
    let mut fetch = cargo();
    fetch.args(["fetch", "--quiet", "--locked", "--target", "wasm32-unknown-unknown"]);
    if let Some(host) = version.lines().find_map(|line| line.strip_prefix("host: ")) {
        fetch.args(["--target", host]);
    }
    fetch.current_dir(&project.root);
    run(fetch)?;

    let mut trunk = command(&tools.trunk);
    let stand_in = parts::prepare(&mut trunk, tools, cut)?;
    let mut directories = vec![stand_in.as_path(), tools.bindgen.as_path()];
    directories.extend(tools.trunk.parent());
    trunk.args(["build", "--offline", "true", "--locked", "true", "--skip-version-check", "--log", "warn"]);
    match profile {
        Profile::Release => trunk.args(["--release", "true"]),
        // Not a release for trunk, or the worker would have a profile of its own (public/index.html).
        Profile::Quick => trunk.args(["--cargo-profile", "quick"]),
    };
    trunk.arg("--dist").arg(dist).env("PATH", process::path_with(&directories)?);
    // Trunk reads NO_COLOR=1 as a wrong value for its own option and stops; its backtraces help nobody.
    trunk.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE").current_dir(&project.root);
    run(trunk)
}

/// A style sheet that nobody links is a page that looks broken for no visible reason.
fn every_style_is_linked(project: &Project) -> Outcome<()> {
    let page = project.root.join("public/index.html");
    let html = fs::read_to_string(&page).at("read", &page)?;
    let styles = project.root.join("style");
    for (name, _) in if styles.is_dir() { files_below(&styles)? } else { Vec::new() } {
        if name.ends_with(".css") && !html.contains(&format!("../style/{name}\"")) {
            return Err(Trouble::new(format!("public/index.html does not link style/{name}")));
        }
    }
    Ok(())
}

/// For speed; but what is called from one place only stays a function of its own, unless it is tiny. A browser puts fast
/// code in place between two calls (see the head of the library): with the whole of a loop in one function an import
/// took a third longer.
const FAST: &[&str] = &["-O3", "--one-caller-inline-max-function-size=20"];

/// For few bytes. The lowest kilobyte of memory is the far end of the stack: no address is ever worked out to lie there,
/// and so a sum may become the offset of the access that follows.
const SMALL: &[&str] = &["--low-memory-unused", "-Oz"];

/// wasm-opt on every module, two at a time (there are two). A module it cannot read stays as it is: the
/// program runs all the same, and the size budget says whether that matters.
///
/// The features are named one by one – those that Rust itself uses for this target – because with
/// `--all-features` the optimiser may write something that only the newest browsers read.
fn shrink(dist: &Path, wasm_opt: &Path) -> Outcome<()> {
    let modules: Vec<_> =
        files_below(dist)?.into_iter().filter(|(name, _)| name.ends_with(".wasm")).collect();
    let workers: Vec<_> = modules
        .into_iter()
        .map(|(name, path)| {
            let mut optimise = command(wasm_opt);
            // As it was compiled: the worker for speed, everything else for few bytes.
            let level: &[&str] = if name.starts_with("worker") { FAST } else { SMALL };
            // Every gap of zeros that is left out is paid for with an address: compressed, zeros cost less.
            optimise.args(level).args(["--quiet", "--skip-pass=memory-packing"]).args([
                "--enable-bulk-memory",
                "--enable-bulk-memory-opt",
                "--enable-call-indirect-overlong",
                "--enable-multivalue",
                "--enable-mutable-globals",
                "--enable-nontrapping-float-to-int",
                "--enable-reference-types",
                "--enable-sign-ext",
            ]);
            let small = path.with_extension("small");
            optimise.arg(&path).arg("-o").arg(&small);
            eprintln!("wasm-opt {name}");
            thread::spawn(move || match run(optimise) {
                Ok(()) => fs::rename(&small, &path).at("replace", &path),
                Err(trouble) => {
                    eprintln!("notice: {trouble}; {name} stays as it is");
                    let _ = fs::remove_file(&small); // usually it was never made
                    Ok(())
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().map_err(|_| Trouble::new("a wasm-opt thread ended early"))??;
    }
    Ok(())
}
