//! Where things are: the project's directory, the cache of tools, the version a tool must have.
//!
//! Input: the working directory and the environment. Output: paths. Used by everything but `hash`.

use crate::trouble::{At, Outcome, Trouble};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

pub struct Project {
    pub root: PathBuf,
    /// Tools by name and version; shared by all copies of the project on this machine.
    pub cache: PathBuf,
}

impl Project {
    pub fn find() -> Outcome<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(given) => PathBuf::from(given),
            None => {
                env::current_dir().map_err(|error| Trouble::new(format!("no working directory: {error}")))?
            }
        };
        let is_ours =
            |place: &&Path| place.join("Trunk.toml").is_file() && place.join("Cargo.toml").is_file();
        let root = start.ancestors().find(is_ours).map(Path::to_path_buf).ok_or_else(|| {
            Trouble::new(format!("no Cargo.toml with a Trunk.toml in or above {}", start.display()))
        })?;
        let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let given = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let cache = given.or_else(home).unwrap_or_else(|| root.join("target")).join("xingcun");
        Ok(Self { root, cache })
    }

    /// A directory for what is made on the way; cargo's own.
    pub fn work(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |given| self.root.join(given))
    }

    /// The version of a package in Cargo.lock, so that a tool and the library it serves never differ.
    pub fn locked(&self, package: &str) -> Outcome<String> {
        let path = self.root.join("Cargo.lock");
        let lock = fs::read_to_string(&path).at("read", &path)?;
        let found = locked_version(&lock, package);
        found.ok_or_else(|| Trouble::new(format!("Cargo.lock has no package {package}")))
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted);
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// Every file below `place` as (path relative to it with `/`, full path), sorted, hidden ones left out.
pub fn files_below(place: &Path) -> Outcome<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), place.to_path_buf())];
    while let Some((prefix, directory)) = open.pop() {
        for entry in fs::read_dir(&directory).at("list", &directory)? {
            let entry = entry.at("list", &directory)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let (relative, path) = (format!("{prefix}{name}"), entry.path());
            if path.is_dir() {
                open.push((format!("{relative}/"), path));
            } else {
                found.push((relative, path));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_version_from_the_lock_file() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"a-b\"\nversion = \"4.0.0\"\n";
        assert_eq!(locked_version(lock, "a").as_deref(), Some("1.2.3"));
        assert_eq!(locked_version(lock, "a-b").as_deref(), Some("4.0.0"));
        assert_eq!(locked_version(lock, "c"), None);
    }
}
