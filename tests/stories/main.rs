//! What people can do, told over HTTP to the real server, on both databases.

mod accounts_are_safe;
mod courses_are_learnt;
mod employers_post_jobs;
mod households_get_work;
mod households_stay_guaranteed;
mod officers_help_households_at_zero;
mod officers_import_rosters;
mod officers_plan_placements;
mod officers_watch_the_guarantee;
mod people_see_what_suits_them;
mod plans_cover_households;
mod programs_are_served;
mod support;
mod work_happens_by_itself;
