//! Two rows that may be one, side by side: what they say differently.

use leptos::prelude::*;

use crate::ledger::{About, Conflict, State};
use crate::register::Fields as _;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::words;

/// A table of the fields in which the two rows differ; nothing for other conflicts.
pub(super) fn differences(desk: Desk, s: &State, conflict: &Conflict) -> Option<AnyView> {
    let About::Identity(other) = conflict.about else { return None };
    let (a, b) = (s.record(&conflict.register, other)?, s.record(&conflict.register, conflict.row)?);
    let kind = s.kind_of(&conflict.register, a)?;
    let who = |r: &crate::ledger::Record| {
        let head = r.created().and_then(|stamp| s.batch_of(stamp));
        let file = head.and_then(|h| s.files().get(&h.id).map(ToString::to_string));
        let from = file.unwrap_or_else(|| t("本机", "here").to_owned());
        head.map_or_else(|| from.clone(), |h| format!("{from} · {}", h.actor))
    };
    let name = |target: &crate::register::Target, id| desk.target_name(s, target, id);
    let rows = kind.fields.iter().filter(|f| a.value(&f.key) != b.value(&f.key)).map(|f| {
        let cell = |r: &crate::ledger::Record| words::cell(f, r.value(&f.key), &name);
        view! { <tr><th scope="row">{f.label.words()}</th><td>{cell(a)}</td><td>{cell(b)}</td></tr> }
    });
    let rows = rows.collect_view();
    Some(view! {
        <div class="scroll" tabindex="0" role="region" aria-label=t("两行的不同", "How the rows differ")>
            <table class="plain"><thead><tr><th></th><th>{who(a)}</th><th>{who(b)}</th></tr></thead><tbody>{rows}</tbody></table>
        </div>
    }.into_any())
}
