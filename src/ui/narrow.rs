//! Whether the page is narrow, as a signal: on a phone some pages are made otherwise, not only drawn otherwise.

use leptos::prelude::*;

use crate::web::media;

/// Follows the width for as long as whoever asks is shown.
pub(super) fn narrow() -> Signal<bool> {
    let now = RwSignal::new(media::NARROW.holds());
    let watch = StoredValue::new_local(media::NARROW.watch(move |is| {
        now.try_set(is);
    }));
    on_cleanup(move || watch.dispose());
    now.into()
}
