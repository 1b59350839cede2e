//! How values become columns: compressed JSON for what is only ever read as a whole, milliseconds for times, sixteen bytes for ids.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Result, StoreError};

const LEVEL: i32 = 3;

/// Text as its length (four bytes, little-endian) and a zstd frame.
pub(crate) fn pack_text(text: &str) -> Result<Vec<u8>> {
    let unstorable = |detail: String| StoreError::Unstorable { what: "text", detail };
    let length = u32::try_from(text.len()).map_err(|error| unstorable(error.to_string()))?;
    let mut packed = length.to_le_bytes().to_vec();
    packed.extend(zstd::bulk::compress(text.as_bytes(), LEVEL).map_err(|error| unstorable(error.to_string()))?);
    Ok(packed)
}

/// The text that [`pack_text`] packed.
pub(crate) fn unpack_text(packed: &[u8]) -> Result<String> {
    let unreadable = |detail: String| StoreError::Unreadable { what: "text", detail };
    let Some((length, frame)) = packed.split_first_chunk::<4>() else { return Err(unreadable("too short".into())) };
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|error| unreadable(error.to_string()))?;
    let bytes = zstd::bulk::decompress(frame, length).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))
}

/// A value as packed JSON.
pub(crate) fn pack<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>> {
    pack_text(&json(what, value)?)
}

/// The value that [`pack`] packed.
pub(crate) fn unpack<T: DeserializeOwned>(what: &'static str, packed: &[u8]) -> Result<T> {
    from_json(what, &unpack_text(packed)?)
}

/// A value as JSON.
pub(crate) fn json<T: Serialize>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Unstorable { what, detail: error.to_string() })
}

/// The value that [`json`] wrote.
pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable { what, detail: error.to_string() })
}

/// The moment `milliseconds` after 1970.
pub(crate) fn time(milliseconds: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|error| StoreError::Unreadable { what: "time", detail: error.to_string() })
}

/// The id with these sixteen bytes.
pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|error| StoreError::Unreadable { what: "id", detail: error.to_string() })
}

/// A count for people: more than four thousand million are shown as that.
pub(crate) fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_packed_comes_back(text in ".{0,2000}") {
            proptest::prop_assert_eq!(unpack_text(&pack_text(&text).unwrap()).unwrap(), text);
        }

        #[test]
        fn nonsense_is_refused_without_a_panic(bytes in proptest::collection::vec(0u8.., 0..64)) {
            // A length that is a lie costs an error, not memory: the frame decides.
            let mut bytes = bytes;
            if let Some(byte) = bytes.get_mut(3) {
                *byte = 0;
            }
            let _ = unpack_text(&bytes);
        }
    }
}
