/** How SES is to tell of mails comes in as the editor saves it; what a source can be opened with goes out. */
import type { SesNotices } from './event-settings.ts';
import { badSetting, type RawSettings, readOneOf, readText } from './setting-readers.ts';

const ways = ['queue', 'endpoint'] as const;

/** Throws EmailError `bad-settings`. */
export function readSesNotices(config: RawSettings): SesNotices {
  const by = readOneOf(config, 'sesNotices', ways);
  const topics = readTopics(config);
  if (by === 'endpoint' && topics.length === 0)
    throw badSetting('sesTopics', 'it is empty; give the ARN of each SNS topic that may post here');
  return { by, topics };
}

function readTopics(config: RawSettings): string[] {
  const entries = (readText(config, 'sesTopics') ?? '').split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    if (/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(entry)) return entry;
    throw badSetting('sesTopics', 'give ARNs such as arn:aws:sns:eu-central-1:123456789012:my-topic');
  });
}
