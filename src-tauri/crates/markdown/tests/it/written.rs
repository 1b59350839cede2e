//! What is written anew reads the same, where one piece of markup might be taken for a part of another.

use satchel_markdown::{Dialect, V1, V2, inline};
use satchel_model::{Block, BlockKind, Color, Document, RichText, Span, SpanKind, Style, Table, TableCell, TableRow};

use crate::show;

/// Checks that a text reads as this, and still does when it was written anew in its canonical form.
#[track_caller]
fn check(text: &str, canonical: &str, expected: &str) {
    let document = V1.read(text);
    assert_eq!(show::document(&document), format!("{expected}\n"), "{text}");
    assert_eq!(V1.write(&document), canonical, "{text}");
    assert_eq!(V1.read(canonical), document, "{canonical}");
}

/// Checks that these spans come back from their markup in both dialects, as text and in the cell of a table.
#[track_caller]
fn check_spans(spans: &RichText) {
    let paragraph = BlockKind::Paragraph { text: spans.clone(), color: Color::default(), icon: None };
    let toggle = BlockKind::Toggle { text: spans.clone(), color: Color::default() };
    let cell = |text: &RichText| TableCell { text: text.clone(), color: Color::default() };
    let row = TableRow { cells: vec![cell(spans), cell(&vec![Span::text("β")])], ..TableRow::default() };
    let table = |has_column_header| BlockKind::Table {
        table: Table { rows: vec![row.clone()], has_column_header, ..Table::default() },
    };
    let image = BlockKind::Media {
        media: satchel_model::MediaKind::Image,
        url: "https://x.org/`(a).png".replace('`', "%60"),
        caption: spans.clone(),
        name: None,
        color: Color::default(),
    };
    let document = Document { blocks: [paragraph, toggle, table(false), table(true), image].map(Block::new).into() };
    for (name, dialect) in [("v1", &V1 as &dyn Dialect), ("v2", &V2)] {
        let written = dialect.write(&document);
        let again = dialect.read(&written);
        assert!(again == document, "{name}\n{written}\n{}\n{}", show::document(&document), show::document(&again));
    }
}

fn code(text: &str) -> Span {
    Span { kind: SpanKind::Text { text: text.into(), link: None }, style: Style { code: true, ..Style::default() } }
}

fn maths(expression: &str) -> Span {
    Span { kind: SpanKind::Equation { expression: expression.into() }, style: Style::default() }
}

fn styled(span: Span, change: impl FnOnce(&mut Style)) -> Span {
    let mut span = span;
    change(&mut span.style);
    span
}

/// Markup that is kept as it stands, as it is shown.
fn raw(source: &str) -> String {
    format!("‹raw {{\"text\":\"\",\"source\":{}}}›", serde_json::json!(source))
}

#[test]
fn code_that_ends_in_a_backslash_ends_there() {
    assert_eq!(inline::read("`C:\\` and `D:\\`"), [code("C:\\"), Span::text(" and "), code("D:\\")]);
    assert_eq!(inline::read("**`C:\\`** costs $`x`$ and `"), inline::read("**`C:\\`** costs $`x`$ and \\`"));
    assert_eq!(inline::read("`a\\`b` and `c`"), [code("a`b"), Span::text(" and "), code("c")]);
    for text in ["\\", "a\\\\", "\\\\\\", "`", "``", "a`b", "`\\", "\\`", "a\\\\`b`\\"] {
        for follower in ["x", "`", "\\", "a`b"].map(code).into_iter().chain(["`", "x$", "``{`"].map(maths)) {
            let [open, close] = [" (", ")"].map(Span::text);
            check_spans(&vec![code(text), open, follower.clone(), close]);
            check_spans(&vec![follower.clone(), Span::text(" "), code(text), Span::text(" x")]);
            check_spans(&vec![
                styled(code(text), |style| style.italic = true),
                styled(follower, |style| style.bold = true),
            ]);
        }
        let colored = styled(code(text), |style| style.color = Color::new("red"));
        check_spans(&vec![colored, Span::text("x"), maths("`")]);
    }
}

#[test]
fn code_that_names_a_break_is_none() {
    check_spans(&vec![code("a<br>b"), Span::text(" breaks")]);
    assert_eq!(inline::read("`a<br>b`"), [code("a\nb")]);
}

