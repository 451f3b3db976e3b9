//! 清空本机个人数据: everything of this ledger goes from this device.
//!
//! Duty: a deliberate wish, a backup offered first, and then nothing is left: database, notes, preferences. Inputs: the
//! word that says it. Outputs: an empty device. Neighbours: `screen` and `card` offer it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::storage::Store as _;
use crate::ui::desk::{Desk, store_words};
use crate::ui::hands;
use crate::ui::lang::{local_storage, t};
use crate::ui::widget::dialog::Dialog;
use crate::web::idb::Idb;
use crate::web::{DATABASE, Keeper, service_worker, worker};

/// What begins the names of everything we keep beside the database.
const OURS: &str = "xingcun.";
/// The one that is not about a ledger.
const LANGUAGE: &str = "xingcun.lang";

/// Milliseconds until other windows have heard.
const LET_GO: u32 = 300;

/// The question, and the deed.
#[component]
pub(super) fn Wipe(on_close: Callback<()>) -> impl IntoView {
    let desk = Desk::here();
    let typed = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let word = t("清空", "DELETE");
    let sure = move || typed.with(|typed| typed.trim() == word);
    let go = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        if sure() {
            spawn_local(async move {
                if let Err(why) = wipe(desk).await {
                    failed.set(Some(why));
                }
            });
        }
    };
    let open = desk.session().is_some();
    view! {
        <Dialog title=t("清空本机个人数据", "Remove everything from this computer").to_owned() on_close>
            <form class="stack" on:submit=go>
                <p>{t("这台电脑上的整本台账、附件、草稿、口令和设置都会删除，无法撤销。已经导出的文件和别的电脑上的台账不受影响。", "The whole ledger on this computer, its files, drafts, passphrase and settings are removed; this cannot be undone. Files that were saved and ledgers on other computers are not touched.")}</p>
                {open.then(|| view! { <div class="row"><button class="btn" type="button" on:click=move |_| desk.save_ledger_file()>{t("先导出一份台账文件", "Save a ledger file first")}</button><span class="hint">{move || desk.backup_words()}</span></div> })}
                <label class="field"><span class="label">{t("确定要清空，请输入“清空”两个字", "To go on, type DELETE")}</span>
                    <span class="control"><input autocomplete="off" prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e)) /></span></label>
                {move || failed.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
                <div class="row" style="justify-content:flex-end">
                    <button class="btn" type="button" on:click=move |_| on_close.run(())>{t("取消", "Cancel")}</button>
                    <button class="btn danger" type="submit" disabled=move || !sure()>{t("清空本机", "Remove everything")}</button>
                </div>
            </form>
        </Dialog>
    }
}

async fn wipe(desk: Desk) -> Result<(), String> {
    let words = |error| store_words(&error);
    let keeper = match desk.session() {
        Some(session) => session.store().clone(),
        None => Keeper::new(Idb::open(DATABASE, hands::unpacking).await.map_err(words)?),
    };
    keeper.forget();
    keeper.wipe().await.map_err(words)?;
    worker::lend(None);
    desk.leave_nothing();
    if let Some(storage) = local_storage() {
        let names = (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok().flatten());
        let ours: Vec<String> = names.filter(|n| n.starts_with(OURS) && n != LANGUAGE).collect();
        for name in ours {
            // What cannot be removed could not be kept.
            let _ = storage.remove_item(&name);
        }
    }
    desk.tell_wiped();
    // Other windows let go of the database meanwhile. With it, what lies on the disk of records that were overwritten
    // goes when the browser tidies up; where it cannot go, it is empty all the same.
    crate::web::sleep(LET_GO).await;
    let _ = Idb::delete(DATABASE).await;
    let _ = window().location().set_hash("#/");
    service_worker::reload();
    Ok(())
}
