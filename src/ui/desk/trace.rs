//! The note that there was a ledger, kept outside of its database.
//!
//! Duty: written with what is durable, so that a browser that was emptied is recognised and the way back is
//! offered instead of a fresh start; it also knows the last backup. Inputs: the state, backups. Outputs: what
//! stands in the browser's small store; the former ledger, when its database is empty. Neighbours:
//! `storage::Trace` is the note, `former` and the pages of exchange and settings show it.

use leptos::prelude::*;

use super::Desk;
use crate::ledger::BatchKind;
use crate::storage::{BackupNote, Trace};
use crate::ui::lang::{local_storage, t};
use crate::ui::words;
use crate::value::Decimal;
use crate::web::clock;

const KEY: &str = "xingcun.ledger";
const DAY: u64 = 86_400_000;

/// The note as it is kept.
pub(super) fn kept() -> Option<Trace> {
    Trace::read(&local_storage()?.get_item(KEY).ok().flatten()?)
}

fn keep(trace: Option<&Trace>) {
    let Some(storage) = local_storage() else { return };
    // A browser that keeps no preferences keeps no ledger either, and says so elsewhere.
    let _ = match trace {
        Some(trace) => storage.set_item(KEY, &trace.text()),
        None => storage.remove_item(KEY),
    };
}

impl Desk {
    /// An empty database where there was a ledger is no fresh start.
    pub(super) fn miss_former(self) {
        if self.state_once(|s| s.batches.is_empty()) {
            self.former.set(kept());
        } else {
            self.leave_trace();
        }
    }

    /// Writes the note a last time when the page goes.
    pub(super) fn attend_leaving(self) {
        gloo::events::EventListener::new(&window(), "pagehide", move |_| self.leave_trace()).forget();
    }

    /// Writes the note anew. What is only in memory leaves none: whoever cleared the browser may have meant it.
    pub(super) fn leave_trace(self) {
        if self.removed.get_value()
            || self.only_copy.get_untracked()
            || self.state_once(|s| s.batches.is_empty())
        {
            return;
        }
        let mut trace = self.trace_now();
        if let Some(trace) = &mut trace {
            trace.backup = kept().and_then(|t| t.backup);
        }
        keep(trace.as_ref());
        // Nothing is drawn anew for a note that says what it said.
        if self.former.with_untracked(Option::is_some) {
            self.former.set(None);
        }
        if self.trace.with_untracked(|known| *known != trace) {
            self.trace.set(trace);
        }
    }

    /// Everything is removed on the person's wish: nothing is to remember that there was a ledger.
    pub(in crate::ui) fn leave_nothing(self) {
        self.removed.set_value(true);
        keep(None);
    }

    /// What the note would say; none while nothing of the person's own is recorded.
    fn trace_now(self) -> Option<Trace> {
        let cache = self.cache();
        self.state_once(|s| {
            let places = cache.places(s);
            let own = |kind: &BatchKind| !matches!(kind.plain(), BatchKind::Sample | BatchKind::Undo { .. });
            let last = s.devices().values().map(|d| d.last.millis).max()?;
            let rows: usize = s
                .registers()
                .filter_map(|(key, sheet)| Some(sheet.count_of(&s.schema().register(key)?.main()?.key)))
                .sum();
            if rows == 0 || !s.batches.iter().any(|b| own(&b.kind)) {
                return None;
            }
            let villages = places.all().filter(|p| p.is_village()).count() as u64;
            let rows = rows.saturating_sub(places.all().count()) as u64;
            Some(Trace::new(villages, rows, s.operations(), last))
        })
    }

    /// Takes note of a backup that was made.
    pub(in crate::ui) fn note_backup(self, name: &str) {
        let Some(mut trace) = self.trace_now() else { return };
        let (at, operations) = (clock::now().millis, trace.operations);
        trace.backup = Some(BackupNote { at, name: name.to_owned(), operations });
        keep(Some(&trace));
        self.trace.set(Some(trace));
    }

    /// Begins anew, on the person's explicit wish: the note goes.
    pub(in crate::ui) fn forget_former(self) {
        keep(None);
        self.trace.set(None);
        self.former.set(None);
    }

    /// The last backup and what was done since, in words.
    pub(in crate::ui) fn backup_words(self) -> String {
        let Some(trace) = self.trace.get() else {
            return t("还没有要备份的内容", "Nothing to back up yet").to_owned();
        };
        let Some(backup) = &trace.backup else {
            return t("从未备份", "Never backed up").to_owned();
        };
        let ago = match clock::now().millis.saturating_sub(backup.at) / DAY {
            0 => t("今天", "today").to_owned(),
            days => format!("{days}{}", t("天前", " days ago")),
        };
        let since = match trace.since_backup() {
            0 => t("之后没有改动", "nothing has changed since").to_owned(),
            n => format!("{}{}{}", t("之后改了 ", ""), n, t(" 处", " changes since")),
        };
        format!("{}{ago}{}{since}", t("最近一次备份：", "Last backup: "), t("，", ", "))
    }

    /// What the note of a former ledger says, in words.
    pub(in crate::ui) fn former_words(trace: &Trace) -> String {
        let backup = match &trace.backup {
            Some(b) => {
                format!("{}{}（{}）", t("，最近一次备份 ", "; last backup "), words::moment(b.at), b.name)
            }
            None => t("，没有备份过", "; never backed up").to_owned(),
        };
        format!(
            "{}{} {} {} {}{}{}{backup}",
            t("这里原来有一份台账：", "There was a ledger here: "),
            trace.villages,
            t("村", "villages,"),
            words::number(Decimal::new(i64::try_from(trace.rows).unwrap_or(i64::MAX), 0), 0),
            t("行", "rows"),
            t("，最后一次保存 ", "; last saved "),
            words::moment(trace.saved),
        )
    }
}
