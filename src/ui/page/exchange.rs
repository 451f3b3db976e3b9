//! 交换: workbooks in and out, the ledger as a file.

use std::sync::Arc;

use leptos::prelude::*;

use crate::register::Register;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::route::Route;
use crate::ui::widget::ledger_input::LedgerInput;

/// The page.
#[component]
pub(in crate::ui) fn Exchange() -> impl IntoView {
    let desk = Desk::here();
    let declared = desk.declared();
    let exports = move || {
        let button = |r: &Arc<Register>| {
            let key = r.key.to_string();
            view! { <button class="btn" on:click=move |_| desk.export(&key)>{r.label.words()}" ⤓"</button> }
        };
        declared.with(|schema| schema.all().iter().map(button).collect_view())
    };
    view! {
        <div class="page-head"><h1>{t("交换", "Exchange")}</h1></div>
        <div class="settings">
            <section class="card stack"><h2>{t("导入表格", "Import a workbook")}</h2>
                <p class="second">{t("Excel、WPS、CSV，原样拖进来就行；标题、单位、合计、合并单元格自己认。", "Excel, WPS or CSV as they are; titles, units, totals and merged cells are recognised.")}</p>
                <div class="row"><a class="btn primary" href=Route::Import.href()>{t("导入…", "Import…")}</a></div></section>
            <section class="card stack"><h2>{t("读文章", "Read an article")}</h2>
                <p class="second">{t("粘贴或打开一篇材料（txt、Word），找出每一个数字，和台账对一对；不一致的说出差多少、宜怎么写。只在本机读，不上传。", "Paste or open a text (txt, Word): every figure is found and held against the ledger. It is read on this device only.")}</p>
                <div class="row"><a class="btn" href=Route::Article(None).href()>{t("读文章…", "Read an article…")}</a></div></section>
            <section class="card stack"><h2>{t("导出台账为表格", "Export registers")}</h2>
                <p class="second">{t("证件号、电话默认脱敏。导出的表可以改了再导回来。", "Identity numbers and phones are masked. An exported workbook can be read back.")}</p>
                <div class="row">{exports}</div></section>
            <section class="card stack"><h2>{t("合账台", "Merge desk")}</h2>
                <p class="second">{t("各村、各镇发来的台账文件一起打开：先看每份带来什么，冲突逐条裁定，整步可撤销。", "Ledger files that others have sent, opened together: see what each brings, decide what contradicts, undo it as one step.")}</p>
                <div class="row"><a class="btn primary" href=Route::Merge.href()>{t("合账…", "Merge…")}</a></div></section>
            <section class="card stack"><h2>{t("发给村、镇", "Send a part")}</h2>
                <p class="second">{t("只含一个单位（含下级）的记录和它们引用的记录。单位按上面的“范围”。对方改完发回来，合账时缺的不算删除。", "What concerns one place, chosen in the bar, and what that refers to. When it comes back, what it lacks is not taken as removed.")}</p>
                <div class="row"><button class="btn" disabled=move || desk.place.get().is_none() on:click=move |_| if let Some(place) = desk.place.get_untracked() { desk.send_part(place) }>{move || format!("{} {}", t("导出", "Save"), desk.place_title())}</button></div>
                {move || desk.place.get().is_none().then(|| view! { <p class="hint">{t("先在上面的“范围”里选一个村或乡镇。", "Choose a village or township in the bar first.")}</p> })}</section>
            <section class="card stack"><h2>{t("备份与恢复", "Backup and restore")}</h2>
                <p class="second">{t("台账文件（.xcz）里有全部记录和每一步的来历，可存U盘，也可在另一台电脑打开。", "A ledger file (.xcz) holds every record and every step.")}</p>
                <div class="row">
                    <button class="btn" on:click=move |_| desk.save_ledger_file()>{t("导出台账文件", "Save the ledger file")}</button>
                    <LedgerInput />
                </div>
                <p class="hint">{move || desk.backup_words()}</p></section>
        </div>
    }
}
