//! What differs between hospitals: the names of departments, where they are, whom and when they take, where to call.
//! What stands in place of the core node is decided in `triage`. Opening hours change no decision: they belong to the
//! advice that is shown, and the instant they are read for is the turn's own.

use std::collections::BTreeMap;

use crate::domain::{
    Assessment, DepartmentChoice, Door, Hours, Reply, Route, Timestamp, Urgency, day_of,
};
use crate::interview::{Mind, State};
use crate::knowledge::{Knowledge, Prompts};

/// A hospital.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Site {
    /// Name shown to patients and printed on the record.
    pub hospital: String,
    /// Telephone for questions; empty when there is none.
    pub phone: String,
    /// Where to go in an emergency, one sentence.
    pub emergency: String,
    /// Contract name of a department → this hospital's clinic.
    pub departments: BTreeMap<String, Clinic>,
    /// Where to send patients whose department this hospital lacks; first choice first.
    pub fallback: Vec<String>,
}

/// A department as this hospital has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clinic {
    /// This hospital's name; empty when it has none.
    pub name: String,
    /// Building and floor, as a patient finds it; may be empty.
    pub place: String,
    /// When it is open.
    pub hours: Hours,
    /// Youngest age in years.
    pub age_from: Option<u32>,
    /// Takes patients below this age in years.
    pub age_below: Option<u32>,
    /// Contract names that take its place, first choice first.
    pub instead: Vec<String>,
    /// It takes patients at present.
    pub is_open: bool,
}

/// The contract's name of the emergency department.
const EMERGENCY: &str = "急诊科";

/// Sentences that this file needs; the checker looks for them.
pub const KEYS: [&str; 6] = [
    "results.missing_department.text",
    "results.missing_department.urgent",
    "results.place.at",
    "results.place.shut",
    "results.place.shut_for_long",
    "results.place.shut_and_urgent",
];

impl Site {
    /// What a turn brought, as this hospital carries it out and says it; nothing here depends on the time.
    pub fn carry_out(
        &self,
        mind: &Mind,
        state: &State,
        reply: Reply,
        decided: Assessment,
    ) -> (Reply, Assessment) {
        let age = state.case.age().or(state.opening.age);
        let reply = self.tell(&mind.knowledge, reply, &decided, age);
        (reply, self.apply(decided, age))
    }

    /// The decision as this hospital can carry it out, for a patient of this age.
    pub fn apply(&self, mut assessment: Assessment, age: Option<f64>) -> Assessment {
        let mut departments: Vec<DepartmentChoice> = vec![];
        for mut choice in assessment.departments {
            choice.name = self.department(&choice.name, age);
            if departments.iter().all(|other| other.name != choice.name) {
                departments.push(choice);
            }
        }
        assessment.departments = departments;
        assessment
    }

    /// The reply in this hospital's names; `decided` is the decision in the contract's. No time is looked at here, so
    /// that what is stored and replayed stays the same.
    pub fn tell(
        &self,
        knowledge: &Knowledge,
        mut reply: Reply,
        decided: &Assessment,
        age: Option<f64>,
    ) -> Reply {
        if self.departments.is_empty() {
            return reply;
        }
        let first = decided.departments.first().map(|choice| &choice.name);
        let missing = first.filter(|name| reply.done && self.is_missing(name));
        let explained = missing.map(|name| {
            let urgent = decided.urgency >= Urgency::Within24h;
            let key = KEYS[usize::from(urgent)];
            let second = self.department(name, age);
            let values = [("department", name.as_str()), ("second", second.as_str())];
            knowledge.prompts.filled(key, &values)
        });
        reply.text = self.in_our_names(knowledge, &reply.text, age);
        if let Some(alert) = &mut reply.alert {
            alert.text = self.in_our_names(knowledge, &alert.text, age);
        }
        if let (Some(line), Some(name)) = (explained, first) {
            let ours = self.department(name, age);
            reply.text = after_first(&reply.text, &ours, &[line]);
        }
        reply
    }

