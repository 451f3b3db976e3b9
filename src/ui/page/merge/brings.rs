//! What the files bring, and what of it is taken.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{Merging, Step};
use crate::exchange::merging::{Brings, FileFate, FileView, MergePreview, Shares};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::words;

/// Names of people in one line; the others are counted.
const NAMED: usize = 4;

#[component]
pub(super) fn Check(merging: Merging, preview: MergePreview) -> impl IntoView {
    let desk = Desk::here();
    let nothing = preview.operations == 0 && preview.mended == 0;
    let files = preview.files.iter().map(|f| file(desk, f)).collect_view();
    let summary = summary(&preview);
    let choose = (!nothing).then(|| {
        let (registers, places) = (preview.registers.clone(), preview.places.clone());
        view! { <Wanted merging registers places /> }
    });
    view! {
        <section class="card stack" aria-label=t("打开的台账文件", "Ledger files opened")>
            <h2>{t("各份带来什么", "What each brings")}</h2>
            <ul class="files">{files}</ul>
            <p role="status"><b>{summary}</b></p>
            {choose}
            <div class="row">
                {(!nothing).then(|| view! { <button class="btn primary" disabled=move || !desk.can_write() on:click=move |_| merging.write()>{t("合账", "Merge")}</button> })}
                <button class="btn" on:click=move |_| { merging.end(); merging.step.set(Step::Choose); }>{if nothing { t("关闭", "Close") } else { t("不合了", "Leave it") }}</button>
            </div>
        </section>
    }
}

fn summary(preview: &MergePreview) -> String {
    if preview.operations == 0 && preview.mended == 0 {
        return t("没有新内容，不用合。", "Nothing new; there is nothing to merge.").to_owned();
    }
    let mut parts = vec![format!("{} {} {}", t("共", "In all"), preview.operations, t("处改动", "changes"))];
    let mut count = |n: usize, zh: &str, en: &str| {
        if n > 0 {
            parts.push(t(&format!("{n} {zh}"), &format!("{n} {en}")).to_owned());
        }
    };
    count(
        preview.mended,
        "步是本机日志里损坏的，可以修好",
        "steps are damaged in the log here and can be mended",
    );
    count(preview.joined, "行与本机的是同一条，并为一行", "rows are the same as ours and become one");
    count(
        preview.conflicts,
        "处冲突，合账后逐条裁定，两边的值都留着",
        "conflicts to be decided afterwards; both values are kept",
    );
    count(preview.left, "行不取，以后可以再取", "rows are left and can be taken later");
    count(preview.carried, "行虽没选，因为被引用也要取", "rows come along because others refer to them");
    parts.join(t("；", "; "))
}

fn file(desk: Desk, file: &FileView) -> impl IntoView + use<> {
    let (class, word) = match &file.fate {
        FileFate::New => ("tag done", t("有新内容", "new")),
        FileFate::Equal | FileFate::Older | FileFate::Repeats(_) => ("tag", t("没有新内容", "nothing new")),
        FileFate::Failed(_) => ("tag wrong", t("打不开", "not opened")),
    };
    let why = match &file.fate {
        FileFate::New => None,
        FileFate::Equal => Some(
            t("和本机台账完全相同（改了名的副本）", "the same as the ledger here (a renamed copy)")
                .to_owned(),
        ),
        FileFate::Older => Some(
            t(
                "是较早的副本，或只含一部分：里面的本机都有",
                "an older copy, or a part: all of it is here already",
            )
            .to_owned(),
        ),
        FileFate::Repeats(other) => {
            Some(format!("{} {other} {}", t("里面的", "all of it is in"), t("里都有", "already")))
        }
        FileFate::Failed(why) => Some(why.words()),
    };
    let wrong = matches!(file.fate, FileFate::Failed(_));
    let who = who(file);
    let brings =
        file.brings.iter().map(|b| view! { <span class="block">{brought(desk, b)}</span> }).collect_view();
    let notes = notes(file);
    view! {
        <li class="row">
            <span class=class>{word}</span>
            <span class="grow small">
                <b>{file.name.clone()}</b>
                {why.map(|why| view! { <span class=if wrong { "hint wrong" } else { "hint" }>" "{why}</span> })}
                {who.map(|who| view! { <span class="block second">{who}</span> })}
                {brings}
                {notes.into_iter().map(|note| view! { <span class="block hint doubt">{note}</span> }).collect_view()}
            </span>
        </li>
    }
}

