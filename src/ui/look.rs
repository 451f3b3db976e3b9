//! How the page looks: light or dark, and the size of its text.
//!
//! Duty: two choices, remembered on this device and marked on the root element, where the styles find them.
//! Inputs: what was chosen in 设置, what the system asks for. Outputs: `data-theme` (light or dark) and
//! `data-size`. Neighbours: `style/tokens.css` gives the marks their meaning.

use leptos::prelude::*;

use super::lang::{local_storage, t};
use crate::web::media;

/// One choice of the look; the first of its values is the usual one.
pub(super) struct Choice {
    key: &'static str,
    attribute: &'static str,
    values: &'static [&'static str],
}

/// Light, dark, or as the system asks for.
pub(super) static THEME: Choice =
    Choice { key: "xingcun.theme", attribute: "data-theme", values: &["light", "dark", SYSTEM] };
/// Size of all text.
pub(super) static SIZE: Choice =
    Choice { key: "xingcun.size", attribute: "data-size", values: &["normal", "large"] };

const SYSTEM: &str = "system";

impl Choice {
    /// What was last chosen.
    pub(super) fn chosen(&self) -> &'static str {
        let kept = local_storage().and_then(|s| s.get_item(self.key).ok().flatten());
        let known = self.values.iter().find(|v| kept.as_deref() == Some(**v));
        known.or(self.values.first()).copied().unwrap_or_default()
    }

    /// Takes another value and remembers it.
    pub(super) fn choose(&self, value: &'static str) {
        if let Some(storage) = local_storage() {
            // A browser that keeps no preferences begins with the usual look.
            let _ = storage.set_item(self.key, value);
        }
        self.mark(value);
    }

    fn mark(&self, value: &str) {
        let shown = match value {
            SYSTEM if media::DARK.holds() => "dark",
            SYSTEM => "light",
            other => other,
        };
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute(self.attribute, shown);
        }
    }

    /// The values with their words.
    pub(super) fn words(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.values.iter().map(|value| (*value, words(value)))
    }
}

fn words(value: &'static str) -> &'static str {
    match value {
        "light" => t("浅色", "Light"),
        "dark" => t("深色", "Dark"),
        SYSTEM => t("跟随系统", "As the system"),
        "normal" => t("标准字号", "Normal text"),
        "large" => t("大字（适老）", "Large text"),
        other => other,
    }
}

/// Takes up the look that was last chosen.
pub(super) fn restore() {
    THEME.mark(THEME.chosen());
    SIZE.mark(SIZE.chosen());
    media::DARK.always(|| THEME.mark(THEME.chosen()));
}
