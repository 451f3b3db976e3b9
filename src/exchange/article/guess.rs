//! What a figure that nobody linked may mean: the aim, the product, the place, the period – each with its reason.
//!
//! Duty: proposals for a person to confirm, an earlier correction before all others. Inputs: a figure and what the
//! [`Judge`] knows of the ledger. Outputs: the parts of a link. Neighbours: `link` compares words and units, `judge`
//! holds the proposal against the ledger.

use super::Figure;
use super::aim;
use super::judge::Judge;
use super::kept::Rule;
use super::link::{self, Proposal};
use crate::exchange::text::fold;
use crate::register::Message;
use crate::value::figure::{Kind, Reading, Time};
use crate::value::unit::Class;
use crate::value::{Date, Period, RowId, Text};

/// A sentence with these speaks of the township it is about.
const TOWN: [&str; 3] = ["全镇", "全乡", "全街道"];
/// A sentence with these speaks of more than the place that was named last.
const SEVERAL: [&str; 5] = ["个村", "各村", "全县", "全区", "全市"];

impl Judge<'_> {
    pub(super) fn proposals(&self, figure: &Figure) -> Vec<Proposal> {
        let mut found =
            if comparable(&figure.reading) { link::propose(figure, &self.targets) } else { Vec::new() };
        // A growth rate is not a level, even where both are percentages.
        let change = figure.reading.kind == Kind::Change;
        found.retain(|p| (p.target == "I-18") == change);
        found
    }

    /// The best aim with the product: an earlier correction first, then the words, then product and unit.
    pub(super) fn proposed(
        &self,
        figure: &Figure,
        found: &[Proposal],
    ) -> Option<(String, Option<Text>, Message)> {
        if let Some(rule) = self.rules.iter().find(|r| r.fits(figure)) {
            let why = Message::new(
                format!("按您以前的更正：“{}”关联到这里", rule.subject),
                format!("As you corrected before: “{}” is linked to this", rule.subject),
            );
            return Some((rule.target.to_string(), rule.product.clone(), why));
        }
        if !comparable(&figure.reading) {
            return None;
        }
        let product = self.product(figure);
        if let Some(best) = found.first() {
            let product = product.filter(|_| {
                aim::find(self.schema(), &best.target).is_some_and(|a| a.by_product(self.schema()))
            });
            return Some((best.target.clone(), product, best.reason.clone()));
        }
        let product =
            product.filter(|_| figure.reading.kind != Kind::Change && figure.reading.per.is_none())?;
        let target = match figure.reading.class? {
            Class::Area => "R06.line.area",
            Class::Weight => "R06.line.output",
            _ => return None,
        };
        let unit = figure.reading.unit.as_deref().unwrap_or_default();
        let why = Message::new(
            format!("句中写到产品“{product}”，单位是“{unit}”"),
            format!("The sentence names the product “{product}”, counted in {unit}"),
        );
        Some((target.to_owned(), Some(product), why))
    }

    /// The one product that the words around the figure name.
    fn product(&self, figure: &Figure) -> Option<Text> {
        let said = |words: &str| {
            let mut named = self.products.iter().filter(|p| words.contains(&***p));
            let first = named.next().cloned();
            // 不知火与血橙等: several together are none of them.
            first.filter(|_| named.next().is_none())
        };
        let several = self.products.iter().filter(|p| figure.quote.contains(&***p)).count() > 1;
        said(figure.subject.as_deref().unwrap_or_default())
            .or_else(|| said(&figure.quote).filter(|_| !several))
    }

    /// The place that the words mean, and why.
    pub(super) fn place(&self, figure: &Figure) -> (Option<RowId>, Message) {
        let chosen = self.chosen.0;
        let here = chosen.map(|id| self.desk.places().name(id));
        let otherwise = |zh: String, en: String| {
            let (all, every) = (here.as_deref().unwrap_or("全部"), here.as_deref().unwrap_or("all places"));
            let zh = format!("{zh}，暂按所选范围“{all}”");
            (chosen, Message::new(zh, format!("{en}; taken for the chosen scope, {every}")))
        };
        if let Some(words) = TOWN.iter().find(|w| figure.quote.contains(**w)) {
            return match self.town() {
                Some(town) => {
                    let name = self.desk.places().name(town);
                    let why = Message::new(
                        format!("句中说的是“{words}”，指{name}"),
                        format!("“{words}” stands for {name}"),
                    );
                    (Some(town), why)
                }
                None => otherwise(
                    format!("句中说的是“{words}”，不知道是哪个乡镇"),
                    format!("“{words}” does not say which township"),
                ),
            };
        }
        if let Some(words) = SEVERAL.iter().find(|w| figure.quote.contains(**w)) {
            return otherwise(
                format!("句中说的是“{words}”，不是一个村"),
                format!("“{words}” is more than one village"),
            );
        }
        let Some(named) = figure.place.as_deref() else {
            return otherwise("文中没有写单位".to_owned(), "The text names no place".to_owned());
        };
        match self.resolve(named).as_slice() {
            [only] => {
                let why = Message::new(
                    format!("数字之前最近写到的单位是“{named}”"),
                    format!("“{named}” is the last place named before it"),
                );
                (Some(*only), why)
            }
            [] => otherwise(
                format!("文中写到“{named}”，台账里没有这个单位"),
                format!("“{named}” is not in the ledger"),
            ),
            _ => otherwise(
                format!("文中写到“{named}”，台账里不止一个"),
                format!("“{named}” stands for several places"),
            ),
        }
    }

    /// The township of the chosen place, otherwise the only one there is.
    fn town(&self) -> Option<RowId> {
        let places = self.desk.places();
        let mut towns = places.all().filter(|p| places.town_of(p.id) == Some(p.id)).map(|p| p.id);
        let only = towns.next().filter(|_| towns.next().is_none());
        self.chosen.0.and_then(|chosen| places.town_of(chosen)).or(only)
    }

    fn resolve(&self, named: &str) -> Vec<RowId> {
        if let Some(known) = self.resolved.borrow().get(named) {
            return known.clone();
        }
        let found = self.desk.places().resolve(named);
        self.resolved.borrow_mut().insert(named.to_owned(), found.clone());
        found
    }

    pub(super) fn period(&self, figure: &Figure, date: Option<Date>) -> (Option<Period>, Message) {
        let year = |y: i16, zh: &str, en: &str| (Some(Period::year_of(y)), Message::new(zh, en));
        match (figure.reading.time, date) {
            (Time::In(period), _) if figure.reading.time_before => {
                let why = Message::new(
                    "本句没有写时间，沿用本段前面写的",
                    "This sentence names no time; an earlier one of the paragraph does",
                );
                (Some(period), why)
            }
            (Time::In(period), _) => {
                (Some(period), Message::new("期间是文中写明的", "The text says the period"))
            }
            (Time::Years(_, last), _) => {
                year(last, "文中写的是几年，取最后一年", "Of several years the last")
            }
            (Time::AsOf(Some(day)), _) | (_, Some(day)) => {
                year(day.year(), "按文章的日期，取当年", "The year of the article's date")
            }
            _ => {
                let why = match self.chosen.1 {
                    Some(_) => {
                        Message::new("文中没有写时间，暂按所选期间", "No time is named; the chosen period")
                    }
                    None => {
                        Message::new("文中没有写时间，不知道和哪一年比", "No time is named to compare with")
                    }
                };
                (self.chosen.1, why)
            }
        }
    }
}

/// Classes of size and ranks are never held against a number (domain §8.3). A forecast is not compared either, but
/// what it forecasts is worth a proposal: it may become a target.
fn comparable(reading: &Reading) -> bool {
    !matches!(reading.kind, Kind::Class | Kind::Rank)
}

impl Rule {
    /// Whether it was made for words like these.
    fn fits(&self, figure: &Figure) -> bool {
        figure.reading.unit.as_deref().unwrap_or_default() == &*self.unit
            && figure.subject.as_deref().is_some_and(|s| fold(s) == fold(&self.subject))
    }
}
