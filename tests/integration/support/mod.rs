//! What tests share: the real router on a real file, reached through real HTTP.

mod mind;
mod staff;
mod test_app;

pub use mind::test_mind;
pub use staff::Staff;
pub use test_app::{Answer, Session, TestApp, answer_to, captured_log};
