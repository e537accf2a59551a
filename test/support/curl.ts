/** Runs a curl command as a page shows it, so that the tests need neither a shell nor curl. */

export interface CurlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Knows -i, -s, -X, -H, -d, quotes, variables in double quotes, and lines that go on. Fails for anything else. */
export async function curl(
  command: string,
  variables: Readonly<Record<string, string>>,
): Promise<CurlAnswer> {
  const [program, ...words] = shellWords(command, variables);
  if (program !== 'curl') throw new Error(`Not a curl command: ${command}`);
  const headers = new Headers();
  let url: string | undefined;
  let method: string | undefined;
  let body: string | undefined;
  while (words.length > 0) {
    const word = String(words.shift());
    if (word === '-i' || word === '-s') continue;
    if (word === '-X') method = words.shift();
    else if (word === '-d') body = words.shift();
    else if (word === '-H') headers.append(...headerOf(String(words.shift())));
    else if (word.startsWith('-') || url !== undefined) throw new Error(`Not known here: ${word}`);
    else url = word;
  }
  const answer = await fetch(String(url), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    body,
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** POSIX 2.2, as far as pages need it. */
function shellWords(command: string, variables: Readonly<Record<string, string>>): string[] {
  const text = command.replaceAll('\\\n', ' ').trim();
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece] of text.matchAll(/'[^']*'|"[^"]*"|\s+|[^\s'"]+/g)) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (piece.startsWith("'")) word = (word ?? '') + piece.slice(1, -1);
    else word = (word ?? '') + filled(piece.startsWith('"') ? piece.slice(1, -1) : piece, variables);
  }
  return word === undefined ? words : [...words, word];
}

function filled(text: string, variables: Readonly<Record<string, string>>): string {
  if (/[\\`;|&<>]/.test(text)) throw new Error(`Not known here: ${text}`);
  return text.replace(/\$(\w+)/g, (_all, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The page does not say what $${name} is`);
    return value;
  });
}
