// Reads what a front end reads of a request's headers, and sends what a careful one sends.
export default {
  fetch(request) {
    const received = request.headers;
    let total = 0;
    for (const [name, value] of received) total += name.length + value.length;

    const headers = new Headers({
      "content-type": "text/plain",
      "cache-control": "public, max-age=60",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      vary: "accept-encoding, cookie",
    });
    headers.set("x-language", received.get("accept-language") ?? "none");
    headers.set("x-has-session", String(received.get("cookie")?.includes("session=") ?? false));
    headers.append("set-cookie", "visited=1; Path=/; HttpOnly");
    headers.append("set-cookie", "theme=dark; Path=/");
    headers.delete("x-frame-options");
    return new Response(total > 300 ? "many" : "few", { headers });
  },
};
