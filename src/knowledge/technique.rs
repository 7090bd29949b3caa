//! The technique profile: what a hospital's minimally invasive team does, for whom, and who signed it (routes §3.2, §5).
//!
//! Without a profile in force the minimally invasive assessment is not offered; what takes its place is the site's
//! choice. The built-in example is unsigned and serves trials only: everything that shows it says so.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::domain::Route;

use super::Knowledge;
use super::sheet::Sheet;
use super::source::{Fault, Files};

/// Where the built-in example lies.
const EXAMPLE: &str = "technique/example.toml";

/// The form of the file that this program reads.
const FORMAT: i64 = 1;

/// A hospital's written list for its technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TechniqueProfile {
    /// The example inside the program: never signed, offered for trials.
    pub is_example: bool,
    /// Name of the technique, as the record shows it.
    pub name: String,
    /// Version of this profile.
    pub version: String,
    /// Hospital and team that it speaks for.
    pub team: String,
    /// Ids of `[[indication]]` in `rules/routes.toml`.
    pub indications: Vec<String>,
    /// Levels of the spine, as doctors write them (`L4-5`).
    pub levels: Vec<String>,
    /// Limits in the team's own words, for the doctor.
    pub limits: Vec<String>,
    /// Doctors who do it.
    pub doctors: Vec<String>,
    /// Weeks of conservative care before it, 6 to 12.
    pub conservative_weeks: u32,
    /// Worst pain from which radicular pain under six weeks is pre-assessed, 7 to 10.
    pub pre_assessment_nrs: u32,
    /// Youngest age, 18 or more.
    pub age_from: u32,
    /// Oldest age, when there is one.
    pub age_to: Option<u32>,
    /// Who signed it; `None` while nobody did.
    pub signature: Option<Signature>,
}

/// Who signed a profile, and for how long it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who.
    pub by: String,
    /// As what.
    pub role: String,
    /// Day of the signature.
    pub on: Date,
    /// Last day on which the profile holds.
    pub valid_until: Date,
}

/// Whether a profile may be used on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Missing,
    /// The built-in example: unsigned, for trials.
    Example,
    /// A hospital's own that nobody signed.
    Unsigned,
    /// Signed, and the last day has passed.
    Expired,
    /// Signed and valid.
    InForce,
}

impl Standing {
    /// The identifier used in calls.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Example => "example",
            Self::Unsigned => "unsigned",
            Self::Expired => "expired",
            Self::InForce => "in_force",
        }
    }

    /// Whether the minimally invasive assessment is offered under it.
    pub fn is_offered(self) -> bool {
        matches!(self, Self::Example | Self::InForce)
    }
}

/// The profile in use, and what takes the place of the node where it is not offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Technique {
    /// The profile; `None` where the hospital has none.
    pub profile: Option<TechniqueProfile>,
    /// `ReferralAssessment` or `ConservativeIntensified`.
    pub instead: Route,
}

impl Default for Technique {
    fn default() -> Self {
        Self {
            profile: None,
            instead: Route::ReferralAssessment,
        }
    }
}

impl TechniqueProfile {
    /// Reads a hospital's own file; `today` is the day of the reading.
    ///
    /// # Errors
    /// Every fault, with file, line and field.
    pub fn read(
        name: &str,
        text: &str,
        today: Date,
        knowledge: &Knowledge,
    ) -> Result<Self, Vec<Fault>> {
        let known: Vec<&str> = knowledge
            .routes
            .indications
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        read(name, text, Some(today), &known)
    }

    /// Where it stands on a day.
    pub fn standing(&self, day: Date) -> Standing {
        match &self.signature {
            _ if self.is_example => Standing::Example,
            None => Standing::Unsigned,
            Some(signature) if day > signature.valid_until => Standing::Expired,
            Some(_) => Standing::InForce,
        }
    }

    /// Whether it covers an indication at an age; an age that nobody told is not outside.
    pub fn covers(&self, indication: &str, age: Option<f64>) -> bool {
        let within = age.is_none_or(|age| {
            age >= f64::from(self.age_from)
                && self.age_to.is_none_or(|to| age < f64::from(to) + 1.0)
        });
        within && self.indications.iter().any(|one| one == indication)
    }

