//! What is undecided: both values side by side, with what stood before, who said it, when and from which file; decided
//! one by one, or many at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlSelectElement;

use super::difference::differences;
use crate::exchange::part::place_of;
use crate::ledger::{
    About, BatchId, BatchKind, Change, Conflict, Draft, Says, Side, State, Verdict, merge::base_of,
};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::widget::dialog::Dialog;
use crate::ui::{route, words};
use crate::value::{RowId, Text, Value};

/// Conflicts drawn at first, and with every further step.
const STEP: usize = 20;

/// Which of them are shown.
#[derive(Clone, PartialEq)]
enum Shown {
    All,
    /// Those of one register.
    Register(String),
    /// Those of the record that the address names.
    Row(String, RowId),
}

/// Whose values are taken where many are decided at once: those of the file with this name, or what was written here.
type Whose = Option<Text>;

#[component]
pub(super) fn Disputes() -> impl IntoView {
    let desk = Desk::here();
    let asked = route::asked_row().map(|(key, row)| Shown::Row(key, row));
    let shown = RwSignal::new(asked.unwrap_or(Shown::All));
    let most = RwSignal::new(STEP);
    let many = RwSignal::new(None::<Whose>);
    let found = Memo::new(move |_| {
        let place = desk.place.get();
        let inside = place.map(|p| desk.places().under(p));
        let here = |s: &State, c: &Conflict| {
            let at = || s.record(&c.register, c.row).and_then(|r| place_of(s, &c.register, r));
            let scope = inside.as_ref().is_none_or(|i| at().is_none_or(|p| i.contains(&p)));
            match shown.get() {
                Shown::All => scope,
                Shown::Register(key) => scope && *c.register == *key,
                Shown::Row(key, row) => {
                    *c.register == *key && (c.row == row || c.about == About::Identity(row))
                }
            }
        };
        let all = desk.disputes.get();
        desk.state(|s| all.all.iter().filter(|c| here(s, c)).cloned().collect::<Vec<_>>())
    });
    let all = move || desk.disputes.get().all.len();
    let head = move || {
        let (n, here) = (all(), found.with(Vec::len));
        let of = if here == n { String::new() } else { format!(" / {n}") };
        view! { <header><h2>{t("待裁定的冲突", "Conflicts to decide")}</h2><span class="unit">{here}{of}</span></header> }
    };
    let lines = move || {
        let drawn = found.get().into_iter().take(most.get());
        drawn.map(|conflict| view! { <Dispute conflict /> }).collect_view()
    };
    let more = move || {
        let left = found.with(Vec::len).saturating_sub(most.get());
        (left > 0).then(|| view! { <button class="btn" on:click=move |_| most.update(|n| *n += STEP)>{format!("{} {left} {}", t("还有", "Show"), t("处，再显示", "more"))}</button> })
    };
    let row_only = move || {
        matches!(shown.get(), Shown::Row(..)).then(|| view! { <button class="btn" on:click=move |_| shown.set(Shown::All)>{t("看全部冲突", "Show all conflicts")}</button> })
    };
    view! {
        <section class="card stack" style="margin-top:12px" aria-label=t("待裁定的冲突", "Conflicts to decide")>
            {head}
            {move || (all() == 0).then(|| view! { <p class="hint">{t("没有冲突。两边改了同一处、一边删一边改、同一条记录建了两次，都会列在这里，直到有人裁定。", "None. What two people changed, removed and changed, or created twice is listed here until somebody decides.")}</p> })}
            {move || (all() > 0).then(|| view! { <div class="row"><Registers shown /><Many found many />{row_only()}</div> })}
            {lines}
            {more}
            {move || many.get().map(|whose| view! { <Confirm whose found many /> })}
        </section>
    }
}

