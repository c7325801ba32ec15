//! The shapes of the parts that pages are put together from (`templates/parts`): words ready to be shown, no rules.
//! A room fills them; the templates draw them.

use std::fmt;

/// Words of which some are marked, for example the hits of a search. Everything is escaped when it is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked(Vec<(String, bool)>);

impl Marked {
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![(text.into(), false)])
    }

    /// Pieces in order; the second of each pair tells whether it is marked.
    pub const fn runs(runs: Vec<(String, bool)>) -> Self {
        Self(runs)
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (text, marked) in &self.0 {
            let escaped = askama::filters::escape(text.as_str(), askama::filters::Html).map_err(|_| fmt::Error)?;
            if *marked { write!(f, "<mark>{escaped}</mark>")? } else { write!(f, "{escaped}")? }
        }
        Ok(())
    }
}

impl askama::filters::HtmlSafe for Marked {}

/// What a badge says, and with which sign: never colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    AtRisk,
    Bad,
    Quiet,
    Plain,
}

impl Tone {
    /// The tone of a stored state of the guarantee, a posting or a placement; plain for any other word.
    pub fn of(code: &str) -> Self {
        match code {
            "met" | "open" | "started" | "stable3" | "stable6" | "hired" => Self::Good,
            "at_risk" | "helping" | "submitted" | "paused" => Self::AtRisk,
            "zero" | "overdue" | "blocked" | "rejected" => Self::Bad,
            "exempt" | "not_in_scope" | "expired" | "withdrawn" | "filled" | "left" => Self::Quiet,
            _ => Self::Plain,
        }
    }

    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::AtRisk => "risk",
            Self::Bad => "bad",
            Self::Quiet => "still",
            Self::Plain => "plain",
        }
    }

    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::AtRisk => "!",
            Self::Bad => "✕",
            Self::Quiet => "–",
            Self::Plain => "·",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Badge {
    pub tone: Tone,
    pub label: String,
}

impl Badge {
    /// The badge of a stored code with its label.
    pub fn of_code(code: &str, label: impl Into<String>) -> Self {
        Self { tone: Tone::of(code), label: label.into() }
    }
}

/// A button that sends a form: where to, its words, and hidden values beside the token.
#[derive(Debug, Clone)]
pub struct Button {
    pub action: String,
    pub label: String,
    pub hidden: Vec<(&'static str, String)>,
}

/// The card of an opening or a course.
#[derive(Debug, Clone)]
pub struct OpeningCard {
    pub href: String,
    /// See `pictogram_of`.
    pub pictogram: &'static str,
    pub title: Marked,
    /// `每月 2,400–3,000 元`; shown large.
    pub wage: String,
    pub place: String,
    /// `3 公里`, `本乡`; where it is known.
    pub distance: Option<String>,
    /// `还招 4 人`.
    pub free: String,
    pub tags: Vec<String>,
    /// Words of the text in which something was found.
    pub excerpt: Option<Marked>,
    /// `离家近，做过保洁`; where it is known.
    pub reason: Option<String>,
    pub button: Option<Button>,
}

/// The card of a household.
#[derive(Debug, Clone)]
pub struct HouseholdCard {
    pub href: Option<String>,
    /// The head's name, or the household's code.
    pub title: String,
    /// Code, village, settlement site.
    pub subtitle: String,
    pub state: Badge,
    /// `第 12 天`; where days count.
    pub days: Option<String>,
    pub members: Vec<MemberRow>,
    /// What is due next and until when.
    pub next_step: Option<String>,
}

#[derive(Debug, Clone)]
pub struct MemberRow {
    pub href: Option<String>,
    pub name: String,
    pub age: String,
    pub capacity: String,
    pub work: String,
    /// How old the newest evidence of that work is.
    pub evidence: String,
}

/// What was decided or proposed: the sentence first, then what it rests on.
#[derive(Debug, Clone)]
pub struct Decision {
    pub tone: Tone,
    pub sentence: String,
    pub facts: Vec<Fact>,
    /// The rule with its document.
    pub rule: Option<String>,
    /// Whom to object to, and until when.
    pub objection: Option<String>,
}

/// A named figure or word.
#[derive(Debug, Clone)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Fact {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// A step of a time line, newest first.
#[derive(Debug, Clone)]
pub struct TimeStep {
    /// As people read it.
    pub when: String,
    /// `2026-11-23`, for programs.
    pub day_iso: String,
    pub what: String,
    pub by: Option<String>,
}

/// A choice of a filter with the number of hits that it would leave.
#[derive(Debug, Clone)]
pub struct FacetChoice {
    pub label: String,
    pub count: String,
    /// The same list with this choice set, or without it where it is chosen.
    pub href: String,
    pub chosen: bool,
}

#[derive(Debug, Clone)]
pub struct Facet {
    pub title: String,
    pub choices: Vec<FacetChoice>,
}

impl Facet {
    /// Whether one of its choices is set.
    pub fn is_chosen(&self) -> bool {
        self.choices.iter().any(|choice| choice.chosen)
    }
}

/// Where a page of a list leads.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    pub first_href: Option<String>,
    pub next_href: Option<String>,
}

/// A table of words: on a phone each row becomes a card with the headings as labels.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub totals: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub label: String,
    /// Figures stand at the right.
    pub figures: bool,
    /// The same list sorted by this column, where that is offered.
    pub sort_href: Option<String>,
    /// The list is sorted by this column.
    pub sorted: bool,
}

impl Column {
    pub fn words(label: impl Into<String>) -> Self {
        Self { label: label.into(), figures: false, sort_href: None, sorted: false }
    }

    pub fn figures(label: impl Into<String>) -> Self {
        Self { label: label.into(), figures: true, sort_href: None, sorted: false }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Where the first cell leads.
    pub href: Option<String>,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub enum Cell {
    Words(String),
    State(Badge),
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<Badge> for Cell {
    fn from(badge: Badge) -> Self {
        Self::State(badge)
    }
}

impl Table {
    /// The heading of a column; empty where a row is longer than the head.
    pub fn label(&self, column: &usize) -> &str {
        self.columns.get(*column).map_or("", |c| c.label.as_str())
    }

    pub fn has_figures(&self, column: &usize) -> bool {
        self.columns.get(*column).is_some_and(|c| c.figures)
    }
}

/// A figure of a board: the number stands larger than its label.
#[derive(Debug, Clone)]
pub struct BoardFigure {
    pub label: String,
    pub value: String,
    /// `▲ 0.3`, with words for those who do not see the sign.
    pub change: Option<String>,
    pub tone: Tone,
    pub href: Option<String>,
}

/// A choice of a select box or of radio buttons.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }

    /// The choices of a code list that are offered for new entry, in its order.
    pub fn of_list(list: &str, locale: crate::platform::i18n::Locale) -> Vec<Self> {
        let items = crate::base::codes::list(list).map(|list| list.items.as_slice()).unwrap_or_default();
        let offered = items.iter().filter(|item| !item.retired);
        offered.map(|item| Self::new(&item.code, locale.label(list, &item.code))).collect()
    }
}
