//! 现病史: one paragraph from structured facts, in the third person and in standard terms.

use crate::domain::{Assertion, Evidence, Fact, Recency, Speaker};

use super::scene::{Scene, Stated, duration, gather};
use super::{Line, Parts};

/// Findings named in one clause; a doctor reads no longer list.
const SHOWN: usize = 5;

/// The paragraph with its quotes, clause by clause.
pub(super) fn write(scene: &Scene<'_>) -> Line {
    let symptoms = scene.symptoms();
    let of = |groups: &[&str]| -> Vec<Stated<'_>> {
        symptoms
            .iter()
            .filter(|(id, _)| groups.contains(&scene.group(id)))
            .filter(|(id, _)| scene.layout().section_of(id).is_none())
            .copied()
            .collect()
    };
    let mut paragraph = Paragraph::default();
    let pains = in_order(scene, of(&["pain"]));
    let neuro = in_order(scene, of(&["sphincter", "motor", "sensory"]));
    let others = in_order(scene, of(&["mechanical", "systemic"]));
    let opening = [&pains, &neuro, &others]
        .into_iter()
        .find(|list| !list.is_empty());
    let (first, mut with) = together(opening.map_or(&[], Vec::as_slice));
    onset(scene, &first, &mut paragraph);
    if !pains.is_empty() {
        severity(scene, &pains, &mut paragraph);
        factors(scene, &mut paragraph);
        with.extend(&neuro);
    }
    if !with.is_empty() {
        accompanied(scene, "伴", &with, &pains, &mut paragraph);
    }
    let has_opened = !pains.is_empty() || !neuro.is_empty();
    if has_opened && !others.is_empty() {
        accompanied(scene, "另有", &others, &pains, &mut paragraph);
    }
    values(scene, &mut paragraph);
    course(scene, &first, &mut paragraph);
    past(scene, &mut paragraph);
    paragraph.finish()
}

#[derive(Default)]
struct Paragraph {
    clauses: Vec<(String, Vec<Evidence>)>,
    quotes: Vec<Evidence>,
    /// Quotes of the clause that comes next.
    waiting: Vec<Evidence>,
}

impl Paragraph {
    fn add(&mut self, clause: String) {
        if !clause.is_empty() {
            self.clauses
                .push((clause, std::mem::take(&mut self.waiting)));
        }
    }

    /// The words that the last clause rests on.
    fn rest_on(&mut self, evidence: &[Evidence]) {
        gather(&mut self.quotes, evidence);
        match self.clauses.last_mut() {
            Some((_, quotes)) => gather(quotes, evidence),
            None => gather(&mut self.waiting, evidence),
        }
    }

    fn finish(self) -> Line {
        let parts = Parts {
            before: "",
            between: ",",
            after: "。",
            pieces: self.clauses,
        };
        Line::of_parts(parts, self.quotes)
    }
}

/// The order of the layout; what it does not name comes last.
fn in_order<'s>(scene: &Scene<'s>, mut found: Vec<Stated<'s>>) -> Vec<Stated<'s>> {
    let layout = scene.layout();
    let order = |id| {
        layout
            .lead
            .iter()
            .chain(&layout.telling)
            .position(|other| other == id)
            .unwrap_or(usize::MAX)
    };
    found.sort_by_key(|(id, _)| order(*id));
    found.truncate(SHOWN);
    found
}

/// The findings that began with the first, and those of which that is not known: a leg pain of these days must not
/// look as old as the back pain that it comes with.
fn together<'s>(found: &[Stated<'s>]) -> (Vec<Stated<'s>>, Vec<Stated<'s>>) {
    let Some((_, first)) = found.first() else {
        return (vec![], vec![]);
    };
    let since = |fact: &Fact| match fact.course.onset_days {
        Some(days) => (Some(duration(days)), None),
        None => (None, change(fact)),
    };
    found
        .iter()
        .copied()
        .partition(|(_, fact)| since(fact) == since(first))
}

