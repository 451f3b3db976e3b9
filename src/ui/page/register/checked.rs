//! 清单 beside the moves of a row: what the county wants looked at before a record goes on.
//!
//! Duty: shows the checklists that are set for the register, and puts what was ticked into the reason of the move, so
//! that the history says who had looked at what. Inputs: the settings of the ledger. Outputs: the lists; a reason.
//! Neighbours: `side` moves the row; the page of the county's settings writes the lists.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::ledger::{Record, State};
use crate::register::Fields as _;
use crate::register::catalog::settings::{self, checklist};
use crate::ui::desk::Desk;
use crate::ui::lang::t;
use crate::value::{Value, order};

/// One list: its title and its lines.
type List = (String, Vec<String>);

/// The lists of a register and which of their lines were ticked.
#[derive(Clone, Copy)]
pub(super) struct Checked {
    lists: Memo<Vec<List>>,
    ticked: RwSignal<BTreeSet<(usize, usize)>>,
}

impl Checked {
    /// The lists that are set for `register`, nothing ticked.
    pub(super) fn of(desk: Desk, register: String) -> Self {
        let lists = Memo::new(move |_| desk.state(|s| lists_of(s, &register)));
        Self { lists, ticked: RwSignal::default() }
    }

    /// The reason of a move with what was ticked.
    pub(super) fn reason(self, why: Option<String>) -> Option<String> {
        let ticked = self.ticked.get_untracked();
        let said = self.lists.with_untracked(|lists| {
            let of = |(n, (title, lines)): (usize, &List)| {
                let done = lines.iter().enumerate().filter(|(at, _)| ticked.contains(&(n, *at)));
                let done: Vec<&str> = done.map(|(_, line)| line.as_str()).collect();
                (!done.is_empty())
                    .then(|| format!("{title}（{}/{}）：{}", done.len(), lines.len(), done.join("；")))
            };
            lists.iter().enumerate().filter_map(of).collect::<Vec<_>>()
        });
        let all: Vec<String> = why.into_iter().chain(said).collect();
        (!all.is_empty()).then(|| all.join("。"))
    }

    /// The row has moved on: nothing is ticked any more.
    pub(super) fn clear(self) {
        self.ticked.set(BTreeSet::new());
    }

    /// The lists, to be ticked.
    pub(super) fn view(self) -> impl IntoView {
        let line = move |at: (usize, usize), words: String| {
            let tick = move |_| {
                self.ticked.update(|all| {
                    if !all.remove(&at) {
                        all.insert(at);
                    }
                })
            };
            view! { <li><label><input type="checkbox" prop:checked=move || self.ticked.with(|all| all.contains(&at)) on:change=tick /><span>{words}</span></label></li> }
        };
        let list = move |(n, (title, lines)): (usize, List)| {
            let entries =
                lines.into_iter().enumerate().map(|(at, words)| line((n, at), words)).collect_view();
            view! { <fieldset class="checklist"><legend class="small">{title}</legend><ul class="plain-list small">{entries}</ul></fieldset> }
        };
        move || {
            let lists = self.lists.get();
            (!lists.is_empty()).then(|| view! {
                <div class="stack" style="gap:6px">
                    <p class="hint">{t("勾了的条目随下一步记进历史。", "What is ticked goes into the history with the next step.")}</p>
                    {lists.into_iter().enumerate().map(list).collect_view()}
                </div>
            })
        }
    }
}

fn lists_of(state: &State, register: &str) -> Vec<List> {
    let rows = state.sheet(settings::KEY).into_iter().flat_map(|sheet| sheet.of_kind(checklist::KIND));
    let text = |record: &Record, key: &str| record.value(key).and_then(Value::as_str).map(str::to_owned);
    let meant = rows.filter(|r| text(r, checklist::REGISTER).as_deref() == Some(register));
    let mut rows: Vec<&Record> = meant.collect();
    order::sort_by_key(&mut rows, |r| r.id());
    let of = |record: &Record| {
        let lines = text(record, checklist::LINES).unwrap_or_default();
        let lines = lines.lines().map(str::trim).filter(|l| !l.is_empty());
        (text(record, checklist::TITLE).unwrap_or_default(), lines.map(str::to_owned).collect())
    };
    rows.into_iter().map(of).collect()
}
