use leptos::prelude::*;
#[component]
pub(in crate::ui) fn Overview() -> impl IntoView { view!{ <p></p> } }