/// Which register's conflicts are shown.
#[component]
fn Registers(shown: RwSignal<Shown>) -> impl IntoView {
    let desk = Desk::here();
    let keys = move || {
        let all = desk.disputes.get();
        let mut keys: Vec<String> = all.all.iter().map(|c| c.register.to_string()).collect();
        keys.dedup();
        keys
    };
    let choose = move |event| {
        let key: String = event_target_value(&event);
        shown.set(if key.is_empty() { Shown::All } else { Shown::Register(key) });
    };
    let option = move |key: String| {
        let name =
            desk.state_once(|s| s.schema().register(&key).map_or_else(|| key.clone(), |r| r.label.words()));
        view! { <option value=key>{name}</option> }
    };
    view! {
        <select class="plain" aria-label=t("哪本台账", "Which register") on:change=choose>
            <option value="">{t("全部台账", "All registers")}</option>
            {move || keys().into_iter().map(option).collect_view()}
        </select>
    }
}

/// Everyone whose value stands in one of the conflicts shown, and in how many it alone is theirs.
fn everyone(s: &State, found: &[Conflict]) -> BTreeMap<Whose, usize> {
    let files = s.files();
    let mut all = BTreeMap::new();
    for conflict in found {
        for whose in origins(s, &files, conflict) {
            *all.entry(whose.clone()).or_default() +=
                usize::from(side_of(s, &files, conflict, &whose).is_some());
        }
    }
    all.retain(|_, n| *n > 0);
    all
}

/// Whose value is taken in all of them.
#[component]
fn Many(found: Memo<Vec<Conflict>>, many: RwSignal<Option<Whose>>) -> impl IntoView {
    let desk = Desk::here();
    let all = move || found.with(|found| desk.state_once(|s| everyone(s, found)));
    let option = |(n, (whose, count)): (usize, (Whose, usize))| {
        let name = whose.map_or_else(|| t("本机", "this computer").to_owned(), |file| file.to_string());
        view! { <option value=n.to_string()>{format!("{name} · {count} {}", t("处", "of them"))}</option> }
    };
    let choose = move |event: leptos::ev::Event| {
        let place = event_target_value(&event).parse::<usize>().ok();
        many.set(place.and_then(|n| all().into_keys().nth(n)));
        // The same may be chosen once more after it was given up.
        event_target::<HtmlSelectElement>(&event).set_value("");
    };
    view! {
        <select class="plain" aria-label=t("一起裁定，都取谁的", "Decide together: whose values") disabled=move || !desk.can_write() on:change=choose>
            <option value="">{t("一起裁定，都取…", "Decide together for…")}</option>
            {move || all().into_iter().enumerate().map(option).collect_view()}
        </select>
    }
}

/// Whose the sides are, in their order.
fn origins(s: &State, files: &BTreeMap<BatchId, &Text>, conflict: &Conflict) -> Vec<Whose> {
    if !matches!(conflict.about, About::Field(_) | About::State | About::Joined(_)) {
        return Vec::new();
    }
    let came = |side: &Side| Some((*files.get(&s.batch_of(side.stamp?)?.id)?).clone());
    conflict.sides.iter().map(came).collect()
}

/// The side that is theirs; only where a value is asked about, and no other side is theirs as well.
fn side_of(s: &State, files: &BTreeMap<BatchId, &Text>, conflict: &Conflict, whose: &Whose) -> Option<usize> {
    let all = origins(s, files, conflict);
    let mut fits = all.iter().enumerate().filter(|(_, origin)| *origin == whose).map(|(n, _)| n);
    fits.next().filter(|_| fits.next().is_none())
}

