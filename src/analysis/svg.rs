//! A scene as SVG text.
//!
//! Duty: choose the paint for each role, print marks and targets. Input: a [`Scene`] and [`SvgOptions`].
//! Output: one `<svg>` element as a string – the same string for the same scene, always. Neighbours: the
//! interface puts it into the page, reports and files keep it.
//!
//! Only presentation attributes are used, no `style`: a strict content security policy may stay strict.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::measure::Weight;
use super::scene::{Anchor, Bounds, Ink, Mark, PathMark, Pattern, RectMark, Scene, Target, TextMark};
use crate::value::order::Ordered as _;

/// Where the drawing will be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// In the page: CSS variables (`--chart-1`, `--band-1`, `--ink` …) with the light theme as fall-back.
    Screen,
    /// In a file: the light theme's colours, written out.
    File,
    /// On paper: the same colours; use it with `patterns` so that a grey printer can tell them apart.
    Print,
}

/// How to write a scene.
#[derive(Debug, Clone, PartialEq)]
pub struct SvgOptions {
    pub theme: Theme,
    /// A file of its own: fixed size, fonts by name, paper behind. Otherwise it fills its container.
    pub standalone: bool,
    /// Begins every id; two drawings in one page need two prefixes.
    pub id_prefix: String,
    /// Give each series and band a texture.
    pub patterns: bool,
    /// Emit the targets as focusable groups (`g.target[data-target]`).
    pub interactive: bool,
}

impl SvgOptions {
    /// In the page: themed and focusable.
    pub fn screen(id_prefix: &str) -> Self {
        let id_prefix = id_prefix.to_owned();
        SvgOptions { theme: Theme::Screen, standalone: false, id_prefix, patterns: false, interactive: true }
    }

    /// A file in colour.
    pub fn file() -> Self {
        let id_prefix = "chart".to_owned();
        SvgOptions { theme: Theme::File, standalone: true, id_prefix, patterns: false, interactive: false }
    }

    /// For paper; reads in black and white.
    pub fn print(id_prefix: &str) -> Self {
        let id_prefix = id_prefix.to_owned();
        SvgOptions { theme: Theme::Print, standalone: false, id_prefix, patterns: true, interactive: false }
    }
}

/// Fonts of a file, in the order in which Windows, macOS and Linux have them.
pub const FONTS: &str = "'Microsoft YaHei','PingFang SC','Noto Sans CJK SC','Source Han Sans SC','WenQuanYi Micro Hei',sans-serif";

const QUALITATIVE: [[u8; 3]; 6] = [
    [0x38, 0x67, 0xA8],
    [0xD4, 0x8A, 0x2A],
    [0x3B, 0x92, 0x77],
    [0xA8, 0x45, 0x6B],
    [0x75, 0x66, 0xA8],
    [0x8A, 0x78, 0x58],
];
/// As many as the ladder has bands. More bands than that share colours with a neighbour.
const SEQUENTIAL: [[u8; 3]; 6] = [
    [0xE3, 0xDE, 0xD4],
    [0xC9, 0xD6, 0xE6],
    [0x9D, 0xB6, 0xD6],
    [0x5F, 0x88, 0xBC],
    [0x2F, 0x5B, 0x96],
    [0x1D, 0x3F, 0x70],
];
const WHITE: [u8; 3] = [0xFF, 0xFF, 0xFF];
const INK: [u8; 3] = [0x20, 0x1D, 0x19];

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// The colour of the ramp that a band takes, counted from 0: the pale end first, the deep end last, the others
/// spread between. Whole steps, because the ramp's colours are the theme's, and mixing them is beyond the
/// browsers in offices (`color-mix()` came with Chrome 111).
fn ramp(step: u8, of: u8) -> usize {
    let last = SEQUENTIAL.len() - 1;
    if of < 2 {
        return last;
    }
    let (step, ends) = (usize::from(step.min(of - 1)), usize::from(of - 1));
    (step * last + ends / 2) / ends
}

fn luminance([r, g, b]: [u8; 3]) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// White or ink, whichever reads better on `ground`.
fn contrasting(ground: [u8; 3]) -> [u8; 3] {
    let l = luminance(ground) + 0.05;
    let (white, ink) = ((1.05) / l, l / (luminance(INK) + 0.05));
    if white >= ink { WHITE } else { INK }
}

