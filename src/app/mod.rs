//! Puts the house together.

pub mod assemble;
pub mod commands;
pub mod config;
mod reactions;
pub mod server;
pub mod session;
