import type { NewPart, NewRequest } from '../../nodes/lib/outbound/outbox.ts';
import { buildContent } from './build-content.ts';

export const someContent = buildContent({
  from: { address: 'shop@sender.example', name: 'Shop' },
  text: 'It is on its way.',
});

/** A part to an address, its id the address's local part. */
export function newPart(address: string, given: Partial<NewPart> = {}): NewPart {
  const id = given.id ?? address.slice(0, address.indexOf('@'));
  return {
    id,
    to: { address },
    recipients: [address],
    riders: [],
    values: {},
    messageId: `${id}@sender.example`,
    ...given,
  };
}

/** A request with one part to each address, due at 1000. */
export function newRequest(
  addresses: readonly string[],
  given: Partial<Omit<NewRequest, 'parts'>> & { riders?: readonly string[] } = {},
): NewRequest {
  const { riders = [], ...rest } = given;
  return {
    // as long as that of a database may be
    id: `request of ${addresses.join(' ').slice(0, 1000)}`,
    node: 'node-1',
    reports: true,
    content: someContent,
    messageClass: 'transactional',
    priority: 'normal',
    acceptedAt: 1000,
    dueAt: 1000,
    parts: addresses.map((address, index) => newPart(address, index === 0 ? { riders } : {})),
    ...rest,
  };
}
