//! A register as the grid sees it: rows that fit the filter, cells as text; `put` takes changes.

mod kept;
mod put;
mod sums;

use std::sync::Arc;

use leptos::prelude::{Track as _, WithUntracked as _};

use super::filter::Filter;
use super::many::Choice;
use super::row::Rows;
use crate::ledger::Surroundings;
use crate::register::{Field, FieldKind, Finding, Register, RowKind, Sense, Severity, StageTone};
use crate::table::arrangement::Wishes;
/// The dimension of the rows' states is also the key of their column.
use crate::table::dimension::STATE;
use crate::table::{Clause, Filter as Asked, query};
use crate::ui::desk::Desk;
use crate::ui::entry;
use crate::ui::lang::{Words, t};
use crate::ui::widget::ask::Refusal;
use crate::ui::widget::grid::{Column, GridContent, Offer, Order, Shown, Tone};
use crate::ui::words;
use crate::value::{Decimal, Period, RowId, Value};
pub(super) use kept::kept;
pub(super) use sums::Chosen;

/// The key of the column in which rows are chosen; no field has it.
pub(super) const CHOOSE: &str = "#choose";

/// What a column shows.
#[derive(Clone)]
enum Cell {
    /// Whether the row is chosen.
    Chosen,
    /// How far it is.
    State,
    Value(Arc<Field>),
}

/// The rows that fit, in order.
pub(super) struct RegisterSheet {
    desk: Desk,
    of: Rows,
    register: Arc<Register>,
    kind: Arc<RowKind>,
    rows: Vec<RowId>,
    choice: Choice,
    cells: Vec<Cell>,
    columns: Vec<Column>,
    footer: Vec<query::Footer>,
    unfiltered: bool,
    /// How many rows there are without the filter, where one holds any back.
    of_all: Option<usize>,
    year: i16,
}

/// What a question found.
#[derive(Default)]
struct Found {
    rows: Vec<RowId>,
    footer: Vec<query::Footer>,
    /// How many rows lie in the place and the period.
    within: usize,
    /// How many there are.
    all: usize,
}

impl RegisterSheet {
    pub(super) fn read(
        of: Rows,
        choice: Choice,
        filter: &Filter,
        order: Order,
        wishes: &Wishes,
        place: Option<RowId>,
        period: Period,
    ) -> Self {
        let (desk, register, kind) = (of.desk, of.register(), of.kind());
        let cells = cells(desk, &kind, wishes);
        let columns: Vec<Column> = cells
            .iter()
            .map(column)
            .map(|c| Column { width: wishes.width(&c.key).unwrap_or(c.width), ..c })
            .collect();
        let mut sheet = Self {
            desk,
            of,
            register,
            kind,
            rows: Vec::new(),
            choice,
            cells,
            columns,
            footer: Vec::new(),
            unfiltered: false,
            of_all: None,
            year: period.year(),
        };
        let found = sheet.query(filter, order, place, period);
        match found {
            Ok(found) => {
                sheet.unfiltered = found.all == 0;
                sheet.of_all = filter.holds_back().then_some(found.within);
                (sheet.rows, sheet.footer) = (found.rows, found.footer);
            }
            Err(why) => desk.complain(&why.0.words()),
        }
        sheet
    }

    fn query(
        &self,
        filter: &Filter,
        order: Order,
        place: Option<RowId>,
        period: Period,
    ) -> Result<Found, crate::table::QueryError> {
        let schema = self.desk.schema_once();
        let clauses = filter
            .clauses
            .iter()
            .map(|c| Clause::parse(&schema, &self.kind, c))
            .collect::<Result<Vec<_>, _>>()?;
        let rows = Asked {
            place: place.filter(|_| !filter.everywhere),
            period: (!filter.all_periods).then_some(period),
            state: filter.stage.as_deref().map(Into::into),
            text: filter.words.clone(),
            clauses,
            view: filter.view.and_then(|v| self.kind.views.get(v)).map(|v| v.filter),
            only: filter.only.clone(),
        };
        let sort = match order.filter(|(key, _)| key == STATE || self.kind.field(key).is_some()) {
            Some((key, descending)) => vec![query::SortKey { key, descending }],
            None => [Sense::Place, Sense::Period]
                .iter()
                .filter_map(|sense| self.kind.key_of(*sense))
                .map(|k| query::SortKey { key: k.to_owned(), descending: false })
                .collect(),
        };
        self.desk.table(&self.register.key, &self.kind.key, |table| {
            let Some(table) = table else { return Ok(Found::default()) };
            let whole = Asked { place, period: rows.period, ..Asked::default() };
            let found = query::run(&table, &query::Query { filter: rows.clone(), sort })?;
            let numbers: Vec<String> =
                self.fields().filter(|f| f.is_number()).map(|f| f.key.to_string()).collect();
            let footer = query::footer(&table, &rows, &numbers)?;
            let within = if filter.holds_back() { whole.rows(&table)?.len() } else { found.len() };
            let rows = found.into_iter().filter_map(|r| table.id(r)).collect();
            Ok(Found { rows, footer, within, all: table.len() })
        })
    }

