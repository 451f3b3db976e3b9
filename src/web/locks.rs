//! One tab writes, the others read.
//!
//! A Web Lock elects the writer. The others wait in the lock's queue, so that one of them becomes the writer
//! by itself when the writing tab is closed or crashes; and any of them can take over, which tells the tab
//! that wrote until then. Two tabs may believe for a moment that they write (the message of a loss takes a
//! while): that does no harm, because the log never overwrites a batch and a session that comes second reads
//! the first one's batch and seals anew.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::answer::Answer;
use super::js;

/// What a tab may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// It records and writes pages.
    Writer,
    /// It looks, and follows what the writer records.
    Reader,
}

/// Taking part in the election. Dropping it gives the lock back.
pub struct Election(Rc<Inner>);

struct Inner {
    name: String,
    seat: Cell<Seat>,
    /// Gives the lock back when called.
    release: RefCell<Option<Function>>,
    /// A request of ours waits in the lock's queue.
    queued: Cell<bool>,
    /// Nobody takes part any more.
    over: Cell<bool>,
    told: Box<dyn Fn(Seat)>,
}

/// How to ask for the lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// Only if it is free at this moment.
    IfFree,
    /// When it becomes free.
    WhenFree,
    /// At once, from whoever has it.
    Steal,
}

impl Election {
    /// Takes part; returns when the first seat is known. `told` hears of every later change.
    ///
    /// A browser without Web Locks (an old one, or plain http) makes every tab a writer, see above.
    pub async fn join(name: &str, told: impl Fn(Seat) + 'static) -> Self {
        let inner = Rc::new(Inner {
            name: name.to_owned(),
            seat: Cell::new(Seat::Reader),
            release: RefCell::new(None),
            queued: Cell::new(false),
            over: Cell::new(false),
            told: Box::new(told),
        });
        if js::get(&js::navigator(), "locks").is_none() {
            inner.seat.set(Seat::Writer);
            return Self(inner);
        }
        if !inner.ask(Ask::IfFree).wait().await {
            // Not awaited: it is granted when the writer has gone, perhaps never.
            inner.ask(Ask::WhenFree);
        }
        Self(inner)
    }

    /// What this tab may do now.
    pub fn seat(&self) -> Seat {
        self.0.seat.get()
    }

    /// Makes this tab the writer, and the writer a reader. Returns when that is so. The caller then reads
    /// what the other has recorded ([`crate::storage::Session::follow`]).
    pub async fn take_over(&self) {
        if self.seat() == Seat::Reader {
            self.0.ask(Ask::Steal).wait().await;
        }
    }
}

/// Takes the lock `name` for as long as this page or worker lives: waits until it is free, or gives up at once when
/// somebody has it. Returns whether it was granted; without Web Locks nobody is ever refused.
pub async fn claim(name: &str, wait: bool) -> bool {
    let Some(locks) = js::get(&js::navigator(), "locks") else { return true };
    let answer = Answer::default();
    let callback = {
        let answer = answer.clone();
        Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let granted = !lock.is_null() && !lock.is_undefined();
            answer.give(granted);
            // A promise that stays open: only the end of the page or worker gives the lock back.
            if granted { Promise::new(&mut |_, _| {}).into() } else { JsValue::UNDEFINED }
        })
    };
    let mut options = vec![("mode", JsValue::from_str("exclusive"))];
    if !wait {
        options.push(("ifAvailable", JsValue::TRUE));
    }
    match js::call(&locks, "request", &[&JsValue::from_str(name), &js::object(&options), &callback]) {
        Ok(_) => answer.wait().await,
        Err(_) => true,
    }
}

/// Does `work` while nobody else has the lock `name`; at once where there are no Web Locks.
pub async fn alone<T: 'static>(name: &str, work: impl Future<Output = T> + 'static) -> T {
    let Some(locks) = js::get(&js::navigator(), "locks") else { return work.await };
    let answer = Answer::default();
    let work = Rc::new(RefCell::new(Some(work)));
    let callback = {
        let (answer, work) = (answer.clone(), Rc::clone(&work));
        Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            let taken = work.borrow_mut().take();
            let Some(work) = taken else { return JsValue::UNDEFINED };
            let held = async move {
                answer.give(work.await);
                Ok(JsValue::UNDEFINED)
            };
            wasm_bindgen_futures::future_to_promise(held).into()
        })
    };
    if js::call(&locks, "request", &[&JsValue::from_str(name), &callback]).is_err() {
        let taken = work.borrow_mut().take();
        if let Some(work) = taken {
            return work.await;
        }
    }
    answer.wait().await
}

impl Drop for Election {
    fn drop(&mut self) {
        self.0.over.set(true);
        self.0.release();
    }
}

impl Inner {
    /// Asks for the lock; the answer says whether it was granted.
    fn ask(self: &Rc<Self>, how: Ask) -> Answer<bool> {
        let answer = Answer::default();
        if how == Ask::WhenFree && self.queued.replace(true) {
            return answer;
        }
        let granted = Rc::new(Cell::new(false));
        let callback = {
            let (inner, answer, granted) = (Rc::clone(self), answer.clone(), Rc::clone(&granted));
            Closure::once_into_js(move |lock: JsValue| -> JsValue {
                if how == Ask::WhenFree {
                    inner.queued.set(false);
                }
                // Null when it was not free; and nobody may be waiting any more.
                if lock.is_null() || lock.is_undefined() || inner.over.get() {
                    answer.give(false);
                    return JsValue::UNDEFINED;
                }
                granted.set(true);
                let held = inner.hold();
                inner.become_(Seat::Writer, how != Ask::IfFree);
                answer.give(true);
                held.into()
            })
        };
        let mut options = vec![("mode", JsValue::from_str("exclusive"))];
        match how {
            Ask::IfFree => options.push(("ifAvailable", JsValue::TRUE)),
            Ask::Steal => options.push(("steal", JsValue::TRUE)),
            Ask::WhenFree => {}
        }
        let (inner, answered) = (Rc::clone(self), answer.clone());
        spawn_local(async move {
            let locks = js::get(&js::navigator(), "locks").unwrap_or(JsValue::UNDEFINED);
            let name = JsValue::from_str(&inner.name);
            let options = js::object(&options);
            let asked = js::call(&locks, "request", &[&name, &options, &callback]);
            let ended = match asked {
                Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
                Err(error) => Err(error),
            };
            if ended.is_err() && granted.get() {
                // Taken from us: wait in the queue again.
                inner.release.borrow_mut().take();
                inner.become_(Seat::Reader, true);
                if !inner.over.get() {
                    inner.ask(Ask::WhenFree);
                }
            } else if ended.is_err() {
                answered.give(false);
            }
        });
        answer
    }

    /// The lock is held as long as this promise is open.
    fn hold(&self) -> Promise {
        // A lock of ours that was stolen by ourselves has ended already; nothing waits for its promise.
        Promise::new(&mut |resolve, _reject| {
            self.release.replace(Some(resolve));
        })
    }

    fn release(&self) {
        if let Some(release) = self.release.borrow_mut().take() {
            // Resolving a promise has no way to fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }

    fn become_(&self, seat: Seat, tell: bool) {
        if self.seat.replace(seat) != seat && tell && !self.over.get() {
            (self.told)(seat);
        }
    }
}
