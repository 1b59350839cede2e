//! Whole paths of a person through the facade, against the simulator, on paused time.

mod accounts;
mod capture;
mod comments;
mod reading;
mod simulation;
