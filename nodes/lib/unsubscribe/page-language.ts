/** What a browser says of its languages comes in; the catalogue to use goes out. */
import { de } from './languages/de.ts';
import { en } from './languages/en.ts';
import { es } from './languages/es.ts';
import { fr } from './languages/fr.ts';
import { it } from './languages/it.ts';
import { ja } from './languages/ja.ts';
import { nl } from './languages/nl.ts';
import { pt } from './languages/pt.ts';
import { zh } from './languages/zh.ts';
import type { PageTexts } from './page-texts.ts';

export const pageLanguages: ReadonlyMap<string, PageTexts> = new Map(
  Object.entries({ en, de, fr, es, it, pt, nl, ja, zh }),
);

const longestHeader = 500;

/** The best of Accept-Language (RFC 9110 §12.5.4) that there is, compared by primary subtag; else `fallback`, else English. */
export function choosePageTexts(acceptLanguage: string | undefined, fallback: string): PageTexts {
  const wanted = (acceptLanguage ?? '')
    .slice(0, longestHeader)
    .split(',')
    .map(readWish)
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  for (const { language } of wanted) {
    const texts = pageLanguages.get(language === '*' ? fallback : language);
    if (texts) return texts;
  }
  return pageLanguages.get(fallback) ?? en;
}

function readWish(item: string): { language: string; weight: number } {
  const [tag = '', ...parameters] = item.toLowerCase().split(';');
  const [language = ''] = tag.trim().split('-', 1);
  const weight = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(one)?.[1]).find(Boolean);
  return { language, weight: Number(weight ?? 1) };
}