    pub(super) fn row_of(&self, id: RowId) -> Option<usize> {
        self.rows.iter().position(|r| *r == id)
    }

    pub(super) fn column_of(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.key == field)
    }

    pub(super) fn id(&self, row: usize) -> Option<RowId> {
        self.rows.get(row).copied()
    }

    pub(super) fn field_at(&self, column: usize) -> Option<&Arc<Field>> {
        match self.cells.get(column)? {
            Cell::Value(field) => Some(field),
            Cell::Chosen | Cell::State => None,
        }
    }

    fn state_shown(&self, id: RowId) -> Shown {
        let Some(stage) = self.of.stage(id) else { return Shown::default() };
        let tone = match stage.tone {
            StageTone::Waiting => Tone::Doubt,
            StageTone::Ended => Tone::Wrong,
            StageTone::Open | StageTone::Done => Tone::Locked,
        };
        Shown { text: t(stage.word, stage.en).to_owned(), tone, tip: None }
    }

    /// How many rows fit.
    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many there would be without the filter, where one holds any back.
    pub(super) fn of_all(&self) -> Option<usize> {
        self.of_all
    }

    /// Where a row stands.
    pub(super) fn place_of(&self, id: RowId) -> Option<usize> {
        self.rows.iter().position(|r| *r == id)
    }

    /// The fields of all columns as declared, hidden ones too: totals and paper leave nothing out.
    pub(super) fn fields(&self) -> impl Iterator<Item = Arc<Field>> + use<> {
        in_order(self.desk, &self.kind).into_iter()
    }

    /// The sums under a field, as the foot of the table says them, each on a line.
    pub(super) fn total(&self, field: &Field) -> Option<String> {
        let lines = self.footer.iter().filter(|f| *f.key == *field.key).filter_map(|f| {
            let sum = words::number(f.value?, places(field));
            Some(
                f.word
                    .as_ref()
                    .map_or_else(|| sum.clone(), |word| format!("{} {sum}", self.kept_apart(word))),
            )
        });
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Whether the register holds nothing at all, whatever the filter.
    pub(super) fn unfiltered(&self) -> bool {
        self.unfiltered
    }

    /// Sums under the law of adding up: heading, sum, decimals, how many worded numbers are in it.
    pub(super) fn totals(&self) -> Vec<(String, Decimal, u32, usize)> {
        self.footer
            .iter()
            .filter_map(|f| {
                let field = self.kind.field(&f.key)?;
                let title = match &f.word {
                    Some(word) => words::with_unit(&self.kept_apart(word), field.unit.as_deref()),
                    None => heading(field),
                };
                Some((title, f.value?, places(field), f.left.worded.len()))
            })
            .collect()
    }

    /// 收入合计: the name of a sum that its kind keeps apart from others.
    fn kept_apart(&self, word: &str) -> String {
        let options = self.kind.law.apart.and_then(|(_, by)| self.kind.field(by)?.options());
        let name = options.and_then(|o| o.find(word)).map_or(word, |o| t(o.word, o.en));
        format!("{name}{}", t("合计", " total"))
    }

    /// The text that a person would type for what is recorded.
    fn recorded_text(&self, row: usize, field: &Field) -> String {
        let Some(value) = self.record_value(row, field) else { return String::new() };
        self.desk.state_once(|s| entry::text_of(field, &value, &|t, id| self.desk.target_name(s, t, id)))
    }

    fn record_value(&self, row: usize, field: &Field) -> Option<Value> {
        let id = self.id(row)?;
        self.desk.state_once(|s| {
            let record = s.record(&self.register.key, id)?;
            field.read(record, &Surroundings::new(s)).map(std::borrow::Cow::into_owned)
        })
    }
}

fn shown_in_table(desk: Desk, field: &Field) -> bool {
    desk.state_once(|s| s.schema().reaches(field))
        // These are read in the form and in the side panel.
        && !(matches!(field.kind, FieldKind::Files) || field.has(Sense::Wording))
}

