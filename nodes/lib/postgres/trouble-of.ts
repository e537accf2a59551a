/** The port `StoreTrouble` on PostgreSQL. */
import type { Notes } from '../kernel/notes.ts';
import type { StoreHealth, StoreTrouble } from '../store/store-health.ts';

export function troubleOf(health: StoreHealth, notes: Pick<Notes, 'writeNote'>): StoreTrouble {
  return {
    get trouble() {
      return health.trouble;
    },
    probe: () =>
      notes.writeNote('probe', '').then(
        () => health.mended(),
        () => {},
      ),
    onChange: (listener) => health.onChange(listener),
  };
}
