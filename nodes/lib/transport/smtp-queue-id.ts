/** From a server's final answer to the id it gave the mail, for the forms that are known. */
const knownForms = [
  // Amazon SES: the message id of its events
  /^250 Ok ([0-9a-f]{16}-[0-9a-f-]{20,})$/i,
  // Postfix, SendGrid, Haraka
  /queued as ([\w.-]+)/i,
  // Gmail
  /(\S+) - gsmtp$/,
  // Microsoft 365
  /^250 2\.6\.0 <([^<>\s]+)>/,
  /^250 2\.0\.0 OK <([^<>\s]+)>/,
  // Exim
  /^250 OK id=(\S+)/i,
  // Sendmail
  /^250 2\.0\.0 (\w+) Message accepted/,
];

export function smtpQueueId(response: string): string | undefined {
  const answer = response.trim();
  for (const form of knownForms) {
    const id = form.exec(answer)?.[1];
    if (id) return id.slice(0, 200);
  }
  return undefined;
}
