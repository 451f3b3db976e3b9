//! 隐私与锁定: the card in the settings.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::keys::{self, Failure, Given};
use super::sheet::Sheet;
use super::wipe::Wipe;
use crate::storage::lock::{Code, Header};
use crate::ui::desk::{Desk, Seat};
use crate::ui::lang::t;
use crate::ui::widget::dialog::Dialog;
use crate::web::crypto;

/// Letters of the shortest passphrase: shorter ones are tried through in hours, whatever the rounds.
const SHORTEST: usize = 8;
/// Minutes to choose from; 0 is never.
const MINUTES: [u32; 6] = [1, 5, 10, 30, 60, 0];

/// What is being asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Set,
    Passphrase,
    Code,
    TakeOff,
    Wipe,
}

/// The card.
#[component]
pub(super) fn Card() -> impl IntoView {
    let desk = Desk::here();
    let asking = RwSignal::new(None::<Asking>);
    let close = Callback::new(move |()| asking.set(None));
    let ask = move |what: Asking, zh: &'static str, en: &'static str| {
        view! { <button class="btn" disabled=move || desk.seat.get() != Seat::Writer on:click=move |_| asking.set(Some(what))>{t(zh, en)}</button> }
    };
    let buttons = move || {
        if desk.guarded.get() {
            view! {
                <button class="btn primary" on:click=move |_| desk.lock_now()>{t("立即锁定", "Lock now")}</button>
                {ask(Asking::Passphrase, "改口令…", "Change the passphrase…")}
                {ask(Asking::Code, "换恢复码…", "New recovery code…")}
                {ask(Asking::TakeOff, "取消口令…", "Take the lock off…")}
            }
            .into_any()
        } else if crypto::offered() {
            ask(Asking::Set, "设置口令…", "Set a passphrase…").into_any()
        } else {
            view! { <p class="hint wrong">{t("这个网址不是 https，浏览器不给加密功能，设不了口令。", "This address is not https: the browser offers no encryption here.")}</p> }.into_any()
        }
    };
    let state = move || match desk.guarded.get() {
        true => t(
            "已设口令：台账、附件、草稿都加密存在本机；每次打开要输入口令。导出的文件不加密，请自己保管。",
            "A passphrase is set: ledger, files and drafts are encrypted on this computer. Files that you save are not encrypted.",
        ),
        false => t(
            "没有设口令：能用这台电脑的人，都能打开这本台账。多人共用的电脑请设口令。",
            "No passphrase: whoever can use this computer can open the ledger. Set one where a computer is shared.",
        ),
    };
    view! {
        <section class="card stack" aria-label=t("隐私与锁定", "Privacy and lock")><h2>{t("隐私与锁定", "Privacy and lock")}</h2>
            <p class="second">{state}</p>
            <div class="row">{buttons}</div>
            {move || desk.guarded.get().then(|| view! { <Minutes /> })}
            <div class="row"><button class="btn" on:click=move |_| asking.set(Some(Asking::Wipe))>{t("清空本机个人数据…", "Remove everything…")}</button></div>
        </section>
        {move || asking.get().map(|what| match what {
            Asking::Set => view! { <Setting close /> }.into_any(),
            Asking::Passphrase => view! { <Changing close /> }.into_any(),
            Asking::Code => view! { <NewCode close /> }.into_any(),
            Asking::TakeOff => view! { <TakingOff close /> }.into_any(),
            Asking::Wipe => view! { <Wipe on_close=close /> }.into_any(),
        })}
    }
}

/// After how long the lock falls shut.
#[component]
fn Minutes() -> impl IntoView {
    let desk = Desk::here();
    let now = RwSignal::new(None::<u32>);
    spawn_local(async move {
        if let Ok((_, Header { minutes, .. })) = keys::current(desk).await {
            now.try_set(Some(minutes));
        }
    });
    let take = move |minutes: u32| {
        spawn_local(async move {
            match keys::set_minutes(desk, minutes).await {
                Ok(()) => _ = now.try_set(Some(minutes)),
                Err(why) => desk.complain(&why.words()),
            }
        });
    };
    let chip = move |minutes: u32| {
        let word = match minutes {
            0 => t("不自动", "Never").to_owned(),
            n => format!("{n}{}", t(" 分钟", " min")),
        };
        view! { <button class="chip" role="radio" aria-checked=move || (now.get() == Some(minutes)).to_string() on:click=move |_| take(minutes)>{word}</button> }
    };
    let label = t("没有人操作多久后自动锁定", "Lock after so long without input");
    view! {
        <p class="label">{label}</p>
        <div class="row" role="radiogroup" aria-label=label>{MINUTES.map(chip).collect_view()}</div>
    }
}

