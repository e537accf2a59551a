/** Undefined when it is no JSON, or nested deeper than can be read. The parser's own words would quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
