//! What people type.

use satchel_markdown::{Dialect, V1, typed};

use crate::show;

fn shown(text: &str) -> String {
    show::document(&typed::read(text))
}

#[test]
fn a_capture_reads_as_it_was_meant() {
    let text = "# Trip to **Kyoto**\nBook the *train*\nand the hotel\n\n[] passports\n[x] tickets\n- [ ] insurance\n\t- call https://example.com/a_b_(c), ask\n1. first\n2. second\n\n> quoted\n> lines\n\nhttps://example.com/x?y=z\ntext\n---\n```rust\nfn main() { a < b && c }\n```\n$E=mc^2$ costs $5 and $10\n\n$$\nx^2\n$$\n\n| a | b |\n| - | - |\n| 1 | ~~2~~ |\n\n<div>AT&T &amp; [foo]: bar</div>\n2026. A good year\n![cap](https://x.org/i.png)";
    insta::assert_snapshot!(shown(text));
}

#[test]
fn a_line_below_text_is_a_line_across_and_no_heading() {
    assert_eq!(shown("text\n---\nmore\n==="), "paragraph \"text\"\ndivider\nparagraph \"more\\n===\"\n");
    assert_eq!(shown("text\n--"), "paragraph \"text\\n--\"\n");
}

#[test]
fn nothing_that_html_or_definitions_say_is_lost() {
    assert_eq!(shown("<b>x</b> &copy; <!-- y -->"), "paragraph \"<b>x</b> &copy; <!-- y -->\"\n");
    assert_eq!(
        shown("[foo]: https://x.org 'title'"),
        "paragraph \"[foo]: \" \"https://x.org\"→\"https://x.org\" \" 'title'\"\n"
    );
    assert_eq!(shown("    indented by four"), "paragraph \"indented by four\"\n");
}

#[test]
fn an_address_alone_is_a_bookmark_and_in_a_sentence_a_link() {
    assert_eq!(shown("https://x.org/a"), "bookmark  {\"url\":\"https://x.org/a\"}\n");
    assert_eq!(shown("see <https://x.org/a>."), "paragraph \"see \" \"https://x.org/a\"→\"https://x.org/a\" \".\"\n");
    assert_eq!(shown("`https://x.org/a`"), "paragraph \"https://x.org/a\"[code]\n");
    assert_eq!(shown("[label](https://x.org/a)"), "paragraph \"label\"→\"https://x.org/a\"\n");
}

#[test]
fn a_task_needs_no_marker() {
    assert_eq!(
        shown("Buy\n[] milk\n[x] eggs"),
        "paragraph \"Buy\"\nto_do \"milk\"\nto_do \"eggs\" {\"is_checked\":true}\n"
    );
    assert_eq!(shown("- [] milk\n  - [X] oat"), "to_do \"milk\"\n  to_do \"oat\" {\"is_checked\":true}\n");
    assert_eq!(shown("[link](u) and [x]y"), "paragraph \"link\"→\"u\" \" and [x]y\"\n");
}

#[test]
fn the_first_line_is_the_title() {
    let split = |text: &str| typed::title_and_body(text);
    let pair = |title: &str, body: &str| (title.to_owned(), body.to_owned());
    assert_eq!(split("\n## Plan **B**\n\n- one\n- two"), pair("Plan B", "- one\n- two"));
    assert_eq!(split("[] call mum"), pair("call mum", ""));
    assert_eq!(split("1. first\n2. second"), pair("first", "2. second"));
    assert_eq!(split("https://x.org/a\nread it"), pair("https://x.org/a", "read it"));
    assert_eq!(split("```sh\nls\n```"), pair("ls", "```sh\nls\n```"));
    assert_eq!(split("---\nafter"), pair("after", "---\nafter"));
    assert_eq!(split(" \n"), pair("", ""));
}

#[test]
fn no_address_and_no_title_of_a_link_is_lost() {
    assert_eq!(shown("[](α)"), "paragraph \"α\"→\"α\"\n");
    assert_eq!(shown("[$x$](α)"), "paragraph ‹equation {\"expression\":\"x\"}› \"α\"→\"α\"\n");
    assert_eq!(shown("[a](α (β))"), "paragraph \"a\"→\"α\" \" (β)\"\n");
    assert_eq!(
        shown("α ![β ![γ](δ)](ε)"),
        "paragraph \"α \"\nmedia \"γ\" {\"media\":\"image\",\"url\":\"δ\"}\nmedia \"β \" {\"media\":\"image\",\"url\":\"ε\"}\n"
    );
}

#[test]
fn a_row_may_be_wider_than_its_table() {
    let table = "table {\"has_column_header\":true,\"has_row_header\":false,\"is_full_width\":false,\"columns\":[]}";
    let rows = "\n        \"a\" |  | \n        \"b\" | \"α\" | \"β\"\n";
    assert_eq!(shown("| a |\n| - |\n| b | α | β |"), format!("{table}{rows}"));
    assert_eq!(shown("| a |\n| - |\n| b | α | β"), format!("{table}{rows}"));
}

#[test]
fn a_first_line_that_says_more_than_its_title_stays() {
    for (text, title) in
        [("$$- $$α\nβ", "-"), ("![cap](https://x.org/i.png)", "cap"), ("see [this](https://x.org)\nβ", "see this")]
    {
        assert_eq!(typed::title_and_body(text), (title.to_owned(), text.to_owned()));
    }
}

#[test]
fn what_was_typed_is_written_for_the_service() {
    let text = "Note\n\n- [ ] a < b\n  - nested\n\nhttps://x.org\n\n```\ncode\n```\n\\- no item";
    let expected =
        "Note\n- [ ] a \\< b\n\t- nested\n[https://x.org](https://x.org)\n```plain text\ncode\n```\n\\- no item";
    assert_eq!(V1.write(&typed::read(text)), expected);
}
