//! New databases and data sources, and changes of them.

use indexmap::IndexMap;

use crate::id::DatabaseId;
use crate::json::{Field, object};
use crate::types::{Cover, Icon, Parent, PropertySchema, RichText, SchemaKind};

object! {
    /// The first table of a new database.
    #[derive(Default)]
    pub struct InitialDataSource {
        /// Its columns by name. Without a title column it gets one.
        pub properties: Field<IndexMap<String, PropertySchema>>,
    }
}

object! {
    /// A database to create, with one data source in it.
    #[derive(Default)]
    pub struct CreateDatabase {
        /// Where: a page, or the top of the workspace for tokens that act for a person.
        pub parent: Field<Parent>,
        /// Its title.
        pub title: Field<Vec<RichText>>,
        /// What it is for.
        pub description: Field<Vec<RichText>>,
        /// Whether it is shown inside its page.
        pub is_inline: Field<bool>,
        /// Its table.
        pub initial_data_source: Field<InitialDataSource>,
        /// The icon.
        pub icon: Field<Icon>,
        /// The picture at the top.
        pub cover: Field<Cover>,
    }
}

impl CreateDatabase {
    /// A database in this place.
    pub fn new(parent: impl Into<Parent>) -> Self {
        Self { parent: Field::Value(parent.into()), ..Self::default() }
    }

    /// The title, from plain text of any length.
    pub fn title(mut self, text: &str) -> Self {
        self.title = Field::Value(crate::split::rich_text(text));
        self
    }

    /// A column of its table.
    pub fn property(mut self, name: impl Into<String>, schema: impl Into<PropertySchema>) -> Self {
        let mut source = self.initial_data_source.into_value().unwrap_or_default();
        let mut properties = source.properties.into_value().unwrap_or_default();
        properties.insert(name.into(), schema.into());
        source.properties = Field::Value(properties);
        self.initial_data_source = Field::Value(source);
        self
    }

    /// Shown inside its page.
    pub fn inline(mut self) -> Self {
        self.is_inline = Field::Value(true);
        self
    }

    /// The icon.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Field::Value(icon);
        self
    }
}

object! {
    /// A change of a database: of the container, not of its tables. What is absent stays; what is null is cleared.
    #[derive(Default)]
    pub struct UpdateDatabase {
        /// Where to move it: a page, or the top of the workspace.
        pub parent: Field<Parent>,
        /// Its title.
        pub title: Field<Vec<RichText>>,
        /// What it is for.
        pub description: Field<Vec<RichText>>,
        /// Whether it is shown inside its page.
        pub is_inline: Field<bool>,
        /// The icon; null takes it away.
        pub icon: Field<Icon>,
        /// The picture at the top; null takes it away.
        pub cover: Field<Cover>,
        /// Into the trash, or out of it.
        pub in_trash: Field<bool>,
        /// Whether the product lets people edit it.
        pub is_locked: Field<bool>,
    }
}

impl UpdateDatabase {
    /// To another place.
    pub fn parent(mut self, parent: impl Into<Parent>) -> Self {
        self.parent = Field::Value(parent.into());
        self
    }

    /// The title, from plain text of any length.
    pub fn title(mut self, text: &str) -> Self {
        self.title = Field::Value(crate::split::rich_text(text));
        self
    }

    /// Into the trash, or out of it.
    pub fn in_trash(mut self, in_trash: bool) -> Self {
        self.in_trash = Field::Value(in_trash);
        self
    }
}

object! {
    /// A data source to create in a database.
    #[derive(Default)]
    pub struct CreateDataSource {
        /// The database.
        pub parent: Field<Parent>,
        /// Its columns by name, exactly one of them a title.
        pub properties: IndexMap<String, PropertySchema>,
        /// Its title.
        pub title: Field<Vec<RichText>>,
        /// The icon.
        pub icon: Field<Icon>,
    }
}

impl CreateDataSource {
    /// A data source in this database, with its title column.
    pub fn new(parent: DatabaseId, title_column: impl Into<String>) -> Self {
        let mut source = Self { parent: Field::Value(parent.into()), ..Self::default() };
        source.properties.insert(title_column.into(), SchemaKind::Title(Default::default()).into());
        source
    }

    /// A column.
    pub fn property(mut self, name: impl Into<String>, schema: impl Into<PropertySchema>) -> Self {
        self.properties.insert(name.into(), schema.into());
        self
    }

    /// The title, from plain text of any length.
    pub fn title(mut self, text: &str) -> Self {
        self.title = Field::Value(crate::split::rich_text(text));
        self
    }
}

object! {
    /// A change of a data source. Columns that are not named stay.
    #[derive(Default)]
    pub struct UpdateDataSource {
        /// Its title.
        pub title: Field<Vec<RichText>>,
        /// The icon; null takes it away.
        pub icon: Field<Icon>,
        /// Columns by name or id: a new or changed schema, a new name, or null to delete one. A list of options replaces the
        /// one that is there, so an option left out is deleted.
        pub properties: Field<IndexMap<String, Option<PropertySchema>>>,
        /// Into the trash, or out of it.
        pub in_trash: Field<bool>,
        /// The database to move it to.
        pub parent: Field<Parent>,
    }
}

impl UpdateDataSource {
    fn column(mut self, name: impl Into<String>, column: Option<PropertySchema>) -> Self {
        let mut properties = self.properties.into_value().unwrap_or_default();
        properties.insert(name.into(), column);
        self.properties = Field::Value(properties);
        self
    }

    /// Adds a column, or changes what one holds.
    pub fn property(self, name: impl Into<String>, schema: impl Into<PropertySchema>) -> Self {
        self.column(name, Some(schema.into()))
    }

    /// Renames a column.
    pub fn rename(self, name: impl Into<String>, new: impl Into<String>) -> Self {
        self.column(name, Some(PropertySchema::named(new)))
    }

    /// Deletes a column with its values.
    pub fn delete(self, name: impl Into<String>) -> Self {
        self.column(name, None)
    }

    /// The title, from plain text of any length.
    pub fn title(mut self, text: &str) -> Self {
        self.title = Field::Value(crate::split::rich_text(text));
        self
    }

    /// Into the trash, or out of it.
    pub fn in_trash(mut self, in_trash: bool) -> Self {
        self.in_trash = Field::Value(in_trash);
        self
    }
}