    /// The last reply with where the clinics are and, when the first is shut at that moment, what to do instead.
    /// `decided` is the decision in this hospital's names.
    pub fn advise(
        &self,
        prompts: &Prompts,
        mut reply: Reply,
        decided: Option<&Assessment>,
        at: Timestamp,
    ) -> Reply {
        let wanted = decided
            .filter(|decided| reply.done && decided.route.id != Route::HumanReview)
            .filter(|_| !self.departments.is_empty());
        let Some(decided) = wanted else {
            return reply;
        };
        let clinics = decided.departments.iter().filter_map(|choice| {
            let mut all = self.departments.iter();
            all.find(|(_, clinic)| clinic.name == choice.name)
        });
        let clinics: Vec<(&String, &Clinic)> = clinics.collect();
        let mut lines = vec![];
        for (_, clinic) in clinics
            .iter()
            .filter(|(_, clinic)| !clinic.place.is_empty())
        {
            let values = [
                ("department", clinic.name.as_str()),
                ("place", &clinic.place),
            ];
            lines.push(prompts.filled("results.place.at", &values));
        }
        let first = decided.departments.first().map(|choice| &choice.name);
        let leading = clinics.first().filter(|(_, one)| Some(&one.name) == first);
        if let Some((contract, clinic)) = leading {
            lines.extend(self.when_shut(prompts, contract, clinic, decided, at));
        }
        if let Some(name) = first {
            reply.text = after_first(&reply.text, name, &lines);
        }
        reply
    }

    /// What to do when the clinic is shut; nothing while it is open or nobody knows.
    fn when_shut(
        &self,
        prompts: &Prompts,
        contract: &str,
        clinic: &Clinic,
        decided: &Assessment,
        at: Timestamp,
    ) -> Option<String> {
        let Door::Shut(next) = clinic.hours.door(at) else {
            return None;
        };
        let emergency = self.department(EMERGENCY, None);
        let when = next.map_or_else(String::new, |(day, minute)| in_chinese(day, minute, at));
        let values = [
            ("department", clinic.name.as_str()),
            ("emergency", &emergency),
            ("when", &when),
        ];
        let key = match decided.urgency {
            _ if contract == EMERGENCY => return None,
            Urgency::Immediate | Urgency::Within24h => "results.place.shut_and_urgent",
            // Who stays at home first goes there in two weeks.
            Urgency::SelfCare => return None,
            _ if when.is_empty() => "results.place.shut_for_long",
            _ => "results.place.shut",
        };
        Some(prompts.filled(key, &values))
    }

    /// This hospital's name of the clinic that takes a patient of this age whom the contract sends there.
    fn department(&self, contract: &str, age: Option<f64>) -> String {
        if self.takes(contract, age) {
            return self.ours(contract);
        }
        let instead = self.departments.get(contract).map(|clinic| &clinic.instead);
        let mut others = instead.into_iter().flatten();
        match others.find(|name| self.takes(name, age)) {
            Some(other) => self.ours(other),
            None => {
                let fallback = self.fallback.first().map(String::as_str);
                self.ours(fallback.unwrap_or(contract))
            }
        }
    }

    fn ours(&self, contract: &str) -> String {
        let clinic = self.departments.get(contract);
        let name = clinic.map(|clinic| clinic.name.as_str());
        name.filter(|name| !name.is_empty())
            .unwrap_or(contract)
            .to_owned()
    }

    fn is_missing(&self, contract: &str) -> bool {
        let clinic = self.departments.get(contract);
        clinic.is_some_and(|clinic| clinic.name.is_empty() || !clinic.is_open)
    }

    fn takes(&self, contract: &str, age: Option<f64>) -> bool {
        let Some(clinic) = self.departments.get(contract) else {
            return true;
        };
        let old_enough = |age: f64| clinic.age_from.is_none_or(|from| age >= f64::from(from));
        let young_enough = |age: f64| clinic.age_below.is_none_or(|below| age < f64::from(below));
        !self.is_missing(contract) && age.is_none_or(|age| old_enough(age) && young_enough(age))
    }

