/** A request's id and the place of a copy in it come in; the copy's own id goes out, so that ids of very many need not be kept. */

const placeDigits = 8;

/** The request's id, a UUID, with the place (from 0) as its last eight digits. */
export function copyId(requestId: string, place: number): string {
  return requestId.slice(0, -placeDigits) + place.toString(16).padStart(placeDigits, '0');
}
