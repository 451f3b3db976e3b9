//! One step with many rows: which are chosen, what may be done with them, and what stays and why.
//!
//! Only rows that are shown can be chosen: what a filter hides is not acted on. Inputs: presses on rows, the table.
//! Outputs: one draft a step, through the desk. Neighbours: `analysis::many` parts the rows; the grid and the cards
//! show which are chosen.

use std::collections::BTreeSet;
use std::rc::Rc;

use leptos::prelude::*;

use super::filter::Filter;
use super::row::{Rows, place_of};
use super::sheet::RegisterSheet;
use crate::analysis::many::{self, Parted};
use crate::register::{Message, Move, StageTone, Workflow};
use crate::storage::Extra;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::RowId;
use crate::value::order::Ordered as _;

/// Rows in one step: the rules look at every one of them before the page may answer.
const AT_ONCE: usize = 20_000;
/// Rows listed by name with what the rules say of them; the rest is counted, and seen in the table.
const LISTED: usize = 6;

/// Which rows are chosen.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    rows: RwSignal<BTreeSet<RowId>>,
    /// Where a range begins.
    last: StoredValue<Option<RowId>>,
    /// A tap chooses instead of opening (on phones).
    pub on: RwSignal<bool>,
}

impl Choice {
    pub(super) fn new() -> Self {
        Self { rows: RwSignal::default(), last: StoredValue::new(None), on: RwSignal::new(false) }
    }

    pub(super) fn track(self) {
        self.rows.track();
    }

    pub(super) fn has(self, id: RowId) -> bool {
        self.rows.with(|r| r.contains(&id))
    }

    fn count(self) -> usize {
        self.rows.with(BTreeSet::len)
    }

    /// Chooses a row or lets it go; with `range`, all rows from the one pressed before.
    pub(super) fn press(self, sheet: &RegisterSheet, id: RowId, range: bool) {
        let from = self.last.get_value().filter(|_| range).and_then(|l| sheet.place_of(l));
        let (Some(to), choose) = (sheet.place_of(id), !self.rows.with_untracked(|r| r.contains(&id))) else {
            return;
        };
        let from = from.unwrap_or(to);
        self.set(sheet, from.min(to), from.max(to), choose);
        self.last.set_value(Some(id));
    }

    /// Chooses the rows from `first` to `last`, or lets them go when all are chosen already.
    pub(super) fn press_rows(self, sheet: &RegisterSheet, first: usize, last: usize) {
        let all = self
            .rows
            .with_untracked(|r| (first..=last).filter_map(|n| sheet.id(n)).all(|id| r.contains(&id)));
        self.set(sheet, first, last, !all);
    }

    fn set(self, sheet: &RegisterSheet, first: usize, last: usize, choose: bool) {
        self.rows.update(|rows| {
            for id in (first..=last).filter_map(|n| sheet.id(n)) {
                if choose {
                    rows.insert(id)
                } else {
                    rows.remove(&id)
                };
            }
        });
    }

    pub(super) fn all(self, sheet: &RegisterSheet) {
        self.rows.set((0..sheet.count()).filter_map(|n| sheet.id(n)).into_set());
    }

    pub(super) fn clear(self) {
        self.rows.set(BTreeSet::new());
    }

    fn only(self, ids: impl IntoIterator<Item = RowId>) {
        self.rows.set(ids.into_iter().into_set());
    }

    /// These are done; when nothing is left, choosing is over.
    fn let_go(self, ids: &[RowId]) {
        let done = ids.iter().copied().into_set();
        let left = self.rows.try_update(|rows| {
            rows.retain(|r| !done.contains(r));
            rows.len()
        });
        if left == Some(0) {
            self.on.try_set(false);
        }
    }

