//! Puts the house together.

pub mod assemble;
pub mod commands;
pub mod config;
mod health;
pub mod openapi;
mod reactions;
pub mod server;
pub mod session;
pub mod tasks;
