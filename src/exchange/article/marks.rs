//! The text cut at its figures, for showing it with marks.
//!
//! Duty: words and figures in turn; together they are the text, character by character. Inputs: the text and what
//! was read. Outputs: [`Segment`]s. Neighbours: `tell` writes notes into the text, the page draws it.

use super::Document;
use crate::value::order;

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The characters.
    pub words: String,
    /// Index of the figure that stands here; none between figures.
    pub figure: Option<usize>,
    /// The figure is printed here for the first time.
    pub first: bool,
}

/// The whole text, in order.
pub fn segments(text: &str, document: &Document) -> Vec<Segment> {
    let mut places: Vec<(usize, usize, usize, bool)> = Vec::new();
    for (n, figure) in document.figures.iter().enumerate() {
        places.push((figure.range.start, figure.range.end, n, true));
        places.extend(figure.again.iter().map(|r| (r.start, r.end, n, false)));
    }
    order::sort(&mut places);
    let mut all = Vec::with_capacity(places.len() * 2 + 1);
    let mut chars = text.chars();
    let mut at = 0;
    let mut take = |upto: usize, figure: Option<usize>, first: bool| {
        let words: String = chars.by_ref().take(upto.saturating_sub(at)).collect();
        at = at.max(upto);
        if !words.is_empty() {
            all.push(Segment { words, figure, first });
        }
    };
    for (start, end, n, first) in places {
        take(start, None, false);
        take(end, Some(n), first);
    }
    take(usize::MAX, None, false);
    all
}

#[cfg(test)]
mod tests {
    use super::super::{Options, read};
    use super::*;

    #[test]
    fn the_pieces_are_the_text_and_repeated_figures_are_marked_again() {
        let text = "全镇种植黄精500余亩，带动85户增收。\n标题\n全镇种植黄精500余亩，带动85户增收。\n完";
        let document = read(text, &Options::default());
        let all = segments(text, &document);
        assert_eq!(all.iter().map(|s| s.words.as_str()).collect::<String>(), text);
        let marked: Vec<_> =
            all.iter().filter_map(|s| Some((s.figure?, s.words.as_str(), s.first))).collect();
        assert_eq!(
            marked,
            [(0, "500余亩", true), (1, "85户", true), (0, "500余亩", false), (1, "85户", false)]
        );
    }
}
