//! The declarations every wire type is made with.
//!
//! * `object!`: a struct with public fields, plus `extra` for the keys it does not know. A leading `..` marks a [`Part`](super::Part).
//! * `tagged!`: an enum chosen by `type`, its payload under the key of that name, plus `Unknown`.
//! * `open_enum!`: an enum of strings, plus `Other`.

/// Serde's traits on top of [`Json`](super::Json), so that the types can be stored, logged and embedded by whoever uses them.
macro_rules! serde_through_json {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::Json::encode(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                $crate::json::Json::decode(&value).map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! object {
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(.. $(#[$part_meta:meta])* pub $part:ident : $part_type:ty,)?
            $($(#[$field_meta:meta])* pub $field:ident : $type:ty $(as $key:literal)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$part_meta])* pub $part: $part_type,)?
            $($(#[$field_meta])* pub $field: $type,)*
            /// Keys this crate does not know.
            pub extra: $crate::json::Extra,
        }

        impl $crate::json::Json for $name {
            fn decode(value: &serde_json::Value) -> Result<Self, $crate::json::DecodeError> {
                #[allow(unused_mut, reason = "an object without known fields reads none")]
                let mut reader = $crate::json::Reader::new(value)?;
                Ok(Self {
                    $($part: <$part_type as $crate::json::Part>::take(&mut reader),)?
                    $($field: reader.field($crate::json::object!(@key $field $($key)?))?,)*
                    extra: reader.rest(),
                })
            }

            fn encode(&self) -> serde_json::Value {
                let mut object = $crate::json::Extra::new();
                $($crate::json::Part::put(&self.$part, &mut object);)?
                $($crate::json::put(&mut object, $crate::json::object!(@key $field $($key)?), &self.$field);)*
                $crate::json::put_extra(&mut object, &self.extra);
                serde_json::Value::Object(object)
            }

            fn survey(&self, survey: &mut $crate::json::Survey) {
                $($crate::json::Part::survey(&self.$part, survey);)?
                $(survey.key($crate::json::object!(@key $field $($key)?), &self.$field);)*
                survey.keys(&self.extra);
            }
        }

        $crate::json::serde_through_json!($name);
    };
}

macro_rules! tagged {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident($type:ty) = $tag:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $tag, "`")]
                #[doc = ""]
                $(#[$variant_meta])*
                $variant($type),
            )*
            /// A kind this crate does not know, or one that came in a shape it does not know.
            Unknown($crate::json::Unknown),
        }

        impl $name {
            /// The value of `type`.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $tag,)*
                    Self::Unknown(unknown) => unknown.name(),
                }
            }
        }

        impl $crate::json::Part for $name {
            fn take(reader: &mut $crate::json::Reader<'_>) -> Self {
                let Some(name) = reader.peek("type").and_then(serde_json::Value::as_str) else {
                    return Self::Unknown($crate::json::Unknown::take(reader, None, None));
                };
                reader.mark("type");
                match name {
                    $(
                        $tag => match reader.field($tag) {
                            Ok(payload) => Self::$variant(payload),
                            Err(fault) => Self::Unknown($crate::json::Unknown::take(reader, Some(name), Some(fault))),
                        },
                    )*
                    other => Self::Unknown($crate::json::Unknown::take(reader, Some(other), None)),
                }
            }

            fn put(&self, object: &mut $crate::json::Extra) {
                match self {
                    $(
                        Self::$variant(payload) => {
                            object.insert("type".to_owned(), serde_json::Value::from($tag));
                            $crate::json::put(object, $tag, payload);
                        }
                    )*
                    Self::Unknown(unknown) => unknown.put(object),
                }
            }

            fn survey(&self, survey: &mut $crate::json::Survey) {
                match self {
                    $(Self::$variant(payload) => survey.key($tag, payload),)*
                    Self::Unknown(unknown) => survey.kind(unknown),
                }
            }
        }
    };
}

macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                #[doc = ""]
                $(#[$variant_meta])*
                $variant,
            )*
            /// A value this crate does not know.
            Other(String),
        }

        impl $name {
            /// The value as the service writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::json::Json for $name {
            fn decode(value: &serde_json::Value) -> Result<Self, $crate::json::DecodeError> {
                value.as_str().map(Self::from).ok_or_else(|| $crate::json::DecodeError::expected("a string", value))
            }

            fn encode(&self) -> serde_json::Value {
                serde_json::Value::from(self.as_str())
            }

            fn survey(&self, survey: &mut $crate::json::Survey) {
                if let Self::Other(word) = self {
                    survey.word(word);
                }
            }
        }

        $crate::json::serde_through_json!($name);
    };
}

pub(crate) use {object, open_enum, serde_through_json, tagged};
