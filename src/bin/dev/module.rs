//! The imports and exports of a WebAssembly module, read and written anew; everything else stays byte for byte.
//!
//! Input: a module as wasm-bindgen writes it, and what is to become of its names. Output: the module with other
//! names of imports or fewer exports. Neighbours: `glue` says which.

use crate::trouble::{Outcome, Trouble};

const HEADER: usize = 8;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
const FUNCTION: u8 = 0;

/// Reads from the front of some bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Outcome<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(ends_early)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Outcome<u8> {
        self.take(1)?.first().copied().ok_or_else(ends_early)
    }

    /// A number in groups of seven bits, the lowest first.
    fn number(&mut self) -> Outcome<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Trouble::new("a number in a module is longer than its format allows"))
    }

    /// Bytes with their length before them.
    fn block(&mut self) -> Outcome<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).map_err(|_| ends_early())?)
    }

    fn name(&mut self) -> Outcome<&'a str> {
        std::str::from_utf8(self.block()?).map_err(|_| Trouble::new("a name in a module is not UTF-8"))
    }
}

fn ends_early() -> Trouble {
    Trouble::new("a module ends early")
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    let mut rest = number;
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or_default(); // seven bits always fit
        rest >>= 7;
        if rest == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn put_block(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend(bytes);
}

/// Calls every imported function by the name that `renamed` gives for its module and its name.
pub fn with_imports(
    module: &[u8],
    mut renamed: impl FnMut(&str, &str) -> Outcome<String>,
) -> Outcome<Vec<u8>> {
    with_section(module, IMPORTS, |mut old| {
        let count = old.number()?;
        let mut new = Vec::new();
        for _ in 0..count {
            let (from, name, kind) = (old.name()?, old.name()?, old.byte()?);
            if kind != FUNCTION {
                return Err(Trouble::new(format!("the module imports {from} {name}, which is no function")));
            }
            put_block(&mut new, from.as_bytes());
            put_block(&mut new, renamed(from, name)?.as_bytes());
            new.push(kind);
            put_number(&mut new, usize::try_from(old.number()?).unwrap_or(usize::MAX));
        }
        Ok((usize::try_from(count).unwrap_or(usize::MAX), new))
    })
}

/// Leaves out the exports of some names.
pub fn without_exports(module: &[u8], names: &[String]) -> Outcome<Vec<u8>> {
    with_section(module, EXPORTS, |mut old| {
        let mut new = Vec::new();
        let mut kept = 0;
        for _ in 0..old.number()? {
            let (name, kind, index) = (old.name()?, old.byte()?, old.number()?);
            if names.iter().all(|gone| gone != name) {
                kept += 1;
                put_block(&mut new, name.as_bytes());
                new.push(kind);
                put_number(&mut new, usize::try_from(index).unwrap_or(usize::MAX));
            }
        }
        Ok((kept, new))
    })
}

/// Writes one section anew: `change` gives the number of its entries and their bytes.
fn with_section(
    module: &[u8],
    wanted: u8,
    change: impl FnOnce(Reader<'_>) -> Outcome<(usize, Vec<u8>)>,
) -> Outcome<Vec<u8>> {
    let mut change = Some(change);
    let mut reader = Reader(module);
    let mut out = reader.take(HEADER)?.to_vec();
    while !reader.0.is_empty() {
        let (kind, content) = (reader.byte()?, reader.block()?);
        out.push(kind);
        match change.take_if(|_| kind == wanted) {
            Some(change) => {
                let (count, entries) = change(Reader(content))?;
                let mut section = Vec::new();
                put_number(&mut section, count);
                section.extend(entries);
                put_block(&mut out, &section);
            }
            None => put_block(&mut out, content),
        }
    }
    Ok(out)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A module that imports some functions (module, name) and exports some (name).
    pub fn module(imports: &[(&str, &str)], exports: &[&str]) -> Vec<u8> {
        let mut all = b"\0asm\x01\0\0\0".to_vec();
        let mut section = Vec::new();
        put_number(&mut section, imports.len());
        for (from, name) in imports {
            put_block(&mut section, from.as_bytes());
            put_block(&mut section, name.as_bytes());
            section.extend([FUNCTION, 0x85, 0x02]); // a number of two bytes
        }
        all.push(IMPORTS);
        put_block(&mut all, &section);
        section.clear();
        put_number(&mut section, exports.len());
        for name in exports {
            put_block(&mut section, name.as_bytes());
            section.extend([FUNCTION, 7]);
        }
        all.push(EXPORTS);
        put_block(&mut all, &section);
        all.push(10); // code: left as it is
        put_block(&mut all, &[1, 2, 3]);
        all
    }

    #[test]
    fn names_change_and_nothing_else() {
        let old = module(&[("./a.js", "long"), ("./b.js", "longer")], &["one", "two", "three"]);
        let same = with_imports(&old, |_, name| Ok(name.to_owned())).unwrap();
        assert_eq!(same, old);
        let new = with_imports(&old, |from, name| Ok(if from == "./a.js" { "a" } else { name }.to_owned()))
            .unwrap();
        assert_eq!(new, module(&[("./a.js", "a"), ("./b.js", "longer")], &["one", "two", "three"]));
        let fewer = without_exports(&old, &["two".to_owned()]).unwrap();
        assert_eq!(fewer, module(&[("./a.js", "long"), ("./b.js", "longer")], &["one", "three"]));
    }

    #[test]
    fn a_module_that_is_cut_short_is_no_module() {
        let whole = module(&[("./a.js", "long")], &["one"]);
        let (cut, _) = whole.split_at(whole.len() - 2);
        assert!(without_exports(cut, &[]).is_err());
        assert!(with_imports(&whole[..HEADER + 9], |_, name| Ok(name.to_owned())).is_err());
    }
}
