//! The browser's entry of the other pages. A crate of its own, of type `cdylib` alone, because link-time
//! optimisation is ignored for a crate that is also an `rlib` (rust-lang/cargo#9672).

/// Called by the page's loader script once the WebAssembly module is in place.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    reseller_portal::hydrate();
}