/// What names a row comes first, then the figures that matter most, then the rest in the order of forms.
fn in_order(desk: Desk, kind: &RowKind) -> Vec<Arc<Field>> {
    let first: Vec<&Arc<Field>> =
        kind.naming_fields().chain(kind.key_fields()).filter(|f| shown_in_table(desk, f)).collect();
    let rest =
        kind.fields.iter().filter(|f| shown_in_table(desk, f) && !first.iter().any(|one| one.key == f.key));
    first.iter().copied().chain(rest).cloned().collect()
}

/// Decimals of a sum.
fn places(field: &Field) -> u32 {
    field.kind.places().unwrap_or(2).min(3)
}

pub(super) fn heading(field: &Field) -> String {
    words::with_unit(&field.label.words(), field.unit.as_deref())
}

/// The fields that name a row and stay in front, and those that can be hidden and moved.
pub(super) fn declared(desk: Desk, kind: &RowKind) -> (Vec<Arc<Field>>, Vec<Arc<Field>>) {
    in_order(desk, kind).into_iter().partition(|f| kind.naming.contains(&f.key))
}

/// The width of a column for which nobody wished another.
pub(super) fn usual_width(kind: &RowKind, key: &str) -> f64 {
    kind.field(key).map_or(0.0, |f| column_of(f).width)
}

/// The columns: in a kind with states, rows can be chosen, and their state stands after what names them.
fn cells(desk: Desk, kind: &RowKind, wishes: &Wishes) -> Vec<Cell> {
    let (named, movable) = declared(desk, kind);
    let keys: Vec<String> = movable.iter().map(|f| f.key.to_string()).collect();
    let shown = wishes.ordered(&keys).into_iter().filter(|k| !wishes.hides(k));
    let state = kind.workflow.is_some();
    state
        .then_some(Cell::Chosen)
        .into_iter()
        .chain(named.into_iter().map(Cell::Value))
        .chain(state.then_some(Cell::State))
        .chain(shown.filter_map(|k| kind.field(&k).cloned()).map(Cell::Value))
        .collect()
}

fn column(cell: &Cell) -> Column {
    let plain = |key: &str, title: &str, width| Column {
        key: key.to_owned(),
        title: title.to_owned(),
        width,
        numeric: false,
        editable: false,
    };
    match cell {
        Cell::Chosen => plain(CHOOSE, t("选", "Pick"), 56.0),
        Cell::State => plain(STATE, t("状态", "State"), 110.0),
        Cell::Value(field) => column_of(field),
    }
}

fn column_of(field: &Field) -> Column {
    let title = heading(field);
    let least = title.chars().map(|c| if c.is_ascii() { 8.0 } else { 15.0 }).sum::<f64>() + 42.0;
    let content = match field.kind {
        FieldKind::Ref(_) => 120.0,
        // Wide enough for the whole number, its middle hidden or not.
        FieldKind::Phone => 140.0,
        FieldKind::IdentityNumber => 200.0,
        FieldKind::Money => 140.0,
        FieldKind::Int | FieldKind::Decimal(_) | FieldKind::Percent => 110.0,
        FieldKind::Choice(_) if field.has(Sense::Subject) => 170.0,
        FieldKind::LongText | FieldKind::TextList => 180.0,
        _ => 110.0,
    };
    Column {
        key: field.key.to_string(),
        title,
        width: least.max(content).min(240.0),
        numeric: field.is_number(),
        editable: !field.computed_only(),
    }
}

fn chosen_shown(chosen: bool) -> Shown {
    let (text, tip) = if chosen {
        ("☑", t("已选中，再点一下不选", "Chosen; press again to let it go"))
    } else {
        (
            "☐",
            t(
                "点一下选中，按住Shift选一段；空格键也行",
                "Press to choose, with Shift a range; Space does it too",
            ),
        )
    };
    Shown {
        text: text.to_owned(),
        tone: if chosen { Tone::Plain } else { Tone::Blank },
        tip: Some(tip.to_owned()),
    }
}

