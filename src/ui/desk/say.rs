//! What the desk says: short messages, the state light, and the words for steps and for failures of the storage.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Desk, Light, Seat};
use crate::ledger::{Batch, BatchHead, BatchKind, Change, State};
use crate::storage::StoreError;
use crate::ui::lang::{Lang, Words as _, lang, t};
use crate::ui::words;
use crate::value::RowId;

/// Milliseconds for which a message of success stands.
const TOLD: u64 = 8_000;
/// Milliseconds for which a complaint stands: it says what to do, and that takes reading. Afterwards it is kept under
/// the state light.
const COMPLAINED: u64 = 30_000;
/// Milliseconds between looks whether anything is being said.
const QUIET: u32 = 500;
/// Complaints kept under the state light; older ones have been overtaken by these.
const KEPT: usize = 20;

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) struct Toast {
    pub id: u64,
    pub text: String,
    pub wrong: bool,
    pub undo: bool,
}

impl Desk {
    pub(in crate::ui) fn say(self, text: &str, undo: bool) {
        self.toast(text, false, undo);
    }

    /// Says what nobody has asked for, once nothing else is being said: it takes no message's place.
    pub(super) fn say_when_quiet(self, text: &'static str) {
        spawn_local(async move {
            while self.toasts.with_untracked(|all| !all.is_empty()) {
                crate::web::sleep(QUIET).await;
            }
            self.say(text, false);
        });
    }

    pub(in crate::ui) fn complain(self, text: &str) {
        self.toast(text, true, false);
    }

    fn toast(self, text: &str, wrong: bool, undo: bool) {
        let id = self.next_toast.get_value() + 1;
        self.next_toast.set_value(id);
        self.toasts.update(|all| {
            // One message of success at a time; complaints stay for their time, and a step that can be taken back
            // gives way only to the next one.
            all.retain(|x| (x.wrong || (x.undo && !undo)) && x.text != text);
            all.push(Toast { id, text: text.to_owned(), wrong, undo });
        });
        let stands = std::time::Duration::from_millis(if wrong { COMPLAINED } else { TOLD });
        set_timeout(move || self.put_by(id), stands);
    }

    /// A message has stood long enough. A complaint that nobody closed is not lost.
    fn put_by(self, id: u64) {
        let missed = self.toasts.with_untracked(|all| all.iter().find(|x| x.id == id && x.wrong).cloned());
        if let Some(missed) = missed {
            self.missed.update(|all| {
                all.retain(|x| x.text != missed.text);
                all.push(missed);
                let old = all.len().saturating_sub(KEPT);
                all.drain(..old);
            });
        }
        self.dismiss(id);
    }

    pub(in crate::ui) fn dismiss(self, id: u64) {
        self.toasts.update(|all| all.retain(|x| x.id != id));
    }

    pub(in crate::ui) fn shown_light(self) -> Light {
        let light = self.light.get();
        match light {
            Light::Saved if self.former.with(Option::is_some) => Light::Missing,
            Light::Saved if self.seat.get() == Seat::Reader => Light::Reading,
            Light::Saved if self.damaged.get().places > 0 => Light::Damaged,
            Light::Saved if self.update.get() => Light::Update,
            other => other,
        }
    }

    pub(in crate::ui) fn device_line(self) -> String {
        format!(
            "{}{}",
            t("本机：", "This device: "),
            self.person_words(&self.persons.with(|p| p.who(t("未命名", "unnamed"))))
        )
    }
}

/// Fields named in the words for a step; more are counted as cells.
const NAMED: usize = 3;

impl Desk {
    /// A step in a few words: 导入356行（某镇.xlsx）, 修改 产值.
    pub(in crate::ui) fn step_words(self, head: &BatchHead) -> String {
        if let BatchKind::Shown { register, row, field } = head.kind.plain() {
            return self.state_once(|s| self.shown_words(s, register, *row, field));
        }
        let fields = self.changed.with_value(|known| known.get(&head.id).cloned());
        batch_words(head, fields.as_deref())
    }

    /// 显示了完整的身份证号：王芳
    fn shown_words(self, s: &State, register: &str, row: RowId, field: &str) -> String {
        let kind = s.record(register, row).and_then(|r| s.kind_of(register, r));
        let label = kind.and_then(|k| k.field(field)).map(|f| f.label.words()).unwrap_or_default();
        let whose = self.record_name(s, register, row);
        format!("{}{label}{}{whose}", t("显示了完整的", "showed in full: "), t("：", ", "))
    }

