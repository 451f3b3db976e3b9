//! Where the keyboard is when a page changes.

use leptos::prelude::*;

use super::route::Route;

/// Past the rail, for the skip link.
pub(super) fn focus_main() {
    focus_on(document().get_element_by_id("main"));
}

fn focus_on(element: Option<web_sys::Element>) {
    use wasm_bindgen::JsCast as _;
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.set_tab_index(-1);
        let _ = element.focus();
    }
}

/// Who has the focus now, to be given it back.
pub(super) fn holder() -> Option<web_sys::Element> {
    document().active_element().filter(|e| e.tag_name() != "BODY")
}

/// Gives the focus back once what stood in front of the page has gone, if its holder is still there.
pub(super) fn give_back(to: web_sys::Element) {
    use wasm_bindgen::JsCast as _;
    leptos::task::spawn_local(async move {
        // What was drawn anew meanwhile is found by its id.
        let now = if to.is_connected() { Some(to) } else { document().get_element_by_id(&to.id()) };
        if let Some(now) = now {
            // Marks of a drawing take the focus as elements of the page do.
            let _ = now.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    });
}

/// A new page is read from its heading: the link that led here may be gone with the page before.
pub(super) fn follow_with_focus(route: RwSignal<Route>) {
    Effect::new(move |seen: Option<Route>| {
        let now = route.get();
        if seen.is_some_and(|before| before != now) {
            // After the page has been drawn.
            leptos::task::spawn_local(async { focus_heading() });
        }
        now
    });
}

fn focus_heading() {
    let heading = document().query_selector("#main h1").ok().flatten();
    focus_on(heading.or_else(|| document().get_element_by_id("main")));
}

/// A page that had to be fetched first has arrived: if the focus waits for it, it moves on to the heading.
pub(super) fn focus_arrived() {
    leptos::task::spawn_local(async {
        if document().active_element().is_some_and(|e| e.id() == "main") {
            focus_heading();
        }
    });
}
