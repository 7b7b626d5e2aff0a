/** Prefixes every line of a stream of strings with its number, holding back no more than an unfinished line. */
export function numberLines() {
  let unfinished = "";
  let number = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (unfinished + chunk).split("\n");
      unfinished = lines.pop();
      for (const line of lines) controller.enqueue(`${++number}\t${line}\n`);
    },
    flush(controller) {
      if (unfinished !== "") controller.enqueue(`${++number}\t${unfinished}`);
    },
  });
}