#[test]
fn code_and_maths_may_name_the_tags_around_them() {
    for text in ["<summary>", "</summary>", "</td><td>", "</table>", "](u)", "]"] {
        check_spans(&vec![code(text), Span::text(" is code")]);
        check_spans(&vec![maths("`"), code(text), Span::text(" is code")]);
    }
    check_spans(&vec![maths("]"), maths("[`"), Span::text(" x")]);
    check_spans(&vec![Span::text("x "), maths("\\text{</td>}")]);
}

#[test]
fn a_cell_with_maths_is_one_cell() {
    let table = |cell: &str| format!("<table>\n<tr>\n<td>{cell}</td>\n<td>β</td>\n</tr>\n</table>");
    let shown = |cell: &str| {
        format!(
            "table {{\"has_column_header\":false,\"has_row_header\":false,\"is_full_width\":false,\"columns\":[]}}\n        {cell} | \"β\""
        )
    };
    for (cell, spans) in [
        ("$$ ` $$", "‹equation {\"expression\":\"`\"}›"),
        ("$$ ` $$`</td>`", "‹equation {\"expression\":\"`\"}› \"</td>\"[code]"),
        ("$`x \\\\ </td>`$", "‹equation {\"expression\":\"x \\\\\\\\ </td>\"}›"),
        ("$`</td>``$", "‹equation {\"expression\":\"</td>`\"}›"),
        ("<foo a=\"`\">α", "‹raw {\"text\":\"\",\"source\":\"<foo a=\\\"`\\\">\"}› \"α\""),
    ] {
        check(&table(cell), &table(cell), &shown(spans));
    }
    let text = "$$`</td>$$</td>`";
    check(&table(text), &table("\\$\\$`</td>$$</td>`"), &shown("\"$$\" \"</td>$$</td>\"[code]"));
    // Two sums in two cells of one line are no maths.
    let line = "<table><tr><td>US$5</td><td>US$6a</td></tr></table>";
    check(
        line,
        "<table>\n<tr>\n<td>US\\$5</td>\n<td>US\\$6a</td>\n</tr>\n</table>",
        &shown("\"US$5\"").replace("\"β\"", "\"US$6a\""),
    );
}

#[test]
fn a_mention_takes_all_up_to_its_closing_tag() {
    let id = "60718293-a4b5-45c6-97d8-3a0b1c2d3e4f";
    let user = |label: &str| format!("<mention-user url=\"user://{id}\">{label}</mention-user>");
    let shown = |label: &str| {
        format!(
            "paragraph ‹mention {{\"mention\":{{\"target\":\"user\",\"id\":\"{id}\",\"label\":{}}}}}›",
            serde_json::json!(label)
        )
    };
    check(&user("a < b"), &user("a \\< b"), &shown("a < b"));
    check(&user("<b>a</b>"), &user("\\<b\\>a\\</b\\>"), &shown("<b>a</b>"));
    check(&user("a<br/>b"), &user("a<br>b"), &shown("a\nb"));
    check(&user("a\\</mention-user>b"), &user("a\\</mention-user\\>b"), &shown("a</mention-user>b"));
    for label in ["<", "\\<", "", "<br/>", "<span color=\"red\"></span>", "*a*", "`<b>`", "</foo>"] {
        let text = format!("<mention-page url=\"x\">{label}</mention-page>");
        assert_eq!(V1.write(&V1.read(&text)), text, "an address that is none is kept with its label");
        assert_eq!(V1.read(&text).blocks[0].text().unwrap().len(), 1, "{text}");
    }
}

#[test]
fn an_address_in_braces_has_no_backslash() {
    let (text, canonical) = ("{{\\\\https://example.com/a_(b)}}", "\\{\\{\\\\https://example.com/a_(b)\\}\\}");
    check(text, canonical, "paragraph \"{{\\\\https://example.com/a_(b)}}\"");
    check(
        "{{https://x.org/(`}}",
        "[https://x.org/(\\`](https://x.org/%28%60)",
        "paragraph \"https://x.org/(`\"→\"https://x.org/%28%60\"",
    );
}

#[test]
fn an_image_has_an_address_that_can_be_written_again() {
    check("![](<)", "![](%3C)", "media  {\"media\":\"image\",\"url\":\"%3C\"}");
    check(
        "![$`]`$](a(b)c)",
        "![$`]`$](a(b)c)",
        "media ‹equation {\"expression\":\"]\"}› {\"media\":\"image\",\"url\":\"a(b)c\"}",
    );
}

