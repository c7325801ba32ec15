//! Charts drawn on the server: SVG with text as text, the finding as its title, the figures in a table beneath.

use askama::Template;

/// A figure with its label and the words in which it is shown.
#[derive(Debug, Clone)]
pub struct Point {
    pub label: String,
    pub value: i64,
    pub shown: String,
}

impl Point {
    pub fn new(label: impl Into<String>, value: i64, shown: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            shown: shown.into(),
        }
    }
}

/// The words around a chart.
#[derive(Debug, Clone)]
pub struct ChartWords {
    /// The finding: `勐腊县连续三周下降`.
    pub title: String,
    /// Heading of the labels, of the figures, and of the folded table.
    pub of_labels: String,
    pub of_values: String,
    pub table: String,
}

/// Bars that lie, one beneath the other, from zero.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/bar_chart.html")]
pub struct BarChart {
    words: ChartWords,
    height: i64,
    label_x: i64,
    bars: Vec<Bar>,
    points: Vec<Point>,
}

#[derive(Debug, Clone)]
struct Bar {
    label: String,
    shown: String,
    x: i64,
    y: i64,
    text_y: i64,
    width: i64,
    shown_x: i64,
}

/// A line over time, with its first, its last and its extreme figures written at it.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/line_chart.html")]
pub struct LineChart {
    words: ChartWords,
    path: String,
    dots: Vec<Dot>,
    first_label: String,
    last_label: String,
    points: Vec<Point>,
}

#[derive(Debug, Clone)]
struct Dot {
    x: i64,
    y: i64,
    text_y: i64,
    anchor: &'static str,
    shown: String,
}

/// As narrow as a phone, so that the words stay readable there.
const WIDTH: i64 = 400;
const BAR_STEP: i64 = 34;
const LINE_TOP: i64 = 36;
const LINE_BOTTOM: i64 = 150;
const LINE_SIDE: i64 = 16;

impl BarChart {
    pub fn new(words: ChartWords, points: Vec<Point>) -> Self {
        let widest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|t| text_width(t)).max().unwrap_or(0);
        let label_x = widest(&mut points.iter().map(|p| &p.label)).min(160) + 12;
        let room = (WIDTH - label_x - widest(&mut points.iter().map(|p| &p.shown)) - 16).max(60);
        let most = points.iter().map(|p| p.value).max().unwrap_or(0).max(1);
        let mut y = 0;
        let bars = points
            .iter()
            .map(|p| {
                let width = scale(p.value.max(0), most, room);
                let bar = Bar {
                    label: p.label.clone(),
                    shown: p.shown.clone(),
                    x: label_x,
                    y: y + 5,
                    text_y: y + 23,
                    width,
                    shown_x: label_x + width + 8,
                };
                y += BAR_STEP;
                bar
            })
            .collect();
        Self {
            words,
            height: y.max(BAR_STEP),
            label_x: label_x - 12,
            bars,
            points,
        }
    }
}

impl LineChart {
    pub fn new(words: ChartWords, points: Vec<Point>) -> Self {
        let low = points.iter().map(|p| p.value).min().unwrap_or(0);
        let high = points.iter().map(|p| p.value).max().unwrap_or(0);
        let span = high.saturating_sub(low).max(1);
        let steps = i64::try_from(points.len()).unwrap_or(1).saturating_sub(1).max(1);
        let places: Vec<(i64, i64)> = (0..)
            .zip(&points)
            .map(|(i, p)| {
                let x = LINE_SIDE + scale(i, steps, WIDTH - 2 * LINE_SIDE);
                (
                    x,
                    LINE_BOTTOM - scale(p.value.saturating_sub(low), span, LINE_BOTTOM - LINE_TOP),
                )
            })
            .collect();
        let path = places
            .iter()
            .enumerate()
            .map(|(i, (x, y))| format!("{}{x} {y}", if i == 0 { "M" } else { "L" }));
        let dots = dots_of(&points, &places, low, high);
        let label = |point: Option<&Point>| point.map(|p| p.label.clone()).unwrap_or_default();
        Self {
            words,
            path: path.collect(),
            dots,
            first_label: label(points.first()),
            last_label: label(points.last()),
            points,
        }
    }
}

/// First, last, and the first lowest and highest figure; nothing is written twice.
fn dots_of(points: &[Point], places: &[(i64, i64)], low: i64, high: i64) -> Vec<Dot> {
    let last = points.len().saturating_sub(1);
    let at_the_ends = |value| {
        [points.first(), points.last()]
            .into_iter()
            .flatten()
            .any(|p| p.value == value)
    };
    let inside = |value| {
        points
            .iter()
            .position(|p| p.value == value)
            .filter(|_| !at_the_ends(value))
    };
    let (lowest, highest) = (inside(low), inside(high));
    let all = points.iter().zip(places).enumerate();
    all.filter(|(i, _)| *i == 0 || *i == last || Some(*i) == lowest || Some(*i) == highest)
        .map(|(i, (point, (x, y)))| Dot {
            x: *x,
            y: *y,
            text_y: if point.value == low && low != high {
                y + 24
            } else {
                y - 12
            },
            anchor: if i == 0 {
                "start"
            } else if i == last {
                "end"
            } else {
                "middle"
            },
            shown: point.shown.clone(),
        })
        .collect()
}

/// `value` of `most`, as a part of `room`.
fn scale(value: i64, most: i64, room: i64) -> i64 {
    let scaled = i128::from(value) * i128::from(room) / i128::from(most.max(1));
    i64::try_from(scaled).unwrap_or(room)
}

/// The width of a text at 17 px: a Chinese character counts one em, others a little more than half.
fn text_width(text: &str) -> i64 {
    text.chars().map(|c| if c.is_ascii() { 10 } else { 17 }).sum()
}
