//! Files dropped anywhere on the page: taken, and brought to the page that reads their kind.
//!
//! Duty: says where a file would go while it is held over the page, and takes it when it is let go; nothing that
//! is dropped opens instead of the program. Inputs: drag events of the window. Outputs: [`Dropped`], from which
//! the pages 导入, 合账台 and 读文章 help themselves. Neighbours: `shell` listens.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{DataTransfer, DragEvent, File};

use super::desk::Desk;
use super::lang::t;
use super::route::{Route, expect_route};
use crate::ledger::State;

/// What was dropped and waits for its page.
#[derive(Clone, Copy)]
pub(super) struct Dropped {
    /// Files are held over the page.
    pub over: RwSignal<bool>,
    tables: RwSignal<Vec<File>, LocalStorage>,
    ledgers: RwSignal<Vec<File>, LocalStorage>,
    article: RwSignal<Option<File>, LocalStorage>,
}

impl Dropped {
    pub(super) fn here() -> Self {
        expect_context()
    }

    /// Calls `take` with workbooks, those that wait and those that come.
    pub(super) fn on_tables(self, take: impl Fn(Vec<File>) + 'static) {
        Effect::new(move |_| {
            if self.tables.with(|files| !files.is_empty()) {
                take(self.tables.try_update(std::mem::take).unwrap_or_default());
            }
        });
    }

    /// Calls `take` with ledger files, those that wait and those that come.
    pub(super) fn on_ledgers(self, take: impl Fn(Vec<File>) + 'static) {
        Effect::new(move |_| {
            if self.ledgers.with(|files| !files.is_empty()) {
                take(self.ledgers.try_update(std::mem::take).unwrap_or_default());
            }
        });
    }

    /// Takes ledger files: a single one into a ledger in which nothing is yet is read at once, there is nothing to
    /// compare it with.
    pub(super) fn take_ledgers(self, desk: Desk, files: Vec<File>) {
        match files.as_slice() {
            [] => {}
            [file] if desk.state_once(is_blank) => desk.restore_file(file.clone()),
            _ => {
                self.ledgers.update(|all| all.extend(files));
                go(Route::Merge);
            }
        }
    }

    /// Calls `take` with an article that waits or comes.
    pub(super) fn on_article(self, take: impl Fn(File) + 'static) {
        Effect::new(move |_| {
            if self.article.with(Option::is_some)
                && let Some(file) = self.article.try_update(Option::take).flatten()
            {
                take(file);
            }
        });
    }
}

/// Where a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    Article,
    Ledger,
    Unknown,
}

/// By the ending of its name. A plain text is an article, unless it is dropped where tables are read.
fn kind_of(name: &str, on: &Route) -> Kind {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "xcz" => Kind::Ledger,
        "docx" => Kind::Article,
        "txt" if *on != Route::Import => Kind::Article,
        "xlsx" | "xls" | "xlsm" | "xlsb" | "et" | "ods" | "csv" | "tsv" | "txt" => Kind::Table,
        _ => Kind::Unknown,
    }
}

fn files_of(event: &DragEvent) -> Option<DataTransfer> {
    let data = event.data_transfer()?;
    data.types().iter().any(|kind| kind == "Files").then_some(data)
}

/// Begins to listen; the shell lives as long as its listeners.
pub(super) fn listen() -> Dropped {
    let dropped = Dropped {
        over: RwSignal::new(false),
        tables: RwSignal::new_local(Vec::new()),
        ledgers: RwSignal::new_local(Vec::new()),
        article: RwSignal::new_local(None),
    };
    let (desk, route) = (Desk::here(), expect_route());
    let on = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&window(), name, options, move |event| {
            if let Some(event) = event.dyn_ref::<DragEvent>() {
                act(event);
            }
        });
        let listener = StoredValue::new_local(listener);
        on_cleanup(move || listener.dispose());
    };
    on(
        "dragover",
        Box::new(move |event| {
            if files_of(event).is_some() {
                event.prevent_default();
                let _ = dropped.over.try_update(|over| *over = true);
            }
        }),
    );
    on(
        "dragleave",
        Box::new(move |event| {
            // Between two elements of the page there is a neighbour; outside there is none.
            if event.related_target().is_none() {
                dropped.over.try_set(false);
            }
        }),
    );
    on(
        "drop",
        Box::new(move |event| {
            let Some(data) = files_of(event) else { return };
            event.prevent_default();
            dropped.over.try_set(false);
            if let Some(list) = data.files() {
                take(desk, dropped, route, (0..list.length()).filter_map(|n| list.get(n)).collect());
            }
        }),
    );
    dropped
}

fn take(desk: Desk, dropped: Dropped, route: RwSignal<Route>, files: Vec<File>) {
    let here = route.get_untracked();
    let of = |kind: Kind| -> Vec<File> {
        files.iter().filter(|f| kind_of(&f.name(), &here) == kind).cloned().collect()
    };
    let (tables, mut articles) = (of(Kind::Table), of(Kind::Article).into_iter());
    let ledgers = of(Kind::Ledger);
    let merging = !ledgers.is_empty();
    dropped.take_ledgers(desk, ledgers);
    let unknown: Vec<String> = of(Kind::Unknown).iter().map(File::name).collect();
    if !unknown.is_empty() {
        desk.complain(&format!(
            "{}：{}",
            unknown.join("、"),
            t(
                "不是能读的文件。可以拖来：表格（xlsx、xls、et、ods、csv）、文章（docx、txt）、台账文件（xcz）",
                "cannot be read. Drop workbooks (xlsx, xls, et, ods, csv), articles (docx, txt) or ledger files (xcz)"
            )
        ));
    }
    let article = articles.next();
    let left: Vec<String> = articles.map(|f| f.name()).collect();
    // The merge desk is the page that is shown; what waits beside it is said.
    if merging {
        say_left(
            desk,
            &tables.iter().map(File::name).chain(article.map(|f| f.name())).chain(left).collect::<Vec<_>>(),
        );
        return;
    }
    if tables.is_empty() {
        if let Some(file) = article {
            dropped.article.set(Some(file));
            go(Route::Article(None));
            say_left(desk, &left);
        }
        return;
    }
    // Two pages cannot be shown at once; the tables go first, and what waits is said.
    say_left(desk, &article.into_iter().map(|f| f.name()).chain(left).collect::<Vec<_>>());
    dropped.tables.update(|all| all.extend(tables));
    if here != Route::Import {
        go(Route::Import);
    }
}

/// Nothing is recorded in any register.
fn is_blank(state: &State) -> bool {
    state.registers().all(|(_, sheet)| sheet.count_live() == 0)
}

fn say_left(desk: Desk, names: &[String]) {
    if !names.is_empty() {
        let one_by_one = t(
            "没有读：一次只读一类，文章一次一篇，请再拖一次",
            "not read: one kind at a time, articles one by one; drop them again",
        );
        desk.complain(&format!("{}：{one_by_one}", names.join("、")));
    }
}

fn go(route: Route) {
    // An address of this very page cannot be refused.
    let _ = window().location().set_hash(&route.href());
}

/// What would happen to what is held over the page.
#[component]
pub(super) fn DropHint(dropped: Dropped) -> impl IntoView {
    move || {
        dropped.over.get().then(|| {
            view! {
                <div class="drop-hint" role="status"><p><b>{t("松手就读", "Let go to read it")}</b><br />{t("表格去导入，文章去核对，台账文件去合账", "Workbooks are imported, articles checked, ledger files merged")}</p></div>
            }
        })
    }
}
