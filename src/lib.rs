//! Yigang (一岗): one member in work for every relocated household.
//!
//! The map, in floor order. A floor uses the floors below it; a room uses the rooms above it in this list.

// Floor 0: words and values.
pub mod base;

// Floor 1: machinery that knows no business word.
pub mod platform;

// Floor 2: the rooms, each something that the bureau does. The blank lines keep their order.
pub mod reference;

pub mod accounts;

pub mod audit;

pub mod registry;

pub mod employers;

pub mod postings;

pub mod training;

pub mod discover;

pub mod hiring;

pub mod employment;

pub mod roster;

pub mod guarantee;

pub mod requests;

pub mod matching;

pub mod casework;

pub mod funds;

pub mod subsidies;

// Floor 3: puts the house together.
pub mod app;
