//! Whom a claimant may claim for, how much and why, and whom not and why: from records alone, nothing typed.

use crate::base::codes::EmployerKind;
use crate::base::error::Result;
use crate::base::ids::ClaimId;
use crate::base::region::RegionCode;
use crate::base::time::Day;
use crate::employers;
use crate::platform::db::Conn;
use crate::registry;
use crate::subsidies::assess::{Assessment, Facts, assess};
use crate::subsidies::model::{ClaimantKind, SupportRule};
use crate::subsidies::store::{self, FactSubject};

/// One person, judged.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub facts: Facts,
    pub assessment: Assessment,
}

/// A rule under which somebody may claim, and what it would give now.
#[derive(Debug, Clone)]
pub struct Offer {
    pub rule: SupportRule,
    pub claimant: ClaimantKind,
    pub people: usize,
    pub amount_fen: i64,
    pub not_yet: usize,
}

/// As what an employer of a kind may claim.
pub(in super::super) const fn claimants_of(kind: EmployerKind) -> &'static [ClaimantKind] {
    use ClaimantKind as C;
    match kind {
        EmployerKind::Enterprise
        | EmployerKind::IndividualBusiness
        | EmployerKind::Coop
        | EmployerKind::FamilyFarm
        | EmployerKind::SocialOrg => &[C::Employer, C::TrainingOrg],
        EmployerKind::Workshop => &[C::Workshop],
        EmployerKind::Agency => &[C::Agency, C::TrainingOrg],
        EmployerKind::Broker => &[C::Broker],
        EmployerKind::VillageCollective => &[C::Village, C::PostOwner],
        EmployerKind::PublicUnit => &[C::PostOwner, C::TrainingOrg],
    }
}

/// As what somebody may claim, and where he is.
pub(super) fn standing_of(
    conn: &mut Conn,
    subject: FactSubject,
) -> Result<(&'static [ClaimantKind], Option<RegionCode>)> {
    Ok(match subject {
        FactSubject::Employer(id) => {
            let employer = employers::employer_by_id(conn, id)?;
            (claimants_of(employer.kind), Some(employer.region_code))
        }
        FactSubject::Person(id) => (
            &[ClaimantKind::Person, ClaimantKind::Household],
            registry::home_of(conn, id)?,
        ),
    })
}

/// Judges everybody whom the rule may be about. Claims that were filed are known by what they have taken.
pub fn prepare(
    conn: &mut Conn,
    rule: &SupportRule,
    subject: FactSubject,
    year: i32,
    day: Day,
) -> Result<Vec<Prepared>> {
    prepare_beside(conn, rule, subject, year, day, None)
}

/// As `prepare`, as if one claim had taken nothing: what its own lines come to.
pub(super) fn prepare_beside(
    conn: &mut Conn,
    rule: &SupportRule,
    subject: FactSubject,
    year: i32,
    day: Day,
    own: Option<ClaimId>,
) -> Result<Vec<Prepared>> {
    let (_, region) = standing_of(conn, subject)?;
    let facts = store::gather(conn, rule, subject, year, day)?;
    let people: Vec<_> = facts.iter().map(|facts| facts.person_id).collect();
    let households: Vec<_> = facts.iter().filter_map(|facts| facts.household_id).collect();
    let mut known = store::taken_of(conn, &rule.code, (&people, &households), own)?;
    let confirmation = match &region {
        Some(region) => store::confirmation_for(conn, rule.id, region, day)?,
        None => None,
    };
    let figures = confirmation.map(|confirmation| confirmation.figures());
    Ok(facts
        .into_iter()
        .map(|mut facts| {
            facts.taken = known.taken.get(&facts.person_id).cloned().unwrap_or_default();
            if let Some(household) = facts.household_id.and_then(|id| known.taken_of_household.get(&id)) {
                facts
                    .taken
                    .extend(household.iter().map(|(key, rule)| (key.clone(), rule.clone())));
            }
            facts.units_had = known.units.get(&facts.person_id).copied().unwrap_or_default();
            facts.had_fen = known.had.remove(&facts.person_id).unwrap_or_default();
            facts.figures.clone_from(&figures);
            let assessment = assess(rule, &facts, day);
            Prepared { facts, assessment }
        })
        .collect())
}

/// Every rule under which somebody may claim, with what it would give now.
pub fn offers_for(conn: &mut Conn, subject: FactSubject, year: i32, day: Day) -> Result<Vec<Offer>> {
    let (claimants, _) = standing_of(conn, subject)?;
    let mut offers = Vec::new();
    for rule in store::all_versions(conn)?
        .into_iter()
        .filter(|rule| rule.effective_from <= day)
    {
        let Some(claimant) = claimants
            .iter()
            .find(|claimant| crate::subsidies::assess::may_claim(&rule, **claimant))
        else {
            continue;
        };
        let prepared = prepare(conn, &rule, subject, year, day)?;
        let payable: Vec<&Prepared> = prepared.iter().filter(|one| one.assessment.may_be_asked()).collect();
        offers.push(Offer {
            claimant: *claimant,
            people: payable.len(),
            amount_fen: payable
                .iter()
                .map(|one| one.assessment.amount_fen)
                .fold(0, i64::saturating_add),
            not_yet: prepared.len() - payable.len(),
            rule,
        });
    }
    offers.sort_by(|a, b| {
        (b.amount_fen, &a.rule.code, b.rule.effective_from).cmp(&(a.amount_fen, &b.rule.code, a.rule.effective_from))
    });
    Ok(offers)
}
