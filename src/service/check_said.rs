//! What a patient may say: raw words and taps become checked ones here and nowhere else.

use crate::domain::{Question, Said};

/// Characters in one message at most.
pub const MAX_CHARACTERS: usize = 2000;

/// Why words or taps cannot be taken. None of the variants holds the words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaidError {
    /// Nothing was said.
    #[error("the message is empty")]
    Empty,
    /// Too long to be one message.
    #[error("the message has {characters} characters, at most {MAX_CHARACTERS} are taken")]
    TooLong {
        /// How many it has.
        characters: usize,
    },
    /// An option that the open question does not have.
    #[error("no such option")]
    UnknownOption {
        /// The options it has.
        valid: Vec<String>,
    },
    /// Several options where one is to be chosen.
    #[error("only one option may be chosen")]
    OneOnly,
}

/// Strips control and invisible formatting characters and checks the length.
///
/// # Errors
/// When nothing is left or too much.
pub fn check_text(text: &str) -> Result<String, SaidError> {
    let text: String = text.chars().filter(|c| is_visible(*c)).collect();
    let characters = text.chars().count();
    if text.trim().is_empty() {
        Err(SaidError::Empty)
    } else if characters > MAX_CHARACTERS {
        Err(SaidError::TooLong { characters })
    } else {
        Ok(text)
    }
}

/// Checks taps against the question that is open.
pub(super) fn check_said(said: &Said, question: Option<&Question>) -> Result<Said, SaidError> {
    match said {
        Said::Text(text) => check_text(text).map(Said::Text),
        Said::Choices(ids) => check_choices(ids, question).map(Said::Choices),
    }
}

fn check_choices(ids: &[String], question: Option<&Question>) -> Result<Vec<String>, SaidError> {
    if ids.is_empty() {
        return Err(SaidError::Empty);
    }
    let valid: Vec<String> = question
        .iter()
        .flat_map(|question| &question.options)
        .map(|option| option.id.clone())
        .collect();
    if ids.iter().any(|id| !valid.contains(id)) {
        return Err(SaidError::UnknownOption { valid });
    }
    let mut once: Vec<String> = vec![];
    for id in ids {
        if !once.contains(id) {
            once.push(id.clone());
        }
    }
    if once.len() > 1 && question.is_some_and(|question| !question.multiple) {
        return Err(SaidError::OneOnly);
    }
    Ok(once)
}

fn is_visible(c: char) -> bool {
    let formatting = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    matches!(c, '\n' | '\t') || !(c.is_control() || formatting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_stripped() {
        assert_eq!(check_text("腰\u{0}\u{1b}痛\u{202e}\n"), Ok("腰痛\n".into()));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert_eq!(check_text(" \u{200b}\n"), Err(SaidError::Empty));
        assert_eq!(
            check_text(&"痛".repeat(2000)).map(|text| text.len()),
            Ok(6000)
        );
        assert_eq!(
            check_text(&"痛".repeat(2001)),
            Err(SaidError::TooLong { characters: 2001 })
        );
    }
}