    /// Lets go of what is not shown any more.
    pub(super) fn keep_shown(self, sheet: &RegisterSheet) {
        if self.rows.with_untracked(BTreeSet::is_empty) {
            return;
        }
        let shown = (0..sheet.count()).filter_map(|n| sheet.id(n)).into_set();
        if !self.rows.with_untracked(|r| r.is_subset(&shown)) {
            self.rows.update(|r| r.retain(|id| shown.contains(id)));
        }
    }
}

/// What the bar works on.
#[derive(Clone, Copy)]
struct Bar {
    rows: Rows,
    flow: StoredValue<Workflow>,
    choice: Choice,
    filter: RwSignal<Filter>,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    /// The move that is being asked about.
    asked: RwSignal<Option<usize>>,
}

/// The bar over the rows: how many are chosen and what may be done with them.
#[component]
pub(super) fn ManyBar(
    rows: Rows,
    choice: Choice,
    filter: RwSignal<Filter>,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
) -> impl IntoView {
    let flow = StoredValue::new(rows.kind().workflow.clone()?);
    let bar = Bar { rows, flow, choice, filter, sheet, asked: RwSignal::new(None) };
    Effect::new(move |_| sheet.with(|s| choice.keep_shown(s)));
    Effect::new(move |_| {
        // Another choice is another question.
        choice.rows.track();
        bar.asked.set(None);
    });
    let up = Memo::new(move |_| choice.count() > 0 || choice.on.get());
    Some(move || up.get().then(|| bar.view()))
}

impl Bar {
    fn view(self) -> impl IntoView {
        let Self { choice, sheet, .. } = self;
        let all = move || sheet.with(|s| s.count());
        let off = move |_| {
            choice.clear();
            choice.on.set(false);
        };
        let near = move || {
            (choice.count() > 0).then(|| view! { <button class="btn small" on:click=move |_| self.same_place()>{t("同村的也选上", "Same villages too")}</button> })
        };
        view! {
            <section class="many" aria-label=t("选中的行", "Chosen rows") on:keydown=move |e| if e.key() == "Escape" && self.asked.get_untracked().is_some() { self.asked.set(None); e.stop_propagation(); }>
                <div class="row">
                    <b role="status">{move || format!("{} {} {}", t("已选", "Chosen:"), words::plain(choice.count().into()), t("行", "rows"))}</b>
                    {move || self.moves()}
                    <span class="spring"></span>
                    {near}
                    {move || (all() > choice.count()).then(|| view! { <button class="btn small" on:click=move |_| sheet.with_untracked(|s| choice.all(s))>{move || super::all_words(&sheet)}</button> })}
                    <button class="btn small plain" on:click=off>{t("不选了", "Choose none")}</button>
                </div>
                {move || self.asked.get().and_then(|at| self.question(at))}
            </section>
        }
    }

    /// A button for each move that at least one chosen row may make, with how many may.
    fn moves(self) -> impl IntoView {
        let Self { rows, flow, choice, .. } = self;
        let flow = flow.get_value();
        let register = rows.register();
        let stages = rows
            .desk
            .state(|s| choice.rows.with(|ids| many::by_stage(s, &register, &flow, ids.iter().copied())));
        let buttons = many::offers(&flow, &stages)
            .into_iter()
            .map(|(step, n)| {
                let at = flow.moves.iter().position(|m| std::ptr::eq(m, step)).unwrap_or(usize::MAX);
                let asks = if step.reason { "…" } else { "" };
                let class = if step.reason { "btn small" } else { "btn small primary" };
                view! { <button class=class disabled=move || !rows.desk.can_write() aria-expanded=move || (self.asked.get() == Some(at)).to_string()
                    on:click=move |_| self.press(at)>{step.verb.words()}{asks}" "{words::plain(n.into())}</button> }
            })
            .collect_view();
        (!stages.is_empty()).then_some(buttons)
    }

    /// The move at a place of the workflow.
    fn step(self, at: usize) -> Option<Move> {
        self.flow.with_value(|f| f.moves.get(at).cloned())
    }