    /// Its signature in a few characters, for the text that a doctor copies.
    pub fn signature_in_short(&self, day: Date) -> String {
        match (&self.signature, self.standing(day)) {
            (_, Standing::Example) => "示例未签字".to_owned(),
            (Some(signed), Standing::Expired) => format!("已于{}过期", signed.valid_until),
            (Some(signed), _) => format!("{}签字,有效至{}", signed.by, signed.valid_until),
            (None, _) => "未签字".to_owned(),
        }
    }

    /// Its signature in Chinese, for the doctor.
    pub fn signature_in_chinese(&self, day: Date) -> String {
        match (&self.signature, self.standing(day)) {
            (_, Standing::Example) => "示例,未签字,请医生核实".to_owned(),
            (Some(signed), Standing::Expired) => {
                format!("{}签字,已于{}过期", signed.by, signed.valid_until)
            }
            (Some(signed), _) => format!(
                "{}{}于{}签字,有效至{}",
                signed.by,
                in_brackets(&signed.role),
                signed.on,
                signed.valid_until
            ),
            (None, _) => "未签字".to_owned(),
        }
    }
}

fn in_brackets(role: &str) -> String {
    if role.is_empty() {
        String::new()
    } else {
        format!("({role})")
    }
}

impl Technique {
    /// Where the profile stands on a day.
    pub fn standing(&self, day: Date) -> Standing {
        self.profile
            .as_ref()
            .map_or(Standing::Missing, |profile| profile.standing(day))
    }

    /// One line for those who run the service.
    pub fn in_words(&self, day: Date) -> String {
        let named = self.profile.as_ref().map_or_else(String::new, |profile| {
            format!("{} {}", profile.name, profile.version)
        });
        let signed = self.profile.as_ref().and_then(|one| one.signature.as_ref());
        let what = match (self.standing(day), signed) {
            (Standing::Example, _) => {
                return format!(
                    "technique profile {named}: built-in example, unsigned, for trials; a doctor must verify"
                );
            }
            (Standing::InForce, Some(signature)) => {
                return format!(
                    "technique profile {named}: signed by {} on {}, valid until {}",
                    signature.by, signature.on, signature.valid_until
                );
            }
            (Standing::Expired, Some(signature)) => {
                format!(
                    "technique profile {named}: expired on {}",
                    signature.valid_until
                )
            }
            (Standing::Missing, _) => "no technique profile".to_owned(),
            _ => format!("technique profile {named}: unsigned"),
        };
        format!(
            "{what}; minimally invasive assessment is not offered, {} in its place",
            self.instead
        )
    }
}

impl Knowledge {
    /// Takes a hospital's technique in. The version changes with it, for decisions may.
    pub fn adopt(&mut self, technique: Technique) {
        if technique == self.technique {
            return;
        }
        let mut hash = Sha256::new();
        hash.update(self.version.as_bytes());
        hash.update(format!("{technique:?}").as_bytes());
        let digest: String = hash
            .finalize()
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let number = self.version.split('+').next().unwrap_or_default();
        self.version = format!("{number}+{digest}");
        self.technique = technique;
    }
}

/// The built-in example, when the folder has one.
pub(super) fn read_example(
    files: &Files,
    known: &[&str],
    faults: &mut Vec<Fault>,
) -> Option<TechniqueProfile> {
    let text = files.0.get(EXAMPLE)?;
    match read(EXAMPLE, text, None, known) {
        Ok(profile) => Some(TechniqueProfile {
            is_example: true,
            signature: None,
            ..profile
        }),
        Err(found) => {
            faults.extend(found);
            None
        }
    }
}