/// The light theme's colour of a role.
fn light(role: Ink) -> [u8; 3] {
    match role {
        Ink::Series(n) => QUALITATIVE.get(usize::from(n) % QUALITATIVE.len()).copied().unwrap_or(INK),
        Ink::Band { step, of } => SEQUENTIAL.get(ramp(step, of)).copied().unwrap_or(INK),
        Ink::OnSeries(n) => contrasting(light(Ink::Series(n))),
        Ink::OnBand { step, of } => contrasting(light(Ink::Band { step, of })),
        Ink::Ink => INK,
        Ink::InkSecond => [0x6A, 0x64, 0x5B],
        Ink::InkThird => [0x9A, 0x93, 0x88],
        Ink::Line => [0xE4, 0xDF, 0xD6],
        Ink::Accent => [0xB0, 0x35, 0x2A],
        Ink::Doubt => [0xA8, 0x6A, 0x12],
        Ink::Paper | Ink::None => WHITE,
    }
}

/// The CSS variable that themes a role on screen.
fn variable(role: Ink) -> String {
    let fallback = hex(light(role));
    let name = match role {
        Ink::Series(n) => format!("chart-{}", n % 6 + 1),
        Ink::OnSeries(n) => format!("on-chart-{}", n % 6 + 1),
        Ink::Band { step, of } => format!("band-{}", ramp(step, of) + 1),
        Ink::OnBand { step, of } => format!("on-band-{}", ramp(step, of) + 1),
        Ink::Ink => "ink".to_owned(),
        Ink::InkSecond => "ink-second".to_owned(),
        Ink::InkThird => "ink-third".to_owned(),
        Ink::Line => "line".to_owned(),
        Ink::Accent => "accent".to_owned(),
        Ink::Doubt => "doubt".to_owned(),
        Ink::Paper | Ink::None => "card".to_owned(),
    };
    format!("var(--{name},{fallback})")
}

/// The texture a role takes on paper. A pale first band stays plain: that, too, is a difference.
pub fn print_pattern(role: Ink) -> Option<Pattern> {
    match role {
        Ink::Series(n) => Pattern::of_series(n),
        Ink::Band { step, .. } => step.checked_sub(1).and_then(Pattern::of_series),
        _ => None,
    }
}

/// A number with at most two decimals.
fn number(value: f64) -> String {
    let mut text = format!("{value:.2}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" { "0".to_owned() } else { text }
}

/// Escape for element content and attribute values; characters XML forbids are dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// A target's place as percentages of the drawing, for an overlay that scales with it.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetBox {
    pub id: usize,
    /// Percent of the drawing's width or height.
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    pub label: String,
}

/// Where to lay focusable elements over a drawing that is shown as an image.
pub fn target_boxes(scene: &Scene) -> Vec<TargetBox> {
    let part = |value: f64, whole: f64| if whole > 0.0 { (value / whole * 1e4).round() / 1e2 } else { 0.0 };
    scene
        .targets
        .iter()
        .map(|target| TargetBox {
            id: target.id,
            left: part(target.bounds.x, scene.width),
            top: part(target.bounds.y, scene.height),
            width: part(target.bounds.width, scene.width),
            height: part(target.bounds.height, scene.height),
            label: target.label.clone(),
        })
        .collect()
}

/// Write a scene as one `<svg>` element.
pub fn to_svg(scene: &Scene, options: &SvgOptions) -> String {
    Writer::new(scene, options).write()
}

