//! Finding jobs, public-welfare posts and courses: what somebody asks for, and wider questions when nothing is found.

mod api;
mod cards;
mod find;
mod place;
mod request;
mod web;
mod widen;

pub use api::{OpeningView, PlaceView, api_routes};
pub use cards::{opening_card, tags_of, wage_words};
pub use find::{Found, Record, find};
pub use place::chosen_place;
pub use request::{PARAMETERS, Request, read_request};
pub use web::routes;
pub use widen::{Dropped, Wider, wider};
