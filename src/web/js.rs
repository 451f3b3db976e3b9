//! Reaching what web-sys has not declared, or declares as unstable (Web Locks, file pickers, installation):
//! by name, with every step allowed to be missing.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The property `name` of `target`; none when it is missing, undefined or null.
pub(super) fn get(target: &JsValue, name: &str) -> Option<JsValue> {
    if target.is_undefined() || target.is_null() {
        return None;
    }
    Reflect::get(target, &JsValue::from_str(name)).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

/// The method `name` of `target`, called with `arguments`.
pub(super) fn call(target: &JsValue, name: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let method = get(target, name)
        .and_then(|m| m.dyn_into::<Function>().ok())
        .ok_or_else(|| JsValue::from_str(&format!("{name} is not supported")))?;
    let list = Array::new();
    arguments.iter().for_each(|a| {
        list.push(a);
    });
    Reflect::apply(&method, target, &list)
}

/// As [`call`], and waits for the promise that the method gives.
pub(super) async fn call_and_wait(
    target: &JsValue,
    name: &str,
    arguments: &[&JsValue],
) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&call(target, name, arguments)?)).await
}

/// An object with these properties.
pub(super) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a new plain object has no way to fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// The words of an error.
pub(super) fn words(error: &JsValue) -> String {
    let name = get(error, "name").and_then(|n| n.as_string());
    let message = get(error, "message").and_then(|m| m.as_string());
    match (name, message) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        _ => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}

/// The name of an error, such as `AbortError`.
pub(super) fn name(error: &JsValue) -> String {
    get(error, "name").and_then(|n| n.as_string()).unwrap_or_default()
}

/// `navigator`, of the page or of the worker.
pub(super) fn navigator() -> JsValue {
    get(&js_sys::global(), "navigator").unwrap_or(JsValue::UNDEFINED)
}
