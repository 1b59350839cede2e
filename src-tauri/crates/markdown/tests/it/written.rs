//! What is written anew reads the same, where one piece of markup might be taken for a part of another.

use satchel_markdown::inline;
use satchel_model::{Span, SpanKind, Style};

fn code(text: &str) -> Span {
    Span { kind: SpanKind::Text { text: text.into(), link: None }, style: Style { code: true, ..Style::default() } }
}

fn maths(expression: &str) -> Span {
    Span { kind: SpanKind::Equation { expression: expression.into() }, style: Style::default() }
}

#[test]
fn code_that_ends_in_a_backslash_ends_there() {
    assert_eq!(inline::read("`C:\\` and `D:\\`"), [code("C:\\"), Span::text(" and "), code("D:\\")]);
    assert_eq!(inline::read("`a\\`b` and `c`"), [code("a`b"), Span::text(" and "), code("c")]);
    for spans in [[code("\\"), Span::text(" "), maths("`")], [code("a`b"), Span::text(" "), code("\\")]] {
        assert_eq!(inline::read(&inline::write(&spans)), spans);
    }
}

#[test]
fn code_that_names_a_break_is_none() {
    let spans = [code("a<br>b")];
    assert_eq!(inline::read(&inline::write(&spans)), spans);
    assert_eq!(inline::read("`a<br>b`"), [code("a\nb")]);
}
