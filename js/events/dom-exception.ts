import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, ObjectSetPrototypeOf, ObjectPrototypeHasOwnProperty } from "../core/primordials.ts";
import { toDOMString } from "../core/webidl.ts";

const OriginalError = Error;
const captureStackTrace = (Error as unknown as { captureStackTrace(target: object, above: Function): void }).captureStackTrace;

// https://webidl.spec.whatwg.org/#dfn-error-names-table: the errors that have a legacy code.
const legacyCodes: Record<string, number> = {
  __proto__: null as never,
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
};

// A DOMException is a genuine error object (`Error.isError`, a stack) whose constructor nevertheless does not inherit
// from `Error`. So the object is made by `Error`, and this class adds its private fields to it.
class DOMExceptionState extends (function (given: object) { return given; } as unknown as new (given: object) => object) {
  #name: string;
  #message: string;
  constructor(exception: object, name: string, message: string) {
    super(exception);
    this.#name = name;
    this.#message = message;
  }
  static has(value: object): boolean { return #name in value; }
  static nameOf(exception: any): string {
    if (!(#name in exception)) throw new TypeError("Illegal invocation");
    return (exception as DOMExceptionState).#name;
  }
  static messageOf(exception: any): string {
    if (!(#name in exception)) throw new TypeError("Illegal invocation");
    return (exception as DOMExceptionState).#message;
  }
}
const { has, nameOf, messageOf } = DOMExceptionState;
export { messageOf as exceptionMessage, nameOf as exceptionName };

export class DOMException {
  declare stack: string;

  constructor(message: unknown = "", name: unknown = "Error") {
    const text = toDOMString(message);
    const title = toDOMString(name);
    // V8 takes the message of the stack's first line from here, not from the attribute.
    const exception = new OriginalError(text) as unknown as DOMException;
    delete (exception as { message?: string }).message;
    new DOMExceptionState(exception, title, text);
    ObjectSetPrototypeOf(exception, new.target.prototype as object);
    // Again, now that name and message are there for the stack's first line.
    captureStackTrace(exception, DOMException);
    return exception;
  }

  get name(): string { return nameOf(this); }
  get message(): string { return messageOf(this); }
  get code(): number {
    const name = nameOf(this);
    return ObjectPrototypeHasOwnProperty(legacyCodes, name) ? legacyCodes[name]! : 0;
  }
}
ObjectSetPrototypeOf(DOMException.prototype, OriginalError.prototype);
ObjectDefineProperty(DOMException, "length", { __proto__: null, value: 0, configurable: true } as PropertyDescriptor);

defineInterface("DOMException", DOMException, {
  INDEX_SIZE_ERR: 1,
  DOMSTRING_SIZE_ERR: 2,
  HIERARCHY_REQUEST_ERR: 3,
  WRONG_DOCUMENT_ERR: 4,
  INVALID_CHARACTER_ERR: 5,
  NO_DATA_ALLOWED_ERR: 6,
  NO_MODIFICATION_ALLOWED_ERR: 7,
  NOT_FOUND_ERR: 8,
  NOT_SUPPORTED_ERR: 9,
  INUSE_ATTRIBUTE_ERR: 10,
  INVALID_STATE_ERR: 11,
  SYNTAX_ERR: 12,
  INVALID_MODIFICATION_ERR: 13,
  NAMESPACE_ERR: 14,
  INVALID_ACCESS_ERR: 15,
  VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17,
  SECURITY_ERR: 18,
  NETWORK_ERR: 19,
  ABORT_ERR: 20,
  URL_MISMATCH_ERR: 21,
  QUOTA_EXCEEDED_ERR: 22,
  TIMEOUT_ERR: 23,
  INVALID_NODE_TYPE_ERR: 24,
  DATA_CLONE_ERR: 25,
});

/** The layer's and the host's way to make one; worker code may have replaced the global. */
export function createDOMException(name: string, message: string): DOMException {
  return new DOMException(message, name);
}

export function isDOMException(value: unknown): value is DOMException {
  return typeof value === "object" && value !== null && has(value);
}
