//! A plain static host on this machine, as dumb as the ones villages have: files by name, `index.html`
//! for a directory, 404 otherwise. In `--dev` it also rebuilds on change and reloads the page.
//!
//! Input: a directory, a port, a base path. Output: one line on standard output, the address; everything
//! else goes to standard error. Neighbours: `build` (makes the directory), `main` (reads the options).

use crate::{
    build::{self, Profile},
    process::{command, succeeds},
    project::Project,
    trouble::{Outcome, Trouble},
};
use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

const PORT: u16 = 8080;
/// Asked for by the script that `--dev` adds to the page; answered when the next build is there.
const CHANGES: &str = "__dev/changes";
const SCRIPT: &str = "__dev/reload.js";
const RELOAD: &str =
    "fetch('__dev/changes').then(function (r) { if (r.ok) location.reload(); }, function () {});";
/// While developing, an installed build would hide every change: this worker removes it and itself.
const NO_WORKER: &str = "self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('xingcun-')) await caches.delete(name);
  await self.registration.unregister();
})());
";

pub struct Options {
    pub dist: PathBuf,
    pub port: Option<u16>,
    /// `/` or `/some/path/`.
    pub base: String,
    pub open: bool,
}

struct Host {
    dist: PathBuf,
    base: String,
    /// In `--dev` the number of the newest build; otherwise none.
    generation: Option<AtomicU64>,
}

pub fn serve(options: &Options) -> Outcome<()> {
    let host = Host { dist: options.dist.clone(), base: options.base.clone(), generation: None };
    listen(options, &Arc::new(host))
}

/// Serves the quick build and makes a new one whenever a source changes.
pub fn serve_and_watch(project: &Project, options: &Options) -> Outcome<()> {
    build::build(project, &options.dist, Profile::Quick)?;
    let generation = Some(AtomicU64::new(1));
    let host = Arc::new(Host { dist: options.dist.clone(), base: options.base.clone(), generation });
    let server = Arc::clone(&host);
    let listen_options = Options { dist: options.dist.clone(), base: options.base.clone(), ..*options };
    let listening = thread::spawn(move || listen(&listen_options, &server));
    let mut seen = newest(&project.root);
    while !listening.is_finished() {
        thread::sleep(Duration::from_millis(400));
        let now = newest(&project.root);
        if now == seen {
            continue;
        }
        seen = now;
        match build::build(project, &options.dist, Profile::Quick) {
            Ok(_) => {
                if let Some(generation) = &host.generation {
                    generation.fetch_add(1, Ordering::SeqCst);
                }
            }
            Err(trouble) => eprintln!("{trouble}; the page stays as it was"),
        }
    }
    listening.join().map_err(|_| Trouble::new("the server ended early"))?
}

/// The latest change below the source directories and how many files there are. Dates suffice here: what
/// they find is only a reason to look, the build itself compares contents.
fn newest(root: &Path) -> (Option<SystemTime>, usize) {
    let mut open: Vec<PathBuf> = ["src", "style", "public", "Cargo.toml", "Cargo.lock", "Trunk.toml"]
        .iter()
        .map(|name| root.join(name))
        .collect();
    let (mut latest, mut count) = (None, 0);
    while let Some(path) = open.pop() {
        if let Ok(entries) = fs::read_dir(&path) {
            open.extend(entries.flatten().map(|entry| entry.path()));
        } else if let Ok(modified) = fs::metadata(&path).and_then(|data| data.modified()) {
            latest = latest.max(Some(modified));
            count += 1;
        }
    }
    (latest, count)
}

fn listen(options: &Options, host: &Arc<Host>) -> Outcome<()> {
    let listener = bind(options.port)?;
    let port = listener.local_addr().map_err(|error| Trouble::new(format!("no address: {error}")))?.port();
    let address = format!("http://127.0.0.1:{port}{}", options.base);
    println!("{address}");
    let _ = io::stdout().flush(); // a reader that has gone does not matter to the server
    if options.open {
        let mut open = command("xdg-open");
        open.arg(&address);
        if !succeeds(open) {
            eprintln!("notice: xdg-open could not open a browser; open the address by hand");
        }
    }
    for stream in listener.incoming() {
        let host = Arc::clone(host);
        // A thread each: a browser opens six connections, and a slow one must not hold the others up.
        thread::spawn(move || {
            if let Ok(stream) = stream {
                let _ = answer(&stream, &host); // the browser went away; nothing to tell it
            }
        });
    }
    Ok(())
}

fn bind(given: Option<u16>) -> Outcome<TcpListener> {
    let taken = |port: u16, error: io::Error| {
        Trouble::new(format!("port {port} cannot be used: {error}; try --port"))
    };
    if let Some(port) = given {
        return TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| taken(port, error));
    }
    let mut last = None;
    for port in PORT..PORT + 50 {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(taken(port, error)),
        }
    }
    Err(last.unwrap_or_else(|| Trouble::new("no free port")))
}

