//! How a command ends.

/// Done.
pub const DONE: u8 = 0;
/// Done with findings that need a person, or refused because of them.
pub const FINDINGS: u8 = 1;
/// Bad input: nothing was written.
pub const BAD_INPUT: u8 = 2;

/// What a command prints to standard output, and its exit code.
#[derive(Debug)]
pub struct Outcome {
    /// Everything that is printed.
    pub output: String,
    /// Exit code.
    pub code: u8,
}

/// Bad input.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong and what to do.
    pub message: String,
    /// What is still printed to standard output.
    pub output: String,
}

impl Outcome {
    /// Done, with this result.
    pub const fn done(output: String) -> Self {
        Self { output, code: DONE }
    }
}

impl Failure {
    /// Bad input, in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), output: String::new() }
    }

    /// A wrong command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(format!("{}。用法见 xingcun --help", message.into().trim_end_matches('。')))
    }

    /// What is printed all the same.
    pub fn outcome(&self) -> Outcome {
        Outcome { output: self.output.clone(), code: BAD_INPUT }
    }
}

/// A message for people, on standard error. Nobody listening is no failure.
pub fn say(message: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr().lock(), "xingcun: {message}");
}