/// How far it has come.
#[component]
pub(super) fn Progress(progress: RwSignal<Option<(usize, usize)>>) -> impl IntoView {
    move || {
        progress.get().map(|(done, all)| {
            let words = t(
                "正在处理本机的数据，请不要关闭…",
                "Working through what is kept here; please do not close…",
            );
            let width = format!("width:{}%", done * 100 / all.max(1));
            view! { <p class="hint" role="status">{words}</p><div class="progress"><div style=width></div></div> }
        })
    }
}

/// A form that takes its time.
#[derive(Clone, Copy)]
struct Step {
    busy: RwSignal<bool>,
    why: RwSignal<Option<String>>,
    progress: RwSignal<Option<(usize, usize)>>,
}

impl Step {
    fn new() -> Self {
        Self { busy: RwSignal::new(false), why: RwSignal::new(None), progress: RwSignal::new(None) }
    }

    fn refuse(self, why: &str) {
        self.why.set(Some(why.to_owned()));
    }

    /// Does it; `then` when it is done.
    fn take(self, work: impl Future<Output = Result<(), Failure>> + 'static, then: impl FnOnce() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.why.set(None);
        spawn_local(async move {
            let done = work.await;
            self.progress.set(None);
            self.busy.set(false);
            match done {
                Ok(()) => then(),
                Err(why) => {
                    let wait = why.wait().div_ceil(1000);
                    let words = match wait {
                        0 => why.words(),
                        n => format!("{}{}{n}{}", why.words(), t("，请等 ", "; wait "), t(" 秒", " s")),
                    };
                    self.why.set(Some(words));
                }
            }
        });
    }

    fn told(self) -> impl Fn(usize, usize) + 'static {
        move |done, all| _ = self.progress.try_set(Some((done, all)))
    }

    /// What went wrong, and how far it is.
    fn view(self) -> impl IntoView {
        view! {
            {move || self.why.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            <Progress progress=self.progress />
        }
    }

    fn buttons(
        self,
        close: Callback<()>,
        word: &'static str,
        ready: impl Fn() -> bool + Send + 'static,
    ) -> impl IntoView {
        view! {
            <div class="row" style="justify-content:flex-end">
                <button class="btn" type="button" disabled=move || self.busy.get() on:click=move |_| close.run(())>{t("取消", "Cancel")}</button>
                <button class="btn primary" type="submit" disabled=move || self.busy.get() || !ready()>{word}</button>
            </div>
        }
    }
}

fn secret_field(label: &'static str, autocomplete: &'static str, to: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field"><span class="label">{label}</span>
            <span class="control"><input type="password" autocomplete=autocomplete prop:value=move || to.get() on:input=move |e| to.set(event_target_value(&e)) /></span></label>
    }
}

/// Why these are no new passphrase.
fn unfit(first: &str, second: &str) -> Option<&'static str> {
    if first.chars().count() < SHORTEST {
        return Some(t(
            "口令至少 8 个字；建议用一句自己记得住的话",
            "At least 8 letters; a sentence that you remember is best",
        ));
    }
    if first.chars().all(|c| c.is_ascii_digit()) {
        return Some(t(
            "不要只用数字：生日、电话很容易被试出来",
            "Not numerals alone: birthdays and phone numbers are tried first",
        ));
    }
    (first != second).then(|| t("两次输入的不一样", "The two are not the same"))
}

/// Setting the lock: the passphrase, then the sheet, then everything is wrapped.
#[component]
fn Setting(close: Callback<()>) -> impl IntoView {
    let desk = Desk::here();
    let (first, second) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let step = Step::new();
    let code = RwSignal::new(None::<Code>);
    let copied = RwSignal::new(false);
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let (one, two) = (first.get_untracked(), second.get_untracked());
        if let Some(why) = unfit(&one, &two) {
            return step.refuse(why);
        }
        let Some(chosen) = code.get_untracked() else {
            step.why.set(None);
            return code.set(keys::draw_code());
        };
        step.take(keys::set(desk, one, chosen, step.told()), move || {
            close.run(());
            desk.say(
                t("口令已设好，本机的台账已全部加密", "The passphrase is set; everything here is encrypted"),
                false,
            );
        });
    };
    let on_close = Callback::new(move |()| {
        if !step.busy.get_untracked() {
            close.run(());
        }
    });
    let body = move || {
        match code.get() {
        None => view! {
            {secret_field(t("口令（至少 8 个字）", "Passphrase (at least 8 letters)"), "new-password", first)}
            {secret_field(t("再输入一次", "Once more"), "new-password", second)}
            <p class="hint">{t("口令只有您知道，不存在任何服务器上，忘了只能用下一步的恢复码。", "Nobody else has it. If it is forgotten, only the recovery code of the next step helps.")}</p>
            <p class="hint">{t("设口令以前写过的内容，浏览器可能还会在硬盘上留一段时间旧的痕迹；设好以后写的不会。最好在录入个人信息之前就设口令。", "Of what was written before, the browser may leave traces on the disk for a while; of what is written afterwards, none. Best set it before personal data is entered.")}</p>
        }
        .into_any(),
        Some(code) => view! {
            <Sheet code />
            <label class="row"><input type="checkbox" prop:checked=move || copied.get() on:change=move |e| copied.set(event_target_checked(&e)) />{t("恢复码已打印或抄好", "The code is printed or copied")}</label>
        }
        .into_any(),
    }
    };
    view! {
        <Dialog title=t("设置口令", "Set a passphrase").to_owned() on_close>
            <form class="stack" on:submit=go>
                {body}
                {step.view()}
                {move || {
                    let word = if code.get().is_none() { t("下一步", "Next") } else { t("设置口令并加密", "Set it and encrypt") };
                    step.buttons(close, word, move || code.get().is_none() || copied.get())
                }}
            </form>
        </Dialog>
    }
}

