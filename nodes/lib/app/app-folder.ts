/** An app's settings and the folder of all apps come in; the app's own folder goes out. */
import type { AppSettings } from '../settings/app-settings.ts';

export function appFolder({ appId }: Pick<AppSettings, 'appId'>, folder: string): string {
  return `${folder}/${appId}`;
}
