//! What clinicians make of a record: edits of single parts, folded into where each part stands now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::scale::{ParseError, closed_set};

closed_set! {
    /// What was done to a part of a record.
    EditAction, "action", "confirm, edit, strike or change", {
        /// 确认
        Confirm = "confirm",
        /// 改写
        Edit = "edit",
        /// 划去
        Strike = "strike",
        /// 改判(科室、路径、紧急级别)
        Change = "change",
    }
}

closed_set! {
    /// Whether a clinician is through with a record.
    ReviewStatus, "review status", "unreviewed, in_progress, confirmed or changed", {
        /// 未审核
        Unreviewed = "unreviewed",
        /// 审核中
        InProgress = "in_progress",
        /// 已确认
        Confirmed = "confirmed",
        /// 已修改
        Changed = "changed",
    }
}

impl ReviewStatus {
    /// True when a clinician has signed it off.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Confirmed | Self::Changed)
    }
}

/// One edit of one part; the original text stays with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Id of a line, or `department`, `route`, `urgency`.
    pub part: String,
    /// What was done.
    pub action: EditAction,
    /// What stood there.
    pub from: String,
    /// What stands there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why; always there for a change of department, route or urgency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Edit {
    /// True when something is no longer as the machine wrote it.
    pub fn is_change(&self) -> bool {
        self.action != EditAction::Confirm
    }
}

/// An edit with who made it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEdit {
    /// The edit.
    pub edit: Edit,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl SignedEdit {
    /// One line for a person: 划去「发热」, 科室「骨科」改为「脊柱外科」(理由).
    pub fn in_words(&self) -> String {
        let edit = &self.edit;
        let what = match edit.part.as_str() {
            "department" => "科室",
            "route" => "路径",
            "urgency" => "紧急级别",
            _ => "",
        };
        let to = edit.to.as_deref().unwrap_or_default();
        match (edit.action, edit.reason.as_deref()) {
            (EditAction::Confirm, _) => format!("确认「{}」", edit.from),
            (EditAction::Strike, _) => format!("划去「{}」", edit.from),
            (_, None) => format!("{what}「{}」改为「{to}」", edit.from),
            (_, Some(reason)) => format!("{what}「{}」改为「{to}」({reason})", edit.from),
        }
    }
}

/// Where the review of a visit stands: the fold of its `Reviewed` events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewState {
    /// Where it stands.
    pub status: ReviewStatus,
    /// Who last worked on it.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// The last edit of each part.
    pub parts: BTreeMap<String, SignedEdit>,
    /// Every change ever made, oldest first.
    pub history: Vec<SignedEdit>,
}

impl Default for ReviewState {
    fn default() -> Self {
        Self {
            status: ReviewStatus::Unreviewed,
            by: None,
            at: None,
            parts: BTreeMap::new(),
            history: vec![],
        }
    }
}

impl ReviewState {
    /// Folds one review in. `finished` is false while the clinician is still at it.
    pub fn apply(&mut self, by: &str, at: Timestamp, finished: bool, edits: &[Edit]) {
        for edit in edits {
            let signed = SignedEdit {
                edit: edit.clone(),
                by: by.to_owned(),
                at,
            };
            if edit.is_change() {
                self.history.push(signed.clone());
            }
            self.parts.insert(edit.part.clone(), signed);
        }
        let changed = self.parts.values().any(|one| one.edit.is_change());
        self.status = match (finished, changed) {
            (false, _) => ReviewStatus::InProgress,
            (true, false) => ReviewStatus::Confirmed,
            (true, true) => ReviewStatus::Changed,
        };
        self.by = Some(by.to_owned());
        self.at = Some(at);
    }

    /// What a clinician put in place of a decision (`department`, `route`, `urgency`).
    pub fn instead_of(&self, part: &str) -> Option<&SignedEdit> {
        let found = self.parts.get(part);
        found.filter(|one| one.edit.is_change())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(part: &str, action: EditAction) -> Edit {
        Edit {
            part: part.into(),
            action,
            from: "原文".into(),
            to: None,
            reason: None,
        }
    }

    #[test]
    fn the_last_edit_of_a_part_counts_and_every_change_is_kept() {
        let mut review = ReviewState::default();
        let at = Timestamp::UNIX_EPOCH;
        review.apply("a", at, false, &[edit("l1", EditAction::Strike)]);
        assert_eq!(review.status, ReviewStatus::InProgress);
        review.apply("b", at, true, &[edit("l1", EditAction::Confirm)]);
        assert_eq!(review.status, ReviewStatus::Confirmed);
        assert_eq!((review.history.len(), review.parts.len()), (1, 1));
        review.apply("b", at, true, &[edit("route", EditAction::Change)]);
        assert_eq!(review.status, ReviewStatus::Changed);
        assert!(review.instead_of("route").is_some());
        assert!(review.instead_of("l1").is_none());
    }
}
