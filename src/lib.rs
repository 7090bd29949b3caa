//! Jiwen 脊问: pre-visit triage for neck, back, limb and joint complaints.
//!
//! A turn flows through the modules in this order: `http` or `main` receive it, `service` loads the
//! visit, `interview::step` lets `nlu` turn the words into findings, folds them into the case, lets
//! `triage` decide, chooses the next question, and `store` appends the event. `record` and `pathway`
//! read the result. See `docs/ARCHITECTURE.md`.

pub mod app;
pub mod config;
pub mod contents;
pub mod domain;
pub mod eval;
pub mod http;
pub mod inference;
pub mod interview;
pub mod knowledge;
pub mod nlu;
pub mod pathway;
pub mod record;
pub mod search;
pub mod service;
pub mod speech;
pub mod store;
pub mod triage;
pub mod wechat;
