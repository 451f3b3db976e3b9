//! What one figure claims, under the words of its phrase and what is in force around it.
//!
//! Duty: the relation (amount, growth, share, rank, count, sum …) by the figure's unit and the signs of its phrase.
//! Whatever is not explained – a word nobody knows, somebody else's figures, a list that does not fit – is a doubt,
//! and a figure with a doubt is not judged. Neighbours: `about` finds the thing, `relation` what it is compared with,
//! `walk` keeps what is in force.

use super::super::Figure;
use super::super::aim::converted;
use super::super::claim::{Claim, How, Test, Thing};
use super::about::Found;
use super::lexicon::{Meaning, Sign};
use super::list::Item;
use super::relation::unsaid_base;
use super::tokens::What;
use super::walk::Walker;
use crate::analysis::indicator::Operator;
use crate::register::Message;
use crate::value::figure::Kind;
use crate::value::unit::Class;
use crate::value::{Modifier, Period};

impl Walker<'_, '_> {
    pub(super) fn figure(&mut self, n: usize, number: usize) {
        let Some(figure) = self.document.figures.get(number) else { return };
        let item = self.sentence.list.take();
        self.follow(n, figure);
        let mut claim = if self.counts_villages(n, figure) {
            self.villages(n, number, figure)
        } else if self.bounds(n, figure) {
            self.bound(figure)
        } else {
            self.claim(n, figure, item)
        };
        claim.ahead |= figure.reading.forecast || self.plans();
        let amount = claim.thing.is_some() && matches!(claim.how, How::Level | How::Mean);
        let relation = matches!(figure.reading.class, Some(Class::Percent)) || claim.bound;
        if amount && (self.phrase.from || self.phrase.based) {
            self.sentence.from = Some(number).filter(|_| claim.doubts.is_empty());
        } else if amount {
            self.sentence.levels.push(number);
        }
        // 接待游客1.2万人次，增长12%: what grew is not what was understood before it.
        self.sentence.lost = !amount && (self.sentence.lost || claim.thing.is_none() && !relation);
        if let Some(slot) = self.claims.get_mut(number) {
            *slot = claim;
        }
        self.settle();
        self.sentence.named = false;
    }

    /// The words right after a figure: 1200亩柑橘, 85户脱贫户.
    fn follow(&mut self, n: usize, figure: &Figure) {
        let after = |k: usize| self.tokens.get(n + k).map(|t| t.what);
        let of = matches!(after(1), Some(What::Word(Meaning::Sign(Sign::Idle))) if self.words(n + 1) == "的");
        let next = 1 + usize::from(of);
        let bare = self.phrase.own.products.is_empty() && self.phrase.own.aims.is_empty();
        match after(next) {
            Some(What::Word(Meaning::Product(product))) if bare => {
                self.phrase.own.products.push(product.clone());
                if matches!(after(next + 1), Some(What::Unknown)) {
                    self.phrase.unknown.push(self.words(n + next + 1));
                }
            }
            Some(What::Word(Meaning::Aims(aims))) if bare && of => {
                self.phrase.own.aims.push((aims.clone(), self.words(n + next)));
            }
            Some(_) if self.split_word(n, figure) => {}
            Some(What::Unknown) if counted(figure) => self.phrase.unknown.push(self.words(n + next)),
            Some(What::Word(Meaning::Sign(Sign::Actor | Sign::Group))) if counted(figure) => {
                self.phrase.unknown.push(self.words(n + next));
            }
            _ => {}
        }
    }

    /// 带动240户农户: a word of the ledger with the number in its middle.
    fn split_word(&mut self, n: usize, figure: &Figure) -> bool {
        if !counted(figure) || !self.phrase.own.aims.is_empty() {
            return false;
        }
        let Some(before) = n.checked_sub(1).and_then(|n| self.tokens.get(n)).map(|t| t.range.clone()) else {
            return false;
        };
        let clean = &self.document.clean;
        let head = clean.get(before).unwrap_or_default();
        let tail = clean.get(figure.at.end..).unwrap_or_default();
        let found = (1..=LONGEST_TAIL).rev().find_map(|length| {
            let whole = [head, tail.get(..length)?].concat();
            self.around.lexicon.aims(&whole).map(<[usize]>::to_vec).map(|aims| (aims, whole))
        });
        let Some((aims, whole)) = found else { return false };
        let head: String = head.iter().collect();
        if self.phrase.unknown.last() == Some(&head) {
            self.phrase.unknown.pop();
        }
        self.phrase.own.aims.push((aims, whole.iter().collect()));
        true
    }

    // ---- villages that are counted

    fn villages_at(&self, n: usize) -> bool {
        matches!(self.tokens.get(n).map(|t| t.what), Some(What::Word(Meaning::Sign(Sign::Villages))))
    }

    fn counts_villages(&self, n: usize, figure: &Figure) -> bool {
        let unit = figure.reading.unit.as_deref();
        let described =
            !self.sentence.tests.is_empty() && n.checked_sub(1).is_some_and(|n| self.words(n) == "的");
        let named = self.villages_at(n + 1) || self.phrase.villages;
        unit == Some("村") || unit == Some("个") && (named || described)
    }

