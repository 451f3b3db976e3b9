//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    xingcun::ui::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
