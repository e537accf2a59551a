/** An app's settings, deployed or not, come in; the headers and the page as a recipient would get them go out. */
import type { KeyRing } from '../keys/key-ring.ts';
import type { HeaderField } from '../mail/mail-content.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { PageFrame } from '../unsubscribe/page-frame.ts';
import { choosePageTexts } from '../unsubscribe/page-language.ts';
import { askPage } from '../unsubscribe/unsubscribe-page.ts';
import { personalTouch } from './personal-touch.ts';

export interface HeadersPreview {
  readonly headers: readonly HeaderField[];
  /** Stands where the body says `$(unsubscribe)`. */
  readonly link: string;
}

const sample = { id: '00000000-0000-4000-8000-000000000000', to: { address: 'ada@example.org' }, values: {} };

/** As a mail would have them; the link opens nowhere, since its key is forgotten. Throws EmailError `missing-base-url`. */
export function previewHeaders(
  settings: AppSettings,
  randomBytes: (count: number) => Uint8Array,
): HeadersPreview {
  const key = { id: 'demo', secret: randomBytes(32) };
  const keys: KeyRing = { current: () => key, find: () => key };
  const offer = { headers: settings.unsubscribe.headers };
  const { headers = [], values } = personalTouch(offer, { part: sample }, { settings, keys });
  return { headers, link: String(values?.unsubscribe) };
}

/** The page of a link, as HTML. */
export function previewPage({ unsubscribe }: AppSettings): string {
  const { page, topics } = unsubscribe;
  const frame: PageFrame = { settings: page, texts: choosePageTexts(undefined, page.language) };
  const visit = { address: sample.to.address, lists: topics };
  return String(askPage(frame, visit, { ticked: topics.length > 0 ? [0] : 'all', nonce: '' }).body);
}
