//! How fast articles are read, natively: megabytes of UTF-8 in a second, the best of many.
//!
//!   cargo bench --profile native --bench reading
//!
//! `whole` is everything a page or `xingcun figures` needs: cleaning, splitting, the grammar, subjects and places,
//! checks within the text; `grammar` is the pass that finds the figures. Ordinary text has a figure in every
//! thirtieth character, dense text one in every eighth. The two are of one run, for comparison with each other.
#![allow(clippy::print_stdout, reason = "a benchmark talks")]

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use xingcun::exchange::article::{self, Options};
use xingcun::value::figure;

/// So much text is read at once: a long article.
const BYTES: usize = 100_000;
const DENSE: &str = "产值3200万元、面积850亩、农户120户、户均增收2000元，同比增长5.5%；";

fn main() -> Result<(), Box<dyn Error>> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/figures");
    let sample = std::fs::read_to_string(place.join("000_d60425e8c2660c22.txt"))?;
    for (name, part) in [("ordinary", sample.as_str()), ("dense", DENSE)] {
        // Numbered, so that no sentence is a repetition.
        let mut text = String::with_capacity(BYTES + part.len());
        let mut n = 0;
        while text.len() < BYTES {
            text += &part.replace('。', &format!("，第{n}篇。")).replace('；', &format!("，第{n}项；"));
            n += 1;
        }
        let chars: Vec<char> = text.chars().collect();
        let whole = best(text.len(), || article::read(&text, &Options::default()).figures.len());
        let grammar = best(text.len(), || figure::read(&chars, None).len());
        println!("{name:<10} whole {whole:>6.1} MB/s   grammar {grammar:>6.1} MB/s");
    }
    Ok(())
}

fn best(bytes: usize, work: impl Fn() -> usize) -> f64 {
    let once = || {
        let start = Instant::now();
        black_box(work());
        bytes as f64 / 1e6 / start.elapsed().as_secs_f64()
    };
    (0..200).map(|_| once()).fold(0.0, f64::max)
}
