//! The check before writing: the person's own sheet, what each column was taken for, what needs a decision.

use leptos::prelude::*;

use super::Import;
use super::own::OwnRegister;
use super::period::periods_view;
use crate::exchange::job::{
    Answers, CellView, CheckView, FindingView, PlaceView, Preview, RowView, TablePreview,
};
use crate::exchange::mapping::{ColumnMapping, Confidence, Mapping, Meaning};
use crate::exchange::question::{Answer, Question, Topic};
use crate::exchange::{Decision, PlaceAnswer};
use crate::register::catalog::{TOWNS, VILLAGES, r07};
use crate::register::path::Below;
use crate::register::{Register, RowKind, Sense, Severity};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::narrow::narrow;
use crate::value::RowId;
use crate::value::order;

/// Findings listed at once.
const LISTED: usize = 60;
/// Findings that a phone lists without being asked.
const LOOSE: usize = 2;

/// The three columns of the check.
#[component]
pub(super) fn Check(import: Import, preview: Preview) -> impl IntoView {
    let preview = StoredValue::new(preview);
    let shown = RwSignal::new(0usize);
    let tabs = move || {
        preview.with_value(|p| p.tables.iter().enumerate().map(|(n, table)| {
        let word = if table.sheet.is_empty() { format!("{}", n + 1) } else { table.sheet.clone() };
        view! { <button class="chip" role="tab" aria-selected=move || (shown.get() == n).to_string() on:click=move |_| shown.set(n)>{word}</button> }
    }).collect_view())
    };
    let sheet = move || {
        view! {
            <section class="card" aria-label=t("原表", "The sheet")>
                <div class="row between" style="margin-bottom:10px"><div class="row" role="tablist" aria-label=t("工作表", "Sheets")>{tabs()}</div>
                    <span class="hint">{t("灰 = 标题、合计、说明，不作为数据", "grey = titles, totals, notes: not data")}</span></div>
                {move || preview.with_value(|p| p.tables.get(shown.get()).map(sheet_view))}
            </section>
        }
    };
    let mapping = move || {
        preview.with_value(|p| {
            p.tables.get(shown.get()).map(|table| mapping_view(import, shown.get(), (&p.file, table)))
        })
    };
    let narrow = narrow();
    let decide = move || preview.with_value(|p| decisions(import, p, narrow.get()));
    let checks = move || preview.with_value(|p| checks_view(&p.checks));
    let write = move || preview.with_value(|p| after(import, p));
    // On a phone nobody scrolls past the whole sheet to reach the questions: they and the answer come first. The columns
    // stay where they are when the window changes: a person may be typing there.
    view! {
        {preview.with_value(summary)}
        <div class="import-layout">
            {move || (!narrow.get()).then(sheet)}
            <div class="stack">
                {move || narrow.get().then(|| (decide(), write(), checks()))}
                {mapping}
                {move || (!narrow.get()).then(|| (decide(), checks(), write()))}
            </div>
            {move || narrow.get().then(sheet)}
        </div>
    }
}

fn summary(p: &Preview) -> impl IntoView + use<> {
    let schema = Desk::here().schema_once();
    let registers: Vec<String> = {
        let mut keys: Vec<&str> =
            p.tables.iter().map(|x| x.register.as_str()).filter(|k| !k.is_empty()).collect();
        order::sort(&mut keys);
        keys.dedup();
        keys.into_iter().filter_map(|k| schema.register(k)).map(|r| r.label.words()).collect()
    };
    let taken = if registers.is_empty() {
        format!(
            "{}{}",
            t("认不出是哪本台账。现有：", "no register recognised. There are: "),
            schema.names().words()
        )
    } else {
        format!("{}{}", t("认出为", "taken for "), registers.join("、"))
    };
    let unit = p
        .tables
        .iter()
        .map(|x| x.unit.as_str())
        .find(|u| !u.is_empty())
        .map(|u| format!(" · {}{u}", t("单位：", "unit: ")));
    view! { <p class="sub second" style="margin-bottom:12px">{p.tables.len()}" "{t("张表", "tables")}" · "{taken}{unit}</p> }
}

