// What `navigator.sendBeacon` does is a fetch: the folder of events knows how, and says so here.

export let sendBeacon: (url: unknown, body: unknown) => boolean;

export function setBeaconSender(send: (url: unknown, body: unknown) => boolean): void {
  sendBeacon = send;
}
