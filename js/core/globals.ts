// The built-in constructors and namespaces as they were at start-up. The bundler puts these in place of every free use
// of the same names (`inject` in build.mjs), so that `new TypeError(…)` in this layer means the original whatever a
// worker assigned to `globalThis.TypeError`.
const scope = globalThis;

export const Array = scope.Array;
export const ArrayBuffer = scope.ArrayBuffer;
export const BigInt = scope.BigInt;
export const BigInt64Array = scope.BigInt64Array;
export const BigUint64Array = scope.BigUint64Array;
export const DataView = scope.DataView;
export const Date = scope.Date;
export const Error = scope.Error;
export const Float16Array = scope.Float16Array;
export const Float32Array = scope.Float32Array;
export const Float64Array = scope.Float64Array;
export const Function = scope.Function;
export const Int16Array = scope.Int16Array;
export const Int32Array = scope.Int32Array;
export const Int8Array = scope.Int8Array;
export const JSON = scope.JSON;
export const Map = scope.Map;
export const Math = scope.Math;
export const Number = scope.Number;
export const Object = scope.Object;
export const Promise = scope.Promise;
export const Proxy = scope.Proxy;
export const RangeError = scope.RangeError;
export const ReferenceError = scope.ReferenceError;
export const Reflect = scope.Reflect;
export const RegExp = scope.RegExp;
export const Set = scope.Set;
export const String = scope.String;
export const Symbol = scope.Symbol;
export const SyntaxError = scope.SyntaxError;
export const TypeError = scope.TypeError;
export const Uint16Array = scope.Uint16Array;
export const Uint32Array = scope.Uint32Array;
export const Uint8Array = scope.Uint8Array;
export const Uint8ClampedArray = scope.Uint8ClampedArray;
export const WeakMap = scope.WeakMap;
export const WeakRef = scope.WeakRef;
