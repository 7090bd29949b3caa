//! What a condition means for a case: three-valued, with the policies of redflags §0.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::{Assertion, Case, ConceptId, Course, Fact, Reason, Recency, RuleId, Side, Tri};
use crate::knowledge::{Comparison, Expr, Knowledge, Qualifier, Qualifiers};

/// How what is not known is taken.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The visit ends here: a known old onset with no word of change is taken as unchanged.
    pub concluding: bool,
    /// Signs whose missing time is taken as "new" (redflags §0 ①).
    pub assume_new: BTreeSet<ConceptId>,
    /// Those signs are also taken as sudden.
    pub assume_sudden: bool,
    /// Unknown qualifiers and confirmations are taken as true (redflags §0 ②).
    pub open: bool,
    /// Concepts asked about without an answer, taken as true (redflags §0 ③).
    pub unanswered: BTreeSet<ConceptId>,
}

/// A case seen through the knowledge graph: facts, what follows from them, and rules decided so far.
pub struct View<'a> {
    knowledge: &'a Knowledge,
    case: &'a Case,
    /// The facts of the case by concept: rules look up thousands of them each turn.
    said: HashMap<&'a str, &'a Fact>,
    inferred: BTreeMap<ConceptId, Fact>,
    fired: BTreeSet<RuleId>,
    engine_values: BTreeMap<String, Tri>,
    derived: RefCell<BTreeMap<ConceptId, Tri>>,
}

impl<'a> View<'a> {
    /// Looks at a case; concepts that follow from others are added.
    pub fn new(knowledge: &'a Knowledge, case: &'a Case) -> Self {
        let mut view = Self {
            knowledge,
            case,
            said: case
                .facts
                .iter()
                .map(|(id, fact)| (id.as_str(), fact))
                .collect(),
            inferred: BTreeMap::new(),
            fired: BTreeSet::new(),
            engine_values: BTreeMap::new(),
            derived: RefCell::default(),
        };
        for inference in &knowledge.inferences {
            if view
                .case
                .fact(inference.then.as_str())
                .is_some_and(|f| f.assertion != Assertion::Uncertain)
            {
                continue;
            }
            if view.evaluate(&inference.when, &Policy::default()).holds() {
                let like = inference
                    .like
                    .as_ref()
                    .and_then(|id| view.fact(id.as_str()))
                    .cloned();
                let fact = like.unwrap_or_else(|| view.computed(&inference.when));
                view.inferred.insert(inference.then.clone(), fact);
                view.derived.borrow_mut().clear();
            }
        }
        view
    }

    /// A fact that follows from others and keeps their quotes.
    fn computed(&self, when: &Expr) -> Fact {
        let reasons = self.reasons(when, &Policy::default());
        let evidence = reasons.into_iter().flat_map(|one| one.evidence).collect();
        Fact::present(crate::domain::Source::Choice, evidence)
    }

