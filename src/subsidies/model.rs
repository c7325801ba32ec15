//! Words of the room, and its records.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::signals::SignalKind;
use super::terms::Terms;
use crate::base::codes::Language;
use crate::base::error::{Context, Result};
use crate::base::ids::{
    ClaimDocumentId, ClaimId, ClaimLineId, ClaimMonthId, ClaimSignalId, ClaimStepId, EmployerId, EmploymentId,
    EnrolmentId, FundId, HouseholdId, ObjectionId, PersonId, RuleConfirmationId, SupportRuleId, UserId,
};
use crate::base::money::Money;
use crate::base::region::RegionCode;
use crate::base::secret::Sealed;
use crate::base::time::{Day, Instant};
use crate::coded_enum;
use crate::platform::db::schema;

coded_enum! {
    pub enum ClaimantKind: "claimant_kind" {
        Person = "person", Household = "household", Employer = "employer", Workshop = "workshop", Agency = "agency",
        Broker = "broker", Village = "village", TrainingOrg = "training_org", PostOwner = "post_owner",
        Township = "township", Bureau = "bureau", Bank = "bank",
    }
}
coded_enum! {
    pub enum RuleUnit: "rule_unit" {
        Person = "person", PersonYear = "person_year", PersonMonth = "person_month", PersonDay = "person_day",
        PersonCourse = "person_course", Household = "household", HouseholdYear = "household_year", Trip = "trip",
        Loan = "loan", TeamMonth = "team_month",
    }
}
coded_enum! {
    pub enum TargetGroup: "target_group" {
        ExitedLabour = "exited_labour", MonitoredOpen = "monitored_open",
        MonitoredClearedYear = "monitored_cleared_year", MonitoredCleared = "monitored_cleared",
        RelocatedLabour = "relocated_labour", LowIncomeLabour = "low_income_labour",
        HardToEmploy = "hard_to_employ", AnyRural = "any_rural",
    }
}
coded_enum! {
    pub enum AmountKind: "amount_kind" {
        Fixed = "fixed", Max = "max", Min = "min", Range = "range", Tiers = "tiers", Percent = "percent",
        Formula = "formula", AtCost = "at_cost", Relief = "relief",
    }
}
coded_enum! {
    pub enum AmountSource: "amount_source" {
        YunnanPublished = "yunnan_published", NationalPublished = "national_published",
        OtherProvincePublished = "other_province_published", Illustrative = "illustrative",
    }
}
coded_enum! {
    /// Within which two rules exclude each other, and within which one rule is paid so many times.
    pub enum ExclusionScope: "exclusion_scope" {
        PersonMonth = "person_month", PersonYear = "person_year", PersonEmployer = "person_employer",
        PersonCertificate = "person_certificate", PersonEver = "person_ever", HouseholdYear = "household_year",
        HouseholdOpen = "household_open",
    }
}
coded_enum! {
    pub enum RuleStatus: "rule_status" { Active = "active", Historic = "historic", Template = "template" }
}
coded_enum! {
    pub enum WorkRegion: "work_region" {
        InCounty = "in_county", InProvinceOutCounty = "in_province_out_county", OutProvince = "out_province",
        Abroad = "abroad", WithinTownship = "within_township", InPrefecture = "in_prefecture",
    }
}
coded_enum! {
    pub enum SkillLevel: "skill_level" {
        Five = "5", Four = "4", Three = "3", Two = "2", One = "1", Special = "special", Completion = "completion",
    }
}
coded_enum! {
    pub enum DayUnit: "day_unit" { Working = "working", Calendar = "calendar", Month = "month" }
}
coded_enum! {
    /// A document that proves something to a claim.
    pub enum Paper: "evidence" {
        ApplicationForm = "application_form", CommitmentLetter = "commitment_letter", IdCard = "id_card",
        RegistryCheck = "registry_check", SocialCard = "social_card", LabourContract = "labour_contract",
        ServiceAgreement = "service_agreement", WageSheet = "wage_sheet", BankStatement = "bank_statement",
        MobilePay = "mobile_pay", EmployerCertificate = "employer_certificate", TravelTicket = "travel_ticket",
        SiRecord = "si_record", Roster = "roster", BusinessLicence = "business_licence",
        BankAccount = "bank_account", HrLicence = "hr_licence", TransportContract = "transport_contract",
        Manifest = "manifest", ClassRecord = "class_record", Certificate = "certificate",
        OrderAgreement = "order_agreement", PostAgreement = "post_agreement", Attendance = "attendance",
        InsurancePolicy = "insurance_policy", Recognition = "recognition", PieceworkRecord = "piecework_record",
        SitePhoto = "site_photo", LoanContract = "loan_contract", UnemploymentReg = "unemployment_reg",
        None = "none",
    }
}

