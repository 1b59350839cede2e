//! What is kept, what is not, and what is to be fetched next.

use rusqlite::params;
use satchel_model::{PageId, Timestamp};

use super::CacheReader;
use crate::{
    Result, StoreError,
    pack::{count, time, uuid},
};

/// After the first failure a page waits this long, in milliseconds, and twice as long after each further one.
const FIRST_WAIT: i64 = 60_000;
/// And never longer than this many doublings: about a day.
const MOST_DOUBLINGS: i64 = 10;
/// Times of edit are floored to the minute.
const MINUTE: i64 = 60_000;

/// How much of what the account sees is kept offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Pages and rows that are not in the trash.
    pub pages: u32,
    /// How many of them have their text here.
    pub bodies: u32,
    /// How many of these texts are older than the page.
    pub stale: u32,
    /// How many of these texts the service cut off.
    pub truncated: u32,
    /// How many pages have their comments here.
    pub commented: u32,
    /// Data sources that are not in the trash.
    pub data_sources: u32,
    /// Pages whose text could not be fetched, by reason.
    pub failed: Vec<FailureCount>,
    /// The size of the file.
    pub bytes: u64,
}

/// How many pages could not be fetched for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureCount {
    /// The reason's code.
    pub code: String,
    /// How many pages.
    pub pages: u32,
}

/// A page that is not, or not wholly, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which.
    pub page_id: PageId,
    /// Its title.
    pub title: String,
    /// Why.
    pub reason: GapReason,
}

/// Why a page is not, or not wholly, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GapReason {
    /// Its turn has not come.
    NotFetched,
    /// Its text is older than the page.
    Stale,
    /// Its text could not be fetched.
    Failed {
        /// The reason's code.
        code: String,
        /// When it was tried last.
        at: Timestamp,
    },
    /// The service cut its text off.
    Truncated,
}

impl CacheReader {
    /// What is kept and what is not.
    pub fn coverage(&self) -> Result<Coverage> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(
                "SELECT count(*), count(b.page_id), count(*) FILTER (WHERE b.source_edited_at < p.edited_at),
                    count(*) FILTER (WHERE b.is_truncated), count(k.page_id)
                 FROM page AS p LEFT JOIN body AS b ON b.page_id = p.id LEFT JOIN comments AS k ON k.page_id = p.id
                 WHERE p.in_trash = 0",
            )?;
            let (pages, bodies, stale, truncated, commented) = query.query_row([], |row| {
                Ok((count(row.get(0)?), count(row.get(1)?), count(row.get(2)?), count(row.get(3)?), count(row.get(4)?)))
            })?;
            let mut query = c.prepare_cached("SELECT count(*) FROM data_source WHERE in_trash = 0")?;
            let data_sources = count(query.query_row([], |row| row.get(0))?);
            let mut query = c.prepare_cached(
                "SELECT f.code, count(*) FROM fetch_failure AS f JOIN page AS p ON p.id = f.page_id
                 WHERE p.in_trash = 0 GROUP BY f.code ORDER BY 2 DESC, 1",
            )?;
            let failed = query
                .query_map([], |row| Ok(FailureCount { code: row.get(0)?, pages: count(row.get(1)?) }))?
                .collect::<Result<_, _>>()?;
            let mut query = c.prepare_cached(
                "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
            )?;
            let bytes = u64::try_from(query.query_row([], |row| row.get::<_, i64>(0))?).unwrap_or(0);
            Ok(Coverage { pages, bodies, stale, truncated, commented, data_sources, failed, bytes })
        })
    }

    /// The pages that are not, or not wholly, kept, the newest first.
    pub fn gaps(&self, offset: u32, limit: u32) -> Result<Vec<Gap>> {
        self.readers.with(|c| {
            let mut query = c.prepare_cached(
                "SELECT p.id, p.title, f.code, f.at, b.page_id IS NULL, b.source_edited_at < p.edited_at
                 FROM page AS p LEFT JOIN body AS b ON b.page_id = p.id LEFT JOIN fetch_failure AS f ON f.page_id = p.id
                 WHERE p.in_trash = 0
                   AND (b.page_id IS NULL OR b.source_edited_at < p.edited_at OR b.is_truncated OR f.page_id IS NOT NULL)
                 ORDER BY p.edited_at DESC, p.id LIMIT ?1 OFFSET ?2",
            )?;
            let rows = query.query_map(params![limit, offset], |row| {
                Ok((
                    (row.get::<_, Vec<u8>>(0)?, row.get(1)?),
                    (row.get::<_, Option<String>>(2)?, row.get::<_, Option<i64>>(3)?),
                    (row.get::<_, bool>(4)?, row.get::<_, Option<bool>>(5)?),
                ))
            })?;
            rows.map(|row| {
                let ((id, title), failure, (is_missing, is_stale)) = row?;
                let reason = match failure {
                    (Some(code), Some(at)) => GapReason::Failed { code, at: time(at)? },
                    _ if is_missing => GapReason::NotFetched,
                    _ if is_stale == Some(true) => GapReason::Stale,
                    _ => GapReason::Truncated,
                };
                Ok(Gap { page_id: PageId::from_uuid(uuid(&id)?), title, reason })
            })
            .collect()
        })
    }

    /// The pages whose text is to be fetched now: those of `opened` first, in that order, then the newest; those that failed before come last,
    /// and only when they have waited a minute, two, four … up to a day, or have changed since.
    ///
    /// Wanted are texts that are missing or older than the page; and, once the minute is over, those that were fetched in the very minute of the page's last
    /// edit, because the service floors times to the minute: a later edit in that minute would not show.
    pub fn to_fetch(&self, limit: u32, opened: &[PageId], now: Timestamp) -> Result<Vec<PageId>> {
        let opened = opened.iter().map(|id| id.simple()).collect::<Vec<_>>();
        let opened = serde_json::to_string(&opened)
            .map_err(|error| StoreError::Unstorable { what: "list of pages", detail: error.to_string() })?;
        self.readers.with(|c| {
            let mut query = c.prepare_cached(
                "WITH opened (place, id) AS MATERIALIZED (SELECT key, unhex(value) FROM json_each(?1))
                 SELECT p.id FROM page AS p
                 LEFT JOIN body AS b ON b.page_id = p.id
                 LEFT JOIN fetch_failure AS f ON f.page_id = p.id
                 LEFT JOIN opened AS o ON o.id = p.id
                 WHERE p.in_trash = 0
                   AND (b.page_id IS NULL OR b.source_edited_at < p.edited_at
                        OR (b.fetched_at < p.edited_at + ?3 AND p.edited_at + ?3 <= ?2))
                   AND (f.page_id IS NULL OR f.page_edited_at IS NOT p.edited_at
                        OR f.at + (?4 << min(f.times - 1, ?5)) <= ?2)
                 ORDER BY f.page_id IS NOT NULL, o.place IS NULL, o.place, p.edited_at DESC, p.id
                 LIMIT ?6",
            )?;
            let parameters = params![opened, now.as_millisecond(), MINUTE, FIRST_WAIT, MOST_DOUBLINGS, limit];
            let ids = query.query_map(parameters, |row| row.get::<_, Vec<u8>>(0))?;
            ids.map(|id| Ok(PageId::from_uuid(uuid(&id?)?))).collect()
        })
    }
}
