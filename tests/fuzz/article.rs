//! Any bytes as an article: it is read or refused, nothing panics, and what was found can be pointed at.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xingcun::exchange::article::{self, Options, marks, source};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = source::text(bytes) else { return };
    let document = article::read(&text, &Options::default());
    let chars: Vec<char> = text.chars().collect();
    for figure in &document.figures {
        let words: String = chars[figure.range.clone()].iter().collect();
        assert_eq!(words, figure.figure);
        assert!(figure.reading.low.zip(figure.reading.high).is_none_or(|(low, high)| low <= high));
        assert!(figure.again.iter().all(|place| place.end <= chars.len()));
    }
    let pieces = marks::segments(&text, &document);
    assert_eq!(pieces.iter().map(|piece| piece.words.as_str()).collect::<String>(), text);
});
