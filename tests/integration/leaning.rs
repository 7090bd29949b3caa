//! What a model takes the first words to be for: it chooses a department where the rules know little, and nothing else.

use jiwen::contents;
use jiwen::domain::{Assessment, Evidence, Leaning, QuestionId, Said, Timestamp, Urgency};
use jiwen::eval;
use jiwen::interview::{self, Impression, Mind, Witness};
use jiwen::knowledge::QuestionDef;
use jiwen::triage::{self, Node};

/// Leans to one department whatever is said.
struct Leans(&'static str, f32);

impl Witness for Leans {
    fn read(&self, text: &str, turn: u32, _: Option<&QuestionDef>) -> Impression {
        Impression {
            leaning: Some(Leaning {
                departments: vec![(self.0.to_owned(), self.1)],
                evidence: Evidence {
                    turn,
                    text: text.to_owned(),
                    start: 0,
                    end: text.chars().count(),
                },
            }),
            ..Impression::default()
        }
    }
}

fn mind(witness: Option<Leans>) -> Mind {
    let mut mind = Mind::load(&contents::embedded(), Node::Mis).expect("no faults");
    mind.witness = witness.map(|one| Box::new(one) as Box<dyn Witness>);
    mind
}

fn decided(mind: &Mind, text: &str) -> Assessment {
    let now = Timestamp::UNIX_EPOCH;
    let case = eval::case_of(mind, now, text, None, Some(50.0), None);
    let assessment = eval::decide(mind, &case);
    let gaps = triage::gaps(&mind.knowledge, &case, &assessment);
    assert!(gaps.is_empty(), "{text}: {gaps:?}");
    assessment
}

fn first(assessment: &Assessment) -> &str {
    &assessment.departments[0].name
}

#[test]
fn where_no_rule_holds_a_sure_model_chooses_and_quotes_the_words() {
    let text = "单子上写着要复查";
    assert_eq!(first(&decided(&mind(None), text)), "全科医学科");
    let sure = decided(&mind(Some(Leans("泌尿外科", 0.8))), text);
    assert_eq!(first(&sure), "泌尿外科");
    assert_eq!(sure.departments[1].name, "全科医学科");
    assert_eq!(sure.departments[0].reasons[0].evidence[0].text, text);
    let unsure = decided(&mind(Some(Leans("泌尿外科", 0.2))), text);
    assert_eq!(first(&unsure), "全科医学科");
    let unknown = decided(&mind(Some(Leans("炼丹科", 0.99))), text);
    assert_eq!(first(&unknown), "全科医学科");
}

#[test]
fn a_danger_stands_whatever_a_model_leans_to() {
    let text = "两条腿窜着麻,擦屁股没感觉,这两天尿不出来";
    let alone = decided(&mind(None), text);
    assert_eq!(alone.urgency, Urgency::Immediate);
    let leaning = decided(&mind(Some(Leans("皮肤科", 1.0))), text);
    assert_eq!(leaning.urgency, alone.urgency);
    assert_eq!(leaning.departments, alone.departments);
    assert_eq!(leaning.route, alone.route);
}

#[test]
fn a_model_that_leans_to_the_emergency_department_means_today() {
    let text = "单子上写着要复查";
    let assessment = decided(&mind(Some(Leans("急诊科", 0.9))), text);
    assert_eq!(first(&assessment), "急诊科");
    assert_eq!(assessment.urgency, Urgency::Within24h);
}

#[test]
fn what_is_asked_does_not_depend_on_what_a_model_leans_to() {
    let plain = asked(&mind(None));
    assert_eq!(plain, asked(&mind(Some(Leans("皮肤科", 1.0)))));
    assert!(plain.len() > 3, "{plain:?}");
}

/// Questions of a visit for a back in which everything else is denied.
fn asked(mind: &Mind) -> Vec<QuestionId> {
    let now = Timestamp::UNIX_EPOCH;
    let mut state = super::witness::open(mind);
    let mut asked = vec![];
    let mut text = "腰疼三个月了";
    while let Some(open) = &state.open {
        asked.push(open.id.clone());
        let heard = mind.hear(&state, Said::Text(text.to_owned()));
        state = interview::step(mind, state, &heard, now).0;
        text = "没有";
    }
    asked
}
