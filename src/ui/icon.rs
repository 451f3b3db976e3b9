//! The few pictures that the page uses, as strokes on a 20 × 20 field.

use leptos::prelude::*;

/// A picture; always beside a word, so it is hidden from screen readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    Home,
    Book,
    Chart,
    Exchange,
    Gear,
    Import,
    Sample,
    Plus,
    Find,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-4.5h3v4.5",
            Self::Book => "M4.5 3.5h11v13h-11zM7.5 3.5v13M10 7h3M10 10h3",
            Self::Chart => "M3.5 3.5v13h13M7 13.5v-4M10.5 13.5v-7M14 13.5v-2.5",
            Self::Exchange => "M4 7h12M13 4l3 3-3 3M16 13H4M7 10l-3 3 3 3",
            Self::Gear => {
                "M10 7.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M10 2.8v2M10 15.2v2M2.8 10h2M15.2 10h2M4.9 4.9l1.4 1.4M13.7 13.7l1.4 1.4M15.1 4.9l-1.4 1.4M6.3 13.7l-1.4 1.4"
            }
            Self::Import => "M10 3v9M6.5 8.5 10 12l3.5-3.5M3.5 13v3.5h13V13",
            Self::Sample => "M3.5 16.5h13M5 16.5v-6M9 16.5v-11M13 16.5v-8M3.5 7 8 3l4 3 4.5-3",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Find => "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12.2 12.2l4.3 4.3",
        }
    }

    /// Drawn.
    pub(super) fn view(self) -> impl IntoView {
        view! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=self.path() /></svg> }
    }
}
