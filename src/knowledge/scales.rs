//! Scales: how they are built and scored (`pathway/scales.toml`), and the forms that a hospital brings for those under
//! licence. No item text is ours. Scoring itself is `pathway::scales`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::sheet::Sheet;
use super::source::{Fault, Faults, Files};

/// How the answers of a scale become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleMethod {
    /// One number, as it is given (NRS).
    Single,
    /// Percent of what the items answered could give (ODI).
    Percent,
    /// Sum; one missing item takes the mean of the others (NDI).
    SumOneImputed,
    /// Sum; nothing may be missing (JOA).
    Sum,
    /// A code of levels, and a value where the hospital brings a value set (EQ-5D-5L).
    Profile,
    /// Not scored by this program.
    None,
}

/// Items that take the same values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalePart {
    /// What they are about.
    pub name: String,
    /// How many.
    pub items: usize,
    /// Values that an answer may have, smallest first.
    pub values: Vec<i64>,
}

/// A range of scores with its name; for clinicians only (routes §6.1).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleBand {
    /// First score.
    pub from: i64,
    /// Last score.
    pub to: i64,
    /// Chinese name.
    pub name: String,
}

/// A scale.
#[derive(Debug, Clone)]
pub struct ScaleDef {
    /// `ODI`
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// `patient` or `doctor`.
    pub rated_by: String,
    /// How it is scored.
    pub method: ScaleMethod,
    /// Its items in order.
    pub parts: Vec<ScalePart>,
    /// Percent of the items that must be answered.
    pub least_answered: usize,
    /// Points of change that matter.
    pub change_points: Option<f64>,
    /// Percent of change that matters.
    pub change_percent: Option<f64>,
    /// The full score, where the rate of recovery is counted from it (JOA).
    pub recovery_from: Option<f64>,
    /// Ranges with names.
    pub bands: Vec<ScaleBand>,
    /// Owner and terms.
    pub licence: String,
    /// Needs a hospital's form with a licence.
    pub licence_needed: bool,
    /// Guideline or paper.
    pub source: String,
}

impl ScaleDef {
    /// Values that each item may have, in order.
    pub fn items(&self) -> impl Iterator<Item = &[i64]> {
        self.parts
            .iter()
            .flat_map(|part| std::iter::repeat_n(part.values.as_slice(), part.items))
    }
}

/// A hospital's form of a scale, with the licence under which it may be used.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleForm {
    /// Id of the scale.
    pub scale: String,
    /// Version and language of the texts.
    pub version: String,
    /// Statement of the licence: by whom, for whom, number.
    pub licence: String,
    /// Last day of the licence, when it has one.
    pub licence_until: Option<Date>,
    /// The hospital's switch.
    pub is_enabled: bool,
    /// Items in order.
    pub items: Vec<FormItem>,
    /// Weights of a profile, when the hospital brings them.
    pub values: Option<ValueSet>,
}

/// An item as the licensed text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormItem {
    /// What is asked.
    pub text: String,
    /// One label for each value that the item may have.
    pub labels: Vec<String>,
}

/// A value set: what each level of each dimension takes away from full health.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueSet {
    /// Country, authors and year.
    pub source: String,
    /// Value of full health.
    pub full_health: f64,
    /// For each dimension what levels 2 and up take away.
    pub decrements: Vec<Vec<f64>>,
}

/// The scales, and which forms the hospital has.
#[derive(Debug, Clone, Default)]
pub struct Scales {
    /// In the order of the file.
    pub defs: Vec<ScaleDef>,
    /// Forms by id of the scale.
    pub forms: BTreeMap<String, ScaleForm>,
}

/// Whether a scale may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switch {
    /// It may.
    On,
    /// It may not, and why.
    Off(String),
}

impl Scales {
    /// The scale with this id.
    pub fn get(&self, id: &str) -> Option<&ScaleDef> {
        self.defs.iter().find(|def| def.id == id)
    }

    /// Whether a scale may be used on a day.
    pub fn switch(&self, def: &ScaleDef, day: Date) -> Switch {
        if def.method == ScaleMethod::None {
            return Switch::Off("not scored by this program".to_owned());
        }
        if !def.licence_needed {
            return Switch::On;
        }
        let Some(form) = self.forms.get(&def.id) else {
            return Switch::Off(format!(
                "needs a licence, and no form with one is configured: {}",
                def.licence
            ));
        };
        match form.licence_until {
            _ if !form.is_enabled => Switch::Off("switched off in the hospital's form".to_owned()),
            Some(until) if day > until => Switch::Off(format!("its licence ended on {until}")),
            _ => Switch::On,
        }
    }

