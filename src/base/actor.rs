//! Who acts, and what he may do where. This file is the whole policy: roles × permissions.

use super::codes::Role;
use super::ids::{EmployerId, PersonId, UserId};
use super::region::RegionCode;

/// What somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Households and persons of the scope, numbers masked.
    SeeHouseholds,
    /// Change households, members, labour capacity, skills, wishes.
    EditHouseholds,
    /// See a number in full, with a reason, one record at a time.
    RevealNumbers,
    /// One's own household and record.
    SeeOwnRecord,
    /// Upload a roster and settle its doubtful rows.
    ImportRosters,
    /// Approve a batch that somebody else uploaded.
    ApproveRosters,
    /// Verify or suspend employers.
    VerifyEmployers,
    /// One's own employer's file, postings, applications and hires.
    ManageOwnEmployer,
    /// Approve, return or take down postings and courses.
    ReviewPostings,
    /// Write public-welfare posts and courses for the bureau.
    EditPublicPosts,
    /// Apply, accept and withdraw for oneself.
    ActForSelf,
    /// Apply, accept, withdraw and state wishes for people of the scope.
    ActForOthers,
    /// Record employments and their ends for people of the scope.
    RecordEmployment,
    /// Compute, confirm and discard placement plans of the scope.
    PlanPlacements,
    /// Claims of the scope, their lines and documents.
    SeeClaims,
    /// Take the village's steps of a claim: acceptance and village notice.
    CheckClaims,
    /// The first review of a claim.
    ReviewClaims,
    /// The county's steps of a claim: acceptance, second review, notice, approval, recovery.
    ApproveClaims,
    /// Confirm support rules, add versions, rehearse changes.
    ManageRules,
    /// Funds of the scope and their ledgers.
    SeeFunds,
    /// Enter appropriations, open payment batches.
    ManageFunds,
    /// Send payment batches and take results over, for the department that pays.
    PayClaims,
    /// The guarantee: rates, named lists, exemptions of the scope.
    SeeGuarantee,
    /// Work on cases: verify, record steps and measures, record what a spot check found.
    WorkCases,
    /// Decide that a household is not asked to have somebody at work for a while.
    DecideExemptions,
    /// File the figures of a month and draw spot checks: what the bureau vouches for.
    FileFigures,
    /// The rates without names.
    SeeFigures,
    /// The audit trail.
    SeeAudit,
    /// Accounts and roles.
    ManageAccounts,
    /// Health of the service: tasks, index, database.
    SeeStatus,
}

/// The policy. Deny is the default: what is not listed is not allowed.
pub const fn allows(role: Role, permission: Permission) -> bool {
    use Permission as P;
    match role {
        Role::Worker => matches!(permission, P::SeeOwnRecord | P::ActForSelf),
        Role::Broker | Role::Employer => matches!(permission, P::ManageOwnEmployer),
        Role::VillageOfficer | Role::SiteOfficer => matches!(
            permission,
            P::SeeHouseholds
                | P::ActForOthers
                | P::RecordEmployment
                | P::SeeClaims
                | P::CheckClaims
                | P::SeeGuarantee
                | P::WorkCases
                | P::SeeFigures
        ),
        Role::TownshipOfficer => matches!(
            permission,
            P::SeeHouseholds
                | P::EditHouseholds
                | P::RevealNumbers
                | P::ActForOthers
                | P::RecordEmployment
                | P::ImportRosters
                | P::SeeClaims
                | P::ReviewClaims
                | P::SeeGuarantee
                | P::WorkCases
                | P::SeeFigures
        ),
        Role::CountyHr | Role::PrefectureHr => matches!(
            permission,
            P::SeeHouseholds
                | P::EditHouseholds
                | P::RevealNumbers
                | P::ActForOthers
                | P::RecordEmployment
                | P::ImportRosters
                | P::ApproveRosters
                | P::VerifyEmployers
                | P::ReviewPostings
                | P::EditPublicPosts
                | P::PlanPlacements
                | P::SeeClaims
                | P::ApproveClaims
                | P::ManageRules
                | P::SeeFunds
                | P::ManageFunds
                | P::SeeGuarantee
                | P::WorkCases
                | P::DecideExemptions
                | P::FileFigures
                | P::SeeFigures
                | P::SeeAudit
        ),
        Role::DeptPartner => matches!(permission, P::SeeFigures | P::SeeFunds | P::PayClaims),
        Role::Auditor => matches!(
            permission,
            P::SeeHouseholds | P::SeeClaims | P::SeeFunds | P::SeeGuarantee | P::SeeFigures | P::SeeAudit
        ),
        Role::Admin => matches!(permission, P::ManageAccounts | P::SeeStatus),
    }
}

/// One role, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGrant {
    pub role: Role,
    /// The subtree in which it holds; none for roles that hold for an employer or oneself, or everywhere.
    pub region: Option<RegionCode>,
    pub employer_id: Option<EmployerId>,
    pub person_id: Option<PersonId>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    kind: ActorKind,
    /// The name shown in the audit trail.
    pub label: String,
    pub grants: Vec<RoleGrant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ActorKind {
    Nobody,
    User(UserId),
    /// The operator at the command line, who has the machine and therefore every permission.
    Operator,
    /// A task that follows from what was permitted before.
    System,
}

/// Where a permission holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// In these subtrees; in none when empty.
    Regions(Vec<RegionCode>),
}

