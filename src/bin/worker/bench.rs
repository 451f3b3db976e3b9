//! The workbench: what the worker remembers between questions, and who answers which.
//!
//! Duty: opens the ledger when a question needs it, knows who acts, hands each question on. Inputs: questions. Outputs:
//! answers. Neighbours: `import`, `merging` and `files` answer.

use std::cell::RefCell;
use std::rc::Rc;

use xingcun::exchange::job::{Ask, Progress, Reply};
use xingcun::ledger::Person;
use xingcun::register::catalog;
use xingcun::storage::lock::Envelope;
use xingcun::storage::{Session, StoreError};
use xingcun::web::idb::{Idb, at_hand};
use xingcun::web::worker::{Post, lent, serve as listen};
use xingcun::web::{Keeper, device, locks};

use crate::files;
use crate::import::Import;
use crate::merging::Merging;
use crate::said::{Answered, plain, refused};

/// What the worker remembers between questions.
#[derive(Default)]
pub(crate) struct Workbench {
    session: RefCell<Option<Session<Keeper>>>,
    /// Who acts, as the ledger's keeper says when something is asked.
    pub(crate) who: RefCell<Person>,
    pub(crate) import: Import,
    pub(crate) merging: Merging,
}

/// Begins to answer.
pub(crate) fn serve() {
    catalog::learn(catalog::others);
    let desk = Rc::new(Workbench::default());
    listen(move |ask: Ask, mut buffers: Vec<Vec<u8>>, post: Post<Progress>| {
        let desk = Rc::clone(&desk);
        async move {
            // What the page hands over is all there is to it: the database may be the very thing that is gone.
            if let Ask::Pack { files } = &ask {
                return files::pack(files, buffers);
            }
            if let Ask::Survey { names, mend } = &ask {
                return desk.survey(names, *mend, buffers, &post).await;
            }
            desk.answer(ask, buffers.pop().unwrap_or_default(), post).await
        }
    });
}

impl Workbench {
    /// The ledger, and who acts in it at this moment.
    pub(crate) async fn acted(&self) -> Result<Session<Keeper>, String> {
        let session = self.session().await?;
        let persons = device::persons(&session).await.map_err(|e| e.to_string())?;
        self.who.replace(persons.who("未命名"));
        Ok(session)
    }

    /// The ledger is opened by those questions that are about it, and only when their turn has come.
    async fn answer(self: &Rc<Self>, ask: Ask, bytes: Vec<u8>, post: Post<Progress>) -> Answered {
        match ask {
            Ask::Read { name } => self.read(&name, &bytes, post).await,
            Ask::Plan(answers) => {
                self.import.answers.replace(answers);
                self.show(&self.acted().await?, post)
            }
            Ask::Write { permit } => {
                let session = self.acted().await?;
                // An ended worker may run on for a moment; what was called off is not begun any more.
                if !locks::claim(&permit, false).await {
                    return refused("已取消", "Called off");
                }
                self.write(&session, post).await
            }
            Ask::Marked => self.mark(&bytes),
            Ask::Pages => {
                // They are a cache: a failure costs time at the next start, nothing else.
                let _ = self.session().await?.flush_pages().await;
                plain(Reply::Pages)
            }
            Ask::Export { register } => files::write_workbook(&self.session().await?, &register),
            Ask::Text { name } => files::read_text(&name, &bytes),
            Ask::Listing(lines) => files::write_lines(&lines),
            Ask::Backup { record } => files::backup(&self.session().await?, record).await,
            Ask::Pack { files } => files::pack(&files, vec![bytes]),
            Ask::Survey { names, mend } => self.survey(&names, mend, vec![bytes], &post).await,
            Ask::Leave(leave) => {
                self.merging.leave.replace(leave);
                self.show_merge(&post).await
            }
            Ask::Merge { permit } => {
                if !locks::claim(&permit, false).await {
                    return refused("已取消", "Called off");
                }
                self.merge(&post).await
            }
            Ask::TakeLeft { batch, permit } => {
                if !locks::claim(&permit, false).await {
                    return refused("已取消", "Called off");
                }
                self.take_left(batch).await
            }
            Ask::Send { place } => files::send(&self.session().await?, place).await,
        }
    }

    /// The ledger, with what the page has recorded since.
    pub(crate) async fn session(&self) -> Result<Session<Keeper>, String> {
        let known = self.session.borrow().clone();
        let words = |error: StoreError| error.to_string();
        if let Some(session) = known {
            session.follow().await.map_err(words)?;
            return Ok(session);
        }
        let store = Keeper::new(Idb::open(xingcun::web::DATABASE, at_hand).await.map_err(words)?);
        if let Some(header) = store.header().await.map_err(words)? {
            let (key, rule) = lent().ok_or_else(|| words(StoreError::Locked))?;
            store.unlock(Rc::new(Envelope::new(Rc::new(key), rule, true)), header);
        }
        let session = Session::open(store).await.map_err(words)?;
        self.session.replace(Some(session.clone()));
        Ok(session)
    }
}
