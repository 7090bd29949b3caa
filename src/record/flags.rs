//! 红旗核对: every red flag of the contract with its status, quotes, urgency and source.

use crate::domain::{Assessment, FlagStatus, RedFlag, RuleId, Urgency};
use crate::knowledge::Knowledge;

use super::Line;
use super::scene::{gather, shortened};

/// Raised flags that the text quotes; the table quotes all.
const WITH_WORDS: usize = 3;

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct FlagCheck {
    /// Contract id.
    pub id: String,
    /// What is looked at.
    pub name: String,
    /// `None`: not enough is known.
    pub status: Option<FlagStatus>,
    /// Urgency it asks for, when it is raised.
    pub urgency: Option<Urgency>,
    /// Rules that decided it.
    pub rules: Vec<RuleId>,
    /// The words it rests on.
    pub quotes: Vec<crate::domain::Evidence>,
    /// Guidelines.
    pub source: String,
    /// Written in the text even when unknown.
    pub always: bool,
}

impl FlagCheck {
    /// The contract's identifier of the status.
    pub fn status_id(&self) -> &'static str {
        self.status.map_or("unknown", FlagStatus::as_str)
    }

    /// The status as a doctor reads it.
    pub fn status_chinese(&self) -> &'static str {
        match self.status {
            Some(FlagStatus::Present) => "阳性",
            Some(FlagStatus::Suspected) => "可疑",
            Some(FlagStatus::Excluded) => "已否认",
            None => "未明确",
        }
    }

    /// True when it asks for something.
    pub fn is_raised(&self) -> bool {
        matches!(
            self.status,
            Some(FlagStatus::Present | FlagStatus::Suspected)
        )
    }
}

/// The table, in the order of the layout.
pub(super) fn table(knowledge: &Knowledge, assessment: Option<&Assessment>) -> Vec<FlagCheck> {
    let flags = assessment.map_or(&[][..], |decided| decided.red_flags.as_slice());
    let labels = &knowledge.layout.red_flag;
    labels
        .iter()
        .map(|label| {
            let own: Vec<&RedFlag> = flags.iter().filter(|flag| flag.id == label.id).collect();
            let status = own.iter().map(|flag| flag.status).max();
            let decisive: Vec<&RedFlag> = own
                .into_iter()
                .filter(|flag| Some(flag.status) == status)
                .collect();
            let mut check = FlagCheck {
                id: label.id.clone(),
                name: label.name.clone(),
                status,
                urgency: None,
                rules: decisive.iter().map(|flag| flag.rule.clone()).collect(),
                quotes: vec![],
                source: sources(&decisive),
                always: label.always,
            };
            if check.is_raised() {
                check.urgency = decisive.iter().map(|flag| flag.urgency).max();
            }
            for reason in decisive.iter().flat_map(|flag| &flag.because) {
                gather(&mut check.quotes, &reason.evidence);
            }
            check
        })
        .collect()
}

fn sources(flags: &[&RedFlag]) -> String {
    let mut sources: Vec<&str> = vec![];
    for flag in flags {
        if !flag.source.is_empty() && !sources.contains(&flag.source.as_str()) {
            sources.push(&flag.source);
        }
    }
    sources.join(";")
}

/// The lines of the section: what is raised with its words, what was denied, what stays open.
pub(super) fn lines(table: &[FlagCheck]) -> Vec<Line> {
    let mut urgent: Vec<&FlagCheck> = table.iter().filter(|check| check.is_raised()).collect();
    urgent.sort_by_key(|check| std::cmp::Reverse((check.urgency, check.status)));
    let further = urgent.split_off(urgent.len().min(WITH_WORDS));
    let mut lines: Vec<Line> = urgent.into_iter().map(raised).collect();
    let named = |keep: &dyn Fn(&FlagCheck) -> bool| -> Vec<&FlagCheck> {
        table.iter().filter(|check| keep(check)).collect()
    };
    for (word, found) in [
        ("亦为阳性或可疑", further),
        (
            "已否认",
            named(&|one| one.status == Some(FlagStatus::Excluded)),
        ),
        ("未问全", named(&|one| one.status.is_none() && one.always)),
    ] {
        if !found.is_empty() {
            let names: Vec<&str> = found.iter().map(|check| check.name.as_str()).collect();
            let mut quotes = vec![];
            found
                .iter()
                .for_each(|check| gather(&mut quotes, &check.quotes));
            lines.push(Line::new(format!("{word}:{}", names.join("、")), quotes));
        }
    }
    lines
}

fn raised(check: &FlagCheck) -> Line {
    let words: Vec<String> = check
        .quotes
        .iter()
        .take(2)
        .map(|quote| format!("「{}」", shortened(&quote.text, 24)))
        .collect();
    let rules: Vec<&str> = check.rules.iter().map(RuleId::as_str).collect();
    let urgency = check.urgency.map_or("", Urgency::chinese);
    let text = format!(
        "{}{}({urgency},{}){}",
        check.name,
        check.status_chinese(),
        rules.join("、"),
        words.join("")
    );
    Line::new(text, check.quotes.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Reason, Route};
    use crate::record::samples::{assessment, knowledge, quote};

    fn flag(id: &str, rule: &str, status: FlagStatus, words: &str) -> RedFlag {
        RedFlag {
            id: id.to_owned(),
            rule: rule.into(),
            name: String::new(),
            status,
            urgency: Urgency::Immediate,
            because: vec![Reason {
                concept: "SYM.NUMB_SADDLE".into(),
                name: "鞍区感觉异常".to_owned(),
                evidence: vec![quote(words)],
            }],
            source: "GIRFT 2023".to_owned(),
        }
    }

    #[test]
    fn every_flag_has_a_row_and_unknown_is_not_denied() {
        let mut decided = assessment(Route::Emergency, "R1-1");
        decided.red_flags = vec![
            flag(
                "cauda_equina",
                "RF-CES-1",
                FlagStatus::Present,
                "擦屁股没感觉",
            ),
            flag("cauda_equina", "RF-CES-2", FlagStatus::Suspected, "别的"),
            flag("infection", "RF-INF-2", FlagStatus::Excluded, "没发烧"),
        ];
        let table = table(knowledge(), Some(&decided));
        assert_eq!(table.len(), 27);
        assert_eq!(table[0].rules, ["RF-CES-1".into()]);
        let lines: Vec<String> = lines(&table).into_iter().map(|line| line.text).collect();
        assert_eq!(
            lines[0],
            "鞍区与二便阳性(立即急诊,RF-CES-1)「擦屁股没感觉」"
        );
        assert_eq!(lines[1], "已否认:发热与感染");
        assert!(lines[2].starts_with("未问全:肌力"));
    }
}
