//! Floor 3: puts the house together.

pub mod demo;
