// Code in five colours. The highlighter's tree is flattened to runs that are rendered as text; it is loaded with the first code block of the session.

import type { Root, RootContent } from "hast";

export type CodeKind = "keyword" | "string" | "number" | "comment" | "name";
export type CodeRun = { text: string; kind: CodeKind | null };

/** Beyond this, colours are not worth the wait. */
const MOST_CHARACTERS = 60_000;

const KINDS: Readonly<Record<string, CodeKind>> = {
  keyword: "keyword", "selector-tag": "keyword", tag: "keyword", "template-tag": "keyword", built_in: "keyword", section: "keyword", meta: "keyword",
  string: "string", regexp: "string", addition: "string", attr: "name", attribute: "name", "template-variable": "string", link: "string", quote: "comment",
  number: "number", literal: "number", symbol: "number", bullet: "number", deletion: "number",
  comment: "comment", doctag: "comment",
  title: "name", function_: "name", class_: "name", name: "name", property: "name", "selector-class": "name", "selector-id": "name",
};

/** What Notion calls a language, where the highlighter says something else. Those missing from both are shown plain. */
const HIGHLIGHTER_NAMES: Readonly<Record<string, string>> = {
  "c++": "cpp", "c#": "csharp", "f#": "fsharp", "objective-c": "objectivec", "visual basic": "vbnet", "vb.net": "vbnet", "java/c/c++/c#": "java", html: "xml", xml: "xml",
  markup: "xml", sass: "scss", shell: "bash", webassembly: "wasm", javascript: "javascript", typescript: "typescript", tsx: "typescript", jsx: "javascript", "protocol buffers": "protobuf",
};

const WRITTEN: Readonly<Record<string, string>> = {
  abap: "ABAP", "ascii art": "ASCII art", bnf: "BNF", css: "CSS", ebnf: "EBNF", glsl: "GLSL", graphql: "GraphQL", hcl: "HCL", html: "HTML", javascript: "JavaScript", json: "JSON", latex: "LaTeX",
  matlab: "MATLAB", "objective-c": "Objective-C", ocaml: "OCaml", php: "PHP", powershell: "PowerShell", sql: "SQL", toml: "TOML", typescript: "TypeScript", "vb.net": "VB.NET", vhdl: "VHDL",
  webassembly: "WebAssembly", xml: "XML", yaml: "YAML", jsx: "JSX", tsx: "TSX", scss: "SCSS", llvm: "LLVM",
};

/** “TypeScript”, “C++”, “Plain text”. Empty for a block that names none. */
export function languageName(language: string): string {
  const name = language.trim().toLowerCase();
  return WRITTEN[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

function kindOf(classes: unknown): CodeKind | null {
  if (!Array.isArray(classes)) return null;
  for (const name of classes) {
    const kind = typeof name === "string" ? KINDS[name.replace(/^hljs-/u, "")] : undefined;
    if (kind !== undefined) return kind;
  }
  return null;
}

function flatten(nodes: readonly RootContent[], inherited: CodeKind | null, out: CodeRun[]): CodeRun[] {
  for (const node of nodes) {
    if (node.type === "text") {
      const last = out.at(-1);
      if (last && last.kind === inherited) last.text += node.value;
      else out.push({ text: node.value, kind: inherited });
    } else if (node.type === "element") {
      flatten(node.children, kindOf(node.properties["className"]) ?? inherited, out);
    }
  }
  return out;
}

let loading: Promise<{ registered(language: string): boolean; highlight(language: string, code: string): Root }> | null = null;

/** The code in runs; null when its language is not known or it is too long. */
export async function highlighted(code: string, language: string): Promise<CodeRun[] | null> {
  const named = language.trim().toLowerCase();
  if (named === "" || named === "plain text" || code.length > MOST_CHARACTERS) return null;
  loading ??= import("./code-languages").then(({ highlighter }) => highlighter());
  const highlighter = await loading;
  const name = HIGHLIGHTER_NAMES[named] ?? named;
  if (!highlighter.registered(name)) return null;
  return flatten(highlighter.highlight(name, code).children, null, []);
}
