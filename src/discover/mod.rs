//! Finding jobs, public-welfare posts and courses: what somebody asks for, and wider questions when nothing is found.

mod request;
mod widen;

pub use request::{Request, read_request};
pub use widen::{Dropped, Wider, wider};
