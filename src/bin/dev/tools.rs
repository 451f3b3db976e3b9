//! Sees to it that the tools are there, at exactly the versions the project was tried with.
//!
//! Input: a machine with cargo (and node, for the optional parts). Output: paths of tools in the user's
//! cache directory; what cannot be installed is named together with the command that would install it.
//! Used by `build` (trunk, wasm-bindgen, the splitter, wasm-opt) and `verify` (browser, fonts, end-to-end packages).

use crate::{
    process::{self, capture, cargo, command, find, run, succeeds},
    project::Project,
    trouble::{At, Outcome, Trouble},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

const TRUNK: &str = "0.21.14";
/// Of the same family as the `wasm_split_helpers` that leptos brings; the two speak by names.
const SPLITTER: &str = "0.2.4";
/// From npm, never from Debian 12: its version 108 writes modules that browsers refuse.
const BINARYEN: &str = "132";
const PLAYWRIGHT: &str = "1.65.1";
const AXE: &str = "4.14.1";

/// A Chromium of years ago, as offices have them, out of an npm package.
pub struct OldChromium {
    pub version: u16,
    package: &'static str,
    release: &'static str,
}

/// The oldest that the page promises, and the one that office machines have. No package holds 97 to 101.
pub const OLD_CHROMIUMS: [OldChromium; 2] = [
    OldChromium { version: 102, package: "@sparticuz/chrome-aws-lambda", release: "14.0.0" },
    OldChromium { version: 108, package: "@sparticuz/chromium", release: "108.0.3" },
];

/// What a build needs.
pub struct BuildTools {
    pub trunk: PathBuf,
    /// Directory with `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub bindgen: PathBuf,
    /// Cuts the page's module into parts.
    pub splitter: PathBuf,
    /// Absent without npm: the build then works, only larger.
    pub wasm_opt: Option<PathBuf>,
}

pub fn for_build(project: &Project) -> Outcome<BuildTools> {
    rust_target()?;
    let trunk = cargo_tool(project, "trunk", TRUNK, &["--no-default-features"], "trunk")?;
    let splitter = cargo_tool(
        project,
        "wasm_split_cli_support",
        SPLITTER,
        &["--features", "build-binary"],
        "wasm-split-cli",
    )?;
    Ok(BuildTools {
        trunk: trunk.join("trunk"),
        bindgen: bindgen(project)?,
        splitter: splitter.join("wasm-split-cli"),
        wasm_opt: wasm_opt(project),
    })
}

/// The standard library for the browser.
pub fn rust_target() -> Outcome<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let mut sysroot = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    sysroot.args(["--print", "sysroot"]);
    let sysroot = PathBuf::from(capture(sysroot)?.trim());
    if sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    if find(&["rustup"]).is_none() {
        return Err(Trouble::new(format!(
            "Rust has no {TARGET} and there is no rustup to add it; install Rust from https://rustup.rs, then run: rustup target add {TARGET}"
        )));
    }
    eprintln!("adding the Rust target {TARGET}");
    let mut add = command("rustup");
    add.args(["target", "add", TARGET]);
    run(add)
}

/// `cargo fmt` and `cargo clippy`, which a minimal Rust leaves out.
pub fn rust_component(component: &str, probe: &str) -> Outcome<()> {
    let mut ask = cargo();
    ask.args([probe, "--version"]);
    if succeeds(ask) {
        return Ok(());
    }
    let mut add = command("rustup");
    add.args(["component", "add", component]);
    run(add)
}

/// wasm-bindgen's programs, of the very version the crate is compiled with.
pub fn bindgen(project: &Project) -> Outcome<PathBuf> {
    let version = project.locked("wasm-bindgen")?;
    cargo_tool(project, "wasm-bindgen-cli", &version, &[], "wasm-bindgen")
}

/// Installs a program once by version and returns the directory it is in.
fn cargo_tool(
    project: &Project,
    package: &str,
    version: &str,
    extra: &[&str],
    program: &str,
) -> Outcome<PathBuf> {
    let place = project.cache.join(format!("{package}-{version}"));
    let programs = place.join("bin");
    if programs.join(program).is_file() {
        return Ok(programs);
    }
    fs::create_dir_all(&place).at("create", &place)?;
    eprintln!("installing {package} {version} into {} (once; takes minutes)", place.display());
    let install = |locked: bool| {
        let mut install = cargo();
        install.args(["install", package, "--version", version, "--root"]).arg(&place).args(extra);
        if locked {
            install.arg("--locked");
        }
        // Quick to build rather than quick to run: fifteen minutes become five.
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        // The project's own settings are not for tools.
        install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS").current_dir(&place);
        run(install)
    };
    // A lock file may name a version its registry no longer holds; then the newest that fits will do.
    install(true).or_else(|first| {
        eprintln!("{first}; trying again without --locked");
        install(false)
    })?;
    Ok(programs)
}

