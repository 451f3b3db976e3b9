//! Why a file cannot be read.

use serde::Serialize;

use crate::register::Message;

/// A file that is refused, with what to tell the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BookError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Something else, whatever its name says.
    #[error("not a workbook: {what_en}")]
    NotAWorkbook {
        /// What it is.
        what: &'static str,
        /// The same in English.
        what_en: &'static str,
    },
    /// Cut off or changed on the way.
    #[error("damaged: {place_en}")]
    Damaged {
        /// The part that cannot be read.
        place: String,
        /// The same in English.
        place_en: String,
    },
    /// Needs a password.
    #[error("protected by a password")]
    Protected,
    /// More than this program will load.
    #[error("too large: {sheet}, {size}")]
    TooLarge {
        /// The sheet, or the part of the file.
        sheet: String,
        /// How large it is.
        size: String,
        /// The limit that it passes.
        limit: String,
    },
    /// Formats without content.
    #[error("{sheet} has formats and no content")]
    FormatOnly {
        /// The sheet.
        sheet: String,
        /// How many cells have a format.
        cells: u64,
    },
    /// Sheets without a single filled cell.
    #[error("no sheet has data")]
    NoData,
    /// Text in an encoding that is none of UTF-8, GB18030 and UTF-16.
    #[error("unknown encoding in line {line}")]
    Encoding {
        /// Line of the first unreadable character.
        line: usize,
    },
    /// A marked copy was asked for, and the workbook is none of those that can have one.
    #[error("only an xlsx can have a marked copy")]
    OnlyXlsx,
    /// The person broke off.
    #[error("cancelled")]
    Cancelled,
}

impl BookError {
    /// What to tell the person: what is wrong, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => Message::new(
                "文件是空的（0字节），可能没有下载完，请重新取一份",
                "The file is empty; fetch it again",
            ),
            Self::NotAWorkbook { what, what_en } => Message::new(
                format!("这不是电子表格，而是{what}，请选择 .xlsx、.xls 或 .csv 文件"),
                format!("This is not a workbook but {what_en}; choose an .xlsx, .xls or .csv file"),
            ),
            Self::Damaged { place, place_en } => Message::new(
                format!(
                    "文件不完整或已损坏（{place}），没有读入任何内容，请重新取一份或用表格软件打开后另存"
                ),
                format!("The file is cut off or damaged ({place_en}); nothing was read"),
            ),
            Self::Protected => Message::new(
                "文件设了打开密码，请先用表格软件打开，去掉密码后另存再导入",
                "The file is protected by a password; remove it and save again",
            ),
            Self::TooLarge { sheet, size, limit } => Message::new(
                format!("表“{sheet}”太大：{size}，超过上限{limit}，请拆成几个文件，或删去空行空列后另存"),
                format!("Sheet {sheet} is too large: {size}, the limit is {limit}; split the file"),
            ),
            Self::FormatOnly { sheet, cells } => Message::new(
                format!("表“{sheet}”只有格式没有内容（{cells}个带格式的空格子）"),
                format!("Sheet {sheet} has formats only: {cells} blank cells"),
            ),
            Self::NoData => Message::new(
                "文件里的表都是空的，没有可导入的内容",
                "Every sheet is empty; nothing to import",
            ),
            Self::Encoding { line } => Message::new(
                format!("第{line}行的文字认不出编码，请另存为 UTF-8 或 GBK 的 CSV，或另存为 .xlsx"),
                format!("Unknown encoding in line {line}; save as UTF-8 or as .xlsx"),
            ),
            Self::OnlyXlsx => Message::new(
                "带批注的副本只能从 .xlsx 文件做，请先用表格软件把它另存为 .xlsx",
                "A marked copy is made of .xlsx files only; save it as .xlsx first",
            ),
            Self::Cancelled => Message::new("已取消，没有读入任何内容", "Cancelled; nothing was read"),
        }
    }

    /// `place` in both languages. What a library says about it is no help to a clerk, and English.
    pub(super) fn damaged(place: impl Into<String>, place_en: impl Into<String>) -> Self {
        Self::Damaged { place: place.into(), place_en: place_en.into() }
    }

    /// A sheet that cannot be read.
    pub(super) fn damaged_sheet(name: &str) -> Self {
        Self::damaged(format!("表“{name}”"), format!("sheet {name}"))
    }

    /// The workbook as a whole.
    pub(super) fn damaged_book() -> Self {
        Self::damaged("工作簿的目录", "the workbook's table of contents")
    }
}
