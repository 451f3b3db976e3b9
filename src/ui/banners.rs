//! What stands above every page when it matters: sample data, reading only, unsaved cells, an update.

use leptos::prelude::*;

use super::desk::{Desk, Role};
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
    let reader = move || {
        (desk.role.get() == Role::Reader).then(|| view! {
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
    view! { {sample}<div class="no-print">{reader}{unsaved}{update}</div> }
}
