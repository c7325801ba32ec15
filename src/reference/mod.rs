//! What everybody looks up and nobody here decides: administrative divisions, occupations, the working-day calendar,
//! ethnic groups. Shipped with the code (`data/`), read once, kept in memory; settlement sites are the bureau's own
//! and live in the registry.

mod calendar;
mod occupations;
mod regions;
mod titles;

use std::sync::LazyLock;

pub use calendar::Calendar;
pub use occupations::{Occupation, OccupationCode, Occupations};
pub use regions::{Distance, Region, Regions};
pub use titles::{TitleIndex, plain_title, suggest_occupation};

static REGIONS: LazyLock<Regions> = LazyLock::new(Regions::shipped);
static OCCUPATIONS: LazyLock<Occupations> = LazyLock::new(Occupations::shipped);
static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::shipped);

/// The divisions of China, Xishuangbanna down to the village.
pub fn regions() -> &'static Regions {
    &REGIONS
}

/// The occupations of the classification of 2022.
pub fn occupations() -> &'static Occupations {
    &OCCUPATIONS
}

/// Holidays and make-up working days.
pub fn calendar() -> &'static Calendar {
    &CALENDAR
}

/// The two-digit code of an ethnic group by its Chinese name, with or without 族.
pub fn ethnic_group_code(name: &str) -> Option<&'static str> {
    let list = crate::base::codes::list("ethnic_group")?;
    list.code_of_label(name)
        .or_else(|| list.code_of_label(&format!("{}族", crate::base::text::fold(name))))
}
