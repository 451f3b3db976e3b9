//! One answer that a callback gives and a future waits for.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Both ends; clones share it.
pub(super) struct Answer<T>(Rc<Slot<T>>);

struct Slot<T> {
    answer: Cell<Option<T>>,
    waiting: RefCell<Option<Waker>>,
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self(Rc::new(Slot { answer: Cell::new(None), waiting: RefCell::new(None) }))
    }
}

impl<T> Answer<T> {
    /// Gives it. A later one takes the place of one that nobody has waited for yet.
    pub(super) fn give(&self, answer: T) {
        self.0.answer.set(Some(answer));
        if let Some(waker) = self.0.waiting.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Waits for it.
    pub(super) async fn wait(&self) -> T {
        poll_fn(|context| match self.0.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                *self.0.waiting.borrow_mut() = Some(context.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}
