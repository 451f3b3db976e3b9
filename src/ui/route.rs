//! Addresses: `#/…`, so that any static host serves every page and a link can be shared.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use crate::value::RowId;

/// Where a person is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Route {
    /// 总览
    #[default]
    Overview,
    /// 台账: the list of registers.
    Registers,
    /// One register's table: register key, kind of rows.
    Register(String, Option<String>),
    /// 一村一档, 一人一档: all that is said of one record, by its register and its identity.
    Dossier(String, RowId),
    /// 合同到期与拖欠
    Contracts,
    /// 分析: indicators.
    Analysis,
    /// 分析 → 交叉表
    Pivot,
    /// 交换
    Exchange,
    /// 交换 → 导入表格
    Import,
    /// 交换 → 合账台
    Merge,
    /// 交换 → 读文章: a new text, or a stored article by its identity.
    Article(Option<String>),
    /// 设置
    Settings,
    /// 设置 → 本县字段与词语
    County,
    /// 台账 → 查重, of one register.
    Duplicates(String),
    /// 查找, which also opens over any other page.
    Find,
}

impl Route {
    /// From the address after `#`.
    pub(super) fn parse(hash: &str) -> Self {
        let path = hash.split('?').next().unwrap_or_default().trim_start_matches('#').trim_matches('/');
        let mut parts = path.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("registers"), Some(key), kind) if !key.is_empty() => {
                Self::Register(key.to_owned(), kind.map(str::to_owned))
            }
            (Some("registers"), ..) => Self::Registers,
            (Some("file"), Some(key), Some(row)) => match row.parse() {
                Ok(row) => Self::Dossier(key.to_owned(), row),
                Err(_) => Self::Registers,
            },
            (Some("contracts"), ..) => Self::Contracts,
            (Some("find"), ..) => Self::Find,
            (Some("duplicates"), Some(key), _) => Self::Duplicates(key.to_owned()),
            (Some("analysis"), Some("pivot"), _) => Self::Pivot,
            (Some("analysis"), ..) => Self::Analysis,
            (Some("exchange"), Some("import"), _) => Self::Import,
            (Some("exchange"), Some("merge"), _) => Self::Merge,
            (Some("exchange"), Some("article"), id) => Self::Article(id.map(str::to_owned)),
            (Some("exchange"), ..) => Self::Exchange,
            (Some("settings"), Some("county"), _) => Self::County,
            (Some("settings"), ..) => Self::Settings,
            _ => Self::Overview,
        }
    }

    /// The address.
    pub(super) fn href(&self) -> String {
        match self {
            Self::Overview => "#/".to_owned(),
            Self::Registers => "#/registers".to_owned(),
            Self::Register(key, None) => format!("#/registers/{key}"),
            Self::Register(key, Some(kind)) => format!("#/registers/{key}/{kind}"),
            Self::Dossier(key, row) => format!("#/file/{key}/{row}"),
            Self::Contracts => "#/contracts".to_owned(),
            Self::Analysis => "#/analysis".to_owned(),
            Self::Pivot => "#/analysis/pivot".to_owned(),
            Self::Exchange => "#/exchange".to_owned(),
            Self::Import => "#/exchange/import".to_owned(),
            Self::Merge => "#/exchange/merge".to_owned(),
            Self::Article(None) => "#/exchange/article".to_owned(),
            Self::Article(Some(id)) => format!("#/exchange/article/{id}"),
            Self::Settings => "#/settings".to_owned(),
            Self::County => "#/settings/county".to_owned(),
            Self::Find => "#/find".to_owned(),
            Self::Duplicates(key) => format!("#/duplicates/{key}"),
        }
    }
}

/// What an address of a register's rows asks for: a state, conditions, one record.
const STAGE: &str = "state";
const CONDITION: &str = "where";
const ONE: &str = "id";

/// The address of a register's rows in one state, of all periods.
pub(super) fn rows_in_stage(register: &str, kind: &str, stage: &str) -> String {
    rows(register, kind, [(STAGE, stage)].into_iter())
}

/// The address of a register's rows that fulfil all conditions, of all periods.
pub(super) fn rows_where(register: &str, kind: &str, conditions: &[String]) -> String {
    rows(register, kind, conditions.iter().map(|c| (CONDITION, c.as_str())))
}

/// The address of one record in its register, wherever it lies and of whatever period it is.
pub(super) fn one_row(register: &str, kind: &str, row: RowId) -> String {
    rows(register, kind, [(ONE, row.to_string().as_str())].into_iter())
}

fn rows<'a>(register: &str, kind: &str, asked: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let route = Route::Register(register.to_owned(), Some(kind.to_owned()));
    let asked = asked.map(|(key, value)| format!("{key}={}", js_sys::encode_uri_component(value)));
    format!("{}?{}", route.href(), asked.collect::<Vec<_>>().join("&"))
}

/// The state that the address asks for.
pub(super) fn asked_stage() -> Option<String> {
    asked(STAGE).pop()
}

/// The conditions that the address asks for.
pub(super) fn asked_conditions() -> Vec<String> {
    asked(CONDITION)
}

/// The record that the address asks for.
pub(super) fn asked_one() -> Option<RowId> {
    asked(ONE).pop()?.parse().ok()
}

fn asked(key: &str) -> Vec<String> {
    let hash = window().location().hash().unwrap_or_default();
    let Some((_, asked)) = hash.split_once('?') else { return Vec::new() };
    let values = asked.split('&').filter_map(|pair| pair.split_once('=')).filter(|(k, _)| *k == key);
    values.filter_map(|(_, value)| js_sys::decode_uri_component(value).ok().map(String::from)).collect()
}

/// What stands before the record in an address of its conflicts.
const ROW: &str = "?row=";

/// The address of what is undecided about a record.
pub(super) fn undecided(register: &str, row: RowId) -> String {
    format!("{}{ROW}{register}/{row}", Route::Merge.href())
}

/// The record of which the address asks what is undecided.
pub(super) fn asked_row() -> Option<(String, RowId)> {
    let hash = window().location().hash().ok()?;
    let (_, row) = hash.split_once(ROW)?;
    let (register, row) = row.split_once('/')?;
    Some((register.to_owned(), row.parse().ok()?))
}

/// The route of the address bar, as it changes.
pub(super) fn use_route() -> RwSignal<Route> {
    let read = || Route::parse(&window().location().hash().unwrap_or_default());
    let route = RwSignal::new(read());
    let listener = Closure::<dyn Fn()>::new(move || route.set(read()));
    // The shell lives as long as the page, and so does its listener.
    let _ = window().add_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref());
    listener.forget();
    route
}

/// The route of the page that is shown.
pub(super) fn expect_route() -> RwSignal<Route> {
    use_context::<RwSignal<Route>>().unwrap_or_else(|| RwSignal::new(Route::Overview))
}
