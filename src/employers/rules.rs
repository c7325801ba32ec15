//! What a registration must say, and what an officer has to look at. Pure.

use super::model::{Employer, EmployerDraft};
use crate::base::codes::{EmployerKind, Role};
use crate::base::error::FieldProblem;
use crate::base::identity::CreditCode;
use crate::base::region::{RegionCode, RegionLevel};
use crate::base::text::squeeze;
use crate::reference::regions;

/// Brokers are persons; everybody else has a unified social credit code.
pub const fn needs_credit_code(kind: EmployerKind) -> bool {
    !matches!(kind, EmployerKind::Broker)
}

/// Commercial agencies need the HR service licence (国务院令第700号 十八), brokers a licence or a township filing.
pub const fn needs_licence(kind: EmployerKind) -> bool {
    matches!(kind, EmployerKind::Agency | EmployerKind::Broker)
}

/// Who may offer public-welfare posts: those whom public money pays for them.
pub const fn may_hold_public_posts(kind: EmployerKind) -> bool {
    matches!(
        kind,
        EmployerKind::PublicUnit | EmployerKind::VillageCollective | EmployerKind::SocialOrg
    )
}

/// A workshop is an employer of its own, also where a company of the same name runs it: work in it counts otherwise.
pub const fn must_be_separate(left: EmployerKind, right: EmployerKind) -> bool {
    matches!(left, EmployerKind::Workshop) != matches!(right, EmployerKind::Workshop)
}

/// The role that whoever registers an employer gains on it.
pub const fn role_on_registration(kind: EmployerKind) -> Role {
    match kind {
        EmployerKind::Broker => Role::Broker,
        EmployerKind::Enterprise
        | EmployerKind::IndividualBusiness
        | EmployerKind::Coop
        | EmployerKind::FamilyFarm
        | EmployerKind::Workshop
        | EmployerKind::VillageCollective
        | EmployerKind::PublicUnit
        | EmployerKind::SocialOrg
        | EmployerKind::Agency => Role::Employer,
    }
}

/// Reads a typed credit code: nothing, a plausible code, or what is wrong. The check character may fail in genuine
/// early codes; an officer looks at those.
pub fn read_credit_code(typed: &str) -> Result<Option<CreditCode>, FieldProblem> {
    let typed = squeeze(typed);
    if typed.is_empty() {
        return Ok(None);
    }
    let length = typed.chars().count();
    match CreditCode::parse(&typed) {
        Some(code) => Ok(Some(code)),
        None if length != 18 => Err(FieldProblem::new("credit_code", "credit-code-length").with("length", length)),
        None => Err(FieldProblem::new("credit_code", "credit-code-characters")),
    }
}

/// Everything that keeps a registration from being taken in.
pub(super) fn draft_problems(draft: &EmployerDraft, phone_known: bool) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut check = |holds: bool, field: &'static str, code: &'static str| {
        if !holds {
            problems.push(FieldProblem::new(field, code));
        }
    };
    let within = |text: &str, least: usize, most: usize| (least..=most).contains(&text.trim().chars().count());
    check(within(&draft.name, 2, 80), "name", "employer-name");
    check(within(&draft.contact_name, 1, 40), "contact_name", "contact-name");
    check(within(&draft.address, 0, 200), "address", "address-too-long");
    check(is_place(&draft.region), "region", "region-county");
    check(phone_known || draft.phone.is_some(), "phone", "phone-needed");
    check(
        draft.credit_code.is_some() || !needs_credit_code(draft.kind),
        "credit_code",
        "credit-code-needed",
    );
    let licence = draft.licence_no.as_deref().unwrap_or("");
    check(within(licence, 0, 60), "licence_no", "licence-too-long");
    check(
        !licence.trim().is_empty() || !needs_licence(draft.kind),
        "licence_no",
        "licence-needed",
    );
    problems
}

/// Work happens in a county at least.
pub(crate) fn is_place(region: &RegionCode) -> bool {
    // Dongguan, Zhongshan and Danzhou are prefectures without counties.
    let is_deep = region.level() >= RegionLevel::County;
    regions().get(region).is_some() && (is_deep || regions().children_of(Some(region)).next().is_none())
}

/// Whether a correction touches what an officer has verified.
pub(super) fn changes_identity(before: &Employer, draft: &EmployerDraft) -> bool {
    before.kind != draft.kind
        || before.name != draft.name.trim()
        || before.credit_code.as_deref() != draft.credit_code.as_ref().map(CreditCode::as_str)
        || before.licence_no.as_deref().unwrap_or("") != draft.licence_no.as_deref().unwrap_or("").trim()
}

/// Whether the credit code's check character fails, which an officer may accept with a reason.
pub(crate) fn has_odd_code(employer: &Employer) -> bool {
    let code = employer.credit_code.as_deref().and_then(CreditCode::parse);
    code.is_some_and(|code| !code.check_holds())
}

/// What a name says of the kind of employer, for lists that do not say it.
pub fn kind_of_name(name: &str) -> EmployerKind {
    let name = squeeze(name);
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if ends(&["股份经济合作社", "经济合作社", "经济联合社"]) {
        EmployerKind::VillageCollective
    } else if has(&["合作社"]) {
        EmployerKind::Coop
    } else if has(&["家庭农场"]) {
        EmployerKind::FamilyFarm
    } else if has(&["扶贫车间", "帮扶车间"]) {
        EmployerKind::Workshop
    } else if has(&["公司", "集团"]) {
        EmployerKind::Enterprise
    } else if ends(&[
        "局",
        "政府",
        "村民委员会",
        "居民委员会",
        "街道办事处",
        "学校",
        "医院",
        "管委会",
        "站",
        "所",
    ]) {
        EmployerKind::PublicUnit
    } else if ends(&["协会", "学会", "基金会", "商会"]) {
        EmployerKind::SocialOrg
    } else if ends(&["店", "经营部", "商行", "饭馆", "餐馆", "铺"]) {
        EmployerKind::IndividualBusiness
    } else {
        EmployerKind::Enterprise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_credit_codes_are_told_apart() {
        assert_eq!(read_credit_code("　"), Ok(None));
        assert_eq!(read_credit_code("９1530000").unwrap_err().code, "credit-code-length");
        assert_eq!(
            read_credit_code("9153000OMA6K000000").unwrap_err().code,
            "credit-code-characters"
        );
        assert!(read_credit_code("91530000MA6K000000").unwrap().is_some());
    }

    #[test]
    fn names_say_what_an_employer_is() {
        for (name, kind) in [
            ("景洪绿洲农种植农民专业合作社", EmployerKind::Coop),
            ("勐腊县林业和草原局", EmployerKind::PublicUnit),
            ("西定哈尼族布朗族乡人民政府", EmployerKind::PublicUnit),
            ("港口社区居民委员会", EmployerKind::PublicUnit),
            ("曼听村股份经济合作社", EmployerKind::VillageCollective),
            ("上海金凤隆物业服务有限公司", EmployerKind::Enterprise),
            ("岩温家庭农场", EmployerKind::FamilyFarm),
            ("阿布烧烤店", EmployerKind::IndividualBusiness),
        ] {
            assert_eq!(kind_of_name(name), kind, "{name}");
        }
    }
}