    /// The case behind the view.
    pub fn case(&self) -> &'a Case {
        self.case
    }

    /// Notes that a rule fires, for rules that name it.
    pub fn note_fired(&mut self, rule: &RuleId) {
        self.fired.insert(rule.clone());
    }

    /// Gives a value computed by the engine (`flag_immediate`, …).
    pub fn set_engine_value(&mut self, name: &str, value: Tri) {
        self.engine_values.insert(name.to_owned(), value);
        self.derived.borrow_mut().clear();
    }

    /// The fact about a concept, said or inferred.
    pub fn fact(&self, concept: &str) -> Option<&Fact> {
        self.inferred
            .get(concept)
            .or_else(|| self.said.get(concept).copied())
    }

    /// Evaluates a condition.
    pub fn evaluate(&self, expr: &Expr, policy: &Policy) -> Tri {
        match expr {
            Expr::Concept(id, qualifiers) => self.concept(id, qualifiers, policy),
            Expr::Derived(id) => self.derived(id, policy),
            Expr::Rule(id) => Tri::from(self.fired.contains(id)),
            Expr::Compare(name, comparison, value) => self.compare(name, *comparison, *value),
            Expr::Sex(sex) => Tri::from(self.case.sex.map(|known| known == *sex)),
            Expr::And(items) => self.until(Tri::Absent, Tri::and, items, policy),
            Expr::Or(items) => self.until(Tri::Present, Tri::or, items, policy),
            Expr::Count(comparison, n, items) => self.count(*comparison, *n, items, policy),
            // Guessing never helps a negation: what speaks against a danger must be known.
            Expr::Not(inner) => {
                let strict = Policy {
                    concluding: policy.concluding,
                    ..Policy::default()
                };
                self.evaluate(inner, &strict).not()
            }
        }
    }

    /// Joins the items, and stops at the value that no further item can change.
    fn until(&self, last: Tri, join: fn(Tri, Tri) -> Tri, items: &[Expr], policy: &Policy) -> Tri {
        let mut joined = last.not();
        for item in items {
            joined = join(joined, self.evaluate(item, policy));
            if joined == last {
                break;
            }
        }
        joined
    }

    /// The satisfied leaves of a condition, each with its quotes.
    pub fn reasons(&self, expr: &Expr, policy: &Policy) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = vec![];
        self.collect(expr, policy, &mut reasons);
        reasons
    }

    fn collect(&self, expr: &Expr, policy: &Policy, into: &mut Vec<Reason>) {
        match expr {
            Expr::And(items) | Expr::Count(_, _, items) => items
                .iter()
                .filter(|item| self.evaluate(item, policy).holds())
                .for_each(|item| self.collect(item, policy, into)),
            Expr::Or(items) => items
                .iter()
                .filter(|item| self.evaluate(item, policy).holds())
                .for_each(|item| self.collect(item, policy, into)),
            Expr::Not(_) | Expr::Rule(_) => {}
            Expr::Concept(id, _) => self.push_reason(id, into),
            Expr::Derived(id) => match self.knowledge.derived.get(id).and_then(|d| d.when.as_ref())
            {
                Some(when) if self.fact(id.as_str()).is_none() => self.collect(when, policy, into),
                _ => self.push_reason(id, into),
            },
            Expr::Compare(name, comparison, value) => {
                let id = ConceptId::new(name);
                if !into.iter().any(|r| r.concept == id) {
                    let evidence = self
                        .case
                        .measure_evidence
                        .get(name)
                        .cloned()
                        .into_iter()
                        .collect();
                    let shown = Expr::Compare(name.clone(), *comparison, *value).to_string();
                    into.push(Reason {
                        concept: id,
                        name: shown,
                        evidence,
                    });
                }
            }
            Expr::Sex(sex) => {
                into.push(Reason {
                    concept: ConceptId::new("sex"),
                    name: sex.to_string(),
                    evidence: vec![],
                });
            }
        }
    }

    /// The parts of a condition of which something was said, whether or not it satisfies them.
    pub fn said_about(&self, expr: &Expr) -> Vec<Reason> {
        let mut reasons = vec![];
        self.collect_said(expr, &mut reasons);
        reasons
    }

    fn collect_said(&self, expr: &Expr, into: &mut Vec<Reason>) {
        match expr {
            Expr::And(items) | Expr::Or(items) | Expr::Count(_, _, items) => {
                items.iter().for_each(|item| self.collect_said(item, into));
            }
            Expr::Not(inner) => self.collect_said(inner, into),
            Expr::Concept(id, _) | Expr::Derived(id) => {
                if self.fact(id.as_str()).is_some() {
                    self.push_reason(id, into);
                } else if let Some(when) =
                    self.knowledge.derived.get(id).and_then(|d| d.when.as_ref())
                {
                    self.collect_said(when, into);
                }
            }
            Expr::Compare(name, _, _) if self.case.measures.contains_key(name) => {
                self.collect(expr, &Policy::default(), into);
            }
            Expr::Rule(_) | Expr::Compare(..) | Expr::Sex(_) => {}
        }
    }

    fn push_reason(&self, id: &ConceptId, into: &mut Vec<Reason>) {
        if into.iter().any(|reason| &reason.concept == id) {
            return;
        }
        let evidence = self
            .fact(id.as_str())
            .map_or_else(Vec::new, |fact| fact.evidence.clone());
        into.push(Reason {
            concept: id.clone(),
            name: self.knowledge.name(id).to_owned(),
            evidence,
        });
    }

    fn concept(&self, id: &ConceptId, qualifiers: &Qualifiers, policy: &Policy) -> Tri {
        let Some(fact) = self.fact(id.as_str()) else {
            return if policy.unanswered.contains(id) {
                Tri::Present
            } else {
                Tri::Unknown
            };
        };
        let wants_resolved = qualifiers
            .iter()
            .flatten()
            .any(|q| *q == Qualifier::Resolved);
        let base = match fact.assertion {
            Assertion::Present => Tri::Present,
            Assertion::Past if wants_resolved => Tri::Present,
            Assertion::Absent | Assertion::Past | Assertion::OtherPerson => Tri::Absent,
            Assertion::Uncertain if policy.unanswered.contains(id) => Tri::Present,
            Assertion::Uncertain => Tri::Unknown,
        };
        qualifiers
            .iter()
            .map(|group| {
                group
                    .iter()
                    .map(|q| self.qualifier(id, fact, *q, policy))
                    .fold(Tri::Absent, Tri::or)
            })
            .map(|value| {
                if policy.open && value == Tri::Unknown {
                    Tri::Present
                } else {
                    value
                }
            })
            .fold(base, Tri::and)
    }

    fn qualifier(&self, id: &ConceptId, fact: &Fact, qualifier: Qualifier, policy: &Policy) -> Tri {
        let own = self.own_course(id, fact);
        let course = self.with_time_of_visit(id, own, policy);
        // A time that only the visit lends a sign does not say that it came slowly, nor that it was there before an injury.
        let assumed_new = policy.assume_new.contains(id) && own.has_no_time();
        let value = match qualifier {
            Qualifier::New14 => within(&course, 14.0, policy),
            Qualifier::New => within(&course, 42.0, policy),
            Qualifier::Stable => stable(&course, policy),
            // 半年多了,老样子: whatever its beginning, it is no sudden sign of now.
            Qualifier::Sudden if course.sudden.is_none() && is_old_and_stable(&course) => {
                Tri::Absent
            }
            Qualifier::Sudden => Tri::from(course.sudden),
            Qualifier::Rapid => rapid(&course, policy),
            Qualifier::Severe => self.severe(id, fact),
            Qualifier::AfterInjury => self.after_injury(&own, policy),
            Qualifier::Resolved => {
                Tri::from(fact.assertion == Assertion::Past).or(Tri::from(course.resolved))
            }
            Qualifier::Side(side) => match fact.side {
                Side::Unspecified => Tri::Unknown,
                known => Tri::from(known == side),
            },
            Qualifier::Since(comparison, days) => since(&course, comparison, days, policy),
        };
        // A time that the visit lends to a sign may make it new; that it is too old for a rule is not known from it.
        let lent = own.has_no_time() && !course.has_no_time();
        let recent = matches!(
            qualifier,
            Qualifier::New14
                | Qualifier::New
                | Qualifier::Rapid
                | Qualifier::Since(Comparison::AtMost | Comparison::LessThan, _)
        );
        let value = if lent && recent && value == Tri::Absent {
            Tri::Unknown
        } else {
            value
        };
        let assumable = match qualifier {
            Qualifier::New14 | Qualifier::New | Qualifier::AfterInjury => true,
            Qualifier::Since(Comparison::AtMost | Comparison::LessThan, _) => true,
            Qualifier::Sudden => policy.assume_sudden,
            _ => false,
        };
        if value == Tri::Unknown && assumed_new && assumable {
            Tri::Present
        } else {
            value
        }
    }

    /// The symptom's own course; a pain also has the duration of the main complaint.
    fn own_course(&self, id: &ConceptId, fact: &Fact) -> Course {
        let mut course = fact.course;
        if self.is_pain(id) && course.has_no_time() {
            // Pain told together with a dated fall began then, unless it has a date of its own.
            let duration = self.case.measures.get("duration_days").copied();
            course.onset_days = duration.or_else(|| self.injury_days());
        }
        course
    }

    /// At the end of a visit in which all began lately a sign without a time of its own came with the newest of it: what is not
    /// said to be old may be as new.
    fn with_time_of_visit(&self, id: &ConceptId, own: Course, policy: &Policy) -> Course {
        let mut course = own;
        if policy.concluding && id.kind() == "SYM" && course.has_no_time() {
            let all_recent = self.measure("duration_days").filter(|days| *days <= RECENT);
            course.onset_days = all_recent.map(|days| self.dated().fold(days, f64::min));
        }
        course
    }

    fn is_pain(&self, id: &ConceptId) -> bool {
        let term = self.knowledge.terms.get(id);
        term.is_some_and(|term| term.group == "pain")
    }

    fn injury_days(&self) -> Option<f64> {
        let injuries = &self.knowledge.words.cues.injuries;
        injuries
            .iter()
            .filter_map(|id| self.fact(id.as_str()))
            .filter(|fact| fact.assertion == Assertion::Present)
            .find_map(|fact| fact.course.onset_days)
    }

    fn severe(&self, id: &ConceptId, fact: &Fact) -> Tri {
        if let Some(severe) = fact.course.severe {
            return Tri::from(severe);
        }
        if let Some(score) = fact.severity {
            return Tri::from(score.get() >= 7);
        }
        let measured = self.case.measures.get("nrs_worst24h");
        let worst = measured.filter(|_| self.is_pain(id));
        Tri::from(worst.map(|score| *score >= 7.0))
    }

    /// Began with or after the injury: said so, or its date is not before the injury's. What nobody dates before a recent
    /// injury counts, at the end, as having come with it.
    fn after_injury(&self, course: &Course, policy: &Policy) -> Tri {
        if let Some(after) = course.after_injury {
            return Tri::from(after);
        }
        match (self.injury_days(), course.onset_days) {
            (Some(injury), Some(onset)) => Tri::from(onset <= injury + 1.0),
            (Some(injury), None) if policy.concluding && injury <= RECENT => {
                Tri::from(course.recency != Some(Recency::Stable))
            }
            _ => Tri::Unknown,
        }
    }

    fn compare(&self, name: &str, comparison: Comparison, value: f64) -> Tri {
        Tri::from(
            self.measure(name)
                .map(|known| comparison.holds(known, value)),
        )
    }

    /// A number by the name used in rules; some are computed from others when not given.
    pub fn measure(&self, name: &str) -> Option<f64> {
        if let Some(value) = self.case.measures.get(name) {
            return Some(*value);
        }
        match name {
            "duration_days" => self.longest_pain_days(),
            "onset_age" => {
                let years = self.measure("duration_days")? / 365.0;
                Some((self.measure("age")? - years).floor())
            }
            _ => None,
        }
    }

    fn longest_pain_days(&self) -> Option<f64> {
        self.dated().reduce(f64::max)
    }

    /// How many days ago pains and numbness began, where it was said.
    fn dated(&self) -> impl Iterator<Item = f64> {
        let is_felt = |id: &ConceptId| {
            let term = self.knowledge.terms.get(id);
            term.is_some_and(|term| matches!(term.group.as_str(), "pain" | "sensory"))
        };
        let present = self.case.facts.iter();
        present
            .filter(move |(id, fact)| fact.assertion == Assertion::Present && is_felt(id))
            .filter_map(|(_, fact)| fact.course.onset_days)
    }

    fn derived(&self, id: &ConceptId, policy: &Policy) -> Tri {
        if let Some(value) = self.engine_values.get(id.as_str()) {
            return *value;
        }
        let plain = !policy.open && policy.unanswered.is_empty() && policy.assume_new.is_empty();
        if plain && let Some(value) = self.derived.borrow().get(id) {
            return *value;
        }
        let value = self.compute_derived(id, policy);
        if plain {
            self.derived.borrow_mut().insert(id.clone(), value);
        }
        value
    }

    fn compute_derived(&self, id: &ConceptId, policy: &Policy) -> Tri {
        let Some(derived) = self.knowledge.derived.get(id) else {
            return Tri::Unknown;
        };
        let stated = self.fact(id.as_str()).map(|fact| match fact.assertion {
            Assertion::Present => Tri::Present,
            Assertion::Uncertain => Tri::Unknown,
            _ => Tri::Absent,
        });
        let computed = match (stated, &derived.when) {
            (Some(value @ (Tri::Present | Tri::Absent)), _) => value,
            (_, Some(when)) => self.evaluate(when, policy),
            (_, None) => Tri::Unknown,
        };
        match computed {
            Tri::Unknown if policy.open && derived.confirmation => Tri::Present,
            Tri::Unknown if policy.unanswered.contains(id) => Tri::Present,
            Tri::Unknown => derived.default,
            known => known,
        }
    }

    fn count(&self, comparison: Comparison, n: usize, items: &[Expr], policy: &Policy) -> Tri {
        let values: Vec<Tri> = items
            .iter()
            .map(|item| self.evaluate(item, policy))
            .collect();
        let sure = values.iter().filter(|v| v.holds()).count();
        let possible = values.iter().filter(|v| **v != Tri::Absent).count();
        #[expect(clippy::cast_precision_loss, reason = "list lengths are tiny")]
        let holds = |k: usize| comparison.holds(k as f64, n as f64);
        match ((sure..=possible).all(holds), (sure..=possible).any(holds)) {
            (true, _) => Tri::Present,
            (false, true) => Tri::Unknown,
            (false, false) => Tri::Absent,
        }
    }
}

