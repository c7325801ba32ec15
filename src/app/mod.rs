//! Puts the house together.

pub mod assemble;
pub mod commands;
pub mod config;
pub mod demo;
mod health;
pub mod openapi;
mod reactions;
pub mod server;
pub mod session;
mod sources;
pub mod tasks;
