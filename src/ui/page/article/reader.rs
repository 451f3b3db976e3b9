//! The text that is being read, and everything that is done with it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::exchange::article::judge::{Judge, Judged, Standing};
use crate::exchange::article::kept::Link;
use crate::exchange::article::{self, Document, Figure, Options, goal, kept, take};
use crate::exchange::job::{Ask, Progress, Reply};
use crate::ledger::{BatchKind, Draft};
use crate::register::Message;
use crate::storage::Extra;
use crate::table::Place;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words as _, t};
use crate::value::{RowId, Text};
use crate::web::worker::Talk;

/// The name under which a text that is not stored yet is kept.
pub(super) const DRAFT: &str = "article";
/// A title is no longer than this.
const TITLE: usize = 60;

/// A text with what was read in it.
#[derive(Debug)]
pub(super) struct Read {
    pub text: String,
    pub title: String,
    pub file: String,
    pub document: Document,
}

/// Handed to every piece of the page; copies are cheap.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub desk: Desk,
    pub read: RwSignal<Option<Arc<Read>>>,
    /// The stored article, once there is one.
    pub stored: RwSignal<Option<RowId>>,
    pub judged: Memo<Arc<Vec<Judged>>>,
    /// The figure that is looked at.
    pub now: RwSignal<Option<usize>>,
    pub only: RwSignal<Option<Standing>>,
    /// On a phone: the text instead of the list.
    pub text_first: RwSignal<bool>,
    pub refused: RwSignal<Option<String>>,
}

impl Reader {
    pub(super) fn new(desk: Desk) -> Self {
        let read: RwSignal<Option<Arc<Read>>> = RwSignal::new(None);
        let stored = RwSignal::new(None);
        let judged = Memo::new(move |_| Arc::new(judge_all(desk, read.get().as_deref(), stored.get())));
        Self {
            desk,
            read,
            stored,
            judged,
            now: RwSignal::new(None),
            only: RwSignal::new(None),
            text_first: RwSignal::new(false),
            refused: RwSignal::new(None),
        }
    }

    /// Reads a text: pasted, of a file, or stored.
    pub(super) fn take(self, text: String, file: String) {
        let places = self.desk.places();
        let names = places.all().flat_map(Place::names).map(ToString::to_string).collect();
        let document = timed(|| article::read(&text, &Options { date: None, places: names }));
        if document.figures.is_empty() {
            let said = t("没有找到数字", "No figure was found");
            let file = if file.is_empty() { String::new() } else { format!("{file}{}", t("：", ": ")) };
            return self.refused.set(Some(format!("{file}{said}")));
        }
        self.refused.set(None);
        self.now.set(None);
        self.only.set(None);
        let title = title_of(&document, &text);
        self.read.set(Some(Arc::new(Read { text, title, file, document })));
    }

    /// The text of a file, or why there is none. The worker opens it.
    pub(super) fn take_file(self, file: web_sys::File) {
        leptos::task::spawn_local(async move {
            let name = file.name();
            match text_of(&file).await {
                Ok(text) if self.read.try_with_untracked(Option::is_none) == Some(true) => {
                    self.take(text, name)
                }
                // Meanwhile the person has left the page or taken another text.
                Ok(_) => {}
                Err(why) => drop(self.refused.try_set(Some(why))),
            }
        });
    }

    /// A stored article, with its links.
    pub(super) fn reopen(self, id: RowId) {
        let Some(text) = self.desk.state_once(|s| kept::text(s, id)) else {
            let gone = t("这篇文章已不在台账里（可能撤销了）", "This article is no longer in the ledger");
            return self.refused.set(Some(gone.to_owned()));
        };
        let file = self
            .desk
            .state_once(|s| kept::articles(s).into_iter().find(|a| a.id == id).map(|a| a.file.to_string()));
        self.stored.set(Some(id));
        self.take(text.to_string(), file.unwrap_or_default());
    }

    /// Back to the beginning.
    pub(super) fn close(self) {
        self.read.set(None);
        self.stored.set(None);
        self.refused.set(None);
    }

    pub(super) fn judged_at(self, n: usize) -> Option<Judged> {
        self.judged.with(|all| all.get(n).cloned())
    }

    /// What a figure would be under another link.
    pub(super) fn against(self, figure: &Figure, link: &Link) -> Judged {
        let desk = self.desk;
        let chosen = (desk.place.get(), Some(desk.period.get()));
        let cache = desk.cache();
        desk.state(|s| Judge::new(s, &cache, chosen).against(figure, link))
    }

    /// Links figures as they are given; what the person corrected is learnt.
    pub(super) fn confirm(self, decided: Vec<(usize, Judged, bool)>) {
        let Some(read) = self.read.get_untracked() else { return };
        let mut draft = Draft::new(BatchKind::Edit);
        let article = self.article_in(&mut draft, &read);
        self.desk.state_once(|state| {
            for (n, judged, corrected) in &decided {
                let Some(figure) = read.document.figures.get(*n) else { continue };
                judged.keep(&mut draft, state, article, figure, self.desk.new_id());
                if let Some(link) = judged.link.as_ref().filter(|_| *corrected) {
                    kept::learn(&mut draft, state, figure, link, self.desk.new_id());
                }
            }
        });
        self.record(draft, article);
    }