struct Writer<'a> {
    scene: &'a Scene,
    options: &'a SvgOptions,
    prefix: String,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(scene: &'a Scene, options: &'a SvgOptions) -> Self {
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let prefix = options.id_prefix.chars().filter(safe).collect();
        Writer { scene, options, prefix, out: String::new() }
    }

    fn write(mut self) -> String {
        self.head();
        self.definitions();
        if self.options.standalone {
            let whole = Bounds { x: 0.0, y: 0.0, width: self.scene.width, height: self.scene.height };
            self.area("rect", &whole, &self.paint(Ink::Paper), 0.0);
        }
        self.push(if self.options.interactive { "<g aria-hidden=\"true\">\n" } else { "<g>\n" });
        for mark in &self.scene.marks {
            self.mark(mark);
        }
        self.push("</g>\n");
        if self.options.interactive {
            for target in &self.scene.targets {
                self.target(target);
            }
        }
        self.push("</svg>\n");
        self.out
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.out.write_fmt(text);
    }

    fn head(&mut self) {
        let (w, h) = (number(self.scene.width), number(self.scene.height));
        let p = self.prefix.clone();
        // Inside role="img" nothing can be reached, so a drawing with targets is a group.
        let role = if self.options.interactive { "group" } else { "img" };
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"scene\" viewBox=\"0 0 {w} {h}\" role=\"{role}\" \
             aria-labelledby=\"{p}-title {p}-desc\""
        ));
        if self.options.standalone {
            self.put(format_args!(" width=\"{w}\" height=\"{h}\" font-family=\"{FONTS}\""));
        } else {
            self.push(" width=\"100%\"");
        }
        let (title, text) = (escape(&self.scene.title), escape(&self.scene.description));
        self.put(format_args!(
            ">\n<title id=\"{p}-title\">{title}</title>\n<desc id=\"{p}-desc\">{text}</desc>\n"
        ));
    }

    fn paint(&self, role: Ink) -> String {
        match (role, self.options.theme) {
            (Ink::None, _) => "none".to_owned(),
            // Paper swallows the palest ink.
            (Ink::InkThird, Theme::Print) => hex(light(Ink::InkSecond)),
            (_, Theme::Screen) => variable(role),
            (_, Theme::File | Theme::Print) => hex(light(role)),
        }
    }

    fn pattern_of(&self, rect: &RectMark) -> Option<Pattern> {
        rect.pattern.or_else(|| if self.options.patterns { print_pattern(rect.fill) } else { None })
    }

    fn pattern_id(&self, role: Ink, pattern: Pattern) -> String {
        let (kind, step, of) = role.code();
        format!("{}-p{kind}-{step}-{of}-{pattern:?}", self.prefix)
    }

    fn definitions(&mut self) {
        let used: BTreeSet<(Ink, Pattern)> = self
            .scene
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Rect(rect) => self.pattern_of(rect).map(|pattern| (rect.fill, pattern)),
                _ => None,
            })
            .into_set();
        if used.is_empty() {
            return;
        }
        self.push("<defs>\n");
        for (role, pattern) in used {
            let (id, ground) = (self.pattern_id(role, pattern), self.paint(role));
            let (stroke, opacity) = match role {
                Ink::Series(_) => (self.paint(Ink::Paper), "0.9"),
                _ => (self.paint(role.on()), "0.45"),
            };
            let (tile, shape) = texture(pattern);
            self.put(format_args!(
                "<pattern id=\"{id}\" width=\"{tile}\" height=\"{tile}\" patternUnits=\"userSpaceOnUse\">\
                 <rect width=\"{tile}\" height=\"{tile}\" fill=\"{ground}\"/>\
                 <path d=\"{shape}\" stroke=\"{stroke}\" stroke-opacity=\"{opacity}\" stroke-width=\"1.2\" \
                 stroke-linecap=\"round\" fill=\"none\"/></pattern>\n"
            ));
        }
        self.push("</defs>\n");
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Rect(rect) => {
                let fill = match self.pattern_of(rect) {
                    Some(pattern) => format!("url(#{})", self.pattern_id(rect.fill, pattern)),
                    None => self.paint(rect.fill),
                };
                self.area("rect", &rect.bounds, &fill, rect.radius);
            }
            Mark::Line(line) => {
                let ((x1, y1), (x2, y2)) = (line.from, line.to);
                let (x1, y1, x2, y2) = (number(x1), number(y1), number(x2), number(y2));
                let stroke = self.stroke(line.stroke, line.width, line.dash);
                self.put(format_args!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{stroke}/>\n"));
            }
            Mark::Path(path) => self.path(path),
            Mark::Circle(circle) => {
                let (cx, cy, r) = (number(circle.centre.0), number(circle.centre.1), number(circle.radius));
                let fill = self.paint(circle.fill);
                let rim = circle.rim.map(|(role, width)| self.stroke(role, width, None)).unwrap_or_default();
                self.put(format_args!("<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\" fill=\"{fill}\"{rim}/>\n"));
            }
            Mark::Text(text) => self.text(text),
        }
    }

    fn area(&mut self, element: &str, bounds: &Bounds, fill: &str, radius: f64) {
        let (x, y) = (number(bounds.x), number(bounds.y));
        let (w, h) = (number(bounds.width), number(bounds.height));
        let rounded = if radius > 0.0 { format!(" rx=\"{}\"", number(radius)) } else { String::new() };
        self.put(format_args!(
            "<{element} x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{rounded} fill=\"{fill}\"/>\n"
        ));
    }

    fn stroke(&self, role: Ink, width: f64, dash: Option<(f64, f64)>) -> String {
        let mut out = format!(" stroke=\"{}\" stroke-width=\"{}\"", self.paint(role), number(width));
        if let Some((on, off)) = dash {
            let _ = write!(out, " stroke-dasharray=\"{} {}\"", number(on), number(off));
        }
        out
    }

    fn path(&mut self, path: &PathMark) {
        let mut d = String::new();
        for (i, (x, y)) in path.points.iter().enumerate() {
            let _ = write!(d, "{}{} {}", if i == 0 { "M" } else { "L" }, number(*x), number(*y));
        }
        let fill = path.fill.map_or_else(|| "none".to_owned(), |role| self.paint(role));
        let stroke = match path.stroke {
            Ink::None => String::new(),
            role => format!("{} stroke-linejoin=\"round\"", self.stroke(role, path.width, path.dash)),
        };
        self.put(format_args!("<path d=\"{d}\" fill=\"{fill}\"{stroke}/>\n"));
    }

    fn text(&mut self, text: &TextMark) {
        let (x, y, size) = (number(text.at.0), number(text.baseline_y()), number(text.size));
        let anchor = match text.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if text.weight == Weight::Bold { " font-weight=\"700\"" } else { "" };
        let fill = self.paint(text.role);
        let content = escape(&text.text);
        let place = format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{weight}");
        if let Some(ground) = self.halo(text) {
            // Twice, because not every reader of files knows paint-order.
            let ground = self.paint(ground);
            self.put(format_args!(
                "{place} fill=\"{ground}\" stroke=\"{ground}\" stroke-width=\"4\" stroke-linejoin=\"round\" \
                 aria-hidden=\"true\">{content}</text>\n"
            ));
        }
        self.put(format_args!("{place} fill=\"{fill}\">{content}</text>\n"));
    }

    /// On a texture a number needs a quiet rim in the colour under it.
    fn halo(&self, text: &TextMark) -> Option<Ink> {
        match text.role {
            Ink::OnSeries(n) if self.options.patterns => Some(Ink::Series(n)),
            Ink::OnBand { step, of } if self.options.patterns => Some(Ink::Band { step, of }),
            _ => text.halo,
        }
    }

    fn target(&mut self, target: &Target) {
        let label = escape(&target.label);
        let (id, row, col) = (target.id, target.row, target.col);
        // A drawing is one stop of the Tab key; inside it, arrows lead from mark to mark.
        let stop = if self.scene.targets.first().is_some_and(|first| first.id == id) { 0 } else { -1 };
        self.put(format_args!(
            "<g class=\"target\" tabindex=\"{stop}\" role=\"button\" aria-label=\"{label}\" data-target=\"{id}\" \
             data-row=\"{row}\" data-col=\"{col}\"><title>{label}</title>"
        ));
        self.area("rect", &target.bounds, "transparent", 0.0);
        self.push("</g>\n");
    }
}

