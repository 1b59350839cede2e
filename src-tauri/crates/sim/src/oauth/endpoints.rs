//! `oauth/token`, `oauth/introspect` and `oauth/revoke`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::{CODE_LIFETIME, Client, Grant, Pair, is_standing};
use crate::OauthErrors;
use crate::api::{Context, Reply, parsed};
use crate::error::ApiError;
use crate::seed::{Capabilities, UserInformation};
use crate::simulator::State;
use crate::state::render::Reader;
use crate::validate::{self, Shape, any_text, optional, required};
use crate::{SimulatorOptions, Version};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Token,
    Introspect,
    Revoke,
}

impl Endpoint {
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        match (method.as_str(), path) {
            ("POST", "/v1/oauth/token") => Some(Self::Token),
            ("POST", "/v1/oauth/introspect") => Some(Self::Introspect),
            ("POST", "/v1/oauth/revoke") => Some(Self::Revoke),
            _ => None,
        }
    }
}

/// Answers one of the endpoints: who asks, in which shape, and only then for what.
pub(crate) fn answer(
    state: &mut State,
    context: &Context<'_>,
    endpoint: Endpoint,
    parts: &Parts,
    body: &[u8],
) -> Result<Reply, ApiError> {
    let client = authenticate(state, &parts.headers)
        .ok_or_else(|| refuse(context.options, 401, "invalid_client", "Client authentication failed."))?;
    if let Some((key, value)) = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).next() {
        return Err(validate::complain(&format!("query.{key}"), "not present", Some(&(*value).into())));
    }
    let body = parsed(parts, body)?;
    validate::body(&shape(endpoint), &body)?;
    match endpoint {
        Endpoint::Token => token(state, context, &client, &body),
        Endpoint::Introspect => Ok(introspected(state, context, &client, &body).into()),
        Endpoint::Revoke => {
            let token = text(&body, "token");
            // What it does not know is as good as revoked.
            state
                .oauth
                .pairs
                .retain(|pair| pair.client != client.id || (pair.access != token && pair.refresh != token));
            Ok(json!({}).into())
        }
    }
}

/// The client by `Authorization: Basic base64(id:secret)`.
fn authenticate(state: &State, headers: &HeaderMap) -> Option<Client> {
    let header = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    state.oauth.client(id).filter(|client| client.secret == secret).cloned()
}

fn shape(endpoint: Endpoint) -> Shape {
    match endpoint {
        Endpoint::Token => {
            let account = Shape::Object(vec![required("key", any_text()), required("name", any_text())]);
            Shape::Chosen {
                by: "grant_type",
                variants: vec![
                    (
                        "authorization_code",
                        vec![
                            required("code", any_text()),
                            optional("redirect_uri", any_text()),
                            optional("external_account", account),
                        ],
                    ),
                    ("refresh_token", vec![required("refresh_token", any_text())]),
                ],
            }
        }
        Endpoint::Introspect | Endpoint::Revoke => Shape::Object(vec![required("token", any_text())]),
    }
}

/// The service has been seen to say these in either form.
fn refuse(options: &SimulatorOptions, status: u16, code: &'static str, description: &str) -> ApiError {
    match options.oauth_errors {
        OauthErrors::Oauth => ApiError::oauth(status, code, description),
        OauthErrors::Api => ApiError::new(status, code, description),
    }
}

fn token(state: &mut State, context: &Context<'_>, client: &Client, body: &Value) -> Result<Reply, ApiError> {
    let now = context.now;
    let grant = match text(body, "grant_type") {
        "refresh_token" => {
            let refused = || refuse(context.options, 400, "invalid_grant", "Invalid refresh token.");
            let refresh = text(body, "refresh_token");
            let is_it = |pair: &Pair| pair.client == client.id && pair.refresh == refresh;
            let at = state.oauth.pairs.iter().position(is_it).ok_or_else(refused)?;
            // Used once, it is dead, and so is the access token it came with.
            let grant = state.oauth.pairs.remove(at).grant;
            if !is_standing(state, grant, now) {
                return Err(refused());
            }
            grant
        }
        _ => exchanged(state, context, client, body)?,
    };
    let pair = state.oauth.issue_pair(&client.id, grant, now);
    Ok(Reply::from(token_body(state, context, &pair)))
}

