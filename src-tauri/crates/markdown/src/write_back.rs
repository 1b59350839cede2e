//! Writing a document back over the text it was read from: what nobody touched stays byte for byte.

use std::{collections::HashMap, ops::Range};

use satchel_model::{Block, BlockKind, Document};

use crate::{DialectName, dialect, text::slice};

/// Writes a document whose blocks were, for a part at least, read from `original`.
///
/// A block is untouched when it stands at the same depth as in `original` and equals what a fresh read finds in its range; it comes out
/// with the same bytes, and so does what stood between two untouched neighbours. A touched block is written in canonical form, while
/// children of it that are untouched keep their bytes. Where such a patchwork would read differently from the document, all of it is
/// written in canonical form.
#[must_use]
pub fn write_back(original: &str, document: &Document, name: DialectName) -> String {
    let dialect = dialect(name);
    let fresh = dialect.read(original);
    if fresh == *document {
        return original.to_owned();
    }
    let canonical = dialect.write(document);
    let patched = {
        let mut reuse = Reuse::of(original, &fresh);
        match name {
            DialectName::V1 => crate::v1::Writer::default().write(document, &mut reuse),
            DialectName::V2 => crate::v2::Writer::default().write(document, &mut reuse),
        }
    };
    if dialect.read(&patched) == dialect.read(&canonical) { patched } else { canonical }
}

/// The bytes of an untouched block.
pub(crate) struct Reused<'a> {
    /// What stood between it and the block before, when that one came out untouched too: line ends and indentation.
    pub(crate) separator: Option<&'a str>,
    pub(crate) text: &'a str,
}

struct Known<'a> {
    block: &'a Block,
    depth: usize,
    /// Its number, for an item of a numbered list.
    number: usize,
    /// Where the sibling before it stood.
    previous: Option<(usize, usize)>,
}

/// What may come out as it stood.
pub(crate) struct Reuse<'a> {
    original: &'a str,
    known: HashMap<(usize, usize), Known<'a>>,
    last: Option<(usize, usize)>,
}

impl<'a> Reuse<'a> {
    /// Nothing: everything is written in canonical form.
    pub(crate) fn nothing() -> Self {
        Self { original: "", known: HashMap::new(), last: None }
    }

    fn of(original: &'a str, fresh: &'a Document) -> Self {
        let mut known = HashMap::new();
        let mut levels = vec![(fresh.blocks.as_slice(), 0)];
        while let Some((blocks, depth)) = levels.pop() {
            let (mut previous, mut number) = (None, 1);
            for block in blocks {
                let is_numbered = matches!(block.kind, BlockKind::NumberedListItem { .. });
                if let Some(Range { start, end }) = block.source.0 {
                    known.insert((start, end), Known { block, depth, number, previous });
                    previous = Some((start, end));
                }
                number = if is_numbered { number + 1 } else { 1 };
                levels.push((&block.children, depth + 1));
            }
        }
        Self { original, known, last: None }
    }

    /// The bytes of this block, if it is untouched.
    pub(crate) fn take(&mut self, block: &Block, depth: usize, number: usize) -> Option<Reused<'a>> {
        let before = self.last.take();
        let Range { start, end } = block.source.0.clone()?;
        let known = self.known.get(&(start, end))?;
        let is_numbered = matches!(block.kind, BlockKind::NumberedListItem { .. });
        let is_untouched = known.depth == depth && (!is_numbered || known.number == number) && known.block == block;
        // A block that stands deeper or shallower in the text than in the tree would attach elsewhere once its neighbours change.
        let indent = self.original.get(..start)?.bytes().rev().take_while(|b| *b == b'\t').count();
        let starts_line = matches!(self.original.as_bytes().get(..start - indent)?.last(), None | Some(b'\n' | b'\r'));
        if !is_untouched || indent != depth || !starts_line {
            return None;
        }
        let separator = match (before, known.previous) {
            (Some(before), Some(previous)) if before == previous => self.original.get(before.1..start),
            _ => None,
        };
        self.last = Some((start, end));
        Some(Reused { separator, text: slice(self.original, start..end) })
    }
}
