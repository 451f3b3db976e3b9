//! Why a file gives no article.

use crate::register::Message;

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Neither UTF-8 nor GB18030.
    #[error("认不出文字编码：请另存为 UTF-8 或 GB18030 的文本，或 .docx")]
    Encoding,
    /// The old binary format of Word.
    #[error("这是旧版 Word 文件（.doc）：请另存为 .docx 或文本")]
    OldWord,
    /// PDF, pictures.
    #[error("不是文章：只读文本（.txt）和 Word（.docx）")]
    NotText,
    /// A Word file that cannot be opened.
    #[error("Word 文件打不开：不完整或已损坏，请重新取一份")]
    Damaged(String),
    /// Larger than any article.
    #[error("文件太大（超过 {limit} MB）")]
    TooLarge {
        /// The most that is read.
        limit: usize,
    },
}

impl SourceError {
    /// In both languages.
    pub fn message(&self) -> Message {
        let en = match self {
            Self::Encoding => {
                "the encoding is not known: save it as UTF-8 or GB18030, or as .docx".to_owned()
            }
            Self::OldWord => "an old Word file (.doc): save it as .docx or as text".to_owned(),
            Self::NotText => "no article: only texts (.txt) and Word files (.docx) are read".to_owned(),
            Self::Damaged(why) => format!("the Word file cannot be opened: {why}"),
            Self::TooLarge { limit } => format!("the file is larger than {limit} MB"),
        };
        Message::new(self.to_string(), en)
    }
}
