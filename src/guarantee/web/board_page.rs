//! The Monday board.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::at_hand::StandingBook;
use super::super::board::{Board, BoardRequest, WEEKS};
use super::super::model::{CoverageRow, Level};
use super::cards::{days_at_zero, reason_words};
use super::{as_of, home_region, narrowed, region_filter};
use crate::audit::record_export;
use crate::base::actor::{Permission, Scope};
use crate::base::error::Result;
use crate::base::ids::SiteId;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::platform::Services;
use crate::platform::db::Caller;
use crate::platform::http::chart::{ChartWords, LineChart, Point};
use crate::platform::http::parts::{BoardFigure, Cell, Choice, Column, Fact, Row, Table, Tone};
use crate::platform::http::{
    Fields, FormState, Shell, blocking, choice_filter, csv_answer, id_filter, page, with_parameter,
};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry::{Site, sites};

const PATH: &str = "/board";
const LIST: &str = "/village/households";
/// Households at zero that stand on the board itself; the whole list is one click further.
const LONGEST: usize = 10;

#[derive(Template)]
#[template(path = "guarantee/board.html")]
struct BoardPage {
    s: Shell,
    f: FormState,
    place: String,
    day: String,
    crumbs: Vec<(String, String)>,
    is_empty: bool,
    may_import: bool,
    /// Where a placement plan of this place is made, for whoever may.
    plan: Option<(String, String)>,
    figures: Vec<BoardFigure>,
    excluded: Vec<Fact>,
    units: Table,
    units_href: Option<String>,
    units_label: String,
    sites: Vec<Choice>,
    region: String,
    by: &'static str,
    chart: LineChart,
    zero: Option<Table>,
    zero_title: String,
    zero_href: String,
    export_href: String,
}

/// What the address asks for.
struct Asked {
    query: Fields,
    scope: Scope,
    region: Option<RegionCode>,
    site: Option<SiteId>,
    by: Level,
    day: Day,
}

/// The next level below a place.
fn level_below(region: Option<&RegionCode>) -> Level {
    Level::Region(match region.map(RegionCode::level) {
        None | Some(RegionLevel::Province | RegionLevel::Prefecture) => RegionLevel::County,
        Some(RegionLevel::County) => RegionLevel::Township,
        Some(RegionLevel::Township | RegionLevel::Village) => RegionLevel::Village,
    })
}

impl Asked {
    fn read(request: &HttpRequest, services: &Services, caller: &Caller) -> Result<Self> {
        caller.need(Permission::SeeFigures)?;
        let query = Fields::of_query(request);
        query.only(&["region", "by", "site", "as_of", "done"])?;
        let scope = caller.actor.scope(Permission::SeeFigures);
        let region = region_filter(&query, "region")?.or_else(|| home_region(&scope));
        let by = choice_filter(&query, "by", &Level::NAMES, Level::parse)?;
        Ok(Self {
            scope: narrowed(scope, region.as_ref())?,
            site: id_filter(&query, "site")?,
            by: by.unwrap_or_else(|| level_below(region.as_ref())),
            day: as_of(&query, services.clock.today())?,
            region,
            query,
        })
    }

    /// The named list behind a figure.
    fn list_href(&self, state: &str) -> String {
        let mut href = format!("{LIST}?state={state}&as_of={}", self.day);
        if let Some(region) = &self.region {
            href.push_str(&format!("&region={region}"));
        }
        if let Some(site) = self.site {
            href.push_str(&format!("&site={site}"));
        }
        href
    }
}

