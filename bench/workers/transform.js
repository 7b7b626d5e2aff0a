// 1 MB from JavaScript in 64 chunks of 16 KB, each changed on its way through a TransformStream.
const chunk = new Uint8Array(16384).fill(0x61);

export default {
  fetch() {
    let left = 64;
    const source = new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk.slice());
        if (--left === 0) controller.close();
      },
    });
    const marked = source.pipeThrough(
      new TransformStream({
        transform(bytes, controller) {
          bytes[0] = 0x62;
          controller.enqueue(bytes);
        },
      }),
    );
    return new Response(marked, { headers: { "content-type": "application/octet-stream" } });
  },
};
