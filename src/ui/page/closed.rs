//! 锁定期间: what has been reported upwards and is no longer changed.
//!
//! Duty: the closed periods in a list, one more for the place and period chosen in the bar, and opening one again.
//! Inputs: the rows of the register of closed periods. Outputs: steps of the ledger. Neighbours: the ledger's gate
//! asks for the rows; `settings` shows this.

use leptos::prelude::*;

use crate::ledger::{BatchKind, Draft};
use crate::register::Fields as _;
use crate::register::catalog::closing;
use crate::ui::desk::Desk;
use crate::ui::lang::t;
use crate::ui::words;
use crate::value::{RowId, Text, Value};

/// The card.
#[component]
pub(super) fn Closed() -> impl IntoView {
    let desk = Desk::here();
    let refused = RwSignal::new(None::<String>);
    let take = move |draft: Draft| {
        let why = desk.refusal_words(&desk.refused(&draft));
        if why.is_none() {
            desk.commit(draft);
        }
        refused.set(why);
    };
    let close = move |_| {
        let mut draft = Draft::new(BatchKind::Edit);
        let period = (Text::from(closing::PERIOD), Value::Period(desk.period.get_untracked()));
        let place = desk.place.get_untracked().map(|id| (Text::from(closing::PLACE), Value::Ref(id)));
        let fields = std::iter::once(period).chain(place).collect();
        draft.create(closing::KEY, closing::LOCK, desk.new_id(), fields, None);
        take(draft);
    };
    let open = move |row: RowId| {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.delete(closing::KEY, row);
        take(draft);
    };
    let all = move || {
        let rows = desk.state(|s| {
            let rows = s.sheet(closing::KEY).into_iter().flat_map(|sheet| sheet.of_kind(closing::LOCK));
            let row = |r: &crate::ledger::Record| {
                let period = r.value(closing::PERIOD)?.as_period()?;
                Some((r.id(), period, r.value(closing::PLACE).and_then(Value::as_ref_id)))
            };
            rows.filter_map(row).collect::<Vec<_>>()
        });
        let places = desk.places();
        let line = move |(id, period, place): (RowId, crate::value::Period, Option<RowId>)| {
            let whose =
                place.map_or_else(|| t("全部单位", "All places").to_owned(), |p| places.name(p).to_string());
            let what = format!("{} · {whose}", words::period(period));
            let label = format!("{} {what}", t("解除锁定", "Open again"));
            view! {
                <li class="row between"><span class="grow">{what}</span>
                    <button class="btn small" aria-label=label disabled=move || !desk.can_write() on:click=move |_| open(id)>{t("解除锁定", "Open again")}</button></li>
            }
        };
        if rows.is_empty() {
            return view! { <p class="hint">{t("没有锁定的期间。", "No period is closed.")}</p> }.into_any();
        }
        view! { <ul class="plain-list">{rows.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    let words = move || {
        let place = desk.place_title();
        let period = words::period(desk.period.get());
        format!("{} {period} · {place}", t("锁定", "Close"))
    };
    view! {
        <section class="card stack" aria-label=t("锁定期间", "Closed periods")><h2>{t("锁定期间", "Closed periods")}</h2>
            <p class="hint">{t("报上去的期间可以锁定：里面的记录谁也不能改，解除后再改；锁定和解除都留名。单位和期间按上面的“范围”“期间”。", "A period that was reported can be closed: nobody changes what lies in it until it is opened again; both are noted. Place and period are those of the bar.")}</p>
            {all}
            {move || refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            <div class="row"><button class="btn" disabled=move || !desk.can_write() on:click=close>{words}</button></div>
        </section>
    }
}
