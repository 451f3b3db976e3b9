//! A value in words, for whom.
//!
//! Duty: every value that a person reads is worded here and nowhere else: cells and forms, previews and findings,
//! exported files, prints, searches. What belongs to a person (telephone, identity number, account) is masked here too,
//! one way everywhere. Inputs: a field, its value, the audience, and how records are called. Outputs: words. Neighbours:
//! `reading` reads what is written here back; the wire formats (`record_json`, log and pages) keep their own exact forms.

use std::borrow::Cow;

use super::{Field, FieldKind, Sense};
use crate::value::shown::{grouped, grouped_fixed};
use crate::value::{Decimal, Lang, RowId, Value, person};

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Somebody at a screen, or before a print of it: separators, masks, the language of the page.
    Screen(Lang),
    /// Within a sentence: plain digits with their unit, masks.
    Sentence(Lang),
    /// A workbook that somebody takes along, masked unless it was asked for otherwise.
    Book {
        /// Numbers that belong to a person in full.
        unmasked: bool,
    },
    /// Who types it, to be read back as it stands.
    Typist,
    /// Searches and exact files: one form, whatever the language.
    Exact,
}

impl Audience {
    const fn lang(self) -> Lang {
        match self {
            Self::Screen(lang) | Self::Sentence(lang) => lang,
            Self::Book { .. } | Self::Typist | Self::Exact => Lang::Zh,
        }
    }

    /// Whether what belongs to a person is hidden from it.
    const fn sees_masks(self) -> bool {
        matches!(self, Self::Screen(_) | Self::Sentence(_) | Self::Book { unmasked: false })
    }
}

/// What stands between several words of one value.
const JOINT: &str = "、";

/// `value` in words; `field` is the one that it stands in, where that is known, and `name` what a record is called.
pub fn present(
    field: Option<&Field>,
    value: &Value,
    audience: Audience,
    name: &dyn Fn(RowId) -> String,
) -> String {
    let lang = audience.lang();
    match value {
        Value::Text(text) => match field.filter(|f| f.is_private() && audience.sees_masks()) {
            Some(field) => field.mask(text),
            None => text.to_string(),
        },
        Value::Choice(word) => option(field, word, lang).into_owned(),
        Value::Many(words) => joined(words.iter().map(|w| option(field, w, lang))),
        Value::Int(n) => number(Decimal::from(*n), audience),
        Value::Decimal(n) => number(*n, audience),
        Value::Money(m) => match audience {
            Audience::Screen(_) => grouped_fixed(m.yuan(), 2),
            Audience::Sentence(_) => format!("{}{}", m.yuan().normalize(), lang.of("元", " yuan")),
            Audience::Book { .. } | Audience::Typist => m.yuan().normalize().to_string(),
            Audience::Exact => m.to_string(),
        },
        Value::Bool(yes) => {
            lang.of(if *yes { "是" } else { "否" }, if *yes { "Yes" } else { "No" }).to_owned()
        }
        Value::Date(day) => day.to_string(),
        Value::DateTime(at) => match audience {
            Audience::Exact => at.to_string(),
            _ => at.to_string().replace('T', " "),
        },
        Value::Period(period) => match (audience, lang) {
            (Audience::Typist | Audience::Exact, _) | (_, Lang::En) => period.to_string(),
            _ => period.zh(),
        },
        Value::Quantity(quantity) => quantity.text.to_string(),
        Value::Ref(id) => name(*id),
        Value::Refs(ids) => joined(ids.iter().map(|id| name(*id).into())),
        Value::Files(files) => joined(files.iter().map(|f| Cow::Borrowed(&*f.name))),
    }
}

fn number(n: Decimal, audience: Audience) -> String {
    match audience {
        // Nothing that people write has more decimals.
        Audience::Screen(_) => grouped(n, Decimal::MAX_SCALE),
        _ => n.normalize().to_string(),
    }
}

fn option<'a>(field: Option<&'a Field>, word: &'a str, lang: Lang) -> Cow<'a, str> {
    match field.and_then(Field::options).and_then(|o| o.find(word)).filter(|_| lang == Lang::En) {
        Some(option) => Cow::Owned(option.en.to_string()),
        None => Cow::Borrowed(word),
    }
}

fn joined<'a>(words: impl Iterator<Item = Cow<'a, str>>) -> String {
    words.collect::<Vec<_>>().join(JOINT)
}

