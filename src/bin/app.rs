//! The page, and where its module is cut: each function marked here becomes a file of its own, together with all
//! that only it needs. What the parts are is said in `ui::parts`.

#[cfg(target_arch = "wasm32")]
mod cuts {
    use leptos::wasm_split::wasm_split;
    use xingcun::register::catalog::{self, Registers};
    use xingcun::table::spelling::{self, Readings};
    use xingcun::ui::hands::{self, Hands};
    use xingcun::ui::lock::{self, Lock};
    use xingcun::ui::parts::{self, Draw, Lost, Parts};

    #[wasm_split(register, wasm_split_path = leptos::wasm_split, fallible)]
    fn register() -> Result<Draw, Lost> {
        Ok(parts::draw_register)
    }

    #[wasm_split(import, wasm_split_path = leptos::wasm_split, fallible)]
    fn import() -> Result<Draw, Lost> {
        Ok(parts::draw_import)
    }

    #[wasm_split(merge, wasm_split_path = leptos::wasm_split, fallible)]
    fn merge() -> Result<Draw, Lost> {
        Ok(parts::draw_merge)
    }

    #[wasm_split(article, wasm_split_path = leptos::wasm_split, fallible)]
    fn article() -> Result<Draw, Lost> {
        Ok(parts::draw_article)
    }

    #[wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible)]
    fn pages() -> Result<Draw, Lost> {
        Ok(parts::draw_page)
    }

    #[wasm_split(readings, wasm_split_path = leptos::wasm_split, fallible)]
    fn readings() -> Result<Readings, Lost> {
        Ok(spelling::all_readings)
    }

    #[wasm_split(registers, wasm_split_path = leptos::wasm_split, fallible)]
    fn registers() -> Result<Registers, Lost> {
        Ok(catalog::others)
    }

    #[wasm_split(lock, wasm_split_path = leptos::wasm_split, fallible)]
    fn ledger_lock() -> Result<Lock, Lost> {
        Ok(lock::lock())
    }

    #[wasm_split(hands, wasm_split_path = leptos::wasm_split, fallible)]
    fn ledger_hands() -> Result<Hands, Lost> {
        Ok(hands::hands())
    }

    pub const PARTS: Parts = Parts {
        register: || Box::pin(register()),
        import: || Box::pin(import()),
        merge: || Box::pin(merge()),
        article: || Box::pin(article()),
        pages: || Box::pin(pages()),
        readings: || Box::pin(readings()),
        registers: || Box::pin(registers()),
        lock: || Box::pin(ledger_lock()),
        hands: || Box::pin(ledger_hands()),
    };
}

#[cfg(target_arch = "wasm32")]
fn main() {
    xingcun::ui::start(cuts::PARTS);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