fn sheet_view(table: &TablePreview) -> impl IntoView + use<> {
    let period = (!table.period.is_empty())
        .then(|| view! { <span class="tag">{t("期间 ", "period ")}{table.period.clone()}</span> });
    let rows = table.rows.iter().map(row_view).collect_view();
    let more = (table.more > 0)
        .then(|| view! { <p class="hint">{t("还有", "and ")}{table.more}{t("行", " more rows")}</p> });
    view! {
        <div class="row" style="margin-bottom:8px"><b>{table.title.clone()}</b>{period}</div>
        {(!table.because.is_empty()).then(|| view! { <ul class="hint plain" aria-label=t("为什么这样读", "Why it is read so")>{table.because.iter().map(|why| view! { <li>{why.words()}</li> }).collect_view()}</ul> })}
        <div class="scroll" style="max-height:62vh" tabindex="0" role="region" aria-label=t("原表内容", "Contents of the sheet")><table class="sheet-preview"><tbody>{rows}</tbody></table></div>
        {more}
    }
}

fn row_view(row: &RowView) -> impl IntoView + use<> {
    let class = match row.kind.as_str() {
        "data" => "",
        "header" => "head",
        _ => "grey",
    };
    let kind = match row.kind.as_str() {
        "data" | "header" | "blank" => None,
        "title" => Some(t("标题", "title")),
        "unit_line" => Some(t("单位行", "units")),
        "subtotal" => Some(t("小计，只核对", "subtotal, checked")),
        "total" => Some(t("合计，只核对", "total, checked")),
        "of_which" => Some(t("其中，不累加", "of which")),
        "average" => Some(t("平均，不累加", "average")),
        "comparison" => Some(t("与别行相比，不读", "compared")),
        "price" => Some(t("单价，不读", "prices")),
        "group_heading" => Some(t("分组", "group")),
        _ => Some(t("说明", "note")),
    };
    view! { <tr class=class><td class="n">{row.number}</td><td class="hint what">{kind}</td>{row.cells.iter().map(cell_view).collect_view()}</tr> }
}

fn cell_view(cell: &CellView) -> impl IntoView + use<> {
    let tone = match cell.severity {
        Some(Severity::Error) => "wrong",
        Some(Severity::Warning) => "doubt",
        _ => "",
    };
    view! { <td class=format!("{tone}{}", if cell.number { " num" } else { "" })>{cell.text.clone()}</td> }
}

/// What a column may be taken for: key and words.
fn meanings(declared: Option<(&Register, &RowKind)>, mapping: &Mapping) -> Vec<(String, String)> {
    let mut all = vec![
        ("ignore".to_owned(), t("不读这一列", "Leave out").to_owned()),
        ("check".to_owned(), t("只核对，不写入", "Check only").to_owned()),
        ("town".to_owned(), t("所属乡镇", "Township").to_owned()),
    ];
    let Some((register, kind)) = declared else { return all };
    all.extend(
        kind.fields
            .iter()
            .filter(|f| !f.computed_only())
            .map(|f| (format!("field:{}", f.key), f.label.words())),
    );
    let above = register.above(kind).map(|k| k.label.words()).unwrap_or_default();
    all.extend(register.naming_parent(kind).into_iter().filter_map(|f| {
        Some((format!("field:{}", kind.path_above(f)?), format!("{above} · {}", f.label.words())))
    }));
    for child in register.children(&kind.key) {
        // One more line than there are: a person may say that a row holds another.
        for line in 1..=mapping.lines_of(&child.key) + 1 {
            let name =
                if line == 1 { child.label.words() } else { format!("{} {line}", child.label.words()) };
            let typed = child.fields.iter().filter(|f| !f.computed_only() && !f.has(Sense::Parent));
            all.extend(typed.map(|f| {
                let path = Below { kind: &child.key, line, field: &f.key };
                (format!("field:{path}"), format!("{name} · {}", f.label.words()))
            }));
        }
    }
    if kind.of(Sense::Subject).is_some() {
        let subjects = r07::INCOME_SUBJECTS.iter().chain(r07::EXPENSE_SUBJECTS);
        all.extend(
            subjects.map(|(zh, en)| {
                (format!("subject:{zh}"), format!("{} · {}", t("科目", "Subject"), t(zh, en)))
            }),
        );
    }
    all
}