fn read(
    name: &str,
    text: &str,
    today: Option<Date>,
    known: &[&str],
) -> Result<TechniqueProfile, Vec<Fault>> {
    let mut sheet = Sheet::open(name, text)?;
    if sheet.whole("format", FORMAT, FORMAT).is_none() && !sheet.has("format") {
        sheet.wrong("format", "1", "nothing");
    }
    let profile = TechniqueProfile {
        is_example: false,
        name: sheet.text("name").unwrap_or_default(),
        version: sheet.text("version").unwrap_or_default(),
        team: sheet.text("team").unwrap_or_default(),
        indications: indications(&mut sheet, known),
        levels: at_least_one(&mut sheet, "levels"),
        limits: sheet.texts("limits"),
        doctors: sheet.texts("doctors"),
        conservative_weeks: threshold(&mut sheet, "thresholds.conservative_weeks", 6, 12, 6),
        pre_assessment_nrs: threshold(&mut sheet, "thresholds.pre_assessment_nrs", 7, 10, 7),
        age_from: threshold(&mut sheet, "thresholds.age_from", 18, 120, 18),
        age_to: sheet
            .whole("thresholds.age_to", 18, 120)
            .and_then(|age| u32::try_from(age).ok()),
        signature: signature(&mut sheet, today),
    };
    if profile.age_to.is_some_and(|to| to < profile.age_from) {
        let got = profile.age_to.map_or_else(String::new, |to| to.to_string());
        sheet.wrong("thresholds.age_to", "at least `thresholds.age_from`", &got);
    }
    let faults = sheet.finish();
    if faults.is_empty() {
        Ok(profile)
    } else {
        Err(faults)
    }
}

fn indications(sheet: &mut Sheet<'_>, known: &[&str]) -> Vec<String> {
    let given = at_least_one(sheet, "indications");
    for one in given.iter().filter(|one| !known.contains(&one.as_str())) {
        sheet.wrong("indications", &format!("out of {}", known.join(", ")), one);
    }
    given
}

fn at_least_one(sheet: &mut Sheet<'_>, field: &str) -> Vec<String> {
    let given = sheet.texts(field);
    if given.is_empty() {
        sheet.wrong(field, "a list with at least one entry", "none");
    }
    given
}

fn threshold(sheet: &mut Sheet<'_>, field: &str, least: i64, most: i64, usual: u32) -> u32 {
    let given = sheet.whole(field, least, most);
    given
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(usual)
}

