import type { Node, NodeAPI, NodeDef } from 'node-red';
import { delivered } from './glue/delivered.ts';
import { type EventStatus, eventStatus } from './glue/event-status.ts';
import { onClose } from './glue/on-close.ts';
import { appOfNode } from './glue/running-app.ts';
import { usualTypes } from './lib/event/event-groups.ts';
import { type EmailEvent, type EventType, eventTypes } from './lib/event/event-log.ts';
import type { Feed } from './lib/event/feed.ts';
import { asEmailError } from './lib/kernel/errors.ts';

/** email-event's properties as the editor saves them. */
interface EventConfig extends NodeDef {
  readonly app: string;
  readonly types?: unknown;
}

/** Gives a flow what happens to the mails of its email app. */
export default function registerEmailEvent(RED: NodeAPI): void {
  function EmailEventNode(this: Node, config: EventConfig): void {
    RED.nodes.createNode(this, config);
    const status = eventStatus(RED, this);
    status.condition('starting');
    const reading = read(RED, this, config, status);
    reading.then(
      () => status.condition('ready'),
      (thrown: unknown) => {
        status.condition('failed');
        this.error(asEmailError(thrown).message);
      },
    );
    onClose(this, async () => (await reading.catch(() => undefined))?.close());
  }

  RED.nodes.registerType('email-event', EmailEventNode);
}

/** Fails for an app that does not run. */
async function read(RED: NodeAPI, node: Node, config: EventConfig, status: EventStatus): Promise<Feed> {
  const { events } = await appOfNode(RED, config.app);
  return events.open({
    reader: node.id,
    types: typesOf(config),
    onState: status.state,
    onTrouble: ({ message }) => node.error(message),
    async deliver(event) {
      node.send(messageOf(event));
      await delivered();
    },
  });
}

/** `msg.email` is what the nodes of this package read; `msg.payload` is what all others do. */
function messageOf(event: EmailEvent) {
  return { topic: event.type, payload: structuredClone(event), email: event };
}

/** A flow written by hand may leave out what has a default. */
function typesOf({ types }: EventConfig): readonly EventType[] {
  return Array.isArray(types) ? eventTypes.filter((type) => types.includes(type)) : usualTypes;
}
