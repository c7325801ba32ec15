//! The placement plan of the bureau: it covers as many households as there are places, says what is missing, keeps what
//! was said to people, and proves itself.

use yigang::base::actor::{Permission, Scope};
use yigang::base::codes::PostingStatus;
use yigang::base::ids::{PersonId, PostingId};
use yigang::base::region::RegionCode;
use yigang::hiring::{self, Move, PlacementStatus};
use yigang::matching::{self, Extra, Marks, PlanDraft, PlanLine, PlanOutcome, PlanStatus, Weights};
use yigang::platform::db::Caller;

use crate::households_get_work::an_open_posting;
use crate::story;
use crate::support::TestApp;
use crate::support::builders::{Made, a_household, a_labourer};

/// Households of one labourer each, nobody in work.
fn households(app: &TestApp, count: usize) -> Vec<Made> {
    (0..count)
        .map(|number| {
            let registry_no = format!("5328010030{number:02}");
            a_household(&registry_no).with(a_labourer("岩温")).enrol(app)
        })
        .collect()
}

fn ground(app: &TestApp) -> matching::Ground {
    let today = app.services.clock.today();
    let read = |conn: &mut _| matching::ground(conn, &Scope::Everywhere, None, None, today);
    app.services.db.snapshot(read).expect("the ground is read")
}

/// A plan of the county, computed.
fn computed(app: &TestApp) -> (matching::Plan, Vec<PlanLine>) {
    let draft = PlanDraft {
        region: RegionCode::parse("532801").expect("a county"),
        site: None,
        kind: None,
        seed: 7,
    };
    let db = &app.services.db;
    let asked = db.write(&Caller::operator(), |tx| matching::propose_plan(tx, &draft));
    app.settle();
    let id = asked.expect("the plan is asked for").id;
    db.read(|conn| {
        let plan = matching::plan_for(conn, &Caller::operator().actor, id)?;
        assert_eq!(plan.status, PlanStatus::Ready);
        Ok((plan, matching::lines_of(conn, id)?))
    })
    .expect("the plan is there")
}

fn confirmed(app: &TestApp, plan: &matching::Plan) -> Vec<PlanLine> {
    let db = &app.services.db;
    let done = db.write(&Caller::operator(), |tx| {
        matching::confirm_plan(tx, plan.id, plan.version, matching::Invited::All)
    });
    assert_eq!(done.expect("the plan is confirmed").status, PlanStatus::Confirmed);
    db.read(|conn| matching::lines_of(conn, plan.id)).expect("its lines")
}

fn answer(app: &TestApp, person: PersonId, posting: PostingId, to: PlacementStatus) {
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            let rows = hiring::placements_of_person(tx, person)?;
            let open = rows
                .into_iter()
                .map(|row| row.placement)
                .find(|p| p.is_open && p.posting_id == posting);
            let open = open.expect("an open placement");
            let step = Move {
                to,
                start_on: None,
                note: "离家太远".to_owned(),
            };
            hiring::take_step(tx, open.id, open.version, &step).map(drop)
        })
        .expect("the answer is taken");
}