/// Many at once, after having said how many.
#[component]
fn Confirm(whose: Whose, found: Memo<Vec<Conflict>>, many: RwSignal<Option<Whose>>) -> impl IntoView {
    let desk = Desk::here();
    let all = found.get_untracked();
    let chosen: Vec<(Conflict, usize)> = desk.state_once(|s| {
        let files = s.files();
        all.iter().filter_map(|c| Some((c.clone(), side_of(s, &files, c, &whose)?))).collect()
    });
    let (n, rest) = (chosen.len(), all.len() - chosen.len());
    let what = match &whose {
        None => t("处都取本机的值", "are decided for what was written here").to_owned(),
        Some(file) => format!("{} {file} {}", t("处都取", "are decided for what"), t("的值", "brought")),
    };
    let rest = (rest > 0).then(|| {
        format!("{rest} {}", t("处要逐条看：删除、结账、是不是同一条，或没有这一份的值", "are to be looked at one by one: removals, closed periods, whether rows are one, or no value of theirs"))
    });
    let decide = move |_| {
        let draft = desk.state_once(|s| {
            let mut draft = Draft::new(BatchKind::Decide);
            for decided in chosen.iter().filter_map(|(c, side)| s.decide(c, *side, None)) {
                draft.append(decided);
            }
            draft
        });
        desk.commit(draft);
        many.set(None);
    };
    let close = Callback::new(move |()| many.set(None));
    view! {
        <Dialog title=t("一起裁定", "Decide together").to_owned() on_close=close>
            <div class="stack">
                <p>{format!("{n} {what}")}{t("；另一边的值仍在历史里，可以撤销。", "; the other value stays in the history, and it can be undone.")}</p>
                {rest.map(|rest| view! { <p class="hint">{rest}</p> })}
                <div class="row" style="justify-content:flex-end">
                    <button class="btn" on:click=move |_| many.set(None)>{t("取消", "Cancel")}</button>
                    <button class="btn primary" disabled=n == 0 on:click=decide>{format!("{} {n} {}", t("裁定", "Decide"), t("处", "of them"))}</button>
                </div>
            </div>
        </Dialog>
    }
}

/// One conflict.
#[component]
fn Dispute(conflict: Conflict) -> impl IntoView {
    let desk = Desk::here();
    let conflict = Arc::new(conflict);
    // What stood before: none until it is read, and none within where nothing stood.
    let base = RwSignal::new(None::<Option<Value>>);
    let read = Arc::clone(&conflict);
    spawn_local(async move {
        if let Some(found) = before(desk, &read).await {
            let _ = base.try_set(Some(found));
        }
    });
    let (title, what) = desk.state_once(|s| (title(desk, s, &conflict), what(s, &conflict)));
    let stood = {
        let conflict = Arc::clone(&conflict);
        move || {
            let value = base.get()?;
            let words = desk.state_once(|s| value_words(desk, s, &conflict, value.as_ref()));
            Some(view! { <p class="hint">{t("改前：", "Before: ")}{words}</p> })
        }
    };
    let sides = (0..conflict.sides.len()).filter_map(|n| side(desk, &conflict, n, base)).collect_view();
    let name = title.clone();
    let differs = desk.state_once(|s| differences(desk, s, &conflict));
    view! {
        <article class="dispute" aria-label=name>
            <p><b>{title}</b>" "<span class="tag wrong">{what}</span></p>
            {stood}
            {differs}
            <div class="sides">{sides}</div>
        </article>
    }
}

/// 产业生产台账 · 五四村 2024年 不知火 · 面积
fn title(desk: Desk, s: &State, conflict: &Conflict) -> String {
    let register = s.schema().register(&conflict.register).map(|r| r.label.words());
    let field = conflict.about.field().and_then(|key| {
        let record = s.record(&conflict.register, conflict.row)?;
        Some(s.kind_of(&conflict.register, record)?.field(key)?.label.words())
    });
    let row = desk.row_words(s, &conflict.register, conflict.row);
    [register, Some(row), field].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn what(s: &State, conflict: &Conflict) -> &'static str {
    match &conflict.about {
        About::Field(_) => t("改成了不同的值", "changed differently"),
        About::State => t("移到了不同状态", "moved to different states"),
        About::Life => t("一边删除，一边修改", "removed and changed"),
        About::Closed(_) => t("结账后才到的修改", "changed after closing"),
        About::Joined(_) => t("并为一行后才到的修改", "changed behind a joined row"),
        About::Identity(other) => {
            let key = |row: RowId| {
                let record = s.record(&conflict.register, row)?;
                s.kind_of(&conflict.register, record)?.same(record)
            };
            match key(conflict.row) == key(*other) {
                true => t("同一条建了两次，内容不同", "made twice, with other values"),
                false => t("可能是同一个", "perhaps the same"),
            }
        }
    }
}

