//! `cargo verify`: every check there is, in the order in which a failure is cheapest to find.
//!
//! Input: the project and which layers to run. Output: each layer's own output, a line with its time and
//! outcome, and as the very last line `N passed, N failed`, summed over all layers. A layer that fails
//! does not stop the next, so that one run tells everything. Neighbours: `tools`, `build`, `process`.

use crate::{
    build::{self, Profile},
    process::{self, Ended, cargo, command, watch},
    project::{Project, files_below},
    tools,
    trouble::{At, Outcome, Trouble},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// A layer that runs longer than this hangs; a cold machine needs the larger part of it to compile.
const LIMIT: Duration = Duration::from_secs(30 * 60);
const WASM: &str = "wasm32-unknown-unknown";
/// What runs on old browsers too: what a newcomer does, how it looks, and the workbooks.
const OLD_SCENES: [&str; 3] = ["first-minute", "look", "import"];

#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
}

impl Count {
    fn one(success: bool) -> Self {
        if success { Self { passed: 1, failed: 0 } } else { Self { passed: 0, failed: 1 } }
    }

    fn add(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }

    /// A suite that ends badly without a failed test to show for it (it did not compile, or crashed)
    /// still counts as a failure.
    fn of_suite(ended: &Ended, passed: usize, failed: usize) -> Self {
        Self { passed, failed: if ended.success { failed } else { failed.max(1) } }
    }
}

type Layer = (&'static str, &'static str, fn(&Setting) -> Outcome<Count>);

const LAYERS: [Layer; 7] = [
    ("fmt", "source is formatted", fmt),
    ("clippy", "lints, native", clippy),
    ("clippy-wasm", "lints, browser", clippy_wasm),
    ("test", "native tests", test),
    ("browser", "tests in a real browser", browser),
    ("build", "release build within its size budget", release),
    ("e2e", "end to end, with the built page", end_to_end),
];

pub struct Options {
    pub only: Vec<String>,
    pub skip: Vec<String>,
}

struct Setting<'a> {
    project: &'a Project,
    dist: PathBuf,
    /// A copy of ourselves: a build of the tests replaces the file we were started from.
    program: PathBuf,
}

/// True when nothing failed.
pub fn verify(project: &Project, options: &Options) -> Outcome<bool> {
    for name in options.only.iter().chain(&options.skip) {
        if !LAYERS.iter().any(|(layer, ..)| layer == name) {
            let known: Vec<&str> = LAYERS.iter().map(|(layer, ..)| *layer).collect();
            return Err(Trouble::new(format!("no layer {name}; there are {}", known.join(", "))));
        }
    }
    let program = project.work().join("verify/dev");
    process::copy_of_myself(&program)?;
    let setting = Setting { project, dist: project.root.join("dist"), program };
    let mut sum = Count::default();
    let mut lines = Vec::new();
    for (name, title, layer) in LAYERS {
        let wanted = options.only.is_empty() || options.only.iter().any(|only| only == name);
        if !wanted || options.skip.iter().any(|skip| skip == name) {
            continue;
        }
        println!("== {name}: {title}");
        let start = Instant::now();
        let count = layer(&setting).unwrap_or_else(|trouble| {
            println!("{trouble}");
            Count::one(false)
        });
        let line = format!(
            "== {name}: {} in {:.1} s, {} passed, {} failed",
            if count.failed == 0 { "ok" } else { "FAILED" },
            start.elapsed().as_secs_f32(),
            count.passed,
            count.failed
        );
        println!("{line}");
        lines.push(line);
        sum.add(count);
    }
    println!("\n{}\n{} passed, {} failed", lines.join("\n"), sum.passed, sum.failed);
    Ok(sum.failed == 0)
}

fn in_root(setting: &Setting, mut command: Command) -> Outcome<Ended> {
    command.current_dir(&setting.project.root);
    watch(command, LIMIT)
}

fn fmt(setting: &Setting) -> Outcome<Count> {
    tools::rust_component("rustfmt", "fmt")?;
    let mut fmt = cargo();
    fmt.args(["fmt", "--check"]);
    Ok(Count::one(in_root(setting, fmt)?.success))
}

fn clippy(setting: &Setting) -> Outcome<Count> {
    tools::rust_component("clippy", "clippy")?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--locked", "--all-targets", "--features", "dev", "--", "-D", "warnings"]);
    Ok(Count::one(in_root(setting, clippy)?.success))
}

/// One pass over what runs in the browser, its tests included.
fn clippy_wasm(setting: &Setting) -> Outcome<Count> {
    tools::rust_component("clippy", "clippy")?;
    tools::rust_target()?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--locked", "--target", WASM, "--lib", "--bin", "app", "--bin", "worker"]);
    for name in browser_tests(setting.project)?.files {
        clippy.args(["--test", &name]);
    }
    clippy.args(["--", "-D", "warnings"]);
    Ok(Count::one(in_root(setting, clippy)?.success))
}

fn test(setting: &Setting) -> Outcome<Count> {
    let mut test = cargo();
    test.args(["test", "--locked", "--features", "dev", "--no-fail-fast"]);
    // A changed snapshot is a failure to look at, not a new truth.
    test.env("INSTA_UPDATE", "no");
    let ended = in_root(setting, test)?;
    let (passed, failed) = test_results(&ended.text);
    Ok(Count::of_suite(&ended, passed, failed))
}

struct BrowserTests {
    /// Names of the integration tests that name `wasm_bindgen_test`.
    files: Vec<String>,
    /// Whether the library has such tests beside its sources.
    lib: bool,
}

