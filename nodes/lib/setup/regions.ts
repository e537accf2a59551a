/** The AWS regions with SES, by name, and whether mail can be received there (looked up January 2024 and later). */

export interface SesRegion {
  readonly id: string;
  readonly name: string;
  /** `yes`: known; `unsure`: receiving may have come since, so ask (`probeInbound`). */
  readonly inbound: 'yes' | 'unsure';
}

export const sesRegions: readonly SesRegion[] = [
  { id: 'us-east-1', name: 'US East (N. Virginia)', inbound: 'yes' },
  { id: 'us-east-2', name: 'US East (Ohio)', inbound: 'yes' },
  { id: 'us-west-1', name: 'US West (N. California)', inbound: 'unsure' },
  { id: 'us-west-2', name: 'US West (Oregon)', inbound: 'yes' },
  { id: 'af-south-1', name: 'Africa (Cape Town)', inbound: 'unsure' },
  { id: 'ap-northeast-1', name: 'Asia Pacific (Tokyo)', inbound: 'yes' },
  { id: 'ap-northeast-2', name: 'Asia Pacific (Seoul)', inbound: 'unsure' },
  { id: 'ap-northeast-3', name: 'Asia Pacific (Osaka)', inbound: 'unsure' },
  { id: 'ap-south-1', name: 'Asia Pacific (Mumbai)', inbound: 'yes' },
  { id: 'ap-south-2', name: 'Asia Pacific (Hyderabad)', inbound: 'unsure' },
  { id: 'ap-southeast-1', name: 'Asia Pacific (Singapore)', inbound: 'yes' },
  { id: 'ap-southeast-2', name: 'Asia Pacific (Sydney)', inbound: 'yes' },
  { id: 'ap-southeast-3', name: 'Asia Pacific (Jakarta)', inbound: 'yes' },
  { id: 'ap-southeast-5', name: 'Asia Pacific (Malaysia)', inbound: 'unsure' },
  { id: 'ca-central-1', name: 'Canada (Central)', inbound: 'yes' },
  { id: 'ca-west-1', name: 'Canada West (Calgary)', inbound: 'unsure' },
  { id: 'eu-central-1', name: 'Europe (Frankfurt)', inbound: 'yes' },
  { id: 'eu-central-2', name: 'Europe (Zurich)', inbound: 'unsure' },
  { id: 'eu-north-1', name: 'Europe (Stockholm)', inbound: 'yes' },
  { id: 'eu-south-1', name: 'Europe (Milan)', inbound: 'unsure' },
  { id: 'eu-west-1', name: 'Europe (Ireland)', inbound: 'yes' },
  { id: 'eu-west-2', name: 'Europe (London)', inbound: 'yes' },
  { id: 'eu-west-3', name: 'Europe (Paris)', inbound: 'unsure' },
  { id: 'il-central-1', name: 'Israel (Tel Aviv)', inbound: 'unsure' },
  { id: 'me-central-1', name: 'Middle East (UAE)', inbound: 'unsure' },
  { id: 'me-south-1', name: 'Middle East (Bahrain)', inbound: 'unsure' },
  { id: 'sa-east-1', name: 'South America (São Paulo)', inbound: 'unsure' },
  { id: 'us-gov-east-1', name: 'AWS GovCloud (US-East)', inbound: 'unsure' },
  { id: 'us-gov-west-1', name: 'AWS GovCloud (US-West)', inbound: 'unsure' },
];

/** Mail to a domain is received by this host; mind amazonaws.com here and amazonses.com for feedback. */
export function inboundHost(region: string): string {
  return `inbound-smtp.${region}.amazonaws.com`;
}

/** Bounces of a custom MAIL FROM domain go to this host. */
export function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

/** `aws`, `aws-us-gov` or `aws-cn`: the second part of every ARN. */
export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}
