//! How much: the units that are free, times the figure, within every ceiling. Pure, in whole fen; nothing overflows.

use super::facts::Facts;
use super::holds::{key_of, once_keys, pair_key};
use super::work::Work;
use super::{Check, Outcome, is_staged, unit_limit};
use crate::base::time::Day;
use crate::subsidies::model::{ExclusionScope, RuleUnit, SkillLevel, SupportRule};
use crate::subsidies::terms::{Amount, Method, Month, Tier};

#[derive(Debug, Default)]
pub(super) struct Reckoning {
    pub checks: Vec<Check>,
    pub months: Vec<Month>,
    pub units: u32,
    pub stages: Vec<u32>,
    pub amount_fen: i64,
    pub could_be_fen: Option<i64>,
}

/// Percentages and formulas are paid in whole yuan, cut and not rounded up.
fn whole_yuan(fen: i64) -> i64 {
    fen - fen.rem_euclid(100)
}

impl Reckoning {
    pub fn of(rule: &SupportRule, facts: &Facts, work: &Work<'_>, day: Day) -> Self {
        let mut this = Self::default();
        this.count_units(rule, facts, work);
        this.check_confirmed(rule, facts);
        this.price(rule, facts, work, day);
        if this.units == 0 {
            // Nothing is paid for nothing, whatever the documents prove.
            this.amount_fen = 0;
        }
        this.cap(rule, facts);
        this
    }

    /// The units that nobody has been paid for.
    fn count_units(&mut self, rule: &SupportRule, facts: &Facts, work: &Work<'_>) {
        if rule.terms.unit == RuleUnit::PersonMonth {
            let (free, taken): (Vec<Month>, Vec<Month>) = work
                .of_year
                .iter()
                .partition(|month| self.free_month(rule, facts, **month));
            self.months = free;
            if !taken.is_empty() {
                // Months that were paid before are left out; the others are paid.
                let outcome = if self.months.is_empty() {
                    Outcome::Failed
                } else {
                    Outcome::Passed
                };
                self.checks
                    .push(Check::new("months-taken", outcome).with("months", taken.len()));
            }
            if let Some(limit) = unit_limit(rule) {
                let left = limit.saturating_sub(facts.units_had);
                self.checks.push(
                    Check::of("limit", left > 0)
                        .with("limit", limit)
                        .with("had", facts.units_had),
                );
                self.months.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            }
            self.units = u32::try_from(self.months.len()).unwrap_or(u32::MAX);
            return;
        }
        self.months.clone_from(&work.qualifying);
        self.units = 1;
        if is_staged(rule) {
            self.count_stages(rule, facts, work);
        } else {
            let taken = once_keys(rule, facts, None, None).is_some_and(|key| facts.taken.contains_key(&key));
            self.checks.push(Check::of("once", !taken));
        }
        self.check_pairs(rule, facts);
    }

    fn free_month(&self, rule: &SupportRule, facts: &Facts, month: Month) -> bool {
        let own = once_keys(rule, facts, Some(month), None).is_some_and(|key| facts.taken.contains_key(&key));
        !own && blocked_by(rule, facts, &[month]).is_none()
    }

    /// The stages reached and not yet paid.
    fn count_stages(&mut self, rule: &SupportRule, facts: &Facts, work: &Work<'_>) {
        let Amount::Tiers { tiers, .. } = &rule.terms.amount else {
            return;
        };
        let reached = tiers.iter().zip(0_u32..).filter(|(tier, _)| holds(tier, facts, work));
        let (paid, open): (Vec<u32>, Vec<u32>) = reached.map(|(_, stage)| stage).partition(|stage| {
            once_keys(rule, facts, None, Some(*stage)).is_some_and(|key| facts.taken.contains_key(&key))
        });
        self.units = u32::try_from(open.len()).unwrap_or(u32::MAX);
        if !paid.is_empty() || !open.is_empty() {
            self.checks.push(
                Check::of("stages", !open.is_empty())
                    .with("paid", paid.len())
                    .with("open", open.len()),
            );
        }
        self.stages = open;
    }

    /// Another rule that was paid and cannot be paid beside this one.
    fn check_pairs(&mut self, rule: &SupportRule, facts: &Facts) {
        if rule.terms.excludes.is_empty() {
            return;
        }
        self.checks.push(match blocked_by(rule, facts, &self.months) {
            Some(other) => Check::of("excluded", false).with("rule", other),
            None => Check::of("excluded", true),
        });
    }

    /// A template or an illustrative figure is not paid before an officer has confirmed it.
    fn check_confirmed(&mut self, rule: &SupportRule, facts: &Facts) {
        if rule.needs_confirmation() {
            let enough = facts
                .figures
                .as_ref()
                .is_some_and(|figures| figures.len() >= rule.terms.amount.figures_needed());
            self.checks.push(Check::of("confirmed", enough));
        }
    }

