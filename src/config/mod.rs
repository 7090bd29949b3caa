//! Settings: the embedded defaults, a file over them, the environment over that.
//!
//! Each section has a file of its own. A wrong name or value stops the program with one line that
//! names where it stands; the environment uses `JIWEN__SECTION__FIELD`.

mod department;
mod layers;
mod log;
mod models;
mod rate;
mod scales;
mod search;
mod secret;
mod server;
mod site;
mod speech;
mod staff;
mod store;
mod visits;
mod wechat;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use department::{Department, OpenSpan};
pub use log::Log;
pub use models::Models;
pub use rate::Rate;
pub use scales::Scales;
pub use search::Search;
pub use secret::Secret;
pub use server::Server;
pub use site::{CoreNode, Site};
pub use speech::Speech;
pub use staff::Staff;
pub use store::{Store, Survives};
pub use visits::Visits;
pub use wechat::WeChat;

use layers::Layers;

/// The defaults with their comments, as `jiwen config` may print them.
pub const DEFAULTS: &str = include_str!("default.toml");

/// Every setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// HTTP.
    pub server: Server,
    /// Data.
    pub store: Store,
    /// Models.
    pub models: Models,
    /// Voice.
    pub speech: Speech,
    /// Visits in memory.
    pub visits: Visits,
    /// Limits on calls.
    pub rate: Rate,
    /// Similar visits.
    pub search: Search,
    /// Scales under licence.
    pub scales: Scales,
    /// Staff.
    pub staff: Staff,
    /// Logs.
    pub log: Log,
    /// The hospital.
    pub site: Site,
    /// Signing in with a WeChat mini-program.
    pub wechat: WeChat,
}

/// A setting that cannot be used; one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {message}", path.display())]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Cause.
        message: String,
    },
    /// The file is not TOML.
    #[error("{origin}:{line}: {message}")]
    Syntax {
        /// File.
        origin: String,
        /// Line, from 1.
        line: usize,
        /// Cause.
        message: String,
    },
    /// A field that does not exist.
    #[error("{origin}: unknown field `{field}`; there are {known}")]
    Unknown {
        /// File or variable.
        origin: String,
        /// Field.
        field: String,
        /// Fields that exist there.
        known: String,
    },
    /// A value that a field does not take.
    #[error("{origin}: `{field}` must be {expected}, got {got}")]
    Value {
        /// File or variable.
        origin: String,
        /// Field.
        field: String,
        /// What it takes.
        expected: String,
        /// What came.
        got: String,
    },
}

