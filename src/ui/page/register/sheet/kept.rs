//! What a table shows is read once for each change of what it depends on, however many look at it: a hundred
//! thousand rows are not sorted and added up again because somebody scrolls.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

/// `read`, done again only when one of the signals that `track` touches has changed.
pub(in crate::ui::page::register) fn kept<T: 'static>(
    track: impl Fn() + Send + Sync + 'static,
    read: impl Fn() -> T + 'static,
) -> Signal<Rc<T>, LocalStorage> {
    let changes = Memo::new(move |n: Option<&u64>| {
        track();
        n.map_or(0, |n| n + 1)
    });
    let last = RefCell::new(None::<(u64, Rc<T>)>);
    Signal::derive_local(move || {
        let now = changes.get();
        let known = last.borrow().as_ref().filter(|(at, _)| *at == now).map(|(_, value)| Rc::clone(value));
        known.unwrap_or_else(|| {
            let value = Rc::new(untrack(&read));
            *last.borrow_mut() = Some((now, Rc::clone(&value)));
            value
        })
    })
}
