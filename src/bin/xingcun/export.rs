//! `export`: a register as a workbook.

use std::path::{Path, PathBuf};

use xingcun::exchange::export::{self, CELLS_PER_FILE, Options, Part};
use xingcun::exchange::part;
use xingcun::exchange::record_json::Json;
use xingcun::table::{Filter, Places};
use xingcun::value::Text;

use super::args::{Args, Command, Input, Opt, Times};
use super::indicators::place;
use super::ledger::{Ledger, replace};
use super::outcome::{Failure, Outcome, say};
use super::rows;

pub const COMMAND: Command = Command {
    name: "export",
    about: "把一本台账导出为工作簿",
    input: Input::One("L.xcz"),
    options: &[
        rows::REGISTER,
        Opt::value("--out", "B.xlsx", Times::Once, "写到哪里；已有的文件会被替换"),
        rows::KIND,
        rows::WHERE,
        Opt::value("--scope", "ORG", Times::Maybe, "只导出这个单位（含下级）的；默认全部"),
        Opt::switch("--unmasked", "身份证号、电话、账号不打码（默认打码）"),
    ],
    notes: "不给 --kind 也不给 --where 时，每种记录一张表。\n\
        输出 JSON：files 写了哪些文件，records 记录数。导出的文件原样再导入，不会有任何改动。\n\
        超过 30 万个单元格时分成 B.xlsx、B-2.xlsx ……",
    run,
};

fn run(args: &Args) -> Result<Outcome, Failure> {
    let ledger = Ledger::open(&args.input())?;
    let scope = args.get("--scope").map(|name| place(&Places::of(&ledger.state), name)).transpose()?;
    let first = rows::table(args, &ledger.state)?;
    let parts = if rows::in_part(args) {
        let filter = Filter { place: scope, ..rows::filter(args, &first)? };
        let rows = rows::rows(&first, &filter)?;
        vec![Part { table: first, rows }]
    } else {
        let mut parts = export::parts(&ledger.state, first.register());
        if let Some(scope) = scope {
            let inside = part::rows(&ledger.state, scope);
            let key = Text::from(&*first.register().key);
            for part in &mut parts {
                let table = &part.table;
                part.rows.retain(|r| table.id(*r).is_some_and(|id| inside.contains(&(key.clone(), id))));
            }
        }
        parts
    };
    let options = Options { unmasked: args.has("--unmasked") };
    let files =
        export::workbooks(&parts, options).map_err(|e| Failure::new(format!("工作簿写不出来：{e}")))?;
    let out = PathBuf::from(args.required("--out"));
    let mut written = Vec::new();
    for (n, bytes) in files.iter().enumerate() {
        let path = numbered(&out, n);
        replace(&path, bytes)?;
        written.push(Json::text(path.display()));
    }
    if files.len() > 1 {
        say(&format!("超过 {} 万个单元格，分成了 {} 个文件", CELLS_PER_FILE / 10_000, files.len()));
    }
    let records: usize = parts.iter().map(|p| p.rows.len()).sum();
    let result = Json::object([("files", Json::List(written)), ("records", Json::raw(records))]);
    Ok(Outcome::done(format!("{result}\n")))
}

/// `B.xlsx`, `B-2.xlsx`, …
fn numbered(out: &Path, n: usize) -> PathBuf {
    if n == 0 {
        return out.to_owned();
    }
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let ending = out.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    out.with_file_name(format!("{stem}-{}{ending}", n + 1))
}
