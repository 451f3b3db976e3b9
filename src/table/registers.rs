//! Registers found as one types: by their names in both languages, by pinyin and initials, by key, and by the kinds of
//! rows that they hold.
//!
//! Inputs: the schema, what was typed. Output: the registers that fit, the best first. Neighbours: `spelling` knows how
//! names are typed; the list of registers shows what is found.

use std::sync::Arc;

use super::spelling;
use crate::register::{Label, Register, Schema};
use crate::value::order;

/// A name of the register itself fits better than any of what it holds.
const WITHIN: u8 = 8;

/// The registers that fit what was typed; all of them, in their order, where nothing was.
pub fn found(schema: &Schema, typed: &str) -> Vec<Arc<Register>> {
    let typed = spelling::fold(typed);
    if typed.is_empty() {
        return schema.all().to_vec();
    }
    let mut found: Vec<(u8, &Arc<Register>)> =
        schema.all().iter().filter_map(|r| Some((fit(r, &typed)?, r))).collect();
    order::sort_by(&mut found, |a, b| (a.0, &a.1.key).cmp(&(b.0, &b.1.key)));
    found.into_iter().map(|(_, r)| Arc::clone(r)).collect()
}

/// How well a register fits, smaller is better. `typed` is folded.
fn fit(register: &Register, typed: &str) -> Option<u8> {
    let named = |label: &Label| {
        [&label.zh, &label.en].into_iter().filter_map(|name| spelling::fit(name, typed)).min()
    };
    let own = spelling::fit(&register.key, typed).into_iter().chain(named(&register.label)).min();
    own.or_else(|| register.kinds.iter().filter_map(|k| named(&k.label)).min().map(|n| n + WITHIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(typed: &str) -> Vec<String> {
        found(Schema::base(), typed).iter().map(|r| r.key.to_string()).collect()
    }

    #[test]
    fn a_register_is_found_in_chinese_in_english_by_pinyin_initials_and_key() {
        for typed in ["集体经济", "Collective fin", "jitijingji", "jtjj", "r07", " R07 "] {
            assert_eq!(keys(typed).first().map(String::as_str), Some("R07"), "{typed}");
        }
        assert_eq!(keys("没有这一本"), Vec::<String>::new());
        assert_eq!(keys("").len(), Schema::base().all().len());
    }

    #[test]
    fn what_stands_under_a_register_leads_to_it_after_those_that_are_called_so() {
        // 应收 is a kind of rows of the contracts.
        assert_eq!(keys("应收"), ["R09"]);
        let named = keys("合同");
        assert_eq!(named.first().map(String::as_str), Some("R09"));
    }
}
