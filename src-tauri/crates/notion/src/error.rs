//! What can go wrong with a call, and the two questions a caller has: is it worth another try, and did the service do it?

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use crate::id::ParseIdError;
use crate::json::{DecodeError, Extra, Field, Json, object, open_enum};
use crate::transport::{Phase, TransportError};

open_enum! {
    /// The service's name of an error.
    pub enum ErrorCode {
        InvalidJson = "invalid_json",
        InvalidRequestUrl = "invalid_request_url",
        InvalidRequest = "invalid_request",
        InvalidGrant = "invalid_grant",
        InvalidClient = "invalid_client",
        InvalidBeta = "invalid_beta",
        ValidationError = "validation_error",
        MissingVersion = "missing_version",
        Unauthorized = "unauthorized",
        RestrictedResource = "restricted_resource",
        ObjectNotFound = "object_not_found",
        ConflictError = "conflict_error",
        RowLimitExceeded = "row_limit_exceeded",
        RateLimited = "rate_limited",
        InternalServerError = "internal_server_error",
        ServiceUnavailable = "service_unavailable",
        DatabaseConnectionUnavailable = "database_connection_unavailable",
        GatewayTimeout = "gateway_timeout",
        ServiceOverload = "service_overload",
    }
}

object! {
    /// The body of an error, as the service writes it.
    pub struct ErrorBody {
        /// Always `error`.
        pub object: Field<String>,
        /// The HTTP status.
        pub status: Field<u64>,
        /// The kind of error.
        pub code: ErrorCode,
        /// A sentence for developers. It may name things of the workspace.
        pub message: Field<String>,
        /// Details: strings and arrays of strings.
        pub additional_data: Field<Value>,
        /// The request this answers.
        pub request_id: Field<String>,
    }
}

impl ErrorBody {
    /// The same out of the form that OAuth has for errors, which its endpoints may answer in.
    fn of_oauth(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        Some(Self {
            object: Field::Absent,
            status: Field::Absent,
            code: ErrorCode::from(text("error")?),
            message: Field::optional(text("error_description").map(str::to_owned)),
            additional_data: Field::Absent,
            request_id: Field::optional(text("request_id").map(str::to_owned)),
            extra: Extra::new(),
        })
    }
}

open_enum! {
    /// Whose budget a refused request would have exceeded.
    pub enum RateLimitReason {
        Connection = "public_api_request_rate_limit",
        Workspace = "public_api_space_request_rate_limit",
        Endpoint = "public_api_endpoint_rate_limit",
        /// The connection is banned: asking again makes it worse.
        Blocked = "public_api_request_blocked",
    }
}

/// An error the service reported.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The kind of error.
    pub code: ErrorCode,
    /// A sentence for developers.
    pub message: String,
    /// Details: strings and arrays of strings.
    pub additional_data: Extra,
    /// The service's id of the request, for its support.
    pub request_id: Option<String>,
    /// The edge's id of the request.
    pub ray_id: Option<String>,
    /// How long the service asked to wait, counted from the answer.
    pub retry_after: Option<Duration>,
}

impl ApiError {
    /// A detail that is text.
    pub fn detail(&self, key: &str) -> Option<&str> {
        self.additional_data.get(key)?.as_str()
    }

    /// Whose budget was spent, for a refusal that says so.
    pub fn rate_limit_reason(&self) -> Option<RateLimitReason> {
        self.detail("rate_limit_reason").map(RateLimitReason::from)
    }

    /// What was saved, when the answer says that the write was done and only its answer could not be built.
    pub fn receipt(&self) -> Option<Receipt> {
        let committed_resource_id = self.detail("committed_resource_id").map(str::to_owned);
        let committed_child_ids: Vec<String> = match self.additional_data.get("committed_child_ids") {
            Some(Value::Array(ids)) => ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
            Some(Value::String(id)) => vec![id.clone()],
            _ => Vec::new(),
        };
        if committed_resource_id.is_none() && committed_child_ids.is_empty() {
            return None;
        }
        Some(Receipt { committed_resource_id, committed_child_ids })
    }
}

/// What a write left behind, although its answer was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The new page or database; for appended blocks, their parent.
    pub committed_resource_id: Option<String>,
    /// The new blocks of the first level, in the order of the request.
    pub committed_child_ids: Vec<String>,
}

/// Whether a write that failed was done all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commitment {
    /// It was done; only the answer went wrong. Sending it again would do it twice.
    Committed(Receipt),
    /// It was not done. Sending it again is safe.
    NotCommitted,
    /// Nobody here can tell: look before sending again, and not before a minute has passed, because the first attempt may still be
    /// under way.
    Unknown,
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service answered with an error of its own.
    #[error("{} {}: {}", .0.status.as_u16(), .0.code, .0.message)]
    Api(Box<ApiError>),
    /// Something in front of the service answered, not with JSON.
    #[error("HTTP {} without a JSON body", .status.as_u16())]
    Html {
        /// The HTTP status.
        status: StatusCode,
        /// The edge's id of the request.
        ray_id: Option<String>,
        /// How the answer begins.
        prefix: String,
        /// How long it asked to wait, counted from the answer.
        retry_after: Option<Duration>,
    },
    /// No answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service answered that all is well, in a form this crate does not understand.
    #[error("the answer is not understood: {fault}")]
    Decode {
        /// What was wrong, and where in the document.
        fault: Box<DecodeError>,
        /// The HTTP status.
        status: StatusCode,
        /// The service's id of the request.
        request_id: Option<String>,
    },
    /// The request breaks a rule that is known here, so it was not sent.
    #[error("invalid request: {0}")]
    InvalidRequest(String),
    /// A list came back to a page it had already given.
    #[error("the list repeats itself: its next page begins where an earlier one began")]
    RepeatedCursor,
    /// A write that may be repeated was tried again after an attempt whose fate is unknown, and the last attempt failed for
    /// another reason; the reason does not tell what became of the first.
    #[error("{last} (an earlier attempt may have been carried out: {earlier})")]
    Unsettled {
        /// The attempt whose fate is unknown.
        earlier: Box<Error>,
        /// The last attempt.
        last: Box<Error>,
    },
}

