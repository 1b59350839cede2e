//! Ids that look like the service's and are the same for the same seed.

use jiff::Timestamp;
use uuid::Uuid;

pub(crate) type Id = Uuid;

/// What an id is for; the service's ids carry a tag of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdKind {
    /// Pages and blocks.
    Content {
        by_bot: bool,
    },
    DataSource,
    Discussion,
    Comment,
    View,
    FileUpload,
    User,
    /// Databases, options, workspaces, requests: plain random.
    Random,
}

/// A deterministic source of ids for one workspace.
#[derive(Debug, Clone)]
pub(crate) struct Mint {
    constant: u32,
    state: u64,
}

impl Mint {
    pub fn new(name: &str) -> Self {
        let state = hash(name.as_bytes());
        Self { constant: (mix(state) >> 20) as u32, state }
    }

    /// A mint of the same workspace whose ids depend only on `name`, not on what was made before.
    pub fn named(&self, kind: &str, name: &str) -> Self {
        let key = format!("{:08x}/{kind}/{name}", self.constant);
        Self { constant: self.constant, state: hash(key.as_bytes()) }
    }

    pub fn next(&mut self, kind: IdKind, time: Timestamp) -> Id {
        let high = self.random();
        let low = self.random();
        if matches!(kind, IdKind::Random) {
            return uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
                .into_uuid();
        }
        // Twelve bits of the day, a nibble, then the workspace's constant: ids of one day sort together.
        let day = (time.as_second().div_euclid(86_400) - 19_723) as u64 & 0xfff;
        let author = if kind == (IdKind::Content { by_bot: false }) { 0x80 } else { 0x81 };
        let tag = match kind {
            IdKind::DataSource => Some(0x000b),
            IdKind::Discussion => Some(0x001c),
            IdKind::Comment => Some(0x001d),
            IdKind::View => Some(0x000c),
            IdKind::FileUpload => Some(0x00b2),
            IdKind::User => Some(0x0027),
            IdKind::Content { .. } | IdKind::Random => None,
        };
        let top = (day << 52) | (0x9 << 48) | (u64::from(self.constant) << 16) | (author << 8) | (high & 0xff);
        let node = tag.map_or(low & 0xffff_ffff_ffff, |tag| tag << 32 | (low & 0xffff_ffff));
        let bottom = (0b10 << 62) | ((high >> 8 & 0x3fff) << 48) | node;
        Uuid::from_u64_pair(top, bottom)
    }

    /// A property id as it stands in a schema: four printable characters, not yet encoded.
    pub fn property(&mut self) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<=>?@[]\\^_`{|}~";
        let mut random = self.random();
        (0..4)
            .map(|_| {
                let at = (random % ALPHABET.len() as u64) as usize;
                random /= 97;
                char::from(ALPHABET.get(at).copied().unwrap_or(b'a'))
            })
            .collect()
    }

    /// Where it stands.
    pub const fn state(&self) -> u64 {
        self.state
    }

    pub const fn set_state(&mut self, state: u64) {
        self.state = state;
    }

    pub fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }
}

/// splitmix64's finaliser.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// FNV-1a; stable over releases, unlike the standard library's hasher.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// An id the way the service reads one: 32 hexadecimal digits, dashed or not, with the version and variant of RFC 9562, or all zeros.
pub(crate) fn parse(text: &str) -> Option<Id> {
    let dashed = text.len() == 36
        && text
            .char_indices()
            .all(|(at, c)| if matches!(at, 8 | 13 | 18 | 23) { c == '-' } else { c.is_ascii_hexdigit() });
    let bare = text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit());
    if !dashed && !bare {
        return None;
    }
    let id = Uuid::try_parse(text).ok()?;
    let well_formed =
        id.is_nil() || (matches!(id.get_variant(), uuid::Variant::RFC4122) && (1..=8).contains(&id.get_version_num()));
    well_formed.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_day_workspace_author_and_kind() {
        let mut mint = Mint::new("demo");
        let time: Timestamp = "2026-06-18T17:51:00Z".parse().unwrap();
        let by_person = mint.next(IdKind::Content { by_bot: false }, time).to_string();
        let by_bot = mint.next(IdKind::Content { by_bot: true }, time).to_string();
        assert_eq!(by_person[..13], by_bot[..13]);
        assert_eq!(&by_person[14..16], "80");
        assert_eq!(&by_bot[14..16], "81");
        assert_eq!(&mint.next(IdKind::Comment, time).to_string()[24..28], "001d");
        assert_eq!(&mint.next(IdKind::DataSource, time).to_string()[24..28], "000b");
    }

    #[test]
    fn every_minted_id_is_one_the_service_would_read() {
        let mut mint = Mint::new("w");
        for kind in [IdKind::Content { by_bot: true }, IdKind::Discussion, IdKind::User, IdKind::Random] {
            for _ in 0..50 {
                let id = mint.next(kind, Timestamp::UNIX_EPOCH);
                assert_eq!(parse(&id.to_string()), Some(id));
                assert_eq!(parse(&id.simple().to_string()), Some(id));
            }
        }
    }

    #[test]
    fn malformed_ids_are_told_from_unknown_ones() {
        assert!(parse("12345678-1234-1234-1234-123456789abc").is_none());
        assert!(parse("00000000-0000-0000-0000-000000000000").is_some());
        assert!(parse("not-an-id").is_none());
    }
}
