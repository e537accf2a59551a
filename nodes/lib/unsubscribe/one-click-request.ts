/** The body of a POST comes in; what it asks for goes out. Nothing is asked for unless it is said exactly. */

export type UnsubscribeRequest =
  /** RFC 8058 §3.1: the mail program's button. */
  | { readonly kind: 'one-click' }
  /** The page's own forms. */
  | {
      readonly kind: FormKind;
      readonly nonce: string;
      /** `all`, or places in the page's choice of lists; not checked yet. */
      readonly ticked: readonly string[];
    }
  | { readonly kind: 'none' };

export type FormKind = (typeof formKinds)[number];

const formKinds = ['leave', 'undo', 'again', 'return'] as const;

/** Bytes; longer bodies are never a request. */
export const longestBody = 1024;

/** `body`: at most `longestBody` bytes. Never rejects. */
export async function readUnsubscribeRequest(
  contentType: string | undefined,
  body: Uint8Array,
): Promise<UnsubscribeRequest> {
  const pairs = await readPairs(contentType, body).catch(() => []);
  const [first] = pairs;
  if (pairs.length === 1 && first?.[0] === 'List-Unsubscribe' && first[1] === 'One-Click') {
    return { kind: 'one-click' };
  }
  const valuesOf = (name: string) => pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  const [order, ...otherOrders] = valuesOf('do');
  const [nonce, ...otherNonces] = valuesOf('nonce');
  if (nonce === undefined || otherOrders.length + otherNonces.length > 0) return { kind: 'none' };
  const kind = formKinds.find((one) => one === order);
  return kind ? { kind, nonce, ticked: valuesOf('list') } : { kind: 'none' };
}

type Pair = readonly [name: string, value: string];

/** Some senders of one-click requests give no content type at all. */
async function readPairs(contentType: string | undefined, body: Uint8Array): Promise<Pair[]> {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';', 1);
  switch (type.trim()) {
    case '':
    case 'application/x-www-form-urlencoded':
      return [
        ...new URLSearchParams(
          Buffer.from(body)
            .toString('utf8')
            .replace(/\r?\n$/, ''),
        ),
      ];
    case 'multipart/form-data':
      return readMultipart(contentType ?? '', body);
    default:
      return [];
  }
}

async function readMultipart(contentType: string, body: Uint8Array): Promise<Pair[]> {
  const carrier = new Response(Uint8Array.from(body), { headers: { 'content-type': contentType } });
  const pairs = [...(await carrier.formData())];
  return pairs.map(([name, value]): Pair => [name, typeof value === 'string' ? value : '']);
}