impl Error {
    /// The service's own error, if it is one.
    pub fn as_api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Unsettled { last, .. } => last.as_api(),
            _ => None,
        }
    }

    /// The kind of the service's own error, if it is one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.as_api().map(|error| &error.code)
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Html { status, .. } | Self::Decode { status, .. } => Some(*status),
            Self::Unsettled { last, .. } => last.status(),
            Self::Transport(_) | Self::InvalidRequest(_) | Self::RepeatedCursor => None,
        }
    }

    /// Whether the condition passes by itself, so that the same call may succeed later. It says nothing about whether a write may
    /// be sent again: [`Error::commitment`] does.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Api(error) if error.rate_limit_reason() == Some(RateLimitReason::Blocked) => false,
            Self::Api(error) => is_transient(error.status),
            Self::Html { status, .. } => is_transient(*status),
            Self::Transport(error) => error.is_retryable(),
            Self::Unsettled { last, .. } => last.is_retryable(),
            Self::Decode { .. } | Self::InvalidRequest(_) | Self::RepeatedCursor => false,
        }
    }

    /// Whether the service refused for now, and for how long if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after,
            Self::Html { retry_after, .. } => *retry_after,
            Self::Unsettled { last, .. } => last.retry_after(),
            _ => None,
        }
    }

    /// Whether a failed write was done. For a read the answer means nothing.
    pub fn commitment(&self) -> Commitment {
        match self {
            Self::Api(error) => match error.receipt() {
                Some(receipt) if error.status == StatusCode::SERVICE_UNAVAILABLE => Commitment::Committed(receipt),
                _ => by_status(error.status),
            },
            Self::Html { status, .. } => by_status(*status),
            Self::Transport(error) => match error.phase() {
                Phase::BeforeSend => Commitment::NotCommitted,
                Phase::AfterSend => Commitment::Unknown,
            },
            // The status said that it was done.
            Self::Decode { .. } => Commitment::Committed(Receipt::default()),
            Self::InvalidRequest(_) | Self::RepeatedCursor => Commitment::NotCommitted,
            Self::Unsettled { last, .. } => match last.commitment() {
                Commitment::Committed(receipt) => Commitment::Committed(receipt),
                Commitment::NotCommitted | Commitment::Unknown => Commitment::Unknown,
            },
        }
    }

    /// Whether the service no longer knows the cursor of a list: the walk must begin anew. It is not the end of the list.
    pub fn is_invalid_cursor(&self) -> bool {
        self.as_api().is_some_and(|error| {
            error.status == StatusCode::BAD_REQUEST
                && error.code == ErrorCode::ValidationError
                && error.message.to_lowercase().contains("cursor")
        })
    }

    /// Whether the thing is missing, or not shared with the connection: the service does not tell which.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(&ErrorCode::ObjectNotFound)
    }

    /// Whether the token is not, or no longer, accepted.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether a capability is missing. A workspace that has used up its free blocks is refused with the same code: see
    /// [`Error::is_block_limit`].
    pub fn is_restricted(&self) -> bool {
        self.code() == Some(&ErrorCode::RestrictedResource) && !self.is_block_limit()
    }

    /// Whether a workspace on the free plan has used up its blocks.
    pub fn is_block_limit(&self) -> bool {
        self.as_api().is_some_and(|error| error.additional_data.contains_key("block_limit"))
    }

    /// Reads the error of an answer that is none of success.
    pub(crate) fn from_answer(
        status: StatusCode,
        body: &[u8],
        request_id: Option<String>,
        ray_id: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        let value = serde_json::from_slice::<Value>(body).ok();
        let parsed = value.and_then(|value| ErrorBody::decode(&value).ok().or_else(|| ErrorBody::of_oauth(&value)));
        let Some(error) = parsed else {
            const PREFIX: usize = 200;
            let prefix = String::from_utf8_lossy(body).chars().take(PREFIX).collect();
            return Self::Html { status, ray_id, prefix, retry_after };
        };
        let additional_data = match error.additional_data {
            Field::Value(Value::Object(data)) => data,
            _ => Extra::new(),
        };
        let retry_after = retry_after.or_else(|| {
            let seconds = additional_data.get("retry_after")?;
            let seconds = seconds.as_u64().or_else(|| seconds.as_str()?.trim().parse().ok())?;
            Some(Duration::from_secs(seconds))
        });
        Self::Api(Box::new(ApiError {
            status,
            code: error.code,
            message: error.message.into_value().unwrap_or_default(),
            additional_data,
            request_id: error.request_id.into_value().or(request_id),
            ray_id,
            retry_after,
        }))
    }
}

impl From<ParseIdError> for Error {
    fn from(error: ParseIdError) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

/// The service says of itself that it is overloaded. Not a registered status.
pub(crate) const OVERLOADED: u16 = 529;

fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504 | 520..=530)
}

fn by_status(status: StatusCode) -> Commitment {
    match status.as_u16() {
        // The request may have come late rather than never.
        408 => Commitment::Unknown,
        300..=499 | OVERLOADED => Commitment::NotCommitted,
        _ => Commitment::Unknown,
    }
}
