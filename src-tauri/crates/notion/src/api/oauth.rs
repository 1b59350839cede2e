//! `oauth`: signing in through a public connection.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use crate::client::{Answer, Call, Client, Draft, Repeat, read_value};
use crate::error::Error;
use crate::json::Extra;
use crate::types::{Grant, TokenStatus};

/// The endpoints of a public connection, which are called under the connection's own name and secret, not with a token:
/// [`ClientBuilder::oauth`](crate::ClientBuilder::oauth) makes it.
///
/// ```no_run
/// use satchel_notion::{Client, Error, ReqwestTransport};
/// use secrecy::SecretString;
///
/// # async fn run() -> Result<(), Error> {
/// let oauth = Client::builder(ReqwestTransport::new()?).oauth("1c4d872b-…", &SecretString::from("secret_…"))?;
/// let redirect = "http://localhost:17872/callback";
/// println!("open {}", oauth.authorize_url(redirect, "a state that cannot be guessed")?);
/// let grant = oauth.exchange("the code that came to the callback", Some(redirect)).await?;
/// println!("signed in to {}", grant.workspace_name.as_deref().unwrap_or("a workspace"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OAuth {
    client: Client,
    client_id: String,
}

impl OAuth {
    pub(crate) fn new(client: Client, client_id: String) -> Self {
        Self { client, client_id }
    }

    /// Where a person says which pages the connection may see. `state` comes back with the code and must be compared.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str) -> Result<Url, Error> {
        let mut url = Url::parse(self.client.base_url())
            .and_then(|base| base.join("/v1/oauth/authorize"))
            .map_err(|error| Error::InvalidRequest(format!("the address cannot be built: {error}")))?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("response_type", "code")
            .append_pair("owner", "user")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        Ok(url)
    }

    /// Exchanges the code for tokens. `redirect_uri` is the one of the authorize address; leave it out where that had none. A code
    /// works once.
    pub fn exchange(&self, code: &str, redirect_uri: Option<&str>) -> Call<Grant> {
        let mut body = Extra::new();
        body.insert("grant_type".to_owned(), "authorization_code".into());
        body.insert("code".to_owned(), code.into());
        if let Some(uri) = redirect_uri {
            body.insert("redirect_uri".to_owned(), uri.into());
        }
        Call::new(&self.client, Draft::post("oauth/token", body.into()), read_grant)
    }

    /// Exchanges a refresh token for a new pair. It works once, and an attempt without an answer may have used it up: it is never
    /// repeated.
    pub fn refresh(&self, refresh_token: &SecretString) -> Call<Grant> {
        let body = json!({ "grant_type": "refresh_token", "refresh_token": refresh_token.expose_secret() });
        Call::new(&self.client, Draft::post("oauth/token", body), read_grant)
    }

    /// What the service says of a token.
    pub fn introspect(&self, token: &SecretString) -> Call<TokenStatus> {
        let body = json!({ "token": token.expose_secret() });
        Call::json(&self.client, Draft::post("oauth/introspect", body).repeating(Repeat::Read))
    }

    /// Ends a token. Repeated after failures.
    pub fn revoke(&self, token: &SecretString) -> Call<()> {
        let body = json!({ "token": token.expose_secret() });
        let draft = Draft::post("oauth/revoke", body).repeating(Repeat::Harmless);
        Call::new(&self.client, draft, |_| Ok(()))
    }
}

fn read_grant(answer: Answer) -> Result<Grant, Error> {
    read_value(answer, Grant::decode)
}
