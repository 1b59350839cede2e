//! Ids are the same sixteen bytes on both sides.

use satchel_model as model;
use satchel_notion as notion;

/// An id of the service as the model's.
pub trait FromWire {
    /// The model's type.
    type Model;
    /// The same id.
    fn to_model(self) -> Self::Model;
}

/// An id of the model as the service's.
pub trait IntoWire {
    /// The service's type.
    type Wire;
    /// The same id.
    fn to_wire(self) -> Self::Wire;
}

macro_rules! ids {
    ($($name:ident)*) => {
        $(
            impl FromWire for notion::$name {
                type Model = model::$name;
                fn to_model(self) -> model::$name {
                    model::$name::from_uuid(self.uuid())
                }
            }
            impl IntoWire for model::$name {
                type Wire = notion::$name;
                fn to_wire(self) -> notion::$name {
                    notion::$name::new(*self.as_uuid())
                }
            }
        )*
    };
}

ids!(PageId BlockId DataSourceId DatabaseId UserId CommentId DiscussionId);
