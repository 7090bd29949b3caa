//! Identifiers. They are strings in the data files and stay strings here: cheap to clone, ordered, printable.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps an identifier as written in the data files.
            pub fn new(text: &str) -> Self {
                Self(Arc::from(text))
            }

            /// The identifier as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A concept of the knowledge graph (`SYM.LBP`, `HX.CANCER`) or a derived value (`true_weakness`).
    ConceptId
}
id! {
    /// A question or follow-up (`Q-WEAK`, `Q-WEAK/true`).
    QuestionId
}
id! {
    /// A rule: red flag, department, route row, criterion (`RF-CES-1`, `RT-BACK-1`, `R3-1`, `M2`).
    RuleId
}
id! {
    /// A piece of information that a question fills, as named by the contract (`saddle`, `onset`).
    Slot
}

impl ConceptId {
    /// True for derived values, whose names are lower case.
    pub fn is_derived(&self) -> bool {
        self.0.starts_with(|c: char| c.is_ascii_lowercase())
    }

    /// The part before the dot: `SYM`, `HX`, … or `""` for a derived value.
    pub fn kind(&self) -> &str {
        self.0.split_once('.').map_or("", |(kind, _)| kind)
    }
}
