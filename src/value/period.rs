//! Reporting periods: a year, half-year, quarter or month.

use std::fmt;
use std::str::FromStr;

use super::date::serde_as_text;
use super::{Date, ParseError, ParseReason};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How long a period is, from the longest to the shortest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// 年
    Year,
    /// 半年
    Half,
    /// 季
    Quarter,
    /// 月
    Month,
}

impl Grain {
    /// Length in months.
    pub const fn months(self) -> u8 {
        match self {
            Self::Year => 12,
            Self::Half => 6,
            Self::Quarter => 3,
            Self::Month => 1,
        }
    }

    const fn of_year(self) -> u8 {
        12 / self.months()
    }
}

/// A reporting period (期间), written `2024`, `2024-H1`, `2024-Q3` or `2024-07`.
///
/// Ordered by when it begins, the longer one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: i16,
    first_month: u8,
    grain: Grain,
}

impl Period {
    /// A whole year.
    pub const fn year_of(year: i16) -> Self {
        Self { year, first_month: 1, grain: Grain::Year }
    }

    /// The `index`-th (from 1) half, quarter or month of `year`; `None` when there is no such one.
    pub const fn new(year: i16, grain: Grain, index: u8) -> Option<Self> {
        if year < 1900 || year > 2200 || index == 0 || index > grain.of_year() {
            return None;
        }
        Some(Self { year, first_month: (index - 1) * grain.months() + 1, grain })
    }

    /// A month, 1–12.
    pub const fn month_of(year: i16, month: u8) -> Option<Self> {
        Self::new(year, Grain::Month, month)
    }

    /// The year it lies in.
    pub const fn year(self) -> i16 {
        self.year
    }

    /// How long it is.
    pub const fn grain(self) -> Grain {
        self.grain
    }

    /// Which one of its year, from 1.
    pub const fn index(self) -> u8 {
        (self.first_month - 1) / self.grain.months() + 1
    }

    /// First month, 1–12.
    pub const fn first_month(self) -> u8 {
        self.first_month
    }

    /// Last month, 1–12.
    pub const fn last_month(self) -> u8 {
        self.first_month + self.grain.months() - 1
    }

    /// Its last day.
    pub fn last_day(self) -> Option<Date> {
        let month = i8::try_from(self.last_month()).ok()?;
        Date::new(self.year, month, 1)?.months_later(1)?.days_later(-1)
    }

    /// Whether `other` lies wholly inside (also when equal).
    pub const fn contains(self, other: Self) -> bool {
        self.year == other.year
            && self.first_month <= other.first_month
            && other.last_month() <= self.last_month()
    }

    /// The period of grain `grain` around it; `None` when that would be shorter.
    pub fn widen(self, grain: Grain) -> Option<Self> {
        if grain > self.grain {
            None
        } else {
            Self::new(self.year, grain, (self.first_month - 1) / grain.months() + 1)
        }
    }

    /// The same period one year earlier (上年同期).
    pub const fn last_year(self) -> Self {
        Self { year: self.year - 1, ..self }
    }

    /// The period just before it, of the same length (上期).
    pub fn previous(self) -> Self {
        match self.index() {
            1 => Self { year: self.year - 1, first_month: 13 - self.grain.months(), ..self },
            _ => Self { first_month: self.first_month - self.grain.months(), ..self },
        }
    }

    /// As people write it: 2024年, 2024年上半年, 2024年三季度, 2024年7月.
    pub fn zh(self) -> String {
        let quarters = ["一", "二", "三", "四"];
        match self.grain {
            Grain::Year => format!("{}年", self.year),
            Grain::Half => format!("{}年{}半年", self.year, if self.first_month == 1 { "上" } else { "下" }),
            Grain::Quarter => {
                let name = quarters.get(usize::from(self.index()) - 1).copied().unwrap_or_default();
                format!("{}年{name}季度", self.year)
            }
            Grain::Month => format!("{}年{}月", self.year, self.first_month),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.grain {
            Grain::Year => write!(f, "{}", self.year),
            Grain::Half => write!(f, "{}-H{}", self.year, self.index()),
            Grain::Quarter => write!(f, "{}-Q{}", self.year, self.index()),
            Grain::Month => write!(f, "{}-{:02}", self.year, self.first_month),
        }
    }
}

impl FromStr for Period {
    type Err = ParseError;
    fn from_str(s: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::new(s, ParseReason::NotADate);
        let (year, rest) = s.split_once('-').map_or((s, None), |(y, r)| (y, Some(r)));
        let year: i16 = year.parse().map_err(|_| bad())?;
        let (grain, index) = match rest {
            None => (Grain::Year, "1"),
            Some(r) => match (r.strip_prefix('H'), r.strip_prefix('Q')) {
                (Some(i), _) => (Grain::Half, i),
                (_, Some(i)) => (Grain::Quarter, i),
                _ => (Grain::Month, r),
            },
        };
        Self::new(year, grain, index.parse().map_err(|_| bad())?).ok_or_else(bad)
    }
}

serde_as_text!(Period);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_period() -> impl Strategy<Value = Period> {
        (
            1950i16..2100,
            prop::sample::select(vec![Grain::Year, Grain::Half, Grain::Quarter, Grain::Month]),
            0u8..12,
        )
            .prop_map(|(y, g, i)| Period::new(y, g, i % g.of_year() + 1).unwrap())
    }

    proptest! {
        #[test]
        fn written_and_read_back(p in any_period()) {
            prop_assert_eq!(p.to_string().parse::<Period>().unwrap(), p);
        }

        #[test]
        fn what_is_inside_stays_inside(a in any_period(), b in any_period()) {
            if a.contains(b) {
                prop_assert!(a.grain() <= b.grain());
                prop_assert_eq!(b.widen(a.grain()), Some(a));
            }
            prop_assert!(a.widen(Grain::Year).unwrap().contains(a));
        }

        #[test]
        fn the_previous_one_ends_where_this_one_begins(p in any_period()) {
            let q = p.previous();
            prop_assert_eq!(q.grain(), p.grain());
            let next = i32::from(q.year()) * 12 + i32::from(q.last_month());
            prop_assert_eq!(next + 1, i32::from(p.year()) * 12 + i32::from(p.first_month()));
        }
    }

    #[test]
    fn in_words() {
        assert_eq!("2024-Q3".parse::<Period>().unwrap().zh(), "2024年三季度");
        assert_eq!("2024-H2".parse::<Period>().unwrap().zh(), "2024年下半年");
        assert!("2024-13".parse::<Period>().is_err());
        assert!("2024-Q0".parse::<Period>().is_err());
    }
}
