//! Starts other programs: with a clean environment, with their output shown while it comes, and with an
//! end even when they do not find one themselves.
//!
//! Input: a program and its arguments. Output: success, captured text, or a sentence naming the command.
//! Used by `tools`, `build` and `verify`.

use crate::trouble::{At, Outcome, Trouble};
use std::{
    env,
    ffi::OsStr,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// A command without what `cargo run` told *us* about our own package: build scripts of other packages
/// that look at those variables would otherwise be rebuilt each time, or mistake us for themselves.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
        if ours.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&key);
        }
    }
    command
}

/// The cargo that started us, or the one in PATH.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a person would type to get the same.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs to the end. Whatever the child prints goes to standard error, because the only line that
/// `serve` writes to standard output is the address.
pub fn run(mut command: Command) -> Outcome<()> {
    let status = command.stdin(Stdio::null()).stdout(io::stderr()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Trouble::new(format!("{} ended with {status}", shown(&command)))),
        Err(error) => Err(Trouble::new(format!("{} did not start: {error}", shown(&command)))),
    }
}

/// Runs to the end and returns standard output.
pub fn capture(mut command: Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(Trouble::new(format!("{} ended with {}", shown(&command), output.status))),
        Err(error) => Err(Trouble::new(format!("{} did not start: {error}", shown(&command)))),
    }
}

/// Whether the command can be started and succeeds; nothing is shown.
pub fn succeeds(mut command: Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

pub struct Ended {
    pub success: bool,
    /// Everything it printed, both streams, in the order of arrival.
    pub text: String,
}

/// Runs a test suite: shows its output as it comes and keeps it for counting.
///
/// A browser that a test left behind may hold our pipe open for ever, and a test may hang: so the child
/// is waited for, not the pipe, and only until `limit`.
pub fn watch(mut command: Command, limit: Duration) -> Outcome<Ended> {
    let name = shown(&command);
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| Trouble::new(format!("{name} did not start: {error}")))?;
    let lines = follow(&mut child);
    let start = Instant::now();
    let mut text = String::new();
    let mut ended: Option<(bool, Instant)> = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                print!("{line}");
                text.push_str(&line);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(20)),
        }
        let _ = io::stdout().flush(); // a closed terminal must not stop the tests
        if let Some((success, at)) = ended {
            // The rest of the output is already in the pipe; a second is plenty for it.
            if at.elapsed() > Duration::from_secs(1) {
                while let Ok(line) = lines.try_recv() {
                    print!("{line}");
                    text.push_str(&line);
                }
                return Ok(Ended { success, text });
            }
        } else if let Ok(Some(status)) = child.try_wait() {
            ended = Some((status.success(), Instant::now()));
        } else if start.elapsed() > limit {
            let _ = child.kill(); // it may have ended by itself this very moment
            let _ = child.wait();
            println!("{name} was stopped after {} minutes", limit.as_secs() / 60);
            ended = Some((false, Instant::now()));
        }
    }
}

fn follow(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    for stream in streams.into_iter().flatten() {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
                line.clear();
            }
        });
    }
    receiver
}

/// The first of these programs that PATH has.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let places: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().flat_map(|name| places.iter().map(move |place| place.join(name))).find(|file| file.is_file())
}

/// PATH with these directories in front.
pub fn path_with(first: &[&Path]) -> Outcome<std::ffi::OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = first.iter().map(|place| place.to_path_buf()).chain(env::split_paths(&rest));
    env::join_paths(all).map_err(|error| Trouble::new(format!("PATH cannot be extended: {error}")))
}

/// Copies the running program to `place`. A test build may have replaced or removed the file it was started
/// from: the system still holds what runs.
pub fn copy_of_myself(place: &Path) -> Outcome<()> {
    let held = Path::new("/proc/self/exe");
    let this = if held.exists() {
        held.to_path_buf()
    } else {
        env::current_exe().map_err(|error| Trouble::new(format!("own path unknown: {error}")))?
    };
    if let Some(directory) = place.parent() {
        fs::create_dir_all(directory).at("create", directory)?;
    }
    if place.exists() {
        fs::remove_file(place).at("remove", place)?; // it may be running, and cannot be written then
    }
    fs::copy(&this, place).at("copy", &this).map(|_| ())
}

pub fn is_root() -> bool {
    let mut id = command("id");
    id.arg("-u");
    capture(id).is_ok_and(|answer| answer.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "XINGCUN_TEST_PLACE";

    /// A build of the tests replaced `dev` in the middle of a verification, and the release build after it
    /// found no program to stand in for wasm-bindgen.
    #[test]
    fn a_program_whose_file_is_gone_can_still_be_copied() {
        let place = env::temp_dir().join(format!("xingcun-dev-{}", std::process::id()));
        let (first, second) = (place.join("first"), place.join("second"));
        copy_of_myself(&first).unwrap();
        let mut inner = command(&first);
        inner.args(["--exact", "process::tests::removes_itself_and_copies", "--ignored"]);
        inner.env(PLACE, &second);
        capture(inner).unwrap();
        assert!(!first.exists());
        let (copied, ours) = (fs::metadata(&second).unwrap().len(), env::current_exe().unwrap());
        assert_eq!(copied, fs::metadata(ours).unwrap().len());
        fs::remove_dir_all(&place).unwrap();
    }

    #[test]
    #[ignore = "run by the test above, as a program of its own"]
    fn removes_itself_and_copies() {
        let Some(place) = env::var_os(PLACE) else { return };
        fs::remove_file(env::current_exe().unwrap()).unwrap();
        copy_of_myself(Path::new(&place)).unwrap();
    }
}
