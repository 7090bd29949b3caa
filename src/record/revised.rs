//! The record after a clinician's review: each line with where it stands, and the text for the hospital's own system.
//!
//! A line is known by a hash of its section and text. When the patient goes on talking and a line changes, it is another
//! line: what was confirmed is the text that was read, nothing else.

use sha2::{Digest, Sha256};

use crate::domain::{Edit, EditAction, Evidence, ReviewState, day_of};

use super::{Audience, Line, Record, Section, to_text};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// Nobody has looked at it.
    Open,
    /// As it is.
    Confirmed,
    /// Other words stand in its place.
    Edited,
    /// It does not hold.
    Struck,
}

impl LineState {
    /// The identifier used in calls.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Edited => "edited",
            Self::Struck => "struck",
        }
    }

    pub(super) fn after(edit: Option<&Edit>) -> Self {
        match edit.map(|edit| edit.action) {
            None | Some(EditAction::Change) => Self::Open,
            Some(EditAction::Confirm) => Self::Confirmed,
            Some(EditAction::Edit) => Self::Edited,
            Some(EditAction::Strike) => Self::Struck,
        }
    }
}

/// The id of a line: ten hexadecimal digits.
pub fn line_id(section: &str, text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(section);
    hasher.update([0]);
    hasher.update(text);
    let digest = hasher.finalize();
    digest
        .iter()
        .take(5)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The pieces of a line that can be reviewed one by one: the line itself where it has none.
pub(super) fn pieces(line: &Line) -> Vec<(String, Vec<Evidence>)> {
    match &line.parts {
        Some(parts) => parts.pieces.clone(),
        None if line.text.is_empty() => vec![],
        None => vec![(line.text.clone(), line.quotes.clone())],
    }
}

impl Record {
    /// The text to be copied into the hospital's own system, as the clinician left it.
    pub(super) fn revised_text(&self, review: &ReviewState) -> String {
        let mut revised = self.clone();
        for section in &mut revised.sections {
            for line in &mut section.lines {
                *line = revise(&section.title, line, review);
            }
        }
        let mut text = to_text(&revised, Audience::Clinician);
        for (part, name) in [
            ("department", "科室"),
            ("route", "路径"),
            ("urgency", "紧急级别"),
        ] {
            let Some(signed) = review.instead_of(part) else {
                continue;
            };
            let edit = &signed.edit;
            let to = edit.to.as_deref().unwrap_or_default();
            let reason = edit.reason.as_deref().unwrap_or_default();
            text.push_str(&format!(
                "\n【医生改判】{name}:{to}(原{};{reason})",
                edit.from
            ));
        }
        if let (true, Some(by), Some(at)) = (review.status.is_final(), &review.by, review.at) {
            text.push_str(&format!("\n已由{by}于{}审核", day_of(at)));
        }
        text
    }

    /// Sections with their lines for a clinician.
    pub(super) fn sections(&self) -> &[Section] {
        &self.sections
    }
}

fn revise(section: &str, line: &Line, review: &ReviewState) -> Line {
    let kept = |text: String| -> Option<String> {
        let signed = review.parts.get(&line_id(section, &text));
        match signed.map(|signed| &signed.edit) {
            Some(edit) if edit.action == EditAction::Strike => None,
            Some(edit) if edit.action == EditAction::Edit => edit.to.clone(),
            _ => Some(text),
        }
    };
    match &line.parts {
        None => Line {
            text: kept(line.text.clone()).unwrap_or_default(),
            ..line.clone()
        },
        Some(parts) => {
            let mut parts = parts.clone();
            let pieces = std::mem::take(&mut parts.pieces).into_iter();
            parts.pieces = pieces
                .filter_map(|(text, quotes)| Some((kept(text)?, quotes)))
                .collect();
            if parts.pieces.is_empty() {
                return Line::default();
            }
            Line::of_parts(parts, line.quotes.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Route, Side, Timestamp};
    use crate::record::build;
    use crate::record::samples::{Patient, assessment, meta, mind};

    fn record() -> Record {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        patient.state("TRIG.COUGH", crate::domain::Assertion::Present);
        patient.denies("SYM.FEVER");
        patient.denies("SYM.NUMB_SADDLE");
        let decided = assessment(Route::MinimallyInvasiveAssessment, "R3-1");
        build(mind(), &patient.visit(), &meta(Some(decided)))
    }

    fn edit(section: &str, text: &str, action: EditAction, to: Option<&str>) -> Edit {
        Edit {
            part: line_id(section, text),
            action,
            from: text.to_owned(),
            to: to.map(str::to_owned),
            reason: None,
        }
    }

    #[test]
    fn struck_pieces_are_gone_and_edited_ones_replaced() {
        let record = record();
        let plain = to_text(&record, Audience::Clinician);
        assert!(
            plain.contains("咳嗽用力时加重") && plain.contains("否认"),
            "{plain}"
        );
        assert_eq!(record.revised_text(&ReviewState::default()), plain);
        let mut review = ReviewState::default();
        let denied: Vec<(String, _)> = record
            .section("伴随阴性")
            .map(|section| pieces(&section.lines[0]))
            .expect("denied findings");
        assert_eq!(denied.len(), 2, "{denied:?}");
        review.apply(
            "王医生",
            Timestamp::UNIX_EPOCH,
            true,
            &[
                edit(
                    "现病史",
                    "咳嗽用力时加重",
                    EditAction::Edit,
                    Some("咳嗽时腿痛加重"),
                ),
                edit("伴随阴性", &denied[0].0, EditAction::Strike, None),
            ],
        );
        let text = record.revised_text(&review);
        assert!(
            text.contains("咳嗽时腿痛加重") && !text.contains("咳嗽用力时加重"),
            "{text}"
        );
        assert!(!text.contains(&format!("否认{}", denied[0].0)), "{text}");
        assert!(text.contains("已由王医生于1970-01-01审核"), "{text}");
    }
}