    fn price(&mut self, rule: &SupportRule, facts: &Facts, work: &Work<'_>, day: Day) {
        let figure = |index: usize| facts.figures.as_ref().and_then(|figures| figures.get(index)).copied();
        let units = i64::from(self.units);
        // What one unit is, and the most that it could be.
        let (each, most) = match &rule.terms.amount {
            Amount::Fixed { fen, leaders } => {
                let fen = if *leaders {
                    fen.saturating_mul(leaders_of(facts.team_size.unwrap_or(0)))
                } else {
                    *fen
                };
                (Some(fen), Some(fen))
            }
            Amount::Max { ceiling } => (figure(0).map(|f| f.min(*ceiling)), Some(*ceiling)),
            Amount::Min { floor } => (figure(0).map(|f| f.max(*floor)), figure(0)),
            Amount::Range { low, high } => (figure(0).map(|f| f.clamp(*low, *high)), Some(*high)),
            Amount::Tiers {
                tiers,
                cumulative,
                ceilings,
            } => {
                self.price_tiers(tiers, (*cumulative, *ceilings), facts, work);
                return;
            }
            Amount::Percent { bp, .. } => {
                let share = self.earned(work).map(|earned| whole_yuan(share_of(earned, *bp)));
                self.checks.push(Check::of("income", share.is_some()));
                (share, share)
            }
            Amount::Formula {
                method: Method::BureauSet,
                ..
            } => (figure(0), figure(0)),
            Amount::Formula {
                method: Method::EmployerSharePaid,
                ..
            } => {
                self.check_proven(facts);
                self.amount_fen = whole_yuan(facts.proven_fen.unwrap_or(0).max(0));
                return;
            }
            Amount::Formula { .. } | Amount::Relief { .. } => (None, self.relief(rule, work)),
            Amount::AtCost { planned } => {
                self.check_proven(facts);
                // The bureau may have set the most that it pays of an invoice.
                let most = figure(0).unwrap_or(i64::MAX);
                self.amount_fen = facts.proven_fen.unwrap_or(0).max(0).min(most);
                self.could_be_fen = *planned;
                return;
            }
        };
        let units = if rule.terms.unit == RuleUnit::PersonDay {
            self.days(rule, facts, day)
        } else {
            units
        };
        self.amount_fen = each.unwrap_or(0).max(0).saturating_mul(units);
        self.could_be_fen = most.map(|most| most.max(0).saturating_mul(units.max(1)));
        if let Some(least) = rule.terms.min_household_income_fen {
            let have = facts.household_income_fen;
            let check = Check::of("household-income", have.is_some_and(|have| have >= least));
            self.checks
                .push(check.with("needed", least / 100).with("have", have.unwrap_or(0) / 100));
        }
    }

    /// What was paid is read from a document by the officer who accepts the claim.
    fn check_proven(&mut self, facts: &Facts) {
        let outcome = if facts.proven_fen.is_some() {
            Outcome::Passed
        } else {
            Outcome::Paper
        };
        self.checks.push(Check::new("proven", outcome));
    }

    /// Attended days, up to the ceiling; days that are not on record are not paid.
    fn days(&mut self, rule: &SupportRule, facts: &Facts, _day: Day) -> i64 {
        let attended = facts.course.as_ref().and_then(|course| course.attended_days);
        let outcome = if attended.is_some() {
            Outcome::Passed
        } else {
            Outcome::Paper
        };
        self.checks
            .push(Check::new("attendance", outcome).with("days", attended.unwrap_or(0)));
        i64::from(attended.unwrap_or(0).min(rule.terms.max_units.unwrap_or(u32::MAX)))
    }

    fn price_tiers(&mut self, tiers: &[Tier], (cumulative, ceilings): (bool, bool), facts: &Facts, work: &Work<'_>) {
        let fen = |index: usize, tier: &Tier| {
            if ceilings {
                let set = facts.figures.as_ref().and_then(|figures| figures.get(index)).copied();
                set.unwrap_or(0).clamp(0, tier.amount_fen)
            } else {
                tier.amount_fen
            }
        };
        let reached: Vec<(usize, &Tier)> = tiers
            .iter()
            .enumerate()
            .filter(|(_, tier)| holds(tier, facts, work))
            .collect();
        self.checks.push(Check::of("tier", !reached.is_empty()));
        if cumulative {
            let is_open = |index: usize| u32::try_from(index).is_ok_and(|stage| self.stages.contains(&stage));
            let open = reached.iter().filter(|(index, _)| is_open(*index));
            self.amount_fen = open.map(|(index, tier)| fen(*index, tier)).fold(0, i64::saturating_add);
            self.could_be_fen = Some(tiers.iter().map(|tier| tier.amount_fen).fold(0, i64::saturating_add));
        } else {
            self.amount_fen = reached.first().map_or(0, |(index, tier)| fen(*index, tier));
            let first = reached.first().map(|(_, tier)| tier.amount_fen);
            self.could_be_fen = first.or_else(|| tiers.iter().map(|tier| tier.amount_fen).max());
        }
    }

