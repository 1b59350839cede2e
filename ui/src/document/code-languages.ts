// The languages the highlighter knows: those of the common set, and those Notion offers besides that are written often. A chunk of its own.

import clojure from "highlight.js/lib/languages/clojure";
import dart from "highlight.js/lib/languages/dart";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import elixir from "highlight.js/lib/languages/elixir";
import elm from "highlight.js/lib/languages/elm";
import erlang from "highlight.js/lib/languages/erlang";
import haskell from "highlight.js/lib/languages/haskell";
import julia from "highlight.js/lib/languages/julia";
import latex from "highlight.js/lib/languages/latex";
import nix from "highlight.js/lib/languages/nix";
import ocaml from "highlight.js/lib/languages/ocaml";
import powershell from "highlight.js/lib/languages/powershell";
import protobuf from "highlight.js/lib/languages/protobuf";
import scala from "highlight.js/lib/languages/scala";
import { common, createLowlight } from "lowlight";

export function highlighter(): ReturnType<typeof createLowlight> {
  return createLowlight({
    ...common, clojure, dart, diff, dockerfile, docker: dockerfile, elixir, elm, erlang, haskell, julia, latex, nix, ocaml, powershell, protobuf, scala,
  });
}
