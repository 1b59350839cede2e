//! Files, icons and covers: where bytes or a small picture come from.

use crate::id::{CustomEmojiId, FileUploadId};
use crate::json::{Extra, Field, Tagged, object, tagged};
use crate::time::Time;
use crate::types::Identified;

object! {
    /// A file elsewhere on the web.
    pub struct ExternalFile {
        /// Where; at most 2,000 characters.
        pub url: String,
    }
}

object! {
    /// A file the service hosts. The address is signed anew at every read and works for an hour: it is no identity.
    pub struct HostedFile {
        /// Where, for now.
        pub url: String,
        /// Until when.
        pub expiry_time: Field<Time>,
    }
}

object! {
    /// A file that was uploaded and is not attached yet.
    pub struct FileUploadRef {
        /// The upload.
        pub id: FileUploadId,
    }
}

object! {
    /// An emoji of the workspace's own.
    pub struct CustomEmoji {
        /// The emoji.
        pub id: CustomEmojiId,
        /// Its name without colons. Left out on writing.
        pub name: Field<String>,
        /// Its picture. Left out on writing.
        pub url: Field<String>,
    }
}

impl Identified for CustomEmoji {
    type Id = CustomEmojiId;

    fn id(&self) -> Option<CustomEmojiId> {
        Some(self.id)
    }
}

object! {
    /// One of the service's own icons.
    pub struct NativeIcon {
        /// Its name.
        pub name: String,
        /// Its colour: `gray`, `lightgray`, `brown`, `yellow`, `orange`, `green`, `blue`, `purple`, `pink` or `red`.
        pub color: Field<String>,
    }
}

tagged! {
    /// What an icon is.
    pub enum IconKind {
        Emoji(String) = "emoji",
        External(ExternalFile) = "external",
        /// Read only.
        Hosted(HostedFile) = "file",
        /// Write only.
        Upload(FileUploadRef) = "file_upload",
        CustomEmoji(CustomEmoji) = "custom_emoji",
        Native(NativeIcon) = "icon",
    }
}

/// The icon of a page, database, callout or tab.
pub type Icon = Tagged<IconKind>;

impl Icon {
    /// An emoji.
    pub fn emoji(emoji: impl Into<String>) -> Self {
        IconKind::Emoji(emoji.into()).into()
    }

    /// A picture on the web.
    pub fn external(url: impl Into<String>) -> Self {
        IconKind::External(ExternalFile { url: url.into(), extra: Extra::new() }).into()
    }
}

tagged! {
    /// Where a file's bytes are.
    pub enum FileKind {
        External(ExternalFile) = "external",
        /// Read only, except to keep a file that a files property holds already.
        Hosted(HostedFile) = "file",
        /// Write only.
        Upload(FileUploadRef) = "file_upload",
    }
}

/// The picture at the top of a page.
pub type Cover = Tagged<FileKind>;

impl FileKind {
    /// A file elsewhere on the web.
    pub fn external(url: impl Into<String>) -> Self {
        Self::External(ExternalFile { url: url.into(), extra: Extra::new() })
    }

    /// A file that was uploaded.
    pub fn upload(id: FileUploadId) -> Self {
        Self::Upload(FileUploadRef { id, extra: Extra::new() })
    }

    /// Where to read it now; nothing for an upload.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::External(file) => Some(&file.url),
            Self::Hosted(file) => Some(&file.url),
            Self::Upload(_) | Self::Unknown(_) => None,
        }
    }
}

object! {
    /// A file of a files property.
    pub struct NamedFile {
        ..
        /// Where it is.
        pub source: FileKind,
        /// Its name; may be left out for an upload.
        pub name: Field<String>,
    }
}
