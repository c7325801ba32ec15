//! Puts the house together.

pub mod assemble;
pub mod commands;
pub mod config;
pub mod demo;
mod reactions;
pub mod server;
pub mod session;
mod sources;