    /// Stores the article as it is.
    pub(super) fn store(self) {
        let Some(read) = self.read.get_untracked() else { return };
        let mut draft = Draft::new(BatchKind::Edit);
        let article = self.article_in(&mut draft, &read);
        self.record(draft, article);
    }

    pub(super) fn unlink(self, kept: RowId) {
        let mut draft = Draft::new(BatchKind::Edit);
        kept::unlink(&mut draft, kept);
        self.desk.commit(draft);
    }

    /// Writes a figure as a record of its register.
    pub(super) fn take_over(self, figure: &Figure, taking: &take::Taking) {
        let title = self.read.with_untracked(|r| r.as_ref().map(|r| r.title.clone())).unwrap_or_default();
        let id = self.desk.new_id();
        let draft = self.desk.state_once(|s| taking.draft(s, id, &title, &figure.quote));
        self.desk.commit(draft);
    }

    /// Keeps a figure as a target of the indicator that it is linked to.
    pub(super) fn keep_target(self, figure: &Figure, link: &Link) {
        let title = self.read.with_untracked(|r| r.as_ref().map(|r| r.title.clone())).unwrap_or_default();
        let (article, new) = (self.stored.get_untracked(), self.desk.new_id());
        let draft = self.desk.state_once(|s| goal::keep(s, figure, link, (article, &title), new));
        if let Some(draft) = draft {
            self.desk.commit(draft);
        }
    }

    fn article_in(self, draft: &mut Draft, read: &Read) -> RowId {
        // The step that stored it may have been undone since.
        let live = |id: &RowId| self.desk.state_once(|s| kept::text(s, *id).is_some());
        if let Some(id) = self.stored.get_untracked().filter(live) {
            return id;
        }
        let id = self.desk.new_id();
        let date = read.document.articles.first().and_then(|a| a.date);
        kept::article(draft, id, &read.title, date, &read.file, &read.text);
        id
    }

    fn record(self, draft: Draft, article: RowId) {
        self.desk.commit_with(
            draft,
            Extra { drafts_done: vec![DRAFT.to_owned()], ..Extra::default() },
            move |_| {
                self.stored.try_set(Some(article)); // the page may have been left
            },
        );
    }
}

fn judge_all(desk: Desk, read: Option<&Read>, stored: Option<RowId>) -> Vec<Judged> {
    let Some(read) = read else { return Vec::new() };
    let chosen = (desk.place.get(), Some(desk.period.get()));
    let cache = desk.cache();
    desk.state(|state| {
        let judge = Judge::new(state, &cache, chosen);
        let live = stored.filter(|id| kept::text(state, *id).is_some());
        let links = live.map(|id| kept::links(state, id)).unwrap_or_default();
        judge.document(&read.document, &links)
    })
}

/// Reading leaves a measure in the browser's timeline, where developer tools and the benchmark find it.
fn timed<R>(work: impl FnOnce() -> R) -> R {
    const MARK: &str = "article-begins";
    let timeline = window().performance();
    // A browser without a timeline reads all the same.
    let _ = timeline.as_ref().map(|p| p.mark(MARK));
    let done = work();
    let _ = timeline.map(|p| p.measure_with_start_mark("article-read", MARK));
    done
}

/// The title of its first article, otherwise how it begins.
fn title_of(document: &Document, text: &str) -> String {
    let titled = document.articles.iter().find_map(|a| a.title.clone());
    let first = || text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().to_owned();
    let title = titled.unwrap_or_else(first);
    let short: String = title.chars().take(TITLE).collect();
    if short.len() < title.len() { format!("{short}…") } else { title }
}

/// The text of a file, or words for why there is none.
async fn text_of(file: &web_sys::File) -> Result<String, String> {
    let name = file.name();
    let unread = |why: Message| format!("{name}{}{}", t("：", ": "), why.words());
    let bytes = crate::web::files::read(file, crate::web::files::LIMIT, |_, _| {}).await;
    let bytes = bytes.map_err(|e| unread(e.message()))?;
    let talk = Talk::start().map_err(|e| unread(e.message()))?;
    let answer: Result<(Reply, Vec<Vec<u8>>), _> =
        talk.ask(&Ask::Text { name: name.clone() }, vec![bytes], |_: Progress| {}).await;
    match answer {
        Ok((Reply::Text(text), _)) => Ok(text),
        Ok((Reply::Refused(why), _)) => Err(why.words()),
        Ok(_) => Err(unread(Message::new("后台没有给出文字", "the worker gave no text"))),
        Err(error) => Err(unread(error.message())),
    }
}

/// The label of a place in a link.
pub(super) fn place_name(desk: Desk, place: Option<RowId>) -> Text {
    place.map_or_else(|| Text::from(t("全部", "All places")), |id| desk.places().name(id))
}
