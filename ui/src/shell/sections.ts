/** The places of the sidebar. */
export type Section = "search" | "recent" | "favourites" | "databases" | "outbox";
