const least = 0.0001;

/** A share from 0 to 1 as people say it; what is not nothing is not called so. */
export function percentText(share: number): string {
  const isTiny = share > 0 && share < least;
  const text = (isTiny ? least : share).toLocaleString(undefined, {
    style: 'percent',
    maximumFractionDigits: 2,
  });
  return isTiny ? `<${text}` : text;
}
