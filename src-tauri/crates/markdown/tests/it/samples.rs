//! Pages as the service writes them.

use satchel_markdown::{
    Dialect, DialectName, V1, V2, dialect, index_text, to_markdown_for_people, to_plain, write_back,
};
use satchel_model::{Block, BlockKind};

use crate::show;

/// Every sample: its name and its bytes.
pub fn samples() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/markdown");
    let mut samples: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .filter(|(name, _)| name != "README")
        .collect();
    samples.sort();
    assert_eq!(samples.len(), 40);
    samples
}

fn number(name: &str) -> u32 {
    name.split('-').next().unwrap().parse().unwrap()
}

/// Samples whose canonical form differs: escapes the rule adds (10), a closing tag on its own line (13), the second dialect (38), other
/// people's and broken markup (33, 39, 40), delimiters in a form that has a shorter one (19).
const NOT_CANONICAL: [u32; 7] = [10, 13, 19, 33, 38, 39, 40];

#[test]
fn what_the_service_writes_comes_back_byte_for_byte_from_the_document_alone() {
    let mut failures = Vec::new();
    for (name, text) in samples() {
        if NOT_CANONICAL.contains(&number(&name)) {
            continue;
        }
        let written = V1.write(&V1.read(&text));
        if written != text {
            failures.push(format!("── {name}\n{}", difference(&text, &written)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn difference(expected: &str, found: &str) -> String {
    let lines = expected.lines().map(Some).chain(std::iter::repeat(None));
    let pairs = lines.zip(found.lines().map(Some).chain(std::iter::repeat(None)));
    pairs
        .take_while(|pair| *pair != (None, None))
        .filter(|(expected, found)| expected != found)
        .map(|(expected, found)| format!("- {}\n+ {}", expected.unwrap_or("∅"), found.unwrap_or("∅")))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn an_untouched_page_is_written_back_byte_for_byte() {
    for (name, text) in samples() {
        for dialect_name in [DialectName::V1, DialectName::V2] {
            let document = dialect(dialect_name).read(&text);
            assert_eq!(write_back(&text, &document, dialect_name), text, "{name} as {dialect_name:?}");
        }
    }
}

#[test]
fn the_canonical_form_is_a_fixpoint() {
    for (name, text) in samples() {
        for dialect in [&V1 as &dyn Dialect, &V2] {
            let document = dialect.read(&text);
            let written = dialect.write(&document);
            assert_eq!(show::document(&dialect.read(&written)), show::document(&document), "{name}");
            assert_eq!(dialect.read(&written), document, "{name}");
            assert_eq!(dialect.write(&dialect.read(&written)), written, "{name}");
        }
    }
}

/// Blocks that all differ from what was read are all written anew, whatever stood between them.
#[test]
fn a_page_of_which_everything_was_touched_reads_as_it_was_left() {
    for (name, text) in samples() {
        for dialect_name in [DialectName::V1, DialectName::V2] {
            let dialect = dialect(dialect_name);
            let mut document = dialect.read(&text);
            let mut blocks: Vec<&mut Block> = document.blocks.iter_mut().collect();
            while let Some(block) = blocks.pop() {
                if let BlockKind::Paragraph { text, .. }
                | BlockKind::Heading { text, .. }
                | BlockKind::BulletedListItem { text, .. }
                | BlockKind::NumberedListItem { text, .. }
                | BlockKind::ToDo { text, .. }
                | BlockKind::Quote { text, .. }
                | BlockKind::Toggle { text, .. }
                | BlockKind::Callout { text, .. }
                | BlockKind::Code { text, .. } = &mut block.kind
                {
                    *text = vec![satchel_model::Span::text(format!("touched {}", satchel_model::plain_text(text)))];
                }
                blocks.extend(block.children.iter_mut());
            }
            let written = write_back(&text, &document, dialect_name);
            assert_eq!(
                show::document(&dialect.read(&written)),
                show::document(&document),
                "{name} as {dialect_name:?}"
            );
        }
    }
}

#[test]
fn every_sample_reads_as_it_should() {
    for (name, text) in samples() {
        let document = V1.read(&text);
        let index = index_text(&document);
        let blocks: Vec<_> =
            index.blocks.iter().map(|(range, path)| format!("{:?} {:?}", path.0, &index.body[range.clone()])).collect();
        let sections = [
            ("document", show::document(&document)),
            ("index", blocks.join("\n")),
            ("plain", to_plain(&document)),
            ("markdown", to_markdown_for_people(&document)),
        ];
        let shown: Vec<_> =
            sections.into_iter().map(|(name, text)| format!("━━ {name}\n{}", text.trim_end())).collect();
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.clone(), shown.join("\n"));
        });
    }
}

#[test]
fn the_second_dialect_reads_and_writes_its_sample() {
    let (_, text) = samples().into_iter().find(|(name, _)| number(name) == 38).unwrap();
    let document = V2.read(&text);
    insta::assert_snapshot!(show::document(&document));
    let written = V2.write(&document);
    assert_eq!(V2.read(&written), document, "{written}");
    // Of the two documented ways to write a literal `<` one is chosen.
    assert_eq!(difference(&text, &written), "- Literal \\<tag> and &lt;tag&gt;\n+ Literal \\<tag> and \\<tag>");
    assert_eq!(write_back(&text, &document, DialectName::V2), text);
}

/// What both dialects can say comes over whole: reading one and writing the other is how a cached text changes its dialect.
#[test]
fn a_page_goes_from_one_dialect_to_the_other_and_back() {
    for (name, text) in samples() {
        if [30, 31, 33, 38, 39, 40].contains(&number(&name)) {
            continue;
        }
        let document = V1.read(&text);
        let second = V2.write(&document);
        let back = V2.read(&second);
        assert_eq!(show::document(&back), show::document(&document), "{name}\n{second}");
    }
}

/// The service draws a second closing line where a text names a tag. It stands deeper than the box it seems to close.
#[test]
fn a_stray_closing_tag_closes_nothing() {
    let text = "<callout>\n\tone\n\t</callout>\n\ttwo\n</callout>\nafter\n</details>\nend";
    assert_eq!(
        show::document(&V1.read(text)),
        "callout \"one\"\n  paragraph \"two\"\nparagraph \"after\"\nparagraph \"end\"\n"
    );
    // Without another one it is the only end there is.
    let text = "<callout>\n\tone\n\t</callout>\nafter";
    assert_eq!(show::document(&V1.read(text)), "callout \"one\"\nparagraph \"after\"\n");
}
