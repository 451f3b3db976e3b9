//! A copy of a person's own workbook with comments on its cells, and nothing else in it changed.
//!
//! Duty: adds comments to an xlsx: the parts that hold them, and the few tags that lead to them; every other part is copied
//! byte for byte, packed as it was. Comments that are there stay, and ours are added to them. Inputs: the workbook's bytes,
//! notes on cells. Output: the copy's bytes. Neighbours: `archive` finds the sheets; `xml` finds the tags.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::archive::{self, Zip, limited, part, place};
use super::budget::Budget;
use super::detect::{self, Kind};
use super::worksheet::position;
use super::{BookError, address, xml};

/// What is said about a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The sheet's name.
    pub sheet: String,
    /// `D14`; what names no cell is said at the sheet's first.
    pub cell: String,
    /// What is said.
    pub words: String,
}

/// Who signs the comments.
const AUTHOR: &str = "兴村";
/// Letters of one comment; more than a person reads.
const MOST_LETTERS: usize = 1000;
const TYPES: &str = "[Content_Types].xml";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// What stands in a sheet behind the tag that leads to its comments.
const BEHIND: &[&[u8]] = &[
    b"legacyDrawingHF",
    b"drawingHF",
    b"picture",
    b"oleObjects",
    b"controls",
    b"webPublishItems",
    b"tableParts",
    b"extLst",
    b"AlternateContent",
];

/// Words on cells, by row and column.
type OfSheet = BTreeMap<Place, String>;
/// Row and column of a cell, from 0.
type Place = (u32, u32);

/// The workbook with the notes on its cells. Sheets that it does not have are left out.
pub fn marked(bytes: &[u8], notes: &[Note]) -> Result<Vec<u8>, BookError> {
    if !matches!(detect::detect(bytes)?, Kind::Xlsx) {
        return Err(BookError::OnlyXlsx);
    }
    let mut copy = Copy { zip: archive::open(bytes)?, budget: Budget::default(), parts: BTreeMap::new() };
    let sheets = archive::parts(&mut copy.zip, &mut copy.budget)?.sheets;
    for sheet in sheets {
        let mut found = OfSheet::new();
        for note in notes.iter().filter(|note| note.sheet == sheet.name) {
            let words = found.entry(position(note.cell.as_bytes()).unwrap_or((0, 0))).or_default();
            if !words.is_empty() {
                words.push('\n');
            }
            words.push_str(&note.words);
        }
        if !found.is_empty() {
            copy.mark(&sheet.path, &found)?;
        }
    }
    copy.finish()
}

/// A workbook of which some parts are written anew.
struct Copy<'a> {
    zip: Zip<'a>,
    budget: Budget,
    parts: BTreeMap<String, Vec<u8>>,
}

/// Where a relationship of a sheet leads.
struct Link {
    id: String,
    kind: String,
    path: String,
}

