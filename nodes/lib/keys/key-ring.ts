/** The app's own secrets: made once, kept apart from the editor's credentials, rotated without breaking what was sent. */

export type KeyPurpose =
  | 'unsubscribe-token'
  | 'address-hash'
  | 'page-nonce'
  | 'confirmation-token'
  | 'vault'
  | 'mail-tag'
  | 'rows';

export interface AppKey {
  /** Short and unique in the ring; named in what the key seals, so that it is found again. `[a-z0-9]{4}` */
  readonly id: string;
  /** 32 bytes */
  readonly secret: Uint8Array;
}

export interface KeyRing {
  /** The key to seal with now. There is exactly one for `address-hash`, for ever. */
  current(purpose: KeyPurpose): AppKey;
  /** The key of that id, retired ones too: links in old mails must go on working (at least 13 months). */
  find(purpose: KeyPurpose, id: string): AppKey | undefined;
}
