//! The header of a lock: how the passphrase becomes the key, kept in plain text beside what it locks.
//!
//! ```json
//! {"version":1,"key":"9f…","stage":"set","minutes":10,
//!  "passphrase":{"rounds":600000,"salt":"…","wrapped":"…"},"recovery":{…}}
//! ```
//! `key` names the key and is drawn by chance; `wrapped` is the key itself in an envelope (see [`super`]) under
//! PBKDF2-SHA-256 of the passphrase, or of the recovery code's digits, with that salt and so many rounds. Nothing in it
//! is about anybody.

use serde::{Deserialize, Serialize};

use super::base64;

/// The layout of the header.
const VERSION: u8 = 1;
/// Rounds of PBKDF2 for a new passphrase (OWASP's figure for SHA-256).
pub const ROUNDS: u32 = 600_000;
/// More rounds than any header of ours says: one that says more would hang whoever opens it.
const ROUNDS_MOST: u32 = 50_000_000;
/// Minutes without input after which a new lock falls shut.
const MINUTES: u32 = 10;

/// How far the lock is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Some of what is kept is not wrapped yet.
    Setting,
    /// Everything is.
    Set,
    /// It is being taken off: some is still wrapped.
    TakingOff,
}

/// The ledger's key under a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrapped {
    /// Rounds of PBKDF2.
    pub rounds: u32,
    salt: String,
    wrapped: String,
}

impl Wrapped {
    /// `wrapped` as an envelope, under a secret with this salt.
    pub fn new(rounds: u32, salt: &[u8], wrapped: &[u8]) -> Self {
        Self { rounds, salt: base64::encode(salt), wrapped: base64::encode(wrapped) }
    }

    /// The salt; none where the header is damaged.
    pub fn salt(&self) -> Option<Vec<u8>> {
        base64::decode(&self.salt)
    }

    /// The envelope; none where the header is damaged.
    pub fn wrapped(&self) -> Option<Vec<u8>> {
        base64::decode(&self.wrapped)
    }
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    version: u8,
    /// The name of the key.
    pub key: String,
    /// How far the lock is set.
    pub stage: Stage,
    /// Minutes without input after which it falls shut; 0 never.
    #[serde(default)]
    pub minutes: u32,
    /// The key under the passphrase.
    pub passphrase: Wrapped,
    /// The key under the recovery code.
    pub recovery: Wrapped,
}

/// Why a header is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A newer version of the program has set the lock.
    #[error("the lock was set by a newer version of the program")]
    Newer,
    /// It cannot be read.
    #[error("the header of the lock is damaged")]
    Damaged,
}

impl Header {
    /// The header of a lock that is about to be set.
    pub fn new(key: String, passphrase: Wrapped, recovery: Wrapped) -> Self {
        Self { version: VERSION, key, stage: Stage::Setting, minutes: MINUTES, passphrase, recovery }
    }

    /// A header as it was kept.
    pub fn read(text: &str) -> Result<Self, HeaderError> {
        #[derive(Deserialize)]
        struct Version {
            version: u8,
        }
        let version: Version = serde_json::from_str(text).map_err(|_| HeaderError::Damaged)?;
        if version.version > VERSION {
            return Err(HeaderError::Newer);
        }
        let header: Self = serde_json::from_str(text).map_err(|_| HeaderError::Damaged)?;
        let sane = |w: &Wrapped| (1..=ROUNDS_MOST).contains(&w.rounds) && w.salt().is_some();
        if sane(&header.passphrase) && sane(&header.recovery) {
            Ok(header)
        } else {
            Err(HeaderError::Damaged)
        }
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        // Plain data has no way to fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same at another stage.
    #[must_use]
    pub fn at(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }

    /// Whether what is written is wrapped.
    pub fn wraps(&self) -> bool {
        self.stage != Stage::TakingOff
    }

    /// The rule under which records are written.
    pub fn rule(&self) -> String {
        format!("{} {}", self.key, if self.wraps() { "wrapped" } else { "plain" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_back_and_others_are_told_apart() {
        let one = |n: u8| Wrapped::new(ROUNDS, &[n; 16], &[n; 60]);
        let header = Header::new("9f".to_owned(), one(1), one(2));
        assert_eq!(Header::read(&header.text()), Ok(header.clone()));
        assert_eq!(header.passphrase.salt(), Some(vec![1; 16]));
        assert_eq!(header.recovery.wrapped(), Some(vec![2; 60]));
        assert_eq!(header.rule(), header.at(Stage::Set).rule(), "what is written does not change");
        assert_ne!(header.rule(), header.at(Stage::TakingOff).rule());
        let newer = header.text().replace("\"version\":1", "\"version\":2");
        assert_eq!(Header::read(&newer), Err(HeaderError::Newer));
        let endless = header.text().replace("600000", "4000000000");
        for damaged in ["", "{}", "{\"version\":1}", &endless] {
            assert_eq!(Header::read(damaged), Err(HeaderError::Damaged), "{damaged}");
        }
    }
}
