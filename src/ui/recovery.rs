//! When the program stops: a page in plain words instead of a dead one. Records are safe by then, because
//! nothing is shown as saved before it is; drafts are kept as they are typed.

use leptos::prelude::document;

/// Replaces the default panic message.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        crate::web::doubt::note();
        let Some(body) = document().body() else { return };
        let page = concat!(
            "<div role=\"alert\" class=\"drop\" style=\"max-width:560px;margin:12vh auto\">",
            "<h1>程序遇到意外，已停下</h1>",
            "<p>已显示“已保存”的内容都在本机，没有丢。正在填写的内容保存在草稿里，重新打开后会问您要不要接着填。</p>",
            "<p>The program has stopped. Everything shown as saved is safe on this computer.</p>",
            "<p><a class=\"btn primary\" href=\"./\">重新打开 / Reload</a></p></div>"
        );
        body.set_inner_html(page);
    }));
}