    /// The text with each of the contract's names replaced; a name inside a longer one stays (肿瘤科 in 骨肿瘤科).
    fn in_our_names(&self, knowledge: &Knowledge, text: &str, age: Option<f64>) -> String {
        let all = knowledge.graph.departments.values();
        let mut names: Vec<&str> = all.map(|one| one.contract_name.as_str()).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let here = |name: &&&str| !name.is_empty() && rest.starts_with(**name);
            match names.iter().find(here) {
                Some(name) => {
                    written.push_str(&self.department(name, age));
                    rest = &rest[name.len()..];
                }
                None => {
                    written.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        written
    }
}

/// Adds lines after the first one that names the clinic; at the end where none does.
fn after_first(text: &str, name: &str, added: &[String]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.contains(name));
    let at = at.map_or(lines.len(), |index| index + 1);
    let added = added.iter().map(String::as_str);
    lines.splice(at..at, added.filter(|line| !line.is_empty()));
    lines.join("\n")
}

/// 今天14:00, 明天8:00, 周一8:00, 1月4日8:00.
fn in_chinese(day: jiff::civil::Date, minute: u16, at: Timestamp) -> String {
    let days = day
        .since(day_of(at))
        .map_or(i32::MAX, |span| span.get_days());
    let named = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    let which = match days {
        0 => "今天".to_owned(),
        1 => "明天".to_owned(),
        2..=6 => named.get(weekday).copied().unwrap_or_default().to_owned(),
        _ => format!("{}月{}日", day.month(), day.day()),
    };
    format!("{which}{}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::contents;
    use crate::domain::{OpenSpan, RouteChoice};

    fn knowledge() -> &'static Knowledge {
        static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
        KNOWLEDGE.get_or_init(|| Knowledge::read(&contents::embedded()).0)
    }

    fn assessment(departments: &[&str]) -> Assessment {
        Assessment {
            red_flags: vec![],
            urgency: Urgency::Routine,
            departments: departments
                .iter()
                .map(|name| DepartmentChoice {
                    name: (*name).to_owned(),
                    score: 1.0,
                    rule: "RT-BACK-1".into(),
                    because: String::new(),
                    reasons: vec![],
                    source: String::new(),
                })
                .collect(),
            route: RouteChoice {
                id: Route::MinimallyInvasiveAssessment,
                rule: "R3-1".into(),
                because: vec![],
                reasons: vec![],
                source: String::new(),
                missing: vec![],
                criteria: vec![],
                exclusions: vec![],
            },
            conditions: vec![],
        }
    }

    fn clinic(name: &str) -> Clinic {
        Clinic {
            name: name.to_owned(),
            is_open: true,
            ..Clinic::default()
        }
    }

    /// Spine surgery is on the third floor and open on weekdays from 8 to 12; no bone oncology; children under 16.
    fn site() -> Site {
        let mornings = (1..=5).map(|weekday| OpenSpan {
            weekday,
            from: 480,
            to: 720,
        });
        let spine = Clinic {
            place: "门诊楼3楼".to_owned(),
            hours: Hours {
                spans: mornings.collect(),
                shut: vec![],
            },
            age_from: Some(16),
            instead: vec!["小儿骨科".to_owned()],
            ..clinic("骨二科")
        };
        let children = Clinic {
            age_below: Some(16),
            instead: vec!["脊柱外科".to_owned()],
            ..clinic("小儿骨科门诊")
        };
        Site {
            departments: BTreeMap::from([
                ("脊柱外科".into(), spine),
                ("小儿骨科".into(), children),
                ("骨肿瘤科".into(), clinic("")),
                ("肿瘤科".into(), clinic("肿瘤中心")),
                (EMERGENCY.into(), clinic("急诊医学科")),
            ]),
            fallback: vec!["脊柱外科".into()],
            ..Site::default()
        }
    }

    fn names(departments: &[&str], age: f64) -> Vec<String> {
        let applied = site().apply(assessment(departments), Some(age));
        applied
            .departments
            .into_iter()
            .map(|one| one.name)
            .collect()
    }

    fn reply(text: &str) -> Reply {
        Reply {
            text: text.to_owned(),
            question: None,
            alert: None,
            done: true,
        }
    }

    #[test]
    fn departments_are_named_as_the_hospital_names_them() {
        assert_eq!(names(&["脊柱外科", "疼痛科"], 40.0), ["骨二科", "疼痛科"]);
        assert_eq!(names(&["骨肿瘤科", "脊柱外科"], 40.0), ["骨二科"]);
    }

    #[test]
    fn who_is_too_young_or_too_old_goes_to_what_takes_its_place() {
        assert_eq!(names(&["脊柱外科"], 15.9), ["小儿骨科门诊"]);
        assert_eq!(names(&["脊柱外科"], 16.0), ["骨二科"]);
        assert_eq!(names(&["小儿骨科", "脊柱外科"], 16.0), ["骨二科"]);
        let ageless = site().apply(assessment(&["小儿骨科"]), None);
        assert_eq!(ageless.departments[0].name, "小儿骨科门诊");
    }

    #[test]
    fn the_reply_uses_our_names_and_says_what_is_missing() {
        let told = |text: &str, departments: &[&str]| {
            let decided = assessment(departments);
            site()
                .tell(knowledge(), reply(text), &decided, Some(40.0))
                .text
        };
        assert_eq!(
            told("建议看脊柱外科微创门诊。\n变重了去急诊科。", &["脊柱外科"]),
            "建议看骨二科微创门诊。\n变重了去急诊医学科。"
        );
        assert_eq!(
            told("请看骨肿瘤科。\n也可以看肿瘤科。", &["骨肿瘤科"]),
            "请看骨二科。\n本院没有骨肿瘤科,建议先看骨二科,需要时由医生帮您转诊。\n也可以看肿瘤中心。"
        );
        let plain = Site::default().tell(
            knowledge(),
            reply("请看脊柱外科。"),
            &assessment(&["脊柱外科"]),
            None,
        );
        assert_eq!(plain.text, "请看脊柱外科。");
    }

    fn advised(urgency: Urgency, at: &str) -> String {
        let mut decided = assessment(&["骨二科"]);
        decided.urgency = urgency;
        let at = format!("2026-11-{at}:00+08:00").parse().expect("a time");
        let prompts = &knowledge().prompts;
        let text = "请看骨二科。\n平常预约就可以。";
        site().advise(prompts, reply(text), Some(&decided), at).text
    }

    #[test]
    fn a_shut_clinic_says_when_it_opens_or_sends_what_cannot_wait_to_the_emergency_department() {
        let open = "请看骨二科。\n骨二科在门诊楼3楼。\n平常预约就可以。";
        assert_eq!(advised(Urgency::Routine, "20T09:00"), open);
        let shut =
            |line: &str| format!("请看骨二科。\n骨二科在门诊楼3楼。\n{line}\n平常预约就可以。");
        for (urgency, at, line) in [
            (
                Urgency::Routine,
                "20T07:00",
                "骨二科现在不开门,今天8:00开。",
            ),
            (
                Urgency::Within1w,
                "19T13:00",
                "骨二科现在不开门,明天8:00开。",
            ),
            (
                Urgency::Routine,
                "20T13:00",
                "骨二科现在不开门,周一8:00开。",
            ),
            (
                Urgency::Within24h,
                "20T13:00",
                "骨二科现在不开门,请直接去急诊医学科。",
            ),
            (
                Urgency::Immediate,
                "20T13:00",
                "骨二科现在不开门,请直接去急诊医学科。",
            ),
        ] {
            assert_eq!(advised(urgency, at), shut(line), "{at}");
        }
        assert_eq!(advised(Urgency::Within24h, "20T09:00"), open);
        assert_eq!(advised(Urgency::SelfCare, "20T13:00"), open);
    }

    #[test]
    fn advice_is_only_for_the_last_reply() {
        let mut decided = assessment(&["骨二科"]);
        let at = "2026-11-20T13:00:00+08:00".parse().expect("a time");
        let prompts = &knowledge().prompts;
        let asking = Reply {
            done: false,
            ..reply("请看骨二科。")
        };
        let same = site().advise(prompts, asking.clone(), Some(&decided), at);
        assert_eq!(same, asking);
        decided.route.id = Route::HumanReview;
        let person = site().advise(prompts, reply("请到导诊台。"), Some(&decided), at);
        assert_eq!(person.text, "请到导诊台。");
    }
}
