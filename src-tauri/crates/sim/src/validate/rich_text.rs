//! Shapes of rich text, icons, covers and files.

use super::{Field, Shape, any_text, list, nullable, optional, required, text};
use crate::limits;

pub(crate) const COLORS: &[&str] = &[
    "default",
    "gray",
    "brown",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
    "default_background",
    "gray_background",
    "brown_background",
    "orange_background",
    "yellow_background",
    "green_background",
    "blue_background",
    "purple_background",
    "pink_background",
    "red_background",
];

const ICON_COLORS: &[&str] =
    &["gray", "lightgray", "brown", "yellow", "orange", "green", "blue", "purple", "pink", "red"];

pub(crate) fn rich_text() -> Shape {
    list(item())
}

fn item() -> Shape {
    Shape::Tagged {
        // What a reader gets beside it is tolerated when it is sent back.
        common: vec![
            optional("annotations", annotations()),
            optional("plain_text", any_text()),
            optional("href", nullable(any_text())),
        ],
        variants: vec![
            required(
                "text",
                Shape::Object(vec![
                    required("content", text(limits::TEXT)),
                    optional(
                        "link",
                        nullable(Shape::Object(vec![
                            required("url", text(limits::TEXT)),
                            optional("type", Shape::OneOf(&["url"])),
                        ])),
                    ),
                ]),
            ),
            required("mention", mention()),
            required("equation", Shape::Object(vec![required("expression", text(limits::EQUATION))])),
        ],
    }
}

fn annotations() -> Shape {
    Shape::Object(vec![
        optional("bold", Shape::Boolean),
        optional("italic", Shape::Boolean),
        optional("strikethrough", Shape::Boolean),
        optional("underline", Shape::Boolean),
        optional("code", Shape::Boolean),
        optional("color", Shape::OneOf(COLORS)),
    ])
}

fn mention() -> Shape {
    let target = || Shape::Object(vec![required("id", Shape::Uuid)]);
    Shape::Tagged {
        common: Vec::new(),
        variants: vec![
            required("user", user()),
            required("date", date()),
            required("page", target()),
            required("database", target()),
            required(
                "template_mention",
                Shape::Tagged {
                    common: Vec::new(),
                    variants: vec![
                        required("template_mention_date", Shape::OneOf(&["today", "now"])),
                        required("template_mention_user", Shape::OneOf(&["me"])),
                    ],
                },
            ),
            required("custom_emoji", custom_emoji()),
        ],
    }
}

/// A user, by id; the rest of what a reader got is tolerated.
pub(crate) fn user() -> Shape {
    Shape::Object(vec![
        required("id", Shape::Uuid),
        optional("object", Shape::OneOf(&["user"])),
        optional("name", nullable(any_text())),
        optional("avatar_url", nullable(any_text())),
        optional("type", Shape::OneOf(&["person", "bot"])),
        optional("person", Shape::Anything),
        optional("bot", Shape::Anything),
    ])
}

pub(crate) fn date() -> Shape {
    Shape::Object(vec![
        required("start", Shape::Date),
        optional("end", nullable(Shape::Date)),
        optional("time_zone", nullable(any_text())),
    ])
}

fn custom_emoji() -> Shape {
    Shape::Object(vec![required("id", Shape::Uuid), optional("name", any_text()), optional("url", any_text())])
}

pub(crate) fn external() -> Field {
    required("external", Shape::Object(vec![required("url", text(limits::TEXT))]))
}

pub(crate) fn file_upload() -> Field {
    required("file_upload", Shape::Object(vec![required("id", Shape::Uuid)]))
}

pub(crate) fn icon() -> Shape {
    Shape::Tagged {
        common: Vec::new(),
        variants: vec![
            required("emoji", Shape::Text { max: Some(limits::TEXT), min: 1 }),
            external(),
            file_upload(),
            required("custom_emoji", custom_emoji()),
            required(
                "icon",
                Shape::Object(vec![required("name", any_text()), optional("color", Shape::OneOf(ICON_COLORS))]),
            ),
        ],
    }
}

pub(crate) fn cover() -> Shape {
    Shape::Tagged { common: Vec::new(), variants: vec![external(), file_upload()] }
}
