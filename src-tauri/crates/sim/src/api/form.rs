//! Bodies of the one endpoint that takes a form: `multipart/form-data` (RFC 7578), as far as it is used.

use bytes::Bytes;

/// What a form has.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub file: Option<File>,
    pub part_number: Option<String>,
    odd: Option<String>,
}

/// A file in a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub filename: Option<String>,
    pub content_type: Option<String>,
    pub content: Bytes,
}

impl Form {
    /// A field that the endpoint does not know.
    pub fn odd_field(&self) -> Option<&str> {
        self.odd.as_deref()
    }

    /// Reads a body of this content type; nothing when it is no form, or a broken one.
    pub fn read(content_type: &str, body: &Bytes) -> Option<Self> {
        let (kind, parameters) = content_type.split_once(';')?;
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let boundary = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
        })?;
        let opening = format!("--{boundary}");
        let delimiter = format!("\r\n--{boundary}");
        let mut form = Self::default();
        let start = find(body, opening.as_bytes())? + opening.len();
        let mut rest = body.get(start..)?;
        loop {
            if rest.starts_with(b"--") {
                return Some(form);
            }
            let part = rest.strip_prefix(b"\r\n")?;
            let end = find(part, delimiter.as_bytes())?;
            let (content, after) = part.split_at_checked(end)?;
            form.take(content, body)?;
            rest = after.get(delimiter.len()..)?;
        }
    }

    fn take(&mut self, part: &[u8], body: &Bytes) -> Option<()> {
        let end = find(part, b"\r\n\r\n")?;
        let head = std::str::from_utf8(part.get(..end)?).ok()?;
        let content = part.get(end + 4..)?;
        let header = |wanted: &str| {
            head.split("\r\n").find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
            })
        };
        let disposition = header("content-disposition")?;
        let parameter = |wanted: &str| {
            disposition.split(';').skip(1).find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                (name.trim() == wanted).then(|| value.trim().trim_matches('"').to_owned())
            })
        };
        match parameter("name")?.as_str() {
            "file" => {
                self.file = Some(File {
                    filename: parameter("filename"),
                    content_type: header("content-type").map(str::to_owned),
                    content: body.slice_ref(content),
                });
            }
            "part_number" => self.part_number = Some(String::from_utf8_lossy(content).into_owned()),
            other => self.odd = Some(other.to_owned()),
        }
        Some(())
    }
}

/// Where `needle` begins. Bodies have twenty megabytes, so the first byte is looked for by itself.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut start = 0;
    loop {
        let at = start + haystack.get(start..)?.iter().position(|byte| *byte == first)?;
        if haystack.get(at..at + needle.len())? == needle {
            return Some(at);
        }
        start = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: Bytes = Bytes::from_static(b"--x\r\nContent-Disposition: form-data; name=\"part_number\"\r\n\r\n2\r\n--x\r\nContent-Disposition: form-data; \
        name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n--x--\r\n");

    #[test]
    fn a_form_has_its_file_and_its_number() {
        let form = Form::read("multipart/form-data; boundary=x", &BODY).unwrap();
        let file = File {
            filename: Some("a.txt".into()),
            content_type: Some("text/plain".into()),
            content: Bytes::from_static(b"one\r\ntwo"),
        };
        assert_eq!((form.file, form.part_number.as_deref()), (Some(file), Some("2")));
        assert_eq!(form.odd, None);
    }

    #[test]
    fn what_is_no_form_or_a_broken_one_is_none() {
        assert!(Form::read("application/json", &BODY).is_none());
        assert!(Form::read("multipart/form-data", &BODY).is_none());
        assert!(Form::read("multipart/form-data; boundary=y", &BODY).is_none());
        for end in 0..BODY.len() - 2 {
            assert!(
                Form::read("multipart/form-data; boundary=x", &BODY.slice(..end))
                    .is_none_or(|form| form.file.is_some())
            );
        }
    }
}
