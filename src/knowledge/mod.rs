//! Parses and checks the contents of `knowledge-graph/` and `prompts/`; immutable indexes; a version.
//!
//! Nothing here opens a file: contents come in as [`Files`], so that the same code serves the binary's
//! embedded copy, a hospital's own folder, and tests.

mod bundles;
mod check;
mod facts;
mod graph;
mod language;
mod layout;
mod lexicon;
mod pathway;
mod prompts;
mod questions;
mod routes;
mod routing;
mod rules;
mod scales;
mod sheet;
mod source;
mod spoken;
mod technique;
mod terms;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::domain::ConceptId;

pub use bundles::{Bundle, Bundles, Caps};
pub use check::{ENGINE_VALUES, SITE_VALUES};
pub use facts::{StatedFact, Subject, parse_span};
pub use graph::{Department, Disease, Edge, Graph, Relation};
pub use language::{Comparison, Expr, LanguageError, Qualifier, Qualifiers};
pub use layout::{FlagLabel, Layout, Negative, SectionDef};
pub use lexicon::{Certainty, Lexicon, LexiconEntry, Veto};
pub use pathway::{Contact, FollowUp, Pathway, Stage};
pub use prompts::Prompts;
pub use questions::{OptionDef, QuestionDef, QuestionKind, Questions};
pub use routes::{CriterionDef, ExclusionDef, IndicationDef, RouteDef, RouteRow, Routes};
pub use routing::{RoutingCase, RoutingRule};
pub use rules::{Derived, EvidencePolicy, Example, FlagRow, FlagRule, Inference};
pub use scales::{
    FormItem, ScaleBand, ScaleDef, ScaleForm, ScaleMethod, ScalePart, Scales, Switch, ValueSet,
};
pub use source::{Fault, Faults, Files, Row};
pub use spoken::{Follows, SoundCosts, SoundPair, SpokenWords};
pub use technique::{Signature, Standing, Technique, TechniqueProfile};
pub use terms::{Term, Terms};
pub use words::{
    AnswerPhrase, CalendarDay, Choice, Composition, Cues, Frame, OWN_WORDS, PartWord,
    SensationWord, Slot as FrameSlot, Words,
};

/// Everything the service knows, parsed once.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// Semantic version and content hash: `0.1.0+3f2a…` (12 hex digits of SHA-256).
    pub version: String,
    /// Terms by id.
    pub terms: Terms,
    /// What patients say.
    pub lexicon: Lexicon,
    /// Words for composition and context.
    pub words: Words,
    /// What matters when words are spoken.
    pub spoken: SpokenWords,
    /// Diseases, departments, edges.
    pub graph: Graph,
    /// Red-flag rules in dependency order.
    pub flags: Vec<FlagRule>,
    /// Derived values by name.
    pub derived: BTreeMap<ConceptId, Derived>,
    /// Concepts that follow from others.
    pub inferences: Vec<Inference>,
    /// Department rules by rank.
    pub routing: Vec<RoutingRule>,
    /// Cases that the department rules must decide together.
    pub routing_cases: Vec<RoutingCase>,
    /// The route table.
    pub routes: Routes,
    /// Questions by id.
    pub questions: Questions,
    /// Which questions belong together.
    pub bundles: Bundles,
    /// Stages and follow-up templates.
    pub pathway: Pathway,
    /// Scales, and the hospital's forms.
    pub scales: Scales,
    /// Wording and order of the record.
    pub layout: Layout,
    /// Every sentence for patients.
    pub prompts: Prompts,
    /// The hospital's minimally invasive technique.
    pub technique: Technique,
    /// How incomplete evidence is weighed.
    pub policy: EvidencePolicy,
    located: BTreeSet<ConceptId>,
    flagged: BTreeSet<ConceptId>,
}