/// 患者3月余前轻微外伤后突发腰痛,右下肢放射痛至足背,呈放电样
fn onset(scene: &Scene<'_>, opening: &[Stated<'_>], paragraph: &mut Paragraph) {
    let who = match scene.case.helper() {
        Some(Speaker::Relative) => "家属代述:患者",
        Some(Speaker::Parent) => "家长代述:患儿",
        Some(Speaker::Patient) | None => "患者",
    };
    let Some((_, first)) = opening.first() else {
        let unclear = "未说出可归类的症状,见原话";
        return paragraph.add(format!("{who}{unclear}"));
    };
    let when = scene
        .days(first)
        .map_or(String::new(), |days| format!("{}前", duration(days)));
    let begins = if first.course.sudden == Some(true) {
        "突发"
    } else {
        "出现"
    };
    let named: Vec<String> = opening.iter().map(|one| with_site(scene, *one)).collect();
    let injury = injury(scene, paragraph);
    let (after, before) = match injury {
        Some((name, Some(days))) if is_older(first, days) => {
            (String::new(), format!("{}前{name}", duration(days)))
        }
        Some((name, _)) => (format!("{name}后"), String::new()),
        None => (String::new(), String::new()),
    };
    let qualities = qualities(scene, opening);
    paragraph.add(format!(
        "{who}{when}{after}{begins}{}{qualities}",
        named.join("、")
    ));
    for (_, fact) in opening {
        paragraph.rest_on(&fact.evidence);
    }
    paragraph.add(before);
}

/// A pain that was there before the injury did not come from it.
fn is_older(pain: &Fact, injury_days: f64) -> bool {
    pain.course
        .onset_days
        .is_some_and(|days| days > injury_days + 1.0)
}

/// The injury, and how many days ago it was.
fn injury(scene: &Scene<'_>, paragraph: &mut Paragraph) -> Option<(String, Option<f64>)> {
    let injuries = scene.stated("HX", Assertion::Present);
    let (id, fact) = scene.first_of(&scene.layout().injuries, &injuries)?;
    paragraph.rest_on(&fact.evidence);
    Some((scene.name(id), fact.course.onset_days))
}

/// A finding that says where by itself takes the place said with it as its end: 下肢放射痛至足背.
fn with_site(scene: &Scene<'_>, one: Stated<'_>) -> String {
    let name = scene.sided(one);
    match &one.1.site {
        Some(site) if scene.knowledge.is_located(one.0) => {
            let place = scene.name(site);
            if name.contains(&place) || !name.contains("放射") {
                name
            } else {
                format!("{name}至{place}")
            }
        }
        _ => name,
    }
}

fn qualities(scene: &Scene<'_>, found: &[Stated<'_>]) -> String {
    let mut names: Vec<String> = vec![];
    for quality in found.iter().flat_map(|(_, fact)| &fact.quality) {
        let name = scene.name(quality);
        if !names.contains(&name) && names.len() < 3 {
            names.push(name);
        }
    }
    if names.is_empty() {
        String::new()
    } else {
        format!("(呈{})", names.join("、"))
    }
}

/// 最重NRS 7分(腰4、腿7)
fn severity(scene: &Scene<'_>, pains: &[Stated<'_>], paragraph: &mut Paragraph) {
    let measure = |name: &str| scene.case.measures.get(name).copied();
    let parts: Vec<String> = [("back_nrs", "腰"), ("leg_nrs", "腿"), ("rest_nrs", "静息")]
        .into_iter()
        .filter_map(|(name, part)| measure(name).map(|score| format!("{part}{score:.0}")))
        .collect();
    let said = pains.iter().filter_map(|(_, fact)| fact.severity).max();
    let worst = measure("nrs_worst24h").or(said.map(|score| f64::from(score.get())));
    let severe = pains
        .iter()
        .any(|(_, fact)| fact.course.severe == Some(true));
    paragraph.add(match (worst, parts.is_empty()) {
        (Some(worst), true) => format!("最重NRS {worst:.0}分"),
        (Some(worst), false) => format!("最重NRS {worst:.0}分({})", parts.join("、")),
        (None, false) => format!("NRS {}分", parts.join("、")),
        (None, true) if severe => "疼痛剧烈".to_owned(),
        (None, true) => String::new(),
    });
    for name in ["nrs_worst24h", "back_nrs", "leg_nrs", "rest_nrs"] {
        if let Some(quote) = scene.case.measure_evidence.get(name) {
            paragraph.rest_on(std::slice::from_ref(quote));
        }
    }
}

