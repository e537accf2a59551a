/** What servers write, in words, about a mail they did not take. The first row that has a phrase of the text counts. */
import type { BounceReason } from '../received/received-mail.ts';
import { phraseList } from './phrase-list.ts';
import type { Severity } from './status-table.ts';

export interface PhraseRow {
  readonly severity: Severity;
  readonly reason: BounceReason;
  /** Lower case, single blanks. */
  readonly phrases: readonly string[];
}

/** From what is surely about sender or moment to what is surely about the address: in doubt nobody is suppressed. */
export const phraseRows: readonly PhraseRow[] = [
  {
    severity: 'soft',
    reason: 'mailbox-full',
    phrases: phraseList(`
    storage limit, over its quota, over their quota, exceeded his, not enough space, insufficient space,
    mailbox storage, mailbox exceeds, mailbox exceeded, exceeds storage,
    mailbox full, mailbox is full, mail box full, mailbox has exceeded, over quota, overquota,
    quota exceeded, exceeded quota, exceeded storage, exceeds allowed quota, exceed the quota,
    quota has been exceeded, over the allowed quota, out of storage space, insufficient storage,
    not enough storage, insufficient disk space, insufficient system storage, mailbox size limit,
    quota limit, exceeds the maximum mailbox, storage quota, user is over the quota, disk quota,
    inbox is full, storagequotaexceeded, quotaexceeded, mailbox quota, inbox is out of, postfach ist voll,
    boîte aux lettres pleine, buzón lleno, buzón está lleno, mailfolder is full, casella piena,
    caixa postal cheia, mailbox vol, ящик переполнен, will exceed their quota, no space left,
  `),
  },
  {
    severity: 'policy',
    reason: 'message-too-large',
    phrases: phraseList(`
    message size exceeds, message too large, message is too large, message too big, size limit,
    too large for, exceeds the size, message exceeds, maximum message size, message length exceeds,
    exceeded the maximum size, message file too big, exceeds size limit, nachricht ist zu groß,
    message trop volumineux, exceeds maximum size,
  `),
  },
  {
    severity: 'soft',
    reason: 'too-many',
    phrases: phraseList(`
    greylist, graylist, grey list, rate that prevents, too many messages, too many connections, rate limit,
    ratelimit, throttl, too many recipients, try again later, temporarily deferred,
    exceeded the maximum number of, too many emails, sending limit, too much mail, unusual rate,
    message rate, too frequently,
  `),
  },
  {
    severity: 'policy',
    reason: 'sender-rejected',
    phrases: phraseList(`
    sender address, sender domain, sender's domain, sender email, envelope sender, from domain,
    sender rejected, sender denied, sender not authorized, unauthenticated email, spf check, spf fail,
    spf validation, spf record, dmarc, dkim, reverse dns, ptr record, rdns, fcrdns, authentication level,
    not authorized to send, authentication required, relaying denied, relay access denied, unable to relay,
    relay not permitted, relaying not allowed, not permitted to relay, we do not relay,
    sender verify failed, domain of sender, sender is not allowed, return address, helo command rejected,
    only accept messages from, restricted to, not allowed to send, restrictedrcpt, senders are allowed,
    mail from, permission to post, sendernotauthenticated, only available to authenticated,
    client was not authenticated,
  `),
  },
  {
    severity: 'policy',
    reason: 'spam-or-reputation',
    phrases: phraseList(`
    spam, blacklist, blocklist, black list, block list, blocked using, blocked by, has been blocked, dnsbl,
     rbl:, rbl list, rbl.,reputation, spamhaus, spamcop, unsolicited, junk mail, banned sending ip, is on our block,
    ip address is blocked, is blocked, listed at, listed on, is listed, currently listed, bulk mail,
    suspicious, poor reputation, user complaints,
  `),
  },
  {
    severity: 'policy',
    reason: 'content-rejected',
    phrases: phraseList(`
    virus, malware, infected, phish, attachment type, banned attachment, illegal attachment, executable,
    content rejected, message content, rejected due to content, content filter, message rejected,
    invalid header, bare lf, not rfc, rfc 5322, rfc5322, rfc2822, from header, blocked for security,
    contains a url, non-compliant, non-ascii, smtputf8, message refused, header field,
  `),
  },
  {
    severity: 'soft',
    reason: 'loop',
    phrases: phraseList(`
    mail loop, loops back to myself, too many hops, hop count, routing loop, loop detected,
    forwarding loop,
  `),
  },
  {
    severity: 'soft',
    reason: 'unreachable',
    phrases: phraseList(`
    temporarily disabled, temporarily suspended, temporarily inactive, temporarily locked, temporarily blocked,
  `),
  },
  {
    severity: 'hard',
    reason: 'disabled',
    phrases: phraseList(`
    account disabled, account is disabled, account has been disabled, mailbox disabled,
    mailbox is disabled, mailbox has been disabled, user disabled, user is disabled, account inactive,
    account is inactive, is inactive, inactive user, inactive mailbox, mailbox is inactive,
    account suspended, account has been suspended, account is suspended, user suspended,
    account deactivated, account has been deactivated, account expired, account has expired, mailbox expired, mailbox has expired, ha expirado,
    account that you tried to reach is disabled, no longer active, account closed, account has been closed,
    mailbox has been closed, discontinued, is no longer in use, no longer in use, no longer in service,
    mailbox locked, deaktiviert, not active, not accepting messages anymore, this account is not allowed,
  `),
  },
  {
    severity: 'hard',
    reason: 'no-such-domain',
    phrases: phraseList(`
    host found but no data record, illegal host/domain, dns failure,
    host not found, host or domain name not found, domain not found, no such domain, domain does not exist,
    unknown host, host unknown, unknown domain, nxdomain, unrouteable mail domain, unroutable mail domain,
    couldn't find any host named, couldn't find any host by that name, no mail hosts for domain, no mx or,
    all relevant mx records point to non-existent hosts, name or service not known,
    does not accept mail (nullmx), null mx, nullmx, no mx record, domain couldn't be found,
    domain wasn't found, bad destination host, domain name not found,
    couldn't be found or is unable to receive, the domain name couldn't, domäne wurde nicht gefunden,
    dns domain does not exist, domain is not valid, invalid domain, non-existent domain,
    nonexistent domain,
  `),
  },
  {
    severity: 'hard',
    reason: 'no-such-user',
    phrases: phraseList(`
    no longer on server, user is unknown, account is unknown, invalid username, mailbox invalid, unknown account,
    there is no user, no such local user, recipient address is unknown, bad recipient, unable to find recipient,
    user invalid, name is not recognized, address not recognized, nonexistent user, non-existent user,
    user unknown, unknown user, nosuchuser, unknown e-mail address, unknown email address, no such user, no such mailbox, no such recipient, no such address,
    no such account, no mailbox, does not exist, doesn't exist, does't exist, not exist,
    address couldn't be found, couldn't be found, wasn't found, not found, unknown recipient,
    recipient unknown, unknown address, address unknown, unknown or illegal alias, unknown local part,
    unknown local-part, unrouteable address, unroutable address, unknown mailbox, mailbox unknown, user not known,
    not a known user, invalid recipient, invalid mailbox, invalid address, invalid user,
    no mailbox here by that name, not a valid mailbox, not a valid user, not a valid recipient,
    not our customer, is not known, not known at, no longer available, no longer valid, no longer works,
    no longer exists, doesn't have a yahoo, does not have a, doesn't have an account, recipientnotfound,
    adr_ru, undeliverable address, not listed in, recipient not found, user not found, mailbox not found,
    no account by that name, no user by that name, mailbox does not exist, bad destination mailbox,
    invalid final delivery user, user doesn, nobody here by, not local; please try,
    recipient rejected: access denied, recipient address rejected: access denied, recipient invalid,
    address is not valid, not a user, no such person, addressee unknown,
    delivery to this address is restricted: unknown, unbekannter empfänger, empfänger unbekannt,
    benutzer unbekannt, existiert nicht, nicht gefunden, wurde nicht gefunden, n'existe pas,
    destinataire inconnu, utilisateur inconnu, adresse inconnue, introuvable, no existe,
    usuario desconocido, no se encontró, destinatario desconocido, non esiste, utente sconosciuto,
    destinatario sconosciuto, não existe, usuário desconhecido, não foi encontrado, bestaat niet,
    onbekende gebruiker, finns inte, nie istnieje, nieznany, neexistuje, не существует, не найден,
    неизвестный пользователь, 存在しません, 見つかりません, 不存在, 找不到, 没有找到, ユーザー不明,
  `),
  },
  {
    severity: 'soft',
    reason: 'timed-out',
    phrases: phraseList(`
    retry timeout exceeded, retry time not reached, delivery time expired, message expired, timed out,
    queue too long, been in the queue too long, delivery expired, could not be delivered for,
    after several attempts, gave up, giving up, unable to deliver this message after, maximum retry,
    expired in, was undeliverable after,
  `),
  },
  {
    severity: 'soft',
    reason: 'unreachable',
    phrases: phraseList(`
    connection refused, connection timed, no route to host, network unreachable, network is unreachable,
    connection reset, connection dropped, lost connection, conversation with, could not connect,
    couldn't connect, unable to connect, cannot connect, not responding, did not respond,
    service unavailable, service not available, host is down, temporarily unavailable, temporary failure,
    temporary lookup, system not accepting, wasn't able to establish an smtp connection,
    server unavailable, host not reachable, tls, certificate,
  `),
  },
  {
    severity: 'policy',
    reason: 'policy',
    phrases: phraseList(`
    policy, access denied, not allowed, not permitted, prohibited, administratively, refused, denied,
    rejected by, blocked, not accepted, security, unauthorized,
  `),
  },
];
