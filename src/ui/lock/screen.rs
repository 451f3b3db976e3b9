//! The screen of a locked ledger: the passphrase, the recovery code, and the way out for whoever has neither.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::card::Progress;
use super::keys::{self, Failure, Given};
use super::wipe::Wipe;
use crate::storage::lock::{Code, Misread};
use crate::ui::desk::Desk;
use crate::ui::lang::t;

/// What keeps somebody from trying.
#[derive(Clone, Copy)]
struct Attempt {
    desk: Desk,
    busy: RwSignal<bool>,
    why: RwSignal<Option<String>>,
    /// Milliseconds until the next attempt.
    wait: RwSignal<u64>,
    progress: RwSignal<Option<(usize, usize)>>,
}

impl Attempt {
    fn begin(self, given: Given, after: impl Fn() + 'static) {
        if self.busy.get_untracked() || self.wait.get_untracked() > 0 {
            return;
        }
        self.busy.set(true);
        self.why.set(None);
        spawn_local(async move {
            let told = move |done, all| _ = self.progress.try_set(Some((done, all)));
            let code = matches!(given, Given::Code(_));
            match keys::unlock(self.desk, given, told).await {
                Ok(()) => after(),
                Err(why) => self.failed(&why, code),
            }
            let _ = self.busy.try_set(false);
        });
    }

    fn failed(self, why: &Failure, code: bool) {
        self.progress.set(None);
        let words = match why {
            Failure::Wrong(_) if code => t(
                "这不是本台账的恢复码（可能是旧的那张）",
                "That is not the code of this ledger (perhaps an old sheet)",
            )
            .to_owned(),
            other => other.words(),
        };
        self.why.set(Some(words));
        self.hold(why.wait());
        focus_input();
    }

    /// Counts down; the page's own clock does, whatever the computer's says meanwhile.
    fn hold(self, wait: u64) {
        self.wait.set(wait);
        if wait > 0 {
            set_timeout(
                move || {
                    if let Some(left) = self.wait.try_get_untracked() {
                        self.hold(left.saturating_sub(SECOND));
                    }
                },
                Duration::from_millis(SECOND.min(wait)),
            );
        }
    }
}

const SECOND: u64 = 1000;

fn focus_input() {
    use wasm_bindgen::JsCast as _;
    request_animation_frame(|| {
        let found = document().query_selector(".lock-screen input").ok().flatten();
        if let Some(input) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = input.focus();
        }
    });
}

/// The screen.
#[component]
pub(super) fn Screen() -> impl IntoView {
    let attempt = Attempt {
        desk: Desk::here(),
        busy: RwSignal::new(false),
        why: RwSignal::new(None),
        wait: RwSignal::new(0),
        progress: RwSignal::new(None),
    };
    spawn_local(async move { attempt.hold(keys::waiting().await) });
    let by_code = RwSignal::new(false);
    let wiping = RwSignal::new(false);
    let other = move |_| {
        attempt.why.set(None);
        by_code.update(|by| *by = !*by);
        focus_input();
    };
    focus_input();
    view! {
        <main class="lock-screen card stack" style="width:min(440px,94vw);margin:10vh auto" id="main">
            <h1>{t("台账已上锁", "The ledger is locked")}</h1>
            {move || if by_code.get() { view! { <ByCode attempt /> }.into_any() } else { view! { <ByPassphrase attempt /> }.into_any() }}
            {move || attempt.why.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            {move || (attempt.wait.get() > 0).then(|| view! { <p class="hint" role="status">{t("请等 ", "Please wait ")}{attempt.wait.get().div_ceil(SECOND)}{t(" 秒再试", " s")}</p> })}
            <Progress progress=attempt.progress />
            <div class="row">
                <button class="btn link small" type="button" on:click=other>{move || if by_code.get() { t("用口令打开", "Use the passphrase") } else { t("忘记口令？用恢复码", "Forgotten? Use the recovery code") }}</button>
                <button class="btn link small" type="button" on:click=move |_| wiping.set(true)>{t("口令和恢复码都没有…", "Neither of them…")}</button>
            </div>
            <p class="hint">{t("台账、附件和草稿都已加密存在本机。锁上后看不到任何姓名和号码；口令不在任何服务器上，谁也找不回。", "Ledger, files and drafts are encrypted on this computer. The passphrase is on no server: nobody can recover it.")}</p>
        </main>
        {move || wiping.get().then(|| view! { <Wipe on_close=Callback::new(move |()| wiping.set(false)) /> })}
    }
}

fn blocked(attempt: Attempt) -> bool {
    attempt.busy.get() || attempt.wait.get() > 0
}

fn unlock_button(attempt: Attempt) -> impl IntoView {
    view! {
        <div class="row"><button class="btn primary" type="submit" disabled=move || blocked(attempt)>
            {move || if attempt.busy.get() { t("正在核对…", "Checking…") } else { t("打开台账", "Open the ledger") }}
        </button></div>
    }
}

#[component]
fn ByPassphrase(attempt: Attempt) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let given = words.get_untracked();
        if !given.is_empty() {
            attempt.begin(Given::Passphrase(given), || {});
        }
    };
    view! {
        <form class="stack" on:submit=go>
            <label class="field"><span class="label">{t("口令", "Passphrase")}</span>
                <span class="control"><input type="password" autocomplete="current-password" prop:value=move || words.get() on:input=move |e| words.set(event_target_value(&e)) /></span></label>
            {unlock_button(attempt)}
        </form>
    }
}

#[component]
fn ByCode(attempt: Attempt) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let desk = attempt.desk;
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        match Code::read(&words.get_untracked()) {
            Ok(code) => attempt.begin(Given::Code(code), move || {
                desk.say(
                    t(
                        "已用恢复码打开。请到设置“隐私与锁定”设一个新口令",
                        "Opened by the recovery code. Set a new passphrase under Settings",
                    ),
                    false,
                );
            }),
            Err(why) => attempt.why.set(Some(misread_words(why))),
        }
    };
    view! {
        <form class="stack" on:submit=go>
            <label class="field"><span class="label">{t("恢复码（7 组，每组 5 位，大小写都行）", "Recovery code (7 groups of 5)")}</span>
                <span class="control"><input style="font-family:monospace" autocomplete="off" spellcheck="false" prop:value=move || words.get() on:input=move |e| words.set(event_target_value(&e)) /></span></label>
            {unlock_button(attempt)}
        </form>
    }
}

/// What is wrong with what was copied, and where.
pub(super) fn misread_words(why: Misread) -> String {
    match why {
        Misread::Length(n) => {
            format!(
                "{}{n}{}",
                t("恢复码一共 35 位，现在是 ", "A recovery code has 35 letters; these are "),
                t(" 位，请对照纸上补齐", "")
            )
        }
        Misread::Group(n) => format!(
            "{}{n}{}",
            t("第 ", "Group "),
            t(" 组抄错了，请对照纸上核对这一组", " is not as on the sheet; look at it again")
        ),
    }
}