/// Tile size in px and the strokes inside it. Diagonals run past the corners so that tiles join.
fn texture(pattern: Pattern) -> (u8, &'static str) {
    match pattern {
        Pattern::Rising => (8, "M-2 2L2 -2M0 8L8 0M6 10L10 6"),
        Pattern::Dots => (6, "M1.5 1.5h.01M4.5 4.5h.01"),
        Pattern::Horizontal => (6, "M0 3H6"),
        Pattern::Cross => (8, "M0 0L8 8M8 0L0 8"),
        Pattern::Falling => (8, "M-2 6L2 10M0 0L8 8M6 -2L10 2"),
        Pattern::Vertical => (6, "M3 0V6"),
        Pattern::RisingDense => (4, "M-1 1L1 -1M0 4L4 0M3 5L5 3"),
        Pattern::DotsDense => (3, "M1.5 1.5h.01"),
        Pattern::HorizontalDense => (3, "M0 1.5H3"),
        Pattern::Grid => (6, "M3 0V6M0 3H6"),
        Pattern::FallingDense => (4, "M-1 3L1 5M0 0L4 4M3 -1L5 1"),
        Pattern::VerticalDense => (3, "M1.5 0V3"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::scene::PATTERNS;
    use proptest::prelude::*;

    fn swatches() -> Scene {
        let mut scene = Scene {
            width: 100.0,
            height: 20.0,
            marks: vec![],
            targets: vec![],
            title: "甲 <乙> & \"丙\"".into(),
            description: String::new(),
            source: String::new(),
        };
        for n in 0..6u8 {
            let bounds = Bounds { x: f64::from(n) * 10.0, y: 0.0, width: 10.0, height: 10.0 };
            scene.rect(bounds, Ink::Series(n), None, 2.0);
            scene.rect(bounds, Ink::Band { step: n, of: 6 }, None, 0.0);
        }
        scene
    }

    #[test]
    fn print_gives_every_series_and_band_its_own_texture() {
        let series: BTreeSet<_> = (0..6).map(|n| print_pattern(Ink::Series(n))).collect();
        assert_eq!(series.len(), 6);
        assert!(!series.contains(&None));
        let bands: BTreeSet<_> = (0..7).map(|step| print_pattern(Ink::Band { step, of: 7 })).collect();
        assert_eq!(bands.len(), 7);
        let shapes: BTreeSet<_> = PATTERNS.iter().map(|p| texture(*p)).collect();
        assert_eq!(shapes.len(), PATTERNS.len());
        let svg = to_svg(&swatches(), &SvgOptions::print("p"));
        assert_eq!(svg.matches("<pattern ").count(), 11);
        assert!(svg.contains("url(#p-p1-0-0-Rising)"));
    }

    #[test]
    fn themes_differ_only_in_paint() {
        let screen = to_svg(&swatches(), &SvgOptions::screen("s"));
        assert!(screen.contains("fill=\"var(--chart-1,#3867A8)\""));
        assert!(screen.contains("fill=\"var(--band-6,#1D3F70)\""));
        assert!(!screen.contains("style="));
        let file = to_svg(&swatches(), &SvgOptions::file());
        assert!(file.contains("fill=\"#3867A8\"") && !file.contains("var("));
        assert!(file.contains("width=\"100\" height=\"20\""));
        assert!(file.contains("甲 &lt;乙&gt; &amp; &quot;丙&quot;"));
    }

    #[test]
    fn up_to_six_bands_have_colours_of_their_own_from_end_to_end() {
        for of in 2..=6u8 {
            let steps: BTreeSet<_> = (0..of).map(|step| ramp(step, of)).collect();
            assert_eq!(steps.len(), usize::from(of));
            assert!(steps.contains(&0) && steps.contains(&5));
        }
    }

    /// A saved chart has the colours of the page it was saved from.
    #[test]
    fn the_light_theme_of_the_page_is_that_of_the_files() {
        let tokens = include_str!("../../style/tokens.css");
        let (_, light_theme) = tokens.split_once(":root {").unwrap();
        let short = |colour: [u8; 3]| match hex(colour).to_lowercase().as_str() {
            "#ffffff" => "#fff".to_owned(),
            other => other.to_owned(),
        };
        for step in 0..6u8 {
            for role in [Ink::Series(step), Ink::Band { step, of: 6 }, Ink::OnBand { step, of: 6 }] {
                let name = variable(role);
                let name = name.trim_start_matches("var(").split(',').next().unwrap();
                let (_, value) = light_theme.split_once(&format!("{name}: ")).unwrap();
                assert_eq!(value.split(';').next().unwrap(), short(light(role)), "{name}");
            }
        }
    }

    #[test]
    fn text_on_a_fill_has_enough_contrast() {
        for of in 1..8u8 {
            for step in 0..of {
                let ground = light(Ink::Band { step, of });
                let text = light(Ink::OnBand { step, of });
                let (a, b) = (luminance(ground) + 0.05, luminance(text) + 0.05);
                assert!(a.max(b) / a.min(b) >= 4.0, "band {step} of {of}");
            }
        }
    }

    proptest! {
        #[test]
        fn numbers_are_short_and_right(value in -1e6..1e6f64) {
            let text = number(value);
            let back: f64 = text.parse().unwrap_or(f64::NAN);
            prop_assert!((back - value).abs() <= 0.005_000_1);
            prop_assert!(text.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 2));
        }

        #[test]
        fn escaped_text_holds_no_markup(text in any::<String>()) {
            let safe = escape(&text);
            prop_assert!(!safe.contains(['<', '>', '"', '\'']));
        }
    }
}