    /// Reads a hospital's form.
    ///
    /// # Errors
    /// Every fault, with file, line and field.
    pub fn read_form(&self, name: &str, text: &str) -> Result<ScaleForm, Vec<Fault>> {
        let mut sheet = Sheet::open(name, text)?;
        if sheet.whole("format", 1, 1).is_none() && !sheet.has("format") {
            sheet.wrong("format", "1", "nothing");
        }
        let scale = sheet.text("scale").unwrap_or_default();
        let def = self.get(&scale);
        if def.is_none() && !scale.is_empty() {
            let known: Vec<&str> = self.defs.iter().map(|def| def.id.as_str()).collect();
            sheet.wrong("scale", &format!("one of {}", known.join(", ")), &scale);
        }
        let form = ScaleForm {
            version: sheet.text("version").unwrap_or_default(),
            licence: sheet.text("licence").unwrap_or_default(),
            licence_until: sheet.day("licence_until"),
            is_enabled: sheet.yes("enabled", true),
            items: def.map_or_else(Vec::new, |def| items(&mut sheet, def)),
            values: def.and_then(|def| values(&mut sheet, def)),
            scale,
        };
        let faults = sheet.finish();
        if faults.is_empty() {
            Ok(form)
        } else {
            Err(faults)
        }
    }
}

fn items(sheet: &mut Sheet<'_>, def: &ScaleDef) -> Vec<FormItem> {
    let (given, wanted) = (sheet.count("item"), def.items().count());
    if given != wanted {
        sheet.wrong("item", &format!("{wanted} tables"), &given.to_string());
    }
    let mut items = vec![];
    for (index, allowed) in def.items().enumerate().take(given) {
        let field = format!("item.{index}.options");
        let labels = sheet.texts(&field);
        if labels.len() != allowed.len() {
            let values: Vec<String> = allowed.iter().map(i64::to_string).collect();
            let expected = format!("{} texts, for {}", allowed.len(), values.join(", "));
            sheet.wrong(&field, &expected, &labels.len().to_string());
        }
        items.push(FormItem {
            text: sheet
                .text(&format!("item.{index}.text"))
                .unwrap_or_default(),
            labels,
        });
    }
    items
}

/// Decrements grow with the level and are nothing below it.
fn values(sheet: &mut Sheet<'_>, def: &ScaleDef) -> Option<ValueSet> {
    if def.method != ScaleMethod::Profile || !sheet.has("values") {
        return None;
    }
    let mut decrements = vec![];
    for (index, allowed) in def.items().enumerate() {
        let field = format!("values.decrements.{index}");
        let row = sheet.numbers(&field);
        let rises = row.windows(2).all(|pair| pair[0] <= pair[1]);
        if row.len() + 1 != allowed.len() || !rises || row.iter().any(|one| *one < 0.0) {
            let expected = format!("{} numbers that do not fall", allowed.len() - 1);
            sheet.wrong(&field, &expected, &format!("{row:?}"));
        }
        decrements.push(row);
    }
    Some(ValueSet {
        source: sheet.text("values.source").unwrap_or_default(),
        full_health: sheet.number("values.full_health").unwrap_or(1.0),
        decrements,
    })
}