    /// 收入超20万元的村, 3个村收入超过20万元
    fn bounds(&self, n: usize, figure: &Figure) -> bool {
        if figure.reading.class == Some(Class::Percent) || counted(figure) {
            return false;
        }
        let of = usize::from(self.words(n + 1) == "的");
        let next = self.tokens.get(n + 1 + of).map(|t| t.what);
        let counts = |f: &Figure| matches!(f.reading.unit.as_deref(), Some("个" | "村"));
        let number =
            matches!(next, Some(What::Figure(k)) if self.document.figures.get(k).is_some_and(counts));
        let described = self.villages_at(n + 1 + of) || of == 1 && number;
        let opens = matches!(
            figure.reading.modifier,
            Modifier::Over | Modifier::AtLeast | Modifier::Under | Modifier::AtMost
        );
        let open = opens && (figure.reading.high.is_none() || figure.reading.modifier != Modifier::Over);
        described || open && self.sentence.villages.is_some() && !self.phrase.total && !self.phrase.mean
    }

    fn villages(&mut self, n: usize, number: usize, figure: &Figure) -> Claim {
        let tests = std::mem::take(&mut self.sentence.tests);
        let ruled = ["辖", "下辖", "现辖"];
        let last = n.checked_sub(1).map(|n| self.words(n)).unwrap_or_default();
        if tests.is_empty() && !ruled.contains(&last.as_str()) {
            self.phrase.group = usize::try_from(figure.reading.face.mantissa()).ok();
            // 8个村中: they are those among whom others are counted.
            let among = ["中", "里", "当中", "其中"].contains(&self.words(n + 2).as_str());
            self.sentence.villages = Some(number).filter(|_| !among);
            return Claim::default();
        }
        let how = if tests.is_empty() { How::Villages } else { How::Count(tests) };
        self.count(how)
    }

    fn count(&mut self, how: How) -> Claim {
        let Some(found) = self.about(None, None, true) else {
            return Claim::default();
        };
        if let How::Count(tests) = &how {
            self.sentence.counted = Some((found.thing.clone(), tests.clone()));
        }
        found.claim(how)
    }

    fn bound(&mut self, figure: &Figure) -> Claim {
        let claim = Claim { bound: true, ..Claim::default() };
        if self.sentence.villages.is_some() {
            (self.sentence.group, self.phrase.group) = (None, None);
        }
        let Some(found) = self.about(Some(figure), None, false) else { return claim };
        let unit = found.aim.and_then(|n| self.around.targets.get(n)).and_then(|t| t.unit.as_ref());
        let own = figure.reading.unit.as_deref().unwrap_or_default();
        let turn = |n| unit.and_then(|u| converted(n, own, &u.name));
        let r = &figure.reading;
        let below = figure.figure.ends_with("以下");
        let tests: Option<Vec<Test>> = match r.modifier {
            Modifier::Over => turn(r.face).map(|bound| vec![Test { operator: Operator::Above, bound }]),
            Modifier::AtLeast | Modifier::Exact => {
                turn(r.face).map(|bound| vec![Test { operator: Operator::AtLeast, bound }])
            }
            Modifier::Under => turn(r.face).map(|bound| vec![Test { operator: Operator::Below, bound }]),
            Modifier::AtMost if below => {
                turn(r.face).map(|bound| vec![Test { operator: Operator::Below, bound }])
            }
            Modifier::Range => r.low.and_then(turn).zip(r.high.and_then(turn)).map(|(low, high)| {
                vec![
                    Test { operator: Operator::AtLeast, bound: low },
                    Test { operator: Operator::Below, bound: high },
                ]
            }),
            _ => None,
        };
        let Some(tests) = tests else { return claim };
        match self.sentence.villages.take() {
            // 3个村收入超过20万元: the number stands before what they fulfil.
            Some(number) => {
                let mut counted = found.claim(How::Count(tests.clone()));
                if self.sentence.broken.is_some() || self.phrase.every {
                    counted.doubts.push(each());
                }
                self.sentence.counted = counted.thing.clone().map(|t| (t, tests));
                if let Some(slot) = self.claims.get_mut(number) {
                    *slot = counted;
                }
            }
            None => self.sentence.tests = tests,
        }
        claim
    }

    // ---- everything else

