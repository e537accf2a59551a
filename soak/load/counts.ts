/** What the processes around Node-RED tell each other. */

/** What came out of Node-RED. */
export interface Taken {
  mails: number;
  /** Of them, such as came twice. */
  doubled: number;
  /** Webhooks that tell of an event. */
  events: number;
  /** Webhooks that tell of a received mail. */
  received: number;
}

/** What went into it, and was acknowledged. */
export interface Given {
  mails: number;
  /** Mails that it received. */
  received: number;
  left: number;
  /** Requests and mails that were refused, and the first answer that said so. */
  refused: number;
  refusal?: string;
}

export interface Counting {
  readonly ask?: 'count' | 'end';
  /** By number: 1 for a mail that was accepted. */
  readonly accepted?: Uint8Array;
}

export interface Load {
  /** Of Node-RED. */
  readonly url: string;
  /** Of its mail receiver. */
  readonly port: number;
  /** Mails sent a second; a tenth of it is received. */
  readonly rate: number;
}

export interface Counts {
  readonly given: Given;
  readonly taken: Taken;
  /** Mails accepted that did not come. */
  readonly lost: number;
  /** ms since the epoch: of the load; before and after it there is rest. */
  readonly beganAt: number;
  readonly endedAt: number;
}

/** Each mail is queued and sent; each that is received is told of, and each reader who leaves. */
export function eventsOf({ mails, received, left }: Given): number {
  return 2 * mails + received + left;
}