    fn parted(self, step: &Move) -> Parted {
        let Self { rows, flow, choice, .. } = self;
        let ids = choice.rows.with_untracked(Clone::clone);
        let (register, kind, flow) = (rows.register(), rows.kind(), flow.get_value());
        rows.desk.with_rules(|world| many::part(&register, &kind, &flow, step, ids, world))
    }

    /// What needs no answer is done at once.
    fn press(self, at: usize) {
        let Some(step) = self.step(at) else { return };
        let chosen = self.choice.rows.with_untracked(BTreeSet::len);
        if chosen > AT_ONCE {
            return self.rows.desk.complain(&format!(
                "{} {} {}",
                t("一次最多", "At most"),
                words::plain(AT_ONCE.into()),
                t("行，请先用筛选缩小", "rows in one step; narrow the filter first")
            ));
        }
        let parted = self.parted(&step);
        if !step.reason && parted.is_plain() {
            self.go(at, parted.ready, None);
        } else {
            self.asked.set(Some(at));
        }
    }

    fn go(self, at: usize, ids: Vec<RowId>, reason: Option<&str>) {
        let Self { rows, flow, choice, asked, .. } = self;
        let Some(step) = self.step(at) else { return };
        let (register, flow) = (rows.register(), flow.get_value());
        let draft = rows.desk.state_once(|s| {
            many::draft(s, &register, &flow, &step, &ids, reason, &mut || rows.desk.new_id())
        });
        rows.desk.commit_with(draft, Extra::default(), move |_| {
            choice.let_go(&ids);
            asked.try_set(None);
        });
    }

    /// Shows only these, chosen, to be looked at one by one.
    fn look_at(self, ids: Vec<RowId>) {
        self.filter.update(|f| f.only = Some(ids.iter().copied().into_set()));
        self.choice.only(ids);
    }

    fn same_place(self) {
        let Self { rows, choice, sheet, .. } = self;
        rows.desk.state_once(|s| {
            let (register, kind) = (rows.register(), rows.kind());
            let place = |id: RowId| place_of(&kind, s.record(&register.key, id)?);
            let places = choice.rows.with_untracked(|ids| ids.iter().filter_map(|id| place(*id)).into_set());
            let near = sheet.with_untracked(|sheet| {
                let shown = (0..sheet.count()).filter_map(|n| sheet.id(n));
                shown.filter(|id| place(*id).is_some_and(|p| places.contains(&p))).collect::<Vec<_>>()
            });
            choice.rows.update(|r| r.extend(near));
        });
    }

    /// What will happen to which rows, before it does.
    fn question(self, at: usize) -> Option<impl IntoView> {
        let step = self.step(at)?;
        let parted = self.parted(&step);
        let verb = step.verb.words();
        let stay = self.stay(&parted);
        let form = if step.reason {
            self.with_reason(at, &verb, parted.ready.clone()).into_any()
        } else {
            self.at_once(at, &verb, &parted).into_any()
        };
        let doubtful = (!parted.doubtful.is_empty()).then(|| {
            self.listed(
                "tag doubt",
                t("行有提醒，要看一眼", "rows have a remark and need a look"),
                &parted.doubtful,
            )
        });
        let wrong = (!parted.wrong.is_empty()).then(|| {
            self.listed("tag wrong", t("行有错误，不动", "rows have errors and stay"), &parted.wrong)
        });
        Some(view! {
            <div class="stack many-question" role="group" aria-label=verb>
                {form}{doubtful}{wrong}{stay}
            </div>
        })
    }

