//! Which question comes next: danger first, then what the decision and the doctor need.

use crate::domain::{Assertion, ConceptId, QuestionId, Urgency};
use crate::knowledge::{Bundle, Expr, Knowledge, Qualifiers, QuestionDef, QuestionKind};
use crate::triage::{Node, Policy, View, near_rules};

use super::state::{OpenQuestion, Outcome, Phase, State};
use super::witness;
use super::worth::Worth;

/// What a question is worth at least that an answer has opened, or whose answer counts only together with others.
const TOGETHER: f64 = 0.01;

/// So many questions beyond the cap may be put that answers have opened.
const OPENED: u32 = 4;

/// The next question, or `None` when enough is known.
pub fn next(
    knowledge: &Knowledge,
    state: &State,
    view: &View<'_>,
    node: Node,
) -> Option<OpenQuestion> {
    let pick = Picker {
        knowledge,
        state,
        view,
    };
    if state.phase == Phase::Emergency {
        return pick.limited(
            &knowledge.bundles.emergency,
            knowledge.bundles.caps.emergency,
        );
    }
    let cap = knowledge.bundles.caps.for_age(state.case.age());
    let at_cap = state.questions_put >= cap;
    if let Some(question) = pick.dangerous(at_cap) {
        return Some(question);
    }
    if at_cap {
        // What an answer has just opened, and whether there was cancer, is worth one question more than the cap.
        let opened = || {
            let room = state.questions_put < cap + OPENED;
            room.then(|| pick.unlocked_safety()).flatten()
        };
        return pick
            .insisted()
            .or_else(opened)
            .or_else(|| pick.first_of(&knowledge.bundles.history));
    }
    if is_urgent(state) {
        // What an answer has opened may be more dangerous than what is known.
        if let Some(question) = pick.unlocked_safety() {
            return Some(question);
        }
        return pick.limited(&knowledge.bundles.urgent, knowledge.bundles.caps.urgent);
    }
    pick.first_of(&knowledge.bundles.basics)
        .or_else(|| pick.unlocked_safety())
        .or_else(|| pick.worthiest(&Worth::new(knowledge, state, node)))
        .or_else(|| {
            let room = state.questions_put < knowledge.bundles.caps.comfortable;
            room.then(|| pick.first_of(&knowledge.bundles.extra))
                .flatten()
        })
}

/// The next safety question of the region, which no early end of the interview leaves out; none in an emergency.
pub fn safety_left(knowledge: &Knowledge, state: &State, view: &View<'_>) -> Option<OpenQuestion> {
    let pick = Picker {
        knowledge,
        state,
        view,
    };
    (state.phase != Phase::Emergency)
        .then(|| pick.first_of(&knowledge.bundles.safety))
        .flatten()
}

/// What the patient says against a helper's word is asked about once, before anything else and in an emergency, too.
pub fn between_voices(
    knowledge: &Knowledge,
    state: &State,
    view: &View<'_>,
) -> Option<OpenQuestion> {
    let pick = Picker {
        knowledge,
        state,
        view,
    };
    let two = state.case.has_two_voices();
    two.then(|| pick.contradicted()).flatten()
}

/// Safety questions of the region that are neither known nor settled: asked or not, they stay unknown.
pub fn open_safety_questions<'k>(
    knowledge: &'k Knowledge,
    state: &State,
    view: &View<'_>,
) -> Vec<&'k QuestionDef> {
    let pick = Picker {
        knowledge,
        state,
        view,
    };
    knowledge
        .bundles
        .safety
        .iter()
        .filter(|bundle| pick.applies(bundle))
        .flat_map(|bundle| &bundle.ask)
        .filter_map(|id| knowledge.questions.get(id))
        .filter(|question| pick.is_applicable(question) && !pick.is_known(question))
        .collect()
}

