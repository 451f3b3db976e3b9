//! The core on the command line: what county IT runs over night, and how the core is tested without a browser.
//!
//! Results go to standard output as JSON, JSON Lines or CSV, messages to standard error. Exit codes are in
//! [`outcome`]. Every command is declared once, in [`COMMANDS`]; the parser and `--help` read it there.

mod args;
mod article;
mod books;
mod check;
mod export;
mod figures;
mod history;
mod import;
mod indicators;
mod inspect;
mod ledger;
mod merge;
mod moving;
mod outcome;
mod own;
mod person;
mod query;
mod records;
mod rows;
mod send;
mod set;
mod undo;
mod verify;

use std::io::Write as _;
use std::process::ExitCode;

use args::Command;
use outcome::{Failure, Outcome};

/// Every command, in the order of `--help`.
const COMMANDS: &[Command] = &[
    inspect::COMMAND,
    import::COMMAND,
    query::COMMAND,
    records::COMMAND,
    indicators::COMMAND,
    check::COMMAND,
    merge::MERGE,
    merge::CONFLICTS,
    send::COMMAND,
    set::COMMAND,
    moving::COMMAND,
    history::COMMAND,
    undo::COMMAND,
    verify::COMMAND,
    export::COMMAND,
    figures::COMMAND,
    article::COMMAND,
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|w| w.to_string_lossy().into_owned()).collect();
    match guarded(|| run(&words)) {
        Ok(outcome) => finish(&outcome),
        Err(failure) => {
            outcome::say(&failure.message);
            finish(&failure.outcome())
        }
    }
}

/// A fault of the program is bad input to whoever called it: said in one line, nothing written, exit code 2. Ledgers are
/// written once, at the very end.
fn guarded(work: impl FnOnce() -> Result<Outcome, Failure>) -> Result<Outcome, Failure> {
    std::panic::set_hook(Box::new(|_| {}));
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    let _ = std::panic::take_hook();
    done.unwrap_or_else(|fault| {
        let words = fault.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| fault.downcast_ref::<&str>().copied()).unwrap_or_default();
        Err(Failure::new(format!("程序出了错，没有做完，什么都没有写入（{words}）")))
    })
}

fn run(words: &[String]) -> Result<Outcome, Failure> {
    let help = |text: String| Ok(Outcome::done(text));
    let (name, rest) = match words {
        [] => return help(args::overview(COMMANDS)),
        [name, rest @ ..] => (name.as_str(), rest),
    };
    match name {
        "--help" | "-h" | "help" => match rest.first().and_then(|n| find(n)) {
            Some(command) => help(command.help()),
            None => help(args::overview(COMMANDS)),
        },
        "--version" | "-V" => help(format!("xingcun {}\n", env!("CARGO_PKG_VERSION"))),
        _ => {
            let command = find(name).ok_or_else(|| {
                let known: Vec<&str> = COMMANDS.iter().map(|c| c.name).collect();
                Failure::usage(format!("没有命令“{name}”。可用的命令：{}", known.join("、")))
            })?;
            if rest.iter().take_while(|w| *w != "--").any(|w| w == "--help" || w == "-h") {
                return help(command.help());
            }
            (command.run)(&command.parse(rest)?)
        }
    }
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|c| c.name == name)
}

/// Prints the result. A reader that has had enough (`| head`) is no failure.
fn finish(outcome: &Outcome) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(outcome.output.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            outcome::say(&format!("结果写不出去：{e}"));
            ExitCode::from(2)
        }
        _ => ExitCode::from(outcome.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)]
    fn a_fault_is_said_in_one_line() {
        let failure = guarded(|| panic!("row {}", 7)).map(|_| ()).unwrap_err();
        assert_eq!(failure.message, "程序出了错，没有做完，什么都没有写入（row 7）");
        assert_eq!((failure.outcome().code, failure.output.as_str()), (outcome::BAD_INPUT, ""));
    }
}
