/** Writes only what changed, so that a selection of the text, and who reads it aloud, are left in peace. */
export function setText(place: JQuery, text: string): void {
  if (place.text() !== text) place.text(text);
}
