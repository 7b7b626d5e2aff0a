import { connect } from "node:net";

/** One keep-alive HTTP/1.1 connection, one request at a time; opens itself again after it was closed between two requests. */
export class Connection {
  #port;
  #socket;
  #received = "";
  #settle;

  constructor(port) {
    this.#port = port;
  }

  /** Answers with `{ status, body }`; rejects when the connection broke before the answer was whole. */
  send(host, path) {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket ??= this.#open();
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    const socket = connect(this.#port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text) => this.#take(text));
    socket.on("error", (error) => this.#broken(socket, error.code));
    socket.on("close", () => this.#broken(socket, "closed before the answer"));
    return socket;
  }

  #take(text) {
    this.#received += text;
    const end = this.#received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length === null) {
      this.#broken(this.#socket, "an answer without Content-Length");
      return;
    }
    const whole = end + 4 + Number(length[1]);
    if (this.#received.length < whole) return;
    const body = this.#received.slice(end + 4, whole);
    this.#received = this.#received.slice(whole);
    const { resolve } = this.#settle;
    this.#settle = undefined;
    if (/\r\nconnection: close/i.test(head)) this.#drop();
    resolve({ status: Number(head.slice(9, 12)), body });
  }

  #broken(socket, reason) {
    if (socket !== this.#socket) return;
    this.#drop();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.reject(new Error(reason));
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#received = "";
    socket?.destroy();
  }
}