/// 久坐、咳嗽用力时加重,平卧可缓解
fn factors(scene: &Scene<'_>, paragraph: &mut Paragraph) {
    for (kind, verb) in [("TRIG", "时加重"), ("REL", "可缓解")] {
        let (said, plain): (Vec<Stated<'_>>, Vec<Stated<'_>>) = scene
            .stated(kind, Assertion::Present)
            .into_iter()
            .partition(|(id, _)| scene.layout().as_said.contains(id));
        let names: Vec<String> = plain
            .iter()
            .take(SHOWN)
            .map(|(id, _)| scene.name(id))
            .collect();
        if !names.is_empty() {
            paragraph.add(format!("{}{verb}", names.join("、")));
        }
        for (_, fact) in &plain {
            paragraph.rest_on(&fact.evidence);
        }
        for (id, fact) in &said {
            paragraph.add(scene.name(id));
            paragraph.rest_on(&fact.evidence);
        }
    }
}

/// 伴右足麻木(2周)、鞍区麻木(突发,2天)
fn accompanied(
    scene: &Scene<'_>,
    word: &str,
    found: &[Stated<'_>],
    pains: &[Stated<'_>],
    paragraph: &mut Paragraph,
) {
    let pain_since = pains
        .first()
        .and_then(|(_, fact)| scene.days(fact))
        .map(duration);
    let named: Vec<String> = found
        .iter()
        .map(|one| {
            let since = one.1.course.onset_days.map(duration);
            let since = since.filter(|since| Some(since) != pain_since.as_ref());
            let notes = notes(one.1, since);
            if notes.is_empty() {
                scene.sided(*one)
            } else {
                format!("{}({})", scene.sided(*one), notes.join(","))
            }
        })
        .collect();
    paragraph.add(format!("{word}{}", named.join("、")));
    for (_, fact) in found {
        paragraph.rest_on(&fact.evidence);
    }
}

fn notes(fact: &Fact, since: Option<String>) -> Vec<String> {
    let sudden = (fact.course.sudden == Some(true)).then(|| "突发".to_owned());
    sudden
        .into_iter()
        .chain(since)
        .chain(change(fact))
        .collect()
}

fn is_recent(fact: &Fact) -> bool {
    fact.course.rapid == Some(true)
        || matches!(fact.course.recency, Some(Recency::New14 | Recency::Worse14))
}

fn change(fact: &Fact) -> Option<String> {
    let text = match (fact.course.rapid, fact.course.recency) {
        (Some(true), _) => "迅速加重",
        (_, Some(Recency::Worse14)) => "近2周加重",
        (_, Some(Recency::New14)) if fact.course.onset_days.is_none() => "近2周新发",
        (_, Some(Recency::Stable)) => "长期无变化",
        _ => return None,
    };
    Some(text.to_owned())
}

/// Derived values that the layout words and no section takes: 不能足跟行走.
fn values(scene: &Scene<'_>, paragraph: &mut Paragraph) {
    let layout = scene.layout();
    for (id, fact) in scene.stated("", Assertion::Present) {
        if layout.short.contains_key(id) && layout.section_of(id).is_none() {
            paragraph.add(scene.name(id));
            paragraph.rest_on(&fact.evidence);
        }
    }
}

/// 近2周加重,反复发作
fn course(scene: &Scene<'_>, first: &[Stated<'_>], paragraph: &mut Paragraph) {
    // Beside something new, "as it always was" would be read of all.
    let any_recent = scene.symptoms().iter().any(|(_, fact)| is_recent(fact));
    let change = first
        .iter()
        .filter(|(id, fact)| scene.group(id) == "pain" && (is_recent(fact) || !any_recent))
        .find_map(|(_, fact)| change(fact));
    paragraph.add(change.unwrap_or_default());
    for (id, fact) in scene.stated("TIME", Assertion::Present) {
        if scene.layout().short.contains_key(id) {
            paragraph.add(scene.name(id));
            paragraph.rest_on(&fact.evidence);
        }
    }
}

/// 曾有尿失禁,现已缓解
fn past(scene: &Scene<'_>, paragraph: &mut Paragraph) {
    let over = |fact: &Fact| {
        fact.assertion == Assertion::Past
            || (fact.assertion == Assertion::Present && fact.course.resolved == Some(true))
    };
    let found: Vec<Stated<'_>> = scene
        .case
        .facts
        .iter()
        .filter(|(id, fact)| id.kind() == "SYM" && over(fact))
        .take(SHOWN)
        .collect();
    if found.is_empty() {
        return;
    }
    let named: Vec<String> = found.iter().map(|one| scene.sided(*one)).collect();
    paragraph.add(format!("曾有{},现已缓解", named.join("、")));
    for (_, fact) in found {
        paragraph.rest_on(&fact.evidence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Side;
    use crate::record::samples::{Patient, knowledge};

    fn text(patient: &Patient) -> String {
        let scene = Scene {
            knowledge: knowledge(),
            case: &patient.case,
        };
        write(&scene).text
    }

    #[test]
    fn the_history_is_one_paragraph_in_standard_terms() {
        let mut patient = Patient::default();
        patient.has("SYM.LBP", Side::Unspecified, Some(100.0));
        patient.has("SYM.LEG_RAD", Side::Right, Some(100.0)).recency = Some(Recency::Worse14);
        let radiating = patient.case.facts.get_mut("SYM.LEG_RAD").expect("stated");
        radiating.site = Some("BP.DORSUM".into());
        radiating.quality = vec!["QUAL.ELECTRIC".into()];
        patient.has("SYM.NUMB_FOOT", Side::Right, Some(14.0));
        patient.state("TRIG.COUGH", Assertion::Present);
        patient.state("TRIG.SIT", Assertion::Present);
        patient.state("REL.LIE", Assertion::Present);
        patient.measures("nrs_worst24h", 7.0);
        patient.measures("back_nrs", 4.0);
        patient.measures("leg_nrs", 7.0);
        assert_eq!(
            text(&patient),
            "患者3月余前出现腰痛、右下肢放射痛至足背(呈放电样),最重NRS 7分(腰4、腿7),\
             咳嗽用力、久坐时加重,平卧可缓解,伴右足麻木(2周),近2周加重。"
        );
    }

    #[test]
    fn a_relative_speaks_of_the_patient_and_an_injury_opens_it() {
        let mut patient = Patient::default();
        patient.case.speaker = Some(Speaker::Relative);
        patient.state("HX.TRAUMA_MIN", Assertion::Present);
        patient.has("SYM.LBP", Side::Midline, Some(1.0)).sudden = Some(true);
        assert_eq!(text(&patient), "家属代述:患者1天前轻微外伤后突发腰痛。");
        let mut patient = Patient::default();
        patient
            .state("HX.TRAUMA_MIN", Assertion::Present)
            .course
            .onset_days = Some(2.0);
        patient.has("SYM.KNEE_PAIN", Side::Left, None);
        assert_eq!(text(&patient), "患者2天前轻微外伤后出现左膝痛。");
        patient.has("SYM.KNEE_PAIN", Side::Left, Some(400.0));
        assert_eq!(text(&patient), "患者1年余前出现左膝痛,2天前轻微外伤。");
    }

    #[test]
    fn a_new_pain_does_not_look_as_old_as_the_one_it_comes_with() {
        let mut patient = Patient::default();
        patient
            .has("SYM.LBP", Side::Unspecified, Some(1100.0))
            .recency = Some(Recency::Stable);
        patient.has("SYM.LEG_RAD_BIL", Side::Bilateral, None);
        patient
            .has("SYM.NUMB_SADDLE", Side::Unspecified, None)
            .recency = Some(Recency::New14);
        assert_eq!(
            text(&patient),
            "患者3年前出现腰痛,伴双下肢放射痛、鞍区麻木(近2周新发)。"
        );
    }

    #[test]
    fn what_is_over_is_written_as_over() {
        let mut patient = Patient::default();
        patient.has("SYM.LBP", Side::Unspecified, Some(3.0));
        patient
            .has("SYM.URIN_INC", Side::Unspecified, None)
            .resolved = Some(true);
        assert_eq!(text(&patient), "患者3天前出现腰痛,曾有尿失禁,现已缓解。");
    }

    #[test]
    fn a_visit_without_findings_says_so() {
        assert!(text(&Patient::default()).contains("见原话"));
    }
}
