//! A demo bureau: invented people, employers and postings, taken over by the same imports and actions as real ones.

use crate::out;
use std::path::Path;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::serving::serve_services;
use super::{Outcome, Setting, terminal};
use crate::accounts::{self, GrantDraft, UserDraft};
use crate::app::assemble::{self, write_private};
use crate::app::demo as generator;
use crate::base::codes::{DestinationWish, GuaranteeState, Language, Role};
use crate::base::error::{Context, Error, Result};
use crate::base::identity::{CreditCode, Phone};
use crate::base::ids::{EmployerId, Id, PersonId, PostingId};
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::time::Day;
use crate::employers::{self, EmployerDraft};
use crate::hiring::{self, Move, PlacementStatus};
use crate::platform::Services;
use crate::platform::db::schema::{bureau, employers as employer_table, placements, postings as posting_table};
use crate::platform::db::{Caller, DatabaseUrl, analyze};
use crate::platform::i18n::Locale;
use crate::postings::sheet::read_posting_row;
use crate::postings::{self};
use crate::reference::OccupationCode;
use crate::registry::{self, Wants, WishDraft};
use crate::training::{self, CourseDraft};
use crate::{guarantee, matching, roster, subsidies};

/// What `demo` was told.
pub struct DemoOptions {
    pub exit: bool,
    pub households: u32,
    pub postings: u32,
    pub seed: u64,
}

/// A sign-in of the demo, kept beside the data so that the second start can print it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SignIn {
    role: Role,
    name: String,
    password: String,
    /// Whom or what the account stands for.
    about: String,
}

pub fn demo(setting: &Setting, options: &DemoOptions) -> Result<Outcome> {
    let l = terminal();
    let services = ready_bureau(setting)?;
    if fact(&services, "demo")?.as_deref() != Some("seeded") {
        seed(&services, options, &l)?;
    }
    out!("{}", l.t("cli-demo-sign-ins"));
    for sign_in in read_sign_ins(&services)? {
        let role = l.label(Role::LIST, sign_in.role.as_str());
        out!("  {role}  {}  {}  {}", sign_in.name, sign_in.password, sign_in.about);
    }
    if options.exit {
        return Ok(Outcome::Done);
    }
    serve_services(setting, services, true)
}

/// Opens the demo bureau, or makes it where there is none. A real bureau is never seeded.
fn ready_bureau(setting: &Setting) -> Result<Services> {
    let url = setting.config.database(&setting.folder)?;
    let is_new = match &url {
        DatabaseUrl::Sqlite(path) => !path.exists(),
        DatabaseUrl::Postgres(_) => false,
    };
    let db = assemble::open_database(&setting.config, &setting.folder)?;
    let applied = db.migrate()?;
    if is_new || !applied.is_empty() {
        assemble::make_rehearsal(&db)?;
    }
    db.write(&Caller::operator(), subsidies::load_shipped_rules)?;
    drop(db);
    let services = setting.open()?;
    if !services.rehearsal {
        return Err(Error::refused("demo-real-bureau").with("folder", setting.folder.path().display()));
    }
    Ok(services)
}

fn fact(services: &Services, key: &str) -> Result<Option<String>> {
    services
        .db
        .read(|conn| Ok(bureau::table.find(key).select(bureau::value).first(conn).optional()?))
}

fn sign_in_file(services: &Services) -> std::path::PathBuf {
    services.folder.path().join("demo-sign-ins.json")
}

fn read_sign_ins(services: &Services) -> Result<Vec<SignIn>> {
    match std::fs::read_to_string(sign_in_file(services)) {
        Ok(text) => Ok(serde_json::from_str(&text)?),
        Err(_) => Ok(Vec::new()),
    }
}

/// Says what is being done, on the error stream.
fn say(l: &Locale, key: &str, count: impl TryInto<i64>) {
    eprintln!("{}", l.tn(key, count));
}

/// Every step can be repeated: a seeding that was cut off goes on at the next start.
fn seed(services: &Services, options: &DemoOptions, l: &Locale) -> Result<()> {
    let today = services.clock.today();
    let postings = usize::try_from(options.postings).unwrap_or(usize::MAX);
    let count = generator::employers_behind(postings).max(400);
    say(l, "cli-demo-employers", count);
    seed_employers(services, options.seed, count)?;
    say(l, "cli-demo-roster", options.households);
    seed_rosters(services, options, today)?;
    say(l, "cli-demo-postings", options.postings);
    seed_postings(services, options.seed, postings, today)?;
    seed_courses(services, options.seed, (postings / 40).clamp(10, 200), today)?;
    say(l, "cli-demo-work", 0);
    seed_activity(services, today)?;
    seed_accounts(services)?;
    services.db.keep(&Caller::operator(), |tx| {
        analyze(tx)?;
        diesel::insert_into(bureau::table)
            .values((bureau::key.eq("demo"), bureau::value.eq("seeded")))
            .execute(&mut **tx)?;
        Ok(())
    })?;
    say(l, "cli-demo-index", 0);
    services.finder.follow(&services.db)?;
    Ok(())
}

