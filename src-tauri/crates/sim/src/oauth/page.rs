//! The page where a person says yes or no, and where it sends them.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;

use super::{Client, Consent, connect};
use crate::simulator::{ConnectionLost, Simulator, State};
use crate::state::ids::Id;
use crate::state::render::Reader;
use crate::state::{Body, Workspace};
use crate::{Consenting, Version, state};

pub(crate) const AUTHORIZE: &str = "/v1/oauth/authorize";

type Pairs = Vec<(String, String)>;

/// What the address of the page asks for.
struct Wish {
    client: Client,
    /// As given, for the exchange to be compared with.
    redirect_uri: Option<String>,
    target: String,
    state: Option<String>,
}

/// Shows the page, or takes the person's answer and sends them on.
pub(crate) fn respond(
    state: &mut State,
    consenting: &Consenting,
    now: Timestamp,
    parts: &Parts,
    body: &[u8],
) -> Response<Bytes> {
    let query = pairs(parts.uri.query().unwrap_or_default().as_bytes());
    let wish = match wish(state, &query) {
        Ok(wish) => wish,
        Err(problem) => return html(StatusCode::BAD_REQUEST, &notice(problem)),
    };
    let form = match answered(consenting) {
        _ if parts.method == Method::POST => pairs(body),
        Some(form) => pairs(form.as_bytes()),
        None => return html(StatusCode::OK, &consent_page(state, now, &wish, parts.uri.query().unwrap_or_default())),
    };
    match one(&form, "decision") {
        Some("cancel") => sent_on(&wish, ("error", "access_denied")),
        Some("allow") => match allowed(state, now, &wish, &form) {
            Ok(code) => sent_on(&wish, ("code", &code)),
            Err(problem) => html(StatusCode::BAD_REQUEST, &notice(problem)),
        },
        _ => html(StatusCode::BAD_REQUEST, &notice("Choose whether to allow access")),
    }
}

/// The form that is sent without asking anybody.
pub(crate) fn answered(consenting: &Consenting) -> Option<String> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    match consenting {
        Consenting::Given(workspace) => form.append_pair("decision", "allow").append_pair("workspace", workspace),
        Consenting::Refused => form.append_pair("decision", "cancel"),
        Consenting::Asked => return None,
    };
    Some(form.finish())
}

fn wish(state: &State, query: &Pairs) -> Result<Wish, &'static str> {
    let client = one(query, "client_id").and_then(|id| state.oauth.client(id)).ok_or("Missing or invalid client_id")?;
    if one(query, "response_type") != Some("code") {
        return Err("Missing or invalid response_type");
    }
    if one(query, "owner") != Some("user") {
        return Err("Missing or invalid owner");
    }
    let redirect_uri = one(query, "redirect_uri");
    let target = client.target(redirect_uri).ok_or("Missing or invalid redirect_uri")?.to_owned();
    Ok(Wish {
        redirect_uri: redirect_uri.map(str::to_owned),
        target,
        state: one(query, "state").map(str::to_owned),
        client: client.clone(),
    })
}

/// A code for what the person chose.
fn allowed(state: &mut State, now: Timestamp, wish: &Wish, form: &Pairs) -> Result<String, &'static str> {
    let chosen = one(form, "workspace").ok_or("Choose a workspace")?;
    let at = state.workspaces.iter().position(|ws| ws.key == chosen || ws.name == chosen);
    let at = at.ok_or("Choose a workspace")?;
    let ws = state.workspaces.get(at).ok_or("Choose a workspace")?;
    let person = match one(form, "person") {
        Some(key) => ws.people.iter().find(|person| person.key == key),
        None => ws.people.first(),
    };
    let person = person.ok_or("Nobody of this workspace is signed in")?.id;
    let keys: Vec<&str> = form.iter().filter(|(key, _)| key == "page").map(|(_, value)| value.as_str()).collect();
    let shared = match keys.as_slice() {
        [] => roots(ws),
        keys => keys.iter().map(|key| named(ws, key)).collect::<Option<_>>().ok_or("Choose pages of the workspace")?,
    };
    let grant = connect(state, &wish.client, at, person, shared, now).ok_or("Choose a workspace")?;
    Ok(state.oauth.issue_code(&wish.client.id, wish.redirect_uri.clone(), grant, now))
}

