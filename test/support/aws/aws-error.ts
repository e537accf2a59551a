// What a service answers when it refuses.

/** A refusal as the service words it; each protocol writes it in its own way. */
export class AwsError extends Error {
  /** The name on the wire, e.g. `NotFoundException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of the error, e.g. the name of what is missing. */
  readonly members: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, members: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