/// New or clearly worse within so many days.
fn within(course: &Course, days: f64, policy: &Policy) -> Tri {
    if matches!(course.recency, Some(Recency::New14 | Recency::Worse14))
        || course.rapid == Some(true)
    {
        return Tri::Present;
    }
    match (course.onset_days, course.recency) {
        (Some(onset), _) if onset <= days => Tri::Present,
        (_, Some(Recency::Stable)) => Tri::Absent,
        // An old onset alone does not say that it has not worsened; at the end nothing more will be said.
        (Some(_), None) if policy.concluding => Tri::Absent,
        _ => Tri::Unknown,
    }
}

/// Days from which a stable sign is an old one.
const OLD: f64 = 90.0;

fn is_old_and_stable(course: &Course) -> bool {
    course.recency == Some(Recency::Stable) && course.onset_days.is_some_and(|days| days >= OLD)
}

fn stable(course: &Course, policy: &Policy) -> Tri {
    match (course.recency, course.onset_days) {
        (Some(Recency::Stable), _) => Tri::Present,
        (Some(_), _) => Tri::Absent,
        (None, _) if course.rapid == Some(true) => Tri::Absent,
        (None, Some(days)) if days <= 14.0 => Tri::Absent,
        (None, Some(_)) if policy.concluding => Tri::Present,
        _ => Tri::Unknown,
    }
}