fn meaning_key(kind: Option<&RowKind>, meaning: &Meaning) -> String {
    let subject = kind.and_then(|k| k.key_of(Sense::Subject));
    match meaning {
        Meaning::Value { field, fixed, .. } => match fixed.iter().find(|(k, _)| Some(&**k) == subject) {
            Some((_, subject)) => format!("subject:{subject}"),
            None => format!("field:{field}"),
        },
        Meaning::Town => "town".to_owned(),
        Meaning::Check { .. } => "check".to_owned(),
        _ => "ignore".to_owned(),
    }
}

fn meaning_of(kind: Option<&RowKind>, key: &str, before: &Meaning) -> Meaning {
    let keys = kind.and_then(|k| k.key_of(Sense::Amount).zip(k.key_of(Sense::Subject)));
    match (key.split_once(':'), keys) {
        (Some(("field", field)), _) => Meaning::field(field),
        (Some(("subject", word)), Some((amount, subject))) => Meaning::Value {
            field: amount.to_owned(),
            fixed: vec![(subject.to_owned(), word.to_owned())],
            part: None,
        },
        _ if key == "town" => Meaning::Town,
        _ if key == "check" => match before {
            Meaning::Check { .. } => before.clone(),
            _ => Meaning::Check { plus: Vec::new(), minus: Vec::new() },
        },
        _ => Meaning::Ignore,
    }
}

fn mapping_view(import: Import, at: usize, (file, table): (&str, &TablePreview)) -> impl IntoView + use<> {
    let Some(mapping) = table.mapping.clone() else {
        let file = file.to_owned();
        let own = table.own.clone().map(|offer| view! { <OwnRegister import at offer file /> });
        return view! { <section class="card stack"><h2>{t("列的对应", "Columns")}</h2><p class="hint wrong">{t("这张表认不出是哪本台账，不选就不会写入", "No register fits this table; unless you choose one it is not written")}</p>{register_choice(import, at, "")}{own}</section> }.into_any();
    };
    let schema = Desk::here().schema_once();
    let kind = schema.kind(&mapping.register, &mapping.kind).cloned();
    let declared = schema.register(&mapping.register).zip(kind.as_ref()).map(|(r, k)| (&**r, &**k));
    let choices = meanings(declared, &mapping);
    let remembered = table.remembered.then(|| view! {
        <p class="row between hint" role="status"><span class="grow">{t("同样的表，按您上次改过的对应", "The same layout: mapped as you corrected it the last time")}</span>
            <button class="btn small" on:click=move |_| import.replan(|a: &mut Answers| { a.mappings.remove(&at); a.forgotten.insert(at); })>{t("不用上次的", "Drop it")}</button></p>
    });
    let lines = mapping
        .columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let (mapping, now) = (mapping.clone(), meaning_key(kind.as_deref(), &column.meaning));
            let kind = kind.clone();
            let change = move |event: web_sys::Event| {
                let key = event_target_value(&event);
                let mut changed = mapping.clone();
                if let Some(column) = changed.columns.get_mut(n) {
                    column.meaning = meaning_of(kind.as_deref(), &key, &column.meaning);
                    column.confidence = Confidence::Person;
                }
                import.replan(|a: &mut Answers| {
                    a.mappings.insert(at, changed);
                });
            };
            column_view(column, &choices, &now, change)
        })
        .collect_view();
    view! { <section class="card"><header><h2>{t("列的对应", "Columns")}</h2></header>{register_choice(import, at, &mapping.register)}{remembered}{lines}</section> }
        .into_any()
}

