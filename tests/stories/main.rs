//! What people can do, told over HTTP to the real server, on both databases.

mod accounts_are_safe;
mod claims_go_their_way;
mod courses_are_learnt;
mod employers_post_jobs;
mod figures_are_vouched_for;
mod funds_are_never_overspent;
mod households_get_work;
mod households_stay_guaranteed;
mod money_survives_a_crash;
mod odd_claims_are_looked_at;
mod officers_help_households_at_zero;
mod officers_import_rosters;
mod officers_plan_placements;
mod officers_watch_the_guarantee;
mod people_see_what_suits_them;
mod plans_cover_households;
mod programs_are_served;
mod requests_are_answered;
mod support;
mod supports_are_paid_once;
mod work_happens_by_itself;