impl Paper {
    /// Whether the service has it by itself: the claim is the form, its lines are the roster, the registry was asked.
    pub const fn is_served(self) -> bool {
        matches!(
            self,
            Self::ApplicationForm | Self::Roster | Self::RegistryCheck | Self::None
        )
    }
}

coded_enum! {
    /// Where a claim stands: the last step done, or the notice or inquiry that is running.
    pub enum ClaimState: "claim_state" {
        Draft = "draft", Submitted = "submitted", Returned = "returned", Accepted = "accepted",
        VillageNotice = "village_notice", FirstReview = "first_review", SecondReview = "second_review",
        Notice = "notice", Objected = "objected", Approved = "approved", Rejected = "rejected",
        Funding = "funding", Paid = "paid", PayFailed = "pay_failed", Clawback = "clawback",
        Recovered = "recovered", Withdrawn = "withdrawn",
    }
}

impl ClaimState {
    /// Nothing follows any more, or only what follows a payment.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn | Self::Recovered)
    }

    /// The claimant may still take it back.
    pub const fn may_withdraw(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Returned | Self::Accepted)
    }

    pub const fn is_notice(self) -> bool {
        matches!(self, Self::VillageNotice | Self::Notice)
    }
}

coded_enum! {
    pub enum ClawbackReason: "clawback_reason" {
        FalseStatement = "false_statement", DoublePaid = "double_paid", ExcludedRule = "excluded_rule",
        EarlyLeave = "early_leave", NotEligible = "not_eligible", AbsentPost = "absent_post",
        LoanMisuse = "loan_misuse", WrongAmount = "wrong_amount",
    }
}

coded_enum! {
    pub enum SignalAnswer: "signal_answer" { Dismissed = "dismissed", Investigated = "investigated" }
}

coded_enum! {
    pub enum HearingOutcome: "hearing_outcome" { Dropped = "dropped", ClawedBack = "clawed_back" }
}

/// One version of a rule as the rulebook keeps it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::support_rules)]
pub(super) struct RuleRow {
    pub id: SupportRuleId,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub code: String,
    pub effective_from: Day,
    pub effective_to: Option<Day>,
    pub status: RuleStatus,
    pub zh: String,
    pub en: String,
    pub source: String,
    pub terms_json: String,
}

/// One version of a rule: dated, never edited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SupportRule {
    pub id: SupportRuleId,
    pub code: String,
    pub effective_from: Day,
    pub effective_to: Option<Day>,
    pub status: RuleStatus,
    pub zh: String,
    pub en: String,
    pub source: String,
    pub terms: Terms,
}

impl RuleRow {
    pub fn read(self) -> Result<SupportRule> {
        let terms = serde_json::from_str(&self.terms_json).context("the terms of a support rule could not be read")?;
        Ok(SupportRule {
            id: self.id,
            code: self.code,
            effective_from: self.effective_from,
            effective_to: self.effective_to,
            status: self.status,
            zh: self.zh,
            en: self.en,
            source: self.source,
            terms,
        })
    }
}

impl SupportRule {
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    pub fn covers(&self, day: Day) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|to| day <= to)
    }

    /// Whether an officer must have confirmed it before it pays.
    pub fn needs_confirmation(&self) -> bool {
        self.status != RuleStatus::Active
            || self.terms.amount_source == AmountSource::Illustrative
            || self.terms.amount.figures_needed() > 0
    }
}

/// The bureau's word that a rule may be paid in a division from a day on.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::rule_confirmations)]
pub struct Confirmation {
    pub id: RuleConfirmationId,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub rule_id: SupportRuleId,
    pub region_code: RegionCode,
    pub from_on: Day,
    pub amounts_json: String,
    pub document_no: String,
    pub document_on: Day,
}

