// Nobody outside JavaScript listens: each name gets a place in the list of subscriber counts, which only JavaScript reads.
const places = new Map<string, number>();
export let subscribers = new Uint32Array(64);
export function getOrCreateChannelIndex(name: string): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  const place = places.size;
  if (place === subscribers.length) {
    const larger = new Uint32Array(place * 2);
    larger.set(subscribers);
    subscribers = larger;
  }
  places.set(name, place);
  return place;
}
export const linkNativeChannel = (): void => {};
export const setPublishChannelCallback = (): void => {};
export const notifyChannelActive = (): void => {};
export const notifyChannelInactive = (): void => {};
