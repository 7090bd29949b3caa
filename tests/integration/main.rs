//! One program for all integration tests; each module is a part of the service.
#![allow(missing_docs, clippy::print_stdout, reason = "tests")]

mod adversarial;
mod api;
mod dialogues;
mod figures;
mod hidden;
mod layers;
mod leaning;
mod lexicon;
mod own_words;
mod patient_rights;
mod privacy;
mod properties;
mod readme;
mod review;
mod search;
mod sets;
mod similar;
mod site;
mod soak;
mod staff;
mod store;
mod support;
mod talk;
mod voice;
mod voices;
mod wechat;
mod witness;
mod worklist;
