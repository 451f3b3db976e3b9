//! From one mark of a drawing to the next by arrow keys.
//!
//! Input: the targets of a scene with their places. Output: the target that lies in the direction of the key.
//! Neighbours: `scene` has the targets; the chart on the page moves the focus.

use super::scene::{Bounds, Target};

/// The direction of an arrow key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// ←
    Left,
    /// →
    Right,
    /// ↑
    Up,
    /// ↓
    Down,
}

/// A step aside counts so much more than a step ahead: a key keeps to its line.
const ASIDE: f64 = 3.0;

/// The nearest mark in that direction; none at the end. Up and down stay within the column.
pub fn next(targets: &[Target], from: usize, way: Way) -> Option<usize> {
    let own = &targets.iter().find(|t| t.id == from)?.bounds;
    let here = middle(own);
    let far = |t: &Target| {
        let at = middle(&t.bounds);
        let upright = matches!(way, Way::Up | Way::Down);
        if upright && (at.0 - here.0).abs() > f64::midpoint(own.width, t.bounds.width) {
            return None;
        }
        let (x, y) = (at.0 - here.0, at.1 - here.1);
        let (ahead, aside) = match way {
            Way::Left => (-x, y),
            Way::Right => (x, y),
            Way::Up => (-y, x),
            Way::Down => (y, x),
        };
        // Half a pixel is rounding.
        (ahead > 0.5).then_some(ahead + ASIDE * aside.abs())
    };
    let others = targets.iter().filter(|t| t.id != from);
    others.filter_map(|t| Some((far(t)?, t.id))).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}

fn middle(bounds: &Bounds) -> (f64, f64) {
    (bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_keep_to_their_column_and_row() {
        // Two columns of stacked segments, the second a little taller.
        let place = [(0.0, 60.0, 40.0), (0.0, 20.0, 40.0), (100.0, 55.0, 45.0), (100.0, 5.0, 50.0)];
        let targets: Vec<Target> = place
            .iter()
            .enumerate()
            .map(|(id, (x, y, height))| Target {
                id,
                label: String::new(),
                bounds: Bounds { x: *x, y: *y, width: 30.0, height: *height },
                row: id % 2,
                col: id / 2,
            })
            .collect();
        let walk = |from, way| next(&targets, from, way);
        assert_eq!((walk(0, Way::Up), walk(0, Way::Right)), (Some(1), Some(2)));
        assert_eq!((walk(1, Way::Right), walk(3, Way::Left)), (Some(3), Some(1)));
        assert_eq!((walk(0, Way::Left), walk(1, Way::Up), walk(0, Way::Down)), (None, None, None));
    }
}
