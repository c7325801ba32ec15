//! What suits a person: the list follows every posting at once, and everybody's lists are those that each would see.

use std::collections::BTreeMap;

use yigang::base::actor::Scope;
use yigang::base::codes::{Language, Role};
use yigang::base::ids::{PersonId, PostingId};
use yigang::matching;
use yigang::platform::db::{Caller, Subject};
use yigang::postings;

use crate::households_get_work::{an_open_posting, an_open_posting_keeping};
use crate::story;
use crate::support::TestApp;
use crate::support::browser::Program;
use crate::support::builders::{a_household, a_labourer};

fn seen(cadre: &Program, person: PersonId) -> Vec<String> {
    let matches = cadre
        .get(&format!("/api/v1/persons/{person}/matches"))
        .expect(200)
        .json();
    let items = matches["items"].as_array().expect("a list").iter();
    items
        .map(|item| item["opening"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn takes(app: &TestApp, person: PersonId, posting: PostingId, gives_back: bool) {
    let cause = Subject::new("person", person);
    app.services
        .db
        .write(&Caller::operator(), |tx| {
            if gives_back {
                postings::free_place(tx, posting, cause)
            } else {
                postings::take_place(tx, posting, cause)
            }
        })
        .expect("the place changes hands");
}

story! {
    fn the_list_follows_every_change_of_a_posting(app) {
        let made = a_household("5328010030020001").in_village("532801003002").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let cadre = app.program_as("cungan", Role::VillageOfficer, Some("532801003002"));
        assert!(seen(&cadre, person).is_empty(), "nothing is open yet");
        let posting = an_open_posting(app, 1);
        assert_eq!(seen(&cadre, person), [posting.to_string()], "it opened after the first look");
        takes(app, person, posting, false);
        assert!(seen(&cadre, person).is_empty(), "the only place is taken");
        takes(app, person, posting, true);
        assert_eq!(seen(&cadre, person), [posting.to_string()], "it is free again");
        app.services.db.write(&Caller::operator(), |tx| {
            let now = postings::posting_by_id(tx, posting)?;
            postings::close_posting(tx, posting, now.version)
        }).expect("it closes");
        assert!(seen(&cadre, person).is_empty(), "it was withdrawn");
    }
}

story! {
    fn everybodys_table_says_what_each_would_see(app) {
        let mut people = Vec::new();
        for number in 0..4 {
            let no = format!("53280100300200{number:02}");
            let labourer = a_labourer(&format!("岩{number}"));
            people.extend(a_household(&no).in_village("532801003002").with(labourer).enrol(app).persons);
        }
        let posting = an_open_posting(app, 3);
        let today = app.services.clock.today();
        let mut table = Vec::new();
        let counts = app.services.db.snapshot(|conn| {
            matching::match_everybody(conn, &Scope::Everywhere, (today, 10), Language::Zh, &mut table)
        }).expect("everybody is matched");
        assert_eq!(counts, (4, 4));
        let mut rows = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(table.as_slice());
        assert_eq!(reader.headers().expect("a header"), vec!["person", "rank", "opening", "points", "reasons"]);
        for row in reader.records() {
            let row = row.expect("a row");
            assert_eq!((&row[1], &row[2]), ("1", posting.to_string().as_str()));
            rows.insert(row[0].to_owned(), (row[3].to_owned(), row[4].to_owned()));
        }
        let book = matching::OpenBook::default();
        for person in people {
            let alone = app.services.db.read(|conn| {
                matching::openings_for(conn, &book, person, (today, 10), Language::Zh)
            }).expect("one list");
            let sentences: Vec<&str> = alone[0].reasons.iter().map(|(_, _, sentence)| sentence.as_str()).collect();
            assert_eq!(rows[&person.to_string()], (alone[0].points.to_string(), sentences.join("; ")));
        }
    }
}

story! {
    fn a_kept_place_speaks_for_a_household_with_nobody_in_work(app) {
        let made = a_household("5328010030020001").in_village("532801003002").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let posting = an_open_posting_keeping(app, 1, 2);
        let cadre = app.program_as("cungan", Role::VillageOfficer, Some("532801003002"));
        let best = cadre.get(&format!("/api/v1/persons/{person}/matches")).expect(200).json()["items"][0].clone();
        assert_eq!(best["opening"]["id"], posting.to_string());
        let codes: Vec<&str> = best["reasons"].as_array().expect("reasons").iter().filter_map(|r| r["code"].as_str()).collect();
        assert!(codes.contains(&"reserved-place"), "{codes:?}");
        let (openings, instance) = app.services.db.snapshot(|conn| {
            let ground = matching::ground(conn, &Scope::Everywhere, None, None, app.services.clock.today())?;
            let problem = ground.problem(&matching::Marks::default(), matching::Weights::shipped(), (app.services.clock.today(), 1));
            Ok((ground.openings, problem.expect("the instance holds together").instance))
        }).expect("the ground of a plan");
        assert_eq!((openings[0].free_places, openings[0].reserved_places), (2, 1));
        assert!(instance.find_opening(&format!("{posting}+reserved")).is_some(), "the kept place stands apart in the plan");
    }
}

story! {
    fn a_list_says_what_one_step_more_would_bring(app) {
        let made = a_household("5328010020010001").in_village("532801002001").with(a_labourer("岩温")).enrol(app);
        let person = made.persons[0];
        let posting = an_open_posting(app, 1);
        let cadre = app.signed_in_as(Role::VillageOfficer, Some("532801002001"));
        let page = format!("/village/persons/{person}/matches");
        let wish = |distance: &str| {
            let form = format!("/village/persons/{person}/wishes/new");
            let fields = [("wants", "work"), ("destination", distance)];
            cadre.fill(&form, &format!("/village/persons/{person}/wishes"), &fields).expect(303);
        };
        wish("village");
        let seen = cadre.get(&page).expect(200).shows("差一步就合适").shows("如果愿意去到");
        assert!(seen.text.contains(&format!("/openings/{posting}")));
        wish("county");
        cadre.get(&page).expect(200).hides("差一步就合适").shows(&format!("/openings/{posting}"));
    }
}
