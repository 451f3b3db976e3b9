//! What the worker says: answers in a word, and why something was not done.

use xingcun::exchange::job::Reply;
use xingcun::ledger::Refused;
use xingcun::register::Message;
use xingcun::storage::{CommitError, StoreError};
use xingcun::web::clock;
use xingcun::web::worker::Done;

/// An answer, or technical words about a fault.
pub(crate) type Answered = Result<Done<Reply>, String>;

/// It is not done, for this reason.
pub(crate) fn no(why: Message) -> Answered {
    Ok(Done::new(Reply::Refused(why)))
}

/// The same in both languages.
pub(crate) fn refused(zh: impl Into<String>, en: impl Into<String>) -> Answered {
    no(Message::new(zh, en))
}

/// An answer without bytes beside it.
pub(crate) fn plain(reply: Reply) -> Answered {
    Ok(Done::new(reply))
}

/// Today, for names of files.
pub(crate) fn today() -> String {
    let day = xingcun::value::Date::from_unix_millis(clock::now().local_millis());
    day.map(|d| d.to_string()).unwrap_or_default()
}

/// What the gate says first, with the cell that it says it of.
pub(crate) fn first_reason(Refused(why): Refused) -> Message {
    let n = why.len();
    let first = why.into_iter().next();
    let at = first.as_ref().and_then(|r| r.place.as_ref());
    let at = at.map(|p| format!("{}!{}：", p.sheet, p.cell)).unwrap_or_default();
    let first = first.map_or_else(|| Message::new("", ""), |r| r.message);
    Message::new(
        format!("有{n}处不能改，没有写入。{at}{}", first.zh),
        format!("{n} changes are refused; nothing was written. {at}{}", first.en),
    )
}

/// Why nothing was recorded.
pub(crate) fn not_written(error: CommitError) -> Answered {
    match error {
        CommitError::Refused(why) => no(first_reason(why)),
        CommitError::Store(StoreError::Full { needed, free }) => refused(
            format!(
                "磁盘空间不足，没有写入。这次需要 {:.1} MB，还剩 {}。请清理后重试。",
                needed as f64 / 1e6,
                free.map_or_else(|| "未知".to_owned(), |f| format!("{:.1} MB", f as f64 / 1e6))
            ),
            "No space; nothing was written.",
        ),
        error => Err(error.to_string()),
    }
}
