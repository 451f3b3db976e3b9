//! Files made or read in the worker: exports, the ledger file out and in.

use super::desk::Desk;
use super::lang::{Words, t};
use crate::exchange::job::{Ask, Progress, Reply, Sheet};
use crate::web::files;
use crate::web::worker::Talk;

impl Desk {
    /// Saves a register as a workbook.
    pub(super) fn export(self, register: &'static str) {
        self.run(Ask::Export { register: register.to_owned() }, None);
    }

    /// Saves lines that a page shows as a workbook.
    pub(super) fn export_lines(self, lines: Sheet) {
        self.run(Ask::Sheet(lines), None);
    }

    /// Saves the whole log as a ledger file.
    pub(super) fn save_ledger_file(self) {
        self.run(Ask::Backup, None);
    }

    /// Reads a ledger file into the ledger.
    pub(super) fn restore_file(self, file: web_sys::File) {
        leptos::task::spawn_local(async move {
            match files::read(&file, files::LIMIT, |_, _| {}).await {
                Ok(bytes) => self.run(Ask::Restore { name: file.name() }, Some(bytes)),
                Err(error) => self.complain(&format!("{}：{}", file.name(), error.message().words())),
            }
        });
    }

    /// Saves what was made; several files get numbers.
    fn save_all(self, name: &str, mime: &str, made: &[Vec<u8>]) {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        for (n, bytes) in made.iter().enumerate() {
            let name = if made.len() > 1 { format!("{stem}-{}.{ending}", n + 1) } else { name.to_owned() };
            self.save_file(&name, mime, bytes);
        }
    }

    /// Hands a file to the browser and says so.
    pub(super) fn save_file(self, name: &str, mime: &str, bytes: &[u8]) {
        match files::download(name, mime, bytes) {
            Ok(()) => self.say(&format!("{}{name}", t("已生成：", "Made: ")), false),
            Err(error) => self.complain(&error.message().words()),
        }
    }

    /// One question to a worker of its own, which ends afterwards.
    fn run(self, ask: Ask, bytes: Option<Vec<u8>>) {
        if matches!(ask, Ask::Restore { .. }) && !self.can_write() {
            return self.complain(t("这个窗口只能查看", "This window only reads"));
        }
        self.say(t("正在准备文件", "Working on the file"), false);
        leptos::task::spawn_local(async move {
            let answer: Result<(Reply, Vec<Vec<u8>>), _> = match Talk::start() {
                Ok(talk) => talk.ask(&ask, bytes.into_iter().collect(), |_: Progress| {}).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok((Reply::File { name, mime }, made)) => self.save_all(&name, &mime, &made),
                Ok((Reply::Written { operations, .. }, _)) => {
                    self.catch_up_with(operations).await;
                    self.settle_period();
                    self.tell_others();
                    self.say(
                        &format!("{} {operations} {}", t("已读入", "Read"), t("处改动", "changes")),
                        false,
                    );
                }
                Ok((Reply::Refused(message), _)) => self.complain(&message.words()),
                Ok(_) => self.complain(t("后台没有给出文件", "The worker made no file")),
                Err(error) => {
                    let unchanged = t("没有完成，台账没有改动", "Not done; the ledger is unchanged");
                    self.complain(&format!("{unchanged}{}{}", t("。", ". "), error.message().words()));
                }
            }
        });
    }
}
