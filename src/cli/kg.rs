//! `jiwen kg`: check, stats, show, export.

use std::collections::BTreeMap;

use jiwen::domain::ConceptId;
use jiwen::knowledge::{Expr, Fault, Files, Knowledge, Subject};
use jiwen::triage::run_examples;

/// Every fault: of the files, and of examples that come out wrong.
pub fn check(files: &Files) -> Vec<Fault> {
    let (knowledge, mut faults) = Knowledge::read(files);
    faults.extend(run_examples(&knowledge, files));
    faults.extend(missing_prompts(&knowledge));
    faults.sort();
    faults
}

fn missing_prompts(knowledge: &Knowledge) -> Vec<Fault> {
    jiwen::interview::PROMPT_KEYS
        .iter()
        .chain(&jiwen::pathway::PROMPT_KEYS)
        .chain(&jiwen::service::VOICE_KEYS)
        .chain(&jiwen::service::PLACE_KEYS)
        .filter(|key| !knowledge.prompts.has(key))
        .map(|key| {
            let file = key.split('.').next().unwrap_or_default();
            Fault {
                file: format!("prompts/{file}.toml"),
                line: 0,
                message: format!("`{key}` is missing"),
            }
        })
        .collect()
}

/// Counts, in the order of the folder.
pub fn stats(knowledge: &Knowledge) -> Vec<(String, usize)> {
    let of_kind = |kind: &str| {
        knowledge
            .terms
            .keys()
            .filter(|id| id.kind() == kind)
            .count()
    };
    let follow_ups = knowledge
        .questions
        .values()
        .filter(|question| question.parent.is_some())
        .count();
    let examples = |fires: bool| {
        let flags = knowledge.flags.iter().flat_map(|rule| &rule.examples);
        let routing = knowledge.routing.iter().flat_map(|rule| &rule.examples);
        flags
            .chain(routing)
            .filter(|example| example.fires == fires)
            .count()
    };
    let mut rows: Vec<(String, usize)> = [
        ("findings 症状体征", "SYM"),
        ("sites 部位", "BP"),
        ("qualities 性质", "QUAL"),
        ("triggers 加重", "TRIG"),
        ("relievers 缓解", "REL"),
        ("time patterns 时间", "TIME"),
        ("history 病史", "HX"),
        ("drug classes 用药", "MED"),
    ]
    .into_iter()
    .map(|(name, kind)| (name.to_owned(), of_kind(kind)))
    .collect();
    rows.extend([
        (
            "lexicon rows 词表".to_owned(),
            knowledge.lexicon.entries.len(),
        ),
        ("regions 地区".to_owned(), knowledge.lexicon.regions.len()),
        ("diseases 疾病".to_owned(), knowledge.graph.diseases.len()),
        (
            "departments 科室".to_owned(),
            knowledge.graph.departments.len(),
        ),
        ("edges 关系".to_owned(), knowledge.graph.edges.len()),
        ("red-flag rules 红旗规则".to_owned(), knowledge.flags.len()),
        ("derived values 派生量".to_owned(), knowledge.derived.len()),
        ("routing rules 导诊规则".to_owned(), knowledge.routing.len()),
        ("routes 路径".to_owned(), knowledge.routes.routes.len()),
        (
            "criteria M 条件".to_owned(),
            knowledge.routes.criteria.len(),
        ),
        (
            "exclusions 排除".to_owned(),
            knowledge.routes.exclusions.len(),
        ),
        (
            "questions 题".to_owned(),
            knowledge.questions.len() - follow_ups,
        ),
        ("follow-up questions 再问".to_owned(), follow_ups),
        (
            "follow-up templates 随访模板".to_owned(),
            knowledge.pathway.follow_ups.len(),
        ),
        ("examples that fire 正例".to_owned(), examples(true)),
        ("near misses 反例".to_owned(), examples(false)),
    ]);
    rows
}

