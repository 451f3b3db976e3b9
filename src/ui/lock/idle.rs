//! Shutting by itself when nobody is there.
//!
//! Duty: notes when somebody last touched any window, and shuts the ledger when that is too long ago; a window that was
//! hidden, or a computer that slept, is measured by the same clock when it wakes. Inputs: keys and pointers, the time.
//! Outputs: a shut ledger.

use std::cell::Cell;
use std::time::Duration;

use gloo::events::EventListener;
use leptos::prelude::*;

use super::shut;
use crate::ui::desk::{Desk, Light};
use crate::ui::lang::local_storage;
use crate::web::clock;

/// When somebody last touched a window, for the others: milliseconds, nothing else.
const TOUCHED: &str = "xingcun.touched";
/// Milliseconds between notes for the other windows.
const NOTED: u64 = 5_000;
/// Between looks at the clock.
const LOOKED: Duration = Duration::from_secs(5);
const MINUTE: u64 = 60_000;
/// What somebody does who is there.
const SIGNS: [&str; 6] = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "input"];

thread_local! {
    static MINUTES: Cell<u32> = const { Cell::new(0) };
    static LAST: Cell<u64> = const { Cell::new(0) };
    static TOLD: Cell<u64> = const { Cell::new(0) };
    static ATTENDING: Cell<bool> = const { Cell::new(false) };
}

/// Shuts the ledger after so many minutes without a sign of anybody; never where they are 0.
pub(super) fn attend(desk: Desk, minutes: u32) {
    MINUTES.set(minutes);
    touched();
    if ATTENDING.replace(true) {
        return;
    }
    for sign in SIGNS {
        EventListener::new(&window(), sign, |_| touched()).forget();
    }
    EventListener::new(&document(), "visibilitychange", move |_| look(desk)).forget();
    set_interval(move || look(desk), LOOKED);
}

fn touched() {
    let now = clock::now().millis;
    LAST.set(now);
    if now.saturating_sub(TOLD.get()) >= NOTED {
        TOLD.set(now);
        if let Some(storage) = local_storage() {
            // Without it every window counts for itself.
            let _ = storage.set_item(TOUCHED, &now.to_string());
        }
    }
}

fn look(desk: Desk) {
    let now = clock::now().millis;
    let elsewhere = local_storage().and_then(|s| s.get_item(TOUCHED).ok().flatten()?.parse().ok());
    // A clock that was set back does not keep the ledger open: what lies ahead of it counts as now.
    let last = LAST.get().max(elsewhere.unwrap_or(0));
    if last > now {
        return touched();
    }
    let minutes = u64::from(MINUTES.get());
    // Whatever is on its way to the disk is waited for.
    let saving = desk.light.try_get_untracked() == Some(Light::Saving);
    if minutes > 0 && !saving && now.saturating_sub(last) >= minutes * MINUTE {
        // One that cannot be shut says so, and is asked again after the same time.
        touched();
        shut(desk, true);
    }
}
