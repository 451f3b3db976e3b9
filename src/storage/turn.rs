//! One at a time: a queue for futures on one thread.
//!
//! Recording a batch reads the state, seals, writes and applies; a second recording in between would seal on
//! top of a state that is about to change.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Whose turn it is.
#[derive(Debug, Default)]
pub(super) struct Turn {
    busy: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// A turn that is being had; it ends when this is dropped, also when its future is given up.
#[derive(Debug)]
pub(super) struct Mine<'a>(&'a Turn);

impl Turn {
    /// Waits for the others.
    pub(super) async fn take(&self) -> Mine<'_> {
        poll_fn(|cx| {
            if self.busy.replace(true) {
                self.waiting.borrow_mut().push(cx.waker().clone());
                Poll::Pending
            } else {
                Poll::Ready(Mine(self))
            }
        })
        .await
    }
}

impl Drop for Mine<'_> {
    fn drop(&mut self) {
        self.0.busy.set(false);
        // All of them: the one that was first may have been given up in the meantime.
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }
}
