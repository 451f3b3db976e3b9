//! 台账: the list of registers.
//!
//! Duty: first those of whoever acts, then the others by group, each with the kinds of rows that stand under it; or
//! those that are called as somebody types. Inputs: the schema, counts of records, presses. Outputs: ways to tables,
//! the choice of own registers. Neighbours: `mine` keeps the choice; `table::registers` finds names.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::register::{Group, Register, RowKind, Schema};
use crate::table::registers::found;
use crate::ui::desk::Desk;
use crate::ui::focus;
use crate::ui::lang::{Words, t};
use crate::ui::mine;
use crate::ui::route::Route;
use crate::ui::words;

/// What the cards need.
#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    own: Memo<mine::Own>,
    typed: RwSignal<String>,
}

/// The page.
#[component]
pub(in crate::ui) fn Registers() -> impl IntoView {
    let desk = Desk::here();
    let page = Page { desk, own: mine::own(desk), typed: RwSignal::new(String::new()) };
    let declared = desk.declared();
    let blank = Memo::new(move |_| page.typed.with(|typed| typed.trim().is_empty()));
    let list = move || {
        if blank.get() {
            declared.with(|schema| page.sections(schema)).into_any()
        } else {
            desk.spelt.track();
            declared.with(|schema| page.fitting(schema)).into_any()
        }
    };
    view! {
        <div class="page-head"><h1 class="grow">{t("台账", "Registers")}</h1>{page.search()}</div>
        {list}
    }
}

impl Page {
    fn search(self) -> impl IntoView {
        let typed = self.typed;
        let enter = move |event: KeyboardEvent| {
            if event.key() == "Enter" && !event.is_composing() {
                event.prevent_default();
                let first = found(&self.desk.schema_once(), &typed.get_untracked()).into_iter().next();
                if let Some(first) = first.filter(|_| typed.with_untracked(|w| !w.trim().is_empty())) {
                    // A browser that does not go there leaves the list, in which the register can be pressed.
                    let _ =
                        window().location().set_hash(&Route::Register(first.key.to_string(), None).href());
                }
            }
        };
        view! {
            <input class="plain register-search" type="search" placeholder=t("找台账（拼音可）", "Find a register") aria-label=t("找台账", "Find a register")
                prop:value=move || typed.get() on:keydown=enter
                on:input=move |event| { if !is_composing(&event) { typed.set(event_target_value(&event)); } }
                on:compositionend=move |event| typed.set(event_target_value(&event)) />
        }
    }

    /// The registers that are called as somebody typed.
    fn fitting(self, schema: &Schema) -> impl IntoView + use<> {
        let all = self.typed.with(|typed| found(schema, typed));
        let none = all.is_empty().then(|| view! { <p class="drop" role="status">{t("没有这样叫的台账", "No register is called so")}</p> });
        view! { <section class="stack" aria-label=t("找到的台账", "Registers found")>{none}{self.cards(all)}</section> }
    }

    fn sections(self, schema: &Schema) -> impl IntoView + use<> {
        let own = self.own.get();
        let groups = Group::ALL.into_iter().filter_map(|group| {
            let rest = schema.all().iter().filter(|r| r.group == group && !has(&own, r)).cloned();
            let rest: Vec<_> = rest.collect();
            let title = group.label().words();
            (!rest.is_empty()).then(|| view! { <section class="stack register-group" aria-label=title.clone()><h2>{title.clone()}</h2>{self.cards(rest)}</section> })
        });
        let groups = groups.collect_view();
        view! {
            <section class="stack register-group" aria-label=t("我的台账", "My registers")>
                <div class="row between"><h2>{t("我的台账", "My registers")}</h2>{self.whose()}</div>
                {self.cards(own)}
            </section>
            {groups}
        }
    }

