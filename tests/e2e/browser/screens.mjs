// The screens of the program and how to get to each, by keyboard or by what has no words, so that the language does not matter.

const field = (page) => page.getByRole("combobox").first();

async function search(page, query) {
  await field(page).waitFor();
  await field(page).fill(query);
}

async function read(page, title) {
  await search(page, title);
  await page.locator(`[role=option]:has([title="${title}"])`).first().dblclick();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function settings(page, tab) {
  await field(page).waitFor();
  await page.keyboard.press("Control+,");
  const links = page.locator("nav [data-nav]");
  await links.first().waitFor();
  await links.nth(["accounts", "capture", "appearance", "about"].indexOf(tab)).click();
  await page.locator("#settings-title").waitFor();
}

export const screens = [
  { name: "recent", reach: async (page) => void (await field(page).waitFor()) },
  {
    name: "search",
    reach: async (page) => {
      await search(page, "launch plan");
      await page.getByRole("option").nth(2).waitFor();
    },
  },
  {
    name: "nothing found",
    reach: async (page) => {
      await search(page, "zzyzxqq");
      await page.locator("#search-list-0").waitFor();
    },
  },
  {
    name: "narrowed in words",
    reach: async (page) => {
      await search(page, 'launch edited:<1y database:"Tidewater tasks"');
      await page.locator("button.chip.is-on").nth(1).waitFor();
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "databases",
    reach: async (page) => {
      await field(page).waitFor();
      await page.keyboard.press("Control+4");
      await page.getByRole("option").filter({ hasText: "Tidewater tasks" }).waitFor();
    },
  },
  {
    name: "palette",
    reach: async (page) => {
      await field(page).waitFor();
      await page.keyboard.press("Control+k");
      await page.locator("dialog[open] [role=option]").first().waitFor();
    },
  },
  {
    name: "keyboard map",
    reach: async (page) => {
      await field(page).waitFor();
      await page.keyboard.press("Control+/");
      await page.locator("dialog[open] dl").first().waitFor();
    },
  },
  {
    name: "find in page",
    reach: async (page) => {
      await read(page, "Autumn launch plan");
      await page.keyboard.press("Control+f");
      await page.keyboard.type("harbour");
      await page.locator("mark.on").first().waitFor();
    },
  },
  { name: "page", reach: (page) => read(page, "Autumn launch plan") },
  { name: "every block", reach: (page) => read(page, "Every block") },
  { name: "database", reach: (page) => read(page, "Launches") },
  {
    name: "outbox",
    reach: async (page, bridge) => {
      if ((await bridge.call("outbox")).items.length === 0) {
        const [inbox] = await bridge.call("destinations", { query: "Inbox", limit: 1 });
        await bridge.call("capture", { text: "Ask the harbour office about the new piers before the release notes go out", accountId: inbox.account_id, target: inbox.target });
      }
      await field(page).waitFor();
      await page.keyboard.press("Control+5");
      await page.locator(".outbox-list [role=option]").first().waitFor();
    },
  },
  { name: "settings, accounts", reach: (page) => settings(page, "accounts") },
  { name: "settings, capture", reach: (page) => settings(page, "capture") },
  { name: "settings, appearance", reach: (page) => settings(page, "appearance") },
  { name: "settings, about", reach: (page) => settings(page, "about") },
  {
    name: "signing out",
    reach: async (page) => {
      await settings(page, "accounts");
      await page.locator("[aria-labelledby=settings-title] button.danger, [aria-labelledby=settings-title] button:has(.i-trash)").first().click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  { name: "first run", profile: "empty", reach: async (page) => void (await page.locator("input[placeholder^=ntn_]").waitFor()) },
  {
    name: "capture",
    path: "capture.html",
    size: { width: 640, height: 320 },
    reach: async (page) => {
      await page.locator("textarea").fill("Call the ferry company\nPier 4 closes on Friday.");
    },
  },
];
