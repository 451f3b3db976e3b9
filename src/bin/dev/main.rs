//! `cargo serve` and `cargo verify`: from a machine with nothing but cargo to a running page, or to a
//! verdict. Standard library only and no part of the core, so that it compiles in a second everywhere.
//!
//! Input: the command line. Output: a served directory, or a report and an exit code (0 good, 1 checks
//! failed, 2 could not do it). Its files: `project` (where things are), `tools` (what must be installed),
//! `build` → `style` → `glue` → `parts` → `oldest` → `bundle` → `weigh` (from sources to an installable directory
//! that old browsers understand, and its size), `serve`, `verify`,
//! and `process`, `hash`, `module`, `trouble` below them all.
#![allow(clippy::print_stdout)] // this is a command line; standard output is where it answers

mod build;
mod bundle;
mod glue;
mod hash;
mod module;
mod oldest;
mod parts;
mod process;
mod project;
mod serve;
mod style;
mod tools;
mod trouble;
mod verify;
mod weigh;

use build::Profile;
use project::Project;
use std::{env, path::PathBuf, process::ExitCode};
use trouble::{Outcome, Trouble};

const HELP: &str = "\
cargo serve [--port N] [--open] [--dev] [--dist DIR] [--no-build] [--base /path/]
    builds what has changed, serves it on 127.0.0.1 and prints the address
    --port N      exactly this port (0: any); without it 8080 or the next free one
    --open        open the browser
    --dev         quick build, rebuilt and reloaded when a source changes, no service worker
    --dist DIR    build into and serve this directory (default: dist)
    --no-build    serve the directory as it is
    --base /path/ serve below this path, as a host with sub-directories does

cargo verify [--only LAYER]... [--skip LAYER]...
    layers: fmt clippy clippy-wasm test browser build e2e

As a program of its own it also knows
    dev build [--dist DIR]    the release build; fails when it is over its size budget
    dev build --dev           the quick build, into target/dist-quick: to run single scenes on
    dev seal --dist DIR       names the build of a finished directory anew after a file in it was changed
";

fn main() -> ExitCode {
    let mut words = env::args();
    let called_as = words.next().map(PathBuf::from).unwrap_or_default();
    if called_as.file_name().is_some_and(|name| name == parts::STAND_IN) {
        return match parts::stand_in(words.collect()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(trouble) => {
                eprintln!("dev: {trouble}");
                ExitCode::FAILURE
            }
        };
    }
    let task = words.next().unwrap_or_default();
    let words: Vec<String> = words.collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match options(words.into_iter()).and_then(|options| perform(&task, options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("dev: {trouble}");
            // Whoever reads the last line of a verification finds one there in any case.
            if task == "verify" {
                println!("0 passed, 1 failed");
            }
            ExitCode::from(2)
        }
    }
}

fn perform(task: &str, options: Options) -> Outcome<bool> {
    match task {
        "serve" => serve(options),
        "build" => {
            let project = Project::find()?;
            let dist = options.dist(&project);
            if options.dev {
                return build::build(&project, &dist, Profile::Quick).map(|_| true);
            }
            let broken = show_weight(&project, &dist)?;
            Ok(broken.is_empty())
        }
        "seal" => {
            let dist = options.dist.ok_or_else(|| Trouble::new("seal needs --dist DIR"))?;
            bundle::seal(&Project::find()?, &dist).map(|()| true)
        }
        "verify" => {
            let layers = verify::Options { only: options.only, skip: options.skip };
            verify::verify(&Project::find()?, &layers)
        }
        _ => {
            print!("{HELP}");
            Ok(matches!(task, "help" | "--help" | "-h"))
        }
    }
}

fn serve(options: Options) -> Outcome<bool> {
    // A finished directory can be served from anywhere, also where no project is.
    let project = if options.no_build { None } else { Some(Project::find()?) };
    let dist = match (&options.dist, &project) {
        (Some(dist), _) => dist.clone(),
        (None, None) => PathBuf::from("dist"),
        (None, Some(project)) => options.dist(project),
    };
    if !options.dev
        && let Some(project) = &project
    {
        show_weight(project, &dist)?;
    }
    if options.no_build && !dist.join("index.html").is_file() {
        return Err(Trouble::new(format!("{} has no index.html", dist.display())));
    }
    let serving = serve::Options { dist, port: options.port, base: options.base, open: options.open };
    match project {
        Some(project) if options.dev => serve::serve_and_watch(&project, &serving)?,
        _ => serve::serve(&serving)?,
    }
    Ok(true)
}

/// Builds for release, shows the table of sizes and returns the broken budgets.
fn show_weight(project: &Project, dist: &std::path::Path) -> Outcome<Vec<String>> {
    let Some(weight) = build::build(project, dist, Profile::Release)? else {
        return Ok(Vec::new());
    };
    eprint!("{}", weight.table());
    for missed in weight.missed() {
        eprintln!("not yet as promised: {missed}");
    }
    let broken = weight.broken();
    for sentence in &broken {
        eprintln!("over budget: {sentence}");
    }
    Ok(broken)
}

struct Options {
    port: Option<u16>,
    base: String,
    dist: Option<PathBuf>,
    open: bool,
    dev: bool,
    no_build: bool,
    only: Vec<String>,
    skip: Vec<String>,
}

impl Options {
    fn dist(&self, project: &Project) -> PathBuf {
        let usual = if self.dev { "target/dist-quick" } else { "dist" };
        self.dist.clone().unwrap_or_else(|| project.root.join(usual))
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Outcome<Options> {
    let mut options = Options {
        port: None,
        base: "/".to_owned(),
        dist: None,
        open: false,
        dev: false,
        no_build: false,
        only: Vec::new(),
        skip: Vec::new(),
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| Trouble::new(format!("{word} needs a value")));
        match word.as_str() {
            "--port" => {
                let port = value()?;
                let number = port.parse().map_err(|_| Trouble::new(format!("{port} is not a port")))?;
                options.port = Some(number);
            }
            "--base" => {
                let base = value()?;
                let inner = base.trim_matches('/');
                options.base = if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") };
            }
            // Absolute, because trunk and we may disagree about where "here" is.
            "--dist" => {
                let dist = value()?;
                let absolute = std::path::absolute(&dist);
                options.dist = Some(absolute.map_err(|error| Trouble::new(format!("{dist}: {error}")))?);
            }
            "--open" => options.open = true,
            "--dev" => options.dev = true,
            "--no-build" => options.no_build = true,
            "--only" => options.only.push(value()?),
            "--skip" => options.skip.push(value()?),
            _ => return Err(Trouble::new(format!("unknown option {word}\n\n{HELP}"))),
        }
    }
    if options.dev && options.no_build {
        return Err(Trouble::new("--dev and --no-build exclude each other"));
    }
    Ok(options)
}
