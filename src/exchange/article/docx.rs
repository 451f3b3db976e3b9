//! Word files: the paragraphs and tables of `word/document.xml`, as lines of text.
//!
//! Duty: one pass over the tags, in constant memory besides the text. A paragraph is a line, a row of a table is
//! a line with its cells between bars. Inputs: the file. Outputs: its text. Neighbours: `source`.

use std::io::{Cursor, Read as _};

use super::error::SourceError;

/// A document inflates to no more; what does is a bomb.
const MOST_BYTES: u64 = 64 << 20;

pub(super) fn text(bytes: &[u8]) -> Result<String, SourceError> {
    let damaged = |e: &dyn std::fmt::Display| SourceError::Damaged(e.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let part = archive.by_name("word/document.xml").map_err(|_| SourceError::NotText)?;
    let mut xml = String::new();
    part.take(MOST_BYTES + 1).read_to_string(&mut xml).map_err(|e| damaged(&e))?;
    if xml.len() as u64 > MOST_BYTES {
        return Err(SourceError::TooLarge { limit: (MOST_BYTES >> 20) as usize });
    }
    Ok(lines(&xml))
}

/// Where the pass is.
#[derive(Debug, Default)]
struct Pass {
    out: String,
    /// Inside `w:t`: what stands there is text.
    text: bool,
    /// Depth of tables: a cell of a nested table stays in its row.
    tables: usize,
    /// Deleted text, field codes and the fallback of a drawing are not what a reader sees.
    hidden: usize,
}

fn lines(xml: &str) -> String {
    let mut pass = Pass::default();
    let mut rest = xml;
    while let Some((before, after)) = rest.split_once('<') {
        pass.words(before);
        let Some((tag, next)) = after.split_once('>') else { break };
        pass.tag(tag);
        rest = next;
    }
    pass.out
}

impl Pass {
    fn words(&mut self, raw: &str) {
        if self.text && self.hidden == 0 {
            unescape(raw, &mut self.out);
        }
    }

    fn tag(&mut self, tag: &str) {
        let closes = tag.starts_with('/');
        let empty = tag.ends_with('/');
        let name = tag.trim_start_matches('/').split([' ', '/', '\n', '\t', '\r']).next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        match local {
            "t" => self.text = !closes && !empty,
            "tab" if !closes && self.hidden == 0 => self.out.push('\t'),
            "br" | "cr" if !closes && self.hidden == 0 => self.out.push('\n'),
            "p" if closes || empty => self.out.push(if self.tables > 0 { ' ' } else { '\n' }),
            "tc" if closes => self.cell(),
            "tr" if closes => self.row(),
            "tbl" if closes => self.tables = self.tables.saturating_sub(1),
            "tbl" if !empty => self.tables += 1,
            "del" | "delText" | "instrText" | "Fallback" if !empty => {
                self.hidden = if closes { self.hidden.saturating_sub(1) } else { self.hidden + 1 };
            }
            _ => {}
        }
    }

    fn cell(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('|');
    }

    fn row(&mut self) {
        self.out.truncate(self.out.trim_end_matches('|').len());
        self.out.push(if self.tables > 1 { ' ' } else { '\n' });
    }
}

fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let Some((name, next)) = known else {
            out.push('&');
            rest = after;
            continue;
        };
        let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => n.parse().ok(),
        });
        match name {
            "amp" => out.push('&'),
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            _ => out.extend(number.and_then(char::from_u32)),
        }
        rest = next;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_tables_and_what_is_hidden() {
        let xml = "<w:document><w:body><w:p><w:r><w:t>种植&#40644;精</w:t></w:r><w:r><w:t xml:space=\"preserve\">500余亩 &amp; </w:t></w:r>\
            <w:del><w:r><w:delText>600亩</w:delText></w:r></w:del></w:p><w:p/>\
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>村</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>面积</w:t></w:r></w:p></w:tc></w:tr>\
            <w:tr><w:tc><w:p><w:r><w:t>清凉村</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1200亩</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
            </w:body></w:document>";
        assert_eq!(lines(xml), "种植黄精500余亩 & \n\n村|面积\n清凉村|1200亩\n");
    }

    proptest! {
        #[test]
        fn any_tags_are_survived(xml in "[<>/&;#w:tptrcbl a-z0-9亩\"]{0,200}") {
            let _ = lines(&xml);
        }
    }
}