const PATH: &str = "pathway/scales.toml";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    general: RawGeneral,
    #[serde(default)]
    scale: Vec<RawScale>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawGeneral {
    minimum_answered_percent: usize,
    #[serde(rename = "show_grade_to_patient")]
    _show_grade_to_patient: bool,
    #[serde(rename = "show_date_and_version")]
    _show_date_and_version: bool,
    #[serde(rename = "fallback")]
    _fallback: String,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScale {
    id: String,
    name: String,
    rated_by: String,
    method: ScaleMethod,
    #[serde(default)]
    part: Vec<ScalePart>,
    #[serde(rename = "scoring")]
    _scoring: String,
    #[serde(default, rename = "separate")]
    _separate: Vec<String>,
    #[serde(default, rename = "change")]
    _change: String,
    change_points: Option<f64>,
    change_percent: Option<f64>,
    recovery_denominator: Option<f64>,
    #[serde(default, rename = "recovery_grades")]
    _recovery_grades: String,
    #[serde(default)]
    band: Vec<ScaleBand>,
    licence: String,
    licence_needed: bool,
    #[serde(default, rename = "note")]
    _note: String,
    source: String,
}

pub(super) fn read(files: &Files, faults: &mut Faults) -> Scales {
    let file: RawFile = files.toml(PATH, faults);
    let mut scales = Scales::default();
    for raw in file.scale {
        let scored = raw.method != ScaleMethod::None;
        let broken =
            |part: &ScalePart| part.items == 0 || part.values.len() < 2 || !part.values.is_sorted();
        if scored == raw.part.is_empty() || raw.part.iter().any(broken) {
            faults.push(
                PATH,
                files.line_of_id(PATH, &raw.id),
                format!("{}: a scale that is scored has parts, each with items and two or more rising values", raw.id),
            );
        }
        if scales.get(&raw.id).is_some() {
            let line = files.line_of_id(PATH, &raw.id);
            faults.push(PATH, line, format!("`{}` is defined twice", raw.id));
        }
        scales.defs.push(ScaleDef {
            id: raw.id,
            name: raw.name,
            rated_by: raw.rated_by,
            method: raw.method,
            parts: raw.part,
            least_answered: file.general.minimum_answered_percent,
            change_points: raw.change_points,
            change_percent: raw.change_percent,
            recovery_from: raw.recovery_denominator,
            bands: raw.band,
            licence: raw.licence,
            licence_needed: raw.licence_needed,
            source: raw.source,
        });
    }
    scales
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contents;
    use crate::knowledge::Knowledge;

    fn scales() -> Scales {
        Knowledge::read(&contents::embedded()).0.scales
    }

    /// A form with made-up texts: the real ones are under licence.
    fn form(items: usize, options: usize) -> String {
        let labels: Vec<String> = (0..options).map(|n| format!("\"第{n}档\"")).collect();
        let item = |n| {
            format!(
                "[[item]]\ntext = \"第{n}题\"\noptions = [{}]\n",
                labels.join(", ")
            )
        };
        let head = "format = 1\nscale = \"ODI\"\nversion = \"2.1a\"\nlicence = \"eProvide 123\"\n";
        format!("{head}{}", (0..items).map(item).collect::<String>())
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_scale_under_licence_is_off_until_the_hospital_brings_its_form() {
        let mut scales = scales();
        let odi = scales.get("ODI").expect("a scale").clone();
        let today = day("2026-11-18");
        assert!(matches!(scales.switch(&odi, today), Switch::Off(why) if why.contains("licence")));
        let until = form(10, 6).replace("version", "licence_until = 2026-12-31\nversion");
        let read = scales.read_form("odi.toml", &until).expect("valid");
        scales.forms.insert("ODI".to_owned(), read);
        assert_eq!(scales.switch(&odi, today), Switch::On);
        let after = scales.switch(&odi, day("2027-01-01"));
        assert_eq!(
            after,
            Switch::Off("its licence ended on 2026-12-31".to_owned())
        );
        let off = form(10, 6).replace("version", "enabled = false\nversion");
        let read = scales.read_form("odi.toml", &off).expect("valid");
        scales.forms.insert("ODI".to_owned(), read);
        assert!(matches!(scales.switch(&odi, today), Switch::Off(_)));
        let free = scales.get("NRS").expect("a scale");
        assert_eq!(scales.switch(free, today), Switch::On);
    }

    #[test]
    fn every_fault_of_a_form_is_named_with_its_line() {
        let wrong = form(10, 6)
            .replacen("licence = \"eProvide 123\"\n", "", 1)
            .replacen("text = \"第1题\"", "text = \"\"", 1)
            .replacen("[\"第0档\", ", "[", 1);
        let found = scales().read_form("odi.toml", &wrong).expect_err("faults");
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        let expected = [
            "odi.toml:1: `licence` must be a text, got nothing",
            "odi.toml:6: `item.0.options` must be 6 texts, for 0, 1, 2, 3, 4, 5, got 5",
            "odi.toml:8: `item.1.text` must be a text, got an empty text",
        ];
        assert_eq!(found, expected);
        let few = scales()
            .read_form("odi.toml", &form(9, 6))
            .expect_err("one less");
        assert!(
            few[0].message.contains("must be 10 tables, got 9"),
            "{few:?}"
        );
        let other = form(1, 6).replace("ODI", "STARTBACK");
        let unknown = scales().read_form("x.toml", &other).expect_err("unknown");
        assert!(
            unknown[0].message.starts_with("`scale` must be one of NRS"),
            "{unknown:?}"
        );
    }

    #[test]
    fn each_scale_has_the_range_that_the_specification_gives() {
        let scales = scales();
        let range = |id: &str| -> (i64, i64) {
            let def = scales.get(id).expect("a scale");
            let ends = |items: &[i64]| (items[0], items[items.len() - 1]);
            def.items()
                .map(ends)
                .fold((0, 0), |sum, end| (sum.0 + end.0, sum.1 + end.1))
        };
        for (id, expected) in [
            ("NRS", (0, 10)),
            ("ODI", (0, 50)),
            ("NDI", (0, 50)),
            ("JOA-L", (-6, 29)),
            ("JOA-C", (0, 17)),
            ("mJOA", (0, 18)),
            ("EQ-5D-5L", (5, 25)),
        ] {
            assert_eq!(range(id), expected, "{id}");
        }
    }
}