fn wasm_opt(project: &Project) -> Option<PathBuf> {
    if find(&["node"]).is_none() {
        eprintln!("notice: no node, so no wasm-opt; the modules stay larger than they need to be");
        return None;
    }
    let packages = [("binaryen", BINARYEN)];
    match npm_packages(project, &format!("binaryen-{BINARYEN}"), &packages) {
        Ok(modules) => Some(modules.join("binaryen/bin/wasm-opt")),
        Err(trouble) => {
            eprintln!("notice: {trouble}; without wasm-opt the modules stay larger than they need to be");
            None
        }
    }
}

/// Playwright and axe for the end-to-end suite; the browser itself is the system's.
pub fn end_to_end(project: &Project) -> Outcome<PathBuf> {
    let packages = [("playwright-core", PLAYWRIGHT), ("axe-core", AXE)];
    npm_packages(project, &format!("e2e-{PLAYWRIGHT}-{AXE}"), &packages)
}

impl OldChromium {
    /// Installs the browser once and returns its program, which is known to start: one that does not is an error,
    /// never a reason to test less.
    pub fn program(&self, project: &Project) -> Outcome<PathBuf> {
        const UNPACK: &str = "const [from, to] = process.argv.slice(1), fs = require('fs'), zlib = require('zlib'); \
            fs.writeFileSync(to + '.part', zlib.brotliDecompressSync(fs.readFileSync(from)), { mode: 0o755 }); \
            fs.renameSync(to + '.part', to);";
        let name = format!("chromium-{}-{}", self.version, self.release);
        let modules = npm_packages(project, &name, &[(self.package, self.release)])?;
        let program = project.cache.join(name).join("chromium");
        if !program.is_file() {
            let mut node = command("node");
            node.args(["-e", UNPACK]).arg(modules.join(self.package).join("bin/chromium.br")).arg(&program);
            run(node)?;
        }
        let mut first_page = command(&program);
        first_page.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]);
        if succeeds(first_page) {
            return Ok(program);
        }
        Err(Trouble::new(format!(
            "Chromium {} does not start on this machine, so what the page promises cannot be tried; `ldd {}` names the libraries it misses",
            self.version,
            program.display()
        )))
    }
}

/// Installs npm packages once and returns their `node_modules`.
fn npm_packages(project: &Project, name: &str, packages: &[(&str, &str)]) -> Outcome<PathBuf> {
    let place = project.cache.join(name);
    let modules = place.join("node_modules");
    if packages.iter().all(|(package, _)| modules.join(package).join("package.json").is_file()) {
        return Ok(modules);
    }
    let exact: Vec<String> =
        packages.iter().map(|(package, version)| format!("{package}@{version}")).collect();
    if find(&["npm"]).is_none() {
        let by_hand = format!(
            "npm install --prefix {} --no-package-lock --legacy-peer-deps {}",
            place.display(),
            exact.join(" ")
        );
        return Err(Trouble::new(format!(
            "no npm; install it (apt-get install npm) or run elsewhere: {by_hand}"
        )));
    }
    // An interrupted installation must not look like a finished one, so it happens beside and is renamed.
    let unfinished = project.cache.join(format!("{name}.unfinished"));
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished).at("create", &unfinished)?;
    eprintln!("installing {} into {}", exact.join(", "), place.display());
    let mut install = command("npm");
    install.args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]);
    install.args(["--legacy-peer-deps", "--prefix"]); // peers would be other programs for the same browser
    install.arg(&unfinished).args(&exact).current_dir(&unfinished);
    run(install)?;
    remove(&place)?;
    fs::rename(&unfinished, &place).at("rename", &unfinished)?;
    Ok(modules)
}

fn remove(place: &Path) -> Outcome<()> {
    if place.exists() { fs::remove_dir_all(place).at("remove", place) } else { Ok(()) }
}

/// What the tests need from the system.
pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

pub fn browser() -> Outcome<Browser> {
    let present = || {
        let given = env::var_os("XINGCUN_CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
        let chromium = given.or_else(|| find(&["chromium", "chromium-browser", "google-chrome"]))?;
        let driver = find(&["chromedriver"])?;
        Some(Browser { chromium, driver })
    };
    // Without a Chinese font every width that a test measures would be that of an empty box.
    let fonts = || {
        let mut list = command("fc-list");
        list.arg(":lang=zh");
        capture(list).is_ok_and(|fonts| !fonts.trim().is_empty())
    };
    if let (Some(browser), true) = (present(), fonts()) {
        return Ok(browser);
    }
    const PACKAGES: [&str; 4] = ["chromium", "chromium-driver", "fonts-noto-cjk", "fontconfig"];
    let by_hand = format!("apt-get update && apt-get install -y {}", PACKAGES.join(" "));
    if find(&["apt-get"]).is_none() || !process::is_root() {
        return Err(Trouble::new(format!(
            "the tests need a browser, its driver and a Chinese font; as root run: {by_hand}"
        )));
    }
    eprintln!("installing for the tests: {}", PACKAGES.join(" "));
    let mut update = command("apt-get");
    update.args(["update", "-q"]).env("DEBIAN_FRONTEND", "noninteractive");
    run(update)?;
    let mut install = command("apt-get");
    install.args(["install", "-y", "-q", "--no-install-recommends"]).args(PACKAGES);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(install)?;
    present()
        .ok_or_else(|| Trouble::new(format!("chromium or chromedriver is still missing after: {by_hand}")))
}
