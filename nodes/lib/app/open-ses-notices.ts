/** From a running app and its store to what Amazon SES tells it. */
import { openSesSource, type SesSource } from '../inbound/ses-source.ts';
import type { AppStore } from '../store/open-app-store.ts';
import type { EmailApp } from './email-app.ts';
import type { World } from './world.ts';

/** Undefined for an app that asks SES for nothing. */
export function openSesNotices(
  { settings, suppressions: list, events, mailRoom }: EmailApp,
  { inbound: queue, notices: box, deliveries: records }: AppStore,
  { clock, random, onTrouble }: Pick<World, 'clock' | 'random' | 'onTrouble'>,
): SesSource | undefined {
  const onNotices: typeof events.take = (notices) => events.take(notices);
  const onChange = () => mailRoom.stateChanged();
  return openSesSource(settings, {
    ...{ queue, box, records, list, onNotices },
    ...{ clock, random, onTrouble, onChange },
  });
}
