//! 本县的词语: words for the open lists of fields.

use leptos::prelude::*;

use super::{Steps, all, kind_words, line, list, said, select, text};
use crate::register::Schema;
use crate::register::catalog::settings::word;
use crate::ui::lang::{Words as _, t};
use crate::value::RowId;

/// The lists that take further words: a key `register/kind/field` and words.
fn open_lists(schema: &Schema) -> Vec<(String, String)> {
    let open =
        |field: &crate::register::Field| field.options().is_some_and(|o| !o.closed && o.dictionary.is_none());
    let kinds = schema.kinds().flat_map(|(register, kind)| {
        let fields = kind.fields.iter().filter(|f| open(f));
        fields.map(move |f| {
            let key = format!("{}/{}/{}", register.key, kind.key, f.key);
            (key, format!("{} · {}", kind_words(schema, &register.key, &kind.key), f.label.words()))
        })
    });
    kinds.collect()
}

#[component]
pub(super) fn OwnWords() -> impl IntoView {
    let steps = Steps::here();
    let desk = steps.desk;
    let declared = desk.declared();
    let (place, said_word, aliases) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        let first = declared.with(|schema| open_lists(schema).into_iter().next());
        if let Some((key, _)) = first.filter(|_| place.with_untracked(String::is_empty)) {
            place.set(key);
        }
    });
    let save = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        let at = place.get_untracked();
        let mut parts = at.split('/');
        let mut part = || parts.next().and_then(text);
        let (register, kind, field) = (part(), part(), part());
        let Some(new) = text(&said_word.get_untracked()) else { return };
        let values = vec![
            (word::REGISTER, register),
            (word::KIND_OF_ROWS, kind),
            (word::FIELD, field),
            (word::WORD, Some(new)),
            (word::ALIASES, list(&aliases.get_untracked())),
        ];
        if steps.put(word::KIND, None, values) {
            said_word.set(String::new());
            aliases.set(String::new());
        }
    };
    let lines = move || {
        let found = all(desk, word::KIND, |schema, r| {
            let (register, kind) = (said(r, word::REGISTER), said(r, word::KIND_OF_ROWS));
            let key = said(r, word::FIELD);
            let declared = schema
                .register(&register)
                .and_then(|x| if kind.is_empty() { x.main() } else { x.kind(&kind) });
            let field = declared.and_then(|k| k.field(&key)).map_or(key, |f| f.label.words());
            (r.id(), format!("{} · {field}：{}", kind_words(schema, &register, &kind), said(r, word::WORD)))
        });
        let line = |(row, what): (RowId, String)| {
            let removal = steps.removal(row, &what);
            view! { <li class="row between"><span class="grow">{what}</span>{removal}</li> }
        };
        view! { <ul class="plain-list">{found.into_iter().map(line).collect_view()}</ul> }
    };
    view! {
        <section class="card stack" aria-label=t("本县的词语", "Own words")><h2>{t("本县的词语", "Own words")}</h2>
            <p class="hint">{t("给可以加词的列表加词，加了就能在表单、表格和导入里选用。", "Words for the lists that take further ones.")}</p>
            {lines}
            {steps.why()}
            <form class="stack" on:submit=save>
                {move || select(t("列表", "List"), declared.with(|schema| open_lists(schema)), place)}
                {line(t("词语", "Word"), said_word)}
                {line(t("其他写法（用顿号隔开）", "Other writings, separated by commas"), aliases)}
                <div class="row"><button class="btn primary" type="submit" disabled=move || !desk.can_write() || said_word.with(|w| w.trim().is_empty())>{t("添加词语", "Add the word")}</button></div>
            </form>
        </section>
    }
}