impl GridContent for RegisterSheet {
    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn shown(&self, row: usize, column: usize) -> Shown {
        let Some(id) = self.id(row) else { return Shown::default() };
        let field = match self.cells.get(column) {
            Some(Cell::Value(field)) => field,
            Some(Cell::State) => return self.state_shown(id),
            Some(Cell::Chosen) => return chosen_shown(self.choice.has(id)),
            None => return Shown::default(),
        };
        if let Some((text, unsaved)) = self.desk.held_cell(&self.register.key, id, &field.key) {
            let tip = t("没有存下来，留在这里等再试一次", "Not saved; it stays here to be tried again");
            let tone = if unsaved { Tone::Unsaved } else { Tone::Plain };
            return Shown { text, tone, tip: unsaved.then(|| tip.to_owned()) };
        }
        if let Some(cell) = self.desk.unfinished_cell(&self.register.key, id, &field.key) {
            let tip = t("填了一半，没有录入", "Typed and not entered").to_owned();
            return Shown { text: cell.text, tone: Tone::Unsaved, tip: Some(cell.why.unwrap_or(tip)) };
        }
        let value = self.record_value(row, field);
        let text = self
            .desk
            .state_once(|s| words::cell(field, value.as_ref(), &|t, id| self.desk.target_name(s, t, id)));
        let finding = self.desk.findings_of(&self.register, &self.kind, id, |found| {
            found.iter().find(|f| f.field.as_deref() == Some(&*field.key)).cloned()
        });
        if self.desk.disputes.with_untracked(|d| d.has_cell(id, &field.key)) {
            let tip = t("有冲突待裁定：两边改成了不同的值", "In conflict: changed to different values");
            return Shown { text, tone: Tone::Disputed, tip: Some(tip.to_owned()) };
        }
        let tone = match (&finding, &value) {
            (Some(f), _) if f.severity == Severity::Error => Tone::Wrong,
            (Some(f), _) if f.severity == Severity::Warning => Tone::Doubt,
            (_, None) => Tone::Blank,
            (_, Some(Value::Quantity(_))) => Tone::Doubt,
            _ if field.computed_only() => Tone::Locked,
            _ => Tone::Plain,
        };
        Shown { text, tone, tip: finding.map(|f| f.message.words()) }
    }

    fn typed(&self, row: usize, column: usize) -> String {
        let (Some(id), Some(field)) = (self.id(row), self.field_at(column)) else { return String::new() };
        if let Some((text, _)) = self.desk.held_cell(&self.register.key, id, &field.key) {
            return text;
        }
        if let Some(cell) = self.desk.unfinished_cell(&self.register.key, id, &field.key) {
            return cell.text;
        }
        self.recorded_text(row, field)
    }

    fn typing(&self, row: usize, column: usize, text: Option<&str>) {
        let (Some(id), Some(field)) = (self.id(row), self.field_at(column)) else { return };
        match text {
            Some(text) => {
                let before = self.recorded_text(row, field);
                self.desk.type_cell(&self.register.key, id, &field.key, text, &before);
            }
            None => self.desk.give_up_cell(&self.register.key, id, &field.key),
        }
    }

    fn offer(&self, column: usize, typed: &str) -> Offer {
        self.offered(column, typed)
    }

    fn put(&self, row: usize, column: usize, text: &str, sure: bool) -> Result<(), Refusal> {
        let done = self.put_cell(row, column, text, sure);
        if let (Err(why), Some(id), Some(field)) = (&done, self.id(row), self.field_at(column)) {
            self.desk.refuse_cell(&self.register.key, id, &field.key, text, why.words());
        }
        done
    }

    fn paste(&self, row: usize, column: usize, block: &[Vec<String>], sure: bool) -> Result<(), Refusal> {
        self.paste_block(row, column, block, sure)
    }

    fn copied(&self, row: usize, column: usize) -> String {
        match self.cells.get(column) {
            Some(Cell::Value(field)) if !field.is_private() => self.typed(row, column),
            // Whether a row is chosen is nothing that another program could use.
            Some(Cell::Chosen) => String::new(),
            _ => self.shown(row, column).text,
        }
    }

    fn blank(&self, row: usize, column: usize) -> bool {
        self.field_at(column).is_none_or(|field| self.record_value(row, field).is_none())
    }

    fn frozen(&self) -> usize {
        let names = |cell: &&Cell| match cell {
            Cell::Chosen => true,
            Cell::State => false,
            Cell::Value(field) => self.kind.naming.contains(&field.key),
        };
        self.cells.iter().take_while(names).count()
    }

    fn track(&self) {
        self.desk.held.track();
        self.desk.disputes.track();
        self.desk.unfinished.track();
        self.choice.track();
    }

    fn marked(&self, row: usize) -> bool {
        self.id(row).is_some_and(|id| {
            let grave = |found: &[Finding]| found.iter().any(|f| f.severity == Severity::Error);
            self.desk.findings_of(&self.register, &self.kind, id, grave)
        })
    }
}