/// Which register the table is read into: recognised, or chosen by hand.
fn register_choice(import: Import, at: usize, now: &str) -> impl IntoView + use<> {
    let blank = now.is_empty().then(|| view! { <option value="">{t("请选择…", "choose…")}</option> });
    let desk = Desk::here();
    let options = desk
        .schema_once()
        .all()
        .iter()
        .map(|r| view! { <option value=r.key.to_string() selected=r.key == now>{r.label.words()}</option> })
        .collect_view();
    let change = move |event: web_sys::Event| {
        let key = event_target_value(&event);
        if desk.schema_once().register(&key).is_some() {
            import.replan(move |a: &mut Answers| {
                // What columns meant in another register means nothing in this one.
                a.mappings.remove(&at);
                a.registers.insert(at, key);
            });
        }
    };
    view! {
        <label class="map-row"><span class="small">{t("读入台账", "Read into")}</span><span></span>
            <select class="plain" aria-label=t("读入台账", "Read into") on:change=change>{blank}{options}</select></label>
    }
}

fn column_view(
    column: &ColumnMapping,
    choices: &[(String, String)],
    now: &str,
    change: impl Fn(web_sys::Event) + 'static,
) -> AnyView {
    let (mark, tip) = match column.confidence {
        Confidence::Exact | Confidence::Alias | Confidence::Derived | Confidence::Person => {
            ("✓", t("已认出", "recognised"))
        }
        Confidence::Doubtful => ("？", t("请核对", "please check")),
        Confidence::None => ("—", t("没有认出", "not recognised")),
    };
    let known = choices.iter().any(|(k, _)| k == now);
    let extra =
        (!known).then(|| view! { <option value=now.to_owned() selected=true>{now.to_owned()}</option> });
    let options = choices
        .iter()
        .map(|(k, w)| view! { <option value=k.clone() selected=k == now>{w.clone()}</option> })
        .collect_view();
    let unit = column.unit.as_ref().map(|u| format!("（{u}）"));
    view! {
        <div class="map-row">
            <span class="small" style="overflow-wrap:anywhere">{column.column.clone()}" "{column.heading.clone()}<span class="second">{unit}</span></span>
            <span title=tip aria-label=tip>{mark}</span>
            <select class="plain" aria-label=format!("{} {}", column.heading, t("对应到", "is")) on:change=change>{extra}{options}</select>
        </div>
    }
    .into_any()
}

fn decisions(import: Import, p: &Preview, narrow: bool) -> impl IntoView + use<> {
    let open: Vec<PlaceView> = p.places.clone();
    let decided = p.new_places.len();
    let above = p.new_places.iter().find_map(|(_, parent)| parent.clone());
    let errors: Vec<FindingView> =
        p.findings.iter().filter(|f| f.severity == Severity::Error).cloned().collect();
    let others: Vec<FindingView> =
        p.findings.iter().filter(|f| f.severity != Severity::Error).cloned().collect();
    let count = open.len() + errors.len();
    let periods = periods_view(import, p);
    let nothing = (count == 0 && others.is_empty())
        .then(|| view! { <p class="hint">{t("没有要决定的", "Nothing to decide")}</p> });
    let words = (!p.words.is_empty())
        .then(|| view! { <p class="hint">{t("产品字典将加入：", "New products: ")}{p.words.join("、")}</p> });
    let created = (decided > 0).then(|| view! { <p class="hint">{t("将新建", "To be created: ")}{decided}{t("个地方", " places")}{above.map(|a| format!("{}{a}", t("，上级：", ", below ")))}</p> });
    let skip = (!errors.is_empty()).then(|| view! {
        <label class="row"><input type="checkbox" prop:checked=move || import.answers.with(|a| a.skip_bad_rows) on:change=move |e| { let on = event_target_checked(&e); import.replan(move |a| a.skip_bad_rows = on); } />
            {t("跳过有错误的行，其余照常写入", "Leave out rows with errors and write the rest")}</label>
    });
    view! {
        <section class="card"><header><h2>{t("要您决定", "Your decision")}</h2><span class="unit">{count}</span></header>
            {periods}
            {(!open.is_empty()).then(|| places_view(import, open))}
            {findings_view(import, errors)}
            {skip}{created}{words}{answered_view(import)}
            {others_view(import, others, narrow)}{nothing}
        </section>
    }
}

