export const tabs = ["accounts", "capture", "appearance", "about"] as const;

export type SettingsTab = (typeof tabs)[number];
