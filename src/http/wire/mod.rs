//! What goes over the wire (CONTRACT §2 and §5). Separate from the domain and converted by hand, so
//! that neither can change the other by accident.

mod assessment;
mod export;
mod finding;
mod reply;
mod request;
mod session;

pub use assessment::{Assessment, Department, RedFlag, Route};
pub use export::{AgreedTo, CalledPerson, ExportedSession, ExportedThing, NewCall};
pub use finding::{Evidence, Finding};
pub use reply::{Alert, ChoiceOption, Question, Reply};
pub use request::{Consent, NewSession, NewTurn, Patient};
pub use session::{OpenedSession, PastTurn, Session, TurnAnswer};
