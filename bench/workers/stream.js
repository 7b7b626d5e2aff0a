// 1 MB from JavaScript in 16 chunks, each asked for by the reader.
const chunk = new Uint8Array(65536).fill(0x61);

export default {
  fetch() {
    let left = 16;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(chunk.slice());
        if (--left === 0) controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": "application/octet-stream" } });
  },
};
