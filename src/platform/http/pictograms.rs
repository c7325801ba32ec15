//! Which line drawing stands beside an occupation: by the longest stem of its code that has one.

/// Stems of the classification of 2022; the longest that fits decides.
const BY_STEM: [(&str, &str); 34] = [
    ("4-02-05", "factory"),
    ("4-02-06", "factory"),
    ("4-02", "driver"),
    ("4-03", "kitchen"),
    ("4-03-02-07", "tea"),
    ("4-07-05", "guard"),
    ("4-09", "cleaning"),
    ("4-10", "care"),
    ("4-10-02", "sewing"),
    ("4-12", "factory"),
    ("4-13", "training"),
    ("4-14", "care"),
    ("4", "person"),
    ("3-02", "guard"),
    ("3", "document"),
    ("2-03", "farm"),
    ("2-05", "care"),
    ("2-08", "training"),
    ("2", "document"),
    ("1", "person"),
    ("5", "farm"),
    ("5-01-02-02", "tea"),
    ("5-01-02-04", "rubber"),
    ("5-05-06-03", "rubber"),
    ("6", "factory"),
    ("6-02", "kitchen"),
    ("6-02-06", "tea"),
    ("6-04", "sewing"),
    ("6-05", "sewing"),
    ("6-06", "building"),
    ("6-14", "rubber"),
    ("6-16", "building"),
    ("6-29", "building"),
    ("6-30", "driver"),
];

/// The pictogram of an occupation code such as `4-09-08-01`; a person where the branch has no drawing of its own.
pub fn pictogram_of(occupation_code: &str) -> &'static str {
    let matches = |stem: &str| {
        occupation_code
            .strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let longest = BY_STEM
        .iter()
        .filter(|(stem, _)| matches(stem))
        .max_by_key(|(stem, _)| stem.len());
    longest.map_or("person", |(_, name)| name)
}