/// 李四、王五 · 2 台设备 · 最后一步 2026-11-20 09:12
fn who(file: &FileView) -> Option<String> {
    let last = file.last?;
    let more = file.authors.len().saturating_sub(NAMED);
    let names = file.authors.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("、");
    let more =
        if more > 0 { format!(" {} {more} {}", t("等另", "and"), t("人", "more")) } else { String::new() };
    let devices = (file.devices > 0).then(|| format!("{} {}", file.devices, t("台设备", "devices")));
    let moment = format!("{} {}", t("最后一步", "last step"), words::moment(last));
    let all = [Some(format!("{names}{more}")), devices, Some(moment)];
    Some(all.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// 产业生产台账：新增 3，修改 2
fn brought(desk: Desk, brings: &Brings) -> String {
    let name = register_name(desk, &brings.register);
    let counts = [
        (brings.made, t("新增", "new")),
        (brings.changed, t("修改", "changed")),
        (brings.moved, t("流转", "moved")),
        (brings.removed, t("删除", "removed")),
        (brings.joined, t("并为一行", "joined")),
    ];
    let said: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{word} {n}")).collect();
    format!("{name}{}{}", t("：", ": "), said.join(t("，", ", ")))
}

fn notes(file: &FileView) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(only) = &file.only {
        notes.push(format!(
            "{} {only} {}",
            t("只含", "Only what concerns"),
            t("的部分；里面没有的不算删除", "; what it lacks is not taken as removed")
        ));
    }
    if file.conflicts > 0 {
        notes.push(format!("{} {}", t("冲突", "conflicts:"), file.conflicts));
    }
    if file.unknown > 0 {
        notes.push(format!(
            "{} {}",
            file.unknown,
            t("处是更新版本的内容，原样保留", "changes of a newer version, kept as they are")
        ));
    }
    if file.forked {
        notes.push(
            t(
                "这台电脑的资料被整个复制过，两边都在用：两边的改动都留着",
                "this computer's profile was copied and both copies went on: both are kept",
            )
            .to_owned(),
        );
    }
    notes
}

/// What is taken, by register and by place.
#[component]
fn Wanted(merging: Merging, registers: Shares, places: Shares) -> impl IntoView {
    let desk = Desk::here();
    let registers = registers.into_iter().map(|(key, rows)| {
        let name = register_name(desk, &key);
        let on = { let key = key.clone(); move || !merging.leave.with(|l| l.registers.contains(&key)) };
        let flip = move |_| merging.change(|l| toggle(&mut l.registers, &key));
        view! { <label class="row tight"><input type="checkbox" prop:checked=on on:change=flip />{name}" "<span class="second">{rows}</span></label> }
    }).collect_view();
    let places = places.into_iter().map(|(name, rows)| {
        let shown = if name.is_empty() { t("不属于哪个单位的", "of no place").to_owned() } else { name.clone() };
        let on = { let name = name.clone(); move || !merging.leave.with(|l| l.places.contains(&name)) };
        let flip = move |_| merging.change(|l| toggle(&mut l.places, &name));
        view! { <label class="row tight"><input type="checkbox" prop:checked=on on:change=flip />{shown}" "<span class="second">{rows}</span></label> }
    }).collect_view();
    let open = merging.leave.with_untracked(|l| !l.registers.is_empty() || !l.places.is_empty());
    view! {
        <details open=open>
            <summary>{t("只取一部分", "Take only a part")}</summary>
            <div class="stack" style="margin-top:8px">
                <fieldset class="picks"><legend>{t("哪些台账", "Which registers")}</legend>{registers}</fieldset>
                <fieldset class="picks"><legend>{t("哪些单位", "Which places")}</legend>{places}</fieldset>
            </div>
        </details>
    }
}

fn register_name(desk: Desk, key: &str) -> String {
    desk.state_once(|s| s.schema().register(key).map_or_else(|| key.to_owned(), |r| r.label.words()))
}

fn toggle(set: &mut BTreeSet<String>, name: &str) {
    if !set.remove(name) {
        set.insert(name.to_owned());
    }
}
