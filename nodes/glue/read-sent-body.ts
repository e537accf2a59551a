import type { IncomingMessage } from 'node:http';

export interface SentBody {
  readonly contentType?: string;
  /** One chunk more than the limit when there was more. */
  readonly body: Uint8Array;
}

/** A kilobyte takes no longer, in ms. */
const patience = 10_000;

/**
 * RED.httpNode has no body parser, but a person's settings may have put one before us: what it left is made a body
 * again. Undefined if the request ended, or took too long, before it was whole: half a request asks for nothing.
 */
export async function readSentBody(
  request: IncomingMessage & { body?: unknown },
  limit: number,
): Promise<SentBody | undefined> {
  const contentType = request.headers['content-type'];
  if (request.readableDidRead || request.readableEnded) return bodyAgain(request.body, contentType);
  const body = await readStream(request, limit);
  return body && { contentType, body };
}

function bodyAgain(parsed: unknown, contentType: string | undefined): SentBody {
  if (parsed instanceof Uint8Array) return { contentType, body: parsed };
  if (typeof parsed === 'string') return { contentType, body: Buffer.from(parsed) };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed ?? {})) {
    for (const one of [value].flat()) form.append(name, String(one));
  }
  return { contentType: formTypeOf(contentType), body: Buffer.from(form.toString()) };
}

/** A JSON body that was parsed into the same names is no form. */
function formTypeOf(contentType: string | undefined): string | undefined {
  const isForm = contentType === undefined || /^\s*(?:application\/x-www|multipart\/)/i.test(contentType);
  return isForm ? 'application/x-www-form-urlencoded' : contentType;
}

function readStream(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (body: Uint8Array | undefined) => {
      clearTimeout(timer);
      request.off('data', take).off('end', whole).off('close', broken).pause();
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) whole();
    };
    const whole = () => finish(Buffer.concat(chunks));
    const broken = () => finish(undefined);
    const timer = setTimeout(broken, patience);
    request.on('error', broken);
    request.on('data', take).once('end', whole).once('close', broken);
  });
}
