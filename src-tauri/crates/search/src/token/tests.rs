use proptest::prelude::*;

use super::*;

fn tokens(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut line, mut aside) = (Vec::new(), Vec::new());
    tokenize(text, |token| {
        let list = if token.place == Place::InLine { &mut line } else { &mut aside };
        list.push(token.text.to_owned());
    });
    (line, aside)
}

fn in_line(text: &str) -> String {
    tokens(text).0.join(" ")
}

#[test]
fn accents_case_width_and_kana_are_folded() {
    for (written, folded) in [
        ("Résumé RÉSUMÉ re\u{301}sume\u{301}", "resume resume resume"),
        ("Straße Łódź Ångström Ðorđe", "strasse lodz angstrom dorde"),
        ("Ελληνικός ΕΛΛΗΝΙΚΌΣ", "ελληνικοσ ελληνικοσ"),
        ("Йод ёлка", "иод елка"),
        ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﬁle ①", "file 1"),
        ("مُحَمَّد أحمد", "محمد احمد"),
        ("שָׁלוֹם", "שלום"),
    ] {
        assert_eq!(in_line(written), folded, "{written}");
    }
    assert_eq!(in_line("ローンチ"), in_line("ろーんち"));
    assert_eq!(in_line("ｶﾞｲﾄﾞ"), in_line("ガイド"));
    assert_eq!(in_line("カ\u{3099}イト\u{3099}"), in_line("ガイド"));
}

#[test]
fn names_of_programmers_are_found_whole_and_in_parts() {
    for (written, line, aside) in [
        ("QuickCheck", "quickcheck", "quick check"),
        ("HTMLParser", "htmlparser", "html parser"),
        ("iPhone", "iphone", "i phone"),
        ("read_file", "read file", "read_file"),
        ("std.fs.File", "std fs file", "std.fs.file"),
        ("RFC2119", "rfc2119", "rfc 2119"),
        ("e-mail", "e mail", "email"),
        ("don’t", "don t", "dont"),
        ("v1.2", "v1 2", "v 1 v1.2"),
        ("end. Start", "end start", ""),
        ("2026-11-23", "2026 11 23", ""),
    ] {
        let (found_line, found_aside) = tokens(written);
        assert_eq!((found_line.join(" "), found_aside.join(" ")), (line.into(), aside.into()), "{written}");
    }
}

#[test]
fn scripts_without_spaces_become_overlapping_pairs() {
    let (line, aside) = tokens("製品発表のMac用");
    assert_eq!(line.join(" "), "製品 品発 発表 表の mac 用");
    assert_eq!(aside.join(" "), "製 品 発 表 の");
    assert_eq!(in_line("회의록"), "회의 의록");
    assert_eq!(in_line("ก่อน"), "ก\u{e48} \u{e48}อ อน");
}

#[test]
fn only_case_keeps_a_token_exact() {
    let exact = |text: &str| {
        let mut all = true;
        tokenize(text, |token| all &= token.is_exact);
        all
    };
    assert!(exact("Resume") && exact("製品") && exact("ろーんち") && exact("для"));
    assert!(!exact("Résumé") && !exact("ＡＢＣ") && !exact("ローンチ") && !exact("e\u{301}"));
}

#[test]
fn the_index_reads_neighbours_then_a_fence_then_the_rest() {
    assert_eq!(for_index("Read the QuickCheck docs"), "read the quickcheck docs \u{E000} quick check");
    assert_eq!(for_index("品品品"), "品品 品品 \u{E000} 品");
    assert_eq!(for_index("plain words"), "plain words");
}

#[test]
fn a_key_is_what_a_title_reads_like() {
    assert_eq!(key("  Autumn – Launch/Plan: Résumé! "), "autumn launch plan resume");
    assert_eq!(key("春のローンチ計画（Spring launch plan）"), "春のろーんち計画 spring launch plan");
    assert_eq!(key("read_file.rs"), "read file rs");
    assert_eq!(key("🚀"), "");
}

#[test]
fn a_prefix_of_a_word_is_measured_in_the_written_text() {
    assert_eq!(prefix_bytes("Résumé", "re"), "Ré".len());
    assert_eq!(prefix_bytes("re\u{301}sume", "re"), "re\u{301}".len());
    assert_eq!(prefix_bytes("Straße", "stras"), "Straß".len());
    assert_eq!(prefix_bytes("Read_File", "read_f"), "Read_F".len());
    assert_eq!(prefix_bytes("e-mail", "ema"), "e-ma".len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_gives_tokens_on_character_boundaries(text in any_text()) {
        let mut last = 0;
        tokenize(&text, |token| {
            assert!(text.is_char_boundary(token.range.start) && text.is_char_boundary(token.range.end));
            assert!(!token.range.is_empty() && !token.text.is_empty());
            assert!(!token.text.contains([' ', '"', FENCE]));
            if token.place == Place::InLine {
                assert!(token.range.start >= last, "words come in the order of the text");
                last = token.range.start;
            }
        });
        let _ = key(&text);
        let _ = for_index(&text);
    }

    #[test]
    fn folding_twice_changes_nothing(text in any_text()) {
        let once = key(&text);
        prop_assert_eq!(key(&once), once);
    }
}

/// Words of several scripts, and anything at all.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "Launch",
        "plan",
        "e-mail",
        "Résumé",
        "製品",
        "ローンチ",
        "ｶﾞ",
        "회의",
        "read_file",
        "3.14",
        "İ",
        "ﬁ",
        "㍿",
        "½",
        "🚀",
        "\u{301}",
        "\u{FF9E}",
        "สวัสดี",
        "مُحَمَّد",
        "\"",
        "-",
        " ",
        "\n",
        "Ǆ",
        "ª",
    ]);
    prop_oneof![prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat()), any::<String>()]
}
