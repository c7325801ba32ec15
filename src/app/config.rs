//! Settings: the shipped defaults, a file, the environment and the command line, in that order; parsed once.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use crate::base::error::{Error, Result};
use crate::base::time::{Clock, Instant};
use crate::platform::DataFolder;
use crate::platform::db::DatabaseUrl;

const DEFAULTS: &str = include_str!("defaults.toml");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    database: DatabaseSection,
    pub server: ServerSection,
    keys: KeysSection,
    clock: ClockSection,
    pub bureau: BureauSection,
    pub log: LogSection,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseSection {
    url: String,
    url_file: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSection {
    pub listen: String,
    pub public_host: String,
    pub behind_tls: bool,
    pub trusted_proxies: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysSection {
    file: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockSection {
    now: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BureauSection {
    pub help_phone: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSection {
    pub filter: String,
    pub json: bool,
}

/// What the command line says about settings.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub database: Option<String>,
    pub config: Option<PathBuf>,
    pub now: Option<String>,
    pub listen: Option<String>,
}

impl Config {
    /// Reads all sources; `environment` yields the process's variables.
    pub fn load(overrides: &Overrides, environment: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut table: Table = DEFAULTS
            .parse()
            .map_err(|e| Error::internal(format!("the shipped defaults are no TOML: {e}")))?;
        if let Some(path) = &overrides.config {
            let text = std::fs::read_to_string(path).map_err(|e| {
                Error::refused("config-unreadable")
                    .with("file", path.display())
                    .with("reason", e)
            })?;
            let file: Table = text.parse().map_err(|e: toml::de::Error| {
                Error::refused("config-invalid")
                    .with("file", path.display())
                    .with("reason", e.message())
            })?;
            merge(&mut table, file);
        }
        for (name, value) in environment {
            if let Some((section, key)) = name.strip_prefix("APP_").and_then(|rest| rest.split_once("__")) {
                set(&mut table, &section.to_lowercase(), &key.to_lowercase(), &value);
            }
        }
        let flags = [
            ("database", "url", &overrides.database),
            ("clock", "now", &overrides.now),
            ("server", "listen", &overrides.listen),
        ];
        for (section, key, value) in flags {
            if let Some(value) = value {
                set(&mut table, section, key, value);
            }
        }
        table.try_into().map_err(|e: toml::de::Error| {
            Error::refused("config-invalid")
                .with(
                    "file",
                    overrides.config.as_deref().unwrap_or(Path::new("APP_…")).display(),
                )
                .with("reason", e.message())
        })
    }

    pub fn database(&self, folder: &DataFolder) -> Result<DatabaseUrl> {
        if !self.database.url_file.is_empty() {
            let text = std::fs::read_to_string(&self.database.url_file).map_err(|e| {
                Error::refused("config-unreadable")
                    .with("file", &self.database.url_file)
                    .with("reason", e)
            })?;
            return DatabaseUrl::parse(text.trim());
        }
        if self.database.url.is_empty() {
            return Ok(DatabaseUrl::Sqlite(folder.database()));
        }
        DatabaseUrl::parse(&self.database.url)
    }

    pub fn keys_file(&self, folder: &DataFolder) -> PathBuf {
        if self.keys.file.is_empty() {
            folder.keys()
        } else {
            PathBuf::from(&self.keys.file)
        }
    }

    /// The clock, and whether it was set by hand.
    pub fn clock(&self) -> Result<(Clock, bool)> {
        if self.clock.now.is_empty() {
            return Ok((Clock::real(), false));
        }
        let start = Instant::parse(&self.clock.now)
            .ok_or_else(|| Error::refused("clock-unreadable").with("text", &self.clock.now))?;
        Ok((Clock::running_from(start), true))
    }
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(known)), Value::Table(more)) => merge(known, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Sets a key to a text, read as the kind of value that stands there.
fn set(table: &mut Table, section: &str, key: &str, text: &str) {
    let Some(Value::Table(section)) = table.get_mut(section) else {
        return;
    };
    let value = match section.get(key) {
        Some(Value::Boolean(_)) => text
            .parse()
            .map_or_else(|_| Value::String(text.to_owned()), Value::Boolean),
        Some(Value::Integer(_)) => text
            .parse()
            .map_or_else(|_| Value::String(text.to_owned()), Value::Integer),
        Some(Value::Array(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        }
        _ => Value::String(text.to_owned()),
    };
    section.insert(key.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(overrides: &Overrides, environment: &[(&str, &str)]) -> Result<Config> {
        Config::load(
            overrides,
            environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        )
    }

    #[test]
    fn later_sources_win() {
        let environment = [
            ("APP_SERVER__LISTEN", "0.0.0.0:1"),
            ("APP_SERVER__BEHIND_TLS", "true"),
            ("HOME", "/x"),
        ];
        let config = load(&Overrides::default(), &environment).unwrap();
        assert_eq!(config.server.listen, "0.0.0.0:1");
        assert!(config.server.behind_tls);
        let flags = Overrides {
            listen: Some("127.0.0.1:2".to_owned()),
            ..Overrides::default()
        };
        assert_eq!(load(&flags, &environment).unwrap().server.listen, "127.0.0.1:2");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let error = load(&Overrides::default(), &[("APP_SERVER__LISTNE", "x")]).unwrap_err();
        assert!(matches!(
            error,
            Error::Refused {
                code: "config-invalid",
                ..
            }
        ));
    }
}
