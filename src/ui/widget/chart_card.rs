//! A chart with its table twin, its source line and its files.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::analysis::chart::{Caption, Chart, Frame, Words};
use crate::analysis::marks::{self, Way};
use crate::analysis::scene::{Scene, Size};
use crate::analysis::svg::{SvgOptions, to_svg};
use crate::ui::desk::Desk;
use crate::ui::lang::{Lang, lang, t};

/// Words for charts in the language of the page.
pub(in crate::ui) fn chart_words() -> &'static Words {
    match lang() {
        Lang::Zh => &Words::ZH,
        Lang::En => &Words::EN,
    }
}

/// Width and height of a chart saved as a file, in CSS pixels.
const FILE_WIDTH: f64 = 960.0;
/// Device pixels per CSS pixel of a saved PNG: sharp on a 3× phone and on paper.
const PNG_SCALE: f64 = 3.0;

/// How tall two charts side by side are: as tall as the taller, so that neither leaves a gap below.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Beside {
    own: RwSignal<f64>,
    other: RwSignal<f64>,
}

/// The two sides of one row of charts.
pub(in crate::ui) fn side_by_side() -> (Beside, Beside) {
    let (a, b) = (RwSignal::new(0.0), RwSignal::new(0.0));
    (Beside { own: a, other: b }, Beside { own: b, other: a })
}

/// Narrower pages put one chart below the other.
const SIDE_BY_SIDE: f64 = 860.0;