#[test]
fn a_link_that_ends_in_no_text_stays_as_it_stands() {
    let shown = |inner: &str| format!("paragraph {} {inner} {}", raw("["), raw("](α)"));
    check("[:smile:](α)", "[:smile:](α)", &shown("‹custom_emoji {\"name\":\"smile\"}›"));
    check("[$`x`$](α)", "[$`x`$](α)", &shown("‹equation {\"expression\":\"x\"}›"));
    check("[a$`x`$](α)", "[a$`x`$](α)", &shown("\"a\" ‹equation {\"expression\":\"x\"}›"));
    check("[a :smile:](α)", "[a ](α):smile:", "paragraph \"a \"→\"α\" ‹custom_emoji {\"name\":\"smile\"}›");
    check("[<span color=\"red\"></span>](α)", "[](α)", &format!("paragraph {}", raw("[](α)")));
    check("[<span color=\"red\">](α)", "[<span color=\"red\">](α)", &shown(&raw("<span color=\"red\">")));
}

#[test]
fn a_link_around_maths_is_one_link() {
    let shown = "paragraph \"a\"→\"α\" ‹equation {\"expression\":\"x\"}› \"b\"→\"α\"";
    check("[a$`x`$b](α)", "[a$`x`$b](α)", shown);
}

#[test]
fn a_link_in_a_link_is_the_only_one() {
    check("[a[b](α)c](β)", "\\[a[b](α)c\\](β)", "paragraph \"[a\" \"b\"→\"α\" \"c](β)\"");
}

#[test]
fn an_emoji_stays_apart_from_words_and_colons() {
    let emoji = "‹custom_emoji {\"name\":\"smile\"}›";
    let nothing = "<span underline=\"true\"></span>";
    check(":smile:\\:", &format!(":smile:{nothing}:"), &format!("paragraph {emoji} \":\""));
    check(":smile:<span color=\"red\"></span>a", &format!(":smile:{nothing}a"), &format!("paragraph {emoji} \"a\""));
    check("a<span color=\"red\"></span>:smile:", &format!("a{nothing}:smile:"), &format!("paragraph \"a\" {emoji}"));
}

#[test]
fn a_tag_of_looks_that_opens_none_has_no_look() {
    let text = "<span color=\"red\"><span class=\"x\">a<span underline=\"true\">b</span>c</span></span>";
    let canonical = "<span class=\"x\"><span color=\"red\">a</span><span color=\"red\" underline=\"true\">b</span><span color=\"red\">c</span></span>";
    let shown = format!(
        "paragraph {} \"a\"[color=\"red\"] \"b\"[underline color=\"red\"] \"c\"[color=\"red\"] {}",
        raw("<span class=\"x\">"),
        raw("</span>")
    );
    check(text, canonical, &shown);
}

#[test]
fn a_triangle_above_children_is_no_toggle_of_old() {
    let nothing = "<span underline=\"true\"></span>";
    check("▶ α\n</tab>\n\tβ", &format!("{nothing}▶ α\n\tβ"), "paragraph \"▶ α\"\n  paragraph \"β\"");
}

#[test]
fn a_bar_in_code_keeps_its_backslash_in_a_cell() {
    check_spans(&vec![code("a\\|b"), Span::text(" | \\|")]);
    check_spans(&vec![maths("\\|x\\|"), Span::text(" is a norm")]);
}

#[test]
fn what_begins_no_wrapper_does_not_come_to_begin_one() {
    let nothing = "<span underline=\"true\"></span>";
    let shown = format!("paragraph {}\nunknown  {{\"source\":\"</properties>\"}}", raw("<properties>"));
    let canonical = format!("{nothing}<properties>\n</properties>");
    for text in ["<properties>\n</summary></properties>", "</summary><properties>\n</properties>"] {
        check(text, &canonical, &shown);
    }
}

#[test]
fn a_kept_summary_does_not_become_the_title_of_its_toggle() {
    let shown = "toggle \n  unknown  {\"source\":\"<summary>\"}";
    check("▶ \n\t<summary>", "<details>\n<summary></summary>\n\t<summary>\n</details>", shown);
}

#[test]
fn what_is_no_address_does_not_become_one_by_a_backtick() {
    let text = "[α](<foo a=\"`\">)";
    check(text, "\\[α\\](<foo a=\"`\">)", &format!("paragraph \"[α](\" {} \")\"", raw("<foo a=\"`\">")));
}
