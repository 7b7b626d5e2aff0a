import { FunctionPrototypeCall, describeProperty } from "./primordials.ts";

// V8 gives errors their stack as an own accessor; that one may be called.
const stackGetter = Object.getOwnPropertyDescriptor(new Error(), "stack")!.get;

/** An error's stack when V8 or an assignment made it. */
export function errorStack(error: object): string | undefined {
  const property = describeProperty(error, "stack");
  if (property === undefined) return undefined;
  let stack: unknown = property.value;
  if (property.get !== undefined && property.get === stackGetter) {
    try {
      stack = FunctionPrototypeCall(property.get, error);
    } catch {
      // The worker's Error.prepareStackTrace threw.
      return undefined;
    }
  }
  return typeof stack === "string" && stack !== "" ? stack : undefined;
}
