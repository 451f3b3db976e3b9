//! Merging other people's ledgers: opening their files, planning, recording.
//!
//! Inputs: bytes of ledger files, what is to be left. Outputs: previews; batches in the ledger. Neighbours:
//! `xingcun::exchange::merging` plans, also for the command line.

use std::cell::RefCell;

use xingcun::exchange::job::{Progress, Reply};
use xingcun::exchange::merging::{self, Leave};
use xingcun::ledger::{BatchId, merge};
use xingcun::register::Message;
use xingcun::storage::{CommitError, Damage, Extra};
use xingcun::value::order::Ordered as _;
use xingcun::web::worker::Post;
use xingcun::web::{clock, device};

use crate::bench::Workbench;
use crate::said::{Answered, first_reason, no, not_written, plain, refused};

/// Times that a merge is planned anew because somebody else was first.
const TRIES: usize = 3;

/// What is remembered of a merge between questions.
#[derive(Default)]
pub(crate) struct Merging {
    /// The ledger files that are open.
    ledgers: RefCell<merging::Opened>,
    pub(crate) leave: RefCell<Leave>,
    /// The merge that was shown last, and the ledger's version that it was planned against.
    planned: RefCell<Option<(u64, merging::Planned)>>,
}

impl Workbench {
    /// Opens ledger files; one that cannot be read says why, and the others go on.
    pub(crate) async fn survey(
        &self,
        names: &[String],
        mend: bool,
        buffers: Vec<Vec<u8>>,
        post: &Post<Progress>,
    ) -> Answered {
        let total = names.len() as u64;
        let mut opened = merging::Opened::default();
        for (n, (name, bytes)) in names.iter().zip(buffers).enumerate() {
            post(&Progress { what: "opening".to_owned(), done: n as u64, total });
            opened.read(name, &bytes);
        }
        if mend {
            let session = self.session().await?;
            session.check_log().await.map_err(|e| e.to_string())?;
            opened.damaged = session.damage().iter().filter_map(Damage::batch).into_set();
        }
        self.merging.ledgers.replace(opened);
        self.merging.leave.take();
        self.show_merge(post).await
    }

    /// Plans the merge and shows what it would do.
    pub(crate) async fn show_merge(&self, post: &Post<Progress>) -> Answered {
        match self.plan_merge(post).await? {
            Ok((version, planned)) => {
                let preview = planned.preview.clone();
                self.merging.planned.replace(Some((version, planned)));
                plain(Reply::Merge(Box::new(preview)))
            }
            Err(message) => no(message),
        }
    }

    async fn plan_merge(
        &self,
        post: &Post<Progress>,
    ) -> Result<Result<(u64, merging::Planned), Message>, String> {
        self.merging.planned.take();
        let session = self.acted().await?;
        post(&Progress { what: "merging".to_owned(), done: 0, total: 1 });
        let who = self.who.borrow().clone();
        let mut author = device::author(&session, who).await.map_err(|e| e.to_string())?;
        let now = clock::now().millis;
        let leave = self.merging.leave.borrow().clone();
        let planned =
            session.with(|state| self.merging.ledgers.borrow().plan(state, &leave, &mut author, now));
        Ok(planned.map(|p| (session.version(), p)).map_err(first_reason))
    }

    /// Records what was shown, all of it or nothing; anew when something else was recorded since.
    pub(crate) async fn merge(&self, post: &Post<Progress>) -> Answered {
        for _ in 0..TRIES {
            let session = self.session().await?;
            let shown = self.merging.planned.take().filter(|(version, _)| *version == session.version());
            let planned = match shown {
                Some((_, planned)) => planned,
                None => match self.plan_merge(post).await? {
                    Ok((_, planned)) => planned,
                    Err(message) => return no(message),
                },
            };
            post(&Progress { what: "writing".to_owned(), done: 0, total: 1 });
            let operations = planned.preview.operations;
            let blobs: Vec<(String, Vec<u8>)> =
                self.merging.ledgers.borrow().blobs.iter().map(|(d, b)| (d.to_string(), b.clone())).collect();
            let extra = Extra { blobs, ..Extra::default() };
            match session.commit(&planned.batches, extra).await {
                Ok(_) => return plain(Reply::Written { batch: planned.step, operations }),
                // The page has recorded something under the name of the step: once more, after that.
                Err(CommitError::Forked { id }) if planned.step == Some(id) => {}
                Err(error) => return not_written(error),
            }
        }
        refused("台账一直在改动，没有写入，请稍后再试", "The ledger keeps changing; nothing was written")
    }

    /// Takes what a merge has left.
    pub(crate) async fn take_left(&self, batch: BatchId) -> Answered {
        let session = self.acted().await?;
        let Some(sealed) = session.batch(batch).await.map_err(|e| e.to_string())? else {
            return refused("日志里没有这一步", "The log has no such step");
        };
        let log = session.log().await.map_err(|e| e.to_string())?;
        let draft = session.with(|state| merge::take_left(state, &sealed.batch, &log));
        let operations = draft.operations.len();
        if operations == 0 {
            return plain(Reply::Written { batch: None, operations });
        }
        let who = self.who.borrow().clone();
        let author = device::author(&session, who).await.map_err(|e| e.to_string())?;
        let now = clock::now().millis;
        match session.record(&RefCell::new(author), draft, now, Extra::default()).await {
            Ok(sealed) => plain(Reply::Written { batch: Some(sealed.batch.id), operations }),
            Err(error) => not_written(error),
        }
    }
}