    fn at_once(self, at: usize, verb: &str, parted: &Parted) -> impl IntoView + use<> {
        let ready = parted.ready.clone();
        let looked: Vec<RowId> = parted.doubtful.iter().map(|(id, _)| *id).collect();
        let say = |lead: &str, n: usize, mid: &str| format!("{lead}{} {mid}{verb}", words::plain(n.into()));
        // What has a remark goes on only when it stands alone before the person's eyes.
        let (ids, label) = if ready.is_empty() {
            let label = say(t("看过了，", "Looked at: "), looked.len(), t("行", "rows – "));
            (looked, label)
        } else {
            let label = say(t("无提醒的 ", "Without remarks, "), ready.len(), t("行一次", "rows at once – "));
            (ready, label)
        };
        (!ids.is_empty()).then(|| view! {
            <div class="row"><button class="btn primary" disabled=move || !self.rows.desk.can_write() on:click=move |_| self.go(at, ids.clone(), None)>{label}</button>
                <button class="btn plain" on:click=move |_| self.asked.set(None)>{t("取消", "Cancel")}</button></div>
        })
    }

    fn with_reason(self, at: usize, verb: &str, ids: Vec<RowId>) -> impl IntoView + use<> {
        let why = RwSignal::new(String::new());
        let label = format!("{verb} {} {}", words::plain(ids.len().into()), t("行", "rows"));
        let field = NodeRef::<leptos::html::Input>::new();
        Effect::new(move |_| {
            if let Some(field) = field.get() {
                let _ = field.focus();
            }
        });
        view! {
            <form class="row" on:submit=move |e| { e.prevent_default(); why.with_untracked(|w| if !w.trim().is_empty() { self.go(at, ids.clone(), Some(w.trim())); }) }>
                <input class="plain grow" node_ref=field aria-label=t("原因", "Reason") placeholder=t("请写原因，每行都会记下", "Give a reason; every row keeps it") on:input=move |e| why.set(event_target_value(&e)) />
                <button class="btn primary" type="submit" disabled=move || why.with(|w| w.trim().is_empty())>{label}</button>
                <button class="btn plain" type="button" on:click=move |_| self.asked.set(None)>{t("取消", "Cancel")}</button>
            </form>
        }
    }

    /// Rows by name with what the rules say of them.
    fn listed(
        self,
        class: &'static str,
        say: &'static str,
        found: &[(RowId, Message)],
    ) -> impl IntoView + use<> {
        let ids: Vec<RowId> = found.iter().map(|(id, _)| *id).collect();
        let n = ids.len();
        let shown = self.filter.with_untracked(|f| {
            f.only.as_ref().is_some_and(|o| o.len() == n && ids.iter().all(|id| o.contains(id)))
        });
        let lines = found
            .iter()
            .take(LISTED)
            .map(|(id, why)| view! { <li>{self.rows.name(*id)}"："{why.words()}</li> })
            .collect_view();
        let more = (n > LISTED).then(
            || view! { <li class="second">{t("另有", "and ")}{n - LISTED}{t("行", " more rows")}</li> },
        );
        view! {
            <div><p class="row"><span class=class>{n}" "{say}</span>
                {(!shown).then(|| view! { <button class="btn small" on:click=move |_| self.look_at(ids.clone())>{t("只看这", "Show only these")}" "{n}" "{t("行", "rows")}</button> })}</p>
                <ul class="hint">{lines}{more}</ul></div>
        }
    }

    /// What stays because of the state it is in.
    fn stay(self, parted: &Parted) -> impl IntoView + use<> {
        let flow = self.flow.get_value();
        let lines = parted.elsewhere.iter().filter_map(|(at, ids)| {
            let (stage, n) = (flow.stages.get(*at)?, ids.len());
            let word = t(stage.word, stage.en);
            let say = if stage.tone == StageTone::Open {
                format!(
                    "{n} {}{word}{}",
                    t("行没有提交（", "rows are not handed in ("),
                    t("），不动", ") and stay")
                )
            } else if stage.locked {
                format!("{n} {}{word}{}", t("行已锁定（", "rows are locked ("), t("），不动", ") and stay"))
            } else {
                format!("{n} {}{word}{}", t("行是“", "rows are “"), t("”，不动", "” and stay"))
            };
            Some(view! { <p class="hint">{say}</p> })
        });
        lines.collect_view()
    }
}
