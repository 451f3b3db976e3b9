//! Lists whose values follow in order: 沙溪村、桃源村经营性收入分别为32万元和34.8万元 (domain §10.5-3).
//!
//! Duty: what is listed, how many values follow, and the item of each value; with unequal lengths none can be told.
//! Neighbours: `walk` opens a list at 分别, `figure` takes the items.

use super::frame::Spots;
use super::phrase::Phrase;
use super::tokens::{Token, What};
use super::{Document, Said, Source};
use crate::exchange::article::scope::lexicon::{Meaning, Sign};
use crate::register::Message;
use crate::value::figure::Time;
use crate::value::{RowId, Text};

/// One item.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Place(Said<Option<RowId>>),
    Product(Said<Text>),
    Aim((Vec<usize>, String)),
    Time(Said<Time>),
}

/// The list of a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct List {
    /// What was listed last.
    items: Vec<Item>,
    /// The next value's item, and how many values still follow.
    next: usize,
    left: usize,
    doubt: Option<Message>,
}

/// How many values follow 分别 without another thing being named between them.
pub(super) fn run(tokens: &[Token<'_>], at: usize, document: &Document) -> usize {
    let mut count = 0;
    let mut class = None;
    for token in tokens.iter().skip(at + 1) {
        match token.what {
            What::Figure(n) => {
                let own = document.figures.get(n).map(|f| f.reading.class);
                if class.is_some_and(|c| Some(c) != own) {
                    break;
                }
                class = class.or(own);
                count += 1;
            }
            What::Word(Meaning::Aims(_) | Meaning::Sign(Sign::Each | Sign::Share)) if count > 0 => break,
            What::Stop('。' | ';' | '\n') => break,
            _ => {}
        }
    }
    count
}

impl List {
    /// A phrase that lists something may be what a later 分别 means.
    pub fn offer(&mut self, phrase: &Phrase) {
        let items = items(phrase);
        if items.len() > 1 {
            self.items = items;
        }
    }

    /// 分别: so many values follow.
    pub fn begin(&mut self, phrase: &Phrase, values: usize) {
        self.offer(phrase);
        (self.next, self.left) = (0, values);
        let listed = self.items.len();
        self.doubt = (listed != values).then(|| {
            Message::new(
                format!("“分别”前面列了{listed}项，后面有{values}个数，对不上"),
                format!("{listed} things are listed and {values} values follow"),
            )
        });
    }

    /// The item of the next value, while the list goes on; or why it cannot be told.
    pub fn take(&mut self) -> Option<Result<Item, Message>> {
        self.left = self.left.checked_sub(1)?;
        let item = self.items.get(self.next).cloned();
        self.next += 1;
        match (&self.doubt, item) {
            (Some(doubt), _) => Some(Err(doubt.clone())),
            (None, item) => item.map(Ok),
        }
    }
}

fn items(phrase: &Phrase) -> Vec<Item> {
    let own = &phrase.own;
    let places: Vec<Item> = own
        .mentions
        .iter()
        .filter_map(|m| match &m.spots {
            Spots::Of(ids) => Some(ids.iter().zip(m.words.split('、'))),
            Spots::Unsure(_) | Spots::Foreign(_) => None,
        })
        .flatten()
        .map(|(id, words)| Item::Place(Said::new(*id, Source::List, words)))
        .collect();
    if places.len() > 1 {
        return places;
    }
    if own.products.len() > 1 {
        return own
            .products
            .iter()
            .map(|p| Item::Product(Said::new(p.clone(), Source::List, p.to_string())))
            .collect();
    }
    if own.times.len() > 1 {
        return own.times.iter().map(|(t, w)| Item::Time(Said::new(*t, Source::List, w.clone()))).collect();
    }
    own.aims.iter().map(|a| Item::Aim(a.clone())).collect()
}
