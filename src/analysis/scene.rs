//! What a chart looks like before anyone decides where it is shown.
//!
//! Duty: the vector model between a chart and its output. Input: marks that [`super::chart`] and
//! [`super::backend`] add. Output: read by [`super::svg`] and by the interface, which makes the targets
//! focusable. Coordinates are CSS pixels from the top left corner, with fractions.
//!
//! Colours are *roles*: light and dark theme, a file and a black-and-white print choose the paint late.

use super::measure::Weight;

/// A size in px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    pub width: f64,
    pub height: f64,
}

/// A rectangle in px: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Bounds {
    /// The rectangle between two corners, in any order.
    pub fn between(a: (f64, f64), b: (f64, f64)) -> Self {
        Bounds { x: a.0.min(b.0), y: a.1.min(b.1), width: (a.0 - b.0).abs(), height: (a.1 - b.1).abs() }
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Centre point.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// What a colour means. The paint is chosen by [`super::svg::Theme`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    /// The n-th series of a qualitative palette of six; a seventh series begins again, with a pattern.
    Series(u8),
    /// Step `step` of a sequential ramp of `of` bands, pale to deep.
    Band {
        step: u8,
        of: u8,
    },
    /// Text that lies on a series colour.
    OnSeries(u8),
    /// Text that lies on a band colour.
    OnBand {
        step: u8,
        of: u8,
    },
    /// First, second and third text colour.
    Ink,
    InkSecond,
    InkThird,
    /// Grid and hair lines.
    Line,
    /// The surface the chart lies on.
    Paper,
    /// Identity and primary action.
    Accent,
    /// Something to be careful with: a break in comparability, a threshold.
    Doubt,
    /// Invisible.
    None,
}

impl Ink {
    /// Text colour for something lying on `self`.
    pub fn on(self) -> Ink {
        match self {
            Ink::Series(n) => Ink::OnSeries(n),
            Ink::Band { step, of } => Ink::OnBand { step, of },
            _ => Ink::Ink,
        }
    }

    /// Three bytes that carry the role through a drawing library that only knows RGB.
    pub fn code(self) -> (u8, u8, u8) {
        match self {
            Ink::Series(n) => (1, n, 0),
            Ink::Band { step, of } => (2, step, of),
            Ink::OnSeries(n) => (3, n, 0),
            Ink::OnBand { step, of } => (4, step, of),
            Ink::Ink => (5, 0, 0),
            Ink::InkSecond => (5, 1, 0),
            Ink::InkThird => (5, 2, 0),
            Ink::Line => (5, 3, 0),
            Ink::Paper => (5, 4, 0),
            Ink::Accent => (5, 5, 0),
            Ink::Doubt => (5, 6, 0),
            Ink::None => (0, 0, 0),
        }
    }

    /// The inverse of [`Ink::code`]; bytes that no role has are ink, so that nothing gets lost.
    pub fn from_code(code: (u8, u8, u8)) -> Ink {
        match code {
            (0, 0, 0) => Ink::None,
            (1, n, _) => Ink::Series(n),
            (2, step, of) => Ink::Band { step, of },
            (3, n, _) => Ink::OnSeries(n),
            (4, step, of) => Ink::OnBand { step, of },
            (5, 1, _) => Ink::InkSecond,
            (5, 2, _) => Ink::InkThird,
            (5, 3, _) => Ink::Line,
            (5, 4, _) => Ink::Paper,
            (5, 5, _) => Ink::Accent,
            (5, 6, _) => Ink::Doubt,
            _ => Ink::Ink,
        }
    }
}

/// A texture over a fill: what still tells two areas apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    Rising,
    Dots,
    Horizontal,
    Cross,
    Falling,
    Vertical,
    RisingDense,
    DotsDense,
    HorizontalDense,
    Grid,
    FallingDense,
    VerticalDense,
}

/// All patterns, in the order in which series take them.
pub const PATTERNS: [Pattern; 12] = [
    Pattern::Rising,
    Pattern::Dots,
    Pattern::Horizontal,
    Pattern::Cross,
    Pattern::Falling,
    Pattern::Vertical,
    Pattern::RisingDense,
    Pattern::DotsDense,
    Pattern::HorizontalDense,
    Pattern::Grid,
    Pattern::FallingDense,
    Pattern::VerticalDense,
];

impl Pattern {
    /// The pattern of the n-th series; distinct for twelve series.
    pub fn of_series(n: u8) -> Option<Pattern> {
        PATTERNS.get(usize::from(n) % PATTERNS.len()).copied()
    }
}

/// Which point of the text `x` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// Which height of the text `y` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    Top,
    Middle,
    Bottom,
    Alphabetic,
}

/// A filled rectangle.
#[derive(Debug, Clone, PartialEq)]
pub struct RectMark {
    pub bounds: Bounds,
    pub fill: Ink,
    /// Drawn in every theme; a role's own print pattern needs no mention here.
    pub pattern: Option<Pattern>,
    /// Corner radius, px.
    pub radius: f64,
}

