//! OAuth as the service has it: a page where a person consents, and three endpoints that a connection calls with its id and secret.
//!
//! A code is good for one exchange, a refresh token for one refresh, and both die with what they were made for. There is no PKCE, no
//! scope and no lifetime of tokens, because the service has none. The page is in `page`, the endpoints are in `endpoints`.

mod endpoints;
mod page;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::seed::{Capabilities, ConnectionKind, PublicConnectionSeed};
use crate::simulator::State;
use crate::state::ids::{Id, IdKind, Mint};
use crate::state::seeding::SeedError;
use crate::state::{Connection, Sharing};

pub(crate) use endpoints::{Endpoint, answer};
pub(crate) use page::{AUTHORIZE, answered, respond};

/// How long a code waits to be exchanged.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What a person answers on the page that asks whether a connection may have pages of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent<'a> {
    /// Gives it pages and databases of a workspace, both named by their keys in the seed; without any page, all that stand at the top.
    Allow {
        workspace: &'a str,
        pages: &'a [&'a str],
    },
    Cancel,
}

/// A public connection as it was registered.
#[derive(Debug, Clone)]
struct Client {
    name: String,
    id: String,
    secret: String,
    redirect_uris: Vec<String>,
    any_localhost: bool,
    capabilities: Capabilities,
}

/// A person's consent on its way to the connection.
#[derive(Debug, Clone)]
struct Code {
    code: String,
    client: String,
    /// As it was in the address of the page, if it was.
    redirect_uri: Option<String>,
    grant: Grant,
    made: Timestamp,
}

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grant {
    /// The position of the workspace.
    workspace: usize,
    connection: Id,
}

/// An access token and the refresh token that came with it. They live and die together.
#[derive(Debug, Clone)]
struct Pair {
    client: String,
    access: String,
    refresh: String,
    grant: Grant,
    issued: Timestamp,
}

/// Everything OAuth remembers. What is not here any more is dead.
#[derive(Debug)]
pub(crate) struct Oauth {
    clients: Vec<Client>,
    codes: Vec<Code>,
    pairs: Vec<Pair>,
    pub mint: Mint,
}

impl Oauth {
    pub fn new(seeds: &[PublicConnectionSeed], name: &str) -> Result<Self, SeedError> {
        let client = |seed: &PublicConnectionSeed| {
            if let Some(wrong) = seed.redirect_uris.iter().find(|uri| !may_be_registered(uri)) {
                return Err(SeedError::RedirectUri(wrong.clone()));
            }
            Ok(Client {
                name: seed.name.clone(),
                id: seed.client_id.clone(),
                secret: seed.client_secret.clone(),
                redirect_uris: seed.redirect_uris.clone(),
                any_localhost: seed.any_localhost,
                capabilities: seed.capabilities,
            })
        };
        let clients = seeds.iter().map(client).collect::<Result<_, _>>()?;
        Ok(Self { clients, codes: Vec::new(), pairs: Vec::new(), mint: Mint::new(&format!("oauth/{name}")) })
    }

    /// Ids and secrets of the public connections.
    pub fn credentials(&self) -> Vec<(String, String)> {
        self.clients.iter().map(|client| (client.id.clone(), client.secret.clone())).collect()
    }

    /// How many pairs of tokens are alive.
    pub fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// The workspace and connection an access token is for.
    pub fn holder(&self, access: &str) -> Option<(usize, Id)> {
        let pair = self.pairs.iter().find(|pair| pair.access == access)?;
        Some((pair.grant.workspace, pair.grant.connection))
    }

    fn secret(&mut self, prefix: &str, length: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let digits = (0..length).map(|_| {
            let at = (self.mint.random() % ALPHABET.len() as u64) as usize;
            char::from(ALPHABET.get(at).copied().unwrap_or(b'A'))
        });
        digits.fold(prefix.to_owned(), |mut text, digit| {
            text.push(digit);
            text
        })
    }

    fn issue_pair(&mut self, client: &str, grant: Grant, now: Timestamp) -> Pair {
        let pair = Pair {
            client: client.to_owned(),
            access: self.secret("ntn_", 46),
            refresh: self.secret("nrt_", 46),
            grant,
            issued: now,
        };
        self.pairs.push(pair.clone());
        pair
    }

    fn issue_code(&mut self, client: &str, redirect_uri: Option<String>, grant: Grant, now: Timestamp) -> String {
        let code = self.secret("03", 34);
        self.codes.push(Code { code: code.clone(), client: client.to_owned(), redirect_uri, grant, made: now });
        code
    }

    fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }
}

/// `http` only to this machine by its name and with a port; the service is reported to refuse 127.0.0.1.
fn may_be_registered(uri: &str) -> bool {
    url::Url::parse(uri).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host_str() == Some("localhost") && url.port().is_some(),
        _ => false,
    })
}

impl Client {
    /// Where to send the person back to, if the address may be. Without one, the only one registered.
    fn target<'a>(&'a self, given: Option<&'a str>) -> Option<&'a str> {
        match given {
            Some(uri) => {
                let is_local = || self.any_localhost && uri.starts_with("http://localhost:") && may_be_registered(uri);
                (self.redirect_uris.iter().any(|registered| registered == uri) || is_local()).then_some(uri)
            }
            None => self.is_single().then(|| self.redirect_uris.first().map(String::as_str)).flatten(),
        }
    }

    /// Whether there is no question where people are sent back to.
    fn is_single(&self) -> bool {
        self.redirect_uris.len() == 1 && !self.any_localhost
    }
}

/// Lets a person's consent become a connection: one for each person, workspace and client, which keeps its id when they consent anew.
fn connect(
    state: &mut State,
    client: &Client,
    workspace: usize,
    person: Id,
    shared: Vec<Id>,
    now: Timestamp,
) -> Option<Grant> {
    let ws = state.workspaces.get_mut(workspace)?;
    let key = format!("oauth/{}/{person}", client.id);
    let sharing = Sharing::Only(shared.into_iter().collect());
    let known = ws.connections.iter_mut().find(|connection| connection.key == key);
    let connection = match known {
        Some(connection) => {
            connection.sharing = sharing;
            connection.withheld.clear();
            connection.granted = Some(now);
            connection.is_revoked = false;
            connection.id
        }
        None => {
            let id = ws.mint.named("connection", &key).next(IdKind::User, now);
            ws.connections.push(Connection {
                key,
                id,
                name: client.name.clone(),
                kind: ConnectionKind::Public,
                token: None,
                owner: Some(person),
                capabilities: client.capabilities,
                sharing,
                withheld: BTreeSet::new(),
                granted: Some(now),
                expires: None,
                is_revoked: false,
            });
            id
        }
    };
    Some(Grant { workspace, connection })
}

/// Whether a grant still stands: a person may disconnect it in the settings at any time.
fn is_standing(state: &State, grant: Grant, now: Timestamp) -> bool {
    let connection = state.connection(grant.workspace, grant.connection);
    connection.is_some_and(|connection| connection.is_alive(now))
}
