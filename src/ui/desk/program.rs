//! The program itself on this device: installed, brought up to date, or an earlier build opened again.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Desk;
use crate::ui::lang::t;
use crate::web::install::{Install, Installable};
use crate::web::service_worker::{Builds, ServiceWorker, Update};

/// This build of the program; none where it was not sealed, and so is not known from another.
pub(in crate::ui) fn this_build() -> Option<String> {
    let meta = document().query_selector("meta[name=xingcun-build]").ok()??;
    meta.get_attribute("content").filter(|build| !build.is_empty())
}

impl Desk {
    /// Hears whether the browser would install the program: from the very beginning, it says so only once.
    pub(super) fn attend_install(self) {
        self.installer.set_value(Some(Rc::new(Install::listen(move |now| {
            self.installable.set(now == Installable::Offered)
        }))));
    }

    /// Hears of new builds.
    pub(super) fn attend_builds(self) {
        spawn_local(async move {
            let program = ServiceWorker::register(move |update| match update {
                Update::Waiting => self.update.set(true),
                Update::Switched => self.say(
                    t(
                        "另一个窗口已更新，方便时请刷新本页",
                        "Another window has updated; reload when convenient",
                    ),
                    false,
                ),
                Update::OfflineReady => {
                    self.say_when_quiet(t("已可离线使用", "Ready to work without a network"))
                }
                Update::Failed { file, reason } => self.complain(&format!(
                    "{}（{file}：{reason}）",
                    t("新版本没有下载完整，稍后会再试", "The new version did not arrive whole")
                )),
            })
            .await;
            if let Some(program) = program {
                self.update.set(program.is_waiting());
                self.program.set_value(Some(Rc::new(program)));
            }
        });
    }

    /// Lets the browser ask whether to install the program.
    pub(in crate::ui) fn install(self) {
        let Some(installer) = self.installer.get_value() else { return };
        self.installable.set(false);
        spawn_local(async move {
            installer.prompt().await;
        });
    }

    /// Takes up the new version that waits.
    pub(in crate::ui) fn apply_update(self) {
        if let Some(program) = self.program.get_value() {
            program.apply();
        }
    }

    /// The builds of the program that are kept on this device.
    pub(in crate::ui) async fn builds(self) -> Option<Builds> {
        // The page may be faster than the registration of the service worker.
        for _ in 0..20 {
            match self.program.get_value() {
                Some(program) => return program.builds().await,
                None => crate::web::sleep(250).await,
            }
        }
        None
    }

    /// Opens another kept build from the next loading on; false when it is no longer whole.
    pub(in crate::ui) async fn use_build(self, build: &str) -> bool {
        match self.program.get_value() {
            Some(program) => program.use_build(build).await,
            None => false,
        }
    }
}