/// What an id is, what it is joined to, and which rules and questions use it.
pub fn show(knowledge: &Knowledge, id: &str) -> Option<Vec<String>> {
    let concept = ConceptId::new(id);
    let mut lines = vec![];
    if let Some(term) = knowledge.terms.get(&concept) {
        lines.push(format!(
            "{id}  {}  {}  {}",
            term.name, term.english, term.icd10
        ));
        lines.push(format!("  {}", term.definition));
    } else if let Some(derived) = knowledge.derived.get(&concept) {
        lines.push(format!(
            "{id}  {}  = {}",
            derived.title,
            derived
                .when
                .as_ref()
                .map_or_else(String::new, Expr::to_string)
        ));
    } else if let Some(disease) = knowledge.graph.diseases.get(&concept) {
        lines.push(format!(
            "{id}  {}  {}  {}",
            disease.name, disease.english, disease.icd10
        ));
    } else if let Some(rule) = knowledge.flags.iter().find(|rule| rule.id.as_str() == id) {
        lines.push(format!(
            "{id}  {}  → {} {}",
            rule.name,
            rule.red_flag,
            rule.level.chinese()
        ));
        lines.push(format!("  when {}", rule.when));
        lines.push(format!("  source {}", rule.source));
    } else if let Some(rule) = knowledge.routing.iter().find(|rule| rule.id.as_str() == id) {
        lines.push(format!(
            "{id}  → {} ({})  when {}",
            rule.first,
            rule.then.join("、"),
            rule.when
        ));
    } else if let Some(question) = knowledge.questions.get(id) {
        lines.push(format!("{id}  [{}]  {}", question.slot, question.ask));
        lines.extend(
            question
                .options
                .iter()
                .map(|option| format!("  {}  {}", option.id, option.label)),
        );
    } else {
        return None;
    }
    for edge in &knowledge.graph.edges {
        if edge.from == concept || edge.to == concept {
            lines.push(format!(
                "  {} {} -{}-> {} {}  ({}; {})",
                edge.from,
                knowledge.name(&edge.from),
                edge.relation.name(),
                edge.to,
                knowledge.name(&edge.to),
                edge.certainty,
                edge.source
            ));
        }
    }
    let uses = |expr: &Expr| {
        expr.concepts().contains(&&concept) || expr.rules().iter().any(|rule| rule.as_str() == id)
    };
    for rule in knowledge
        .flags
        .iter()
        .filter(|rule| rule.expressions().any(uses))
    {
        lines.push(format!("  used by {} {}", rule.id, rule.name));
    }
    for rule in knowledge.routing.iter().filter(|rule| uses(&rule.when)) {
        lines.push(format!("  used by {} → {}", rule.id, rule.first));
    }
    for derived in knowledge
        .derived
        .values()
        .filter(|d| d.when.as_ref().is_some_and(uses))
    {
        lines.push(format!("  used by derived value {}", derived.name));
    }
    for question in knowledge.questions.values() {
        let sets = question
            .options
            .iter()
            .flat_map(|o| &o.sets)
            .any(|f| f.subject == Subject::Concept(concept.clone()));
        if sets || question.about.contains(&concept) {
            lines.push(format!("  asked by {} {}", question.id, question.ask));
        }
    }
    for entry in knowledge
        .lexicon
        .entries
        .iter()
        .filter(|entry| entry.concepts.contains(&concept))
    {
        lines.push(format!(
            "  said as 「{}」 ({})",
            entry.expression, entry.region
        ));
    }
    Some(lines)
}

/// The graph as GraphML: nodes with id and name, edges with relation, certainty and source.
pub fn graphml(knowledge: &Knowledge) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n\
         <key id=\"name\" for=\"node\" attr.name=\"name\" attr.type=\"string\"/>\n\
         <key id=\"relation\" for=\"edge\" attr.name=\"relation\" attr.type=\"string\"/>\n\
         <key id=\"source\" for=\"edge\" attr.name=\"source\" attr.type=\"string\"/>\n\
         <graph id=\"jiwen\" edgedefault=\"directed\">\n",
    );
    for (id, name) in nodes(knowledge) {
        out.push_str(&format!(
            "<node id=\"{}\"><data key=\"name\">{}</data></node>\n",
            xml(&id),
            xml(&name)
        ));
    }
    for edge in &knowledge.graph.edges {
        out.push_str(&format!(
            "<edge source=\"{}\" target=\"{}\"><data key=\"relation\">{}</data><data key=\"source\">{}</data></edge>\n",
            xml(edge.from.as_str()),
            xml(edge.to.as_str()),
            edge.relation.name(),
            xml(&edge.source)
        ));
    }
    for (rule, concept) in triggers(knowledge) {
        out.push_str(&format!(
            "<edge source=\"{}\" target=\"{}\"><data key=\"relation\">TRIGGERED_BY</data></edge>\n",
            xml(&rule),
            xml(&concept)
        ));
    }
    out.push_str("</graph>\n</graphml>\n");
    out
}

/// The graph as JSON-LD.
pub fn jsonld(knowledge: &Knowledge) -> serde_json::Value {
    let mut graph: Vec<serde_json::Value> = nodes(knowledge)
        .into_iter()
        .map(|(id, name)| serde_json::json!({"@id": format!("jiwen:{id}"), "rdfs:label": {"@value": name, "@language": "zh"}}))
        .collect();
    for edge in &knowledge.graph.edges {
        graph.push(serde_json::json!({
            "@id": format!("jiwen:{}", edge.from),
            format!("jiwen:{}", edge.relation.name()): {"@id": format!("jiwen:{}", edge.to)},
        }));
    }
    for (rule, concept) in triggers(knowledge) {
        graph.push(serde_json::json!({
            "@id": format!("jiwen:{rule}"), "jiwen:TRIGGERED_BY": {"@id": format!("jiwen:{concept}")},
        }));
    }
    serde_json::json!({
        "@context": {"jiwen": "urn:jiwen:", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"},
        "jiwen:version": knowledge.version,
        "@graph": graph,
    })
}

fn nodes(knowledge: &Knowledge) -> BTreeMap<String, String> {
    let mut nodes: BTreeMap<String, String> = knowledge
        .terms
        .values()
        .map(|term| (term.id.to_string(), term.name.clone()))
        .collect();
    nodes.extend(
        knowledge
            .graph
            .diseases
            .values()
            .map(|d| (d.id.to_string(), d.name.clone())),
    );
    nodes.extend(
        knowledge
            .graph
            .departments
            .values()
            .map(|d| (d.id.to_string(), d.name.clone())),
    );
    nodes.extend(
        knowledge
            .derived
            .values()
            .map(|d| (d.name.to_string(), d.title.clone())),
    );
    nodes.extend(
        knowledge
            .flags
            .iter()
            .map(|rule| (rule.id.to_string(), rule.name.clone())),
    );
    nodes
}

fn triggers(knowledge: &Knowledge) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = knowledge
        .flags
        .iter()
        .flat_map(|rule| {
            rule.expressions()
                .flat_map(Expr::concepts)
                .map(|id| (rule.id.to_string(), id.to_string()))
                .collect::<Vec<_>>()
        })
        .collect();
    pairs.sort();
    pairs.dedup();
    pairs
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