/// An answer given by mistake is taken back before anything is written: what was answered is asked again.
fn answered_view(import: Import) -> impl IntoView {
    let given = |d: &Decision| matches!(d, Decision::Answer(_));
    let n = import.answers.with_untracked(|a| a.decisions.iter().filter(|d| given(d)).count());
    let again = move |_| import.replan(move |a| a.decisions.retain(|d| !given(d)));
    (n > 0).then(|| view! {
        <div class="row"><span class="hint grow">{t("您已回答", "Questions answered: ")}{n}{t("个问题", "")}</span>
            <button class="btn small" on:click=again>{t("重新回答", "Answer again")}</button></div>
    })
}

/// The first of them, and how many more there are.
fn findings_view(import: Import, all: Vec<FindingView>) -> impl IntoView {
    let more = all.len().saturating_sub(LISTED);
    let more =
        (more > 0).then(|| view! { <p class="hint">{t("还有", "and ")}{more}{t("处没有列出", " more")}</p> });
    view! { <div class="todo">{all.into_iter().take(LISTED).map(|f| finding_view(import, f)).collect_view()}</div>{more} }
}

/// What only wants a look: on a phone, many of it is one line that opens, so that the way to 写入 stays short.
fn others_view(import: Import, all: Vec<FindingView>, narrow: bool) -> AnyView {
    if !narrow || all.len() <= LOOSE {
        return findings_view(import, all).into_any();
    }
    let checks = all.iter().filter(|f| f.severity == Severity::Warning).count();
    let count = |n: usize, word: &str| (n > 0).then(|| format!("{word} {n}{}", t("处", "")));
    let told = [count(checks, t("核对", "Checks")), count(all.len() - checks, t("说明", "Notes"))];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(t("，", ", "));
    view! { <details class="findings"><summary>{told}</summary>{findings_view(import, all)}</details> }
        .into_any()
}

fn finding_view(import: Import, f: FindingView) -> impl IntoView {
    let answers = f.ask.clone().map(|question| question_view(import, question));
    let (class, word) = match f.severity {
        Severity::Error if answers.is_some() => ("tag doubt", t("请答", "Question")),
        Severity::Error => ("tag wrong", t("错误", "Error")),
        Severity::Warning => ("tag doubt", t("核对", "Check")),
        Severity::Info => ("tag", t("说明", "Note")),
    };
    let place = if f.cell.is_empty() { f.sheet } else { format!("{}!{}", f.sheet, f.cell) };
    view! { <div><span class=class>{word}</span><span class="grow small">{f.message.words()}" "{answers}</span><span class="when">{place}</span></div> }
}

/// What can be answered; the period of a table is chosen among all periods, at the top.
fn question_view(import: Import, question: Question) -> AnyView {
    if question.topic == Topic::Period {
        return ().into_any();
    }
    let Question { topic, about, choices, lines } = question;
    let list = (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|line| view! { <li>{line.words()}</li> }).collect_view();
        view! { <details><summary>{t("看是哪些", "Which ones")}</summary><ul class="trace">{lines}</ul></details> }
    });
    let label = format!("{} {about}", t("回答", "Answer"));
    let options = choices
        .iter()
        .map(|c| view! { <option value=c.answer.clone()>{c.words.words()}</option> })
        .collect_view();
    let choose = move |e: web_sys::Event| {
        let answer = Answer { topic, about: about.clone(), answer: event_target_value(&e) };
        if !answer.answer.is_empty() {
            import.replan(move |a| a.decisions.push(Decision::Answer(answer)));
        }
    };
    view! { <select class="plain" aria-label=label on:change=choose><option value="">{t("请选择…", "choose…")}</option>{options}</select>{list} }.into_any()
}

