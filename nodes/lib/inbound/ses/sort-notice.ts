/** A message of a topic of SES comes in; what kind of notice it is goes out, or that there is nothing to do. Pure. */
import { textMember } from '../../kernel/own-member.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { NoticeKind } from './notice-box.ts';

/** After a set-up SES says in plain text that it could publish: that is nothing to do. */
export function sortNotice(message: string): NoticeKind | undefined {
  const notice = parseJson(message);
  const type = textMember(notice, 'eventType') ?? textMember(notice, 'notificationType');
  if (type === undefined) return undefined;
  return type === 'Received' ? 'mail' : 'event';
}
