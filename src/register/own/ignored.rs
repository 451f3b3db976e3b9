//! Why a setting of the county has no effect, or only some.
//!
//! Duty: every reason and its words. Inputs: what `own` found. Outputs: a [`Message`]; it is made where it is shown, so
//! that the words are fetched with the page of the settings only. Neighbours: `own` finds them, `schema` lists them.

use super::{FIELDS, LATEST, REGISTERS, WORDS};
use crate::register::{Label, Message, Name};

/// Why a settings record could not be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignored {
    /// A register without a name.
    NamelessRegister,
    /// One register more than there may be: its name.
    RegisterTooMany(Name),
    /// Something else has the key: the name of the register or field.
    KeyTaken(Name),
    /// A field without a name.
    NamelessField,
    /// One field more than a kind of rows may have: its name.
    FieldTooMany(Name),
    /// A name that another field of the same rows has. Both stand.
    NameOfTwoFields(Name),
    /// A field of a type that nobody knows.
    TypeUnknown {
        /// The field's name.
        field: Name,
        /// The type as it was written.
        word: Name,
    },
    /// No register has this key.
    NoRegister(Name),
    /// The register has no such rows.
    NoKind {
        /// The register.
        register: Label,
        /// The kind as it was written.
        kind: Name,
    },
    /// No threshold has this key, or it has no value.
    NoThreshold(Name),
    /// What is said makes no deadline: the register's key.
    NoDeadline(Name),
    /// A word that was left blank.
    BlankWord,
    /// A word for a list.
    Word {
        /// The word.
        word: Name,
        /// The register, where the field is not found, else the field.
        at: Label,
        /// Why it is left out.
        why: WordIgnored,
    },
}

/// Why a word is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordIgnored {
    /// The register has no field of this key.
    NoField(Name),
    /// The field takes no further words.
    Closed,
    /// The list has as many words as it may.
    TooMany,
    /// The list has the word already.
    There,
}

impl Ignored {
    /// The reason in words.
    pub fn message(&self) -> Message {
        match self {
            Self::NamelessRegister => Message::new("这本台账没有名称", "The register has no name"),
            Self::RegisterTooMany(name) => Message::new(
                format!("本县的台账最多{REGISTERS}本，“{name}”没有列入"),
                format!("At most {REGISTERS} own registers; {name} is left out"),
            ),
            Self::KeyTaken(name) => {
                Message::new(format!("“{name}”的编号已被占用"), format!("The key of {name} is taken"))
            }
            Self::NamelessField => Message::new("这个字段没有名称", "The field has no name"),
            Self::FieldTooMany(name) => Message::new(
                format!("一种记录最多加{FIELDS}个字段，“{name}”没有列入"),
                format!("At most {FIELDS} own fields; {name} is left out"),
            ),
            Self::NameOfTwoFields(name) => Message::new(
                format!("同一种记录里已有叫“{name}”的字段，请改名，免得填错"),
                format!("{name} is the name of two fields; rename one"),
            ),
            Self::TypeUnknown { field, word } => Message::new(
                format!("字段“{field}”的类型“{word}”认不出，没有列入"),
                format!("The field {field} is of no known type and left out"),
            ),
            Self::NoRegister(key) => {
                Message::new(format!("没有编号为“{key}”的台账"), format!("There is no register {key}"))
            }
            Self::NoKind { register, kind } => Message::new(
                format!("{}没有“{kind}”这种记录", register.zh),
                format!("{} has no kind of rows {kind}", register.en),
            ),
            Self::NoThreshold(key) => Message::new(
                format!("没有叫“{key}”的阈值，或没有写数值"),
                format!("There is no threshold {key}, or it has no value"),
            ),
            Self::NoDeadline(key) => Message::new(
                format!("报送期限不成立：“{key}”要是按期填报的台账，天数在0到{LATEST}之间"),
                format!("No deadline: {key} must be reported by period, within 0 to {LATEST} days"),
            ),
            Self::BlankWord => Message::new("没有写是哪个词", "The word is blank"),
            Self::Word { word, at, why } => why.message(word, at),
        }
    }
}

impl WordIgnored {
    fn message(&self, word: &str, at: &Label) -> Message {
        let (zh, en) = (&at.zh, &at.en);
        match self {
            Self::NoField(key) => Message::new(
                format!("“{word}”：{zh}没有字段“{key}”"),
                format!("{word}: {en} has no field {key}"),
            ),
            Self::Closed => Message::new(
                format!("“{zh}”不是可以加词的列表，“{word}”没有列入"),
                format!("{en} takes no further words; {word} is left out"),
            ),
            Self::TooMany => Message::new(
                format!("“{zh}”最多{WORDS}个词，“{word}”没有列入"),
                format!("{en} has {WORDS} words already; {word} is left out"),
            ),
            Self::There => Message::new(format!("“{zh}”里已有“{word}”"), format!("{en} has {word} already")),
        }
    }
}