/// A card around a chart. `on_target` gets the series and category that were chosen.
#[component]
pub(in crate::ui) fn ChartCard(
    chart: Signal<Rc<dyn Chart>, LocalStorage>,
    id: &'static str,
    on_target: Callback<(usize, usize)>,
    #[prop(optional)] beside: Option<Beside>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let desk = Desk::here();
    let table = RwSignal::new(false);
    let width = RwSignal::new(0.0f64);
    let holder = NodeRef::<leptos::html::Div>::new();
    let tip = RwSignal::new(None::<(String, f64, f64)>);
    Effect::new(move |_| {
        if let Some(div) = holder.get() {
            crate::web::size::watch_width(&div, move |w| width.set(w));
        }
    });
    let wished = Memo::new(move |_| {
        let w = width.get();
        if w > 40.0 { chart.with(|c| c.preferred_height(w, Frame::Bare, chart_words())) } else { 0.0 }
    });
    if let Some(beside) = beside {
        Effect::new(move |_| beside.own.set(wished.get()));
    }
    let scene = Memo::new_with_compare(
        move |_| {
            let (width, own) = (width.get(), wished.get());
            let other = beside.filter(|_| page_width() > SIDE_BY_SIDE).map_or(0.0, |b| b.other.get());
            let size = Size { width, height: own.max(other) };
            (width > 40.0).then(|| chart.with(|c| c.scene(size, Frame::Bare, chart_words())))
        },
        |a, b| a != b,
    );
    let drawn =
        move || scene.with(|s| s.as_ref().map(|s| to_svg(s, &SvgOptions::screen(id))).unwrap_or_default());
    let target_of = move |event: &web_sys::Event| -> Option<crate::analysis::scene::Target> {
        let element =
            event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("[data-target]").ok()??;
        let n: usize = element.get_attribute("data-target")?.parse().ok()?;
        scene.with_untracked(|s| s.as_ref()?.targets.get(n).cloned())
    };
    let choose = move |event: &web_sys::Event| {
        if let Some(target) = target_of(event) {
            on_target.run((target.row, target.col));
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let Some(here) = target_of(event.unchecked_ref()) else { return };
        let targets = || scene.with_untracked(|s| s.as_ref().map(|s| s.targets.clone()).unwrap_or_default());
        let to = match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                return choose(event.unchecked_ref());
            }
            "Escape" => {
                event.prevent_default();
                tip.set(None);
                if let Some(div) = holder.get_untracked() {
                    let _ = div.focus();
                }
                return;
            }
            "Home" => targets().first().map(|t| t.id),
            "End" => targets().last().map(|t| t.id),
            "ArrowLeft" => marks::next(&targets(), here.id, Way::Left),
            "ArrowRight" => marks::next(&targets(), here.id, Way::Right),
            "ArrowUp" => marks::next(&targets(), here.id, Way::Up),
            "ArrowDown" => marks::next(&targets(), here.id, Way::Down),
            _ => return,
        };
        event.prevent_default();
        let mark = to
            .zip(holder.get_untracked())
            .and_then(|(id, div)| div.query_selector(&format!("[data-target=\"{id}\"]")).ok().flatten());
        if let Some(mark) = mark {
            // Marks of a drawing take the focus as elements of the page do.
            let _ = mark.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    };
    let save_svg = move |_| {
        let svg = file_svg(&chart);
        desk.save_file(&format!("{}.svg", title(&chart)), "image/svg+xml", svg.as_bytes());
    };
    let save_png = move |_| {
        let (svg, name) = (file_svg(&chart), format!("{}.png", title(&chart)));
        leptos::task::spawn_local(async move {
            match crate::web::picture::png_of(&svg, PNG_SCALE).await {
                Some(bytes) => desk.save_file(&name, "image/png", &bytes),
                None => desk.complain(t(
                    "这个浏览器不能生成图片，请改存 SVG",
                    "This browser cannot make the picture; save the SVG instead",
                )),
            }
        });
    };
    view! {
        <section class="card" aria-label=move || chart.with(|c| c.caption().title.clone())>
            <header>
                <h2>{move || chart.with(|c| c.caption().title.clone())}</h2>
                <span class="unit">{move || chart.with(|c| heading_note(c.caption()))}</span>
                {children.map(|c| c())}
                <span class="tools">
                    <button class="tool" aria-pressed=move || (!table.get()).to_string() on:click=move |_| table.set(false)>{t("图", "Chart")}</button>
                    <button class="tool" aria-pressed=move || table.get().to_string() on:click=move |_| table.set(true)>{t("表", "Table")}</button>
                    <button class="tool" on:click=save_svg aria-label=t("存为SVG", "Save SVG")>"SVG ⤓"</button>
                    <button class="tool" on:click=save_png aria-label=t("存为PNG", "Save PNG")>"PNG ⤓"</button>
                </span>
            </header>
            <div class="chart" node_ref=holder hidden=move || table.get() inner_html=drawn
                on:click=move |event| choose(event.unchecked_ref())
                tabindex="-1" on:keydown=key
                on:mousemove=move |event| tip.set(target_of(event.unchecked_ref()).map(|x| (x.label, f64::from(event.client_x()), f64::from(event.client_y()))))
                on:mouseleave=move |_| tip.set(None)
                on:focusin=move |event| { stop_at(&event); tip.set(target_of(event.unchecked_ref()).map(|x| tip_at_element(x.label, event.unchecked_ref()))); }
                on:focusout=move |_| tip.set(None)></div>
            {move || table.get().then(|| table_view(&chart))}
            <footer>{move || chart.with(|c| [Some(c.caption().source.clone()), c.caption().note.clone()].into_iter().flatten().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "))}</footer>
            {move || tip.get().map(|(text, x, y)| view! { <div class="tooltip" role="tooltip" style=tip_style(x, y)>{text}</div> })}
        </section>
    }
}

/// The mark that has the focus is the one that Tab comes back to.
fn stop_at(event: &web_sys::FocusEvent) {
    let mark = event.target().and_then(|e| e.dyn_into::<web_sys::Element>().ok());
    let Some(mark) = mark.filter(|m| m.has_attribute("data-target")) else { return };
    let drawing = mark.closest("svg").ok().flatten();
    if let Some(before) = drawing.and_then(|d| d.query_selector("[data-target][tabindex=\"0\"]").ok()?) {
        let _ = before.set_attribute("tabindex", "-1");
    }
    let _ = mark.set_attribute("tabindex", "0");
}

/// Unit and period. A span of years stands on the axis already.
fn heading_note(caption: &Caption) -> String {
    if caption.period.is_empty() || caption.period.contains('–') {
        return caption.unit.clone();
    }
    format!("{} · {}", caption.unit, caption.period)
}

fn title(chart: &Signal<Rc<dyn Chart>, LocalStorage>) -> String {
    chart.with_untracked(|c| c.caption().title.clone())
}

fn file_svg(chart: &Signal<Rc<dyn Chart>, LocalStorage>) -> String {
    chart.with_untracked(|c| {
        let scene: Scene = c.poster(FILE_WIDTH, chart_words());
        to_svg(&scene, &SvgOptions::file())
    })
}

fn tip_at_element(label: String, event: &web_sys::Event) -> (String, f64, f64) {
    let place = event
        .target()
        .and_then(|e| e.dyn_into::<web_sys::Element>().ok())
        .map(|e| e.get_bounding_client_rect());
    place.map_or((label.clone(), 0.0, 0.0), |r| (label, r.right(), r.top()))
}

fn page_width() -> f64 {
    window().inner_width().ok().and_then(|w| w.as_f64()).unwrap_or(400.0)
}

fn tip_style(x: f64, y: f64) -> String {
    let wide = page_width();
    if x > wide - 280.0 {
        format!("right:{}px;top:{}px", wide - x + 12.0, y + 12.0)
    } else {
        format!("left:{}px;top:{}px", x + 12.0, y + 12.0)
    }
}

fn table_view(chart: &Signal<Rc<dyn Chart>, LocalStorage>) -> impl IntoView + use<> {
    let twin = chart.with(|c| c.table(chart_words()));
    let number = |n: usize| if n > 0 { "num" } else { "" };
    let name = twin.caption.clone();
    let line = move |cells: Vec<String>| {
        cells.into_iter().enumerate().map(|(n, c)| view! { <td class=number(n)>{c}</td> }).collect_view()
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=name>
            <table class="plain">
                <caption class="sr">{twin.caption}</caption>
                <thead><tr>{twin.header.into_iter().enumerate().map(|(n, c)| view! { <th class=number(n)>{c}</th> }).collect_view()}</tr></thead>
                <tbody>{twin.rows.into_iter().map(|r| view! { <tr>{line(r)}</tr> }).collect_view()}</tbody>
                {twin.totals.map(|r| view! { <tfoot><tr>{line(r)}</tr></tfoot> })}
            </table>
        </div>
    }
}
