//! Files made or read in the worker: exports, the ledger file out and in.

use leptos::prelude::{GetUntracked as _, Set as _};

use super::desk::Desk;
use super::lang::{Words, t};
use super::recording::{settling, unchanged};
use crate::exchange::job::{Ask, BackedUp, Listing, Progress, Reply};
use crate::exchange::merging::FileFate;
use crate::exchange::{attachments, backup};
use crate::ledger::{DeviceId, Entropy as _, State, rescue};
use crate::value::RowId;
use crate::web::device::Chance;
use crate::web::files;
use crate::web::worker::Talk;

impl Desk {
    /// Saves a register as a workbook.
    pub(super) fn export(self, register: &str) {
        self.run(Ask::Export { register: register.to_owned() });
    }

    /// Saves lines that a page shows as a workbook.
    pub(super) fn export_lines(self, lines: Listing) {
        self.run(Ask::Listing(lines));
    }

    /// Saves everything that is shown as a ledger file. It was read back before it is offered; where the disk has
    /// less than the screen, it is made from what is in memory.
    pub(super) async fn make_backup(self) {
        self.say(t("正在准备文件", "Working on the file"), false);
        let before = self.state_once(backup::shown_counts);
        let from_disk = match self.only_copy.get_untracked() {
            true => None,
            false => {
                let ask = Ask::Backup { record: self.can_write() };
                backed_up(ask, Vec::new()).await.ok().filter(|(made, _)| {
                    made.records == before || made.records == self.state_once(backup::shown_counts)
                })
            }
        };
        let made = match from_disk {
            Some(made) => Ok(made),
            None => self.pack_memory().await,
        };
        match made {
            Ok((made, bytes)) => self.offer_backup(&made, &bytes).await,
            Err(why) => self.complain(&format!(
                "{}（{why}）",
                t(
                    "没有做出完整的备份，请不要关闭本页，再试一次",
                    "No complete backup was made; keep this page open and try again"
                )
            )),
        }
    }

    /// A ledger file of what is in memory, with what the log still tells.
    async fn pack_memory(self) -> Result<(BackedUp, Vec<Vec<u8>>), String> {
        let Some(session) = self.session() else {
            return Err(t("台账没有打开", "no ledger is open").to_owned());
        };
        let (mut lines, mut told) = (Vec::new(), State::new());
        // A database that is gone, or gives up half-way, tells less; the rest is in memory.
        let _ = session
            .each_batch(|sealed| {
                told.apply(&sealed.batch, sealed.digest);
                lines.extend_from_slice(&sealed.bytes);
            })
            .await;
        let rescued = session.with(|shown| rescue::complete(shown, &mut told, DeviceId(Chance.bits())));
        rescued.iter().for_each(|sealed| lines.extend_from_slice(&sealed.bytes));
        let (mut files, mut buffers, mut files_lost) = (Vec::new(), vec![lines], 0);
        for digest in session.with(attachments) {
            match session.blob(&digest.to_string()).await {
                Ok(Some(bytes)) => {
                    files.push(digest.to_string());
                    buffers.push(bytes);
                }
                Ok(None) | Err(_) => files_lost += 1,
            }
        }
        let shown = self.state_once(backup::shown_counts);
        let (made, bytes) = backed_up(Ask::Pack { files }, buffers).await?;
        if made.records != shown {
            return Err(t("读回来的行数不对", "the rows read back are not as many").to_owned());
        }
        Ok((BackedUp { rescued: rescued.len() as u64, files_lost, ..made }, bytes))
    }