impl Knowledge {
    /// Parses everything and notes every fault; what could be read is kept.
    pub fn read(files: &Files) -> (Self, Vec<Fault>) {
        let mut faults = Faults::default();
        let graph = graph::read(files, &mut faults);
        let (derived, inferences) = rules::read_derived(files, &mut faults);
        let (routing, routing_cases) = routing::read(files, &mut faults);
        let routes = routes::read(files, &mut faults);
        let known: Vec<&str> = routes
            .indications
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let technique = Technique {
            profile: technique::read_example(files, &known, &mut faults.0),
            ..Technique::default()
        };
        let flags = rules::read_flags(files, &mut faults);
        let knowledge = Self {
            version: version(files, &mut faults),
            terms: terms::read(files, &mut faults),
            lexicon: lexicon::read(files, &mut faults),
            words: words::read(files, &mut faults),
            spoken: spoken::read(files, &mut faults),
            flagged: flagged(&flags),
            flags,
            derived,
            inferences,
            routing,
            routing_cases,
            routes,
            technique,
            questions: questions::read(files, &mut faults),
            bundles: bundles::read(files, &mut faults),
            pathway: pathway::read(files, &mut faults),
            scales: scales::read(files, &mut faults),
            layout: layout::read(files, &mut faults),
            prompts: prompts::read(files, &mut faults),
            policy: rules::read_policy(files, &mut faults),
            located: located(&graph),
            graph,
        };
        check::references(&knowledge, files, &mut faults);
        faults.0.sort();
        (knowledge, faults.0)
    }

    /// Parses everything for use.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn load(files: &Files) -> Result<Self, Vec<Fault>> {
        match Self::read(files) {
            (knowledge, faults) if faults.is_empty() => Ok(knowledge),
            (_, faults) => Err(faults),
        }
    }

    /// The Chinese name of a concept or derived value; the id itself when it has none.
    pub fn name<'a>(&'a self, id: &'a ConceptId) -> &'a str {
        if let Some(term) = self.terms.get(id) {
            return &term.name;
        }
        if let Some(derived) = self.derived.get(id) {
            return &derived.title;
        }
        self.graph
            .diseases
            .get(id)
            .map_or(id.as_str(), |disease| disease.name.as_str())
    }

    /// True when a finding names its place on the body by itself.
    pub fn is_located(&self, id: &ConceptId) -> bool {
        self.located.contains(id)
    }

    /// A symptom that is more than pain or everyday trouble.
    pub fn is_beyond_pain(&self, id: &ConceptId) -> bool {
        let pain = self.terms.get(id).is_some_and(|term| term.group == "pain");
        id.kind() == "SYM" && !pain && !self.policy.unspecific.contains(id)
    }

    /// Such a symptom that a red-flag rule names.
    pub fn is_sign_of_danger(&self, id: &ConceptId) -> bool {
        self.flagged.contains(id) && self.is_beyond_pain(id)
    }
}

/// What the red-flag rules name.
fn flagged(flags: &[FlagRule]) -> BTreeSet<ConceptId> {
    let conditions = flags.iter().flat_map(|rule| {
        let rows = rule.otherwise.iter().chain(&rule.escalate);
        rows.map(|row| &row.when).chain([&rule.when])
    });
    conditions.flat_map(Expr::concepts).cloned().collect()
}

fn located(graph: &Graph) -> BTreeSet<ConceptId> {
    graph
        .edges
        .iter()
        .filter(|e| e.relation == Relation::LocatedAt)
        .map(|e| e.from.clone())
        .collect()
}

#[derive(serde::Deserialize, Default)]
struct Manifest {
    version: String,
}

/// Semantic version of `kg.toml` plus a hash over all contents.
fn version(files: &Files, faults: &mut Faults) -> String {
    let manifest: Manifest = files.toml("kg.toml", faults);
    let mut hash = Sha256::new();
    for (path, content) in &files.0 {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(content.as_bytes());
        hash.update([0]);
    }
    let digest: String = hash
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}+{digest}", manifest.version)
}
