//! Pieces that pages are made of. Each file is one widget; none of them knows a register by name.

pub(super) mod ask;
pub(super) mod below;
pub(super) mod chart_card;
pub(super) mod combo;
pub(super) mod dialog;
pub(super) mod drawer;
pub(super) mod grid;
pub(super) mod ledger_input;
pub(super) mod toast;
