//! Personal numbers at rest: sealed with AES-256-GCM, found again by a keyed hash.
//!
//! A sealed value carries suite and key number in front (`1`, `1`), then a nonce of 96 random bits, then the cipher
//! text. Table, column and record id are bound to it, so a sealed value cannot be moved to another record.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::error::{Error, Result};

const SUITE: u8 = 1;
const KEY_NUMBER: u8 = 1;

/// Cipher text as it stands in a column `…_sealed`.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct Sealed(Vec<u8>);

impl<DB: Backend> ToSql<Binary, DB> for Sealed
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_slice().to_sql(out)
    }
}
impl<DB: Backend> FromSql<Binary, DB> for Sealed
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Vec::from_sql(bytes).map(Self)
    }
}

/// Where a sealed value stands: it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub id: i64,
}

/// The bureau's two keys: one seals, one makes the hashes by which sealed values are found.
#[derive(Clone)]
pub struct Keys {
    seal: [u8; 32],
    hash: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// From 64 bytes of the key file: 32 for sealing, 32 for hashing.
    pub fn from_bytes(bytes: &[u8; 64]) -> Self {
        let mut keys = Self { seal: [0; 32], hash: [0; 32] };
        keys.seal.copy_from_slice(&bytes[..32]);
        keys.hash.copy_from_slice(&bytes[32..]);
        keys
    }

    pub fn seal(&self, place: Place<'_>, plain: &str) -> Result<Sealed> {
        let nonce_bytes: [u8; 12] = random_bytes();
        let nonce = Nonce::from(nonce_bytes);
        let aad = aad(place);
        let payload = Payload { msg: plain.as_bytes(), aad: aad.as_bytes() };
        let cipher_text =
            self.cipher().encrypt(&nonce, payload).map_err(|_| Error::internal("a value could not be sealed"))?;
        let mut bytes = Vec::with_capacity(14 + cipher_text.len());
        bytes.extend_from_slice(&[SUITE, KEY_NUMBER]);
        bytes.extend_from_slice(&nonce_bytes);
        bytes.extend_from_slice(&cipher_text);
        Ok(Sealed(bytes))
    }

    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<String> {
        let refused = || Error::internal(format!("a sealed value of {}.{} does not open", place.table, place.column));
        let (head, rest) = sealed.0.split_at_checked(2).ok_or_else(refused)?;
        let (nonce, cipher_text) = rest.split_at_checked(12).ok_or_else(refused)?;
        if head != [SUITE, KEY_NUMBER] {
            return Err(refused());
        }
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| refused())?;
        let aad = aad(place);
        let payload = Payload { msg: cipher_text, aad: aad.as_bytes() };
        let plain = self.cipher().decrypt(&Nonce::from(nonce), payload).map_err(|_| refused())?;
        String::from_utf8(plain).map_err(|_| refused())
    }

    /// The keyed hash (HMAC-SHA-256, hex) by which a value of a kind is found. A plain hash would be guessable.
    pub fn hash(&self, kind: &str, plain: &str) -> String {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.hash)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(plain.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&Key::<Aes256Gcm>::from(self.seal))
    }
}

fn aad(place: Place<'_>) -> String {
    format!("{}:{}:{}", place.table, place.column, place.id)
}

/// Random bytes from the operating system.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::TryRngCore::try_fill_bytes(&mut rand::rngs::OsRng, &mut bytes)
        .unwrap_or_else(|e| panic!("the operating system gives no random bytes, without which nothing can be sealed: {e}"));
    bytes
}

/// A new secret of 160 bits for sessions and tokens, as 32 characters.
pub fn fresh_secret() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    random_bytes::<32>().iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect()
}

/// SHA-256 in hex: for secrets of full randomness and for files.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { table: "persons", column: "id_sealed", id: 7 };

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let keys = Keys::from_bytes(&[3; 64]);
        let sealed = keys.seal(PLACE, "532899198503140126").unwrap();
        assert_eq!(keys.open(PLACE, &sealed).unwrap(), "532899198503140126");
        assert!(keys.open(Place { id: 8, ..PLACE }, &sealed).is_err());
        assert!(Keys::from_bytes(&[4; 64]).open(PLACE, &sealed).is_err());
        assert!(keys.open(PLACE, &Sealed(vec![1, 1])).is_err());
        assert_ne!(sealed, keys.seal(PLACE, "532899198503140126").unwrap());
    }

    #[test]
    fn hashes_differ_by_kind_and_key() {
        let keys = Keys::from_bytes(&[3; 64]);
        assert_eq!(keys.hash("id", "a"), keys.hash("id", "a"));
        assert_ne!(keys.hash("id", "a"), keys.hash("phone", "a"));
        assert_ne!(keys.hash("id", "a"), Keys::from_bytes(&[4; 64]).hash("id", "a"));
    }
}
