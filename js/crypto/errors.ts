// The DOMExceptions of Web Crypto, by name.
import { createDOMException, type DOMException } from "../events/index.ts";

export const dataError = (message: string): DOMException => createDOMException("DataError", message);
export const invalidAccessError = (message: string): DOMException => createDOMException("InvalidAccessError", message);
export const notSupportedError = (message: string): DOMException => createDOMException("NotSupportedError", message);
export const operationError = (message: string): DOMException => createDOMException("OperationError", message);
export const syntaxError = (message: string): DOMException => createDOMException("SyntaxError", message);