/// Unknown villages: created in one step, or each told what it is.
fn places_view(import: Import, open: Vec<PlaceView>) -> impl IntoView {
    let desk = Desk::here();
    let above = RwSignal::new(String::new());
    let unknown: Vec<PlaceView> = open.iter().filter(|p| !p.ambiguous).cloned().collect();
    let n = unknown.len();
    let towns: Vec<(String, String)> = desk
        .places()
        .all()
        .filter(|p| TOWNS.contains(&&*p.kind))
        .map(|p| (p.id.to_string(), p.name.to_string()))
        .collect();
    let names: Vec<String> = unknown.iter().map(|p| p.name.clone()).collect();
    let shown = if names.len() > 8 {
        format!("{} … ", names.iter().take(8).cloned().collect::<Vec<_>>().join("、"))
    } else {
        names.join("、")
    };
    let create = move |_| {
        let parent = above.get_untracked().parse::<RowId>().ok();
        let unknown = unknown.clone();
        import.replan(move |a| match parent {
            None => a.create_places = true,
            Some(_) => a.decisions.extend(unknown.into_iter().map(|p| Decision::Place {
                name: p.name,
                town: p.town,
                answer: PlaceAnswer::Create { kind: p.kind, parent },
            })),
        });
    };
    let villages: Vec<(String, String)> = desk
        .places()
        .all()
        .filter(|p| VILLAGES.contains(&&*p.kind))
        .map(|p| (p.id.to_string(), p.name.to_string()))
        .collect();
    view! {
        {(n > 0).then(|| view! {
            <div class="stack" style="gap:8px;padding-bottom:10px">
                <p><span class="tag wrong">{n}{t("个村", " places")}</span>" "{shown}{t("不在名册", "are not in the register")}</p>
                <div class="row"><label class="row small">{t("上级", "Below")}
                    <select class="plain" on:change=move |e| above.set(event_target_value(&e))>
                        <option value="">{t("按表里写的", "as the sheet says")}</option>
                        {towns.into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }).collect_view()}
                    </select></label>
                    <button class="btn small primary" on:click=create>{t("全部新建", "Create all")}</button></div>
            </div>
        })}
        {open.into_iter().filter(|p| p.ambiguous || n <= 6).map(|p| place_choice(import, p, &villages)).collect_view()}
    }
}

fn place_choice(import: Import, place: PlaceView, villages: &[(String, String)]) -> impl IntoView + use<> {
    let options: Vec<(String, String)> =
        if place.candidates.is_empty() { villages.to_vec() } else { place.candidates.clone() };
    let (name, town) = (place.name.clone(), place.town.clone());
    let choose = move |e: web_sys::Event| {
        let answer = match event_target_value(&e).as_str() {
            "" => return,
            "skip" => PlaceAnswer::Skip,
            id => match id.parse() {
                Ok(row) => PlaceAnswer::Use { row },
                Err(_) => return,
            },
        };
        let decision = Decision::Place { name: name.clone(), town: town.clone(), answer };
        import.replan(move |a| a.decisions.push(decision));
    };
    let say = if place.ambiguous {
        t("对应到几个村", "may be several villages")
    } else {
        t("不在名册", "is not in the register")
    };
    view! {
        <div class="row small" style="padding:4px 0"><span class="grow">"“"{place.name.clone()}"”"{say}" "<span class="second">{place.cell}</span></span>
            <select class="plain" aria-label=format!("{} {}", place.name, t("对应到", "is")) on:change=choose>
                <option value="">{t("对应到…", "is…")}</option>
                {options.into_iter().map(|(id, n)| view! { <option value=id>{n}</option> }).collect_view()}
                <option value="skip">{t("这些行不读", "leave these rows out")}</option>
            </select></div>
    }
}

