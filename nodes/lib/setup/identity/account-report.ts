/** What SES said of the account goes in; what the dialog shows of it, in words, comes out. Pure. */
import type { SesAccount } from '../ports/ses-ports.ts';
import type { AccountReport } from '../setup-report.ts';

export function accountReport(account: SesAccount): AccountReport {
  const { production, sending, enforcement, perDay, perSecond, sentLastDay, suppressedReasons } = account;
  return {
    sandbox: !production,
    sending,
    enforcement,
    perDay: Number.isFinite(perDay) ? perDay : null,
    perSecond,
    sentLastDay,
    suppressedReasons,
    words: accountWords(account),
  };
}

function accountWords(account: SesAccount): string[] {
  const { production, sending, enforcement, perDay, perSecond, sentLastDay, suppressedReasons } = account;
  const daily = Number.isFinite(perDay) ? `${sentLastDay} of ${perDay}` : `${sentLastDay}, without a limit,`;
  return [
    ...(sending ? [] : ['Sending is switched off for this account and region.']),
    ...(enforcements[enforcement] ?? []),
    ...(production ? [] : [sandboxWarning, reviews[account.review ?? ''] ?? leavingSandbox]),
    `${perSecond} recipients a second; ${daily} recipients in the last 24 hours.`,
    ...(suppressedReasons.length > 0
      ? [`The account’s own suppression list is on for ${suppressedReasons.join(' and ')}.`]
      : []),
  ];
}

const enforcements: Readonly<Record<string, readonly string[]>> = {
  PROBATION: ['AWS reviews this account because of bounces or complaints; read its mail and answer it.'],
  SHUTDOWN: ['AWS has stopped this account from sending; open a case with AWS support.'],
};

const sandboxWarning =
  'The account is in the sandbox: mail goes only to verified addresses and to the SES simulator, 200 recipients a day; everything else is refused with “Email address is not verified” (7522).';
const leavingSandbox =
  'To leave the sandbox: SES console, Account dashboard, “Request production access”; AWS answers within about a day.';
const reviews: Readonly<Record<string, string>> = {
  PENDING: 'Production access was requested; AWS has not decided yet.',
  DENIED: 'AWS denied production access; answer in the support case.',
  FAILED: 'The request for production access could not be handled; ask again in the SES console.',
};
