// The gallery: every component of the kit in every state, for looking and for measuring. Built apart (`vite build --mode gallery`) and never shipped.

import "../styles/tokens.css";
import "../styles/base.css";

import { mount } from "svelte";

import { useLanguage } from "../i18n";
import { applyAppearance, standardAppearance } from "../theme/appearance";
import Gallery from "./Gallery.svelte";

const query = new URLSearchParams(window.location.search);
const theme = query.get("theme");
useLanguage(query.get("lang"));
applyAppearance({ ...standardAppearance, theme: theme === "dark" || theme === "light" ? theme : "system" });

const target = document.getElementById("app");
if (target !== null) mount(Gallery, { target });