/// The grant of a code, which is used up by it.
fn exchanged(state: &mut State, context: &Context<'_>, client: &Client, body: &Value) -> Result<Grant, ApiError> {
    let refused = |description: &str| refuse(context.options, 400, "invalid_grant", description);
    let code = text(body, "code");
    let is_it = |other: &super::Code| other.client == client.id && other.code == code;
    let at = state.oauth.codes.iter().position(is_it).ok_or_else(|| refused("Invalid code."))?;
    let made_for = state.oauth.codes.get(at).and_then(|code| code.redirect_uri.clone());
    match (made_for, body.get("redirect_uri").and_then(Value::as_str)) {
        (Some(expected), Some(given)) if expected != given => {
            return Err(refused("redirect_uri does not match the one the code was made for."));
        }
        (Some(_), None) => {
            return Err(refuse(context.options, 400, "invalid_request", "redirect_uri is required."));
        }
        (None, Some(_)) => {
            return Err(refuse(context.options, 400, "invalid_request", "redirect_uri is not allowed."));
        }
        _ => {}
    }
    let code = state.oauth.codes.remove(at);
    let is_late = context.now.duration_since(code.made) > CODE_LIFETIME;
    if is_late || !is_standing(state, code.grant, context.now) {
        return Err(refused("Invalid code."));
    }
    Ok(code.grant)
}

fn token_body(state: &State, context: &Context<'_>, pair: &Pair) -> Value {
    let ws = state.workspaces.get(pair.grant.workspace);
    let connection = state.connection(pair.grant.workspace, pair.grant.connection);
    let owner = ws.zip(connection).map(|(ws, connection)| {
        let reader = Reader::new(ws, connection, Version::V2026_03_11, context.now, state.requests);
        json!({ "type": "user", "user": connection.owner.map(|owner| reader.user(owner)) })
    });
    json!({
        "access_token": pair.access,
        "token_type": "bearer",
        "refresh_token": pair.refresh,
        "bot_id": pair.grant.connection,
        "workspace_icon": null,
        "workspace_name": ws.map(|ws| ws.name.as_str()),
        "workspace_id": ws.map(|ws| ws.id),
        "owner": owner,
        "duplicated_template_id": null,
    })
}

fn introspected(state: &State, context: &Context<'_>, client: &Client, body: &Value) -> Value {
    let token = text(body, "token");
    let found = state
        .oauth
        .pairs
        .iter()
        .find(|pair| pair.client == client.id && (pair.access == token || pair.refresh == token))
        .filter(|pair| is_standing(state, pair.grant, context.now));
    match found {
        None => json!({ "active": false }),
        Some(pair) => {
            json!({ "active": true, "scope": scope(&client.capabilities), "iat": pair.issued.as_second() })
        }
    }
}

/// What the connection may do. The service's own words for it are not documented.
fn scope(can: &Capabilities) -> String {
    let all = [
        ("read_content", can.read_content),
        ("update_content", can.update_content),
        ("insert_content", can.insert_content),
        ("read_comments", can.read_comments),
        ("insert_comments", can.insert_comments),
        ("read_user_without_email", can.user_information == UserInformation::WithoutEmail),
        ("read_user_with_email", can.user_information == UserInformation::WithEmail),
    ];
    let names: Vec<&str> = all.iter().filter(|(_, may)| *may).map(|(name, _)| *name).collect();
    names.join(" ")
}

fn text<'a>(body: &'a Value, key: &str) -> &'a str {
    body.get(key).and_then(Value::as_str).unwrap_or_default()
}
