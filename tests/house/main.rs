//! Rules about the house itself: who may use whom, that writes need a transaction, that both databases agree, that
//! every word is there in both languages, that every route is documented and its access known.

mod access;
mod document;
mod floors;
mod migrations;
mod routes;
mod snapshots;
mod sources;
#[path = "../stories/support/mod.rs"]
mod support;
mod words;
mod writes;
