//! Refusals in the service's shape. Which rule refuses what is in `validate` and `api`.

use serde_json::{Map, Value, json};

/// A refusal: what becomes the error body, without its request id.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
    pub additional: Map<String, Value>,
    /// Whether it is said in OAuth's own form.
    is_oauth: bool,
}

impl ApiError {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), additional: Map::new(), is_oauth: false }
    }

    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "validation_error", message)
    }

    pub fn invalid_request_url() -> Self {
        Self::new(400, "invalid_request_url", "Invalid request URL.")
    }

    pub fn unauthorized() -> Self {
        Self::new(401, "unauthorized", "API token is invalid.")
    }

    pub fn restricted() -> Self {
        Self::new(403, "restricted_resource", "Insufficient permissions for this endpoint.")
    }

    /// A refusal of the OAuth endpoints: `{error, error_description}`.
    pub fn oauth(status: u16, code: &'static str, description: impl Into<String>) -> Self {
        Self { is_oauth: true, ..Self::new(status, code, description) }
    }

    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.additional.insert(key.to_owned(), value.into());
        self
    }

    pub fn body(&self, request_id: &str) -> Value {
        if self.is_oauth {
            return json!({ "error": self.code, "error_description": self.message, "request_id": request_id });
        }
        let mut body = json!({ "object": "error", "status": self.status, "code": self.code, "message": self.message });
        if let Some(body) = body.as_object_mut() {
            if !self.additional.is_empty() {
                body.insert("additional_data".to_owned(), Value::Object(self.additional.clone()));
            }
            body.insert("request_id".to_owned(), request_id.into());
        }
        body
    }
}
