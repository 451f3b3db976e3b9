//! 建成本县自己的台账: a table that no register fits, offered as one.
//!
//! Duty: what each column was taken for, changed by the person; the settings written as a step of their own, and the
//! table planned anew into the register that they make. Inputs: the worker's offer. Outputs: a step, and answers.
//! Neighbours: `check` shows this beside the choice of a register.

use leptos::prelude::*;

use super::Import;
use crate::exchange::job::Answers;
use crate::exchange::own::{self, Offer, OfferedField};
use crate::storage::Extra;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words as _, t};

/// What a type is called that is left out.
const LEFT_OUT: &str = "";

/// One column as the person wants it.
#[derive(Clone, Copy)]
struct Wanted {
    offered: StoredValue<OfferedField>,
    label: RwSignal<String>,
    holds: RwSignal<String>,
    tells: RwSignal<bool>,
}

impl Wanted {
    fn of(field: &OfferedField) -> Self {
        Self {
            offered: StoredValue::new(field.clone()),
            label: RwSignal::new(field.label.clone()),
            holds: RwSignal::new(field.holds.clone()),
            tells: RwSignal::new(field.tells),
        }
    }

    /// The field, unless it is left out.
    fn field(self) -> Option<OfferedField> {
        let (label, holds) = (self.label.get_untracked(), self.holds.get_untracked());
        let offered = self.offered.get_value();
        let same = holds == offered.holds;
        (holds != LEFT_OUT).then(|| OfferedField {
            label,
            holds,
            // What was found in the cells belongs to what they were taken for.
            words: if same { offered.words.clone() } else { Vec::new() },
            tells: self.tells.get_untracked(),
            ..offered
        })
    }

    fn view(self) -> impl IntoView {
        let name = self.label.get_untracked();
        let types = own::types();
        let options = types.words().map(|o| {
            let (word, chosen) = (o.word.to_owned(), o.word.to_owned());
            let words = o.words();
            view! { <option value=word selected=move || self.holds.with(|h| *h == chosen)>{words}</option> }
        });
        view! {
            <div class="map-row" role="group" aria-label=name.clone()>
                <input class="plain" aria-label=format!("{} {name}", t("字段名称", "Name of")) prop:value=move || self.label.get() on:input=move |e| self.label.set(event_target_value(&e)) />
                <label title=t("用来认出同一条", "Tells rows apart")><input type="checkbox" aria-label=format!("{} {name}", t("用来认出同一条", "Tells rows apart:")) prop:checked=move || self.tells.get() on:change=move |e| self.tells.set(event_target_checked(&e)) /></label>
                <select class="plain" aria-label=format!("{} {name}", t("填什么", "Holds:")) on:change=move |e| self.holds.set(event_target_value(&e))>
                    {options.collect_view()}<option value=LEFT_OUT>{t("不要这一列", "Leave out")}</option></select>
            </div>
        }
    }
}

/// The offer of one table.
#[component]
pub(super) fn OwnRegister(import: Import, at: usize, offer: Offer, file: String) -> impl IntoView {
    let desk = Desk::here();
    let open = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let name = RwSignal::new(offer.name.clone());
    let wanted: Vec<Wanted> = offer.fields.iter().map(Wanted::of).collect();
    let wanted = StoredValue::new(wanted);
    let make = move |_| {
        let fields: Vec<OfferedField> =
            wanted.with_value(|all| all.iter().filter_map(|w| w.field()).collect());
        let offer = Offer { name: name.get_untracked(), fields };
        if offer.name.trim().is_empty() || offer.fields.is_empty() {
            return refused.set(Some(
                t("请写台账名称，至少留一列", "Give it a name and at least one column").to_owned(),
            ));
        }
        let (draft, key) = desk.state_once(|s| own::draft(&offer, &file, s, &mut || desk.new_id()));
        let why = desk.refusal_words(&desk.refused(&draft));
        if why.is_none() {
            desk.commit_with(draft, Extra::default(), move |_| {
                import.replan(move |a: &mut Answers| {
                    a.mappings.remove(&at);
                    a.registers.insert(at, key);
                });
            });
        }
        refused.set(why);
    };
    let make = StoredValue::new(make);
    view! {
        <button type="button" class="btn small" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>{t("建成本县自己的台账…", "Make it a register of our own…")}</button>
        {move || open.get().then(|| view! {
            <div class="stack" role="group" aria-label=t("本县自己的台账", "A register of our own")>
                <label class="stack" style="gap:2px"><span class="small">{t("台账名称", "Name of the register")}</span><input class="plain" aria-label=t("台账名称", "Name of the register") prop:value=move || name.get() on:input=move |e| name.set(event_target_value(&e)) /></label>
                <p class="hint">{t("每列填什么，是按表里的内容认的，可以改；打勾的几列合起来认出同一条记录，再导入时不会重复。", "What a column holds was read from its cells and can be changed; the ticked columns together tell rows apart, so that nothing comes in twice.")}</p>
                {wanted.with_value(|all| all.iter().map(|w| w.view()).collect_view())}
                {move || refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
                <div class="row"><button type="button" class="btn primary" disabled=move || !desk.can_write() on:click=move |e| make.with_value(|make| make(e))>{t("建立台账", "Make the register")}</button></div>
            </div>
        })}
    }
}
