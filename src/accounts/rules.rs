//! Passwords, lock-outs and lifetimes. Pure, but for the generator of a first password.

use crate::base::actor::Actor;
use crate::base::codes::Role;
use crate::base::secret::random_bytes;
use crate::base::time::Instant;

/// Failures after which an account waits, and how long (GB/T 22239 8.1.4.1 b).
pub const FAILURES_ALLOWED: i32 = 5;
pub const LOCK_SECONDS: i64 = 15 * 60;
/// Failures from one address within the lock time after which the address waits too.
pub const ADDRESS_FAILURES_ALLOWED: i64 = 30;

/// Accounts that may be opened from one address within the time, in seconds. A township's office shares one address.
pub const ACCOUNTS_ALLOWED: i64 = 10;
pub const ACCOUNTS_SECONDS: i64 = 3600;

/// Idle and absolute lifetimes in seconds: shorter for those who see other people's data.
pub fn lifetimes(roles: impl Iterator<Item = Role>) -> (i64, i64) {
    let mut is_staff = false;
    for role in roles {
        is_staff |= !matches!(role, Role::Worker | Role::Broker | Role::Employer);
    }
    if is_staff {
        (30 * 60, 12 * 3600)
    } else {
        (12 * 3600, 30 * 24 * 3600)
    }
}

/// Whether a session is still good.
pub fn is_alive(seen_at: Instant, expires_at: Instant, now: Instant, idle_seconds: i64) -> bool {
    now < expires_at && now.seconds_since(seen_at) <= idle_seconds
}

/// What is wrong with a password: its code, or nothing. Length and guessability count, not kinds of characters.
pub fn password_problem(password: &str, sign_in_name: &str, is_staff: bool) -> Option<&'static str> {
    let length = password.chars().count();
    let least = if is_staff { 12 } else { 8 };
    if length < least {
        return Some(if is_staff {
            "password-short-staff"
        } else {
            "password-short"
        });
    }
    if length > 200 {
        return Some("password-long");
    }
    let inputs = [
        sign_in_name,
        "yigang",
        "xishuangbanna",
        "banna",
        "renshe",
        "一岗",
        "西双版纳",
        "人社局",
    ];
    // The estimate looks at the first hundred characters only, to bound its work.
    let head: String = password.chars().take(100).collect();
    let is_guessable = zxcvbn::zxcvbn(&head, &inputs).score() < zxcvbn::Score::Two;
    is_guessable.then_some("password-guessable")
}

/// The first page of a role, and the links of its header.
pub fn home_of(actor: &Actor) -> &'static str {
    match leading_role(actor) {
        Some(Role::Worker) => "/me",
        Some(Role::Broker | Role::Employer) => "/desk",
        Some(Role::VillageOfficer | Role::SiteOfficer | Role::TownshipOfficer) => "/village",
        Some(Role::CountyHr | Role::PrefectureHr | Role::DeptPartner | Role::Auditor) => "/board",
        Some(Role::Admin) => "/settings",
        None => "/",
    }
}

/// The role that decides what somebody sees first.
pub fn leading_role(actor: &Actor) -> Option<Role> {
    const ORDER: [Role; 11] = [
        Role::PrefectureHr,
        Role::CountyHr,
        Role::TownshipOfficer,
        Role::SiteOfficer,
        Role::VillageOfficer,
        Role::Auditor,
        Role::DeptPartner,
        Role::Admin,
        Role::Employer,
        Role::Broker,
        Role::Worker,
    ];
    ORDER.into_iter().find(|role| actor.has_role(*role))
}

/// What is wrong with a sign-in name.
pub fn sign_in_name_problem(name: &str) -> Option<&'static str> {
    let fits = (3..=40).contains(&name.chars().count())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+'));
    (!fits).then_some("sign-in-name-form")
}

/// A password of 15 characters in three groups, without look-alikes.
pub fn suggest_password() -> String {
    const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes = random_bytes::<15>();
    let letters: Vec<char> = bytes
        .iter()
        .map(|b| char::from(ALPHABET[usize::from(*b) % ALPHABET.len()]))
        .collect();
    letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessable_passwords_are_refused() {
        for (password, staff, problem) in [
            ("short", false, Some("password-short")),
            ("12345678", false, Some("password-guessable")),
            ("password123", false, Some("password-guessable")),
            ("elevenchars", true, Some("password-short-staff")),
            ("割胶采茶养蜂酿酒", false, None),
            ("tea-hills-rain-7", true, None),
        ] {
            assert_eq!(password_problem(password, "zhang", staff), problem, "{password}");
        }
    }

    #[test]
    fn suggested_passwords_pass() {
        assert_eq!(password_problem(&suggest_password(), "zhang", true), None);
    }

    #[test]
    fn sessions_end_when_idle_or_old() {
        let at = |s: i64| Instant::parse("2020-01-01T00:00:00Z").unwrap().plus_seconds(s);
        assert!(is_alive(at(0), at(100), at(30), 30));
        assert!(!is_alive(at(0), at(100), at(31), 30));
        assert!(!is_alive(at(90), at(100), at(100), 30));
    }
}
