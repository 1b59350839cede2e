//! Where the words of a query stand in a row: an FTS5 auxiliary function, and what it says in our words.
//!
//! FTS5's own `bm25` first counts all rows of each phrase, so a common word costs a walk over the whole index before the first row
//! is seen. This function reads only the row it is called for and leaves the scoring to `satchel_search::rank`.
//!
//! The only unsafe code of the program is the first half of this file: FTS5 offers auxiliary functions through its C interface alone.

use std::{
    ffi::{c_int, c_void},
    ptr,
};

use rusqlite::{Connection, ffi};
use satchel_search::rank::{Evidence, Field, Spot};

use crate::{Result, StoreError};

/// How many places of a phrase in a field are told; all are counted.
const PLACES: u8 = 8;

/// Makes `satchel_evidence(table)` known to a connection.
#[allow(unsafe_code, reason = "FTS5 auxiliary functions can only be registered through its C interface")]
pub(super) fn register(connection: &Connection) -> Result<()> {
    let mut statement: *mut ffi::sqlite3_stmt = ptr::null_mut();
    let mut api: *mut ffi::fts5_api = ptr::null_mut();
    // SAFETY: the handle is open for as long as `connection` is borrowed. The statement is finalized on every path, a null one
    // included, which is allowed. FTS5 writes a pointer to its interface, which lives as long as the connection, into `api` while the
    // statement runs; the pointer type is a static string, and there is nothing to destroy.
    let outcome = unsafe {
        let db = connection.handle();
        let mut outcome =
            ffi::sqlite3_prepare_v2(db, c"SELECT fts5(?1)".as_ptr(), -1, &raw mut statement, ptr::null_mut());
        if outcome == ffi::SQLITE_OK {
            let target: *mut c_void = (&raw mut api).cast();
            outcome = ffi::sqlite3_bind_pointer(statement, 1, target, c"fts5_api_ptr".as_ptr(), None);
        }
        if outcome == ffi::SQLITE_OK {
            ffi::sqlite3_step(statement);
        }
        ffi::sqlite3_finalize(statement);
        outcome
    };
    let missing = |code: c_int| StoreError::Database { code, message: "FTS5 is missing".to_owned() };
    if outcome != ffi::SQLITE_OK || api.is_null() {
        return Err(missing(outcome));
    }
    // SAFETY: `api` points to FTS5's interface, see above. The name is a static string that FTS5 copies; the function has no state.
    let outcome = unsafe {
        let Some(create) = (*api).xCreateFunction else { return Err(missing(0)) };
        create(api, c"satchel_evidence".as_ptr(), ptr::null_mut(), Some(evidence), None)
    };
    if outcome == ffi::SQLITE_OK { Ok(()) } else { Err(missing(outcome)) }
}

/// The auxiliary function: its result is a blob as [`decode`] reads it, or an error code.
#[allow(unsafe_code, reason = "called by FTS5 through its C interface")]
unsafe extern "C" fn evidence(
    api: *const ffi::Fts5ExtensionApi,
    row: *mut ffi::Fts5Context,
    context: *mut ffi::sqlite3_context,
    _: c_int,
    _: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: FTS5 passes valid pointers for the time of the call. The blob is copied by SQLite before it is dropped here.
    unsafe {
        match collect(&*api, row) {
            Ok(blob) => match c_int::try_from(blob.len()) {
                Ok(length) => {
                    ffi::sqlite3_result_blob(context, blob.as_ptr().cast(), length, ffi::SQLITE_TRANSIENT());
                }
                Err(_) => ffi::sqlite3_result_error_toobig(context),
            },
            Err(code) => ffi::sqlite3_result_error_code(context, code),
        }
    }
}