/// What somebody gives who may know the passphrase, or have the sheet.
fn given(words: &str) -> Given {
    match Code::read(words) {
        Ok(code) => Given::Code(code),
        Err(_) => Given::Passphrase(words.to_owned()),
    }
}

#[component]
fn Changing(close: Callback<()>) -> impl IntoView {
    let desk = Desk::here();
    let (now, first, second) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let step = Step::new();
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let (one, two) = (first.get_untracked(), second.get_untracked());
        if let Some(why) = unfit(&one, &two) {
            return step.refuse(why);
        }
        let old = given(&now.get_untracked());
        step.take(keys::change(desk, old, Given::Passphrase(one)), move || {
            close.run(());
            desk.say(
                t("口令已改，恢复码不变", "The passphrase is changed; the recovery code is the same"),
                false,
            );
        });
    };
    view! {
        <Dialog title=t("改口令", "Change the passphrase").to_owned() on_close=close>
            <form class="stack" on:submit=go>
                {secret_field(t("现在的口令（或恢复码）", "The present passphrase (or the recovery code)"), "current-password", now)}
                {secret_field(t("新口令（至少 8 个字）", "The new one (at least 8 letters)"), "new-password", first)}
                {secret_field(t("再输入一次", "Once more"), "new-password", second)}
                {step.view()}
                {step.buttons(close, t("改口令", "Change it"), || true)}
            </form>
        </Dialog>
    }
}

#[component]
fn NewCode(close: Callback<()>) -> impl IntoView {
    let desk = Desk::here();
    let now = RwSignal::new(String::new());
    let step = Step::new();
    let code = RwSignal::new(None::<Code>);
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        if code.get_untracked().is_some() {
            return close.run(());
        }
        let Some(new) = keys::draw_code() else { return };
        let work = keys::change(desk, given(&now.get_untracked()), Given::Code(new.clone()));
        step.take(work, move || code.set(Some(new)));
    };
    let body = move || match code.get() {
        None => view! {
            <p>{t("换了以后，原来那张恢复码作废。", "The sheet that you have becomes void.")}</p>
            {secret_field(t("现在的口令", "The present passphrase"), "current-password", now)}
        }
        .into_any(),
        Some(code) => view! { <Sheet code /> }.into_any(),
    };
    view! {
        <Dialog title=t("换恢复码", "New recovery code").to_owned() on_close=close>
            <form class="stack" on:submit=go>
                {body}
                {step.view()}
                {move || step.buttons(close, if code.get().is_some() { t("已打印或抄好", "It is printed or copied") } else { t("换恢复码", "Make a new one") }, || true)}
            </form>
        </Dialog>
    }
}

#[component]
fn TakingOff(close: Callback<()>) -> impl IntoView {
    let desk = Desk::here();
    let now = RwSignal::new(String::new());
    let step = Step::new();
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        step.take(keys::take_off(desk, given(&now.get_untracked()), step.told()), move || {
            close.run(());
            desk.say(
                t(
                    "口令已取消，本机的台账不再加密",
                    "The lock is off; what is kept here is not encrypted any more",
                ),
                false,
            );
        });
    };
    let on_close = Callback::new(move |()| {
        if !step.busy.get_untracked() {
            close.run(());
        }
    });
    view! {
        <Dialog title=t("取消口令", "Take the lock off").to_owned() on_close>
            <form class="stack" on:submit=go>
                <p>{t("取消后，能用这台电脑的人都能打开台账。", "Whoever can use this computer can then open the ledger.")}</p>
                {secret_field(t("现在的口令（或恢复码）", "The present passphrase (or the recovery code)"), "current-password", now)}
                {step.view()}
                {step.buttons(close, t("取消口令", "Take it off"), || true)}
            </form>
        </Dialog>
    }
}
