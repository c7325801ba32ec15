//! Controls after payment: the draws with their public seeds, the lines drawn, and what was found.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Part, SheetPage};
use crate::audit::{act, back_to, receipt_words};
use crate::base::actor::Permission;
use crate::base::error::{Error, FieldProblem, OrNotFound, Result};
use crate::base::ids::{ClaimLineId, ControlDrawId};
use crate::base::region::RegionCode;
use crate::platform::Services;
use crate::platform::db::{Caller, Conn};
use crate::platform::http::parts::{Cell, Choice, Column, Fact, Row, Table};
use crate::platform::http::plain_form::{FieldKind, FieldSpec, PlainForm};
use crate::platform::http::{Fields, FormState, Reader, Shell, blocking};
use crate::platform::i18n::Locale;
use crate::reference::regions;
use crate::registry;
use crate::subsidies::claims::{self, ControlDraft, ControlDraw, ControlLine, MOST_CONTROLLED};
use crate::subsidies::control::ControlFinding;
use crate::subsidies::store;

const PATH: &str = "/board/controls";

/// `GET /board/controls`
pub(super) async fn list(request: HttpRequest, services: web::Data<Services>, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    Fields::of_query(&request).only(&[])?;
    let scope = caller.actor.scope(Permission::SeeClaims);
    let may_draw = caller.actor.may(Permission::ApproveClaims);
    let found = blocking(move || services.db.read(|conn| store::controls_in(conn, &scope))).await?;
    let s = Shell::of(&request);
    let l = s.locale;
    let row = |control: &ControlDraw| Row {
        href: Some(format!("{PATH}/{}", control.id)),
        cells: vec![
            Cell::Words(l.day(control.created_at.day())),
            Cell::Words(regions().name_of(&control.region_code)),
            Cell::Words(format!("{}–{}", l.day_iso(control.from_on), l.day_iso(control.to_on))),
            Cell::Words(control.seed.clone()),
            Cell::Words(l.number(control.size)),
            Cell::Words(l.doer(&control.drawn_by_name)),
        ],
    };
    let table = Table {
        caption: l.t("controls-caption"),
        columns: vec![
            Column::words(l.t("controls-drawn-on")),
            Column::words(l.t("notices-place")),
            Column::words(l.t("controls-paid")),
            Column::words(l.t("controls-seed")),
            Column::figures(l.t("controls-size")),
            Column::words(l.t("fund-column-who")),
        ],
        rows: found.iter().map(row).collect(),
        totals: None,
    };
    let part = Part {
        table: Some(table),
        links: if may_draw {
            vec![(format!("{PATH}/new"), l.t("control-draw-title"))]
        } else {
            Vec::new()
        },
        ..Part::default()
    };
    let mut sheet = SheetPage::new(s, l.t("controls-title"), "/board/claims", vec![part]);
    sheet.lead = l.t("controls-lead");
    sheet.answer()
}

fn draw_form(l: Locale, caller: &Caller) -> PlainForm {
    let field = |name, kind| FieldSpec::new(l, "control", name, kind, true);
    let scope = caller.actor.scope(Permission::ApproveClaims);
    let home = RegionCode::parse("5328");
    let below = regions().children_of(home.as_ref()).map(|region| region.code.clone());
    let places = home.iter().cloned().chain(below).filter(|code| scope.contains(code));
    let choices = places
        .map(|code| Choice::new(code.to_string(), regions().name_of(&code)))
        .collect();
    PlainForm {
        key: "control-draw",
        action: PATH.to_owned(),
        back: PATH.to_owned(),
        facts: Vec::new(),
        fields: vec![
            field("region", FieldKind::Select(choices)),
            field("from_on", FieldKind::Day),
            field("to_on", FieldKind::Day),
            field("seed", FieldKind::Text),
            field("size", FieldKind::Number),
        ],
        hidden: Vec::new(),
    }
}

/// `GET /board/controls/new`
pub(super) async fn form(request: HttpRequest, caller: Caller) -> Result<HttpResponse> {
    caller.need(Permission::ApproveClaims)?;
    draw_form(Shell::of(&request).locale, &caller).show(&request, FormState::empty())
}

