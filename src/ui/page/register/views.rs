//! 视图 of a table: what it shows under a name, kept in the ledger.
//!
//! Duty: a view is chosen, made, changed, called otherwise, opened first, taken away; what of it is gone is said. Inputs:
//! the views of the ledger, what the table shows now. Outputs: drafts; the table's columns, sort and filters. Which view
//! was used last is remembered on this device. Neighbours: `table::saved` reads and writes the records; `columns` and
//! `filter` are what a view sets.

use leptos::prelude::*;

use super::columns::{Columns, close_when_pressed_elsewhere};
use super::filter::Filter;
use super::row::Rows;
use super::sheet::{declared, heading};
use crate::ledger::{BatchKind, Draft};
use crate::register::catalog::views::{self, view};
use crate::storage::Extra;
use crate::table::arrangement::Wishes;
use crate::table::saved::{self, Look, SavedView, Shown};
use crate::ui::focus;
use crate::ui::lang::{local_storage, t};
use crate::ui::widget::combo::close_when_left;
use crate::ui::widget::grid::Order;
use crate::value::{RowId, Text, Value, order};

/// What this device remembers of a table whose views somebody left.
const NONE: &str = "-";

/// The views of one kind of rows, and which of them is chosen.
#[derive(Clone, Copy)]
pub(super) struct Views {
    rows: Rows,
    filter: RwSignal<Filter>,
    order: RwSignal<Order>,
    columns: Columns,
    all: Memo<Vec<SavedView>>,
    chosen: RwSignal<Option<RowId>>,
}

impl Views {
    /// What the table opens with: what the address asks for; else the view that was used last here; else the one that
    /// the ledger says.
    pub(super) fn of(rows: Rows, filter: RwSignal<Filter>, order: RwSignal<Order>, columns: Columns) -> Self {
        let (register, kind) = (rows.register().key.clone(), rows.kind().key.clone());
        let all = Memo::new(move |_| rows.desk.state(|s| saved::views_of(s, &register, &kind)));
        let this = Self { rows, filter, order, columns, all, chosen: RwSignal::new(None) };
        if filter.with_untracked(|f| *f == Filter::default()) {
            this.begin();
        }
        this
    }

    fn begin(self) {
        let last = local_storage().and_then(|s| s.get_item(&self.place()).ok().flatten());
        let found = |fits: &dyn Fn(&SavedView) -> bool| {
            self.all.with_untracked(|all| all.iter().find(|v| fits(v)).cloned())
        };
        match last.as_deref() {
            Some(NONE) => {}
            Some(row) => {
                // The columns are as this device last had them.
                if let Some(view) = found(&|v| v.row.to_string() == row) {
                    self.show(&view.look);
                    self.chosen.set(Some(view.row));
                }
            }
            None => {
                // Whoever has arranged the columns on this device goes on with them.
                let plain = self.columns.wishes.with_untracked(|w| *w == Wishes::default());
                if let Some(view) = found(&|v| v.first).filter(|_| plain) {
                    self.show(&view.look);
                    self.columns.wishes.set(view.look.columns);
                    self.chosen.set(Some(view.row));
                }
            }
        }
    }

    fn place(self) -> String {
        format!("xingcun.view.{}.{}", self.rows.register().key, self.rows.kind().key)
    }

    /// The view that is chosen, while there is one.
    fn now(self) -> Option<SavedView> {
        let chosen = self.chosen.get()?;
        self.all.with(|all| all.iter().find(|v| v.row == chosen).cloned())
    }

    /// The keys and headings of the columns that can be moved.
    fn movable(self) -> Vec<(String, String)> {
        let all = declared(self.rows.desk, &self.rows.kind()).1;
        all.iter().map(|f| (f.key.to_string(), heading(f))).collect()
    }

    fn settled(self, look: &Look) -> Look {
        let keys: Vec<String> = self.movable().into_iter().map(|(key, _)| key).collect();
        look.settled(&self.rows.desk.schema_once(), &self.rows.kind(), &keys)
    }

    /// What the table shows now.
    fn look(self) -> Look {
        let kind = self.rows.kind();
        let rows = self.filter.with(|f| Shown {
            declared: f.view.and_then(|n| kind.views.get(n)).map(|v| v.label.zh.to_string()),
            state: f.stage.clone(),
            words: f.words.clone(),
            conditions: f.clauses.clone(),
            all_periods: f.all_periods,
        });
        Look { columns: self.columns.wishes.get(), sort: self.order.get(), rows }
    }

    /// Whether the table shows something else than the view.
    fn is_changed(self, view: &SavedView) -> bool {
        self.settled(&self.look()) != self.settled(&view.look)
    }

    /// The rows and their order.
    fn show(self, look: &Look) {
        let kind = self.rows.kind();
        let Look { sort, rows, .. } = self.settled(look);
        let place = |name: &String| kind.views.iter().position(|v| v.label.zh == **name);
        self.filter.set(Filter {
            view: rows.declared.as_ref().and_then(place),
            words: rows.words,
            stage: rows.state,
            clauses: rows.conditions,
            all_periods: rows.all_periods,
            ..Filter::default()
        });
        self.order.set(sort);
    }

