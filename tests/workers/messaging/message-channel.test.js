import { equal, run, throws } from "test";

const received = (port) => new Promise((resolve) => {
  port.onmessage = resolve;
});

const tests = {
  "a message arrives as a copy, later": async () => {
    const { port1, port2 } = new MessageChannel();
    const sent = { a: [1, new Map([["k", 2n]])] };
    let event;
    port2.addEventListener("message", (given) => { event = given; });
    port2.start();
    port1.postMessage(sent);
    equal(event, undefined);
    await scheduler.wait(1);
    equal([event.data !== sent, event.data.a[1].get("k") === 2n, event.type, event.ports.length, event instanceof MessageEvent], [true, true, "message", 0, true]);
    port1.close();
  },
  "a handler starts its port": async () => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(1);
    port1.postMessage(2);
    const first = await received(port2);
    const second = await received(port2);
    equal([first.data, second.data], [1, 2]);
  },
  "memory can be given away": async () => {
    const { port1, port2 } = new MessageChannel();
    const buffer = new ArrayBuffer(8);
    port1.postMessage({ buffer }, [buffer]);
    equal([buffer.byteLength, (await received(port2)).data.buffer.byteLength], [0, 8]);
    await throws("DataCloneError", () => port1.postMessage(buffer, { transfer: [buffer] }));
  },
  "a port can be given away": async () => {
    const { port1, port2 } = new MessageChannel();
    const other = new MessageChannel();
    port1.postMessage("take it", [other.port2]);
    const { ports: [moved] } = await received(port2);
    other.port1.postMessage("through the moved one");
    equal((await received(moved)).data, "through the moved one");
  },
  "what cannot be cloned is not sent": async () => {
    const { port1 } = new MessageChannel();
    await throws("DataCloneError", () => port1.postMessage(() => {}));
    await throws("TypeError", () => port1.postMessage());
    await throws("TypeError", () => new MessagePort());
  },
  "a closed port sends nothing": async () => {
    const { port1, port2 } = new MessageChannel();
    let count = 0;
    port2.onmessage = () => { count++; };
    port1.close();
    port1.postMessage(1);
    await scheduler.wait(1);
    equal(count, 0);
  },
};

export default { fetch: () => run(tests) };