fn seed_employers(services: &Services, seed: u64, count: usize) -> Result<()> {
    let all: Vec<generator::DemoEmployer> = generator::employers(seed, count).collect();
    for portion in all.chunks(100) {
        services.db.write(&Caller::operator(), |tx| {
            let names: Vec<String> = portion.iter().map(|e| e.name.clone()).collect();
            let known: Vec<String> = employers::employers_named(tx, &names)?
                .into_iter()
                .map(|employer| employer.name)
                .collect();
            for employer in portion.iter().filter(|e| !known.contains(&e.name)) {
                let is_broker = employer.kind == crate::base::codes::EmployerKind::Broker;
                let draft = EmployerDraft {
                    id: Id::fresh(),
                    kind: employer.kind,
                    name: employer.name.clone(),
                    credit_code: CreditCode::parse(&employer.credit_code).filter(|_| !is_broker),
                    region: employer.region.clone(),
                    address: employer.address.clone(),
                    contact_name: employer.contact.clone(),
                    phone: Phone::parse(&employer.phone),
                    licence_no: Some(format!("DEMO-{}", &employer.phone)),
                };
                let registered = employers::register_employer(tx, &draft)?;
                employers::verify_employer(tx, registered.id, registered.version, Some("demo"))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Most households were described a fortnight ago; one in twelve so long ago that its work is to be confirmed.
fn seed_rosters(services: &Services, options: &DemoOptions, today: Day) -> Result<()> {
    const OLD_SHARE: u64 = 12;
    let day = |days: u64| today.checked_sub_days(chrono::Days::new(days)).unwrap_or(today);
    let households = usize::try_from(options.households).unwrap_or(usize::MAX);
    for (is_old, as_of) in [(true, day(75)), (false, day(14))] {
        let path = services.folder.path().join(format!("demo-roster-{as_of}.csv"));
        let mut writer = csv::Writer::from_path(&path).context("the demo roster could not be written")?;
        writer
            .write_record(generator::ROSTER_COLUMNS)
            .context("the demo roster could not be written")?;
        let (mut number, mut last) = (0_u64, String::new());
        for row in generator::roster(options.seed, households, day(14)) {
            let household = row.cell("户编号").to_owned();
            if household != last {
                number += 1;
                last = household;
            }
            if (number % OLD_SHARE == 0) == is_old {
                writer
                    .write_record(row.cells())
                    .context("the demo roster could not be written")?;
            }
        }
        writer.flush().context("the demo roster could not be written")?;
        if number > 0 {
            import_roster(services, &path, as_of)?;
        }
        std::fs::remove_file(&path).context("the demo roster could not be removed")?;
    }
    Ok(())
}

fn import_roster(services: &Services, path: &Path, as_of: Day) -> Result<()> {
    let mut progress = super::imports::Progress::new(true);
    roster::import_whole(&services.db, &Caller::operator(), path, as_of, &mut |_, _| {
        progress.step();
        Ok(())
    })?;
    progress.end();
    Ok(())
}

fn seed_postings(services: &Services, seed: u64, count: usize, today: Day) -> Result<()> {
    let mut progress = super::imports::Progress::new(true);
    let rows = generator::postings(seed, count, today)
        .zip(1_u32..)
        .map(|(row, number)| {
            let cells = row.named_cells();
            (number, read_posting_row(&cells))
        });
    let options = postings::ImportOptions {
        as_of: today,
        dry_run: false,
        doubtful: postings::DoubtfulRows::Accept,
    };
    postings::import_postings(&services.db, &Caller::operator(), rows, options, &mut |_| {
        progress.step()
    })?;
    progress.end();
    Ok(())
}

fn seed_courses(services: &Services, seed: u64, count: usize, today: Day) -> Result<()> {
    let rows: Vec<generator::CourseRow> = generator::courses(seed, count, today)
        .filter(|c| c.starts > today)
        .collect();
    services.db.write(&Caller::operator(), |tx| {
        let known = training::open_courses(tx, &crate::base::page::PageRequest::first(1))?;
        if !known.items.is_empty() {
            return Ok(());
        }
        for course in &rows {
            let listed = employers::ListedEmployer {
                name: course.provider.clone(),
                kind: employers::kind_of_name(&course.provider),
                region: course
                    .region
                    .at(RegionLevel::County)
                    .unwrap_or_else(|| course.region.clone()),
            };
            let employer_id = employers::adopt_listed(tx, std::slice::from_ref(&listed))?
                .get(&listed)
                .copied();
            let Some(employer_id) = employer_id else { continue };
            let draft = CourseDraft {
                id: Id::fresh(),
                employer_id,
                kind: course.kind,
                title: course.title.clone(),
                region: course.region.clone(),
                starts_on: course.starts,
                ends_on: course.ends,
                hours: i32::try_from(course.hours).unwrap_or(i32::MAX),
                places: i32::try_from(course.places).unwrap_or(i32::MAX),
                description: course.description.clone(),
                contact_name: course.provider.clone(),
                phone: Phone::parse("0691-2120000"),
                occupation: OccupationCode::parse(&course.occupation_code),
                address: course.address.clone(),
                certificate: Some(course.certificate.clone()).filter(|c| !c.is_empty()),
                lodging: false,
                meals: false,
            };
            let drafted = training::draft_course(tx, &draft)?;
            training::announce_course(tx, draft.id, drafted.course.version)?;
        }
        Ok(())
    })
}

/// Some wishes, applications and hires, so that every page has something to show: through the same actions as real ones.
fn seed_activity(services: &Services, today: Day) -> Result<()> {
    let zero = services.db.read(|conn| {
        let known: i64 = placements::table.count().get_result(conn)?;
        if known > 0 {
            return Ok(Vec::new());
        }
        guarantee::zero_now(conn, &crate::base::actor::Scope::Everywhere, GuaranteeState::Zero, 60)
    })?;
    let ids: Vec<_> = zero.iter().map(|(_, household)| household.id).collect();
    let members = services.db.read(|conn| registry::members_of(conn, &ids, today))?;
    let labourers: Vec<PersonId> = members
        .iter()
        .filter(|m| {
            m.status
                .as_ref()
                .is_some_and(|s| s.labour_skill.is_some_and(|k| k.counts_as_labour()) && s.school.is_none())
        })
        .map(|m| m.person.id)
        .collect();
    let book = services.memory.of::<matching::OpenBook>();
    for (turn, person_id) in labourers.iter().step_by(2).enumerate() {
        let found = services
            .db
            .snapshot(|conn| matching::openings_for(conn, &book, *person_id, (today, 3), Language::Zh))?;
        let Some(best) = found.first().map(|m| m.item.id) else {
            continue;
        };
        services
            .db
            .write(&Caller::operator(), |tx| seed_person(tx, *person_id, best, turn))?;
    }
    Ok(())
}

/// Takes one person some steps along the way to work; how far depends on the turn.
fn seed_person(
    tx: &mut crate::platform::db::Tx<'_>,
    person_id: PersonId,
    posting_id: PostingId,
    turn: usize,
) -> Result<()> {
    use PlacementStatus as S;
    let wish = WishDraft {
        wants: Wants::Work,
        occupations: Vec::new(),
        destination: if turn.is_multiple_of(3) {
            DestinationWish::Township
        } else {
            DestinationWish::County
        },
        wage_min: None,
        lodging_needed: false,
        note: String::new(),
    };
    registry::state_wish(tx, person_id, &wish)?;
    let steps: &[S] = match turn % 6 {
        0 => &[],
        1 => &[S::Shortlisted],
        2 | 3 => &[S::Shortlisted, S::Offered],
        4 => &[S::Offered, S::Accepted],
        _ => &[S::Offered, S::Accepted, S::Started],
    };
    let mut placement = match hiring::apply(tx, posting_id, person_id) {
        Ok(placement) => placement,
        // Somebody before took the last place: this person is still looking.
        Err(Error::Refused { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    for to in steps {
        let step = Move {
            to: *to,
            start_on: None,
            note: String::new(),
        };
        placement = match hiring::take_step(tx, placement.id, placement.version, &step) {
            Ok(moved) => moved,
            Err(Error::Refused { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
    }
    Ok(())
}

fn seed_accounts(services: &Services) -> Result<()> {
    if !read_sign_ins(services)?.is_empty() {
        return Ok(());
    }
    let today = services.clock.today();
    let mut wanted: Vec<(Role, &str, GrantDraft, String)> = Vec::new();
    let region = |code: &str| RegionCode::parse(code).ok_or_else(|| Error::internal("a demo region is wrong"));
    let (person, employer, broker) = services.db.read(|conn| {
        let person = seeker(conn, today)?;
        Ok((
            person,
            employer_with_postings(conn, false)?,
            employer_with_postings(conn, true)?,
        ))
    })?;
    if let Some((id, about, village)) = person {
        let township = village.at(RegionLevel::Township).unwrap_or_else(|| village.clone());
        let name = |code: &RegionCode| crate::reference::regions().name_of(code);
        wanted.push((Role::Worker, "worker", GrantDraft::for_person(id), about));
        let about = name(&village);
        wanted.push((
            Role::VillageOfficer,
            "village",
            GrantDraft::over(Role::VillageOfficer, village),
            about,
        ));
        let about = name(&township);
        wanted.push((
            Role::TownshipOfficer,
            "township",
            GrantDraft::over(Role::TownshipOfficer, township),
            about,
        ));
    }
    for (role, name, found) in [(Role::Employer, "employer", employer), (Role::Broker, "broker", broker)] {
        if let Some((id, about)) = found {
            wanted.push((role, name, GrantDraft::for_employer(role, id), about));
        }
    }
    wanted.push((
        Role::CountyHr,
        "county",
        GrantDraft::over(Role::CountyHr, region("532801")?),
        "景洪市".to_owned(),
    ));
    let prefecture = || GrantDraft::everywhere(Role::PrefectureHr);
    wanted.push((Role::PrefectureHr, "prefecture", prefecture(), "西双版纳州".to_owned()));
    wanted.push((Role::PrefectureHr, "prefecture2", prefecture(), "西双版纳州".to_owned()));
    wanted.push((
        Role::Auditor,
        "auditor",
        GrantDraft::everywhere(Role::Auditor),
        String::new(),
    ));
    wanted.push((Role::Admin, "admin", GrantDraft::everywhere(Role::Admin), String::new()));
    let mut sign_ins = Vec::new();
    services.db.write(&Caller::operator(), |tx| {
        sign_ins.clear();
        for (role, name, grant, about) in &wanted {
            let password = accounts::suggest_password();
            let draft = UserDraft {
                sign_in_name: (*name).to_owned(),
                display_name: if about.is_empty() {
                    (*name).to_owned()
                } else {
                    about.clone()
                },
                password: password.clone(),
                language: Language::Zh,
                must_change: false,
            };
            accounts::create_user(tx, &draft, std::slice::from_ref(grant))?;
            sign_ins.push(SignIn {
                role: *role,
                name: (*name).to_owned(),
                password,
                about: about.clone(),
            });
        }
        Ok(())
    })?;
    write_private(&sign_in_file(services), &serde_json::to_string_pretty(&sign_ins)?)
}

/// A labourer of a household at zero, who has most to find here.
fn seeker(conn: &mut crate::platform::db::Conn, today: Day) -> Result<Option<(PersonId, String, RegionCode)>> {
    let everywhere = crate::base::actor::Scope::Everywhere;
    let zero = guarantee::zero_now(conn, &everywhere, GuaranteeState::Zero, 20)?;
    for (_, household) in zero {
        let members = registry::members_of(conn, &[household.id], today)?;
        let labourer = members.into_iter().find(|m| {
            m.status
                .as_ref()
                .is_some_and(|s| s.school.is_none() && s.labour_skill.is_some_and(|k| k.counts_as_labour()))
        });
        if let Some(member) = labourer {
            return Ok(Some((member.person.id, member.person.name, household.region_code)));
        }
    }
    Ok(None)
}

/// The employer, or the broker, with most open postings.
fn employer_with_postings(conn: &mut crate::platform::db::Conn, broker: bool) -> Result<Option<(EmployerId, String)>> {
    use crate::base::codes::{EmployerKind, PostingStatus};
    let mut query = posting_table::table
        .inner_join(employer_table::table)
        .filter(posting_table::status.eq(PostingStatus::Open))
        .group_by((employer_table::id, employer_table::name))
        .order((diesel::dsl::count(posting_table::id).desc(), employer_table::id))
        .select((employer_table::id, employer_table::name))
        .into_boxed();
    query = if broker {
        query.filter(employer_table::kind.eq(EmployerKind::Broker))
    } else {
        query.filter(employer_table::kind.eq(EmployerKind::Enterprise))
    };
    Ok(query.first(conn).optional()?)
}