impl Copy<'_> {
    /// A part as it is now; none where there is none.
    fn text(&mut self, path: &str) -> Result<Option<Vec<u8>>, BookError> {
        if let Some(own) = self.parts.get(path) {
            return Ok(Some(own.clone()));
        }
        let Some(file) = part(&mut self.zip, path) else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = limited(file, &self.budget).read_to_end(&mut bytes);
        self.budget.work(read.map_err(|_| BookError::damaged(path, path))? as u64, path)?;
        Ok(Some(bytes))
    }

    fn needed(&mut self, path: &str) -> Result<Vec<u8>, BookError> {
        self.text(path)?.ok_or_else(|| BookError::damaged(path, path))
    }

    /// A name that no part has yet.
    fn free(&self, before: &str, behind: &str) -> String {
        let taken = |path: &String| self.parts.contains_key(path) || place(&self.zip, path).is_some();
        (1u32..).map(|n| format!("{before}{n}{behind}")).find(|path| !taken(path)).unwrap_or_default()
    }

    /// Puts comments on the cells of a sheet.
    fn mark(&mut self, sheet: &str, notes: &OfSheet) -> Result<(), BookError> {
        let (folder, file) = sheet.rsplit_once('/').unwrap_or(("", sheet));
        let relations = format!("{folder}/_rels/{file}.rels");
        let links = links(&self.text(&relations)?.unwrap_or_default(), folder);
        let xml = self.needed(sheet)?;
        let drawn = children(&xml).find(|(_, tag)| xml::name(tag) == b"legacyDrawing");
        let drawn = drawn.and_then(|(_, tag)| xml::attribute(tag, "id"));
        let drawing = drawn.and_then(|id| links.iter().find(|link| link.id == id));
        let mut new_links = Vec::new();

        let comments = match links.iter().find(|link| link.kind.ends_with("/comments")) {
            Some(link) => link.path.clone(),
            None => {
                let path = self.free("xl/comments", ".xml");
                new_links.push(("xingcunComments", "comments", path.clone()));
                let empty =
                    format!("{DECLARED}<comments xmlns=\"{MAIN}\"><authors/><commentList/></comments>");
                self.parts.insert(path.clone(), empty.into());
                self.declare("Override PartName", &format!("/{path}"), COMMENTS)?;
                path
            }
        };
        let shapes = match drawing {
            Some(link) => link.path.clone(),
            None => {
                let path = self.free("xl/drawings/vmlDrawing", ".vml");
                new_links.push(("xingcunDrawing", "vmlDrawing", path.clone()));
                self.parts.insert(path.clone(), format!("<xml {SPACES}></xml>").into());
                self.declare("Default Extension", "vml", DRAWING)?;
                let with = with_drawing(&xml, "xingcunDrawing");
                let with = with.ok_or_else(|| BookError::damaged(sheet, sheet))?;
                self.parts.insert(sheet.to_owned(), with);
                path
            }
        };
        self.link(&relations, &new_links)?;
        let before = self.needed(&comments)?;
        let (after, fresh) =
            with_comments(&before, notes).ok_or_else(|| BookError::damaged(&*comments, &*comments))?;
        self.parts.insert(comments, after);
        let before = self.needed(&shapes)?;
        let after = with_shapes(&before, &fresh).ok_or_else(|| BookError::damaged(&*shapes, &*shapes))?;
        self.parts.insert(shapes, after);
        Ok(())
    }

    /// Says of what kind a part is, where it is not said yet.
    fn declare(&mut self, key: &str, name: &str, kind: &str) -> Result<(), BookError> {
        let types = self.needed(TYPES)?;
        let is_said = |tag: &[u8]| {
            let said = key.split(' ').next_back().and_then(|key| xml::attribute(tag, key));
            said.is_some_and(|said| said.eq_ignore_ascii_case(name))
        };
        if xml::places(&types).any(|(_, tag)| is_said(tag)) {
            return Ok(());
        }
        let (element, attribute) = key.split_once(' ').unwrap_or((key, "PartName"));
        let prefix = prefix(&types);
        let line = format!("<{prefix}{element} {attribute}=\"{name}\" ContentType=\"{kind}\"/>");
        let with = at_end(&types, b"Types", &line).ok_or_else(|| BookError::damaged(TYPES, TYPES))?;
        self.parts.insert(TYPES.to_owned(), with);
        Ok(())
    }

    /// Adds relationships of a sheet: their names, kinds and parts.
    fn link(&mut self, relations: &str, new: &[(&str, &str, String)]) -> Result<(), BookError> {
        if new.is_empty() {
            return Ok(());
        }
        let empty = || format!("{DECLARED}<Relationships xmlns=\"{PACKAGE}\"></Relationships>").into_bytes();
        let before = self.text(relations)?.unwrap_or_else(empty);
        let prefix = prefix(&before);
        let line = |(id, kind, path): &(&str, &str, String)| {
            format!("<{prefix}Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"/{path}\"/>")
        };
        let lines: String = new.iter().map(line).collect();
        let with = at_end(&before, b"Relationships", &lines)
            .ok_or_else(|| BookError::damaged(relations, relations))?;
        self.parts.insert(relations.to_owned(), with);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, BookError> {
        let broken = |_| BookError::damaged("压缩目录", "the archive's directory");
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..self.zip.len() {
            let file = self.zip.by_index_raw(n).map_err(broken)?;
            let name = file.name().map(|name| name.into_owned()).map_err(broken)?;
            match self.parts.remove(&name) {
                Some(bytes) => write(&mut out, &name, &bytes)?,
                None => out.raw_copy_file(file).map_err(broken)?,
            }
        }
        for (name, bytes) in &self.parts {
            write(&mut out, name, bytes)?;
        }
        Ok(out.finish().map_err(broken)?.into_inner())
    }
}