    /// Shows a view, or the table as it is declared.
    fn choose(self, view: Option<&SavedView>) {
        let look = view.map(|v| v.look.clone()).unwrap_or_default();
        self.show(&look);
        self.columns.change(|w| *w = look.columns);
        self.remember(view.map(|v| v.row));
    }

    fn remember(self, row: Option<RowId>) {
        self.chosen.set(row);
        if let Some(storage) = local_storage() {
            // A browser that keeps no preferences begins with what the ledger says.
            let _ = storage.set_item(&self.place(), &row.map_or_else(|| NONE.to_owned(), |r| r.to_string()));
        }
    }

    /// Why a view cannot be called so.
    fn refused(self, name: &str, but: Option<RowId>) -> Option<String> {
        let taken = self.all.with_untracked(|all| all.iter().any(|v| v.name == name && Some(v.row) != but));
        if name.is_empty() {
            Some(t("请写视图的名称", "Give the view a name").to_owned())
        } else if name.chars().count() > LONGEST {
            Some(t("名称太长，最多60个字", "A name has at most 60 characters").to_owned())
        } else if taken {
            Some(
                t(
                    "已有同名的视图：换个名字，或者选中它再更新",
                    "There is a view of that name: choose another, or choose it and update it",
                )
                .to_owned(),
            )
        } else {
            None
        }
    }

    fn make(self, name: &str) {
        let (desk, register, kind) = (self.rows.desk, self.rows.register(), self.rows.kind());
        let given = [(view::REGISTER, &*register.key), (view::KIND_OF_ROWS, &*kind.key), (view::LABEL, name)];
        let given = given.map(|(key, words)| (Text::from(key), Value::text(words)));
        let shown = untrack(|| self.look()).values(&self.movable());
        let shown = shown.into_iter().filter_map(|(key, value)| Some((Text::from(key), value?)));
        let mut values: Vec<(Text, Value)> = given.into_iter().chain(shown).collect();
        order::sort_by(&mut values, |a, b| a.0.cmp(&b.0));
        let row = desk.new_id();
        let mut draft = Draft::new(BatchKind::Edit);
        draft.create(views::KEY, view::KIND, row, values, None);
        desk.commit_with(draft, Extra::default(), move |_| self.remember(Some(row)));
    }

    fn put(self, view: &SavedView, values: Vec<(&'static str, Option<Value>)>) {
        let desk = self.rows.desk;
        let mut draft = Draft::new(BatchKind::Edit);
        desk.state_once(|s| {
            for (key, value) in values {
                draft.set(s, views::KEY, view.row, key, value, None);
            }
        });
        desk.commit(draft);
    }

    fn update(self, view: &SavedView) {
        self.put(view, untrack(|| self.look()).values(&self.movable()));
    }

    /// The table opens with this one, or with none again.
    fn open_first(self, view: &SavedView) {
        let desk = self.rows.desk;
        let mut draft = Draft::new(BatchKind::Edit);
        let others = self.all.with_untracked(|all| {
            all.iter().filter(|v| v.first && v.row != view.row).map(|v| v.row).collect::<Vec<_>>()
        });
        desk.state_once(|s| {
            for row in others {
                draft.set(s, views::KEY, row, view::FIRST, None, None);
            }
            let first = (!view.first).then_some(Value::Bool(true));
            draft.set(s, views::KEY, view.row, view::FIRST, first, None);
        });
        desk.commit(draft);
    }

    fn remove(self, view: &SavedView) {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.delete(views::KEY, view.row);
        // The table stays as it is; only the name goes.
        self.rows.desk.commit_with(draft, Extra::default(), move |_| self.remember(None));
    }

    /// 视图：月报（已改）.
    fn title(self) -> String {
        match self.now() {
            Some(view) => {
                let changed = if self.is_changed(&view) { t("（已改）", " (changed)") } else { "" };
                format!("{}{}{changed}", t("视图：", "View: "), view.name)
            }
            None => t("视图", "Views").to_owned(),
        }
    }
}

/// Longest name of a view: the one its field takes.
const LONGEST: usize = 60;

/// The button and what it opens. `on_moved`: cells are counted anew.
#[component]
pub(super) fn ViewsButton(views: Views, on_moved: Callback<()>) -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<leptos::html::Button>::new();
    let place = NodeRef::<leptos::html::Div>::new();
    close_when_pressed_elsewhere(place, open);
    let close = Callback::new(move |()| {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            focus::give_back(button.into());
        }
    });
    view! {
        <div class="anchor" node_ref=place on:keydown=move |e| if e.key() == "Escape" && open.get_untracked() { e.stop_propagation(); close.run(()); }
            on:focusout=move |e| if e.related_target().is_some() { close_when_left(&e, Callback::new(move |()| open.set(false))); }>
            <button class="chip" node_ref=button aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)><span class="cut">{move || views.title()}</span></button>
            {move || open.get().then(|| view! { <Menu views on_moved close /> })}
        </div>
    }
}

