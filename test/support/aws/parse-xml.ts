// Reads the small XML of answers: elements and text, no mixed content.

export interface XmlNode {
  readonly name: string;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

export function parseXml(xml: string): XmlNode {
  const tokens = [...xml.replace(/<\?[^>]*>/g, '').matchAll(/<(\/?)([\w:]+)[^>]*?(\/?)>|([^<]+)/g)];
  const root: Building = { name: '', children: [], text: '' };
  const open = [root];
  for (const [, closing, name, empty, text] of tokens) {
    const top = open.at(-1) ?? root;
    if (text !== undefined) top.text += text;
    else if (closing) open.pop();
    else {
      const node: Building = { name: name ?? '', children: [], text: '' };
      top.children.push(node);
      if (!empty) open.push(node);
    }
  }
  const [only, ...more] = root.children;
  if (!only || more.length > 0 || open.length !== 1) throw new Error(`Not well-formed: ${xml}`);
  return only;
}

interface Building extends XmlNode {
  readonly children: Building[];
  text: string;
}
