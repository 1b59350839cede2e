//! Documents made from the model, not from text: written and read they are the same.

use proptest::prelude::*;
use satchel_markdown::{Dialect, V1, V2};
use satchel_model::{
    Block, BlockKind, Color, Document, Icon, Link, MediaKind, Mention, RichText, Span, SpanKind, Style, SyncedRole,
    Table, TableCell, TableColumn, TableRow,
};

/// Words with every character that some rule is about; no tab or space at an edge, where lines and markers would swallow it.
fn words() -> impl Strategy<Value = String> {
    "[a-zα-ω0-9*~`$\\[\\]<>{}|^():!_#\\\\.>&+日-]{1,6}( [a-z*_:.-]{1,4}){0,2}"
}

fn color() -> impl Strategy<Value = Color> {
    prop_oneof![4 => Just("default"), 1 => Just("red"), 1 => Just("blue_background")].prop_map(Color::new)
}

fn style() -> impl Strategy<Value = Style> {
    let flags =
        (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (flags, color()).prop_map(|((bold, italic, strikethrough, underline), color)| Style {
        bold,
        italic,
        strikethrough,
        underline,
        color,
        ..Style::default()
    })
}

fn span() -> impl Strategy<Value = Span> {
    let id = "60718293-a4b5-45c6-97d8-3a0b1c2d3e4f";
    let text = |link: Option<&'static str>| {
        let link = link.map(|url| Link { url: url.into(), page_id: None });
        words().prop_map(move |text| SpanKind::Text { text, link: link.clone() })
    };
    let kind = prop_oneof![
        6 => text(None),
        1 => text(Some("https://example.com/a_(b)?q=[1]&y=*")),
        1 => "[a-z^_{}\\\\`|]{1,6}".prop_map(|expression| SpanKind::Equation { expression }),
        1 => prop::option::of(words()).prop_map(move |label| SpanKind::Mention { mention: Mention::Page { id: id.parse().unwrap(), label } }),
        1 => Just(SpanKind::Mention { mention: Mention::Date { start: "2026-01-02T03:04".into(), end: Some("2026-01-05T06:07".into()), time_zone: None } }),
    ];
    let code = "[a-z*\\[<`|\\\\]{1,5}".prop_map(|text| Span {
        kind: SpanKind::Text { text, link: None },
        style: Style { code: true, ..Style::default() },
    });
    prop_oneof![8 => (kind, style()).prop_map(|(kind, style)| Span { kind, style }), 1 => code]
}

/// Neighbours are merged, as every maker of rich text does.
fn text(min: usize) -> impl Strategy<Value = RichText> {
    prop::collection::vec(span(), min..4).prop_map(|spans| {
        let mut merged: RichText = Vec::new();
        for span in spans {
            if let (
                SpanKind::Text { text, link },
                Some(Span { kind: SpanKind::Text { text: last, link: last_link }, style }),
            ) = (&span.kind, merged.last_mut())
                && *style == span.style
                && last_link == link
            {
                last.push_str(text);
                continue;
            }
            merged.push(span);
        }
        merged
    })
}

fn table() -> impl Strategy<Value = BlockKind> {
    let cell = (text(0), color()).prop_map(|(text, color)| TableCell { text, color }).boxed();
    let rows = (1..4_usize).prop_flat_map(move |width| {
        let row = (prop::collection::vec(cell.clone(), width), color());
        let row = row.prop_map(|(cells, color)| TableRow { id: None, color, cells });
        (prop::collection::vec(row, 1..3), prop::option::of(prop::collection::vec(color(), width)))
    });
    (rows, any::<[bool; 3]>()).prop_map(|((rows, columns), [has_column_header, has_row_header, is_full_width])| {
        let columns: Vec<_> =
            columns.into_iter().flatten().map(|color| TableColumn { color, width: Some(120.5) }).collect();
        BlockKind::Table { table: Table { has_column_header, has_row_header, is_full_width, columns, rows } }
    })
}

