// Pages of Notion that Satchel sends people to. They open in the browser, never inside.

export const TOKENS_PAGE = "https://www.notion.so/developers/tokens";
export const CONNECTIONS_PAGE = "https://www.notion.so/developers/connections";
export const SHARING_HELP = "https://www.notion.com/help/add-and-manage-connections-with-the-api";
export const NOTION = "https://app.notion.com/";
