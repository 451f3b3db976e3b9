//! Turns what trunk wrote into something a browser can install: names the build, writes the service
//! worker with its list of files, and closes the page's Content-Security-Policy over its inline scripts.
//!
//! Input: a directory with `index.html` and its files, and `public/sw.template.js`. Output: the same
//! directory with `sw.js` and a finished `index.html`. Doing it twice changes nothing, and doing it after
//! a change gives a new build – which is how the update tests make their second one (`dev seal --dist DIR`).
//! Neighbours: `build` calls it after trunk; the contract of the worker is in the template's head.

use crate::{
    hash::{base64, hex, sha256},
    project::{Project, files_below},
    trouble::{At, Outcome, Trouble},
};
use std::{fs, path::Path};

const WORKER: &str = "sw.js";
const PAGE: &str = "index.html";

pub fn seal(project: &Project, dist: &Path) -> Outcome<()> {
    let template_path = project.root.join("public/sw.template.js");
    let template = fs::read_to_string(&template_path).at("read", &template_path)?;
    let page_path = dist.join(PAGE);
    let page = fs::read_to_string(&page_path).at("read", &page_path)?;
    let page = with_policy(&page)?;

    // The page names the build and so cannot be part of its own name; it counts with the name left blank.
    let mut identity = format!("{template}\n{}\n", hex(&sha256(with_build(&page, "")?.as_bytes())));
    let mut entries = Vec::new();
    for (name, path) in files_below(dist)? {
        if name == WORKER || name == PAGE {
            continue;
        }
        let content = fs::read(&path).at("read", &path)?;
        let hash = hex(&sha256(&content));
        identity.push_str(&format!("{name} {hash}\n"));
        entries.push(format!("  [{}, {}]", quoted(&name), quoted(&hash)));
    }
    let build: String = hex(&sha256(identity.as_bytes())).chars().take(16).collect();

    // The page has no hash: a host may add a line to it. It is checked for the build's name instead.
    entries.insert(0, format!("  [{}, \"\"]", quoted(PAGE)));
    let worker = replaced(&template, "\"__BUILD__\"", &quoted(&build))?;
    let worker = replaced(&worker, "[\"__FILES__\"]", &format!("[\n{}\n]", entries.join(",\n")))?;
    let worker_path = dist.join(WORKER);
    fs::write(&worker_path, worker).at("write", &worker_path)?;
    fs::write(&page_path, with_build(&page, &build)?).at("write", &page_path)?;
    eprintln!("build {build}, {} files to install", entries.len());
    Ok(())
}

fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|letter| match letter {
            '"' | '\\' => format!("\\{letter}"),
            _ => letter.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

fn replaced(text: &str, mark: &str, with: &str) -> Outcome<String> {
    let (before, after) = text.split_once(mark).ok_or_else(|| missing(mark))?;
    Ok(format!("{before}{with}{after}"))
}

fn missing(what: &str) -> Trouble {
    Trouble::new(format!("the place for {what} is missing; see public/index.html and public/sw.template.js"))
}

fn with_build(page: &str, build: &str) -> Outcome<String> {
    const MARK: &str = "<meta name=\"xingcun-build\" content=\"";
    let (before, rest) = page.split_once(MARK).ok_or_else(|| missing(MARK))?;
    let (_, after) = rest.split_once('"').ok_or_else(|| missing(MARK))?;
    Ok(format!("{before}{MARK}{build}\"{after}"))
}

/// Allows exactly the inline scripts the page has – trunk's loader is one, and its text changes with the
/// file names – by putting their hashes into `script-src`.
fn with_policy(page: &str) -> Outcome<String> {
    const MARK: &str = "script-src ";
    let hashes = inline_scripts(page)
        .into_iter()
        .map(|script| format!(" 'sha256-{}'", base64(&sha256(script.as_bytes()))));
    let hashes: String = hashes.collect();
    let (before, rest) = page.split_once(MARK).ok_or_else(|| missing(MARK))?;
    let (sources, after) = rest.split_once(';').ok_or_else(|| missing(MARK))?;
    let kept: Vec<&str> =
        sources.split_whitespace().filter(|source| !source.starts_with("'sha256-")).collect();
    Ok(format!("{before}{MARK}{}{hashes};{after}", kept.join(" ")))
}

fn inline_scripts(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((body, after)) = after.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            found.push(body);
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<meta content=\"script-src 'self'; img-src 'self'\"><meta name=\"xingcun-build\" content=\"\"><script>a()</script><script src=\"x.js\"></script><script type=\"module\">b()</script>";

    #[test]
    fn inline_scripts_are_allowed_by_hash_and_others_are_not() {
        assert_eq!(inline_scripts(HTML), ["a()", "b()"]);
        let page = with_policy(HTML).unwrap();
        let a = base64(&sha256(b"a()"));
        assert!(page.contains(&format!("script-src 'self' 'sha256-{a}' 'sha256-")), "{page}");
        assert_eq!(with_policy(&page).unwrap(), page, "a second time changes nothing");
    }

    #[test]
    fn the_page_carries_the_build() {
        let page = with_build(HTML, "abc").unwrap();
        assert!(page.contains("content=\"abc\""));
        assert_eq!(with_build(&page, "").unwrap(), HTML);
        assert!(with_build("<p>", "abc").is_err());
    }
}