fn leaf() -> impl Strategy<Value = BlockKind> {
    prop_oneof![
        4 => (text(0), color()).prop_map(|(text, color)| BlockKind::Paragraph { text, color, icon: None }),
        1 => (1..=4_u8, text(0), color(), any::<bool>()).prop_map(|(level, text, color, is_toggleable)| BlockKind::Heading { level, text, color, is_toggleable }),
        2 => (text(0), color()).prop_map(|(text, color)| BlockKind::BulletedListItem { text, color }),
        2 => (text(0), color()).prop_map(|(text, color)| BlockKind::NumberedListItem { text, color, start: None, format: None }),
        1 => (text(0), color(), any::<bool>()).prop_map(|(text, color, is_checked)| BlockKind::ToDo { text, color, is_checked }),
        1 => (text(0), color()).prop_map(|(text, color)| BlockKind::Quote { text, color }),
        1 => (text(0), color()).prop_map(|(text, color)| BlockKind::Toggle { text, color }),
        1 => (text(1), color()).prop_map(|(text, color)| BlockKind::Callout { text, color, icon: Some(Icon::Emoji { emoji: "💡".into() }) }),
        1 => Just(BlockKind::Synced { role: SyncedRole::Reference, url: Some("https://app.notion.com/p/x".into()), is_unavailable: false }),
    ]
}

/// Blocks with nothing inside.
fn closed() -> impl Strategy<Value = Block> {
    let url = "https://example.com/x(1).png?a=b";
    let kind = prop_oneof![
        Just(BlockKind::Divider),
        "[a-z\\\\{}<\t]{0,5}(\n[a-z *#-]{1,5}){0,2}".prop_map(|text| BlockKind::Code {
            text: if text.is_empty() { Vec::new() } else { vec![Span::text(text)] },
            language: "rust".into(),
            caption: Vec::new(),
        }),
        ("[a-z\\\\{}]{1,5}(\n[a-z& ]{1,5}){0,2}", color())
            .prop_map(|(expression, color)| BlockKind::Equation { expression, color }),
        (text(0), color()).prop_map(move |(caption, color)| BlockKind::Media {
            media: MediaKind::Image,
            url: url.into(),
            caption,
            name: None,
            color
        }),
        text(0).prop_map(move |caption| BlockKind::Media {
            media: MediaKind::Pdf,
            url: url.into(),
            caption,
            name: None,
            color: Color::default()
        }),
        words()
            .prop_map(|title| BlockKind::ChildPage { page_id: "60718293a4b545c697d83a0b1c2d3e4f".parse().ok(), title }),
        color().prop_map(|color| BlockKind::TableOfContents { color }),
        table(),
    ];
    kind.prop_map(Block::new)
}

fn document() -> impl Strategy<Value = Document> {
    let simple = prop_oneof![3 => leaf().prop_map(Block::new), 1 => closed()];
    let block = simple.prop_recursive(4, 24, 4, |inner| {
        let columns = prop::collection::vec((prop::collection::vec(inner.clone(), 0..3), 1..99_u32), 1..3).prop_map(|columns| {
            let column = |(children, percent): (Vec<Block>, u32)| {
                Block::new(BlockKind::Column { ratio: Some(f64::from(percent) / 100.0) }).with_children(children)
            };
            Block::new(BlockKind::ColumnList).with_children(columns.into_iter().map(column).collect())
        });
        prop_oneof![
            4 => (leaf(), prop::collection::vec(inner, 0..4)).prop_map(|(kind, children)| Block::new(kind).with_children(children)),
            1 => columns,
        ]
    });
    prop::collection::vec(block, 0..6).prop_map(|blocks| Document { blocks })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_written_and_read_is_the_same(document in document()) {
        let written = V1.write(&document);
        let again = V1.read(&written);
        prop_assert!(again == document, "{}\n{}\n{}", written, crate::show::document(&document), crate::show::document(&again));
    }

    #[test]
    fn in_the_second_dialect_it_is_the_same_too(document in document()) {
        let written = V2.write(&document);
        let again = V2.read(&written);
        prop_assert!(again == document, "{}\n{}\n{}", written, crate::show::document(&document), crate::show::document(&again));
    }
}
