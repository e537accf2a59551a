/**
 * Shares of mails in percent, where nothing else is set. Amazon reviews an account at about 5 % of bounces; mailbox
 * providers want complaints below 0.1 %, and never 0.3 %.
 */
export const usualShares = {
  bounceWarn: 2,
  bouncePause: 5,
  complaintWarn: 0.1,
  complaintPause: 0.3,
} as const;
