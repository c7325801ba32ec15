//! The placement plan, tested from outside: against an independent solver, its promises, its files.

mod common;
mod files;
mod oracle;
mod rules;
