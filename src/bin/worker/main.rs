//! The worker: reads and writes workbooks and ledger files away from the page.
//!
//! Duty: each question that the page puts is answered by the file that has its subject: `import`, `merging`, `files`;
//! `said` has the words for what was refused. Inputs: [`exchange::job::Ask`](xingcun::exchange::job::Ask) with bytes
//! beside it. Outputs: replies, progress, batches in the ledger. Neighbours: `xingcun::web::worker` carries the messages;
//! the pages `import`, `merge` and `exchange` ask.
//!
//! It opens the ledger itself, for the questions that need it: the page only follows what it has recorded.

#[cfg(target_arch = "wasm32")]
mod bench;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod import;
#[cfg(target_arch = "wasm32")]
mod merging;
#[cfg(target_arch = "wasm32")]
mod said;

/// As quick as the target's own allocator here, and a sixteenth less code.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static PIECES: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(target_arch = "wasm32")]
fn main() {
    bench::serve();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