fn named(ws: &Workspace, key: &str) -> Option<Id> {
    ["page", "database"].iter().find_map(|kind| ws.keys.get(&format!("{kind}:{key}"))).copied()
}

/// What stands at the top of a workspace and is not in the trash.
fn roots(ws: &Workspace) -> Vec<Id> {
    ws.roots.iter().copied().filter(|id| !ws.is_trashed(*id)).collect()
}

fn sent_on(wish: &Wish, answer: (&str, &str)) -> Response<Bytes> {
    let Ok(mut target) = url::Url::parse(&wish.target) else {
        return html(StatusCode::BAD_REQUEST, &notice("Missing or invalid redirect_uri"));
    };
    {
        let mut query = target.query_pairs_mut();
        query.append_pair(answer.0, answer.1);
        if let Some(state) = &wish.state {
            query.append_pair("state", state);
        }
    }
    let mut response = html(StatusCode::FOUND, "");
    if let Ok(location) = HeaderValue::from_str(target.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn consent_page(state: &State, now: Timestamp, wish: &Wish, query: &str) -> String {
    let workspaces: String = state
        .workspaces
        .iter()
        .filter(|ws| !ws.people.is_empty())
        .enumerate()
        .map(|(at, ws)| choice(ws, now, at == 0))
        .collect();
    let name = escaped(&wish.client.name);
    let action = escaped(&format!("{AUTHORIZE}?{query}"));
    let body = format!(
        "<h1>{name} would like to connect to a workspace</h1>\n<form method=\"post\" action=\"{action}\">\n{workspaces}\
         <p>Without a page ticked, everything at the top of the workspace is shared.</p>\n\
         <button name=\"decision\" value=\"allow\">Allow access</button>\n\
         <button name=\"decision\" value=\"cancel\">Cancel</button>\n</form>"
    );
    framed(&format!("Connect {name}"), &body)
}

/// A workspace to choose, with what stands at its top.
fn choice(ws: &Workspace, now: Timestamp, is_first: bool) -> String {
    let eye = state::seeding::everything();
    let reader = Reader::new(ws, &eye, Version::V2026_03_11, now, 0);
    let tops = roots(ws).into_iter().filter_map(|id| {
        let kind = match ws.node(id).map(|node| &node.body) {
            Some(Body::Database(_)) => "database",
            _ => "page",
        };
        let key = ws.keys.iter().find(|(name, other)| **other == id && name.starts_with(kind))?.0.split_once(':')?.1;
        let (key, title) = (escaped(key), escaped(&reader.title_of(id)));
        Some(format!("<li><label><input type=\"checkbox\" name=\"page\" value=\"{key}\"> {title}</label></li>\n"))
    });
    let tops: String = tops.collect();
    let (key, name) = (escaped(&ws.key), escaped(&ws.name));
    let person = escaped(ws.people.first().map(|person| person.name.as_str()).unwrap_or_default());
    let checked = if is_first { " checked" } else { "" };
    format!(
        "<fieldset>\n<legend><label><input type=\"radio\" name=\"workspace\" value=\"{key}\"{checked}> {name}</label>, as {person}</legend>\n\
         <ul>\n{tops}</ul>\n</fieldset>\n"
    )
}

fn notice(problem: &str) -> String {
    framed("Notion, simulated", &format!("<h1>{}</h1>", escaped(problem)))
}

fn framed(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn html(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text.to_owned()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn pairs(encoded: &[u8]) -> Pairs {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

fn one<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

impl Simulator {
    /// Answers the consent page at `address` as the person at the browser would. Returns where they are sent, or none when the page
    /// shows a problem instead.
    ///
    /// # Errors
    /// When a fault breaks the connection.
    pub fn consent(&self, address: &str, answer: &Consent<'_>) -> Result<Option<String>, ConnectionLost> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        match answer {
            Consent::Cancel => {
                form.append_pair("decision", "cancel");
            }
            Consent::Allow { workspace, pages } => {
                form.append_pair("decision", "allow").append_pair("workspace", workspace);
                pages.iter().for_each(|page| {
                    form.append_pair("page", page);
                });
            }
        }
        let Ok(request) = http::Request::post(address).body(Bytes::from(form.finish())) else { return Ok(None) };
        let response = self.handle(request)?;
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        Ok(location.map(str::to_owned))
    }
}
