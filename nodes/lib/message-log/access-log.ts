/** Who opened what was sealed: rows are only ever added, and go with the mails' own retention. */

export interface Access {
  /** ms since the epoch */
  readonly at: number;
  /** As the editor knows them; empty where nobody signs in. */
  readonly user: string;
  readonly what:
    | 'list'
    | 'message'
    | 'source'
    | 'attachment'
    | 'export'
    | 'received'
    | 'suppressions'
    | 'forwarding-code';
  /** Id of the mail, or what was searched for. */
  readonly subject: string;
}

export interface AccessLog {
  /** On disk when it resolves: nothing is shown before. */
  note(access: Access): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<readonly Access[]>;
  prune(before: number): Promise<void>;
}