    fn claim(&mut self, n: usize, figure: &Figure, item: Option<Result<Item, Message>>) -> Claim {
        let reading = &figure.reading;
        let (item, unequal) = match item {
            Some(Ok(item)) => (Some(item), None),
            Some(Err(doubt)) => (None, Some(doubt)),
            None => (None, None),
        };
        let unit = reading.unit.as_deref().unwrap_or_default();
        let share = reading.class == Some(Class::Percent);
        self.phrase.base_is_said(share || unit == "倍");
        let more = self.phrase.change.or(self.phrase.over).is_some();
        let based = self.phrase.names_nothing() && self.sentence.from.is_some();
        let changes = reading.kind == Kind::Change || more && (self.phrase.compare || based);
        let changes = changes || share && (more || self.phrase.same_time.is_some());
        let mut claim = match reading.kind {
            Kind::Class => Claim::default(),
            Kind::Rank if unit == "位" => self.rank(),
            Kind::Rank => Claim::default(),
            _ if share && unit != "%" => Claim::default(),
            _ if share && self.phrase.share => self.share(),
            _ if share && reading.kind != Kind::Change && self.sentence.moving.is_some() => {
                self.moved_share()
            }
            _ if unit == "倍" => self.times(n),
            _ if changes => self.changed(figure, item.as_ref(), share),
            _ => self.level(figure, item.as_ref()),
        };
        claim.doubts.extend(unequal);
        claim
    }

    fn level(&mut self, figure: &Figure, item: Option<&Item>) -> Claim {
        let Some(found) = self.about(Some(figure), item, false) else {
            return self.listed(figure).unwrap_or_default();
        };
        if self.phrase.own.aims.is_empty() && self.sentence.aims.is_none() {
            // 种植不知火1179亩，其中…140亩: what the unit said goes on as if it had been named.
            let name = |n: usize| self.around.targets.get(n).map(|t| t.name.clone()).unwrap_or_default();
            self.sentence.aims = found.aim.map(|n| (vec![n], name(n), None));
        }
        let nothing = self.phrase.names_nothing() && item.is_none() && !self.sentence.named;
        if self.phrase.total
            && nothing
            && let Some(sum) = self.listed(figure)
        {
            return sum;
        }
        if found.spans_years()
            && let Some(claim) = self.over_years(figure, &found)
        {
            return claim;
        }
        let mean = self.phrase.mean || figure.reading.per.as_deref() == Some("村");
        // 村均集体经济收入 is a mean already.
        let per = found.aim.and_then(|n| self.around.targets.get(n)).and_then(|t| t.per.as_deref());
        let mean = mean && per != Some("村");
        let several = found.spots.len() > 1 || found.products.len() > 1;
        if self.phrase.change.is_some() && nothing {
            return found.doubted(unsaid_base());
        }
        if figure.reading.kind == Kind::Part && nothing {
            return found.doubted(Message::new(
                "“其中”的一部分，没有说是什么",
                "a part, and nothing says of what kind",
            ));
        }
        match () {
            () if several && mean => found.together(How::MeanOf),
            () if several && self.phrase.total => found.together(How::Sum),
            () if several => found.doubted(Message::new(
                "前面列了几项，没有说这个数是哪一项的",
                "several are listed, and nothing says whose figure it is",
            )),
            () if mean => found.claim(How::Mean),
            () => found.claim(How::Level),
        }
    }

    /// 2022—2024年累计, 年均: what all of these years have together, or one of them on average.
    fn over_years(&self, figure: &Figure, found: &Found) -> Option<Claim> {
        let yearly = figure.reading.per.as_deref() == Some("年");
        let target = found.aim.and_then(|n| self.around.targets.get(n))?;
        let plain = found.spots.len() < 2 && found.products.len() < 2 && !self.phrase.mean;
        if !target.adds || !plain || !(yearly || self.phrase.total) {
            return None;
        }
        let mut found = found.clone();
        let (first, last) = found.years()?;
        let of = |year| Thing { period: Some(Period::year_of(year)), ..found.thing.clone() };
        let things: Vec<Thing> = (first..=last).map(of).collect();
        Some(found.claim(if yearly { How::MeanOf(things) } else { How::Sum(things) }))
    }

    /// 1200亩、260亩，合计1460亩: the sum of what was listed before it in the sentence.
    fn listed(&self, figure: &Figure) -> Option<Claim> {
        if !self.phrase.total || !self.phrase.unknown.is_empty() {
            return None;
        }
        let of = |n: &usize| Some((self.document.figures.get(*n)?, self.claims.get(*n)?));
        let same = |f: &Figure| f.reading.unit == figure.reading.unit && f.reading.kind != Kind::Part;
        let parts: Vec<&Claim> =
            self.sentence.levels.iter().filter_map(of).filter(|(f, _)| same(f)).map(|(_, c)| c).collect();
        let things: Vec<Thing> = parts.iter().filter_map(|c| c.thing.clone()).collect();
        let one = things.first().filter(|first| things.iter().all(|t| t.target == first.target))?;
        let plain = |c: &&Claim| c.how == How::Level && c.doubts.is_empty();
        let sums = parts.iter().all(plain) && things.len() > 1;
        sums.then(|| Claim { thing: Some(one.clone()), how: How::Sum(things.clone()), ..Claim::default() })
    }
}

/// No noun behind a number is longer.
const LONGEST_TAIL: usize = 4;

/// Things that are counted one by one: who they are stands after the number.
fn counted(figure: &Figure) -> bool {
    matches!(
        figure.reading.class,
        Some(Class::People | Class::Households | Class::Count | Class::PersonTimes | Class::Livestock)
    )
}

fn each() -> Message {
    Message::new("说的是其中每一个", "it is said of each of them")
}