/// What was asked for, from a form or a program.
pub(in super::super) fn read_draft(fields: &Fields) -> Result<ControlDraft> {
    let mut reader = Reader::new(fields);
    let region = reader.choice("region", RegionCode::parse);
    let (from_on, to_on) = (reader.optional_day("from_on"), reader.optional_day("to_on"));
    for (name, day) in [("from_on", from_on), ("to_on", to_on)] {
        if day.is_none() && fields.find(name).is_none() {
            reader.problem(FieldProblem::new(name, "required"));
        }
    }
    let seed = reader.text("seed", 60);
    let size = reader.whole("size", 1, i64::try_from(MOST_CONTROLLED).unwrap_or(i64::MAX));
    reader.finish()?;
    match (region, from_on, to_on) {
        (Some(region), Some(from_on), Some(to_on)) => Ok(ControlDraft {
            region,
            from_on,
            to_on,
            seed,
            size: usize::try_from(size).unwrap_or(1),
        }),
        _ => Err(Error::invalid("from_on", "required")),
    }
}

/// `POST /board/controls`
pub(super) async fn draw(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::ApproveClaims)?;
    let form = draw_form(Shell::of(&request).locale, &caller);
    let drawn = match read_draft(&fields) {
        Ok(draft) => act(&services, &caller, move |tx| claims::draw_control(tx, &draft)).await,
        Err(error) => Err(error),
    };
    match drawn {
        Ok((control, number)) => Ok(back_to(&format!("{PATH}/{}", control.id), number.as_deref())),
        Err(error) => form.refuse(&request, &fields, error),
    }
}

fn control_id(path: &str) -> Result<ControlDrawId> {
    path.parse().ok().or_not_found("control")
}

/// A drawn line with the person's name, the payee and the amount.
pub(in super::super) struct Drawn {
    pub line: ControlLine,
    pub name: String,
    pub payee: String,
    pub amount: crate::base::money::Money,
}

/// The lines of a control.
pub(in super::super) fn drawn_of(conn: &mut Conn, id: ControlDrawId) -> Result<Vec<Drawn>> {
    let lines = store::lines_of_control(conn, id)?;
    let mut ids: Vec<_> = lines.iter().map(|line| line.claim_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let payees = store::payees_of(conn, &ids)?;
    let all = store::lines_of(conn, &ids)?;
    let people: Vec<_> = all.iter().map(|line| line.person_id).collect();
    let persons = registry::persons_by_ids(conn, &people)?;
    let by_id: std::collections::HashMap<_, _> = all.iter().map(|line| (line.id, line)).collect();
    let drawn = lines.into_iter().filter_map(|line| {
        let own = by_id.get(&line.line_id)?;
        Some(Drawn {
            name: persons
                .get(&own.person_id)
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            payee: payees.get(&line.claim_id).cloned().unwrap_or_default(),
            amount: own.amount_fen,
            line,
        })
    });
    Ok(drawn.collect())
}

/// `GET /board/controls/{id}`
pub(super) async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id = control_id(&path)?;
    let query = Fields::of_query(&request);
    query.only(&["done"])?;
    let s = Shell::of(&request);
    let l = s.locale;
    let (control, drawn, receipt) = blocking(move || {
        services.db.snapshot(|conn| {
            let control = claims::control_for(conn, &caller.actor, id)?;
            let receipt = receipt_words(conn, &caller.actor, &query, l)?;
            Ok((control, drawn_of(conn, id)?, receipt))
        })
    })
    .await?;
    let row = |drawn: &Drawn| Row {
        href: Some(match drawn.line.finding {
            None => format!("{PATH}/{id}/lines/{}", drawn.line.line_id),
            Some(_) => format!("/claims/{}", drawn.line.claim_id),
        }),
        cells: vec![
            Cell::Words(drawn.name.clone()),
            Cell::Words(drawn.payee.clone()),
            Cell::Words(l.amount(drawn.amount)),
            Cell::Words(
                drawn
                    .line
                    .finding
                    .map(|finding| l.label(ControlFinding::LIST, finding.as_str()).to_owned())
                    .unwrap_or_default(),
            ),
            Cell::Words(drawn.line.note.clone()),
        ],
    };
    let done = drawn.iter().filter(|drawn| drawn.line.finding.is_some()).count();
    let wrong = drawn
        .iter()
        .filter(|drawn| drawn.line.finding == Some(ControlFinding::NotInOrder))
        .count();
    let facts = vec![
        Fact::new(l.t("notices-place"), regions().name_of(&control.region_code)),
        Fact::new(
            l.t("controls-paid"),
            format!("{}–{}", l.day_iso(control.from_on), l.day_iso(control.to_on)),
        ),
        Fact::new(l.t("controls-seed"), control.seed.clone()),
        Fact::new(l.t("controls-frame"), l.number(control.frame)),
        Fact::new(l.t("controls-checksum"), control.frame_sha256.clone()),
        Fact::new(
            l.t("controls-done"),
            format!("{} / {}", l.number(done), l.number(drawn.len())),
        ),
        Fact::new(l.t("controls-wrong"), l.number(wrong)),
    ];
    let table = Table {
        caption: l.t("controls-lines"),
        columns: vec![
            Column::words(l.t("claim-column-name")),
            Column::words(l.t("claim-column-payee")),
            Column::figures(l.t("claim-column-amount")),
            Column::words(l.t("controls-finding")),
            Column::words(l.t("signals-note")),
        ],
        rows: drawn.iter().map(row).collect(),
        totals: None,
    };
    let parts = vec![Part {
        facts,
        words: vec![l.ta("controls-rule", &[("seed", control.seed.as_str().into())])],
        table: Some(table),
        ..Part::default()
    }];
    let mut sheet = SheetPage::new(s, l.t("controls-one"), PATH, parts);
    sheet.receipt = receipt;
    sheet.answer()
}