/// The lengths of the columns, four bytes each; then for every phrase and column where it stands: phrase (2 bytes), column (1), count
/// (2), number of places (1), places (4 each), all little-endian.
///
/// # Safety
/// `api` and `row` must be what FTS5 passed to an auxiliary function that has not returned yet.
#[allow(unsafe_code, reason = "calls FTS5 through its C interface")]
unsafe fn collect(api: &ffi::Fts5ExtensionApi, row: *mut ffi::Fts5Context) -> std::result::Result<Vec<u8>, c_int> {
    let (Some(columns), Some(size), Some(phrases), Some(first), Some(next)) =
        (api.xColumnCount, api.xColumnSize, api.xPhraseCount, api.xPhraseFirst, api.xPhraseNext)
    else {
        return Err(ffi::SQLITE_MISUSE);
    };
    let check = |code: c_int| if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) };
    let mut blob = Vec::with_capacity(64);
    // SAFETY: the functions are FTS5's own and `row` is theirs; every out parameter is a live local, and the iterator is used only
    // with the phrase and the row that it was begun for.
    unsafe {
        for column in 0..columns(row) {
            let mut length = 0;
            check(size(row, column, &raw mut length))?;
            blob.extend(u32::try_from(length).unwrap_or(0).to_le_bytes());
        }
        for phrase in 0..phrases(row) {
            let mut iterator = ffi::Fts5PhraseIter { a: ptr::null(), b: ptr::null() };
            let (mut column, mut place) = (0, 0);
            let mut spot = None;
            check(first(row, phrase, &raw mut iterator, &raw mut column, &raw mut place))?;
            while column >= 0 {
                let begun = match spot {
                    Some((of, begun)) if of == column => begun,
                    _ => {
                        let begun = blob.len();
                        blob.extend(u16::try_from(phrase).unwrap_or(u16::MAX).to_le_bytes());
                        blob.push(u8::try_from(column).unwrap_or(u8::MAX));
                        blob.extend([0; 3]);
                        spot = Some((column, begun));
                        begun
                    }
                };
                if count(&mut blob, begun) {
                    blob.extend(u32::try_from(place).unwrap_or(0).to_le_bytes());
                }
                next(row, &raw mut iterator, &raw mut column, &raw mut place);
            }
        }
    }
    Ok(blob)
}

/// Counts one more place in the spot that began at `begun`. True when the place itself is to be told too.
fn count(blob: &mut [u8], begun: usize) -> bool {
    let Some([_, _, _, low, high, places]) = blob.get_mut(begun..begun + 6) else { return false };
    let counted = u16::from_le_bytes([*low, *high]).saturating_add(1);
    [*low, *high] = counted.to_le_bytes();
    if *places >= PLACES {
        return false;
    }
    *places += 1;
    true
}

/// Reads what the auxiliary function told of a row. `variant_of` has the variant of each phrase of the expression, if it counts.
pub(super) fn decode(blob: &[u8], columns: usize, variant_of: &[Option<usize>], evidence: &mut Evidence) {
    let mut rest = blob;
    let mut number = |size: usize| -> Option<u32> {
        let (bytes, after) = rest.split_at_checked(size)?;
        rest = after;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    };
    evidence.spots.clear();
    evidence.lengths = [0; 5];
    for length in evidence.lengths.iter_mut().take(columns) {
        *length = number(4).unwrap_or(0);
    }
    while let Some(phrase) = number(2) {
        let (Some(column), Some(count), Some(places)) = (number(1), number(2), number(1)) else { return };
        let positions: Vec<u32> = (0..places).map_while(|_| number(4)).collect();
        let variant = variant_of.get(phrase as usize).copied().flatten();
        if let (Some(variant), Some(field)) = (variant, Field::at(column as usize)) {
            evidence.spots.push(Spot { variant, field, count, positions });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_counts_and_lengths_come_back() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        connection
            .execute_batch(
                "CREATE VIRTUAL TABLE t USING fts5(a, b, content='', contentless_delete=1, tokenize='ascii');
                 INSERT INTO t (rowid, a, b) VALUES (7, 'x y z', 'y x y'), (8, 'z', 'y y y y y y y y y y');",
            )
            .unwrap();
        let read = |rowid: i64| {
            let sql = "SELECT satchel_evidence(t) FROM t WHERE t MATCH '\"y\" OR \"y z\" OR \"none\"' AND rowid = ?1";
            let blob: Vec<u8> = connection.query_row(sql, [rowid], |row| row.get(0)).unwrap();
            let mut evidence = Evidence::default();
            decode(&blob, 2, &[Some(4), Some(5), None], &mut evidence);
            evidence
        };
        let spot =
            |variant, field, count, positions: &[u32]| Spot { variant, field, count, positions: positions.to_vec() };
        assert_eq!(
            read(7),
            Evidence {
                spots: vec![
                    spot(4, Field::Title, 1, &[1]),
                    spot(4, Field::Headings, 2, &[0, 2]),
                    spot(5, Field::Title, 1, &[1])
                ],
                lengths: [3, 3, 0, 0, 0],
            }
        );
        assert_eq!(read(8).spots, [spot(4, Field::Headings, 10, &[0, 1, 2, 3, 4, 5, 6, 7])]);
    }

    #[test]
    fn a_blob_cut_short_is_read_as_far_as_it_goes() {
        let whole = [1, 0, 0, 0, 0, 0, 0, 2, 0, 2, 5, 0, 0, 0, 9, 0, 0, 0];
        for end in 0..whole.len() {
            let mut evidence = Evidence::default();
            decode(&whole[..end], 1, &[Some(0)], &mut evidence);
            assert!(evidence.spots.iter().all(|spot| spot.positions.len() <= 2));
        }
    }
}
