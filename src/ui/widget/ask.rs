//! A question that only the person can answer, put where it came up: a new word, two villages of one name.
//!
//! Duty: says the question and offers its answers beside the way back. Inputs: a [`Question`]. Outputs: the answer
//! that was chosen. Neighbours: `entry` puts the questions; cells and forms show them.

use leptos::prelude::*;

use super::combo::Pick;
use crate::ui::lang::t;

/// Why what was typed is not taken as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) enum Refusal {
    /// It cannot be taken; the sentence says why and what to do.
    Wrong(String),
    /// It can, once the person has said what is meant.
    Ask(Question),
}

impl Refusal {
    /// What is said.
    pub(in crate::ui) fn words(&self) -> &str {
        match self {
            Self::Wrong(words) | Self::Ask(Question { words, .. }) => words,
        }
    }

    /// The same with what each answer stands for put into its surroundings.
    pub(in crate::ui) fn answered(self, place: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Wrong(words) => Self::Wrong(words),
            Self::Ask(mut q) => {
                q.answers.iter_mut().for_each(|pick| pick.id = place(&pick.id));
                Self::Ask(q)
            }
        }
    }
}

impl From<String> for Refusal {
    fn from(words: String) -> Self {
        Self::Wrong(words)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) struct Question {
    /// The question.
    pub words: String,
    /// The answers: what is taken, and what its button says.
    pub answers: Vec<Pick>,
}

/// The question with its buttons. Where it takes the focus, the way back has it: a second Enter writes nothing.
#[component]
pub(in crate::ui) fn Ask(
    question: Question,
    #[prop(optional)] focused: bool,
    on_answer: Callback<String>,
    on_back: Callback<()>,
) -> impl IntoView {
    let back = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = back.get().filter(|_| focused) {
            // A button that stands in the page can have the focus.
            let _ = button.focus();
        }
    });
    let escape = move |event: leptos::ev::KeyboardEvent| {
        // Keys here are answers; to the table or the dialog around they mean nothing.
        event.stop_propagation();
        if event.key() == "Escape" {
            event.prevent_default();
            on_back.run(());
        }
    };
    let answers = question.answers.into_iter().map(|pick| view! {
        <button type="button" class="btn small" on:click=move |_| on_answer.run(pick.id.clone())>{pick.title.clone()}{(!pick.hint.is_empty()).then(|| view! { " "<span class="second small">{pick.hint.clone()}</span> })}</button>
    });
    view! {
        <div class="ask stack" style="gap:6px" role="group" aria-label=question.words.clone() on:keydown=escape>
            <p class="hint doubt" role="alert">{question.words.clone()}</p>
            <div class="row">
                {answers.collect_view()}
                <button type="button" class="btn small plain" node_ref=back on:click=move |_| on_back.run(())>{t("改一改", "Change it")}</button>
            </div>
        </div>
    }
}
