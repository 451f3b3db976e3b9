//! Rows that are perhaps records of the ledger: two of one name in one village.
//!
//! Duty: what agrees with a record only in a key that others may have too is the same, or another of that name; the
//! program does not guess. One question a table, with both sides listed; a single row may be answered for itself. Inputs:
//! rows and the records that they could mean. Outputs: a question, or the answer to it. Neighbours: `upsert` asks.

use super::{Desk, DraftRow, Planned, asks};
use crate::exchange::book::address;
use crate::exchange::preview::record_named;
use crate::exchange::question::{self, Choice, Question, Topic};
use crate::ledger::State;
use crate::register::{Message, RowKind};
use crate::value::{RowId, person};

pub(super) use crate::exchange::question::{OTHER, SAME};

/// A row, and what it could be.
pub(super) struct Alike {
    table: u32,
    line: Message,
}

/// More lines than this nobody reads before answering; how many there are is always said.
const LISTED: usize = 300;
/// So many are named in the sentence itself.
const NAMED: usize = 3;

impl Alike {
    /// A row that could mean `rows`.
    pub fn of(
        state: &State,
        (planned, kind): (&Planned, &RowKind),
        draft: &DraftRow,
        rows: &[RowId],
    ) -> Self {
        let title = draft.value(&kind.title).and_then(|v| v.as_str()).unwrap_or_default();
        let title = person::masked(title);
        let (row, names) = (draft.row, rows.iter().map(|id| record_named(state, &planned.register, *id)));
        let names: Vec<Message> = names.collect();
        let joined = |word: fn(&Message) -> &str, mark| names.iter().map(word).collect::<Vec<_>>().join(mark);
        let line = Message::new(
            format!("第{row}行 {title}：台账里有{}", joined(|m| &m.zh, "、")),
            format!("Row {row} {title}: the ledger has {}", joined(|m| &m.en, ", ")),
        );
        Self { table: draft.table, line }
    }
}

/// What was answered for a row, by itself or with its table.
pub(super) fn answer<'o>(desk: &Desk<'o>, planned: &Planned, draft: &DraftRow) -> Option<&'o str> {
    let decisions = &desk.options.decisions;
    let at = |cell: &str| question::answered(decisions, Topic::Alike, &planned.sheet, cell);
    at(&address(draft.row.saturating_sub(1), planned.left)).or_else(|| at(corner(planned)))
}

/// The first cell of a table.
fn corner(planned: &Planned) -> &str {
    planned.range.split(':').next().unwrap_or_default()
}

/// Asks of each table whether its rows are the records that they look like.
pub(super) fn ask(desk: &mut Desk<'_>, tables: &[Planned], all: &[Alike]) {
    for (n, planned) in (0u32..).zip(tables) {
        let mut lines: Vec<Message> = all.iter().filter(|a| a.table == n).map(|a| a.line.clone()).collect();
        if lines.is_empty() {
            continue;
        }
        let count = lines.len();
        let few =
            |word: fn(&Message) -> &str| lines.iter().take(NAMED).map(word).collect::<Vec<_>>().join("；");
        let message = Message::new(
            format!(
                "有{count}行和台账里的记录同村同名，别的栏不全一样（{}）：是同一个，还是另一个？",
                few(|m| &m.zh)
            ),
            format!(
                "{count} rows have the name and the village of a record and say something else ({}): the same, or another?",
                few(|m| &m.en)
            ),
        );
        let more = lines.len().saturating_sub(LISTED);
        lines.truncate(LISTED);
        if more > 0 {
            lines.push(Message::new(format!("……还有{more}条"), format!("… and {more} more")));
        }
        let choices = vec![
            Choice::new(SAME, "是同一个，按这份表更新", "the same: take over what the table says"),
            Choice::new(OTHER, "是另一个，新建", "another of that name: a new record"),
        ];
        let question =
            Question { lines, ..Question::at(Topic::Alike, &planned.sheet, corner(planned), choices) };
        asks::ask(desk, "perhaps_same_record", None, question, message);
    }
}
