/** What the self-test tells a person. */

export interface SelfTestStep {
  readonly name: SelfTestName;
  readonly state: 'running' | 'passed' | 'failed' | 'skipped';
  readonly text: string;
}

export type SelfTestName = 'keys' | 'identity' | 'sending' | 'mail' | 'bounce' | 'complaint' | 'inbound';

export interface SelfTestReport {
  readonly passed: boolean;
  /** The first that failed. */
  readonly broke?: SelfTestName;
  /** As they ended, in their order. */
  readonly steps: readonly SelfTestStep[];
}
