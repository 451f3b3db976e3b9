//! Blocks of cells as spreadsheets put them on the clipboard: lines of cells with tabs between them.
//!
//! A cell with a tab, a quote or a line break in it stands in quotes, its own quotes doubled.

/// The block as text.
pub fn write(block: &[Vec<String>]) -> String {
    let lines: Vec<String> =
        block.iter().map(|line| line.iter().map(|c| quoted(c)).collect::<Vec<_>>().join("\t")).collect();
    lines.join("\n")
}

fn quoted(cell: &str) -> String {
    if cell.contains(['\t', '\n', '\r', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// The block that `text` says; empty when it says nothing. A line break at its end begins no further row.
pub fn read(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Vec::new();
    }
    let (mut block, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut within, mut begun) = (false, false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if within && rest.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if within => within = false,
            // Only at its beginning does a quote open a cell: 5" is five inches.
            '"' if !begun => (within, begun) = (true, true),
            '\t' if !within => {
                line.push(std::mem::take(&mut cell));
                begun = false;
            }
            '\r' if !within && rest.peek() == Some(&'\n') => {}
            '\n' if !within => {
                line.push(std::mem::take(&mut cell));
                block.push(std::mem::take(&mut line));
                begun = false;
            }
            other => {
                cell.push(other);
                begun = true;
            }
        }
    }
    line.push(cell);
    block.push(line);
    block
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_of_spreadsheets_are_read() {
        let lines = |text: &str| read(text).iter().map(|l| l.join("|")).collect::<Vec<_>>();
        assert_eq!(lines("11\t\r\n22\t\r\n"), ["11|", "22|"]);
        assert_eq!(lines("a\t\"two\nlines\"\tb"), ["a|two\nlines|b"]);
        assert_eq!(lines("\"say \"\"yes\"\"\"\t5\""), ["say \"yes\"|5\""]);
        assert!(read("").is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(block in prop::collection::vec(prop::collection::vec("[a\t\n\"1 村]{1,5}", 3), 1..4)) {
            prop_assert_eq!(read(&write(&block)), block);
        }
    }
}