fn write(out: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) -> Result<(), BookError> {
    let broken = || BookError::damaged(name, name);
    out.start_file(name, SimpleFileOptions::default()).map_err(|_| broken())?;
    out.write_all(bytes).map_err(|_| broken())
}

const DECLARED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
/// Names that shapes are written with.
const SPACES: &str = "xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
     xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";

fn links(relations: &[u8], folder: &str) -> Vec<Link> {
    let one = |tag: &[u8]| {
        let said = |key| xml::attribute(tag, key).map(xml::unescape);
        Some(Link { id: said("Id")?, kind: said("Type")?, path: resolved(folder, &said("Target")?) })
    };
    xml::places(relations)
        .filter(|(_, tag)| xml::name(tag) == b"Relationship")
        .filter_map(|(_, tag)| one(tag))
        .collect()
}

/// `../comments1.xml` seen from `xl/worksheets`.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The tags right under the root; the root itself and its end are left out.
fn children(text: &[u8]) -> impl Iterator<Item = (std::ops::Range<usize>, &[u8])> {
    let mut depth = 0i32;
    xml::places(text).filter(move |(_, tag)| {
        let before = depth;
        match tag.first() {
            Some(b'?' | b'!') => return false,
            Some(b'/') => depth -= 1,
            _ if !xml::is_empty(tag) => depth += 1,
            _ => {}
        }
        before == 1 && !tag.starts_with(b"/")
    })
}

/// The prefix of the root's name, with its colon.
fn prefix(text: &[u8]) -> String {
    let root = xml::places(text).find(|(_, tag)| !matches!(tag.first(), Some(b'?' | b'!')));
    let name = root.and_then(|(_, tag)| tag.split(|b| b.is_ascii_whitespace() || *b == b'/').next());
    let name = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
    name.split_once(':').map(|(prefix, _)| format!("{prefix}:")).unwrap_or_default()
}

/// Puts `words` before the end of the last element called `name`, which may stand there without any content.
fn before_end(text: &[u8], name: &[u8], words: &str) -> Option<(std::ops::Range<usize>, String)> {
    let mut last = None;
    for (place, tag) in xml::places(text) {
        let closes = xml::ends(tag, name);
        if closes {
            last = Some((place.start..place.start, words.to_owned()));
        } else if xml::name(tag) == name && xml::is_empty(tag) {
            let open = String::from_utf8_lossy(tag.strip_suffix(b"/")?).trim_end().to_owned();
            let own = open.split_whitespace().next()?.to_owned();
            last = Some((place, format!("<{open}>{words}</{own}>")));
        }
    }
    last
}

/// The text with pieces of it replaced; places are those of the text before.
fn replaced(text: &[u8], mut all: Vec<(std::ops::Range<usize>, String)>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    crate::value::order::sort_by_key(&mut all, |(place, _)| (place.start, place.end));
    for (place, words) in &all {
        out.extend_from_slice(text.get(from..place.start)?);
        out.extend_from_slice(words.as_bytes());
        from = place.end;
    }
    out.extend_from_slice(text.get(from..)?);
    Some(out)
}

fn at_end(text: &[u8], name: &[u8], words: &str) -> Option<Vec<u8>> {
    replaced(text, vec![before_end(text, name, words)?])
}

