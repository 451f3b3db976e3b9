//! Days and wall-clock moments.
//!
//! The calendar's arithmetic is jiff's; only its core is used, because the whole of it would weigh on the page's
//! first load with zones, spans and messages that nothing here needs.

use std::fmt;
use std::str::FromStr;

use jiff_core::{Timestamp, civil, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{ParseError, ParseReason};

/// A day of the civil calendar, written `2024-03-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// A day and a time of day without a zone, written `2024-03-05T09:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(civil::DateTime);

impl Date {
    /// 1970-01-01, from which clocks count.
    pub const EPOCH: Self = match civil::Date::new(1970, 1, 1) {
        Ok(day) => Self(day),
        Err(_) => Self(civil::Date::MIN),
    };

    /// `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// From milliseconds since 1970-01-01 UTC plus the zone's offset, given by the caller.
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        DateTime::from_unix_millis(millis).map(DateTime::date)
    }

    /// From an Excel serial number of the 1900 system (45366 = 2024-03-15).
    pub fn from_excel_serial(serial: i64) -> Option<Self> {
        let base = civil::Date::new(1899, 12, 30).ok()?;
        base.checked_add(i32::try_from(serial).ok()?).ok().map(Self)
    }

    /// Year.
    pub fn year(self) -> i16 {
        self.0.year()
    }
    /// Month 1–12.
    pub fn month(self) -> i8 {
        self.0.month()
    }
    /// Day 1–31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// So many months later; the last day of a month that is shorter.
    pub fn months_later(self, months: i32) -> Option<Self> {
        let month = i32::from(self.month()) - 1 + months;
        let year = i32::from(self.year()) + month.div_euclid(12);
        let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month.rem_euclid(12) + 1).ok()?);
        civil::Date::new_constrain(year, month, self.day()).ok().map(Self)
    }

    /// So many days later.
    pub fn days_later(self, days: i32) -> Option<Self> {
        self.0.checked_add(days).ok().map(Self)
    }

    /// The last day of its month.
    pub const fn month_end(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// Days from `self` to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: Self) -> i64 {
        i64::from(self.0.until(other.0))
    }
}

impl DateTime {
    /// `None` when there is no such moment.
    pub fn new(date: Date, hour: i8, minute: i8) -> Option<Self> {
        let time = civil::Time::new(hour, minute, 0, 0).ok()?;
        Some(Self(civil::DateTime::from_parts(date.0, time)))
    }

    /// From milliseconds since 1970-01-01 UTC plus the zone's offset, given by the caller.
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        let stamp = Timestamp::from_millisecond(millis).ok()?;
        Some(Self(stamp.to_datetime(Offset::UTC)))
    }

    /// The day.
    pub fn date(self) -> Date {
        Date(self.0.date())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{:02}:{:02}", self.date(), self.0.time().hour(), self.0.time().minute())
    }
}

impl FromStr for Date {
    type Err = ParseError;
    fn from_str(s: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::new(s, ParseReason::NotADate);
        // Years before our era are printed with a sign, which is no dash between parts.
        let (sign, days) = s.strip_prefix('-').map_or((1i16, s), |days| (-1, days));
        let mut parts = days.split('-');
        let (Some(y), Some(m), Some(d), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(bad());
        };
        let (Ok(y), Ok(m), Ok(d)) = (y.parse::<i16>(), m.parse(), d.parse()) else { return Err(bad()) };
        y.checked_mul(sign).and_then(|y| Self::new(y, m, d)).ok_or_else(bad)
    }
}

impl FromStr for DateTime {
    type Err = ParseError;
    fn from_str(s: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::new(s, ParseReason::NotADate);
        let (date, time) = s.split_once(['T', ' ']).ok_or_else(bad)?;
        let (hour, minute) = time.split_once(':').ok_or_else(bad)?;
        let minute = minute.split(':').next().unwrap_or_default();
        let (Ok(hour), Ok(minute)) = (hour.parse(), minute.parse()) else { return Err(bad()) };
        Self::new(date.parse()?, hour, minute).ok_or_else(bad)
    }
}

/// A moment of the world's clock (milliseconds since 1970-01-01 UTC) as RFC 3339 writes it, with as many digits of
/// the second as it needs.
pub fn utc_text(millis: i64) -> Option<String> {
    let moment = Timestamp::from_millisecond(millis).ok()?.to_datetime(Offset::UTC);
    let (date, time) = (Date(moment.date()), moment.time());
    let fraction = match time.millisecond() {
        0 => String::new(),
        part => format!(".{part:03}").trim_end_matches('0').to_owned(),
    };
    Some(format!("{date}T{:02}:{:02}:{:02}{fraction}Z", time.hour(), time.minute(), time.second()))
}

/// Milliseconds since 1970-01-01 UTC of a moment as [`utc_text`] writes it.
pub fn utc_millis(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = whole.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let digits = fraction.len();
    let millis = match digits {
        1..=3 => fraction.parse::<i32>().ok()? * [100, 10, 1].get(digits - 1)?,
        _ => return None,
    };
    let time = civil::Time::new(hour, minute, second, millis * 1_000_000).ok()?;
    let date = date.parse::<Date>().ok()?;
    let moment = civil::DateTime::from_parts(date.0, time).to_timestamp(Offset::UTC).ok()?;
    Some(moment.as_millisecond())
}

macro_rules! serde_as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;
serde_as_text!(Date);
serde_as_text!(DateTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        let day = Date::new(2024, 2, 29).unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        assert_eq!("2024-02-29".parse(), Ok(day));
        assert!("2023-02-29".parse::<Date>().is_err());
        let moment: DateTime = "2024-02-29T09:05".parse().unwrap();
        assert_eq!(moment.to_string(), "2024-02-29T09:05");
    }

    #[test]
    fn moments_of_the_worlds_clock() {
        assert_eq!(utc_text(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(utc_text(1_709_197_509_120).as_deref(), Some("2024-02-29T09:05:09.12Z"));
        for millis in [0, 7, 120, 1_709_197_509_120, -1, 253_000_000_000_999] {
            assert_eq!(utc_text(millis).and_then(|text| utc_millis(&text)), Some(millis));
        }
        for bad in
            ["2024-02-30T00:00:00Z", "2024-02-29T09:05Z", "2024-02-29T09:05:09", "2024-02-29T09:05:09.1234Z"]
        {
            assert_eq!(utc_millis(bad), None, "{bad}");
        }
    }

    #[test]
    fn excel_serials_of_the_1900_system() {
        assert_eq!(Date::from_excel_serial(45366).unwrap().to_string(), "2024-03-15");
        assert_eq!(Date::from_excel_serial(1).unwrap().to_string(), "1899-12-31");
    }
}
