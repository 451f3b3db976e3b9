//! What stands above every page when it matters: sample data, reading only, unsaved cells, an update.

use leptos::prelude::*;

use super::desk::{Damaged, Desk, Seat};
use super::lang::t;
use super::route::{Route, expect_route};

#[component]
pub(super) fn Banners() -> impl IntoView {
    let desk = Desk::here();
    let route = expect_route();
    let sample = Memo::new(move |_| desk.sample());
    let sample = move || {
        sample.get().map(|id| {
            let remove = move || (route.get() == Route::Overview && desk.can_write()).then(|| view! {
                <button class="btn link small no-print" on:click=move |_| desk.take_back(id)>{t("移除示例", "Remove the sample")}</button>
            });
            view! {
                <p class="sample" role="note"><span class="tag doubt">{t("示例数据", "sample data")}</span>
                    <span>{t("县、村和数字都是编造的", "An invented county; no figure is real")}</span>{remove}</p>
            }
        })
    };
    let unsaved = move || {
        let n = desk.unsaved();
        (n > 0).then(|| view! {
            <div class="banner" role="status">
                <span class="grow">{n}" "{t("格没有存下来，填的内容都留在原处。", "cells are not saved; what was typed stays where it is.")}</span>
                <button class="btn small primary" on:click=move |_| desk.retry()>{t("再试一次", "Try again")}</button>
                <button class="btn small plain" on:click=move |_| desk.discard_unsaved()>{t("放弃这些改动", "Discard these changes")}</button>
            </div>
        })
    };
    let only_copy = move || {
        let rows = || desk.state(|s| s.registers().map(|(_, sheet)| sheet.count_live()).sum::<usize>());
        desk.only_copy.get().then(|| view! {
            <div class="banner wrong" role="alert">
                <span class="grow">{t("本机存储里的台账被清除或关闭了，现在只有这个窗口的内存里有一份（", "The ledger was removed from this computer's storage; the only copy is in this window's memory (")}{rows()}" "{t("行）。请不要刷新或关闭本页。", "rows). Do not reload or close this page.")}</span>
                {move || (desk.seat.get() == Seat::Writer).then(|| view! { <button class="btn small primary" on:click=move |_| desk.put_back()>{t("把内存里的台账存回本机", "Put the ledger back on this computer")}</button> })}
                <button class="btn small" on:click=move |_| desk.save_ledger_file()>{t("导出台账文件", "Save the ledger file")}</button>
            </div>
        })
    };
    // Said until a complete backup is made; the light goes on saying it.
    let damaged = move || {
        let Damaged { places, lost } = desk.damaged.get();
        let rest = match lost {
            0 => t(
                "，屏幕上的内容还完整。现在导出一份完整的备份，缺的会从页面恢复。",
                "; what is shown is still complete. Save a complete backup now: what the log lacks is taken from the pages.",
            ),
            _ => t(
                "，其中有的内容屏幕上也没有了。请先导出一份备份；如有旧的台账文件，到“交换”读入就能补回来。",
                "; some of it is no longer shown either. Save a backup; then read an older ledger file in Exchange, which mends it.",
            ),
        };
        (places > 0 && !desk.damage_told.get()).then(|| view! {
            <div class="banner" role="alert">
                <span class="grow">{t("日志有 ", "The log is damaged in ")}{places}{t(" 处损坏", " places")}{rest}</span>
                <button class="btn small primary" on:click=move |_| desk.save_ledger_file()>{t("现在导出一份完整的备份", "Save a complete backup now")}</button>
            </div>
        })
    };
    let reader = move || {
        (desk.seat.get() == Seat::Reader).then(|| view! {
            <div class="banner" role="status">
                <span class="grow">{t("另一个窗口正在编辑，这里只能查看。", "Another window is editing; this one only reads.")}</span>
                <button class="btn small" on:click=move |_| desk.take_over()>{t("改在这里编辑", "Edit here instead")}</button>
            </div>
        })
    };
    let update = move || {
        desk.update.get().then(|| view! {
            <div class="banner" role="status">
                <span class="grow">{t("新版本已下载好。", "A new version has been downloaded.")}</span>
                <button class="btn small" on:click=move |_| desk.apply_update()>{t("现在更新", "Update now")}</button>
                <button class="btn small plain" on:click=move |_| desk.update.set(false)>{t("稍后", "Later")}</button>
            </div>
        })
    };
    view! { {sample}<div class="no-print">{only_copy}{damaged}{reader}{unsaved}{update}</div> }
}
