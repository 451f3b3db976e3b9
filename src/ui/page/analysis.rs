use leptos::prelude::*;
#[component]
pub(in crate::ui) fn Analysis() -> impl IntoView { view!{ <p></p> } }