fn finding_form(l: Locale, id: ControlDrawId, drawn: &Drawn) -> PlainForm {
    let field = |name, kind| FieldSpec::new(l, "control", name, kind, true);
    PlainForm {
        key: "control-finding",
        action: format!("{PATH}/{id}/findings"),
        back: format!("{PATH}/{id}"),
        facts: vec![
            Fact::new(l.t("claim-column-name"), drawn.name.clone()),
            Fact::new(l.t("claim-column-payee"), drawn.payee.clone()),
            Fact::new(l.t("claim-column-amount"), l.money(drawn.amount)),
        ],
        fields: vec![
            field("finding", FieldKind::Radios(Choice::of_list(ControlFinding::LIST, l))),
            field("note", FieldKind::Area),
        ],
        hidden: vec![("line_id", drawn.line.line_id.to_string())],
    }
}

fn line_to_see(conn: &mut Conn, caller: &Caller, id: ControlDrawId, line: ClaimLineId) -> Result<Drawn> {
    claims::control_for(conn, &caller.actor, id)?;
    let drawn = drawn_of(conn, id)?.into_iter().find(|drawn| drawn.line.line_id == line);
    drawn.or_not_found("line")
}

/// `GET /board/controls/{id}/lines/{line}`
pub(super) async fn line_form(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let (id, line) = path.into_inner();
    let (id, line): (_, ClaimLineId) = (control_id(&id)?, line.parse().ok().or_not_found("line")?);
    let drawn = blocking(move || services.db.snapshot(|conn| line_to_see(conn, &caller, id, line))).await?;
    finding_form(Shell::of(&request).locale, id, &drawn).show(&request, FormState::empty())
}

/// `POST /board/controls/{id}/findings`
pub(super) async fn record(
    request: HttpRequest,
    services: web::Data<Services>,
    caller: Caller,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    caller.need(Permission::SeeClaims)?;
    let id = control_id(&path)?;
    let line: ClaimLineId = fields.get("line_id").parse().ok().or_not_found("line")?;
    let finding = ControlFinding::parse(fields.get("finding")).ok_or_else(|| Error::invalid("finding", "not-a-choice"));
    let note = fields.get("note").to_owned();
    let recorded = match finding {
        Ok(finding) => {
            act(&services, &caller, move |tx| {
                claims::record_control(tx, id, line, finding, &note)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match recorded {
        Ok((_, number)) => Ok(back_to(&format!("{PATH}/{id}"), number.as_deref())),
        Err(error @ (Error::Invalid(_) | Error::Refused { .. })) => {
            let drawn = blocking(move || services.db.snapshot(|conn| line_to_see(conn, &caller, id, line))).await?;
            finding_form(Shell::of(&request).locale, id, &drawn).refuse(&request, &fields, error)
        }
        Err(error) => Err(error),
    }
}
