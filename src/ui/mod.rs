//! What a person sees.
//!
//! Duty: the shell, its pages and widgets; everything is drawn from the ledger's state through [`desk::Desk`],
//! and every change goes back through it as a draft. Inputs: the state and what people do. Outputs: drafts,
//! and files they ask for. Neighbours: looks at every room; nothing looks here.

mod banners;
mod desk;
mod drop;
mod entry;
mod first;
mod focus;
mod former;
pub mod hands;
mod icon;
mod jobs;
mod lang;
mod light;
pub mod lock;
mod look;
mod mine;
mod narrow;
mod page;
pub mod parts;
mod recording;
mod recovery;
pub mod route;
mod scope;
mod shell;
mod widget;
mod words;

/// Mounts the program into the page. The parts come when they are wanted.
pub fn start(parts: parts::Parts) {
    if shell::refused() {
        return;
    }
    parts::provide(parts);
    recovery::install();
    lang::restore();
    look::restore();
    leptos::mount::mount_to_body(shell::App);
}
