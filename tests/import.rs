//! Workbooks as staff make them: what is found in them, and what becomes of it.

use xingcun::exchange::{Quiet, book, inspect};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/golden/import/{name}")).unwrap()
}

#[test]
fn look() {
    for name in std::env::var("LOOK").unwrap_or_default().split(':').filter(|n| !n.is_empty()) {
        let bytes = std::fs::read(name).unwrap();
        let book = book::read(&bytes, name.rsplit('/').next().unwrap(), &mut Quiet).unwrap();
        let mut seen = inspect(&book, None, &[]);
        for t in &mut seen.tables {
            t.table.rows.retain(|r| r.kind != xingcun::exchange::RowKind::Data || r.index < 12);
            t.totals.retain(|c| !c.agrees);
        }
        println!("{}", serde_json::to_string_pretty(&seen).unwrap());
    }
    let _ = sample;
}
