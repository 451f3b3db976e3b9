//! 谁在用: the persons at this device, and which of them acts.
//!
//! Duty: a name, a role and a place for every step that is recorded from here; switching between persons who share a
//! device. Inputs: what somebody says of themselves. Outputs: the acting person. Neighbours: the ledger's gate asks
//! for role and place; `settings` shows this.

use leptos::prelude::*;

use crate::ledger::Person;
use crate::register::Role;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words as _, t};
use crate::ui::scope::place_options;
use crate::value::Text;

/// The card.
#[component]
pub(super) fn Who() -> impl IntoView {
    let desk = Desk::here();
    let begin = desk.persons.with_untracked(|p| p.all.get(p.acting).cloned()).unwrap_or_default();
    let name = RwSignal::new(begin.name.to_string());
    let role = RwSignal::new(begin.role.map(|r| r.label().zh.to_string()).unwrap_or_default());
    let place = RwSignal::new(begin.place.map(|id| id.to_string()).unwrap_or_default());
    let unsaid = RwSignal::new(false);
    let save = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let said = name.get_untracked().trim().to_owned();
        unsaid.set(said.is_empty());
        if said.is_empty() {
            return;
        }
        let person = Person {
            name: Text::from(&*said),
            role: role.with_untracked(|r| Role::find(r)),
            place: place.with_untracked(|p| p.parse().ok()),
        };
        desk.change_persons(|persons| persons.take(person));
        desk.say(t("已记下，往后的每一步都记这个名字", "Kept; every step from now on has this name"), false);
    };
    let show = move |person: &Person| {
        name.set(person.name.to_string());
        role.set(person.role.map(|r| r.label().zh.to_string()).unwrap_or_default());
        place.set(person.place.map(|id| id.to_string()).unwrap_or_default());
    };
    let roles = Role::ALL.into_iter().map(|r| {
        let word = r.label().zh.to_string();
        let chosen = word.clone();
        view! { <option value=word selected=move || role.with(|r| *r == chosen)>{r.label().words()}</option> }
    });
    let places = move || {
        desk.version.track();
        let options = place_options(desk).into_iter().map(|pick| {
            let (id, chosen) = (pick.id.clone(), pick.id.clone());
            let words = format!("{}{}", "\u{3000}".repeat(pick.depth), pick.title);
            view! { <option value=id selected=move || place.with(|p| *p == chosen)>{words}</option> }
        });
        options.collect_view()
    };
    view! {
        <section class="card stack" aria-label=t("谁在用", "Who works here")><h2>{t("谁在用", "Who works here")}</h2>
            <p class="hint">{t("姓名、岗位和单位记在每一步上，只留在本机和您交出去的台账文件里。没有写岗位，可以填数，不能提交、审核、退回。", "Name, role and place are noted on every step and stay on this computer and in the ledger files you hand on. Without a role one can fill in, not hand in, approve or send back.")}</p>
            {move || persons(desk, show)}
            <form class="stack" on:submit=save>
                <label class="field"><span class="label">{t("姓名", "Name")}</span>
                    <span class="control"><input aria-invalid=move || unsaid.get().to_string() prop:value=move || name.get() on:input=move |e| name.set(event_target_value(&e)) /></span></label>
                <label class="field"><span class="label">{t("岗位", "Role")}</span>
                    <span class="control"><select on:change=move |e| role.set(event_target_value(&e))><option value="">{t("未写", "Not said")}</option>{roles.collect_view()}</select></span></label>
                <label class="field"><span class="label">{t("单位（本村、本镇；不选即整本台账）", "Place (none for the whole ledger)")}</span>
                    <span class="control"><select on:change=move |e| place.set(event_target_value(&e))>{places}</select></span></label>
                <div class="row"><button class="btn" type="submit">{t("保存", "Save")}</button></div>
            </form>
        </section>
    }
}

/// The persons to choose from; whoever acts is marked.
fn persons(desk: Desk, show: impl Fn(&Person) + Copy + 'static) -> Option<impl IntoView> {
    let known = desk.persons.get();
    (!known.all.is_empty()).then(|| {
        let chips = known.all.iter().enumerate().map(|(n, person)| {
            let words = desk.person_words(person);
            let person = person.clone();
            let take = move |_| {
                desk.change_persons(|p| p.acting = n);
                show(&person);
            };
            view! { <button class="chip" role="radio" aria-checked=(n == known.acting).to_string() on:click=take>{words}</button> }
        });
        view! { <div class="row" role="radiogroup" aria-label=t("现在是谁", "Who it is now")>{chips.collect_view()}</div> }
    })
}