    /// Wages on record for the months that count; none where a month's wage is not known.
    fn earned(&self, work: &Work<'_>) -> Option<i64> {
        let mut sum = 0_i64;
        for month in &self.months {
            let (first, last) = (month.first_day()?, month.last_day()?);
            let wage = work
                .spells
                .iter()
                .filter(|spell| spell.from <= last && first <= spell.to);
            sum = sum.checked_add(wage.filter_map(|spell| spell.wage_fen).max()?)?;
        }
        (sum > 0).then_some(sum)
    }

    /// Relief is recorded, never paid here: the figure is what the tax office may take off.
    fn relief(&self, rule: &SupportRule, work: &Work<'_>) -> Option<i64> {
        match &rule.terms.amount {
            Amount::Relief {
                fen,
                most,
                by_months: true,
            } => {
                let months = i64::try_from(work.of_year.len()).unwrap_or(0);
                Some(fen.unwrap_or(*most).saturating_mul(months) / 12)
            }
            Amount::Relief { most, .. } => Some(*most),
            _ => None,
        }
    }

    /// The ceiling over all payments.
    fn cap(&mut self, rule: &SupportRule, facts: &Facts) {
        if let Some(cap) = rule.terms.cap_fen {
            let left = cap.saturating_sub(facts.had_fen).max(0);
            self.checks.push(Check::of("cap", left > 0).with("cap", cap / 100));
            self.amount_fen = self.amount_fen.min(left);
            self.could_be_fen = self.could_be_fen.map(|fen| fen.min(cap));
        }
    }
}

/// The rule that has one of the groups which this one would need.
fn blocked_by<'f>(rule: &SupportRule, facts: &'f Facts, months: &[Month]) -> Option<&'f str> {
    let holder = |pair: &crate::subsidies::model::Exclusion, month: Option<Month>| {
        let within = key_of(pair.scope, facts, month, facts.year)?;
        let holder = facts.taken.get(&pair_key(&rule.code, &pair.rule, &within))?;
        (*holder != rule.code).then_some(holder.as_str())
    };
    rule.terms.excludes.iter().find_map(|pair| {
        if pair.scope == ExclusionScope::PersonMonth {
            months.iter().find_map(|month| holder(pair, Some(*month)))
        } else {
            holder(pair, None)
        }
    })
}

/// Whether every condition of a tier holds.
fn holds(tier: &Tier, facts: &Facts, work: &Work<'_>) -> bool {
    let months = u32::try_from(work.qualifying.len()).unwrap_or(u32::MAX);
    let level = facts
        .course
        .as_ref()
        .and_then(|course| course.level.or(Some(SkillLevel::Completion)));
    tier.min_months.is_none_or(|least| months >= least)
        && tier.region.is_none_or(|wanted| {
            use crate::subsidies::model::WorkRegion as R;
            work.spells
                .iter()
                .filter_map(|spell| spell.region)
                .any(|region| region == wanted || (region == R::InPrefecture && wanted == R::InProvinceOutCounty))
        })
        && tier.skill_level.is_none_or(|wanted| level == Some(wanted))
}

/// One leader for 10 to 29 people led, two for 30 to 59, and so on by thirties.
fn leaders_of(size: u32) -> i64 {
    if size < 10 { 0 } else { i64::from(size / 30 + 1).max(1) }
}

/// So many basis points of a sum, cut to the fen.
fn share_of(fen: i64, bp: i64) -> i64 {
    i64::try_from(i128::from(fen) * i128::from(bp) / 10_000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaders_follow_the_size_of_the_team() {
        for (size, leaders) in [
            (0, 0),
            (9, 0),
            (10, 1),
            (29, 1),
            (30, 2),
            (59, 2),
            (60, 3),
            (89, 3),
            (90, 4),
            (119, 4),
            (120, 5),
        ] {
            assert_eq!(leaders_of(size), leaders, "{size}");
        }
    }

    #[test]
    fn shares_are_cut_to_whole_yuan() {
        assert_eq!(whole_yuan(share_of(1_234_567, 1_000)), 123_400);
        assert_eq!(share_of(i64::MAX, 10_000), i64::MAX);
    }
}
