/* The events of a stream that fetch has begun; EventSource can send neither a body nor a key. */

export async function* events(body) {
  const decoder = new TextDecoderStream();
  const reader = body.pipeThrough(decoder).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (waiting + value).split("\n\n");
    waiting = parts.pop();
    yield* parts.map(parsed).filter((it) => it.event);
  }
}

/* A comment is no event. */
function parsed(part) {
  const fields = {};
  for (const line of part.split("\n")) {
    const [, name, text] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name) fields[name] = text;
  }
  return { event: fields.event, data: fields.data && JSON.parse(fields.data) };
}