fn checks_view(checks: &[CheckView]) -> impl IntoView + use<> {
    let wrong: Vec<CheckView> = checks.iter().filter(|c| !c.agrees).cloned().collect();
    let line = |c: CheckView| view! { <div><span class="tag wrong">{t("不符", "differs")}</span><span class="grow small">{c.label}"："{t("表上 ", "printed ")}{c.printed}{t("，逐行之和 ", ", rows add up to ")}{c.computed}</span><span class="when">{c.sheet}"!"{c.cell}</span></div> };
    let all_fine = (wrong.is_empty() && !checks.is_empty()).then(|| view! { <p><span class="tag done">{t("一致", "agree")}</span>" "{checks.len()}{t("个小计、合计都与逐行之和一致", " printed totals equal the sums of their rows")}</p> });
    (!checks.is_empty()).then(|| view! { <section class="card"><header><h2>{t("合计核对", "Totals")}</h2></header>{all_fine}<div class="todo">{wrong.into_iter().map(line).collect_view()}</div></section> })
}

/// A copy of the person's own workbook with what was noticed as comments, to be sent back to whoever filled it in.
fn marked_view(import: Import, p: &Preview) -> impl IntoView + use<> {
    let n = p.marks;
    (n > 0).then(|| {
        if !p.can_mark {
            return view! { <p class="hint">{t("标注副本只能从 .xlsx 文件做", "Marked copies are made of .xlsx files only")}</p> }.into_any();
        }
        view! { <p><button class="btn" on:click=move |_| import.mark()>{t("下载标注副本", "Save a marked copy")}</button>" "<span class="hint">{format!("{}{n}{}", t("原表不动，在要看的格子上加批注，共", "The workbook as it is, with "), t("处", " comments on the cells to look at"))}</span></p> }.into_any()
    })
}

fn after(import: Import, p: &Preview) -> impl IntoView + use<> {
    let desk = Desk::here();
    let rows = p.inserted + p.updated + p.removed + p.cleared;
    let fact = |n: usize, word: &'static str| (n > 0).then(|| view! { <dt>{word}</dt><dd>{n}</dd> });
    let gone = (fact(p.removed, t("删除", "Removed")), fact(p.cleared, t("清空", "Cleared")));
    let blocked = p.blocked.clone();
    let can = blocked.is_none();
    let changes = (!p.changes.is_empty()).then(|| {
        let lines = p.changes.iter().take(LISTED).map(|c| view! { <li>{c.record.clone()}" · "{c.field.clone()}"："{c.before.clone()}" → "<b>{c.after.clone()}</b>" "<span class="second small">{c.cell.clone()}</span></li> }).collect_view();
        view! { <details><summary>{t("看要改的值", "Values that change")}</summary><ul class="trace">{lines}</ul></details> }
    });
    let label = if rows == 0 {
        t("没有可写的", "Nothing to write").to_owned()
    } else {
        format!("{} {} {}", t("写入", "Write"), crate::ui::words::plain(rows.into()), t("行", "rows"))
    };
    view! {
        <section class="card stack"><h2>{t("写入后", "After writing")}</h2>
            <dl class="facts"><dt>{t("新增", "New")}</dt><dd>{p.inserted}</dd><dt>{t("更新", "Changed")}</dt><dd>{p.updated}</dd><dt>{t("不变", "Unchanged")}</dt><dd>{p.unchanged}</dd><dt>{t("跳过", "Left out")}</dt><dd>{p.skipped}</dd>{gone.0}{gone.1}</dl>
            {changes}
            {blocked.map(|b| view! { <p class="hint wrong" role="status">{b.words()}</p> })}
            {marked_view(import, p)}
            <div class="row between"><button class="btn" on:click=move |_| import.cancel()>{t("取消", "Cancel")}</button>
                <button class="btn primary" disabled=move || !can || rows == 0 || !desk.can_write() on:click=move |_| import.write()>{label}</button></div>
        </section>
    }
}
