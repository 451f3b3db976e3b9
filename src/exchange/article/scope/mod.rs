//! What is in force at a word of a text: the period, the place, the product, whose figures, whether they are to come
//! (domain §10.5-1 and 2).
//!
//! Duty: one model for all of these. A title, the opening and headings hold for what stands under them, a paragraph and
//! a sentence for themselves, a clause for its own; the narrower holds before the wider, a total (全镇) closes the place
//! before it, and what only serves a comparison (比2020年) or a list (分别) is never left standing. Inputs: a document,
//! the words of a ledger, its places. Outputs: [`Claims`], what each figure says of what, each with where that is said.
//! Neighbours: `value::figure` reads the figures themselves and knows nothing of this; `claim` is what comes out;
//! `reckon` asks the ledger.

mod about;
mod figure;
mod frame;
pub(super) mod lexicon;
mod list;
mod phrase;
mod relation;
mod tokens;
mod walk;

use super::Document;
use super::claim::Claim;
use super::link::Target;
use crate::analysis::indicator::Ask;
use crate::register::Message;
use crate::table::Places;
use crate::value::{Period, RowId, Text};
use lexicon::Lexicon;

/// Where something is said. The later ones are nearer to the figure and hold before the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Nowhere.
    Nowhere,
    /// The date of the article.
    Date,
    /// Whoever reads it has chosen it.
    Chosen,
    /// The first paragraph.
    Opening,
    /// The title.
    Title,
    /// A heading above.
    Heading,
    /// An earlier sentence of the paragraph.
    Paragraph,
    /// An earlier clause of the sentence.
    Sentence,
    /// A list that the figure belongs to (分别).
    List,
    /// Right before the figure.
    Clause,
    /// Somebody corrected such words before.
    Taught,
}

impl Source {
    /// How much it weighs as evidence, of ten.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Nowhere => 0,
            Self::Date => 3,
            Self::Chosen | Self::Opening | Self::Title => 6,
            Self::Heading | Self::Paragraph => 7,
            Self::Sentence | Self::List => 9,
            Self::Clause | Self::Taught => 10,
        }
    }

    /// In words.
    pub fn words(self) -> Message {
        match self {
            Self::Nowhere => Message::new("文中没有写", "the text does not say"),
            Self::Date => Message::new("按文章日期", "by the article's date"),
            Self::Chosen => Message::new("按所选范围", "as chosen"),
            Self::Opening => Message::new("开头说", "the opening says"),
            Self::Title => Message::new("标题说", "the title says"),
            Self::Heading => Message::new("小标题说", "the heading says"),
            Self::Paragraph => Message::new("本段前文说", "the paragraph says"),
            Self::Sentence => Message::new("本句前面说", "the sentence says"),
            Self::List => Message::new("按“分别”的次序", "in the order of the list"),
            Self::Clause => Message::new("本句说", "the clause says"),
            Self::Taught => Message::new("按您以前的更正", "as you corrected before"),
        }
    }
}

/// Something that is in force, and where it is said in which words.
#[derive(Debug, Clone, PartialEq)]
pub struct Said<T> {
    /// What.
    pub what: T,
    /// Where it is said.
    pub by: Source,
    /// The words.
    pub words: String,
}

impl<T> Said<T> {
    pub(super) fn new(what: T, by: Source, words: impl Into<String>) -> Self {
        Self { what, by, words: words.into() }
    }

    pub(super) fn from(self, by: Source) -> Self {
        Self { by, ..self }
    }

    /// 标题说“沙溪镇”
    pub fn told(&self) -> Message {
        let by = self.by.words();
        if self.words.is_empty() {
            return by;
        }
        Message::new(format!("{}“{}”", by.zh, self.words), format!("{} “{}”", by.en, self.words))
    }
}

/// What somebody taught: the target and the product, and of which words.
pub type Taught = (usize, Option<Text>, String);

/// What a figure may be about: the ledger's words, places and what was chosen.
pub struct Around<'a> {
    /// The words.
    pub lexicon: &'a Lexicon,
    /// The targets that they mean.
    pub targets: &'a [Target],
    /// The places.
    pub places: &'a Places,
    /// The chosen place and period.
    pub chosen: (Option<RowId>, Option<Period>),
    /// What somebody taught: the target and product of words in a unit, and the words.
    pub taught: &'a dyn Fn(&super::Figure) -> Option<Taught>,
    /// The villages under a place that have anything for a target.
    pub filled: &'a dyn Fn(usize, &Ask) -> usize,
}

impl Around<'_> {
    /// Whether every one of `ids` lies in one of `outer`; the whole ledger contains all of them.
    fn contain(&self, outer: &[Option<RowId>], ids: &[Option<RowId>]) -> bool {
        let lies = |id: RowId| self.places.path(id).iter().any(|p| p.id != id && outer.contains(&Some(p.id)));
        outer.contains(&None) || !ids.is_empty() && ids.iter().all(|id| id.is_some_and(lies))
    }

    /// Whether a name is that of a township or county that is not in the ledger. A ledger without any does not know
    /// what its own are called.
    fn is_foreign(&self, words: &str) -> bool {
        let has = |level: fn(&Places, RowId) -> Option<RowId>| {
            self.places.all().any(|p| level(self.places, p.id) == Some(p.id))
        };
        let town = words.ends_with(['镇', '乡', '道']) && (is_neighbour(words) || has(Places::town_of));
        town || words.ends_with(['县', '市', '区']) && (is_neighbour(words) || has(Places::county_of))
    }
}

/// 邻镇, 外县: no ledger has one of that name.
fn is_neighbour(words: &str) -> bool {
    ["邻", "外", "周边", "兄弟"].iter().any(|w| words.starts_with(w))
}

/// What each figure of a document claims.
pub fn claims(document: &Document, around: &Around<'_>) -> Vec<Claim> {
    let mut all: Vec<Claim> = document.figures.iter().map(|_| Claim::default()).collect();
    for (n, article) in document.articles.iter().enumerate() {
        walk::article(document, n, article, around, &mut all);
    }
    all
}
