//! How heavy the first visit is, and whether that is within what was promised.
//!
//! Input: a finished `dist`. Output: sizes raw and brotli, sorted, and the budgets that are broken.
//! Neighbours: `serve` prints the table, `verify` fails on a broken budget.

use crate::{
    parts::PART,
    process::{capture, command, find},
    project::files_below,
    trouble::{At, Outcome},
};
use std::{fmt::Write as _, fs, path::Path};

/// Weights in kB of brotli: what was promised, and what no build may exceed meanwhile. A build between the two
/// is told so every time; the ceiling follows the weight down.
#[derive(Clone, Copy)]
struct Budget {
    promised: u64,
    ceiling: u64,
}

/// Everything the page needs before it can be used: module, glue and styles. A ledger that has records of other registers
/// than the first screen tells figures of waits for their declarations too, which weigh thirty-three.
const FIRST_LOAD: Budget = Budget { promised: 550, ceiling: 550 };
/// What is fetched after the first screen stands (`parts`), each part alone or all in turn: recording, and the other
/// pages. It grows with every page: reading articles and telling what each figure is about weighs 160 alone, of which
/// nobody waits for any on the first screen. And with every register: what declares it, and how offices head its columns.
/// The lock weighs fifty, the files of villages and people, the tree of places and the search over everything as much.
const PARTS: Budget = Budget { promised: 800, ceiling: 1_250 };
/// The worker is fetched by the service worker afterwards and started on demand. It is compiled for speed: for size it
/// would be a third smaller, and an import would take a sixth longer. Reading rightly costs as well: what is asked of a
/// workbook, and its cells as their formats show them; and how offices head the columns of every register.
const WORKER: Budget = Budget { promised: 1_200, ceiling: 1_430 };

pub struct Weight {
    files: Vec<File>,
}

struct File {
    name: String,
    raw: u64,
    brotli: Option<u64>,
}

impl Weight {
    pub fn of(dist: &Path) -> Outcome<Self> {
        let counts =
            |name: &str| [".wasm", ".js", ".css"].iter().any(|end| name.ends_with(end)) && name != "sw.js";
        let listed: Vec<_> = files_below(dist)?.into_iter().filter(|(name, _)| counts(name)).collect();
        let mut brotli = Vec::new();
        if find(&["node"]).is_some() {
            let mut node = command("node");
            node.args(["-e", "const fs=require('fs'),z=require('zlib');for(const f of process.argv.slice(1))console.log(z.brotliCompressSync(fs.readFileSync(f)).length)"]);
            node.args(listed.iter().map(|(_, path)| path));
            brotli.extend(capture(node)?.lines().map(|line| line.parse().ok()));
        } else {
            eprintln!("notice: no node, so the compressed sizes are unknown and the budgets unchecked");
        }
        let mut files = Vec::new();
        let compressed = brotli.into_iter().chain(std::iter::repeat(None));
        for ((name, path), brotli) in listed.into_iter().zip(compressed) {
            files.push(File { name, raw: fs::metadata(&path).at("measure", &path)?.len(), brotli });
        }
        Ok(Self { files })
    }

    fn groups(&self) -> [(&'static str, Budget, Vec<&File>); 3] {
        let (worker, page): (Vec<_>, Vec<_>) =
            self.files.iter().partition(|file| file.name.starts_with("worker"));
        let (parts, first) = page.into_iter().partition(|file| file.name.contains(PART));
        [
            ("first load", FIRST_LOAD, first),
            ("other pages", PARTS, parts),
            ("worker, on demand", WORKER, worker),
        ]
    }

    pub fn table(&self) -> String {
        let mut text = String::new();
        let kilo = |bytes: u64| format!("{:.1}", bytes as f64 / 1000.0);
        let mut line = |name: &str, raw: u64, brotli: Option<u64>, note: &str| {
            let brotli = brotli.map_or_else(|| "?".to_owned(), kilo);
            let _ = writeln!(text, "{name:<44} {:>9} {brotli:>9}  {note}", kilo(raw)); // a String cannot fail
        };
        for (title, budget, files) in self.groups() {
            for file in &files {
                line(&file.name, file.raw, file.brotli, "");
            }
            let raw = files.iter().map(|file| file.raw).sum();
            line(&format!("= {title}"), raw, brotli(&files), &format!("of {}", budget.promised));
        }
        format!("{:<44} {:>9} {:>9}\n{text}", "kB", "raw", "brotli")
    }

    /// One sentence for each ceiling that is exceeded: such a build is not served.
    pub fn broken(&self) -> Vec<String> {
        self.over("ceiling", |budget| budget.ceiling)
    }

    /// One sentence for each promise that is not yet kept.
    pub fn missed(&self) -> Vec<String> {
        self.over("promised", |budget| budget.promised)
    }

    fn over(&self, word: &str, limit: impl Fn(Budget) -> u64) -> Vec<String> {
        let over = |(title, budget, files): (&str, Budget, Vec<&File>)| {
            let (size, limit) = (brotli(&files)?, limit(budget));
            (size > limit * 1000)
                .then(|| format!("{title}: {:.1} kB brotli, {word} {limit} kB", size as f64 / 1000.0))
        };
        self.groups().into_iter().filter_map(over).collect()
    }
}

fn brotli(files: &[&File]) -> Option<u64> {
    files.iter().map(|file| file.brotli).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, brotli: u64) -> File {
        File { name: name.to_owned(), raw: brotli * 3, brotli: Some(brotli) }
    }

    #[test]
    fn worker_and_parts_have_their_own_budgets() {
        let weight = Weight { files: vec![file("app_bg.wasm", 549_000), file("worker_bg.wasm", 1_199_000)] };
        assert!(weight.missed().is_empty() && weight.broken().is_empty());
        let later = vec![file("app_bg.wasm", 549_000), file("app-1_part_import.wasm", 340_000)];
        assert!(
            Weight { files: later }.missed().is_empty(),
            "what comes after the first page is not first load"
        );
        let weight = Weight { files: vec![file("app_bg.wasm", 549_000), file("base.css", 2_000)] };
        assert_eq!(weight.missed(), ["first load: 551.0 kB brotli, promised 550 kB"]);
        let (size, most) = (FIRST_LOAD.ceiling * 1000 + 1000, FIRST_LOAD.ceiling);
        let weight = Weight { files: vec![file("app_bg.wasm", size - 2_000), file("base.css", 2_000)] };
        assert_eq!(weight.broken(), [format!("first load: {}.0 kB brotli, ceiling {most} kB", most + 1)]);
        let weight = Weight { files: vec![file("worker_bg.wasm", 1_201_000)] };
        assert_eq!(weight.missed(), ["worker, on demand: 1201.0 kB brotli, promised 1200 kB"]);
        assert!(weight.broken().is_empty(), "between promise and ceiling it is said, not refused");
    }

    #[test]
    fn an_unknown_size_breaks_nothing() {
        let unknown = File { name: "app.js".to_owned(), raw: 9_000_000, brotli: None };
        assert!(Weight { files: vec![unknown] }.broken().is_empty());
    }
}
