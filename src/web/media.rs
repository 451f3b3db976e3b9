//! What the browser says about the screen: dark or light, wide or narrow.

/// A question about the screen in the words of style sheets, such as `(max-width: 860px)`.
#[derive(Debug, Clone, Copy)]
pub struct Media(pub &'static str);

/// The system asks for dark pages.
pub const DARK: Media = Media("(prefers-color-scheme: dark)");
/// The width at which the rail gives way to tabs; the styles change there too.
pub const NARROW: Media = Media("(max-width: 860px)");

/// Told of changes for as long as it is kept.
pub struct Watch(
    #[expect(dead_code, reason = "it listens until it is dropped")] Option<gloo::events::EventListener>,
);

impl Media {
    /// Whether it holds now; of a browser that cannot say, it does not.
    pub fn holds(self) -> bool {
        self.query().is_some_and(|list| list.matches())
    }

    /// Calls `tell` with each answer that differs from the one before.
    pub fn watch(self, tell: impl Fn(bool) + 'static) -> Watch {
        Watch(self.query().map(|list| {
            let asked = list.clone();
            gloo::events::EventListener::new(&list, "change", move |_| tell(asked.matches()))
        }))
    }

    /// Calls `tell` whenever the answer changes, for as long as the page lives.
    pub fn always(self, tell: impl Fn() + 'static) {
        if let Some(list) = self.query() {
            gloo::events::EventListener::new(&list, "change", move |_| tell()).forget();
        }
    }

    fn query(self) -> Option<web_sys::MediaQueryList> {
        web_sys::window()?.match_media(self.0).ok().flatten()
    }
}