impl Confirmation {
    /// The bureau's figures: one, or one for each tier.
    pub fn figures(&self) -> Vec<i64> {
        serde_json::from_str(&self.amounts_json).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::claims)]
pub struct Claim {
    pub id: ClaimId,
    pub version: i32,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub rule_id: SupportRuleId,
    pub claimant: ClaimantKind,
    pub employer_id: Option<EmployerId>,
    pub person_id: Option<PersonId>,
    pub region_code: RegionCode,
    pub year: i32,
    pub payee_name: String,
    pub account_sealed: Option<Sealed>,
    pub account_masked: Option<String>,
    pub state: ClaimState,
    /// Since when it stands there.
    pub entered_on: Day,
    /// Until when the next step is due; none where the calendar of that year is not known yet.
    pub due_on: Option<Day>,
    pub notice_until: Option<Day>,
    /// Days of a notice that were left when an objection stopped it.
    pub notice_left: Option<i32>,
    pub returns: i32,
    pub amount_fen: Money,
    pub fund_id: Option<FundId>,
    pub reason: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::claim_lines)]
pub struct ClaimLine {
    pub id: ClaimLineId,
    pub claim_id: ClaimId,
    pub person_id: PersonId,
    pub household_id: Option<HouseholdId>,
    pub employment_id: Option<EmploymentId>,
    pub enrolment_id: Option<EnrolmentId>,
    pub assessment_json: String,
    pub amount_fen: Money,
    /// Why a reviewer took the line out.
    pub struck: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::claim_months)]
pub struct ClaimMonth {
    pub id: ClaimMonthId,
    pub claim_id: ClaimId,
    pub line_id: ClaimLineId,
    pub person_id: PersonId,
    pub group_key: String,
    pub slot: i64,
    pub rule_code: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize)]
#[diesel(table_name = schema::claim_steps)]
pub struct ClaimStep {
    pub id: ClaimStepId,
    #[serde(skip)]
    pub claim_id: ClaimId,
    pub at: Instant,
    #[serde(skip)]
    pub actor_id: Option<i64>,
    pub actor: String,
    pub state: ClaimState,
    pub note: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::claim_documents)]
pub struct ClaimDocument {
    pub id: ClaimDocumentId,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub claim_id: ClaimId,
    pub kind: Paper,
    pub file_name: String,
    pub media_type: String,
    pub bytes: i32,
    pub sha256: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::claim_objections)]
pub struct Objection {
    pub id: ObjectionId,
    pub created_at: Instant,
    pub created_by: Option<UserId>,
    pub claim_id: ClaimId,
    pub words: String,
    pub finding: Option<String>,
    pub settled_at: Option<Instant>,
}

/// What looks odd about a claim, and what an officer found.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::claim_signals)]
pub struct ClaimSignal {
    pub id: ClaimSignalId,
    pub created_at: Instant,
    pub claim_id: ClaimId,
    pub kind: SignalKind,
    pub facts_json: String,
    pub answer: Option<SignalAnswer>,
    pub note: String,
    pub answered_at: Option<Instant>,
    pub answered_by: Option<UserId>,
    pub answered_by_name: String,
}

/// The facts on which a signal rests, for one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalFact {
    pub line_id: ClaimLineId,
    pub values: Vec<(String, String)>,
}

impl ClaimSignal {
    pub fn facts(&self) -> Vec<SignalFact> {
        serde_json::from_str(&self.facts_json).unwrap_or_default()
    }
}

/// Two rules that exclude each other, from one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    pub rule: String,
    pub scope: ExclusionScope,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidies::control::ControlFinding;

    #[test]
    fn enums_equal_their_lists() {
        crate::enums_equal_lists!(
            ClaimantKind,
            RuleUnit,
            TargetGroup,
            AmountKind,
            AmountSource,
            ExclusionScope,
            RuleStatus,
            WorkRegion,
            SkillLevel,
            DayUnit,
            Paper,
            ClaimState,
            ClawbackReason,
            SignalKind,
            SignalAnswer,
            HearingOutcome,
            ControlFinding
        );
    }
}
