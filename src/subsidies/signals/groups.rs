//! Signals that show only when lines are laid side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ALIKE, DAYS_AFTER, DAYS_BEFORE, DAYS_BETWEEN_JOBS, HIRES_OF_A_SHELL, HOUSEHOLDS_ON_A_CARD, LESSONS_COMPARED,
    LESSONS_OF_ONE, Lessons, PARTIES_ON_A_PHONE, PARTIES_ON_AN_ACCOUNT, STAYS, Signal, SignalKind, SignalLine, Sitting,
};
use crate::base::time::Day;

/// A member of a class with his lessons by day.
type Member<'l> = (&'l SignalLine, BTreeMap<Day, Sitting>);
/// How many of a party's stays have ended, and those that are odd with their ends.
type Ended<'l> = (usize, Vec<(&'l SignalLine, Day)>);

pub(super) fn signals(lines: &[SignalLine]) -> Vec<Signal> {
    let mut found = Vec::new();
    found.extend(shared(lines, SignalKind::SharedPhone, PARTIES_ON_A_PHONE, |line| {
        Some((line.phone.as_deref()?, line.party.as_str()))
    }));
    found.extend(shared(
        lines,
        SignalKind::SharedAccount,
        PARTIES_ON_AN_ACCOUNT,
        |line| Some((line.account.as_deref()?, line.party.as_str())),
    ));
    found.extend(shared(lines, SignalKind::PooledWages, HOUSEHOLDS_ON_A_CARD, |line| {
        Some((line.card.as_deref()?, line.household.as_str()))
    }));
    found.extend(same_minutes(lines));
    found.extend(in_and_out(lines));
    found.extend(shell_hires(lines));
    found
}

/// Lines that have something in common although they belong to different parties.
fn shared<'l>(
    lines: &'l [SignalLine],
    kind: SignalKind,
    most: usize,
    of: impl Fn(&'l SignalLine) -> Option<(&'l str, &'l str)>,
) -> Vec<Signal> {
    let mut groups: BTreeMap<&str, (BTreeSet<&str>, Vec<&SignalLine>)> = BTreeMap::new();
    for line in lines {
        if let Some((common, owner)) = of(line) {
            let group = groups.entry(common).or_default();
            group.0.insert(owner);
            group.1.push(line);
        }
    }
    let odd = groups.into_values().filter(|(owners, _)| owners.len() >= most);
    odd.flat_map(|(owners, lines)| {
        lines
            .into_iter()
            .map(move |line| Signal::of(kind, line).with("parties", owners.len()))
    })
    .collect()
}

/// Several of a class who always come and go at the same minute, or one whose every day is the same to the minute.
fn same_minutes(lines: &[SignalLine]) -> Vec<Signal> {
    let mut classes: BTreeMap<i64, Vec<Member<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for line in lines {
        for lessons in line.lessons.iter().filter(|lessons| !lessons.sittings.is_empty()) {
            if is_clockwork(lessons) {
                let days = lessons.sittings.len();
                found.push(
                    Signal::of(SignalKind::SameMinutes, line)
                        .with("people", 1)
                        .with("days", days),
                );
            }
            let by_day = lessons.sittings.iter().map(|sitting| (sitting.on, *sitting)).collect();
            classes.entry(lessons.class).or_default().push((line, by_day));
        }
    }
    for members in classes.values() {
        for (line, own) in members {
            let alike = members.iter().filter(|(_, other)| is_alike(own, other)).count();
            // Everybody is like himself.
            if alike >= ALIKE {
                let signal = Signal::of(SignalKind::SameMinutes, line).with("people", alike);
                found.push(signal.with("days", own.len()));
            }
        }
    }
    found
}

fn is_clockwork(lessons: &Lessons) -> bool {
    let Some(first) = lessons.sittings.first() else {
        return false;
    };
    let same = |sitting: &Sitting| (sitting.came, sitting.left) == (first.came, first.left);
    lessons.sittings.len() >= LESSONS_OF_ONE && lessons.sittings.iter().all(same)
}

/// Nine of ten common lessons, and at least five, begin and end for both at the same minute.
fn is_alike(own: &BTreeMap<Day, Sitting>, other: &BTreeMap<Day, Sitting>) -> bool {
    let common: Vec<(&Sitting, &Sitting)> = own
        .iter()
        .filter_map(|(day, sitting)| Some((sitting, other.get(day)?)))
        .collect();
    let same = common.iter().filter(|(a, b)| a == b).count();
    common.len() >= LESSONS_COMPARED && same * 10 >= common.len() * 9
}

/// Stays that begin just before the months that were needed and end just after them: three of one claimant, and most of
/// those that have ended.
fn in_and_out(lines: &[SignalLine]) -> Vec<Signal> {
    let mut parties: BTreeMap<&str, Ended<'_>> = BTreeMap::new();
    for line in lines {
        let Some((stay, until)) = line.stay.and_then(|stay| Some((stay, stay.until?))) else {
            continue;
        };
        let party = parties.entry(line.party.as_str()).or_default();
        party.0 += 1;
        let before = (stay.needed_from - stay.from).num_days();
        let after = (until - stay.needed_until).num_days();
        if (0..=DAYS_BEFORE).contains(&before) && (0..=DAYS_AFTER).contains(&after) {
            party.1.push((line, until));
        }
    }
    let odd = parties
        .into_values()
        .filter(|(ended, odd)| odd.len() >= STAYS && odd.len() * 10 >= *ended * 6);
    odd.flat_map(|(ended, odd)| {
        let people = odd.len();
        odd.into_iter().map(move |(line, until)| {
            Signal::of(SignalKind::InAndOut, line)
                .with("people", people)
                .with("ended", ended)
                .with("until", until)
        })
    })
    .collect()
}

/// Many who came straight from one employer that has the phone or account of the one that hires them.
fn shell_hires(lines: &[SignalLine]) -> Vec<Signal> {
    let mut groups: BTreeMap<(&str, i64), Vec<(&SignalLine, &str)>> = BTreeMap::new();
    for line in lines {
        let Some(former) = line.came_from.as_ref().filter(|former| former.same_contact) else {
            continue;
        };
        if (0..=DAYS_BETWEEN_JOBS).contains(&(former.hired_on - former.left_on).num_days()) {
            let group = groups.entry((line.party.as_str(), former.employer)).or_default();
            group.push((line, former.name.as_str()));
        }
    }
    let odd = groups.into_values().filter(|group| group.len() >= HIRES_OF_A_SHELL);
    odd.flat_map(|group| {
        let people = group.len();
        group.into_iter().map(move |(line, former)| {
            Signal::of(SignalKind::ShellHires, line)
                .with("people", people)
                .with("employer", former)
        })
    })
    .collect()
}
