//! A plotters backend that writes down instead of painting.
//!
//! Duty: take what plotters draws and record it as marks. Input: plotters calls in virtual pixels
//! (hundredths of a px, because plotters only knows whole ones). Output: marks in a [`Scene`].
//! Neighbours: [`super::chart`] opens it, [`super::measure`] answers its questions about text.
//!
//! Colours arrive as RGB and are in truth roles: see [`Ink::code`].

use std::convert::Infallible;

use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::measure::{self, Weight};
use super::scene::{
    Anchor, Baseline, Bounds, CircleMark, Ink, Mark, PathMark, Pattern, RectMark, Scene, TextMark,
};

/// Virtual pixels in one px.
pub const SCALE: f64 = 100.0;

/// px to virtual pixels.
pub fn virtual_px(px: f64) -> i32 {
    (px * SCALE).round() as i32
}

/// Virtual pixels to px.
pub fn px(virtual_px: i32) -> f64 {
    f64::from(virtual_px) / SCALE
}

/// The colour under which plotters carries a role.
pub fn paint(role: Ink) -> RGBColor {
    let (r, g, b) = role.code();
    RGBColor(r, g, b)
}

/// A filled style.
pub fn filled(role: Ink) -> ShapeStyle {
    paint(role).filled()
}

/// A stroke of `width` px.
pub fn stroked(role: Ink, width: f64) -> ShapeStyle {
    Color::stroke_width(&paint(role), virtual_px(width).unsigned_abs())
}

/// Records into the scene it borrows.
#[derive(Debug)]
pub struct Recorder<'a> {
    scene: &'a mut Scene,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> Recorder<'a> {
    /// A recorder over the whole scene.
    pub fn new(scene: &'a mut Scene) -> Self {
        Recorder { scene }
    }

    fn stroke(&mut self, points: Vec<(f64, f64)>, color: BackendColor, width: u32) {
        if color.alpha > 0.0 && points.len() > 1 {
            let (stroke, width) = (Ink::from_code(color.rgb), f64::from(width) / SCALE);
            self.scene.marks.push(Mark::Path(PathMark { points, stroke, width, fill: None, dash: None }));
        }
    }
}

fn point(at: BackendCoord) -> (f64, f64) {
    (px(at.0), px(at.1))
}

/// A seventh series repeats a colour, so it must differ in texture on every surface.
fn repeated(role: Ink) -> Option<Pattern> {
    match role {
        Ink::Series(n) if n >= 6 => Pattern::of_series(n),
        _ => None,
    }
}

fn weight(style: FontStyle) -> Weight {
    match style {
        FontStyle::Bold => Weight::Bold,
        _ => Weight::Regular,
    }
}

impl DrawingBackend for Recorder<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (virtual_px(self.scene.width).unsigned_abs(), virtual_px(self.scene.height).unsigned_abs())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    /// A single virtual pixel is a hundredth of a px: nothing a person could see.
    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.stroke(vec![point(from), point(to)], style.color(), style.stroke_width());
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.stroke(path.into_iter().map(point).collect(), style.color(), style.stroke_width());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let bounds = Bounds::between(point(upper_left), point(bottom_right));
        let color = style.color();
        if fill && color.alpha > 0.0 {
            let role = Ink::from_code(color.rgb);
            self.scene.marks.push(Mark::Rect(RectMark {
                bounds,
                fill: role,
                pattern: repeated(role),
                radius: 0.0,
            }));
        } else if !fill {
            let (l, t, r, b) = (bounds.x, bounds.y, bounds.right(), bounds.bottom());
            self.stroke(vec![(l, t), (r, t), (r, b), (l, b), (l, t)], color, style.stroke_width());
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let color = style.color();
        if color.alpha > 0.0 {
            let role = Ink::from_code(color.rgb);
            let rim = (!fill).then(|| (role, f64::from(style.stroke_width()) / SCALE));
            let fill = if fill { role } else { Ink::None };
            let radius = f64::from(radius) / SCALE;
            self.scene.marks.push(Mark::Circle(CircleMark { centre: point(centre), radius, fill, rim }));
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = vert.into_iter().map(point).collect();
        let color = style.color();
        if color.alpha > 0.0 && points.len() > 2 {
            let fill = Some(Ink::from_code(color.rgb));
            self.scene.marks.push(Mark::Path(PathMark {
                points,
                stroke: Ink::None,
                width: 0.0,
                fill,
                dash: None,
            }));
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Drawn {
        let color = style.color();
        if color.alpha > 0.0 && !text.is_empty() {
            let anchor = match style.anchor().h_pos {
                HPos::Left => Anchor::Start,
                HPos::Center => Anchor::Middle,
                HPos::Right => Anchor::End,
            };
            let baseline = match style.anchor().v_pos {
                VPos::Top => Baseline::Top,
                VPos::Center => Baseline::Middle,
                VPos::Bottom => Baseline::Bottom,
            };
            self.scene.text(TextMark {
                at: point(pos),
                text: text.to_owned(),
                size: style.size() / SCALE,
                weight: weight(style.style()),
                anchor,
                baseline,
                role: Ink::from_code(color.rgb),
                halo: None,
            });
        }
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        // Sizes arrive in virtual pixels already.
        let wide = measure::width(text, style.size(), weight(style.style()));
        let high = style.size() * (measure::ASCENT + measure::DESCENT);
        Ok((wide.ceil() as u32, high.ceil() as u32))
    }
}