impl Config {
    /// Reads the defaults, the file if there is one, and the environment.
    ///
    /// # Errors
    /// One line that names file or variable, and field.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = file
            .map(|path| {
                std::fs::read_to_string(path)
                    .map(|text| (path.display().to_string(), text))
                    .map_err(|error| ConfigError::Unreadable {
                        path: path.to_owned(),
                        message: error.to_string(),
                    })
            })
            .transpose()?;
        Self::from_layers(
            file,
            std::env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            }),
        )
    }

    /// As [`Config::load`], with the file's name and text and the environment as values.
    ///
    /// # Errors
    /// One line that names file or variable, and field.
    pub fn from_layers(
        file: Option<(String, String)>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = Layers::new(DEFAULTS)?;
        if let Some((name, text)) = file {
            layers.add_file(&name, &text)?;
        }
        layers.add_environment(environment)?;
        Site::check_names(&layers)?;
        let config: Self = layers.read()?;
        config.server.check(&layers)?;
        config.visits.check(&layers)?;
        config.speech.check(&layers)?;
        config.rate.check(&layers)?;
        config.search.check(&layers)?;
        config.staff.check(&layers)?;
        config.site.check(&layers)?;
        config.wechat.check(&layers)?;
        Ok(config)
    }

    /// The event log.
    pub fn log_file(&self) -> PathBuf {
        self.store.data.join("jiwen.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        Config::from_layers(
            Some(("my.toml".into(), file.into())),
            environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
        .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_a_whole_configuration() {
        let config = load("", &[]).expect("defaults");
        assert_eq!(config.server.listen, "127.0.0.1:8080");
        assert_eq!(config.site.core_node, CoreNode::Mis);
    }

    #[test]
    fn every_default_names_its_variable() {
        let table: toml::Table = DEFAULTS.parse().expect("defaults");
        for (section, fields) in &table {
            for (field, value) in fields.as_table().expect("a section") {
                let variable = format!("JIWEN__{section}__{field}").to_uppercase();
                assert!(
                    value.is_table() || DEFAULTS.contains(&variable),
                    "{variable}"
                );
            }
        }
    }

    #[test]
    fn the_file_wins_over_the_defaults_and_the_environment_over_the_file() {
        let config = load(
            "[visits]\ncached = 5\n[site]\nphone = \"0571\"\n[site.departments]\n\"脊柱外科\" = \"骨二科\"",
            &[("JIWEN__VISITS__CACHED", "7"), ("JIWEN__SITE__FALLBACK", "骨科, 疼痛科"), ("JIWEN__SITE__CORE_NODE", "REFERRAL")],
        )
        .expect("valid");
        assert_eq!(
            (config.visits.cached, config.site.phone.as_str()),
            (7, "0571")
        );
        assert_eq!(config.site.fallback, ["骨科", "疼痛科"]);
        assert_eq!(config.site.departments["脊柱外科"].name, "骨二科");
        assert!(config.site.departments["脊柱外科"].open);
        assert_eq!(config.site.core_node, CoreNode::Referral);
    }

    #[test]
    fn a_department_is_a_name_or_a_table() {
        let file = "[site.departments]\n\"骨肿瘤科\" = \"\"\n[site.departments.\"小儿骨科\"]\nname = \"儿骨科\"\n\
                    place = \"3楼\"\nhours = [\"1-5 08:00-12:00\"]\nage_below = 16\ninstead = [\"脊柱外科\"]";
        let config = load(file, &[]).expect("valid");
        let children = &config.site.departments["小儿骨科"];
        assert_eq!(
            (children.name.as_str(), children.place.as_str()),
            ("儿骨科", "3楼")
        );
        assert_eq!((children.hours.len(), children.age_below), (5, Some(16)));
        assert_eq!(children.instead, ["脊柱外科"]);
        assert_eq!(config.site.departments["骨肿瘤科"].name, "");
    }

    #[test]
    fn a_wrong_name_or_value_is_named_with_its_place() {
        for (file, environment, expected) in [
            (
                "[visits]\ncashed = 5",
                vec![],
                "my.toml: unknown field `visits.cashed`; there are cached",
            ),
            (
                "[vsits]\ncached = 5",
                vec![],
                "my.toml: unknown field `vsits`; there are log, models, rate, scales, search, server, site, speech, staff, store, visits, wechat",
            ),
            (
                "[visits]\ncached = \"many\"",
                vec![],
                "my.toml: `visits.cached` must be an integer, got a string",
            ),
            (
                "[visits]\ncached = 0",
                vec![],
                "my.toml: `visits.cached` must be 1 to 10000000, got 0",
            ),
            (
                "visits = 3",
                vec![],
                "my.toml: `visits` must be a table, got an integer",
            ),
            ("[visits]\ncached =", vec![], "my.toml:2: "),
            (
                "[site]\ncore_node = \"YES\"",
                vec![],
                "my.toml: `site.core_node` must be MIS, REFERRAL or ENHANCED_CONSERVATIVE, got YES",
            ),
            (
                "[site]\nreplacement = \"MIS\"",
                vec![],
                "my.toml: `site.replacement` must be REFERRAL or ENHANCED_CONSERVATIVE, got MIS",
            ),
            (
                "[site]\nclosed_days = [\"1.1.\"]",
                vec![],
                "my.toml: `site.closed_days` must be days like 2027-01-01, got 1.1.",
            ),
            (
                "[site.departments]\n\"脊柱外科\" = 3",
                vec![],
                "my.toml: `site.departments.脊柱外科` must be a name or a table, got 3",
            ),
            (
                "[site.departments.\"脊柱外科\"]\nname = \"骨二科\"\nhours = [\"9 to 5\"]",
                vec![],
                "my.toml: `site.departments.脊柱外科.hours` must be hours like",
            ),
            (
                "[site.departments.\"脊柱外科\"]\nfloor = \"3\"",
                vec![],
                "my.toml: `site.departments.脊柱外科.floor` must be one of age_below,",
            ),
            (
                "[server]\nlisten = \"here\"",
                vec![],
                "my.toml: `server.listen` must be an address and port like 127.0.0.1:8080, got here",
            ),
            (
                "",
                vec![("JIWEN__VISITS__CACHED", "many")],
                "JIWEN__VISITS__CACHED: `visits.cached` must be an integer, got many",
            ),
            (
                "",
                vec![("JIWEN__VISITS__CASHED", "1")],
                "JIWEN__VISITS__CASHED: unknown field `visits.cashed`; there are cached",
            ),
        ] {
            let error = load(file, &environment).expect_err("wrong");
            assert!(error.starts_with(expected), "{error}\n{expected}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