pub async fn show(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let asked = Asked::read(&request, &services, &caller)?;
    let (scope, site, day, by) = (asked.scope.clone(), asked.site, asked.day, asked.by);
    let longest = if caller.actor.may(Permission::SeeGuarantee) {
        LONGEST
    } else {
        0
    };
    let (book, today) = (services.memory.of::<StandingBook>(), services.clock.today());
    let (found, sites) = blocking(move || {
        services.db.snapshot(|conn| {
            let request = BoardRequest {
                scope: &scope,
                site,
                as_of: day,
                by,
                longest,
            };
            Ok((book.board(conn, today, &request)?, sites(conn)?))
        })
    })
    .await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let may_see_names = caller.actor.may(Permission::SeeGuarantee);
    let place = place_name(l, &asked, &sites);
    let by_site = asked.by == Level::Site;
    let other = if by_site { None } else { Some("site") };
    let total = &found.figures.total;
    page(&BoardPage {
        crumbs: crumbs(&asked, &caller),
        is_empty: found.weeks.iter().all(|(_, row)| row.in_scope == 0),
        may_import: caller.actor.may(Permission::ImportRosters),
        plan: caller
            .actor
            .may(Permission::PlanPlacements)
            .then(|| (plan_href(&asked), l.tn("guarantee-plan", total.zero))),
        figures: figures(l, &asked, &found, may_see_names),
        excluded: found
            .exempt
            .iter()
            .map(|(reason, count)| Fact::new(reason_words(l, Some(reason)), l.number(*count)))
            .collect(),
        units: units(l, &asked, &found),
        units_href: asked
            .site
            .is_none()
            .then(|| with_parameter(PATH, &asked.query, "by", other)),
        units_label: l.t(if by_site {
            "guarantee-by-region"
        } else {
            "guarantee-by-site"
        }),
        sites: site_choices(&asked, &sites),
        region: asked.region.as_ref().map(ToString::to_string).unwrap_or_default(),
        by: asked.by.as_str(),
        chart: chart(l, &place, &found),
        zero: may_see_names.then(|| zero_table(l, &asked, &found)),
        zero_title: l.tn("guarantee-zero-title", total.zero),
        zero_href: asked.list_href("zero"),
        export_href: with_parameter("/board.csv", &asked.query, "done", None),
        f: FormState::filled(vec![
            ("as_of".to_owned(), asked.day.to_string()),
            (
                "site".to_owned(),
                asked.site.map(|id| id.to_string()).unwrap_or_default(),
            ),
        ]),
        day: l.day(asked.day),
        place,
        s,
    })
}

/// Where a placement plan of the place and site on the board is made.
fn plan_href(asked: &Asked) -> String {
    let place = Fields::new(
        asked
            .query
            .pairs()
            .iter()
            .filter(|(name, _)| matches!(name.as_str(), "region" | "site"))
            .cloned()
            .collect(),
    );
    with_parameter("/board/plans", &place, "cursor", None)
}

fn place_name(l: Locale, asked: &Asked, sites: &[Site]) -> String {
    let site = asked.site.and_then(|id| sites.iter().find(|site| site.id == id));
    match (site, &asked.region) {
        (Some(site), _) => site.name.clone(),
        (None, Some(region)) => regions().name_of(region),
        (None, None) => l.t("guarantee-all-places"),
    }
}

/// The way up: each division above that the caller may see.
fn crumbs(asked: &Asked, caller: &Caller) -> Vec<(String, String)> {
    let Some(region) = &asked.region else { return Vec::new() };
    let scope = caller.actor.scope(Permission::SeeFigures);
    regions()
        .path_of(region)
        .into_iter()
        .filter(|above| {
            above.code != *region && above.code.level() != RegionLevel::Province && scope.contains(&above.code)
        })
        .map(|above| {
            (
                format!("{PATH}?region={}&as_of={}", above.code, asked.day),
                above.short_name(),
            )
        })
        .collect()
}

fn site_choices(asked: &Asked, sites: &[Site]) -> Vec<Choice> {
    let here = sites.iter().filter(|site| asked.scope.contains(&site.region_code));
    here.map(|site| Choice::new(site.id.to_string(), site.name.clone()))
        .collect()
}

fn rate(l: Locale, row: &CoverageRow) -> String {
    row.rate_bp.map_or_else(|| "–".to_owned(), |bp| l.percent(bp))
}

/// A change against a week before, with words for those who do not see the sign.
fn change(l: Locale, now: u32, before: u32) -> Option<String> {
    let difference = i64::from(now) - i64::from(before);
    let (sign, key) = match difference {
        0 => return Some(l.t("guarantee-change-none")),
        1.. => ("▲", "guarantee-change-more"),
        _ => ("▼", "guarantee-change-less"),
    };
    Some(format!(
        "{sign} {}",
        l.ta(key, &[("n", l.number(difference.abs()).into())])
    ))
}

fn rate_change(l: Locale, now: &CoverageRow, before: &CoverageRow) -> Option<String> {
    let difference = i64::from(now.rate_bp?) - i64::from(before.rate_bp?);
    if difference == 0 {
        return Some(l.t("guarantee-change-none"));
    }
    let key = if difference > 0 {
        "guarantee-rate-more"
    } else {
        "guarantee-rate-less"
    };
    let sign = if difference > 0 { "▲" } else { "▼" };
    let size = difference.abs();
    let points = format!("{}.{:02}", size / 100, size % 100);
    Some(format!("{sign} {}", l.ta(key, &[("n", points.into())])))
}

