//! The record as a page: printable on one sheet of A4, readable on a phone, complete in itself.
//!
//! The template's name ends in `.html`, so every value is escaped: a patient's words are never markup.

use std::sync::LazyLock;

use minijinja::{Environment, Value, context};

use crate::domain::{Criterion, Evidence, Urgency, day_of};

use super::advice::status_chinese;
use super::plan::mode_chinese;
use super::scene::shortened;
use super::{Audience, FlagCheck, Line, Record, Section, json};

const NAME: &str = "record.html";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates
        .add_template(NAME, include_str!("record.html"))
        .expect("the built-in template parses; a test renders it");
    templates
});

/// Writes it.
pub fn to_html(record: &Record, audience: Audience) -> String {
    TEMPLATES
        .get_template(NAME)
        .and_then(|template| template.render(page(record, audience)))
        .expect("the built-in template renders every record; a test renders it")
}

fn page(record: &Record, audience: Audience) -> Value {
    let assessment = record.meta.assessment.as_ref();
    let urgency = assessment.map_or(Urgency::Routine, |decided| decided.urgency);
    let criteria = assessment.map_or(&[][..], |decided| decided.route.criteria.as_slice());
    let flags = record.flags.iter().filter(|check| is_shown(check));
    let chains = record.chains.iter().filter(|line| line.is_for(audience));
    context! {
        label => serde_json::json!({"AIGC": json::label(record)}).to_string(),
        hospital => record.meta.hospital.as_str(),
        who => record.who(),
        day => day_of(record.meta.opened).to_string(),
        urgent => urgent(urgency),
        sections => sections(record, audience),
        flags => flags.map(flag).collect::<Vec<Value>>(),
        criteria => criteria.iter().map(criterion).collect::<Vec<Value>>(),
        chains => chains.map(|line| line.text.clone()).collect::<Vec<String>>(),
        contacts => contacts(record),
        footer => record.footer(),
        review => review(record),
        visit => record.meta.visit.as_str(),
    }
}

fn review(record: &Record) -> &'static str {
    match record.meta.review.status.as_str() {
        "confirmed" => "医生已确认",
        "amended" => "医生已修改",
        _ => "医生未确认",
    }
}

/// A sentence on top, when the patient must not wait.
fn urgent(urgency: Urgency) -> String {
    if urgency >= Urgency::Within1w {
        format!("就诊时限:{}", urgency.chinese())
    } else {
        String::new()
    }
}

fn sections(record: &Record, audience: Audience) -> Vec<Value> {
    record
        .sections
        .iter()
        // The table says it all.
        .filter(|section| section.title != "红旗核对")
        .filter_map(|section| {
            let lines = section.lines.iter();
            let shown = lines.filter(|line| line.is_for(audience) && !line.text.is_empty());
            let lines: Vec<Value> = shown.map(line).collect();
            let title = section.title.as_str();
            (!lines.is_empty()).then(|| context! {title, lines, quotes => printed(section)})
        })
        .collect()
}

fn line(line: &Line) -> Value {
    context! {text => line.text.as_str(), quotes => words(&line.quotes, usize::MAX)}
}

fn criterion(one: &Criterion) -> Value {
    context! {
        id => one.id.as_str(),
        name => one.name.as_str(),
        status => status_chinese(one.status),
    }
}

/// On paper no title opens: the history's words are printed under it, the rest is in the table or in the line.
fn printed(section: &Section) -> String {
    let line = section.lines.first().filter(|_| section.title == "现病史");
    line.map(|line| words(&line.quotes, 4)).unwrap_or_default()
}

/// 「腰杆疼了三个多月」(第1轮)
fn words(quotes: &[Evidence], most: usize) -> String {
    quotes
        .iter()
        .take(most)
        .map(|quote| format!("「{}」(第{}轮)", shortened(&quote.text, 40), quote.turn))
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_shown(check: &FlagCheck) -> bool {
    check.status.is_some() || check.always
}

fn flag(check: &FlagCheck) -> Value {
    context! {
        name => check.name.as_str(),
        status => check.status_chinese(),
        urgency => check.urgency.map_or("", Urgency::chinese),
        quotes => words(&check.quotes, 2),
        source => if check.is_raised() { check.source.as_str() } else { "" },
    }
}

/// 2026-11-25 消息、2026-12-02 电话
fn contacts(record: &Record) -> String {
    let contacts = record.meta.plan.as_ref().map(|plan| plan.contacts.iter());
    contacts
        .into_iter()
        .flatten()
        .map(|contact| format!("{} {}", contact.date, mode_chinese(&contact.mode)))
        .collect::<Vec<_>>()
        .join("、")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Route, Side, Statement};
    use crate::record::build;
    use crate::record::samples::{Patient, assessment, meta, mind, quote};

    fn rendered(words: &str) -> String {
        let mut patient = Patient::default();
        patient.has("SYM.LEG_RAD", Side::Right, Some(90.0));
        patient
            .case
            .facts
            .get_mut("SYM.LEG_RAD")
            .expect("stated")
            .evidence = vec![quote(words)];
        patient.case.apply(Statement::Note {
            slot: "goal".into(),
            evidence: quote(words),
        });
        let mut meta = meta(Some(assessment(Route::Conservative, "R5-1")));
        meta.hospital = words.to_owned();
        to_html(&build(mind(), &patient.visit(), &meta), Audience::Patient)
    }

    #[test]
    fn a_patients_markup_is_shown_and_not_run() {
        let html = rendered("<script>alert(\"痛\")</script>");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"));
        let html = rendered("\" onmouseover=\"x");
        assert!(!html.contains("\" onmouseover"), "{html}");
    }

    #[test]
    fn the_page_asks_no_other_machine_and_says_that_it_is_ai() {
        let html = rendered("右腿痛");
        for word in ["http:", "https:", "src=", "href=", "url(", "@import"] {
            assert!(!html.contains(word), "{word}");
        }
        assert!(html.contains("AI生成") && html.contains("name=\"AIGC\""));
        assert!(html.contains("<h2>主诉</h2>") && html.contains("右下肢放射痛3月"));
    }

    #[test]
    fn a_line_opens_its_quote() {
        assert!(rendered("右腿扯起痛").contains("title=\"「右腿扯起痛」(第3轮)\""));
    }
}
