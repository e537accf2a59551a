/** A request got no answer. Made of code and words alone, so that no header of the request is in it. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  /** Of the system, of TLS or of the HTTP client, e.g. `ECONNREFUSED`, `UND_ERR_SOCKET`. */
  readonly code: string;
  /** False if it is certain that nothing of the request was written. */
  readonly written: boolean;

  constructor(code: string, { written, why }: { written: boolean; why: string }) {
    super(why);
    this.code = code;
    this.written = written;
  }
}