/// A straight line.
#[derive(Debug, Clone, PartialEq)]
pub struct LineMark {
    pub from: (f64, f64),
    pub to: (f64, f64),
    pub stroke: Ink,
    /// Stroke width, px.
    pub width: f64,
    /// Dash and gap, px.
    pub dash: Option<(f64, f64)>,
}

/// A polyline, or a filled polygon when `fill` is given.
#[derive(Debug, Clone, PartialEq)]
pub struct PathMark {
    pub points: Vec<(f64, f64)>,
    pub stroke: Ink,
    /// Stroke width, px.
    pub width: f64,
    pub fill: Option<Ink>,
    /// Dash and gap, px.
    pub dash: Option<(f64, f64)>,
}

/// A disc with an optional rim.
#[derive(Debug, Clone, PartialEq)]
pub struct CircleMark {
    pub centre: (f64, f64),
    /// Radius, px.
    pub radius: f64,
    pub fill: Ink,
    /// Colour and width (px) of the rim.
    pub rim: Option<(Ink, f64)>,
}

/// One line of text; never rotated.
#[derive(Debug, Clone, PartialEq)]
pub struct TextMark {
    pub at: (f64, f64),
    pub text: String,
    /// Font size, px.
    pub size: f64,
    pub weight: Weight,
    pub anchor: Anchor,
    pub baseline: Baseline,
    pub role: Ink,
    /// A rim in the colour of the ground, where a line or a texture runs behind the text.
    pub halo: Option<Ink>,
}

impl TextMark {
    /// The y of the alphabetic baseline: the only one that every SVG reader understands.
    pub fn baseline_y(&self) -> f64 {
        use super::measure::{ASCENT, DESCENT, MIDDLE_TO_BASELINE};
        let down = match self.baseline {
            Baseline::Top => ASCENT,
            Baseline::Middle => MIDDLE_TO_BASELINE,
            Baseline::Bottom => -DESCENT,
            Baseline::Alphabetic => 0.0,
        };
        self.at.1 + down * self.size
    }

    /// Estimated room the text takes.
    pub fn bounds(&self) -> Bounds {
        use super::measure::{ASCENT, DESCENT, width};
        let wide = width(&self.text, self.size, self.weight);
        let x = match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - wide / 2.0,
            Anchor::End => self.at.0 - wide,
        };
        let y = self.baseline_y() - ASCENT * self.size;
        Bounds { x, y, width: wide, height: (ASCENT + DESCENT) * self.size }
    }
}

/// One thing drawn; later marks lie on earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    Rect(RectMark),
    Line(LineMark),
    Path(PathMark),
    Circle(CircleMark),
    Text(TextMark),
}

/// A region that answers: a bar, a segment, a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Position in [`Scene::targets`].
    pub id: usize,
    /// Series (or year of a ladder) it stands for, as an index into the chart's input.
    pub row: usize,
    /// Category (or band, or village of a ranking), as an index into the chart's input.
    pub col: usize,
    pub bounds: Bounds,
    /// One sentence for tooltip and screen reader: "2024年 不知火 16,800万元，占 82.19%".
    pub label: String,
}

/// A finished drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// px
    pub width: f64,
    /// px; may be more than was asked for when the legend needs it.
    pub height: f64,
    pub marks: Vec<Mark>,
    pub targets: Vec<Target>,
    /// What is shown, with unit and period.
    pub title: String,
    /// What a person who cannot see the drawing should know.
    pub description: String,
    /// Where the numbers come from, with 已报/应报; drawn only by a full frame.
    pub source: String,
}

impl Scene {
    /// Add a filled rectangle.
    pub fn rect(&mut self, bounds: Bounds, fill: Ink, pattern: Option<Pattern>, radius: f64) {
        self.marks.push(Mark::Rect(RectMark { bounds, fill, pattern, radius }));
    }

    /// Add a straight line.
    pub fn line(
        &mut self,
        from: (f64, f64),
        to: (f64, f64),
        stroke: Ink,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
        self.marks.push(Mark::Line(LineMark { from, to, stroke, width, dash }));
    }

    /// Add a line of text.
    pub fn text(&mut self, mark: TextMark) {
        self.marks.push(Mark::Text(mark));
    }

    /// Add a target; its id is its position.
    pub fn target(&mut self, row: usize, col: usize, bounds: Bounds, label: String) {
        let id = self.targets.len();
        self.targets.push(Target { id, row, col, bounds, label });
    }

    /// All texts drawn.
    pub fn texts(&self) -> impl Iterator<Item = &TextMark> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_survive_their_code() {
        let roles = [
            Ink::Series(3),
            Ink::Band { step: 2, of: 5 },
            Ink::OnSeries(1),
            Ink::OnBand { step: 6, of: 7 },
            Ink::Ink,
            Ink::InkSecond,
            Ink::InkThird,
            Ink::Line,
            Ink::Paper,
            Ink::Accent,
            Ink::Doubt,
            Ink::None,
        ];
        for role in roles {
            assert_eq!(Ink::from_code(role.code()), role);
        }
    }

    #[test]
    fn twelve_series_have_twelve_patterns() {
        let distinct: std::collections::BTreeSet<_> = (0..12).filter_map(Pattern::of_series).collect();
        assert_eq!(distinct.len(), 12);
    }
}
