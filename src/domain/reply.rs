//! What the service answers in a turn, and what it noticed besides findings.

use serde::{Deserialize, Serialize};

use super::{QuestionId, Slot, Urgency};

/// One option to tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// Id within its question.
    pub id: String,
    /// Words on the button.
    pub label: String,
}

/// The question that is open after a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Id of the question bank.
    pub id: QuestionId,
    /// The slot it fills.
    pub slot: Slot,
    /// Options to tap; may be empty.
    pub options: Vec<ChoiceOption>,
    /// More than one may be tapped.
    pub multiple: bool,
    /// Free text is welcome.
    pub free_text: bool,
}

/// A warning that must not be overlooked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// How soon to go.
    pub urgency: Urgency,
    /// What to do now.
    pub text: String,
}

/// The answer to a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What is said to the patient.
    pub text: String,
    /// The open question, none when done.
    pub question: Option<Question>,
    /// Warning, when there is danger.
    pub alert: Option<Alert>,
    /// The visit is over.
    pub done: bool,
}

/// Something in the patient's words that could not be placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Turn it was said in.
    pub turn: u32,
    /// The words.
    pub text: String,
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// What a patient wants besides answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// 「你问这个干啥」
    AskWhy,
    /// 「再说一遍」
    Repeat,
    /// 「跳过」「不想说」
    Skip,
    /// 「等一下」
    Wait,
    /// 「回到上一个」
    Back,
    /// 「不想答了」「太累了」
    Stop,
    /// 「我要找人工」
    Person,
    /// Asks for a drug.
    AskDrug,
    /// Asks what illness it is.
    AskDiagnosis,
    /// Asks whether to be operated on.
    AskOperation,
    /// Insults.
    Abuse,
    /// Great fear.
    Panic,
    /// 「老毛病,没事」
    Minimise,
    /// Something that has nothing to do with the visit.
    OffTopic,
}
