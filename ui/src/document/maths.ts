// TeX as MathML nodes.
//
// Temml turns the expression into a tree of nodes, never into markup, and knows no command that could load or run something unless it is trusted,
// which it is not here. That promise is not relied upon: what reaches the page is a copy of the tree made of the elements and attributes listed
// below, so an anchor, an image, a script or an event handler cannot come through, whatever the expression says. Nothing is ever parsed as HTML.

const MATHML = "http://www.w3.org/1998/Math/MathML";

const ELEMENTS: ReadonlySet<string> = new Set([
  "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts",
  "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded", "mphantom", "mtable", "mtr", "mtd", "menclose",
]);

const ATTRIBUTES: ReadonlySet<string> = new Set([
  "display", "displaystyle", "scriptlevel", "mathvariant", "mathcolor", "mathbackground", "mathsize", "stretchy", "fence", "separator", "form", "lspace", "rspace",
  "minsize", "maxsize", "symmetric", "largeop", "movablelimits", "accent", "accentunder", "linethickness", "width", "height", "depth", "voffset", "columnalign",
  "rowspacing", "columnspacing", "columnlines", "rowlines", "columnspan", "rowspan", "notation", "dir",
]);

/** Styles that only place or colour. Set one by one, since the content policy forbids style attributes. */
const STYLES = [
  "color", "background-color", "padding-left", "padding-right", "padding-top", "padding-bottom", "padding", "text-align", "border", "border-left", "border-right",
  "border-top", "border-bottom", "font-size", "font-weight", "font-style", "vertical-align", "width", "height", "margin-left", "margin-right", "math-depth", "math-style",
] as const;

function allowed(node: Node): Node | null {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.textContent ?? "");
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  if (!ELEMENTS.has(name)) {
    const group = document.createElementNS(MATHML, "mrow");
    group.append(...copies(node));
    return group;
  }
  const copy = document.createElementNS(MATHML, name);
  for (const attribute of node.attributes) if (ATTRIBUTES.has(attribute.name)) copy.setAttribute(attribute.name, attribute.value);
  const from = (node as Element & ElementCSSInlineStyle).style;
  const to = (copy as Element & ElementCSSInlineStyle).style;
  if (from && to) {
    for (const property of STYLES) {
      const value = from.getPropertyValue(property);
      if (value !== "" && !value.includes("url(")) to.setProperty(property, value);
    }
  }
  copy.append(...copies(node));
  return copy;
}

function copies(node: Node): Node[] {
  return [...node.childNodes].map(allowed).filter((copy) => copy !== null);
}

/** The expression as a `math` element; null when it cannot be read. The library is loaded with the first expression of the session. */
export async function mathsOf(expression: string, isDisplay: boolean): Promise<Element | null> {
  const { default: temml } = await import("temml");
  const scratch = document.createElement("div");
  try {
    temml.render(expression, scratch, { displayMode: isDisplay, throwOnError: true, trust: false, maxExpand: 500, maxSize: [40, 40] });
  } catch {
    return null;
  }
  const found = scratch.querySelector("math");
  const copy = found ? allowed(found) : null;
  return copy instanceof Element ? copy : null;
}
