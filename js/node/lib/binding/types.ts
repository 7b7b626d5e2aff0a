// The engine's types of values; native/reflect.cc has the same list.
const { ops, global } = internalBinding("layer");
const type = (value: unknown): number => ops.reflect_type(value);

const [EXTERNAL, DATE, ARGUMENTS, BIGINT, BOOLEAN, NUMBER, STRING, SYMBOL, ERROR, REGEXP, ASYNC, GENERATOR, ASYNC_GENERATOR, GENERATOR_OBJECT, PROMISE, MAP, SET,
  MAP_ITERATOR, SET_ITERATOR, WEAK_MAP, WEAK_SET, ARRAY_BUFFER, DATA_VIEW, SHARED_ARRAY_BUFFER, PROXY, MODULE] = Array.from({ length: 26 }, (_, i) => i + 1) as number[];

export const isExternal = (value: unknown): boolean => type(value) === EXTERNAL;
export const isDate = (value: unknown): boolean => type(value) === DATE;
export const isArgumentsObject = (value: unknown): boolean => type(value) === ARGUMENTS;
export const isBigIntObject = (value: unknown): boolean => type(value) === BIGINT;
export const isBooleanObject = (value: unknown): boolean => type(value) === BOOLEAN;
export const isNumberObject = (value: unknown): boolean => type(value) === NUMBER;
export const isStringObject = (value: unknown): boolean => type(value) === STRING;
export const isSymbolObject = (value: unknown): boolean => type(value) === SYMBOL;
export const isBoxedPrimitive = (value: unknown): boolean => {
  const found = type(value);
  return found >= BIGINT! && found <= SYMBOL!;
};
export const isNativeError = (value: unknown): boolean => type(value) === ERROR;
export const isRegExp = (value: unknown): boolean => type(value) === REGEXP;
export const isAsyncFunction = (value: unknown): boolean => {
  const found = type(value);
  return found === ASYNC || found === ASYNC_GENERATOR;
};
export const isGeneratorFunction = (value: unknown): boolean => {
  const found = type(value);
  return found === GENERATOR || found === ASYNC_GENERATOR;
};
export const isGeneratorObject = (value: unknown): boolean => type(value) === GENERATOR_OBJECT;
export const isPromise = (value: unknown): boolean => type(value) === PROMISE;
export const isMap = (value: unknown): boolean => type(value) === MAP;
export const isSet = (value: unknown): boolean => type(value) === SET;
export const isMapIterator = (value: unknown): boolean => type(value) === MAP_ITERATOR;
export const isSetIterator = (value: unknown): boolean => type(value) === SET_ITERATOR;
export const isWeakMap = (value: unknown): boolean => type(value) === WEAK_MAP;
export const isWeakSet = (value: unknown): boolean => type(value) === WEAK_SET;
export const isArrayBuffer = (value: unknown): boolean => type(value) === ARRAY_BUFFER;
export const isDataView = (value: unknown): boolean => type(value) === DATA_VIEW;
export const isSharedArrayBuffer = (value: unknown): boolean => type(value) === SHARED_ARRAY_BUFFER;
export const isAnyArrayBuffer = (value: unknown): boolean => {
  const found = type(value);
  return found === ARRAY_BUFFER || found === SHARED_ARRAY_BUFFER;
};
export const isProxy = (value: unknown): boolean => type(value) === PROXY;
export const isModuleNamespaceObject = (value: unknown): boolean => type(value) === MODULE;
export const isCryptoKey = (value: unknown): boolean => value instanceof global.CryptoKey;
export const isKeyObject = (value: unknown): boolean => value instanceof require("internal/crypto/keys").KeyObject;
export const isEventTarget = (value: unknown): boolean => value instanceof global.EventTarget;
