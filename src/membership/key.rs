//! The key under which phones are hashed.
//!
//! There are few phone numbers: a bare hash of one is found by trying them all, so what is kept is a hash under a key
//! that stands outside the database. What is written under one key means nothing under another; [`Key::fingerprint`]
//! tells them apart.
//!
//! Invariants: a message begins with its purpose, and different parts never make the same message, so that no hash made
//! for one purpose serves for another; the key prints as `***` and is in no error.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use sha2::Sha256;

use crate::language::clean::Phone;
use crate::store::{StoreError, give_to_owner, make_private};

/// Holds the key, before the file does.
pub const ENVIRONMENT: &str = "ZHUANJIE_KEY";
/// The name of the key's file in the data folder.
pub const FILE: &str = "key";

/// How long another process may take to write the key that it is just making.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of a key.
const BYTES: usize = 32;
/// Between the parts of a message.
const SEPARATOR: u8 = 0x1f;
/// Before what stands for a separator, or for itself, inside a part.
const ESCAPE: u8 = 0x1b;

/// A secret key of 32 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; BYTES]);

/// A phone number as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneHash([u8; 32]);

/// Tells keys apart without telling anything of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 8]);

/// Why there is no key; for the operator.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// What the environment holds is none.
    #[error("{ENVIRONMENT} is not a key: {why}")]
    Environment {
        /// What it is not.
        why: String,
    },
    /// What the file holds is none.
    #[error("{path} is not a key: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What it is not.
        why: String,
    },
    /// A crash came while the key was made, before it was used.
    #[error("{path} is empty: nothing was ever hashed with it, remove it and a new key is made")]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// Others than its owner can read it.
    #[error("{path} can be read by others; run `chmod 600 {path}`, and if somebody may have read it, change the key")]
    Open {
        /// Which.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("cannot use the key {path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The data folder could not be made.
    #[error(transparent)]
    Folder(#[from] StoreError),
}

impl Key {
    /// The key of the environment; else that of the data folder, made there on first use; else, without a folder, a
    /// random one that nothing outlives.
    pub fn load(
        dir: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KeyError> {
        let set = environment(ENVIRONMENT).filter(|text| !text.trim().is_empty());
        match (set, dir) {
            (Some(text), _) => Self::parse(&text).map_err(|why| KeyError::Environment { why }),
            (None, Some(dir)) => Self::of_folder(dir, rng),
            (None, None) => Ok(Self::random(rng)),
        }
    }

    /// A new key.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; BYTES];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The key that these bytes are.
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let digits: Option<Vec<u8>> =
            text.trim().chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
        let digits =
            digits.ok_or_else(|| "it has characters that are no hex digits; a key is 64 of them".to_owned())?;
        if digits.len() != 2 * BYTES {
            return Err(format!("it has {} hex digits; a key is 64 of them", digits.len()));
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Ok(Self(bytes))
    }

    fn of_folder(dir: &Path, rng: &mut impl CryptoRng) -> Result<Self, KeyError> {
        let path = dir.join(FILE);
        let fails = |source| KeyError::Io { path: path.clone(), source };
        make_private(dir)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        match options.open(&path) {
            Ok(mut file) => {
                let key = Self::random(rng);
                file.write_all(key.hex().as_bytes()).and_then(|()| file.sync_all()).map_err(fails)?;
                give_to_owner(dir, &path).map_err(fails)?;
                #[cfg(unix)]
                File::open(dir).and_then(|folder| folder.sync_all()).map_err(fails)?;
                Ok(key)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::of_file(&path),
            Err(error) => Err(fails(error)),
        }
    }

    fn of_file(path: &Path) -> Result<Self, KeyError> {
        let fails = |source| KeyError::Io { path: path.to_owned(), source };
        refuse_if_open(path)?;
        let begun = Instant::now();
        loop {
            let mut text = String::new();
            // More than a key has need not be read.
            File::open(path).and_then(|file| file.take(1024).read_to_string(&mut text)).map_err(fails)?;
            match Self::parse(&text) {
                Ok(key) => return Ok(key),
                // Another process may be about to write it.
                Err(_) if text.len() < 2 * BYTES && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(_) if text.is_empty() => return Err(KeyError::Empty { path: path.to_owned() }),
                Err(why) => return Err(KeyError::File { path: path.to_owned(), why }),
            }
        }
    }

    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n"
    }

    /// A keyed hash of some parts, for one purpose, such as `phone/v1`: HMAC-SHA-256 over purpose and parts with U+001F
    /// between them.
    pub fn mac(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        self.keyed(purpose, parts).finalize().into_bytes().into()
    }

    /// Whether this is the keyed hash of the parts. How long it takes does not tell where they differ.
    pub fn verify(&self, purpose: &str, parts: &[&str], mac: &[u8]) -> bool {
        self.keyed(purpose, parts).verify_slice(mac).is_ok()
    }

    fn keyed(&self, purpose: &str, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        add(&mut mac, purpose);
        for part in parts {
            mac.update(&[SEPARATOR]);
            add(&mut mac, part);
        }
        mac
    }

    /// How a phone number is kept.
    pub fn phone(&self, phone: &Phone) -> PhoneHash {
        PhoneHash(self.mac("phone/v1", &[&format!("+86{}", phone.reveal())]))
    }

    /// What tells this key from others.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut short = [0; 8];
        short.copy_from_slice(&self.mac("fingerprint/v1", &[])[..8]);
        Fingerprint(short)
    }
}

/// Adds a part so that none of its bytes is taken for a separator.
fn add(mac: &mut Hmac<Sha256>, part: &str) {
    if !part.bytes().any(|byte| byte == SEPARATOR || byte == ESCAPE) {
        return mac.update(part.as_bytes());
    }
    for byte in part.bytes() {
        match byte {
            SEPARATOR => mac.update(&[ESCAPE, b'1']),
            ESCAPE => mac.update(&[ESCAPE, b'0']),
            other => mac.update(&[other]),
        }
    }
}

#[cfg(unix)]
fn refuse_if_open(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
    if found.permissions().mode() & 0o077 == 0 { Ok(()) } else { Err(KeyError::Open { path: path.to_owned() }) }
}

#[cfg(not(unix))]
fn refuse_if_open(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PhoneHash {
    /// As it is stored.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As it was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for PhoneHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneHash(***)")
    }
}

impl Fingerprint {
    /// As it is stored.
    pub fn bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