/// The sheet with the tag that leads to the drawing of its comments.
fn with_drawing(sheet: &[u8], id: &str) -> Option<Vec<u8>> {
    let tag = format!("<{}legacyDrawing xmlns:r=\"{OFFICE}\" r:id=\"{id}\"/>", prefix(sheet));
    let behind = children(sheet).find(|(_, tag)| BEHIND.contains(&xml::name(tag)));
    match behind {
        Some((place, _)) => replaced(sheet, vec![(place.start..place.start, tag)]),
        None => at_end(sheet, b"worksheet", &tag),
    }
}

fn escaped(words: &str) -> String {
    let short: String = words.chars().take(MOST_LETTERS).collect();
    let more = if short.len() < words.len() { "…" } else { "" };
    let mut out = String::new();
    for c in short.chars().chain(more.chars()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() && c != '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The comments with ours among them, and the cells that had none before.
fn with_comments(text: &[u8], notes: &OfSheet) -> Option<(Vec<u8>, Vec<Place>)> {
    let p = prefix(text);
    let authors = xml::places(text).filter(|(_, tag)| xml::name(tag) == b"author").count();
    let (mut edits, mut there) = (Vec::new(), std::collections::BTreeSet::new());
    let mut open = None;
    for (place, tag) in xml::places(text) {
        if xml::name(tag) == b"comment" {
            open = xml::attribute(tag, "ref").and_then(|at| position(at.as_bytes()));
        } else if xml::ends(tag, b"text")
            && let Some(at) = open.take()
            && let Some(words) = notes.get(&at)
        {
            there.insert(at);
            let run = format!("<{p}r><{p}t xml:space=\"preserve\">\n{}</{p}t></{p}r>", escaped(words));
            edits.push((place.start..place.start, run));
        }
    }
    let fresh: Vec<Place> = notes.keys().copied().filter(|at| !there.contains(at)).collect();
    let one = |at: &Place| {
        let words = notes.get(at).map(|words| escaped(words)).unwrap_or_default();
        format!(
            "<{p}comment ref=\"{}\" authorId=\"{authors}\"><{p}text><{p}r><{p}t xml:space=\"preserve\">{words}</{p}t></{p}r></{p}text></{p}comment>",
            address(at.0, at.1)
        )
    };
    let lines: String = fresh.iter().map(one).collect();
    edits.push(before_end(text, b"authors", &format!("<{p}author>{AUTHOR}</{p}author>"))?);
    edits.push(before_end(text, b"commentList", &lines)?);
    Some((replaced(text, edits)?, fresh))
}

/// The drawing with a hidden box for each new comment; without one, Excel shows none.
fn with_shapes(text: &[u8], fresh: &[Place]) -> Option<Vec<u8>> {
    // Where the drawing calls them differently, or declares them further down, the shapes bring their own.
    let root = xml::places(text).map(|(_, tag)| tag).find(|tag| tag.starts_with(b"xml"))?;
    let known = ["xmlns:v=", "xmlns:o=", "xmlns:x="];
    let known = known.iter().all(|space| memchr::memmem::find(root, space.as_bytes()).is_some());
    let spaces = if known { String::new() } else { format!(" {SPACES}") };
    let kind = format!(
        "<v:shapetype{spaces} id=\"xingcun_note\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">\
         <v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
    );
    let kind =
        if memchr::memmem::find(text, b"id=\"xingcun_note\"").is_some() { String::new() } else { kind };
    let one = |(row, column): &Place| {
        let (right, top, bottom) = (column + 1, row.saturating_sub(1), row + 5);
        format!(
            "<v:shape{spaces} id=\"xingcun_{row}_{column}\" type=\"#xingcun_note\" style=\"position:absolute;width:240px;height:100px;z-index:1;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
             <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
             <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{right},15,{top},2,{},15,{bottom},4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>",
            right + 3
        )
    };
    let shapes: String = fresh.iter().map(one).collect();
    at_end(text, b"xml", &format!("{kind}{shapes}"))
}