impl Field {
    /// What belongs to a person with its middle hidden (domain §2.20); only its ends are seen.
    pub fn mask(&self, text: &str) -> String {
        match self.kind {
            _ if self.has(Sense::Home) => person::mask_home(text),
            FieldKind::Phone | FieldKind::IdentityNumber => person::mask(text, 3, 4),
            _ => person::mask(text, 0, 4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::reading::{self, Context};
    use crate::register::{Schema, label};
    use crate::value::{Date, Money, Period, Text};

    fn field(kind: FieldKind) -> Field {
        Field::new("f", label("字段", "Field"), kind)
    }

    fn said(field: &Field, value: &Value) -> [String; 6] {
        let audiences = [
            Audience::Screen(Lang::Zh),
            Audience::Screen(Lang::En),
            Audience::Sentence(Lang::Zh),
            Audience::Book { unmasked: false },
            Audience::Typist,
            Audience::Exact,
        ];
        audiences.map(|a| present(Some(field), value, a, &|_| "清凉村".to_owned()))
    }

    #[test]
    fn each_value_for_each_audience() {
        let money = Value::Money(Money::from_fen(12_345_650));
        assert_eq!(
            said(&field(FieldKind::Money), &money),
            ["123,456.50", "123,456.50", "123456.5元", "123456.5", "123456.5", "123456.50"]
        );
        let period = Value::Period(Period::month_of(2024, 7).unwrap());
        assert_eq!(
            said(&field(FieldKind::Date), &period),
            ["2024年7月", "2024-07", "2024年7月", "2024年7月", "2024-07", "2024-07"]
        );
        assert_eq!(said(&field(FieldKind::Bool), &Value::Bool(true)), ["是", "Yes", "是", "是", "是", "是"]);
        let area = Value::Decimal(Decimal::new(1_205_000, 3));
        assert_eq!(
            said(&field(FieldKind::Decimal(2)), &area),
            ["1,205", "1,205", "1205", "1205", "1205", "1205"]
        );
        let several = Value::Refs(vec![RowId::from_bits(1), RowId::from_bits(2)]);
        assert!(said(&field(FieldKind::Bool), &several).iter().all(|s| s == "清凉村、清凉村"));
    }

    #[test]
    fn what_belongs_to_a_person_is_hidden_one_way_from_all_who_should_not_see_it() {
        let cases = [
            (FieldKind::Phone, "13812345678", "138****5678"),
            (FieldKind::IdentityNumber, "11010519491231002X", "110***********002X"),
            (FieldKind::Account, "6222020200112233445", "***************3445"),
        ];
        for (kind, number, masked) in cases {
            let field = field(kind);
            let [zh, en, sentence, book, typist, exact] = said(&field, &Value::text(number));
            assert_eq!([zh, en, sentence, book], [masked; 4]);
            assert_eq!([typist, exact], [number; 2]);
            let asked = Audience::Book { unmasked: true };
            assert_eq!(present(Some(&field), &Value::text(number), asked, &|_| String::new()), number);
            assert!(person::fits_mask(number, masked), "what went out masked is known when it comes back");
        }
    }

    #[test]
    fn words_of_a_list_are_in_the_language_of_the_page() {
        let kind = Schema::base().kind("R09", "contract").unwrap();
        let field = kind.field("form").unwrap();
        let word = Value::choice("口头协议");
        let shown = |a| present(Some(field), &word, a, &|_| String::new());
        assert_eq!(shown(Audience::Screen(Lang::En)), "Oral");
        assert_eq!(shown(Audience::Book { unmasked: false }), "口头协议");
        let unlisted = Value::choice("别的");
        assert_eq!(present(Some(field), &unlisted, Audience::Screen(Lang::En), &|_| String::new()), "别的");
    }

    #[test]
    fn what_a_typist_sees_is_read_back_as_it_was() {
        let values = [
            (FieldKind::Money, Value::Money(Money::from_fen(5))),
            (FieldKind::Money, Value::Money(Money::from_fen(-100_000_001))),
            (FieldKind::Decimal(4), Value::Decimal(Decimal::new(-12_345, 4))),
            (FieldKind::Int, Value::Int(1_000_000)),
            (FieldKind::Bool, Value::Bool(false)),
            (FieldKind::Date, Value::Date(Date::new(2024, 2, 29).unwrap())),
            (FieldKind::Phone, Value::text("13812345678")),
        ];
        for (kind, value) in values {
            let field = field(kind);
            let typed = present(Some(&field), &value, Audience::Typist, &|_| String::new());
            let read = reading::words(&field, &Text::from(typed.as_str()), &Context::default());
            assert_eq!(read.map(|(v, _)| v), Ok(value), "{typed}");
        }
    }
}
