import { systemClock } from '../lib/kernel/clock.ts';

/** ms between two statuses: each goes to every open editor. */
const interval = 500;

/** Tells the first, and of the others one now and then. */
export function nowAndThen<News>(tell: (news: News) => void): (news: News) => void {
  let next = 0;
  return (news) => {
    if (systemClock.now() < next) return;
    next = systemClock.now() + interval;
    tell(news);
  };
}
