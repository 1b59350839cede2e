//! Where new content goes.

use serde_json::{Value, json};

use crate::id::BlockId;
use crate::json::{DecodeError, Json, Reader, serde_through_json};

/// Where new blocks go among their siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// Before all others.
    Start,
    /// After all others.
    #[default]
    End,
    /// After this one.
    After(BlockId),
}

/// Where a new page goes in its parent page. The service has other words for it than for blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PagePosition {
    /// Before all content.
    Start,
    /// After all content.
    #[default]
    End,
    /// After this block.
    After(BlockId),
}

fn encode(start: &str, end: &str, position: Position) -> Value {
    match position {
        Position::Start => json!({ "type": start }),
        Position::End => json!({ "type": end }),
        Position::After(id) => json!({ "type": "after_block", "after_block": { "id": id.to_string() } }),
    }
}

fn decode(start: &str, end: &str, value: &Value) -> Result<Position, DecodeError> {
    let mut reader = Reader::new(value)?;
    let kind: String = reader.field("type")?;
    match kind.as_str() {
        "after_block" => {
            let block: Value = reader.field("after_block")?;
            Ok(Position::After(Reader::new(&block)?.field("id").map_err(|error: DecodeError| error.at("after_block"))?))
        }
        kind if kind == start => Ok(Position::Start),
        kind if kind == end => Ok(Position::End),
        _ => Err(DecodeError::new("unknown position").at("type")),
    }
}

impl Json for Position {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        decode("start", "end", value)
    }

    fn encode(&self) -> Value {
        encode("start", "end", *self)
    }
}

impl Json for PagePosition {
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(match decode("page_start", "page_end", value)? {
            Position::Start => Self::Start,
            Position::End => Self::End,
            Position::After(id) => Self::After(id),
        })
    }

    fn encode(&self) -> Value {
        let position = match *self {
            Self::Start => Position::Start,
            Self::End => Position::End,
            Self::After(id) => Position::After(id),
        };
        encode("page_start", "page_end", position)
    }
}

serde_through_json!(Position);
serde_through_json!(PagePosition);