/// A signature needs all of its parts; an empty `by` is none.
fn signature(sheet: &mut Sheet<'_>, today: Option<Date>) -> Option<Signature> {
    let by = sheet.optional_text("signature.by").unwrap_or_default();
    let role = sheet.optional_text("signature.role").unwrap_or_default();
    let on = sheet.day("signature.on");
    let valid_until = sheet.day("signature.valid_until");
    if by.is_empty() {
        return None;
    }
    for (field, day) in [("signature.on", on), ("signature.valid_until", valid_until)] {
        if day.is_none() && !sheet.has(field) {
            sheet.wrong(field, "a day, since somebody signed", "nothing");
        }
    }
    let (on, valid_until) = (on?, valid_until?);
    if today.is_some_and(|today| on > today) {
        sheet.wrong("signature.on", "not after today", &on.to_string());
    }
    if valid_until < on {
        sheet.wrong(
            "signature.valid_until",
            "not before `signature.on`",
            &valid_until.to_string(),
        );
    }
    Some(Signature {
        by,
        role,
        on,
        valid_until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;

    const SIGNED: &str = r#"format = 1
name = "单通道软质内镜"
version = "1.0"
team = "县医院脊柱外科"
indications = ["lumbar_radicular"]
levels = ["L4-5", "L5-S1"]

[thresholds]
conservative_weeks = 12
age_to = 80

[signature]
by = "王主任"
role = "脊柱外科"
on = "2026-11-01"
valid_until = 2027-10-31
"#;

    fn knowledge() -> Knowledge {
        Knowledge::load(&contents::embedded()).expect("no faults")
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn read(text: &str) -> Result<TechniqueProfile, Vec<Fault>> {
        TechniqueProfile::read("luse.toml", text, day("2026-11-18"), &knowledge())
    }

    #[test]
    fn a_signed_profile_is_in_force_until_its_last_day() {
        let profile = read(SIGNED).expect("valid");
        assert_eq!(profile.conservative_weeks, 12);
        assert_eq!(profile.standing(day("2027-10-31")), Standing::InForce);
        assert_eq!(profile.standing(day("2027-11-01")), Standing::Expired);
        assert!(!profile.standing(day("2027-11-01")).is_offered());
    }

    #[test]
    fn a_file_that_nobody_signed_is_not_offered() {
        let profile = read(&SIGNED.replace("王主任", "")).expect("valid");
        assert_eq!(profile.standing(day("2026-11-18")), Standing::Unsigned);
        assert!(!Standing::Unsigned.is_offered() && !Standing::Missing.is_offered());
    }

    #[test]
    fn it_covers_its_indications_and_ages_and_no_others() {
        let profile = read(SIGNED).expect("valid");
        assert!(profile.covers("lumbar_radicular", Some(80.9)));
        assert!(profile.covers("lumbar_radicular", None));
        assert!(!profile.covers("lumbar_radicular", Some(81.0)));
        assert!(!profile.covers("lumbar_radicular", Some(17.0)));
        assert!(!profile.covers("neurogenic_claudication", Some(60.0)));
    }

    #[test]
    fn the_built_in_example_is_unsigned_and_says_so() {
        let knowledge = knowledge();
        let technique = &knowledge.technique;
        assert_eq!(technique.standing(day("2026-11-18")), Standing::Example);
        assert!(technique.in_words(day("2026-11-18")).contains("unsigned"));
        let profile = technique.profile.as_ref().expect("an example");
        assert_eq!(profile.signature, None);
        assert!(!profile.covers("cervical_radicular", Some(50.0)));
    }

    #[test]
    fn every_fault_is_named_at_once_with_its_line_and_field() {
        let wrong = SIGNED
            .replace("\"1.0\"", "\"\"")
            .replace("lumbar_radicular", "knee")
            .replace("= 12", "= 4")
            .replace("2027-10-31", "2026-01-01")
            .replace("role", "rank");
        let found: Vec<String> = read(&wrong)
            .expect_err("faults")
            .iter()
            .map(ToString::to_string)
            .collect();
        let expected = [
            "luse.toml:3: `version` must be a text, got an empty text",
            "luse.toml:5: `indications` must be out of ",
            "luse.toml:9: `thresholds.conservative_weeks` must be a whole number from 6 to 12, got 4",
            "luse.toml:14: unknown field `signature.rank`",
            "luse.toml:16: `signature.valid_until` must be not before `signature.on`, got 2026-01-01",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}\n{expected}");
        }
    }

    #[test]
    fn a_signature_needs_its_days_and_cannot_lie_ahead() {
        let ahead = read(&SIGNED.replace("2026-11-01", "2026-12-01")).expect_err("ahead");
        assert_eq!(
            ahead[0].to_string(),
            "luse.toml:15: `signature.on` must be not after today, got 2026-12-01"
        );
        let until = SIGNED.replace("valid_until = 2027-10-31\n", "");
        let missing = read(&until).expect_err("no end");
        assert_eq!(
            missing[0].to_string(),
            "luse.toml:12: `signature.valid_until` must be a day, since somebody signed, got nothing"
        );
        let syntax = read("format = ").expect_err("no TOML");
        assert!(syntax[0].to_string().starts_with("luse.toml:1: "));
    }

    #[test]
    fn another_profile_is_another_version_of_the_knowledge() {
        let mut knowledge = knowledge();
        let before = knowledge.version.clone();
        let same = knowledge.technique.clone();
        knowledge.adopt(same);
        assert_eq!(knowledge.version, before);
        let profile = Some(read(SIGNED).expect("valid"));
        let technique = Technique {
            profile,
            ..Technique::default()
        };
        knowledge.adopt(technique);
        assert_ne!(knowledge.version, before);
        assert!(knowledge.version.starts_with("0."), "{}", knowledge.version);
    }
}
