//! Bare addresses in what clients send, which the service turns into links.

use super::rich::{Piece, Run, Style};

/// Endings that make a bare word a host for the service. A file named `notes.md` becomes one, too: the service does the same.
const ENDINGS: [&str; 14] =
    ["com", "org", "net", "io", "dev", "app", "md", "sh", "so", "ai", "co", "edu", "gov", "site"];

/// Splits plain text around the addresses in it.
pub(super) fn linked(run: Run) -> Vec<Run> {
    let Piece::Text(text) = &run.piece else { return vec![run] };
    if run.style.is_code || run.style.link.is_some() || !text.contains(['.', ':']) {
        return vec![run];
    }
    let mut runs = Vec::new();
    let mut plain = String::new();
    for word in text.split_inclusive([' ', '\t', '\n']) {
        let bare = word.trim_end_matches([' ', '\t', '\n']);
        let address = bare.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '"']);
        match url_of(address) {
            Some(url) => {
                runs.push(Run::text(&plain, run.style.clone()));
                plain.clear();
                runs.push(Run::text(address, Style { link: Some(url), ..run.style.clone() }));
                plain.push_str(word.strip_prefix(address).unwrap_or_default());
            }
            None => plain.push_str(word),
        }
    }
    runs.push(Run::text(&plain, run.style));
    runs
}

fn url_of(word: &str) -> Option<String> {
    if word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")).is_some_and(|rest| !rest.is_empty()) {
        return Some(word.to_owned());
    }
    let host = word.split(['/', '?', '#']).next().unwrap_or(word);
    let (name, ending) = host.rsplit_once('.')?;
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    (ENDINGS.contains(&ending) && name.split('.').all(is_label)).then(|| format!("http://{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, Option<String>)> {
        linked(Run::text(text, Style::default()))
            .into_iter()
            .filter_map(|run| match run.piece {
                Piece::Text(text) if !text.is_empty() => Some((text, run.style.link)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn addresses_and_hosts_become_links() {
        assert_eq!(
            texts("See https://a.example/x, karpenter.sh/v1 and X.md."),
            [
                ("See ".to_owned(), None),
                ("https://a.example/x".to_owned(), Some("https://a.example/x".to_owned())),
                (", ".to_owned(), None),
                ("karpenter.sh/v1".to_owned(), Some("http://karpenter.sh/v1".to_owned())),
                (" and ".to_owned(), None),
                ("X.md".to_owned(), Some("http://X.md".to_owned())),
                (".".to_owned(), None),
            ]
        );
        assert_eq!(texts("file.txt and (https://x.example) and 3.14").len(), 1);
    }
}