fn browser_tests(project: &Project) -> Outcome<BrowserTests> {
    let mentions = |path: &PathBuf| -> Outcome<bool> {
        Ok(fs::read_to_string(path).at("read", path)?.contains("wasm_bindgen_test"))
    };
    let mut found = BrowserTests { files: Vec::new(), lib: false };
    let tests = project.root.join("tests");
    for (name, path) in if tests.is_dir() { files_below(&tests)? } else { Vec::new() } {
        if let Some(name) = name.strip_suffix(".rs").filter(|name| !name.contains('/'))
            && mentions(&path)?
        {
            found.files.push(name.to_owned());
        }
    }
    for (name, path) in files_below(&project.root.join("src"))? {
        found.lib |= name.ends_with(".rs") && !name.starts_with("bin/") && mentions(&path)?;
    }
    Ok(found)
}

fn browser(setting: &Setting) -> Outcome<Count> {
    let tests = browser_tests(setting.project)?;
    if !tests.lib && tests.files.is_empty() {
        return Err(Trouble::new("there are no browser tests (no file in tests/ names wasm_bindgen_test)"));
    }
    tools::rust_target()?;
    let bindgen = tools::bindgen(setting.project)?;
    let browser = tools::browser()?;
    let mut test = cargo();
    test.args(["test", "--locked", "--no-fail-fast", "--target", WASM]);
    if tests.lib {
        test.arg("--lib");
    }
    for name in &tests.files {
        test.args(["--test", name]);
    }
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.join("wasm-bindgen-test-runner"));
    test.env("CHROMEDRIVER", browser.driver).env("WASM_BINDGEN_TEST_TIMEOUT", "180");
    test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", setting.project.root.join("tests/webdriver.json"));
    let ended = in_root(setting, test)?;
    let (passed, failed) = test_results(&ended.text);
    Ok(Count::of_suite(&ended, passed, failed))
}

fn release(setting: &Setting) -> Outcome<Count> {
    let Some(weight) = build::build(setting.project, &setting.dist, Profile::Release)? else {
        return Ok(Count::one(true));
    };
    println!("{}", weight.table());
    for missed in weight.missed() {
        eprintln!("not yet as promised: {missed}");
    }
    let broken = weight.broken();
    for sentence in &broken {
        println!("over budget: {sentence}");
    }
    Ok(Count::one(broken.is_empty()))
}

fn end_to_end(setting: &Setting) -> Outcome<Count> {
    let place = setting.project.root.join("tests/e2e");
    if !place.join("run.mjs").is_file() {
        return Err(Trouble::new("tests/e2e/run.mjs is missing"));
    }
    // The seal is broken before a build and written after it, so a failed build is not tested as if it were new.
    if !setting.dist.join(".stamp").is_file() {
        return Err(Trouble::new("there is no finished build in dist; run the layer build first"));
    }
    if process::find(&["node"]).is_none() {
        return Err(Trouble::new(
            "the end-to-end tests need node; as root run: apt-get install -y nodejs npm",
        ));
    }
    let browser = tools::browser()?;
    let modules = tools::end_to_end(setting.project)?;
    let scenes = |chromium: &Path, old: Option<u16>| {
        let mut node = command("node");
        node.arg("run.mjs").current_dir(&place);
        if let Some(version) = old {
            node.args(OLD_SCENES).env("XINGCUN_OLD", version.to_string());
        }
        node.env("XINGCUN_DIST", &setting.dist).env("XINGCUN_DEV", &setting.program);
        node.env("XINGCUN_CHROMIUM", chromium)
            .env("XINGCUN_NODE_MODULES", &modules)
            .env("NODE_PATH", &modules);
        let ended = watch(node, LIMIT)?;
        let last = ended.text.lines().rev().find_map(summary);
        let (passed, failed) =
            last.ok_or_else(|| Trouble::new("tests/e2e/run.mjs printed no `N passed, N failed`"))?;
        Ok::<_, Trouble>(Count::of_suite(&ended, passed, failed))
    };
    let mut sum = scenes(&browser.chromium, None)?;
    for old in tools::OLD_CHROMIUMS {
        println!("-- Chromium {}", old.version);
        let count = old.program(setting.project).and_then(|program| scenes(&program, Some(old.version)));
        sum.add(count.unwrap_or_else(|trouble| {
            println!("{trouble}");
            Count::one(false)
        }));
    }
    Ok(sum)
}

/// Sums the lines `test result: ok. 3 passed; 0 failed; …` of every test program.
fn test_results(text: &str) -> (usize, usize) {
    let results = text.lines().filter_map(|line| line.split_once("test result: ").map(|(_, result)| result));
    results.fold((0, 0), |(passed, failed), result| {
        (
            passed + number_before(result, " passed").unwrap_or(0),
            failed + number_before(result, " failed").unwrap_or(0),
        )
    })
}

fn summary(line: &str) -> Option<(usize, usize)> {
    Some((number_before(line, " passed, ")?, number_before(line, " failed")?))
}

fn number_before(text: &str, mark: &str) -> Option<usize> {
    text.split_once(mark)?.0.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_all_test_programs() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored\n\
                    test result: FAILED. 10 passed; 2 failed; 1 ignored; finished in 0.01s\n";
        assert_eq!(test_results(text), (13, 2));
        assert_eq!(test_results(""), (0, 0));
    }

    #[test]
    fn reads_the_last_line_of_a_suite() {
        assert_eq!(summary("17 passed, 1 failed"), Some((17, 1)));
        assert_eq!(summary("all well"), None);
    }

    #[test]
    fn a_crash_is_a_failure() {
        let ended = Ended { success: false, text: String::new() };
        assert_eq!(Count::of_suite(&ended, 5, 0).failed, 1);
    }
}
