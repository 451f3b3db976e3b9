//! Shown instead of any page while the database is empty though there was a ledger: what it was, and the ways back.

use leptos::prelude::*;

use super::desk::Desk;
use super::lang::t;
use super::widget::dialog::Dialog;
use super::widget::ledger_input::LedgerInput;
use crate::storage::Trace;

#[component]
pub(super) fn Former(trace: Trace) -> impl IntoView {
    let desk = Desk::here();
    let asking = RwSignal::new(false);
    let begin = move |_| {
        asking.set(false);
        desk.forget_former();
    };
    view! {
        <section class="drop former" role="alert">
            <h1>{t("台账不在了", "The ledger is missing")}</h1>
            <p>{Desk::former_words(&trace)}</p>
            <p>{t("浏览器里的数据已被清除（清理软件、清除网站数据，或换了浏览器资料）。请读入最近一次备份的台账文件；如果还有一个窗口开着兴村，台账还在它的内存里：请到那个窗口点“把内存里的台账存回本机”。", "The browser's data was cleared. Read your last ledger file. If another window of this program is still open, the ledger is in its memory: choose “Put the ledger back” there.")}</p>
            <div class="row">
                <LedgerInput primary=true />
                <button class="btn" on:click=move |_| asking.set(true)>{t("从头开始…", "Start from nothing…")}</button>
            </div>
        </section>
        {move || asking.get().then(|| view! {
            <Dialog title=t("从头开始", "Start from nothing").to_owned() on_close=Callback::new(move |()| asking.set(false))>
                <div class="stack">
                    <p>{t("将不再提醒这里原来有过台账。备份文件不受影响，以后随时可以在“交换”读入。", "You will not be reminded of the former ledger. Backup files are not touched and can be read at any time in Exchange.")}</p>
                    <div class="row" style="justify-content:flex-end">
                        <button class="btn" on:click=move |_| asking.set(false)>{t("取消", "Cancel")}</button>
                        <button class="btn primary" on:click=begin>{t("从空白开始", "Start blank")}</button>
                    </div>
                </div>
            </Dialog>
        })}
    }
}
