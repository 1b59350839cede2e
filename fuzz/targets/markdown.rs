//! Pages of a service that may write anything: any text reads as some document, in time that does not explode, and a page that nobody
//! touched is written back byte for byte.

#![no_main]

use libfuzzer_sys::fuzz_target;
use satchel_markdown::{
    Dialect, DialectName, V1, V2, index_text, mentions, outline, to_markdown_for_people, to_plain, write_back,
};

fuzz_target!(|text: &str| {
    for (dialect, name) in [(&V1 as &dyn Dialect, DialectName::V1), (&V2, DialectName::V2)] {
        let document = dialect.read(text);
        assert_eq!(write_back(text, &document, name), text);
        let written = dialect.write(&document);
        drop(dialect.read(&written));
        drop(outline(&document));
        drop(mentions(&document));
        drop(index_text(&document));
        drop(to_plain(&document));
        drop(to_markdown_for_people(&document));
    }
});
