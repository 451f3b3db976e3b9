//! The state light: saved, being saved, reading only, or what is wrong – and what to do.

use leptos::prelude::*;

use super::desk::{Desk, Light};
use super::lang::t;
use super::route::Route;
use super::widget::combo::close_when_left;

/// The state light: one word, explained by a click.
#[component]
pub(super) fn StateLight() -> impl IntoView {
    let desk = Desk::here();
    let open = RwSignal::new(false);
    let class = move || match desk.shown_light() {
        Light::Saved => "light",
        Light::Saving => "light busy",
        Light::Reading => "light reader",
        Light::Update | Light::Damaged => "light update",
        Light::Missing | Light::Full(_) | Light::Failed(_) => "light wrong",
    };
    let word = move || match desk.shown_light() {
        Light::Saved => t("已保存", "Saved").to_owned(),
        Light::Saving => t("保存中", "Saving").to_owned(),
        Light::Reading => t("只读", "Reading only").to_owned(),
        Light::Update => t("有更新", "Update ready").to_owned(),
        Light::Damaged => t("日志有损坏", "Log damaged").to_owned(),
        Light::Missing => t("台账不在", "Ledger missing").to_owned(),
        Light::Full(_) => t("存储不足", "Storage full").to_owned(),
        Light::Failed(_) => t("没有保存", "Not saved").to_owned(),
    };
    let explain = move || {
        match desk.shown_light() {
        Light::Saved => t(
            "所有内容都已写入本机磁盘。没有网络也能用，关掉再开也在。",
            "Everything is on this computer's disk. It works without a network and survives a restart.",
        )
        .to_owned(),
        Light::Saving => {
            t("正在写入本机磁盘，请稍等再关闭。", "Being written to disk; please wait before closing.")
                .to_owned()
        }
        Light::Reading => t(
            "另一个窗口正在编辑。为了不互相覆盖，这里只能查看。",
            "Another window is editing. To keep work from being overwritten, this one only reads.",
        )
        .to_owned(),
        Light::Update => t(
            "新版本已下载好，您同意后才会换上。",
            "A new version waits; it is taken up only when you agree.",
        )
        .to_owned(),
        Light::Damaged => t(
            "屏幕上的内容都在本机磁盘上，但记录每一步的日志有损坏。请现在导出一份完整的备份；坏掉的字节原样保留。",
            "What is shown is on this computer's disk, but the log of steps is damaged. Save a complete backup now; the damaged bytes are kept.",
        )
        .to_owned(),
        Light::Missing => t(
            "本机存储是空的，而这里原来有一份台账。请读入最近一次备份的台账文件。",
            "The storage is empty, and there was a ledger here. Read your last ledger file.",
        )
        .to_owned(),
        Light::Full(why) | Light::Failed(why) => why,
    }
    };
    let close = Callback::new(move |()| open.set(false));
    view! {
        <div class="anchor" on:focusout=move |event| close_when_left(&event, close) on:keydown=move |event| if event.key() == "Escape" { open.set(false) }>
            {move || missed_button(desk, open)}
            <button class=class aria-expanded=move || open.get().to_string() aria-label=word on:click=move |_| open.update(|o| *o = !*o)><span class="word">{word}</span></button>
            {move || open.get().then(|| view! {
                <div class="popover" style="left:auto;right:0" role="status" tabindex="-1">
                    <p style="padding:6px 8px">{explain}</p>
                    {move || missed_view(desk)}
                    <p class="hint" style="padding:0 8px">{move || desk.device_line()}</p>
                    <div class="row" style="padding:6px 8px">
                        {move || desk.can_retry().then(|| view! { <button class="btn small primary" on:click=move |_| desk.retry()>{t("再试一次", "Try again")}</button> })}
                        <a class="btn small" href=Route::Settings.href() on:click=move |_| open.set(false)>{t("打开设置", "Settings")}</a>
                        <a class="btn small" href=Route::Exchange.href() on:click=move |_| open.set(false)>{t("备份台账", "Back up")}</a>
                        {move || desk.guarded.get().then(|| view! { <button class="btn small" on:click=move |_| desk.lock_now()>{t("立即锁定", "Lock now")}</button> })}
                        <button class="btn small plain" on:click=move |_| open.set(false)>{t("关闭", "Close")}</button>
                    </div>
                </div>
            })}
        </div>
    }
}

/// Says that complaints went unread.
fn missed_button(desk: Desk, open: RwSignal<bool>) -> Option<impl IntoView> {
    let n = desk.missed.with(Vec::len);
    let name = format!("{n} {}", t("条没看的消息", "unread messages"));
    (n > 0).then(|| view! { <button class="light wrong missed" title=name.clone() aria-label=name.clone() on:click=move |_| open.set(true)>{n}</button> })
}

fn missed_view(desk: Desk) -> Option<impl IntoView> {
    let missed = desk.missed.get();
    (!missed.is_empty()).then(|| view! {
        <ul class="trace missed-list">{missed.into_iter().map(|m| view! { <li class="hint wrong">{m.text}</li> }).collect_view()}</ul>
        <button class="btn small" on:click=move |_| desk.missed.set(Vec::new())>{t("都看过了", "All read")}</button>
    })
}
