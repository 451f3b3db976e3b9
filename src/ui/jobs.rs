//! Files made or read in the worker: exports, the ledger file out and in.


use super::desk::Desk;
use super::lang::{Words, t};
use crate::exchange::job::{Ask, Reply};
use crate::web::files;
use crate::web::worker::Job;

impl Desk {
    /// Saves a register as a workbook.
    pub(super) fn export(self, register: &'static str) {
        self.run(Ask::Export { register: register.to_owned() }, None);
    }

    /// Saves the whole log as a ledger file.
    pub(super) fn save_ledger_file(self) {
        self.run(Ask::Backup, None);
    }

    /// Reads a ledger file into the ledger.
    pub(super) fn restore_file(self, file: web_sys::File) {
        leptos::task::spawn_local(async move {
            match files::read(&file, |_| {}).await {
                Ok(bytes) => self.run(Ask::Restore { name: file.name() }, Some(bytes)),
                Err(error) => self.complain(&format!("{}（{error}）", t("读不到这个文件", "The file cannot be read"))),
            }
        });
    }

    /// One question to a worker of its own, which ends afterwards.
    fn run(self, ask: Ask, bytes: Option<Vec<u8>>) {
        if matches!(ask, Ask::Restore { .. }) && !self.can_write() {
            return self.complain(t("这个窗口只能查看", "This window only reads"));
        }
        self.say(t("正在准备文件", "Working on the file"), false);
        leptos::task::spawn_local(async move {
            let answer = match Job::start().await {
                Ok(job) => {
                    let answer = job.ask(&ask, bytes, |_| {}).await;
                    job.cancel();
                    answer
                }
                Err(error) => Err(error),
            };
            match answer {
                Ok((Reply::File { name, mime }, Some(bytes))) => {
                    files::save_bytes(&name, &mime, &bytes);
                    self.say(&format!("{}{name}", t("已生成：", "Made: ")), false);
                }
                Ok((Reply::Written { operations, .. }, _)) => {
                    self.catch_up().await;
                    self.settle_period();
                    self.tell_others();
                    self.say(&format!("{} {operations} {}", t("已读入", "Read"), t("处改动", "changes")), false);
                }
                Ok((Reply::Refused(message), _)) => self.complain(&message.words()),
                Ok(_) => self.complain(t("后台没有给出文件", "The worker made no file")),
                Err(error) => self.complain(&format!("{}（{error}）", t("没有完成，台账没有改动", "Not done; the ledger is unchanged"))),
            }
        });
    }
}