    /// What was done, said once it is durable: 已保存：修改 产值; 撤销：修改 产值（已保存）.
    pub(super) fn done_words(self, s: &State, head: &BatchHead) -> String {
        let saved = t("（已保存）", " (saved)");
        let (mut step, mut back) = (head, 0);
        while let BatchKind::Undo { of } = step.kind
            && let Some(before) = s.batch(of)
        {
            (step, back) = (before, back + 1);
        }
        let words = self.step_words(step);
        if matches!(step.kind, BatchKind::Shown { .. }) {
            return format!("{}{words}", t("已记入操作历史：", "On record: "));
        }
        let lead = match back {
            0 => return format!("{}{words}", t("已保存：", "Saved: ")),
            n if n % 2 == 1 => t("撤销：", "Undone: "),
            _ => t("重做：", "Redone: "),
        };
        // It may have been done on another page.
        let registers: Vec<String> = head
            .tally
            .keys()
            .filter_map(|k| s.schema().register(k))
            .take(NAMED)
            .map(|r| r.label.words())
            .collect();
        format!("{lead}{words} · {}{saved}", registers.join("、"))
    }

    /// Learns which fields a step changed, from its operations.
    pub(super) fn learn_fields(self, batch: &Batch) {
        let fields = self.state_once(|s| fields_of(s, batch));
        if let Some(fields) = fields {
            self.changed.update_value(|known| {
                known.insert(batch.id, fields);
            });
        }
    }
}

/// The fields that the cells of `batch` belong to, when there are few of them.
fn fields_of(s: &State, batch: &Batch) -> Option<String> {
    let mut labels: Vec<String> = Vec::new();
    for operation in &batch.operations {
        let Change::Set { field, .. } = &operation.change else { continue };
        let record = s.record(&operation.register, operation.row)?;
        let kind = s.kind_of(&operation.register, record)?;
        let label = kind.field(field)?.label.words();
        if !labels.contains(&label) {
            labels.push(label);
        }
        if labels.len() > NAMED {
            return None;
        }
    }
    (!labels.is_empty()).then(|| labels.join(t("、", ", ")))
}

fn batch_words(head: &BatchHead, fields: Option<&str>) -> String {
    let sum = |f: fn(&crate::ledger::Tally) -> u32| head.tally.values().map(f).sum::<u32>();
    let (created, set, moved) = (sum(|x| x.created), sum(|x| x.set), sum(|x| x.moved));
    let (deleted, restored, joined) = (sum(|x| x.deleted), sum(|x| x.restored), sum(|x| x.joined));
    let counts = [
        (created, t("新增", "added "), t("行", " rows")),
        (set, t("修改", "changed "), t("格", " cells")),
        (moved, t("流转", "moved "), t("行", " rows")),
        (deleted, t("删除", "removed "), t("行", " rows")),
        (restored, t("恢复", "put back "), t("行", " rows")),
        (joined, t("并行判断", "judged as one or two: "), t("对", " pairs")),
    ];
    let counted: Vec<String> = counts
        .iter()
        .enumerate()
        .filter(|(_, (n, ..))| *n > 0)
        .map(|(at, (n, before, after))| match fields.filter(|_| at == 1) {
            Some(fields) if *n == 1 => format!("{} {fields}", before.trim_end()),
            Some(fields) => format!("{} {fields} {n}{after}", before.trim_end()),
            None => format!("{before}{n}{after}"),
        })
        .collect();
    let words = match head.kind.plain() {
        BatchKind::Import { file } => {
            format!("{}{}{}（{file}）", t("导入", "import of "), created + set, t("行", " rows"))
        }
        BatchKind::Sample => t("示例县", "sample county").to_owned(),
        BatchKind::Undo { .. } => format!("{}（{}）", t("撤销", "undo"), counted.join("、")),
        BatchKind::Restore { moment } => format!("{} {}", t("还原到", "restored to"), words::moment(*moment)),
        BatchKind::Merge { files, .. } if files.len() > 1 => {
            format!("{} {} {}", t("合账", "merge of"), files.len(), t("份文件", "files"))
        }
        BatchKind::Merge { files, .. } => format!(
            "{}（{}）",
            t("合账", "merge"),
            files.iter().map(|f| &*f.name).collect::<Vec<_>>().join("、")
        ),
        BatchKind::Decide => format!("{}（{}）", t("裁定", "decision"), counted.join("、")),
        // Said with whose it is, where that is known.
        BatchKind::Shown { .. } => t("显示完整号码", "a number shown in full").to_owned(),
        BatchKind::Edit
        | BatchKind::Move
        | BatchKind::Rescue { .. }
        | BatchKind::Fork { .. }
        | BatchKind::Part { .. } => counted.join("、"),
        BatchKind::Unknown(_) => {
            format!("{}（{}）", t("新版本的操作", "step of a newer version"), counted.join("、"))
        }
    };
    match head.kind {
        BatchKind::Rescue { .. } => format!("{}{words}", t("从页面恢复：", "restored from the pages: ")),
        BatchKind::Fork { .. } => format!("{}{words}", t("来自复制的电脑：", "from a copied profile: ")),
        _ => words,
    }
}