fn is_urgent(state: &State) -> bool {
    state
        .assessment
        .as_ref()
        .is_some_and(|a| a.urgency >= Urgency::Within24h)
}

struct Picker<'p> {
    knowledge: &'p Knowledge,
    state: &'p State,
    view: &'p View<'p>,
}

impl Picker<'_> {
    /// P0 and P1: where a sign speaks for a danger its confirmation comes before the safety questions of the region, where only a
    /// history, a drug or a trigger does, after them. At the cap only what cannot wait for another day is asked.
    fn dangerous(&self, at_cap: bool) -> Option<OpenQuestion> {
        let at_least = if at_cap {
            Urgency::Within24h
        } else {
            Urgency::Within1w
        };
        let region = || {
            let open = self.doubtful();
            open.or_else(|| self.first_of(&self.knowledge.bundles.safety))
                .or_else(|| self.first_of(&self.knowledge.bundles.history))
        };
        let first = self
            .contradicted()
            .or_else(|| self.follow_up())
            .or_else(|| self.confirmation(at_least, true));
        if at_cap {
            first.or_else(|| self.confirmation(at_least, false))
        } else {
            first
                .or_else(region)
                .or_else(|| self.confirmation(at_least, false))
        }
    }

    /// Safety questions of the region that no cap leaves out: what they ask about costs the most when it is missed.
    fn insisted(&self) -> Option<OpenQuestion> {
        let bundles = self.knowledge.bundles.safety.iter();
        bundles
            .filter(|bundle| self.applies(bundle))
            .flat_map(|bundle| &bundle.ask)
            .filter_map(|id| self.knowledge.questions.get(id))
            .find(|question| question.insist && self.wants(question))
            .map(|question| self.open(question, &[]))
    }

    /// What was told and denied is asked about once.
    fn contradicted(&self) -> Option<OpenQuestion> {
        let open = self.state.contradicted.iter().filter(|(_, put)| !**put);
        open.filter_map(|(id, _)| self.knowledge.questions.get(id))
            .find(|question| self.is_applicable(question))
            .map(|question| self.open(question, &[]))
    }

    /// "Ask again" questions come right after the answer that opened them.
    fn follow_up(&self) -> Option<OpenQuestion> {
        let mut found: Vec<&QuestionDef> = self
            .knowledge
            .questions
            .values()
            .filter(|question| {
                question
                    .parent
                    .as_ref()
                    .is_some_and(|(parent, options)| self.parent_gave(parent, options))
            })
            .filter(|question| self.wants(question))
            .collect();
        found.sort_by_key(|question| (!question.safety, question.rank));
        found
            .first()
            .map(|question| self.open(question, &self.trigger_of_parent(question)))
    }

    /// The parent was answered with one of the options, or what was said amounts to one of them.
    fn parent_gave(&self, parent: &QuestionId, options: &[String]) -> bool {
        if let Some(chosen) = self.state.chosen.get(parent) {
            let answered =
                || self.state.asked.get(parent).map(|one| one.outcome) == Some(Outcome::Answered);
            return options.is_empty() && answered()
                || options.iter().any(|option| chosen.contains(option));
        }
        let Some(question) = self
            .knowledge
            .questions
            .get(parent)
            .filter(|question| question.safety)
        else {
            return false;
        };
        question
            .options
            .iter()
            .filter(|option| options.contains(&option.id))
            .any(|option| {
                let affirmed: Vec<&ConceptId> = super::answer::affirmed(option)
                    .filter(|id| question.about.contains(id))
                    .collect();
                !affirmed.is_empty() && affirmed.iter().all(|id| self.holds(id))
            })
    }

    /// Said, or follows from what was said.
    fn holds(&self, id: &ConceptId) -> bool {
        let leaf = if id.is_derived() {
            Expr::Derived(id.clone())
        } else {
            Expr::Concept(id.clone(), Qualifiers::default())
        };
        self.view.evaluate(&leaf, &Policy::default()).holds()
    }

    fn trigger_of_parent(&self, question: &QuestionDef) -> Vec<ConceptId> {
        let Some((parent, _)) = &question.parent else {
            return vec![];
        };
        let Some(parent) = self.knowledge.questions.get(parent) else {
            return vec![];
        };
        let chosen = self.state.chosen.get(&parent.id);
        let chosen = chosen.into_iter().flatten();
        let told = chosen.filter_map(|id| parent.option(id));
        let told = told.flat_map(super::answer::affirmed);
        let mut signs: Vec<ConceptId> = vec![];
        for id in parent.about.iter().chain(told) {
            if self.state.case.has(id.as_str()) && !signs.contains(id) {
                signs.push(id.clone());
            }
        }
        signs
    }

    /// P0: a rule is one answer away from firing.
    fn confirmation(&self, at_least: Urgency, signed: bool) -> Option<OpenQuestion> {
        near_rules(self.knowledge, self.view)
            .into_iter()
            .filter(|near| near.level >= at_least && (near.signed || !signed))
            .find_map(|near| {
                let question = self.knowledge.questions.get(&near.question)?;
                let dates = question.about.is_empty() && !near.undated.is_empty();
                let fresh = self.wants(question) || (dates && self.may_ask(question));
                fresh.then(|| self.open(question, &near.undated))
            })
    }

    /// A danger that may have been named is asked about before what nobody spoke of.
    fn doubtful(&self) -> Option<OpenQuestion> {
        let uncertain = |id: &ConceptId| {
            let fact = self.view.fact(id.as_str());
            fact.is_some_and(|fact| fact.assertion == Assertion::Uncertain)
                && witness::is_danger(self.knowledge, id)
        };
        self.state
            .unlocked
            .iter()
            .filter_map(|open| Some((self.knowledge.questions.get(&open.id)?, open)))
            .filter(|(question, _)| question.about.iter().any(uncertain))
            .filter(|(question, _)| self.wants(question))
            .min_by_key(|(question, _)| question.rank)
            .map(|(_, open)| open.clone())
    }

    fn unlocked_safety(&self) -> Option<OpenQuestion> {
        self.unlocked().filter(|open| {
            let question = self.knowledge.questions.get(&open.id);
            question.is_some_and(|question| question.safety)
        })
    }

    fn unlocked(&self) -> Option<OpenQuestion> {
        let mut found: Vec<(&QuestionDef, &OpenQuestion)> = self
            .state
            .unlocked
            .iter()
            .filter_map(|open| Some((self.knowledge.questions.get(&open.id)?, open)))
            .filter(|(question, _)| self.wants(question))
            .collect();
        found.sort_by_key(|(question, _)| (!question.safety, question.rank));
        found.first().map(|(_, open)| (*open).clone())
    }

    /// Of what the region and the route need, and of what answers have opened, the question whose answers could move the
    /// decision furthest; then what the doctor of this route must know.
    fn worthiest(&self, worth: &Worth<'_>) -> Option<OpenQuestion> {
        let knowledge = self.knowledge;
        let opened = self
            .state
            .unlocked
            .iter()
            .cloned()
            .map(|open| (open, TOGETHER));
        let bundles = &knowledge.bundles.detail;
        let detail = bundles
            .iter()
            .filter(|bundle| self.applies(bundle))
            .flat_map(|bundle| {
                let least = if bundle.together { TOGETHER } else { 0.0 };
                let questions = bundle
                    .ask
                    .iter()
                    .filter_map(|id| knowledge.questions.get(id));
                questions.map(move |question| {
                    (
                        self.open(question, &self.trigger_of_parent(question)),
                        least,
                    )
                })
            });
        let candidates: Vec<(&QuestionDef, OpenQuestion, f64)> = opened
            .chain(detail)
            .filter_map(|(open, least)| Some((knowledge.questions.get(&open.id)?, open, least)))
            .filter(|(question, _, _)| self.wants(question))
            .collect();
        let mut best: Option<(f64, &OpenQuestion)> = None;
        for (question, open, least) in &candidates {
            let value = worth.of(question, &open.trigger).max(*least);
            if value > best.map_or(0.0, |(most, _)| most) {
                best = Some((value, open));
            }
        }
        let needed = || {
            let missing = self.state.assessment.as_ref().map(|a| &a.route.missing);
            let needed = |question: &QuestionDef| {
                missing.is_some_and(|missing| missing.contains(&question.slot))
            };
            candidates
                .iter()
                .find(|(question, _, _)| needed(question))
                .map(|(_, open, _)| open)
        };
        best.map(|(_, open)| open).or_else(needed).cloned()
    }

    fn first_of(&self, bundles: &[Bundle]) -> Option<OpenQuestion> {
        bundles
            .iter()
            .filter(|bundle| self.applies(bundle))
            .find_map(|bundle| self.first(&bundle.ask))
    }

    fn first(&self, ids: &[QuestionId]) -> Option<OpenQuestion> {
        let question = ids
            .iter()
            .filter_map(|id| self.knowledge.questions.get(id))
            .find(|q| self.wants(q))?;
        Some(self.open(question, &self.trigger_of_parent(question)))
    }

    fn limited(&self, ids: &[QuestionId], cap: u32) -> Option<OpenQuestion> {
        let put = ids
            .iter()
            .filter(|id| self.state.asked.contains_key(*id))
            .count();
        if u32::try_from(put).is_ok_and(|put| put < cap) {
            self.first(ids)
        } else {
            None
        }
    }

    fn applies(&self, bundle: &Bundle) -> bool {
        bundle
            .when
            .as_ref()
            .is_none_or(|when| self.view.evaluate(when, &Policy::default()).holds())
    }

    fn wants(&self, question: &QuestionDef) -> bool {
        self.may_ask(question) && !self.is_known(question)
    }

    fn may_ask(&self, question: &QuestionDef) -> bool {
        !self.state.is_settled(&question.id) && self.is_applicable(question)
    }

    fn is_applicable(&self, question: &QuestionDef) -> bool {
        question
            .when
            .as_ref()
            .is_none_or(|when| self.view.evaluate(when, &Policy::default()).holds())
    }

    /// Nothing is asked twice that was said already.
    fn is_known(&self, question: &QuestionDef) -> bool {
        if let Some(measure) = &question.measure
            && self.view.measure(measure).is_some()
        {
            return true;
        }
        match question.kind {
            QuestionKind::Duration => self.view.measure("duration_days").is_some(),
            _ if question.slot.as_str() == "sex" => self.state.case.sex.is_some(),
            _ if question.slot.as_str() == "side" && question.about.is_empty() => {
                super::answer::complaint_has_side(self.knowledge, &self.state.case)
            }
            QuestionKind::Site => {
                super::answer::complaint_has_site(self.knowledge, &self.state.case)
            }
            _ => self.about_is_known(question),
        }
    }

    fn about_is_known(&self, question: &QuestionDef) -> bool {
        if question.about.is_empty() || question.whole {
            return false;
        }
        let stands = |id: &ConceptId| self.view.fact(id.as_str()).map(|fact| fact.assertion);
        let settled = |id: &ConceptId| {
            matches!(
                stands(id),
                Some(
                    Assertion::Present
                        | Assertion::Absent
                        | Assertion::Past
                        | Assertion::OtherPerson
                )
            )
        };
        question
            .about
            .iter()
            .any(|id| stands(id) == Some(Assertion::Present))
            || question.about.iter().all(settled)
    }

    fn open(&self, question: &QuestionDef, trigger: &[ConceptId]) -> OpenQuestion {
        OpenQuestion {
            id: question.id.clone(),
            trigger: trigger.to_vec(),
        }
    }
}
