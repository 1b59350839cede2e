// TeX as MathML nodes.
//
// Temml reads the expression into a tree of its own, and knows no command that could load or run something unless it is trusted, which it is not here.
// That promise is not relied upon: the page's nodes are built from that tree one by one, out of the elements, attributes and styles listed below. An
// anchor, an image, a script or an event handler cannot come through, whatever the expression says, because nothing here can make one. Nothing is ever
// parsed as HTML.

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
const STYLES: ReadonlySet<string> = new Set([
  "color", "background-color", "padding-left", "padding-right", "padding-top", "padding-bottom", "padding", "text-align", "border", "border-left", "border-right",
  "border-top", "border-bottom", "font-size", "font-weight", "font-style", "vertical-align", "width", "height", "margin-left", "margin-right", "math-depth", "math-style",
]);

/** A node of Temml's tree, of whatever class: an element, a text, or a group of nodes. */
type TreeNode = { type?: string; text?: string; attributes?: Readonly<Record<string, string>>; style?: Readonly<Record<string, string>>; children?: readonly TreeNode[] };

function placed(element: Element, style: Readonly<Record<string, string>>): void {
  const { style: to } = element as Element & Partial<ElementCSSInlineStyle>;
  if (!to) return;
  for (const [name, value] of Object.entries(style)) {
    const property = name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
    if (STYLES.has(property) && !value.includes("url(")) to.setProperty(property, value);
  }
}

/** The node as an element of the page, if it is one that may be there; one that may not leaves what is in it. */
function built(node: TreeNode): Node {
  if (node.type === undefined && node.text !== undefined) return document.createTextNode(node.text);
  const isAllowed = node.type !== undefined && ELEMENTS.has(node.type);
  const element = document.createElementNS(MATHML, isAllowed && node.type !== undefined ? node.type : "mrow");
  if (isAllowed) {
    for (const [name, value] of Object.entries(node.attributes ?? {})) if (ATTRIBUTES.has(name)) element.setAttribute(name, value);
    placed(element, node.style ?? {});
  }
  element.append(...(node.children ?? []).map(built));
  return element;
}

/** The expression as a `math` element; null when it cannot be read. The library is loaded with the first expression of the session. */
export async function mathsOf(expression: string, isDisplay: boolean): Promise<Element | null> {
  const { default: temml } = await import("temml");
  try {
    const tree: TreeNode = temml.__renderToMathMLTree(expression, { displayMode: isDisplay, throwOnError: true, trust: false, maxExpand: 500, maxSize: [40, 40] });
    const math = built(tree);
    return math instanceof Element && math.localName === "math" ? math : null;
  } catch {
    return null;
  }
}
