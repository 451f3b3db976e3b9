//! Whether the system asks for dark pages.

/// Whether it does now; a browser that cannot say prefers light ones.
pub fn is_dark() -> bool {
    query().is_some_and(|list| list.matches())
}

/// Calls `tell` whenever the system changes its mind, for as long as the page lives.
pub fn on_change(tell: impl Fn() + 'static) {
    if let Some(list) = query() {
        gloo::events::EventListener::new(&list, "change", move |_| tell()).forget();
    }
}

fn query() -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok().flatten()
}