    /// By what these are the own ones.
    fn whose(self) -> impl IntoView {
        let desk = self.desk;
        move || {
            let known = desk.persons.with(|p| p.all.get(p.acting).cloned());
            if mine::is_chosen(desk) {
                return view! { <button class="btn small" on:click=move |_| mine::reset(desk)>{t("恢复按岗位", "As the role has it")}</button> }.into_any();
            }
            match known.filter(|p| p.role.is_some() || p.place.is_some()) {
                Some(person) => view! { <span class="hint">{t("按岗位：", "By role: ")}{desk.person_words(&person)}</span> }.into_any(),
                None => view! { <a class="small" href=Route::Settings.href()>{t("写明岗位，这里就列出您的台账", "Say your role, and your registers stand here")}</a> }.into_any(),
            }
        }
    }

    fn cards(self, registers: Vec<Arc<Register>>) -> impl IntoView {
        let cards = registers.into_iter().map(|register| self.card(&register)).collect_view();
        view! { <div class="register-list">{cards}</div> }
    }

    /// A register with what stands under it.
    fn card(self, register: &Arc<Register>) -> impl IntoView + use<> {
        let (key, name) = (register.key.to_string(), register.label.words());
        let main = register.main()?;
        let count = self.count(register, main);
        let flow = main.workflow.as_ref();
        let flow = flow.map(|w| w.stages.iter().map(|s| t(s.word, s.en)).collect::<Vec<_>>().join(" → "));
        let kinds: Vec<_> = register.kinds.iter().skip(1).map(|kind| self.kind(register, kind)).collect();
        let kinds = (!kinds.is_empty()).then(|| view! { <ul class="register-kinds">{kinds}</ul> });
        Some(view! {
            <article class="card register-card">
                <div class="row register-name">
                    <a class="grow" href=Route::Register(key.clone(), None).href()><b>{name.clone()}</b>" "<span class="second small">{key.clone()}" · "{count}" "{t("行", "rows")}</span></a>
                    {self.pin(key, name)}
                </div>
                {flow.map(|f| view! { <p class="second small register-flow">{f}</p> })}
                {kinds}
            </article>
        })
    }

    /// Puts the register among the own ones, or takes it away.
    fn pin(self, key: String, name: String) -> impl IntoView {
        let (desk, own) = (self.desk, self.own);
        let pressed = key.clone();
        let held = Memo::new(move |_| own.with(|own| own.iter().any(|r| r.key == pressed)));
        view! {
            <button type="button" class="tool register-pin" id=format!("pin-{key}") aria-pressed=move || held.get().to_string() aria-label=format!("{} {name}", t("放在我的台账", "Among my registers:"))
                title=move || if held.get() { t("从我的台账拿掉", "Take away from my registers") } else { t("放进我的台账", "Put among my registers") }
                on:click=move |_| { mine::turn(desk, &key); keep_focus(&key); }>{move || if held.get() { "★" } else { "☆" }}</button>
        }
    }

    fn kind(self, register: &Register, kind: &RowKind) -> impl IntoView + use<> {
        let href = Route::Register(register.key.to_string(), Some(kind.key.to_string())).href();
        let count = self.count(register, kind);
        view! { <li><a href=href>{kind.label.words()}" "<span class="second">{count}</span></a></li> }
    }

    fn count(self, register: &Register, kind: &RowKind) -> impl Fn() -> String + Send + Clone + use<> {
        let (desk, key, of) = (self.desk, register.key.clone(), kind.key.clone());
        move || words::plain(desk.state(|s| s.sheet(&key).map_or(0, |sheet| sheet.count_of(&of))).into())
    }
}

/// The card stands elsewhere now; whoever pressed its button goes with it.
fn keep_focus(key: &str) {
    let id = format!("pin-{key}");
    // Once it has been drawn there.
    request_animation_frame(move || {
        if let Some(button) = document().get_element_by_id(&id) {
            focus::give_back(button);
        }
    });
}

fn has(own: &[Arc<Register>], register: &Register) -> bool {
    own.iter().any(|r| r.key == register.key)
}

fn is_composing(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast as _;
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}