/// Why storage refused, in plain words with what to do.
pub(in crate::ui) fn store_words(error: &StoreError) -> String {
    match error {
        StoreError::Full { needed, free } => format!(
            "{}{}{}{}",
            t("磁盘空间不足，没有保存。这次需要 ", "No space; nothing was saved. Needed: "),
            words::bytes(*needed),
            // Some browsers estimate a free gigabyte on a full disk: what cannot be true is not said.
            free.filter(|f| f < needed)
                .map(|f| format!("{}{}", t("，还剩 ", ", left: "), words::bytes(f)))
                .unwrap_or_default(),
            t(
                "。草稿还在；请清理磁盘，或到“交换”导出备份。",
                ". The draft is kept; free some space or export a backup."
            )
        ),
        StoreError::NotFetched => t(
            "程序没有取全，读不了已存的记录；台账没有改动，连上网后再打开",
            "A part of the program is missing, so the records cannot be read; the ledger is unchanged, open again with a network",
        )
        .to_owned(),
        StoreError::Unavailable { reason } => format!(
            "{}{}",
            t(
                "浏览器不让本页存数据：请退出无痕模式，或在网站设置里允许存储",
                "The browser does not let this page keep data: leave private browsing or allow storage"
            ),
            aside(reason)
        ),
        StoreError::Blocked => t(
            "另一个窗口还在用旧版本，请关掉它再打开本页",
            "Another window still runs an older version; close it",
        )
        .to_owned(),
        StoreError::Newer => t(
            "本机数据由更新的版本写成，请刷新以取得新版本",
            "The data was written by a newer version; reload",
        )
        .to_owned(),
        StoreError::Taken { .. } => {
            t("另一个窗口刚保存过，请再试一次", "Another window has just saved; try again").to_owned()
        }
        StoreError::Torn { what } | StoreError::Damaged { why: what, .. } => format!(
            "{}{}",
            t("读到的内容不完整，原样保留", "What was read is damaged and kept as it is"),
            aside(what)
        ),
        StoreError::Aborted { reason } => {
            format!("{}{}", t("没有保存，请再试一次", "Not saved; try again"), aside(reason))
        }
        StoreError::Locked => t("台账已上锁，请先输入口令", "The ledger is locked; enter the passphrase first").to_owned(),
        StoreError::Relocked => t(
            "另一个窗口刚设置或取消了口令，这里没有保存；请刷新本页后再试",
            "Another window has set the lock or taken it off; nothing was saved here. Reload this page and try again",
        )
        .to_owned(),
        StoreError::Gone => t(
            "本机存储被清除或关闭了（清理软件？）。台账现在只在这个窗口的内存里：请不要刷新或关闭本页，点“把内存里的台账存回本机”，或先“导出台账文件”。",
            "This computer's storage was cleared or closed from outside. The ledger is only in this window's memory: do not reload or close this page; put it back, or save the ledger file first.",
        )
        .to_owned(),
    }
}

/// What the browser or a library said, in brackets: it is English, and said in English only.
fn aside(said: &str) -> String {
    match lang() {
        Lang::Zh => String::new(),
        Lang::En => format!(" ({said})"),
    }
}
