//! Rows and cells as they are drawn.

use std::rc::Rc;

use leptos::prelude::*;

use super::{Column, Grid, ROW, Sheet, Shown, Tone};
use crate::ui::lang::t;

impl Grid {
    pub(super) fn line(self, sheet: &Rc<dyn Sheet>, row: usize) -> impl IntoView + use<> {
        if row >= sheet.rows() {
            return ().into_any();
        }
        let cells: Vec<(Shown, Column)> = sheet
            .columns()
            .iter()
            .enumerate()
            .map(|(c, column)| (sheet.shown(row, c), column.clone()))
            .collect();
        let marked = sheet.marked(row);
        view! {
            <div class="line" class:marked=marked role="row" aria-rowindex=(row + 2).to_string() style=format!("top:{}px;height:{ROW}px", row as f64 * ROW)>
                {cells.into_iter().enumerate().map(|(c, (shown, column))| self.cell(row, c, shown, &column)).collect_view()}
            </div>
        }
        .into_any()
    }

    pub(super) fn cell(self, row: usize, c: usize, shown: Shown, column: &Column) -> impl IntoView + use<> {
        let tone = match shown.tone {
            Tone::Plain => "",
            Tone::Blank => " blank",
            Tone::Locked => " locked",
            Tone::Doubt => " doubt",
            Tone::Wrong => " wrong",
            Tone::Unsaved => " unsaved",
        };
        let unsaved = (shown.tone == Tone::Unsaved)
            .then(|| view! { <span class="tag doubt">{t("未保存", "not saved")}</span> });
        let class = format!(
            "cell{}{}{tone}",
            if c == 0 { " first" } else { "" },
            if column.numeric { " num" } else { "" }
        );
        let (here, area) = (self.here, self.area);
        view! {
            <div class=class class:here=move || here.get() == Some((row, c)) role="gridcell" aria-colindex=(c + 1).to_string()
                aria-selected=move || area.with(|a| a.as_ref().is_some_and(|a| a.contains((row, c)))).to_string() title=shown.tip.unwrap_or_default() style:width=format!("{}px", column.width)
                on:mousedown=move |event| { event.prevent_default(); self.go(row, c); }
                on:dblclick=move |_| self.open()>{shown.text}{unsaved}</div>
        }
    }
}