    async fn offer_backup(self, made: &BackedUp, bytes: &[Vec<u8>]) {
        let Some(bytes) = bytes.first() else { return };
        if let Err(error) = files::download(&made.name, "application/zip", bytes) {
            return self.complain(&format!("{}（{error}）", t("文件没有存下来", "The file was not saved")));
        }
        let rows: u64 = made.records.values().sum();
        let rescued = match made.rescued {
            0 => String::new(),
            n => format!("{}{n}{}", t("；其中 ", "; "), t(" 步从页面恢复", " steps restored from the pages")),
        };
        self.say(
            &format!(
                "{}{}（{rows} {}，{} {}，{}{rescued}）",
                t("已生成：", "Made: "),
                made.name,
                t("行", "rows"),
                made.batches,
                t("步", "steps"),
                t("已读回核对", "read back and checked")
            ),
            false,
        );
        if made.files_lost > 0 {
            self.complain(&format!(
                "{}{}",
                made.files_lost,
                t(
                    " 个附件的原件读不出来，备份里只有名称",
                    " attached files cannot be read; the backup has only their names"
                )
            ));
        }
        self.damage_told.set(true);
        if made.rescued > 0 {
            // The worker has recorded what the log had lost.
            self.catch_up().await;
            self.tell_others();
            self.count_damage();
        }
        self.note_backup(&made.name);
    }

    /// Reads a ledger file into a ledger in which nothing is yet: there is nothing to choose.
    pub(super) async fn read_in(self, file: web_sys::File) {
        if !self.can_write() {
            return self.complain(t("这个窗口只能查看", "This window only reads"));
        }
        let name = file.name();
        let bytes = match files::read(&file, files::LIMIT, |_, _| {}).await {
            Ok(bytes) => bytes,
            Err(error) => return self.complain(&format!("{name}：{}", error.message().words())),
        };
        self.say(t("正在读台账文件", "Reading the ledger file"), false);
        if let Err(why) = self.read_alone(name.clone(), bytes).await {
            self.complain(&format!("{name}：{why}"));
        }
    }

    async fn read_alone(self, name: String, bytes: Vec<u8>) -> Result<(), String> {
        let talk = Talk::start().map_err(|e| unchanged(&e.message()))?;
        let mend = self.damaged.get_untracked().places > 0;
        let asked = Ask::Survey { names: vec![name], mend };
        let answer = talk.ask(&asked, vec![bytes], |_: Progress| {}).await;
        match answer.map_err(|e| unchanged(&e.message()))? {
            (Reply::Merge(preview), _) => {
                if let Some(FileFate::Failed(why)) = preview.files.first().map(|f| &f.fate) {
                    return Err(why.words());
                }
            }
            (Reply::Refused(why), _) => return Err(why.words()),
            _ => return Err(t("后台没有答复", "the worker gave no answer").to_owned()),
        }
        let settling = || self.say(settling(), false);
        let operations = self.record_merge(talk, |permit| Ask::Merge { permit }, settling).await?;
        self.say(&format!("{} {operations} {}", t("已读入", "Read"), t("处改动", "changes")), false);
        Ok(())
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

    /// Saves what concerns a place as a ledger file.
    pub(super) fn send_part(self, place: RowId) {
        self.run(Ask::Send { place });
    }

    /// One question to a worker of its own, which ends afterwards.
    fn run(self, ask: Ask) {
        self.say(t("正在准备文件", "Working on the file"), false);
        leptos::task::spawn_local(async move {
            let answer: Result<(Reply, Vec<Vec<u8>>), _> = match Talk::start() {
                Ok(talk) => talk.ask(&ask, Vec::new(), |_: Progress| {}).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok((Reply::File { name, mime }, made)) => self.save_all(&name, &mime, &made),
                Ok((Reply::Refused(message), _)) => self.complain(&message.words()),
                Ok(_) => self.complain(t("后台没有给出文件", "The worker made no file")),
                Err(error) => self.complain(&unchanged(&error.message())),
            }
        });
    }
}

/// Has a ledger file made by a worker.
async fn backed_up(ask: Ask, buffers: Vec<Vec<u8>>) -> Result<(BackedUp, Vec<Vec<u8>>), String> {
    let talk = Talk::start().map_err(|e| e.to_string())?;
    let answer: Result<(Reply, Vec<Vec<u8>>), _> = talk.ask(&ask, buffers, |_: Progress| {}).await;
    match answer {
        Ok((Reply::Backup(made), bytes)) => Ok((made, bytes)),
        Ok((Reply::Refused(message), _)) => Err(message.words()),
        Ok(_) => Err(t("后台没有给出文件", "the worker made no file").to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