fn figures(l: Locale, asked: &Asked, found: &Board, may_see_names: bool) -> Vec<BoardFigure> {
    let (now, before) = (&found.figures.total, &found.week_before);
    let figure = |key: &str, value: u32, before: u32, tone: Tone, state: &str| BoardFigure {
        label: l.t(&format!("guarantee-figure-{key}")),
        value: l.number(value),
        change: change(l, value, before),
        tone,
        href: may_see_names.then(|| asked.list_href(state)),
    };
    vec![
        BoardFigure {
            label: l.t("guarantee-figure-rate"),
            value: rate(l, now),
            change: rate_change(l, now, before),
            tone: if now.zero == 0 { Tone::Good } else { Tone::Plain },
            href: None,
        },
        figure(
            "zero",
            now.zero,
            before.zero,
            if now.zero == 0 { Tone::Good } else { Tone::Bad },
            "zero",
        ),
        figure("at-risk", now.at_risk, before.at_risk, Tone::AtRisk, "at_risk"),
        figure(
            "to-be-confirmed",
            now.to_be_confirmed,
            before.to_be_confirmed,
            Tone::AtRisk,
            "to_be_confirmed",
        ),
        figure(
            "overdue",
            now.overdue,
            before.overdue,
            if now.overdue == 0 { Tone::Good } else { Tone::Bad },
            "overdue",
        ),
        figure("excused", now.excused, before.excused, Tone::Quiet, "excused"),
        figure("met", now.met, before.met, Tone::Good, "met"),
        figure("exempt", now.exempt, before.exempt, Tone::Quiet, "exempt"),
    ]
}

const COLUMNS: [&str; 11] = [
    "in-scope",
    "met",
    "at-risk",
    "to-be-confirmed",
    "zero",
    "overdue",
    "excused",
    "exempt",
    "rate",
    "labourers",
    "employed",
];

fn cells(l: Locale, row: &CoverageRow) -> Vec<String> {
    vec![
        l.number(row.in_scope),
        l.number(row.met),
        l.number(row.at_risk),
        l.number(row.to_be_confirmed),
        l.number(row.zero),
        l.number(row.overdue),
        l.number(row.excused),
        l.number(row.exempt),
        rate(l, row),
        l.number(row.labourers),
        l.number(row.employed),
    ]
}

fn unit_name(l: Locale, row: &CoverageRow) -> String {
    if row.name.is_empty() {
        l.t("guarantee-no-site")
    } else {
        row.name.clone()
    }
}

/// By place: each row leads one step down, the last one to the households themselves.
fn units(l: Locale, asked: &Asked, found: &Board) -> Table {
    let mut columns = vec![Column::words(l.t("guarantee-column-place"))];
    columns.extend(
        COLUMNS
            .iter()
            .map(|name| Column::figures(l.t(&format!("guarantee-column-{name}")))),
    );
    let rows = found.figures.rows.iter().map(|row| {
        let href = match asked.by {
            Level::Site if row.code.is_empty() => None,
            Level::Site => Some(with_parameter(PATH, &without_by(asked), "site", Some(&row.code))),
            Level::Region(RegionLevel::Village) => Some(format!("{LIST}?region={}&as_of={}", row.code, asked.day)),
            Level::Region(_) => Some(with_parameter(PATH, &without_by(asked), "region", Some(&row.code))),
        };
        let mut words = vec![Cell::from(unit_name(l, row))];
        words.extend(cells(l, row).into_iter().map(Cell::from));
        Row { href, cells: words }
    });
    let mut totals = vec![l.t("guarantee-total")];
    totals.extend(cells(l, &found.figures.total));
    Table {
        caption: l.ta("guarantee-units-caption", &[("day", l.day(asked.day).into())]),
        columns,
        rows: rows.collect(),
        totals: Some(totals),
    }
}

fn without_by(asked: &Asked) -> Fields {
    Fields::new(
        asked
            .query
            .pairs()
            .iter()
            .filter(|(name, _)| name != "by")
            .cloned()
            .collect(),
    )
}

/// Twelve weeks of the rate; the title says what they show.
fn chart(l: Locale, place: &str, found: &Board) -> LineChart {
    let points: Vec<Point> = found
        .weeks
        .iter()
        .filter_map(|(day, row)| Some(Point::new(l.day_of_year(*day), i64::from(row.rate_bp?), rate(l, row))))
        .collect();
    let rates: Vec<i64> = points.iter().map(|point| point.value).collect();
    let key = match trend(&rates) {
        Trend::Rising(weeks) => ("guarantee-chart-rising", weeks),
        Trend::Falling(weeks) => ("guarantee-chart-falling", weeks),
        Trend::Level => ("guarantee-chart-level", 0),
    };
    let words = ChartWords {
        title: l.ta(key.0, &[("place", place.into()), ("n", i64::from(key.1).into())]),
        of_labels: l.t("guarantee-chart-week"),
        of_values: l.t("guarantee-figure-rate"),
        table: l.tn("guarantee-chart-table", i64::try_from(WEEKS).unwrap_or(12)),
    };
    LineChart::new(words, points)
}