impl Scope {
    pub fn contains(&self, region: &RegionCode) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Regions(regions) => regions.iter().any(|r| r.contains(region)),
        }
    }

    /// The part of the scope that lies in a division; none where they have nothing in common.
    pub fn within(&self, region: &RegionCode) -> Option<Self> {
        if self.contains(region) {
            return Some(Self::Regions(vec![region.clone()]));
        }
        let Self::Regions(regions) = self else { return None };
        let inside: Vec<RegionCode> = regions.iter().filter(|r| region.contains(r)).cloned().collect();
        (!inside.is_empty()).then_some(Self::Regions(inside))
    }

    /// Ranges of region codes, from (inclusive) to (exclusive), that the scope covers.
    pub fn ranges(&self) -> Vec<(String, String)> {
        match self {
            Self::Everywhere => vec![(String::new(), ":".to_owned())],
            Self::Regions(regions) => regions
                .iter()
                .map(|r| (r.digits().to_owned(), r.upper_bound()))
                .collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Regions(regions) if regions.is_empty())
    }
}

impl Actor {
    pub fn nobody() -> Self {
        Self {
            kind: ActorKind::Nobody,
            label: String::new(),
            grants: Vec::new(),
        }
    }

    pub fn user(id: UserId, label: impl Into<String>, grants: Vec<RoleGrant>) -> Self {
        Self {
            kind: ActorKind::User(id),
            label: label.into(),
            grants,
        }
    }

    pub fn operator() -> Self {
        Self {
            kind: ActorKind::Operator,
            label: "operator".to_owned(),
            grants: Vec::new(),
        }
    }

    pub fn system() -> Self {
        Self {
            kind: ActorKind::System,
            label: "system".to_owned(),
            grants: Vec::new(),
        }
    }

    pub fn user_id(&self) -> Option<UserId> {
        match self.kind {
            ActorKind::User(id) => Some(id),
            ActorKind::Nobody | ActorKind::Operator | ActorKind::System => None,
        }
    }

    pub fn is_nobody(&self) -> bool {
        self.kind == ActorKind::Nobody
    }

    fn is_unbounded(&self) -> bool {
        matches!(self.kind, ActorKind::Operator | ActorKind::System)
    }

    /// Whether some grant allows it, wherever.
    pub fn may(&self, permission: Permission) -> bool {
        self.is_unbounded() || self.grants.iter().any(|g| allows(g.role, permission))
    }

    /// Whether it is allowed in a region.
    pub fn may_in(&self, permission: Permission, region: &RegionCode) -> bool {
        self.scope(permission).contains(region)
    }

    /// Where a permission holds. A grant without a region holds everywhere.
    pub fn scope(&self, permission: Permission) -> Scope {
        if self.is_unbounded() {
            return Scope::Everywhere;
        }
        let mut regions = Vec::new();
        for grant in self.grants.iter().filter(|g| allows(g.role, permission)) {
            match &grant.region {
                Some(region) => regions.push(region.clone()),
                None if grant.employer_id.is_none() && grant.person_id.is_none() => return Scope::Everywhere,
                None => {}
            }
        }
        Scope::Regions(regions)
    }

    /// The employers for which he acts.
    pub fn employers(&self) -> impl Iterator<Item = EmployerId> + '_ {
        self.grants
            .iter()
            .filter(|g| allows(g.role, Permission::ManageOwnEmployer))
            .filter_map(|g| g.employer_id)
    }

    pub fn manages(&self, employer_id: EmployerId) -> bool {
        self.is_unbounded() || self.employers().any(|id| id == employer_id)
    }

    /// The person that he is, if he is a registered one.
    pub fn person_id(&self) -> Option<PersonId> {
        self.grants
            .iter()
            .find(|g| g.role == Role::Worker)
            .and_then(|g| g.person_id)
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(role: Role, region: &str) -> Actor {
        let region = RegionCode::parse(region);
        Actor::user(
            UserId::from_raw(1),
            "x",
            vec![RoleGrant {
                role,
                region,
                employer_id: None,
                person_id: None,
            }],
        )
    }

    #[test]
    fn a_township_officer_sees_his_township_only() {
        let actor = officer(Role::TownshipOfficer, "532801002");
        assert!(actor.may_in(Permission::SeeHouseholds, &RegionCode::parse("532801002003").unwrap()));
        assert!(!actor.may_in(Permission::SeeHouseholds, &RegionCode::parse("532801003001").unwrap()));
        assert!(!actor.may(Permission::ApproveRosters));
    }

    #[test]
    fn a_scope_is_narrowed_to_a_division_and_never_widened() {
        let code = |text: &str| RegionCode::parse(text).unwrap();
        let county = Scope::Regions(vec![code("532801")]);
        assert_eq!(
            county.within(&code("532801002")),
            Some(Scope::Regions(vec![code("532801002")]))
        );
        assert_eq!(county.within(&code("5328")), Some(county.clone()));
        assert_eq!(county.within(&code("532822")), None);
        assert_eq!(
            Scope::Everywhere.within(&code("5328")),
            Some(Scope::Regions(vec![code("5328")]))
        );
    }

    #[test]
    fn an_administrator_sees_no_personal_data() {
        let actor = officer(Role::Admin, "5328");
        assert!(!actor.may(Permission::SeeHouseholds));
        assert!(actor.may(Permission::ManageAccounts));
    }

    #[test]
    fn nobody_may_nothing() {
        assert!(!Actor::nobody().may(Permission::SeeFigures));
        assert!(Actor::nobody().scope(Permission::SeeHouseholds).is_empty());
    }
}
