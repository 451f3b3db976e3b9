//! 兴村 (xingcun): an offline-first ledger and analysis workbench for villages, towns and counties.
//!
//! One crate, one direction. Each room may look only at the rooms above it:
//!
//! | room | answers | knows |
//! |---|---|---|
//! | [`value`] | what can one cell hold? | nothing |
//! | [`register`] | what is a record? | value |
//! | [`ledger`] | what happened? | register |
//! | [`table`] | what is in memory? | ledger |
//! | [`analysis`] | what does it mean? | table |
//! | [`exchange`] | what comes in and goes out? | table, analysis |
//! | [`storage`] | what survives? | ledger |
//! | `web` | what only a browser has | implements the ports of `storage` |
//! | `ui` | what a person sees | everything; nothing looks at it |
//!
//! The way of one number: workbook bytes → `exchange::layout` → `exchange::mapping` → `value` parsing →
//! draft rows and findings → the person confirms → one batch of operations → `storage` (one strict
//! transaction) → `ledger::State` → `table` columns → `analysis` → a scene → SVG. And back: number →
//! formula → rows → operation → who, when, which file, sheet and cell.
//!
//! What is done for every row of a large table is a function of its own, marked `#[inline(never)]`: browsers begin with
//! slow code, and put the fast one in place between two calls of a function and never during one. One long loop stays
//! slow to its end.
#![cfg(feature = "core")]

pub mod analysis;
pub mod exchange;
pub mod ledger;
pub mod register;
pub mod storage;
pub mod table;
pub mod value;

#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