story! {
    fn a_plan_covers_as_many_as_there_are_places_and_says_how_many_are_missing(app) {
        households(app, 5);
        let posting = an_open_posting(app, 3);
        let ground = ground(app);
        let today = app.services.clock.today();
        let plan = |marks: &Marks| matching::compute(&ground, marks, Weights::shipped(), (today, 7)).expect("a plan");
        let what = plan(&Marks::default());
        assert_eq!((what.outcome.uncovered, what.outcome.covered, what.outcome.without_pair), (5, 3, 0));
        assert_eq!(what.outcome.left_out.len(), 2);
        let shortage = &what.outcome.shortages[0];
        assert_eq!((shortage.households, shortage.places), (5, 3));
        assert_eq!(shortage.more_places, [(posting, 2)]);

        let extra = Extra { like: posting, places: 2 };
        let wider = matching::what_if(&ground, &Marks::default(), Weights::shipped(), (today, 7), extra).expect("a plan");
        assert_eq!(wider.outcome.covered, 5);
        assert!(wider.outcome.shortages.is_empty());
        assert_eq!(plan(&Marks::default()).outcome.covered, 3);

        // An officer's lock and exclusion are honoured.
        let left_out = ground.candidates.iter().find(|(home, _)| {
            what.outcome.left_out.contains(&ground.households[*home].id)
        });
        let person = left_out.expect("somebody goes without").1.id;
        let mut marks = Marks::default();
        marks.locked.insert((person, posting));
        let locked = plan(&marks);
        assert!(locked.lines.iter().any(|line| line.person == person && line.covers));
        assert_eq!(locked.outcome.covered, 3);
        let mut marks = Marks::default();
        marks.without_openings.insert(posting);
        assert_eq!(plan(&marks).outcome.covered, 0);
    }
}

story! {
    fn a_plans_files_prove_it_without_the_database(app) {
        households(app, 4);
        an_open_posting(app, 2);
        let (plan, _) = computed(app);
        let folder = matching::plan_folder(&app.services.folder, plan.id);
        let verified = matching::plan::verify(&folder).expect("the certificate holds");
        assert_eq!(verified.covered_weight, 2);
        let file = folder.join("plan.csv");
        let text = std::fs::read_to_string(&file).expect("the plan");
        let shorter: Vec<&str> = text.lines().take(2).collect();
        std::fs::write(&file, shorter.join("\n")).expect("it is tampered with");
        assert!(matching::plan::verify(&folder).is_err());
    }
}

story! {
    fn a_new_plan_keeps_what_was_said_to_people(app) {
        households(app, 4);
        let posting = an_open_posting(app, 3);
        let (plan, lines) = computed(app);
        assert_eq!(lines.iter().filter(|line| line.covers).count(), 3);
        let invited = confirmed(app, &plan);
        assert!(invited.iter().all(|line| line.outcome == PlanOutcome::Invited && line.placement_id.is_some()));

        // One refuses, one accepts what the employer offers, one has not answered.
        answer(app, invited[0].person_id, posting, PlacementStatus::Refused);
        for step in [PlacementStatus::Applied, PlacementStatus::Offered, PlacementStatus::Accepted] {
            answer(app, invited[1].person_id, posting, step);
        }
        let (plan, lines) = computed(app);
        let persons: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
        assert!(!persons.contains(&invited[0].person_id), "who refused is not asked again");
        assert!(!persons.contains(&invited[1].person_id), "who accepted is left alone");
        let kept = lines.iter().find(|line| line.person_id == invited[2].person_id);
        assert!(kept.is_some_and(|line| line.was_invited));
        assert_eq!(lines.len(), 2);
        assert_eq!(plan.outcome().map(|outcome| outcome.covered), Some(2));
    }
}

story! {
    fn a_line_that_no_longer_holds_is_listed_and_not_forced(app) {
        households(app, 2);
        let posting = an_open_posting(app, 2);
        let (plan, lines) = computed(app);
        assert_eq!(lines.len(), 2);
        app.services
            .db
            .write(&Caller::operator(), |tx| {
                let actor = Caller::operator().actor;
                let card = yigang::postings::posting_for(tx, &actor, posting, Permission::ReviewPostings)?;
                let paused = yigang::postings::pause_posting(tx, posting, card.version)?;
                assert_eq!(paused.status, PostingStatus::Paused);
                Ok(())
            })
            .expect("the posting is paused");
        let lapsed = confirmed(app, &plan);
        assert!(lapsed.iter().all(|line| line.outcome == PlanOutcome::Lapsed && !line.reason.is_empty()));
        let again = app
            .services
            .db
            .write(&Caller::operator(), |tx| matching::confirm_plan(tx, plan.id, plan.version + 1, matching::Invited::All));
        assert!(again.is_err(), "a plan is confirmed once");
    }
}
