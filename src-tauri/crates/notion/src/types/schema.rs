//! The columns of a data source.

use crate::id::{DataSourceId, DatabaseId, OptionId, PropertyId};
use crate::json::{Extra, Field, Unknown, object, tagged};
use crate::types::{Color, Empty, RollupFunction, SelectOption};

object! {
    /// How a number column shows its numbers.
    #[derive(Default)]
    pub struct NumberSchema {
        /// `number`, `number_with_commas`, `percent`, `dollar`, `euro`, `yen`, …
        pub format: Field<String>,
    }
}

object! {
    /// A formula.
    #[derive(Default)]
    pub struct FormulaSchema {
        /// Its source. It reads back with opaque references in place of the names that were written.
        pub expression: Field<String>,
    }
}

object! {
    /// The options of a select or multi-select column. Writing replaces the whole list.
    #[derive(Default)]
    pub struct SelectSchema {
        /// The options, in order.
        pub options: Field<Vec<SelectOption>>,
    }
}

object! {
    /// A group of states, such as "In progress".
    pub struct StatusGroup {
        /// The group.
        pub id: OptionId,
        /// Its name.
        pub name: String,
        /// Its colour.
        pub color: Field<Color>,
        /// The options in it, in order.
        pub option_ids: Vec<OptionId>,
    }
}

object! {
    /// The states of a status column.
    #[derive(Default)]
    pub struct StatusSchema {
        /// The options, in order.
        pub options: Field<Vec<SelectOption>>,
        /// Their groups. Read only.
        pub groups: Field<Vec<StatusGroup>>,
    }
}

object! {
    /// The column at the other end of a relation.
    #[derive(Default)]
    pub struct DualProperty {
        /// The column.
        pub synced_property_id: Field<PropertyId>,
        /// Its name.
        pub synced_property_name: Field<String>,
    }
}

tagged! {
    /// Whether the related rows show the relation too.
    pub enum RelationKind {
        Single(Empty) = "single_property",
        Dual(DualProperty) = "dual_property",
    }
}

object! {
    /// A relation to the rows of a data source.
    pub struct RelationSchema {
        ..
        /// Whether it shows at both ends.
        pub kind: RelationKind,
        /// The other data source.
        pub data_source_id: Field<DataSourceId>,
        /// The database around it. Read only.
        pub database_id: Field<DatabaseId>,
    }
}

object! {
    /// A sum over related rows. On writing, each property is named by its name or its id.
    pub struct RollupSchema {
        /// How it sums up.
        pub function: Field<RollupFunction>,
        /// The relation in this data source.
        pub relation_property_name: Field<String>,
        /// The relation in this data source. Not percent-encoded here.
        pub relation_property_id: Field<PropertyId>,
        /// The property of the related rows.
        pub rollup_property_name: Field<String>,
        /// The property of the related rows. Not percent-encoded here.
        pub rollup_property_id: Field<PropertyId>,
    }
}

object! {
    /// A number counted up by the service.
    #[derive(Default)]
    pub struct UniqueIdSchema {
        /// What stands before it, without the dash.
        pub prefix: Field<String>,
    }
}

tagged! {
    /// What a column holds.
    pub enum SchemaKind {
        Title(Empty) = "title",
        RichText(Empty) = "rich_text",
        Number(NumberSchema) = "number",
        Select(SelectSchema) = "select",
        MultiSelect(SelectSchema) = "multi_select",
        Status(StatusSchema) = "status",
        Date(Empty) = "date",
        People(Empty) = "people",
        Files(Empty) = "files",
        Checkbox(Empty) = "checkbox",
        Url(Empty) = "url",
        Email(Empty) = "email",
        PhoneNumber(Empty) = "phone_number",
        Relation(Box<RelationSchema>) = "relation",
        Formula(FormulaSchema) = "formula",
        Rollup(Box<RollupSchema>) = "rollup",
        CreatedTime(Empty) = "created_time",
        LastEditedTime(Empty) = "last_edited_time",
        LastVisitedTime(Empty) = "last_visited_time",
        CreatedBy(Empty) = "created_by",
        LastEditedBy(Empty) = "last_edited_by",
        UniqueId(UniqueIdSchema) = "unique_id",
        Verification(Empty) = "verification",
        Place(Empty) = "place",
        Location(Empty) = "location",
        Button(Empty) = "button",
    }
}

object! {
    /// A column.
    pub struct PropertySchema {
        ..
        /// What it holds.
        pub kind: SchemaKind,
        /// The property. Left out on creation.
        pub id: Field<PropertyId>,
        /// Its name. On an update, the new one.
        pub name: Field<String>,
        /// What it is for.
        pub description: Field<String>,
    }
}

impl From<SchemaKind> for PropertySchema {
    fn from(kind: SchemaKind) -> Self {
        Self { kind, id: Field::Absent, name: Field::Absent, description: Field::Absent, extra: Extra::new() }
    }
}

impl PropertySchema {
    /// A new name and nothing else, for a change of a column.
    pub fn named(name: impl Into<String>) -> Self {
        let kind = SchemaKind::Unknown(Unknown::nameless());
        Self { name: Field::Value(name.into()), ..Self::from(kind) }
    }
}
