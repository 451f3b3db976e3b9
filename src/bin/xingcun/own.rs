//! `import --own`: a workbook that no register fits becomes a register of the county's own.
//!
//! The settings are one batch, the rows the next; on a trial ledger first, so that neither is written without the
//! other.

use std::collections::BTreeMap;

use xingcun::exchange::mapping::suggest;
use xingcun::exchange::own::{self, Offer};
use xingcun::exchange::plan::Options;
use xingcun::exchange::{Book, Lexicon, Report, tables};
use xingcun::ledger::{Author, Draft, Refused, State};

use super::ledger::Ledger;
use super::outcome::Failure;

/// What makes the register, where it is not there yet.
pub struct Own {
    /// The ledger with it.
    pub state: State,
    /// The settings, to be written before the rows.
    pub draft: Option<Draft>,
    /// What was made of the columns.
    pub offer: Option<Offer>,
    /// Which tables go into it.
    pub options: Options,
}

/// Why there is no such register.
pub enum NotOwn {
    Refused(Refused),
    Failed(Failure),
}

/// The register called `name` for the tables of `book` that no other register fits.
pub fn prepare(
    ledger: &Ledger,
    author: &mut Author,
    (book, name): (&Book, &str),
    options: &Options,
    now: u64,
) -> Result<Own, NotOwn> {
    let mut state = ledger.state.clone();
    let known = state.schema().register_named(name).filter(|r| r.is_own()).map(|r| r.key.to_string());
    let words = Lexicon::of(&state);
    let mut found = tables(book, &words.headings, &mut Report::default());
    found.iter_mut().for_each(|t| t.told(&options.decisions));
    let sheet = |n: usize| found.get(n)?.sheet_in(book);
    let fits = |n: usize| suggest(sheet(n)?, found.get(n)?, None, &words);
    let mine = |n: &usize| fits(*n).is_none_or(|m| known.as_ref() == Some(&m.register));
    let unknown: Vec<usize> = (0..found.len()).filter(mine).collect();
    let first = unknown.first().and_then(|n| Some((sheet(*n)?, found.get(*n)?)));
    let Some((sheet_of_first, table)) = first else {
        return Err(NotOwn::Failed(Failure::new(format!(
            "每张表都有台账对得上，不必另建“{name}”；要导入请去掉 --own"
        ))));
    };
    let (mut draft, mut offer) = (None, None);
    let key = match known {
        Some(key) => key,
        None => {
            let made = Offer { name: name.to_owned(), ..own::offer(sheet_of_first, table, &words.headings) };
            let (settings, key) = own::draft(&made, &book.name, &state, &mut || author.row_id(now));
            let sealed = author.write(&state, settings.clone(), now).map_err(NotOwn::Refused)?;
            state.apply(&sealed.batch, sealed.digest);
            (draft, offer) = (Some(settings), Some(made));
            key
        }
    };
    let words = Lexicon::of(&state);
    let mappings: BTreeMap<usize, _> = unknown
        .into_iter()
        .filter_map(|n| Some((n, suggest(sheet(n)?, found.get(n)?, Some(&key), &words)?)))
        .collect();
    Ok(Own { state, draft, offer, options: Options { mappings, ..options.clone() } })
}
