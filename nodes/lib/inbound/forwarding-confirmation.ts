/** A mail comes in; if a mail service wants to know whether it may forward to us, its code and link go out (T51). */
import { firstField } from '../received/received-fields.ts';
import type { ParsedMail, ReceivedMail } from '../received/received-mail.ts';

type Confirmation = NonNullable<ReceivedMail['confirmation']>;

interface Service {
  /** Whole address or the end of the domain it writes from. */
  readonly from: RegExp;
  readonly says: RegExp;
  /** Hosts its links lead to, with what is below them. */
  readonly hosts: readonly string[];
  readonly code?: RegExp;
}

/** The code of Gmail stands in the subject, `(#123456789)`, and in the text. */
const services: readonly Service[] = [
  {
    from: /^forwarding-noreply@(google|googlemail|gmail)\.com$/,
    says: /./,
    hosts: ['google.com', 'googlemail.com', 'gmail.com'],
    code: /\(#\s?(\d{6,12})\)|(?:code|código|codice|bestätigungscode|confirmation code)\D{1,20}(\d{6,12})/i,
  },
  {
    from: /@([\w-]{1,60}\.)*(zoho|zohocorp|zohomail)\.(com|eu|in)$/,
    says: /forward/i,
    hosts: ['zoho.com', 'zoho.eu', 'zoho.in'],
    code: /code\D{1,20}(\d{4,12})/i,
  },
  {
    from: /@([\w-]{1,60}\.)*(yahoo|yahoo-inc)\.com$/,
    says: /verif.{0,40}forward|forward.{0,40}verif|forward.{0,40}address/i,
    hosts: ['yahoo.com'],
    code: /code\D{1,20}(\d{4,12})/i,
  },
  {
    from: /@([\w-]{1,60}\.)*yandex\.(ru|com|net)$/,
    says: /forward|пересыл/i,
    hosts: ['yandex.ru', 'yandex.com'],
    code: /(?:code|код)\D{1,20}(\d{4,12})/i,
  },
  {
    from: /@([\w-]{1,60}\.)*(fastmail\.com|messagingengine\.com|proton\.me|protonmail\.com|icloud\.com|apple\.com|mail\.ru|gmx\.(net|de)|web\.de)$/,
    says: /(confirm|verif|bestätig|подтвер).{0,80}(forward|weiterleit|пересыл)|(forward|weiterleit|пересыл).{0,80}(confirm|verif|bestätig|подтвер)/i,
    hosts: ['fastmail.com', 'proton.me', 'icloud.com', 'apple.com', 'mail.ru', 'gmx.net', 'web.de'],
    code: /code\D{1,20}(\d{4,12})/i,
  },
];

const longestText = 20_000;

/**
 * The link is one of the service's own, by https; nobody here follows it. A mail that fails DMARC is not believed to
 * come from the service.
 */
export function readConfirmation(mail: ParsedMail): Confirmation | undefined {
  const sender = mail.from?.address.toLowerCase() ?? '';
  const service = services.find(({ from, says }) => from.test(sender) && says.test(mail.subject));
  if (!service || mail.auth.dmarc === 'fail' || firstField(mail.headers, 'in-reply-to') !== '')
    return undefined;
  const text = `${mail.subject}\n${mail.text ?? mail.html ?? ''}`.slice(0, longestText);
  const link = findLink(text, service.hosts);
  const [, first, second] = service.code?.exec(text) ?? [];
  const code = first ?? second;
  if (link === undefined && code === undefined) return undefined;
  return { code, link, forwards: findForwarded(mail, text) };
}

function findLink(text: string, hosts: readonly string[]): string | undefined {
  const links = text.match(/https:\/\/[^\s<>"'\\]{1,1000}/g) ?? [];
  return links.find((link) => isBelow(link, hosts) && !/\/(support|answer|policies|intl|help)\b/.test(link));
}

function isBelow(link: string, hosts: readonly string[]): boolean {
  const hostname = URL.canParse(link) ? new URL(link).hostname : '';
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

/** Whose mail will be forwarded: named in the subject (`Receive Mail from bob@gmail.com`) or first in the text. */
function findForwarded({ subject, to }: ParsedMail, text: string): string | undefined {
  const own = to.map(({ address }) => address.toLowerCase());
  const named =
    `${subject}\n${text}`.match(/[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}/gi) ?? [];
  return named.find((address) => !own.includes(address.toLowerCase()) && !/noreply|no-reply/i.test(address));
}
