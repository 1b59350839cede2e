import "./styles/tokens.css";
import "./styles/base.css";

import { mount } from "svelte";

import App from "./app/App.svelte";
import { followCaptureKeys } from "./app/capture-keys";
import { useLanguage } from "./i18n";
import { connectHost } from "./ipc";
import { platform } from "./keys/shortcuts";

document.documentElement.dataset["platform"] = platform;
useLanguage(new URLSearchParams(window.location.search).get("lang"));

const target = document.getElementById("app");
if (target === null) throw new Error("The page has no place for the window.");
await connectHost();
followCaptureKeys();
mount(App, { target });
