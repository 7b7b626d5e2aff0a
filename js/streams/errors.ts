// The error constructors as they were at start-up, for code that runs after worker code may have replaced them.
const OriginalTypeError = TypeError;
const OriginalRangeError = RangeError;

export function typeError(message: string): TypeError {
  return new OriginalTypeError(message);
}

export function rangeError(message: string): RangeError {
  return new OriginalRangeError(message);
}

export function illegalInvocation(): TypeError {
  return new OriginalTypeError("Illegal invocation");
}

export function illegalConstructor(): TypeError {
  return new OriginalTypeError("Illegal constructor");
}