fn answer(stream: &TcpStream, host: &Host) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    // Far more than a browser sends, far less than would hurt.
    let mut head = BufReader::new(stream.take(64 * 1024));
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let reply = if matches!(method, "GET" | "HEAD") {
        find(host, target)
    } else {
        Reply::plain("405 Method Not Allowed")
    };
    let mut writer = stream;
    write!(writer, "HTTP/1.1 {}\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n", reply.status)?;
    write!(
        writer,
        "Content-Type: {}\r\nContent-Length: {}\r\n{}\r\n",
        reply.mime,
        reply.body.len(),
        reply.headers
    )?;
    if method == "GET" {
        writer.write_all(&reply.body)?;
    }
    writer.flush()
}

struct Reply {
    status: &'static str,
    mime: &'static str,
    /// Further header lines, each with its line end.
    headers: String,
    body: Vec<u8>,
}

impl Reply {
    fn plain(status: &'static str) -> Self {
        Self { status, mime: "text/plain; charset=utf-8", headers: String::new(), body: status.into() }
    }

    fn found(mime: &'static str, cache: &str, body: Vec<u8>) -> Self {
        Self { status: "200 OK", mime, headers: format!("Cache-Control: {cache}\r\n"), body }
    }
}

fn find(host: &Host, target: &str) -> Reply {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if format!("{path}/") == host.base {
        let headers = format!("Location: {}\r\n", host.base);
        return Reply { headers, ..Reply::plain("301 Moved Permanently") };
    }
    let Some(name) = path.strip_prefix(&host.base).and_then(decoded) else {
        return Reply::plain("404 Not Found");
    };
    if let Some(generation) = &host.generation {
        match name.as_str() {
            SCRIPT => return Reply::found("text/javascript; charset=utf-8", "no-store", RELOAD.into()),
            "sw.js" => return Reply::found("text/javascript; charset=utf-8", "no-store", NO_WORKER.into()),
            CHANGES => {
                let known = generation.load(Ordering::SeqCst);
                while generation.load(Ordering::SeqCst) == known {
                    thread::sleep(Duration::from_millis(100));
                }
                return Reply::found("text/plain; charset=utf-8", "no-store", b"reload".to_vec());
            }
            _ => {}
        }
    }
    // No hidden files (the build's seal is one), nothing above the directory, nothing from the root.
    if name.starts_with('/') || name.split('/').any(|part| part.starts_with('.')) {
        return Reply::plain("404 Not Found");
    }
    let name = if name.is_empty() || name.ends_with('/') { format!("{name}index.html") } else { name };
    let Ok(mut body) = fs::read(host.dist.join(&name)) else {
        return Reply::plain("404 Not Found");
    };
    if name == "index.html" && host.generation.is_some() {
        body.extend_from_slice(format!("<script src=\"{SCRIPT}\"></script>").as_bytes());
    }
    // Only a name that changes with the content may be kept without asking.
    Reply::found(mime(&name), if hashed(&name) { "max-age=31536000, immutable" } else { "no-cache" }, body)
}

fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'\\' | 0 => return None,
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Trunk puts sixteen hexadecimal digits into the names it hashes.
fn hashed(name: &str) -> bool {
    let digits = |part: &str| part.len() >= 16 && part.chars().all(|letter| letter.is_ascii_hexdigit());
    name.split(['-', '_', '.', '/']).any(digits)
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> Host {
        let dist = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public");
        Host { dist, base: "/abc/".to_owned(), generation: None }
    }

    #[test]
    fn serves_below_its_base_only() {
        assert_eq!(find(&host(), "/abc/").status, "200 OK");
        assert_eq!(find(&host(), "/abc/index.html?x=1").mime, "text/html; charset=utf-8");
        assert_eq!(find(&host(), "/abc").headers, "Location: /abc/\r\n");
        assert_eq!(find(&host(), "/index.html").status, "404 Not Found");
    }

    #[test]
    fn never_leaves_its_directory() {
        for target in [
            "/abc/../Cargo.toml",
            "/abc/%2e%2e/Cargo.toml",
            "/abc/icons/..%2f..%2fCargo.toml",
            "/abc//etc/passwd",
        ] {
            assert_eq!(find(&host(), target).status, "404 Not Found", "{target}");
        }
    }

    #[test]
    fn knows_which_names_carry_a_hash() {
        assert!(hashed("app-0123456789abcdef_bg.wasm"));
        assert!(!hashed("worker_bg.wasm") && !hashed("sw.js") && !hashed("icons/icon-192.png"));
    }
}