fn value_words(desk: Desk, s: &State, conflict: &Conflict, value: Option<&Value>) -> String {
    let record = s.record(&conflict.register, conflict.row);
    let kind = record.and_then(|r| s.kind_of(&conflict.register, r));
    let field = conflict.about.field().and_then(|key| kind?.field(key));
    match field {
        Some(field) => words::cell(field, value, &|target, id| desk.target_name(s, target, id)),
        None => value.and_then(Value::as_str).unwrap_or(words::NONE).to_owned(),
    }
}

/// One side, with the button that decides for it.
fn side(
    desk: Desk,
    conflict: &Arc<Conflict>,
    n: usize,
    base: RwSignal<Option<Option<Value>>>,
) -> Option<impl IntoView + use<>> {
    let side = conflict.sides.get(n)?;
    let (says, who) =
        desk.state_once(|s| (says(desk, s, conflict, n, &side.says), said_by(desk, s, conflict, side)));
    let closed = matches!(conflict.about, About::Closed(_));
    let decided = Arc::clone(conflict);
    let choose = move |_| {
        let base = base.get_untracked().flatten();
        if let Some(draft) = desk.state_once(|s| s.decide(&decided, n, base)) {
            desk.commit(draft);
        }
    };
    // What stood before closing must be known before it can be put back.
    let waits = move || closed && base.with(Option::is_none);
    let label = format!("{} {says}", t("取", "Take"));
    Some(view! {
        <div class="side-by">
            <b class="says">{says}</b>
            <span class="second small">{who}</span>
            <button class="btn small" aria-label=label disabled=move || waits() || !desk.can_write() on:click=choose>{t("取这个", "Take this")}</button>
        </div>
    })
}

fn says(desk: Desk, s: &State, conflict: &Conflict, n: usize, says: &Says) -> String {
    match says {
        Says::Value(value) => value_words(desk, s, conflict, value.as_ref()),
        Says::State(word) if matches!(conflict.about, About::Closed(_)) => {
            format!("{}{word}{}", t("以“", "as "), t("时为准", ""))
        }
        Says::State(word) => word.to_string(),
        Says::Removed => t("删除", "Removed").to_owned(),
        Says::Stays => t("保留", "Kept").to_owned(),
        Says::Row(_) if n == 0 => t("是同一个，并为一行", "The same: one row").to_owned(),
        Says::Row(_) => t("是两个，各留各的", "Two: both stay").to_owned(),
        Says::Verdict(Verdict::One) => t("同一个", "The same").to_owned(),
        Says::Verdict(Verdict::Two) => t("两个", "Two").to_owned(),
        Says::Verdict(Verdict::Open) => t("未定", "Open").to_owned(),
    }
}

/// 本机 · 张三 · 2026-11-20 09:12; 来自 清凉村.xcz · 李四 · …
fn said_by(_: Desk, s: &State, conflict: &Conflict, side: &Side) -> String {
    // The two answers about rows are nobody's.
    if matches!(conflict.about, About::Identity(_)) && matches!(side.says, Says::Row(_)) {
        return String::new();
    }
    let Some(head) = side.stamp.and_then(|stamp| s.batch_of(stamp)) else { return String::new() };
    let file = s.files().get(&head.id).map(|name| format!("{} {name}", t("来自", "from")));
    let from = file.unwrap_or_else(|| t("本机", "here").to_owned());
    format!("{from} · {} · {}", head.actor, words::moment(head.stamp.millis))
}

/// What stood there before both changed it, as the log says.
async fn before(desk: Desk, conflict: &Conflict) -> Option<Option<Value>> {
    conflict.about.field()?;
    let session = desk.session()?;
    for stamp in conflict.sides.iter().filter_map(|side| side.stamp) {
        let Some(id) = session.with(|s| s.batch_of(stamp).map(|b| b.id)) else { continue };
        let Ok(Some(sealed)) = session.batch(id).await else { continue };
        if let Some(Change::Set { before, .. }) = base_of(&sealed.batch, stamp) {
            return Some(before.clone());
        }
    }
    None
}