#[component]
fn Menu(views: Views, on_moved: Callback<()>, close: Callback<()>) -> impl IntoView {
    let desk = views.rows.desk;
    let choose = move |view: Option<&SavedView>| {
        views.choose(view);
        on_moved.run(());
    };
    let first = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            // Focus fails only when the menu is already closed again.
            let _ = first.focus();
        }
    });
    let lines = move || {
        let now = views.now().map(|v| v.row);
        views.all.get().into_iter().map(|one| {
            let words = if one.first { format!("{}{}", one.name, t("（默认）", " (opens first)")) } else { one.name.clone() };
            let id = format!("view-{}", one.row);
            view! { <button type="button" role="radio" class="view-line" id=id aria-checked=(now == Some(one.row)).to_string() on:click=move |_| { choose(Some(&one)); close.run(()); }>{words}</button> }
        }).collect_view()
    };
    let plain = move || views.now().is_none().to_string();
    view! {
        <div class="popover stack views-menu" role="dialog" tabindex="-1" aria-label=t("视图", "Views")>
            <div class="stack" role="radiogroup" aria-label=t("用哪个视图", "Which view")>
                <button type="button" role="radio" class="view-line" node_ref=first aria-checked=plain on:click=move |_| { choose(None); close.run(()); }>{t("原样（不用视图）", "As declared, no view")}</button>
                {lines}
            </div>
            {move || views.now().map(|view| view! { <Steps views view close /> })}
            {move || desk.can_write().then(|| view! { <NameForm views of=None on_done=close /> })}
        </div>
    }
}

/// What can be done with the view that is chosen.
#[component]
fn Steps(views: Views, view: SavedView, close: Callback<()>) -> impl IntoView {
    let desk = views.rows.desk;
    let naming = RwSignal::new(false);
    let (updated, first, gone) = (view.clone(), view.clone(), view.clone());
    let changed = {
        let view = view.clone();
        Memo::new(move |_| views.is_changed(&view))
    };
    let opens = if view.first { t("取消默认", "Not first") } else { t("设为默认", "Open first") };
    let row = view.row;
    view! {
        <div class="row view-steps" role="group" aria-label=view.name.clone()>
            <button type="button" class="btn small" disabled=move || !desk.can_write() || !changed.get() on:click=move |_| { views.update(&updated); close.run(()); }>{t("更新", "Update")}</button>
            <button type="button" class="btn small" disabled=move || !desk.can_write() aria-expanded=move || naming.get().to_string() on:click=move |_| naming.update(|n| *n = !*n)>{t("改名", "Rename")}</button>
            <button type="button" class="btn small" disabled=move || !desk.can_write() on:click=move |_| { views.open_first(&first); close.run(()); }>{opens}</button>
            <button type="button" class="btn small" disabled=move || !desk.can_write() on:click=move |_| { views.remove(&gone); close.run(()); }>{t("删除", "Remove")}</button>
        </div>
        {move || naming.get().then(|| view! { <NameForm views of=Some(row) on_done=close /> })}
    }
}

/// A name for a new view of what the table shows, or another for the one that is there.
#[component]
fn NameForm(views: Views, of: Option<RowId>, on_done: Callback<()>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let why = RwSignal::new(None::<String>);
    let (label, verb) = if of.is_some() {
        (t("新的名称", "New name"), t("改名", "Rename"))
    } else {
        (t("新视图的名称", "Name of a new view"), t("保存为新视图", "Save as a view"))
    };
    let save = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let said = name.with_untracked(|n| n.trim().to_owned());
        why.set(views.refused(&said, of));
        if why.with_untracked(Option::is_some) {
            return;
        }
        match of.and_then(|row| views.all.with_untracked(|all| all.iter().find(|v| v.row == row).cloned())) {
            Some(view) => views.put(&view, vec![(view::LABEL, Some(Value::text(&said)))]),
            None => views.make(&said),
        }
        on_done.run(());
    };
    view! {
        <form class="row view-name" on:submit=save>
            <input class="plain grow" aria-label=label placeholder=label on:input=move |e| name.set(event_target_value(&e)) />
            <button class="btn small" type="submit">{verb}</button>
        </form>
        {move || why.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
    }
}

/// What the chosen view names and the table no longer has.
#[component]
pub(super) fn Missing(views: Views) -> impl IntoView {
    move || {
        let view = views.now()?;
        let gone = view.gone(&views.rows.desk.schema(), &views.rows.kind());
        (!gone.is_empty()).then(|| view! {
            <p class="hint doubt" role="status">{t("视图“", "View “")}{view.name}{t("”里这些已不在台账里：", "” names what is no longer there: ")}{gone.join("、")}{t("。其余照常显示；更新视图就不再提示。", ". The rest is shown; update the view to be told no more.")}</p>
        })
    }
}
