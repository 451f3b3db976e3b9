//! The files of one import, one after the other: each has a line of its own and says how it ended.
//!
//! Duty: keeps the order, and what became of each; one that cannot be read does not stop the others. Inputs:
//! files as they are chosen or dropped. Outputs: the next one, and the list on the page.

use std::collections::VecDeque;

use leptos::prelude::*;

use super::{Import, Step};
use crate::ui::lang::t;

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Waiting,
    Now,
    Written(usize),
    /// It was looked at and left.
    Left,
    Failed(String),
}

#[derive(Clone, Copy)]
pub(super) struct Queue {
    files: StoredValue<VecDeque<web_sys::File>, LocalStorage>,
    lines: RwSignal<Vec<(String, Fate)>>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { files: StoredValue::new_local(VecDeque::new()), lines: RwSignal::new(Vec::new()) }
    }

    /// Puts files at the end; lines of what is finished go.
    pub(super) fn put(self, files: Vec<web_sys::File>) {
        self.lines.update(|lines| {
            if !lines.iter().any(|(_, fate)| matches!(fate, Fate::Waiting | Fate::Now)) {
                lines.clear();
            }
            lines.extend(files.iter().map(|f| (f.name(), Fate::Waiting)));
        });
        self.files.update_value(|all| all.extend(files));
    }

    /// The next file, which is looked at from now on.
    pub(super) fn next(self) -> Option<web_sys::File> {
        let file = self.files.try_update_value(VecDeque::pop_front)??;
        self.lines.update(|lines| {
            if let Some((_, fate)) = lines.iter_mut().find(|(_, fate)| *fate == Fate::Waiting) {
                *fate = Fate::Now;
            }
        });
        Some(file)
    }

    /// What became of the file that is looked at. The page may have been left meanwhile.
    pub(super) fn ended(self, how: Fate) {
        let _ = self.lines.try_update(|lines| {
            if let Some((_, fate)) = lines.iter_mut().find(|(_, fate)| *fate == Fate::Now) {
                *fate = how;
            }
        });
    }

    /// The name of the file that comes next.
    pub(super) fn upcoming(self) -> Option<String> {
        self.lines
            .with(|all| all.iter().find(|(_, fate)| *fate == Fate::Waiting).map(|(name, _)| name.clone()))
    }
}

/// The files with what became of each; nothing for a single one, whose page says it.
#[component]
pub(super) fn Files(import: Import) -> impl IntoView {
    let line = |(name, fate): (String, Fate)| {
        let (class, word, why) = match fate {
            Fate::Waiting => ("tag", t("等着", "waits"), None),
            Fate::Now => ("tag doubt", t("正在看", "now"), None),
            Fate::Written(0) => ("tag done", t("没有变化", "no change"), None),
            Fate::Written(_) => ("tag done", t("已写入", "written"), None),
            Fate::Left => ("tag", t("没有写入", "not written"), None),
            Fate::Failed(why) => ("tag wrong", t("没有读成", "not read"), Some(why)),
        };
        // The line begins with the name already.
        let why =
            why.map(|why| why.trim_start_matches(&name).trim_start_matches(['：', ':', ' ']).to_owned());
        view! { <li class="row"><span class=class>{word}</span><span class="grow small">{name}{why.map(|w| view! { <span class="hint wrong">" "{w}</span> })}</span></li> }
    };
    let go_on = move || {
        let idle = matches!(import.step.get(), Step::Choose);
        import.queue.upcoming().filter(|_| idle).map(|name| {
            view! { <button class="btn primary" on:click=move |_| import.next()>{t("接着读：", "Go on with ")}{name}</button> }
        })
    };
    move || {
        let lines = import.queue.lines.get();
        (lines.len() > 1).then(|| {
            view! {
                <section class="card stack" style="margin-bottom:12px" aria-label=t("这次的几个文件", "Files of this import")>
                    <ul class="files">{lines.into_iter().map(line).collect_view()}</ul>{go_on}
                </section>
            }
        })
    }
}
