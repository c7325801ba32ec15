//! The project's own files, as text.

use std::path::{Path, PathBuf};

pub struct Source {
    /// From the project's folder, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    /// The module below `src` to which a file belongs: `base`, `registry`, `app`; empty for `main.rs` and `lib.rs`.
    pub fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or("");
        inner.split_once('/').map_or("", |(module, _)| module)
    }

    /// The text without comments that take a whole line, and without the tests at its end.
    pub fn code(&self) -> String {
        let product = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        let lines = product.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder that end so, sorted by path.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), ending, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| Source {
            text: std::fs::read_to_string(&path).expect("a readable file"),
            path: path.strip_prefix(root()).expect("below the project").to_string_lossy().replace('\\', "/"),
        })
        .collect()
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

/// The modules of the house in the order of `lib.rs`.
pub fn modules() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The files of `src` that belong to a module of the house.
pub fn product() -> Vec<Source> {
    let modules = modules();
    let all = files("src", ".rs");
    let tests: Vec<String> = all.iter().flat_map(test_modules).collect();
    let is_test = |path: &str| tests.iter().any(|stem| path == format!("{stem}.rs") || path.starts_with(&format!("{stem}/")));
    let mut product = all;
    product.retain(|source| source.module().is_empty() || modules.iter().any(|m| m == source.module()));
    product.retain(|source| !is_test(&source.path));
    product
}

/// The modules that a file declares for tests only, as paths without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let folder = match source.path.strip_suffix("/mod.rs") {
        Some(folder) => folder,
        None => source.path.strip_suffix(".rs").unwrap_or(""),
    };
    let declared = source.text.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let line = rest.trim_start().lines().next()?;
        let (_, name) = line.split_once("mod ")?;
        name.strip_suffix(';')
    });
    declared.map(|name| format!("{folder}/{name}")).collect()
}

/// The text literals that stand as the last plain argument of the calls with this beginning: `refused("x")`,
/// `invalid("field", "x")`.
pub fn last_literals(code: &str, call: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(call) {
        let Some(arguments) = arguments_of(&code[at + call.len()..]) else { continue };
        let parts: Vec<&str> = arguments.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        if let Some(literal) = parts.last().and_then(|part| part.strip_prefix('"')?.strip_suffix('"')) {
            found.push(literal.to_owned());
        }
    }
    found
}

/// The text up to the bracket that closes the call.
fn arguments_of(rest: &str) -> Option<&str> {
    let mut depth = 1;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(..at);
        }
    }
    None
}