#[derive(Debug, PartialEq, Eq)]
enum Trend {
    /// Weeks in a row, up to the last.
    Rising(u32),
    Falling(u32),
    Level,
}

/// What the last weeks show: how many in a row rose or fell.
fn trend(values: &[i64]) -> Trend {
    let steps: Vec<i64> = values.windows(2).map(|pair| pair[1] - pair[0]).rev().collect();
    let run = |fits: fn(&i64) -> bool| u32::try_from(steps.iter().take_while(|step| fits(step)).count()).unwrap_or(0);
    match (run(|step| *step > 0), run(|step| *step < 0)) {
        (0, 0) => Trend::Level,
        (weeks, 0) => Trend::Rising(weeks),
        (_, weeks) => Trend::Falling(weeks),
    }
}

fn zero_table(l: Locale, asked: &Asked, found: &Board) -> Table {
    let columns = ["household-no", "place", "site", "waiting", "labourers"];
    let rows = found.zero.iter().map(|household| Row {
        href: Some(format!("{LIST}/{}", household.household_id)),
        cells: vec![
            Cell::from(household.registry_no.clone()),
            Cell::from(regions().address_of(&household.region)),
            Cell::from(household.site.clone().unwrap_or_default()),
            Cell::from(days_at_zero(l, household, asked.day).unwrap_or_default()),
            Cell::from(l.number(i64::try_from(household.labourers).unwrap_or(0))),
        ],
    });
    Table {
        caption: l.t("guarantee-zero-caption"),
        columns: columns
            .iter()
            .map(|name| Column::words(l.t(&format!("guarantee-column-{name}"))))
            .collect(),
        rows: rows.collect(),
        totals: None,
    }
}

/// The table by place as a file; the export is itself audited.
pub async fn export(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    let asked = Asked::read(&request, &services, &caller)?;
    let (scope, site, day, by) = (asked.scope.clone(), asked.site, asked.day, asked.by);
    let text = request.query_string().to_owned();
    let (book, today) = (services.memory.of::<StandingBook>(), services.clock.today());
    let found = blocking(move || {
        let request = BoardRequest {
            scope: &scope,
            site,
            as_of: day,
            by,
            longest: 0,
        };
        let found = services.db.snapshot(|conn| book.board(conn, today, &request))?;
        services.db.write(&caller, |tx| {
            record_export(tx, "coverage", &text, found.figures.rows.len())
        })?;
        Ok(found)
    })
    .await?;
    let l = Shell::of(&request).locale;
    let mut head = vec![l.t("guarantee-column-code"), l.t("guarantee-column-place")];
    head.extend(COLUMNS.iter().map(|name| l.t(&format!("guarantee-column-{name}"))));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in &found.figures.rows {
        rows.push([vec![row.code.clone(), unit_name(l, row)], cells(l, row)].concat());
    }
    rows.push(
        [
            vec![String::new(), l.t("guarantee-total")],
            cells(l, &found.figures.total),
        ]
        .concat(),
    );
    csv_answer(&format!("coverage-{day}.csv"), &head, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_says_how_many_weeks_rose_or_fell() {
        for (values, expected) in [
            (vec![], Trend::Level),
            (vec![9_000], Trend::Level),
            (vec![9_000, 9_000], Trend::Level),
            (vec![9_500, 9_000, 9_100, 9_200], Trend::Rising(2)),
            (vec![9_000, 9_500, 9_400, 9_300, 9_200], Trend::Falling(3)),
            (vec![9_000, 9_500, 9_500], Trend::Level),
        ] {
            assert_eq!(trend(&values), expected, "{values:?}");
        }
    }

    #[test]
    fn each_click_goes_one_step_down() {
        let code = |text: &str| RegionCode::parse(text);
        assert_eq!(level_below(None), Level::Region(RegionLevel::County));
        assert_eq!(
            level_below(code("532801").as_ref()),
            Level::Region(RegionLevel::Township)
        );
        assert_eq!(
            level_below(code("532801002").as_ref()),
            Level::Region(RegionLevel::Village)
        );
    }
}