fn rapid(course: &Course, policy: &Policy) -> Tri {
    match (course.rapid, course.recency, course.onset_days) {
        (Some(rapid), _, _) => Tri::from(rapid),
        (None, Some(Recency::Stable), _) => Tri::Absent,
        // Sudden and within a week is a change within hours to days.
        (None, _, Some(days)) if days <= 7.0 && course.sudden == Some(true) => Tri::Present,
        // There for days only, and no word of how it came: at the end that is a change within days (redflags §0).
        (None, _, Some(days)) if days <= 7.0 && policy.concluding => Tri::Present,
        // Weeks old and no word of getting worse: at the end nothing more will be said (as in `within`).
        (None, None, Some(days)) if days > RECENT && policy.concluding => Tri::Absent,
        _ => Tri::Unknown,
    }
}

/// Days up to which something is recent (redflags §0, TIME.NEW14).
const RECENT: f64 = 14.0;

/// Time since the symptom began or worsened.
fn since(course: &Course, comparison: Comparison, days: f64, policy: &Policy) -> Tri {
    let recent = matches!(course.recency, Some(Recency::New14 | Recency::Worse14))
        || course.rapid == Some(true);
    match comparison {
        Comparison::AtMost | Comparison::LessThan => {
            if course
                .onset_days
                .is_some_and(|onset| comparison.holds(onset, days))
                || (recent && days >= 14.0)
            {
                Tri::Present
            } else if course.recency == Some(Recency::Stable) && days <= 42.0 {
                Tri::Absent
            } else {
                match course.onset_days {
                    Some(_) if recent && days < 14.0 => Tri::Unknown,
                    Some(_) if course.recency == Some(Recency::Stable) || policy.concluding => {
                        Tri::Absent
                    }
                    Some(_) => Tri::Unknown,
                    // What came suddenly and is not dated is told as something recent.
                    None if policy.concluding && course.sudden == Some(true) && days >= RECENT => {
                        Tri::Present
                    }
                    None => Tri::Unknown,
                }
            }
        }
        _ => match course.onset_days {
            Some(onset) => Tri::from(comparison.holds(onset, days)),
            None if course.recency == Some(Recency::Stable) && days <= 42.0 => Tri::Present,
            None if course.recency == Some(Recency::New14) && days >= 14.0 => Tri::Absent,
            None => Tri::Unknown,
        },
    }
}
