//! The sheet with the recovery code: on the screen once, on paper for as long as it is needed.

use leptos::portal::Portal;
use leptos::prelude::*;

use crate::storage::lock::Code;
use crate::ui::lang::t;
use crate::ui::words;
use crate::web::clock;

/// Marks the page while a sheet is to be printed instead of it.
const MARK: &str = "with-sheet";

/// Each letter is told from its neighbours, and the groups break where they end.
const CODE: &str = "font:600 20px/1.7 monospace;letter-spacing:1px;overflow-wrap:anywhere;text-align:center";

fn mark(on: bool) {
    if let Some(body) = document().body() {
        let list = body.class_list();
        // A class name without blanks is never refused.
        let _ = if on { list.add_1(MARK) } else { list.remove_1(MARK) };
    }
}

/// The code, to be read, and the sheet that the browser prints.
#[component]
pub(super) fn Sheet(code: Code) -> impl IntoView {
    mark(true);
    on_cleanup(|| mark(false));
    let text = code.to_string();
    let printed = text.clone();
    let made = words::moment(clock::now().millis);
    view! {
        <p>{t("忘记口令时，只有这张恢复码能打开台账。它只显示这一次：请打印或抄下来，锁在柜子里，不要拍照、不要发到微信。", "If the passphrase is forgotten, only this code opens the ledger. It is shown once: print it or copy it, and lock it away; no photographs, no messages.")}</p>
        <p class="recovery-code" style=CODE aria-label=t("恢复码", "Recovery code")>{text}</p>
        <div class="row"><button class="btn" type="button" on:click=|_| { let _ = window().print(); }>{t("打印恢复码", "Print the code")}</button></div>
        <Portal>
            <section class="paper recovery">
                <h1>{t("兴村台账 恢复码", "Xingcun recovery code")}</h1>
                <p>{t("制表时间：", "Made: ")}{made.clone()}</p>
                <p style=CODE>{printed.clone()}</p>
                <p>{t("用途：这台电脑上的台账设了口令。忘记口令时，在锁定页点“忘记口令”，输入上面的恢复码即可打开，再设新口令。每组最后一位是校验位，抄错会提示是第几组。", "The ledger on this computer has a passphrase. If it is forgotten, choose “Forgotten” on the lock page and enter the code above. The last letter of each group is a check: a slip is reported with its group.")}</p>
                <p>{t("保管：与电脑分开、上锁存放；拿到这张纸和这台电脑的人就能看到台账。设置新的恢复码后，这张作废。", "Keep it locked away and apart from the computer: whoever has both can read the ledger. A new code makes this one void.")}</p>
                <p>{t("保管人：＿＿＿＿＿＿　　电脑编号：＿＿＿＿＿＿　　日期：＿＿＿＿＿＿", "Kept by: ________   Computer: ________   Date: ________")}</p>
            </section>
        </Portal>
    }
}
