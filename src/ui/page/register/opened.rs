//! The row that was tapped on a phone, in a sheet from below: what it holds, and all that stands beside the table on
//! a wide page.

use leptos::prelude::*;

use super::row::Rows;
use super::side::Side;
use crate::ledger::Surroundings;
use crate::ui::lang::{Words, t};
use crate::ui::widget::below::Below;
use crate::ui::words;
use crate::value::RowId;

#[component]
pub(super) fn OpenedRow(
    rows: Rows,
    id: RowId,
    on_edit: Callback<()>,
    on_close: Callback<()>,
) -> impl IntoView {
    let (desk, kind) = (rows.desk, rows.kind());
    // The panel looks at one field: the figure that matters most.
    let field = kind.key_fields().next().or_else(|| kind.field(&kind.title)).map(|f| f.key.to_string());
    let facts = move || {
        desk.state(|s| {
            let world = Surroundings::new(s);
            let told = kind.fields.iter().filter(|f| !kind.naming.contains(&f.key));
            told.map(|f| (f, rows.text(s, &world, id, f)))
                .filter(|(_, text)| text != words::NONE)
                .map(|(f, text)| {
                    let unit = f.base_unit().map(|u| format!(" {}", words::unit(u)));
                    view! { <dt>{f.label.words()}</dt><dd>{text}{unit}</dd> }
                })
                .collect_view()
        })
    };
    view! {
        <Below title=rows.name(id) on_close>
            <div class="opened">
                <div class="row between"><h2 class="grow">{rows.name(id)}</h2><button class="tool" aria-label=t("关闭", "Close") on:click=move |_| on_close.run(())>"✕"</button></div>
                <dl class="facts">{facts}</dl>
                {field.map(|field| view! { <Side rows row=id field named=true on_edit on_close /> })}
            </div>
        </Below>
    }
}
