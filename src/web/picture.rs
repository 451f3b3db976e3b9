//! An SVG drawing as PNG bytes, drawn by the browser.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;

/// Draws `svg` (with fixed width and height) at `scale` device pixels per CSS pixel. `None` when the browser
/// cannot.
pub async fn png_of(svg: &str, scale: f64) -> Option<Vec<u8>> {
    let document = web_sys::window()?.document()?;
    let image = web_sys::HtmlImageElement::new().ok()?;
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(svg)));
    JsFuture::from(image.decode()).await.ok()?;
    let canvas: web_sys::HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((f64::from(image.natural_width()) * scale) as u32);
    canvas.set_height((f64::from(image.natural_height()) * scale) as u32);
    let context: web_sys::CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(
            &image,
            0.0,
            0.0,
            f64::from(canvas.width()),
            f64::from(canvas.height()),
        )
        .ok()?;
    let blob = JsFuture::from(blob_of(&canvas)).await.ok()?;
    let buffer = JsFuture::from(blob.dyn_into::<web_sys::Blob>().ok()?.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn blob_of(canvas: &web_sys::HtmlCanvasElement) -> js_sys::Promise {
    js_sys::Promise::new(&mut |resolve, reject| {
        let done = Closure::once_into_js(move |blob: wasm_bindgen::JsValue| {
            // The promise's own functions cannot fail.
            let _ = resolve.call1(&wasm_bindgen::JsValue::NULL, &blob);
        });
        if canvas.to_blob(done.unchecked_ref()).is_err() {
            let _ = reject.call0(&wasm_bindgen::JsValue::NULL);
        }
    })
}
