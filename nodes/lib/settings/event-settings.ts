/** How SES tells of received mails, or of what became of those sent; the names are those of the set-up. */
export interface SesNotices {
  /** `queue`: we ask an SQS queue; `endpoint`: SNS posts to the public address of the app. */
  readonly by: 'queue' | 'endpoint';
  /** ARNs of the SNS topics that are believed; with `endpoint` at least one. */
  readonly topics: readonly string[];
}

export interface EventSettings {
  /** Days that events are kept. */
  readonly keepDays: number;
  /** Delivery, bounce and complaint notices of SES, only with that route. */
  readonly ses?: SesNotices;
  readonly suppressHardBounces: boolean;
  readonly suppressComplaints: boolean;
  /** This many soft bounces within these days, and no delivery between them, count as a hard one; undefined: never. */
  readonly softBounces?: { readonly count: number; readonly days: number };
  /** Undefined: nobody watches the rates. */
  readonly breaker?: BreakerSettings;
}

/** Shares of the mails that were sent within the hours, each from 0 to 1; a few bounces or complaints are never a share. */
export interface BreakerSettings {
  readonly hours: number;
  /** Fewer mails within the hours say nothing. */
  readonly leastMails: number;
  readonly warn: { readonly bounces: number; readonly complaints: number };
  /** Pauses the marketing class until a person resumes it. */
  readonly pause: { readonly bounces: number; readonly complaints: number };
}
